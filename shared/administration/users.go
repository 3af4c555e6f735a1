package administration

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
)

// UserStore is what acting on users needs of the table. Each write checks the permit again (fault.Forbidden once it no longer stands).
type UserStore interface {
	Store
	// CreateCustomerUser writes a new user who signs in by an address. It fails with Conflict address_taken where somebody does already, and with
	// op.Replay where this very request was done before.
	CreateCustomerUser(ctx context.Context, u customer.User, by Permit, happened event.Event, o op.Op) error
	// SaveCustomerUser writes a changed user over the version of old, and counts the licences that it was given or has no more at their subscriptions. It
	// fails with Conflict last_admin where no global administrator would stay, user_owns_billing where the billing owner would be disabled or deleted, and
	// as subscription.Subscription.Assignable does where that is so by now.
	SaveCustomerUser(ctx context.Context, u, old customer.User, by Permit, happened event.Event, o op.Op) error
}

// CreateUser makes a user of the customer, who gets a mail with a link to set a password. It fails with Invalid naming every wrong field, as Allow
// does, and with Conflict address_taken.
func CreateUser(ctx context.Context, store UserStore, by Authority, draft customer.UserDraft, o op.Op) (customer.User, error) {
	made, err := draft.User(by.Customer, customer.UserID("usr_"+by.Customer.ID.Bare()+"_"+o.NewID()), o.At)
	if err != nil {
		return made, err
	}
	leave, err := by.Allow(AdministerUsers, made)
	if err != nil {
		return made, err
	}
	happened := by.tell(o, event.Of(made.ID, customer.UserCreatedEvent{Roles: made.Roles}))
	return made, store.CreateCustomerUser(ctx, made, leave, happened, o.Giving(string(made.ID)))
}

// UpdateUser writes the changes over a user as it was read; where nothing differs nothing is written. Who is disabled is signed out at once. It fails
// as UserChanges.Apply and Allow do, and as SaveCustomerUser says.
func UpdateUser(ctx context.Context, store UserStore, by Authority, old customer.User, changes customer.UserChanges, o op.Op) (customer.User, error) {
	next, fields, err := changes.Apply(old)
	if err != nil {
		return old, err
	}
	change := customer.UpdatedEvent{Fields: fields}
	for _, field := range fields {
		switch field {
		case "roles":
			change.Roles = next.Roles
		case "disabled":
			change.Disabled = &next.Disabled
		}
	}
	if len(fields) == 0 {
		return save(ctx, store, by, AdministerUsers, old, next, nil, o)
	}
	return save(ctx, store, by, AdministerUsers, old, next, []event.Change{event.Of(old.ID, change)}, o)
}

// DeleteUser deletes a user as it was read: it signs in no more, gives its licences back, and can be restored for customer.RestoreDays. It fails as User.Delete and Allow do,
// and as SaveCustomerUser says.
func DeleteUser(ctx context.Context, store UserStore, by Authority, old customer.User, o op.Op) (customer.User, error) {
	next, err := old.Delete(o.At)
	if err != nil {
		return old, err
	}
	changes := []event.Change{event.Of(old.ID, customer.UserDeletedEvent{PurgeAt: next.PurgeAt})}
	if len(old.Licenses) > 0 {
		changes = append(changes, event.Of(old.ID, customer.LicensesChangedEvent{Taken: old.Licenses}))
	}
	return save(ctx, store, by, AdministerUsers, old, next, changes, o)
}

// RestoreUser brings a deleted user back as it was. It fails as User.Restore and Allow do.
func RestoreUser(ctx context.Context, store UserStore, by Authority, old customer.User, o op.Op) (customer.User, error) {
	next, err := old.Restore(o.At)
	if err != nil {
		return old, err
	}
	return save(ctx, store, by, AdministerUsers, old, next, []event.Change{event.Of(old.ID, customer.UserRestoredEvent{})}, o)
}

// ResetPassword has a link mailed to the user that sets a new password: to the user's own address and nowhere else, and no earlier link counts. Until
// it is used the old password still does. It fails as User.ResetPassword and Allow do.
func ResetPassword(ctx context.Context, store UserStore, by Authority, old customer.User, o op.Op) (customer.User, error) {
	next, err := old.ResetPassword()
	if err != nil {
		return old, err
	}
	return save(ctx, store, by, ResetPasswords, old, next, []event.Change{event.Of(old.ID, customer.PasswordResetStartedEvent{})}, o)
}

// Change returns the leave for an act that makes of a user another. It fails as Allow and customer.Customer.Keeps do.
func (a Authority) Change(act Act, old, next customer.User) (Permit, error) {
	leave, err := a.Allow(act, old, next)
	if err == nil {
		err = a.Customer.Keeps(old, next)
	}
	return leave, err
}

// save writes what an act makes of a user, if that is a change and the authority allows it.
func save(ctx context.Context, store UserStore, by Authority, act Act, old, next customer.User, changes []event.Change, o op.Op) (customer.User, error) {
	leave, err := by.Change(act, old, next)
	if err != nil {
		return old, err
	}
	if len(changes) == 0 {
		return old, nil
	}
	if err := store.SaveCustomerUser(ctx, next, old, leave, by.tell(o, changes...), o.Giving(string(old.ID))); err != nil {
		return old, err
	}
	next.Version++
	next.Terms = next.SearchTerms()
	return next, nil
}

// Accounts are people's sign-in accounts.
type Accounts interface {
	// DeletePerson deletes the account of an address, so that nobody who gets the address later has its password. One that is not there is no failure.
	DeletePerson(ctx context.Context, mail string) error
}

// PurgeStore is what purging a user needs of the table.
type PurgeStore interface {
	// LeaveGroups takes a user as it was read out of some of the groups that it is in; left says whether there were any.
	LeaveGroups(ctx context.Context, u customer.User, o op.Op) (left bool, err error)
	// PurgeUser deletes a user over the version that was read, with its address and what it is found by.
	PurgeUser(ctx context.Context, u customer.User, happened event.Event, o op.Op) error
}

// PurgeUser deletes a user for good whose time to be restored is over. The account goes first: while it stands the address is nobody else's. Then it
// leaves its groups, step by step; stopped on the way, the next call goes on. It returns op.ErrUnchanged where nothing is due.
func PurgeUser(ctx context.Context, store PurgeStore, accounts Accounts, u customer.User, o op.Op) error {
	if !u.Deleted() || o.At.Before(u.PurgeAt) {
		return op.ErrUnchanged
	}
	if err := accounts.DeletePerson(ctx, u.Mail); err != nil {
		return err
	}
	for {
		if left, err := store.LeaveGroups(ctx, u, o); err != nil {
			return err
		} else if !left {
			break
		}
	}
	return store.PurgeUser(ctx, u, event.New(o, event.Customer(string(u.Customer)), event.Of(u.ID, customer.UserPurgedEvent{})), o)
}
