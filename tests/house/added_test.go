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

// literals returns the texts that stand in the Go files of a folder.
func (t *tree) literals(folder string) map[string]bool {
	found := map[string]bool{}
	for _, p := range t.under(folder) {
		for _, f := range slices.Concat(p.files, p.tests) {
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
	return found
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
