// Package partnerusers is where a partner's administrators see, invite, change and disable the people of their company.
package partnerusers

import (
	"context"
	"embed"
	"net/http"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.UserStore
	PartnerUsers(ctx context.Context, p partner.ID, typed string, page dynamo.Page) ([]partner.User, string, error)
}

//go:embed *.html
var files embed.FS

var form, sure = page.Parse(files, "form.html"), page.Parse(files, "sure.html")

type usersPage struct{ table Table }

const path = "/partner/users"

// Page serves /partner/users, and below it the forms that invite and change a user, and the page that asks once more before one is disabled.
func Page(env boot.Env, table Table) http.Handler {
	p := usersPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.ManageUsers, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/new", Get: only(p.showNew), Post: only(p.invite)},
		site.Route{Path: path + "/{user}", Get: only(p.show), Post: only(p.save)},
		site.Route{Path: path + "/{user}/disable", Get: only(p.ask), Post: only(p.disable)},
	)
}

func (p usersPage) list(v *site.Visit, who site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	typed, _ := textinput.Line(query.Get("search"), partner.MaxPerson)
	if v.AsFile() {
		return p.file(v, who, typed)
	}
	found, next, err := p.table.PartnerUsers(v.R.Context(), who.Partner.ID, typed, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	searched := page.Hidden{Name: "search", Value: typed}
	l := v.Listing(path, next, page.Hidden{}, searched)
	l.Pager.File = v.ToFile(path, searched)
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Filters = []page.Filter{{Input: &page.Input{Name: "search", Label: w.PartnerUsersSearch(), Value: typed, Type: "search"}}}
	l.Empty = page.Empty{Icon: "people", Title: w.PartnerUsersNone(), Text: w.PartnerUsersNoneText()}
	l.Table.Heads = []string{w.PartnerUsersName(), w.PartnerUsersCompany(), w.PartnerUsersCustomers(), w.PartnerUsersStatus()}
	for _, u := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: u.Name, URL: at(u), Lines: []string{textinput.ShownMail(u.Mail)},
			Cells: []page.Cell{
				{Text: colleague.Company(u.CompanyRole, w.PartnerUsersNo(), w)},
				{Text: colleague.Customers(u.CustomerAccess, w.PartnerUsersNo(), w)},
				{Badges: []page.Badge{colleague.Standing(w, u.Disabled, u.Password)}},
			},
		})
	}
	frame := v.Frame(w.PartnerUsersTitle())
	frame.Act = &page.Act{Text: w.PartnerUsersInvite(), URL: path + "/new", Primary: true}
	return v.RenderListing(frame, l)
}

// file answers with all users that are found.
func (p usersPage) file(v *site.Visit, who site.Signed, typed string) error {
	w := v.Words
	return v.SendList(site.List{
		Name:  "users",
		Heads: []string{w.PartnerUsersName(), w.PartnerUsersEmail(), w.PartnerUsersCompany(), w.PartnerUsersCustomers(), w.PartnerUsersStatus()},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.table.PartnerUsers(v.R.Context(), who.Partner.ID, typed, of)
			rows := make([][]string, len(found))
			for i, u := range found {
				rows[i] = []string{
					u.Name, textinput.ShownMail(u.Mail), colleague.Company(u.CompanyRole, w.PartnerUsersNo(), w), colleague.Customers(u.CustomerAccess, w.PartnerUsersNo(), w),
					colleague.Standing(w, u.Disabled, u.Password).Text,
				}
			}
			return rows, next, err
		},
	})
}

func at(u partner.User) string { return path + "/" + site.ULID(string(u.ID)) }

// named reads the user in the path, of the reader's own company.
func (p usersPage) named(v *site.Visit, who site.Signed) (partner.User, error) {
	ulid := v.R.PathValue("user")
	if !site.Made(ulid) {
		return partner.User{}, fault.NotFound
	}
	return p.table.PartnerUser(v.R.Context(), partner.UserID("usr_"+string(who.Partner.ID)+"_"+ulid))
}

// seen signs what a form shows of a user, so that it decides on nothing else. The links that set the password are not part of it.
func seen(who site.Signed, u partner.User) string {
	return site.Token(who.Secret, "seen", string(u.ID), u.Name, u.Language, string(u.CompanyRole), string(u.CustomerAccess), strconv.FormatBool(u.Disabled))
}
