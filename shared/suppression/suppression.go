// Package suppression is what stops invitations, offers and reminders to one address. Receipts and account mail are never stopped.
package suppression

import (
	"slices"
	"time"

	"liaison/shared/fault"
)

// Reasons why an address takes no invitations, offers and reminders.
const (
	Unsubscribed = "unsubscribed" // the recipient stopped them, and may start them again
	Bounced      = "bounced"
	Complaint    = "complaint"
)

// remembered is how long it is known that an address was suppressed once.
const remembered = 90 * 24 * time.Hour

// Suppression is what stops, or once stopped, the mails to one address. It is kept without the address.
type Suppression struct {
	Address   string // its hash, as in keys and mail tags
	Reason    string // why mails are stopped; empty once it was lifted
	Causes    []Cause
	LiftedAt  time.Time
	Held      bool // the mail service keeps the address on a list of its own, which has to be cleared before the next mail
	CreatedAt time.Time
	Version   int
}

// Cause is one thing that stopped the mails.
type Cause struct {
	Reason string
	At     time.Time
}

// Stop returns the suppression with a reason more, and whether it is new since mails were last stopped. What stops the mails already
// stays, but for a bounce or complaint, which outweighs the recipient's own wish.
func (s Suppression) Stop(reason string, at time.Time) (next Suppression, fresh bool) {
	before := slices.ContainsFunc(s.Causes, func(c Cause) bool { return c.Reason == reason })
	if s.Reason != "" && (reason == Unsubscribed || before) {
		return s, false
	}
	if s.Reason == "" {
		s.Causes, s.LiftedAt, s.CreatedAt = nil, time.Time{}, at
	}
	s.Causes = append(slices.Clone(s.Causes), Cause{reason, at})
	if s.Reason == "" || s.Reason == Unsubscribed || reason == Complaint {
		s.Reason = reason
	}
	s.Held = s.Held || reason != Unsubscribed
	return s, true
}

// Lift returns the suppression as lifted, whatever stopped the mails; NotFound where nothing does.
func (s Suppression) Lift(at time.Time) (Suppression, error) {
	if s.Reason == "" {
		return s, fault.NotFound
	}
	s.Reason, s.LiftedAt = "", at
	return s, nil
}

// LiftOwn is Lift by the recipient, who takes back only what it stopped itself: Conflict address_refuses_mail where a bounce or complaint did.
func (s Suppression) LiftOwn(at time.Time) (Suppression, error) {
	if s.Reason != "" && s.Reason != Unsubscribed {
		return s, fault.AddressRefusesMail
	}
	return s.Lift(at)
}

// Due says whether the mail service has to clear its own list of the address before the next mail.
func (s Suppression) Due() bool { return s.Reason == "" && s.Held }

// ForgetAt is when the suppression is forgotten; zero as long as anything stops mails.
func (s Suppression) ForgetAt() time.Time {
	if s.Reason != "" || s.Held {
		return time.Time{}
	}
	return s.LiftedAt.Add(remembered)
}
