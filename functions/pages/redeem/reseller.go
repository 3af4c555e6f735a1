package redeem

import (
	"net/http"

	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/offered"
)

func (p redeemPage) resellerRows(v *site.Visit, f reading) ([]page.Row, error) {
	w := v.Words
	return []page.Row{{Key: w.ResellerLabel(), Values: []string{w.ResellerYes(f.Facts.Partner.LegalName)}}}, nil
}

func resellerButton(v *site.Visit, f reading, b *checkBody) {
	b.Button, b.Refuse, b.Means = v.Words.ResellerButton(f.Facts.Partner.LegalName), path(stepRead, f, "step", "no"), offered.Reselling(v.Words, f.Facts.Offer.NoticePeriod, f.Facts.Partner.LegalName, f.Shown.Vendor.Name)
}

// resellsAlready says so where the partner is the member's reseller.
func (p redeemPage) resellsAlready(v *site.Visit, f reading) (bool, error) {
	if !f.Member.Ties[f.Facts.Offer.Partner].Reseller {
		return false, nil
	}
	return true, p.already(v, f)
}

// already says that the partner has become the customer's reseller before.
func (p redeemPage) already(v *site.Visit, f reading) error {
	w := v.Words
	return v.Say(http.StatusConflict, site.Message{
		Title: w.ResellerAlreadyTitle(f.Facts.Partner.LegalName), Text: []string{w.ResellerAlreadyText()},
		Links: []page.Link{{Text: w.FrameAccount(), URL: "/account"}},
	})
}
