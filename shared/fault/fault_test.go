package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"liaison/shared/fault"
)

// TestIs tells a fault by its code or its kind, bare, with what it is about, or wrapped.
func TestIs(t *testing.T) {
	for name, err := range map[string]error{
		"bare": fault.NotFound, "in a field": fault.NotFound.In("/id"), "wrapped": fmt.Errorf("read: %w", fault.NotFound),
		"with a cause": fault.NotFound.Because(errors.New("gone")),
	} {
		if !fault.Is(err, fault.NotFound) || !fault.Is(err, fault.Absent) || !fault.Is(err, fault.Gone, fault.Absent) || fault.Is(err, fault.Gone) || fault.Is(err, fault.UnknownPartnerID) {
			t.Errorf("%s: %v", name, err)
		}
		if f := fault.As(err); f == nil || f.Code != fault.NotFound || f.Kind != fault.Absent {
			t.Errorf("%s: %+v", name, f)
		}
	}
	var none *fault.Fault
	if fault.Is(nil, fault.NotFound) || fault.Is(none, fault.NotFound) || fault.Is(errors.New("not_found"), fault.NotFound) {
		t.Error("what is no fault is one")
	}
}

// TestKinds: a code has the kinds it is declared with and, of a parameter, Malformed for Invalid.
func TestKinds(t *testing.T) {
	for want, f := range map[fault.Kind]*fault.Fault{
		fault.Invalid: fault.UnknownPartnerID.In("/partner_id"), fault.Absent: fault.UnknownPartnerID.Of(fault.Absent),
		fault.Malformed: fault.UnknownPartnerID.InParameter("partner_id"), fault.Throttled: fault.RateLimited.InParameter("cursor"),
		fault.Conflict: fault.OfferExpired.With(time.Time{}).Of(fault.Conflict),
	} {
		if f.Kind != want {
			t.Errorf("%v is not %s", f, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a code has a kind that it is not declared with")
		}
	}()
	_ = fault.NotFound.Of(fault.Gone)
}

// TestShared: what one request says of a code stays with that request.
func TestShared(t *testing.T) {
	_ = fault.NotFound.With("a").In("/a").After(time.Second).Because(errors.New("a"))
	if f := fault.As(fault.NotFound); f.About != nil || f.Fields != nil || f.RetryAfter != 0 || f.Cause != nil {
		t.Errorf("%+v", f)
	}
	for _, c := range fault.All() {
		if fault.Named(c.String()) != c {
			t.Errorf("%s is another code", c)
		}
	}
}
