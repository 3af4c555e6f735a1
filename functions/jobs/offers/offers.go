// Package offers is the job that ends offers whose time is over.
package offers

import (
	"context"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[offer.Offer] {
	return schedule.Job[offer.Offer]{
		Class: "offer", Name: "offers",
		Step: func(ctx context.Context, due dynamo.Due[offer.Offer], o op.Op) error {
			ended, err := due.Item.End(0, o.At) // its uses don't matter: time comes first
			if fault.Is(err, fault.OfferNotActive) {
				return schedule.ErrMoot
			} else if err != nil {
				return err
			}
			happened := event.New(o, event.Partner(string(ended.Partner)), event.Of(ended.ID, offer.ExpiredEvent{}))
			return table.SaveOffer(ctx, ended, happened, o)
		},
	}
}
