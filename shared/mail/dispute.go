package mail

import "time"

// Dispute is what the mails about a disputed consent have in common.
type Dispute struct {
	To       Recipient
	Vendor   Vendor
	Partner  Partner
	Customer string
	// Reference is the receipt's.
	Reference string
	At        time.Time
	// Reason is what who disputes or decides wrote; may be empty.
	Reason string
}

// Disputed tells the partner and, with Operator, the vendor that a customer disputes a consent.
type Disputed struct {
	Dispute
	Operator bool
	// Link leads to where the vendor decides about it; empty where there is no such page.
	Link string
}

// Message says it in the recipient's language.
func (m Disputed) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	l.Subject = w.MailDisputeSubject(m.Customer, m.Reference)
	l.Preheader = w.MailDisputePreheader(m.Vendor.Name)
	l.para(w.MailDisputeIntro(m.Customer, m.Reference, m.Partner.Name, m.Vendor.Name))
	l.dispute(m.Dispute, fact{w.MailFactDisputedAt(), w.Time(at)})
	if m.Operator {
		l.para(w.MailDisputeOperator())
		if m.Link != "" {
			l.link(w.MailButtonDetails(), m.Link, "")
		}
	} else {
		l.para(w.MailDisputePartner(m.Vendor.Name))
	}
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	if m.Operator {
		l.Why = w.MailFooterWhyOperator(m.Vendor.Name)
	}
	return l.message("disputed", m.To, "", "")
}

// DisputeDecided tells both sides how the vendor decided about a disputed consent.
type DisputeDecided struct {
	Dispute
	ToPartner bool
	// Upheld is set where the customer was right, Resumed where it was not and the grant runs again: it does not where it had ended before.
	Upheld, Resumed bool
	// Link leads to the relationship; empty where there is no such page.
	Link string
}

// Message says it in the recipient's language.
func (m DisputeDecided) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	l.Subject = w.MailDisputeDecidedSubject(m.Reference)
	switch {
	case m.Upheld:
		l.Preheader = w.MailDisputeDecidedPreheaderUpheld()
		l.para(w.MailDisputeDecidedUpheld(m.Vendor.Name, m.Customer, m.Partner.Name))
	case !m.Resumed:
		l.Preheader = w.MailDisputeDecidedPreheaderOver()
		l.para(w.MailDisputeDecidedOver(m.Vendor.Name, m.Customer, m.Partner.Name))
	default:
		l.Preheader = w.MailDisputeDecidedPreheaderRejected()
		l.para(w.MailDisputeDecidedRejected(m.Vendor.Name, m.Customer, m.Partner.Name))
	}
	l.dispute(m.Dispute, fact{w.MailFactDecidedAt(), w.Time(at)})
	if m.Link != "" {
		l.link(w.MailButtonDetails(), m.Link, "")
	}
	l.sideFooter(m.Partner, m.Customer, m.ToPartner)
	return l.message("dispute_decided", m.To, "", "")
}

// dispute shows the facts of a disputed consent and the reason given.
func (l *letter) dispute(m Dispute, when fact) {
	w := words(l)
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactCustomer(), m.Customer},
		fact{w.MailFactPartner(), w.MailPartnerWithID(m.Partner.Name, m.Partner.ID)},
		when,
	)
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
}
