// Package partnercustomers is where a partner's people find the customers that it has ties to, see what holds, and end what it holds itself.
package partnercustomers

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	relationship.StepDownStore
	relationship.ResellerStore
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed *.html
var files embed.FS

var list, one, why = page.Parse(files, "list.html"), page.Parse(files, "one.html"), page.Parse(files, "why.html")

type customersPage struct{ table Table }

const path = "/partner/customers"

// Page serves /partner/customers, one customer below it, and below that the pages that ask once more before a tie ends.
func Page(env boot.Env, table Table) http.Handler {
	p := customersPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.SeeCustomers, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/{customer}", Get: only(p.show)},
		site.Route{Path: path + "/{customer}/{act}", Get: only(p.ask), Post: only(p.act)},
	)
}

// size is how many customers a page shows.
const size = 25

type listBody struct {
	Kind        page.Select
	Clear       string
	Customers   []row
	Empty       page.Empty
	First, More string
}

type row struct {
	Name, URL, Country, Since string
	Ties                      []page.Badge
}

// kinds are the ties, in the order in which they are shown.
var kinds = []relationship.Kind{relationship.DelegatedAdministrator, relationship.PartnerOfRecord, relationship.Reseller}

// named returns what a kind of tie is called.
func named(w locale.Words, kind relationship.Kind) string {
	switch kind {
	case relationship.DelegatedAdministrator:
		return w.DelegatedAdministrationLabel()
	case relationship.PartnerOfRecord:
		return w.PartnerOfRecordLabel()
	}
	return w.ResellerLabel()
}

func (p customersPage) list(v *site.Visit, who site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	kind := relationship.Kind(query.Get("kind"))
	if !slices.Contains(kinds, kind) {
		kind = ""
	}
	keep := func(found []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, tie := range found {
			kept[i] = kind == "" || slices.Contains(tie.Kinds(v.Op.At), kind)
		}
		return kept, nil
	}
	found, next, err := p.table.Relationships(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: size, Cursor: query.Get("cursor")}, keep)
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	b := listBody{
		Kind:  page.Select{Name: "kind", Label: w.CustomersKind(), Value: string(kind), Options: []page.Option{{Label: w.CustomersAll()}}},
		Empty: page.Empty{Icon: "building", Title: w.CustomersNone(), Text: w.CustomersNoneText()},
	}
	for _, k := range kinds {
		b.Kind.Options = append(b.Kind.Options, page.Option{Value: string(k), Label: named(w, k)})
	}
	if kind != "" {
		b.Clear = path
	}
	if query.Get("cursor") != "" {
		b.First = address(kind, "")
	}
	if next != "" {
		b.More = address(kind, next)
	}
	for _, tie := range found {
		b.Customers = append(b.Customers, row{
			Name: tie.CustomerName, URL: at(tie.Customer), Country: w.Country(tie.CustomerCountry), Since: w.Date(v.In(tie.CreatedAt, who.Partner.Country)),
			Ties: badges(v, who, tie),
		})
	}
	return v.Render(list, http.StatusOK, v.Frame(w.CustomersTitle()), b)
}

func address(kind relationship.Kind, cursor string) string {
	values := url.Values{}
	if kind != "" {
		values.Set("kind", string(kind))
	}
	if cursor != "" {
		values.Set("cursor", cursor)
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func at(c customer.ID) string { return path + "/" + c.Bare() }

// badges says which ties hold; one that ends soon or rests says so.
func badges(v *site.Visit, who site.Signed, tie relationship.Relationship) []page.Badge {
	var made []page.Badge
	for _, kind := range tie.Kinds(v.Op.At) {
		b := page.Badge{Kind: "good", Text: named(v.Words, kind)}
		if a := tie.Administration; kind == relationship.DelegatedAdministrator {
			switch {
			case a.StatusAt(v.Op.At) == relationship.Suspended:
				b.Kind = "bad"
			case a.EndsAt.Before(v.Op.At.Add(soon)):
				b.Kind = "warn"
			}
			b.Text = v.Words.CustomersUntil(b.Text, v.In(a.EndsAt, who.Partner.Country))
		}
		made = append(made, b)
	}
	if len(made) == 0 {
		made = append(made, page.Badge{Kind: "calm", Text: v.Words.CustomersEnded()})
	}
	return made
}

// soon is how long before its end a grant is shown as one that ends.
const soon = 30 * 24 * time.Hour
