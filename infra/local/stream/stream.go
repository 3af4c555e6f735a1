// Package stream reads a table's stream and delivers it to functions as
// Lambda's event source mapping does: filtered, in batches, in order, tried
// again, cut in halves, and at last given to the on-failure destination.
package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"liaison/infra/local/pattern"
	"liaison/infra/local/template"
)

const (
	idle       = 250 * time.Millisecond // between two looks at a quiet stream
	firstPause = 50 * time.Millisecond  // before the first retry of a batch; it doubles
	lastPause  = 2 * time.Second
	// fewest is how many records an answer holds at least unless it has come to the end of what is there: the stream gives up to 1,000 or
	// 1 MB at once, and no record is near 40 kB.
	fewest = 25
)

// Options says what the reader works with.
type Options struct {
	// Endpoint is DynamoDB Local's URL.
	Endpoint string
	// AccessKey is the key under which the table stands there.
	AccessKey string
	// Invoke runs a function.
	Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)
	// OnFailure takes what failed for good, for the destination's ARN; the ARN is empty where there is none.
	OnFailure func(destination, function string, body []byte)
	// Log gets what goes wrong.
	Log io.Writer
}

// Reader reads one table's stream for all functions that want it.
type Reader struct {
	options Options
	arn     string
	lanes   []*lane
	cancel  context.CancelFunc
	wake    chan chan struct{} // asks for a look at the stream now; closed when it was read to its end
	done    sync.WaitGroup

	mutex sync.Mutex
	read  int // records ever read
	hurry int // callers that wait for the end
}

// lane is a queue of records for one function, handled one batch at a time.
type lane struct {
	reader  *Reader
	mapping *template.Stream
	filters []pattern.Pattern

	mutex   sync.Mutex
	queue   []record
	busy    bool
	changed chan struct{}
}

type record struct {
	body     map[string]any
	sequence string
	shard    string
	made     time.Time
}

// Open starts to read the stream of the table from its beginning.
func Open(o Options, table string, mappings []*template.Stream) (*Reader, error) {
	r := &Reader{options: o, wake: make(chan chan struct{}, 64)}
	var described struct {
		Table struct{ LatestStreamArn string }
	}
	if err := r.ask(context.Background(), "DynamoDB_20120810.DescribeTable", map[string]any{"TableName": table}, &described); err != nil {
		return nil, err
	}
	if r.arn = described.Table.LatestStreamArn; r.arn == "" {
		return nil, fmt.Errorf("table %s has no stream", table)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	for _, m := range mappings {
		var filters []pattern.Pattern
		for _, text := range m.Patterns {
			filter, err := pattern.Parse(text)
			if err != nil {
				cancel()
				return nil, fmt.Errorf("filter of %s: %w", m.Function, err)
			}
			filters = append(filters, filter)
		}
		for range max(1, m.Parallel) {
			l := &lane{reader: r, mapping: m, filters: filters, changed: make(chan struct{}, 1)}
			r.lanes = append(r.lanes, l)
			r.done.Go(func() { l.run(ctx) })
		}
	}
	r.done.Go(func() { r.run(ctx) })
	return r, nil
}

// Close ends the reader; batches under way are left.
func (r *Reader) Close() {
	r.cancel()
	r.done.Wait()
}

// Wake makes the reader look at the stream soon. Call it after a write.
func (r *Reader) Wake() {
	select {
	case r.wake <- nil:
	default:
	}
}

// Read returns how many records were ever read.
func (r *Reader) Read() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.read
}

// Drain returns when everything that is in the stream by now was handled or
// given up. Windows and pauses are cut short meanwhile.
func (r *Reader) Drain(ctx context.Context) error {
	r.mutex.Lock()
	r.hurry++
	r.mutex.Unlock()
	defer func() {
		r.mutex.Lock()
		r.hurry--
		r.mutex.Unlock()
	}()
	looked := make(chan struct{})
	select {
	case r.wake <- looked:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-looked:
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, l := range r.lanes {
		l.signal()
		for !l.quiet() {
			select {
			case <-time.After(2 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

func (r *Reader) hurried() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.hurry > 0
}

// run looks at the stream until it is closed.
func (r *Reader) run(ctx context.Context) {
	iterators := map[string]string{} // shard -> where to go on; "" is a shard read to its end
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var waiting []chan struct{}
		select {
		case <-ctx.Done():
			return
		case w := <-r.wake:
			waiting = append(waiting, w)
		case <-timer.C:
		}
		for more := true; more; {
			select {
			case w := <-r.wake:
				waiting = append(waiting, w)
			default:
				more = false
			}
		}
		if err := r.look(ctx, iterators); err != nil && ctx.Err() == nil {
			fmt.Fprintf(r.options.Log, "stream: %v\n", err)
		}
		for _, w := range waiting {
			if w != nil {
				close(w)
			}
		}
		timer.Reset(idle)
	}
}

// look reads every shard to its present end. It asks which shards there are only when it knows of none that goes on: a shard's successor
// comes when it has ended.
func (r *Reader) look(ctx context.Context, iterators map[string]string) error {
	if !goesOn(iterators) {
		if err := r.shards(ctx, iterators); err != nil {
			return err
		}
	}
	for _, shard := range slices.Sorted(maps.Keys(iterators)) { // their names begin with their time: a shard stands before its successor
		for iterators[shard] != "" {
			var got struct {
				Records           []map[string]any
				NextShardIterator string
			}
			if err := r.ask(ctx, "DynamoDBStreams_20120810.GetRecords", map[string]any{"ShardIterator": iterators[shard]}, &got); err != nil {
				clear(iterators) // an expired iterator: start over, functions bear what comes twice
				return err
			}
			iterators[shard] = got.NextShardIterator
			for _, body := range got.Records {
				r.deliver(shard, body)
			}
			if len(got.Records) < fewest {
				break
			}
		}
	}
	return nil
}

func goesOn(iterators map[string]string) bool {
	for _, next := range iterators {
		if next != "" {
			return true
		}
	}
	return false
}

// shards adds the shards that are not known yet, each from its beginning.
func (r *Reader) shards(ctx context.Context, iterators map[string]string) error {
	last := ""
	for {
		var described struct {
			StreamDescription struct {
				Shards               []struct{ ShardId string }
				LastEvaluatedShardId string
			}
		}
		body := map[string]any{"StreamArn": r.arn}
		if last != "" {
			body["ExclusiveStartShardId"] = last
		}
		if err := r.ask(ctx, "DynamoDBStreams_20120810.DescribeStream", body, &described); err != nil {
			return err
		}
		for _, shard := range described.StreamDescription.Shards {
			if _, known := iterators[shard.ShardId]; known {
				continue
			}
			var got struct{ ShardIterator string }
			if err := r.ask(ctx, "DynamoDBStreams_20120810.GetShardIterator",
				map[string]any{"StreamArn": r.arn, "ShardId": shard.ShardId, "ShardIteratorType": "TRIM_HORIZON"}, &got); err != nil {
				return err
			}
			iterators[shard.ShardId] = got.ShardIterator
		}
		if last = described.StreamDescription.LastEvaluatedShardId; last == "" {
			return nil
		}
	}
}

func (r *Reader) deliver(shard string, body map[string]any) {
	change, _ := body["dynamodb"].(map[string]any)
	sequence, _ := change["SequenceNumber"].(string)
	made := time.Now()
	if seconds, ok := change["ApproximateCreationDateTime"].(json.Number); ok {
		if f, err := seconds.Float64(); err == nil {
			made = time.UnixMilli(int64(f * 1000))
		}
	}
	body["eventSourceARN"] = r.arn
	item := record{body: body, sequence: sequence, shard: shard, made: made}
	r.mutex.Lock()
	r.read++
	r.mutex.Unlock()
	keys, _ := json.Marshal(change["Keys"])
	hash := fnv.New32a()
	hash.Write(keys)
	for i := 0; i < len(r.lanes); {
		mapping := r.lanes[i].mapping
		own := r.lanes[i : i+max(1, mapping.Parallel)]
		i += len(own)
		if matches(own[0].filters, body) {
			own[int(hash.Sum32())%len(own)].add(item)
		}
	}
}

func matches(filters []pattern.Pattern, body map[string]any) bool {
	return len(filters) == 0 || slices.ContainsFunc(filters, func(p pattern.Pattern) bool { return p.Matches(body) })
}

func (l *lane) add(item record) {
	l.mutex.Lock()
	l.queue = append(l.queue, item)
	l.mutex.Unlock()
	l.signal()
}

func (l *lane) signal() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

func (l *lane) quiet() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.queue) == 0 && !l.busy
}

// run takes batches as they fill up or their window ends.
func (l *lane) run(ctx context.Context) {
	var opened time.Time // when the batch that is filling got its first record
	for {
		l.mutex.Lock()
		n := len(l.queue)
		l.mutex.Unlock()
		pause := time.Hour
		if n > 0 {
			if opened.IsZero() {
				opened = time.Now()
			}
			pause = time.Until(opened.Add(l.mapping.Window))
			if n >= l.mapping.BatchSize || pause <= 0 || l.reader.hurried() {
				opened = time.Time{}
				l.mutex.Lock()
				n = min(len(l.queue), l.mapping.BatchSize)
				batch := slices.Clone(l.queue[:n])
				l.queue = slices.Delete(l.queue, 0, n)
				l.busy = true
				l.mutex.Unlock()
				l.handle(ctx, batch, 0)
				l.mutex.Lock()
				l.busy = false
				l.mutex.Unlock()
				continue
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-l.changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// handle delivers the batch until it is handled, or given up.
func (l *lane) handle(ctx context.Context, batch []record, tried int) {
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, lastPause) {
		if age := l.mapping.MaxAge; age > 0 {
			old := 0
			for old < len(batch) && time.Since(batch[old].made) > age {
				old++
			}
			if old > 0 {
				l.giveUp(batch[:old], tried, "RecordAgeExceeded")
				batch = batch[old:]
			}
		}
		if len(batch) == 0 {
			return
		}
		answer, err := l.invoke(ctx, batch)
		tried++
		if err != nil && l.mapping.Bisect && len(batch) > 1 {
			// Cutting in halves does not count as a try.
			half := len(batch) / 2
			l.handle(ctx, batch[:half], tried-1)
			l.handle(ctx, batch[half:], tried-1)
			return
		}
		if err == nil {
			first := l.firstFailed(batch, answer)
			if first < 0 {
				return
			}
			if first > 0 {
				batch, tried = batch[first:], 1
			}
		}
		if l.mapping.Retries >= 0 && tried > l.mapping.Retries {
			l.giveUp(batch, tried, "RetryAttemptsExhausted")
			return
		}
		if l.reader.hurried() {
			pause = min(pause, firstPause)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

func (l *lane) invoke(ctx context.Context, batch []record) ([]byte, error) {
	bodies := make([]map[string]any, len(batch))
	for i, item := range batch {
		bodies[i] = item.body
	}
	event, err := json.Marshal(map[string]any{"Records": bodies})
	if err != nil {
		return nil, err
	}
	return l.reader.options.Invoke(ctx, l.mapping.Function, event)
}

// firstFailed returns the place of the first record that the function reports
// as failed, or -1. A report that names no record of the batch fails all of it.
func (l *lane) firstFailed(batch []record, answer []byte) int {
	if !l.mapping.PartialReplies {
		return -1
	}
	var reply struct {
		Failures []struct {
			Identifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(bytes.TrimSpace(answer)) == 0 || string(answer) == "null" {
		return -1
	}
	if json.Unmarshal(answer, &reply) != nil {
		return 0
	}
	first := -1
	for _, failure := range reply.Failures {
		i := slices.IndexFunc(batch, func(item record) bool { return item.sequence == failure.Identifier })
		if i < 0 {
			return 0
		}
		if first < 0 || i < first {
			first = i
		}
	}
	return first
}

// giveUp writes what Lambda sends to an on-failure destination: where the
// records are in the stream, not the records.
func (l *lane) giveUp(batch []record, tried int, why string) {
	body, err := json.Marshal(map[string]any{
		"requestContext": map[string]any{
			"functionArn": "arn:aws:lambda:" + template.Region + ":" + template.Account + ":function:" + l.mapping.Function,
			"condition":   why, "approximateInvokeCount": tried,
		},
		"version": "1.0", "timestamp": time.Now().UTC().Format(time.RFC3339Nano),
		"DDBStreamBatchInfo": map[string]any{
			"shardId": batch[0].shard, "startSequenceNumber": batch[0].sequence, "endSequenceNumber": batch[len(batch)-1].sequence,
			"approximateArrivalOfFirstRecord": batch[0].made.UTC().Format(time.RFC3339Nano),
			"approximateArrivalOfLastRecord":  batch[len(batch)-1].made.UTC().Format(time.RFC3339Nano),
			"batchSize":                       len(batch), "streamArn": l.reader.arn,
		},
	})
	if err != nil {
		fmt.Fprintf(l.reader.options.Log, "stream: %v\n", err)
		return
	}
	l.reader.options.OnFailure(l.mapping.OnFailure, l.mapping.Function, body)
}

// ask calls DynamoDB Local. Its JSON is already what an event holds.
func (r *Reader) ask(ctx context.Context, target string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.options.Endpoint+"/", bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+r.options.AccessKey+"/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s: %d %s", target, response.StatusCode, said)
	}
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	return decoder.Decode(answer)
}
