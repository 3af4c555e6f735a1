package setpassword_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/person"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPasswordSet: after a password is set the way on is to sign in, and only who had one before hears that its sessions ended.
func TestPasswordSet(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.SignUp("anna@example.com")
		for _, earlier := range []bool{false, true} {
			u, o := s.Holder(), s.Op()
			secret := o.IDs.Secret()
			s.Must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
			v := s.Visitor(language)
			path := "/set-password/" + token.Join(string(u.ID), secret)
			v.Open(http.StatusOK, path+"?lang="+language)
			v.Click(http.StatusOK, v.W.PasswordButton(), "password", "a long enough phrase")
			v.Has(v.W.PasswordSetTitle(), v.W.PasswordSetNext(), v.W.SiteSignIn())
			v.Lacks(v.W.PasswordAsk(), v.W.PasswordSetForgotten(), "anna@example.com")
			if earlier {
				v.Has(v.W.PasswordSetNotice())
			} else {
				v.Lacks(v.W.PasswordSetNotice())
			}
			v.Open(http.StatusGone, path)
			v.Has(v.W.PasswordSetForgotten(), v.W.PasswordAsk())
			v.Lacks("anna@example.com")
		}
	})
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
func linked(s *pagetest.World, mail string) (person.Person, string) {
	s.SignUp(mail)
	u, o := s.Holder(), s.Op()
	secret := o.IDs.Secret()
	s.Must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
	return u, secret
}

// TestPasswordsAtOnce presses one link several times at once: one press sets the password, and it is that one's that counts.
func TestPasswordsAtOnce(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	u, secret := linked(s, "anna@example.com")
	set := func(k *keeper, password string) error {
		return person.SetPassword(context.Background(), s.Table, k, u.ID, secret, password, s.Op())
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

	u = s.Holder()
	u.Password = person.Password{Generation: u.Password.Generation}
	secret = s.Op().IDs.Secret()
	s.Must(s.AddPassword(context.Background(), u, secret, s.At.Add(time.Hour), s.Op()))
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
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		u, secret := linked(s, "anna@example.com")
		claimed := s.Holder()
		var err error
		claimed.Password, err = claimed.Password.Claim("another", s.At)
		s.Must(err)
		s.Must(s.SavePassword(context.Background(), claimed, s.Op()))
		v := s.Visitor(language)
		v.Open(http.StatusOK, "/set-password/"+token.Join(string(u.ID), secret)+"?lang="+language)
		v.Click(http.StatusConflict, v.W.PasswordButton(), "password", "a long enough phrase")
		v.Has(v.W.PasswordBusy(15))
		claimed = s.Holder()
		if claimed.Password, err = claimed.Password.Claim("another", s.At.Add(-person.PasswordLease)); err != nil { // the lease is over
			t.Fatal(err)
		}
		s.Must(s.SavePassword(context.Background(), claimed, s.Op()))
		v.Click(http.StatusOK, v.W.PasswordButton(), "password", "a long enough phrase")
		v.Has(v.W.PasswordSetTitle())
	})
}

// TestAskNeedsTheAddress: the holder of an old link can't take a newer link's force without the address, which no page shows it, but which
// may be typed in any of its forms; every address gets the same answer.
func TestAskNeedsTheAddress(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	u, old := linked(s, "anna@xn--mller-example-wob.de")
	s.Must(person.SetPassword(context.Background(), s.Table, s.Accounts, u.ID, old, "a long enough phrase", s.Op()))
	newest, o := s.Op().IDs.Secret(), s.Op()
	s.Must(s.AddPassword(context.Background(), s.Holder(), newest, o.At.Add(time.Hour), o))
	at := "/set-password/" + token.Join(string(u.ID), old)
	before := s.Holder()
	v := s.Visitor("en")
	v.Open(http.StatusGone, at)
	v.Lacks("anna@")
	v.Click(http.StatusUnprocessableEntity, v.W.PasswordAsk())
	v.Has(v.W.PasswordAskMissing())
	v.Click(http.StatusOK, v.W.PasswordAsk(), "email", "eve@example.com")
	v.Has(v.W.PasswordAskedTitle())
	v.Lacks("anna@", "eve@example.com")
	if after := s.Holder(); after.Version != before.Version || after.MaySet(newest, s.At) != nil {
		t.Errorf("the newest link: %v", after.MaySet(newest, s.At))
	}
	v.Open(http.StatusGone, at)
	v.Click(http.StatusOK, v.W.PasswordAsk(), "email", " Anna@MÜLLER-example.de\u200b ")
	v.Has(v.W.PasswordAskedTitle())
	if err := fault.As(s.Holder().MaySet(newest, s.At)); !fault.Is(err, fault.Gone) {
		t.Errorf("asked with the address: %v", err)
	}
}

// TestPasswordGuessed: a password that is guessed first is refused in words that say why, also where only who knows the person guesses it, and
// the directory never gets it. It is sent back to nobody who did not ask to see it.
func TestPasswordGuessed(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.SignUp("anna@example.com")
		taken := &taking{}
		s.Accounts = taken
		s.Restart(0)
		u, o := s.Holder(), s.Op()
		secret := o.IDs.Secret()
		s.Must(s.AddPassword(context.Background(), u, secret, o.At.Add(time.Hour), o))
		v := s.Visitor(language)
		w, path := v.W, "/set-password/"+token.Join(string(u.ID), secret)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PasswordRuleGuessed())
		v.See("set-password")
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
			v.Click(http.StatusUnprocessableEntity, w.PasswordButton(), "password", c.typed)
			v.Has(c.said)
			v.See("set-password-" + c.typed[:4])
			if got := field(); got != "" {
				t.Errorf("%q is sent back", got)
			}
		}
		v.Click(http.StatusOK, w.PasswordShow(), "password", "łódź & \"jezioro\"")
		if got := field(); got != "łódź & \"jezioro\"" {
			t.Errorf("shown: %q", got)
		}
		v.See("set-password-shown")
		v.Click(http.StatusUnprocessableEntity, w.PasswordButton(), "password", "password1234")
		if got := field(); got != "password1234" {
			t.Errorf("shown: %q", got)
		}
		v.Click(http.StatusOK, w.PasswordHide())
		if got := field(); got != "" {
			t.Errorf("%q is hidden and sent back", got)
		}
		v.Click(http.StatusOK, w.PasswordShow(), "password", "a long enough phrase")
		v.Click(http.StatusOK, w.PasswordButton())
		v.Has(w.PasswordSetTitle())
		if !slices.Equal(taken.passwords, []string{"a long enough phrase"}) {
			t.Errorf("the directory got %q", taken.passwords)
		}
	})
}

// taking is a directory that remembers what it was given.
type taking struct{ passwords []string }

func (d *taking) SetPassword(_ context.Context, _, password string) error {
	d.passwords = append(d.passwords, password)
	return nil
}

// TestPartnersPassword: the mailed link of a partner's user sets its password as a customer's does, and ends its sessions.
func TestPartnersPassword(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		ctx := context.Background()
		users, _, err := s.PartnerUsers(ctx, pagetest.Asking, "", dynamo.Page{Limit: 1})
		s.Must(err)
		before, err := s.Person(ctx, person.ID(users[0].ID))
		s.Must(err)
		o := s.Op()
		secret := o.IDs.Secret()
		s.Must(s.AddPassword(ctx, before, secret, o.At.Add(time.Hour), o))
		v := s.Visitor(language)
		path := "/set-password/" + token.Join(string(before.ID), secret)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(before.Mail)
		v.Click(http.StatusUnprocessableEntity, v.W.PasswordButton(), "password", "balticbridge12")
		v.Has(v.W.PasswordPersonalPart("Skylark Cloud"))
		v.Click(http.StatusOK, v.W.PasswordButton(), "password", "a long enough phrase")
		v.Has(v.W.PasswordSetTitle())
		after, err := s.Person(ctx, before.ID)
		s.Must(err)
		if after.Epoch != before.Epoch+1 || after.Password.SetAt.IsZero() {
			t.Errorf("%+v", after)
		}
		if n := s.CountEvents(person.PartnerPasswordChangedEvent{}.Type()); n != 1 {
			t.Errorf("%d events", n)
		}
		v.Open(http.StatusGone, path)
		v.Click(http.StatusOK, v.W.PasswordAsk(), "email", before.Mail)
		v.Has(v.W.PasswordAskedTitle())
		if n := s.CountEvents(person.PartnerPasswordLinkAskedEvent{}.Type()); n != 1 {
			t.Errorf("%d events ask for a new link", n)
		}
	})
}
