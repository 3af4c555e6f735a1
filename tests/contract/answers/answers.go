// Package answers holds every answer that a test sees against infra/openapi.yaml: the route, the status, the headers, the media
// type and the body. What the document does not say is a break.
package answers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// Checker knows the document. It may be used by many tests at once.
type Checker struct {
	doc    *openapi3.T
	router routers.Router
}

// Load reads infra/openapi.yaml of the repository that the working directory is in. It fails where the document is missing or cannot be read.
// It does not look whether all of it holds, which takes a second: tests/contract opens the document for that.
func Load() (*Checker, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "infra", "openapi.yaml")); err == nil {
			break
		}
		above := filepath.Dir(root)
		if above == root {
			return nil, errors.New("answers: no infra/openapi.yaml above the working directory")
		}
		root = above
	}
	doc, err := read(filepath.Join(root, "infra", "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	return checker(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
}

// Open reads the document at the path. It fails as Load does, and where the document breaks OpenAPI 3.1, its own examples included.
func Open(path string) (*Checker, error) {
	doc, err := read(path)
	if err != nil {
		return nil, err
	}
	if !doc.IsOpenAPI31OrLater() {
		return nil, fmt.Errorf("answers: %s is OpenAPI %s, not 3.1", path, doc.OpenAPI)
	}
	// The document's own validation, below, looks at the examples of media types and parameters, not at those of schemas.
	for name, schema := range doc.Components.Schemas {
		for _, example := range schema.Value.Examples {
			if err := doc.ValidateSchemaJSON(schema.Value, example, formats...); err != nil {
				return nil, fmt.Errorf("answers: the example of %s: %w", name, err)
			}
		}
	}
	return checker(doc)
}

func read(path string) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return doc, nil
}

func checker(doc *openapi3.T, less ...openapi3.ValidationOption) (*Checker, error) {
	// Whatever host a test runs the API on, the paths are the same.
	doc.Servers = nil
	router, err := legacy.NewRouter(doc, less...) // validates doc
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return &Checker{doc: doc, router: router}, nil
}

// A page is text, and so is its style sheet: that is all their schemas say.
func init() {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.RegisteredBodyDecoder("text/plain"))
	openapi3filter.RegisterBodyDecoder("text/css", openapi3filter.RegisteredBodyDecoder("text/plain"))
}

// Document returns the document. It is shared: nobody may change it.
func (c *Checker) Document() *openapi3.T { return c.doc }

// Check returns nil where the answer to the request is one that the document allows, and otherwise an error that says what is wrong.
// A path or method that the document does not have may only be answered as the fallback does: 404, or 405 with Allow.
func (c *Checker) Check(req *http.Request, status int, header http.Header, body []byte) error {
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		if err := fallback(req, status, header, body, c.methods(req)); err != nil {
			return fmt.Errorf("%s %s: not in the document, and %w", req.Method, req.URL.Path, err)
		}
		return nil
	}
	if err := c.check(req, route, params, status, header, body); err != nil {
		return fmt.Errorf("%s (%s %s) answered %d: %w\n%s", route.Operation.OperationID, req.Method, req.URL.RequestURI(), status, err, shorten(body))
	}
	return nil
}

func (c *Checker) check(req *http.Request, route *routers.Route, params map[string]string, status int, header http.Header, body []byte) error {
	response := route.Operation.Responses.Status(status)
	if response == nil {
		return errors.New("this status is not declared")
	}
	// openapi3filter lets 304 and answers without declared content pass with any body.
	if len(response.Value.Content) == 0 && len(body) > 0 {
		return errors.New("there must be no body")
	}
	if status == http.StatusNotModified {
		for name, declared := range response.Value.Headers {
			if declared.Value.Required && header.Get(name) == "" {
				return fmt.Errorf("header %s is missing", name)
			}
		}
		return nil
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, SchemaValidationOptions: formats},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return err
	}
	if media(header) == "application/problem+json" {
		return problem(req, status, header, body)
	}
	return nil
}

// formats are those of the document that kin-openapi does not check by itself.
var formats = []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
	"email": openapi3.NewCallbackValidator(func(text string) error {
		parsed, err := mail.ParseAddress(text)
		if err == nil && parsed.Address != text {
			err = errors.New("more than an address")
		}
		return err
	}),
	"uri": openapi3.NewCallbackValidator(func(text string) error {
		parsed, err := url.Parse(text)
		if err == nil && !parsed.IsAbs() {
			err = errors.New("no absolute URI")
		}
		return err
	}),
	"uri-reference": openapi3.NewCallbackValidator(func(text string) error {
		_, err := url.Parse(text)
		return err
	}),
	"date-time": openapi3.NewCallbackValidator(func(text string) error {
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			return err
		}
		if !strings.HasSuffix(text, "Z") {
			return errors.New("not in UTC")
		}
		return nil
	}),
})}

// methods lists what the document allows at the request's path.
func (c *Checker) methods(req *http.Request) []string {
	var allowed []string
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"} {
		other := req.Clone(req.Context())
		other.Method = method
		if _, _, err := c.router.FindRoute(other); err == nil {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

func fallback(req *http.Request, status int, header http.Header, body []byte, methods []string) error {
	want := http.StatusNotFound
	if len(methods) > 0 {
		want = http.StatusMethodNotAllowed
		for _, method := range methods {
			if !strings.Contains(","+strings.ReplaceAll(header.Get("Allow"), " ", "")+",", ","+method+",") {
				return fmt.Errorf("answered %d with Allow %q, which lacks %s", status, header.Get("Allow"), method)
			}
		}
	}
	switch {
	case status != want:
		return fmt.Errorf("answered %d instead of %d: %s", status, want, shorten(body))
	case req.Method == http.MethodHead:
		return nil
	case media(header) != "application/problem+json":
		return fmt.Errorf("answered %d as %q", status, header.Get("Content-Type"))
	}
	return problem(req, status, header, body)
}

// problem checks what a schema cannot say: the problem is about this request and this status.
func problem(req *http.Request, status int, header http.Header, body []byte) error {
	var said struct {
		Type, Instance, Code string
		Status               int
		RequestID            string `json:"request_id"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return fmt.Errorf("the problem is not JSON: %w", err)
	}
	switch {
	case said.Status != status:
		return errors.New("the problem says status " + strconv.Itoa(said.Status))
	case said.RequestID == "" || said.RequestID != header.Get("Request-Id"):
		return fmt.Errorf("the problem says request %q, the header %q", said.RequestID, header.Get("Request-Id"))
	case said.Instance != req.URL.Path && said.Instance != req.URL.EscapedPath():
		return fmt.Errorf("the problem's instance is %q", said.Instance)
	case !strings.HasSuffix(said.Type, "/docs/problems/"+said.Code):
		return fmt.Errorf("the problem's type %q does not lead to its code %q", said.Type, said.Code)
	}
	return nil
}

func media(header http.Header) string {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

func shorten(body []byte) string {
	const most = 2000
	if len(body) > most {
		return string(body[:most]) + "…"
	}
	return string(body)
}
