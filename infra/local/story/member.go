package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/locale"
	domain "liaison/shared/partner"
	"liaison/shared/redemption"
)

// Passphrase is what owners choose.
const Passphrase = "twelve geese on the frozen lake"

// Member is a customer whose owner has a password and is signed in.
type Member struct {
	*Customer
	Browser *client.Visitor
	API     client.API // as the owner
}

// Join sets the owner's password by the link of the mail that confirmed the answer, and signs the owner in.
func (s Story) Join(ctx context.Context, language string, c *Customer) (*Member, error) {
	w := locale.In(locale.Language(language))
	mails, err := s.mailbox().To(ctx, c.Mail)
	if err != nil {
		return nil, err
	}
	link := ""
	for _, m := range mails {
		if found := m.Link(s.System.Endpoints.Pages + "/set-password/"); found != "" {
			link = found
		}
	}
	if link == "" {
		return nil, errors.New("no mail has a link that sets a password: " + subjects(mails))
	}
	m := &Member{Customer: c, Browser: client.NewVisitor(language)}
	if err := s.open(ctx, m.Browser, link); err != nil {
		return nil, err
	}
	if err := s.press(ctx, m.Browser, w.PasswordButton(), "password", Passphrase); err != nil {
		return nil, err
	}
	if _, err := m.Browser.Get(ctx, s.System.Endpoints.Pages+"/account"); err != nil {
		return nil, err
	}
	if err := s.press(ctx, m.Browser, "Sign in", "user", c.Mail, "password", Passphrase); err != nil {
		return nil, err
	}
	if at := m.Browser.Page.URL.String(); at != s.System.Endpoints.Pages+"/account" {
		return nil, fmt.Errorf("signing in leads to %s:\n%s", at, m.Browser.Page.Text())
	}
	tokens, err := s.System.Identity.SignIn(ctx, c.Mail, Passphrase)
	if err != nil {
		return nil, err
	}
	m.API = client.API{Base: s.System.Endpoints.API, Token: tokens.Access, Seen: s.Program.Partner.Seen}
	s.tell("%s: %s sets a password from the mail and signs in: “%s”", language, c.Mail, m.Browser.Page.Heading())
	return m, nil
}

// Rival enrols the sample's other partner for the plan and returns it as its machine calls.
func Rival(ctx context.Context, s *system.System, p *sample.Program) (client.API, error) {
	other := p.Other
	for path, body := range map[string]any{
		"/programs/cloud-accelerate":          contract.PartnerEnrol{},
		"/authorisations/" + sample.TrialPlan: contract.PartnerAuthorise{Countries: []string{sample.Country}},
	} {
		if _, err := p.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+other+path, body, nil); err != nil {
			return client.API{}, err
		}
	}
	var made contract.APIClient
	if _, err := p.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		Name: "Green Field automation", PartnerID: &other, CustomerAccess: contract.CustomerAccessFull, CompanyRole: ptr(contract.CompanyRoleGlobalAdmin),
	}, &made); err != nil {
		return client.API{}, err
	}
	token, err := s.Identity.Token(ctx, made.ClientID, *made.Secret)
	return client.API{Base: s.Endpoints.API, Token: token, Seen: p.Partner.Seen}, err
}

// Propose makes an offer as a partner and returns it with the link that is mailed to an address.
func (s Story) Propose(ctx context.Context, by client.API, offer contract.OfferCreate, mail string) (contract.Offer, string, error) {
	var made contract.Offer
	if _, err := by.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", offer, &made); err != nil {
		return made, "", err
	}
	if err := s.System.Settle(ctx); err != nil { // mails of what was before are there by then
		return made, "", err
	}
	before, err := s.mailbox().To(ctx, mail)
	if err != nil {
		return made, "", err
	}
	if _, err := by.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+made.ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail, Language: &made.Language}}}, nil); err != nil {
		return made, "", err
	}
	mails, err := s.mailbox().Wait(ctx, mail, len(before)+1)
	if err != nil {
		return made, "", err
	}
	for _, m := range mails[len(before):] {
		if link := m.Link(s.System.Endpoints.Pages + "/i/"); link != "" {
			return made, link, nil
		}
	}
	return made, "", fmt.Errorf("no personal link in the mails %s", subjects(mails[len(before):]))
}

// Administration walks a request for delegated administration alone, answered yes by a member. Where another partner administers the
// account, current is its legal name and ID, and the yes answers the question that names both. The last button is left.
func (s Story) Administration(ctx context.Context, language string, by client.API, m *Member, partner string, current ...string) error {
	w := locale.In(locale.Language(language))
	_, link, err := s.Propose(ctx, by, contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: sample.Country, Language: ptr(contract.Language(language)),
		DelegatedAdministration: &contract.DelegationRequest{Role: "limited", DurationDays: ptr(100)},
	}, m.Mail)
	if err != nil {
		return err
	}
	answer, asks := redemption.Yes, w.DelegatedAdministrationQuestion(partner)
	if len(current) == 2 {
		answer, asks = redemption.Replacing(domain.ID(current[1])), w.DelegatedAdministrationReplaceQuestion(current[0], partner)
	}
	if err := s.open(ctx, m.Browser, link, asks); err != nil {
		return err
	}
	if err := s.press(ctx, m.Browser, w.SiteNext(), "delegation", answer); err != nil {
		return err
	}
	s.tell("%s: “%s” is answered yes", language, asks)
	return nil
}

// Authorize presses the last button of a request for delegated administration.
func (s Story) Authorize(ctx context.Context, language string, m *Member, partner string) error {
	if err := s.press(ctx, m.Browser, locale.In(locale.Language(language)).RedeemAuthorize(partner), "agree", "yes"); err != nil {
		return err
	}
	if !strings.Contains(m.Browser.Page.URL.Path, "/receipts/") {
		return fmt.Errorf("the last button leads to %s:\n%s", m.Browser.Page.URL, m.Browser.Page.Text())
	}
	s.tell("%s: “%s”", language, m.Browser.Page.Heading())
	return nil
}
