// Package activity shows a customer's administrators who did what in their account, the newest first, and what a partner did on their behalf
// as that; the same as a table for a spreadsheet.
package activity

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"net/url"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/csv"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/partnername"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	TenantEvents(ctx context.Context, tenant event.Tenant, filter event.Filter, page dynamo.Page) ([]event.EventChange, string, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
}

//go:embed *.html
var files embed.FS

var list = page.Parse(files, "list.html")

type activityPage struct{ table Table }

const path = "/account/activity"

// Page serves /account/activity, with ?format=csv as a file.
func Page(env boot.Env, table Table) http.Handler {
	p := activityPage{table}
	return site.New(env, table, site.Route{Path: path, Get: site.Customers(table, access.SeeCustomers, p.show)})
}

// How many changes a page shows, and a file holds at most.
const (
	limit   = 25
	most    = 5000
	perRead = 100
)

type body struct {
	Changes []row
	Older   string
	First   string // path of the first page, empty on it
	CSV     string
}

// row is one change as the page shows it.
type row struct {
	When time.Time
	At   string
	What string
	Who  string
	// Behalf says that a partner acted for the customer.
	Behalf string
	Type   string
	ID     string
	About  string
}

func (p activityPage) show(v *site.Visit, who site.Signed) error {
	query := v.R.URL.Query()
	cursor := query.Get("cursor")
	if query.Get("format") == "csv" {
		return p.sheet(v, who, cursor)
	}
	found, next, err := p.read(v, who, dynamo.Page{Limit: limit, Cursor: cursor})
	if err != nil {
		return err
	}
	b := body{CSV: path + "?format=csv"}
	if b.Changes, err = p.rows(v, who, found); err != nil {
		return err
	}
	if cursor != "" {
		b.First, b.CSV = path, b.CSV+"&cursor="+url.QueryEscape(cursor)
	}
	if next != "" {
		b.Older = path + "?cursor=" + url.QueryEscape(next)
	}
	frame := v.Frame(v.Words.ActivityTitle())
	frame.Back = &page.Link{URL: "/account", Text: v.Words.FrameAccount()}
	return v.Render(list, http.StatusOK, frame, b)
}

func (p activityPage) read(v *site.Visit, who site.Signed, of dynamo.Page) ([]event.EventChange, string, error) {
	return p.table.TenantEvents(v.R.Context(), event.Customer(string(who.Customer.ID)), event.Filter{}, of)
}

// sheet answers with everything from the cursor on, the newest first, up to most changes.
func (p activityPage) sheet(v *site.Visit, who site.Signed, cursor string) error {
	var all []event.EventChange
	for {
		found, next, err := p.read(v, who, dynamo.Page{Limit: perRead, Cursor: cursor})
		if err != nil {
			return err
		}
		all = append(all, found...)
		if cursor = next; next == "" || len(all) >= most {
			break
		}
	}
	changes, err := p.rows(v, who, all)
	if err != nil {
		return err
	}
	w := v.Words
	rows := [][]string{{w.ActivityWhen(), w.ActivityWhat(), w.ActivityWho(), w.ActivityBehalf(), w.ActivityAbout(), w.ActivityType(), w.ActivityID()}}
	for _, one := range changes {
		rows = append(rows, []string{one.When.UTC().Format(time.RFC3339), one.What, one.Who, one.Behalf, one.About, one.Type, one.ID})
	}
	h := v.W.Header()
	h.Set("Content-Type", csv.Media)
	h.Set("Content-Disposition", `attachment; filename="activity.csv"`)
	v.W.WriteHeader(http.StatusOK)
	between := ','
	if w.Language() == locale.Polish { // the comma stands in numbers, and Excel expects the semicolon
		between = ';'
	}
	_, err = v.W.Write(csv.File(rows, between))
	return err
}

// rows puts changes into words, with the names of the people and partners they mention.
func (p activityPage) rows(v *site.Visit, who site.Signed, found []event.EventChange) ([]row, error) {
	people := map[string]string{who.ID: who.Name}
	for _, one := range found {
		if _, known := people[one.Actor.ID]; known || one.Actor.Kind != op.CustomerUser {
			continue
		}
		user, err := p.table.CustomerUser(v.R.Context(), customer.UserID(one.Actor.ID))
		if err != nil && !fault.Is(err, fault.Absent) {
			return nil, err
		}
		people[one.Actor.ID] = user.Name
	}
	t, err := activity.NewFormatter(v, p.table, who, people, found)
	if err != nil {
		return nil, err
	}
	made := make([]row, len(found))
	for i, one := range found {
		change := one.Changes[one.Number-1]
		made[i] = row{
			When: one.At, At: v.Words.Time(v.In(one.At, who.Customer.Country)), What: cmp.Or(t.What(change), string(change.Type)), Who: t.Actor(one.Actor),
			Type: string(change.Type), ID: one.ID(), About: change.Subject,
		}
		if p := activity.Acting(one.Actor); p != "" && activity.OnBehalf(change) {
			made[i].Behalf = t.Partner(p)
		}
	}
	return made, nil
}
