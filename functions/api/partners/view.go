package partners

import (
	"net/http"

	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

func tag(p partner.Partner) string { return gateway.ETag(p.Version, string(p.Status)) }

// view returns the partner with what it holds now: two reads.
func view(r *http.Request, table Table, p partner.Partner) (contract.Partner, error) {
	programs, err := table.Programs(r.Context())
	if err != nil {
		return contract.Partner{}, err
	}
	held, err := table.Authorisations(r.Context(), p.ID)
	if err != nil {
		return contract.Partner{}, err
	}
	v := contract.Partner{
		PartnerID: string(p.ID), Status: contract.PartnerStatus(p.Status), LegalName: p.LegalName, Country: p.Country, City: p.City,
		Website: p.Website, Phone: p.Phone, Email: textinput.ShownMail(p.Mail), SupportHours: p.SupportHours, Language: contract.Language(p.Language),
		Trusted: p.Trusted, CreatedAt: p.CreatedAt, Verification: verification(p),
		Rights: []contract.Right{}, Enrolments: []contract.Enrolment{}, Authorisations: []contract.Authorisation{},
	}
	if a := p.Agreement; a.Version != "" {
		v.Agreement = &contract.SignedAgreement{
			Version: a.Version, Sha256: a.SHA256, Language: contract.Language(a.Language), Name: a.Name, SignedBy: a.By, SignedAt: a.At,
		}
	}
	if p.StatusReason != "" {
		v.StatusReason = &p.StatusReason
	}
	for _, right := range p.RightsAt(programs, gateway.Op(r).At) {
		v.Rights = append(v.Rights, contract.Right(right))
	}
	for _, e := range p.Enrolments {
		v.Enrolments = append(v.Enrolments, enrolment(e))
	}
	for _, a := range held {
		v.Authorisations = append(v.Authorisations, authorisation(a))
	}
	return v, nil
}

func summary(p partner.Partner) contract.PartnerSummary {
	return contract.PartnerSummary{
		PartnerID: string(p.ID), Status: contract.PartnerStatus(p.Status), LegalName: p.LegalName, Country: p.Country, City: p.City,
		Verified: p.Verified(), Trusted: p.Trusted, CreatedAt: p.CreatedAt,
	}
}

func verification(p partner.Partner) contract.Verification {
	v := contract.Verification{
		Status: contract.VerificationStatusUnverified, PhoneVerifiedAt: gateway.Some(p.Verification.PhoneAt),
		EmailVerifiedAt: gateway.Some(p.Verification.MailAt), ConfirmedAt: gateway.Some(p.Verification.ConfirmedAt),
	}
	if p.Verified() {
		v.Status = contract.VerificationStatusVerified
	}
	return v
}

func enrolment(e partner.Enrolment) contract.Enrolment {
	return contract.Enrolment{Program: e.Program, From: e.From, To: gateway.Some(e.To)}
}

func authorisation(a partner.Authorisation) contract.Authorisation {
	return contract.Authorisation{PlanID: string(a.Plan), Countries: a.Countries, From: a.From, To: gateway.Some(a.To)}
}

// draft reads the body as the company to take in.
func draft(body contract.PartnerCreate) partner.Draft {
	return partner.Draft{
		Profile: partner.Profile{
			LegalName: body.LegalName, Country: body.Country, City: body.City, Website: body.Website, Phone: body.Phone, Mail: body.Email,
			SupportHours: value(body.SupportHours), Language: string(value(body.Language)),
		},
		Administrator: partner.User{
			Name: body.Administrator.Name, Mail: body.Administrator.Email, Language: string(value(body.Administrator.Language)),
		},
		Trusted: value(body.Trusted),
	}
}
