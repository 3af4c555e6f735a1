package activity

import (
	"cmp"
	"context"
	"slices"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
)

// Acts is what the last acts on behalf of a customer need of the table.
type Acts interface {
	partnername.Store
	TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
}

// What is shown of a partner's acts: the newest events that it shares with the customer are looked through for some of its own.
const (
	lookedAt = 100
	shown    = 5
)

// Behalf lists the last acts of a partner on behalf of a customer, the newest first, as either side reads them; not what it did in a matter of its
// own. name says what the reader calls one of the customer's users.
func Behalf(v *site.Visit, table Acts, who site.Signed, of customer.ID, by partner.ID, name func(customer.UserID) (string, error)) ([]page.Row, error) {
	found, _, err := table.TenantEvents(v.R.Context(), event.Customer(string(of)), event.Filter{Partner: string(by)}, dynamo.Page{Limit: lookedAt})
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(one event.EventChange) bool {
		return Acting(one.Actor) != by || !OnBehalf(one.Changes[one.Number-1])
	})
	found = found[:min(len(found), shown)]
	people, err := concerned(found, name)
	if err != nil {
		return nil, err
	}
	t, err := NewFormatter(v, table, who, people, found)
	if err != nil {
		return nil, err
	}
	rows := make([]page.Row, len(found))
	for i, one := range found {
		what := cmp.Or(t.What(one.Changes[one.Number-1]), v.Words.PartnersActOther())
		rows[i] = page.Row{Key: v.Words.Time(t.time(one.At)), Values: []string{what}}
	}
	return rows, nil
}

// concerned names the users that changes are about, by their ids; who is no more has no name.
func concerned(found []event.EventChange, name func(customer.UserID) (string, error)) (map[string]string, error) {
	people := map[string]string{}
	for _, one := range found {
		change := one.Changes[one.Number-1]
		for _, id := range append(event.Values[customer.UserID](known.Read(change)), customer.UserID(change.Subject)) {
			if _, _, user := customer.Under("usr", string(id)); !user || people[string(id)] != "" {
				continue
			}
			called, err := name(id)
			if err != nil && !fault.Is(err, fault.Absent) {
				return nil, err
			}
			people[string(id)] = called
		}
	}
	return people, nil
}
