package pages_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"liaison/shared/calendar"
	"liaison/shared/customer"
	"liaison/shared/event"
	invitations "liaison/shared/invitation"
	offers "liaison/shared/offer"
	"liaison/shared/suppression"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

// TestUnsubscribeUser stops the reminders to a customer's user, by a link of any of its mails; nobody else's link does.
func TestUnsubscribeUser(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := context.Background()
	s.user("anna@example.com")
	var anna customer.User
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "customer_user" {
			var err error
			anna, err = s.CustomerUser(ctx, customer.UserID(fixture.Text(item, "id")))
			s.must(err)
		}
	}
	mailed := func() string {
		now, err := s.CustomerUser(ctx, anna.ID)
		s.must(err)
		o := s.op()
		secret := o.IDs.Secret()
		s.must(s.AddUserStop(ctx, now, secret, o))
		return "/unsubscribe/" + token.Join(string(anna.ID), secret)
	}
	first, second := mailed(), mailed()
	v := s.visitor("en")
	before := s.Dump(t)
	v.get(http.StatusOK, first)
	if v.has(v.w.UnsubscribeTitle(), anna.Mail); s.Dump(t) != before {
		t.Error("opening the link changed something")
	}
	one := func(path string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader("List-Unsubscribe=One-Click"))
		s.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, err := http.DefaultTransport.RoundTrip(r)
		s.must(err)
		got.Body.Close()
		return got.StatusCode
	}
	_, secret, _ := token.Split(strings.TrimPrefix(first, "/unsubscribe/"))
	others := customer.NewID(s.op().IDs)
	for _, wrong := range []string{
		token.Join(string(anna.ID), s.op().IDs.Secret()),
		token.Join("usr_"+others.Bare()+"_"+s.op().NewID(), secret),
		token.Join("usr_"+string(asking)+"_"+s.op().NewID(), secret),
		token.Join("cus_"+others.Bare(), secret),
	} {
		if got := one("/unsubscribe/" + wrong); got != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, got)
		}
	}
	for _, path := range []string{first, second} {
		if got := one(path); got != http.StatusOK {
			t.Fatalf("one click: %d", got)
		}
		if reason, err := s.Suppressed(ctx, anna.Mail); err != nil || reason != suppression.Unsubscribed {
			t.Fatalf("not stopped: %q %v", reason, err)
		}
		v.get(http.StatusOK, path)
		v.press(http.StatusOK, v.w.UnsubscribeStart())
		if reason, err := s.Suppressed(ctx, anna.Mail); err != nil || reason != "" {
			t.Fatalf("not started again: %q %v", reason, err)
		}
	}
	if n := s.events(event.UnsubscribedEvent{}.Type()); n != 2 {
		t.Errorf("%d events of stopping", n)
	}
}

// TestOwnMail lets a person who is signed in start the mails to the own address again, after a bounce and after its own wish; nobody else
// can press its button.
func TestOwnMail(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.account()
		c := s.company(language)
		ctx, w := context.Background(), c.w
		user, err := s.CustomerUser(ctx, c.owner)
		s.must(err)
		reason := func() string {
			t.Helper()
			r, err := s.Suppressed(ctx, user.Mail)
			s.must(err)
			return r
		}
		o := s.op()
		s.must(s.Suppress(ctx, user.Mail, suppression.Bounced, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o))
		c.get(http.StatusOK, "/account")
		c.get(http.StatusOK, c.Page.Links(w.AccountMail())[0])
		c.has(w.UnsubscribeBounced(user.Mail, w.Date(s.at.In(calendar.Zone("PL")))))
		c.see("account-mail")
		address, form := c.Page.Form(w.UnsubscribeStart())
		stranger := s.visitor(language)
		if page, err := stranger.Post(ctx, address, form); err != nil || page.Status == http.StatusOK && reason() == "" {
			t.Errorf("a stranger pressed: %d %v", page.Status, err)
		}
		if reason() != suppression.Bounced {
			t.Fatal("lifted by a stranger")
		}
		c.press(http.StatusOK, w.UnsubscribeStart())
		c.has(w.UnsubscribeStarted(user.Mail))
		if reason() != "" || s.events(event.SuppressionLiftedEvent{}.Type()) != 1 {
			t.Errorf("stopped for %q, %d events", reason(), s.events(event.SuppressionLiftedEvent{}.Type()))
		}
		c.press(http.StatusOK, w.UnsubscribeStop())
		if reason() != suppression.Unsubscribed {
			t.Errorf("stopped for %q", reason())
		}
		c.press(http.StatusOK, w.UnsubscribeStart())
		if reason() != "" {
			t.Errorf("stopped for %q", reason())
		}
	}
}

// TestEndedWithOffer shows what became of the offer, also once its end was written to the invitation.
func TestEndedWithOffer(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := s.visitor("en")
	for _, c := range []struct {
		end   func(of offers.ID)
		title string
	}{
		{s.withdraw, v.w.DeadWithdrawnTitle()},
		{func(of offers.ID) { s.offer(func(d *offers.Draft) { d.Replaces = of }) }, v.w.DeadReplacedTitle()},
	} {
		of := s.offer(nil)
		inv, link := s.invite(of, "anna@example.com", "en")
		c.end(of.ID)
		s.save(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) {
			ended, _, err := s.Offer(context.Background(), of.ID)
			s.must(err)
			i, ok := i.EndWith(ended, 0, s.at)
			if !ok {
				t.Fatal("it did not end")
			}
			return i, nil
		})
		v.get(http.StatusGone, link)
		v.has(c.title)
	}
}
