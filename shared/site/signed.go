package site

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
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

// SignedIn says whether somebody is known to be signed in: only where Signed was asked before.
func (v *Visit) SignedIn() bool { return v.signed.In() }

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

// Everybody is for what everybody may see: whoever is signed in reads so on the page, and is led on as on pages of their own, in their own language.
func Everybody(table Sessions, step func(*Visit) error) func(*Visit) error {
	return func(v *Visit) error {
		who, err := v.Signed(table)
		if err != nil {
			return err
		}
		if _, err := v.Catalogue(); err != nil {
			return err
		}
		v.Speak(who.Language)
		return step(v)
	}
}

type keepBody struct {
	SignIn, Action string
	Fields         []page.Hidden
}

// Keeping is for forms with much to type: one that is sent after the session has ended is answered by a page that holds what was typed, leads to
// the sign-in beside it and sends it again. By then its token is another session's, so that its page shows what was typed and nothing is done (see
// again).
func Keeping(table Sessions, post func(*Visit) error) func(*Visit) error {
	return func(v *Visit) error {
		who, err := v.Signed(table)
		if err != nil {
			return err
		}
		if who.In() {
			return post(v)
		}
		if _, err := v.Catalogue(); err != nil {
			return err
		}
		v.Speak()
		begins := ConsolePath
		for _, path := range []string{VendorPath, AccountPath} {
			if v.within(path) {
				begins = path
			}
		}
		b := keepBody{SignIn: SignInPath(begins), Action: v.R.URL.RequestURI()}
		for _, name := range slices.Sorted(maps.Keys(v.R.PostForm)) {
			for _, value := range v.R.PostForm[name] {
				b.Fields = append(b.Fields, page.Hidden{Name: name, Value: value})
			}
		}
		frame := v.Frame(v.Words.SiteSignedOutTitle())
		frame.OwnTitle, frame.Narrow = true, true
		return v.Render(keep, http.StatusForbidden, frame, b)
	}
}

// AccountPath is where the account of a customer's people begins.
const AccountPath = "/account"

// SignInPath is where a sign-in begins that ends at a path of this site.
func SignInPath(back string) string { return "/sign-in?return=" + url.QueryEscape(back) }

// By returns the operation as done by the person who is signed in.
func (v *Visit) By(who Signed) op.Op { return who.Operation(v.Op) }

// parts are the account's, in the order of its menu.
var parts = []struct {
	path string
	name func(locale.Words) string
}{
	{"/account", locale.Words.FrameMenuHome},
	{"/account/subscriptions", locale.Words.FrameMenuSubscriptions},
	{"/account/partners", locale.Words.FrameMenuPartners},
	{"/account/activity", locale.Words.FrameMenuActivity},
	{"/account/settings", locale.Words.FrameMenuSettings},
}

// address says who is signed in and leads to the parts of the account, or to where one signs in. A page that asks nobody who they are leads
// to the sign-in, too: whoever is signed in comes through it at once.
func (v *Visit) address(frame *page.Frame) {
	if !v.signed.In() {
		if !strings.HasPrefix(v.R.URL.Path, "/sign-") {
			frame.SignIn = "/account"
		}
		return
	}
	frame.Person = &page.Person{Name: v.signed.Name, Address: v.signed.Mail, SignOut: "/sign-out"}
	if !v.signed.OfCustomer() {
		v.console(frame)
		return
	}
	for _, part := range parts {
		frame.Links = append(frame.Links, v.link(part.name(v.Words), part.path, part.path != "/account"))
	}
}
