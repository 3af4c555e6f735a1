// Package partnerpicker asks for a partner: by name where the customer knows it already, else by its ID, typed, checked, looked up, and carried
// in an address to the page that checks the answers.
package partnerpicker

import (
	"context"
	"net/url"
	"strings"
	"time"

	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
)

// Counter counts how often somebody looks up a partner.
type Counter interface {
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

// Wording is what a page says about the ID that it asks for.
type Wording struct {
	words                               locale.Words
	label, missing                      string
	onPlan, inCountry, otherwiseRefused string // why a partner cannot be partner of record
}

// InAccount is the wording where a customer names a partner by itself.
func InAccount(w locale.Words) Wording {
	return Wording{w, w.SitePartnerID(), w.PartnerIDRequired(), w.PartnerOfRecordPlan(), w.PartnerOfRecordCountry(), w.PartnerOfRecordNotEligible()}
}

// InOffer is the wording where another partner is named than the one that offers, and none can be.
func InOffer(w locale.Words) Wording {
	return Wording{w, w.PartnerIDLabel(), w.PartnerIDOtherRequired(), w.PartnerIDPlan(), w.PartnerIDCountry(), w.PartnerIDNotEligible()}
}

// Field is the name of the field that an ID is typed into.
const Field = "partner_id"

// Lookup returns the field with what was typed, and what is wrong with it, and the button beside it; found says whose ID it is, where that is to
// stand there.
func (s Wording) Lookup(typed string, errs page.Errors, found string) page.Lookup {
	return page.Lookup{
		Input:  page.Input{Name: Field, Label: s.label, Hint: s.words.PartnerIDHint(), Value: typed, Error: errs.For(Field), InputMode: "numeric", Width: 12},
		Button: s.words.PartnerIDCheck(), Found: found,
	}
}

// Parse reads an ID as a person typed it; wrong says in words what is wrong with it. A mistyped digit is told apart from an unknown ID, which
// only the table knows.
func (s Wording) Parse(typed string) (p partner.ID, wrong string) {
	if typed == "" {
		return "", s.missing
	}
	p, err := partner.ParseID(typed)
	switch {
	case fault.Is(err, fault.MistypedPartnerID):
		return "", s.words.PartnerIDMistyped()
	case err != nil:
		return "", s.words.PartnerIDFormat()
	}
	return p, ""
}

// Ineligible says why a partner cannot be partner of record: a fault unknown_partner_id or partner_not_eligible.
func (s Wording) Ineligible(err error) string {
	switch f := fault.As(err); {
	case fault.Is(f, fault.UnknownPartnerID):
		return s.words.PartnerIDUnknown()
	case f != nil && f.About == "plan":
		return s.onPlan
	case f != nil && f.About == "country":
		return s.inCountry
	}
	return s.otherwiseRefused
}

// Checks says whether the button beside the field was pressed, which looks the ID up and goes no further.
func Checks(v *site.Visit) bool { return v.Form("action") == "check" }

// Found says whose ID was typed: legal name and city, for "is it this one?".
func Found(w locale.Words, p partner.Partner) string {
	place := p.LegalName
	if p.City != "" {
		place += ", " + p.City
	}
	return w.PartnerIDFound(partnername.ID(p.ID), place)
}

// Count counts a look-up of a partner; TooMany where the subject has looked up too many in this minute.
func Count(v *site.Visit, table Counter, subject string) error {
	rate, err := table.Count(v.R.Context(), quota.Checks, subject, v.Env.ChecksPerCaller, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	return gateway.Counted(v.W.Header(), quota.Checks, rate)
}

// Pick is the partner that a signed-in person names.
type Pick struct {
	Typed   string     // as typed, without the spaces around it
	Partner partner.ID // typed right, and its look-up counted; empty otherwise
}

// Posted returns the pick of a form, which nobody has looked up yet.
func Posted(v *site.Visit) Pick { return Pick{Typed: strings.TrimSpace(v.Form(Field))} }

// LookUp reads the ID that was typed and counts its look-up; wrong says in words what is wrong with it. It fails with TooMany where the person
// has looked up too many.
func (p *Pick) LookUp(v *site.Visit, table Counter, who site.Signed) (wrong string, err error) {
	if p.Partner, wrong = InAccount(v.Words).Parse(p.Typed); wrong != "" {
		return wrong, nil
	}
	return "", Count(v, table, who.ID)
}

// seen is the field of an address that says that its partner was looked up by a form, which is counted: from an address that a person typed
// nobody learns anything of a partner.
const seen = "seen"

// Carry puts a partner that was looked up into an address.
func (p Pick) Carry(query url.Values, who site.Signed) {
	if p.Partner != "" {
		query.Set(Field, string(p.Partner))
		query.Set(seen, token(p.Partner, who))
	}
}

// Carried returns the pick of an address; its partner counts as looked up where the address says so and named says that it is the answer.
func Carried(query url.Values, who site.Signed, named bool) Pick {
	made := Pick{Typed: strings.TrimSpace(query.Get(Field))}
	p, err := partner.ParseID(made.Typed)
	if err == nil && named && query.Get(seen) == token(p, who) {
		made.Partner = p
	}
	return made
}

func token(p partner.ID, who site.Signed) string { return site.Token(who.Secret, seen, string(p)) }
