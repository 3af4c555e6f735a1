package api_test

import (
	"testing"

	"liaison/shared/contract"
	"liaison/tests/fixture/apitest"
)

// TestSameMeaning repeats a request in other bytes under its key: order, white space and escapes mean nothing; a value does.
func TestSameMeaning(t *testing.T) {
	w := apitest.Open(t)
	body := func(message string) string {
		return `{"kind":"trial","country":"PL","items":[{"plan_id":"` + string(w.Plan) + `"}],"message":"` + message + `","delegated_administration":{"role":"limited","duration_days":90}}`
	}
	var first, again contract.Offer
	a := w.Call(t, apitest.Full, "POST", "/v1/offers", body("Dzień"), "Idempotency-Key", "once").Want(t, 201, "")
	a.Into(t, &first)
	for _, same := range []string{
		body("Dzień"), body(`Dzie\u0144`), "\n" + body("Dzień") + "  ",
		`{ "delegated_administration" : { "duration_days" : 9e1, "role" : "limited" },` + "\r\n\t" + `"message":"Dzień","items":[ {"plan_id":"` + string(w.Plan) + `"} ],"country":"PL","kind":"trial"}`,
	} {
		a := w.Call(t, apitest.Full, "POST", "/v1/offers", same, "Idempotency-Key", "once").Want(t, 201, "")
		if a.Into(t, &again); again.ID != first.ID || a.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s made %s, want %s again", same, again.ID, first.ID)
		}
	}
	for _, other := range []string{body("dzień"), body("Dzień "), body(""), `{}`, `{"kind":`, ``, body("Dzień") + body("Dzień")} {
		w.Call(t, apitest.Full, "POST", "/v1/offers", other, "Idempotency-Key", "once").Want(t, 422, "idempotency_key_reused")
	}
	// No body is an empty object.
	path := "/v1/offers/" + first.ID + "/pause"
	w.Call(t, apitest.Full, "POST", path, ``, "Idempotency-Key", "pause").Want(t, 200, "")
	for _, same := range []string{``, ` `, `{}`, "{\n}"} {
		if a := w.Call(t, apitest.Full, "POST", path, same, "Idempotency-Key", "pause").Want(t, 200, ""); a.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%q is another request", same)
		}
	}
}
