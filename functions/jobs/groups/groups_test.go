package groups_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/groups"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestSweep: the job removes the members of a deleted group and the group, however often it runs, and leaves other groups alone.
func TestSweep(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	yes := w.Trial(t, "jan@northwind.example", "")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	doing := func() op.Op {
		o := f.Op("test")
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(yes.User.ID)}
		return o
	}
	stands, err := f.Table.Administration(t.Context(), yes.Customer.ID, "", yes.User.ID)
	must(err)
	by, err := administration.Claim{User: stands.Users[yes.User.ID]}.Over(stands, f.Env.Now())
	must(err)
	make := func(name string) customer.Group {
		t.Helper()
		g, err := administration.CreateGroup(t.Context(), f.Groups(), by, name, "", doing())
		must(err)
		must(administration.AddMember(t.Context(), f.Groups(), by, g, stands.Users[yes.User.ID], doing()))
		g, err = f.Groups().CustomerGroup(t.Context(), g.ID)
		must(err)
		return g
	}
	members := func(g customer.Group) int {
		t.Helper()
		found, _, err := f.Groups().GroupMembers(t.Context(), g.ID, dynamo.Page{Limit: 10})
		must(err)
		return len(found)
	}
	run := func() schedule.Outcome {
		t.Helper()
		out, err := groups.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()})
		must(err)
		return out
	}
	gone, stays := make("Sales"), make("Support")
	if out := run(); out.Found != 0 || members(gone) != 1 {
		t.Errorf("before anything is deleted: %+v", out)
	}
	must(administration.DeleteGroup(t.Context(), f.Groups(), by, gone, doing()))
	f.Travel(time.Minute)
	if out := run(); out.Done != 1 {
		t.Errorf("deleted: %+v", out)
	}
	if out := run(); out.Found != 0 || members(gone) != 0 || members(stays) != 1 {
		t.Errorf("again: %+v, %d and %d members", out, members(gone), members(stays))
	}
	if err := administration.SweepGroup(t.Context(), f.Groups(), stays, doing()); err != op.ErrUnchanged {
		t.Errorf("a group that stands is swept: %v", err)
	}
	if err := administration.AddMember(t.Context(), f.Groups(), by, gone, stands.Users[yes.User.ID], doing()); !fault.Is(err, fault.NotFound) {
		t.Errorf("into a group that is gone: %v", err)
	}
}
