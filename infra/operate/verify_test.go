package main

import (
	"os"
	"strings"
	"testing"

	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestCheck runs the command against a table that is whole, and against one that is not.
func TestCheck(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	record := w.Trial(t, "anna@customer.example", "yes")
	at := w.Env.Now().Format("2006-01-02T15:04:05Z")
	whole := []string{"verify", "-table", w.Env.Table, "-endpoint", w.Env.DynamoEndpoint, "-at", at}
	if err := run(t.Context(), whole); err != nil {
		t.Error(err)
	}
	w.Spoil(t, "CUSTOMER#"+record.Customer.ID.Bare(), "DELEGATED_ADMINISTRATOR", "partner")
	if err := run(t.Context(), whole); err == nil || !strings.Contains(err.Error(), "breaks its invariants") {
		t.Errorf("a broken table: %v", err)
	}
	for _, args := range [][]string{{"verify"}, {"verify", "-table", "x", "-at", "noon"}, {"verify", "-table", "none", "-endpoint", w.Env.DynamoEndpoint}, {"mend"}, nil} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
