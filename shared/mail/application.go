package mail

import "time"

// ApplicationReceived is mail 22, to who was named as the contact of a company that applies: the link that confirms the address. Anybody can
// type an address, so it holds little of what else was typed.
type ApplicationReceived struct {
	To      Recipient
	Vendor  Vendor
	Company string
	Link    string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m ApplicationReceived) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, vendor := words(l), m.Vendor.Name
	l.Subject, l.Preheader = w.MailApplicationReceivedSubject(vendor), w.MailApplicationReceivedPreheader(until)
	l.para(w.MailApplicationReceivedIntro(vendor, m.To.shown()))
	l.link(w.MailApplicationReceivedButton(), m.Link, w.MailApplicationReceivedNote(until))
	l.facts(fact{w.MailFactCompany(), m.Company})
	l.para(w.MailApplicationReceivedNext(vendor))
	l.para(w.MailApplicationReceivedNotYou())
	l.Why = line(w.MailFooterWhyApplication(m.To.shown(), vendor))
	return l.message("application_received", m.To, "", "")
}

// ApplicationApproved is mail 23, to the first user of a company that was taken into the program: the link that sets the password, and that the
// agreement is to be signed.
type ApplicationApproved struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	Link    string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m ApplicationApproved) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, partner, vendor := words(l), m.Partner.Name, m.Vendor.Name
	l.Subject, l.Preheader = w.MailApplicationApprovedSubject(partner, vendor), w.MailApplicationApprovedPreheader(until)
	l.para(w.MailApplicationApprovedIntro(vendor, partner))
	l.link(w.MailSetPasswordButton(), m.Link, w.MailUserInvitedNote(until))
	l.facts(
		fact{w.MailFactCompany(), partner},
		fact{w.MailFactPartnerID(), m.Partner.ID},
		fact{w.MailFactAccount(), m.To.shown()},
	)
	l.title(w.MailTitleNext())
	l.list(w.MailApplicationApprovedPassword(), w.MailApplicationApprovedAgreement(), w.MailApplicationApprovedOffers())
	l.Why = line(w.MailFooterWhyApplication(m.To.shown(), vendor))
	return l.message("application_approved", m.To, "", "")
}

// ApplicationRejected is mail 24: the vendor does not take the company in, and why.
type ApplicationRejected struct {
	To      Recipient
	Vendor  Vendor
	Company string
	// Reason is what the vendor wrote.
	Reason string
}

// Message says it in the recipient's language.
func (m ApplicationRejected) Message() Message {
	l, _ := begin(m.To, m.Vendor, time.Time{})
	w, vendor := words(l), m.Vendor.Name
	l.Subject, l.Preheader = w.MailApplicationRejectedSubject(vendor), w.MailApplicationRejectedPreheader()
	l.para(w.MailApplicationRejectedIntro(vendor, m.Company))
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	l.askVendor(w.MailApplicationRejectedQuestions(vendor))
	l.Why = line(w.MailFooterWhyApplication(m.To.shown(), vendor))
	return l.message("application_rejected", m.To, "", "")
}
