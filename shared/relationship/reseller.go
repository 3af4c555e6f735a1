package relationship

import (
	"time"

	"liaison/shared/customer"
)

// RemovalStatus of a customer's request that its reseller ends their tie:
//
//	open -> ended | declined | withdrawn | removed | kept
type RemovalStatus string

// The states; the vendor's decision is removed or kept.
const (
	Open      RemovalStatus = "open"
	Done      RemovalStatus = "ended"
	Declined  RemovalStatus = "declined"
	Withdrawn RemovalStatus = "withdrawn"
	Removed   RemovalStatus = "removed"
	Kept      RemovalStatus = "kept"
)

// Removal is a request that the reseller ends the tie.
type Removal struct {
	Status   RemovalStatus
	AskedBy  customer.UserID
	AskedAt  time.Time
	Reason   string    // the customer's words
	ClosedAt time.Time // zero while open
	Answer   string    // why it was declined or decided so
	Reminded []int     // days of the reminders that were sent or skipped
}
