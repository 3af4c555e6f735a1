package event

import (
	"slices"
	"time"
)

// EventChange is one change of an event, as lists show it.
type EventChange struct {
	Event
	Number int // of the change in its event, from 1
}

// Filter says which changes a list of events shows; the zero value shows all.
type Filter struct {
	Type     Type
	Noun     string // what all types of one begin with, as "subscription"
	Since    time.Time
	Customer string // of a partner's list: those that stand with the customer
	Partner  string // of a customer's list: those that the partner shares
}

// Wants says whether the list shows a change of an event that it keeps.
func (f Filter) Wants(c Change) bool {
	return (f.Type == "" || c.Type == f.Type) && (f.Noun == "" || c.Type.Noun() == f.Noun)
}

// Keep says of each event, whatever its time, whether the list shows any of its changes; nil where it shows those of every event.
func (f Filter) Keep() func(found []Event) ([]bool, error) {
	if f.Type == "" && f.Noun == "" && f.Customer == "" && f.Partner == "" {
		return nil
	}
	return func(found []Event) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, e := range found {
			kept[i] = slices.ContainsFunc(e.Changes, f.Wants) && (f.Customer == "" || e.About(f.Customer)) && (f.Partner == "" || e.Partner == f.Partner)
		}
		return kept, nil
	}
}
