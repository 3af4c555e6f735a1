package home_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestHome names the vendor, and leads to each of its documents and to the API's contract.
func TestHome(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	for _, language := range []string{"en", "pl"} {
		v := s.Visitor(language)
		w := v.W
		home := v.Open(http.StatusOK, "/")
		v.Has(w.HomeTitle("Skylark Cloud"))
		if hours := map[string]string{"en": "Mon-Fri 8:00", "pl": "pon.-pt. 8:00"}[language]; !strings.Contains(string(home.Body), "<li>"+hours) {
			t.Errorf("%s: the hours of help are in another language", language)
		}
		for text, end := range map[string]string{
			w.HomePartnerApply(): "/become-a-partner", w.MarketplaceTitle(): "/find-a-partner", w.MarketplaceMatchTitle(): "/find-a-partner/match", w.OverviewTitle(): "/partner", w.HomeTerms(): "/terms/customer", w.HomeAgreement(): "/terms/partner", w.HomePrivacy(): "/terms/privacy", w.AvailabilityPageTitle(): "/feature-availability", w.HomeDocs(): "https://api.example/docs", w.HomeAPI(): "https://api.example/openapi.json",
		} {
			if to := home.Links(text); len(to) == 0 || !strings.HasSuffix(to[0], end) {
				t.Errorf("%q leads to %v, not to %s", text, to, end)
			}
		}
	}
}
