package offer

import "time"

// Uses is how often an offer that counts it was accepted, and how often it may be.
type Uses struct{ Used, Max int }

// Funnel is how far an offer's recipients came.
type Funnel struct {
	Steps map[string]int
	// First and Last are when the first and the last answer was given, whether it accepted or declined; zero before any.
	First, Last time.Time
}

// Answered returns the funnel with answers of which the first and the last were given at these times.
func (f Funnel) Answered(first, last time.Time) Funnel {
	if f.First.IsZero() || first.Before(f.First) {
		f.First = first
	}
	if last.After(f.Last) {
		f.Last = last
	}
	return f
}
