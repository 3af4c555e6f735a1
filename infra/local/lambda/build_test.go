package lambda

import (
	"context"
	"debug/buildinfo"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// vendor is a small module with two functions, one of which reads a file.
type vendor struct {
	*Builder
	t testing.TB
}

func newVendor(t testing.TB) vendor {
	root := t.TempDir()
	v := vendor{&Builder{Root: root, Cache: filepath.Join(root, "build", "local", "bin"), Run: filepath.Join(root, "build", "run")}, t}
	v.write("go.mod", "module hello\n\ngo 1.24\n")
	v.write("shared/words/words.go", "// Package words has some.\npackage words\n\nimport _ \"embed\"\n\n//go:embed words.txt\nvar Words string\n")
	v.write("shared/words/words.txt", "one")
	v.write("functions/api/say/main.go", "// Command say says it.\npackage main\n\nimport (\n\t\"os\"\n\n\t\"hello/shared/words\"\n)\n\nfunc main() { os.Stdout.WriteString(prefix + words.Words) }\n")
	v.write("functions/api/say/prefix.go", "package main\n\nconst prefix = \"say \"\n")
	v.write("functions/api/say/main_test.go", "package main\n\nconst prefix = \"test\"\n")
	v.write("functions/jobs/tick/main.go", "package main\n\nfunc main() { println() }\n")
	return v
}

func (v vendor) write(name, content string) {
	v.t.Helper()
	path := filepath.Join(v.Root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

func (v vendor) says(path string, err error, function string) string {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	command := exec.Command(path)
	command.Env = []string{FunctionVariable + "=" + function}
	said, err := command.CombinedOutput()
	if err != nil {
		return err.Error() + ": " + string(said)
	}
	return string(said)
}

// TestBootstrap builds a function again exactly where something that it is made of changed.
func TestBootstrap(t *testing.T) {
	v := newVendor(t)
	cached := filepath.Join(v.Cache, "api/say", "bootstrap")
	var path string
	says := func() string {
		t.Helper()
		v.Run = t.TempDir()
		var err error
		path, err = v.Bootstrap(t.Context(), "api/say", filepath.Join(v.Root, "functions", "api", "say"))
		return v.says(path, err, "")
	}
	if said := says(); said != "say one" {
		t.Errorf("it says %q", said)
	}
	made, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	v.write("README.md", "What it is.")
	v.write("functions/jobs/tick/main.go", "package main\n\nfunc main() {}\n")
	if said := says(); said != "say one" {
		t.Errorf("it says %q", said)
	}
	if now, err := os.Stat(cached); err != nil || !os.SameFile(now, made) {
		t.Errorf("built again, though nothing that it is made of changed: %v", err)
	}
	v.write("shared/words/words.txt", "two")
	if said := says(); said != "say two" {
		t.Errorf("after a change it says %q", said)
	}
	if err := os.Remove(cached); err != nil {
		t.Fatal(err)
	}
	if said := says(); said != "say two" {
		t.Errorf("without its bootstrap it says %q", said)
	}
	v.write("functions/api/say/main.go", "package main\n\nfunc main() { wrong }\n")
	if _, err := v.Bootstrap(t.Context(), "api/say", filepath.Join(v.Root, "functions", "api", "say")); err == nil || !strings.Contains(err.Error(), "functions/api/say/main.go:3:15: undefined: wrong") {
		t.Errorf("what does not compile: %v", err)
	}
}

// TestProgram builds all functions into one program that is the one it is told to be.
func TestProgram(t *testing.T) {
	v := newVendor(t)
	says := func(function string) string {
		t.Helper()
		path, err := v.Program(t.Context())
		return v.says(path, err, function)
	}
	for function, want := range map[string]string{"api/say": "say one", "jobs/tick": "\n", "api/none": "exit status 1: LIAISON_FUNCTION names no function\n"} {
		if said := says(function); said != want {
			t.Errorf("%s says %q", function, said)
		}
	}
	v.Debug = true
	path, err := v.Program(t.Context())
	if said := v.says(path, err, "api/say"); said != "say one" {
		t.Errorf("a program for a debugger says %q", said)
	}
	if built, err := buildinfo.ReadFile(path); err != nil || !strings.Contains(built.String(), `-gcflags="all=-N -l"`) || strings.Contains(built.String(), "-ldflags") {
		t.Errorf("built for a debugger with %v %v", built, err)
	}
	v.Debug = false
	first, err := v.Program(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.write("functions/api/say/prefix.go", "package main\n\nconst prefix = \"told \"\n")
	if said := says("api/say"); said != "told one" {
		t.Errorf("after a change it says %q", said)
	}
	if said := v.says(first, nil, "api/say"); said != "say one" {
		t.Errorf("the program of before says %q", said)
	}
	if err := os.RemoveAll(filepath.Join(v.Root, "functions", "jobs")); err != nil {
		t.Fatal(err)
	}
	if said := says("jobs/tick"); !strings.Contains(said, "names no function") {
		t.Errorf("a function that is gone says %q", said)
	}
	v.write("functions/api/say/main.go", "package main\n\nfunc main() { wrong }\n")
	if _, err := v.Program(t.Context()); err == nil || !strings.Contains(err.Error(), "functions/api/say/main.go:3:15: undefined: wrong") {
		t.Errorf("what does not compile: %v", err)
	}
}

// TestBuildEnds gives up while another process builds.
func TestBuildEnds(t *testing.T) {
	v := newVendor(t)
	release, err := v.hold(t.Context(), filepath.Join(v.Cache, "all"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var messages atomic.Int32
	v.Tell = func(string) { messages.Add(1); cancel() }
	if _, err := v.Program(ctx); !errors.Is(err, context.Canceled) || messages.Load() == 0 {
		t.Errorf("told %d times: %v", messages.Load(), err)
	}
	release()
	if _, err := v.Program(t.Context()); err != nil {
		t.Error(err)
	}
}
