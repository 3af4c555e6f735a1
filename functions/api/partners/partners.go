// Package partners is the HTTP face of the companies in the program: take in, list, read, change, sign, verify, suspend, reinstate, close, trust, and what
// each is enrolled in and authorised for.
package partners

import (
	"context"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
)

// Table is what these operations need of the table.
type Table interface {
	partner.Store
	partner.AgreementStore
	partner.CodeStore
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
}

// Create serves POST /v1/partners: an operator takes a company into the program, active from the start.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/partners",
		Requires: access.ManagePartners,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.PartnerCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			made, err := partner.Create(r.Context(), table, draft(body), gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, r, table, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.Partner(r.Context(), partner.ID(result))
			if err != nil {
				return err
			}
			return created(w, r, table, made)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, table Table, made partner.Partner) error {
	v, err := view(r, table, made)
	if err != nil {
		return err
	}
	return gateway.Created(w, "/v1/partners/"+string(made.ID), tag(made), v)
}

// Lister is what listing partners needs of the table.
type Lister interface {
	Partners(ctx context.Context, wanted partner.Wanted, page dynamo.Page) ([]partner.Partner, string, error)
}

// List serves GET /v1/partners: every partner, the newest first, to operators.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partners",
		Requires: access.ManagePartners,
		Queries:  append([]string{"status", "country"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			query := r.URL.Query()
			status, country := partner.Status(query.Get("status")), query.Get("country")
			if query.Has("status") && !slices.Contains(partner.Statuses, status) {
				return fault.InvalidValue.With(fault.OneOf(partner.Statuses...)).InParameter("status")
			}
			if query.Has("country") && !catalog.Country(country) {
				return fault.InvalidFormat.With(fault.Country).InParameter("country")
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]partner.Partner, string, error) {
				return table.Partners(r.Context(), partner.Wanted{Status: status, Country: country}, dynamo.Page{Limit: limit, Cursor: cursor})
			}, summary)
		},
	}
}

// Get serves GET /v1/partners/{partner_id}: one partner, to its own people and machines and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partners/{partner_id}",
		Requires: access.SeeCompany,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			return answer(w, r, table, id)
		},
	}
}

// answer answers 200 with the partner as it stands.
func answer(w http.ResponseWriter, r *http.Request, table Table, id partner.ID) error {
	found, err := table.Partner(r.Context(), id)
	if err != nil {
		return err
	}
	return shown(w, r, table, found)
}

func shown(w http.ResponseWriter, r *http.Request, table Table, p partner.Partner) error {
	v, err := view(r, table, p)
	if err != nil {
		return err
	}
	return gateway.OK(w, r, tag(p), v)
}

// Update serves PATCH /v1/partners/{partner_id}: a partner's global_admin changes its profile.
func Update(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/partners/{partner_id}",
		Requires: access.EditCompany,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			var body contract.PartnerUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			stored, err := table.Partner(r.Context(), id)
			if err != nil {
				return err
			}
			if err := gateway.IfMatch(r, tag(stored)); err != nil {
				return err
			}
			changed, err := partner.Update(r.Context(), table, stored, partner.Changes{
				LegalName: body.LegalName, Country: body.Country, City: body.City, Website: body.Website, Phone: body.Phone,
				Mail: body.Email, SupportHours: body.SupportHours, Language: (*string)(body.Language),
			}, gateway.Op(r))
			if err != nil {
				return err
			}
			return shown(w, r, table, changed)
		},
	}
}

// Verify serves POST /v1/partners/{partner_id}/verify: an operator vouches for the profile.
func Verify(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/verify", access.ManagePartners, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerVerify) (partner.Partner, error) {
			note, err := gateway.Note("/note", body.Note, false)
			if err != nil {
				return partner.Partner{}, err
			}
			o, err := gateway.AsRead(r, func() (int, string, error) {
				p, err := table.Partner(r.Context(), id)
				return p.Version, tag(p), err
			})
			if err != nil {
				return partner.Partner{}, err
			}
			return partner.Verify(r.Context(), table, id, note, o)
		})
}

// Suspend serves POST /v1/partners/{partner_id}/suspend: an operator stops a partner; from now no link of it works.
func Suspend(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/suspend", access.ManagePartners, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerSuspend) (partner.Partner, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return partner.Partner{}, err
			}
			return partner.Suspend(r.Context(), table, id, reason, gateway.Op(r))
		})
}

// Reinstate serves POST /v1/partners/{partner_id}/reinstate: an operator lets a suspended partner go on.
func Reinstate(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/reinstate", access.ManagePartners, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerReinstate) (partner.Partner, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return partner.Partner{}, err
			}
			return partner.Reinstate(r.Context(), table, id, reason, gateway.Op(r))
		})
}

// Close serves POST /v1/partners/{partner_id}/close: an operator ends a partner for good. Its people and machines are refused from now on; the job
// partners ends its ties.
func Close(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/close", access.ManagePartners, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerClose) (partner.Partner, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return partner.Partner{}, err
			}
			return partner.Close(r.Context(), table, id, reason, gateway.Op(r))
		})
}

// Trust serves POST /v1/partners/{partner_id}/trust: an operator lifts a partner's daily cap of invitations, or puts it back.
func Trust(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/trust", access.ManagePartners, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerTrust) (partner.Partner, error) {
			return partner.Trust(r.Context(), table, id, body.Trusted, gateway.Op(r))
		})
}

// actions is what the actions on a partner share.
func actions(table Table) gateway.Thing[partner.ID, partner.Partner] {
	return gateway.Thing[partner.ID, partner.Partner]{
		Key: gateway.PartnerOf,
		Replay: func(r *http.Request, result string) (partner.Partner, error) {
			return table.Partner(r.Context(), partner.ID(result))
		},
		Show: func(w http.ResponseWriter, r *http.Request, p partner.Partner) error { return shown(w, r, table, p) },
	}
}

func value[T any](given *T) (v T) {
	if given != nil {
		v = *given
	}
	return v
}

func term(from, to *time.Time) partner.Term { return partner.Term{From: value(from), To: value(to)} }
