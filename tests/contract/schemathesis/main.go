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
	var events contract.EventPage
	if _, err := program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events", nil, &events); err != nil {
		return err
	}
	var clients contract.APIClientPage
	if _, err := program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/api-clients", nil, &clients); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, filepath.Join(s.Root(), "build", "tools", "schemathesis", "bin", "python"), append([]string{"tests/contract/passes.py"}, options...)...)
	c.Dir, c.Stdout, c.Stderr = s.Root(), os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "BASE_URL="+s.Endpoints.API, "TOKEN="+program.Partner.Token, "OPERATOR_TOKEN="+program.Operator.Token,
		"EXAMPLES="+strconv.Itoa(examples), "OFFER_ID="+made.Offer, "INVITATION_ID="+made.Invitation, "REDEMPTION_ID="+made.Redemption.ID,
		"PARTNER_ID="+program.Other, "PLAN_ID="+sample.TrialPlan, "PROGRAM=cloud-essentials", "SUBSCRIPTION_ID="+made.Subscription.ID,
		"RELATIONSHIP_ID=rel_"+strings.TrimPrefix(made.Subscription.CustomerID, "cus_")+"_"+program.PartnerID,
		"EVENT_ID="+events.Data[0].ID, "API_CLIENT_ID="+clients.Data[0].ID)
	return c.Run()
}
