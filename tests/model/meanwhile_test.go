package model

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"liaison/functions/jobs/mailevents"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// interrupted is the way of one act to its database; before one of its calls something else happens from beginning to end.
type interrupted struct {
	at        int64
	calls     atomic.Int64
	meanwhile func()
}

// RoundTrip makes a call.
func (i *interrupted) RoundTrip(r *http.Request) (*http.Response, error) {
	if i.calls.Add(1) == i.at {
		i.meanwhile()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestMeanwhile runs one act between every two calls of another. Whichever comes first, together they leave what they may, and no act fails
// for another reason than that it came second.
func TestMeanwhile(t *testing.T) {
	type act = func(*dynamo.Table, op.Op) error
	grant := func(s *scene) act {
		press := s.accepting(s.Offer(t, func(d *offer.Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleFull, Days: 365}
		}), func(d *invitation.Draft) { d.DelegatedAdministration = redemption.Yes })
		return func(table *dynamo.Table, o op.Op) error { _, err := press(table, o); return err }
	}
	order := func(s *scene) act {
		return func(table *dynamo.Table, o op.Op) error {
			_, err := order.Buy(t.Context(), table, s.by(), order.Wish{Plan: second(s.World), Term: catalog.Month, Terms: "1"}, o)
			return err
		}
	}
	deletion := func(s *scene) act {
		yes, err := s.accepting(s.Offer(t, func(d *offer.Draft) { d.Items = []offer.Item{{Plan: second(s.World)}} }), nil)(s.Table, s.Op("owner"))
		if err != nil {
			t.Fatal(err)
		}
		return s.deleting(yes.First().ID)
	}
	adds := func(s *scene) act {
		s.pays("")
		inv := s.Invite(t, s.Offer(t, func(d *offer.Draft) { d.Kind = offer.Purchase }).ID, s.mail)[0]
		by, rev := ready(t, s.World, inv.ID, func(d *invitation.Draft) { d.Items = []invitation.Choice{{Into: string(s.sub())}} })
		by.User = s.owner.User.ID
		read, err := redemption.Read(t.Context(), s.Table, inv.ID, by.User) // what the page was made of
		if err != nil {
			t.Fatal(err)
		}
		return func(table *dynamo.Table, o op.Op) error {
			_, err := read.Accept(t.Context(), table, by, rev, "1", o)
			return err
		}
	}
	resizes := func(s *scene) act {
		return func(table *dynamo.Table, o op.Op) error {
			_, err := subscription.ChangeLicenses(t.Context(), table, s.owner.Customer.ID, s.sub(), 20, 0, o)
			return err
		}
	}
	// bounces announces a deletion to the owner and another administrator and returns what hears that the mail to one of them came back.
	mailed := event.Event{Tenant: event.Customer("cus_" + strings.Repeat("0", 12)), ULID: strings.Repeat("0", 26)}.ID()
	bounces := func(s *scene, address string) act {
		row := mailing.Mail{Event: mailed, Template: "deletion_notice", Address: dynamo.AddressHash(address), Subscription: s.sub()}
		claimed, _, err := s.Mailings().ClaimMail(t.Context(), row, s.Op("dispatch"))
		if err == nil {
			err = s.Mailings().SetMail(t.Context(), claimed, mailing.Sent, "", "m", s.Op("dispatch"))
		}
		if err != nil {
			t.Fatal(err)
		}
		var heard mailevents.Event
		heard.Detail.EventType, heard.Detail.Bounce.Type = "Bounce", "Permanent"
		heard.Detail.Mail.MessageID, heard.Detail.Mail.Destination = "m", []string{address}
		heard.Detail.Mail.Tags = map[string][]string{"event": {mailed}, "template": {"deletion_notice"}, "address": {row.Address}}
		return func(table *dynamo.Table, _ op.Op) error { return mailevents.Handler(s.Env, table)(t.Context(), heard) }
	}
	first := func(s *scene) act {
		deleting(s)
		s.Administrator(t, s.owner.Customer.ID, "second-"+s.mail)
		return bounces(s, s.mail)
	}
	other := func(s *scene) act { return bounces(s, "second-"+s.mail) }
	held := func(t *testing.T, s *scene) {
		if stands, err := s.Table.StoredSubscription(t.Context(), s.sub()); err != nil || !stands.Held {
			t.Errorf("nobody was told, and it is not held: %+v %v", stands, err)
		}
	}
	twenty := func(t *testing.T, s *scene) {
		if stands, err := s.Table.StoredSubscription(t.Context(), s.sub()); err != nil || stands.Licenses.Bought != 20 {
			t.Errorf("%d licences, more than either page showed: %v", stands.Licenses.Bought, err)
		}
	}
	restful := func(t *testing.T, s *scene) {
		c, err := s.Table.Customer(t.Context(), s.owner.Customer.ID)
		if err != nil {
			t.Fatal(err)
		}
		tie, _, err := s.Table.Relationship(t.Context(), c.ID, s.Partner)
		if err != nil {
			t.Fatal(err)
		}
		if grant := tie.Administration; c.Status != customer.ReadOnly || grant != nil && grant.Status != relationship.Ended {
			t.Errorf("the customer is %s, its administrator %+v", c.Status, grant)
		}
	}
	once := func(t *testing.T, s *scene) {
		subs, _, err := s.Table.SubscriptionsOf(t.Context(), s.owner.Customer.ID, dynamo.Page{Limit: 100}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(subs) != 2 {
			t.Errorf("%d subscriptions besides the trial", len(subs)-1)
		}
	}
	for _, one := range []struct {
		name        string
		act, behind func(s *scene) act
		second      []string // what an act hears that came second
		holds       func(*testing.T, *scene)
	}{
		{"a yes to an administrator, past the last deletion", grant, deleting, []string{"customer_read_only"}, restful},
		{"the last deletion, past a yes to an administrator", deleting, grant, []string{"customer_read_only"}, restful},
		{"a deletion, past that of the other subscription", deleting, deletion, nil, restful},
		{"licences added, past another count", adds, resizes, []string{"stale_draft"}, twenty},
		{"a bounce, past that of the other administrator", first, other, nil, held},
		{"an order, past the same order", order, order, []string{"plan_owned"}, once},
	} {
		t.Run(one.name, func(t *testing.T) {
			w := patient(t)
			priced(t, w)
			sell(t, w)
			for call := int64(1); ; call++ {
				s := &scene{World: w, t: t, other: w, mail: fmt.Sprintf("owner%d@customer.example", call), serial: int(call)}
				s.owner = w.Trial(t, s.mail, "")
				first, behind := one.act(s), one.behind(s)
				heard := func(err error) {
					if err != nil && !slices.ContainsFunc(one.second, func(code string) bool { return fault.Is(err, fault.Named(code)) }) {
						t.Errorf("before call %d: %v", call, err)
					}
				}
				way := &interrupted{at: call, meanwhile: func() { heard(behind(w.Table, w.Op("test"))) }}
				heard(first(over(w, way), w.Op("test")))
				if way.calls.Load() < call {
					if call == 1 {
						t.Error("no call was interrupted")
					}
					return
				}
				one.holds(t, s)
			}
		})
	}
}

func second(w fixture.World) catalog.PlanID { return w.Plan + "_b" }

// sell gives the world a second plan, as its first, which its partner may offer.
func sell(t *testing.T, w fixture.World) {
	t.Helper()
	plan, err := w.Table.Plan(t.Context(), w.Plan)
	if err != nil {
		t.Fatal(err)
	}
	plan.ID, plan.Version = second(w), 0
	o := w.Op("operator")
	if err := w.Table.SavePlan(t.Context(), plan, event.New(o, event.Vendor(), event.Of(plan.ID, catalog.PlanChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	if err := w.Table.SaveAuthorisation(t.Context(), partner.Authorisation{
		Partner: w.Partner, Plan: plan.ID, Countries: []string{"PL"}, From: o.At.AddDate(0, 0, -1), CreatedAt: o.At,
	}, event.New(o, event.Partner(string(w.Partner)), event.Of(w.Partner, partner.AuthorisedEvent{})), o); err != nil {
		t.Fatal(err)
	}
}
