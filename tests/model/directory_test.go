package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// TestOnBehalf lets a partner's people create users of a customer while the customer ends the administration or lowers it, and gives it again: no
// user is made on behalf after that and before the next yes.
func TestOnBehalf(t *testing.T) {
	w := patient(t)
	actor := administratorOf(t, w)
	company, err := w.Table.Partner(t.Context(), w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	claim := administration.Claim{Partner: company, Access: partner.Full}
	var acted, refused atomic.Int64
	for n := range fixture.Full(10, 500) {
		mail := fmt.Sprintf("owner%d@customer.example", n)
		c := w.Trial(t, mail, "")
		if first := prepare(t, w, mail, c.User.ID, offer.RoleFull, "").say(t, w.Op("owner")); first.word != "done" {
			t.Fatal(first)
		}
		again := prepare(t, w, mail, c.User.ID, offer.RoleFull, "")
		const people = 5
		address := func(i int) string { return fmt.Sprintf("user%d-%d@customer.example", n, i) }
		r := &recorder{started: time.Now()}
		revoked := make(chan struct{})
		slow := over(w, held{revoked})
		at(people+1, func(i int) {
			if i == people {
				for range rand.IntN(4) { // so that the revoke comes at another point of the acts each time
					_, _, _ = w.Table.Relationship(t.Context(), c.Customer.ID, w.Partner)
				}
				o := w.Op(string(c.User.ID))
				o.Actor.Kind = op.CustomerUser
				less := n%3 == 2
				r.call(i, deed{what: "revoke"}, func() said {
					change := relationship.EndGrant
					if less {
						change = relationship.LowerGrant
					}
					_, err := change(t.Context(), w.Table, c.Customer.ID, w.Partner, relationship.ByCustomer, "", o)
					return tell(err, "")
				})
				for one := range people {
					r.call(i, deed{"look", address(one)}, func() said {
						found, _, err := w.Table.FindCustomerUsers(t.Context(), c.Customer.ID, address(one), func(customer.User) bool { return true }, dynamo.Page{Limit: 1})
						return tell(err, map[bool]string{true: string(subscription.Cancelled)}[len(found) > 0])
					})
				}
				close(revoked)
				if n%2 == 0 && !less {
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
				r.call(i, deed{"act", address(i)}, func() said {
					stands, err := table.Administration(t.Context(), c.Customer.ID, w.Partner)
					var by administration.Authority
					if err == nil {
						by, err = claim.Over(stands, o.At)
					}
					if err == nil {
						_, err = administration.CreateUser(t.Context(), table, by, customer.UserDraft{Name: "Jan", Mail: address(i), Language: "pl"}, o)
					}
					switch {
					case err == nil:
						acted.Add(1)
					case fault.Is(err, fault.Forbidden):
						refused.Add(1)
					case fault.Is(err, fault.AddressTaken):
						return said{"subscription_not_trialing", ""} // as the model has what was done before
					}
					return tell(err, "")
				})
			}
		})
		judge(t, grant, r.history)
	}
	t.Logf("%d users made before a revoke, %d refused after one", acted.Load(), refused.Load())
	if acted.Load() == 0 || refused.Load() == 0 {
		t.Error("the revokes raced nothing")
	}
	intact(t, w)
}

// assigned is how many licences were bought, and who has one, one behind the other, sorted.
type assigned struct {
	bought int
	to     string
}

// hands is a call: give or take (a user's licence), order (so many), look.
type hands struct {
	what, user string
	licenses   int
}

// assignment starts from licencesBought, of which nobody has one.
var assignment = porcupine.Model{
	Init: func() any { return assigned{bought: licensesBought} },
	Step: func(state, input, output any) (bool, any) {
		is, in, out := state.(assigned), input.(hands), output.(said)
		if out.word == untouched {
			return true, is
		}
		to := strings.Fields(is.to)
		has := slices.Contains(to, in.user)
		with := func(users []string) assigned {
			slices.Sort(users)
			return assigned{is.bought, strings.Join(users, " ")}
		}
		switch in.what {
		case "give":
			given := is
			if !has {
				given = with(append(to, in.user))
			}
			switch out.word {
			case "done":
				return has || len(to) < is.bought, given
			case lost:
				if has || len(to) < is.bought {
					return true, given
				}
				return true, is
			}
			return out.word == "no_license_left" && !has && len(to) >= is.bought, is
		case "take":
			return out.word == "done" || out.word == lost, with(slices.DeleteFunc(to, func(u string) bool { return u == in.user }))
		case "order":
			switch out.word {
			case "done":
				return in.licenses >= len(to), assigned{in.licenses, is.to}
			case lost:
				if in.licenses >= len(to) {
					return true, assigned{in.licenses, is.to}
				}
				return true, is
			}
			return out.word == "licenses_assigned" && in.licenses < len(to), is
		}
		return out.word == lost || out.about == fmt.Sprintf("%d of %d", len(to), is.bought), is
	},
	DescribeState: func(state any) string { return fmt.Sprintf("%+v", state) },
}

const licensesBought = 3

// TestAssigned gives and takes the licences of one subscription while others are ordered: never are more given than there are, and the count is true.
func TestAssigned(t *testing.T) {
	w := patient(t)
	priced(t, w)
	var refused atomic.Int64
	for n := range fixture.Full(10, 500) {
		c := w.Trial(t, fmt.Sprintf("owner%d@customer.example", n), "")
		sub := c.First().ID
		if _, err := order.Buy(t.Context(), w.Table, consent.Visitor{User: c.User.ID}, order.Wish{
			Plan: w.Plan, Trial: sub, Licenses: licensesBought, Term: catalog.Month, Terms: "1", Keep: true,
		}, w.Op(string(c.User.ID))); err != nil {
			t.Fatal(err)
		}
		stands, err := w.Table.Administration(t.Context(), c.Customer.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		by, err := administration.Claim{User: c.User}.Over(stands, w.Op("owner").At)
		if err != nil {
			t.Fatal(err)
		}
		as := func() op.Op {
			o := w.Op(string(c.User.ID))
			o.Actor.Kind = op.CustomerUser
			return o
		}
		users := make([]customer.UserID, 5)
		for i := range users {
			made, err := administration.CreateUser(t.Context(), w.Table, by, customer.UserDraft{Name: "Jan", Mail: fmt.Sprintf("user%d-%d@customer.example", n, i), Language: "pl"}, as())
			if err != nil {
				t.Fatal(err)
			}
			users[i] = made.ID
		}
		r := &recorder{started: time.Now()}
		set := func(user customer.UserID, of ...string) said {
			o := as()
			err := op.RetryStale(func() error {
				u, err := w.Table.CustomerUser(t.Context(), user)
				if err == nil {
					_, err = administration.SetLicenses(t.Context(), w.Table, by, u, of, o)
				}
				return err
			})
			if fault.Is(err, fault.NoLicenseLeft) {
				refused.Add(1)
			}
			return tell(err, "")
		}
		at(len(users)+2, func(i int) {
			switch {
			case i < len(users):
				for range 2 {
					r.call(i, hands{what: "give", user: string(users[i])}, func() said { return set(users[i], string(sub)) })
					if rand.IntN(2) == 0 {
						r.call(i, hands{what: "take", user: string(users[i])}, func() said { return set(users[i]) })
					}
				}
			case i == len(users):
				for range 3 {
					licenses := 1 + rand.IntN(5)
					r.call(i, hands{what: "order", licenses: licenses}, func() said {
						_, err := subscription.ChangeLicenses(t.Context(), w.Table, c.Customer.ID, sub, licenses, 0, as())
						return tell(err, "")
					})
				}
			default:
				for range 3 {
					r.call(i, hands{what: "look"}, func() said {
						s, err := w.Table.StoredSubscription(t.Context(), sub)
						return tell(err, fmt.Sprintf("%d of %d", s.Licenses.Assigned, s.Licenses.Bought))
					})
				}
			}
		})
		judge(t, assignment, r.history)
	}
	t.Logf("%d licences refused", refused.Load())
	if refused.Load() == 0 {
		t.Error("nobody was refused a licence")
	}
	intact(t, w)
}

// owned is which customer has a domain, and which have it on their lists no more, one behind the other, sorted.
type owned struct{ by, gone string }

// claims is a call about the domain: verify or remove (a customer's), look.
type claims struct{ what, by string }

var ownership = porcupine.Model{
	Init: func() any { return owned{} },
	Step: func(state, input, output any) (bool, any) {
		is, in, out := state.(owned), input.(claims), output.(said)
		if out.word == untouched {
			return true, is
		}
		if in.what == "look" {
			return out.word == lost || out.about == is.by, is
		}
		gone := strings.Fields(is.gone)
		listed, next := !slices.Contains(gone, in.by), owned{in.by, is.gone}
		may := listed && (is.by == "" || is.by == in.by)
		if in.what == "remove" {
			may, next = listed, owned{is.by, strings.Join(slices.Sorted(slices.Values(append(gone, in.by))), " ")}
			if is.by == in.by {
				next.by = ""
			}
		}
		switch out.word {
		case "done":
			return may, next
		case lost:
			if may {
				return true, next
			}
			return true, is
		case "not_found":
			return !listed, is
		}
		return in.what == "verify" && out.word == "domain_taken" && is.by != "" && is.by != in.by, is
	},
	DescribeState: func(state any) string { return fmt.Sprintf("%+v", state) },
}

// TestDomain lets two customers verify one domain at once, each with its own record there, and remove it: it is one's at a time, and who removes it
// leaves it to the other.
func TestDomain(t *testing.T) {
	w := patient(t)
	var dns fixture.DNS
	customers := make([]administration.Authority, 2)
	for i := range customers {
		c := w.Trial(t, fmt.Sprintf("owner%d@customer.example", i), "")
		customers[i] = administration.Authority{Customer: c.Customer, Roles: c.User.Roles, Self: c.User.ID}
	}
	as := func(by administration.Authority) op.Op {
		o := w.Op(string(by.Self))
		o.Actor.Kind = op.CustomerUser
		return o
	}
	var refused atomic.Int64
	for n := range fixture.Full(15, 500) {
		name, records := fmt.Sprintf("d%d.example", n), []string{}
		for _, by := range customers {
			d, err := administration.AddDomain(t.Context(), w.Domains(), by, name, nil, as(by))
			if err != nil {
				t.Fatal(err)
			}
			at, value := d.Record()
			records = append(records, value)
			dns.Set(at, records...)
		}
		r := &recorder{started: time.Now()}
		does := func(i int, what string) {
			by := customers[i%2]
			o := as(by)
			r.call(i, claims{what, string(by.Customer.ID)}, func() said {
				err := op.RetryStale(func() error {
					d, err := w.Domains().CustomerDomain(t.Context(), by.Customer.ID, customer.DomainName(name))
					switch {
					case err != nil:
					case what == "remove":
						err = administration.RemoveDomain(t.Context(), w.Domains(), by, d, o)
					default:
						_, err = administration.VerifyDomain(t.Context(), w.Domains(), &dns, by, d, o)
					}
					return err
				})
				if fault.Is(err, fault.DomainTaken) {
					refused.Add(1)
				}
				return tell(err, "")
			})
		}
		at(5, func(i int) {
			if i == 4 {
				for range 4 {
					r.call(i, claims{what: "look"}, func() said {
						by, err := w.Table.CustomerWithDomain(t.Context(), customer.DomainName(name))
						if fault.Is(err, fault.Absent) {
							err = nil
						}
						return tell(err, string(by))
					})
				}
				return
			}
			does(i, "verify")
			if i < 2 && rand.IntN(2) == 0 {
				does(i, "remove")
			}
			does(i, "verify")
		})
		judge(t, ownership, r.history)
		for i := range customers { // for the next, as a customer has few
			does(i, "remove")
		}
	}
	t.Logf("%d refused the other's domain", refused.Load())
	if refused.Load() == 0 {
		t.Error("the two never met")
	}
	intact(t, w)
}
