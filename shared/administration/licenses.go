package administration

import (
	"context"
	"strconv"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/subscription"
)

// LicenseStore is what giving licences needs of the table.
type LicenseStore interface {
	UserStore
	// Subscriptions reads those of some subscriptions that there are, strongly consistent.
	Subscriptions(ctx context.Context, ids ...subscription.ID) (map[subscription.ID]subscription.Subscription, error)
}

// SetLicenses gives a user as it was read licences of exactly these subscriptions of its customer, and takes the others; where nothing differs nothing is
// written. One that it has already stays, however its subscription stands. It fails with Invalid unknown_subscription, and as User.License, Allow and
// Subscription.Assignable do.
func SetLicenses(ctx context.Context, store LicenseStore, by Authority, old customer.User, subscriptions []string, o op.Op) (customer.User, error) {
	var wrong fault.Check
	ids := make([]subscription.ID, len(subscriptions))
	for i, one := range subscriptions {
		ids[i] = subscription.ID(one)
		if of, _, ok := ids[i].Customer(); !ok || of != old.Customer {
			wrong.Add("/subscription_ids/"+strconv.Itoa(i), fault.UnknownSubscription, one)
		}
	}
	if err := wrong.Err(); err != nil {
		return old, err
	}
	next, given, taken, err := old.License(subscriptions)
	if err != nil {
		return old, err
	}
	if _, err := by.Allow(AdministerUsers, old); err != nil {
		return old, err
	}
	if len(given)+len(taken) == 0 {
		return old, nil
	}
	found, err := store.Subscriptions(ctx, ids...)
	if err != nil {
		return old, err
	}
	for i, id := range ids {
		if _, there := found[id]; !there {
			wrong.Add("/subscription_ids/"+strconv.Itoa(i), fault.UnknownSubscription, string(id))
		}
	}
	if err := wrong.Err(); err != nil {
		return old, err
	}
	for _, one := range given {
		if err := found[subscription.ID(one)].Assignable(o.At); err != nil {
			return old, err
		}
	}
	return save(ctx, store, by, AdministerUsers, old, next, []event.Change{event.Of(old.ID, customer.LicensesChangedEvent{Given: given, Taken: taken})}, o)
}
