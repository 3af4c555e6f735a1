package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

const second = catalog.PlanID("plan_mail")

const baltic = "Baltic Bridge IT sp. z o.o."

// sells makes the plans that the partners sell: the suite for 49 zł a month, 10 to 300 licences, and mail for 190 zł a year.
func (s *world) sells() {
	s.t.Helper()
	ctx := context.Background()
	suitePlan, err := s.Plan(ctx, suite)
	s.must(err)
	suitePlan.Licenses = catalog.Bounds{Min: 10, Max: 300, Default: 25}
	suitePlan.Prices = []catalog.Price{{Term: catalog.Month, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}}}
	mail := suitePlan
	mail.ID, mail.Name, mail.Trial, mail.Version = second, both("Skylark Mail", "Poczta Skylark"), nil, 0
	mail.Licenses = catalog.Bounds{Min: 1, Max: 1000, Default: 5}
	mail.Prices = []catalog.Price{{Term: catalog.Year, Price: catalog.Money{AmountMinor: 19000, Currency: "PLN"}}}
	for _, plan := range []catalog.Plan{suitePlan, mail} {
		s.must(s.SavePlan(ctx, plan, event.New(s.op(), event.Vendor(), event.Of(plan.ID, catalog.PlanChangedEvent{})), s.op()))
	}
	programs, err := s.Programs(ctx)
	s.must(err)
	stored := programs.ByName["cloud_essentials"]
	stored.Rights = append(stored.Rights, catalog.Reselling)
	_, err = catalog.PutProgram(ctx, s.Table, stored, func(catalog.Program) error { return nil }, s.op())
	s.must(err)
	for _, p := range []partner.ID{asking, advising} {
		s.must(s.SaveAuthorisation(ctx, partner.Authorisation{Partner: p, Plan: second, Countries: []string{"PL"}, From: s.at.AddDate(0, -1, 0), CreatedAt: s.at},
			event.New(s.op(), event.Partner(string(p)), event.Of(p, partner.AuthorisedEvent{})), s.op()))
	}
	s.start(0)
}

// purchase offers 12 licences of the suite; change may change the wish.
func (s *world) purchase(change func(*offers.Draft)) offers.Offer {
	s.t.Helper()
	return s.offer(func(d *offers.Draft) {
		plain(d)
		d.Kind, d.Items = offers.Purchase, []offers.Item{{Plan: suite, Licenses: 12}}
		if change != nil {
			change(d)
		}
	})
}

// twoPlans is a purchase of both plans.
func twoPlans(d *offers.Draft) { d.Items = append(d.Items, offers.Item{Plan: second, Licenses: 3}) }

// request is an offer of a kind that sells nothing.
func request(kind offers.Kind) func(*offers.Draft) {
	return func(d *offers.Draft) {
		plain(d)
		d.Kind, d.Items = kind, nil
	}
}

// member is the owner of a customer with a trial of the suite, signed in.
func (s *world) member(mail, language string) *visitor {
	s.t.Helper()
	s.user(mail)
	return s.signedIn(mail, language)
}

func (s *world) signedIn(mail, language string) *visitor {
	s.t.Helper()
	v, o := s.visitor(language), s.op()
	secret := o.IDs.Secret()
	_, err := s.SignIn(context.Background(), "https://issuer.example", mail, mail, secret, "", o)
	s.must(err)
	v.Plant(s.url, "__Host-"+site.SessionCookie, secret)
	return v
}

// subscriptions of the one customer.
func (s *world) subscriptions() []subscription.Subscription {
	s.t.Helper()
	found, _, err := s.SubscriptionsOf(context.Background(), s.customer().Customer, dynamo.Page{Limit: 100}, nil)
	s.must(err)
	return found
}

// customer returns the owner of the newest customer.
func (s *world) customer() customer.User {
	s.t.Helper()
	var newest customer.User
	for _, it := range s.Items(s.t) {
		if class, ok := it["class"].(*types.AttributeValueMemberS); !ok || class.Value != "customer_user" {
			continue
		}
		u, err := s.CustomerUser(context.Background(), customer.UserID(it["id"].(*types.AttributeValueMemberS).Value))
		s.must(err)
		newest = u
	}
	return newest
}

// choose posts the page's form of a button with several values of one field.
func (v *visitor) choose(status int, button, field string, values ...string) {
	v.s.t.Helper()
	address, form := v.Page.Form(button)
	form.Del(field)
	for _, value := range values {
		form.Add(field, value)
	}
	page, err := v.Post(v.s.t.Context(), address, form)
	v.s.must(err)
	v.look(page, status, button)
}

// at fails where the visitor is before another path.
func (v *visitor) at(path string) {
	v.s.t.Helper()
	if !strings.HasPrefix(v.Page.URL.Path, path) {
		v.s.t.Fatalf("stands on %s, not %s:\n%s", v.Page.URL, path, v.Page.Text())
	}
}

func (v *visitor) order(status int) {
	v.s.t.Helper()
	v.press(status, v.w.RedeemOrder(), "agree", "yes")
}

func month(w locale.Words, amount int64) string {
	return w.SiteCostMonth(w.Money(locale.Money{AmountMinor: amount, Currency: "PLN"}))
}

func year(w locale.Words, amount int64) string {
	return w.SiteCostYear(w.Money(locale.Money{AmountMinor: amount, Currency: "PLN"}))
}

// TestPurchaseNew walks a purchase by a new owner: prices and who bills on every page, licences within bounds, a question of its own about
// delegated administration, an order that binds, the receipt.
func TestPurchaseNew(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		of := s.purchase(func(d *offers.Draft) {
			twoPlans(d)
			d.Delegation, d.Language = &offers.Delegation{Role: offers.RoleLimited}, language
		})
		v := s.visitor(language)
		w := v.w
		v.get(http.StatusOK, "/o/"+of.ID.Code())
		v.has(w.OfferTitlePurchases(2), month(w, 12*4900), year(w, 3*19000), w.SiteBillerVendor("Skylark Cloud"), w.SiteRenews(), w.OfferAsk(baltic, w.AdministrationLimitedName(), 365))
		inv, link := s.invite(of, "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.has(w.OfferTitlePurchases(2), month(w, 12*4900), year(w, 3*19000), w.RedeemDelegationFree())
		v.press(http.StatusUnprocessableEntity, w.RedeemNext())
		v.press(http.StatusOK, w.RedeemNext(), "delegation", "yes")
		v.has(w.RedeemAccountTitle(), w.RedeemLicencesTitle(), w.RedeemLicencesHint(w.SitePriceMonth(w.Money(locale.Money{AmountMinor: 4900, Currency: "PLN"})), 10, 300, 12))
		for _, wrong := range []string{"9", "301", "0", "-1", "1.5", "many", ""} {
			v.press(http.StatusUnprocessableEntity, w.RedeemContinue(), "company", "Zakład", "name", "Anna", "licences-0", wrong, "licences-1", "7")
			plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
			v.has(w.RedeemLicencesWrong(plan, 10, 300))
			if _, form := v.Page.Form(w.RedeemContinue()); form.Get("licences-0") != wrong || form.Get("licences-1") != "7" || form.Get("company") != "Zakład" {
				t.Errorf("typed values are lost: %v", form)
			}
		}
		if kept := s.invitation(inv.ID).Draft.Items; len(kept) > 0 {
			t.Errorf("wrong licences were kept: %+v", kept)
		}
		v.press(http.StatusOK, w.RedeemContinue(), "licences-0", "20")
		v.at("/redeem/check")
		v.has(month(w, 20*4900), year(w, 7*19000), w.RedeemHappensNew(), w.RedeemOrderBinds(), w.SiteRenews(), w.RedeemOwner())
		if kept := s.invitation(inv.ID).Draft.Items; len(kept) != 2 || kept[0].Licenses != 20 || kept[1].Licenses != 7 {
			t.Errorf("kept: %+v", kept)
		}
		v.see("purchase-check")
		v.press(http.StatusUnprocessableEntity, w.RedeemOrder())
		v.order(http.StatusOK)
		v.at("/receipts/")
		v.has(w.ReceiptOrderTitle(), month(w, 20*4900), year(w, 7*19000), w.ReceiptDoneCreated(), w.ReceiptTermEnds(), w.SiteRenews(), w.ReceiptTakeLink(), w.ReceiptNextPassword())
		v.get(http.StatusOK, v.Page.Links(w.ReceiptDownload())[0])
		if body := string(v.Page.Body); !strings.Contains(body, `"price":{"amount_minor":4900,"currency":"PLN"}`) || !strings.Contains(body, `"licenses":20`) {
			t.Errorf("the record: %s", body)
		}
		if subs := s.subscriptions(); len(subs) != 2 || subs[0].Status != subscription.Active || subs[1].Advisor() != asking {
			t.Errorf("%+v", subs)
		}
		v.get(http.StatusGone, "/o/"+of.ID.Code()) // one redemption is a purchase's default
		v.has(w.DeadUsedUpTitle())
	}
}

// TestPurchaseMember walks a member: its trial becomes the subscription, then more licences are added, then a separate one.
func TestPurchaseMember(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		v := s.member("anna@example.com", language)
		w := v.w
		trial := s.subscriptions()[0]
		_, link := s.invite(s.purchase(nil), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, w.RedeemNext(), "advisor", "none")
		v.at("/redeem/account")
		v.has(w.RedeemLicencesTitle(), w.RedeemBecomes())
		v.press(http.StatusOK, w.RedeemContinue())
		v.at("/redeem/check")
		v.has(w.RedeemBecomes(), month(w, 12*4900))
		v.order(http.StatusOK)
		v.has(w.ReceiptConvertedTitle(), w.ReceiptDoneConverted(), w.ReceiptBefore(w.RedeemAdvisorIs(baltic, partnername.ID(asking))), w.ReceiptNow(w.RedeemAdvisorNobody()))
		paid := s.subscriptions()
		if len(paid) != 1 || paid[0].ID != trial.ID || paid[0].Status != subscription.Active || paid[0].Licenses.Bought != 12 {
			t.Fatalf("%+v", paid)
		}

		_, link = s.invite(s.purchase(nil), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, w.RedeemNext())
		v.at("/redeem/account")
		plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		v.has(w.RedeemIntoLegend(plan), w.RedeemIntoSeparate())
		v.press(http.StatusUnprocessableEntity, w.RedeemContinue(), "licences-0", "15")
		v.has(w.RedeemIntoMissing(plan))
		v.press(http.StatusUnprocessableEntity, w.RedeemContinue(), "licences-0", "290", "into-0", string(trial.ID))
		v.has(w.RedeemLicencesTogether(plan, 12, 300))
		v.press(http.StatusUnprocessableEntity, w.RedeemContinue(), "licences-0", "15", "into-0", "sub_of_others")
		v.press(http.StatusOK, w.RedeemContinue(), "licences-0", "15", "into-0", string(trial.ID))
		v.has(w.RedeemHappensAdd(12, 27))
		v.order(http.StatusOK)
		v.has(w.ReceiptAddedTitle(), w.SiteLicenceCount(27), w.ReceiptTermRan())
		v.lacks(w.ReceiptNextPassword())

		_, link = s.invite(s.purchase(twoPlans), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, w.RedeemNext())
		v.press(http.StatusOK, w.RedeemContinue(), "into-0", subscription.Separate)
		v.has(w.RedeemHappensNew(), w.SiteTotal())
		v.order(http.StatusOK)
		v.has(w.ReceiptOrderTitle())
		if subs := s.subscriptions(); len(subs) != 3 || subs[2].Licenses.Bought != 27 {
			t.Errorf("%+v", subs)
		}
	}
}

// TestPurchaseBilledByPartner: who bills is named, with the partner's own price, and a partner that may bill no more cannot.
func TestPurchaseBilledByPartner(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sells()
	of := s.purchase(func(d *offers.Draft) {
		d.BilledBy, d.Items[0].Price = offers.ByPartner, &catalog.Money{AmountMinor: 4500, Currency: "PLN"}
	})
	_, link := s.invite(of, "anna@example.com", "en")
	v := s.visitor("en")
	v.get(http.StatusOK, link)
	v.has(v.w.SiteBillerPartner(baltic, "Skylark Cloud"), month(v.w, 12*4500))
	v.press(http.StatusOK, v.w.RedeemNext())
	v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Zakład", "name", "Anna")
	s.leave()
	v.order(http.StatusGone)
	v.has(v.w.DeadEnrolmentReseller(baltic))
}

// TestPurchaseBetween changes the world between the check and the order: nothing is ordered, and the page says what changed.
func TestPurchaseBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(s *world, v *visitor, of offers.Offer)
		title  func(w locale.Words) string
	}{
		"withdrawn plan": {410, func(s *world, _ *visitor, _ offers.Offer) { s.plan(catalog.PlanWithdrawn) }, locale.Words.DeadPlanTitle},
		"not sold by the term": {410, func(s *world, _ *visitor, _ offers.Offer) {
			s.bounds(func(p *catalog.Plan) { p.Prices[0].Term = catalog.Year })
		}, locale.Words.DeadPlanTitle},
		"bounds": {409, func(s *world, _ *visitor, _ offers.Offer) {
			s.bounds(func(p *catalog.Plan) { p.Licenses.Max = 11 })
		}, locale.Words.RedeemChangedTitle},
		"terms":   {409, func(s *world, _ *visitor, _ offers.Offer) { s.publish(catalog.CustomerTerms, "2") }, locale.Words.RedeemTermsChangedTitle},
		"used up": {410, func(s *world, _ *visitor, of offers.Offer) { s.orders(of, "first@example.com") }, locale.Words.DeadUsedUpTitle},
		"converted meanwhile": {409, func(s *world, _ *visitor, _ offers.Offer) {
			s.orders(s.purchase(nil), "anna@example.com")
		}, locale.Words.RedeemChangedTitle},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.sells()
			v := s.member("anna@example.com", "en")
			of := s.purchase(nil)
			inv, link := s.invite(of, "anna@example.com", "en")
			v.get(http.StatusOK, link)
			v.press(http.StatusOK, v.w.RedeemNext())
			v.press(http.StatusOK, v.w.RedeemContinue())
			v.at("/redeem/check")
			c.change(s, v, of)
			before := s.Holds(t, "subscription")
			v.order(c.status)
			v.has(c.title(v.w))
			if s.Holds(t, "subscription") != before || s.invitation(inv.ID).Answer != invitations.Pending {
				t.Error("something was ordered")
			}
		})
	}
}

// bounds changes the suite.
func (s *world) bounds(change func(*catalog.Plan)) {
	s.t.Helper()
	plan, err := s.Plan(context.Background(), suite)
	s.must(err)
	change(&plan)
	s.must(s.SavePlan(context.Background(), plan, event.New(s.op(), event.Vendor(), event.Of(suite, catalog.PlanChangedEvent{})), s.op()))
}

// orders lets somebody accept a purchase offer; a known address does so signed in.
func (s *world) orders(of offers.Offer, mail string) {
	s.t.Helper()
	_, link := s.invite(of, mail, "en")
	v := s.visitor("en")
	if mail == "anna@example.com" {
		v = s.signedIn(mail, "en")
	}
	v.get(http.StatusOK, link)
	v.press(http.StatusOK, v.w.RedeemNext())
	fields := []string{"company", "First", "name", "First"}
	if mail == "anna@example.com" {
		fields = nil
	}
	v.press(http.StatusOK, v.w.RedeemContinue(), fields...)
	v.order(http.StatusOK)
}

// TestRecord walks a request to become partner of record: what can be picked, what can't and why, who is named before and then.
func TestRecord(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		v := s.member("anna@example.com", language)
		w := v.w
		_, link := s.invite(s.purchase(func(d *offers.Draft) {
			d.Partner, d.Items = advising, []offers.Item{{Plan: second, Licenses: 3}}
		}), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, w.RedeemNext())
		v.press(http.StatusOK, w.RedeemContinue())
		v.order(http.StatusOK)

		_, link = s.invite(s.offer(request(offers.PartnerOfRecord)), "anna@example.com", language)
		stranger := s.visitor(language)
		stranger.get(http.StatusConflict, link)
		stranger.has(w.RedeemMemberTitle(), w.RedeemMemberAsk(baltic, "anna@example.com"))

		v.get(http.StatusOK, link)
		v.has(w.OfferTitleRecord(), w.RedeemRecordLegend(baltic), w.RedeemRecordFixed(), w.RedeemRecordAlready(baltic))
		subs := s.subscriptions()
		mail, trial := subs[0], subs[1]
		v.press(http.StatusUnprocessableEntity, w.RedeemNext())
		v.has(w.RedeemRecordMissing())
		v.choose(http.StatusUnprocessableEntity, w.RedeemNext(), "subscriptions", string(mail.ID), string(trial.ID)) // the second is the partner's already
		v.choose(http.StatusOK, w.RedeemNext(), "subscriptions", string(mail.ID))
		v.at("/redeem/check")
		v.has(w.RedeemRecordNow(w.RedeemAdvisorIs("Vistula Advice S.A.", partnername.ID(advising))), w.RedeemRecordThen(w.RedeemAdvisorIs(baltic, partnername.ID(asking))))
		// Somebody else changes it meanwhile: nothing is done that the page did not show.
		_, _, err := order.SetPartnerOfRecord(context.Background(), s.Table, consent.Visitor{User: s.customer().ID, Language: "en"}, []subscription.ID{mail.ID}, "", false, s.op())
		s.must(err)
		v.press(http.StatusConflict, w.RedeemRecordButton(baltic), "agree", "yes")
		v.has(w.RedeemChangedTitle(), w.RedeemRecordNow(w.RedeemAdvisorNobody()))
		v.press(http.StatusOK, w.RedeemRecordButton(baltic), "agree", "yes")
		v.at("/receipts/")
		v.has(w.ReceiptNamedTitle(), w.ReceiptBefore(w.RedeemAdvisorNobody()), w.ReceiptNow(w.RedeemAdvisorIs(baltic, partnername.ID(asking))))
		if now := s.subscriptions(); now[0].Advisor() != asking || now[1].Advisor() != asking {
			t.Errorf("%+v", now)
		}

		_, link = s.invite(s.offer(request(offers.PartnerOfRecord)), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.has(w.RedeemRecordNothingTitle(), w.RedeemRecordAlready(baltic))
		v.get(http.StatusOK, v.Page.Links(w.RedeemNoButton())[0])
		v.press(http.StatusOK, w.RedeemNoButton())
		v.has(w.ReceiptNoTitle())
	}
}

// TestReseller walks a request for a reseller relationship: what it means, an equal No, once.
func TestReseller(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		v := s.member("anna@example.com", language)
		w := v.w
		_, link := s.invite(s.offer(request(offers.Reseller)), "anna@example.com", language)
		_, again := s.invite(s.offer(request(offers.Reseller)), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.has(w.OfferTitleReseller(), w.RedeemResellerQuestion(baltic), w.RedeemResellerRemove(30, "Skylark Cloud"), w.RedeemNoButton())
		v.press(http.StatusOK, w.RedeemNext())
		v.at("/redeem/check")
		v.has(w.RedeemNoButton(), w.RedeemResellerBills(baltic))
		v.press(http.StatusOK, w.RedeemResellerButton(baltic), "agree", "yes")
		v.at("/receipts/")
		v.has(w.ReceiptResellerTitle(baltic), w.RedeemResellerYes(baltic))
		receipt := v.Page.URL.Path
		v.get(http.StatusConflict, again)
		v.has(w.RedeemResellerAlreadyTitle(baltic))
		_, err := relationship.EndReseller(context.Background(), s.Table, s.customer().Customer, asking, "", s.op())
		s.must(err)
		v.get(http.StatusOK, receipt)
		v.has(w.ReceiptNeutralTitle(), w.ReceiptOver())
		v.lacks(w.ReceiptResellerTitle(baltic), w.RedeemResellerBills(baltic))
	}
}

// TestOwnLink: who is signed in takes an offer of a public link to the own account, with no address to type and no mail.
func TestOwnLink(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		s.user("anna@example.com")
		of := s.purchase(nil)
		path := "/o/" + of.ID.Code()
		v := s.visitor(language)
		w := v.w
		v.get(http.StatusOK, path+"?lang="+language)
		if to := v.Page.Links(w.OfferHaveAccount()); len(to) != 1 || !strings.HasSuffix(to[0], "/sign-in?return="+url.QueryEscape(path)) {
			t.Errorf("the way to the sign-in and back: %v", to)
		}
		v = s.signedIn("anna@example.com", language)
		before := s.Dump(t)
		v.get(http.StatusOK, path+"?lang="+language)
		v.has(w.OfferOwnText("anna@example.com", "Zakład Nowak"))
		address, form := v.Page.Form(w.OfferOwnButton())
		if form.Has("email") {
			t.Error("an address is asked for")
		}
		for what, headers := range map[string][]string{
			"no header": {"Origin", "", "Sec-Fetch-Site", ""}, "cross-site": {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		} {
			page, err := v.Post(t.Context(), address, form, headers...)
			s.must(err)
			v.look(page, http.StatusForbidden, what)
		}
		for what, token := range map[string]string{"no token": "", "another token": form.Get("form_token")[1:] + "A"} {
			wrong := url.Values{"form_token": {token}, "action": {"own"}}
			page, err := v.Post(t.Context(), address, wrong)
			s.must(err)
			v.look(page, http.StatusForbidden, what)
		}
		if s.Dump(t) != before {
			t.Fatal("something was written")
		}
		v.get(http.StatusOK, path)
		v.press(http.StatusOK, w.OfferOwnButton())
		v.at("/redeem")
		v.has(w.OfferTitlePurchase(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]), w.RedeemAdvisorLegend())
		made, err := invitations.Parse(v.Page.URL.Query().Get("i"))
		s.must(err)
		if inv := s.invitation(made); inv.Mail != "anna@example.com" || inv.Origin != invitations.FromVisitor || inv.DeliveryReason != invitations.SignedIn || inv.MessageID != "" {
			t.Errorf("%+v", inv)
		}
		v.press(http.StatusOK, w.RedeemNext())
		v.press(http.StatusOK, w.RedeemContinue())
		v.order(http.StatusOK)
		v.has(w.ReceiptConvertedTitle())
	}
}

// TestAccountReceipt shows the receipt of an act without an offer.
func TestAccountReceipt(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sells()
	v := s.member("anna@example.com", "en")
	w := v.w
	o := s.op()
	secret := o.IDs.Secret()
	user := s.customer().ID
	wish := order.Wish{Plan: second, Licenses: 4, Term: catalog.Year, Advisor: advising, Terms: "1"}
	record, err := order.Buy(context.Background(), s.Table, consent.Visitor{User: user, Secret: secret, Language: "en", Page: "/account/buy"}, wish, o)
	s.must(err)
	v.get(http.StatusOK, "/receipts/"+string(record.ID)+"_"+secret)
	v.has(w.ReceiptOrderTitle(), w.ReceiptViaAccount(), year(w, 4*19000), w.RedeemAdvisorIs("Vistula Advice S.A.", partnername.ID(advising)), w.ReceiptKeepAlone())
	if strings.Contains(v.Page.Text(), w.ReceiptAskedBy()) {
		t.Error("a partner is said to have asked")
	}
	o = s.op()
	record, _, err = order.SetPartnerOfRecord(context.Background(), s.Table, consent.Visitor{User: user, Secret: secret, Language: "en", Page: "/account/subscriptions/partner"},
		[]subscription.ID{s.subscriptions()[0].ID}, "", false, o)
	s.must(err)
	v.get(http.StatusOK, "/receipts/"+string(record.ID)+"_"+secret)
	v.has(w.ReceiptNamedTitle(), w.ReceiptNow(w.RedeemAdvisorNobody()), w.ReceiptNextRecord())
}
