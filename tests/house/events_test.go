package house

import (
	"go/ast"
	"reflect"
	"slices"
	"strings"
	"testing"

	"liaison/shared/event"
	"liaison/shared/event/known"
)

// ids are the nouns that the contract names by their id; bare is how it calls what has another name elsewhere.
var (
	ids  = []string{"offer", "invitation", "redemption", "plan", "partner", "customer", "subscription", "relationship", "user"}
	bare = map[string]string{"mail": "email", "mail_verified_at": "email_verified_at", "data_until": "grace_ends_at", "end_cause": "ended_cause"}
)

// onTheWire are the tests of what is shown outside, which may say a type as text.
var onTheWire = []string{"tests/contract", "tests/journeys", "tests/authz", "tests/browser", "tests/faults", "functions/api"}

// catalogued says whether a file declares events.
func catalogued(path string) bool {
	return strings.HasPrefix(path, "shared/") && (strings.HasSuffix(path, "/events.go") || path == "shared/event/program.go" || path == "shared/event/event.go")
}

// eventsOnce is law 9 for events: a type and the name of a field stand in the catalogue alone.
func eventsOnce(t *tree) (wrong []string) {
	types, nouns := map[string]string{}, []string{}
	for _, row := range known.Events() {
		types[string(row.Of.Type())] = reflect.TypeOf(row.Of).String()
		nouns = append(nouns, row.Of.Type().Noun()+".")
	}
	for _, p := range t.packages {
		for _, f := range slices.Concat(p.files, p.tests) {
			test := strings.HasSuffix(f.path, "_test.go")
			if f.generated || within(f.path, "tests/house") || test && slices.ContainsFunc(onTheWire, func(folder string) bool { return within(f.path, folder) }) {
				continue
			}
			events := slices.ContainsFunc(f.imports(), func(i imported) bool { return i.path == "liaison/shared/event" })
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec:
					return false
				case *ast.FuncDecl:
					if of, ok := typeName(n); ok && catalogued(f.path) && types[of] == "" {
						wrong = append(wrong, t.say(n.Pos(), "%s is not in the list: write its type into Events of this file", of))
					}
				case *ast.BasicLit:
					text, ok := literal(n)
					switch {
					case !ok || catalogued(f.path):
					case types[text] != "":
						wrong = append(wrong, t.say(n.Pos(), "%q is an event's type: write %s{}.Type(), event.Is or event.As", text, types[text]))
					case events && !test && slices.Contains(nouns, text):
						wrong = append(wrong, t.say(n.Pos(), "%q begins an event's type: switch on what known.Read returns, or ask Type.Noun", text))
					}
				case *ast.IndexExpr:
					data, ok := n.X.(*ast.SelectorExpr)
					if name, said := literal(n.Index); ok && said && events && data.Sel.Name == "Data" && !catalogued(f.path) {
						wrong = append(wrong, t.say(n.Pos(), "%q is a field of an event: read it with event.As or known.Read", name))
					}
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && events && key.Name == "Data" && !catalogued(f.path) {
						if made, ok := n.Value.(*ast.CompositeLit); ok && t.source(made.Type) == "map[string]string" {
							wrong = append(wrong, t.say(n.Pos(), "the fields of an event are written by event.Of with the type of its noun"))
						}
					}
				}
				return true
			})
		}
	}
	return wrong
}

// typeName returns what a method Type that names a change returns.
func typeName(n *ast.FuncDecl) (string, bool) {
	if !names(n) {
		return "", false
	}
	return literal(n.Body.List[0].(*ast.ReturnStmt).Results[0])
}

func TestEventsOnce(t *testing.T) { obey(t, eventsOnce) }

func TestEventsOnceBites(t *testing.T) {
	const file = "shared/offer/said.go"
	say := func(what string) []change {
		return []change{{file, "", "package offer\n\nimport \"liaison/shared/event\"\n\nfunc said(c event.Change) any { return " + what + " }\n"}}
	}
	bite(
		t, eventsOnce,
		broken{"a type", say(`c.Type == "offer.created"`), file + `:5: "offer.created" is an event's type: write offer.CreatedEvent{}.Type(), event.Is or event.As`},
		broken{"its noun", say(`"partner_of_record." + c.Subject`), file + `:5: "partner_of_record." begins an event's type`},
		broken{"a field", say(`c.Data["reason"]`), file + `:5: "reason" is a field of an event: read it with event.As or known.Read`},
		broken{"made by hand", say(`event.Change{Data: map[string]string{"reason": ""}}`), file + `:5: the fields of an event are written by event.Of`},
		broken{"not listed", []change{{"shared/lost/events.go", "", "package lost\n\nfunc (Event) Type() event.Type { return \"offer.lost\" }\n"}}, "shared/lost/events.go:3: offer.lost is not in the list"},
	)
}

// TestCatalogue holds the catalogue to the contract's names: an event's data is shown outside as it is stored, so that a plan is `plan_id`
// there too, as in every other answer; and infra/openapi.yaml lists every type.
func TestCatalogue(t *testing.T) {
	var types []string
	for _, row := range known.Events() {
		of := string(row.Of.Type())
		types = append(types, of)
		for _, name := range event.Names(row.Of) {
			if bare[name] != "" {
				t.Errorf("%s says %q: the contract calls it %s", of, name, bare[name])
			}
			if slices.Contains(ids, name) {
				t.Errorf("%s says %q: the contract calls it %s_id", of, name, name)
			}
		}
	}
	slices.Sort(types)
	if one := slices.Compact(slices.Clone(types)); len(one) != len(types) {
		t.Error("two kinds of change have one name")
	}
	_, list, found := strings.Cut(string(repository().text("infra/openapi.yaml")), "x-extensible-enum:\n")
	var listed []string
	for line := range strings.Lines(list) {
		name, item := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !item {
			break
		}
		listed = append(listed, name)
	}
	for _, of := range types {
		if !slices.Contains(listed, of) {
			t.Errorf("infra/openapi.yaml: Event.type does not list %s: add the line `- %s`", of, of)
		}
	}
	if !found || !slices.IsSorted(listed) || len(listed) > len(types) {
		t.Errorf("infra/openapi.yaml: Event.type lists %d types in another order, or more than the %d that there are", len(listed), len(types))
	}
}
