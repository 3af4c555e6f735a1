package locale

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// days are the short names of a week's days, Monday first: how each language writes them, and how else they are typed.
var (
	daysEnglish = [...]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	daysPolish  = [...]string{"pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."}
	typedDays   = map[string]int{"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6, "pon": 0, "pn": 0, "wt": 1, "śr": 2, "czw": 3, "pt": 4, "sob": 5, "sb": 5, "niedz": 6, "nd": 6}
)

// Hours writes opening hours as somebody typed them with the days' short names in the reader's language: "Mon-Fri 8:00-16:00" is
// "pon.-pt. 8:00-16:00". Other words stay as they are.
func (w Words) Hours(typed string) string {
	var written strings.Builder
	for typed != "" {
		rest := strings.TrimLeftFunc(typed, unicode.IsLetter)
		word := typed[:len(typed)-len(rest)]
		day, known := typedDays[word]
		switch {
		case word == "":
			_, size := utf8.DecodeRuneInString(typed)
			word, rest = typed[:size], typed[size:]
		case known:
			rest = strings.TrimPrefix(rest, ".")
			if word = daysEnglish[day]; w.polish() {
				word = daysPolish[day]
			}
		}
		written.WriteString(word)
		typed = rest
	}
	return written.String()
}

var (
	monthsEnglish = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	monthsPolish  = [...]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"}
)

// Date writes the day of t in t's own zone, to stay on one line: 21 November 2026, 21 listopada 2026 r.
// Put the time into the reader's zone first, see Zone.
func (w Words) Date(t time.Time) string {
	year, month, day := t.Date()
	if w.polish() {
		return strconv.Itoa(day) + nbsp + monthsPolish[month-1] + nbsp + strconv.Itoa(year) + nbsp + "r."
	}
	return strconv.Itoa(day) + nbsp + monthsEnglish[month-1] + nbsp + strconv.Itoa(year)
}

// Time writes day, hour and zone of t in t's own zone: 21 November 2026 at 14:30 (CET),
// 21 listopada 2026 r., godz. 14:30 (CET). Put the time into the reader's zone first, see Zone.
func (w Words) Time(t time.Time) string {
	clock := two(t.Hour()) + ":" + two(t.Minute()) + " (" + zoneName(t) + ")"
	if w.polish() {
		return w.Date(t) + ", godz." + nbsp + clock
	}
	return w.Date(t) + " at" + nbsp + clock
}

// Ago writes how long ago something was: less than an hour ago, 3 hours ago, from the second day on 2 days ago.
func (w Words) Ago(passed time.Duration) string {
	hours := int(passed / time.Hour)
	switch {
	case hours < 1:
		return w.AgoHour()
	case hours < 48:
		return w.AgoHours(hours)
	}
	return w.AgoDays(hours / 24)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// zoneName returns a zone's abbreviation (CET), or its distance from UTC where it has none (UTC+5:30).
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	if offset == 0 {
		return "UTC"
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	s := "UTC" + sign + strconv.Itoa(offset/3600)
	if m := offset / 60 % 60; m != 0 {
		s += ":" + two(m)
	}
	return s
}

// end closes a sentence after a text that may close it already ("Contoso sp. z o.o.", "2026 r.").
func end(s string) string {
	if s != "" && s[len(s)-1] == '.' {
		return s
	}
	return s + "."
}
