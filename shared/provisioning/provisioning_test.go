package provisioning_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
	"liaison/tests/fixture/rule"
)

var (
	noon  = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	until = noon.Add(provisioning.LeaseTime)
)

const one = provisioning.ID("tsk_0123456789ab_01kaj4t0n5q0s2v4x6z8a1b3c5")

// standing are a task in each of its states at noon.
func standing() map[string]provisioning.Task {
	requested := provisioning.Task{ID: one, Customer: "cus_0123456789ab", State: provisioning.Requested, RequestedAt: noon, Version: 1}
	requested.Wanted = provisioning.Wanted{Kind: provisioning.Subscription, Subject: "sub_x", Details: map[string]string{"licenses": "5"}}
	running := requested
	running.State, running.Percent, running.Attempts, running.Lease = provisioning.Running, 40, 1, provisioning.Lease{ID: "lse_a", By: "usr_v_a", Until: until}
	done := running
	done.State, done.Percent, done.EndedAt = provisioning.Done, 100, noon
	failed := running
	failed.State, failed.Reason, failed.EndedAt = provisioning.Failed, "No room.", noon
	return map[string]provisioning.Task{"requested": requested, "running": running, "done": done, "failed": failed}
}

// said is what became of a decision: the state, or why there is none.
func said(t provisioning.Task, err error) string {
	if errors.Is(err, op.ErrUnchanged) {
		return "unchanged"
	}
	if err != nil {
		return rule.Code(err)
	}
	return string(t.State)
}

func TestClaim(t *testing.T) {
	for _, c := range []struct {
		from string
		at   time.Time
		want string
	}{
		{"requested", noon, "running"},
		{"requested", noon.Add(-time.Millisecond), "task_not_due"},
		{"running", noon, "task_not_due"},
		{"running", until.Add(-time.Millisecond), "task_not_due"},
		{"running", until, "running"},
		{"done", until, "task_not_due"},
		{"failed", until, "task_not_due"},
	} {
		from := standing()[c.from]
		next, err := from.Claim(rule.Op(c.at, op.Operator))
		if got := said(next, err); got != c.want {
			t.Errorf("%s at %s: %s, not %s", c.from, c.at, got, c.want)
		}
		if err == nil && (next.Lease.ID == from.Lease.ID || !strings.HasPrefix(next.Lease.ID, "lse_") || next.Lease.By != "somebody" || !next.Lease.Until.Equal(c.at.Add(provisioning.LeaseTime)) || next.Attempts != from.Attempts+1 || next.Percent != 0) {
			t.Errorf("%s: %+v", c.from, next)
		}
	}
}

func TestReport(t *testing.T) {
	for _, c := range []struct {
		from, lease string
		state       provisioning.State
		at          time.Time
		want        string
	}{
		{"running", "lse_a", provisioning.Running, noon, "running"},
		{"running", "lse_a", provisioning.Done, noon, "done"},
		{"running", "lse_a", provisioning.Failed, noon, "failed"},
		{"running", "lse_b", provisioning.Done, noon, "lease_lost"},
		{"running", "lse_a", provisioning.Done, until.Add(-time.Millisecond), "done"},
		{"running", "lse_a", provisioning.Done, until, "lease_lost"},
		{"running", "lse_a", provisioning.Running, until, "lease_lost"},
		{"requested", "lse_a", provisioning.Done, noon, "lease_lost"},
		{"requested", "", provisioning.Done, noon, "lease_lost"},
		{"done", "lse_a", provisioning.Done, noon, "unchanged"},
		{"done", "lse_a", provisioning.Failed, noon, "lease_lost"},
		{"done", "lse_a", provisioning.Running, noon, "lease_lost"},
		{"done", "lse_b", provisioning.Done, noon, "lease_lost"},
		{"failed", "lse_a", provisioning.Failed, until, "unchanged"},
		{"failed", "lse_a", provisioning.Done, noon, "lease_lost"},
	} {
		next, err := standing()[c.from].Report(provisioning.Report{Lease: c.lease, State: c.state, Percent: 60, Reason: "No room."}, c.at)
		if got := said(next, err); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	run := standing()["running"]
	late := noon.Add(time.Minute)
	more, _ := run.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Running, Percent: 60}, late)
	less, _ := more.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Running, Percent: 20}, late)
	if more.Percent != 60 || less.Percent != 60 || !less.Lease.Until.Equal(late.Add(provisioning.LeaseTime)) {
		t.Errorf("the percentage falls, or the lease does not last: %+v", less)
	}
	if done, _ := run.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Done}, late); done.Percent != 100 || !done.EndedAt.Equal(late) || !done.Next().IsZero() {
		t.Errorf("%+v", done)
	}
	if failed, _ := run.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Failed, Reason: "No room."}, late); failed.Reason != "No room." || !failed.Next().IsZero() {
		t.Errorf("%+v", failed)
	}
}

func TestReportChecked(t *testing.T) {
	for want, r := range map[string]provisioning.Report{
		"":              {State: provisioning.Failed, Reason: " No room. "},
		"invalid_value": {State: provisioning.Requested},
		"out_of_range":  {State: provisioning.Running, Percent: 101},
		"required":      {State: provisioning.Failed, Reason: " "},
		"too_long":      {State: provisioning.Failed, Reason: strings.Repeat("x", provisioning.MaxReason+1)},
	} {
		if _, err := r.Check(); rule.Code(err) != want {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

func TestRetry(t *testing.T) {
	for from, want := range map[string]string{"requested": "unchanged", "running": "task_not_failed", "done": "task_not_failed", "failed": "requested"} {
		next, err := standing()[from].Retry(until)
		if got := said(next, err); got != want {
			t.Errorf("%s: %s", from, got)
		}
		if err == nil && (next.Reason != "" || next.Lease.ID != "" || !next.Next().Equal(until) || !next.EndedAt.IsZero() || next.Attempts != 1) {
			t.Errorf("%+v", next)
		}
	}
	if _, err := standing()["failed"].Report(provisioning.Report{Lease: "lse_a", State: provisioning.Failed, Reason: "No room."}, noon); !errors.Is(err, op.ErrUnchanged) {
		t.Error(err)
	}
	again, _ := standing()["failed"].Retry(noon)
	if _, err := again.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Failed, Reason: "No room."}, noon); rule.Code(err) != "lease_lost" {
		t.Errorf("a report of before it was retried: %v", err)
	}
}

// TestRequest: what is wanted last is asked for, whatever became of what was wanted before, and never twice.
func TestRequest(t *testing.T) {
	want := provisioning.Wanted{Kind: provisioning.Subscription, Subject: "sub_x", Details: map[string]string{"licenses": "7"}, Partner: "12345674"}
	o := rule.Op(until, op.Job)
	made, e, err := provisioning.Request(provisioning.Task{}, one, want, o)
	if err != nil || made.Customer != "cus_0123456789ab" || made.Version != 0 || !made.Next().Equal(until) || e.Partner != "12345674" || e.Tenant.ID != "0123456789ab" || len(e.Changes) != 1 {
		t.Errorf("%+v %+v %v", made, e, err)
	}
	for from, old := range standing() {
		old.CreatedAt = noon
		next, _, err := provisioning.Request(old, one, want, o)
		if err != nil || next.State != provisioning.Requested || next.Lease.ID != "" || next.Percent != 0 || next.Attempts != 0 || next.Reason != "" || next.Version != 1 || !next.CreatedAt.Equal(noon) || next.Details["licenses"] != "7" {
			t.Errorf("%s: %+v %v", from, next, err)
		}
		if _, err := next.Report(provisioning.Report{Lease: "lse_a", State: provisioning.Done}, noon); rule.Code(err) != "lease_lost" {
			t.Errorf("%s: who worked at what is no longer wanted reports %v", from, err)
		}
		next.Version = 2
		if _, _, err := provisioning.Request(next, one, want, o); !errors.Is(err, op.ErrUnchanged) {
			t.Errorf("%s: the same again: %v", from, err)
		}
	}
}

func TestStateAt(t *testing.T) {
	run := standing()["running"]
	if run.StateAt(until.Add(-time.Millisecond)) != provisioning.Running || run.StateAt(until) != provisioning.Requested || standing()["done"].StateAt(until) != provisioning.Done {
		t.Error("a task whose worker was lost waits for another, and no other does")
	}
}

// TestOfSubscription: the vendor's systems hear what makes a difference to them, and a trial that becomes paid while it runs makes none.
func TestOfSubscription(t *testing.T) {
	sub := subscription.Subscription{ID: "sub_x", Plan: catalog.PlanID("plan_a"), Licenses: subscription.Licenses{Bought: 25}}
	for status, want := range map[subscription.Status]string{
		subscription.Trialing: "active", subscription.Active: "active", subscription.Suspended: "suspended", subscription.Expired: "ended",
		subscription.Cancelled: "ended", subscription.Deleted: "deleted",
	} {
		sub.Status = status
		if got := provisioning.OfSubscription(sub, "").Details; got["status"] != want || got["plan_id"] != "plan_a" || got["licenses"] != "25" || len(got) != 3 {
			t.Errorf("%s: %v", status, got)
		}
	}
}
