package reference

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// callers is who may call an operation, in the words of a page; all but Right are empty for one that is open.
type callers struct{ Right, Partner, Customer, Operator string }

// allowed returns who may call, by route: of each endpoint in functions/api its pattern and the right that it requires, and of that right the row in
// infra/design/rights.md, which tests/house holds to shared/access.
func allowed(repository fs.FS) (map[string]callers, error) {
	rights, err := parsed(repository, "shared/access")
	if err != nil {
		return nil, err
	}
	rows, err := table(repository, "infra/design/rights.md", "right")
	if err != nil {
		return nil, err
	}
	held := map[string]callers{"": {}}
	for _, row := range rows {
		if len(row) == 5 {
			held[row[0]] = callers{row[0], ofPartner(row[2]), ofCustomer(row[3]), ofVendor(row[4])}
		}
	}
	folders, err := fs.Glob(repository, "functions/api/*")
	if err != nil {
		return nil, err
	}
	found := map[string]callers{}
	for _, folder := range folders {
		p, err := parsed(repository, folder)
		if err != nil {
			return nil, err
		}
		for _, fn := range p.functions {
			if !fn.Name.IsExported() || !returnsEndpoint(fn) {
				continue
			}
			pattern, right := p.endpoint(fn, p.texts)
			name, ok := strings.CutPrefix(right, "access.")
			by, known := held[rights.texts[name]]
			if pattern != "" && ok && known {
				found[pattern] = by
			}
		}
	}
	return found, nil
}

// ofPartner says in a sentence's part what the cell of partners says.
func ofPartner(cell string) string {
	kind, words, _ := strings.Cut(cell, " ")
	switch kind {
	case "everyone":
		return "everyone"
	case "access":
		return "customer access " + either(words)
	case "role":
		return "people with the company role " + either(words)
	}
	return ""
}

func ofCustomer(cell string) string {
	switch cell {
	case "everyone":
		return "every user"
	case "any role":
		return "users with any role"
	case "-":
		return ""
	case "global_admin":
		return "users with the role " + either(cell)
	}
	return "users with the role " + either("global_admin, "+cell)
}

func ofVendor(cell string) string {
	switch cell {
	case "yes":
		return "operators"
	case "yes, read":
		return "operators; their reading is an event"
	}
	return ""
}

// either returns words as a choice, each marked as code.
func either(words string) string {
	all := strings.Split(words, ", ")
	for i := range all {
		all[i] = "`" + all[i] + "`"
	}
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

var code = regexp.MustCompile("^`([^`]*)`$")

// table returns the rows of the first table of a page whose first column has the heading. It fails where there is none.
func table(repository fs.FS, file, heading string) (rows [][]string, err error) {
	read, err := fs.ReadFile(repository, file)
	if err != nil {
		return nil, err
	}
	within := false
	for line := range strings.Lines(string(read)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if within {
				return rows, nil
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), " | ") {
			cells = append(cells, code.ReplaceAllString(strings.TrimSpace(cell), "$1"))
		}
		if within {
			rows = append(rows, cells)
		}
		within = within || cells[0] == heading
	}
	if !within {
		return nil, fmt.Errorf("%s: no table whose first column is %q", file, heading)
	}
	return rows, nil
}

// source is a package: its functions and its texts, by name.
type source struct {
	functions map[string]*ast.FuncDecl
	texts     map[string]string
}

// parsed reads the package in a folder.
func parsed(repository fs.FS, folder string) (source, error) {
	found := source{map[string]*ast.FuncDecl{}, map[string]string{}}
	files, err := fs.Glob(repository, path.Join(folder, "*.go"))
	if err != nil {
		return found, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		read, err := fs.ReadFile(repository, file)
		if err != nil {
			return found, err
		}
		one, err := parser.ParseFile(token.NewFileSet(), file, read, parser.SkipObjectResolution)
		if err != nil {
			return found, err
		}
		for _, d := range one.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					found.functions[d.Name.Name] = d
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if values, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST && len(values.Values) == 1 {
						found.texts[values.Names[0].Name] = folded(values.Values[0], nil)
					}
				}
			}
		}
	}
	return found, nil
}

func returnsEndpoint(fn *ast.FuncDecl) bool {
	if fn.Type.Results == nil || len(fn.Type.Results.List) != 1 {
		return false
	}
	s, ok := fn.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Endpoint"
}

// endpoint returns the pattern and the right of the endpoint that a function makes: fields of a literal, the first two arguments of gateway.Action,
// or what another function of the package makes of its arguments. Empty is what cannot be read. with is what the function's parameters stand for.
func (p source) endpoint(fn *ast.FuncDecl, with map[string]string) (pattern, right string) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			key, ok := n.Key.(*ast.Ident)
			if ok && key.Name == "Pattern" && pattern == "" {
				pattern = folded(n.Value, with)
			}
			if ok && key.Name == "Requires" && right == "" {
				right = folded(n.Value, with)
			}
		case *ast.CallExpr:
			switch called := n.Fun.(type) {
			case *ast.SelectorExpr:
				if called.Sel.Name == "Action" && len(n.Args) > 1 && pattern == "" {
					pattern, right = folded(n.Args[0], with), folded(n.Args[1], with)
				}
			case *ast.Ident:
				if helper := p.functions[called.Name]; helper != nil && helper != fn && returnsEndpoint(helper) && pattern == "" {
					pattern, right = p.endpoint(helper, arguments(helper, n.Args, with))
				}
			}
		}
		return true
	})
	return pattern, right
}

// arguments returns what the parameters of a function stand for in a call.
func arguments(fn *ast.FuncDecl, given []ast.Expr, with map[string]string) map[string]string {
	stands := maps.Clone(with)
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			if i < len(given) {
				stands[name.Name] = folded(given[i], with)
			}
			i++
		}
	}
	return stands
}

// folded returns the text of literals, known names and their sums, and a name of another package as it is written.
func folded(e ast.Expr, with map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return with[e.Name]
	case *ast.BinaryExpr:
		return folded(e.X, with) + folded(e.Y, with)
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok {
			return of.Name + "." + e.Sel.Name
		}
	}
	return ""
}
