// Package partneroffernew is where a partner's people make an offer, in steps of one thing each: where, what, how much, whether to administer, what
// is said, who gets it, and the check with the mail and the customer's page before the one button. What is answered is kept with the offer that was
// begun (invitation.Begun).
package partneroffernew

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/invited"
	"liaison/shared/site/offered"
	"liaison/shared/site/previewed"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	invitation.BegunStore
	invited.Counts
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
	Programs(ctx context.Context) (catalog.Programs, error)
	Availability(ctx context.Context) (catalog.Availability, error)
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (relationship.Relationship, *relationship.Grant, error)
	Redemption(ctx context.Context, id consent.ID) (consent.StoredConsent, error)
	Invitation(ctx context.Context, id invitation.ID, fresh bool) (invitation.Invitation, error)
}

//go:embed *.html
var files embed.FS

var (
	kinds = page.Parse(files, "kinds.html")
	form  = page.Parse(invited.With(files), "step.html", invited.File)
	check = page.Parse(previewed.With(files), "check.html", previewed.File, offered.File)
)

type newPage struct{ table Table }

const (
	path = "/partner/offers/new"
	list = "/partner/offers"
)

// Page serves /partner/offers/new, where the kind is chosen, and below it the steps.
func Page(env boot.Env, table Table) http.Handler {
	p := newPage{table}
	route := func(name string, of site.Route) site.Route {
		s := named(name)
		of.Get = p.allowed(p.begun(func(v *site.Visit, m *making) error { return p.show(v, m, s, http.StatusOK, nil) }))
		of.Post = site.Keeping(table, p.allowed(p.begun(func(v *site.Visit, m *making) error { return p.post(v, m, s) })))
		return of
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: p.allowed(p.choose)},
		route("country", site.Route{Path: path + "/country"}),
		route("plan", site.Route{Path: path + "/plan"}),
		route("licenses", site.Route{Path: path + "/licenses"}),
		route("access", site.Route{Path: path + "/access"}),
		route("notice", site.Route{Path: path + "/notice"}),
		route("message", site.Route{Path: path + "/message"}),
		route("recipients", site.Route{Path: path + "/recipients"}),
		site.Route{Path: path + "/check", Get: p.allowed(p.begun(p.showCheck)), Post: p.allowed(p.begun(p.finish))},
	)
}

// allowed lets only people through who may make offers, of a company that may; the others hear why not, and who can change it.
func (p newPage) allowed(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
	return site.Partners(p.table, access.MakeOffers, func(v *site.Visit, who site.Signed) error {
		if why := v.CannotOffer(who); why != "" {
			m := site.Message{Title: v.Words.OfferNewCannot(), Text: []string{why}, Links: []page.Link{{Text: v.Words.OverviewTitle(), URL: site.ConsolePath}}}
			if to := v.ToOffer(who); to != nil {
				m.Links = append([]page.Link{*to}, m.Links...)
			}
			return v.Say(http.StatusConflict, m)
		}
		return step(v, who)
	})
}

// making is an offer that is being made, and by whom.
type making struct {
	invitation.Begun
	who    site.Signed
	facts  *offer.Facts // what the partner may offer; read by the steps that ask about it
	plans  []catalog.Plan
	list   *invitation.Bulk // the recipients, where they are a list
	review *invited.List    // the same as the step shows it, row by row
	why    string           // why the step offers no choice to go on with
	where  *page.Link       // to what is available where, if that is why something in the step can't be chosen
	stay   bool             // the answer is kept and its step shown again, with what it brought
}

// begun reads the offer that the address or the form names. One that is not begun yet is begun by the first answer; one that was made leads to its
// page, so that a second press makes no second one.
func (p newPage) begun(step func(*site.Visit, *making) error) func(*site.Visit, site.Signed) error {
	return func(v *site.Visit, who site.Signed) error {
		query := v.R.URL.Query()
		code := query.Get("offer")
		if code == "" {
			code = v.Form("offer")
		}
		kind := offer.Kind(query.Get("kind"))
		if code == "" {
			if !slices.Contains(offer.Kinds(), kind) {
				return v.Redirect(path)
			}
			return p.first(v, who, kind, offer.NewID(who.Partner.ID, v.Op), step)
		}
		id, err := offer.FromCode(code)
		if err == nil {
			err = access.Owns(who.Caller, id.Partner())
		}
		if err != nil {
			return err
		}
		m := &making{who: who}
		m.Begun, err = p.table.Begun(v.R.Context(), id, v.Op.At)
		switch {
		case err == nil:
			if err := m.Mine(who.ID); err != nil {
				return err
			}
			if err := p.listed(v, m); err != nil {
				return err
			}
			return step(v, m)
		case !fault.Is(err, fault.NotFound):
			return err
		}
		if _, _, made := p.table.Offer(v.R.Context(), id); made == nil {
			return v.Redirect(list + "/" + string(id))
		}
		if slices.Contains(offer.Kinds(), kind) {
			return p.first(v, who, kind, id, step)
		}
		return p.lost(v)
	}
}

// listed reads the list of recipients, if there is one; a list that is kept no longer is asked for once more.
func (p newPage) listed(v *site.Visit, m *making) error {
	if m.Bulk == "" {
		return nil
	}
	list, err := p.table.Bulk(v.R.Context(), m.ID, m.Bulk, v.Op.At)
	if fault.Is(err, fault.NotFound) {
		m.Bulk = ""
		m.forget("recipients")
		return nil
	}
	m.list = &list
	return err
}

// lost says that what was begun is kept no longer, and leads to a new beginning.
func (p newPage) lost(v *site.Visit) error {
	w := v.Words
	return v.Say(http.StatusNotFound, site.Message{
		Title: w.OfferNewLost(), Text: []string{w.OfferNewLostText(invitation.BegunDays)}, Kind: "info", Icon: "clock", Links: []page.Link{{Text: w.OfferNewAgain(), URL: path}},
	})
}

// first begins an offer of a kind; one that follows a trial holds what that held, and one for a customer what is known of it.
func (p newPage) first(v *site.Visit, who site.Signed, kind offer.Kind, id offer.ID, step func(*site.Visit, *making) error) error {
	m := &making{who: who, Begun: invitation.Begun{ID: id, By: partner.UserID(who.ID), Draft: offer.Draft{Kind: kind}, CreatedAt: v.Op.At}}
	if err := p.mayOffer(v, m); err != nil {
		return err
	}
	if !m.holds(v, kind) { // whatever led here; there it stands with the reason
		return v.Redirect(site.Query(path, page.Hidden{Name: offered.ForCustomer, Value: v.R.URL.Query().Get(offered.ForCustomer)}))
	}
	if err := p.forCustomer(v, m); err != nil {
		return err
	}
	if err := p.follow(v, m); err != nil {
		return err
	}
	if err := p.forLead(v, m); err != nil {
		return err
	}
	return step(v, m)
}

// follow fills in what an earlier trial offer of the company held, where the address names one and the kind is ordered.
func (p newPage) follow(v *site.Visit, m *making) error {
	id := v.R.URL.Query().Get("follows")
	if id == "" || !m.Draft.Kind.Orders() {
		return nil
	}
	of, err := offer.Parse(id)
	if err == nil {
		err = access.Owns(m.who.Caller, of.Partner())
	}
	if err != nil {
		return err
	}
	trial, _, err := p.table.Offer(v.R.Context(), of)
	if err != nil {
		return err
	}
	if !trial.Kind.Tries() {
		return fault.NotFound
	}
	m.Draft.Follows, m.Draft.Country, m.Draft.Language = trial.ID, trial.Country, trial.Language
	m.Draft.Items = []offer.Item{{Plan: trial.Plan(), Licenses: trial.Items[0].Licenses}}
	return nil
}

// forLead fills in what somebody asked for through the marketplace, where the address names that lead of the company's.
func (p newPage) forLead(v *site.Visit, m *making) error {
	id := lead.ID(v.R.URL.Query().Get(offered.ForLead))
	if id == "" {
		return nil
	}
	if owner, _, ok := id.Partner(); !ok || owner != m.who.Partner.ID {
		return fault.NotFound
	}
	l, _, err := p.table.LeadFacts(v.R.Context(), id)
	if err != nil {
		return err
	}
	if !l.StatusAt(v.Op.At).Open() {
		return fault.LeadClosed.With(string(l.StatusAt(v.Op.At)))
	}
	m.Draft.Lead, m.Draft.Country, m.Draft.Language, m.Draft.Visibility = string(l.ID), l.From.Country, l.From.Language, offer.Invited
	m.Recipients = []invitation.Recipient{{Mail: l.From.Mail, Language: l.From.Language}}
	if plan, known := m.facts.Plans[l.Plan]; known && (m.Draft.Kind.Orders() && len(plan.Terms()) > 0 || m.Draft.Kind.Tries() && plan.Trial != nil) {
		m.Draft.Items = []offer.Item{{Plan: l.Plan}}
	}
	return nil
}

// mayOffer reads what the partner may offer.
func (p newPage) mayOffer(v *site.Visit, m *making) error {
	if m.facts != nil {
		return nil
	}
	ctx := v.R.Context()
	facts := &offer.Facts{Partner: m.who.Partner, Plans: map[catalog.PlanID]catalog.Plan{}, Authorisations: map[catalog.PlanID]partner.Authorisation{}}
	var err error
	if m.plans, _, err = p.table.Plans(ctx, dynamo.Page{Limit: most}); err != nil {
		return err
	}
	if facts.Programs, err = p.table.Programs(ctx); err != nil {
		return err
	}
	if facts.Availability, err = p.table.Availability(ctx); err != nil {
		return err
	}
	held, err := p.table.Authorisations(ctx, m.who.Partner.ID)
	if err != nil {
		return err
	}
	for _, one := range m.plans {
		facts.Plans[one.ID] = one
	}
	for _, one := range held {
		facts.Authorisations[one.Plan] = one
	}
	m.facts = facts
	return nil
}

// holds says whether the company holds the right that an offer of the kind takes, where it takes one.
func (m *making) holds(v *site.Visit, kind offer.Kind) bool {
	right := kind.Right()
	if _, alone := kind.Administers(); alone {
		right = catalog.DelegatedAdministration
	}
	return right == "" || m.who.Partner.Holds(right, m.facts.Programs, v.Op.At)
}

// most is how many plans are looked through; the vendor has few.
const most = 100

type kindsBody struct {
	Kinds []kind
}

// kind is a way to begin: a link, or why it is none.
type kind struct {
	Icon, Title, Text, URL, Why string
	Where                       *page.Link // to what is available where, if that is why
}

// choose shows the kinds of offer; what the company holds no right for is there, with the reason.
func (p newPage) choose(v *site.Visit, who site.Signed) error {
	m := &making{who: who}
	if err := p.mayOffer(v, m); err != nil {
		return err
	}
	w, making, country := v.Words, offered.Making, ""
	frame := v.Frame(w.OfferNewOffer())
	if given := v.R.URL.Query().Get(offered.ForCustomer); given != "" {
		tie, err := p.tied(v, who, given)
		if err != nil {
			return err
		}
		frame.Lead, country = w.OfferNewForCustomer(tie.CustomerName), tie.CustomerCountry
		making = func(k offer.Kind) string { return offered.MakingFor(k, tie.Customer) }
	}
	var b kindsBody
	for _, one := range offer.Kinds() {
		made := kind{Icon: offered.Icon(one), Title: offered.Kind(w, one), Text: offered.About(w, one), URL: making(one)}
		missing, closed := available.Missing(offer.Plain(one, country).Available(m.facts.Availability))
		switch {
		case !m.holds(v, one):
			made.Why = w.OfferNewNotEnrolled(v.Vendor().Name)
		case closed:
			made.Why, made.Where = available.Why(w, missing), available.Link(w, missing)
		}
		b.Kinds = append(b.Kinds, made)
	}
	frame.Back = &page.Link{URL: list, Text: w.ConsoleOffers()}
	return v.Render(kinds, http.StatusOK, frame, b)
}
