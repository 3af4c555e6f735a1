// Package stage gives tests of what runs by clock and stream a small program on the genuine parts: a fresh table with its stream,
// a mailbox, a vendor, a plan and a partner.
package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/parts"
	"liaison/infra/local/tabletest"
	"liaison/infra/local/template"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
)

var mailPart = sync.OnceValues(func() (*parts.Process, error) { return parts.Mail(context.Background(), parts.MailOptions{}) })

var identityPart = sync.OnceValues(func() (*parts.Provider, error) { return parts.Identity(context.Background(), parts.IdentityOptions{}) })

// Run is what a TestMain does: it runs the tests between the start and the end of the parts. It returns the exit code.
func Run(m *testing.M) int { return run(tabletest.Run(m)) }

// Long is Run for a package whose tests take more than some twenty seconds.
func Long(m *testing.M) int { return run(tabletest.Long(m)) }

// run ends the parts that tests have used.
func run(code int) int {
	if mailUsed.Load() {
		if part, err := mailPart(); err == nil {
			_ = part.Close()
		}
	}
	if identityUsed.Load() {
		if part, err := identityPart(); err == nil {
			_ = part.Close()
		}
	}
	return code
}

var mailUsed, identityUsed atomic.Bool

// Identity starts the identity provider and points the environment at it and at its user pool.
func (f *Fixture) Identity(t testing.TB) *parts.Provider {
	t.Helper()
	identityUsed.Store(true)
	part, err := identityPart()
	if err != nil {
		t.Fatal(err)
	}
	f.Env.Issuer, f.Env.DirectoryEndpoint, f.Env.UserPool, f.Env.PagesClient = part.Issuer, part.CognitoURL, part.UserPoolID, part.PagesClientID
	return part
}

// Fixture is a fresh table and what stands around it.
type Fixture struct {
	Table *dynamo.Table
	// Env is a function's environment over the parts; Env.Offset moves its clock.
	Env boot.Env
	// DB is a client of the table's own, to look at items and to change them behind everybody's back.
	DB *dynamodb.Client
	// Log is what the functions logged.
	Log *Log

	url       string
	iterators map[string]string // of the stream, by shard
}

// Log keeps what was logged; several goroutines may write.
type Log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

// Write keeps a line.
func (l *Log) Write(b []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(b)
}

// String returns what was logged so far.
func (l *Log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// Open gives a test a fresh table, without a stream. Its TestMain is Run's.
func Open(t testing.TB) *Fixture {
	t.Helper()
	return over(tabletest.New(t))
}

// Streaming gives a test a fresh table whose stream it reads.
func Streaming(t testing.TB) *Fixture {
	t.Helper()
	return over(tabletest.Streaming(t))
}

func over(table tabletest.Table) *Fixture {
	f := &Fixture{DB: table.DB, url: table.URL, iterators: map[string]string{}, Log: &Log{}}
	f.Env = boot.Env{
		Function: "test", Region: template.Region, Table: table.Name, DynamoEndpoint: table.URL, AccessKey: "LOCAL", SecretKey: "local",
		PagesURL: "https://pages.example", APIURL: "https://api.example", MailFrom: "offers@vendor.example", MailReports: "reports@vendor.example",
		MailPerHour: 3, MailPerDay: 10, InvitationsPerDay: 500,
		Log: slog.New(slog.NewJSONHandler(f.Log, nil)),
	}
	f.Table = dynamo.Open(f.Env)
	return f
}

// Travel moves the clock of the fixture's environment; functions made from Env before keep theirs.
func (f *Fixture) Travel(by time.Duration) { f.Env.Offset += by }

// Items returns every item of the table, by partition and sort key, in one text: equal texts are equal tables.
func (f *Fixture) Items(t testing.TB) map[string]map[string]types.AttributeValue {
	t.Helper()
	found := map[string]map[string]types.AttributeValue{}
	pages := dynamodb.NewScanPaginator(f.DB, &dynamodb.ScanInput{TableName: &f.Env.Table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			found[Text(item, "PK")+" "+Text(item, "SK")] = item
		}
	}
	return found
}

// Text returns a text attribute, empty where there is none.
func Text(item map[string]types.AttributeValue, name string) string {
	if s, ok := item[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// Streamed, of a fixture that is Streaming, returns what the table's stream has that no earlier call returned, as JSON of a Lambda event.
func (f *Fixture) Streamed(t testing.TB) []json.RawMessage {
	t.Helper()
	var table struct {
		Table struct{ LatestStreamArn string }
	}
	f.ask(t, "DynamoDB_20120810.DescribeTable", map[string]any{"TableName": f.Env.Table}, &table)
	var stream struct {
		StreamDescription struct {
			Shards []struct{ ShardId string }
		}
	}
	f.ask(t, "DynamoDBStreams_20120810.DescribeStream", map[string]any{"StreamArn": table.Table.LatestStreamArn}, &stream)
	var records []json.RawMessage
	for _, shard := range stream.StreamDescription.Shards {
		if _, known := f.iterators[shard.ShardId]; !known {
			var got struct{ ShardIterator string }
			f.ask(t, "DynamoDBStreams_20120810.GetShardIterator", map[string]any{
				"StreamArn": table.Table.LatestStreamArn, "ShardId": shard.ShardId, "ShardIteratorType": "TRIM_HORIZON",
			}, &got)
			f.iterators[shard.ShardId] = got.ShardIterator
		}
		for f.iterators[shard.ShardId] != "" {
			var got struct {
				Records           []json.RawMessage
				NextShardIterator string
			}
			f.ask(t, "DynamoDBStreams_20120810.GetRecords", map[string]any{"ShardIterator": f.iterators[shard.ShardId]}, &got)
			f.iterators[shard.ShardId] = got.NextShardIterator
			records = append(records, got.Records...)
			if len(got.Records) == 0 {
				break
			}
		}
	}
	return records
}

func (f *Fixture) ask(t testing.TB, target string, body, answer any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+"/", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=LOCAL/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	fetch(t, request, answer)
}

func fetch(t testing.TB, request *http.Request, answer any) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", request.URL, response.StatusCode, said, err)
	}
	if answer != nil {
		if err := json.Unmarshal(said, answer); err != nil {
			t.Fatal(err)
		}
	}
}

// Mailbox is what the mail emulator took since the test came to it. All tests of a binary share it: tell mails apart by their recipients.
type Mailbox struct {
	URL   string
	since int64 // seconds since 1970
}

// Mail starts the mail emulator and points the environment at it.
func (f *Fixture) Mail(t testing.TB) Mailbox {
	t.Helper()
	mailUsed.Store(true)
	part, err := mailPart()
	if err != nil {
		t.Fatal(err)
	}
	f.Env.MailEndpoint = part.URL
	return Mailbox{part.URL, time.Now().Unix()}
}

// Mail is one mail that was taken.
type Mail struct {
	MessageID string `json:"messageId"`
	From      string `json:"from"`
	Subject   string `json:"subject"`
	Body      struct {
		HTML string `json:"html"`
		Text string `json:"text"`
	} `json:"body"`
	Destination struct {
		To []string `json:"to"`
	} `json:"destination"`
}

// To returns the mails to an address, oldest first.
func (m Mailbox) To(t testing.TB, address string) []Mail {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.URL+"/store?since="+strconv.FormatInt(m.since, 10), nil)
	if err != nil {
		t.Fatal(err)
	}
	var store struct{ Emails []Mail }
	fetch(t, request, &store)
	var found []Mail
	for _, one := range store.Emails {
		for _, to := range one.Destination.To {
			if strings.EqualFold(to, address) {
				found = append(found, one)
			}
		}
	}
	return found
}

// Batch returns what Streamed returns as the event that a function on the stream gets.
func (f *Fixture) Batch(t testing.TB) dynamo.Batch {
	t.Helper()
	return ToBatch(t, f.Streamed(t))
}

// ToBatch returns records of the stream as the event that a function on the stream gets.
func ToBatch(t testing.TB, records []json.RawMessage) dynamo.Batch {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	var batch dynamo.Batch
	if err := json.Unmarshal(text, &batch); err != nil {
		t.Fatal(err)
	}
	return batch
}

// Spoil makes an attribute of an item, named by its path, unreadable, behind everybody's back.
func (f *Fixture) Spoil(t testing.TB, pk, sk string, path ...string) {
	t.Helper()
	names := map[string]string{}
	for i, name := range path {
		path[i] = "#n" + strconv.Itoa(i)
		names[path[i]] = name
	}
	_, err := f.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName:        &f.Env.Table,
		Key:              map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk}},
		UpdateExpression: aws.String("SET " + strings.Join(path, ".") + " = :v"), ExpressionAttributeNames: names,
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: "spoiled"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
