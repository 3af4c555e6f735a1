package imports_test

import (
	standard "encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

// story is a customer of the world's partner; its first user's token has the subject "owner".
type story struct {
	*apitest.World
	of customer.ID
	at string // path of its imports
}

func open(t *testing.T, role string) *story {
	t.Helper()
	w := apitest.Open(t)
	yes := w.Yes(t, role)
	gatewaytest.Bind(t, w.API, string(yes.Customer.ID), string(yes.User.ID), "owner")
	return &story{w, yes.Customer.ID, "/v1/customers/" + string(yes.Customer.ID) + "/imports"}
}

// run applies the rows of what is started as the job does, and returns how an import ended.
func (s *story) run(t *testing.T, id string) contract.ImportReport {
	t.Helper()
	r := importing.Runner{Store: dynamo.ImportsOf(s.World.Table.Table), More: func() bool { return true }, Op: func(words ...string) op.Op {
		o := s.Op("job")
		o.Actor, o.ID = op.Actor{Kind: op.Job, ID: "imports"}, op.Name(words...)
		return o
	}}
	if err := r.Run(t.Context(), importing.ID(id)); err != nil {
		t.Fatal(err)
	}
	var got contract.ImportReport
	s.Call(t, "owner", "GET", s.at+"/"+id, nil).Want(t, 200, "").Into(t, &got)
	return got
}

// said are the errors of an answer in short.
func said(errors []contract.ImportError) string {
	var words []string
	for _, e := range errors {
		column := "-"
		if e.Column != nil {
			column = *e.Column
		}
		words = append(words, fmt.Sprintf("%d %s %s", e.Row, column, e.Code))
		if e.Detail == "" {
			words = append(words, "says nothing")
		}
	}
	return strings.Join(words, ", ")
}

// TestImports follows a file from the try to the rows that are sent again.
func TestImports(t *testing.T) {
	s := open(t, "")
	file := "User Name;Imię i nazwisko;Office phone;Licences;Groups;Shoe size\n" +
		"ewa@contoso.example;Ewa Lis;+48 58 555;" + string(s.Plan) + ";\"Sales;Support\";38\n" +
		"jan@contoso.example;Jan Kos;;;sales;44\n" +
		"=1+1;Formula;;;;\n" +
		"ola@contoso.example;Ola Sowa;;plan_nothing;;\n"
	wish := object{"kind": "users", "csv": file, "dry_run": true}
	before := s.Table.Dump(t)
	var check contract.ImportCheck
	s.Call(t, "owner", "POST", s.at, wish, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &check)
	if check.Rows != 4 || check.Makes != 2 || check.Unchanged != 0 || check.Fails != 2 || !slices.Equal(check.UnknownColumns, []string{"Shoe size"}) {
		t.Errorf("%+v", check)
	}
	if got := said(check.Errors); got != "4 email formula_cell, 5 licenses unknown_subscription" {
		t.Errorf("wrong: %s", got)
	}
	a := s.Call(t, "owner", "POST", s.at, wish, "Idempotency-Key", "-", "Accept-Language", "pl").Want(t, 200, "")
	if !strings.Contains(string(a.Body), "Komórka wygląda jak formuła") {
		t.Errorf("in Polish: %s", a.Body)
	}
	if s.Table.Dump(t) != before {
		t.Error("a try writes")
	}

	wish["dry_run"] = false
	s.Call(t, "owner", "POST", s.at, wish, "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")
	var made, again contract.Import
	a = s.Call(t, "owner", "POST", s.at, wish, "Idempotency-Key", "k").Want(t, 201, "")
	a.Into(t, &made)
	s.Call(t, "owner", "POST", s.at, wish, "Idempotency-Key", "k").Want(t, 201, "").Into(t, &again)
	if made.Status != "running" || made.Rows != 4 || made.Done != 0 || again.ID != made.ID || a.Header.Get("Location") != s.at+"/"+made.ID {
		t.Errorf("%s", a.Body)
	}
	got := s.run(t, made.ID)
	if got.Status != "done" || got.Made != 2 || got.Failed != 2 || got.Unchanged != 0 || got.Done != 4 || got.EndedAt == nil || got.Reason != nil {
		t.Errorf("%+v", got)
	}
	if got := said(got.Errors); got != "4 email formula_cell, 5 licenses unknown_subscription" {
		t.Errorf("failed: %s", got)
	}
	if kinds := apitest.Types(s.Changes(t, event.Customer(string(s.of)), made.ID)); kinds != "import.started import.finished" {
		t.Errorf("happened: %s", kinds)
	}
	for _, c := range s.Changes(t, event.Customer(string(s.of)), made.ID) {
		if strings.Contains(fmt.Sprint(c.Data), "@") {
			t.Errorf("an address in %+v", c)
		}
	}

	answer := s.Call(t, "owner", "GET", s.at+"/"+made.ID, nil, "Accept", "text/csv").Want(t, 200, "")
	rows, err := standard.NewReader(strings.NewReader(string(answer.Body))).ReadAll()
	if err == nil && (rows[0][1] != "Imię i nazwisko" || !strings.HasPrefix(rows[2][5], "Licences: ")) {
		t.Errorf("the file calls its columns otherwise: %q", rows)
	}
	if err != nil || len(rows) != 3 || rows[1][0] != "'=1+1" || rows[1][6] != "formula_cell" || rows[2][3] != "plan_nothing" || answer.Header.Get("ETag") == "" {
		t.Errorf("%q %v", rows, err)
	}
	// Mended, what failed is made; the whole file once more finds what stands.
	mended := strings.NewReplacer("'=1+1", "iza@contoso.example", "plan_nothing", string(s.Plan)).Replace(string(answer.Body))
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": mended}).Want(t, 201, "").Into(t, &made)
	if got := s.run(t, made.ID); got.Made != 2 || got.Failed != 0 || len(got.UnknownColumns) != 0 {
		t.Errorf("%+v", got)
	}
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": file, "dry_run": true}, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &check)
	if check.Makes != 0 || check.Unchanged != 2 || check.Fails != 2 {
		t.Errorf("%+v", check)
	}
	if list := gatewaytest.Walk[contract.Import](t, s.API, "owner", s.at, "1"); len(list) != 2 || list[0].ID != made.ID {
		t.Errorf("%+v", list)
	}
	boxes := object{"kind": "mailboxes", "csv": "email\newa@contoso.example\njan@contoso.example\n", "dry_run": true}
	s.Call(t, "owner", "POST", s.at, boxes, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &check)
	if got := said(check.Errors); got != "2 email domain_unverified, 3 email no_license" || !strings.Contains(check.Errors[0].Detail, "contoso.example is none") {
		t.Errorf("wrong: %s: %+v", got, check.Errors)
	}
	ola := "ola@" + string(customer.InitialDomain(s.of, fixture.CustomersDomain)) // a domain that is proved from the first day on
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": "email,name,licenses\n" + ola + ",Ola Lis," + string(s.Plan)}).Want(t, 201, "").Into(t, &made)
	s.run(t, made.ID)
	boxes["csv"] = "email\n" + ola
	s.Call(t, "owner", "POST", s.at, boxes, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &check)
	if check.Makes != 1 || len(check.Errors) != 0 {
		t.Errorf("%+v", check)
	}
	sub := s.stands(t)
	if sub != 3 {
		t.Errorf("%d licences are assigned", sub)
	}
}

// TestTooMany: of many that are started at once a customer has three; the others are told, have made nothing, and are started with the same key once one of
// those is done.
func TestTooMany(t *testing.T) {
	s := open(t, "")
	start := func(i int) gatewaytest.Answer {
		return s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": fmt.Sprintf("email,name\nu%d@contoso.example,Ewa Lis\n", i)}, "Idempotency-Key", fmt.Sprint("many", i))
	}
	answers := make([]gatewaytest.Answer, importing.MaxRunning+5)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() {
			for answers[i] = start(i); answers[i].Status == 503; answers[i] = start(i) { // as a client asks again where rivals met
			}
		})
	}
	wait.Wait()
	left, running := -1, 0
	for i, a := range answers {
		if a.Status == 201 {
			running++
		} else if a.Want(t, 409, "too_many_imports"); !strings.Contains(string(a.Body), "3") {
			t.Errorf("%s", a.Body)
		} else {
			left = i
		}
	}
	list := gatewaytest.Walk[contract.Import](t, s.API, "owner", s.at, "50")
	if running != importing.MaxRunning || len(list) != running {
		t.Fatalf("%d run, %d are listed", running, len(list))
	}
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": "email,name\nx@contoso.example,X Y\n", "dry_run": true}, "Idempotency-Key", "-").Want(t, 200, "")
	s.run(t, list[0].ID)
	start(left).Want(t, 201, "")
}

func (s *story) stands(t *testing.T) int {
	t.Helper()
	found, err := s.World.Table.NamingPartnerOfRecord(t.Context(), s.of, s.Partner)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0].Licenses.Assigned
}

// TestTryCounts: a try takes the rows in their order, as they will be: what an earlier row leaves is what a later one finds.
func TestTryCounts(t *testing.T) {
	s := open(t, "")
	found, err := s.World.Table.NamingPartnerOfRecord(t.Context(), s.of, s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	s.SetSubscription(t, found[0].ID, &types.AttributeValueMemberN{Value: "2"}, "card", "licenses", "bought")
	file := "email,name,plan,group\n"
	for i := range 4 {
		file += fmt.Sprintf("u%d@contoso.example,User %c,%s,Sales\n", i, 'A'+i, s.Plan)
	}
	var check contract.ImportCheck
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": file, "dry_run": true}, "Idempotency-Key", "-").Want(t, 200, "").Into(t, &check)
	if got := said(check.Errors); check.Makes != 2 || got != "4 licenses no_license_left, 5 licenses no_license_left" {
		t.Errorf("%+v", check)
	}
	var made contract.Import
	s.Call(t, "owner", "POST", s.at, object{"kind": "users", "csv": file}).Want(t, 201, "").Into(t, &made)
	if got := s.run(t, made.ID); said(got.Errors) != said(check.Errors) || got.Made != 2 {
		t.Errorf("%+v", got)
	}
}

// TestRefused: what is no file of the kind is refused as a whole, and who may not import learns nothing.
func TestRefused(t *testing.T) {
	s := open(t, offer.RoleFull)
	ask := func(kind, text string) object { return object{"kind": kind, "csv": text, "dry_run": true} }
	for name, c := range map[string]struct {
		body   object
		status int
		code   string
	}{
		"no kind":     {object{"csv": "email", "dry_run": true}, 400, "idempotency_key_missing"},
		"a kind":      {ask("kings", "email\nx"), 422, "invalid_value"},
		"no rows":     {ask("users", "email,name"), 422, "table_rows"},
		"too many":    {ask("users", "email,name\n"+strings.Repeat("x,y\n", 1001)), 422, "table_rows"},
		"no heading":  {ask("users", "email\nx"), 422, "table_heading"},
		"a NUL":       {ask("users", "email,name\nx\u0000,y"), 422, "table_control"},
		"a quote":     {ask("users", "email,name\n\"x,y"), 422, "table_quotes"},
		"cells":       {ask("users", "email,name\nx,y,z"), 422, "table_cells"},
		"a wrong one": {ask("users", "email,name\nx,\ufffd"), 422, "table_encoding"},
		"10 MB":       {ask("users", strings.Repeat("x,y\n", 10<<20/4)), 413, "body_too_large"},
	} {
		a := s.Call(t, "owner", "POST", s.at, c.body, "Idempotency-Key", "-")
		if a.Status != c.status || !strings.Contains(string(a.Body), `"`+c.code+`"`) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	one := object{"kind": "groups", "csv": "group,email\nSales,nobody@contoso.example"}
	s.User(t, s.of, "clerk", customer.PasswordAdmin)
	s.Call(t, "clerk", "POST", s.at, one).Want(t, 403, "forbidden")
	s.Call(t, "clerk", "GET", s.at, nil).Want(t, 403, "forbidden")
	s.Call(t, apitest.Limited, "POST", s.at, one).Want(t, 403, "forbidden")
	s.Call(t, apitest.Rival, "POST", s.at, one).Want(t, 404, "not_found")
	var made contract.Import
	s.Call(t, apitest.Full, "POST", s.at, one).Want(t, 201, "").Into(t, &made)
	if got := s.run(t, made.ID); got.Failed != 1 || said(got.Errors) != "2 email unknown_user" {
		t.Errorf("%+v", got)
	}
	s.Call(t, apitest.Full, "GET", s.at+"/"+made.ID, nil).Want(t, 200, "")
	s.Call(t, apitest.Rival, "GET", s.at+"/"+made.ID, nil).Want(t, 404, "not_found")
	far := s.Yes(t, "")
	gatewaytest.Bind(t, s.API, string(far.Customer.ID), string(far.User.ID), "far")
	s.Call(t, "far", "GET", "/v1/customers/me/imports/"+made.ID, nil).Want(t, 404, "not_found")
	s.Call(t, "owner", "GET", s.at+"/imp_x", nil).Want(t, 404, "not_found")
	// What a customer has is read also while nothing can be changed.
	s.Table.Set(t, "CUSTOMER#"+s.of.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: string(customer.ReadOnly)}, "status")
	s.Call(t, "owner", "POST", s.at, one).Want(t, 409, "customer_read_only")
	s.Call(t, "owner", "GET", s.at+"/"+made.ID, nil).Want(t, 200, "")
}
