package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"liaison/shared/gateway"
	"liaison/tests/contract/answers"
	"liaison/tests/fixture/gatewaytest"
)

func TestRefuse(t *testing.T) {
	checker, err := answers.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := gateway.Handler(gatewaytest.Env(), nil, refuse())
	for _, one := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"GET", "/v2/offers", 404, ""},
		{"GET", "/v1/offers/", 404, ""},
		{"GET", "/v1//offers", 404, ""},
		{"GET", "/v1/../v1/offers", 404, ""},
		{"GET", "/nothing?limit=1", 404, ""},
		{"HEAD", "/nothing", 404, ""},
		{"PUT", "/v1/offers", 405, "GET, POST"},
		{"HEAD", "/v1/offers", 405, "GET, POST"},
		{"OPTIONS", "/v1/me", 405, "GET"},
		{"POST", "/v1/plans/plan_x", 405, "GET, PUT"},
		{"GET", "/v1/partners/me/verify", 405, "POST"},
		{"DELETE", "/v1/offers/ofr_1/invitations?x=1", 405, "GET, POST"},
		{"BREW", "/healthz", 405, "GET"},
	} {
		r := httptest.NewRequest(one.method, one.path, strings.NewReader(strings.Repeat("x", gateway.MaxBody+2)))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != one.status || w.Header().Get("Allow") != one.allow {
			t.Errorf("%s %s: %d Allow %q, want %d %q", one.method, one.path, w.Code, w.Header().Get("Allow"), one.status, one.allow)
		}
		if one.method == http.MethodHead && w.Body.Len() > 0 {
			t.Errorf("HEAD %s: a body", one.path)
		}
		if !strings.Contains(one.path, "//") && !strings.Contains(one.path, "..") && one.path != "/v1/offers/" {
			if err := checker.Check(r, w.Code, w.Header(), w.Body.Bytes()); err != nil {
				t.Error(err)
			}
		}
	}
}
