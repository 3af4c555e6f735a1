package vendorterms

import (
	"html/template"
	"maps"
	"net/http"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// What a button of the two pages asks for; anything else is the preview.
const (
	change  = "change"
	publish = "publish"
)

// previewed marks a form that the preview sent, so that a change of language shows the preview again.
var previewed = page.Hidden{Name: "shown", Value: "preview"}

// draft is a version that is being written, and the version in force when its writing began. All of it is carried from page to page in the form:
// it is long, and nobody else's before it is published.
type draft struct {
	document catalog.Document
	version  string
	replaces string
	texts    map[string]catalog.TermsText
}

// typed reads what a form sent. A text may be longer than what Form returns, up to what a request may hold.
func typed(v *site.Visit, d catalog.Document) draft {
	made := draft{document: d, version: textinput.Bare(v.Form("version")), replaces: v.Form("replaces"), texts: map[string]catalog.TermsText{}}
	for _, language := range catalog.Languages {
		made.texts[language] = catalog.TermsText{Title: v.Form("title_" + language), Markdown: v.R.PostForm.Get("text_" + language)}
	}
	return made
}

// asked is the draft as the catalogue takes it.
func (d draft) asked() catalog.TermsDraft {
	return catalog.TermsDraft{Document: d.document, Version: d.version, Texts: d.texts, Replaces: &d.replaces}
}

// begin shows the form with the texts in force, which the next version changes.
func (p termsPage) begin(v *site.Visit, who site.Signed) error {
	d, err := named(v)
	if err != nil {
		return err
	}
	head, err := p.table.TermsHead(v.R.Context(), d)
	if err != nil {
		return err
	}
	made := draft{document: d, replaces: head.Version, texts: map[string]catalog.TermsText{}}
	if head.Version != "" {
		if _, made.texts, err = p.table.Terms(v.R.Context(), d, head.Version); err != nil {
			return err
		}
	}
	return p.write(v, who, made, http.StatusOK, nil, nil)
}

type formBody struct {
	Action, Token, Keep string
	Carried             []page.Hidden
	Version             page.Input
	Texts               []fields
}

// fields are those of one language.
type fields struct {
	Language string
	Title    page.Input
	Text     page.Textarea
}

func token(who site.Signed, d catalog.Document) string {
	return site.Token(who.Secret, "terms", string(d))
}

// write shows the form with what was typed.
func (p termsPage) write(v *site.Visit, who site.Signed, d draft, status int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b := formBody{
		Action: at(d.document) + "/new", Token: token(who, d.document), Keep: at(d.document), Carried: []page.Hidden{{Name: "replaces", Value: d.replaces}},
		Version: page.Input{Name: "version", Label: w.VendorTermsName(), Hint: w.VendorTermsNameHint(), Value: d.version, Error: errs.For("version"), Autocomplete: "off", Width: 20},
	}
	if d.replaces != "" {
		b.Version.Hint = w.VendorTermsNameNext(d.replaces)
	}
	for _, language := range catalog.Languages {
		l, text := locale.LanguageName(locale.Language(language)), d.texts[language]
		b.Texts = append(b.Texts, fields{
			Language: l,
			Title:    page.Input{Name: "title_" + language, Label: w.VendorTermsTitle(l), Value: text.Title, Error: errs.For("title_" + language), Autocomplete: "off"},
			Text: page.Textarea{
				Name: "text_" + language, Label: w.VendorTermsText(l), Hint: w.VendorTermsTextHint(catalog.MaxTermsText), Value: text.Markdown,
				Error: errs.For("text_" + language), Rows: 16,
			},
		})
	}
	frame := v.Frame(w.VendorTermsNewName(name(w, d.document)))
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, notice, "terms", &page.Link{URL: at(d.document), Text: name(w, d.document)}
	return v.Render(form, status, frame, b)
}

type checkBody struct {
	Action, Token, Button string
	Carried               []page.Hidden
	Texts                 []section
	Means                 []string
	Meanwhile             *page.Details // what a colleague published since the writing began
}

// section is a text in one language, under the language's name.
type section struct {
	Name string
	Text reading
}

// preview shows the texts exactly as they will be read, and what publishing them does.
func (p termsPage) preview(v *site.Visit, who site.Signed, d draft, texts []catalog.TermsText) error {
	return p.check(v, who, d, texts, http.StatusOK, nil, nil)
}

func (p termsPage) check(v *site.Visit, who site.Signed, d draft, texts []catalog.TermsText, status int, notice *page.Notice, meanwhile *page.Details) error {
	w := v.Words
	b := checkBody{
		Action: at(d.document) + "/new", Token: token(who, d.document), Button: w.VendorTermsPublish(d.version), Means: means(w, d.document), Meanwhile: meanwhile,
		Carried: []page.Hidden{previewed, {Name: "replaces", Value: d.replaces}, {Name: "version", Value: d.version}},
	}
	for _, text := range texts {
		text.PublishedAt = v.Op.At
		b.Texts = append(b.Texts, section{locale.LanguageName(locale.Language(text.Language)), read(v, text)})
		b.Carried = append(b.Carried, page.Hidden{Name: "title_" + text.Language, Value: text.Title}, page.Hidden{Name: "text_" + text.Language, Value: text.Markdown})
	}
	frame := v.Frame(w.VendorTermsCheck(d.version))
	frame.Lead, frame.Notice, frame.Form, frame.Back = w.VendorTermsLead(), notice, "terms", &page.Link{URL: at(d.document), Text: name(w, d.document)}
	return v.Render(check, status, frame, b)
}

// means is what publishing a document does, and what it does not.
func means(w locale.Words, d catalog.Document) []string {
	said := []string{w.VendorTermsMeansFinal(), w.VendorTermsMeansPages()}
	switch d {
	case catalog.CustomerTerms:
		said = append(said, w.VendorTermsMeansCustomer(), w.VendorTermsMeansAgreed())
	case catalog.PartnerAgreement:
		said = append(said, w.VendorTermsMeansPartner(), w.VendorTermsMeansSigned())
	default:
		said = append(said, w.VendorTermsMeansPrivacy())
	}
	return append(said, w.VendorTermsMeansMail())
}

// post shows what was typed, in a preview or to be changed, or publishes it.
func (p termsPage) post(v *site.Visit, who site.Signed) error {
	d, err := named(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "terms", string(d)); err != nil {
		return err
	}
	made, action := typed(v, d), v.Form("action")
	switched := page.Switched(v.R)
	if action == change || switched && v.Form(previewed.Name) != previewed.Value {
		return p.write(v, who, made, http.StatusOK, nil, nil)
	}
	texts, err := made.asked().Clean(p.html)
	if err != nil {
		errs := wrong(v, err)
		if errs == nil {
			return err
		}
		return p.write(v, who, made, http.StatusUnprocessableEntity, errs, nil)
	}
	if action == publish && !switched {
		return p.publish(v, who, made, texts)
	}
	_, stored, err := p.table.Terms(v.R.Context(), d, made.version)
	switch {
	case fault.Is(err, fault.NotFound):
		return p.preview(v, who, made, texts)
	case err != nil:
		return err
	}
	return p.taken(v, who, made, stored, nil)
}

// taken shows the form again where another version has the name.
func (p termsPage) taken(v *site.Visit, who site.Signed, d draft, stored map[string]catalog.TermsText, notice *page.Notice) error {
	text := v.Words.VendorTermsNameTaken(d.version, stored[catalog.Languages[0]].PublishedAt.UTC())
	return p.write(v, who, d, http.StatusConflict, page.Errors{{Field: "version", Text: text}}, notice)
}

// publish publishes the version. Where a colleague was faster, nothing is, and the page says so: another press puts it in the place of what the
// colleague published. Pressed twice it leads to the same page.
func (p termsPage) publish(v *site.Visit, who site.Signed, d draft, texts []catalog.TermsText) error {
	_, _, err := catalog.PublishTerms(v.R.Context(), p.table, d.asked(), p.html, v.By(who))
	done := at(d.document) + "?done=published"
	switch {
	case err == nil:
		return v.Redirect(done)
	case !fault.Is(err, fault.VersionExists, fault.TermsOutdated):
		return err
	}
	head, stored, err := p.table.Terms(v.R.Context(), d.document, d.version)
	switch {
	case err == nil && head.Version == d.version && maps.Equal(digests(texts), head.SHA256):
		return v.Redirect(done)
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	}
	var notice *page.Notice
	if head.Version != d.replaces {
		notice = &page.Notice{Title: v.Words.VendorTermsMeanwhileTitle(head.Version), Text: v.Words.VendorTermsMeanwhile(head.PublishedAt.UTC())}
	}
	d.replaces = head.Version
	if err == nil {
		return p.taken(v, who, d, stored, notice)
	}
	text, err := v.Terms(d.document, head.Version)
	if err != nil {
		return err
	}
	theirs := &page.Details{Summary: v.Words.VendorTermsMeanwhileRead(head.Version), Rich: template.HTML(text.HTML)}
	return p.check(v, who, d, texts, http.StatusConflict, notice, theirs)
}

// digests are the texts' hashes by language.
func digests(texts []catalog.TermsText) map[string]string {
	made := map[string]string{}
	for _, text := range texts {
		made[text.Language] = text.SHA256
	}
	return made
}

// wrong says what is wrong with a draft, beside its fields; nil where the error is no fault.
func wrong(v *site.Visit, err error) page.Errors {
	f := fault.As(err)
	if f == nil {
		return nil
	}
	w := v.Words
	missing := map[string]func(string) string{"title": w.VendorTermsTitleMissing, "text": w.VendorTermsTextMissing}
	var errs page.Errors
	for _, one := range f.Fields {
		if one.Pointer == "/version" {
			errs = append(errs, page.FieldError{Field: "version", Text: w.VendorTermsNameWrong()})
			continue
		}
		language, part, _ := strings.Cut(strings.TrimPrefix(one.Pointer, "/texts/"), "/")
		l := locale.LanguageName(locale.Language(language))
		text := l + ": " + v.Detail(one.Code.With(one.About))
		if one.Code == fault.Required {
			text = missing[part](l)
		}
		errs = append(errs, page.FieldError{Field: part + "_" + language, Text: text})
	}
	return errs
}
