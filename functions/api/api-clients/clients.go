// Package apiclients is the HTTP face of a partner's machine clients: list, make, delete, give a new secret, end the old one.
package apiclients

import (
	"context"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
)

// Lister is what listing machine clients needs of the table.
type Lister interface {
	Clients(ctx context.Context, p partner.ID, page dynamo.Page) ([]partner.Client, string, error)
}

// List serves GET /v1/api-clients: a partner's machine clients, the oldest first. One that is still being made is not among them.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/api-clients",
		Requires: access.ManageClients,
		Queries:  append([]string{"partner_id"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			by, owner := gateway.Caller(r), partner.ID(r.URL.Query().Get("partner_id"))
			switch {
			case owner == "" && by.Operates():
				return fault.Required.With("partner_id").InParameter("partner_id")
			case owner == "":
				owner = by.Partner.ID
			case !owner.Valid():
				return fault.InvalidFormat.With(fault.PartnerID).InParameter("partner_id")
			}
			if err := access.Owns(by, owner); err != nil {
				return err
			}
			found, next, err := table.Clients(r.Context(), owner, dynamo.Page{Limit: limit, Cursor: cursor})
			if err != nil {
				return err
			}
			at := gateway.Op(r).At
			found = slices.DeleteFunc(found, func(c partner.Client) bool { return c.Making(at) })
			if err := gateway.AuditRead(r, gateway.Tenant(owner, ""), "api_clients"); err != nil {
				return err
			}
			views := make([]contract.APIClient, len(found))
			for i, c := range found {
				views[i] = view(c, "", at)
			}
			return gateway.Listed(w, r, views, next)
		},
	}
}

// Create serves POST /v1/api-clients: a machine client with its secret, which is shown once.
func Create(table partner.ClientStore, accounts partner.Accounts) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/api-clients",
		Requires: access.ManageClients,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.APIClientCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			owner, err := ownerOf(gateway.Caller(r), body.PartnerID)
			if err != nil {
				return err
			}
			made, secret, err := partner.MakeClient(r.Context(), table, accounts, draft(r, owner, body), gateway.Op(r))
			if fault.Is(err, fault.NotFound) {
				return fault.UnknownPartnerID.In("/partner_id")
			}
			if err != nil {
				return err
			}
			return created(w, r, made, secret)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, secret, err := partner.ResumeClient(r.Context(), table, accounts, partner.ClientID(result), gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, r, made, secret)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, c partner.Client, secret string) error {
	return gateway.Created(w, "/v1/api-clients/"+string(c.ID), tag(c), view(c, secret, gateway.Op(r).At))
}

// ownerOf returns whose client it will be: a partner's own, or the one that an operator names.
func ownerOf(by access.Caller, given *string) (partner.ID, error) {
	const at = "/partner_id"
	switch {
	case given == nil && by.Operates():
		return "", fault.Required.With("partner_id").In(at)
	case given == nil:
		return by.Partner.ID, nil
	case !partner.ID(*given).Valid():
		return "", fault.MistypedPartnerID.In(at)
	}
	if access.Owns(by, partner.ID(*given)) != nil {
		return "", fault.UnknownPartnerID.In(at)
	}
	return partner.ID(*given), nil
}

// Delete serves DELETE /v1/api-clients/{api_client_id}: its next request is refused, whatever its token says.
func Delete(table partner.ClientStore, accounts partner.Accounts) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/api-clients/{api_client_id}",
		Requires: access.ManageClients,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := named(r)
			if err != nil {
				return err
			}
			if r.Header.Get("If-Match") == "" {
				return gateway.IfMatch(r, "")
			}
			err = partner.DeleteClient(r.Context(), table, accounts, id, func(c partner.Client) error {
				return gateway.IfMatch(r, tag(c))
			}, gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// RotateSecret serves POST /v1/api-clients/{api_client_id}/rotate-secret: a new secret, which is shown once; the old one works on for a while.
func RotateSecret(table partner.ClientStore, accounts partner.Accounts) gateway.Endpoint {
	return gateway.Action("POST /v1/api-clients/{api_client_id}/rotate-secret", access.ManageClients, thing(table),
		func(r *http.Request, id partner.ClientID, _ struct{}) (rotated, error) {
			c, secret, err := partner.RotateClient(r.Context(), table, accounts, id, gateway.Op(r))
			return rotated{c, secret}, err
		})
}

// EndOldSecret serves POST /v1/api-clients/{api_client_id}/end-old-secret: the old secret ends now.
func EndOldSecret(table partner.ClientStore, accounts partner.Accounts) gateway.Endpoint {
	return gateway.Action("POST /v1/api-clients/{api_client_id}/end-old-secret", access.ManageClients, thing(table),
		func(r *http.Request, id partner.ClientID, _ struct{}) (rotated, error) {
			c, err := partner.EndOldSecret(r.Context(), table, accounts, id, func(partner.Client) error { return nil }, gateway.Op(r))
			return rotated{c, ""}, err
		})
}

// rotated is a client with its new secret.
type rotated struct {
	partner.Client
	secret string
}

// thing shows a client whose secrets changed. On a replay no secret is shown.
func thing(table partner.ClientStore) gateway.Thing[partner.ClientID, rotated] {
	return gateway.Thing[partner.ClientID, rotated]{
		Key: named,
		Replay: func(r *http.Request, result string) (rotated, error) {
			c, err := table.Client(r.Context(), partner.ClientID(result))
			return rotated{c, ""}, err
		},
		Show: func(w http.ResponseWriter, r *http.Request, c rotated) error {
			return gateway.OK(w, r, tag(c.Client), view(c.Client, c.secret, gateway.Op(r).At))
		},
	}
}

// named returns the client in the path; another partner's looks like none, and costs no read.
func named(r *http.Request) (partner.ClientID, error) {
	id := partner.ClientID(r.PathValue("api_client_id"))
	owner, _, ok := id.Partner()
	if !ok {
		return "", fault.NotFound
	}
	return id, access.Owns(gateway.Caller(r), owner)
}

func status(c partner.Client) contract.APIClientStatus {
	if c.Works() {
		return contract.APIClientStatusActive
	}
	return contract.APIClientStatusDisabled
}

func tag(c partner.Client) string { return gateway.ETag(c.Version, string(status(c))) }

func view(c partner.Client, secret string, at time.Time) contract.APIClient {
	v := contract.APIClient{
		ID: string(c.ID), Etag: tag(c), ClientID: c.OAuthID, PartnerID: string(c.Partner), Name: c.Name,
		CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessNone, Status: status(c), Secrets: []contract.APIClientSecret{},
		RotatedAt: gateway.Some(c.RotatedAt), LastUsedAt: gateway.Some(c.LastUsedAt), CreatedAt: c.CreatedAt, CreatedBy: c.CreatedBy,
	}
	for _, one := range c.Secrets(at) {
		v.Secrets = append(v.Secrets, contract.APIClientSecret{CreatedAt: one.MadeAt, EndsAt: gateway.Some(one.EndsAt)})
	}
	if c.CompanyRole != partner.NoRole {
		v.CompanyRole = contract.CompanyRole(c.CompanyRole)
	}
	if c.CustomerAccess != partner.NoAccess {
		v.CustomerAccess = contract.CustomerAccess(c.CustomerAccess)
	}
	if secret != "" {
		v.Secret = &secret
	}
	return v
}

// draft reads the body as the client to make.
func draft(r *http.Request, owner partner.ID, body contract.APIClientCreate) partner.ClientDraft {
	d := partner.ClientDraft{Partner: owner, Name: body.Name, Issuer: gateway.Env(r).Issuer}
	if body.CompanyRole != nil && *body.CompanyRole != contract.CompanyRoleNone {
		d.CompanyRole = partner.CompanyRole(*body.CompanyRole)
	}
	if body.CustomerAccess != contract.CustomerAccessNone {
		d.CustomerAccess = partner.CustomerAccess(body.CustomerAccess)
	}
	return d
}
