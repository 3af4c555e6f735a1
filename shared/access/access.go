// Package access is who may do what: the table of infra/design/rights.md in code. The token says who; everything else is read from our table
// in the request.
package access

import (
	"cmp"
	"slices"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/support"
)

// Right is one thing a caller may do.
type Right string

// The rights.
const (
	Public              Right = ""                        // no caller is needed
	Known               Right = "known"                   // any caller we know
	ReadCatalog         Right = "read_catalog"            // plans, programs, the brand, other partners' names
	MakeOffers          Right = "make_offers"             // make an offer; invite, resend, revoke
	StopOffers          Right = "stop_offers"             // pause, resume, withdraw
	SeeOffers           Right = "see_offers"              // offers, invitations, statistics
	SeeCustomers        Right = "see_customers"           // subscriptions, relationships, events, every redemption and receipt
	FindCustomers       Right = "find_customers"          // among those that the partner is tied to, by an address
	SeeReceipts         Right = "see_receipts"            // redemptions and receipts; without SeeCustomers those that the caller decided
	EndGrant            Right = "end_administration"      // of a customer
	EndRelationships    Right = "end_relationships"       // any other kind of a relationship
	CancelTrials        Right = "cancel_trials"           // on behalf of a customer; its own user who may Buy cancels any subscription
	ExtendTrials        Right = "extend_trials"           // give a trial more days
	Buy                 Right = "buy"                     // buy, convert, change licences, cancel, undo, transfer billing
	SetPartnerOfRecord  Right = "set_partner_of_record"   // set, change, remove
	ManageSubscriptions Right = "manage_subscriptions"    // suspend, reinstate
	AskRemoval          Right = "ask_removal"             // of a reseller; withdraw the request
	AnswerRemoval       Right = "answer_removal"          // end as reseller, or decline
	DecideReports       Right = "decide_reports"          // that an offer which recipients reported goes on
	DecideRemoval       Right = "decide_removal"          // of a reseller that did not answer
	AutoExtend          Right = "auto_extend"             // the switch of a delegated administration
	ChangeBillingOwner  Right = "change_billing_owner"    // of the own customer: global administrators, and who is it
	Dispute             Right = "dispute"                 // a consent
	DecideDispute       Right = "decide_dispute"          // of a consent
	SeeCompany          Right = "see_company"             // the own company's profile
	EditCompany         Right = "edit_company"            // profile, machine clients
	SignAgreement       Right = "sign_agreement"          // the vendor's agreement, for the own company
	ConfirmProfile      Right = "confirm_profile"         // of the own company: codes, and the last word
	ManageUsers         Right = "manage_users"            // of the own company; a user administrator not over a global one
	ManagePartners      Right = "manage_partners"         // create, list, verify, phone codes, suspend, reinstate, close, trust, programs, authorisations
	DecideApplications  Right = "decide_applications"     // read, approve, reject who wants to become a partner
	WriteCatalog        Right = "write_catalog"           // plans, terms, programs, availability, the brand
	ManageClients       Right = "manage_clients"          // machine clients
	ManageOperators     Right = "manage_operators"        // list, invite, disable the vendor's own people
	EditCustomer        Right = "edit_customer"           // a customer's name and language
	ExportData          Right = "export_data"             // all that is kept of a customer, or of one of its users
	ReadUsers           Right = "read_users"              // a customer's: its own, and on its behalf under a grant
	AdministerUsers     Right = "administer_users"        // a customer's: create, change, disable, delete, restore; its groups
	AdministerDomains   Right = "administer_domains"      // a customer's: add, verify, remove
	ResetPasswords      Right = "reset_passwords"         // of a customer's users
	SeeProvisioning     Right = "see_provisioning"        // a customer's provisioning tasks; all that are open, for operators
	RetryProvisioning   Right = "retry_provisioning"      // have one that failed tried again
	Provision           Right = "provision"               // claim provisioning tasks and report on them: the vendor's systems
	OpenRequests        Right = "open_service_requests"   // a customer's users for themselves, a partner on its behalf
	HandleRequests      Right = "handle_service_requests" // read, answer, change, close
	EditListing         Right = "edit_listing"            // write the own company's entry in the marketplace, and submit it
	SeeListings         Right = "see_listings"            // the own company's entry; all, for operators
	HideListings        Right = "hide_listings"           // take the own company's entry out of the marketplace and put it back; any, for operators
	PublishListings     Right = "publish_listings"        // list, let through, send back
	ContactPartners     Right = "contact_partners"        // write to partners of the marketplace, and read what became of it; without SeeCustomers only of the own message
	ManageLeads         Right = "manage_leads"            // read, answer, decline, win, lose
	LiftSuppressions    Right = "lift_suppressions"       // read and lift what stops offer mail; a customer's user of the own address
)

// Personal says whether what the right shows is about persons or their doings: an operator's reading of it is an event.
func (r Right) Personal() bool {
	switch r {
	case SeeOffers, SeeCustomers, SeeReceipts, DecideApplications, ManageClients, HandleRequests, LiftSuppressions:
		return true
	}
	return false
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

// Operation returns the operation as the caller's own: who does it, and what its rights rest on.
func (c Caller) Operation(o op.Op) op.Op {
	o.Actor, o.Held = c.Actor(), op.Held{CompanyRole: string(c.CompanyRole), CustomerAccess: string(c.CustomerAccess)}
	return o
}

// Colleague returns the partner's user or machine as what it does to users rests on it.
func (c Caller) Colleague() partner.User {
	return partner.User{
		ID: partner.UserID(c.ID), Partner: c.Partner.ID, CompanyRole: c.CompanyRole, CustomerAccess: c.CustomerAccess, Disabled: c.Disabled,
	}
}

// Claim returns the caller as what it does to a customer's directory rests on it.
func (c Caller) Claim() administration.Claim {
	claim := administration.Claim{Partner: c.Partner, Access: c.CustomerAccess}
	if c.OfCustomer() {
		claim.User = customer.User{ID: customer.UserID(c.ID), Customer: c.Customer.ID, Roles: c.Roles, Disabled: c.Disabled}
	}
	return claim
}

// Author returns the caller as who writes in customers' service requests.
func (c Caller) Author() support.Author {
	switch {
	case c.OfCustomer():
		return support.Author{Side: support.ByCustomer, ID: c.ID, Name: c.Name}
	case c.OfPartner():
		return support.Author{Side: support.ByPartner, ID: c.ID, Name: c.Partner.LegalName, Partner: c.Partner.ID}
	}
	return support.Author{Side: support.ByVendor, ID: c.ID}
}

// Sender returns the caller as who writes to partners: a machine in the name of its company, without an address where the company proved none.
func (c Caller) Sender() lead.Sender {
	name, country := c.Company()
	by := lead.Sender{
		By: c.ID, Customer: c.Customer.ID, Partner: c.Partner.ID,
		From: lead.From{Company: name, Name: c.Name, Mail: c.Mail, Country: country, Language: c.Language},
	}
	if c.Kind == op.PartnerClient {
		by.From.Name, by.From.Mail = c.Partner.LegalName, c.Partner.Proved().Mail
	}
	by.From.Language = cmp.Or(by.From.Language, c.Customer.Language, c.Partner.Language)
	return by
}

// Company returns the name and the country of the partner or customer that the caller belongs to; both empty for an operator.
func (c Caller) Company() (name, country string) {
	if c.OfCustomer() {
		return c.Customer.Name, c.Customer.Country
	}
	return c.Partner.LegalName, c.Partner.Country
}

// Party returns whose quota a look-up counts for: the caller's partner, which may have many machines; else the caller itself.
func (c Caller) Party() string {
	if c.OfPartner() {
		return string(c.Partner.ID)
	}
	return c.ID
}

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
	roles    []customer.Role          // any of these of a customer's user; a global administrator has every one
	members  bool                     // or every user of a customer
	owner    bool                     // or its billing owner
	operator bool
}

var (
	anyAccess = []partner.CustomerAccess{partner.Limited, partner.Full}
	full      = []partner.CustomerAccess{partner.Full}
	admins    = []partner.CompanyRole{partner.GlobalAdmin}
	managers  = []partner.CompanyRole{partner.GlobalAdmin, partner.UserAdmin}

	anyRole = []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin, customer.PasswordAdmin, customer.ServiceAdmin}
	billing = []customer.Role{customer.GlobalAdmin, customer.BillingAdmin}
	global  = []customer.Role{customer.GlobalAdmin}
	users   = []customer.Role{customer.GlobalAdmin, customer.UserAdmin}
	retries = []customer.Role{customer.GlobalAdmin, customer.UserAdmin, customer.BillingAdmin}
	resets  = []customer.Role{customer.GlobalAdmin, customer.UserAdmin, customer.PasswordAdmin}
)

var table = map[Right]row{
	Known:               {everyone: true, members: true, operator: true},
	ReadCatalog:         {everyone: true, members: true, operator: true},
	MakeOffers:          {access: anyAccess},
	StopOffers:          {access: anyAccess, operator: true},
	SeeOffers:           {access: anyAccess, operator: true},
	SeeCustomers:        {access: anyAccess, roles: anyRole, operator: true},
	FindCustomers:       {access: anyAccess},
	SeeReceipts:         {access: anyAccess, members: true, operator: true},
	EndGrant:            {access: full, roles: global, operator: true},
	EndRelationships:    {access: full, roles: billing, operator: true},
	CancelTrials:        {access: full, roles: billing},
	ExtendTrials:        {operator: true},
	Buy:                 {roles: billing},
	SetPartnerOfRecord:  {roles: billing},
	ManageSubscriptions: {operator: true},
	AskRemoval:          {roles: billing},
	AnswerRemoval:       {access: full},
	DecideReports:       {operator: true},
	DecideRemoval:       {operator: true},
	AutoExtend:          {access: full, roles: global},
	ChangeBillingOwner:  {roles: global, owner: true},
	Dispute:             {roles: global},
	DecideDispute:       {operator: true},
	SeeCompany:          {everyone: true, operator: true},
	EditCompany:         {company: admins},
	SignAgreement:       {company: admins},
	ConfirmProfile:      {company: admins},
	ManageUsers:         {company: managers},
	ManagePartners:      {operator: true},
	DecideApplications:  {operator: true},
	WriteCatalog:        {operator: true},
	ManageClients:       {company: admins, operator: true},
	ManageOperators:     {operator: true},
	EditCustomer:        {access: full, roles: global},
	ExportData:          {roles: global, operator: true},
	ReadUsers:           {access: anyAccess, roles: anyRole},
	AdministerUsers:     {access: full, roles: users},
	AdministerDomains:   {access: full, roles: global},
	ResetPasswords:      {access: anyAccess, roles: resets},
	SeeProvisioning:     {access: anyAccess, roles: anyRole, operator: true},
	RetryProvisioning:   {access: full, roles: retries, operator: true},
	Provision:           {operator: true},
	OpenRequests:        {access: anyAccess, members: true},
	HandleRequests:      {access: anyAccess, members: true, operator: true},
	EditListing:         {access: anyAccess},
	SeeListings:         {access: anyAccess, operator: true},
	HideListings:        {access: anyAccess, operator: true},
	PublishListings:     {operator: true},
	ContactPartners:     {everyone: true, members: true},
	ManageLeads:         {access: anyAccess},
	LiftSuppressions:    {members: true, operator: true},
}

// Rights lists what the caller may do, in a fixed order: what GET /v1/me shows and pages hide or grey by.
func Rights(c Caller) []Right {
	var held []Right
	for _, r := range []Right{
		ReadCatalog, MakeOffers, StopOffers, DecideReports, SeeOffers, SeeCustomers, FindCustomers, SeeReceipts, EndGrant, EndRelationships, CancelTrials, ExtendTrials,
		Buy, SetPartnerOfRecord, ManageSubscriptions, AskRemoval, AnswerRemoval, DecideRemoval, AutoExtend, ChangeBillingOwner, Dispute, DecideDispute,
		SeeCompany, EditCompany, SignAgreement, ConfirmProfile, ManageUsers, ManagePartners, DecideApplications, WriteCatalog, ManageClients, ManageOperators,
		EditCustomer, ExportData, ReadUsers, AdministerUsers, AdministerDomains, ResetPasswords, SeeProvisioning, RetryProvisioning, Provision, OpenRequests, HandleRequests,
		EditListing, SeeListings, HideListings, PublishListings, ContactPartners, ManageLeads, LiftSuppressions,
	} {
		if Has(c, r) {
			held = append(held, r)
		}
	}
	return held
}

// Has says whether the caller has the right over its own partner's or customer's things, or as an operator.
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
		user := customer.User{ID: customer.UserID(c.ID), Roles: c.Roles}
		return r.members || r.owner && c.Customer.MayChangeBillingOwner(user) || slices.ContainsFunc(r.roles, user.Has)
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

// SeesReceipt says whether the caller, who has SeeReceipts, sees a receipt of its own partner's or customer's: a customer's user without a role
// those that it decided itself.
func SeesReceipt(c Caller, decidedBy string) bool { return Has(c, SeeCustomers) || decidedBy == c.ID }

// SeesInquiry says whether the caller, who has ContactPartners, sees an inquiry that one of its own partner's or customer's people sent, for as long as it
// is kept: without SeeCustomers those that it sent itself.
func SeesInquiry(c Caller, sent lead.SentInquiry, at time.Time) bool {
	return sent.By != "" && sent.Customer == c.Customer.ID && sent.FromPartner == c.Partner.ID && at.Before(sent.GoesAt()) && (Has(c, SeeCustomers) || sent.By == c.ID)
}

// SeenInquiries returns what a list of them keeps for the caller.
func SeenInquiries(c Caller, at time.Time) func([]lead.SentInquiry) ([]bool, error) {
	return func(found []lead.SentInquiry) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, one := range found {
			kept[i] = SeesInquiry(c, one, at)
		}
		return kept, nil
	}
}

// Check fails with Forbidden where the caller lacks the right: a disabled one and one of a partner that is
// no longer in the program (closed, rejected) lack every one.
func Check(c Caller, right Right) error {
	if right == Public {
		return nil
	}
	if c.Disabled || c.OfPartner() && (c.Partner.Status == partner.Closed || c.Partner.Status == partner.Rejected) {
		return fault.CallerDisabled
	}
	if !Has(c, right) {
		return fault.Forbidden.With(lacks(c, table[right]))
	}
	return nil
}

// Holders are the only ones who have a right, for the text of a refusal: no role in the caller's company would give it.
type Holders string

// The holders.
const (
	Operators Holders = "operators"
	Partners  Holders = "partners"
	Customers Holders = "customers"
	Parties   Holders = "parties" // partners and customers
	Sellers   Holders = "sellers" // of a receipt with prices: who sold, beside the customer and operators
)

// lacks says what the caller would need: one of some roles or accesses in its company, or to be another.
func lacks(c Caller, r row) any {
	partners, customers := r.everyone || r.company != nil || r.access != nil, r.members || r.roles != nil
	switch {
	case c.OfPartner() && r.company != nil:
		return "company_role " + fault.OneOf(r.company...)
	case c.OfPartner() && r.access != nil:
		return "customer_access " + fault.OneOf(r.access...)
	case c.OfCustomer() && r.roles != nil:
		return "roles " + fault.OneOf(r.roles...)
	case partners && customers:
		return Parties
	case partners:
		return Partners
	case customers:
		return Customers
	}
	return Operators
}

// Owns fails with NotFound where the thing belongs to another partner, as if it did not exist. Operators own everything.
func Owns(c Caller, owner partner.ID) error {
	if c.Operates() || c.OfPartner() && owner != "" && c.Partner.ID == owner {
		return nil
	}
	return fault.NotFound
}

// Shares fails with NotFound where the thing between a partner and a customer (either may be empty) is neither the caller's partner's nor
// its customer's, as if it did not exist.
func Shares(c Caller, p partner.ID, who customer.ID) error {
	if c.OfCustomer() && who != "" && c.Customer.ID == who {
		return nil
	}
	return Owns(c, p)
}
