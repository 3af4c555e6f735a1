package lambda

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBuild builds a function again exactly where something that it is made of changed.
func TestBuild(t *testing.T) {
	root := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cached := filepath.Join(root, "build", "cache", "hello", "bootstrap")
	runs := 0
	says := func() string {
		t.Helper()
		runs++
		b := &Builder{Root: root, Cache: filepath.Join(root, "build", "cache"), Run: filepath.Join(root, "build", "run", string(rune('a'+runs)))}
		path, err := b.Build(context.Background(), "hello", filepath.Join(root, "hello"))
		if err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command(path).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(said)
	}
	write("go.mod", "module hello\n\ngo 1.24\n")
	write("hello/main.go", "package main\n\nimport (\n\t_ \"embed\"\n\t\"os\"\n)\n\n//go:embed words.txt\nvar words string\n\nfunc main() { os.Stdout.WriteString(words) }\n")
	write("hello/words.txt", "one")
	if said := says(); said != "one" {
		t.Errorf("it says %q", said)
	}
	made, err := os.Stat(cached)
	if err != nil {
		t.Fatal(err)
	}
	write("hello/main_test.go", "package main\n")
	if said := says(); said != "one" {
		t.Errorf("it says %q", said)
	}
	if now, err := os.Stat(cached); err != nil || !now.ModTime().Equal(made.ModTime()) {
		t.Errorf("built again, though nothing that it is made of changed: %v", err)
	}
	write("hello/words.txt", "two")
	if said := says(); said != "two" {
		t.Errorf("after a change it says %q", said)
	}
	if err := os.Remove(cached); err != nil {
		t.Fatal(err)
	}
	if said := says(); said != "two" {
		t.Errorf("without its bootstrap it says %q", said)
	}
	write("hello/words.txt", "one")
	write("hello/main.go", "package main\n\nfunc main() { wrong }\n")
	if _, err := (&Builder{Root: root, Cache: filepath.Join(root, "build", "cache"), Run: filepath.Join(root, "build", "run", "z")}).Build(context.Background(), "hello", filepath.Join(root, "hello")); err == nil {
		t.Error("what can't be built was taken from before")
	}
}
