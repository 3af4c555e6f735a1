// Package page renders the HTML pages: one layout with the vendor's brand, the patterns that
// pages are made of (after GOV.UK's), the security headers (infra/design/trust.md, rule 3), form tokens and cookies.
// It knows no partner, offer or customer: a page package brings its own templates and body.
//
// A page package embeds its files and parses them once:
//
//	//go:embed *.html
//	var files embed.FS
//	var check = page.Parse(files, "check.html") // defines "body"
//	…
//	return check.Render(w, http.StatusOK, page.Page{Frame: frame, Body: body})
//
// Its template defines "body" and calls the patterns with part, which hands them the words:
//
//	{{define "body"}}
//	<form id="main" method="post" novalidate>
//	{{template "token" .Body.Token}}
//	{{template "input" (part $ .Body.Email)}}
//	{{template "radios" (part $ .Body.DelegatedAdministration)}}
//	<button class="button">{{.Words.RedeemNext}}</button>
//	</form>
//	{{end}}
//
// Patterns with part: input (Input), lookup (Lookup), otherwise (Otherwise), textarea (Textarea), file (File), select (Select), radios (Radios), checkboxes (Checkboxes),
// picks (Picks), details (Details), summary and compact ([]Row), sections ([]Section), inset (string), who (Who).
// Patterns without: token (string), shown ([]Field), badge (Badge), note (Note), facts ([]Fact), price (Price), quote (Quote), abilities (Abilities), ticks ([]Tick),
// act (Act), list ([]Item), line ([]Moment), tabs (Tabs), empty (Empty), panel (the page). A drawing is {{icon "check"}}, see icons.go.
// Classes for a page's own markup stand in style.css, each with what it is for.
// The one h1 is the layout's unless Frame.OwnTitle is set: a body starts with h2.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Page is everything one page shows: the frame and its own body.
type Page struct {
	Frame
	Body any
}

// Frame is what all pages have in common.
type Frame struct {
	Words locale.Shown
	Brand Brand
	// Title is the page's one heading, and with the vendor's name the document's title.
	Title string
	// Errors stand on top of the page and take the focus; "Error:" then begins the document's title.
	Errors Errors
	// Notice stands above the heading, for example what changed meanwhile.
	Notice *Notice
	// Panel turns the heading into a card that says what happened, with a reference.
	Panel *Panel
	// OwnTitle leaves the h1 to the body, which shows it inside its first card; a body of columns shows the panel so: {{template "panel" .}}.
	OwnTitle bool
	// Narrow is for what says one thing: a dead link, a result, a question before an act.
	Narrow bool
	// Lead stands below the heading, Badge and Act beside it.
	Lead  string
	Badge *Badge
	Act   *Act
	// Steps are where the reader is in a way of several pages.
	Steps []Step
	// Links lead to the parts of the site that the caller may use.
	Links []Link
	// Pane is the side pane of a console: on wide pages always there, on phones behind a button.
	Pane *Pane
	// Behalf stands above everything on a page that acts for somebody else.
	Behalf *Behalf
	// Person is who is signed in; SignIn leads to where one does, where nobody is.
	Person *Person
	SignIn string
	// Languages are the ways to read this page in another language, see LanguageLinks.
	Languages []Link
	// Form is the id of the form whose typed values a change of language must keep. The switch
	// then posts that form with the chosen language in "lang": see Switched.
	Form string
	// Back leads one step back.
	Back *Link
	// Typed are values that were sent with a form whose token was too old: its fields show them again. Passwords and single
	// checkboxes, which confirm something, are left as the page has them.
	Typed url.Values
}

// Brand is the vendor as it wants to be seen, and where its customers get help.
type Brand struct {
	Name string
	// LogoURL, LogoDarkURL (the logo on dark grounds) and IconURL are paths of our own below /assets/, empty where the vendor has none;
	// SheetURL holds the accent.
	LogoURL, LogoDarkURL, IconURL, SheetURL string
	// HomeURL is where the brand leads, for example "/".
	HomeURL    string
	HelpPhone  string
	HelpMail   string
	HelpHours  string
	Address    string
	TermsURL   string
	PrivacyURL string
	// PartnersURL leads to where partners are found, empty where nobody looks for one.
	PartnersURL string
}

// Person is who is signed in, as every page says it.
type Person struct{ Name, Address, SignOut string }

// Pane says whose console it is, and leads to its parts.
type Pane struct {
	// Label names the pane to who hears it.
	Label string
	// Name of the company leads to URL. IDLabel and ID, in groups as people read it, are below; Copied is the ID as machines take it.
	Name, URL           string
	IDLabel, ID, Copied string
	Parts               []PanePart
}

// PanePart is one part of a console. Count is how much waits there, where anything does.
type PanePart struct {
	Link
	Icon  string
	Count int
}

// Behalf says for whom a page acts, and leads out of that. Label names it to who hears it.
type Behalf struct {
	Label, Text string
	Leave       Link
}

// Step is one page of a way: its URL is set where it is done and can be read again.
type Step struct {
	Text, URL string
	Current   bool
}

// Dial returns a phone number as a tel: link wants it: digits with an optional plus before. A zero in brackets is for callers in the same
// country and goes.
func Dial(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(phone, "(0)", ""))
}

// PhoneURL returns the tel: link of a phone number, empty where it holds no digit.
func PhoneURL(phone string) template.URL {
	if digits := Dial(phone); digits != "" && digits != "+" {
		return template.URL("tel:" + digits) // digits with an optional plus, nothing else
	}
	return ""
}

// MailURL returns the mailto: link of an address, empty where it is not written as one.
func MailURL(address string) template.URL {
	local, domain, found := strings.Cut(address, "@")
	if !found || strings.ContainsAny(address, " \"<>\\,;:") || strings.ContainsAny(domain, "@?&#%'") {
		return ""
	}
	return template.URL("mailto:" + url.QueryEscape(local) + "@" + domain) // no character that adds a header or another recipient
}

// WebURL returns the link to an https page, empty for anything else.
func WebURL(address string) template.URL {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return template.URL(u.String()) // https and a host
}

// PathURL returns the link to a path of our own site, empty for anything else.
func PathURL(path string) template.URL {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return ""
	}
	return template.URL(u.String()) // starts with one slash
}

// Link leads somewhere.
type Link struct {
	Text string
	URL  string
	// Current marks the place where the reader is; Within that it is a page below that place.
	Current, Within bool
	// Count is how many things a tab holds; 0 says nothing.
	Count int
	// About says to those who can't see the row what is meant by a short text ("Change" what?).
	About string
	// Language is set where the target is in another language.
	Language locale.Language
}

// FieldError is one thing to mend: the name of the field (empty where it is none) and the words
// that stand both on top of the page and beside the field.
type FieldError struct{ Field, Text string }

// Errors are the things to mend on a page, in the order of its fields.
type Errors []FieldError

// For returns the words for a field, one thing a line, empty where it is fine.
func (e Errors) For(field string) string {
	var said []string
	for _, one := range e {
		if one.Field == field && !slices.Contains(said, one.Text) {
			said = append(said, one.Text)
		}
	}
	return strings.Join(said, "\n")
}

// Notice is a message above the heading: Success says that something was done, otherwise it
// is something important to know.
type Notice struct {
	Title, Text string
	Success     bool
	Link        *Link
}

// Panel says what happened, before anything else on the page.
type Panel struct {
	Reference, Text string
	// Kind and Icon are "good" and "check" unless set.
	Kind, Icon string
	// Aside tells that the page shows the reference beside this too: then it is here only in print.
	Aside bool
	// Next is what to do first where no link leads there.
	Next *Note
	// Acts are what one may do next, the likeliest first; Note is small below them.
	Acts []Link
	Note string
}

// Badge is a state in one to three words. Kind is good, warn, bad, info or calm; Icon is for what certifies, else a dot stands there.
type Badge struct{ Kind, Text, Icon string }

// Note is one thing to know before acting. Kind as of a Badge; Icon is "info" unless set.
type Note struct {
	Kind, Icon, Title, Text string
	Link                    *Link
}

// Fact is a short value under a title.
type Fact struct{ Key, Value, URL string }

// Price is an amount, shown large, and below it what it is for: "net a month".
type Price struct{ Amount, Per string }

// Quote is what somebody wrote, and who did.
type Quote struct{ Text, By string }

// Who is a company or a person: name, verified or not, a line and links below it.
type Who struct {
	Name     string
	Verified bool
	Person   bool
	// Heading shows the name as an h2 with this ID.
	Heading bool
	ID      string
	Line    string
	Links   []Contact
}

// Contact is a link that may leave the site: see MailURL, PhoneURL and WebURL.
type Contact struct {
	Text string
	URL  template.URL
}

// Tick is one thing that something includes.
type Tick struct{ Title, Text string }

// Abilities are what a partner can do and what it cannot.
type Abilities struct {
	CanTitle, CannotTitle string
	Can, Cannot           []string
}

// Hidden is a field of a form that nobody sees.
type Hidden struct{ Name, Value string }

// Act is a way to do something. Why says why the reader may not: then it is shown, and cannot be pressed.
type Act struct {
	Text, URL string
	// About says to those who can't see the row what is meant.
	About                  string
	Primary, Danger, Small bool
	// Form makes the act a form of one button that posts these fields to the URL; its token is one of them.
	Form []Hidden
	// Why has this ID in the page, so that the button is described by it. Ask leads to where what is missing is asked for.
	Why, ID string
	Ask     *Link
	// Elsewhere says that Why stands elsewhere on the page already, under that ID.
	Elsewhere bool
}

// Item is one line of a list: a drawing or somebody's initials, a title, what is to be said of it, and its acts: one stands beside it, several
// below it.
type Item struct {
	ID           string // what a link leads to it by, empty where none does
	Icon, Avatar string
	Title, URL   string
	Badge        *Badge
	Lines        []string
	Links        []Link
	Acts         []Act
	End          string
}

// Whys are the acts that may not be done, of those with the same ID one: their reason is one.
func (i Item) Whys() []Act {
	var whys []Act
	for _, one := range i.Acts {
		if one.Why != "" && !slices.ContainsFunc(whys, func(said Act) bool { return said.ID != "" && said.ID == one.ID }) {
			whys = append(whys, one)
		}
	}
	return whys
}

// Moment is one point of a time line. Kind is "now", "bad" or empty.
type Moment struct {
	Kind, Title, Text string
	Link              *Link
}

// Tabs are views of one thing.
type Tabs struct {
	Label string
	Links []Link
}

// Empty is what stands where there is nothing yet: what it would be, and what to do.
type Empty struct {
	Icon, Title, Text string
	Acts              []Act
}

// Input is a text field. Its name is its id too.
type Input struct {
	Name, Label, Hint, Error, Value string
	// Type is "text" unless set ("email", "tel", "password", …).
	Type string
	// Autocomplete is the HTML token for what belongs here ("email", "organization", "name").
	Autocomplete string
	// InputMode asks for a keyboard ("numeric", "email").
	InputMode string
	// Width is how many characters the field seems to expect; 0 fills the column.
	Width int
}

// Size is the class of an input's width.
func (i Input) Size() string {
	switch {
	case i.Width == 0:
		return ""
	case i.Width <= 12:
		return "short"
	}
	return "mid"
}

// Lookup is a text field with a button that looks up what was typed, and goes no further.
type Lookup struct {
	Input  Input
	Button string
	Found  string // what was looked up, in words
}

// Otherwise is a choice of one whose answer "other" is looked up by a field.
type Otherwise struct {
	Radios Radios
	Lookup Lookup
	// Open leaves the field in sight whatever is chosen, as something stands in it, or is wrong with it.
	Open bool
}

// Textarea is a text field of several rows.
type Textarea struct {
	Name, Label, Hint, Error, Value string
	// Rows is 4 unless set.
	Rows int
}

// File is a field for a file. What was chosen is not kept: no page can fill it in.
type File struct {
	Name, Label, Hint, Error string
	// Accept are the files to choose from, as HTML has them.
	Accept string
}

// Select is a choice from a list that is too long for radios.
type Select struct {
	Name, Label, Hint, Error, Value string
	Options                         []Option
	Autocomplete                    string
}

// Radios is a choice of one. Nothing is chosen unless Value is set.
type Radios struct {
	Name, Legend, Hint, Error, Value string
	Options                          []Option
	// Heading shows the legend as large as an h2; Cards shows each answer as a card, for what matters.
	Heading, Cards bool
}

// Checkboxes is a choice of several; with one option it is a confirmation.
type Checkboxes struct {
	Name, Legend, Hint, Error string
	Options                   []Option
	// Columns sets many short options beside each other, where there is room.
	Columns bool
}

// Picks is a choice of several rows of a table, in a card: a checkbox begins each row. The heads are of the rows' titles and of their cells.
type Picks struct {
	Name, Title, Error string
	Heads              []string
	Rows               []PickRow
	// Hint stands below the rows.
	Hint string
}

// PickRow is one row: its title is the option's label, with the hint below it. Why says why a disabled one cannot be chosen.
type PickRow struct {
	Option
	Why   string
	Cells []Cell
}

// Cell is one value of a row: badges, a text, a link, an act, or several of them, and what is said below in small.
type Cell struct {
	Text, Small string
	Badges      []Badge
	Link        *Link
	Act         *Act
}

// Option is one answer.
type Option struct {
	Value, Label, Hint string
	// Checked matters for Checkboxes only; the hint of a disabled one says why it cannot be chosen.
	Checked, Disabled bool
}

// Details is a text that opens on demand. Rich is trusted HTML (for example published terms), Text is plain.
type Details struct {
	Summary string
	// Small stands beside the summary and says what is inside.
	Small string
	Text  string
	Rich  template.HTML
	Rows  []Row
	List  []string
	// Open shows it opened, for what must be read now.
	Open bool
}

// Row is one line of a summary: what was asked, what was answered, and a way to change it.
type Row struct {
	Key string
	// Values are one or more lines.
	Values []string
	// URL makes the first line a link; see MailURL, PhoneURL and WebURL.
	URL template.URL
	// Badge stands beside the first line. Total marks a sum.
	Badge *Badge
	Total bool
	// Change leads to where this is answered; its Text is "Change" unless set.
	Change *Link
}

// Section is a summary under a heading of its own; without a heading it is only the summary.
type Section struct {
	Heading string
	Rows    []Row
}

//go:embed layout.html patterns.html style.css copy.js
var own embed.FS

var layout = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("layout.html").Funcs(functions).ParseFS(own, "layout.html", "patterns.html"))
})

// policy lets a page load our own style sheets and pictures, and nothing else. A console's page loads our own script, too: see Render.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Sheet returns the one style sheet and its name below /assets/, which holds its hash: so browsers may keep it for a year.
var Sheet = sync.OnceValues(func() (name, css string) {
	css = tidy(must(own.ReadFile("style.css")))
	sum := sha256.Sum256([]byte(css))
	return "style-" + hex.EncodeToString(sum[:8]) + ".css", css
})

// Script returns the one script, of the consoles' pages, and the name it is served under, which holds its digest.
var Script = sync.OnceValues(func() (name, js string) {
	js = string(must(own.ReadFile("copy.js")))
	sum := sha256.Sum256([]byte(js))
	return "copy-" + hex.EncodeToString(sum[:8]) + ".js", js
})

// IsSheet tells that a name is one that the style sheet has, had or will have.
func IsSheet(name string) bool {
	hash, isStyle := strings.CutPrefix(name, "style-")
	hash, isSheet := strings.CutSuffix(hash, ".css")
	_, err := hex.DecodeString(hash)
	return isStyle && isSheet && err == nil && len(hash) == 16
}

var functions = template.FuncMap{
	"part":     part,
	"sheet":    func() string { name, _ := Sheet(); return "/assets/" + name },
	"script":   func() string { name, _ := Script(); return "/assets/" + name },
	"icon":     icon,
	"initials": initials,
	"inc":      func(n int) int { return n + 1 },
	"dial":     Dial,
	"mail":     textinput.ShownMail,
}

// part takes the words from a page, or from a pattern that holds another.
func part(from, pattern any) Part {
	if outer, ok := from.(Part); ok {
		return Part{Words: outer.Words, P: pattern}
	}
	of := from.(Page)
	return Part{Words: of.Words, P: retyped(of.Typed, pattern)}
}

// retyped returns the pattern of a field with what was typed into it.
func retyped(typed url.Values, pattern any) any {
	if typed == nil {
		return pattern
	}
	again := func(name string, value *string) {
		if typed.Has(name) {
			*value = typed.Get(name)
		}
	}
	switch p := pattern.(type) {
	case *Textarea:
		return retyped(typed, *p)
	case *Select:
		return retyped(typed, *p)
	case *Input:
		return retyped(typed, *p)
	case *Radios:
		return retyped(typed, *p)
	case Textarea:
		again(p.Name, &p.Value)
		return p
	case Lookup:
		p.Input = retyped(typed, p.Input).(Input)
		return p
	case Otherwise:
		p.Radios, p.Lookup = retyped(typed, p.Radios).(Radios), retyped(typed, p.Lookup).(Lookup)
		p.Open = p.Open || p.Lookup.Input.Value != ""
		return p
	case Input:
		if p.Type != "password" {
			again(p.Name, &p.Value)
		}
		return p
	case Select:
		again(p.Name, &p.Value)
		return p
	case Radios:
		again(p.Name, &p.Value)
		return p
	case Checkboxes:
		if len(p.Options) > 1 {
			p.Options = slices.Clone(p.Options)
			for i := range p.Options {
				p.Options[i].Checked = slices.Contains(typed[p.Name], p.Options[i].Value) && !p.Options[i].Disabled
			}
		}
		return p
	case Picks:
		p.Rows = slices.Clone(p.Rows)
		for i := range p.Rows {
			p.Rows[i].Checked = slices.Contains(typed[p.Name], p.Rows[i].Value) && !p.Rows[i].Disabled
		}
		return p
	}
	return pattern
}

// Part is a pattern together with the words it needs; templates make it with part.
type Part struct {
	Words locale.Shown
	P     any
}

// Template is the layout with the body of one page.
type Template struct{ tree func() *template.Template }

// With returns a page's own files together with one of a part's, so that Parse finds both.
func With(pages, part fs.FS, file string) fs.FS { return files{pages, part, file} }

type files struct {
	pages, part fs.FS
	file        string
}

// Open opens one of them.
func (f files) Open(name string) (fs.File, error) {
	if name == f.file {
		return f.part.Open(name)
	}
	return f.pages.Open(name)
}

// Parse joins a page's own files, which define "body", with the layout, when it is first rendered: a start shows one page of a function at
// most, and need not wait for the others (infra/design/speed.md, P1). The first Render panics on a broken template, as that is a mistake of the
// program: every page is rendered in a test.
func Parse(files fs.FS, names ...string) *Template {
	return &Template{sync.OnceValue(func() *template.Template {
		tree := template.Must(template.Must(layout().Clone()).ParseFS(files, names...))
		if tree.Lookup("body") == nil {
			panic("page: no template in " + strings.Join(names, ", ") + ` defines "body"`)
		}
		return tree
	})}
}

// usual is how long most pages are, in bytes; a buffer that need not grow leaves less to collect.
const usual = 16 << 10

// Render writes the page with all security headers. It writes nothing and returns the error
// where the template fails, so that the caller can still answer with a whole page.
func (t *Template) Render(w http.ResponseWriter, status int, p Page) error {
	var b bytes.Buffer
	b.Grow(usual)
	if err := t.tree().Execute(&b, p); err != nil {
		return fmt.Errorf("page %q: %w", p.Title, err)
	}
	h := w.Header()
	SecurityHeaders(h)
	if p.Pane != nil {
		h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; script-src 'self'")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.Words.Language()))
	w.WriteHeader(status)
	_, err := w.Write(tied(b.Bytes()))
	return err
}

// legalForm is that of most Polish companies; tiedForm does not break over two lines.
var legalForm, tiedForm = []byte("sp. z o.o."), []byte("sp.\u00a0z\u00a0o.o.")

// tied keeps the legal form in a company's name on one line. What stands in a tag or in a field stays as it is. It looks only around the
// names: to read every tag costs a third of the rendering.
func tied(html []byte) []byte {
	parts := bytes.Split(html, legalForm)
	out, read := make([]byte, 0, len(html)+2*len(parts)), 0
	for _, part := range parts[:len(parts)-1] {
		read += len(part)
		tag, form := html[bytes.LastIndexByte(html[:read], '<')+1:read], legalForm
		if bytes.IndexByte(tag, '>') >= 0 && !bytes.HasPrefix(tag, []byte("textarea")) {
			form = tiedForm
		}
		out, read = append(append(out, part...), form...), read+len(legalForm)
	}
	return append(out, html[read:]...)
}

// Place says at which of how many steps the reader is.
func (f Frame) Place() string {
	here := slices.IndexFunc(f.Steps, func(s Step) bool { return s.Current })
	return locale.WordsOf(f.Words).FrameStep(here+1, len(f.Steps))
}

// DocumentTitle is what the browser's tab says: the heading, "Error:" before it where there is
// something to mend, and the vendor's name.
func (f Frame) DocumentTitle() string {
	title := f.Title
	if f.Brand.Name != "" {
		title += " – " + f.Brand.Name
	}
	if len(f.Errors) > 0 {
		return locale.WordsOf(f.Words).FrameErrorTitle(title)
	}
	return title
}

// tidy takes comments and the space around lines off a style sheet.
func tidy(css []byte) string {
	var b strings.Builder
	b.Grow(len(css))
	for line := range strings.Lines(string(css)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "/*") {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// initials returns the first letters of a name's first two words, as a picture of who it is.
func initials(name string) string {
	var letters []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		if letters = append(letters, unicode.ToUpper([]rune(word)[0])); len(letters) == 2 {
			break
		}
	}
	return string(letters)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
