// Package vendorpartners is where the vendor's people see the companies in the program, decide what they may offer, and
// suspend, reinstate, vouch for, trust and close them.
package vendorpartners

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	partner.Store
	Partners(ctx context.Context, wanted partner.Wanted, page dynamo.Page) ([]partner.Partner, string, error)
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
}

//go:embed *.html
var files embed.FS

var one, sure, membershipForm = page.Parse(files, "one.html"), page.Parse(files, "sure.html"), page.Parse(files, "member.html")

type partnersPage struct{ table Table }

const path = "/vendor/partners"

// Page serves /vendor/partners, below it each partner, and of each a page that says what an act does before it is done. What it shows are the
// things of companies, not of persons, so that no read is noted, as by the API.
func Page(env boot.Env, table Table) http.Handler {
	p := partnersPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.ManagePartners, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/{partner}", Get: only(p.show)},
		site.Route{Path: path + "/{partner}/{act}", Get: only(p.ask), Post: only(p.do)},
		site.Route{Path: path + "/{partner}/programs", Get: only(p.about(programs, p.showMember)), Post: only(p.about(programs, p.saveMember))},
		site.Route{Path: path + "/{partner}/programs/{member}", Get: only(p.about(programs, p.showMember)), Post: only(p.about(programs, p.saveMember))},
		site.Route{Path: path + "/{partner}/programs/{member}/end", Get: only(p.about(programs, p.askEnd)), Post: only(p.about(programs, p.end))},
		site.Route{Path: path + "/{partner}/plans", Get: only(p.about(plans, p.showMember)), Post: only(p.about(plans, p.saveMember))},
		site.Route{Path: path + "/{partner}/plans/{member}", Get: only(p.about(plans, p.showMember)), Post: only(p.about(plans, p.saveMember))},
		site.Route{Path: path + "/{partner}/plans/{member}/end", Get: only(p.about(plans, p.askEnd)), Post: only(p.about(plans, p.end))},
	)
}

func at(id partner.ID) string { return path + "/" + string(id) }

func (p partnersPage) list(v *site.Visit, _ site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	wanted := partner.Wanted{Status: partner.Status(query.Get("state"))}
	if !slices.Contains(partner.Statuses, wanted.Status) {
		wanted.Status = ""
	}
	wanted.Typed, _ = textinput.Line(query.Get("search"), partner.MaxPerson)
	found, next, err := p.table.Partners(v.R.Context(), wanted, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{}, page.Hidden{Name: "search", Value: wanted.Typed}, page.Hidden{Name: "state", Value: string(wanted.Status)})
	states := page.Select{Name: "state", Label: w.VendorPartnersState(), Value: string(wanted.Status), Options: []page.Option{{Label: w.VendorPartnersAny()}}}
	for _, one := range partner.Statuses {
		states.Options = append(states.Options, page.Option{Value: string(one), Label: badge(w, one).Text})
	}
	l.Filters = []page.Filter{
		{Input: &page.Input{Name: "search", Label: w.VendorPartnersSearch(), Value: wanted.Typed, Type: "search"}},
		{Select: &states},
	}
	l.Empty = page.Empty{Icon: "building", Title: w.VendorPartnersNone(), Text: w.VendorPartnersNoneText()}
	if next != "" {
		l.Empty.Title, l.Empty.Text = w.PartnerOffersNoneNear(), w.VendorPartnersNoneNear()
	}
	l.Table.Heads = []string{w.PartnerCompanyLegalName(), w.ConsoleID(), w.PartnerOffersCountry(), w.VendorPartnersState()}
	for _, of := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: of.LegalName, URL: at(of.ID),
			Cells: []page.Cell{{Text: of.ID.Spoken()}, {Text: w.Country(of.Country)}, {Badges: []page.Badge{badge(w, of.Status)}}},
		})
	}
	return v.RenderListing(v.Frame(w.VendorPartners()), l)
}

func badge(w locale.Words, status partner.Status) page.Badge {
	switch status {
	case partner.Applied:
		return page.Badge{Kind: "info", Text: w.VendorPartnersApplied()}
	case partner.AgreementPending:
		return page.Badge{Kind: "warn", Text: w.VendorPartnersAgreement()}
	case partner.Active:
		return page.Badge{Kind: "good", Text: w.VendorPartnersActive()}
	case partner.Suspended:
		return page.Badge{Kind: "bad", Text: w.VendorPartnersSuspended()}
	case partner.Closed:
		return page.Badge{Kind: "calm", Text: w.VendorPartnersClosed()}
	}
	return page.Badge{Kind: "calm", Text: w.VendorPartnersRejected()}
}

type oneBody struct {
	Who      page.Who
	Rows     []page.Row
	Sections []memberSection
	Acts     []page.Act
}

// named reads the partner in the path.
func (p partnersPage) named(v *site.Visit) (partner.Partner, error) {
	return p.table.Partner(v.R.Context(), partner.ID(v.R.PathValue("partner")))
}

func (p partnersPage) show(v *site.Visit, _ site.Signed) error {
	of, err := p.named(v)
	if err != nil {
		return err
	}
	w := v.Words
	b := oneBody{
		Who: page.Who{Name: of.LegalName, Verified: of.Verified(), Line: of.City + ", " + w.Country(of.Country)},
		Rows: []page.Row{
			{Key: w.ConsoleID(), Values: []string{of.ID.Spoken()}},
			{Key: w.PartnerCompanyWebsite(), Values: []string{of.Website}, URL: template.URL(page.WebURL(of.Website))},
			{Key: w.PartnerCompanyPhone(), Values: []string{of.Phone}},
			{Key: w.SiteMail(), Values: []string{textinput.ShownMail(of.Mail)}},
		},
	}
	if of.SupportHours != "" {
		b.Rows = append(b.Rows, page.Row{Key: w.PartnerCompanyHoursRow(), Values: []string{of.SupportHours}})
	}
	b.Sections = []memberSection{
		{Section: page.Section{Heading: w.PartnerCompanyVerification(), Rows: []page.Row{
			proof(v, of, w.PartnerCompanyEmail(), of.Verification.MailAt),
			proof(v, of, w.PartnerCompanyPhone(), of.Verification.PhoneAt),
			proof(v, of, w.PartnerCompanyConfirmation(), of.Verification.ConfirmedAt),
		}}},
		{Section: page.Section{Heading: w.VendorPartnersProgram(), Rows: standing(v, of)}},
	}
	for _, m := range []membership{programs, plans} {
		all, err := m.read(v, p.table, of)
		if err != nil {
			return err
		}
		b.Sections = append(b.Sections, m.section(v, of, all))
	}
	for _, a := range acts {
		if a.fits(of) {
			url := at(of.ID) + "/" + a.name
			if a.read {
				url += "?seen=" + strconv.Itoa(of.Version)
			}
			b.Acts = append(b.Acts, page.Act{Text: a.text(w), URL: url, Danger: a.danger})
		}
	}
	frame, stands := v.Frame(of.LegalName), badge(w, of.Status)
	frame.Badge, frame.Back = &stands, &page.Link{URL: path, Text: w.VendorPartners()}
	switch v.R.URL.Query().Get("done") {
	case "told":
		frame.Notice = &page.Notice{Success: true, Text: w.VendorPartnersTold()}
	case "saved":
		frame.Notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	case "before":
		frame.Notice = &page.Notice{Text: w.VendorBefore()}
	case "meanwhile":
		frame.Notice = &page.Notice{Text: w.ListingMeanwhile()}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

// proof says when a part of the profile was proved.
func proof(v *site.Visit, of partner.Partner, key string, then time.Time) page.Row {
	if then.IsZero() {
		return page.Row{Key: key, Values: []string{v.Words.PartnerCompanyOpen()}}
	}
	return page.Row{Key: key, Values: []string{v.Words.Date(v.In(then, of.Country))}}
}

// standing is how the partner stands with the vendor.
func standing(v *site.Visit, of partner.Partner) []page.Row {
	w := v.Words
	trust := w.VendorPartnersCapOn()
	if of.Trusted {
		trust = w.VendorPartnersCapOff()
	}
	rows := []page.Row{
		{Key: w.VendorPartnersSince(), Values: []string{w.Date(v.In(of.CreatedAt, of.Country))}},
		{Key: w.VendorPartnersCap(), Values: []string{trust}},
	}
	if a := of.Agreement; a.Version != "" {
		rows = append(rows, page.Row{Key: w.ConsoleAgreement(), Values: []string{a.Version, w.Date(v.In(a.At, of.Country))}})
	}
	if of.StatusReason != "" {
		rows = append(rows, page.Row{Key: w.VendorReason(), Values: []string{of.StatusReason}})
	}
	return rows
}
