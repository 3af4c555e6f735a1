package mail

import (
	"time"

	"liaison/shared/locale"
)

// Grant is what the mails about the end of a delegated administration have in common. Both
// sides get one each.
type Grant struct {
	To        Recipient
	Vendor    Vendor
	Partner   Partner
	Customer  string
	ToPartner bool
	// Role is "full" or "limited".
	Role string
	// Ends is when it ends or ended.
	Ends time.Time
	// Link leads to the relationship; empty where there is no such page.
	Link string
}

// AdministrationEnded is mail 14: a delegated administration has ended or was replaced.
type AdministrationEnded struct {
	Grant
	// Cause is "customer", "partner", "vendor", "replaced", "no_subscription" or "expired".
	Cause string
	// Left is set where the partner is no longer in the program: it ended everything else, too.
	Left bool
}

// Message says it in the recipient's language.
func (m AdministrationEnded) Message() Message {
	l, ended := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailAdministrationEndedPreheader(ended)
	if m.ToPartner {
		l.Subject = w.MailAdministrationEndedSubjectPartner(customer)
		l.para(w.MailAdministrationEndedIntroPartner(partner, customer))
	} else {
		l.Subject = w.MailAdministrationEndedSubject(partner)
		l.para(w.MailAdministrationEndedIntro(partner, customer))
	}
	l.grantFacts(m.Grant, fact{w.MailFactEndedAt(), w.Time(ended)}, fact{w.MailFactReason(), endCause(w, m.Cause, m.Vendor.Name)})
	if m.Left {
		l.para(w.MailAdministrationEndedLeft(partner, m.Vendor.Name))
	} else {
		l.para(w.MailAdministrationEndedStays())
	}
	l.askVendor(w.MailAdministrationEndedUnexpected(m.Vendor.Name))
	return l.grantMessage("administration_ended", m.Grant)
}

func endCause(w locale.Words, cause, vendor string) string {
	switch cause {
	case "customer":
		return w.MailAdministrationEndedCauseCustomer()
	case "partner":
		return w.MailAdministrationEndedCausePartner()
	case "vendor":
		return w.MailAdministrationEndedCauseVendor(vendor)
	case "replaced":
		return w.MailAdministrationEndedCauseReplaced()
	case "no_subscription":
		return w.MailAdministrationEndedCauseNoSubscription()
	case "expired":
		return w.MailAdministrationEndedCauseExpired()
	}
	return ""
}

// AdministrationEnding is mail 15: a delegated administration ends soon, or goes on by itself where both sides want that.
type AdministrationEnding struct {
	Grant
	// Extends is when it goes on by itself, for Days more; the zero time where it does not.
	Extends time.Time
	Days    int
}

// Message says it in the recipient's language, with the date and never a count of days.
func (m AdministrationEnding) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailAdministrationEndingPreheader()
	l.para(w.MailAdministrationEndingIntro(partner, customer, ends))
	extends := !m.Extends.IsZero()
	if extends {
		l.Preheader = w.MailAdministrationEndingPreheaderExtends()
		l.para(w.MailAdministrationEndingExtends(m.Extends.In(ends.Location()), m.Days))
	}
	switch {
	case extends && m.ToPartner:
		l.Subject = w.MailAdministrationEndingSubjectPartnerExtends(customer)
	case extends:
		l.Subject = w.MailAdministrationEndingSubjectExtends(partner)
		l.grantAction(m.Grant, w.MailAdministrationExtendedCustomer())
	case m.ToPartner:
		l.Subject = w.MailAdministrationEndingSubjectPartner(customer, ends)
		l.para(w.MailAdministrationEndingPartner())
	default:
		l.Subject = w.MailAdministrationEndingSubject(partner, ends)
		l.grantAction(m.Grant, w.MailAdministrationEndingCustomer(partner))
	}
	l.grantFacts(m.Grant, fact{w.MailFactEndsAt(), w.Time(ends)})
	return l.grantMessage("administration_ending", m.Grant)
}

// grantAction says what can be done on the page of the relationship, whose link follows with the facts.
func (l *letter) grantAction(g Grant, text string) {
	if g.Link != "" {
		l.para(text)
	}
}

func (l *letter) grantFacts(g Grant, more ...fact) {
	w := words(l)
	l.facts(append([]fact{
		{w.MailFactCustomer(), g.Customer},
		{w.MailFactPartner(), w.MailPartnerWithID(g.Partner.Name, g.Partner.ID)},
		{w.MailFactAdministration(), rights(w, g.Role)},
	}, more...)...)
	if g.Link != "" {
		l.link(w.MailButtonDetails(), g.Link, "")
	}
}

func (l *letter) grantMessage(name string, g Grant) Message {
	l.sideFooter(g.Partner, g.Customer, g.ToPartner)
	return l.message(name, g.To, "", "")
}

// AdministrationGranted is mail 6 and, with ToPartner, mail 7 about delegated administration alone.
type AdministrationGranted struct {
	Grant
	Reference string
	At        time.Time
	// Replaced names the partner whose grant this one replaces, in the customer's mail only; empty where it replaces none.
	Replaced string
	// Receipt is the link to the receipt, of the customer's mail only; empty where there is none.
	Receipt string
}

// Message says it in the recipient's language.
func (m AdministrationGranted) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailGrantedPreheader(m.Reference, ends)
	if m.ToPartner {
		l.Subject = w.MailGrantedSubjectPartner(customer)
		l.para(w.MailGrantedIntroPartner(customer, partner, rights(w, m.Role), ends))
	} else {
		l.Subject = w.MailGrantedSubject(partner)
		l.para(w.MailGrantedIntro(partner, rights(w, m.Role), ends))
		if m.Replaced != "" {
			l.para(w.MailAcceptedReplaced(m.Replaced))
		}
	}
	l.grantFacts(m.Grant, fact{w.MailFactReference(), m.Reference}, fact{w.MailFactAcceptedAt(), w.Time(m.At.In(ends.Location()))}, fact{w.MailFactEndsAt(), w.Time(ends)})
	if !m.ToPartner {
		if m.Receipt != "" {
			l.link(w.MailAcceptedButton(), m.Receipt, w.MailAcceptedNoteAdministration())
		}
		can, cannot := administrationAllows(w, m.Role)
		switch {
		case m.Receipt != "":
			l.list(can, cannot, w.MailAcceptedRevoke())
		case m.Link != "": // without the receipt, the account's own page is where it is taken back
			l.list(can, cannot, w.MailGrantedRevoke())
		default:
			l.list(can, cannot)
		}
		l.title(w.MailTitlePartner())
		l.card(m.Partner)
	}
	return l.grantMessage("administration_granted", m.Grant)
}

// AdministrationExtended tells both sides that a delegated administration went on by itself, as they had agreed.
type AdministrationExtended struct{ Grant }

// Message says it in the recipient's language.
func (m AdministrationExtended) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Subject = w.MailAdministrationExtendedSubject(partner, ends)
	if m.ToPartner {
		l.Subject = w.MailAdministrationExtendedSubjectPartner(customer, ends)
	}
	l.Preheader = w.MailAdministrationExtendedPreheader()
	l.para(w.MailAdministrationExtendedIntro(partner, customer, ends))
	if !m.ToPartner {
		l.grantAction(m.Grant, w.MailAdministrationExtendedCustomer())
	}
	l.grantFacts(m.Grant, fact{w.MailFactEndsAt(), w.Time(ends)})
	return l.grantMessage("administration_extended", m.Grant)
}

// AdministrationLowered tells both sides that a delegated administration has limited rights from now on.
type AdministrationLowered struct {
	Grant
	// At is when it was lowered.
	At time.Time
}

// Message says it in the recipient's language.
func (m AdministrationLowered) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Subject = w.MailAdministrationLoweredSubject(partner)
	if m.ToPartner {
		l.Subject = w.MailAdministrationLoweredSubjectPartner(customer)
	}
	l.Preheader = w.MailAdministrationLoweredPreheader()
	l.para(w.MailAdministrationLoweredIntro(partner, customer))
	l.grantFacts(m.Grant, fact{w.MailFactSince(), w.Time(m.At.In(ends.Location()))}, fact{w.MailFactEndsAt(), w.Time(ends)})
	can, cannot := administrationAllows(w, m.Role)
	l.list(can, cannot)
	l.askVendor(w.MailAdministrationEndedUnexpected(m.Vendor.Name))
	return l.grantMessage("administration_lowered", m.Grant)
}
