package dynamo

import (
	"context"
	"iter"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
)

// opens says what an item of a class is read as; the other classes hold nothing that a rule rests on.
var opens = map[string]reflect.Type{
	"vendor":            reflect.TypeFor[catalog.Vendor](),
	"partner":           reflect.TypeFor[partner.Partner](),
	"offer":             reflect.TypeFor[offer.Offer](),
	"uses":              reflect.TypeFor[offer.Uses](),
	"invitation":        reflect.TypeFor[invitation.Invitation](),
	"customer":          reflect.TypeFor[customer.Customer](),
	"customer_user":     reflect.TypeFor[customer.User](),
	"customer_group":    reflect.TypeFor[customer.Group](),
	"group_member":      reflect.TypeFor[customer.Membership](),
	"customer_domain":   reflect.TypeFor[customer.Domain](),
	"subscription":      reflect.TypeFor[subscription.Subscription](),
	"redemption":        reflect.TypeFor[consent.StoredConsent](),
	"relationship":      reflect.TypeFor[relationship.Relationship](),
	"sent_inquiry":      reflect.TypeFor[lead.SentInquiry](),
	"lead":              reflect.TypeFor[lead.Lead](),
	"tally":             reflect.TypeFor[lead.Tally](),
	"listing":           reflect.TypeFor[listing.Listing](),
	"indexed":           reflect.TypeFor[listing.Indexed](),
	"provisioning_task": reflect.TypeFor[provisioning.Task](),
	"import":            reflect.TypeFor[importing.Import](),
	"import_queue":      reflect.TypeFor[importing.Queue](),
	"grant":             reflect.TypeFor[relationship.Grant](),
	"event":             reflect.TypeFor[event.Event](),
	"mail":              reflect.TypeFor[mailing.Mail](),
	"seal":              reflect.TypeFor[event.Seal](),
	"head":              reflect.TypeFor[event.Seal](),

	"service_request":         reflect.TypeFor[support.Request](),
	"service_request_comment": reflect.TypeFor[support.Comment](),
}

// Walked is one item of the table.
type Walked struct {
	PK, SK, Class string
	Noun          any   // what the class holds, as a value: customer.Customer, event.Event, mailing.Mail; nil where no rule rests on it
	Err           error // the item cannot be read as its class

	item item
}

// Walk reads the whole table, strongly consistent, page by page, and hands every item to visit. It is no snapshot: what is written
// meanwhile may be seen in part. For an operator's tools and for tests; nothing that a caller waits for may read a whole table.
func (t *Table) Walk(ctx context.Context, visit func(Walked)) error {
	in := &dynamodb.ScanInput{TableName: &t.name, ConsistentRead: aws.Bool(true)}
	for {
		page, err := t.db.Scan(ctx, in)
		if err != nil {
			return failed(err)
		}
		for _, it := range page.Items {
			visit(walked(it))
		}
		if len(page.LastEvaluatedKey) == 0 {
			return nil
		}
		in.ExclusiveStartKey = page.LastEvaluatedKey
	}
}

func walked(it item) Walked {
	k := keyOf(it)
	w := Walked{PK: k.pk, SK: k.sk, Class: read(it, "class"), item: it}
	kind, known := opens[w.Class]
	if !known {
		return w
	}
	noun := reflect.New(kind)
	if stored, is := noun.Interface().(*consent.StoredConsent); is {
		*stored, w.Err = storedRedemption(it)
	} else {
		w.Err = decode(it, noun.Interface())
	}
	w.Noun = noun.Elem().Interface()
	return w
}

// Key names the item's place, partition and sort key.
func (w Walked) Key() string { return w.PK + " " + w.SK }

// Count returns a number attribute, 0 where there is none.
func (w Walked) Count(name string) int { return count(w.item, name) }

// Word returns a text attribute, empty where there is none; what lists show is found too.
func (w Walked) Word(name string) string {
	if found := read(w.item, name); found != "" {
		return found
	}
	if kept, ok := w.item["card"].(*types.AttributeValueMemberM); ok {
		return read(kept.Value, name)
	}
	return ""
}

// Found returns the partners that an item of the marketplace's index holds, with what it says of each: a fact, or nothing in a set.
func (w Walked) Found() map[partner.ID]string {
	found := map[partner.ID]string{}
	if set, ok := w.item["partners"].(*types.AttributeValueMemberSS); ok {
		for _, p := range set.Value {
			found[partner.ID(p)] = ""
		}
	}
	for name := range w.item {
		if p, is := strings.CutPrefix(name, factPrefix); is && partner.ID(p).Valid() {
			found[partner.ID(p)] = read(w.item, name)
		}
	}
	return found
}

// Words returns every text in the item, however deep, but those of its keys.
func (w Walked) Words() iter.Seq[string] {
	return func(yield func(string) bool) {
		for name, v := range w.item {
			if name != "PK" && name != "SK" && !words(v, yield) {
				return
			}
		}
	}
}

func words(v types.AttributeValue, yield func(string) bool) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return yield(v.Value)
	case *types.AttributeValueMemberL:
		for _, one := range v.Value {
			if !words(one, yield) {
				return false
			}
		}
	case *types.AttributeValueMemberM:
		for _, one := range v.Value {
			if !words(one, yield) {
				return false
			}
		}
	}
	return true
}

// Exports is the table with what only the export of a customer needs, apart for the same reason as Imports.
type Exports struct{ Imports }

// ExportsOf returns the exports of a table.
func ExportsOf(t *Table) Exports { return Exports{ImportsOf(t)} }

// exported is what the sort keys begin with of the items in a customer's partition that its export holds, in their order. TestExported says why it holds
// no others.
var exported = []string{
	"COMMENT#", "DOMAIN#", eventSort, groupSort, importSort, sentInquirySort, "MEMBER#", "PROFILE", "RED#", "REL#", requestSort, "SUB#", "TASK#", "USER#",
}

// exportedOf is exported of one user: what can be that user's. Its groups stand by the user.
func exportedOf(u customer.UserID) []string {
	return []string{"COMMENT#", eventSort, membershipKey(u, "").sk, sentInquirySort, "RED#", requestSort, "TASK#", customerUserKey(u).sk}
}

// Kept is one item of a customer's partition, and the cursor after it.
type Kept struct {
	Walked
	After string
}

// KeptOf reads one page of the items that a customer's export holds, or that of one of its users where one is named, in the order of the partition,
// strongly consistent. A cursor is good for that customer, user and reader alone. It reads each stretch of the partition that it needs, and where keep
// finds little, it stops as lists do.
func (t Exports) KeptOf(ctx context.Context, of customer.ID, user customer.UserID, reader string, page Page, keep Keep[Walked]) ([]Kept, string, error) {
	q := query{owner: customerKey(of).pk, purpose: "export " + string(user) + " " + reader, fresh: true}
	after, err := openCursor(page.Cursor, q)
	if err != nil {
		return nil, "", err
	}
	stretches := exported
	if user != "" {
		stretches = exportedOf(user)
	}
	var found []Kept
	last, begun, spare := page.Cursor, read(after, "SK"), sievePages
	for _, stretch := range stretches {
		at := q
		at.prefix, at.limit = stretch, page.Limit+1-len(found)
		if strings.HasPrefix(begun, stretch) {
			at.after = after
		} else if begun > stretch {
			continue
		}
		for {
			items, next, err := t.query(ctx, at)
			if err != nil {
				return nil, "", err
			}
			rows := make([]Walked, len(items))
			for i, it := range items {
				if rows[i] = walked(it); rows[i].Err != nil {
					return nil, "", rows[i].Err
				}
			}
			kept, err := keep(rows)
			if err != nil {
				return nil, "", err
			}
			for i, row := range rows {
				if !kept[i] {
					continue
				}
				if len(found) == page.Limit {
					return found, last, nil
				}
				last = closeCursor(items[i], q)
				found = append(found, Kept{row, last})
			}
			if len(next) == 0 {
				break
			}
			if spare--; spare == 0 {
				return found, closeCursor(next, q), nil
			}
			at.after, at.limit = next, sieveSize
		}
	}
	return found, "", nil
}

// things reads some things by their ids, strongly consistent; what there is not, is absent.
func things[K comparable, T any](ctx context.Context, t *Table, ids []K, at func(K) key) (map[K]T, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = at(id)
	}
	items, err := t.all(ctx, keys)
	if err != nil {
		return nil, err
	}
	found := make(map[K]T, len(items))
	for i, id := range ids {
		one, err := maybe[T](items[keys[i]])
		if err != nil {
			return nil, err
		}
		if one != nil {
			found[id] = *one
		}
	}
	return found, nil
}

// UsersByID reads some of a customer's users.
func (t Exports) UsersByID(ctx context.Context, ids []customer.UserID) (map[customer.UserID]customer.User, error) {
	return things[customer.UserID, customer.User](ctx, t.Table, ids, customerUserKey)
}

// GroupsByID reads some of a customer's groups.
func (t Exports) GroupsByID(ctx context.Context, ids []customer.GroupID) (map[customer.GroupID]customer.Group, error) {
	return things[customer.GroupID, customer.Group](ctx, t.Table, ids, groupKey)
}

// ServiceRequestsByID reads some of a customer's service requests.
func (t Exports) ServiceRequestsByID(ctx context.Context, ids []support.ID) (map[support.ID]support.Request, error) {
	return things[support.ID, support.Request](ctx, t.Table, ids, requestKey)
}

// TasksByID reads some of a customer's provisioning tasks.
func (t Exports) TasksByID(ctx context.Context, ids []provisioning.ID) (map[provisioning.ID]provisioning.Task, error) {
	return things[provisioning.ID, provisioning.Task](ctx, t.Table, ids, taskKey)
}

// Inquiries reads some of the inquiries that a customer's users sent, with what became of each.
func (t Exports) Inquiries(ctx context.Context, ids []lead.InquiryID) (map[lead.InquiryID]lead.Followed, error) {
	return Leads{t.Table}.Inquiries(ctx, ids)
}
