package dynamo

import (
	"strings"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// memberStill checks, in the transaction that writes, that a user of a customer is not disabled and is a global administrator or has one of
// the other roles: so that nothing commits after the role was taken away (trust.md, rule 6). It fails with Forbidden not_your_role.
func memberStill(user customer.UserID, others ...customer.Role) part {
	has := []string{"contains(#roles, :global_admin)"}
	values := []any{"global_admin", string(customer.GlobalAdmin)}
	for _, role := range others {
		has = append(has, "contains(#roles, :"+string(role)+")")
		values = append(values, string(role), string(role))
	}
	return check(customerUserKey(user)).when("attribute_not_exists(#disabled) AND ("+strings.Join(has, " OR ")+")", values...).
		or(func(item) error { return fault.New(fault.Forbidden, "not_your_role") })
}

// byMember returns the check of the acting user's roles where a customer's user acts; none for any other actor, whom its own door let in.
func byMember(o op.Op, others ...customer.Role) []part {
	if o.Actor.Kind != op.CustomerUser {
		return nil
	}
	return []part{memberStill(customer.UserID(o.Actor.ID), others...)}
}
