package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"liaison/functions/jobs/domains"
	"liaison/functions/jobs/grants"
	"liaison/functions/jobs/groups"
	"liaison/functions/jobs/invitations"
	"liaison/functions/jobs/leads"
	"liaison/functions/jobs/offers"
	"liaison/functions/jobs/removals"
	"liaison/functions/jobs/tallies"
	"liaison/functions/jobs/trials"
	"liaison/functions/jobs/users"
	"liaison/infra/operate/verify"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// machine is one sequence of commands, each given to the model and to a table of its own.
type machine struct {
	aWorld
	fixture.World
	t     *testing.T
	mails int
	doing string         // the command under way
	did   map[string]int // how often each was done, and how often refused

	companies map[partner.ID]partner.Partner
	hired     map[customer.UserID]bool // who is in no directory of the model's
	happened  []event.Event            // that ask for something to be set up
	delivered map[string]bool
	answers   fixture.DNS
	heeds     func(event.Event) bool // what the stream brings to the model
	behind    bool                   // the jobs were down when time passed last
	unseen    bool                   // one of several commands that are compared when all are done
	finally   func(*rapid.T)         // what holds at the end; nil: nothing more
}

// noon is when every sequence begins: so that a seed says the same on every day and no hour ends within it.
var noon = time.Date(2027, 1, 30, 12, 10, 0, 0, time.UTC)

// origin is the world that every sequence begins with: the first one makes it, and the others copy what it holds.
var origin struct {
	world    fixture.World
	partners []aPartner
	items    []types.WriteRequest
}

func newMachine(t *testing.T) *machine {
	f := fixture.Open(t)
	f.Table = dynamo.Over(f.DB, f.Env.Table)
	f.Table.CustomersDomain = fixture.CustomersDomain
	m := &machine{t: t, companies: map[partner.ID]partner.Partner{}, hired: map[customer.UserID]bool{}, delivered: map[string]bool{}}
	m.dns.records, m.sent, m.heeds = map[string][]string{}, map[string][]time.Time{}, setsUp
	f.Env.Offset = time.Until(noon.Add(-10 * time.Minute))
	if origin.items == nil {
		m.begin(f)
	}
	m.World, m.partners = origin.world, slices.Clone(origin.partners)
	m.Fixture = f
	f.Env.Offset = time.Until(noon)
	for some := range slices.Chunk(origin.items, 25) {
		_, err := m.DB.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{m.Env.Table: some}})
		m.must(err)
	}
	return m
}

// begin makes the world in a table.
func (m *machine) begin(f *fixture.Fixture) {
	m.World = f.Populate(m.t)
	m.silence()
	m.sell()
	first := m.World
	for i := range 3 {
		w := first
		if i > 0 {
			w = first.Company(m.t)
		}
		m.partners = append(m.partners, aPartner{
			id: w.Partner, enrolled: i < 2, plans: []catalog.PlanID{w.Plan}, status: partner.Active, verified: true, name: "Fabrikam", city: "Kraków", country: "PL",
		})
	}
	m.enter()
	origin.world, origin.partners = m.World, m.partners
	for _, item := range f.Items(m.t) {
		origin.items = append(origin.items, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
	}
}

// sell gives the vendor the model's plans, and the program the right to resell.
func (m *machine) sell() {
	ctx, o := m.t.Context(), m.Op("operator")
	for _, p := range plans {
		plan := catalog.Plan{
			ID: p.id, Status: catalog.PlanActive, Name: catalog.Text{"en": "P", "pl": "P"}, Description: catalog.Text{"en": "P", "pl": "P"},
			Services: []catalog.Service{{ID: "mail", Name: catalog.Text{"en": "M", "pl": "M"}, Description: catalog.Text{"en": "M", "pl": "M"}}},
			Licenses: catalog.Bounds{Min: p.min, Max: p.max, Default: p.first}, Countries: []string{"PL"}, CreatedAt: o.At,
		}
		if p.trial > 0 {
			plan.Trial = &catalog.Trial{Licenses: p.seats, Days: p.trial}
		}
		if p.sold() {
			plan.Prices = append(plan.Prices, catalog.Price{Term: catalog.Month, Price: catalog.Money{AmountMinor: p.month, Currency: "PLN"}})
			if !p.onlyMonths {
				plan.Prices = append(plan.Prices, catalog.Price{Term: catalog.Year, Price: catalog.Money{AmountMinor: p.yr, Currency: "PLN"}})
			}
		}
		if p.id == m.Plan {
			plan.Version = 1
		}
		m.must(m.Table.SavePlan(ctx, plan, event.New(o, event.Vendor(), event.Of(p.id, catalog.PlanChangedEvent{})), m.Op("operator")))
	}
	programs, err := m.Table.Programs(ctx)
	m.must(err)
	program := programs.ByName["essentials"]
	program.Rights = []catalog.Right{catalog.DelegatedAdministration, catalog.Reselling}
	programs.ByName["essentials"] = program
	m.must(m.Table.SavePrograms(ctx, programs, event.New(o, event.Vendor(), event.Of("essentials", catalog.ProgramChangedEvent{})), m.Op("operator")))
}

// enter finds the partners' administrators, authorises the enrolled ones for every plan and ends the enrolment of the others.
func (m *machine) enter() {
	ctx := m.t.Context()
	m.must(m.Table.Walk(ctx, func(w dynamo.Walked) {
		if p := m.partner(partner.ID(strings.TrimPrefix(w.PK, "PARTNER#"))); p != nil && w.Class == "partner_user" {
			p.user = w.Word("id")
		}
	}))
	for i := range m.partners {
		p := &m.partners[i]
		happened := func(o op.Op) event.Event {
			return event.New(o, event.Partner(string(p.id)), event.Change{Type: "partner.updated", Subject: string(p.id)})
		}
		if !p.enrolled {
			stored, err := m.Table.Partner(ctx, p.id)
			m.must(err)
			stored.Enrolments = nil
			o := m.Op("operator")
			m.must(m.Table.SavePartner(ctx, stored, nil, nil, happened(o), o))
			continue
		}
		for _, plan := range plans[1:] {
			o := m.Op("operator")
			m.must(m.Table.SaveAuthorisation(ctx, partner.Authorisation{
				Partner: p.id, Plan: plan.id, Countries: []string{"PL"}, From: o.At.Add(-time.Hour), CreatedAt: o.At,
			}, happened(o), o))
			p.plans = append(p.plans, plan.id)
		}
	}
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// close holds the table against the invariants and drops it.
func (m *machine) close(t *rapid.T) {
	report, err := verify.Table(context.Background(), m.Table, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Error("verify:", v)
	}
	_, _ = m.DB.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &m.Env.Table})
}

// as returns an operation of an actor at the machine's time.
func (m *machine) as(kind op.Kind, id string) op.Op {
	o := m.Op(id)
	o.Actor.Kind = kind
	return o
}

// same holds what the model said against what the domain said, and then the whole state.
func (m *machine) same(t *rapid.T, what, want string, err error) {
	t.Helper()
	t.Logf("%s: %q", what, want)
	if want == "" {
		m.did[m.doing]++
	} else {
		m.did[m.doing+" "+want]++
	}
	if got := codeOf(err); got != want {
		t.Fatalf("%s: the domain says %q (%v), the model %q", what, got, err, want)
	}
	if !m.unseen {
		m.check(t)
	}
}

func (m *machine) check(t *rapid.T) {
	t.Helper()
	if diff := cmp.Diff(m.snapshot(m.Env.Now()), m.stored(t)); diff != "" {
		t.Fatalf("the model (-) and the table (+) differ:\n%s", diff)
	}
}

// stored reads the whole table as the model would tell it.
func (m *machine) stored(t *rapid.T) snapshot {
	all := snapshot{}
	used := map[string]int{}
	var made []offer.Offer
	kept := newEntries(m.hired, m.heeds)
	market := marketed{tallies: map[partner.ID]lead.Tally{}, all: snapshot{}}
	err := m.Table.Walk(m.t.Context(), func(w dynamo.Walked) {
		kept.see(w)
		market.see(w)
		switch is := w.Noun.(type) {
		case offer.Offer:
			made = append(made, is)
		case offer.Uses:
			used[strings.TrimPrefix(w.SK, "USES#")] = is.Used
		case invitation.Invitation:
			all[string(is.ID)] = fmt.Sprintf("%s to %s, reported %t", is.Offer, is.Answer, is.Paused)
			if (is.Answer == invitation.Accepted || is.Answer == invitation.Declined) != (is.Redemption != "") {
				t.Errorf("%s is %s, and its record is %q", is.ID, is.Answer, is.Redemption)
			}
		case customer.Customer:
			all[string(is.ID)] = fmt.Sprintf("read only %t, tried %v", is.Status == customer.ReadOnly, slices.Sorted(slices.Values(is.Tried)))
		case subscription.Subscription:
			price := int64(0)
			if is.Price != nil {
				price = is.Price.AmountMinor
			}
			all[string(is.ID)] = fmt.Sprintf("%s %s, %d/%d licences, %d assigned, trial until %s, %s until %s (ending %t, leaves %t) at %d by %s, advisor %q after %d, from %q, data until %s, deletion %s (held %t)",
				is.Plan, is.Status, is.Licenses.Bought, is.Licenses.Offered, is.Licenses.Assigned, day(is.TrialEndsAt), is.BillingTerm, day(is.TermEndsAt), is.Ending, is.Leaves, price, is.BilledBy,
				is.PartnerOfRecordID(), len(is.History), is.Offer, day(is.GraceEndsAt), day(is.DeleteAfter), is.Held)
		case relationship.Relationship:
			grant := "never"
			if a := is.Administration; a != nil {
				grant = granted(is.Partner, *a)
			}
			removal, over := "", time.Time{}
			if is.Removal != nil {
				removal = string(is.Removal.Status)
			}
			if removal == "open" {
				over = is.Removal.EndsAt
			}
			all[string(is.Customer)+" "+string(is.Partner)] = fmt.Sprintf("record of %d, reseller %t, removal %s until %s, administrator %s",
				is.PartnerOfRecordSubscriptions, is.Reseller, removal, day(over), grant)
		case relationship.Grant:
			all[string(is.Customer)+" administrator"] = granted(is.Partner, *is.Summary())
		case consent.StoredConsent:
			if is.Dispute != nil {
				all[string(is.ID)+" dispute"] = string(is.Dispute.Status)
			}
		}
		if w.Err != nil {
			t.Errorf("%s: %v", w.Key(), w.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	m.happened = kept.happened
	for _, o := range made {
		all[string(o.ID)] = fmt.Sprintf("%s by %s, %s, %d of %d used", o.Kind, o.Partner, ended(o.Status, used[o.ID.Code()], o.MaxRedemptions), used[o.ID.Code()], o.MaxRedemptions)
	}
	kept.tell(all)
	market.tell(all, m.Env.Now())
	return all
}

// ended is how an offer stands, whether or not the stream noted that it was used up before the clock ended it.
func ended(status offer.Status, used, most int) offer.Status {
	if most > 0 && used >= most && (status == offer.Active || status == offer.Paused || status == offer.Expired) {
		return offer.UsedUp
	}
	return status
}

// granted tells of a stored grant as the model does.
func granted(by partner.ID, a relationship.GrantSummary) string {
	g := aGrant{by: by, role: a.Role, status: string(a.Status), ends: a.EndsAt, cause: string(a.Cause)}
	g.goesOn.customer, g.goesOn.partner = a.AutoExtend.Customer, a.AutoExtend.Partner
	return g.String()
}

// nothing is the panic of a command that has nothing to work on.
type nothing struct{}

// possible runs a command and says whether there was something to work on; rapid's own Skip would soon end the sequence.
func possible(command func()) (was bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(nothing); !is {
				panic(r)
			}
			was = false
		}
	}()
	command()
	return true
}

// pick draws one of some things. Where there is none, the command is not possible.
func pick[T any](t *rapid.T, of []T, label string) T {
	if len(of) == 0 {
		panic(nothing{})
	}
	return of[evenly(t, label, len(of))]
}

// evenly draws a number below n, each as often as any other: rapid's own draws prefer what is small or stands first, so that what stands
// last is hardly ever tried.
func evenly(t *rapid.T, label string, n int) int {
	if n == 1 {
		return 0
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return rapid.Custom(func(t *rapid.T) int { return rapid.Permutation(all).Draw(t, label)[0] }).Draw(t, label)
}

// mostly is pick that prefers what is fit for the command.
func mostly[T any](t *rapid.T, of []T, label string, fit func(T) bool) T {
	var good []T
	for _, one := range of {
		if fit(one) {
			good = append(good, one)
		}
	}
	if len(good) > 0 && oftenYes(t, "a fit "+label, 8) {
		return pick(t, good, label)
	}
	return pick(t, of, label)
}

func one[T any](t *rapid.T, label string, of ...T) T { return of[evenly(t, label, len(of))] }

// oftenYes says yes n times of ten.
func oftenYes(t *rapid.T, label string, n int) bool { return evenly(t, label, 10) < n }

// offer makes an offer of a kind.
func (m *machine) offer(t *rapid.T, kind offer.Kind) *anOffer {
	return m.offerOf(t, kind, mostly(t, m.partners, "partner", func(p aPartner) bool { return p.enrolled }))
}

func (m *machine) offerOf(t *rapid.T, kind offer.Kind, by aPartner) *anOffer {
	return m.offerTo(t, kind, by, nil)
}

// offerTo makes an offer that answers a lead, where one is given.
func (m *machine) offerTo(t *rapid.T, kind offer.Kind, by aPartner, answers *aLead) *anOffer {
	o := m.as(op.PartnerUser, by.user)
	d := offer.Draft{Kind: kind, Partner: by.id, Access: partner.Full, Country: "PL", Language: "en"}
	of := &anOffer{kind: kind, by: by.id, status: offer.Active, expires: o.At.AddDate(0, 0, 90), lead: answers}
	switch kind {
	case offer.Trial:
		d.Items = []offer.Item{{Plan: mostly(t, plans, "plan", func(p aPlan) bool { return p.trial > 0 }).id}}
	case offer.Purchase:
		n := one(t, "items", 1, 1, 2)
		for _, p := range rapid.Permutation(plans[:2]).Draw(t, "plans")[:n] {
			d.Items = append(d.Items, offer.Item{Plan: p.id, Licenses: seats(t, p), Term: one(t, "term", catalog.Month, catalog.Month, catalog.Year)})
		}
		if oftenYes(t, "own bill", 5) {
			d.BilledBy = offer.ByPartner
		}
		of.biller, of.most = subscription.Vendor, 1
	}
	if d.BilledBy != "" {
		of.biller = string(by.id)
	}
	if kind == offer.DelegatedAdministration || of.sells() && oftenYes(t, "asks", 7) {
		d.DelegatedAdministration = &offer.AskedGrant{Role: one(t, "role", offer.RoleFull, offer.RoleLimited), Days: one(t, "days", 5, 40, 365, 365, 365)}
		of.role, of.days = d.DelegatedAdministration.Role, d.DelegatedAdministration.Days
	}
	if kind == offer.Reseller && oftenYes(t, "notice", 5) {
		d.NoticePeriod = &offer.NoticePeriod{Days: one(t, "notice days", 0, 5, 40)}
		of.notice = &d.NoticePeriod.Days
	}
	if oftenYes(t, "limited", 3) {
		d.MaxRedemptions = rapid.IntRange(1, 3).Draw(t, "most")
		of.most = d.MaxRedemptions
	}
	var old *anOffer
	if mine := m.offersOf(by.id); len(mine) > 0 && oftenYes(t, "replaces", 2) {
		old = pick(t, mine, "replaced")
		d.Replaces = old.id
	}
	want := decide(func() {
		if answers != nil && answers.of != by.id {
			refuse("unknown_lead")
		}
		by.vouched()
		for _, item := range d.Items {
			switch p := planOf(item.Plan); {
			case kind == offer.Trial && p.trial == 0:
				refuse("no_trial")
			case kind == offer.Purchase && !p.sold():
				refuse("not_sold")
			case !slices.Contains(by.plans, p.id):
				refuse("not_authorised_for_plan")
			}
		}
		if !by.enrolled && (of.role != "" || kind == offer.Reseller || d.BilledBy != "") {
			refuse("not_enrolled")
		}
		for _, item := range d.Items {
			p := planOf(item.Plan)
			if kind == offer.Trial {
				of.items = append(of.items, anItem{plan: p.id, licenses: p.seats})
				continue
			}
			licenses := item.Licenses
			if licenses == 0 {
				licenses = p.first
			}
			of.items = append(of.items, anItem{p.id, licenses, item.Term, p.price(item.Term)})
		}
		wrong := ""
		for _, item := range of.items { // all that is wrong is named, the first gives the code
			if kind == offer.Purchase && wrong == "" {
				wrong = decide(func() { bounds(planOf(item.plan), item.licenses, item.term) })
			}
		}
		refuse(wrong)
		if old != nil {
			if status := old.at(o.At); status != offer.Active && status != offer.Paused {
				refuse("offer_not_active")
			}
		}
		if answers != nil {
			m.offered(answers, o.At)
		}
		if old != nil {
			old.status, old.ended = offer.Replaced, o.At
		}
	})
	var made offer.Offer
	var err error
	if answers != nil {
		made, err = lead.Offer(m.t.Context(), m.inbox(), answers.id, d, o)
	} else {
		made, err = offer.Make(m.t.Context(), m.Table, d, o)
	}
	if err == nil {
		of.id = made.ID
		if answers != nil {
			answers.offer = made.ID
		}
		m.offers = append(m.offers, of)
	}
	m.same(t, fmt.Sprintf("offer %s by %s %v", kind, by.id, of.items), want, err)
	if err != nil {
		return nil
	}
	return of
}

func (m *machine) offersOf(by partner.ID) []*anOffer {
	var mine []*anOffer
	for _, o := range m.offers {
		if o.by == by {
			mine = append(mine, o)
		}
	}
	return mine
}

// invite mails an offer to somebody new, or to a user of a customer.
func (m *machine) invite(t *rapid.T, of *anOffer) *anInvitation {
	var users []string
	for _, c := range m.customers {
		for _, u := range c.users {
			users = append(users, u.mail)
		}
	}
	mail := fmt.Sprintf("new%d@customer.example", m.mails)
	m.mails++
	if fresh := 1; len(users) > 0 {
		if of.sells() {
			fresh = 4
		}
		if !oftenYes(t, "somebody new", fresh) {
			mail = pick(t, users, "recipient")
		}
	}
	return m.inviteOne(t, of, mail)
}

func (m *machine) inviteOne(t *rapid.T, of *anOffer, mail string) *anInvitation {
	o := m.as(op.PartnerUser, m.partner(of.by).user)
	days := one(t, "link days", 3, 30)
	want := decide(func() {
		m.partner(of.by).vouched()
		if status := of.at(o.At); status != offer.Active {
			refuse("offer_" + string(status))
		}
	})
	sent, err := invitation.Send(m.t.Context(), m.Table, of.id, []invitation.Recipient{{Mail: mail}}, days, 500, o)
	var inv *anInvitation
	if err == nil {
		inv = &anInvitation{id: sent[0].ID, of: of, mail: mail, answer: invitation.Pending, expires: o.At.AddDate(0, 0, days)}
		if of.expires.Before(inv.expires) {
			inv.expires = of.expires
		}
		inv.next(o.At)
		inv.secret = m.Link(m.t, inv.id)
		m.invitations = append(m.invitations, inv)
	}
	m.same(t, fmt.Sprintf("invite %s to %s", mail, of.id), want, err)
	return inv
}

// invited draws an invitation, mostly one that can be answered.
func (m *machine) invited(t *rapid.T) *anInvitation {
	now := m.Env.Now()
	return mostly(t, m.invitations, "invitation", func(i *anInvitation) bool { return i.open(now) == "" && i.of.at(now) == offer.Active })
}

// answer says yes, as a visitor or as a user of a customer.
func (m *machine) answer(t *rapid.T, inv *anInvitation) {
	of := inv.of
	var c *aCustomer
	var by *aUser
	if known := m.known(inv.mail); len(m.customers) > 0 && (known != nil && oftenYes(t, "signed in", 9) || oftenYes(t, "signed in elsewhere", 2)) {
		c = known
		if c == nil || oftenYes(t, "another customer", 1) {
			c = pick(t, m.customers, "customer")
		}
		by = &c.users[0]
		if oftenYes(t, "billing administrator", 2) {
			by = &c.users[len(c.users)-1]
		}
	}
	d := m.draft(t, inv, c)
	stored, err := m.Table.Invitation(m.t.Context(), inv.id, true)
	m.must(err)
	d.Rev = stored.Draft.Rev
	o := m.as(op.Visitor, string(inv.id))
	who := consent.Visitor{Secret: inv.secret, Address: "192.0.2.1", Browser: "model"}
	fresh := c == nil
	if fresh {
		c = &aCustomer{ties: map[partner.ID]*aTie{}}
	} else {
		who.User = by.id
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(by.id)}
	}
	var commit func([]subscription.ID)
	want := decide(func() { commit = m.accept(inv, c, by, d, o.At) })
	saved, err := m.Table.SaveDraft(m.t.Context(), inv.id, d, o)
	var record consent.Consent
	if err == nil {
		o.ID = o.NewID()
		record, err = redemption.Accept(m.t.Context(), m.Table, inv.id, who, saved.Rev, "1", o)
	}
	if err == nil && want == "" {
		if fresh {
			m.found(c, record, oftenYes(t, "hires", 5))
		}
		ids := make([]subscription.ID, len(record.Sold))
		for i, s := range record.Sold {
			ids[i] = s.ID
		}
		before := c.grant
		commit(ids)
		gave := c.grant
		if gave == before {
			gave = nil
		}
		c.said(record.ID, gave)
	}
	m.same(t, fmt.Sprintf("yes to %s %s by %v, advisor %q, delegation %q, %v %v", of.kind, inv.id, by, d.PartnerOfRecord, d.DelegatedAdministration, d.Items, d.Picked), want, err)
}

// found takes a new customer in; some hire a billing administrator.
func (m *machine) found(c *aCustomer, r consent.Consent, hires bool) {
	c.id = r.Customer.ID
	c.users = []aUser{{r.User.ID, r.User.Mail, true}}
	if hires {
		mail := "billing-" + r.User.Mail
		hired := m.Member(m.t, c.id, mail, customer.BillingAdmin)
		c.users, m.hired[hired] = append(c.users, aUser{hired, mail, false}), true
	}
	c.tasks = map[taskID]*aTask{}
	c.people = []*aPerson{{id: r.User.ID, mail: r.User.Mail, name: r.User.Name, roles: []customer.Role{customer.GlobalAdmin}}}
	m.customers = append(m.customers, c)
}

func (m *machine) draft(t *rapid.T, inv *anInvitation, c *aCustomer) invitation.Draft {
	of := inv.of
	d := invitation.Draft{Company: "Contoso", Name: "Anna", Language: "pl", Terms: "1"}
	if of.role != "" {
		d.DelegatedAdministration = one(t, "delegation", "yes", "yes", "yes", "yes", "no", "")
		if c != nil && c.grant != nil && oftenYes(t, "replaces whom", 6) {
			d.DelegatedAdministration = redemption.Replacing(c.grant.by)
		}
		if oftenYes(t, "replaces anybody", 1) {
			d.DelegatedAdministration = redemption.Replacing(pick(t, m.partners, "replaced").id)
		}
	}
	if of.sells() {
		d.PartnerOfRecord = m.typed(t)
	}
	for _, item := range of.items {
		choice := invitation.Choice{}
		if oftenYes(t, "other licenses", 3) {
			choice.Licenses = max(1, seats(t, planOf(item.plan)))
		}
		choice.Into = m.into(t, c, item.plan)
		d.Items = append(d.Items, choice)
	}
	if of.kind == offer.PartnerOfRecord && c != nil {
		for _, s := range m.some(t, c) {
			d.Picked = append(d.Picked, string(s))
		}
	}
	return d
}

// into draws where licences of a plan go: mostly one of its own, or the customer's subscription that bears them.
func (m *machine) into(t *rapid.T, c *aCustomer, plan catalog.PlanID) string {
	if c != nil && len(c.subs) > 0 && oftenYes(t, "joins", 3) {
		return string(mostly(t, c.subs, "into which", func(s *aSub) bool { return s.plan == plan && s.at(m.Env.Now()) == subscription.Active }).id)
	}
	return one(t, "into", "", subscription.Separate)
}

// seats draws licences of a plan, mostly within its bounds, 0 for the plan's own number.
func seats(t *rapid.T, of aPlan) int {
	if oftenYes(t, "within bounds", 7) {
		return rapid.IntRange(of.min, of.max).Draw(t, "licenses")
	}
	return one(t, "licenses", 0, of.min-1, of.max+1)
}

// typed is what a customer makes of the partner of record's field.
func (m *machine) typed(t *rapid.T) string {
	return one(t, "advisor", "", "", "", "", "", redemption.None, "00000001", "12345674", string(m.partners[0].id), string(m.partners[1].id), string(m.partners[2].id))
}

// some draws subscriptions of a customer, rarely one of another's, none twice.
func (m *machine) some(t *rapid.T, c *aCustomer) []subscription.ID {
	var found []subscription.ID
	for _, s := range c.subs {
		if oftenYes(t, "picked", 6) {
			found = append(found, s.id)
		}
	}
	for _, other := range m.customers {
		if other != c && len(other.subs) > 0 && oftenYes(t, "another's", 1) {
			return append(found, other.subs[0].id)
		}
	}
	return found
}

func (m *machine) refuse(t *rapid.T, inv *anInvitation) {
	o := m.as(op.Visitor, string(inv.id))
	want := inv.open(o.At)
	_, err := redemption.Refuse(m.t.Context(), m.Table, inv.id, consent.Visitor{Secret: inv.secret}, "", o)
	if want == "" {
		inv.answer = invitation.Declined
	}
	m.same(t, "no to "+string(inv.id), want, err)
}

func (m *machine) report(t *rapid.T, inv *anInvitation) {
	o := m.as(op.Visitor, string(inv.id))
	want := inv.open(o.At)
	err := redemption.Report(m.t.Context(), m.Table, inv.id, consent.Visitor{Secret: inv.secret}, o)
	if want == "" {
		inv.paused = true
	}
	m.same(t, "report "+string(inv.id), want, err)
}

// buy orders without an offer, or converts a trial.
func (m *machine) buy(t *rapid.T) {
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return !c.readOnly })
	by := pick(t, c.users, "user")
	plan := mostly(t, plans, "plan", aPlan.sold)
	wish := order.Wish{
		Plan: plan.id, Into: m.into(t, c, plan.id), Licenses: seats(t, plan), Term: one(t, "term", catalog.Month, catalog.Month, catalog.Year),
		Terms: "1", Keep: oftenYes(t, "keep", 3),
	}
	if partnerOfRecord := m.typed(t); partnerOfRecord != redemption.None && partnerOfRecord != "00000001" {
		wish.PartnerOfRecord = partner.ID(partnerOfRecord)
	}
	var trial *aSub
	if len(c.subs) > 0 && oftenYes(t, "converts", 4) {
		trial = mostly(t, c.subs, "trial", func(s *aSub) bool { return s.convertible(m.Env.Now()) && planOf(s.plan).sold() })
		wish.Trial = trial.id
		if oftenYes(t, "its plan", 9) {
			wish.Plan, plan = trial.plan, planOf(trial.plan)
		}
	}
	o := m.as(op.CustomerUser, string(by.id))
	var commit made
	want := decide(func() {
		if c.readOnly {
			refuse("customer_read_only")
		}
		if trial != nil && !trial.convertible(o.At) {
			refuse("subscription_not_convertible")
		}
		if trial != nil && trial.plan != plan.id {
			refuse("invalid_value")
		}
		if !plan.sold() {
			refuse("plan_not_sold_here")
		}
		ordered := anOrder{wish.Licenses, wish.Term, plan.price(wish.Term), subscription.Vendor, ""}
		if ordered.licenses == 0 {
			ordered.licenses = plan.first
		}
		bounds(plan, ordered.licenses, ordered.term)
		if wish.PartnerOfRecord != "" {
			m.eligible(wish.PartnerOfRecord, plan.id)
		}
		if trial == nil {
			if code := decide(func() { commit = m.order(c, plan, ordered, 0, wish.Into, wish.PartnerOfRecord, wish.Keep, o.At) }); code == "plan_owned" && wish.Into != "" {
				refuse("unknown_subscription")
			} else if code != "" {
				refuse(code)
			}
			return
		}
		c.covers(trial, ordered.licenses)
		commit = func(subscription.ID) {
			trial.pay(ordered, o.At)
			if !wish.Keep {
				c.name(trial, wish.PartnerOfRecord)
			}
		}
	})
	record, err := order.Buy(m.t.Context(), m.Table, consent.Visitor{User: by.id, Secret: o.IDs.Secret()}, wish, o)
	if err == nil && want == "" {
		commit(record.Sold[0].ID)
		c.said(record.ID, nil)
	}
	m.same(t, fmt.Sprintf("buy %+v for %s", wish, c.id), want, err)
}

// change runs one command on one subscription, mostly one that bears it: the model's part, and the domain's.
func (m *machine) change(t *rapid.T, what string, by func(c *aCustomer) op.Op, model func(*aCustomer, *aSub, time.Time), domain func(c *aCustomer, s *aSub, o op.Op) error) {
	type held struct {
		by *aCustomer
		is *aSub
	}
	var all []held
	for _, c := range m.customers {
		for _, s := range c.subs {
			all = append(all, held{c, s})
		}
	}
	now := m.Env.Now()
	drawn := mostly(t, all, "subscription", func(h held) bool {
		tried := *h.is
		return decide(func() { model(h.by, &tried, now) }) == ""
	})
	c, s := drawn.by, drawn.is
	o := by(c)
	want := decide(func() { model(c, s, o.At) })
	m.same(t, what+" "+string(s.id), want, domain(c, s, o))
}

func (m *machine) user(t *rapid.T) func(*aCustomer) op.Op {
	return func(c *aCustomer) op.Op { return m.as(op.CustomerUser, string(pick(t, c.users, "user").id)) }
}

func (m *machine) vendor(*aCustomer) op.Op { return m.as(op.Job, "operator") }

func (m *machine) licenses(t *rapid.T) {
	n := rapid.IntRange(0, 62).Draw(t, "licenses")
	m.change(t, fmt.Sprint("licences ", n), m.user(t), func(c *aCustomer, s *aSub, now time.Time) { c.resize(s, n, now) }, func(c *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.ChangeLicenses(m.t.Context(), m.Table, c.id, s.id, n, 0, o)
		return err
	})
}

func (m *machine) cancel(t *rapid.T) {
	m.change(t, "cancel", m.user(t), func(_ *aCustomer, s *aSub, now time.Time) {
		switch is := s.at(now); {
		case is == subscription.Trialing:
			s.cancelTrial(now)
			return
		case s.ending:
			refuse("subscription_cancelled")
		case is != subscription.Active && is != subscription.Suspended:
			refuse("subscription_not_active")
		}
		s.ending, s.termEnds = true, s.runs(now)
	}, func(c *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.Cancel(m.t.Context(), m.Table, c.id, s.id, "", o)
		return err
	})
}

func (m *machine) undo(t *rapid.T) {
	m.change(t, "undo", m.user(t), func(_ *aCustomer, s *aSub, now time.Time) {
		if is := s.at(now); !s.ending || is != subscription.Active && is != subscription.Suspended {
			refuse("subscription_not_ending")
		}
		if s.leaves {
			refuse("reseller_gone")
		}
		s.ending = false
	}, func(c *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.UndoCancel(m.t.Context(), m.Table, c.id, s.id, o)
		return err
	})
}

func (m *machine) suspend(t *rapid.T) {
	m.change(t, "suspend", m.vendor, func(_ *aCustomer, s *aSub, now time.Time) {
		if s.at(now) != subscription.Active {
			refuse("subscription_not_active")
		}
		s.status, s.termEnds = subscription.Suspended, s.runs(now)
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.Halt(m.t.Context(), m.Table, s.id, "debt", o)
		return err
	})
}

func (m *machine) reinstate(t *rapid.T) {
	m.change(t, "reinstate", m.vendor, func(_ *aCustomer, s *aSub, now time.Time) {
		if s.at(now) != subscription.Suspended {
			refuse("subscription_not_suspended")
		}
		s.status, s.termEnds = subscription.Active, s.runs(now)
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.Reopen(m.t.Context(), m.Table, s.id, "", o)
		return err
	})
}

func (m *machine) decideDeletion(t *rapid.T) {
	decision := one(t, "decision", subscription.AnnounceAnew, subscription.DeleteHeld)
	m.change(t, "decide deletion: "+string(decision), m.vendor, func(_ *aCustomer, s *aSub, now time.Time) {
		if s.phase != "held" {
			refuse("no_deletion_held")
		}
		if s.phase = "waits"; decision == subscription.DeleteHeld {
			s.announced(now)
		}
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.DecideDeletion(m.t.Context(), m.Table, s.id, decision, "reached", o)
		return err
	})
}

func (m *machine) extend(t *rapid.T) {
	days := one(t, "days", 1, 10, 90)
	m.change(t, fmt.Sprint("extend by ", days), m.vendor, func(_ *aCustomer, s *aSub, now time.Time) {
		if s.at(now) != subscription.Trialing {
			refuse("subscription_not_trialing")
		}
		s.trialEnds = s.trialEnds.AddDate(0, 0, days)
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		return subscription.ExtendTrial(m.t.Context(), m.Table, s.id, days, "", o)
	})
}

func (m *machine) transfer(t *rapid.T) {
	m.change(t, "transfer", m.user(t), func(c *aCustomer, s *aSub, now time.Time) {
		if c.readOnly {
			refuse("customer_read_only")
		}
		if is := s.at(now); is != subscription.Active && is != subscription.Suspended {
			refuse("subscription_not_active")
		}
		if s.biller == subscription.Vendor {
			refuse("same_biller")
		}
		s.biller, s.leaves = subscription.Vendor, false
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		seen := catalog.Money{AmountMinor: planOf(s.plan).price(s.term), Currency: "PLN"}
		_, err := order.Transfer(m.t.Context(), m.Table, consent.Visitor{User: customer.UserID(o.Actor.ID)}, s.id, seen, "1", o)
		return err
	})
}

// name makes somebody, or nobody, partner of record of several subscriptions.
func (m *machine) name(t *rapid.T) {
	c := pick(t, m.customers, "customer")
	by := pick(t, c.users, "user")
	of := m.some(t, c)
	to := partner.ID(one(t, "to", "", "", "12345674", string(m.partners[0].id), string(m.partners[1].id), string(m.partners[2].id)))
	o := m.as(op.CustomerUser, string(by.id))
	var expected []string
	var renamed []*aSub
	want := decide(func() {
		switch {
		case len(of) == 0:
			refuse("required")
		case c.readOnly:
			refuse("customer_read_only")
		case to != "" && m.partner(to) == nil:
			refuse("unknown_partner_id")
		}
		for _, id := range of {
			result := decide(func() {
				i := slices.IndexFunc(c.subs, func(s *aSub) bool { return s.id == id })
				if i < 0 {
					refuse("not_found")
				}
				s := c.subs[i]
				if s.partnerOfRecord == to {
					refuse("unchanged")
				}
				if !s.nameable(o.At) {
					refuse("subscription_ended")
				}
				if to != "" {
					m.eligible(to, s.plan)
				}
				renamed = append(renamed, s)
			})
			expected = append(expected, result)
		}
	})
	record, outcomes, err := order.SetPartnerOfRecord(m.t.Context(), m.Table, consent.Visitor{User: by.id}, of, to, false, o)
	if want == "" {
		got := make([]string, len(outcomes))
		for i, outcome := range outcomes {
			switch outcome.Result {
			case relationship.Unchanged:
				got[i] = "unchanged"
			case relationship.Failed:
				got[i] = outcome.Err.Code.String()
			}
		}
		if diff := cmp.Diff(expected, got); diff != "" && err == nil {
			t.Fatalf("name %s for %v: %s", to, of, diff)
		}
		if (record.ID != "") != (len(renamed) > 0) {
			t.Fatalf("a receipt %q for %d changes", record.ID, len(renamed))
		}
		for _, s := range renamed {
			c.name(s, to)
		}
		c.said(record.ID, nil)
	}
	m.same(t, fmt.Sprintf("name %q for %v", to, of), want, err)
}

// by draws who ends a tie: a user of the customer, the partner or the vendor.
func (m *machine) by(t *rapid.T, c *aCustomer, p aPartner) (o op.Op, cause relationship.Cause, global bool) {
	switch cause = one(t, "cause", relationship.ByCustomer, relationship.ByPartner, relationship.ByVendor); cause {
	case relationship.ByCustomer:
		u := pick(t, c.users, "user")
		return m.as(op.CustomerUser, string(u.id)), cause, u.global
	case relationship.ByPartner:
		return m.as(op.PartnerUser, p.user), cause, true
	}
	return m.vendor(c), cause, true
}

func (m *machine) stepDown(t *rapid.T) {
	c, p := pick(t, m.customers, "customer"), pick(t, m.partners, "partner")
	o, cause, _ := m.by(t, c, p)
	want := decide(func() {
		if c.ties[p.id] == nil {
			refuse("not_found")
		}
		n := 0
		for _, s := range c.subs {
			if s.partnerOfRecord != p.id {
				continue
			}
			n++
			if s.status == subscription.Deleted { // counts no more
				s.partnerOfRecord, s.past = "", s.past+1
			}
			c.name(s, "")
		}
		if n == 0 {
			refuse("already_ended")
		}
	})
	_, err := relationship.StepDown(m.t.Context(), m.Table, c.id, p.id, cause, "", o)
	m.same(t, fmt.Sprintf("%s steps down from %s by %s", p.id, c.id, cause), want, err)
}

// stepDownFrom takes the partner of record off one subscription.
func (m *machine) stepDownFrom(t *rapid.T) {
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool {
		return slices.ContainsFunc(c.subs, func(s *aSub) bool { return s.partnerOfRecord != "" })
	})
	s := mostly(t, c.subs, "subscription", func(s *aSub) bool { return s.partnerOfRecord != "" })
	want := decide(func() {
		if s.partnerOfRecord == "" {
			refuse("already_ended")
		}
		if s.status == subscription.Deleted { // counts no more
			s.partnerOfRecord, s.past = "", s.past+1
		}
		c.name(s, "")
	})
	err := relationship.StepDownFrom(m.t.Context(), m.Table, s.id, "", relationship.ByVendor, "why", m.as(op.Job, "vendor"))
	m.same(t, "the vendor takes the partner of record off "+string(s.id), want, err)
}

// administered draws a customer, mostly one whose administrator is fit, and a partner, mostly that one.
func (m *machine) administered(t *rapid.T, fit func(*aGrant) bool) (*aCustomer, aPartner) {
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return c.grant.holds(m.Env.Now()) && fit(c.grant) })
	return c, mostly(t, m.partners, "partner", func(p aPartner) bool { return c.grant != nil && c.grant.by == p.id })
}

func (m *machine) endAdministration(t *rapid.T) {
	c, p := m.administered(t, func(*aGrant) bool { return true })
	o, cause, global := m.by(t, c, p)
	want := decide(func() {
		if c.administered(p.id, o.At); !global {
			refuse("not_your_role")
		}
		c.endGrant("ended", string(cause))
	})
	_, err := relationship.EndGrant(m.t.Context(), m.Table, c.id, p.id, cause, "", o)
	m.same(t, fmt.Sprintf("end of %s at %s by %s", p.id, c.id, cause), want, err)
}

// lower leaves an administrator limited rights.
func (m *machine) lower(t *rapid.T) {
	c, p := m.administered(t, func(g *aGrant) bool { return g.role == offer.RoleFull })
	o, cause, global := m.by(t, c, p)
	want := decide(func() {
		if c.administered(p.id, o.At); c.grant.role != offer.RoleFull {
			refuse("already_limited")
		}
		if !global {
			refuse("not_your_role")
		}
		c.grant.role = offer.RoleLimited
	})
	_, err := relationship.LowerGrant(m.t.Context(), m.Table, c.id, p.id, cause, "", o)
	m.same(t, fmt.Sprintf("%s at %s is lowered by %s", p.id, c.id, cause), want, err)
}

// goOn sets one side's wish that a limited administration goes on by itself.
func (m *machine) goOn(t *rapid.T) {
	c, p := m.administered(t, func(g *aGrant) bool { return g.role == offer.RoleLimited })
	m.wish(t, c, p, pick(t, c.users, "user"), one(t, "side", relationship.CustomerSide, relationship.PartnerSide), oftenYes(t, "on", 8))
}

// lasts has both sides wish that a limited administration goes on, and lets time pass until it does.
func (m *machine) lasts(t *rapid.T) {
	var limited []*aCustomer
	for _, c := range m.customers {
		if c.grant.runs(m.Env.Now()) && c.grant.role == offer.RoleLimited {
			limited = append(limited, c)
		}
	}
	c := pick(t, limited, "limited administration")
	for _, side := range []relationship.Side{relationship.CustomerSide, relationship.PartnerSide} {
		m.wish(t, c, *m.partner(c.grant.by), c.users[0], side, true)
	}
	for _, before := range []time.Duration{5 * 24 * time.Hour, 12 * time.Hour} { // it does on the last day, not sooner
		m.pass(t, max(0, c.grant.ends.Sub(m.Env.Now())-before), false)
	}
}

func (m *machine) wish(t *rapid.T, c *aCustomer, p aPartner, by aUser, side relationship.Side, on bool) {
	o := m.as(op.PartnerUser, p.user)
	if side == relationship.CustomerSide {
		o = m.as(op.CustomerUser, string(by.id))
	}
	want := decide(func() {
		if c.administered(p.id, o.At); c.grant.role != offer.RoleLimited {
			refuse("auto_extend_limited_only")
		}
		wish := &c.grant.goesOn.partner
		if side == relationship.CustomerSide {
			wish = &c.grant.goesOn.customer
		}
		if *wish != on && side == relationship.CustomerSide && !by.global {
			refuse("not_your_role")
		}
		*wish = on
	})
	_, err := relationship.SwitchAutoExtend(m.t.Context(), m.Table, c.id, p.id, side, on, o)
	m.same(t, fmt.Sprintf("%s at %s goes on by %s: %t", p.id, c.id, side, on), want, err)
}

// object disputes a consent, rarely another customer's.
func (m *machine) object(t *rapid.T) {
	live := func(r *aRecord) bool { return r.dispute == "" && r.gave.runs(m.Env.Now()) }
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return slices.ContainsFunc(c.records, live) })
	of := c
	if oftenYes(t, "another's", 1) {
		of = pick(t, m.customers, "whose")
	}
	r := mostly(t, of.records, "consent", live)
	by := pick(t, c.users, "user")
	o := m.as(op.CustomerUser, string(by.id))
	want := decide(func() {
		switch {
		case of != c:
			refuse("not_found")
		case r.dispute != "":
			refuse("already_disputed")
		case !by.global:
			refuse("not_your_role")
		}
		if r.dispute = "open"; r.gave != nil && r.gave == c.grant && c.grant.runs(o.At) {
			c.grant.status = "suspended"
		}
	})
	_, err := consent.Object(m.t.Context(), m.Table, c.id, r.id, by.id, "never said so", o)
	m.same(t, fmt.Sprintf("%s disputes %s", c.id, r.id), want, err)
}

// decideDispute is the vendor's decision of a dispute.
func (m *machine) decideDispute(t *rapid.T) {
	open := func(r *aRecord) bool { return r.dispute == "open" }
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return slices.ContainsFunc(c.records, open) })
	r := mostly(t, c.records, "consent", open)
	o, decision := m.vendor(c), one(t, "decision", consent.DisputeUpheld, consent.DisputeRejected)
	want := decide(func() {
		if r.dispute != "open" {
			refuse("no_dispute")
		}
		r.dispute = string(decision)
		if r.gave == nil || r.gave != c.grant || !c.grant.holds(o.At) {
			return
		}
		if decision == consent.DisputeUpheld {
			c.endGrant("ended", "vendor")
		} else {
			c.grant.status = "active"
		}
	})
	_, err := consent.DecideDispute(m.t.Context(), m.Table, c.id, r.id, decision, "looked into it", o)
	m.same(t, fmt.Sprintf("dispute of %s is %s", r.id, decision), want, err)
}

// removal asks a reseller to end its tie, takes that back, answers it, decides it, or ends the tie.
func (m *machine) removal(t *rapid.T, what string) {
	type tied struct {
		c *aCustomer
		p aPartner
	}
	var all []tied
	for _, c := range m.customers {
		for _, p := range m.partners {
			all = append(all, tied{c, p})
		}
	}
	drawn := mostly(t, all, "tie", func(is tied) bool {
		tie := is.c.ties[is.p.id]
		return tie != nil && tie.reseller && (what == "end" || (what == "ask") != (tie.removal == "open"))
	})
	c, p := drawn.c, drawn.p
	ctx, by := m.t.Context(), pick(t, c.users, "user")
	doing := m.doing
	m.doing = "removal " + what
	defer func() { m.doing = doing }()
	o := m.vendor(c)
	switch what {
	case "ask", "withdraw":
		o = m.as(op.CustomerUser, string(by.id))
	case "decline", "end":
		o = m.as(op.PartnerUser, p.user)
	}
	wish := relationship.Wish{By: by.id, Reason: "we move"}
	if what == "ask" && oftenYes(t, "to the vendor", 5) {
		wish.Handover, wish.Terms = relationship.ToVendor, "1"
		for _, s := range c.subs {
			if is := s.at(o.At); s.biller == string(p.id) && (is == subscription.Active || is == subscription.Suspended) {
				wish.Prices = append(wish.Prices, relationship.AgreedPrice{Subscription: s.id, Price: catalog.Money{AmountMinor: planOf(s.plan).price(s.term), Currency: "PLN"}})
			}
		}
	}
	want := decide(func() {
		tie := c.ties[p.id]
		switch {
		case wish.Handover == relationship.ToVendor && c.readOnly: // who can't buy agrees to no price
			refuse("customer_read_only")
		case tie == nil:
			refuse("not_found")
		case what == "ask" && !tie.reseller:
			refuse("already_ended")
		case what == "ask" && tie.removal == "open":
			refuse("removal_requested")
		case what != "ask" && what != "end" && tie.removal != "open":
			refuse("no_removal_request")
		case what != "ask" && what != "withdraw" && what != "end" && !tie.over.IsZero():
			refuse("ends_by_notice")
		case (what == "remove" || what == "keep") && o.At.Before(tie.asked.AddDate(0, 0, 30)):
			refuse("removal_not_due")
		}
		switch what {
		case "ask":
			tie.removal, tie.asked, tie.priced = "open", o.At, nil
			if tie.notice == nil {
				break
			}
			tie.over = o.At.AddDate(0, 0, *tie.notice)
			for _, one := range wish.Prices {
				tie.priced = append(tie.priced, one.Subscription)
			}
			if *tie.notice == 0 {
				c.handOver(p.id, o.At)
			}
		case "withdraw":
			tie.removal, tie.over = "withdrawn", time.Time{}
		case "decline":
			tie.removal = "declined"
		case "keep":
			tie.removal = "kept"
		case "remove":
			c.free(p.id, "removed", o.At)
		case "end":
			if tie.removal == "open" && !tie.over.IsZero() {
				c.handOver(p.id, o.At)
				break
			}
			c.free(p.id, "ended", o.At)
		}
	})
	var err error
	switch what {
	case "ask":
		_, err = order.RequestRemoval(ctx, m.Table, c.id, p.id, wish, o)
	case "withdraw":
		_, err = relationship.WithdrawRemoval(ctx, m.Table, c.id, p.id, o)
	case "decline":
		_, err = relationship.DeclineRemoval(ctx, m.Table, c.id, p.id, "unpaid", o)
	case "keep":
		_, err = relationship.DecideRemoval(ctx, m.Table, c.id, p.id, relationship.Kept, "the reseller is right", o)
	case "remove":
		_, err = relationship.DecideRemoval(ctx, m.Table, c.id, p.id, relationship.Removed, "the customer is right", o)
	case "end":
		_, err = relationship.EndReseller(ctx, m.Table, c.id, p.id, "", o)
	}
	m.same(t, fmt.Sprintf("%s of the reseller %s at %s", what, p.id, c.id), want, err)
}

// exit is a reseller's tie, mostly with something that it bills, the wish to end it and, when it is due, the vendor's decision.
func (m *machine) exit(t *rapid.T) {
	if of := m.offer(t, offer.Reseller); of != nil {
		if inv := m.invite(t, of); inv != nil {
			m.answer(t, inv)
			if sold := m.offerOf(t, offer.Purchase, *m.partner(of.by)); sold != nil {
				if inv := m.inviteOne(t, sold, inv.mail); inv != nil {
					m.answer(t, inv)
				}
			}
		}
	}
	m.removal(t, "ask")
	m.removal(t, one(t, "too early", "remove", "keep"))
	m.pass(t, 31*24*time.Hour, false)
	m.removal(t, one(t, "decision", "remove", "remove", "keep"))
}

// onBehalf cancels a trial as a partner.
func (m *machine) onBehalf(t *rapid.T) {
	p := mostly(t, m.partners, "partner", func(p aPartner) bool {
		return slices.ContainsFunc(m.customers, func(c *aCustomer) bool {
			return c.grant.runs(m.Env.Now()) && c.grant.by == p.id && c.grant.role == offer.RoleFull
		})
	})
	m.change(t, string(p.id)+" cancels on behalf", func(*aCustomer) op.Op { return m.as(op.PartnerUser, p.user) }, func(c *aCustomer, s *aSub, now time.Time) {
		full := c.grant.runs(now) && c.grant.by == p.id && c.grant.role == offer.RoleFull
		switch {
		case !full && s.partnerOfRecord != p.id && s.biller != string(p.id):
			refuse("not_found")
		case !full:
			refuse("forbidden")
		case s.at(now) != subscription.Trialing:
			refuse("subscription_not_trialing")
		}
		s.cancelTrial(now)
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		return relationship.CancelTrial(m.t.Context(), m.Table, p.id, s.id, "", o)
	})
}

// turn moves an offer: withdraw, pause, resume.
func (m *machine) turn(t *rapid.T) {
	of := pick(t, m.offers, "offer")
	what := one(t, "what", "withdrawn", "paused", "resumed")
	o := m.as(op.PartnerUser, m.partner(of.by).user)
	is := of.at(o.At)
	want := decide(func() {
		switch {
		case what == "resumed" && is != offer.Paused:
			refuse("offer_not_paused")
		case what != "resumed" && is != offer.Active && (what == "paused" || is != offer.Paused):
			refuse("offer_not_active")
		}
		of.status, of.ended = map[string]offer.Status{"withdrawn": offer.Withdrawn, "paused": offer.Paused, "resumed": offer.Active}[what], o.At
		if what == "resumed" {
			of.ended = time.Time{}
		}
	})
	_, _, err := offer.Change(m.t.Context(), m.Table, of.id, map[string]event.Typed{"withdrawn": offer.WithdrawnEvent{}, "paused": offer.PausedEvent{}, "resumed": offer.ResumedEvent{}}[what], o, func(stored offer.Offer, used int) (offer.Offer, error) {
		switch what {
		case "withdrawn":
			return stored.Withdraw(used, o.At)
		case "paused":
			return stored.Pause("partner", used, o.At)
		}
		return stored.Resume("partner", used, o.At)
	})
	m.same(t, what+" "+string(of.id), want, err)
}

// travel sends the clock forward; rarely the jobs are down. A mail that announces a deletion is accepted at once, or comes back.
func (m *machine) travel(t *rapid.T) {
	days := one(t, "days", 1, 1, 4, 4, 8, 8, 14, 25, 31, 62, 200)
	m.pass(t, time.Duration(days)*24*time.Hour, oftenYes(t, "jobs are down", 2))
}

// pass lets time pass; at its end the jobs run, unless they are down.
func (m *machine) pass(t *rapid.T, by time.Duration, down bool) {
	m.Travel(by)
	if m.behind = down; down {
		t.Logf("%v, the jobs are down", by)
		return
	}
	now := m.Env.Now()
	m.elapse(now)
	tick := schedule.Tick{Time: now}
	ctx := m.t.Context()
	for _, run := range []func(context.Context, schedule.Tick) (schedule.Outcome, error){
		trials.Job(m.Table).Handler(m.Env, m.Table), grants.Job(m.Table).Handler(m.Env, m.Table),
		invitations.Job(m.Table).Handler(m.Env, m.Table), offers.Job(m.Table).Handler(m.Env, m.Table),
		removals.Job(m.Table).Handler(m.Env, m.Table), users.Job(m.Table, nobody{}).Handler(m.Env, m.Table),
		groups.Job(m.Table).Handler(m.Env, m.Table), domains.Job(m.Table, &m.answers).Handler(m.Env, m.Table),
		leads.Job(m.inbox()).Handler(m.Env, m.Table), tallies.Job(m.inbox()).Handler(m.Env, m.Table),
	} {
		if out, err := run(ctx, tick); err != nil || out.Failed+out.Moot > 0 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	m.clock(now)
	m.same(t, fmt.Sprint(by, " later"), "", nil)
	for _, c := range m.customers {
		for _, s := range c.subs {
			if s.phase != "waits" {
				continue
			}
			o, back := m.as(op.Job, "dispatch"), oftenYes(t, "the mail comes back", 3)
			if s.phase = "held"; !back {
				s.announced(o.At)
			}
			m.same(t, fmt.Sprintf("announce %s, back %t", s.id, back), "", subscription.Update(ctx, m.Table, s.id, o, func(stored subscription.Subscription) (subscription.Subscription, []event.Event) {
				if back {
					return stored.Unannounced(o.At, o)
				}
				return stored.Announced(o)
			}))
		}
	}
}

// deal is an offer, an invitation and a yes in a row.
func (m *machine) deal(t *rapid.T) {
	kind := one(t, "kind", offer.Trial, offer.Trial, offer.Purchase, offer.DelegatedAdministration, offer.PartnerOfRecord, offer.Reseller)
	if of := m.offer(t, kind); of != nil {
		if inv := m.invite(t, of); inv != nil {
			m.answer(t, inv)
		}
	}
}

// action is a command of a sequence, and how often it is drawn beside others.
type action struct {
	name  string
	often int
	do    func(*rapid.T)
}

// run runs sequences of commands on the model and on the table and compares what each says and, after each, the whole state.
func run(t *testing.T, begin func(*machine, *rapid.T), commands func(*machine) []action) {
	runs, n, did := 0, 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		m.did = did
		defer m.close(rt)
		runs++
		var actions []action
		for _, a := range commands(m) {
			actions = append(actions, slices.Repeat([]action{a}, a.often)...)
		}
		m.doing = "begin"
		begin(m, rt)
		rt.Repeat(map[string]func(*rapid.T){"command": func(t *rapid.T) {
			for done := false; !done; {
				a := pick(t, actions, "command")
				m.doing = a.name
				done = possible(func() { a.do(t) })
			}
			n++
		}})
		m.settle(rt)
		if m.finally != nil {
			m.finally(rt)
		}
	})
	t.Logf("%d sequences, %d commands: %v", runs, n, did)
}

// TestModel runs sequences of what partners, customers, the vendor and the clock do to offers and what comes of them.
func TestModel(t *testing.T) {
	kinds := []offer.Kind{offer.Trial, offer.Purchase, offer.DelegatedAdministration, offer.PartnerOfRecord, offer.Reseller}
	run(t, (*machine).deal, func(m *machine) []action {
		return []action{
			{"offer", 1, func(t *rapid.T) { m.offer(t, pick(t, kinds, "kind")) }},
			{"invite", 1, func(t *rapid.T) { m.invite(t, pick(t, m.offers, "offer")) }},
			{"answer", 1, func(t *rapid.T) { m.answer(t, m.invited(t)) }},
			{"refuse", 1, func(t *rapid.T) { m.refuse(t, m.invited(t)) }},
			{"report", 1, func(t *rapid.T) { m.report(t, m.invited(t)) }},
			{"deal", 5, m.deal},
			{"buy", 2, m.buy},
			{"licenses", 1, m.licenses},
			{"cancel", 1, m.cancel},
			{"undo", 1, m.undo},
			{"suspend", 1, m.suspend},
			{"reinstate", 1, m.reinstate},
			{"extend", 1, m.extend},
			{"decide deletion", 1, m.decideDeletion},
			{"transfer", 1, m.transfer},
			{"name", 1, m.name},
			{"step down", 1, m.stepDown},
			{"step down from one", 1, m.stepDownFrom},
			{"end administration", 1, m.endAdministration},
			{"on behalf", 1, m.onBehalf},
			{"go on", 2, m.goOn},
			{"lower", 2, m.lower},
			{"object", 1, m.object},
			{"decide dispute", 1, m.decideDispute},
			{"lasts", 1, m.lasts},
			{"exit", 1, m.exit},
			{"turn", 1, m.turn},
			{"travel", 1, m.travel},
			{"removal", 2, func(t *rapid.T) {
				m.removal(t, one(t, "what", "ask", "ask", "withdraw", "decline", "remove", "keep", "end"))
			}},
		}
	})
}
