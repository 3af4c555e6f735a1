// Package customerdomains is where a customer's administrators see its internet domains, add one, have the record that proves it looked up, and remove
// it, and where a partner does the same on its behalf. What the reader may not do is there, with the reason.
package customerdomains

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
	administration.DomainStore
	CustomerDomain(ctx context.Context, of customer.ID, name customer.DomainName) (customer.Domain, error)
	CustomerDomains(ctx context.Context, of customer.ID, page dynamo.Page) ([]customer.Domain, string, error)
}

//go:embed *.html
var files embed.FS

var (
	one  = page.Parse(files, "one.html")
	form = page.Parse(files, "form.html")
	sure = page.Parse(files, "sure.html")
)

type domainsPage struct {
	table Table
	dns   administration.Records
}

const (
	own    = "/account/domains"
	behalf = "/partner/admin/{customer}/domains"
)

// Page serves /account/domains to a customer's own people and /partner/admin/{customer}/domains to a partner, and below it the form that adds a domain,
// each domain with its record, and the page that asks before one is removed.
func Page(env boot.Env, table Table, dns administration.Records) http.Handler {
	p := domainsPage{table, dns}
	type step = func(*site.Visit, administered.Directory) error
	ours := func(s step) func(*site.Visit) error { return administered.Own(table, s) }
	theirs := func(s step) func(*site.Visit) error { return administered.OnBehalf(table, s) }
	return site.New(
		env, table,
		site.Route{Path: own, Get: ours(p.list)},
		site.Route{Path: behalf, Get: theirs(p.list)},
		site.Route{Path: own + "/new", Get: ours(p.showNew), Post: ours(p.add)},
		site.Route{Path: behalf + "/new", Get: theirs(p.showNew), Post: theirs(p.add)},
		site.Route{Path: own + "/{domain}", Get: ours(p.show), Post: ours(p.check)},
		site.Route{Path: behalf + "/{domain}", Get: theirs(p.show), Post: theirs(p.check)},
		site.Route{Path: own + "/{domain}/remove", Get: ours(p.ask), Post: ours(p.remove)},
		site.Route{Path: behalf + "/{domain}/remove", Get: theirs(p.ask), Post: theirs(p.remove)},
	)
}

func (p domainsPage) list(v *site.Visit, d administered.Directory) error {
	w, path := v.Words, d.Path+"/domains"
	found, _, err := p.table.CustomerDomains(v.R.Context(), d.By.Customer.ID, dynamo.Page{Limit: customer.MaxDomains})
	if err != nil {
		return err
	}
	l := v.Listing(path, "", page.Hidden{})
	l.Empty = page.Empty{Icon: "globe", Title: w.DomainsNone(), Text: w.DomainsNoneText()}
	l.Table.Heads = []string{w.DomainsDomain(), w.DomainsStatus(), w.DomainsChecked()}
	if initial := customer.InitialDomain(d.By.Customer.ID, v.Env.CustomersDomain); initial != "" {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: string(initial), Lines: []string{w.DomainsInitialText()},
			Cells: []page.Cell{{Badges: []page.Badge{{Kind: "good", Text: w.DomainsInitial(v.Vendor().Name)}}}, {Text: w.DomainsInitialChecked()}},
		})
	}
	for _, one := range found {
		checked := w.DomainsNever()
		if !one.CheckedAt.IsZero() {
			checked = w.Date(v.In(one.CheckedAt, d.By.Customer.Country))
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: shown(one), URL: at(d, one), Cells: []page.Cell{{Badges: []page.Badge{standing(v, d, one)}}, {Text: checked}},
		})
	}
	why := cannot(v, d)
	frame := v.Frame(w.DomainsTitle())
	frame.Act = &page.Act{Text: w.DomainsNew(), URL: path + "/new", Primary: true, Why: why, Ask: d.Ask(v, why), ID: "why-new"}
	if v.R.URL.Query().Get("done") == "removed" {
		frame.Notice = &page.Notice{Success: true, Text: w.DomainsRemoved()}
	}
	return v.RenderListing(frame, l)
}

// cannot says why the reader may not act on domains, and who can change that; empty where it may.
func cannot(v *site.Visit, d administered.Directory) string {
	_, err := d.By.Allow(administration.AdministerDomains)
	return d.Why(v, locale.Words.CustomerUsersNeedsGlobal, err)
}

func shown(d customer.Domain) string { return textinput.ShownDomain(string(d.Name)) }

func at(d administered.Directory, one customer.Domain) string {
	return d.Path + "/domains/" + string(one.Name)
}

// standing is how a domain stands, and until when it does where its record is missing.
func standing(v *site.Visit, d administered.Directory, one customer.Domain) page.Badge {
	w := v.Words
	switch {
	case one.Status == customer.DomainLost:
		return page.Badge{Kind: "bad", Text: w.DomainsLost()}
	case !one.Verified():
		return page.Badge{Kind: "calm", Text: w.DomainsPending()}
	case !one.MissingSince.IsZero():
		return page.Badge{Kind: "warn", Text: w.DomainsMissing(v.In(one.LosesAt(), d.By.Customer.Country))}
	}
	return page.Badge{Kind: "good", Text: w.DomainsVerified()}
}

// failure says why the last check did not find the record.
func failure(w locale.Words, why customer.DomainFailure) string {
	switch why {
	case customer.RecordMissing:
		return w.DomainsFailedMissing()
	case customer.RecordDiffers:
		return w.DomainsFailedDiffers()
	case customer.DNSFailed:
		return w.DomainsFailedDns()
	}
	return w.DomainsFound()
}

// named reads the domain in the path, of the directory.
func (p domainsPage) named(v *site.Visit, d administered.Directory) (customer.Domain, error) {
	name, code := textinput.OwnDomain(v.R.PathValue("domain"))
	if code != nil {
		return customer.Domain{}, fault.NotFound
	}
	return p.table.CustomerDomain(v.R.Context(), d.By.Customer.ID, customer.DomainName(name))
}

type oneBody struct {
	Rows        []page.Row
	Lead        string // what to do with the record
	Name, Value string // of the record
	Check       string // where the record is looked up
	Token       string
	Remove      page.Act
	Why         string
}

// show is one domain, with the record that proves it and what can be done.
func (p domainsPage) show(v *site.Visit, d administered.Directory) error {
	one, err := p.named(v, d)
	if err != nil {
		return err
	}
	var notice *page.Notice
	switch done := v.R.URL.Query().Get("done"); {
	case done == "added" && !one.Verified():
		notice = &page.Notice{Success: true, Text: v.Words.DomainsAdded(shown(one))}
	case done == "checked" && one.Verified() && one.Failure == "":
		notice = &page.Notice{Success: true, Text: v.Words.DomainsIsVerified(shown(one), d.By.Customer.Name)}
	}
	return p.put(v, d, one, http.StatusOK, "", notice)
}

func (p domainsPage) put(v *site.Visit, d administered.Directory, of customer.Domain, status int, wrong string, notice *page.Notice) error {
	w, country := v.Words, d.By.Customer.Country
	b := oneBody{Lead: w.DomainsRecordWanted(), Why: cannot(v, d)}
	b.Name, b.Value = of.Record()
	if of.Verified() {
		b.Lead = w.DomainsRecordStays()
		b.Rows = append(b.Rows, page.Row{Key: w.DomainsSince(), Values: []string{w.Time(v.In(of.VerifiedAt, country))}})
	}
	if !of.LostAt.IsZero() {
		b.Rows = append(b.Rows, page.Row{Key: w.DomainsLostAt(), Values: []string{w.Time(v.In(of.LostAt, country))}})
	}
	checked := page.Row{Key: w.DomainsChecked(), Values: []string{w.DomainsNever()}}
	if !of.CheckedAt.IsZero() {
		checked.Values = []string{w.Time(v.In(of.CheckedAt, country)), failure(w, of.Failure)}
	}
	b.Rows = append(b.Rows, checked, page.Row{Key: w.DomainsCreated(), Values: []string{w.Date(v.In(of.CreatedAt, country))}})
	b.Check, b.Token = at(d, of), site.Token(d.Secret, "check", string(of.Name))
	b.Remove = page.Act{Text: w.DomainsRemove(), URL: at(d, of) + "/remove", Danger: true, Why: b.Why, Ask: d.Ask(v, b.Why), ID: "why-acts"}
	state := standing(v, d, of)
	frame := v.Frame(shown(of))
	frame.Badge, frame.Notice, frame.Back = &state, notice, &page.Link{URL: d.Path + "/domains", Text: w.DomainsTitle()}
	if shown(of) != string(of.Name) {
		frame.Lead = string(of.Name)
	}
	if wrong != "" {
		frame.Errors = page.Errors{{Text: wrong}}
	}
	return v.Render(one, status, frame, b)
}
