package house

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

const sdk = "github.com/aws/aws-sdk-go-v2/service/dynamodb"

var (
	// conditional are the SDK's writes that take a condition.
	conditional = []string{"PutItemInput", "UpdateItemInput", "DeleteItemInput", "Put", "Update", "Delete", "ConditionCheck"}
	// unconditional are those that take none.
	unconditional = []string{
		"BatchWriteItemInput", "WriteRequest", "PutRequest", "DeleteRequest",
		"ExecuteStatementInput", "BatchExecuteStatementInput", "ExecuteTransactionInput", "ParameterizedStatement",
	}
)

// guarded is law 6: every write of the table carries a condition. The local system and the bench make tables and bare writes of their
// own; what is written for Liaison is in functions, shared and infra/operate.
func guarded(t *tree) (wrong []string) {
	for _, p := range t.under("functions", "shared", "infra/operate") {
		for _, f := range p.files {
			wrong = append(wrong, t.inputs(p, f)...)
		}
	}
	if table := t.at["shared/dynamo"]; table != nil {
		wrong = append(wrong, t.parts(table)...)
	}
	return wrong
}

// inputs finds what the SDK writes outside shared/dynamo, or without a condition.
func (t *tree) inputs(p *pack, f *source) (wrong []string) {
	literals := map[*ast.SelectorExpr]*ast.CompositeLit{}
	typed := map[ast.Expr]bool{} // what only says which input an operation takes
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if s, ok := n.Type.(*ast.SelectorExpr); ok {
				literals[s] = n
			}
		case *ast.IndexListExpr:
			if name, ok := n.X.(*ast.Ident); ok && name.Name == "operation" {
				typed[n.Indices[0]] = true
			}
		}
		return true
	})
	f.uses(func(from, name string, at *ast.SelectorExpr) {
		if from != sdk && from != sdk+"/types" || typed[at] {
			return
		}
		switch {
		case slices.Contains(unconditional, name):
			wrong = append(wrong, t.say(at.Pos(), "%s takes no condition: write through dynamo's write", name))
		case p.folder != "shared/dynamo" && (slices.Contains(conditional, name) || name == "TransactWriteItemsInput"):
			wrong = append(wrong, t.say(at.Pos(), "%s outside shared/dynamo: only the table writes", name))
		case slices.Contains(conditional, name) && !slices.ContainsFunc(fields(literals[at]), func(field string) bool { return field == "ConditionExpression" }):
			wrong = append(wrong, t.say(at.Pos(), "%s without ConditionExpression: say in the literal what must hold (absent, the version last seen, or a guard)", name))
		}
	})
	return wrong
}

func fields(l *ast.CompositeLit) (names []string) {
	if l == nil {
		return nil
	}
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := kv.Key.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// constructors make a part of a transaction, still without a condition.
var constructors = []string{"put", "update", "erase", "check"}

// parts finds parts that are handed on without a condition: neither their own chain of calls gives them one, nor a later call on the
// variable that holds them. dynamo's write refuses them when it runs, too.
func (t *tree) parts(table *pack) (wrong []string) {
	giving := conditions(table)
	for _, f := range table.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			chained := map[*ast.CallExpr]bool{} // constructor calls whose chain gives a condition
			held := map[*ast.CallExpr]string{}  // constructor calls whose chain a variable holds
			given := map[string]bool{}          // variables that get a condition
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if s, ok := n.Fun.(*ast.SelectorExpr); ok && giving[s.Sel.Name] {
						start, name := root(n)
						chained[start] = start != nil
						given[name] = true
					}
				case *ast.AssignStmt:
					for i, right := range n.Rhs {
						if start, _ := root(right); start != nil && len(n.Lhs) == len(n.Rhs) {
							if name, ok := n.Lhs[i].(*ast.Ident); ok {
								held[start] = name.Name
							}
						}
					}
				case *ast.CompositeLit:
					if name, ok := n.Type.(*ast.Ident); ok && name.Name == "part" && !slices.Contains(constructors, fn.Name.Name) {
						wrong = append(wrong, t.say(n.Pos(), "a part made by hand: make it with %s, which ends with a condition", strings.Join(constructors, ", ")))
					}
				}
				return true
			})
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if name, ok := call.Fun.(*ast.Ident); ok && slices.Contains(constructors, name.Name) && !chained[call] && !given[held[call]] {
					wrong = append(wrong, t.say(call.Pos(), "%s without a condition: end it with ifAbsent, ifVersion or when", name.Name))
				}
				return true
			})
		}
	}
	return wrong
}

// root returns the constructor call or the variable that a chain of method calls starts from.
func root(e ast.Expr) (start *ast.CallExpr, variable string) {
	for {
		switch at := e.(type) {
		case *ast.CallExpr:
			switch fun := at.Fun.(type) {
			case *ast.SelectorExpr:
				e = fun.X
				continue
			case *ast.Ident:
				if slices.Contains(constructors, fun.Name) {
					return at, ""
				}
			}
		case *ast.Ident:
			return nil, at.Name
		}
		return nil, ""
	}
}

// conditions returns the methods of part that give it a condition: when, and what calls it.
func conditions(table *pack) map[string]bool {
	giving := map[string]bool{"when": true}
	for range 3 { // methods that call one another: as deep as anybody wants to read
		for _, f := range table.files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Recv == nil || fn.Body == nil {
					continue
				}
				if name, ok := fn.Recv.List[0].Type.(*ast.Ident); !ok || name.Name != "part" {
					continue
				}
				ast.Inspect(fn.Body, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok && giving[s.Sel.Name] {
						giving[fn.Name.Name] = true
					}
					return true
				})
			}
		}
	}
	return giving
}

func TestWrites(t *testing.T) {
	obey(t, guarded)
	if giving := conditions(repository().at["shared/dynamo"]); !giving["ifAbsent"] || !giving["ifVersion"] {
		t.Errorf("methods that give a part its condition: %v", giving)
	}
}

func TestWritesBite(t *testing.T) {
	const file = "shared/dynamo/table.go"
	save := func(line string) []change {
		return []change{{file, "\treturn t.write(put(", "\t" + line + "\n\treturn t.write(put("}}
	}
	bite(
		t, guarded,
		broken{"an input without", []change{{file, "{ConditionExpression: &p.cond}", "{}"}}, file + ":41: PutItemInput without ConditionExpression"},
		broken{"an input that gets it later", save("var in dynamodb.UpdateItemInput"), file + ":36: UpdateItemInput without ConditionExpression"},
		broken{"a part of a transaction without", append(save("_ = &types.Delete{Key: nil}"), change{file, "import (", "import (\n\t\"" + sdk + "/types\""}), file + ":37: Delete without ConditionExpression"},
		broken{"a batch", save("_ = dynamodb.BatchWriteItemInput{}"), file + ":36: BatchWriteItemInput takes no condition"},
		broken{"a statement", save("_ = dynamodb.ExecuteStatementInput{}"), file + ":36: ExecuteStatementInput takes no condition"},
		broken{"a write elsewhere", []change{{"infra/operate/erase.go", "", "// Command operate operates.\npackage main\n\nimport \"" + sdk + "\"\n\nvar in = dynamodb.DeleteItemInput{ConditionExpression: nil}\n"}}, "infra/operate/erase.go:6: DeleteItemInput outside shared/dynamo"},
		broken{"a transaction elsewhere", []change{{"shared/offer/save.go", "", "package offer\n\nimport \"" + sdk + "\"\n\nvar in = dynamodb.TransactWriteItemsInput{}\n"}}, "shared/offer/save.go:5: TransactWriteItemsInput outside shared/dynamo"},
		broken{"a bare part", []change{{file, "put(\"EVENT\").or(nil).ifAbsent()", "put(\"EVENT\").or(nil)"}}, file + ":36: put without a condition"},
		broken{"a bare part in a variable", []change{{file, "\tp = p.when(\"version = :seen\")\n", ""}}, file + ":34: update without a condition"},
		broken{"a bare part returned", []change{{file, "func put(", "func loose() part { return erase(\"ONE\") }\n\nfunc put("}}, file + ":19: erase without a condition"},
		broken{"a part by hand", save("p = part{cond: \"x\"}"), file + ":36: a part made by hand"},
	)
}
