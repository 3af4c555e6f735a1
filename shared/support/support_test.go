package support

import (
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
)

var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func opened(t *testing.T) Request {
	t.Helper()
	r, first, err := Draft{Subject: " Mail ", Text: "It fails.\r\n"}.Request("cus_4q8z1m7x2c9v", Author{Side: ByCustomer, ID: "usr_1"}, "srq_1", "cmt_1", now)
	if err != nil || r.Subject != "Mail" || first.Text != "It fails." || r.Severity != Normal || r.Status != Open || r.Comments != 1 || r.LastCommentBy != ByCustomer {
		t.Fatalf("%+v %+v %v", r, first, err)
	}
	return r
}

// TestStates walks every way between the states, and the clock's.
func TestStates(t *testing.T) {
	write := func(by Side) func(Request, time.Time) (Request, error) {
		return func(r Request, at time.Time) (Request, error) { return r.Written(by, at) }
	}
	to := func(s Status) func(Request, time.Time) (Request, error) {
		return func(r Request, at time.Time) (Request, error) {
			next, _, err := Changes{Status: &s}.Apply(r, at)
			return next, err
		}
	}
	type step struct {
		after time.Duration
		do    func(Request, time.Time) (Request, error)
		want  Status
		wrong *fault.Code
	}
	for name, steps := range map[string][]step{
		"answered and asked again": {{0, write(ByVendor), Answered, nil}, {day, write(ByPartner), Open, nil}, {0, write(ByCustomer), Open, nil}},
		"open again by act":        {{0, write(ByVendor), Answered, nil}, {0, to(Open), Open, nil}},
		"closed by itself":         {{0, to(Resolved), Resolved, nil}, {CloseDays*day - 1, to(Resolved), Resolved, nil}, {1, to(Closed), Closed, nil}, {0, to(Resolved), Closed, fault.RequestClosed}},
		"resolved, and written":    {{0, to(Resolved), Resolved, nil}, {day, write(ByCustomer), Open, nil}, {CloseDays * day, to(Open), Open, nil}},
		"resolved, and answered":   {{0, to(Resolved), Resolved, nil}, {day, write(ByVendor), Answered, nil}},
		"closed, and written":      {{0, to(Closed), Closed, nil}, {ReopenDays*day - 1, write(ByPartner), Open, nil}},
		"closed, and answered":     {{0, to(Closed), Closed, nil}, {day, write(ByVendor), Answered, nil}},
		"closed too long":          {{0, to(Closed), Closed, nil}, {ReopenDays * day, write(ByCustomer), Closed, fault.RequestClosed}, {0, to(Open), Closed, fault.RequestClosed}},
		"by itself, too long":      {{0, to(Resolved), Resolved, nil}, {(CloseDays + ReopenDays) * day, to(Open), Closed, fault.RequestClosed}},
		"by itself, and again":     {{0, to(Resolved), Resolved, nil}, {(CloseDays+ReopenDays)*day - 1, to(Open), Open, nil}},
		"answered by hand":         {{0, to(Answered), Open, fault.InvalidValue}},
	} {
		r, at := opened(t), now
		for i, s := range steps {
			at = at.Add(s.after)
			next, err := s.do(r, at)
			if s.wrong != nil {
				if !fault.Is(err, s.wrong) {
					t.Errorf("%s, step %d: %v", name, i, err)
				}
			} else if err != nil {
				t.Errorf("%s, step %d: %v", name, i, err)
			} else {
				r = next
			}
			if got := r.StatusAt(at); got != s.want {
				t.Errorf("%s, step %d: %s", name, i, got)
			}
			stands := r.At(at)
			if stands.ClosesAt.IsZero() == (stands.Status == Resolved) || stands.ClosedAt.IsZero() == (stands.Status == Closed) {
				t.Errorf("%s, step %d: %s closes %v, closed %v", name, i, stands.Status, stands.ClosesAt, stands.ClosedAt)
			}
		}
	}
}

// TestDraft: every wrong field is named, and what strangers type is cleaned or refused.
func TestDraft(t *testing.T) {
	for name, c := range map[string]struct {
		draft Draft
		wrong string
	}{
		"nothing":                {Draft{}, "/subject required /message required"},
		"too long":               {Draft{Subject: strings.Repeat("x", MaxSubject+1), Text: strings.Repeat("ż", MaxText+1)}, "/subject too_long /message too_long"},
		"invisible":              {Draft{Subject: "\u202e\u200b", Text: "\x00\u2066"}, "/subject required /message required"},
		"broken":                 {Draft{Subject: "\xff", Text: "\xff"}, "/subject invalid_characters /message invalid_characters"},
		"no letters":             {Draft{Subject: "!!!", Text: "x"}, "/subject no_letters"},
		"another severity":       {Draft{Subject: "x", Text: "x", Severity: "urgent"}, "/severity invalid_value"},
		"another's subscription": {Draft{Subject: "x", Text: "x", Subscription: "sub_000000000000_01kaj4t0n5q0s2v4x6z8a1b3c5"}, "/subscription_id unknown_subscription"},
		"no subscription's id":   {Draft{Subject: "x", Text: "x", Subscription: "sub_x"}, "/subscription_id unknown_subscription"},
		"as long as may be":      {Draft{Subject: strings.Repeat("ż", MaxSubject), Text: strings.Repeat("ż", MaxText), Severity: Critical}, ""},
	} {
		_, _, err := c.draft.Request("cus_4q8z1m7x2c9v", Author{Side: ByCustomer}, "srq_1", "cmt_1", now)
		var got []string
		if f := fault.As(err); f != nil {
			for _, field := range f.Fields {
				got = append(got, field.Pointer+" "+field.Code.String())
			}
		}
		if strings.Join(got, " ") != c.wrong {
			t.Errorf("%s: %v", name, got)
		}
	}
	r, first, err := Draft{Subject: "A\u202eb\x00<b>", Text: "one\r\n\u2066two\x00<script>"}.Request("cus_1", Author{}, "srq_1", "cmt_1", now)
	if err != nil || r.Subject != "Ab <b>" || first.Text != "one\ntwo <script>" {
		t.Errorf("%q %q %v", r.Subject, first.Text, err)
	}
}

// TestChanges: the fields that differ are named, and nothing else is.
func TestChanges(t *testing.T) {
	r := opened(t)
	subject, same, high, closed := "Mail and files", r.Subject, High, Closed
	next, fields, err := Changes{Subject: &subject, Severity: &high}.Apply(r, now)
	if err != nil || next.Subject != subject || next.Severity != High || !slices.Equal(fields, []string{"subject", "severity"}) {
		t.Errorf("%+v %v %v", next, fields, err)
	}
	if _, fields, err := (Changes{Subject: &same}).Apply(r, now); err != nil || fields != nil {
		t.Errorf("%v %v", fields, err)
	}
	done, _, err := Changes{Status: &closed}.Apply(r, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := (Changes{Severity: &high}).Apply(done, now); !fault.Is(err, fault.RequestClosed) {
		t.Errorf("a closed one is changed: %v", err)
	}
	open := Open
	if next, _, err := (Changes{Severity: &high, Status: &open}).Apply(done, now); err != nil || next.Severity != High || next.Status != Open {
		t.Errorf("%+v %v", next, err)
	}
	bad := Severity("urgent")
	if _, _, err := (Changes{Severity: &bad}).Apply(r, now); !fault.Is(err, fault.InvalidValue) {
		t.Errorf("%v", err)
	}
}

// TestSees: who takes part in a request.
func TestSees(t *testing.T) {
	r := opened(t)
	other := Writer{Author: Author{Side: ByVendor}, Customer: customer.Customer{ID: "cus_000000000000"}}
	if other.Sees(r) {
		t.Error("the vendor reads it as another customer's")
	}
}
