package marketplace_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/listing"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestSearch: words and filters, each alone and together, over what is published.
func TestSearch(t *testing.T) {
	w := apitest.Open(t)
	first := w.Company(t)
	first.Published(t, func(c *listing.Content) {
		c.Headline, c.Services, c.Plans = "Przenosimy pocztę", []listing.Service{"migrate"}, nil
	})
	second := w.Company(t)
	second.Published(t, func(c *listing.Content) {
		c.Headline, c.Text = "Szkolenia w Łodzi", "We teach."
		c.Services, c.Expertise, c.Roles = []listing.Service{"train"}, []listing.Industry{"health"}, []listing.Role{"reselling"}
		c.Countries, c.Languages = []string{"DE", "PL"}, []string{"de"}
	})
	for query, want := range map[string]string{
		"":                       "12",
		"?service=migrate":       "1",
		"?service=train,migrate": "12",
		"?expertise=health":      "2",
		"?role=reselling":        "2",
		"?country=DE":            "2",
		"?country=PL":            "12",
		"?country=US":            "",
		"?language=de":           "2",
		"?language=pl":           "1",
		"?q=lodz":                "2",
		"?q=" + url.QueryEscape("szkolenie łódź"):    "2",
		"?q=" + url.QueryEscape("SZKOLENIACH łodzi"): "2",
		"?q=poczty":                   "1",
		"?q=Fabrikam":                 "12",
		"?q=fabrikam&service=train":   "2",
		"?plan_id=plan_suite_trial":   "",
		"?service=migrate&country=DE": "",
	} {
		var page contract.MarketplacePage
		w.Call(t, "", "GET", "/v1/marketplace/partners"+query, nil).Want(t, 200, "").Into(t, &page)
		got := map[contract.PartnerID]bool{}
		for _, p := range page.Data {
			got[p.PartnerID] = true
		}
		for mark, one := range map[string]fixture.World{"1": first, "2": second} {
			if is := got[contract.PartnerID(one.Partner)]; is != strings.Contains(want, mark) {
				t.Errorf("%q: partner %s found is %v", query, mark, is)
			}
		}
		if page.Total != len(want) {
			t.Errorf("%q: %d in all", query, page.Total)
		}
	}
}

// TestPlan: for a plan those are found that a customer could name for it, as partner checks say.
func TestPlan(t *testing.T) {
	w := apitest.Open(t)
	w.Published(t, func(c *listing.Content) { c.Plans = append(c.Plans, w.Plan) })
	for query, want := range map[string]int{"plan_id=plan_suite_trial": 1, "plan_id=plan_suite_trial&country=PL": 1, "plan_id=plan_other": 0} {
		var page contract.MarketplacePage
		w.Call(t, "", "GET", "/v1/marketplace/partners?"+query, nil).Want(t, 200, "").Into(t, &page)
		if len(page.Data) != want {
			t.Errorf("%s: %d found", query, len(page.Data))
		}
	}
	w.Call(t, apitest.Operator, "POST", "/v1/listings/"+string(w.Partner)+"/hide", map[string]any{"reason": "Asked for."}).Want(t, 200, "")
	var page contract.MarketplacePage
	w.Call(t, "", "GET", "/v1/marketplace/partners?plan_id=plan_suite_trial", nil).Want(t, 200, "").Into(t, &page)
	if len(page.Data) != 0 {
		t.Error("the index still holds it, and the table has not the last word")
	}
}

// TestPages: a list of many is read page by page, each once, in one order.
func TestPages(t *testing.T) {
	w := apitest.Open(t)
	const n = 7
	for range n {
		w.Company(t).Published(t, nil)
	}
	seen := map[contract.PartnerID]int{}
	next, pages := "/v1/marketplace/partners?limit=3", 0
	for next != "" {
		var page contract.MarketplacePage
		got := w.Call(t, "", "GET", next, nil).Want(t, 200, "")
		got.Into(t, &page)
		for _, p := range page.Data {
			seen[p.PartnerID]++
		}
		pages++
		next = ""
		if page.NextCursor != nil {
			next = "/v1/marketplace/partners?limit=3&cursor=" + *page.NextCursor
			if !strings.Contains(got.Header.Get("Link"), `rel="next"`) {
				t.Error("no link to the next page")
			}
		}
	}
	if len(seen) != n || pages != 3 {
		t.Errorf("%d partners on %d pages", len(seen), pages)
	}
	for p, times := range seen {
		if times != 1 {
			t.Errorf("%s was shown %d times", p, times)
		}
	}
}

// TestGet: who is published is read by everybody, and nobody else is.
func TestGet(t *testing.T) {
	w := apitest.Open(t)
	at := "/v1/marketplace/partners/" + string(w.Partner)
	w.Call(t, "", "GET", at, nil).Want(t, 404, "not_found")
	w.Published(t, nil)
	var got contract.MarketplacePartner
	answer := w.Call(t, "", "GET", at, nil).Want(t, 200, "")
	answer.Into(t, &got)
	if got.AnsweredShare != nil || got.LegalName == "" || got.Phone == nil || got.Email == nil || !strings.HasSuffix(got.URL, "/find-a-partner/"+string(w.Partner)) {
		t.Errorf("%+v", got)
	}
	w.Call(t, "", "GET", at, nil, "If-None-Match", answer.Header.Get("ETag")).Want(t, 304, "")
	fixture.Index(t, w.Listings(), w.Partner, 7, w.Op("dispatch"))
	w.Call(t, "", "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.AnsweredShare == nil || *got.AnsweredShare != 70 {
		t.Errorf("share %v", got.AnsweredShare)
	}
	// What was not proved may be anybody's address.
	w.Table.Set(t, "PARTNER#"+string(w.Partner), "PROFILE", &types.AttributeValueMemberM{}, "card", "verification")
	w.Call(t, "", "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if got.Phone != nil || got.Email != nil {
		t.Errorf("%+v", got)
	}
	w.Call(t, apitest.Full, "POST", "/v1/listings/me/hide", map[string]any{}).Want(t, 200, "")
	w.Call(t, "", "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, "", "GET", "/v1/marketplace/partners/me", nil).Want(t, 404, "not_found")
}

// TestMatch: at most three, those first that do most of what is needed.
func TestMatch(t *testing.T) {
	w := apitest.Open(t)
	for range 4 {
		w.Company(t).Published(t, func(c *listing.Content) { c.Services = []listing.Service{"migrate"} })
	}
	best := w.Company(t)
	best.Published(t, func(c *listing.Content) { c.Services = []listing.Service{"migrate", "train"} })
	const at = "/v1/marketplace/matches"
	var got contract.MarketplaceMatches
	w.Call(t, "", "GET", at+"?service=migrate,train&country=PL", nil).Want(t, 200, "").Into(t, &got)
	if len(got.Data) != 3 || string(got.Data[0].PartnerID) != string(best.Partner) {
		t.Errorf("%d, the first %s", len(got.Data), got.Data[0].PartnerID)
	}
	w.Call(t, "", "GET", at+"?service=migrate&country=PL&language=de", nil).Want(t, 200, "").Into(t, &got)
	if len(got.Data) != 0 {
		t.Error("matched in a language that nobody speaks")
	}
}

// TestWrong: what nobody can look for is said, and which parameter it is.
func TestWrong(t *testing.T) {
	w := apitest.Open(t)
	for query, code := range map[string]string{
		"partners?service=cook":                  "invalid_value",
		"partners?country=Poland":                "invalid_format",
		"partners?language=xx":                   "invalid_value",
		"partners?plan_id=x":                     "invalid_format",
		"partners?cursor=x":                      "invalid_cursor",
		"partners?colour=red":                    "unknown_parameter",
		"partners?q=" + strings.Repeat("x", 101): "too_long",
		"partners?q=a1+b2+c3+d4+e5&expertise=energy,legal,media&service=train,advise&role=advice&country=PL&language=pl": "too_many",
		"matches?country=PL":    "required",
		"matches?service=train": "required",
	} {
		w.Call(t, "", "GET", "/v1/marketplace/"+query, nil).Want(t, 400, code)
	}
}
