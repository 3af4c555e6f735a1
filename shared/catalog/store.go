package catalog

import (
	"context"

	"liaison/shared/brand"
	"liaison/shared/event"
	"liaison/shared/op"
)

// Store is what the catalog needs of the table. Each Save is guarded by the version that was read, 0 where there was nothing:
// it fails with Stale where somebody was faster.
type Store interface {
	// SaveBrand writes the vendor and the change of its pictures with their event. A new picture that stands already stays.
	SaveBrand(ctx context.Context, v Vendor, pictures brand.Change, happened event.Event, o op.Op) error
	// SavePlan writes the plan with its event.
	SavePlan(ctx context.Context, p Plan, happened event.Event, o op.Op) error
	// Programs reads every program, strongly consistent.
	Programs(ctx context.Context) (Programs, error)
	// SavePrograms writes every program with the event of the one that changed.
	SavePrograms(ctx context.Context, p Programs, happened event.Event, o op.Op) error
	// SaveAvailability writes the document with its event.
	SaveAvailability(ctx context.Context, a Availability, happened event.Event, o op.Op) error
	// TermsHead reads which version of a document is in force, strongly consistent; zero where none was published.
	TermsHead(ctx context.Context, d Document) (TermsHead, error)
	// SaveTerms writes a version's texts and makes it the one in force. It fails with Conflict version_exists where it was published
	// before, with op.Replay where this very request was done before.
	SaveTerms(ctx context.Context, head TermsHead, texts []TermsText, happened event.Event, o op.Op) error
}
