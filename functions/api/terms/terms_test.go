package terms_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"liaison/functions/api/terms"
	"liaison/shared/contract"
	"liaison/shared/markdown"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	operator = gatewaytest.Operator
	at       = "/v1/terms/customer"
)

type object = map[string]any

func version(name, text string) object {
	return object{"version": name, "texts": object{
		"en": object{"title": "Terms", "text": "# Terms\r\n\r\n" + text}, "pl": object{"title": "Warunki", "text": "# Warunki\n\n" + text},
	}}
}

func TestTerms(t *testing.T) {
	table := fixture.NewTable(t)
	a := gatewaytest.Open(t, table, gatewaytest.Env(), terms.Get(table), terms.Publish(table, markdown.HTML))
	a.Call(t, "", "GET", at, nil).Want(t, 404, "not_found")
	a.Call(t, "", "GET", "/v1/terms/cookies", nil).Want(t, 404, "not_found")
	a.Call(t, "", "POST", at, version("1", "x")).Want(t, 401, "unauthorized")
	a.Call(t, operator, "POST", "/v1/terms/cookies", version("1", "x")).Want(t, 404, "not_found")

	hostile := "Hi <script>alert(1)</script> **bold** [x](javascript:alert(1))"
	first := a.Call(t, operator, "POST", at, version("1", hostile), "Idempotency-Key", "k").Want(t, 201, "")
	again := a.Call(t, operator, "POST", at, version("1", hostile), "Idempotency-Key", "k").Want(t, 201, "")
	if string(first.Body) != string(again.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s, first %s", again.Body, first.Body)
	}
	a.Call(t, operator, "POST", at, version("1", "other")).Want(t, 409, "version_exists")

	var english, polish contract.Terms
	answer := a.Call(t, "", "GET", at, nil).Want(t, 200, "")
	answer.Into(t, &english)
	a.Call(t, "", "GET", at, nil, "Accept-Language", "pl").Want(t, 200, "").Into(t, &polish)
	sum := sha256.Sum256([]byte(english.Text))
	switch {
	case english.Title != "Terms" || polish.Title != "Warunki" || !english.Current:
		t.Errorf("%+v %+v", english, polish)
	case strings.Contains(english.Text, "\r") || english.Sha256 != hex.EncodeToString(sum[:]):
		t.Errorf("text %q, hash %s", english.Text, english.Sha256)
	case strings.Contains(english.HTML, "<script") || strings.Contains(english.HTML, "javascript:") || !strings.Contains(english.HTML, "<strong>bold</strong>"):
		t.Errorf("HTML %q", english.HTML)
	}
	a.Call(t, "", "GET", at, nil, "If-None-Match", answer.Header.Get("ETag")).Want(t, 304, "")

	a.Call(t, operator, "POST", at, version("2", "new")).Want(t, 201, "")
	var old contract.Terms
	a.Call(t, "", "GET", at+"?version=1&language=en", nil, "If-None-Match", answer.Header.Get("ETag")).Want(t, 200, "").Into(t, &old)
	if old.Current || old.Text != english.Text || old.Sha256 != english.Sha256 {
		t.Errorf("the first version is now %+v", old)
	}
	a.Call(t, "", "GET", at, nil).Into(t, &english)
	if english.Version != "2" {
		t.Errorf("in force is %s", english.Version)
	}
	a.Call(t, "", "GET", at+"?version=3", nil).Want(t, 404, "not_found")
	a.Call(t, "", "GET", at+"?version=%23", nil).Want(t, 400, "invalid_format")
	a.Call(t, "", "GET", at+"?language=de", nil).Want(t, 400, "invalid_value")

	missing := version("3", "x")
	delete(missing["texts"].(object), "pl")
	a.Call(t, operator, "POST", at, missing).Want(t, 422, "required")
	more := version("3", "x")
	more["texts"].(object)["de"] = object{"title": "a", "text": "b"}
	a.Call(t, operator, "POST", at, more).Want(t, 422, "unknown_field")
	a.Call(t, operator, "POST", at, version("3#", "x")).Want(t, 422, "invalid_format")
	a.Call(t, operator, "POST", at, version("3", strings.Repeat("x", 60001))).Want(t, 422, "too_long")
	a.Call(t, operator, "POST", at, version("3", strings.Repeat("\"", 55000))).Want(t, 422, "too_long") // each becomes six characters of HTML
	if n := a.Events(t); n != 2 {
		t.Errorf("%d events of 2 versions", n)
	}
}
