// Package mailing is each mail that is sent: of one event, by one template, to one address; how far it came, and what it may mention.
package mailing

import (
	"time"

	"liaison/shared/invitation"
	"liaison/shared/subscription"
)

// State is how far one mail came:
//
//	claimed -> sent -> delivered | bounced | complained | suppressed (by the mail service);  delivered -> bounced | complained
//	claimed -> released (not accepted: to be tried again) -> claimed
//	claimed -> suppressed | bounced (refused when handed over) | moot
//
// A sent mail with a reason came back with a passing fault, and no report of its delivery has come so far.
type State string

// The states.
const (
	Claimed    State = "claimed"
	Released   State = "released"
	Sent       State = "sent"
	Delivered  State = "delivered"
	Bounced    State = "bounced"
	Complained State = "complained"
	Suppressed State = "suppressed" // never sent: the address or a cap forbids it
	Moot       State = "moot"       // never sent: overtaken by what happened meanwhile
)

// Before returns the states that a report of this state by the mail service changes; in every other it changes nothing.
func (s State) Before() []State {
	earlier := []State{Claimed, Released, Sent}
	switch s {
	case Delivered, Suppressed, Sent:
		return earlier
	case Bounced:
		return append(earlier, Delivered)
	default:
		return append(earlier, Delivered, Bounced)
	}
}

// Mail is what is known of one mail. It holds ids and the address's hash only.
type Mail struct {
	Event        string // id
	Template     string
	Address      string // its hash
	State        State
	Reason       string
	MessageID    string
	ClaimedAt    time.Time
	Counted      bool   // by the caps
	Receipt      string // hash of the receipt's secret in the mail as it was tried last; where that was not accepted, nobody got it
	Invitation   invitation.ID
	Generation   int
	Subscription subscription.ID
	CreatedAt    time.Time
	Version      int
}

// claimFor is how long a claim counts before somebody else takes the mail over.
const claimFor = 5 * time.Minute

// Claim returns the mail as claimed anew; false where it was handed over, is not to be sent, or is claimed by somebody else.
func (m Mail) Claim(at time.Time) (Mail, bool) {
	if m.State != Released && (m.State != Claimed || at.Before(m.ClaimedAt.Add(claimFor))) {
		return m, false
	}
	m.State, m.ClaimedAt = Claimed, at
	return m, true
}

// Taken says whether the recipient's mail server took the mail, as far as we know: it was accepted to be sent and nothing came back.
func (m Mail) Taken() bool {
	return m.State == Delivered || m.State == Complained || m.State == Sent && m.Reason == ""
}

// Figures are how the mails of the last days fared, as the mail service reported.
type Figures struct{ Delivered, Bounced, Complained int }

// FigureDays is the window over which figures are counted: today and the days before.
const FigureDays = 7
