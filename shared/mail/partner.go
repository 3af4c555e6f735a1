package mail

import "time"

// PartnerStanding is how a partner stands in the program.
type PartnerStanding string

// How it may stand.
const (
	PartnerActive    PartnerStanding = "active"
	PartnerSuspended PartnerStanding = "suspended"
	PartnerClosed    PartnerStanding = "closed"
)

// Standing tells a partner that the vendor suspended it, let it go on or closed it.
type Standing struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	At      time.Time
	// Now is how it stands from now on.
	Now PartnerStanding
	// Reason is what the vendor wrote; may be empty.
	Reason string
}

// Message says it in the recipient's language.
func (m Standing) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner, vendor := m.Partner.Name, m.Vendor.Name
	l.Subject, l.Preheader = w.MailStandingReinstatedSubject(partner), w.MailStandingReinstatedPreheader()
	intro, next := w.MailStandingReinstated(vendor, partner, at), []string{w.MailStandingReinstatedOffers(), w.MailStandingReinstatedLinks()}
	switch m.Now {
	case PartnerSuspended:
		l.Subject, l.Preheader = w.MailStandingSuspendedSubject(partner), w.MailStandingSuspendedPreheader()
		intro, next = w.MailStandingSuspended(vendor, partner, at), []string{w.MailStandingSuspendedOffers(), w.MailStandingSuspendedStays()}
	case PartnerClosed:
		l.Subject, l.Preheader = w.MailStandingClosedSubject(partner), w.MailStandingClosedPreheader()
		intro, next = w.MailStandingClosed(vendor, partner, at), []string{w.MailStandingClosedUsers(), w.MailStandingClosedTies(), w.MailStandingClosedResold(vendor)}
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

// ProfileCode is mail 25, to the address that a partner's customers shall see: the code that proves it.
type ProfileCode struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// By is who asked for it.
	By   string
	Code string
	// Until is when the code ends.
	Until time.Time
	// Page is where it is typed.
	Page string
}

// Message says it in the recipient's language.
func (m ProfileCode) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := words(l)
	partner := m.Partner.Name
	l.Subject, l.Preheader = w.MailProfileCodeSubject(partner), w.MailProfileCodePreheader(until)
	l.Headline = w.MailProfileCodeHeadline(m.Code) // the subject says no code: it may stand on a locked screen
	l.para(w.MailProfileCodeIntro(partner, m.To.shown(), m.Vendor.Name))
	l.link(w.MailProfileCodeButton(), m.Page, "")
	l.facts(fact{w.MailProfileCodeUntil(), w.Time(until)}, fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)}, fact{w.MailFactAskedBy(), m.By})
	l.para(w.MailProfileCodeUnexpected(partner))
	l.Why = line(w.MailFooterWhyCode(partner, m.To.shown()))
	return l.message("profile_code", m.To, "", "")
}

// PhoneCallAsked tells the vendor that a partner waits for a call with the code that proves its phone. The code itself stands in no mail.
type PhoneCallAsked struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Phone is the number to call, which nothing proves yet.
	Phone string
	// By is who asked.
	By string
	At time.Time
	// Link is where the code is made.
	Link string
}

// Message says it in the recipient's language.
func (m PhoneCallAsked) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner := m.Partner.Name
	l.Subject, l.Preheader = w.MailPhoneCallSubject(partner), w.MailPhoneCallPreheader()
	l.para(w.MailPhoneCallIntro(partner))
	l.facts(
		fact{w.MailFactPhone(), m.Phone},
		fact{w.MailFactHours(), m.Partner.Hours},
		fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)},
		fact{w.MailFactAskedBy(), m.By},
		fact{w.MailFactAskedAt(), w.Time(at)},
	)
	l.items(append(append([]item{{Text: w.MailPhoneCallRegister()}}, actions(item{w.MailPhoneCallCode(), m.Link})...), item{Text: w.MailPhoneCallNever()})...)
	l.Why = line(w.MailFooterWhyOperator(m.Vendor.Name))
	return l.message("phone_call_asked", m.To, "", "")
}
