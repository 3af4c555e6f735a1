package outbox

import (
	"context"
	"strconv"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/partner"
)

// index moves what the marketplace's index holds for a partner to what it is to hold, in as many steps as it takes. Whoever is faster does the same: what
// is read anew then says what is left.
func (d *Outbox) index(ctx context.Context, e event.Event, c event.Change) error {
	return d.indexed(ctx, e, partner.ID(c.Subject))
}

// indexShare is index where a partner's share of answered messages may be another: of one of its leads, or of the partner itself.
func (d *Outbox) indexShare(ctx context.Context, e event.Event, _ event.Change) error {
	return d.indexed(ctx, e, partner.ID(e.Partner))
}

func (d *Outbox) indexed(ctx context.Context, e event.Event, of partner.ID) error {
	table := dynamo.Listings{Table: d.table.Table}
	for {
		now, entry, has, err := table.Indexed(ctx, of)
		if err != nil || !has {
			return err
		}
		answers, err := d.leads().Tally(ctx, of) // after what stands in the index: who read older answers is not the last to write
		if err != nil {
			return err
		}
		next, added, gone, moves := now.Step(entry.Wanted(answers.Share(d.env.Now())))
		if !moves {
			return nil
		}
		err = table.MoveIndex(ctx, now, next, added, gone, d.op(e, "index", string(of), strconv.Itoa(now.Version)))
		if err != nil && !fault.Is(err, fault.Stale) {
			return err
		}
	}
}

// listingPage is where a partner sees how its entry in the marketplace stands.
const listingPage = "/partner/listing"

// listingDecided asks for the mail that the vendor published a partner's entry, sent it back or hid it, to that partner. It is overtaken where that is not
// how the entry stands by now. What the partner hid itself it need not be told.
func (d *Outbox) listingDecided(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{Partner: partner.ID(c.Subject)})
	if err != nil {
		return nil, err
	}
	now, err := dynamo.Listings{Table: d.table.Table}.Listing(ctx, found.Partner.ID)
	if err != nil {
		return nil, err
	}
	m := mail.ListingDecided{To: toPartner(found.Partner, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), At: e.At, Link: d.page(listingPage)}
	stands := false
	switch is := known.Read(c).(type) {
	case listing.PublishedEvent:
		m.Now, m.Hidden, stands = mail.ListingPublished, now.HiddenBy != "", now.PublishedAt.Equal(e.At)
	case listing.SentBackEvent:
		m.Now, m.Reason, stands = mail.ListingSentBack, is.Reason, now.Review == listing.Unsent && now.Reason == is.Reason
	case listing.HiddenEvent:
		m.Now, m.Reason, stands = mail.ListingHidden, is.Reason, is.By == listing.ByVendor && now.HiddenBy == listing.ByVendor
	}
	if !stands || found.Partner.Status == partner.Closed {
		return nil, nil
	}
	return d.toCompany("listing_decided", found, m), nil
}
