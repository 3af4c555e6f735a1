package offers

import (
	"net/http"

	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/offer"
)

func tag(r *http.Request, o offer.Offer, used int) string {
	return gateway.ETag(o.Version, string(o.StatusAt(gateway.Op(r).At, used)))
}

// view returns the offer as its partner sees it now.
func view(r *http.Request, o offer.Offer, used int) contract.Offer {
	env := gateway.Env(r)
	v := contract.Offer{
		ID: string(o.ID), Kind: contract.OfferKind(o.Kind), Status: contract.OfferStatus(o.StatusAt(gateway.Op(r).At, used)),
		Reference: o.ID.Reference(), URL: env.PagesURL + "/o/" + o.ID.Code(), PreviewURL: env.PagesURL + "/partner/offers/" + string(o.ID) + "/preview",
		PartnerID: string(o.Partner), Country: o.Country, Language: contract.Language(o.Language), BilledBy: "vendor",
		Visibility: contract.Visibility(o.Visibility), ExpiresAt: o.ExpiresAt, CreatedAt: o.CreatedAt, CreatedBy: o.CreatedBy,
		Message: some(o.Message), StatusReason: some(o.PauseReason), MaxRedemptions: some(o.MaxRedemptions),
		Replaces: some(string(o.Replaces)), ReplacedBy: some(string(o.ReplacedBy)),
		DelegatedAdministration: delegation(o), Items: items(o),
	}
	if o.PartnerTerms != nil {
		v.PartnerTerms = &contract.OfferTerms{Title: o.PartnerTerms.Title, Text: o.PartnerTerms.Text, Sha256: o.PartnerTerms.SHA256}
	}
	return v
}

func items(o offer.Offer) []contract.OfferItem {
	list := make([]contract.OfferItem, len(o.Items))
	for i, item := range o.Items {
		list[i] = contract.OfferItem{PlanID: string(item.Plan), Licenses: item.Licenses}
	}
	return list
}

func delegation(o offer.Offer) *contract.DelegationRequest {
	if o.Delegation == nil {
		return nil
	}
	return &contract.DelegationRequest{Role: contract.Role(o.Delegation.Role), DurationDays: &o.Delegation.Days}
}

// some returns nil for a zero value: what is not there is null.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
