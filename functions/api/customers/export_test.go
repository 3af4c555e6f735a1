package customers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
)

// export reads a whole export by pages of a size, and says how many there were.
func export(t *testing.T, w *apitest.World, by string, of customer.ID, user customer.UserID, size int) ([]contract.ExportedThing, int) {
	t.Helper()
	var all []contract.ExportedThing
	body := map[string]any{"limit": size}
	if user != "" {
		body["user_id"] = string(user)
	}
	for pages := 1; ; pages++ {
		var got contract.CustomerExportPage
		w.Call(t, by, "POST", path(of)+"/export", body).Want(t, 200, "").Into(t, &got)
		if all = append(all, got.Data...); len(got.Data) > size || got.HasMore != (got.NextCursor != nil) {
			t.Fatalf("a page of %d: %d things, more %v, cursor %v", size, len(got.Data), got.HasMore, got.NextCursor)
		}
		if !got.HasMore {
			return all, pages
		}
		body["cursor"] = *got.NextCursor
	}
}

// names says which things there are, in their order; but the events of the exports themselves.
func names(t *testing.T, things []contract.ExportedThing) (found []string) {
	t.Helper()
	for _, one := range things {
		var data struct {
			ID, Name, Type, SHA256 string
			UserID                 string `json:"user_id"`
		}
		if err := json.Unmarshal(one.Data, &data); err != nil {
			t.Fatal(err)
		}
		if data.Type == "customer.exported" {
			continue
		}
		of := ""
		if one.BelongsTo != nil {
			of = *one.BelongsTo
		}
		found = append(found, fmt.Sprintf("%s %s %s %s", one.Kind, of, data.ID, data.Name+data.SHA256+data.UserID))
	}
	return found
}

// furnished is a customer that has something of every kind, and one of its users who has, too.
type furnished struct {
	*apitest.World
	of   customer.ID
	user customer.UserID // the subject "eva" is this user, "ada" a global administrator
	ada  customer.UserID
}

func furnish(t *testing.T) furnished {
	t.Helper()
	w := apitest.Open(t)
	yes := w.Yes(t, offer.RoleFull)
	f := furnished{World: w, of: yes.Customer.ID}
	f.ada = w.User(t, f.of, "ada", customer.GlobalAdmin)
	f.user = w.User(t, f.of, "eva")
	at := path(f.of)
	w.Call(t, "ada", "POST", at+"/domains", map[string]any{"name": "contoso.example"}).Want(t, 201, "")
	var group contract.CustomerGroup
	w.Call(t, "ada", "POST", at+"/groups", map[string]any{"name": "Sales"}).Want(t, 201, "").Into(t, &group)
	w.Call(t, "ada", "PUT", at+"/groups/"+group.ID+"/members/"+string(f.user), nil).Want(t, 204, "")
	w.Call(t, "ada", "PUT", at+"/groups/"+group.ID+"/members/"+string(f.ada), nil).Want(t, 204, "")
	put := func(what string, body map[string]any) {
		tag := w.Call(t, "ada", "GET", at+"/users/"+string(f.user), nil).Want(t, 200, "").Header.Get("ETag")
		w.Call(t, "ada", "PUT", at+"/users/"+string(f.user)+"/"+what, body, "If-Match", tag).Want(t, 200, "")
	}
	put("licenses", map[string]any{"subscription_ids": []string{yes.Receipt.Subscriptions[0].ID}})
	put("mailbox", map[string]any{"address": "eva@" + string(customer.InitialDomain(f.of, fixture.CustomersDomain)), "migrate_from": map[string]any{"kind": "imap", "host": "imap.oldhost.example"}})
	if err := provisioning.RequestMailbox(t.Context(), w.World.Table, f.user, "", w.Op("dispatch")); err != nil {
		t.Fatal(err)
	}
	var asked contract.ServiceRequest
	w.Call(t, "eva", "POST", "/v1/service-requests", map[string]any{"subject": "No mail <b>", "message": "Since Monday & Tuesday."}).Want(t, 201, "").Into(t, &asked)
	w.Call(t, apitest.Operator, "POST", "/v1/service-requests/"+asked.ID+"/comments", map[string]any{"message": "We look."}).Want(t, 201, "")
	w.Call(t, "ada", "POST", "/v1/service-requests", map[string]any{"subject": "An invoice", "message": "Where?"}).Want(t, 201, "")
	w.Published(t, nil)
	for _, by := range []string{"eva", "ada"} {
		w.Call(t, by, "POST", "/v1/marketplace/inquiries", map[string]any{"partner_ids": []string{string(w.Partner)}, "message": "We want <b> to move."}).Want(t, 201, "")
	}
	var im contract.Import
	w.Call(t, "ada", "POST", at+"/imports", map[string]any{"kind": "groups", "csv": "groups,email\nSales,nobody@contoso.example\n"}).Want(t, 201, "").Into(t, &im)
	run := importing.Runner{Store: dynamo.ImportsOf(w.World.Table), More: func() bool { return true }, Op: func(...string) op.Op { return w.Op("job") }}
	if err := run.Run(t.Context(), importing.ID(im.ID)); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestExport: an export has something of every kind that there is, each as its own operation answers; its pages of any size are the whole.
func TestExport(t *testing.T) {
	f := furnish(t)
	whole, _ := export(t, f.World, "ada", f.of, "", 100)
	kinds := map[contract.ExportedKind]int{}
	for _, one := range whole {
		kinds[one.Kind]++
	}
	for _, kind := range []contract.ExportedKind{
		contract.ExportedKindCustomer, contract.ExportedKindCustomerUser, contract.ExportedKindCustomerDomain, contract.ExportedKindCustomerGroup,
		contract.ExportedKindCustomerGroupMember, contract.ExportedKindSubscription, contract.ExportedKindRelationship, contract.ExportedKindRedemption,
		contract.ExportedKindReceipt, contract.ExportedKindServiceRequest, contract.ExportedKindServiceRequestComment, contract.ExportedKindImport,
		contract.ExportedKindProvisioningTask, contract.ExportedKindEvent, contract.ExportedKindInquiry,
	} {
		if kinds[kind] == 0 {
			t.Errorf("no %s is exported", kind)
		}
	}
	want := names(t, whole)
	for _, size := range []int{1, 7} {
		paged, pages := export(t, f.World, "ada", f.of, "", size)
		if got := names(t, paged); !slices.Equal(got, want) || pages < len(want)/size {
			t.Errorf("%d pages of %d:\n%s\nwant\n%s", pages, size, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	f.same(t, whole)
}

// same reads each thing by its own operation.
func (f furnished) same(t *testing.T, things []contract.ExportedThing) {
	t.Helper()
	at := path(f.of)
	where := map[contract.ExportedKind]string{
		contract.ExportedKindCustomer: "/v1/customers/", contract.ExportedKindCustomerUser: at + "/users/", contract.ExportedKindCustomerGroup: at + "/groups/",
		contract.ExportedKindInquiry: "/v1/marketplace/inquiries/", contract.ExportedKindSubscription: "/v1/subscriptions/", contract.ExportedKindRelationship: "/v1/relationships/",
		contract.ExportedKindRedemption: "/v1/redemptions/", contract.ExportedKindServiceRequest: "/v1/service-requests/",
		contract.ExportedKindImport: at + "/imports/", contract.ExportedKindProvisioningTask: "/v1/provisioning-tasks/", contract.ExportedKindEvent: "/v1/events/",
	}
	for _, one := range things {
		var data struct{ ID, Name string }
		if err := json.Unmarshal(one.Data, &data); err != nil {
			t.Fatal(err)
		}
		read := where[one.Kind] + data.ID
		switch one.Kind {
		case contract.ExportedKindCustomerDomain:
			read = at + "/domains/" + data.Name
		case contract.ExportedKindReceipt:
			read = "/v1/redemptions/" + *one.BelongsTo + "/receipt"
		case contract.ExportedKindCustomerGroupMember, contract.ExportedKindServiceRequestComment: // which are read by lists alone
			list := at + "/groups/" + *one.BelongsTo + "/members"
			if one.Kind == contract.ExportedKindServiceRequestComment {
				list = "/v1/service-requests/" + *one.BelongsTo + "/comments"
			}
			if got := string(f.Call(t, "ada", "GET", list, nil).Want(t, 200, "").Body); !strings.Contains(got, string(one.Data)) {
				t.Errorf("%s has\n%s\nwhere the export says\n%s", list, got, one.Data)
			}
			continue
		}
		if one.Kind == contract.ExportedKindImport && !strings.Contains(string(one.Data), `"errors":[{`) {
			t.Errorf("nothing failed: %s", one.Data)
		}
		if got := strings.TrimSpace(string(f.Call(t, "ada", "GET", read, nil).Want(t, 200, "").Body)); got != string(one.Data) {
			t.Errorf("%s is\n%s\nwhere the export says\n%s", read, got, one.Data)
		}
	}
}

// TestExportOfOne: what is one user's, and nobody else's.
func TestExportOfOne(t *testing.T) {
	f := furnish(t)
	whole, _ := export(t, f.World, "ada", f.of, f.user, 100)
	want := names(t, whole)
	for _, size := range []int{1, 3} {
		if paged, _ := export(t, f.World, "ada", f.of, f.user, size); !slices.Equal(names(t, paged), want) {
			t.Errorf("by %d:\n%s\nwant\n%s", size, strings.Join(names(t, paged), "\n"), strings.Join(want, "\n"))
		}
	}
	kinds, acted := map[contract.ExportedKind]int{}, 0
	for _, one := range whole {
		if kinds[one.Kind]++; one.Kind == contract.ExportedKindEvent {
			var e contract.Event
			if err := json.Unmarshal(one.Data, &e); err != nil {
				t.Fatal(err)
			}
			if e.Actor != string(f.user) && e.Subject != string(f.user) {
				t.Errorf("an event of others: %s", one.Data)
			}
			if e.Actor == string(f.user) && e.Subject != e.Actor {
				acted++
			}
			delete(kinds, contract.ExportedKindEvent)
			continue
		}
		if one.Kind == contract.ExportedKindCustomerGroup || one.Kind == contract.ExportedKindServiceRequestComment {
			continue
		}
		if one.Kind == contract.ExportedKindInquiry && strings.Contains(string(one.Data), "eva@") { // which names who sent it as its partners read it
			continue
		}
		if !strings.Contains(string(one.Data), string(f.user)) {
			t.Errorf("not of the user: %s", one.Data)
		}
	}
	if want := map[contract.ExportedKind]int{
		contract.ExportedKindCustomerUser: 1, contract.ExportedKindCustomerGroup: 1, contract.ExportedKindCustomerGroupMember: 1,
		contract.ExportedKindServiceRequest: 1, contract.ExportedKindServiceRequestComment: 2, contract.ExportedKindProvisioningTask: 2, contract.ExportedKindInquiry: 1,
	}; fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("exported %v, want %v", kinds, want)
	}
	if acted == 0 {
		t.Error("nothing that the user did to other things")
	}
	// A consent is that of who gave it.
	var mine contract.Customer
	f.Call(t, "ada", "GET", path(f.of), nil).Want(t, 200, "").Into(t, &mine)
	owner, _ := export(t, f.World, "ada", f.of, customer.UserID(*mine.BillingOwner), 100)
	if !slices.ContainsFunc(owner, func(one contract.ExportedThing) bool { return one.Kind == contract.ExportedKindRedemption }) {
		t.Errorf("no consent of who gave it: %v", names(t, owner))
	}
}

// TestExportOwn: nothing of another customer's or of a partner's own is in it, and no secret.
func TestExportOwn(t *testing.T) {
	f := furnish(t)
	other := f.Yes(t, offer.RoleLimited)
	things, _ := export(t, f.World, "ada", f.of, "", 100)
	secret := []string{other.Customer.ID.Bare(), "PARTNER#", "CUSTOMER#"}
	if err := f.World.World.Table.Walk(t.Context(), func(item dynamo.Walked) {
		var kept []token.Kept
		switch is := item.Noun.(type) {
		case customer.User:
			kept = slices.Concat(is.Password.Kept, is.Stops)
		case consent.StoredConsent:
			kept = is.Kept
		}
		for _, one := range kept {
			secret = append(secret, one.Hash)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if len(secret) < 5 {
		t.Errorf("no secrets are kept: %v", secret)
	}
	for _, one := range things {
		for _, word := range secret {
			if word != "" && strings.Contains(string(one.Data), word) {
				t.Errorf("%s has %s: %s", one.Kind, word, one.Data)
			}
		}
	}
}

// TestExportAsked: who may not, what is no customer or user, and what each beginning leaves.
func TestExportAsked(t *testing.T) {
	f := furnish(t)
	other := f.Yes(t, offer.RoleFull)
	f.User(t, other.Customer.ID, "stranger", customer.GlobalAdmin)
	f.User(t, f.of, "billing", customer.BillingAdmin, customer.UserAdmin, customer.ServiceAdmin)
	at := path(f.of) + "/export"
	for _, by := range []string{"eva", "billing", apitest.Full, apitest.Limited, apitest.Rival} {
		f.Call(t, by, "POST", at, nil).Want(t, 403, "forbidden")
	}
	f.Call(t, "stranger", "POST", at, nil).Want(t, 404, "not_found")
	f.Call(t, apitest.Operator, "POST", "/v1/customers/cus_000000000000/export", nil).Want(t, 404, "not_found")
	if left := f.Changes(t, event.Customer("cus_000000000000"), "cus_000000000000"); len(left) > 0 {
		t.Errorf("what there is not has %v", left)
	}
	for _, user := range []string{"", "x", string(other.User.ID)} {
		f.Call(t, "ada", "POST", at, map[string]any{"user_id": user}).Want(t, 422, "invalid_value")
	}
	for _, limit := range []int{0, 101} {
		f.Call(t, "ada", "POST", at, map[string]any{"limit": limit}).Want(t, 422, "out_of_range")
	}
	began := func() (found []event.Change) {
		for _, change := range f.Changes(t, event.Customer(string(f.of)), string(f.of)) {
			if change.Type == "customer.exported" {
				found = append(found, change)
			}
		}
		return found
	}
	if got := began(); len(got) > 0 {
		t.Errorf("refused, and yet %v", got)
	}
	// One event an export, whoever asks and however many its pages are; a key that comes again begins nothing.
	var first, again, next contract.CustomerExportPage
	f.Call(t, "ada", "POST", at, map[string]any{"limit": 2}, "Idempotency-Key", "k").Want(t, 200, "").Into(t, &first)
	got := f.Call(t, "ada", "POST", at, map[string]any{"limit": 2}, "Idempotency-Key", "k").Want(t, 200, "")
	if got.Into(t, &again); got.Header.Get("Idempotency-Replayed") != "true" || *again.NextCursor != *first.NextCursor {
		t.Errorf("again: %s", got.Body)
	}
	f.Call(t, "ada", "POST", at, map[string]any{"limit": 2, "cursor": *first.NextCursor}, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &next)
	f.Call(t, "ada", "POST", at, nil, "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")
	if len(next.Data) != 2 || slices.Equal(names(t, next.Data), names(t, first.Data)) {
		t.Errorf("the next page: %v", names(t, next.Data))
	}
	export(t, f.World, apitest.Operator, f.of, f.user, 1)
	if got := began(); len(got) != 2 || got[0].Data["user_id"] != "" || got[1].Data["user_id"] != string(f.user) {
		t.Errorf("two exports are %v", got)
	}
	// A cursor is good for what it came from, and for who has it.
	for _, one := range []struct {
		by   string
		body map[string]any
	}{
		{apitest.Operator, map[string]any{"cursor": *first.NextCursor}},
		{"ada", map[string]any{"cursor": *first.NextCursor, "user_id": string(f.user)}},
		{"ada", map[string]any{"cursor": "000x"}},
		{"ada", map[string]any{"cursor": "x"}},
		{"ada", map[string]any{"cursor": ""}},
	} {
		f.Call(t, one.by, "POST", at, one.body).Want(t, 400, "invalid_cursor")
	}
	f.Call(t, "stranger", "POST", path(other.Customer.ID)+"/export", map[string]any{"cursor": *first.NextCursor}).Want(t, 400, "invalid_cursor")
}

// TestExportEnds: an import that only somebody looks at, and one that is kept no longer, are in no export, as they are in no list.
func TestExportEnds(t *testing.T) {
	f := furnish(t)
	later := f.Later(t, importing.Days*day+day)
	var got contract.CustomerExportPage
	later.Call(t, "ada", "POST", path(f.of)+"/export", map[string]any{"limit": 100}).Want(t, 200, "").Into(t, &got)
	for _, one := range got.Data {
		if one.Kind == contract.ExportedKindImport {
			t.Errorf("kept no longer: %s", one.Data)
		}
	}
}
