package mail

import (
	"strings"
	"time"

	"liaison/shared/locale"
)

// Order is one subscription, as an offer proposes it or as a consent left it.
type Order struct {
	Plan     string
	Services []string
	// Change is what was done to a subscription that was there: "converted", "licenses_changed", "billing_transferred"; empty for a new one.
	Change string
	// Licenses are those that it has, Before those it had where some were added.
	Licenses, Before int
	// Term is "month" or "year".
	Term string
	// Price is that of a licence for a term; zero where it is not for the reader.
	Price locale.Money
	// TermEnds is when the running term ends; zero in an offer.
	TermEnds time.Time
}

// What was done to a subscription.
const (
	converted   = "converted"
	resized     = "licenses_changed"
	transferred = "billing_transferred"
)

const year = "year"

// plans names the plans of some orders, each once.
func plans(orders []Order) string {
	var names []string
	seen := map[string]bool{}
	for _, o := range orders {
		if !seen[o.Plan] {
			seen[o.Plan] = true
			names = append(names, o.Plan)
		}
	}
	return strings.Join(names, ", ")
}

// only says whether the same was done to every one.
func only(orders []Order, change string) bool {
	for _, o := range orders {
		if o.Change != change {
			return false
		}
	}
	return len(orders) > 0
}

// sums adds up what some orders cost, each term and currency apart.
func sums(w locale.Words, orders []Order) []string {
	var costs []locale.Cost
	for _, o := range orders {
		if o.Price.Currency != "" {
			costs = append(costs, locale.Cost{Money: locale.Money{AmountMinor: o.Price.AmountMinor * int64(o.Licenses), Currency: o.Price.Currency}, Yearly: o.Term == year})
		}
	}
	return w.Sums(costs...)
}

// total is what some orders cost, on one line.
func total(w locale.Words, orders []Order) string { return strings.Join(sums(w, orders), " + ") }

// sum is the total where there is more than one order; of one alone it stands with the order.
func sum(w locale.Words, orders []Order) string {
	if len(orders) < 2 {
		return ""
	}
	return total(w, orders)
}

// orders shows each order with what it costs.
func (l *letter) orders(orders []Order, services bool) {
	w := words(l)
	for _, o := range orders {
		price, total := "", ""
		if o.Price.Currency != "" {
			price = w.PerLicense(locale.Cost{Money: o.Price, Yearly: o.Term == year})
			total = sums(w, []Order{o})[0]
		}
		includes, ends := "", ""
		if services {
			includes = strings.Join(o.Services, ", ")
		}
		if !o.TermEnds.IsZero() {
			ends = w.Time(o.TermEnds)
		}
		l.facts(
			fact{w.MailFactPlan(), o.Plan},
			fact{w.MailFactServices(), includes},
			fact{w.MailFactChange(), o.changed(l, l.Vendor.Name)},
			fact{w.MailFactLicences(), w.Int(o.Licenses)},
			fact{w.MailFactPrice(), price},
			fact{w.MailFactTotal(), total},
			fact{w.MailFactTermEnds(), ends},
		)
	}
}

func (o Order) changed(l *letter, vendor string) string {
	w := words(l)
	switch o.Change {
	case converted:
		return w.MailChangeConverted()
	case resized:
		return w.MailChangeLicences(o.Before, o.Licenses)
	case transferred:
		return w.MailChangeTransferred(vendor)
	}
	return ""
}

// within puts the times of orders into a zone.
func within(orders []Order, zone *time.Location) []Order {
	made := make([]Order, len(orders))
	for i, o := range orders {
		if made[i] = o; !o.TermEnds.IsZero() {
			made[i].TermEnds = o.TermEnds.In(zone)
		}
	}
	return made
}

// Decided is what the mails about a customer's consent have in common.
type Decided struct {
	To     Recipient
	Vendor Vendor
	// Partner is the one that offered or is concerned; the zero value where there is none.
	Partner  Partner
	Customer string
	// Reference is what to quote when asking about it; empty where there is no receipt.
	Reference string
	At        time.Time
	Terms     []AgreedTerms
	// Receipt is the link to the receipt; empty where there is none.
	Receipt string
	// Link leads to where what was decided can be changed; empty where there is no such page.
	Link string
	// BillingOwner is set where the reader did not decide but owns the bills, Administrator where the reader gets it as an administrator.
	BillingOwner, Administrator bool
}

func (m Decided) why(l *letter) string {
	w := words(l)
	switch {
	case m.BillingOwner:
		return w.MailFooterWhyBillingOwner(m.Customer)
	case m.Administrator:
		return w.MailFooterWhyAdministrator(m.Customer)
	}
	return w.MailFooterWhyActed(m.Customer)
}

// decidedFooter ends a mail about a consent, with the partner where there is one.
func (l *letter) decidedFooter(m Decided) {
	l.Why = m.why(l)
	if m.Partner.Name != "" {
		l.partnerFooter(m.Partner, l.Why)
	}
}

// Ordered is mail 12: something was bought, a trial became paid, or who bills changed. A new owner also sets the password here.
type Ordered struct {
	Decided
	// Offered is set where the partner's offer was accepted.
	Offered bool
	Orders  []Order
	// Biller is the name of who bills.
	Biller string
	// PartnerOfRecord and its ID are empty where there is none.
	PartnerOfRecord, PartnerOfRecordID string
	Administration                     Administration
	// Owner, Password and PasswordUntil are as in Accepted.
	Owner         bool
	Password      string
	PasswordUntil time.Time
}

// Message says it in the recipient's language.
func (m Ordered) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	orders := within(m.Orders, at.Location())
	l.Preheader = w.MailOrderedPreheader(m.Reference, total(w, orders))
	when := w.MailFactOrderedAt()
	switch {
	case only(orders, converted):
		l.Subject = w.MailOrderedSubjectConverted(plans(orders))
		l.para(w.MailOrderedIntroConverted(m.Customer))
	case only(orders, transferred):
		l.Subject, when = w.MailOrderedSubjectTransferred(plans(orders)), w.MailFactChangedAt()
		l.para(w.MailOrderedIntroTransferred(m.Vendor.Name, m.Customer))
	default:
		l.Subject = w.MailOrderedSubject(plans(orders))
		l.para(w.MailOrderedIntro(m.Customer))
	}
	l.orders(orders, true)
	l.facts(
		fact{w.MailFactTotal(), sum(w, orders)},
		fact{w.MailFactBilledBy(), m.Biller},
		fact{w.MailFactReference(), m.Reference},
		fact{when, w.Time(at)},
		fact{w.MailFactPartnerOfRecord(), nameWithID(w, m.PartnerOfRecord, m.PartnerOfRecordID)},
		fact{w.MailFactTerms(), agreed(w, m.Terms)},
	)
	if m.Password != "" {
		l.link(w.MailAcceptedPasswordButton(), m.Password, w.MailAcceptedPasswordNote(m.PasswordUntil.In(at.Location())))
	}
	l.receipt(m.Receipt, m.Administration.Yes)
	l.administration(m.Administration, m.Partner.Name, m.Receipt, at.Location())
	l.title(w.MailTitleNext())
	next := append([]item{{Text: w.MailOrderedRenews()}}, actions(item{w.MailOrderedCancel(), m.Link})...)
	if m.Owner {
		next = append(actions(item{w.MailAcceptedOwner(), m.Vendor.Account}), next...)
	}
	l.items(next...)
	if m.Administration.Yes || m.Partner.ID != "" && m.PartnerOfRecordID == m.Partner.ID {
		l.title(w.MailTitlePartner())
		l.card(m.Partner)
	}
	l.decidedFooter(m.Decided)
	return l.message("ordered", m.To, "", "")
}

// receipt shows the link to a receipt, if there is one.
func (l *letter) receipt(link string, administration bool) {
	if link == "" {
		return
	}
	w := words(l)
	note := w.MailAcceptedNote()
	if administration {
		note = w.MailAcceptedNoteAdministration()
	}
	l.link(w.MailAcceptedButton(), link, note)
}

// OrderedPartner is mail 7 about a purchase: tells a partner what a customer bought by its offer, or with it as partner of record.
type OrderedPartner struct {
	To                        Recipient
	Vendor                    Vendor
	Partner                   Partner
	Customer, CustomerCountry string
	Reference                 string
	At                        time.Time
	// Offered is set where the partner's own offer was accepted.
	Offered bool
	Orders  []Order
	Biller  string
	// PartnerOfRecord is set where this partner is it.
	PartnerOfRecord bool
	// BilledBefore is set where this partner billed the subscription and has no other part in it.
	BilledBefore   bool
	Administration Administration
}

// Message says it in the recipient's language.
func (m OrderedPartner) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	orders := within(m.Orders, at.Location())
	customer, partner, vendor := m.Customer, m.Partner.Name, m.Vendor.Name
	l.Preheader = w.MailOrderedPartnerPreheader(plans(orders))
	switch {
	case m.Offered:
		l.Subject = w.MailOrderedPartnerSubject(customer)
		l.para(w.MailOrderedPartnerIntro(customer, partner))
	case only(orders, transferred):
		l.Subject = w.MailOrderedPartnerSubjectTransferred(customer, plans(orders))
		l.Preheader = w.MailOrderedPartnerPreheaderTransferred(vendor)
		if m.BilledBefore {
			l.para(w.MailOrderedPartnerIntroBilledBefore(vendor, customer, partner))
		} else {
			l.para(w.MailOrderedPartnerIntroTransferred(vendor, customer, partner))
		}
	default:
		l.Subject = w.MailOrderedPartnerSubjectOrder(customer, plans(orders))
		l.para(w.MailOrderedPartnerIntroOrder(customer, vendor, partner))
	}
	l.orders(orders, false)
	l.facts(
		fact{w.MailFactTotal(), sum(w, orders)},
		fact{w.MailFactBilledBy(), m.Biller},
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactAcceptedAt(), w.Time(at)},
		fact{w.MailFactCustomer(), customer},
		fact{w.MailFactCountry(), w.Country(m.CustomerCountry)},
		fact{w.MailFactPartnerOfRecord(), yours(w, m.PartnerOfRecord)},
		fact{w.MailFactAdministration(), m.Administration.answer(l, at.Location())},
	)
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(partner))
	return l.message("ordered_partner", m.To, "", "")
}
