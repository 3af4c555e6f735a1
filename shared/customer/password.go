package customer

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/token"
)

// How long the links count that set a password: a new account's, and one that was asked for (infra/design/pages.md, "Pages").
const (
	NewPasswordDays = 7
	PasswordMinutes = 60
)

// PasswordLease is how long one press of the button has a user's password to itself: longer than the page's function may run.
const PasswordLease = 15 * time.Second

// Bounds of a password, in characters: the least is the user pool's own (infra/stacks/identity.yaml), the most is Cognito's.
const (
	MinPassword = 12
	MaxPassword = 256
)

// Password is how far a user's own password is; the password itself is with the directory alone.
type Password struct {
	Kept       []token.Kept // hashes of the mailed links' secrets
	Generation int          // of the links that count
	EndsAt     time.Time    // of those links
	SetAt      time.Time    // zero until the first one was set

	ClaimedBy    string    // the operation that sets it now; empty where none does
	ClaimedUntil time.Time // when that one is no longer waited for
}

// Mailed returns the user with one more link of the current generation that counts until a time.
func (u User) Mailed(secret string, until time.Time) User {
	u.Password.Kept = token.Add(u.Password.Kept, token.Password, secret, u.Password.Generation)
	u.Password.EndsAt = until
	return u
}

// Renew returns the user with a new generation of links, so that no earlier one counts: a newer mail is on its way.
func (u User) Renew() User {
	u.Password.Generation++
	u.Password.EndsAt = time.Time{}
	return u
}

// MaySet fails where a secret does not set the user's password at a time: NotFound where it was never the user's, or the user is
// disabled; Gone password_link_used where a password was set with it or a newer one, password_link_superseded where a newer mail was
// sent, password_link_expired after its end.
func (u User) MaySet(secret string, at time.Time) error {
	stands := token.Look(u.Password.Kept, token.Password, secret, u.Password.Generation)
	switch {
	case stands == token.Unknown || u.Disabled:
		return fault.NotFound
	case stands == token.Outdated && u.Password.EndsAt.IsZero() && !u.Password.SetAt.IsZero():
		return fault.PasswordLinkUsed.With(u.Password.SetAt)
	case stands == token.Outdated:
		return fault.PasswordLinkSuperseded
	case !at.Before(u.Password.EndsAt):
		return fault.PasswordLinkExpired.With(u.Password.EndsAt)
	}
	return nil
}

// CheckPassword fails with Invalid on the field password: required, too_short (of 12 characters), too_long, personal where it is
// the user's own address in any of its forms, or edge_space where white space stands before or after it, which the user pool does not take.
func (u User) CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case strings.TrimSpace(password) == "":
		return fault.Required.In("password")
	case n < MinPassword:
		return fault.TooShort.With(MinPassword).In("password")
	case n > MaxPassword:
		return fault.TooLong.With(MaxPassword).In("password")
	case FoldLogin(password) == FoldLogin(u.Mail):
		return fault.Personal.In("password")
	case strings.TrimSpace(password) != password:
		return fault.EdgeSpace.In("password")
	}
	return nil
}

// Claim returns the user as one whose password an operation sets now. It fails with Conflict in_progress while another one may still be at it.
func (u User) Claim(by string, at time.Time) (User, error) {
	if p := u.Password; p.ClaimedBy != "" && p.ClaimedBy != by && at.Before(p.ClaimedUntil) {
		return u, fault.InProgress.After(p.ClaimedUntil.Sub(at))
	}
	u.Password.ClaimedBy, u.Password.ClaimedUntil = by, at.Add(PasswordLease)
	return u, nil
}

// unclaimed returns the user as one whose password nobody sets now.
func (u User) unclaimed() User {
	u.Password.ClaimedBy, u.Password.ClaimedUntil = "", time.Time{}
	return u
}

// HasSet returns the user as having set a password: no link counts any longer, and every session of the user has ended.
func (u User) HasSet(at time.Time) User {
	u = u.unclaimed().Renew()
	u.Password.SetAt = at
	u.Epoch++
	return u
}

// Store is what users need of the table.
type Store interface {
	// CustomerUser reads a user, strongly consistent. NotFound where there is none.
	CustomerUser(ctx context.Context, id UserID) (User, error)
	// SaveUser writes a changed user, guarded by the version it was decided on, with its event.
	SaveUser(ctx context.Context, u User, happened event.Event, o op.Op) error
	// SavePassword writes only how far a user's password is, guarded by the version it was decided on.
	SavePassword(ctx context.Context, u User, o op.Op) error
}

// Accounts keeps the passwords.
type Accounts interface {
	// SetPassword sets the password of the account of an address. It fails with Invalid on the field password where the
	// directory's own rules refuse it.
	SetPassword(ctx context.Context, mail, password string) error
}

// SetPassword sets the password of a user who holds a link's secret, and ends the user's sessions. The press is claimed first, so that of
// several at once only one reaches the directory: who hears that it is set has the password that counts. Where the process breaks off in
// between, the link counts still, and once the lease is over the same can be done again. It fails as MaySet and CheckPassword do, and with
// Conflict in_progress while another press may still be at it.
func SetPassword(ctx context.Context, store Store, accounts Accounts, id UserID, secret, password string, o op.Op) error {
	var u User
	err := op.RetryStale(func() error {
		found, err := store.CustomerUser(ctx, id)
		if err != nil {
			return err
		}
		if err := found.MaySet(secret, o.At); err != nil {
			return err
		}
		if err := found.CheckPassword(password); err != nil {
			return err
		}
		if u, err = found.Claim(o.ID, o.At); err != nil {
			return err
		}
		return store.SavePassword(ctx, u, o.Part("claim"))
	})
	if err != nil {
		return err
	}
	u.Version++
	if err := accounts.SetPassword(ctx, u.Mail, password); err != nil {
		if fault.Is(err, fault.Invalid) { // what the directory refused it has not taken: another may be tried at once
			_ = store.SavePassword(ctx, u.unclaimed(), o.Part("release")) // else the lease ends by itself
		}
		return err
	}
	return op.RetryStale(func() error {
		now, err := store.CustomerUser(ctx, id)
		switch {
		case err != nil:
			return err
		case now.Password.ClaimedBy != o.ID:
			return fault.InProgress.After(PasswordLease)
		}
		happened := event.New(o, event.Customer(string(now.Customer)), event.Of(now.ID, PasswordChangedEvent{}))
		return store.SaveUser(ctx, now.HasSet(o.At), happened, o)
	})
}

// AskPassword asks for a new link in place of one that no longer counts: it goes to the user's own address and nowhere else. Whoever
// holds any link that was ever the user's and knows the user's address may ask: an old link alone must not take a newer one's force. It
// fails with NotFound for any other, and with Conflict password_link_counts where the link at hand does.
func AskPassword(ctx context.Context, store Store, id UserID, secret, address string, o op.Op) error {
	return op.RetryStale(func() error {
		u, err := store.CustomerUser(ctx, id)
		if err != nil {
			return err
		}
		err = u.MaySet(secret, o.At)
		switch {
		case err == nil:
			return fault.PasswordLinkCounts
		case !fault.Is(err, fault.Gone):
			return err
		case FoldLogin(address) != FoldLogin(u.Mail):
			return fault.NotFound
		}
		happened := event.New(o, event.Customer(string(u.Customer)), event.Of(u.ID, PasswordLinkAskedEvent{}))
		return store.SaveUser(ctx, u.Renew(), happened, o)
	})
}
