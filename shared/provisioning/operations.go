package provisioning

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Store is what tasks need of the table.
type Store interface {
	// ProvisioningTask reads a task, strongly consistent; NotFound where there is none.
	ProvisioningTask(ctx context.Context, id ID) (Task, error)
	// SaveProvisioningTask writes a task over the version that was read, or a new one, with what it tells. It fails with Stale where another wrote it
	// meanwhile, with op.Replay where this very request was done before, and checks a permit again (nil where none is needed).
	SaveProvisioningTask(ctx context.Context, t Task, happened []event.Event, by *administration.Permit, o op.Op) error
}

// ClaimTask gives a task to the actor. It fails as Task.Claim does, and with NotFound.
func ClaimTask(ctx context.Context, store Store, id ID, o op.Op) (Task, error) {
	return change(ctx, store, id, nil, o, func(t Task) (Task, []event.Event, error) {
		next, err := t.Claim(o)
		return next, []event.Event{next.event(o, RunningEvent{next.about(), next.Attempts}, next.Partner)}, err
	})
}

// ReportTask writes what a worker says of its task. How far it is is no event. It fails as Report.Check and Task.Report do, and with NotFound.
func ReportTask(ctx context.Context, store Store, id ID, said Report, o op.Op) (Task, error) {
	said, err := said.Check()
	if err != nil {
		return Task{}, err
	}
	return change(ctx, store, id, nil, o, func(t Task) (Task, []event.Event, error) {
		next, err := t.Report(said, o.At)
		switch next.State {
		case Done:
			return next, []event.Event{next.event(o, DoneEvent{next.about()}, next.Partner)}, err
		case Failed:
			return next, []event.Event{next.event(o, FailedEvent{next.about(), next.Reason}, next.Partner)}, err
		}
		return next, nil, err
	})
}

// RetryTask has a failed task tried again: by the vendor's staff, who need no permit, or by whoever administers the customer. Where it is requested
// already nothing is written. It fails as Task.Retry does, and with NotFound.
func RetryTask(ctx context.Context, store Store, id ID, by *administration.Permit, o op.Op) (Task, error) {
	return change(ctx, store, id, by, o, func(t Task) (Task, []event.Event, error) {
		next, err := t.Retry(o.At)
		with := next.Partner
		if by != nil && by.OnBehalf() {
			with = by.Partner.ID
		}
		return next, []event.Event{next.event(o, RetriedEvent{next.about()}, with)}, err
	})
}

// change decides on a task and writes it, and decides again where it was written meanwhile.
func change(ctx context.Context, store Store, id ID, by *administration.Permit, o op.Op, decide func(Task) (Task, []event.Event, error)) (Task, error) {
	var next Task
	err := op.RetryStale(func() error {
		old, err := store.ProvisioningTask(ctx, id)
		if err != nil {
			return err
		}
		var happened []event.Event
		if next, happened, err = decide(old); err != nil {
			return err
		}
		if err := store.SaveProvisioningTask(ctx, next, happened, by, o.Giving(string(id)+" "+next.Lease.ID)); err != nil {
			return err
		}
		next.Version++
		return nil
	})
	if errors.Is(err, op.ErrUnchanged) {
		err = nil
	}
	return next, err
}

// SubscriptionStore is what asking for a subscription needs of the table.
type SubscriptionStore interface {
	Store
	// SubscriptionTask reads a subscription and its task, strongly consistent; zero where there is none.
	SubscriptionTask(ctx context.Context, of subscription.ID, id ID) (subscription.Subscription, Task, error)
}

// access is what the customer's people may do with a subscription, as the vendor's systems are told.
func access(s subscription.Status) string {
	switch s {
	case subscription.Suspended, subscription.Deleted:
		return string(s)
	case subscription.Expired, subscription.Cancelled:
		return "ended"
	}
	return string(subscription.Active)
}

// OfSubscription returns what the vendor's systems are to set up for a subscription as it is stored. Whether it is tried or paid for makes no difference
// to them; deleted, its data goes.
func OfSubscription(s subscription.Subscription, with partner.ID) Wanted {
	return Wanted{Kind: Subscription, Subject: string(s.ID), Partner: with, Details: map[string]string{
		"plan_id": string(s.Plan), "licenses": strconv.Itoa(s.Licenses.Bought), "status": access(s.Status),
	}}
}

// RequestSubscription has the vendor's systems set up a subscription as it now stands. A subscription has one task at all times, which says what is wanted
// last: however often, late or out of order this is called, nothing is asked for twice and nothing that was overtaken.
func RequestSubscription(ctx context.Context, store SubscriptionStore, of subscription.ID, with partner.ID, o op.Op) error {
	err := op.RetryStale(func() error {
		owner, ulid, _ := of.Customer()
		id := NewID(owner, ulid)
		s, old, err := store.SubscriptionTask(ctx, of, id)
		if err != nil || s.ID == "" {
			return err
		}
		o := o.Part(strconv.Itoa(old.Version)) // called again after the next change, it asks for something else
		next, happened, err := Request(old, id, OfSubscription(s, with), o)
		if err != nil {
			return err
		}
		return store.SaveProvisioningTask(ctx, next, []event.Event{happened}, nil, o)
	})
	if errors.Is(err, op.ErrUnchanged) {
		return nil
	}
	return err
}

// UserStore is what asking for what a user has needs of the table.
type UserStore interface {
	Store
	// UserTask reads a customer's user and a task, strongly consistent; zero where there is none.
	UserTask(ctx context.Context, u customer.UserID, id ID) (customer.User, Task, error)
}

// OfLicense returns what the vendor's systems are to set up for a user as it is stored: a licence of the subscription, or none any more.
func OfLicense(u customer.UserID, of subscription.ID, has bool, with partner.ID) Wanted {
	status := "removed"
	if has {
		status = string(subscription.Active)
	}
	return Wanted{Kind: License, Subject: string(u), Partner: with, Details: map[string]string{"subscription_id": string(of), "status": status}}
}

// RequestLicense has the vendor's systems give a user a licence of a subscription, or take it, as the user now stands; as RequestSubscription does. What was
// given and taken before anybody was asked for it is not asked for.
func RequestLicense(ctx context.Context, store UserStore, u customer.UserID, of subscription.ID, with partner.ID, o op.Op) error {
	return request(ctx, store, u, IDFor(u, License, string(of)), func(user customer.User) (Wanted, bool) {
		has := slices.Contains(user.Licenses, string(of))
		return OfLicense(u, of, has, with), has
	}, o)
}

// OfMailbox returns what the vendor's systems are to set up for a user as it is stored: its mailbox, or none any more, as where the user was deleted. The
// addresses are told to who claims the task, and are no part of it.
func OfMailbox(u customer.UserID, is customer.User, with partner.ID) (want Wanted, has bool) {
	want = Wanted{Kind: Mailbox, Subject: string(u), Partner: with, Details: map[string]string{"status": "removed"}}
	m := is.Mailbox
	if m == nil || is.Deleted() {
		return want, false
	}
	want.Details = map[string]string{"status": "active", "revision": strconv.Itoa(m.Revision)}
	if m.QuotaGB > 0 {
		want.Details["quota_gb"] = strconv.Itoa(m.QuotaGB)
	}
	return want, true
}

// OfMigration returns what the vendor's systems are to move into the mailbox of a user as it is stored: the data of another, or none any more.
func OfMigration(u customer.UserID, is customer.User, with partner.ID) (want Wanted, has bool) {
	want = Wanted{Kind: Migration, Subject: string(u), Partner: with, Details: map[string]string{"status": "stopped"}}
	if is.Mailbox == nil || is.Mailbox.From == nil || is.Deleted() {
		return want, false
	}
	from := is.Mailbox.From
	want.Details = map[string]string{"status": "active", "from": string(from.Kind), "revision": strconv.Itoa(from.Revision)}
	return want, true
}

// RequestMailbox has the vendor's systems set up a user's mailbox, and move what is to be moved into it, as the user now stands; as RequestLicense does.
func RequestMailbox(ctx context.Context, store UserStore, u customer.UserID, with partner.ID, o op.Op) error {
	if err := request(ctx, store, u, IDFor(u, Mailbox, ""), func(is customer.User) (Wanted, bool) { return OfMailbox(u, is, with) }, o.Part(string(Mailbox))); err != nil {
		return err
	}
	return request(ctx, store, u, IDFor(u, Migration, ""), func(is customer.User) (Wanted, bool) { return OfMigration(u, is, with) }, o.Part(string(Migration)))
}

// request asks for what a user is to have, as it stands by now. What it had and has no more before anybody was asked for it is not asked for.
func request(ctx context.Context, store UserStore, u customer.UserID, id ID, of func(customer.User) (want Wanted, has bool), o op.Op) error {
	err := op.RetryStale(func() error {
		user, old, err := store.UserTask(ctx, u, id)
		if err != nil {
			return err
		}
		want, has := of(user)
		if old.Version == 0 && !has {
			return op.ErrUnchanged
		}
		o := o.Part(strconv.Itoa(old.Version))
		next, happened, err := Request(old, id, want, o)
		if err != nil {
			return err
		}
		return store.SaveProvisioningTask(ctx, next, []event.Event{happened}, nil, o)
	})
	if errors.Is(err, op.ErrUnchanged) {
		return nil
	}
	return err
}

// DomainStore is what asking for a domain needs of the table.
type DomainStore interface {
	Store
	// DomainTask reads a customer's domain and its task, strongly consistent; zero where there is none.
	DomainTask(ctx context.Context, of customer.ID, name customer.DomainName, id ID) (customer.Domain, Task, error)
}

// OfDomain returns what the vendor's systems are to set up for a domain: it is the customer's, or not any more.
func OfDomain(name customer.DomainName, verified bool, with partner.ID) Wanted {
	status := "removed"
	if verified {
		status = string(subscription.Active)
	}
	return Wanted{Kind: Domain, Subject: string(name), Partner: with, Details: map[string]string{"status": status}}
}

// RequestDomain has the vendor's systems set a customer's domain up once it is verified, and take it away once it is not, as it now stands; as
// RequestSubscription does. A domain that was never set up is not taken away.
func RequestDomain(ctx context.Context, store DomainStore, of customer.ID, name customer.DomainName, with partner.ID, o op.Op) error {
	id := IDForDomain(of, name)
	err := op.RetryStale(func() error {
		d, old, err := store.DomainTask(ctx, of, name, id)
		if err != nil {
			return err
		}
		if old.Version == 0 && !d.Verified() {
			return op.ErrUnchanged
		}
		o := o.Part(strconv.Itoa(old.Version))
		next, happened, err := Request(old, id, OfDomain(name, d.Verified(), with), o)
		if err != nil {
			return err
		}
		return store.SaveProvisioningTask(ctx, next, []event.Event{happened}, nil, o)
	})
	if errors.Is(err, op.ErrUnchanged) {
		return nil
	}
	return err
}
