// Package journeys walks whole stories over HTTP against the local system: the functions' own bootstraps, the real table,
// mail that is really sent, the clock sent forward. Every answer of the API is held against the contract.
package journeys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/tests/contract/answers"
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
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	checker, err := answers.Load()
	if err != nil {
		return 1, err
	}
	sys, err = system.Start(ctx, system.Options{Build: true, Environment: map[string]string{
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
	if flagged := filtered(); code == 0 && !flagged {
		err = errors.Join(unused(), dead())
	}
	return code, err
}

// filtered says whether only some tests ran, so that not every right can have been used.
func filtered() bool {
	return slices.ContainsFunc(os.Args, func(a string) bool {
		return strings.HasPrefix(a, "-test.run=") && a != "-test.run=" || strings.HasPrefix(a, "-test.skip=")
	})
}

// unused is law 3 of the house: what a function really called must be granted. What is granted but was not called here is listed.
func unused() error {
	used := map[string]map[string]bool{}
	for _, call := range sys.Proxy.Calls() {
		if used[call.Function] == nil {
			used[call.Function] = map[string]bool{}
		}
		for _, action := range call.Actions {
			used[call.Function][action.Name+" "+resource(action)] = true
		}
	}
	var wrong []error
	var idle []string // what these journeys do not reach; other suites call the rest of the API
	for _, function := range sys.App.Functions {
		name := function.Name
		granted := map[string]bool{}
		for _, statement := range function.Statements {
			for _, action := range statement.Actions {
				for _, arn := range statement.Resources {
					if strings.HasPrefix(action, "dynamodb:") || strings.HasPrefix(action, "ses:") || strings.HasPrefix(action, "cognito-idp:") {
						granted[action+" "+trimmed(action, arn)] = true
					}
				}
			}
		}
		for right := range granted {
			if !used[name][right] && !streams(right) {
				idle = append(idle, fmt.Sprintf("%s: granted but not used here: %s", name, right))
			}
		}
		for right := range used[name] {
			if !granted[right] {
				wrong = append(wrong, fmt.Errorf("%s: used but not granted: %s", name, right))
			}
		}
	}
	slices.Sort(idle)
	fmt.Println(strings.Join(idle, "\n"))
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

// streams says whether a right belongs to the event source mapping, which calls in the function's name but not from it.
func streams(right string) bool {
	return strings.Contains(right, "Stream") || strings.Contains(right, "GetRecords") || strings.Contains(right, "GetShardIterator")
}

func resource(a proxy.Action) string { return trimmed(a.Name, a.ARN()) }

// trimmed leaves of an ARN what tells a table from its indexes; other services' resources are not told apart here.
func trimmed(action, arn string) string {
	if !strings.HasPrefix(action, "dynamodb:") {
		return ""
	}
	_, table, _ := strings.Cut(arn, ":table/")
	return table
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
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}
