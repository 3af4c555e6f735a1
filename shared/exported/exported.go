// Package exported is what is kept of a customer, or of one of its users, thing by thing, each as its own operation shows it: for the operation that hands
// it out, the page with the same in files, and the operator's command. It keeps nothing, so a customer of any size is read page by page.
package exported

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/importing"
	"liaison/shared/lead"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/support"
)

// Table is what an export needs of the table.
type Table interface {
	administration.Store
	importing.FailureStore
	// KeptOf reads one page of the items that an export holds.
	KeptOf(ctx context.Context, of customer.ID, user customer.UserID, reader string, page dynamo.Page, keep dynamo.Keep[dynamo.Walked]) ([]dynamo.Kept, string, error)
	UsersByID(ctx context.Context, ids []customer.UserID) (map[customer.UserID]customer.User, error)
	GroupsByID(ctx context.Context, ids []customer.GroupID) (map[customer.GroupID]customer.Group, error)
	ServiceRequestsByID(ctx context.Context, ids []support.ID) (map[support.ID]support.Request, error)
	TasksByID(ctx context.Context, ids []provisioning.ID) (map[provisioning.ID]provisioning.Task, error)
	// Inquiries reads some of the inquiries that a customer's users sent, with what became of each.
	Inquiries(ctx context.Context, ids []lead.InquiryID) (map[lead.InquiryID]lead.Followed, error)
	// PartnerNames reads the legal names of up to 100 partners.
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
}

// Asked is whose data is asked for, and by whom.
type Asked struct {
	Customer customer.ID
	User     customer.UserID // one of the customer's; empty: all
	By       access.Caller
	At       time.Time
	Below    string                    // the vendor's domain below which customers have theirs; empty where none has
	Detail   func(*fault.Fault) string // what is wrong with a row of an import, in the reader's language
}

// MaxPage is the most things of a page, and MaxBytes how many bytes of JSON it holds at most, but for one thing that has more.
const (
	MaxPage  = gateway.MaxPage
	MaxBytes = 1 << 20
)

// Thing is one thing, and the cursor after it.
type Thing struct {
	contract.ExportedThing
	After string
}

// Page returns one page of an export in the order of the customer's partition, and the cursor of the next; empty after the last. A page may hold less than
// its limit, even nothing, and have a next one. It fails with Malformed invalid_cursor for a cursor of another export.
func (a Asked) Page(ctx context.Context, table Table, page dynamo.Page) ([]Thing, string, error) {
	skip, before, err := opened(page.Cursor)
	if err != nil {
		return nil, "", err
	}
	items, next, err := table.KeptOf(ctx, a.Customer, a.User, a.By.ID, dynamo.Page{Limit: page.Limit, Cursor: before}, a.holds(ctx, table))
	if err != nil {
		return nil, "", err
	}
	with, err := a.read(ctx, table, items)
	if err != nil {
		return nil, "", err
	}
	var things []Thing
	size := 0
	for _, item := range items {
		shown, err := a.show(ctx, table, item.Noun, with)
		if err != nil {
			return nil, "", err
		}
		for n, one := range shown[min(skip, len(shown)):] {
			raw, err := raw(one.is)
			if err != nil {
				return nil, "", err
			}
			if size += len(raw); len(things) == page.Limit || size > MaxBytes && len(things) > 0 {
				return things, things[len(things)-1].After, nil
			}
			after := closed(skip+n+1, before)
			if skip+n+1 == len(shown) {
				after = closed(0, item.After)
			}
			things = append(things, Thing{contract.ExportedThing{Kind: one.kind, BelongsTo: gateway.Some(one.of), Data: raw}, after})
		}
		skip, before = 0, item.After
	}
	if next != "" {
		next = closed(0, next)
	}
	return things, next, nil
}

// closed returns a cursor: that of the items, after three digits that say how many things of the next item were shown already.
func closed(shown int, items string) string { return fmt.Sprintf("%03d", shown) + items }

// opened returns what closed joined.
func opened(cursor string) (shown int, items string, err error) {
	if cursor == "" {
		return 0, "", nil
	}
	n, err := strconv.ParseUint(cursor[:min(3, len(cursor))], 10, 16)
	if err != nil || len(cursor) < 3 {
		return 0, "", fault.InvalidCursor.In("cursor")
	}
	return int(n), cursor[3:], nil
}

// raw returns a thing's JSON as the API writes it.
func raw(of any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // a receipt's bytes stay as they are
	if err := encoder.Encode(of); err != nil {
		return nil, fmt.Errorf("exported: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// holds says which items the export holds: those that an operation of their own would show, and of one user what is that user's.
func (a Asked) holds(ctx context.Context, table Table) dynamo.Keep[dynamo.Walked] {
	return func(items []dynamo.Walked) ([]bool, error) {
		kept := make([]bool, len(items))
		var asked []support.ID
		for i, item := range items {
			kept[i] = true
			switch is := item.Noun.(type) {
			case importing.Import:
				kept[i] = is.Status != importing.Checked && is.KeptUntil().After(a.At)
			case customer.Group:
				kept[i] = !is.Deleted()
			case lead.SentInquiry:
				kept[i] = is.GoesAt().After(a.At)
			case support.Comment:
				asked = append(asked, is.Request)
			}
		}
		if a.User == "" {
			return kept, nil
		}
		requests, err := table.ServiceRequestsByID(ctx, asked)
		for i, item := range items {
			kept[i] = kept[i] && a.concerns(item.Noun, requests)
		}
		return kept, err
	}
}

// concerns says whether what is kept is the asked user's: what it is, has, asked for, wrote, agreed to and did, and what was done to it.
func (a Asked) concerns(noun any, requests map[support.ID]support.Request) bool {
	user := string(a.User)
	switch is := noun.(type) {
	case customer.User:
		return is.ID == a.User
	case customer.Membership:
		return is.User == a.User
	case support.Request:
		return is.OpenedBy.ID == user
	case support.Comment:
		return is.By.ID == user || requests[is.Request].OpenedBy.ID == user
	case lead.SentInquiry:
		return is.By == user
	case provisioning.Task:
		return is.Subject == user
	case event.Event:
		return len(a.changes(is)) > 0
	case consent.StoredConsent:
		return is.Receipt.DecidedBy.UserID == user
	}
	return false
}

// changes are the numbers, from 1, of the changes of an event that the export holds.
func (a Asked) changes(e event.Event) []int {
	var numbers []int
	for i, change := range e.Changes {
		if a.User == "" || e.Actor.ID == string(a.User) || change.Subject == string(a.User) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}
