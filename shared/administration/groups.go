package administration

import (
	"context"
	"errors"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// GroupStore is what acting on groups needs of the table. Each write checks the permit again (fault.Forbidden once it no longer stands).
type GroupStore interface {
	Store
	// CreateCustomerGroup writes a new group. It fails with Conflict group_name_taken, and with op.Replay where this very request was done before.
	CreateCustomerGroup(ctx context.Context, g customer.Group, by Permit, happened event.Event, o op.Op) error
	// SaveCustomerGroup writes a changed or deleted group over the version of old. It fails with Conflict group_name_taken.
	SaveCustomerGroup(ctx context.Context, g, old customer.Group, by Permit, happened event.Event, o op.Op) error
	// AddGroupMember writes a user as it was read into a group, and counts it. It fails with NotFound where the group is no more, and with
	// op.ErrUnchanged where the user is in it.
	AddGroupMember(ctx context.Context, g customer.Group, u customer.User, by Permit, happened event.Event, o op.Op) error
	// RemoveGroupMember takes a user as it was read out of a group. It fails as AddGroupMember does, with op.ErrUnchanged where the user is not in it.
	RemoveGroupMember(ctx context.Context, g customer.Group, u customer.User, by Permit, happened event.Event, o op.Op) error
}

// CreateGroup makes a group without members. It fails with Invalid naming every wrong field, as Allow does, and with Conflict group_name_taken.
func CreateGroup(ctx context.Context, store GroupStore, by Authority, name, description string, o op.Op) (customer.Group, error) {
	made, err := customer.NewGroup(by.Customer.ID, customer.GroupID("grp_"+by.Customer.ID.Bare()+"_"+o.NewID()), name, description, o.At)
	if err != nil {
		return made, err
	}
	leave, err := by.Allow(AdministerUsers)
	if err != nil {
		return made, err
	}
	happened := by.tell(o, event.Of(made.ID, customer.GroupCreatedEvent{Name: made.Name}))
	return made, store.CreateCustomerGroup(ctx, made, leave, happened, o.Giving(string(made.ID)))
}

// UpdateGroup writes the changes over a group as it was read; where nothing differs nothing is written. It fails as GroupChanges.Apply and Allow do,
// and with Conflict group_name_taken.
func UpdateGroup(ctx context.Context, store GroupStore, by Authority, old customer.Group, changes customer.GroupChanges, o op.Op) (customer.Group, error) {
	next, fields, err := changes.Apply(old)
	if err != nil {
		return old, err
	}
	leave, err := by.Allow(AdministerUsers)
	if err != nil || len(fields) == 0 {
		return old, err
	}
	happened := by.tell(o, event.Of(old.ID, customer.GroupUpdatedEvent{Name: next.Name, Fields: fields}))
	if err := store.SaveCustomerGroup(ctx, next, old, leave, happened, o); err != nil {
		return old, err
	}
	next.Version++
	return next, nil
}

// DeleteGroup deletes a group as it was read: from now on it is not found, and its members are removed by the job groups. It fails as Allow does.
func DeleteGroup(ctx context.Context, store GroupStore, by Authority, old customer.Group, o op.Op) error {
	leave, err := by.Allow(AdministerUsers)
	if err != nil {
		return err
	}
	return store.SaveCustomerGroup(ctx, old.Delete(o.At), old, leave, by.tell(o, event.Of(old.ID, customer.GroupDeletedEvent{Name: old.Name})), o)
}

// AddMember puts a user as it was read into a group; one who is in it stays so, and nothing is written. It fails as Allow does on the user, with
// Conflict user_deleted, and with NotFound where the group is no more.
func AddMember(ctx context.Context, store GroupStore, by Authority, g customer.Group, u customer.User, o op.Op) error {
	leave, err := by.Allow(AdministerUsers, u)
	if err != nil {
		return err
	}
	if u.Deleted() {
		return fault.UserDeleted.With(u.PurgeAt)
	}
	err = store.AddGroupMember(ctx, g, u, leave, by.tell(o, event.Of(g.ID, customer.MemberAddedEvent{Name: g.Name, UserID: u.ID})), o)
	return settled(err)
}

// RemoveMember takes a user as it was read out of a group; where it is not in it nothing is written. It fails as Allow does on the user, and with
// NotFound where the group is no more.
func RemoveMember(ctx context.Context, store GroupStore, by Authority, g customer.Group, u customer.User, o op.Op) error {
	leave, err := by.Allow(AdministerUsers, u)
	if err != nil {
		return err
	}
	err = store.RemoveGroupMember(ctx, g, u, leave, by.tell(o, event.Of(g.ID, customer.MemberRemovedEvent{Name: g.Name, UserID: u.ID})), o)
	return settled(err)
}

// settled passes over what stands so already.
func settled(err error) error {
	if errors.Is(err, op.ErrUnchanged) {
		return nil
	}
	return err
}

// SweepStore is what removing a deleted group needs of the table.
type SweepStore interface {
	// SweepGroup removes some of a deleted group's members, and the group itself once it has none; then it is done.
	SweepGroup(ctx context.Context, g customer.Group, o op.Op) (done bool, err error)
}

// SweepGroup removes all that is left of a deleted group, step by step; stopped on the way, the next call goes on. It returns op.ErrUnchanged where
// the group was not deleted.
func SweepGroup(ctx context.Context, store SweepStore, g customer.Group, o op.Op) error {
	if !g.Deleted() {
		return op.ErrUnchanged
	}
	for {
		if done, err := store.SweepGroup(ctx, g, o); done || err != nil {
			return err
		}
	}
}
