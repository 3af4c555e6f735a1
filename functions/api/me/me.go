// Package me is the HTTP face of one question: who am I, and what may I do.
package me

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// Table is what this operation needs of the table.
type Table interface {
	Programs(ctx context.Context) (catalog.Programs, error)
}

// Get serves GET /v1/me: the caller as the table says now, and its rights.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/me",
		Requires: access.Known,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			v, err := view(r, table, gateway.Caller(r))
			if err != nil {
				return err
			}
			raw, err := json.Marshal(v)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(raw) // it is made of several things, none of whose versions tells of the others
			return gateway.OK(w, r, `"`+hex.EncodeToString(sum[:12])+`"`, v)
		},
	}
}

func view(r *http.Request, table Table, by access.Caller) (contract.Me, error) {
	v := contract.Me{
		Kind: contract.MeKind(by.Kind), ID: by.ID, Name: by.Name, Email: gateway.Some(textinput.ShownMail(by.Mail)), Language: gateway.Some(contract.Language(by.Language)),
		Rights: []string{}, Roles: []contract.CustomerRole{},
	}
	for _, right := range access.Rights(by) {
		v.Rights = append(v.Rights, string(right))
	}
	if by.OfCustomer() {
		v.Customer = &contract.CustomerRef{ID: string(by.Customer.ID), Name: by.Customer.Name, Country: by.Customer.Country}
		for _, role := range by.Roles {
			v.Roles = append(v.Roles, contract.CustomerRole(role))
		}
	}
	if !by.OfPartner() {
		return v, nil
	}
	programs, err := table.Programs(r.Context())
	if err != nil {
		return v, err
	}
	p := by.Partner
	v.Partner = &contract.MePartner{
		PartnerID: string(p.ID), LegalName: p.LegalName, Status: contract.PartnerStatus(p.Status), Verified: p.Verified(), Rights: []contract.Right{},
	}
	for _, right := range p.RightsAt(programs, gateway.Op(r).At) {
		v.Partner.Rights = append(v.Partner.Rights, contract.Right(right))
	}
	role, reach := contract.CompanyRoleNone, contract.CustomerAccessNone
	if by.CompanyRole != partner.NoRole {
		role = contract.CompanyRole(by.CompanyRole)
	}
	if by.CustomerAccess != partner.NoAccess {
		reach = contract.CustomerAccess(by.CustomerAccess)
	}
	v.CompanyRole, v.CustomerAccess = &role, &reach
	return v, nil
}
