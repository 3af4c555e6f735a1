package offers

import (
	"net/http"

	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/sharing"
)

func tag(r *http.Request, o offer.Offer, used int) string {
	return gateway.ETag(o.Version, string(o.StatusAt(gateway.Op(r).At, used)))
}

// view returns the offer as its partner sees it now, with what it needs to pass the link on.
func view(r *http.Request, o offer.Offer, used int) (contract.Offer, error) {
	v := contract.Offer{
		ID: string(o.ID), Kind: contract.OfferKind(o.Kind), Status: contract.OfferStatus(o.StatusAt(gateway.Op(r).At, used)),
		Reference: o.ID.Reference(), URL: link(r, o), PreviewURL: preview(r, o),
		PartnerID: string(o.Partner), Country: o.Country, Language: contract.Language(o.Language), BilledBy: contract.BilledByVendor,
		Visibility: contract.Visibility(o.Visibility), ExpiresAt: o.ExpiresAt, CreatedAt: o.CreatedAt, CreatedBy: o.CreatedBy,
		Message: gateway.Some(o.Message), StatusReason: gateway.Some(o.PauseReason), MaxRedemptions: gateway.Some(o.MaxRedemptions),
		Replaces: gateway.Some(string(o.Replaces)), ReplacedBy: gateway.Some(string(o.ReplacedBy)), Follows: gateway.Some(string(o.Follows)), LeadID: gateway.Some(o.Lead),
		DelegatedAdministration: administration(o), Items: items(o),
	}
	if o.BilledBy != "" {
		v.BilledBy = contract.BilledByPartner
	}
	if o.NoticePeriod != nil {
		v.NoticeDays = &o.NoticePeriod.Days
	}
	if o.PartnerTerms != nil {
		v.PartnerTerms = &contract.OfferTerms{Title: o.PartnerTerms.Title, Text: o.PartnerTerms.Text, Sha256: o.PartnerTerms.SHA256}
	}
	passed := sharing.Of(o, v.URL)
	v.Share = contract.Share{Subject: passed.Subject, Text: passed.Text}
	asked, err := included(r)
	if err != nil || asked != drawingOf {
		return v, err
	}
	code, err := sharing.Drawn(v.URL)
	v.Share.QrSVG = &code
	return v, err
}

// drawingOf asks for the link's QR code, which is longer than all the rest of an offer: nobody gets it unasked.
const drawingOf = "qr"

// including is the query parameter that asks for more than an offer shows by itself, for Endpoint.Queries.
var including = []string{"include"}

// included returns what is asked for beside the offer. It fails with Malformed invalid_value.
func included(r *http.Request) (string, error) { return gateway.Choice(r, including[0], drawingOf) }

// summary returns the offer as lists show it now.
func summary(r *http.Request, o offer.Offer, used int) contract.OfferSummary {
	return contract.OfferSummary{
		ID: string(o.ID), Kind: contract.OfferKind(o.Kind), Status: contract.OfferStatus(o.StatusAt(gateway.Op(r).At, used)),
		Reference: o.ID.Reference(), URL: link(r, o), PartnerID: string(o.Partner), Country: o.Country,
		Language: contract.Language(o.Language), Items: items(o), DelegatedAdministration: administration(o),
		Visibility: contract.Visibility(o.Visibility), ExpiresAt: o.ExpiresAt, MaxRedemptions: gateway.Some(o.MaxRedemptions),
		CreatedAt: o.CreatedAt, CreatedBy: o.CreatedBy,
	}
}

// columns are those of the list as CSV.
var columns = []string{
	"id", "kind", "status", "reference", "url", "partner_id", "country", "items", "language", "delegated_administration.role",
	"delegated_administration.duration_days", "visibility", "expires_at", "max_redemptions", "created_at", "created_by",
}

func link(r *http.Request, o offer.Offer) string {
	return sharing.Link(gateway.Env(r).PagesURL, o)
}

// preview is the page that shows a partner's people what the offer's recipients get; nil for who is of no partner and cannot open it.
func preview(r *http.Request, o offer.Offer) *string {
	if !gateway.Caller(r).OfPartner() {
		return nil
	}
	page := gateway.Env(r).PagesURL + "/partner/offers/" + string(o.ID) + "/preview"
	return &page
}

func items(o offer.Offer) []contract.OfferItem {
	list := make([]contract.OfferItem, len(o.Items))
	for i, item := range o.Items {
		list[i] = contract.OfferItem{PlanID: string(item.Plan), Licenses: item.Licenses}
		if item.Price != nil {
			list[i].BillingTerm = gateway.Some(contract.BillingTerm(item.Term))
			list[i].Price = &contract.Money{AmountMinor: item.Price.AmountMinor, Currency: item.Price.Currency}
		}
	}
	return list
}

func administration(o offer.Offer) *contract.DelegationRequest {
	if o.DelegatedAdministration == nil {
		return nil
	}
	return &contract.DelegationRequest{Role: contract.Role(o.DelegatedAdministration.Role), DurationDays: &o.DelegatedAdministration.Days}
}
