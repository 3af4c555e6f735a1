package dynamo

import (
	"context"

	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/token"
)

// CustomerUser reads one user of a customer, strongly consistent; NotFound where there is none.
func (t *Table) CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error) {
	var u customer.User
	return u, t.one(ctx, customerUserKey(id), &u)
}

// AddUserStop keeps the hash of a secret that is about to be mailed to a customer's user and stops reminders to it; Stale where the user
// was changed since it was read.
func (t *Table) AddUserStop(ctx context.Context, u customer.User, secret string, o op.Op) error {
	return t.addStop(ctx, customerUserKey(u.ID), token.Add(u.Stops, token.Unsubscribe, secret, customer.StopsGeneration), u.Version, o)
}

// AddInvitationStop keeps the hash of a secret that is about to be mailed to an invitation's recipient and stops such mails, whatever
// became of the invitation; Stale where it was changed since it was read.
func (t *Table) AddInvitationStop(ctx context.Context, inv invitation.Invitation, secret string, o op.Op) error {
	return t.addStop(ctx, invitationKey(inv.ID), token.Add(inv.Stops, token.Unsubscribe, secret, inv.Generation), inv.Version, o)
}

func (t *Table) addStop(ctx context.Context, k key, stops []token.Kept, seen int, o op.Op) error {
	return t.write(ctx, o, update(k, "SET #stops = :stops ADD #version :one", "stops", stops, "one", 1).ifVersion(seen))
}
