package trials_test

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/jobs/trials"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

func run(t *testing.T, f *fixture.Fixture) schedule.Outcome {
	t.Helper()
	out, err := trials.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changes returns the changes of the events that are new on the stream, without the world's own.
func changes(t *testing.T, f *fixture.Fixture) []event.Change {
	t.Helper()
	var found []event.Change
	for _, one := range f.Batch(t).Events() {
		if one.Err != nil {
			t.Fatal(one.Err)
		}
		found = append(found, one.Event.Changes...)
	}
	return found
}

func kinds(found []event.Change) []event.Type {
	names := make([]event.Type, len(found))
	for i, c := range found {
		names[i] = c.Type
	}
	return names
}

func stored(t *testing.T, f *fixture.Fixture, id subscription.ID) subscription.Subscription {
	t.Helper()
	s, err := f.Table.StoredSubscription(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// announced does what dispatch does once SES took the mail.
func announced(t *testing.T, f *fixture.Fixture, id subscription.ID) {
	t.Helper()
	o := f.Op("dispatch")
	err := subscription.Update(t.Context(), f.Table, id, o, func(s subscription.Subscription) (subscription.Subscription, []event.Event) { return s.Announced(o) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestWholeLife goes through a trial's life in time, each run twice.
func TestWholeLife(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	accepted := w.Trial(t, "anna@customer.example", "yes")
	changes(t, f)
	id := accepted.First().ID
	for _, step := range []struct {
		at   time.Duration // since the trial began
		want []event.Type
		days int
	}{
		{15 * day, nil, 0},
		{16*day + time.Hour, []event.Type{subscription.TrialWillEndEvent{}.Type()}, 14},
		{23*day + time.Hour, []event.Type{subscription.TrialWillEndEvent{}.Type()}, 7},
		{27*day + time.Hour, []event.Type{subscription.TrialWillEndEvent{}.Type()}, 3},
		{29*day + time.Hour, []event.Type{subscription.TrialWillEndEvent{}.Type()}, 1},
		{30*day + time.Hour, []event.Type{subscription.TrialExpiredEvent{}.Type()}, 0},
		{52 * day, nil, 0},
		{53*day + time.Hour, []event.Type{subscription.DeletionAnnouncedEvent{}.Type()}, 0},
	} {
		f.Env.Offset = step.at
		run(t, f)
		if again := run(t, f); again.Done != 0 {
			t.Errorf("the second run at %v did %+v", step.at, again)
		}
		found := changes(t, f)
		if !slices.Equal(kinds(found), step.want) {
			t.Fatalf("at %v: %v, want %v", step.at, found, step.want)
		}
		if step.days == 0 {
			continue
		}
		if is, _ := event.As[subscription.TrialWillEndEvent](found[0]); is.Days != step.days {
			t.Errorf("at %v: %v, want %d days", step.at, found[0].Data, step.days)
		}
	}

	// Nothing is deleted before the mail was accepted, however long that takes, nor within 7 full days after it.
	f.Env.Offset = 80 * day
	if out := run(t, f); out.Done != 0 || stored(t, f, id).Status != subscription.Expired {
		t.Fatalf("deleted without an announcement: %+v", out)
	}
	announced(t, f, id)
	changes(t, f)
	f.Env.Offset = 87 * day
	if out := run(t, f); out.Done != 0 || stored(t, f, id).Status != subscription.Expired {
		t.Fatalf("deleted too early: %+v", out)
	}
	f.Env.Offset = 87*day + 3*time.Hour
	run(t, f)
	run(t, f)
	if got, want := kinds(changes(t, f)), []event.Type{subscription.DeletedEvent{}.Type(), customer.ChangedEvent{}.Type(), relationship.AdministrationEndedEvent{}.Type()}; !slices.Equal(got, want) {
		t.Errorf("changes %v, want %v", got, want)
	}
	if s := stored(t, f, id); s.Status != subscription.Deleted || s.Step != subscription.NoStep {
		t.Errorf("stored %+v", s)
	}
	c, err := f.Table.Customer(t.Context(), accepted.Customer.ID)
	if err != nil || c.Status != customer.ReadOnly || c.ReadOnlyUntil.Sub(f.Env.Now()).Round(day) != 90*day {
		t.Errorf("customer %+v %v", c, err)
	}
	tie, grant, err := f.Table.Relationship(t.Context(), accepted.Customer.ID, w.Partner)
	if err != nil || grant.Status != relationship.Ended || grant.Cause != relationship.NoSubscription {
		t.Errorf("grant %+v %v", grant, err)
	}
	if tie.PartnerOfRecordSubscriptions != 0 || tie.Administration.Status != relationship.Ended || len(tie.Kinds(f.Env.Now())) != 0 {
		t.Errorf("relationship %+v", tie)
	}
}

// TestLate runs the job for the first time after a long outage: only the latest notice that is still true is asked for.
func TestLate(t *testing.T) {
	for name, c := range map[string]struct {
		late    time.Duration
		want    []event.Type
		skipped []int
		silent  bool
	}{
		"26 days":  {26 * day, []event.Type{subscription.TrialWillEndEvent{}.Type()}, []int{14}, false},
		"40 days":  {40 * day, []event.Type{subscription.TrialExpiredEvent{}.Type()}, []int{14, 7, 3, 1}, false},
		"55 days":  {55 * day, []event.Type{subscription.TrialExpiredEvent{}.Type(), subscription.DeletionAnnouncedEvent{}.Type()}, []int{14, 7, 3, 1}, true},
		"200 days": {200 * day, []event.Type{subscription.TrialExpiredEvent{}.Type(), subscription.DeletionAnnouncedEvent{}.Type()}, []int{14, 7, 3, 1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixture.Streaming(t)
			w := f.Populate(t)
			accepted := w.Trial(t, "anna@customer.example", "")
			changes(t, f)
			f.Travel(c.late)
			run(t, f)
			run(t, f)
			found := changes(t, f)
			if !slices.Equal(kinds(found), c.want) || !slices.Equal(event.Value[[]int](known.Read(found[0])), c.skipped) || found[0].Silent() != c.silent {
				t.Fatalf("changes %+v", found)
			}
			if s := stored(t, f, accepted.First().ID); len(c.want) > 1 && (s.Status != subscription.Expired || !s.EndedAt.Equal(accepted.First().TrialEndsAt)) {
				t.Errorf("the end counts from the run: %+v", s)
			}
		})
	}
}

// TestManyAtOnce ends more trials than one page of the index and one batch hold, among trials that are not due.
func TestManyAtOnce(t *testing.T) {
	f := fixture.Streaming(t)
	w := f.Populate(t)
	accepted := w.Trial(t, "anna@customer.example", "")
	changes(t, f)
	const due, others = 250, 50
	copied := f.Items(t)["CUSTOMER#"+accepted.Customer.ID.Bare()+" SUB#"+string(accepted.First().ID[len(accepted.First().ID)-26:])]
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for i := range due + others {
		o := f.Op("test")
		owner, ulid := customer.NewID(o.IDs), o.NewID()
		item, at := maps.Clone(copied), accepted.First().StepAt
		card := maps.Clone(copied["card"].(*types.AttributeValueMemberM).Value)
		item["card"] = &types.AttributeValueMemberM{Value: card}
		if i >= due {
			at = at.AddDate(1, 0, 0)
			card["trial_ends_at"] = text(accepted.First().TrialEndsAt.AddDate(1, 0, 0).Format("2006-01-02T15:04:05.000Z"))
		}
		item["PK"], item["SK"] = text("CUSTOMER#"+owner.Bare()), text("SUB#"+ulid)
		card["id"], card["customer"] = text("sub_"+owner.Bare()+"_"+ulid), text(string(owner))
		item["due_class"] = text("trial#" + strconv.Itoa(i%8))
		item["due"] = text(at.Format("2006-01-02T15:04:05.000Z") + "#CUSTOMER#" + owner.Bare() + "#SUB#" + ulid)
		if _, err := f.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &f.Env.Table, Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	f.Travel(31 * day)
	out := run(t, f)
	if out.Found != due+1 || out.Done != due+1 || out.Failed != 0 {
		t.Errorf("outcome %+v", out)
	}
	if again := run(t, f); again != (schedule.Outcome{}) {
		t.Errorf("second run %+v", again)
	}
	if found := changes(t, f); len(found) != due+1 {
		t.Errorf("%d changes", len(found))
	}
}

func TestTickAheadOfClock(t *testing.T) {
	f := fixture.Streaming(t)
	for _, at := range []time.Time{{}, f.Env.Now().Add(6 * time.Minute)} {
		_, err := trials.Job(f.Table).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: at})
		if !errors.Is(err, schedule.ErrAhead) {
			t.Errorf("a tick of %v: %v", at, err)
		}
	}
}

// TestPaidLife lets a paid subscription renew for 400 days, in one leap and day by day, and end once it is cancelled.
func TestPaidLife(t *testing.T) {
	var lasted []time.Duration
	for _, steps := range []int{1, 400} {
		f := fixture.Streaming(t)
		w := f.Populate(t)
		accepted := w.Trial(t, "anna@customer.example", "")
		id, o := accepted.First().ID, f.Op("customer")
		s, err := stored(t, f, id).Convert(subscription.Order{
			Licenses: 5, Term: catalog.Month, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}, BilledBy: subscription.Vendor,
		}, f.Env.Now())
		if err == nil {
			err = f.Table.SaveSubscription(t.Context(), s, s.Tell(o, "", event.Of(id, subscription.ConvertedEvent{})), o)
		}
		if err != nil {
			t.Fatal(err)
		}
		changes(t, f)
		from, renewed := s.BilledFrom.Sub(f.Env.Now()), 0
		for n := 1; n <= steps; n++ {
			f.Env.Offset = from + time.Duration(n*400/steps)*day
			if steps > 1 && f.Env.Now().Before(stored(t, f, id).TermEndsAt) && n != steps {
				continue // nothing is due on such a day: the trial's tests hold that
			}
			run(t, f)
			if again := run(t, f); again.Done != 0 {
				t.Errorf("the second run did %+v", again)
			}
			found := changes(t, f)
			for _, c := range found {
				if !event.Is[subscription.RenewedEvent](c) {
					t.Errorf("%+v", c)
				}
			}
			if len(found) > 1 {
				t.Errorf("a run told %d times", len(found))
			}
			renewed += len(found)
		}
		s = stored(t, f, id)
		lasted = append(lasted, s.TermEndsAt.Sub(s.BilledFrom))
		if want := map[int]int{1: 1, 400: 13}[steps]; renewed != want || s.Status != subscription.Active || !s.StepAt.Equal(s.TermEndsAt) {
			t.Errorf("%d steps: renewed %d times, want %d: %+v", steps, renewed, want, s)
		}

		if _, err := subscription.Cancel(t.Context(), f.Table, s.Customer, id, "", f.Op("customer")); err != nil {
			t.Fatal(err)
		}
		changes(t, f)
		for _, step := range []struct {
			at   time.Time
			want []event.Type
		}{
			{s.TermEndsAt.Add(time.Hour), []event.Type{subscription.CancelledEvent{}.Type()}},
			{s.TermEndsAt.AddDate(0, 0, 24), []event.Type{subscription.DeletionAnnouncedEvent{}.Type()}},
		} {
			f.Env.Offset += step.at.Sub(f.Env.Now())
			run(t, f)
			if found := changes(t, f); !slices.Equal(kinds(found), step.want) {
				t.Errorf("at %s: %+v", step.at, found)
			}
		}
		announced(t, f, id)
		f.Env.Offset += 9 * day
		run(t, f)
		if s := stored(t, f, id); s.Status != subscription.Deleted || s.EndCause != "cancelled" {
			t.Errorf("%+v", s)
		}
		c, err := f.Table.Customer(t.Context(), s.Customer)
		tie, _, err2 := f.Table.Relationship(t.Context(), s.Customer, w.Partner)
		if err != nil || err2 != nil || c.Status != customer.ReadOnly || tie.PartnerOfRecordSubscriptions != 0 {
			t.Errorf("%+v %+v %v %v", c, tie, err, err2)
		}
	}
	if lasted[0] != lasted[1] {
		t.Errorf("in one leap %s, day by day %s", lasted[0], lasted[1])
	}
}
