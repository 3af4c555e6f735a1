package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGeneratedIsFresh runs the generator again and compares.
func TestGeneratedIsFresh(t *testing.T) {
	files, err := generate("..", "../../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale (%v): run make generate", name, err)
		}
	}
}

// pages returns a folder with a page's template, which says what has to be among Shown.
func pages(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"functions/pages/x/x.html":   `<h1>{{.Words.ALicences 2 .Name}}</h1>{{with .Row}}{{or .Text $.Words.AB}}{{end}}`,
		"functions/pages/x/x.go":     `w.Words.AEnds(day)`,
		"shared/page/patterns.html":  `<html lang="{{.Words.Language}}">`,
		"infra/elsewhere/other.html": `{{.Words.AEnds .Day}}`,
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestRefuses tries each way in which the files can fail to hold together.
func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct{ en, pl, want string }{
		"key missing":      {`{"a.b":"x","a.c":"x"}`, `{"a.b":"x"}`, "a.c: not in pl.json"},
		"key too many":     {`{"a.b":"x"}`, `{"a.b":"x","a.c":"x"}`, "a.c: not in en.json"},
		"other variable":   {`{"a.b":"{x}"}`, `{"a.b":"{y}"}`, "variables"},
		"other type":       {`{"a.b":"{x:int}"}`, `{"a.b":"{x}"}`, "variables"},
		"two types":        {`{"a.b":"{x:int}{x}"}`, `{"a.b":"{x:int}"}`, "two types"},
		"key twice":        {`{"a.b":"x","a.b":"y"}`, `{"a.b":"x"}`, "twice"},
		"form missing":     {`{"a.b":{"one":"{n:int}","other":"{n:int}"}}`, `{"a.b":{"one":"{n:int}","few":"x","other":"x"}}`, "plural forms"},
		"plural in one":    {`{"a.b":{"one":"{n:int}","other":"{n:int}"}}`, `{"a.b":"{n:int}"}`, "plural in one language"},
		"nothing to count": {`{"a.b":{"one":"x","other":"y"}}`, `{"a.b":"x"}`, "0 variables"},
		"unknown type":     {`{"a.b":"{x:date2}"}`, `{"a.b":"x"}`, "no variable"},
		"open brace":       {`{"a.b":"{x"}`, `{"a.b":"x"}`, "no variable"},
		"closed brace":     {`{"a.b":"x}"}`, `{"a.b":"x"}`, "without {"},
		"empty":            {`{"a.b":""}`, `{"a.b":"x"}`, "empty"},
		"space":            {`{"a.b":"x "}`, `{"a.b":"x"}`, "space"},
		"key shape":        {`{"A.b":"x"}`, `{"a.b":"x"}`, "lower case"},
		"same name":        {`{"a.b":"x","a_b":"x"}`, `{"a.b":"x","a_b":"x"}`, "taken"},
		"a method's name":  {`{"money":"x"}`, `{"money":"x"}`, "taken"},
		"half a problem":   {`{"problem.x.title":"x"}`, `{"problem.x.title":"x"}`, "exactly"},
		"typed in problem": {`{"problem.x.title":"{n:int}"}`, `{"problem.x.title":"{n:int}"}`, "plain"},
		"not JSON":         {`[]`, `{}`, "not an object"},
		"text after":       {`{} {}`, `{}`, "after"},
	} {
		folder := t.TempDir()
		for file, text := range map[string]string{"en.json": c.en, "pl.json": c.pl} {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := generate(folder, pages(t)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestWrites shows what a typed, a plural and an abbreviated text become.
func TestWrites(t *testing.T) {
	folder := t.TempDir()
	for file, text := range map[string]string{
		"en.json": `{"a.licences":{"one":"{n:int} licence for {name}.","other":"{n:int} licences for {name}."},"a.ends":"Ends on {day:date}."}`,
		"pl.json": `{"a.licences":{"one":"{n:int} licencja","few":"{n:int} licencje dla {name}","many":"{n:int} licencji","other":"{n:int} licencji dla {name}"},"a.ends":"Koniec: {day:date}."}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := generate(folder, pages(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"func (w Words) ALicences(n int, name string) string {", "switch w.plural(n) {", `return w.Int(n) + " licencje dla " + name`,
		`return w.Int(n) + " licences for " + end(name)`, "func (w Words) AEnds(day time.Time) string {", `"Koniec: " + end(w.Date(day))`,
	} {
		if !strings.Contains(string(files["words_gen.go"]), want) {
			t.Errorf("no %s in\n%s", want, files["words_gen.go"])
		}
	}
	shown := string(files["shown_gen.go"])
	if want := "func (s Shown) ALicences(n int, name string) string { return WordsOf(s).ALicences(n, name) }"; !strings.Contains(shown, want) {
		t.Errorf("no %s in\n%s", want, shown)
	}
	if strings.Contains(shown, "AEnds") || strings.Contains(shown, "time") {
		t.Errorf("what no template says is among what they say:\n%s", shown)
	}
}

// TestTies: in Polish no word of one letter ends a line, whatever follows it; in English and inside other words nothing is tied.
func TestTies(t *testing.T) {
	for text, want := range map[string]string{
		"Dom i ogród":                     "Dom i_ogród",
		"W domu (a w nim kot)":            "W_domu (a_w_nim kot)",
		"I z {name} w {place}":            "I_z_{name} w_{place}",
		"{a} i {b}":                       "{a} i_{b}",
		"„O firmie”: z o.o.":              "„O_firmie”: z_o.o.",
		"Praca bez szwu, oraz {n}a dalej": "Praca bez szwu, oraz {n}a dalej",
		"Pierwszy\nI drugi u nas":         "Pierwszy\nI_drugi u_nas",
		"Nic\u00a0i wszystko":             "Nic\u00a0i_wszystko",
		"punkt a":                         "punkt a",
	} {
		if got := tied(text); got != strings.ReplaceAll(want, "_", "\u00a0") {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	folder := t.TempDir()
	for file, text := range map[string]string{
		"en.json": `{"a.b":"A x","a.n":{"one":"{n:int} a x","other":"{n:int} a y"},"problem.x.title":"a x","problem.x.detail":"a y"}`,
		"pl.json": `{"a.b":"A x","a.n":{"one":"{n:int} a x","few":"x","many":"x","other":"{n:int} a y"},"problem.x.title":"a x","problem.x.detail":"a y"}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := generate(folder, pages(t))
	if err != nil {
		t.Fatal(err)
	}
	for file, both := range map[string][]string{
		"words_gen.go":    {"\"A x\"", `"A\u00a0x"`, `" a x"`, `" a\u00a0x"`, `" a\u00a0y"`},
		"problems_gen.go": {`"a x", "a y"`, `"a\u00a0x", "a\u00a0y"`},
	} {
		for _, want := range both {
			if !strings.Contains(string(files[file]), want) {
				t.Errorf("no %s in\n%s", want, files[file])
			}
		}
	}
}
