package customer

import "time"

// ReadOnlyDays is how long a customer can still read after its last subscription was deleted (infra/design/product.md, "Subscriptions").
const ReadOnlyDays = 90

// MakeReadOnly returns the customer as read-only from the time on, for the days that it may still read.
func (c Customer) MakeReadOnly(at time.Time) Customer {
	c.Status, c.ReadOnlyUntil = ReadOnly, at.AddDate(0, 0, ReadOnlyDays)
	return c
}
