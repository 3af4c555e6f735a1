package contract_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"golang.org/x/net/html"
)

// parts are those of the reference, by name.
func parts(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../functions/api/service/docs_gen.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, part := range strings.Split(string(text), "\n==== ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		found[name] = body
	}
	for name, body := range found {
		found[name] = strings.Replace(body, "__pane__", found["pane"], 1)
	}
	for name, file := range map[string]string{"pages/bruno.json": "bruno_gen.json", "pages/style.css": "docs_gen.css"} {
		text, err := os.ReadFile("../../functions/api/service/" + file)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = string(text)
	}
	return found
}

// element returns what has an id on a page, nil where nothing has.
func element(t *testing.T, page, id string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func said(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// all returns the texts of the elements of a name below a node.
func all(n *html.Node, name string) (texts []string) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			texts = append(texts, said(d))
		}
	}
	return texts
}

// TestReferenceOperations: each operation stands on its tag's page with all that the contract says of it: route, parameters, body, answers with an example
// that is true, and the problems that it names.
func TestReferenceOperations(t *testing.T) {
	pages := parts(t)
	each(document(t), func(route string, o *openapi3.Operation) {
		section := element(t, pages["pages/"+o.Tags[0]], o.OperationID)
		if section == nil {
			t.Errorf("%s is on no page: make generate", o.OperationID)
			return
		}
		text, marked := said(section), all(section, "code")
		method, path, _ := strings.Cut(route, " ")
		for _, word := range []string{o.Summary, method} {
			if !strings.Contains(text, word) {
				t.Errorf("%s does not say %q", o.OperationID, word)
			}
		}
		words := []string{path}
		for _, p := range o.Parameters {
			words = append(words, p.Value.Name)
		}
		for status, r := range o.Responses.Map() {
			if !strings.Contains(text, status) {
				t.Errorf("%s does not say %s", o.OperationID, status)
			}
			for name := range r.Value.Headers {
				if status < "400" {
					words = append(words, name)
				}
			}
		}
		for _, word := range words {
			if !slices.Contains(marked, word) {
				t.Errorf("%s does not mention %s", o.OperationID, word)
			}
		}
		if o.RequestBody != nil {
			if name := o.RequestBody.Value.Content["application/json"].Schema.Ref; !slices.Contains(all(section, "a"), name[strings.LastIndex(name, "/")+1:]) {
				t.Errorf("%s does not lead to its body", o.OperationID)
			}
		}
	})
}

// TestReferenceAnswers: each example of an answer is true.
func TestReferenceAnswers(t *testing.T) {
	pages, doc := parts(t), document(t)
	shown := 0
	each(doc, func(_ string, o *openapi3.Operation) {
		section := element(t, pages["pages/"+o.Tags[0]], o.OperationID)
		if section == nil {
			return // TestReferenceOperations says so
		}
		// The first is the request; each other is an answer's body, unless the page shows it further up.
		var schemas []*openapi3.Schema
		for status, r := range o.Responses.Map() {
			if media := r.Value.Content["application/json"]; status < "300" && media != nil {
				schemas = append(schemas, media.Schema.Value)
			}
		}
		for _, example := range all(section, "pre")[1:] {
			var value any
			if json.Unmarshal([]byte(example), &value) != nil {
				continue // a page, or a table
			}
			shown++
			if !slices.ContainsFunc(schemas, func(s *openapi3.Schema) bool { return doc.ValidateSchemaJSON(s, value) == nil }) {
				t.Errorf("%s: an example is no answer of it: %.200s", o.OperationID, example)
			}
		}
	})
	if shown < 50 {
		t.Errorf("only %d examples were looked at", shown)
	}
}

// TestReferenceSchemas: each schema stands on one page, with each of its fields, which of them it requires, and its words.
func TestReferenceSchemas(t *testing.T) {
	pages := parts(t)
	for name, s := range document(t).Components.Schemas {
		var found []*html.Node
		for page, text := range pages {
			if strings.HasPrefix(page, "pages/") && strings.Contains(text, `id="schema-`+name+`"`) {
				found = append(found, element(t, text, "schema-"+name))
			}
		}
		if len(found) != 1 {
			t.Errorf("%s stands on %d pages", name, len(found))
			continue
		}
		heads := all(found[0], "dt")
		for field := range s.Value.Properties {
			i := slices.IndexFunc(heads, func(head string) bool { return head == field || strings.HasPrefix(head, field+" ") })
			if i < 0 {
				t.Errorf("%s.%s is missing", name, field)
			} else if needed := strings.HasSuffix(heads[i], "required"); needed != slices.Contains(s.Value.Required, field) {
				t.Errorf("%s.%s: required %v", name, field, needed)
			}
		}
		for _, word := range s.Value.Enum {
			if text, ok := word.(string); ok && !slices.Contains(all(found[0], "code"), text) {
				t.Errorf("%s does not list %s", name, text)
			}
		}
	}
}

// TestReferenceProblems: each code stands in the list, and has what its page says of it.
func TestReferenceProblems(t *testing.T) {
	pages := parts(t)
	for _, code := range document(t).Components.Schemas["ProblemCode"].Value.Enum {
		if !strings.Contains(pages["pages/problems"], `<a href="/docs/problems/`+code.(string)+`">`) {
			t.Errorf("%s is not in the list", code)
		}
		if lines := strings.Split(pages["problem/"+code.(string)], "\n"); len(lines) < 2 || !regexp.MustCompile(`^[45]\d\d(, [45]\d\d)?$`).MatchString(lines[0]) {
			t.Errorf("%s: %q", code, lines)
		}
	}
}

// asked is what a shell makes of a command: the words after curl.
func asked(t *testing.T, commands []string) (words [][]string) {
	t.Helper()
	script := "API=https://api.example.com TOKEN=secret RANDOM=7\ncurl() { for word; do printf '%s\\0' \"$word\"; done; printf '\\1'; }\n" + strings.Join(commands, "\n") + "\n"
	run := exec.Command("sh", "-eu")
	run.Stdin = strings.NewReader(script)
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	for command := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x01"), "\x01") {
		words = append(words, strings.Split(strings.TrimSuffix(command, "\x00"), "\x00"))
	}
	return words
}

// TestReferenceCurl: each command is one that a shell reads, and a request that the contract takes.
func TestReferenceCurl(t *testing.T) {
	pages, doc := parts(t), document(t)
	var commands, routes []string
	var operations []*openapi3.Operation
	each(doc, func(route string, o *openapi3.Operation) {
		if section := element(t, pages["pages/"+o.Tags[0]], o.OperationID); section != nil {
			commands, routes, operations = append(commands, all(section, "pre")[0]), append(routes, route), append(operations, o)
		}
	})
	words := asked(t, commands)
	if len(words) != len(commands) {
		t.Fatalf("%d commands are %d requests", len(commands), len(words))
	}
	for i, o := range operations {
		if err := takes(doc, routes[i], o, words[i]); err != nil {
			t.Errorf("%s: %v\n%s", o.OperationID, err, commands[i])
		}
	}
}

// takes says whether the contract takes the request that curl makes of its words.
func takes(doc *openapi3.T, route string, o *openapi3.Operation, words []string) error {
	method, path, _ := strings.Cut(route, " ")
	sends, address, body, headers := http.MethodGet, "", "", http.Header{}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-sS":
		case "-X":
			i++
			sends = words[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			headers.Set(name, value)
		case "-d":
			i++
			if body = words[i]; sends == http.MethodGet {
				sends = http.MethodPost
			}
		default:
			address = words[i]
		}
	}
	r, err := http.NewRequest(sends, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = headers
	names, values := regexp.MustCompile(`\{(\w+)\}`), map[string]string{}
	at := regexp.MustCompile("^" + names.ReplaceAllString(path, "([^/]+)") + "$").FindStringSubmatch(r.URL.Path)
	if at == nil || sends != method {
		return &json.UnsupportedValueError{Str: sends + " " + address}
	}
	for i, name := range names.FindAllStringSubmatch(path, -1) {
		values[name[1]] = at[i+1]
	}
	return openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: values, QueryParams: r.URL.Query(),
		Route:   &routers.Route{Spec: doc, Path: path, PathItem: doc.Paths.Value(path), Method: method, Operation: o},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
}

// TestBruno: the collection has a request for each operation, with a body that the contract takes, and every variable that a request names.
func TestBruno(t *testing.T) {
	type item struct {
		Type, Name string
		Items      []item
		Request    struct {
			URL, Method string
			Body        struct{ Mode, JSON string }
			Auth        struct{ Mode string }
		}
	}
	var collection struct {
		Items        []item
		Environments []struct {
			Variables []struct {
				Name, Value string
				Secret      bool
			}
		}
	}
	text := parts(t)["pages/bruno.json"]
	if err := json.Unmarshal([]byte(text), &collection); err != nil {
		t.Fatal(err)
	}
	variables := []string{"$guid"} // Bruno's own
	for _, v := range collection.Environments[0].Variables {
		variables = append(variables, v.Name)
		if v.Name == "token" && (!v.Secret || v.Value != "") {
			t.Error("the token is no secret")
		}
	}
	for _, used := range regexp.MustCompile(`\{\{([^}]*)\}\}`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(variables, used[1]) {
			t.Errorf("no environment has the variable %q", used[1])
		}
	}
	requests := map[string]item{}
	for _, folder := range collection.Items {
		for _, one := range folder.Items {
			address, _, _ := strings.Cut(one.Request.URL, "?")
			requests[one.Request.Method+" "+address] = one
		}
	}
	doc := document(t)
	each(doc, func(route string, o *openapi3.Operation) {
		one, there := requests[strings.Replace(regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(route, ":$1"), " ", " {{api}}", 1)]
		if !there {
			t.Errorf("%s has no request", o.OperationID)
			return
		}
		if open := o.Security != nil && len(*o.Security) == 0; open != (one.Request.Auth.Mode == "none") {
			t.Errorf("%s: its token is %s", o.OperationID, one.Request.Auth.Mode)
		}
		if (o.RequestBody != nil) != (one.Request.Body.Mode == "json") {
			t.Errorf("%s: its body is %s", o.OperationID, one.Request.Body.Mode)
		}
		var body any
		if o.RequestBody == nil {
			return
		}
		if err := json.Unmarshal([]byte(one.Request.Body.JSON), &body); err != nil {
			t.Errorf("%s: %v", o.OperationID, err)
		} else if err := doc.ValidateSchemaJSON(o.RequestBody.Value.Content["application/json"].Schema.Value, body); err != nil {
			t.Errorf("%s: %v", o.OperationID, err)
		}
	})
}

// Limits of a page of the reference, so that it stays one that opens at once and is read as a whole.
const (
	mostBytes  = 100_000
	mostPacked = 12_000
)

func TestReferenceSizes(t *testing.T) {
	for name, text := range parts(t) {
		if strings.HasSuffix(name, ".json") {
			continue
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		if len(text) > mostBytes || packed.Len() > mostPacked {
			t.Errorf("%s has %d bytes, %d packed; at most %d and %d: give some of its operations a tag of their own", name, len(text), packed.Len(), mostBytes, mostPacked)
		}
	}
}
