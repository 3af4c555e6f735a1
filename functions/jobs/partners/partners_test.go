package partners_test

import (
	"errors"
	"maps"
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/partners"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type story struct {
	*fixture.Fixture
	fixture.World
	t        *testing.T
	accounts fixture.Machines
	anna     consent.Consent // has a grant and a partner of record, and buys from the partner
	bob      consent.Consent // has a partner of record
}

func open(t *testing.T) *story {
	f := fixture.Streaming(t)
	s := &story{Fixture: f, World: f.Populate(t), t: t}
	s.Resells(t)
	s.anna, s.bob = s.Trial(t, "anna@customer.example", "yes"), s.Trial(t, "bob@customer.example", "no")
	s.Resold(t, s.anna)
	_, _, err := partner.MakeClient(t.Context(), s.Fixture.Table, &s.accounts, partner.ClientDraft{Partner: s.Partner, Name: "Machine", Issuer: "https://issuer.example"}, s.job())
	s.must(err)
	s.Batch(t)
	return s
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) job() op.Op {
	o := s.Fixture.Op("test")
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	return o
}

func (s *story) close() {
	s.t.Helper()
	o := s.job()
	_, err := partner.Change(s.t.Context(), s.Fixture.Table, s.Partner, partner.ClosedEvent{Reason: "Wound up."}, o, func(p partner.Partner) (partner.Partner, error) {
		return p.Close("Wound up.", o.At)
	})
	s.must(err)
	s.Batch(s.t)
}

// run lets the job run once, and returns what happened by type, and whether something failed.
func (s *story) run() (map[event.Type]int, error) {
	s.t.Helper()
	_, err := partners.Job(s.Fixture.Table, &s.accounts).Handler(s.Env, s.Fixture.Table)(s.t.Context(), schedule.Tick{Time: s.Env.Now()})
	found := map[event.Type]int{}
	for _, one := range s.Batch(s.t).Events() {
		for _, c := range one.Event.Changes {
			found[c.Type]++
		}
	}
	return found, err
}

func (s *story) partner() partner.Partner {
	s.t.Helper()
	p, err := s.Fixture.Table.Partner(s.t.Context(), s.Partner)
	s.must(err)
	return p
}

// TestClosed ends all that hangs on a closed partner, once; a sweep that began a quarter of an hour later and found nothing is the last.
func TestClosed(t *testing.T) {
	s := open(t)
	if found, err := s.run(); len(found) != 0 || err != nil {
		t.Fatal("while it is active: ", found, err)
	}
	s.close()
	found, err := s.run()
	s.must(err)
	if want := map[event.Type]int{
		relationship.AdministrationEndedEvent{}.Type(): 1, relationship.PartnerOfRecordRemovedEvent{}.Type(): 2, relationship.ResellerLeftEvent{}.Type(): 1, partner.ClientDeletedEvent{}.Type(): 1,
	}; !maps.Equal(found, want) {
		t.Errorf("happened %v, want %v", found, want)
	}
	if n := s.accounts.Accounts(); n != 0 {
		t.Errorf("the issuer has %d accounts", n)
	}
	tie, grant, err := s.Fixture.Table.Relationship(t.Context(), s.anna.Customer.ID, s.Partner)
	s.must(err)
	if grant.Status != relationship.Ended || grant.Cause != relationship.ByVendor || tie.PartnerOfRecordSubscriptions != 0 || !tie.Reseller {
		t.Errorf("%+v %+v", grant, tie)
	}
	if r := tie.Removal; r == nil || r.Status != relationship.Open || r.Left.IsZero() || r.AskedBy != "" || !tie.StepAt.IsZero() {
		t.Errorf("put to the vendor: %+v", r)
	}
	waits, _, err := s.Fixture.Table.Matters(t.Context(), s.Env.Now(), dynamo.Page{Limit: 10})
	if err != nil || len(waits) != 1 || waits[0].Kind != matter.ResellerTie || waits[0].Subject != string(relationship.NewID(s.anna.Customer.ID, s.Partner)) {
		t.Errorf("in the vendor's inbox: %+v %v", waits, err)
	}
	for range 3 {
		s.Travel(16 * time.Minute)
		if found, err := s.run(); len(found) != 0 || err != nil {
			t.Errorf("again: %v %v", found, err)
		}
	}
	if p := s.partner(); !p.StepAt.IsZero() || p.Closing != (partner.Closing{}) {
		t.Errorf("it goes on: %+v %v", p.Closing, p.StepAt)
	}
}

// TestBroken: what the issuer of tokens does not answer stays to be done, and stops nothing else.
func TestBroken(t *testing.T) {
	s := open(t)
	s.close()
	s.accounts.Before = func(string) error { return errors.New("no answer") }
	found, err := s.run()
	if err == nil || found[relationship.AdministrationEndedEvent{}.Type()] != 1 {
		t.Errorf("happened %v, %v", found, err)
	}
	s.accounts.Before = nil
	s.Travel(16 * time.Minute)
	if _, err = s.run(); err != nil || s.accounts.Accounts() != 0 {
		t.Errorf("%v, the issuer has %d accounts", err, s.accounts.Accounts())
	}
	if s.partner().StepAt.IsZero() {
		t.Error("a sweep that found something was the last")
	}
	s.Travel(5 * time.Minute)
	if _, err = s.run(); err != nil || !s.partner().StepAt.IsZero() {
		t.Errorf("%v, it goes on", err)
	}
}

// TestPages goes on with the next page where the last run left off.
func TestPages(t *testing.T) {
	p, err := partner.Partner{Status: partner.Active}.Close("x", day(0))
	if err != nil {
		t.Fatal(err)
	}
	early, err := p.Sweep(day(0))
	if err != nil {
		t.Fatal(err)
	}
	// What was agreed to in the last moment may not be in the list yet.
	if early = early.Swept("", false, day(0).Add(time.Minute)); early.StepAt != day(0).Add(15*time.Minute) {
		t.Errorf("after a sweep at once that found nothing: %v", early.StepAt)
	}
	p, err = p.Sweep(day(1))
	if err != nil {
		t.Fatal(err)
	}
	if p = p.Swept("next", true, day(1)); p.StepAt != day(1) || p.Closing.Cursor != "next" {
		t.Errorf("between two pages: %+v %v", p.Closing, p.StepAt)
	}
	if p, err = p.Sweep(day(2)); err != nil || p.Closing.Began != day(1) {
		t.Errorf("on the next page: %+v %v", p.Closing, err)
	}
	if p = p.Swept("", false, day(2)); p.StepAt != day(2) || p.Closing != (partner.Closing{}) {
		t.Errorf("after a sweep that found something: %+v %v", p.Closing, p.StepAt)
	}
	if p, err = p.Sweep(day(3)); err != nil {
		t.Fatal(err)
	}
	if p = p.Swept("", false, day(3)); !p.StepAt.IsZero() {
		t.Errorf("after one that found nothing: %v", p.StepAt)
	}
	if _, err = p.Sweep(day(4)); !errors.Is(err, op.ErrUnchanged) {
		t.Errorf("once all is done: %v", err)
	}
}

func day(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// TestDecided: the vendor decides the tie of a reseller that left at once; what it kept stays kept, and the customer cannot take back what it
// did not ask for.
func TestDecided(t *testing.T) {
	s := open(t)
	s.close()
	_, err := s.run()
	s.must(err)
	c := s.anna.Customer.ID
	if _, err := relationship.WithdrawRemoval(t.Context(), s.Fixture.Table, c, s.Partner, s.job()); !fault.Is(err, fault.Conflict) {
		t.Errorf("withdrawn: %v", err)
	}
	kept, err := relationship.DecideRemoval(t.Context(), s.Fixture.Table, c, s.Partner, relationship.Kept, "It bills on.", s.job())
	s.must(err)
	if kept.Removal.Status != relationship.Kept || !kept.Reseller {
		t.Errorf("kept %+v", kept.Removal)
	}
	s.Batch(t)
	if waits, _, err := s.Fixture.Table.Matters(t.Context(), s.Env.Now(), dynamo.Page{Limit: 10}); err != nil || len(waits) != 0 {
		t.Errorf("once decided there waits %+v %v", waits, err)
	}
	s.Travel(16 * time.Minute)
	if found, err := s.run(); len(found) != 0 || err != nil {
		t.Errorf("after the decision: %v %v", found, err)
	}
	asked, err := relationship.RequestRemoval(t.Context(), s.Fixture.Table, c, s.Partner, s.anna.User.ID, "", s.job())
	if err != nil || asked.Removal.Decidable().After(s.Env.Now()) || !asked.StepAt.IsZero() {
		t.Errorf("asked of one that left: %+v %v", asked.Removal, err)
	}
	if gone, err := relationship.DecideRemoval(t.Context(), s.Fixture.Table, c, s.Partner, relationship.Removed, "It is gone.", s.job()); err != nil || gone.Reseller || gone.ResellerEnd != relationship.ByVendor {
		t.Errorf("removed: %+v %v", gone, err)
	}
}
