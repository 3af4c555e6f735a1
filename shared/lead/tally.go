package lead

import (
	"fmt"
	"maps"
	"time"

	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// TallyWeeks is over how many ISO weeks (UTC), the present one among them, a partner's answers are counted: the 90 days of a share and what is left
// of their first week.
const TallyWeeks = (listing.ShareDays + 6) / 7

// Week is how many leads of a partner counted in one week, and how many of these it had answered in time.
type Week struct{ Counted, Answered int }

// Tally is how a partner answers its leads, week by week.
type Tally struct {
	Partner   partner.ID
	Weeks     map[string]Week // by the week's Monday, 2026-11-30
	CreatedAt time.Time
	Version   int
}

// monday is the first moment of a time's ISO week (UTC).
func monday(at time.Time) time.Time {
	at = at.UTC().Truncate(24 * time.Hour)
	return at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
}

// kept returns the weeks that count at a time.
func (t Tally) kept(at time.Time) map[string]Week {
	weeks := maps.Clone(t.Weeks)
	first := monday(at).AddDate(0, 0, -7*(TallyWeeks-1)).Format(time.DateOnly)
	maps.DeleteFunc(weeks, func(week string, _ Week) bool { return week < first })
	return weeks
}

// Sum returns how many leads count at a time, and how many of these were answered in time.
func (t Tally) Sum(at time.Time) (sum Week) {
	for _, week := range t.kept(at) {
		sum.Counted += week.Counted
		sum.Answered += week.Answered
	}
	return sum
}

// Share returns the step of the partner's share of leads that it answers in time; listing.NoShare where none counts.
func (t Tally) Share(at time.Time) int {
	sum := t.Sum(at)
	return listing.Share(sum.Answered, sum.Counted)
}

// Count returns the tally of a partner with one more lead.
func (t Tally) Count(of partner.ID, how Counts, at time.Time) Tally {
	weeks := t.kept(at)
	if weeks == nil {
		weeks = map[string]Week{}
	}
	key := monday(at).Format(time.DateOnly)
	week := weeks[key]
	week.Counted++
	if how == InTime {
		week.Answered++
	}
	weeks[key] = week
	if t.CreatedAt.IsZero() {
		t.Partner, t.CreatedAt = of, at
	}
	t.Weeks = weeks
	return t
}

// NextAt is when the oldest week stops counting; zero where there is none.
func (t Tally) NextAt() time.Time {
	oldest := ""
	for week := range t.Weeks {
		if oldest == "" || week < oldest {
			oldest = week
		}
	}
	first, err := time.Parse(time.DateOnly, oldest)
	if err != nil {
		return time.Time{}
	}
	return first.AddDate(0, 0, 7*TallyWeeks)
}

// Aged returns the tally without the weeks that stopped counting; op.ErrUnchanged where all count.
func (t Tally) Aged(at time.Time) (Tally, error) {
	weeks := t.kept(at)
	if len(weeks) == len(t.Weeks) {
		return t, op.ErrUnchanged
	}
	t.Weeks = weeks
	return t, nil
}

// Check fails where the tally says what cannot be: fewer than none, or more answered than counted.
func (t Tally) Check() error {
	for key, week := range t.Weeks {
		if week.Counted < 1 || week.Answered < 0 || week.Answered > week.Counted {
			return fmt.Errorf("lead: %d of %d answered in the week of %s", week.Answered, week.Counted, key)
		}
	}
	return nil
}
