// Package authz is who may do what, tried: every route of the API x every caller x own, another partner's, unknown and misshapen things
// -> the status. It runs against the local system, asks shared/access nothing, and holds every answer against the contract.
package authz

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
	"liaison/tests/house/granted"
)

var (
	sys     *system.System
	checker *answers.Checker
	all     *world
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "authz:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	started := time.Now()
	var err error
	if checker, err = answers.Load(); err != nil {
		return 1, err
	}
	// One instance of a function is enough: a row of the matrix asks one after the other.
	sys, err = system.Start(ctx, system.Options{
		Long: !granted.Partly(), Borrow: true, Instances: 2, Parameters: map[string]string{"Audiences": "liaison"},
		Environment: map[string]string{"POSTS_PER_CLIENT": "1000000", "CHECKS_PER_CALLER": "1000000"}, // caps have their own tests
	})
	if err != nil {
		return 1, err
	}
	defer sys.Close()
	program, err := sample.Load(ctx, sys)
	if err != nil {
		return 1, err
	}
	if all, err = populate(ctx, program); err != nil {
		return 1, err
	}
	fmt.Fprintf(os.Stderr, "authz: everything is there after %s\n", time.Since(started).Round(time.Second))
	code := m.Run()
	wrong := breaks.all()
	if code == 0 {
		wrong = append(wrong, granted.Check(sys, "api"))
	}
	return code, errors.Join(wrong...)
}

// api returns a client of the API whose answers are held against the contract.
func api(token string) client.API {
	return client.API{Base: sys.Endpoints.API, Token: token, Seen: func(r *http.Request, a client.Answer) error {
		if err := checker.Check(r, a.Status, a.Header, a.Body); err != nil {
			breaks.add(err)
		}
		return nil
	}}
}

// breaks are the answers that the contract does not allow: told once each, at the end.
var breaks found

type found struct {
	mutex sync.Mutex
	seen  map[string]bool
	list  []error
}

func (f *found) add(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	if key := fmt.Sprintf("%.80s", err); !f.seen[key] {
		f.seen[key] = true
		f.list = append(f.list, err)
	}
}

func (f *found) all() []error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.list
}
