package customergroups

import (
	"context"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

// The steps that a member takes, as addresses and tokens name them.
const (
	added   = "added"
	removed = "removed"
)

// act is the button that adds a user to a group or removes it, which leads back to where it stands.
func act(v *site.Visit, d administered.Directory, g customer.Group, u customer.User, step, text string) page.Act {
	ulid, path := site.ULID(string(u.ID)), at(d, g)
	if step == added {
		path += "/add"
	}
	return page.Act{
		Text: text, About: u.Name, URL: path, Small: true, Why: why(v, d, u), ID: "why-" + ulid, Form: []page.Hidden{
			{Name: page.TokenField, Value: site.Token(d.Secret, step, string(g.ID), ulid)},
			{Name: "user", Value: ulid},
			{Name: "search", Value: v.R.URL.Query().Get("search")},
			{Name: "cursor", Value: v.R.URL.Query().Get("cursor")},
		},
	}
}

// find searches the customer's users for who is added to a group.
func (p groupsPage) find(v *site.Visit, d administered.Directory) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	if why(v, d) != "" {
		return v.Redirect(at(d, g)) // it says why
	}
	w, query, path := v.Words, v.R.URL.Query(), at(d, g)+"/add"
	typed, _ := textinput.Line(query.Get("search"), customer.MaxName)
	keep := func(u customer.User) bool { return !u.Deleted() }
	found, next, err := p.table.FindCustomerUsers(v.R.Context(), d.By.Customer.ID, typed, keep, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	ids := make([]customer.UserID, len(found))
	for i, u := range found {
		ids[i] = u.ID
	}
	in, err := p.table.InGroup(v.R.Context(), g.ID, ids...)
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{}, page.Hidden{Name: "search", Value: typed})
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Filters = []page.Filter{{Input: &page.Input{Name: "search", Label: w.PartnerUsersSearch(), Value: typed, Type: "search"}}}
	l.Empty = page.Empty{Icon: "people", Title: w.PartnerUsersNone(), Text: w.PartnerUsersNoneText()}
	l.Table.Heads = []string{w.PartnerUsersName(), w.CustomerUsersRoles(), w.GroupsMember()}
	for _, u := range found {
		member := page.Cell{Badges: []page.Badge{{Kind: "good", Text: w.GroupsIn()}}}
		if !in[u.ID] {
			add := act(v, d, g, u, added, w.GroupsAddOne())
			member = page.Cell{Act: &add}
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: u.Name, Lines: []string{textinput.ShownMail(u.Mail)}, Cells: []page.Cell{{Text: colleague.Held(w, u.Roles)}, member},
		})
	}
	frame := v.Frame(w.GroupsAddTitle(g.Name))
	frame.Back = &page.Link{URL: at(d, g), Text: g.Name}
	if frame.Notice, err = p.done(v, d, g); err != nil {
		return err
	}
	return v.RenderListing(frame, l)
}

// add puts a user into a group and leads back to the search; pressed twice it does the same.
func (p groupsPage) add(v *site.Visit, d administered.Directory) error {
	return p.change(v, d, added, administration.AddMember)
}

// remove takes a user out of a group and leads back to the group; pressed twice it does the same.
func (p groupsPage) remove(v *site.Visit, d administered.Directory) error {
	return p.change(v, d, removed, administration.RemoveMember)
}

type decision func(context.Context, administration.GroupStore, administration.Authority, customer.Group, customer.User, op.Op) error

// change decides whether the user that a form names is in the group in the path.
func (p groupsPage) change(v *site.Visit, d administered.Directory, step string, decide decision) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, step, string(g.ID), v.Form("user")); err != nil {
		return err
	}
	err = op.RetryStale(func() error {
		u, err := p.user(v, d, v.Form("user"))
		if err != nil {
			return err
		}
		return decide(v.R.Context(), p.table, d.By, g, u, v.By(d.Signed))
	})
	if said := because(v, d, err); said != "" {
		return p.render(v, d, g, gateway.Status(err), said)
	}
	if err != nil {
		return err
	}
	field := func(name string) page.Hidden { return page.Hidden{Name: name, Value: v.Form(name)} }
	return v.Redirect(site.Query(v.R.URL.Path, field("search"), field("cursor"), page.Hidden{Name: "done", Value: step}, field("user")))
}
