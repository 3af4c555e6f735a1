package house

import (
	"go/ast"
	"slices"
	"testing"
)

// ids are the nouns that the contract names by their id; bare is how it calls what has another name elsewhere.
var (
	ids  = []string{"offer", "invitation", "redemption", "plan", "partner", "customer", "subscription", "relationship", "user"}
	bare = map[string]string{"mail": "email", "mail_verified_at": "email_verified_at", "data_until": "grace_ends_at", "end_cause": "ended_cause"}
)

// told holds what events say to the contract's names: their data is shown outside as it is stored, so that a plan is `plan_id`
// there too, as in every other answer.
func told(t *tree) (wrong []string) {
	for _, p := range t.under("functions", "shared") {
		for _, f := range p.files {
			if !slices.ContainsFunc(f.imports(), func(i imported) bool { return i.path == "liaison/shared/event" }) {
				continue
			}
			check := func(e ast.Expr) {
				name, ok := literal(e)
				if is := bare[name]; ok && is != "" {
					wrong = append(wrong, t.say(e.Pos(), "an event says %q: the contract calls it %s", name, is))
				}
				if ok && slices.Contains(ids, name) {
					wrong = append(wrong, t.say(e.Pos(), "an event says %q: the contract calls it %s_id", name, name))
				}
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr: // event.Of(kind, subject, name, value, …)
					if of, ok := n.Fun.(*ast.SelectorExpr); ok && of.Sel.Name == "Of" {
						for i := 2; i < len(n.Args); i += 2 {
							check(n.Args[i])
						}
					}
				case *ast.CompositeLit: // []string{name, value, …}
					if list, ok := n.Type.(*ast.ArrayType); ok && list.Len == nil && len(n.Elts)%2 == 0 {
						for i := 0; i < len(n.Elts); i += 2 {
							if _, word := literal(n.Elts[i+1]); !word { // two words are a list of names
								check(n.Elts[i])
							}
						}
					}
				case *ast.IndexExpr: // c.Data[name]
					if data, ok := n.X.(*ast.SelectorExpr); ok && data.Sel.Name == "Data" {
						check(n.Index)
					}
				}
				return true
			})
		}
	}
	return wrong
}

func TestTold(t *testing.T) { obey(t, told) }

func TestToldBites(t *testing.T) {
	const file = "shared/offer/told.go"
	say := func(what string) []change {
		return []change{{file, "", "package offer\n\nimport \"liaison/shared/event\"\n\nfunc told(p string, c event.Change) any { return " + what + " }\n"}}
	}
	bite(
		t, told,
		broken{"in a change", say(`event.Of("offer.created", p, "partner", p)`), file + `:5: an event says "partner": the contract calls it partner_id`},
		broken{"in a list", say(`[]string{"plan", p}`), file + `:5: an event says "plan": the contract calls it plan_id`},
		broken{"read", say(`c.Data["mail"]`), file + `:5: an event says "mail": the contract calls it email`},
	)
}
