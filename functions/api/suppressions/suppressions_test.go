package suppressions_test

import (
	"os"
	"testing"
	"time"

	"liaison/functions/api/suppressions"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// program is a small program in which mails to addresses were stopped.
type program struct {
	fixture.World
	*gatewaytest.API
}

func open(t *testing.T) *program {
	t.Helper()
	s := &program{World: fixture.Open(t).Populate(t)}
	table := fixture.Table{Table: s.World.Table, DB: s.DB, Name: s.World.Env.Table}
	s.API = gatewaytest.Open(t, table, gatewaytest.Env(), suppressions.List(table), suppressions.Lift(table))
	return s
}

func (s *program) stop(t *testing.T, address, reason string) {
	t.Helper()
	o := s.Op("mailevents")
	if _, err := suppression.Stop(t.Context(), s.World.Table, dynamo.AddressHash(address), reason, event.New(o, event.Vendor(), event.Of(dynamo.AddressHash(address), event.AddressSuppressedEvent{})), o); err != nil {
		t.Fatal(err)
	}
}

func (s *program) listed(t *testing.T, subject, query string) []contract.Suppression {
	t.Helper()
	var page contract.SuppressionPage
	s.Call(t, subject, "GET", "/v1/suppressions"+query, nil).Want(t, 200, "").Into(t, &page)
	return page.Data
}

func (s *program) changes(t *testing.T, kind event.Type) (found []event.Change) {
	t.Helper()
	happened, _, err := s.World.Table.TenantEvents(t.Context(), event.Vendor(), event.Filter{Type: kind}, dynamo.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range happened {
		found = append(found, one.Event.Changes...)
	}
	return found
}

// TestLift shows an operator why an address gets no offers, with every cause, and lets mail go there again.
func TestLift(t *testing.T) {
	s := open(t)
	const anna = "Anna@example.com"
	before := s.World.Env.Now()
	s.stop(t, anna, suppression.Unsubscribed)
	s.stop(t, anna, suppression.Bounced)
	s.stop(t, anna, suppression.Bounced)
	s.stop(t, "other@example.com", suppression.Complaint)

	got := s.listed(t, gatewaytest.Operator, "?email=anna@EXAMPLE.com")
	if len(got) != 1 || got[0].Reason != contract.SuppressionReasonBounced || got[0].AddressHash != dynamo.AddressHash(anna) || len(got[0].Causes) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []contract.SuppressionReason{contract.SuppressionReasonUnsubscribed, contract.SuppressionReasonBounced} {
		if c := got[0].Causes[i]; c.Reason != want || c.At.Before(before) || c.At.After(before.Add(time.Hour)) {
			t.Errorf("cause %d is %+v, want %s", i, c, want)
		}
	}
	if reads := s.changes(t, "operator.read"); len(reads) != 1 {
		t.Errorf("%d reads are noted", len(reads))
	}
	at := "/v1/suppressions/" + got[0].AddressHash
	s.Call(t, gatewaytest.Operator, "DELETE", at, nil).Want(t, 204, "")
	s.Call(t, gatewaytest.Operator, "DELETE", at, nil).Want(t, 404, "not_found")
	if got := s.listed(t, gatewaytest.Operator, "?email=anna@example.com"); len(got) != 0 {
		t.Errorf("after it was lifted: %+v", got)
	}
	if reason, err := s.World.Table.Suppressed(t.Context(), anna); err != nil || reason != "" {
		t.Errorf("still stopped: %q %v", reason, err)
	}
	if lifted := s.changes(t, "suppression.lifted"); len(lifted) != 1 || lifted[0].Subject != got[0].AddressHash {
		t.Errorf("events %+v", lifted)
	}
	if got := s.listed(t, gatewaytest.Operator, "?email=other@example.com"); len(got) != 1 || got[0].Reason != contract.SuppressionReasonComplaint {
		t.Errorf("another address: %+v", got)
	}

	// A mailbox that is closed still is stopped anew, by the new cause alone.
	s.stop(t, anna, suppression.Bounced)
	if got := s.listed(t, gatewaytest.Operator, "?email=anna@example.com"); len(got) != 1 || len(got[0].Causes) != 1 {
		t.Errorf("after the next bounce: %+v", got)
	}
	s.Call(t, gatewaytest.Operator, "GET", "/v1/suppressions", nil).Want(t, 400, "required")
	s.Call(t, gatewaytest.Operator, "GET", "/v1/suppressions?email=nobody", nil).Want(t, 400, "invalid_email")
	s.Call(t, gatewaytest.Operator, "DELETE", "/v1/suppressions/no-such-thing", nil).Want(t, 404, "not_found")
}

// TestOwnAddress lets a customer's user read and lift what stops mail to its own address, and nobody else's.
func TestOwnAddress(t *testing.T) {
	s := open(t)
	const mine, others = "member@example.com", "other@example.com"
	accepted := s.Trial(t, "owner@example.com", "no")
	user := s.Member(t, accepted.Customer.ID, mine)
	gatewaytest.Bind(t, s.API, string(accepted.Customer.ID), string(user), "member")
	s.stop(t, mine, suppression.Bounced)
	s.stop(t, others, suppression.Bounced)
	for _, query := range []string{"", "?email=" + mine} {
		if got := s.listed(t, "member", query); len(got) != 1 || got[0].AddressHash != dynamo.AddressHash(mine) {
			t.Errorf("%q: %+v", query, got)
		}
	}
	if got := s.listed(t, "member", "?email="+others); len(got) != 0 {
		t.Errorf("another's address is shown: %+v", got)
	}
	s.Call(t, "member", "DELETE", "/v1/suppressions/"+dynamo.AddressHash(others), nil).Want(t, 404, "not_found")
	s.Call(t, "member", "DELETE", "/v1/suppressions/"+dynamo.AddressHash(mine), nil).Want(t, 204, "")
	for address, want := range map[string]string{mine: "", others: suppression.Bounced} {
		if reason, err := s.World.Table.Suppressed(t.Context(), address); err != nil || reason != want {
			t.Errorf("%s is stopped for %q %v, want %q", address, reason, err, want)
		}
	}
}
