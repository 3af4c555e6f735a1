package journeys

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// hostile are texts that people and machines send to break things.
var hostile = map[string]string{
	"markup":     `<script>alert(1)</script><img src=x onerror=alert(2)>`,
	"template":   `{{.}} ${7*7} #{7*7} %s %n`,
	"bidi":       "Anna \u202Egpj.exe",
	"lines":      "Anna\r\nBcc: everyone@example.com",
	"nul":        "Anna\x00Nowak",
	"confusable": "Ваltic Вridge IT", // Cyrillic letters that look Latin
	"long":       strings.Repeat("długie ", 1500),
	"zero width": "An\u200bna",
	"emoji":      "Anna 👩‍💻 Nowak",
	"broken":     "Anna \xff\xfe",
}

func TestHostileForms(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, nil)
	_, personal := invite(t, offer.ID, address("hostile"))
	v := client.NewVisitor("en")
	opened(t, v, personal)
	pressed(t, v, w.SiteNext())
	pressed(t, v, w.SiteNext(), "delegation", "no")
	account := v.Page
	for name, evil := range hostile {
		for _, field := range []string{"company", "name"} {
			v.Page = account
			fields := map[string]string{"company": "Firma", "name": "Anna", "language": "en"}
			fields[field] = evil
			page, err := v.Press(t.Context(), w.SiteNext(), "company", fields["company"], "name", fields["name"], "language", "en")
			if err != nil {
				t.Fatal(err)
			}
			if page.Status != http.StatusOK && page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s in %s: %d\n%.300s", name, field, page.Status, page.Text())
			}
			if bytes.Contains(page.Body, []byte("<script>alert")) || bytes.Contains(page.Body, []byte("<img src=x")) {
				t.Errorf("%s in %s stands unescaped on the page", name, field)
			}
		}
	}
	public := client.NewVisitor("en")
	opened(t, public, sys.Endpoints.Pages+"/o/"+strings.TrimPrefix(offer.ID, "ofr_"))
	asked := public.Page
	for name, evil := range hostile {
		public.Page = asked
		page, err := public.Press(t.Context(), w.OfferSend(), "email", evil)
		if err != nil {
			t.Fatal(err)
		}
		if page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s as address: %d", name, page.Status)
		}
	}
}

func TestHostileJSON(t *testing.T) {
	deep := strings.Repeat(`{"kind":`, 5000) + "1" + strings.Repeat("}", 5000)
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"deep":        {deep, 400},
		"huge":        {`{"message":"` + strings.Repeat("a", 300<<10) + `"}`, 413},
		"doubled":     {`{"kind":"trial","kind":"purchase"}`, 400},
		"unknown":     {`{"kind":"trial","country":"PL","colour":"red"}`, 422},
		"no object":   {`[1,2,3]`, 422},
		"text":        {`hello`, 400},
		"half":        {`{"kind":"trial"`, 400},
		"two":         {`{"kind":"trial","country":"PL"}{}`, 400},
		"wrong types": {`{"kind":1,"country":["PL"],"items":"x"}`, 422},
		"null":        {`{"kind":null,"country":"PL"}`, 422},
		"number":      {`{"kind":"trial","country":"PL","items":[{"plan_id":"plan_suite"}],"max_redemptions":1e99}`, 422},
		"broken":      {"{\"kind\":\"\xff\"}", 400},
	} {
		got, err := program.Partner.Do(t.Context(), http.MethodPost, "/v1/offers", []byte(c.body))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Status != c.status {
			t.Errorf("%s: %d, not %d: %.300s", name, got.Status, c.status, got.Body)
		}
	}
	for name, evil := range hostile {
		wish := sample.TrialOffer("en")
		wish.Message = &evil
		wish.PartnerTerms = &contract.PartnerTerms{Title: evil, Text: evil}
		got, err := program.Partner.Do(t.Context(), http.MethodPost, "/v1/offers", wish)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Status != http.StatusCreated && got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d: %.300s", name, got.Status, got.Body)
		}
	}
}

// TestHost: a Host header from elsewhere never reaches a link (infra/design/trust.md, rule 8).
func TestHost(t *testing.T) {
	offer := makeOffer(t, nil)
	for _, address := range []string{sys.Endpoints.Pages + "/o/" + strings.TrimPrefix(offer.ID, "ofr_"), sys.Endpoints.API + "/v1/nowhere"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "evil.example"
		r.Header.Set("X-Forwarded-Host", "evil.example")
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		body.ReadFrom(got.Body)
		got.Body.Close()
		if strings.Contains(body.String(), "evil.example") || strings.Contains(fmt.Sprint(got.Header), "evil.example") {
			t.Errorf("%s repeats the Host header", address)
		}
	}
}
