package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// entry is what one language says under one key.
type entry struct {
	line  int
	forms map[string]string // by plural category; "" for a text without
}

func (e entry) variables() (found []string) {
	for _, text := range e.forms {
		found = append(found, variable.FindAllString(text, -1)...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

var variable = regexp.MustCompile(`\{[a-z][a-z0-9_:]*\}`)

// words returns a language's file; wrong says what cannot be read in it.
func (t *tree) words(file string) (entries map[string]entry, wrong []string) {
	entries = map[string]entry{}
	text := t.text(file)
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return entries, []string{fmt.Sprintf("%s:1: is no JSON object: %v", file, err)}
	}
	for d.More() {
		key, _ := d.Token()
		line := lineOf(text, int(d.InputOffset()))
		name, _ := key.(string)
		var value any
		if err := d.Decode(&value); err != nil {
			return entries, append(wrong, fmt.Sprintf("%s:%d: %v", file, line, err))
		}
		if first, twice := entries[name]; twice {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s stands on line %d too: take one away", file, line, name, first.line))
		}
		forms := map[string]string{}
		switch value := value.(type) {
		case string:
			forms[""] = value
		case map[string]any:
			for form, text := range value {
				forms[form], _ = text.(string)
			}
		}
		entries[name] = entry{line, forms}
	}
	return entries, wrong
}

const (
	english = "shared/locale/en.json"
	polish  = "shared/locale/pl.json"
)

// said is law 7: the languages say the same, everything they say is used, and nothing is said outside their files.
func said(t *tree) (wrong []string) {
	en, bad := t.words(english)
	pl, worse := t.words(polish)
	wrong = slices.Concat(bad, worse)
	for _, key := range sorted(en) {
		other, ok := pl[key]
		switch {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s is not in %s: say it there", english, en[key].line, key, polish))
		case !slices.Equal(en[key].variables(), other.variables()):
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s has the variables %v, in English %v: make them the same", polish, other.line, key, other.variables(), en[key].variables()))
		}
	}
	for _, key := range sorted(pl) {
		if _, ok := en[key]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s is not in %s: say it there", polish, pl[key].line, key, english))
		}
	}
	wrong = append(wrong, t.unused(en)...)
	wrong = append(wrong, t.unsaid(en)...)
	for _, p := range t.paths {
		if path.Ext(p) == ".html" && (within(p, "functions") || within(p, "shared")) {
			wrong = append(wrong, wordsIn(p, t.text(p))...)
		}
	}
	return append(wrong, t.wordsInHandlers()...)
}

var (
	// method is how a template calls what a key became.
	method = regexp.MustCompile(`\.([A-Z]\w*)`)
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
)

// unused finds keys that nothing says. A key's method has the key's letters, whatever stands between its words.
func (t *tree) unused(en map[string]entry) (wrong []string) {
	called := map[string]bool{}
	for _, p := range t.under("functions", "shared", "infra/operate") {
		for _, f := range p.files {
			if f.generated {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					called[strings.ToLower(s.Sel.Name)] = true
				}
				return true
			})
		}
	}
	for _, p := range t.paths {
		if path.Ext(p) != ".html" {
			continue
		}
		for _, one := range action.FindAllString(string(t.text(p)), -1) {
			for _, name := range method.FindAllStringSubmatch(one, -1) {
				called[strings.ToLower(name[1])] = true
			}
		}
	}
	for _, key := range sorted(en) {
		of, _, _ := strings.Cut(key, ".")
		if of != "problem" && of != "field" && !called[letters(key)] { // those are of codes: declaredOnce
			wrong = append(wrong, fmt.Sprintf("%s:%d: nothing says %s: take it away, or say it", english, en[key].line, key))
		}
	}
	return wrong
}

// keyed is how a template says a key.
var keyed = regexp.MustCompile(`\.Words\.([A-Z]\w*)`)

// unsaid finds what templates say and no key has: they are not compiled, so only a visitor would see it.
func (t *tree) unsaid(en map[string]entry) (wrong []string) {
	known := map[string]bool{}
	for key := range en {
		known[letters(key)] = true
	}
	if of := t.at["shared/locale"]; of != nil {
		for _, f := range of.files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && !f.generated {
					known[strings.ToLower(fn.Name.Name)] = true
				}
			}
		}
	}
	for _, p := range t.paths {
		if path.Ext(p) != ".html" || !within(p, "functions") && !within(p, "shared") {
			continue
		}
		text := t.text(p)
		for _, at := range keyed.FindAllSubmatchIndex(text, -1) {
			if name := string(text[at[2]:at[3]]); !known[strings.ToLower(name)] {
				wrong = append(wrong, fmt.Sprintf("%s:%d: no key says %s: add the key with these letters, as \"offer.title\" for OfferTitle, to %s and %s", p, lineOf(text, at[2]), name, english, polish))
			}
		}
	}
	return wrong
}

// letters returns a key without what stands between its words, in which it and its method are the same.
func letters(key string) string { return strings.NewReplacer(".", "", "_", "").Replace(key) }

// spokenAttributes are shown or read out.
var spokenAttributes = []string{"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary", "content"}

// attribute is one that stands between tags, as in a template that is put into a tag.
var attribute = regexp.MustCompile(`([a-z-]+)="[^"]*"`)

// mute takes an attribute away unless it is one that speaks.
func mute(given string) string {
	name, _, _ := strings.Cut(given, "=")
	if slices.Contains(spokenAttributes, name) {
		return given
	}
	return ""
}

// wordsIn finds words that a template says by itself.
func wordsIn(file string, text []byte) (wrong []string) {
	blank := action.ReplaceAllFunc(text, func(action []byte) []byte { return bytes.Repeat([]byte("\n"), bytes.Count(action, []byte("\n"))) })
	line, silent := 1, ""
	for z := html.NewTokenizer(bytes.NewReader(blank)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return wrong
		}
		at := line
		line += bytes.Count(z.Raw(), []byte("\n"))
		say := func(what string) {
			at += strings.Count(what[:len(what)-len(strings.TrimLeftFunc(what, unicode.IsSpace))], "\n")
			wrong = append(wrong, fmt.Sprintf("%s:%d: says %q by itself: put it into %s and %s", file, at, strings.TrimSpace(what), english, polish))
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			if silent == "" && strings.ContainsFunc(attribute.ReplaceAllStringFunc(token.Data, mute), unicode.IsLetter) {
				say(token.Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if kind == html.StartTagToken && (token.Data == "style" || token.Data == "script") {
				silent = token.Data
			}
			meta := token.Data == "meta"
			for _, a := range token.Attr {
				button := a.Key == "value" && token.Data == "input" && slices.ContainsFunc(token.Attr, func(a html.Attribute) bool {
					return a.Key == "type" && (a.Val == "submit" || a.Val == "button" || a.Val == "reset")
				})
				if (button || slices.Contains(spokenAttributes, a.Key) && !(meta && a.Key == "content")) && strings.ContainsFunc(a.Val, unicode.IsLetter) {
					say(a.Val)
				}
			}
		case html.EndTagToken:
			if token.Data == silent {
				silent = ""
			}
		}
	}
}

var (
	// speech is two words of letters beside each other.
	speech = regexp.MustCompile(`\pL{2,} +\pL{2,}`)
	// markup is what a string holds beside words: tags, whole or cut, and rules of CSS.
	markup = regexp.MustCompile(`^[^<>]*>|<[^>]*(>|$)|\{[^}]*\}`)
)

// silentCalls take words that no user sees: logs, counts, bare errors, panics, patterns.
var silentCalls = []string{"Info", "Warn", "Error", "Debug", "InfoContext", "WarnContext", "ErrorContext", "DebugContext", "Count", "Errorf", "MustCompile", "panic"}

// wordsInHandlers finds sentences in the code of functions: strings of two or more words that are neither logged, compared nor a bare
// error. The authorizer speaks to the gateway alone.
func (t *tree) wordsInHandlers() (wrong []string) {
	for _, p := range t.under("functions") {
		for _, f := range p.files {
			if f.generated || p.folder == doors[0] {
				continue
			}
			labels := map[ast.Node]bool{}
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					return !silentCall(n)
				case *ast.CaseClause:
					for _, label := range n.List {
						labels[label] = true
					}
				case *ast.Field, *ast.ImportSpec:
					return false // tags
				}
				if text, ok := literal(n); ok && !labels[n] && speech.MatchString(markup.ReplaceAllString(text, "")) {
					wrong = append(wrong, t.say(n.Pos(), "says %q by itself: put it into %s and %s", text, english, polish))
				}
				return true
			})
		}
	}
	return wrong
}

func silentCall(call *ast.CallExpr) bool {
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		x, _ := fun.X.(*ast.Ident)
		switch {
		case x != nil && x.Name == "errors":
			return true
		case x != nil && x.Name == "http":
			return false
		}
		return slices.Contains(silentCalls, fun.Sel.Name)
	case *ast.Ident:
		return slices.Contains(silentCalls, fun.Name)
	}
	return false
}

func TestWords(t *testing.T) {
	obey(t, said)
	if en, _ := repository().words(english); len(en) < 100 {
		t.Errorf("only %d words were read", len(en))
	}
}

func TestWordsBite(t *testing.T) {
	const page, template = "functions/pages/redeem/page.go", "functions/pages/redeem/redeem.html"
	addBoth := func(key string) []change {
		return []change{{english, "{\n", "{\n  \"" + key + "\": \"X\",\n"}, {polish, "{\n", "{\n  \"" + key + "\": \"X\",\n"}}
	}
	says := func(text string) change {
		return change{template, "<input", text + "\n<input"}
	}
	bite(
		t, said,
		broken{"a key only in English", []change{{polish, "  \"field.mail\": \"Podaj adres\",\n", ""}}, english + ":4: field.mail is not in " + polish},
		broken{"a key only in Polish", []change{{polish, "{\n", "{\n  \"field.name\": \"X\",\n"}}, polish + ":2: field.name is not in " + english},
		broken{"a key twice", []change{{english, "{\n", "{\n  \"field.mail\": \"X\",\n"}}, english + ":5: field.mail stands on line 2 too"},
		broken{"another variable", []change{{polish, "{partner}", "{customer}"}}, polish + ":2: redeem.title has the variables [{customer}], in English [{partner}]"},
		broken{"another type", []change{{polish, "{partner}", "{partner:int}"}}, polish + ":2: redeem.title has the variables [{partner:int}]"},
		broken{"a key that nothing says", addBoth("redeem.old"), english + ":2: nothing says redeem.old"},
		broken{"a key that only a test says", append(addBoth("redeem.old"), change{"functions/pages/redeem/page_test.go", "", "package redeem\n\nvar _ = words.RedeemOld()\n"}), english + ":2: nothing says redeem.old"},
		broken{"a word of a template that no key has", []change{says("{{$.Words.RedeemOld}}")}, template + ":2: no key says RedeemOld: add the key"},
		broken{"a text in a template", []change{says("<b>\nHello {{.Name}}</b>")}, template + ":3: says \"Hello\" by itself"},
		broken{"a Polish letter in a template", []change{says("ż")}, template + ":2: says \"ż\" by itself"},
		broken{"an attribute in a template", []change{says("<img alt=\"a house\">")}, template + ":2: says \"a house\" by itself"},
		broken{"a button in a template", []change{says("<input type=\"submit\" value=\"Go\">")}, template + ":2: says \"Go\" by itself"},
		broken{"a page title in a template", []change{says("<title>Redeem</title>")}, template + ":2: says \"Redeem\" by itself"},
		broken{"a sentence in a handler", []change{{page, "fault.Mail", "fault.Mail\n}\n\nfunc greet(w io.Writer) {\n\tio.WriteString(w, \"Good morning\")"}}, page + ":24: says \"Good morning\" by itself"},
		broken{"a sentence in markup", []change{{page, "fault.Mail", "fault.Mail\n}\n\nfunc greet() string {\n\treturn \"<p class=\\\"a b\\\">Good morning\""}}, page + ":24: says "},
		broken{"an attribute that speaks, in a part of a tag", []change{says("{{define \"a\"}} aria-label=\"Close\"{{end}}")}, template + ":2: says \"aria-label=\\\"Close\\\"\" by itself"},
		broken{"a sentence by http.Error", []change{{page, "fault.Mail", "fault.Mail\n}\n\nfunc greet(w http.ResponseWriter) {\n\thttp.Error(w, \"Not here, sorry\", 404)"}}, page + ":24: says \"Not here, sorry\" by itself"},
	)
	silent := []change{{page, "fault.Mail", "errors.Join(fault.Mail, errors.New(\"no such thing\"), slog.Error(\"has gone wrong\"), by(\"<p class=\\\"a b\\\">\", \"p{font: bold large}\"), fmt.Errorf(\"while reading: %w\", nil))"}, says("{{define \"d\"}} aria-invalid=\"true\"{{end}}<style>p { color: red }</style><script>let a = 1</script>\n<meta name=\"viewport\" content=\"width=device-width\"><input type=\"hidden\" value=\"yes\">")}
	if got := said(build(t, silent)); got != nil {
		t.Error(got)
	}
}
