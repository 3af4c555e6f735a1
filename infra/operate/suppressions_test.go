package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
)

// TestSuppressions reads and lifts what stops mail to an address, here and in the mail service's own list.
func TestSuppressions(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	const address = "anna@customer.example"
	var asked []string
	ses := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		answer.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			answer.Header().Set("X-Amzn-Errortype", "NotFoundException")
			answer.WriteHeader(http.StatusNotFound)
		}
		_, _ = answer.Write([]byte("{}"))
	}))
	t.Cleanup(ses.Close)
	o := w.Op("mailevents")
	if _, err := suppression.Stop(t.Context(), w.Table, dynamo.AddressHash(address), suppression.Bounced, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	command := []string{"suppressions", "-table", w.Env.Table, "-endpoint", w.Env.DynamoEndpoint, "-mail", ses.URL}
	if err := run(t.Context(), append(command, address)); err != nil {
		t.Fatal(err)
	}
	if reason, err := w.Table.Suppressed(t.Context(), address); err != nil || reason != suppression.Bounced {
		t.Fatalf("reading left %q %v", reason, err)
	}
	for range 2 {
		if err := run(t.Context(), append(command, "-lift", address)); err != nil {
			t.Fatal(err)
		}
	}
	if reason, err := w.Table.Suppressed(t.Context(), address); err != nil || reason != "" {
		t.Errorf("stopped for %q %v", reason, err)
	}
	const at = " /v2/email/suppression/addresses/" + address
	if !slices.Equal(asked, []string{"GET" + at, "DELETE" + at, "DELETE" + at}) {
		t.Errorf("SES was asked %q", asked)
	}
	for _, args := range [][]string{{"suppressions"}, append(command, "nobody"), append(command, "-lift")} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
