// Package customer is the tenant that buys, and its users.
package customer

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/id"
	"liaison/shared/person"
	"liaison/shared/token"
)

// ID is cus_ and 12 characters.
type ID string

// NewID returns a fresh id of 60 random bits.
func NewID(ids id.Source) ID { return ID("cus_" + ids.Random(12)) }

// Bare returns the 12 characters that the ids of everything under the customer begin with.
func (c ID) Bare() string { return strings.TrimPrefix(string(c), "cus_") }

// Valid says whether the id has the shape of a customer's.
func (c ID) Valid() bool { return strings.HasPrefix(string(c), "cus_") && id.Made(c.Bare(), 12) }

// Under returns the owner and the ULID of an id <prefix>_<cus12>_<ulid>; false where it has another shape.
func Under(prefix, text string) (ID, string, bool) {
	rest, ok := strings.CutPrefix(text, prefix+"_")
	owner, ulid, found := strings.Cut(rest, "_")
	return ID("cus_" + owner), ulid, ok && found && id.Made(owner, 12) && id.Made(ulid, 26)
}

// Role of a customer's user.
type Role string

// The roles; a user may have several or none.
const (
	GlobalAdmin   Role = "global_admin"
	BillingAdmin  Role = "billing_admin"
	UserAdmin     Role = "user_admin"
	PasswordAdmin Role = "password_admin"
	ServiceAdmin  Role = "service_admin"
)

// UserID is usr_<cus12>_<ulid>.
type UserID string

// Status of a customer: it stays readable for 90 days after its last subscription was deleted.
type Status string

// The states.
const (
	Active   Status = "active"
	ReadOnly Status = "read_only"
)

// Customer is the tenant that buys.
type Customer struct {
	ID            ID
	Name          string
	Country       string
	Language      string
	Status        Status
	BillingOwner  UserID
	GlobalAdmins  int
	Tried         []catalog.PlanID // plans that were ever tried or owned
	ReadOnlyUntil time.Time        // zero while active
	CreatedAt     time.Time
	Version       int
}

// Having returns the customer with a plan among those that it ever tried or owned.
func (c Customer) Having(plan catalog.PlanID) Customer {
	if !slices.Contains(c.Tried, plan) {
		c.Tried = append(slices.Clone(c.Tried), plan)
	}
	return c
}

// User of a customer.
type User struct {
	ID        UserID
	Customer  ID
	Name      string
	Mail      string
	Language  string
	Roles     []Role
	Contact   Contact
	Licenses  []string // ids of the subscriptions of which it has a licence, sorted
	Mailbox   *Mailbox // nil: it is to have none
	Disabled  bool
	Stops     []token.Kept // hashes of the unsubscribe secrets mailed
	Password  person.Password
	Epoch     int // of the sessions: raised by a change of password, it ends all of them
	CreatedAt time.Time
	Version   int

	DeletedAt   time.Time // zero while it was not deleted
	PurgeAt     time.Time // when a deleted user is gone for good; until then it can be restored
	WasDisabled bool      // before it was deleted
	Terms       []string  // that it is found by now, sorted; empty until they are first written
}

// StopsGeneration is the one generation of a user's unsubscribe secrets: those of older mails count too.
const StopsGeneration = 1

// Has says whether the user has the role; a global administrator has every one.
func (u User) Has(role Role) bool {
	return slices.Contains(u.Roles, role) || slices.Contains(u.Roles, GlobalAdmin)
}

// FoldCaps returns an address as the caps count it: case, the part after a plus, and dots before the at sign don't count,
// so that nobody gets more by spelling one mailbox in many ways (infra/design/trust.md, rule 10).
func FoldCaps(mail string) string {
	local, domain, found := strings.Cut(person.FoldLogin(mail), "@")
	if !found {
		return local
	}
	local, _, _ = strings.Cut(local, "+")
	return strings.ReplaceAll(local, ".", "") + "@" + domain
}
