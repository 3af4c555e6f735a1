package dispatch_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/outbox"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/ses"
	"liaison/tests/fixture"
	"liaison/tests/fixture/rule"
)

// list has n recipients sent an offer, and returns the list's id and their addresses.
func (s *suite) list(t *testing.T, of offer.ID, n, daily int) (id string, addresses []string, err error) {
	t.Helper()
	id, addresses = s.read(t, of, n)
	return id, addresses, invitation.SendBulk(t.Context(), s.Table, of, id, daily, s.Op("partner"))
}

// read keeps a list of n recipients.
func (s *suite) read(t *testing.T, of offer.ID, n int) (id string, addresses []string) {
	t.Helper()
	domain := strings.TrimPrefix(fresh(""), "@")
	var read []invitation.Row
	for i := range n {
		addresses = append(addresses, fmt.Sprintf("r%d.%s", i, domain))
		read = append(read, invitation.Row{Line: i + 1, Mail: addresses[i], Name: fmt.Sprintf("Recipient %d", i)})
	}
	o := s.Op("partner")
	b, rows := invitation.NewBulk(of, invitation.Review(read, nil), partner.UserID(o.Actor.ID), o)
	if err := s.Table.SaveBulk(t.Context(), b, rows, o); err != nil {
		t.Fatal(err)
	}
	return b.ID, addresses
}

// invitations counts those that there are.
func (s *suite) invitations(t *testing.T) (n int) {
	t.Helper()
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "invitation" {
			n++
		}
	}
	return n
}

func (s *suite) bulk(t *testing.T, of offer.ID, id string) invitation.Bulk {
	t.Helper()
	b, err := s.Table.Bulk(t.Context(), of, id, s.Env.Now())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// dying is an outbox whose process dies around its n-th transaction: with it written and the answer lost, or before it was.
func (s *suite) dying(t *testing.T, n int, written bool) (*outbox.Outbox, context.Context) {
	t.Helper()
	env, ctx := s.Dying(t, n, written)
	return outbox.New(env, dynamo.Open(env), ses.Open(env), directory.OpenPeople(env)), ctx
}

// TestBulk: 1,000 recipients, dispatch dies twice on the way, once with its answer lost; then it goes on from where the list stands. Each recipient
// is invited once and mailed once, and a further run does nothing.
func TestBulk(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	of := s.Offer(t, nil)
	id, addresses, err := s.list(t, of.ID, invitation.MaxBulk, 0)
	if err != nil {
		t.Fatal(err)
	}
	records := s.Streamed(t)
	batch := fixture.ToBatch(t, records)
	started := batch.Events()
	i := slices.IndexFunc(started, func(one dynamo.Streamed) bool {
		return one.Event.Changes[0].Type == (invitation.BulkStartedEvent{}).Type()
	})
	if i < 0 {
		t.Fatalf("no event tells of the list: %+v", started)
	}
	happened := started[i].Event
	for run, c := range []struct {
		at      int
		written bool
		want    int
	}{{5, true, 200}, {9, false, 520}} {
		out, ctx := s.dying(t, c.at, c.written)
		if err := out.Do(ctx, happened); err == nil {
			t.Fatal("it did not die")
		}
		if b := s.bulk(t, of.ID, id); b.Invited != c.want || b.Status != invitation.BulkSending || s.waiting(t) == 0 {
			t.Fatalf("run %d: %+v", run, b)
		}
	}
	s.handle(t, batch)
	if b := s.bulk(t, of.ID, id); b.Invited != invitation.MaxBulk || b.Status != invitation.BulkSent {
		t.Fatalf("%+v\n%s", b, s.Log)
	}
	s.settle(t)
	before := s.Items(t)
	invited := map[string]int{}
	for _, item := range before {
		if fixture.Text(item, "class") == "invitation" {
			invited[s.invitation(t, invitation.ID("inv_"+strings.TrimPrefix(fixture.Text(item, "PK"), "INV#"))).Mail]++
		}
	}
	if len(invited) != len(addresses) || slices.ContainsFunc(slices.Collect(maps.Values(invited)), func(n int) bool { return n != 1 }) {
		t.Errorf("%d addresses invited", len(invited))
	}
	mailed := s.box.Counts(t)
	for _, address := range addresses {
		if mailed[address] != 1 {
			t.Errorf("%d mails to %s", mailed[address], address)
		}
	}
	if left := s.waiting(t); left != 0 {
		t.Errorf("%d events are still due", left)
	}
	if err := s.outbox().Do(t.Context(), happened); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	if after := s.Items(t); len(after) != len(before) {
		t.Errorf("a further run made %d items of %d", len(after), len(before))
	}
}

// TestBulkStops: an offer that is withdrawn while its list is on its way is sent to nobody more, and the list says why.
func TestBulkStops(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	of := s.Offer(t, nil)
	const daily = 150
	id, addresses, err := s.list(t, of.ID, 100, daily)
	if err != nil {
		t.Fatal(err)
	}
	batch := fixture.ToBatch(t, s.Streamed(t))
	for _, one := range batch.Events() {
		if one.Event.Changes[0].Type == (invitation.BulkStartedEvent{}).Type() {
			out, ctx := s.dying(t, 2, false)
			_ = out.Do(ctx, one.Event)
		}
	}
	if _, _, err := offer.Change(t.Context(), s.Table, of.ID, offer.WithdrawnEvent{}, s.Op("partner"), func(o offer.Offer, used int) (offer.Offer, error) {
		return o.Withdraw(used, s.Env.Now())
	}); err != nil {
		t.Fatal(err)
	}
	left := func() int {
		t.Helper()
		used, err := s.Table.Used(t.Context(), s.Env.Now(), quota.Counter{What: quota.Invitations, Subject: string(s.Partner), Window: day})
		if err != nil {
			t.Fatal(err)
		}
		return daily - used[0]
	}
	if n := left(); n != 50 {
		t.Errorf("%d places are left while the list is on its way", n)
	}
	s.handle(t, batch)
	s.handle(t, batch) // once more
	s.settle(t)
	if n := left(); n != daily-invitation.MaxRecipients {
		t.Errorf("%d places are left once it is stopped", n)
	}
	if b := s.bulk(t, of.ID, id); b.Status != invitation.BulkStopped || b.Reason != "offer_withdrawn" || b.Invited != invitation.MaxRecipients || b.EndedAt.IsZero() {
		t.Errorf("%+v", b)
	}
	s.count(t, addresses[99], 0)
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events are still due", n)
	}
}

// TestBulkStopsLater: a list that is stopped on another day, or was started with no limit, gives nothing back.
func TestBulkStopsLater(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		daily int
		later time.Duration
	}{"on the next day": {150, day}, "without a limit": {0, 0}} {
		s := open(t)
		s.settle(t)
		of := s.Offer(t, nil)
		id, _, err := s.list(t, of.ID, 100, c.daily)
		if err != nil {
			t.Fatal(err)
		}
		started := s.Env.Now()
		if _, _, err := s.list(t, of.ID, 10, 200); err != nil {
			t.Fatal(err)
		}
		batch := fixture.ToBatch(t, s.Streamed(t))
		if _, _, err := offer.Change(t.Context(), s.Table, of.ID, offer.WithdrawnEvent{}, s.Op("partner"), func(o offer.Offer, used int) (offer.Offer, error) {
			return o.Withdraw(used, s.Env.Now())
		}); err != nil {
			t.Fatal(err)
		}
		s.Travel(c.later)
		s.handle(t, batch)
		if b := s.bulk(t, of.ID, id); b.Status != invitation.BulkStopped {
			t.Errorf("%s: %+v", name, b)
		}
		used, err := s.Table.Used(t.Context(), started, quota.Counter{What: quota.Invitations, Subject: string(s.Partner), Window: day})
		if want := map[int]int{150: 110, 0: 10}[c.daily]; err != nil || used[0] != want {
			t.Errorf("%s: %d are counted, want %d; %v", name, used[0], want, err)
		}
	}
}

// TestBulkLate: what died is gone on with by the job retry, also where nothing of the stream comes again.
func TestBulkLate(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	of := s.Offer(t, nil)
	id, addresses, err := s.list(t, of.ID, 60, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.Streamed(t) // nobody reads it
	s.Travel(22 * time.Minute)
	s.retry(t)
	if b := s.bulk(t, of.ID, id); b.Status != invitation.BulkSent || b.Invited != 60 {
		t.Fatalf("%+v\n%s", b, s.Log)
	}
	s.settle(t)
	s.count(t, addresses[0], 1)
	s.count(t, addresses[59], 1)
}

// TestBulkCounts: a list takes its place in the partner's day as a whole, or none; and it is sent once.
func TestBulkCounts(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.Offer(t, nil)
	const daily = 100
	if _, _, err := s.list(t, of.ID, 60, daily); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.list(t, of.ID, 41, daily)
	if rule.Code(err) != "daily_invitation_limit" {
		t.Fatalf("more than the day has left: %v", err)
	}
	if _, _, err := s.list(t, of.ID, 10, daily); err != nil {
		t.Fatal("few are sent at once: ", err)
	}
	id, _, err := s.list(t, of.ID, 30, daily)
	if err != nil {
		t.Fatal("exactly what is left: ", err)
	}
	if b := s.bulk(t, of.ID, id); b.Status != invitation.BulkSent || b.Invited != 30 {
		t.Errorf("%+v", b)
	}
	if _, _, err := s.list(t, of.ID, 1, daily); rule.Code(err) != "daily_invitation_limit" {
		t.Errorf("one more than the day has: %v", err)
	}
	if err := invitation.SendBulk(t.Context(), s.Table, of.ID, id, 0, s.Op("partner")); rule.Code(err) != "precondition_failed" {
		t.Errorf("sent twice: %v", err)
	}
	if err := invitation.SendBulk(t.Context(), s.Table, of.ID, id, 0, op.Op{Actor: op.Actor{ID: "usr"}, At: s.Env.Now()}); rule.Code(err) != "not_found" {
		t.Errorf("another's: %v", err)
	}
}

// TestBulkRivals: buttons pressed at once start a list once, and runs at once invite and mail each of its recipients once.
func TestBulkRivals(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	of := s.Offer(t, nil)
	few, _ := s.read(t, of.ID, 30)
	many, addresses := s.read(t, of.ID, 100)
	var started atomic.Int64
	together(func() {
		for _, id := range []string{few, many} {
			switch err := invitation.SendBulk(t.Context(), s.Table, of.ID, id, 0, s.Op("partner")); {
			case err == nil:
				started.Add(1)
			case !fault.Is(err, fault.Stale, fault.Busy):
				t.Error(err)
			}
		}
	})
	if started.Load() != 2 || s.invitations(t) != 30 || len(s.changes(t, invitation.BulkStartedEvent{}.Type())) != 1 {
		t.Fatalf("%d presses count, %d invitations", started.Load(), s.invitations(t))
	}
	batch := fixture.ToBatch(t, s.Streamed(t))
	for _, one := range batch.Events() {
		if one.Event.Changes[0].Type == (invitation.BulkStartedEvent{}).Type() {
			together(func() {
				if err := s.outbox().Do(t.Context(), one.Event); err != nil && !fault.Is(err, fault.Stale, fault.Busy) {
					t.Error(err)
				}
			})
		}
	}
	s.handle(t, batch)
	s.settle(t)
	if b := s.bulk(t, of.ID, many); b.Status != invitation.BulkSent || b.Invited != 100 || s.invitations(t) != 130 {
		t.Errorf("%+v, %d invitations", b, s.invitations(t))
	}
	mailed := s.box.Counts(t)
	for _, address := range addresses {
		if mailed[address] != 1 {
			t.Errorf("%d mails to %s", mailed[address], address)
		}
	}
}

// together does something four times at once.
func together(do func()) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(do)
	}
	all.Wait()
}
