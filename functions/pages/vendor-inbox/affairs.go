package vendorinbox

import (
	"context"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/textinput"
)

// affair is one kind of what waits: how it is listed, what its page shows, and how it is decided. A decision is the API's own operation.
type affair struct {
	name   string // in the address
	of     matter.Kind
	icon   string
	right  access.Right // that deciding it takes
	plural func(locale.Words) string
	title  func(w locale.Words, m matter.Matter, customer, partner string) string
	badge  func(w locale.Words, m matter.Matter) page.Badge
	read   func(v *site.Visit, t Table, subject string) (facts, error)
	// decide does what was chosen. It fails with one of settled where somebody decided before.
	decide  func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error
	settled []fault.Mark
	before  func(locale.Words) string // what one says that came too late; nil: somebody else decided
	done    func(locale.Words) string // what a decision says; nil: those concerned are told by mail
	reason  func(locale.Words) string // what the reason is called where a choice needs none; nil: it is a rejection's
	// make does what the button says, and returns what is shown once, in the answer to the press.
	make func(v *site.Visit, t Table, subject string, o op.Op) (page.Section, error)
}

// always is the badge of a kind whose things all stand the same.
func always(badge func(locale.Words) page.Badge) func(locale.Words, matter.Matter) page.Badge {
	return func(w locale.Words, _ matter.Matter) page.Badge { return badge(w) }
}

// between is the title of a kind whose things are told apart by their customer and their partner.
func between(title func(w locale.Words, customer, partner string) string) func(locale.Words, matter.Matter, string, string) string {
	return func(w locale.Words, _ matter.Matter, customer, partner string) string {
		return title(w, customer, partner)
	}
}

// facts are what the page of one thing says.
type facts struct {
	title    string
	whose    event.Tenant // whose things they are
	badge    page.Badge
	quote    *page.Quote
	card     *listed.Card
	sections []page.Section
	links    []page.Link
	seen     int      // the version that is decided on; 0 where what waits cannot change
	choices  []choice // none where it is decided
	button   string   // of a press that makes something, in place of a choice; empty where there is none
	decided  *page.Note
}

// choice is one way to decide; reasonless where it needs no reason.
type choice struct {
	value, label, hint string
	reasonless         bool
}

// affairs are all kinds, in the order of the inbox's tabs.
var affairs []affair

func init() { affairs = []affair{application, call, entry, dispute, removal, left, report, deletion} }

func affairNamed(name string) (affair, bool) {
	return found(slices.IndexFunc(affairs, func(a affair) bool { return a.name == name }))
}

func affairOf(kind matter.Kind) (affair, bool) {
	return found(slices.IndexFunc(affairs, func(a affair) bool { return a.of == kind }))
}

func found(i int) (affair, bool) {
	if i < 0 {
		return affair{}, false
	}
	return affairs[i], true
}

const (
	approve = "approve"
	reject  = "reject"
)

var application = affair{
	name: "application", of: "application", icon: "person", right: access.DecideApplications, plural: locale.Words.VendorApplications,
	title:   func(w locale.Words, _ matter.Matter, _, company string) string { return w.VendorApplication(company) },
	read:    readApplication,
	settled: []fault.Mark{fault.ApplicationNotWaiting},
	decide: func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
		id := partner.ApplicationID(subject)
		var err error
		if choice == approve {
			_, err = partner.ApproveApplication(ctx, t, id, o)
		} else {
			_, err = partner.RejectApplication(ctx, t, id, reason, o)
		}
		return err
	},
}

func readApplication(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	a, err := t.Application(v.R.Context(), partner.ApplicationID(subject))
	if err != nil {
		return facts{}, err
	}
	programs, err := t.Programs(v.R.Context())
	if err != nil {
		return facts{}, err
	}
	wished := make([]string, len(a.Programs))
	for i, name := range a.Programs {
		wished[i] = programs.ByName[name].Title.In(string(w.Language()))
	}
	if len(wished) == 0 {
		wished = []string{w.VendorNoProgram()}
	}
	f := facts{title: a.LegalName, whose: event.Vendor()}
	if a.Why != "" {
		f.quote = &page.Quote{Text: a.Why, By: a.Contact.Name}
	}
	f.sections = []page.Section{
		{Heading: w.VendorCompany(), Rows: []page.Row{
			{Key: w.VendorRegistration(), Values: []string{a.RegistrationNumber}},
			{Key: w.VendorSeat(), Values: []string{a.City + ", " + w.Country(a.Country)}},
			{Key: w.VendorWebsite(), Values: []string{a.Website}, URL: page.WebURL(a.Website)},
			{Key: w.VendorPhone(), Values: []string{a.Phone}},
			{Key: w.VendorPrograms(), Values: wished},
		}},
		{Heading: w.VendorContact(), Rows: []page.Row{
			{Key: w.VendorName(), Values: []string{a.Contact.Name}},
			{Key: w.VendorEmail(), Values: []string{textinput.ShownMail(a.Contact.Mail)}, URL: page.MailURL(a.Contact.Mail)},
			{Key: w.VendorLanguage(), Values: []string{locale.LanguageName(locale.Language(a.Contact.Language))}},
			{Key: w.VendorApplied(), Values: []string{w.Date(v.In(a.CreatedAt, a.Country))}},
		}},
	}
	day := w.Date(v.In(a.DecidedAt, a.Country))
	switch a.Status {
	case partner.ApplicationWaiting:
		f.badge = page.Badge{Kind: "info", Text: w.VendorNew()}
		f.choices = []choice{
			{value: approve, label: w.VendorApprove(), hint: w.VendorApproveHint(strings.TrimSpace(a.Contact.Name)), reasonless: true},
			{value: reject, label: w.VendorReject(), hint: w.VendorRejectHint()},
		}
	case partner.ApplicationApproved:
		f.badge = page.Badge{Kind: "good", Text: w.VendorApproved()}
		f.decided = &page.Note{Kind: "good", Icon: "check", Text: w.VendorApprovedOn(day, a.Partner.Spoken())}
	case partner.ApplicationRejected:
		f.badge = page.Badge{Kind: "calm", Text: w.VendorRejected()}
		f.decided = &page.Note{Kind: "calm", Title: w.VendorRejectedOn(day), Text: a.Reason}
	default:
		f.badge = page.Badge{Kind: "calm", Text: w.VendorUnproved()}
		f.decided = &page.Note{Kind: "calm", Text: w.VendorUnprovedText()}
	}
	return f, nil
}
