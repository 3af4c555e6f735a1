package model

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"liaison/functions/jobs/grants"
	"liaison/functions/jobs/invitations"
	"liaison/functions/jobs/removals"
	"liaison/functions/jobs/trials"
	"liaison/infra/local/template"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/person"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// mortal is the way of one process to its database; the process dies around one call, and nothing that it does from then on counts.
type mortal struct {
	dies   int // at which call; 0: never
	moment string
	calls  atomic.Int64
	dead   atomic.Bool
}

var errDead = errors.New("the process is dead")

// moments are the ways to die around a call: before it, after it with the answer lost, after it.
var moments = []string{"before", "lost", "after"}

// RoundTrip makes a call, or dies of it.
func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.dead.Load() {
		return nil, errDead
	}
	strikes := int(m.calls.Add(1)) == m.dies
	if strikes && m.moment == "before" {
		m.dead.Store(true)
		return nil, errDead
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if !strikes || err != nil {
		return response, err
	}
	m.dead.Store(true)
	if m.moment == "lost" {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		return nil, errDead
	}
	return response, nil
}

func (m *mortal) table(w fixture.World) *dynamo.Table { return over(w, m) }

// over returns a world's table over a way of one's own.
func over(w fixture.World, way http.RoundTripper) *dynamo.Table {
	return dynamo.Over(dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: aws.String(w.Env.DynamoEndpoint), Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
		DisableValidateResponseChecksum: true, HTTPClient: &http.Client{Transport: way}, Retryer: aws.NopRetryer{},
	}), w.Env.Table)
}

// scene is a customer that was made for one death.
type scene struct {
	fixture.World
	t      *testing.T
	owner  consent.Consent
	mail   string
	other  fixture.World
	links  []invitation.ID
	serial int

	process  *mortal // whoever acts
	password string  // what the directory keeps
}

func (s *scene) sub() subscription.ID { return s.owner.First().ID }

func (s *scene) by() consent.Visitor { return consent.Visitor{User: s.owner.User.ID} }

// pays makes the trial a paid subscription, billed by the partner where it resells.
func (s *scene) pays(by string) {
	s.t.Helper()
	of := s.Offer(s.t, func(d *offer.Draft) { d.Kind, d.BilledBy = offer.Purchase, by })
	if _, err := s.accepting(of, nil)(s.Table, s.Op("owner")); err != nil {
		s.t.Fatal(err)
	}
}

// accepting returns the press of the last button of an offer by the owner.
func (s *scene) accepting(of offer.Offer, change func(*invitation.Draft)) func(*dynamo.Table, op.Op) (consent.Consent, error) {
	w := s.World
	if of.Partner == s.other.Partner {
		w = s.other
	}
	inv := w.Invite(s.t, of.ID, s.mail)[0]
	by, rev := ready(s.t, w, inv.ID, change)
	by.User = s.owner.User.ID
	s.links = append(s.links, inv.ID)
	return func(table *dynamo.Table, o op.Op) (consent.Consent, error) {
		return redemption.Accept(s.t.Context(), table, inv.ID, by, rev, "1", o)
	}
}

// writer is one act that writes, and what a second run of it may hear when the first was done.
type writer struct {
	name    string
	prepare func(s *scene) func(*dynamo.Table, op.Op) error
	done    string
}

func request(of func(s *scene) (offer.Offer, func(*invitation.Draft))) func(s *scene) func(*dynamo.Table, op.Op) error {
	return func(s *scene) func(*dynamo.Table, op.Op) error {
		press := s.accepting(of(s))
		return func(table *dynamo.Table, o op.Op) error { _, err := press(table, o); return err }
	}
}

// administered gives the scene's partner the power to administer.
func administered(s *scene) {
	of := s.Offer(s.t, func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleFull, Days: 10}
	})
	if _, err := s.accepting(of, func(d *invitation.Draft) { d.DelegatedAdministration = redemption.Yes })(s.Table, s.Op("owner")); err != nil {
		s.t.Fatal(err)
	}
}

// deleting brings the scene's trial to the day before its deletion and returns the job's step that deletes it.
func deleting(s *scene) func(*dynamo.Table, op.Op) error { return s.deleting(s.sub()) }

func (s *scene) deleting(id subscription.ID) func(*dynamo.Table, op.Op) error {
	s.t.Helper()
	for _, days := range []int{55, 56} {
		o := s.Op("trials")
		o.At = o.At.AddDate(0, 0, days)
		s.change(id, o, func(stored subscription.Subscription) (subscription.Subscription, []event.Event) {
			next, changes := stored.Advance(o.At)
			if len(changes) == 0 {
				return next.Announced(o)
			}
			return next, next.Tell(o, s.Partner, changes...)
		})
	}
	return func(table *dynamo.Table, o op.Op) error {
		o.At = o.At.AddDate(0, 0, 90)
		stored, err := s.Table.StoredSubscription(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		return moot(trials.Job(table).Step(s.t.Context(), dynamo.Due[subscription.Subscription]{Item: stored}, o))
	}
}

var writers = []writer{
	{"a purchase converts the trial", request(func(s *scene) (offer.Offer, func(*invitation.Draft)) {
		return s.Offer(s.t, func(d *offer.Draft) { d.Kind = offer.Purchase }), nil
	}), "invitation_answered"},
	{"a purchase adds licences", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays("")
		press := s.accepting(s.Offer(s.t, func(d *offer.Draft) { d.Kind = offer.Purchase }), func(d *invitation.Draft) {
			d.Items = []invitation.Choice{{Into: string(s.sub())}}
		})
		return func(table *dynamo.Table, o op.Op) error { _, err := press(table, o); return err }
	}, "invitation_answered"},
	{"a partner of record by an offer", request(func(s *scene) (offer.Offer, func(*invitation.Draft)) {
		return s.other.Offer(s.t, func(d *offer.Draft) { d.Kind, d.Items = offer.PartnerOfRecord, nil }), func(d *invitation.Draft) {
			d.Picked = []string{string(s.sub())}
		}
	}), "invitation_answered"},
	{"another administrator", func(s *scene) func(*dynamo.Table, op.Op) error {
		administered(s)
		press := s.accepting(s.other.Offer(s.t, func(d *offer.Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleLimited, Days: 40}
		}), func(d *invitation.Draft) { d.DelegatedAdministration = redemption.Replacing(s.Partner) })
		return func(table *dynamo.Table, o op.Op) error { _, err := press(table, o); return err }
	}, "invitation_answered"},
	{"a reseller", request(func(s *scene) (offer.Offer, func(*invitation.Draft)) {
		return s.Offer(s.t, func(d *offer.Draft) { d.Kind, d.Items = offer.Reseller, nil }), nil
	}), "invitation_answered"},
	{"an order", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays("")
		return func(table *dynamo.Table, o op.Op) error {
			_, err := order.Buy(s.t.Context(), table, s.by(), order.Wish{Plan: s.Plan, Into: subscription.Separate, Term: catalog.Month, Terms: "1"}, o)
			return err
		}
	}, ""},
	{"a partner of record by name", func(s *scene) func(*dynamo.Table, op.Op) error {
		return func(table *dynamo.Table, o op.Op) error {
			_, _, err := order.SetPartnerOfRecord(s.t.Context(), table, s.by(), []subscription.ID{s.sub()}, s.other.Partner, false, o)
			return err
		}
	}, ""},
	{"another bill", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays(offer.ByPartner)
		return func(table *dynamo.Table, o op.Op) error {
			_, err := order.Transfer(s.t.Context(), table, s.by(), s.sub(), catalog.Money{AmountMinor: 1000, Currency: "PLN"}, "1", o)
			return err
		}
	}, "same_biller"},
	{"other licences", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays("")
		return func(table *dynamo.Table, o op.Op) error {
			_, err := subscription.ChangeLicenses(s.t.Context(), table, s.owner.Customer.ID, s.sub(), 7, 0, o)
			return err
		}
	}, ""},
	{"an end of the subscription", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays("")
		return func(table *dynamo.Table, o op.Op) error {
			_, err := subscription.Cancel(s.t.Context(), table, s.owner.Customer.ID, s.sub(), "", o)
			return err
		}
	}, "subscription_cancelled"},
	{"an end of the power", func(s *scene) func(*dynamo.Table, op.Op) error {
		administered(s)
		return func(table *dynamo.Table, o op.Op) error {
			_, err := relationship.EndGrant(s.t.Context(), table, s.owner.Customer.ID, s.Partner, relationship.ByCustomer, "", o)
			return err
		}
	}, "already_ended"},
	{"less power", func(s *scene) func(*dynamo.Table, op.Op) error {
		administered(s)
		return func(table *dynamo.Table, o op.Op) error {
			_, err := relationship.LowerGrant(s.t.Context(), table, s.owner.Customer.ID, s.Partner, relationship.ByCustomer, "", o)
			return err
		}
	}, "already_limited"},
	{"stepping down", func(s *scene) func(*dynamo.Table, op.Op) error {
		return func(table *dynamo.Table, o op.Op) error {
			_, err := relationship.StepDown(s.t.Context(), table, s.owner.Customer.ID, s.Partner, relationship.ByPartner, "", o)
			return err
		}
	}, "already_ended"},
	{"a request that ends a reseller at once", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays(offer.ByPartner)
		s.Noticed(s.t, s.owner, 0)
		return func(table *dynamo.Table, o op.Op) error {
			_, err := relationship.RequestEnd(s.t.Context(), table, s.owner.Customer.ID, s.Partner, relationship.Wish{By: s.owner.User.ID}, o)
			return err
		}
	}, "already_ended"},
	{"the job removals ends a reseller by notice", func(s *scene) func(*dynamo.Table, op.Op) error {
		s.pays(offer.ByPartner)
		s.Noticed(s.t, s.owner, 5)
		price := relationship.AgreedPrice{Subscription: s.sub(), Price: catalog.Money{AmountMinor: 1000, Currency: "PLN"}}
		wish := relationship.Wish{By: s.owner.User.ID, Handover: relationship.ToVendor, Prices: []relationship.AgreedPrice{price}, Terms: "1"}
		if _, err := relationship.RequestEnd(s.t.Context(), s.Table, s.owner.Customer.ID, s.Partner, wish, s.Op("owner")); err != nil {
			s.t.Fatal(err)
		}
		return func(table *dynamo.Table, o op.Op) error {
			o.At = o.At.AddDate(0, 0, 6)
			tie, _, err := s.Table.Relationship(s.t.Context(), s.owner.Customer.ID, s.Partner)
			if err != nil {
				s.t.Fatal(err)
			}
			return moot(removals.Job(table).Step(s.t.Context(), dynamo.Due[relationship.Relationship]{Item: tie}, o))
		}
	}, ""},
	{"a password", func(s *scene) func(*dynamo.Table, op.Op) error {
		o := s.Op("dispatch")
		u, err := s.Table.Person(s.t.Context(), person.ID(s.owner.User.ID))
		if err != nil {
			s.t.Fatal(err)
		}
		secret, runs := o.IDs.Secret(), 0
		if err := s.Table.AddPassword(s.t.Context(), u, secret, o.At.AddDate(0, 0, 1), o); err != nil {
			s.t.Fatal(err)
		}
		return func(table *dynamo.Table, o op.Op) error {
			if runs++; runs > 1 { // whoever presses again waits until nobody can be at it
				o.At = o.At.Add(person.PasswordLease)
			}
			return person.SetPassword(s.t.Context(), table, takes{s}, u.ID, secret, "a long enough phrase", o)
		}
	}, "password_link_used"},
	{"the job grants", func(s *scene) func(*dynamo.Table, op.Op) error {
		administered(s)
		return func(table *dynamo.Table, o op.Op) error {
			o.At = o.At.AddDate(0, 0, 11)
			_, g, err := s.Table.Relationship(s.t.Context(), s.owner.Customer.ID, s.Partner)
			if err != nil {
				s.t.Fatal(err)
			}
			return moot(grants.Job(table).Step(s.t.Context(), dynamo.Due[relationship.Grant]{Item: *g}, o))
		}
	}, ""},
	{"the job invitations", func(s *scene) func(*dynamo.Table, op.Op) error {
		inv := s.Invite(s.t, s.Offer(s.t, nil).ID, fmt.Sprintf("late%d@customer.example", s.serial))[0]
		s.links = append(s.links, inv.ID)
		return func(table *dynamo.Table, o op.Op) error {
			o.At = o.At.AddDate(0, 0, 31)
			stored, err := s.Table.Invitation(s.t.Context(), inv.ID, true)
			if err != nil {
				s.t.Fatal(err)
			}
			return moot(invitations.Job(table).Step(s.t.Context(), dynamo.Due[invitation.Invitation]{Item: stored}, o))
		}
	}, ""},
	{"the job trials deletes the last subscription", func(s *scene) func(*dynamo.Table, op.Op) error {
		administered(s)
		return deleting(s)
	}, ""},
}

// takes is a directory that takes every password of a process that is alive.
type takes struct{ s *scene }

func (d takes) SetPassword(_ context.Context, _, password string) error {
	if d.s.process.dead.Load() {
		return errDead
	}
	d.s.password = password
	return nil
}

// moot leaves of a job's step only what is no fault: it was done, or somebody was faster.
func moot(err error) error {
	if errors.Is(err, schedule.ErrMoot) {
		return nil
	}
	return err
}

func (s *scene) change(id subscription.ID, o op.Op, decide func(subscription.Subscription) (subscription.Subscription, []event.Event)) {
	s.t.Helper()
	if err := subscription.Update(s.t.Context(), s.Table, id, o, decide); err != nil {
		s.t.Fatal(err)
	}
}

// stands tells what stands of a scene's customer and links: each item by what it says, each event by its changes, without ids and times.
func (s *scene) stands() []string {
	names := strings.NewReplacer(string(s.Partner), "A", string(s.other.Partner), "B")
	var lines []string
	say := func(format string, about ...any) {
		lines = append(lines, names.Replace(fmt.Sprintf(format, about...)))
	}
	err := s.Table.Walk(s.t.Context(), func(w dynamo.Walked) {
		bare, ours := strings.CutPrefix(w.PK, "CUSTOMER#")
		if ours && bare != s.owner.Customer.ID.Bare() {
			return
		}
		switch is := w.Noun.(type) {
		case invitation.Invitation:
			if i := slices.Index(s.links, is.ID); i >= 0 {
				say("link %d %s %t", i, is.Answer, is.Redemption != "")
			}
			return
		case event.Event:
			for _, c := range is.Changes {
				if i := slices.Index(s.links, invitation.ID(c.Subject)); ours || i >= 0 {
					say("event %s shared with %s", c.Type, is.Partner)
				}
			}
			return
		}
		if !ours {
			return
		}
		switch is := w.Noun.(type) {
		case subscription.Subscription:
			say("subscription %s %d by %s, advisor %q after %d, ending %t, %s", is.Status, is.Licenses.Bought, is.BilledBy, is.PartnerOfRecordID(), len(is.History), is.Ending, is.Step)
		case relationship.Relationship:
			grant := relationship.Status("")
			if is.Administration != nil {
				grant = is.Administration.Status
			}
			say("tie to %s, %d, %t, %s", is.Partner, is.PartnerOfRecordSubscriptions, is.Reseller, grant)
		case relationship.Grant:
			say("grant of %s %s %s %s", is.Partner, is.Role, is.Status, is.Cause)
		case customer.Customer:
			say("customer %s", is.Status)
		case customer.Domain:
			say("domain %s", is.Status)
		case importing.Import:
			say("import %s of %d rows", is.Status, is.Rows)
		case customer.User:
			say("user %t, session %d, deleted %t, %d licences, mailbox %t", is.Password.SetAt.IsZero(), is.Epoch, is.Deleted(), len(is.Licenses), is.Mailbox != nil)
		default:
			say("%s", w.Class)
		}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	say("the directory keeps %q", s.password)
	slices.Sort(lines)
	return lines
}

// TestDies kills every act of a customer, a partner or a job around each of its calls, and runs it again as its client, its stream or its
// schedule would: the end is the one without a death, with each event once.
func TestDies(t *testing.T) {
	all := fixture.All()
	points, deaths := 0, 0
	for _, one := range slices.Concat(writers, directoryWriters) {
		t.Run(one.name, func(t *testing.T) {
			w := patient(t)
			priced(t, w)
			resell(t, w)
			other := w.Company(t)
			serial := 0
			fresh := func() *scene {
				serial++
				s := &scene{World: w, t: t, other: other, mail: fmt.Sprintf("owner%d@customer.example", serial), serial: serial}
				s.owner = w.Trial(t, s.mail, "")
				return s
			}
			whole := fresh()
			healthy := &mortal{}
			whole.process = healthy
			if err := one.prepare(whole)(healthy.table(w), w.Op("test")); err != nil {
				t.Fatal(err)
			}
			want := whole.stands()
			for call := 1; call <= int(healthy.calls.Load()); call++ {
				for i, moment := range moments {
					if !all && i != call%len(moments) {
						continue
					}
					s := fresh()
					act := one.prepare(s)
					dying := &mortal{dies: call, moment: moment}
					o := w.Op("test")
					s.process = dying
					o.Once = &op.Once{Key: o.ID, Payload: "payload", Status: 200, EndsAt: o.At.AddDate(0, 2, 0)}
					_ = act(dying.table(w), o)
					points++
					if dying.dead.Load() {
						deaths++
					} else {
						t.Errorf("call %d %s: it lived", call, moment)
					}
					again := o
					if call%2 == 0 { // a person's second press is an operation of its own, a job's second run is not
						again.ID = again.NewID()
					}
					s.process = &mortal{}
					err := act(w.Table, again)
					var replay *op.Replay
					if err != nil && !errors.As(err, &replay) && !(one.done != "" && fault.Is(err, fault.Named(one.done))) {
						t.Errorf("call %d %s: the second run hears %v", call, moment, err)
					}
					if diff := cmp.Diff(want, s.stands()); diff != "" {
						t.Errorf("call %d %s: not (-) as without a death, but (+)\n%s", call, moment, diff)
					}
				}
			}
			if !strings.HasPrefix(one.name, "the job") { // those ran ahead of the clock
				intact(t, w)
			}
		})
	}
	t.Logf("%d acts, %d points, %d deaths", len(writers)+len(directoryWriters), points, deaths)
}

// resell gives the program the right to resell.
func resell(t *testing.T, w fixture.World) {
	t.Helper()
	programs, err := w.Table.Programs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program := programs.ByName["essentials"]
	program.Rights = append(program.Rights, catalog.Reselling)
	programs.ByName["essentials"] = program
	o := w.Op("operator")
	if err := w.Table.SavePrograms(t.Context(), programs, event.New(o, event.Vendor(), event.Of("essentials", catalog.ProgramChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
}
