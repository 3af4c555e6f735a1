// Package journeys walks whole stories over HTTP against the local system: the functions themselves, the real table, mail that is really sent,
// the clock sent forward. Every answer of the API is held against the contract.
package journeys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/tests/contract/answers"
	"liaison/tests/fixture"
	"liaison/tests/house/granted"
	"liaison/tests/house/intact"
)

var (
	sys     *system.System
	program *sample.Program
	mailbox client.Mailbox
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "journeys:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	checker, err := answers.Load()
	if err != nil {
		return 1, err
	}
	sys, err = system.Start(ctx, system.Options{Long: !granted.Partly(), Borrow: true, Bootstraps: deployed(), Environment: map[string]string{
		// Every visitor of a test comes from one address; the limits themselves are tested with a patient one.
		"POSTS_PER_CLIENT": "1000000",
	}})
	if err != nil {
		return 1, err
	}
	defer sys.Close()
	if program, err = sample.Load(ctx, sys); err != nil {
		return 1, err
	}
	seen := func(r *http.Request, a client.Answer) error { return checker.Check(r, a.Status, a.Header, a.Body) }
	program.Operator.Seen, program.Partner.Seen = seen, seen
	mailbox = client.Mailbox{Base: sys.Endpoints.Mailbox}
	code := m.Run()
	if code == 0 {
		err = errors.Join(granted.Check(sys, "pages", "jobs"), dead(), unled(ctx))
	}
	return code, err
}

// deployed are the functions that run from their own bootstraps, built as for deployment, so that none hides what works only in the one local
// program: in the long suite every one, in the default one a function of each door that TestStory walks through. Who runs some journeys alone
// does not wait for them.
func deployed() []string {
	switch {
	case fixture.All():
		return []string{"*"}
	case granted.Partly():
		return nil
	}
	return []string{"OffersCreate", "RedeemPage", "DispatchJob"}
}

// dead fails where anything ended as a dead letter.
func dead() error {
	var found []error
	for _, letter := range sys.DeadLetters() {
		found = append(found, fmt.Errorf("dead letter of %s: %.300s", letter.Function, letter.Body))
	}
	return errors.Join(found...)
}

// patience is how long a test waits for something to happen by stream or mail before it fails.
func patience(t *testing.T) context.Context {
	verified(t)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// verified holds the whole table against the invariants at the end of the test, once all is quiet. What every test asks for first asks
// for it, so that no test has to.
func verified(t *testing.T) {
	if _, asked := asked.LoadOrStore(t.Name(), true); !asked {
		t.Cleanup(func() { intact.Table(t, sys) })
	}
}

var asked sync.Map // names of tests
