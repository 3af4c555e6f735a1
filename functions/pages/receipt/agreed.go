package receipt

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// agreed returns what was answered: when and by whom, what each subscription is and costs, then the partners, delegated administration, terms.
func (h held) agreed(v *site.Visit) ([]page.Section, error) {
	w, r := v.Words, h.Receipt
	first := page.Row{Key: w.ReceiptAccepted(), Values: []string{w.Time(v.In(h.decidedAt, h.country))}}
	if r.Answer != accepted {
		first.Key = w.ReceiptDeclined()
	}
	if by := h.by(w); by != "" {
		first.Values = append(first.Values, by)
	}
	asked := page.Row{Key: w.ReceiptAskedBy(), Values: []string{partnername.Full(w, h.partner, r.Partner.LegalName)}}
	if len(r.Terms) == 0 {
		asked.Values = append(asked.Values, w.ReceiptProvided(r.Vendor)) // whom the terms name
	}
	if !r.AnswersOffer() {
		first.Values = append(first.Values, w.ReceiptViaAccount())
		asked = page.Row{Key: w.ReceiptVendor(), Values: []string{r.Vendor}}
	}
	if r.Answer != accepted {
		rows := []page.Row{first, asked}
		if h.of.ID != "" {
			rows = append(rows, page.Row{Key: w.ReceiptOffer(), Values: []string{offered.Title(v, h.of, h.shown, r.Partner.LegalName)}})
		}
		return []page.Section{{Rows: rows}}, nil
	}
	var plans []page.Section
	for _, sub := range r.Subscriptions {
		plans = append(plans, page.Section{Heading: v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan)), Rows: h.plan(v, sub)})
	}
	all := append([]page.Row{asked}, h.partners(v)...)
	if slices.ContainsFunc(r.Subscriptions, func(s consent.ReceiptPlan) bool { return s.Price != nil }) {
		all = append([]page.Row{{Key: w.SiteRenewal(), Values: []string{w.SiteRenews()}}}, all...)
	}
	terms, err := h.terms(v)
	together := offered.Together(w, plans, append(all, terms...))
	if len(together) > 1 {
		return append([]page.Section{{Rows: []page.Row{first}}}, together...), err
	}
	return []page.Section{{Rows: append([]page.Row{first}, together[0].Rows...)}}, err
}

// by says who decided, and for which company; what was erased is left out.
func (h held) by(w locale.Words) string {
	person := strings.Join(lines(h.Person.Name, textinput.ShownMail(h.Person.Mail)), ", ")
	switch {
	case h.Person.Mail == "" && h.company == "":
		return ""
	case h.Person.Mail == "":
		return w.ReceiptFor(h.company)
	case h.company == "":
		return w.ReceiptBy(person)
	}
	return w.ReceiptByFor(person, h.company)
}

// at reads a time of the receipt in its country's zone; zero where it holds none.
func (h held) at(v *site.Visit, text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return v.In(t, h.country)
}

// plan returns what became of one subscription, in rows.
func (h held) plan(v *site.Visit, sub consent.ReceiptPlan) []page.Row {
	w := v.Words
	plan := page.Row{Key: w.SitePlan(), Values: []string{w.ReceiptPlan(v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan)), w.SiteLicenceCount(sub.Licenses))}}
	if sub.Price == nil {
		rows := []page.Row{plan}
		if ends := h.at(v, sub.TrialEndsAt); !ends.IsZero() {
			rows = append(rows, page.Row{Key: w.SitePrice(), Values: []string{w.ReceiptFree(ends)}})
		}
		return rows
	}
	done, term := w.ReceiptDoneCreated(), w.ReceiptTermEnds()
	switch consent.What(sub.Change) {
	case consent.Converted:
		done = w.ReceiptDoneConverted()
	case consent.Resized:
		done, term = w.ReceiptDoneAdded(), w.ReceiptTermRan()
	case consent.Transferred:
		done, term = w.ReceiptDoneTransferred(), w.ReceiptTermRan()
	}
	plan.Values = append(plan.Values, done)
	one := catalog.Money{AmountMinor: sub.Price.AmountMinor, Currency: sub.Price.Currency}
	order := subscription.Order{Licenses: sub.Licenses, Term: catalog.Term(sub.Term), Price: one}
	return []page.Row{
		plan,
		{Key: w.SitePrice(), Values: append(price.Total(w, order), price.License(w, one, order.Term))},
		{Key: w.SiteBiller(), Values: []string{price.Bills(w, sub.BilledBy, h.Receipt.Vendor, h.names.Full(partner.ID(sub.BilledBy)))}},
		{Key: term, Values: []string{w.Time(h.at(v, sub.TermEndsAt))}},
	}
}

// partners returns the partners of record, the reseller and the delegated administration that were agreed to.
func (h held) partners(v *site.Visit) []page.Row {
	w, r := v.Words, h.Receipt
	var rows []page.Row
	for _, named := range r.PartnerOfRecordChanges {
		rows = append(rows, page.Row{
			Key:    w.PartnerOfRecordLabel() + ": " + v.PlanName(h.shown.Plans, catalog.PlanID(named.Plan)),
			Values: []string{w.ReceiptNow(h.names.Full(partner.ID(named.To))), w.ReceiptBefore(h.names.Full(partner.ID(named.From)))},
		})
	}
	if len(r.Subscriptions) > len(r.PartnerOfRecordChanges) {
		named := h.names.Full(partner.ID(r.PartnerOfRecord))
		if r.AnswersOffer() && partner.ID(r.PartnerOfRecord) == h.partner {
			named = r.Partner.LegalName // whose ID stands above
		}
		rows = append(rows, page.Row{Key: w.PartnerOfRecordLabel(), Values: []string{named}})
	}
	if r.Reseller {
		name := r.Partner.LegalName
		row := page.Row{Key: w.ResellerLabel(), Values: []string{w.ResellerYes(name)}}
		if h.resells {
			row.Values = append(row.Values, w.ResellerBills(name), offered.Removal(w, r.Notice(), name, r.Vendor))
		}
		rows = append(rows, row)
	}
	if r.DelegatedAdministration != nil {
		rows = append(rows, page.Row{Key: w.DelegatedAdministrationLabel(), Values: h.answered(v)})
	}
	return rows
}

// answered says what was answered about delegated administration and, while it holds, what it allows in one sentence.
func (h held) answered(v *site.Visit) []string {
	w, d, name := v.Words, h.Receipt.DelegatedAdministration, h.Receipt.Partner.LegalName
	if d.Answer != "yes" {
		if !h.kept.IsZero() {
			return []string{w.ReceiptDelegationKept(name, v.In(h.kept, h.country))}
		}
		return []string{w.ReceiptDelegationNo(name)}
	}
	said := []string{w.DelegatedAdministrationYes(name, granted.Rights(w, d.Role), h.at(v, d.EndsAt))}
	if h.acts(v.Op.At) {
		can, _ := granted.Allowed(w, h.grant.Role)
		said = append(said, can)
	}
	if d.Replaced != "" {
		said = append(said, w.ReceiptReplaced(h.names.Full(partner.ID(d.Replaced))))
	}
	return said
}

// title names one version of a document that was agreed to, by the version alone where its text is gone.
func (h held) title(v *site.Visit, t consent.ReceiptTerms) (string, error) {
	text, err := v.Terms(catalog.Document(t.Document), t.Version)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	if text.Title == "" {
		return v.Words.ReceiptTerms(h.Receipt.Vendor, t.Version), nil
	}
	return v.Words.TermsVendor(h.Receipt.Vendor, text.Title, t.Version), nil
}

// terms returns what was agreed to, each with the way to read it.
func (h held) terms(v *site.Visit) ([]page.Row, error) {
	var rows []page.Row
	for _, t := range h.Receipt.Terms {
		title, err := h.title(v, t)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Row{
			Key: v.Words.FrameTerms(), Values: []string{title}, URL: page.PathURL("/terms/" + t.Document + "?version=" + url.QueryEscape(t.Version)),
		})
	}
	if h.Receipt.PartnerTerms != "" {
		named := h.Receipt.Partner.LegalName
		if t := h.of.PartnerTerms; t != nil {
			named = t.Title
		}
		rows = append(rows, page.Row{Key: v.Words.ReceiptPartnerTerms(), Values: []string{named}})
	}
	return rows, nil
}

// partnerTitle names the partner's own terms, by the partner alone where they are gone.
func (h held) partnerTitle(w locale.Words) string {
	if t := h.of.PartnerTerms; t != nil {
		return w.RedeemPartnerTerms(h.Receipt.Partner.LegalName, t.Title)
	}
	return h.Receipt.Partner.LegalName
}

// partnerTerms are the partner's own terms in full: an offer's content never changes.
func (h held) partnerTerms(w locale.Words) *page.Details {
	t := h.of.PartnerTerms
	if t == nil || h.Receipt.PartnerTerms == "" {
		return nil
	}
	return &page.Details{Summary: w.ReceiptPartnerTerms(), Text: t.Text}
}

// record folds what only a machine reads.
func (h held) record(v *site.Visit) (page.Details, error) {
	w := v.Words
	rows := []page.Row{{Key: w.ReceiptDigest(), Values: []string{h.SHA256, w.ReceiptRecordSelf()}}}
	for _, t := range h.Receipt.Terms {
		title, err := h.title(v, t)
		if err != nil {
			return page.Details{}, err
		}
		rows = append(rows, page.Row{Key: w.ReceiptDigest(), Values: []string{t.SHA256, title}})
	}
	if h.Receipt.PartnerTerms != "" {
		rows = append(rows, page.Row{Key: w.ReceiptDigest(), Values: []string{h.Receipt.PartnerTerms, h.partnerTitle(w)}})
	}
	return page.Details{Summary: w.ReceiptRecord(), Small: w.ReceiptRecordFor(), Rows: rows}, nil
}

func lines(some ...string) []string {
	var kept []string
	for _, line := range some {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}
