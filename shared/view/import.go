package view

import (
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/importing"
)

// Import shows how far an import is.
func Import(im importing.Import) contract.Import {
	v := contract.Import{
		ID: string(im.ID), CustomerID: string(im.Customer), Kind: contract.ImportKind(im.Kind), Status: contract.ImportStatus(im.Status), Rows: im.Rows, Done: im.Row,
		Made: im.Made, Unchanged: im.Unchanged, Failed: im.Failed, UnknownColumns: append([]string{}, im.Unknown...), CreatedBy: im.By.ID, CreatedAt: im.CreatedAt,
		EndedAt: gateway.Some(im.EndedAt),
	}
	if im.Reason != nil {
		v.Reason = &im.Reason.Code
	}
	return v
}

// ImportReport shows how far an import is, and what failed.
func ImportReport(im importing.Import, failed []contract.ImportError) contract.ImportReport {
	v := Import(im)
	return contract.ImportReport{
		ID: v.ID, CustomerID: v.CustomerID, Kind: v.Kind, Status: v.Status, Rows: v.Rows, Done: v.Done, Made: v.Made, Unchanged: v.Unchanged, Failed: v.Failed,
		Reason: v.Reason, UnknownColumns: v.UnknownColumns, CreatedBy: v.CreatedBy, CreatedAt: v.CreatedAt, EndedAt: v.EndedAt, Errors: failed,
	}
}

// mostErrors is how many problems one report names; the file of failed rows names all.
const mostErrors = 1000

// ImportErrors says what is wrong with rows, in the words of detail.
func ImportErrors(rows []importing.Row, detail func(*fault.Fault) string) []contract.ImportError {
	said := []contract.ImportError{}
	for _, row := range rows {
		for _, p := range row.Problems {
			if len(said) == mostErrors {
				return said
			}
			said = append(said, contract.ImportError{Row: row.Line, Column: gateway.Some(string(p.Column)), Code: p.Code, Detail: detail(p.Fault())})
		}
	}
	return said
}
