package offers

import (
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/plain"
)

// maxReason is the most characters a reason may have.
const maxReason = 500

// Pause serves POST /v1/offers/{offer_id}/pause: its links answer that it is paused, until it is resumed.
func Pause(table Table) gateway.Endpoint {
	return action(table, "pause", access.StopOffers, func(r *http.Request) (change, error) {
		reason := "partner"
		if gateway.Caller(r).Operates() {
			reason = "vendor"
		}
		return change{event: "offer.paused", data: []string{"reason", reason}, decide: func(o offer.Offer, used int, at time.Time) (offer.Offer, error) {
			return o.Pause(reason, used, at)
		}}, nil
	})
}

// Resume serves POST /v1/offers/{offer_id}/resume.
func Resume(table Table) gateway.Endpoint {
	return action(table, "resume", access.MakeOffers, func(*http.Request) (change, error) {
		return change{event: "offer.resumed", decide: offer.Offer.Resume}, nil
	})
}

// Withdraw serves POST /v1/offers/{offer_id}/withdraw: it ends the offer and its open invitations for good.
func Withdraw(table Table) gateway.Endpoint {
	return action(table, "withdraw", access.StopOffers, func(r *http.Request) (change, error) {
		var body contract.OfferWithdraw
		if err := gateway.ReadJSON(r, &body); err != nil {
			return change{}, err
		}
		reason, code := plain.Note(value(body.Reason), maxReason)
		if code != nil {
			return change{}, code.With(maxReason).In("/reason")
		}
		tell := ""
		if value(body.TellRecipients) {
			tell = "recipients"
		}
		return change{event: "offer.withdrawn", data: []string{"reason", reason, "tell", tell}, decide: offer.Offer.Withdraw}, nil
	})
}

// change is a transition of an offer and the event that tells of it.
type change struct {
	event  string
	data   []string
	decide func(o offer.Offer, used int, at time.Time) (offer.Offer, error)
}

// action serves POST /v1/offers/{offer_id}/<name>: read is asked which change the request wants.
func action(table Table, name string, needs access.Right, read func(r *http.Request) (change, error)) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern: "POST /v1/offers/{offer_id}/" + name,
		Needs:   needs,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := own(gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			c, err := read(r)
			if err != nil {
				return err
			}
			o := gateway.Op(r)
			next, used, err := offer.Change(r.Context(), table, id, c.event, o, func(found offer.Offer, used int) (offer.Offer, error) {
				return c.decide(found, used, o.At)
			}, c.data...)
			if err != nil {
				return err
			}
			return shown(w, r, next, used)
		},
		Again: func(w http.ResponseWriter, r *http.Request, result string) error {
			found, used, err := table.Offer(r.Context(), offer.ID(result))
			if err != nil {
				return err
			}
			return shown(w, r, found, used)
		},
	}
}
