package receipt

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// standing says how each thing that the receipt records stands now; nothing of a No. What is still as it was agreed stands below, so that of it
// only the state is said.
func (h held) standing(v *site.Visit) []page.Item {
	w, r := v.Words, h.Receipt
	if r.Answer != accepted {
		return nil
	}
	var now []page.Item
	for _, sub := range r.Subscriptions {
		if s, read := h.subs[sub.ID]; read {
			now = append(now, h.subscription(v, v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan)), sub, s))
		}
	}
	if d := r.DelegatedAdministration; d != nil && d.Answer == "yes" {
		now = append(now, h.administration(v))
	}
	if r.Reseller {
		item := page.Item{Icon: "store", Title: w.ResellerLabel(), Badge: &page.Badge{Kind: "good", Text: w.ReceiptActive()}, Lines: []string{r.Partner.LegalName}}
		if !h.resells {
			item.Badge = &page.Badge{Kind: "calm", Text: w.ReceiptOver()}
		}
		now = append(now, item)
	}
	return append(now, h.partnersOfRecord(v)...)
}

// subscription says how one stands. What is not read any more was deleted.
func (h held) subscription(v *site.Visit, plan string, was consent.ReceiptPlan, s subscription.Subscription) page.Item {
	w := v.Words
	item := page.Item{Icon: "box", Title: plan, Badge: &page.Badge{Kind: "calm", Text: w.ReceiptDeleted()}}
	if s.ID == "" {
		return item
	}
	item.Lines = []string{subscribed.Standing(v, s, h.country)}
	switch s.StatusAt(v.Op.At) {
	case subscription.Trialing:
		item.Icon, item.Title, item.Badge = "start", w.ReceiptTrialOf(plan), &page.Badge{Kind: "good", Text: w.ReceiptRunning()}
		if h.at(v, was.TrialEndsAt).Equal(s.TrialEndsAt.Truncate(time.Second)) {
			item.Lines = []string{w.ReceiptLeft(subscribed.DaysLeft(s.TrialEndsAt, v.Op.At))}
		}
	case subscription.Active:
		item.Badge = &page.Badge{Kind: "good", Text: w.ReceiptActive()}
		switch {
		case s.Ending:
		case was.Licenses == s.Licenses.Bought:
			item.Lines = nil
		default:
			item.Lines = []string{w.SiteLicenceCount(s.Licenses.Bought)}
		}
	case subscription.Suspended:
		item.Badge = &page.Badge{Kind: "warn", Text: w.ReceiptStopped()}
	case subscription.Expired:
		item.Icon, item.Title, item.Badge.Text = "start", w.ReceiptTrialOf(plan), w.ReceiptOver()
	case subscription.Cancelled:
		item.Badge.Text = w.ReceiptOver()
	}
	return item
}

// administration says how the delegated administration stands, whose end may be another than the agreed one, with the way to take it back.
func (h held) administration(v *site.Visit) page.Item {
	w, name := v.Words, h.Receipt.Partner.LegalName
	item := page.Item{Icon: "key", Title: w.DelegatedAdministrationLabel(), Badge: &page.Badge{Kind: "calm", Text: w.ReceiptOver()}, Lines: []string{name}}
	if h.takeBack != "" && h.running(v.Op.At) {
		item.Acts = []page.Act{{Text: w.ReceiptTakeLink(), About: w.DelegatedAdministrationLabel(), URL: h.takeBack, Danger: true, Small: true}}
	}
	switch {
	case h.acts(v.Op.At):
		item.Badge = &page.Badge{Kind: "good", Text: w.ReceiptActive()}
		item.Lines = nil
		if was := h.Receipt.DelegatedAdministration; was.Role != h.grant.Role || !h.at(v, was.EndsAt).Equal(h.grant.EndsAt.Truncate(time.Second)) {
			item.Lines = []string{w.ReceiptAdministers(name, granted.Rights(w, h.grant.Role)), w.ReceiptRuns(v.In(h.grant.EndsAt, h.country))}
		}
	case h.running(v.Op.At):
		item.Badge, item.Lines = &page.Badge{Kind: "warn", Text: w.ReceiptStopped()}, []string{w.ReceiptSuspended(name)}
	case h.grant != nil && h.grant.Status == relationship.Ended:
		if h.grant.Cause == relationship.ByCustomer {
			item.Badge.Text = w.ReceiptTaken()
		}
		item.Lines = append(item.Lines, w.ReceiptEnded(v.In(h.grant.EndedAt, h.country)))
	case h.grant != nil:
		item.Lines = append(item.Lines, w.ReceiptExpired(v.In(h.grant.EndsAt, h.country)))
	}
	return item
}

// partnersOfRecord says whether those that the receipt names are the ones today.
func (h held) partnersOfRecord(v *site.Visit) []page.Item {
	w, r := v.Words, h.Receipt
	named := map[string]partner.ID{}
	for _, sub := range r.Subscriptions {
		named[sub.ID] = partner.ID(r.PartnerOfRecord)
	}
	for _, one := range r.PartnerOfRecordChanges {
		named[one.ID] = partner.ID(one.To)
	}
	var now []page.Item
	same, changed := true, false
	for _, of := range h.changes() {
		s, was := h.subs[of], named[of]
		is := s.PartnerOfRecordID()
		if s.ID == "" || s.CanName(v.Op.At) != nil || was == "" && is == "" {
			same = false
			continue
		}
		item := page.Item{Icon: "hands", Title: w.PartnerOfRecordLabel(), Badge: &page.Badge{Kind: "good", Text: w.ReceiptActivePartner()}, Lines: []string{h.names.Full(is)}}
		if is != was {
			item.Badge = &page.Badge{Kind: "calm", Text: w.ReceiptChanged()}
		}
		changed = changed || is != was
		if same = same && (len(now) == 0 || now[0].Lines[0] == item.Lines[0] && *now[0].Badge == *item.Badge); len(h.subs) > 1 {
			item.Lines = append(item.Lines, v.PlanName(h.shown.Plans, s.Plan))
		}
		now = append(now, item)
	}
	if same && len(now) > 0 {
		now = now[:1]
		if now[0].Lines = now[0].Lines[:1]; !changed {
			now[0].Lines = nil
		}
	}
	return now
}
