package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

var (
	// testing are packages that only tests, or what tests run on, may import.
	testOnly = []string{"testing", "net/http/httptest", "expvar", "net/http/pprof", module + "/infra", module + "/tests", "pgregory.net/rapid", "github.com/google/go-cmp", "github.com/go-rod/rod", "github.com/anishathalye/porcupine", "github.com/cedar-policy/cedar-go"}
	// environment are the functions that read it.
	environment = map[string][]string{"os": {"Getenv", "LookupEnv", "Environ", "ExpandEnv"}, "syscall": {"Getenv", "Environ"}}
	// switches are what only the local runner sets.
	switches = []string{"LIAISON_", "AWS_ENDPOINT_URL"}
)

// plainBootstrap is law 8: no test code, switch or fault in a bootstrap. Only boot reads the environment, and no template sets what
// belongs to the local runner.
func plainBootstrap(t *tree) (wrong []string) {
	for _, p := range t.under("functions", "shared") {
		for _, f := range p.files {
			for _, i := range f.imports() {
				if slices.ContainsFunc(testOnly, func(only string) bool { return within(i.path, only) }) {
					wrong = append(wrong, t.say(i.pos, "%s imports %s: what tests need stands in the local runner or in a _test file", p.folder, i.path))
				}
			}
			for _, group := range f.Comments {
				for _, c := range group.List {
					if strings.HasPrefix(c.Text, "//go:build") || strings.HasPrefix(c.Text, "// +build") {
						wrong = append(wrong, t.say(c.Pos(), "%s is built under a condition: a bootstrap has no switch", f.path))
					}
				}
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && (strings.HasSuffix(fn.Name.Name, "ForTest") || strings.HasSuffix(fn.Name.Name, "ForTests") || strings.HasSuffix(fn.Name.Name, "ForTesting")) {
					wrong = append(wrong, t.say(fn.Pos(), "%s is for tests: move it to a _test file", fn.Name.Name))
				}
			}
			f.uses(func(from, name string, at *ast.SelectorExpr) {
				if p.folder != "shared/boot" && slices.Contains(environment[from], name) {
					wrong = append(wrong, t.say(at.Pos(), "%s reads the environment: boot.Load does, and gives it as a boot.Env", p.folder))
				}
			})
		}
	}
	for _, template := range t.templates() {
		for i, line := range strings.Split(string(t.text(template)), "\n") {
			for _, of := range switches {
				if strings.Contains(line, of) {
					wrong = append(wrong, fmt.Sprintf("%s:%d: sets %s…, which is the local runner's alone: take it away", template, i+1, of))
				}
			}
		}
	}
	return wrong
}

// clean is the same law by what the go command links into each bootstrap.
func clean(linked map[string][]string) (wrong []string) {
	for _, main := range sorted(linked) {
		for _, dep := range linked[main] {
			if slices.ContainsFunc(testOnly, func(only string) bool { return within(dep, only) }) {
				wrong = append(wrong, fmt.Sprintf("%s/main.go:1: links %s: see `go list -deps` and cut the way to it", main, dep))
			}
		}
	}
	return wrong
}

func TestBootstraps(t *testing.T) {
	obey(t, plainBootstrap)
	linked, err := dependencies()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range clean(linked) {
		t.Error(line)
	}
}

func TestBootstrapsBite(t *testing.T) {
	const gateway, page = "shared/gateway/gateway.go", "functions/pages/redeem/page.go"
	for _, only := range testOnly {
		bite(t, plainBootstrap, broken{only, []change{{page, "import (", "import (\n\t\"" + only + "\""}}, page + ":5: functions/pages/redeem imports " + only})
		if got := clean(map[string][]string{"functions/api/offers/create": {"fmt", only}}); len(got) != 1 {
			t.Errorf("%s linked: %q", only, got)
		}
	}
	for from, names := range environment {
		for _, name := range names {
			bite(t, plainBootstrap, broken{from + "." + name, []change{{gateway, "import (", "import (\n\t\"" + from + "\""}, {gateway, ") {}", ") { " + from + "." + name + "() }"}}, gateway + ":18: shared/gateway reads the environment"})
		}
	}
	bite(
		t, plainBootstrap,
		broken{"part of infra", []change{{gateway, "import (", "import (\n\t\"liaison/infra/local/proxy\""}}, gateway + ":5: shared/gateway imports liaison/infra/local/proxy"},
		broken{"a build tag", []change{{"shared/gateway/slow.go", "", "//go:build slow\n\npackage gateway\n"}}, "shared/gateway/slow.go:1: shared/gateway/slow.go is built under a condition"},
		broken{"a door for tests", []change{{gateway, "// Serve", "// ResetForTest is.\nfunc ResetForTest() {}\n\n// Serve"}}, gateway + ":17: ResetForTest is for tests"},
		broken{"the clock's switch in a template", []change{{"infra/stacks/jobs.yaml", "      Policies:", "      Environment: {Variables: {LIAISON_CLOCK_OFFSET: 24h}}\n      Policies:"}}, "infra/stacks/jobs.yaml:7: sets LIAISON_…"},
		broken{"an endpoint in a template", []change{{"template.yaml", "Resources:\n", "Globals: {Function: {Environment: {Variables: {AWS_ENDPOINT_URL_DYNAMODB: x}}}}\nResources:\n"}}, "template.yaml:1: sets AWS_ENDPOINT_URL…"},
	)
}
