package dynamo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/operator"
	"liaison/shared/partner"
)

// Caller reads who stands behind a token's issuer and subject, as our table says now, and, where once is not empty,
// the operation done before under that idempotency key (nil where none, or its time is over). It fails with Forbidden
// unknown_caller where nobody is bound to the subject.
func (t *Table) Caller(ctx context.Context, issuer, subject, once string, at time.Time) (access.Caller, *op.Once, error) {
	bound, err := t.get(ctx, subjectKey(issuer, subject), false)
	if err != nil {
		return access.Caller{}, nil, err
	}
	var more []key
	if once != "" {
		more = append(more, onceKey(once))
	}
	caller, found, err := t.member(ctx, read(bound, "tenant"), read(bound, "user"), more...)
	if err != nil || once == "" || found[onceKey(once)] == nil {
		return caller, nil, err
	}
	var done op.Once
	if err := decode(found[onceKey(once)], &done); err != nil || !done.EndsAt.After(at) {
		return caller, nil, err
	}
	return caller, &done, nil
}

// member reads a user or machine with its tenant, and more items beside, in one strongly consistent call. It fails with Forbidden
// unknown_caller where there is no such user.
func (t *Table) member(ctx context.Context, tenant, user string, more ...key) (access.Caller, map[key]item, error) {
	member, ok := memberKey(user)
	if !ok {
		return access.Caller{}, nil, fault.UnknownCaller
	}
	keys := append([]key{member}, more...)
	company, belongs := tenantItemKey(tenant)
	if belongs {
		keys = append(keys, company)
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return access.Caller{}, nil, err
	}
	if found[member] == nil {
		return access.Caller{}, nil, fault.UnknownCaller
	}
	caller, err := readCaller(found[member], found[company])
	return caller, found, err
}

func readCaller(member, company item) (access.Caller, error) {
	var c access.Caller
	var err error
	switch read(member, "class") {
	case "operator":
		var o operator.Operator
		err = decode(member, &o)
		c.Kind, c.ID, c.Name, c.Mail, c.Disabled, c.Epoch = op.Operator, string(o.ID), o.Name, o.Mail, o.Disabled, o.Epoch
		c.Language = o.Language
	case "partner_user":
		var u partner.User
		err = errors.Join(decode(member, &u), decode(company, &c.Partner))
		c.Kind, c.ID, c.Name, c.Disabled, c.Epoch = op.PartnerUser, string(u.ID), u.Name, u.Disabled, u.Epoch
		c.CompanyRole, c.CustomerAccess, c.Mail, c.Language = u.CompanyRole, u.CustomerAccess, u.Mail, u.Language
	case "partner_client":
		var m partner.Client
		err = errors.Join(decode(member, &m), decode(company, &c.Partner))
		c.Kind, c.ID, c.Name, c.Disabled = op.PartnerClient, string(m.ID), m.Name, m.Disabled
		c.CompanyRole, c.CustomerAccess = m.CompanyRole, m.CustomerAccess
	case "customer_user":
		var u customer.User
		err = errors.Join(decode(member, &u), decode(company, &c.Customer))
		c.Kind, c.ID, c.Name, c.Disabled, c.Epoch = op.CustomerUser, string(u.ID), u.Name, u.Disabled, u.Epoch
		c.Roles, c.Mail, c.Language = u.Roles, u.Mail, u.Language
	default:
		err = fault.UnknownCaller
	}
	return c, err
}

// loginPart makes an address the user of a tenant, unless it is somebody's.
func loginPart(mail, tenant, user string, o op.Op) part {
	return put(loginKey(mail), item{
		"class": text("login"), "version": number(1), "created_at": text(stamp(o.At)), "tenant": text(tenant), "user": text(user),
	}).ifAbsent()
}

// subjectItem binds a token's subject to a user, client or operator.
func subjectItem(tenant, user string, at time.Time) item {
	return item{
		"class": text("subject"), "version": number(1), "created_at": text(stamp(at)), "tenant": attribute(tenant), "user": text(user),
	}
}

// BindUser binds a person's user to the subject of its tokens, as the sign-in does once the ID token's verified address is the user's.
// It fails with Conflict exists where the subject is bound already.
func (t *Table) BindUser(ctx context.Context, tenant, user, issuer, subject string, o op.Op) error {
	return t.write(ctx, o, put(subjectKey(issuer, subject), subjectItem(tenant, user, o.At)).ifAbsent().or(exists))
}

func exists(item) error { return fault.Exists }

// acting adds to what a partner's user or machine or an operator writes the check that this actor is still there, is not disabled, and
// holds at least what its rights rested on when the request began: nothing commits after it was taken away (infra/design/trust.md, rule 6). An event
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
		return nil, fault.UnknownCaller
	}
	if slices.ContainsFunc(parts, func(p part) bool { return p.key == who }) {
		return parts, nil
	}
	still := check(who).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").or(func(old item) error {
		switch {
		case len(old) == 0:
			return fault.UnknownCaller
		case old["disabled"] != nil:
			return fault.CallerDisabled
		}
		return fault.Forbidden
	})
	if role := o.Held.CompanyRole; role != "" {
		still = still.when("#company_role IN (:role, :global)", "role", role, "global", string(partner.GlobalAdmin))
	}
	if held := o.Held.CustomerAccess; held != "" {
		still = still.when("#customer_access IN (:access, :full)", "access", held, "full", string(partner.Full))
	}
	return append(slices.Clone(parts), still), nil
}
