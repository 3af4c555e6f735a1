package model

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/tests/fixture"
)

// addressed has as its state whether a domain is verified. A call proves it, removes it, or sets a mailbox to a new address there.
var addressed = porcupine.Model{
	Init: func() any { return true },
	Step: func(state, input, output any) (bool, any) {
		is, in, out := state.(bool), input.(string), output.(said)
		switch {
		case out.word == untouched:
			return true, is
		case out.word == lost && in == "set":
			return true, is
		case out.word == lost: // said of nothing: one customer proves and removes, one after the other
			return false, is
		case in != "set":
			return out.word == "done", in == "prove"
		}
		return out.word == map[bool]string{true: "done", false: "domain_unverified"}[is], is
	},
	DescribeState: func(state any) string { return fmt.Sprint(state) },
}

// TestMailboxDomain sets mailboxes to addresses of a domain while it is removed and verified again: one is set only while the domain is verified.
func TestMailboxDomain(t *testing.T) {
	w := patient(t)
	c := w.Trial(t, "owner@customer.example", "")
	by := administration.Authority{Customer: c.Customer, Roles: c.User.Roles, Self: c.User.ID}
	as := func() op.Op {
		o := w.Op(string(c.User.ID))
		o.Actor.Kind = op.CustomerUser
		return o
	}
	users := make([]customer.UserID, 4)
	for i := range users {
		made, err := administration.CreateUser(t.Context(), w.Table, by, customer.UserDraft{Name: "Jan", Mail: fmt.Sprintf("user%d@customer.example", i), Language: "pl"}, as())
		if err == nil {
			_, err = administration.SetLicenses(t.Context(), w.Table, by, made, []string{string(c.First().ID)}, as())
		}
		if err != nil {
			t.Fatal(err)
		}
		users[i] = made.ID
	}
	var set, refused atomic.Int64
	for n := range fixture.Full(10, 500) {
		domain := fmt.Sprintf("d%d.example", n)
		fixture.Verified(t, w.Table, by, as(), domain)
		remove := func() error {
			d, err := w.Domains().CustomerDomain(t.Context(), c.Customer.ID, customer.DomainName(domain))
			if err != nil {
				return err
			}
			return administration.RemoveDomain(t.Context(), w.Domains(), by, d, as())
		}
		r := &recorder{started: time.Now()}
		at(len(users)+1, func(i int) {
			if i == len(users) {
				for range rand.IntN(4) { // so that the removal comes at another point of the others each time
					_, _ = w.Table.CustomerUser(t.Context(), users[0])
				}
				for range 2 {
					r.call(i, "remove", func() said { return tell(remove(), "") })
					r.call(i, "prove", func() said { fixture.Verified(t, w.Table, by, as(), domain); return tell(nil, "") })
				}
				return
			}
			for turn := range 4 {
				r.call(i, "set", func() said {
					o := as()
					err := op.RetryStale(func() error {
						u, err := w.Table.CustomerUser(t.Context(), users[i])
						if err == nil {
							_, err = administration.SetMailbox(t.Context(), w.Table, by, u, customer.MailboxDraft{Address: fmt.Sprintf("m%d-%d@%s", i, turn, domain)}, o)
						}
						return err
					})
					switch {
					case err == nil:
						set.Add(1)
					case fault.Is(err, fault.DomainUnverified):
						refused.Add(1)
					}
					return tell(err, "")
				})
			}
		})
		judge(t, addressed, r.history)
		if err := remove(); err != nil { // for the next, as a customer has few
			t.Fatal(err)
		}
	}
	t.Logf("%d set, %d refused", set.Load(), refused.Load())
	if set.Load() == 0 || refused.Load() == 0 {
		t.Error("the removals raced nothing")
	}
	intact(t, w)
}
