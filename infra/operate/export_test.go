package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/tests/fixture"
)

// TestExport writes what is kept of a customer, a thing a line, and that it did.
func TestExport(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	made := w.Offer(t, nil)
	inv := w.Invite(t, made.ID, "anna@customer.example")[0]
	yes := w.Accept(t, inv.ID, w.Link(t, inv.ID), "")
	of := yes.Customer.ID
	command := []string{"export", "-table", w.Env.Table, "-endpoint", w.Env.DynamoEndpoint}
	if err := run(t.Context(), append(command, "-customer", string(of), "-user", string(yes.User.ID))); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := exportTo(t.Context(), dynamo.ExportsOf(w.Table), of, "", "cloud.example", &out); err != nil {
		t.Fatal(err)
	}
	kinds, began := map[contract.ExportedKind]int{}, 0
	for line := range bytes.Lines(out.Bytes()) {
		var one contract.ExportedThing
		var e contract.Event
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if kinds[one.Kind]++; json.Unmarshal(one.Data, &e) == nil && e.Type == string(customer.ExportedEvent{}.Type()) && e.Actor == "operate" {
			began++
		}
	}
	if kinds[contract.ExportedKindCustomer] != 1 || kinds[contract.ExportedKindCustomerUser] != 1 || kinds[contract.ExportedKindReceipt] != 1 || began != 2 {
		t.Errorf("%v, begun %d times", kinds, began)
	}
	for _, args := range [][]string{{"export"}, command, append(command, "-customer", "x"), append(command, "-customer", "cus_000000000000"), append(command, "-customer", string(of), "-user", "x")} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
