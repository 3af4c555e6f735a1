package relationships

import (
	"slices"
	"strings"
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
	"liaison/shared/site/available"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

type body struct {
	Note  *page.Note // what rests until the vendor decides; nil where nothing does
	Ties  []tie
	Older *page.Link // where more has ended than the page shows
	Empty page.Empty
	Pager page.Pager // leads to all partners as a file
}

// tie is one partner as its card shows it, which says its name once: a row a kind, those that ended last; what they allow together, and where its
// acts are listed.
type tie struct {
	Who      page.Who
	Rows     []page.Item
	Allowed  *page.Abilities // nil where all ended
	Activity string
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

// subscriptions returns the customer's with their names.
func (p relationshipsPage) subscriptions(v *site.Visit, who site.Signed) ([]named, error) {
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

// vendor returns the name of who runs the program.
func vendor(v *site.Visit) (string, error) {
	shown, err := v.Catalogue()
	return shown.Vendor.Name, err
}

// company says who the partner is and, once that is verified, how it is reached.
func (c card) company() page.Who {
	w, p := c.v.Words, c.of
	who := page.Who{
		Name: c.name, Verified: p.Verified(), Heading: true, ID: "partner-" + string(c.tie.Partner),
		Line: w.PartnersCompany(partnername.ID(p.ID), w.Country(p.Country)),
	}
	if !p.Verified() {
		return who
	}
	for _, one := range []page.Contact{{Text: p.Phone, URL: page.PhoneURL(p.Phone)}, {Text: textinput.ShownMail(p.Mail), URL: page.MailURL(p.Mail)}, {Text: p.Website, URL: page.WebURL(p.Website)}} {
		if one.Text != "" && one.URL != "" {
			one.Text = strings.TrimPrefix(one.Text, "https://")
			who.Links = append(who.Links, one)
		}
	}
	if p.SupportHours != "" {
		who.Line += " · " + w.Hours(p.SupportHours)
	}
	return who
}

func (c card) made() (tie, error) {
	made := tie{Who: c.company(), Activity: "/account/activity?partner=" + string(c.tie.Partner)}
	kinds := c.tie.Kinds(c.v.Op.At)
	if len(kinds) > 0 {
		allowed := c.allowed()
		made.Allowed = &allowed
	}
	for _, kind := range kinds {
		one, err := page.Item{}, error(nil)
		switch kind {
		case relationship.DelegatedAdministrator:
			one, err = c.administration(*c.tie.Administration)
		case relationship.PartnerOfRecord:
			one = c.partnerOfRecord()
		case relationship.Reseller:
			one, err = c.reseller()
		}
		if err != nil {
			return made, err
		}
		made.Rows = append(made.Rows, one)
	}
	ended, err := c.ended()
	made.Rows = append(made.Rows, ended...)
	return made, err
}

// allowed says what the ties allow together. What a disputed one allowed stands under what the partner cannot.
func (c card) allowed() page.Abilities {
	w, kinds := c.v.Words, c.tie.Kinds(c.v.Op.At)
	made := page.Abilities{CanTitle: w.DelegatedAdministrationCan(), CannotTitle: w.DelegatedAdministrationCannot(), Cannot: []string{w.PartnersCannotEnter()}}
	if slices.Contains(kinds, relationship.DelegatedAdministrator) {
		made = granted.Abilities(w, c.tie.Administration.Role)
		if c.disputed() {
			made.Can, made.Cannot, made.CannotTitle = nil, made.Can, w.PartnersCannotDisputed()
		}
	}
	if slices.Contains(kinds, relationship.PartnerOfRecord) {
		made.Can = append(made.Can, w.PartnersCanAdvise())
	}
	if slices.Contains(kinds, relationship.Reseller) {
		made.Can = append(made.Can, w.PartnersCanSell())
	}
	return made
}

// disputed says whether the delegated administration rests until the vendor decides.
func (c card) disputed() bool {
	return c.tie.Administration != nil && c.tie.Administration.StatusAt(c.v.Op.At) == relationship.Suspended
}

// agreed names who agreed; somebody who is gone is not named.
func (c card) agreed(by customer.UserID) (string, error) {
	if by == "" {
		return "", nil
	}
	user, err := c.page.table.CustomerUser(c.v.R.Context(), by)
	if err != nil && !fault.Is(err, fault.Absent) || user.Name == "" {
		return "", err
	}
	return c.v.Words.PartnersAgreedBy(user.Name), nil
}

// soon is within how many days of its end a grant says so in its badge.
const soon = 30

func (c card) administration(a relationship.GrantSummary) (made page.Item, err error) {
	w, p := c.v.Words, c.tie.Partner
	by, err := c.agreed(a.AgreedBy)
	if err != nil {
		return made, err
	}
	made = page.Item{
		Icon: "key", Title: w.DelegatedAdministrationLabel(), Badge: &page.Badge{Kind: "good", Text: w.PartnersActive()},
		Lines: stated(w.PartnersTerm(granted.Rights(w, a.Role), c.time(a.Since), c.time(a.EndsAt)), by),
	}
	if days := subscribed.DaysLeft(a.EndsAt, c.v.Op.At); days <= soon {
		made.Badge = &page.Badge{Kind: "warn", Text: w.PartnersEndsIn(days)}
	}
	if a.Status == relationship.Suspended {
		made.Badge = &page.Badge{Kind: "bad", Text: w.PartnersDisputedNow()}
	}
	if extendable(a) {
		made.Lines = append(made.Lines, w.PartnersExtend(c.extends(a.AutoExtend)))
		if why, to := available.NotExtended(c.v, a.AutoExtend, c.tie.CustomerCountry); why != "" {
			made.Lines, made.Links = append(made.Lines, why), append(made.Links, *to)
		}
		if access.Has(c.who.Caller, access.AutoExtend) {
			text := w.PartnersExtendOn()
			if a.AutoExtend.Customer {
				text = w.PartnersExtendOff()
			}
			made.Links = append(made.Links, page.Link{Text: text, URL: to(p, "extend")})
		}
	}
	if lowerable(a) && access.Has(c.who.Caller, access.EndGrant) {
		made.Links = append(made.Links, page.Link{Text: w.PartnersLower(), URL: to(p, "lower")})
	}
	if a.Status == relationship.Active && access.Has(c.who.Caller, access.Dispute) {
		made.Links = append(made.Links, page.Link{Text: w.PartnersDispute(), URL: to(p, "dispute")})
	}
	if access.Has(c.who.Caller, access.EndGrant) {
		made.Acts = []page.Act{{Text: w.PartnersRemove(), URL: to(p, "remove"), About: c.about(made.Title), Danger: true, Small: true}}
	} else {
		made.Lines = append(made.Lines, w.PartnersAdministratorOnly())
	}
	return made, nil
}

// about says to those who can't see the row which tie a button means.
func (c card) about(kind string) string { return "(" + kind + ", " + c.name + ")" }

// stated leaves out the lines that say nothing.
func stated(lines ...string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

func (c card) extends(s relationship.Switches) string {
	switch w := c.v.Words; {
	case s.Both():
		return w.PartnersExtendBoth()
	case s.Customer:
		return w.PartnersExtendMine()
	case s.Partner:
		return w.PartnersExtendTheirs()
	default:
		return w.PartnersExtendNone()
	}
}

func (c card) partnerOfRecord() page.Item {
	w, p := c.v.Words, c.tie.Partner
	made := page.Item{
		Icon: "hands", Title: w.PartnerOfRecordLabel(), Badge: &page.Badge{Kind: "good", Text: w.PartnersActive()},
	}
	for _, s := range c.subs {
		if s.Status != subscription.Deleted && s.PartnerOfRecordID() == p {
			made.Lines = append(made.Lines, w.PartnersAdvisedSince(s.name, c.time(s.PartnerOfRecord.Since)))
		}
	}
	if n := c.tie.PartnerOfRecordSubscriptions; n != len(made.Lines) { // more than the page reads
		made.Lines = append([]string{w.SubscriptionCount(n)}, made.Lines...)
	}
	if access.Has(c.who.Caller, access.SetPartnerOfRecord) {
		made.Acts = []page.Act{{Text: w.PartnersChangePartnerOfRecord(), URL: "/account/subscriptions/partner", About: c.about(made.Title), Small: true}}
	}
	return made
}

func (c card) reseller() (made page.Item, err error) {
	w, p, at := c.v.Words, c.tie.Partner, c.v.Op.At
	var billed []string
	for _, s := range c.subs {
		if s.Billed(p, at) {
			billed = append(billed, s.name)
		}
	}
	bills := w.PartnersBilledNone()
	if len(billed) > 0 {
		bills = w.PartnersBilled(strings.Join(billed, ", "))
	}
	by, err := c.agreed(c.tie.ResellerBy)
	if err != nil {
		return made, err
	}
	made = page.Item{
		Icon: "store", Title: w.PartnersReseller(), Badge: &page.Badge{Kind: "good", Text: w.PartnersActive()},
		Lines: stated(w.PartnersSince(c.time(c.tie.ResellerSince)), bills, by),
		Acts:  []page.Act{{Text: w.PartnersRemove(), About: c.about(w.PartnersReseller()), Small: true, Why: w.PartnersResellerOnly(), ID: "why-" + string(p)}},
	}
	name, err := vendor(c.v)
	if err != nil {
		return made, err
	}
	if n := c.tie.NoticePeriod; n != nil {
		made.Lines = append(made.Lines, w.PartnersNotice(offered.Notice(w, *n)))
	}
	open, left := false, false
	if request := c.tie.Removal; request != nil {
		open = request.Status == relationship.Open
		left = open && !request.Left.IsZero()
		made.Lines = append(made.Lines, c.request(*request, name)...)
	}
	switch {
	case left:
		made.Badge = &page.Badge{Kind: "warn", Text: w.PartnersLeftBadge()}
		made.Acts[0].Why = w.PartnersLeftOnly(name)
	case open:
		made.Badge = &page.Badge{Kind: "warn", Text: w.PartnersRequestToday()}
		if ends := c.tie.Removal.EndsAt; !ends.IsZero() {
			made.Badge.Text = w.PartnersEndsIn(subscribed.DaysLeft(ends, at))
		} else if days := c.tie.Removal.Days(at); days > 0 {
			made.Badge.Text = w.PartnersRequestDays(days)
		}
		if access.Has(c.who.Caller, access.AskRemoval) {
			made.Links = []page.Link{{Text: w.PartnersWithdraw(), URL: to(p, "withdraw")}}
		}
	case access.Has(c.who.Caller, access.AskRemoval):
		made.Links = []page.Link{{Text: w.PartnersAsk(), URL: to(p, "ask")}}
	}
	if c.tie.NoticePeriod != nil && !left {
		made.Acts = nil // it ends after a request, whoever answers
	}
	return made, nil
}

// request says how the newest request stands, and what comes next.
func (c card) request(r relationship.Removal, vendor string) []string {
	w, at := c.v.Words, c.v.Op.At
	closed := c.time(r.ClosedAt)
	stands := ""
	switch r.Status {
	case relationship.Open:
		if !r.EndsAt.IsZero() {
			next := w.PartnersNoticeTerm()
			if r.Handover == relationship.ToVendor {
				next = w.PartnersNoticeVendor(vendor)
			}
			return []string{w.PartnersNoticeRuns(c.time(r.AskedAt), c.time(r.EndsAt)), next}
		}
		if !r.Left.IsZero() {
			return []string{w.PartnersLeft(c.time(r.Left)), w.PartnersLeftDecides(vendor)}
		}
		next := w.PartnersRequestReminded(c.time(r.Decidable()), vendor)
		if !at.Before(r.Decidable()) {
			next = w.PartnersRequestDue(vendor)
		}
		return []string{w.PartnersRequestOpen(c.time(r.AskedAt)), next}
	case relationship.Withdrawn:
		stands = w.PartnersRequestWithdrawn(closed)
	case relationship.Declined:
		stands = w.PartnersRequestDeclined(closed)
	case relationship.Kept:
		stands = w.PartnersRequestKept(vendor, closed)
	default: // ended and removed: there is no tie any more
		return nil
	}
	if r.Answer != "" {
		return []string{stands, w.PartnersAnswer(r.Answer)}
	}
	return []string{stands}
}
