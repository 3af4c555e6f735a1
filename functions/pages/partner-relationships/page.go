// Package partnerrelationships is where a partner's people see every tie of their company to a customer: until when it holds and what waits.
package partnerrelationships

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/offered"
	"liaison/shared/site/tied"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

type relationshipsPage struct{ table Table }

const path = "/partner/relationships"

// Page serves /partner/relationships.
func Page(env boot.Env, table Table) http.Handler {
	p := relationshipsPage{table}
	return site.New(env, table, site.Route{Path: path, Get: site.Partners(table, access.SeeCustomers, p.list)})
}

// state is how a tie may stand; one stands in several ways at once.
type state struct {
	name string
	text func(locale.Words) string
	is   func(tie relationship.Relationship, at time.Time) bool
}

var states = []state{
	{"active", locale.Words.RelationshipsHolding, func(tie relationship.Relationship, at time.Time) bool { return len(tie.Kinds(at)) > 0 }},
	{"ending", locale.Words.RelationshipsEnding, func(tie relationship.Relationship, at time.Time) bool { return tied.Soon(ends(tie, at), at) }},
	{"leaving", locale.Words.RelationshipsLeaving, func(tie relationship.Relationship, _ time.Time) bool { return leaves(tie) }},
	{"disputed", locale.Words.RelationshipsDisputed, disputed},
	{"ended", locale.Words.CustomersEnded, func(tie relationship.Relationship, at time.Time) bool { return len(tie.Kinds(at)) == 0 }},
}

// administers says whether an administration runs, disputed or not.
func administers(tie relationship.Relationship, at time.Time) bool {
	return slices.Contains(tie.Kinds(at), relationship.DelegatedAdministrator)
}

func disputed(tie relationship.Relationship, at time.Time) bool {
	return administers(tie, at) && tie.Administration.StatusAt(at) == relationship.Suspended
}

// leaves says whether the customer asks its reseller to go.
func leaves(tie relationship.Relationship) bool {
	return tie.Reseller && tie.Removal != nil && tie.Removal.Status == relationship.Open
}

// ends is when the first of a tie's kinds ends by itself; zero where none does.
func ends(tie relationship.Relationship, at time.Time) (first time.Time) {
	if administers(tie, at) {
		first = tie.Administration.EndsAt
	}
	if leaves(tie) && !tie.Removal.EndsAt.IsZero() && (first.IsZero() || tie.Removal.EndsAt.Before(first)) {
		first = tie.Removal.EndsAt
	}
	return first
}

// wanted are the ties that the list shows: what is empty is not asked about.
type wanted struct {
	kind  relationship.Kind
	state state
	typed string // a part of the customer's name
}

func (w wanted) has(tie relationship.Relationship, at time.Time) bool {
	return (w.kind == "" || slices.Contains(tie.Kinds(at), w.kind)) && (w.state.is == nil || w.state.is(tie, at)) &&
		strings.Contains(strings.ToLower(tie.CustomerName), strings.ToLower(w.typed))
}

// asked reads the filters; what is none is not asked about.
func asked(v *site.Visit) (w wanted) {
	query := v.R.URL.Query()
	if kind := relationship.Kind(query.Get("kind")); slices.Contains(tied.Kinds, kind) {
		w.kind = kind
	}
	if i := slices.IndexFunc(states, func(s state) bool { return s.name == query.Get("state") }); i >= 0 {
		w.state = states[i]
	}
	w.typed, _ = textinput.Line(query.Get("customer"), partner.MaxPerson)
	return w
}

func (p relationshipsPage) list(v *site.Visit, who site.Signed) error {
	w, want := v.Words, asked(v)
	if v.AsFile() {
		return p.file(v, who, want)
	}
	found, next, err := p.read(v, who, want, dynamo.Page{Limit: site.PageSize, Cursor: v.R.URL.Query().Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	set := []page.Hidden{{Name: "customer", Value: want.typed}, {Name: "kind", Value: string(want.kind)}, {Name: "state", Value: want.state.name}}
	l := v.Listing(path, next, page.Hidden{}, set...)
	l.Pager.File = v.ToFile(path, set...)
	kinds := page.Select{Name: "kind", Label: w.CustomersKind(), Value: string(want.kind), Options: []page.Option{{Label: w.CustomersAll()}}}
	for _, one := range tied.Kinds {
		kinds.Options = append(kinds.Options, page.Option{Value: string(one), Label: tied.Label(w, one)})
	}
	stands := page.Select{Name: "state", Label: w.RelationshipsState(), Value: want.state.name, Options: []page.Option{{Label: w.CustomersAll()}}}
	for _, one := range states {
		stands.Options = append(stands.Options, page.Option{Value: one.name, Label: one.text(w)})
	}
	l.Filters = []page.Filter{{Input: &page.Input{Name: "customer", Label: w.CustomersCustomer(), Value: want.typed, Type: "search"}}, {Select: &kinds}, {Select: &stands}}
	l.Empty = page.Empty{Icon: "hands", Title: w.RelationshipsNone(), Text: w.CustomersNoneText()}
	switch {
	case next != "":
		l.Empty.Title, l.Empty.Text = w.PartnerOffersNoneNear(), w.RelationshipsNoneNear()
	case l.Clear != "":
		l.Empty.Text = w.RelationshipsNoneFound()
	}
	l.Table.Heads = []string{w.CustomersCustomer(), w.CustomersTies(), w.CustomersSince(), w.RelationshipsUntil(), w.RelationshipsWaits()}
	for _, tie := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: tie.CustomerName, URL: at(tie), Lines: []string{w.Country(tie.CustomerCountry)},
			Cells: []page.Cell{holds(v, tie), {Text: w.Date(v.In(tie.CreatedAt, who.Partner.Country))}, until(v, who, tie), waits(v, who, tie)},
		})
	}
	frame := v.Frame(w.CustomersTies())
	frame.Lead = w.RelationshipsLead()
	return v.RenderListing(frame, l)
}

// read reads the ties that are wanted.
func (p relationshipsPage) read(v *site.Visit, who site.Signed, want wanted, of dynamo.Page) ([]relationship.Relationship, string, error) {
	return p.table.Relationships(v.R.Context(), who.Partner.ID, of, func(found []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, tie := range found {
			kept[i] = want.has(tie, v.Op.At)
		}
		return kept, nil
	})
}

// file answers with all ties that are wanted.
func (p relationshipsPage) file(v *site.Visit, who site.Signed, want wanted) error {
	w := v.Words
	return v.SendList(site.List{
		Name:  "relationships",
		Heads: []string{w.CustomersCustomer(), w.SiteCountry(), w.CustomersTies(), w.CustomersSince(), w.RelationshipsUntil(), w.RelationshipsWaits()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.read(v, who, want, of)
			rows := make([][]string, len(found))
			for i, tie := range found {
				waiting := waits(v, who, tie)
				rows[i] = []string{
					tie.CustomerName, w.Country(tie.CustomerCountry), said(holds(v, tie)), v.Day(tie.CreatedAt, who.Partner.Country),
					v.Day(ends(tie, v.Op.At), who.Partner.Country), said(waiting, waiting.Small),
				}
			}
			return rows, next, err
		},
	})
}

// said is what a cell says by its badges, and more.
func said(c page.Cell, more ...string) string {
	var words []string
	for _, badge := range c.Badges {
		words = append(words, badge.Text)
	}
	return strings.Join(slices.DeleteFunc(append(words, more...), func(word string) bool { return word == "" }), "; ")
}

func at(tie relationship.Relationship) string { return "/partner/customers/" + tie.Customer.Bare() }

// holds are the kinds that hold.
func holds(v *site.Visit, tie relationship.Relationship) (made page.Cell) {
	for _, kind := range tie.Kinds(v.Op.At) {
		made.Badges = append(made.Badges, page.Badge{Kind: "good", Text: tied.Label(v.Words, kind)})
	}
	if made.Badges == nil {
		made.Badges = []page.Badge{{Kind: "calm", Text: v.Words.CustomersEnded()}}
	}
	return made
}

// until is when a tie ends by itself; an administration that ends soon leads to the offer that asks for a new Yes.
func until(v *site.Visit, who site.Signed, tie relationship.Relationship) (made page.Cell) {
	first := ends(tie, v.Op.At)
	if first.IsZero() {
		return made
	}
	made.Text = v.Words.Date(v.In(first, who.Partner.Country))
	if !administers(tie, v.Op.At) {
		return made
	}
	if a := *tie.Administration; tied.Soon(a.EndsAt, v.Op.At) && !disputed(tie, v.Op.At) {
		made.Badges = []page.Badge{tied.Standing(v, a)}
		made.Act = &page.Act{
			Text: v.Words.CustomersRenew(), URL: offered.MakingFor(offer.DelegatedAdministration, tie.Customer), About: tie.CustomerName, Small: true,
			Why: v.CannotOffer(who), ID: "why-" + tie.Customer.Bare(),
		}
		if made.Act.Why == "" {
			made.Act.Why, made.Act.Ask = available.Closed(v, offer.Plain(offer.DelegatedAdministration, tie.CustomerCountry))
		}
	}
	return made
}

// waits is what waits for an answer, and what comes next.
func waits(v *site.Visit, who site.Signed, tie relationship.Relationship) (made page.Cell) {
	if disputed(tie, v.Op.At) {
		made.Badges = append(made.Badges, tied.Standing(v, *tie.Administration))
	}
	var next []string
	if asked := tie.Renewing(v.Op.At); asked != nil {
		made.Badges = append(made.Badges, page.Badge{Kind: "info", Text: v.Words.RelationshipsRenewalAsked()})
		next = append(next, v.Words.CustomersRenewAsked(v.In(asked.At, who.Partner.Country), v.In(asked.Until, who.Partner.Country)))
	}
	if !leaves(tie) {
		made.Small = strings.Join(next, " ")
		return made
	}
	badge, _, comes := tied.Asked(v, *tie.Removal, who.Partner.Country)
	made.Badges, made.Small = append(made.Badges, badge), strings.Join(append(next, comes...), " ")
	made.Link = &page.Link{Text: v.Words.RelationshipsAnswer(), URL: at(tie)}
	return made
}
