package administration

import (
	"context"
	"strconv"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/op"
)

// DomainStore is what acting on domains needs of the table. Each write checks a permit again (fault.Forbidden once it no longer stands).
type DomainStore interface {
	Store
	// AddDomain writes a new domain and counts it. It fails with Conflict exists or too_many_domains, and with op.Replay where this very request was done before.
	AddDomain(ctx context.Context, d customer.Domain, by Permit, happened event.Event, o op.Op) error
	// SaveDomain writes a checked domain over the version of old; one that becomes verified takes its name, one that is lost gives it back. It needs no
	// permit where by is nil, and fails with Conflict domain_taken, and with op.Replay as AddDomain does.
	SaveDomain(ctx context.Context, d, old customer.Domain, by *Permit, happened []event.Event, o op.Op) error
	// RemoveDomain erases a domain as it was read, and gives its name back.
	RemoveDomain(ctx context.Context, d customer.Domain, by Permit, happened event.Event, o op.Op) error
}

// Records is what a check needs of DNS.
type Records interface {
	// TXT returns the values of all TXT records at a name; none where there is no such record. Any error says that DNS did not answer.
	TXT(ctx context.Context, name string) ([]string, error)
}

// AddDomain makes a domain that waits for its record. vendor are the domains that the vendor registered for itself. It fails as customer.NewDomain and
// Allow do, and with Conflict exists or too_many_domains.
func AddDomain(ctx context.Context, store DomainStore, by Authority, name string, vendor []string, o op.Op) (customer.Domain, error) {
	made, err := customer.NewDomain(by.Customer.ID, name, vendor, o.IDs.Secret(), o.At)
	if err != nil {
		return made, err
	}
	leave, err := by.Allow(AdministerDomains)
	if err != nil {
		return made, err
	}
	happened := by.tell(o, event.Of(made.Name, customer.DomainAddedEvent{}))
	return made, store.AddDomain(ctx, made, leave, happened, o.Giving(string(made.Name)))
}

// VerifyDomain checks a domain as it was read, and writes what came of it. It fails as Allow and customer.Domain.Refusal do, and with Conflict
// domain_taken where another customer has it: it is not said which.
func VerifyDomain(ctx context.Context, store DomainStore, dns Records, by Authority, old customer.Domain, o op.Op) (customer.Domain, error) {
	leave, err := by.Allow(AdministerDomains)
	if err != nil {
		return old, err
	}
	seen := look(ctx, dns, old)
	next, changed := old.Check(seen, o.At)
	refused := next.Refusal(seen)
	if refused != nil { // a refusal is kept for no replay: asked again under the same key, DNS is too
		o = o.Part("failed", strconv.Itoa(old.Version))
		o.Once = nil
	}
	var happened []event.Event
	if len(changed) > 0 {
		happened = append(happened, by.tell(o, domainChanges(next, changed)...))
	}
	if err := store.SaveDomain(ctx, next, old, &leave, happened, o.Giving(string(old.Name))); err != nil {
		return old, err
	}
	next.Version++
	return next, refused
}

// RecheckDomain checks a verified domain as it was read, by the clock. It returns op.ErrUnchanged where it is not due.
func RecheckDomain(ctx context.Context, store DomainStore, dns Records, old customer.Domain, o op.Op) error {
	if old.CheckAt.IsZero() || o.At.Before(old.CheckAt) {
		return op.ErrUnchanged
	}
	next, changed := old.Recheck(look(ctx, dns, old), o.At)
	var happened []event.Event
	if len(changed) > 0 {
		happened = append(happened, event.New(o, event.Customer(string(old.Customer)), domainChanges(next, changed)...))
	}
	return store.SaveDomain(ctx, next, old, nil, happened, o)
}

// RemoveDomain takes a domain as it was read from its customer: its name is free at once. It fails as Allow does.
func RemoveDomain(ctx context.Context, store DomainStore, by Authority, old customer.Domain, o op.Op) error {
	leave, err := by.Allow(AdministerDomains)
	if err != nil {
		return err
	}
	return store.RemoveDomain(ctx, old, leave, by.tell(o, event.Of(old.Name, customer.DomainRemovedEvent{})), o)
}

func look(ctx context.Context, dns Records, d customer.Domain) customer.Seen {
	name, _ := d.Record()
	values, err := dns.TXT(ctx, name)
	return customer.Seen{Values: values, Failed: err != nil}
}

func domainChanges(d customer.Domain, changed []event.Typed) []event.Change {
	made := make([]event.Change, len(changed))
	for i, one := range changed {
		made[i] = event.Of(d.Name, one)
	}
	return made
}
