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
	"liaison/shared/site"
	"liaison/shared/suppression"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	Invitation(ctx context.Context, i invitation.ID, fresh bool) (invitation.Invitation, error)
	CustomerUser(ctx context.Context, u customer.UserID) (customer.User, error)
	suppression.Store
	Suppression(ctx context.Context, address string) (suppression.Suppression, error)
}

type unsubscribePage struct{ table Table }

// Own is where a person who is signed in stops the mails to the own address, or starts them again.
const Own = "/account/mail"

// Page serves /unsubscribe/{token} for who holds the link of a mail, and /account/mail for who is signed in: GET shows how it stands, POST
// stops the mails or starts them again, whatever stopped them.
// A mail program's one-click POST (RFC 8058) carries neither cookie nor form token: it can only stop.
func Page(env boot.Env, table Table) http.Handler {
	p := unsubscribePage{table}
	own := site.Route{Path: Own, Get: site.SignedIn(table, p.showOwn), Post: site.SignedIn(table, p.decideOwn)}
	return site.New(env, table, own, site.Route{Path: "/unsubscribe/{token}", Get: p.show, Post: p.decide, FromMail: oneClick})
}

// oneClick says whether a mail program posts, in any form that it may have (RFC 8058, 3.2, and programs that send no body at all). Our own
// form always has fields, its token among them.
func oneClick(r *http.Request) bool {
	return len(r.PostForm) == 0 || r.PostForm.Get("List-Unsubscribe") == "One-Click"
}

// The steps of the form.
const (
	stop  = "stop"
	start = "start"
	lift  = "lift" // start them again although a mail came back, or was called unwanted
)

// recipient is whose mail a link stops.
type recipient struct {
	id, mail, language string
	country            string // whose calendar dates are shown by; empty for UTC
	tenant             event.Tenant
	stops              []token.Kept
	generation         int
}

// read finds the recipient behind an id: an invitation's, or a customer's user who gets reminders. Any other id is NotFound.
func (p unsubscribePage) read(ctx context.Context, id string) (recipient, error) {
	if owner, _, ok := customer.Under("usr", id); ok {
		u, err := p.table.CustomerUser(ctx, customer.UserID(id))
		return recipient{id, u.Mail, u.Language, "", event.Customer(string(owner)), u.Stops, customer.StopsGeneration}, err
	}
	of, err := invitation.Parse(id)
	if err != nil {
		return recipient{}, err
	}
	inv, err := p.table.Invitation(ctx, of, false)
	return recipient{id, inv.Mail, inv.Language, "", event.Invitation(id), inv.Stops, inv.Generation}, err
}

// open finds whose mail the link stops. Links of older mails count too: whoever wants no more mail must not look for the newest.
func (p unsubscribePage) open(v *site.Visit) (recipient, string, error) {
	notFound := fault.NotFound
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
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.UnavailableUnknownTitle(), Text: []string{v.Words.UnavailableUnknownText(), v.Words.UnavailableUnknownNext()}})
}

func (p unsubscribePage) show(v *site.Visit) error {
	to, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	return p.render(v, to, secret, nil)
}

// own returns the signed-in person as a recipient.
func own(who site.Signed) recipient {
	to := recipient{id: who.ID, mail: who.Mail, country: who.Customer.Country, tenant: event.Vendor()}
	switch {
	case who.OfCustomer():
		to.tenant = event.Customer(string(who.Customer.ID))
	case who.OfPartner():
		to.tenant, to.country = event.Partner(string(who.Partner.ID)), who.Partner.Country
	}
	return to
}

func (p unsubscribePage) showOwn(v *site.Visit, who site.Signed) error {
	return p.render(v, own(who), who.Secret, &page.Link{URL: "/account", Text: v.Words.FrameAccount()})
}

// render shows how it stands with an address: what stopped its mails, and when, and the one button that changes it.
func (p unsubscribePage) render(v *site.Visit, to recipient, secret string, back *page.Link) error {
	s, err := p.table.Suppression(v.R.Context(), dynamo.AddressHash(to.mail))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	w := v.Words
	m := site.Message{Title: w.UnsubscribeStoppedTitle(), Back: back}
	button := func(text, step string) *site.Button {
		return &site.Button{Text: text, Value: step, Token: site.Token(secret, step, to.id)}
	}
	switch s.Reason {
	case "":
		m.Title, m.Text = w.UnsubscribeTitle(), []string{w.UnsubscribeText(textinput.ShownMail(to.mail))}
		m.Button = button(w.UnsubscribeStop(), stop)
		if v.R.URL.Query().Get("done") != "" {
			m.Notice = &page.Notice{Success: true, Text: w.UnsubscribeStarted(textinput.ShownMail(to.mail))}
		}
	case suppression.Unsubscribed:
		m.Kind, m.Icon, m.Text = "good", "check", []string{w.UnsubscribeStopped(textinput.ShownMail(to.mail))}
		m.Button = button(w.UnsubscribeStart(), start)
	default:
		m.Kind, m.Icon = "warn", "alert"
		for _, cause := range s.Causes {
			switch on := w.Date(v.In(cause.At, to.country)); cause.Reason {
			case suppression.Bounced:
				m.Text = append(m.Text, w.UnsubscribeBounced(textinput.ShownMail(to.mail), on))
			case suppression.Complaint:
				m.Text = append(m.Text, w.UnsubscribeComplained(textinput.ShownMail(to.mail), on))
			}
		}
		m.Text = append(m.Text, w.UnsubscribeAgain())
		m.Button = button(w.UnsubscribeStart(), lift)
	}
	m.Text = append(m.Text, w.UnsubscribeStays())
	return v.Say(http.StatusOK, m)
}

func (p unsubscribePage) decide(v *site.Visit) error {
	to, secret, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	o := v.Op
	o.Actor = op.Actor{Kind: op.Visitor, ID: to.id}
	if oneClick(v.R) { // never a redirect (RFC 8058, 3.1)
		if err := p.apply(v, to, stop, o); err != nil {
			return err
		}
		w := v.Words
		return v.Say(http.StatusOK, site.Message{Kind: "good", Icon: "check", Title: w.UnsubscribeStoppedTitle(), Text: []string{w.UnsubscribeStopped(textinput.ShownMail(to.mail)), w.UnsubscribeStays()}})
	}
	return p.pressed(v, to, secret, o)
}

func (p unsubscribePage) decideOwn(v *site.Visit, who site.Signed) error {
	return p.pressed(v, own(who), who.Secret, v.By(who))
}

// pressed does what the button of a form says and shows how it stands then.
func (p unsubscribePage) pressed(v *site.Visit, to recipient, secret string, o op.Op) error {
	step := v.Form("action")
	if err := v.Posted(secret, step, to.id); err != nil {
		return err
	}
	if err := p.apply(v, to, step, o); err != nil {
		return err
	}
	return v.Redirect(v.R.URL.EscapedPath() + "?done=1")
}

func (p unsubscribePage) apply(v *site.Visit, to recipient, step string, o op.Op) (err error) {
	address := dynamo.AddressHash(to.mail)
	happened := func(subject string, what event.Typed) event.Event {
		return event.New(o, to.tenant, event.Of(subject, what))
	}
	switch step {
	case stop:
		_, err = suppression.Stop(v.R.Context(), p.table, address, suppression.Unsubscribed, happened(to.id, event.UnsubscribedEvent{}), o)
	case start:
		err = suppression.LiftOwn(v.R.Context(), p.table, address, happened(to.id, event.ResubscribedEvent{}), o)
	case lift:
		err = suppression.Lift(v.R.Context(), p.table, address, happened(address, event.SuppressionLiftedEvent{}), o)
	default:
		return fault.FormExpired
	}
	if fault.Is(err, fault.AddressRefusesMail) || fault.Is(err, fault.NotFound) { // the page says how it stands now
		return nil
	}
	return err
}
