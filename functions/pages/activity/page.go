// Package activity shows a customer's administrators who did what in their account, and a partner's people who did what in their company and with
// its customers: the newest first, and what a partner did on a customer's behalf as that; the same as a table for a spreadsheet.
package activity

import (
	"cmp"
	"context"
	"embed"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
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
	PartnerEvents(ctx context.Context, p partner.ID, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
	PartnerUser(ctx context.Context, id partner.UserID) (partner.User, error)
	Client(ctx context.Context, id partner.ClientID) (partner.Client, error)
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (relationship.Relationship, *relationship.Grant, error)
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

//go:embed *.html
var files embed.FS

var list = page.Parse(files, "list.html")

type activityPage struct {
	table Table
	side
}

// side is a page's: of the customer or of the partner.
type side struct {
	path  string
	kinds []kind
	lead  func(locale.Words) string
	// behalf heads the file's column of who acted for whom.
	behalf func(locale.Words) string
}

const customerPath, partnerPath = "/account/activity", "/partner/activity"

var (
	ofCustomer = side{customerPath, append([]kind{{"subscription", locale.Words.SubscriptionsTitle}}, ties...), locale.Words.ActivityLead, locale.Words.ActivityBehalf}
	ofPartner  = side{partnerPath, append(append([]kind{{"subscription", locale.Words.CustomersSubscriptions}}, ties...), own...), locale.Words.ActivityLeadPartner, locale.Words.ActivityForCustomers}
)

// Page serves /account/activity and /partner/activity, each with ?format=csv as a file.
func Page(env boot.Env, table Table) http.Handler {
	ours, theirs := activityPage{table, ofPartner}, activityPage{table, ofCustomer}
	return site.New(
		env, table,
		site.Route{Path: customerPath, Get: site.Customers(table, access.SeeCustomers, theirs.show)},
		site.Route{Path: partnerPath, Get: site.Partners(table, access.SeeCustomers, ours.show)},
	)
}

// limit is how many changes a page shows.
const limit = 25

type body struct {
	Path    string
	Filter  page.Select // by the other side: of a customer its partners, of a partner the customer that was asked for
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
	// Behalf is the other side where a partner acted for a customer, and Acted says so on the page.
	Behalf, Acted string
	Type          string
	ID            string
	About         string
	// To leads to what the change is about.
	To *page.Link
}

// kind is a noun that a reader may choose, with its name.
type kind struct {
	noun string
	name func(locale.Words) string
}

// ties are the kinds that both sides have, own are the partner's alone.
var (
	ties = []kind{
		{string(relationship.DelegatedAdministrator), locale.Words.DelegatedAdministrationLabel},
		{string(relationship.PartnerOfRecord), locale.Words.PartnerOfRecordLabel},
		{string(relationship.Reseller), locale.Words.PartnersReseller},
	}
	own = []kind{
		{"offer", locale.Words.ConsoleOffers},
		{"invitation", locale.Words.ActivityInvitations},
		{"redemption", locale.Words.PartnerOfferAnswers},
		{"partner", locale.Words.ConsoleCompany},
		{"partner_user", locale.Words.ConsoleUsers},
		{"api_client", locale.Words.DevelopersTitle},
	}
)

// asked reads the filter. A partner that is none of the customer's and a kind that is none show what they show: nothing, and everything.
func (p activityPage) asked(v *site.Visit, who site.Signed) (filter event.Filter, chosen url.Values, wrong page.Errors) {
	_, country := who.Company()
	query, zone := v.R.URL.Query(), calendar.Zone(country)
	chosen = url.Values{}
	if of := partner.ID(query.Get("partner")); of.Valid() && who.OfCustomer() {
		filter.Partner = string(of)
		chosen.Set("partner", string(of))
	}
	if of := customer.ID("cus_" + query.Get("customer")); of.Valid() && who.OfPartner() {
		filter.Customer = string(of)
		chosen.Set("customer", of.Bare())
	}
	for _, kind := range p.kinds {
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
func (p activityPage) at(chosen url.Values, more ...string) string {
	query := maps.Clone(chosen)
	for i := 0; i < len(more); i += 2 {
		query[more[i]] = []string{more[i+1]}
	}
	if len(query) == 0 {
		return p.path
	}
	return p.path + "?" + query.Encode()
}

func (p activityPage) show(v *site.Visit, who site.Signed) error {
	query := v.R.URL.Query()
	cursor := query.Get("cursor")
	filter, chosen, wrong := p.asked(v, who)
	if v.AsFile() {
		return p.file(v, who, filter, cursor)
	}
	found, next, err := p.read(v, who, filter, dynamo.Page{Limit: limit, Cursor: cursor})
	if err != nil {
		return err
	}
	w := v.Words
	b := body{Path: p.path, CSV: p.at(chosen, "format", "csv"), Since: page.Input{
		Name: "since", Label: w.ActivitySince(), Type: "date", Value: query.Get("since"), Width: 12, Error: wrong.For("since"),
	}}
	if b.Filter, err = p.others(v, who, filter); err != nil {
		return err
	}
	b.Kind = page.Select{Name: "kind", Label: w.ActivityWhat(), Value: filter.Noun, Options: []page.Option{{Label: w.ActivityAll()}}}
	for _, kind := range p.kinds {
		b.Kind.Options = append(b.Kind.Options, page.Option{Value: kind.noun, Label: kind.name(w)})
	}
	if b.Changes, err = p.rows(v, who, names(who), found); err != nil {
		return err
	}
	if len(chosen) > 0 || wrong != nil {
		b.Clear = p.path
	}
	if cursor != "" {
		b.First, b.CSV = p.at(chosen), p.at(chosen, "format", "csv", "cursor", cursor)
	}
	if next != "" {
		b.Older = p.at(chosen, "cursor", next)
	}
	frame, status := v.Frame(w.ActivityTitle()), http.StatusOK
	frame.Lead, frame.Errors = p.lead(w), wrong
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return v.Render(list, status, frame, b)
}

// others is the customer's choice among the partners that it has or had, none where there is no partner; a partner's choice is the one customer
// whose page led here, since it may have any number.
func (p activityPage) others(v *site.Visit, who site.Signed, filter event.Filter) (page.Select, error) {
	if who.OfPartner() {
		return p.customer(v, who, customer.ID(filter.Customer))
	}
	chosen := filter.Partner
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

// customer is the choice between one customer of the partner and all; none where none is asked for, or another's.
func (p activityPage) customer(v *site.Visit, who site.Signed, of customer.ID) (page.Select, error) {
	if of == "" {
		return page.Select{}, nil
	}
	tie, _, err := p.table.Relationship(v.R.Context(), of, who.Partner.ID)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return page.Select{}, err
	}
	return page.Select{
		Name: "customer", Label: v.Words.CustomersCustomer(), Value: of.Bare(),
		Options: []page.Option{{Label: v.Words.ActivityAll()}, {Value: of.Bare(), Label: tie.CustomerName}},
	}, nil
}

func (p activityPage) read(v *site.Visit, who site.Signed, filter event.Filter, of dynamo.Page) ([]event.EventChange, string, error) {
	if who.OfPartner() {
		return p.table.PartnerEvents(v.R.Context(), who.Partner.ID, filter, of)
	}
	return p.table.TenantEvents(v.R.Context(), event.Customer(string(who.Customer.ID)), filter, of)
}

// file answers with everything from the cursor on, the newest first.
func (p activityPage) file(v *site.Visit, who site.Signed, filter event.Filter, cursor string) error {
	w, people := v.Words, names(who)
	return v.SendList(site.List{
		Name: "activity", From: cursor,
		Heads: []string{w.ActivityWhen(), w.ActivityWhat(), w.ActivityWho(), p.behalf(w), w.ActivityAbout(), w.ActivityType(), w.ActivityID()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.read(v, who, filter, of)
			if err != nil {
				return nil, "", err
			}
			changes, err := p.rows(v, who, people, found)
			rows := make([][]string, len(changes))
			for i, one := range changes {
				rows[i] = []string{one.When.UTC().Format(time.RFC3339), one.What, one.Who, one.Behalf, one.About, one.Type, one.ID}
			}
			return rows, next, err
		},
	})
}

// mentioned are those whom a change names: who did it, and whom it is about.
func mentioned(one event.EventChange) []string {
	change := one.Changes[one.Number-1]
	named := []string{one.Actor.ID, change.Subject}
	for _, id := range event.Values[customer.UserID](known.Read(change)) {
		named = append(named, string(id))
	}
	return named
}

// about returns the customer whose a change is, empty where it is the partner's own.
func about(one event.EventChange) customer.ID {
	if one.Tenant.Kind == 'c' {
		return customer.ID("cus_" + one.Tenant.ID)
	}
	if of, _, ok := customer.Under("sub", one.Changes[one.Number-1].Subject); ok {
		return of
	}
	return ""
}

// customers reads the names of the customers that a partner's changes are about; a customer reads no other's.
func (p activityPage) customers(v *site.Visit, who site.Signed, found []event.EventChange) (map[customer.ID]string, error) {
	names := map[customer.ID]string{}
	if who.OfCustomer() {
		return names, nil
	}
	var ids []customer.ID
	for _, one := range found {
		if of := about(one); of != "" {
			ids = append(ids, of)
		}
	}
	slices.Sort(ids)
	const most = 100 // one call's
	for some := range slices.Chunk(slices.Compact(ids), most) {
		read, err := p.table.CustomerNames(v.R.Context(), some)
		if err != nil {
			return nil, err
		}
		maps.Copy(names, read)
	}
	return names, nil
}

// name returns what the reader calls a person or machine: its own by their names, a customer's by the customer, empty for others.
func (p activityPage) name(v *site.Visit, who site.Signed, customers map[customer.ID]string, id string) (string, error) {
	ctx := v.R.Context()
	of, _, person := customer.Under("usr", id)
	switch {
	case person && of == who.Customer.ID:
		user, err := p.table.CustomerUser(ctx, customer.UserID(id))
		return user.Name, err
	case person && who.OfPartner():
		return v.Words.ActivityByCustomer(cmp.Or(customers[of], string(of))), nil
	}
	if by, ok := partner.UserID(id).Partner(); ok && by == who.Partner.ID {
		user, err := p.table.PartnerUser(ctx, partner.UserID(id))
		return user.Name, err
	}
	if by, _, ok := partner.ClientID(id).Partner(); ok && by == who.Partner.ID {
		client, err := p.table.Client(ctx, partner.ClientID(id))
		return client.Name, err
	}
	return "", nil
}

// names begins the names of people by their ids with the reader's.
func names(who site.Signed) map[string]string { return map[string]string{who.ID: who.Name} }

// meet adds to people those whom changes mention and who are not in it yet.
func (p activityPage) meet(v *site.Visit, who site.Signed, people map[string]string, customers map[customer.ID]string, found []event.EventChange) error {
	for _, one := range found {
		for _, id := range mentioned(one) {
			if _, read := people[id]; read {
				continue
			}
			name, err := p.name(v, who, customers, id)
			if err != nil && !fault.Is(err, fault.Absent) {
				return err
			}
			people[id] = name
		}
	}
	return nil
}

// rows puts changes into words, with the names of the people, customers and partners they mention; people grows by those who are new in it.
func (p activityPage) rows(v *site.Visit, who site.Signed, people map[string]string, found []event.EventChange) ([]row, error) {
	customers, err := p.customers(v, who, found)
	if err != nil {
		return nil, err
	}
	if err := p.meet(v, who, people, customers, found); err != nil {
		return nil, err
	}
	t, err := activity.NewFormatter(v, p.table, who, people, found)
	if err != nil {
		return nil, err
	}
	_, country := who.Company()
	made := make([]row, len(found))
	for i, one := range found {
		change := one.Changes[one.Number-1]
		r := row{
			When: one.At, At: v.Words.Time(v.In(one.At, country)), What: cmp.Or(t.What(change), string(change.Type)), Who: t.Actor(one.Actor),
			Type: string(change.Type), ID: one.ID(), About: change.Subject,
		}
		of := about(one)
		if by := activity.Acting(one.Actor); by != "" && activity.OnBehalf(change) && of != "" {
			if who.OfCustomer() {
				r.Behalf = t.Partner(by)
				r.Acted = v.Words.ActivityOnBehalf(r.Behalf)
			} else {
				r.Behalf = cmp.Or(customers[of], string(of))
				r.Acted = v.Words.ActivityForCustomer(r.Who, r.Behalf)
			}
		}
		if who.OfCustomer() {
			r.To = leads(v, change)
		} else {
			r.To = leadsPartner(v, change, of, customers[of])
		}
		made[i] = r
	}
	return made, nil
}

// leads is where a customer sees what a change is about.
func leads(v *site.Visit, change event.Change) *page.Link {
	switch noun, _, _ := strings.Cut(change.Subject, "_"); noun {
	case "sub":
		return &page.Link{Text: v.Words.ActivitySubscription(), URL: "/account/subscriptions/" + change.Subject}
	case "red":
		return &page.Link{Text: v.Words.AgreementsReceipt(), URL: receipted.Path(consent.ID(change.Subject))}
	}
	return nil
}

// leadsPartner is where a partner sees what a change is about: the customer, or the offer.
func leadsPartner(v *site.Visit, change event.Change, of customer.ID, name string) *page.Link {
	if of != "" {
		return &page.Link{Text: cmp.Or(name, string(of)), URL: site.ConsolePath + "/customers/" + of.Bare()}
	}
	made := cmp.Or(event.Value[offer.ID](known.Read(change)), offer.ID(change.Subject))
	if strings.HasPrefix(string(made), "ofr_") {
		return &page.Link{Text: v.Words.PartnerOffersOffer(), URL: site.ConsolePath + "/offers/" + string(made)}
	}
	return nil
}
