// Package clients is the job that has the token issuer forget machine clients' old secrets when they end, and secrets that nobody has seen
// because giving a new one broke off.
package clients

import (
	"context"
	"errors"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/schedule"
)

// patience is how long one client's secrets may take: less than the lease, so that nobody else is at them.
const patience = 10 * time.Second

// Job returns the job over the table and the token issuer's accounts of machines.
func Job(table *dynamo.Table, accounts partner.Accounts) schedule.Job[partner.Client] {
	return schedule.Job[partner.Client]{
		Class: "client", Name: "clients",
		Step: func(ctx context.Context, due dynamo.Due[partner.Client], o op.Op) error {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			err := partner.ForgetSecrets(ctx, table, accounts, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
