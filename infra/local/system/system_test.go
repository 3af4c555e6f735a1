package system

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/infra/local/lambda"
	"liaison/infra/local/proxy"
)

// one is the system that the tests of this package share.
var one *System

var (
	seenMutex sync.Mutex
	seen      []lambda.Invocation
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		begun := time.Now()
		var err error
		one, err = Start(noContext, Options{
			Template: "testdata/template.yaml", WithoutIdentity: true, Borrow: true, Log: os.Stderr, Instances: 4,
			Observe: func(i lambda.Invocation) {
				seenMutex.Lock()
				defer seenMutex.Unlock()
				seen = append(seen, i)
			},
		})
		if err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			return 1
		}
		// Once set up it takes some 10 seconds; a busy machine takes longer, so the time is told and judged by nobody.
		os.Stderr.WriteString("ready after " + time.Since(begun).String() + "\n")
		code := m.Run()
		if err := one.Close(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			return 1
		}
		return code
	}())
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return m
}

func call(t *testing.T, method, path string, body io.Reader, header ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, one.Endpoints.API+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

func TestHTTP(t *testing.T) {
	if a := call(t, "GET", "/echo/x", nil); a.status != 401 || strings.TrimSpace(a.body) != `{"message":"Unauthorized"}` {
		t.Errorf("without a header: %d %s", a.status, a.body)
	}
	a := call(t, "GET", "/echo/a%20b?q=1&q=2&r=%C5%82", nil, "Authorization", "me", "Cookie", "c=1; d=2", "X-Twice", "1", "X-Twice", "2")
	if a.status != 201 || !slices.Equal(a.header.Values("Set-Cookie"), []string{"a=1", "b=2"}) || a.header.Get("X-One") != "1" {
		t.Errorf("echo: %d %v", a.status, a.header)
	}
	event := a.json(t)
	request := event["requestContext"].(map[string]any)
	for name, pair := range map[string][2]any{
		"version":   {event["version"], "2.0"},
		"routeKey":  {event["routeKey"], "GET /echo/{thing}"},
		"rawPath":   {event["rawPath"], "/echo/a b"},
		"query":     {event["rawQueryString"], "q=1&q=2&r=%C5%82"},
		"queries":   {event["queryStringParameters"].(map[string]any)["q"], "1,2"},
		"parameter": {event["pathParameters"].(map[string]any)["thing"], "a b"},
		"cookie":    {event["cookies"].([]any)[1], "d=2"},
		"joined":    {event["headers"].(map[string]any)["x-twice"], "1,2"},
		"source":    {request["http"].(map[string]any)["sourceIp"], "127.0.0.1"},
		"subject":   {request["authorizer"].(map[string]any)["lambda"].(map[string]any)["subject"], "me"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
		}
	}
	if _, there := event["body"]; there {
		t.Error("an empty body is in the event")
	}
	asked := func(header string) any {
		request := call(t, "GET", "/echo/x", nil, "Authorization", header).json(t)["requestContext"].(map[string]any)
		return request["authorizer"].(map[string]any)["lambda"].(map[string]any)["asked"]
	}
	if first, second := asked("cached"), asked("cached"); first != second {
		t.Errorf("the authorizer was asked twice: %v, %v", first, second)
	} else if one.ForgetAuthorizations(); asked("cached") == first {
		t.Error("the authorizer was not asked again")
	}
	if a := call(t, "GET", "/echo/x", nil, "Authorization", "no"); a.status != 403 {
		t.Errorf("refused: %d", a.status)
	}
	if a := call(t, "HEAD", "/echo/x", nil, "Authorization", "me"); a.status != 404 {
		t.Errorf("HEAD: %d, want the fallback's 404", a.status)
	}
	if a := call(t, "GET", "/nowhere", nil); a.status != 404 || a.json(t)["routeKey"] != "$default" {
		t.Errorf("fallback: %d %s", a.status, a.body)
	}
	form := call(t, "POST", "/open", strings.NewReader("a=1"), "Content-Type", "application/x-www-form-urlencoded").json(t)
	if form["body"] != "YT0x" || form["isBase64Encoded"] != true {
		t.Errorf("a form's body is %v", form["body"])
	}
	text := call(t, "POST", "/open", strings.NewReader(`{"a":1}`), "Content-Type", "application/json").json(t)
	if text["body"] != `{"a":1}` || text["isBase64Encoded"] != false {
		t.Errorf("a JSON body is %v", text["body"])
	}
	if a := call(t, "GET", "/echo/x", nil, "Authorization", strings.Repeat("x", 11000)); a.status != 431 {
		t.Errorf("11 kB of headers: %d", a.status)
	}
	if a := call(t, "POST", "/open", bytes.NewReader(make([]byte, 10<<20+1))); a.status != 413 {
		t.Errorf("11 MB: %d", a.status)
	}
	for range 2 {
		if a := call(t, "GET", "/crash", nil); a.status != 500 || strings.TrimSpace(a.body) != `{"message":"Internal Server Error"}` {
			t.Errorf("crash: %d %s", a.status, a.body)
		}
	}
	if a := call(t, "GET", "/slow", nil); a.status != 503 || strings.TrimSpace(a.body) != `{"message":"Service Unavailable"}` {
		t.Errorf("time-out: %d %s", a.status, a.body)
	}
	call(t, "GET", "/slow", nil)
	if a := call(t, "GET", "/slow", nil); a.status != 429 {
		t.Errorf("throttle: %d", a.status)
	}
}

func write(t *testing.T, o map[string]any) error {
	t.Helper()
	payload, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = one.Invoke(t.Context(), "Writer", payload)
	return err
}

func calls(function string) []*proxy.Call {
	var list []*proxy.Call
	for _, c := range one.Proxy.Calls() {
		if c.Function == function {
			list = append(list, c)
		}
	}
	return list
}

func TestUnits(t *testing.T) {
	one.Proxy.Measure(true)
	defer one.Proxy.Measure(false)
	one.Proxy.Reset()
	if err := write(t, map[string]any{"PK": "units", "Class": "plain", "Size": 900, "Times": 8, "Together": true}); err != nil {
		t.Fatal(err)
	}
	if err := write(t, map[string]any{"PK": "units", "Class": "plain", "Size": 2000}); err != nil {
		t.Fatal(err)
	}
	got := calls("Writer")
	if len(got) != 2 {
		t.Fatalf("%d calls, want 2", len(got))
	}
	if c := got[0]; c.Write != 16 || c.Index != 8 || len(c.Actions) != 8 || c.Actions[0].Name != "dynamodb:PutItem" || c.Actions[0].Resource != "Table" || c.Seq != 1 {
		t.Errorf("transaction: %+v", c)
	}
	if got := got[0].PartitionWrites; len(got) != 1 || got["units"] != 16 {
		t.Errorf("the transaction wrote the partitions %v", got)
	}
	if c := got[1]; c.Write != 2 || c.Index != 0 || c.Seq != 1 || c.Status != 200 {
		t.Errorf("put: %+v", c)
	}
}

func TestReadUnits(t *testing.T) {
	if err := write(t, map[string]any{"PK": "reads", "Class": "reads", "Size": 3000, "Times": 4}); err != nil {
		t.Fatal(err)
	}
	one.Proxy.Measure(true)
	defer one.Proxy.Measure(false)
	one.Proxy.Reset()
	if err := write(t, map[string]any{"PK": "reads", "Class": "reads", "Read": true}); err != nil {
		t.Fatal(err)
	}
	got := calls("Writer")
	want := []struct {
		operation          string
		read, write, index float64
		arn                string
	}{
		{"GetItem", 0.5, 0, 0, ":table/Table"},
		{"BatchGetItem", 2, 0, 0, ":table/Table"},
		{"Query", 1.5, 0, 0, ":table/Table"},
		{"Query", 3, 0, 0, ":table/Table"},
		{"Query", 0.5, 0, 0, ":table/Table/index/due"},
		{"DeleteItem", 0, 3, 1, ":table/Table"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d calls, want %d", len(got), len(want))
	}
	for i, w := range want {
		c := got[i]
		if c.Operation != w.operation || c.Read != w.read || c.Write != w.write || c.Index != w.index || c.Seq != i+1 || !strings.HasSuffix(c.Actions[0].ARN(), w.arn) {
			t.Errorf("call %d: %s read %v write %v index %v %s, want %+v", c.Seq, c.Operation, c.Read, c.Write, c.Index, c.Actions[0].ARN(), w)
		}
		if got := c.PartitionReads["reads"]; w.arn == ":table/Table" && got != w.read {
			t.Errorf("call %d: %s read %v of its partition, want %v", c.Seq, c.Operation, got, w.read)
		}
	}
}

func TestFaults(t *testing.T) {
	defer one.Proxy.SetHook(nil)
	count := func(pk string) int { return count(t, pk) }
	for _, test := range []struct {
		name    string
		fault   proxy.Fault
		seq     int
		written int
		fails   string
	}{
		{"kill before", proxy.Fault{At: proxy.Before, Kill: true}, 2, 1, "ExitError"},
		{"kill with the answer lost", proxy.Fault{At: proxy.Lost, Kill: true}, 2, 2, "ExitError"},
		{"kill after", proxy.Fault{At: proxy.After, Kill: true}, 2, 2, "ExitError"},
		{"reset before, retried", proxy.Fault{At: proxy.Before}, 2, 3, ""},
		{"answer lost, retried", proxy.Fault{At: proxy.Lost}, 2, 3, ""},
		{"throttled, retried", proxy.Fault{Error: proxy.Throttled}, 2, 3, ""},
		// The deadline is the function's and the service's alike: whichever notices first ends it.
		{"time-out", proxy.Fault{Delay: 30 * time.Second}, 2, 1, "deadline|time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			one.Proxy.SetHook(func(c *proxy.Call) proxy.Fault {
				if c.Function == "Writer" && c.Seq == test.seq {
					return test.fault
				}
				return proxy.Fault{}
			})
			err := write(t, map[string]any{"PK": test.name, "Class": "plain", "Times": 3})
			if test.fails == "" && err != nil || test.fails != "" && (err == nil || !slices.ContainsFunc(strings.Split(test.fails, "|"), func(word string) bool { return strings.Contains(err.Error(), word) })) {
				t.Errorf("error %v, want %q", err, test.fails)
			}
			if n := count(test.name); n != test.written {
				t.Errorf("%d items, want %d", n, test.written)
			}
		})
	}
	one.Proxy.SetHook(func(c *proxy.Call) proxy.Fault { return proxy.Fault{Error: proxy.Conflict} })
	if err := write(t, map[string]any{"PK": "conflict", "Times": 3, "Together": true}); err == nil || !strings.Contains(err.Error(), "TransactionConflict") {
		t.Errorf("conflict: %v", err)
	}
}

func TestQueue(t *testing.T) {
	var wait sync.WaitGroup
	for range 40 {
		wait.Go(func() {
			if a := call(t, "POST", "/open", strings.NewReader("x"), "Content-Type", "text/plain"); a.status != 201 {
				t.Errorf("status %d: %s", a.status, a.body)
			}
		})
	}
	wait.Wait()
	pids := map[int]bool{}
	seenMutex.Lock()
	defer seenMutex.Unlock()
	for _, i := range seen {
		if i.Function == "Echo" {
			pids[i.PID] = true
		}
	}
	if len(pids) > 4 {
		t.Errorf("%d instances, want at most 4", len(pids))
	}
}
