package api_test

import (
	standard "encoding/csv"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	partnerusers "liaison/functions/api/partner-users"
	"liaison/shared/contract"
	"liaison/shared/csv"
	"liaison/shared/customer"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

// fields are the paths of what a row of a list holds: into each object, and a list is one.
func fields(of reflect.Type, before string) (made []string) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		return []string{strings.TrimSuffix(before, ".")}
	}
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		made = append(made, fields(of.Field(i).Type, before+name+".")...)
	}
	return made
}

// at is what stands under a path in a row as JSON, as its cell says it.
func at(row any, path []string) string {
	if object, ok := row.(map[string]any); ok && len(path) > 0 {
		return at(object[path[0]], path[1:])
	}
	switch v := row.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			if words[i] = at(one, nil); strings.HasPrefix(words[i], "{") {
				raw, _ := json.Marshal(v)
				return string(raw)
			}
		}
		return strings.Join(words, " ")
	}
	raw, _ := json.Marshal(row)
	return string(raw)
}

// same says whether a cell says what JSON says; objects may name their fields in any order.
func same(cell, want string) bool {
	var a, b any
	if json.Unmarshal([]byte(cell), &a) == nil && json.Unmarshal([]byte(want), &b) == nil {
		return reflect.DeepEqual(a, b)
	}
	return cell == want
}

// sheet reads an answer as CSV, its heads first.
func sheet(t *testing.T, a gatewaytest.Answer) [][]string {
	t.Helper()
	rows, err := standard.NewReader(strings.NewReader(string(a.Body))).ReadAll()
	if err != nil || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") || !slices.Contains(a.Header.Values("Vary"), "Accept") {
		t.Fatalf("%v %v %s", err, a.Header, a.Body)
	}
	return rows
}

// TestListsAsCSV asks each list that partners and customers take away as CSV: it says what the list says as JSON, page by page and with the same
// filter, has each field of a row, holds no formula, and is shown to nobody else.
func TestListsAsCSV(t *testing.T) {
	w := apitest.Open(t)
	mine, other := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited)
	w.No(t, "")
	of := w.Make(t, map[string]any{"delegated_administration": map[string]any{"role": "full"}})
	w.Send(t, of.ID, "a@customer.example", "b@customer.example")
	c := mine.Customer.ID
	w.User(t, c, "admin", customer.GlobalAdmin, customer.BillingAdmin)
	hostile := w.User(t, c, "hostile")
	w.SetUser(t, hostile, "name", &types.AttributeValueMemberS{Value: "=1+1"})
	w.SetUser(t, hostile, "disabled", &types.AttributeValueMemberBOOL{Value: true})
	users := w.Later(t, 0, partnerusers.List(w.Table))
	gatewaytest.Bind(t, users, string(w.Partner), gatewaytest.FirstUser(t, users, string(w.Partner)), "boss")
	gatewaytest.Bind(t, users, string(w.Other), gatewaytest.FirstUser(t, users, string(w.Other)), "stranger")
	w.Published(t, nil)
	var sent contract.Inquiry
	w.Call(t, "admin", "POST", "/v1/marketplace/inquiries", object{
		"partner_ids": []string{string(w.Partner)}, "message": "We want to move our mail.", "services": []string{"migrate"}, "phone": "+48 58 555 01 99",
	}).Want(t, 201, "").Into(t, &sent)
	asked := lead.Inquiry{ID: lead.InquiryID(sent.ID)}
	people := "/v1/customers/" + string(c) + "/users"
	for _, list := range []struct {
		api                   *gatewaytest.API
		by, foreign           string
		path, filter, refused string // refused is a path that is another's to the foreign caller
		name                  string
		row                   reflect.Type
		leftOut               []string
		kept                  int // how many rows the filter keeps
	}{
		{
			w.API, apitest.Full, apitest.Rival, "/v1/offers", "kind=trial&status=active", "/v1/offers?partner_id=" + string(w.Partner), "offers",
			reflect.TypeFor[contract.OfferSummary](), nil, 4,
		},
		{
			w.API, apitest.Full, apitest.Rival, "/v1/offers/" + of.ID + "/invitations", "answer=pending", "/v1/offers/" + of.ID + "/invitations", "invitations",
			reflect.TypeFor[contract.Invitation](), nil, 2,
		},
		{
			w.API, apitest.Full, apitest.Rival, "/v1/redemptions", "answer=accepted", "/v1/redemptions?partner_id=" + string(w.Partner), "redemptions",
			reflect.TypeFor[contract.RedemptionSummary](), nil, 2,
		},
		{
			w.API, apitest.Full, apitest.Rival, "/v1/subscriptions", "customer_id=" + string(c), "/v1/subscriptions?partner_id=" + string(w.Partner), "subscriptions",
			reflect.TypeFor[contract.Subscription](),
			[]string{"partner_of_record_history"},
			1,
		},
		{
			w.API, apitest.Full, apitest.Rival, "/v1/relationships", "customer_id=" + string(other.Customer.ID), "/v1/relationships?partner_id=" + string(w.Partner),
			"relationships", reflect.TypeFor[contract.Relationship](),
			[]string{"can_remove", "reason"},
			1,
		},
		{
			w.API, apitest.Full, apitest.Rival, "/v1/leads", "status=won", "/v1/leads/" + string(asked.Lead(w.Partner)), "leads",
			reflect.TypeFor[contract.LeadSummary](), nil, 0,
		},
		{
			w.API, "admin", apitest.Rival, "/v1/marketplace/inquiries", "limit=2", "/v1/marketplace/inquiries/" + sent.ID, "inquiries",
			reflect.TypeFor[contract.Inquiry](), nil, 1,
		},
		{
			w.API, "admin", apitest.Rival, people, "status=disabled", people, "users",
			reflect.TypeFor[contract.CustomerUser](),
			[]string{"mailbox.setup", "mailbox.migration"},
			1,
		},
		{
			users, "boss", "stranger", "/v1/partners/me/users", "search=nobody", "/v1/partners/" + string(w.Partner) + "/users", "users",
			reflect.TypeFor[contract.PartnerUser](), nil, 0,
		},
	} {
		t.Run(list.path, func(t *testing.T) {
			read := func(query string) ([][]string, gatewaytest.Answer) {
				a := list.api.Call(t, list.by, "GET", list.path+query, nil, "Accept", "text/csv").Want(t, 200, "")
				return sheet(t, a), a
			}
			all, a := read("?limit=100")
			if said := a.Header.Get("Content-Disposition"); said != `attachment; filename="`+list.name+`.csv"` {
				t.Errorf("it is called %q", said)
			}
			want := slices.DeleteFunc(fields(list.row, ""), func(field string) bool {
				return slices.ContainsFunc(list.leftOut, func(out string) bool { return field == out || strings.HasPrefix(field, out+".") })
			})
			if got := slices.Sorted(slices.Values(all[0])); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("columns\n%q, fields\n%q", got, slices.Sorted(slices.Values(want)))
			}
			var page struct{ Data []any }
			plain := list.api.Call(t, list.by, "GET", list.path+"?limit=100", nil).Want(t, 200, "")
			plain.Into(t, &page)
			if len(page.Data) == 0 || len(all) != len(page.Data)+1 || !slices.Contains(plain.Header.Values("Vary"), "Accept") {
				t.Fatalf("%d rows of %d", len(all)-1, len(page.Data))
			}
			for i, row := range page.Data {
				for j, column := range all[0] {
					cell, want := all[i+1][j], at(row, strings.Split(column, "."))
					if !same(csv.Plain(cell), want) || cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
						t.Errorf("%s is %q, want %q", column, cell, want)
					}
				}
			}
			var walked [][]string
			for query := "?limit=1"; query != ""; {
				rows, a := read(query)
				walked = append(walked, rows[1:]...)
				_, next, more := strings.Cut(a.Header.Get("Link"), list.path)
				query = ""
				if more {
					query, _, _ = strings.Cut(next, ">")
				}
			}
			if !slices.EqualFunc(walked, all[1:], slices.Equal) {
				t.Errorf("page by page\n%q\nis not\n%q", walked, all[1:])
			}
			if kept, _ := read("?" + list.filter); len(kept) != list.kept+1 {
				t.Errorf("%s keeps %q", list.filter, kept)
			}
			list.api.Call(t, list.foreign, "GET", list.refused, nil, "Accept", "text/csv").Want(t, 404, "not_found")
		})
	}
	if a := w.Call(t, "admin", "GET", people, nil, "Accept", "text/csv"); !strings.Contains(string(a.Body), "'=1+1") {
		t.Errorf("no name begins like a formula:\n%s", a.Body)
	}
}
