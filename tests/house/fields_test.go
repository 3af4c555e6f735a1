package house

import (
	"go/ast"
	"slices"
	"testing"
	"testing/fstest"
)

const contractTypes = "shared/contract/types_gen.go"

// withheld are the fields that no answer fills yet: they are null as long as there is nothing to show.
var withheld = []string{"Offer.PreviewURL"}

// fieldsUsed is law 11 for fields: whoever makes an answer of a type of the contract fills each of its fields, and whoever takes a request
// reads each of them, in functions and in shared/view. It sees contract.T{Field: …}, v.Field = … in the same package, and body.Field of a parameter or variable body.
func fieldsUsed(t *tree) (wrong []string) {
	made, taken := map[string]ast.Node{}, map[string]ast.Node{} // T -> where it is made or taken first
	used := map[string]bool{}                                   // T.Field
	for _, p := range t.under("functions", "shared/view") {
		here, assigned := map[string]bool{}, []string{}
		for _, f := range p.files {
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					fill := func(name string, lit *ast.CompositeLit) {
						here[name] = true
						if made[name] == nil {
							made[name] = lit
						}
						for _, e := range lit.Elts {
							if kv, ok := e.(*ast.KeyValueExpr); ok {
								if key, ok := kv.Key.(*ast.Ident); ok {
									used[name+"."+key.Name] = true
								}
							}
						}
					}
					of := n.Type
					list, ok := of.(*ast.ArrayType)
					if name := contractType(of); name != "" {
						fill(name, n)
					} else if ok && contractType(list.Elt) != "" {
						for _, e := range n.Elts {
							if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
								fill(contractType(list.Elt), lit)
							}
						}
					}
				case *ast.AssignStmt:
					for _, left := range n.Lhs {
						for s, ok := left.(*ast.SelectorExpr); ok; s, ok = s.X.(*ast.SelectorExpr) {
							assigned = append(assigned, s.Sel.Name)
						}
					}
				case *ast.FuncDecl:
					for name, of := range variables(n) {
						if taken[of] == nil {
							taken[of] = n
						}
						ast.Inspect(n, func(n ast.Node) bool {
							if s, ok := n.(*ast.SelectorExpr); ok {
								if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
									used[of+"."+s.Sel.Name] = true
								}
							}
							return true
						})
					}
				}
				return true
			})
		}
		for name := range here {
			for _, field := range assigned {
				used[name+"."+field] = true
			}
		}
	}
	fields := t.fields(contractTypes)
	for _, name := range sorted(fields) {
		for _, field := range fields[name] {
			full := name + "." + field
			switch {
			case used[full] || slices.Contains(withheld, full):
			case made[name] != nil:
				wrong = append(wrong, t.say(made[name].Pos(), "no answer fills %s of contract.%s: add `%s: …,` here", field, name, field))
			case taken[name] != nil:
				wrong = append(wrong, t.say(taken[name].Pos(), "nothing reads %s of contract.%s: add `%s: body.%s` to what is made of it", field, name, field, field))
			}
		}
	}
	return wrong
}

// contractType returns T of the expression contract.T, else nothing.
func contractType(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "contract" {
			return s.Sel.Name
		}
	}
	return ""
}

// variables returns the parameters and variables of a function that are of a type of the contract.
func variables(fn *ast.FuncDecl) map[string]string {
	found := map[string]string{}
	note := func(names []*ast.Ident, of ast.Expr) {
		if pointer, ok := of.(*ast.StarExpr); ok {
			of = pointer.X
		}
		for _, name := range names {
			if one := contractType(of); one != "" {
				found[name.Name] = one
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			note(n.Names, n.Type)
		case *ast.ValueSpec:
			note(n.Names, n.Type)
		}
		return true
	})
	return found
}

// fields returns the fields of the structs that a file or folder declares, by the struct's name.
func (t *tree) fields(in string) map[string][]string {
	found := map[string][]string{}
	for _, p := range t.packages {
		for _, f := range p.files {
			if !within(f.path, in) {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				if s, ok := n.(*ast.TypeSpec); ok {
					if made, ok := s.Type.(*ast.StructType); ok {
						for _, field := range made.Fields.List {
							for _, name := range field.Names {
								found[s.Name.Name] = append(found[s.Name.Name], name.Name)
							}
						}
					}
				}
				return true
			})
		}
	}
	return found
}

func TestFieldsUsed(t *testing.T) { obey(t, fieldsUsed) }

func TestFieldsUsedBites(t *testing.T) {
	const file = "functions/api/offers/view.go"
	types := change{contractTypes, "", "package contract\n\n// Offer is one.\ntype Offer struct {\n\tID, Country string\n\tPreviewURL *string\n}\n\n// OfferCreate asks for one.\ntype OfferCreate struct{ Kind, Country string }\n"}
	view := func(text string) []change { return []change{types, {file, "", "package offers\n\n" + text}} }
	whole := "func view() any { return contract.Offer{ID: \"\", Country: \"\"} }\n\n"
	bite(
		t, fieldsUsed,
		broken{"an answer without a field", view("func view() any { return contract.Offer{ID: \"\"} }\n"), file + ":3: no answer fills Country of contract.Offer: add `Country: …,` here"},
		broken{"an answer that shared/view makes", []change{types, {"shared/view/offer.go", "", "package view\n\nfunc Offer() any { return contract.Offer{ID: \"\"} }\n"}}, "shared/view/offer.go:3: no answer fills Country of contract.Offer"},
		broken{"one of a list", view("func view() any { return []contract.Offer{{ID: \"\"}} }\n"), file + ":3: no answer fills Country of contract.Offer"},
		broken{"a request's field that is not read", view(whole + "func draft(body contract.OfferCreate, other offer) { use(body.Kind, other.Country) }\n"), file + ":5: nothing reads Country of contract.OfferCreate: add `Country: body.Country`"},
		broken{"one of a body that is read in place", view(whole + "func create() {\n\tvar body contract.OfferCreate\n\tuse(body.Kind)\n}\n"), file + ":5: nothing reads Country of contract.OfferCreate"},
	)
	assigned := read(fstest.MapFS{
		contractTypes: {Data: []byte(types.new)},
		file:          {Data: []byte("package offers\n\nfunc view() any {\n\tv := contract.Offer{ID: \"\"}\n\tv.Country = \"PL\"\n\treturn v\n}\n")},
	})
	if got := fieldsUsed(assigned); len(got) > 0 {
		t.Errorf("a field that is assigned: %v", got)
	}
}
