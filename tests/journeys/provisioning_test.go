package journeys

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/provisioner"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestProvisioning follows what a customer takes to where it is set up: its trial, by the sample's provisioner, whose percentages and end both sides
// read; then a purchase that fails once, with a reason, and is tried again by the customer, as its partner's limited administration may only read.
func TestProvisioning(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c := customerWithPassword(ctx, t, "provisioned")
	authorize(ctx, t, c)
	settle(t)
	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	const tasks = "/v1/provisioning-tasks"
	id := c.Subscription.CustomerID
	var task contract.ProvisioningTask
	stands := func(state contract.ProvisioningState, percent int, licenses, status string) {
		t.Helper()
		for by, path := range map[*client.API]string{&person: tasks, &program.Partner: tasks + "?customer_id=" + id, &program.Operator: tasks + "?customer_id=" + id} {
			var page contract.ProvisioningTaskPage
			must(t)(by.Must(ctx, http.StatusOK, http.MethodGet, path, nil, &page))
			if len(page.Data) != 1 || page.Data[0].Subject != c.Subscription.ID || page.Data[0].Details["licenses"] != licenses || page.Data[0].Details["status"] != status {
				t.Fatalf("%s: %+v", path, page.Data)
			}
			task = page.Data[0]
			must(t)(by.Must(ctx, http.StatusOK, http.MethodGet, tasks+"/"+task.ID, nil, &task))
			if task.State != state || task.Percent != percent {
				t.Fatalf("%s: %+v", path, task)
			}
		}
	}
	stands(contract.ProvisioningStateRequested, 0, "25", "active")

	// The vendor's systems find it among what is due.
	due := false
	for query := "?state=requested&kind=subscription&limit=100"; query != "" && !due; {
		var page contract.ProvisioningTaskPage
		must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, tasks+query, nil, &page))
		due = slices.ContainsFunc(page.Data, func(one contract.ProvisioningTask) bool { return one.ID == task.ID })
		if query = ""; page.NextCursor != nil {
			query = "?state=requested&kind=subscription&limit=100&cursor=" + *page.NextCursor
		}
	}
	if !due {
		t.Errorf("%s is not among what is due", task.ID)
	}
	vendor := sample.Provisioner(sys)
	vendor.SignIn = func(context.Context) (client.API, error) { return program.Operator, nil }
	vendor.Takes = func(one contract.ProvisioningTask) bool { return one.CustomerID == id }
	works := func() {
		t.Helper()
		if n, err := vendor.Work(ctx); n != 1 || err != nil {
			t.Fatalf("%d tasks are ended, %v", n, err)
		}
		settle(t)
	}
	works()
	stands(contract.ProvisioningStateDone, 100, "25", "active")

	// Bought with 13 licences it fails at first.
	must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, "/v1/subscriptions/"+c.Subscription.ID+"/convert", contract.SubscriptionConvert{
		BillingTerm: "month", Licenses: ptr(13), TermsVersion: termsNow(t),
	}, nil))
	settle(t)
	stands(contract.ProvisioningStateRequested, 0, "13", "active")
	works()
	stands(contract.ProvisioningStateFailed, 25, "13", "active")
	if task.Reason == nil || *task.Reason != provisioner.Trouble {
		t.Errorf("%+v", task)
	}
	must(t)(program.Partner.Must(ctx, http.StatusForbidden, http.MethodPost, tasks+"/"+task.ID+"/retry", nil, nil))
	must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, tasks+"/"+task.ID+"/retry", nil, nil))
	stands(contract.ProvisioningStateRequested, 0, "13", "active")
	works()
	stands(contract.ProvisioningStateDone, 100, "13", "active")

	// Both sides see all of it, the customer on its page too.
	want := []string{"requested", "running", "done", "requested", "running", "failed", "retried", "running", "done"}
	for by, path := range map[*client.API]string{&person: "/v1/events?limit=100", &program.Partner: "/v1/events?limit=100&customer_id=" + id} {
		var page contract.EventPage
		must(t)(by.Must(ctx, http.StatusOK, http.MethodGet, path, nil, &page))
		var said []string
		for _, e := range slices.Backward(page.Data) {
			if verb, ok := strings.CutPrefix(e.Type, "provisioning_task."); ok && e.Subject == task.ID {
				said = append(said, verb)
			}
		}
		if !slices.Equal(said, want) {
			t.Errorf("%s: %v", path, said)
		}
	}
	opened(t, c.browser, sys.Endpoints.Pages+"/account/activity")
	acts := c.browser.Page.Text()
	for _, one := range []string{
		w.ActivityTaskRequested(w.ProvisioningSubscription()), w.ActivityTaskRunning(w.ProvisioningSubscription()), w.ActivityTaskDone(w.ProvisioningSubscription()),
		w.ActivityTaskFailed(w.ProvisioningSubscription(), provisioner.Trouble), w.ActivityTaskRetried(w.ProvisioningSubscription()),
	} {
		if !strings.Contains(acts, one) {
			t.Errorf("no %q in\n%s", one, acts)
		}
	}
}
