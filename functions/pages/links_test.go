package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/functions/pages/relationships"
	setpassword "liaison/functions/pages/set-password"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/relationship"
	"liaison/shared/token"
)

// whole serves every page there is; of the sign-in, which is another site's, only that it is there.
func (s *world) whole() {
	mux, rest := http.NewServeMux(), *s.live.Load()
	mux.Handle("/", rest)
	mux.Handle("/account/partners", relationships.Page(s.env, s.Table))
	mux.Handle("/account/partners/", relationships.Page(s.env, s.Table))
	mux.Handle("/set-password/", setpassword.Page(s.env, s.Table, directory{}))
	for _, path := range []string{"/sign-in", "/sign-out"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	}
	var all http.Handler = mux
	s.live.Store(&all)
}

// TestLinksLead follows every link and opens every form's address on every page that can be reached, as a visitor and as an owner: each answers, and
// none is nothing.
func TestLinksLead(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		s.whole()
		sub := string(c.subs()[0].ID)
		of, gone := s.offer(nil), s.offer(nil)
		s.withdraw(gone.ID)
		_, link := s.invite(of, "anna@example.com", language)
		_, other := s.invite(of, "owner@example.com", language) // the plan is on trial there
		paused, reported := s.invite(of, "ewa@example.com", language)
		s.save(paused.ID, func(i invitation.Invitation) (invitation.Invitation, error) { return i.Report(s.at) })
		_, used := s.invite(of, "jan@example.com", language)
		receipt := s.atCheck(used, language, "yes").start(http.StatusOK).URL.Path
		_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		id, _, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		unsubscribe := "/unsubscribe/" + token.Join(id, token.Derive(secret, token.Unsubscribe))
		o := s.op()
		set := o.IDs.Secret()
		s.must(s.AddPassword(context.Background(), s.customer(), set, o.At.Add(time.Hour), o))
		password := "/set-password/" + token.Join(string(s.customer().ID), set)
		dead := map[string]int{ // these say that they lead nowhere, and the way on from there is followed
			"/nothing": 404, "/o/x": 404, "/i/x": 404, "/receipts/x": 404, "/unsubscribe/x": 404, "/set-password/x": 404, "/terms/none": 404, "/account/subscriptions/sub_x": 404,
			"/account/buy/plan_x": 404, "/redeem?i=inv_x": 404, "/o/" + gone.ID.Code(): 410, reported: 410,
		}
		starts := []string{"/", "/o/" + of.ID.Code(), link, link + "?step=report", other, used, receipt, receipt + "/take-back", unsubscribe, password, "/terms/partner"}
		signed := []string{"/account", "/account/subscriptions/" + sub, "/account/subscriptions/" + sub + "/cancel", "/account/subscriptions/partner", "/account/buy", "/account/activity", "/account/partners", other}
		for name, who := range map[string]struct {
			v      *visitor
			starts []string
		}{"visitor": {s.visitor(language), starts}, "owner": {c.visitor, append(signed, starts...)}} {
			from := map[string]string{}
			var waiting []string
			for path := range dead {
				waiting = append(waiting, s.url+path)
			}
			for _, path := range who.starts {
				waiting = append(waiting, s.url+path)
			}
			for len(waiting) > 0 && len(from) < 400 {
				next := waiting[0]
				waiting = waiting[1:]
				if from[next] == "" {
					from[next] = "the start"
				}
				page, err := who.v.Get(t.Context(), next)
				s.must(err)
				if page.Status == http.StatusNotFound && dead[strings.TrimPrefix(next, s.url)] != http.StatusNotFound || page.Status >= 500 || page.Status == http.StatusMethodNotAllowed {
					t.Errorf("%s, %s: %s on %s answers %d", language, name, next, from[next], page.Status)
				}
				for _, to := range page.Targets() {
					if at, err := url.Parse(to); err != nil || from[to] != "" || !strings.HasPrefix(to, s.url+"/") || at.Query().Get("lang") != "" {
						continue
					}
					from[to] = page.URL.String()
					waiting = append(waiting, to)
				}
			}
			if len(from) < len(who.starts)+20 {
				t.Errorf("%s: only %d addresses", name, len(from))
			}
		}
	}
}

// TestPressedAsFound: a scanner that follows every link of the mails and presses every button as it finds it reports nobody, says yes to nothing and
// takes no power back. It does press, and the mails that it stops can be started again.
func TestPressedAsFound(t *testing.T) {
	t.Parallel()
	s := open(t)
	of := s.offer(nil)
	inv, link := s.invite(of, "anna@example.com", "en")
	_, used := s.invite(of, "jan@example.com", "en")
	receipt := s.atCheck(used, "en", "yes").start(http.StatusOK).URL.Path
	id, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	scanner := s.visitor("en")
	pressed, err := scanner.Scan(t.Context(), []string{
		s.url + link, s.url + link + "?step=report", s.url + used, s.url + receipt, s.url + "/unsubscribe/" + token.Join(id, token.Derive(secret, token.Unsubscribe)),
	}, scanner.w.RedeemNoButton(), locale.In(locale.Polish).RedeemNoButton())
	s.must(err)
	for _, words := range []string{scanner.w.RedeemNext(), scanner.w.RedeemReportButton(), scanner.w.ReceiptTakeButton()} {
		if !slices.Contains(pressed, words) {
			t.Errorf("%q was not found: %q", words, pressed)
		}
	}
	if found := s.invitation(inv.ID); found.Paused || found.Answer != invitation.Pending || s.events(invitation.ReportedEvent{}.Type()) != 0 {
		t.Errorf("%+v", found)
	}
	if _, grant, err := s.Relationship(context.Background(), s.customer().Customer, asking); err != nil || grant == nil || grant.StatusAt(s.at) != relationship.Active {
		t.Errorf("%+v %v", grant, err)
	}
}
