package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/functions/jobs/dispatch"
	"liaison/functions/jobs/ledger"
	"liaison/functions/jobs/retry"
	"liaison/infra/operate/verify"
	"liaison/shared/directory"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/outbox"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/ses"
	"liaison/tests/fixture"
)

// TestDeliveries hands the same story's records of the stream to dispatch and ledger twice, three times, reversed, with a poison one among
// them, and a day late, after the job retry had taken them up: each mail comes once, nothing waits, and the chain is whole, as where each came once.
func TestDeliveries(t *testing.T) {
	f := fixture.Streaming(t)
	box := f.Mail(t)
	f.Identity(t)
	w := f.Populate(t)
	f.Streamed(t) // the program's own
	poison := json.RawMessage(`{"eventName":"INSERT","dynamodb":{"SequenceNumber":"7","NewImage":{"class":{"S":"event"},"card":{"M":{"changes":{"S":"what?"}}}}}}`)
	var want []string
	for i, name := range []string{"once", "twice", "three times", "reversed", "with a poison", "a day late"} {
		p := w.Company(t)
		mail := fmt.Sprintf("delivery%d-%s@customer.example", i, strings.ToLower(string(p.Partner)))
		owner := p.Trial(t, mail, "")
		of := p.Offer(t, func(d *offer.Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleFull, Days: 100}
		})
		inv := p.Invite(t, of.ID, mail)[0]
		by, rev := ready(t, p, inv.ID, func(d *invitation.Draft) { d.DelegatedAdministration = redemption.Yes })
		by.User = owner.User.ID
		if _, err := redemption.Accept(t.Context(), p.Table, inv.ID, by, rev, "1", p.Op("owner")); err != nil {
			t.Fatal(err)
		}
		if _, err := relationship.EndGrant(t.Context(), p.Table, owner.Customer.ID, p.Partner, relationship.ByVendor, "", p.Op("operator")); err != nil {
			t.Fatal(err)
		}
		records := f.Streamed(t)
		handle := func(records []json.RawMessage) {
			t.Helper()
			batch := fixture.ToBatch(t, records)
			out := outbox.New(f.Env, f.Table, ses.Open(f.Env), directory.OpenPeople(f.Env))
			if answer, err := dispatch.Stream(f.Env, out)(t.Context(), batch); err != nil || len(answer.Failures) > 0 {
				t.Fatalf("%s: dispatch: %v %v", name, answer, err)
			}
			if answer, err := ledger.Stream(f.Env, f.Table)(t.Context(), batch); err != nil || len(answer.Failures) > 0 && name != "with a poison" {
				t.Fatalf("%s: ledger: %v %v", name, answer, err)
			}
		}
		runs := 1
		switch name {
		case "twice":
			runs = 2
		case "three times":
			runs = 3
		case "reversed":
			slices.Reverse(records)
		case "with a poison":
			records = slices.Insert(records, len(records)/2, poison)
		case "a day late":
			f.Travel(24 * time.Hour)
			work := outbox.New(f.Env, f.Table, ses.Open(f.Env), directory.OpenPeople(f.Env))
			if out, err := retry.Job(f.Env, f.Table, work).Handler(f.Env, f.Table)(t.Context(), schedule.Tick{Time: f.Env.Now()}); err != nil || out.Done == 0 {
				t.Fatal(out, err)
			}
		}
		for range runs {
			handle(records)
		}
		for more := f.Streamed(t); len(more) > 0; more = f.Streamed(t) { // what the events themselves made happen
			for range runs {
				handle(more)
			}
		}
		var got []string
		for _, one := range slices.Concat(box.To(t, mail), box.To(t, p.Mail)) {
			got = append(got, strings.NewReplacer(string(p.Partner), "P", owner.Customer.Name, "C").Replace(one.Subject))
		}
		slices.Sort(got)
		for k, item := range f.Items(t) {
			if fixture.Text(item, "class") == "event" && strings.HasPrefix(fixture.Text(item, "due_class"), "event#") && (strings.Contains(k, owner.Customer.ID.Bare()) || strings.Contains(k, string(p.Partner))) {
				t.Errorf("%s: %s waits still", name, k)
			}
		}
		if want == nil {
			want = got
			if len(want) < 4 {
				t.Fatalf("only %v", want)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the mails\n%s\nwhere each came once\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	report, err := verify.Table(t.Context(), f.Table, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Error("verify:", v)
	}
	t.Logf("%d events, each mail once: %d in every way", report.Events, len(want))
}
