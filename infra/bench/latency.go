package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/lambda"
	"liaison/infra/local/proxy"
)

// warm is one kind of request to a process that runs, as the running system made it.
type warm struct {
	name, program string  // api/offers/get
	limit         float64 // P2's: how many times the bare handler's median
	event         []byte  // what API Gateway sent
	reads         []json.RawMessage
}

// The programs that P2 keeps warm.
const (
	warmJSON  = "api/offers/get"
	warmPage  = "pages/offer"
	yardReads = "bare + the same reads"
)

// warmed says whether a program is one of them.
func warmed(name string) bool { return name == warmJSON || name == warmPage || name == yardReads }

// P2's open loop: so many requests a second to each of the two processes, whatever they take, and how much slower the slowest hundredth may be.
const (
	arrivals   = 50
	tail       = 2.0
	jsonRead   = "GET /v1/offers/{offer_id}"
	pageOpened = "GET /o/{code}"
)

// keepWarm makes each of P2's requests once more in the running system and keeps its event and its reads.
func (r *running) keepWarm(ctx context.Context) ([]warm, error) {
	made, err := r.offer(ctx)
	if err != nil {
		return nil, err
	}
	kept := []warm{{name: jsonRead, program: warmJSON, limit: 1.1}, {name: pageOpened, program: warmPage, limit: 1.3}}
	open := []func() error{
		func() error { return r.get(ctx, "/v1/offers/"+made.ID) },
		func() error {
			return opened(client.NewVisitor("en").Get(ctx, r.Endpoints.Pages+"/o/"+strings.TrimPrefix(made.ID, "ofr_")))
		},
	}
	for i, route := range []struct{ api, path string }{{"Api", jsonRead}, {"Pages", "/o/{code}"}} {
		function, err := r.served(route.api, route.path)
		if err != nil {
			return nil, err
		}
		if err := open[i](); err != nil { // the first reads the catalogue, too
			return nil, err
		}
		r.keepReads(function)
		if _, err := r.during(ctx, open[i]); err != nil {
			return nil, err
		}
		kept[i].reads = r.keepReads("")
		for _, one := range r.invocations() {
			if one.Function == function {
				kept[i].event = one.Payload
			}
		}
		if kept[i].event == nil || len(kept[i].reads) == 0 {
			return nil, errors.New("p2: " + route.path + " was not seen to read")
		}
	}
	return kept, nil
}

// keepReads keeps from now on what a function reads, and returns what was kept so far.
func (r *running) keepReads(function string) []json.RawMessage {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	kept := r.reads
	r.reads, r.reader = nil, function
	return kept
}

// seen notes a call of the function whose reads are kept.
func (r *running) seen(c *proxy.Call) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if strings.Contains(string(c.Body), `"MAIL#`) {
		r.mail[call{c.Invocation, c.Seq}] = true
	}
	if c.Function == r.reader && c.Function != "" && (c.Operation == "GetItem" || c.Operation == "BatchGetItem") {
		r.reads = append(r.reads, bytes.Clone(c.Body))
	}
}

// p2 sends n requests of each kind to our function and to the bare handler at the same time, each in one warm process.
func (r *report) p2(ctx context.Context, l *lab, programs []*program, left *remains, n int) error {
	const table = "p2-warm"
	if err := l.table(ctx, table, left.warmItems); err != nil {
		return err
	}
	runtime, err := lambda.Start(lambda.Options{Logs: filepath.Join(r.folder, "logs")})
	if err != nil {
		return err
	}
	defer runtime.Close()
	variables := map[string]string{}
	for _, variable := range environment(table, l.process.URL) {
		if key, value, _ := strings.Cut(variable, "="); value != "" && (key == "AWS_ENDPOINT_URL_DYNAMODB" || !strings.HasPrefix(key, "AWS_")) {
			variables[key] = value
		}
	}
	for _, p := range programs {
		if !warmed(p.Name) {
			continue
		}
		if err := runtime.Add(lambda.Function{
			Name: strings.ReplaceAll(p.Name, "/", "-"), Memory: 512, Timeout: 30 * time.Second, Environment: variables, Instances: 1,
			Program: func() string { return p.Path },
		}); err != nil {
			return err
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d requests a second to each of two warm processes, ours and one that makes the same reads with the bare SDK, in turn, %d each; "+
		"the time counts from when a request was due, not from when it was taken up. The offer is the same each time: its QR code, which takes longer than all else, is drawn once.\n\n| request | reads | p50, x bare | limit | p99, x its own p50 | limit | bare's p99, x its p50 |\n|---|---|---|---|---|---|---|\n", arrivals, n)
	for _, w := range left.warm {
		event, err := json.Marshal(map[string]any{"reads": w.reads})
		if err != nil {
			return err
		}
		ours, bare, err := together(ctx, runtime, n, w, event)
		if err != nil {
			return err
		}
		ratio := float64(percentile(ours, 50)) / float64(percentile(bare, 50))
		slow := func(took []time.Duration) float64 {
			return float64(percentile(took, 99)) / float64(percentile(took, 50))
		}
		r.limit("P2", fmt.Sprintf("warm %s: p50 <= %.1f x bare reads", w.name, w.limit), "x bare", ratio, w.limit, "%.2f")
		r.limit("P2", fmt.Sprintf("warm %s: p99 <= %.0f x its own p50", w.name, tail), "x p50 ("+w.name+")", slow(ours), tail, "%.2f")
		fmt.Fprintf(&text, "| %s | %d | %.2f | %g | %.2f | %g | %.2f |\n", w.name, len(w.reads), ratio, w.limit, slow(ours), tail, slow(bare))
	}
	r.section("P2: warm requests", text.String())
	return nil
}

// together runs both loops, each half an interval after the other, and returns what each request took.
func together(ctx context.Context, runtime *lambda.Runtime, n int, w warm, event []byte) (ours, bare []time.Duration, err error) {
	ours, bare = make([]time.Duration, n), make([]time.Duration, n)
	for range 50 { // the first requests open connections and read the catalogue
		said, err := runtime.Invoke(ctx, strings.ReplaceAll(w.program, "/", "-"), w.event)
		if err != nil {
			return nil, nil, err
		}
		var answer struct{ StatusCode int }
		if err := json.Unmarshal(said, &answer); err != nil || answer.StatusCode != http.StatusOK {
			return nil, nil, fmt.Errorf("p2: %s answers %.200s", w.name, said)
		}
		if _, err := runtime.Invoke(ctx, yardReads, event); err != nil {
			return nil, nil, err
		}
	}
	const interval = time.Second / arrivals
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i, one := range []struct {
		program string
		event   []byte
		took    []time.Duration
	}{{strings.ReplaceAll(w.program, "/", "-"), w.event, ours}, {yardReads, event, bare}} {
		begin := time.Now().Add(time.Duration(i) * interval / 2)
		wait.Go(func() {
			var all sync.WaitGroup
			defer all.Wait()
			for k := range n {
				due := begin.Add(time.Duration(k) * interval)
				time.Sleep(time.Until(due))
				all.Go(func() {
					if _, err := runtime.Invoke(ctx, one.program, one.event); err != nil {
						errs[i] = err
					}
					one.took[k] = time.Since(due)
				})
			}
		})
	}
	wait.Wait()
	return ours, bare, errors.Join(errs...)
}

// percentile returns the value that so many per cent of all do not exceed.
func percentile(took []time.Duration, per int) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)-1, len(sorted)*per/100)]
}
