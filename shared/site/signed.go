package site

import (
	"context"
	"net/url"
	"time"

	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/page"
)

// SessionCookie holds the secret of a person's session.
const SessionCookie = "session"

// Sessions is what knowing a signed-in visitor reads.
type Sessions interface {
	SessionCaller(ctx context.Context, secret string, at time.Time) (access.Caller, error)
}

var _ Sessions = (*dynamo.Table)(nil)

// Signed is a visitor who is signed in, as our table says now; the zero value is a visitor who is not.
type Signed struct {
	access.Caller
	Secret string // of the session: it keys the form tokens
}

// In says whether somebody is signed in.
func (s Signed) In() bool { return s.ID != "" }

// Signed returns who is signed in, the zero value where nobody is. A visitor without the cookie costs no read.
func (v *Visit) Signed(table Sessions) (Signed, error) {
	secret := page.Cookie(v.R, SessionCookie)
	if secret == "" {
		return Signed{}, nil
	}
	caller, err := table.SessionCaller(v.R.Context(), secret, v.Op.At)
	if fault.Is(err, fault.SignedOut) {
		return Signed{}, nil
	}
	v.signed = Signed{caller, secret}
	return v.signed, err
}

// SignedIn lets only people through who are signed in; others are led to the sign-in, and from there back to what they wanted to see.
func SignedIn(table Sessions, step func(*Visit, Signed) error) func(*Visit) error {
	return func(v *Visit) error {
		who, err := v.Signed(table)
		if err != nil {
			return err
		}
		if !who.In() {
			return v.Redirect(SignInPath(v.R.URL.RequestURI()))
		}
		if _, err := v.Catalogue(); err != nil {
			return err
		}
		v.Speak(who.Language)
		return step(v, who)
	}
}

// SignInPath is where a sign-in begins that ends at a path of this site.
func SignInPath(back string) string { return "/sign-in?return=" + url.QueryEscape(back) }

// By returns the operation as done by the person who is signed in.
func (v *Visit) By(who Signed) op.Op { return who.Operation(v.Op) }

// links lead a signed-in person to its parts of the site.
func (v *Visit) links() []page.Link {
	if !v.signed.In() {
		return nil
	}
	var to []page.Link
	add := func(text, path string) {
		to = append(to, page.Link{Text: text, URL: path, Current: v.R.URL.Path == path})
	}
	if v.signed.OfCustomer() {
		add(v.Words.FrameAccount(), "/account")
	}
	add(v.Words.FrameSignOut(), "/sign-out")
	return to
}
