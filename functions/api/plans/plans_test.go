package plans_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"liaison/functions/api/plans"
	"liaison/shared/contract"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const operator = gatewaytest.Operator

type object = map[string]any

func open(t *testing.T) *gatewaytest.API {
	table := fixture.NewTable(t)
	return gatewaytest.Open(t, table, gatewaytest.Env(), plans.List(table), plans.Get(table), plans.Put(table))
}

func plan(change object) object {
	made := object{
		"status": "active", "name": object{"en": "Suite", "pl": "Pakiet"}, "description": object{"en": "Mail.\nFiles.", "pl": "Poczta."},
		"services": []object{{"id": "mail", "name": object{"en": "Mail", "pl": "Poczta"}, "description": object{"en": "Boxes.", "pl": "Skrzynki."}}},
		"prices":   []object{{"billing_term": "month", "price": object{"amount_minor": 4900, "currency": "PLN"}}},
		"trial":    object{"days": 30, "licenses": 25}, "licenses": object{"min": 1, "max": 300, "default": 25}, "countries": []string{"PL", "DE"},
	}
	maps.Copy(made, change)
	return made
}

func TestPut(t *testing.T) {
	a := open(t)
	const at = "/v1/plans/plan_suite"
	a.Call(t, operator, "GET", at, nil).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", at, plan(nil)).Want(t, 428, "precondition_required")
	a.Call(t, operator, "PUT", at, plan(nil), "If-Match", `"1-active"`).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", "/v1/plans/suite", plan(nil), "If-None-Match", "*").Want(t, 404, "not_found")
	made := a.Call(t, operator, "PUT", at, plan(nil), "If-None-Match", "*").Want(t, 201, "")
	if made.Header.Get("Location") != at || made.Header.Get("ETag") != `"1-active"` {
		t.Errorf("Location %q ETag %q", made.Header.Get("Location"), made.Header.Get("ETag"))
	}
	a.Call(t, operator, "PUT", at, plan(nil), "If-None-Match", "*").Want(t, 412, "precondition_failed")
	read := a.Call(t, operator, "GET", at, nil).Want(t, 200, "")
	if string(read.Body) != string(made.Body) {
		t.Errorf("read %s, made %s", read.Body, made.Body)
	}
	a.Call(t, operator, "GET", at, nil, "If-None-Match", `"1-active"`).Want(t, 304, "")
	changed := a.Call(t, operator, "PUT", at, plan(object{"status": "withdrawn", "trial": nil}), "If-Match", `"1-active"`).Want(t, 200, "")
	if changed.Header.Get("ETag") != `"2-withdrawn"` {
		t.Errorf("ETag %q", changed.Header.Get("ETag"))
	}
	a.Call(t, operator, "PUT", at, plan(nil), "If-Match", `"1-active"`).Want(t, 412, "precondition_failed")
	if n := a.Events(t); n != 2 {
		t.Errorf("%d events of 2 changes", n)
	}
}

func TestWrong(t *testing.T) {
	a := open(t)
	service := func(change object) []object {
		made := object{"id": "mail", "name": object{"en": "Mail", "pl": "Poczta"}, "description": object{"en": "Boxes.", "pl": "Skrzynki."}}
		maps.Copy(made, change)
		return []object{made}
	}
	price := object{"billing_term": "month", "price": object{"amount_minor": 1, "currency": "PLN"}}
	for _, one := range []struct {
		change  object
		pointer string
	}{
		{object{"status": "gone"}, "/status"},
		{object{"name": object{"en": "Suite"}}, "/name/pl"},
		{object{"name": object{"en": "Suite", "pl": "Pakiet", "de": "Paket"}}, "/name/de"},
		{object{"name": object{"en": "—", "pl": "Pakiet"}}, "/name/en"},
		{object{"name": object{"en": strings.Repeat("x", 121), "pl": "Pakiet"}}, "/name/en"},
		{object{"description": object{"en": "\ufffdevil", "pl": "x"}}, "/description/en"},
		{object{"services": []object{}}, "/services"},
		{object{"services": service(object{"id": "Mail"})}, "/services/0/id"},
		{object{"services": slices.Concat(service(nil), service(nil))}, "/services/1/id"},
		{object{"prices": []object{}, "trial": nil}, "/prices"},
		{object{"prices": []object{price, price}}, "/prices/1"},
		{object{"prices": []object{{"billing_term": "day", "price": price["price"]}}}, "/prices/0/billing_term"},
		{object{"prices": []object{{"billing_term": "month", "price": object{"amount_minor": -1, "currency": "zł"}}}}, "/prices/0/price/currency"},
		{object{"trial": object{"days": 0, "licenses": 1}}, "/trial/days"},
		{object{"trial": object{"days": 1, "licenses": 100001}}, "/trial/licenses"},
		{object{"licenses": object{"min": 10, "max": 5, "default": 7}}, "/licenses/max"},
		{object{"licenses": object{"min": 1, "max": 5, "default": 6}}, "/licenses/default"},
		{object{"countries": []string{}}, "/countries"},
		{object{"countries": []string{"pl"}}, "/countries/0"},
		{object{"countries": []string{"PL", "PL"}}, "/countries/1"},
		{object{"price": 1}, "/price"},
		{object{"licenses": object{"min": 1.5, "max": 5, "default": 2}}, "/licenses/min"},
	} {
		answer := a.Call(t, operator, "PUT", "/v1/plans/plan_x", plan(one.change), "If-None-Match", "*")
		var said contract.Problem
		_ = json.Unmarshal(answer.Body, &said)
		if answer.Status != 422 || !slices.ContainsFunc(said.Errors, func(e contract.ProblemError) bool { return e.Pointer == one.pointer && e.Detail != "" }) {
			t.Errorf("%v: %d %s, want %s", one.change, answer.Status, answer.Body, one.pointer)
		}
	}
	many := make([]string, 250)
	for i := range many {
		many[i] = "x"
	}
	a.Call(t, operator, "PUT", "/v1/plans/plan_x", plan(object{"countries": many}), "If-None-Match", "*").Want(t, 422, "invalid_format")
}

func TestList(t *testing.T) {
	a := open(t)
	a.Call(t, operator, "PUT", "/v1/plans/plan_a", plan(nil), "If-None-Match", "*").Want(t, 201, "")
	a.Call(t, operator, "PUT", "/v1/plans/plan_b", plan(object{"trial": nil, "countries": []string{"FR"}}), "If-None-Match", "*").Want(t, 201, "")
	a.Call(t, operator, "PUT", "/v1/plans/plan_c", plan(object{"status": "withdrawn"}), "If-None-Match", "*").Want(t, 201, "")
	for query, want := range map[string][]string{
		"": {"plan_a", "plan_b", "plan_c"}, "?limit=2": {"plan_a", "plan_b"}, "?kind=trial": {"plan_a", "plan_c"}, "?kind=paid": {"plan_b"},
		"?country=FR": {"plan_b"}, "?country=US": nil,
	} {
		var page contract.PlanPage
		a.Call(t, operator, "GET", "/v1/plans"+query, nil).Want(t, 200, "").Into(t, &page)
		var got []string
		for _, p := range page.Data {
			if got = append(got, p.ID); p.Offerable != nil {
				t.Errorf("%s: an operator hears whether it may offer", p.ID)
			}
		}
		if !slices.Equal(got, want) || page.HasMore != (query == "?limit=2") {
			t.Errorf("%s: %v more %v, want %v", query, got, page.HasMore, want)
		}
	}
	a.Call(t, operator, "GET", "/v1/plans?country=Poland", nil).Want(t, 400, "invalid_format")
	a.Call(t, operator, "GET", "/v1/plans?kind=free", nil).Want(t, 400, "invalid_value")
}
