// Package customergroups is where a customer's administrators see, make, change and delete groups of its users, and say who is in them, and where a
// partner does the same on its behalf: the same pages, with other rights. What the reader may not do is there, with the reason.
package customergroups

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	administration.GroupStore
	CustomerGroup(ctx context.Context, id customer.GroupID) (customer.Group, error)
	CustomerGroups(ctx context.Context, of customer.ID, page dynamo.Page) ([]customer.Group, string, error)
	GroupMembers(ctx context.Context, id customer.GroupID, page dynamo.Page) ([]customer.Member, string, error)
	InGroup(ctx context.Context, id customer.GroupID, users ...customer.UserID) (map[customer.UserID]bool, error)
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	FindCustomerUsers(ctx context.Context, of customer.ID, text string, keep func(customer.User) bool, page dynamo.Page) ([]customer.User, string, error)
}

//go:embed *.html
var files embed.FS

var (
	one  = page.Parse(files, "one.html")
	form = page.Parse(files, "form.html")
	sure = page.Parse(files, "sure.html")
)

type groupsPage struct{ table Table }

const (
	own    = "/account/groups"
	behalf = "/partner/admin/{customer}/groups"
)

// Page serves /account/groups to a customer's own people and /partner/admin/{customer}/groups to a partner; below them the forms that make and change
// a group, the search for who is added, and the page that asks once more before a group is deleted. A member is removed by a POST to the group's page.
func Page(env boot.Env, table Table) http.Handler {
	p := groupsPage{table}
	type step = func(*site.Visit, administered.Directory) error
	ours := func(s step) func(*site.Visit) error { return administered.Own(table, s) }
	theirs := func(s step) func(*site.Visit) error { return administered.OnBehalf(table, s) }
	return site.New(
		env, table,
		site.Route{Path: own, Get: ours(p.list)},
		site.Route{Path: behalf, Get: theirs(p.list)},
		site.Route{Path: own + "/new", Get: ours(p.showNew), Post: ours(p.create)},
		site.Route{Path: behalf + "/new", Get: theirs(p.showNew), Post: theirs(p.create)},
		site.Route{Path: own + "/{group}", Get: ours(p.show), Post: ours(p.remove)},
		site.Route{Path: behalf + "/{group}", Get: theirs(p.show), Post: theirs(p.remove)},
		site.Route{Path: own + "/{group}/add", Get: ours(p.find), Post: ours(p.add)},
		site.Route{Path: behalf + "/{group}/add", Get: theirs(p.find), Post: theirs(p.add)},
		site.Route{Path: own + "/{group}/edit", Get: ours(p.showEdit), Post: ours(p.save)},
		site.Route{Path: behalf + "/{group}/edit", Get: theirs(p.showEdit), Post: theirs(p.save)},
		site.Route{Path: own + "/{group}/delete", Get: ours(p.ask), Post: ours(p.erase)},
		site.Route{Path: behalf + "/{group}/delete", Get: theirs(p.ask), Post: theirs(p.erase)},
	)
}

// why says why the reader may not change groups, or who of some users is in them, and who can; empty where it may.
func why(v *site.Visit, d administered.Directory, on ...customer.User) string {
	_, err := d.By.Allow(administration.AdministerUsers, on...)
	return because(v, d, err)
}

// because says what stands in the way of an act on groups; empty where the error is about something else.
func because(v *site.Visit, d administered.Directory, err error) string {
	return d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err)
}

// start is where a directory's groups begin.
func start(d administered.Directory) string { return d.Path + "/groups" }

func at(d administered.Directory, g customer.Group) string {
	return start(d) + "/" + site.ULID(string(g.ID))
}

// list lists the groups, the oldest first.
func (p groupsPage) list(v *site.Visit, d administered.Directory) error {
	w, query, path := v.Words, v.R.URL.Query(), start(d)
	found, next, err := p.table.CustomerGroups(v.R.Context(), d.By.Customer.ID, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{})
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Empty = page.Empty{Icon: "group", Title: w.GroupsNone(), Text: w.GroupsNoneText()}
	l.Table.Heads = []string{w.GroupsName(), w.GroupsMembers()}
	for _, g := range found {
		row := page.TableRow{Title: g.Name, URL: at(d, g), Cells: []page.Cell{{Text: w.Int(g.Members)}}}
		if g.Description != "" {
			row.Lines = []string{g.Description}
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	cannot := why(v, d)
	frame := v.Frame(w.GroupsTitle())
	frame.Act = &page.Act{Text: w.GroupsNew(), URL: path + "/new", Primary: true, Why: cannot, Ask: d.Ask(v, cannot), ID: "why-new"}
	if query.Get("done") == "deleted" {
		frame.Notice = &page.Notice{Success: true, Text: w.GroupsDeleted()}
	}
	return v.RenderListing(frame, l)
}

// named reads the group in the path, of the directory.
func (p groupsPage) named(v *site.Visit, d administered.Directory) (customer.Group, error) {
	ulid := v.R.PathValue("group")
	if !site.Made(ulid) {
		return customer.Group{}, fault.NotFound
	}
	return p.table.CustomerGroup(v.R.Context(), customer.GroupID("grp_"+d.By.Customer.ID.Bare()+"_"+ulid))
}

// user reads one of the directory's users by the last part of its id.
func (p groupsPage) user(v *site.Visit, d administered.Directory, ulid string) (customer.User, error) {
	if !site.Made(ulid) {
		return customer.User{}, fault.NotFound
	}
	return p.table.CustomerUser(v.R.Context(), customer.UserID("usr_"+d.By.Customer.ID.Bare()+"_"+ulid))
}

type oneBody struct {
	Rows    []page.Row
	Members page.Table
	Empty   page.Empty
	Pager   page.Pager
	Acts    page.Item
}

// show is one group with its members.
func (p groupsPage) show(v *site.Visit, d administered.Directory) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	return p.render(v, d, g, http.StatusOK, "")
}

// render shows a group; wrong is why what was asked for is not done.
func (p groupsPage) render(v *site.Visit, d administered.Directory, g customer.Group, status int, wrong string) error {
	w, query, path, country := v.Words, v.R.URL.Query(), at(d, g), d.By.Customer.Country
	cursor := query.Get("cursor")
	found, next, err := p.table.GroupMembers(v.R.Context(), g.ID, dynamo.Page{Limit: site.PageSize, Cursor: cursor})
	if fault.Is(err, fault.InvalidCursor) || err == nil && len(found) == 0 && cursor != "" { // the last of a page was removed
		return v.Redirect(site.Query(path, page.Hidden{Name: "done", Value: query.Get("done")}, page.Hidden{Name: "user", Value: query.Get("user")}))
	}
	if err != nil {
		return err
	}
	counted := page.Row{Key: w.GroupsMembers(), Values: []string{w.Int(g.Members)}}
	if hidden := g.Members - len(found); hidden > 0 && cursor == "" && next == "" {
		counted.Values = append(counted.Values, w.GroupsHidden(hidden))
	}
	b := oneBody{
		Rows: []page.Row{counted, {Key: w.GroupsMadeOn(), Values: []string{w.Date(v.In(g.CreatedAt, country))}}}, Pager: v.Pager(path, next),
		Empty:   page.Empty{Icon: "people", Title: w.GroupsMembersNone(), Text: w.GroupsMembersNoneText()},
		Members: page.Table{Heads: []string{w.PartnerUsersName(), w.GroupsSince(), w.GroupsMember()}},
	}
	b.Pager.First.Text, b.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	if g.Description != "" {
		b.Rows = append([]page.Row{{Key: w.GroupsDescription(), Values: []string{g.Description}}}, b.Rows...)
	}
	cannot := why(v, d)
	frame := v.Frame(g.Name)
	frame.Back = &page.Link{URL: start(d), Text: w.GroupsTitle()}
	frame.Act = &page.Act{Text: w.GroupsAdd(), URL: path + "/add", Primary: true, Why: cannot, Ask: d.Ask(v, cannot), ID: "why-add"}
	for _, m := range found {
		act := act(v, d, g, m.User, removed, w.GroupsRemove())
		if act.Why != "" && act.Why == cannot { // which stands above
			act.ID, act.Elsewhere = frame.Act.ID, true
		}
		b.Members.Rows = append(b.Members.Rows, page.TableRow{
			Title: m.User.Name, URL: d.Path + "/users/" + site.ULID(string(m.User.ID)), Lines: []string{textinput.ShownMail(m.User.Mail)},
			Cells: []page.Cell{{Text: w.Date(v.In(m.Since, country))}, {Act: &act}},
		})
	}
	b.Acts.Acts = []page.Act{
		{Text: w.GroupsEdit(), URL: path + "/edit", Why: cannot, Ask: d.Ask(v, cannot), ID: "why-acts"},
		{Text: w.GroupsDeleteName(g.Name), URL: path + "/delete", Danger: true, Why: cannot, Ask: d.Ask(v, cannot), ID: "why-acts"},
	}
	if frame.Notice, err = p.done(v, d, g); err != nil {
		return err
	}
	if wrong != "" {
		frame.Notice, frame.Errors = nil, page.Errors{{Text: wrong}}
	}
	return v.Render(one, status, frame, b)
}

// done says what was done to a group, by the address; nil where nothing was, or it is no longer so.
func (p groupsPage) done(v *site.Visit, d administered.Directory, g customer.Group) (*page.Notice, error) {
	w, query := v.Words, v.R.URL.Query()
	said := map[string]func(string) string{added: w.GroupsAdded, removed: w.GroupsRemoved}[query.Get("done")]
	switch {
	case query.Get("done") == "created":
		return &page.Notice{Success: true, Text: w.GroupsCreated()}, nil
	case query.Get("done") == "saved":
		return &page.Notice{Success: true, Text: w.PartnerUsersSaved()}, nil
	case said == nil:
		return nil, nil
	}
	u, err := p.user(v, d, query.Get("user"))
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in, err := p.table.InGroup(v.R.Context(), g.ID, u.ID)
	if err != nil || in[u.ID] != (query.Get("done") == added) {
		return nil, err
	}
	return &page.Notice{Success: true, Text: said(u.Name)}, nil
}
