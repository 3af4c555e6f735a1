package partnersearch

import (
	"net/url"
	"strings"
	"testing"

	"liaison/shared/partner"
)

// TestRead: an address leads back to the two pages that ask for a partner, with their fields, and to nothing else, however it is written.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"/account/buy/plan_mail": "/account/buy/plan_mail",
		"/account/buy/plan_mail?licenses=7&billing_term=month&advisor=none&into=separate&seen=x&partner_id=1234+5674": "/account/buy/plan_mail?advisor=none&billing_term=month&into=separate&licenses=7&partner_id=1234+5674",
		"/account/subscriptions/partner?s=a,b&what=other&licenses=7":                                                  "/account/subscriptions/partner?s=a%2Cb&what=other",
		"/account/buy/plan_mail?licenses=7#advisor":                                                                   "/account/buy/plan_mail?licenses=7",
		"":                                     "",
		"/account":                             "",
		"/account/buy":                         "",
		"/account/buy/":                        "",
		"/account/buy/plan_mail/check":         "",
		"/account/buy/../../sign-out":          "",
		"/account/buy/plan_mail/../x":          "",
		"/account/subscriptions/partner/check": "",
		"//evil.example/account/buy/plan_mail": "",
		"https://evil.example/account/buy/plan_mail":               "",
		"https:/account/buy/plan_mail":                             "",
		"https:account/buy/plan_mail":                              "",
		"javascript:alert(1)":                                      "",
		"\\\\evil.example/account/buy/plan_mail":                   "",
		"/\\evil.example/account/buy/plan_mail":                    "",
		"account/buy/plan_mail":                                    "",
		"/account/buy/plan_mail%2f..%2f..":                         "",
		"/account/buy/plan_mail%0d%0aSet-Cookie:x":                 "",
		"//user@/account/buy/plan_mail":                            "",
		"/account/buy/plan_mail?into=" + strings.Repeat("x", most): "",
	} {
		if got := Read(text); got.URL() != want || got.Leads() != (want != "") {
			t.Errorf("%q leads back to %q, not %q", text, got.URL(), want)
		}
	}
}

// TestWith fills the partner in and keeps the rest; what was typed before as its ID gives way.
func TestWith(t *testing.T) {
	back := To("/account/buy/plan_mail", url.Values{"licenses": {"7"}, "advisor": {"none"}, "partner_id": {"1"}})
	if got, want := back.With(partner.ID("12345674")), "/account/buy/plan_mail?advisor=other&licenses=7&partner_id=12345674"; got != want {
		t.Errorf("%s", got)
	}
	if got, want := back.URL(), "/account/buy/plan_mail?advisor=none&licenses=7&partner_id=1"; got != want {
		t.Errorf("without a choice it is %s", got)
	}
	if got, want := back.For("plan_mail", "PL"), "/find-a-partner?back=%2Faccount%2Fbuy%2Fplan_mail%3Fadvisor%3Dnone%26licenses%3D7%26partner_id%3D1&country=PL&plan=plan_mail"; got != want {
		t.Errorf("%s", got)
	}
	if got := (Back{}).For("", ""); got != Path {
		t.Errorf("%s", got)
	}
	if Read(back.URL()).URL() != back.URL() {
		t.Error("what was written is not read")
	}
}
