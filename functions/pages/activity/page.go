// Package activity shows a customer's administrators who did what in their account, the newest first, and what a partner did on their behalf
// as that; the same as a table for a spreadsheet.
package activity

import (
	"cmp"
	"context"
	"embed"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/csv"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/partnername"
	"liaison/shared/site/receipted"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

//go:embed *.html
var files embed.FS

var list = page.Parse(files, "list.html")

type activityPage struct{ table Table }

const path = "/account/activity"

// Page serves /account/activity, with ?format=csv as a file.
func Page(env boot.Env, table Table) http.Handler {
	p := activityPage{table}
	return site.New(env, table, site.Route{Path: path, Get: site.Customers(table, access.SeeCustomers, p.show)})
}

// How many changes a page shows, and a file holds at most.
const (
	limit   = 25
	most    = 5000
	perRead = 100
)

type body struct {
	Filter  page.Select // by partner, where the customer has one
	Kind    page.Select
	Since   page.Input
	Clear   string // path without a filter, empty where none is set
	Changes []row
	Older   string
	First   string // path of the first page, empty on it
	CSV     string
}

// row is one change as the page shows it.
type row struct {
	When time.Time
	At   string
	What string
	Who  string
	// Behalf says that a partner acted for the customer.
	Behalf string
	Type   string
	ID     string
	About  string
	// To leads to what the change is about.
	To *page.Link
}

// kinds are the nouns that a reader may choose, each with its name.
var kinds = []struct {
	noun string
	name func(locale.Words) string
}{
	{"subscription", locale.Words.SubscriptionsTitle},
	{string(relationship.DelegatedAdministrator), locale.Words.DelegatedAdministrationLabel},
	{string(relationship.PartnerOfRecord), locale.Words.PartnerOfRecordLabel},
	{string(relationship.Reseller), locale.Words.PartnersReseller},
}

// asked reads the filter. A partner that is none of the customer's and a kind that is none show what they show: nothing, and everything.
func asked(v *site.Visit, who site.Signed) (filter event.Filter, chosen url.Values, wrong page.Errors) {
	query, zone := v.R.URL.Query(), calendar.Zone(who.Customer.Country)
	chosen = url.Values{}
	if p := partner.ID(query.Get("partner")); p.Valid() {
		filter.Partner = string(p)
		chosen.Set("partner", string(p))
	}
	for _, kind := range kinds {
		if kind.noun == query.Get("kind") {
			filter.Noun = kind.noun
			chosen.Set("kind", kind.noun)
		}
	}
	if since := query.Get("since"); since != "" {
		at, err := time.ParseInLocation(time.DateOnly, since, zone)
		if err != nil {
			return filter, chosen, page.Errors{{Field: "since", Text: v.Words.ActivitySinceWrong()}}
		}
		filter.Since = at
		chosen.Set("since", since)
	}
	return filter, chosen, nil
}

// at is the page's path with a filter and more.
func at(chosen url.Values, more ...string) string {
	query := maps.Clone(chosen)
	for i := 0; i < len(more); i += 2 {
		query[more[i]] = []string{more[i+1]}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func (p activityPage) show(v *site.Visit, who site.Signed) error {
	query := v.R.URL.Query()
	cursor := query.Get("cursor")
	filter, chosen, wrong := asked(v, who)
	if query.Get("format") == "csv" {
		return p.sheet(v, who, filter, cursor)
	}
	found, next, err := p.read(v, who, filter, dynamo.Page{Limit: limit, Cursor: cursor})
	if err != nil {
		return err
	}
	w := v.Words
	b := body{CSV: at(chosen, "format", "csv"), Since: page.Input{
		Name: "since", Label: w.ActivitySince(), Type: "date", Value: query.Get("since"), Width: 12, Error: wrong.For("since"),
	}}
	if b.Filter, err = p.partners(v, who, filter.Partner); err != nil {
		return err
	}
	b.Kind = page.Select{Name: "kind", Label: w.ActivityWhat(), Value: filter.Noun, Options: []page.Option{{Label: w.ActivityAll()}}}
	for _, kind := range kinds {
		b.Kind.Options = append(b.Kind.Options, page.Option{Value: kind.noun, Label: kind.name(w)})
	}
	if b.Changes, err = p.rows(v, who, found); err != nil {
		return err
	}
	if len(chosen) > 0 || wrong != nil {
		b.Clear = path
	}
	if cursor != "" {
		b.First, b.CSV = at(chosen), at(chosen, "format", "csv", "cursor", cursor)
	}
	if next != "" {
		b.Older = at(chosen, "cursor", next)
	}
	frame, status := v.Frame(w.ActivityTitle()), http.StatusOK
	frame.Lead, frame.Errors = w.ActivityLead(), wrong
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return v.Render(list, status, frame, b)
}

// partners is the choice among the partners that the customer has or had, none where there is no partner.
func (p activityPage) partners(v *site.Visit, who site.Signed, chosen string) (page.Select, error) {
	const most = 100 // a customer has few
	ties, _, err := p.table.RelationshipsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: most}, nil)
	if err != nil || len(ties) == 0 {
		return page.Select{}, err
	}
	ids := make([]partner.ID, len(ties))
	for i, tie := range ties {
		ids[i] = tie.Partner
	}
	names, err := partnername.Read(v, p.table, ids...)
	choice := page.Select{Name: "partner", Label: v.Words.ActivityPartner(), Value: chosen, Options: []page.Option{{Label: v.Words.ActivityAll()}}}
	for _, id := range ids {
		choice.Options = append(choice.Options, page.Option{Value: string(id), Label: names.Short(id)})
	}
	return choice, err
}

func (p activityPage) read(v *site.Visit, who site.Signed, filter event.Filter, of dynamo.Page) ([]event.EventChange, string, error) {
	return p.table.TenantEvents(v.R.Context(), event.Customer(string(who.Customer.ID)), filter, of)
}

// sheet answers with everything from the cursor on, the newest first, up to most changes.
func (p activityPage) sheet(v *site.Visit, who site.Signed, filter event.Filter, cursor string) error {
	var all []event.EventChange
	for {
		found, next, err := p.read(v, who, filter, dynamo.Page{Limit: perRead, Cursor: cursor})
		if err != nil {
			return err
		}
		all = append(all, found...)
		if cursor = next; next == "" || len(all) >= most {
			break
		}
	}
	changes, err := p.rows(v, who, all)
	if err != nil {
		return err
	}
	w := v.Words
	rows := [][]string{{w.ActivityWhen(), w.ActivityWhat(), w.ActivityWho(), w.ActivityBehalf(), w.ActivityAbout(), w.ActivityType(), w.ActivityID()}}
	for _, one := range changes {
		rows = append(rows, []string{one.When.UTC().Format(time.RFC3339), one.What, one.Who, one.Behalf, one.About, one.Type, one.ID})
	}
	h := v.W.Header()
	h.Set("Content-Type", csv.Media)
	h.Set("Content-Disposition", `attachment; filename="activity.csv"`)
	v.W.WriteHeader(http.StatusOK)
	between := ','
	if w.Language() == locale.Polish { // the comma stands in numbers, and Excel expects the semicolon
		between = ';'
	}
	_, err = v.W.Write(csv.File(rows, between))
	return err
}

// mentioned are the customer's users that a change names: who did it, and whom it is about.
func mentioned(one event.EventChange) []customer.UserID {
	change := one.Changes[one.Number-1]
	named := event.Values[customer.UserID](known.Read(change))
	if one.Actor.Kind == op.CustomerUser {
		named = append(named, customer.UserID(one.Actor.ID))
	}
	if _, _, ok := customer.Under("usr", change.Subject); ok {
		named = append(named, customer.UserID(change.Subject))
	}
	return named
}

// rows puts changes into words, with the names of the people and partners they mention.
func (p activityPage) rows(v *site.Visit, who site.Signed, found []event.EventChange) ([]row, error) {
	people := map[string]string{who.ID: who.Name}
	for _, one := range found {
		for _, id := range mentioned(one) {
			if _, read := people[string(id)]; read {
				continue
			}
			user, err := p.table.CustomerUser(v.R.Context(), id)
			if err != nil && !fault.Is(err, fault.Absent) {
				return nil, err
			}
			people[string(id)] = user.Name
		}
	}
	t, err := activity.NewFormatter(v, p.table, who, people, found)
	if err != nil {
		return nil, err
	}
	made := make([]row, len(found))
	for i, one := range found {
		change := one.Changes[one.Number-1]
		made[i] = row{
			When: one.At, At: v.Words.Time(v.In(one.At, who.Customer.Country)), What: cmp.Or(t.What(change), string(change.Type)), Who: t.Actor(one.Actor),
			Type: string(change.Type), ID: one.ID(), About: change.Subject,
		}
		if p := activity.Acting(one.Actor); p != "" && activity.OnBehalf(change) {
			made[i].Behalf = t.Partner(p)
		}
		switch noun, _, _ := strings.Cut(change.Subject, "_"); noun {
		case "sub":
			made[i].To = &page.Link{Text: v.Words.ActivitySubscription(), URL: "/account/subscriptions/" + change.Subject}
		case "red":
			made[i].To = &page.Link{Text: v.Words.AgreementsReceipt(), URL: receipted.Path(consent.ID(change.Subject))}
		}
	}
	return made, nil
}
