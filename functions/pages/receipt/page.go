// Package receipt shows the receipt of a consent to whoever holds its link, and lets the holder take back the delegated
// administration that it records. The people of a customer find theirs in a list and need no link.
package receipt

import (
	"context"
	"embed"
	"io"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	links.Answers
	partnername.Store
	relationship.Store
	StoredSubscription(ctx context.Context, id subscription.ID) (subscription.Subscription, error)
	Customer(ctx context.Context, id customer.ID) (customer.Customer, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	Offer(ctx context.Context, id offer.ID) (offer.Offer, int, error)
	RedemptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

//go:embed *.html
var files embed.FS

var (
	receipt = page.Parse(files, "receipt.html")
	list    = page.Parse(files, "list.html")
)

type receiptPage struct{ table Table }

// Page serves /receipts/{token}: the receipt, as a page or with ?format=json as its canonical bytes; and /receipts/{token}/take-back. For people of
// the customer it serves the list /account/receipts, and below it each receipt by its id.
func Page(env boot.Env, table Table) http.Handler {
	p := receiptPage{table}
	return site.New(
		env, table,
		site.Route{Path: "/receipts/{token}", Get: p.show},
		site.Route{Path: "/receipts/{token}/take-back", Get: p.confirm, Post: p.takeBack},
		site.Route{Path: path, Get: site.Customers(table, access.SeeReceipts, p.list)},
		site.Route{Path: path + "/{id}", Get: site.Customers(table, access.SeeReceipts, p.own)},
	)
}

// held is a receipt as its holder opened it.
type held struct {
	consent.StoredConsent
	path, secret string
	takeBack     string      // path of the question whether to take back what it records; empty where the reader may not
	account      bool        // opened by somebody who is signed in and needs no link: secret is empty
	owner        customer.ID // empty for a No
	company      string
	country      string
	partner      partner.ID
	passwordless bool                // a new owner, who has set no password yet
	of           offer.Offer         // what was answered; the zero value where nothing of the page needs it, or it is gone
	grant        *relationship.Grant // the delegated administration that this receipt records, as it stands now; nil where it records none
	kept         time.Time           // until when the partner administers by another consent; zero where it does not
	resells      bool                // the partner is the customer's reseller now
	subs         map[string]subscription.Subscription
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
	if _, _, err := consent.Parse(text); !ok || err != nil {
		return h, fault.NotFound
	}
	var err error
	if h.StoredConsent, err = p.table.Redemption(v.R.Context(), consent.ID(text)); err != nil {
		return h, err
	}
	if token.Look(h.Kept, token.Receipt, secret, 1) != token.Live {
		return h, fault.NotFound
	}
	if _, err := v.Signed(p.table); err != nil {
		return h, err
	}
	h.takeBack = h.path + "/take-back"
	return h, p.fill(v, &h, h.Receipt.Via.Language)
}

// fill reads what the page of a receipt says besides, in a language unless another is chosen.
func (p receiptPage) fill(v *site.Visit, h *held, language string) error {
	ctx, r := v.R.Context(), h.Receipt
	var err error
	if h.owner, _, err = consent.Parse(r.ID); err != nil {
		return err
	}
	h.partner, h.country = partner.ID(r.Partner.ID), r.Partner.Country
	plans := r.Plans()
	if r.AnswersOffer() && (r.Answer != accepted || r.PartnerTerms != "") {
		if h.of, _, err = p.table.Offer(ctx, offer.ID(r.Offer.ID)); err != nil && !fault.Is(err, fault.Absent) {
			return err
		}
		plans = append(plans, h.of.Plans()...)
	}
	if h.shown, err = v.Catalogue(plans...); err != nil {
		return err
	}
	v.Speak(language)
	v.Words = v.Words.Priced(r.PricesAre == catalog.Gross) // as it was agreed, whatever prices are today
	if h.decidedAt, err = time.Parse(time.RFC3339, r.DecidedAt); err != nil || h.owner == "" {
		return err
	}
	c, err := p.table.Customer(ctx, h.owner)
	switch {
	case err == nil:
		h.company, h.country = c.Name, c.Country
	case !fault.Is(err, fault.Absent):
		return err
	}
	if err := p.now(v, h); err != nil {
		return err
	}
	h.names, err = partnername.Read(v, p.table, h.mentioned()...)
	return err
}

// most is of how many subscriptions the page says how they stand: as many as an offer may hold.
const most = 10

// now reads how what the receipt records stands today.
func (p receiptPage) now(v *site.Visit, h *held) error {
	ctx, r := v.R.Context(), h.Receipt
	h.subs = map[string]subscription.Subscription{}
	for _, of := range h.changes() {
		sub, err := p.table.StoredSubscription(ctx, subscription.ID(of))
		if err != nil && !fault.Is(err, fault.Absent) {
			return err
		}
		h.subs[of] = sub
	}
	if h.tries() {
		h.trial = h.subs[r.Subscriptions[0].ID]
	}
	if r.DecidedBy.Role == "owner" {
		u, err := p.table.CustomerUser(ctx, customer.UserID(r.DecidedBy.UserID))
		if err != nil && !fault.Is(err, fault.Absent) {
			return err
		}
		h.passwordless = err == nil && u.Password.SetAt.IsZero()
	}
	if !r.Reseller && r.DelegatedAdministration == nil {
		return nil
	}
	tie, grant, err := p.table.Relationship(ctx, h.owner, h.partner)
	if err != nil && !fault.Is(err, fault.Absent) {
		return err
	}
	h.tied(tie, grant, v.Op.At)
	return nil
}

// tied notes the tie to the partner, and the customer's delegated administration where this receipt or another of that partner gave it.
func (h *held) tied(tie relationship.Relationship, grant *relationship.Grant, at time.Time) {
	h.resells = tie.Reseller
	switch {
	case grant == nil:
	case grant.Redemption == string(h.ID):
		h.grant = grant
	case grant.Partner == h.partner && grant.StatusAt(at) == relationship.Active:
		h.kept = grant.EndsAt
	}
}

// changes are the subscriptions that the receipt is of, each once; none where there are too many to say how each stands.
func (h held) changes() []string {
	var ids []string
	for _, sub := range h.Receipt.Subscriptions {
		ids = append(ids, sub.ID)
	}
	for _, named := range h.Receipt.PartnerOfRecordChanges {
		if !slices.Contains(ids, named.ID) {
			ids = append(ids, named.ID)
		}
	}
	if len(ids) > most {
		return nil
	}
	return ids
}

// mentioned are the partners that the page names, besides the one whose offer was answered.
func (h held) mentioned() []partner.ID {
	r := h.Receipt
	all := []partner.ID{partner.ID(r.PartnerOfRecord)}
	for _, sub := range r.Subscriptions {
		all = append(all, partner.ID(sub.BilledBy))
	}
	for _, named := range r.PartnerOfRecordChanges {
		all = append(all, partner.ID(named.From), partner.ID(named.To))
	}
	for _, sub := range h.subs {
		all = append(all, sub.PartnerOfRecordID())
	}
	if d := r.DelegatedAdministration; d != nil {
		all = append(all, partner.ID(d.Replaced))
	}
	return all
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

// accepted is the answer of a receipt that is a yes.
const accepted = "accepted"

type body struct {
	Now            []page.Item // how what was agreed to stands
	NowAt          string
	Agreed         []page.Section
	PartnerTerms   *page.Details // what the partner's own terms say; nil where it has none, or they are gone
	Record         page.Details
	Next           []page.Moment
	Keep, Download string
	Accepted       bool
}

func (p receiptPage) show(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	return p.render(v, h)
}

// render shows a receipt, or with ?format=json its canonical bytes.
func (p receiptPage) render(v *site.Visit, h held) error {
	if v.R.URL.Query().Get("format") == "json" {
		return download(v, h)
	}
	var err error
	w, r := v.Words, h.Receipt
	b := body{
		Now: h.standing(v), NowAt: w.Time(v.In(v.Op.At, h.country)), Download: h.path + "?format=json", Accepted: r.Answer == accepted, Keep: h.keep(v),
	}
	if b.Agreed, err = h.agreed(v); err != nil {
		return err
	}
	b.PartnerTerms = h.partnerTerms(w)
	if b.Record, err = h.record(v); err != nil {
		return err
	}
	said := h.outcome(v)
	b.Next = said.next
	frame := v.Frame(said.title)
	frame.OwnTitle = true
	if h.account {
		frame.Back = &page.Link{URL: path, Text: w.ReceiptsTitle()}
	}
	frame.Panel = &page.Panel{
		Reference: h.ID.Reference(), Text: said.lead, Kind: said.kind, Icon: said.icon, Aside: true, Acts: h.onward(v), Note: said.note,
	}
	if h.passwordless && !v.SignedIn() {
		frame.Panel.Next = &page.Note{Kind: "info", Icon: "mail", Title: w.ReceiptNextPassword(), Text: w.ReceiptNextPasswordLink(textinput.ShownMail(h.Person.Mail))}
	}
	name := r.Partner.LegalName
	switch {
	case v.R.URL.Query().Get("taken") != "" && h.grant != nil && h.grant.Status == relationship.Ended:
		frame.Notice = &page.Notice{Success: true, Text: w.ReceiptTakenBack(name)}
	case h.Dispute != nil && h.Dispute.Status == consent.DisputeOpen:
		frame.Notice = &page.Notice{Text: w.ReceiptDisputed(v.In(h.Dispute.At, h.country), r.Vendor)}
	}
	return v.Render(receipt, http.StatusOK, frame, b)
}

// keep says who else has the receipt, and what the address of its page gives.
func (h held) keep(v *site.Visit) string {
	w, shared := v.Words, h.Receipt.AnswersOffer()
	switch {
	case h.account && shared:
		return w.ReceiptKeepAccount()
	case h.account:
		return ""
	case h.running(v.Op.At):
		return w.ReceiptKeepText()
	case shared:
		return w.ReceiptKeepNo()
	}
	return w.ReceiptKeepAlone()
}

// onward leads on from a yes: to the account, first to the subscription where that is another by now. A new owner can't sign in before the
// password is set, which only the mailed link does: who holds a receipt need not be the owner.
func (h held) onward(v *site.Visit) []page.Link {
	var ways []page.Link
	if h.Receipt.Answer != accepted {
		return nil
	}
	if h.tries() && h.trial.ID != "" && h.changed(v.Op.At) {
		ways = append(ways, page.Link{Text: v.Words.ReceiptSubscription(), URL: "/account/subscriptions/" + string(h.trial.ID)})
	}
	if h.account || h.passwordless && !v.SignedIn() {
		return ways
	}
	return append(ways, page.Link{Text: v.Words.SiteAccountLink(), URL: "/account"})
}

// download answers the receipt's canonical bytes, the same for both sides.
func download(v *site.Visit, h held) error {
	v.W.Header().Set("Content-Type", "application/json")
	v.W.Header().Set("Content-Disposition", `attachment; filename="receipt-`+h.ID.Reference()+`.json"`)
	v.W.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(v.W, h.Canonical) // the visitor went away: nobody is left to tell
	return nil
}
