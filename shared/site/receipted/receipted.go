// Package receipted is how pages of a customer's account write a receipt in a list.
package receipted

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

// Path returns where a person of the customer reads a receipt.
func Path(r consent.ID) string { return "/account/receipts/" + string(r) }

// Plans reads what receipts are of, as their rows name it; one call.
func Plans(v *site.Visit, receipts []consent.Receipt) (catalog.View, error) {
	var plans []catalog.PlanID
	for _, r := range receipts {
		plans = append(plans, r.Plans()...)
	}
	return v.Catalogue(plans...)
}

// Row returns a receipt as a list shows it: what it is of, by which partner, its reference and the day; the title leads to its page.
func Row(v *site.Visit, shown catalog.View, r consent.Receipt, decided time.Time, country string) page.Item {
	w := v.Words
	row := page.Item{
		Icon: "receipt", Title: title(v, shown, r), URL: Path(consent.ID(r.ID)), Lines: []string{w.ReceiptViaAccount()},
		End: w.ReceiptsReference(consent.ID(r.ID).Reference(), v.In(decided, country)),
	}
	if r.AnswersOffer() {
		row.Lines[0] = w.ReceiptsOffered(r.Partner.LegalName)
	}
	return row
}

// changes name what was done to paid subscriptions; what is not here is an order.
var changes = map[consent.What]func(w locale.Words, plans string) string{
	consent.Resized: locale.Words.ReceiptsResized, consent.Transferred: locale.Words.ReceiptsTransferred,
}

// title says in a few words what a receipt is of.
func title(v *site.Visit, shown catalog.View, r consent.Receipt) string {
	w := v.Words
	var plans []string
	for _, id := range r.Plans() {
		if name := v.PlanName(shown.Plans, id); !slices.Contains(plans, name) {
			plans = append(plans, name)
		}
	}
	of := strings.Join(plans, ", ")
	switch {
	case len(r.Subscriptions) > 0 && r.Kind().Tries():
		return w.ReceiptTrialOf(of)
	case len(r.Subscriptions) > 0:
		if said := changes[r.Done()]; said != nil {
			return said(w, of)
		}
		return w.ReceiptsOrder(of)
	case len(r.PartnerOfRecordChanges) > 0:
		return w.ReceiptsPartnerOfRecord(of)
	case r.Reseller:
		return w.ResellerLabel()
	}
	return w.DelegatedAdministrationLabel()
}
