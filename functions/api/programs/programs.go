// Package programs is the HTTP face of enrolments and the rights they give: list, read, make and change a program.
package programs

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// Table is what reading programs needs of the table.
type Table interface {
	Programs(ctx context.Context) (catalog.Programs, error)
}

// List serves GET /v1/programs: every program, in alphabetical order.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/programs",
		Requires: access.ReadCatalog,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			after, err := base64.RawURLEncoding.DecodeString(cursor)
			if err != nil || cursor != "" && !catalog.ProgramName(string(after)) {
				return fault.InvalidCursor.In("cursor")
			}
			all, err := table.Programs(r.Context())
			if err != nil {
				return err
			}
			names := slices.DeleteFunc(all.Names(), func(name string) bool { return name <= string(after) })
			next := ""
			if len(names) > limit {
				names = names[:limit]
				next = base64.RawURLEncoding.EncodeToString([]byte(names[limit-1]))
			}
			views := make([]contract.Program, len(names))
			for i, name := range names {
				views[i] = view(all.ByName[name])
			}
			return gateway.Listed(w, r, views, next)
		},
	}
}

// Get serves GET /v1/programs/{program}: one program.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/programs/{program}",
		Requires: access.ReadCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			all, err := table.Programs(r.Context())
			if err != nil {
				return err
			}
			found, known := all.ByName[r.PathValue("program")]
			if !known {
				return fault.NotFound
			}
			return gateway.OK(w, r, tag(found), view(found))
		},
	}
}

// Put serves PUT /v1/programs/{program}: an operator makes a program or changes it, for every running enrolment at once.
func Put(table catalog.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/programs/{program}",
		Requires: access.WriteCatalog,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			creating, err := gateway.Creating(r)
			if err != nil {
				return err
			}
			var body contract.ProgramPut
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			wanted := catalog.Program{Name: r.PathValue("program"), Title: catalog.Text(body.Name)}
			for _, right := range body.Rights {
				wanted.Rights = append(wanted.Rights, catalog.Right(right))
			}
			made, err := catalog.PutProgram(r.Context(), table, wanted, func(now catalog.Program) error {
				switch {
				case creating && now.Version != 0:
					return fault.PreconditionFailed
				case creating:
					return nil
				case now.Version == 0:
					return fault.NotFound
				}
				return gateway.IfMatch(r, tag(now))
			}, gateway.Op(r))
			if err != nil {
				return err
			}
			if creating {
				return gateway.Created(w, "/v1/programs/"+made.Name, tag(made), view(made))
			}
			return gateway.OK(w, r, tag(made), view(made))
		},
	}
}

func tag(p catalog.Program) string { return gateway.ETag(p.Version, "") }

func view(p catalog.Program) contract.Program {
	v := contract.Program{Program: p.Name, Name: contract.Names(p.Title), Rights: []contract.Right{}, UpdatedAt: p.ChangedAt}
	for _, right := range p.Rights {
		v.Rights = append(v.Rights, contract.Right(right))
	}
	return v
}
