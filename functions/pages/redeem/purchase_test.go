package redeem_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/order"
	"liaison/shared/relationship"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/tests/fixture/pagetest"
)

// twoPlans is a purchase of both plans.
func twoPlans(d *offers.Draft) {
	d.Items = append(d.Items, offers.Item{Plan: pagetest.Mail, Licenses: 3})
}

func month(w locale.Words, amount int64) string {
	return w.CostMonth(locale.Money{AmountMinor: amount, Currency: "PLN"})
}

func year(w locale.Words, amount int64) string {
	return w.PerTerm(locale.Cost{Money: locale.Money{AmountMinor: amount, Currency: "PLN"}, Yearly: true})
}

// TestPurchaseNew walks a purchase by a new owner: prices and who bills on every page, licences within bounds, a question of its own about
// delegated administration, an order that binds, the receipt.
func TestPurchaseNew(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		of := s.Purchase(func(d *offers.Draft) {
			twoPlans(d)
			d.DelegatedAdministration, d.Language = &offers.AskedGrant{Role: offers.RoleLimited}, language
		})
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, "/o/"+of.ID.Code())
		v.Has(w.OfferTitlePurchases(2), month(w, 12*4900), year(w, 3*19000), w.SiteBillerVendor("Skylark Cloud"), w.SiteRenews(), w.OfferAsk(pagetest.Baltic, w.DelegatedAdministrationLimitedName(), 365))
		inv, link := s.Invite(of, "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Has(w.OfferTitlePurchases(2), month(w, 12*4900), year(w, 3*19000), w.RedeemAccessNext())
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.DelegatedAdministrationFree())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "yes")
		v.Has(w.RedeemAccountTitle(), w.RedeemLicencesTitle(), w.RedeemLicencesHint(w.CostLicenceMonth(locale.Money{AmountMinor: 4900, Currency: "PLN"}), 10, 300, 12))
		for _, wrong := range []string{"9", "301", "0", "-1", "1.5", "many", ""} {
			v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "company", "Zakład", "name", "Anna", "licences-0", wrong, "licences-1", "7")
			plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
			v.Has(w.RedeemLicencesWrong(plan, 10, 300))
			if _, form := v.Page.Form(w.SiteNext()); form.Get("licences-0") != wrong || form.Get("licences-1") != "7" || form.Get("company") != "Zakład" {
				t.Errorf("typed values are lost: %v", form)
			}
		}
		if kept := s.StoredInvitation(inv.ID).Draft.Items; len(kept) > 0 {
			t.Errorf("wrong licences were kept: %+v", kept)
		}
		v.Click(http.StatusOK, w.SiteNext(), "licences-0", "20")
		v.At("/redeem/check")
		v.Has(month(w, 20*4900), year(w, 7*19000), w.RedeemHappensNew(), w.RedeemOrderBinds(), w.SiteRenews(), w.RedeemOwnerRoles())
		if kept := s.StoredInvitation(inv.ID).Draft.Items; len(kept) != 2 || kept[0].Licenses != 20 || kept[1].Licenses != 7 {
			t.Errorf("kept: %+v", kept)
		}
		v.See("purchase-check")
		v.Click(http.StatusUnprocessableEntity, w.RedeemOrder())
		v.Order(http.StatusOK)
		v.At("/receipts/")
		v.See("receipt-purchase")
		v.Has(w.ReceiptOrderTitle(), month(w, 20*4900), year(w, 7*19000), w.ReceiptDoneCreated(), w.ReceiptTermEnds(), w.SiteRenews(), w.ReceiptTakeLink(), w.ReceiptNextPassword())
		v.Open(http.StatusOK, v.Page.Links(w.ReceiptDownload())[0])
		if body := string(v.Page.Body); !strings.Contains(body, `"price":{"amount_minor":4900,"currency":"PLN"}`) || !strings.Contains(body, `"licenses":20`) {
			t.Errorf("the record: %s", body)
		}
		if subs := s.Subscriptions(); len(subs) != 2 || subs[0].Status != subscription.Active || subs[1].PartnerOfRecordID() != pagetest.Asking {
			t.Errorf("%+v", subs)
		}
		v.Open(http.StatusGone, "/o/"+of.ID.Code()) // one redemption is a purchase's default
		v.Has(w.UnavailableUsedUpTitle())
	})
}

// TestPurchaseMember walks a member: its trial becomes the subscription, then more licences are added, then a separate one.
func TestPurchaseMember(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w := v.W
		charges := func(prices catalog.Prices, added catalog.LicensesCharged) {
			s.VendorNow(func(v *catalog.Vendor) { v.Prices, v.LicensesCharged = prices, added })
		}
		trial := s.Subscriptions()[0]
		_, link := s.Invite(s.Purchase(nil), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext(), "advisor", "none")
		v.At("/redeem/account")
		v.Has(w.RedeemLicencesTitle(), w.RedeemBecomes())
		v.Click(http.StatusOK, w.SiteNext())
		v.At("/redeem/check")
		v.Has(w.RedeemBecomes(), w.SiteLicences()+" 12", month(w, 12*4900))
		v.Order(http.StatusOK)
		v.Has(w.ReceiptConvertedTitle(), w.ReceiptDoneConverted(), w.ReceiptBefore(w.PartnerOfRecordNameAndID(pagetest.Baltic, partnername.ID(pagetest.Asking))), w.ReceiptNow(w.PartnerOfRecordNobody()))
		paid := s.Subscriptions()
		if len(paid) != 1 || paid[0].ID != trial.ID || paid[0].Status != subscription.Active || paid[0].Licenses.Bought != 12 {
			t.Fatalf("%+v", paid)
		}

		_, link = s.Invite(s.Purchase(nil), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.At("/redeem/account")
		plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		v.Has(w.RedeemIntoLegend(plan), w.RedeemIntoSeparate())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licences-0", "15")
		v.Has(w.RedeemIntoMissing(plan))
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licences-0", "290", "into-0", string(trial.ID))
		v.Has(w.RedeemLicencesTogether(plan, 12, 300))
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licences-0", "15", "into-0", "sub_of_others")
		v.Click(http.StatusOK, w.SiteNext(), "licences-0", "15", "into-0", string(trial.ID))
		ends := paid[0].TermEndsAt.In(calendar.Zone("PL"))
		v.Has(w.RedeemHappensAdd(12, 27), w.ChargedProrated(ends))
		charges(catalog.Net, catalog.NextTerm)
		v.Order(http.StatusConflict)
		v.Has(w.OrderChargeChangedTitle(), w.ChargedNextTerm(ends))
		v.See("check-charge-changed")
		v.Order(http.StatusOK)
		v.Has(w.ReceiptAddedTitle(), w.SiteLicenceCount(27), w.ReceiptTermRan())
		v.Lacks(w.ReceiptNextPassword())

		_, link = s.Invite(s.Purchase(twoPlans), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.Click(http.StatusOK, w.SiteNext(), "into-0", subscription.Separate)
		v.Has(w.RedeemHappensNew(), w.SiteTotal(), year(w, 3*19000))
		v.Lacks(w.ChargedNextTerm(ends))
		charges(catalog.Gross, catalog.Prorated)
		v.Order(http.StatusConflict)
		v.Has(w.OrderChargeChangedTitle(), year(w.Priced(true), 3*19000))
		v.Lacks(year(w, 3*19000))
		charges(catalog.Gross, catalog.NextTerm) // nothing is added to a running term
		v.Order(http.StatusOK)
		v.Has(w.ReceiptOrderTitle())
		if subs := s.Subscriptions(); len(subs) != 3 || subs[2].Licenses.Bought != 27 {
			t.Errorf("%+v", subs)
		}
	})
}

// TestPurchaseBilledByPartner: who bills is named, with the partner's own price, and a partner that may bill no more cannot.
func TestPurchaseBilledByPartner(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	byPartner := func(d *offers.Draft) {
		d.BilledBy, d.Items[0].Price, d.MaxRedemptions = offers.ByPartner, &catalog.Money{AmountMinor: 4500, Currency: "PLN"}, 2
	}
	of := s.Purchase(byPartner)
	_, link := s.Invite(of, "anna@example.com", "en")
	v := s.Visitor("en")
	v.Open(http.StatusOK, link)
	v.Has(v.W.SiteBillerPartner(pagetest.Baltic, "Skylark Cloud"), month(v.W, 12*4500))
	v.Click(http.StatusOK, v.W.SiteNext())
	v.Click(http.StatusOK, v.W.SiteNext(), "company", "Zakład", "name", "Anna")

	// How the vendor charges added licences does not matter.
	s.Accept(of, "ewa@example.com", false)
	_, link = s.Invite(s.Purchase(byPartner), "ewa@example.com", "en")
	ewa, sub := s.SignedIn("ewa@example.com", "en"), s.Subscriptions()[0]
	ewa.Open(http.StatusOK, link)
	ewa.Click(http.StatusOK, v.W.SiteNext())
	ewa.Click(http.StatusOK, v.W.SiteNext(), "into-0", string(sub.ID))
	ewa.Has(v.W.RedeemHappensAdd(12, 24))
	ewa.Lacks(v.W.ChargedProrated(sub.TermEndsAt.In(calendar.Zone("PL"))))
	s.SetVendor(func(v *catalog.Vendor) { v.LicensesCharged = catalog.NextTerm })
	ewa.Order(http.StatusOK)

	s.LeaveProgram()
	v.Order(http.StatusGone)
	v.Has(v.W.UnavailableEnrolmentReseller(pagetest.Baltic))
}

// TestPurchaseBetween changes the world between the check and the order: nothing is ordered, and the page says what changed.
func TestPurchaseBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(s *pagetest.World, v *pagetest.Visitor, of offers.Offer)
		title  func(w locale.Words) string
	}{
		"withdrawn plan": {410, func(s *pagetest.World, _ *pagetest.Visitor, _ offers.Offer) { s.WithdrawPlan() }, locale.Words.UnavailablePlanTitle},
		"not sold by the term": {410, func(s *pagetest.World, _ *pagetest.Visitor, _ offers.Offer) {
			s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) { p.Prices[0].Term = catalog.Year })
		}, locale.Words.UnavailablePlanTitle},
		"bounds": {409, func(s *pagetest.World, _ *pagetest.Visitor, _ offers.Offer) {
			s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) { p.Licenses.Max = 11 })
		}, locale.Words.RedeemChangedTitle},
		"terms": {409, func(s *pagetest.World, _ *pagetest.Visitor, _ offers.Offer) { s.Publish(catalog.CustomerTerms, "2") }, locale.Words.RedeemTermsChangedTitle},
		"used up": {410, func(s *pagetest.World, _ *pagetest.Visitor, of offers.Offer) {
			s.Accept(of, "first@example.com", false)
		}, locale.Words.UnavailableUsedUpTitle},
		"converted meanwhile": {409, func(s *pagetest.World, _ *pagetest.Visitor, _ offers.Offer) {
			s.Accept(s.Purchase(nil), "anna@example.com", true)
		}, locale.Words.RedeemChangedTitle},
	} {
		t.Run(name, func(t *testing.T) {
			s := pagetest.Open(t)
			s.Sells()
			v := s.Member("anna@example.com", "en")
			of := s.Purchase(nil)
			inv, link := s.Invite(of, "anna@example.com", "en")
			v.Open(http.StatusOK, link)
			v.Click(http.StatusOK, v.W.SiteNext())
			v.Click(http.StatusOK, v.W.SiteNext())
			v.At("/redeem/check")
			c.change(s, v, of)
			before := s.Holds(t, "subscription")
			v.Order(c.status)
			v.Has(c.title(v.W))
			if s.Holds(t, "subscription") != before || s.StoredInvitation(inv.ID).Answer != invitations.Pending {
				t.Error("something was ordered")
			}
		})
	}
}

// TestRecord walks a request to become partner of record: what can be picked, what can't and why, who is named before and then.
func TestRecord(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w := v.W
		_, link := s.Invite(s.Purchase(func(d *offers.Draft) {
			d.Partner, d.Items = pagetest.Advising, []offers.Item{{Plan: pagetest.Mail, Licenses: 3}}
		}), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.Click(http.StatusOK, w.SiteNext())
		v.Order(http.StatusOK)

		_, link = s.Invite(s.MakeOffer(pagetest.Request(offers.PartnerOfRecord)), "anna@example.com", language)
		stranger := s.Visitor(language)
		stranger.Open(http.StatusConflict, link)
		stranger.Has(w.RedeemMemberTitle(), w.RedeemMemberAsk(pagetest.Baltic, "anna@example.com"))

		v.Open(http.StatusOK, link)
		v.Has(w.OfferTitlePartnerOfRecord(pagetest.Baltic), w.PartnerOfRecordRequestLegend(), w.PartnerOfRecordRequestFixed(), w.PartnerOfRecordRequestAlready(pagetest.Baltic))
		subs := s.Subscriptions()
		mail, trial := subs[0], subs[1]
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Has(w.PartnerOfRecordRequestMissing())
		v.Choose(http.StatusUnprocessableEntity, w.SiteNext(), "subscriptions", string(mail.ID), string(trial.ID)) // the second is the partner's already
		v.Choose(http.StatusOK, w.SiteNext(), "subscriptions", string(mail.ID))
		v.At("/redeem/check")
		v.Has(w.PartnerOfRecordRequestNow(w.PartnerOfRecordNameAndID("Vistula Advice S.A.", partnername.ID(pagetest.Advising))), w.PartnerOfRecordRequestThen(w.PartnerOfRecordNameAndID(pagetest.Baltic, partnername.ID(pagetest.Asking))))
		// Somebody else changes it meanwhile: nothing is done that the page did not show.
		_, _, err := order.SetPartnerOfRecord(context.Background(), s.Table, consent.Visitor{User: s.Owner().ID, Language: "en"}, []subscription.ID{mail.ID}, "", false, s.Op())
		s.Must(err)
		v.Click(http.StatusConflict, w.PartnerOfRecordRequestButton(pagetest.Baltic), "agree", "yes")
		v.Has(w.RedeemChangedTitle(), w.PartnerOfRecordRequestNow(w.PartnerOfRecordNobody()))
		v.Click(http.StatusOK, w.PartnerOfRecordRequestButton(pagetest.Baltic), "agree", "yes")
		v.At("/receipts/")
		v.Has(w.ReceiptNamedTitle(), w.ReceiptBefore(w.PartnerOfRecordNobody()), w.ReceiptNow(w.PartnerOfRecordNameAndID(pagetest.Baltic, partnername.ID(pagetest.Asking))))
		if now := s.Subscriptions(); now[0].PartnerOfRecordID() != pagetest.Asking || now[1].PartnerOfRecordID() != pagetest.Asking {
			t.Errorf("%+v", now)
		}

		_, link = s.Invite(s.MakeOffer(pagetest.Request(offers.PartnerOfRecord)), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Has(w.PartnerOfRecordRequestNothingTitle(), w.PartnerOfRecordRequestAlready(pagetest.Baltic))
		v.Open(http.StatusOK, v.Page.Links(w.RedeemNoButton())[0])
		v.Click(http.StatusOK, w.RedeemNoButton())
		v.Has(w.ReceiptNoTitle())
	})
}

// TestReseller walks a request for a reseller relationship: what it means, an equal No, once.
func TestReseller(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w := v.W
		noticed := s.MakeOffer(func(d *offers.Draft) {
			pagetest.Request(offers.Reseller)(d)
			d.NoticePeriod = &offers.NoticePeriod{Days: 30}
		})
		_, link := s.Invite(noticed, "anna@example.com", language)
		_, again := s.Invite(s.MakeOffer(pagetest.Request(offers.Reseller)), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Has(w.ResellerQuestion(pagetest.Baltic), w.ResellerRemoveNotice(30, pagetest.Baltic), w.RedeemNoButton())
		v.Click(http.StatusOK, w.SiteNext())
		v.At("/redeem/check")
		v.Has(w.RedeemNoButton(), w.ResellerBills(pagetest.Baltic), w.ResellerRemoveNotice(30, pagetest.Baltic))
		if !strings.Contains(string(v.Page.Body), `value="notice:30"`) {
			t.Error("the check does not sign the notice")
		}
		v.Click(http.StatusOK, w.ResellerButton(pagetest.Baltic), "agree", "yes")
		v.At("/receipts/")
		v.Has(w.ReceiptResellerTitle(pagetest.Baltic), w.ResellerYes(pagetest.Baltic), w.ResellerRemoveNotice(30, pagetest.Baltic))
		tie, _, err := s.Table.Relationship(t.Context(), s.Owner().Customer, pagetest.Asking)
		if s.Must(err); tie.NoticePeriod == nil || tie.NoticePeriod.Days != 30 {
			t.Errorf("the tie keeps the notice %+v", tie.NoticePeriod)
		}
		receipt := v.Page.URL.Path
		v.Open(http.StatusConflict, again)
		v.Has(w.ResellerAlreadyTitle(pagetest.Baltic))
		_, err = relationship.EndReseller(context.Background(), s.Table, s.Owner().Customer, pagetest.Asking, "", s.Op())
		s.Must(err)
		v.Open(http.StatusOK, receipt)
		v.Has(w.ReceiptResellerEndedTitle(), w.ReceiptOver())
		v.Lacks(w.ReceiptResellerTitle(pagetest.Baltic), w.ResellerBills(pagetest.Baltic))
	})
}

// TestOwnLink: who is signed in takes an offer of a public link to the own account, with no address to type and no mail.
func TestOwnLink(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		s.SignUp("anna@example.com")
		of := s.Purchase(nil)
		path := "/o/" + of.ID.Code()
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		if to := v.Page.Links(w.OfferHaveAccount()); len(to) != 1 || !strings.HasSuffix(to[0], "/sign-in?return="+url.QueryEscape(path)) {
			t.Errorf("the way to the sign-in and back: %v", to)
		}
		v = s.SignedIn("anna@example.com", language)
		before := s.Dump(t)
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.OfferOwnText("anna@example.com", "Zakład Nowak"))
		address, form := v.Page.Form(w.OfferOwnButton())
		if form.Has("email") {
			t.Error("an address is asked for")
		}
		for what, headers := range map[string][]string{
			"no header": {"Origin", "", "Sec-Fetch-Site", ""}, "cross-site": {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		} {
			page, err := v.Post(t.Context(), address, form, headers...)
			s.Must(err)
			v.Look(page, http.StatusForbidden, what)
		}
		for what, token := range map[string]string{"no token": "", "another token": form.Get("form_token")[1:] + "A"} {
			wrong := url.Values{"form_token": {token}, "action": {"own"}}
			page, err := v.Post(t.Context(), address, wrong)
			s.Must(err)
			v.Look(page, http.StatusForbidden, what)
		}
		if s.Dump(t) != before {
			t.Fatal("something was written")
		}
		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, w.OfferOwnButton())
		v.At("/redeem")
		v.Has(w.OfferTitlePurchase(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]), w.PartnerOfRecordLegend())
		made, err := invitations.Parse(v.Page.URL.Query().Get("i"))
		s.Must(err)
		if inv := s.StoredInvitation(made); inv.Mail != "anna@example.com" || inv.Origin != invitations.FromVisitor || inv.DeliveryReason != invitations.SignedIn || inv.MessageID != "" {
			t.Errorf("%+v", inv)
		}
		v.Click(http.StatusOK, w.SiteNext())
		v.Click(http.StatusOK, w.SiteNext())
		v.Order(http.StatusOK)
		v.Has(w.ReceiptConvertedTitle())
	})
}
