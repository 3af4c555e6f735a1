// Package access is who may do what: rights.md as one table in code. The token says who; everything else is read from our table
// in the request.
package access

import (
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Right is one thing a caller may do.
type Right string

// The rights of this part of the API, as rights.md groups them.
const (
	Public            Right = ""                   // no caller is needed
	Known             Right = "known"              // any caller we know
	ReadCatalog       Right = "read_catalog"       // plans, programs, other partners' names
	MakeOffers        Right = "make_offers"        // make, resume an offer; invite, resend, revoke
	StopOffers        Right = "stop_offers"        // pause, withdraw
	SeeOffers         Right = "see_offers"         // offers, invitations, statistics
	SeeCustomers      Right = "see_customers"      // redemptions, receipts, subscriptions, relationships, events
	EndAdministration Right = "end_administration" // of a customer
	CancelTrials      Right = "cancel_trials"      // on behalf of a customer
	ExtendTrials      Right = "extend_trials"      //
	SeeCompany        Right = "see_company"        // the own company's profile
	EditCompany       Right = "edit_company"       // profile, machine clients
	ManagePartners    Right = "manage_partners"    // create, list, verify, suspend, reinstate, programs, authorisations
	WriteCatalog      Right = "write_catalog"      // plans, terms, programs, availability
	ManageClients     Right = "manage_clients"     // machine clients
)

// Operator is one of the vendor's staff.
type Operator struct {
	ID        string // usr_v_<ulid>
	Name      string
	Mail      string
	Disabled  bool
	Epoch     int // of its sessions
	CreatedAt time.Time
	Version   int
}

// Caller is who calls, as our table says now.
type Caller struct {
	Kind           op.Kind
	ID             string
	Name           string
	Mail           string          // empty for a machine
	Language       string          // empty where none is kept
	Partner        partner.Partner // of a partner's user or machine; zero for others
	CompanyRole    partner.CompanyRole
	CustomerAccess partner.CustomerAccess
	Customer       customer.Customer // of a customer's user; zero for others
	Roles          []customer.Role   // of a customer's user
	Epoch          int               // of the person's sessions
	Disabled       bool
}

// Actor returns the caller as events name it.
func (c Caller) Actor() op.Actor { return op.Actor{Kind: c.Kind, ID: c.ID} }

// Operates says whether the caller is one of the vendor's staff.
func (c Caller) Operates() bool { return c.Kind == op.Operator }

// OfPartner says whether the caller belongs to a partner.
func (c Caller) OfPartner() bool { return c.Kind == op.PartnerUser || c.Kind == op.PartnerClient }

// OfCustomer says whether the caller is a customer's user.
func (c Caller) OfCustomer() bool { return c.Kind == op.CustomerUser }

// Tenant returns the partner or customer ID, or "vendor" for an operator: the scope of idempotency keys and lists.
func (c Caller) Tenant() string {
	switch {
	case c.Operates():
		return "vendor"
	case c.OfCustomer():
		return string(c.Customer.ID)
	}
	return string(c.Partner.ID)
}

// row says which callers have a right.
type row struct {
	company  []partner.CompanyRole    // any of these
	access   []partner.CustomerAccess // or any of these
	everyone bool                     // or everyone of a partner
	members  bool                     // or every user of a customer
	operator bool
}

var (
	anyAccess = []partner.CustomerAccess{partner.Limited, partner.Full}
	full      = []partner.CustomerAccess{partner.Full}
	admins    = []partner.CompanyRole{partner.GlobalAdmin}
)

var table = map[Right]row{
	Known:             {everyone: true, members: true, operator: true},
	ReadCatalog:       {everyone: true, operator: true},
	MakeOffers:        {access: anyAccess},
	StopOffers:        {access: anyAccess, operator: true},
	SeeOffers:         {access: anyAccess, operator: true},
	SeeCustomers:      {access: anyAccess, operator: true},
	EndAdministration: {access: full, operator: true},
	CancelTrials:      {access: full},
	ExtendTrials:      {operator: true},
	SeeCompany:        {everyone: true, operator: true},
	EditCompany:       {company: admins},
	ManagePartners:    {operator: true},
	WriteCatalog:      {operator: true},
	ManageClients:     {company: admins, operator: true},
}

// Rights lists what the caller may do, in a fixed order: what GET /v1/me shows and pages hide or grey by.
func Rights(c Caller) []Right {
	var held []Right
	for _, r := range []Right{
		ReadCatalog, MakeOffers, StopOffers, SeeOffers, SeeCustomers, EndAdministration, CancelTrials, ExtendTrials,
		SeeCompany, EditCompany, ManagePartners, WriteCatalog, ManageClients,
	} {
		if Has(c, r) {
			held = append(held, r)
		}
	}
	return held
}

// Has says whether the caller has the right over its own partner's things, or as an operator.
func Has(c Caller, right Right) bool {
	if right == Public {
		return true
	}
	r := table[right]
	switch {
	case c.Disabled || c.ID == "":
		return false
	case c.Operates():
		return r.operator
	case c.OfCustomer():
		return r.members
	case !c.OfPartner():
		return false
	}
	if r.everyone {
		return true
	}
	for _, role := range r.company {
		if c.CompanyRole == role {
			return true
		}
	}
	for _, a := range r.access {
		if c.CustomerAccess == a {
			return true
		}
	}
	return false
}

// Check fails with Forbidden where the caller lacks the right: a disabled one and one of a partner that is
// no longer in the program (closed, rejected) lack every one.
func Check(c Caller, right Right) error {
	if right == Public {
		return nil
	}
	if c.Disabled || c.OfPartner() && (c.Partner.Status == partner.Closed || c.Partner.Status == partner.Rejected) {
		return fault.New(fault.Forbidden, "caller_disabled")
	}
	if !Has(c, right) {
		return fault.New(fault.Forbidden, "forbidden", lacks(c, table[right]))
	}
	return nil
}

// Holders are the only ones who have a right, for the text of a refusal: no role in the caller's company would give it.
type Holders string

// The holders.
const (
	Operators Holders = "operators"
	Partners  Holders = "partners"
)

// lacks says what the caller would need: to be another, or one of some roles or accesses.
func lacks(c Caller, r row) any {
	switch {
	case c.Operates():
		return Partners
	case r.company != nil:
		return "company_role " + fault.OneOf(r.company...)
	case r.access != nil:
		return "customer_access " + fault.OneOf(r.access...)
	}
	return Operators
}

// Owns fails with NotFound where the thing belongs to another partner: a foreign thing looks like none. Operators own everything.
func Owns(c Caller, owner partner.ID) error {
	if c.Operates() || c.OfPartner() && c.Partner.ID == owner {
		return nil
	}
	return fault.New(fault.NotFound, "not_found")
}
