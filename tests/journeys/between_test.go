package journeys

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestTwice: the button pressed twice, the back button, two tabs with different answers, a draft left overnight.
func TestTwice(t *testing.T) {
	w := locale.In(locale.English)
	t.Run("the button pressed twice", func(t *testing.T) {
		offer := makeOffer(t, nil)
		_, personal := invite(t, offer.ID, address("twice"))
		v := atCheck(t, personal, "yes", "Twice Ltd")
		to, form := v.Page.Form(w.RedeemStart(30))
		form.Set("agree", "yes")
		first, err := v.Post(t.Context(), to, form)
		if err != nil {
			t.Fatal(err)
		}
		second, err := v.Post(t.Context(), to, form)
		if err != nil {
			t.Fatal(err)
		}
		if first.Status != http.StatusOK || first.URL.String() != second.URL.String() || !strings.Contains(first.URL.Path, "/receipts/") {
			t.Errorf("first %d %s, second %d %s", first.Status, first.URL, second.Status, second.URL)
		}
		if n := named(t, "Twice Ltd"); n != 1 {
			t.Errorf("%d customers", n)
		}
	})
	t.Run("back after the receipt", func(t *testing.T) {
		offer := makeOffer(t, nil)
		_, personal := invite(t, offer.ID, address("back"))
		v := atCheck(t, personal, "no", "Back Ltd")
		check := v.Page.URL.String()
		receipt, err := start(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		for _, earlier := range []string{check, strings.Replace(check, "/check", "/account", 1), strings.Replace(check, "/check", "", 1), personal} {
			page, err := v.Get(t.Context(), earlier)
			if err != nil {
				t.Fatal(err)
			}
			if page.URL.Path != receipt.URL.Path {
				t.Errorf("%s leads to %s (%d)", earlier, page.URL, page.Status)
			}
		}
	})
	t.Run("two tabs with different answers", func(t *testing.T) {
		offer := makeOffer(t, nil)
		_, personal := invite(t, offer.ID, address("tabs"))
		one := atCheck(t, personal, "yes", "Tab One")
		stale := one.Page
		two := atCheck(t, personal, "no", "Tab Two")
		one.Page = stale
		page, err := start(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.URL.Path, "/receipts/") || named(t, "Tab One")+named(t, "Tab Two") != 0 {
			t.Fatalf("a stale tab started the trial: %s", page.URL)
		}
		if !strings.Contains(page.Text(), "Tab Two") {
			t.Errorf("the page does not show what stands now:\n%s", page.Text())
		}
		if page, err = start(t.Context(), two); err != nil || !strings.Contains(page.URL.Path, "/receipts/") {
			t.Errorf("the newer tab: %v %s", err, page.URL)
		}
		if named(t, "Tab Two") != 1 || named(t, "Tab One") != 0 {
			t.Error("not what the newer tab said")
		}
	})
	t.Run("a draft left overnight", func(t *testing.T) {
		offer := makeOffer(t, nil)
		_, personal := invite(t, offer.ID, address("overnight"))
		atCheck(t, personal, "no", "Overnight Ltd")
		next := client.NewVisitor("en")
		page := opened(t, next, personal)
		if !strings.Contains(page.URL.Path, "/redeem") {
			t.Fatalf("the link leads to %s", page.URL)
		}
		page = opened(t, next, strings.Replace(page.URL.String(), "/redeem?", "/redeem/account?", 1))
		if !strings.Contains(string(page.Body), "Overnight Ltd") && !strings.Contains(page.Text(), "Overnight Ltd") {
			t.Errorf("what was typed is lost:\n%s", page.Text())
		}
	})
}

func named(t *testing.T, company string) int {
	return count(t, "customer", func(it map[string]types.AttributeValue) bool { return word(it, "name") == company })
}

// TestBetween: what changes between reading and pressing shows the right page and code, and nothing is half done.
func TestBetween(t *testing.T) {
	operator, partner := program.Operator, program.Partner
	// What pages remember of the catalogue for a minute goes with their processes, so that no later test meets it.
	t.Cleanup(sys.Runtime.EndAll)
	change := func(t *testing.T, who client.API, method, path string, body any, headers ...string) client.Answer {
		t.Helper()
		got, err := who.Do(t.Context(), method, path, body, headers...)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status >= 300 {
			t.Fatalf("%s %s: %d %s", method, path, got.Status, got.Body)
		}
		return got
	}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, offer contract.Offer) (undo func())
		status int
	}{
		{"partner suspended", func(t *testing.T, _ contract.Offer) func() {
			change(t, operator, http.MethodPost, "/v1/partners/"+program.PartnerID+"/suspend", contract.PartnerSuspend{Reason: "An inquiry."})
			return func() {
				change(t, operator, http.MethodPost, "/v1/partners/"+program.PartnerID+"/reinstate", contract.PartnerReinstate{})
			}
		}, http.StatusGone},
		{"offer withdrawn", func(t *testing.T, offer contract.Offer) func() {
			change(t, partner, http.MethodPost, "/v1/offers/"+offer.ID+"/withdraw", nil)
			return nil
		}, http.StatusGone},
		{"offer paused", func(t *testing.T, offer contract.Offer) func() {
			change(t, partner, http.MethodPost, "/v1/offers/"+offer.ID+"/pause", nil)
			return nil
		}, http.StatusGone},
		{"plan withdrawn", func(t *testing.T, _ contract.Offer) func() { return planStatus(t, "withdrawn") }, http.StatusGone},
		{"country made unavailable", func(t *testing.T, _ contract.Offer) func() { return closePoland(t) }, http.StatusGone},
		{"terms changed", func(t *testing.T, _ contract.Offer) func() { publish(t, "customer"); return nil }, http.StatusConflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			offer := makeOffer(t, nil)
			company := "Between " + c.name
			_, personal := invite(t, offer.ID, address("between"))
			v := atCheck(t, personal, "yes", company)
			if undo := c.change(t, offer); undo != nil {
				defer undo()
			}
			page, err := start(t.Context(), v)
			if err != nil {
				t.Fatal(err)
			}
			if page.Status != c.status || page.Heading() == "" {
				t.Errorf("%d on %s:\n%s", page.Status, page.URL, page.Text())
			}
			if n := named(t, company); n != 0 {
				t.Errorf("%d customers", n)
			}
		})
	}
}

// planStatus sets the trial plan's status and returns what sets it back.
func planStatus(t *testing.T, status string) func() {
	t.Helper()
	var plan map[string]any
	got := must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/plans/plan_suite", nil, &plan))
	set := func(status, etag string) {
		body := map[string]any{"status": status}
		for _, name := range []string{"name", "description", "services", "prices", "trial", "licenses", "countries"} {
			body[name] = plan[name]
		}
		must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodPut, "/v1/plans/plan_suite", body, nil, "If-Match", etag))
	}
	set(status, got.Header.Get("ETag"))
	return func() {
		now := must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/plans/plan_suite", nil, nil))
		set("active", now.Header.Get("ETag"))
	}
}

// closePoland makes partner features unavailable where the sample's customers are, and returns what opens them again.
func closePoland(t *testing.T) func() {
	t.Helper()
	var doc contract.FeatureAvailability
	got := must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/feature-availability", nil, &doc))
	set := func(gaps []contract.AvailabilityGap, etag string) {
		must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodPut, "/v1/feature-availability",
			contract.FeatureAvailabilityPut{Gaps: gaps, Regions: doc.Regions}, nil, "If-Match", etag))
	}
	set(append([]contract.AvailabilityGap{{Feature: contract.FeatureTrialInvitations, Region: "europe"}}, doc.Gaps...), got.Header.Get("ETag"))
	return func() {
		now := must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/feature-availability", nil, nil))
		set(doc.Gaps, now.Header.Get("ETag"))
	}
}

// publish makes a new version of a document.
func publish(t *testing.T, document string) {
	t.Helper()
	text := contract.TermsText{Title: "Terms of service", Text: "Changed terms, number " + address("version")}
	must(t)(program.Operator.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/terms/"+document, contract.TermsPublish{
		Version: strings.NewReplacer("@example.com", "", "v-", "2.").Replace(address("v")),
		Texts:   map[string]contract.TermsText{"en": text, "pl": text},
	}, nil))
}

// TestNo: a No is recorded and told, and no press on the same link makes it a Yes; a report pauses the link and tells the vendor.
func TestNo(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, nil)
	inv, personal := invite(t, offer.ID, address("no"))
	ready := atCheck(t, personal, "yes", "Changed Mind Ltd")
	if err := walk(t).No(patience(t), "en", offer.ID, address("other")); err != nil {
		t.Fatal(err)
	}
	refuser := client.NewVisitor("en")
	opened(t, refuser, personal)
	to := refuser.Page.Links(w.RedeemDecline())
	opened(t, refuser, to[0])
	pressed(t, refuser, w.RedeemNoButton(), "reason", "Too dear")
	page, err := start(t.Context(), ready)
	if err != nil {
		t.Fatal(err)
	}
	if page.Status < 400 && !strings.Contains(page.URL.Path, "/receipts/") || named(t, "Changed Mind Ltd") != 0 {
		t.Fatalf("a No became a Yes: %d %s", page.Status, page.URL)
	}
	var got contract.Invitation
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+inv.ID, nil, &got))
	if got.Answer != "declined" {
		t.Errorf("the invitation is %s", got.Answer)
	}
	settle(t)
	mails, err := mailbox.To(t.Context(), "partner@balticbridge.example")
	if err != nil {
		t.Fatal(err)
	}
	notified := false
	for _, m := range mails {
		notified = notified || strings.Contains(m.Body.Text, "Too dear")
	}
	if !notified {
		t.Error("the partner was not told the reason")
	}
}

// TestForms: a form posted from elsewhere, without headers, with another's token or as a GET changes nothing (infra/design/trust.md, rule 2).
func TestForms(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, nil)
	_, personal := invite(t, offer.ID, address("forms"))
	v := atCheck(t, personal, "no", "Forms Ltd")
	to, form := v.Page.Form(w.RedeemStart(30))
	form.Set("agree", "yes")
	_, foreign := invite(t, offer.ID, address("foreign"))
	stranger := atCheck(t, foreign, "no", "Stranger Ltd")
	_, theirs := stranger.Page.Form(w.RedeemStart(30))
	refuseForms(t, v, to, form, theirs.Get("form_token"))
	if page, err := v.Get(t.Context(), to+"&"+form.Encode()); err != nil || page.Status >= 500 {
		t.Errorf("GET as POST: %d %v", page.Status, err)
	}
	if named(t, "Forms Ltd")+named(t, "Stranger Ltd") != 0 {
		t.Error("a refused form made a customer")
	}
}

// refuseForms posts a form as pages of elsewhere and as people without its token would, and fails where any is not refused.
func refuseForms(t *testing.T, v *client.Visitor, to string, form url.Values, theirs string) {
	t.Helper()
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	for name, headers := range map[string][]string{
		"cross-site": {"Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"},
		"same-site":  {"Origin", "https://other." + at.Host, "Sec-Fetch-Site", "same-site"},
		"no header":  {"Origin", "", "Sec-Fetch-Site", ""},
	} {
		page, err := v.Post(t.Context(), to, form, headers...)
		if err != nil || page.Status != http.StatusForbidden {
			t.Errorf("%s %s: %d %v", at.Path, name, page.Status, err)
		}
	}
	for name, edit := range map[string]func(url.Values){
		"no token":        func(f url.Values) { f.Del("form_token") },
		"another's token": func(f url.Values) { f.Set("form_token", theirs) },
		"garbage":         func(f url.Values) { f.Set("form_token", "0") },
	} {
		changed := maps.Clone(form)
		edit(changed)
		page, err := v.Post(t.Context(), to, changed)
		if err != nil || page.Status != http.StatusForbidden {
			t.Errorf("%s %s: %d %v", at.Path, name, page.Status, err)
		}
	}
}
