package featureavailability_test

import (
	"os"
	"strings"
	"testing"

	featureavailability "liaison/functions/api/feature-availability"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

func names(name string) object { return object{"en": name, "pl": name} }

func TestAvailability(t *testing.T) {
	const operator, at = gatewaytest.Operator, "/v1/feature-availability"
	table := fixture.NewTable(t)
	a := gatewaytest.Open(t, table, gatewaytest.Env(), featureavailability.Get(table), featureavailability.Put(table))
	europe := object{"id": "europe", "name": names("Europe"), "countries": []string{"PL", "DE"}}
	sovereign := object{"id": "sovereign", "name": names("Sovereign"), "countries": []string{"CH"}}
	gap := object{"feature": "partner_features", "region": "sovereign", "reason": names("Not here.")}
	document := func(regions, gaps []object) object { return object{"regions": regions, "gaps": gaps} }

	a.Call(t, "", "GET", at, nil).Want(t, 404, "not_found")
	a.Call(t, "", "PUT", at, document([]object{europe}, nil), "If-None-Match", "*").Want(t, 401, "unauthorized")
	good := document([]object{europe, sovereign}, []object{gap, {"feature": "reselling", "region": "europe", "plan_id": "plan_x"}})
	a.Call(t, operator, "PUT", at, good).Want(t, 428, "precondition_required")
	a.Call(t, operator, "PUT", at, good, "If-Match", `"1"`).Want(t, 404, "not_found")
	made := a.Call(t, operator, "PUT", at, good, "If-None-Match", "*").Want(t, 201, "")
	read := a.Call(t, "", "GET", at, nil).Want(t, 200, "")
	if string(read.Body) != string(made.Body) {
		t.Errorf("read %s, made %s", read.Body, made.Body)
	}
	a.Call(t, "", "GET", at, nil, "If-None-Match", read.Header.Get("ETag")).Want(t, 304, "")
	a.Call(t, operator, "PUT", at, good, "If-None-Match", "*").Want(t, 412, "precondition_failed")
	a.Call(t, operator, "PUT", at, document([]object{europe}, []object{}), "If-Match", `"1"`).Want(t, 200, "")
	a.Call(t, operator, "PUT", at, good, "If-Match", `"1"`).Want(t, 412, "precondition_failed")

	both := object{"id": "other", "name": names("Other"), "countries": []string{"PL"}}
	for code, body := range map[string]object{
		"country_in_two_regions": document([]object{europe, both}, []object{}),
		"unknown_region":         document([]object{europe}, []object{gap}),
		"duplicate_entry":        document([]object{europe, europe}, []object{}),
		"invalid_value":          document([]object{europe}, []object{{"feature": "magic", "region": "europe"}}),
		"invalid_format":         document([]object{europe}, []object{{"feature": "reselling", "region": "europe", "plan_id": "x"}}),
		"required":               document([]object{}, []object{}),
		"too_many":               document([]object{europe}, make([]object, 1001)),
	} {
		if code == "too_many" {
			for i := range 1001 {
				body["gaps"].([]object)[i] = object{"feature": "reselling", "region": "europe"}
			}
		}
		answer := a.Call(t, operator, "PUT", at, body, "If-Match", `"2"`)
		if answer.Status != 422 || !strings.Contains(string(answer.Body), code) {
			t.Errorf("%s: %d %s", code, answer.Status, answer.Body)
		}
	}
	if n := a.Events(t); n != 2 {
		t.Errorf("%d events of 2 changes", n)
	}
}
