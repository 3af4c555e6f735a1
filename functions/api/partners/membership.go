package partners

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/partner"
)

// Enrol serves PUT /v1/partners/{partner_id}/programs/{program}: an operator puts a partner into a program, or sets the dates.
func Enrol(table partner.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/partners/{partner_id}/programs/{program}",
		Requires: access.ManagePartners,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			var body contract.PartnerEnrol
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			made, err := partner.Enrol(r.Context(), table, id, r.PathValue("program"), term(body.From, body.To), gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.OK(w, r, "", enrolment(made))
		},
	}
}

// Leave serves DELETE /v1/partners/{partner_id}/programs/{program}: an operator ends an enrolment now.
func Leave(table partner.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/partners/{partner_id}/programs/{program}",
		Requires: access.ManagePartners,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			if err := partner.Leave(r.Context(), table, id, r.PathValue("program"), gateway.Op(r)); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// Authorise serves PUT /v1/partners/{partner_id}/authorisations/{plan_id}: an operator lets a partner offer a plan in some countries.
func Authorise(table partner.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/partners/{partner_id}/authorisations/{plan_id}",
		Requires: access.ManagePartners,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			var body contract.PartnerAuthorise
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			plan := catalog.PlanID(r.PathValue("plan_id"))
			made, err := partner.Authorise(r.Context(), table, id, plan, body.Countries, term(body.From, body.To), gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.OK(w, r, "", authorisation(made))
		},
	}
}

// Deauthorise serves DELETE /v1/partners/{partner_id}/authorisations/{plan_id}: an operator ends an authorisation now.
func Deauthorise(table partner.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/partners/{partner_id}/authorisations/{plan_id}",
		Requires: access.ManagePartners,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			if err := partner.Deauthorise(r.Context(), table, id, catalog.PlanID(r.PathValue("plan_id")), gateway.Op(r)); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}
