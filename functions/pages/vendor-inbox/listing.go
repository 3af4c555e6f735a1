package vendorinbox

import (
	"context"

	"liaison/shared/access"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/reviewed"
)

const (
	publish  = "publish"
	sendBack = "send_back"
)

// entry is what a partner wants to say in the marketplace. It is decided as it was shown: where the partner changed it meanwhile nothing is.
var entry = affair{
	name: "listing", of: matter.Listing, icon: "store", right: access.PublishListings, plural: locale.Words.ListingPlural,
	title:   func(w locale.Words, _ matter.Matter, _, company string) string { return w.ListingOf(company) },
	badge:   always(func(w locale.Words) page.Badge { return page.Badge{Kind: "info", Text: w.ListingSubmitted()} }),
	read:    readEntry,
	settled: []fault.Mark{fault.ListingNotSubmitted},
	before:  locale.Words.ListingBefore,
	reason:  locale.Words.ListingReasonIf,
	decide: func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
		var err error
		if choice == publish {
			_, err = listing.LetThrough(ctx, t, partner.ID(subject), o)
		} else {
			_, err = listing.Return(ctx, t, partner.ID(subject), reason, o)
		}
		return err
	},
}

func readEntry(v *site.Visit, t Table, subject string) (facts, error) {
	w, id := v.Words, partner.ID(subject)
	if !id.Valid() {
		return facts{}, fault.NotFound
	}
	found, err := t.Entries(v.R.Context(), []partner.ID{id}, "", true)
	if err != nil {
		return facts{}, err
	}
	if len(found) == 0 || found[0].Listing.SubmittedAt.IsZero() {
		return facts{}, fault.NotFound
	}
	l, of := found[0].Listing, found[0].Partner
	review, err := reviewed.Of(v, found[0])
	if err != nil {
		return facts{}, err
	}
	f := facts{
		title: w.ListingOf(of.LegalName), whose: event.Partner(subject), badge: listed.State(w, l), card: &review.Newest, sections: review.Sections, seen: l.Version,
		links: []page.Link{{Text: w.ListingOpenPartner(), URL: "/vendor/partners/" + subject}, {Text: w.ListingOpen(), URL: "/vendor/listings/" + subject}},
	}
	switch l.Review {
	case listing.Waiting:
		f.choices = []choice{
			{value: publish, label: w.ListingPublish(), hint: w.ListingPublishHint(of.LegalName), reasonless: true},
			{value: sendBack, label: w.ListingSendBack(), hint: w.ListingSendBackHint()},
		}
	case listing.Passed:
		f.decided = &page.Note{Kind: "good", Icon: "check", Text: w.ListingPublishedOn(w.Date(v.In(l.PublishedAt, of.Country)))}
	default:
		f.decided = &page.Note{Kind: "calm", Text: w.ListingNotWaiting()}
	}
	return f, nil
}
