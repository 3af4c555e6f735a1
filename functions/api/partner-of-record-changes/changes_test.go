package partnerofrecordchanges_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"liaison/shared/contract"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

func TestPartnerOfRecordChanges(t *testing.T) {
	s := apitest.Market(t)
	one, two, mine := s.Buy(t).ID, s.Buy(t, object{"add_to": "separate", "partner_id": string(s.Other)}).ID, string(s.Tried.First().ID)
	foreign := string(s.Yes(t, "").First().ID)
	const path = "/v1/partner-of-record-changes"
	ask := func(to any, dry bool, of ...string) object {
		return object{"subscription_ids": of, "partner_id": to, "dry_run": dry}
	}
	s.Call(t, apitest.Full, "POST", path, ask(string(s.Other), false, one)).Want(t, 403, "forbidden")
	s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false)).Want(t, 422, "required")
	s.Call(t, apitest.Buyer, "POST", path, ask("00000000", false, one)).Want(t, 422, "unknown_partner_id")
	s.Call(t, apitest.Buyer, "POST", path, ask("12345670", false, one)).Want(t, 422, "mistyped_partner_id")
	s.Call(t, apitest.Buyer, "POST", path, object{"subscription_ids": []string{one}}).Want(t, 422, "required")
	s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false, slices.Repeat([]string{one}, 26)...)).Want(t, 422, "too_many")
	s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false, one), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")

	results := func(a gatewaytest.Answer) (words []string, made contract.PartnerOfRecordChange) {
		t.Helper()
		a.Into(t, &made)
		for _, r := range made.Data {
			word := string(r.Result)
			if r.Code != nil {
				word += " " + *r.Code
				if *r.Detail == "" {
					t.Errorf("%+v says nothing", r)
				}
			}
			words = append(words, word)
		}
		return words, made
	}
	want := []string{"changed", "unchanged", "failed partner_not_eligible", "failed not_found", "failed not_found"}
	body := []string{one, two, mine, foreign, "sub_x"}
	before := len(s.Items(t))
	a := s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), true, body...), "Idempotency-Key", "-").Want(t, 200, "")
	if got, made := results(a); !slices.Equal(got, want) || made.RedemptionID != nil || len(s.Items(t)) != before {
		t.Errorf("dry: %v %s", got, a.Body)
	}
	a = s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false, body...), "Idempotency-Key", "go").Want(t, 200, "")
	got, made := results(a)
	if !slices.Equal(got, want) || made.RedemptionID == nil || made.Data[0].From != nil || *made.Data[0].To != string(s.Other) || *made.Data[1].From != string(s.Other) {
		t.Errorf("%s", a.Body)
	}
	again := s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false, body...), "Idempotency-Key", "go").Want(t, 200, "")
	if !bytes.Equal(again.Body, a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s\nwas %s", again.Body, a.Body)
	}
	a = s.Call(t, apitest.Buyer, "POST", path, ask(string(s.Other), false, one, two)).Want(t, 200, "")
	if got, made := results(a); !slices.Equal(got, []string{"unchanged", "unchanged"}) || made.RedemptionID != nil {
		t.Errorf("a rerun: %s", a.Body)
	}
	a = s.Call(t, apitest.Buyer, "POST", path, ask(nil, false, one, two, mine)).Want(t, 200, "")
	got, made = results(a)
	if !slices.Equal(got, []string{"changed", "changed", "changed"}) || *made.Data[2].From != string(s.Partner) || made.Data[2].To != nil {
		t.Errorf("%s", a.Body)
	}
	var red contract.Redemption
	s.Call(t, apitest.Rival, "GET", "/v1/redemptions/"+*made.RedemptionID, nil).Want(t, 200, "").Into(t, &red)
	if red.Kind != "partner_of_record" || len(red.SubscriptionIds) != 3 || len(red.PartnerOfRecordChanges) != 3 || len(red.Terms) != 0 || red.PartnerOfRecord != nil {
		t.Errorf("%+v", red)
	}
	s.Call(t, apitest.NoAccess, "GET", "/v1/redemptions/"+*made.RedemptionID, nil).Want(t, 403, "forbidden")
}
