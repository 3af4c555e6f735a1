package receipt

import (
	"math"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// said is what stands in the first card, and what comes next.
type said struct {
	title, lead string
	kind, icon  string // of the mark: a check unless set
	note        string
	next        []page.Moment
}

// over is the mark of what holds no longer.
func (s said) over(icon string) said {
	s.kind, s.icon = "calm", icon
	return s
}

// outcomes say what a yes to an offer of a kind did, as it stands now: where what it gave holds no longer, the title says that.
var outcomes = map[offer.Kind]func(h held, v *site.Visit) said{
	offer.Trial:                   held.tried,
	offer.Purchase:                held.ordered,
	offer.DelegatedAdministration: held.authorized,
	offer.PartnerOfRecord:         held.partnerOfRecord,
	offer.Reseller:                held.resold,
}

// outcome says what the answer did.
func (h held) outcome(v *site.Visit) said {
	w, r := v.Words, h.Receipt
	if r.Answer != accepted {
		answered := w.ReceiptNoTold(r.Partner.LegalName)
		if r.Reason {
			answered = w.ReceiptNoReason(r.Partner.LegalName)
		}
		return said{title: w.ReceiptNoTitle(), lead: w.ReceiptNoNothing() + " " + answered, note: w.ReceiptNoAgain(r.Partner.LegalName)}.over("x")
	}
	s := outcomes[r.Kind()](h, v)
	if h.acts(v.Op.At) {
		s.next = append(s.next, h.lasts(v))
	}
	if !h.account && s.note == "" && h.Person.Mail != "" && s.kind == "" && (!h.passwordless || v.SignedIn()) {
		s.note = w.ReceiptNextMail()
	}
	return s
}

// lasts says when the delegated administration ends or, as things stand, goes on.
func (h held) lasts(v *site.Visit) page.Moment {
	if on := h.grant.ExtendsAt(h.country, h.shown.Availability); !on.IsZero() {
		return page.Moment{Title: v.Words.Date(v.In(on, h.country)), Text: v.Words.ReceiptGrantedExtends(relationship.ExtendDays)}
	}
	return page.Moment{Title: v.Words.Date(v.In(h.grant.EndsAt, h.country)), Text: v.Words.ReceiptGrantedNext()}
}

// plans names the plans of the receipt, each once.
func (h held) plans(v *site.Visit) string {
	var names []string
	seen := map[string]bool{}
	for _, sub := range h.Receipt.Subscriptions {
		if name := v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan)); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// tries says whether the receipt is of a trial that began.
func (h held) tries() bool { return h.Receipt.Kind().Tries() && len(h.Receipt.Subscriptions) > 0 }

// changed says whether the trial that the receipt is of is another by now: bought, extended, cancelled or gone. What the receipt could say of
// its end is not true then.
func (h held) changed(at time.Time) bool {
	return h.trial.Convertible(at) != nil || h.trial.TrialEndsAt.UTC().Format(time.RFC3339) != h.Receipt.Subscriptions[0].TrialEndsAt
}

// tried says so of a trial, which may have ended since.
func (h held) tried(v *site.Visit) said {
	w, at, sub := v.Words, v.Op.At, h.Receipt.Subscriptions[0]
	ends := h.at(v, sub.TrialEndsAt)
	last := page.Moment{Title: w.Date(ends.AddDate(0, 0, subscription.GraceDays)), Text: w.ReceiptNextBuy()}
	switch {
	case h.changed(at):
		s := said{title: w.ReceiptEndedTitle(), lead: h.plans(v) + ". " + w.ReceiptNextChanged()}
		switch status := h.trial.StatusAt(at); {
		case h.trial.ID != "" && !h.trial.Trial && (status == subscription.Active || status == subscription.Suspended):
			s.title = w.ReceiptConvertedTitle()
		case h.trial.ID != "" && status == subscription.Trialing:
			s.title = w.ReceiptExtendedTitle()
		default:
			s = s.over("clock")
		}
		return s
	case at.Before(ends):
		days := int(math.Round(ends.Sub(h.decidedAt).Hours() / 24))
		s := said{title: w.ReceiptTitle(days), lead: w.ReceiptLead(h.plans(v), ends)}
		for _, before := range subscription.Reminders {
			if due := ends.AddDate(0, 0, -before); due.After(at) {
				s.next = append(s.next, page.Moment{Title: w.Date(due), Text: w.ReceiptNextRemind()})
				break
			}
		}
		s.next = append(s.next, page.Moment{Title: w.Date(ends), Text: w.ReceiptNextEnds()}, last)
		return s
	}
	return said{title: w.ReceiptEndedTitle(), lead: h.plans(v) + ". " + w.ReceiptNextEnded(ends), next: []page.Moment{last}}.over("clock")
}

// ordered says so of an order, which may all have ended since.
func (h held) ordered(v *site.Visit) said {
	w := v.Words
	var orders []subscription.Order
	ended := len(h.subs) > 0
	s := said{title: h.done(v)}
	for _, sub := range h.Receipt.Subscriptions {
		if sub.Price != nil {
			one := catalog.Money{AmountMinor: sub.Price.AmountMinor, Currency: sub.Price.Currency}
			orders = append(orders, subscription.Order{Licenses: sub.Licenses, Term: catalog.Term(sub.Term), Price: one})
		}
		now := h.subs[sub.ID]
		if now.ID == "" {
			continue
		}
		switch now.StatusAt(v.Op.At) {
		case subscription.Cancelled, subscription.Expired, subscription.Deleted:
		default:
			ended = false
		}
		if next := now.TermEnd(v.Op.At); !next.IsZero() {
			s.next = append(s.next, page.Moment{Title: w.Date(v.In(next, h.country)), Text: v.PlanName(h.shown.Plans, now.Plan) + ": " + w.ReceiptNextTerm()})
		}
	}
	s.lead = strings.Join(append([]string{h.plans(v)}, price.Total(w, orders...)...), ", ")
	if ended {
		s.title, s.next = w.ReceiptSubscriptionEndedTitle(), nil
		return s.over("clock")
	}
	return s
}

func (h held) authorized(v *site.Visit) said {
	w, name := v.Words, h.Receipt.Partner.LegalName
	s := said{title: w.ReceiptAdministrationEndedTitle(), lead: name}
	switch {
	case h.acts(v.Op.At):
		return said{title: w.ReceiptGrantedTitle(name), lead: w.ReceiptGrantedPanel(granted.Rights(w, h.grant.Role), v.In(h.grant.EndsAt, h.country))}
	case h.running(v.Op.At):
		return said{title: w.ReceiptAdministrationSuspendedTitle(), lead: w.ReceiptSuspended(name), kind: "warn", icon: "alert"}
	case h.grant != nil && h.grant.Status == relationship.Ended && h.grant.Cause == relationship.ByCustomer:
		s.title = w.ReceiptAdministrationTakenTitle()
	}
	return s.over("key")
}

func (h held) partnerOfRecord(v *site.Visit) said {
	w, named := v.Words, h.Receipt.PartnerOfRecordChanges
	s := said{title: w.ReceiptNamedTitle(), lead: w.SubscriptionCount(len(named)), note: w.ReceiptNextPartnerOfRecord()}
	if len(named) == 1 {
		s.lead = v.PlanName(h.shown.Plans, catalog.PlanID(named[0].Plan)) + ": " + h.names.Full(partner.ID(named[0].To))
	}
	return s
}

func (h held) resold(v *site.Visit) said {
	w, name := v.Words, h.Receipt.Partner.LegalName
	if !h.resells {
		return said{title: w.ReceiptResellerEndedTitle(), lead: name}.over("clock")
	}
	return said{title: w.ReceiptResellerTitle(name), lead: w.ReceiptResellerPanel()}
}

// done names what was done to paid subscriptions.
func (h held) done(v *site.Visit) string {
	w := v.Words
	switch h.Receipt.Done() {
	case consent.Converted:
		return w.ReceiptConvertedTitle()
	case consent.Resized:
		return w.ReceiptAddedTitle()
	case consent.Transferred:
		return w.ReceiptTransferredTitle()
	}
	return w.ReceiptOrderTitle()
}
