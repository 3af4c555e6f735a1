// Package reference makes of the contract what developers read: a page for each tag with its operations, one for the schemas that several share, one
// for the problem codes, the guides, and a collection for Bruno. All of it is static, in English and one file, which functions/api/service serves.
package reference

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"liaison/shared/markdown"
)

//go:embed *.tmpl reference.css
var own embed.FS

// Make returns what /docs serves, by the names of the files. docs_gen.txt are the pages, one part after the other, each below a line "==== name": "start", "pages/<name>" and "guides/<name>" are served;
// "problem" is the page of every code, with gaps for its words, and "problem/<code>" says how the code is answered. root is the contract; repository
// holds the guides and the code that the contract describes. Where a page says __pane__, the part "pane" stands, its head and the way to all pages. bruno_gen.json is
// the collection for Bruno, docs_gen.css the style. It fails where one of them cannot be read.
func Make(root yaml.MapSlice, repository fs.FS) (map[string][]byte, error) {
	d, err := read(root, repository)
	if err != nil {
		return nil, err
	}
	guides, err := guides(repository)
	if err != nil {
		return nil, err
	}
	sheet, err := fs.ReadFile(repository, "shared/page/style.css")
	if err != nil {
		return nil, err
	}
	ours, err := own.ReadFile("reference.css")
	if err != nil {
		return nil, err
	}
	b := binder{document: d, guides: guides}
	b.made.WriteString("Made by shared/contract/generate of infra/openapi.yaml, infra/guides and what the code says of them. DO NOT EDIT.\n")
	b.page("start", "start", "API reference", b.start())
	for _, g := range guides {
		b.page("guides/"+g.Name, "guide", g.Title, g)
	}
	for _, t := range d.tags {
		b.page("pages/"+t.Name, "tag", title(t.Name), b.tag(t))
	}
	shapes := writer{d, shared}.shapes()
	slices.SortFunc(shapes, func(a, b shape) int { return strings.Compare(a.Name, b.Name) })
	b.page("pages/"+shared, "schemas", "Shared schemas", shapes)
	b.page("pages/problems", "problems", "Problems", b.problems())
	b.page("problem", "problem", "", nil)
	b.pane() // last of the templates: one that was executed cannot be cloned
	for _, code := range d.codes {
		b.part("problem/"+code, b.answering(code))
	}
	return map[string][]byte{"docs_gen.txt": b.made.Bytes(), "bruno_gen.json": []byte(d.bruno()), "docs_gen.css": []byte(tidy(string(sheet) + string(ours)))}, b.err
}

// binder collects the parts of the file.
type binder struct {
	*document
	guides []guide
	made   bytes.Buffer
	err    error // the first
}

func (b *binder) part(name, text string) {
	fmt.Fprintf(&b.made, "==== %s\n%s\n", name, strings.TrimRight(text, "\n"))
}

// frame is what a template shows: a page.
type frame struct {
	Name, Title string
	Body        any
}

// pane writes what stands before a page's text, with the way to all pages, which is the same on each and kept once.
func (b *binder) pane() {
	var made bytes.Buffer
	if err := templates().ExecuteTemplate(&made, "pane", b); err != nil && b.err == nil {
		b.err = err
	}
	b.part("pane", blank.ReplaceAllString(made.String(), "\n"))
}

// Guides and Tags are what the pane leads to.
func (b *binder) Guides() []guide { return b.guides }

// Tags are the contract's.
func (b *binder) Tags() []tag { return b.document.tags }

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"title": title, "inline": inline}).ParseFS(own, "*.tmpl"))
})

// page renders a page: one template for what is around, one for its body.
func (b *binder) page(name, of, title string, body any) {
	var made bytes.Buffer
	t, err := templates().Clone()
	if err == nil {
		_, err = t.New("body").Parse(`{{template "` + of + `" .Body}}`)
	}
	if err == nil {
		around := "frame"
		if of == "problem" {
			around = of
		}
		err = t.ExecuteTemplate(&made, around, frame{name, title, body})
	}
	if err != nil && b.err == nil {
		b.err = err
	}
	b.part(name, blank.ReplaceAllString(made.String(), "\n"))
}

// blank is what templates leave between their lines. In an example no line is empty.
var blank = regexp.MustCompile(`\n[ \t]*\n+`)

// guide is one text of infra/guides.
type guide struct {
	Name, Title, Lead string
	Text              template.HTML
}

// guides returns the guides in the order of their files' numbers. Each begins with its title, then what it is about.
func guides(repository fs.FS) (found []guide, err error) {
	files, err := fs.Glob(repository, "infra/guides/*.md")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		read, err := fs.ReadFile(repository, file)
		if err != nil {
			return nil, err
		}
		head, rest, _ := strings.Cut(string(read), "\n\n")
		lead, text, _ := strings.Cut(rest, "\n\n")
		_, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".md"), "-")
		found = append(found, guide{name, strings.TrimPrefix(head, "# "), lead, block(text)})
	}
	return found, nil
}

// start is the first page: what holds for every operation.
type start struct {
	Guides      []guide
	Tags        []tag
	Summary     string
	Description template.HTML
	Headers     []field
}

func (b *binder) start() start {
	s := start{Guides: b.guides, Tags: b.tags, Summary: text(b.root, "info", "summary"), Description: block(text(b.root, "info", "description"))}
	seen := map[string]bool{}
	for _, p := range pairs(b.root, "components", "parameters") {
		name, about := text(p.Value, "name"), text(p.Value, "description")
		// Some operations need a header under a condition of their own: that they say themselves.
		begins := name + about[:min(len(about), 15)]
		if text(p.Value, "in") == "header" && !seen[begins] {
			seen[begins] = true
			s.Headers = append(s.Headers, field{Name: name, About: inline(about)})
		}
	}
	return s
}

// tagPage is the body of a tag's page.
type tagPage struct {
	Name, Description string
	Operations        []shown
	Schemas           []shape
}

// shown is an operation as a page shows it.
type shown struct {
	operation
	About   template.HTML
	Values  []value
	Common  []string // headers that nearly every operation takes
	Takes   template.HTML
	Curl    string
	Results []result
	Named   []problems
	Others  []string // statuses under which the operation names no code of its own
}

// value is a parameter as a page shows it.
type value struct {
	field
	In string
}

// result is a good answer as a page shows it.
type result struct {
	answer
	Bodies []body
}

// body is an answer's, in one media type. An example that stands further up on the page is led to.
type body struct {
	Media   string
	Type    template.HTML
	Example string
	As      string // the operation that shows it
}

// common are the headers that a page names in one line.
var common = map[string]bool{"Accept-Language": true, "Request-Id": true}

func (b *binder) tag(t tag) tagPage {
	w := writer{b.document, t.Name}
	made := tagPage{Name: t.Name, Description: t.Description}
	seen := map[string]string{} // example -> the operation that shows it
	for _, o := range t.operations {
		one := shown{operation: o, About: w.linked(o.Description), Curl: b.request(o).curl()}
		for _, p := range o.Parameters {
			if common[p.Name] {
				one.Common = append(one.Common, p.Name)
				continue
			}
			one.Values = append(one.Values, value{field{p.Name, w.kind(p.Schema), p.Required, join(inline(p.Description), w.bounds(p.Schema))}, p.In})
		}
		if o.Body != nil {
			one.Takes = w.kind(pairs(o.Body, "schema"))
		}
		for _, a := range o.Answers {
			r := result{answer: a}
			for _, c := range a.Contents {
				example := fmt.Sprint(c.Example)
				if strings.HasSuffix(c.Media, "json") {
					example = indented(c.Example)
				}
				shown := body{Media: c.Media, Type: w.kind(c.Schema), Example: strings.TrimSpace(example), As: seen[example]}
				if shown.As == "" && len(example) > 200 {
					seen[example] = o.ID
				}
				r.Bodies = append(r.Bodies, shown)
			}
			one.Results = append(one.Results, r)
		}
		for _, p := range o.Problems {
			if p.Codes == nil {
				one.Others = append(one.Others, p.Status)
			} else {
				one.Named = append(one.Named, p)
			}
		}
		made.Operations = append(made.Operations, one)
		if body := b.request(o).body; body != nil {
			seen[indented(body)] = o.ID
		}
	}
	made.Schemas = w.shapes()
	for i, s := range made.Schemas {
		if seen[s.Example] != "" {
			made.Schemas[i].Example = ""
		}
	}
	return made
}

// shape is a schema as a page shows it.
type shape struct {
	Name    string
	Type    template.HTML
	About   template.HTML
	Fields  []field
	Example string
}

// shapes returns the schemas that stand on the page.
func (w writer) shapes() (found []shape) {
	for _, s := range w.schemas {
		if w.home[s.Name] != w.page {
			continue
		}
		one := shape{s.Name, w.kind(s.Of), w.about(s.Of), w.fields("", s.Of), ""}
		if examples := list(s.Of, "examples"); examples != nil {
			one.Example = indented(examples[0])
		}
		found = append(found, one)
	}
	return found
}

// title returns a name with dashes as words.
func title(name string) string {
	words := strings.ReplaceAll(name, "-", " ")
	if words == "api clients" {
		return "API clients"
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// block returns Markdown as HTML.
func block(text string) template.HTML {
	made, err := markdown.HTML(text)
	if err != nil { // a buffer takes every write
		panic(err)
	}
	return template.HTML(strings.TrimSpace(made))
}

// inline returns one paragraph of Markdown as HTML without the paragraph's marks.
func inline(text string) template.HTML {
	made := strings.TrimSpace(string(block(text)))
	if strings.Count(made, "<p>") == 1 {
		made = strings.TrimSuffix(strings.TrimPrefix(made, "<p>"), "</p>")
	}
	return template.HTML(made)
}

var marked = regexp.MustCompile(`<code>([a-z][a-z0-9_]*)</code>`)

// linked returns an operation's description, each problem code in it a link to its page.
func (w writer) linked(description string) template.HTML {
	return template.HTML(marked.ReplaceAllStringFunc(string(block(description)), func(found string) string {
		word := marked.FindStringSubmatch(found)[1]
		if !w.isCode[word] {
			return found
		}
		return `<a href="/docs/problems/` + word + `">` + found + `</a>`
	}))
}

// tidy takes comments, and the space around lines, off a style sheet.
func tidy(css string) string {
	var lines []string
	for line := range strings.Lines(comment.ReplaceAllString(css, "")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/`)
