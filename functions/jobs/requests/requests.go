// Package requests is the job that closes resolved service requests once their days are over.
package requests

import (
	"context"
	"errors"

	"liaison/shared/dynamo"
	"liaison/shared/op"
	"liaison/shared/schedule"
	"liaison/shared/support"
)

// Job returns the job over the table.
func Job(table *dynamo.Table) schedule.Job[support.Request] {
	return schedule.Job[support.Request]{
		Class: "service_request", Name: "requests",
		Step: func(ctx context.Context, due dynamo.Due[support.Request], o op.Op) error {
			err := support.Close(ctx, table, due.Item, o)
			if errors.Is(err, op.ErrUnchanged) {
				return schedule.ErrMoot
			}
			return err
		},
	}
}
