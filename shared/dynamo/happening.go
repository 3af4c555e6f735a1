package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/partner"
)

// Happening is one change of an event, as lists show it.
type Happening struct {
	event.Event
	Number int // of the change in its event, from 1
}

// Wish says which changes a list of events shows; the zero value shows all.
type Wish struct {
	Type     event.Type
	Since    time.Time
	Customer customer.ID // of a partner's list: those that stand with the customer
	Partner  partner.ID  // of a customer's list: those that the partner shares
}

// PartnerEvents lists what a partner sees, newest first: its own events and those that customers share with it; from the index, which may lag.
func (t *Table) PartnerEvents(ctx context.Context, p partner.ID, wish Wish, page Page) ([]Happening, string, error) {
	q := ownerQuery(string(p), "event")
	if !wish.Since.IsZero() {
		q.from, q.until = stamp(wish.Since), "~"
	}
	return t.happenings(ctx, q, wish, page)
}

// TenantEvents lists the events that stand with a tenant, newest first, strongly consistent.
func (t *Table) TenantEvents(ctx context.Context, tenant event.Tenant, wish Wish, page Page) ([]Happening, string, error) {
	q := query{owner: tenantKey(tenant), prefix: eventSort, newest: true, fresh: true}
	if !wish.Since.IsZero() {
		q.from, q.until = q.prefix+id.First(wish.Since), q.prefix+"~"
	}
	return t.happenings(ctx, q, wish, page)
}

// happenings lists single changes, although an item holds several: its cursor is that of the items, after three digits that say how
// many changes of the next item were shown already.
func (t *Table) happenings(ctx context.Context, q query, wish Wish, page Page) ([]Happening, string, error) {
	shown, before := 0, page.Cursor
	if page.Cursor != "" {
		n, err := strconv.ParseUint(page.Cursor[:min(3, len(page.Cursor))], 10, 16)
		if err != nil || len(page.Cursor) < 3 {
			return nil, "", fault.InvalidCursor.In("cursor")
		}
		shown, before = int(n), page.Cursor[3:]
	}
	var keep Keep[event.Event]
	wanted := func(c event.Change) bool { return wish.Type == "" || c.Type == wish.Type }
	if wish.Type != "" || wish.Customer != "" || wish.Partner != "" {
		keep = func(found []event.Event) ([]bool, error) {
			kept := make([]bool, len(found))
			for i, e := range found {
				kept[i] = slices.ContainsFunc(e.Changes, wanted) && (wish.Customer == "" || e.About(string(wish.Customer))) &&
					(wish.Partner == "" || e.Partner == string(wish.Partner))
			}
			return kept, nil
		}
	}
	found, next, err := rows(ctx, t, q, Page{Limit: page.Limit, Cursor: before}, keep)
	if err != nil {
		return nil, "", err
	}
	made := make([]Happening, 0, page.Limit)
	for _, one := range found {
		for n, c := range one.row.Changes {
			if n < shown || !wanted(c) {
				continue
			}
			if len(made) == page.Limit {
				return made, fmt.Sprintf("%03d%s", n, before), nil
			}
			made = append(made, Happening{one.row, n + 1})
		}
		shown, before = 0, one.after
	}
	if next != "" {
		next = "000" + next
	}
	return made, next, nil
}
