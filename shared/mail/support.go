package mail

import (
	"time"

	"liaison/shared/locale"
)

// ServiceRequest is a service request as its mails name it.
type ServiceRequest struct {
	ID       string
	Customer string
	Subject  string
	// Severity is low, normal, high or critical.
	Severity string
	// Text is what was written just now.
	Text string
	// By is the customer's user who opened it; Partner is who did on its behalf. One of them is set.
	By      string
	Partner Partner
	// At is when Text was written.
	At time.Time
	// Link leads to the request, where the recipient has a page of it.
	Link string
}

// severities are the words for each severity.
var severities = map[string]func(locale.Words) string{
	"low": locale.Words.ServiceRequestLow, "normal": locale.Words.ServiceRequestNormal, "high": locale.Words.ServiceRequestHigh,
	"critical": locale.Words.ServiceRequestCritical,
}

// ServiceRequestOpened is mail 17 to the vendor, which is asked for help, and to the administrators of a customer on whose behalf a partner asks.
type ServiceRequestOpened struct {
	To      Recipient
	Vendor  Vendor
	Request ServiceRequest
	// Customers says that it goes to the customer's administrators.
	Customers bool
}

// Message says it in the recipient's language.
func (m ServiceRequestOpened) Message() Message {
	l, at := begin(m.To, m.Vendor, m.Request.At)
	w, r := words(l), m.Request
	l.Preheader = r.Subject
	switch {
	case m.Customers:
		l.Subject = w.MailServiceRequestOpenedSubjectBehalf(r.Partner.Name)
		l.para(w.MailServiceRequestOpenedIntroCustomer(r.Partner.Name, m.Vendor.Name))
	case r.Partner.Name != "":
		l.Subject = w.MailServiceRequestOpenedSubject(r.Customer, r.Subject)
		l.para(w.MailServiceRequestOpenedIntroBehalf(r.Partner.Name, r.Customer))
	default:
		l.Subject = w.MailServiceRequestOpenedSubject(r.Customer, r.Subject)
		l.para(w.MailServiceRequestOpenedIntro(r.By, r.Customer))
	}
	m.Request.show(l, at)
	if l.Why = line(w.MailFooterWhyOperator(m.Vendor.Name)); m.Customers {
		l.Why = line(w.MailFooterWhyAdministrator(r.Customer))
	}
	return l.message("service_request_opened", m.To, "", "")
}

// ServiceRequestAnswered is mail 17 to who opened a service request, a customer's user or a partner: the vendor wrote.
type ServiceRequestAnswered struct {
	To      Recipient
	Vendor  Vendor
	Request ServiceRequest
}

// Message says it in the recipient's language.
func (m ServiceRequestAnswered) Message() Message {
	l, at := begin(m.To, m.Vendor, m.Request.At)
	w, r, vendor := words(l), m.Request, m.Vendor.Name
	l.Subject, l.Preheader = w.MailServiceRequestAnsweredSubject(r.Subject), w.MailServiceRequestAnsweredPreheader(vendor)
	intro := w.MailServiceRequestAnsweredIntro(vendor, r.Subject)
	if r.Partner.Name != "" {
		intro = w.MailServiceRequestAnsweredIntroBehalf(vendor, r.Subject, r.Customer)
	}
	l.para(intro)
	m.Request.show(l, at)
	if l.Why = line(w.MailFooterWhyRequest(m.To.shown())); r.Partner.Name != "" {
		l.Why = line(w.MailFooterWhyPartner(r.Partner.Name))
	}
	return l.message("service_request_answered", m.To, "", "")
}

// show adds what was written, what it is about, and where to go on.
func (r ServiceRequest) show(l *letter, at time.Time) {
	w := words(l)
	l.quote(r.Text)
	if r.Link != "" {
		l.link(w.MailServiceRequestButton(), r.Link, "")
	}
	severity, partner := "", ""
	if say := severities[r.Severity]; say != nil {
		severity = say(w)
	}
	if r.Partner.Name != "" {
		partner = w.MailPartnerWithID(r.Partner.Name, r.Partner.ID)
	}
	l.facts(
		fact{w.MailFactSubject(), r.Subject}, fact{w.MailFactSeverity(), severity}, fact{w.MailFactCustomer(), r.Customer}, fact{w.MailFactAskedBy(), r.By},
		fact{w.MailFactPartner(), partner}, fact{w.MailFactWrittenAt(), w.Time(at)}, fact{w.MailFactReference(), r.ID},
	)
	l.para(w.MailServiceRequestReply())
}
