package listings_test

import (
	"encoding/base64"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"liaison/shared/contract"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const mine = "/v1/listings/me"

func says(changes object) object {
	body := object{
		"headline": "Moves mail", "text": "We migrate.", "services": []string{"migrate"}, "countries": []string{"PL"}, "languages": []string{"pl"},
		"roles": []string{"advice"}, "plan_ids": []string{"plan_suite_trial"},
	}
	maps.Copy(body, changes)
	return body
}

// TestStory: a listing is written, submitted, sent back, mended, published, hidden and shown, and each side does what is its own.
func TestStory(t *testing.T) {
	w := apitest.Open(t)
	at := "/v1/listings/" + string(w.Partner)
	w.Call(t, apitest.Full, "GET", mine, nil).Want(t, 404, "not_found")
	made := w.Call(t, apitest.Limited, "PUT", mine, object{"headline": "Moves mail"}, "If-None-Match", "*").Want(t, 201, "")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 422, "required")
	w.Call(t, apitest.Full, "PUT", mine, says(nil)).Want(t, 428, "precondition_required")
	w.Call(t, apitest.Full, "PUT", mine, says(nil), "If-None-Match", "*").Want(t, 412, "precondition_failed")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"plan_ids": []string{"plan_of_nobody"}}), "If-Match", made.Header.Get("ETag")).Want(t, 422, "unknown_plan")
	w.Call(t, apitest.Full, "PUT", mine, says(nil), "If-Match", made.Header.Get("ETag")).Want(t, 200, "")
	w.Call(t, apitest.Operator, "POST", at+"/publish", nil).Want(t, 409, "listing_not_submitted")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "")
	w.Call(t, apitest.Full, "POST", at+"/publish", nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "POST", at+"/send-back", object{"reason": " "}).Want(t, 422, "required")

	var got contract.Listing
	w.Call(t, apitest.Operator, "POST", at+"/send-back", object{"reason": "Say which mail."}).Want(t, 200, "").Into(t, &got)
	if got.Status != "draft" || got.Reason == nil || *got.Reason != "Say which mail." || got.Published != nil {
		t.Errorf("sent back as %+v", got)
	}
	tag := w.Call(t, apitest.Full, "GET", mine, nil).Want(t, 200, "").Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves Exchange mail"}), "If-Match", tag).Want(t, 200, "")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "")
	w.Call(t, apitest.Operator, "POST", at+"/publish", nil, "Idempotency-Key", "once").Want(t, 200, "").Into(t, &got)
	if got.Status != "published" || got.Published == nil || got.Published.Headline != "Moves Exchange mail" || got.Reason != nil {
		t.Errorf("published as %+v", got)
	}
	w.Call(t, apitest.Operator, "POST", at+"/publish", nil, "Idempotency-Key", "once").Want(t, 200, "")

	// Who mends what is published stays visible as it was.
	tag = w.Call(t, apitest.Full, "GET", mine, nil).Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves all mail"}), "If-Match", tag).Want(t, 200, "").Into(t, &got)
	if got.Status != "draft" || got.Published.Headline != "Moves Exchange mail" {
		t.Errorf("mended to %+v", got)
	}
	tag = w.Call(t, apitest.Full, "GET", mine, nil).Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves Exchange mail"}), "If-Match", tag).Want(t, 200, "").Into(t, &got)
	if got.Status != "published" {
		t.Errorf("as it was published it is %s", got.Status)
	}

	// Of a change that was sent back, and that its partner gave up, no reason is left: nothing is to be mended.
	tag = w.Call(t, apitest.Full, "GET", mine, nil).Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves all mail"}), "If-Match", tag).Want(t, 200, "")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "")
	w.Call(t, apitest.Operator, "POST", at+"/send-back", object{"reason": "Not all of it."}).Want(t, 200, "")
	tag = w.Call(t, apitest.Full, "GET", mine, nil).Header.Get("ETag")
	got = contract.Listing{}
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves Exchange mail"}), "If-Match", tag).Want(t, 200, "").Into(t, &got)
	if got.Status != "published" || got.Reason != nil {
		t.Errorf("given up it is %s, sent back for %v", got.Status, got.Reason)
	}

	w.Call(t, apitest.Full, "POST", mine+"/hide", object{}).Want(t, 200, "").Into(t, &got)
	if got.Status != "hidden" || *got.HiddenBy != "partner" {
		t.Errorf("hidden as %+v", got)
	}
	w.Call(t, apitest.Full, "POST", mine+"/show", nil).Want(t, 200, "")
	w.Call(t, apitest.Operator, "POST", at+"/hide", object{}).Want(t, 422, "required")
	w.Call(t, apitest.Operator, "POST", at+"/hide", object{"reason": "Complaints."}).Want(t, 200, "")
	tag = w.Call(t, apitest.Full, "GET", mine, nil).Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Moves mail well"}), "If-Match", tag).Want(t, 200, "")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "").Into(t, &got)
	if got.HideReason == nil || *got.HideReason != "Complaints." {
		t.Errorf("submitted while it is hidden: %+v", got)
	}
	w.Call(t, apitest.Full, "POST", mine+"/show", nil).Want(t, 409, "listing_hidden_by_vendor")
	w.Call(t, apitest.Operator, "POST", at+"/show", nil).Want(t, 200, "")
}

// TestReadWhatIsPublished: what a partner wrote after the vendor had read is neither published nor sent back unread, where the vendor names what it read.
// Sent again, the one that was done is the same.
func TestReadWhatIsPublished(t *testing.T) {
	w := apitest.Open(t)
	at := "/v1/listings/" + string(w.Partner)
	submitted := func(headline, tag string) string {
		guard := []string{"If-Match", tag}
		if tag == "" {
			guard = []string{"If-None-Match", "*"}
		}
		w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": headline}), guard...)
		return w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "").Header.Get("ETag")
	}
	read := submitted("Moves mail", "")
	newer := submitted("Sells miracles", read)
	reason := object{"reason": "Say which mail."}
	w.Call(t, apitest.Operator, "POST", at+"/publish", nil, "If-Match", read).Want(t, 412, "precondition_failed")
	w.Call(t, apitest.Operator, "POST", at+"/send-back", reason, "If-Match", read).Want(t, 412, "precondition_failed")
	w.Call(t, apitest.Operator, "POST", at+"/send-back", reason, "If-Match", newer).Want(t, 200, "")
	read = submitted("Moves mail", w.Call(t, apitest.Operator, "GET", at, nil).Header.Get("ETag"))
	for range 2 {
		var got contract.Listing
		w.Call(t, apitest.Operator, "POST", at+"/publish", nil, "If-Match", read, "Idempotency-Key", "read").Want(t, 200, "").Into(t, &got)
		if got.Status != "published" || got.Published.Headline != "Moves mail" {
			t.Errorf("published as %+v", got)
		}
	}
}

// TestOthers: a listing that is not the caller's looks like none, and nobody writes one without access to customers.
func TestOthers(t *testing.T) {
	w := apitest.Open(t)
	w.Call(t, apitest.Full, "PUT", mine, says(nil), "If-None-Match", "*").Want(t, 201, "")
	at := "/v1/listings/" + string(w.Partner)
	w.Call(t, apitest.Rival, "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "POST", at+"/submit", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "POST", at+"/hide", object{}).Want(t, 404, "not_found")
	w.Call(t, apitest.NoAccess, "GET", mine, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "PUT", at, says(nil), "If-None-Match", "*").Want(t, 403, "forbidden")
}

// TestList: operators list all, by state.
func TestList(t *testing.T) {
	w := apitest.Open(t)
	w.Call(t, apitest.Full, "PUT", mine, says(nil), "If-None-Match", "*").Want(t, 201, "")
	w.Call(t, apitest.Rival, "PUT", mine, says(nil), "If-None-Match", "*").Want(t, 201, "")
	w.Call(t, apitest.Full, "POST", mine+"/submit", nil).Want(t, 200, "")
	for query, want := range map[string]int{"": 2, "?status=submitted": 1, "?status=draft": 1, "?status=hidden": 0, "?limit=1": 1} {
		var page contract.ListingPage
		w.Call(t, apitest.Operator, "GET", "/v1/listings"+query, nil).Want(t, 200, "").Into(t, &page)
		if len(page.Data) != want || want > 0 && page.Data[0].LegalName == "" {
			t.Errorf("%q: %+v", query, page)
		}
	}
	w.Call(t, apitest.Operator, "GET", "/v1/listings?status=lost", nil).Want(t, 400, "invalid_value")
	w.Call(t, apitest.Full, "GET", "/v1/listings", nil).Want(t, 403, "forbidden")
}

// TestSuspended: a partner that does not work writes nothing, and may still hide what stands.
func TestSuspended(t *testing.T) {
	w := apitest.Open(t)
	w.Published(t, nil)
	if _, err := partner.Suspend(t.Context(), w.Table, w.Partner, "Asked for.", w.Op("operator")); err != nil {
		t.Fatal(err)
	}
	tag := w.Call(t, apitest.Full, "GET", mine, nil).Want(t, 200, "").Header.Get("ETag")
	w.Call(t, apitest.Full, "PUT", mine, says(nil), "If-Match", tag).Want(t, 409, "partner_not_active")
	w.Call(t, apitest.Full, "POST", mine+"/hide", object{}).Want(t, 200, "")
}

// TestWrong: each wrong field is named, the logo's too, and nothing is written.
func TestWrong(t *testing.T) {
	w := apitest.Open(t)
	for pointer, change := range map[string]object{
		"/headline":        {"headline": strings.Repeat("x", listing.MaxHeadline+1)},
		"/services/0":      {"services": []string{"cook"}},
		"/countries/1":     {"countries": []string{"PL", "PL"}},
		"/plan_ids":        {"plan_ids": slices.Repeat([]string{"plan_of_nobody"}, listing.MaxPlans+1)},
		"/plan_ids/1":      {"plan_ids": []string{"plan_suite_trial", "plan_of_nobody"}},
		"/logo/data":       {"logo": object{"media_type": "image/png"}},
		"/logo/url":        {"logo": object{"media_type": "image/png", "url": "https://elsewhere.example/x.png"}},
		"/logo/media_type": {"logo": object{"media_type": "image/png", "data": drawing}},
	} {
		var said struct{ Errors []struct{ Pointer string } }
		w.Call(t, apitest.Full, "PUT", mine, says(change), "If-None-Match", "*").Into(t, &said)
		if len(said.Errors) != 1 || said.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", pointer, said)
		}
	}
	w.Call(t, apitest.Full, "GET", mine, nil).Want(t, 404, "not_found")
}

var drawing = base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>`))

// TestLogo: a logo is kept under the name of its content, and stays where its address is sent back.
func TestLogo(t *testing.T) {
	w := apitest.Open(t)
	var got contract.Listing
	made := w.Call(t, apitest.Full, "PUT", mine, says(object{"logo": object{"media_type": "image/svg+xml", "data": drawing}}), "If-None-Match", "*").Want(t, 201, "")
	made.Into(t, &got)
	if got.Content.Logo == nil || !strings.Contains(got.Content.Logo.URL, "/assets/partner-") {
		t.Fatalf("logo %+v", got.Content.Logo)
	}
	file := got.Content.Logo.URL[strings.LastIndex(got.Content.Logo.URL, "/")+1:]
	if kept, err := w.Table.Table.Picture(t.Context(), file); err != nil || len(kept.Data) == 0 {
		t.Errorf("%v", err)
	}
	again := w.Call(t, apitest.Full, "PUT", mine, says(object{"headline": "Other", "logo": object{"media_type": "image/svg+xml", "url": got.Content.Logo.URL}}), "If-Match", made.Header.Get("ETag")).Want(t, 200, "")
	again.Into(t, &got)
	if got.Content.Logo == nil {
		t.Error("the logo went with another headline")
	}
	// Another partner with the same drawing has a file of its own: one that is replaced goes, whoever else shows it.
	var other contract.Listing
	w.Call(t, apitest.Rival, "PUT", mine, says(object{"logo": object{"media_type": "image/svg+xml", "data": drawing}}), "If-None-Match", "*").Want(t, 201, "").Into(t, &other)
	if other.Content.Logo.URL == got.Content.Logo.URL {
		t.Error("two partners share a file")
	}
}
