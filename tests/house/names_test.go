package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// doors are the API's functions that serve no operation of the contract: they stand before and behind the others.
var doors = []string{"functions/api/authorizer", "functions/api/fallback"}

// behind are the pages that serve what no other route takes.
var behind = []string{"FallbackPage"}

// ready is the most a folder's name may hold.
var ready = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// place is what a main's folder says about the function it becomes.
type place struct {
	door    string // api, pages, jobs
	parent  string // the folder of its package; empty where main is all there is
	name    string // offers, redeem, trials
	action  string // create; empty outside the API and at its doors
	logical string // OffersCreate, RedeemPage, TrialsJob
}

// placed reads a main's folder; wrong says what is wrong with it.
func placed(folder string) (p place, wrong string) {
	words := strings.Split(folder, "/")[1:]
	for _, word := range words {
		if !ready.MatchString(word) {
			return p, fmt.Sprintf("%q is no folder name here: lower case, words with dashes", word)
		}
	}
	p.door = words[0]
	rest := words[1:]
	switch {
	case slices.Contains(doors, folder):
		return place{door: "api", name: rest[0], logical: camel(rest[0])}, ""
	case p.door == "api" && len(rest) == 2:
		return place{"api", path.Dir(folder), rest[0], rest[1], camel(rest[0]) + camel(rest[1])}, ""
	case p.door == "pages" && len(rest) == 2 && rest[1] == "lambda":
		return place{"pages", path.Dir(folder), rest[0], "", camel(rest[0]) + "Page"}, ""
	case p.door == "jobs" && len(rest) == 2 && rest[1] == "lambda":
		return place{"jobs", path.Dir(folder), rest[0], "", camel(rest[0]) + "Job"}, ""
	}
	return p, "a main stands in functions/api/<resource>/<action>, functions/pages/<page>/lambda or functions/jobs/<job>/lambda"
}

// mirror is law 2: one name, written the same in folder, package, contract, template and route.
func mirror(t *tree) (wrong []string) {
	places := map[string]string{} // logical ID -> folder
	routes := map[string]string{} // logical ID -> route in the code, for operations
	for _, main := range t.mains() {
		start := main.files[0].Package
		p, bad := placed(main.folder)
		if bad != "" {
			wrong = append(wrong, t.say(start, "%s", bad))
			continue
		}
		if other := places[p.logical]; other != "" {
			wrong = append(wrong, t.say(start, "%s and %s are both %s: rename one", other, main.folder, p.logical))
			continue
		}
		places[p.logical] = main.folder
		if p.parent == "" {
			continue
		}
		parent := t.at[p.parent]
		if want := strings.ReplaceAll(p.name, "-", ""); parent == nil || parent.name != want {
			wrong = append(wrong, t.say(start, "%s is no package %s: the folder's name without dashes is the package's", p.parent, want))
			continue
		}
		if p.action == "" {
			if !main.knows(module + "/" + p.parent) {
				wrong = append(wrong, t.say(start, "does not import %s, after which its folder is named", p.parent))
			}
			continue
		}
		serves, found := parent.function(camel(p.action))
		if !found {
			wrong = append(wrong, t.say(start, "package %s has no func %s: write it, or rename this folder after the function that it serves", parent.name, camel(p.action)))
			continue
		}
		if !calls(main, parent.name, camel(p.action)) {
			wrong = append(wrong, t.say(start, "does not use %s.%s, after which its folder is named", parent.name, camel(p.action)))
		}
		if routes[p.logical] = parent.pattern(serves, parent.constants()); !pattern.MatchString(routes[p.logical]) {
			wrong = append(wrong, t.say(serves.Pos(), "%s has no Pattern that can be read here: write it as \"POST /v1/offers\", of constants at most", camel(p.action)))
			delete(routes, p.logical)
		}
	}
	wrong = append(wrong, t.unserved(places)...)
	wrong = append(wrong, t.unlikeTemplates(places)...)
	return append(wrong, t.unlikeContract(places, routes)...)
}

func (p *pack) knows(what string) bool {
	return slices.ContainsFunc(p.files, func(f *source) bool {
		return slices.ContainsFunc(f.imports(), func(i imported) bool { return i.path == what })
	})
}

func (p *pack) function(name string) (*ast.FuncDecl, bool) {
	for _, f := range p.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
				return fn, true
			}
		}
	}
	return nil, false
}

func calls(main *pack, from, name string) (found bool) {
	for _, f := range main.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == name {
				x, ok := s.X.(*ast.Ident)
				found = found || ok && x.Name == from
			}
			return true
		})
	}
	return found
}

var pattern = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) (/\S*)$`)

// pattern returns the Pattern of the endpoint that a function returns, empty where it cannot be read. It may be put together of
// constants, and in another function of the package that is called with them. known holds what names stand for.
func (p *pack) pattern(fn *ast.FuncDecl, known map[string]string) (found string) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Pattern" && found == "" {
				found = fold(n.Value, known)
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Action" && found == "" {
				found = fold(n.Args[0], known)
			}
			name, ok := n.Fun.(*ast.Ident)
			if !ok || found != "" {
				break
			}
			helper, ok := p.function(name.Name)
			if !ok || helper == fn || !returnsEndpoint(helper) {
				break
			}
			with := maps.Clone(known)
			i := 0
			for _, field := range helper.Type.Params.List {
				for _, param := range field.Names {
					if delete(with, param.Name); i < len(n.Args) {
						if text := fold(n.Args[i], known); text != "" {
							with[param.Name] = text
						}
					}
					i++
				}
			}
			found = p.pattern(helper, with)
		}
		return true
	})
	return found
}

// fold returns the text of an expression of literals and known names, empty where there is more to it.
func fold(e ast.Expr, known map[string]string) string {
	switch e := e.(type) {
	case *ast.Ident:
		return known[e.Name]
	case *ast.BinaryExpr:
		left, right := fold(e.X, known), fold(e.Y, known)
		if e.Op != token.ADD || left == "" || right == "" {
			return ""
		}
		return left + right
	}
	text, _ := literal(e)
	return text
}

// constants returns the package's texts by name.
func (p *pack) constants() map[string]string {
	texts := map[string]string{}
	for _, f := range p.files {
		for _, d := range f.Decls {
			general, ok := d.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				values := spec.(*ast.ValueSpec)
				for i, name := range values.Names {
					if i < len(values.Values) {
						texts[name.Name], _ = literal(values.Values[i])
					}
				}
			}
		}
	}
	return texts
}

// literal returns the text of a string literal.
func literal(n ast.Node) (string, bool) {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// unserved finds endpoints that no main serves.
func (t *tree) unserved(places map[string]string) (wrong []string) {
	for _, p := range t.under("functions/api") {
		for _, f := range p.files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || p.name == "main" || fn.Recv != nil || !fn.Name.IsExported() || !returnsEndpoint(fn) {
					continue
				}
				if places[camel(path.Base(p.folder))+fn.Name.Name] == "" {
					wrong = append(wrong, t.say(fn.Pos(), "no main serves %s: write %s/%s/main.go", fn.Name.Name, p.folder, kebab(fn.Name.Name)))
				}
			}
		}
	}
	return wrong
}

func returnsEndpoint(fn *ast.FuncDecl) bool {
	if fn.Type.Results == nil || len(fn.Type.Results.List) != 1 {
		return false
	}
	s, ok := fn.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Endpoint"
}

// longestName is how long what stands behind the stack's name may be in a function's: "-api-OffersCreate".
const longestName = 40

// unlikeTemplates compares mains and templates, both ways.
func (t *tree) unlikeTemplates(places map[string]string) (wrong []string) {
	declared := map[string]bool{}
	stands := map[string]string{} // door and noun -> the stack of the noun's first function
	for _, r := range t.functions() {
		folder := "functions/" + r.code()
		p, bad := placed(folder)
		if t.at[folder] == nil || bad != "" {
			continue // law 3 says so
		}
		declared[p.logical] = true
		if r.id != p.logical {
			wrong = append(wrong, r.say("%s runs %s: its logical ID must be %s", r.id, folder, p.logical))
			continue
		}
		if stack := stackOf(p.door); r.template != stack && path.Dir(r.template) != stack && !t.askedByPool(r) {
			wrong = append(wrong, r.say("%s is of the door %s: move it to %s", r.id, p.door, stack))
			continue
		}
		if noun := path.Dir(folder); stands[noun] == "" {
			stands[noun] = r.template
		} else if r.template != stands[noun] && !slices.Contains(doors, folder) {
			wrong = append(wrong, r.say("%s stands apart from the others of %s: move it to %s", r.id, noun, stands[noun]))
		}
		if name, want := r.string("Properties", "FunctionName"), "${Prefix}-"+r.id; p.door != "jobs" && name != want {
			wrong = append(wrong, r.say("%s is named %q, and its route leads to its name: FunctionName: !Sub %q", r.id, name, want))
		}
		if n := len("-" + p.door + "-" + r.id); n > longestName {
			wrong = append(wrong, r.say("%s has a name in the account of %d characters behind the stack's, at most %d leave that one 24 of Lambda's 64: shorten it", r.id, n, longestName))
		}
		for _, e := range pairs(r.get("Properties", "Events")) {
			if e.value.string("Type") == "HttpApi" {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %s has a route of its own: take the event away, routes come from %s and from the pages' code", r.template, e.line, r.id, contractFile))
			}
		}
	}
	for _, id := range sorted(places) {
		if !declared[id] && !t.runs(places[id]) {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no stack has a %s: declare it in %s", places[id], id, declaration(places[id], id)))
		}
	}
	return wrong
}

// declaration says where a function is declared, and for a page or an endpoint the lines, in which only what it calls is left to fill in.
func declaration(folder, id string) string {
	door := strings.Split(folder, "/")[1]
	if door == "jobs" {
		return stackOf(door)
	}
	return stackOf(door) + fmt.Sprintf(`, beside what stands nearest:
  %s:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "${Prefix}-%s"
      CodeUri: ../../../build/%s
      Policies: [Statement: [{Effect: Allow, Action: [<each dynamodb action that it calls>], Resource: !Ref TableArn}]]`, id, id, strings.TrimPrefix(folder, "functions/"))
}

// stackOf returns where the functions of a door are declared: the jobs' one stack, or the folder of the door's stacks.
func stackOf(door string) string {
	if door == "jobs" {
		return "infra/stacks/jobs.yaml"
	}
	return "infra/stacks/" + door
}

// askedByPool says whether the user pool of the same template asks a function before it gives a token: such a job stands beside the pool, because the
// jobs' stack needs that.
func (t *tree) askedByPool(job resource) (asked bool) {
	for _, r := range t.resources(job.template) {
		if config := r.get("Properties", "LambdaConfig"); r.kind == "AWS::Cognito::UserPool" && config != nil {
			config.all(func(n *node) { asked = asked || n.text == job.id+".Arn" })
		}
	}
	return asked
}

// runs says whether any function runs the folder's bootstrap, under whatever name.
func (t *tree) runs(folder string) bool {
	return slices.ContainsFunc(t.functions(), func(r resource) bool { return "functions/"+r.code() == folder })
}

const contractFile = "infra/openapi.yaml"

// operations returns the contract's operations: operationId -> route.
func (t *tree) operations() map[string]route {
	found := map[string]route{}
	paths := t.yaml(contractFile).get("paths")
	if paths == nil {
		return found
	}
	for _, at := range paths.pairs {
		for _, method := range at.value.pairs {
			if id := method.value.string("operationId"); id != "" {
				found[id] = route{strings.ToUpper(method.key) + " " + at.key, method.value.get("operationId").line}
			}
		}
	}
	return found
}

// unlikeContract compares mains and the contract, both ways.
func (t *tree) unlikeContract(places, routes map[string]string) (wrong []string) {
	operations := t.operations()
	for _, id := range sorted(operations) {
		o := operations[id]
		switch {
		case places[id] == "" || !within(places[id], "functions/api"):
			wrong = append(wrong, fmt.Sprintf("%s:%d: no main serves %s (%s): write functions/api/<resource>/<action>/main.go, or mend the operationId", contractFile, o.line, id, o.key))
		case routes[id] != "" && routes[id] != o.key:
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s is %s here and %s in %s: make them one", contractFile, o.line, id, o.key, routes[id], path.Dir(places[id])))
		}
	}
	for _, id := range sorted(places) {
		if p, _ := placed(places[id]); p.action == "" {
			continue
		}
		if _, ok := operations[id]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: %s has no operation %s: describe it there", places[id], contractFile, id))
		}
	}
	return wrong
}

// pagePaths returns the paths in a page's site.Route values, as templates write them.
func (t *tree) pagePaths(p *pack) map[string]token.Pos {
	texts := p.constants()
	found := map[string]token.Pos{}
	for _, f := range p.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			made, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if s, ok := made.Type.(*ast.SelectorExpr); !ok || s.Sel.Name != "Route" {
				return true
			}
			for _, e := range made.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if name, isName := kv.Key.(*ast.Ident); !ok || !isName || name.Name != "Path" {
					continue
				}
				text := strings.ReplaceAll(strings.TrimSuffix(fold(kv.Value, texts), "{$}"), "...}", "+}")
				found[text] = kv.Pos()
			}
			return true
		})
	}
	return found
}

func TestNames(t *testing.T) { obey(t, mirror) }

func TestNamesBite(t *testing.T) {
	const create, offersStack, pagesStack = "functions/api/offers/create/main.go", "infra/stacks/api/offers.yaml", "infra/stacks/pages/customers.yaml"
	main, long := sound[create], strings.Repeat("a", 30)
	withFunction := change{"functions/api/offers/offers.go", "// Create serves", "// Get serves.\nfunc Get() gateway.Endpoint { return gateway.Endpoint{Pattern: \"GET /v1/offers\"} }\n\n// Create serves"}
	withOperation := change{contractFile, "    post:", "    get: {operationId: OffersGet}\n    post:"}
	withMain := change{"functions/api/offers/get/main.go", "", strings.ReplaceAll(strings.ReplaceAll(main, "Create", "Get"), "create", "get")}
	withBlock := change{offersStack, "  OffersCreate:", "  OffersGet:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: !Sub \"${Prefix}-OffersGet\"\n      CodeUri: ../../../build/api/offers/get\n  OffersCreate:"}

	t.Run("a whole new operation", func(t *testing.T) {
		if got := mirror(build(t, []change{withFunction, withOperation, withMain, withBlock})); got != nil {
			t.Error(got)
		}
	})
	t.Run("a pattern of constants, in a helper", func(t *testing.T) {
		helped := []change{
			{"functions/api/offers/offers.go", "\treturn gateway.Endpoint{", "\treturn serve(table, \"offers\")\n}\n\nconst start = \"/v1/\"\n\nfunc serve(table *dynamo.Table, name string) gateway.Endpoint {\n\treturn gateway.Endpoint{"},
			{"functions/api/offers/offers.go", "\"POST /v1/offers\"", "\"POST \" + start + name"},
		}
		if got := mirror(build(t, helped)); got != nil {
			t.Error(got)
		}
		helped[1].new = "\"POST \" + start + name + \"/pause\""
		if got := mirror(build(t, helped)); len(got) != 1 || !strings.Contains(got[0], "POST /v1/offers/pause in functions/api/offers") {
			t.Error(got)
		}
	})
	const pool = "  Pool: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreTokenGenerationConfig: {LambdaArn: !GetAtt TrialsJob.Arn, LambdaVersion: V3_0}}}}\n"
	if got := mirror(build(t, []change{{"infra/stacks/jobs.yaml", "", ""}, {"infra/stacks/identity.yaml", "", sound["infra/stacks/jobs.yaml"] + pool}})); got != nil {
		t.Errorf("a job beside the pool that asks it: %v", got)
	}
	bite(
		t, mirror,
		broken{"only a function is written", []change{withFunction}, "functions/api/offers/offers.go:13: no main serves Get: write functions/api/offers/get/main.go"},
		broken{"only an operation is written", []change{withOperation}, "infra/openapi.yaml:5: no main serves OffersGet (GET /v1/offers)"},
		broken{"no function for a main", []change{withOperation, withMain, withBlock}, "functions/api/offers/get/main.go:2: package offers has no func Get"},
		broken{"no operation for a main", []change{withFunction, withMain, withBlock}, "functions/api/offers/get/main.go:1: infra/openapi.yaml has no operation OffersGet"},
		broken{"no block for a main", []change{withFunction, withMain, withOperation}, "functions/api/offers/get/main.go:1: no stack has a OffersGet: declare it in infra/stacks/api, beside what stands nearest:\n  OffersGet:\n    Type"},
		broken{"a main serves another function", []change{withFunction, withOperation, withBlock, {withMain.file, "", strings.ReplaceAll(main, "package main", "package main // get")}}, "functions/api/offers/get/main.go:2: does not use offers.Get"},
		broken{"another package name", []change{{"functions/api/offers/offers.go", "package offers", "package offer"}}, "functions/api/offers/create/main.go:2: functions/api/offers is no package offers"},
		broken{"another logical ID", []change{{offersStack, "  OffersCreate:", "  CreateOffer:"}}, offersStack + ":2: CreateOffer runs functions/api/offers/create: its logical ID must be OffersCreate"},
		broken{"another name in the account", []change{{offersStack, "${Prefix}-OffersCreate", "${Prefix}-Offers"}}, offersStack + ":2: OffersCreate is named \"${Prefix}-Offers\", and its route leads to its name"},
		broken{"a name too long", []change{{"functions/pages/redeem/lambda/main.go", "", ""}, {"functions/pages/redeem/page.go", "", ""}, {"functions/pages/" + long + "/page.go", "", strings.Replace(sound["functions/pages/redeem/page.go"], "package redeem", "package "+long, 1)}, {"functions/pages/" + long + "/lambda/main.go", "", strings.ReplaceAll(sound["functions/pages/redeem/lambda/main.go"], "redeem", long)}, {pagesStack, "", strings.NewReplacer("RedeemPage", camel(long)+"Page", "redeem", long).Replace(sound[pagesStack])}}, pagesStack + ":2: " + camel(long) + "Page has a name in the account of 41 characters"},
		broken{"a route of its own", []change{{offersStack, "      Policies", "      Events: {Route: {Type: HttpApi, Properties: {Method: POST, Path: /v1/offers}}}\n      Policies"}}, offersStack + ":7: OffersCreate has a route of its own"},
		broken{"a noun in two stacks", []change{withFunction, withOperation, withMain, {"infra/stacks/api/service.yaml", "Resources:\n", "Resources:\n" + strings.TrimSuffix(withBlock.new, "  OffersCreate:")}}, "infra/stacks/api/service.yaml:2: OffersGet stands apart from the others of functions/api/offers: move it to " + offersStack},
		broken{"another method in the contract", []change{{contractFile, "    post:", "    put:"}}, "infra/openapi.yaml:6: OffersCreate is PUT /v1/offers here and POST /v1/offers in functions/api/offers"},
		broken{"an act with another route", []change{{"functions/api/offers/offers.go", "return gateway.Endpoint{", "return gateway.Action(\"POST /v1/offers/pause\", nil)\n}\n\nfunc of() gateway.Endpoint {\n\treturn gateway.Endpoint{"}}, "infra/openapi.yaml:6: OffersCreate is POST /v1/offers here and POST /v1/offers/pause in functions/api/offers"},
		broken{"a pattern that is not written out", []change{{"functions/api/offers/offers.go", "\"POST /v1/offers\"", "route"}}, "functions/api/offers/offers.go:13: Create has no Pattern that can be read"},
		broken{"a main too deep", []change{{"functions/api/offers/create/fast/main.go", "", "// Command fast is.\npackage main\n\nfunc main() {}\n"}}, "functions/api/offers/create/fast/main.go:2: a main stands in"},
		broken{"a folder in capitals", []change{{"functions/jobs/endTrials/lambda/main.go", "", "// Command lambda is.\npackage main\n\nfunc main() {}\n"}}, "functions/jobs/endTrials/lambda/main.go:2: \"endTrials\" is no folder name"},
		broken{"a job by another name", []change{{"infra/stacks/jobs.yaml", "TrialsJob", "Trials"}}, "infra/stacks/jobs.yaml:2: Trials runs functions/jobs/trials/lambda: its logical ID must be TrialsJob"},
		broken{"a job beside a pool that asks another", []change{{"infra/stacks/jobs.yaml", "", ""}, {"infra/stacks/identity.yaml", "", sound["infra/stacks/jobs.yaml"] + strings.Replace(pool, "TrialsJob", "OtherJob", 1)}}, "infra/stacks/identity.yaml:2: TrialsJob is of the door jobs: move it to infra/stacks/jobs.yaml"},
		broken{"a job that serves something else", []change{{"functions/jobs/trials/lambda/main.go", "\t\"liaison/functions/jobs/trials\"\n", ""}}, "functions/jobs/trials/lambda/main.go:2: does not import functions/jobs/trials"},
		broken{"a page in another stack", []change{{pagesStack, "", ""}, {"infra/stacks/jobs.yaml", "Resources:\n", strings.Replace(sound[pagesStack], "../../../", "../../", 1)}}, "infra/stacks/jobs.yaml:2: RedeemPage is of the door pages: move it to infra/stacks/pages"},
	)
}
