// Package proxy stands between the functions and the AWS services they call.
// It numbers and records each call with the rights it uses and the units it
// costs, and, where a test asks for it, delays a call, drops its answer,
// answers an error in the service's place, or kills the function around it.
package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"liaison/infra/local/template"
)

// Service names a service behind the proxy: the prefix of its IAM actions.
type Service string

// The services functions call.
const (
	DynamoDB Service = "dynamodb"
	SES      Service = "ses"
	Cognito  Service = "cognito-idp"
)

// Action is one right that a call uses.
type Action struct {
	// Name is as in IAM: dynamodb:PutItem.
	Name string
	// Resource is the table ("Table"), the index ("Table/index/due"), or empty.
	Resource string
	// From is the address that a mail comes from (ses:FromAddress), or empty.
	From string
}

// ARN returns the table's or index's ARN as the templates' rights name it, or "".
func (a Action) ARN() string {
	if a.Resource == "" {
		return ""
	}
	return "arn:aws:dynamodb:" + template.Region + ":" + template.Account + ":table/" + a.Resource
}

// Call is one call of a function to a service.
type Call struct {
	Function, Instance string
	// Invocation is the id of the invocation that made it; empty in an init.
	Invocation string
	// Seq numbers the calls of one invocation from 1; the calls of an init have their own numbers.
	Seq       int
	Service   Service
	Operation string // TransactWriteItems
	Actions   []Action
	// Requests is 1; Read, Write and Index are DynamoDB's request units by AWS's published rules:
	// reads, writes of items, and writes to indexes. They are counted only while Measure is on.
	Read, Write, Index float64
	// PartitionReads and PartitionWrites are Read and Write by partition key, without reads of indexes: DynamoDB serves one partition
	// 3,000 read and 1,000 write units a second.
	PartitionReads, PartitionWrites map[string]float64
	// Writes says that the call changed the table or sent something.
	Writes bool
	// Status is the HTTP status the function got, 0 where it got none.
	Status int
	// Error is the service's error code, or empty.
	Error string
	// Fault says that a hook interfered.
	Fault    bool
	Begun    time.Time
	Duration time.Duration
	// Body and Answer are the request and its answer; hooks and observers see them, records don't keep them.
	Body, Answer []byte
}

// Moment is a point around a call.
type Moment int

// The moments at which a fault strikes.
const (
	// Never strikes nothing.
	Never Moment = iota
	// Before strikes before the service sees the call.
	Before
	// Lost strikes after the service did its work; the function never gets the answer.
	Lost
	// After strikes once the function has the answer; nothing that it does from then on counts.
	After
)

// Fault is what a hook does to a call. The zero Fault lets it pass.
type Fault struct {
	// Delay holds the call before anything else.
	Delay time.Duration
	// Error is answered in the service's place.
	Error *Error
	// At is when the connection is cut, or, with Kill, the function killed.
	At Moment
	// Kill makes it kill -9 of the instance.
	Kill bool
}

// Error is an error in AWS's words.
type Error struct {
	Status  int
	Code    string
	Message string
}

// The errors of DynamoDB and SES that tests ask for.
var (
	Conflict           = &Error{400, "TransactionConflict", "Transaction is ongoing for the item"}
	Throttled          = &Error{400, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded."}
	ServerError        = &Error{500, "InternalServerError", "The service could not process the request."}
	NotSuppressed      = &Error{404, "NotFoundException", "Email address is not on the suppression list."}
	TooManyMails       = &Error{429, "TooManyRequestsException", "Maximum sending rate exceeded."}
	SendingPaused      = &Error{400, "SendingPausedException", "Sending is paused."}
	MessageRejected    = &Error{400, "MessageRejected", "Email address is not verified."}
	MailDomainRefused  = &Error{400, "MailFromDomainNotVerifiedException", "The mail-from domain is not verified."}
	ServiceUnavailable = &Error{503, "ServiceUnavailable", "The service is unavailable."}
)

// Hook decides on each call before it is made. It runs in many goroutines at once.
type Hook func(*Call) Fault

// Target is what the proxy needs to know of the instances behind the calls.
type Target interface {
	// Current returns the invocation that an instance works on.
	Current(instance string) string
	// Doom says that nothing an instance does from now on counts.
	Doom(instance string)
	// Doomed says whether Doom or Kill was called.
	Doomed(instance string) bool
	// Kill ends an instance with SIGKILL.
	Kill(instance string)
}

// Options says what is behind the proxy.
type Options struct {
	// Services are the URLs of the real services.
	Services map[Service]string
	// AccessKey is the key under which the tables stand in DynamoDB Local.
	AccessKey string
	// Tables describes the tables, to compute units.
	Tables []Table
	// Stand, where it is set, may answer in a service's place what the local part does not do as AWS does: true, with an error or, without
	// one, an empty success.
	Stand func(call *Call, path string) (*Error, bool)
	// Observe is called after each call that reached its service, before the function has the answer.
	Observe func(*Call)
	// Keep is how many records are kept; 0 means 200,000.
	Keep int
}

// Proxy forwards calls.
type Proxy struct {
	options Options
	target  Target
	server  *http.Server
	address string
	client  *http.Client
	hook    atomic.Pointer[Hook]
	measure atomic.Bool

	mutex   sync.Mutex
	numbers map[string]number
	calls   []*Call
	writes  int
}

type number struct {
	invocation string
	seq        int
}

// Start opens the proxy on a free loopback port.
func Start(o Options) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if o.Keep == 0 {
		o.Keep = 200_000
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 256
	transport.DisableCompression = true
	transport.IdleConnTimeout = 2 * time.Second // Node closes at 5: a call that is written just then is lost
	p := &Proxy{options: o, address: listener.Addr().String(), client: &http.Client{Transport: transport}, numbers: map[string]number{}}
	p.server = &http.Server{Handler: p}
	go p.server.Serve(listener)
	return p, nil
}

// Attach tells the proxy whose calls it forwards. It must come before the first call.
func (p *Proxy) Attach(t Target) { p.target = t }

// Close ends the proxy.
func (p *Proxy) Close() error {
	p.client.CloseIdleConnections()
	return p.server.Close()
}

// Environment returns the variables that lead an instance's calls here.
func (p *Proxy) Environment(function, instance string) []string {
	base := "http://" + p.address + "/" + function + "/" + instance + "/"
	var list []string
	for service, variable := range map[Service]string{
		DynamoDB: "AWS_ENDPOINT_URL_DYNAMODB", SES: "AWS_ENDPOINT_URL_SESV2", Cognito: "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
	} {
		if p.options.Services[service] != "" {
			list = append(list, variable+"="+base+string(service))
		}
	}
	return list
}

// SetHook sets what decides on each call; nil lets all pass.
func (p *Proxy) SetHook(h Hook) {
	if h == nil {
		p.hook.Store(nil)
		return
	}
	p.hook.Store(&h)
}

// Measure switches the computing of units on or off. It costs a read of each
// written item before and after the write.
func (p *Proxy) Measure(on bool) { p.measure.Store(on) }

// Calls returns the records since the last Reset, oldest first.
func (p *Proxy) Calls() []*Call {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(p.calls)
}

// Reset forgets the records.
func (p *Proxy) Reset() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.calls = nil
}

// Writes returns how many calls ever changed the table or sent something.
func (p *Proxy) Writes() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.writes
}

// ServeHTTP forwards one call: /<function>/<instance>/<service>/<path of the service>.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/", 4)
	if len(parts) < 3 || p.options.Services[Service(parts[2])] == "" {
		http.Error(w, "no such service", http.StatusNotFound)
		return
	}
	call := &Call{Function: parts[0], Instance: parts[1], Service: Service(parts[2]), Begun: time.Now()}
	path := "/"
	if len(parts) == 4 {
		path += parts[3]
	}
	if p.target.Doomed(call.Instance) {
		cut(w)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		cut(w)
		return
	}
	call.Body = body
	describe(call, r, path)
	call.Invocation = p.target.Current(call.Instance)
	p.mutex.Lock()
	n := p.numbers[call.Instance]
	if n.invocation != call.Invocation {
		n = number{invocation: call.Invocation}
	}
	n.seq++
	p.numbers[call.Instance] = n
	call.Seq = n.seq
	p.mutex.Unlock()

	var fault Fault
	if hook := p.hook.Load(); hook != nil {
		fault = (*hook)(call)
	}
	call.Fault = fault != Fault{}
	defer p.record(call)
	if fault.Delay > 0 {
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
			return
		}
	}
	if fault.At == Before {
		p.strike(w, call, fault)
		return
	}
	if fault.Error != nil {
		call.Error, call.Status = fault.Error.Code, fault.Error.Status
		answerError(w, call, fault.Error)
		return
	}
	if p.options.Stand != nil {
		if failed, stood := p.options.Stand(call, path); stood && failed != nil {
			call.Error, call.Status = failed.Code, failed.Status
			answerError(w, call, failed)
			return
		} else if stood {
			call.Status, call.Writes = http.StatusOK, true
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
			return
		}
	}
	var measured *images
	if p.measure.Load() && call.Service == DynamoDB {
		measured = p.before(call)
	}
	// The service finishes what it was asked even when the function is gone.
	status, header, answer, err := p.forward(context.WithoutCancel(r.Context()), call, r, path)
	if err != nil {
		call.Error = err.Error()
		cut(w)
		return
	}
	call.Status, call.Answer = status, answer
	call.Error = errorCode(status, header, answer)
	call.Writes = status < 300 && writes(call)
	if measured != nil {
		p.after(call, measured)
	}
	if p.options.Observe != nil {
		p.options.Observe(call)
	}
	if fault.At == Lost {
		call.Status = 0
		p.strike(w, call, fault)
		return
	}
	if fault.At == After {
		p.target.Doom(call.Instance)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	w.Write(answer)
	if fault.At == After {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		p.target.Kill(call.Instance)
	}
}

// strike cuts the connection, or kills the function before it can notice.
func (p *Proxy) strike(w http.ResponseWriter, call *Call, fault Fault) {
	if fault.Kill {
		p.target.Kill(call.Instance)
	}
	cut(w)
}

// cut resets the connection.
func cut(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	connection.Close()
}

func (p *Proxy) record(call *Call) {
	call.Duration = time.Since(call.Begun)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if call.Writes {
		p.writes++
	}
	kept := *call
	kept.Body, kept.Answer = nil, nil
	if len(p.calls) >= p.options.Keep {
		p.calls = append([]*Call(nil), p.calls[len(p.calls)/2:]...)
	}
	p.calls = append(p.calls, &kept)
}

func (p *Proxy) forward(ctx context.Context, call *Call, r *http.Request, path string) (int, http.Header, []byte, error) {
	url := p.options.Services[call.Service] + path
	if r.URL.RawQuery != "" {
		url += "?" + r.URL.RawQuery
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, url, bytes.NewReader(call.Body))
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Connection")
	response, err := p.client.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	header := response.Header.Clone()
	header.Del("Content-Length")
	header.Del("Connection")
	return response.StatusCode, header, answer, err
}

// answerError writes the error as the call's service would.
func answerError(w http.ResponseWriter, call *Call, e *Error) {
	body := map[string]any{"message": e.Message}
	code := e.Code
	if call.Service == DynamoDB {
		if code == Conflict.Code {
			code = "TransactionConflictException"
			if call.Operation == "TransactWriteItems" || call.Operation == "TransactGetItems" {
				code = "TransactionCanceledException"
				var reasons []any
				for i := range max(1, len(call.Actions)) {
					reason := map[string]any{"Code": "None"}
					if i == 0 {
						reason = map[string]any{"Code": e.Code, "Message": e.Message}
					}
					reasons = append(reasons, reason)
				}
				body["CancellationReasons"] = reasons
				body["Message"] = "Transaction cancelled, please refer cancellation reasons for specific reasons"
				delete(body, "message")
			}
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		body["__type"] = "com.amazonaws.dynamodb.v20120810#" + code
	} else {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amzn-Errortype", code)
		body["__type"] = code
	}
	w.WriteHeader(e.Status)
	json.NewEncoder(w).Encode(body)
}

func errorCode(status int, header http.Header, answer []byte) string {
	if status < 300 {
		return ""
	}
	code := header.Get("X-Amzn-Errortype")
	if code == "" {
		var body struct {
			Type string `json:"__type"`
			Name string `json:"name"`
		}
		json.Unmarshal(answer, &body)
		code = body.Type + body.Name
	}
	code = code[strings.LastIndexByte(code, '#')+1:]
	code, _, _ = strings.Cut(code, ":")
	if code == "" {
		return fmt.Sprint(status)
	}
	return code
}
