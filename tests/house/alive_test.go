package house

import (
	"go/ast"
	"go/printer"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// contained are the functions that are true, or the same, of everything where the second text is empty.
var contained = map[string][]string{
	"strings": {"Contains", "HasPrefix", "HasSuffix", "Count", "Index", "LastIndex"},
	"bytes":   {"Contains", "HasPrefix", "HasSuffix", "Count", "Index", "LastIndex"},
}

// alike are the functions that compare their first two arguments.
var alike = map[string][]string{
	"strings": {"EqualFold", "Compare"}, "bytes": {"Equal", "Compare"}, "slices": {"Equal", "Compare"}, "maps": {"Equal"}, "reflect": {"DeepEqual"}, "errors": {"Is"},
	"cmp": {"Diff", "Equal", "Compare"},
}

// failing are the methods of a test that make it fail.
var failing = []string{"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"}

// alive is the law that a test can fail: no assertion holds whatever happens, and every test has one.
func alive(t *tree) (dead []string) {
	for _, p := range t.packages {
		for _, f := range p.tests {
			say := func(n ast.Node, format string, values ...any) { dead = append(dead, t.say(n.Pos(), format, values...)) }
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					comparison(t, n, say)
				case *ast.CallExpr:
					call(t, n, say)
				case *ast.SliceExpr:
					if _, text := n.X.(*ast.BasicLit); text && n.High != nil && (is(n.High, "0") || n.Low != nil && t.source(n.Low) == t.source(n.High)) {
						say(n, "%s is always empty: write what is meant", t.source(n))
					}
				case *ast.RangeStmt:
					if list, ok := n.X.(*ast.CompositeLit); ok && len(list.Elts) == 0 || is(n.X, "0") {
						say(n, "nothing is ever looked at in this loop: what it holds proves nothing")
					}
				case *ast.IfStmt:
					if len(n.Body.List) == 0 && n.Else == nil {
						say(n, "whatever %s says, nothing happens: fail there", t.source(n.Cond))
					}
					if constant(n.Cond) {
						say(n, "%s always says the same", t.source(n.Cond))
					}
				case *ast.FuncDecl:
					if strings.HasPrefix(n.Name.Name, "Test") && n.Name.Name != "TestMain" && n.Recv == nil && n.Body != nil && !fails(n) {
						say(n, "%s never fails: no t.Error or t.Fatal stands in it, and t is given to nothing that could", n.Name.Name)
					}
				}
				return true
			})
		}
	}
	return dead
}

// comparison looks at two operands that can only come out one way.
func comparison(t *tree, n *ast.BinaryExpr, say func(ast.Node, string, ...any)) {
	compares := slices.Contains([]token.Token{token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ, token.LAND, token.LOR}, n.Op)
	left, right := t.source(n.X), t.source(n.Y)
	switch {
	case compares && left == right && !asks(n.X):
		say(n, "both sides of %s are %s", n.Op, left)
	case (n.Op == token.LAND || n.Op == token.LOR) && (constant(n.X) || constant(n.Y)):
		say(n, "%s %s %s: a side that is always the same decides nothing, or everything", left, n.Op, right)
	case counted(n.X) && (n.Op == token.LSS || n.Op == token.GEQ) && is(n.Y, "0"), counted(n.Y) && (n.Op == token.GTR || n.Op == token.LEQ) && is(n.X, "0"):
		say(n, "%s %s %s: a length is never negative", left, n.Op, right)
	}
}

// call looks at arguments with which a function always says the same.
func call(t *tree, n *ast.CallExpr, say func(ast.Node, string, ...any)) {
	method, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	of := t.source(method.X)
	switch {
	case len(n.Args) == 2 && slices.Contains(contained[of], method.Sel.Name) && empty(n.Args[1]):
		say(n, "%s: every text holds the empty one", t.source(n))
	case len(n.Args) >= 2 && slices.Contains(alike[of], method.Sel.Name) && t.source(n.Args[0]) == t.source(n.Args[1]) && !asks(n.Args[0]):
		say(n, "%s compares a thing with itself", t.source(n))
	case len(n.Args) == 1 && method.Sel.Name == "Equal" && of == t.source(n.Args[0]) && !asks(method.X):
		say(n, "%s compares a thing with itself", t.source(n))
	}
}

// fails says whether a test can fail: it calls what makes it fail, or hands its t to something else.
func fails(test *ast.FuncDecl) (can bool) {
	tests := map[string]bool{}
	ast.Inspect(test, func(n ast.Node) bool {
		if fn, ok := n.(*ast.FuncType); ok && fn.Params != nil {
			for _, param := range fn.Params.List {
				for _, name := range param.Names {
					if tester(param.Type) {
						tests[name.Name] = true
					}
				}
			}
		}
		return true
	})
	given := func(n ast.Expr) bool {
		name, ok := n.(*ast.Ident)
		return ok && tests[name.Name]
	}
	ast.Inspect(test, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if method, ok := n.Fun.(*ast.SelectorExpr); ok && given(method.X) && slices.Contains(failing, method.Sel.Name) {
				can = true
			}
			can = can || slices.ContainsFunc(n.Args, given)
		case *ast.SelectorExpr: // t.Error handed on as a value
			can = can || given(n.X) && slices.Contains(failing, n.Sel.Name)
		case *ast.KeyValueExpr:
			can = can || given(n.Value)
		case *ast.CompositeLit:
			can = can || slices.ContainsFunc(n.Elts, given)
		case *ast.ValueSpec:
			can = can || slices.ContainsFunc(n.Values, given)
		case *ast.AssignStmt:
			can = can || slices.ContainsFunc(n.Rhs, given)
		}
		return !can
	})
	return can
}

// tester says whether a type is a test's: *testing.T, testing.TB, *rapid.T, …
func tester(of ast.Expr) bool {
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	named, ok := of.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := named.X.(*ast.Ident)
	return ok && (from.Name == "testing" || from.Name == "rapid")
}

func is(n ast.Expr, literal string) bool {
	lit, ok := n.(*ast.BasicLit)
	return ok && lit.Value == literal
}

// empty says whether an expression is a text of no length.
func empty(n ast.Expr) bool {
	if is(n, `""`) || is(n, "``") {
		return true
	}
	if made, ok := n.(*ast.CallExpr); ok && len(made.Args) == 1 { // []byte("")
		_, conversion := made.Fun.(*ast.ArrayType)
		return conversion && empty(made.Args[0])
	}
	if cut, ok := n.(*ast.SliceExpr); ok {
		return cut.High != nil && is(cut.High, "0")
	}
	name, ok := n.(*ast.Ident)
	return ok && name.Name == "nil"
}

// constant says whether a condition is written as true or false.
func constant(n ast.Expr) bool {
	switch n := n.(type) {
	case *ast.ParenExpr:
		return constant(n.X)
	case *ast.UnaryExpr:
		return n.Op == token.NOT && constant(n.X)
	case *ast.Ident:
		return n.Name == "true" || n.Name == "false"
	}
	return false
}

// counted says whether an expression is a length or a count.
func counted(n ast.Expr) bool {
	made, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch of := made.Fun.(type) {
	case *ast.Ident:
		return of.Name == "len" || of.Name == "cap"
	case *ast.SelectorExpr:
		return of.Sel.Name == "Count"
	}
	return false
}

// asks says whether an expression calls something, which may say another thing the second time.
func asks(n ast.Expr) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

// source returns an expression as it is written.
func (t *tree) source(n ast.Node) string {
	var b strings.Builder
	if err := printer.Fprint(&b, t.places, n); err != nil {
		return err.Error()
	}
	return b.String()
}

func TestAlive(t *testing.T) { obey(t, alive) }

func TestAliveBites(t *testing.T) {
	const file, head = "shared/offer/offer_test.go", "package offer_test\n\nimport (\n\t\"bytes\"\n\t\"errors\"\n\t\"slices\"\n\t\"strings\"\n\t\"testing\"\n\t\"time\"\n)\n\n"
	planted := func(line string) []change {
		return []change{{file, "", head + "func TestOffer(t *testing.T) {\n\tx, y, err := []int{1}, \"\", error(nil)\n\t" + line + "\n\tt.Error(x, y, err)\n}\n"}}
	}
	const at = file + ":14: "
	for line, want := range map[string]string{
		`if strings.Contains(y, "") { t.Fail() }`:                "every text holds the empty one",
		`if !strings.HasPrefix(y, "Suite"[:0]) { t.Fail() }`:     "every text holds the empty one",
		`if bytes.Contains([]byte(y), nil) { t.Fail() }`:         "every text holds the empty one",
		`if bytes.HasSuffix([]byte(y), []byte("")) { t.Fail() }`: "every text holds the empty one",
		`y = "Suite"[:0]`:                                         "is always empty",
		`y = "Suite"[2:2]`:                                        "is always empty",
		`if len(x) < 0 { t.Fail() }`:                              "a length is never negative",
		`if !(len(x) >= 0) { t.Fail() }`:                          "a length is never negative",
		`if 0 > strings.Count(y, "a") { t.Fail() }`:               "a length is never negative",
		`if x[0] != x[0] { t.Fail() }`:                            "both sides of != are x[0]",
		`if err != nil || err != nil { t.Fail() }`:                "both sides of || are err != nil",
		`if !slices.Equal(x, x) { t.Fail() }`:                     "compares a thing with itself",
		`if !errors.Is(err, err) { t.Fail() }`:                    "compares a thing with itself",
		`if z := (time.Time{}); !z.Equal(z) { t.Fail() }`:         "compares a thing with itself",
		`if err != nil && false { t.Fail() }`:                     "decides nothing, or everything",
		`if err == nil || !false { return }`:                      "decides nothing, or everything",
		`if false { t.Fail() }`:                                   "false always says the same",
		`if err != nil { }`:                                       "nothing happens: fail there",
		`for range []int{} { t.Fail() }`:                          "nothing is ever looked at in this loop",
		"for _, z := range map[string]int{} {\n\t\tt.Fatal(z)\n}": "nothing is ever looked at in this loop",
	} {
		found := alive(build(t, planted(line)))
		if !slices.ContainsFunc(found, func(said string) bool { return strings.HasPrefix(said, at) && strings.Contains(said, want) }) {
			t.Errorf("%s: %q, want %q", line, found, want)
		}
	}
	for _, line := range []string{
		`if strings.Contains(y, "a") || len(x) > 0 || len(x) == 0 { t.Fail() }`, `if fresh() == fresh() { t.Fail() }`, `x = x[:0]`, `for range x { t.Fail() }`,
		`if err != nil { return } else { t.Fail() }`, `if y == "" && x[0] == x[1] { t.Fail() }`, `for { if true == (err == nil) { break } }`,
	} {
		if found := alive(build(t, planted(line))); len(found) > 0 {
			t.Errorf("%s: %q", line, found)
		}
	}
	for body, never := range map[string]bool{
		"":                           true,
		"t.Log(1)":                   true,
		"t.Parallel(); _ = t.Name()": true,
		"t.Run(\"a\", func(t *testing.T) { t.Helper() })": true,
		"t.Run(\"a\", func(s *testing.T) { s.Error(1) })": false,
		"check(t)":                                      false,
		"w := world{t: t}; w.check()":                   false,
		"w := &world{t}; w.check()":                     false,
		"fail := t.Errorf; fail(\"a\")":                 false,
		"var tb testing.TB = t; check(tb)":              false,
		"rapid.Check(t, func(t *rapid.T) { t.Log(1) })": false,
	} {
		found := alive(build(t, []change{{file, "", "package offer_test\n\nimport \"testing\"\n\nfunc TestOffer(t *testing.T) { " + body + " }\n"}}))
		if never != slices.ContainsFunc(found, func(said string) bool { return strings.Contains(said, "TestOffer never fails") }) {
			t.Errorf("%q: %q", body, found)
		}
	}
}
