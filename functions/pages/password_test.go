package pages_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	setpassword "liaison/functions/pages/set-password"
	"liaison/shared/token"
)

// directory takes every password.
type directory struct{}

func (directory) SetPassword(context.Context, string, string) error { return nil }

// TestPasswordSet: after a password is set the way on is to sign in, and only who had one before hears that its sessions ended.
func TestPasswordSet(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.user("anna@example.com")
		page := setpassword.Page(s.env, s.Table, directory{})
		s.live.Store(&page)
		for _, earlier := range []bool{false, true} {
			u, o := s.customer(), s.op()
			secret := o.IDs.Secret()
			s.must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
			v := s.visitor(language)
			path := "/set-password/" + token.Join(string(u.ID), secret)
			v.get(http.StatusOK, path+"?lang="+language)
			v.press(http.StatusOK, v.w.PasswordButton(), "password", "a long enough phrase")
			v.has(v.w.PasswordSetTitle(), v.w.PasswordSetNext("anna@example.com"), v.w.SignInAgain())
			v.lacks(v.w.PasswordAsk(), v.w.PasswordSetForgotten("anna@example.com"))
			if earlier {
				v.has(v.w.PasswordSetNotice())
			} else {
				v.lacks(v.w.PasswordSetNotice())
			}
			v.get(http.StatusGone, path)
			v.has(v.w.PasswordSetForgotten("anna@example.com"), v.w.PasswordAsk())
		}
	}
}
