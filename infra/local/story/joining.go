package story

import (
	"context"
	"fmt"
	"net/http"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// Newcomer is who a company that becomes a partner consists of, and whom it wins.
type Newcomer struct{ Company, Boss, Colleague, Customer string } // a name and three addresses that nobody has yet

// Joining walks how a company becomes a partner and wins a customer by API calls alone, as curl would make them: it applies, the vendor approves
// it and lets it offer, it signs, proves its profile, invites a colleague with limited access, and that one makes a trial invitation with
// delegated administration, sees the Yes and follows up with a purchase offer. Pages are there only where a person follows a mailed link. It
// returns the API as the company's administrator calls it.
func (s Story) Joining(ctx context.Context, language string, who Newcomer) (client.API, error) {
	w, pages, operator := locale.In(locale.Language(language)), s.System.Endpoints.Pages, s.Program.Operator
	said := contract.Language(language)
	anyone := client.API{Base: s.System.Endpoints.API, Seen: s.Program.Partner.Seen}
	var application contract.PartnerApplication
	if _, err := anyone.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partner-applications", contract.PartnerApplicationCreate{
		LegalName: who.Company, RegistrationNumber: "KRS 0000654321", Country: sample.Country, City: "Ustka", Website: "https://joining.example", Phone: "+48 59 555 02 00",
		Contact: contract.Administrator{Name: "Maria Bursztyn", Email: who.Boss, Language: &said}, Why: "We move mail for companies on the coast.",
	}, &application); err != nil {
		return client.API{}, err
	}
	mails, err := s.mailbox().Wait(ctx, who.Boss, 1)
	if err != nil {
		return client.API{}, err
	}
	v := client.NewVisitor(language)
	if err := s.open(ctx, v, mails[0].Link(pages+"/become-a-partner/confirm/")); err != nil {
		return client.API{}, err
	}
	if err := s.press(ctx, v, w.ApplyConfirmButton()); err != nil {
		return client.API{}, err
	}
	s.tell("%s: %s applies and confirms its address from the mail", language, who.Company)

	if _, err := operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partner-applications/"+application.ID+"/approve", nil, &application); err != nil {
		return client.API{}, err
	}
	company := "/v1/partners/" + *application.PartnerID
	if _, err := operator.Must(ctx, http.StatusOK, http.MethodPut, company+"/programs/cloud-accelerate", contract.PartnerEnrol{}, nil); err != nil {
		return client.API{}, err
	}
	if _, err := operator.Must(ctx, http.StatusOK, http.MethodPut, company+"/authorisations/"+sample.TrialPlan, contract.PartnerAuthorise{Countries: []string{sample.Country}}, nil); err != nil {
		return client.API{}, err
	}
	s.tell("%s: the vendor approves it, puts it into a program and lets it offer a plan", language)

	boss, err := s.newUser(ctx, who.Boss, 2)
	if err != nil {
		return client.API{}, err
	}
	var agreement contract.Terms
	if _, err := boss.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/partner?language="+language, nil, &agreement); err != nil {
		return client.API{}, err
	}
	if _, err := boss.Must(ctx, http.StatusOK, http.MethodPost, company+"/agreement", contract.PartnerSignAgreement{Version: agreement.Version, Name: "Maria Bursztyn", Language: &said}, nil); err != nil {
		return client.API{}, err
	}
	proves := func(step contract.PartnerConfirmProfile) error {
		_, err := boss.Must(ctx, http.StatusOK, http.MethodPost, company+"/profile-confirmation", step, nil)
		return err
	}
	if err := proves(contract.PartnerConfirmProfile{Send: ptr(contract.CodeChannelPhone)}); err != nil {
		return client.API{}, err
	}
	var code contract.PhoneCode
	if _, err := operator.Must(ctx, http.StatusCreated, http.MethodPost, company+"/phone-code", nil, &code); err != nil {
		return client.API{}, err
	}
	if err := proves(contract.PartnerConfirmProfile{PhoneCode: code.Digits}); err != nil {
		return client.API{}, err
	}
	if err := proves(contract.PartnerConfirmProfile{Confirm: ptr(true)}); err != nil {
		return client.API{}, err
	}
	s.tell("%s: its administrator signs version %s of the agreement, proves the phone by the code of a call and confirms the profile", language, agreement.Version)

	if _, err := boss.Must(ctx, http.StatusCreated, http.MethodPost, company+"/users", contract.PartnerUserCreate{
		Name: "Ola Fala", Email: who.Colleague, Language: &said, CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessLimited,
	}, nil); err != nil {
		return client.API{}, err
	}
	ola, err := s.newUser(ctx, who.Colleague, 1)
	if err != nil {
		return client.API{}, err
	}
	trial, link, err := s.Propose(ctx, ola, sample.TrialOffer(language), who.Customer)
	if err != nil {
		return client.API{}, err
	}
	s.tell("%s: a colleague with limited access invites %s to a trial, and asks to administer it", language, who.Customer)
	if err := s.open(ctx, v, link, who.Company); err != nil {
		return client.API{}, err
	}
	for _, fields := range [][]string{nil, {"delegation", "yes"}, {"company", "Zakład " + who.Company, "name", "Anna Nowak"}} {
		if err := s.press(ctx, v, w.SiteNext(), fields...); err != nil {
			return client.API{}, err
		}
	}
	if err := s.press(ctx, v, w.RedeemStart(30), "agree", "yes"); err != nil {
		return client.API{}, err
	}
	if err := s.System.Settle(ctx); err != nil {
		return client.API{}, err
	}
	var answers contract.RedemptionPage
	if _, err := ola.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions", nil, &answers); err != nil {
		return client.API{}, err
	}
	if len(answers.Data) != 1 {
		return client.API{}, fmt.Errorf("%d answers", len(answers.Data))
	}
	var yes contract.Redemption
	if _, err := ola.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions/"+answers.Data[0].ID, nil, &yes); err != nil {
		return client.API{}, err
	}
	if given := yes.DelegatedAdministration; yes.Answer != contract.RedemptionAnswerAccepted || given == nil || given.Answer != "yes" {
		return client.API{}, fmt.Errorf("the answer is %+v", yes)
	}
	s.tell("%s: the Yes to both arrives", language)
	purchase := contract.OfferCreate{
		Kind: contract.OfferKindPurchase, Country: sample.Country, Language: &said, Follows: &trial.ID,
		Items: []contract.OfferItemCreate{{PlanID: sample.TrialPlan, Licenses: ptr(12), BillingTerm: ptr(contract.BillingTermMonth)}},
	}
	if _, link, err = s.Propose(ctx, ola, purchase, who.Customer); err != nil {
		return client.API{}, err
	}
	if err := s.open(ctx, v, link, who.Company); err != nil {
		return client.API{}, err
	}
	s.tell("%s: a purchase offer follows the trial, and its link opens “%s”", language, v.Page.Heading())
	return boss, nil
}

// newUser sets a partner's user's password from the mail and returns the API with that one's token; the user has got so many mails.
func (s Story) newUser(ctx context.Context, mail string, mails int) (client.API, error) {
	if _, err := s.mailbox().Wait(ctx, mail, mails); err != nil {
		return client.API{}, err
	}
	if err := sample.SetPassword(ctx, s.System, mail, Passphrase); err != nil {
		return client.API{}, err
	}
	tokens, err := s.System.Identity.SignIn(ctx, mail, Passphrase)
	if err != nil {
		return client.API{}, err
	}
	api := client.API{Base: s.System.Endpoints.API, Token: tokens.Access, Seen: s.Program.Partner.Seen}
	// The first page that a person opens binds the account to the user.
	_, err = s.console(ctx, "en", sample.Person{Email: mail, Password: Passphrase})
	return api, err
}
