package dynamo_test

import (
	"context"
	"sync"
	"testing"

	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
)

// late writes an end only once a sale has been written, which the end did not see.
type late struct {
	*dynamo.Table
	sold <-chan struct{}
}

func (l late) SaveTie(ctx context.Context, r relationship.Relationship, happened event.Event, o op.Op) error {
	<-l.sold
	return l.Table.SaveTie(ctx, r, happened, o)
}

// TestResellerEnds lets a reseller end its tie 16 times at once with 16 sales that it bills: at first as it comes, and then each end decides
// before the first sale and writes after it. Either the tie ends before every sale that saw it, or it holds: none under it outlives it.
func TestResellerEnds(t *testing.T) {
	_, w := patient(t)
	w.Resells(t)
	for _, after := range []bool{false, true} {
		owner := w.Trial(t, "anna"+w.Op("").NewID()+"@customer.example", "")
		w.Resold(t, owner)
		// Nobody is partner of record before and after: what a sale changes of that is written over the tie anyhow.
		if _, err := relationship.StepDown(t.Context(), w.Table, owner.Customer.ID, w.Partner, relationship.ByPartner, "", w.Op("partner")); err != nil {
			t.Fatal(err)
		}
		const rivals = 16
		records, sales, ends := make([]consent.Consent, rivals), make([]error, rivals), make([]error, rivals)
		start, sold := make(chan struct{}), make(chan struct{})
		var once sync.Once
		var all sync.WaitGroup
		for i := range rivals {
			inv, by, rev := w.Asked(t, w.Sale(t).ID, owner, fixture.Separate)
			sale, end := w.Op("visitor"), w.Op("partner")
			all.Go(func() {
				<-start
				if records[i], sales[i] = redemption.Accept(t.Context(), w.Table, inv, by, rev, "1", sale); sales[i] == nil {
					once.Do(func() { close(sold) })
				}
			})
			all.Go(func() {
				<-start
				var store relationship.ResellerStore = w.Table
				if after {
					store = late{w.Table, sold}
				}
				_, ends[i] = relationship.EndReseller(t.Context(), store, owner.Customer.ID, w.Partner, "", end)
			})
		}
		close(start)
		all.Wait()
		under, gone := 0, 0
		for i, record := range records {
			if sales[i] == nil && tied(record) {
				under++
			}
			if ends[i] == nil {
				gone++
			}
			for _, err := range []error{sales[i], ends[i]} {
				if err != nil && !fault.Is(err, fault.ActiveSubscriptions) && !fault.Is(err, fault.AlreadyEnded) && !fault.Is(err, fault.PreconditionFailed) &&
					!fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.StaleDraft) {
					t.Errorf("a rival hears %v", err)
				}
			}
		}
		tie, _, err := w.Table.Relationship(t.Context(), owner.Customer.ID, w.Partner)
		if err != nil || gone > 1 || tie.Reseller != (gone == 0) || gone == 1 && under > 0 || after && under == 0 {
			t.Errorf("ended %d times with %d sales under the tie, which is %v now: %v", gone, under, tie.Reseller, err)
		}
	}
}

// tied says whether a sale was decided while the partner was the customer's reseller.
func tied(r consent.Consent) bool {
	for _, tie := range r.Ties {
		if tie.Reseller {
			return true
		}
	}
	return false
}
