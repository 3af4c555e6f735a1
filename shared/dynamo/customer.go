package dynamo

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/token"
)

func customerItem(c customer.Customer) item { return classed("customer", c) }

func customerUserItem(u customer.User) item {
	return due(classed("customer_user", u), "customer_user", customerUserKey(u.ID), u.PurgeAt)
}

// customerPart replaces a customer, guarded by the version it was decided on.
func customerPart(c customer.Customer) part {
	seen := c.Version
	c.Version++
	return put(customerKey(c.ID), customerItem(c)).ifVersion(seen)
}

// Customer reads a customer; NotFound where there is none.
func (t *Table) Customer(ctx context.Context, id customer.ID) (customer.Customer, error) {
	return one[customer.Customer](ctx, t, customerKey(id), true)
}

// CustomerNames reads the names of up to 100 customers, one call, eventually consistent; an erased one has none.
func (t *Table) CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = customerKey(id)
	}
	found, err := t.batch(ctx, false, keys...)
	names := make(map[customer.ID]string, len(found))
	for _, id := range ids {
		names[id] = read(found[customerKey(id)], "name")
	}
	return names, err
}

// CustomerUser reads one user of a customer, strongly consistent; NotFound where there is none.
func (t *Table) CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error) {
	return one[customer.User](ctx, t, customerUserKey(id), true)
}

// CustomerUsers reads everyone of a customer, those who are disabled too.
func (t *Table) CustomerUsers(ctx context.Context, c customer.ID) ([]customer.User, error) {
	return everything(ctx, func(page Page) ([]customer.User, string, error) {
		return under[customer.User](ctx, t, "CUSTOMER#"+c.Bare(), "USER#", false, page)
	})
}

// AdministratorsOf reads the customer's users who are notified of what concerns the whole account: its global administrators.
// There is always one; disabled users are left out.
func (t *Table) AdministratorsOf(ctx context.Context, c customer.ID) ([]customer.User, error) {
	users, err := t.CustomerUsers(ctx, c)
	return slices.DeleteFunc(users, func(u customer.User) bool { return !u.Has(customer.GlobalAdmin) || u.Disabled }), err
}

// SaveUser implements customer.Store.
func (t *Table) SaveUser(ctx context.Context, u customer.User, happened event.Event, o op.Op) error {
	parts := userParts(versioned(u.Version, u), u.Terms, o, func(p part) part { return p.ifVersion(u.Version) })
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// SaveBillingOwner implements customer.SettingsStore.
func (t *Table) SaveBillingOwner(ctx context.Context, c customer.Customer, was customer.UserID, happened event.Event, o op.Op) error {
	actor := customer.UserID(o.Actor.ID)
	if o.Actor.Kind != op.CustomerUser {
		return fault.NotYourRole
	}
	still := memberStill(actor)
	if actor == was { // whoever passes on what is its own needs no role
		still = check(customerUserKey(actor)).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").or(func(item) error { return fault.NotYourRole })
	}
	parts := append(once(o), customerPart(c), still)
	if c.BillingOwner != actor {
		parts = append(parts, check(customerUserKey(c.BillingOwner)).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").
			or(func(item) error { return fault.InvalidValue.In("/billing_owner") }))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// SaveExport implements customer.ExportStore.
func (t Exports) SaveExport(ctx context.Context, of customer.ID, happened event.Event, o op.Op) error {
	parts := append(once(o), check(customerKey(of)).when("attribute_exists(#PK)").or(func(item) error { return fault.NotFound }))
	return t.write(ctx, o, append(append(parts, byMember(o, customer.GlobalAdmin)...), eventPart(happened))...)
}

// AddUserStop keeps the hash of a secret that is about to be mailed to a customer's user and stops reminders to it; Stale where the user
// was changed since it was read.
func (t *Table) AddUserStop(ctx context.Context, u customer.User, secret string, o op.Op) error {
	return t.addStop(ctx, customerUserKey(u.ID), token.Add(u.Stops, token.Unsubscribe, secret, customer.StopsGeneration), u.Version, o)
}

func (t *Table) addStop(ctx context.Context, k key, stops []token.Kept, seen int, o op.Op) error {
	return t.write(ctx, o, update(k, "SET #stops = :stops ADD #version :one", "stops", stops, "one", 1).ifVersion(seen))
}

// memberStill checks in the transaction that writes that a customer's user is not disabled and has one of the roles, or is a global
// administrator, who has every one: nothing commits after it was taken away (infra/design/trust.md, rule 6). It fails with Forbidden not_your_role.
func memberStill(user customer.UserID, roles ...customer.Role) part {
	held, values := []string{"contains(#roles, :global)"}, []any{"global", string(customer.GlobalAdmin)}
	for i, role := range roles {
		if role == customer.GlobalAdmin {
			continue
		}
		name := "role" + strconv.Itoa(i)
		held, values = append(held, "contains(#roles, :"+name+")"), append(values, name, string(role))
	}
	return check(customerUserKey(user)).when("attribute_not_exists(#disabled) AND ("+strings.Join(held, " OR ")+")", values...).
		or(func(item) error { return fault.NotYourRole })
}

// byMember is memberStill of an operation's actor where a customer's user acts; what others may do is checked elsewhere.
func byMember(o op.Op, roles ...customer.Role) []part {
	if o.Actor.Kind != op.CustomerUser {
		return nil
	}
	return []part{memberStill(customer.UserID(o.Actor.ID), roles...)}
}
