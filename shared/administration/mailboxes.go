package administration

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/subscription"
)

// SetMailbox has a user as it was read a mailbox as a draft says, in place of the one that it has; where nothing differs nothing is written. It fails with
// Conflict no_license where a user who has none yet has no licence of a subscription that runs, with domain_unverified where the address is another than
// before and of a domain that the customer has not verified, with address_taken where the address is another user's, and as User.SetMailbox and Allow do.
func SetMailbox(ctx context.Context, store LicenseStore, by Authority, old customer.User, draft customer.MailboxDraft, o op.Op) (customer.User, error) {
	next, fields, err := old.SetMailbox(draft)
	if err != nil {
		return old, err
	}
	if _, err := by.Allow(AdministerUsers, old); err != nil {
		return old, err
	}
	if old.Mailbox == nil {
		if err := licensed(ctx, store, old, o); err != nil {
			return old, err
		}
	}
	var changes []event.Change
	if len(fields) > 0 {
		changes = append(changes, event.Of(old.ID, customer.MailboxSetEvent{Fields: fields}))
	}
	return save(ctx, store, by, AdministerUsers, old, next, changes, o)
}

// licensed fails with Conflict no_license where a user has no licence of a subscription that runs. One that ends meanwhile does no harm: a mailbox outlives
// the licence that it was set up by.
func licensed(ctx context.Context, store LicenseStore, u customer.User, o op.Op) error {
	ids := make([]subscription.ID, len(u.Licenses))
	for i, id := range u.Licenses {
		ids[i] = subscription.ID(id)
	}
	found, err := store.Subscriptions(ctx, ids...)
	if err != nil {
		return err
	}
	for _, s := range found {
		if s.Usable(o.At) == nil {
			return nil
		}
	}
	return fault.NoLicense
}

// RemoveMailbox has a user as it was read no mailbox any more; where it has none nothing is written. It fails as User.RemoveMailbox and Allow do.
func RemoveMailbox(ctx context.Context, store UserStore, by Authority, old customer.User, o op.Op) (customer.User, error) {
	next, err := old.RemoveMailbox()
	if err != nil {
		return old, err
	}
	var changes []event.Change
	if old.Mailbox != nil {
		changes = append(changes, event.Of(old.ID, customer.MailboxRemovedEvent{}))
	}
	return save(ctx, store, by, AdministerUsers, old, next, changes, o)
}
