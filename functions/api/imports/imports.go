// Package imports is the HTTP face of what is read into a customer's directory from a file: try, start, list, and read how far it is; by the customer's own
// administrators, and by a partner on its behalf.
package imports

import (
	"context"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/csv"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/imported"
	"liaison/shared/importing"
	"liaison/shared/locale"
	"liaison/shared/view"
)

// Reader is what reading one import needs of the table.
type Reader interface {
	administration.Store
	// Import reads one import without its rows, strongly consistent; NotFound where there is none, or it is kept no longer.
	Import(ctx context.Context, id importing.ID, at time.Time) (importing.Import, error)
	// ImportRows reads all rows of an import.
	ImportRows(ctx context.Context, im importing.Import) ([]importing.Row, error)
	// ImportFailures reads those that failed so far.
	ImportFailures(ctx context.Context, id importing.ID) ([]importing.Failure, error)
}

// Lister is what listing a customer's imports needs of the table.
type Lister interface {
	administration.Store
	// Imports lists those that were started, the newest first.
	Imports(ctx context.Context, of customer.ID, at time.Time, page dynamo.Page) ([]importing.Import, string, error)
}

// Table is what starting an import needs of the table.
type Table interface {
	importing.Starter
	Import(ctx context.Context, id importing.ID, at time.Time) (importing.Import, error)
}

// administered returns what the caller may do to the directory in the path, who may import into it.
func administered(r *http.Request, table administration.Store) (administration.Authority, error) {
	authority, _, err := gateway.Administered(r, table)
	if err == nil {
		_, err = authority.Allow(administration.AdministerUsers)
	}
	return authority, err
}

// reads returns the customer in the path whose imports the caller reads: also where nothing can be changed at the moment.
func reads(r *http.Request, table administration.Store) (customer.ID, error) {
	authority, err := administered(r, table)
	if fault.Is(err, fault.Conflict) {
		err = nil
	}
	return authority.Customer.ID, err
}

// List serves GET /v1/customers/{customer_id}/imports: the newest first.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/imports",
		Requires: access.AdministerUsers,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := reads(r, table)
			if err != nil {
				return err
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]importing.Import, string, error) {
				return table.Imports(r.Context(), of, gateway.Op(r).At, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.Import)
		},
	}
}

// Create serves POST /v1/customers/{customer_id}/imports: the rows of a table are applied in the background. With dry_run it only says what would become of
// them.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customers/{customer_id}/imports",
		Requires: access.AdministerUsers,
		Creates:  true,
		DryRun: func(r *http.Request) bool {
			var body contract.ImportCreate
			return gateway.ReadJSON(r, &body) == nil && tries(body)
		},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, err := administered(r, table)
			if err != nil {
				return err
			}
			var body contract.ImportCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			kind := importing.Kind(body.Kind)
			if !slices.Contains(importing.Kinds, kind) {
				return fault.InvalidValue.With(fault.OneOf(importing.Kinds...)).In("/kind")
			}
			sheet, err := imported.Read(kind, []byte(body.Csv), gateway.MaxBody)
			if f := fault.As(err); f != nil {
				return f.In("/csv")
			}
			if err != nil {
				return err
			}
			if tries(body) {
				return try(w, r, table, authority, sheet)
			}
			made, err := importing.Begin(r.Context(), table, authority, sheet, gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.Import(r.Context(), importing.ID(result), gateway.Op(r).At)
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func tries(body contract.ImportCreate) bool { return body.DryRun != nil && *body.DryRun }

func created(w http.ResponseWriter, im importing.Import) error {
	return gateway.Created(w, "/v1/customers/"+string(im.Customer)+"/imports/"+string(im.ID), gateway.ContentTag(view.Import(im)), view.Import(im))
}

// try answers what would become of the rows.
func try(w http.ResponseWriter, r *http.Request, table importing.Reader, by administration.Authority, sheet importing.Sheet) error {
	facts, err := sheet.Facts(r.Context(), table, by.Customer.ID)
	if err != nil {
		return err
	}
	o := gateway.Op(r)
	rows, results := importing.NewImport(sheet, by, o).Try(sheet.Rows, by, facts, o.At)
	count := map[importing.Result]int{}
	for _, result := range results {
		count[result]++
	}
	return gateway.OK(w, r, "", contract.ImportCheck{
		Kind: contract.ImportKind(sheet.Kind), Rows: len(rows), Makes: count[importing.Makes], Unchanged: count[importing.Stands], Fails: count[importing.Fails],
		Errors: problems(r, rows), UnknownColumns: append([]string{}, sheet.Unknown...),
	})
}

// problems says in the caller's language what is wrong with rows.
func problems(r *http.Request, rows []importing.Row) []contract.ImportError {
	return view.ImportErrors(rows, func(f *fault.Fault) string { return gateway.Detail(r, f) })
}

// Get serves GET /v1/customers/{customer_id}/imports/{import_id}: how far it is and what failed; as the file of the failed rows where the request accepts
// CSV rather than JSON.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/imports/{import_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := reads(r, table)
			if err != nil {
				return err
			}
			id := importing.ID(r.PathValue("import_id"))
			if owner, _, ok := id.Customer(); !ok || owner != of {
				return fault.NotFound
			}
			im, err := table.Import(r.Context(), id, gateway.Op(r).At)
			if err != nil {
				return err
			}
			if im.Status == importing.Checked { // who keeps it on a page has not started it
				return fault.NotFound
			}
			failed, err := importing.Failed(r.Context(), table, im)
			if err != nil {
				return err
			}
			w.Header().Add("Vary", "Accept")
			if gateway.Accepts(r, "application/json", "text/csv") == "text/csv" {
				return file(w, r, im, failed)
			}
			v := view.ImportReport(im, problems(r, failed))
			return gateway.OK(w, r, gateway.ContentTag(v), v)
		},
	}
}

// file answers with the rows that failed.
func file(w http.ResponseWriter, r *http.Request, im importing.Import, failed []importing.Row) error {
	language := locale.Match(r.Header.Get("Accept-Language"))
	rows := imported.Failed(locale.In(language), im, failed, func(p importing.Problem) (string, string) {
		title, _, _ := locale.Problem(language, p.Code, nil)
		return title, gateway.Detail(r, p.Fault())
	})
	w.Header().Set("ETag", gateway.ContentTag(rows))
	w.Header().Set("Content-Type", csv.Media)
	w.Header().Set("Content-Disposition", `attachment; filename="failed.csv"`)
	_, _ = w.Write(csv.CSV(rows))
	return nil
}
