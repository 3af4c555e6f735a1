package events_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

func TestEventList(t *testing.T) {
	w := apitest.Open(t)
	began := time.Now().UTC().Format(time.RFC3339Nano)
	accepted := w.Yes(t, offer.RoleLimited)
	other := w.Yes(t, "")
	mine := gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events", "100")
	want := []string{
		"redemption.accepted", "customer.created", "subscription.created", "delegated_administrator.granted", "partner_of_record.set",
		"invitation.created", "offer.created",
	}
	var kinds []string
	for _, e := range mine {
		if strings.Contains(e.ID, accepted.Customer.ID.Bare()) || e.Subject == string(accepted.Answer.Invitation.ID) || e.Subject == string(accepted.Answer.Offer.ID) {
			kinds = append(kinds, e.Type)
		}
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("listed %v, want %v", kinds, want)
	}
	for i := 1; i < len(mine); i++ {
		if mine[i].Time.After(mine[i-1].Time) {
			t.Error("not newest first")
		}
	}
	// Pages of any size give the same list, although one item holds several changes.
	for _, size := range []string{"1", "2", "3", "7"} {
		if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events", size); !slices.EqualFunc(got, mine, func(a, b contract.Event) bool { return a.ID == b.ID }) {
			t.Errorf("by %s: %d events, want %d", size, len(got), len(mine))
		}
		if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events?type=customer.created", size); len(got) != 2 || got[0].Subject != string(other.Customer.ID) {
			t.Errorf("by %s: %+v", size, got)
		}
		if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events?customer_id="+string(accepted.Customer.ID), size); len(got) != 5 {
			t.Errorf("of the customer by %s: %d", size, len(got))
		}
		if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?type=customer.created&customer_id="+string(accepted.Customer.ID), size); len(got) != 1 {
			t.Errorf("an operator sees by %s: %+v", size, got)
		}
	}
	for _, whose := range []string{"", "&customer_id=" + string(accepted.Customer.ID), "&partner_id=" + string(w.Partner)} {
		if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?since=2100-01-01T00:00:00Z"+whose, "5"); len(got) != 0 {
			t.Errorf("of the future: %+v", got)
		}
	}
	recent := slices.DeleteFunc(gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events?since="+began, "5"), func(e contract.Event) bool { return e.Type == "operator.read" })
	if len(recent) != len(mine)-2 { // what stood before: the partner and its authorisation
		t.Errorf("%d since, of %d", len(recent), len(mine))
	}
	if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?since="+began+"&customer_id="+string(accepted.Customer.ID)+"&type=redemption.accepted", "2"); len(got) != 1 {
		t.Errorf("since, of the customer: %+v", got)
	}
	if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Rival, "/v1/events", "5"); len(got) != 1 || got[0].Type != "partner.activated" {
		t.Errorf("another partner sees %+v", got)
	}
	if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?type=plan.changed", "5"); len(got) != 1 || got[0].Source != "/v1" {
		t.Errorf("the vendor's: %+v", got)
	}
	w.Call(t, apitest.NoAccess, "GET", "/v1/events", nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", "/v1/events?partner_id="+string(w.Partner), nil).Want(t, 404, "not_found")
	for query, code := range map[string]string{
		"?type=x": "invalid_format", "?type=A.b": "invalid_format", "?type=": "invalid_format", "?since=yesterday": "invalid_format",
		"?since=0001-01-01T00:00:00Z": "invalid_format", "?cursor=xyz": "invalid_cursor", "?cursor=000xyz": "invalid_cursor", "?cursor=-01": "invalid_cursor", "?cursor=0": "invalid_cursor", "?x=y": "unknown_parameter",
	} {
		w.Call(t, apitest.Full, "GET", "/v1/events"+query, nil).Want(t, 400, code)
	}
	// Each read by an operator is an event of whose things it read.
	if got := gatewaytest.Walk[contract.Event](t, w.API, apitest.Limited, "/v1/events?type=operator.read", "50"); len(got) == 0 || got[0].Source != "/v1/partners/"+string(w.Partner) || got[0].ActorKind != "operator" {
		t.Errorf("reads: %+v", got)
	}
}

func TestEvent(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleLimited)
	mine := gatewaytest.Walk[contract.Event](t, w.API, apitest.Full, "/v1/events", "100")
	for _, e := range mine {
		a := w.Call(t, apitest.Limited, "GET", "/v1/events/"+e.ID, nil).Want(t, 200, "")
		var got contract.Event
		a.Into(t, &got)
		if got.ID != e.ID || got.Type != e.Type || got.Subject != e.Subject || got.Specversion != "1.0" {
			t.Errorf("%s\nis not\n%+v", a.Body, e)
		}
		w.Call(t, apitest.Rival, "GET", "/v1/events/"+e.ID, nil).Want(t, 404, "not_found")
		w.Call(t, apitest.NoAccess, "GET", "/v1/events/"+e.ID, nil).Want(t, 403, "forbidden")
	}
	one := "/v1/events/" + mine[0].ID
	w.Call(t, apitest.Full, "GET", one, nil, "If-None-Match", `"1"`).Want(t, 304, "")
	w.Call(t, apitest.Operator, "GET", one, nil).Want(t, 200, "")
	stem := one[:strings.LastIndexByte(one, '-')]
	for _, wrong := range []string{stem, stem + "-0", stem + "-01", stem + "-6", stem + "-x", stem + "-999", stem + "-", "/v1/events/evt_x", stem[:len(stem)-1] + "-1"} {
		w.Call(t, apitest.Full, "GET", wrong, nil).Want(t, 404, "not_found")
	}
	// The vendor's, and a customer's that nobody shares, are the operators' alone.
	vendors := gatewaytest.Walk[contract.Event](t, w.API, apitest.Operator, "/v1/events?type=plan.changed", "5")[0].ID
	w.Call(t, apitest.Full, "GET", "/v1/events/"+vendors, nil).Want(t, 404, "not_found")
	o := w.Op("test")
	alone := event.New(o, event.Customer(string(accepted.Customer.ID)), event.Of(accepted.Customer.ID, customer.ChangedEvent{}))
	if err := w.World.Table.SaveEvent(t.Context(), alone, o); err != nil {
		t.Fatal(err)
	}
	w.Call(t, apitest.Full, "GET", "/v1/events/"+alone.ID()+"-1", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Operator, "GET", "/v1/events/"+alone.ID()+"-1", nil).Want(t, 200, "")
}

func TestEventsAsCSV(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	o := w.Op("test")
	o.RequestID = "=1+1"
	hostile := event.New(o, event.Partner(string(w.Partner)),
		event.Of("@sum", offer.WithdrawnEvent{Reason: `a,"b"` + "\n=2"}), event.Of("-1", offer.WithdrawnEvent{}), event.Of("\tx", offer.WithdrawnEvent{}), event.Of("\rx", offer.WithdrawnEvent{}), event.Of("+1", offer.WithdrawnEvent{}))
	if err := w.World.Table.SaveEvent(t.Context(), hostile, o); err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]bool{
		"text/csv": true, "TEXT/CSV; q=0.9": true, "text/csv, application/json": true, "application/json, text/csv": false, "*/*": false, "": false,
		"text/csv;q=0, application/json": false, "text/csv; q=0.0": false,
		"application/xml, text/csv": true, "text/*": true, "text/csv;q=0.1, application/json": false, "application/json;q=0.1,text/csv;q=0.2": true,
		"*/*;q=0.1, text/csv": true, `text/csv;note="a,b;q=0"`: true, "text/csv;q=2": false, "image/png": false,
	} {
		a := w.Call(t, apitest.Full, "GET", "/v1/events", nil, "Accept", accept).Want(t, 200, "")
		if got := strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv"); got != want || a.Header.Get("Vary") == "" {
			t.Errorf("%q: CSV is %v, want %v", accept, got, want)
		}
	}
	rows := func(query string) ([][]string, string) {
		a := w.Call(t, apitest.Full, "GET", "/v1/events"+query, nil, "Accept", "text/csv").Want(t, 200, "")
		read, err := csv.NewReader(strings.NewReader(string(a.Body))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range read {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("a formula: %q", cell)
				}
			}
		}
		return read[1:], a.Header.Get("Link")
	}
	all, link := rows("?type=offer.withdrawn")
	if len(all) != 5 || link != "" || all[0][3] != "'@sum" || all[0][6] != "'=1+1" {
		t.Errorf("%v %s", all, link)
	}
	var data map[string]string
	if err := json.Unmarshal([]byte(all[0][7]), &data); err != nil || data["reason"] != `a,"b"`+"\n=2" {
		t.Errorf("%v %q", err, all[0][7])
	}
	if first, link := rows("?limit=2"); len(first) != 2 || !strings.Contains(link, "cursor=") {
		t.Errorf("%v %s", first, link)
	}
	if got, _ := rows("?type=offer.created"); len(got) != 1 || got[0][3] != made.ID {
		t.Errorf("%v", got)
	}
}
