package mail

import "time"

// CustomerUserInvited is mail 18 to a customer's new user: who made the account, and the link that sets its password.
type CustomerUserInvited struct {
	To       Recipient
	Vendor   Vendor
	Customer string
	// By is the colleague who made it; Partner is who made it on the customer's behalf. One of them is set.
	By      string
	Partner Partner
	Link    string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m CustomerUserInvited) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, vendor := words(l), m.Vendor.Name
	l.Subject, l.Preheader = w.MailCustomerUserInvitedSubject(m.Customer, vendor), w.MailUserInvitedPreheader(until)
	intro := w.MailCustomerUserInvitedByColleague(m.By, vendor, m.Customer)
	if m.Partner.Name != "" {
		intro = w.MailCustomerUserInvitedByPartner(m.Partner.Name, m.Customer, vendor)
	}
	l.para(intro)
	l.link(w.MailSetPasswordButton(), m.Link, w.MailUserInvitedNote(until))
	l.facts(fact{w.MailFactAccount(), m.To.shown()})
	l.askVendor(w.MailCustomerUserInvitedUnexpected(m.Customer, vendor))
	l.Why = line(w.MailFooterWhyUser(m.Customer, m.To.shown()))
	return l.message("customer_user_invited", m.To, "", "")
}

// PasswordReset is mail 16 to a user for whom an administrator, or a partner on the customer's behalf, started a password reset.
type PasswordReset struct {
	To       Recipient
	Vendor   Vendor
	Customer string
	// By is the colleague who started it; Partner is who did on the customer's behalf. One of them is set.
	By      string
	Partner Partner
	// First says that the user has no password yet.
	First bool
	Link  string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m PasswordReset) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := words(l)
	l.Subject, l.Preheader = w.MailPasswordResetSubject(m.Vendor.Name), w.MailPasswordResetPreheader(until)
	byColleague, byPartner := w.MailPasswordResetByColleague, w.MailPasswordResetByPartner
	if m.First {
		l.Subject = w.MailSetPasswordSubject(m.Vendor.Name)
		byColleague, byPartner = w.MailPasswordResetFirstByColleague, w.MailPasswordResetFirstByPartner
	}
	if m.Partner.Name != "" {
		l.para(byPartner(m.Partner.Name, m.Customer, m.To.shown()))
	} else {
		l.para(byColleague(m.By, m.Customer, m.To.shown()))
	}
	l.link(w.MailSetPasswordButton(), m.Link, w.MailPasswordResetNote(until))
	if !m.First {
		l.para(w.MailPasswordResetUntilThen())
	}
	l.Why = line(w.MailFooterWhyPassword(m.To.shown()))
	return l.message("password_reset", m.To, "", "")
}

// PasswordResetNotice is mail 16 to a customer's global administrators: a partner started a password reset on its behalf.
type PasswordResetNotice struct {
	To       Recipient
	Vendor   Vendor
	Customer string
	Partner  Partner
	// User is for whom; First says that it has no password yet.
	User  string
	First bool
	At    time.Time
	// Link leads to what was done on the customer's behalf.
	Link string
	// Revoke leads to where the administration is ended.
	Revoke string
}

// Message says it in the recipient's language.
func (m PasswordResetNotice) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w, partner := words(l), m.Partner.Name
	l.Subject, l.Preheader = w.MailPasswordResetNoticeSubject(partner), w.MailPasswordResetNoticePreheader(m.User, m.Customer)
	intro := w.MailPasswordResetNoticeIntro(partner, m.User)
	if m.First {
		l.Subject, intro = w.MailPasswordResetNoticeFirstSubject(partner), w.MailPasswordResetNoticeFirstIntro(m.User, partner)
	}
	l.para(intro)
	l.facts(
		fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)},
		fact{w.MailFactAccount(), m.User},
		fact{w.MailFactAskedAt(), w.Time(at)},
	)
	l.link(w.MailPasswordResetNoticeButton(), m.Link, "")
	l.items(actions(item{w.MailPasswordResetNoticeRevoke(), m.Revoke})...)
	l.Why = line(w.MailFooterWhyAdministrator(m.Customer))
	return l.message("password_reset_notice", m.To, "", "")
}
