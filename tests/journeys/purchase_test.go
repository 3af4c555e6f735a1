package journeys

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

const baltic = "Baltic Bridge IT sp. z o.o."

// sells makes a purchase offer of the sample's partner: 12 licences of the suite; change may change the wish.
func sells(t *testing.T, change func(*contract.OfferCreate)) contract.Offer {
	t.Helper()
	return makeOffer(t, func(o *contract.OfferCreate) {
		o.Kind, o.DelegatedAdministration, o.Message, o.PartnerTerms = contract.OfferKindPurchase, nil, nil, nil
		o.Items = []contract.OfferItemCreate{{PlanID: sample.TrialPlan, Licenses: ptr(12)}}
		if change != nil {
			change(o)
		}
	})
}

// requests makes an offer of a kind that sells nothing.
func requests(t *testing.T, kind contract.OfferKind) contract.Offer {
	t.Helper()
	return makeOffer(t, func(o *contract.OfferCreate) {
		o.Kind, o.Items, o.DelegatedAdministration, o.Message, o.PartnerTerms = kind, nil, nil, nil, nil
	})
}

// ordered places the order of a personal link by a member: licences and, where the page asks, what they become.
func ordered(ctx context.Context, t *testing.T, v *client.Visitor, link string, fields ...string) {
	t.Helper()
	w := locale.In(locale.English)
	opened(t, v, link)
	pressed(t, v, w.SiteNext())
	_, err := v.Press(ctx, w.SiteNext(), fields...)
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = v.Press(ctx, w.RedeemOrder(), "agree", "yes"); err != nil || !strings.Contains(v.Page.URL.Path, "/receipts/") || v.Page.Status != http.StatusOK {
		t.Fatalf("%s %d %v:\n%s", v.Page.URL, v.Page.Status, err, v.Page.Text())
	}
}

func says(t *testing.T, v *client.Visitor, words ...string) {
	t.Helper()
	text := v.Page.Text()
	for _, one := range words {
		if !strings.Contains(text, one) {
			t.Errorf("%s lacks %q:\n%s", v.Page.URL, one, text)
		}
	}
}

// TestPurchase walks a purchase by a new customer: the partner's offer by the API, the mail's link, the pages, the receipt, the password.
func TestPurchase(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	of, mail := sells(t, nil), address("buyer")
	_, personal := invite(t, of.ID, mail)
	v := client.NewVisitor("en")
	opened(t, v, personal)
	says(t, v, w.OfferTitlePurchase("Skylark Suite"), "588.00", w.SiteRenews())
	pressed(t, v, w.SiteNext())
	pressed(t, v, w.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak", "language", "en", "licences-0", "20")
	says(t, v, "980.00", w.RedeemOrderBinds())
	page := pressed(t, v, w.RedeemOrder(), "agree", "yes")
	says(t, v, w.ReceiptOrderTitle(), "980.00", w.ReceiptTermEnds())
	receipt := page.URL.String()
	settle(t)
	got := subscribed(t, redeemed(t, of.ID))
	if got.Status != contract.SubscriptionStatusActive || got.Licenses.Bought != 20 || got.Licenses.Offered == nil || *got.Licenses.Offered != 12 || got.BilledBy != "vendor" {
		t.Fatalf("%+v", got)
	}
	opened(t, v, personal) // the used link leads to the receipt
	if v.Page.URL.String() != receipt {
		t.Errorf("the used link leads to %s", v.Page.URL)
	}
	mails, err := mailbox.Wait(ctx, mail, 2)
	if err != nil {
		t.Fatal(err)
	}
	set := mails[1].Link(sys.Endpoints.Pages + "/set-password/")
	if set == "" {
		t.Fatalf("no link to set a password in %q:\n%s", mails[1].Subject, mails[1].Body.Text)
	}
	opened(t, v, set)
	_, err = v.Press(ctx, w.PasswordButton(), "password", passphrase)
	sees(t, v, err, http.StatusOK, w.PasswordSetTitle())
	signIn(ctx, t, mail, passphrase, "/account")
}

// TestPurchaseByMember walks what a customer that exists makes of purchase offers: the trial it has becomes paid, then licences are added, then
// a subscription of its own is made; the first by the public link, signed in, without any mail.
func TestPurchaseByMember(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "converts")
	of := sells(t, nil)
	link := sys.Endpoints.Pages + "/o/" + strings.TrimPrefix(of.ID, "ofr_")

	someone := client.NewVisitor("en")
	opened(t, someone, link)
	to := someone.Page.Links(w.OfferHaveAccount())
	if len(to) != 1 {
		t.Fatalf("no way to sign in:\n%s", someone.Page.Text())
	}
	v := signIn(ctx, t, c.Mail, passphrase, strings.TrimPrefix(to[0], sys.Endpoints.Pages))
	says(t, v, w.OfferOwnText(c.Mail, "Zakład Nowak EN"))
	before := len(subjects(t, c.Mail))
	pressed(t, v, w.OfferOwnButton())
	pressed(t, v, w.SiteNext())
	says(t, v, w.RedeemBecomes())
	pressed(t, v, w.SiteNext())
	pressed(t, v, w.RedeemOrder(), "agree", "yes")
	says(t, v, w.ReceiptConvertedTitle())
	settle(t)
	first := subscribed(t, redeemed(t, of.ID))
	if first.ID != c.Subscription.ID || first.Status != contract.SubscriptionStatusActive || first.Licenses.Bought != 12 {
		t.Fatalf("%+v, not %s", first, c.Subscription.ID)
	}
	for _, subject := range subjects(t, c.Mail)[before:] {
		if strings.Contains(subject, w.OfferSend()) {
			t.Errorf("a link was mailed to who had it: %q", subject)
		}
	}

	of = sells(t, nil)
	ordered(ctx, t, v, taken(ctx, t, v, of), "licences-0", "5", "into-0", first.ID)
	says(t, v, w.ReceiptAddedTitle())
	settle(t)
	if more := subscribed(t, redeemed(t, of.ID)); more.ID != first.ID || more.Licenses.Bought != 17 {
		t.Fatalf("%+v", more)
	}

	of = sells(t, nil)
	ordered(ctx, t, v, taken(ctx, t, v, of), "into-0", "separate")
	says(t, v, w.ReceiptOrderTitle())
	settle(t)
	if other := subscribed(t, redeemed(t, of.ID)); other.ID == first.ID || other.Licenses.Bought != 12 {
		t.Fatalf("%+v", other)
	}
}

// taken takes a public offer to the account of who is signed in and returns where it is answered.
func taken(ctx context.Context, t *testing.T, v *client.Visitor, of contract.Offer) string {
	t.Helper()
	w := locale.In(locale.English)
	opened(t, v, sys.Endpoints.Pages+"/o/"+strings.TrimPrefix(of.ID, "ofr_"))
	if _, err := v.Press(ctx, w.OfferOwnButton()); err != nil {
		t.Fatal(err)
	}
	return v.Page.URL.String()
}

// TestPartnerOfRecordOffer lets a member choose two subscriptions that get the asking partner.
func TestPartnerOfRecordOffer(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "advised")
	v := c.browser
	for _, plan := range []string{sample.TrialPlan, "plan_mail"} { // nobody is partner of record of either
		of := sells(t, func(o *contract.OfferCreate) { o.Items = []contract.OfferItemCreate{{PlanID: plan, Licenses: ptr(6)}} })
		opened(t, v, taken(ctx, t, v, of))
		pressed(t, v, w.SiteNext(), "advisor", "none")
		pressed(t, v, w.SiteNext())
		pressed(t, v, w.RedeemOrder(), "agree", "yes")
	}
	settle(t)
	if seen := tie(ctx, t, program.Partner, c.Customer, program.PartnerID); len(seen.Kinds) != 0 {
		t.Fatalf("%+v", seen)
	}
	of := requests(t, contract.OfferKindPartnerOfRecord)
	opened(t, v, taken(ctx, t, v, of))
	says(t, v, w.OfferTitlePartnerOfRecord(baltic), w.PartnerOfRecordRequestNow(w.PartnerOfRecordNobody()))
	at, form := v.Page.Form(w.SiteNext())
	for _, id := range subscriptionIDs(v) {
		form.Add("subscriptions", id)
	}
	if _, err := v.Post(ctx, at, form); err != nil || v.Page.Heading() != w.RedeemCheckTitle() {
		t.Fatalf("%v\n%s", err, v.Page.Text())
	}
	pressed(t, v, w.PartnerOfRecordRequestButton(baltic), "agree", "yes")
	says(t, v, w.ReceiptNamedTitle(), w.SubscriptionCount(2), w.ReceiptBefore(w.PartnerOfRecordNobody()))
	settle(t)
	for _, id := range redeemed(t, of.ID).SubscriptionIds {
		var got contract.Subscription
		must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+id, nil, &got))
	}
	seen := tie(ctx, t, program.Partner, c.Customer, program.PartnerID)
	if len(seen.Kinds) != 1 || seen.Kinds[0] != contract.RelationshipKindPartnerOfRecord {
		t.Fatalf("%+v", seen)
	}
}

// subscriptionIDs returns the values of the checkboxes on the page.
func subscriptionIDs(v *client.Visitor) []string {
	var found []string
	for _, part := range strings.Split(string(v.Page.Body), `name="subscriptions" value="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		found = append(found, id)
	}
	return found
}

// TestResellerOffer lets a member authorize a reseller, which the customer cannot remove by itself.
func TestResellerOffer(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "resold")
	v := c.browser
	opened(t, v, mailed(ctx, t, program.Partner, requests(t, contract.OfferKindReseller).ID, c.Mail))
	says(t, v, w.ResellerQuestion(baltic))
	pressed(t, v, w.SiteNext())
	pressed(t, v, w.ResellerButton(baltic), "agree", "yes")
	says(t, v, w.ReceiptResellerTitle(baltic))
	settle(t)
	seen := tie(ctx, t, program.Partner, c.Customer, program.PartnerID)
	is := false
	for _, kind := range seen.Kinds {
		is = is || kind == contract.RelationshipKindReseller
	}
	if !is {
		t.Fatalf("%+v", seen)
	}
}
