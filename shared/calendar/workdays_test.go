package calendar

import "testing"

func TestWorkingDays(t *testing.T) {
	for _, c := range []struct {
		country, zone, from string
		days                int
		want                string
	}{
		{"PL", "Europe/Warsaw", "2026-11-30 09:15:00", 2, "2026-12-02 09:15:00"},    // Monday
		{"PL", "Europe/Warsaw", "2026-12-03 09:15:00", 2, "2026-12-07 09:15:00"},    // Thursday
		{"PL", "Europe/Warsaw", "2026-12-04 23:59:59", 2, "2026-12-08 23:59:59"},    // Friday
		{"PL", "Europe/Warsaw", "2026-12-05 00:00:00", 2, "2026-12-09 00:00:00"},    // Saturday: all of Monday and of Tuesday
		{"PL", "Europe/Warsaw", "2026-12-06 23:00:00", 2, "2026-12-09 00:00:00"},    // Sunday
		{"PL", "Europe/Warsaw", "2026-12-06 23:00:00", 0, "2026-12-07 00:00:00"},    // Sunday
		{"NZ", "Pacific/Auckland", "2026-11-30 09:00:00", 7, "2026-12-09 09:00:00"}, // Sunday in UTC
		{"PL", "Europe/Warsaw", "2027-03-26 02:30:00", 1, "2027-03-29 02:30:00"},    // the clock is put forward on Sunday
		{"PL", "Europe/Warsaw", "2027-10-29 02:30:00", 1, "2027-11-01 02:30:00"},    // and back
		{"US", "America/New_York", "2026-12-04 21:00:00", 2, "2026-12-08 21:00:00"}, // Saturday in UTC
		{"AE", "Asia/Dubai", "2026-12-04 12:00:00", 1, "2026-12-07 12:00:00"},
	} {
		from := local(t, c.zone, c.from)
		got := WorkingDays(from, c.country, c.days)
		if said := got.In(from.Location()).Format("2006-01-02 15:04:05"); said != c.want {
			t.Errorf("%s in %s, %d working days: %s, want %s", c.from, c.country, c.days, said, c.want)
		}
	}
}
