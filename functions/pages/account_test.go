package pages_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/pages/account"
	"liaison/functions/pages/activity"
	"liaison/functions/pages/buy"
	subscriptionpartner "liaison/functions/pages/subscription-partner"
	"liaison/functions/pages/subscriptions"
	"liaison/functions/pages/unsubscribe"
	"liaison/infra/local/client"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/subscription"
)

const (
	mailPlan = catalog.PlanID("plan_mail")
	farPlan  = catalog.PlanID("plan_far")
)

// company is a customer with a running trial of the suite, whose owner is signed in.
type company struct {
	*world
	*visitor
	id    customer.ID
	owner customer.UserID
	held  *string // the secret of the session
}

// company makes one on pages of the account.
func (s *world) company(language string) company {
	s.t.Helper()
	s.account()
	s.priced(suite, 4900, "PL", closedIn)
	s.priced(mailPlan, 1900, "PL")
	s.priced(farPlan, 900, closedIn)
	s.authorise(advising, mailPlan)
	_, link := s.invite(s.offer(plain), "owner@example.com", language)
	s.atCheck(link, language, "").start(http.StatusOK)
	c := company{world: s, visitor: s.visitor(language), held: new(string)}
	for _, item := range s.Items(s.t) {
		if tabletestText(item, "class") == "customer_user" {
			c.owner = customer.UserID(tabletestText(item, "id"))
			c.id = customer.ID(tabletestText(item, "customer"))
		}
	}
	c.signIn(c.visitor)
	return c
}

func tabletestText(item map[string]types.AttributeValue, name string) string {
	if s, ok := item[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// signIn gives a browser a session of the owner.
func (c company) signIn(v *visitor) {
	c.t.Helper()
	o := c.op()
	secret := o.IDs.Secret()
	_, err := c.SignIn(context.Background(), "https://issuer.example", "owner", "owner@example.com", secret, "", o)
	c.must(err)
	v.Plant(c.url, "__Host-session", secret)
	*c.held = secret
}

// account serves the pages of the account beside all others.
func (s *world) account() {
	mux, rest := http.NewServeMux(), *s.live.Load()
	mux.Handle("/", rest)
	for path, page := range map[string]http.Handler{
		"/account": account.Page(s.env, s.Table), "/account/activity": activity.Page(s.env, s.Table), unsubscribe.Own: unsubscribe.Page(s.env, s.Table), "/account/buy": buy.Page(s.env, s.Table), "/account/buy/": buy.Page(s.env, s.Table),
		"/account/subscriptions": subscriptions.Page(s.env, s.Table), "/account/subscriptions/": subscriptions.Page(s.env, s.Table),
		"/account/subscriptions/partner": subscriptionpartner.Page(s.env, s.Table), "/account/subscriptions/partner/": subscriptionpartner.Page(s.env, s.Table),
	} {
		mux.Handle(path, page)
	}
	var all http.Handler = mux
	s.live.Store(&all)
}

// priced makes a plan, or another of its price.
func (s *world) priced(id catalog.PlanID, amount int64, countries ...string) {
	s.t.Helper()
	stored, err := s.Plan(context.Background(), id)
	if err != nil {
		stored = catalog.Plan{ID: id, Status: catalog.PlanActive, Name: both("Skylark Mail "+string(id), "Poczta Skylark "+string(id)), Description: both("Mail only", "Tylko poczta"), Services: []catalog.Service{
			{ID: "mail", Name: both("Skylark Mail", "Poczta Skylark"), Description: both("50 GB a mailbox", "50 GB na skrzynkę")},
		}, Licenses: catalog.Bounds{Min: 1, Max: 40, Default: 5}, CreatedAt: s.at}
	}
	stored.Countries = countries
	stored.Prices = []catalog.Price{
		{Term: catalog.Month, Price: catalog.Money{AmountMinor: amount, Currency: "PLN"}},
		{Term: catalog.Year, Price: catalog.Money{AmountMinor: 10 * amount, Currency: "PLN"}},
	}
	s.must(s.SavePlan(context.Background(), stored, event.New(s.op(), event.Vendor(), event.Of(id, catalog.PlanChangedEvent{})), s.op()))
}

// authorise lets a partner advise on a plan in Poland.
func (s *world) authorise(p partner.ID, plan catalog.PlanID) {
	s.t.Helper()
	s.must(s.SaveAuthorisation(context.Background(), partner.Authorisation{Partner: p, Plan: plan, Countries: []string{"PL"}, From: s.at.Add(-time.Hour), CreatedAt: s.at},
		event.New(s.op(), event.Partner(string(p)), event.Of(p, partner.AuthorisedEvent{})), s.op()))
}

// roles gives the owner other roles, behind the product's back.
func (c company) roles(roles ...customer.Role) {
	c.t.Helper()
	held := make([]types.AttributeValue, len(roles))
	for i, role := range roles {
		held[i] = &types.AttributeValueMemberS{Value: string(role)}
	}
	_, ulid, _ := customer.Under("usr", string(c.owner))
	_, err := c.DB.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: &c.Name, Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "CUSTOMER#" + c.id.Bare()}, "SK": &types.AttributeValueMemberS{Value: "USER#" + ulid}},
		UpdateExpression: aws.String("SET #n = :v"), ExpressionAttributeNames: map[string]string{"#n": "roles"}, ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberL{Value: held}},
	})
	c.must(err)
}

// save changes a subscription behind the product's back.
func (c company) save(s subscription.Subscription, change func(*subscription.Subscription)) {
	c.t.Helper()
	change(&s)
	c.must(c.SaveSubscription(context.Background(), s, s.Tell(c.op(), "", event.Of(s.ID, subscription.RenewedEvent{})), c.op()))
}

// subs lists the customer's subscriptions, the newest first.
func (c company) subs() []subscription.Subscription {
	c.t.Helper()
	all, _, err := c.SubscriptionsOf(context.Background(), c.id, dynamo.Page{Limit: 100}, nil)
	c.must(err)
	return all
}

// order walks an order of a plan to its receipt.
func (c company) order(plan catalog.PlanID, fields ...string) subscription.Subscription {
	c.t.Helper()
	c.get(http.StatusOK, "/account/buy/"+string(plan))
	c.press(http.StatusOK, c.w.RedeemNext(), fields...)
	if !strings.HasSuffix(c.Page.URL.Path, "/check") {
		c.t.Fatalf("stands on %s:\n%s", c.Page.URL, c.Page.Text())
	}
	c.place()
	return c.subs()[0]
}

// opens fails where a text does not stand above the heading, where the page opens whether or not scripts run.
func (c company) opens(text string) {
	c.t.Helper()
	if above, _, _ := strings.Cut(string(c.Page.Body), "<h1"); !strings.Contains(above, text) {
		c.t.Errorf("%s: %q does not stand where the page opens:\n%s", c.Page.URL, text, c.Page.Text())
	}
}

// place presses the last button; the receipt's own page is another's to hold.
func (c company) place() string {
	c.t.Helper()
	pressed, err := c.Press(c.t.Context(), c.w.BuyPlaceOrder(), "agree", "yes")
	c.must(err)
	if !strings.HasPrefix(pressed.URL.Path, "/receipts/red_") {
		c.t.Fatalf("the last button leads to %d on %s:\n%s", pressed.Status, pressed.URL, pressed.Text())
	}
	return pressed.URL.Path
}

// TestOrder walks an order without an offer in both languages: every mistake, every answer kept, then what it makes.
func TestOrder(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			c := s.company(language)
			w := c.w
			c.get(http.StatusOK, "/account/buy")
			c.see("buy")
			c.has("Skylark", w.BuyElsewhere(both("Skylark Mail plan_far", "Poczta Skylark plan_far").In(language), w.Country("PL")), site1900(w))
			c.get(http.StatusOK, "/account/buy/plan_far")
			c.see("buy-elsewhere")
			if form, _ := c.Page.Form(w.RedeemNext()); form != "" {
				t.Error("a plan that is not sold here has a form")
			}
			c.get(http.StatusNotFound, "/account/buy/plan_none")
			c.get(http.StatusOK, "/account/buy/plan_mail")
			c.see("buy-plan")
			c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "licenses", "0", "billing_term", "")
			c.has(w.BuyLicencesWrong(1, 40), w.BuyTermMissing(), w.RedeemAdvisorMissing())
			c.see("buy-plan-error")
			for typed, said := range map[string]string{
				"": w.AdvisorMissing(), "1234": w.RedeemPartnerIDFormat(), "87654321": w.RedeemPartnerIDMistyped(), string(stranger): w.RedeemPartnerIDUnknown(), string(idle): w.AdvisorNotEligible(), string(unrelated): w.AdvisorPlan(),
			} {
				for _, button := range []string{w.RedeemPartnerIDCheck(), w.RedeemNext()} {
					c.press(http.StatusUnprocessableEntity, button, "licenses", "7", "billing_term", "month", "advisor", "other", "partner_id", typed)
					c.has(said)
				}
				if body := string(c.Page.Body); !strings.Contains(body, `value="7"`) || !strings.Contains(body, `value="month" checked`) {
					t.Errorf("%q: what was typed is lost", typed)
				}
			}
			c.press(http.StatusOK, w.RedeemPartnerIDCheck(), "partner_id", "8765 4323")
			c.opens("Vistula Advice S.A., Kraków")
			c.see("buy-plan-checked")
			c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "advisor", "none")
			c.has(w.RedeemAdvisorWhich())
			before := s.Dump(t)
			c.press(http.StatusOK, w.RedeemNext(), "advisor", "other")
			c.see("buy-check")
			c.has("Vistula Advice S.A.", w.BuyNew(), w.SiteLicenceCount(7), w.BillingMonth(locale.Money{AmountMinor: 7 * 1900, Currency: "PLN"}), "Skylark Cloud")
			for _, change := range c.Page.Links(w.FrameChange())[1:] { // back to the plan with everything kept
				check := c.Page.URL.String()
				c.get(http.StatusOK, strings.Split(change, "#")[0])
				if body := string(c.Page.Body); !strings.Contains(body, `value="7"`) || !strings.Contains(body, `value="month" checked`) || !strings.Contains(body, `value="other" checked`) || !strings.Contains(body, `value="87654323"`) {
					t.Errorf("%s: an answer was not kept", change)
				}
				c.get(http.StatusOK, check)
			}
			c.press(http.StatusUnprocessableEntity, w.BuyPlaceOrder())
			c.has(w.BuyAgreeMissing())
			c.see("buy-check-error")
			if s.Dump(t) != before && s.Holds(t, "subscription") != 1 {
				t.Error("something was stored before the order")
			}
			c.place()
			made := c.subs()[0]
			if made.Plan != mailPlan || made.Licenses.Bought != 7 || made.Advisor() != advising || made.BillingTerm != catalog.Month || made.BilledBy != subscription.Vendor || made.Price.AmountMinor != 1900 || made.Status != subscription.Active {
				t.Errorf("%+v", made)
			}
			c.get(http.StatusOK, "/account")
			c.see("account")
			c.has(w.BuyTitle(), w.AccountBilling(), w.ActivityTitle(), w.PartnersTitle())
			c.get(http.StatusOK, "/account?view=dashboard")
			c.see("account-dashboard")
			c.get(http.StatusOK, "/account/subscriptions")
			c.see("subscriptions")
			c.has(w.BillingMonth(locale.Money{AmountMinor: 7 * 1900, Currency: "PLN"}), "Vistula Advice S.A.")
		})
	}
}

func site1900(w locale.Words) string {
	return w.BillingLicenceMonth(locale.Money{AmountMinor: 1900, Currency: "PLN"})
}

// TestOrderTwice: the last button pressed twice, by 12 at once, and after the back button, is one order with one receipt; another form is another.
func TestOrderTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	for name, start := range map[string]func(){
		"new": func() {
			c.get(http.StatusOK, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none")
		},
		"converted": func() {
			c.get(http.StatusOK, "/account/buy/plan_suite_trial/check?licenses=30&billing_term=year&advisor=keep")
		},
	} {
		start()
		had := len(c.subs())
		address, form := c.Page.Form(c.w.BuyPlaceOrder())
		form.Set("agree", "yes")
		const presses = 12
		pages, errs := make([]client.Page, presses), make([]error, presses)
		var all sync.WaitGroup
		for i := range presses {
			v := s.visitor("en")
			v.Plant(s.url, "__Host-session", *c.held)
			all.Go(func() { pages[i], errs[i] = v.Post(t.Context(), address, form) })
		}
		all.Wait()
		receipts := map[string]bool{}
		for i := range presses {
			if errs[i] != nil || !strings.HasPrefix(pages[i].URL.Path, "/receipts/red_") {
				t.Fatalf("%s, press %d: %v %d on %s\n%s", name, i, errs[i], pages[i].Status, pages[i].URL, pages[i].Text())
			}
			receipts[pages[i].URL.Path] = true
		}
		want := had
		if name == "new" {
			want++
		}
		if len(receipts) != 1 || len(c.subs()) != want {
			t.Fatalf("%s: %d receipts, %d subscriptions, not %d", name, len(receipts), len(c.subs()), want)
		}
		before := s.Dump(t)
		s.priced(mailPlan, 2000, "PL") // whatever changed since
		before = strings.Join([]string{before, s.Dump(t)}, "")[len(before):]
		again, err := c.Post(t.Context(), address, form)
		s.must(err)
		if !receipts[again.URL.Path] || s.Dump(t) != before {
			t.Errorf("%s, pressed again: %s", name, again.URL)
		}
		s.priced(mailPlan, 1900, "PL")
	}
	start := "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate"
	c.get(http.StatusOK, start)
	c.place()
	if n := len(c.subs()); n != 3 {
		t.Errorf("another form, %d subscriptions", n)
	}
}

// TestOrderConverts: the order of a plan on trial turns the trial into the paid subscription and keeps its partner of record.
func TestOrderConverts(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	was := c.subs()[0]
	c.get(http.StatusOK, "/account/buy/plan_suite_trial")
	c.see("buy-plan-trial")
	c.has("turns your trial of")
	made := c.order(suite, "licenses", "12", "billing_term", "year")
	if made.ID != was.ID || made.Status != subscription.Active || made.Advisor() != asking || made.Licenses.Bought != 12 || len(c.subs()) != 1 {
		t.Errorf("%+v", made)
	}
	// In grace it is still the same.
	s2 := open(t)
	c = s2.company("pl")
	was = c.subs()[0]
	s2.start(31 * 24 * time.Hour)
	s2.account()
	c.signIn2(31 * 24 * time.Hour)
	c.get(http.StatusOK, "/account/subscriptions/"+string(was.ID))
	c.see("subscription-grace")
	c.has(c.w.SubscriptionsConvert())
	if made := c.order(suite, "licenses", "12", "billing_term", "month", "advisor", "none"); made.ID != was.ID || made.Advisor() != "" || made.Status != subscription.Active {
		t.Errorf("%+v", made)
	}
}

// signIn2 signs the owner in on a clock that is ahead.
func (c company) signIn2(offset time.Duration) {
	c.world.at = c.world.at.Add(offset)
	c.signIn(c.visitor)
	c.world.at = c.world.at.Add(-offset)
}

// TestOrderAdds: of an owned plan it is asked whether the licences are added or make a separate subscription.
func TestOrderAdds(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	w := c.w
	first := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(advising))
	c.get(http.StatusOK, "/account/buy/plan_mail")
	c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "billing_term", "month", "advisor", "keep")
	c.has(w.BuyIntoMissing())
	c.see("buy-plan-owned")
	c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "billing_term", "year", "into", string(first.ID))
	c.has(w.BuyIntoDiffers())
	c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "billing_term", "month", "licenses", "31")
	c.has(w.BuyLicencesTogether(40, 10))
	c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "licenses", "5", "into", "separate")
	c.has(w.BuyAdvisorNothingKept())
	c.press(http.StatusOK, w.RedeemNext(), "into", string(first.ID))
	c.see("buy-check-added")
	c.has(w.BuyAddedLicences(w.SiteLicenceCount(10), 5, w.SiteLicenceCount(15)), w.BillingMonth(locale.Money{AmountMinor: 15 * 1900, Currency: "PLN"}))
	c.place()
	subs := c.subs()
	if len(subs) != 2 || subs[0].ID != first.ID || subs[0].Licenses.Bought != 15 || subs[0].Advisor() != advising {
		t.Errorf("%+v", subs)
	}
	if made := c.order(mailPlan, "licenses", "2", "billing_term", "month", "into", "separate", "advisor", "none"); made.ID == first.ID || made.Advisor() != "" || len(c.subs()) != 3 {
		t.Errorf("%+v", made)
	}
}

// TestOrderChanged: a price or terms that changed while the customer was reading show the page again with a notice, and nothing is bought.
func TestOrderChanged(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		at := "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none"
		c.get(http.StatusOK, at)
		s.priced(mailPlan, 2100, "PL")
		c.press(http.StatusConflict, c.w.BuyPlaceOrder(), "agree", "yes")
		c.see("buy-price-changed")
		title, _, _ := locale.Problem(c.w.Language(), "price_changed", nil)
		c.has(title, c.w.BillingMonth(locale.Money{AmountMinor: 3 * 2100, Currency: "PLN"}))
		s.publish(catalog.CustomerTerms, "2")
		c.press(http.StatusConflict, c.w.BuyPlaceOrder(), "agree", "yes")
		c.see("buy-terms-changed")
		title, _, _ = locale.Problem(c.w.Language(), "terms_outdated", nil)
		c.has(title, c.w.RedeemAgree("Skylark Cloud", "2"))
		if len(c.subs()) != 1 {
			t.Fatal("bought at a price, or by terms, that nobody saw")
		}
		c.place()
		if c.subs()[0].Price.AmountMinor != 2100 {
			t.Error("at another price")
		}
		// A plan that is sold here no more.
		c.get(http.StatusOK, at+"&into=separate")
		s.priced(mailPlan, 2100, closedIn)
		c.press(http.StatusConflict, c.w.BuyPlaceOrder(), "agree", "yes")
		c.see("buy-closed")
		c.has(c.w.BuyElsewhere(both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language), c.w.Country("PL")))
		if len(c.subs()) != 2 {
			t.Error("bought what is not sold")
		}
	}
}

// switched presses the language switch of the form that a button stands in, with the agreement ticked, and says whether the tick stayed.
func (v *visitor) switched(status int, button, language string) bool {
	v.s.t.Helper()
	address, form := v.Page.Form(button)
	form.Set("agree", "yes")
	form.Set("lang", language)
	var err error
	v.Page, err = v.Post(v.s.t.Context(), address, form)
	v.s.must(err)
	v.look(v.Page, status, "the switch")
	v.w = locale.In(locale.Language(language))
	return strings.Contains(string(v.Page.Body), `value="yes" checked`)
}

// TestSwitchAfterChange: the language switch keeps the tick of an agreement, and never carries it over to another price or newer terms.
func TestSwitchAfterChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open   func(c company)
		button func(w locale.Words) string
	}{
		"order": {
			func(c company) {
				c.get(http.StatusOK, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate")
			},
			locale.Words.BuyPlaceOrder,
		},
		"billing": {func(c company) {
			c.save(c.subs()[0], func(s *subscription.Subscription) { s.BilledBy = string(advising) })
			c.get(http.StatusOK, "/account/subscriptions/"+string(c.subs()[0].ID)+"/billing")
		}, func(w locale.Words) string { return w.BillingButton("Skylark Cloud") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			v := s.company("en")
			v.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
			c.open(v)
			if !v.switched(http.StatusOK, c.button(v.w), "pl") {
				t.Error("the tick is lost though nothing changed")
			}
			for i, changed := range []struct {
				code   string
				change func()
			}{
				{"price_changed", func() { s.priced(mailPlan, 2100, "PL") }},
				{"terms_outdated", func() { s.publish(catalog.CustomerTerms, "2") }},
			} {
				changed.change()
				if v.switched(http.StatusConflict, c.button(v.w), []string{"en", "pl"}[i]) {
					t.Errorf("%s: the tick was carried over", changed.code)
				}
				title, _, _ := locale.Problem(v.w.Language(), changed.code, nil)
				v.has(title)
				v.press(http.StatusUnprocessableEntity, c.button(v.w))
			}
			if !v.switched(http.StatusOK, c.button(v.w), "en") {
				t.Error("the tick under what counts now is lost")
			}
		})
	}
}

// TestPartnerNotLookedUp: an address that somebody writes tells nothing of a partner; only a form, which is counted, does.
func TestPartnerNotLookedUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	for _, at := range []string{"/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=other&partner_id=87654323&seen=x", "/account/subscriptions/partner/check?s=" + site.ULID(string(c.subs()[0].ID)) + "&what=name&partner_id=87654323&seen=x"} {
		page, err := c.Get(t.Context(), s.url+at)
		s.must(err)
		if strings.Contains(page.Text(), "Vistula") {
			t.Errorf("%s tells whose ID it is", at)
		}
	}
	s.env.ChecksPerCaller = 2
	s.account()
	c.get(http.StatusOK, "/account/buy/plan_mail")
	for _, status := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		c.get(http.StatusOK, "/account/buy/plan_mail")
		c.press(status, c.w.RedeemPartnerIDCheck(), "partner_id", string(advising))
	}
}

// TestLicences changes the licences of a paid subscription, with its mistakes, a second press and a change by somebody else meanwhile.
func TestLicences(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		sub := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
		at := "/account/subscriptions/" + string(sub.ID)
		c.get(http.StatusOK, at)
		c.see("subscription-paid")
		c.get(http.StatusOK, c.Page.Links(w.SubscriptionsLicences())[0])
		c.see("licenses")
		for typed, said := range map[string]string{"x": w.BuyLicencesWrong(1, 40), "41": w.BuyLicencesWrong(1, 40), "10": w.LicencesSame(10)} {
			c.press(http.StatusUnprocessableEntity, w.RedeemNext(), "licenses", typed)
			c.has(said)
		}
		c.see("licenses-error")
		c.press(http.StatusOK, w.RedeemNext(), "licenses", "12")
		c.see("licenses-check")
		c.has(w.BillingMonth(locale.Money{AmountMinor: 12 * 1900, Currency: "PLN"}))
		address, form := c.Page.Form(w.LicencesButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.must(err)
			if page.Status != http.StatusOK || page.URL.Path != at || !strings.Contains(page.Text(), w.SubscriptionsDoneLicences()) {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		c.see("subscription-done")
		if now := c.subs()[0]; now.Licenses.Bought != 12 || s.events(subscription.LicensesChangedEvent{}.Type()) != 1 {
			t.Errorf("%+v", now)
		}
		c.get(http.StatusOK, at+"/licenses?licenses=20")
		address, form = c.Page.Form(w.LicencesButton())
		_, err := subscription.ChangeLicenses(t.Context(), s.Table, c.id, sub.ID, 30, 0, s.op())
		s.must(err)
		c.visitor.Page, err = c.Post(t.Context(), address, form)
		s.must(err)
		c.look(c.Page, http.StatusConflict, "a stale check")
		c.see("licenses-stale")
		c.has(w.LicencesChangedTitle(), w.SiteLicenceCount(30))
		if c.subs()[0].Licenses.Bought != 30 {
			t.Error("the stale page won")
		}
	}
}

// TestLicencesAsWritten: a licence count is taken as the pages write it, grouped as the language groups digits, also where the language is
// switched after that.
func TestLicencesAsWritten(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		stored, err := s.Plan(t.Context(), mailPlan)
		s.must(err)
		stored.Licenses = catalog.Bounds{Min: 1, Max: 50_000, Default: 12_000}
		s.must(s.SavePlan(t.Context(), stored, event.New(s.op(), event.Vendor(), event.Of(mailPlan, catalog.PlanChangedEvent{})), s.op()))
		c.get(http.StatusOK, "/account/buy/plan_mail")
		if _, form := c.Page.Form(w.RedeemNext()); form.Get("licenses") != "12000" {
			t.Errorf("the page proposes %q", form.Get("licenses"))
		}
		c.press(http.StatusOK, w.RedeemNext(), "licenses", w.Int(12_000), "billing_term", "month", "advisor", "none")
		other := map[string]string{"en": "pl", "pl": "en"}[language]
		check := c.Page.URL.RequestURI()
		c.get(http.StatusOK, check+"&lang="+other)
		c.has(locale.In(locale.Language(other)).SiteLicenceCount(12_000))
		c.get(http.StatusOK, check+"&lang="+language)
		c.place()
		c.get(http.StatusOK, "/account/subscriptions/"+string(c.subs()[0].ID)+"/licenses")
		c.press(http.StatusOK, w.RedeemNext(), "licenses", w.Int(13_000))
		c.has(w.SiteLicenceCount(13_000))
	}
}

// TestCancel ends a trial at once and a paid subscription at its term's end, after a page that says what that means, and undoes the latter.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		trial := c.subs()[0]
		paid := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
		at := "/account/subscriptions/" + string(paid.ID)
		c.get(http.StatusOK, at+"/cancel")
		c.see("cancel-paid")
		c.has(w.CancelPaidUndo())
		address, form := c.Page.Form(w.CancelPaidButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.must(err)
			if page.Status != http.StatusOK || page.URL.Path != at {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		c.see("subscription-ending")
		if now := c.subs()[0]; !now.Ending || now.Status != subscription.Active || s.events(subscription.CancelledEvent{}.Type()) != 1 {
			t.Fatalf("%+v", now)
		}
		c.get(http.StatusOK, c.Page.Links(w.SubscriptionsUndo())[0])
		c.see("undo")
		address, form = c.Page.Form(w.UndoButton())
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.must(err)
			if page.Status != http.StatusOK || page.URL.Path != at {
				t.Fatalf("%d on %s", page.Status, page.URL)
			}
		}
		if now := c.subs()[0]; now.Ending || s.events(subscription.CancellationUndoneEvent{}.Type()) != 1 {
			t.Fatalf("%+v", now)
		}
		// What stood on the page is what happens: a trial that became paid meanwhile is asked about again.
		c.get(http.StatusOK, "/account/subscriptions/"+string(trial.ID)+"/cancel")
		c.see("cancel-trial")
		c.has(map[string]string{"en": "The partner of record can see this.", "pl": "Partner subskrypcji może to zobaczyć."}[language]) // nobody is mailed
		address, form = c.Page.Form(w.CancelTrialButton())
		other := s.company2(c)
		other.get(http.StatusOK, "/account/buy/plan_suite_trial/check?licenses=30&billing_term=year&advisor=keep")
		_, err := other.Press(t.Context(), other.w.BuyPlaceOrder(), "agree", "yes")
		s.must(err)
		page, err := c.Post(t.Context(), address, form)
		s.must(err)
		if !strings.HasSuffix(page.URL.Path, "/cancel") || c.subs()[1].Ending {
			t.Fatalf("leads to %s", page.URL)
		}
	}
	s := open(t)
	c := s.company("en")
	trial := c.subs()[0]
	c.get(http.StatusOK, "/account/subscriptions/"+string(trial.ID)+"/cancel")
	c.press(http.StatusOK, c.w.CancelTrialButton())
	c.see("subscription-cancelled")
	c.has(c.w.SubscriptionsDoneCancel(), c.w.SubscriptionsDataUntil())
	if c.subs()[0].Status != subscription.Cancelled {
		t.Errorf("%+v", c.subs()[0])
	}
}

// company2 is the same browser's second tab.
func (s *world) company2(c company) *visitor {
	v := s.visitor(string(c.w.Language()))
	v.Plant(s.url, "__Host-session", *c.held)
	return v
}

// TestBilling moves the billing from a reseller to the vendor, with a yes to the new price.
func TestBilling(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		sub := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
		c.save(sub, func(s *subscription.Subscription) { s.BilledBy = string(advising) })
		s.priced(mailPlan, 2500, "PL")
		at := "/account/subscriptions/" + string(sub.ID)
		c.get(http.StatusOK, at)
		c.get(http.StatusOK, c.Page.Links(w.SubscriptionsBilling())[0])
		c.see("billing")
		c.has("Vistula Advice S.A.", w.BillingMonth(locale.Money{AmountMinor: 25000, Currency: "PLN"}), w.BillingMonth(locale.Money{AmountMinor: 19000, Currency: "PLN"}))
		c.press(http.StatusUnprocessableEntity, w.BillingButton("Skylark Cloud"))
		c.has(w.BillingAgreeMissing())
		c.see("billing-error")
		address, form := c.Page.Form(w.BillingButton("Skylark Cloud"))
		form.Set("agree", "yes")
		led := map[string]bool{}
		for range 2 {
			page, err := c.Post(t.Context(), address, form)
			s.must(err)
			led[page.URL.Path] = true
		}
		if now := c.subs()[0]; now.BilledBy != subscription.Vendor || now.Price.AmountMinor != 2500 || len(led) != 1 || s.events(subscription.BillingTransferredEvent{}.Type()) != 1 ||
			s.events(relationship.ResellerBillingEndedEvent{}.Type()) != 1 {
			t.Errorf("%+v, led to %v", now, led)
		}
		c.get(http.StatusOK, at+"/billing")
		if c.Page.URL.Path != at {
			t.Errorf("asked again on %s", c.Page.URL)
		}
	}
}

// TestPartnerOfRecord names a partner for several subscriptions, with one result each, and removes it again.
func TestPartnerOfRecord(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s := open(t)
			c := s.company(language)
			w := c.w
			trial := c.subs()[0]
			mail := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(advising))
			ended := c.order(mailPlan, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
			c.save(ended, func(s *subscription.Subscription) { s.Status, s.EndedAt = subscription.Cancelled, c.world.at })
			at := "/account/subscriptions/partner"
			c.get(http.StatusOK, at)
			c.see("partner")
			c.has(w.AdvisorEnded())
			c.press(http.StatusUnprocessableEntity, w.RedeemNext())
			c.has(w.AdvisorWhichMissing(), w.AdvisorWhatMissing())
			c.see("partner-error")
			if _, first, _ := strings.Cut(string(c.Page.Body), `id="s"`); strings.Contains(first[:strings.Index(first, ">")], "disabled") {
				t.Error("the error leads to a box that cannot be chosen")
			}
			for typed, said := range map[string]string{"": w.AdvisorMissing(), "87654321": w.RedeemPartnerIDMistyped(), string(stranger): w.RedeemPartnerIDUnknown(), string(idle): w.AdvisorNotEligible()} {
				c.press(http.StatusUnprocessableEntity, w.RedeemPartnerIDCheck(), "partner_id", typed)
				c.has(said)
			}
			c.press(http.StatusOK, w.RedeemPartnerIDCheck(), "partner_id", string(advising))
			c.opens("Vistula Advice S.A., Kraków")
			c.see("partner-checked")
			address, form := c.Page.Form(w.RedeemNext())
			form["s"] = []string{site.ULID(string(trial.ID)), site.ULID(string(mail.ID)), site.ULID(string(ended.ID))}
			form.Set("what", "name")
			var err error
			c.visitor.Page, err = c.Post(t.Context(), address, form)
			s.must(err)
			c.look(c.Page, http.StatusOK, "the check")
			c.see("partner-check")
			c.has(w.AdvisorChanges(w.RedeemAdvisorIs("Baltic Bridge IT sp. z o.o.", "1234 5674"), w.RedeemAdvisorIs("Vistula Advice S.A.", "8765 4323")), w.AdvisorUnchanged(w.RedeemAdvisorIs("Vistula Advice S.A.", "8765 4323")), w.AdvisorEnded())
			address, form = c.Page.Form(w.AdvisorButton())
			for range 2 {
				c.visitor.Page, err = c.Post(t.Context(), address, form)
				s.must(err)
				c.look(c.Page, http.StatusOK, "the result")
				c.has(w.AdvisorResult(1, 1, 1))
			}
			c.see("partner-result")
			if links := c.Page.Links(w.AdvisorReceipt("")[:6]); len(links) != 1 || !strings.Contains(links[0], "/receipts/red_") {
				t.Errorf("receipts %v", links)
			}
			if n := s.events(relationship.PartnerOfRecordChangedEvent{}.Type()); n != 1 {
				t.Errorf("%d changes", n)
			}
			c.get(http.StatusOK, "/account/subscriptions/"+string(trial.ID))
			c.see("subscription-trial")
			c.has(w.SubscriptionsHistory(), "Baltic Bridge", "Vistula Advice")
			c.get(http.StatusOK, at+"?s="+site.ULID(string(trial.ID)))
			c.press(http.StatusOK, w.RedeemNext(), "what", "remove")
			c.see("partner-remove")
			c.press(http.StatusOK, w.AdvisorRemoveButton())
			c.has(w.AdvisorResult(1, 0, 0))
			for _, sub := range c.subs() {
				if sub.ID == trial.ID && sub.Advisor() != "" {
					t.Errorf("%+v", sub)
				}
			}
		})
	}
}

// TestPartnerNotDone: a result page of an act that was not done says so, and leads back to the check.
func TestPartnerNotDone(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	c.get(http.StatusOK, "/account/subscriptions/partner/check?what=remove&s="+trialOf(c)+"&done="+strings.Repeat("0", 26))
	c.has(c.w.AdvisorResult(0, 0, 1), c.w.AdvisorNotDone())
	c.get(http.StatusOK, c.Page.Links(c.w.AdvisorTryAgain())[0])
	c.press(http.StatusOK, c.w.AdvisorRemoveButton())
	c.has(c.w.AdvisorResult(1, 0, 0))
}

// TestAccountStates renders what is rare: nothing bought yet, read-only, and a partner that acts for nobody.
func TestAccountStates(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		c.save(c.subs()[0], func(s *subscription.Subscription) { s.Status = subscription.Deleted })
		c.get(http.StatusOK, "/account")
		c.see("account-nothing")
		c.has(c.w.AccountNothing(), c.w.BuyTitle())
		c.get(http.StatusOK, "/account/subscriptions")
		c.has(c.w.AccountDeleted())
		c.get(http.StatusOK, "/account/subscriptions/partner")
		c.see("partner-none")
		c.has(c.w.AdvisorNone())
		stored, err := s.Customer(t.Context(), c.id)
		s.must(err)
		_, err = s.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &s.Name, Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "CUSTOMER#" + c.id.Bare()}, "SK": &types.AttributeValueMemberS{Value: "PROFILE"}},
			UpdateExpression: aws.String("SET #n = :v"), ExpressionAttributeNames: map[string]string{"#n": "status"}, ExpressionAttributeValues: map[string]types.AttributeValue{":v": &types.AttributeValueMemberS{Value: string(customer.ReadOnly)}},
		})
		s.must(err)
		if again, err := s.Customer(t.Context(), stored.ID); err == nil && again.Status == customer.ReadOnly {
			ask := c.w.BuyReadOnly("Skylark Cloud (help@skylark.example, +48 22 555 01 00, Mon-Fri 8:00-18:00 CET)")
			for _, path := range []string{"/account", "/account/buy", "/account/buy/plan_mail"} {
				c.get(http.StatusOK, path)
				c.has(ask)
				if strings.Contains(c.Page.Text(), c.w.AccountNothing()) || path == "/account" && len(c.Page.Links(c.w.BuyTitle())) > 0 {
					t.Errorf("%s lets a customer that can only be read buy:\n%s", path, c.Page.Text())
				}
			}
			c.see("buy-read-only")
			c.get(http.StatusOK, "/account/subscriptions")
			if len(c.Page.Links(c.w.BuyTitle())) > 0 {
				t.Error("the list lets a customer that can only be read buy")
			}
		} else {
			t.Errorf("%+v %v", again, err)
		}
	}
}

// TestPartnerOfMany: more subscriptions than one act takes go in steps, each with its receipt.
func TestPartnerOfMany(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	many := []string{}
	for range 27 {
		c.get(http.StatusOK, "/account/buy/plan_mail/check?licenses=1&billing_term=month&advisor=none&into=separate")
		c.place()
	}
	for _, sub := range c.subs() {
		if sub.Plan == mailPlan {
			many = append(many, site.ULID(string(sub.ID)))
		}
	}
	c.get(http.StatusOK, "/account/subscriptions/partner?s="+strings.Join(many, ",")+"&what=name&partner_id=87654323")
	address, form := c.Page.Form(c.w.RedeemNext())
	if len(form["s"]) != len(many) {
		t.Fatalf("%d chosen", len(form["s"]))
	}
	var err error
	c.visitor.Page, err = c.Post(t.Context(), address, form)
	s.must(err)
	c.look(c.Page, http.StatusOK, "the check")
	c.has(c.w.AdvisorSteps(25, 2))
	c.press(http.StatusOK, c.w.AdvisorButton())
	c.has(c.w.AdvisorResult(27, 0, 0))
	if links := c.Page.Links("Receipt"); len(links) != 2 {
		t.Errorf("receipts %v", links)
	}
}

// TestActivity shows who did what, a partner's acts on behalf as that, a type without words by its name, in pages, and the same as CSV.
func TestActivity(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(advising))
		o := s.op()
		o.Actor = op.Actor{Kind: op.PartnerUser, ID: "usr_" + string(asking) + "_x"}
		for _, change := range []event.Change{
			event.Of("sub_x", subscription.CancelledEvent{PlanID: "plan_mail"}), event.Of("red_x", consent.DisputedEvent{}),
			event.Of("red_x", consent.DisputeDecidedEvent{}), event.Of("usr_x", event.UnsubscribedEvent{}), event.Of("usr_x", event.ResubscribedEvent{}),
			{Type: "=SUM(A1)", Subject: "x"},
		} {
			o.ID = o.NewID()
			s.must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.id)), change), o))
		}
		c.get(http.StatusOK, "/account/activity")
		c.see("activity")
		c.has(w.ActivityOnBehalf("Baltic Bridge IT sp. z o.o."), w.ActivityBought(both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language), w.SiteLicenceCount(10)), w.ActivityAdvisorSet("Vistula Advice S.A."), "=SUM(A1)", w.ActivityByLink("Anna Nowak"),
			w.ActivityDisputed(), w.ActivityDisputeDecided(), w.ActivityUnsubscribed(), w.ActivityResubscribed())
		for _, kind := range []string{"subscription.", "partner_of_record.", "redemption.", "recipient."} {
			if strings.Contains(c.Page.Text(), kind) {
				t.Errorf("a type without words:\n%s", c.Page.Text())
			}
		}
		file, err := c.Get(t.Context(), c.Page.Links(w.ActivityDownload())[0])
		s.must(err)
		text, marked := strings.CutPrefix(string(file.Body), "\ufeff")
		sheet := csv.NewReader(strings.NewReader(text))
		sheet.Comma = map[string]rune{"en": ',', "pl": ';'}[language]
		rows, err := sheet.ReadAll()
		if err != nil || !marked || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(string(file.Body), "'=SUM(A1)") {
			t.Errorf("%v %v %s", err, file.Header, file.Body)
		}
		for i := range 30 {
			o.ID = o.NewID()
			o.At = o.At.Add(time.Second)
			s.must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.id)), event.Change{Type: "x.y", Subject: fmt.Sprint(i)}), o))
		}
		c.get(http.StatusOK, "/account/activity")
		c.get(http.StatusOK, c.Page.Links(w.ActivityOlder())[0])
		c.see("activity-older")
		c.has(w.ActivityFirst(), w.ActivityByLink("Anna Nowak"))
		if len(rows) < 6 || len(rows[0]) != 7 {
			t.Errorf("%d rows", len(rows))
		}
	}
}

// TestActivityByLink: who answers signed in by the link of a mail is named as who did it, with the way; what the same person does in the
// account is told by the name alone.
func TestActivityByLink(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		s.sells()
		s.account()
		v := s.member("anna@example.com", language)
		w, anna := v.w, s.customer()
		_, link := s.invite(s.purchase(nil), "anna@example.com", language)
		v.get(http.StatusOK, link)
		v.press(http.StatusOK, w.RedeemNext(), "advisor", "none")
		v.press(http.StatusOK, w.RedeemContinue())
		v.order(http.StatusOK)
		o := s.op()
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(anna.ID)}
		s.must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(anna.Customer)), event.Of("usr_x", event.UnsubscribedEvent{})), o))

		found, _, err := s.TenantEvents(t.Context(), event.Customer(string(anna.Customer)), event.Filter{Type: subscription.ConvertedEvent{}.Type()}, dynamo.Page{Limit: 9})
		s.must(err)
		if len(found) != 1 || found[0].Actor != (op.Actor{Kind: op.CustomerUser, ID: string(anna.ID), Link: true}) {
			t.Errorf("%+v", found)
		}
		v.get(http.StatusOK, "/account/activity?lang="+language)
		v.has(w.ActivityByLink(anna.Name))
		v.lacks(w.ActivityByVisitor())
		who := map[string]string{}
		for _, row := range v.activity() {
			who[row[5]] += row[2] + "|"
		}
		for kind, name := range map[event.Type]string{
			customer.CreatedEvent{}.Type(): w.ActivityByLink(anna.Name), subscription.ConvertedEvent{}.Type(): w.ActivityByLink(anna.Name), relationship.PartnerOfRecordRemovedEvent{}.Type(): w.ActivityByLink(anna.Name),
			event.UnsubscribedEvent{}.Type(): anna.Name,
		} {
			if who[string(kind)] != name+"|" {
				t.Errorf("%s was done by %q, not %q", kind, who[string(kind)], name)
			}
		}
	}
}

// activity returns the rows of the file that the page of activity offers.
func (v *visitor) activity() [][]string {
	v.s.t.Helper()
	file, err := v.Get(v.s.t.Context(), v.Page.Links(v.w.ActivityDownload())[0])
	v.s.must(err)
	sheet := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file.Body), "\ufeff")))
	if v.w.Language() == locale.Polish {
		sheet.Comma = ';'
	}
	rows, err := sheet.ReadAll()
	v.s.must(err)
	return rows
}

// TestWhoMay: who lacks the right reads who has it; people of nobody, and strangers' subscriptions, see nothing.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := open(t)
		c := s.company(language)
		w := c.w
		trial := c.subs()[0]
		at := "/account/subscriptions/" + string(trial.ID)
		c.get(http.StatusNotFound, strings.Replace(at, c.id.Bare(), "000000000000", 1))
		c.get(http.StatusNotFound, "/account/subscriptions/x")
		c.get(http.StatusOK, at+"/cancel")
		address, form := c.Page.Form(w.CancelTrialButton())
		c.roles(customer.UserAdmin)
		for path, status := range map[string]int{
			"/account/buy": 200, "/account/buy/plan_mail": 200, "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none": 403, "/account/subscriptions": 200, at: 200, at + "/cancel": 403, at + "/licenses": 403,
			at + "/undo": 403, at + "/billing": 403, "/account/subscriptions/partner": 403, "/account/subscriptions/partner/check": 403, "/account/activity": 200, "/account": 200,
		} {
			c.get(status, path)
			if path != "/account/activity" && path != "/account" {
				c.has(w.CustomerRoleBilling("Zakład Nowak"))
			}
			c.see("reader" + strings.NewReplacer("/", "-", "?", "-").Replace(strings.TrimPrefix(path, at)))
		}
		page, err := c.Post(t.Context(), address, form)
		s.must(err)
		if page.Status != http.StatusForbidden || c.subs()[0].Status != subscription.Trialing {
			t.Errorf("cancelled without the role: %d", page.Status)
		}
		c.roles()
		for path, status := range map[string]int{"/account/buy": 200, "/account/subscriptions": 403, at: 403, "/account/activity": 403, "/account": 200} {
			c.get(status, path)
		}
		c.roles(customer.BillingAdmin)
		c.get(http.StatusOK, at+"/cancel")
		c.order(mailPlan, "licenses", "1", "billing_term", "month", "advisor", "none")
	}
}

// accountPaths are all pages of a company that owns something.
func (c company) paths() []string {
	var paths []string
	for _, sub := range c.subs() {
		at := "/account/subscriptions/" + string(sub.ID)
		paths = append(paths, at, at+"?done=cancel", at+"/licenses", at+"/licenses?licenses=3", at+"/cancel", at+"/undo", at+"/billing", "/account/subscriptions/partner/check?what=remove&s="+site.ULID(string(sub.ID)),
			"/account/subscriptions/partner/check?what=remove&s="+site.ULID(string(sub.ID))+"&done="+strings.Repeat("0", 26), "/account/subscriptions/partner?s="+site.ULID(string(sub.ID)))
	}
	return append(paths, "/account", "/account?view=dashboard", "/account/buy", "/account/buy/plan_mail", "/account/buy/plan_far", "/account/buy/plan_suite_trial", "/account/buy/plan_none",
		"/account/buy/plan_mail/check", "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate", "/account/subscriptions", "/account/subscriptions/partner", "/account/subscriptions/partner/check",
		"/account/activity", "/account/activity?format=csv", "/account/activity?cursor=x", "/account/mail")
}

// TestAccountOpeningWritesNothing opens every page of the account by GET and HEAD: the table is byte-equal (infra/design/trust.md, rule 1).
func TestAccountOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
	paths := c.paths()
	before := s.Dump(t)
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, signed := range []bool{true, false} {
				r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
				s.must(err)
				if signed {
					r.AddCookie(&http.Cookie{Name: "__Host-session", Value: *c.held})
				}
				got, err := http.DefaultTransport.RoundTrip(r)
				s.must(err)
				got.Body.Close()
				if got.StatusCode >= 500 || !signed && got.StatusCode != http.StatusSeeOther {
					t.Errorf("%s %s: %d", method, path, got.StatusCode)
				}
			}
		}
	}
	if s.Dump(t) != before {
		t.Error("opening pages changed the table")
	}
}

// TestAccountForgery sends every form of the account as somebody else would: always 403, and nothing is written (infra/design/trust.md, rule 2).
func TestAccountForgery(t *testing.T) {
	t.Parallel()
	s := open(t)
	c := s.company("en")
	w := c.w
	mail := c.order(mailPlan, "licenses", "10", "billing_term", "month", "advisor", "none")
	ending := c.order(mailPlan, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
	_, err := subscription.Cancel(t.Context(), s.Table, c.id, ending.ID, "", s.op())
	s.must(err)
	resold := c.order(mailPlan, "licenses", "1", "billing_term", "month", "into", "separate", "advisor", "none")
	c.save(resold, func(s *subscription.Subscription) { s.BilledBy = string(advising) })
	at := func(s subscription.Subscription, step string) string {
		return "/account/subscriptions/" + string(s.ID) + step
	}
	for path, button := range map[string]string{
		"/account/buy/plan_suite_trial": w.RedeemNext(), "/account/buy/plan_mail": w.RedeemPartnerIDCheck(), "/account/buy/plan_suite_trial/check?licenses=3&billing_term=month&advisor=keep": w.BuyPlaceOrder(),
		at(mail, "/licenses"): w.RedeemNext(), at(mail, "/licenses?licenses=3"): w.LicencesButton(), at(mail, "/cancel"): w.CancelPaidButton(), at(ending, "/undo"): w.UndoButton(),
		at(resold, "/billing"): w.BillingButton("Skylark Cloud"), "/account/subscriptions/partner": w.RedeemNext(), "/account/subscriptions/partner/check?what=remove&s=" + trialOf(c): w.AdvisorRemoveButton(),
	} {
		c.get(http.StatusOK, path)
		address, form := c.Page.Form(button)
		if form == nil {
			t.Fatalf("no button %q on %s:\n%s", button, path, c.Page.Text())
		}
		form.Set("agree", "yes")
		before := s.Dump(t)
		refused := func(what, address string, form url.Values, headers ...string) {
			t.Helper()
			page, err := c.Post(t.Context(), address, form, headers...)
			s.must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s, %s: %d on %s", path, what, page.Status, page.URL)
			}
		}
		changed := func(name, value string) url.Values {
			next := url.Values{}
			for one := range form {
				next[one] = form[one]
			}
			next.Set(name, value)
			return next
		}
		refused("no header", address, form, "Origin", "", "Sec-Fetch-Site", "")
		refused("cross-site", address, form, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		refused("another origin", address, form, "Origin", "https://evil.example", "Sec-Fetch-Site", "")
		refused("no token", address, changed("form_token", ""))
		refused("another secret's token", address, changed("form_token", page.FormToken([]byte("x"), "choose")))
		for _, shown := range []string{"key", "terms", "amount", "currency", "seen"} {
			if form.Has(shown) {
				refused("another "+shown, address, changed(shown, strings.Repeat("1", 26)))
			}
		}
		if strings.Contains(address, "licenses=3") {
			refused("another number", strings.Replace(address, "licenses=3", "licenses=9", 1), form)
		}
		if s.Dump(t) != before {
			t.Errorf("%s: a refused form wrote something", path)
		}
	}
}

// trialOf returns the last part of the trial's id.
func trialOf(c company) string {
	for _, sub := range c.subs() {
		if sub.Status == subscription.Trialing {
			return site.ULID(string(sub.ID))
		}
	}
	return ""
}
