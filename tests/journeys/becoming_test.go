package journeys

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// digits are a code as a mail writes it.
var digits = regexp.MustCompile(`\d{3}[ \x{a0}]?\d{3}`)

// TestOperators: an operator invites a colleague, who sets a password and sees the inbox, is sent out at once when disabled, and comes back.
func TestOperators(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/operators")
	opened(t, v, pages+"/vendor/operators/new")
	mail := address("jan")
	pressed(t, v, w.PartnerUsersSend(), "name", "Jan Kot", "email", mail, "language", "en")
	if _, err := mailbox.Wait(ctx, mail, 1); err != nil {
		t.Fatal(err)
	}
	if err := sample.SetPassword(ctx, sys, mail, passphrase); err != nil {
		t.Fatal(err)
	}
	colleague := signIn(ctx, t, mail, passphrase, "/vendor")
	sees(t, colleague, nil, http.StatusOK, w.VendorInbox())
	opened(t, v, pages+"/vendor/operators")
	at := v.Page.Links(w.OperatorsDisable() + " Jan Kot")
	if len(at) != 1 {
		t.Fatalf("%v\n%s", at, v.Page.Text())
	}
	opened(t, v, at[0])
	pressed(t, v, w.PartnerUsersDisableName("Jan Kot"))
	if page, err := colleague.Get(ctx, pages+"/vendor"); err != nil || !strings.HasPrefix(page.URL.String(), sys.Endpoints.Issuer) {
		t.Errorf("a disabled operator is at %s: %v", page.URL, err)
	}
	opened(t, v, at[0])
	pressed(t, v, w.PartnerUsersEnableName("Jan Kot"))
	sees(t, signIn(ctx, t, mail, passphrase, "/vendor"), nil, http.StatusOK, w.VendorInbox())
}

// TestBecomesPartner follows a company from its application to its first customers, by pages wherever there is one: it applies, proves its
// address, is approved by an operator, signs the agreement, verifies what it says of itself, invites a colleague, sends an offer again, and ends what a customer
// gave it.
func TestBecomesPartner(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	boss, v := address("maria"), client.NewVisitor("en")
	opened(t, v, pages+"/become-a-partner")
	pressed(t, v, w.ApplyButton(), "legal_name", "Amber Coast Cloud", "registration_number", "0000123456", "country", "PL", "city", "Ustka",
		"website", "https://amber.example", "phone", "+48 59 555 01 00", "name", "Maria Bursztyn", "email", boss, "language", "en",
		"programs", "cloud-essentials", "why", "We move mail for companies on the coast.")
	mails, err := mailbox.Wait(ctx, boss, 1)
	if err != nil {
		t.Fatal(err)
	}
	opened(t, v, mails[0].Link(pages+"/become-a-partner/confirm/"))
	pressed(t, v, w.ApplyConfirmButton())

	var waiting contract.PartnerApplicationPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partner-applications?status=waiting", nil, &waiting))
	staff := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
	application := pages + "/vendor/inbox/application/" + waiting.Data[0].ID
	opened(t, staff, application)
	pressed(t, staff, w.VendorDecide(), "decision", "approve")
	var approved contract.PartnerApplication
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partner-applications/"+waiting.Data[0].ID, nil, &approved))
	company := "/v1/partners/" + *approved.PartnerID
	if _, err = mailbox.Wait(ctx, boss, 2); err != nil {
		t.Fatal(err)
	}
	if err := sample.SetPassword(ctx, sys, boss, passphrase); err != nil {
		t.Fatal(err)
	}
	v = signIn(ctx, t, boss, passphrase, "/partner")
	sees(t, v, nil, http.StatusOK, w.OverviewTitle())

	opened(t, v, pages+"/partner/agreement")
	pressed(t, v, w.PartnerAgreementSign(), "name", "Maria Bursztyn", "accept", "yes")

	// The address is proved by the application, and no longer once it is another. The name gives the old one up.
	mail := address("office")
	opened(t, v, pages+"/partner/company/edit")
	pressed(t, v, w.PartnerCompanySave(), "legal_name", "Amber Coast Clouds", "email", mail)
	opened(t, v, pages+"/partner/company")
	pressed(t, v, w.PartnerCompanyEmailSend())
	if mails, err = mailbox.Wait(ctx, mail, 1); err != nil {
		t.Fatal(err)
	}
	pressed(t, v, w.PartnerCompanyEmailCheck(), "email_code", digits.FindString(mails[0].Body.Text))
	pressed(t, v, w.PartnerCompanyPhoneSend())
	opened(t, staff, pages+"/vendor/inbox/call/"+*approved.PartnerID)
	said := pressed(t, staff, w.VendorMakeCode()).Text()
	pressed(t, v, w.PartnerCompanyPhoneCheck(), "phone_code", digits.FindString(said[strings.Index(said, w.VendorCodeTitle()):]))
	pressed(t, v, w.PartnerCompanyConfirm())
	var now contract.Partner
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, company, nil, &now))
	if now.Status != contract.PartnerStatusActive || now.LegalName != "Amber Coast Clouds" || now.Verification.ConfirmedAt == nil {
		t.Fatalf("%+v", now)
	}

	// A second global administrator, so that the first may go.
	opened(t, v, pages+"/partner/users/new")
	pressed(t, v, w.PartnerUsersSend(), "name", "Ola Fala", "email", address("ola"), "language", "en", "own", "yes", "own_role", "global_admin", "support", "no")
	if !strings.Contains(v.Page.Text(), w.PartnerUsersInvitedNotice("Ola Fala")) {
		t.Errorf("no invitation:\n%s", v.Page.Text())
	}

	// The vendor lets it sell; its machine makes an offer, and its people look after it.
	at := pages + "/vendor/partners/" + *approved.PartnerID
	opened(t, staff, at+"/programs")
	pressed(t, staff, w.SiteNext(), "member", "cloud-accelerate")
	pressed(t, staff, w.PartnerUsersSave())
	opened(t, staff, at+"/plans")
	pressed(t, staff, w.SiteNext(), "member", "plan_mail")
	pressed(t, staff, w.PartnerUsersSave(), "countries", "PL")
	opened(t, staff, at+"/plans/plan_mail/end")
	pressed(t, staff, w.VendorPartnersWithdrawName("Skylark Mail", "Amber Coast Clouds"))
	opened(t, staff, at+"/plans/plan_suite")
	pressed(t, staff, w.PartnerUsersSave(), "countries", "PL")
	opened(t, staff, at+"/verify")
	pressed(t, staff, w.VendorPartnersVerifyName("Amber Coast Clouds"))
	var machine contract.APIClient
	must(t)(program.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		Name: "Amber", PartnerID: approved.PartnerID, CustomerAccess: contract.CustomerAccessFull,
	}, &machine))
	token, err := sys.Identity.Token(ctx, machine.ClientID, *machine.Secret)
	if err != nil {
		t.Fatal(err)
	}
	api := client.API{Base: sys.Endpoints.API, Token: token, Seen: program.Partner.Seen}
	wish, made := sample.TrialOffer("en"), contract.Offer{}
	wish.DelegatedAdministration.Role = contract.RoleFull
	must(t)(api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", wish, &made))
	anna := address("anna")
	must(t)(api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+made.ID+"/invitations", contract.InvitationSend{Recipients: []contract.Recipient{{Email: anna}}}, nil))
	link(t, anna, 1)
	settle(t)
	opened(t, v, pages+"/partner/offers")
	of := pages + "/partner/offers/" + made.ID
	opened(t, v, of)
	pressed(t, v, w.PartnerOfferResend()+" "+anna)
	pressed(t, v, w.PartnerOfferPause())
	pressed(t, v, w.PartnerOfferResume())

	if _, err := start(ctx, atCheck(t, link(t, anna, 2), "yes", "Amber's First Customer")); err != nil {
		t.Fatal(err)
	}
	settle(t)
	opened(t, v, pages+"/partner")
	opened(t, v, pages+"/partner/activity")
	if text := v.Page.Text(); !strings.Contains(text, w.ActivityOfferPaused()) || !strings.Contains(text, "Amber's First Customer") {
		t.Errorf("what happened is not told:\n%s", text)
	}
	opened(t, v, pages+"/partner/customers")
	opened(t, v, v.Page.Links("Amber's First Customer")[0])
	at = v.Page.URL.String()
	opened(t, v, pages+"/partner/customers")
	pressed(t, v, w.CustomersFindButton(), "find", anna)
	if found := v.Page.URL.String(); found != at {
		t.Errorf("finding leads to %s", found)
	}
	opened(t, v, v.Page.Links(w.CustomersRenew() + " Amber's First Customer")[0])
	pressed(t, v, w.SiteNext())
	opened(t, v, at)
	opened(t, v, v.Page.Links(w.CustomersCancelTrial() + " Skylark Suite")[0])
	pressed(t, v, w.CustomersCancelTrial())
	if text := v.Page.Text(); !strings.Contains(text, w.CustomersTrialCancelled()) || !strings.Contains(text, w.ActivityCancelled("Skylark Suite")) {
		t.Errorf("the trial goes on:\n%s", text)
	}
	for _, act := range []struct{ path, button string }{
		{"/lower", w.CustomersLower()},
		{"/extend-on", w.PartnersExtendOn()},
		{"/extend-off", w.PartnersExtendOff()},
		{"/end-administration", w.CustomersEndGrant()},
		{"/step-down", w.CustomersStepDown()},
	} {
		opened(t, v, at+act.path)
		pressed(t, v, act.button)
	}
	if !strings.Contains(v.Page.Text(), w.CustomersAllEnded()) {
		t.Errorf("something is left:\n%s", v.Page.Text())
	}
}

// TestJoins is a company's way into the program and to its first customer by API calls alone, and then to one who knew nobody.
func TestJoins(t *testing.T) {
	boss := address("maria")
	name, _, _ := strings.Cut(boss, "@")
	by, err := walk(t).Joining(patience(t), "pl", story.Newcomer{Company: "Chmura " + name, Boss: boss, Colleague: address("ola"), Customer: address("jan")})
	if err != nil {
		t.Fatal(err)
	}
	if err := walk(t).Market(patience(t), "pl", by, story.Seeker{Company: "Zakład Nowak", Mail: address("adam")}); err != nil {
		t.Fatal(err)
	}
}
