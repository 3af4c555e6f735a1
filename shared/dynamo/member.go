package dynamo

import (
	"slices"
	"strconv"
	"strings"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
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

// acting adds to what a partner's user or machine or an operator writes the check that this actor is still there, is not disabled, and
// holds at least what its rights rested on when the request began: nothing commits after it was taken away (trust.md, rule 6). An event
// alone changes nothing and needs none; an actor that writes its own item does so over the version that was read. What jobs, visitors and
// customers' users may do is checked elsewhere. It fails with Forbidden where the actor is nobody who could have an item.
func acting(o op.Op, parts []part) ([]part, error) {
	switch o.Actor.Kind {
	case op.PartnerUser, op.PartnerClient, op.Operator:
	default:
		return parts, nil
	}
	if !slices.ContainsFunc(parts, func(p part) bool { return !strings.HasPrefix(p.key.sk, eventSort) }) {
		return parts, nil
	}
	who, ok := partnerMember(o.Actor.ID)
	if !ok {
		return nil, fault.New(fault.Forbidden, "unknown_caller")
	}
	if slices.ContainsFunc(parts, func(p part) bool { return p.key == who }) {
		return parts, nil
	}
	still := check(who).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").or(func(old item) error {
		switch {
		case len(old) == 0:
			return fault.New(fault.Forbidden, "unknown_caller")
		case old["disabled"] != nil:
			return fault.New(fault.Forbidden, "caller_disabled")
		}
		return fault.New(fault.Forbidden, "forbidden")
	})
	if role := o.Held.CompanyRole; role != "" {
		still = still.when("#company_role IN (:role, :global)", "role", role, "global", string(partner.GlobalAdmin))
	}
	if held := o.Held.CustomerAccess; held != "" {
		still = still.when("#customer_access IN (:access, :full)", "access", held, "full", string(partner.Full))
	}
	return append(slices.Clone(parts), still), nil
}
