package mail

import (
	"strings"
	"time"
)

// Inquiry is a message to partners as its mails name it.
type Inquiry struct {
	Company string
	Name    string
	Mail    string
	// Phone is empty where none was given; MayCall says that the partner may call.
	Phone   string
	MayCall bool
	// Country is ISO 3166-1 alpha-2.
	Country string
	// Size is how many people the company has, as 10-49; empty where it was not said.
	Size string
	// Services are the names of what is needed; may be none.
	Services []string
	// Plan is the name of the plan that it is about, empty for none.
	Plan string
	Text string
	// At is when it was sent.
	At time.Time
}

// InquiryConfirm goes to who wrote to partners without an account: the link that sends the message. Anybody can type an address, so it holds nothing of what
// was written.
type InquiryConfirm struct {
	To     Recipient
	Vendor Vendor
	// Partners are the names of those who are written to.
	Partners []string
	Link     string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m InquiryConfirm) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, vendor := words(l), m.Vendor.Name
	l.Subject, l.Preheader = w.MailInquiryConfirmSubject(vendor), w.MailInquiryConfirmPreheader(until)
	l.para(w.MailInquiryConfirmIntro(strings.Join(m.Partners, ", "), m.To.shown()))
	l.leads(w.MailInquiryConfirmButton(), m.Link, w.MailInquiryConfirmNote(until))
	l.para(w.MailInquiryConfirmNext())
	l.para(w.MailInquiryConfirmNotYou())
	l.Why = line(w.MailFooterWhyInquiry(m.To.shown(), vendor))
	return l.message("inquiry_confirm", m.To, "", "")
}

// LeadReceived is mail 27, to a partner: somebody wrote to it through the marketplace.
type LeadReceived struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	Inquiry Inquiry
	Link    string
	// AnswerBy is until when an answer counts as in time.
	AnswerBy time.Time
}

// Message says it in the recipient's language.
func (m LeadReceived) Message() Message {
	l, by := begin(m.To, m.Vendor, m.AnswerBy)
	w, i := words(l), m.Inquiry
	l.Subject, l.Preheader = w.MailLeadReceivedSubject(i.Company), w.MailLeadReceivedPreheader(by)
	l.para(w.MailLeadReceivedIntro(i.Name, i.Company, m.Partner.Name, m.Vendor.Name))
	l.quote(i.Text)
	l.leads(w.MailLeadReceivedButton(), m.Link, w.MailLeadReceivedNote(by))
	if i.MayCall && i.Phone != "" {
		l.para(w.MailLeadReceivedMayCall(i.Name))
	}
	l.inquirer(i)
	l.para(w.MailLeadReceivedReply())
	l.Why = line(w.MailFooterWhyProgram(m.Partner.Name, m.Vendor.Name))
	return l.message("lead_received", m.To, "", "")
}

// leads adds a button, where it leads somewhere.
func (l *letter) leads(text, url, note string) {
	if url != "" {
		l.link(text, url, note)
	}
}

// inquirer adds who wrote, and for what.
func (l *letter) inquirer(i Inquiry) {
	w := words(l)
	l.facts(
		fact{w.MailFactFrom(), i.Name}, fact{w.MailFactCompany(), i.Company}, fact{w.MailFactCountry(), w.Country(i.Country)}, fact{w.MailFactCompanySize(), i.Size},
		fact{w.MailFactMail(), i.Mail}, fact{w.MailFactPhone(), i.Phone}, fact{w.MailFactNeeds(), strings.Join(i.Services, ", ")}, fact{w.MailFactPlan(), i.Plan},
	)
}

// LeadReminder calls a lead to its partner's mind that has no answer (decision 86).
type LeadReminder struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	Inquiry Inquiry
	Link    string
	// Until is when it ends without an answer.
	Until time.Time
}

// Message says it in the recipient's language.
func (m LeadReminder) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, i := words(l), m.Inquiry
	l.Subject, l.Preheader = w.MailLeadReminderSubject(i.Company), w.MailLeadReminderPreheader(until)
	l.para(w.MailLeadReminderIntro(i.Name, i.Company, m.Partner.Name, i.At.In(until.Location())))
	l.quote(i.Text)
	l.leads(w.MailLeadReceivedButton(), m.Link, w.MailLeadReminderNote(until))
	l.inquirer(i)
	l.Why = line(w.MailFooterWhyProgram(m.Partner.Name, m.Vendor.Name))
	return l.message("lead_reminder", m.To, "", "")
}

// LeadAnswered goes to who wrote to a partner: its answer (decision 86).
type LeadAnswered struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Answer is what the partner wrote.
	Answer string
	// SentAt is when the message was sent.
	SentAt time.Time
	Link   string
}

// Message says it in the recipient's language.
func (m LeadAnswered) Message() Message {
	l, at := begin(m.To, m.Vendor, m.SentAt)
	w, p := words(l), m.Partner
	l.Subject, l.Preheader = w.MailLeadAnsweredSubject(p.Name), w.MailLeadAnsweredPreheader(p.Name)
	l.para(w.MailLeadAnsweredIntro(p.Name, at))
	l.quote(m.Answer)
	l.para(w.MailLeadAnsweredDirect(p.Name))
	l.card(p)
	l.leads(w.MailLeadAnsweredButton(), m.Link, "")
	l.Why = line(w.MailFooterWhyInquiry(m.To.shown(), m.Vendor.Name))
	return l.message("lead_answered", m.To, "", p.Mail)
}

// LeadDeclined goes to who wrote to a partner that says no, and why (decision 86).
type LeadDeclined struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Reason is what the partner wrote.
	Reason string
	// SentAt is when the message was sent.
	SentAt time.Time
	// Link leads to other partners.
	Link string
}

// Message says it in the recipient's language.
func (m LeadDeclined) Message() Message {
	l, at := begin(m.To, m.Vendor, m.SentAt)
	w, p := words(l), m.Partner
	l.Subject, l.Preheader = w.MailLeadDeclinedSubject(p.Name), w.MailLeadDeclinedPreheader()
	l.para(w.MailLeadDeclinedIntro(p.Name, at))
	l.quote(m.Reason)
	l.leads(w.MailFindPartnerButton(), m.Link, w.MailFindPartnerNote())
	l.Why = line(w.MailFooterWhyInquiry(m.To.shown(), m.Vendor.Name))
	return l.message("lead_declined", m.To, "", "")
}

// LeadExpired goes to who wrote to a partner that never answered (decision 86).
type LeadExpired struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// SentAt is when the message was sent.
	SentAt time.Time
	// Link leads to other partners.
	Link string
}

// Message says it in the recipient's language.
func (m LeadExpired) Message() Message {
	l, at := begin(m.To, m.Vendor, m.SentAt)
	w, p := words(l), m.Partner
	l.Subject, l.Preheader = w.MailLeadExpiredSubject(p.Name), w.MailLeadExpiredPreheader()
	l.para(w.MailLeadExpiredIntro(p.Name, at))
	l.leads(w.MailFindPartnerButton(), m.Link, w.MailFindPartnerNote())
	l.Why = line(w.MailFooterWhyInquiry(m.To.shown(), m.Vendor.Name))
	return l.message("lead_expired", m.To, "", "")
}
