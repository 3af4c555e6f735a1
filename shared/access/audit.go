package access

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/op"
)

// Notes is what noting an operator's read needs of the table.
type Notes interface {
	SaveEvent(ctx context.Context, happened event.Event, o op.Op) error
}

// NoteRead writes that an operator read a tenant's things, before it sees them (infra/design/rights.md, "The table"), for the API and the pages
// alike; what the tenant itself reads is its own affair. It fails where the event cannot be written: then nothing is to be shown.
func NoteRead(ctx context.Context, notes Notes, c Caller, tenant event.Tenant, what string, o op.Op) error {
	if !c.Operates() {
		return nil
	}
	return notes.SaveEvent(ctx, event.New(o, tenant, event.Of(what, event.OperatorReadEvent{})), o)
}
