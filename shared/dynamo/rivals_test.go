package dynamo_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"liaison/infra/local/proxy"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// count returns how many items of each class the table holds.
func count(t *testing.T, f *fixture.Fixture) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, item := range f.Items(t) {
		n[fixture.Text(item, "class")]++
	}
	return n
}

// dump returns the table as one text: equal texts are equal tables.
func dump(t *testing.T, f *fixture.Fixture) string {
	t.Helper()
	text, err := json.Marshal(f.Items(t))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// patient gives a world a client that waits for its answers, however busy the machine is: these tests are about what is written.
func patient(t *testing.T) (*fixture.Fixture, fixture.World) {
	f := fixture.Open(t)
	f.Table = dynamo.Over(f.DB, f.Env.Table)
	return f, f.Populate(t)
}

// ready fills in a draft of an open invitation and returns how its holder answers it.
func ready(t *testing.T, w fixture.World, of invitation.ID, administration string) (consent.Visitor, int) {
	t.Helper()
	secret := w.Link(t, of)
	inv, err := w.Table.Invitation(t.Context(), of, true)
	if err != nil {
		t.Fatal(err)
	}
	draft := inv.Draft
	draft.Company, draft.Name, draft.Language, draft.Terms, draft.DelegatedAdministration = "Contoso", "Anna", "pl", "1", administration
	if draft, err = w.Table.SaveDraft(t.Context(), of, draft, w.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	return consent.Visitor{Secret: secret, Address: "192.0.2.1", Browser: "test"}, draft.Rev
}

// TestOneLink lets 64 press the last button of one personal link at once, some of them No: one answer, one receipt.
func TestOneLink(t *testing.T) {
	for _, refusing := range []int{0, 8, 64} {
		f, w := patient(t)
		made := w.Offer(t, func(d *offer.Draft) { d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull} })
		inv := w.Invite(t, made.ID, "anna@customer.example")[0]
		by, rev := ready(t, w, inv.ID, "yes")
		answers := make([]error, 64)
		ids := make([]consent.ID, 64)
		var all sync.WaitGroup
		for i := range answers {
			o := w.Op("visitor")
			all.Go(func() {
				var made consent.Consent
				if i < refusing {
					made, answers[i] = redemption.Refuse(t.Context(), w.Table, inv.ID, by, "", o)
				} else {
					made, answers[i] = redemption.Accept(t.Context(), w.Table, inv.ID, by, rev, "1", o)
				}
				ids[i] = made.ID
			})
		}
		all.Wait()
		stored, err := w.Table.Invitation(t.Context(), inv.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		won := 0
		for i, err := range answers {
			switch {
			case err == nil:
				won++
				if string(ids[i]) != stored.Redemption {
					t.Errorf("%s won, %s is stored", ids[i], stored.Redemption)
				}
			case !fault.Is(err, fault.InvitationAnswered) && !fault.Is(err, fault.InvitationDeclined):
				t.Errorf("a loser hears %v", err)
			}
		}
		n := count(t, f)
		if won != 1 || n["redemption"] != 1 || n["customer"] > 1 || n["subscription"] != n["customer"] || n["grant"] != n["customer"] || n["login"] != n["customer"]+1 ||
			(stored.Answer == invitation.Accepted) != (n["customer"] == 1) {
			t.Errorf("%d refusing: %d won, %s, %v", refusing, won, stored.Answer, n)
		}
		if refusing == 0 && n["customer"] != 1 || refusing == 64 && n["customer"] != 0 {
			t.Errorf("%d refusing: %v", refusing, n)
		}
	}
}

// press presses the button, and again where the answer is "try again later": then a link that is used up says that the first press
// counted. On a busy machine DynamoDB Local gives up on its locks, which the service does not.
func press(t *testing.T, w fixture.World, of invitation.ID, by consent.Visitor, rev int) error {
	for try := 0; ; try++ {
		_, err := redemption.Accept(t.Context(), w.Table, of, by, rev, "1", w.Op("visitor"))
		if try > 0 && fault.Is(err, fault.InvitationAnswered) {
			return nil
		}
		if !fault.Is(err, fault.Unavailable) || try == 50 {
			return err
		}
	}
}

// crowd makes n visitors of an offer's public link, each with a personal link and a finished draft, and lets all of them accept at once.
func crowd(t *testing.T, w fixture.World, of offer.Offer, n int) []error {
	t.Helper()
	answers := make([]error, n)
	invitations := make([]invitation.Invitation, n)
	visitors := make([]consent.Visitor, n)
	revs := make([]int, n)
	var all sync.WaitGroup
	slots := make(chan bool, 16)
	for i := range n {
		o := w.Op("visitor")
		invitations[i] = invitation.New(of, invitation.Recipient{Mail: fmt.Sprintf("v%d@customer.example", i)}, invitation.FromVisitor, 30, o)
		happened := event.New(o, event.Invitation(string(invitations[i].ID)), event.Of(invitations[i].ID, invitation.CreatedEvent{}))
		if err := w.Table.SendInvitations(t.Context(), invitations[i:i+1], []event.Event{happened}, o); err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			slots <- true
			visitors[i], revs[i] = ready(t, w, invitations[i].ID, "")
			<-slots
		})
	}
	all.Wait()
	start := make(chan bool)
	for i := range n {
		all.Go(func() {
			<-start
			answers[i] = press(t, w, invitations[i].ID, visitors[i], revs[i])
		})
	}
	close(start)
	all.Wait()
	return answers
}

// TestCrowd lets 200 accept one public offer at once.
func TestCrowd(t *testing.T) {
	f, w := patient(t)
	for _, err := range crowd(t, w, w.Offer(t, nil), 200) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := count(t, f); n["customer"] != 200 || n["subscription"] != 200 || n["redemption"] != 200 || n["relationship"] != 200 {
		t.Errorf("%v", n)
	}
}

// TestCrowdAndFifty lets 200 accept an offer of 50: exactly 50 do.
func TestCrowdAndFifty(t *testing.T) {
	f, w := patient(t)
	made := w.Offer(t, func(d *offer.Draft) { d.MaxRedemptions = 50 })
	won := 0
	for _, err := range crowd(t, w, made, 200) {
		if err == nil {
			won++
		} else if !fault.Is(err, fault.OfferUsedUp) {
			t.Errorf("a loser hears %v", err)
		}
	}
	stored, used, err := w.Table.Offer(t.Context(), made.ID)
	if n := count(t, f); won != 50 || used != 50 || n["customer"] != 50 || n["redemption"] != 50 || err != nil {
		t.Errorf("%d won, %d used, %v %v", won, used, n, err)
	}
	if status := stored.StatusAt(w.Env.Now(), used); status != offer.UsedUp {
		t.Errorf("the offer is %s", status)
	}
}

// TestOneAddress lets one address accept two offers at once: it is a user of one customer only.
func TestOneAddress(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	var all sync.WaitGroup
	answers := make([]error, 2)
	for i := range answers {
		inv := w.Invite(t, w.Offer(t, nil).ID, []string{"Anna@customer.example", "anna@CUSTOMER.example"}[i])[0]
		by, rev := ready(t, w, inv.ID, "")
		o := w.Op("visitor")
		all.Go(func() {
			_, answers[i] = redemption.Accept(t.Context(), w.Table, inv.ID, by, rev, "1", o)
		})
	}
	all.Wait()
	if n := count(t, f); n["customer"] != 1 || (answers[0] == nil) == (answers[1] == nil) || !fault.Is(answers[0], fault.SignInRequired) && !fault.Is(answers[1], fault.SignInRequired) {
		t.Errorf("%v %v", n, answers)
	}
}

// TestOnce writes one request twice under its Idempotency-Key: the second hears what was done, and nothing is written twice;
// after a day the key is free.
func TestOnce(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	made := w.Offer(t, nil)
	o := w.Op("partner")
	o.Once = &op.Once{Key: "key", Payload: "payload", Status: 200, EndsAt: o.At.AddDate(0, 0, 1)}
	pause := func(o op.Op) error {
		_, _, err := offer.Change(t.Context(), w.Table, made.ID, offer.PausedEvent{}, o, func(found offer.Offer, used int) (offer.Offer, error) {
			found.Status = offer.Paused
			return found, nil
		})
		return err
	}
	if err := pause(o); err != nil {
		t.Fatal(err)
	}
	before := dump(t, f)
	for _, again := range []op.Op{o, {ID: "another", At: o.At, IDs: o.IDs, Once: o.Once}} {
		err := pause(again)
		replay, ok := err.(*op.Replay)
		if !ok || replay.Once.Result != string(made.ID) || replay.Once.Payload != "payload" || replay.Once.Status != 200 {
			t.Errorf("again: %v", err)
		}
	}
	if after := dump(t, f); after != before {
		t.Error("written twice")
	}
	o.ID, o.At = "tomorrow", o.Once.EndsAt
	if err := pause(o); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestStale refuses every write that was decided on an older version, and writes nothing of it.
func TestStale(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	ctx := t.Context()
	made := w.Offer(t, func(d *offer.Draft) { d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull} })
	inv := w.Invite(t, made.ID, "anna@customer.example")[0]
	accepted := w.Accept(t, inv.ID, w.Link(t, inv.ID), "yes")
	old := w.Invite(t, made.ID, "eve@customer.example")[0]
	w.Link(t, old.ID)
	tie, grant, err := w.Table.Relationship(ctx, accepted.Customer.ID, w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	happened := func(o op.Op) event.Event {
		return event.New(o, event.Vendor(), event.Change{Type: "test.done", Subject: "x"})
	}
	seen := func(v int) int { return v - 1 }
	for name, write := range map[string]func(o op.Op) error{
		"offer": func(o op.Op) error {
			made := made
			made.Version = seen(made.Version)
			return w.Table.SaveOffer(ctx, made, happened(o), o)
		},
		"invitation": func(o op.Op) error { return w.Table.SaveInvitation(ctx, old, happened(o), o) },
		"reinvite":   func(o op.Op) error { return w.Table.Reinvite(ctx, old, happened(o), 10, o) },
		"grant": func(o op.Op) error {
			g := *grant
			g.Version = seen(g.Version)
			return w.Table.SaveGrant(ctx, g, tie, []event.Event{happened(o)}, o)
		},
		"grant's tie": func(o op.Op) error {
			tie := tie
			tie.Version = seen(tie.Version)
			return w.Table.SaveGrant(ctx, *grant, tie, []event.Event{happened(o)}, o)
		},
		"subscription": func(o op.Op) error {
			s := accepted.First()
			s.Version = seen(s.Version)
			return w.Table.SaveSubscription(ctx, s, []event.Event{happened(o)}, o)
		},
		"step down": func(o op.Op) error {
			s := accepted.First()
			s.Version = seen(s.Version)
			return w.Table.SaveStepDown(ctx, tie, []subscription.Subscription{s}, happened(o), o)
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := dump(t, f)
			if err := write(w.Op("test")); !fault.Is(err, fault.Stale) {
				t.Errorf("got %v", err)
			}
			if dump(t, f) != before {
				t.Error("something was written")
			}
		})
	}
}

// TestRerun writes each operation a second time, as after an answer that was lost: it succeeds, and the table stays as it is.
func TestRerun(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	ctx := t.Context()
	first := w.Offer(t, func(d *offer.Draft) { d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull} })
	invs := w.Invite(t, first.ID, "anna@customer.example", "bob@customer.example", "eve@customer.example", "joe@customer.example")
	accepted := w.Accept(t, invs[0].ID, w.Link(t, invs[0].ID), "yes")
	tie, grant, err := w.Table.Relationship(ctx, accepted.Customer.ID, w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	by, rev := ready(t, w, invs[1].ID, "no")
	stored := func(id invitation.ID) invitation.Invitation {
		inv, err := w.Table.Invitation(ctx, id, true)
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	for name, prepare := range map[string]func(o op.Op) func() error{
		"make an offer": func(o op.Op) func() error {
			made := first
			made.ID = offer.ID(strings.TrimSuffix(string(first.ID), string(first.ID)[len(first.ID)-26:]) + o.IDs.Random(26))
			made.MaxRedemptions = 3
			e := event.New(o, event.Partner(string(w.Partner)), event.Of(made.ID, offer.CreatedEvent{}))
			return func() error { return w.Table.MakeOffer(ctx, made, nil, e, o) }
		},
		"change an offer": func(o op.Op) func() error {
			e := event.New(o, event.Partner(string(w.Partner)), event.Of(first.ID, offer.PausedEvent{}))
			return func() error { return w.Table.SaveOffer(ctx, first, e, o) }
		},
		"invite": func(o op.Op) func() error {
			made := invitation.New(first, invitation.Recipient{Mail: "new@customer.example"}, invitation.FromPartner, 30, o)
			e := event.New(o, made.Tenant(), event.Of(made.ID, invitation.CreatedEvent{}))
			return func() error { return w.Table.Invite(ctx, []invitation.Invitation{made}, []event.Event{e}, 500, o) }
		},
		"send again": func(o op.Op) func() error {
			inv := stored(invs[2].ID)
			e := event.New(o, inv.Tenant(), event.Of(inv.ID, invitation.CreatedEvent{}))
			return func() error { return w.Table.Reinvite(ctx, inv, e, 500, o) }
		},
		"draft": func(o op.Op) func() error {
			inv := stored(invs[3].ID)
			return func() error { _, err := w.Table.SaveDraft(ctx, inv.ID, inv.Draft, o); return err }
		},
		"yes": func(o op.Op) func() error {
			inv := stored(invs[1].ID)
			facts, err := w.Table.RedemptionFacts(ctx, inv, "")
			if err != nil {
				t.Fatal(err)
			}
			made, err := redemption.Decide(facts, by, "1", o)
			if err != nil {
				t.Fatal(err, rev)
			}
			events := made.Events(o)
			return func() error { return w.Table.SaveConsent(ctx, made, events, o) }
		},
		"end a grant": func(o op.Op) func() error {
			e := event.New(o, event.Customer(string(tie.Customer)), event.Of("rel", relationship.AdministrationEndedEvent{}))
			return func() error { return w.Table.SaveGrant(ctx, *grant, tie, []event.Event{e}, o) }
		},
		"change a subscription": func(o op.Op) func() error {
			e := event.New(o, event.Customer(string(tie.Customer)), event.Of("sub", subscription.TrialExtendedEvent{}))
			return func() error { return w.Table.SaveSubscription(ctx, accepted.First(), []event.Event{e}, o) }
		},
		"an event": func(o op.Op) func() error {
			e := event.New(o, event.Vendor(), event.Of("x", event.OperatorReadEvent{}))
			return func() error { return w.Table.SaveEvent(ctx, e, o) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			write := prepare(w.Op("test"))
			if err := write(); err != nil {
				t.Fatal(err)
			}
			before := dump(t, f)
			if err := write(); err != nil {
				t.Errorf("again: %v", err)
			}
			if dump(t, f) != before {
				t.Error("written twice")
			}
		})
	}
}

// TestOneKilobyte looks at what a yes with a delegated administrator writes: beside the receipt, every item costs the units of one kilobyte,
// while it waits for its mails and when it is done.
func TestOneKilobyte(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	made := w.Trial(t, "anna@contoso.example", "yes")
	tenant := event.Customer(string(made.Customer.ID))
	looked := 0
	fits := func() {
		for key, it := range f.Items(t) {
			if strings.HasPrefix(key, "CUSTOMER#"+tenant.ID+" ") && fixture.Text(it, "class") != "redemption" {
				looked++
				if size := proxy.SizeOf(it); size > 1024 {
					t.Errorf("%s has %d bytes", key, size)
				}
			}
		}
	}
	fits()
	for _, at := range events(t, f, tenant) {
		happened, err := w.Table.Event(t.Context(), tenant, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Table.EventDone(t.Context(), happened, f.Env.Now(), nil); err != nil {
			t.Fatal(err)
		}
	}
	fits()
	if looked < 12 {
		t.Errorf("only %d items were looked at", looked)
	}
}

// events returns the ULIDs of a tenant's events.
func events(t *testing.T, f *fixture.Fixture, of event.Tenant) (found []string) {
	t.Helper()
	for key := range f.Items(t) {
		if ulid, ok := strings.CutPrefix(key, "CUSTOMER#"+of.ID+" EVENT#"); ok {
			found = append(found, ulid)
		}
	}
	return found
}

// TestUnchanged: where an act finds what it would make, nothing is written: no event, no other version.
func TestUnchanged(t *testing.T) {
	f, w := patient(t)
	made := w.Offer(t, nil)
	before := dump(t, f)
	found, _, err := offer.Change(t.Context(), w.Table, made.ID, offer.PausedEvent{}, f.Op("test"), func(o offer.Offer, _ int) (offer.Offer, error) {
		o.Status = offer.Paused
		return o, op.ErrUnchanged
	})
	if err != nil || found.Status != made.Status || found.Version != made.Version {
		t.Errorf("%v: %s, version %d; it was %s, version %d", err, found.Status, found.Version, made.Status, made.Version)
	}
	if after := dump(t, f); after != before {
		t.Error("it wrote")
	}
}
