package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/relationship"
	"liaison/shared/token"
	"liaison/tests/fixture/pagetest"
)

// TestLinksLead follows every link and opens every form's address on every page that can be reached, as a visitor and as an owner: each answers, and
// none is nothing.
func TestLinksLead(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		sub := string(c.Subscriptions()[0].ID)
		of, gone := s.MakeOffer(nil), s.MakeOffer(nil)
		s.Withdraw(gone.ID)
		_, link := s.Invite(of, "anna@example.com", language)
		_, other := s.Invite(of, "owner@example.com", language) // the plan is on trial there
		paused, reported := s.Invite(of, "ewa@example.com", language)
		s.ChangeInvitation(paused.ID, func(i invitation.Invitation) (invitation.Invitation, error) { return i.Report(s.At) })
		_, used := s.Invite(of, "jan@example.com", language)
		receipt := s.AtCheck(used, language, "yes").StartTrial(http.StatusOK).URL.Path
		_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		id, _, _ := token.Split(strings.TrimPrefix(link, "/i/"))
		unsubscribe := "/unsubscribe/" + token.Join(id, token.Derive(secret, token.Unsubscribe))
		o := s.Op()
		set := o.IDs.Secret()
		s.Must(s.AddPassword(context.Background(), s.Holder(), set, o.At.Add(time.Hour), o))
		password := "/set-password/" + token.Join(string(s.Owner().ID), set)
		dead := map[string]int{ // these say that they lead nowhere, and the way on from there is followed
			"/nothing": 404, "/o/x": 404, "/i/x": 404, "/receipts/x": 404, "/unsubscribe/x": 404, "/set-password/x": 404, "/terms/none": 404, "/account/subscriptions/sub_x": 404, "/account/support/srq_x": 404,
			"/account/buy/plan_x": 404, "/redeem?i=inv_x": 404, "/o/" + gone.ID.Code(): 410, reported: 410,
		}
		starts := []string{"/", "/o/" + of.ID.Code(), link, link + "?step=report", other, used, receipt, receipt + "/take-back", unsubscribe, password, "/terms/partner"}
		signed := []string{"/account", "/account/subscriptions/" + sub, "/account/subscriptions/" + sub + "/cancel", "/account/subscriptions/partner", "/account/buy", "/account/activity", "/account/partners", "/account/agreements", "/account/receipts", "/account/offers", "/account/settings", "/account/support", "/account/messages", group(c.Visitor, "/account"), other}
		for name, who := range map[string]struct {
			v      *pagetest.Visitor
			starts []string
		}{"visitor": {s.Visitor(language), starts}, "owner": {c.Visitor, append(signed, starts...)}} {
			from := map[string]string{}
			var waiting []string
			for path := range dead {
				waiting = append(waiting, s.URL+path)
			}
			for _, path := range who.starts {
				waiting = append(waiting, s.URL+path)
			}
			for len(waiting) > 0 && len(from) < 400 {
				next := waiting[0]
				waiting = waiting[1:]
				if from[next] == "" {
					from[next] = "the start"
				}
				page, err := who.v.Get(t.Context(), next)
				s.Must(err)
				if page.Status == http.StatusNotFound && dead[strings.TrimPrefix(next, s.URL)] != http.StatusNotFound || page.Status >= 500 || page.Status == http.StatusMethodNotAllowed {
					t.Errorf("%s, %s: %s on %s answers %d", language, name, next, from[next], page.Status)
				}
				for _, to := range page.Targets() {
					if at, err := url.Parse(to); err != nil || from[to] != "" || !strings.HasPrefix(to, s.URL+"/") || at.Query().Get("lang") != "" {
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
	})
}

// TestPressedAsFound: a scanner that follows every link of the mails and presses every button as it finds it reports nobody, says yes to nothing and
// takes no power back. It does press, and the mails that it stops can be started again.
func TestPressedAsFound(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	of := s.MakeOffer(nil)
	inv, link := s.Invite(of, "anna@example.com", "en")
	_, used := s.Invite(of, "jan@example.com", "en")
	receipt := s.AtCheck(used, "en", "yes").StartTrial(http.StatusOK).URL.Path
	id, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	scanner := s.Visitor("en")
	pressed, err := scanner.Scan(t.Context(), []string{
		s.URL + link, s.URL + link + "?step=report", s.URL + used, s.URL + receipt, s.URL + "/unsubscribe/" + token.Join(id, token.Derive(secret, token.Unsubscribe)),
	}, scanner.W.RedeemNoButton(), locale.In(locale.Polish).RedeemNoButton())
	s.Must(err)
	for _, words := range []string{scanner.W.SiteNext(), scanner.W.RedeemReportButton(), scanner.W.ReceiptTakeButton()} {
		if !slices.Contains(pressed, words) {
			t.Errorf("%q was not found: %q", words, pressed)
		}
	}
	if found := s.StoredInvitation(inv.ID); found.Paused || found.Answer != invitation.Pending || s.CountEvents(invitation.ReportedEvent{}.Type()) != 0 {
		t.Errorf("%+v", found)
	}
	if _, grant, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking); err != nil || grant == nil || grant.StatusAt(s.At) != relationship.Active {
		t.Errorf("%+v %v", grant, err)
	}
}

// TestChangedLinks follows links as programs and people change them: each leads to the clean one, and nothing is written.
func TestChangedLinks(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	of := s.MakeOffer(nil)
	inv, link := s.Invite(of, "anna@example.com", "en")
	_, secret, _ := token.Split(strings.TrimPrefix(link, "/i/"))
	ulid := s.Op().NewID()
	before := s.Dump(t)
	// The secret holds every character that is misread, whatever the table made.
	const misread = "0123456789abcdefghjkmn01pq"
	for _, clean := range []string{
		"/o/" + of.ID.Code(), link, "/o/" + string(pagetest.Asking) + "_" + misread, "/i/" + token.Join(string(inv.ID), misread),
		"/unsubscribe/" + token.Join(string(inv.ID), token.Derive(secret, token.Unsubscribe)), "/unsubscribe/usr_abc123def456_" + ulid + "_" + misread,
		"/receipts/red_abc123def456_" + ulid + "_" + misread, "/receipts/red_i" + ulid + "_" + misread, "/set-password/usr_0bc123def456_" + ulid + "_" + misread,
	} {
		last := clean[strings.LastIndex(clean, "/")+1:]
		first := strings.TrimSuffix(clean, last)
		for _, changed := range []string{
			clean + ".", clean + ",", clean + ")", clean + "/", clean + ">", clean + `"`, clean + "'", clean + "”", clean + "»", clean + "…", clean + "%", clean + "!).",
			clean + " ", clean + "\u00a0", clean + "\u200b", clean + ">.", first + "<" + last + ">", first + "\u2060" + last, first + last[:9] + "\u00ad" + last[9:],
			first + last[:12] + "\r\n " + last[12:], strings.ToUpper(clean), strings.ToUpper(clean) + ".", first + strings.ToUpper(last),
			first + strings.ReplaceAll(last, "0", "o"), first + strings.ReplaceAll(last, "0", "O"),
			first + strings.ReplaceAll(last, "1", "l"), first + strings.ReplaceAll(last, "1", "I"), first + strings.ReplaceAll(last, "1", "i"), first + strings.ReplaceAll(last, "i", "l"),
		} {
			if changed == clean {
				continue
			}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				to := url.URL{Path: changed, RawQuery: "lang=pl"}
				status, location := follow(t, s, method, to.String())
				if status != http.StatusFound || location != clean+"?lang=pl" {
					t.Errorf("%s %s: %d %q, want 302 to %s", method, to.String(), status, location, clean)
				}
			}
		}
		if status, location := follow(t, s, http.MethodGet, clean); status == http.StatusFound {
			t.Errorf("%s leads to %s", clean, location)
		}
	}
	// What is no link is not made one.
	for _, other := range []string{
		"/o/" + of.ID.Code() + "z", "/o/" + of.ID.Code() + "/more", "/o/u" + of.ID.Code()[1:], "/o/", "/i/..", "/x/" + of.ID.Code() + ".", "/O", "/i/" + of.ID.Code()[10:] + ".",
		"/redeem.", "/account/", "/terms/customer.",
	} {
		if status, location := follow(t, s, http.MethodGet, other); status == http.StatusFound {
			t.Errorf("%s leads to %s", other, location)
		}
	}
	if s.Dump(t) != before {
		t.Error("following a changed link changed something")
	}
}

// follow asks for a path and follows no redirect.
func follow(t *testing.T, s *pagetest.World, method, path string) (status int, location string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	s.Must(err)
	got, err := http.DefaultTransport.RoundTrip(r)
	s.Must(err)
	got.Body.Close()
	return got.StatusCode, got.Header.Get("Location")
}
