package model

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"liaison/functions/jobs/grants"
	"liaison/infra/operate/verify"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// A history is what several clients asked at once and were told. It is legal where some order of the calls, each between its begin and
// its end, makes a sequential program say the same.

// said is how a call was answered: a word, and what goes with it.
type said struct{ word, about string }

// lost stands for an answer that says nothing: it may have been done, then or later, or never.
const lost = "lost"

// recorder keeps one history.
type recorder struct {
	mutex   sync.Mutex
	started time.Time
	history []porcupine.Operation
}

// call records one call of a client.
func (r *recorder) call(client int, input any, do func() said) {
	begun := time.Since(r.started)
	answer := do()
	ended := time.Since(r.started)
	if answer.word == lost {
		ended = time.Hour
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.history = append(r.history, porcupine.Operation{ClientId: client, Input: input, Call: int64(begun), Output: answer, Return: int64(ended)})
}

// tell turns what the domain says into a word of a history. Whoever lost every race (precondition_failed) changed nothing.
func tell(err error, about string) said {
	switch f := fault.As(err); {
	case err == nil:
		return said{"done", about}
	case f == nil, fault.Is(f, fault.Busy):
		return said{lost, ""}
	default:
		return said{f.Code.String(), about}
	}
}

// untouched is what may be answered in any state, and changes nothing.
const untouched = "precondition_failed"

// judge says whether a history is legal, and fails the test where it is not.
func judge(t *testing.T, model porcupine.Model, history []porcupine.Operation) {
	t.Helper()
	if result := porcupine.CheckOperationsTimeout(model, history, time.Minute); result != porcupine.Ok {
		slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		text := ""
		for _, o := range history {
			text += fmt.Sprintf("\n%d: %v..%v %+v -> %+v", o.ClientId, time.Duration(o.Call), time.Duration(o.Return), o.Input, o.Output)
		}
		t.Errorf("the history is %s:%s", result, text)
	}
}

// at runs clients at once, each with its calls one after the other.
func at(clients int, run func(client int)) {
	var set, all sync.WaitGroup
	start := make(chan struct{})
	for i := range clients {
		set.Add(1)
		all.Go(func() {
			set.Done()
			<-start
			run(i)
		})
	}
	set.Wait()
	close(start)
	all.Wait()
}

// patient gives a world whose client waits for its answers, however busy the machine is.
func patient(t *testing.T) fixture.World {
	f := fixture.Open(t)
	f.Table = dynamo.Over(f.DB, f.Env.Table)
	f.Env.InvitationsPerDay = 10_000 // one partner's, of one day: no rule of these histories
	return f.Populate(t)
}

// ready types a draft into an open invitation and returns how its holder answers it.
func ready(t *testing.T, w fixture.World, of invitation.ID, change func(*invitation.Draft)) (consent.Visitor, int) {
	t.Helper()
	secret := w.Link(t, of)
	inv, err := w.Table.Invitation(t.Context(), of, true)
	if err != nil {
		t.Fatal(err)
	}
	draft := inv.Draft
	draft.Company, draft.Name, draft.Language, draft.Terms = "Contoso", "Anna", "pl", "1"
	if change != nil {
		change(&draft)
	}
	if draft, err = w.Table.SaveDraft(t.Context(), of, draft, w.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	return consent.Visitor{Secret: secret, Address: "192.0.2.1", Browser: "test"}, draft.Rev
}

// intact holds a world's table against the invariants.
func intact(t *testing.T, w fixture.World) {
	t.Helper()
	report, err := verify.Table(t.Context(), w.Table, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Error("verify:", v)
	}
}

// administers is the register of the one delegated administrator: who, and until when.
type administers struct {
	by   partner.ID
	ends time.Time
}

// asks is a call of the register: yes (replacing somebody or nobody), end, expire.
type asks struct {
	what     string
	by       partner.ID
	replaces partner.ID
	at       time.Time
}

const grantDays = 10

var register = porcupine.Model{
	Init: func() any { return administers{} },
	Step: func(state, input, output any) (bool, any) {
		is, in, out := state.(administers), input.(asks), output.(said)
		other := is.by
		if other == in.by || !in.at.Before(is.ends) {
			other = ""
		}
		if out.word == untouched {
			return true, is
		}
		switch in.what {
		case "yes":
			if out.word == "done" || out.word == lost && other == in.replaces {
				return other == in.replaces, administers{in.by, in.at.AddDate(0, 0, grantDays)}
			}
			return out.word == lost || out.word == "delegated_administrator_exists" && other != in.replaces && out.about == string(other), is
		case "end":
			mine := is.by == in.by && in.at.Before(is.ends)
			if out.word == "done" || out.word == lost && mine {
				return mine, administers{}
			}
			return out.word == lost || out.word == "already_ended" && !mine, is
		case "expire":
			due := is.by == in.by && !in.at.Before(is.ends)
			if out.word == "done" {
				return due, administers{}
			}
			return true, is
		}
		return in.what == "read" && (out.word == lost || out.about == string(is.by)), is
	},
	DescribeState: func(state any) string { return fmt.Sprintf("%+v", state) },
}

// yes is how a member of a customer says yes to a partner's request, prepared before.
type yes struct {
	w        fixture.World
	inv      invitation.ID
	by       consent.Visitor
	rev      int
	partner  partner.ID
	replaces partner.ID
}

// prepare makes a request of a partner to a customer's owner and types the answer.
func prepare(t *testing.T, p fixture.World, mail string, user customer.UserID, role string, replaces partner.ID) yes {
	t.Helper()
	made := p.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: role, Days: grantDays}
	})
	inv := p.Invite(t, made.ID, mail)[0]
	by, rev := ready(t, p, inv.ID, func(d *invitation.Draft) {
		d.DelegatedAdministration = redemption.Yes
		if replaces != "" {
			d.DelegatedAdministration = redemption.Replacing(replaces)
		}
	})
	by.User = user
	return yes{p, inv.ID, by, rev, p.Partner, replaces}
}

func (y yes) say(t *testing.T, o op.Op) said {
	_, err := redemption.Accept(t.Context(), y.w.Table, y.inv, y.by, y.rev, "1", o)
	about := ""
	if f := fault.As(err); f != nil {
		about, _ = f.About.(string)
	}
	return tell(err, about)
}

// TestGrantRegister records yes, replace, end and expiry of several partners at one customer.
func TestGrantRegister(t *testing.T) {
	w := patient(t)
	partners := []fixture.World{w, w.Company(t), w.Company(t), w.Company(t)}
	job := grants.Job(w.Table)
	for n := range fixture.Full(10, 125) {
		mail := fmt.Sprintf("owner%d@customer.example", n)
		c := w.Trial(t, mail, "")
		late := w.Env.Now().AddDate(0, 0, grantDays+5)
		r := &recorder{started: time.Now()}
		const clients, each = 6, 3
		var plans [clients][each]func()
		for i := range clients {
			for j := range each {
				p := partners[rand.IntN(len(partners))]
				switch kind := rand.IntN(10); {
				case kind < 6:
					replaces := partner.ID("")
					if other := partners[rand.IntN(len(partners))]; kind < 3 && other.Partner != p.Partner {
						replaces = other.Partner
					}
					y := prepare(t, p, mail, c.User.ID, offer.RoleLimited, replaces)
					plans[i][j] = func() {
						o := w.Op("owner")
						if kind == 5 {
							o.At = late
						}
						r.call(i, asks{"yes", y.partner, y.replaces, o.At}, func() said { return y.say(t, o) })
					}
				case kind < 8:
					plans[i][j] = func() {
						o := w.Op("partner")
						r.call(i, asks{"end", p.Partner, "", o.At}, func() said {
							_, err := relationship.EndGrant(t.Context(), w.Table, c.Customer.ID, p.Partner, relationship.ByPartner, "", o)
							if fault.Is(err, fault.NotFound) { // no tie: it never administered
								return said{"already_ended", ""}
							}
							return tell(err, "")
						})
					}
				case kind < 9:
					plans[i][j] = func() {
						r.call(i, asks{what: "read"}, func() said { return readGrant(t, w, c.Customer.ID, partners[0].Partner) })
					}
				default: // what the job does to a grant that it found due
					plans[i][j] = func() {
						o := w.Op("grants")
						o.At = late
						_, g, err := w.Table.Relationship(t.Context(), c.Customer.ID, w.Partner)
						if err != nil || g == nil {
							return
						}
						if next, _ := g.Advance(c.Customer.Country, catalog.Availability{}, late); next.Status != relationship.Expired { // a notice, at most
							return
						}
						r.call(i, asks{"expire", g.Partner, "", late}, func() said {
							err := job.Step(t.Context(), dynamo.Due[relationship.Grant]{Item: *g}, o)
							if err != nil && fault.As(err) == nil {
								return said{"moot", ""}
							}
							return tell(err, "")
						})
					}
				}
			}
		}
		at(clients, func(i int) {
			for _, do := range plans[i] {
				do()
			}
		})
		judge(t, register, r.history)
	}
}

// readGrant returns who administers a customer as it is stored: the tie of record leads to it.
func readGrant(t *testing.T, w fixture.World, c customer.ID, p partner.ID) said {
	_, g, err := w.Table.Relationship(t.Context(), c, p)
	switch {
	case err != nil:
		return said{lost, ""}
	case g == nil || g.Status != relationship.Active:
		return said{"done", ""}
	}
	return said{"done", string(g.Partner)}
}

// counter is how many yeses an offer has; the input is how many it may have.
var counter = porcupine.Model{
	Init: func() any { return 0 },
	Step: func(state, input, output any) (bool, any) {
		n, most, out := state.(int), input.(int), output.(said)
		switch {
		case most == 0: // a reader
			return out.word == lost || out.about == fmt.Sprint(n), n
		case out.word == "done":
			return n < most, n + 1
		case out.word == lost:
			return true, min(n+1, most)
		}
		return out.word == untouched || out.word == "offer_used_up" && n >= most, n
	},
}

// TestCounter records yeses of many to one offer for a few, with readers of the counter.
func TestCounter(t *testing.T) {
	w := patient(t)
	for n := range fixture.Full(10, 125) {
		most, clients := 1+rand.IntN(5), 8
		made := w.Offer(t, func(d *offer.Draft) { d.MaxRedemptions = most })
		type visit struct {
			inv invitation.ID
			by  consent.Visitor
			rev int
		}
		visits := make([]visit, clients)
		for i := range visits {
			o := w.Op("visitor")
			inv := invitation.New(made, invitation.Recipient{Mail: fmt.Sprintf("v%d-%d@customer.example", n, i)}, invitation.FromVisitor, 30, o)
			happened := event.New(o, inv.Tenant(), event.Of(inv.ID, invitation.CreatedEvent{OfferID: made.ID}))
			if err := w.Table.SendInvitations(t.Context(), []invitation.Invitation{inv}, []event.Event{happened}, o); err != nil {
				t.Fatal(err)
			}
			visits[i].inv = inv.ID
			visits[i].by, visits[i].rev = ready(t, w, inv.ID, nil)
		}
		r := &recorder{started: time.Now()}
		at(clients+2, func(i int) {
			if i >= clients {
				for range 3 {
					r.call(i, 0, func() said {
						_, used, err := w.Table.Offer(t.Context(), made.ID)
						return tell(err, fmt.Sprint(used))
					})
				}
				return
			}
			o := w.Op("visitor")
			r.call(i, most, func() said {
				_, err := redemption.Accept(t.Context(), w.Table, visits[i].inv, visits[i].by, visits[i].rev, "1", o)
				return tell(err, "")
			})
		})
		judge(t, counter, r.history)
	}
}

// keyed is what one Idempotency-Key led to: the id of what was made.
var keyed = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		by := map[any][]porcupine.Operation{}
		for _, o := range history {
			by[o.Input] = append(by[o.Input], o)
		}
		parts := [][]porcupine.Operation{}
		for _, part := range by {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return "" },
	Step: func(state, _, output any) (bool, any) {
		made, out := state.(string), output.(said)
		switch out.word {
		case "done":
			return made == "", out.about
		case "replay":
			return made == out.about, made
		}
		return out.word == lost || out.word == untouched, made
	},
}

// TestKeys records requests that carry a few Idempotency-Keys, the same one twice and more at once: one makes the offer, all others
// hear of that very one.
func TestKeys(t *testing.T) {
	w := patient(t)
	for n := range fixture.Full(10, 125) {
		r := &recorder{started: time.Now()}
		keys := 2
		at(8, func(i int) {
			key := fmt.Sprintf("key-%d-%d", n, i%keys)
			for range 2 {
				o := w.Op("partner")
				o.Once = &op.Once{Key: key, Payload: "payload", Status: 201, EndsAt: o.At.AddDate(0, 0, 1)}
				r.call(i, key, func() said {
					made, err := offer.Make(t.Context(), w.Table, offer.Draft{
						Kind: offer.Trial, Partner: w.Partner, Access: partner.Full, Country: "PL", Items: []offer.Item{{Plan: w.Plan}},
					}, o)
					var replay *op.Replay
					if errors.As(err, &replay) {
						return said{"replay", replay.Once.Result}
					}
					return tell(err, string(made.ID))
				})
			}
		})
		judge(t, keyed, r.history)
	}
	intact(t, w)
}

// behalf is whether the partner may act for the customer, and which trials it has cancelled.
type behalf struct {
	may  bool
	gone string // one behind the other, sorted
}

// deed is a call: act (on a trial), look (at one), revoke, allow.
type deed struct{ what, trial string }

// held is the way of a client to its database that keeps its transactions back until something has happened: what it read is old by then.
type held struct{ until <-chan struct{} }

// RoundTrip makes a call, a transaction only when its time has come.
func (h held) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "TransactWriteItems") {
		<-h.until
	}
	return http.DefaultTransport.RoundTrip(r)
}

var grant = porcupine.Model{
	Init: func() any { return behalf{may: true} },
	Step: func(state, input, output any) (bool, any) {
		is, in, out := state.(behalf), input.(deed), output.(said)
		if out.word == untouched {
			return true, is
		}
		switch in.what {
		case "revoke":
			if out.word == "done" {
				return is.may, behalf{false, is.gone}
			}
			return out.word == lost || out.word == "already_ended" && !is.may, is
		case "allow":
			return true, behalf{is.may || out.word == "done", is.gone}
		}
		gone := strings.Fields(is.gone)
		once := slices.Contains(gone, in.trial)
		if in.what == "look" {
			return out.word == lost || once == (out.about == string(subscription.Cancelled)), is
		}
		after := behalf{is.may, strings.Join(slices.Sorted(slices.Values(append(gone, in.trial))), " ")}
		switch out.word {
		case "done":
			return is.may && !once, after
		case "forbidden":
			return !is.may, is
		case lost:
			if is.may && !once {
				return true, after
			}
			return true, is
		}
		return out.word == "subscription_not_trialing" && is.may && once, is
	},
}

// TestRevoke lets a partner's people cancel trials on behalf of a customer while the customer takes the power back, and gives it again: nothing
// that is done on behalf comes after the revoke and before the next yes.
func TestRevoke(t *testing.T) {
	w := patient(t)
	all := []catalog.PlanID{w.Plan}
	for i := range 5 {
		o := w.Op("operator")
		plan := catalog.Plan{
			ID: catalog.PlanID(fmt.Sprintf("plan_more_%d", i)), Status: catalog.PlanActive, Name: catalog.Text{"en": "P", "pl": "P"}, Description: catalog.Text{"en": "P", "pl": "P"},
			Trial: &catalog.Trial{Licenses: 5, Days: 30}, Licenses: catalog.Bounds{Min: 1, Max: 10, Default: 5}, Countries: []string{"PL"}, CreatedAt: o.At,
		}
		if err := w.Table.SavePlan(t.Context(), plan, event.New(o, event.Vendor(), event.Of(plan.ID, catalog.PlanChangedEvent{})), o); err != nil {
			t.Fatal(err)
		}
		o = w.Op("operator")
		if err := w.Table.SaveAuthorisation(t.Context(), partner.Authorisation{
			Partner: w.Partner, Plan: plan.ID, Countries: []string{"PL"}, From: o.At.Add(-time.Hour), CreatedAt: o.At,
		}, event.New(o, event.Partner(string(w.Partner)), event.Of(w.Partner, partner.AuthorisedEvent{})), o); err != nil {
			t.Fatal(err)
		}
		all = append(all, plan.ID)
	}
	actor := administratorOf(t, w)
	var acted, refused atomic.Int64
	for n := range fixture.Full(10, 125) {
		mail := fmt.Sprintf("owner%d@customer.example", n)
		c := w.Trial(t, mail, "")
		trials := []subscription.ID{c.First().ID}
		for _, plan := range all[1:] {
			made := w.Offer(t, func(d *offer.Draft) { d.Items = []offer.Item{{Plan: plan}} })
			inv := w.Invite(t, made.ID, mail)[0]
			by, rev := ready(t, w, inv.ID, nil)
			by.User = c.User.ID
			record, err := redemption.Accept(t.Context(), w.Table, inv.ID, by, rev, "1", w.Op("owner"))
			if err != nil {
				t.Fatal(err)
			}
			trials = append(trials, record.First().ID)
		}
		if first := prepare(t, w, mail, c.User.ID, offer.RoleFull, "").say(t, w.Op("owner")); first.word != "done" {
			t.Fatal(first)
		}
		again := prepare(t, w, mail, c.User.ID, offer.RoleFull, "")
		r := &recorder{started: time.Now()}
		revoked := make(chan struct{})
		slow := over(w, held{revoked})
		at(len(trials)+1, func(i int) {
			if i == len(trials) {
				for range rand.IntN(4) { // so that the revoke comes at another point of the acts each time
					_, _, _ = w.Table.Relationship(t.Context(), c.Customer.ID, w.Partner)
				}
				o := w.Op(string(c.User.ID))
				o.Actor.Kind = op.CustomerUser
				r.call(i, deed{what: "revoke"}, func() said {
					_, err := relationship.EndGrant(t.Context(), w.Table, c.Customer.ID, w.Partner, relationship.ByCustomer, "", o)
					return tell(err, "")
				})
				for _, one := range trials {
					r.call(i, deed{"look", string(one)}, func() said {
						stored, err := w.Table.StoredSubscription(t.Context(), one)
						return tell(err, string(stored.Status))
					})
				}
				close(revoked)
				if n%2 == 0 {
					o := w.Op("owner")
					r.call(i, deed{what: "allow"}, func() said { return again.say(t, o) })
				}
				return
			}
			table := w.Table
			if i%2 == 0 {
				table = slow
			}
			for range 3 {
				o := w.Op(actor)
				o.Actor.Kind = op.PartnerUser
				r.call(i, deed{"act", string(trials[i])}, func() said {
					err := relationship.CancelTrial(t.Context(), table, w.Partner, trials[i], "", o)
					switch {
					case err == nil:
						acted.Add(1)
					case fault.Is(err, fault.Forbidden):
						refused.Add(1)
					}
					return tell(err, "")
				})
			}
		})
		judge(t, grant, r.history)
	}
	t.Logf("%d acts before a revoke, %d refused after one", acted.Load(), refused.Load())
	if acted.Load() == 0 || refused.Load() == 0 {
		t.Error("the revokes raced nothing")
	}
	intact(t, w)
}

// administratorOf returns the user of the world's partner.
func administratorOf(t *testing.T, w fixture.World) (user string) {
	t.Helper()
	if err := w.Table.Walk(t.Context(), func(one dynamo.Walked) {
		if one.Class == "partner_user" && one.PK == "PARTNER#"+string(w.Partner) {
			user = one.Word("id")
		}
	}); err != nil || user == "" {
		t.Fatal(user, err)
	}
	return user
}

// TestIllegal plants a history that no order explains for each of the models, beside one like it that is legal: the checker tells them apart.
func TestIllegal(t *testing.T) {
	now := time.Now()
	call := func(from, to int64, in any, word, about string) porcupine.Operation {
		return porcupine.Operation{Input: in, Call: from, Output: said{word, about}, Return: to}
	}
	yes := func(by, replaces partner.ID) asks { return asks{"yes", by, replaces, now} }
	act, revoke := deed{"act", "sub"}, deed{what: "revoke"}
	give := func(user string) hands { return hands{what: "give", user: user} }
	for _, c := range []struct {
		name           string
		model          porcupine.Model
		legal, illegal []porcupine.Operation
	}{
		{
			"two administrators", register,
			[]porcupine.Operation{call(0, 9, yes("A", ""), "done", ""), call(1, 9, yes("B", "A"), "done", "")},
			[]porcupine.Operation{call(0, 9, yes("A", ""), "done", ""), call(1, 9, yes("B", ""), "done", "")},
		},
		{
			"an end that was overtaken", register,
			[]porcupine.Operation{call(0, 2, yes("A", ""), "done", ""), call(1, 5, asks{"end", "A", "", now}, "done", ""), call(6, 7, yes("B", ""), "done", "")},
			[]porcupine.Operation{call(0, 2, yes("A", ""), "done", ""), call(3, 4, yes("B", "A"), "done", ""), call(5, 6, asks{"end", "A", "", now}, "done", "")},
		},
		{
			"one yes too many", counter,
			[]porcupine.Operation{call(0, 9, 1, "done", ""), call(1, 9, 1, "offer_used_up", "")},
			[]porcupine.Operation{call(0, 9, 1, "done", ""), call(1, 9, 1, "done", "")},
		},
		{
			"used up too early", counter,
			[]porcupine.Operation{call(0, 2, 1, "done", ""), call(3, 4, 1, "offer_used_up", "")},
			[]porcupine.Operation{call(3, 4, 1, "done", ""), call(0, 2, 1, "offer_used_up", "")},
		},
		{
			"one key, two offers", keyed,
			[]porcupine.Operation{call(0, 9, "k", "done", "ofr_1"), call(1, 9, "k", "replay", "ofr_1")},
			[]porcupine.Operation{call(0, 9, "k", "done", "ofr_1"), call(1, 9, "k", "done", "ofr_2")},
		},
		{
			"an act after the revoke", grant,
			[]porcupine.Operation{call(0, 5, revoke, "done", ""), call(4, 6, act, "done", "")},
			[]porcupine.Operation{call(0, 3, revoke, "done", ""), call(4, 6, act, "done", "")},
		},
		{
			"one licence too many", assignment,
			[]porcupine.Operation{call(0, 9, give("a"), "done", ""), call(0, 9, give("b"), "done", ""), call(0, 9, give("c"), "done", ""), call(1, 9, give("d"), "no_license_left", "")},
			[]porcupine.Operation{call(0, 9, give("a"), "done", ""), call(0, 9, give("b"), "done", ""), call(0, 9, give("c"), "done", ""), call(1, 9, give("d"), "done", "")},
		},
		{
			"fewer ordered than are given", assignment,
			[]porcupine.Operation{call(0, 2, give("a"), "done", ""), call(1, 9, give("b"), "done", ""), call(3, 9, hands{what: "order", licenses: 1}, "done", ""), call(3, 9, hands{what: "take", user: "b"}, "done", "")},
			[]porcupine.Operation{call(0, 2, give("a"), "done", ""), call(1, 2, give("b"), "done", ""), call(3, 9, hands{what: "order", licenses: 1}, "done", "")},
		},
		{
			"two owners of a domain", ownership,
			[]porcupine.Operation{call(0, 3, claims{"verify", "a"}, "done", ""), call(1, 9, claims{"verify", "b"}, "done", ""), call(2, 5, claims{"remove", "a"}, "done", "")},
			[]porcupine.Operation{call(0, 3, claims{"verify", "a"}, "done", ""), call(1, 9, claims{"verify", "b"}, "done", "")},
		},
	} {
		if !porcupine.CheckOperations(c.model, c.legal) {
			t.Errorf("%s: the legal history is refused", c.name)
		}
		if porcupine.CheckOperations(c.model, c.illegal) {
			t.Errorf("%s: the planted history passes", c.name)
		}
	}
}
