package dynamo

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/matter"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
	"liaison/shared/suppression"
)

var add = flag.Bool("add", false, "add new attributes to testdata/items.golden")

// source gives values: fill asks it what a field holds.
type source interface {
	text() string
	number() int64
	yes() bool
	at() time.Time
	length() int
}

// fixed gives every field something that is not nothing.
type fixed struct{}

func (fixed) text() string  { return "x" }
func (fixed) number() int64 { return 7 }
func (fixed) yes() bool     { return true }
func (fixed) at() time.Time { return time.Date(2026, 11, 21, 13, 45, 0, 123e6, time.UTC) }
func (fixed) length() int   { return 1 }

// populate sets every exported field of the value from the source.
func populate(v reflect.Value, from source) {
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(from.at()))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		populate(v.Elem(), from)
	case v.Kind() == reflect.String:
		v.SetString(from.text())
	case v.Kind() == reflect.Bool:
		v.SetBool(from.yes())
	case v.CanInt():
		v.SetInt(from.number())
	case v.CanUint():
		v.SetUint(uint64(uint8(from.number())))
	case v.Kind() == reflect.Slice:
		if n := from.length(); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				populate(v.Index(i), from)
			}
		}
	case v.Kind() == reflect.Map:
		if n := from.length(); n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n {
				key, held := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				populate(key, from)
				populate(held, from)
				v.SetMapIndex(key, held)
			}
		}
	case v.Kind() == reflect.Struct:
		for _, f := range fields(v.Type()) {
			populate(v.Field(f.index), from)
		}
	}
}

func full[T any]() T {
	var v T
	populate(reflect.ValueOf(&v).Elem(), fixed{})
	return v
}

// stored is one item of every class that is written from a struct, with every attribute it can have.
func stored(t *testing.T) []item {
	answer := full[consent.Consent]()
	redemption, err := redemptionItem(answer)
	if err != nil {
		t.Fatal(err)
	}
	mailed := full[invitation.Invitation]()
	mailed.Origin = invitation.FromPartner
	open := full[offer.Offer]()
	open.Status = offer.Active
	o := op.Op{ID: "operation", At: fixed{}.at()}
	once := once(op.Op{ID: o.ID, At: o.At, Once: new(full[op.Once]())})[0]
	return []item{
		classed("operator", full[operator.Operator]()), matterItem(full[matter.Matter]()), classed("partner_user", full[partner.User]()), clientItem(full[partner.Client]()), classed("codes", full[partner.Codes]()),
		classed("authorisation", full[partner.Authorisation]()), partnerItem(full[partner.Partner]()), applicationItem(full[partner.Application]()), classed("vendor", full[catalog.Vendor]()),
		classed("picture", full[brand.Picture]()), listingItem(full[listing.Listing]()), born("indexed", full[listing.Indexed](), o.At),
		inquiryItem(full[lead.Inquiry]()), sentInquiryItem(full[lead.SentInquiry]()), leadItem(full[lead.Lead]()), tallyItem(full[lead.Tally]()),
		classed("plan", full[catalog.Plan]()), classed("programs", full[catalog.Programs]()), classed("availability", full[catalog.Availability]()),
		classed("terms", full[catalog.TermsHead]()), classed("terms_text", full[catalog.TermsText]()), classed("customer_user", full[customer.User]()), born("search_term", full[searchTerm](), o.At),
		groupItem(full[customer.Group]()), memberItem(full[customer.Membership]()), domainItem(full[customer.Domain]()), born("domain_owner", full[domainOwner](), o.At), born("group_name", full[groupName](), o.At), born("mailbox", full[mailboxRow](), o.At),
		customerItem(full[customer.Customer]()), offerItem(open), invitationItem(mailed), subscriptionItem(full[subscription.Subscription]()), taskItem(full[provisioning.Task]()),
		requestItem(full[support.Request]()), commentItem(full[support.Comment]()),
		tieItem(full[relationship.Relationship]()), grantItem(full[relationship.Grant]()), redemption, eventPart(full[event.Event]()).item,
		classed("mail", full[mailing.Mail]()), classed("suppression", full[suppression.Suppression]()), classed("waiting", full[invitation.Waiting]()), begunItem(full[invitation.Begun](), o.At), bulkItem(full[invitation.Bulk]()), classed("bulk_rows", full[invitation.BulkRows]()), importItem(full[importing.Import]()), classed("import_queue", full[importing.Queue]()), chunkItem(full[importing.Chunk]()), failureItem(full[importing.Failure]()), classed("seal", full[event.Seal]()), once.item,
	}
}

// paths lists an attribute and everything in it, with their types.
func paths(name string, v types.AttributeValue, into map[string]bool) {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		into[name+" M"] = true
		for key, one := range v.Value {
			paths(name+"."+key, one, into)
		}
	case *types.AttributeValueMemberL:
		into[name+" L"] = true
		for _, one := range v.Value {
			paths(name+"[]", one, into)
		}
	case *types.AttributeValueMemberB:
		into[name+" B"] = true
	case *types.AttributeValueMemberS:
		into[name+" S"] = true
	case *types.AttributeValueMemberN:
		into[name+" N"] = true
	case *types.AttributeValueMemberBOOL:
		into[name+" BOOL"] = true
	default:
		into[fmt.Sprintf("%s %T", name, v)] = true
	}
}

// TestShape holds every stored attribute's name and type: new code runs on old data, so that a name that was ever stored stays. What is
// new is added by go test ./shared/dynamo -run TestShape -add; nothing is ever taken out.
func TestShape(t *testing.T) {
	const file = "testdata/items.golden"
	now := map[string]bool{}
	for _, it := range stored(t) {
		class := read(it, "class")
		if class == "" {
			t.Fatalf("an item without a class: %v", it)
		}
		for name, v := range it {
			paths(class+" "+name, v, now)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil && !*add {
		t.Fatal(err)
	}
	then := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		then[strings.TrimSpace(line)] = true
	}
	for _, line := range slices.Sorted(maps.Keys(then)) {
		if !now[line] {
			t.Errorf("stored once, known no more: %s: give the field its old name and type back; stored items have it", line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(now)) {
		if then[line] {
			continue
		}
		if !*add {
			t.Errorf("%s does not hold the new attribute %q: run go test ./shared/dynamo -run TestShape -add, which writes the line", file, line)
		}
		then[line] = true
	}
	if *add {
		if err := os.WriteFile(file, []byte(strings.Join(slices.Sorted(maps.Keys(then)), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// trip stores a value and reads it back.
func trip[T any](t *testing.T, from source) {
	t.Helper()
	var v, back T
	populate(reflect.ValueOf(&v).Elem(), from)
	if err := decode(encode(v), &back); err != nil {
		t.Fatalf("%T: %v", v, err)
	}
	if diff := cmp.Diff(v, back, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("%T comes back changed:\n%s", v, diff)
	}
}

func trips(t *testing.T, from source) {
	t.Helper()
	trip[operator.Operator](t, from)
	trip[brand.Picture](t, from)
	trip[catalog.Availability](t, from)
	trip[catalog.Plan](t, from)
	trip[catalog.Programs](t, from)
	trip[catalog.TermsHead](t, from)
	trip[catalog.TermsText](t, from)
	trip[catalog.Vendor](t, from)
	trip[customer.Customer](t, from)
	trip[customer.User](t, from)
	trip[happened](t, from)
	trip[invitation.Invitation](t, from)
	trip[offer.Offer](t, from)
	trip[op.Once](t, from)
	trip[partner.Application](t, from)
	trip[partner.Authorisation](t, from)
	trip[partner.Client](t, from)
	trip[partner.Codes](t, from)
	trip[partner.Partner](t, from)
	trip[partner.User](t, from)
	trip[provisioning.Task](t, from)
	trip[relationship.Grant](t, from)
	trip[relationship.Relationship](t, from)
	trip[subscription.Subscription](t, from)
}

func TestRoundTrip(t *testing.T) { trips(t, fixed{}) }

// back reads an item as it stands in the table.
func back[T any](t *testing.T, it item) T {
	t.Helper()
	var v T
	if err := decode(it, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestListAttributes reads back what an item keeps for lists, where it stands alone.
func TestListAttributes(t *testing.T) {
	every := cmp.Exporter(func(reflect.Type) bool { return true })
	same := func(made, read any) {
		t.Helper()
		if diff := cmp.Diff(made, read, every); diff != "" {
			t.Errorf("%T comes back changed:\n%s", made, diff)
		}
	}
	o, inv, sub, tie, p := full[offer.Offer](), full[invitation.Invitation](), full[subscription.Subscription](), full[relationship.Relationship](), full[partner.Partner]()
	same(o, back[offer.Offer](t, offerItem(o)))
	same(inv, back[invitation.Invitation](t, invitationItem(inv)))
	same(sub, back[subscription.Subscription](t, subscriptionItem(sub)))
	same(tie, back[relationship.Relationship](t, tieItem(tie)))
	same(p, back[partner.Partner](t, partnerItem(p)))
	for name := range offerItem(o)["card"].(*types.AttributeValueMemberM).Value {
		if _, twice := offerItem(o)[name]; twice {
			t.Errorf("an offer's %s stands in what it keeps for lists and beside it", name)
		}
	}
}

// TestEventItem reads an event from its item, from what the index of lists holds of it, and after a job wrote its own operation over it.
func TestEventItem(t *testing.T) {
	at := fixed{}.at()
	for _, tenant := range []event.Tenant{event.Vendor(), event.Partner("12345674"), event.Customer("cus_4q8z1m7x2c9v"), event.Invitation("inv_01kaj3v5m8q2x4z6b7c9d1f3g5")} {
		whole, own, other := "cus_"+tenant.ID, "sub_"+tenant.ID+"_01kaj3v5m8q2x4z6b7c9d1f3g5", "sub_"+tenant.ID+"9_01kaj3v5m8q2x4z6b7c9d1f3g5"
		made := event.Event{
			Tenant: tenant, ULID: "01kaj3t9h4k6m8n0p2q4r6s8t0", At: at, Operation: "operation", RequestID: "request", Actor: op.Actor{Kind: op.Job, ID: "trials"},
			Partner: "12345674", Customer: "cus_4q8z1m7x2c9v", Changes: []event.Change{
				event.Of("ofr_x", offer.CreatedEvent{Kind: "trial"}), event.Of("ofr_x", offer.PausedEvent{}),
				event.Of(whole, customer.CreatedEvent{}), event.Of(own, subscription.CreatedEvent{}),
				{Type: "subscription.canceled", Subject: other},
				{Type: "vendor.changed", Subject: ""},
			},
		}
		stands := eventPart(made).item
		maps.Copy(stands, eventPart(made).key.item())
		stands["op"] = text("operation")
		if diff := cmp.Diff(made, back[event.Event](t, stands)); diff != "" {
			t.Errorf("an event comes back changed:\n%s", diff)
		}
		listed := item{}
		for _, name := range []string{"PK", "SK", "owner", "owner_at", "card"} {
			listed[name] = stands[name]
		}
		listed["created_at"] = text(stamp(at))
		seen := made
		seen.Operation, seen.Customer = "", ""
		if diff := cmp.Diff(seen, back[event.Event](t, listed)); diff != "" {
			t.Errorf("an event is listed changed:\n%s", diff)
		}
		stands["operation"], stands["op"], stands["attempts"] = stands["op"], text("retry"), number(2)
		made.Attempts = 2
		if diff := cmp.Diff(made, back[event.Event](t, stands)); diff != "" {
			t.Errorf("a late event comes back changed:\n%s", diff)
		}
	}
}

// drawn gives values from what the fuzzer makes up; at its end it gives something that is not nothing.
type drawn struct{ left []byte }

func (d *drawn) draw() byte {
	if len(d.left) == 0 {
		return 1
	}
	b := d.left[0]
	d.left = d.left[1:]
	return b
}

func (d *drawn) text() string {
	n := min(int(d.draw()%20), len(d.left))
	s := strings.ToValidUTF8(string(d.left[:n]), "\u00b7")
	d.left = d.left[n:]
	return s
}

func (d *drawn) number() int64 {
	n := int64(0)
	for range d.draw() % 8 {
		n = n<<8 | int64(d.draw())
	}
	return n - int64(d.draw())
}

func (d *drawn) yes() bool { return d.draw()%2 == 1 }

func (d *drawn) at() time.Time {
	if d.draw()%4 == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d.draw())<<24, int64(d.draw())*1e6).UTC()
}

func (d *drawn) length() int { return int(d.draw() % 3) }

// FuzzRoundTrip stores whatever a struct may hold and reads the same back.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte(""))
	f.Add([]byte("\x05Zażó\xff\x00\x01\x02\x03\x04"))
	f.Add([]byte(strings.Repeat("\x03abc\x01", 50)))
	f.Fuzz(func(t *testing.T, raw []byte) { trips(t, &drawn{append([]byte{}, raw...)}) })
}

// FuzzDecode reads whatever may stand in an item: an answer or an error, never a panic.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05"), "created_at")
	f.Add([]byte("\x02\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39\x39"), "version")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		d := &drawn{raw}
		it := item{name: anything(d, 0)}
		for _, f := range fields(reflect.TypeFor[invitation.Invitation]()) {
			it[f.name] = anything(d, 0)
		}
		for _, into := range []any{&invitation.Invitation{}, &offer.Offer{}, &event.Event{}, &subscription.Subscription{}, &relationship.Grant{}} {
			if err := decode(it, into); err == nil {
				if _, is := into.(*event.Event); is {
					continue // its item is not its fields: TestEventItem
				}
				again := reflect.New(reflect.TypeOf(into).Elem()).Interface()
				if err := decode(encode(reflect.ValueOf(into).Elem().Interface()), again); err != nil {
					t.Errorf("read once, then not again: %v", err)
				}
			}
		}
	})
}

func anything(d *drawn, depth int) types.AttributeValue {
	kind := d.draw() % 7
	if depth > 3 && kind > 3 {
		kind = 0
	}
	switch kind {
	case 0:
		return text(d.text())
	case 1:
		return number(int(d.number()))
	case 2:
		return &types.AttributeValueMemberN{Value: d.text()}
	case 3:
		return &types.AttributeValueMemberBOOL{Value: d.yes()}
	case 4:
		return &types.AttributeValueMemberNULL{Value: true}
	case 5:
		list := make([]types.AttributeValue, d.length())
		for i := range list {
			list[i] = anything(d, depth+1)
		}
		return &types.AttributeValueMemberL{Value: list}
	}
	made := item{}
	for range d.length() {
		made[d.text()] = anything(d, depth+1)
	}
	for _, f := range fields(reflect.TypeFor[invitation.Draft]()) {
		made[f.name] = anything(d, depth+1)
	}
	return &types.AttributeValueMemberM{Value: made}
}
