// Package offers is the HTTP face of what partners propose: make, list, read, pause, resume, withdraw, count.
package offers

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/offer"
)

// Table is what these operations need of the table.
type Table interface {
	offer.Store
}

// Create serves POST /v1/offers: the calling partner makes an offer and gets the link to send.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern: "POST /v1/offers",
		Needs:   access.MakeOffers,
		Creates: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.OfferCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			made, err := offer.Make(r.Context(), table, draft(body, gateway.Caller(r)), gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.Created(w, "/v1/offers/"+string(made.ID), tag(r, made, 0), view(r, made, 0))
		},
		Again: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, used, err := table.Offer(r.Context(), offer.ID(result))
			if err != nil {
				return err
			}
			return gateway.Created(w, "/v1/offers/"+result, tag(r, made, used), view(r, made, used))
		},
	}
}

// draft reads the body as the partner's wish.
func draft(body contract.OfferCreate, by access.Caller) offer.Draft {
	d := offer.Draft{
		Kind: offer.Kind(body.Kind), Partner: by.Partner.ID, Access: by.CustomerAccess, Country: body.Country,
		Language: string(value(body.Language)), Message: value(body.Message), MaxRedemptions: value(body.MaxRedemptions),
		Visibility: offer.Visibility(value(body.Visibility)), Replaces: offer.ID(value(body.Replaces)), ExpiresAt: value(body.ExpiresAt),
	}
	for _, item := range body.Items {
		d.Items = append(d.Items, offer.Item{Plan: catalog.PlanID(item.PlanID), Licenses: value(item.Licenses)})
	}
	if terms := body.PartnerTerms; terms != nil {
		d.PartnerTerms = &offer.Terms{Title: terms.Title, Text: terms.Text}
	}
	if asked := body.DelegatedAdministration; asked != nil {
		d.Delegation = &offer.Delegation{Role: string(asked.Role), Days: value(asked.DurationDays)}
	}
	return d
}

func value[T any](given *T) (v T) {
	if given != nil {
		v = *given
	}
	return v
}

// Get serves GET /v1/offers/{offer_id}: one offer, to its partner and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern: "GET /v1/offers/{offer_id}",
		Needs:   access.SeeOffers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, used, err := read(r.Context(), table, gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(r, found, used), view(r, found, used))
		},
	}
}

// read returns the caller's own offer; another partner's looks like none, and costs no read.
func read(ctx context.Context, table Table, by access.Caller, given string) (offer.Offer, int, error) {
	id, err := offer.Parse(given)
	if err != nil {
		return offer.Offer{}, 0, err
	}
	if err := access.Owns(by, id.Partner()); err != nil {
		return offer.Offer{}, 0, err
	}
	return table.Offer(ctx, id)
}
