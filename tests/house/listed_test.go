package house

import (
	"cmp"
	"go/ast"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// beside are the fields that a list reads without their being kept for it: the key holds the one, no list shows the other.
var beside = []string{"created_at", "subscription.history"}

// listedFields is law 10 for lists: what a resource's List reads of a noun, itself, in functions of its package, in those of shared/view and in the noun's
// own methods, shared/dynamo keeps for lists. All else is empty there.
func listedFields(t *tree) (wrong []string) {
	views := map[string]*ast.FuncDecl{}
	if p := t.at["shared/view"]; p != nil {
		views = p.functions("")
	}
	for _, p := range t.under("functions/api") {
		declared := p.functions("")
		list := declared["List"]
		if list == nil {
			continue
		}
		for _, noun := range nouns {
			kept, fields := t.cards(noun), t.fields("shared/"+noun)
			of := noun + "." + camel(noun)
			if len(kept) == 0 || t.at["shared/"+noun] == nil {
				continue
			}
			stored := t.storedAs(of)
			methods := t.at["shared/"+noun].functions(camel(noun))
			seen := map[*ast.FuncDecl]bool{}
			var follow func(fn *ast.FuncDecl, in map[string]*ast.FuncDecl, things []string)
			follow = func(fn *ast.FuncDecl, in map[string]*ast.FuncDecl, things []string) {
				if fn == nil || seen[fn] {
					return
				}
				seen[fn] = true
				ast.Inspect(fn.Body, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.CallExpr:
						if called, ok := n.Fun.(*ast.Ident); ok && in[called.Name] != nil {
							follow(in[called.Name], in, t.things(in[called.Name], of))
						}
					case *ast.SelectorExpr:
						x, ok := n.X.(*ast.Ident)
						if ok && x.Name == "view" && views[n.Sel.Name] != nil {
							follow(views[n.Sel.Name], views, t.things(views[n.Sel.Name], of))
							return true
						}
						if !ok || !slices.Contains(things, x.Name) {
							return true
						}
						if method := methods[n.Sel.Name]; method != nil && len(method.Recv.List[0].Names) > 0 {
							follow(method, nil, []string{method.Recv.List[0].Names[0].Name})
						} else if name := cmp.Or(stored[n.Sel.Name], snake(n.Sel.Name)); slices.Contains(fields[camel(noun)], n.Sel.Name) && !slices.Contains(kept, name) && !slices.Contains(beside, name) && !slices.Contains(beside, noun+"."+name) {
							wrong = append(wrong, t.say(n.Pos(), "a list reads %s, which is empty there: add %q to what shared/dynamo/%s.go keeps for lists", n.Sel.Name, name, noun))
						}
					}
					return true
				})
			}
			follow(list, declared, t.things(list, of))
		}
	}
	return wrong
}

// functions returns a package's functions by name, or the methods of a type.
func (p *pack) functions(of string) map[string]*ast.FuncDecl {
	found := map[string]*ast.FuncDecl{}
	for _, f := range p.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || (fn.Recv != nil) != (of != "") {
				continue
			}
			if fn.Recv != nil {
				if recv, ok := fn.Recv.List[0].Type.(*ast.Ident); !ok || recv.Name != of {
					continue
				}
			}
			found[fn.Name.Name] = fn
		}
	}
	return found
}

// things returns the names in a function that stand for a value of the type: parameters, and what it ranges over.
func (t *tree) things(fn *ast.FuncDecl, of string) (found []string) {
	var lists []string
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				switch t.source(n.Type) {
				case of:
					found = append(found, name.Name)
				case "[]" + of:
					lists = append(lists, name.Name)
				}
			}
		case *ast.RangeStmt:
			x, ok := n.X.(*ast.Ident)
			if v, named := n.Value.(*ast.Ident); ok && named && slices.Contains(lists, x.Name) {
				found = append(found, v.Name)
			}
		}
		return true
	})
	return found
}

// cards returns the attributes that the table keeps for lists of a noun.
func (t *tree) cards(noun string) (found []string) {
	table := t.at["shared/dynamo"]
	if table == nil {
		return nil
	}
	note := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok {
				found = append(found, word(l))
			}
			return true
		})
	}
	for _, f := range table.files {
		if f.path != "shared/dynamo/"+noun+".go" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if strings.HasSuffix(n.Names[0].Name, "List") {
					note(n)
				}
			case *ast.CallExpr:
				if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "listAttributes" {
					for _, arg := range n.Args[1:] {
						note(arg)
					}
				}
			}
			return true
		})
	}
	return found
}

// storedAs returns the fields of a type that the table keeps under another name (storedAs in shared/dynamo), with that name.
func (t *tree) storedAs(of string) map[string]string {
	found := map[string]string{}
	for _, p := range t.under("shared/dynamo") {
		for _, f := range p.files {
			ast.Inspect(f.File, func(n ast.Node) bool {
				entry, ok := n.(*ast.KeyValueExpr)
				if !ok || t.source(entry.Key) != "reflect.TypeFor["+of+"]()" {
					return true
				}
				ast.Inspect(entry.Value, func(n ast.Node) bool {
					if field, ok := n.(*ast.KeyValueExpr); ok {
						found[strings.Trim(t.source(field.Key), `"`)] = strings.Trim(t.source(field.Value), `"`)
					}
					return true
				})
				return false
			})
		}
	}
	return found
}

// snake is how the table names a field: BilledBy is billed_by, ID is id.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, c := range runes {
		if i > 0 && unicode.IsUpper(c) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func TestListedFields(t *testing.T) { obey(t, listedFields) }

func TestListedFieldsBites(t *testing.T) {
	const file, head = "functions/api/offers/list.go", "package offers\n\nfunc List(table *dynamo.Table) gateway.Endpoint {\n\t"
	list := func(kept, text string) []change {
		return []change{{"shared/dynamo/offer.go", "", "package dynamo\n\nvar offerList = []string{" + kept + "}\n"}, {file, "", head + text + "}\n"}}
	}
	keep := "keep := func(found []offer.Offer) {\n\t\tfor _, o := range found {\n\t\t\tuse(o.By)\n\t\t}\n\t}\n"
	shown := "return summary(table.All())\n}\n\nfunc summary(o offer.Offer) any {\n\treturn o.By\n"
	bite(
		t, listedFields,
		broken{"what it filters by", list("\"expires_at\"", keep), file + ":6: a list reads By, which is empty there: add \"by\" to what shared/dynamo/offer.go keeps"},
		broken{"what it shows", list("\"expires_at\"", shown), file + ":8: a list reads By, which is empty there: add \"by\""},
		broken{"what shared/view shows", append(list("\"expires_at\"", "return view.Offer(table.All())\n"), change{"shared/view/offer.go", "", "package view\n\nfunc Offer(o offer.Offer) any {\n\treturn o.By\n}\n"}), "shared/view/offer.go:4: a list reads By, which is empty there: add \"by\""},
		broken{"what a method of the noun reads", list("\"by\"", strings.Replace(shown, "o.By", "o.Open(now)", 1)), "shared/offer/offer.go:25: a list reads ExpiresAt, which is empty there: add \"expires_at\""},
	)
	renamed := build(t, append(list("\"proposer\"", shown), change{"shared/dynamo/shape.go", "", "package dynamo\n\nvar storedAs = map[reflect.Type]map[string]string{reflect.TypeFor[offer.Offer](): {\"By\": \"proposer\"}}\n"}))
	if got := listedFields(renamed); len(got) > 0 {
		t.Errorf("a field that is kept under another name: %q", got)
	}
	for name, want := range map[string]string{"BilledBy": "billed_by", "ID": "id", "SupportURL": "support_url", "PORSince": "por_since"} {
		if got := snake(name); got != want {
			t.Errorf("%s is stored as %s, want %s", name, got, want)
		}
	}
}
