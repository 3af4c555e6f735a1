package receipt

import (
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/receipted"
	"liaison/shared/subscription"
)

const path = "/account/receipts"

// own shows one receipt to a person of its customer. One of another customer, or that the person does not see, looks like none.
func (p receiptPage) own(v *site.Visit, who site.Signed) error {
	given := v.R.PathValue("id")
	owner, _, err := consent.Parse(given)
	if err != nil {
		return err
	}
	if owner != who.Customer.ID {
		return fault.NotFound
	}
	h := held{path: path + "/" + given, account: true}
	if h.StoredConsent, err = p.table.Redemption(v.R.Context(), consent.ID(given)); err != nil {
		return err
	}
	if !access.SeesReceipt(who.Caller, h.Receipt.DecidedBy.UserID) {
		return fault.NotFound
	}
	if access.Has(who.Caller, access.EndGrant) {
		h.takeBack = "/account/partners/" + h.Receipt.Partner.ID + "/remove"
	}
	if err := p.fill(v, &h, who.Language); err != nil {
		return err
	}
	return p.render(v, h)
}

// few is how many subscriptions and ties the list looks through for how they stand: a customer has few.
const few = 100

type listBody struct {
	Receipts []page.Item
	Nothing  page.Empty
	Pager    page.Pager
}

// list shows the receipts that a person sees, the newest first.
func (p receiptPage) list(v *site.Visit, who site.Signed) error {
	if v.AsFile() {
		return p.file(v, who)
	}
	w := v.Words
	found, next, err := p.read(v, who, dynamo.Page{Limit: site.PageSize, Cursor: v.R.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	b := listBody{Nothing: page.Empty{Icon: "receipt", Title: w.ReceiptsNone(), Text: w.ReceiptsNoneText()}}
	frame := v.Frame(w.ReceiptsTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	if !access.Has(who.Caller, access.SeeCustomers) {
		b.Nothing.Title, b.Nothing.Text, frame.Lead = w.ReceiptsOwnNone(), w.ReceiptsOwnText(), w.ReceiptsOwnText()
	}
	if len(found) == 0 && next == "" {
		frame.Lead = ""
	}
	for _, h := range found {
		b.Receipts = append(b.Receipts, h.row(v))
	}
	b.Pager = v.Pager(path, next)
	if len(found) > 0 || next != "" {
		b.Pager.File = v.ToFile(path)
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// file answers with all receipts that a person sees.
func (p receiptPage) file(v *site.Visit, who site.Signed) error {
	w := v.Words
	return v.SendList(site.List{
		Name: "receipts", Heads: []string{w.ActivityWhat(), w.ReceiptAskedBy(), w.SiteReference(), w.ActivityWhen(), w.RelationshipsState()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.read(v, who, of)
			rows := make([][]string, len(found))
			for i, h := range found {
				row, by, state := h.row(v), "", ""
				if h.Receipt.AnswersOffer() {
					by = h.Receipt.Partner.LegalName
				}
				if row.Badge != nil {
					state = row.Badge.Text
				}
				rows[i] = []string{row.Title, by, h.ID.Reference(), v.Day(h.decidedAt, h.country), state}
			}
			return rows, next, err
		},
	})
}

// read reads a page of the receipts that a person sees, with all that their rows name.
func (p receiptPage) read(v *site.Visit, who site.Signed, of dynamo.Page) ([]held, string, error) {
	found, next, err := p.table.RedemptionsOf(v.R.Context(), who.Customer.ID, of, func(found []consent.Receipt) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			kept[i] = access.SeesReceipt(who.Caller, r.DecidedBy.UserID)
		}
		return kept, nil
	})
	if err != nil || len(found) == 0 {
		return nil, next, err
	}
	shown, err := receipted.Plans(v, found)
	if err != nil {
		return nil, "", err
	}
	now, err := p.holds(v, who)
	if err != nil {
		return nil, "", err
	}
	all := make([]held, len(found))
	var named []partner.ID
	for i, r := range found {
		if all[i], err = now.of(v, r); err != nil {
			return nil, "", err
		}
		named = append(named, all[i].mentioned()...)
	}
	names, err := partnername.Read(v, p.table, named...)
	for i := range all {
		all[i].shown, all[i].names = shown, names
	}
	return all, next, err
}

// row is a receipt in a list: what it is of, by which partner, and how that stands now.
func (h held) row(v *site.Visit) page.Item {
	row := receipted.Row(v, h.shown, h.Receipt, h.decidedAt, h.country)
	row.Badge = h.state(v)
	return row
}

// state says how what a receipt is of stands now: of several subscriptions, one that still runs; nil where nothing is known of it.
func (h held) state(v *site.Visit) *page.Badge {
	now := h.standing(v)
	if len(now) == 0 {
		return nil
	}
	for _, one := range now[:max(1, min(len(now), len(h.Receipt.Subscriptions)))] {
		if one.Badge.Kind == "good" {
			return one.Badge
		}
	}
	return now[0].Badge
}

// holdings are what a customer has now.
type holdings struct {
	who   site.Signed
	subs  map[string]subscription.Subscription
	all   bool // every subscription was read
	ties  map[partner.ID]relationship.Relationship
	grant *relationship.Grant
}

// holds reads what a customer has now, in as many calls for many receipts as for one.
func (p receiptPage) holds(v *site.Visit, who site.Signed) (holdings, error) {
	ctx, of := v.R.Context(), who.Customer.ID
	now := holdings{who: who, subs: map[string]subscription.Subscription{}, ties: map[partner.ID]relationship.Relationship{}}
	subs, more, err := p.table.SubscriptionsOf(ctx, of, dynamo.Page{Limit: few}, nil)
	if err != nil {
		return now, err
	}
	for _, s := range subs {
		now.subs[string(s.ID)] = s
	}
	now.all = more == ""
	ties, _, err := p.table.RelationshipsOf(ctx, of, dynamo.Page{Limit: few}, nil)
	if err != nil {
		return now, err
	}
	for _, tie := range ties {
		now.ties[tie.Partner] = tie
	}
	if i := slices.IndexFunc(ties, func(r relationship.Relationship) bool { return r.Administration != nil }); i >= 0 {
		_, now.grant, err = p.table.Relationship(ctx, of, ties[i].Partner) // the customer's one, whichever partner's it is
	}
	return now, err
}

// of returns a receipt with how what it records stands.
func (now holdings) of(v *site.Visit, r consent.Receipt) (held, error) {
	h := held{owner: now.who.Customer.ID, partner: partner.ID(r.Partner.ID), country: now.who.Customer.Country, subs: map[string]subscription.Subscription{}}
	h.ID, h.Receipt = consent.ID(r.ID), r
	for _, of := range h.changes() {
		if sub, read := now.subs[of]; read || now.all {
			h.subs[of] = sub
		}
	}
	h.tied(now.ties[h.partner], now.grant, v.Op.At)
	var err error
	h.decidedAt, err = time.Parse(time.RFC3339, r.DecidedAt)
	return h, err
}
