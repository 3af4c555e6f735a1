package house

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

//go:generate go test -run TestRoutes -update .

var update = flag.Bool("update", false, "write the APIs' routes anew")

// mostRoutes is how many routes an HTTP API has until AWS raises the quota, and how many integrations it ever has: each route has its own here.
const mostRoutes = 300

// routed are the documents that API Gateway reads the routes from: OpenAPI 3.0, of which it takes no later one, made of the contract and of
// the pages' code.
var routed = map[string]func(*tree) (routes []served, wrong []string){
	"infra/stacks/api_gen.json": (*tree).apiRoutes, "infra/stacks/pages_gen.json": (*tree).pageRoutes,
}

// served is a route and the logical ID of the function behind it.
type served struct {
	path, method, by string
	open             bool
}

// leads is law 2 for what API Gateway reads: each route of the contract and of the pages leads to the function that is named after it.
func leads(t *tree) (wrong []string) {
	for _, file := range sorted(routed) {
		routes, unread := routed[file](t)
		wrong = append(wrong, unread...)
		if string(t.text(file)) != document(routes) {
			wrong = append(wrong, file+":1: is not what the contract and the pages' code give now: make generate")
		}
		if len(routes) > mostRoutes {
			wrong = append(wrong, fmt.Sprintf("%s:1: %d routes, each with its integration, of which an HTTP API has at most %d: let the routes of one function share one (components: x-amazon-apigateway-integrations), or split the API", file, len(routes), mostRoutes))
		}
	}
	return wrong
}

func (t *tree) apiRoutes() (routes []served, wrong []string) {
	open := map[string]bool{}
	for _, at := range pairs(t.yaml(contractFile).get("paths")) {
		for _, method := range at.value.pairs {
			security := method.value.get("security")
			open[method.value.string("operationId")] = security != nil && len(security.items) == 0
		}
	}
	for id, r := range t.operations() {
		method, at, _ := strings.Cut(r.key, " ")
		routes = append(routes, served{at, strings.ToLower(method), id, open[id]})
	}
	return append(routes, served{"$default", "", "Fallback", true}), nil
}

func (t *tree) pageRoutes() (routes []served, wrong []string) {
	taken := map[string]string{}
	for _, main := range t.mains() {
		p, bad := placed(main.folder)
		in := t.at[p.parent]
		if bad != "" || p.door != "pages" || in == nil {
			continue
		}
		if slices.Contains(behind, p.logical) {
			routes = append(routes, served{"$default", "", p.logical, true})
			continue
		}
		paths := t.pagePaths(in)
		if len(paths) == 0 {
			wrong = append(wrong, t.say(in.files[0].Package, "no site.Route here has a path: nothing leads to %s", p.logical))
		}
		for _, at := range sorted(paths) {
			switch {
			case !strings.HasPrefix(at, "/"):
				wrong = append(wrong, t.say(paths[at], "a path that cannot be read here: write it of constants at most"))
			case taken[at] != "":
				wrong = append(wrong, t.say(paths[at], "%s is a path of %s: one path is one page's", at, taken[at]))
			default:
				taken[at] = p.logical
				routes = append(routes, served{at, "", p.logical, true})
			}
		}
	}
	return routes, wrong
}

// document returns the OpenAPI document of the routes, one operation a line.
func document(routes []served) string {
	by := map[string][]served{}
	secured := false
	for _, r := range routes {
		by[r.path] = append(by[r.path], r)
		secured = secured || !r.open
	}
	var b strings.Builder
	b.WriteString("{\n\"openapi\": \"3.0.1\",\n\"info\": {\"title\": {\"Ref\": \"AWS::StackName\"}, \"version\": \"1.0\"},\n")
	if secured {
		fmt.Fprintf(&b, `"components": {"securitySchemes": {"Bearer": {"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": {
  "type": "request", "identitySource": ["$request.header.Authorization"], "authorizerResultTtlInSeconds": 300,
  "authorizerPayloadFormatVersion": "2.0", "enableSimpleResponses": true, "authorizerUri": %s, "authorizerCredentials": %s
}}}},
`, invocations("Authorizer"), caller)
	}
	b.WriteString("\"paths\": {\n")
	for i, at := range slices.Sorted(maps.Keys(by)) {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "  %q: {", at)
		for j, r := range slices.SortedFunc(slices.Values(by[at]), func(a, b served) int { return strings.Compare(a.method, b.method) }) {
			if j > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, "\n    %s", r.operation())
		}
		b.WriteString("\n  }")
	}
	b.WriteString("\n}\n}\n")
	return b.String()
}

func (r served) operation() string {
	method, extra := r.method, ""
	if method == "" {
		method = "x-amazon-apigateway-any-method"
	}
	if r.path == "$default" {
		extra += `"isDefaultRoute": true, `
	}
	if !r.open {
		extra += `"security": [{"Bearer": []}], `
	}
	var parameters []string
	for segment := range strings.SplitSeq(r.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			parameters = append(parameters, fmt.Sprintf(`{"name": %q, "in": "path", "required": true, "schema": {"type": "string"}}`, strings.TrimRight(name, "+}")))
		}
	}
	if parameters != nil {
		extra += `"parameters": [` + strings.Join(parameters, ", ") + `], `
	}
	return fmt.Sprintf(
		`%q: {"operationId": %q, %s"responses": {}, "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "payloadFormatVersion": "2.0", "credentials": %s, "uri": %s}}`,
		method, r.by, extra, caller, invocations(r.by),
	)
}

// caller is the role in which API Gateway calls functions.
const caller = `{"Fn::GetAtt": ["Caller", "Arn"]}`

// invocations is the address at which API Gateway calls a function by its name.
func invocations(function string) string {
	return `{"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Prefix}-` + function + `/invocations"}`
}

func TestRoutes(t *testing.T) {
	if *update {
		for file, of := range routed {
			routes, _ := of(repository())
			if err := os.WriteFile("../../"+file, []byte(document(routes)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	obey(t, leads)
}

func TestRoutesBites(t *testing.T) {
	const page = "functions/pages/redeem/page.go"
	other := []change{
		{"functions/pages/other/page.go", "", strings.Replace(sound[page], "package redeem", "package other", 1)},
		{"functions/pages/other/lambda/main.go", "", "// Command lambda serves.\npackage main\n\nfunc main() {}\n"},
	}
	contract, routes := strings.Builder{}, []served{{"$default", "", "Fallback", true}}
	contract.WriteString("paths:\n")
	for i := range mostRoutes {
		id, at := fmt.Sprintf("Offers%d", i), fmt.Sprintf("/v1/offers/%d", i)
		fmt.Fprintf(&contract, "  %s: {get: {operationId: %s}}\n", at, id)
		routes = append(routes, served{at, "get", id, false})
	}
	bite(
		t, leads,
		broken{"an operation that nothing leads to", []change{{contractFile, "    post:", "    get: {operationId: OffersList}\n    post:"}}, "infra/stacks/api_gen.json:1: is not what the contract"},
		broken{"an operation that is open now", []change{{contractFile, "      responses", "      security: []\n      responses"}}, "infra/stacks/api_gen.json:1: is not what the contract"},
		broken{"a path that nothing leads to", []change{{page, "\"/redeem\"}", "\"/redeem\"}, site.Route{Path: \"/redeem/{way...}\"}"}}, "infra/stacks/pages_gen.json:1: is not what the contract"},
		broken{"a path that is put together", []change{{page, "\"/redeem\"}", "\"/redeem\"}, site.Route{Path: way()}"}}, page + ":17: a path that cannot be read here"},
		broken{"a page without path", append(other[1:], change{other[0].file, "", "// Package other is.\npackage other\n"}), "functions/pages/other/page.go:2: no site.Route here has a path"},
		broken{"a document changed by hand", []change{{"infra/stacks/api_gen.json", "300", "3000"}}, "infra/stacks/api_gen.json:1: is not what the contract"},
		broken{"more routes than an API takes", []change{{contractFile, "", contract.String()}, {"infra/stacks/api_gen.json", "", document(routes)}}, "infra/stacks/api_gen.json:1: 301 routes"},
	)
	t.Run("two pages of one path", func(t *testing.T) {
		if got := leads(build(t, other)); len(got) != 3 || !strings.HasPrefix(got[0], page+":17: /redeem is a path of OtherPage") {
			t.Error(got)
		}
	})
}
