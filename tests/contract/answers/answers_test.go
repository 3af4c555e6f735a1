package answers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"liaison/tests/contract/answers"
)

func load(t *testing.T) *answers.Checker {
	t.Helper()
	checker, err := answers.Load()
	if err != nil {
		t.Fatal(err)
	}
	return checker
}

// seen is one answer as the document's own examples give it.
type seen struct {
	operation string
	request   *http.Request
	status    int
	header    http.Header
	body      any
	schema    *openapi3.Schema
}

// examples makes an answer of every operation and status whose body is JSON.
func examples(t *testing.T, checker *answers.Checker) []seen {
	t.Helper()
	var all []seen
	for path, item := range checker.Document().Paths.Map() {
		for method, operation := range item.Operations() {
			at := regexp.MustCompile(`\{(\w+)\}`).ReplaceAllStringFunc(path, func(name string) string {
				for _, p := range operation.Parameters {
					if p.Value.In == "path" && "{"+p.Value.Name+"}" == name {
						return fmt.Sprint(p.Value.Example)
					}
				}
				t.Fatalf("%s: no example of %s", path, name)
				return ""
			})
			for code, response := range operation.Responses.Map() {
				status, _ := strconv.Atoi(code)
				for kind, media := range response.Value.Content {
					if !strings.HasSuffix(kind, "json") {
						continue
					}
					body := example(media)
					if body == nil {
						t.Errorf("%s %s %s: no example", operation.OperationID, code, kind)
						continue
					}
					header := http.Header{"Content-Type": {kind}}
					for name, declared := range response.Value.Headers {
						if declared.Value.Required || kind == "application/problem+json" && name == "Request-Id" {
							header.Set(name, headerExamples[name])
						}
					}
					if kind == "application/problem+json" {
						about := maps.Clone(body.(map[string]any))
						about["instance"] = at
						body = about
					}
					all = append(all, seen{operation.OperationID, httptest.NewRequest(method, at, nil), status, header, body, media.Schema.Value})
				}
			}
		}
	}
	return all
}

var headerExamples = map[string]string{
	"Request-Id": "01kaj3v5m8q2x4z6b7c9d1f3g5", "ETag": `"1-active"`, "Location": "/v1/offers/ofr",
	"RateLimit": `"default";r=29;t=60`, "RateLimit-Policy": `"default";q=30;w=60`,
}

// example returns a media type's example, or one made of its schema's parts.
func example(media *openapi3.MediaType) any {
	for _, e := range media.Examples {
		return e.Value.Value
	}
	return made(media.Schema.Value)
}

func made(s *openapi3.Schema) any {
	if len(s.Examples) > 0 {
		return s.Examples[0]
	}
	if s.Type.Is("object") && s.Properties["data"] != nil {
		page := map[string]any{"data": []any{made(s.Properties["data"].Value.Items.Value)}}
		if s.Properties["has_more"] != nil {
			page["has_more"], page["next_cursor"] = false, nil
		}
		if s.Properties["total"] != nil {
			page["total"] = 1
		}
		return page
	}
	if s.Properties["openapi"] != nil {
		return map[string]any{"openapi": "3.1.0", "info": map[string]any{}, "paths": map[string]any{}}
	}
	return nil
}

// TestBrokenAnswersAreRefused breaks each example answer in every way it can think of.
func TestBrokenAnswersAreRefused(t *testing.T) {
	checker := load(t)
	tried, bodies := 0, map[*openapi3.Schema]bool{}
	for _, a := range examples(t, checker) {
		check := func(status int, header http.Header, body any) error {
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			return checker.Check(a.request, status, header, text)
		}
		if err := check(a.status, a.header, a.body); err != nil {
			t.Errorf("the example itself: %v", err)
			continue
		}
		refused := func(how string, status int, header http.Header, body any) {
			tried++
			if check(status, header, body) == nil {
				t.Errorf("%s %d %s: let through", a.operation, a.status, how)
			}
		}
		refused("with an undeclared status", 299, a.header, a.body)
		if a.operation != "ServiceReference" { // whose pages are HTML
			refused("as HTML", a.status, with(a.header, "Content-Type", "text/html"), a.body)
		}
		for name := range a.header {
			if name != "Content-Type" {
				refused("without "+name, a.status, with(a.header, name, ""), a.body)
			}
		}
		if bodies[a.schema] {
			continue // its bodies were broken in another answer
		}
		bodies[a.schema] = true
		for how, body := range broken(a.body, a.schema, "") {
			refused(how, a.status, a.header, body)
		}
	}
	t.Logf("%d broken answers tried", tried)
}

func with(header http.Header, name, value string) http.Header {
	other := header.Clone()
	other.Del(name)
	if value != "" {
		other.Set(name, value)
	}
	return other
}

// broken returns the value with one thing wrong, at every depth, by what was done to it.
func broken(value any, s *openapi3.Schema, where string) map[string]any {
	all := map[string]any{}
	nullable := s.Type != nil && s.Type.Includes("null")
	for _, either := range s.AnyOf {
		if either.Value.Type.Is("null") {
			nullable = true
		} else if value != nil && either.Value.VisitJSON(value) == nil {
			s = either.Value
		}
	}
	if !nullable {
		all[where+" null"] = nil
	}
	switch value := value.(type) {
	case map[string]any:
		all[where+" text instead"] = "text"
		if s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has {
			all[where+" with an unknown field"] = set(value, "unknown_field", 1)
		}
		for _, name := range s.Required {
			other := maps.Clone(value)
			delete(other, name)
			all[where+" without "+name] = other
		}
		for name, field := range value {
			property := s.Properties[name]
			if property == nil {
				property = s.AdditionalProperties.Schema
			}
			if property == nil {
				continue
			}
			for how, other := range broken(field, property.Value, where+"/"+name) {
				all[how] = set(value, name, other)
			}
		}
	case []any:
		all[where+" an object instead"] = map[string]any{}
		if s.MaxItems != nil && len(value) > 0 && *s.MaxItems < 2000 {
			all[where+" too many"] = slices.Repeat(value, int(*s.MaxItems)+1)
		}
		for i, item := range value {
			for how, other := range broken(item, s.Items.Value, where+"/"+strconv.Itoa(i)) {
				changed := slices.Clone(value)
				changed[i] = other
				all[how] = changed
			}
		}
	case string:
		all[where+" a number instead"] = 7
		if s.MaxLength != nil {
			all[where+" too long"] = strings.Repeat("a", int(*s.MaxLength)+1)
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString("§") {
			all[where+" of another pattern"] = "§"
		}
		if len(s.Enum) > 0 || s.Const != nil {
			all[where+" of another word"] = "sometimes"
		}
		if s.Format == "date-time" {
			all[where+" no time"] = "yesterday"
			all[where+" a time of another zone"] = "2026-11-21T13:30:00+01:00"
		}
		if s.Format == "email" {
			all[where+" no address"] = "anna"
		}
		if s.Format == "uri" {
			all[where+" no URI"] = "not a uri"
		}
	case bool:
		all[where+" text instead"] = "true"
	case float64, int:
		all[where+" text instead"] = "1"
		all[where+" a fraction"] = 1.5
		if s.Min != nil {
			all[where+" too small"] = *s.Min - 1
		}
		if s.Max != nil {
			all[where+" too large"] = *s.Max + 1
		}
	}
	return all
}

func set(object map[string]any, name string, value any) map[string]any {
	other := maps.Clone(object)
	other[name] = value
	return other
}

// TestNotInTheDocument shows what is allowed where the document has no operation: the fallback's answers, and nothing else.
func TestNotInTheDocument(t *testing.T) {
	checker := load(t)
	problem := func(status int, path string) string {
		return fmt.Sprintf(`{"type":"https://api.example.com/docs/problems/not_found","title":"Not found","status":%d,"detail":"Nothing here.","instance":%q,"code":"not_found","request_id":"r1"}`, status, path)
	}
	header := func(pairs ...string) http.Header {
		h := http.Header{"Content-Type": {"application/problem+json"}, "Request-Id": {"r1"}}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, try := range []struct {
		name, method, path string
		status             int
		header             http.Header
		body               string
		allowed            bool
	}{
		{"unknown path", "GET", "/v1/nothing", 404, header(), problem(404, "/v1/nothing"), true},
		{"unknown path that answers", "GET", "/v1/nothing", 200, header(), `{}`, false},
		{"unknown path without a problem", "GET", "/v1/nothing", 404, header("Content-Type", "application/json"), `{"message":"Not Found"}`, false},
		{"a problem about another path", "GET", "/v1/nothing", 404, header(), problem(404, "/v1/offers"), false},
		{"a problem of another status", "GET", "/v1/nothing", 404, header(), problem(400, "/v1/nothing"), false},
		{"a problem of another request", "GET", "/v1/nothing", 404, header("Request-Id", "r2"), problem(404, "/v1/nothing"), false},
		{"unknown method", "DELETE", "/v1/offers", 405, header("Allow", "GET, POST"), problem(405, "/v1/offers"), true},
		{"unknown method without Allow", "DELETE", "/v1/offers", 405, header(), problem(405, "/v1/offers"), false},
		{"unknown method as 404", "DELETE", "/v1/offers", 404, header("Allow", "GET, POST"), problem(404, "/v1/offers"), false},
		{"HEAD", "HEAD", "/v1/offers", 405, header("Allow", "GET, POST"), "", true},
		{"the gateway's 401", "GET", "/v1/me", 401, http.Header{"Content-Type": {"application/json"}}, `{"message":"Unauthorized"}`, true},
		{"the gateway's 403", "GET", "/v1/me", 403, http.Header{"Content-Type": {"application/json"}}, `{"message":"Forbidden"}`, false},
		{"304", "GET", "/v1/me", 304, http.Header{"Etag": {`"1"`}, "Request-Id": {"r1"}}, "", true},
		{"304 with a body", "GET", "/v1/me", 304, http.Header{"Etag": {`"1"`}, "Request-Id": {"r1"}}, "{}", false},
		{"304 without an ETag", "GET", "/v1/me", 304, http.Header{"Request-Id": {"r1"}}, "", false},
		{"CSV", "GET", "/v1/events", 200, header("Content-Type", "text/csv; charset=utf-8", "Vary", "Accept"), "id,time\n", true},
		{"CSV that does not vary", "GET", "/v1/events", 200, header("Content-Type", "text/csv; charset=utf-8"), "id,time\n", false},
		{"CSV of a list that has none", "GET", "/v1/partners", 200, header("Content-Type", "text/csv; charset=utf-8", "Vary", "Accept"), "id,time\n", false},
		{"204 with a body", "DELETE", "/v1/partners/12345674/programs/cloud-essentials", 204, http.Header{"Content-Type": {"application/json"}, "Request-Id": {"r1"}}, "{}", false},
		{"204", "DELETE", "/v1/partners/12345674/programs/cloud-essentials", 204, http.Header{"Request-Id": {"r1"}}, "", true},
	} {
		t.Run(try.name, func(t *testing.T) {
			err := checker.Check(httptest.NewRequest(try.method, try.path, nil), try.status, try.header, []byte(try.body))
			if try.allowed != (err == nil) {
				t.Errorf("allowed %v, yet: %v", try.allowed, err)
			}
		})
	}
}
