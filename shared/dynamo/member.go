package dynamo

import (
	"strconv"
	"strings"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// memberStill checks in the transaction that writes that a customer's user is not disabled and has one of the roles, or is a global
// administrator, who has every one: nothing commits after it was taken away (trust.md, rule 6). It fails with Forbidden not_your_role.
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
		or(func(item) error { return fault.New(fault.Forbidden, "not_your_role") })
}

// byMember is memberStill of an operation's actor where a customer's user acts; what others may do is checked elsewhere.
func byMember(o op.Op, roles ...customer.Role) []part {
	if o.Actor.Kind != op.CustomerUser {
		return nil
	}
	return []part{memberStill(customer.UserID(o.Actor.ID), roles...)}
}
