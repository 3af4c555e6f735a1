package verify

import (
	"slices"

	"liaison/shared/relationship"
)

// requests is the part of I6 about what is asked and decided beside the sales: a reseller's tie with the request to end it, and the dispute
// of a consent stand as their last events say.
func (f *facts) requests() {
	for _, tie := range f.ties {
		subject := string(relationship.NewID(tie.is.Customer, tie.is.Partner))
		last, sure := f.last(subject, "reseller.added", "reseller.ended")
		if is := last != nil && last.Type == "reseller.added"; sure && is != tie.is.Reseller {
			f.say(tie.key, "the relationship says reseller %v, its events %v", tie.is.Reseller, is)
		}
		stands := ""
		if tie.is.Removal != nil {
			stands = string(tie.is.Removal.Status)
		}
		last, sure = f.last(subject, "reseller.added", "reseller.ended", "reseller.removal_requested", "reseller.removal_withdrawn",
			"reseller.removal_declined", "reseller.removal_decided")
		if possible := answered(last); sure && !slices.Contains(possible, stands) {
			f.say(tie.key, "the request to end the relationship is %q, and its events make it %q", stands, possible)
		}
	}
	for _, r := range f.accepted {
		stands, says := "", ""
		if r.is.Dispute != nil {
			stands = string(r.is.Dispute.Status)
		}
		last, sure := f.last(string(r.is.ID), "redemption.disputed", "redemption.dispute_decided")
		switch {
		case last == nil:
		case last.Type == "redemption.disputed":
			says = "open"
		default:
			says = last.Data["decision"]
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
	switch last.Type {
	case "reseller.removal_requested":
		return []string{string(relationship.Open)}
	case "reseller.removal_withdrawn":
		return []string{string(relationship.Withdrawn)}
	case "reseller.removal_declined":
		return []string{string(relationship.Declined)}
	case "reseller.removal_decided":
		return []string{last.Data["decision"]}
	case "reseller.ended":
		return []string{"", string(relationship.Done), string(relationship.Withdrawn), string(relationship.Declined), string(relationship.Kept), string(relationship.Removed)}
	}
	return []string{""}
}

// last returns the last change of some types of a subject; it is not sure where another operation's came at nearly the same time.
func (f *facts) last(subject string, types ...string) (found *change, sure bool) {
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
