// Package intact holds a running system's whole table against the invariants (infra/design/trust.md).
package intact

import (
	"context"
	"testing"
	"time"

	"liaison/infra/local/system"
	"liaison/infra/operate/verify"
	"liaison/shared/dynamo"
)

// Table fails the test where something in the table breaks an invariant once nothing is left to happen: whoever's it is, for tests share
// their system. It is for the end of a test, when the test's own context is over.
func Table(t *testing.T, sys *system.System) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	begun := time.Now()
	if err := sys.Settle(ctx); err != nil {
		t.Error(err)
		return
	}
	quiet := time.Now()
	report, err := verify.Table(ctx, dynamo.Over(sys.Table(), sys.Endpoints.Table), verify.Options{At: sys.Now()})
	if err != nil {
		t.Error(err)
		return
	}
	for _, v := range report.Violations {
		t.Error("verify:", v)
	}
	t.Logf("verified %d items, %d events in %v, after waiting %v", report.Items, report.Events, time.Since(quiet).Round(time.Millisecond), quiet.Sub(begun).Round(time.Millisecond))
}
