package exported_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/exported"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestPage: a page ends before it is too large, and a file where it is to end; together they are all, once.
func TestPage(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	made := w.Offer(t, nil)
	inv := w.Invite(t, made.ID, "anna@customer.example")[0]
	yes := w.Accept(t, inv.ID, w.Link(t, inv.ID), "")
	of := yes.Customer.ID
	for i := range 12 {
		o := w.Op("test")
		large := event.Of(fmt.Sprint(i), customer.GroupCreatedEvent{Name: strings.Repeat("x", 200_000)})
		if err := w.Table.SaveEvent(t.Context(), event.New(o, event.Customer(string(of)), large), o); err != nil {
			t.Fatal(err)
		}
	}
	table, asked := dynamo.ExportsOf(w.Table), exported.Asked{Customer: of, At: w.Op("test").At}
	var all []exported.Thing
	pages := 0
	for cursor := ""; ; pages++ {
		things, next, err := asked.Page(t.Context(), table, dynamo.Page{Limit: exported.MaxPage, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, one := range things {
			size += len(one.Data)
		}
		if size > exported.MaxBytes {
			t.Errorf("a page of %d bytes", size)
		}
		if all, cursor = append(all, things...), next; next == "" {
			break
		}
	}
	if pages < 2 {
		t.Errorf("%d pages", pages)
	}
	file, err := asked.File(t.Context(), table, "", all[2].After)
	if err != nil || file.Things != 3 || file.Next != all[2].After || strings.Count(string(file.Lines), "\n") != 3 {
		t.Errorf("until the third thing: %d things, %v", file.Things, err)
	}
	rest, err := asked.File(t.Context(), table, file.Next, "")
	if err != nil || file.Things+rest.Things != len(all) || rest.Next != "" {
		t.Errorf("%d and %d things of %d: %v", file.Things, rest.Things, len(all), err)
	}
}

// TestBegin: nothing begins by whose role was taken away meanwhile.
func TestBegin(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	made := w.Offer(t, nil)
	inv := w.Invite(t, made.ID, "anna@customer.example")[0]
	of := w.Accept(t, inv.ID, w.Link(t, inv.ID), "").Customer.ID
	o := w.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(w.Member(t, of, "eva@customer.example", customer.BillingAdmin))}
	if err := customer.BeginExport(t.Context(), dynamo.ExportsOf(w.Table), of, "", o); !fault.Is(err, fault.NotYourRole) {
		t.Errorf("began: %v", err)
	}
}
