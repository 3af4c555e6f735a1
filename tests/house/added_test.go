package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

const (
	matrixFile = "tests/authz/rows_test.go"
	ledgerFile = "infra/operate/verify/ledger.go"
)

// explained are the nouns whose stored state the ledger explains by their events.
var explained = []string{"offer", "subscription", "partner"}

// complete is law 11: who adds an operation or an event is told of each other place that must know it, with the line to add.
func complete(t *tree) (wrong []string) {
	asked := t.literals("tests/authz")
	for _, id := range sorted(t.operations()) {
		if o := t.operations()[id]; !asked[id] {
			_, parameter, named := strings.Cut(o.key, "{")
			parameter, _, _ = strings.Cut(parameter, "}")
			ask, targets := "plainly(request{})", "one"
			if named {
				ask, targets = fmt.Sprintf("about(%q, …, nil, nil)", parameter), "things"
			}
			wrong = append(wrong, fmt.Sprintf("%s:1: no row says who may %s: add the line `{operation: %q, right: …, ask: %s, targets: %s},`", matrixFile, id, id, ask, targets))
		}
	}
	served := t.selected()
	for _, main := range t.mains() {
		p, _ := placed(main.folder)
		in := t.at[p.parent]
		if p.action == "" || in == nil || served[in.name+"."+camel(p.action)] {
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no test serves %s.%s: add it to the list in tests/fixture/apitest, or open it in a test of %s", main.folder, in.name, camel(p.action), p.parent))
	}
	for _, noun := range explained {
		for _, event := range t.events(noun) {
			if one := noun + "." + event + "{}"; !strings.Contains(string(t.text(ledgerFile)), one) {
				wrong = append(wrong, fmt.Sprintf("%s:1: states[%q] does not say what %s makes of its state: add the line `%s.Type(): unsaid,`, or the state in place of unsaid", ledgerFile, noun, one, one))
			}
		}
	}
	return wrong
}

// modelled are the nouns whose every change is a command of tests/model.
var modelled = []string{"offer", "subscription", "relationship", "redemption", "listing", "lead"}

// played is law 11 for changes: what a handler calls to change a thing of such a noun, tests/model calls too.
func played(t *tree) (wrong []string) {
	called := map[string]bool{}
	for _, p := range t.under("tests/model") {
		for _, f := range slices.Concat(p.files, p.tests) {
			ast.Inspect(f.File, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					called[s.Sel.Name] = true
				}
				return true
			})
		}
	}
	for _, noun := range modelled {
		in := t.at["shared/"+noun]
		if in == nil {
			continue
		}
		whole, operations, transitions := noun+"."+camel(noun), in.functions(""), in.functions(camel(noun))
		for _, p := range t.under("functions/api", "functions/pages") {
			changes := within(p.folder, "functions/api") // a page asks a transition what would become of a thing
			for _, fn := range p.functions("") {
				things := t.things(fn, whole)
				ast.Inspect(fn, func(n ast.Node) bool {
					s, ok := n.(*ast.SelectorExpr)
					if !ok || called[s.Sel.Name] {
						return true
					}
					x := t.source(s.X)
					operation, transition := operations[s.Sel.Name], transitions[s.Sel.Name]
					if x == noun && operation != nil && t.takes(operation, "op.Op") || changes && (x == whole || slices.Contains(things, x)) && transition != nil && t.gives(transition, camel(noun)) {
						wrong = append(wrong, t.say(s.Pos(), "tests/model does not call %s.%s: make it a command in tests/model/machine_test.go, and say what the product says of it in plain_test.go", noun, s.Sel.Name))
					}
					return true
				})
			}
		}
	}
	return wrong
}

// takes says whether a function has a parameter of the type.
func (t *tree) takes(fn *ast.FuncDecl, of string) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool { return t.source(f.Type) == of })
}

// gives says whether a function returns the type first, and an error.
func (t *tree) gives(fn *ast.FuncDecl, of string) bool {
	r := fn.Type.Results
	return r != nil && len(r.List) == 2 && t.source(r.List[0].Type) == of && t.source(r.List[1].Type) == "error"
}

// literals returns the texts that stand in the Go files of a folder.
func (t *tree) literals(folder string) map[string]bool {
	found := map[string]bool{}
	for _, p := range t.under(folder) {
		texts(found, slices.Concat(p.files, p.tests))
	}
	return found
}

// texts adds the texts that stand in files.
func texts(found map[string]bool, files []*source) {
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if text, ok := literal(lit); ok {
					found[text] = true
				}
			}
			return true
		})
	}
}

// selected returns what tests and fixtures name of other packages, as offers.Create.
func (t *tree) selected() map[string]bool {
	found := map[string]bool{}
	for _, p := range t.packages {
		files := p.tests
		if within(p.folder, "tests") {
			files = slices.Concat(p.files, p.tests)
		}
		for _, f := range files {
			ast.Inspect(f.File, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok {
						found[x.Name+"."+s.Sel.Name] = true
					}
				}
				return true
			})
		}
	}
	return found
}

// events returns the types of the events that tell of a noun.
func (t *tree) events(noun string) (found []string) {
	if p := t.at["shared/"+noun]; p != nil {
		for _, f := range p.files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if of, ok := typeName(fn); ok && strings.HasPrefix(of, noun+".") {
					found = append(found, t.source(fn.Recv.List[0].Type))
				}
			}
		}
	}
	return found
}

func TestComplete(t *testing.T) { obey(t, complete) }

func TestPlayed(t *testing.T) { obey(t, played) }

func TestPlayedBites(t *testing.T) {
	const offers, file = "shared/offer/changes.go", "functions/api/offers/change.go"
	domain := change{offers, "", "package offer\n\nfunc (o Offer) Archive(at time.Time) (Offer, error) { return o, nil }\n\nfunc Lower(ctx context.Context, o op.Op) error { return nil }\n\nfunc Read(ctx context.Context) error { return nil }\n"}
	handler := func(text string) []change {
		return []change{domain, {file, "", "package offers\n\nfunc act() {\n\t" + text + "\n}\n"}}
	}
	const says = file + ":4: tests/model does not call offer."
	bite(
		t, played,
		broken{"a transition", handler("change(offer.Offer.Archive)"), says + "Archive: make it a command"},
		broken{"a transition of a thing", handler("change(func(o offer.Offer) { o.Archive(now) })"), says + "Archive: make it a command"},
		broken{"an operation", handler("offer.Lower(ctx, o)\n\toffer.Read(ctx)"), says + "Lower: make it a command"},
	)
	model := change{"tests/model/machine_test.go", "", "package model\n\nvar _ = []any{offer.Offer.Archive, offer.Lower}\n"}
	if got := played(build(t, append(handler("change(offer.Offer.Archive, offer.Lower)"), model))); len(got) > 0 {
		t.Errorf("what the model calls: %v", got)
	}
}

func TestCompleteBites(t *testing.T) {
	const create = "functions/api/offers/create/main.go"
	get := []change{
		{contractFile, "    post:", "    get: {operationId: OffersGet}\n    post:"},
		{matrixFile, "\"OffersCreate\"", "\"OffersCreate\", \"OffersGet\""},
		{"functions/api/offers/get/main.go", "", strings.ReplaceAll(strings.ReplaceAll(sound[create], "Create", "Get"), "create", "get")},
	}
	bite(
		t, complete,
		broken{"no row of the matrix", []change{get[0]}, matrixFile + ":1: no row says who may OffersGet: add the line `{operation: \"OffersGet\""},
		broken{"no test serves it", get, "functions/api/offers/get/main.go:1: no test serves offers.Get: add it to the list"},
		broken{"no row of the ledger", []change{{"shared/offer/events.go", "", "package offer\n\nfunc (GoneEvent) Type() event.Type { return \"offer.gone\" }\n"}}, ledgerFile + ":1: states[\"offer\"] does not say what offer.GoneEvent{} makes"},
	)
}
