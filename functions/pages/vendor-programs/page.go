// Package vendorprograms is where the vendor's people see the programs, who is in them and what they give, make one and change one, by the API's own
// operation.
package vendorprograms

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	catalog.Store
	Partners(ctx context.Context, wanted partner.Wanted, page dynamo.Page) ([]partner.Partner, string, error)
	PartnersOf(ctx context.Context, ids []partner.ID) (map[partner.ID]partner.Partner, error)
}

//go:embed *.html
var files embed.FS

var one = page.Parse(files, "one.html")

type programsPage struct{ table Table }

const path = "/vendor/programs"

// fresh is the address of the form of a new program. Every word may be a program's name, so that it is none below the list.
const fresh = path + "?new=yes"

// Page serves /vendor/programs with the form of a new program, and below it each program with the form that changes it.
func Page(env boot.Env, table Table) http.Handler {
	p := programsPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.WriteCatalog, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list), Post: only(p.post)},
		site.Route{Path: path + "/{program}", Get: only(p.show)},
		site.Route{Path: path + "/{program}/edit", Get: only(p.form), Post: only(p.post)},
	)
}

func at(name string) string { return path + "/" + name }

// list shows all programs: they are one item, so that there are no pages of them.
func (p programsPage) list(v *site.Visit, who site.Signed) error {
	if v.R.URL.Query().Has("new") {
		return p.form(v, who)
	}
	all, err := p.table.Programs(v.R.Context())
	if err != nil {
		return err
	}
	w := v.Words
	l := v.Listing(path, "", page.Hidden{})
	l.Empty = page.Empty{Icon: "hands", Title: w.ProgramsNone(), Text: w.ProgramsNoneText()}
	l.Table.Heads = []string{w.ProgramsProgram(), w.ProgramsGives()}
	for _, name := range all.Names() {
		of := all.ByName[name]
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: of.Title.In(string(w.Language())), URL: at(name), Lines: []string{name}, Cells: []page.Cell{{Text: strings.Join(gives(w, of), ", ")}},
		})
	}
	frame := v.Frame(w.ProgramsTitle())
	frame.Act = &page.Act{Text: w.ProgramsNew(), URL: fresh, Primary: true}
	return v.RenderListing(frame, l)
}

// right names a right.
func right(w locale.Words, of catalog.Right) string {
	if of == catalog.Reselling {
		return w.ProgramsReselling()
	}
	return w.ProgramsAdministration()
}

// gives says what a program gives.
func gives(w locale.Words, of catalog.Program) (said []string) {
	for _, one := range catalog.Rights {
		if slices.Contains(of.Rights, one) {
			said = append(said, right(w, one))
		}
	}
	if said == nil {
		return []string{w.ProgramsNothing()}
	}
	return said
}

// named reads the program in the path, and all of them.
func (p programsPage) named(v *site.Visit) (catalog.Program, catalog.Programs, error) {
	all, err := p.table.Programs(v.R.Context())
	if err != nil {
		return catalog.Program{}, all, err
	}
	found, known := all.ByName[v.R.PathValue("program")]
	if !known {
		return found, all, fault.NotFound
	}
	return found, all, nil
}

type oneBody struct {
	Rows    []page.Row
	Holders []page.Item
	Counted string
}

func (p programsPage) show(v *site.Visit, _ site.Signed) error {
	of, _, err := p.named(v)
	if err != nil {
		return err
	}
	newest, err := p.newest(v)
	if err != nil {
		return err
	}
	w := v.Words
	b := oneBody{Rows: rows(w, of), Counted: newest.counted(w)}
	for _, e := range newest.in(of.Name, v.Op.At) {
		b.Holders = append(b.Holders, page.Item{
			Avatar: e.LegalName, Title: e.LegalName, URL: "/vendor/partners/" + string(e.ID), Lines: []string{e.City + ", " + w.Country(e.Country)},
		})
	}
	title := of.Title.In(string(w.Language()))
	frame := v.Frame(title)
	frame.Lead, frame.Back = of.Name, &page.Link{URL: path, Text: w.ProgramsTitle()}
	frame.Act = &page.Act{Text: w.FrameChange(), About: title, URL: at(of.Name) + "/edit", Primary: true}
	switch v.R.URL.Query().Get("done") {
	case "made":
		frame.Notice = &page.Notice{Success: true, Text: w.ProgramsMade()}
	case "saved":
		frame.Notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	case "same":
		frame.Notice = &page.Notice{Text: w.CatalogSame()}
	}
	return v.Render(one, http.StatusOK, frame, b)
}
