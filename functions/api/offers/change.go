package offers

import (
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/offer"
)

// Pause serves POST /v1/offers/{offer_id}/pause: its links answer that it is paused, until it is resumed.
func Pause(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/pause", access.StopOffers, actions(table),
		func(r *http.Request, id offer.ID, _ gateway.NoBody) (counted, error) {
			reason := side(r)
			return change(r, table, id, offer.PausedEvent{Reason: reason}, func(o offer.Offer, used int, at time.Time) (offer.Offer, error) {
				return o.Pause(reason, used, at)
			})
		})
}

// side is the caller's, as an offer keeps who paused it.
func side(r *http.Request) string {
	if gateway.Caller(r).Operates() {
		return offer.PausedByVendor
	}
	return offer.PausedByPartner
}

// Resume serves POST /v1/offers/{offer_id}/resume: who paused it opens it again, and the vendor what reports paused.
func Resume(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/resume", access.StopOffers, actions(table),
		func(r *http.Request, id offer.ID, _ gateway.NoBody) (counted, error) {
			return change(r, table, id, offer.ResumedEvent{}, func(o offer.Offer, used int, at time.Time) (offer.Offer, error) {
				return o.Resume(side(r), used, at)
			})
		})
}

// Keep serves POST /v1/offers/{offer_id}/keep: an operator lets an offer go on that recipients reported, and says why.
func Keep(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/keep", access.DecideReports, actions(table),
		func(r *http.Request, id offer.ID, body contract.OfferKeep) (counted, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return counted{}, err
			}
			return change(r, table, id, offer.KeptEvent{Reason: reason}, offer.Offer.Keep)
		})
}

// Withdraw serves POST /v1/offers/{offer_id}/withdraw: it ends the offer and its open invitations for good.
func Withdraw(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/withdraw", access.StopOffers, actions(table),
		func(r *http.Request, id offer.ID, body contract.OfferWithdraw) (counted, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return counted{}, err
			}
			withdrawn := offer.WithdrawnEvent{Reason: reason}
			if value(body.TellRecipients) {
				withdrawn.Tell = offer.TellRecipients
			}
			return change(r, table, id, withdrawn, offer.Offer.Withdraw)
		})
}

// counted is an offer with how often it was accepted.
type counted struct {
	offer.Offer
	used int
}

// change makes a transition of an offer, with its event.
func change(r *http.Request, table Table, id offer.ID, what event.Typed, decide func(o offer.Offer, used int, at time.Time) (offer.Offer, error)) (counted, error) {
	o := gateway.Op(r)
	next, used, err := offer.Change(r.Context(), table, id, what, o, func(found offer.Offer, used int) (offer.Offer, error) {
		return decide(found, used, o.At)
	})
	return counted{next, used}, err
}

// actions is what the actions on an offer share.
func actions(table Table) gateway.Thing[offer.ID, counted] {
	return gateway.Thing[offer.ID, counted]{
		Key: func(r *http.Request) (offer.ID, error) { return own(gateway.Caller(r), r.PathValue("offer_id")) },
		Replay: func(r *http.Request, result string) (counted, error) {
			found, used, err := table.Offer(r.Context(), offer.ID(result))
			return counted{found, used}, err
		},
		Show: func(w http.ResponseWriter, r *http.Request, o counted) error { return shown(w, r, o.Offer, o.used) },
	}
}
