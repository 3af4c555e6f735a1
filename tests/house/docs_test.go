package house

import (
	"go/ast"
	"go/token"
	"testing"
)

// spoken is law 4: every package has exactly one doc comment, and every exported name has its own.
func spoken(t *tree) (wrong []string) {
	for _, p := range t.under("functions", "shared", "infra", "tests") {
		files := p.files
		if len(files) == 0 {
			files = p.tests
		}
		var said []*source
		for _, f := range files {
			if f.Doc != nil {
				said = append(said, f)
			}
			if len(p.files) > 0 && !f.generated {
				wrong = append(wrong, t.unspoken(f)...)
			}
		}
		switch {
		case len(said) == 0:
			wrong = append(wrong, t.say(files[0].Package, "package %s has no doc comment: say above one file's package clause what it is", files[0].Name.Name))
		case len(said) > 1:
			wrong = append(wrong, t.say(said[1].Package, "package %s has a second doc comment, the first stands in %s: make them one", said[1].Name.Name, said[0].path))
		}
	}
	return wrong
}

func (t *tree) unspoken(f *source) (wrong []string) {
	say := func(name *ast.Ident) {
		if name.IsExported() {
			wrong = append(wrong, t.say(name.Pos(), "%s has no comment: say what it gives, in which unit, and what fails when", name.Name))
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && (d.Recv == nil || exported(d.Recv.List[0].Type)) && !names(d) {
				say(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Doc == nil && (d.Doc == nil || d.Lparen != token.NoPos) {
						say(spec.Name)
					}
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						if d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
							say(name)
						}
					}
				}
			}
		}
	}
	return wrong
}

// names says whether a function is the method of a change that returns its name: what it gives stands in it.
func names(d *ast.FuncDecl) bool {
	if d.Recv == nil || d.Name.Name != "Type" || d.Body == nil || len(d.Body.List) != 1 {
		return false
	}
	returned, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(returned.Results) != 1 {
		return false
	}
	_, ok = literal(returned.Results[0])
	return ok
}

// exported says whether a receiver's type is.
func exported(receiver ast.Expr) bool {
	switch r := receiver.(type) {
	case *ast.StarExpr:
		return exported(r.X)
	case *ast.IndexExpr:
		return exported(r.X)
	case *ast.IndexListExpr:
		return exported(r.X)
	case *ast.Ident:
		return r.IsExported()
	}
	return false
}

func TestDocs(t *testing.T) { obey(t, spoken) }

func TestDocsBite(t *testing.T) {
	const file = "shared/offer/offer.go"
	bite(
		t, spoken,
		broken{"a package without", []change{{file, "// Package offer is what a partner proposes.\n", ""}}, file + ":1: package offer has no doc comment"},
		broken{"a package with two", []change{{"shared/offer/rules.go", "", "// Package offer has rules.\npackage offer\n"}}, "shared/offer/rules.go:2: package offer has a second doc comment, the first stands in " + file},
		broken{"tests without", []change{{"tests/model/model_test.go", "", "package model\n"}}, "tests/model/model_test.go:1: package model has no doc comment"},
		broken{"a function", []change{{"shared/fault/fault.go", "// New returns a fault with its code.\n", ""}}, "shared/fault/fault.go:4: New has no comment"},
		broken{"a method", []change{{file, "// Open fails where the offer has ended.\n", ""}}, file + ":23: Open has no comment"},
		broken{"a type", []change{{file, "// Offer is what a partner proposes.\n", ""}}, file + ":17: Offer has no comment"},
		broken{"a type in a group", []change{{file, "// Offer is", "// Both are.\ntype (\n\tOne int\n)\n\n// Offer is"}}, file + ":19: One has no comment"},
		broken{"constants", []change{{file, "// The states of an offer.\n", ""}, {file, "\tActive  = \"active\"\n", "\tActive  = \"active\" // it stands\n"}}, file + ":13: Expired has no comment"},
		broken{"infra", []change{{"infra/local/local.go", "", "// Package local runs.\npackage local\n\nvar Port = 3\n"}}, "infra/local/local.go:4: Port has no comment"},
	)
}
