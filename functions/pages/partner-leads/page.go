// Package partnerleads is where a partner's people read and answer the messages that came through the marketplace.
package partnerleads

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/offered"
	"liaison/shared/textinput"
)

// Table is what the pages need of the table beside leads.
type Table interface {
	site.Table
	site.Sessions
}

// Leads is what they need of leads.
type Leads interface {
	lead.Store
	// Lead reads one lead, strongly consistent; NotFound where there is none.
	Lead(ctx context.Context, id lead.ID) (lead.Lead, error)
	// PartnersLeads lists a partner's leads that keep lets through, the newest first.
	PartnersLeads(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[lead.Lead]) ([]lead.Lead, string, error)
	// Tally reads how a partner answers its leads.
	Tally(ctx context.Context, p partner.ID) (lead.Tally, error)
}

//go:embed lead.html
var files embed.FS

var one = page.Parse(files, "lead.html")

type leadsPage struct{ leads Leads }

const path = "/partner/leads"

// Page serves /partner/leads and /partner/leads/{lead}.
func Page(env boot.Env, table Table, leads Leads) http.Handler {
	p := leadsPage{leads}
	may := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.ManageLeads, step)
	}
	return site.New(env, table,
		site.Route{Path: "/partner/leads", Get: may(p.list)},
		site.Route{Path: "/partner/leads/{lead}", Get: may(p.show), Post: may(p.decide)})
}

// states are how a lead may stand, with its words and the kind of its badge, in the order of the tabs.
var states = []struct {
	status lead.Status
	badge  string
	name   func(locale.Words) string
}{
	{lead.New, "warn", locale.Words.LeadsNew},
	{lead.Active, "good", locale.Words.LeadsActive},
	{lead.Won, "good", locale.Words.LeadsWon},
	{lead.Lost, "", locale.Words.LeadsLost},
	{lead.Declined, "", locale.Words.LeadsDeclined},
	{lead.Expired, "", locale.Words.LeadsExpired},
}

func badge(w locale.Words, status lead.Status) page.Badge {
	for _, s := range states {
		if s.status == status {
			return page.Badge{Kind: s.badge, Text: s.name(w)}
		}
	}
	return page.Badge{}
}

func inTab(status lead.Status) page.Hidden { return page.Hidden{Name: "status", Value: string(status)} }

// mostCounted is how many leads a partner may have for the tabs to say how many are of each state: one read of the index, some 20 RRU.
const mostCounted = 200

// count returns how many of a partner's leads are of each state; nil where the list goes on after those that are counted, as a part says nothing.
func count(found []lead.Lead, next string, at time.Time) map[lead.Status]int {
	if next != "" {
		return nil
	}
	counts := map[lead.Status]int{"": len(found)}
	for _, one := range found {
		counts[one.StatusAt(at)]++
	}
	return counts
}

func (p leadsPage) list(v *site.Visit, who site.Signed) error {
	w, cursor := v.Words, v.R.URL.Query().Get("cursor")
	status := lead.Status(v.R.URL.Query().Get("status"))
	if !slices.Contains(lead.Statuses, status) {
		status = ""
	}
	found, next, err := p.leads.PartnersLeads(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: site.PageSize, Cursor: cursor}, lead.Having(status, v.Op.At))
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	all, after := found, next
	if status != "" || cursor != "" || next != "" {
		if all, after, err = p.leads.PartnersLeads(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: mostCounted}, nil); err != nil {
			return err
		}
	}
	counts := count(all, after, v.Op.At)
	tally, err := p.leads.Tally(v.R.Context(), who.Partner.ID)
	if err != nil {
		return err
	}
	l := v.Listing(path, next, inTab(status))
	l.Tabs = &page.Tabs{Label: w.LeadsState(), Links: []page.Link{{Text: w.LeadsAll(), URL: path, Count: counts[""], Current: status == ""}}}
	for _, s := range states {
		l.Tabs.Links = append(l.Tabs.Links, page.Link{Text: s.name(w), URL: site.Query(path, inTab(s.status)), Count: counts[s.status], Current: s.status == status})
	}
	l.Empty = page.Empty{Icon: "inbox", Title: w.LeadsNone(), Text: w.LeadsNoneText()}
	l.Table.Heads = []string{w.LeadsFrom(), w.SiteCountry(), w.LeadsState(), w.LeadsAnswerBy(), w.LeadsReceived()}
	for _, one := range found {
		one = one.At(v.Op.At)
		until := page.Cell{}
		if one.Status == lead.New {
			until.Text = w.Date(v.In(one.AnswerBy, who.Partner.Country))
			if one.Late {
				until = page.Cell{Badges: []page.Badge{{Kind: "bad", Text: w.LeadsLate()}}, Small: w.LeadsEnds(v.In(one.ExpiresAt, who.Partner.Country))}
			}
		}
		lines := []string{one.From.Name}
		if len(one.Services) > 0 {
			lines = append(lines, strings.Join(needs(w, one), ", "))
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: one.From.Company, URL: at(one.ID), Lines: lines,
			Cells: []page.Cell{{Text: w.Country(one.From.Country)}, {Badges: []page.Badge{badge(w, one.Status)}}, until, {Text: w.Date(v.In(one.CreatedAt, who.Partner.Country))}},
		})
	}
	frame := v.Frame(w.LeadsTitle())
	frame.Lead = w.LeadsLead()
	if sum := tally.Sum(v.Op.At); sum.Counted > 0 {
		frame.Lead = w.LeadsShare(sum.Answered, sum.Counted)
	}
	return v.RenderListing(frame, l)
}

func at(id lead.ID) string { return path + "/" + string(id) }

// What a press makes of a lead.
var acts = []lead.Status{lead.Active, lead.Declined, lead.Won, lead.Lost}

type act struct {
	Value, Button string
	Field         page.Textarea
	Danger        bool
	Plain         bool // nothing is typed
	Title, Note   string
}

type body struct {
	Badge   page.Badge
	Message page.Quote
	Until   *page.Note
	Said    *page.Quote // what the partner answered, or why it ended
	SaidBy  string
	Token   string
	Seen    string
	Acts    []act
	Offers  []page.Link // where an offer is made that answers it
	Rows    []page.Row
}

// named reads the lead in the path; another partner's looks like none.
func (p leadsPage) named(v *site.Visit, who site.Signed) (lead.Lead, error) {
	id := lead.ID(v.R.PathValue("lead"))
	if owner, _, ok := id.Partner(); !ok || owner != who.Partner.ID {
		return lead.Lead{}, fault.NotFound
	}
	return p.leads.Lead(v.R.Context(), id)
}

func (p leadsPage) show(v *site.Visit, who site.Signed) error {
	l, err := p.named(v, who)
	if err != nil {
		return err
	}
	return p.render(v, who, l, http.StatusOK, nil)
}

func (p leadsPage) render(v *site.Visit, who site.Signed, l lead.Lead, status int, errs page.Errors) error {
	w := v.Words
	l = l.At(v.Op.At)
	b := body{
		Badge: badge(w, l.Status), Message: page.Quote{Text: l.Text, By: l.From.Name}, Seen: strconv.Itoa(l.Version),
		Token: site.Token(who.Secret, "lead", string(l.ID), strconv.Itoa(l.Version)),
	}
	var err error
	if b.Rows, err = rows(v, who, l); err != nil {
		return err
	}
	ends := v.In(l.ExpiresAt, who.Partner.Country)
	switch {
	case l.Status == lead.New && l.Late:
		b.Until = &page.Note{Kind: "bad", Title: w.LeadsLate(), Text: w.LeadsLateText(ends)}
	case l.Status == lead.New:
		b.Until = &page.Note{Kind: "calm", Text: w.LeadsInTime(v.In(l.AnswerBy, who.Partner.Country))}
	case l.Answer != "":
		b.SaidBy, b.Said = w.LeadsYourAnswer(), &page.Quote{Text: l.Answer}
	case l.Offer != "":
		b.Until = &page.Note{Kind: "calm", Text: w.LeadsOffered(), Link: &page.Link{Text: w.LeadsToOffer(), URL: "/partner/offers/" + string(l.Offer)}}
	}
	if l.Reason != "" {
		b.SaidBy, b.Said = w.LeadsReason(), &page.Quote{Text: l.Reason}
	}
	for _, to := range acts {
		if a, may := p.act(v, who, l, to, errs); may {
			b.Acts = append(b.Acts, a)
		}
	}
	if l.Status.Open() && v.CannotOffer(who) == "" {
		b.Offers = []page.Link{
			{Text: w.LeadsOfferTrial(), URL: offered.MakingOf(offer.Trial, string(l.ID))}, {Text: w.LeadsOfferPurchase(), URL: offered.MakingOf(offer.Purchase, string(l.ID))},
		}
	}
	frame := v.Frame(l.From.Company)
	frame.Errors, frame.Back = errs, &page.Link{URL: path, Text: w.LeadsTitle()}
	if l.Status == lead.Active {
		frame.Lead = w.LeadsCloses(ends)
	}
	return v.Render(one, status, frame, b)
}

// act is one thing that can be made of the lead as it stands; false where it cannot.
func (p leadsPage) act(v *site.Visit, who site.Signed, l lead.Lead, to lead.Status, errs page.Errors) (act, bool) {
	w := v.Words
	typed := func(name string) string {
		if v.R.Method == http.MethodPost {
			return v.Form(name)
		}
		return ""
	}
	switch {
	case to == lead.Active && l.Status == lead.New && who.Partner.Working() == nil:
		return act{Value: string(to), Button: w.LeadsAnswer(), Title: w.LeadsAnswerTitle(), Note: w.LeadsAnswerNote(l.From.Name), Field: page.Textarea{
			Name: "answer", Label: w.LeadsAnswerLabel(), Hint: w.LeadsAnswerHint(lead.MaxAnswer), Value: typed("answer"), Error: errs.For("answer"), Rows: 6,
		}}, true
	case to == lead.Declined && l.Status.Open():
		return act{Value: string(to), Button: w.LeadsDecline(), Danger: true, Title: w.LeadsDeclineTitle(), Note: w.LeadsDeclineNote(l.From.Name), Field: page.Textarea{
			Name: "reason", Label: w.LeadsDeclineLabel(), Value: typed("reason"), Error: errs.For("reason"), Rows: 3,
		}}, true
	case to == lead.Won && l.Status == lead.Active:
		return act{Value: string(to), Button: w.LeadsWin(), Plain: true, Title: w.LeadsWinTitle(), Note: w.LeadsWinNote()}, true
	case to == lead.Lost && l.Status == lead.Active:
		return act{Value: string(to), Button: w.LeadsLose(), Plain: true, Title: w.LeadsLoseTitle(), Note: w.LeadsLoseNote()}, true
	}
	return act{}, false
}

// needs are the names of the services that are asked for.
func needs(w locale.Words, l lead.Lead) []string {
	made := make([]string, len(l.Services))
	for i, one := range l.Services {
		made[i] = listed.Service(w, one)
	}
	return made
}

// rows are who asks, and for what.
func rows(v *site.Visit, who site.Signed, l lead.Lead) ([]page.Row, error) {
	w, f := v.Words, l.From
	found := []page.Row{
		{Key: w.LeadsFrom(), Values: []string{f.Name}},
		{Key: w.SiteCompany(), Values: []string{f.Company, w.Country(f.Country)}},
		{Key: w.MailFactMail(), Values: []string{textinput.ShownMail(f.Mail)}, URL: page.MailURL(f.Mail)},
	}
	if f.Phone != "" {
		call := page.Row{Key: w.SitePhone(), Values: []string{f.Phone}, URL: page.PhoneURL(f.Phone)}
		if l.MayCall {
			call.Values = append(call.Values, w.LeadsMayCall())
		}
		found = append(found, call)
	}
	if f.Size != "" {
		found = append(found, page.Row{Key: w.MailFactCompanySize(), Values: []string{string(f.Size)}})
	}
	if len(l.Services) > 0 {
		found = append(found, page.Row{Key: w.LeadsNeed(), Values: needs(w, l)})
	}
	if l.Plan != "" {
		sold, err := v.Catalogue([]catalog.PlanID{l.Plan}...)
		if err != nil {
			return nil, err
		}
		found = append(found, page.Row{Key: w.MailFactPlan(), Values: []string{v.PlanName(sold.Plans, l.Plan)}})
	}
	return append(found, page.Row{Key: w.LeadsReceived(), Values: []string{w.Time(v.In(l.CreatedAt, who.Partner.Country))}}), nil
}

// decide does what was pressed, of the lead as it was shown: where it stands otherwise by now, that is shown first.
func (p leadsPage) decide(v *site.Visit, who site.Signed) error {
	l, err := p.named(v, who)
	if err != nil {
		return err
	}
	seen := v.Form("seen")
	if err := v.Posted(who.Secret, "lead", string(l.ID), seen); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.render(v, who, l, http.StatusOK, nil)
	}
	m := lead.Move{Status: lead.Status(v.Form("action"))}
	switch m.Status {
	case lead.Active:
		m.Answer = v.Form("answer")
	case lead.Declined:
		m.Reason = v.Form("reason")
	}
	o := v.By(who)
	if o.Seen, err = strconv.Atoi(seen); err != nil {
		return fault.BadRequest.Because(err)
	}
	_, err = lead.Decide(v.R.Context(), p.leads, who.Partner, l.ID, m, o)
	switch wrong := fault.As(err); {
	case err == nil, fault.Is(err, fault.Stale, fault.Conflict):
		return v.Redirect(at(l.ID))
	case wrong != nil && len(wrong.Fields) > 0:
		var errs page.Errors
		for _, f := range wrong.Fields {
			errs = append(errs, page.FieldError{Field: f.Pointer[1:], Text: said(v, f)})
		}
		return p.render(v, who, l, http.StatusUnprocessableEntity, errs)
	}
	return err
}

// said is what is wrong with a field.
func said(v *site.Visit, f fault.Field) string {
	switch {
	case f.Code == fault.Required && f.Pointer == "/answer":
		return v.Words.LeadsAnswerMissing()
	case f.Code == fault.Required:
		return v.Words.LeadsReasonMissing()
	}
	return v.Detail(f.Code.With(f.About))
}
