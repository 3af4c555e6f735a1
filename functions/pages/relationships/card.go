package relationships

import (
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

type body struct{ Ties []tie }

// tie is one partner as its card shows it.
type tie struct {
	ID, Name string
	Facts    []page.Row
	Parts    []part
}

// part is one kind of a tie.
type part struct {
	Title   string
	Facts   []page.Row
	Allowed []string
	Notes   []string
	Grey    string // the button that cannot be pressed; Why stands beside it
	Why     string
	Danger  *page.Link
	Ways    []page.Link
}

// card makes the card of one tie for one reader.
type card struct {
	page relationshipsPage
	v    *site.Visit
	who  site.Signed
	tie  relationship.Relationship
	of   partner.Partner
	name string
	subs []named
}

// named is a subscription with its plan's name.
type named struct {
	subscription.Subscription
	name string
}

// subscriptions returns the customer's with their names, where a tie is shown with them.
func (p relationshipsPage) subscriptions(v *site.Visit, who site.Signed, ties []relationship.Relationship) ([]named, error) {
	if !slices.ContainsFunc(ties, func(r relationship.Relationship) bool { return r.Reseller || r.PartnerOfRecordSubscriptions > 0 }) {
		return nil, nil
	}
	found, _, err := p.table.SubscriptionsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: most}, nil)
	if err != nil {
		return nil, err
	}
	var plans []catalog.PlanID
	for _, s := range found {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	shown, err := v.Catalogue(plans...)
	made := make([]named, len(found))
	for i, s := range found {
		made[i] = named{s, shown.Plans[s.Plan].Name.In(string(v.Words.Language()))}
	}
	return made, err
}

func (c card) time(t time.Time) time.Time { return c.v.In(t, c.who.Customer.Country) }

func (c card) row(key string, values ...string) page.Row { return page.Row{Key: key, Values: values} }

// vendor returns the name of who runs the program.
func vendor(v *site.Visit) (string, error) {
	shown, err := v.Catalogue()
	return shown.Vendor.Name, err
}

// contact says who the partner is and, once that is verified, how it is reached. Its name stands above.
func (c card) contact() []page.Row {
	p := c.of
	if !p.Verified() {
		p.Phone, p.Mail, p.SupportHours = "", "", ""
	}
	return partnername.Card(c.v.Words, p)[1:]
}

func (c card) made() (tie, error) {
	made := tie{ID: string(c.tie.Partner), Name: c.name, Facts: c.contact()}
	for _, kind := range c.tie.Kinds(c.v.Op.At) {
		var one part
		var err error
		switch kind {
		case relationship.DelegatedAdministrator:
			one, err = c.administration(*c.tie.Administration)
		case relationship.PartnerOfRecord:
			one = c.record()
		case relationship.Reseller:
			one, err = c.reseller()
		}
		if err != nil {
			return made, err
		}
		made.Parts = append(made.Parts, one)
	}
	return made, nil
}

// agreed names who agreed; somebody who is gone stands in no row.
func (c card) agreed(by customer.UserID) ([]page.Row, error) {
	if by == "" {
		return nil, nil
	}
	user, err := c.page.table.CustomerUser(c.v.R.Context(), by)
	if fault.Is(err, fault.Absent) {
		return nil, nil
	}
	return []page.Row{c.row(c.v.Words.PartnersAgreedBy(), user.Name)}, err
}

func (c card) administration(a relationship.GrantSummary) (part, error) {
	w, p := c.v.Words, c.tie.Partner
	made := part{Title: w.DelegatedAdministrationLabel(), Facts: []page.Row{
		c.row(w.PartnersRights(), granted.Rights(c.v.Words, a.Role)),
		c.row(w.PartnersSince(), w.Time(c.time(a.Since))),
		c.row(w.PartnersUntil(), w.Time(c.time(a.EndsAt))),
	}}
	by, err := c.agreed(a.AgreedBy)
	if err != nil {
		return made, err
	}
	made.Facts = append(made.Facts, by...)
	can, cannot := granted.Allowed(c.v.Words, a.Role)
	made.Allowed = []string{can, cannot}
	if a.Status == relationship.Suspended {
		made.Notes = append(made.Notes, w.PartnersSuspended())
	}
	if extendable(a) {
		made.Facts = append(made.Facts, c.row(w.PartnersExtend(), c.extends(a.AutoExtend)))
		if access.Has(c.who.Caller, access.AutoExtend) {
			text := w.PartnersExtendOn()
			if a.AutoExtend.Customer {
				text = w.PartnersExtendOff()
			}
			made.Ways = append(made.Ways, page.Link{Text: text, URL: to(p, "extend")})
		}
	}
	if lowerable(a) && access.Has(c.who.Caller, access.EndGrant) {
		made.Ways = append(made.Ways, page.Link{Text: w.PartnersLower(), URL: to(p, "lower")})
	}
	if a.Status == relationship.Active && access.Has(c.who.Caller, access.Dispute) {
		made.Ways = append(made.Ways, page.Link{Text: w.PartnersDispute(), URL: to(p, "dispute")})
	}
	if access.Has(c.who.Caller, access.EndGrant) {
		made.Danger = &page.Link{Text: w.PartnersRemove(), URL: to(p, "remove")}
	} else {
		made.Notes = append(made.Notes, w.PartnersAdministratorOnly())
	}
	return made, nil
}

func (c card) extends(s relationship.Switches) string {
	switch w := c.v.Words; {
	case s.Both():
		return w.PartnersExtendBoth()
	case s.Customer:
		return w.PartnersExtendMine(c.name)
	case s.Partner:
		return w.PartnersExtendTheirs(c.name)
	default:
		return w.PartnersExtendNone()
	}
}

func (c card) record() part {
	w, p := c.v.Words, c.tie.Partner
	advised := []string{w.SubscriptionCount(c.tie.PartnerOfRecordSubscriptions)}
	for _, s := range c.subs {
		if r := s.PartnerOfRecord; r != nil && r.Partner == p {
			advised = append(advised, w.PartnersAdvisedSince(s.name, c.time(r.Since)))
		}
	}
	made := part{Title: w.PartnerOfRecordLabel(), Facts: []page.Row{c.row(w.PartnersAdvised(), advised...)}, Allowed: []string{w.PartnersPartnerOfRecordCan()}}
	if access.Has(c.who.Caller, access.SetPartnerOfRecord) {
		made.Ways = []page.Link{{Text: w.PartnersChangePartnerOfRecord(), URL: "/account/subscriptions/partner"}}
	}
	return made
}

func (c card) reseller() (part, error) {
	w, p, at := c.v.Words, c.tie.Partner, c.v.Op.At
	var billed []string
	for _, s := range c.subs {
		if s.Billed(p, at) {
			billed = append(billed, s.name)
		}
	}
	if len(billed) == 0 {
		billed = []string{w.PartnersBilledNone()}
	}
	made := part{
		Title: w.PartnersReseller(), Grey: w.PartnersRemoveReseller(), Why: w.PartnersResellerOnly(c.name),
		Facts:   []page.Row{c.row(w.PartnersSince(), w.Time(c.time(c.tie.ResellerSince)))},
		Allowed: []string{w.ResellerBills(c.name), w.ResellerAccess()},
	}
	by, err := c.agreed(c.tie.ResellerBy)
	if err != nil {
		return made, err
	}
	made.Facts = append(append(made.Facts, by...), c.row(w.PartnersBilled(), billed...))
	name, err := vendor(c.v)
	if err != nil {
		return made, err
	}
	open := false
	if request := c.tie.Removal; request != nil {
		open = request.Status == relationship.Open
		made.Facts = append(made.Facts, c.request(*request, name)...)
	}
	switch {
	case !access.Has(c.who.Caller, access.AskRemoval):
	case open:
		made.Ways = []page.Link{{Text: w.PartnersWithdraw(), URL: to(p, "withdraw")}}
	default:
		made.Ways = []page.Link{{Text: w.PartnersAsk(), URL: to(p, "ask")}}
	}
	return made, nil
}

// request says how the newest request stands, for how long it is open, and what comes next.
func (c card) request(r relationship.Removal, vendor string) []page.Row {
	w, at := c.v.Words, c.v.Op.At
	closed := c.time(r.ClosedAt)
	stands := ""
	switch r.Status {
	case relationship.Open:
		next := w.PartnersRequestReminded(c.name, c.time(r.Decidable()), vendor)
		if !at.Before(r.Decidable()) {
			next = w.PartnersRequestDue(vendor)
		}
		return []page.Row{
			c.row(w.PartnersRequest(), w.PartnersRequestOpen(c.time(r.AskedAt), c.name)),
			c.row(w.PartnersRequestDays(), w.SiteDays(r.Days(at))), c.row(w.PartnersRequestNext(), next),
		}
	case relationship.Withdrawn:
		stands = w.PartnersRequestWithdrawn(closed)
	case relationship.Declined:
		stands = w.PartnersRequestDeclined(c.name, closed)
	case relationship.Kept:
		stands = w.PartnersRequestKept(vendor, closed)
	default: // ended and removed: there is no tie any more
		return nil
	}
	rows := []page.Row{c.row(w.PartnersRequest(), stands)}
	if r.Answer != "" {
		rows = append(rows, c.row(w.PartnersAnswer(), r.Answer))
	}
	return rows
}
