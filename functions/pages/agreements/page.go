// Package agreements shows the people of a customer which terms it accepted, each with its receipt.
package agreements

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/receipted"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	RedemptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
}

//go:embed list.html
var files embed.FS

var list = page.Parse(files, "list.html")

type agreementsPage struct{ table Table }

const path = "/account/agreements"

// Page serves /account/agreements.
func Page(env boot.Env, table Table) http.Handler {
	p := agreementsPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Customers(table, access.SeeReceipts, p.show)},
	)
}

// limit is how many consents a page shows.
const limit = 25

type body struct {
	Lead, Nothing string
	Accepted      []accepted
	Older         string
	First         string // path of the first page, empty on it
}

// accepted is one document that was agreed to, as its row shows it.
type accepted struct {
	Terms   string
	URL     template.URL // of the document; empty for a partner's, which only the record holds
	At      string
	For     []string
	Receipt page.Link
}

func (p agreementsPage) show(v *site.Visit, who site.Signed) error {
	w, cursor := v.Words, v.R.URL.Query().Get("cursor")
	agreed := func(found []consent.Receipt) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			kept[i] = access.SeesReceipt(who.Caller, r.DecidedBy.UserID) && (len(r.Terms) > 0 || r.PartnerTerms != "")
		}
		return kept, nil
	}
	found, next, err := p.table.RedemptionsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: limit, Cursor: cursor}, agreed)
	if err != nil {
		return err
	}
	b := body{Lead: w.AgreementsLead(who.Customer.Name), Nothing: w.AgreementsNothing()}
	if !access.Has(who.Caller, access.SeeCustomers) {
		b.Lead, b.Nothing = w.AgreementsOwnLead(), w.AgreementsOwnNothing()
	}
	if b.Accepted, err = rows(v, who, found); err != nil {
		return err
	}
	if cursor != "" {
		b.First = path
	}
	if next != "" {
		b.Older = path + "?cursor=" + url.QueryEscape(next)
	}
	frame := v.Frame(w.AgreementsTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	return v.Render(list, http.StatusOK, frame, b)
}

// rows makes a row of each document that the receipts record.
func rows(v *site.Visit, who site.Signed, found []consent.Receipt) ([]accepted, error) {
	var plans []catalog.PlanID
	for _, r := range found {
		plans = append(plans, r.Plans()...)
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, err
	}
	w := v.Words
	var made []accepted
	for _, r := range found {
		at, err := time.Parse(time.RFC3339, r.DecidedAt)
		if err != nil {
			return nil, err
		}
		row := accepted{
			At:      w.Time(v.In(at, who.Customer.Country)),
			Receipt: page.Link{Text: w.ReceiptNamed(consent.ID(r.ID).Reference()), URL: receipted.Path(consent.ID(r.ID))},
		}
		for _, plan := range r.Plans() {
			row.For = append(row.For, v.PlanName(shown.Plans, plan))
		}
		if r.AnswersOffer() {
			row.For = append(row.For, w.AgreementsOffered(r.Partner.LegalName))
		}
		for _, t := range r.Terms {
			row.Terms, row.URL = w.ReceiptTerms(r.Vendor, t.Version), page.PathURL("/terms/"+t.Document+"?version="+url.QueryEscape(t.Version))
			made = append(made, row)
		}
		if r.PartnerTerms != "" {
			row.Terms, row.URL = w.ReceiptPartnerTerms(), ""
			made = append(made, row)
		}
	}
	return made, nil
}
