package journeys

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// administers returns the partner's client of the other partner of the sample, which is enrolled and may ask for delegated administration.
var administers = sync.OnceValues(func() (client.API, error) { return story.Rival(context.Background(), sys, program) })

func ptr[T any](v T) *T { return &v }

// known is a customer whose owner has a password.
type known struct {
	*story.Customer
	browser *client.Visitor // signed in
}

func customerWithPassword(ctx context.Context, t *testing.T, name string) known {
	t.Helper()
	w := locale.In(locale.English)
	c, link := owner(t, name)
	v := client.NewVisitor("en")
	if _, err := v.Get(ctx, link); err != nil {
		t.Fatal(err)
	}
	_, err := v.Press(ctx, w.PasswordButton(), "password", passphrase)
	sees(t, v, err, http.StatusOK, w.PasswordSetTitle())
	return known{c, signIn(ctx, t, c.Mail, passphrase, "/account")}
}

// asks makes an offer of delegated administration alone and returns the link mailed to an address.
func asks(ctx context.Context, t *testing.T, by client.API, mail string) (contract.Offer, string) {
	t.Helper()
	var made contract.Offer
	must(t)(by.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "limited", DurationDays: ptr(100)},
	}, &made))
	return made, mailed(ctx, t, by, made.ID, mail)
}

// mailed invites an address to an offer and returns the link of the mail that comes, whatever came before.
func mailed(ctx context.Context, t *testing.T, by client.API, offer, mail string) string {
	t.Helper()
	settle(t) // mails of what was before are there by then
	before, err := mailbox.To(ctx, mail)
	if err != nil {
		t.Fatal(err)
	}
	must(t)(by.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail, Language: ptr(contract.LanguageEn)}}}, nil))
	mails, err := mailbox.Wait(ctx, mail, len(before)+1)
	if err != nil {
		t.Fatal(err)
	}
	link := mails[len(before)].Link(sys.Endpoints.Pages + "/i/")
	if link == "" {
		t.Fatalf("no link in %q:\n%s", mails[len(before)].Subject, mails[len(before)].Body.Text)
	}
	return link
}

// tie returns how a partner sees its relationship to a customer.
func tie(ctx context.Context, t *testing.T, by client.API, c *story.Customer, partner string) contract.Relationship {
	t.Helper()
	var seen contract.Relationship
	must(t)(by.Must(ctx, http.StatusOK, http.MethodGet, "/v1/relationships/rel_"+strings.TrimPrefix(c.Subscription.CustomerID, "cus_")+"_"+partner, nil, &seen))
	return seen
}

// authorize lets a customer say yes to the sample's partner, which asks for delegated administration.
func authorize(ctx context.Context, t *testing.T, c known) {
	t.Helper()
	w := locale.In(locale.English)
	_, request := asks(ctx, t, program.Partner, c.Mail)
	if _, err := c.browser.Get(ctx, request); err != nil {
		t.Fatal(err)
	}
	_, err := c.browser.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, c.browser, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = c.browser.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}
}

// TestOfferWaits answers a request without its mailed link: it waits in the account until then.
func TestOfferWaits(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "waits")
	asks(ctx, t, program.Partner, c.Mail)
	settle(t) // the note that it waits is written after its mail
	v, asked := c.browser, w.DelegatedAdministrationQuestion("Baltic Bridge IT sp. z o.o.")
	if _, err := v.Get(ctx, sys.Endpoints.Pages+"/account"); err != nil || !strings.Contains(v.Page.Text(), asked) {
		t.Fatalf("%v\n%s", err, v.Page.Text())
	}
	_, err := v.Press(ctx, w.OffersOpen())
	sees(t, v, err, http.StatusOK, asked)
	_, err = v.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	_, err = v.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes")
	sees(t, v, err, http.StatusOK, w.ReceiptGrantedTitle("Baltic Bridge IT sp. z o.o."))
	_, err = v.Get(ctx, sys.Endpoints.Pages+"/account/offers")
	if sees(t, v, err, http.StatusOK, w.OffersTitle()); !strings.Contains(v.Page.Text(), w.OffersNone()) {
		t.Errorf("it waits still:\n%s", v.Page.Text())
	}
}

// TestMemberAdministration walks delegated administration for a customer that exists: a yes, signed in; a second partner, whose named question
// replaces the first; a No that changes nothing.
func TestMemberAdministration(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "member")
	_, link := asks(ctx, t, program.Partner, c.Mail)

	stranger := client.NewVisitor("en")
	_, err := stranger.Get(ctx, link)
	sees(t, stranger, err, http.StatusConflict, w.RedeemMemberTitle())

	v := c.browser
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusOK, w.DelegatedAdministrationQuestion("Baltic Bridge IT sp. z o.o."))
	page, err := v.Press(ctx, w.SiteNext())
	if err != nil || page.Status != http.StatusUnprocessableEntity {
		t.Fatalf("Next without an answer: %d %v", page.Status, err)
	}
	_, err = v.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	_, err = v.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes")
	if err != nil || !strings.Contains(v.Page.URL.Path, "/receipts/") || v.Page.Status != http.StatusOK {
		t.Fatalf("%s %d %v:\n%s", v.Page.URL, v.Page.Status, err, v.Page.Text())
	}
	first := tie(ctx, t, program.Partner, c.Customer, program.PartnerID)
	if a := first.DelegatedAdministration; a == nil || a.Status != "active" || a.Role != "limited" || !slices.Contains(first.Kinds, contract.RelationshipKindDelegatedAdministrator) {
		t.Fatalf("%+v", first)
	}
	if mails, err := mailbox.Wait(ctx, c.Mail, 4); err != nil || mails[3].Subject != w.MailGrantedSubject("Baltic Bridge IT sp. z o.o.") {
		t.Fatalf("%v %v", subjects(t, c.Mail), err)
	}

	// A plain yes replaces nobody, whatever a form says; the named question does.
	other, err := administers()
	if err != nil {
		t.Fatal(err)
	}
	_, link = asks(ctx, t, other, c.Mail)
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusOK, w.DelegatedAdministrationReplaceQuestion("Baltic Bridge IT sp. z o.o.", "Green Field Advisers Ltd"))
	if said := v.Page.Text(); !strings.Contains(said, "Replace Baltic Bridge IT sp. z o.o.") {
		t.Fatalf("the named question is missing:\n%s", said)
	}
	question := v.Page
	to, form := question.Form(w.SiteNext())
	form.Set("delegation", "yes")
	if _, err = v.Post(ctx, to, form); err != nil {
		t.Fatal(err)
	}
	_, err = v.Press(ctx, w.RedeemAuthorize("Green Field Advisers Ltd"), "agree", "yes")
	sees(t, v, err, http.StatusOK, w.DelegatedAdministrationReplaceQuestion("Baltic Bridge IT sp. z o.o.", "Green Field Advisers Ltd"))
	if !strings.Contains(v.Page.Text(), w.DelegatedAdministrationReplaceChangedText()) {
		t.Fatalf("a plain yes went through:\n%s", v.Page.Text())
	}
	if a := tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration; a.Status != "active" {
		t.Fatalf("replaced by a plain yes: %+v", a)
	}
	_, err = v.Press(ctx, w.SiteNext(), "delegation", "replace:"+program.PartnerID)
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = v.Press(ctx, w.RedeemAuthorize("Green Field Advisers Ltd"), "agree", "yes"); err != nil || !strings.Contains(v.Page.URL.Path, "/receipts/") {
		t.Fatalf("%s %v:\n%s", v.Page.URL, err, v.Page.Text())
	}
	if a := tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration; a.Status != "ended" || a.EndedCause == nil || *a.EndedCause != "replaced" {
		t.Fatalf("the one before: %+v", a)
	}
	if a := tie(ctx, t, other, c.Customer, program.Other).DelegatedAdministration; a.Status != "active" {
		t.Fatalf("the new one: %+v", a)
	}

	// The customer sees who may act for it, and ends it by itself.
	_, err = v.Get(ctx, sys.Endpoints.Pages+"/account/partners")
	sees(t, v, err, http.StatusOK, w.PartnersTitle())
	to2 := v.Page.Links(w.PartnersRemove())
	if len(to2) != 1 || !strings.Contains(v.Page.Text(), "Green Field Advisers Ltd") {
		t.Fatalf("%v:\n%s", to2, v.Page.Text())
	}
	_, err = v.Get(ctx, to2[0])
	sees(t, v, err, http.StatusOK, w.PartnersRemoveTitle("Green Field Advisers Ltd"))
	to, form = v.Page.Form(w.PartnersRemoveButton("Green Field Advisers Ltd"))
	stranger = customerWithPassword(ctx, t, "neighbour").browser
	if page, err := stranger.Post(ctx, to, form); err != nil || page.Status != http.StatusNotFound {
		t.Fatalf("another customer's administrator: %d %v on %s:\n%s", page.Status, err, page.URL, page.Text())
	}
	for range 2 { // pressed twice is the same
		_, err = v.Post(ctx, to, form)
		sees(t, v, err, http.StatusOK, w.PartnersTitle())
	}
	if a := tie(ctx, t, other, c.Customer, program.Other).DelegatedAdministration; a.Status != "ended" || a.EndedCause == nil || *a.EndedCause != "customer" {
		t.Fatalf("%+v", a)
	}
}

// TestMemberForms holds what infra/design/trust.md, rule 2, forbids of the forms of people who sign in: none of them does its deed.
func TestMemberForms(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	_, link := owner(t, "forms")
	_, foreign := owner(t, "foreign")
	v, stranger := client.NewVisitor("en"), client.NewVisitor("en")
	_, err := v.Get(ctx, link)
	sees(t, v, err, http.StatusOK, w.PasswordTitle())
	_, err = stranger.Get(ctx, foreign)
	sees(t, stranger, err, http.StatusOK, w.PasswordTitle())
	to, form := v.Page.Form(w.PasswordButton())
	form.Set("password", passphrase)
	_, theirs := stranger.Page.Form(w.PasswordButton())
	refuseForms(t, v, to, form, theirs.Get("form_token"))
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusOK, w.PasswordTitle()) // the link still counts: no password was set

	c, other := customerWithPassword(ctx, t, "own"), customerWithPassword(ctx, t, "another")
	authorize(ctx, t, c)
	for path, button := range map[string]string{
		"/account/partners/" + program.PartnerID + "/remove": w.PartnersRemoveButton("Baltic Bridge IT sp. z o.o."), "/sign-out": w.FrameSignOut(),
	} {
		if _, err := c.browser.Get(ctx, sys.Endpoints.Pages+path); err != nil {
			t.Fatal(err)
		}
		to, form := c.browser.Page.Form(button)
		if to == "" {
			t.Fatalf("no button %q:\n%s", button, c.browser.Page.Text())
		}
		refuseForms(t, c.browser, to, form, "another")
		if _, err := other.browser.Get(ctx, sys.Endpoints.Pages+"/sign-out"); err != nil {
			t.Fatal(err)
		}
		_, theirs := other.browser.Page.Form(w.FrameSignOut())
		refuseForms(t, c.browser, to, form, theirs.Get("form_token"))
	}
	if a := tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration; a == nil || a.Status != "active" {
		t.Errorf("a refused form ended it: %+v", a)
	}
	_, err = c.browser.Get(ctx, sys.Endpoints.Pages+"/account")
	sees(t, c.browser, err, http.StatusOK, "Zakład Nowak EN") // still signed in
}

// TestMemberRefusal answers a request for delegated administration with No: a refusal, which changes nothing.
func TestMemberRefusal(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "refuser")
	made, link := asks(ctx, t, program.Partner, c.Mail)
	v := c.browser
	if _, err := v.Get(ctx, link); err != nil {
		t.Fatal(err)
	}
	_, err := v.Press(ctx, w.SiteNext(), "delegation", "no")
	sees(t, v, err, http.StatusOK, w.RedeemNoTitle())
	if _, err = v.Press(ctx, w.RedeemNoButton()); err != nil || !strings.Contains(v.Page.URL.Path, "/receipts/") {
		t.Fatalf("%s %v:\n%s", v.Page.URL, err, v.Page.Text())
	}
	if a := tie(ctx, t, program.Partner, c.Customer, program.PartnerID).DelegatedAdministration; a != nil {
		t.Fatalf("a No gave %+v", a)
	}
	if err := sys.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	mails, err := mailbox.To(ctx, "partner@balticbridge.example")
	if err != nil || !slices.ContainsFunc(mails, func(m client.Mail) bool { return strings.Contains(m.Subject, c.Mail) }) {
		t.Fatalf("the partner is not told of %s: %v", made.ID, err)
	}
}

// TestMemberTrial brings an offer to an account that exists: signed in it adds a subscription, once a plan; another company's administrator
// sees both identities and can ask for one of the right company, and nothing else happens.
func TestMemberTrial(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c, stranger := customerWithPassword(ctx, t, "more"), customerWithPassword(ctx, t, "stranger")
	link := mailed(ctx, t, program.Partner, makeOffer(t, nil).ID, c.Mail)

	_, err := stranger.browser.Get(ctx, link)
	sees(t, stranger.browser, err, http.StatusForbidden, w.RedeemWrongAccountTitle())
	if said := stranger.browser.Page.Text(); !strings.Contains(said, c.Mail) || !strings.Contains(said, stranger.Mail) {
		t.Fatalf("both identities:\n%s", said)
	}
	for range 2 { // asked twice, told once
		_, err = stranger.browser.Press(ctx, w.UnavailableAdministratorAsk("Baltic Bridge IT sp. z o.o."))
		sees(t, stranger.browser, err, http.StatusOK, w.UnavailableAdministratorAskedTitle())
		_, err = stranger.browser.Get(ctx, link)
		sees(t, stranger.browser, err, http.StatusForbidden, w.RedeemWrongAccountTitle())
	}
	settle(t)
	titled(t, partnerMail, w.MailNewLinkAdministratorSubject(c.Mail), 1)
	v := c.browser
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusConflict, w.RedeemTryingTitle("Skylark Suite"))

	mail := makeOffer(t, func(o *contract.OfferCreate) {
		o.Items, o.DelegatedAdministration = []contract.OfferItemCreate{{PlanID: "plan_mail"}}, nil
	})
	link = mailed(ctx, t, program.Partner, mail.ID, c.Mail)
	if _, err = v.Get(ctx, link); err != nil {
		t.Fatal(err)
	}
	_, err = v.Press(ctx, w.SiteNext())
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = v.Press(ctx, w.RedeemStart(14), "agree", "yes"); err != nil || !strings.Contains(v.Page.URL.Path, "/receipts/") {
		t.Fatalf("%s %v:\n%s", v.Page.URL, err, v.Page.Text())
	}
	_, err = v.Get(ctx, sys.Endpoints.Pages+"/account")
	sees(t, v, err, http.StatusOK, "Zakład Nowak EN")
	if said := v.Page.Text(); !strings.Contains(said, "Skylark Mail") || !strings.Contains(said, "Skylark Suite") {
		t.Fatalf("both products:\n%s", said)
	}
	if seen := tie(ctx, t, program.Partner, c.Customer, program.PartnerID); !slices.Contains(seen.Kinds, contract.RelationshipKindPartnerOfRecord) {
		t.Fatalf("%+v", seen)
	}
}
