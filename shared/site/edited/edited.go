// Package edited is how the vendor's pages change what is one document with a version: a form in cards, then a page that shows what was answered,
// what of it is new and what follows, whose button saves it. Nothing is kept in between: the answers stand in the hidden fields of the second
// page's form, beside the version that the first page showed.
package edited

import (
	"embed"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

//go:embed *.html
var files embed.FS

var form, sure = page.Parse(files, "form.html"), page.Parse(files, "sure.html")

// What a form sends beside its answers.
const (
	stepField    = "step"   // "check" from the second page
	actionField  = "action" // the button
	versionField = "version"
)

// The acts of the two pages. A form that is sent without one goes on to the second page.
const (
	Save   = "save"
	Change = "change"
)

// Answers are what a form holds, by the names of its fields.
type Answers struct{ url.Values }

// None are the answers of a form that nobody filled in.
func None() Answers { return Answers{url.Values{}} }

// Typed returns what a form sent, and the version that it showed.
func Typed(v *site.Visit) (Answers, int) { return sent(v.R.PostForm) }

// Opened returns what a form is opened with: these answers at this version, or what was sent with a token that was too old.
func Opened(v *site.Visit, stored Answers, version int) (Answers, int) {
	if again := v.Retyped(); again != nil {
		return sent(again)
	}
	return stored, version
}

func sent(values url.Values) (Answers, int) {
	a := None()
	for name := range values {
		if !slices.Contains([]string{page.TokenField, page.LanguageField, stepField, actionField, versionField}, name) {
			a.Values[name] = values[name]
		}
	}
	version, _ := strconv.Atoi(values.Get(versionField))
	return a, version
}

// Act returns the button that was pressed; empty where the language was switched: then Checking says on which page.
func Act(v *site.Visit) string {
	if page.Switched(v.R) {
		return ""
	}
	return v.Form(actionField)
}

// Checking says whether the form of the second page was sent.
func Checking(v *site.Visit) bool { return v.Form(stepField) == "check" }

// hidden are the answers as the second page's form carries them.
func hidden(answers url.Values) (made []page.Hidden) {
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		for _, value := range answers[name] {
			made = append(made, page.Hidden{Name: name, Value: value})
		}
	}
	return made
}

// Row names a field of a row: "price-2-term".
func Row(list string, n int, field string) string {
	return list + "-" + strconv.Itoa(n) + "-" + field
}

// Rows returns how many rows of a list the answers have, at most so many.
func (a Answers) Rows(list string, most int) int {
	n := 0
	for name := range a.Values {
		rest, ok := strings.CutPrefix(name, list+"-")
		number, _, _ := strings.Cut(rest, "-")
		if i, err := strconv.Atoi(number); ok && err == nil && i <= most {
			n = max(n, i)
		}
	}
	return n
}

// Text returns a text in every language.
func (a Answers) Text(name string) catalog.Text {
	made := catalog.Text{}
	for _, language := range catalog.Languages {
		made[language] = a.Get(in(name, language))
	}
	return made
}

// SetText fills in a text in every language.
func (a Answers) SetText(name string, text catalog.Text) {
	for _, language := range catalog.Languages {
		a.Set(in(name, language), text[language])
	}
}

func in(name, language string) string { return name + "_" + language }

// Field is one field of a form; exactly one is set.
type Field struct {
	Input      *page.Input
	Textarea   *page.Textarea
	Select     *page.Select
	Radios     *page.Radios
	Checkboxes *page.Checkboxes
}

func labelled(w locale.Words, label, language string) string {
	return w.CatalogIn(label, locale.LanguageName(locale.Language(language)))
}

// Lines asks for a name in every language.
func (a Answers) Lines(w locale.Words, name, label string, errs page.Errors) (made []Field) {
	for _, language := range catalog.Languages {
		field := in(name, language)
		made = append(made, Field{Input: &page.Input{
			Name: field, Label: labelled(w, label, language), Value: a.Get(field), Error: errs.For(field), Autocomplete: "off",
		}})
	}
	return made
}

// Blocks asks for a longer text in every language.
func (a Answers) Blocks(w locale.Words, name, label string, errs page.Errors) (made []Field) {
	for _, language := range catalog.Languages {
		field := in(name, language)
		made = append(made, Field{Textarea: &page.Textarea{
			Name: field, Label: labelled(w, label, language), Value: a.Get(field), Error: errs.For(field), Rows: 3,
		}})
	}
	return made
}

// Part is some fields of a card: one after the other, or beside each other where there is room. A legend tells what they are of.
type Part struct {
	Legend string
	Beside bool
	Fields []Field
}

// Button asks for another row.
type Button struct{ Text, Action string }

// Card is one subject of a form.
type Card struct {
	Title, Hint string
	Parts       []Part
	More        *Button
}

// Form is the first page.
type Form struct {
	Action, Back string
	Token        string
	Version      int
	Cards        []Card
}

// Hidden are the fields that nobody sees.
func (f Form) Hidden() []page.Hidden {
	return []page.Hidden{{Name: page.TokenField, Value: f.Token}, {Name: versionField, Value: strconv.Itoa(f.Version)}}
}

// Show shows the form. The errors stand in the order of its fields.
func Show(v *site.Visit, status int, frame page.Frame, f Form, errs page.Errors) error {
	var order []string
	for _, card := range f.Cards {
		for _, part := range card.Parts {
			for _, field := range part.Fields {
				order = append(order, field.name())
			}
		}
	}
	slices.SortStableFunc(errs, func(a, b page.FieldError) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
	frame.Errors, frame.Form = errs, "form"
	return v.Render(form, status, frame, f)
}

func (f Field) name() string {
	switch {
	case f.Input != nil:
		return f.Input.Name
	case f.Textarea != nil:
		return f.Textarea.Name
	case f.Select != nil:
		return f.Select.Name
	case f.Radios != nil:
		return f.Radios.Name
	case f.Checkboxes != nil:
		return f.Checkboxes.Name
	}
	return ""
}

// Sure is the second page: what follows, who is affected, and the answers.
type Sure struct {
	Action  string
	Token   string
	Version int
	Answers url.Values
	Follows []string
	// Affected says who is, where it can be told; About says how far that was counted.
	Affected []page.Row
	About    string
	Sections []page.Section
	Button   string
	Danger   bool
}

// Hidden are the fields that nobody sees: all that was answered.
func (s Sure) Hidden() []page.Hidden {
	return append([]page.Hidden{
		{Name: page.TokenField, Value: s.Token}, {Name: versionField, Value: strconv.Itoa(s.Version)}, {Name: stepField, Value: "check"},
	}, hidden(s.Answers)...)
}

// Save is what the button that saves sends.
func (Sure) Save() string { return Save }

// Change is what the button that leads back to the form sends.
func (Sure) Change() string { return Change }

// ShowSure shows the second page.
func ShowSure(v *site.Visit, frame page.Frame, s Sure) error {
	frame.Form = "check"
	return v.Render(sure, http.StatusOK, frame, s)
}

// Overtaken says that somebody changed the document since the form showed it, and leads to how it stands now. The form that is shown again has that
// version: who then goes on does so over it.
func Overtaken(w locale.Words, stands string) *page.Notice {
	return &page.Notice{Title: w.CatalogOvertakenTitle(), Text: w.CatalogOvertakenText(), Link: &page.Link{Text: w.CatalogOvertakenLink(), URL: stands}}
}

// Compared marks in the sections of a document as it should be what is new, has changed or is gone since it was as before. Sections and rows are
// known again by their words; nothing is marked of a document that was not there.
func Compared(w locale.Words, before, after []page.Section) []page.Section {
	if len(before) == 0 {
		return after
	}
	made := slices.Clone(after)
	for i, section := range made {
		was := at(before, section.Heading)
		rows := slices.Clone(section.Rows)
		for j, row := range rows {
			k := slices.IndexFunc(was, func(one page.Row) bool { return one.Key == row.Key })
			switch {
			case k < 0:
				rows[j].Badge = &page.Badge{Kind: "good", Text: w.CatalogNew()}
			case !slices.Equal(was[k].Values, row.Values):
				rows[j].Badge = &page.Badge{Kind: "info", Text: w.CatalogChanged()}
				rows[j].Values = append(slices.Clone(row.Values), w.CatalogBefore(strings.Join(was[k].Values, " · ")))
			}
		}
		for _, one := range was {
			if !slices.ContainsFunc(rows, func(row page.Row) bool { return row.Key == one.Key }) {
				one.Badge = &page.Badge{Kind: "bad", Text: w.CatalogRemoved()}
				rows = append(rows, one)
			}
		}
		made[i].Rows = rows
	}
	return made
}

func at(all []page.Section, heading string) []page.Row {
	if i := slices.IndexFunc(all, func(s page.Section) bool { return s.Heading == heading }); i >= 0 {
		return all[i].Rows
	}
	return nil
}

// Both returns a text for a summary: in the reader's language first.
func Both(w locale.Words, text catalog.Text) []string {
	own := string(w.Language())
	said := []string{text.In(own)}
	for _, language := range catalog.Languages {
		if language != own && text[language] != "" {
			said = append(said, text[language])
		}
	}
	return said
}

// Wrong turns what the domain says is wrong into a form's errors: said returns the field of a pointer and the words beside it. Nil where the error
// is about no field.
func Wrong(err error, said func(f fault.Field) (name, text string)) (errs page.Errors) {
	f := fault.As(err)
	if f == nil {
		return nil
	}
	for _, one := range f.Fields {
		name, text := said(one)
		errs = append(errs, page.FieldError{Field: name, Text: text})
	}
	return errs
}

// TextWrong returns what is wrong with a text in a language: its field, where the text has the name, and words that name it by its label.
func TextWrong(v *site.Visit, f fault.Field, name, label string) (field, text string) {
	language := f.Pointer[strings.LastIndex(f.Pointer, "/")+1:]
	return in(name, language), v.Words.CatalogField(labelled(v.Words, label, language), v.Beside(f))
}
