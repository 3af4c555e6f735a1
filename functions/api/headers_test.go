package api_test

import (
	"strings"
	"testing"

	"liaison/shared/contract"
	"liaison/tests/fixture/apitest"
)

// TestHeadersArriveWhole sends headers with commas through the event of API Gateway: what stands behind a comma counts.
func TestHeadersArriveWhole(t *testing.T) {
	w := apitest.Open(t)
	var first, second contract.Offer
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "k,line-A").Want(t, 201, "").Into(t, &first)
	a := w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "k,line-B").Want(t, 201, "")
	a.Into(t, &second)
	if first.ID == second.ID || a.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("the second act is taken for the first: %s", second.ID)
	}
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "k,line-A").Want(t, 201, "").Into(t, &second)
	if first.ID != second.ID {
		t.Error("the same key made another offer")
	}

	for header, want := range map[string]string{
		"de,pl;q=0.9": "pl", "en;q=0.1,pl": "pl", "de, fr;q=0.9 , pl;q=0.8": "pl", "pl;q=0.1,en": "en", "de,fr": "en",
	} {
		a := w.Call(t, apitest.Full, "GET", "/v1/offers/ofr_1", nil, "Accept-Language", header).Want(t, 404, "not_found")
		if got := a.Header.Get("Content-Language"); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}

	tag := `"1-active"`
	path := "/v1/offers/" + first.ID
	for header, status := range map[string]int{
		`"x", ` + tag: 304, `"x",` + tag + `,"y"`: 304, `"a,b", W/` + tag: 304, `*`: 304, ` * `: 304, `W/"x"`: 200, `"x,` + tag + `"`: 200, `"\", ` + tag: 304, `x, ` + tag: 200,
	} {
		if a := w.Call(t, apitest.Full, "GET", path, nil, "If-None-Match", header); a.Status != status {
			t.Errorf("If-None-Match %s: %d, want %d", header, a.Status, status)
		}
	}

	for given, status := range map[string]int{"abc,def": 200, strings.Repeat("x", 128): 200, strings.Repeat("x", 129): 400, "two words": 400, "ż": 400} {
		a := w.Call(t, apitest.Full, "GET", path, nil, "Request-Id", given)
		if got := a.Header.Get("Request-Id"); a.Status != status || (status == 200) != (got == given) || got == "" {
			t.Errorf("Request-Id %q: %d, %q", given, a.Status, got)
		}
	}
}

// TestPathArrivesWhole: API Gateway decodes a path once, so that what follows a "%" need not be hexadecimal.
func TestPathArrivesWhole(t *testing.T) {
	w := apitest.Open(t)
	w.Call(t, apitest.Full, "GET", "/v1/offers/100%25", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Full, "GET", "/v1/offers/%25zz", nil).Want(t, 404, "not_found")
}
