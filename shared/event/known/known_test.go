package known_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// fill gives every field a value.
func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 28, 14, 30, 0, 0, time.UTC)))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case v.Kind() == reflect.Pointer: // zero and false are values there
		v.Set(reflect.New(v.Type().Elem()))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case v.Kind() == reflect.Int:
		v.SetInt(7)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	default:
		v.SetString("words_1")
	}
}

// TestEach writes and reads every kind of change with every field that it has, and with none.
func TestEach(t *testing.T) {
	for _, row := range known.Events() {
		full := reflect.New(reflect.TypeOf(row.Of)).Elem()
		fill(full)
		what := full.Interface().(event.Typed)
		c := event.Of("sub_x", what)
		if back := known.Read(c); !reflect.DeepEqual(back, what) || len(c.Data) != len(event.Names(row.Of)) || c.Type != row.Of.Type() || c.Subject != "sub_x" {
			t.Errorf("%s: %+v is read as %+v", row.Of.Type(), c, back)
		}
		if c := event.Of("sub_x", row.Of); c.Data != nil || !reflect.DeepEqual(known.Read(c), row.Of) {
			t.Errorf("%s with no field: %+v", row.Of.Type(), c)
		}
	}
	if got := known.Read(event.Change{Type: "x.y"}); got != nil {
		t.Errorf("%+v", got)
	}
}

// TestStored holds how fields are stored: what was written is read for years.
func TestStored(t *testing.T) {
	warsaw := time.Date(2026, 11, 28, 15, 30, 0, 999, time.FixedZone("", 3600))
	off := false
	for _, c := range []struct {
		what event.Typed
		want map[string]string
	}{
		{subscription.TrialWillEndEvent{PlanID: "plan_a", TrialEndsAt: warsaw, Days: 1, Skipped: []int{14, 7}}, map[string]string{
			"plan_id": "plan_a", "trial_ends_at": "2026-11-28T14:30:00Z", "days": "1", "skipped": "14,7",
		}},
		{invitation.CreatedEvent{OfferID: "ofr_a", Generation: new(0)}, map[string]string{"offer_id": "ofr_a", "generation": "0"}},
		{relationship.AutoExtendChangedEvent{PartnerID: "1", Side: "customer", Enabled: &off}, map[string]string{"partner_id": "1", "side": "customer", "enabled": "false"}},
		{relationship.AdministrationExtendedEvent{Administered: relationship.Administered{PartnerID: "1"}, Auto: true}, map[string]string{"partner_id": "1", "auto": "true"}},
	} {
		if got := event.Of("x", c.what).Data; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%T is stored as %v, want %v", c.what, got, c.want)
		}
	}
	if is, ok := event.As[offer.PausedEvent](event.Of("ofr_a", offer.ResumedEvent{})); ok || is.Reason != "" {
		t.Errorf("%+v", is)
	}
}

// TestValues finds what a change names by its type, in an embedded struct too.
func TestValues(t *testing.T) {
	who := relationship.Administered{PartnerID: "1", Role: "full"}
	replaced := relationship.AdministrationReplacedEvent{Administered: who, ReplacedBy: "2"}
	if got := event.Values[partner.ID](replaced); !slices.Equal(got, []partner.ID{"1", "2"}) {
		t.Errorf("%v", got)
	}
	if event.Value[relationship.Administered](replaced) != who || event.Value[offer.ID](replaced) != "" || event.Value[partner.ID](nil) != "" {
		t.Error("not what it says")
	}
}

// TestReaders: an event holds a change only where those who see the event may read it.
func TestReaders(t *testing.T) {
	customer, shared, of, vendor := event.Event{Tenant: event.Customer("cus_1")}, event.Event{Tenant: event.Customer("cus_1"), Partner: "1"},
		event.Event{Tenant: event.Partner("1"), Partner: "1"}, event.Event{Tenant: event.Vendor()}
	for readers, want := range map[event.Readers][]bool{
		event.Vendors: {false, false, false, true}, event.Partners: {false, false, true, false}, event.Customers: {true, false, false, false},
		event.Shared: {true, true, false, false}, event.Invitations: {false, false, true, false},
	} {
		for i, e := range []event.Event{customer, shared, of, vendor} {
			if readers.Read(e) != want[i] {
				t.Errorf("%s reads %+v: %v", readers, e, !want[i])
			}
		}
	}
}
