package dynamo

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Caller reads who stands behind a token's issuer and subject, as our table says now, and, where onceKey is not empty,
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
		return access.Caller{}, nil, fault.New(fault.Forbidden, "unknown_caller")
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
		return access.Caller{}, nil, fault.New(fault.Forbidden, "unknown_caller")
	}
	caller, err := readCaller(found[member], found[company])
	return caller, found, err
}

func readCaller(member, company item) (access.Caller, error) {
	var c access.Caller
	var err error
	switch read(member, "class") {
	case "operator":
		var o access.Operator
		err = decode(member, &o)
		c.Kind, c.ID, c.Name, c.Mail, c.Disabled, c.Epoch = op.Operator, o.ID, o.Name, o.Mail, o.Disabled, o.Epoch
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
		err = fault.New(fault.Forbidden, "unknown_caller")
	}
	return c, err
}

// subjectItem binds a token's subject to a user, client or operator.
func subjectItem(tenant, user string, at time.Time) item {
	return item{
		"class": text("subject"), "version": number(1), "created_at": text(stamp(at)), "tenant": attribute(tenant), "user": text(user),
	}
}

// BindOperator writes an operator bound to its subject: how the first one comes into being (operate bootstrap).
// It fails with Conflict exists where the subject is bound already.
func (t *Table) BindOperator(ctx context.Context, who access.Operator, issuer, subject string, o op.Op) error {
	member, ok := partnerMember(who.ID)
	if !ok {
		return fault.New(fault.Invalid, "invalid_format")
	}
	return t.write(ctx, o,
		put(subjectKey(issuer, subject), subjectItem("", who.ID, o.At)).ifAbsent().or(exists),
		put(member, classed("operator", who)).ifAbsent().or(exists))
}

// BindUser binds a person's user to the subject of its tokens, as the sign-in does once the ID token's verified address is the user's.
// It fails with Conflict exists where the subject is bound already.
func (t *Table) BindUser(ctx context.Context, tenant, user, issuer, subject string, o op.Op) error {
	return t.write(ctx, o, put(subjectKey(issuer, subject), subjectItem(tenant, user, o.At)).ifAbsent().or(exists))
}

func exists(item) error { return fault.New(fault.Conflict, "exists") }

// Rate is how a counted thing stands in its window.
type Rate struct {
	Limit, Remaining int
	Window           time.Duration
	Reset            time.Duration // until the window ends
	Over             bool          // these were not counted: the window has no room for them
}

// What is counted where more than one place must know its name.
const (
	CountChecks      = "partner-checks" // look-ups of partner IDs by a caller, or by a partner
	CountClients     = "clients"        // machines that a partner has, in no window
	CountInvitations = "invitations"    // mailings of a partner in a day (UTC)
	CountMails       = "mails"          // that leave in a second
)

// Counter is what is counted, of whom, in fixed windows; without a window it is what stands now.
type Counter struct {
	What, Subject string
	Window        time.Duration
}

func (c Counter) key(at time.Time) key {
	if c.What == CountClients {
		return clientsKey(partner.ID(c.Subject))
	}
	return key{"RATE#" + c.What + "#" + hash(c.Subject) + "#" + strconv.FormatInt(at.Truncate(c.Window).Unix(), 36), "RATE"}
}

// Used reads how much was counted in each counter's window at the time, in their order; one call.
func (t *Table) Used(ctx context.Context, at time.Time, counters ...Counter) ([]int, error) {
	keys := make([]key, len(counters))
	for i, c := range counters {
		keys[i] = c.key(at)
	}
	found, err := t.batch(ctx, true, keys...)
	used := make([]int, len(counters))
	for i, k := range keys {
		used[i] = count(found[k], "used")
	}
	return used, err
}

// Count counts one thing in the current fixed window of a subject, with one UpdateItem, unless the window is full.
func (t *Table) Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (Rate, error) {
	return t.CountSome(ctx, what, subject, 1, limit, window, at)
}

// CountSome is Count for n things, which are counted together or not at all.
func (t *Table) CountSome(ctx context.Context, what, subject string, n, limit int, window time.Duration, at time.Time) (Rate, error) {
	start := at.Truncate(window)
	k := Counter{what, subject, window}.key(at)
	rate := Rate{Limit: limit, Window: window, Reset: start.Add(window).Sub(at)}
	ends := start.Add(window)
	used := limit
	p := update(k, "SET #class = :class, #ttl = :ttl ADD #used :n, #version :one", "class", "rate", "ttl", int(ends.Add(time.Hour).Unix()), "n", n, "one", 1).
		when("(attribute_not_exists(#used) OR #used <= :room)", "room", limit-n)
	seen, err := t.counted(ctx, p)
	switch f := fault.As(err); {
	case err == nil:
		used = seen
	case f != nil && f.Kind == fault.Stale:
		rate.Over = true
	default:
		return rate, err
	}
	rate.Remaining = limit - used
	return rate, nil
}
