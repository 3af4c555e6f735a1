package calendar

import "time"

// Months returns the moment that lies a number of whole months after another on a country's calendar: the same local time on the same
// day, or on the month's last day where it lacks that day. It counts from the first moment each time, so that a short month
// shortens no later one.
//
// A clock that is put forward skips some local times, and one that is put back has some twice. Of these it returns what RFC 5545
// (3.3.5) says: a skipped time is read by the clock as it went before, and of two the first counts.
func Months(from time.Time, country string, months int) time.Time {
	zone := Zone(country)
	from = from.In(zone)
	year, month, day := from.Date()
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	written := time.Date(last.Year(), last.Month(), min(day, last.Day()), from.Hour(), from.Minute(), from.Second(), from.Nanosecond(), time.UTC)
	before, after := offset(written.Add(-24*time.Hour), zone), offset(written.Add(24*time.Hour), zone)
	first, second := written.Add(-before), written.Add(-after)
	if offset(first, zone) != before && offset(second, zone) == after {
		return second.UTC()
	}
	return first.UTC()
}

// offset returns how far the zone's clocks are ahead of UTC at a moment.
func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
