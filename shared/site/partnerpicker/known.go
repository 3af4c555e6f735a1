package partnerpicker

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site/partnername"
)

// The answers to a question for a partner, beside those that the page asks itself and the IDs of the partners that are known. The style sheet
// shows the field for an ID with Other.
const (
	Other = "other"
	None  = "none"
)

// Known are the ties that a customer has, by whose partners' names it chooses: no ID is typed, and nobody is looked up.
type Known []relationship.Relationship

// KnownAt returns the ties that hold at a time, but for those with some partners that the page offers itself.
func KnownAt(ties map[partner.ID]relationship.Relationship, at time.Time, but ...partner.ID) Known {
	var known Known
	for id, tie := range ties {
		if len(tie.Kinds(at)) > 0 && !slices.Contains(but, id) {
			known = append(known, tie)
		}
	}
	return known
}

// IDs returns the partners, whose names the page has to read.
func (k Known) IDs() []partner.ID {
	ids := make([]partner.ID, len(k))
	for i, tie := range k {
		ids[i] = tie.Partner
	}
	return ids
}

// Has says whether the partner is one of them, so that an address may name it.
func (k Known) Has(p partner.ID) bool { return slices.Contains(k.IDs(), p) }

// Options returns an answer for each, by its name and what it is to the customer at a time; the answer's value is its ID.
func (k Known) Options(w locale.Words, names partnername.Names, at time.Time) []page.Option {
	called := map[relationship.Kind]string{
		relationship.DelegatedAdministrator: w.DelegatedAdministrationLabel(), relationship.PartnerOfRecord: w.PartnerOfRecordLabel(), relationship.Reseller: w.PartnersReseller(),
	}
	options := make([]page.Option, len(k))
	for i, tie := range k {
		said := []string{w.PartnerOfRecordIDOnly(partnername.ID(tie.Partner))}
		for _, kind := range tie.Kinds(at) {
			said = append(said, called[kind])
		}
		options[i] = page.Option{Value: string(tie.Partner), Label: names.Short(tie.Partner), Hint: strings.Join(said, " · ")}
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	return options
}

// Of returns whom an answer names: a partner by its ID, which Known must have, or the one whose ID was looked up; empty where it names none.
func (p Pick) Of(answer string) partner.ID {
	if answer == Other {
		return p.Partner
	}
	if named := partner.ID(answer); named.Valid() {
		return named
	}
	return ""
}

// Question asks who is to be a partner.
type Question struct {
	Name, Legend string
	Before       []page.Option // answers of the page's own, before all partners
	Known        []page.Option // see Known.Options
	None         page.Option   // the last answer
	Answer       string
	Typed        string // into the field for an ID
}

// Ask returns the question: the page's own answers, the partners that are known, another by its ID, and none. found says whose ID was typed.
func (s Wording) Ask(q Question, errs page.Errors, found string) page.Otherwise {
	other := page.Option{Value: Other, Label: s.words.PartnerOfRecordOther(), Hint: s.words.PartnerOfRecordOtherHint()}
	if len(q.Before)+len(q.Known) == 0 {
		other.Label = s.words.PartnerOfRecordWithID()
	}
	return page.Otherwise{
		Radios: page.Radios{
			Name: q.Name, Legend: q.Legend, Value: q.Answer, Error: errs.For(q.Name), Options: slices.Concat(q.Before, q.Known, []page.Option{other, q.None}),
		},
		Lookup: s.Lookup(q.Typed, errs, found), Open: q.Typed != "" || errs.For(Field) != "",
	}
}
