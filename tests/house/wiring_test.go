package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// mostLines is how long a main may be, between its braces.
const mostLines = 15

// anything are the actions that know no ARN, so that a statement of theirs alone has a star for its resource.
var anything = []string{"ses:DeleteSuppressedDestination"}

// wiring is law 3: a main only wires, and is exactly one resource with exactly the rights it needs.
func wiring(t *tree) (wrong []string) {
	for _, main := range t.mains() {
		wrong = append(wrong, t.onlyWires(main)...)
	}
	wrong = append(wrong, t.oneResource()...)
	return append(wrong, t.rights()...)
}

func (t *tree) onlyWires(main *pack) (wrong []string) {
	for _, f := range main.files {
		if path.Base(f.path) != "main.go" {
			if !slices.Contains(doors, main.folder) { // a door has no package of its own beside its main
				wrong = append(wrong, t.say(f.Package, "a main is one file, main.go, and only wires: move the rest to the package that it serves"))
			}
			continue
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
				continue
			}
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "main" {
				wrong = append(wrong, t.say(d.Pos(), "a main only wires: move this to the package that it serves"))
				continue
			}
			lines := t.places.Position(fn.Body.Rbrace).Line - t.places.Position(fn.Body.Lbrace).Line - 1
			if lines > mostLines {
				wrong = append(wrong, t.say(fn.Pos(), "main has %d lines, at most %d wire: move the work to the package that it serves", lines, mostLines))
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.GoStmt:
					wrong = append(wrong, t.say(n.Pos(), "main decides something: a main only wires, move this to the package that it serves"))
				}
				return true
			})
		}
	}
	return wrong
}

// oneResource compares bootstraps and resources, both ways.
func (t *tree) oneResource() (wrong []string) {
	run := map[string][]resource{}
	for _, r := range t.functions() {
		switch {
		case r.kind != "AWS::Serverless::Function":
			wrong = append(wrong, r.say("%s is an %s: declare it as AWS::Serverless::Function", r.id, r.kind))
		case r.get("Properties", "InlineCode") != nil || t.at["functions/"+r.code()] == nil || t.at["functions/"+r.code()].name != "main":
			wrong = append(wrong, r.say("%s runs %q, and there is no main in functions/%s: set CodeUri to <root>/build/<folder below functions>", r.id, r.string("Properties", "CodeUri"), r.code()))
		}
		folder := "functions/" + r.code()
		if run[folder] = append(run[folder], r); len(run[folder]) == 2 {
			wrong = append(wrong, r.say("%s runs %s as %s does: one main is one resource", r.id, folder, run[folder][0].id))
		}
	}
	for _, main := range t.mains() {
		if len(run[main.folder]) == 0 {
			door := strings.Split(main.folder, "/")[1]
			wrong = append(wrong, t.say(main.files[0].Package, "no resource runs this: declare it in %s with CodeUri <root>/build/%s", stackOf(door), strings.TrimPrefix(main.folder, "functions/")))
		}
	}
	return wrong
}

// rights looks at every IAM statement of every template, and at what the functions' policies are made of.
func (t *tree) rights() (wrong []string) {
	for _, template := range t.templates() {
		for _, r := range t.resources(template) {
			say := func(line int, format string, values ...any) {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %s ", template, line, r.id)+fmt.Sprintf(format, values...))
			}
			if r.kind == "AWS::Serverless::Connector" || r.get("Connectors") != nil {
				say(r.line, "is a connector: write the IAM statement out")
			}
			r.all(func(statement *node) {
				if statement.get("Effect") == nil {
					return
				}
				actions := statement.get("Action")
				nameless := actions != nil
				if nameless {
					actions.all(func(n *node) { nameless = nameless && (n.text == "" || slices.Contains(anything, n.text)) })
				}
				for _, p := range statement.pairs {
					if p.key == "NotAction" || p.key == "NotResource" {
						say(p.line, "grants by %s: name what is granted", p.key)
					}
					if p.key == "Action" || p.key == "Resource" {
						p.value.all(func(n *node) {
							if strings.Contains(n.text, "*") && !anyIdentity(statement, n.text) && !ownFunctions(statement, n.text) && !(p.key == "Resource" && n.text == "*" && nameless) {
								say(n.line, "has the star %q as %s: name each, or list it in tests/house/wiring_test.go where no ARN exists", n.text, p.key)
							}
						})
					}
				}
			})
			if r.kind == "AWS::Serverless::Function" {
				t.policies(r, say)
			}
		}
	}
	return wrong
}

// ownFunctions says whether the star stands for a door's own functions, which the role that calls them may call and nothing else: their ARNs
// are more than a role's policies hold.
func ownFunctions(statement *node, star string) bool {
	return strings.HasSuffix(star, ":function:${Prefix}-*") && statement.string("Action") == "lambda:InvokeFunction"
}

func (t *tree) policies(r resource, say func(int, string, ...any)) {
	if role := r.get("Properties", "Role"); role != nil {
		say(role.line, "has a role of its own making: write its rights out in Policies")
	}
	touches := false
	if main := t.at["functions/"+r.code()]; main != nil {
		touches = slices.ContainsFunc(main.files, func(f *source) bool {
			return slices.ContainsFunc(f.imports(), func(i imported) bool { return i.path == module+"/shared/dynamo" })
		})
	}
	for _, policy := range r.get("Properties", "Policies").list() {
		if policy.get("Statement") == nil {
			line, text := policy.line, policy.text
			if len(policy.pairs) > 0 {
				line, text = policy.pairs[0].line, policy.pairs[0].key
			}
			say(line, "has the policy %s: write the IAM statement out", text)
			continue
		}
		for _, statement := range policy.get("Statement").list() {
			for _, action := range statement.get("Action").list() {
				name := actionName(action)
				if strings.HasPrefix(name, "dynamodb:") && !touches {
					say(action.line, "may %s, and its main does not import shared/dynamo: take the right away", name)
				}
			}
		}
	}
}

// actionName returns an IAM action; the YAML library reads dynamodb:GetItem between brackets as a mapping.
func actionName(action *node) string {
	if len(action.pairs) == 1 {
		return action.pairs[0].key + ":" + action.pairs[0].value.text
	}
	return action.text
}

func TestWiring(t *testing.T) { obey(t, wiring) }

func TestWiringBites(t *testing.T) {
	const (
		create          = "functions/api/offers/create/main.go"
		offers, service = "infra/stacks/api/offers.yaml", "infra/stacks/api/service.yaml"
		rights          = "Action: [dynamodb:GetItem, dynamodb:PutItem], Resource: !Ref TableArn"
	)
	bite(
		t, wiring,
		broken{"a long main", []change{{create, "\tenv := boot.Load()\n", strings.Repeat("\tboot.Load()\n", 14) + "\tenv := boot.Load()\n"}}, create + ":11: main has 16 lines, at most 15"},
		broken{"a main that decides", []change{{create, "\tenv := boot.Load()\n", "\tenv := boot.Load()\n\tfor range 3 {\n\t}\n"}}, create + ":13: main decides something"},
		broken{"a main that asks", []change{{create, "\tenv := boot.Load()\n", "\tenv := boot.Load()\n\tif env.Table == \"\" {\n\t\treturn\n\t}\n"}}, create + ":13: main decides something"},
		broken{"a main with a helper", []change{{create, "func main", "func help() {}\n\nfunc main"}}, create + ":11: a main only wires"},
		broken{"a main with a variable", []change{{create, "func main", "var count = 3\n\nfunc main"}}, create + ":11: a main only wires"},
		broken{"a main in two files", []change{{"functions/api/offers/create/more.go", "", "package main\n"}}, "functions/api/offers/create/more.go:1: a main is one file"},
		broken{"a door's main with a helper", []change{{"functions/api/authorizer/keys.go", "", "package main\n\nfunc keys() {}\n"}, {"functions/api/authorizer/main.go", "func main", "func help() {}\n\nfunc main"}}, "functions/api/authorizer/main.go:8: a main only wires"},
		broken{"a main that nothing runs", []change{{offers, sound[offers][strings.Index(sound[offers], "  OffersCreate"):], ""}}, create + ":2: no resource runs this: declare it in infra/stacks/api with CodeUri <root>/build/api/offers/create"},
		broken{"a resource without main", []change{{"functions/api/authorizer/main.go", "", ""}}, service + ":2: Authorizer runs \"../../../build/api/authorizer\", and there is no main in functions/api/authorizer"},
		broken{"two resources of one main", []change{{offers, "  OffersCreate:", "  Twice:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: ../../../build/api/offers/create}\n  OffersCreate:"}}, offers + ":5: OffersCreate runs functions/api/offers/create as Twice does"},
		broken{"table rights without table", []change{{service, "build/api/authorizer\n", "build/api/authorizer\n      Policies: [Statement: [{Effect: Allow, Action: dynamodb:GetItem, Resource: !Ref TableArn}]]\n"}}, service + ":7: Authorizer may dynamodb:GetItem, and its main does not import shared/dynamo"},
		broken{"table rights by way of a package", []change{{create, "\t\"liaison/shared/dynamo\"\n", ""}, {offers, "dynamodb:GetItem, dynamodb:PutItem", "dynamodb:GetItem"}}, offers + ":7: OffersCreate may dynamodb:GetItem, and its main does not import shared/dynamo"},
		broken{"a star in an action", []change{{offers, "dynamodb:PutItem", "\"dynamodb:*\""}}, offers + ":7: OffersCreate has the star \"dynamodb:*\" as Action"},
		broken{"a star in a resource", []change{{offers, "Resource: !Ref TableArn", "Resource: !Sub \"${TableArn}/index/*\""}}, offers + ":7: OffersCreate has the star \"${TableArn}/index/*\" as Resource"},
		broken{"a star of more than the door's own functions", []change{{"infra/stacks/api.yaml", "function:${Prefix}-*", "function:*"}}, "infra/stacks/api.yaml:8: Caller has the star \"arn:function:*\" as Resource"},
		broken{"more than to call the door's own functions", []change{{"infra/stacks/api.yaml", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"}}, "infra/stacks/api.yaml:8: Caller has the star \"arn:function:${Prefix}-*\" as Resource"},
		broken{"a star for an action that knows no ARN, beside one that does", []change{{offers, rights, "Action: [\"ses:DeleteSuppressedDestination\", \"dynamodb:GetItem\"], Resource: \"*\""}}, offers + ":7: OffersCreate has the star \"*\" as Resource"},
		broken{"a star in another resource's policy", []change{{"template.yaml", "Resources:\n", "Resources:\n  Queue:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      PolicyDocument:\n        Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: [\"*\"]}]\n"}}, "template.yaml:6: Queue has the star \"*\" as Resource"},
		broken{"all but", []change{{offers, rights, "NotAction: [dynamodb:GetItem], Resource: !Ref TableArn"}}, offers + ":7: OffersCreate grants by NotAction"},
		broken{"a policy template", []change{{offers, "Statement: [{Effect: Allow, " + rights + "}]", "DynamoDBCrudPolicy: {TableName: !Ref TableName}"}}, offers + ":7: OffersCreate has the policy DynamoDBCrudPolicy"},
		broken{"a managed policy", []change{{offers, "[Statement: [{Effect: Allow, " + rights + "}]]", "AmazonDynamoDBFullAccess"}}, offers + ":7: OffersCreate has the policy AmazonDynamoDBFullAccess"},
		broken{"a role", []change{{offers, "      Policies: [Statement", "      Role: arn:aws:iam::123456789012:role/admin\n      Policies: [Statement"}}, offers + ":7: OffersCreate has a role of its own making"},
		broken{"a connector", []change{{"template.yaml", "Resources:\n", "Resources:\n  Wire: {Type: AWS::Serverless::Connector}\n"}}, "template.yaml:2: Wire is a connector"},
	)
}
