package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// ledger is I6.
func ledger(f *facts) {
	for _, one := range f.unreadable {
		f.say(one.key, "the item cannot be read: %v", one.is)
	}
	f.chain()
	f.readers()
	f.explained()
}

// readers checks that each change stands where those who see the event may read it. A type that the catalogue lacks, as a newer version may
// write it, is for nobody to judge.
func (f *facts) readers() {
	for _, e := range f.events {
		for _, c := range e.Changes {
			if row, ok := known.Row(c.Type); ok && !row.Read(e.Event) {
				f.say(e.key, "%s stands where others see it than those who may read it (%s)", c.Type, row.Readers)
			}
		}
	}
}

// chain checks every seal, that each follows the one before it, and that each event is sealed as it stands.
func (f *facts) chain() {
	sealed := map[string]bool{}
	var before event.Seal
	for _, s := range f.seals {
		switch sum, err := s.is.Sum(); {
		case err != nil || sum != s.is.Hash:
			f.say(s.key, "the seal's hash is not the one of what it holds")
		case s.is.N != before.N+1 || s.is.Before != before.Hash:
			f.say(s.key, "seal %d does not follow seal %d", s.is.N, before.N)
		}
		before = s.is
		for _, one := range s.is.Events {
			sealed[one.ID] = true
			e := f.byID[one.ID]
			if e == nil {
				f.say(s.key, "the sealed event %s is gone", one.ID)
			} else if hash, err := e.Hash(); err != nil || hash != one.Hash {
				f.say(e.key, "the event is another than the one in seal %d", s.is.N)
			}
		}
	}
	switch {
	case f.head == nil && before.N > 0:
		f.say("HEAD HEAD", "there are %d seals and no head", before.N)
	case f.head != nil && (f.head.is.N != before.N || f.head.is.Hash != before.Hash):
		f.say(f.head.key, "the head is seal %d, the last seal is %d", f.head.is.N, before.N)
	}
	for _, e := range f.events {
		if !sealed[e.ID()] && f.At.Sub(e.At) > event.Late {
			f.say(e.key, "the event of %s is in no seal", e.At.Format(time.RFC3339))
		}
	}
}

// unsaid stands for a change that leaves the state as it is.
const unsaid = ""

// states is what a change makes of its subject's stored state. A type that stands in no row makes the state unknown, and what is unknown
// breaks nothing. The state that a change itself says stands in its data.
var states = map[string]map[event.Type]string{
	"subscription": {
		subscription.CreatedEvent{}.Type(): unsaid, subscription.TrialWillEndEvent{}.Type(): unsaid, subscription.TrialExtendedEvent{}.Type(): unsaid, subscription.LicensesChangedEvent{}.Type(): unsaid, subscription.RenewedEvent{}.Type(): unsaid,
		subscription.DeletionAnnouncedEvent{}.Type(): unsaid, subscription.DeletionScheduledEvent{}.Type(): unsaid, subscription.DeletionHeldEvent{}.Type(): unsaid,
		subscription.CancellationUndoneEvent{}.Type(): unsaid, subscription.BillingTransferredEvent{}.Type(): unsaid,
		relationship.PartnerOfRecordSetEvent{}.Type(): unsaid, relationship.PartnerOfRecordChangedEvent{}.Type(): unsaid, relationship.PartnerOfRecordRemovedEvent{}.Type(): unsaid,
		relationship.ResellerBillingEndedEvent{}.Type(): unsaid, subscription.ChangedEvent{}.Type(): unsaid,
		subscription.TrialExpiredEvent{}.Type(): string(subscription.Expired), subscription.ConvertedEvent{}.Type(): string(subscription.Active),
		subscription.CancelledEvent{}.Type(): string(subscription.Cancelled), subscription.SuspendedEvent{}.Type(): string(subscription.Suspended),
		subscription.ReinstatedEvent{}.Type(): string(subscription.Active), subscription.DeletedEvent{}.Type(): string(subscription.Deleted),
	},
	"offer": {
		offer.CreatedEvent{}.Type(): unsaid, offer.PausedEvent{}.Type(): string(offer.Paused), offer.ResumedEvent{}.Type(): string(offer.Active), offer.WithdrawnEvent{}.Type(): string(offer.Withdrawn),
		offer.ReportedEvent{}.Type(): unsaid, offer.KeptEvent{}.Type(): unsaid,
		offer.ReplacedEvent{}.Type(): string(offer.Replaced), offer.ExpiredEvent{}.Type(): string(offer.Expired), offer.UsedUpEvent{}.Type(): string(offer.UsedUp),
	},
	"provisioning_task": {
		provisioning.RequestedEvent{}.Type(): string(provisioning.Requested), provisioning.RunningEvent{}.Type(): string(provisioning.Running),
		provisioning.DoneEvent{}.Type(): string(provisioning.Done), provisioning.FailedEvent{}.Type(): string(provisioning.Failed),
		provisioning.RetriedEvent{}.Type(): string(provisioning.Requested),
	},
	"partner": {
		partner.ProfileChangedEvent{}.Type(): unsaid, partner.ProfileVerifiedEvent{}.Type(): unsaid, partner.ProgramJoinedEvent{}.Type(): unsaid, partner.ProgramLeftEvent{}.Type(): unsaid,
		partner.AuthorisedEvent{}.Type(): unsaid, partner.DeauthorisedEvent{}.Type(): unsaid, partner.TrustChangedEvent{}.Type(): unsaid,
		partner.AgreementSignedEvent{}.Type(): unsaid, partner.EmailCodeAskedEvent{}.Type(): unsaid, partner.PhoneCallAskedEvent{}.Type(): unsaid,
		partner.PhoneCodeMadeEvent{}.Type(): unsaid, partner.EmailVerifiedEvent{}.Type(): unsaid, partner.PhoneVerifiedEvent{}.Type(): unsaid,
		partner.SuspendedEvent{}.Type(): string(partner.Suspended), partner.ReinstatedEvent{}.Type(): string(partner.Active), partner.ClosedEvent{}.Type(): string(partner.Closed), partner.ActivatedEvent{}.Type(): string(partner.Active),
		partner.AppliedEvent{}.Type(): unsaid, partner.ApplicationConfirmedEvent{}.Type(): unsaid, partner.ApprovedEvent{}.Type(): unsaid, partner.RejectedEvent{}.Type(): unsaid,
	},
}

// last are the states that nothing leaves.
var last = map[string][]string{
	"subscription": {string(subscription.Deleted)},
	"offer":        {string(offer.Withdrawn), string(offer.Replaced), string(offer.UsedUp), string(offer.Expired)},
	"partner":      {string(partner.Closed)},
}

// explained checks that every item's state is what its events made of it, and that what is written once was told once.
func (f *facts) explained() {
	for ident, c := range f.customers {
		f.only(c.key, customer.CreatedEvent{}.Type(), string(ident))
	}
	for ident, s := range f.subscriptions {
		if first := f.only(s.key, subscription.CreatedEvent{}.Type(), string(ident)); first != nil {
			f.stands(s.key, "subscription", string(ident), string(s.is.Status), string(event.Value[subscription.Status](known.Read(first.Change))))
		}
	}
	for ident, o := range f.offers {
		if f.only(o.key, offer.CreatedEvent{}.Type(), string(ident)) != nil {
			f.stands(o.key, "offer", string(ident), string(o.is.Status), string(offer.Active))
		}
	}
	for _, p := range f.partners {
		if f.count(partner.ActivatedEvent{}.Type(), string(p.is.ID)) > 0 {
			f.stands(p.key, "partner", string(p.is.ID), string(p.is.Status), string(partner.AgreementPending)) // until it is activated
		}
	}
	for _, r := range f.accepted {
		f.receipt(r, consent.AcceptedEvent{}.Type())
	}
	for _, r := range f.declined {
		f.receipt(r, consent.DeclinedEvent{}.Type())
	}
	there := map[string]bool{}
	for _, r := range f.accepted {
		there[string(r.is.ID)] = true
	}
	for _, c := range f.kinds[consent.AcceptedEvent{}.Type()] {
		if !there[c.Subject] {
			f.say(c.key, "it tells of %s, and there is none", c.Subject)
		}
	}
	f.answers()
	f.requests()
}

// only returns the one change of that type of a subject.
func (f *facts) only(key string, kind event.Type, subject string) *change {
	var one *change
	n := 0
	for _, c := range f.changes[subject] {
		if c.Type == kind {
			n, one = n+1, &c
		}
	}
	if n != 1 {
		f.say(key, "%d events tell %s of %s", n, kind, subject)
		return nil
	}
	return one
}

// stands checks a stored state against the changes since it began with the first. Of two changes at nearly the same time either may
// have been written last.
func (f *facts) stands(key, noun, subject, stored, first string) {
	possible, final := []string{first}, ""
	var at time.Time
	for _, c := range f.changes[subject] {
		state, listed := states[noun][c.Type]
		switch {
		case listed && state == unsaid || later(c): // what ends later is as it was
			continue
		case !listed:
			return
		case slices.Contains(last[noun], state):
			final = state
		}
		if c.At.Sub(at) > latest {
			possible = nil
		}
		possible, at = append(possible, state), c.At
	}
	if final != "" {
		possible = []string{final}
	}
	if !slices.Contains(possible, stored) {
		f.say(key, "%s is %s, and its events make it %v", subject, stored, possible)
	}
}

// later says whether a change is a cancellation whose end is still to come.
func later(c change) bool {
	cancelled, _ := event.As[subscription.CancelledEvent](c.Change)
	return !cancelled.CancelsAt.IsZero()
}

// receipt checks that an answer was told once, and that its receipt is the one that was given.
func (f *facts) receipt(r placedAnswer, kind event.Type) {
	f.only(r.key, kind, string(r.is.ID))
	sum := sha256.Sum256([]byte(r.is.Canonical))
	if hex.EncodeToString(sum[:]) != r.is.SHA256 || r.is.Receipt.ID != string(r.is.ID) {
		f.say(r.key, "the receipt is not the one that was given")
	}
}

// answers checks that each answered invitation has the one event that tells how. One that has a No is I10's.
func (f *facts) answers() {
	yes, no := f.byLink(consent.AcceptedEvent{}.Type()), f.byLink(consent.DeclinedEvent{}.Type())
	for ident, inv := range f.invitations {
		if _, refused := f.declined[ident]; refused {
			continue
		}
		id := string(ident)
		if f.count(invitation.CreatedEvent{}.Type(), id) == 0 {
			f.say(inv.key, "no event tells that the invitation was made")
		}
		switch answer := inv.is.Answer; {
		case answer == invitation.Accepted && len(yes[ident]) == 0:
			f.say(inv.key, "accepted, and no event tells so")
		case answer == invitation.Revoked && f.count(invitation.RevokedEvent{}.Type(), id) != 1:
			f.say(inv.key, "revoked, and %d events tell so", f.count(invitation.RevokedEvent{}.Type(), id))
		case answer == invitation.Expired && f.count(invitation.ExpiredEvent{}.Type(), id) == 0:
			f.say(inv.key, "expired, and no event tells so")
		case answer != invitation.Accepted && len(yes[ident]) > 0 && len(no[ident]) == 0:
			f.say(inv.key, "%s, and an event tells of a Yes", answer)
		case answer == invitation.Pending && f.count(invitation.RevokedEvent{}.Type(), id) > 0:
			f.say(inv.key, "pending, and an event tells that it was revoked")
		}
	}
}
