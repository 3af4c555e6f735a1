package subscriptions

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Create serves POST /v1/subscriptions: a customer buys without an offer.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/subscriptions",
		Requires: access.Buy,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			wish, err := wanted(r)
			if err != nil {
				return err
			}
			made, err := order.Buy(r.Context(), table, gateway.Visitor(r), wish, gateway.Op(r))
			if err != nil {
				return gateway.InBody(err)
			}
			return created(w, r, table, made.First().ID)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			id, err := given(r.Context(), table, result)
			if err != nil {
				return err
			}
			return created(w, r, table, id)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, table Table, id subscription.ID) error {
	v, etag, err := seen(r, table, id)
	if err != nil {
		return err
	}
	return gateway.Created(w, "/v1/subscriptions/"+string(id), etag, v)
}

// wanted reads the body of an order, or says every field that is wrong.
func wanted(r *http.Request) (order.Wish, error) {
	var body contract.SubscriptionCreate
	if err := gateway.ReadJSON(r, &body); err != nil {
		return order.Wish{}, err
	}
	var wrong fault.Check
	wish := ordered(body.BillingTerm, body.Licenses, body.PartnerID, body.TermsVersion, body.Price, &wrong)
	if wish.Plan = catalog.PlanID(body.PlanID); !wish.Plan.Valid() {
		wrong.Add("/plan_id", fault.InvalidFormat, fault.PlanID)
	}
	if body.AddTo != nil {
		wish.Into = *body.AddTo
		if _, _, ok := subscription.ID(wish.Into).Customer(); !ok && wish.Into != subscription.Separate {
			wrong.Add("/add_to", fault.InvalidValue, fault.Allowed("sub_…, "+subscription.Separate))
		}
	}
	return wish, wrong.Err()
}

// ordered returns what every order says. Where it names no partner, a subscription that is there keeps its own.
func ordered(term contract.BillingTerm, licenses *int, partnerOfRecord *string, terms string, price *contract.Money, wrong *fault.Check) order.Wish {
	wish := order.Wish{Term: catalog.Term(term), Terms: terms, Keep: partnerOfRecord == nil}
	if licenses != nil {
		if wish.Licenses = *licenses; wish.Licenses == 0 {
			wish.Licenses = -1 // it is out of every bounds, which no word is not
		}
	}
	if partnerOfRecord != nil {
		wish.PartnerOfRecord = parsed(*partnerOfRecord, wrong)
	}
	if price != nil {
		wish.Price = &catalog.Money{AmountMinor: price.AmountMinor, Currency: price.Currency}
	}
	return wish
}

// parsed reads a partner ID, and notes where it is none.
func parsed(sent string, wrong *fault.Check) partner.ID {
	p, err := partner.ParseID(sent)
	if f := fault.As(err); f != nil {
		wrong.Add("/partner_id", f.Code, f.About)
	}
	return p
}

// Convert serves POST /v1/subscriptions/{subscription_id}/convert: a customer turns a trial into a paid subscription.
func Convert(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/convert", access.Buy, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionConvert) (subscription.ID, error) {
			var wrong fault.Check
			wish := ordered(body.BillingTerm, body.Licenses, body.PartnerID, body.TermsVersion, body.Price, &wrong)
			if wish.Trial = id; wrong.Err() != nil {
				return id, wrong.Err()
			}
			_, err := order.Buy(r.Context(), table, gateway.Visitor(r), wish, gateway.Op(r))
			return id, gateway.InBody(err)
		})
}

// TransferBilling serves POST /v1/subscriptions/{subscription_id}/transfer-billing: the vendor bills from now on what a reseller billed. That
// another reseller does comes by its purchase offer, which says its price.
func TransferBilling(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/transfer-billing", access.Buy, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionTransferBilling) (subscription.ID, error) {
			switch {
			case partner.ID(body.BilledBy).Valid():
				return id, fault.PurchaseOfferNeeded.With(body.BilledBy).In("/billed_by")
			case body.BilledBy != subscription.Vendor:
				return id, fault.InvalidValue.With(fault.OneOf(subscription.Vendor)).In("/billed_by")
			}
			price := catalog.Money{AmountMinor: body.Price.AmountMinor, Currency: body.Price.Currency}
			_, err := order.Transfer(r.Context(), table, gateway.Visitor(r), id, price, body.TermsVersion, gateway.Op(r))
			return id, gateway.InBody(err)
		})
}
