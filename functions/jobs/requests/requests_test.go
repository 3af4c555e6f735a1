package requests_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/requests"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/quota"
	"liaison/shared/schedule"
	"liaison/shared/support"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestCloses: a resolved request is closed on its day and not before, is counted no longer, and one that was written in meanwhile stays open.
func TestCloses(t *testing.T) {
	f := fixture.Open(t)
	yes := f.Populate(t).Trial(t, "jan@northwind.example", "")
	c := yes.Customer.ID
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	stands, err := f.Table.Administration(t.Context(), c, "")
	must(err)
	owner := customer.User{ID: yes.User.ID, Customer: c, Roles: []customer.Role{customer.GlobalAdmin}}
	by, err := support.Join(administration.Claim{User: owner}, support.Author{Side: support.ByCustomer, ID: string(owner.ID)}, stands, f.Env.Now())
	must(err)
	act := func() op.Op {
		o := f.Op("test")
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(owner.ID)}
		return o
	}
	run := func() schedule.Outcome {
		t.Helper()
		out, err := requests.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()})
		must(err)
		return out
	}
	counted := func() int {
		t.Helper()
		used, err := f.Table.Used(t.Context(), f.Env.Now(), quota.Counter{What: quota.ServiceRequests, Subject: string(c)})
		must(err)
		return used[0]
	}
	var made [2]support.Request
	for i := range made {
		made[i], err = support.Ask(t.Context(), f.Table, by, support.Draft{Subject: "Mail", Text: "It fails."}, act())
		must(err)
		done := support.Resolved
		made[i], err = support.Change(t.Context(), f.Table, by, made[i], support.Changes{Status: &done}, act())
		must(err)
	}
	_, err = support.Write(t.Context(), f.Table, by, made[1], "It fails again.", act())
	must(err)
	f.Travel(support.CloseDays*24*time.Hour - time.Minute)
	if out := run(); out.Found != 0 || counted() != 2 {
		t.Errorf("before its day: %+v, %d open", out, counted())
	}
	f.Travel(time.Minute)
	if out := run(); out.Done != 1 || counted() != 1 {
		t.Errorf("on its day: %+v, %d open", out, counted())
	}
	if out := run(); out.Found != 0 {
		t.Errorf("again: %+v", out)
	}
	for i, want := range []support.Status{support.Closed, support.Open} {
		if got, err := f.Table.ServiceRequest(t.Context(), made[i].ID); err != nil || got.Status != want {
			t.Errorf("%+v %v", got, err)
		}
	}
	if err := support.Close(t.Context(), f.Table, made[1], f.Op("test")); err == nil || errors.Is(err, op.ErrUnchanged) {
		t.Errorf("what was read before it was opened again is closed: %v", err)
	}
	open, _, err := f.Table.OpenServiceRequests(t.Context(), dynamo.Page{Limit: 10}, nil)
	if err != nil || len(open) != 1 || open[0].ID != made[1].ID {
		t.Errorf("the vendor lists %+v %v", open, err)
	}
}
