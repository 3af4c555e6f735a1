// Package sample makes a small believable program in a running system: a vendor with its brand, three plans, terms in both languages,
// programs, a sovereign region, a verified partner and its machine client. The vendor and its first operator come through
// `operate bootstrap`; everything else through the public API, as the vendor's staff would do it.
package sample

import (
	"context"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/provisioner"
	"liaison/infra/local/system"
	"liaison/shared/contract"
)

//go:embed terms/*.md
var terms embed.FS

//go:embed brand/*.svg
var pictures embed.FS

// Program is what was made, and the tokens to use it with.
type Program struct {
	Operator client.API // as the operator's machine
	Partner  client.API // as the partner's machine
	// PartnerID, ClientID and Secret are the partner's, and its machine client's at the token issuer.
	PartnerID, ClientID, Secret string
	// Other is a second partner without any program, to be typed as partner of record.
	Other string
	// Offer is a trial invitation of the partner's, for a plan of several services, that asks for limited delegated administration.
	Offer string
	// Administrator and Colleague are the partner's people, with their passwords; nobody until People was called.
	Administrator, Colleague Person
	// Staff is the vendor's operator, likewise.
	Staff Person
}

// TrialPlan and Country are what the sample's partner offers first.
const (
	TrialPlan = "plan_suite"
	Country   = "PL"
)

func both(en, pl string) map[string]string { return map[string]string{"en": en, "pl": pl} }

func plans() map[string]contract.PlanPut {
	month := func(amount int64, currency string) contract.PlanPrice {
		return contract.PlanPrice{BillingTerm: contract.BillingTermMonth, Price: contract.Money{AmountMinor: amount, Currency: currency}}
	}
	mail := contract.PlanService{ID: "mail", Name: both("Skylark Mail", "Skylark Poczta"), Description: both(
		"Mailboxes of 50 GB, calendars and contacts.", "Skrzynki po 50 GB, kalendarze i kontakty.")}
	files := contract.PlanService{ID: "files", Name: both("Skylark Files", "Skylark Pliki"), Description: both(
		"1 TB per person for documents, with sharing and version history.", "1 TB na dokumenty każdej osoby, z udostępnianiem i historią wersji.")}
	meet := contract.PlanService{ID: "meet", Name: both("Skylark Meet", "Skylark Spotkania"), Description: both(
		"Calls and meetings for up to 150 people.", "Rozmowy i spotkania do 150 osób.")}
	return map[string]contract.PlanPut{
		"plan_suite": {
			Name:        both("Skylark Suite", "Pakiet Skylark"),
			Description: both("Mail, files and meetings for a company.", "Poczta, pliki i spotkania dla firmy."),
			Services:    []contract.PlanService{mail, files, meet}, Status: contract.PlanStatusActive,
			Prices: []contract.PlanPrice{month(4900, "PLN"), month(1150, "EUR")}, Trial: &contract.TrialTerms{Days: 30, Licenses: 25},
			Licenses: contract.LicenseBounds{Min: 1, Max: 300, Default: 10}, Countries: []string{"PL", "DE", "CZ", "GB"},
		},
		"plan_mail": {
			Name:        both("Skylark Mail", "Skylark Poczta"),
			Description: both("Mail and calendars only.", "Tylko poczta i kalendarze."),
			Services:    []contract.PlanService{mail}, Status: contract.PlanStatusActive,
			Prices: []contract.PlanPrice{month(1900, "PLN"), month(450, "EUR")}, Trial: &contract.TrialTerms{Days: 14, Licenses: 10},
			Licenses: contract.LicenseBounds{Min: 1, Max: 1000, Default: 5}, Countries: []string{"PL", "DE", "CZ", "GB", "CN"},
		},
		"plan_archive": {
			Name:        both("Skylark Archive", "Skylark Archiwum"),
			Description: both("Keeps mail for ten years. Not available as a trial.", "Przechowuje pocztę przez dziesięć lat. Bez możliwości wypróbowania."),
			Services: []contract.PlanService{{ID: "archive", Name: both("Archive", "Archiwum"), Description: both(
				"Every message kept, found in seconds.", "Każda wiadomość zachowana i odnaleziona w kilka sekund.")}},
			Status: contract.PlanStatusActive, Prices: []contract.PlanPrice{month(990, "PLN"), {BillingTerm: contract.BillingTermYear, Price: contract.Money{AmountMinor: 9900, Currency: "PLN"}}},
			Licenses: contract.LicenseBounds{Min: 5, Max: 1000, Default: 10}, Countries: []string{"PL"},
		},
	}
}

// Open returns the program that a kept folder holds, or makes it, with people who can sign in. An empty folder keeps nothing.
func Open(ctx context.Context, s *system.System, keep string) (*Program, error) {
	file := filepath.Join(keep, "program.json")
	if keep != "" {
		raw, err := os.ReadFile(file)
		switch {
		case err == nil:
			p := &Program{}
			if err := json.Unmarshal(raw, p); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			return p, p.signIn(ctx, s)
		case !os.IsNotExist(err):
			return nil, err
		}
	}
	p, err := Load(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := p.People(ctx, s); err != nil || keep == "" {
		return p, err
	}
	held := *p
	held.Operator, held.Partner = client.API{}, client.API{} // tokens end; the next run asks for new ones
	raw, err := json.Marshal(held)
	if err != nil {
		return nil, err
	}
	return p, os.WriteFile(file, raw, 0o600)
}

// Provisioner returns the vendor's systems, which set up what customers have. They are an operator's machine.
func Provisioner(s *system.System) provisioner.Worker {
	return provisioner.Worker{SignIn: func(ctx context.Context) (client.API, error) { return operator(ctx, s) }}
}

// operator gets a token of the operator's machine.
func operator(ctx context.Context, s *system.System) (client.API, error) {
	token, err := s.Identity.Token(ctx, s.Identity.OperatorClientID, s.Identity.OperatorSecret)
	return client.API{Base: s.Endpoints.API, Token: token}, err
}

// signIn gets the tokens of the operator's and, once there is one, the partner's machine.
func (p *Program) signIn(ctx context.Context, s *system.System) error {
	var err error
	if p.Operator, err = operator(ctx, s); err != nil {
		return err
	}
	if p.ClientID == "" {
		return nil
	}
	token, err := s.Identity.Token(ctx, p.ClientID, p.Secret)
	if err != nil {
		return err
	}
	p.Partner = client.API{Base: s.Endpoints.API, Token: token}
	return nil
}

// Load makes the program; it may be called once a system.
func Load(ctx context.Context, s *system.System) (*Program, error) {
	if err := bootstrap(ctx, s); err != nil {
		return nil, err
	}
	p := &Program{}
	if err := p.signIn(ctx, s); err != nil {
		return nil, err
	}
	if err := p.brand(ctx); err != nil {
		return nil, err
	}
	if err := p.catalog(ctx); err != nil {
		return nil, err
	}
	created, err := p.partner(ctx, contract.PartnerCreate{
		LegalName: "Baltic Bridge IT sp. z o.o.", Country: "PL", City: "Gdańsk", Website: "https://balticbridge.example",
		Phone: "+48 58 555 02 00", Email: "partner@balticbridge.example", SupportHours: ptr("Mon–Fri 8:00–20:00"),
		Administrator: contract.Administrator{Name: administrator.Name, Email: administrator.Email},
	})
	if err != nil {
		return nil, err
	}
	p.PartnerID = created
	for _, step := range []struct {
		path string
		body any
	}{
		{"/programs/cloud-accelerate", contract.PartnerEnrol{}},
		{"/authorisations/plan_suite", contract.PartnerAuthorise{Countries: []string{"PL", "DE", "CZ"}}},
		{"/authorisations/plan_mail", contract.PartnerAuthorise{Countries: []string{"PL", "CN"}}},
	} {
		if _, err := p.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+p.PartnerID+step.path, step.body, nil); err != nil {
			return nil, err
		}
	}
	if p.Other, err = p.partner(ctx, contract.PartnerCreate{
		LegalName: "Green Field Advisers Ltd", Country: "GB", City: "Leeds", Website: "https://greenfield.example",
		Phone: "+44 113 555 0300", Email: "hello@greenfield.example",
		Administrator: contract.Administrator{Name: "Sam Reed", Email: "sam.reed@greenfield.example"},
	}); err != nil {
		return nil, err
	}
	var made contract.APIClient
	if _, err := p.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		Name: "Baltic Bridge automation", PartnerID: &p.PartnerID, CustomerAccess: contract.CustomerAccess("full"),
		CompanyRole: ptr(contract.CompanyRole("global_admin")),
	}, &made); err != nil {
		return nil, err
	}
	p.ClientID, p.Secret = made.ClientID, *made.Secret
	if err := p.signIn(ctx, s); err != nil {
		return nil, err
	}
	if err := p.listing(ctx); err != nil {
		return nil, err
	}
	var offer contract.Offer
	if _, err := p.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", TrialOffer("en"), &offer); err != nil {
		return nil, err
	}
	p.Offer = offer.ID
	return p, nil
}

// TrialOffer returns what the partner asks for when it makes a trial invitation in a language: the suite, a message, its own terms,
// and limited delegated administration for a year.
func TrialOffer(language string) contract.OfferCreate {
	words := map[string][3]string{
		"en": {
			"We talked on Tuesday about moving your mail. Try the suite with your team; we help you set it up.",
			"Baltic Bridge support terms", "We answer questions about your trial on working days within four hours.\nSetting up costs nothing.",
		},
		"pl": {
			"We wtorek rozmawialiśmy o przeniesieniu poczty. Zapraszamy do wypróbowania pakietu w zespole. Pomożemy w konfiguracji.",
			"Warunki wsparcia Baltic Bridge", "Na pytania dotyczące okresu próbnego odpowiadamy w dni robocze w ciągu czterech godzin.\nKonfiguracja jest bezpłatna.",
		},
	}[language]
	return contract.OfferCreate{
		Kind: contract.OfferKindTrial, Country: Country, Items: []contract.OfferItemCreate{{PlanID: TrialPlan}},
		Language: ptr(contract.Language(language)), Message: ptr(words[0]), PartnerTerms: &contract.PartnerTerms{Title: words[1], Text: words[2]},
		DelegatedAdministration: &contract.DelegationRequest{Role: contract.RoleLimited},
	}
}

// listing has the partner found in the marketplace.
func (p *Program) listing(ctx context.Context) error {
	const mine = "/v1/listings/me"
	if _, err := p.Partner.Must(ctx, http.StatusCreated, http.MethodPut, mine, contract.ListingPut{
		Headline: ptr("We move your company to the cloud, and stay"),
		Text: ptr("Since 2009 we have moved companies with 5 to 500 people to the cloud, mail first.\nWe plan the move with you, do it over a weekend, " +
			"train your people on Monday, and look after everything from then on."),
		Services:  []contract.ListingService{"advise", "migrate", "set_up", "train", "manage", "support"},
		Expertise: []contract.ListingIndustry{"logistics", "manufacturing"}, PlanIds: []contract.PlanID{"plan_suite", "plan_mail"},
		Countries: []contract.Country{"PL", "DE", "CZ"}, Languages: []contract.SpokenLanguage{"en", "pl", "de"},
		Roles: []contract.ListingRole{"advice", "implementation_and_managed_services", "reselling"},
	}, nil, "If-None-Match", "*"); err != nil {
		return err
	}
	if _, err := p.Partner.Must(ctx, http.StatusOK, http.MethodPost, mine+"/submit", nil, nil); err != nil {
		return err
	}
	_, err := p.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/"+p.PartnerID+"/publish", nil, nil)
	return err
}

func ptr[T any](v T) *T { return &v }

func (p *Program) partner(ctx context.Context, wanted contract.PartnerCreate) (string, error) {
	var made contract.Partner
	if _, err := p.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners", wanted, &made); err != nil {
		return "", err
	}
	_, err := p.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+made.PartnerID+"/verify", contract.PartnerVerify{}, nil)
	return made.PartnerID, err
}

// brand gives the vendor its pictures.
func (p *Program) brand(ctx context.Context) error {
	var stands contract.BrandPut
	got, err := p.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/brand", nil, &stands)
	if err != nil {
		return err
	}
	for file, into := range map[string]**contract.BrandPicturePut{"logo": &stands.Logo, "logo-dark": &stands.LogoDark, "icon": &stands.Icon} {
		drawn, err := pictures.ReadFile("brand/" + file + ".svg")
		if err != nil {
			return err
		}
		*into = &contract.BrandPicturePut{MediaType: contract.BrandPictureTypeImageSVGXML, Data: ptr(base64.StdEncoding.EncodeToString(drawn))}
	}
	_, err = p.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/brand", stands, nil, "If-Match", got.Header.Get("ETag"))
	return err
}

func (p *Program) catalog(ctx context.Context) error {
	put := func(path string, body any) error {
		_, err := p.Operator.Must(ctx, http.StatusCreated, http.MethodPut, path, body, nil, "If-None-Match", "*")
		return err
	}
	for id, plan := range plans() {
		if err := put("/v1/plans/"+id, plan); err != nil {
			return err
		}
	}
	for name, program := range map[string]contract.ProgramPut{
		"cloud-essentials": {Name: both("Cloud Essentials", "Cloud Essentials"), Rights: []contract.Right{}},
		"cloud-accelerate": {
			Name:   both("Cloud Accelerate", "Cloud Accelerate"),
			Rights: []contract.Right{contract.RightDelegatedAdministration, contract.RightReselling},
		},
		"cloud-deployment": {Name: both("Cloud Deployment", "Cloud Deployment"), Rights: []contract.Right{contract.RightDelegatedAdministration}},
	} {
		if err := put("/v1/programs/"+name, program); err != nil {
			return err
		}
	}
	if err := put("/v1/feature-availability", contract.FeatureAvailabilityPut{
		Regions: []contract.Region{
			{ID: "europe", Name: both("Europe", "Europa"), Countries: []string{"PL", "DE", "CZ", "GB"}},
			{ID: "china", Name: both("China, operated by a local company", "Chiny, obsługiwane przez firmę lokalną"), Countries: []string{"CN"}},
		},
		Gaps: []contract.AvailabilityGap{{
			Feature: contract.FeaturePartnerFeatures, Region: "china",
			Reason: ptr(contract.Descriptions(both("Partner features are not yet available in this region.", "Funkcje partnerskie nie są jeszcze dostępne w tym regionie."))),
		}},
	}); err != nil {
		return err
	}
	titles := map[string]map[string]string{
		"customer": both("Terms of service", "Warunki korzystania z usług"),
		"privacy":  both("Privacy notice", "Informacja o prywatności"),
		"partner":  both("Partner agreement", "Umowa partnerska"),
	}
	for document, title := range titles {
		body := contract.TermsPublish{Version: "1", Texts: map[string]contract.TermsText{}}
		for language := range title {
			text, err := terms.ReadFile("terms/" + document + "." + language + ".md")
			if err != nil {
				return err
			}
			body.Texts[language] = contract.TermsText{Title: title[language], Text: string(text)}
		}
		if _, err := p.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/terms/"+document, body, nil); err != nil {
			return err
		}
	}
	return nil
}

// bootstrap runs the operator's own command against the local table.
func bootstrap(ctx context.Context, s *system.System) error {
	run := exec.CommandContext(ctx, "go", "run", "./infra/operate", "bootstrap",
		"-table", s.Endpoints.Table, "-vendor", filepath.Join("infra", "local", "sample", "vendor.json"), "-issuer", s.Endpoints.Issuer,
		"-subject", s.Identity.OperatorClientID, "-name", operatorName, "-email", s.Identity.OperatorName)
	run.Dir = s.Root()
	run.Env = append(os.Environ(), "AWS_ENDPOINT_URL_DYNAMODB="+s.Endpoints.TableEndpoint, "AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID="+s.AccessKey, "AWS_SECRET_ACCESS_KEY=local")
	if out, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("operate bootstrap: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Fill writes what was made into the endpoints that tests and scripts read.
func (p *Program) Fill(e *system.Endpoints) {
	e.Token, e.OperatorToken, e.PartnerID = p.Partner.Token, p.Operator.Token, p.PartnerID
	e.PartnerClient, e.PartnerSecret = p.ClientID, p.Secret
}
