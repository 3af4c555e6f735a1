// Package imports is the job that applies the rows of files which customers' administrators started, each customer's in turn.
package imports

import (
	"context"
	"errors"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/importing"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// turn is how many rows of one customer are applied before the others have theirs: few, so that nobody's long file holds another's short one.
const turn = 50

// Job returns the job over the table. A run ends shortly before its deadline, and the next one goes on from the row it reached.
func Job(env boot.Env, table *dynamo.Table) schedule.Job[importing.Queue] {
	return schedule.Job[importing.Queue]{
		Class: "import_queue", Name: "imports",
		Step: func(ctx context.Context, due dynamo.Due[importing.Queue], o op.Op) error {
			left := turn
			err := importing.Runner{
				Store: dynamo.ImportsOf(table),
				Op: func(words ...string) op.Op {
					next := o
					next.ID, next.At = op.Name(words...), env.Now()
					return next
				},
				More: func() bool { left--; return left >= 0 && !schedule.Enough(ctx) },
			}.Next(ctx, due.Item)
			if errors.Is(err, importing.ErrMore) {
				return schedule.ErrMore
			}
			return err
		},
	}
}
