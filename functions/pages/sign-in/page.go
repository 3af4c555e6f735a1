// Package signin is where people sign in and out: code + PKCE with the configured OpenID provider, then a session of our own that ends
// at once when the table says so (infra/design/trust.md, rule 19).
package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	SignIn(ctx context.Context, issuer, subject, mail, secret, was string, o op.Op) (access.Caller, error)
	SignOut(ctx context.Context, secret string, o op.Op) error
}

const (
	signInPath   = "/sign-in"
	callbackPath = "/sign-in/callback"
	signOutPath  = "/sign-out"
	startPath    = "/account" // where a sign-in ends that was not on its way elsewhere
)

type signInPage struct {
	table  Table
	issuer *issuer
}

// Page serves /sign-in, /sign-in/callback and /sign-out. GET of the callback starts a session: one of the two exceptions to "GET
// writes nothing" (infra/design/pages.md, "Pages").
func Page(env boot.Env, table Table) http.Handler {
	p := signInPage{table, open(env)}
	return site.New(
		env, table,
		site.Route{Path: signInPath, Get: p.begin},
		site.Route{Path: callbackPath, Get: p.finish},
		site.Route{Path: signOutPath, Get: p.ask, Post: p.signOut},
	)
}

// attempt is one sign-in on its way, kept in a cookie of its own: two tabs don't disturb each other.
type attempt struct{ State, Nonce, Verifier, Return string }

// attemptFor is how long a sign-in may take.
const attemptFor = 15 * time.Minute

func cookieOf(state string) string { return "sign_in_" + state }

// safe returns a path of this site, or the start where it is none, or leads back into signing in and out.
func safe(back string) string {
	u, err := url.Parse(back)
	if err != nil || page.PathURL(back) == "" || strings.ContainsAny(back, "\\\r\n\t") || u.Path == signInPath || u.Path == callbackPath || u.Path == signOutPath {
		return startPath
	}
	return back
}

// begin leads to the issuer. A person who is signed in already goes on at once.
func (p signInPage) begin(v *site.Visit) error {
	back := safe(v.R.URL.Query().Get("return"))
	who, err := v.Signed(p.table)
	if err != nil {
		return err
	}
	if who.In() && v.R.URL.Query().Get("as") != "other" {
		return v.Redirect(back)
	}
	secret := v.Op.IDs.Secret
	a := attempt{State: secret(), Nonce: secret(), Verifier: secret() + secret(), Return: back}
	to, err := p.issuer.begin(v.R.Context(), a, string(v.Words.Language()))
	if err != nil {
		return err
	}
	kept, err := json.Marshal(a)
	if err != nil {
		return err
	}
	page.SetCookie(v.W, cookieOf(a.State), base64.RawURLEncoding.EncodeToString(kept), attemptFor)
	v.W.Header().Set("Location", to) // the issuer's address is configuration, nothing of the request
	v.W.WriteHeader(http.StatusSeeOther)
	return nil
}

// attempted returns the sign-in that this browser began with a state; false where it began none.
func attempted(v *site.Visit, state string) (attempt, bool) {
	var a attempt
	if !made(state) {
		return a, false
	}
	kept, err := base64.RawURLEncoding.DecodeString(page.Cookie(v.R, cookieOf(state)))
	if err != nil || json.Unmarshal(kept, &a) != nil || a.State != state || a.Nonce == "" || a.Verifier == "" {
		return attempt{}, false
	}
	a.Return = safe(a.Return) // the cookie is the browser's: its owner may have written it
	return a, true
}

// made says whether a text has the form of our states, so that nothing else gets into a cookie's name.
func made(state string) bool {
	return len(state) == len("00000000000000000000000000") && strings.Trim(state, "0123456789abcdefghjkmnpqrstvwxyz") == ""
}

// finish is where the issuer sends people back to: the code becomes a session with a secret of its own.
func (p signInPage) finish(v *site.Visit) error {
	query := v.R.URL.Query()
	a, ok := attempted(v, query.Get("state"))
	if !ok {
		return p.say(v, http.StatusForbidden, v.Words.SignInLostTitle(), startPath, v.Words.SignInLostText())
	}
	page.DropCookie(v.W, cookieOf(a.State))
	if query.Get("error") != "" || query.Get("code") == "" {
		return p.say(v, http.StatusForbidden, v.Words.SignInRefusedTitle(), a.Return, v.Words.SignInRefusedText())
	}
	who, err := p.issuer.finish(v.R.Context(), a, query.Get("code"))
	if errors.Is(err, errRefused) {
		v.Env.Log.Warn("sign-in refused", "request_id", v.Op.RequestID, "error", err.Error())
		return p.say(v, http.StatusForbidden, v.Words.SignInRefusedTitle(), a.Return, v.Words.SignInRefusedText())
	}
	if errors.Is(err, errUnsaid) {
		v.Env.Log.Warn("sign-in refused", "request_id", v.Op.RequestID, "error", err.Error())
		return p.say(v, http.StatusForbidden, v.Words.SignInUnsaidTitle(), a.Return, v.Words.SignInUnsaidText())
	}
	if err != nil {
		return err
	}
	if who.Mail == "" {
		return p.say(v, http.StatusForbidden, v.Words.SignInUnverifiedTitle(), a.Return, v.Words.SignInUnverifiedText())
	}
	secret := v.Op.IDs.Secret()
	o := v.Op
	o.Actor = op.Actor{Kind: op.Visitor, ID: "sign-in"}
	_, err = p.table.SignIn(v.R.Context(), who.Issuer, who.Subject, who.Mail, secret, page.Cookie(v.R, site.SessionCookie), o)
	switch {
	case fault.Is(err, fault.UnknownCaller):
		return p.say(v, http.StatusForbidden, v.Words.SignInUnknownTitle(), a.Return, v.Words.SignInUnknownText(textinput.ShownMail(who.Mail)), v.Words.SignInUnknownNext())
	case fault.Is(err, fault.CallerDisabled):
		return p.say(v, http.StatusForbidden, v.Words.SignInDisabledTitle(), a.Return, v.Words.SignInDisabledText(textinput.ShownMail(who.Mail)))
	case err != nil:
		return err
	}
	page.SetCookie(v.W, site.SessionCookie, secret, 0)
	return v.Redirect(a.Return)
}

// say tells why nobody is signed in, with a way to try again that ends where this one should have.
func (p signInPage) say(v *site.Visit, status int, title, back string, text ...string) error {
	if _, err := v.Catalogue(); err != nil {
		return err
	}
	v.Speak()
	return v.Say(status, site.Message{Title: title, Text: text, Links: []page.Link{{Text: v.Words.SiteSignIn(), URL: site.SignInPath(back)}}})
}

// ask shows the button that signs out, or that nobody is signed in.
func (p signInPage) ask(v *site.Visit) error {
	who, err := v.Signed(p.table)
	if err != nil {
		return err
	}
	if _, err := v.Catalogue(); err != nil {
		return err
	}
	v.Speak(who.Language)
	w := v.Words
	if !who.In() {
		return v.Say(http.StatusOK, site.Message{Kind: "good", Icon: "check", Title: w.SignOutDoneTitle(), Text: []string{w.SignOutDoneText()}, Links: []page.Link{{Text: w.SiteSignIn(), URL: signInPath}}})
	}
	page.FormsLeadTo(v.W, p.issuer.out(v.R.Context()))
	m := site.Message{
		Icon: "sign-out", Title: w.SignOutTitle(), Text: []string{w.SignOutText(who.Name, textinput.ShownMail(who.Mail))},
		Button: &site.Button{Text: w.FrameSignOut(), Value: "sign_out", Token: site.Token(who.Secret, "sign-out")},
	}
	if who.OfCustomer() {
		m.Button.Keep, m.Button.KeepText = startPath, w.SignOutStay()
	}
	return v.Say(http.StatusOK, m)
}

// signOut ends the session, here and in every other tab, and goes on to the issuer, which ends its own and leads back.
func (p signInPage) signOut(v *site.Visit) error {
	secret := page.Cookie(v.R, site.SessionCookie)
	if secret == "" {
		return v.Redirect(signOutPath)
	}
	if err := v.Posted(secret, "sign-out"); err != nil {
		return err
	}
	if err := p.table.SignOut(v.R.Context(), secret, v.Op); err != nil {
		return err
	}
	page.DropCookie(v.W, site.SessionCookie)
	out := p.issuer.out(v.R.Context())
	if out == "" {
		return v.Redirect(signOutPath)
	}
	v.W.Header().Set("Location", out) // the issuer's address is configuration, nothing of the request
	v.W.WriteHeader(http.StatusSeeOther)
	return nil
}
