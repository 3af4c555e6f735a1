package dynamo

import (
	"context"
	"strconv"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

func clientKey(c partner.ClientID) key {
	k, _ := partnerMember(string(c))
	return k
}

// Client implements partner.ClientStore.
func (t *Table) Client(ctx context.Context, id partner.ClientID) (partner.Client, error) {
	var c partner.Client
	if _, _, ok := id.Partner(); !ok {
		return c, fault.New(fault.NotFound, "not_found")
	}
	return c, t.one(ctx, clientKey(id), &c)
}

// Clients lists a partner's machine clients, the oldest first; one page, strongly consistent.
func (t *Table) Clients(ctx context.Context, p partner.ID, page Page) ([]partner.Client, string, error) {
	return under[partner.Client](ctx, t, partnerKey(p).pk, "CLIENT#", false, page)
}

// clientRow writes a client over the version that was read.
func clientRow(c partner.Client) part {
	seen := c.Version
	c.Version++
	return put(clientKey(c.ID), classed("partner_client", c)).ifVersion(seen)
}

// clientsPart counts a partner's machine clients on an item of its own: one more that is made, or one less whose row goes.
func clientsPart(p partner.ID, n int, o op.Op) part {
	return update(clientsKey(p), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :n, #version :one",
		"class", "clients", "now", stamp(o.At), "n", n, "one", 1).
		when("(attribute_not_exists(#used) OR #used <= :room)", "room", partner.MaxClients-n).
		or(func(item) error { return fault.New(fault.Conflict, "too_many_clients", partner.MaxClients) })
}

// StartClient implements partner.ClientStore.
func (t *Table) StartClient(ctx context.Context, c partner.Client, o op.Op) error {
	row := put(clientKey(c.ID), classed("partner_client", c)).ifAbsent()
	return t.write(ctx, o, append(once(o), row, clientsPart(c.Partner, 1, o))...)
}

// SaveClient implements partner.ClientStore.
func (t *Table) SaveClient(ctx context.Context, c partner.Client, o op.Op) error {
	return t.write(ctx, o.Part("save", strconv.Itoa(c.Version), o.NewID()), clientRow(c))
}

func bindPart(c partner.Client, o op.Op) part {
	return put(subjectKey(c.Issuer, c.OAuthID), subjectItem(string(c.Partner), string(c.ID), o.At)).ifAbsent().or(exists)
}

func unbindPart(c partner.Client, account string) part {
	return erase(subjectKey(c.Issuer, account)).when("#user = :user", "user", string(c.ID))
}

// FinishClient implements partner.ClientStore.
func (t *Table) FinishClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	return t.write(ctx, o.Part("finish", c.OAuthID), clientRow(c), bindPart(c, o), eventPart(happened))
}

// RebindClient implements partner.ClientStore.
func (t *Table) RebindClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), clientRow(c), unbindPart(c, c.Retired), bindPart(c, o), eventPart(happened))...)
}

// UnbindClient implements partner.ClientStore.
func (t *Table) UnbindClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	parts := []part{clientRow(c), eventPart(happened)}
	if c.OAuthID != "" {
		parts = append(parts, unbindPart(c, c.OAuthID))
	}
	return t.write(ctx, o, parts...)
}

// ForgetClient implements partner.ClientStore.
func (t *Table) ForgetClient(ctx context.Context, c partner.Client, o op.Op) error {
	row := erase(clientKey(c.ID)).when("#status = :status", "status", string(partner.ClientDeleting)).or(func(old item) error {
		if len(old) == 0 {
			return errDone
		}
		return stale()
	})
	return t.write(ctx, o.Part("forget"), row, clientsPart(c.Partner, -1, o))
}
