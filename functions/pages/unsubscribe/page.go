// Package unsubscribe stops invitations, offers and reminders to one address, and starts them again. Receipts and account mail stay.
package unsubscribe

import (
	"context"
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/plain"
	"liaison/shared/site"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	Invitation(ctx context.Context, i invitation.ID, fresh bool) (invitation.Invitation, error)
	CustomerUser(ctx context.Context, u customer.UserID) (customer.User, error)
	Suppressed(ctx context.Context, mail string) (string, error)
	Suppress(ctx context.Context, mail, reason string, happened event.Event, o op.Op) error
	Unsuppress(ctx context.Context, mail string, happened event.Event, o op.Op) error
}

type unsubscribePage struct{ table Table }

// Page serves /unsubscribe/{token}: GET shows how it stands, POST stops the mails or starts them again.
// A mail program's one-click POST (RFC 8058) carries neither cookie nor form token: it can only stop.
func Page(env boot.Env, table Table) http.Handler {
	p := unsubscribePage{table}
	return site.New(env, table, site.Route{Path: "/unsubscribe/{token}", Get: p.show, Post: p.decide, FromMail: oneClick})
}

func oneClick(r *http.Request) bool { return r.PostForm.Get("List-Unsubscribe") == "One-Click" }

// The steps of the form.
const (
	stop  = "stop"
	start = "start"
)

// recipient is whose mail a link stops.
type recipient struct {
	id, mail, language string
	tenant             event.Tenant
	stops              []token.Kept
	generation         int
}

// read finds the recipient behind an id: an invitation's, or a customer's user who gets reminders. Any other id is NotFound.
func (p unsubscribePage) read(ctx context.Context, id string) (recipient, error) {
	if owner, _, ok := customer.Under("usr", id); ok {
		u, err := p.table.CustomerUser(ctx, customer.UserID(id))
		return recipient{id, u.Mail, u.Language, event.Customer(string(owner)), u.Stops, customer.StopsGeneration}, err
	}
	of, err := invitation.Parse(id)
	if err != nil {
		return recipient{}, err
	}
	inv, err := p.table.Invitation(ctx, of, false)
	return recipient{id, inv.Mail, inv.Language, event.Invitation(id), inv.Stops, inv.Generation}, err
}

// open finds whose mail the link stops. Links of older mails count too: whoever wants no more mail must not look for the newest.
func (p unsubscribePage) open(v *site.Visit) (recipient, string, error) {
	notFound := fault.New(fault.NotFound, "not_found")
	if _, err := v.Catalogue(); err != nil {
		return recipient{}, "", err
	}
	v.Speak()
	id, secret, ok := token.Split(v.R.PathValue("token"))
	if !ok {
		return recipient{}, "", notFound
	}
	to, err := p.read(v.R.Context(), id)
	if err != nil {
		return to, "", err
	}
	if token.Look(to.stops, token.Unsubscribe, secret, to.generation) == token.Unknown {
		return to, "", notFound
	}
	v.Speak(to.language)
	return to, secret, nil
}

func (p unsubscribePage) opened(v *site.Visit, err error) error {
	if !fault.Is(err, "not_found") {
		return err
	}
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.DeadUnknownTitle(), Text: []string{v.Words.DeadUnknownText(), v.Words.DeadUnknownNext()}})
}

func (p unsubscribePage) show(v *site.Visit) error {
	to, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	reason, err := p.table.Suppressed(v.R.Context(), to.mail)
	if err != nil {
		return err
	}
	w := v.Words
	m := site.Message{Title: w.UnsubscribeTitle(), Text: []string{w.UnsubscribeText(plain.ShownMail(to.mail)), w.UnsubscribeStays()}}
	button := func(text, step string) *site.Button {
		return &site.Button{Text: text, Value: step, Token: site.Token(secret, step, to.id)}
	}
	switch reason {
	case "":
		m.Button = button(w.UnsubscribeStop(), stop)
		if v.R.URL.Query().Get("done") != "" {
			m.Notice = &page.Notice{Success: true, Text: w.UnsubscribeStarted(plain.ShownMail(to.mail))}
		}
	case dynamo.Unsubscribed:
		m.Title, m.Text = w.UnsubscribeStoppedTitle(), []string{w.UnsubscribeStopped(plain.ShownMail(to.mail)), w.UnsubscribeStays()}
		m.Button = button(w.UnsubscribeStart(), start)
	default:
		m.Title, m.Text = w.UnsubscribeStoppedTitle(), []string{w.UnsubscribeRefused(plain.ShownMail(to.mail)), w.UnsubscribeStays()}
	}
	return v.Say(http.StatusOK, m)
}

func (p unsubscribePage) decide(v *site.Visit) error {
	to, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	step := v.Form("action")
	if oneClick(v.R) {
		step = stop
	} else if err := v.Posted(secret, step, to.id); err != nil {
		return err
	}
	o := v.Op
	o.Actor = op.Actor{Kind: op.Visitor, ID: to.id}
	happened := func(kind string) event.Event {
		return event.New(o, to.tenant, event.Of(kind, to.id))
	}
	switch step {
	case stop:
		err = p.table.Suppress(v.R.Context(), to.mail, dynamo.Unsubscribed, happened("recipient.unsubscribed"), o)
	case start:
		err = p.table.Unsuppress(v.R.Context(), to.mail, happened("recipient.resubscribed"), o)
	default:
		return fault.New(fault.Forbidden, "form_expired")
	}
	if err != nil && !fault.Is(err, "address_refuses_mail") { // the page says that a bounce or complaint stands
		return err
	}
	if oneClick(v.R) { // never a redirect (RFC 8058, 3.1)
		w := v.Words
		return v.Say(http.StatusOK, site.Message{Title: w.UnsubscribeStoppedTitle(), Text: []string{w.UnsubscribeStopped(plain.ShownMail(to.mail)), w.UnsubscribeStays()}})
	}
	return v.Redirect(v.R.URL.EscapedPath() + "?done=1")
}
