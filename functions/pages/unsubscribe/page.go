// Package unsubscribe stops invitations, offers and reminders to one address, and starts them again. Receipts and account mail stay.
package unsubscribe

import (
	"context"
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	Invitation(ctx context.Context, i invitation.ID, fresh bool) (invitation.Invitation, error)
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

// open finds whose mail the link stops. Links of older mails count too: whoever wants no more mail must not look for the newest.
func (p unsubscribePage) open(v *site.Visit) (invitation.Invitation, string, error) {
	notFound := fault.New(fault.NotFound, "not_found")
	if _, err := v.Catalogue(); err != nil {
		return invitation.Invitation{}, "", err
	}
	v.Speak()
	text, secret, ok := token.Split(v.R.PathValue("token"))
	id, err := invitation.Parse(text)
	if !ok || err != nil {
		return invitation.Invitation{}, "", notFound
	}
	inv, err := p.table.Invitation(v.R.Context(), id, false)
	if err != nil {
		return inv, "", err
	}
	if token.Look(inv.Stops, token.Unsubscribe, secret, inv.Generation) == token.Unknown {
		return inv, "", notFound
	}
	v.Speak(inv.Language)
	return inv, secret, nil
}

func (p unsubscribePage) opened(v *site.Visit, err error) error {
	if !fault.Is(err, "not_found") {
		return err
	}
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.DeadUnknownTitle(), Text: []string{v.Words.DeadUnknownText(), v.Words.DeadUnknownNext()}})
}

func (p unsubscribePage) show(v *site.Visit) error {
	inv, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	reason, err := p.table.Suppressed(v.R.Context(), inv.Mail)
	if err != nil {
		return err
	}
	w := v.Words
	m := site.Message{Title: w.UnsubscribeTitle(), Text: []string{w.UnsubscribeText(inv.Mail), w.UnsubscribeStays()}}
	button := func(text, step string) *site.Button {
		return &site.Button{Text: text, Value: step, Token: site.Token(secret, step, string(inv.ID))}
	}
	switch reason {
	case "":
		m.Button = button(w.UnsubscribeStop(), stop)
		if v.R.URL.Query().Get("done") != "" {
			m.Notice = &page.Notice{Success: true, Text: w.UnsubscribeStarted(inv.Mail)}
		}
	case dynamo.Unsubscribed:
		m.Title, m.Text = w.UnsubscribeStoppedTitle(), []string{w.UnsubscribeStopped(inv.Mail), w.UnsubscribeStays()}
		m.Button = button(w.UnsubscribeStart(), start)
	default:
		m.Title, m.Text = w.UnsubscribeStoppedTitle(), []string{w.UnsubscribeRefused(inv.Mail), w.UnsubscribeStays()}
	}
	return v.Say(http.StatusOK, m)
}

func (p unsubscribePage) decide(v *site.Visit) error {
	inv, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	step := v.Form("action")
	if oneClick(v.R) {
		step = stop
	} else if err := v.Posted(secret, step, string(inv.ID)); err != nil {
		return err
	}
	o := v.As(inv.ID)
	happened := func(kind string) event.Event {
		return event.New(o, event.Invitation(string(inv.ID)), event.Of(kind, string(inv.ID)))
	}
	switch step {
	case stop:
		err = p.table.Suppress(v.R.Context(), inv.Mail, dynamo.Unsubscribed, happened("recipient.unsubscribed"), o)
	case start:
		err = p.table.Unsuppress(v.R.Context(), inv.Mail, happened("recipient.resubscribed"), o)
	default:
		return fault.New(fault.Forbidden, "form_expired")
	}
	if err != nil && !fault.Is(err, "address_refuses_mail") { // the page says that a bounce or complaint stands
		return err
	}
	if oneClick(v.R) { // never a redirect (RFC 8058, 3.1)
		w := v.Words
		return v.Say(http.StatusOK, site.Message{Title: w.UnsubscribeStoppedTitle(), Text: []string{w.UnsubscribeStopped(inv.Mail), w.UnsubscribeStays()}})
	}
	return v.Redirect(v.R.URL.EscapedPath() + "?done=1")
}
