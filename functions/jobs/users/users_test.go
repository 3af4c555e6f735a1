package users_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/functions/jobs/users"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// accounts are the sign-in accounts that were deleted; broken, they fail.
type accounts struct {
	deleted []string
	broken  bool
}

func (a *accounts) DeletePerson(_ context.Context, mail string) error {
	if a.broken {
		return errors.New("broken")
	}
	a.deleted = append(a.deleted, mail)
	return nil
}

type story struct {
	*fixture.Fixture
	t        *testing.T
	accounts accounts
	by       administration.Authority
	made     customer.User
	sub      subscription.ID // of which it can have a licence
}

func open(t *testing.T) *story {
	f := fixture.Open(t)
	yes := f.Populate(t).Trial(t, "jan@northwind.example", "")
	s := &story{Fixture: f, t: t, sub: yes.First().ID}
	c, owner := yes.Customer.ID, yes.User.ID
	stands, err := f.Table.Administration(t.Context(), c, "")
	s.must(err)
	s.by, err = administration.Claim{User: customer.User{ID: owner, Customer: c, Roles: []customer.Role{customer.GlobalAdmin}}}.Over(stands, f.Env.Now())
	s.must(err)
	s.made, err = administration.CreateUser(t.Context(), f.Table, s.by, customer.UserDraft{Name: "Anna Maria Nowak", Mail: "anna@northwind.example"}, s.op())
	s.must(err)
	return s
}

// mail gives the made user a mailbox.
func (s *story) mail() {
	s.t.Helper()
	var err error
	s.made, err = administration.SetLicenses(s.t.Context(), s.Table, s.by, s.made, []string{string(s.sub)}, s.op())
	s.must(err)
	fixture.Verified(s.t, s.Table, s.by, s.op(), "northwind.example")
	s.made, err = administration.SetMailbox(s.t.Context(), s.Table, s.by, s.made, customer.MailboxDraft{}, s.op())
	s.must(err)
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) op() op.Op {
	o := s.Fixture.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(s.by.Self)}
	return o
}

func (s *story) run() (schedule.Outcome, error) {
	return users.Job(s.Table, &s.accounts).Handler(s.Env, s.Table)(s.t.Context(), schedule.Tick{Time: s.Env.Now()})
}

func (s *story) found() int {
	s.t.Helper()
	found, _, err := s.Table.FindCustomerUsers(s.t.Context(), s.made.Customer, "nowak", func(customer.User) bool { return true }, dynamo.Page{Limit: 10})
	s.must(err)
	return len(found)
}

// TestPurge: a deleted user is gone on its day and not before, with its account, its address and what it is found by, however often the job runs.
func TestPurge(t *testing.T) {
	s := open(t)
	s.mail()
	gone, err := administration.DeleteUser(t.Context(), s.Table, s.by, s.made, s.op())
	s.must(err)
	s.Travel(customer.RestoreDays*24*time.Hour - time.Minute)
	if out, err := s.run(); out.Found != 0 || err != nil || s.found() != 1 {
		t.Errorf("before its day: %+v %v", out, err)
	}
	s.Travel(time.Minute)
	s.accounts.broken = true
	if out, err := s.run(); out.Failed != 1 || err == nil {
		t.Errorf("an account that cannot be deleted: %+v %v", out, err)
	}
	if _, err := administration.CreateUser(t.Context(), s.Table, s.by, customer.UserDraft{Name: "Anna", Mail: "anna@northwind.example"}, s.op()); !fault.Is(err, fault.AddressTaken) {
		t.Errorf("while the account stands the address is free: %v", err)
	}
	s.accounts.broken = false
	if out, err := s.run(); out.Done != 1 || err != nil {
		t.Errorf("on its day: %+v %v", out, err)
	}
	if out, err := s.run(); out.Found != 0 || err != nil {
		t.Errorf("again: %+v %v", out, err)
	}
	if len(s.accounts.deleted) != 1 || s.accounts.deleted[0] != s.made.Mail || s.found() != 0 {
		t.Errorf("%v, %d found", s.accounts.deleted, s.found())
	}
	if _, err := s.Table.CustomerUser(t.Context(), s.made.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("it is there: %v", err)
	}
	for place := range s.Items(t) {
		if strings.Contains(place, " MAILBOX#") {
			t.Errorf("the address of its mailbox is nobody else's: %s", place)
		}
	}
	if _, err := administration.RestoreUser(t.Context(), s.Table, s.by, gone, s.op()); !fault.Is(err, fault.NotFound) {
		t.Errorf("it is restored: %v", err)
	}
	if _, err := administration.CreateUser(t.Context(), s.Table, s.by, customer.UserDraft{Name: "Anna", Mail: "anna@northwind.example"}, s.op()); err != nil {
		t.Errorf("its address is taken: %v", err)
	}
}

// TestRestored: who was restored is not purged.
func TestRestored(t *testing.T) {
	s := open(t)
	gone, err := administration.DeleteUser(t.Context(), s.Table, s.by, s.made, s.op())
	s.must(err)
	_, err = administration.RestoreUser(t.Context(), s.Table, s.by, gone, s.op())
	s.must(err)
	s.Travel(customer.RestoreDays * 24 * time.Hour)
	if out, err := s.run(); out.Found != 0 || err != nil || s.found() != 1 {
		t.Errorf("%+v %v", out, err)
	}
	if err := administration.PurgeUser(t.Context(), s.Groups(), &s.accounts, s.made, s.op()); !errors.Is(err, op.ErrUnchanged) || len(s.accounts.deleted) != 0 {
		t.Errorf("%v %v", err, s.accounts.deleted)
	}
}
