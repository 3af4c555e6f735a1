package person

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

// PasswordLease is how long one press of the button has a person's password to itself: longer than the page's function may run.
const PasswordLease = 15 * time.Second

// Bounds of a password, in characters: the least is the user pool's own (infra/stacks/identity.yaml), the most is Cognito's.
const (
	MinPassword = 12
	MaxPassword = 256
)

// Password is how far a person's own password is; the password itself is with the directory alone.
type Password struct {
	Kept       []token.Kept // hashes of the mailed links' secrets
	Generation int          // of the links that count
	EndsAt     time.Time    // of those links
	SetAt      time.Time    // zero until the first one was set

	ClaimedBy    string    // the operation that sets it now; empty where none does
	ClaimedUntil time.Time // when that one is no longer waited for
}

// Mailed returns the password with one more link of the current generation that counts until a time.
func (p Password) Mailed(secret string, until time.Time) Password {
	p.Kept = token.Add(p.Kept, token.Password, secret, p.Generation)
	p.EndsAt = until
	return p
}

// Renew returns the password with a new generation of links, so that no earlier one counts: a newer mail is on its way.
func (p Password) Renew() Password {
	p.Generation++
	p.EndsAt = time.Time{}
	return p
}

// Claim returns the password as one that an operation sets now. It fails with Conflict in_progress while another one may still be at it.
func (p Password) Claim(by string, at time.Time) (Password, error) {
	if p.ClaimedBy != "" && p.ClaimedBy != by && at.Before(p.ClaimedUntil) {
		return p, fault.InProgress.After(p.ClaimedUntil.Sub(at))
	}
	p.ClaimedBy, p.ClaimedUntil = by, at.Add(PasswordLease)
	return p, nil
}

// unclaimed returns the password as one that nobody sets now.
func (p Password) unclaimed() Password {
	p.ClaimedBy, p.ClaimedUntil = "", time.Time{}
	return p
}

// HasSet returns the password as set: no link counts any longer.
func (p Password) HasSet(at time.Time) Password {
	p = p.unclaimed().Renew()
	p.SetAt = at
	return p
}

// MaySet fails where a secret does not set the person's password at a time: NotFound where it was never the person's, or the person is
// disabled; Gone password_link_used where a password was set with it or a newer one, password_link_superseded where a newer mail was
// sent, password_link_expired after its end.
func (p Person) MaySet(secret string, at time.Time) error {
	kept := p.Password
	stands := token.Look(kept.Kept, token.Password, secret, kept.Generation)
	switch {
	case stands == token.Unknown || p.Disabled:
		return fault.NotFound
	case stands == token.Outdated && kept.EndsAt.IsZero() && !kept.SetAt.IsZero():
		return fault.PasswordLinkUsed.With(kept.SetAt)
	case stands == token.Outdated:
		return fault.PasswordLinkSuperseded
	case !at.Before(kept.EndsAt):
		return fault.PasswordLinkExpired.With(kept.EndsAt)
	}
	return nil
}

// CheckPassword fails with Invalid on the field password: required, too_short (of 12 characters), too_long, personal where it is
// the person's own address in any of its forms, or edge_space where white space stands before or after it, which the user pool does not take.
func (p Person) CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case strings.TrimSpace(password) == "":
		return fault.Required.In("password")
	case n < MinPassword:
		return fault.TooShort.With(MinPassword).In("password")
	case n > MaxPassword:
		return fault.TooLong.With(MaxPassword).In("password")
	case FoldLogin(password) == FoldLogin(p.Mail):
		return fault.Personal.In("password")
	case strings.TrimSpace(password) != password:
		return fault.EdgeSpace.In("password")
	}
	return nil
}

// Accounts keeps the passwords.
type Accounts interface {
	// SetPassword sets the password of the account of an address. It fails with Invalid on the field password where the
	// directory's own rules refuse it.
	SetPassword(ctx context.Context, mail, password string) error
}

// SetPassword sets the password of a person who holds a link's secret, and ends the person's sessions. The press is claimed first, so that of
// several at once only one reaches the directory: who hears that it is set has the password that counts. Where the process breaks off in
// between, the link counts still, and once the lease is over the same can be done again. It fails as MaySet and CheckPassword do, and with
// Conflict in_progress while another press may still be at it.
func SetPassword(ctx context.Context, store Store, accounts Accounts, id ID, secret, password string, o op.Op) error {
	var p Person
	err := op.RetryStale(func() error {
		found, err := store.Person(ctx, id)
		if err != nil {
			return err
		}
		if err := found.MaySet(secret, o.At); err != nil {
			return err
		}
		if err := found.CheckPassword(password); err != nil {
			return err
		}
		if found.Password, err = found.Password.Claim(o.ID, o.At); err != nil {
			return err
		}
		p = found
		return store.SavePassword(ctx, p, o.Part("claim"))
	})
	if err != nil {
		return err
	}
	p.Version++
	if err := accounts.SetPassword(ctx, p.Mail, password); err != nil {
		if fault.Is(err, fault.Invalid) { // what the directory refused it has not taken: another may be tried at once
			p.Password = p.Password.unclaimed()
			_ = store.SavePassword(ctx, p, o.Part("release")) // else the lease ends by itself
		}
		return err
	}
	return op.RetryStale(func() error {
		now, err := store.Person(ctx, id)
		switch {
		case err != nil:
			return err
		case now.Password.ClaimedBy != o.ID:
			return fault.InProgress.After(PasswordLease)
		}
		now.Password = now.Password.HasSet(o.At)
		now.Epoch++
		return store.SavePassword(ctx, now, o, event.New(o, id.tenant(), event.Of(id, id.passwordChanged())))
	})
}

// AskPassword asks for a new link in place of one that no longer counts: it goes to the person's own address and nowhere else. Whoever
// holds any link that was ever the person's and knows the person's address may ask: an old link alone must not take a newer one's force. It
// fails with NotFound for any other, and with Conflict password_link_counts where the link at hand does.
func AskPassword(ctx context.Context, store Store, id ID, secret, address string, o op.Op) error {
	return op.RetryStale(func() error {
		p, err := store.Person(ctx, id)
		if err != nil {
			return err
		}
		err = p.MaySet(secret, o.At)
		switch {
		case err == nil:
			return fault.PasswordLinkCounts
		case !fault.Is(err, fault.Gone):
			return err
		case FoldLogin(address) != FoldLogin(p.Mail):
			return fault.NotFound
		}
		p.Password = p.Password.Renew()
		return store.SavePassword(ctx, p, o, event.New(o, id.tenant(), event.Of(id, id.passwordLinkAsked())))
	})
}
