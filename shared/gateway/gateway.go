// Package gateway stands between API Gateway's HTTP APIs and net/http: it knows the caller, reads and writes JSON,
// turns faults into problem details, keeps idempotency and paging. A handler parses, calls once, renders and returns its error.
package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
	"github.com/gowebpki/jcs"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Endpoint is one operation of the API.
type Endpoint struct {
	Pattern  string       // as http.ServeMux takes it: "POST /v1/offers"; empty for every request whatever it holds, as the fallback takes it
	Requires access.Right // access.Public where no caller is needed
	Queries  []string     // the query parameters it knows; any other is refused
	Creates  bool         // its success is 201
	// Handle does the work and writes the answer, or returns why not.
	Handle func(w http.ResponseWriter, r *http.Request) error
	// Replay renders the result of an operation that was done before under the same Idempotency-Key.
	// Where it is set the operation takes a key.
	Replay func(w http.ResponseWriter, r *http.Request, result string) error
	// DryRun says that a request only asks what its operation would do: it takes no key. nil: every request does what it says.
	DryRun func(r *http.Request) bool
}

// Callers is what the gateway needs of the table: who stands behind a token, what was done under a key, and to note what operators read.
type Callers interface {
	access.Notes
	Caller(ctx context.Context, issuer, subject, once string, at time.Time) (access.Caller, *op.Once, error)
}

// MaxBody is the most bytes a request's body may have.
const MaxBody = 256 << 10

const (
	maxKey       = 255
	maxRequestID = 128
	onceFor      = 24 * time.Hour
	spare        = 500 * time.Millisecond // between the end of work and the function's deadline
)

// Serve answers API Gateway with one endpoint until Lambda ends the process.
func Serve(env boot.Env, callers Callers, e Endpoint) { ServeHTTP(env, Handler(env, callers, e)) }

// ServeHTTP answers API Gateway with any handler until Lambda ends the process.
func ServeHTTP(env boot.Env, h http.Handler) { lambda.Start(Lambda(env, h)) }

// Lambda returns the function that answers an HTTP API's events (payload 2.0) with a handler. It never fails: an event that is no request is 400.
func Lambda(env boot.Env, h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	adapter := httpadapter.NewV2(whole(h))
	return func(ctx context.Context, in events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if in.IsBase64Encoded {
			if _, err := base64.StdEncoding.DecodeString(in.Body); err != nil {
				return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
			}
		}
		if _, err := url.Parse("https://host" + in.RawPath); err != nil {
			in.RawPath = (&url.URL{Path: in.RawPath}).EscapedPath() // API Gateway decodes a path once: "%" may stand alone
		}
		if end, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, end.Add(-spare))
			defer cancel()
		}
		out, err := adapter.ProxyWithContext(context.WithValue(ctx, sentKey{}, in), in)
		if err != nil {
			env.Log.Error("request could not be adapted", "error", err.Error())
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
		}
		return out, nil
	}
}

type sentKey struct{}

// whole gives a handler every header as it was sent: the adapter splits most of them at each comma, whatever their grammar is. A header that
// was sent several times is one value, joined by commas, as API Gateway hands it on. Cookies come apart from the headers, and stay so.
func whole(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sent, ok := r.Context().Value(sentKey{}).(events.APIGatewayV2HTTPRequest); ok {
			for name, value := range sent.Headers {
				if name = http.CanonicalHeaderKey(name); name != "Cookie" || len(sent.Cookies) == 0 {
					r.Header[name] = []string{value}
				}
			}
		}
		h.ServeHTTP(w, r)
	})
}

// Handler returns the endpoint as net/http runs it; what the authorizer found is read from the request's context.
func Handler(env boot.Env, callers Callers, e Endpoint) http.Handler {
	h := &handler{env: env, callers: callers, endpoint: e}
	if e.Pattern == "" {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.answer(w, r, e.Handle) })
	}
	mux := http.NewServeMux()
	mux.Handle(e.Pattern, h)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		h.answer(w, r, func(w http.ResponseWriter, r *http.Request) error { return fault.NotFound })
	})
	return mux
}

type handler struct {
	env      boot.Env
	callers  Callers
	endpoint Endpoint
}

type state struct {
	requestID string
	caller    access.Caller
	op        op.Op
	env       boot.Env
	body      []byte
	callers   Callers
	unaudited bool // an operator asks for what is personal, and no event says so yet
}

type stateKey struct{}

func of(r *http.Request) *state {
	if s, ok := r.Context().Value(stateKey{}).(*state); ok {
		return s
	}
	return &state{}
}

// Op returns the operation this request is: who, when, fresh ids, and the Idempotency-Key's row where one is taken.
func Op(r *http.Request) op.Op { return of(r).op }

// Caller returns who calls; zero at public endpoints.
func Caller(r *http.Request) access.Caller { return of(r).caller }

// Env returns the function's environment.
func Env(r *http.Request) boot.Env { return of(r).env }

// RequestID returns what names the request in log, problem and event.
func RequestID(r *http.Request) string { return of(r).requestID }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.answer(w, r, h.serve) }

// answer runs one request with a request id, a log line, and a written status whatever happens.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter, *http.Request) error) {
	started := time.Now()
	at := h.env.Now()
	id, wrong := requestID(r, h.env, at)
	s := &state{env: h.env, callers: h.callers, requestID: id}
	s.op = op.Op{RequestID: s.requestID, At: at, IDs: h.env.IDs()}
	s.op.ID = s.op.NewID()
	r = r.WithContext(context.WithValue(r.Context(), stateKey{}, s))
	out := &recorder{ResponseWriter: w, state: s, silent: r.Method == http.MethodHead}
	Secure(out.Header())
	out.Header().Set("Request-Id", s.requestID)
	err := wrong
	if err == nil {
		err = guard(func() error { return serve(out, r) })
	}
	var replay *op.Replay
	if errors.As(err, &replay) && h.endpoint.Replay != nil {
		err = guard(func() error { return h.replay(out, r, replay.Once) })
	}
	if err != nil {
		problem(out, r, err)
	}
	line := []any{
		"request_id", s.requestID, "route", h.endpoint.Pattern, "status", out.status, "caller", s.caller.ID,
		"milliseconds", time.Since(started).Milliseconds(),
	}
	if f := fault.As(err); f != nil {
		line = append(line, "code", f.Code.String())
	}
	if out.status >= 500 {
		h.env.Log.Error("request failed", append(line, "error", err.Error())...)
		return
	}
	h.env.Log.Info("request", line...)
}

// guard turns a panic into an error with its stack, which is logged and shown to nobody.
func guard(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p, debug.Stack()}
		}
	}()
	return work()
}

type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string {
	if err, ok := p.value.(error); ok {
		return "panic: " + err.Error() + "\n" + string(p.stack)
	}
	return "panic\n" + string(p.stack)
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request) error {
	s := of(r)
	body, err := readBody(r)
	if err != nil {
		return err
	}
	s.body = body
	if err := known(r, h.endpoint.Queries); err != nil {
		return err
	}
	if h.endpoint.Requires == access.Public {
		if h.endpoint.Replay != nil { // a visitor's key counts for its address; what was done under it is found by the write itself
			row, err := h.onceRow(r, identity{subject: ClientAddress(r)}, body, s.op.At)
			if err != nil {
				return err
			}
			s.op.Once, s.op.ID = row, op.Name("once", row.Key)
		}
		return h.endpoint.Handle(w, r)
	}
	who, err := bearer(r, s.op.At)
	if err != nil {
		return err
	}
	var row *op.Once
	key := ""
	if h.endpoint.Replay != nil && (h.endpoint.DryRun == nil || !h.endpoint.DryRun(r)) {
		if row, err = h.onceRow(r, who, body, s.op.At); err == nil {
			key = row.Key
		}
	}
	caller, done, loadErr := h.callers.Caller(r.Context(), who.issuer, who.subject, key, s.op.At)
	if loadErr != nil {
		return loadErr
	}
	s.caller = caller
	s.op = caller.Operation(s.op)
	s.unaudited = caller.Operates() && h.endpoint.Requires.Personal() && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if err := access.Check(caller, h.endpoint.Requires); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if row != nil {
		s.op.Once, s.op.ID = row, op.Name("once", row.Key)
		if done != nil {
			return h.replay(w, r, *done)
		}
	}
	return h.endpoint.Handle(w, r)
}

// replay renders what was done before under the key, with the status of the first answer; another payload is refused.
func (h *handler) replay(w http.ResponseWriter, r *http.Request, done op.Once) error {
	if once := of(r).op.Once; once == nil || once.Payload != done.Payload {
		return fault.IdempotencyKeyReused
	}
	w.Header().Set("Idempotency-Replayed", "true")
	if out, ok := w.(*recorder); ok {
		out.replayed = done.Status
	}
	return h.endpoint.Replay(w, r, done.Result)
}

func (h *handler) onceRow(r *http.Request, who identity, body []byte, at time.Time) (*op.Once, error) {
	key := r.Header.Get("Idempotency-Key")
	switch {
	case key == "":
		return nil, fault.IdempotencyKeyMissing.In("Idempotency-Key")
	case len(key) > maxKey:
		return nil, fault.IdempotencyKeyTooLong.With(maxKey).In("Idempotency-Key")
	case !visible(key):
		return nil, fault.InvalidFormat.With(fault.Key).InParameter("Idempotency-Key")
	}
	status := http.StatusOK
	if h.endpoint.Creates {
		status = http.StatusCreated
	}
	return &op.Once{
		Key: hash(who.issuer, who.subject, h.endpoint.Pattern, key), Payload: hash(r.URL.Path, r.URL.Query().Encode(), meaning(body)),
		Status: status, EndsAt: at.Add(onceFor),
	}, nil
}

// meaning returns a body's canonical form (RFC 8785): who repeats a request need not send the same bytes. What has none stands for itself; its
// handler refuses it.
func meaning(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "{}" // as ReadJSON takes it
	}
	canonical, err := jcs.Transform(body)
	if err != nil {
		return string(body)
	}
	return string(canonical)
}

func hash(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:])
}

type identity struct{ issuer, subject string }

// bearer returns whom the authorizer found in the token. Without a subject there is no caller: it fails closed.
func bearer(r *http.Request, at time.Time) (identity, error) {
	lambda := authorizer(r)
	lacks, _ := lambda["fault"].(string)
	subject, _ := lambda["subject"].(string)
	issuer, _ := lambda["issuer"].(string)
	ends, _ := strconv.ParseInt(text(lambda["exp"]), 10, 64)
	switch {
	case fault.Named(lacks) != nil:
		return identity{}, fault.Named(lacks)
	case lacks != "" || subject == "" || issuer == "":
		return identity{}, fault.Unauthorized
	case ends == 0 || time.Now().Unix() >= ends: // the authorizer's answer is cached longer than a token may live; tokens live in real time
		return identity{}, fault.TokenExpired
	}
	return identity{issuer, subject}, nil
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatInt(int64(v), 10)
	}
	return ""
}

func authorizer(r *http.Request) map[string]any {
	if request, ok := core.GetAPIGatewayV2ContextFromContext(r.Context()); ok && request.Authorizer != nil {
		return request.Authorizer.Lambda
	}
	return nil
}

// ClientAddress returns the address the request came from, as API Gateway saw it; never what a header says.
func ClientAddress(r *http.Request) string {
	if request, ok := core.GetAPIGatewayV2ContextFromContext(r.Context()); ok {
		return request.HTTP.SourceIP
	}
	return ""
}

// requestID returns the caller's Request-Id, else a new one. It fails with Malformed where the caller's has another form than the contract's:
// who sent it would look for it in vain.
func requestID(r *http.Request, env boot.Env, at time.Time) (string, error) {
	given := r.Header.Get("Request-Id")
	if given != "" && len(given) <= maxRequestID && visible(given) {
		return given, nil
	}
	var wrong error
	if given != "" {
		wrong = fault.InvalidFormat.With(fault.Key).InParameter("Request-Id")
	}
	return "req_" + env.IDs().ULID(at), wrong
}

// visible says whether a text holds only visible ASCII characters and no space.
func visible(text string) bool {
	return strings.IndexFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) < 0
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		return nil, fault.BadRequest.Because(err)
	}
	if len(body) > MaxBody {
		return nil, fault.BodyTooLarge.With(MaxBody)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

func known(r *http.Request, queries []string) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.BadRequest.Because(err)
	}
	for name, given := range values {
		if !slices.Contains(queries, name) {
			return fault.UnknownParameter.With(name).In(name)
		}
		if len(given) > 1 {
			return fault.DuplicateField.With(name).In(name)
		}
	}
	return nil
}

// recorder remembers the status, and answers a replay with the first one's.
type recorder struct {
	http.ResponseWriter
	state    *state
	status   int
	replayed int
	silent   bool // an answer to HEAD has no body
}

func (w *recorder) WriteHeader(status int) {
	if w.replayed != 0 && status < 300 {
		status = w.replayed
	}
	if w.state.unaudited && status < 300 {
		panic(errUnaudited) // before anything is sent; it becomes a 500
	}
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.silent {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Log returns the function's log for things beside the request line.
func Log(r *http.Request) *slog.Logger { return of(r).env.Log.With("request_id", of(r).requestID) }
