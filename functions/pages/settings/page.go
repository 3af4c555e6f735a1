// Package settings shows the people of a customer what is kept of them and lets them change it, and its administrators the company: its name, who
// administers it and who owns its bills. A partner changes the name on the company's behalf.
package settings

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/colleague"
	"liaison/shared/site/granted"
	"liaison/shared/site/partnername"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partnername.Store
	customer.SettingsStore
	administration.ProfileStore
	CustomerUsers(ctx context.Context, c customer.ID) ([]customer.User, error)
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

//go:embed *.html
var files embed.FS

var (
	settings = page.Parse(files, "settings.html")
	you      = page.Parse(files, "you.html")
	owner    = page.Parse(files, "owner.html")
	company  = page.Parse(files, "company.html")
)

type settingsPage struct{ table Table }

const path = "/account/settings"

// Page serves /account/settings, and below it the own name and language, those of the company, and the billing owner; and on the company's behalf
// /partner/admin/{customer}/company.
func Page(env boot.Env, table Table) http.Handler {
	p := settingsPage{table}
	return site.New(
		env, table,
		site.Route{Path: path, Get: site.Customers(table, access.Known, p.show)},
		site.Route{Path: path + "/you", Get: site.Customers(table, access.Known, p.showYou), Post: site.Customers(table, access.Known, p.saveYou)},
		site.Route{
			Path: path + "/billing-owner", Get: site.Customers(table, access.ChangeBillingOwner, p.showOwner), Post: site.Customers(table, access.ChangeBillingOwner, p.saveOwner),
		},
		site.Route{Path: path + "/company", Get: administered.Own(table, p.showCompany), Post: administered.Own(table, p.saveCompany)},
		site.Route{Path: "/partner/admin/{customer}/company", Get: administered.OnBehalf(table, p.showCompany), Post: administered.OnBehalf(table, p.saveCompany)},
	)
}

type body struct {
	You []page.Row
	// Company and Change are what the company is called and the way to change that; none where the reader may not see it.
	Company []page.Row
	Change  *page.Act
	Offers  page.Link
	People  []page.Item // who administers the company; none where the reader may not see it
	// Data says what may be downloaded of the company, and Export leads there or says why the reader may not; nil where the reader does not see the company.
	Data   string
	Export *page.Act
	Owner  *page.Act // leads to where another billing owner is named; nil where the reader is not told of it
}

func (p settingsPage) show(v *site.Visit, who site.Signed) error {
	w, edit := v.Words, func(about string) *page.Link { return &page.Link{URL: path + "/you", About: about} }
	b := body{
		You: []page.Row{
			{Key: w.SettingsName(), Values: []string{who.Name}, Change: edit(w.SettingsName())},
			{Key: w.SiteMail(), Values: []string{textinput.ShownMail(who.Mail)}},
			{Key: w.SiteLanguage(), Values: []string{locale.LanguageName(locale.Language(who.Language))}, Change: edit(w.SiteLanguage())},
			{Key: w.SettingsRoles(), Values: []string{colleague.Held(w, who.Roles)}},
		},
		Offers: page.Link{URL: "/account/mail", Text: w.AccountMail()},
	}
	sees, owns := access.Has(who.Caller, access.SeeCustomers), who.ID == string(who.Customer.BillingOwner)
	var people []customer.User
	if sees || owns {
		var err error
		if people, err = p.table.CustomerUsers(v.R.Context(), who.Customer.ID); err != nil {
			return err
		}
	}
	act := way(v, who, enabled(people))
	if owns && !sees {
		row := page.Row{Key: w.SettingsBillingOwner(), Values: []string{w.SettingsOwnerYou()}}
		if act.Why != "" {
			row.Values = append(row.Values, act.Why)
		} else {
			row.Change = &page.Link{URL: ownerPath, About: row.Key}
		}
		b.You = append(b.You, row)
	}
	if sees {
		partners, err := p.partners(v, who)
		if err != nil {
			return err
		}
		stands, err := p.table.Administration(v.R.Context(), who.Customer.ID, "")
		if err != nil {
			return err
		}
		by, err := who.Claim().Over(stands, v.Op.At)
		if err != nil {
			return err
		}
		b.Company = []page.Row{
			{Key: w.SettingsCompanyName(), Values: []string{by.Customer.Name}},
			{Key: w.SiteLanguage(), Values: []string{locale.LanguageName(locale.Language(by.Customer.Language))}},
		}
		b.Change = change(v, administered.Directory{Signed: who, By: by, Path: "/account"})
		b.Data, b.Export = w.SettingsExportText(by.Customer.Name), &page.Act{Text: w.ExportTitle(), URL: "/account/export", Small: true, ID: "export-why"}
		if !access.Has(who.Caller, access.ExportData) {
			b.Export.Why = w.SettingsExportWhy()
		}
		b.Owner, b.People = act, append(persons(w, who.Customer, people), partners...)
	}
	frame := v.Frame(w.SettingsTitle())
	switch v.R.URL.Query().Get("done") {
	case "you":
		frame.Notice = &page.Notice{Success: true, Text: w.SettingsSaved()}
	case "company":
		frame.Notice = &page.Notice{Success: true, Text: w.SettingsCompanySaved()}
	case "owner":
		frame.Notice = &page.Notice{Success: true, Text: w.SettingsOwnerChanged()}
	}
	return v.Render(settings, http.StatusOK, frame, b)
}

// persons makes a row of each person who has a role or owns the bills; a disabled one can do nothing.
func persons(w locale.Words, of customer.Customer, people []customer.User) []page.Item {
	var rows []page.Item
	for _, u := range people {
		owns := u.ID == of.BillingOwner
		if u.Disabled || len(u.Roles) == 0 && !owns {
			continue
		}
		row := page.Item{Avatar: u.Name, Title: u.Name, Lines: []string{textinput.ShownMail(u.Mail), colleague.Held(w, u.Roles)}}
		if owns {
			row.Badge = &page.Badge{Kind: "info", Text: w.SettingsBillingOwner()}
		}
		rows = append(rows, row)
	}
	return rows
}

// most is how many ties are looked through: a customer has few.
const most = 100

// partners makes a row of the partner with delegated administration: there is at most one.
func (p settingsPage) partners(v *site.Visit, who site.Signed) ([]page.Item, error) {
	administers := func(found []relationship.Relationship) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			kept[i] = slices.Contains(r.Kinds(v.Op.At), relationship.DelegatedAdministrator)
		}
		return kept, nil
	}
	ties, _, err := p.table.RelationshipsOf(v.R.Context(), who.Customer.ID, dynamo.Page{Limit: most}, administers)
	if err != nil {
		return nil, err
	}
	ids := make([]partner.ID, len(ties))
	for i, r := range ties {
		ids[i] = r.Partner
	}
	names, err := partnername.Read(v, p.table, ids...)
	if err != nil {
		return nil, err
	}
	w := v.Words
	var rows []page.Item
	for _, r := range ties {
		a := r.Administration
		row := page.Item{
			Icon: "hands", Title: names.Full(r.Partner), URL: "/account/partners",
			Lines: []string{w.DelegatedAdministrationLabel(), w.PartnersTerm(granted.Rights(w, a.Role), v.In(a.Since, who.Customer.Country), v.In(a.EndsAt, who.Customer.Country))},
		}
		if a.Status == relationship.Suspended {
			row.Badge = &page.Badge{Kind: "bad", Text: w.PartnersDisputedNow()}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
