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

// Lives of the links that set a password: a new account's, and one that was asked for (pages.md, "/set-password").
const (
	NewPasswordDays = 7
	PasswordMinutes = 60
)

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
}

// Mailed returns the user with one more link of the current generation that counts until a time.
func (u User) Mailed(secret string, until time.Time) User {
	u.Password.Kept = token.Add(u.Password.Kept, token.Password, secret, u.Password.Generation)
	u.Password.EndsAt = until
	return u
}

// Renew returns the user with all earlier links dead: a newer mail is on its way.
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
		return fault.New(fault.NotFound, "not_found")
	case stands == token.Dead && u.Password.EndsAt.IsZero() && !u.Password.SetAt.IsZero():
		return fault.New(fault.Gone, "password_link_used", u.Password.SetAt)
	case stands == token.Dead:
		return fault.New(fault.Gone, "password_link_superseded")
	case !at.Before(u.Password.EndsAt):
		return fault.New(fault.Gone, "password_link_expired", u.Password.EndsAt)
	}
	return nil
}

// CheckPassword fails with Invalid on the field password: required, too_short (of 12 characters), too_long, personal where it is
// the user's own address, or edge_space where white space stands before or after it, which the user pool does not take.
func (u User) CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case strings.TrimSpace(password) == "":
		return fault.At("password", "required")
	case n < MinPassword:
		return fault.At("password", "too_short", MinPassword)
	case n > MaxPassword:
		return fault.At("password", "too_long", MaxPassword)
	case strings.EqualFold(strings.TrimSpace(password), u.Mail):
		return fault.At("password", "personal")
	case strings.TrimSpace(password) != password:
		return fault.At("password", "edge_space")
	}
	return nil
}

// HasSet returns the user as having set a password: the links are dead, and every session of the user has ended.
func (u User) HasSet(at time.Time) User {
	u = u.Renew()
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
}

// Accounts keeps the passwords.
type Accounts interface {
	// SetPassword sets the password of the account of an address. It fails with Invalid on the field password where the
	// directory's own rules refuse it.
	SetPassword(ctx context.Context, mail, password string) error
}

// SetPassword sets the password of a user who holds a link's secret, and ends the user's sessions. The directory comes first: where the
// answer is lost in between, the link still counts and the same can be done again. It fails as MaySet and CheckPassword do.
func SetPassword(ctx context.Context, store Store, accounts Accounts, id UserID, secret, password string, o op.Op) error {
	return op.Settle(func() error {
		u, err := store.CustomerUser(ctx, id)
		if err != nil {
			return err
		}
		if err := u.MaySet(secret, o.At); err != nil {
			return err
		}
		if err := u.CheckPassword(password); err != nil {
			return err
		}
		if err := accounts.SetPassword(ctx, u.Mail, password); err != nil {
			return err
		}
		happened := event.New(o, event.Customer(string(u.Customer)), event.Of("customer_user.password_changed", string(u.ID)))
		return store.SaveUser(ctx, u.HasSet(o.At), happened, o)
	})
}

// AskPassword asks for a new link in place of one that no longer counts: it goes to the user's own address and nowhere else. Whoever
// holds any link that was ever the user's may ask. It fails with NotFound for any other, and with Conflict password_link_counts
// where the link at hand does.
func AskPassword(ctx context.Context, store Store, id UserID, secret string, o op.Op) error {
	return op.Settle(func() error {
		u, err := store.CustomerUser(ctx, id)
		if err != nil {
			return err
		}
		err = u.MaySet(secret, o.At)
		switch f := fault.As(err); {
		case err == nil:
			return fault.New(fault.Conflict, "password_link_counts")
		case f == nil || f.Kind != fault.Gone:
			return err
		}
		happened := event.New(o, event.Customer(string(u.Customer)), event.Of("customer_user.password_link_asked", string(u.ID)))
		return store.SaveUser(ctx, u.Renew(), happened, o)
	})
}
