// Package view shows what a customer has as the API shows it. An operation, its export and the file of the pages show a thing alike.
package view

import (
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

// Customer shows a customer with what the caller may do to its directory. below is the vendor's domain below which customers have theirs, or empty.
func Customer(by access.Caller, s administration.Standing, below string, at time.Time) contract.Customer {
	c := s.Customer
	v := contract.Customer{
		ID: string(c.ID), Name: c.Name, Country: contract.Country(c.Country), Language: contract.Language(c.Language), Status: contract.CustomerStatus(c.Status),
		ReadOnlyUntil: gateway.Some(c.ReadOnlyUntil), Kinds: Kinds(s.Tie, at), Rights: []string{}, CreatedAt: c.CreatedAt,
	}
	if initial := string(customer.InitialDomain(c.ID, below)); initial != "" {
		v.InitialDomain = &initial
	}
	if owner := string(c.BillingOwner); owner != "" && !by.OfPartner() {
		v.BillingOwner = &owner
	}
	if g := s.Grant; g != nil && (!by.OfPartner() || g.Partner == by.Partner.ID) {
		v.DelegatedAdministration = Administration(g.Partner, g.StatusAt(at), *g.Summary())
	}
	if authority, err := by.Claim().Over(s, at); err == nil {
		v.Rights = authority.Rights()
	}
	return v
}

// Administration shows a grant while it runs or is suspended; nil once it has ended.
func Administration(p partner.ID, status relationship.Status, g relationship.GrantSummary) *contract.CustomerAdministration {
	if status != relationship.Active && status != relationship.Suspended {
		return nil
	}
	return &contract.CustomerAdministration{
		PartnerID: string(p), Status: contract.CustomerAdministrationStatus(status), Role: contract.CustomerAdministrationRole(g.Role), EndsAt: g.EndsAt,
	}
}

// Kinds are the kinds of a tie that hold now; none where there is no tie.
func Kinds(tie *relationship.Relationship, at time.Time) []contract.RelationshipKind {
	shown := []contract.RelationshipKind{}
	if tie == nil {
		return shown
	}
	for _, kind := range tie.Kinds(at) {
		shown = append(shown, contract.RelationshipKind(kind))
	}
	return shown
}
