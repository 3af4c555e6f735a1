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

const (
	// mostLines is how long a main may be, between its braces.
	mostLines = 15
	// mostResources is below CloudFormation's 500 resources a stack.
	mostResources = 480
)

// anything are the actions that know no ARN, so that a statement of theirs alone has a star for its resource.
var anything = []string{"ses:DeleteSuppressedDestination"}

// wiring is law 3: a main only wires, and is exactly one resource with exactly the rights it needs.
func wiring(t *tree) (wrong []string) {
	for _, main := range t.mains() {
		wrong = append(wrong, t.onlyWires(main)...)
	}
	wrong = append(wrong, t.oneResource()...)
	wrong = append(wrong, t.rights()...)
	return append(wrong, t.size()...)
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
			wrong = append(wrong, r.say("%s runs %q, and there is no main in functions/%s: set CodeUri to ../../build/<folder below functions>", r.id, r.string("Properties", "CodeUri"), r.code()))
		}
		folder := "functions/" + r.code()
		if run[folder] = append(run[folder], r); len(run[folder]) == 2 {
			wrong = append(wrong, r.say("%s runs %s as %s does: one main is one resource", r.id, folder, run[folder][0].id))
		}
	}
	for _, main := range t.mains() {
		if len(run[main.folder]) == 0 {
			door := strings.Split(main.folder, "/")[1]
			wrong = append(wrong, t.say(main.files[0].Package, "no resource runs this: declare it in infra/stacks/%s.yaml with CodeUri ../../build/%s", door, strings.TrimPrefix(main.folder, "functions/")))
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
							if strings.Contains(n.text, "*") && !anyIdentity(statement, n.text) && !(p.key == "Resource" && n.text == "*" && nameless) {
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

// expands is how many CloudFormation resources SAM makes of one of its own, without its events.
var expands = map[string]int{
	"AWS::Serverless::Function":    2, // and its role
	"AWS::Serverless::HttpApi":     2, // and its stage
	"AWS::Serverless::Application": 1,
	"AWS::Serverless::Connector":   1,
}

// eventExpands is how many it makes of one event of a function.
var eventExpands = map[string]int{
	"HttpApi":         1, // a permission; the route stands in the API's body
	"DynamoDB":        1, // an event source mapping
	"SQS":             1,
	"EventBridgeRule": 2, // a rule and a permission
	"Schedule":        2,
	"ScheduleV2":      2, // a schedule and its role
}

// size counts what each template is after SAM's transform, whatever its conditions say.
func (t *tree) size() (wrong []string) {
	for _, template := range t.templates() {
		sum := 0
		for _, r := range t.resources(template) {
			n, known := expands[r.kind]
			if !known {
				n = 1
				if strings.HasPrefix(r.kind, "AWS::Serverless::") {
					wrong = append(wrong, r.say("how many resources SAM makes of %s is not known here: say it in tests/house/wiring_test.go", r.kind))
				}
			}
			sum += n
			everywhere := r.kind == "AWS::Serverless::Function" && t.yaml(template).get("Globals", "Function", "EventInvokeConfig") != nil
			if everywhere || r.get("Properties", "EventInvokeConfig") != nil {
				sum++
			}
			if r.get("Properties", "AutoPublishAlias") != nil {
				sum += 2 // a version and an alias
			}
			if r.get("Properties", "Auth", "Authorizers") != nil {
				sum += len(r.get("Properties", "Auth", "Authorizers").pairs) // a permission each
			}
			if events := r.get("Properties", "Events"); events != nil {
				for _, e := range events.pairs {
					n, known := eventExpands[e.value.string("Type")]
					if !known {
						wrong = append(wrong, fmt.Sprintf("%s:%d: how many resources SAM makes of an event %s is not known here: say it in tests/house/wiring_test.go", template, e.line, e.value.string("Type")))
					}
					sum += n
				}
			}
		}
		if sum >= mostResources {
			wrong = append(wrong, fmt.Sprintf("%s:1: %d resources after SAM's transform, must be under %d: split the stack", template, sum, mostResources))
		}
	}
	return wrong
}

func TestWiring(t *testing.T) { obey(t, wiring) }

func TestWiringBites(t *testing.T) {
	const (
		create = "functions/api/offers/create/main.go"
		api    = "infra/stacks/api.yaml"
		rights = "Action: [dynamodb:GetItem, dynamodb:PutItem], Resource: !Ref TableArn"
	)
	var crowd strings.Builder
	crowd.WriteString("Resources:\n")
	for i := range 240 {
		fmt.Fprintf(&crowd, "  One%d: {Type: AWS::Serverless::HttpApi}\n", i)
	}
	bite(
		t, wiring,
		broken{"a long main", []change{{create, "\tenv := boot.Load()\n", strings.Repeat("\tboot.Load()\n", 14) + "\tenv := boot.Load()\n"}}, create + ":11: main has 16 lines, at most 15"},
		broken{"a main that decides", []change{{create, "\tenv := boot.Load()\n", "\tenv := boot.Load()\n\tfor range 3 {\n\t}\n"}}, create + ":13: main decides something"},
		broken{"a main that asks", []change{{create, "\tenv := boot.Load()\n", "\tenv := boot.Load()\n\tif env.Table == \"\" {\n\t\treturn\n\t}\n"}}, create + ":13: main decides something"},
		broken{"a main with a helper", []change{{create, "func main", "func help() {}\n\nfunc main"}}, create + ":11: a main only wires"},
		broken{"a main with a variable", []change{{create, "func main", "var count = 3\n\nfunc main"}}, create + ":11: a main only wires"},
		broken{"a main in two files", []change{{"functions/api/offers/create/more.go", "", "package main\n"}}, "functions/api/offers/create/more.go:1: a main is one file"},
		broken{"a door's main with a helper", []change{{"functions/api/authorizer/keys.go", "", "package main\n\nfunc keys() {}\n"}, {"functions/api/authorizer/main.go", "func main", "func help() {}\n\nfunc main"}}, "functions/api/authorizer/main.go:8: a main only wires"},
		broken{"a main that nothing runs", []change{{api, sound[api][strings.Index(sound[api], "  OffersCreate"):], ""}}, create + ":2: no resource runs this: declare it in infra/stacks/api.yaml with CodeUri ../../build/api/offers/create"},
		broken{"a resource without main", []change{{"functions/api/authorizer/main.go", "", ""}}, api + ":4: Authorizer runs \"../../build/api/authorizer\", and there is no main in functions/api/authorizer"},
		broken{"two resources of one main", []change{{api, "  OffersCreate:", "  Twice:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: ../../build/api/offers/create}\n  OffersCreate:"}}, api + ":11: OffersCreate runs functions/api/offers/create as Twice does"},
		broken{"table rights without table", []change{{api, "build/api/authorizer\n", "build/api/authorizer\n      Policies: [Statement: [{Effect: Allow, Action: dynamodb:GetItem, Resource: !Ref TableArn}]]\n"}}, api + ":8: Authorizer may dynamodb:GetItem, and its main does not import shared/dynamo"},
		broken{"table rights by way of a package", []change{{create, "\t\"liaison/shared/dynamo\"\n", ""}, {api, "dynamodb:GetItem, dynamodb:PutItem", "dynamodb:GetItem"}}, api + ":13: OffersCreate may dynamodb:GetItem, and its main does not import shared/dynamo"},
		broken{"a star in an action", []change{{api, "dynamodb:PutItem", "\"dynamodb:*\""}}, api + ":13: OffersCreate has the star \"dynamodb:*\" as Action"},
		broken{"a star in a resource", []change{{api, "Resource: !Ref TableArn", "Resource: !Sub \"${TableArn}/index/*\""}}, api + ":13: OffersCreate has the star \"${TableArn}/index/*\" as Resource"},
		broken{"a star for an action that knows no ARN, beside one that does", []change{{api, rights, "Action: [\"ses:DeleteSuppressedDestination\", \"dynamodb:GetItem\"], Resource: \"*\""}}, api + ":13: OffersCreate has the star \"*\" as Resource"},
		broken{"a star in another resource's policy", []change{{"template.yaml", "Resources:\n", "Resources:\n  Queue:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      PolicyDocument:\n        Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: [\"*\"]}]\n"}}, "template.yaml:6: Queue has the star \"*\" as Resource"},
		broken{"all but", []change{{api, rights, "NotAction: [dynamodb:GetItem], Resource: !Ref TableArn"}}, api + ":13: OffersCreate grants by NotAction"},
		broken{"a policy template", []change{{api, "Statement: [{Effect: Allow, " + rights + "}]", "DynamoDBCrudPolicy: {TableName: !Ref TableName}"}}, api + ":13: OffersCreate has the policy DynamoDBCrudPolicy"},
		broken{"a managed policy", []change{{api, "[Statement: [{Effect: Allow, " + rights + "}]]", "AmazonDynamoDBFullAccess"}}, api + ":13: OffersCreate has the policy AmazonDynamoDBFullAccess"},
		broken{"a role", []change{{api, "      Policies: [Statement", "      Role: arn:aws:iam::123456789012:role/admin\n      Policies: [Statement"}}, api + ":13: OffersCreate has a role of its own making"},
		broken{"a connector", []change{{"template.yaml", "Resources:\n", "Resources:\n  Wire: {Type: AWS::Serverless::Connector}\n"}}, "template.yaml:2: Wire is a connector"},
		broken{"a full stack", []change{{"infra/stacks/full.yaml", "", crowd.String()}}, "infra/stacks/full.yaml:1: 480 resources after SAM's transform"},
		broken{"an event nobody counts", []change{{"infra/stacks/jobs.yaml", "Type: ScheduleV2", "Type: Kinesis"}}, "infra/stacks/jobs.yaml:6: how many resources SAM makes of an event Kinesis"},
	)
}
