package subscription

import (
	"time"

	"liaison/shared/event"
	"liaison/shared/op"
)

// day is a full day; a deletion waits for full days, whatever the clocks of a country do.
const day = 24 * time.Hour

// Advance does everything that has fallen due by the time, however late. Of several overdue notices only the latest that is
// still true is mailed; the changes list the others as skipped. Without a change nothing was due.
//
// A deletion that was announced waits, without a step, for the mail that announces it: see Announced and Unannounced.
func (s Subscription) Advance(at time.Time) (Subscription, []event.Change) {
	s, happened := s.renew(at)
	if s.Status == Trialing {
		next, days, skipped := s.Remind(at)
		if ended, err := next.EndTrial(at); err == nil {
			s = ended
			happened = append(happened, event.Of(s.ID, TrialExpiredEvent{
				PlanID: s.Plan, TrialEndsAt: s.TrialEndsAt, GraceEndsAt: s.GraceEndsAt, Skipped: skipped,
			}))
		} else if days != 0 {
			return next, []event.Change{event.Of(s.ID, TrialWillEndEvent{
				PlanID: s.Plan, TrialEndsAt: s.TrialEndsAt, Days: days, Skipped: skipped,
			})}
		}
	}
	switch due := s.Step != NoStep && !at.Before(s.StepAt); {
	case due && s.Step == Announce:
		if len(happened) > 0 { // the mail about its data says that it ended, too
			happened[0] = happened[0].Silenced()
		}
		s.Step, s.StepAt = NoStep, time.Time{}
		happened = append(happened, event.Of(s.ID, DeletionAnnouncedEvent{PlanID: s.Plan, GraceEndsAt: s.GraceEndsAt}))
	case due && s.Step == Delete && !s.DeleteAfter.IsZero() && !at.Before(s.DeleteAfter):
		s.Status, s.Step, s.StepAt = Deleted, NoStep, time.Time{}
		happened = append(happened, event.Of(s.ID, DeletedEvent{PlanID: s.Plan}))
	}
	return s, happened
}

// DeletionDate is the day that a mail sent at the time may name: the end of grace, but not before 7 full days
// after the mail. The hours on top are for the mail's delivery.
func (s Subscription) DeletionDate(at time.Time) time.Time {
	const transit = 2 * time.Hour
	earliest := at.Add(AnnounceDays*day + transit).Truncate(time.Hour)
	if s.GraceEndsAt.After(earliest) {
		return s.GraceEndsAt
	}
	return earliest
}

// waits says whether the deletion waits for the report on the mail that announces it.
func (s Subscription) waits() bool {
	return (s.Status == Expired || s.Status == Cancelled) && s.Step == NoStep && s.DeleteAfter.IsZero() && !s.Held
}

// Announced returns the subscription as due to be deleted, counted from the operation's time, at which the mail that announces it was
// accepted, with the events that say when: none, and nothing changes, where no deletion waits for its mail.
func (s Subscription) Announced(o op.Op) (Subscription, []event.Event) {
	if !s.waits() {
		return s, nil
	}
	s.AnnouncedAt, s.DeleteAfter = o.At, s.DeletionDate(o.At)
	s.Step, s.StepAt = Delete, s.DeleteAfter
	return s, s.Tell(o, s.PartnerOfRecordID(), event.Of(s.ID, DeletionScheduledEvent{DeleteAfter: s.DeleteAfter}))
}

// Unannounced returns the subscription as waiting for the vendor's decision, with the vendor's event: the mail that announced its
// deletion, by a notice of a time, reached nobody. There is none, and nothing changes, where nothing was announced, the vendor has it already,
// the data is gone, or the notice is older than the last hold: the vendor has decided about that one.
func (s Subscription) Unannounced(notice time.Time, o op.Op) (Subscription, []event.Event) {
	if s.Step != Delete && !s.waits() || notice.Before(s.HeldAt) {
		return s, nil
	}
	s.AnnouncedAt, s.DeleteAfter, s.Step, s.StepAt, s.Held, s.HeldAt = time.Time{}, time.Time{}, NoStep, time.Time{}, true, o.At
	happened := event.New(o, event.Vendor(), event.Of(s.ID, DeletionHeldEvent{CustomerID: s.Customer}))
	happened.Customer = string(s.Customer)
	return s, []event.Event{happened}
}
