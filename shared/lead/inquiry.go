// Package lead is what people ask partners for through the marketplace: an inquiry, which is one message to up to three of them, the lead that each of
// these has of it, and how well each partner answers.
package lead

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// What an inquiry holds at most, in characters and entries.
const (
	MaxText     = 2000
	MaxCompany  = partner.MaxLegalName // a partner writes to others, too
	MaxName     = MaxCompany           // its machine is called as it is
	MaxPartners = 3
)

// How much one sender may send (infra/design/product.md, "Messages to partners").
const (
	PerDay  = 10 // inquiries of one address in a day (UTC)
	MaxOpen = 3  // leads of one address that a partner has not ended
)

const (
	// ConfirmDays is how long an inquiry waits for the press on the mailed link, and is kept without one.
	ConfirmDays = 7
	// KeptDays is how long an inquiry that was sent is kept, and a lead once it has ended.
	KeptDays = 365
)

// InquiryID is inq_<ulid>.
type InquiryID string

// ULID returns the id without its prefix; false where the id has another shape.
func (i InquiryID) ULID() (string, bool) {
	ulid, ok := strings.CutPrefix(string(i), "inq_")
	return ulid, ok && id.Made(ulid, 26)
}

// Size is how many people a company has.
type Size string

// Sizes lists every size, the smallest first.
var Sizes = []Size{"1-9", "10-49", "50-249", "250-999", "1000+"}

// From is who asks.
type From struct {
	Company  string
	Name     string
	Mail     string
	Phone    string // may be empty
	Country  string
	Language string // of the mails to it
	Size     Size   // may be empty
}

// Terms is the version of the privacy notice that the sender agreed to, so that its words and address are given to the partners.
type Terms struct {
	Document catalog.Document
	Version  string // empty where the vendor has published none
	SHA256   string // of the text in the sender's language
}

// InquiryStatus says how far an inquiry is:
//
//	unconfirmed -> sent
type InquiryStatus string

// The states of an inquiry. One of a visitor is sent once its address is proved.
const (
	Unconfirmed InquiryStatus = "unconfirmed"
	Sent        InquiryStatus = "sent"
)

// Inquiry is one message to one to three partners.
type Inquiry struct {
	ID          InquiryID
	Partners    []partner.ID // as they were chosen; each has a lead once it is sent
	From        From
	Services    []listing.Service // what is needed; may be none
	Plan        catalog.PlanID    // may be empty
	Text        string
	MayCall     bool // the partner may call
	Terms       Terms
	By          string      // id of the user or machine that sent it; empty for a visitor
	Customer    customer.ID // of a customer's user
	FromPartner partner.ID  // of a partner's user or machine
	Status      InquiryStatus
	Links       []token.Kept // hashes of the mailed links' secrets; generation 0 confirms, generation 1 only shows
	EndsAt      time.Time    // of the link that confirms; zero where none is needed
	SentAt      time.Time
	CreatedAt   time.Time
	Version     int
}

// SentInquiry is that one of a company's people or machines sent an inquiry. It is kept with the company, by which an inquiry alone is not found.
type SentInquiry struct {
	ID          InquiryID
	By          string      // id of the user or machine
	Customer    customer.ID // of a customer's user
	FromPartner partner.ID  // of a partner's user or machine
	CreatedAt   time.Time   // when it was sent
}

// Listed is what the sender's company keeps of the inquiry; false where a visitor sent it.
func (i Inquiry) Listed() (SentInquiry, bool) {
	return SentInquiry{ID: i.ID, By: i.By, Customer: i.Customer, FromPartner: i.FromPartner, CreatedAt: i.SentAt}, i.Status == Sent && (i.Customer != "" || i.FromPartner != "")
}

// GoesAt is when it is deleted, with its inquiry.
func (s SentInquiry) GoesAt() time.Time { return s.CreatedAt.AddDate(0, 0, KeptDays) }

// Followed is a sent inquiry with what became of it.
type Followed struct {
	Inquiry
	Leads     map[partner.ID]Lead // of the partners that have one
	Receivers map[partner.ID]partner.Partner
}

// The generations of an inquiry's links.
const (
	confirms = iota
	shows
)

// Sender is who asks while signed in: what is known of it already.
type Sender struct {
	By       string
	Customer customer.ID
	Partner  partner.ID
	From     From
}

// GoesAt is when the inquiry is deleted with all that it says of a person.
func (i Inquiry) GoesAt() time.Time {
	if i.Status == Unconfirmed {
		return i.CreatedAt.AddDate(0, 0, ConfirmDays)
	}
	return i.SentAt.AddDate(0, 0, KeptDays)
}

// Lead is the id of the lead that one of the partners has of the inquiry: it follows from both.
func (i Inquiry) Lead(of partner.ID) ID {
	ulid, _ := i.ID.ULID()
	return ID("led_" + string(of) + "_" + ulid)
}

// Draft is an inquiry as somebody types it.
type Draft struct {
	Partners []partner.ID
	From     From
	Services []listing.Service
	Plan     catalog.PlanID
	Text     string
	MayCall  bool
	// Privacy is the version of the privacy notice that the sender agrees to; empty where the vendor has published none.
	Privacy string
}

// clean returns the draft as a new inquiry and notes what is wrong with it.
func (d Draft) clean(wrong *fault.Check) Inquiry {
	i := Inquiry{Partners: d.Partners, Plan: d.Plan, MayCall: d.MayCall, From: d.From.clean(wrong)}
	switch {
	case len(d.Partners) == 0:
		wrong.Add("/partner_ids", fault.Required)
	case len(d.Partners) > MaxPartners:
		wrong.Add("/partner_ids", fault.TooMany, MaxPartners)
	}
	for n, p := range d.Partners[:min(len(d.Partners), MaxPartners)] {
		at := "/partner_ids/" + strconv.Itoa(n)
		switch {
		case !p.Valid():
			wrong.Add(at, fault.InvalidFormat, fault.PartnerID)
		case slices.Contains(d.Partners[:n], p):
			wrong.Add(at, fault.DuplicateEntry, string(p))
		}
	}
	if len(d.Services) > len(listing.Services) {
		wrong.Add("/services", fault.TooMany, len(listing.Services))
		d.Services = nil
	}
	for n, s := range d.Services {
		if !slices.Contains(listing.Services, s) {
			wrong.Add("/services/"+strconv.Itoa(n), fault.InvalidValue, fault.OneOf(listing.Services...))
		} else if !slices.Contains(i.Services, s) {
			i.Services = append(i.Services, s)
		}
	}
	if d.Plan != "" && !d.Plan.Valid() {
		wrong.Add("/plan_id", fault.InvalidFormat, fault.PlanID)
	}
	var code *fault.Code
	if i.Text, code = textinput.Block(d.Text, MaxText); code != nil {
		wrong.Add("/message", code, MaxText)
	}
	if d.Privacy != "" && !catalog.TermsVersion(d.Privacy) {
		wrong.Add("/privacy_version", fault.InvalidFormat, fault.TermsVersion)
	}
	return i
}

func (f From) clean(wrong *fault.Check) From {
	var code *fault.Code
	if f.Company, code = textinput.Name(f.Company, MaxCompany); code != nil {
		wrong.Add("/company", code, MaxCompany)
	}
	if f.Name, code = textinput.Name(f.Name, MaxName); code != nil {
		wrong.Add("/name", code, MaxName)
	}
	if f.Mail, code = textinput.Mail(f.Mail); code != nil {
		wrong.Add("/email", code, textinput.MaxMail)
	}
	if f.Phone != "" {
		number, fine := textinput.Phone(f.Phone)
		if f.Phone = number; !fine {
			wrong.Add("/phone", fault.InvalidFormat, fault.Phone)
		}
	}
	if !catalog.Country(f.Country) {
		wrong.Add("/country", fault.InvalidFormat, fault.Country)
	}
	if f.Language == "" {
		f.Language = catalog.Languages[0]
	} else if !slices.Contains(catalog.Languages, f.Language) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	if f.Size != "" && !slices.Contains(Sizes, f.Size) {
		wrong.Add("/company_size", fault.InvalidValue, fault.OneOf(Sizes...))
	}
	return f
}

// agreed returns what the sender agrees to. It fails with Invalid required where it names no version of a notice that is in force, with Conflict
// terms_outdated where it names another.
func agreed(version, language string, head catalog.TermsHead) (Terms, error) {
	switch {
	case version == "" && head.Version != "":
		return Terms{}, fault.Required.In("/privacy_version")
	case version != head.Version:
		return Terms{}, fault.TermsOutdated.With(head.Version)
	case version == "":
		return Terms{}, nil
	}
	return Terms{Document: catalog.PrivacyNotice, Version: version, SHA256: head.SHA256[language]}, nil
}

// Mailed returns the inquiry with one more link: it confirms while the inquiry waits for that, later it only shows what became of it.
func (i Inquiry) Mailed(secret string) Inquiry {
	generation := confirms
	if i.Status == Sent {
		generation = shows
	}
	i.Links = token.Add(i.Links, token.Inquiry, secret, generation)
	return i
}

// MayOpen fails where a secret does not open the inquiry at a time: NotFound where it was never the inquiry's, Gone inquiry_link_expired where nobody
// pressed the link in time. A link stays good for as long as the inquiry is kept.
func (i Inquiry) MayOpen(secret string, at time.Time) error {
	switch {
	case token.Look(i.Links, token.Inquiry, secret, confirms) == token.Unknown, i.Status == Sent && !at.Before(i.GoesAt()):
		return fault.NotFound
	case i.Status == Unconfirmed && !at.Before(i.EndsAt):
		return fault.InquiryLinkExpired.With(i.EndsAt)
	}
	return nil
}

// confirm returns the inquiry as sent; op.ErrUnchanged where it was before.
func (i Inquiry) confirm(at time.Time) (Inquiry, error) {
	if i.Status == Sent {
		return i, op.ErrUnchanged
	}
	i.Status, i.SentAt = Sent, at
	return i, nil
}
