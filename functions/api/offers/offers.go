// Package offers is the HTTP face of what partners propose: make, list, read, pause, resume, withdraw, count.
package offers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// Table is what these operations need of the table.
type Table interface {
	offer.Store
	// Uses reads how many yeses each of the offers has that count them.
	Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error)
	// Offers lists a partner's offers that keep lets through, newest first.
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	// Funnel sums an offer's counters.
	Funnel(ctx context.Context, o offer.ID) (offer.Funnel, error)
}

// Maker is what making an offer needs of the table.
type Maker interface {
	Table
	lead.OfferStore
}

// Create serves POST /v1/offers: the calling partner makes an offer, also of one of its leads, and gets the link to send.
func Create(table Maker) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/offers",
		Requires: access.MakeOffers,
		Queries:  including,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if _, err := included(r); err != nil {
				return err
			}
			var body contract.OfferCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return andItems(err, body)
			}
			wish, err := draft(body, gateway.Caller(r))
			if err != nil {
				return err
			}
			var made offer.Offer
			if of := body.LeadID; of != nil {
				made, err = lead.Offer(r.Context(), table, lead.ID(*of), wish, gateway.Op(r))
			} else {
				made, err = offer.Make(r.Context(), table, wish, gateway.Op(r))
			}
			if err != nil {
				return err
			}
			return created(w, r, made, 0)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, used, err := table.Offer(r.Context(), offer.ID(result))
			if err != nil {
				return err
			}
			return created(w, r, made, used)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, made offer.Offer, used int) error {
	body, err := view(r, made, used)
	if err != nil {
		return err
	}
	return gateway.Created(w, "/v1/offers/"+string(made.ID), tag(r, made, used), body)
}

// andItems returns what is wrong with the body and, where a trial's items are missing too, that: so that who sent nothing hears of
// everything at once. The contract asks for no items, as not every kind has some.
func andItems(err error, body contract.OfferCreate) error {
	f := fault.As(err)
	if !fault.Is(err, fault.Invalid) || len(body.Items) > 0 || body.Kind != "" && !offer.Kind(body.Kind).Tries() {
		return err
	}
	var wrong fault.Check
	for _, field := range f.Fields {
		if strings.HasPrefix(field.Pointer+"/", "/items/") {
			return err
		}
	}
	wrong.Take(f)
	wrong.Add("/items", fault.Required)
	return wrong.Err()
}

// draft reads the body as the partner's wish. What was sent as nothing (0, the empty text) is not the same as what was left out.
func draft(body contract.OfferCreate, by access.Caller) (offer.Draft, error) {
	var wrong fault.Check
	d := offer.Draft{
		Kind: offer.Kind(body.Kind), Partner: by.Partner.ID, Access: by.CustomerAccess, Country: body.Country, Message: value(body.Message),
		Language:       string(given(&wrong, "/language", body.Language, fault.InvalidValue, fault.OneOf(catalog.Languages...))),
		MaxRedemptions: given(&wrong, "/max_redemptions", body.MaxRedemptions, fault.OutOfRange, fault.Between(1, offer.MostRedemptions)),
		Visibility:     offer.Visibility(given(&wrong, "/visibility", body.Visibility, fault.InvalidValue, fault.OneOf(offer.Public, offer.Invited))),
		BilledBy:       string(given(&wrong, "/billed_by", body.BilledBy, fault.InvalidValue, fault.OneOf(offer.ByVendor, offer.ByPartner))),
		Replaces:       offer.ID(given(&wrong, "/replaces", body.Replaces, fault.InvalidValue, fault.OfferID)),
		Follows:        offer.ID(given(&wrong, "/follows", body.Follows, fault.InvalidValue, fault.OfferID)),
		ExpiresAt:      given(&wrong, "/expires_at", body.ExpiresAt, fault.InvalidValue, fault.DaysAhead{Least: 1, Most: offer.MaxDays}),
	}
	if days := body.NoticeDays; days != nil {
		d.NoticePeriod = &offer.NoticePeriod{Days: *days}
	}
	for i, item := range body.Items {
		where := "/items/" + strconv.Itoa(i)
		wished := offer.Item{
			Plan: catalog.PlanID(item.PlanID), Licenses: given(&wrong, where+"/licenses", item.Licenses, fault.InvalidValue, nil),
			Term: catalog.Term(given(&wrong, where+"/billing_term", item.BillingTerm, fault.InvalidValue, nil)),
		}
		if item.Price != nil {
			wished.Price = &catalog.Money{AmountMinor: item.Price.AmountMinor, Currency: item.Price.Currency}
		}
		d.Items = append(d.Items, wished)
	}
	if terms := body.PartnerTerms; terms != nil {
		d.PartnerTerms = &offer.Terms{Title: terms.Title, Text: terms.Text}
	}
	if asked := body.DelegatedAdministration; asked != nil {
		d.DelegatedAdministration = &offer.AskedGrant{
			Role: string(asked.Role),
			Days: given(&wrong, "/delegated_administration/duration_days", asked.DurationDays, fault.OutOfRange, fault.Between(1, offer.MaxGrantDays)),
		}
	}
	return d, wrong.Err()
}

// given returns a field that may be left out, and notes one that was sent as its type's nothing, with what is allowed.
func given[T comparable](wrong *fault.Check, pointer string, sent *T, code *fault.Code, allowed any) (v T) {
	if sent == nil {
		return v
	}
	if *sent == v {
		wrong.Add(pointer, code, allowed)
	}
	return *sent
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
		Pattern:  "GET /v1/offers/{offer_id}",
		Requires: access.SeeOffers,
		Queries:  including,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, used, err := read(r.Context(), table, gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Partner(string(found.Partner)), string(found.ID)); err != nil {
				return err
			}
			return shown(w, r, found, used)
		},
	}
}

func shown(w http.ResponseWriter, r *http.Request, found offer.Offer, used int) error {
	body, err := view(r, found, used)
	if err != nil {
		return err
	}
	return gateway.OK(w, r, tag(r, found, used), body)
}

// read returns the caller's own offer; another partner's looks like none, and costs no read.
func read(ctx context.Context, table Table, by access.Caller, sent string) (offer.Offer, int, error) {
	id, err := own(by, sent)
	if err != nil {
		return offer.Offer{}, 0, err
	}
	return table.Offer(ctx, id)
}

func own(by access.Caller, sent string) (offer.ID, error) {
	id, err := offer.Parse(sent)
	if err != nil {
		return "", err
	}
	return id, access.Owns(by, id.Partner())
}
