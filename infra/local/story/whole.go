package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/locale"
)

// The sample's two partners, as customers read them.
const (
	baltic = "Baltic Bridge IT sp. z o.o."
	green  = "Green Field Advisers Ltd"
)

// object is a request's body.
type object = map[string]any

// Whole walks what customers decide once their trial runs: the trial becomes a paid subscription with a purchase offer, a second partner's offer
// replaces the first as delegated administrator, an order without an offer, one partner of record for two subscriptions, and the
// reseller's exit. It returns the customer for Year.
func (s Story) Whole(ctx context.Context, language string, c *Customer) (*Member, error) {
	m, err := s.Join(ctx, language, c)
	if err != nil {
		return nil, err
	}
	rival, err := Rival(ctx, s.System, s.Program)
	if err != nil {
		return nil, err
	}
	if err := s.Convert(ctx, language, m); err != nil {
		return nil, err
	}
	if err := s.Administration(ctx, language, rival, m, green, baltic, s.Program.PartnerID); err != nil {
		return nil, err
	}
	if err := s.Authorize(ctx, language, m, green); err != nil {
		return nil, err
	}
	if err := s.record(ctx, m); err != nil {
		return nil, err
	}
	return m, s.exit(ctx, language, m)
}

// hour lets an hour pass: one address gets three offers an hour at most.
func (s Story) hour(ctx context.Context) error {
	return s.System.Travel(ctx, s.System.Now().Add(61*time.Minute))
}

// Convert turns the trial into a paid subscription by the partner's purchase offer.
func (s Story) Convert(ctx context.Context, language string, m *Member) error {
	w := locale.In(locale.Language(language))
	licenses, term := 12, contract.BillingTermMonth
	offer, link, err := s.Propose(ctx, s.Program.Partner, contract.OfferCreate{
		Kind: contract.OfferKindPurchase, Country: sample.Country, Language: ptr(contract.Language(language)), Follows: &m.Offer,
		Items: []contract.OfferItemCreate{{PlanID: sample.TrialPlan, Licenses: &licenses, BillingTerm: &term}},
	}, m.Mail)
	if err != nil {
		return err
	}
	s.tell("the partner makes a purchase offer that follows the trial: %s, %d licences a month", offer.Reference, offer.Items[0].Licenses)
	if err := s.order(ctx, w, m, link); err != nil {
		return err
	}
	var now contract.Subscription
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+m.Subscription.ID, nil, &now); err != nil {
		return err
	}
	if now.Status != "active" || now.Trial || now.Licenses.Bought != licenses {
		return fmt.Errorf("the converted subscription is %+v", now)
	}
	s.tell("the trial %s is now a paid subscription: the same ID, %d licences", now.ID, now.Licenses.Bought)
	return nil
}

// order follows the link of a purchase offer and goes on from page to page until the order is placed.
func (s Story) order(ctx context.Context, w locale.Words, m *Member, link string) error {
	if err := s.open(ctx, m.Browser, link); err != nil {
		return err
	}
	for range 5 {
		page := &m.Browser.Page
		if strings.Contains(page.URL.Path, "/receipts/") {
			s.tell("“%s”", page.Heading())
			return nil
		}
		button, fields := w.SiteNext(), []string(nil)
		if to, _ := page.Form(w.RedeemOrder()); to != "" {
			button, fields = w.RedeemOrder(), []string{"agree", "yes"}
		}
		if err := s.press(ctx, m.Browser, button, fields...); err != nil {
			return err
		}
	}
	return fmt.Errorf("the order leads to no receipt but to %s:\n%s", m.Browser.Page.URL, m.Browser.Page.Text())
}

// record buys a second plan without an offer, and names the second partner for both subscriptions at once; a rerun changes nothing.
func (s Story) record(ctx context.Context, m *Member) error {
	if _, err := s.Program.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+s.Program.Other+"/authorisations/plan_archive",
		contract.PartnerAuthorise{Countries: []string{sample.Country}}, nil); err != nil {
		return err
	}
	var head struct{ Version string }
	if _, err := s.Program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/customer?language=en", nil, &head); err != nil {
		return err
	}
	var bought contract.Subscription
	if _, err := m.API.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/subscriptions",
		object{"plan_id": "plan_archive", "billing_term": "month", "licenses": 5, "terms_version": head.Version}, &bought); err != nil {
		return err
	}
	s.tell("the customer buys %s without an offer: %s", bought.PlanID, bought.ID)
	both := []string{m.Subscription.ID, bought.ID}
	for i, want := range []string{"changed", "unchanged"} {
		var said struct {
			Data []struct {
				SubscriptionID string `json:"subscription_id"`
				Result         string
			}
		}
		if _, err := m.API.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partner-of-record-changes",
			object{"subscription_ids": both, "partner_id": s.Program.Other}, &said, "Idempotency-Key", fmt.Sprintf("record-%s-%d", bought.ID, i)); err != nil {
			return err
		}
		for _, one := range said.Data {
			if one.Result != want {
				return fmt.Errorf("naming %s for %s: %s, not %s", s.Program.Other, one.SubscriptionID, one.Result, want)
			}
		}
		s.tell("%s is named partner of record for both subscriptions: %s", s.Program.Other, want)
	}
	return nil
}

// exit makes the first partner the customer's reseller, asks it to go, and lets it go once nothing that it bills is left.
func (s Story) exit(ctx context.Context, language string, m *Member) error {
	w := locale.In(locale.Language(language))
	if err := s.hour(ctx); err != nil {
		return err
	}
	_, link, err := s.Propose(ctx, s.Program.Partner, contract.OfferCreate{
		Kind: contract.OfferKindReseller, Country: sample.Country, Language: ptr(contract.Language(language)),
	}, m.Mail)
	if err != nil {
		return err
	}
	if err := s.open(ctx, m.Browser, link, w.ResellerQuestion(baltic)); err != nil {
		return err
	}
	if err := s.press(ctx, m.Browser, w.SiteNext()); err != nil {
		return err
	}
	if err := s.press(ctx, m.Browser, w.ResellerButton(baltic), "agree", "yes"); err != nil {
		return err
	}
	s.tell("“%s”", m.Browser.Page.Heading())
	price, one := contract.Money{AmountMinor: 2100, Currency: "PLN"}, 3
	biller := contract.BilledByPartner
	_, link, err = s.Propose(ctx, s.Program.Partner, contract.OfferCreate{
		Kind: contract.OfferKindPurchase, Country: sample.Country, Language: ptr(contract.Language(language)), BilledBy: &biller,
		Items: []contract.OfferItemCreate{{PlanID: "plan_mail", Licenses: &one, Price: &price}},
	}, m.Mail)
	if err != nil {
		return err
	}
	if err := s.order(ctx, w, m, link); err != nil {
		return err
	}
	var mine contract.SubscriptionPage
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions", nil, &mine); err != nil {
		return err
	}
	at := slices.IndexFunc(mine.Data, func(sub contract.Subscription) bool { return sub.BilledBy == s.Program.PartnerID })
	if at < 0 {
		return fmt.Errorf("none of %d subscriptions is billed by the reseller", len(mine.Data))
	}
	tie := "/v1/relationships/rel_" + strings.TrimPrefix(m.Subscription.CustomerID, "cus_") + "_" + s.Program.PartnerID
	if answer, err := m.API.Do(ctx, http.MethodPost, tie+"/end", object{"kind": "reseller"}, "Idempotency-Key", "exit-0"); err != nil || answer.Status != http.StatusConflict {
		return fmt.Errorf("the customer removes its reseller: %d %s %w", answer.Status, answer.Code(), err)
	}
	s.tell("the customer cannot remove its reseller by itself: 409 ask_the_reseller")
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodPost, tie+"/request-removal", object{"reason": "We buy from the vendor now."}, nil, "Idempotency-Key", "exit-1"); err != nil {
		return err
	}
	s.tell("it asks the reseller to end the relationship")
	if answer, err := s.Program.Partner.Do(ctx, http.MethodPost, tie+"/end", object{"kind": "reseller"}, "Idempotency-Key", "exit-2"); err != nil || answer.Code() != fault.ActiveSubscriptions.String() {
		return fmt.Errorf("the reseller leaves a subscription that it bills: %d %s %w", answer.Status, answer.Code(), err)
	}
	s.tell("the reseller cannot go while it bills %s: 409 active_subscriptions", mine.Data[at].ID)
	var head struct{ Version string }
	if _, err := s.Program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/customer?language=en", nil, &head); err != nil {
		return err
	}
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodPost, "/v1/subscriptions/"+mine.Data[at].ID+"/transfer-billing",
		object{"billed_by": "vendor", "price": object{"amount_minor": 1900, "currency": "PLN"}, "terms_version": head.Version}, nil, "Idempotency-Key", "exit-3"); err != nil {
		return err
	}
	s.tell("the customer says yes to the vendor's price: the vendor bills it")
	if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodPost, tie+"/end", object{"kind": "reseller"}, nil, "Idempotency-Key", "exit-4"); err != nil {
		return err
	}
	s.tell("the reseller ends the relationship")
	return nil
}

// Year sends the clock 400 days forward: paid terms renew, the delegated administration ends by itself.
func (s Story) Year(ctx context.Context, m *Member) error {
	box := s.mailbox()
	before, err := box.To(ctx, m.Mail)
	if err != nil {
		return err
	}
	to := time.Now().AddDate(0, 0, 400)
	if err := s.System.Travel(ctx, to); err != nil {
		return err
	}
	var now contract.Subscription
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+m.Subscription.ID, nil, &now); err != nil {
		return err
	}
	if now.Status != "active" {
		return fmt.Errorf("400 days later the subscription is %+v", now)
	}
	var ties contract.RelationshipPage
	if _, err := m.API.Must(ctx, http.StatusOK, http.MethodGet, "/v1/relationships", nil, &ties); err != nil {
		return err
	}
	for _, tie := range ties.Data {
		if a := tie.DelegatedAdministration; a != nil && a.Status == "active" {
			return fmt.Errorf("400 days later %s still administers the account", tie.Partner.Name)
		}
	}
	after, err := box.To(ctx, m.Mail)
	if err != nil {
		return err
	}
	s.tell("%s, 400 days later: the subscription has renewed each month, nobody administers the account any more; mails: %s",
		to.Format(time.DateOnly), subjects(after[len(before):]))
	return nil
}
