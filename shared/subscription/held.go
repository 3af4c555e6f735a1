package subscription

import (
	"context"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
)

// HeldDecision is what the vendor decides about a deletion that is held.
type HeldDecision string

// The decisions.
const (
	AnnounceAnew HeldDecision = "announce" // the mail that announces it is sent once more
	DeleteHeld   HeldDecision = "delete"   // the data goes, though no mail said so
)

// Waits returns the deletion as it waits for the vendor since it was held, and whether it does.
func (s Subscription) Waits() (matter.Matter, bool) {
	if s.HeldAt.IsZero() {
		return matter.Matter{}, false
	}
	m := matter.New(matter.Deletion, event.Customer(string(s.Customer)), string(s.ID), s.HeldAt, s.HeldAt)
	m.Customer = string(s.Customer)
	return m, s.Held
}

// Overheld says whether the data stays though the day has passed until which it stays at least: its deletion is held, and nothing is deleted
// before the vendor decides.
func (s Subscription) Overheld(at time.Time) bool {
	return s.Held && !at.Before(s.DataUntil())
}

// DecideDeletion returns the subscription with its held deletion decided, and what changed: announced anew it waits for the mail again; to be
// deleted it has the day that a mail sent now would name, 7 full days or more ahead. Conflict no_deletion_held where none is held.
func (s Subscription) DecideDeletion(decision HeldDecision, reason string, o op.Op) (Subscription, event.Change, error) {
	if !s.Held {
		return s, event.Change{}, fault.NoDeletionHeld
	}
	s.Held = false
	if decision == AnnounceAnew {
		return s, event.Of(s.ID, DeletionAnnouncedEvent{PlanID: s.Plan, GraceEndsAt: s.GraceEndsAt, Reason: reason}), nil
	}
	s.DeleteAfter = s.DeletionDate(o.At)
	s.Step, s.StepAt = Delete, s.DeleteAfter
	return s, event.Of(s.ID, DeletionScheduledEvent{DeleteAfter: s.DeleteAfter, Reason: reason}), nil
}

// DecideDeletion is the vendor's decision about a deletion that is held, with its reason. It fails with NotFound, and as
// Subscription.DecideDeletion does.
func DecideDeletion(ctx context.Context, store Store, id ID, decision HeldDecision, reason string, o op.Op) (Subscription, error) {
	return change(ctx, store, "", id, o, func(s Subscription) (Subscription, *event.Change, error) {
		next, happened, err := s.DecideDeletion(decision, reason, o)
		return next, &happened, err
	})
}
