package invitation

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture/rule"
)

var now = time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)

const day = 24 * time.Hour

func fresh(days int, origin Origin) Invitation {
	o := op.Op{At: now, IDs: id.From(bytes.NewReader(make([]byte, 100))), Actor: op.Actor{ID: "usr"}}
	of := offer.Offer{ID: "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza", Language: "pl", ExpiresAt: now.Add(60 * day), Items: []offer.Item{{Plan: "plan_a"}}}
	return New(of, Recipient{Mail: "anna@example.com"}, origin, days, o)
}

func TestNew(t *testing.T) {
	inv := fresh(30, FromPartner)
	if !inv.ExpiresAt.Equal(now.Add(30*day)) || inv.Language != "pl" || inv.Answer != Pending || inv.Delivery != Queued || inv.Generation != 1 ||
		inv.Step != Remind || !inv.StepAt.Equal(now.Add(23*day)) || inv.Plans[0] != "plan_a" {
		t.Errorf("%+v", inv)
	}
	if _, err := Parse(string(inv.ID)); err != nil {
		t.Error(err)
	}
	if inv := fresh(90, FromPartner); !inv.ExpiresAt.Equal(now.Add(60 * day)) {
		t.Errorf("it outlives its offer: %s", inv.ExpiresAt)
	}
	if inv := fresh(30, FromVisitor); inv.Step != End || !inv.StepAt.Equal(inv.ExpiresAt) {
		t.Errorf("a visitor is reminded: %s at %s", inv.Step, inv.StepAt)
	}
}

// TestTransitions walks every act on an invitation from every state it can be in.
func TestTransitions(t *testing.T) {
	states := map[string]struct {
		change func(*Invitation)
		after  time.Duration
	}{
		"pending":           {func(*Invitation) {}, 0},
		"at its end":        {func(*Invitation) {}, 30 * day},
		"reported":          {func(i *Invitation) { i.Paused = true }, 0},
		"reported, ended":   {func(i *Invitation) { i.Paused = true }, 30 * day},
		"accepted":          {func(i *Invitation) { i.Answer, i.Redemption = Accepted, "red" }, 0},
		"accepted long ago": {func(i *Invitation) { i.Answer = Accepted }, 300 * day},
		"declined":          {func(i *Invitation) { i.Answer = Declined }, 0},
		"declined long ago": {func(i *Invitation) { i.Answer = Declined }, 300 * day},
		"expired":           {func(i *Invitation) { i.Answer = Expired }, 31 * day},
		"revoked":           {func(i *Invitation) { i.Answer = Revoked }, 0},
	}
	want := map[string]map[string]string{
		"accept": {
			"pending": "accepted", "at its end": "!invitation_expired", "reported": "!invitation_paused", "reported, ended": "!invitation_expired",
			"accepted": "!invitation_answered", "accepted long ago": "!invitation_answered", "declined": "!invitation_declined",
			"declined long ago": "!invitation_declined", "expired": "!invitation_expired", "revoked": "!invitation_revoked",
		},
		"revoke": {
			"pending": "revoked", "at its end": "!invitation_expired", "reported": "revoked", "reported, ended": "!invitation_expired",
			"accepted": "!invitation_answered", "accepted long ago": "!invitation_answered", "declined": "!invitation_declined",
			"declined long ago": "!invitation_declined", "expired": "!invitation_expired", "revoked": "!invitation_revoked",
		},
		"resend": {
			"pending": "pending", "at its end": "pending", "reported": "!invitation_paused", "reported, ended": "!invitation_paused",
			"accepted": "!invitation_answered", "accepted long ago": "!invitation_answered", "declined": "!invitation_declined",
			"declined long ago": "!invitation_declined", "expired": "pending", "revoked": "!invitation_revoked",
		},
		"expire": {
			"pending": "!not_due", "at its end": "expired", "reported": "!not_due", "reported, ended": "expired", "accepted": "!not_due",
			"accepted long ago": "!not_due", "declined": "!not_due", "declined long ago": "!not_due", "expired": "!not_due", "revoked": "!not_due",
		},
	}
	want["decline"] = map[string]string{}
	for state, said := range want["accept"] {
		want["decline"][state] = said
	}
	want["decline"]["pending"] = "declined"
	for name, s := range states {
		inv := fresh(30, FromPartner)
		s.change(&inv)
		at := now.Add(s.after)
		of := offer.Offer{ExpiresAt: now.Add(365 * day)}
		for action, do := range map[string]func() (Invitation, error){
			"accept": func() (Invitation, error) { return inv.Accept("red_x", at) }, "decline": func() (Invitation, error) { return inv.Decline("red_x", at) },
			"revoke": func() (Invitation, error) { return inv.Revoke(at) }, "resend": func() (Invitation, error) { return inv.Resend(of, 30, at) },
			"expire": func() (Invitation, error) { return inv.Expire(at) },
		} {
			next, err := do()
			got := string(next.Answer)
			if err != nil {
				got = "!" + rule.Code(err)
			}
			if got != want[action][name] {
				t.Errorf("%s when %s: %s, want %s", action, name, got, want[action][name])
			}
			switch {
			case err != nil && next.Answer != inv.Answer:
				t.Errorf("%s when %s is refused and changes it to %s", action, name, next.Answer)
			case err == nil && action != "resend" && (next.Step != "" || !next.StepAt.IsZero() || next.AnsweredAt.IsZero()):
				t.Errorf("%s when %s leaves %s at %s", action, name, next.Step, next.StepAt)
			case err == nil && action == "expire" && !next.AnsweredAt.Equal(inv.ExpiresAt):
				t.Errorf("the end is counted from %s, not %s", next.AnsweredAt, inv.ExpiresAt)
			}
		}
	}
}

// TestResend starts a new life: a new generation of links, a new end but not after the offer's, new reminders.
func TestResend(t *testing.T) {
	inv := fresh(30, FromPartner)
	inv.Links = token.Add(nil, token.Answer, "00000000000000000000000000", 1)
	inv.Reminded, inv.Delivery, inv.DeliveryReason, inv.MessageID = []int{7}, Bounced, "full", "m"
	next, err := inv.Resend(offer.Offer{ExpiresAt: now.Add(50 * day)}, 60, now.Add(25*day))
	if err != nil {
		t.Fatal(err)
	}
	old := "00000000000000000000000000"
	if inv.Link(old) != token.Live || next.Link(old) != token.Live {
		t.Error("the old link ends before the new mail has one: who is held back has none")
	}
	mailed := next
	mailed.Links = token.Add(next.Links, token.Answer, "11111111111111111111111111", next.Generation)
	if mailed.Link(old) != token.Outdated || mailed.Link("11111111111111111111111111") != token.Live {
		t.Error("the old link lives, or the new one does not")
	}
	if revoked, err := next.Revoke(now.Add(26 * day)); err != nil || revoked.Link(old) != token.Outdated {
		t.Errorf("a revoked invitation's link lives: %v", err)
	}
	if next.Generation != 2 || next.Delivery != Queued || next.DeliveryReason != "" || next.MessageID != "" || next.Reminded != nil ||
		!next.ExpiresAt.Equal(now.Add(50*day)) || !next.StepAt.Equal(now.Add(43*day)) || next.ID != inv.ID {
		t.Errorf("%+v", next)
	}
}

// TestUnderItsOffer shows how an open invitation stands once its offer has ended.
func TestUnderItsOffer(t *testing.T) {
	withdrawn := offer.Offer{Status: offer.Withdrawn, EndedAt: now.Add(10 * day), ExpiresAt: now.Add(90 * day)}
	late := withdrawn
	late.EndedAt = now.Add(40 * day)
	counted := offer.Offer{Status: offer.Active, MaxRedemptions: 1, ExpiresAt: now.Add(90 * day)}
	for name, c := range map[string]struct {
		answer Answer
		of     offer.Offer
		used   int
		at     time.Time
		want   Answer
		since  time.Time
	}{
		"open":                         {Pending, offer.Offer{Status: offer.Active, ExpiresAt: now.Add(90 * day)}, 0, now, Pending, time.Time{}},
		"paused":                       {Pending, offer.Offer{Status: offer.Paused, ExpiresAt: now.Add(90 * day)}, 0, now, Pending, time.Time{}},
		"ended":                        {Pending, offer.Offer{Status: offer.Active, ExpiresAt: now.Add(90 * day)}, 0, now.Add(30 * day), Expired, now.Add(30 * day)},
		"withdrawn":                    {Pending, withdrawn, 0, now.Add(11 * day), Revoked, now.Add(10 * day)},
		"withdrawn before its own end": {Pending, withdrawn, 0, now.Add(50 * day), Revoked, now.Add(10 * day)},
		"ended before the withdrawal":  {Pending, late, 0, now.Add(50 * day), Expired, now.Add(30 * day)},
		"used up by others":            {Pending, counted, 1, now, Revoked, time.Time{}},
		"not used up":                  {Pending, counted, 0, now, Pending, time.Time{}},
		"accepted, then withdrawn":     {Accepted, withdrawn, 0, now.Add(11 * day), Accepted, now.Add(5 * day)},
		"expired, then withdrawn":      {Expired, withdrawn, 0, now.Add(50 * day), Expired, now.Add(5 * day)},
	} {
		inv := fresh(30, FromPartner)
		if inv.Answer = c.answer; c.answer != Pending {
			inv.AnsweredAt = now.Add(5 * day)
		}
		got, since := inv.AnswerUnder(c.of, c.used, c.at)
		if got != c.want || !since.Equal(c.since) {
			t.Errorf("%s: %s since %s, want %s since %s", name, got, since, c.want, c.since)
		}
	}
}

// TestRemind sends 7 and 1 days before the end, and of several overdue ones only the latest that is still true.
func TestRemind(t *testing.T) {
	for name, c := range map[string]struct {
		done    []int
		at      time.Duration
		days    int
		skipped []int
		step    time.Duration
	}{
		"too early":           {nil, 22 * day, 0, nil, 23 * day},
		"seven days before":   {nil, 23 * day, 7, nil, 29 * day},
		"done already":        {[]int{7}, 24 * day, 0, nil, 29 * day},
		"one day before":      {[]int{7}, 29 * day, 1, nil, 30 * day},
		"both overdue":        {nil, 29*day + 1, 1, []int{7}, 30 * day},
		"overdue and ended":   {nil, 31 * day, 0, []int{7, 1}, 30 * day},
		"one done, and ended": {[]int{7}, 40 * day, 0, []int{1}, 30 * day},
	} {
		inv := fresh(30, FromPartner)
		inv.Reminded = c.done
		next, days, skipped := inv.Remind(now.Add(c.at))
		if days != c.days || !slices.Equal(skipped, c.skipped) || !next.StepAt.Equal(now.Add(c.step)) {
			t.Errorf("%s: %d, skipped %v, next %s", name, days, skipped, next.StepAt)
		}
		if again, days, skipped := next.Remind(now.Add(c.at)); days != 0 || len(skipped) != 0 || !slices.Equal(again.Reminded, next.Reminded) {
			t.Errorf("%s, again: %d %v", name, days, skipped)
		}
	}
}

func TestCheck(t *testing.T) {
	many := make([]Recipient, 41)
	for name, c := range map[string]struct {
		to   []Recipient
		days int
		want string
	}{
		"one":          {[]Recipient{{Mail: "a@example.com"}}, 0, ""},
		"two alike":    {[]Recipient{{Mail: "a@example.com"}, {Mail: "A@Example.COM"}}, 0, "duplicate_recipient"},
		"nobody":       {nil, 0, "required"},
		"forty-one":    {many, 0, "too_many"},
		"no address":   {[]Recipient{{}}, 0, "required"},
		"a bad one":    {[]Recipient{{Mail: "a@b"}}, 0, "invalid_email"},
		"a header":     {[]Recipient{{Mail: "a@example.com\r\nBcc: b@example.com"}}, 0, "invalid_email"},
		"a language":   {[]Recipient{{Mail: "a@example.com", Language: "fr"}}, 0, "invalid_value"},
		"ninety days":  {[]Recipient{{Mail: "a@example.com"}}, 90, ""},
		"ninety-one":   {[]Recipient{{Mail: "a@example.com"}}, 91, "out_of_range"},
		"minus a day":  {[]Recipient{{Mail: "a@example.com"}}, -1, "out_of_range"},
		"two bad ones": {[]Recipient{{Mail: "x"}, {Mail: "x"}}, 0, "invalid_email"},
	} {
		to, days, err := check(c.to, c.days)
		if rule.Code(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil && (len(to) != len(c.to) || days == 0) {
			t.Errorf("%s: %v for %d days", name, to, days)
		}
	}
}

// TestOpenForMail refuses to mail what nobody could accept.
func TestOpenForMail(t *testing.T) {
	good := Facts{
		Offer:   offer.Offer{Status: offer.Active, ExpiresAt: now.Add(day)},
		Partner: partner.Partner{Status: partner.Active, Verification: partner.Verification{MailAt: now, PhoneAt: now, ConfirmedAt: now}},
	}
	for want, change := range map[string]func(*Facts){
		"":                   func(*Facts) {},
		"offer_paused":       func(f *Facts) { f.Offer.Status = offer.Paused },
		"offer_withdrawn":    func(f *Facts) { f.Offer.Status = offer.Withdrawn },
		"offer_expired":      func(f *Facts) { f.Offer.ExpiresAt = now },
		"offer_used_up":      func(f *Facts) { f.Offer.MaxRedemptions, f.Used = 2, 2 },
		"partner_not_active": func(f *Facts) { f.Partner.Status = partner.Suspended },
		"profile_unverified": func(f *Facts) { f.Partner.Verification.MailAt = time.Time{} },
	} {
		f := good
		change(&f)
		err := f.open(now)
		if rule.Code(err) != want || err != nil && fault.As(err).Kind != fault.Conflict {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if good.cap(500) != 500 {
		t.Error("a partner without a daily cap")
	}
	if good.Partner.Trusted = true; good.cap(500) != 0 {
		t.Error("a trusted partner is capped")
	}
}

// TestAdvance reminds under an offer that stands and ends with one that was ended for all, silently and since the offer's end.
func TestAdvance(t *testing.T) {
	far := now.Add(90 * day)
	stands := offer.Offer{Status: offer.Active, ExpiresAt: far}
	asked := fresh(30, FromPartner).Offer
	gone := offer.Offer{Status: offer.Withdrawn, EndedAt: now.Add(10 * day), ExpiresAt: far}
	for name, c := range map[string]struct {
		of     offer.Offer
		used   int
		at     time.Duration
		answer Answer
		since  time.Duration
		want   event.Typed
	}{
		"too early":                 {stands, 0, 5 * day, Pending, 0, nil},
		"reminded":                  {stands, 0, 23 * day, Pending, 0, RemindedEvent{OfferID: asked, Generation: 1, Days: 7}},
		"expired":                   {stands, 0, 31 * day, Expired, 30 * day, ExpiredEvent{OfferID: asked, Generation: 1, Skipped: []int{7, 1}}},
		"paused":                    {offer.Offer{Status: offer.Paused, EndedAt: now.Add(day), ExpiresAt: far}, 0, 23 * day, Pending, 0, RemindedEvent{OfferID: asked, Generation: 1, Days: 7}},
		"withdrawn":                 {gone, 0, 23 * day, Revoked, 10 * day, RevokedEvent{OfferID: asked, Generation: 1, Cause: "withdrawn", Skipped: []int{7}}},
		"withdrawn, long ago":       {gone, 0, 50 * day, Revoked, 10 * day, RevokedEvent{OfferID: asked, Generation: 1, Cause: "withdrawn", Skipped: []int{7, 1}}},
		"replaced":                  {offer.Offer{Status: offer.Replaced, EndedAt: now.Add(day), ExpiresAt: far}, 0, 23 * day, Revoked, day, RevokedEvent{OfferID: asked, Generation: 1, Cause: "replaced", Skipped: []int{7}}},
		"withdrawn after its end":   {offer.Offer{Status: offer.Withdrawn, EndedAt: now.Add(30 * day), ExpiresAt: far}, 0, 31 * day, Expired, 30 * day, ExpiredEvent{OfferID: asked, Generation: 1, Skipped: []int{7, 1}}},
		"used up, not written yet":  {offer.Offer{Status: offer.Active, MaxRedemptions: 1, ExpiresAt: far}, 1, 23 * day, Revoked, 23 * day, RevokedEvent{OfferID: asked, Generation: 1, Cause: "used_up", Skipped: []int{7}}},
		"counted, and not used up":  {offer.Offer{Status: offer.Active, MaxRedemptions: 2, ExpiresAt: far}, 1, 23 * day, Pending, 0, RemindedEvent{OfferID: asked, Generation: 1, Days: 7}},
		"used up, and written then": {offer.Offer{Status: offer.UsedUp, MaxRedemptions: 1, EndedAt: now.Add(2 * day), ExpiresAt: far}, 1, 23 * day, Revoked, 2 * day, RevokedEvent{OfferID: asked, Generation: 1, Cause: "used_up", Skipped: []int{7}}},
	} {
		next, changes := fresh(30, FromPartner).Advance(c.of, c.used, now.Add(c.at))
		if c.want == nil {
			if len(changes) != 0 {
				t.Errorf("%s: %+v", name, changes)
			}
			continue
		}
		if !reflect.DeepEqual(changes, []event.Change{event.Of(next.ID, c.want)}) {
			t.Errorf("%s: %+v", name, changes)
		}
		if next.Answer != c.answer || c.since != 0 && !next.AnsweredAt.Equal(now.Add(c.since)) || (next.Step == "") != (c.answer != Pending) {
			t.Errorf("%s: %+v", name, next)
		}
		if with := c.of.Status != offer.Active && c.answer == Revoked; next.EndedWith(c.of) != with {
			t.Errorf("%s: ended with its offer: %v", name, !with)
		}
		if _, again := next.Advance(c.of, c.used, now.Add(c.at)); len(again) != 0 {
			t.Errorf("%s, again: %+v", name, again)
		}
	}
	for _, answer := range []Answer{Accepted, Declined, Expired, Revoked} {
		inv := fresh(30, FromPartner)
		inv.Answer, inv.AnsweredAt = answer, now.Add(day)
		if next, changes := inv.Advance(gone, 0, now.Add(23*day)); len(changes) != 0 || next.Answer != answer {
			t.Errorf("%s: %+v", answer, changes)
		}
		if _, ended := inv.EndWith(gone, 0, now.Add(23*day)); ended {
			t.Errorf("%s, and ended once more", answer)
		}
		if inv.EndedWith(gone) || inv.EndedWith(stands) {
			t.Errorf("%s before the offer's end, and ended with it", answer)
		}
	}
}
