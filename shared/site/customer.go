package site

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/plain"
	"liaison/shared/token"
)

// Customers lets only people of a customer through who have a right; the others get a page that says who has it.
func Customers(table Sessions, right access.Right, step func(*Visit, Signed) error) func(*Visit) error {
	return SignedIn(table, func(v *Visit, who Signed) error {
		w := v.Words
		switch {
		case !who.OfCustomer():
			return v.Say(http.StatusForbidden, Message{Title: w.AccountElsewhereTitle(), Text: []string{w.AccountElsewhereText(who.Name, plain.ShownMail(who.Mail))}})
		case !access.Has(who.Caller, right):
			return v.Say(http.StatusForbidden, Message{
				Title: w.CustomerRoleTitle(), Text: []string{w.CustomerRoleText(plain.ShownMail(who.Mail)), v.WhoMay(who, right)},
				Back: &page.Link{URL: "/account", Text: w.FrameAccount()},
			})
		}
		return step(v, who)
	})
}

// WhoMay says which people of a customer have a right.
func (v *Visit) WhoMay(who Signed, right access.Right) string {
	if right == access.Buy || right == access.SetPartnerOfRecord {
		return v.Words.CustomerRoleBilling(who.Customer.Name)
	}
	return v.Words.CustomerRoleAny(who.Customer.Name)
}

// CannotOrder says why a customer that can only be read orders nothing, and whom to ask; empty where it can order.
func (v *Visit) CannotOrder(c customer.Customer) string {
	if c.Status == customer.Active {
		return ""
	}
	vendor := v.Vendor()
	var ways []string
	for _, way := range []string{plain.ShownMail(vendor.HelpMail), vendor.HelpPhone, vendor.HelpHours} {
		if way != "" {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return v.Words.BuyReadOnly(vendor.Name)
	}
	return v.Words.BuyReadOnly(vendor.Name + " (" + strings.Join(ways, ", ") + ")")
}

// Memory is what a form that must not do its deed twice reads.
type Memory interface {
	Done(ctx context.Context, key string, at time.Time) (*op.Once, error)
}

// onceFor is how long a form that was sent is known again.
const onceFor = 24 * time.Hour

// Once returns the operation of a form as done by the person who is signed in. The form's own key, made by NewKey, makes it the same
// operation however often it is sent: Before finds what the first one made.
func (v *Visit) Once(who Signed, step, key string) op.Op {
	o := v.By(who)
	name := op.Name("form", who.ID, step, key)
	o.ID = op.Name("once", name)
	o.Once = &op.Once{Key: name, Payload: step, Status: http.StatusSeeOther, EndsAt: o.At.Add(onceFor)}
	return o
}

// Before returns the id of what an operation of Once made before, empty where it was not done yet.
func (v *Visit) Before(table Memory, o op.Op) (string, error) {
	done, err := table.Done(v.R.Context(), o.Once.Key, o.At)
	if err != nil || done == nil {
		return "", err
	}
	return done.Result, nil
}

// NewKey returns a fresh key for a form.
func (v *Visit) NewKey() string { return v.Op.IDs.Secret() }

// Key returns a key that a form or an address carries, empty where it is none of NewKey's.
func Key(given string) string {
	if _, key, ok := token.Split("key_" + given); ok {
		return key
	}
	return ""
}

// ReceiptPath is where the receipt of an act stands whose form carried the key.
func ReceiptPath(made, key string) string {
	return "/receipts/" + token.Join(made, token.Derive(key, token.Receipt))
}

// Deciding is what is recorded of a signed-in person who decides on a page without an offer; the form's key opens the receipt.
func (v *Visit) Deciding(who Signed, key, path string) consent.Visitor {
	return v.Decider(token.Derive(key, token.Receipt), customer.UserID(who.ID), path)
}

// Decider is what is recorded of whoever decides: user is empty for a visitor, path for an answer to an offer, which has one page.
func (v *Visit) Decider(secret string, user customer.UserID, path string) consent.Visitor {
	return consent.Visitor{
		Secret: secret, User: user, Address: gateway.ClientAddress(v.R), Browser: browser(v.R.UserAgent()),
		Language: string(v.Words.Language()), Page: path,
	}
}

// browser returns a User-Agent bounded and printable.
func browser(said string) string {
	const most = 400
	said = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, said)
	return said[:min(len(said), most)]
}

// ULID returns the last part of an id, by which addresses name what is the customer's own.
func ULID(of string) string { return of[strings.LastIndexByte(of, '_')+1:] }

// Made says whether the text is the last part of an id.
func Made(text string) bool { return id.Made(text, 26) }
