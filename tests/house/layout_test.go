package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// top is all that may stand at the top, beside what begins with a dot.
	top = []string{
		"functions", "shared", "infra", "tests", "template.yaml", "samconfig.toml", "Makefile", "go.mod", "go.sum",
		"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "build",
	}
	// meaningless are names of packages that say nothing.
	meaningless = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "errors"}

	decision = regexp.MustCompile(`^[0-9]{4}-[a-z0-9]+(-[a-z0-9]+)*\.md$`)
	todo     = regexp.MustCompile(`\bTO` + `DO\b`)
	issue    = regexp.MustCompile(`\bTO` + `DO \(?#[0-9]+`)
)

// mostDecided is how many lines a decision may have.
const mostDecided = 25

// laidOut holds the tree to the layout: what stands at the top, how packages are named, how long decisions are, what is left to do.
func laidOut(t *tree) (wrong []string) {
	entries, _ := fs.ReadDir(t.FS, ".")
	for _, e := range entries {
		if !slices.Contains(top, e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			wrong = append(wrong, e.Name()+":1: stands at the top, where only "+strings.Join(top, ", ")+" do: move it below one of them")
		}
	}
	for _, p := range t.packages {
		name := p.name
		if name == "" || name == "main" {
			name = path.Base(p.folder)
		}
		if slices.Contains(meaningless, name) || slices.Contains(meaningless, path.Base(p.folder)) {
			files := slices.Concat(p.files, p.tests)
			wrong = append(wrong, t.say(files[0].Package, "a package named %s: name it for what it is or what it talks to", name))
		}
	}
	numbers := map[string]string{}
	for _, p := range t.paths {
		text := t.text(p)
		if path.Dir(p) == "infra/decisions" {
			wrong = append(wrong, decided(p, text, numbers)...)
		}
		if name := path.Base(p); slices.Contains([]string{".go", ".yaml", ".html", ".css", ".mjs", ".js", ".sh", ".py", ".toml"}, path.Ext(p)) || name == "Makefile" {
			for i, line := range strings.Split(string(text), "\n") {
				if todo.MatchString(line) && !issue.MatchString(line) {
					wrong = append(wrong, fmt.Sprintf("%s:%d: something is left to do without an issue's number: write (#number) behind it, or do it", p, i+1))
				}
			}
		}
	}
	return wrong
}

func decided(p string, text []byte, numbers map[string]string) (wrong []string) {
	name := path.Base(p)
	if !decision.MatchString(name) {
		return []string{p + ":1: a decision's file is named NNNN-title.md"}
	}
	if other := numbers[name[:4]]; other != "" {
		wrong = append(wrong, fmt.Sprintf("%s:1: has the number of %s: take the next one", p, other))
	}
	numbers[name[:4]] = p
	if n := bytes.Count(bytes.TrimRight(text, "\n"), []byte("\n")) + 1; n > mostDecided {
		wrong = append(wrong, fmt.Sprintf("%s:%d: has %d lines, at most %d: say it shorter", p, mostDecided+1, n, mostDecided))
	}
	for _, part := range []string{"status", "context", "decision", "consequences"} {
		if !bytes.Contains(bytes.ToLower(text), []byte(part)) {
			wrong = append(wrong, fmt.Sprintf("%s:1: has no %s: a decision has status, context, decision, consequences", p, part))
		}
	}
	return wrong
}

func TestLayout(t *testing.T) { obey(t, laidOut) }

func TestLayoutBites(t *testing.T) {
	const first = "infra/decisions/0001-one-table.md"
	left := "// TO" + "DO"
	for _, name := range meaningless {
		file := "shared/" + name + "/one.go"
		bite(t, laidOut, broken{name, []change{{file, "", "package " + name + "\n"}}, file + ":1: a package named " + name})
	}
	bite(
		t, laidOut,
		broken{"another top folder", []change{{"cmd/main.go", "", "package main\n"}}, "cmd:1: stands at the top"},
		broken{"another top file", []change{{"NOTES.md", "", "notes\n"}}, "NOTES.md:1: stands at the top"},
		broken{"a long decision", []change{{first, "Status", strings.Repeat("\n", 19) + "Status"}}, first + ":26: has 28 lines, at most 25"},
		broken{"half a decision", []change{{first, "Consequences: keys.\n", ""}}, first + ":1: has no consequences"},
		broken{"a decision without number", []change{{"infra/decisions/keys.md", "", sound[first]}}, "infra/decisions/keys.md:1: a decision's file is named"},
		broken{"two decisions of one number", []change{{"infra/decisions/0001-two.md", "", sound[first]}}, "infra/decisions/0001-two.md:1: has the number of " + first},
		broken{"something left to do", []change{{"shared/fault/fault.go", "func New", left + ": more\nfunc New"}}, "shared/fault/fault.go:5: something is left to do"},
	)
	if got := laidOut(build(t, []change{{"shared/fault/fault.go", "func New", left + " (#12): more\nfunc New"}, {".ci/run", "", "make test\n"}, {"build/one", "", "x"}})); got != nil {
		t.Error(got)
	}
}
