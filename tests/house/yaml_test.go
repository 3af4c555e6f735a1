package house

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is a piece of YAML that knows its line; intrinsics keep their tag (!Ref, !Sub, …).
type node struct {
	line  int
	tag   string
	text  string // of a scalar
	items []*node
	pairs []pair
}

type pair struct {
	key   string
	line  int
	value *node
}

// yaml returns a file's document, read once; nil where there is no such file.
func (t *tree) yaml(p string) *node {
	if n, ok := t.yamls[p]; ok {
		return n
	}
	t.yamls[p] = nil
	text := t.text(p)
	if text == nil {
		return nil
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil || len(file.Docs) == 0 {
		t.broken = append(t.broken, fmt.Sprintf("%s:1: is not YAML: %v", p, err))
		return nil
	}
	t.yamls[p] = convert(file.Docs[0].Body)
	return t.yamls[p]
}

func convert(from ast.Node) *node {
	if from == nil {
		return nil
	}
	n := &node{line: from.GetToken().Position.Line}
	switch from := from.(type) {
	case *ast.TagNode:
		if inner := convert(from.Value); inner != nil {
			n = inner
		}
		n.tag = from.Start.Value
	case *ast.AnchorNode:
		return convert(from.Value)
	case *ast.SequenceNode:
		for _, item := range from.Values {
			n.items = append(n.items, convert(item))
		}
	case *ast.MappingNode:
		for _, one := range from.Values {
			n.pairs = append(n.pairs, converted(one))
		}
	case *ast.MappingValueNode:
		n.pairs = []pair{converted(from)}
	case *ast.LiteralNode:
		n.text = from.Value.Value
	case *ast.StringNode:
		n.text = from.Value
	default:
		n.text = from.GetToken().Value
	}
	return n
}

func converted(from *ast.MappingValueNode) pair {
	key := from.Key.GetToken()
	return pair{key: key.Value, line: key.Position.Line, value: convert(from.Value)}
}

// get returns what stands under the keys, nil where nothing does.
func (n *node) get(keys ...string) *node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		i := slices.IndexFunc(n.pairs, func(p pair) bool { return p.key == key })
		if i < 0 {
			return nil
		}
		n = n.pairs[i].value
	}
	return n
}

// string returns the scalar under the keys, empty where there is none.
func (n *node) string(keys ...string) string {
	if n = n.get(keys...); n == nil {
		return ""
	}
	return n.text
}

// list returns a list, or the one thing that stands in its place.
func (n *node) list() []*node {
	if n == nil || n.items != nil {
		if n == nil {
			return nil
		}
		return n.items
	}
	return []*node{n}
}

// all calls visit with the node and everything below it.
func (n *node) all(visit func(*node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, item := range n.items {
		item.all(visit)
	}
	for _, p := range n.pairs {
		p.value.all(visit)
	}
}

// templates returns the paths of the root template and the stacks.
func (t *tree) templates() (found []string) {
	for _, p := range t.paths {
		if p == "template.yaml" || within(p, "infra/stacks") && path.Ext(p) == ".yaml" {
			found = append(found, p)
		}
	}
	return found
}

// resource is one resource of a template.
type resource struct {
	template string
	id       string
	line     int
	kind     string
	*node    // what stands under its logical ID
}

func (t *tree) resources(template string) (found []resource) {
	all := t.yaml(template).get("Resources")
	if all == nil {
		return nil
	}
	for _, p := range all.pairs {
		found = append(found, resource{template, p.key, p.line, p.value.string("Type"), p.value})
	}
	return found
}

func (r resource) say(format string, values ...any) string {
	return fmt.Sprintf("%s:%d: ", r.template, r.line) + fmt.Sprintf(format, values...)
}

// functions returns the Lambda functions of all templates.
func (t *tree) functions() (found []resource) {
	for _, template := range t.templates() {
		for _, r := range t.resources(template) {
			if r.kind == "AWS::Serverless::Function" || r.kind == "AWS::Lambda::Function" {
				found = append(found, r)
			}
		}
	}
	return found
}

// code returns the folder below functions whose bootstrap a function runs: api/offers/create.
func (r resource) code() string {
	return strings.TrimPrefix(path.Join(path.Dir(r.template), r.string("Properties", "CodeUri")), "build/")
}

// route is a method and path, as in "GET /v1/offers", and the line it stands on.
type route struct {
	key  string
	line int
}
