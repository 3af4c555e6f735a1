package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// cites is a file that a text names.
	cites = regexp.MustCompile(`[\w./-]*[\w-]\.(md|go|yaml|html|mjs|sh|toml)\b`)
	// sections is what a text cites of a page: the page, then a heading in quotes, or rules by their numbers.
	sections = regexp.MustCompile(`([\w/.-]+\.md)(?:,? "([^"]+)"|, (?:rules?|laws?) ((?:\d+(?:, | and )?)+))`)
	// linked is a link of a page to a heading of a page.
	linked = regexp.MustCompile(`\]\(([\w/.-]*)#([\w-]+)\)`)
	// decidedBy are decisions that a text cites by their numbers.
	decidedBy = regexp.MustCompile(`\b[Dd]ecisions? (\d+(?:(?:, | and )\d+)*)`)
	// ofCode is a name of the code that a page says: one with a capital inside it, as no plain word has.
	ofCode = regexp.MustCompile("`([a-z]+[A-Z][A-Za-z]*)`")
	camels = regexp.MustCompile(`\b[a-z]+[A-Z][A-Za-z]*\b`)
	number = regexp.MustCompile(`\d+`)
	blanks = regexp.MustCompile(`\s+`)
	abroad = regexp.MustCompile(`\w+://\S+`)
	tick   = regexp.MustCompile(`[^a-z0-9 -]`)
)

// cited holds every text to what it cites: a comment, a page, a decision, a template names no file that is not in the repository, no
// heading and no rule that its page has not. What CONTRIBUTING.md and the design call by a name of the code is called so there.
func cited(t *tree) (wrong []string) {
	for _, p := range t.packages {
		for _, f := range slices.Concat(p.files, p.tests) {
			if f.generated {
				continue
			}
			for _, group := range f.Comments {
				place := t.places.Position(group.Pos())
				wrong = append(wrong, t.missing(f.path, place.Line, group.Text())...)
			}
			ast.Inspect(f.File, func(n ast.Node) bool { // what a command or a failure tells its reader
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && !slices.Contains(p.tests, f) && strings.Contains(text.Value, "infra/") {
					wrong = append(wrong, t.missing(f.path, t.places.Position(text.Pos()).Line, text.Value)...)
				}
				return true
			})
		}
	}
	for _, p := range t.paths {
		if slices.Contains([]string{".md", ".yaml", ".toml", ".sh", ".html", ".css"}, path.Ext(p)) || path.Base(p) == "Makefile" {
			line := 1
			for paragraph := range strings.SplitSeq(string(t.text(p)), "\n\n") {
				wrong = append(wrong, t.missing(p, line, paragraph)...)
				line += strings.Count(paragraph, "\n") + 2
			}
		}
	}
	return append(wrong, t.renamed()...)
}

// renamed are the names of the code that our pages say and that stand nowhere in it. Decisions speak of their day.
func (t *tree) renamed() (wrong []string) {
	code := map[string]bool{}
	for _, p := range t.paths {
		if slices.Contains([]string{".go", ".yaml"}, path.Ext(p)) {
			for _, word := range camels.FindAllString(string(t.text(p)), -1) {
				code[word] = true
			}
		}
	}
	for _, p := range t.paths {
		if p != "CONTRIBUTING.md" && (path.Dir(p) != "infra/design" || path.Ext(p) != ".md") {
			continue
		}
		for i, line := range strings.Split(string(t.text(p)), "\n") {
			for _, found := range ofCode.FindAllStringSubmatch(line, -1) {
				if !code[found[1]] {
					wrong = append(wrong, fmt.Sprintf("%s:%d: names %s, which the code has not: say what it is called now", p, i+1, found[1]))
				}
			}
		}
	}
	return wrong
}

// missing says what a text cites that is not there.
func (t *tree) missing(from string, line int, text string) (wrong []string) {
	say := func(format string, values ...any) {
		wrong = append(wrong, fmt.Sprintf("%s:%d: ", from, line)+fmt.Sprintf(format, values...))
	}
	text = abroad.ReplaceAllString(blanks.ReplaceAllString(text, " "), "")
	for _, file := range cites.FindAllString(text, -1) {
		named := path.Ext(file) == ".md" || strings.Contains(file, "/") // else it is a kind of file: main.go
		if made := strings.HasPrefix(strings.TrimLeft(file, "./"), "build/"); named && !made && t.file(from, file) == "" {
			say("cites %s, which is not in the repository: name a file that is, or say the rule itself", file)
		}
	}
	for _, found := range sections.FindAllStringSubmatch(text, -1) {
		page := t.file(from, found[1])
		if page == "" {
			continue
		}
		said := string(t.text(page))
		if heading := found[2]; heading != "" && !strings.Contains(said, "# "+heading+"\n") {
			say("cites %q of %s, which has no such heading", heading, page)
		}
		for _, n := range number.FindAllString(found[3], -1) {
			if !strings.Contains(said, "\n"+n+". ") && !strings.Contains(said, "\n| "+n+" | ") {
				say("cites number %s of %s, which has no such number", n, page)
			}
		}
	}
	for _, found := range decidedBy.FindAllStringSubmatch(text, -1) {
		for _, n := range number.FindAllString(found[1], -1) {
			begins := "infra/decisions/" + strings.Repeat("0", max(0, 4-len(n))) + n + "-"
			if !slices.ContainsFunc(t.paths, func(p string) bool { return strings.HasPrefix(p, begins) }) {
				say("cites decision %s, which infra/decisions has not", n)
			}
		}
	}
	for _, found := range linked.FindAllStringSubmatch(text, -1) {
		page := from
		if found[1] != "" {
			page = t.file(from, found[1])
		}
		if page != "" && !slices.ContainsFunc(strings.Split(string(t.text(page)), "\n"), func(line string) bool {
			return strings.HasPrefix(line, "#") && anchor(line) == found[2]
		}) {
			say("links to #%s of %s, which has no such heading", found[2], page)
		}
	}
	return wrong
}

// anchor is what a link calls a heading.
func anchor(heading string) string {
	return strings.ReplaceAll(tick.ReplaceAllString(strings.ToLower(strings.TrimLeft(heading, "# ")), ""), " ", "-")
}

// file returns the file that a text names: from the top, from its own folder, by the end of its path where it names a folder, and in a
// decision by the name of a page of the design, of whose day it speaks. Empty where there is none.
func (t *tree) file(from, name string) string {
	places := []string{name, path.Join(path.Dir(from), name)}
	if path.Dir(from) == "infra/decisions" {
		places = append(places, "infra/design/"+name)
	}
	for _, place := range places {
		if _, err := fs.Stat(t.FS, place); err == nil {
			return place
		}
	}
	if strings.Contains(name, "/") {
		for _, p := range t.paths {
			if strings.HasSuffix(p, "/"+strings.TrimLeft(name, "./")) {
				return p
			}
		}
	}
	return ""
}

func TestCited(t *testing.T) { obey(t, cited) }

func TestCitedBites(t *testing.T) {
	const code, page = "shared/offer/offer.go", "infra/design/trust.md"
	with := func(comment string) []change {
		return []change{
			{page, "", "# Trust\n\n## Proofs\n\n1. Opening writes nothing.\n2. A form is ours.\n"},
			{code, "// Offer is what a partner proposes.\n", "// Offer is what a partner proposes (" + comment + ").\n"},
		}
	}
	for _, right := range []string{
		page, page + ", rules 1 and 2", page + `, "Proofs"`, "README.md", "decision 1", "build/report.md", "shared/fault/fault.go", "fault/fault.go", "main.go",
		"https://example.com/a.md", "what is decided here",
	} {
		if got := cited(build(t, with(right))); got != nil {
			t.Error(right, got)
		}
	}
	bite(
		t, cited,
		broken{"a page that is not there", with("design.md"), code + ":17: cites design.md, which is not in the repository"},
		broken{"over two lines", with("see\n// infra/design/rights.md"), code + ":17: cites infra/design/rights.md, which is not"},
		broken{"code that is not there", with("shared/fault/kinds.go"), code + ":17: cites shared/fault/kinds.go"},
		broken{"a rule that is none", with(page + ", rules 1 and 3"), code + ":17: cites number 3 of " + page},
		broken{"a heading that is none", with(page + `, "Rules"`), code + `:17: cites "Rules" of ` + page},
		broken{"a decision that is none", with("decisions 1 and 7"), code + ":17: cites decision 7"},
		broken{"in what is told", []change{{code, `fault.OfferExpired`, `fault.New("see infra/runbooks/offers.md")`}}, code + ":26: cites infra/runbooks/offers.md"},
		broken{"in a test", []change{{"shared/offer/offer_test.go", "", "// Package offer is tried (design.md).\npackage offer\n"}}, "shared/offer/offer_test.go:1: cites design.md"},
		broken{"in a decision", []change{{"infra/decisions/0001-one-table.md", "Context: reads.", "Context: reads (data.md)."}}, "infra/decisions/0001-one-table.md:5: cites data.md"},
		broken{"in a template", []change{{"infra/stacks/pages/customers.yaml", "Resources:", "# infra/runbooks/pages.md\nResources:"}}, "infra/stacks/pages/customers.yaml:1: cites infra/runbooks/pages.md"},
		broken{"in a page", []change{{page, "", "# Trust\n\n[Data](data.md)\n"}}, page + ":3: cites data.md"},
		broken{"a name that is none", []change{{page, "", "# Trust\n\nAsk `tellNobody`.\n"}}, page + ":3: names tellNobody, which the code has not"},
		broken{"a link to no heading", []change{{page, "", "# Trust\n\n[Proofs](#proofs) [Top](#trust)\n"}}, page + ":3: links to #proofs of " + page},
	)
}
