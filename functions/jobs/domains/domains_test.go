package domains_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"liaison/functions/jobs/domains"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

type story struct {
	*fixture.Fixture
	t   *testing.T
	dns fixture.DNS
	by  administration.Authority
}

func open(t *testing.T) *story {
	f := fixture.Open(t)
	yes := f.Populate(t).Trial(t, "jan@northwind.example", "")
	return &story{Fixture: f, t: t, by: administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}}
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) op() op.Op {
	o := s.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(s.by.Self)}
	return o
}

// verified adds a domain and verifies it.
func (s *story) verified(name string) customer.Domain {
	s.t.Helper()
	d, err := administration.AddDomain(s.t.Context(), s.Domains(), s.by, name, nil, s.op())
	s.must(err)
	at, value := d.Record()
	s.dns.Set(at, value)
	d, err = administration.VerifyDomain(s.t.Context(), s.Domains(), &s.dns, s.by, d, s.op())
	s.must(err)
	return d
}

func (s *story) run() schedule.Outcome {
	s.t.Helper()
	out, err := domains.Job(s.Table, &s.dns).Handler(s.Env, s.Table)(s.t.Context(), schedule.Tick{Time: s.Env.Now()})
	s.must(err)
	return out
}

// stands reads a domain, and whether its name is its customer's.
func (s *story) stands(name customer.DomainName, status customer.DomainStatus, failure customer.DomainFailure) customer.Domain {
	s.t.Helper()
	d, err := s.Domains().CustomerDomain(s.t.Context(), s.by.Customer.ID, name)
	s.must(err)
	owner, err := s.Table.CustomerWithDomain(s.t.Context(), name)
	s.must(err)
	if d.Status != status || d.Failure != failure || d.Verified() != (owner == s.by.Customer.ID) {
		s.t.Errorf("%s is %+v, and %q's", name, d, owner)
	}
	return d
}

// TestRecheck: a verified domain is looked up a week later; without its record it is verified for 14 days still, then it is lost and free; one that has
// its record stays. Twice or late, the job does no harm.
func TestRecheck(t *testing.T) {
	s := open(t)
	stays, goes := s.verified("stays.example"), s.verified("goes.example")
	waits, err := administration.AddDomain(t.Context(), s.Domains(), s.by, "waits.example", nil, s.op())
	s.must(err)
	at, value := goes.Record()
	s.dns.Set(at)
	if out := s.run(); out.Found != 0 {
		t.Errorf("before anything is due: %+v", out)
	}
	s.Travel(7 * day)
	if out := s.run(); out.Done != 2 {
		t.Errorf("a week later: %+v", out)
	}
	missing := s.stands(goes.Name, customer.DomainVerified, customer.RecordMissing)
	s.stands(stays.Name, customer.DomainVerified, "")
	if out := s.run(); out.Found != 0 || !missing.LosesAt().Equal(missing.CheckedAt.Add(14*day)) {
		t.Errorf("at once again: %+v, lost at %v", out, missing.LosesAt())
	}
	s.dns.Silent(true)
	s.Travel(20 * day) // the job was down, and DNS is
	if out := s.run(); out.Done != 2 {
		t.Errorf("without DNS: %+v", out)
	}
	s.stands(goes.Name, customer.DomainVerified, customer.DNSFailed)
	s.stands(stays.Name, customer.DomainVerified, customer.DNSFailed)
	s.dns.Silent(false)
	s.Travel(day)
	if out := s.run(); out.Done != 2 {
		t.Errorf("a day later: %+v", out)
	}
	lost := s.stands(goes.Name, customer.DomainLost, customer.RecordMissing)
	s.stands(stays.Name, customer.DomainVerified, "")
	s.Travel(6 * day)
	if out := s.run(); out.Found != 0 {
		t.Errorf("a lost one is looked up: %+v", out)
	}
	s.stands(waits.Name, customer.DomainPending, "")
	s.dns.Set(at, value)
	_, err = administration.VerifyDomain(t.Context(), s.Domains(), &s.dns, s.by, lost, s.op())
	s.must(err)
	s.stands(goes.Name, customer.DomainVerified, "")
}

// TestSteps: what the job found at one time it writes once, however many runs saw the domain due; and who was removed meanwhile stays so.
func TestSteps(t *testing.T) {
	s := open(t)
	d := s.verified("contoso.example")
	at, _ := d.Record()
	s.dns.Set(at)
	s.Travel(7 * day)
	o := op.Op{ID: "run", Actor: op.Actor{Kind: op.Job, ID: "domains"}, At: s.Env.Now(), IDs: s.Env.IDs()}
	s.must(administration.RecheckDomain(t.Context(), s.Domains(), &s.dns, d, o))
	s.must(administration.RecheckDomain(t.Context(), s.Domains(), &s.dns, d, o)) // its answer was lost
	o.ID = "another"
	if err := administration.RecheckDomain(t.Context(), s.Domains(), &s.dns, d, o); err == nil {
		t.Error("another run that saw the same writes too")
	}
	now := s.stands(d.Name, customer.DomainVerified, customer.RecordMissing)
	if err := administration.RecheckDomain(t.Context(), s.Domains(), &s.dns, now, o); err != op.ErrUnchanged {
		t.Errorf("not due: %v", err)
	}
	n := 0
	s.must(s.Table.Walk(t.Context(), func(one dynamo.Walked) {
		if e, is := one.Noun.(event.Event); is && slices.ContainsFunc(e.Changes, event.Is[customer.DomainMissingEvent]) {
			n++
		}
	}))
	if n != 1 {
		t.Errorf("said %d times", n)
	}
	s.must(administration.RemoveDomain(t.Context(), s.Domains(), s.by, now, s.op()))
	s.Travel(day)
	if err := administration.RecheckDomain(t.Context(), s.Domains(), &s.dns, now, op.Op{ID: "late", Actor: o.Actor, At: s.Env.Now(), IDs: o.IDs}); err == nil {
		t.Error("a removed domain is written again")
	}
}
