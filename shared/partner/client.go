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

// clientLease is how long the one who makes a client is waited for: longer than a function may run.
const clientLease = 15 * time.Second

// Accounts are the token issuer's accounts of machines.
type Accounts interface {
	// CreateClient makes an account and returns the issuer's id of it and its secret. Unavailable where the issuer does not answer.
	CreateClient(ctx context.Context, name string) (oauthID, secret string, err error)
	// DeleteClient removes an account; one that is not there is no fault.
	DeleteClient(ctx context.Context, oauthID string) error
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
		return Client{}, "", refused(ctx, accounts, account, err)
	}
	c.Version++
	return c, secret, nil
}

// refused removes an account that nothing will ever be bound to. Where the table's answer was lost the account may be bound: it stays.
func refused(ctx context.Context, accounts Accounts, account string, err error) error {
	if before := (*op.Replay)(nil); !errors.As(err, &before) && !fault.Is(err, fault.Stale, fault.Denied) {
		return err
	}
	_ = accounts.DeleteClient(ctx, account) // left behind it has no rights
	if fault.Is(err, fault.Stale) {
		return fault.InProgress.After(time.Second).Because(err)
	}
	return err
}

// Making says whether somebody may still be at making the client at a moment: lists leave it out.
func (c Client) Making(at time.Time) bool { return c.Status == ClientCreating && at.Before(c.LeaseAt) }

// Works says whether the client's requests count. One that does not was left half made or half gone: it is shown, to be deleted.
func (c Client) Works() bool { return c.Status == ClientActive && !c.Disabled }

// RotateClient gives a client a new account, as the issuer's ids and secrets change together, and returns the secret. The old
// account's tokens no longer count once it has returned. It fails with Conflict client_not_active where the client has ended or
// is still being made, in_progress where it changed meanwhile, op.Replay where this very request was done before.
func RotateClient(ctx context.Context, store ClientStore, accounts Accounts, id ClientID, o op.Op) (Client, string, error) {
	c, err := store.Client(ctx, id)
	if err != nil {
		return Client{}, "", err
	}
	if c.Status != ClientActive {
		return Client{}, "", fault.ClientNotActive
	}
	if c, err = tidy(ctx, store, accounts, c, o); err != nil {
		if fault.Is(err, fault.Stale) {
			err = fault.InProgress.After(time.Second).Because(err)
		}
		return Client{}, "", err
	}
	account, secret, err := accounts.CreateClient(ctx, string(c.ID))
	if err != nil {
		return Client{}, "", err
	}
	next := c
	next.Retired, next.OAuthID, next.RotatedAt = c.OAuthID, account, o.At
	happened := event.New(o, event.Partner(string(c.Partner)), event.Of(c.ID, ClientRotatedEvent{}))
	if err := store.RebindClient(ctx, next, happened, o.Giving(string(c.ID))); err != nil {
		return Client{}, "", refused(ctx, accounts, account, err)
	}
	next.Version++
	if tidied, err := tidy(ctx, store, accounts, next, o); err == nil { // else the next rotation or the end of the client does it
		next = tidied
	}
	return next, secret, nil
}

// tidy has the issuer forget the account before a new secret.
func tidy(ctx context.Context, store ClientStore, accounts Accounts, c Client, o op.Op) (Client, error) {
	if c.Retired == "" {
		return c, nil
	}
	if err := accounts.DeleteClient(ctx, c.Retired); err != nil {
		return c, err
	}
	c.Retired = ""
	if err := store.SaveClient(ctx, c, o); err != nil {
		return c, err
	}
	c.Version++
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
