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
	return gateway.Action("POST /v1/offers/{offer_id}/pause", access.StopOffers, acts(table),
		func(r *http.Request, id offer.ID, _ gateway.NoBody) (counted, error) {
			reason := "partner"
			if gateway.Caller(r).Operates() {
				reason = "vendor"
			}
			return change(r, table, id, offer.PausedEvent{Reason: reason}, func(o offer.Offer, used int, at time.Time) (offer.Offer, error) {
				return o.Pause(reason, used, at)
			})
		})
}

// Resume serves POST /v1/offers/{offer_id}/resume.
func Resume(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/resume", access.MakeOffers, acts(table),
		func(r *http.Request, id offer.ID, _ gateway.NoBody) (counted, error) {
			return change(r, table, id, offer.ResumedEvent{}, offer.Offer.Resume)
		})
}

// Withdraw serves POST /v1/offers/{offer_id}/withdraw: it ends the offer and its open invitations for good.
func Withdraw(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/offers/{offer_id}/withdraw", access.StopOffers, acts(table),
		func(r *http.Request, id offer.ID, body contract.OfferWithdraw) (counted, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return counted{}, err
			}
			told := offer.WithdrawnEvent{Reason: reason}
			if value(body.TellRecipients) {
				told.Tell = offer.TellRecipients
			}
			return change(r, table, id, told, offer.Offer.Withdraw)
		})
}

// counted is an offer with how many yeses it has.
type counted struct {
	offer.Offer
	used int
}

// change makes a transition of an offer, with the event that tells of it.
func change(r *http.Request, table Table, id offer.ID, told event.Typed, decide func(o offer.Offer, used int, at time.Time) (offer.Offer, error)) (counted, error) {
	o := gateway.Op(r)
	next, used, err := offer.Change(r.Context(), table, id, told, o, func(found offer.Offer, used int) (offer.Offer, error) {
		return decide(found, used, o.At)
	})
	return counted{next, used}, err
}

// acts is what the acts on an offer share.
func acts(table Table) gateway.Thing[offer.ID, counted] {
	return gateway.Thing[offer.ID, counted]{
		Key: func(r *http.Request) (offer.ID, error) { return own(gateway.Caller(r), r.PathValue("offer_id")) },
		Replay: func(r *http.Request, result string) (counted, error) {
			found, used, err := table.Offer(r.Context(), offer.ID(result))
			return counted{found, used}, err
		},
		Show: func(w http.ResponseWriter, r *http.Request, o counted) error { return shown(w, r, o.Offer, o.used) },
	}
}
