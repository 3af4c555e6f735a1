package offers

import (
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/offer"
)

// List serves GET /v1/offers: the calling partner's offers, newest first; an operator names the partner.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/offers",
		Requires: access.SeeOffers,
		Queries:  slices.Concat(gateway.Paging, []string{"partner_id", "kind", "status"}),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			kind, err := gateway.Choice(r, "kind", offer.Kinds()...)
			if err != nil {
				return err
			}
			status, err := gateway.Choice(r, "status", offer.Active, offer.Paused, offer.Withdrawn, offer.Replaced, offer.Expired, offer.UsedUp)
			if err != nil {
				return err
			}
			owner, _, err := gateway.Whose(r)
			if err != nil {
				return err
			}
			if owner == "" {
				return fault.Required.InParameter("partner_id")
			}
			used := map[offer.ID]int{}
			var keep dynamo.Keep[offer.Offer]
			if kind != "" || status != "" {
				keep = func(found []offer.Offer) ([]bool, error) {
					counted, err := table.Uses(r.Context(), found)
					kept := make([]bool, len(found))
					for i, o := range found {
						used[o.ID] = counted[o.ID]
						kept[i] = (kind == "" || o.Kind == kind) && (status == "" || o.StatusAt(gateway.Op(r).At, used[o.ID]) == status)
					}
					return kept, err
				}
			}
			found, next, err := table.Offers(r.Context(), owner, dynamo.Page{Limit: limit, Cursor: cursor}, keep)
			if err != nil {
				return err
			}
			if keep == nil {
				if used, err = table.Uses(r.Context(), found); err != nil {
					return err
				}
			}
			if err := gateway.AuditRead(r, gateway.Tenant(owner, ""), "offers"); err != nil {
				return err
			}
			data := make([]contract.OfferSummary, len(found))
			for i, o := range found {
				data[i] = summary(r, o, used[o.ID])
			}
			return gateway.Listed(w, r, data, next, columns...)
		},
	}
}
