package reference

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"liaison/shared/fault"
)

// document is the contract, in the order in which it is written.
type document struct {
	root    yaml.MapSlice
	schemas []schema
	tags    []tag
	home    map[string]string // the page on which a schema stands, by the schema's name
	codes   []string          // every problem code, in the order of the contract
	isCode  map[string]bool
	status  map[string]string // of a problem's kind
	means   map[string]string // what a problem's status means
}

// tag is one page's worth of operations.
type tag struct {
	Name, Description string
	operations        []operation
}

// Count returns how many operations there are.
func (t tag) Count() int { return len(t.operations) }

// operation is one method of one path.
type operation struct {
	Tag, ID, Method, Path, Summary, Description string
	Parameters                                  []parameter
	Body                                        yaml.MapSlice // its media type's entry; nil where it takes none
	BodyRequired                                bool
	Answers                                     []answer // the good ones, 2xx and 304
	Problems                                    []problems
	Open                                        bool // no token is needed
	Callers                                     callers
}

// Colour returns the badge of the method: what only reads is calm, what takes away is bad.
func (o operation) Colour() string {
	switch o.Method {
	case "GET":
		return "calm"
	case "DELETE":
		return "bad"
	}
	return "info"
}

// parameter is one value of the path, the query or a header.
type parameter struct {
	Name, In, Description string
	Required              bool
	Schema                yaml.MapSlice
	Example               any
}

// answer is one good answer.
type answer struct {
	Status, Description string
	Headers             []string
	Contents            []content
}

// content is an answer's body in one media type.
type content struct {
	Media   string
	Schema  yaml.MapSlice
	Example any
}

// problems are the codes that an operation's description names under one status.
type problems struct {
	Status, Description string
	Codes               []string
}

// schema is a shape by its name.
type schema struct {
	Name string
	Of   yaml.MapSlice
}

// at returns what stands at a path of keys, nil where nothing does.
func at(of any, keys ...string) any {
	for _, key := range keys {
		pairs, _ := of.(yaml.MapSlice)
		i := slices.IndexFunc(pairs, func(p yaml.MapItem) bool { return p.Key == key })
		if i < 0 {
			return nil
		}
		of = pairs[i].Value
	}
	return of
}

func pairs(of any, keys ...string) yaml.MapSlice {
	found, _ := at(of, keys...).(yaml.MapSlice)
	return found
}

func text(of any, keys ...string) string {
	found, _ := at(of, keys...).(string)
	return found
}

func list(of any, keys ...string) []any {
	found, _ := at(of, keys...).([]any)
	return found
}

// resolved follows a reference to what it names.
func (d *document) resolved(of any) yaml.MapSlice {
	found, _ := of.(yaml.MapSlice)
	if ref := text(found, "$ref"); ref != "" {
		return pairs(d.root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return found
}

// named returns the name of the schema that a reference names, empty where it is none.
func named(of any) string {
	name, _ := strings.CutPrefix(text(of, "$ref"), "#/components/schemas/")
	return name
}

// read returns the contract as pages show it, with what the code says of it. It fails where the code, or a page of infra/design that says the same,
// cannot be read.
func read(root yaml.MapSlice, repository fs.FS) (*document, error) {
	kinds, err := table(repository, "infra/design/api.md", "kind")
	if err != nil {
		return nil, err
	}
	allowed, err := allowed(repository)
	if err != nil {
		return nil, err
	}
	d := &document{root: root, home: map[string]string{}, isCode: map[string]bool{}, status: map[string]string{}, means: map[string]string{}}
	for _, row := range kinds {
		if len(row) == 3 {
			d.status[row[0]], d.means[row[1]] = row[1], row[2]
		}
	}
	for _, s := range pairs(root, "components", "schemas") {
		d.schemas = append(d.schemas, schema{s.Key.(string), s.Value.(yaml.MapSlice)})
	}
	for _, code := range list(root, "components", "schemas", "ProblemCode", "enum") {
		d.codes = append(d.codes, code.(string))
		d.isCode[code.(string)] = true
	}
	for _, t := range list(root, "tags") {
		d.tags = append(d.tags, tag{Name: text(t, "name"), Description: text(t, "description")})
	}
	for _, path := range pairs(root, "paths") {
		for _, method := range path.Value.(yaml.MapSlice) {
			described := method.Value.(yaml.MapSlice)
			o := d.operation(path.Key.(string), strings.ToUpper(method.Key.(string)), described)
			o.Callers = allowed[o.Method+" "+o.Path]    // none while its endpoint is not written yet
			name := list(described, "tags")[0].(string) // tests/contract asks for exactly one
			o.Tag = name
			i := slices.IndexFunc(d.tags, func(t tag) bool { return t.Name == name })
			if i < 0 {
				i = len(d.tags)
				d.tags = append(d.tags, tag{Name: name})
			}
			d.tags[i].operations = append(d.tags[i].operations, o)
		}
	}
	d.tags = slices.DeleteFunc(d.tags, func(t tag) bool { return t.operations == nil })
	d.settle()
	return d, nil
}

func (d *document) operation(path, method string, described yaml.MapSlice) operation {
	o := operation{
		ID: text(described, "operationId"), Method: method, Path: path, Summary: text(described, "summary"), Description: text(described, "description"),
	}
	security, own := at(described, "security").([]any)
	o.Open = own && len(security) == 0
	for _, one := range list(described, "parameters") {
		p := d.resolved(one)
		required, _ := at(p, "required").(bool)
		o.Parameters = append(o.Parameters, parameter{
			Name: text(p, "name"), In: text(p, "in"), Description: text(p, "description"), Required: required, Schema: pairs(p, "schema"), Example: d.example(p),
		})
	}
	if body := d.resolved(at(described, "requestBody")); body != nil {
		o.Body = pairs(body, "content", "application/json")
		o.BodyRequired, _ = at(body, "required").(bool)
	}
	responses := slices.Clone(pairs(described, "responses"))
	slices.SortStableFunc(responses, func(a, b yaml.MapItem) int { return strings.Compare(a.Key.(string), b.Key.(string)) })
	codes := d.codesOf(o.Description)
	for _, r := range responses {
		status, response := r.Key.(string), d.resolved(r.Value)
		if status >= "400" {
			o.Problems = append(o.Problems, problems{status, text(response, "description"), codes[status]})
			continue
		}
		a := answer{Status: status, Description: text(response, "description")}
		for _, h := range pairs(response, "headers") {
			a.Headers = append(a.Headers, h.Key.(string))
		}
		for _, c := range pairs(response, "content") {
			a.Contents = append(a.Contents, content{c.Key.(string), pairs(c.Value, "schema"), d.example(c.Value)})
		}
		o.Answers = append(o.Answers, a)
	}
	return o
}

var mention = regexp.MustCompile("`([a-z][a-z0-9_]*)`|\\b([45][0-9][0-9])\\b")

// codesOf returns the problem codes that a description names, by their status: that which was named last before the code where the code is declared
// with it, else the code's first.
func (d *document) codesOf(description string) map[string][]string {
	found, said := map[string][]string{}, ""
	for _, m := range mention.FindAllStringSubmatch(description, -1) {
		if m[2] != "" {
			said = m[2]
			continue
		}
		if !d.isCode[m[1]] {
			continue
		}
		all := d.statuses(m[1])
		status := all[0]
		if slices.Contains(all, said) {
			status = said
		}
		if !slices.Contains(found[status], m[1]) {
			found[status] = append(found[status], m[1])
		}
	}
	return found
}

// settle finds the page of each schema: an object stands with the operations that come to it in the fewest steps, the first of them where there are
// several; what is no object, and what only problems hold, stands among the shared ones.
func (d *document) settle() {
	nearest := map[string]int{}
	for _, t := range d.tags {
		steps := map[string]int{}
		for _, o := range t.operations {
			var from []any
			for _, p := range o.Parameters {
				from = append(from, p.Schema)
			}
			from = append(from, o.Body)
			for _, a := range o.Answers {
				for _, c := range a.Contents {
					from = append(from, c.Schema)
				}
			}
			d.walk(from, 1, steps)
		}
		for name, n := range steps {
			if before, there := nearest[name]; !there || n < before {
				nearest[name], d.home[name] = n, t.Name
			}
		}
	}
	for _, s := range d.schemas {
		if len(pairs(s.Of, "properties")) == 0 || d.home[s.Name] == "" {
			d.home[s.Name] = shared
		}
	}
}

// walk notes how many references away each schema is.
func (d *document) walk(from []any, n int, steps map[string]int) {
	var next []any
	var look func(any)
	look = func(of any) {
		switch of := of.(type) {
		case []any:
			for _, one := range of {
				look(one)
			}
		case yaml.MapSlice:
			if name := named(of); name != "" {
				if _, seen := steps[name]; !seen {
					steps[name] = n
					next = append(next, d.resolved(of))
				}
			}
			for _, p := range of {
				if p.Key != "examples" && p.Key != "example" {
					look(p.Value)
				}
			}
		}
	}
	look(from)
	if next != nil {
		d.walk(next, n+1, steps)
	}
}

// example returns what an entry gives as its example, or a sample of its schema.
func (d *document) example(of any) any {
	if value := at(of, "example"); value != nil {
		return value
	}
	for _, one := range pairs(of, "examples") {
		return at(one.Value, "value")
	}
	return d.sample(pairs(of, "schema"))
}

// sample returns a value of the schema: its own example, what it is always, its first word, one made of the samples of its parts, or any of its type.
func (d *document) sample(of yaml.MapSlice) any {
	of = d.resolved(of)
	for _, own := range list(of, "examples") {
		return own
	}
	for _, key := range []string{"const", "default"} {
		if value := at(of, key); value != nil {
			return value
		}
	}
	for _, word := range list(of, "enum") {
		return word
	}
	for _, key := range []string{"anyOf", "allOf", "oneOf"} {
		for _, one := range list(of, key) {
			return d.sample(one.(yaml.MapSlice))
		}
	}
	if items := pairs(of, "items"); items != nil {
		if one := d.sample(items); one != nil {
			return []any{one}
		}
		return []any{}
	}
	var made yaml.MapSlice
	for _, p := range pairs(of, "properties") {
		made = append(made, yaml.MapItem{Key: p.Key, Value: d.part(p)})
	}
	if made == nil {
		return plain(of)
	}
	return made
}

// plain returns a value of the schema's type where nothing says more of it: null where that is one.
func plain(of yaml.MapSlice) any {
	kinds := types(of)
	if len(kinds) != 1 {
		return nil
	}
	switch kinds[0] {
	case "boolean":
		return false
	case "integer", "number":
		return 1
	case "string":
		return ""
	case "object":
		return yaml.MapSlice{}
	}
	return nil
}

// part returns the sample of a property. A sample shows a last page.
func (d *document) part(p yaml.MapItem) any {
	switch p.Key {
	case "has_more":
		return false
	case "next_cursor":
		return nil
	}
	return d.sample(p.Value.(yaml.MapSlice))
}

// statuses returns the statuses that a code is answered with, its first kind's first; 500 where package fault does not know it.
func (d *document) statuses(word string) (found []string) {
	code := fault.Named(word)
	if code == nil {
		return []string{"500"}
	}
	for _, kind := range code.Kinds() {
		found = append(found, d.status[string(kind)])
	}
	return found
}
