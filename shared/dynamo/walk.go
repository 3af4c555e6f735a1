package dynamo

import (
	"context"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
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
	"customer_domain":   reflect.TypeFor[customer.Domain](),
	"subscription":      reflect.TypeFor[subscription.Subscription](),
	"redemption":        reflect.TypeFor[consent.StoredConsent](),
	"relationship":      reflect.TypeFor[relationship.Relationship](),
	"provisioning_task": reflect.TypeFor[provisioning.Task](),
	"import":            reflect.TypeFor[importing.Import](),
	"import_queue":      reflect.TypeFor[importing.Queue](),
	"grant":             reflect.TypeFor[relationship.Grant](),
	"event":             reflect.TypeFor[event.Event](),
	"mail":              reflect.TypeFor[mailing.Mail](),
	"seal":              reflect.TypeFor[event.Seal](),
	"head":              reflect.TypeFor[event.Seal](),
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
