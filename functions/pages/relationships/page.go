// Package relationships shows a customer's administrators every tie to a partner, with what it allows, and lets them end it.
package relationships

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	relationship.Store
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	Partner(ctx context.Context, id partner.ID) (partner.Partner, error)
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
}

//go:embed *.html
var files embed.FS

var list = page.Parse(files, "list.html")

type relationshipsPage struct{ table Table }

const path = "/account/partners"

// Page serves /account/partners and /account/partners/{id}/remove; the id is the partner's.
func Page(env boot.Env, table Table) http.Handler {
	p := relationshipsPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.SignedIn(table, p.show)},
		site.Route{Path: path + "/{id}/remove", Get: site.SignedIn(table, p.confirm), Post: site.SignedIn(table, p.end)},
	)
}

// most is how many ties the page lists: a customer has few.
const most = 100

type body struct{ Ties []tie }

// tie is one partner as its card shows it.
type tie struct {
	Name   string
	Facts  []page.Row
	Powers []string
	Remove string // path of the page that ends the administration; empty where there is none, or the reader may not
	Why    string // why the reader cannot end it
}

func (p relationshipsPage) show(v *site.Visit, who site.Signed) error {
	if err := admitted(who); err != nil {
		return err
	}
	w, at := v.Words, v.Op.At
	held := func(found []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			kept[i] = len(r.Kinds(at)) > 0
		}
		return kept, nil
	}
	ties, _, err := p.table.RelationshipsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: most}, held)
	if err != nil {
		return err
	}
	ids := make([]partner.ID, len(ties))
	for i, r := range ties {
		ids[i] = r.Partner
	}
	names := map[partner.ID]string{}
	if len(ids) > 0 {
		if names, err = p.table.PartnerNames(v.R.Context(), ids); err != nil {
			return err
		}
	}
	b := body{}
	for _, r := range ties {
		b.Ties = append(b.Ties, p.card(v, who, r, names[r.Partner]))
	}
	frame := v.Frame(w.PartnersTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	if v.R.URL.Query().Get("removed") != "" {
		frame.Notice = &page.Notice{Success: true, Text: w.PartnersRemoved()}
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// admitted fails with Forbidden where the person has no part in the customer's relationships: any administrator role sees them.
func admitted(who site.Signed) error {
	if !who.OfCustomer() || len(who.Roles) == 0 {
		return fault.New(fault.Forbidden, "not_your_role")
	}
	return nil
}

// decides says whether the person may end what a partner may do: a global administrator may.
func decides(who site.Signed) bool {
	return customer.User{Roles: who.Roles}.Has(customer.GlobalAdmin)
}

func (p relationshipsPage) card(v *site.Visit, who site.Signed, r relationship.Relationship, name string) tie {
	w, at := v.Words, v.Op.At
	made := tie{Name: name, Facts: []page.Row{{Key: w.SitePartnerID(), Values: []string{site.Spoken(r.Partner)}}}}
	if a := r.Administration; a != nil && running(a.StatusAt(at)) {
		made.Facts = append(made.Facts,
			page.Row{Key: w.RedeemDelegation(), Values: []string{v.Rights(a.Role)}},
			page.Row{Key: w.PartnersSince(), Values: []string{w.Time(v.In(a.Since, who.Customer.Country))}},
			page.Row{Key: w.PartnersUntil(), Values: []string{w.Time(v.In(a.EndsAt, who.Customer.Country))}})
		can, cannot := v.Powers(a.Role)
		made.Powers = []string{can, cannot}
		if a.Status == relationship.Suspended {
			made.Powers = append(made.Powers, w.PartnersSuspended())
		}
		if decides(who) {
			made.Remove = path + "/" + string(r.Partner) + "/remove"
		} else {
			made.Why = w.PartnersAdministratorOnly()
		}
	}
	if r.PorSubscriptions > 0 {
		made.Facts = append(made.Facts, page.Row{Key: w.RedeemAdvisor(), Values: []string{w.PartnersSubscriptions(r.PorSubscriptions)}})
	}
	return made
}

func running(s relationship.Status) bool {
	return s == relationship.Active || s == relationship.Suspended
}

// asked returns the partner named in the path and how it administers the person's customer; NotFound where it does not.
func (p relationshipsPage) asked(v *site.Visit, who site.Signed) (partner.Partner, relationship.Administration, error) {
	if err := admitted(who); err != nil {
		return partner.Partner{}, relationship.Administration{}, err
	}
	if !decides(who) {
		return partner.Partner{}, relationship.Administration{}, fault.New(fault.Forbidden, "not_your_role")
	}
	id, err := partner.ParseID(v.R.PathValue("id"))
	if err != nil {
		return partner.Partner{}, relationship.Administration{}, fault.New(fault.NotFound, "not_found")
	}
	r, _, err := p.table.Relationship(v.R.Context(), who.Customer.ID, id)
	if err != nil {
		return partner.Partner{}, relationship.Administration{}, err
	}
	if r.Administration == nil {
		return partner.Partner{}, relationship.Administration{}, fault.New(fault.NotFound, "not_found")
	}
	found, err := p.table.Partner(v.R.Context(), id)
	return found, *r.Administration, err
}

// confirm says what ends and what stays before anything does.
func (p relationshipsPage) confirm(v *site.Visit, who site.Signed) error {
	asked, a, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if !running(a.StatusAt(v.Op.At)) {
		return v.Redirect(path)
	}
	w, name := v.Words, asked.LegalName
	return v.Say(http.StatusOK, site.Message{
		Title: w.PartnersRemoveTitle(name), Text: []string{w.PartnersRemoveText(name), w.PartnersRemoveStays(), w.PartnersRemoveAgain(name)}, Back: &page.Link{URL: path},
		Button: &site.Button{
			Text: w.PartnersRemoveButton(name), Value: "remove", Danger: true, Keep: path, Token: site.Token(who.Secret, "remove", string(asked.ID)),
		},
	})
}

// end takes the power away. Pressed twice it is the same.
func (p relationshipsPage) end(v *site.Visit, who site.Signed) error {
	asked, _, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "remove", string(asked.ID)); err != nil {
		return err
	}
	_, err = relationship.EndAdministration(v.R.Context(), p.table, who.Customer.ID, asked.ID, relationship.ByCustomer, "", v.By(who))
	if err != nil && !fault.Is(err, "already_ended") {
		return err
	}
	return v.Redirect(path + "?removed=1")
}
