package authz

import (
	"slices"

	"liaison/shared/contract"
)

// may is who has a right: of a partner those with one of the company roles, or one of the accesses to customers,
// or everyone; and the vendor's operators.
type may struct {
	roles    []contract.CompanyRole
	access   []contract.CustomerAccess
	everyone bool                    // of a partner
	users    []contract.CustomerRole // any of these of a customer's user; a global administrator has every one
	customer bool                    // every user of a customer
	operator bool
	public   bool // no caller is needed
}

var (
	admin   = []contract.CompanyRole{contract.CompanyRoleGlobalAdmin}
	full    = []contract.CustomerAccess{contract.CustomerAccessFull}
	limited = []contract.CustomerAccess{contract.CustomerAccessLimited, contract.CustomerAccessFull}

	global  = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin}
	billing = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin, contract.CustomerRoleBillingAdmin}
	anyRole = []contract.CustomerRole{
		contract.CustomerRoleGlobalAdmin, contract.CustomerRoleBillingAdmin, contract.CustomerRoleUserAdmin, contract.CustomerRolePasswordAdmin,
		contract.CustomerRoleServiceAdmin,
	}
)

// rights is the table of infra/design/rights.md by what one does. It is written down a second time on purpose:
// what changes in shared/access alone shows here.
var rights = map[string]may{
	"make, resume an offer, invite":                  {access: limited},
	"ask for full administration":                    {access: full},
	"pause, withdraw an offer":                       {access: limited, operator: true},
	"see offers, invitations":                        {access: limited, operator: true},
	"see relationships, activity, receipts, events":  {access: limited, users: anyRole, operator: true},
	"see the own receipts":                           {access: limited, customer: true, operator: true},
	"end delegated administration":                   {access: full, users: global, operator: true},
	"step down as or remove a partner of record":     {access: full, users: billing, operator: true},
	"partner of record: set, change, remove":         {users: billing},
	"buy, convert, change licences, cancel, undo":    {users: billing},
	"suspend, reinstate a subscription":              {operator: true},
	"reseller: ask for removal, withdraw":            {users: billing},
	"reseller: end or decline":                       {access: full},
	"reseller: decide":                               {operator: true},
	"auto-extend":                                    {access: full, users: global},
	"dispute a consent":                              {users: global},
	"decide a dispute":                               {operator: true},
	"cancel a trial":                                 {access: full, users: billing},
	"extend a trial":                                 {operator: true},
	"read the own company's profile":                 {everyone: true, operator: true},
	"change the own company's profile":               {roles: admin},
	"machine clients":                                {roles: admin, operator: true},
	"create, list, verify, suspend a partner":        {operator: true},
	"programs and authorisations of a partner":       {operator: true},
	"read plans, programs":                           {everyone: true, customer: true, operator: true},
	"write plans, terms, programs, availability":     {operator: true},
	"check a partner ID":                             {everyone: true, customer: true, operator: true},
	"suppressions: read, lift":                       {customer: true, operator: true},
	"know the limits":                                {everyone: true, customer: true, operator: true},
	"know oneself":                                   {everyone: true, customer: true, operator: true},
	"read terms, availability, the service's papers": {public: true},
}

// has says whether somebody who is known has the right.
func (m may) has(c caller) bool {
	switch {
	case m.public:
		return true
	case c.operator:
		return m.operator
	case c.home != nil:
		return m.customer || slices.ContainsFunc(m.users, func(role contract.CustomerRole) bool {
			return slices.Contains(c.users, role) || slices.Contains(c.users, contract.CustomerRoleGlobalAdmin)
		})
	}
	return m.everyone || slices.Contains(m.roles, c.role) || slices.Contains(m.access, c.access)
}
