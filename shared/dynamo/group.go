package dynamo

import (
	"context"
	"slices"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// groupItem falls due once it is deleted: then its members are removed.
func groupItem(g customer.Group) item {
	return due(classed("customer_group", g), "customer_group", groupKey(g.ID), g.DeletedAt)
}

// memberItem stands twice: under the group, whose members are listed, and under the user, who leaves all groups when it is purged.
func memberItem(m customer.Membership) item { return classed("group_member", m) }

// Groups is the table with what only customers' groups need, apart for the same reason as Imports.
type Groups struct{ *Table }

// CustomerGroup reads one group, strongly consistent; NotFound where there is none, or it was deleted.
func (t Groups) CustomerGroup(ctx context.Context, id customer.GroupID) (customer.Group, error) {
	g, err := one[customer.Group](ctx, t.Table, groupKey(id), true)
	if err == nil && g.Deleted() {
		return customer.Group{}, fault.NotFound
	}
	return g, err
}

// CustomerGroups lists a customer's groups, the oldest first, strongly consistent.
func (t Groups) CustomerGroups(ctx context.Context, of customer.ID, page Page) ([]customer.Group, string, error) {
	return sieved(ctx, t.Table, customerKey(of).pk, groupSort, false, page, func(groups []customer.Group) ([]bool, error) {
		kept := make([]bool, len(groups))
		for i, g := range groups {
			kept[i] = !g.Deleted()
		}
		return kept, nil
	})
}

// GroupMembers lists a group's users, the oldest users first, strongly consistent. Users who were deleted are left out.
func (t Groups) GroupMembers(ctx context.Context, id customer.GroupID, page Page) ([]customer.Member, string, error) {
	under := groupMemberKey(id, "")
	seen := map[customer.UserID]customer.User{}
	found, next, err := sieved(ctx, t.Table, under.pk, under.sk, false, page, func(rows []customer.Membership) ([]bool, error) {
		kept := make([]bool, 0, len(rows))
		for some := range slices.Chunk(rows, 100) { // what one call reads at most
			keys := make([]key, len(some))
			for i, row := range some {
				keys[i] = customerUserKey(row.User)
			}
			items, err := t.batch(ctx, true, keys...)
			if err != nil {
				return nil, err
			}
			for i, row := range some {
				u, err := maybe[customer.User](items[keys[i]])
				if err != nil {
					return nil, err
				}
				shown := u != nil && !u.Deleted()
				if kept = append(kept, shown); shown {
					seen[row.User] = *u
				}
			}
		}
		return kept, nil
	})
	members := make([]customer.Member, len(found))
	for i, row := range found {
		members[i] = customer.Member{User: seen[row.User], Since: row.CreatedAt}
	}
	return members, next, err
}

// GroupsOf lists the groups that a user is in, the oldest first, strongly consistent. Groups that were deleted are left out.
func (t Groups) GroupsOf(ctx context.Context, user customer.UserID, page Page) ([]customer.Group, string, error) {
	under := membershipKey(user, "")
	seen := map[customer.GroupID]customer.Group{}
	found, next, err := sieved(ctx, t.Table, under.pk, under.sk, false, page, func(rows []customer.Membership) ([]bool, error) {
		keys := make([]key, len(rows))
		for i, row := range rows {
			keys[i] = groupKey(row.Group)
		}
		items, err := t.all(ctx, keys)
		if err != nil {
			return nil, err
		}
		kept := make([]bool, len(rows))
		for i, row := range rows {
			g, err := maybe[customer.Group](items[keys[i]])
			if err != nil {
				return nil, err
			}
			if kept[i] = g != nil && !g.Deleted(); kept[i] {
				seen[row.Group] = *g
			}
		}
		return kept, nil
	})
	groups := make([]customer.Group, len(found))
	for i, row := range found {
		groups[i] = seen[row.Group]
	}
	return groups, next, err
}

// InGroup says which of some users, at most 100, are in a group, strongly consistent.
func (t Groups) InGroup(ctx context.Context, id customer.GroupID, users ...customer.UserID) (map[customer.UserID]bool, error) {
	keys := make([]key, len(users))
	for i, u := range users {
		keys[i] = groupMemberKey(id, u)
	}
	found, err := t.batch(ctx, true, keys...)
	in := make(map[customer.UserID]bool, len(users))
	for i, u := range users {
		in[u] = found[keys[i]] != nil
	}
	return in, err
}

// groupNamePart takes a name for a group: of two groups that want one, one gets it.
func groupNamePart(g customer.Group, o op.Op) part {
	return put(groupNameKey(g), born("group_name", groupName{g.ID}, o.At)).ifAbsent().or(func(item) error { return fault.GroupNameTaken.In("/name") })
}

// groupName is the row that makes a group's name unique.
type groupName struct{ Group customer.GroupID }

// CreateCustomerGroup implements administration.GroupStore.
func (t Groups) CreateCustomerGroup(ctx context.Context, g customer.Group, by administration.Permit, happened event.Event, o op.Op) error {
	parts := append(once(o), put(groupKey(g.ID), groupItem(g)).ifAbsent(), groupNamePart(g, o))
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// SaveCustomerGroup implements administration.GroupStore.
func (t Groups) SaveCustomerGroup(ctx context.Context, g, old customer.Group, by administration.Permit, happened event.Event, o op.Op) error {
	g.Version = old.Version + 1
	parts := []part{put(groupKey(g.ID), groupItem(g)).ifVersion(old.Version)}
	if g.Deleted() || groupNameKey(g) != groupNameKey(old) {
		parts = append(parts, erase(groupNameKey(old)).when("#group = :group", "group", string(g.ID)))
		if !g.Deleted() {
			parts = append(parts, groupNamePart(g, o))
		}
	}
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// membershipParts begin what changes a group's members: the group stands and counts them, and the user is as it was read.
func membershipParts(g customer.Group, u customer.User, more int, by administration.Permit, o op.Op) []part {
	return byPermit(by, o,
		update(groupKey(g.ID), "ADD #members :more, #version :one", "more", more, "one", 1).
			when("attribute_exists(#PK) AND attribute_not_exists(#deleted_at)").or(func(item) error { return fault.NotFound }),
		check(customerUserKey(u.ID)).ifVersion(u.Version),
	)
}

// AddGroupMember implements administration.GroupStore.
func (t Groups) AddGroupMember(ctx context.Context, g customer.Group, u customer.User, by administration.Permit, happened event.Event, o op.Op) error {
	is := memberItem(customer.Membership{Group: g.ID, User: u.ID, CreatedAt: o.At})
	unchanged := func(item) error { return op.ErrUnchanged }
	return t.write(ctx, o, append(membershipParts(g, u, 1, by, o),
		put(groupMemberKey(g.ID, u.ID), is).ifAbsent().or(unchanged), put(membershipKey(u.ID, g.ID), is).ifAbsent().or(unchanged), eventPart(happened))...)
}

// RemoveGroupMember implements administration.GroupStore.
func (t Groups) RemoveGroupMember(ctx context.Context, g customer.Group, u customer.User, by administration.Permit, happened event.Event, o op.Op) error {
	parts := membershipParts(g, u, -1, by, o)
	for _, gone := range noMember(g.ID, u.ID) {
		parts = append(parts, gone.or(func(item) error { return op.ErrUnchanged }))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// noMember erases both places of a membership.
func noMember(g customer.GroupID, u customer.UserID) []part {
	return []part{erase(groupMemberKey(g, u)).when("attribute_exists(#PK)"), erase(membershipKey(u, g)).when("attribute_exists(#PK)")}
}

// sweepSize is how many memberships one transaction ends.
const sweepSize = 30

// SweepGroup implements administration.SweepStore.
func (t Groups) SweepGroup(ctx context.Context, g customer.Group, o op.Op) (done bool, err error) {
	of := groupMemberKey(g.ID, "")
	err = op.RetryStale(func() error {
		rows, _, err := under[customer.Membership](ctx, t.Table, of.pk, of.sk, false, Page{Limit: sweepSize})
		if err != nil {
			return err
		}
		if done = len(rows) == 0; done {
			return t.write(ctx, o, erase(groupKey(g.ID)).when("attribute_exists(#deleted_at)"))
		}
		var parts []part
		for _, row := range rows {
			parts = append(parts, noMember(row.Group, row.User)...)
		}
		return t.write(ctx, o, parts...)
	})
	return done, err
}

// LeaveGroups implements administration.PurgeStore.
func (t Groups) LeaveGroups(ctx context.Context, u customer.User, o op.Op) (left bool, err error) {
	in := membershipKey(u.ID, "")
	err = op.RetryStale(func() error {
		rows, _, err := under[customer.Membership](ctx, t.Table, in.pk, in.sk, false, Page{Limit: sweepSize})
		if left = len(rows) > 0; err != nil || !left {
			return err
		}
		parts := []part{check(customerUserKey(u.ID)).ifVersion(u.Version)}
		for _, row := range rows {
			parts = append(append(parts, noMember(row.Group, row.User)...),
				update(groupKey(row.Group), "ADD #members :less, #version :one", "less", -1, "one", 1).when("attribute_exists(#PK)"))
		}
		return t.write(ctx, o, parts...)
	})
	return left, err
}
