package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// priced gives the world's plan a price and close bounds.
func priced(t *testing.T, w fixture.World) catalog.Money {
	t.Helper()
	price := catalog.Money{AmountMinor: 1000, Currency: "PLN"}
	plan, err := w.Table.Plan(t.Context(), w.Plan)
	if err != nil {
		t.Fatal(err)
	}
	plan.Prices, plan.Licenses = []catalog.Price{{Term: catalog.Month, Price: price}}, catalog.Bounds{Min: 1, Max: 30, Default: 5}
	o := w.Op("operator")
	if err := w.Table.SavePlan(t.Context(), plan, event.New(o, event.Vendor(), event.Of(w.Plan, catalog.PlanChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	return price
}

// TestLicenses changes and adds licences of one subscription at once: they stay within the plan's bounds, none is lost, and the events tell each step.
func TestLicenses(t *testing.T) {
	w := patient(t)
	priced(t, w)
	made := w.Offer(t, func(d *offer.Draft) { d.Kind, d.MaxRedemptions = offer.Purchase, 1000 })
	for n := range fixture.Full(3, 60) {
		mail := fmt.Sprintf("owner%d@customer.example", n)
		owner := w.Trial(t, mail, "")
		trial := owner.First().ID
		buy := func() (consent.Consent, error) {
			o := w.Op(string(owner.User.ID))
			return order.Buy(t.Context(), w.Table, consent.Visitor{User: owner.User.ID}, order.Wish{
				Plan: w.Plan, Trial: trial, Licenses: 5, Term: catalog.Month, Terms: "1", Keep: true,
			}, o)
		}
		var converted atomic.Int64
		at(4, func(int) { // four convert the trial at once: one does
			switch _, err := buy(); {
			case err == nil:
				converted.Add(1)
			case !fault.Is(err, fault.SubscriptionNotConvertible) && !fault.Is(err, fault.PreconditionFailed):
				t.Error(err)
			}
		})
		if converted.Load() != 1 {
			t.Errorf("%d converted one trial", converted.Load())
		}
		type visit struct {
			inv invitation.ID
			by  consent.Visitor
			rev int
		}
		visits := make([]visit, 6)
		for i := range visits {
			inv := w.Invite(t, made.ID, mail)[0]
			by, rev := ready(t, w, inv.ID, func(d *invitation.Draft) { d.Items = []invitation.Choice{{Licenses: 4 + i, Into: string(trial)}} })
			by.User = owner.User.ID
			visits[i] = visit{inv.ID, by, rev}
		}
		at(16, func(i int) {
			o := w.Op(string(owner.User.ID))
			var err error
			if i < len(visits) {
				_, err = redemption.Accept(t.Context(), w.Table, visits[i].inv, visits[i].by, visits[i].rev, "1", o)
			} else {
				_, err = subscription.ChangeLicenses(t.Context(), w.Table, owner.Customer.ID, trial, rand.IntN(36), 0, o)
			}
			if err != nil && !fault.Is(err, fault.OutOfRange) && !fault.Is(err, fault.PreconditionFailed) && !fault.Is(err, fault.StaleDraft) {
				t.Error(err)
			}
		})
		s, err := w.Table.StoredSubscription(t.Context(), trial)
		if err != nil {
			t.Fatal(err)
		}
		if s.Licenses.Bought < 1 || s.Licenses.Bought > 30 {
			t.Errorf("%d licences", s.Licenses.Bought)
		}
		chain(t, w, trial, 5, s.Licenses.Bought)
	}
	intact(t, w)
}

// chain holds the events of a subscription's licences against its count: every step begins where another ended.
func chain(t *testing.T, w fixture.World, of subscription.ID, first, last int) {
	t.Helper()
	from, to := []int{last}, []int{first}
	if err := w.Table.Walk(t.Context(), func(one dynamo.Walked) {
		e, is := one.Noun.(event.Event)
		if !is {
			return
		}
		for _, c := range e.Changes {
			if is, ok := event.As[subscription.LicensesChangedEvent](c); ok && c.Subject == string(of) {
				from, to = append(from, is.From), append(to, is.Licenses)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(from)
	slices.Sort(to)
	if !slices.Equal(from, to) {
		t.Errorf("the steps begin at %v and end at %v: one was lost", from, to)
	}
}

// TestLastUse lets two customers buy at once by an offer for one: one does, whichever round.
func TestLastUse(t *testing.T) {
	w := patient(t)
	priced(t, w)
	type buyer struct {
		mail  string
		owner consent.Consent
	}
	buyers := make([]buyer, 2)
	for i := range buyers {
		buyers[i].mail = fmt.Sprintf("buyer%d@customer.example", i)
		buyers[i].owner = w.Trial(t, buyers[i].mail, "")
	}
	for round := range fixture.Full(6, 100) {
		invs, visitors, revs := make([]invitation.ID, 2), make([]consent.Visitor, 2), make([]int, 2)
		one := w.Offer(t, func(d *offer.Draft) { d.Kind = offer.Purchase })
		for i, b := range buyers {
			invs[i] = w.Invite(t, one.ID, b.mail)[0].ID
			visitors[i], revs[i] = ready(t, w, invs[i], func(d *invitation.Draft) {
				d.Items = []invitation.Choice{{Licenses: 1, Into: subscription.Separate}}
			})
			visitors[i].User = b.owner.User.ID
		}
		var won atomic.Int64
		at(2, func(i int) {
			switch _, err := redemption.Accept(t.Context(), w.Table, invs[i], visitors[i], revs[i], "1", w.Op("visitor")); {
			case err == nil:
				won.Add(1)
			case !fault.Is(err, fault.OfferUsedUp):
				t.Error(err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("round %d: %d bought by an offer for one", round, won.Load())
		}
	}
	intact(t, w)
}

// TestIndependent names and removes a partner of record while the same partner is given and loses the power to administer: neither changes the other.
func TestIndependent(t *testing.T) {
	w := patient(t)
	other := w.Company(t)
	for n := range fixture.Full(4, 60) {
		mail := fmt.Sprintf("owner%d@customer.example", n)
		owner := w.Trial(t, mail, "")
		sub := owner.First().ID
		asked := []yes{prepare(t, w, mail, owner.User.ID, offer.RoleLimited, ""), prepare(t, other, mail, owner.User.ID, offer.RoleLimited, w.Partner)}
		at(4, func(i int) {
			for j := range 4 {
				o := w.Op(string(owner.User.ID))
				o.Actor.Kind = op.CustomerUser
				var err error
				switch i {
				case 0, 1:
					to := []partner.ID{w.Partner, other.Partner, ""}[(i+j)%3]
					_, _, err = order.SetPartnerOfRecord(t.Context(), w.Table, consent.Visitor{User: owner.User.ID}, []subscription.ID{sub}, to, false, o)
				case 2:
					if j < len(asked) {
						if answer := asked[j].say(t, o); answer.word != "done" {
							err = fault.Named(answer.word)
						}
					}
				case 3:
					_, err = relationship.EndGrant(t.Context(), w.Table, owner.Customer.ID, w.Partner, relationship.ByCustomer, "", o)
				}
				if err != nil && !fault.Is(err, fault.PreconditionFailed) && !fault.Is(err, fault.AlreadyEnded) && !fault.Is(err, fault.DelegatedAdministratorExists) {
					t.Error(err)
				}
			}
		})
	}
	intact(t, w)
}
