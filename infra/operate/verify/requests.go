package verify

import (
	"slices"

	"liaison/shared/consent"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/relationship"
)

// What becomes of a reseller's tie and of a request that it ends.
var (
	added, ended = relationship.ResellerAddedEvent{}.Type(), relationship.ResellerEndedEvent{}.Type()
	removal      = []event.Type{
		relationship.RemovalRequestedEvent{}.Type(), relationship.RemovalWithdrawnEvent{}.Type(), relationship.RemovalDeclinedEvent{}.Type(),
		relationship.RemovalDecidedEvent{}.Type(), relationship.ResellerLeftEvent{}.Type(),
	}
)

// requests is the part of I6 about what is asked and decided beside the sales: a reseller's tie with the request to end it, and the dispute
// of a consent stand as their last events say.
func (f *facts) requests() {
	for _, tie := range f.ties {
		subject := string(relationship.NewID(tie.is.Customer, tie.is.Partner))
		last, sure := f.last(subject, added, ended)
		if is := last != nil && last.Type == added; sure && is != tie.is.Reseller {
			f.say(tie.key, "the relationship says reseller %v, its events %v", tie.is.Reseller, is)
		}
		stands := ""
		if tie.is.Removal != nil {
			stands = string(tie.is.Removal.Status)
		}
		last, sure = f.last(subject, append(removal, added, ended)...)
		if possible := answered(last); sure && !slices.Contains(possible, stands) {
			f.say(tie.key, "the request to end the relationship is %q, and its events make it %q", stands, possible)
		}
	}
	for _, r := range f.accepted {
		stands, says := "", ""
		if r.is.Dispute != nil {
			stands = string(r.is.Dispute.Status)
		}
		last, sure := f.last(string(r.is.ID), consent.DisputedEvent{}.Type(), consent.DisputeDecidedEvent{}.Type())
		switch {
		case last == nil:
		case event.Is[consent.DisputedEvent](last.Change):
			says = string(consent.DisputeOpen)
		default:
			says = string(event.Value[consent.DisputeStatus](known.Read(last.Change)))
		}
		if sure && stands != says {
			f.say(r.key, "the dispute is %q, and its events make it %q", stands, says)
		}
	}
}

// answered lists how a request can stand after the last event about it. The reseller's own end closes one that is open, and leaves any other.
func answered(last *change) []string {
	if last == nil {
		return []string{""}
	}
	switch is := known.Read(last.Change).(type) {
	case relationship.RemovalRequestedEvent, relationship.ResellerLeftEvent:
		return []string{string(relationship.Open)}
	case relationship.RemovalWithdrawnEvent:
		return []string{string(relationship.Withdrawn)}
	case relationship.RemovalDeclinedEvent:
		return []string{string(relationship.Declined)}
	case relationship.RemovalDecidedEvent:
		return []string{string(is.Decision)}
	case relationship.ResellerEndedEvent:
		return []string{"", string(relationship.Done), string(relationship.Withdrawn), string(relationship.Declined), string(relationship.Kept), string(relationship.Removed)}
	}
	return []string{""}
}

// last returns the last change of some types of a subject; it is not sure where another operation's came at nearly the same time.
func (f *facts) last(subject string, types ...event.Type) (found *change, sure bool) {
	sure = true
	for _, c := range f.changes[subject] {
		if !slices.Contains(types, c.Type) {
			continue
		}
		sure = found == nil || found.Operation == c.Operation || c.At.Sub(found.At) > latest
		found = &c
	}
	return found, sure
}
