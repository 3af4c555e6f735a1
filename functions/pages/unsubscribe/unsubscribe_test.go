package unsubscribe_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/calendar"
	"liaison/shared/customer"
	"liaison/shared/event"
	invitations "liaison/shared/invitation"
	"liaison/shared/site"
	"liaison/shared/suppression"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestUnsubscribeUser stops the reminders to a customer's user, by a link of any of its mails; nobody else's link does.
func TestUnsubscribeUser(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	ctx := context.Background()
	s.SignUp("anna@example.com")
	var anna customer.User
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "customer_user" {
			var err error
			anna, err = s.CustomerUser(ctx, customer.UserID(fixture.Text(item, "id")))
			s.Must(err)
		}
	}
	mailed := func() string {
		now, err := s.CustomerUser(ctx, anna.ID)
		s.Must(err)
		o := s.Op()
		secret := o.IDs.Secret()
		s.Must(s.AddUserStop(ctx, now, secret, o))
		return "/unsubscribe/" + token.Join(string(anna.ID), secret)
	}
	first, second := mailed(), mailed()
	v := s.Visitor("en")
	before := s.Dump(t)
	v.Open(http.StatusOK, first)
	if v.Has(v.W.UnsubscribeTitle(), anna.Mail); s.Dump(t) != before {
		t.Error("opening the link changed something")
	}
	one := func(path string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader("List-Unsubscribe=One-Click"))
		s.Must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, err := http.DefaultTransport.RoundTrip(r)
		s.Must(err)
		got.Body.Close()
		return got.StatusCode
	}
	_, secret, _ := token.Split(strings.TrimPrefix(first, "/unsubscribe/"))
	others := customer.NewID(s.Op().IDs)
	for _, wrong := range []string{
		token.Join(string(anna.ID), s.Op().IDs.Secret()),
		token.Join("usr_"+others.Bare()+"_"+s.Op().NewID(), secret),
		token.Join("usr_"+string(pagetest.Asking)+"_"+s.Op().NewID(), secret),
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
		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, v.W.UnsubscribeStart())
		if reason, err := s.Suppressed(ctx, anna.Mail); err != nil || reason != "" {
			t.Fatalf("not started again: %q %v", reason, err)
		}
	}
	if n := s.CountEvents(event.UnsubscribedEvent{}.Type()); n != 2 {
		t.Errorf("%d events of stopping", n)
	}
}

// TestOwnMail lets a person who is signed in start the mails to the own address again, after a bounce and after its own wish; nobody else
// can press its button.
func TestOwnMail(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		ctx, w := context.Background(), c.W
		user, err := s.CustomerUser(ctx, c.OwnerID)
		s.Must(err)
		reason := func() string {
			t.Helper()
			r, err := s.Suppressed(ctx, user.Mail)
			s.Must(err)
			return r
		}
		o := s.Op()
		s.Suppress(user.Mail, suppression.Bounced, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o)
		c.Open(http.StatusOK, "/account")
		c.Open(http.StatusOK, c.Page.Links(w.AccountMail())[0])
		c.Has(w.UnsubscribeBounced(user.Mail, w.Date(s.At.In(calendar.Zone("PL")))))
		c.See("account-mail")
		address, form := c.Page.Form(w.UnsubscribeStart())
		stranger := s.Visitor(language)
		if page, err := stranger.Post(ctx, address, form); err != nil || page.Status == http.StatusOK && reason() == "" {
			t.Errorf("a stranger pressed: %d %v", page.Status, err)
		}
		if reason() != suppression.Bounced {
			t.Fatal("lifted by a stranger")
		}
		c.Click(http.StatusOK, w.UnsubscribeStart())
		c.Has(w.UnsubscribeStarted(user.Mail))
		if reason() != "" || s.CountEvents(event.SuppressionLiftedEvent{}.Type()) != 1 {
			t.Errorf("stopped for %q, %d events", reason(), s.CountEvents(event.SuppressionLiftedEvent{}.Type()))
		}
		c.Click(http.StatusOK, w.UnsubscribeStop())
		if reason() != suppression.Unsubscribed {
			t.Errorf("stopped for %q", reason())
		}
		c.Click(http.StatusOK, w.UnsubscribeStart())
		if reason() != "" {
			t.Errorf("stopped for %q", reason())
		}
	})
}

// TestUnsubscribe stops the mails of one address by the page and by one click, and starts them again.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		path := "/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe))
		reason := func() string {
			r, err := s.Suppressed(context.Background(), "anna@example.com")
			s.Must(err)
			return r
		}
		v := s.Visitor(language)
		v.Open(http.StatusOK, path)
		v.Has(v.W.UnsubscribeTitle(), "anna@example.com")
		v.See("unsubscribe")
		v.Click(http.StatusOK, v.W.UnsubscribeStop())
		v.Has(v.W.UnsubscribeStoppedTitle())
		if !strings.Contains(string(v.Page.Body), `class="mark good"`) {
			t.Error("what was done looks like a question")
		}
		v.See("unsubscribed")
		if reason() != suppression.Unsubscribed {
			t.Fatal("not stopped")
		}
		v.Click(http.StatusOK, v.W.UnsubscribeStart())
		v.Has(v.W.UnsubscribeStarted("anna@example.com"))
		if reason() != "" {
			t.Fatal("not started again")
		}
		forms := []struct{ media, body string }{
			{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
			{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"}, // a program that repeats itself
			{"multipart/form-data; boundary=cut", "--cut\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--cut--\r\n"},
			{"application/x-www-form-urlencoded", ""},
			{"multipart/form-data", ""},
			{"", ""},
		}
		for i, form := range forms { // a mail program: no cookie, no origin, no form token
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form.body))
			s.Must(err)
			if form.media != "" {
				r.Header.Set("Content-Type", form.media)
			}
			got, err := http.DefaultTransport.RoundTrip(r)
			s.Must(err)
			got.Body.Close()
			if got.StatusCode != http.StatusOK || reason() != suppression.Unsubscribed {
				t.Fatalf("one click as %q with %q: %d, %q", form.media, form.body, got.StatusCode, reason())
			}
			if i == 0 {
				continue
			}
			v.Open(http.StatusOK, path)
			v.Click(http.StatusOK, v.W.UnsubscribeStart())
		}
		if n := s.CountEvents(event.UnsubscribedEvent{}.Type()); n != 6 {
			t.Errorf("%d events of stopping", n)
		}
		const plain = "application/x-www-form-urlencoded"
		for form, media := range map[string]string{
			"action=stop": plain, "action=stop&form_token=": plain, "action=stop&form_token=" + site.Token("another secret", "stop", string(inv.ID)): plain,
			"--cut\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nstop\r\n--cut--\r\n": "multipart/form-data; boundary=cut",
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form))
			s.Must(err)
			r.Header.Set("Content-Type", media)
			got, err := http.DefaultTransport.RoundTrip(r)
			s.Must(err)
			got.Body.Close()
			if got.StatusCode != http.StatusForbidden || reason() != "" {
				t.Errorf("our form without its token, %q: %d %q", form, got.StatusCode, reason())
			}
		}
		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, v.W.UnsubscribeStop())
		// Nobody starts them again by one click, or, after a complaint, by a button that said nothing of it.
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader("List-Unsubscribe=One-Click&action=start"))
		s.Must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got, err := http.DefaultTransport.RoundTrip(r)
		s.Must(err)
		got.Body.Close()
		if reason() != suppression.Unsubscribed {
			t.Error("started by one click")
		}
		o := s.Op()
		v.Open(http.StatusOK, path)
		s.Suppress("anna@example.com", suppression.Complaint, event.New(o, event.Vendor(), event.Of(inv.ID, invitations.ComplainedEvent{})), o)
		v.Click(http.StatusOK, v.W.UnsubscribeStart())
		today := v.W.Date(s.At)
		v.Has(v.W.UnsubscribeComplained("anna@example.com", today))
		if reason() != suppression.Complaint {
			t.Error("the complaint was lifted")
		}
		o.ID = o.NewID()
		s.Suppress("anna@example.com", suppression.Bounced, event.New(o, event.Vendor(), event.Of(inv.ID, invitations.BouncedEvent{})), o)
		v.Open(http.StatusOK, path)
		v.Has(v.W.UnsubscribeComplained("anna@example.com", today), v.W.UnsubscribeBounced("anna@example.com", today), v.W.UnsubscribeAgain())
		v.See("unsubscribe-bounced")
		before := s.Dump(t)
		if v.Open(http.StatusOK, path); s.Dump(t) != before || reason() == "" {
			t.Error("opening the link changed something")
		}
		v.Click(http.StatusOK, v.W.UnsubscribeStart())
		v.Has(v.W.UnsubscribeStarted("anna@example.com"))
		if reason() != "" || s.CountEvents(event.SuppressionLiftedEvent{}.Type()) != 1 {
			t.Errorf("the person's own press leaves %q, with %d events", reason(), s.CountEvents(event.SuppressionLiftedEvent{}.Type()))
		}
		v.Open(http.StatusNotFound, "/unsubscribe/"+token.Join(string(inv.ID), secret))
	})
}
