package gateway

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"liaison/shared/fault"
	"liaison/shared/locale"
)

// TestWhatIsAllowedIsSaid: who sent a wrong value reads what would have been right, not only that something is wrong.
func TestWhatIsAllowedIsSaid(t *testing.T) {
	type body struct {
		Text  *string             `json:"text,omitempty"`
		Until *time.Time          `json:"until,omitempty"`
		Count *int                `json:"count,omitempty"`
		Flag  *bool               `json:"flag,omitempty"`
		List  *[]string           `json:"list,omitempty"`
		Thing *struct{ A string } `json:"thing,omitempty"`
	}
	for _, c := range []struct{ sent, want string }{
		{`{"text":1}`, "Expected: string."},
		{`{"text":["a"]}`, "Expected: string."},
		{`{"until":1}`, "Expected: string."},
		{`{"until":"tomorrow"}`, "Expected: RFC 3339, 2027-01-31T12:00:00Z."},
		{`{"count":"1"}`, "Expected: number."},
		{`{"count":1.5}`, "Expected: integer."},
		{`{"flag":"yes"}`, "Expected: boolean."},
		{`{"list":{}}`, "Expected: array."},
		{`{"thing":[]}`, "Expected: object."},
	} {
		w := walk{d: json.NewDecoder(strings.NewReader(c.sent))}
		w.d.UseNumber()
		if err := w.value(reflect.TypeFor[body](), "", 0); err != nil {
			t.Fatal(err)
		}
		says(t, c.sent, w.wrong.Err(), c.want)
	}
	_, _, err := Page(httptest.NewRequest("GET", "/v1/offers?limit=0", nil))
	says(t, "limit=0", err, "Allowed: 1-100.")
	_, err = Choice(httptest.NewRequest("GET", "/v1/offers?status=open", nil), "status", "active", "paused")
	says(t, "status=open", err, "Allowed: active, paused.")
	r := httptest.NewRequest("POST", "/v1/offers", nil)
	r.Header.Set("Content-Type", "text/plain")
	s := &state{body: []byte(`{}`)}
	err = ReadJSON(r.WithContext(context.WithValue(r.Context(), stateKey{}, s)), &body{})
	says(t, "text/plain", err, "Supported: application/json.")
	says(t, "Basic", fault.TokenInvalid, "Send it as Authorization: Bearer <token>.")
}

// TestFormsHaveWords: a form without words would be left out of the text.
func TestFormsHaveWords(t *testing.T) {
	for _, of := range []fault.Form{
		fault.Country, fault.PartnerID, fault.PlanID, fault.OfferID, fault.CustomerID, fault.EventType, fault.TermsVersion, fault.Phone, fault.Key,
	} {
		for _, language := range locale.Languages() {
			if form(locale.In(language), of) == "" {
				t.Errorf("%s: nothing said in %s", of, language)
			}
		}
	}
}

func says(t *testing.T, sent string, err error, want string) {
	t.Helper()
	f := fault.As(err)
	if f == nil {
		t.Errorf("%s is accepted", sent)
		return
	}
	if _, detail, _ := locale.Problem("en", f.Code.String(), vars("en", f.Code, f.About)); !strings.HasSuffix(detail, want) {
		t.Errorf("%s: %q, want %q at its end", sent, detail, want)
	}
}
