package dynamo

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// eventPart writes an event: absent before, late after a quarter of an hour, listed by the partner that shares it
// and by the partner or vendor whose it is.
func eventPart(e event.Event) part {
	k := eventKey(e.Tenant, e.ULID)
	it := encode(e)
	it["class"], it["version"], it["created_at"] = text("event"), number(1), text(stamp(e.At))
	due(it, "event", k, e.LateAt)
	if e.Partner != "" {
		owned(it, e.Partner, "event", e.At, e.ULID, "tenant", "ulid", "at", "request_id", "actor", "partner", "changes")
	}
	return put(k, it).ifAbsent()
}

// Event reads one event; NotFound where there is none.
func (t *Table) Event(ctx context.Context, tenant event.Tenant, ulid string) (event.Event, error) {
	var e event.Event
	it, err := t.get(ctx, eventKey(tenant, ulid), true)
	if err != nil {
		return e, err
	}
	if it == nil {
		return e, fault.New(fault.NotFound, "not_found")
	}
	return e, decode(it, &e)
}

// EventDone takes an event off the list of what is due, guarded by being on it, and counts what it counts in the offer's funnel,
// in one transaction: exactly once. counts maps a funnel step to its number.
func (t *Table) EventDone(ctx context.Context, e event.Event, at time.Time, offer string, counts map[string]int) error {
	k := eventKey(e.Tenant, e.ULID)
	parts := []part{update(k, "SET #done_at = :now REMOVE #due, #due_class, #late_at", "now", stamp(at)).when("attribute_exists(#due)").or(func(item) error {
		return errDone
	})}
	if offer != "" && len(counts) > 0 {
		parts = append(parts, countPart(offer, shard(k), counts))
	}
	return t.write(ctx, "done-"+e.ID(), parts...)
}

// LeaseEvent moves a late event's next try to the given time and counts the attempt, before the attempt is made, so that a poison
// event cannot block the line. The operation's id is of this one try. False where somebody else holds the event or it is done.
func (t *Table) LeaseEvent(ctx context.Context, of DueKey, attempts int, next time.Time, o op.Op) (bool, error) {
	return t.moveEvent(ctx, of, attempts, "SET #due = :next, #attempts = :n", o, "next", stamp(next)+"#"+of.key.pk+"#"+of.key.sk, "n", attempts+1)
}

// BuryEvent moves an event that failed too often from what is due to what is dead: it stays listed there until it is taken up again.
// False where somebody else holds the event or it is done.
func (t *Table) BuryEvent(ctx context.Context, of DueKey, attempts int, o op.Op) (bool, error) {
	return t.moveEvent(ctx, of, attempts, "SET #due_class = :dead", o, "dead", Dead+"#"+shard(of.key))
}

// Dead is the class of events that failed too often, in the index of what is due.
const Dead = "dead"

func (t *Table) moveEvent(ctx context.Context, of DueKey, attempts int, change string, o op.Op, values ...any) (bool, error) {
	moved := true
	err := t.write(ctx, o.ID, update(of.key, change, values...).
		when("#due = :due AND (attribute_not_exists(#attempts) OR #attempts = :seen)", "due", of.due, "seen", attempts).or(func(item) error {
		moved = false
		return errDone
	}))
	return moved && err == nil, err
}
