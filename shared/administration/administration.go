// Package administration is what somebody does to a customer's directory: one of the customer's own users by the roles it has, or a partner on the
// customer's behalf by the grant that it holds (infra/design/rights.md, "What the table can't say").
package administration

import (
	"context"
	"slices"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

// Claim is who asks to act on a customer's directory, as the table says now.
type Claim struct {
	User    customer.User          // one of the customer's own; zero where a partner's user or machine asks
	Partner partner.Partner        // whose user or machine asks; zero where the customer's own does
	Access  partner.CustomerAccess // of that user or machine
}

// Standing is what an authority is decided on, as one strongly consistent read shows it.
type Standing struct {
	Customer customer.Customer
	Grant    *relationship.Grant // nil where there never was one
	Tie      *relationship.Relationship
	Users    map[customer.UserID]customer.User // those that were asked for and are there
}

// Store is what acting on a directory needs of the table.
type Store interface {
	// Administration reads a customer with its one grant, its tie to a partner (empty for none), and some of its users, strongly consistent. NotFound where
	// there is no such customer.
	Administration(ctx context.Context, of customer.ID, with partner.ID, users ...customer.UserID) (Standing, error)
}

// Authority is what somebody may do to a customer's directory. A partner's is that of the role that the grant stands for: a full one makes it a
// global administrator, a limited one a password and service administrator (infra/design/product.md, "Delegated administration").
type Authority struct {
	Customer customer.Customer
	Roles    []customer.Role
	Self     customer.UserID // empty where a partner acts
	Partner  partner.Partner // zero where the customer's own user acts
	Grant    relationship.Grant
}

// AnyGrant is what a partner lacks that only the customer can give, beside relationship.FullGrant.
const AnyGrant relationship.Lacking = "grant"

// The roles that a grant stands for.
var (
	fullRoles    = []customer.Role{customer.GlobalAdmin}
	limitedRoles = []customer.Role{customer.PasswordAdmin, customer.ServiceAdmin}
)

// Over returns the authority of who claims over the customer: of the grant and of the person's own access whichever is less. It fails with NotFound
// where the customer is none of the claimant's, as if it did not exist, and with Forbidden where a partner that is tied to it has no running grant.
func (c Claim) Over(s Standing, at time.Time) (Authority, error) {
	a := Authority{Customer: s.Customer}
	if c.User.ID != "" {
		if c.User.Customer != s.Customer.ID {
			return a, fault.NotFound
		}
		a.Self, a.Roles = c.User.ID, c.User.Roles
		return a, nil
	}
	if s.Tie == nil || c.Partner.ID == "" || s.Tie.Partner != c.Partner.ID {
		return a, fault.NotFound
	}
	g := s.Grant
	if g == nil || g.Partner != c.Partner.ID || g.StatusAt(at) != relationship.Active {
		return a, fault.Forbidden.With(AnyGrant)
	}
	a.Partner, a.Grant = c.Partner, *g
	switch {
	case c.Access == partner.Full && g.Role == offer.RoleFull:
		a.Roles = fullRoles
	case c.Access == partner.Full || c.Access == partner.Limited:
		a.Roles = limitedRoles
	}
	return a, nil
}

// OnBehalf says whether a partner acts for the customer.
func (a Authority) OnBehalf() bool { return a.Partner.ID != "" }

// Role is what a partner's authority amounts to, as grants name it: of the grant and of the person's own access whichever is less.
func (a Authority) Role() string {
	if a.has(onAdmins) {
		return offer.RoleFull
	}
	return offer.RoleLimited
}

// has says whether the authority holds any of some roles; a global administrator has every one.
func (a Authority) has(roles []customer.Role) bool {
	held := customer.User{Roles: a.Roles}
	return slices.ContainsFunc(roles, held.Has)
}

// Act is something that is done to a directory, by whoever has any of some roles.
type Act struct {
	name  string // as access.Right has it
	roles []customer.Role
	reads bool
	lasts bool // also once the customer can only be read
}

// The acts.
var (
	ReadUsers         = Act{"read_users", customer.Roles, true, false}
	AdministerUsers   = Act{"administer_users", []customer.Role{customer.UserAdmin}, false, false}
	ResetPasswords    = Act{"reset_passwords", []customer.Role{customer.UserAdmin, customer.PasswordAdmin}, false, false}
	SeeTasks          = Act{"see_provisioning", customer.Roles, true, false}
	RetryTasks        = Act{"retry_provisioning", []customer.Role{customer.UserAdmin, customer.BillingAdmin}, false, false}
	EditCustomer      = Act{"edit_customer", []customer.Role{customer.GlobalAdmin}, false, false}
	AdministerDomains = Act{"administer_domains", []customer.Role{customer.GlobalAdmin}, false, false}
	// HandleServiceRequests asks the vendor for help, which a customer that can only be read may need.
	HandleServiceRequests = Act{name: "handle_service_requests", roles: []customer.Role{customer.ServiceAdmin}, lasts: true}
)

// acts are all of them.
var acts = []Act{ReadUsers, AdministerUsers, ResetPasswords, SeeTasks, RetryTasks, HandleServiceRequests, EditCustomer, AdministerDomains}

// Rights lists what the authority allows where no user with a role is concerned.
func (a Authority) Rights() []string {
	held := []string{}
	for _, act := range acts {
		if _, err := a.Allow(act); err == nil {
			held = append(held, act.name)
		}
	}
	return held
}

// onAdmins is any act on a user who has a role: who may do it could else make itself one, or lock one out.
var onAdmins = []customer.Role{customer.GlobalAdmin}

// Permit is an authority's leave for one act. The write checks again that any of the roles still stands; where there is none, that the user itself does.
type Permit struct {
	Authority
	Requires []customer.Role
}

// Allow returns the leave for an act on some users, as they are and as they would be: who has a role is touched by global administrators alone. It
// fails with Forbidden target_is_admin, not_your_role for the customer's own user, or saying which grant a partner lacks; with Conflict
// customer_read_only, or partner_not_active where a partner that is not in the program would change something.
func (a Authority) Allow(act Act, on ...customer.User) (Permit, error) {
	p := Permit{a, act.roles}
	if !a.has(act.roles) {
		if a.OnBehalf() {
			return p, fault.Forbidden.With(relationship.FullGrant)
		}
		return p, fault.NotYourRole
	}
	if !act.reads {
		if slices.ContainsFunc(on, func(u customer.User) bool { return len(u.Roles) > 0 }) {
			if p.Requires = onAdmins; !a.has(onAdmins) {
				return p, fault.TargetIsAdmin
			}
		}
		if a.Customer.Status != customer.Active && !act.lasts {
			return p, fault.CustomerReadOnly
		}
		if a.OnBehalf() {
			return p, a.Partner.Working()
		}
	}
	return p, nil
}

// Full says whether only a full grant gives the leave.
func (p Permit) Full() bool {
	return !slices.ContainsFunc(p.Requires, func(role customer.Role) bool { return slices.Contains(limitedRoles, role) })
}

// tell returns what was done as the customer's event, which the partner that acted shares.
func (a Authority) tell(o op.Op, changes ...event.Change) event.Event {
	return event.New(o, event.Customer(string(a.Customer.ID)), changes...).SharedWith(string(a.Partner.ID))
}
