// Package vendorsupport is where the vendor's people answer what customers ask for help with, and mark it as resolved.
package vendorsupport

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/supported"
	"liaison/shared/support"
)

// Table is what the pages need of the table.
type Table interface {
	site.Table
	site.Sessions
	supported.Table
	OpenServiceRequests(ctx context.Context, page dynamo.Page, keep dynamo.Keep[support.Request]) ([]support.Request, string, error)
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
}

type supportPage struct {
	table Table
	desk  supported.Desk
}

const path = "/vendor/support"

// Page serves /vendor/support, all service requests that are not closed, and below it the page of each. Each read is noted.
func Page(env boot.Env, table Table) http.Handler {
	p := supportPage{table, supported.Desk{Table: table, Path: path}}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.HandleRequests, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/{request}", Get: only(p.desk.Show), Post: site.Keeping(table, only(p.desk.Post))},
	)
}

// How many are read, and of these are shown: those that wait longest.
const (
	read  = 1000
	shown = 100
)

// list lists what waits for the vendor, the longest first, and below it what waits for the customer or for its end.
func (p supportPage) list(v *site.Visit, who site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	state, severity := support.Status(query.Get("state")), support.Severity(query.Get("severity"))
	if !slices.Contains(supported.Running, state) {
		state = ""
	}
	if !slices.Contains(support.Severities, severity) {
		severity = ""
	}
	found, more, err := p.waiting(v, state, severity)
	if err != nil {
		return err
	}
	if err := v.NoteRead(p.table, who, event.Vendor(), "service_requests"); err != nil {
		return err
	}
	customers := make([]customer.ID, len(found))
	for i, r := range found {
		customers[i] = r.Customer
	}
	names, err := p.table.CustomerNames(v.R.Context(), customers)
	if err != nil {
		return err
	}
	l := v.Listing(path, "", page.Hidden{}, page.Hidden{Name: "state", Value: string(state)}, page.Hidden{Name: "severity", Value: string(severity)})
	l.Filters = []page.Filter{supported.State(w, state, supported.Running...), supported.SeverityFilter(w, severity)}
	l.Empty = page.Empty{Icon: "check", Title: w.SupportVendorNone(), Text: w.SupportVendorNoneText()}
	if state != "" || severity != "" {
		l.Empty.Title, l.Empty.Text = w.SupportNoneSo(), w.SupportNoneSoText()
	}
	l.Table.Heads = []string{w.SupportSubject(), w.SupportState(), w.SupportSeverity(), w.SupportLast()}
	for _, r := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: r.Subject, URL: p.desk.At(r.ID), Lines: []string{names[r.Customer], w.SupportOpened(supported.Name(v, r.OpenedBy), r.CreatedAt)},
			Cells: []page.Cell{
				{Badges: []page.Badge{supported.Badge(w, r.StatusAt(v.Op.At))}},
				{Badges: []page.Badge{supported.Severity(w, r.Severity)}},
				{Text: w.Time(r.LastCommentAt)},
			},
		})
	}
	frame := v.Frame(w.SupportTitle())
	frame.Lead = w.SupportVendorLead()
	if more {
		frame.Lead = w.SupportVendorMore(shown)
	}
	return v.RenderListing(frame, l)
}

// waiting reads those that are not closed, of a state and a severity where these are chosen, and whether there are more than are shown. The index holds
// them by when they were opened; who waits longest is who wrote longest ago.
func (p supportPage) waiting(v *site.Visit, state support.Status, severity support.Severity) ([]support.Request, bool, error) {
	keep := func(found []support.Request) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			is := r.StatusAt(v.Op.At)
			kept[i] = is != support.Closed && (state == "" || is == state) && (severity == "" || r.Severity == severity)
		}
		return kept, nil
	}
	var found []support.Request
	for cursor := ""; len(found) < read; {
		some, next, err := p.table.OpenServiceRequests(v.R.Context(), dynamo.Page{Limit: 100, Cursor: cursor}, keep)
		if err != nil {
			return nil, false, err
		}
		found = append(found, some...)
		if cursor = next; next == "" {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b support.Request) int {
		return cmp.Or(slices.Index(supported.Running, a.Status)-slices.Index(supported.Running, b.Status), a.LastCommentAt.Compare(b.LastCommentAt))
	})
	return found[:min(len(found), shown)], len(found) > shown, nil
}
