package calendar

import "time"

// WorkingDays returns the moment that lies a number of whole working days (Monday to Friday) after another on a country's calendar: the same local
// time. What comes on a Saturday or Sunday counts from the Monday's first moment. Public holidays are working days.
func WorkingDays(from time.Time, country string, days int) time.Time {
	zone := Zone(country)
	local := from.In(zone)
	if weekend(local) {
		year, month, day := local.Date()
		local = time.Date(year, month, day, 0, 0, 0, 0, zone)
		for weekend(local) {
			local = local.AddDate(0, 0, 1)
		}
	}
	ahead := 0 // counted first and added once: a day that skips this local time moves none after it
	for ; days > 0; days-- {
		for ahead++; weekend(local.AddDate(0, 0, ahead)); {
			ahead++
		}
	}
	return local.AddDate(0, 0, ahead).UTC()
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}
