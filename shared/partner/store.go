package partner

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/op"
)

// Store is what partners need of the table. Each Save is guarded by the version that was read and fails with Stale where somebody
// was faster, with op.Replay where this very request was done before.
type Store interface {
	// Partner reads a partner, strongly consistent; NotFound where there is none.
	Partner(ctx context.Context, p ID) (Partner, error)
	// CreatePartner writes a partner, the names it takes and its first user. It fails with Conflict partner_id_taken, name_taken or
	// address_taken.
	CreatePartner(ctx context.Context, p Partner, names []string, first User, happened event.Event, o op.Op) error
	// SavePartner writes a changed partner, gives up names and takes others. It fails with Conflict name_taken.
	SavePartner(ctx context.Context, p Partner, given, taken []string, happened event.Event, o op.Op) error
	// AuthorisationFacts reads a partner, a plan and the authorisation of the one for the other (zero where there is none),
	// strongly consistent; NotFound where there is no such partner, or no such plan.
	AuthorisationFacts(ctx context.Context, p ID, plan catalog.PlanID) (Partner, Authorisation, error)
	// SaveAuthorisation writes an authorisation, guarded by its version, 0 for a new one.
	SaveAuthorisation(ctx context.Context, a Authorisation, happened event.Event, o op.Op) error
	// EndAuthorisation removes an authorisation, guarded by its version.
	EndAuthorisation(ctx context.Context, a Authorisation, happened event.Event, o op.Op) error
	// Programs reads every program, strongly consistent.
	Programs(ctx context.Context) (catalog.Programs, error)
}

// ClientStore is what machine clients need of the table.
type ClientStore interface {
	// Partner reads a partner, strongly consistent; NotFound where there is none.
	Partner(ctx context.Context, p ID) (Partner, error)
	// Client reads a machine client, strongly consistent; NotFound where there is none.
	Client(ctx context.Context, c ClientID) (Client, error)
	// StartClient writes a client that has no account yet. It fails with op.Replay where this very request came before, with Conflict
	// too_many_clients where the partner has MaxClients.
	StartClient(ctx context.Context, c Client, o op.Op) error
	// SaveClient writes a changed client, guarded by its version.
	SaveClient(ctx context.Context, c Client, o op.Op) error
	// FinishClient writes a client with its account and binds the account's tokens to it, guarded by its version.
	FinishClient(ctx context.Context, c Client, happened event.Event, o op.Op) error
	// ChangeClient writes a changed client with the event that tells of it, guarded by its version. It fails with op.Replay where this very
	// request was done before.
	ChangeClient(ctx context.Context, c Client, happened event.Event, o op.Op) error
	// UnbindClient writes a client that ends and binds its account's tokens to nobody, guarded by its version.
	UnbindClient(ctx context.Context, c Client, happened event.Event, o op.Op) error
	// ForgetClient removes a client that has ended.
	ForgetClient(ctx context.Context, c Client, o op.Op) error
}
