package dynamo

import (
	"context"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/provisioning"
)

// domainItem falls due when its record is to be looked up again.
func domainItem(d customer.Domain) item {
	return due(classed("customer_domain", d), "customer_domain", domainKey(d.Customer, d.Name), d.CheckAt)
}

// domainOwner is the row that makes a verified domain one customer's.
type domainOwner struct{ Customer customer.ID }

// Domains is the table with what only customers' domains need, apart for the same reason as Imports.
type Domains struct{ *Table }

// CustomerDomain reads one domain of a customer, strongly consistent; NotFound where it has no such domain.
func (t Domains) CustomerDomain(ctx context.Context, of customer.ID, name customer.DomainName) (customer.Domain, error) {
	return one[customer.Domain](ctx, t.Table, domainKey(of, name), true)
}

// CustomerDomains lists a customer's domains by their names, strongly consistent.
func (t Domains) CustomerDomains(ctx context.Context, of customer.ID, page Page) ([]customer.Domain, string, error) {
	at := domainKey(of, "")
	return under[customer.Domain](ctx, t.Table, at.pk, at.sk, false, page)
}

// CustomerWithDomain implements administration.Finder.
func (t *Table) CustomerWithDomain(ctx context.Context, name customer.DomainName) (customer.ID, error) {
	owner, err := t.get(ctx, domainOwnerKey(name), true)
	if of := customer.HasInitialDomain(name, t.CustomersDomain); of != "" { // the read is made all the same, so that none is told from another
		return of, err
	}
	return customer.ID(read(owner, "customer")), err
}

// AddDomain implements administration.DomainStore.
func (t Domains) AddDomain(ctx context.Context, d customer.Domain, by administration.Permit, happened event.Event, o op.Op) error {
	parts := append(once(o), put(domainKey(d.Customer, d.Name), domainItem(d)).ifAbsent().or(func(item) error { return fault.Exists.In("/name") }),
		domainsPart(d.Customer, 1, "(attribute_not_exists(#used) OR #used < :most)", o, "most", customer.MaxDomains).
			or(func(item) error { return fault.TooManyDomains.With(customer.MaxDomains) }))
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// SaveDomain implements administration.DomainStore.
func (t Domains) SaveDomain(ctx context.Context, d, old customer.Domain, by *administration.Permit, happened []event.Event, o op.Op) error {
	d.Version = old.Version + 1
	parts := append(once(o), put(domainKey(d.Customer, d.Name), domainItem(d)).ifVersion(old.Version))
	switch {
	case d.Verified() && !old.Verified():
		parts = append(parts, put(domainOwnerKey(d.Name), born("domain_owner", domainOwner{d.Customer}, o.At)).ifAbsent().or(func(item) error { return fault.DomainTaken }))
	case !d.Verified() && old.Verified():
		parts = append(parts, domainFreePart(d))
	}
	return t.write(ctx, o, append(permitted(by, o, parts...), eventParts(happened)...)...)
}

// RemoveDomain implements administration.DomainStore.
func (t Domains) RemoveDomain(ctx context.Context, d customer.Domain, by administration.Permit, happened event.Event, o op.Op) error {
	parts := []part{erase(domainKey(d.Customer, d.Name)).ifVersion(d.Version), domainsPart(d.Customer, -1, "attribute_exists(#PK)", o)}
	if d.Verified() {
		parts = append(parts, domainFreePart(d))
	}
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// domainFreePart gives the name of a verified domain back.
func domainFreePart(d customer.Domain) part {
	return erase(domainOwnerKey(d.Name)).when("#customer = :customer", "customer", string(d.Customer))
}

// domainsPart counts a customer's domains on an item of its own, under a condition.
func domainsPart(c customer.ID, n int, cond string, o op.Op, values ...any) part {
	return update(domainsKey(c), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :n, #version :one",
		"class", "customer_domains", "now", stamp(o.At), "n", n, "one", 1).when(cond, values...)
}

// DomainTask implements provisioning.DomainStore.
func (t *Table) DomainTask(ctx context.Context, of customer.ID, name customer.DomainName, id provisioning.ID) (d customer.Domain, task provisioning.Task, err error) {
	found, err := t.batch(ctx, true, domainKey(of, name), taskKey(id))
	if err == nil {
		err = decode(found[domainKey(of, name)], &d)
	}
	if err == nil {
		err = decode(found[taskKey(id)], &task)
	}
	return d, task, err
}
