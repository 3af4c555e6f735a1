// Package known is the one list of every change that there is: what each noun declares in its events.go.
package known

import (
	"slices"
	"sync"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/offer"
	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
)

// Events returns the catalogue, noun by noun.
func Events() []event.Row {
	return slices.Concat(event.Events(), person.Events(), catalog.Events(), partner.Events(), operator.Events(), customer.Events(), subscription.Events(), offer.Events(), lead.Events(), invitation.Events(),
		listing.Events(), relationship.Events(), provisioning.Events(), importing.Events(), support.Events(), consent.Events())
}

var byType = sync.OnceValue(func() map[event.Type]event.Row {
	rows := map[event.Type]event.Row{}
	for _, row := range Events() {
		rows[row.Of.Type()] = row
	}
	return rows
})

// Row returns the line of the catalogue for a type; false where it has none, as a newer version may write it.
func Row(of event.Type) (event.Row, bool) {
	row, ok := byType()[of]
	return row, ok
}

// Read returns what a change says, as the type that its noun declares; nil where the catalogue has none.
func Read(c event.Change) event.Typed {
	if row, ok := Row(c.Type); ok {
		return row.Like(c)
	}
	return nil
}
