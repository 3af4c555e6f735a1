package customers_test

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/customers"
	"liaison/shared/administration"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

func path(c customer.ID) string { return "/v1/customers/" + string(c) }

// TestRead: whoever may see a customer reads it, with what it may do there and no more.
func TestRead(t *testing.T) {
	w := apitest.Open(t)
	full, limited, none := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited), w.Yes(t, "")
	c := full.Customer.ID
	w.User(t, c, "global", customer.GlobalAdmin)
	w.User(t, c, "password", customer.PasswordAdmin)
	w.User(t, c, "service", customer.ServiceAdmin)
	w.User(t, c, "plain")
	w.User(t, none.Customer.ID, "stranger", customer.GlobalAdmin)
	all, resets := "read_users administer_users reset_passwords see_provisioning retry_provisioning handle_service_requests edit_customer administer_domains", "read_users reset_passwords see_provisioning handle_service_requests"
	for _, one := range []struct {
		by     string
		of     customer.ID
		rights string
	}{
		{apitest.Full, c, all},
		{apitest.Limited, c, resets},
		{apitest.Full, limited.Customer.ID, resets},
		{apitest.Limited, limited.Customer.ID, resets},
		{apitest.Full, none.Customer.ID, ""},
		{"global", c, all},
		{"password", c, "read_users reset_passwords see_provisioning"},
		{"service", c, "read_users see_provisioning handle_service_requests"},
		{apitest.Operator, c, ""},
	} {
		var got contract.Customer
		w.Call(t, one.by, "GET", path(one.of), nil).Want(t, 200, "").Into(t, &got)
		if rights := strings.Join(got.Rights, " "); rights != one.rights {
			t.Errorf("%s at %s may %q, want %q", one.by, one.of, rights, one.rights)
		}
		if inside := one.by != apitest.Full && one.by != apitest.Limited; inside != (got.BillingOwner != nil) {
			t.Errorf("%s sees the billing owner: %v", one.by, got.BillingOwner)
		}
		if given := got.DelegatedAdministration; (given == nil) != (one.of == none.Customer.ID) || given != nil && (given.PartnerID != string(w.Partner) || given.Status != "active") {
			t.Errorf("%s at %s sees the grant %+v", one.by, one.of, given)
		}
		if got.ID != string(one.of) || got.Country != "PL" || got.Language != "pl" || got.Status != "active" || got.ReadOnlyUntil != nil || !strings.HasPrefix(got.Name, "Contoso") {
			t.Errorf("%s sees %+v", one.by, got)
		}
	}
	var mine contract.Customer
	got := w.Call(t, "global", "GET", "/v1/customers/me", nil).Want(t, 200, "")
	if got.Into(t, &mine); mine.ID != string(c) {
		t.Errorf("me is %s", mine.ID)
	}
	w.Call(t, "global", "GET", "/v1/customers/me", nil, "If-None-Match", got.Header.Get("ETag")).Want(t, 304, "")
	w.Call(t, "plain", "GET", path(c), nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.NoAccess, "GET", path(c), nil).Want(t, 403, "forbidden")
	for _, by := range []string{"stranger", apitest.Rival} {
		w.Call(t, by, "GET", path(c), nil).Want(t, 404, "not_found")
	}
	for _, at := range []string{"/v1/customers/cus_000000000000", "/v1/customers/x", "/v1/customers/me"} {
		for _, by := range []string{apitest.Full, apitest.Operator} {
			w.Call(t, by, "GET", at, nil).Want(t, 404, "not_found")
		}
	}
}

// TestStanding: what is shown of a grant and of what it allows is what holds now.
func TestStanding(t *testing.T) {
	w := apitest.Open(t)
	yes := w.Yes(t, offer.RoleFull)
	c := yes.Customer.ID
	w.User(t, c, "global", customer.GlobalAdmin)
	read := func(api *gatewaytest.API, by string) (got contract.Customer) {
		t.Helper()
		api.Call(t, by, "GET", path(c), nil).Want(t, 200, "").Into(t, &got)
		return got
	}
	if got := read(w.Later(t, 365*day), apitest.Full); got.DelegatedAdministration != nil || len(got.Rights) != 0 || !slices.Equal(got.Kinds, []contract.RelationshipKind{"partner_of_record"}) {
		t.Errorf("after its end: %+v", got)
	}
	w.Call(t, "global", "POST", "/v1/redemptions/"+string(yes.ID)+"/dispute", nil).Want(t, 200, "")
	if got := read(w.API, apitest.Full); got.DelegatedAdministration == nil || got.DelegatedAdministration.Status != "suspended" || len(got.Rights) != 0 {
		t.Errorf("disputed: %+v", got)
	}
	w.Call(t, apitest.Operator, "POST", "/v1/redemptions/"+string(yes.ID)+"/decide-dispute", map[string]any{"decision": "rejected", "reason": "Agreed."}).Want(t, 200, "")

	// Rights are for acting: what nobody could do stands in none of them.
	w.Table.Set(t, "PARTNER#"+string(w.Partner), "PROFILE", &types.AttributeValueMemberS{Value: "suspended"}, "card", "status")
	if got := read(w.API, apitest.Full); strings.Join(got.Rights, " ") != "read_users see_provisioning" {
		t.Errorf("a suspended partner may %v", got.Rights)
	}
	until := time.Now().Add(day).UTC().Format("2006-01-02T15:04:05.000Z")
	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: "read_only"}, "status")
	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: until}, "read_only_until")
	if got := read(w.API, "global"); strings.Join(got.Rights, " ") != "read_users see_provisioning handle_service_requests" || got.Status != "read_only" || got.ReadOnlyUntil == nil {
		t.Errorf("read-only: %+v", got)
	}

	w.Call(t, "global", "POST", apitest.Relationship(c, w.Partner)+"/end", map[string]any{"kind": "delegated_administrator"}).Want(t, 200, "")
	if got := read(w.API, apitest.Full); got.DelegatedAdministration != nil || len(got.Rights) != 0 {
		t.Errorf("ended: %+v", got)
	}
}

// TestOthersGrant: a partner that advises a customer sees nothing of the one that administers it.
func TestOthersGrant(t *testing.T) {
	w := apitest.Market(t)
	yes := w.Yes(t, offer.RoleFull)
	w.User(t, yes.Customer.ID, "billing", customer.BillingAdmin)
	w.Call(t, "billing", "POST", "/v1/subscriptions", apitest.Order(map[string]any{"partner_id": string(w.Other)})).Want(t, 201, "")
	got := w.Call(t, apitest.Rival, "GET", path(yes.Customer.ID), nil).Want(t, 200, "")
	var seen contract.Customer
	if got.Into(t, &seen); seen.DelegatedAdministration != nil || len(seen.Rights) != 0 || !slices.Equal(seen.Kinds, []contract.RelationshipKind{"partner_of_record"}) ||
		strings.Contains(string(got.Body), string(w.Partner)) {
		t.Errorf("%s", got.Body)
	}
}

// TestList: a partner's are those that it is tied to, by kind and page; a customer's own is one; an operator names whose.
func TestList(t *testing.T) {
	w := apitest.Open(t)
	first, second, third := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited), w.Yes(t, "")
	w.User(t, first.Customer.ID, "service", customer.ServiceAdmin)
	w.User(t, first.Customer.ID, "plain")
	list := func(api *gatewaytest.API, by, query string) string {
		t.Helper()
		var names []string
		for _, one := range gatewaytest.Walk[contract.CustomerSummary](t, api, by, "/v1/customers"+query, "1") {
			name := one.Name + " " + string(one.Country)
			if g := one.DelegatedAdministration; g != nil {
				name += " " + string(g.Role) + " " + string(g.Status)
			}
			names = append(names, name)
		}
		return strings.Join(names, ", ")
	}
	one, two, three := first.Customer.Name+" PL full active", second.Customer.Name+" PL limited active", third.Customer.Name+" PL"
	for query, want := range map[string]string{
		"": three + ", " + two + ", " + one, "?kind=delegated_administrator": two + ", " + one, "?kind=partner_of_record": three + ", " + two + ", " + one, "?kind=reseller": "",
		"?customer_id=" + string(second.Customer.ID): two, "?partner_id=" + string(w.Partner) + "&kind=delegated_administrator": two + ", " + one,
	} {
		for _, by := range []string{apitest.Full, apitest.Limited} {
			if got := list(w.API, by, query); got != want {
				t.Errorf("%s: %q lists %q, want %q", by, query, got, want)
			}
		}
	}
	if got, want := list(w.Later(t, 365*day), apitest.Full, "?kind=delegated_administrator"), ""; got != want {
		t.Errorf("after their end %q administer", got)
	}
	if got := list(w.API, "service", ""); got != one {
		t.Errorf("a customer lists %q", got)
	}
	if got := list(w.API, apitest.Rival, ""); got != "" {
		t.Errorf("another partner lists %q", got)
	}
	if got := list(w.API, apitest.Operator, "?partner_id="+string(w.Partner)); got != three+", "+two+", "+one {
		t.Errorf("an operator lists %q", got)
	}
	if got := list(w.API, apitest.Operator, "?customer_id="+string(second.Customer.ID)); got != two {
		t.Errorf("an operator lists %q", got)
	}
	w.Call(t, apitest.Operator, "GET", "/v1/customers", nil).Want(t, 400, "required")
	w.Call(t, apitest.Full, "GET", "/v1/customers?kind=friend", nil).Want(t, 400, "invalid_value")
	w.Call(t, apitest.Full, "GET", "/v1/customers?partner_id="+string(w.Other), nil).Want(t, 404, "not_found")
	w.Call(t, "service", "GET", "/v1/customers?customer_id="+string(second.Customer.ID), nil).Want(t, 404, "not_found")
	for _, by := range []string{"plain", apitest.NoAccess} {
		w.Call(t, by, "GET", "/v1/customers", nil).Want(t, 403, "forbidden")
	}
}

// reads counts what finding reads of the table.
type reads struct {
	*dynamo.Table
	seen []string
}

func (r *reads) MemberWith(ctx context.Context, mail string) (customer.ID, customer.UserID, error) {
	r.seen = append(r.seen, "login")
	return r.Table.MemberWith(ctx, mail)
}

func (r *reads) CustomerWithDomain(ctx context.Context, name customer.DomainName) (customer.ID, error) {
	r.seen = append(r.seen, "domain")
	return r.Table.CustomerWithDomain(ctx, name)
}

func (r *reads) Administration(ctx context.Context, of customer.ID, with partner.ID, users ...customer.UserID) (administration.Standing, error) {
	r.seen = append(r.seen, fmt.Sprintf("standing %v %d", with != "", len(users)))
	return r.Table.Administration(ctx, of, with, users...)
}

// TestFind: a customer is found by the whole address of one of its users, by a partner that is tied to it now, as reading it shows it; the user only
// where a grant lets it read users.
func TestFind(t *testing.T) {
	w := apitest.Open(t)
	full, limited, none := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited), w.Yes(t, "")
	mail := full.User.Mail
	find := func(api *gatewaytest.API, by, mail string) gatewaytest.Answer {
		t.Helper()
		return api.Call(t, by, "POST", "/v1/customer-searches", map[string]any{"email": mail}, "Idempotency-Key", "-")
	}
	for _, one := range []struct {
		by, mail string
		of       consent.Consent
		user     bool
	}{
		{apitest.Full, full.User.Mail, full, true},
		{apitest.Limited, full.User.Mail, full, true},
		{apitest.Full, " " + strings.ToUpper(mail) + " ", full, true},
		{apitest.Full, limited.User.Mail, limited, true},
		{apitest.Full, none.User.Mail, none, false},
		{apitest.Limited, none.User.Mail, none, false},
	} {
		var got contract.FoundCustomer
		var read contract.Customer
		find(w.API, one.by, one.mail).Want(t, 200, "").Into(t, &got)
		w.Call(t, one.by, "GET", path(one.of.Customer.ID), nil).Want(t, 200, "").Into(t, &read)
		if !reflect.DeepEqual(got.Customer, read) {
			t.Errorf("%s finds\n%+v\nand reads\n%+v", one.by, got.Customer, read)
		}
		if one.user != (got.UserID != nil) || one.user && *got.UserID != string(one.of.User.ID) {
			t.Errorf("%s at %s finds the user %v", one.by, one.mail, got.UserID)
		}
	}
	// Without an end the tie of who advises goes on, and shows nobody.
	var late contract.FoundCustomer
	find(w.Later(t, 365*day), apitest.Full, mail).Want(t, 200, "").Into(t, &late)
	if late.UserID != nil || len(late.Customer.Rights) != 0 {
		t.Errorf("after the grant's end: %+v", late)
	}
	for _, wrong := range []string{"customer.example", "@customer.example", "anna"} {
		find(w.API, apitest.Full, wrong).Want(t, 422, "invalid_email")
	}
	w.Call(t, apitest.Full, "POST", "/v1/customer-searches", map[string]any{}, "Idempotency-Key", "-").Want(t, 422, "required")
	w.Call(t, apitest.Full, "POST", "/v1/customer-searches", map[string]any{"email": mail, "name": "Contoso"}, "Idempotency-Key", "-").Want(t, 422, "unknown_field")
	w.User(t, full.Customer.ID, "global", customer.GlobalAdmin)
	for _, by := range []string{apitest.NoAccess, "global", apitest.Operator} {
		find(w.API, by, mail).Want(t, 403, "forbidden")
	}
}

// TestFindNothing: an address that finds nothing says the same after the same reads, whoever's it is.
func TestFindNothing(t *testing.T) {
	w := apitest.Open(t)
	full, past := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleFull)
	w.User(t, past.Customer.ID, "past", customer.GlobalAdmin)
	for _, kind := range []string{"delegated_administrator", "partner_of_record"} {
		w.Call(t, apitest.Full, "POST", apitest.Relationship(past.Customer.ID, w.Partner)+"/end", map[string]any{"kind": kind}).Want(t, 200, "")
	}
	counted := &reads{Table: w.Table.Table}
	api := w.Later(t, 0, customers.Search(counted))
	find := func(by, mail string) gatewaytest.Answer {
		t.Helper()
		counted.seen = nil
		return api.Call(t, by, "POST", "/v1/customer-searches", map[string]any{"email": mail}, "Idempotency-Key", "-")
	}
	find(apitest.Full, full.User.Mail).Want(t, 200, "")
	cost := strings.Join(counted.seen, ", ")
	said := ""
	for name, one := range map[string]struct{ by, mail string }{
		"nobody's":                {apitest.Full, "nobody@customer.example"},
		"with a wildcard":         {apitest.Full, "*@customer.example"},
		"the beginning of one":    {apitest.Full, full.User.Mail[1:]},
		"another's customer":      {apitest.Rival, full.User.Mail},
		"a former customer":       {apitest.Full, past.User.Mail},
		"of a partner's own user": {apitest.Full, "piotr@" + string(w.Partner) + ".example"},
		"of another partner's":    {apitest.Full, "rita@" + string(w.Other) + ".example"},
	} {
		var got map[string]any
		find(one.by, one.mail).Want(t, 404, "not_found").Into(t, &got)
		delete(got, "request_id")
		text := fmt.Sprint(got)
		if said == "" {
			said = text
		}
		if text != said {
			t.Errorf("%s: %s, not %s", name, text, said)
		}
		if reads := strings.Join(counted.seen, ", "); reads != cost {
			t.Errorf("%s reads %s, one that is found %s", name, reads, cost)
		}
	}
}

// owns has a customer verify a domain.
func owns(t *testing.T, w *apitest.World, by, domain string) {
	t.Helper()
	var d contract.CustomerDomain
	w.Call(t, by, "POST", "/v1/customers/me/domains", map[string]any{"name": domain}).Want(t, 201, "").Into(t, &d)
	w.DNS.Set(d.Record.Name, d.Record.Value)
	w.Call(t, by, "POST", "/v1/customers/me/domains/"+domain+"/verify", nil).Want(t, 200, "")
}

// TestFindByDomain: a customer is found by a whole domain that it verified, as by an address, and nobody's user with it; any other domain says the same
// after the same reads.
func TestFindByDomain(t *testing.T) {
	w := apitest.Open(t)
	full, past := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleFull)
	w.User(t, full.Customer.ID, "global", customer.GlobalAdmin)
	w.User(t, past.Customer.ID, "past", customer.GlobalAdmin)
	owns(t, w, "global", "żółw.example")
	owns(t, w, "past", "past.example")
	w.Call(t, "global", "POST", "/v1/customers/me/domains", map[string]any{"name": "waits.example"}).Want(t, 201, "")
	for _, kind := range []string{"delegated_administrator", "partner_of_record"} {
		w.Call(t, apitest.Full, "POST", apitest.Relationship(past.Customer.ID, w.Partner)+"/end", map[string]any{"kind": kind}).Want(t, 200, "")
	}
	counted := &reads{Table: w.Table.Table}
	api := w.Later(t, 0, customers.Search(counted))
	find := func(by string, body map[string]any) gatewaytest.Answer {
		t.Helper()
		counted.seen = nil
		return api.Call(t, by, "POST", "/v1/customer-searches", body, "Idempotency-Key", "-")
	}
	var got contract.FoundCustomer
	find(apitest.Limited, map[string]any{"domain": "ŻÓŁW.example"}).Want(t, 200, "").Into(t, &got)
	if got.Customer.ID != string(full.Customer.ID) || got.UserID != nil {
		t.Errorf("found %+v", got)
	}
	cost, said := strings.Join(counted.seen, ", "), ""
	find(apitest.Limited, map[string]any{"domain": *got.Customer.InitialDomain}).Want(t, 200, "").Into(t, &got)
	if reads := strings.Join(counted.seen, ", "); got.Customer.ID != string(full.Customer.ID) || reads != cost {
		t.Errorf("by the domain that the vendor gave: %+v, %s, not %s", got, reads, cost)
	}
	for name, one := range map[string]struct{ by, domain string }{
		"that the vendor gave another": {apitest.Rival, *got.Customer.InitialDomain}, "that the vendor gives nobody": {apitest.Full, "zzzzzzzzzzzz." + fixture.CustomersDomain},

		"nobody's": {apitest.Full, "nobody.example"}, "below it": {apitest.Full, "mail.xn--w-uga1v8h.example"}, "another's customer": {apitest.Rival, "żółw.example"},
		"a former customer's": {apitest.Full, "past.example"}, "not verified": {apitest.Full, "waits.example"},
	} {
		var answer map[string]any
		find(one.by, map[string]any{"domain": one.domain}).Want(t, 404, "not_found").Into(t, &answer)
		delete(answer, "request_id")
		if text := fmt.Sprint(answer); said != "" && text != said {
			t.Errorf("%s: %s, not %s", name, text, said)
		} else {
			said = text
		}
		if reads := strings.Join(counted.seen, ", "); reads != cost {
			t.Errorf("%s reads %s, one that is found %s", name, reads, cost)
		}
	}
	for domain, code := range map[string]string{"": "required", "anna@past.example": "invalid_domain", "co.uk": "public_suffix"} {
		find(apitest.Full, map[string]any{"domain": domain}).Want(t, 422, code)
	}
	find(apitest.Full, map[string]any{"domain": "past.example", "email": full.User.Mail}).Want(t, 422, "too_many")
}

// TestFindIsCounted: a partner's machines together, whether or not they find somebody, and no other partner's.
func TestFindIsCounted(t *testing.T) {
	w := apitest.Open(t)
	w.Env.ChecksPerCaller = 2
	now := w.Env.Now()
	api := w.Later(t, now.Truncate(time.Minute).Add(time.Minute).Sub(now)) // a minute has just begun
	find := func(by, mail string) gatewaytest.Answer {
		t.Helper()
		return api.Call(t, by, "POST", "/v1/customer-searches", map[string]any{"email": mail}, "Idempotency-Key", "-")
	}
	if got := find(apitest.Full, "nobody@customer.example").Want(t, 404, "not_found"); !strings.HasPrefix(got.Header.Get("RateLimit"), `"customer-searches";r=1;`) ||
		got.Header.Get("RateLimit-Policy") != `"customer-searches";q=2;w=60` {
		t.Errorf("%v", got.Header)
	}
	find(apitest.Limited, "x").Want(t, 422, "invalid_email")
	if got := find(apitest.Full, "nobody@customer.example").Want(t, 429, "rate_limited"); got.Header.Get("Retry-After") == "" {
		t.Errorf("%v", got.Header)
	}
	find(apitest.Rival, "nobody@customer.example").Want(t, 404, "not_found")
}

// between is a table on which something happens once between what an act reads and what it writes.
type between struct {
	*dynamo.Table
	then func()
}

func (b *between) Administration(ctx context.Context, of customer.ID, with partner.ID, users ...customer.UserID) (administration.Standing, error) {
	stands, err := b.Table.Administration(ctx, of, with, users...)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return stands, err
}

// TestUpdate: name and language are the global administrator's to change, and a full administrator's; partners find the new name in their lists.
func TestUpdate(t *testing.T) {
	w := apitest.Open(t)
	full, limited, none := w.Yes(t, offer.RoleFull), w.Yes(t, offer.RoleLimited), w.Yes(t, "")
	c := full.Customer.ID
	w.User(t, c, "global", customer.GlobalAdmin)
	w.User(t, c, "billing", customer.BillingAdmin, customer.UserAdmin)
	w.User(t, none.Customer.ID, "stranger", customer.GlobalAdmin)
	change := func(by string, of customer.ID, body any) gatewaytest.Answer {
		t.Helper()
		tag := w.Call(t, by, "GET", path(of), nil).Header.Get("ETag")
		if tag == "" {
			tag = `"x"`
		}
		return w.Call(t, by, "PATCH", path(of), body, "If-Match", tag)
	}
	type object = map[string]any
	for _, by := range []string{"global", apitest.Full} {
		name := "Northwind " + by
		var got contract.Customer
		answer := change(by, c, object{"name": " " + name + " ", "language": "en"}).Want(t, 200, "")
		answer.Into(t, &got)
		read := w.Call(t, by, "GET", path(c), nil).Want(t, 200, "")
		if got.Name != name || got.Language != "en" || string(read.Body) != string(answer.Body) || read.Header.Get("ETag") != answer.Header.Get("ETag") {
			t.Errorf("%s: %s, then %s", by, answer.Body, read.Body)
		}
		tie := w.Call(t, apitest.Full, "GET", apitest.Relationship(c, w.Partner), nil).Want(t, 200, "")
		listed := w.Call(t, apitest.Full, "GET", "/v1/customers", nil).Want(t, 200, "")
		if !strings.Contains(string(tie.Body), name) || !strings.Contains(string(listed.Body), name) {
			t.Errorf("the partner reads\n%s\n%s", tie.Body, listed.Body)
		}
		changes := w.Changes(t, event.Customer(string(c)), string(c))
		if last, _ := event.As[customer.ChangedEvent](changes[len(changes)-1]); by == "global" && !slices.Equal(last.Fields, []string{"name", "language"}) || by != "global" && !slices.Equal(last.Fields, []string{"name"}) {
			t.Errorf("%s: %+v", by, last)
		}
		before := w.Events(t)
		change(by, c, object{"name": name, "language": "en"}).Want(t, 200, "")
		if w.Events(t) != before {
			t.Error("what differs in nothing is an event")
		}
	}
	// What was done on behalf is in both sides' list.
	for by, want := range map[string]int{"global": 2, apitest.Full: 1, apitest.Rival: 0} {
		if n := len(gatewaytest.Walk[contract.Event](t, w.API, by, "/v1/events?type=customer.changed&customer_id="+string(c), "100")); n != want {
			t.Errorf("%s sees %d changes, want %d", by, n, want)
		}
	}
	for _, one := range []struct {
		by     string
		of     customer.ID
		status int
		code   string
	}{
		{"billing", c, 403, "forbidden"},
		{apitest.Limited, c, 403, "forbidden"},
		{apitest.NoAccess, c, 403, "forbidden"},
		{apitest.Operator, c, 403, "forbidden"},
		{apitest.Full, limited.Customer.ID, 403, "forbidden"},
		{apitest.Full, none.Customer.ID, 403, "forbidden"},
		{"stranger", c, 404, "not_found"},
		{apitest.Rival, c, 404, "not_found"},
		{apitest.Full, "cus_000000000000", 404, "not_found"},
	} {
		change(one.by, one.of, object{"name": "Eve"}).Want(t, one.status, one.code)
	}
	for _, one := range []struct {
		body object
		code string
	}{
		{object{}, "too_few"},
		{object{"name": " "}, "required"},
		{object{"name": "Mіcrosoft"}, "mixed_scripts"},
		{object{"name": strings.Repeat("a", 121)}, "too_long"},
		{object{"language": "xx"}, "invalid_value"},
		{object{"country": "DE"}, "unknown_field"},
	} {
		change("global", c, one.body).Want(t, 422, one.code)
	}
	w.Call(t, "global", "PATCH", path(c), object{"name": "Eve"}).Want(t, 428, "precondition_required")
	w.Call(t, "global", "PATCH", path(c), object{"name": "Eve"}, "If-Match", `"x"`).Want(t, 412, "precondition_failed")

	// A right that is taken away meanwhile saves nothing.
	table := &between{Table: w.Table.Table}
	api := w.Later(t, 0, customers.Update(table))
	tag := w.Call(t, apitest.Full, "GET", path(c), nil).Header.Get("ETag")
	table.then = func() {
		w.Call(t, "global", "POST", apitest.Relationship(c, w.Partner)+"/lower", nil).Want(t, 200, "")
	}
	api.Call(t, apitest.Full, "PATCH", path(c), object{"name": "Eve"}, "If-Match", tag).Want(t, 403, "forbidden")
	tag = w.Call(t, "global", "GET", path(c), nil).Header.Get("ETag")
	table.then = func() {
		change("global", c, object{"name": "First"}).Want(t, 200, "")
	}
	api.Call(t, "global", "PATCH", path(c), object{"name": "Second"}, "If-Match", tag).Want(t, 412, "precondition_failed")
	if found, err := w.World.Table.Customer(t.Context(), c); err != nil || found.Name != "First" {
		t.Errorf("%s, %v", found.Name, err)
	}

	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: "read_only"}, "status")
	change("global", c, object{"name": "Eve"}).Want(t, 409, "customer_read_only")
}

// TestSetBillingOwner: who is it and global administrators name another user of the customer, and nobody else does.
func TestSetBillingOwner(t *testing.T) {
	w := apitest.Open(t)
	full, other := w.Yes(t, offer.RoleFull), w.Yes(t, "")
	c := full.Customer.ID
	found, err := w.World.Table.Customer(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	owner := found.BillingOwner
	global, plain := w.User(t, c, "global", customer.GlobalAdmin), w.User(t, c, "plain")
	disabled, foreign := w.User(t, c, "disabled"), w.User(t, other.Customer.ID, "foreign", customer.GlobalAdmin)
	w.User(t, c, "billing", customer.BillingAdmin)
	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "USER#"+strings.TrimPrefix(string(disabled), "usr_"+c.Bare()+"_"), &types.AttributeValueMemberBOOL{Value: true}, "disabled")
	name := func(by string, of customer.ID, who customer.UserID) gatewaytest.Answer {
		t.Helper()
		return w.Call(t, by, "PUT", path(of)+"/billing-owner", map[string]any{"billing_owner": who})
	}
	for _, one := range []struct {
		by     string
		of     customer.ID
		who    customer.UserID
		status int
		code   string
	}{
		{"billing", c, plain, 403, "forbidden"},
		{"plain", c, plain, 403, "forbidden"},
		{apitest.Full, c, plain, 403, "forbidden"},
		{apitest.Operator, c, plain, 403, "forbidden"},
		{"foreign", c, foreign, 404, "not_found"},
		{"global", c, disabled, 422, "invalid_value"},
		{"global", c, foreign, 422, "invalid_value"},
		{"global", c, "usr_7k3mq2xf9d4b_01kaj2a7b9d1f3h5k7n9q1s3v5", 422, "invalid_value"},
		{"global", c, "nobody", 422, "invalid_value"},
		{"global", c, plain, 200, ""},
		{"plain", "me", global, 200, ""}, // passes on what is its own, without any role
		{"plain", c, plain, 403, "forbidden"},
	} {
		answer := name(one.by, one.of, one.who).Want(t, one.status, one.code)
		if one.status == 422 && !strings.Contains(string(answer.Body), `"pointer":"/billing_owner"`) {
			t.Errorf("%s", answer.Body)
		}
	}
	before := w.Events(t)
	name("global", c, global).Want(t, 200, "")
	if w.Events(t) != before {
		t.Error("who is it already is named by an event")
	}
	var named []customer.UserID
	for _, change := range w.Changes(t, event.Customer(string(c)), string(c)) {
		if changed, ok := event.As[customer.ChangedEvent](change); ok {
			named = append(named, changed.BillingOwner)
		}
	}
	if found, err := w.World.Table.Customer(t.Context(), c); err != nil || found.BillingOwner != global || owner == global || !slices.Equal(named, []customer.UserID{plain, global}) {
		t.Errorf("%s, %v, %v", found.BillingOwner, named, err)
	}
	w.Table.Set(t, "CUSTOMER#"+c.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: "read_only"}, "status")
	name("global", c, plain).Want(t, 409, "customer_read_only")
}

// TestUpdateBySuspended: a partner that is not in the program changes no customer.
func TestUpdateBySuspended(t *testing.T) {
	w := apitest.Open(t)
	c := w.Yes(t, offer.RoleFull).Customer.ID
	w.Table.Set(t, "PARTNER#"+string(w.Partner), "PROFILE", &types.AttributeValueMemberS{Value: "suspended"}, "card", "status")
	tag := w.Call(t, apitest.Full, "GET", path(c), nil).Header.Get("ETag")
	w.Call(t, apitest.Full, "PATCH", path(c), map[string]any{"name": "Eve"}, "If-Match", tag).Want(t, 409, "partner_not_active")
}
