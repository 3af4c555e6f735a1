package partneroffernew

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/granted"
	"liaison/shared/site/previewed"
	"liaison/shared/site/price"
)

type checkBody struct {
	Action, Back string
	Hidden       []page.Hidden
	Rows         []page.Row
	Button, Note string
	Why          string // why it can't be made now
	Preview      *previewed.Body
}

// signed is what the check's form was made for: as the offer stood. A press does what was shown, or nothing.
func (m *making) signed() []string {
	return []string{"offer-new", last, m.ID.Code(), strconv.Itoa(m.Version)}
}

func (p newPage) showCheck(v *site.Visit, m *making) error {
	return p.renderCheck(v, m, http.StatusOK, nil)
}

// renderCheck shows all answers, the mail and the page, with what stands in the way of the button now.
func (p newPage) renderCheck(v *site.Visit, m *making, status int, failed error) error {
	if open := m.open(); open != last {
		return v.Redirect(m.at(open))
	}
	w := v.Words
	b := checkBody{
		Action: m.at(last), Back: m.back(last), Button: w.OfferNewMake(), Note: w.OfferNewMakeNote(),
		Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(m.who.Secret, m.signed()...)}, {Name: "offer", Value: m.ID.Code()}, {Name: "seen", Value: strconv.Itoa(m.Version)}},
	}
	if n := m.invited(); n > 0 {
		b.Button, b.Note = w.OfferNewSend(n), w.OfferNewSendNote()
	}
	frame := m.frame(v, last)
	made, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	if err == nil {
		err = failed
	}
	if f := fault.As(err); f != nil {
		b.Why = reason(v, f, m.Draft.Country)
		frame.Notice = &page.Notice{Title: w.OfferNewNotNow(), Text: b.Why, Link: m.mend(v, f)}
		if missing, ok := available.Missing(f); ok {
			frame.Notice.Link = available.Link(w, missing)
		}
	} else if err != nil {
		return err
	}
	if made.Offer.ID != "" {
		if b.Rows, err = p.rows(v, m, made); err != nil {
			return err
		}
		preview, err := previewed.Of(v, m.sample(made, v), *v.R.URL)
		if err != nil {
			return err
		}
		b.Preview = &preview
	}
	return v.Render(check, status, frame, b)
}

// mend leads to the step that a fault is about; nil where none can mend it.
func (m *making) mend(v *site.Visit, f *fault.Fault) *page.Link {
	if len(f.Fields) == 0 {
		return nil
	}
	pointer := f.Fields[0].Pointer
	for _, one := range []struct{ begins, step string }{
		{"/country", "country"},
		{"/items", "plan"},
		{"/delegated_administration", "access"},
		{"/billed_by", "licenses"},
		{"/notice_days", "notice"},
		{"/recipients", "recipients"},
		{"/max_redemptions", "recipients"},
		{"/message", "message"},
		{"/partner_terms", "message"},
		{"/language", "message"},
	} {
		if strings.HasPrefix(pointer, one.begins) && slices.ContainsFunc(steps(m.Draft.Kind), func(s step) bool { return s.name == one.step }) {
			return &page.Link{Text: v.Words.FrameChange(), URL: m.at(one.step)}
		}
	}
	return nil
}

// invited is how many people the offer is mailed to.
func (m *making) invited() int {
	if m.list != nil {
		return m.list.Good
	}
	return len(m.Recipients)
}

// first is the first of them.
func (m *making) first() invitation.Recipient {
	if m.list != nil {
		return m.list.First
	}
	return m.Recipients[0]
}

// sample is the offer as its first recipient will have it; the reader stands for a visitor of the public link.
func (m *making) sample(made offer.Proposal, v *site.Visit) previewed.Offer {
	o := previewed.Offer{Offer: made.Offer, Partner: made.Partner, To: m.who.Mail, Visitor: m.invited() == 0}
	if !o.Visitor {
		first := m.first()
		o.To, o.Language = first.Mail, cmp.Or(first.Language, o.Language)
	}
	o.Until = invitation.New(made.Offer, invitation.Recipient{}, invitation.FromPartner, invitation.DefaultDays, v.Op).ExpiresAt
	return o
}

// rows are the answers, each with a way to change it.
func (p newPage) rows(v *site.Visit, m *making, made offer.Proposal) ([]page.Row, error) {
	w, of := v.Words, made.Offer
	change := func(step, about string) *page.Link { return &page.Link{URL: m.at(step), About: about} }
	rows := []page.Row{{Key: w.OfferNewCountry(), Values: []string{w.Country(of.Country)}, Change: change("country", w.OfferNewCountry())}}
	if of.Kind.Sells() {
		var names []string
		for _, item := range of.Items {
			names = append(names, v.PlanName(made.Plans, item.Plan))
		}
		rows = append(rows, page.Row{Key: w.OfferNewPlan(), Values: names, Change: change("plan", w.OfferNewPlan())})
	}
	if of.Kind.Orders() {
		var lines []string
		for i := range of.Items {
			order := of.Order(i)
			lines = append(lines, w.SiteLicenceCount(order.Licenses)+", "+price.License(w, order.Price, order.Term))
		}
		lines = append(lines, price.Bills(w, of.Order(0).BilledBy, v.Vendor().Name, made.Partner.LegalName))
		rows = append(rows, page.Row{Key: w.SiteLicences(), Values: lines, Change: change("licenses", w.SiteLicences())})
	}
	if may, _ := of.Kind.Administers(); may {
		said := []string{w.OfferNewAccessNo()}
		if asked := of.DelegatedAdministration; asked != nil {
			said = []string{granted.Rights(w, asked.Role), w.SiteDays(asked.Days)}
		}
		rows = append(rows, page.Row{Key: w.SiteAdministration(), Values: said, Change: change("access", w.SiteAdministration())})
	}
	if of.Kind.Ends() {
		said := w.OfferNewNoticeNo()
		if n := of.NoticePeriod; n != nil {
			said = w.SiteDays(n.Days)
		}
		rows = append(rows, page.Row{Key: w.ResellerNotice(), Values: []string{said}, Change: change("notice", w.ResellerNotice())})
	}
	said := []string{w.OfferNewUntil(v.In(of.ExpiresAt, of.Country)), locale.LanguageName(locale.Language(of.Language))}
	if of.Message == "" {
		said = append(said, w.OfferNewNoMessage())
	}
	if of.PartnerTerms != nil {
		said = append(said, of.PartnerTerms.Title)
	}
	rows = append(rows, page.Row{Key: w.OfferNewMessage(), Values: said, Change: change("message", w.OfferNewMessage())})
	to := []string{w.PartnerOffersInvited()}
	if of.Visibility == offer.Public {
		to = []string{w.PartnerOffersPublic()}
	}
	for _, one := range m.Recipients {
		to = append(to, strings.TrimSpace(one.Mail+" "+one.Name))
	}
	if m.list != nil {
		to = append(to, w.InvitedListed(m.list.Good))
	}
	if of.MaxRedemptions > 0 {
		to = append(to, w.OfferNewMostSaid(of.MaxRedemptions))
	}
	return append(rows, page.Row{Key: w.PartnerOfferRecipients(), Values: to, Change: change("recipients", w.PartnerOfferRecipients())}), nil
}

// finish makes the offer as it was shown, and invites whom it names; pressed twice it leads to the same one.
func (p newPage) finish(v *site.Visit, m *making) error {
	about := m.signed()
	about[len(about)-1] = v.Form("seen")
	if err := v.Posted(m.who.Secret, about...); err != nil {
		return err
	}
	if v.Form("seen") != strconv.Itoa(m.Version) || m.open() != last {
		return v.Redirect(m.at(last)) // changed in another tab meanwhile: what counts now is shown
	}
	err := invitation.Finish(v.R.Context(), p.table, m.Begun, m.who.CustomerAccess, v.Env.InvitationsPerDay, v.By(m.who))
	switch {
	case err == nil, fault.Is(err, fault.NotFound):
		done := "made"
		if m.invited() > 0 {
			done = "sent"
		}
		return v.Redirect(list + "/" + string(m.ID) + "?done=" + done)
	case fault.Is(err, fault.Stale):
		return v.Redirect(m.at(last))
	case fault.As(err) == nil || fault.Is(err, fault.Busy):
		return err
	}
	v.After(err)
	return p.renderCheck(v, m, gateway.Status(err), err)
}
