package provisioningtasks_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/provisioning-tasks"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	tasks    = "/v1/provisioning-tasks"
	operator = apitest.Operator
	lease    = provisioning.LeaseTime
)

type object = map[string]any

// ask has something set up for a customer.
func ask(t testing.TB, w *apitest.World, c customer.ID, kind provisioning.Kind) provisioning.Task {
	t.Helper()
	o := w.Op("test")
	task, happened, err := provisioning.Request(provisioning.Task{}, provisioning.NewID(c, o.NewID()), provisioning.Wanted{
		Kind: kind, Subject: "northwind.example", Details: map[string]string{"size": "50"}, Partner: w.Partner,
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.World.Table.SaveProvisioningTask(t.Context(), task, []event.Event{happened}, nil, o); err != nil {
		t.Fatal(err)
	}
	return task
}

// listed are the ids of a list, read in pages of two.
func listed(t testing.TB, api *gatewaytest.API, by, query string) (found []string) {
	t.Helper()
	for _, one := range gatewaytest.Walk[contract.ProvisioningTask](t, api, by, tasks+query, "2") {
		found = append(found, one.ID)
	}
	return found
}

func claim(t testing.TB, api *gatewaytest.API, id provisioning.ID) contract.ProvisioningTask {
	t.Helper()
	var got contract.ProvisioningTask
	api.Call(t, operator, "POST", tasks+"/"+string(id)+"/claim", nil).Want(t, 200, "").Into(t, &got)
	return got
}

// TestLife leads a task through everything that can become of it.
func TestLife(t *testing.T) {
	w := apitest.Open(t)
	yes := w.Yes(t, offer.RoleFull)
	c := yes.Customer.ID
	w.User(t, c, "owner", customer.GlobalAdmin)
	made := ask(t, w, c, provisioning.Domain)
	at := tasks + "/" + string(made.ID)
	var got contract.ProvisioningTask
	first := w.Call(t, operator, "GET", at, nil).Want(t, 200, "")
	if first.Into(t, &got); got.State != "requested" || got.Kind != "domain" || got.Subject != "northwind.example" || got.Details["size"] != "50" || got.Lease != nil || got.Attempts != 0 {
		t.Errorf("%s", first.Body)
	}
	w.Call(t, operator, "GET", at, nil, "If-None-Match", first.Header.Get("ETag")).Want(t, 304, "")
	w.Call(t, operator, "POST", at+"/report", object{"lease_id": "lse_x", "state": "done"}).Want(t, 409, "lease_lost")
	w.Call(t, operator, "POST", at+"/retry", nil).Want(t, 200, "") // it is requested already

	taken := w.Call(t, operator, "POST", at+"/claim", nil, "Idempotency-Key", "mine").Want(t, 200, "")
	if taken.Into(t, &got); got.State != "running" || got.Lease == nil || got.Lease.ID == nil || got.Attempts != 1 || !got.Lease.EndsAt.After(got.RequestedAt) {
		t.Fatalf("%s", taken.Body)
	}
	mine := *got.Lease.ID
	if again := w.Call(t, operator, "POST", at+"/claim", nil, "Idempotency-Key", "mine").Want(t, 200, ""); again.Header.Get("Idempotency-Replayed") != "true" || string(again.Body) != string(taken.Body) {
		t.Errorf("the same request again: %s", again.Body)
	}
	w.Call(t, operator, "POST", at+"/claim", nil).Want(t, 409, "task_not_due")
	for _, by := range []string{"owner", apitest.Full, apitest.Limited, operator} {
		seen := w.Call(t, by, "GET", at, nil).Want(t, 200, "")
		if strings.Contains(string(seen.Body), mine) || by != operator && !strings.Contains(string(seen.Body), `"lease":null`) {
			t.Errorf("%s reads the lease: %s", by, seen.Body)
		}
	}
	for name, wrong := range map[string]struct {
		body object
		code string
	}{
		"no state":         {object{"lease_id": mine}, "required"},
		"another state":    {object{"lease_id": mine, "state": "requested"}, "invalid_value"},
		"more than all":    {object{"lease_id": mine, "state": "running", "percent": 101}, "out_of_range"},
		"without a reason": {object{"lease_id": mine, "state": "failed"}, "required"},
	} {
		if a := w.Call(t, operator, "POST", at+"/report", wrong.body); a.Status != 422 || a.Code() != wrong.code {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	w.Call(t, operator, "POST", at+"/report", object{"lease_id": mine, "state": "running", "percent": 40}).Want(t, 200, "").Into(t, &got)
	if got.Percent != 40 || got.State != "running" {
		t.Errorf("%+v", got)
	}
	w.Call(t, "owner", "POST", at+"/retry", nil).Want(t, 409, "task_not_failed")
	fails := object{"lease_id": mine, "state": "failed", "reason": "The domain is another's."}
	w.Call(t, operator, "POST", at+"/report", fails).Want(t, 200, "")
	before := w.Events(t)
	w.Call(t, operator, "POST", at+"/report", fails).Want(t, 200, "").Into(t, &got) // the answer to the first was lost
	if got.State != "failed" || got.Reason == nil || *got.Reason != "The domain is another's." || got.EndedAt == nil || w.Events(t) != before {
		t.Errorf("%+v", got)
	}
	w.Call(t, operator, "POST", at+"/report", object{"lease_id": mine, "state": "done"}).Want(t, 409, "lease_lost")
	w.Call(t, operator, "POST", at+"/claim", nil).Want(t, 409, "task_not_due")

	w.Call(t, apitest.Full, "POST", at+"/retry", nil, "Idempotency-Key", "again").Want(t, 200, "").Into(t, &got)
	if got.State != "requested" || got.Reason != nil || got.EndedAt != nil {
		t.Errorf("%+v", got)
	}
	if again := w.Call(t, apitest.Full, "POST", at+"/retry", nil, "Idempotency-Key", "again").Want(t, 200, ""); again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s", again.Body)
	}
	w.Call(t, operator, "POST", at+"/report", fails).Want(t, 409, "lease_lost")
	second := claim(t, w.API, made.ID)
	if second.Attempts != 2 || *second.Lease.ID == mine {
		t.Errorf("%+v", second)
	}
	w.Call(t, operator, "POST", at+"/report", object{"lease_id": *second.Lease.ID, "state": "done"}).Want(t, 200, "").Into(t, &got)
	if got.State != "done" || got.Percent != 100 || got.Lease != nil {
		t.Errorf("%+v", got)
	}
	changes := w.Changes(t, event.Customer(string(c)), string(made.ID))
	if said := apitest.Types(changes); strings.ReplaceAll(said, "provisioning_task.", "") != "requested running failed retried running done" {
		t.Errorf("events: %s", said)
	}
	if failed, _ := event.As[provisioning.FailedEvent](changes[2]); failed.Reason != "The domain is another's." || failed.Kind != provisioning.Domain || failed.Subject != "northwind.example" {
		t.Errorf("%+v", changes[2])
	}
	shared := 0
	for _, e := range gatewaytest.Walk[contract.Event](t, w.API, apitest.Full, "/v1/events", "100") {
		if e.Subject == string(made.ID) {
			shared++
		}
	}
	if shared != len(changes) {
		t.Errorf("the partner reads %d of %d", shared, len(changes))
	}
}

// TestLost: a task whose lease ran out is due again; whoever had it is refused, and a replay of its claim gives it no other's lease.
func TestLost(t *testing.T) {
	w := apitest.Open(t)
	made := ask(t, w, w.Yes(t, "").Customer.ID, provisioning.Migration)
	at := tasks + "/" + string(made.ID)
	var first, got contract.ProvisioningTask
	w.Call(t, operator, "POST", at+"/claim", nil, "Idempotency-Key", "first").Want(t, 200, "").Into(t, &first)
	report := object{"lease_id": *first.Lease.ID, "state": "running", "percent": 10}
	near := w.Later(t, lease-time.Second)
	near.Call(t, operator, "POST", at+"/report", report).Want(t, 200, "") // it counts anew from here
	kept := w.Later(t, lease+time.Second)
	kept.Call(t, operator, "POST", at+"/claim", nil).Want(t, 409, "task_not_due")
	if found := listed(t, kept, operator, "?state=requested"); len(found) != 0 {
		t.Errorf("due: %v", found)
	}
	late := w.Later(t, 2*lease)
	late.Call(t, operator, "GET", at, nil).Want(t, 200, "").Into(t, &got)
	if due, running := listed(t, late, operator, "?state=requested"), listed(t, late, operator, "?state=running"); got.State != "requested" || len(due) != 1 || len(running) != 0 {
		t.Errorf("%+v, due %v, running %v", got, due, running)
	}
	late.Call(t, operator, "POST", at+"/report", report).Want(t, 409, "lease_lost")
	second := claim(t, late, made.ID)
	late.Call(t, operator, "POST", at+"/report", report).Want(t, 409, "lease_lost")
	replayed := late.Call(t, operator, "POST", at+"/claim", nil, "Idempotency-Key", "first").Want(t, 200, "")
	if strings.Contains(string(replayed.Body), *second.Lease.ID) || second.Percent != 0 || second.Attempts != 2 {
		t.Errorf("%s", replayed.Body)
	}
	late.Call(t, operator, "POST", at+"/report", object{"lease_id": *second.Lease.ID, "state": "done"}).Want(t, 200, "")
}

// TestLists: the vendor's systems find by kind what is due, what runs and what failed, of all customers, the oldest first; a customer and its partner
// find the customer's own.
func TestLists(t *testing.T) {
	w := apitest.Open(t)
	mine, theirs := w.Yes(t, offer.RoleLimited).Customer.ID, w.Yes(t, "").Customer.ID
	w.User(t, mine, "owner", customer.ServiceAdmin)
	var due, all []string
	for n := range 7 {
		c, kind := mine, provisioning.Domain
		if n%2 == 1 {
			c = theirs
		}
		if n == 6 {
			kind = provisioning.Mailbox
		}
		id := string(ask(t, w, c, kind).ID)
		due = append(due, id)
		if c == mine {
			all = append(all, id)
		}
	}
	check := func(by, query string, want []string) {
		t.Helper()
		if got := listed(t, w.API, by, query); !slices.Equal(got, want) {
			t.Errorf("%s %s: %v, not %v", by, query, got, want)
		}
	}
	slices.Reverse(all)
	check(operator, "?state=requested&kind=domain", due[:6])
	check(operator, "?state=requested&kind=mailbox", due[6:])
	check(operator, "?state=running", nil)
	if got := listed(t, w.API, operator, "?state=requested"); len(got) != 7 {
		t.Errorf("%v", got)
	}
	run, fail, end := claim(t, w.API, provisioning.ID(due[0])), claim(t, w.API, provisioning.ID(due[1])), claim(t, w.API, provisioning.ID(due[2]))
	w.Call(t, operator, "POST", tasks+"/"+due[1]+"/report", object{"lease_id": *fail.Lease.ID, "state": "failed", "reason": "No."}).Want(t, 200, "")
	w.Call(t, operator, "POST", tasks+"/"+due[2]+"/report", object{"lease_id": *end.Lease.ID, "state": "done"}).Want(t, 200, "")
	check(operator, "?state=running", []string{run.ID})
	check(operator, "?state=running&kind=mailbox", nil)
	check(operator, "?state=failed&kind=domain", due[1:2])
	check(operator, "?state=requested&kind=domain", due[3:6])
	check(operator, "?customer_id="+string(mine)+"&state=done", due[2:3])
	check(operator, "?customer_id="+string(mine), all)
	check("owner", "", all)
	check("owner", "?state=done", due[2:3])
	check("owner", "?kind=mailbox", due[6:])
	check(apitest.Limited, "?customer_id="+string(mine), all)
	w.Call(t, operator, "GET", tasks, nil).Want(t, 400, "required")
	w.Call(t, operator, "GET", tasks+"?state=done", nil).Want(t, 400, "invalid_value")
	w.Call(t, operator, "GET", tasks+"?state=lost", nil).Want(t, 400, "invalid_value")
	w.Call(t, operator, "GET", tasks+"?state=failed&kind=house", nil).Want(t, 400, "invalid_value")
	w.Call(t, operator, "GET", tasks+"?customer_id=x", nil).Want(t, 400, "invalid_format")
	w.Call(t, apitest.Full, "GET", tasks+"?state=requested", nil).Want(t, 400, "required")
	var page contract.ProvisioningTaskPage
	w.Call(t, operator, "GET", tasks+"?state=requested&limit=1", nil).Want(t, 200, "").Into(t, &page)
	w.Call(t, operator, "GET", tasks+"?state=failed&cursor="+*page.NextCursor, nil).Want(t, 400, "invalid_cursor")
}

// TestWhoMay: what a stranger, a partner with and without a grant, and a customer's roles may.
func TestWhoMay(t *testing.T) {
	w := apitest.Open(t)
	full, limited, none := w.Yes(t, offer.RoleFull).Customer.ID, w.Yes(t, offer.RoleLimited).Customer.ID, w.Yes(t, "").Customer.ID
	roles := []customer.Role{customer.GlobalAdmin, customer.UserAdmin, customer.BillingAdmin, customer.PasswordAdmin, customer.ServiceAdmin}
	for _, role := range roles {
		w.User(t, full, string(role), role)
	}
	w.User(t, full, "plain")
	w.User(t, limited, "stranger", customer.GlobalAdmin)
	type answer struct {
		status int
		code   string
	}
	ok, missing, refused := answer{200, ""}, answer{404, "not_found"}, answer{403, "forbidden"}
	for _, c := range []struct {
		by          string
		of          customer.ID
		read, retry answer
	}{
		{operator, full, ok, ok},
		{apitest.Full, full, ok, ok},
		{apitest.Limited, full, ok, refused},
		{apitest.NoAccess, full, refused, refused},
		{apitest.Rival, full, missing, missing},
		{apitest.Full, limited, ok, refused},
		{apitest.Full, none, refused, refused},
		{"global_admin", full, ok, ok},
		{"user_admin", full, ok, ok},
		{"billing_admin", full, ok, ok},
		{"password_admin", full, ok, refused},
		{"service_admin", full, ok, refused},
		{"plain", full, refused, refused},
		{"stranger", full, missing, missing},
	} {
		task := ask(t, w, c.of, provisioning.Mailbox)
		at := tasks + "/" + string(task.ID)
		run := claim(t, w.API, task.ID)
		w.Call(t, operator, "POST", at+"/report", object{"lease_id": *run.Lease.ID, "state": "failed", "reason": "No."}).Want(t, 200, "")
		for path, want := range map[string]answer{at: c.read, tasks + "?customer_id=" + string(c.of): c.read} {
			if a := w.Call(t, c.by, "GET", path, nil); a.Status != want.status || a.Code() != want.code {
				t.Errorf("%s reads %s: %d %s", c.by, path, a.Status, a.Body)
			}
		}
		if a := w.Call(t, c.by, "POST", at+"/retry", nil); a.Status != c.retry.status || a.Code() != c.retry.code {
			t.Errorf("%s retries one of %s: %d %s", c.by, c.of, a.Status, a.Body)
		}
		if c.by != operator {
			w.Call(t, c.by, "POST", at+"/claim", nil).Want(t, 403, "forbidden")
			w.Call(t, c.by, "POST", at+"/report", object{"lease_id": "lse_x", "state": "done"}).Want(t, 403, "forbidden")
		}
	}
	for _, id := range []string{"x", "tsk_x", string(provisioning.NewID(full, strings.Repeat("0", 26)))} {
		w.Call(t, operator, "GET", tasks+"/"+id, nil).Want(t, 404, "not_found")
		w.Call(t, operator, "POST", tasks+"/"+id+"/claim", nil).Want(t, 404, "not_found")
		w.Call(t, "owner-of-nothing", "GET", tasks+"/"+id, nil).Want(t, 403, "unknown_caller")
	}
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

// TestTakenAwayMeanwhile: nothing is retried by whom the power is taken from before it is written.
func TestTakenAwayMeanwhile(t *testing.T) {
	w := apitest.Open(t)
	c := w.Yes(t, offer.RoleFull).Customer.ID
	w.User(t, c, "owner", customer.GlobalAdmin)
	manager := w.User(t, c, "manager", customer.UserAdmin)
	task := ask(t, w, c, provisioning.Mailbox)
	run := claim(t, w.API, task.ID)
	w.Call(t, operator, "POST", tasks+"/"+string(task.ID)+"/report", object{"lease_id": *run.Lease.ID, "state": "failed", "reason": "No."}).Want(t, 200, "")
	gap := &between{Table: w.World.Table}
	raced := w.Later(t, 0, provisioningtasks.Retry(gap))
	gap.then = func() { w.Call(t, "owner", "POST", apitest.Relationship(c, w.Partner)+"/lower", nil).Want(t, 200, "") }
	raced.Call(t, apitest.Full, "POST", tasks+"/"+string(task.ID)+"/retry", nil).Want(t, 403, "forbidden")
	gap.then = func() { w.SetUser(t, manager, "roles", &types.AttributeValueMemberL{}) }
	raced.Call(t, "manager", "POST", tasks+"/"+string(task.ID)+"/retry", nil).Want(t, 403, "not_your_role")
	if stands, err := w.World.Table.ProvisioningTask(t.Context(), task.ID); err != nil || stands.State != provisioning.Failed {
		t.Errorf("%+v %v", stands, err)
	}
}

// TestManyWorkers lets 64 workers take the same 200 tasks: none is taken twice, and none is left.
func TestManyWorkers(t *testing.T) {
	w := apitest.Open(t)
	c := w.Yes(t, "").Customer.ID
	for range 200 {
		ask(t, w, c, provisioning.Mailbox)
	}
	table, ctx := w.World.Table, t.Context()
	var all sync.WaitGroup
	var mutex sync.Mutex
	taken, broken := map[provisioning.ID][]string{}, []error{}
	at := w.World.Env.Now().Add(time.Second)
	var due []provisioning.Task
	for cursor, more := "", true; more; more = cursor != "" {
		found, next, err := table.OpenTasks(ctx, provisioning.Requested, []provisioning.Kind{provisioning.Mailbox}, at, dynamo.Page{Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		due, cursor = append(due, found...), next
	}
	if len(due) != 200 {
		t.Fatalf("%d are due", len(due))
	}
	for n := range 64 {
		all.Go(func() {
			for i := range 25 { // each begins elsewhere, and eight try each task
				one := due[(i+n*3)%len(due)].ID
				o := op.Op{ID: fmt.Sprintf("%d %s", n, one), Actor: op.Actor{Kind: op.Job, ID: fmt.Sprint("worker ", n)}, At: at, IDs: w.World.Env.IDs()}
				got, err := provisioning.ClaimTask(ctx, table, one, o)
				mutex.Lock()
				switch {
				case err == nil:
					taken[one] = append(taken[one], got.Lease.By)
				case !fault.Is(err, fault.TaskNotDue):
					broken = append(broken, err)
				}
				mutex.Unlock()
			}
		})
	}
	all.Wait()
	if err := errors.Join(broken...); err != nil {
		t.Fatal(err)
	}
	for id, by := range taken {
		stands, err := table.ProvisioningTask(ctx, id)
		if err != nil || len(by) != 1 || stands.Lease.By != by[0] || stands.Attempts != 1 {
			t.Errorf("%s was taken by %v and is %s's", id, by, stands.Lease.By)
		}
	}
	left, _, err := table.OpenTasks(ctx, provisioning.Requested, provisioning.Kinds, at, dynamo.Page{Limit: 100})
	if len(taken) != 200 || len(left) != 0 || err != nil {
		t.Errorf("%d are taken, %d are left: %v", len(taken), len(left), err)
	}
}
