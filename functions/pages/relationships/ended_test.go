package relationships

import (
	"testing"
	"time"

	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// TestNewest: ties are told by their newest end, whatever ended; one of which nothing has ended is left out. A deleted subscription ends its
// partner of record.
func TestNewest(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	grant := func(status relationship.Status, ended, ends time.Time) *relationship.GrantSummary {
		return &relationship.GrantSummary{Status: status, EndedAt: ended, EndsAt: ends}
	}
	subs := []named{
		{subscription.Subscription{Status: subscription.Deleted, EndedAt: day(9), PartnerOfRecord: &subscription.PartnerOfRecord{Partner: "deleted", Since: day(1)}}, "Mail"},
		{subscription.Subscription{Status: subscription.Active, PartnerOfRecord: &subscription.PartnerOfRecord{Partner: "named", Since: day(1)}, History: []subscription.Past{
			{Partner: "before", Since: day(2), Until: day(8)}, {Partner: "other", Since: day(1), Until: day(2)}, {Partner: "before", Since: day(1), Until: day(1)},
		}}, "Suite"},
	}
	found := newest([]relationship.Relationship{
		{Partner: "never"},
		{Partner: "named", Administration: grant(relationship.Active, time.Time{}, day(30))},
		{Partner: "before"},
		{Partner: "deleted"},
		{Partner: "ended", Administration: grant(relationship.Ended, day(10), day(30)), ResellerSince: day(1), ResellerEndedAt: day(3)},
		{Partner: "expired", Administration: grant(relationship.Active, time.Time{}, day(11))},
		{Partner: "resold", ResellerSince: day(1), ResellerEndedAt: day(12)},
		{Partner: "long ago", ResellerSince: day(1)},
	}, subs, day(20))
	want := []partner.ID{"resold", "expired", "ended", "deleted", "before", "long ago"}
	if len(found) != len(want) {
		t.Fatalf("%d ties: %+v", len(found), found)
	}
	for i, r := range found {
		if r.Partner != want[i] {
			t.Errorf("%d: %s, not %s", i, r.Partner, want[i])
		}
	}
	if past := stints(subs, "before"); len(past) != 2 || past[0].plan != "Suite" || !past[0].until.Equal(day(8)) {
		t.Errorf("%+v", past)
	}
}
