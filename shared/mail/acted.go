package mail

import (
	"time"
)

// Action is what was done, by the customer or for it, that has no receipt.
type Action string

// The actions.
const (
	TrialCancelled   Action = "trial_cancelled"
	Cancelled        Action = "cancelled" // a paid subscription, at the end of its term
	CancelUndone     Action = "cancel_undone"
	LicensesChanged  Action = "licences_changed"
	Suspended        Action = "suspended"
	Reinstated       Action = "reinstated"
	TrialExtended    Action = "trial_extended"
	ConsentDisputed  Action = "consent_disputed"
	RemovalRequested Action = "removal_requested"
	ResellerLeft     Action = "reseller_left" // the program
)

// nextTerm is what Acted.Charged says of licences that are charged from the next term on.
const nextTerm = "next_term"

// Acted tells a customer that something was done to what it pays for, uses or allowed.
type Acted struct {
	To       Recipient
	Vendor   Vendor
	Customer string
	What     Action
	// BillingOwner is set where the reader gets it as the billing owner, not as an administrator.
	BillingOwner bool
	// Reference is what to quote when asking about it.
	Reference string
	At        time.Time
	// Order is the subscription; empty for ConsentDisputed, RemovalRequested and ResellerLeft.
	Order Order
	// Partner is who acted on the customer's behalf, or whom the action is about; the zero value where there is none.
	Partner Partner
	// From is the date from which the action counts, or at which what it leaves running ends or renews.
	From time.Time
	// Charged says from when the vendor charges licences that are added to the running term: "prorated" or "next_term"; empty where it charges none.
	Charged string
	// DataUntil is until when the data stays at least; the zero time where nothing ends.
	DataUntil time.Time
	// Ends is set where what was asked happens by itself at From.
	Ends bool
	// Rests is set where the grant of a disputed consent is suspended with it.
	Rests bool
	// Reason is what who acted wrote; may be empty.
	Reason string
	// Link leads to where it is seen, and undone where it can be; empty where there is no such page.
	Link string
}

// Message says it in the recipient's language.
func (m Acted) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	from, until := m.From.In(at.Location()), m.DataUntil.In(at.Location())
	plan, customer, partner, vendor := m.Order.Plan, m.Customer, m.Partner.Name, m.Vendor.Name
	changed := fact{w.MailFactChangedAt(), w.Time(at)}
	var intro string
	var facts []fact
	var next []string
	switch m.What {
	case TrialCancelled:
		l.Subject = w.MailActedTrialCancelledSubject(plan)
		if intro = w.MailActedTrialCancelled(plan, customer); partner != "" {
			intro = w.MailActedTrialCancelledBehalf(partner, plan, customer)
		}
		facts = []fact{{w.MailFactEndedAt(), w.Time(from)}, {w.MailFactDataUntil(), w.Date(until)}}
		next = []string{w.MailActedData(until), w.MailDeletionNoticeCancelled()}
	case Cancelled:
		l.Subject = w.MailActedCancelledSubject(plan, from)
		intro = w.MailActedCancelled(plan, customer, from)
		facts = []fact{changed, {w.MailFactEndsAt(), w.Time(from)}, {w.MailFactDataUntil(), w.Date(until)}}
		next = []string{w.MailActedData(until)}
		if m.Link != "" {
			next = append([]string{w.MailActedUndo()}, next...)
		}
	case CancelUndone:
		l.Subject = w.MailActedUndoneSubject(plan)
		intro = w.MailActedUndone(plan, customer, from)
		facts = []fact{changed, {w.MailFactTermEnds(), w.Time(from)}}
	case LicensesChanged:
		l.Subject = w.MailActedLicencesSubject(plan, m.Order.Licenses)
		intro = w.MailActedLicences(plan, customer)
		facts = []fact{{w.MailFactSince(), w.Time(from)}, {w.MailActedLicencesBefore(), w.Int(m.Order.Before)}}
		next = m.charged(l, from, m.Order.TermEnds.In(at.Location()))
	case Suspended:
		l.Subject = w.MailActedSuspendedSubject(plan)
		intro = w.MailActedSuspended(vendor, plan, customer, from)
		facts = []fact{{w.MailFactSince(), w.Time(from)}}
		next = []string{w.MailActedSuspendedStays()}
		if ways := l.ways(); ways != "" {
			next = append(next, w.MailTrialAskVendor(vendor, ways))
		}
	case Reinstated:
		l.Subject = w.MailActedReinstatedSubject(plan)
		intro = w.MailActedReinstated(vendor, plan, customer, from)
		facts = []fact{{w.MailFactSince(), w.Time(from)}}
	case TrialExtended:
		l.Subject = w.MailActedExtendedSubject(plan, from)
		intro = w.MailActedExtended(vendor, plan, customer, from)
		facts = []fact{changed, {w.MailFactTrialEnds(), w.Time(from)}, {w.MailFactDataUntil(), w.Date(until)}}
		next = []string{w.MailTrialEndingNothing(until)}
	case ConsentDisputed:
		l.Subject = w.MailActedDisputedSubject(m.Reference)
		intro = w.MailActedDisputed(customer, partner, m.Reference)
		facts = []fact{{w.MailFactDisputedAt(), w.Time(from)}}
		if m.Rests {
			next = []string{w.MailActedDisputedRests(from, partner, vendor)}
		}
		next = append(next, w.MailDisputePartner(vendor))
	case RemovalRequested:
		l.Subject = w.MailActedRemovalSubject(partner)
		intro = w.MailActedRemoval(customer, partner)
		facts = []fact{{w.MailFactAskedAt(), w.Time(at)}, {w.MailFactDecidesFrom(vendor), w.Date(from)}}
		if next = []string{w.MailActedRemovalWait(partner)}; m.Ends {
			facts, next = []fact{changed, {w.MailFactEndsAt(), w.Time(from)}}, []string{w.MailActedRemovalNotice(from)}
		}
		if m.Link != "" {
			next = append(next, w.MailActedRemovalWithdraw())
		}
	case ResellerLeft:
		l.Subject = w.MailActedLeftSubject(partner)
		intro = w.MailActedLeft(partner, vendor)
		facts = []fact{{w.MailFactSince(), w.Time(from)}}
		next = []string{w.MailActedLeftStays(), w.MailActedLeftDecides(vendor)}
	}
	l.Preheader = w.MailActedPreheader(m.Reference)
	l.para(intro)
	facts = append([]fact{{w.MailFactReference(), m.Reference}}, facts...)
	if partner != "" {
		facts = append(facts, fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)})
	}
	l.facts(facts...)
	if plan != "" {
		l.orders(within([]Order{m.Order}, at.Location()), false)
	}
	if len(next) > 0 {
		l.list(next...)
	}
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	if m.Link != "" {
		l.link(w.MailButtonDetails(), m.Link, "")
	}
	l.askVendor(w.MailAdministrationEndedUnexpected(vendor))
	l.Why = w.MailFooterWhyAdministrator(customer)
	if m.BillingOwner {
		l.Why = w.MailFooterWhyBillingOwner(customer)
	}
	if partner != "" {
		l.partnerFooter(m.Partner, l.Why)
	}
	return l.message("acted", m.To, "", "")
}

// charged says from when another count of licences is charged that counts from a time, in a term that ends at another.
func (m Acted) charged(l *letter, from, ends time.Time) []string {
	w := words(l)
	switch {
	case m.Charged == "":
		return nil
	case m.Order.Licenses < m.Order.Before:
		return []string{w.MailActedLicencesFewer(ends)}
	case m.Charged == nextTerm:
		return []string{w.ChargedNextTerm(ends)}
	}
	return []string{w.MailActedLicencesProrated(from, ends)}
}
