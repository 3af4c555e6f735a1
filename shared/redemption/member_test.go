package redemption

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture/rule"
)

const mine = customer.ID("cus_4q8z1m7x2c9v")

// signedIn is ready for a global administrator of a customer that exists, whose address the invitation went to.
func signedIn() (invitation.Invitation, Facts) {
	inv, facts := ready()
	facts.Known, facts.Addressee = true, mine
	facts.Member = &consent.Member{
		Customer: customer.Customer{ID: mine, Name: "Fabryka", Country: "PL", Status: customer.Active, GlobalAdmins: 1, Version: 7},
		User:     customer.User{ID: "usr_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e6", Customer: mine, Name: "Anna", Mail: "anna@example.com", Roles: []customer.Role{customer.GlobalAdmin}},
		Ties:     map[partner.ID]relationship.Relationship{},
	}
	inv.Draft.Company, inv.Draft.Name = "", ""
	return inv, facts
}

// requesting makes the offer one of delegated administration alone.
func requesting(f *Facts) {
	f.Offer.Kind, f.Offer.Items, f.Grounds.Plans = offer.DelegatedAdministration, nil, nil
}

func (f *Facts) administered(by partner.ID, status relationship.Status, ends time.Time) {
	g := relationship.Grant{Customer: mine, Partner: by, Role: offer.RoleFull, Status: status, Since: now.Add(-day), EndsAt: ends, Version: 3}
	f.Member.Grant = &g
	f.Member.Ties[by] = relationship.Relationship{Customer: mine, Partner: by, PartnerOfRecordSubscriptions: 2, Administration: g.Summary(), Version: 5}
}

// TestMember asks of everything that a member's answer rests on what becomes of it.
func TestMember(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*invitation.Invitation, *Facts)
		want   string
	}{
		"all is well":       {func(*invitation.Invitation, *Facts) {}, ""},
		"a request":         {func(_ *invitation.Invitation, f *Facts) { requesting(f) }, ""},
		"nobody signed in":  {func(_ *invitation.Invitation, f *Facts) { f.Member = nil }, "sign_in_required"},
		"a request, nobody": {func(_ *invitation.Invitation, f *Facts) { requesting(f); f.Member, f.Known = nil, false }, "sign_in_required"},
		"another company": {func(_ *invitation.Invitation, f *Facts) {
			f.Member.User.Mail, f.Addressee = "bob@example.com", "cus_000000000000"
		}, "wrong_account"},
		"an address of nobody": {func(_ *invitation.Invitation, f *Facts) {
			f.Member.User.Mail, f.Addressee, f.Known = "bob@example.com", "", false
		}, "wrong_account"},
		"another administrator": {func(_ *invitation.Invitation, f *Facts) { f.Member.User.Mail = "bob@example.com" }, ""},
		"a colleague without role": {func(_ *invitation.Invitation, f *Facts) {
			f.Member.User.Mail, f.Member.User.Roles = "bob@example.com", []customer.Role{customer.BillingAdmin}
		}, "wrong_account"},
		"no role":  {func(_ *invitation.Invitation, f *Facts) { f.Member.User.Roles = nil }, "not_your_role"},
		"disabled": {func(_ *invitation.Invitation, f *Facts) { f.Member.User.Disabled = true }, "wrong_account"},
		"billing takes the trial": {func(i *invitation.Invitation, f *Facts) {
			f.Member.User.Roles, i.Draft.DelegatedAdministration = []customer.Role{customer.BillingAdmin}, No
		}, ""},
		"billing delegates": {func(_ *invitation.Invitation, f *Facts) { f.Member.User.Roles = []customer.Role{customer.BillingAdmin} }, "not_your_role"},
		"billing, a request": {func(_ *invitation.Invitation, f *Facts) {
			requesting(f)
			f.Member.User.Roles = []customer.Role{customer.BillingAdmin}
		}, "not_your_role"},
		"read only":        {func(_ *invitation.Invitation, f *Facts) { f.Member.Customer.Status = customer.ReadOnly }, "customer_read_only"},
		"another country":  {func(_ *invitation.Invitation, f *Facts) { f.Member.Customer.Country = "DE" }, "other_country"},
		"tried before":     {func(_ *invitation.Invitation, f *Facts) { f.Member.Customer.Tried = []catalog.PlanID{"plan_a"} }, "trial_already_used"},
		"tried another":    {func(_ *invitation.Invitation, f *Facts) { f.Member.Customer.Tried = []catalog.PlanID{"plan_b"} }, ""},
		"no answer":        {func(i *invitation.Invitation, _ *Facts) { i.Draft.DelegatedAdministration = "" }, "required"},
		"a request, no":    {func(i *invitation.Invitation, f *Facts) { requesting(f); i.Draft.DelegatedAdministration = No }, "nothing_accepted"},
		"administered":     {func(_ *invitation.Invitation, f *Facts) { f.administered(other, relationship.Active, now.Add(day)) }, "delegated_administrator_exists"},
		"disputed":         {func(_ *invitation.Invitation, f *Facts) { f.administered(other, relationship.Suspended, now.Add(day)) }, "delegated_administrator_exists"},
		"was administered": {func(_ *invitation.Invitation, f *Facts) { f.administered(other, relationship.Ended, now.Add(day)) }, ""},
		"over by its time": {func(_ *invitation.Invitation, f *Facts) { f.administered(other, relationship.Active, now) }, ""},
		"replacing": {func(i *invitation.Invitation, f *Facts) {
			f.administered(other, relationship.Active, now.Add(day))
			i.Draft.DelegatedAdministration = Replacing(other)
		}, ""},
		"replacing another than stands": {func(i *invitation.Invitation, f *Facts) {
			f.administered(other, relationship.Active, now.Add(day))
			i.Draft.DelegatedAdministration = Replacing("11111119")
		}, "delegated_administrator_exists"},
		"replacing nobody":   {func(i *invitation.Invitation, _ *Facts) { i.Draft.DelegatedAdministration = Replacing(other) }, "delegated_administrator_exists"},
		"the same once more": {func(_ *invitation.Invitation, f *Facts) { f.administered(asking, relationship.Active, now.Add(day)) }, ""},
		"a visitor replaces": {func(i *invitation.Invitation, f *Facts) {
			f.Member, f.Known = nil, false
			i.Draft.Company, i.Draft.Name, i.Draft.DelegatedAdministration = "Fabryka", "Anna", Replacing(other)
		}, "delegated_administrator_exists"},
	} {
		inv, facts := signedIn()
		c.change(&inv, &facts)
		made, err := Decide(facts.of(inv), consent.Visitor{Secret: secret, Language: "pl"}, "3", operation())
		if rule.Code(err) != c.want {
			t.Errorf("%s: %q, want %q", name, rule.Code(err), c.want)
		}
		if err == nil && made.Answer.Invitation.Answer != invitation.Accepted {
			t.Errorf("%s: %+v", name, made.Answer.Invitation)
		}
	}
}

// TestReplacement holds what a replacement leaves: one administrator, the other tie untouched but for it, both partners told.
func TestReplacement(t *testing.T) {
	inv, facts := signedIn()
	requesting(&facts)
	facts.administered(other, relationship.Active, now.Add(day))
	inv.Draft.DelegatedAdministration = Replacing(other)
	r, err := Decide(facts.of(inv), consent.Visitor{Secret: secret, Language: "pl"}, "3", operation())
	if err != nil {
		t.Fatal(err)
	}
	if r.Grant == nil || r.Grant.Partner != asking || r.Grant.Version != 4 || r.Grant.Status != relationship.Active || r.Replaced == nil || r.Replaced.Status != relationship.Ended ||
		r.Replaced.Cause != relationship.ByReplacement || !r.Replaced.EndedAt.Equal(now) || r.Extends || r.First().ID != "" || len(r.Ties) != 2 {
		t.Fatalf("%+v", r)
	}
	for _, tie := range r.Ties {
		switch tie.Partner {
		case asking:
			if tie.Version != 1 || tie.Administration.Status != relationship.Active {
				t.Errorf("%+v", tie)
			}
		case other:
			if tie.Version != 6 || tie.PartnerOfRecordSubscriptions != 2 || tie.Administration.Status != relationship.Ended {
				t.Errorf("%+v", tie)
			}
		}
	}
	shared := map[string][]event.Change{}
	for _, e := range r.Events(operation()) {
		shared[e.Partner] = append(shared[e.Partner], e.Changes...)
	}
	if got := shared[string(other)]; len(got) != 1 || !event.Is[relationship.AdministrationReplacedEvent](got[0]) {
		t.Errorf("%v", shared)
	}
	if got := shared[string(asking)]; len(got) != 2 || !event.Is[relationship.AdministrationGrantedEvent](got[1]) {
		t.Errorf("%v", shared)
	}
	if d := r.Receipt.DelegatedAdministration; d == nil || d.Answer != Yes || d.Replaced != string(other) || r.Receipt.DecidedBy.Role != "global_admin" || len(r.Receipt.Subscriptions) != 0 {
		t.Errorf("%+v", r.Receipt)
	}
}

// TestLapsed gives a power over one that had run out and that no job has said so of yet: its end is told and stands with its tie.
func TestLapsed(t *testing.T) {
	inv, facts := signedIn()
	requesting(&facts)
	facts.administered(other, relationship.Active, now)
	r, err := Decide(facts.of(inv), consent.Visitor{Secret: secret, Language: "pl"}, "3", operation())
	if err != nil {
		t.Fatal(err)
	}
	ended := slices.IndexFunc(r.Ties, func(tie relationship.Relationship) bool { return tie.Partner == other })
	if r.Replaced != nil || ended < 0 || r.Ties[ended].Administration.Status != relationship.Expired {
		t.Errorf("%+v %+v", r.Replaced, r.Ties)
	}
	events := r.Events(operation())
	if !slices.ContainsFunc(events, func(e event.Event) bool {
		ended, ok := event.As[relationship.AdministrationExpiredEvent](e.Changes[0])
		return ok && e.Partner == string(other) && ended.EndsAt.Equal(now.Truncate(time.Second))
	}) {
		t.Errorf("events %+v", events)
	}
}

// TestNoticed has one yes change a subscription whose partner of record stays, and name the same partner on a new one: it hears of both.
func TestNoticed(t *testing.T) {
	kept := &subscription.PartnerOfRecord{Partner: other, Since: now.Add(-day)}
	price := &catalog.Money{AmountMinor: 100, Currency: "PLN"}
	sold := func(id subscription.ID, what consent.What, from partner.ID) consent.Sold {
		return consent.Sold{Subscription: subscription.Subscription{ID: id, Plan: "plan_a", Price: price, BilledBy: subscription.Vendor, PartnerOfRecord: kept}, What: what, From: from}
	}
	r := consent.Consent{Member: true, Sold: []consent.Sold{sold("sub_1", consent.Converted, other), sold("sub_2", consent.Created, "")}}
	r.Receipt.Offer.ID, r.Receipt.Partner.ID = "ofr_1", string(asking)
	heard := []string{}
	for _, e := range r.Events(operation()) {
		if e.Partner != string(other) {
			continue
		}
		for _, c := range e.Changes {
			changed, _ := event.As[subscription.ChangedEvent](c)
			heard = append(heard, fmt.Sprint(c.Type, " ", c.Subject, " ", changed.Change))
		}
	}
	slices.Sort(heard)
	if want := []string{"partner_of_record.set sub_2 ", "subscription.changed sub_1 subscription.converted"}; !slices.Equal(heard, want) {
		t.Errorf("hears %q", heard)
	}
}
