package receipt_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/order"
	"liaison/shared/relationship"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

// authorized is a member at the receipt of its Yes to delegated administration alone, and the grant as it is read anew.
func authorized(s *pagetest.World, language string) (*pagetest.Visitor, consent.ID, func() (relationship.Relationship, relationship.Grant)) {
	v := s.Member("anna@example.com", language)
	inv, link := s.Invite(s.MakeOffer(func(d *offers.Draft) {
		pagetest.Request(offers.DelegatedAdministration)(d)
		d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited, Days: 365}
	}), "anna@example.com", language)
	v.Open(http.StatusOK, link)
	v.Click(http.StatusOK, v.W.SiteNext(), "delegation", "yes")
	v.Click(http.StatusOK, v.W.RedeemAuthorize(pagetest.Baltic), "agree", "yes")
	v.At("/receipts/")
	return v, consent.ID(s.StoredInvitation(inv.ID).Redemption), func() (relationship.Relationship, relationship.Grant) {
		tie, grant, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking)
		s.Must(err)
		return tie, *grant
	}
}

// TestReceiptStands: a receipt of delegated administration says how that stands now, and contradicts itself nowhere.
func TestReceiptStands(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v, id, now := authorized(s, language)
		w, path := v.W, v.Page.URL.Path
		in := func(g relationship.Grant) string { return w.ReceiptRuns(g.EndsAt.In(calendar.Zone("PL"))) }
		v.See("receipt-administration")
		tie, grant := now()
		v.Has(w.ReceiptGrantedTitle(pagetest.Baltic), w.ReceiptGrantedNext(), w.DelegatedAdministrationLimitedCan())
		v.Lacks(in(grant)) // the end is as agreed, which is said once

		grant.EndsAt = grant.EndsAt.AddDate(0, 0, relationship.ExtendDays)
		grant.AutoExtend = relationship.Switches{Customer: true, Partner: true}
		s.Must(s.SaveGrant(ctx, grant, tie, nil, s.Op()))
		v.Open(http.StatusOK, path)
		v.Has(w.ReceiptGrantedTitle(pagetest.Baltic), in(grant), w.Date(grant.ExtendsAt("PL", catalog.Availability{}).In(calendar.Zone("PL"))), w.ReceiptGrantedExtends(relationship.ExtendDays))
		v.Lacks(w.ReceiptGrantedNext())
		s.CloseRegion(catalog.FeatureAdministration)
		s.Restart(0)
		v.Open(http.StatusOK, path)
		v.Has(w.ReceiptGrantedNext())
		v.Lacks(w.ReceiptGrantedExtends(relationship.ExtendDays))

		_, err := consent.Object(ctx, s.Table, s.Owner().Customer, id, s.Owner().ID, "", s.Op())
		s.Must(err)
		v.Open(http.StatusOK, path)
		v.Has(w.ReceiptAdministrationSuspendedTitle(), w.ReceiptSuspended(pagetest.Baltic), w.ReceiptDisputed(s.At.In(calendar.Zone("PL")), "Skylark Cloud sp. z o.o."), w.ReceiptTakeLink())
		v.See("receipt-disputed")
		v.Lacks(w.ReceiptGrantedTitle(pagetest.Baltic), w.ReceiptGrantedNext(), w.DelegatedAdministrationLimitedCan())

		v.Open(http.StatusOK, v.Page.Links(w.ReceiptTakeLink())[0])
		v.Click(http.StatusOK, w.ReceiptTakeButton(), "sure", "yes")
		_, grant = now()
		v.See("receipt-taken")
		v.Has(w.ReceiptTakenBack(pagetest.Baltic), w.ReceiptAdministrationTakenTitle(), w.ReceiptTaken(), w.ReceiptEnded(grant.EndedAt.In(calendar.Zone("PL"))))
		v.Lacks(w.ReceiptGrantedTitle(pagetest.Baltic), w.ReceiptGrantedNext(), w.ReceiptTakeLink())
	})
}

// TestReceiptExpired: a receipt of delegated administration whose end has come says so.
func TestReceiptExpired(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v, _, now := authorized(s, "en")
	path := v.Page.URL.Path
	_, grant := now()
	s.Restart(366 * day)
	v.Open(http.StatusOK, path)
	v.Has(v.W.ReceiptAdministrationEndedTitle(), v.W.ReceiptExpired(grant.EndsAt.In(calendar.Zone("PL"))))
	v.Lacks(v.W.ReceiptGrantedTitle(pagetest.Baltic), v.W.ReceiptGrantedNext())
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
		s := pagetest.Open(t)
		_, link := s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", "en")
		v := s.AtCheck(link, "en", "")
		v.StartTrial(http.StatusOK)
		w, path := v.W, v.Page.URL.Path
		sub := s.Subscriptions()[0]
		v.Has(w.ReceiptTitle(30), w.ReceiptNextPassword(), w.ReceiptNextPasswordLink("anna@example.com"), w.ReceiptNextEnds(), w.ReceiptLeft(30), w.ReceiptFree(sub.TrialEndsAt.In(calendar.Zone("PL"))), w.ReceiptRunning())
		v.Lacks(w.SiteAccountLink())
		v.See("receipt-trial")
		next, err := change(sub, s.At)
		s.Must(err)
		s.Must(s.SaveSubscription(ctx, next, nil, s.Op()))
		for _, at := range []time.Duration{0, 31 * day, 61 * day} {
			s.Restart(at)
			v.Open(http.StatusOK, path)
			links := v.Page.Links(w.ReceiptSubscription())
			if name == "" && at < 60*day {
				v.Has(w.ReceiptNextBuy())
				v.Lacks(w.ReceiptNextChanged())
				continue
			}
			title := w.ReceiptEndedTitle()
			switch {
			case name == "converted":
				title = w.ReceiptConvertedTitle()
			case name == "extended" && at < 60*day:
				title = w.ReceiptExtendedTitle()
				v.Has(w.SubscriptionTrial(60-int(at/day), next.TrialEndsAt.In(calendar.Zone("PL")))) // no longer the end that was agreed
			}
			if v.Page.Heading() != title {
				t.Errorf("%s after %v: %q", name, at, v.Page.Heading())
			}
			v.See("receipt-trial-" + name)
			v.Has(w.ReceiptNextChanged())
			v.Lacks(w.ReceiptTitle(30), w.ReceiptNextBuy(), "charged", w.ReceiptLeft(30))
			if len(links) != 1 || !strings.HasSuffix(links[0], "/account/subscriptions/"+string(sub.ID)) {
				t.Errorf("%s: leads to %v", name, links)
			}
		}
	}
}

// TestReceiptKept: a No to a partner that administers already takes nothing away, and its receipt does not say that the partner has no access.
func TestReceiptKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v, _, now := authorized(s, "en")
	w := v.W
	_, grant := now()
	_, link := s.Invite(s.Purchase(func(d *offers.Draft) { d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited} }), "anna@example.com", "en")
	v.Open(http.StatusOK, link)
	v.Click(http.StatusOK, w.SiteNext())
	v.Click(http.StatusOK, w.SiteNext(), "delegation", "no")
	if v.Page.URL.Path != "/redeem/check" {
		v.Click(http.StatusOK, w.SiteNext())
	}
	v.Order(http.StatusOK)
	v.At("/receipts/")
	v.See("receipt-kept")
	v.Has(w.ReceiptDelegationKept(pagetest.Baltic, grant.EndsAt.In(calendar.Zone("PL"))))
	v.Lacks(w.ReceiptDelegationNo(pagetest.Baltic))
}

// TestAccountReceipt shows the receipt of an act without an offer.
func TestAccountReceipt(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v := s.Member("anna@example.com", "en")
	w := v.W
	o := s.Op()
	secret := o.IDs.Secret()
	user := s.Owner().ID
	wish := order.Wish{Plan: pagetest.Mail, Licenses: 4, Term: catalog.Year, PartnerOfRecord: pagetest.Advising, Terms: "1"}
	record, err := order.Buy(context.Background(), s.Table, consent.Visitor{User: user, Secret: secret, Language: "en", Page: "/account/buy"}, wish, o)
	s.Must(err)
	v.Open(http.StatusOK, "/receipts/"+string(record.ID)+"_"+secret)
	v.See("receipt-order")
	v.Has(w.ReceiptOrderTitle(), w.SiteAccountLink(), w.ReceiptViaAccount(), w.CostYear(locale.Money{AmountMinor: 4 * 19000, Currency: "PLN"}), w.PartnerOfRecordNameAndID("Vistula Advice S.A.", partnername.ID(pagetest.Advising)), w.ReceiptKeepAlone())
	if strings.Contains(v.Page.Text(), w.ReceiptAskedBy()) {
		t.Error("a partner is said to have asked")
	}
	o = s.Op()
	record, _, err = order.SetPartnerOfRecord(context.Background(), s.Table, consent.Visitor{User: user, Secret: secret, Language: "en", Page: "/account/subscriptions/partner"},
		[]subscription.ID{s.Subscriptions()[0].ID}, "", false, o)
	s.Must(err)
	v.Open(http.StatusOK, "/receipts/"+string(record.ID)+"_"+secret)
	v.See("receipt-named")
	v.Has(w.ReceiptNamedTitle(), w.ReceiptNow(w.PartnerOfRecordNobody()), w.ReceiptNextPartnerOfRecord())
}
