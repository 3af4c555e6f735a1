// Package sharing is what a partner passes on of an offer: the link, a text to go with it, and its drawing.
package sharing

import (
	"time"

	"liaison/shared/locale"
	"liaison/shared/offer"
)

// Link returns the offer's own link; pages is where the pages are served.
func Link(pages string, o offer.Offer) string { return pages + "/o/" + o.ID.Code() }

// Share is what goes with a link.
type Share struct{ Subject, Text string }

// view is what goes with the link of an offer of one kind.
type view struct {
	subject func(w locale.Words, reference string) string
	text    func(w locale.Words, link string, until time.Time, reference string) string
}

var views = map[offer.Kind]view{
	offer.Trial:                   {locale.Words.ShareSubject, locale.Words.ShareText},
	offer.Purchase:                {locale.Words.SharePurchaseSubject, locale.Words.SharePurchaseText},
	offer.DelegatedAdministration: {locale.Words.ShareAdministrationSubject, locale.Words.ShareAdministrationText},
	offer.PartnerOfRecord:         {locale.Words.SharePartnerOfRecordSubject, locale.Words.SharePartnerOfRecordText},
	offer.Reseller:                {locale.Words.ShareResellerSubject, locale.Words.ShareResellerText},
}

// Of returns what goes with an offer's link, in the offer's language.
func Of(o offer.Offer, link string) Share {
	say, w, reference := views[o.Kind], locale.In(locale.Language(o.Language)), o.ID.Reference()
	return Share{say.subject(w, reference), say.text(w, link, o.ExpiresAt, reference)}
}
