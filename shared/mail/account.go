package mail

import (
	"time"
)

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
	w := words(l)
	l.Subject = w.MailSetPasswordSubject(m.Vendor.Name)
	l.Preheader = w.MailSetPasswordPreheader(until)
	l.para(w.MailSetPasswordIntro(m.To.shown()))
	l.link(w.MailSetPasswordButton(), m.Link, w.MailSetPasswordNote(until))
	l.para(w.MailSetPasswordNotYou())
	l.Why = line(w.MailFooterWhyPassword(m.To.shown()))
	return l.message("set_password", m.To, "", "")
}

// UserInvited is mail 18 to a partner's new user: who asked for the account, what it may do, and the link that sets its password.
type UserInvited struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// By is who invited; empty where the vendor did.
	By string
	// CompanyRole and CustomerAccess are as partner.User has them.
	CompanyRole, CustomerAccess string
	Link                        string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m UserInvited) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := words(l)
	partner, vendor := m.Partner.Name, m.Vendor.Name
	l.Subject, l.Preheader = w.MailUserInvitedSubject(partner, vendor), w.MailUserInvitedPreheader(until)
	intro := w.MailUserInvitedByVendor(vendor, partner)
	if m.By != "" {
		intro = w.MailUserInvitedByColleague(m.By, vendor, partner)
	}
	l.para(intro)
	l.link(w.MailSetPasswordButton(), m.Link, w.MailUserInvitedNote(until))
	l.facts(
		fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)},
		fact{w.MailFactAccount(), m.To.shown()},
		fact{w.MailFactCompanyRole(), m.role(l)},
		fact{w.MailFactCustomerAccess(), m.access(l)},
	)
	l.askVendor(w.MailUserInvitedUnexpected(partner, vendor))
	l.Why = line(w.MailFooterWhyUser(partner, m.To.shown()))
	return l.message("user_invited", m.To, "", "")
}

// OperatorInvited is mail 18 to a new operator: who asked for the account, and the link that sets its password.
type OperatorInvited struct {
	To     Recipient
	Vendor Vendor
	// By is who invited; empty where the vendor's own command did.
	By   string
	Link string
	// Until is when the link ends.
	Until time.Time
}

// Message says it in the recipient's language.
func (m OperatorInvited) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w, vendor := words(l), m.Vendor.Name
	l.Subject, l.Preheader = w.MailOperatorInvitedSubject(vendor), w.MailUserInvitedPreheader(until)
	intro := w.MailOperatorInvitedByVendor(vendor)
	if m.By != "" {
		intro = w.MailOperatorInvitedByColleague(m.By, vendor)
	}
	l.para(intro)
	l.link(w.MailSetPasswordButton(), m.Link, w.MailUserInvitedNote(until))
	l.facts(fact{w.MailFactAccount(), m.To.shown()})
	l.askVendor(w.MailOperatorInvitedUnexpected(vendor))
	l.Why = line(w.MailFooterWhyOperator(vendor))
	return l.message("operator_invited", m.To, "", "")
}

// role says what the user may do for the own company.
func (m UserInvited) role(l *letter) string {
	w := words(l)
	switch m.CompanyRole {
	case "global_admin":
		return w.RoleGlobalAdmin()
	case "user_admin":
		return w.RoleUserAdmin()
	case "billing_admin":
		return w.RoleBillingAdmin()
	}
	return w.RoleNone()
}

// access says what the user may do for the companies that the partner supports.
func (m UserInvited) access(l *letter) string {
	w := words(l)
	switch m.CustomerAccess {
	case "full":
		return w.CustomerAccessFull()
	case "limited":
		return w.CustomerAccessLimited()
	}
	return w.CustomerAccessNone()
}
