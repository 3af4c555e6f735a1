package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// kindTable is where the kinds of offers are declared, and what the domain says of each.
const kindTable = "shared/offer/kind.go"

// kindViews are the places that say something else of each kind: one map from the kind to its view.
var kindViews = []string{
	"shared/redemption/decide.go",     // what a yes does
	"shared/site/offered/offered.go",  // what pages show of an offer
	"functions/pages/redeem/kinds.go", // what the steps of an answer ask
	"functions/pages/receipt/outcome.go",
	"shared/sharing/sharing.go",    // what goes with the link
	"shared/mail/filled/filled.go", // what mails say of an offer
	"shared/outbox/decision.go",    // the mails about accepting it
}

// kinds is law 12: an offer's kind is told apart by its views alone, and each of them has one of every kind.
func kinds(t *tree) (wrong []string) {
	all := t.kinds()
	if len(all) == 0 {
		return nil
	}
	for _, p := range t.under("functions", "shared", "infra") {
		for _, f := range p.files {
			if f.generated {
				continue
			}
			is := f.names(p, all)
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					for _, side := range []ast.Expr{n.X, n.Y} {
						if name := is(side); name != "" && (n.Op == token.EQL || n.Op == token.NEQ) {
							wrong = append(wrong, t.say(n.Pos(), "compares with the kind %s: ask it what matters here (%s: Sells, Orders, Picks, …), or ask the offer", name, kindTable))
						}
					}
				case *ast.CaseClause:
					if i := slices.IndexFunc(n.List, func(e ast.Expr) bool { return is(e) != "" }); i >= 0 {
						wrong = append(wrong, t.say(n.Pos(), "switches on the kind %s: give the view of each kind a part for it (tests/house/kinds_test.go lists the views)", is(n.List[i])))
					}
				case *ast.CompositeLit:
					wrong = append(wrong, t.views(f, n, all)...)
				}
				return true
			})
		}
	}
	return wrong
}

// kinds returns the names of the kinds of offers.
func (t *tree) kinds() (all []string) {
	if t.at["shared/offer"] == nil {
		return nil
	}
	for _, f := range t.at["shared/offer"].files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && spec.Type != nil && t.source(spec.Type) == "Kind" {
				all = append(all, spec.Names[0].Name)
			}
			return true
		})
	}
	return all
}

// names returns what says whether an expression names a kind, as the domain, the contract or mails do; empty where it does not.
func (f *source) names(p *pack, all []string) func(ast.Expr) string {
	from := map[string]string{}
	for _, i := range f.imports() {
		from[i.as] = i.path
	}
	known := func(path, name string) bool {
		return path == "liaison/shared/offer" && slices.Contains(all, name) || path == "liaison/shared/contract" && strings.HasPrefix(name, "OfferKind") ||
			path == "liaison/shared/mail" && strings.HasPrefix(name, "Kind")
	}
	var is func(e ast.Expr) string
	is = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.Ident:
			if known(module+"/"+p.folder, e.Name) {
				return e.Name
			}
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok && known(from[x.Name], e.Sel.Name) {
				return x.Name + "." + e.Sel.Name
			}
		case *ast.CallExpr: // contract.OfferKind(offer.Trial)
			if len(e.Args) == 1 {
				return is(e.Args[0])
			}
		}
		return ""
	}
	return is
}

// views says what a map from the kind, or the table of the domain, lacks.
func (t *tree) views(f *source, made *ast.CompositeLit, all []string) (wrong []string) {
	var keys []string
	row := "offer.%s: …,"
	switch of := made.Type.(type) {
	case *ast.MapType:
		if t.source(of.Key) != "offer.Kind" {
			return nil
		}
		if !slices.Contains(kindViews, f.path) {
			return []string{t.say(made.Pos(), "is a view of the kinds in a new place: write %s into the list of tests/house/kinds_test.go, or put it to the view that is there", f.path)}
		}
		for _, e := range made.Elts {
			keys = append(keys, strings.TrimPrefix(t.source(e.(*ast.KeyValueExpr).Key), "offer."))
		}
	case *ast.ArrayType:
		if f.path != kindTable || t.source(of.Elt) != "rules" {
			return nil
		}
		row = "{kind: %s, …},"
		for _, e := range made.Elts {
			keys = append(keys, t.source(e.(*ast.CompositeLit).Elts[0].(*ast.KeyValueExpr).Value))
		}
	default:
		return nil
	}
	for _, kind := range all {
		if !slices.Contains(keys, kind) {
			wrong = append(wrong, t.say(made.Pos(), "says nothing of the kind %s: add the line `%s`", kind, fmt.Sprintf(row, kind)))
		}
	}
	return wrong
}

func TestKinds(t *testing.T) {
	obey(t, kinds)
	if all := repository().kinds(); len(all) < 2 {
		t.Errorf("%s: the kinds are declared otherwise: %v", kindTable, all)
	}
	for _, place := range kindViews {
		if !strings.Contains(string(repository().text(place)), "= map[offer.Kind]") {
			t.Errorf("%s: holds no view of the kinds any more: take it off the list", place)
		}
	}
}

func TestKindsBites(t *testing.T) {
	const page, view = "functions/pages/redeem/kind.go", "functions/pages/redeem/kinds.go"
	const table = "package offer\n\n// Kind of an offer.\ntype Kind string\n\n// The kinds.\nconst (\n\tTrial    Kind = \"trial\"\n\tPurchase Kind = \"purchase\"\n)\n\ntype rules struct{ kind Kind }\n\nvar kinds = []rules{{kind: Trial}, {kind: Purchase}}\n"
	holds := func(file, text string) []change {
		return []change{{kindTable, "", table}, {file, "", "package redeem\n\nimport \"liaison/shared/offer\"\n\n" + text + "\n"}}
	}
	bite(
		t, kinds,
		broken{"compared", holds(page, "func asks(k offer.Kind) bool { return offer.Trial != k }"), page + ":5: compares with the kind offer.Trial: ask it"},
		broken{"compared as the contract's", holds(page, "func asks(k string) bool { return k == string(offer.Purchase) }"), page + ":5: compares with the kind offer.Purchase"},
		broken{"switched", holds(page, "func asks(k offer.Kind) bool {\n\tswitch k {\n\tcase offer.Trial:\n\t\treturn true\n\t}\n\treturn false\n}"), page + ":7: switches on the kind offer.Trial: give the view"},
		broken{"switched without a subject", holds(page, "func asks(k offer.Kind) bool {\n\tswitch {\n\tcase k == offer.Trial:\n\t\treturn true\n\t}\n\treturn false\n}"), page + ":7: compares with the kind offer.Trial"},
		broken{"a view in a new place", holds(page, "var views = map[offer.Kind]int{offer.Trial: 1, offer.Purchase: 2}"), page + ":5: is a view of the kinds in a new place: write " + page},
		broken{"a kind without a view", holds(view, "var views = map[offer.Kind]int{offer.Trial: 1}"), view + ":5: says nothing of the kind Purchase: add the line `offer.Purchase: …,`"},
		broken{"in its own room", []change{{kindTable, "", table + "\nfunc (k Kind) free() bool { return k == Trial }\n"}}, kindTable + ":16: compares with the kind Trial"},
		broken{"a kind without a row", []change{{kindTable, "", strings.Replace(table, ", {kind: Purchase}", "", 1)}}, kindTable + ":14: says nothing of the kind Purchase: add the line `{kind: Purchase, …},`"},
	)
}
