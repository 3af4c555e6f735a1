package customer

import (
	"context"
	"errors"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// MaxName is the most characters of a person's name.
const MaxName = 120

// Details are what a user says of itself.
type Details struct {
	Name     string
	Language string // of pages and mails
}

// Check returns the details with the name cleaned. It fails with Invalid naming every field that is wrong.
func (d Details) Check() (Details, error) {
	var wrong fault.Check
	var code *fault.Code
	if d.Name, code = textinput.Name(d.Name, MaxName); code != nil {
		wrong.Add("name", code, MaxName)
	}
	if !slices.Contains(catalog.Languages, d.Language) {
		wrong.Add("language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	return d, wrong.Err()
}

// Describe returns the user with the details, and which of them differ.
func (u User) Describe(d Details) (User, []string) {
	var fields []string
	if u.Name != d.Name {
		u.Name, fields = d.Name, append(fields, "name")
	}
	if u.Language != d.Language {
		u.Language, fields = d.Language, append(fields, "language")
	}
	return u, fields
}

// SettingsStore is what changing settings needs of the table.
type SettingsStore interface {
	// CustomerUser reads a user, strongly consistent. NotFound where there is none.
	CustomerUser(ctx context.Context, id UserID) (User, error)
	// SaveUser writes a changed user, guarded by the version it was decided on, with its event.
	SaveUser(ctx context.Context, u User, happened event.Event, o op.Op) error
	// Customer reads a customer, strongly consistent. NotFound where there is none.
	Customer(ctx context.Context, id ID) (Customer, error)
	// SaveBillingOwner writes a customer with another billing owner, guarded by the version it was decided on, with its event. In the same
	// transaction it checks that the new one is there still (else Invalid on the field billing_owner), and that the actor, who was the billing owner
	// or is a global administrator, is not disabled (else Forbidden not_your_role).
	SaveBillingOwner(ctx context.Context, c Customer, was UserID, happened event.Event, o op.Op) error
}

// UpdateOwn changes what a user says of itself; where nothing differs nothing is written. It fails with Invalid as Check does, and with Forbidden
// caller_disabled.
func UpdateOwn(ctx context.Context, store SettingsStore, of UserID, d Details, o op.Op) error {
	d, err := d.Check()
	if err != nil {
		return err
	}
	return op.RetryStale(func() error {
		u, err := store.CustomerUser(ctx, of)
		if err != nil {
			return err
		}
		if u.Disabled {
			return fault.CallerDisabled
		}
		changed, fields := u.Describe(d)
		if fields == nil {
			return nil
		}
		return store.SaveUser(ctx, changed, event.New(o, event.Customer(string(u.Customer)), event.Of(u.ID, UpdatedEvent{Fields: fields})), o)
	})
}

// MayChangeBillingOwner says whether a user may name the customer's billing owner: who is it, and global administrators.
func (c Customer) MayChangeBillingOwner(by User) bool {
	return !by.Disabled && (c.BillingOwner != "" && by.ID == c.BillingOwner || by.Has(GlobalAdmin))
}

// PassBills returns the customer with a user of it as its billing owner, named by another. It fails with Forbidden not_your_role, Conflict
// customer_read_only, Invalid on the field billing_owner where the user is disabled, and with op.ErrUnchanged.
func (c Customer) PassBills(to, by User) (Customer, error) {
	switch {
	case !c.MayChangeBillingOwner(by):
		return c, fault.NotYourRole
	case c.Status != Active:
		return c, fault.CustomerReadOnly
	case to.Customer != c.ID || to.Disabled:
		return c, fault.InvalidValue.In("/billing_owner")
	case to.ID == c.BillingOwner:
		return c, op.ErrUnchanged
	}
	c.BillingOwner = to.ID
	return c, nil
}

// ChangeBillingOwner makes a user the billing owner of its customer, as named by another. It fails as PassBills does; where the user is the
// billing owner already, nothing is written. A user of another customer is Invalid, as one that does not exist.
func ChangeBillingOwner(ctx context.Context, store SettingsStore, of ID, to, by UserID, o op.Op) error {
	err := op.RetryStale(func() error {
		c, err := store.Customer(ctx, of)
		if err != nil {
			return err
		}
		actor, err := store.CustomerUser(ctx, by)
		if err != nil {
			return err
		}
		named, err := store.CustomerUser(ctx, to)
		if err != nil && !fault.Is(err, fault.Absent) {
			return err
		}
		changed, err := c.PassBills(named, actor)
		if err != nil {
			return err
		}
		happened := event.New(o, event.Customer(string(of)), event.Of(of, ChangedEvent{BillingOwner: to}))
		return store.SaveBillingOwner(ctx, changed, c.BillingOwner, happened, o)
	})
	if errors.Is(err, op.ErrUnchanged) {
		return nil
	}
	return err
}
