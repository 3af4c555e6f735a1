// Package leads is the HTTP face of what a partner has of the messages that came through the marketplace: list, read, answer.
package leads

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/lead"
	"liaison/shared/partner"
	"liaison/shared/view"
)

// Lister is what listing leads needs of the table.
type Lister interface {
	// PartnersLeads lists a partner's leads that keep lets through, the newest first.
	PartnersLeads(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[lead.Lead]) ([]lead.Lead, string, error)
}

// Reader is what reading a lead needs of the table.
type Reader interface {
	// Lead reads one lead, strongly consistent; NotFound where there is none.
	Lead(ctx context.Context, id lead.ID) (lead.Lead, error)
}

// Table is what changing a lead needs of the table.
type Table interface {
	Reader
	lead.Store
}

// List serves GET /v1/leads: a partner lists its leads.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/leads",
		Requires: access.ManageLeads,
		Queries:  append([]string{"status"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			status, err := gateway.Choice(r, "status", lead.Statuses...)
			if err != nil {
				return err
			}
			at := gateway.Op(r).At
			read := func(limit int, cursor string) ([]lead.Lead, string, error) {
				return table.PartnersLeads(r.Context(), gateway.Caller(r).Partner.ID, dynamo.Page{Limit: limit, Cursor: cursor}, lead.Having(status, at))
			}
			return gateway.Paged(w, r, read, func(l lead.Lead) contract.LeadSummary { return view.LeadSummary(l, at) }, view.LeadColumns...)
		},
	}
}

// Get serves GET /v1/leads/{lead_id}: a partner reads a lead.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/leads/{lead_id}",
		Requires: access.ManageLeads,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := named(r, table)
			if err != nil {
				return err
			}
			return shown(w, r, found)
		},
	}
}

// Update serves PATCH /v1/leads/{lead_id}: a partner answers, declines, wins or loses a lead.
func Update(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/leads/{lead_id}",
		Requires: access.ManageLeads,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.LeadUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			found, err := named(r, table)
			if err != nil {
				return err
			}
			if err := gateway.IfMatch(r, tag(r, found)); err != nil {
				return err
			}
			move, o := lead.Move{Status: lead.Status(body.Status)}, gateway.Op(r)
			if body.Answer != nil {
				move.Answer = *body.Answer
			}
			if body.Reason != nil {
				move.Reason = *body.Reason
			}
			o.Seen = found.Version
			next, err := lead.Decide(r.Context(), table, gateway.Caller(r).Partner, found.ID, move, o)
			if err != nil {
				return err
			}
			return shown(w, r, next)
		},
	}
}

// named reads the lead in the path; another partner's looks like none.
func named(r *http.Request, table Reader) (lead.Lead, error) {
	id := lead.ID(r.PathValue("lead_id"))
	owner, _, ok := id.Partner()
	if !ok {
		return lead.Lead{}, fault.NotFound
	}
	if err := access.Owns(gateway.Caller(r), owner); err != nil {
		return lead.Lead{}, err
	}
	return table.Lead(r.Context(), id)
}

func shown(w http.ResponseWriter, r *http.Request, l lead.Lead) error {
	return gateway.OK(w, r, tag(r, l), view.Lead(l, gateway.Op(r).At))
}

func tag(r *http.Request, l lead.Lead) string {
	return gateway.ETag(l.Version, string(l.StatusAt(gateway.Op(r).At)))
}
