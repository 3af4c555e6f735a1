package inquiry

import (
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/page"
	"liaison/shared/site"
)

// path is where people of a customer see what they wrote to partners.
const path = "/account/messages"

// list lists what the reader, or its company, wrote to partners, the newest first.
func (p inquiryPage) list(v *site.Visit, who site.Signed) error {
	w := v.Words
	found, next, err := p.leads.SentInquiries(v.R.Context(), who.Customer.ID, "", dynamo.Page{Limit: site.PageSize, Cursor: v.R.URL.Query().Get("cursor")}, access.SeenInquiries(who.Caller, v.Op.At))
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{})
	l.Empty = page.Empty{Icon: "mail", Title: w.MessagesNone(), Text: w.MessagesNoneText()}
	l.Table.Heads = []string{w.MessagesTo(), w.MessagesState(), w.MessagesSent()}
	for _, i := range found {
		l.Table.Rows = append(l.Table.Rows, p.row(v, who, i))
	}
	frame := v.Frame(w.MessagesTitle())
	frame.Lead = w.MessagesOwnLead()
	if access.Has(who.Caller, access.SeeCustomers) {
		frame.Lead = w.MessagesLead(who.Customer.Name)
	}
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	frame.Act = &page.Act{Text: w.MessagesNew(), URL: find, Primary: true}
	return v.RenderListing(frame, l)
}

// row is one message: to whom, by whom, and how it stands at all of its partners together, the best first.
func (p inquiryPage) row(v *site.Visit, who site.Signed, i lead.Followed) page.TableRow {
	w := v.Words
	var names, answered []string
	var stands recipient
	best := len(order)
	for _, id := range i.Partners {
		name := i.Receivers[id].LegalName
		names = append(names, name)
		l, has := i.Leads[id]
		l = l.At(v.Op.At)
		if has && !l.AnsweredAt.IsZero() && l.Status != lead.Declined {
			answered = append(answered, name)
		}
		if at := rank(l, has); at < best {
			best = at
			p.stands(v, &stands, i.Receivers[id], l, has)
		}
	}
	state := page.Cell{Badges: []page.Badge{*stands.Badge}}
	if len(i.Partners) > 1 && len(answered) > 0 {
		state.Small = w.MessagesAnswered(strings.Join(answered, ", "))
	}
	lines := []string{w.MessagesBy(i.From.Name)}
	if needs := needs(w, i.Inquiry); len(needs) > 0 {
		lines = append(lines, strings.Join(needs, ", "))
	}
	return page.TableRow{
		Title: strings.Join(names, ", "), URL: path + "/" + string(i.ID), Lines: lines,
		Cells: []page.Cell{state, {Text: w.Time(v.In(i.SentAt, who.Customer.Country))}},
	}
}

// order is how a message that went to several partners is said to stand: an answer counts before what may still come, and that before a no.
var order = []lead.Status{lead.Active, lead.Won, lead.Lost, lead.New, lead.Declined, lead.Expired}

// rank returns the place of a lead in that order; one that is gone is last.
func rank(l lead.Lead, has bool) int {
	for at, s := range order {
		if has && l.Status == s {
			return at
		}
	}
	return len(order) - 1
}

// own shows one message to who wrote it, and to who of its company may see all of them.
func (p inquiryPage) own(v *site.Visit, who site.Signed) error {
	id := lead.InquiryID(v.R.PathValue("inquiry"))
	if _, ok := id.ULID(); !ok {
		return fault.NotFound
	}
	i, err := p.leads.Inquiry(v.R.Context(), id)
	if err != nil {
		return err
	}
	if sent, is := i.Listed(); !is || !access.SeesInquiry(who.Caller, sent, v.Op.At) {
		return fault.NotFound
	}
	b, err := p.became(v, i, i.By == who.ID)
	if err != nil {
		return err
	}
	w := v.Words
	frame := v.Frame(w.MessagesOne())
	frame.OwnTitle, frame.Back = true, &page.Link{URL: path, Text: w.MessagesTitle()}
	return v.Render(shown, http.StatusOK, frame, b)
}
