package pages_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	setpassword "liaison/functions/pages/set-password"
	"liaison/shared/customer"
	"liaison/shared/fault"
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
			v.has(v.w.PasswordSetTitle(), v.w.PasswordSetNext(), v.w.SignInAgain())
			v.lacks(v.w.PasswordAsk(), v.w.PasswordSetForgotten(), "anna@example.com")
			if earlier {
				v.has(v.w.PasswordSetNotice())
			} else {
				v.lacks(v.w.PasswordSetNotice())
			}
			v.get(http.StatusGone, path)
			v.has(v.w.PasswordSetForgotten(), v.w.PasswordAsk())
			v.lacks("anna@example.com")
		}
	}
}

// keeper is a directory that keeps the last password, as the real one does. While it takes one something else may happen.
type keeper struct {
	lock      sync.Mutex
	last      string
	asked     int
	meanwhile func()
}

func (k *keeper) SetPassword(_ context.Context, _, password string) error {
	k.lock.Lock()
	during := k.meanwhile
	k.meanwhile = nil
	k.asked++
	k.lock.Unlock()
	if during != nil {
		during()
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	if password == "refused by the pool" {
		return fault.Refused.In("password")
	}
	k.last = password
	return nil
}

// linked returns a user with the secret of a link that sets its password.
func (s *world) linked(mail string) (customer.User, string) {
	s.t.Helper()
	s.user(mail)
	u, o := s.customer(), s.op()
	secret := o.IDs.Secret()
	s.must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
	return u, secret
}

// TestPasswordsAtOnce presses one link several times at once: one press sets the password, and it is that one's that counts.
func TestPasswordsAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	u, secret := s.linked("anna@example.com")
	set := func(k *keeper, password string) error {
		return customer.SetPassword(context.Background(), s.Table, k, u.ID, secret, password, s.op())
	}
	// The second press comes between what the first asks of the directory and what the directory does.
	k, second := &keeper{}, error(nil)
	k.meanwhile = func() { second = set(k, "the second phrase") }
	if err := set(k, "the first phrase"); err != nil || !fault.Is(second, fault.InProgress) {
		t.Errorf("the first hears %v, the second %v", err, second)
	}
	if k.last != "the first phrase" || k.asked != 1 {
		t.Errorf("%q counts after %d asks", k.last, k.asked)
	}
	if err := set(k, "the third phrase"); !fault.Is(err, fault.PasswordLinkUsed) || k.asked != 1 {
		t.Errorf("used: %v", err)
	}

	u = s.customer()
	u.Password = customer.Password{Generation: u.Password.Generation}
	secret = s.op().IDs.Secret()
	s.must(s.AddPassword(context.Background(), u, secret, s.at.Add(time.Hour), s.op()))
	k = &keeper{}
	if err := set(k, "refused by the pool"); !fault.Is(err, fault.Invalid) {
		t.Errorf("refused: %v", err)
	}
	var all sync.WaitGroup
	answers := make([]error, 8)
	for i := range answers {
		all.Go(func() { answers[i] = set(k, fmt.Sprintf("a phrase of press %d", i)) })
	}
	all.Wait()
	won := 0
	for i, err := range answers {
		switch {
		case err == nil:
			if won++; k.last != fmt.Sprintf("a phrase of press %d", i) {
				t.Errorf("press %d hears that its password is set, and %q counts", i, k.last)
			}
		case !fault.Is(err, fault.InProgress, fault.PasswordLinkUsed, fault.PreconditionFailed):
			t.Errorf("press %d: %v", i, err)
		}
	}
	if won != 1 {
		t.Errorf("%d presses set it", won)
	}
}

// TestPasswordBusy shows a press that comes second what to do: the page again, and after a while the link counts for it as before.
func TestPasswordBusy(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		u, secret := s.linked("anna@example.com")
		claimed, err := s.customer().Claim("another", s.at)
		s.must(err)
		s.must(s.SavePassword(context.Background(), claimed, s.op()))
		page := setpassword.Page(s.env, s.Table, directory{})
		s.live.Store(&page)
		v := s.visitor(language)
		v.get(http.StatusOK, "/set-password/"+token.Join(string(u.ID), secret)+"?lang="+language)
		v.press(http.StatusConflict, v.w.PasswordButton(), "password", "a long enough phrase")
		v.has(v.w.PasswordBusy(15))
		if claimed, err = s.customer().Claim("another", s.at.Add(-customer.PasswordLease)); err != nil { // the lease is over
			t.Fatal(err)
		}
		s.must(s.SavePassword(context.Background(), claimed, s.op()))
		v.press(http.StatusOK, v.w.PasswordButton(), "password", "a long enough phrase")
		v.has(v.w.PasswordSetTitle())
	}
}

// TestAskNeedsTheAddress: the holder of an old link can't take a newer link's force without the address, which no page shows it, but which
// may be typed in any of its forms; every address gets the same answer.
func TestAskNeedsTheAddress(t *testing.T) {
	t.Parallel()
	s := open(t)
	u, old := s.linked("anna@xn--mller-example-wob.de")
	s.must(customer.SetPassword(context.Background(), s.Table, directory{}, u.ID, old, "a long enough phrase", s.op()))
	newest, o := s.op().IDs.Secret(), s.op()
	s.must(s.AddPassword(context.Background(), s.customer(), newest, o.At.Add(time.Hour), o))
	page := setpassword.Page(s.env, s.Table, directory{})
	s.live.Store(&page)
	at := "/set-password/" + token.Join(string(u.ID), old)
	before := s.customer()
	v := s.visitor("en")
	v.get(http.StatusGone, at)
	v.lacks("anna@")
	v.press(http.StatusUnprocessableEntity, v.w.PasswordAsk())
	v.has(v.w.PasswordAskMissing())
	v.press(http.StatusOK, v.w.PasswordAsk(), "email", "eve@example.com")
	v.has(v.w.PasswordAskedTitle())
	v.lacks("anna@", "eve@example.com")
	if after := s.customer(); after.Version != before.Version || after.MaySet(newest, s.at) != nil {
		t.Errorf("the newest link: %v", after.MaySet(newest, s.at))
	}
	v.get(http.StatusGone, at)
	v.press(http.StatusOK, v.w.PasswordAsk(), "email", " Anna@MÜLLER-example.de\u200b ")
	v.has(v.w.PasswordAskedTitle())
	if err := fault.As(s.customer().MaySet(newest, s.at)); !fault.Is(err, fault.Gone) {
		t.Errorf("asked with the address: %v", err)
	}
}

// TestPasswordGuessed: a password that is guessed first is refused in words that say why, also where only who knows the person guesses it, and
// the directory never gets it. It is sent back to nobody who did not ask to see it.
func TestPasswordGuessed(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.user("anna@example.com")
		taken := &taking{}
		page := setpassword.Page(s.env, s.Table, taken)
		s.live.Store(&page)
		u, o := s.customer(), s.op()
		secret := o.IDs.Secret()
		s.must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
		v := s.visitor(language)
		w, path := v.w, "/set-password/"+token.Join(string(u.ID), secret)
		v.get(http.StatusOK, path+"?lang="+language)
		v.has(w.PasswordRuleGuessed())
		v.see("set-password")
		field := func() string {
			_, values := v.Page.Form(w.PasswordButton())
			return values.Get("password")
		}
		for _, c := range []struct{ typed, said string }{
			{"password1234", w.PasswordCommon()},
			{"qwertyuiop[]", w.PasswordPattern()},
			{"anna.nowak2026", w.PasswordPersonalPart("Skylark Cloud")},
			{"anna@example.com1", w.PasswordPersonalPart("Skylark Cloud")},
			{"zakladnowak12", w.PasswordPersonalPart("Skylark Cloud")},
			{"Skylark2026!", w.PasswordPersonalPart("Skylark Cloud")},
		} {
			v.press(http.StatusUnprocessableEntity, w.PasswordButton(), "password", c.typed)
			v.has(c.said)
			v.see("set-password-" + c.typed[:4])
			if got := field(); got != "" {
				t.Errorf("%q is sent back", got)
			}
		}
		v.press(http.StatusOK, w.PasswordShow(), "password", "łódź & \"jezioro\"")
		if got := field(); got != "łódź & \"jezioro\"" {
			t.Errorf("shown: %q", got)
		}
		v.see("set-password-shown")
		v.press(http.StatusUnprocessableEntity, w.PasswordButton(), "password", "password1234")
		if got := field(); got != "password1234" {
			t.Errorf("shown: %q", got)
		}
		v.press(http.StatusOK, w.PasswordHide())
		if got := field(); got != "" {
			t.Errorf("%q is hidden and sent back", got)
		}
		v.press(http.StatusOK, w.PasswordShow(), "password", "a long enough phrase")
		v.press(http.StatusOK, w.PasswordButton())
		v.has(w.PasswordSetTitle())
		if !slices.Equal(taken.passwords, []string{"a long enough phrase"}) {
			t.Errorf("the directory got %q", taken.passwords)
		}
	}
}

// taking is a directory that remembers what it was given.
type taking struct{ passwords []string }

func (d *taking) SetPassword(_ context.Context, _, password string) error {
	d.passwords = append(d.passwords, password)
	return nil
}
