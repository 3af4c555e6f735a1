// Package receipt shows the receipt of a consent to whoever holds its link, and lets the holder take back the delegated
// administration that it records.
package receipt

import (
	"context"
	"embed"
	"io"
	"net/http"
	"net/url"
	"time"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	links.Answers
	partnername.Store
	relationship.Store
	StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error)
	Customer(ctx context.Context, id customer.ID) (customer.Customer, error)
}

//go:embed *.html
var files embed.FS

var receipt = page.Parse(files, "receipt.html")

type receiptPage struct{ table Table }

// Page serves /receipts/{token}: the receipt, as a page or with ?format=json as its canonical bytes; and /receipts/{token}/take-back.
func Page(env boot.Env, table Table) http.Handler {
	p := receiptPage{table}
	return site.New(
		env, table,
		site.Route{Path: "/receipts/{token}", Get: p.show},
		site.Route{Path: "/receipts/{token}/take-back", Get: p.confirm, Post: p.takeBack},
	)
}

// held is a receipt as its holder opened it.
type held struct {
	consent.StoredConsent
	path, secret string
	owner        customer.ID // empty for a No
	company      string
	country      string
	partner      partner.ID
	grant        *relationship.Grant       // the delegated administration that this receipt records, as it stands now; nil where it records none
	kept         time.Time                 // until when the partner administers by another consent; zero where it does not
	resells      bool                      // the partner is the customer's reseller now
	trial        subscription.Subscription // what the trial that the receipt is of is now; the zero value where it is of none, or it is gone
	decidedAt    time.Time
	names        partnername.Names // of the partners of record, of those that bill, now and before, and of the one whose delegated administration the yes ended
	shown        catalog.View
}

// open reads the receipt of a link. A link that was never ours is NotFound, whatever exists.
func (p receiptPage) open(v *site.Visit) (held, error) {
	given := v.R.PathValue("token")
	text, secret, ok := token.Split(given)
	h := held{path: "/receipts/" + given, secret: secret}
	owner, _, err := consent.Parse(text)
	if !ok || err != nil {
		return h, fault.NotFound
	}
	ctx := v.R.Context()
	if h.StoredConsent, err = p.table.Redemption(ctx, consent.ID(text)); err != nil {
		return h, err
	}
	if token.Look(h.Kept, token.Receipt, secret, 1) != token.Live {
		return h, fault.NotFound
	}
	r := h.Receipt
	h.owner, h.partner, h.country = owner, partner.ID(r.Partner.ID), r.Partner.Country
	var plans []catalog.PlanID
	var partners []partner.ID
	for _, sub := range r.Subscriptions {
		plans = append(plans, catalog.PlanID(sub.Plan))
		if biller := partner.ID(sub.BilledBy); biller.Valid() {
			partners = append(partners, biller)
		}
	}
	for _, named := range r.PartnerOfRecordChanges {
		plans, partners = append(plans, catalog.PlanID(named.Plan)), append(partners, partner.ID(named.From), partner.ID(named.To))
	}
	if h.shown, err = v.Catalogue(plans...); err != nil {
		return h, err
	}
	v.Speak(r.Via.Language)
	if h.decidedAt, err = time.Parse(time.RFC3339, r.DecidedAt); err != nil {
		return h, err
	}
	if owner == "" {
		return h, nil
	}
	partners = append(partners, partner.ID(r.PartnerOfRecord))
	if d := r.DelegatedAdministration; d != nil {
		partners = append(partners, partner.ID(d.Replaced))
	}
	if h.names, err = partnername.Read(v, p.table, partners...); err != nil {
		return h, err
	}
	c, err := p.table.Customer(ctx, owner)
	switch {
	case err == nil:
		h.company, h.country = c.Name, c.Country
	case !fault.Is(err, fault.Absent):
		return h, err
	}
	if h.tries() {
		h.trial, err = p.table.StoredSubscription(ctx, subscription.ID(r.Subscriptions[0].ID))
		if err != nil && !fault.Is(err, fault.Absent) {
			return h, err
		}
	}
	if r.Reseller || r.DelegatedAdministration != nil {
		tie, grant, err := p.table.Relationship(ctx, owner, h.partner)
		if err != nil && !fault.Is(err, fault.Absent) {
			return h, err
		}
		h.resells = tie.Reseller
		switch {
		case grant == nil:
		case grant.Redemption == string(h.ID):
			h.grant = grant
		case grant.Partner == h.partner && grant.StatusAt(v.Op.At) == relationship.Active:
			h.kept = grant.EndsAt
		}
	}
	return h, nil
}

// running says whether the delegated administration that the receipt records can still be taken back.
func (h held) running(at time.Time) bool {
	return h.acts(at) || h.grant != nil && h.grant.StatusAt(at) == relationship.Suspended
}

// acts says whether the partner may use the delegated administration that the receipt records: while a dispute suspends it, it may not.
func (h held) acts(at time.Time) bool {
	return h.grant != nil && h.grant.StatusAt(at) == relationship.Active
}

// opened shows an unknown link as such.
func (p receiptPage) opened(v *site.Visit, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if _, wrong := v.Catalogue(); wrong != nil {
		return wrong
	}
	v.Speak()
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.UnavailableUnknownTitle(), Text: []string{v.Words.UnavailableUnknownText(), v.Words.ReceiptUnknownNext()}})
}

type body struct {
	Facts                  []page.Row
	Granted                []page.Section
	Next                   []string
	More                   *page.Link // under Next
	Administration         []string
	TakeBack               string
	Keep, Download, SHA256 string
	Accepted               bool
}

func (p receiptPage) show(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	if v.R.URL.Query().Get("format") == "json" {
		return p.download(v, h)
	}
	w, r := v.Words, h.Receipt
	reference := h.ID.Reference()
	b := body{Download: h.path + "?format=json", SHA256: h.SHA256, Accepted: r.Answer == "accepted", Keep: w.ReceiptKeepNo()}
	b.Facts = append(b.Facts, page.Row{Key: w.ReceiptDecidedAt(), Values: []string{w.Time(v.In(h.decidedAt, h.country))}})
	if h.Person.Mail != "" {
		b.Facts = append(b.Facts, page.Row{Key: w.ReceiptDecidedBy(), Values: lines(h.Person.Name, textinput.ShownMail(h.Person.Mail))})
	}
	if h.company != "" {
		b.Facts = append(b.Facts, page.Row{Key: w.ReceiptCompany(), Values: []string{h.company}})
	}
	if r.AnswersOffer() {
		b.Facts = append(b.Facts, page.Row{Key: w.ReceiptAskedBy(), Values: []string{r.Partner.LegalName, w.PartnerOfRecordIDOnly(partnername.ID(h.partner))}})
	} else {
		b.Facts = append(b.Facts, page.Row{Key: w.ReceiptVia(), Values: []string{w.ReceiptViaAccount()}})
	}
	b.Facts = append(b.Facts, page.Row{Key: w.ReceiptVendor(), Values: []string{r.Vendor}})
	if !b.Accepted {
		frame := v.Frame(w.ReceiptNoTitle())
		frame.Panel = &page.Panel{Reference: reference, Text: w.ReceiptNoPanel(r.Partner.LegalName)}
		b.Next = []string{w.ReceiptNoNothing(), w.ReceiptNoTold(r.Partner.LegalName), w.ReceiptNoAgain(r.Partner.LegalName)}
		return v.Render(receipt, http.StatusOK, frame, b)
	}
	p.granted(v, h, &b)
	switch {
	case b.TakeBack != "":
		b.Keep = w.ReceiptKeepText()
	case !r.AnswersOffer():
		b.Keep = w.ReceiptKeepAlone()
	}
	title, panel, next := outcomes[r.Kind()](h, v)
	frame := v.Frame(title)
	frame.Panel, b.Next = &page.Panel{Reference: reference, Text: panel}, next
	if h.tries() && h.trial.ID != "" && h.changed(v.Op.At) {
		b.More = &page.Link{Text: w.ReceiptSubscription(), URL: "/account/subscriptions/" + string(h.trial.ID)}
	}
	if v.R.URL.Query().Get("taken") != "" && h.grant != nil && h.grant.Status == relationship.Ended {
		frame.Notice = &page.Notice{Success: true, Text: w.ReceiptTakenBack(r.Partner.LegalName)}
	}
	return v.Render(receipt, http.StatusOK, frame, b)
}

// granted puts into b what was agreed: each subscription, the partners of record, delegated administration, terms.
func (p receiptPage) granted(v *site.Visit, h held, b *body) {
	w, r := v.Words, h.Receipt
	var plans []page.Section
	var all []page.Row
	for _, sub := range r.Subscriptions {
		plans = append(plans, page.Section{Heading: v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan)), Rows: h.subscription(v, sub)})
	}
	for _, named := range r.PartnerOfRecordChanges {
		all = append(all, page.Row{
			Key:    w.PartnerOfRecordLabel() + ": " + v.PlanName(h.shown.Plans, catalog.PlanID(named.Plan)),
			Values: []string{w.ReceiptBefore(h.names.Full(partner.ID(named.From))), w.ReceiptNow(h.names.Full(partner.ID(named.To)))},
		})
	}
	if len(r.Subscriptions) > len(r.PartnerOfRecordChanges) {
		all = append(all, page.Row{Key: w.PartnerOfRecordLabel(), Values: []string{h.names.Full(partner.ID(r.PartnerOfRecord))}})
	}
	if r.Reseller {
		all = append(all, page.Row{Key: w.ResellerLabel(), Values: []string{w.ResellerYes(r.Partner.LegalName)}})
		if !h.resells {
			all = append(all, page.Row{Key: w.ReceiptStanding(), Values: []string{w.ReceiptOver()}})
		}
	}
	if d := r.DelegatedAdministration; d != nil {
		all = append(all, page.Row{Key: w.DelegatedAdministrationLabel(), Values: h.administration(v)})
		if d.Answer == "yes" {
			all = append(all, page.Row{Key: w.ReceiptStanding(), Values: []string{h.standing(v, b)}})
		}
	}
	for _, t := range r.Terms {
		all = append(all, page.Row{
			Key: w.TermsAgreed(), Values: []string{w.ReceiptTerms(r.Vendor, t.Version)},
			URL: page.PathURL("/terms/" + t.Document + "?version=" + url.QueryEscape(t.Version)),
		})
	}
	if r.PartnerTerms != "" {
		all = append(all, page.Row{Key: w.ReceiptPartnerTerms(), Values: []string{w.ReceiptPartnerTermsDigest(r.Partner.LegalName, r.PartnerTerms)}})
	}
	b.Granted = offered.Together(v.Words, plans, all)
}

// administration says what was answered about delegated administration.
func (h held) administration(v *site.Visit) []string {
	w, d, name := v.Words, h.Receipt.DelegatedAdministration, h.Receipt.Partner.LegalName
	if d.Answer != "yes" {
		if !h.kept.IsZero() {
			return []string{w.ReceiptDelegationKept(name, v.In(h.kept, h.country))}
		}
		return []string{w.DelegatedAdministrationNo(name)}
	}
	until, _ := time.Parse(time.RFC3339, d.EndsAt)
	said := []string{w.DelegatedAdministrationYes(name, granted.Rights(v.Words, d.Role), v.In(until, h.country))}
	if d.Replaced != "" {
		said = append(said, w.ReceiptReplaced(h.names.Full(partner.ID(d.Replaced))))
	}
	return said
}

// standing says how the delegated administration stands now, whose end may be another than the agreed one, and puts into b how to take it back
// and, where the partner may use it, what it may do.
func (h held) standing(v *site.Visit, b *body) string {
	w := v.Words
	if h.running(v.Op.At) {
		b.TakeBack = h.path + "/take-back"
	}
	switch {
	case h.acts(v.Op.At):
		can, cannot := granted.Allowed(v.Words, h.grant.Role)
		b.Administration = []string{can, cannot}
		return w.ReceiptRuns(v.In(h.grant.EndsAt, h.country))
	case h.running(v.Op.At):
		return w.ReceiptSuspended(h.Receipt.Partner.LegalName)
	case h.grant != nil && h.grant.Status == relationship.Ended:
		return w.ReceiptEnded(v.In(h.grant.EndedAt, h.country))
	case h.grant != nil:
		return w.ReceiptExpired(v.In(h.grant.EndsAt, h.country))
	}
	return w.ReceiptOver()
}

func lines(some ...string) []string {
	var kept []string
	for _, line := range some {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// download answers the receipt's canonical bytes, the same for both sides.
func (p receiptPage) download(v *site.Visit, h held) error {
	v.W.Header().Set("Content-Type", "application/json")
	v.W.Header().Set("Content-Disposition", `attachment; filename="receipt-`+h.ID.Reference()+`.json"`)
	v.W.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(v.W, h.Canonical) // the visitor went away: nobody is left to tell
	return nil
}
