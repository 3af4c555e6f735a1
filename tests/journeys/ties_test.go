package journeys

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/redemption"
	"liaison/shared/subscription"
)

const (
	everyDay = 24 * time.Hour
	balticID = "Baltic Bridge IT sp. z o.o."
)

// agrees lets the owner say yes to an offer of the sample's partner.
func (c known) agrees(ctx context.Context, t *testing.T, of contract.OfferCreate, draft invitation.Draft) consent.Consent {
	t.Helper()
	var made contract.Offer
	must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", of, &made))
	link := mailed(ctx, t, program.Partner, made.ID, c.Mail)
	record, err := story.Agree(ctx, sys, link, c.Mail, draft)
	if err == nil {
		err = sys.Settle(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// purchase is an offer of the suite by the month, billed by the vendor or the partner.
func purchase(by contract.BilledBy) contract.OfferCreate {
	of := contract.OfferCreate{
		Kind: contract.OfferKindPurchase, Country: "PL",
		Items: []contract.OfferItemCreate{{PlanID: "plan_suite", Licenses: ptr(5), BillingTerm: ptr(contract.BillingTerm("month"))}},
	}
	if by != "" {
		of.BilledBy = &by
	}
	return of
}

// again signs the owner in anew: a session ends after 12 hours.
func (c *known) again(ctx context.Context, t *testing.T) *client.Visitor {
	t.Helper()
	c.browser = signIn(ctx, t, c.Mail, passphrase, "/account/partners")
	return c.browser
}

// happenedTo counts the events of a type that the sample's partner sees of a customer.
func happenedTo(ctx context.Context, t *testing.T, c known, kind string) int {
	t.Helper()
	var page contract.EventPage
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet,
		"/v1/events?limit=100&type="+kind+"&customer_id="+url.QueryEscape(c.Subscription.CustomerID), nil, &page))
	return len(page.Data)
}

// TestResellerExit walks the end of a reseller's tie: asked for, reminded by the clock, declined, asked for again, decided by the vendor from
// day 30, held by what the reseller bills, and ended once it bills nothing.
func TestResellerExit(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "exit")
	c.agrees(ctx, t, contract.OfferCreate{Kind: contract.OfferKindReseller, Country: "PL"}, invitation.Draft{})
	at := "/v1/relationships/rel_" + strings.TrimPrefix(c.Subscription.CustomerID, "cus_") + "_" + program.PartnerID
	asks := func() {
		t.Helper()
		_, err := c.browser.Get(ctx, sys.Endpoints.Pages+"/account/partners/"+program.PartnerID+"/ask")
		sees(t, c.browser, err, http.StatusOK, w.PartnersAskTitle(balticID))
		_, err = c.browser.Press(ctx, w.PartnersAsk(), "reason", "We leave.")
		sees(t, c.browser, err, http.StatusOK, w.PartnersTitle())
	}
	asks()
	if r := tie(ctx, t, program.Partner, c.Customer, program.PartnerID); r.RemovalRequest == nil || r.RemovalRequest.Status != "open" || !*r.CanRemove.Reseller {
		t.Fatalf("%+v", r)
	}
	began := sys.Now()
	later(t, began.Add(8*everyDay))
	later(t, began.Add(15*everyDay))
	titled(t, c.Mail, w.MailActedRemovalSubject(balticID), 1)
	if n := happenedTo(ctx, t, c, "reseller.removal_reminded"); n != 2 {
		t.Errorf("%d reminders", n)
	}
	seller := partnerUser(ctx, t)
	opened(t, seller, sys.Endpoints.Pages+"/partner/relationships?state=leaving")
	opened(t, seller, seller.Page.Links(w.RelationshipsAnswer())[0])
	opened(t, seller, seller.Page.Links(w.CustomersDecline())[0])
	pressed(t, seller, w.CustomersDecline(), "reason", "A contract runs.")
	c.again(ctx, t)
	if said := c.browser.Page.Text(); !strings.Contains(said, "A contract runs.") {
		t.Fatalf("the customer does not read why:\n%s", said)
	}

	// The reseller sells and bills: the customer's trial becomes paid.
	sale := c.agrees(ctx, t, purchase("partner"), invitation.Draft{})
	if s := sale.First(); s.BilledBy != program.PartnerID || s.Status != subscription.Active {
		t.Fatalf("%+v", s)
	}
	var said contract.Problem
	must(t)(program.Partner.Must(ctx, http.StatusConflict, http.MethodPost, at+"/end", contract.RelationshipEnd{Kind: "reseller"}, &said))
	if said.Code != "active_subscriptions" || len(said.Errors) != 1 || said.Errors[0].Pointer != string(sale.First().ID) {
		t.Fatalf("%+v", said)
	}
	asks()
	began = sys.Now()
	decide := contract.RemovalDecision{Decision: contract.RemovalDecidedRemoved, Reason: "It did not answer."}
	must(t)(program.Operator.Must(ctx, http.StatusConflict, http.MethodPost, at+"/decide-removal", decide, &said))
	if said.Code != "removal_not_due" {
		t.Fatalf("%+v", said)
	}
	later(t, began.Add(30*everyDay+time.Hour))
	if n := happenedTo(ctx, t, c, "reseller.removal_due"); n != 1 {
		t.Errorf("%d times due", n)
	}
	must(t)(program.Operator.Must(ctx, http.StatusConflict, http.MethodPost, at+"/decide-removal", decide, &said))
	if said.Code != "active_subscriptions" {
		t.Fatalf("%+v", said)
	}
	// The way out is the customer's: it cancels at the end of the term. Then the vendor can decide so.
	table := dynamo.Over(sys.Table(), sys.Endpoints.Table)
	ending, err := subscription.Cancel(ctx, table, customer.ID(c.Subscription.CustomerID), sale.First().ID, "", story.By(sys, customer.UserID(*c.Redemption.DecidedBy.UserID)))
	if err != nil || !ending.Ending {
		t.Fatalf("%+v %v", ending, err)
	}
	later(t, ending.TermEndsAt.Add(time.Hour))
	staff := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
	opened(t, staff, sys.Endpoints.Pages+"/vendor/inbox/removal/"+at[strings.LastIndexByte(at, '/')+1:])
	pressed(t, staff, w.VendorDecide(), "decision", string(decide.Decision), "reason", decide.Reason)
	var ended contract.Relationship
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, at, nil, &ended))
	if slices.Contains(ended.Kinds, contract.RelationshipKindReseller) || *ended.RemovalRequest.Decision != contract.RemovalDecidedRemoved {
		t.Fatalf("%+v", ended)
	}
	if n := happenedTo(ctx, t, c, "reseller.ended"); n != 1 {
		t.Errorf("%d ends", n)
	}
	c.again(ctx, t)
	if said := c.browser.Page.Text(); strings.Contains(said, w.PartnersReseller()+" "+w.PartnersActive()) || !strings.Contains(said, w.PartnersReseller()+" "+w.PartnersEnded()) {
		t.Fatalf("still a reseller:\n%s", c.browser.Page.Text())
	}

	// A new tie; asked, taken back, asked again, and the reseller ends it itself.
	c.agrees(ctx, t, contract.OfferCreate{Kind: contract.OfferKindReseller, Country: "PL"}, invitation.Draft{})
	asks()
	if _, err = c.browser.Get(ctx, sys.Endpoints.Pages+"/account/partners/"+program.PartnerID+"/withdraw"); err != nil {
		t.Fatal(err)
	}
	_, err = c.browser.Press(ctx, w.PartnersWithdraw())
	sees(t, c.browser, err, http.StatusOK, w.PartnersTitle())
	asks()
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPost, at+"/end", contract.RelationshipEnd{Kind: "reseller"}, &ended))
	if ended.RemovalRequest.Status != "ended" {
		t.Fatalf("%+v", ended.RemovalRequest)
	}

	// A tie with notice ends by itself when that is over.
	notice := 10
	c.agrees(ctx, t, contract.OfferCreate{Kind: contract.OfferKindReseller, Country: "PL", NoticeDays: &notice}, invitation.Draft{})
	asks()
	if r := tie(ctx, t, program.Partner, c.Customer, program.PartnerID); *r.NoticeDays != notice || r.RemovalRequest.EndsAt == nil {
		t.Fatalf("%+v", r)
	}
	before := happenedTo(ctx, t, c, "reseller.ended")
	later(t, sys.Now().Add(11*everyDay))
	if n := happenedTo(ctx, t, c, "reseller.ended"); n != before+1 {
		t.Errorf("%d ends after the notice, %d before", n, before)
	}
}

// partnerUser signs a new user of the sample's partner in, who has every right.
func partnerUser(ctx context.Context, t *testing.T) *client.Visitor {
	t.Helper()
	mail := address("seller")
	must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
		Name: "Ewa Kos", Email: mail, Language: ptr(contract.Language("en")), CompanyRole: contract.CompanyRoleGlobalAdmin, CustomerAccess: contract.CustomerAccessFull,
	}, nil))
	if _, err := mailbox.Wait(ctx, mail, 1); err != nil {
		t.Fatal(err)
	}
	if err := sample.SetPassword(ctx, sys, mail, passphrase); err != nil {
		t.Fatal(err)
	}
	return signIn(ctx, t, mail, passphrase, "/partner")
}

// TestDispute walks both decisions of a dispute: what the consent gave rests meanwhile, and then ends or goes on.
func TestDispute(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	for decision, want := range map[contract.DisputeDecision]contract.GrantStatus{contract.DisputeDecisionRejected: "active", contract.DisputeDecisionUpheld: "ended"} {
		c := customerWithPassword(ctx, t, "dispute")
		given := c.agrees(ctx, t, contract.OfferCreate{
			Kind: contract.OfferKindDelegatedAdministration, Country: "PL", DelegatedAdministration: &contract.DelegationRequest{Role: contract.RoleFull},
		}, invitation.Draft{DelegatedAdministration: redemption.Yes})
		_, err := c.browser.Get(ctx, sys.Endpoints.Pages+"/account/partners/"+program.PartnerID+"/dispute")
		sees(t, c.browser, err, http.StatusOK, w.PartnersDisputeTitle(balticID))
		_, err = c.browser.Press(ctx, w.PartnersDispute(), "reason", "Nobody here agreed.")
		sees(t, c.browser, err, http.StatusOK, w.PartnersTitle())
		status := func() contract.GrantStatus {
			return tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration.Status
		}
		if status() != "suspended" {
			t.Fatalf("%s", status())
		}
		cancel := "/v1/subscriptions/" + c.Subscription.ID + "/cancel"
		must(t)(program.Partner.Must(ctx, http.StatusForbidden, http.MethodPost, cancel, nil, nil))
		var decided contract.Redemption
		if redemption := string(given.ID); decision == contract.DisputeDecisionUpheld {
			staff := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
			opened(t, staff, sys.Endpoints.Pages+"/vendor/inbox/dispute/"+redemption)
			pressed(t, staff, w.VendorDecide(), "decision", string(decision), "reason", "We asked both.")
			must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions/"+redemption, nil, &decided))
		} else {
			must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/redemptions/"+redemption+"/decide-dispute",
				contract.DisputeDecide{Decision: decision, Reason: "We asked both."}, &decided))
		}
		if status() != want || string(decided.Dispute.Status) != string(decision) {
			t.Errorf("%s: %s, %+v", decision, status(), decided.Dispute)
		}
		answers := map[contract.GrantStatus]int{"active": http.StatusOK, "ended": http.StatusForbidden}
		must(t)(program.Partner.Must(ctx, answers[want], http.MethodPost, cancel, nil, nil))
	}
}

// TestGoesOn lets a limited administration of 100 days go on by itself, twice in 460 days, and then end, since one side wants it no more.
func TestGoesOn(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "extend")
	c.agrees(ctx, t, purchase(""), invitation.Draft{}) // a customer without a subscription has no administrator
	authorize(ctx, t, c)
	_, err := c.browser.Get(ctx, sys.Endpoints.Pages+"/account/partners/"+program.PartnerID+"/extend")
	sees(t, c.browser, err, http.StatusOK, w.PartnersExtendOnTitle(balticID))
	_, err = c.browser.Press(ctx, w.PartnersExtendOn())
	sees(t, c.browser, err, http.StatusOK, w.PartnersTitle())
	seen := func() contract.DelegatedAdministration {
		return *tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration
	}
	at := "/v1/relationships/rel_" + strings.TrimPrefix(c.Subscription.CustomerID, "cus_") + "_" + program.PartnerID
	if a := seen(); a.AutoExtend || !a.AutoExtendBy.Customer {
		t.Fatalf("%+v", a)
	}
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPost, at+"/auto-extend", contract.AutoExtendSet{Enabled: true}, nil))
	ends := seen().EndsAt
	for range 2 {
		later(t, ends.Add(-2*everyDay))
		if a := seen(); !a.EndsAt.Equal(ends) {
			t.Fatalf("too early: %+v", a)
		}
		later(t, ends.Add(-time.Hour)) // late, and before the end
		if a := seen(); !a.EndsAt.Equal(ends.Add(180*everyDay)) || a.Status != "active" {
			t.Fatalf("%+v, before it was until %s", a, ends)
		}
		ends = ends.Add(180 * everyDay)
	}
	if n := happenedTo(ctx, t, c, "delegated_administrator.extended"); n != 2 {
		t.Errorf("%d times extended", n)
	}
	titled(t, c.Mail, w.MailAdministrationEndingSubjectExtends(balticID), 2) // the notice of 7 days before, each time
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPost, at+"/auto-extend", contract.AutoExtendSet{Enabled: false}, nil))
	later(t, ends.Add(time.Hour))
	if a := seen(); a.Status != "expired" || !a.EndsAt.Equal(ends) {
		t.Fatalf("%+v", a)
	}
}

// TestLowered: the partner lowers its full administration to limited rights; both sides are mailed, and an operator reads what there is.
func TestLowered(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "lower")
	c.agrees(ctx, t, contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, invitation.Draft{DelegatedAdministration: redemption.Yes})
	at := "/v1/relationships/rel_" + strings.TrimPrefix(c.Subscription.CustomerID, "cus_") + "_" + program.PartnerID
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPost, at+"/lower", contract.AdministrationLower{}, nil))
	if a := tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration; a.Role != "limited" || a.Status != "active" {
		t.Fatalf("%+v", a)
	}
	settle(t)
	titled(t, c.Mail, w.MailAdministrationLoweredSubject(balticID), 1)
	titled(t, partnerMail, w.MailAdministrationLoweredSubjectPartner("Zakład Nowak EN"), 1)
	if n := happenedTo(ctx, t, c, "delegated_administrator.lowered"); n != 1 {
		t.Errorf("%d times lowered", n)
	}

	var offers contract.OfferPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/offers?partner_id="+program.PartnerID, nil, &offers))
	offer := "/v1/offers/" + offers.Data[0].ID
	var invited contract.InvitationPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, offer+"/invitations", nil, &invited))
	for _, path := range []string{
		offer, offer + "/statistics", "/v1/invitations/" + invited.Data[0].ID, "/v1/api-clients?partner_id=" + program.PartnerID,
		"/v1/subscriptions?customer_id=" + c.Subscription.CustomerID, "/v1/subscriptions/" + c.Subscription.ID,
	} {
		must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, path, nil, nil))
	}
	var reads contract.EventPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events?type=operator.read&customer_id="+c.Subscription.CustomerID, nil, &reads))
	if len(reads.Data) != 2 {
		t.Errorf("%d reads of operators are told: %+v", len(reads.Data), reads.Data)
	}
}
