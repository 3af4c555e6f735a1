// Package customerusers is where a customer's administrators see, create and change its users, and where a partner does the same on its behalf: the
// same pages, with other rights. What the reader may not do is there, with the reason.
package customerusers

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/administered"
	"liaison/shared/site/colleague"
	"liaison/shared/site/granted"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	activity.Acts
	LicenseTable
	TaskTable
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
	FindCustomerUsers(ctx context.Context, of customer.ID, text string, keep func(customer.User) bool, page dynamo.Page) ([]customer.User, string, error)
}

// GroupsOf reads which groups a user is in. It is a function and no interface: of a type behind one the linker keeps every method in a page's program
// (infra/design/speed.md).
type GroupsOf func(ctx context.Context, user customer.UserID, page dynamo.Page) ([]customer.Group, string, error)

//go:embed *.html
var files embed.FS

var (
	overview = page.Parse(files, "overview.html")
	one      = page.Parse(files, "one.html")
	form     = page.Parse(files, "form.html")
	sure     = page.Parse(files, "sure.html")
	mailbox  = page.Parse(files, "mailbox.html")
)

type usersPage struct {
	table  Table
	groups GroupsOf
}

const (
	own    = "/account/users"
	admin  = "/partner/admin/{customer}"
	behalf = "/partner/admin/{customer}/users"
)

// Page serves /account/users to a customer's own people and /partner/admin/{customer} with its users to a partner; below the users the forms that create
// and change one, and the pages that ask once more before an act.
func Page(env boot.Env, table Table, groups GroupsOf) http.Handler {
	p := usersPage{table, groups}
	type step = func(*site.Visit, administered.Directory) error
	ours := func(s step) func(*site.Visit) error { return administered.Own(table, s) }
	theirs := func(s step) func(*site.Visit) error { return administered.OnBehalf(table, s) }
	return site.New(
		env, table,
		site.Route{Path: admin, Get: theirs(p.overview)},
		site.Route{Path: own, Get: ours(p.list)},
		site.Route{Path: behalf, Get: theirs(p.list)},
		site.Route{Path: own + "/new", Get: ours(p.showNew), Post: ours(p.create)},
		site.Route{Path: behalf + "/new", Get: theirs(p.showNew), Post: theirs(p.create)},
		site.Route{Path: own + "/setup", Get: ours(p.setup), Post: ours(p.retry)},
		site.Route{Path: behalf + "/setup", Get: theirs(p.setup), Post: theirs(p.retry)},
		site.Route{Path: own + "/{user}/licenses", Get: ours(p.show), Post: ours(p.setLicenses)},
		site.Route{Path: behalf + "/{user}/licenses", Get: theirs(p.show), Post: theirs(p.setLicenses)},
		site.Route{Path: own + "/{user}/mailbox", Get: ours(p.showMailbox), Post: ours(p.saveMailbox)},
		site.Route{Path: behalf + "/{user}/mailbox", Get: theirs(p.showMailbox), Post: theirs(p.saveMailbox)},
		site.Route{Path: own + "/{user}", Get: ours(p.show)},
		site.Route{Path: behalf + "/{user}", Get: theirs(p.show)},
		site.Route{Path: own + "/{user}/edit", Get: ours(p.showEdit), Post: ours(p.save)},
		site.Route{Path: behalf + "/{user}/edit", Get: theirs(p.showEdit), Post: theirs(p.save)},
		site.Route{Path: own + "/{user}/{act}", Get: ours(p.ask), Post: ours(p.act)},
		site.Route{Path: behalf + "/{user}/{act}", Get: theirs(p.ask), Post: theirs(p.act)},
	)
}

type overviewBody struct {
	Rows  []page.Row
	Ways  []page.PanePart
	Scope page.Abilities
	// Acts are the last that the reader's company did here; Activity leads to all that happened.
	Acts     []page.Row
	Activity string
}

// overview is where a partner begins with a customer that it administers.
func (p usersPage) overview(v *site.Visit, d administered.Directory) error {
	w, of := v.Words, d.By.Customer
	rights := page.Row{Key: w.AdminRights(), Values: []string{w.PartnersTerm(granted.Rights(w, d.By.Role()), v.In(d.By.Grant.Since, of.Country), v.In(d.By.Grant.EndsAt, of.Country))}}
	if d.By.Role() != d.By.Grant.Role {
		rights.Values = append(rights.Values, w.AdminLess(d.Signed.Partner.LegalName))
	}
	frame := v.Frame(w.AdminTitle())
	frame.Lead = of.Name
	if v.R.URL.Query().Get("done") == "company" {
		frame.Notice = &page.Notice{Success: true, Text: w.SettingsCompanySaved()}
	}
	acts, err := activity.Behalf(v, p.table, d.Signed, of.ID, d.Signed.Partner.ID, func(id customer.UserID) (string, error) {
		u, err := p.table.CustomerUser(v.R.Context(), id)
		return u.Name, err
	})
	if err != nil {
		return err
	}
	name := page.Row{Key: w.CustomersCustomer(), Values: []string{of.Name, w.Country(of.Country)}}
	if _, err := d.By.Allow(administration.EditCustomer); err == nil {
		name.Change = &page.Link{URL: d.Path + "/company", About: name.Key}
	}
	all := site.ConsolePath + "/activity?customer=" + of.ID.Bare()
	return v.Render(overview, http.StatusOK, frame, overviewBody{
		Rows: []page.Row{name, rights},
		Ways: []page.PanePart{
			{Icon: "people", Link: page.Link{Text: w.CustomerUsersTitle(), URL: d.Path + "/users", About: w.AdminUsersAbout(of.Name)}},
			{Icon: "group", Link: page.Link{Text: w.GroupsTitle(), URL: d.Path + "/groups", About: w.AdminGroupsAbout(of.Name)}},
			{Icon: "inbox", Link: page.Link{Text: w.ImportsTitle(), URL: d.Path + "/imports", About: w.AdminImportsAbout(of.Name)}},
			{Icon: "globe", Link: page.Link{Text: w.DomainsTitle(), URL: d.Path + "/domains", About: w.DomainsAdminAbout(of.Name)}},
			{Icon: "help", Link: page.Link{Text: w.SupportTitle(), URL: d.Path + "/support", About: w.AdminSupportAbout(of.Name)}},
			{Icon: "gauge", Link: page.Link{Text: w.SetupTitle(), URL: setupPath(d), About: w.SetupAbout(v.Vendor().Name)}},
			{Icon: "clock", Link: page.Link{Text: w.ActivityTitle(), URL: all, About: w.AdminActivityAbout(of.Name)}},
		},
		Scope: granted.Abilities(w, d.By.Role()), Acts: acts, Activity: all,
	})
}

// The states that the list can be filtered by.
const (
	active   = "active"
	disabled = "disabled"
	deleted  = "deleted"
)

func status(u customer.User) string {
	switch {
	case u.Deleted():
		return deleted
	case u.Disabled:
		return disabled
	}
	return active
}

func (p usersPage) list(v *site.Visit, d administered.Directory) error {
	w, query, path := v.Words, v.R.URL.Query(), d.Path+"/users"
	choice := page.Select{Name: "status", Label: w.PartnerUsersStatus(), Options: []page.Option{
		{Label: w.CustomerUsersAll()}, {Value: active, Label: w.PartnerUsersActive()}, {Value: disabled, Label: w.PartnerUsersDisabled()}, {Value: deleted, Label: w.CustomerUsersDeleted()},
	}}
	for _, o := range choice.Options {
		if o.Value == query.Get("status") {
			choice.Value = o.Value
		}
	}
	typed, _ := textinput.Line(query.Get("search"), customer.MaxName)
	read := func(of dynamo.Page) ([]customer.User, string, error) {
		keep := func(u customer.User) bool { return status(u) == choice.Value || choice.Value == "" && !u.Deleted() }
		return p.table.FindCustomerUsers(v.R.Context(), d.By.Customer.ID, typed, keep, of)
	}
	if v.AsFile() {
		return file(v, d, read)
	}
	found, next, err := read(dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	set := []page.Hidden{{Name: "search", Value: typed}, {Name: "status", Value: choice.Value}}
	l := v.Listing(path, next, page.Hidden{}, set...)
	l.Pager.File = v.ToFile(path, set...)
	l.Tabs = tabs(w, d, false)
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Filters = []page.Filter{{Input: &page.Input{Name: "search", Label: w.PartnerUsersSearch(), Value: typed, Type: "search"}}, {Select: &choice}}
	l.Empty = page.Empty{Icon: "people", Title: w.PartnerUsersNone(), Text: w.PartnerUsersNoneText()}
	l.Table.Heads = []string{w.PartnerUsersName(), w.CustomerUsersRoles(), w.PartnerUsersStatus()}
	for _, u := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: u.Name, URL: at(d, u), Lines: []string{textinput.ShownMail(u.Mail)},
			Cells: []page.Cell{{Text: colleague.Held(w, u.Roles)}, {Badges: []page.Badge{standing(v, d, u)}}},
		})
	}
	_, err = d.By.Allow(administration.AdministerUsers)
	why := d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err)
	frame := v.Frame(w.CustomerUsersTitle())
	frame.Act = &page.Act{Text: w.CustomerUsersNew(), URL: path + "/new", Primary: true, Why: why, Ask: d.Ask(v, why), ID: "why-new"}
	return v.RenderListing(frame, l)
}

// file answers with all users that are found.
func file(v *site.Visit, d administered.Directory, read func(dynamo.Page) ([]customer.User, string, error)) error {
	w := v.Words
	return v.SendList(site.List{
		Name: "users", Heads: []string{w.PartnerUsersName(), w.PartnerUsersEmail(), w.CustomerUsersRoles(), w.PartnerUsersStatus(), w.CustomerUsersSince()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := read(of)
			rows := make([][]string, len(found))
			for i, u := range found {
				rows[i] = []string{u.Name, textinput.ShownMail(u.Mail), colleague.Held(w, u.Roles), standing(v, d, u).Text, v.Day(u.CreatedAt, d.By.Customer.Country)}
			}
			return rows, next, err
		},
	})
}

// standing is whether a user can sign in, and until when one that was deleted can be restored.
func standing(v *site.Visit, d administered.Directory, u customer.User) page.Badge {
	if u.Deleted() {
		return page.Badge{Kind: "bad", Text: v.Words.CustomerUsersDeletedUntil(v.In(u.PurgeAt, d.By.Customer.Country))}
	}
	return colleague.Standing(v.Words, u.Disabled, u.Password)
}

func at(d administered.Directory, u customer.User) string {
	return d.Path + "/users/" + site.ULID(string(u.ID))
}

// named reads the user in the path, of the directory.
func (p usersPage) named(v *site.Visit, d administered.Directory) (customer.User, error) {
	ulid := v.R.PathValue("user")
	if !site.Made(ulid) {
		return customer.User{}, fault.NotFound
	}
	return p.table.CustomerUser(v.R.Context(), customer.UserID("usr_"+d.By.Customer.ID.Bare()+"_"+ulid))
}

// seen signs what a page shows of a user, so that its form decides on nothing else. The links that set the password are not part of it.
func seen(d administered.Directory, u customer.User) string {
	shown := []string{"seen", string(u.ID), u.Name, u.Language, status(u)}
	if u.Mailbox != nil {
		shown = append(shown, u.Mailbox.Address)
	}
	for _, role := range u.Roles {
		shown = append(shown, string(role))
	}
	for _, f := range customer.ContactFields {
		shown = append(shown, f.Name+" "+*f.Of(&u.Contact))
	}
	return site.Token(d.Secret, shown...)
}

type oneBody struct {
	Rows, Contact []page.Row
	Licenses      *licensesBody
	Mailbox       *mailboxBody
	Groups        *groupsBody
	Acts          page.Item
}

// groupsBody are the groups that a user is in. All leads to those of the customer, where more are than are shown.
type groupsBody struct {
	Shown []page.Item
	More  string
	All   page.Link
}

// in lists the groups that a user is in; nil for who was deleted, whom groups hide.
func (p usersPage) in(v *site.Visit, d administered.Directory, u customer.User) (*groupsBody, error) {
	if u.Deleted() {
		return nil, nil
	}
	groups, next, err := p.groups(v.R.Context(), u.ID, dynamo.Page{Limit: site.PageSize})
	b := &groupsBody{All: page.Link{Text: v.Words.GroupsAll(), URL: d.Path + "/groups"}}
	for _, g := range groups {
		b.Shown = append(b.Shown, page.Item{Title: g.Name, URL: b.All.URL + "/" + site.ULID(string(g.ID))})
	}
	if next != "" {
		b.More = v.Words.GroupsMore(len(groups))
	}
	return b, err
}

// show is one user, with what can be done about it.
func (p usersPage) show(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	var notice *page.Notice
	if text := done(v, d, u, v.R.URL.Query().Get("done")); text != "" {
		notice = &page.Notice{Success: true, Text: text}
	}
	return p.showAs(v, d, u, http.StatusOK, u.Licenses, "", notice)
}

// overtakenBy shows a user as it stands now, because somebody changed it since a form on its page was shown.
func (p usersPage) overtakenBy(v *site.Visit, d administered.Directory, text string) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	return p.showAs(v, d, u, http.StatusConflict, u.Licenses, "", &page.Notice{Text: text})
}

// showAs shows a user with the licences that are chosen, and what is wrong with them.
func (p usersPage) showAs(v *site.Visit, d administered.Directory, u customer.User, status int, chosen []string, wrong string, notice *page.Notice) error {
	w, country := v.Words, d.By.Customer.Country
	password := w.CustomerUsersPasswordNone()
	if !u.Password.SetAt.IsZero() {
		password = w.CustomerUsersPasswordSet(v.In(u.Password.SetAt, country))
	}
	b := oneBody{Rows: []page.Row{
		{Key: w.SiteLanguage(), Values: []string{locale.LanguageName(locale.Language(u.Language))}},
		{Key: w.CustomerUsersRoles(), Values: []string{colleague.Held(w, u.Roles)}},
		{Key: w.CustomerUsersPassword(), Values: []string{password}},
		{Key: w.CustomerUsersSince(), Values: []string{w.Date(v.In(u.CreatedAt, country))}},
	}}
	if u.ID == d.By.Customer.BillingOwner {
		b.Rows[1].Values = append(b.Rows[1].Values, w.SettingsBillingOwner())
	}
	for _, f := range contacts(w, u.Contact, nil) {
		if f.Value != "" {
			b.Contact = append(b.Contact, page.Row{Key: f.Label, Values: []string{f.Value}})
		}
	}
	why := map[string]string{}
	add := func(s step) {
		made := page.Act{Text: s.text(w, u.Name), URL: at(d, u) + "/" + s.name, Danger: s.danger, Why: cannot(v, d, s, u)}
		if made.Ask = d.Ask(v, made.Why); made.Why != "" {
			if why[made.Why] == "" {
				why[made.Why] = "why-" + s.name
			}
			made.ID = why[made.Why]
		}
		b.Acts.Acts = append(b.Acts.Acts, made)
	}
	for _, s := range steps {
		if s.fits(u) && !s.apart {
			add(s)
		}
	}
	var err error
	if b.Licenses, err = p.licenses(v, d, u, chosen, wrong); err != nil {
		return err
	}
	if b.Mailbox, err = p.mailbox(v, d, u, b.Licenses != nil && b.Licenses.Running); err != nil {
		return err
	}
	if b.Groups, err = p.in(v, d, u); err != nil {
		return err
	}
	state := standing(v, d, u)
	frame := v.Frame(u.Name)
	frame.Lead, frame.Badge, frame.Back = textinput.ShownMail(u.Mail), &state, &page.Link{URL: d.Path + "/users", Text: w.CustomerUsersTitle()}
	frame.Notice = notice
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "licenses", Text: wrong}}
	}
	return v.Render(one, status, frame, b)
}

// contacts are the fields of a contact, each under its name.
func contacts(w locale.Words, c customer.Contact, errs page.Errors) []page.Input {
	labels := map[string]string{
		"given_name": w.ContactGivenName(), "family_name": w.ContactFamilyName(), "job_title": w.ContactJobTitle(), "department": w.ContactDepartment(),
		"office": w.ContactOffice(), "phone": w.ContactPhone(), "mobile_phone": w.ContactMobilePhone(), "fax": w.ContactFax(), "address": w.ContactAddress(),
		"city": w.ContactCity(), "state": w.ContactState(), "postal_code": w.ContactPostalCode(), "country": w.ContactCountry(),
	}
	made := make([]page.Input, len(customer.ContactFields))
	for i, f := range customer.ContactFields {
		made[i] = page.Input{Name: f.Name, Label: labels[f.Name], Value: *f.Of(&c), Error: errs.For(f.Name), Autocomplete: "off"}
		if strings.Contains(f.Name, "phone") || f.Name == "fax" {
			made[i].InputMode = "tel"
		}
	}
	return made
}
