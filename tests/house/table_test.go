package house

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// machinery are the files of shared/dynamo that know no noun: keys, reads, writes, lists, what is due, the stream, the walk. Only they
// declare types that others see.
var machinery = []string{"doc", "keys", "table", "shape", "list", "due", "stream", "walk"}

// nounFiles is law 10: shared/dynamo declares no type of the domain and holds one file a noun, named like it; a class of item is written there.
func nounFiles(t *tree) (wrong []string) {
	table := t.at["shared/dynamo"]
	if table == nil {
		return nil
	}
	known := t.nouns()
	written := map[string]string{} // class -> the file that writes it
	for _, f := range table.files {
		name := strings.TrimSuffix(path.Base(f.path), ".go")
		if slices.Contains(machinery, name) {
			continue
		}
		if !known[name] {
			wrong = append(wrong, t.say(f.Package, "%s.go is named like no noun and no type of one: move what it holds to its noun's file", name))
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, s := range g.Specs {
					if s := s.(*ast.TypeSpec); s.Name.IsExported() && !partOfTable(s) {
						wrong = append(wrong, t.say(s.Pos(), "the table declares %s: a type of the domain belongs to its noun", s.Name.Name))
					}
				}
			}
		}
		for _, c := range classes(f) {
			class := word(c)
			if first, ok := written[class]; ok && first != name {
				wrong = append(wrong, t.say(c.Pos(), "items of class %s are made in %s.go and here: make them there, and call that", class, first))
				continue
			}
			written[class] = name
		}
	}
	return wrong
}

// partOfTable says whether a type is the table again with more methods: all that it holds is the table.
func partOfTable(s *ast.TypeSpec) bool {
	held, is := s.Type.(*ast.StructType)
	if !is || len(held.Fields.List) != 1 || len(held.Fields.List[0].Names) > 0 {
		return false
	}
	switch of := held.Fields.List[0].Type.(type) {
	case *ast.StarExpr:
		name, is := of.X.(*ast.Ident)
		return is && name.Name == "Table"
	case *ast.Ident:
		return of.Name == "Groups"
	}
	return false
}

// nouns are the names that a file of the table may have: packages of shared, and types that they declare, as offer or session.
func (t *tree) nouns() map[string]bool {
	found := map[string]bool{}
	for _, p := range t.under("shared") {
		name := path.Base(p.folder)
		if !slices.Contains(below, name) && !slices.Contains(nouns, name) && name != "access" {
			continue
		}
		found[name] = true
		for _, f := range p.files {
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
					for _, s := range g.Specs {
						found[strings.ReplaceAll(kebab(s.(*ast.TypeSpec).Name.Name), "-", "_")] = true
					}
				}
			}
		}
	}
	return found
}

// classes finds the classes of the items that a file makes: classed("offer", …), born("plan", …), "class": text("uses"),
// it["class"] = text("event"), and update(…, "class", "rate", …).
func classes(f *source) (found []*ast.BasicLit) {
	is := func(e ast.Expr, what string) bool { l, ok := e.(*ast.BasicLit); return ok && word(l) == what }
	add := func(e ast.Expr) {
		if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
			e = call.Args[0]
		}
		if l, ok := e.(*ast.BasicLit); ok {
			found = append(found, l)
		}
	}
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name, _ := n.Fun.(*ast.Ident)
			switch {
			case name == nil:
			case name.Name == "classed", name.Name == "born":
				add(n.Args[0])
			case name.Name == "update":
				if i := slices.IndexFunc(n.Args, func(e ast.Expr) bool { return is(e, "class") }); i >= 0 && i+1 < len(n.Args) {
					add(n.Args[i+1])
				}
			}
		case *ast.KeyValueExpr:
			if is(n.Key, "class") {
				add(n.Value)
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if at, ok := left.(*ast.IndexExpr); ok && is(at.Index, "class") && len(n.Lhs) == len(n.Rhs) {
					add(n.Rhs[i])
				}
			}
		}
		return true
	})
	return found
}

func word(l *ast.BasicLit) string { return strings.Trim(l.Value, "`\"") }

func TestNounFiles(t *testing.T) {
	obey(t, nounFiles)
	made := map[string]bool{}
	for _, f := range repository().at["shared/dynamo"].files {
		for _, c := range classes(f) {
			made[word(c)] = true
		}
	}
	for _, class := range []string{"offer", "plan", "uses", "event", "rate"} { // each is made another way
		if !made[class] {
			t.Errorf("nothing is seen to make items of class %s", class)
		}
	}
}

func TestNounFilesBite(t *testing.T) {
	const file = "shared/dynamo/offer.go"
	more := func(file, text string) change { return change{file, "", "package dynamo\n\n" + text} }
	bite(
		t, nounFiles,
		broken{"a file of no noun", []change{more("shared/dynamo/ending.go", "")}, "shared/dynamo/ending.go:1: ending.go is named like no noun"},
		broken{"a file of two nouns", []change{more("shared/dynamo/offers.go", "")}, "shared/dynamo/offers.go:1: offers.go is named like no noun"},
		broken{"a type of the domain", []change{more(file, "// Mail is one.\ntype Mail struct{}\n")}, file + ":4: the table declares Mail"},
		broken{"a class in two files", []change{more(file, "var a = classed(\"offer\", 1)\n"), more("shared/dynamo/partner.go", "var b = item{\"class\": text(\"offer\")}\n")}, "shared/dynamo/partner.go:3: items of class offer are made in offer.go and here"},
		broken{"a class put in", []change{more(file, "var a = classed(\"offer\", 1)\n"), more("shared/dynamo/partner.go", "func f(it item) { it[\"class\"] = text(\"offer\") }\n")}, "shared/dynamo/partner.go:3: items of class offer"},
		broken{"a class updated", []change{more(file, "var a = born(\"offer\", 1)\n"), more("shared/dynamo/partner.go", "var b = update(key, \"SET #class = :class\", \"class\", \"offer\")\n")}, "shared/dynamo/partner.go:3: items of class offer"},
	)
}
