package receipt

import (
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/price"
	"liaison/shared/subscription"
)

// at reads a time of the receipt in its country's zone; zero where it holds none.
func (h held) at(v *site.Visit, text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return v.In(t, h.country)
}

// subscription returns what became of one subscription, in rows.
func (h held) subscription(v *site.Visit, sub consent.ReceiptPlan) []page.Row {
	w := v.Words
	rows := []page.Row{{Key: w.SitePlan(), Values: []string{v.PlanName(h.shown.Plans, catalog.PlanID(sub.Plan))}}}
	if sub.Price == nil {
		rows = append(rows, page.Row{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(sub.Licenses)}})
		if ends := h.at(v, sub.TrialEndsAt); !ends.IsZero() {
			rows = append(rows, page.Row{Key: w.ReceiptTrialEnds(), Values: []string{w.Time(ends)}})
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
	rows = append(rows, page.Row{Key: w.ReceiptDone(), Values: []string{done}})
	rows = append(rows, price.Rows(v.Words, subscription.Order{
		Licenses: sub.Licenses, Term: catalog.Term(sub.Term), Price: catalog.Money{AmountMinor: sub.Price.AmountMinor, Currency: sub.Price.Currency},
	}, true)...)
	return append(rows,
		page.Row{Key: w.SiteBiller(), Values: []string{price.Bills(v.Words, sub.BilledBy, h.Receipt.Vendor, h.names.Full(partner.ID(sub.BilledBy)))}},
		page.Row{Key: term, Values: []string{w.Time(h.at(v, sub.TermEndsAt))}})
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

// outcomes say what a yes to an offer of a kind did: the page's title, the words beside the reference, and what comes next. The title is neutral
// where what the yes gave holds no longer, so that the page does not contradict itself.
var outcomes = map[offer.Kind]func(h held, v *site.Visit) (title, panel string, next []string){
	offer.Trial:                   held.tried,
	offer.Purchase:                held.ordered,
	offer.DelegatedAdministration: held.authorized,
	offer.PartnerOfRecord:         held.partnerOfRecord,
	offer.Reseller:                held.resold,
}

func (h held) ordered(v *site.Visit) (title, panel string, next []string) {
	return h.done(v), v.Words.ReceiptPanel(h.plans(v)), append(h.mailed(v), v.Words.SiteRenews(), v.Words.ReceiptNextAccount())
}

func (h held) authorized(v *site.Visit) (title, panel string, next []string) {
	w := v.Words
	if !h.acts(v.Op.At) {
		return w.ReceiptNeutralTitle(), w.ReceiptGrantedPanel(), []string{w.ReceiptNextMail()}
	}
	return w.ReceiptGrantedTitle(h.Receipt.Partner.LegalName), w.ReceiptGrantedPanel(), []string{w.ReceiptNextMail(), w.ReceiptGrantedNext()}
}

func (h held) partnerOfRecord(v *site.Visit) (title, panel string, next []string) {
	w := v.Words
	return w.ReceiptNamedTitle(), w.SubscriptionCount(len(h.Receipt.PartnerOfRecordChanges)), []string{w.ReceiptNextMail(), w.ReceiptNextPartnerOfRecord()}
}

func (h held) resold(v *site.Visit) (title, panel string, next []string) {
	w, name := v.Words, h.Receipt.Partner.LegalName
	if !h.resells {
		return w.ReceiptNeutralTitle(), w.ReceiptResellerPanel(), []string{w.ReceiptNextMail()}
	}
	return w.ReceiptResellerTitle(name), w.ReceiptResellerPanel(), []string{
		w.ReceiptNextMail(), w.ResellerBills(name), w.ResellerRemove(relationship.DecisionDays, h.Receipt.Vendor),
	}
}

// mailed says what the mail of the yes holds: the receipt and, for a new owner, the way to a password, without which there is no signing in.
func (h held) mailed(v *site.Visit) []string {
	said := []string{v.Words.ReceiptNextMail()}
	if h.Receipt.DecidedBy.Role == "owner" {
		said = append(said, v.Words.ReceiptNextPassword())
	}
	return said
}

// tries says whether the receipt is of a trial that began.
func (h held) tries() bool { return h.Receipt.Kind().Tries() && len(h.Receipt.Subscriptions) > 0 }

// changed says whether the trial that the receipt is of is another by now: bought, extended, cancelled or gone. What the receipt could say of
// its end is not true then.
func (h held) changed(at time.Time) bool {
	return h.trial.Convertible(at) != nil || h.trial.TrialEndsAt.UTC().Format(time.RFC3339) != h.Receipt.Subscriptions[0].TrialEndsAt
}

// tried says so of a trial, which may have ended since.
func (h held) tried(v *site.Visit) (title, panel string, next []string) {
	w, name := v.Words, h.Receipt.Partner.LegalName
	if h.changed(v.Op.At) {
		return w.ReceiptEndedTitle(), w.ReceiptPanel(h.plans(v)), []string{w.ReceiptNextChanged()}
	}
	ends := h.at(v, h.Receipt.Subscriptions[0].TrialEndsAt)
	if v.Op.At.Before(ends) {
		return w.ReceiptTitle(), w.ReceiptPanel(h.plans(v)), append(h.mailed(v), w.ReceiptNextRemind(), w.ReceiptNextEnds(ends), w.ReceiptNextBuy(name))
	}
	return w.ReceiptEndedTitle(), w.ReceiptPanel(h.plans(v)), []string{w.ReceiptNextEnded(ends), w.ReceiptNextBuy(name)}
}

// done names what was done to paid subscriptions: the same to all of them, or else an order.
func (h held) done(v *site.Visit) string {
	w, what := v.Words, h.Receipt.Subscriptions[0].Change
	for _, sub := range h.Receipt.Subscriptions {
		if sub.Change != what {
			what = ""
		}
	}
	switch consent.What(what) {
	case consent.Converted:
		return w.ReceiptConvertedTitle()
	case consent.Resized:
		return w.ReceiptAddedTitle()
	case consent.Transferred:
		return w.ReceiptTransferredTitle()
	}
	return w.ReceiptOrderTitle()
}
