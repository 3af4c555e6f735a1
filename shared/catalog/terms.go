package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// TermsVersion says whether the text has the shape of a version's name: 1 to 20 letters, digits, dots and hyphens, a letter or digit first.
func TermsVersion(text string) bool {
	const first = textinput.Digits + textinput.Large + textinput.Small
	return textinput.Word(text, first, first+".-", 1, 20)
}

// Known says whether there is such a document.
func (d Document) Known() bool { return slices.Contains(Documents, d) }

// TermsDraft is a version of a document as the vendor wants to publish it: a title and Markdown in every language.
type TermsDraft struct {
	Document Document
	Version  string
	Texts    map[string]TermsText // only Title and Markdown count
	// Replaces is the version that its author knows to be in force, empty for none; nil replaces whichever is.
	Replaces *string
}

const maxTermsItem = 350000 // bytes of one language: an item holds 400 kB

// PublishTerms makes a version of a document that never changes and puts it in force. html renders Markdown. It fails with
// Invalid naming every wrong field, with Conflict terms_outdated where another version is in force than the one it replaces, version_exists where
// the version was published before.
func PublishTerms(ctx context.Context, store Store, draft TermsDraft, html func(markdown string) (string, error), o op.Op) (TermsHead, []TermsText, error) {
	if !draft.Document.Known() {
		return TermsHead{}, nil, fault.NotFound
	}
	texts, err := draft.Clean(html)
	if err != nil {
		return TermsHead{}, nil, err
	}
	head := TermsHead{Document: draft.Document, Version: draft.Version, SHA256: map[string]string{}, PublishedAt: o.At}
	for i := range texts {
		texts[i].PublishedAt = o.At
		head.SHA256[texts[i].Language] = texts[i].SHA256
	}
	happened := event.New(o, event.Vendor(), event.Of(draft.Document, TermsPublishedEvent{Version: draft.Version}))
	err = op.RetryStale(func() error { // another version may come into force meanwhile: this one follows it
		now, err := store.TermsHead(ctx, draft.Document)
		if err != nil {
			return err
		}
		if draft.Replaces != nil && now.Version != *draft.Replaces {
			return fault.TermsOutdated.With(now.Version)
		}
		head.Row = now.Row
		return store.SaveTerms(ctx, head, texts, happened, o.Giving(string(draft.Document)+"/"+draft.Version))
	})
	head.Row++
	return head, texts, err
}

// Clean returns the texts in the languages' order, cleaned, rendered and hashed, as they would be published; or every field that is wrong.
func (d TermsDraft) Clean(html func(string) (string, error)) ([]TermsText, error) {
	var wrong fault.Check
	if !TermsVersion(d.Version) {
		wrong.Add("/version", fault.InvalidFormat)
	}
	var made []TermsText
	for _, language := range Languages {
		text, given := d.Texts[language]
		if !given {
			wrong.Add("/texts/"+language, fault.Required)
			continue
		}
		title, code := textinput.Title(text.Title, MaxTermsTitle)
		if code != nil {
			wrong.Add("/texts/"+language+"/title", code, MaxTermsTitle)
		}
		markdown, code := textinput.Block(text.Markdown, MaxTermsText)
		if code != nil {
			wrong.Add("/texts/"+language+"/text", code, MaxTermsText)
			continue
		}
		rendered, err := html(markdown)
		if err != nil {
			return nil, err
		}
		if len(rendered) > MaxTermsHTML || len(rendered)+len(markdown) > maxTermsItem {
			wrong.Add("/texts/"+language+"/text", fault.TooLong)
		}
		sum := sha256.Sum256([]byte(markdown))
		made = append(made, TermsText{
			Document: d.Document, Version: d.Version, Language: language, Title: title,
			Markdown: markdown, HTML: rendered, SHA256: hex.EncodeToString(sum[:]),
		})
	}
	for _, language := range slices.Sorted(maps.Keys(d.Texts)) {
		if !slices.Contains(Languages, language) {
			wrong.Add("/texts/"+escape(language), fault.UnknownField, language[:min(len(language), 20)])
		}
	}
	return made, wrong.Err()
}
