package service_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"liaison/functions/api/service"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/tests/contract/answers"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

// contract is read once: that takes a second.
var contract = sync.OnceValues(answers.Load)

func ask(t *testing.T, e gateway.Endpoint, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	gateway.Handler(gatewaytest.Env(), nil, e).ServeHTTP(w, r)
	checker, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	body := w.Body.Bytes()
	if w.Header().Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(unpacked)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if err := checker.Check(r, w.Code, w.Header(), body); err != nil {
		t.Error(err)
	}
	return w.Result()
}

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestReady: the service is ready while its table answers; that it runs it says without one.
func TestReady(t *testing.T) {
	table := fixture.NewTable(t)
	if up := ask(t, service.Ready(table), "/readyz"); up.StatusCode != http.StatusOK {
		t.Errorf("answered %d over a table", up.StatusCode)
	}
	gone := table
	gone.Table = dynamo.Over(table.DB, "no-such-table")
	if down := ask(t, service.Ready(gone), "/readyz"); down.StatusCode < http.StatusInternalServerError {
		t.Errorf("answered %d over no table", down.StatusCode)
	}
	if runs := ask(t, service.Health(), "/healthz"); runs.StatusCode != http.StatusOK {
		t.Errorf("health answered %d", runs.StatusCode)
	}
}

func TestOpenapi(t *testing.T) {
	first := ask(t, service.Openapi(), "/openapi.json")
	var doc struct{ Openapi string }
	if err := json.NewDecoder(first.Body).Decode(&doc); err != nil || doc.Openapi != "3.1.0" {
		t.Errorf("%v %q", err, doc.Openapi)
	}
	if again := ask(t, service.Openapi(), "/openapi.json", "If-None-Match", first.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("answered %d to its own tag", again.StatusCode)
	}
}

func TestProblem(t *testing.T) {
	for _, code := range locale.ProblemCodes() {
		for _, language := range locale.Languages() {
			answer := ask(t, service.Problem(), "/docs/problems/"+code, "Accept-Language", string(language))
			var body bytes.Buffer
			_, _ = body.ReadFrom(answer.Body)
			title, _, _ := locale.Problem(language, code, nil)
			if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Language") != string(language) || title == "" {
				t.Errorf("%s %s: %d", language, code, answer.StatusCode)
			}
			for _, bad := range []string{"{", "[", "<script", "{}"} {
				if _, main, _ := strings.Cut(body.String(), "<main>"); strings.Contains(main, bad) {
					t.Errorf("%s %s: the page holds %q", language, code, bad)
				}
			}
		}
	}
	if got := ask(t, service.Problem(), "/docs/problems/not_found?language=pl", "Accept-Language", "en"); got.Header.Get("Content-Language") != "pl" {
		t.Errorf("language %q, asked for pl", got.Header.Get("Content-Language"))
	}
	for path, status := range map[string]int{
		"/docs/problems/no_such_code": 404, "/docs/problems/%3Cscript%3E": 404, "/docs/problems/not_found?language=de": 400, "/docs/problems/not_found?x=1": 400,
	} {
		if got := ask(t, service.Problem(), path); got.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, got.StatusCode, status)
		}
	}
}
