// Package quota is what is counted so that nobody does too much of it, and how a count stands.
package quota

import "time"

// What is counted where more than one place must know its name.
const (
	Checks          = "partner-checks"    // look-ups of partner IDs by a caller, or by a partner
	Searches        = "customer-searches" // by a partner for customers
	Clients         = "clients"           // machines that a partner has, in no window
	Invitations     = "invitations"       // mailings of a partner in a day (UTC)
	Mails           = "mails"             // that leave in a second
	Domains         = "domains"           // that a customer has, in no window
	Inquiries       = "inquiries"         // to partners, of one address in a day (UTC)
	Contacts        = "contacts"          // inquiries that a caller, or a client's address, tried to send in a minute
	Imports         = "imports"           // of a customer that are started and not done, in no window
	ServiceRequests = "service-requests"  // of a customer that are not closed, in no window
)

// Counter is what is counted, of whom, in fixed windows; without a window it is what stands now.
type Counter struct {
	What, Subject string
	Window        time.Duration
}

// Rate is how a counted thing stands in its window.
type Rate struct {
	Limit, Remaining int
	Window           time.Duration
	Reset            time.Duration // until the window ends
	Over             bool          // these were not counted: the window has no room for them
}
