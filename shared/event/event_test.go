package event_test

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/op"
)

func TestParseID(t *testing.T) {
	const ulid = "01kaj3t9h4k6m8n0p2q4r6s8t0"
	for text, want := range map[string]struct {
		tenant event.Tenant
		change int
	}{
		"evt_p12345674_" + ulid + "-1":            {event.Partner("12345674"), 1},
		"evt_c4q8z1m7x2c9v_" + ulid + "-12":       {event.Customer("cus_4q8z1m7x2c9v"), 12},
		"evt_i01kaj3v5m8q2x4z6b7c9d1f3g5_" + ulid: {event.Invitation("inv_01kaj3v5m8q2x4z6b7c9d1f3g5"), 0},
		"evt_v_" + ulid + "-999":                  {event.Vendor(), 999},
	} {
		tenant, got, change, ok := event.ParseID(text)
		if !ok || tenant != want.tenant || got != ulid || change != want.change {
			t.Errorf("%s: %v %s %d %v", text, tenant, got, change, ok)
		}
	}
	for _, text := range []string{
		"", "evt_", "evt_p", "evt_p12345674", "evt_p12345674_", "evt_p1234567_" + ulid, "evt_pabcdefgh_" + ulid, "evt_c4q8z1m7x2c9_" + ulid, "evt_x_" + ulid, "evt_v1_" + ulid,
		"evt_v_" + ulid + "-", "evt_v_" + ulid + "-0", "evt_v_" + ulid + "-01", "evt_v_" + ulid + "-1000", "evt_v_" + ulid + "--1", "evt_v_" + ulid + "-1-2", "evt_v_" + ulid[:25], "evt_-1", "evt_v_" + ulid + "\x00",
	} {
		if _, _, _, ok := event.ParseID(text); ok {
			t.Errorf("%q is taken for an event's id", text)
		}
	}
}

// TestSilenced marks a change as one whose mail is not sent, and leaves the change that it was made of.
func TestSilenced(t *testing.T) {
	c := event.Of("x", event.SendingStoppedEvent{Reason: "bounces"})
	if quiet := c.Silenced(); !quiet.Silent() || c.Silent() || len(quiet.Data) != 2 {
		t.Errorf("%+v of %+v", quiet, c)
	}
	if bare := event.Of("x", event.UnsubscribedEvent{}).Silenced(); !bare.Silent() {
		t.Errorf("%+v", bare)
	}
}

func TestNew(t *testing.T) {
	at := time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)
	o := op.Op{ID: "op", RequestID: "req", Actor: op.Actor{Kind: op.Operator, ID: "usr_v_x"}, At: at, IDs: id.From(bytes.NewReader(make([]byte, 100)))}
	e := event.New(o, event.Partner("12345674"), event.Of("ofr_x", offer.CreatedEvent{}))
	if e.Partner != "12345674" || e.Operation != "op" || e.RequestID != "req" || e.Actor != o.Actor {
		t.Errorf("%+v", e)
	}
	if tenant, ulid, change, ok := event.ParseID(e.ID() + "-1"); !ok || tenant != e.Tenant || ulid != e.ULID || change != 1 {
		t.Errorf("%s is not its own id", e.ID())
	}
	if e := event.New(o, event.Customer("cus_4q8z1m7x2c9v")); e.Partner != "" || e.SharedWith("12345674").Partner != "12345674" || e.Partner != "" {
		t.Errorf("%+v", e)
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("evt_p12345674_01kaj3t9h4k6m8n0p2q4r6s8t0-1")
	f.Add("evt_v_01kaj3t9h4k6m8n0p2q4r6s8t0")
	f.Fuzz(func(t *testing.T, text string) {
		tenant, ulid, change, ok := event.ParseID(text)
		if !ok {
			return
		}
		back := event.Event{Tenant: tenant, ULID: ulid}.ID()
		if change > 0 {
			back += "-" + strconv.Itoa(change)
		}
		if back != text {
			t.Errorf("%q is read as %q", text, back)
		}
	})
}
