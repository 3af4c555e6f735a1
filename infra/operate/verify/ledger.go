package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// ledger is I6.
func ledger(f *facts) {
	for _, one := range f.unreadable {
		f.say(one.key, "the item cannot be read: %v", one.is)
	}
	f.chain()
	f.explained()
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
var states = map[string]map[string]string{
	"subscription": {
		"subscription.trial_will_end": unsaid, "subscription.trial_extended": unsaid, "subscription.licenses_changed": unsaid, "subscription.renewed": unsaid,
		"subscription.deletion_announced": unsaid, "subscription.deletion_scheduled": unsaid, "subscription.deletion_held": unsaid,
		"subscription.cancellation_undone": unsaid, "subscription.billing_transferred": unsaid,
		"partner_of_record.set": unsaid, "partner_of_record.changed": unsaid, "partner_of_record.removed": unsaid,
		"reseller.billing_ended": unsaid, "subscription.changed": unsaid,
		"subscription.trial_expired": string(subscription.Expired), "subscription.converted": string(subscription.Active),
		"subscription.cancelled": string(subscription.Cancelled), "subscription.suspended": string(subscription.Suspended),
		"subscription.reinstated": string(subscription.Active), "subscription.deleted": string(subscription.Deleted),
	},
	"offer": {
		"offer.paused": string(offer.Paused), "offer.resumed": string(offer.Active), "offer.withdrawn": string(offer.Withdrawn),
		"offer.replaced": string(offer.Replaced), "offer.expired": string(offer.Expired), "offer.used_up": string(offer.UsedUp),
	},
	"partner": {
		"partner.profile_changed": unsaid, "partner.profile_verified": unsaid, "partner.program_joined": unsaid, "partner.program_left": unsaid,
		"partner.authorised": unsaid, "partner.deauthorised": unsaid,
		"partner.suspended": string(partner.Suspended), "partner.reinstated": string(partner.Active), "partner.closed": string(partner.Closed),
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
		f.toldOnce(c.key, "customer.created", string(ident))
	}
	for ident, s := range f.subscriptions {
		if first := f.toldOnce(s.key, "subscription.created", string(ident)); first != nil {
			f.stands(s.key, "subscription", string(ident), string(s.is.Status), first.Data["status"])
		}
	}
	for ident, o := range f.offers {
		if f.toldOnce(o.key, "offer.created", string(ident)) != nil {
			f.stands(o.key, "offer", string(ident), string(o.is.Status), string(offer.Active))
		}
	}
	for _, p := range f.partners {
		if f.told("partner.activated", string(p.is.ID)) > 0 {
			f.stands(p.key, "partner", string(p.is.ID), string(p.is.Status), string(partner.Active))
		}
	}
	for _, r := range f.accepted {
		f.receipt(r, "redemption.accepted")
	}
	for _, r := range f.declined {
		f.receipt(r, "redemption.declined")
	}
	there := map[string]bool{}
	for _, r := range f.accepted {
		there[string(r.is.ID)] = true
	}
	for _, c := range f.kinds["redemption.accepted"] {
		if !there[c.Subject] {
			f.say(c.key, "it tells of %s, and there is none", c.Subject)
		}
	}
	f.answers()
	f.requests()
}

// toldOnce returns the one change of that type of a subject.
func (f *facts) toldOnce(key, kind, subject string) *change {
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
		state, known := states[noun][c.Type]
		switch {
		case c.Type == noun+".created" || c.Type == noun+".activated" || known && state == unsaid || c.Data["cancels_at"] != "": // what ends later is as it was
			continue
		case !known:
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

// receipt checks that an answer was told once, and that its receipt is the one that was given.
func (f *facts) receipt(r placedAnswer, kind string) {
	f.toldOnce(r.key, kind, string(r.is.ID))
	sum := sha256.Sum256([]byte(r.is.Canonical))
	if hex.EncodeToString(sum[:]) != r.is.SHA256 || r.is.Receipt.ID != string(r.is.ID) {
		f.say(r.key, "the receipt is not the one that was given")
	}
}

// answers checks that each answered invitation has the one event that tells how. One that has a No is I10's.
func (f *facts) answers() {
	yes, no := f.about("redemption.accepted", "invitation_id"), f.about("redemption.declined", "invitation_id")
	for ident, inv := range f.invitations {
		if _, refused := f.declined[ident]; refused {
			continue
		}
		id := string(ident)
		if f.told("invitation.created", id) == 0 {
			f.say(inv.key, "no event tells that the invitation was made")
		}
		switch answer := inv.is.Answer; {
		case answer == invitation.Accepted && len(yes[id]) == 0:
			f.say(inv.key, "accepted, and no event tells so")
		case answer == invitation.Revoked && f.told("invitation.revoked", id) != 1:
			f.say(inv.key, "revoked, and %d events tell so", f.told("invitation.revoked", id))
		case answer == invitation.Expired && f.told("invitation.expired", id) == 0:
			f.say(inv.key, "expired, and no event tells so")
		case answer != invitation.Accepted && len(yes[id]) > 0 && len(no[id]) == 0:
			f.say(inv.key, "%s, and an event tells of a Yes", answer)
		case answer == invitation.Pending && f.told("invitation.revoked", id) > 0:
			f.say(inv.key, "pending, and an event tells that it was revoked")
		}
	}
}

// read reads a time of an event's data; false where there is none.
func read(text string, into *time.Time) bool {
	at, err := time.Parse(time.RFC3339, text)
	*into = at
	return err == nil
}

func number(text string, into *int) bool {
	n, err := strconv.Atoi(text)
	*into = n
	return err == nil
}
