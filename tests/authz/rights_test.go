package authz

import (
	"fmt"
	"slices"

	"liaison/shared/contract"
	"liaison/tests/authz/oracle"
)

// may is who has a right: of a partner those with one of the company roles, or one of the accesses to customers,
// or everyone; and the vendor's operators.
type may struct {
	roles    []contract.CompanyRole
	access   []contract.CustomerAccess
	everyone bool                    // of a partner
	users    []contract.CustomerRole // any of these of a customer's user; a global administrator has every one
	customer bool                    // every user of a customer
	owner    bool                    // its billing owner, who is the one that said the yes of its home
	operator bool
	public   bool   // no caller is needed
	policy   string // what the oracle calls it, where GET /v1/me has no name for it
}

var (
	admin    = []contract.CompanyRole{contract.CompanyRoleGlobalAdmin}
	managers = []contract.CompanyRole{contract.CompanyRoleGlobalAdmin, contract.CompanyRoleUserAdmin}
	full     = []contract.CustomerAccess{contract.CustomerAccessFull}
	limited  = []contract.CustomerAccess{contract.CustomerAccessLimited, contract.CustomerAccessFull}

	global  = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin}
	users   = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin, contract.CustomerRoleUserAdmin}
	retries = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin, contract.CustomerRoleUserAdmin, contract.CustomerRoleBillingAdmin}
	resets  = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin, contract.CustomerRoleUserAdmin, contract.CustomerRolePasswordAdmin}
	billing = []contract.CustomerRole{contract.CustomerRoleGlobalAdmin, contract.CustomerRoleBillingAdmin}
	anyRole = []contract.CustomerRole{
		contract.CustomerRoleGlobalAdmin, contract.CustomerRoleBillingAdmin, contract.CustomerRoleUserAdmin, contract.CustomerRolePasswordAdmin,
		contract.CustomerRoleServiceAdmin,
	}
)

// rights are those that GET /v1/me lists, by their names there.
var rights = map[string]*may{}

// right returns a right; name is how GET /v1/me lists it, empty where it does not.
func right(name string, m may) *may {
	if name != "" {
		m.policy, rights[name] = name, &m
	}
	return &m
}

// The rights are the table of infra/design/rights.md by what one does. It is written down a second time on purpose:
// what changes in shared/access alone shows here.
var (
	makeOffers          = right("make_offers", may{access: limited})                                               // make, resume an offer, invite
	askFull             = right("", may{policy: "ask_full_administration", access: full})                          // ask for full administration
	stopOffers          = right("stop_offers", may{access: limited, operator: true})                               // pause, resume, withdraw an offer
	decideReports       = right("decide_reports", may{operator: true})                                             // keep a reported offer
	seeOffers           = right("see_offers", may{access: limited, operator: true})                                // see offers, invitations
	seeCustomers        = right("see_customers", may{access: limited, users: anyRole, operator: true})             // see relationships, activity, receipts, events
	findCustomers       = right("find_customers", may{access: limited})                                            // find a customer
	seeReceipts         = right("see_receipts", may{access: limited, customer: true, operator: true})              // see the own receipts
	endAdministration   = right("end_administration", may{access: full, users: global, operator: true})            // end delegated administration
	endRelationships    = right("end_relationships", may{access: full, users: billing, operator: true})            // step down as or remove a partner of record
	setPartnerOfRecord  = right("set_partner_of_record", may{users: billing})                                      // partner of record: set, change, remove
	buyPlans            = right("buy", may{users: billing})                                                        // buy, convert, change licences, cancel, undo
	manageSubscriptions = right("manage_subscriptions", may{operator: true})                                       // suspend, reinstate a subscription
	askRemoval          = right("ask_removal", may{users: billing})                                                // reseller: ask for removal, withdraw
	answerRemoval       = right("answer_removal", may{access: full})                                               // reseller: end or decline
	decideRemoval       = right("decide_removal", may{operator: true})                                             // reseller: decide
	autoExtend          = right("auto_extend", may{access: full, users: global})                                   // auto-extend
	changeBillingOwner  = right("change_billing_owner", may{users: global, owner: true})                           // billing owner change
	disputeConsents     = right("dispute", may{users: global})                                                     // dispute a consent
	decideDisputes      = right("decide_dispute", may{operator: true})                                             // decide a dispute
	cancelTrials        = right("cancel_trials", may{access: full, users: billing})                                // cancel a trial
	extendTrials        = right("extend_trials", may{operator: true})                                              // extend a trial
	seeCompany          = right("see_company", may{everyone: true, operator: true})                                // read the own company's profile
	editCompany         = right("edit_company", may{roles: admin})                                                 // change the own company's profile
	signAgreement       = right("sign_agreement", may{roles: admin})                                               // sign the agreement for the own company
	confirmProfile      = right("confirm_profile", may{roles: admin})                                              // confirm the own company's profile
	manageClients       = right("manage_clients", may{roles: admin, operator: true})                               // machine clients
	manageUsers         = right("manage_users", may{roles: managers})                                              // users of the own company
	manageGlobalAdmins  = right("", may{policy: "manage_global_admins", roles: admin})                             // global administrators of the own company
	managePartners      = right("manage_partners", may{operator: true})                                            // create, list, verify, suspend a partner
	manageMemberships   = right("", may{policy: "manage_partners", operator: true})                                // programs and authorisations of a partner
	decideApplications  = right("decide_applications", may{operator: true})                                        // read, approve, reject who applies
	_                   = right("manage_operators", may{operator: true})                                           // list, invite, disable operators
	readCatalog         = right("read_catalog", may{everyone: true, customer: true, operator: true})               // read plans, programs
	writeCatalog        = right("write_catalog", may{operator: true})                                              // write plans, terms, programs, availability
	checkPartners       = right("", may{policy: "check_partners", everyone: true, customer: true, operator: true}) // check a partner ID
	administerDomains   = right("administer_domains", may{access: full, users: global})                            // add, verify, remove a customer's domains
	editCustomer        = right("edit_customer", may{access: full, users: global})                                 // change a customer's name and language
	exportData          = right("export_data", may{users: global, operator: true})                                 // export what is kept of a customer
	readUsers           = right("read_users", may{access: limited, users: anyRole})                                // read a customer's users
	administerUsers     = right("administer_users", may{access: full, users: users})                               // create, change, delete them
	administerAdmins    = right("", may{policy: "administer_administrators", access: full, users: global})         // those with a role
	resetPasswords      = right("reset_passwords", may{access: limited, users: resets})                            // have them set a new password
	seeProvisioning     = right("see_provisioning", may{access: limited, users: anyRole, operator: true})          // read provisioning tasks
	retryProvisioning   = right("retry_provisioning", may{access: full, users: retries, operator: true})           // have a failed one tried again
	provision           = right("provision", may{operator: true})                                                  // claim them and report
	openRequests        = right("open_service_requests", may{access: limited, customer: true})                     // open a service request
	handleRequests      = right("handle_service_requests", may{access: limited, customer: true, operator: true})   // read, answer, change, close them
	editListing         = right("edit_listing", may{access: limited})                                              // write the own entry in the marketplace
	seeListings         = right("see_listings", may{access: limited, operator: true})                              // read it
	hideListings        = right("hide_listings", may{access: limited, operator: true})                             // hide and show it
	publishListings     = right("publish_listings", may{operator: true})                                           // list, publish, send back
	contactPartners     = right("contact_partners", may{everyone: true, customer: true})                           // write to partners of the marketplace
	manageLeads         = right("manage_leads", may{access: limited})                                              // read and answer what came through it
	liftSuppressions    = right("lift_suppressions", may{customer: true, operator: true})                          // suppressions: read, lift
	knowLimits          = right("", may{policy: "know_limits", everyone: true, customer: true, operator: true})    // know the limits
	knowOneself         = right("", may{policy: "known", everyone: true, customer: true, operator: true})          // know oneself
	readPublic          = right("", may{public: true})                                                             // read terms, availability, the service's papers
	writePublicly       = right("", may{public: true})                                                             // write to partners as a visitor
	applyPublicly       = right("", may{public: true})                                                             // apply to become a partner
)

// has says whether somebody who is known has the right.
func (m *may) has(c caller) bool {
	switch {
	case m.public:
		return true
	case c.operator:
		return m.operator
	case c.home != nil:
		return m.customer || m.owner && c.decided || slices.ContainsFunc(m.users, func(role contract.CustomerRole) bool {
			return slices.Contains(c.users, role) || slices.Contains(c.users, contract.CustomerRoleGlobalAdmin)
		})
	}
	return m.everyone || slices.Contains(m.roles, c.role) || slices.Contains(m.access, c.access)
}

// asked says what the oracle says of the right to a thing of the caller's own.
func (m *may) asked(c caller) (bool, error) {
	who := oracle.Caller{Operator: c.operator}
	switch {
	case c.home != nil:
		who.Customer, who.BillingOwner = c.home.customer.customer, c.decided
		for _, role := range c.users {
			who.Roles = append(who.Roles, string(role))
		}
	case c.company != nil:
		who.Partner, who.CompanyRole, who.CustomerAccess = c.company.id, string(c.role), string(c.access)
		who.PartnerStatus = string(contract.PartnerStatusActive)
		if c.company.suspended {
			who.PartnerStatus = string(contract.PartnerStatusSuspended)
		}
	}
	allowed, wrong := oracle.Decide(who, m.policy, who.Partner+who.Customer)
	if len(wrong) > 0 {
		return false, fmt.Errorf("%s: %v", m.policy, wrong)
	}
	return allowed, nil
}
