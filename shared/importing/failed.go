package importing

import "context"

// FailureStore is what knowing which rows failed needs of the table.
type FailureStore interface {
	// ImportRows reads all rows of an import, in their order.
	ImportRows(ctx context.Context, im Import) ([]Row, error)
	// ImportFailures reads those that failed so far, in their order.
	ImportFailures(ctx context.Context, id ID) ([]Failure, error)
}

// Failed returns the rows of an import that failed so far, each with what is wrong with it; those too that were not tried once it is done.
func Failed(ctx context.Context, store FailureStore, im Import) ([]Row, error) {
	if im.Failed == 0 {
		return nil, nil
	}
	rows, err := store.ImportRows(ctx, im)
	if err != nil {
		return nil, err
	}
	failures, err := store.ImportFailures(ctx, im.ID)
	if err != nil {
		return nil, err
	}
	var failed []Row
	for _, f := range failures {
		row := rows[f.Row]
		row.Problems = f.Problems
		failed = append(failed, row)
	}
	if im.Reason != nil {
		for _, row := range rows[im.Row:] {
			row.Problems = []Problem{*im.Reason}
			failed = append(failed, row)
		}
	}
	return failed, nil
}
