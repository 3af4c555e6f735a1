package mail

import "time"

// Standing tells a partner that the vendor suspended it, or let it go on.
type Standing struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	At      time.Time
	// Suspended is set where it is suspended from now on.
	Suspended bool
	// Reason is what the vendor wrote; may be empty.
	Reason string
}

// Message says it in the recipient's language.
func (m Standing) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := l.Words
	partner, vendor := m.Partner.Name, m.Vendor.Name
	l.Subject, l.Preheader = w.MailStandingReinstatedSubject(partner), w.MailStandingReinstatedPreheader()
	intro, next := w.MailStandingReinstated(vendor, partner, at), []string{w.MailStandingReinstatedOffers(), w.MailStandingReinstatedLinks()}
	if m.Suspended {
		l.Subject, l.Preheader = w.MailStandingSuspendedSubject(partner), w.MailStandingSuspendedPreheader()
		intro, next = w.MailStandingSuspended(vendor, partner, at), []string{w.MailStandingSuspendedOffers(), w.MailStandingSuspendedStays()}
	}
	l.para(intro)
	l.facts(
		fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)},
		fact{w.MailFactChangedAt(), w.Time(at)},
	)
	l.list(next...)
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	l.askVendor(w.MailAdministrationEndedUnexpected(vendor))
	l.partnerFooter(m.Partner, w.MailFooterWhyProgram(partner, vendor))
	return l.message("standing", m.To, "", "")
}
