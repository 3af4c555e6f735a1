package confirm

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/site"
	"liaison/shared/token"
)

// Memory is what a form that must not be carried out twice reads.
type Memory interface {
	Done(ctx context.Context, key string, at time.Time) (*op.Once, error)
}

// onceFor is how long a form that was sent is known again.
const onceFor = 24 * time.Hour

// Once is what a form does, for the person who is signed in. The form's own key, made by NewKey, makes it the same operation however often it
// is sent.
type Once struct {
	Op     op.Op
	By     consent.Visitor // what is recorded of the person; the key opens the receipt
	v      *site.Visit
	memory Memory
	key    string
}

// OpBy returns the operation of a step's form that carried the key: the same one however often the form is sent.
func OpBy(v *site.Visit, who site.Signed, step, key string) op.Op {
	o := v.By(who)
	name := op.Name("form", who.ID, step, key)
	o.ID = op.Name("once", name)
	o.Once = &op.Once{Key: name, Payload: step, Status: http.StatusSeeOther, EndsAt: o.At.Add(onceFor)}
	return o
}

// OnceBy returns what the form of a step does that carried the key, on the page of the path.
func OnceBy(v *site.Visit, memory Memory, who site.Signed, step, key, path string) Once {
	return Once{OpBy(v, who, step, key), Visitor(v, token.Derive(key, token.Receipt), customer.UserID(who.ID), path), v, memory, key}
}

// Before returns the id of what an earlier press made, empty where there was none.
func (o Once) Before() (string, error) {
	done, err := o.memory.Done(o.v.R.Context(), o.Op.Once.Key, o.Op.At)
	if err != nil || done == nil {
		return "", err
	}
	return done.Result, nil
}

// Receipt returns the path to the receipt of what an earlier press made, empty where there was none.
func (o Once) Receipt() (string, error) {
	made, err := o.Before()
	if made == "" {
		return "", err
	}
	return o.ReceiptOf(made), err
}

// Led leads to the receipt of what an earlier press of the same button made; false where there was none.
func (o Once) Led() (bool, error) {
	path, err := o.Receipt()
	if err != nil || path == "" {
		return false, err
	}
	return true, o.v.Redirect(path)
}

// Made returns the path to the receipt of what was made, by this press or by one of the same button at the same moment. It fails with err
// otherwise.
func (o Once) Made(made consent.Consent, err error) (string, error) {
	var replay *op.Replay
	switch {
	case err == nil:
		return o.ReceiptOf(string(made.ID)), nil
	case errors.As(err, &replay):
		return o.ReceiptOf(replay.Once.Result), nil
	}
	return "", err
}

// ReceiptOf is the path of the receipt of what was made.
func (o Once) ReceiptOf(made string) string {
	return "/receipts/" + token.Join(made, o.By.Secret)
}

// NewKey returns a fresh key for a form.
func NewKey(v *site.Visit) string { return v.Op.IDs.Secret() }

// Key returns a key that a form or an address carries, empty where it is none of NewKey's.
func Key(given string) string {
	if _, key, ok := token.Split("key_" + given); ok {
		return key
	}
	return ""
}

// Visitor is what is recorded of whoever decides: the secret opens the receipt, user is empty for a visitor, path for an answer to an offer, which
// has one page.
func Visitor(v *site.Visit, secret string, user customer.UserID, path string) consent.Visitor {
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
