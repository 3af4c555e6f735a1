// Package users is the job that purges customers' deleted users once they can no longer be restored: sign-in account, address and entry.
package users

import (
	"context"
	"errors"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// Job returns the job over the table and the people's sign-in accounts.
func Job(table *dynamo.Table, accounts administration.Accounts) schedule.Job[customer.User] {
	return schedule.Job[customer.User]{
		Class: "customer_user", Name: "users",
		Step: func(ctx context.Context, due dynamo.Due[customer.User], o op.Op) error {
			err := administration.PurgeUser(ctx, dynamo.Groups{Table: table}, accounts, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
