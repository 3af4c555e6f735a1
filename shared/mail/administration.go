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
	// Successor is the new delegated administrator, told to the customer only.
	Successor string
}

// Message says it in the recipient's language.
func (m AdministrationEnded) Message() Message {
	l, ended := begin(m.To, m.Vendor, m.Ends)
	w := l.Words
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailAdministrationEndedPreheader(ended)
	if m.ToPartner {
		l.Subject = w.MailAdministrationEndedSubjectPartner(customer)
		l.para(w.MailAdministrationEndedIntroPartner(partner, customer))
	} else {
		l.Subject = w.MailAdministrationEndedSubject(partner)
		l.para(w.MailAdministrationEndedIntro(partner, customer))
		if m.Successor != "" {
			l.para(w.MailAdministrationEndedNow(m.Successor))
		}
	}
	l.grantFacts(m.Grant, fact{w.MailFactEndedAt(), w.Time(ended)}, fact{w.MailFactReason(), endCause(w, m.Cause, m.Vendor.Name)})
	l.para(w.MailAdministrationEndedStays())
	l.para(w.MailAdministrationEndedUnexpected(m.Vendor.Name))
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

// AdministrationEnding is mail 15: a delegated administration ends soon.
type AdministrationEnding struct{ Grant }

// Message says it in the recipient's language, with the date and never a count of days.
func (m AdministrationEnding) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := l.Words
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailAdministrationEndingPreheader()
	l.para(w.MailAdministrationEndingIntro(partner, customer, ends))
	if m.ToPartner {
		l.Subject = w.MailAdministrationEndingSubjectPartner(customer, ends)
		l.para(w.MailAdministrationEndingPartner())
	} else {
		l.Subject = w.MailAdministrationEndingSubject(partner, ends)
		l.para(w.MailAdministrationEndingCustomer(partner))
	}
	l.grantFacts(m.Grant, fact{w.MailFactEndsAt(), w.Time(ends)})
	return l.grantMessage("administration_ending", m.Grant)
}

func (l *letter) grantFacts(g Grant, more ...fact) {
	w := l.Words
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
	w := l.Words
	why := w.MailFooterWhyAdministrator(g.Customer)
	if g.ToPartner {
		why = w.MailFooterWhyPartner(g.Partner.Name)
	}
	l.partnerFooter(g.Partner, why)
	return l.message(name, g.To, "", "")
}

// AdministrationRequest is mail 3: a partner asks to become the delegated administrator of a customer that exists. With Reminder it is
// mail 4 about it.
type AdministrationRequest struct {
	To          Recipient
	Vendor      Vendor
	Partner     Partner
	ReplyTo     string
	Offer       Offer // its role and days, the partner's message and terms
	Reminder    bool
	Until       time.Time
	Link        string
	Report      string
	Unsubscribe string
}

// Message says it in the recipient's language.
func (m AdministrationRequest) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := l.Words
	partner := m.Partner.Name
	l.Subject = w.MailRequestSubject(partner)
	if m.Reminder {
		l.Subject = w.MailInvitationReminderSubject(partner, until)
	}
	l.Preheader = w.MailRequestPreheader(until)
	l.para(w.MailRequestIntro(partner, m.Vendor.Name, rights(w, m.Offer.Role), m.Offer.RoleDays))
	can, cannot := powers(w, m.Offer.Role)
	l.list(can, cannot, w.MailRequestOne())
	l.para(w.MailRequestSignIn())
	l.link(w.MailRequestButton(), m.Link, w.MailOfferNote(until))
	l.title(w.MailTitleWho())
	l.card(m.Partner)
	l.ownWords(m.Offer, m.Partner)
	l.partnerFooter(m.Partner, w.MailFooterWhyInvited(partner, m.To.Address))
	l.Report, l.Unsubscribe = m.Report, m.Unsubscribe
	return l.message("administration_request", m.To, partner, m.ReplyTo)
}

// AdministrationGranted is mail 6 and, with ToPartner, mail 7 about delegated administration alone.
type AdministrationGranted struct {
	Grant
	Reference string
	At        time.Time
	// Replaced names the partner whose rights ended with the yes, told to the customer only; empty where none did.
	Replaced string
	// Receipt is the link to the receipt, of the customer's mail only.
	Receipt string
}

// Message says it in the recipient's language.
func (m AdministrationGranted) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := l.Words
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailGrantedPreheader(m.Reference, ends)
	if m.ToPartner {
		l.Subject = w.MailGrantedSubjectPartner(customer)
		l.para(w.MailGrantedIntroPartner(customer, partner, rights(w, m.Role), ends))
	} else {
		l.Subject = w.MailGrantedSubject(partner)
		l.para(w.MailAcceptedAdministrationYes(partner, rights(w, m.Role), ends))
		if m.Replaced != "" {
			l.para(w.MailGrantedReplaced(m.Replaced))
		}
	}
	l.grantFacts(m.Grant, fact{w.MailFactReference(), m.Reference}, fact{w.MailFactAcceptedAt(), w.Time(m.At.In(ends.Location()))}, fact{w.MailFactEndsAt(), w.Time(ends)})
	if !m.ToPartner {
		l.link(w.MailAcceptedButton(), m.Receipt, w.MailAcceptedNoteAdministration())
		can, cannot := powers(w, m.Role)
		l.list(can, cannot, w.MailAcceptedRevoke())
		l.title(w.MailTitlePartner())
		l.card(m.Partner)
	}
	return l.grantMessage("administration_granted", m.Grant)
}
