package relationship

import (
	"reflect"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
)

func switched(t *testing.T, g Grant, sides ...Side) Grant {
	t.Helper()
	for _, side := range sides {
		var err error
		if g, err = g.Switch(side, true, now); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// TestExtends: a limited grant goes on by itself where both sides want it and it runs, from one day before its end until its end, and never
// after it.
func TestExtends(t *testing.T) {
	both := []Side{CustomerSide, PartnerSide}
	for name, c := range map[string]struct {
		sides  []Side
		status Status
		after  time.Duration
		goesOn bool
	}{
		"both":                  {both, Active, 364 * day, true},
		"a moment too early":    {both, Active, 364*day - 1, false},
		"late, before the end":  {both, Active, 365*day - 1, true},
		"at the end":            {both, Active, 365 * day, false},
		"long after":            {both, Active, 500 * day, false},
		"the customer alone":    {both[:1], Active, 364 * day, false},
		"the partner alone":     {both[1:], Active, 364 * day, false},
		"nobody":                {nil, Active, 364 * day, false},
		"suspended meanwhile":   {both, Suspended, 364 * day, false},
		"ended meanwhile":       {both, Ended, 364 * day, false},
		"expired, not revived":  {both, Expired, 364 * day, false},
		"suspended, at its end": {both, Suspended, 365 * day, false},
	} {
		g := switched(t, grant(offer.RoleLimited), c.sides...)
		g.Status, g.Noticed = c.status, []int{30, 7}
		at := now.Add(c.after)
		next, happened := g.Advance("PL", catalog.Availability{}, at)
		if !c.goesOn {
			if next.EndsAt != g.EndsAt || len(happened) > 0 && event.Is[AdministrationExtendedEvent](happened[0]) {
				t.Errorf("%s: until %s, %+v", name, next.EndsAt, happened)
			}
			continue
		}
		if !next.EndsAt.Equal(g.EndsAt.AddDate(0, 0, 180)) || len(next.Noticed) != 0 || !next.StepAt.Equal(next.EndsAt.AddDate(0, 0, -30)) || next.StatusAt(g.EndsAt) != Active {
			t.Errorf("%s: %+v", name, next)
		}
		want := event.Of(g.Tie(), AdministrationExtendedEvent{Administered: Administered{g.Partner, offer.RoleLimited}, EndsAt: next.EndsAt, Auto: true})
		if !reflect.DeepEqual(happened, []event.Change{want}) {
			t.Errorf("%s: %+v", name, happened)
		}
		if _, again := next.Advance("PL", catalog.Availability{}, at); len(again) != 0 {
			t.Errorf("%s, again: %+v", name, again)
		}
	}
}

// TestExtendsWhereAvailable: where administration is not available in the customer's country a grant has no more time, and its last notice says that
// it ends. What is closed elsewhere, or for one plan, or is another feature, does not matter; opened again in time, it goes on.
func TestExtendsWhereAvailable(t *testing.T) {
	g := switched(t, grant(offer.RoleLimited), CustomerSide, PartnerSide)
	g.Noticed = []int{30, 7}
	regions := []catalog.Region{{ID: "here", Countries: []string{"PL"}}, {ID: "there", Countries: []string{"DE"}}}
	last := g.EndsAt.AddDate(0, 0, -1)
	for _, c := range []struct {
		gap    catalog.Gap
		goesOn bool
	}{
		{catalog.Gap{Feature: catalog.FeatureAdministration, Region: "here"}, false},
		{catalog.Gap{Feature: catalog.FeaturePartners, Region: "here"}, false},
		{catalog.Gap{Feature: catalog.FeatureAdministration, Region: "there"}, true},
		{catalog.Gap{Feature: catalog.FeatureAdministration, Region: "here", Plan: "plan_x"}, true},
		{catalog.Gap{Feature: catalog.FeatureReselling, Region: "here"}, true},
	} {
		gap, goesOn := c.gap, c.goesOn
		in := catalog.Availability{Regions: regions, Gaps: []catalog.Gap{gap}}
		next, happened := g.Advance("PL", in, last)
		if next.EndsAt.After(g.EndsAt) != goesOn || g.ExtendsAt("PL", in).IsZero() == goesOn || len(happened) != 1 || event.Is[AdministrationExpiringEvent](happened[0]) == goesOn {
			t.Errorf("%v: until %s, %+v", gap, next.EndsAt, happened)
			continue
		}
		if goesOn {
			continue
		}
		if again, _ := next.Advance("PL", catalog.Availability{}, g.EndsAt.Add(-1)); !again.EndsAt.After(g.EndsAt) || next.StepAt.After(g.EndsAt) {
			t.Errorf("%v: opened again, until %s", gap, again.EndsAt)
		}
		if over, _ := next.Advance("PL", in, g.EndsAt); over.Status != Expired {
			t.Errorf("%v: at its end %s", gap, over.Status)
		}
	}
}

// TestSwitch holds who may switch what, and that the clock looks again where the switch is thrown on the last day.
func TestSwitch(t *testing.T) {
	if _, err := grant(offer.RoleFull).Switch(CustomerSide, true, now); !fault.Is(err, fault.AutoExtendLimitedOnly) {
		t.Errorf("a full one: %v", err)
	}
	if _, err := grant(offer.RoleLimited).Switch(PartnerSide, true, now.Add(365*day)); !fault.Is(err, fault.AlreadyEnded) {
		t.Errorf("an ended one: %v", err)
	}
	g := switched(t, grant(offer.RoleLimited), CustomerSide)
	if g.AutoExtend != (Switches{Customer: true}) || g.AutoExtend.Both() || !g.StepAt.Equal(g.EndsAt.AddDate(0, 0, -30)) {
		t.Errorf("one side: %+v", g)
	}
	g.Noticed, g.StepAt = []int{30, 7, 1}, g.EndsAt
	last := g.EndsAt.Add(-time.Hour)
	on, err := g.Switch(PartnerSide, true, last)
	if err != nil || on.StepAt.After(last) {
		t.Errorf("on the last day: %s %v", on.StepAt, err)
	}
	off, err := on.Switch(CustomerSide, false, last)
	if err != nil || !off.StepAt.Equal(g.EndsAt) || off.AutoExtend != (Switches{Partner: true}) {
		t.Errorf("off again: %+v %v", off, err)
	}
	// A notice that is due and that the job has not sent yet stays due.
	late := grant(offer.RoleLimited)
	if late, err = late.Switch(CustomerSide, true, now.Add(336*day)); err != nil || late.StepAt.After(now.Add(336*day)) {
		t.Errorf("a notice is lost: %s %v", late.StepAt, err)
	}
	if fresh := NewGrant(cus, mine, offer.RoleLimited, 30, "usr", "red", now); fresh.AutoExtend != (Switches{}) {
		t.Errorf("a new yes begins with %+v", fresh.AutoExtend)
	}
}

// TestSuspend: a suspended grant gives no power, and runs again only before its end.
func TestSuspend(t *testing.T) {
	g := grant(offer.RoleFull)
	rests, err := g.Suspend(now.Add(day))
	if err != nil || rests.Fully(mine, now.Add(day)) || rests.StatusAt(now.Add(day)) != Suspended {
		t.Errorf("%+v %v", rests, err)
	}
	if _, err := rests.Suspend(now.Add(day)); !fault.Is(err, fault.NotDue) {
		t.Errorf("suspended twice: %v", err)
	}
	if _, err := g.Resume(now.Add(day)); !fault.Is(err, fault.NotDue) {
		t.Errorf("resumed what runs: %v", err)
	}
	if runs, err := rests.Resume(now.Add(2 * day)); err != nil || !runs.Fully(mine, now.Add(2*day)) {
		t.Errorf("%+v %v", runs, err)
	}
	if _, err := rests.Resume(now.Add(365 * day)); !fault.Is(err, fault.NotDue) {
		t.Errorf("revived: %v", err)
	}
	// On the last day it goes on where both want it, although no job looked while it rested.
	both := switched(t, grant(offer.RoleLimited), CustomerSide, PartnerSide)
	if both, err = both.Suspend(now); err != nil {
		t.Fatal(err)
	}
	both.Noticed, both.StepAt = []int{30, 7, 1}, both.EndsAt
	at := now.Add(365*day - time.Hour)
	if runs, err := both.Resume(at); err != nil || runs.StepAt.After(at) {
		t.Errorf("%s %v", runs.StepAt, err)
	}
}

// TestLower: full rights become limited ones until the same end, at once, also while they rest; then both sides may let them go on.
func TestLower(t *testing.T) {
	g := grant(offer.RoleFull)
	lowered, err := g.Lower(now.Add(day))
	if err != nil || lowered.Fully(mine, now.Add(day)) || lowered.Role != offer.RoleLimited || !lowered.EndsAt.Equal(g.EndsAt) || !lowered.StepAt.Equal(g.StepAt) {
		t.Errorf("%+v %v", lowered, err)
	}
	if _, err := lowered.Lower(now.Add(day)); !fault.Is(err, fault.AlreadyLimited) {
		t.Errorf("lowered twice: %v", err)
	}
	if _, err := lowered.Switch(CustomerSide, true, now.Add(day)); err != nil {
		t.Errorf("then it may go on: %v", err)
	}
	if _, err := g.Lower(g.EndsAt); !fault.Is(err, fault.AlreadyEnded) {
		t.Errorf("past its end: %v", err)
	}
	rests, err := g.Suspend(now.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	if rests, err = rests.Lower(now.Add(2 * day)); err != nil || rests.Status != Suspended || rests.Role != offer.RoleLimited {
		t.Errorf("while it rests: %+v %v", rests, err)
	}
}
