// Package httpapi answers as an API Gateway HTTP API does: it finds the route,
// asks the Lambda authorizer, speaks payload 2.0 with the function, and has
// its own short words for what goes wrong before or behind the function.
package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"liaison/infra/local/lambda"
	"liaison/infra/local/template"
)

// bodyLimit is API Gateway's largest request.
const bodyLimit = 10 << 20

// headerLimit is API Gateway's limit for all headers and the request line together.
const headerLimit = 10240

// longest is API Gateway's own time-out for a function.
const longest = 30 * time.Second

// Invoke runs a function with an event and returns its answer.
type Invoke func(ctx context.Context, function string, event []byte) ([]byte, error)

// API serves one HTTP API.
type API struct {
	api    *template.API
	domain string // host and port it is reached at
	invoke Invoke
	now    func() time.Time

	mutex   sync.Mutex
	answers map[string]*authorization
	buckets map[string]*bucket
}

type authorization struct {
	ready   chan struct{}
	until   time.Time
	allowed bool
	failed  bool
	context map[string]any
}

// New returns the API as reached at domain ("localhost:8080").
func New(api *template.API, domain string, invoke Invoke) *API {
	return &API{
		api: api, domain: domain, invoke: invoke, now: time.Now,
		answers: map[string]*authorization{}, buckets: map[string]*bucket{},
	}
}

// ForgetAuthorizations empties the authorizer's cache.
func (a *API) ForgetAuthorizations() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	clear(a.answers)
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := rand.Text()[:16]
	w.Header().Set("Apigw-Requestid", id)
	// API Gateway decodes the path once before it looks for the route, and
	// the function sees it decoded.
	route, parameters, found := match(a.api.Routes, r.Method, r.URL.Path)
	if !found {
		say(w, http.StatusNotFound, "Not Found")
		return
	}
	if headerSize(r) > headerLimit {
		say(w, http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
		return
	}
	if !a.take(route.Key()) {
		say(w, http.StatusTooManyRequests, "Too Many Requests")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			say(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
			return
		}
		say(w, http.StatusBadRequest, "Bad Request")
		return
	}
	event := request(r, place{api: a.api.Name, domain: a.domain, key: route.Key(), id: id, at: a.now()}, parameters, body)
	if route.Authorizer != nil {
		answer, status := a.authorize(r, route, event)
		if status != 0 {
			say(w, status, map[int]string{401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error"}[status])
			return
		}
		requestContext := event["requestContext"].(map[string]any)
		requestContext["authorizer"] = map[string]any{"lambda": answer.context}
	}
	payload, err := json.Marshal(event)
	if err != nil {
		say(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), longest)
	defer cancel()
	answer, err := a.invoke(ctx, route.Function, payload)
	switch {
	case errors.Is(err, lambda.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		say(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		say(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		reply(w, answer)
	}
}

func headerSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

func say(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}

// place is where and when a request arrived.
type place struct {
	api, domain, key, id string // key is the route's
	at                   time.Time
}

// Direct hands every request to one function as payload 2.0, without routes, throttles and limits. said returns what the authorizer's
// context says of the request; nil where none stands before the function.
func Direct(said func(*http.Request) map[string]any, function func(ctx context.Context, event []byte) ([]byte, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			say(w, http.StatusBadRequest, "Bad Request")
			return
		}
		event := request(r, place{api: "direct", domain: r.Host, key: "$default", id: rand.Text()[:16], at: time.Now()}, nil, body)
		if said != nil {
			event["requestContext"].(map[string]any)["authorizer"] = map[string]any{"lambda": said(r)}
		}
		payload, err := json.Marshal(event)
		if err == nil {
			payload, err = function(r.Context(), payload)
		}
		if err != nil {
			say(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		reply(w, payload)
	})
}

// request is the request as payload 2.0: what came several times under one header is joined by commas, cookies stand apart.
func request(r *http.Request, at place, parameters map[string]string, body []byte) map[string]any {
	headers := map[string]string{"host": r.Host}
	var cookies []string
	for name, values := range r.Header {
		name = strings.ToLower(name)
		if name == "cookie" {
			for _, value := range values {
				for part := range strings.SplitSeq(value, ";") {
					cookies = append(cookies, strings.TrimSpace(part))
				}
			}
			continue
		}
		headers[name] = strings.Join(values, ",")
	}
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	if before := headers["x-forwarded-for"]; before != "" {
		headers["x-forwarded-for"] = before + ", " + source
	} else {
		headers["x-forwarded-for"] = source
	}
	_, port, _ := net.SplitHostPort(at.domain)
	headers["x-forwarded-port"], headers["x-forwarded-proto"] = port, "http"
	if len(body) > 0 {
		headers["content-length"] = strconv.Itoa(len(body))
	}
	event := map[string]any{
		"version": "2.0", "routeKey": at.key, "rawPath": r.URL.Path, "rawQueryString": r.URL.RawQuery,
		"headers": headers, "isBase64Encoded": false,
		"requestContext": map[string]any{
			"accountId": template.Account, "apiId": at.api, "domainName": at.domain,
			"domainPrefix": strings.SplitN(at.domain, ".", 2)[0], "requestId": at.id, "routeKey": at.key, "stage": "$default",
			"time": at.at.UTC().Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": at.at.UnixMilli(),
			"http": map[string]any{
				"method": r.Method, "path": r.URL.Path, "protocol": r.Proto, "sourceIp": source, "userAgent": r.UserAgent(),
			},
		},
	}
	if len(cookies) > 0 {
		event["cookies"] = cookies
	}
	if len(parameters) > 0 {
		event["pathParameters"] = parameters
	}
	if query, err := url.ParseQuery(r.URL.RawQuery); err == nil && len(query) > 0 {
		flat := map[string]string{}
		for key, values := range query {
			flat[key] = strings.Join(values, ",")
		}
		event["queryStringParameters"] = flat
	}
	if len(body) > 0 {
		if isText(r.Header.Get("Content-Type")) && utf8.Valid(body) {
			event["body"] = string(body)
		} else {
			event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(body), true
		}
	}
	return event
}

// isText says whether API Gateway hands a body of this type on as text; any other is base64.
func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return contentType == ""
	}
	switch kind {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// authorize returns the authorizer's answer for the request, from its cache
// where it has one, or the status that refuses the request.
func (a *API) authorize(r *http.Request, route template.Route, event map[string]any) (*authorization, int) {
	identity := make([]string, len(route.Authorizer.Headers))
	for i, name := range route.Authorizer.Headers {
		if identity[i] = strings.Join(r.Header.Values(name), ","); identity[i] == "" {
			return nil, http.StatusUnauthorized
		}
	}
	key := route.Authorizer.Name + "\x00" + strings.Join(identity, "\x00")
	a.mutex.Lock()
	known := a.answers[key]
	if known != nil && !known.until.IsZero() && !a.now().Before(known.until) {
		known = nil
	}
	asking := known == nil
	if asking {
		known = &authorization{ready: make(chan struct{})}
		a.answers[key] = known
	}
	a.mutex.Unlock()
	if asking {
		a.ask(route, event, identity, known)
		a.mutex.Lock()
		known.until = a.now().Add(route.Authorizer.TTL)
		if known.failed && a.answers[key] == known {
			delete(a.answers, key)
		}
		a.mutex.Unlock()
		close(known.ready)
	}
	select {
	case <-known.ready:
	case <-r.Context().Done():
		return nil, http.StatusInternalServerError
	}
	switch {
	case known.failed:
		return nil, http.StatusInternalServerError
	case !known.allowed:
		return nil, http.StatusForbidden
	}
	return known, 0
}

func (a *API) ask(route template.Route, event map[string]any, identity []string, into *authorization) {
	request := map[string]any{"type": "REQUEST", "identitySource": identity}
	for key, value := range event {
		if key != "body" && key != "isBase64Encoded" {
			request[key] = value
		}
	}
	request["routeArn"] = "arn:aws:execute-api:" + template.Region + ":" + template.Account + ":" + a.api.Name + "/$default/" + strings.ReplaceAll(route.Key(), " ", "")
	into.failed = true
	payload, err := json.Marshal(request)
	if err != nil {
		return
	}
	// The answer serves later requests too, so it must not end with this one.
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	text, err := a.invoke(ctx, route.Authorizer.Function, payload)
	if err != nil {
		return
	}
	var answer struct {
		Allowed *bool          `json:"isAuthorized"`
		Context map[string]any `json:"context"`
	}
	if json.Unmarshal(text, &answer) != nil || answer.Allowed == nil {
		return
	}
	into.failed, into.allowed, into.context = false, *answer.Allowed, answer.Context
}

// reply writes a function's answer. One without a status code is the body itself.
func reply(w http.ResponseWriter, payload []byte) {
	var answer struct {
		Status  json.RawMessage            `json:"statusCode"`
		Headers map[string]json.RawMessage `json:"headers"`
		Cookies []string                   `json:"cookies"`
		Body    string                     `json:"body"`
		Base64  bool                       `json:"isBase64Encoded"`
	}
	err := json.Unmarshal(payload, &answer)
	if err != nil || answer.Status == nil {
		if json.Valid(payload) {
			w.Header().Set("Content-Type", "application/json")
			w.Write(payload)
			return
		}
		say(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	status, err := strconv.Atoi(strings.Trim(string(answer.Status), `"`))
	if err != nil || status < 200 || status > 599 {
		say(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	body := []byte(answer.Body)
	if answer.Base64 {
		if body, err = base64.StdEncoding.DecodeString(answer.Body); err != nil {
			say(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
	}
	for name, value := range answer.Headers {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		if strings.EqualFold(name, "Content-Length") {
			continue
		}
		if strings.EqualFold(name, "WWW-Authenticate") { // API Gateway's way to keep browsers from asking for a password
			name = "X-Amzn-Remapped-Www-Authenticate"
		}
		w.Header().Set(name, text)
	}
	for _, cookie := range answer.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	if w.Header().Get("Content-Type") == "" && len(body) > 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		w.Write(body)
	}
}

// bucket is a token bucket.
type bucket struct {
	tokens float64
	filled time.Time
}

// take takes one token of the route's throttle and says whether there was one.
func (a *API) take(key string) bool {
	throttle, own := a.api.RouteThrottles[key]
	if !own {
		throttle = template.Throttle{Rate: a.api.Rate, Burst: a.api.Burst}
		key = ""
	}
	if throttle.Rate <= 0 {
		return true
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	now := a.now()
	b := a.buckets[key]
	if b == nil {
		b = &bucket{tokens: float64(throttle.Burst), filled: now}
		a.buckets[key] = b
	}
	b.tokens = min(float64(throttle.Burst), b.tokens+throttle.Rate*now.Sub(b.filled).Seconds())
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
