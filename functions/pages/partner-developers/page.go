// Package partnerdevelopers is where a partner's global administrator sees, makes and deletes machine clients, gives them new secrets and ends
// old ones.
package partnerdevelopers

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/site/confirm"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.ClientStore
	confirm.Memory
	Clients(ctx context.Context, p partner.ID, page dynamo.Page) ([]partner.Client, string, error)
}

//go:embed *.html
var files embed.FS

var (
	list   = page.Parse(files, "list.html")
	form   = page.Parse(files, "form.html")
	one    = page.Parse(files, "one.html")
	sure   = page.Parse(files, "sure.html")
	secret = page.Parse(files, "secret.html")
)

type clientsPage struct {
	table    Table
	accounts partner.Accounts
}

const path = "/partner/developers"

// Page serves /partner/developers, and below it the form that makes a client, each client's page, and the pages that ask once more before it
// gets a new secret, loses its old one or is deleted.
func Page(env boot.Env, table Table, accounts partner.Accounts) http.Handler {
	p := clientsPage{table, accounts}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.ManageClients, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/new", Get: only(p.showNew), Post: only(p.make)},
		site.Route{Path: path + "/{client}", Get: only(p.show)},
		site.Route{Path: path + "/{client}/secret", Get: only(p.askRenew), Post: only(p.renew)},
		site.Route{Path: path + "/{client}/old-secret", Get: only(p.askEnd), Post: only(p.end)},
		site.Route{Path: path + "/{client}/delete", Get: only(p.askDelete), Post: only(p.delete)},
	)
}

type listBody struct {
	Clients []row
	Empty   page.Empty
}

type row struct {
	Name, URL, Company, Customers, Secret, Used string
	Badge                                       page.Badge
}

func (p clientsPage) list(v *site.Visit, who site.Signed) error {
	found, _, err := p.table.Clients(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: partner.MaxClients})
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(c partner.Client) bool { return c.Making(v.Op.At) })
	w := v.Words
	b := listBody{Empty: page.Empty{
		Icon: "key", Title: w.DevelopersNone(), Text: w.DevelopersNoneText(), Acts: []page.Act{{Text: w.DevelopersMake(), URL: path + "/new", Primary: true}},
	}}
	for _, c := range found {
		b.Clients = append(b.Clients, row{
			Name: c.Name, URL: at(c), Company: colleague.Company(c.CompanyRole, w.CustomerAccessNone(), w), Customers: colleague.Customers(c.CustomerAccess, w.CustomerAccessNone(), w),
			Secret: day(v, who, c.SecretMadeAt()), Used: w.DevelopersUnused(), Badge: badge(w, c),
		})
		if !c.LastUsedAt.IsZero() {
			b.Clients[len(b.Clients)-1].Used = day(v, who, c.LastUsedAt)
		}
	}
	frame := v.Frame(w.DevelopersTitle())
	frame.Lead = w.DevelopersLead(who.Partner.LegalName)
	if len(found) > 0 {
		frame.Act = &page.Act{Text: w.DevelopersMake(), URL: path + "/new", Primary: true}
	}
	if v.R.URL.Query().Get("done") == "deleted" {
		frame.Notice = &page.Notice{Success: true, Text: w.DevelopersDeleted()}
	}
	return v.Render(list, http.StatusOK, frame, b)
}

type oneBody struct {
	About         []page.Row
	ClientID      string
	Broken        string // why the client can do nothing
	RenewText     string
	Renew, Delete page.Act
	Old           *page.Act // ends the old secret, where it works on
}

// show is one client's page. After a secret was shown it says that it will not be shown again; after the old one was ended, that it was.
func (p clientsPage) show(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	var notice *page.Notice
	switch v.R.URL.Query().Get("done") {
	case "shown":
		notice = &page.Notice{Title: v.Words.DevelopersShown(), Text: v.Words.DevelopersShownText()}
	case "ended":
		notice = &page.Notice{Success: true, Text: v.Words.DevelopersEnded()}
	}
	return p.render(v, who, c, http.StatusOK, notice)
}

func (p clientsPage) render(v *site.Visit, who site.Signed, c partner.Client, status int, notice *page.Notice) error {
	w := v.Words
	b := oneBody{
		ClientID: c.OAuthID,
		About: []page.Row{
			{Key: w.DevelopersOwn(), Values: []string{colleague.Company(c.CompanyRole, w.CustomerAccessNone(), w)}},
			{Key: w.DevelopersCustomers(), Values: []string{colleague.Customers(c.CustomerAccess, w.CustomerAccessNone(), w)}},
			{Key: w.DevelopersMade(), Values: []string{day(v, who, c.CreatedAt)}},
			{Key: w.DevelopersLastSecret(), Values: []string{day(v, who, c.SecretMadeAt())}},
			{Key: w.DevelopersLastUsed(), Values: []string{w.DevelopersUnused()}},
		},
		RenewText: w.DevelopersRenewText(partner.OldSecretDays),
		Renew:     page.Act{Text: w.DevelopersRenewName(c.Name), URL: at(c) + "/secret"},
		Delete:    page.Act{Text: w.DevelopersDeleteName(c.Name), URL: at(c) + "/delete", Danger: true},
	}
	if when, ago := used(v, who, c); when != "" {
		b.About[len(b.About)-1].Values = []string{when, ago}
	}
	if c.OldWorks(v.Op.At) {
		until := w.Time(v.In(c.Old.EndsAt, who.Partner.Country))
		b.About = append(b.About, page.Row{Key: w.DevelopersOld(), Values: []string{day(v, who, c.Old.MadeAt), w.DevelopersOldUntil(until)}})
		b.Old = &page.Act{Text: w.DevelopersEndName(c.Name), URL: at(c) + "/old-secret"}
		b.Renew.Why, b.Renew.ID = w.DevelopersOldWorks(), "why-renew"
	}
	b.About = append(b.About, page.Row{Key: w.DevelopersAPI(), Values: []string{v.Env.APIURL}}, page.Row{Key: w.DevelopersIssuer(), Values: []string{v.Env.Issuer}})
	if !c.Works() {
		b.Broken = w.DevelopersBrokenText()
	}
	state := badge(w, c)
	frame := v.Frame(c.Name)
	frame.Badge, frame.Notice, frame.Back = &state, notice, &page.Link{URL: path, Text: w.DevelopersTitle()}
	return v.Render(one, status, frame, b)
}

func at(c partner.Client) string { return path + "/" + site.ULID(string(c.ID)) }

func day(v *site.Visit, who site.Signed, t time.Time) string {
	return v.Words.Date(v.In(t, who.Partner.Country))
}

// used says when a client was last used, and how long ago that is; nothing where no use is noted.
func used(v *site.Visit, who site.Signed, c partner.Client) (when, ago string) {
	if c.LastUsedAt.IsZero() {
		return "", ""
	}
	return v.Words.Time(v.In(c.LastUsedAt, who.Partner.Country)), v.Words.Ago(v.Op.At.Sub(c.LastUsedAt))
}

func badge(w locale.Words, c partner.Client) page.Badge {
	if c.Works() {
		return page.Badge{Kind: "good", Text: w.DevelopersActive()}
	}
	return page.Badge{Kind: "bad", Text: w.DevelopersBroken()}
}

// named reads the client in the path, of the reader's own company. One that is still being made is none yet.
func (p clientsPage) named(v *site.Visit, who site.Signed) (partner.Client, error) {
	ulid := v.R.PathValue("client")
	if !site.Made(ulid) {
		return partner.Client{}, fault.NotFound
	}
	c, err := p.table.Client(v.R.Context(), partner.ClientID("cli_"+string(who.Partner.ID)+"_"+ulid))
	if err == nil && c.Making(v.Op.At) {
		return partner.Client{}, fault.NotFound
	}
	return c, err
}
