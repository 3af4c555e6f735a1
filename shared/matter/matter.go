// Package matter is what waits for the vendor's decision. A noun says of itself whether it waits; the item stands beside the thing, written in the
// transaction that makes it wait and removed in the one that decides it.
package matter

import (
	"time"

	"liaison/shared/event"
)

// Kind is what the vendor is asked for.
type Kind string

// The kinds of matters.
const (
	PhoneCall   Kind = "phone_code"    // a partner asked for the call that proves its phone
	Report      Kind = "report"        // people say that they do not know the partner that wrote to them
	Dispute     Kind = "dispute"       // a customer objects to a consent in its name
	Removal     Kind = "removal"       // a customer wants its reseller removed, and that one did not end the tie
	Deletion    Kind = "deletion_held" // nobody could be told that data will be deleted
	ResellerTie Kind = "reseller_tie"  // a partner left the program and is still somebody's reseller
	Listing     Kind = "listing"       // a partner asks to be found in the marketplace with what it wrote
)

// Kinds lists every kind.
var Kinds = []Kind{PhoneCall, Report, Dispute, Removal, Deletion, ResellerTie, Listing}

// days is how long the vendor gives itself, from when the matter can be decided.
var days = map[Kind]int{PhoneCall: 1, Report: 14, Dispute: 7, Removal: 7, Deletion: 14, ResellerTie: 7, Listing: 3}

// Matter is one thing that waits, as the inbox shows it.
type Matter struct {
	Kind      Kind
	Subject   string       // the id of what waits
	Tenant    event.Tenant // on whose partition the subject stands
	Partner   string       // its ID; empty where none is concerned
	Customer  string       // its ID; empty where none is concerned
	Reason    string       // in the words of who asks, may be empty
	Count     int          // how many say so, where they are counted
	Halted    bool         // whether what it is about is stopped meanwhile
	From      time.Time    // from when it can be decided
	DueAt     time.Time    // by when it should be
	CreatedAt time.Time
	Version   int
}

// New returns the matter as one that can be decided from a time on.
func New(kind Kind, tenant event.Tenant, subject string, asked, from time.Time) Matter {
	return Matter{Kind: kind, Tenant: tenant, Subject: subject, From: from, DueAt: from.AddDate(0, 0, days[kind]), CreatedAt: asked, Version: 1}
}

// Open says whether the matter can be decided at a time.
func (m Matter) Open(at time.Time) bool { return !at.Before(m.From) }

// Urgency is how soon a matter is to be decided.
type Urgency string

// The urgencies, in the inbox's order.
const (
	Late     Urgency = "late"
	ThisWeek Urgency = "week"
	Later    Urgency = "later"
)

// Urgencies lists every urgency, the most urgent first.
var Urgencies = []Urgency{Late, ThisWeek, Later}

// Urgent says how soon something is due.
func Urgent(due, at time.Time) Urgency {
	switch {
	case !at.Before(due):
		return Late
	case due.Before(at.AddDate(0, 0, 7)):
		return ThisWeek
	}
	return Later
}
