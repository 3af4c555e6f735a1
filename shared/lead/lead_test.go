package lead

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
)

const day = 24 * time.Hour

var now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC) // a Monday

var (
	contoso = partner.Partner{ID: partner.NewID("1234567"), LegalName: "Contoso", Country: "PL", Status: partner.Active}
	anna    = From{Company: "Northwind Traders", Name: "Anna Nowak", Mail: "anna@northwind.example", Country: "PL", Language: "pl"}
)

func draft() Draft {
	return Draft{Partners: []partner.ID{contoso.ID}, From: anna, Services: []listing.Service{"migrate"}, Text: "We want to move our mail."}
}

func fresh() Lead {
	return Inquiry{ID: "inq_01kaj2a7b9d1f3h5k7n9q1s3v5", Partners: []partner.ID{contoso.ID}, From: anna, Text: "Hello"}.lead(contoso, now)
}

// TestStates walks every way between the states of a lead, with how each counts.
func TestStates(t *testing.T) {
	answer, decline := Move{Status: Active, Answer: "Yes."}, Move{Status: Declined, Reason: "No time."}
	won, lost := Move{Status: Won}, Move{Status: Lost, Reason: "Too dear."}
	type step struct {
		after  time.Duration
		move   Move
		wrong  *fault.Code
		want   Status
		counts Counts
	}
	for name, steps := range map[string][]step{
		"answered and won":         {{0, answer, nil, Active, InTime}, {day, won, nil, Won, Nothing}, {0, lost, fault.LeadClosed, Won, Nothing}},
		"answered and lost":        {{2*day - 1, answer, nil, Active, InTime}, {day, lost, nil, Lost, Nothing}, {0, answer, fault.LeadClosed, Lost, Nothing}},
		"answered too late":        {{2 * day, answer, nil, Active, TooLate}, {0, answer, fault.AlreadyAnswered, Active, Nothing}},
		"declined":                 {{day, decline, nil, Declined, InTime}, {0, answer, fault.LeadClosed, Declined, Nothing}},
		"declined after an answer": {{day, answer, nil, Active, InTime}, {9 * day, decline, nil, Declined, Nothing}},
		"won without an answer":    {{0, won, fault.LeadNotActive, New, Nothing}, {0, lost, fault.LeadNotActive, New, Nothing}},
		"on the last day":          {{14*day - 1, answer, nil, Active, TooLate}, {40 * day, won, nil, Won, Nothing}},
		"nobody answered":          {{14 * day, answer, fault.LeadClosed, Expired, Nothing}},
	} {
		l, at := fresh(), now
		for i, s := range steps {
			at = at.Add(s.after)
			next, counts, err := l.Moved(s.move, at)
			if s.wrong == nil && err != nil || s.wrong != nil && !fault.Is(err, s.wrong) || counts != s.counts {
				t.Errorf("%s, step %d: %v, counts %d", name, i, err, counts)
			}
			if err == nil {
				l = next
			}
			if got := l.StatusAt(at); got != s.want || l.At(at).EndedAt.IsZero() == !got.Open() {
				t.Errorf("%s, step %d: %s, ended %v", name, i, got, l.At(at).EndedAt)
			}
		}
	}
}

// TestMoves: what a move must say, and must not.
func TestMoves(t *testing.T) {
	for name, c := range map[string]struct {
		move  Move
		wrong string
	}{
		"no answer":           {Move{Status: Active}, "/answer required"},
		"a long one":          {Move{Status: Active, Answer: strings.Repeat("ż", MaxAnswer+1)}, "/answer too_long"},
		"an answer of spaces": {Move{Status: Active, Answer: " \u200b\n"}, "/answer required"},
		"a reason of a yes":   {Move{Status: Active, Answer: "x", Reason: "x"}, "/reason not_for_status"},
		"no reason":           {Move{Status: Declined}, "/reason required"},
		"an answer of a no":   {Move{Status: Declined, Reason: "x", Answer: "x"}, "/answer not_for_status"},
		"a reason of a deal":  {Move{Status: Won, Reason: "x"}, "/reason not_for_status"},
		"back":                {Move{Status: New}, "/status invalid_value"},
		"by hand":             {Move{Status: Expired}, "/status invalid_value"},
		"lost without reason": {Move{Status: Lost}, ""},
	} {
		l, _, _ := fresh().Moved(Move{Status: Active, Answer: "x"}, now)
		if c.move.Status == Active {
			l = fresh()
		}
		_, _, err := l.Moved(c.move, now)
		if got := wrongs(err); got != c.wrong {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func wrongs(err error) string {
	var got []string
	if f := fault.As(err); f != nil {
		for _, field := range f.Fields {
			got = append(got, field.Pointer+" "+field.Code.String())
		}
	}
	return strings.Join(got, " ")
}

// TestOffered: an offer answers a lead, its yes makes it won.
func TestOffered(t *testing.T) {
	l, counts, err := fresh().Offered("ofr_1", now.Add(day))
	if err != nil || counts != InTime || l.Status != Active || l.Offer != "ofr_1" || l.Answer != "" || l.AnsweredAt.IsZero() {
		t.Errorf("%+v %d %v", l, counts, err)
	}
	again, counts, err := l.Offered("ofr_2", now.Add(5*day))
	if err != nil || counts != Nothing || again.Offer != "ofr_2" || !again.AnsweredAt.Equal(l.AnsweredAt) {
		t.Errorf("%+v %d %v", again, counts, err)
	}
	won, err := l.Accepted(now.Add(20 * day))
	if err != nil || won.Status != Won || won.EndedAt.IsZero() {
		t.Errorf("%+v %v", won, err)
	}
	if _, _, err := won.Offered("ofr_3", now); !fault.Is(err, fault.LeadClosed) {
		t.Errorf("%v", err)
	}
	for _, other := range []Lead{won, fresh()} {
		if _, err := other.Accepted(now); !errors.Is(err, op.ErrUnchanged) {
			t.Errorf("%s is won: %v", other.Status, err)
		}
	}
}

// TestClock: each step comes at its time, and after a long pause only the last reminder does.
func TestClock(t *testing.T) {
	l := fresh()
	for _, c := range []struct {
		after time.Duration
		want  Step
	}{
		{2*day - 1, Step{}},
		{2 * day, Step{Late: true}},
		{2*day + 1, Step{}},
		{3 * day, Step{Remind: 1}},
		{9 * day, Step{}},
		{10 * day, Step{Remind: 2}},
		{14*day - 1, Step{}},
		{14 * day, Step{Ended: Expired}},
		{15 * day, Step{}},
	} {
		next, did, err := l.Due(now.Add(c.after))
		if did != c.want || (c.want == Step{}) != errors.Is(err, op.ErrUnchanged) {
			t.Errorf("after %v: %+v %v", c.after, did, err)
		}
		l = next
	}
	for after, want := range map[time.Duration]Step{
		3 * day: {Late: true, Remind: 1}, 11 * day: {Late: true, Remind: 2}, 30 * day: {Late: true, Ended: Expired},
	} {
		if next, did, err := fresh().Due(now.Add(after)); did != want || err != nil || (did.Ended != "") != next.NextAt().IsZero() {
			t.Errorf("first after %v: %+v %v, next %v", after, did, err, next.NextAt())
		}
	}
	answered, _, _ := fresh().Moved(Move{Status: Active, Answer: "x"}, now.Add(day))
	if _, _, err := answered.Due(now.Add(181*day - 1)); !errors.Is(err, op.ErrUnchanged) || answered.StatusAt(now.Add(181*day-1)) != Active {
		t.Errorf("an answered one is due at %v: %v", answered.NextAt(), err)
	}
	next, did, err := answered.Due(now.Add(200 * day))
	if want := (Step{Ended: Lost}); did != want || err != nil || next.Status != Lost || next.Late || !next.EndedAt.Equal(now.Add(181*day)) || next.GoesAt().IsZero() || answered.StatusAt(now.Add(181*day)) != Lost {
		t.Errorf("forgotten: %+v %+v %v", next, did, err)
	}
	if offered, _, err := answered.Offered("ofr_x", now.Add(100*day)); err != nil || !offered.NextAt().Equal(now.Add(280*day)) {
		t.Errorf("an offer on day 100 lets it end at %v: %v", offered.NextAt(), err)
	}
}

// TestEachCountsOnce: however a lead goes, it counts once at most, and a lead that ended counted.
func TestEachCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, at, counted := fresh(), now, 0
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 5*24).Draw(t, "hours")) * time.Hour)
			var next Lead
			var err error
			counts := Nothing
			switch rapid.IntRange(0, 2).Draw(t, "act") {
			case 0:
				var did Step
				if next, did, err = l.Due(at); did.Late {
					counts = TooLate
				}
			case 1:
				next, counts, err = l.Offered("ofr_1", at)
			default:
				status := rapid.SampledFrom([]Status{Active, Won, Lost, Declined}).Draw(t, "status")
				m := Move{Status: status}
				if status == Active {
					m.Answer = "x"
				} else if status == Declined {
					m.Reason = "x"
				}
				next, counts, err = l.Moved(m, at)
			}
			if err != nil && counts != Nothing {
				t.Fatalf("a refusal counts: %v", err)
			}
			if counts != Nothing {
				counted++
			}
			l = next
			if counted > 1 || !l.Status.Open() && counted != 1 || (counts == InTime) && l.Late {
				t.Fatalf("counted %d times: %+v", counted, l)
			}
		}
	})
}

// TestTally: a week counts for thirteen, then it drops out.
func TestTally(t *testing.T) {
	var tally Tally
	if !tally.NextAt().IsZero() || tally.Share(now) != listing.NoShare {
		t.Errorf("%+v", tally)
	}
	for range 8 {
		tally = tally.Count(contoso.ID, InTime, now)
	}
	tally = tally.Count(contoso.ID, TooLate, now.Add(7*day))
	if got := tally.Sum(now.Add(8 * day)); got != (Week{Counted: 9, Answered: 8}) || tally.Check() != nil || tally.Partner != contoso.ID {
		t.Errorf("%+v", got)
	}
	drops := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC).Add(13 * 7 * day)
	if next := tally.NextAt(); !next.Equal(drops) {
		t.Errorf("drops out at %v", next)
	}
	if got := tally.Sum(drops.Add(-1)); got.Counted != 9 {
		t.Errorf("just before: %+v", got)
	}
	if _, err := tally.Aged(drops.Add(-1)); !errors.Is(err, op.ErrUnchanged) {
		t.Error(err)
	}
	aged, err := tally.Aged(drops)
	if err != nil || aged.Sum(drops) != (Week{Counted: 1}) || tally.Sum(drops) != aged.Sum(drops) || aged.Share(drops) != 0 {
		t.Errorf("%+v %v", aged, err)
	}
	if last, err := aged.Aged(drops.Add(7 * day)); err != nil || !last.NextAt().IsZero() || last.Share(drops) != listing.NoShare {
		t.Errorf("%+v %v", last, err)
	}
	sunday := Tally{}.Count(contoso.ID, InTime, now.Add(-1*day))
	if got := slices.Collect(mapsKeys(sunday.Weeks)); !slices.Equal(got, []string{"2026-11-23"}) {
		t.Errorf("a Sunday is in the week of %v", got)
	}
	for _, bad := range []Week{{0, 0}, {1, 2}, {1, -1}} {
		if (Tally{Weeks: map[string]Week{"2026-11-23": bad}}).Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func mapsKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// TestDraft: every wrong field is named, and what strangers type is cleaned.
func TestDraft(t *testing.T) {
	with := func(change func(*Draft)) Draft {
		d := draft()
		change(&d)
		return d
	}
	other := partner.NewID("7654321")
	for name, c := range map[string]struct {
		draft Draft
		wrong string
	}{
		"nothing":        {Draft{}, "/company required /name required /email required /country invalid_format /partner_ids required /message required"},
		"four":           {with(func(d *Draft) { d.Partners = []partner.ID{contoso.ID, other, "1", "2"} }), "/partner_ids too_many /partner_ids/2 invalid_format"},
		"twice":          {with(func(d *Draft) { d.Partners = []partner.ID{contoso.ID, contoso.ID} }), "/partner_ids/1 duplicate_entry"},
		"another need":   {with(func(d *Draft) { d.Services = []listing.Service{"migrate", "cook"} }), "/services/1 invalid_value"},
		"no plan":        {with(func(d *Draft) { d.Plan = "x" }), "/plan_id invalid_format"},
		"too long":       {with(func(d *Draft) { d.Text = strings.Repeat("ż", MaxText+1) }), "/message too_long"},
		"no phone":       {with(func(d *Draft) { d.From.Phone = "1" }), "/phone invalid_format"},
		"another size":   {with(func(d *Draft) { d.From.Size = "many" }), "/company_size invalid_value"},
		"a language":     {with(func(d *Draft) { d.From.Language = "tlh" }), "/language invalid_value"},
		"a version":      {with(func(d *Draft) { d.Privacy = " 1" }), "/privacy_version invalid_format"},
		"as it should":   {draft(), ""},
		"two scripts":    {with(func(d *Draft) { d.From.Name = "Аnna" }), "/name mixed_scripts"},
		"as long as may": {with(func(d *Draft) { d.Text = strings.Repeat("ż", MaxText) }), ""},
	} {
		var wrong fault.Check
		c.draft.clean(&wrong)
		if got := wrongs(wrong.Err()); got != c.wrong {
			t.Errorf("%s: %s", name, got)
		}
	}
	var wrong fault.Check
	made := with(func(d *Draft) {
		d.Text, d.From.Company, d.Services = "one\r\n\u2066two\x00<script>", "North\u202ewind", []listing.Service{"migrate", "migrate"}
	}).clean(&wrong)
	if made.Text != "one\ntwo <script>" || made.From.Company != "Northwind" || len(made.Services) != 1 || wrong.Err() != nil {
		t.Errorf("%+v %v", made, wrong.Err())
	}
}

// TestAgreed: who writes agrees to the privacy notice that is in force, where there is one.
func TestAgreed(t *testing.T) {
	head := catalog.TermsHead{Version: "2026-1", SHA256: map[string]string{"pl": "abc"}}
	for _, c := range []struct {
		version string
		head    catalog.TermsHead
		want    Terms
		wrong   *fault.Code
	}{
		{"2026-1", head, Terms{catalog.PrivacyNotice, "2026-1", "abc"}, nil},
		{"", head, Terms{}, fault.Required},
		{"2025-1", head, Terms{}, fault.TermsOutdated},
		{"", catalog.TermsHead{}, Terms{}, nil},
		{"2026-1", catalog.TermsHead{}, Terms{}, fault.TermsOutdated},
	} {
		got, err := agreed(c.version, "pl", c.head)
		if got != c.want || (err == nil) != (c.wrong == nil) || c.wrong != nil && !fault.Is(err, c.wrong) && wrongs(err) == "" {
			t.Errorf("%q of %q: %+v %v", c.version, c.head.Version, got, err)
		}
	}
}

// TestLinks: a link sends the message until its end, shows it afterwards, and nobody else's opens it.
func TestLinks(t *testing.T) {
	i := Inquiry{Status: Unconfirmed, CreatedAt: now, EndsAt: now.Add(7 * day)}.Mailed("first")
	if i.MayOpen("other", now) == nil || !fault.Is(i.MayOpen("first", now.Add(7*day)), fault.InquiryLinkExpired) || i.MayOpen("first", now.Add(7*day-1)) != nil {
		t.Error("before it is sent")
	}
	sent, err := i.confirm(now.Add(day))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sent.confirm(now); !errors.Is(err, op.ErrUnchanged) {
		t.Error(err)
	}
	for range 9 { // more mails than are kept
		sent = sent.Mailed("later")
	}
	for _, secret := range []string{"first", "later"} {
		if err := sent.MayOpen(secret, now.Add(200*day)); err != nil {
			t.Errorf("%s: %v", secret, err)
		}
	}
	if sent.MayOpen("first", sent.GoesAt()) == nil || token.Look(sent.Links, token.Answer, "first", 0) != token.Unknown {
		t.Error("it opens too much")
	}
}
