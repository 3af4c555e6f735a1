package partner_test

import (
	"strconv"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

func TestID(t *testing.T) {
	if id := partner.NewID("1234567"); id != "12345674" || !id.Valid() {
		t.Errorf("made %s", id)
	}
	good := "12345674"
	for i := range good {
		for d := range 10 { // every mistyped digit
			typed := good[:i] + strconv.Itoa(d) + good[i+1:]
			if _, err := partner.ParseID(typed); (err == nil) != (typed == good) || err != nil && !fault.Is(err, fault.MistypedPartnerID) {
				t.Errorf("%s: %v", typed, err)
			}
		}
	}
	for typed, code := range map[string]string{"1234 5674": "", " 1234-5674 ": "", "": "invalid_format", "1234567": "invalid_format", "12345674a": "invalid_format", "１２３４５６７４": "invalid_format"} {
		if _, err := partner.ParseID(typed); code == "" && err != nil || code != "" && !fault.Is(err, fault.Named(code)) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

var at = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// TestStates walks the state diagram: every action in every state.
func TestStates(t *testing.T) {
	type act = func(partner.Partner) (partner.Partner, error)
	acts := map[string]act{
		"suspend":   func(p partner.Partner) (partner.Partner, error) { return p.Suspend("why") },
		"reinstate": partner.Partner.Reinstate,
		"vouch":     func(p partner.Partner) (partner.Partner, error) { return p.Vouch("usr", at) },
	}
	allowed := map[string]map[partner.Status]partner.Status{
		"suspend":   {partner.Active: partner.Suspended},
		"reinstate": {partner.Suspended: partner.Active},
		"vouch": {
			partner.Applied: partner.Applied, partner.AgreementPending: partner.AgreementPending, partner.Active: partner.Active, partner.Suspended: partner.Suspended,
		},
	}
	for name, do := range acts {
		for _, status := range partner.Statuses {
			next, err := do(partner.Partner{Status: status})
			want, may := allowed[name][status]
			if (err == nil) != may || may && next.Status != want || !may && (next.Status != status || fault.As(err).Kind != fault.Conflict) {
				t.Errorf("%s in %s: %s %v", name, status, next.Status, err)
			}
		}
	}
	p, _ := partner.Partner{Status: partner.Active}.Vouch("usr", at)
	if !p.Verified() || p.Verification.By != "usr" {
		t.Errorf("vouched for: %+v", p.Verification)
	}
}

func TestIneligible(t *testing.T) {
	held := []partner.Authorisation{
		{Plan: "plan_a", Countries: []string{"PL"}, From: at.Add(-time.Hour)},
		{Plan: "plan_b", Countries: []string{"DE"}, From: at.Add(-time.Hour), To: at},
	}
	for _, one := range []struct {
		status  partner.Status
		plan    catalog.PlanID
		country string
		want    string
	}{
		{partner.Active, "", "", ""},
		{partner.Active, "plan_a", "", ""},
		{partner.Active, "plan_a", "PL", ""},
		{partner.Active, "", "PL", ""},
		{partner.Active, "plan_a", "DE", "country"},
		{partner.Active, "", "DE", "country"}, // the one for Germany is over
		{partner.Active, "plan_b", "", "plan"},
		{partner.Active, "plan_c", "PL", "plan"},
		{partner.Suspended, "", "", "suspended"},
		{partner.Closed, "plan_a", "PL", "suspended"},
	} {
		if got := (partner.Partner{Status: one.status}).Ineligible(held, one.plan, one.country, at); got != one.want {
			t.Errorf("%+v: %q", one, got)
		}
	}
}
