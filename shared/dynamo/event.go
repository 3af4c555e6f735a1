package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// SaveEvent writes an event that changes nothing else: somebody asked for something.
func (t *Table) SaveEvent(ctx context.Context, happened event.Event, o op.Op) error {
	return t.write(ctx, o, eventPart(happened))
}

// eventParts writes each of several events.
func eventParts(events []event.Event) []part {
	parts := make([]part, len(events))
	for i, e := range events {
		parts[i] = eventPart(e)
	}
	return parts
}

// eventPart writes an event: absent before, late after a quarter of an hour, listed by the partner that shares it
// and by the partner or vendor whose it is.
func eventPart(e event.Event) part {
	k := eventKey(e.Tenant, e.ULID)
	said := happened{e.RequestID, e.Actor, slices.Clone(e.Changes), e.Customer}
	said.withIDs(shortID, e.Tenant)
	it := listAttributes(encode(said), "request_id", "actor", "changes")
	it["class"], it["version"], it["created_at"] = text("event"), number(1), text(stamp(e.At))
	due(it, "event", k, e.At.Add(event.Late))
	if e.Partner != "" {
		owned(it, e.Partner, "event", e.At, e.ULID)
	}
	return put(k, it).ifAbsent()
}

// happened is what an event's item says besides its keys. The key says whose event it is, its creation says when, the index of lists says who
// shares it, and the attribute op says which operation wrote it. So the event of a consent fits into 1 kB.
type happened struct {
	RequestID string
	Actor     op.Actor
	Changes   []event.Change
	Customer  string
}

// withIDs rewrites the ids of the actor and the subjects, most of which hold the tenant's own.
func (h *happened) withIDs(as func(event.Tenant, string) string, of event.Tenant) {
	h.Actor.ID = as(of, h.Actor.ID)
	for i := range h.Changes {
		h.Changes[i].Subject = as(of, h.Changes[i].Subject)
	}
}

// tenantMark stands in an event's item for the id of its tenant, which its key says.
const tenantMark = "~"

// shortID returns an id with the mark instead of the tenant's own: sub_~_01m8… on that customer's partition.
func shortID(of event.Tenant, id string) string { return exchange(id, of.ID, tenantMark) }

// fullID returns the id that shortID shortened.
func fullID(of event.Tenant, id string) string { return exchange(id, tenantMark, of.ID) }

// exchange replaces the owner that an id names behind its kind.
func exchange(id, owner, by string) string {
	kind, rest, _ := strings.Cut(id, "_")
	if named, own, more := strings.Cut(rest, "_"); owner != "" && named == owner {
		if kind += "_" + by; more {
			return kind + "_" + own
		}
		return kind
	}
	return id
}

// decodeEvent reads an event from its item, or from what the index of lists holds of it, which leaves out operation and customer.
func decodeEvent(from item, into *event.Event) error {
	var said happened
	if err := decode(from, &said); err != nil {
		return err
	}
	var err error
	k := keyOf(from)
	tenant := tenantOf(k.pk)
	said.withIDs(fullID, tenant)
	e := event.Event{Tenant: tenant, RequestID: said.RequestID, Actor: said.Actor, Changes: said.Changes, Customer: said.Customer, Attempts: count(from, "attempts")}
	e.ULID, _ = strings.CutPrefix(k.sk, eventSort)
	e.Partner, _, _ = strings.Cut(read(from, "owner"), "#")
	if e.Operation = read(from, "operation"); e.Operation == "" {
		e.Operation = read(from, "op")
	}
	if e.At, err = parseStamp(read(from, "created_at")); err != nil {
		return fmt.Errorf("dynamo: event %s: %w", k.sk, err)
	}
	*into = e
	return nil
}

// keepOperation leaves the id of the operation that wrote an event readable while a later one writes its own over it.
const keepOperation = "#operation = if_not_exists(#operation, #op), "

// Event reads one event; NotFound where there is none.
func (t *Table) Event(ctx context.Context, tenant event.Tenant, ulid string) (event.Event, error) {
	return one[event.Event](ctx, t, eventKey(tenant, ulid), true)
}

// EventDone takes an event off the list of what is due, guarded by being on it, and adds what it counts to the offers' funnels, in one
// transaction: exactly once. An answer that came before one that was counted already costs a second transaction.
func (t *Table) EventDone(ctx context.Context, e event.Event, at time.Time, counts map[offer.ID]offer.Funnel) error {
	k := eventKey(e.Tenant, e.ULID)
	seen := map[offer.ID]item{}
	for {
		parts := []part{update(k, "SET "+keepOperation+"#done_at = :now REMOVE #due, #due_class", "now", stamp(at)).when("attribute_exists(#due)")}
		for _, of := range slices.Sorted(maps.Keys(counts)) {
			parts = append(parts, countPart(of, shard(k), counts[of], seen[of]))
		}
		applied, old, err := t.try(ctx, op.Op{ID: "done-" + e.ID()}, parts...)
		if applied || err != nil || read(old, "class") != "count" {
			return err // counted, now or before
		}
		seen[offer.ID(read(old, "offer"))] = old // another answer was counted meanwhile; times only move outwards, so that this ends: see countPart
	}
}

// LeaseEvent moves a late event's next try to the given time and counts the attempt, before the attempt is made, so that a poison
// event cannot block the line. The operation's id is of this one try. False where somebody else holds the event or it is done.
func (t *Table) LeaseEvent(ctx context.Context, of DueKey, attempts int, next time.Time, o op.Op) (bool, error) {
	return t.moveEvent(ctx, of, attempts, "SET "+keepOperation+"#due = :next, #attempts = :n", o, "next", stamp(next)+"#"+of.key.pk+"#"+of.key.sk, "n", attempts+1)
}

// ReturnEvent gives the attempt of a lease back, where the mail service took no more mails just then, and sets the next one. It changes
// nothing where the event went on meanwhile.
func (t *Table) ReturnEvent(ctx context.Context, of DueKey, attempts int, leased, next time.Time, o op.Op) error {
	due := func(at time.Time) string { return stamp(at) + "#" + of.key.pk + "#" + of.key.sk }
	_, _, err := t.try(ctx, o, update(of.key, "SET "+keepOperation+"#due = :next, #attempts = :n", "next", due(next), "n", attempts).
		when("#due = :leased AND #attempts = :seen", "leased", due(leased), "seen", attempts+1))
	return err
}

// GiveUpEvent moves an event that failed too often from what is due to FailedEvents: it stays listed there until it is taken up again.
// False where somebody else holds the event or it is done.
func (t *Table) GiveUpEvent(ctx context.Context, of DueKey, attempts int, o op.Op) (bool, error) {
	return t.moveEvent(ctx, of, attempts, "SET "+keepOperation+"#due_class = :dead", o, "dead", FailedEvents+"#"+shard(of.key))
}

// FailedEvents is the class of events that failed too often, in the index of what is due.
const FailedEvents = "dead"

func (t *Table) moveEvent(ctx context.Context, of DueKey, attempts int, change string, o op.Op, values ...any) (bool, error) {
	moved, _, err := t.try(ctx, o, update(of.key, change, values...).
		when("#due = :due AND (attribute_not_exists(#attempts) OR #attempts = :seen)", "due", of.due, "seen", attempts))
	return moved, err
}

// PartnerEvents lists what a partner sees, newest first: its own events and those that customers share with it; from the index, which may lag.
func (t *Table) PartnerEvents(ctx context.Context, p partner.ID, filter event.Filter, page Page) ([]event.EventChange, string, error) {
	q := ownerQuery(string(p), "event")
	if !filter.Since.IsZero() {
		q.from, q.until = stamp(filter.Since), "~"
	}
	return t.changes(ctx, q, filter, page)
}

// TenantEvents lists the events that stand with a tenant, newest first, strongly consistent.
func (t *Table) TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page Page) ([]event.EventChange, string, error) {
	q := query{owner: tenantKey(tenant), prefix: eventSort, newest: true, fresh: true}
	if !filter.Since.IsZero() {
		q.from, q.until = q.prefix+id.First(filter.Since), q.prefix+"~"
	}
	return t.changes(ctx, q, filter, page)
}

// changes lists single changes, although an item holds several: its cursor is that of the items, after three digits that say how
// many changes of the next item were shown already.
func (t *Table) changes(ctx context.Context, q query, filter event.Filter, page Page) ([]event.EventChange, string, error) {
	shown, before := 0, page.Cursor
	if page.Cursor != "" {
		n, err := strconv.ParseUint(page.Cursor[:min(3, len(page.Cursor))], 10, 16)
		if err != nil || len(page.Cursor) < 3 {
			return nil, "", fault.InvalidCursor.In("cursor")
		}
		shown, before = int(n), page.Cursor[3:]
	}
	found, next, err := rows(ctx, t, q, Page{Limit: page.Limit, Cursor: before}, filter.Keep())
	if err != nil {
		return nil, "", err
	}
	made := make([]event.EventChange, 0, page.Limit)
	for _, one := range found {
		for n, c := range one.row.Changes {
			if n < shown || !filter.Wants(c) {
				continue
			}
			if len(made) == page.Limit {
				return made, fmt.Sprintf("%03d%s", n, before), nil
			}
			made = append(made, event.EventChange{Event: one.row, Number: n + 1})
		}
		shown, before = 0, one.after
	}
	if next != "" {
		next = "000" + next
	}
	return made, next, nil
}
