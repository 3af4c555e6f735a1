package relationship

import (
	"reflect"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/subscription"
)

const asker = "usr_4q8z1m7x2c9v_01kaj4t0n5q0s2v4x6z8a1b3c5"

func resold() Relationship {
	return Relationship{Customer: cus, Partner: mine, Reseller: true, ResellerSince: now, Version: 1}
}

func asked(t *testing.T) Relationship {
	t.Helper()
	r, err := resold().AskRemoval(Wish{By: asker, Reason: "We leave."}, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRemoval walks a request through its states: only an open one is answered, and after a closed one there may be another.
func TestRemoval(t *testing.T) {
	later := now.Add(40 * day)
	for name, step := range map[string]struct {
		do   func(Relationship) (Relationship, error)
		want RemovalStatus
		ties bool
	}{
		"withdrawn": {func(r Relationship) (Relationship, error) { return r.closed(Withdrawn, "", later) }, Withdrawn, true},
		"declined":  {func(r Relationship) (Relationship, error) { return r.closed(Declined, "A contract runs.", later) }, Declined, true},
		"kept": {func(r Relationship) (Relationship, error) {
			return r.DecideRemoval(Kept, "A contract runs.", nil, later)
		}, Kept, true},
		"removed": {func(r Relationship) (Relationship, error) {
			return r.DecideRemoval(Removed, "It is silent.", nil, later)
		}, Removed, false},
		"ended": {func(r Relationship) (Relationship, error) { return r.Freed(nil, Done, "", later) }, Done, false},
	} {
		open := asked(t)
		next, err := step.do(open)
		if err != nil || next.Removal.Status != step.want || !next.Removal.ClosedAt.Equal(later) || !next.StepAt.IsZero() || next.Reseller != step.ties {
			t.Errorf("%s: %+v %v", name, next, err)
			continue
		}
		if open.Removal.Status != Open || !open.Removal.ClosedAt.IsZero() {
			t.Errorf("%s changes what it was given", name)
		}
		for what, again := range map[string]func() error{
			"decided": func() error { _, err := next.DecideRemoval(Kept, "", nil, later); return err },
			"closed":  func() error { _, err := next.closed(Withdrawn, "", later); return err },
		} {
			if err := again(); !fault.Is(err, fault.NoRemovalRequest) {
				t.Errorf("%s is %s again: %v", name, what, err)
			}
		}
		if _, err := next.AskRemoval(Wish{By: asker, Reason: ""}, later); step.ties != (err == nil) || err != nil && !fault.Is(err, fault.AlreadyEnded) {
			t.Errorf("%s, asked again: %v", name, err)
		}
		if _, err := next.Freed(nil, Done, "", later); step.ties != (err == nil) || err != nil && !fault.Is(err, fault.AlreadyEnded) {
			t.Errorf("%s, ended: %v", name, err)
		}
	}
	open := asked(t)
	if _, err := open.AskRemoval(Wish{By: asker, Reason: ""}, later); !fault.Is(err, fault.RemovalRequested) {
		t.Errorf("asked twice: %v", err)
	}
	if _, err := (Relationship{Partner: mine}).AskRemoval(Wish{By: asker, Reason: ""}, now); !fault.Is(err, fault.AlreadyEnded) {
		t.Errorf("asked of nobody: %v", err)
	}
	for at, due := range map[time.Duration]bool{30*day - 1: false, 30 * day: true} {
		_, err := open.DecideRemoval(Kept, "", nil, now.Add(at))
		if due != (err == nil) || err != nil && (!fault.Is(err, fault.RemovalNotDue) || !fault.As(err).About.(time.Time).Equal(now.Add(30*day))) {
			t.Errorf("decided after %v: %v", at, err)
		}
	}
}

// TestBlocked: what the reseller bills holds the tie, whoever ends it; nothing else does.
func TestBlocked(t *testing.T) {
	later := now.Add(40 * day)
	sub := func(status subscription.Status, by string) subscription.Subscription {
		return subscription.Subscription{ID: "sub_4q8z1m7x2c9v_" + subscription.ID(status), Customer: cus, Plan: "plan_suite", Status: status, BilledBy: by, TermEndsAt: later.Add(day)}
	}
	for name, c := range map[string]struct {
		subs   []subscription.Subscription
		blocks int
	}{
		"none":       {nil, 0},
		"active":     {[]subscription.Subscription{sub(subscription.Active, string(mine))}, 1},
		"suspended":  {[]subscription.Subscription{sub(subscription.Suspended, string(mine)), sub(subscription.Active, string(mine))}, 2},
		"cancelled":  {[]subscription.Subscription{sub(subscription.Cancelled, string(mine))}, 0},
		"by another": {[]subscription.Subscription{sub(subscription.Active, "vendor"), sub(subscription.Active, "87654323")}, 0},
	} {
		for who, end := range map[string]func() (Relationship, error){
			"reseller": func() (Relationship, error) { return asked(t).Freed(c.subs, Done, "", later) },
			"vendor":   func() (Relationship, error) { return asked(t).DecideRemoval(Removed, "", c.subs, later) },
		} {
			next, err := end()
			f := fault.As(err)
			if c.blocks == 0 && (err != nil || next.Reseller) || c.blocks > 0 && (!fault.Is(err, fault.ActiveSubscriptions) || len(f.Fields) != c.blocks || !next.Reseller) {
				t.Errorf("%s, by the %s: %v %v", name, who, next.Reseller, err)
			}
		}
		if _, err := asked(t).DecideRemoval(Kept, "", c.subs, later); err != nil {
			t.Errorf("%s, kept: %v", name, err)
		}
	}
}

// TestReminded reminds on day 7 and 14, of both overdue only of the later, and of none once the vendor may decide.
func TestReminded(t *testing.T) {
	reseller := asked(t).Partner
	for name, c := range map[string]struct {
		after time.Duration
		done  []int
		want  event.Typed
		next  time.Duration
	}{
		"too early":       {7*day - 1, nil, nil, 7 * day},
		"a week":          {7 * day, nil, RemovalRemindedEvent{PartnerID: reseller, Days: 7}, 14 * day},
		"two weeks":       {14 * day, []int{7}, RemovalRemindedEvent{PartnerID: reseller, Days: 14}, 30 * day},
		"both are late":   {20 * day, nil, RemovalRemindedEvent{PartnerID: reseller, Days: 14, Skipped: []int{7}}, 30 * day},
		"due":             {30 * day, []int{7, 14}, RemovalDueEvent{PartnerID: reseller}, 0},
		"all of it late":  {99 * day, nil, RemovalDueEvent{PartnerID: reseller, Skipped: []int{7, 14}}, 0},
		"nothing between": {13 * day, []int{7}, nil, 14 * day},
	} {
		r := asked(t)
		r.Removal.Reminded = c.done
		if len(c.done) > 0 {
			r = r.step(now.AddDate(0, 0, c.done[len(c.done)-1]))
		}
		next, happened := r.Advance(now.Add(c.after))
		if len(happened) != map[bool]int{true: 0, false: 1}[c.want == nil] {
			t.Errorf("%s: %+v", name, happened)
			continue
		}
		if c.want != nil && !reflect.DeepEqual(happened[0], event.Of(NewID(r.Customer, r.Partner), c.want)) {
			t.Errorf("%s: %+v", name, happened[0])
		}
		if c.next == 0 && !next.StepAt.IsZero() || c.next != 0 && !next.StepAt.Equal(now.Add(c.next)) {
			t.Errorf("%s: next at %s", name, next.StepAt)
		}
		if _, again := next.Advance(now.Add(c.after)); len(again) != 0 {
			t.Errorf("%s, again: %+v", name, again)
		}
	}
	closed, err := asked(t).closed(Withdrawn, "", now.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	if _, happened := closed.Advance(now.Add(99 * day)); len(happened) != 0 || closed.Removal.Days(now.Add(99*day)) != 1 {
		t.Errorf("a closed request: %+v, %d days", happened, closed.Removal.Days(now.Add(99*day)))
	}
}
