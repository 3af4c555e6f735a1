package dynamo_test

import (
	"strings"
	"sync"
	"testing"

	"liaison/infra/operate/verify"
	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
)

// TestOneAdministrator lets the administrator of one customer answer 16 partners at once, round after round: first a plain yes to each, then
// a yes to each that replaces the partner that administers now, while others are refused or the power is ended. In every round one wins,
// and the audit knows no moment with two (infra/design/trust.md, I1).
func TestOneAdministrator(t *testing.T) {
	rounds, rivals := 4, 16
	if fixture.All() {
		rounds, rivals = 200, 64
	}
	f, w := patient(t)
	owner := w.Trial(t, "anna@customer.example", "")
	partners := make([]fixture.World, rivals)
	for i := range partners {
		partners[i] = w.Company(t)
	}
	current := partner.ID("")
	for round := range rounds {
		answers, errs := make([]consent.Consent, rivals), make([]error, rivals)
		var set, all sync.WaitGroup
		start := make(chan struct{})
		for i, p := range partners {
			made := p.Offer(t, func(d *offer.Draft) {
				d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleLimited, Days: 30}
			})
			inv := p.Invite(t, made.ID, "anna@customer.example")[0]
			answer := redemption.Yes
			if current != "" && current != p.Partner {
				answer = redemption.Replacing(current)
			}
			by, rev := ready(t, p, inv.ID, answer)
			by.User = owner.User.ID
			o := w.Op("visitor")
			set.Add(1)
			all.Go(func() {
				set.Done()
				<-start
				if current == p.Partner { // who administers now steps down at the same moment
					_, errs[i] = relationship.EndGrant(t.Context(), w.Table, owner.Customer.ID, p.Partner, relationship.ByPartner, "", o)
					return
				}
				answers[i], errs[i] = redemption.Accept(t.Context(), w.Table, inv.ID, by, rev, "1", o)
			})
		}
		set.Wait()
		close(start)
		all.Wait()
		var won []partner.ID
		for i, err := range errs {
			switch {
			case err == nil && partners[i].Partner != current:
				won = append(won, partners[i].Partner)
			case err == nil, fault.Is(err, fault.DelegatedAdministratorExists), fault.Is(err, fault.AlreadyEnded), fault.Is(err, fault.PreconditionFailed):
			default:
				t.Errorf("round %d: a loser hears %v", round, err)
			}
		}
		if len(won) > 1 {
			t.Fatalf("round %d: %d won at once", round, len(won))
		}
		if len(won) == 1 {
			_, grant, err := w.Table.Relationship(t.Context(), owner.Customer.ID, won[0])
			if err != nil || grant == nil || grant.Partner != won[0] || grant.Status != relationship.Active {
				t.Fatalf("round %d: %s won, %+v %v", round, won[0], grant, err)
			}
			current = won[0]
		} else if current = ""; round == 0 {
			t.Fatal("nobody won the first round")
		}
	}
	overlaps(t, f)
}

// overlaps reads the audit of all customers: a grant comes only after an end, so that there is at most one grant more than there are ends. The
// checker of the invariants tells the same history with its times, and that it explains how everything stands.
func overlaps(t *testing.T, f *fixture.Fixture) {
	t.Helper()
	granted, ended := 0, 0
	for k, item := range f.Items(t) {
		owner, ulid, found := strings.Cut(strings.TrimPrefix(k, "CUSTOMER#"), " EVENT#")
		if !found || fixture.Text(item, "class") != "event" {
			continue
		}
		e, err := f.Table.Event(t.Context(), event.Customer("cus_"+owner), ulid)
		if err != nil {
			continue // of a partner or an invitation
		}
		for _, c := range e.Changes {
			switch c.Type {
			case relationship.AdministrationGrantedEvent{}.Type():
				granted++
			case relationship.AdministrationReplacedEvent{}.Type(), relationship.AdministrationEndedEvent{}.Type():
				ended++
			}
		}
	}
	if granted == 0 || granted-ended > 1 || granted < ended {
		t.Errorf("%d grants, %d ends", granted, ended)
	}
	report, err := verify.Table(t.Context(), f.Table, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Error(v)
	}
}
