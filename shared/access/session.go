package access

import "time"

// SessionLength is how long a sign-in lasts at most. It ends earlier by sign-out, when the user is disabled, and with a change of password.
const SessionLength = 12 * time.Hour

// Session is a person who is signed in to the pages. Its secret is in the browser's cookie; the table keeps the secret's hash as the key.
type Session struct {
	Tenant    string // partner ID or customer ID; empty for an operator
	User      string
	Epoch     int // the user's when it began: a change of password raises the user's, and so ends every session
	CreatedAt time.Time
	EndsAt    time.Time
	Version   int
}

// NewSession returns the session of a user that signs in at the time.
func NewSession(tenant, user string, epoch int, at time.Time) Session {
	return Session{Tenant: tenant, User: user, Epoch: epoch, CreatedAt: at, EndsAt: at.Add(SessionLength), Version: 1}
}

// Holds says whether the session still stands for its user, as the table says of that user now (infra/design/trust.md, rule 19).
func (s Session) Holds(c Caller, at time.Time) bool {
	return s.User != "" && s.User == c.ID && s.Epoch == c.Epoch && at.Before(s.EndsAt) && !c.Disabled
}
