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

// TestAsk: a page after the search leads back to what was found, by the fields that are known and to no other page, however its address is written.
func TestAsk(t *testing.T) {
	for text, want := range map[string]string{
		"": Path,
		"q=mail&country=PL&service=a&service=b&role=r&expertise=e&language=pl&plan=p&cursor=c": Path + "?country=PL&cursor=c&expertise=e&language=pl&plan=p&q=mail&role=r&service=a&service=b",
		"q=&country=": Path,
		"q=mail&lang=pl&sent=1&x=y&partner=12345674":                           Path + "?q=mail",
		"from=match&country=PL&service=a&q=mail&cursor=c&role=r":               MatchPath + "?country=PL&sent=1&service=a",
		"from=https://evil.example&q=mail":                                     Path + "?q=mail",
		"from=match&back=/account/buy/plan_mail":                               MatchPath + "?back=%2Faccount%2Fbuy%2Fplan_mail&sent=1",
		"back=https://evil.example/&q=//evil.example":                          Path + "?q=%2F%2Fevil.example",
		"q=x%26back%3D//evil.example%23":                                       Path + "?q=x%26back%3D%2F%2Fevil.example%23",
		"back=/account/buy/plan_mail%3Flicenses%3D7%26return%3D//evil.example": Path + "?back=%2Faccount%2Fbuy%2Fplan_mail%3Flicenses%3D7",
		"q=%0d%0aSet-Cookie:x":                                                 Path + "?q=%0D%0ASet-Cookie%3Ax",
	} {
		query, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		asked := Ask(query)
		if got := asked.URL(); got != want {
			t.Errorf("%q leads to %s, not %s", text, got, want)
		}
		next, err := url.Parse(asked.At(Path + "/12345674"))
		if err != nil || next.Path != Path+"/12345674" {
			t.Fatalf("%q leads on to %s: %v", text, next, err)
		}
		if got := Ask(next.Query()).URL(); got != want {
			t.Errorf("%q leads by the next page to %s, not %s", text, got, want)
		}
	}
	if got, want := Match(url.Values{"sent": {"1"}, "country": {"PL"}, "q": {"x"}}).At("/x"), "/x?country=PL&from=match"; got != want {
		t.Errorf("the match leads on to %s", got)
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
