package site

import (
	"context"
	"time"

	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/partner"
	"liaison/shared/quota"
)

// Counter counts how often somebody looks up a partner.
type Counter interface {
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

// TypedPartner reads a partner ID as a person typed it, and says in words what is wrong with it; a mistyped digit is told apart from an
// unknown ID, which only the table knows. What is right was counted: it fails with TooMany where the person looked up too many.
func (v *Visit) TypedPartner(table Counter, who Signed, typed string) (p partner.ID, wrong string, err error) {
	w := v.Words
	if typed == "" {
		return "", w.AdvisorMissing(), nil
	}
	p, err = partner.ParseID(typed)
	switch {
	case fault.Is(err, fault.MistypedPartnerID):
		return "", w.RedeemPartnerIDMistyped(), nil
	case err != nil:
		return "", w.RedeemPartnerIDFormat(), nil
	}
	return p, "", v.CountCheck(table, who.ID)
}

// CountCheck counts a look-up of a partner; TooMany where the subject has looked up too many in this minute.
func (v *Visit) CountCheck(table Counter, subject string) error {
	rate, err := table.Count(v.R.Context(), quota.Checks, subject, v.Env.ChecksPerCaller, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	return gateway.Counted(v.W.Header(), quota.Checks, rate)
}

// Ineligible says why a partner cannot be partner of record: a fault unknown_partner_id or partner_not_eligible.
func Ineligible(w locale.Words, err error) string {
	switch f := fault.As(err); {
	case fault.Is(f, fault.UnknownPartnerID):
		return w.RedeemPartnerIDUnknown()
	case f != nil && f.About == "plan":
		return w.AdvisorPlan()
	case f != nil && f.About == "country":
		return w.AdvisorCountry()
	}
	return w.AdvisorNotEligible()
}

// Found says whose ID was typed: legal name and city, for "is it this one?".
func (v *Visit) Found(p partner.Partner) string {
	place := p.LegalName
	if p.City != "" {
		place += ", " + p.City
	}
	return v.Words.RedeemPartnerIDFound(Spoken(p.ID), place)
}
