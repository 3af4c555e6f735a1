package dispatch_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liaison/shared/administration"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// provisioned is the one task of a customer, and how often anything was asked for.
func (s *suite) provisioned(t *testing.T, c customer.ID) (provisioning.Task, int) {
	t.Helper()
	found, _, err := s.Table.TasksOf(t.Context(), c, dynamo.Page{Limit: 10}, nil)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d tasks, %v\n%s", len(found), err, s.Log)
	}
	return found[0], len(s.changes(t, provisioning.RequestedEvent{}.Type()))
}

// save changes a subscription and says so.
func (s *suite) save(t *testing.T, id subscription.ID, what event.Typed, change func(*subscription.Subscription)) {
	t.Helper()
	sub, err := s.Table.StoredSubscription(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	change(&sub)
	o := s.Op("test")
	if err := s.Table.SaveSubscription(t.Context(), sub, []event.Event{event.New(o, event.Customer(string(sub.Customer)), event.Of(id, what))}, o); err != nil {
		t.Fatal(err)
	}
}

// TestProvisioned: a yes has the vendor's systems set up what was taken, once, however often its event comes and by however many at once; and what
// comes late asks for nothing that was overtaken.
func TestProvisioned(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, fresh("anna"), "")
	c, sub := yes.Customer.ID, yes.First().ID
	records := s.Streamed(t)
	batch := fixture.ToBatch(t, records)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { s.handle(t, batch) })
	}
	all.Wait()
	s.handle(t, batch)
	task, asked := s.provisioned(t, c)
	_, ulid, _ := sub.Customer()
	if asked != 1 || task.ID != provisioning.NewID(c, ulid) || task.Subject != string(sub) || task.State != provisioning.Requested || task.Partner != s.Partner ||
		task.Details["plan_id"] != string(s.Plan) || task.Details["licenses"] != "25" || task.Details["status"] != "active" {
		t.Errorf("asked for %d times: %+v", asked, task)
	}

	// Another state is wanted while a worker is at the first: it loses the task.
	o := s.Op("worker")
	run, err := provisioning.ClaimTask(t.Context(), s.Table, task.ID, o)
	if err != nil {
		t.Fatal(err)
	}
	s.Travel(time.Minute)
	s.save(t, sub, subscription.SuspendedEvent{}, func(sub *subscription.Subscription) { sub.Status = subscription.Suspended })
	s.settle(t)
	task, asked = s.provisioned(t, c)
	if asked != 2 || task.State != provisioning.Requested || task.Details["status"] != "suspended" {
		t.Errorf("asked for %d times: %+v", asked, task)
	}
	if _, err := provisioning.ReportTask(t.Context(), s.Table, task.ID, provisioning.Report{Lease: run.Lease.ID, State: provisioning.Done}, s.Op("worker")); err == nil {
		t.Error("what is no longer wanted is reported as done")
	}

	// Suspended and opened again before anything was told: what is wanted last is what stands.
	s.save(t, sub, subscription.ReinstatedEvent{}, func(sub *subscription.Subscription) { sub.Status = subscription.Active })
	s.save(t, sub, subscription.SuspendedEvent{}, func(sub *subscription.Subscription) { sub.Status = subscription.Suspended })
	s.settle(t)
	s.handle(t, batch) // the first event comes once more
	if task, asked = s.provisioned(t, c); asked != 2 || task.Details["status"] != "suspended" {
		t.Errorf("asked for %d times: %+v", asked, task)
	}

	// What makes no difference to the vendor's systems asks for nothing.
	s.save(t, sub, subscription.ConvertedEvent{}, func(sub *subscription.Subscription) { sub.Trial = false })
	s.settle(t)
	if _, asked = s.provisioned(t, c); asked != 2 {
		t.Errorf("asked for %d times", asked)
	}
}

// TestProvisionedChanges: each change of a subscription that makes a difference has it set up so.
func TestProvisionedChanges(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, fresh("anna"), "")
	sub := yes.First().ID
	s.settle(t)
	for n, step := range []struct {
		what     event.Typed
		status   subscription.Status
		licenses int
		want     string
	}{
		{subscription.LicensesChangedEvent{}, subscription.Active, 9, "9 active"},
		{subscription.TrialExpiredEvent{}, subscription.Expired, 9, "9 ended"},
		{subscription.ConvertedEvent{}, subscription.Active, 9, "9 active"},
		{subscription.SuspendedEvent{}, subscription.Suspended, 9, "9 suspended"},
		{subscription.ReinstatedEvent{}, subscription.Active, 9, "9 active"},
		{subscription.CancelledEvent{}, subscription.Cancelled, 9, "9 ended"},
		{subscription.DeletedEvent{}, subscription.Deleted, 9, "9 deleted"},
	} {
		s.Travel(time.Second)
		s.save(t, sub, step.what, func(sub *subscription.Subscription) { sub.Status, sub.Licenses.Bought = step.status, step.licenses })
		s.settle(t)
		task, asked := s.provisioned(t, yes.Customer.ID)
		if got := task.Details["licenses"] + " " + task.Details["status"]; got != step.want || asked != n+2 || !task.RequestedAt.Equal(s.Env.Now()) && task.RequestedAt.Before(s.Env.Now().Add(-time.Second)) {
			t.Errorf("%T: %s, asked for %d times", step.what, got, asked)
		}
	}
	kinds := []event.Type{}
	for _, c := range s.changes(t, provisioning.RequestedEvent{}.Type()) {
		kinds = append(kinds, c.Type)
		if !strings.HasPrefix(c.Subject, "tsk_") {
			t.Errorf("%+v", c)
		}
	}
	if len(slices.Compact(kinds)) != 1 {
		t.Error(kinds)
	}
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait", n)
	}
}

// TestMailboxProvisioned: a mailbox and its migration are asked for as the user stands by then, once; deleting and restoring the user is two changes of it.
func TestMailboxProvisioned(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, fresh("anna"), "")
	second := s.member(t, yes)
	s.settle(t)
	by := administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	doing := func() op.Op {
		o := s.Op("test")
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(yes.User.ID)}
		return o
	}
	fixture.Verified(t, s.Table, by, doing(), "example.com", string(s.Partner)+".example")
	s.settle(t)
	act := func(do func(by administration.Authority, u customer.User, o op.Op) (customer.User, error)) {
		t.Helper()
		u, err := s.Table.CustomerUser(t.Context(), second)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := do(by, u, doing()); err != nil {
			t.Fatal(err)
		}
	}
	set := func(draft customer.MailboxDraft) {
		t.Helper()
		act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
			return administration.SetMailbox(t.Context(), s.Table, by, u, draft, o)
		})
	}
	asked := func(kind provisioning.Kind, want int, status string) {
		t.Helper()
		id, n := provisioning.IDFor(second, kind, ""), 0
		for _, c := range s.changes(t, provisioning.RequestedEvent{}.Type()) {
			if c.Subject == string(id) {
				n++
			}
		}
		task, err := s.Table.ProvisioningTask(t.Context(), id)
		if n != want || want > 0 && (err != nil || task.Subject != string(second) || task.Details["status"] != status) {
			t.Errorf("%s: asked for %d times, want %d: %+v %v", kind, n, want, task, err)
		}
		for name, said := range task.Details {
			if strings.Contains(said, "@") || strings.Contains(said, "example") {
				t.Errorf("the task says %s: %s", name, said)
			}
		}
	}
	license := func() {
		t.Helper()
		act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
			return administration.SetLicenses(t.Context(), s.Table, by, u, []string{string(yes.First().ID)}, o)
		})
	}
	license()
	set(customer.MailboxDraft{})
	batch := fixture.ToBatch(t, s.Streamed(t))
	s.handle(t, batch)
	s.handle(t, batch)
	asked(provisioning.Mailbox, 1, "active")
	asked(provisioning.Migration, 0, "")
	set(customer.MailboxDraft{From: &customer.Source{Kind: customer.Google}})
	s.settle(t)
	asked(provisioning.Mailbox, 1, "active")
	asked(provisioning.Migration, 1, "active")
	act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		off := true
		return administration.UpdateUser(t.Context(), s.Table, by, u, customer.UserChanges{Disabled: &off}, o)
	})
	s.settle(t)
	asked(provisioning.Mailbox, 1, "active")
	act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		return administration.DeleteUser(t.Context(), s.Table, by, u, o)
	})
	s.settle(t)
	asked(provisioning.Mailbox, 2, "removed")
	asked(provisioning.Migration, 2, "stopped")
	s.handle(t, batch) // the first event comes once more
	asked(provisioning.Mailbox, 2, "removed")
	act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		return administration.RestoreUser(t.Context(), s.Table, by, u, o)
	})
	s.settle(t)
	asked(provisioning.Mailbox, 3, "active")
	asked(provisioning.Migration, 3, "active")
	act(func(by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		return administration.RemoveMailbox(t.Context(), s.Table, by, u, o)
	})
	license()
	set(customer.MailboxDraft{Address: "sales@" + string(s.Partner) + ".example"})
	s.settle(t)
	asked(provisioning.Mailbox, 4, "active")
	asked(provisioning.Migration, 4, "stopped")
}

// member makes a customer another user.
func (s *suite) member(t *testing.T, yes consent.Consent) customer.UserID {
	t.Helper()
	o := s.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(yes.User.ID)}
	by := administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	made, err := administration.CreateUser(t.Context(), s.Table, by, customer.UserDraft{Name: "Ewa", Mail: fresh("ewa")}, o)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// TestLicensesProvisioned: a licence is asked for as the user has it by then, once; what was given and taken before is not.
func TestLicensesProvisioned(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, fresh("anna"), "")
	s.settle(t)
	sub, id := string(yes.First().ID), provisioning.IDFor(yes.User.ID, provisioning.License, string(yes.First().ID))
	license := func(of ...string) {
		t.Helper()
		u, err := s.Table.CustomerUser(t.Context(), yes.User.ID)
		if err != nil {
			t.Fatal(err)
		}
		o := s.Op("test")
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(u.ID)}
		by := administration.Authority{Customer: yes.Customer, Roles: u.Roles, Self: u.ID}
		if _, err := administration.SetLicenses(t.Context(), s.Table, by, u, of, o); err != nil {
			t.Fatal(err)
		}
	}
	asked := func(want int, status string) {
		t.Helper()
		task, err := s.Table.ProvisioningTask(t.Context(), id)
		n := 0
		for _, c := range s.changes(t, provisioning.RequestedEvent{}.Type()) {
			if c.Subject == string(id) {
				n++
			}
		}
		if n != want || want > 0 && (err != nil || task.Kind != provisioning.License || task.Subject != string(yes.User.ID) || task.Details["subscription_id"] != sub || task.Details["status"] != status) {
			t.Errorf("asked for %d times, want %d: %+v %v", n, want, task, err)
		}
	}
	license(sub)
	license()
	s.settle(t)
	asked(0, "")
	license(sub)
	batch := fixture.ToBatch(t, s.Streamed(t))
	s.handle(t, batch)
	s.handle(t, batch)
	asked(1, "active")
	license()
	s.settle(t)
	asked(2, "removed")
	s.handle(t, batch) // the first event comes once more
	asked(2, "removed")
}

// TestDomainsProvisioned: a domain is set up once it is verified, and taken away once it is not, as it stands by then; one that never was asks for nothing.
func TestDomainsProvisioned(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, fresh("anna"), "")
	s.settle(t)
	var dns fixture.DNS
	by := administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	id := provisioning.IDForDomain(yes.Customer.ID, "contoso.example")
	doing := func() op.Op {
		o := s.Op("test")
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(yes.User.ID)}
		return o
	}
	added := func() customer.Domain {
		t.Helper()
		d, err := administration.AddDomain(t.Context(), s.Domains(), by, "contoso.example", nil, doing())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	verified := func(d customer.Domain) customer.Domain {
		t.Helper()
		name, value := d.Record()
		dns.Set(name, value)
		d, err := administration.VerifyDomain(t.Context(), s.Domains(), &dns, by, d, doing())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	removed := func(d customer.Domain) {
		t.Helper()
		if err := administration.RemoveDomain(t.Context(), s.Domains(), by, d, doing()); err != nil {
			t.Fatal(err)
		}
	}
	asked := func(want int, status string) {
		t.Helper()
		task, err := s.Table.ProvisioningTask(t.Context(), id)
		n := 0
		for _, c := range s.changes(t, provisioning.RequestedEvent{}.Type()) {
			if c.Subject == string(id) {
				n++
			}
		}
		if n != want || want > 0 && (err != nil || task.Kind != provisioning.Domain || task.Subject != "contoso.example" || task.Details["status"] != status) {
			t.Errorf("asked for %d times, want %d: %+v %v", n, want, task, err)
		}
	}
	removed(added())
	removed(verified(added()))
	s.settle(t)
	asked(0, "")
	d := verified(added())
	batch := fixture.ToBatch(t, s.Streamed(t))
	s.handle(t, batch)
	s.handle(t, batch)
	asked(1, "active")
	removed(d)
	s.settle(t)
	asked(2, "removed")
	s.handle(t, batch) // the first event comes once more
	asked(2, "removed")
	d = verified(added())
	s.settle(t)
	asked(3, "active")

	// Lost, it is taken away as if it had been removed.
	name, _ := d.Record()
	dns.Set(name)
	for range 3 {
		s.Travel(7 * 24 * time.Hour)
		o := doing()
		if err := administration.RecheckDomain(t.Context(), s.Domains(), &dns, d, o); err != nil {
			t.Fatal(err)
		}
		var err error
		if d, err = s.Domains().CustomerDomain(t.Context(), yes.Customer.ID, d.Name); err != nil {
			t.Fatal(err)
		}
	}
	s.settle(t)
	asked(4, "removed")
	if d.Status != customer.DomainLost {
		t.Errorf("it is %s", d.Status)
	}
}
