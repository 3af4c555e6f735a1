package administration

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
)

// ProfileStore is what changing a customer's profile needs of the table.
type ProfileStore interface {
	Store
	// SaveProfile writes a customer with a changed profile over the version of old, and its name in its ties, and checks the permit again
	// (fault.Forbidden once it no longer stands).
	SaveProfile(ctx context.Context, c, old customer.Customer, by Permit, happened event.Event, o op.Op) error
}

// UpdateProfile writes the changes over a customer as it was read; where nothing differs nothing is written. It fails as customer.Changes.Apply and
// Allow do.
func UpdateProfile(ctx context.Context, store ProfileStore, by Authority, changes customer.Changes, o op.Op) (customer.Customer, error) {
	old := by.Customer
	next, fields, err := changes.Apply(old)
	if err != nil {
		return old, err
	}
	leave, err := by.Allow(EditCustomer)
	if err != nil || len(fields) == 0 {
		return old, err
	}
	happened := by.tell(o, event.Of(old.ID, customer.ChangedEvent{Fields: fields}))
	if err := store.SaveProfile(ctx, next, old, leave, happened, o.Giving(string(old.ID))); err != nil {
		return old, err
	}
	next.Version++
	return next, nil
}
