package model

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
)

// standing is whether a partner's machine may act. The input is what is asked: act, take (its right), give (it back).
var standing = porcupine.Model{
	Init: func() any { return true },
	Step: func(state, input, output any) (bool, any) {
		may, in, out := state.(bool), input.(string), output.(said)
		switch {
		case out.word == untouched:
			return true, may
		case in != "act" && out.word == "done":
			return true, in == "give"
		case in != "act":
			return out.word == lost, may
		case out.word == "done":
			return may, may
		case out.word == lost:
			return true, may
		}
		return !may, may // it hears that it may not
	},
}

// robot gives a world's partner one more machine with full access.
func robot(t *testing.T, w fixture.World) partner.Client {
	t.Helper()
	o := w.Op("operator")
	c := partner.Client{
		ID: partner.ClientID("cli_" + string(w.Partner) + "_" + o.NewID()), Partner: w.Partner, Name: "x", CustomerAccess: partner.Full,
		CompanyRole: partner.GlobalAdmin, Issuer: "i", OAuthID: o.NewID(), Status: partner.ClientActive, CreatedAt: o.At, Version: 1,
	}
	if err := w.Table.StartClient(t.Context(), c, o); err != nil {
		t.Fatal(err)
	}
	return c
}

// scrap removes a machine that is still there, so that there is room for the next.
func scrap(t *testing.T, w fixture.World, id partner.ClientID) {
	t.Helper()
	c, err := w.Table.Client(t.Context(), id)
	if fault.Is(err, fault.NotFound) {
		return
	}
	c.Status = partner.ClientDeleting
	if err == nil {
		err = w.Table.SaveClient(t.Context(), c, w.Op("operator"))
	}
	if err == nil {
		err = w.Table.ForgetClient(t.Context(), c, w.Op("operator"))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// deeds are what a machine does of each kind of write.
func deeds(t *testing.T, w fixture.World) map[string]func(*dynamo.Table, op.Op) error {
	made := w.Offer(t, nil)
	happened := func(o op.Op, subject string, what event.Typed) event.Event {
		return event.New(o, event.Partner(string(w.Partner)), event.Of(subject, what))
	}
	return map[string]func(*dynamo.Table, op.Op) error{
		"an offer": func(table *dynamo.Table, o op.Op) error {
			_, err := offer.Make(t.Context(), table, offer.Draft{
				Kind: offer.Trial, Partner: w.Partner, Access: partner.Full, Country: "PL", Items: []offer.Item{{Plan: w.Plan}},
			}, o)
			return err
		},
		"an invitation": func(table *dynamo.Table, o op.Op) error {
			to := []invitation.Recipient{{Mail: o.NewID() + "@customer.example", Language: "pl"}}
			_, err := invitation.Send(t.Context(), table, made.ID, to, 30, w.Env.InvitationsPerDay, o)
			return err
		},
		"a changed offer": func(table *dynamo.Table, o op.Op) error {
			return op.RetryStale(func() error {
				found, _, err := table.Offer(t.Context(), made.ID)
				if err != nil {
					return err
				}
				return table.SaveOffer(t.Context(), found, happened(o, string(found.ID), offer.ResumedEvent{}), o)
			})
		},
		"a changed profile": func(table *dynamo.Table, o op.Op) error {
			return op.RetryStale(func() error {
				found, err := table.Partner(t.Context(), w.Partner)
				if err != nil {
					return err
				}
				return table.SavePartner(t.Context(), found, nil, nil, happened(o, string(found.ID), partner.ProfileChangedEvent{}), o)
			})
		},
		"another machine": func(table *dynamo.Table, o op.Op) error {
			c := robot(t, w)
			err := table.FinishClient(t.Context(), c, happened(o, string(c.ID), partner.ClientCreatedEvent{}), o)
			scrap(t, w, c.ID)
			return err
		},
	}
}

// taken are the ways to take a machine's right.
func taken(t *testing.T, w fixture.World, c partner.Client) map[string]func() error {
	save := func(change func(*partner.Client)) func() error {
		return func() error {
			next := c
			change(&next)
			return w.Table.SaveClient(t.Context(), next, w.Op("operator"))
		}
	}
	return map[string]func() error{
		"disabled":     save(func(c *partner.Client) { c.Disabled = true }),
		"less access":  save(func(c *partner.Client) { c.CustomerAccess = partner.Limited }),
		"a lower role": save(func(c *partner.Client) { c.CompanyRole = partner.UserAdmin }),
		"deleted": func() error {
			if err := save(func(c *partner.Client) { c.Status, c.Disabled = partner.ClientDeleting, true })(); err != nil {
				return err
			}
			return w.Table.ForgetClient(t.Context(), c, w.Op("operator"))
		},
	}
}

// acts returns an operation of the machine that the gateway let through while it had its rights.
func acts(w fixture.World, c partner.Client) op.Op {
	o := w.Op(string(c.ID))
	o.Actor.Kind = op.PartnerClient
	o.Held = op.Held{CompanyRole: string(partner.GlobalAdmin), CustomerAccess: string(partner.Full)}
	return o
}

// TestActor lets a machine act while its right is taken and given back: nothing that it does comes after the one and before the other.
func TestActor(t *testing.T) {
	w := patient(t)
	does := deeds(t, w)
	kinds := []string{"an offer", "an invitation", "a changed offer", "a changed profile", "another machine"}
	var acted, refused atomic.Int64
	for n := range fixture.Full(10, 125) {
		c := robot(t, w)
		r := &recorder{started: time.Now()}
		gone := make(chan struct{})
		slow := over(w, held{gone})
		ways := []string{"disabled", "less access", "a lower role", "deleted"}
		way := ways[n%len(ways)]
		take := taken(t, w, c)[way]
		at(len(kinds)+1, func(i int) {
			if i == len(kinds) {
				for range rand.IntN(4) { // so that it comes at another point of the acts each time
					_, _ = w.Table.Client(t.Context(), c.ID)
				}
				r.call(i, "take", func() said { return tell(take(), "") })
				close(gone)
				if way != "deleted" && n%2 == 0 {
					next := c
					next.Version++
					r.call(i, "give", func() said { return tell(w.Table.SaveClient(t.Context(), next, w.Op("operator")), "") })
				}
				return
			}
			table := w.Table
			if i%2 == 0 {
				table = slow
			}
			for range 3 {
				o := acts(w, c)
				r.call(i, "act", func() said {
					err := does[kinds[i]](table, o)
					switch f := fault.As(err); {
					case err == nil:
						acted.Add(1)
					case fault.Is(f, fault.Denied):
						refused.Add(1)
					}
					return tell(err, "")
				})
			}
		})
		judge(t, standing, r.history)
		scrap(t, w, c.ID)
	}
	t.Logf("%d acts, %d refused", acted.Load(), refused.Load())
	if acted.Load() == 0 || refused.Load() == 0 {
		t.Error("nothing raced")
	}
	intact(t, w)
}

// TestActorMeanwhile takes a machine's right in every way between every two calls of each kind of write: what is written was written before
// that. The check costs no call.
func TestActorMeanwhile(t *testing.T) {
	w := patient(t)
	for kind, does := range deeds(t, w) {
		for _, way := range []string{"disabled", "less access", "a lower role", "deleted"} {
			t.Run(fmt.Sprintf("%s, %s", kind, way), func(t *testing.T) {
				for call := int64(1); ; call++ {
					c := robot(t, w)
					taking := taken(t, w, c)[way]
					between := &interrupted{at: call, meanwhile: func() {
						if err := taking(); err != nil {
							t.Error(err)
						}
					}}
					err := does(over(w, between), acts(w, c))
					scrap(t, w, c.ID)
					if between.calls.Load() < call { // it was done before
						if err != nil || call == 1 {
							t.Errorf("%v after %d calls", err, call-1)
						}
						return
					}
					if !fault.Is(err, fault.Denied) {
						t.Errorf("before call %d: %v", call, err)
					}
				}
			})
		}
	}
}
