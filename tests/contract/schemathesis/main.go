// Command schemathesis holds the running API against its contract with requests that a machine makes up: it starts the whole local system with
// the sample program, walks the main story once so that every kind of thing exists, and runs tests/contract/passes.py on it
// with the Python that `make build/tools/schemathesis/ready` fetches.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/infra/local/system"
	"liaison/shared/contract"
)

func main() {
	examples := flag.Int("examples", 50, "requests an operation and pass")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *examples, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "schemathesis:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, examples int, options []string) error {
	s, err := system.Start(ctx, system.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	program, err := sample.Load(ctx, s)
	if err != nil {
		return err
	}
	walk := story.Story{System: s, Program: program, Tell: func(string) {}}
	made, err := walk.Trial(ctx, "en", "anna@example.com", "yes")
	if err != nil {
		return err
	}
	owner, err := walk.Join(ctx, "en", made)
	if err != nil {
		return err
	}
	if err := s.Settle(ctx); err != nil { // the trial's task is there by then
		return err
	}
	known, err := things(ctx, program, owner)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, filepath.Join(s.Root(), "build", "tools", "schemathesis", "bin", "python"), append([]string{"tests/contract/passes.py"}, options...)...)
	c.Dir, c.Stdout, c.Stderr = s.Root(), os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "BASE_URL="+s.Endpoints.API, "TOKEN="+program.Partner.Token, "OPERATOR_TOKEN="+program.Operator.Token,
		"CUSTOMER_TOKEN="+owner.API.Token, "EXAMPLES="+strconv.Itoa(examples))
	for name, value := range known {
		c.Env = append(c.Env, name+"="+value)
	}
	return c.Run()
}

// things makes one of everything that a customer's directory holds and returns what exists, by the variable that passes.py reads.
func things(ctx context.Context, program *sample.Program, owner *story.Member) (map[string]string, error) {
	customer, trial := owner.Subscription.CustomerID, owner.Subscription.ID
	of := "/v1/customers/" + customer
	var (
		events  contract.EventPage
		clients contract.APIClientPage
		tasks   contract.ProvisioningTaskPage
		user    contract.CustomerUser
		group   contract.CustomerGroup
		site    contract.CustomerDomain
		file    contract.Import
		request contract.ServiceRequest
	)
	for _, step := range []struct {
		by           client.API
		status       int
		method, path string
		body, made   any
	}{
		{program.Partner, http.StatusOK, http.MethodGet, "/v1/events", nil, &events},
		{program.Partner, http.StatusOK, http.MethodGet, "/v1/api-clients", nil, &clients},
		{owner.API, http.StatusCreated, http.MethodPost, of + "/users", contract.CustomerUserCreate{Email: "ewa@northwind.example", Name: "Ewa Lis"}, &user},
		{owner.API, http.StatusCreated, http.MethodPost, of + "/groups", contract.CustomerGroupCreate{Name: "Sales"}, &group},
		{owner.API, http.StatusCreated, http.MethodPost, of + "/domains", contract.CustomerDomainCreate{Name: "northwind.example"}, &site},
		{owner.API, http.StatusCreated, http.MethodPost, of + "/imports", contract.ImportCreate{
			Kind: contract.ImportKindUsers, Csv: "email,name,licenses\njan@northwind.example,Jan Kos,\nno address,Nobody,\n",
		}, &file},
		{owner.API, http.StatusCreated, http.MethodPost, "/v1/service-requests", contract.ServiceRequestCreate{Subject: "Mail", Message: "None comes."}, &request},
		{owner.API, http.StatusOK, http.MethodGet, "/v1/provisioning-tasks?customer_id=" + customer, nil, &tasks},
	} {
		if _, err := step.by.Must(ctx, step.status, step.method, step.path, step.body, step.made); err != nil {
			return nil, err
		}
	}
	return map[string]string{
		"OFFER_ID": owner.Offer, "INVITATION_ID": owner.Invitation, "REDEMPTION_ID": owner.Redemption.ID, "PARTNER_ID": program.Other,
		"PLAN_ID": sample.TrialPlan, "PROGRAM": "cloud-essentials", "SUBSCRIPTION_ID": trial,
		"RELATIONSHIP_ID": "rel_" + strings.TrimPrefix(customer, "cus_") + "_" + program.PartnerID,
		"EVENT_ID":        events.Data[0].ID, "API_CLIENT_ID": clients.Data[0].ID, "CUSTOMER_ID": customer, "USER_ID": user.ID, "GROUP_ID": group.ID,
		"DOMAIN": site.Name, "IMPORT_ID": file.ID, "TASK_ID": tasks.Data[0].ID, "SERVICE_REQUEST_ID": request.ID,
	}, nil
}
