package calendar

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func local(t *testing.T, zone, at string) time.Time {
	t.Helper()
	where, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04:05", at, where)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// TestMonths counts from a first moment, as its own country writes it; the zones are Go's own.
func TestMonths(t *testing.T) {
	for _, c := range []struct {
		country, zone, from string
		months              int
		want                string
	}{
		{"PL", "Europe/Warsaw", "2028-01-31 00:30:00", 1, "2028-02-29 00:30:00 CET"},
		{"PL", "Europe/Warsaw", "2028-01-31 00:30:00", 2, "2028-03-31 00:30:00 CEST"},
		{"PL", "Europe/Warsaw", "2028-01-31 00:30:00", 13, "2029-02-28 00:30:00 CET"},
		{"PL", "Europe/Warsaw", "2028-02-29 12:00:00", 12, "2029-02-28 12:00:00 CET"},
		{"PL", "Europe/Warsaw", "2028-02-29 12:00:00", 48, "2032-02-29 12:00:00 CET"},
		{"PL", "Europe/Warsaw", "2027-12-31 23:30:00", 2, "2028-02-29 23:30:00 CET"},
		{"NZ", "Pacific/Auckland", "2027-01-31 09:00:00", 1, "2027-02-28 09:00:00 NZDT"},
		{"US", "America/New_York", "2026-12-31 21:00:00", 2, "2027-02-28 21:00:00 EST"},
		// the clock goes from 2:00 to 3:00
		{"PL", "Europe/Warsaw", "2027-02-28 02:30:00", 1, "2027-03-28 03:30:00 CEST"},
		{"PL", "Europe/Warsaw", "2027-02-28 01:59:59", 1, "2027-03-28 01:59:59 CET"},
		{"PL", "Europe/Warsaw", "2027-02-28 03:00:00", 1, "2027-03-28 03:00:00 CEST"},
		{"PL", "Europe/Warsaw", "2027-02-28 02:30:00", 2, "2027-04-28 02:30:00 CEST"},
		{"US", "America/New_York", "2027-02-14 02:30:00", 1, "2027-03-14 03:30:00 EDT"},
		// the clock goes from 3:00 back to 2:00
		{"PL", "Europe/Warsaw", "2027-09-30 02:30:00", 1, "2027-10-30 02:30:00 CEST"},
		{"PL", "Europe/Warsaw", "2027-08-31 02:30:00", 2, "2027-10-31 02:30:00 CEST"},
		{"PL", "Europe/Warsaw", "2027-08-31 03:00:00", 2, "2027-10-31 03:00:00 CET"},
		{"US", "America/New_York", "2027-10-07 01:30:00", 1, "2027-11-07 01:30:00 EDT"},
		{"PL", "Europe/Warsaw", "2027-07-31 02:30:00", 4, "2027-11-30 02:30:00 CET"},
	} {
		from := local(t, c.zone, c.from)
		got := Months(from, c.country, c.months)
		if said := got.In(from.Location()).Format("2006-01-02 15:04:05 MST"); said != c.want {
			t.Errorf("%s in %s, %d months: %s, want %s", c.from, c.country, c.months, said, c.want)
		}
	}
	// The second 2:30 of a day that has two counts by its local time too.
	second := time.Date(2027, 10, 31, 1, 30, 0, 0, time.UTC)
	if got := Months(second, "PL", 1); !got.Equal(time.Date(2027, 11, 30, 1, 30, 0, 0, time.UTC)) {
		t.Error(got)
	}
}

// TestMonthsOfEveryCountry: wherever and whenever a term begins, each of its ends lies after the one before, in the right month, on the same
// day or the month's last, and at the same local time, but for a time that the clock skips.
func TestMonthsOfEveryCountry(t *testing.T) {
	countries := slices.Sorted(maps.Keys(zoneNames))
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom(countries).Draw(t, "country")
		zone := Zone(country)
		from := time.UnixMilli(rapid.Int64Range(1767225600000, 2524608000000).Draw(t, "from")).In(zone)
		before := from
		for n := 1; n <= 40; n++ {
			end := Months(from, country, n).In(zone)
			if !end.After(before) {
				t.Fatalf("%d months after %s it is %s, after %s a month before", n, from, end, before)
			}
			before = end
			if months := (end.Year()-from.Year())*12 + int(end.Month()-from.Month()); months != n {
				t.Fatalf("%d months after %s it is %s", n, from, end)
			}
			lastDay := end.AddDate(0, 0, 1).Day() == 1
			if end.Day() != from.Day() && !(lastDay && end.Day() < from.Day()) {
				t.Fatalf("%d months after %s it is the day %s", n, from, end)
			}
			const clock = "15:04:05.000"
			written := time.Date(end.Year(), end.Month(), end.Day(), from.Hour(), from.Minute(), from.Second(), from.Nanosecond(), zone)
			if skipped := written.Format(clock) != from.Format(clock); end.Format(clock) != from.Format(clock) && !skipped {
				t.Fatalf("%d months after %s it is %s o'clock", n, from, end)
			}
			if earlier := end.Add(-time.Hour); earlier.Format(clock) == end.Format(clock) {
				t.Fatalf("%d months after %s it is %s, the second of its name", n, from, end)
			}
		}
	})
}
