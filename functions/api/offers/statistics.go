package offers

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/offer"
)

// Statistics serves GET /v1/offers/{offer_id}/statistics: what became of the offer, counted from the stream and some seconds behind.
func Statistics(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/offers/{offer_id}/statistics",
		Requires: access.SeeOffers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, _, err := read(r.Context(), table, gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			funnel, err := table.Funnel(r.Context(), found.ID)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Partner(string(found.Partner)), string(found.ID)); err != nil {
				return err
			}
			n := func(step string) int64 { return int64(funnel.Steps[step]) }
			counts := contract.OfferStatistics{
				OfferID: string(found.ID), Invited: n("invited"), Requested: n("requested"), Sent: n("sent"), Delivered: n("delivered"),
				Bounced: n("bounced"), Complained: n("complained"), Suppressed: n("suppressed"), Accepted: n("accepted"),
				Declined: n("declined"), Expired: n("expired"), Revoked: n("revoked"), Reported: n("reported"),
				DelegatedAdministration: answers(found, n), Conversions: n("converted"),
				FirstAnswerAt: gateway.Some(funnel.First), LastAnswerAt: gateway.Some(funnel.Last),
			}
			return gateway.OK(w, r, gateway.ContentTag(counts), counts)
		},
	}
}

// answers says how the question of delegated administration was answered; nil where the offer does not ask it. Whoever accepts the offer has
// answered it, and where nothing else is offered the answer No declines the offer.
func answers(of offer.Offer, n func(step string) int64) *contract.DelegationAnswers {
	if of.DelegatedAdministration == nil {
		return nil
	}
	granted := n("delegated")
	if len(of.Items) == 0 {
		return &contract.DelegationAnswers{Yes: granted, No: n("declined")}
	}
	return &contract.DelegationAnswers{Yes: granted, No: n("accepted") - granted}
}
