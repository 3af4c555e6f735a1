// Package setpassword is where a mailed link sets a password: a new owner's, or one that was asked for anew.
package setpassword

import (
	"context"
	"embed"
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/password"
	"liaison/shared/person"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	person.Store
	Member(ctx context.Context, id person.ID) (access.Caller, error)
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

//go:embed password.html ask.html
var files embed.FS

var form, ask = page.Parse(files, "password.html"), page.Parse(files, "ask.html")

type passwordPage struct {
	table    Table
	accounts person.Accounts
}

// Page serves /set-password/{token}: GET shows the rules and the field, POST sets the password or asks for a new link.
func Page(env boot.Env, table Table, accounts person.Accounts) http.Handler {
	p := passwordPage{table, accounts}
	return site.New(env, table, site.Route{Path: "/set-password/{token}", Get: p.show, Post: p.post})
}

// held is a link as its holder opened it.
type held struct {
	user    person.Person
	company string
	country string
	kind    op.Kind
	secret  string
	path    string
	err     error // why it sets nothing now; nil where it does
}

// open reads whose link it is. A link that was never ours is NotFound, whatever exists.
func (p passwordPage) open(v *site.Visit) (held, error) {
	given := v.R.PathValue("token")
	text, secret, ok := token.Split(given)
	h := held{secret: secret, path: "/set-password/" + given}
	id := person.ID(text)
	kind, named := id.Kind()
	if !ok || !named {
		return h, fault.NotFound
	}
	h.kind = kind
	var err error
	if h.user, err = p.table.Person(v.R.Context(), id); err != nil {
		return h, err
	}
	h.err = h.user.MaySet(secret, v.Op.At)
	if f := fault.As(h.err); f != nil && !fault.Is(f, fault.Gone) {
		return h, h.err
	}
	if _, err := v.Catalogue(); err != nil {
		return h, err
	}
	who, err := p.table.Member(v.R.Context(), id)
	if err != nil {
		return h, err
	}
	h.company, h.country = who.Company()
	v.Speak(h.user.Language)
	return h, nil
}

func (p passwordPage) show(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.unknown(v, err)
	}
	if h.err != nil {
		return p.unavailable(v, h, nil)
	}
	return p.render(v, h, http.StatusOK, nil, typed{})
}

// unknown shows a link that was never ours as such.
func (p passwordPage) unknown(v *site.Visit, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if _, wrong := v.Catalogue(); wrong != nil {
		return wrong
	}
	v.Speak()
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.UnavailableUnknownTitle(), Text: []string{v.Words.UnavailableUnknownText(), v.Words.PasswordUnknownNext()}})
}

type body struct {
	Mail, Token string
	Rules       []string
	Password    page.Input
	Shown       bool
	Until       string
}

// typed is what stands in the field when the page is shown again: only where its reader asked to see what is typed.
type typed struct {
	shown    bool
	password string
}

// What the buttons do.
const (
	set   = "set"
	reset = "ask"
	show  = "show"
	hide  = "hide"
)

func (p passwordPage) render(v *site.Visit, h held, status int, errs page.Errors, in typed) error {
	w := v.Words
	frame := v.Frame(w.PasswordTitle())
	frame.Errors, frame.Narrow, frame.OwnTitle = errs, true, true
	return v.Render(form, status, frame, body{
		Mail: h.user.Mail, Token: site.Token(h.secret, "set-password", string(h.user.ID)), Shown: in.shown,
		Rules:    []string{w.PasswordRuleLength(person.MinPassword), w.PasswordRuleGuessed(), w.PasswordRulePhrase()},
		Until:    w.PasswordUntil(v.In(h.user.Password.EndsAt, h.country)),
		Password: field(w, in, errs),
	})
}

// field is where the password is typed. It is never sent back but to somebody who asked to see it, in a page that nobody keeps.
func field(w locale.Words, in typed, errs page.Errors) page.Input {
	f := page.Input{Name: "password", Label: w.PasswordLabel(), Error: errs.For("password"), Type: "password", Autocomplete: "new-password"}
	if in.shown {
		f.Type, f.Value = "text", in.password
	}
	return f
}

// asking is a link that sets nothing now, with the way to a new one.
type asking struct {
	Lead          string
	SignIn        bool // the password is set: there is another way on
	Token, Action string
	Mail          page.Input
}

// unavailable says why the link sets nothing now, and offers a new one to whoever knows the user's address; it goes there and nowhere else. The
// page never shows the address.
func (p passwordPage) unavailable(v *site.Visit, h held, errs page.Errors) error {
	w := v.Words
	title, lead := w.PasswordSupersededTitle(), w.PasswordSupersededText()
	used := fault.Is(h.err, fault.PasswordLinkUsed)
	switch {
	case v.R.URL.Query().Get("asked") != "":
		return v.Say(http.StatusOK, site.Message{Icon: "mail", Title: w.PasswordAskedTitle(), Text: []string{w.PasswordAskedText(person.PasswordMinutes)}})
	case used:
		title, lead = w.PasswordSetTitle(), w.PasswordSetText(v.In(h.user.Password.SetAt, h.country))
		if set := v.R.URL.Query().Get("set"); set != "" {
			return p.done(v, set == first)
		}
	case fault.Is(h.err, fault.PasswordLinkExpired):
		title, lead = w.PasswordExpiredTitle(), w.PasswordExpiredText(v.In(h.user.Password.EndsAt, h.country))
	}
	status := http.StatusGone
	if errs != nil {
		status = http.StatusUnprocessableEntity
	}
	frame := v.Frame(title)
	frame.Errors, frame.Narrow, frame.OwnTitle = errs, true, true
	return v.Render(ask, status, frame, asking{
		Lead: lead, SignIn: used, Token: site.Token(h.secret, "ask", string(h.user.ID)), Action: h.path,
		Mail: page.Input{
			Name: "email", Label: w.PasswordAskLabel(), Error: errs.For("email"), Type: "email", Autocomplete: "email",
		},
	})
}

// first marks the page after the first password of a user.
const first = "first"

// done says that the password is set and leads to the sign-in. That earlier sessions ended is said only where there was an earlier password.
func (p passwordPage) done(v *site.Visit, first bool) error {
	w := v.Words
	m := site.Message{
		Kind: "good", Icon: "check", Title: w.PasswordSetTitle(), Text: []string{w.PasswordSetNext()}, Links: []page.Link{{Text: w.SiteSignIn(), URL: "/sign-in"}},
	}
	if !first {
		m.Text = append(m.Text, w.PasswordSetNotice())
	}
	return v.Say(http.StatusOK, m)
}

// asksAnHour is how many new links one user may be sent in an hour, whoever asks. What is asked for other addresses counts for itself: it
// sends nothing, and must not stop who knows the right one.
const asksAnHour = 5

func (p passwordPage) post(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.unknown(v, err)
	}
	o := v.Op
	o.Actor = op.Actor{Kind: h.kind, ID: string(h.user.ID)}
	if v.Form("action") == reset {
		if err := v.Posted(h.secret, "ask", string(h.user.ID)); err != nil {
			return err
		}
		address := person.FoldLogin(v.Form("email"))
		if address == "" {
			return p.unavailable(v, h, page.Errors{{Field: "email", Text: v.Words.PasswordAskMissing()}})
		}
		rate, err := p.table.Count(v.R.Context(), "password", string(h.user.ID)+"#"+address, asksAnHour, time.Hour, v.Op.At)
		if err != nil {
			return err
		}
		if rate.Over {
			return fault.RateLimited.After(rate.Reset)
		}
		err = person.AskPassword(v.R.Context(), p.table, h.user.ID, h.secret, address, o)
		if err != nil && !fault.Is(err, fault.PasswordLinkCounts, fault.NotFound) { // the same answer for any address
			return err
		}
		return v.Redirect(h.path + "?asked=1")
	}
	if h.err != nil {
		return v.Redirect(h.path)
	}
	if err := v.Posted(h.secret, "set-password", string(h.user.ID)); err != nil {
		return err
	}
	in := typed{v.Form("action") == show || v.Form("shown") == "yes" && v.Form("action") != hide, v.R.PostForm.Get("password")}
	if v.Form("action") == show || v.Form("action") == hide {
		return p.render(v, h, http.StatusOK, nil, in)
	}
	if err = p.check(v, h, in.password); err == nil {
		err = person.SetPassword(v.R.Context(), p.table, p.accounts, h.user.ID, h.secret, in.password, o)
	}
	switch {
	case err == nil && h.user.Password.SetAt.IsZero():
		return v.Redirect(h.path + "?set=" + first)
	case err == nil:
		return v.Redirect(h.path + "?set=1")
	case fault.Is(err, fault.Gone):
		return v.Redirect(h.path) // pressed twice
	case fault.Is(err, fault.InProgress):
		return p.render(v, h, http.StatusConflict, page.Errors{{Field: "password", Text: v.Words.PasswordBusy(int(person.PasswordLease / time.Second))}}, in)
	case fault.Is(err, fault.Invalid):
		return p.render(v, h, http.StatusUnprocessableEntity, page.Errors{{Field: "password", Text: p.said(v, fault.As(err))}}, in)
	}
	return err
}

// check fails as CheckPassword does, and with Invalid on the field password where it is one of those that are guessed first: by anybody, or
// by who knows whose it is.
func (p passwordPage) check(v *site.Visit, h held, given string) error {
	if err := h.user.CheckPassword(given); err != nil {
		return err
	}
	if why := password.Guessed(given, h.user.Name, h.user.Mail, h.company, v.Frame("").Brand.Name); why != password.None {
		return fault.Refused.With(why).In("password")
	}
	return nil
}

// said names what is wrong with a password.
func (p passwordPage) said(v *site.Visit, wrong *fault.Fault) string {
	w := v.Words
	switch wrong.About {
	case password.Personal:
		return w.PasswordPersonalPart(v.Frame("").Brand.Name)
	case password.Common:
		return w.PasswordCommon()
	case password.Pattern:
		return w.PasswordPattern()
	}
	switch wrong.Code {
	case fault.Required:
		return w.PasswordMissing()
	case fault.TooShort:
		return w.PasswordShort(person.MinPassword)
	case fault.TooLong:
		return w.PasswordLong(person.MaxPassword)
	case fault.Personal:
		return w.PasswordPersonal()
	case fault.EdgeSpace:
		return w.PasswordEdgeSpace()
	}
	return w.PasswordRefused()
}
