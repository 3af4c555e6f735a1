package partner

import (
	"context"
	"errors"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// ClientStatus of a machine client:
//
//	creating -> active -> deleting, then its row is gone
//
// The row comes first and goes last, so that whatever breaks off in between can be finished; an account at the issuer to which
// no row binds its tokens has no rights.
type ClientStatus string

// The states. Only an active client's tokens are bound to it.
const (
	ClientCreating ClientStatus = "creating"
	ClientActive   ClientStatus = "active"
	ClientDeleting ClientStatus = "deleting"
)

// MaxClients is how many machine clients a partner may have at once.
const MaxClients = 50

// OldSecretDays is for how many days the old secret works on beside a new one.
const OldSecretDays = 7

// UseStep is how long after a machine client's noted use the next one is noted. A token lives an hour, so that a program that keeps its token is noted
// each time. One that asks anew for each request would otherwise write its own row all the time, on which each transaction of its acts has a condition.
const UseStep = 5 * time.Minute

// clientLease is how long the one who makes a client or changes its secrets is waited for: longer than a function may run.
const clientLease = 15 * time.Second

// Accounts are the token issuer's accounts of machines.
type Accounts interface {
	// CreateClient makes an account and returns the issuer's id of it and its secret. Unavailable where the issuer does not answer.
	CreateClient(ctx context.Context, name string) (oauthID, secret string, err error)
	// DeleteClient removes an account with its secrets; one that is not there is no fault.
	DeleteClient(ctx context.Context, oauthID string) error
	// AddSecret makes an account a second secret and returns the issuer's id of it and the secret. Unavailable where the issuer does not answer,
	// or holds two already; Conflict client_not_active where there is no such account.
	AddSecret(ctx context.Context, oauthID string) (id, secret string, err error)
	// Secrets returns the issuer's ids of an account's secrets, the oldest first; none where there is no such account.
	Secrets(ctx context.Context, oauthID string) ([]string, error)
	// DeleteSecret ends one secret of an account; one that is not there is no fault.
	DeleteSecret(ctx context.Context, oauthID, id string) error
}

// ClientDraft is a machine client as it is asked for.
type ClientDraft struct {
	Partner        ID
	Name           string
	CompanyRole    CompanyRole
	CustomerAccess CustomerAccess
	Issuer         string // of its tokens
}

// none is how the contract says NoRole and NoAccess.
const none = "none"

// Check fails with Invalid naming every wrong field.
func (d ClientDraft) Check() error {
	_, err := d.named()
	return err
}

// named returns the name as it is kept, and fails as Check does.
func (d ClientDraft) named() (string, error) {
	var wrong fault.Check
	name, code := textinput.Title(d.Name, MaxPerson)
	if code != nil {
		wrong.Add("/name", code, MaxPerson)
	}
	switch d.CompanyRole {
	case NoRole, GlobalAdmin, UserAdmin, BillingAdmin:
	default:
		wrong.Add("/company_role", fault.InvalidValue, fault.OneOf(GlobalAdmin, UserAdmin, BillingAdmin, none))
	}
	switch d.CustomerAccess {
	case NoAccess, Limited, Full:
	default:
		wrong.Add("/customer_access", fault.InvalidValue, fault.OneOf(Full, Limited, none))
	}
	return name, wrong.Err()
}

func (d ClientDraft) client(o op.Op) (Client, error) {
	name, err := d.named()
	return Client{
		ID: ClientID("cli_" + string(d.Partner) + "_" + o.NewID()), Partner: d.Partner, Name: name, Issuer: d.Issuer,
		CompanyRole: d.CompanyRole, CustomerAccess: d.CustomerAccess, Status: ClientCreating, LeaseAt: o.At.Add(clientLease),
		CreatedBy: o.Actor.ID, CreatedAt: o.At, Version: 1,
	}, err
}

// MakeClient makes a machine client and returns it with its secret, which is kept nowhere. It fails with Invalid naming every wrong
// field, NotFound where there is no such partner, Conflict partner_not_active where the partner left, too_many_clients where it has
// MaxClients, op.Replay where this very request came before (then ResumeClient goes on), Unavailable where the issuer does not answer,
// Forbidden where who asks lost its right meanwhile: then the client stands without an account until it is deleted.
func MakeClient(ctx context.Context, store ClientStore, accounts Accounts, draft ClientDraft, o op.Op) (Client, string, error) {
	made, err := draft.client(o)
	if err != nil {
		return Client{}, "", err
	}
	owner, err := store.Partner(ctx, draft.Partner)
	if err != nil {
		return Client{}, "", err
	}
	if err := owner.inProgram(); err != nil {
		return Client{}, "", err
	}
	if err := store.StartClient(ctx, made, o.Giving(string(made.ID))); err != nil {
		return Client{}, "", err
	}
	return finish(ctx, store, accounts, made, o)
}

// ResumeClient returns the client that an earlier run of the same request made or began to make. Where that run broke off it makes
// the account and returns the secret, which nobody has seen; otherwise the secret is empty. It fails with Conflict in_progress while
// that run may still be at it.
func ResumeClient(ctx context.Context, store ClientStore, accounts Accounts, id ClientID, o op.Op) (Client, string, error) {
	found, err := store.Client(ctx, id)
	if err != nil || found.Status != ClientCreating {
		return found, "", err
	}
	running := fault.InProgress
	if wait := found.LeaseAt.Sub(o.At); wait > 0 {
		return Client{}, "", running.After(wait)
	}
	found.LeaseAt = o.At.Add(clientLease)
	if err := store.SaveClient(ctx, found, o); err != nil {
		if fault.Is(err, fault.Stale) {
			return Client{}, "", running.After(clientLease)
		}
		return Client{}, "", err
	}
	found.Version++
	return finish(ctx, store, accounts, found, o)
}

// finish makes the account of a client that has none and binds its tokens to it.
func finish(ctx context.Context, store ClientStore, accounts Accounts, c Client, o op.Op) (Client, string, error) {
	account, secret, err := accounts.CreateClient(ctx, string(c.ID))
	if err != nil {
		return Client{}, "", err
	}
	c.OAuthID, c.Status, c.LeaseAt = account, ClientActive, time.Time{}
	happened := event.New(o, event.Partner(string(c.Partner)), event.Of(c.ID, ClientCreatedEvent{
		CompanyRole: c.CompanyRole, CustomerAccess: c.CustomerAccess,
	}))
	if err := store.FinishClient(ctx, c, happened, o); err != nil {
		return Client{}, "", refused(err, func() error { return accounts.DeleteClient(ctx, account) })
	}
	c.Version++
	return c, secret, nil
}

// refused removes what was made at the issuer, which nothing will ever name. Where the table's answer was lost it may be named: it stays.
func refused(err error, remove func() error) error {
	if before := (*op.Replay)(nil); !errors.As(err, &before) && !fault.Is(err, fault.Stale, fault.Denied) {
		return err
	}
	_ = remove() // left behind it gives no rights: nobody has seen its secret
	if fault.Is(err, fault.Stale) {
		return fault.InProgress.After(time.Second).Because(err)
	}
	return err
}

// Making says whether somebody may still be at making the client at a moment: lists leave it out.
func (c Client) Making(at time.Time) bool { return c.Status == ClientCreating && at.Before(c.LeaseAt) }

// Works says whether the client's requests count. One that does not was left half made or half gone: it is shown, to be deleted.
func (c Client) Works() bool { return c.Status == ClientActive && !c.Disabled }

// ClientSecret is one of the secrets that a client may sign in with.
type ClientSecret struct {
	MadeAt time.Time
	EndsAt time.Time // zero where nothing ends it
}

// Secrets returns those that count at a moment, the newest first: one, or two while an old one works on. A client that does not work has none.
func (c Client) Secrets(at time.Time) []ClientSecret {
	if !c.Works() {
		return nil
	}
	held := []ClientSecret{{MadeAt: c.SecretMadeAt()}}
	if c.OldWorks(at) {
		held = append(held, ClientSecret{c.Old.MadeAt, c.Old.EndsAt})
	}
	return held
}

// SecretMadeAt is when the client got the secret that stays.
func (c Client) SecretMadeAt() time.Time {
	if c.RotatedAt.IsZero() {
		return c.CreatedAt
	}
	return c.RotatedAt
}

// OldWorks says whether the secret before the last new one still counts at a moment.
func (c Client) OldWorks(at time.Time) bool { return c.Old.ID != "" && at.Before(c.Old.EndsAt) }

// StepAt is when the issuer is to forget what the client's row no longer names: the old secret at its end, and a secret that nobody has seen
// where changing them broke off. Zero where there is nothing to forget.
func (c Client) StepAt() time.Time {
	switch {
	case c.Status != ClientActive:
		return time.Time{}
	case !c.LeaseAt.IsZero():
		return c.LeaseAt
	}
	return c.Old.EndsAt
}

// RotateClient gives a client a second secret and returns it; the one before works on for OldSecretDays. It fails with Conflict
// client_not_active where the client has ended or is still being made, old_secret_works while there are two, in_progress where its secrets
// are being changed, op.Replay where this very request was done before, Unavailable where the issuer does not answer.
//
// The lease is in the row before the issuer is asked: what breaks off in between leaves a secret that the row does not name and nobody has
// seen, which the next one to hold the lease deletes.
func RotateClient(ctx context.Context, store ClientStore, accounts Accounts, id ClientID, o op.Op) (Client, string, error) {
	c, err := store.Client(ctx, id)
	switch {
	case err != nil:
		return Client{}, "", err
	case c.Status != ClientActive:
		return Client{}, "", fault.ClientNotActive
	case c.OldWorks(o.At):
		return Client{}, "", fault.OldSecretWorks.With(c.Old.EndsAt)
	}
	if c.Secret == "" { // nothing has changed them yet, so that there is one alone
		held, err := accounts.Secrets(ctx, c.OAuthID)
		if err != nil {
			return Client{}, "", err
		}
		if len(held) == 0 {
			return Client{}, "", fault.ClientNotActive
		}
		c.Secret = held[0]
	}
	if c, err = lease(c, o, func(c Client) error { return store.SaveClient(ctx, c, o) }); err != nil {
		return Client{}, "", err
	}
	if c, err = forgetSecrets(ctx, accounts, c); err != nil {
		return Client{}, "", err
	}
	made, secret, err := accounts.AddSecret(ctx, c.OAuthID)
	if err != nil {
		return Client{}, "", err
	}
	c.Old = OldSecret{ID: c.Secret, MadeAt: c.SecretMadeAt(), EndsAt: o.At.AddDate(0, 0, OldSecretDays)}
	c.Secret, c.RotatedAt, c.LeaseAt = made, o.At, time.Time{}
	happened := event.New(o, event.Partner(string(c.Partner)), event.Of(c.ID, ClientRotatedEvent{OldSecretEndsAt: c.Old.EndsAt}))
	if err := store.ChangeClient(ctx, c, happened, o.Giving(string(c.ID))); err != nil {
		return Client{}, "", refused(err, func() error { return accounts.DeleteSecret(ctx, c.OAuthID, made) })
	}
	c.Version++
	return c, secret, nil
}

// EndOldSecret ends the secret before the last new one at once: who signs in with it is refused. A token that it gave before counts until that
// ends. It fails with Conflict no_old_secret where none works on, in_progress where they are being changed, op.Replay where this very request
// was done before, Unavailable where the issuer does not answer: then the job ends it. decided is asked about the client that stands there,
// and fails where that is not what the caller decided on.
func EndOldSecret(ctx context.Context, store ClientStore, accounts Accounts, id ClientID, decided func(Client) error, o op.Op) (Client, error) {
	c, err := store.Client(ctx, id)
	switch {
	case err != nil:
		return Client{}, err
	case c.Status != ClientActive || !c.OldWorks(o.At):
		return Client{}, fault.NoOldSecret
	}
	if err := decided(c); err != nil {
		return Client{}, err
	}
	c.Old.EndsAt = o.At
	c, err = lease(c, o, func(c Client) error {
		happened := event.New(o, event.Partner(string(c.Partner)), event.Of(c.ID, ClientOldSecretEndedEvent{}))
		return store.ChangeClient(ctx, c, happened, o.Giving(string(c.ID)))
	})
	if err != nil {
		return Client{}, err
	}
	return release(ctx, store, accounts, c, o)
}

// ForgetSecrets has the issuer forget what StepAt says, and returns op.ErrUnchanged where nothing is due.
func ForgetSecrets(ctx context.Context, store ClientStore, accounts Accounts, c Client, o op.Op) error {
	if step := c.StepAt(); step.IsZero() || step.After(o.At) {
		return op.ErrUnchanged
	}
	c, err := lease(c, o, func(c Client) error { return store.SaveClient(ctx, c, o) })
	if err != nil {
		return err
	}
	_, err = release(ctx, store, accounts, c, o)
	return err
}

// lease takes the right to change a client's secrets, by the write that save makes, unless somebody may still be at it.
func lease(c Client, o op.Op, save func(Client) error) (Client, error) {
	running := fault.InProgress
	if wait := c.LeaseAt.Sub(o.At); wait > 0 {
		return Client{}, running.After(wait)
	}
	c.LeaseAt = o.At.Add(clientLease)
	if err := save(c); err != nil {
		if fault.Is(err, fault.Stale) {
			return Client{}, running.After(time.Second).Because(err)
		}
		return Client{}, err
	}
	c.Version++
	return c, nil
}

// release forgets what is not named and gives the lease back.
func release(ctx context.Context, store ClientStore, accounts Accounts, c Client, o op.Op) (Client, error) {
	c, err := forgetSecrets(ctx, accounts, c)
	if err != nil {
		return Client{}, err
	}
	c.LeaseAt = time.Time{}
	if err := store.SaveClient(ctx, c, o); err != nil {
		return Client{}, err
	}
	c.Version++
	return c, nil
}

// forgetSecrets deletes each secret at the issuer but the one that stays; it is for a client whose old one no longer works. Only who holds the
// lease may: of another's new secret the row knows nothing yet.
func forgetSecrets(ctx context.Context, accounts Accounts, c Client) (Client, error) {
	held, err := accounts.Secrets(ctx, c.OAuthID)
	if err != nil {
		return c, err
	}
	for _, id := range held {
		if id == c.Secret {
			continue
		}
		if err := accounts.DeleteSecret(ctx, c.OAuthID, id); err != nil {
			return c, err
		}
	}
	c.Old = OldSecret{}
	return c, nil
}

// DeleteClient ends a client: its next request is refused whatever its token says; then its account and its row go. Run again after
// it broke off, it goes on. decided is asked about the client that stands there, unless it is ending already, and fails where that is
// not what the caller decided on.
func DeleteClient(ctx context.Context, store ClientStore, accounts Accounts, id ClientID, decided func(Client) error, o op.Op) error {
	c, err := store.Client(ctx, id)
	if err != nil {
		return err
	}
	if c.Status != ClientDeleting {
		if err := decided(c); err != nil {
			return err
		}
		c.Status, c.Disabled = ClientDeleting, true
		happened := event.New(o, event.Partner(string(c.Partner)), event.Of(c.ID, ClientDeletedEvent{}))
		if err := store.UnbindClient(ctx, c, happened, o); err != nil {
			return err
		}
		c.Version++
	}
	for _, account := range []string{c.Retired, c.OAuthID} {
		if account == "" {
			continue
		}
		if err := accounts.DeleteClient(ctx, account); err != nil {
			return err
		}
	}
	return store.ForgetClient(ctx, c, o)
}
