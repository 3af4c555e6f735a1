package customer

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// ExportStore is what beginning an export needs of the table.
type ExportStore interface {
	// SaveExport writes the event of an export that begins. In the same transaction it checks that the customer is there, else NotFound, and that an actor
	// who is its user is a global administrator still, else Forbidden not_your_role.
	SaveExport(ctx context.Context, of ID, happened event.Event, o op.Op) error
}

// BeginExport notes that the actor begins to read all that is kept of a customer, or of one of its users where one is named. It fails with Invalid on the
// field user_id where that is no user of the customer by its id; one that is gone has left what it did. An export itself keeps nothing.
func BeginExport(ctx context.Context, store ExportStore, of ID, user UserID, o op.Op) error {
	if owner, _, ok := Under("usr", string(user)); user != "" && (!ok || owner != of) {
		return fault.InvalidValue.In("/user_id")
	}
	o = o.Giving(string(of))
	return store.SaveExport(ctx, of, event.New(o, event.Customer(string(of)), event.Of(of, ExportedEvent{UserID: user})), o)
}
