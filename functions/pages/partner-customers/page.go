// Package partnercustomers is where a partner's people find the customers that it has ties to, see what holds, and do for them what it may.
package partnercustomers

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/administered"
	"liaison/shared/site/tied"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	relationship.StepDownStore
	relationship.ResellerStore
	relationship.BehalfStore
	invitation.Waits
	activity.Acts
	administration.Finder
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
	Programs(ctx context.Context) (catalog.Programs, error)
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed *.html
var files embed.FS

var one, why = page.Parse(files, "one.html"), page.Parse(files, "why.html")

type customersPage struct{ table Table }

const path = "/partner/customers"

// Page serves /partner/customers, one customer below it, and below that the pages that ask once more before a tie or a trial ends.
func Page(env boot.Env, table Table) http.Handler {
	p := customersPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.SeeCustomers, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list), Post: site.Partners(table, access.FindCustomers, p.find)},
		site.Route{Path: path + "/{customer}", Get: only(p.show)},
		site.Route{Path: path + "/{customer}/{act}", Get: only(p.ask), Post: only(p.act)},
		site.Route{Path: path + "/{customer}/subscriptions/{subscription}/cancel", Get: only(p.askTrial), Post: only(p.endTrial)},
	)
}

func (p customersPage) list(v *site.Visit, who site.Signed) error {
	return p.put(v, who, "")
}

// put shows the list with the form that finds one customer; wrong is what is wrong with what was typed there.
func (p customersPage) put(v *site.Visit, who site.Signed, wrong string) error {
	w, query := v.Words, v.R.URL.Query()
	kind := relationship.Kind(query.Get("kind"))
	if !slices.Contains(tied.Kinds, kind) {
		kind = ""
	}
	read := func(of dynamo.Page) ([]relationship.Relationship, string, error) {
		return p.table.Relationships(v.R.Context(), who.Partner.ID, of, func(found []relationship.Relationship) ([]bool, error) {
			kept := make([]bool, len(found))
			for i, tie := range found {
				kept[i] = kind == "" || slices.Contains(tie.Kinds(v.Op.At), kind)
			}
			return kept, nil
		})
	}
	if v.R.Method != http.MethodPost && v.AsFile() {
		return file(v, who, read)
	}
	found, next, err := read(dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	chosen := page.Hidden{Name: "kind", Value: string(kind)}
	l := v.Listing(path, next, page.Hidden{}, chosen)
	l.Pager.File = v.ToFile(path, chosen)
	l.Find = &page.Find{
		Token: site.Token(who.Secret, finding), Button: w.CustomersFindButton(),
		Input: page.Input{
			Name: "find", Label: w.CustomersFind(), Hint: w.CustomersFindHint(), Value: v.Form("find"), Autocomplete: "off", Error: wrong,
		},
	}
	l.Empty = page.Empty{Icon: "building", Title: w.CustomersNone(), Text: w.CustomersNoneText()}
	choice := page.Select{Name: "kind", Label: w.CustomersKind(), Value: string(kind), Options: []page.Option{{Label: w.CustomersAll()}}}
	for _, k := range tied.Kinds {
		choice.Options = append(choice.Options, page.Option{Value: string(k), Label: tied.Label(w, k)})
	}
	l.Filters = []page.Filter{{Select: &choice}}
	l.Table.Heads = []string{w.CustomersCustomer(), w.CustomersTies(), w.CustomersSince()}
	for _, tie := range found {
		ties := page.Cell{Badges: badges(v, who, tie)}
		if a := tie.Administration; a != nil && a.StatusAt(v.Op.At) == relationship.Active {
			ties.Link = &page.Link{Text: w.AdminAdminister(), URL: administered.At(tie.Customer), About: tie.CustomerName}
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: tie.CustomerName, URL: at(tie.Customer), Lines: []string{w.Country(tie.CustomerCountry)},
			Cells: []page.Cell{ties, {Text: w.Date(v.In(tie.CreatedAt, who.Partner.Country))}},
		})
	}
	frame := v.Frame(w.CustomersTitle())
	if v.R.Method == http.MethodPost {
		frame.Form = "find"
	}
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "find", Text: wrong}}
	}
	return v.RenderListing(frame, l)
}

// file answers with all customers that the list shows.
func file(v *site.Visit, who site.Signed, read func(dynamo.Page) ([]relationship.Relationship, string, error)) error {
	w := v.Words
	return v.SendList(site.List{
		Name: "customers", Heads: []string{w.CustomersCustomer(), w.SiteCountry(), w.CustomersTies(), w.CustomersSince()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := read(of)
			rows := make([][]string, len(found))
			for i, tie := range found {
				var ties []string
				for _, one := range badges(v, who, tie) {
					ties = append(ties, one.Text)
				}
				rows[i] = []string{tie.CustomerName, w.Country(tie.CustomerCountry), strings.Join(ties, "; "), v.Day(tie.CreatedAt, who.Partner.Country)}
			}
			return rows, next, err
		},
	})
}

func at(c customer.ID) string { return path + "/" + c.Bare() }

// badges says which ties hold; one that ends soon or rests says so.
func badges(v *site.Visit, who site.Signed, tie relationship.Relationship) []page.Badge {
	var made []page.Badge
	for _, kind := range tie.Kinds(v.Op.At) {
		b := page.Badge{Kind: "good", Text: tied.Label(v.Words, kind)}
		if a := tie.Administration; kind == relationship.DelegatedAdministrator {
			switch {
			case a.StatusAt(v.Op.At) == relationship.Suspended:
				b.Kind = "bad"
			case tied.Soon(a.EndsAt, v.Op.At):
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
