// Package relationships shows a customer's administrators every tie to a partner, with what it allows, and lets them end it, ask for its end,
// let it go on, or dispute the consent that it rests on.
package relationships

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"liaison/shared/boot"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	relationship.Store
	order.RemovalStore
	consent.DisputeStore
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
	TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	Partner(ctx context.Context, id partner.ID) (partner.Partner, error)
	PartnersOf(ctx context.Context, ids []partner.ID) (map[partner.ID]partner.Partner, error)
	partnername.Store
}

//go:embed *.html
var files embed.FS

var (
	list = page.Parse(files, "list.html")
	ask  = page.Parse(files, "ask.html")
)

type relationshipsPage struct{ table Table }

const path = "/account/partners"

// to is the path of a step about one partner.
func to(p partner.ID, step string) string { return path + "/" + string(p) + "/" + step }

// Page serves /account/partners and the steps below /account/partners/{id}; the id is the partner's.
func Page(env boot.Env, table Table) http.Handler {
	p := relationshipsPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.SignedIn(table, p.show)},
		site.Route{Path: path + "/{id}/remove", Get: site.SignedIn(table, p.confirm), Post: site.SignedIn(table, p.end)},
		site.Route{Path: path + "/{id}/ask", Get: site.SignedIn(table, p.question), Post: site.SignedIn(table, p.request)},
		site.Route{Path: path + "/{id}/withdraw", Get: site.SignedIn(table, p.reconsider), Post: site.SignedIn(table, p.withdraw)},
		site.Route{Path: path + "/{id}/lower", Get: site.SignedIn(table, p.lowering), Post: site.SignedIn(table, p.lower)},
		site.Route{Path: path + "/{id}/extend", Get: site.SignedIn(table, p.offer), Post: site.SignedIn(table, p.extend)},
		site.Route{Path: path + "/{id}/dispute", Get: site.SignedIn(table, p.doubt), Post: site.SignedIn(table, p.dispute)},
	)
}

// most is how many running ties and subscriptions the page lists: a customer has few. Of partners whose ties all ended it lists the newest.
const (
	most      = 100
	mostEnded = 10
)

func (p relationshipsPage) show(v *site.Visit, who site.Signed) error {
	if err := admitted(who); err != nil {
		return err
	}
	if v.AsFile() {
		return p.file(v, who)
	}
	w, at := v.Words, v.Op.At
	var over []relationship.Relationship
	held := func(found []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			if kept[i] = len(r.Kinds(at)) > 0; !kept[i] {
				over = append(over, r)
			}
		}
		return kept, nil
	}
	ties, _, err := p.table.RelationshipsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: most}, held)
	if err != nil {
		return err
	}
	var subs []named
	if len(ties)+len(over) > 0 {
		if subs, err = p.subscriptions(v, who); err != nil {
			return err
		}
	}
	b := body{Empty: page.Empty{Icon: "hands", Title: w.PartnersNone(), Text: w.PartnersNoneText()}}
	if over = newest(over, subs, at); len(over) > mostEnded {
		over, b.Older = over[:mostEnded], &page.Link{Text: w.PartnersEndedOlder(), URL: "/account/activity"}
	}
	ties = append(ties, over...)
	ids := make([]partner.ID, len(ties))
	for i, r := range ties {
		ids[i] = r.Partner
	}
	partners, err := p.table.PartnersOf(v.R.Context(), ids)
	if err != nil {
		return err
	}
	for _, r := range ties {
		of := partners[r.Partner]
		c := card{page: p, v: v, who: who, tie: r, of: of, name: of.LegalName, subs: subs}
		made, err := c.made()
		if err != nil {
			return err
		}
		b.Ties = append(b.Ties, made)
		if c.disputed() {
			b.Note = &page.Note{Kind: "warn", Icon: "scales", Title: w.PartnersDisputed(), Text: w.PartnersSuspended()}
		}
	}
	frame := v.Frame(w.PartnersTitle())
	if len(b.Ties) > 0 {
		frame.Lead, b.Pager.File = w.PartnersLead(), v.ToFile(path)
	}
	if text := said(v); text != "" && (b.Note == nil || text != b.Note.Title) {
		frame.Notice = &page.Notice{Success: true, Text: text}
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// file answers with every partner that the customer has a tie to, or had.
func (p relationshipsPage) file(v *site.Visit, who site.Signed) error {
	w, country := v.Words, who.Customer.Country
	return v.SendList(site.List{
		Name: "partners",
		Heads: []string{
			w.ActivityPartner(), w.SitePartnerID(), w.SiteCountry(), w.CustomersTies(), w.CustomersSince(), w.RelationshipsUntil(),
		},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			ties, next, err := p.table.RelationshipsOf(v.R.Context(), who.Customer.ID, of, nil)
			if err != nil || len(ties) == 0 {
				return nil, next, err
			}
			ids := make([]partner.ID, len(ties))
			for i, tie := range ties {
				ids[i] = tie.Partner
			}
			partners, err := p.table.PartnersOf(v.R.Context(), ids)
			rows := make([][]string, len(ties))
			for i, tie := range ties {
				holds, until := held(v, tie)
				named := partners[tie.Partner]
				rows[i] = []string{named.LegalName, partnername.ID(named.ID), w.Country(named.Country), holds, v.Day(tie.CreatedAt, country), v.Day(until, country)}
			}
			return rows, next, err
		},
	})
}

// held says which kinds of a tie hold, and when the first of them ends by itself; zero where none does.
func held(v *site.Visit, tie relationship.Relationship) (said string, until time.Time) {
	w := v.Words
	var kinds []string
	for _, kind := range tie.Kinds(v.Op.At) {
		switch kind {
		case relationship.DelegatedAdministrator:
			kinds, until = append(kinds, w.DelegatedAdministrationLabel()+", "+granted.Rights(w, tie.Administration.Role)), tie.Administration.EndsAt
		case relationship.PartnerOfRecord:
			kinds = append(kinds, w.PartnerOfRecordLabel())
		case relationship.Reseller:
			kinds = append(kinds, w.PartnersReseller())
			if r := tie.Removal; r != nil && r.Status == relationship.Open && !r.EndsAt.IsZero() && (until.IsZero() || r.EndsAt.Before(until)) {
				until = r.EndsAt
			}
		}
	}
	if kinds == nil {
		return w.CustomersEnded(), until
	}
	return strings.Join(kinds, "; "), until
}

// said is what the step before did, named by the query.
func said(v *site.Visit) string {
	w := v.Words
	for name, text := range map[string]string{
		"removed": w.PartnersRemoved(), "lowered": w.PartnersLowered(), "asked": w.PartnersAsked(), "ended": w.PartnersNoticeEnded(), "withdrawn": w.PartnersWithdrawn(), "disputed": w.PartnersDisputed(),
		"extended_on": w.PartnersExtendedOn(), "extended_off": w.PartnersExtendedOff(),
	} {
		if v.R.URL.Query().Get(name) != "" {
			return text
		}
	}
	return ""
}

// admitted fails with Forbidden where the person has no part in the customer's relationships: any administrator role sees them.
func admitted(who site.Signed) error {
	if !who.OfCustomer() || len(who.Roles) == 0 {
		return fault.NotYourRole
	}
	return nil
}

func running(s relationship.Status) bool {
	return s == relationship.Active || s == relationship.Suspended
}
