package order

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture/rule"
)

var now = time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)

const (
	day    = 24 * time.Hour
	mine   = customer.ID("cus_4q8z1m7x2c9v")
	asking = partner.ID("12345674")
	other  = partner.ID("87654323")
)

func operation() op.Op { return rule.Op(now, op.Visitor) }

// accountStore is a store of one account that remembers what was written. It fails the first write as often as it is told to.
type accountStore struct {
	account Facts
	stale   int
	reads   int
	written []consent.Consent
	events  []event.Event
	once    string
}

func (s *accountStore) OrderFacts(_ context.Context, _ customer.UserID, _ []catalog.PlanID, to partner.ID) (Facts, error) {
	s.reads++
	f := s.account
	if to == "" {
		f.Other = nil
	}
	return f, nil
}

func (s *accountStore) SaveConsent(_ context.Context, r consent.Consent, happened []event.Event, o op.Op) error {
	if s.stale > 0 {
		s.stale--
		return fault.PreconditionFailed
	}
	s.written, s.events = append(s.written, r), happened
	if o.Once != nil {
		s.once = o.Once.Result
	}
	return nil
}

var price = catalog.Money{AmountMinor: 4900, Currency: "PLN"}

const (
	tried = subscription.ID("sub_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e1")
	owned = subscription.ID("sub_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e2")
	over  = subscription.ID("sub_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e3")
	dear  = subscription.ID("sub_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e4")
)

func sold(country string) catalog.Plan {
	return catalog.Plan{
		Status: catalog.PlanActive, Countries: []string{country}, Licenses: catalog.Bounds{Min: 2, Max: 20, Default: 5},
		Prices: []catalog.Price{{Term: catalog.Month, Price: price}},
	}
}

// counter is an account with a trial of plan_a, a paid plan_b advised by asking, one of plan_b that has ended, and one of plan_c that another bills.
func counter() *accountStore {
	facts := Facts{
		Member: consent.Member{
			Customer: customer.Customer{ID: mine, Name: "Fabryka", Country: "PL", Status: customer.Active, GlobalAdmins: 1, Version: 7},
			User: customer.User{
				ID: "usr_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e6", Customer: mine, Name: "Anna", Mail: "anna@example.com",
				Roles: []customer.Role{customer.BillingAdmin},
			},
			Ties: map[partner.ID]relationship.Relationship{},
		},
		Terms:  catalog.TermsHead{Document: catalog.CustomerTerms, Version: "3", SHA256: map[string]string{"pl": strings.Repeat("a", 64)}},
		Vendor: catalog.Vendor{LegalName: "Vendor S.A."},
		Other: &partner.Candidate{
			Partner: partner.Partner{
				ID: other, Status: partner.Active, LegalName: "Contoso", Country: "PL", Enrolments: []partner.Enrolment{{Program: "essentials", From: now.Add(-day)}},
			},
			Authorisations: []partner.Authorisation{{Partner: other, Plan: "plan_a", Countries: []string{"PL"}, From: now.Add(-day)}},
		},
	}
	facts.Plans = map[catalog.PlanID]catalog.Plan{}
	for _, id := range []catalog.PlanID{"plan_a", "plan_b", "plan_c", "plan_d"} {
		plan := sold("PL")
		plan.ID = id
		facts.Plans[id] = plan
	}
	facts.Other.Authorisations = append(facts.Other.Authorisations, partner.Authorisation{Partner: other, Plan: "plan_b", Countries: []string{"PL"}, From: now.Add(-day)})
	order := subscription.Order{Licenses: 5, Term: catalog.Month, Price: price, BilledBy: subscription.Vendor}
	trial := subscription.Subscription{ID: tried, Customer: mine, Plan: "plan_a", Status: subscription.Trialing, Trial: true, TrialEndsAt: now.Add(day), Version: 3}
	paid := subscription.Buy(owned, mine, "plan_b", order, asking, now.Add(-day))
	ended := subscription.Buy(over, mine, "plan_b", order, "", now.Add(-day))
	ended.Status = subscription.Cancelled
	order.BilledBy, order.Price.AmountMinor = string(asking), 100
	billed := subscription.Buy(dear, mine, "plan_c", order, "", now.Add(-day))
	facts.Member.Subscriptions = []subscription.Subscription{trial, paid, ended, billed}
	facts.Member.Ties[asking] = relationship.Relationship{Customer: mine, Partner: asking, PartnerOfRecordSubscriptions: 1, Version: 4}
	return &accountStore{account: facts}
}

func orders(plan catalog.PlanID) Wish {
	return Wish{Plan: plan, Term: catalog.Month, Terms: "3", Keep: true}
}

func TestBuy(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Facts, *Wish)
		want   string // a code, or what was done
	}{
		"new":               {func(_ *Facts, w *Wish) {}, "created"},
		"the price as seen": {func(_ *Facts, w *Wish) { w.Price = &price }, "created"},
		"another price":     {func(_ *Facts, w *Wish) { w.Price = &catalog.Money{AmountMinor: 1, Currency: "PLN"} }, "price_changed"},
		"older terms":       {func(_ *Facts, w *Wish) { w.Terms = "2" }, "terms_outdated"},
		"no such plan":      {func(_ *Facts, w *Wish) { w.Plan = "plan_x" }, "unknown_plan"},
		"withdrawn":         {func(a *Facts, w *Wish) { a.Plans["plan_d"] = catalog.Plan{Status: catalog.PlanWithdrawn} }, "plan_withdrawn"},
		"elsewhere":         {func(a *Facts, w *Wish) { a.Plans["plan_d"] = sold("DE") }, "plan_not_sold_here"},
		"no such term":      {func(_ *Facts, w *Wish) { w.Term = catalog.Year }, "invalid_value"},
		"too many":          {func(_ *Facts, w *Wish) { w.Licenses = 21 }, "out_of_range"},
		"too few":           {func(_ *Facts, w *Wish) { w.Licenses = 1 }, "out_of_range"},
		"an advisor": {func(_ *Facts, w *Wish) {
			w.Plan, w.Into, w.PartnerOfRecord, w.Keep = "plan_b", "separate", other, false
		}, "created"},
		"one that may not":        {func(_ *Facts, w *Wish) { w.PartnerOfRecord = other }, "partner_not_eligible"},
		"one that is not":         {func(a *Facts, w *Wish) { a.Other, w.PartnerOfRecord = nil, "11111119" }, "unknown_partner_id"},
		"no role":                 {func(a *Facts, _ *Wish) { a.Member.User.Roles = []customer.Role{customer.UserAdmin} }, "not_your_role"},
		"disabled":                {func(a *Facts, _ *Wish) { a.Member.User.Disabled = true }, "not_your_role"},
		"a global administrator":  {func(a *Facts, _ *Wish) { a.Member.User.Roles = []customer.Role{customer.GlobalAdmin} }, "created"},
		"read only":               {func(a *Facts, _ *Wish) { a.Member.Customer.Status = customer.ReadOnly }, "customer_read_only"},
		"owned":                   {func(_ *Facts, w *Wish) { w.Plan = "plan_b" }, "plan_owned"},
		"added":                   {func(_ *Facts, w *Wish) { w.Plan, w.Into = "plan_b", string(owned) }, "licenses_changed"},
		"added beyond":            {func(_ *Facts, w *Wish) { w.Plan, w.Into, w.Licenses = "plan_b", string(owned), 16 }, "out_of_range"},
		"added to what has ended": {func(_ *Facts, w *Wish) { w.Plan, w.Into = "plan_b", string(over) }, "unknown_subscription"},
		"added to another plan":   {func(_ *Facts, w *Wish) { w.Into = string(owned) }, "unknown_subscription"},
		"separate":                {func(_ *Facts, w *Wish) { w.Plan, w.Into = "plan_b", subscription.Separate }, "created"},
		"billed by another":       {func(_ *Facts, w *Wish) { w.Plan = "plan_c" }, "created"},
		"on trial":                {func(_ *Facts, w *Wish) { w.Plan = "plan_a" }, "converted"},
		"the trial":               {func(_ *Facts, w *Wish) { w.Plan, w.Trial = "", tried }, "converted"},
		"no trial":                {func(_ *Facts, w *Wish) { w.Plan, w.Trial = "", owned }, "subscription_not_convertible"},
		"another's trial":         {func(_ *Facts, w *Wish) { w.Plan, w.Trial = "", "sub_0" }, "not_found"},
	} {
		s, wish := counter(), orders("plan_d")
		c.change(&s.account, &wish)
		o := operation()
		o.Once = &op.Once{}
		record, err := Buy(t.Context(), s, consent.Visitor{User: s.account.Member.User.ID, Language: "pl"}, wish, o)
		got := rule.Code(err)
		if err == nil {
			got = string(record.Sold[0].What)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if err != nil {
			if len(s.written) > 0 {
				t.Errorf("%s: refused and written", name)
			}
			continue
		}
		made, receipt := record.First(), record.Receipt
		if len(s.written) != 1 || s.once != string(record.ID) || made.Status != subscription.Active || *made.Price != price || made.BilledBy != subscription.Vendor ||
			receipt.Via.Link != "account" || receipt.Offer.ID != "" || receipt.Partner.ID != "" || len(receipt.Subscriptions) != 1 || receipt.Terms[0].Version != "3" ||
			record.Adds() != (c.want == "created") || len(receipt.PartnerOfRecordChanges) != 0 {
			t.Errorf("%s: %+v", name, record)
		}
		if !slices.Contains(record.Customer.Tried, made.Plan) {
			t.Errorf("%s: could be tried after it was bought", name)
		}
	}
}

// TestBuyTwice decides again where somebody else changed meanwhile what the order rests on.
func TestBuyTwice(t *testing.T) {
	s := counter()
	s.stale = 2
	if _, err := Buy(t.Context(), s, consent.Visitor{Language: "pl"}, orders("plan_d"), operation()); err != nil || s.reads != 3 || len(s.written) != 1 {
		t.Errorf("%d reads, %d writes, %v", s.reads, len(s.written), err)
	}
}

// TestKeep holds that an order changes nobody's advisor unless it names one.
func TestKeep(t *testing.T) {
	for _, keep := range []bool{true, false} {
		s := counter()
		wish := orders("plan_b")
		wish.Into, wish.Keep = string(owned), keep
		record, err := Buy(t.Context(), s, consent.Visitor{Language: "pl"}, wish, operation())
		if err != nil || (record.First().PartnerOfRecordID() == asking) != keep || len(record.Ties) != map[bool]int{true: 0, false: 1}[keep] {
			t.Errorf("keep %v: %+v %v", keep, record.Sold, err)
		}
	}
}

// TestName gives each subscription its outcome; those that can change do so together, and each partner hears of its own.
func TestName(t *testing.T) {
	s := counter()
	by := consent.Visitor{Language: "pl"}
	ask := []subscription.ID{tried, owned, over, dear, "sub_0", owned}
	for _, dry := range []bool{true, false} {
		record, outcomes, err := SetPartnerOfRecord(t.Context(), s, by, ask, other, dry, operation())
		var got []string
		for _, one := range outcomes {
			word := string(one.Result)
			if one.Err != nil {
				word += " " + one.Err.Code.String()
			}
			got = append(got, word)
		}
		want := "changed, changed, failed subscription_ended, failed partner_not_eligible, failed not_found"
		if err != nil || strings.Join(got, ", ") != want || (record.ID == "") != dry || len(s.written) != map[bool]int{true: 0, false: 1}[dry] {
			t.Fatalf("%v %v %+v", got, err, record)
		}
		if dry {
			continue
		}
		if n := record.Receipt.PartnerOfRecordChanges; len(n) != 2 || n[0].From != "" || n[0].To != string(other) || n[1].From != string(asking) || len(record.Receipt.Terms) != 0 ||
			len(record.Receipt.Subscriptions) != 0 || record.Receipt.Sharer() != other || !record.Receipt.Removes(asking) || record.Receipt.Removes(other) {
			t.Errorf("%+v", record.Receipt)
		}
		count := map[partner.ID]int{}
		for _, tie := range record.Ties {
			count[tie.Partner] = tie.PartnerOfRecordSubscriptions
		}
		if len(count) != 2 || count[other] != 2 || count[asking] != 0 {
			t.Errorf("ties %v", count)
		}
		changes := map[string][]string{}
		for _, e := range s.events {
			for _, c := range e.Changes {
				changed, _ := event.As[relationship.PartnerOfRecordChangedEvent](c)
				removed, _ := event.As[relationship.PartnerOfRecordRemovedEvent](c)
				changes[e.Partner] = append(changes[e.Partner], fmt.Sprint(c.Type, " ", changed.From, removed.To))
			}
		}
		if got := strings.Join(changes[string(other)], ", "); got != "redemption.accepted , partner_of_record.set , partner_of_record.changed "+string(asking) {
			t.Errorf("the new one hears %s", got)
		}
		if got := strings.Join(changes[string(asking)], ", "); got != "partner_of_record.removed "+string(other) {
			t.Errorf("the one before hears %s", got)
		}
	}
	for name, c := range map[string]struct {
		of   []subscription.ID
		to   partner.ID
		want string
	}{
		"none":    {nil, other, "required"},
		"many":    {make([]subscription.ID, relationship.MostNamed+1), other, "too_many"},
		"nobody":  {[]subscription.ID{owned}, "", ""},
		"the one": {[]subscription.ID{owned}, asking, "unknown_partner_id"},
	} {
		s := counter()
		if c.to == asking {
			s.account.Other = nil
		}
		record, _, err := SetPartnerOfRecord(t.Context(), s, by, c.of, c.to, false, operation())
		if rule.Code(err) != c.want || err == nil && (record.Receipt.PartnerOfRecordChanges[0].To != "" || record.Receipt.Sharer() != "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	s = counter()
	if record, outcomes, err := SetPartnerOfRecord(t.Context(), s, by, []subscription.ID{tried}, "", false, operation()); err != nil || record.ID != "" || outcomes[0].Result != relationship.Unchanged || len(s.written) != 0 {
		t.Errorf("nothing to do: %+v %v", record, err)
	}
}

func TestTransfer(t *testing.T) {
	for name, c := range map[string]struct {
		of    subscription.ID
		price catalog.Money
		terms string
		want  string
	}{
		"moved":           {dear, price, "3", ""},
		"its own already": {owned, price, "3", "same_biller"},
		"another price":   {dear, catalog.Money{AmountMinor: 100, Currency: "PLN"}, "3", "price_changed"},
		"older terms":     {dear, price, "2", "terms_outdated"},
		"a trial":         {tried, price, "3", "subscription_not_active"},
		"over":            {over, price, "3", "subscription_not_active"},
		"another's":       {"sub_0", price, "3", "not_found"},
	} {
		s := counter()
		record, err := Transfer(t.Context(), s, consent.Visitor{Language: "pl"}, c.of, c.price, c.terms, operation())
		if rule.Code(err) != c.want || (err == nil) != (len(s.written) == 1) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil && (record.First().BilledBy != subscription.Vendor || *record.First().Price != price || record.Receipt.Subscriptions[0].Change != "billing_transferred") {
			t.Errorf("%s: %+v", name, record.Sold)
		}
	}
}
