package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// The model: what infra/design/product.md says, without a table, a version, an event or a retry. Every command returns the code of its
// refusal, or how the state becomes different; it shares no rule with the domain, only its words.

type aPlan struct {
	id         catalog.PlanID
	trial      int // days; 0: cannot be tried
	seats      int // of a trial
	min, max   int
	first      int // licences where nothing is said
	month, yr  int64
	onlyMonths bool
}

func (p aPlan) sold() bool { return p.month != 0 }

func (p aPlan) price(term catalog.Term) int64 {
	if term == catalog.Year {
		return p.yr
	}
	return p.month
}

var plans = []aPlan{
	{id: "plan_suite_trial", trial: 30, seats: 25, min: 1, max: 60, first: 25, month: 1000, yr: 10000},
	{id: "plan_mail", min: 5, max: 40, first: 10, month: 300, onlyMonths: true},
	{id: "plan_files", trial: 14, seats: 10, min: 1, max: 50, first: 5},
}

func planOf(id catalog.PlanID) aPlan {
	return plans[slices.IndexFunc(plans, func(p aPlan) bool { return p.id == id })]
}

type aPartner struct {
	id       partner.ID
	user     string // its administrator, with full access to customers
	enrolled bool   // may administer and resell
	plans    []catalog.PlanID
	status   partner.Status
	verified bool // its profile

	name, city, country string
	listing             *aListing
	counted             []aCount
}

type anItem struct {
	plan     catalog.PlanID
	licenses int
	term     catalog.Term
	price    int64
}

type anOffer struct {
	id      offer.ID
	kind    offer.Kind
	by      partner.ID
	items   []anItem
	role    string // asked for; empty: none
	days    int
	biller  string
	notice  *int // of a reseller: days; nil where none is agreed
	most    int
	used    int
	status  offer.Status
	expires time.Time
	ended   time.Time
	lead    *aLead // that it answers
}

func (o *anOffer) at(now time.Time) offer.Status {
	open := o.status == offer.Active || o.status == offer.Paused
	switch {
	case open && !now.Before(o.expires):
		return offer.Expired
	case open && o.most > 0 && o.used >= o.most:
		return offer.UsedUp
	}
	return o.status
}

func (o *anOffer) sells() bool { return o.kind == offer.Trial || o.kind == offer.Purchase }

type anInvitation struct {
	id      invitation.ID
	of      *anOffer
	mail    string
	secret  string
	answer  invitation.Answer
	expires time.Time
	due     time.Time // when the clock next looks at it
	paused  bool
}

func (i *anInvitation) open(now time.Time) string {
	switch {
	case i.answer == invitation.Accepted:
		return "invitation_answered"
	case i.answer != invitation.Pending:
		return "invitation_" + string(i.answer)
	case !now.Before(i.expires):
		return "invitation_expired"
	case i.paused:
		return "invitation_paused"
	}
	return ""
}

// next sets when the clock looks again: 7 days and 1 day before the end, and at the end.
func (i *anInvitation) next(now time.Time) {
	i.due = i.expires
	for _, days := range []int{1, 7} {
		if due := i.expires.AddDate(0, 0, -days); due.After(now) {
			i.due = due
		}
	}
}

type aSub struct {
	id              subscription.ID
	plan            catalog.PlanID
	status          subscription.Status
	offered, bought int
	trialEnds       time.Time
	graceEnds       time.Time
	term            catalog.Term
	price           int64
	biller          string
	from, termEnds  time.Time
	ending          bool
	leaves          bool // its reseller's tie has ended
	partnerOfRecord partner.ID
	past            int
	offer           offer.ID
	phase           string // of its deletion: announce, waits, held, delete
	deleteAfter     time.Time
}

func (s *aSub) at(now time.Time) subscription.Status {
	switch {
	case s.status == subscription.Trialing && !now.Before(s.trialEnds):
		return subscription.Expired
	case s.ending && (s.status == subscription.Active || s.status == subscription.Suspended) && !now.Before(s.termEnds):
		return subscription.Cancelled
	}
	return s.status
}

func (s *aSub) convertible(now time.Time) bool {
	is := s.at(now)
	return is == subscription.Trialing || is == subscription.Expired && now.Before(s.trialEnds.AddDate(0, 0, 30))
}

func (s *aSub) nameable(now time.Time) bool {
	is := s.at(now)
	return s.convertible(now) || is == subscription.Active || is == subscription.Suspended
}

// months counts terms from their first day as a calendar in Warsaw shows it: a month without that day ends on its last one. A time that
// the clock skips is that of the clock as it went before; of a time that it shows twice the first counts.
func months(from time.Time, n int) time.Time {
	from = from.In(warsaw)
	day, month := from.Day(), time.Date(from.Year(), from.Month()+time.Month(n), 1, 12, 0, 0, 0, warsaw)
	for time.Date(month.Year(), month.Month(), day, 12, 0, 0, 0, warsaw).Month() != month.Month() {
		day--
	}
	const clock = "15:04:05.999999999"
	t := time.Date(month.Year(), month.Month(), day, from.Hour(), from.Minute(), from.Second(), from.Nanosecond(), warsaw)
	if earlier := t.Add(-time.Hour); earlier.Format(clock) == from.Format(clock) {
		return earlier.UTC()
	}
	if later := t.Add(time.Hour); t.Format(clock) < from.Format(clock) && later.Format(clock) > from.Format(clock) {
		return later.UTC()
	}
	return t.UTC() // days of grace that follow are full days of 24 hours
}

// warsaw is where every customer of the model lives.
var warsaw = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		panic(err)
	}
	return zone
}()

// runs returns the end of the term that runs.
func (s *aSub) runs(now time.Time) time.Time {
	step := 1
	if s.term == catalog.Year {
		step = 12
	}
	end := s.termEnds
	for n := step; !now.Before(end); n += step {
		end = months(s.from, n)
	}
	return end
}

// resize gives a subscription another number of licences, but no fewer than people have.
func (c *aCustomer) resize(s *aSub, n int, now time.Time) {
	if s.at(now) != subscription.Active {
		refuse("subscription_not_active")
	}
	bounds(planOf(s.plan), n, "")
	if s.leaves && n > s.bought {
		refuse("reseller_gone")
	}
	c.covers(s, n)
	if n != s.bought { // what fell due is done with it
		s.bought, s.termEnds = n, s.runs(now)
	}
}

// covers refuses fewer licences of a subscription than people have.
func (c *aCustomer) covers(s *aSub, licenses int) {
	if licenses < c.assigned(s) {
		refuse("licenses_assigned")
	}
}

type anOrder struct {
	licenses int
	term     catalog.Term
	price    int64
	biller   string
	offer    offer.ID
}

func (s *aSub) pay(o anOrder, now time.Time) {
	s.status, s.bought, s.term, s.price, s.biller, s.offer = subscription.Active, o.licenses, o.term, o.price, o.biller, o.offer
	s.from, s.phase, s.graceEnds, s.deleteAfter = now, "", time.Time{}, time.Time{}
	s.termEnds = months(now, map[catalog.Term]int{catalog.Month: 1, catalog.Year: 12}[o.term])
}

func (s *aSub) cancelTrial(now time.Time) {
	s.status, s.graceEnds, s.phase = subscription.Cancelled, now.AddDate(0, 0, 30), "announce"
}

type aGrant struct {
	by     partner.ID
	role   string
	status string
	ends   time.Time
	cause  string
	goesOn struct{ customer, partner bool } // who wants it to
}

func (g *aGrant) runs(now time.Time) bool { return g.holds(now) && g.status == "active" }

// holds says whether the partner is the customer's administrator, also while a dispute suspends it.
func (g *aGrant) holds(now time.Time) bool {
	return g != nil && (g.status == "active" || g.status == "suspended") && now.Before(g.ends)
}

// elapse is what the job does.
func (g *aGrant) elapse(now time.Time) {
	switch {
	case g.runs(now) && g.role == offer.RoleLimited && g.goesOn.customer && g.goesOn.partner && !now.Before(g.ends.AddDate(0, 0, -1)):
		g.ends = g.ends.AddDate(0, 0, 180)
	case !g.holds(now) && (g.status == "active" || g.status == "suspended"):
		g.status = "expired"
	}
}

type aTie struct {
	partnerOfRecord int
	reseller        bool
	notice          *int   // agreed with the reseller
	removal         string // how the newest request to end it stands; empty: there was none
	asked           time.Time
	over            time.Time         // when the notice is over; zero: none was agreed
	priced          []subscription.ID // that the vendor bills on
	grant           *aGrant           // as it was when it was last this partner's
}

// aRecord is a consent that the customer may dispute.
type aRecord struct {
	id      consent.ID
	gave    *aGrant
	dispute string
}

type aUser struct {
	id     customer.UserID
	mail   string
	global bool // else a billing administrator
}

type aCustomer struct {
	id       customer.ID
	users    []aUser // the owner, and sometimes a billing administrator
	readOnly bool
	tried    []catalog.PlanID
	subs     []*aSub
	grant    *aGrant
	ties     map[partner.ID]*aTie
	records  []*aRecord
	people   []*aPerson // whom the customer's directory holds, the owner first; not who was hired beside it
	groups   []*aGroup
	domains  []*aDomain
	tasks    map[taskID]*aTask
}

// administered refuses what needs the partner to be the customer's administrator.
func (c *aCustomer) administered(by partner.ID, now time.Time) {
	if c.ties[by] == nil {
		refuse("not_found")
	}
	if !c.grant.holds(now) || c.grant.by != by {
		refuse("already_ended")
	}
}

// said keeps a consent with the administration that it gave, which is nil where it gave none.
func (c *aCustomer) said(record consent.ID, gave *aGrant) {
	if record != "" {
		c.records = append(c.records, &aRecord{id: record, gave: gave})
	}
}

// free ends a reseller's tie; an open request is closed with the status.
func (c *aCustomer) free(p partner.ID, status string, now time.Time) {
	tie := c.tie(p)
	if !tie.reseller {
		refuse("already_ended")
	}
	for _, s := range c.subs {
		if is := s.at(now); s.biller == string(p) && (is == subscription.Active || is == subscription.Suspended) {
			refuse("active_subscriptions")
		}
	}
	if tie.reseller = false; tie.removal == "open" {
		tie.removal = status
	}
}

// handOver ends a reseller's tie by notice: the vendor bills on what the customer agreed to, all else ends with its term.
func (c *aCustomer) handOver(p partner.ID, now time.Time) {
	tie := c.tie(p)
	for _, s := range c.subs {
		if is := s.at(now); s.biller != string(p) || s.leaves || is != subscription.Active && is != subscription.Suspended {
			continue
		}
		if slices.Contains(tie.priced, s.id) {
			s.biller = subscription.Vendor
			continue
		}
		if !s.ending {
			s.termEnds = s.runs(now)
		}
		s.ending, s.leaves = true, true
	}
	tie.reseller, tie.removal, tie.over = false, "ended", time.Time{}
}

func (c *aCustomer) tie(p partner.ID) *aTie {
	if c.ties[p] == nil {
		c.ties[p] = &aTie{}
	}
	return c.ties[p]
}

func (c *aCustomer) newest() []*aSub {
	return slices.SortedFunc(slices.Values(c.subs), func(a, b *aSub) int { return -strings.Compare(string(a.id), string(b.id)) })
}

func (c *aCustomer) name(s *aSub, partnerOfRecord partner.ID) {
	if s.partnerOfRecord == partnerOfRecord {
		return
	}
	if s.partnerOfRecord != "" {
		c.tie(s.partnerOfRecord).partnerOfRecord--
		s.past = min(s.past+1, 20)
	}
	if partnerOfRecord != "" {
		c.tie(partnerOfRecord).partnerOfRecord++
	}
	s.partnerOfRecord = partnerOfRecord
}

func (c *aCustomer) try(plan catalog.PlanID) {
	if !slices.Contains(c.tried, plan) {
		c.tried = append(c.tried, plan)
	}
}

// administrator returns who administers the customer beside the one that asks.
func (c *aCustomer) administrator(asking partner.ID, now time.Time) partner.ID {
	if !c.grant.holds(now) || c.grant.by == asking {
		return ""
	}
	return c.grant.by
}

func (c *aCustomer) endGrant(status, cause string) {
	c.grant.status, c.grant.cause = status, cause
}

func (c *aCustomer) giveGrant(of *anOffer, now time.Time) {
	if c.grant.holds(now) && c.grant.by != of.by {
		c.endGrant("ended", "replaced")
	}
	if c.grant != nil {
		c.grant.elapse(now)
	}
	c.grant = &aGrant{by: of.by, role: of.role, status: "active", ends: now.AddDate(0, 0, of.days)}
	c.tie(of.by).grant = c.grant
}

// aWorld is everything the model knows.
type aWorld struct {
	partners    []aPartner
	offers      []*anOffer
	invitations []*anInvitation
	customers   []*aCustomer
	imports     []*anImport
	dns         dns
	revisions   int // of mailboxes
	inquiries   []*anInquiry
	leads       []*aLead
	sent        map[string][]time.Time // when each mailbox wrote to partners
}

func (w *aWorld) partner(p partner.ID) *aPartner {
	if i := slices.IndexFunc(w.partners, func(one aPartner) bool { return one.id == p }); i >= 0 {
		return &w.partners[i]
	}
	return nil
}

// refusal ends a command.
type refusal string

func refuse(code string) {
	if code != "" {
		panic(refusal(code))
	}
}

// decide returns the code with which a command is refused, empty where it is not.
func decide(command func()) (code string) {
	defer func() {
		if r := recover(); r != nil {
			is, ok := r.(refusal)
			if !ok {
				panic(r)
			}
			code = string(is)
		}
	}()
	command()
	return ""
}

func bounds(plan aPlan, licenses int, term catalog.Term) {
	if licenses < plan.min || licenses > plan.max {
		refuse("out_of_range")
	}
	if term == catalog.Year && plan.onlyMonths {
		refuse("invalid_value")
	}
}

// eligible refuses a partner that cannot be partner of record for a plan.
func (w *aWorld) eligible(p partner.ID, of ...catalog.PlanID) {
	one := w.partner(p)
	if one == nil {
		refuse("unknown_partner_id")
	}
	if one.status != partner.Active {
		refuse("partner_not_eligible")
	}
	for _, plan := range of {
		if !slices.Contains(one.plans, plan) {
			refuse("partner_not_eligible")
		}
	}
}

// made is a subscription as an order leaves it; new ones get their id from the table.
type made func(id subscription.ID)

// order places an order; keep leaves the partner of record of what is there.
func (w *aWorld) order(c *aCustomer, plan aPlan, o anOrder, offered int, into string, partnerOfRecord partner.ID, keep bool, now time.Time) made {
	name := func(s *aSub) {
		if !keep {
			c.name(s, partnerOfRecord)
		}
	}
	for _, s := range c.newest() {
		if s.plan == plan.id && s.convertible(now) {
			c.covers(s, o.licenses)
			return func(subscription.ID) {
				s.pay(o, now)
				if offered != 0 {
					s.offered = offered
				}
				name(s)
			}
		}
	}
	for _, s := range c.newest() {
		same := s.plan == plan.id && s.at(now) == subscription.Active && !s.ending && s.term == o.term && s.biller == o.biller && s.price == o.price
		if !same || into == subscription.Separate {
			continue
		}
		if into == "" {
			refuse("plan_owned")
		}
		if into == string(s.id) {
			if s.bought+o.licenses > plan.max {
				refuse("out_of_range")
			}
			return func(subscription.ID) {
				s.bought += o.licenses
				name(s)
			}
		}
	}
	if into != "" && into != subscription.Separate {
		refuse("plan_owned")
	}
	return func(id subscription.ID) {
		s := &aSub{id: id, plan: plan.id, offered: offered}
		s.pay(o, now)
		c.subs = append(c.subs, s)
		c.try(plan.id)
		c.name(s, partnerOfRecord)
	}
}

func (w *aWorld) sell(c *aCustomer, of *anOffer, d invitation.Draft, partnerOfRecord partner.ID, now time.Time) (done []made) {
	for i, item := range of.items {
		plan := planOf(item.plan)
		if of.kind == offer.Trial {
			if slices.Contains(c.tried, plan.id) {
				refuse("trial_already_used")
			}
			done = append(done, func(id subscription.ID) {
				s := &aSub{
					id: id, plan: plan.id, status: subscription.Trialing, offered: plan.seats, bought: plan.seats, biller: "vendor", offer: of.id,
					trialEnds: now.AddDate(0, 0, plan.trial),
				}
				c.subs = append(c.subs, s)
				c.try(plan.id)
				c.name(s, partnerOfRecord)
			})
			continue
		}
		choice := d.Choice(i)
		o := anOrder{cmp.Or(choice.Licenses, item.licenses), item.term, item.price, of.biller, of.id}
		bounds(plan, o.licenses, o.term)
		done = append(done, w.order(c, plan, o, item.licenses, choice.Into, partnerOfRecord, false, now))
	}
	return done
}

// accept says yes to an invitation: by a visitor, where the user is nil. commit takes the customer (new ones are filled in already) and
// the ids of what was sold.
func (w *aWorld) accept(inv *anInvitation, c *aCustomer, by *aUser, d invitation.Draft, now time.Time) (commit func(sold []subscription.ID)) {
	of := inv.of
	refuse(inv.open(now))
	if status := of.at(now); status != offer.Active {
		refuse("offer_" + string(status))
	}
	w.partner(of.by).vouched()
	if by == nil && (!of.sells() || w.known(inv.mail) != nil) {
		refuse("sign_in_required")
	}
	if of.role != "" && d.DelegatedAdministration == "" || of.kind == offer.PartnerOfRecord && len(d.Picked) == 0 {
		refuse("required")
	}
	if !of.sells() && d.DelegatedAdministration == "no" {
		refuse("nothing_accepted")
	}
	var partnerOfRecord partner.ID
	if of.sells() {
		partnerOfRecord = w.partnerOfRecord(of, d.PartnerOfRecord)
	}
	if by != nil {
		w.may(inv, c, by)
	}
	var sold []made
	if of.sells() {
		sold = w.sell(c, of, d, partnerOfRecord, now)
	}
	if of.kind == offer.PartnerOfRecord {
		sold = w.pick(c, of, d.Picked, now)
	}
	if of.kind == offer.Reseller && c.ties[of.by] != nil && c.ties[of.by].reseller {
		refuse("already_reseller")
	}
	yes := of.role != "" && d.DelegatedAdministration != "no"
	if yes {
		if by != nil && !by.global {
			refuse("not_your_role")
		}
		if replaces, _ := strings.CutPrefix(d.DelegatedAdministration, "replace:"); d.DelegatedAdministration == "yes" && c.administrator(of.by, now) != "" ||
			d.DelegatedAdministration != "yes" && c.administrator(of.by, now) != partner.ID(replaces) {
			refuse("delegated_administrator_exists")
		}
	}
	return func(ids []subscription.ID) {
		for i, one := range sold {
			one(ids[i])
		}
		if yes {
			c.giveGrant(of, now)
		}
		if of.kind == offer.Reseller {
			tie := c.tie(of.by) // what was asked of it before is past
			tie.reseller, tie.notice, tie.removal, tie.over, tie.priced = true, of.notice, "", time.Time{}, nil
		}
		inv.answer = invitation.Accepted
		if of.most > 0 {
			of.used++
		}
	}
}

// known returns the customer of whom a user signs in with the address.
func (w *aWorld) known(mail string) *aCustomer {
	for _, c := range w.customers {
		if c.users[0].mail == mail {
			return c
		}
	}
	return nil
}

func (w *aWorld) partnerOfRecord(of *anOffer, typed string) partner.ID {
	switch typed {
	case "":
		return of.by
	case "none":
		return ""
	case "00000001":
		refuse("mistyped_partner_id")
	}
	if p := partner.ID(typed); p != of.by {
		all := make([]catalog.PlanID, len(of.items))
		for i, item := range of.items {
			all[i] = item.plan
		}
		w.eligible(p, all...)
	}
	return partner.ID(typed)
}

// may refuses who may not answer the invitation for the customer.
func (w *aWorld) may(inv *anInvitation, c *aCustomer, by *aUser) {
	if by.mail != inv.mail && (w.known(inv.mail) != c || !by.global) {
		refuse("wrong_account")
	}
	if !by.global && inv.of.kind == offer.DelegatedAdministration {
		refuse("not_your_role")
	}
	if c.readOnly {
		refuse("customer_read_only")
	}
}

func (w *aWorld) pick(c *aCustomer, of *anOffer, picked []string, now time.Time) (done []made) {
	for _, id := range picked {
		i := slices.IndexFunc(c.subs, func(s *aSub) bool { return string(s.id) == id })
		if i < 0 {
			refuse("unknown_subscription")
		}
		s := c.subs[i]
		if s.partnerOfRecord == of.by {
			continue
		}
		if !s.nameable(now) {
			refuse("subscription_ended")
		}
		w.eligible(of.by, s.plan)
		done = append(done, func(subscription.ID) { c.name(s, of.by) })
	}
	if len(done) == 0 {
		refuse("required")
	}
	return done
}

// elapse is what the jobs do at a time; the deletions that wait for their mail are announced by then.
func (w *aWorld) elapse(now time.Time) {
	w.tick(now)
	for _, c := range w.customers {
		for _, s := range c.subs {
			c.elapse(s, now)
		}
		if c.grant != nil {
			c.grant.elapse(now)
		}
		w.age(c, now)
		for p, tie := range c.ties {
			if tie.removal == "open" && !tie.over.IsZero() && !now.Before(tie.over) {
				c.handOver(p, now)
			}
		}
	}
	for _, i := range w.invitations {
		if i.answer != invitation.Pending || now.Before(i.due) {
			continue
		}
		switch status := i.of.at(now); {
		case (status == offer.Withdrawn || status == offer.Replaced || status == offer.UsedUp) && i.of.ended.Before(i.expires):
			i.answer = invitation.Revoked
		case !now.Before(i.expires):
			i.answer = invitation.Expired
		default:
			i.next(now)
		}
	}
	for _, o := range w.offers {
		if (o.status == offer.Active || o.status == offer.Paused) && !now.Before(o.expires) {
			o.status = offer.Expired
		}
	}
}

func (c *aCustomer) elapse(s *aSub, now time.Time) {
	if (s.status == subscription.Active || s.status == subscription.Suspended) && !now.Before(s.termEnds) {
		if s.ending {
			s.status, s.graceEnds, s.phase = subscription.Cancelled, s.termEnds.AddDate(0, 0, 30), "announce"
		} else {
			s.termEnds = s.runs(now)
		}
	}
	if s.status == subscription.Trialing && !now.Before(s.trialEnds) {
		s.status, s.graceEnds, s.phase = subscription.Expired, s.trialEnds.AddDate(0, 0, 30), "announce"
	}
	switch {
	case s.phase == "announce" && !now.Before(s.graceEnds.AddDate(0, 0, -7)):
		s.phase = "waits"
	case s.phase == "delete" && !now.Before(s.deleteAfter):
		s.status, s.phase = subscription.Deleted, ""
		if s.partnerOfRecord != "" {
			c.tie(s.partnerOfRecord).partnerOfRecord--
		}
		if slices.ContainsFunc(c.subs, func(s *aSub) bool { return s.status != subscription.Deleted }) {
			return
		}
		c.readOnly = true
		if c.grant.holds(now) {
			c.endGrant("ended", "no_subscription")
		}
	}
}

// announced says that the mail about a deletion was accepted.
func (s *aSub) announced(now time.Time) {
	s.phase, s.deleteAfter = "delete", s.graceEnds
	if earliest := now.Add(7*24*time.Hour + 2*time.Hour).Truncate(time.Hour); earliest.After(s.graceEnds) {
		s.deleteAfter = earliest
	}
}

// snapshot is a whole state as text by what it tells of.
type snapshot map[string]string

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05.000")
}

func (w *aWorld) snapshot(now time.Time) snapshot {
	all := snapshot{}
	for _, o := range w.offers {
		all[string(o.id)] = fmt.Sprintf("%s by %s, %s, %d of %d used", o.kind, o.by, ended(o.status, o.used, o.most), o.used, o.most)
	}
	for _, i := range w.invitations {
		all[string(i.id)] = fmt.Sprintf("%s to %s, reported %t", i.of.id, i.answer, i.paused)
	}
	for _, c := range w.customers {
		all[string(c.id)] = fmt.Sprintf("read only %t, tried %v", c.readOnly, slices.Sorted(slices.Values(c.tried)))
		for _, s := range c.subs {
			all[string(s.id)] = fmt.Sprintf("%s %s, %d/%d licences, %d assigned, trial until %s, %s until %s (ending %t, leaves %t) at %d by %s, advisor %q after %d, from %q, data until %s, deletion %s (held %t)",
				s.plan, s.status, s.bought, s.offered, c.assigned(s), day(s.trialEnds), s.term, day(s.termEnds), s.ending, s.leaves, s.price, s.biller, s.partnerOfRecord, s.past, s.offer, day(s.graceEnds), day(s.deleteAfter), s.phase == "held")
		}
		if g := c.grant; g != nil {
			all[string(c.id)+" administrator"] = g.String()
		}
		for p, tie := range c.ties {
			grant := "never"
			if tie.grant != nil {
				grant = tie.grant.String()
			}
			all[string(c.id)+" "+string(p)] = fmt.Sprintf("record of %d, reseller %t, removal %s until %s, administrator %s", tie.partnerOfRecord, tie.reseller, tie.removal, day(tie.over), grant)
		}
		for _, r := range c.records {
			if r.dispute != "" {
				all[string(r.id)+" dispute"] = r.dispute
			}
		}
		c.directory(all)
	}
	for _, im := range w.imports {
		all[string(im.id)] = im.String()
	}
	w.market(all, now)
	return all
}

func (g *aGrant) String() string {
	return fmt.Sprintf("%s %s %s until %s %s, goes on by %v", g.by, g.role, g.status, day(g.ends), g.cause, g.goesOn)
}

// codeOf returns the code that an error of the domain says; what is no fault of a caller's is told in full.
func codeOf(err error) string {
	switch f := fault.As(err); {
	case err == nil:
		return ""
	case f != nil && (!fault.Is(f, fault.Busy, fault.Stale) || fault.Is(f, fault.DNSUnavailable)):
		return f.Code.String()
	}
	return "error: " + err.Error()
}
