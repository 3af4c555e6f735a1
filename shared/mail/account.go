package mail

import "time"

// SetPassword is the mail with a new link to set a password, in place of one that no longer counts.
type SetPassword struct {
	To     Recipient
	Vendor Vendor
	Link   string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m SetPassword) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := l.Words
	l.Subject = w.MailSetPasswordSubject(m.Vendor.Name)
	l.Preheader = w.MailSetPasswordPreheader(until)
	l.para(w.MailSetPasswordIntro(m.To.shown()))
	l.link(w.MailSetPasswordButton(), m.Link, w.MailSetPasswordNote(until))
	l.para(w.MailSetPasswordNotYou())
	l.Why = line(w.MailFooterWhyPassword(m.To.shown()))
	return l.message("set_password", m.To, "", "")
}
