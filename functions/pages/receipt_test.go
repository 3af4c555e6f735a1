package pages_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	offers "liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// lacks fails where the page has one of the words.
func (v *visitor) lacks(words ...string) {
	v.s.t.Helper()
	for _, word := range words {
		if strings.Contains(spaced(v.Page.Text()), spaced(word)) {
			v.s.t.Errorf("%s has %q:\n%s", v.Page.URL, word, v.Page.Text())
		}
	}
}

// authorized is a member at the receipt of its Yes to delegated administration alone, and the grant as it is read anew.
func (s *world) authorized(language string) (*visitor, consent.ID, func() (relationship.Relationship, relationship.Grant)) {
	s.t.Helper()
	v := s.member("anna@example.com", language)
	inv, link := s.invite(s.offer(func(d *offers.Draft) {
		request(offers.DelegatedAdministration)(d)
		d.Delegation = &offers.Delegation{Role: offers.RoleLimited, Days: 365}
	}), "anna@example.com", language)
	v.get(http.StatusOK, link)
	v.press(http.StatusOK, v.w.RedeemNext(), "delegation", "yes")
	v.press(http.StatusOK, v.w.RedeemAuthorize(baltic), "agree", "yes")
	v.at("/receipts/")
	return v, consent.ID(s.invitation(inv.ID).Redemption), func() (relationship.Relationship, relationship.Grant) {
		s.t.Helper()
		tie, grant, err := s.Relationship(context.Background(), s.customer().Customer, asking)
		s.must(err)
		return tie, *grant
	}
}

// TestReceiptStands: a receipt of delegated administration says how that stands now, and contradicts itself nowhere.
func TestReceiptStands(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		v, id, now := s.authorized(language)
		w, path := v.w, v.Page.URL.Path
		in := func(g relationship.Grant) string { return w.ReceiptRuns(g.EndsAt.In(calendar.Zone("PL"))) }
		tie, grant := now()
		v.has(w.ReceiptGrantedTitle(baltic), w.ReceiptGrantedNext(), in(grant), w.AdministrationLimitedCan())

		grant.EndsAt = grant.EndsAt.AddDate(0, 0, relationship.ExtendDays)
		s.must(s.SaveGrant(ctx, grant, tie, nil, s.op()))
		v.get(http.StatusOK, path)
		v.has(w.ReceiptGrantedTitle(baltic), in(grant))

		_, err := consent.Object(ctx, s.Table, s.customer().Customer, id, s.customer().ID, "", s.op())
		s.must(err)
		v.get(http.StatusOK, path)
		v.has(w.ReceiptNeutralTitle(), w.ReceiptSuspended(baltic), w.ReceiptTakeLink())
		v.lacks(w.ReceiptGrantedTitle(baltic), w.ReceiptGrantedNext(), w.AdministrationLimitedCan())

		v.get(http.StatusOK, v.Page.Links(w.ReceiptTakeLink())[0])
		v.press(http.StatusOK, w.ReceiptTakeButton(), "sure", "yes")
		_, grant = now()
		v.has(w.ReceiptTakenBack(baltic), w.ReceiptNeutralTitle(), w.ReceiptEnded(grant.EndedAt.In(calendar.Zone("PL"))))
		v.lacks(w.ReceiptGrantedTitle(baltic), w.ReceiptGrantedNext(), w.ReceiptTakeLink())
	}
}

// TestReceiptExpired: a receipt of delegated administration whose end has come says so.
func TestReceiptExpired(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sells()
	v, _, now := s.authorized("en")
	path := v.Page.URL.Path
	_, grant := now()
	s.start(366 * day)
	v.get(http.StatusOK, path)
	v.has(v.w.ReceiptNeutralTitle(), v.w.ReceiptExpired(grant.EndsAt.In(calendar.Zone("PL"))))
	v.lacks(v.w.ReceiptGrantedTitle(baltic), v.w.ReceiptGrantedNext())
}

// TestReceiptOfTrial: what the receipt of a trial says of its end holds only while it is that trial.
func TestReceiptOfTrial(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	ordered := subscription.Order{Licenses: 25, Term: catalog.Month, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}, BilledBy: subscription.Vendor}
	for name, change := range map[string]func(subscription.Subscription, time.Time) (subscription.Subscription, error){
		"": func(s subscription.Subscription, _ time.Time) (subscription.Subscription, error) { return s, nil },
		"converted": func(s subscription.Subscription, at time.Time) (subscription.Subscription, error) {
			return s.Convert(ordered, at)
		},
		"extended": func(s subscription.Subscription, at time.Time) (subscription.Subscription, error) {
			return s.Extend(30, at)
		},
		"cancelled": subscription.Subscription.Stop,
	} {
		s := open(t)
		_, link := s.invite(s.offer(plain), "anna@example.com", "en")
		v := s.atCheck(link, "en", "")
		v.start(http.StatusOK)
		w, path := v.w, v.Page.URL.Path
		sub := s.subscriptions()[0]
		v.has(w.ReceiptTitle(), w.ReceiptNextPassword(), w.ReceiptNextEnds(sub.TrialEndsAt.In(calendar.Zone("PL"))))
		next, err := change(sub, s.at)
		s.must(err)
		s.must(s.SaveSubscription(ctx, next, nil, s.op()))
		for _, at := range []time.Duration{0, 31 * day, 61 * day} {
			s.start(at)
			v.get(http.StatusOK, path)
			links := v.Page.Links(w.ReceiptSubscription())
			if name == "" && at < 60*day {
				v.has(w.ReceiptNextBuy(baltic))
				v.lacks(w.ReceiptNextChanged())
				continue
			}
			v.has(w.ReceiptEndedTitle(), w.ReceiptNextChanged())
			v.lacks(w.ReceiptTitle(), w.ReceiptNextBuy(baltic), "charged")
			if len(links) != 1 || !strings.HasSuffix(links[0], "/account/subscriptions/"+string(sub.ID)) {
				t.Errorf("%s: leads to %v", name, links)
			}
		}
	}
}

// TestReceiptKept: a No to a partner that administers already takes nothing away, and its receipt does not say that the partner has no access.
func TestReceiptKept(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sells()
	v, _, now := s.authorized("en")
	w := v.w
	_, grant := now()
	_, link := s.invite(s.purchase(func(d *offers.Draft) { d.Delegation = &offers.Delegation{Role: offers.RoleLimited} }), "anna@example.com", "en")
	v.get(http.StatusOK, link)
	v.press(http.StatusOK, w.RedeemNext(), "delegation", "no")
	if v.Page.URL.Path != "/redeem/check" {
		v.press(http.StatusOK, w.RedeemContinue())
	}
	v.order(http.StatusOK)
	v.at("/receipts/")
	v.has(w.ReceiptDelegationKept(baltic, grant.EndsAt.In(calendar.Zone("PL"))))
	v.lacks(w.RedeemDelegationNo(baltic))
}
