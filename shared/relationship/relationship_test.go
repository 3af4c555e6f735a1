package relationship

import (
	"slices"
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

var now = time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	cus  = customer.ID("cus_4q8z1m7x2c9v")
	mine = partner.ID("12345674")
)

func grant(role string) Grant {
	return NewGrant(cus, mine, role, 365, "usr_4q8z1m7x2c9v_01kaj4t0n5q0s2v4x6z8a1b3c5", "red", now)
}

func TestParse(t *testing.T) {
	id := NewID(cus, mine)
	if c, p, err := Parse(string(id)); err != nil || c != cus || p != mine {
		t.Errorf("%s: %s %s %v", id, c, p, err)
	}
	for _, wrong := range []string{"", "rel_", "rel_4q8z1m7x2c9v", "rel_4q8z1m7x2c9v_12345675", "rel_4q8z1m7x2c9u_12345674", "rel_4q8z1m7x2c9v_12345674_x", "sub_4q8z1m7x2c9v_12345674"} {
		if _, _, err := Parse(wrong); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// TestGrant walks the ends of a delegated administration: its power ends on time, and what has ended is never revived.
func TestGrant(t *testing.T) {
	for name, c := range map[string]struct {
		stored         Status
		after          time.Duration
		stands         Status
		ends, expires  string
		acts, asLimits bool
	}{
		"active":                 {Active, 0, Active, "", "not_due", true, false},
		"a moment before":        {Active, 365*day - 1, Active, "", "not_due", true, false},
		"at its end":             {Active, 365 * day, Expired, "already_ended", "", false, false},
		"suspended":              {Suspended, 0, Suspended, "", "not_due", false, false},
		"suspended, at its end":  {Suspended, 365 * day, Expired, "already_ended", "", false, false},
		"ended":                  {Ended, 0, Ended, "already_ended", "not_due", false, false},
		"ended, at its end":      {Ended, 365 * day, Ended, "already_ended", "not_due", false, false},
		"stored as expired":      {Expired, 365 * day, Expired, "already_ended", "not_due", false, false},
		"expired, an old clock":  {Expired, 0, Expired, "already_ended", "not_due", false, false},
		"long after, not stored": {Active, 999 * day, Expired, "already_ended", "", false, false},
	} {
		g := grant(offer.RoleFull)
		g.Status = c.stored
		at := now.Add(c.after)
		if got := g.StatusAt(at); got != c.stands {
			t.Errorf("%s: %s, want %s", name, got, c.stands)
		}
		if got := g.Summary().StatusAt(at); got != c.stands {
			t.Errorf("%s: its relationship remembers %s, want %s", name, got, c.stands)
		}
		ended, err := g.End(ByPartner, at)
		if want := c.ends; err == nil != (want == "") || err != nil && !fault.Is(err, fault.Named(want)) {
			t.Errorf("%s: ended with %v, want %q", name, err, want)
		}
		if err == nil && (ended.Status != Ended || !ended.EndedAt.Equal(at) || ended.Cause != ByPartner || !ended.StepAt.IsZero()) {
			t.Errorf("%s: %+v", name, ended)
		}
		expired, err := g.Expire(at)
		if want := c.expires; err == nil != (want == "") || err != nil && !fault.Is(err, fault.Named(want)) {
			t.Errorf("%s: expired with %v, want %q", name, err, want)
		}
		if err == nil && !expired.EndedAt.Equal(g.EndsAt) {
			t.Errorf("%s: its end is counted from %s", name, expired.EndedAt)
		}
		if got := g.Fully(mine, at); got != c.acts {
			t.Errorf("%s: acts %v", name, got)
		}
	}
	limited := grant(offer.RoleLimited)
	var none *Grant
	full := grant(offer.RoleFull)
	if limited.Fully(mine, now) || full.Fully("87654323", now) || none.Fully(mine, now) {
		t.Error("power without a full grant of its own")
	}
}

// TestSees lets the partner of record see the subscription, and a full administrator whose own user has full access.
func TestSees(t *testing.T) {
	full, limited := grant(offer.RoleFull), grant(offer.RoleLimited)
	record := subscription.Subscription{PartnerOfRecord: &subscription.PartnerOfRecord{Partner: mine}}
	for name, c := range map[string]struct {
		s    subscription.Subscription
		g    *Grant
		p    partner.ID
		has  partner.CustomerAccess
		at   time.Time
		want bool
	}{
		"partner of record":      {record, nil, mine, partner.Limited, now, true},
		"who bills it":           {subscription.Subscription{BilledBy: string(mine)}, nil, mine, partner.Limited, now, true},
		"another":                {record, nil, "87654323", partner.Full, now, false},
		"nobody":                 {subscription.Subscription{}, nil, mine, partner.Full, now, false},
		"full grant, full user":  {subscription.Subscription{}, &full, mine, partner.Full, now, true},
		"full grant, limited":    {subscription.Subscription{}, &full, mine, partner.Limited, now, false},
		"limited grant":          {subscription.Subscription{}, &limited, mine, partner.Full, now, false},
		"another's grant":        {subscription.Subscription{}, &full, "87654323", partner.Full, now, false},
		"a grant that has ended": {subscription.Subscription{}, &full, mine, partner.Full, now.Add(365 * day), false},
	} {
		if got := Sees(c.s, c.g, c.p, c.has, c.at); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestKinds(t *testing.T) {
	g := grant(offer.RoleLimited)
	all := Relationship{Administration: g.Summary(), PartnerOfRecordSubscriptions: 2, Reseller: true}
	if got := all.Kinds(now); !slices.Equal(got, []Kind{DelegatedAdministrator, PartnerOfRecord, Reseller}) {
		t.Errorf("%v", got)
	}
	if got := all.Kinds(now.Add(365 * day)); !slices.Equal(got, []Kind{PartnerOfRecord, Reseller}) {
		t.Errorf("%v", got)
	}
	if got := (Relationship{}).Kinds(now); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// TestNotices tells both sides 30, 7 and 1 days before the end, and of several overdue ones only the latest that is still true.
func TestNotices(t *testing.T) {
	for name, c := range map[string]struct {
		done    []int
		after   time.Duration
		days    int
		skipped []int
	}{
		"too early":        {nil, 334 * day, 0, nil},
		"thirty before":    {nil, 335 * day, 30, nil},
		"seven before":     {[]int{30}, 358 * day, 7, nil},
		"two overdue":      {nil, 359 * day, 7, []int{30}},
		"three overdue":    {nil, 364 * day, 1, []int{30, 7}},
		"overdue at end":   {nil, 365 * day, 0, []int{30, 7, 1}},
		"all of them done": {[]int{30, 7, 1}, 365 * day, 0, nil},
	} {
		g := grant(offer.RoleLimited)
		g.Noticed = c.done
		next, days, skipped := g.Notify(now.Add(c.after))
		if days != c.days || !slices.Equal(skipped, c.skipped) {
			t.Errorf("%s: %d, skipped %v", name, days, skipped)
		}
		if _, days, skipped := next.Notify(now.Add(c.after)); days != 0 || len(skipped) != 0 {
			t.Errorf("%s, again: %d %v", name, days, skipped)
		}
	}
	// A short grant is not told of a time before it began.
	short := NewGrant(cus, mine, offer.RoleLimited, 5, "usr", "red", now)
	if _, days, skipped := short.Notify(now.Add(4 * day)); days != 1 || len(skipped) != 0 {
		t.Errorf("short: %d %v", days, skipped)
	}
}
