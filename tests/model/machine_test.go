package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"liaison/functions/jobs/grants"
	"liaison/functions/jobs/invitations"
	"liaison/functions/jobs/offers"
	"liaison/functions/jobs/trials"
	"liaison/infra/local/stage"
	"liaison/infra/operate/verify"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
)

// machine is one sequence of commands, each given to the model and to a table of its own.
type machine struct {
	aWorld
	stage.World
	t     *testing.T
	mails int
}

// noon is when every sequence begins: so that a seed says the same on every day and no hour ends within it.
var noon = time.Date(2027, 1, 30, 12, 10, 0, 0, time.UTC)

func newMachine(t *testing.T) *machine {
	f := stage.Open(t)
	f.Env.Offset = time.Until(noon)
	f.Table = dynamo.Over(f.DB, f.Env.Table)
	m := &machine{t: t, World: f.Populate(t)}
	m.sell()
	first := m.World
	for i := range 3 {
		w := first
		if i > 0 {
			w = first.Company(t)
		}
		m.partners = append(m.partners, aPartner{id: w.Partner, enrolled: i < 2, plans: []catalog.PlanID{w.Plan}})
	}
	m.enter()
	return m
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
		m.must(m.Table.SavePlan(ctx, plan, event.New(o, event.Vendor(), event.Of("plan.changed", string(p.id))), m.Op("operator")))
	}
	programs, err := m.Table.Programs(ctx)
	m.must(err)
	program := programs.ByName["essentials"]
	program.Rights = []catalog.Right{catalog.DelegatedAdministration, catalog.Reselling}
	programs.ByName["essentials"] = program
	m.must(m.Table.SavePrograms(ctx, programs, event.New(o, event.Vendor(), event.Of("program.changed", "essentials")), m.Op("operator")))
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
			return event.New(o, event.Partner(string(p.id)), event.Of("partner.updated", string(p.id)))
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
	if got := codeOf(err); got != want {
		t.Fatalf("%s: the domain says %q (%v), the model %q", what, got, err, want)
	}
	m.check(t)
}

func (m *machine) check(t *rapid.T) {
	t.Helper()
	if diff := cmp.Diff(m.snapshot(), m.stored(t)); diff != "" {
		t.Fatalf("the model (-) and the table (+) differ:\n%s", diff)
	}
}

// stored reads the whole table as the model would tell it.
func (m *machine) stored(t *rapid.T) snapshot {
	all := snapshot{}
	used := map[string]int{}
	var made []offer.Offer
	err := m.Table.Walk(m.t.Context(), func(w dynamo.Walked) {
		switch is := w.Noun.(type) {
		case offer.Offer:
			made = append(made, is)
		case dynamo.Uses:
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
			all[string(is.ID)] = fmt.Sprintf("%s %s, %d/%d licences, trial until %s, %s until %s (ending %t) at %d by %s, advisor %q after %d, from %q, data until %s, deletion %s",
				is.Plan, is.Status, is.Licenses.Bought, is.Licenses.Offered, day(is.TrialEndsAt), is.BillingTerm, day(is.TermEndsAt), is.Ending, price, is.BilledBy,
				is.Advisor(), len(is.History), is.Offer, day(is.GraceEndsAt), day(is.DeleteAfter))
		case relationship.Relationship:
			power := "never"
			if a := is.Administration; a != nil {
				power = (&aGrant{is.Partner, a.Role, string(a.Status), a.EndsAt, string(a.Cause)}).String()
			}
			all[string(is.Customer)+" "+string(is.Partner)] = fmt.Sprintf("record of %d, reseller %t, administrator %s", is.PorSubscriptions, is.Reseller, power)
		case relationship.Grant:
			all[string(is.Customer)+" administrator"] = (&aGrant{is.Partner, is.Role, string(is.Status), is.EndsAt, string(is.Cause)}).String()
		}
		if w.Err != nil {
			t.Errorf("%s: %v", w.Key(), w.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range made {
		all[string(o.ID)] = fmt.Sprintf("%s by %s, %s, %d of %d used", o.Kind, o.Partner, o.Status, used[o.ID.Code()], o.MaxRedemptions)
	}
	return all
}

// pick draws one of some things. Where there is none, this one draw of a command is none of the sequence, and rapid draws another; the test
// itself goes on.
func pick[T any](t *rapid.T, of []T, label string) T {
	if len(of) == 0 {
		t.Skip("no " + label)
	}
	return of[rapid.IntRange(0, len(of)-1).Draw(t, label)]
}

func one[T any](t *rapid.T, label string, of ...T) T { return rapid.SampledFrom(of).Draw(t, label) }

// oftenYes says yes n times of ten.
func oftenYes(t *rapid.T, label string, n int) bool { return rapid.IntRange(1, 10).Draw(t, label) <= n }

// offer makes an offer of a kind.
func (m *machine) offer(t *rapid.T, kind offer.Kind) *anOffer {
	by := pick(t, m.partners, "partner")
	o := m.as(op.PartnerUser, by.user)
	d := offer.Draft{Kind: kind, Partner: by.id, Access: partner.Full, Country: "PL", Language: "en"}
	of := &anOffer{kind: kind, by: by.id, status: offer.Active, expires: o.At.AddDate(0, 0, 90)}
	switch kind {
	case offer.Trial:
		d.Items = []offer.Item{{Plan: pick(t, plans, "plan").id}}
	case offer.Purchase:
		n := one(t, "items", 1, 1, 2)
		for _, p := range rapid.Permutation(plans[:2]).Draw(t, "plans")[:n] {
			d.Items = append(d.Items, offer.Item{Plan: p.id, Licenses: rapid.IntRange(0, 45).Draw(t, "licenses"), Term: one(t, "term", catalog.Month, catalog.Month, catalog.Year)})
		}
		if oftenYes(t, "own bill", 3) {
			d.BilledBy = offer.ByPartner
		}
		of.biller, of.most = subscription.Vendor, 1
	}
	if d.BilledBy != "" {
		of.biller = string(by.id)
	}
	if kind == offer.DelegatedAdministration || of.sells() && oftenYes(t, "asks", 5) {
		d.Delegation = &offer.Delegation{Role: one(t, "role", offer.RoleFull, offer.RoleLimited), Days: one(t, "days", 5, 40, 365)}
		of.role, of.days = d.Delegation.Role, d.Delegation.Days
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
			old.status, old.ended = offer.Replaced, o.At
		}
	})
	made, err := offer.Make(m.t.Context(), m.Table, d, o)
	if err == nil {
		of.id = made.ID
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
	if fresh := 2; len(users) > 0 {
		if of.sells() {
			fresh = 4
		}
		if !oftenYes(t, "somebody new", fresh) {
			mail = pick(t, users, "recipient")
		}
	}
	o := m.as(op.PartnerUser, m.partner(of.by).user)
	days := one(t, "link days", 3, 30)
	want := decide(func() {
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
	who := redemption.Visitor{Secret: inv.secret, Address: "192.0.2.1", Browser: "model"}
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
	var record redemption.Record
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
		commit(ids)
	}
	m.same(t, fmt.Sprintf("yes to %s %s by %v, advisor %q, delegation %q, %v %v", of.kind, inv.id, by, d.Advisor, d.Delegation, d.Items, d.Picked), want, err)
}

// found takes a new customer in; some hire a billing administrator.
func (m *machine) found(c *aCustomer, r redemption.Record, hires bool) {
	c.id = r.Customer.ID
	c.users = []aUser{{r.User.ID, r.User.Mail, true}}
	if hires {
		mail := "billing-" + r.User.Mail
		c.users = append(c.users, aUser{m.Member(m.t, c.id, mail, customer.BillingAdmin), mail, false})
	}
	m.customers = append(m.customers, c)
}

func (m *machine) draft(t *rapid.T, inv *anInvitation, c *aCustomer) invitation.Draft {
	of := inv.of
	d := invitation.Draft{Company: "Contoso", Name: "Anna", Language: "pl", Terms: "1"}
	if of.role != "" {
		d.Delegation = one(t, "delegation", "yes", "yes", "no", "")
		if c != nil && c.grant != nil && oftenYes(t, "replaces whom", 6) {
			d.Delegation = redemption.Replacing(c.grant.by)
		}
		if oftenYes(t, "replaces anybody", 1) {
			d.Delegation = redemption.Replacing(pick(t, m.partners, "replaced").id)
		}
	}
	if of.sells() {
		d.Advisor = m.typed(t)
	}
	for range of.items {
		choice := invitation.Choice{}
		if oftenYes(t, "other licenses", 3) {
			choice.Licenses = rapid.IntRange(1, 65).Draw(t, "licenses")
		}
		choice.Into = m.into(t, c)
		d.Items = append(d.Items, choice)
	}
	if of.kind == offer.PartnerOfRecord && c != nil {
		for _, s := range m.some(t, c) {
			d.Picked = append(d.Picked, string(s))
		}
	}
	return d
}

func (m *machine) into(t *rapid.T, c *aCustomer) string {
	into := one(t, "into", "", invitation.Separate, "one", "one")
	if into != "one" {
		return into
	}
	if c == nil || len(c.subs) == 0 {
		return ""
	}
	return string(pick(t, c.subs, "into which").id)
}

// typed is what a customer makes of the partner of record's field.
func (m *machine) typed(t *rapid.T) string {
	return one(t, "advisor", "", "", "", redemption.None, "00000001", "12345674", string(m.partners[0].id), string(m.partners[1].id), string(m.partners[2].id))
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
	_, err := redemption.Refuse(m.t.Context(), m.Table, inv.id, redemption.Visitor{Secret: inv.secret}, "", o)
	if want == "" {
		inv.answer = invitation.Declined
	}
	m.same(t, "no to "+string(inv.id), want, err)
}

func (m *machine) report(t *rapid.T, inv *anInvitation) {
	o := m.as(op.Visitor, string(inv.id))
	want := inv.open(o.At)
	err := redemption.Report(m.t.Context(), m.Table, inv.id, redemption.Visitor{Secret: inv.secret}, o)
	if want == "" {
		inv.paused = true
	}
	m.same(t, "report "+string(inv.id), want, err)
}

// buy orders without an offer, or converts a trial.
func (m *machine) buy(t *rapid.T) {
	c := pick(t, m.customers, "customer")
	by := pick(t, c.users, "user")
	plan := pick(t, plans, "plan")
	wish := redemption.Wish{
		Plan: plan.id, Into: m.into(t, c), Licenses: rapid.IntRange(0, 62).Draw(t, "licenses"), Term: one(t, "term", catalog.Month, catalog.Month, catalog.Year),
		Terms: "1", Keep: oftenYes(t, "keep", 3),
	}
	if advisor := m.typed(t); advisor != redemption.None && advisor != "00000001" {
		wish.Advisor = partner.ID(advisor)
	}
	var trial *aSub
	if len(c.subs) > 0 && oftenYes(t, "converts", 4) {
		trial = pick(t, c.subs, "trial")
		wish.Trial = trial.id
		if oftenYes(t, "its plan", 7) {
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
		if wish.Advisor != "" {
			m.eligible(wish.Advisor, plan.id)
		}
		if trial == nil {
			if code := decide(func() { commit = m.order(c, plan, ordered, 0, wish.Into, wish.Advisor, wish.Keep, o.At) }); code == "plan_owned" && wish.Into != "" {
				refuse("unknown_subscription")
			} else if code != "" {
				refuse(code)
			}
			return
		}
		commit = func(subscription.ID) {
			trial.pay(ordered, o.At)
			if !wish.Keep {
				c.name(trial, wish.Advisor)
			}
		}
	})
	record, err := redemption.Buy(m.t.Context(), m.Table, redemption.Visitor{User: by.id, Secret: o.IDs.Secret()}, wish, o)
	if err == nil && want == "" {
		commit(record.Sold[0].ID)
	}
	m.same(t, fmt.Sprintf("buy %+v for %s", wish, c.id), want, err)
}

// change runs one command on one subscription: the model's part, and the domain's.
func (m *machine) change(t *rapid.T, what string, by func(c *aCustomer) op.Op, model func(*aSub, time.Time), domain func(c *aCustomer, s *aSub, o op.Op) error) {
	c := pick(t, m.customers, "customer")
	s := pick(t, c.subs, "subscription")
	o := by(c)
	want := decide(func() { model(s, o.At) })
	m.same(t, what+" "+string(s.id), want, domain(c, s, o))
}

func (m *machine) user(t *rapid.T) func(*aCustomer) op.Op {
	return func(c *aCustomer) op.Op { return m.as(op.CustomerUser, string(pick(t, c.users, "user").id)) }
}

func (m *machine) vendor(*aCustomer) op.Op { return m.as(op.Operator, "operator") }

func (m *machine) licenses(t *rapid.T) {
	n := rapid.IntRange(0, 62).Draw(t, "licenses")
	m.change(t, fmt.Sprint("licences ", n), m.user(t), func(s *aSub, now time.Time) {
		if s.at(now) != subscription.Active {
			refuse("subscription_not_active")
		}
		bounds(planOf(s.plan), n, "")
		s.bought = n
	}, func(c *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.ChangeLicenses(m.t.Context(), m.Table, c.id, s.id, n, 0, o)
		return err
	})
}

func (m *machine) cancel(t *rapid.T) {
	m.change(t, "cancel", m.user(t), func(s *aSub, now time.Time) {
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
	m.change(t, "undo", m.user(t), func(s *aSub, now time.Time) {
		if is := s.at(now); !s.ending || is != subscription.Active && is != subscription.Suspended {
			refuse("subscription_not_ending")
		}
		s.ending = false
	}, func(c *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.UndoCancel(m.t.Context(), m.Table, c.id, s.id, o)
		return err
	})
}

func (m *machine) suspend(t *rapid.T) {
	m.change(t, "suspend", m.vendor, func(s *aSub, now time.Time) {
		if s.at(now) != subscription.Active {
			refuse("subscription_not_active")
		}
		s.status = subscription.Suspended
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.Halt(m.t.Context(), m.Table, s.id, "debt", o)
		return err
	})
}

func (m *machine) reinstate(t *rapid.T) {
	m.change(t, "reinstate", m.vendor, func(s *aSub, now time.Time) {
		if s.at(now) != subscription.Suspended {
			refuse("subscription_not_suspended")
		}
		s.status = subscription.Active
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		_, err := subscription.Reopen(m.t.Context(), m.Table, s.id, "", o)
		return err
	})
}

func (m *machine) extend(t *rapid.T) {
	days := one(t, "days", 1, 10, 90)
	m.change(t, fmt.Sprint("extend by ", days), m.vendor, func(s *aSub, now time.Time) {
		if s.at(now) != subscription.Trialing {
			refuse("subscription_not_trialing")
		}
		s.trialEnds = s.trialEnds.AddDate(0, 0, days)
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		return subscription.ExtendTrial(m.t.Context(), m.Table, s.id, days, "", o)
	})
}

func (m *machine) transfer(t *rapid.T) {
	m.change(t, "transfer", m.user(t), func(s *aSub, now time.Time) {
		for _, c := range m.customers {
			if slices.Contains(c.subs, s) && c.readOnly {
				refuse("customer_read_only")
			}
		}
		if is := s.at(now); is != subscription.Active && is != subscription.Suspended {
			refuse("subscription_not_active")
		}
		if s.biller == subscription.Vendor {
			refuse("same_biller")
		}
		s.biller = subscription.Vendor
	}, func(_ *aCustomer, s *aSub, o op.Op) error {
		seen := catalog.Money{AmountMinor: planOf(s.plan).price(s.term), Currency: "PLN"}
		_, err := redemption.Transfer(m.t.Context(), m.Table, redemption.Visitor{User: customer.UserID(o.Actor.ID)}, s.id, seen, "1", o)
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
				if s.advisor == to {
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
	record, outcomes, err := redemption.Name(m.t.Context(), m.Table, redemption.Visitor{User: by.id}, of, to, false, o)
	if want == "" {
		got := make([]string, len(outcomes))
		for i, outcome := range outcomes {
			switch outcome.Result {
			case redemption.Unchanged:
				got[i] = "unchanged"
			case redemption.Failed:
				got[i] = outcome.Err.Code
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
			if s.advisor != p.id {
				continue
			}
			n++
			if s.status == subscription.Deleted { // counts no more
				s.advisor, s.past = "", s.past+1
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

func (m *machine) endAdministration(t *rapid.T) {
	c, p := pick(t, m.customers, "customer"), pick(t, m.partners, "partner")
	if c.grant != nil && oftenYes(t, "the one", 6) {
		p = *m.partner(c.grant.by)
	}
	o, cause, global := m.by(t, c, p)
	want := decide(func() {
		switch {
		case c.ties[p.id] == nil:
			refuse("not_found")
		case !c.grant.runs(o.At) || c.grant.by != p.id:
			refuse("already_ended")
		case !global:
			refuse("not_your_role")
		}
		c.endGrant("ended", string(cause))
	})
	_, err := relationship.EndAdministration(m.t.Context(), m.Table, c.id, p.id, cause, "", o)
	m.same(t, fmt.Sprintf("end of %s at %s by %s", p.id, c.id, cause), want, err)
}

// onBehalf cancels a trial as a partner.
func (m *machine) onBehalf(t *rapid.T) {
	p := pick(t, m.partners, "partner")
	var of *aCustomer
	m.change(t, string(p.id)+" cancels on behalf", func(c *aCustomer) op.Op {
		of = c
		return m.as(op.PartnerUser, p.user)
	}, func(s *aSub, now time.Time) {
		full := of.grant.runs(now) && of.grant.by == p.id && of.grant.role == offer.RoleFull
		switch {
		case !full && s.advisor != p.id:
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
	_, _, err := offer.Change(m.t.Context(), m.Table, of.id, "offer."+what, o, func(stored offer.Offer, used int) (offer.Offer, error) {
		switch what {
		case "withdrawn":
			return stored.Withdraw(used, o.At)
		case "paused":
			return stored.Pause("partner", used, o.At)
		}
		return stored.Resume(used, o.At)
	})
	m.same(t, what+" "+string(of.id), want, err)
}

// clock goes forward; rarely the jobs are down. A mail that announces a deletion is accepted at once.
func (m *machine) travel(t *rapid.T) {
	days := one(t, "days", 1, 4, 8, 14, 25, 31, 62, 200)
	down := oftenYes(t, "jobs are down", 2)
	m.Travel(time.Duration(days) * 24 * time.Hour)
	if down {
		t.Logf("%d days, the jobs are down", days)
		return
	}
	now := m.Env.Now()
	m.elapse(now)
	tick := schedule.Tick{Time: now}
	ctx := m.t.Context()
	for _, run := range []func(context.Context, schedule.Tick) (schedule.Outcome, error){
		trials.Job(m.Table).Handler(m.Env, m.Table), grants.Job(m.Table).Handler(m.Env, m.Table),
		invitations.Job(m.Table).Handler(m.Env, m.Table), offers.Job(m.Table).Handler(m.Env, m.Table),
	} {
		if out, err := run(ctx, tick); err != nil || out.Failed+out.Moot > 0 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	m.same(t, fmt.Sprint(days, " days"), "", nil)
	for _, c := range m.customers {
		for _, s := range c.subs {
			if s.phase != "waits" {
				continue
			}
			o := m.as(op.Job, "dispatch")
			s.announced(o.At)
			m.same(t, "announce "+string(s.id), "", m.Table.ChangeSubscription(ctx, s.id, o, func(stored subscription.Subscription) (subscription.Subscription, *event.Event) {
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

// TestModel runs sequences of commands on the model and on the table and compares what each says and, after each, the whole state.
func TestModel(t *testing.T) {
	runs, commands := 0, 0
	done := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		defer m.close(rt)
		runs++
		act := func(name string, do func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) {
				do(t)
				commands++
				done[name]++
			}
		}
		kinds := []offer.Kind{offer.Trial, offer.Purchase, offer.DelegatedAdministration, offer.PartnerOfRecord, offer.Reseller}
		actions := map[string]func(*rapid.T){
			"offer":   func(t *rapid.T) { m.offer(t, rapid.SampledFrom(kinds).Draw(t, "kind")) },
			"invite":  func(t *rapid.T) { m.invite(t, pick(t, m.offers, "offer")) },
			"answer":  func(t *rapid.T) { m.answer(t, pick(t, m.invitations, "invitation")) },
			"answer ": func(t *rapid.T) { m.answer(t, pick(t, m.invitations, "invitation")) },
			"refuse":  func(t *rapid.T) { m.refuse(t, pick(t, m.invitations, "invitation")) },
			"report":  func(t *rapid.T) { m.report(t, pick(t, m.invitations, "invitation")) },
			"deal":    m.deal, "deal ": m.deal, "deal  ": m.deal,
			"buy": m.buy, "licenses": m.licenses, "cancel": m.cancel, "undo": m.undo, "suspend": m.suspend, "reinstate": m.reinstate, "extend": m.extend,
			"transfer": m.transfer, "name": m.name, "step down": m.stepDown, "end administration": m.endAdministration, "on behalf": m.onBehalf,
			"turn": m.turn, "travel": m.travel,
		}
		for name, do := range actions {
			actions[name] = act(strings.TrimSpace(name), do)
		}
		m.deal(rt)
		rt.Repeat(actions)
	})
	t.Logf("%d sequences, %d commands: %v", runs, commands, done)
}
