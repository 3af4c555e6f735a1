package mail

import "time"

// Changes is one subscription whose partner of record changed.
type Changes struct {
	Plan     string
	Licenses int
	// Now and Before are the partners, each with its ID; empty for none.
	Now, NowID, Before, BeforeID string
}

// PartnerOfRecordChanged is mail 13 to the customer: the partner of record of some subscriptions was set, changed or removed.
type PartnerOfRecordChanged struct {
	Decided // its Partner is the new one, or the one that is none any more where there is just one
	// Cause is "customer", or "partner" where it stepped down, or "vendor".
	Cause string
	// Removed is set where there is no partner of record now.
	Removed bool
	Changes []Changes
	// Reason is what the partner or the vendor wrote; may be empty.
	Reason string
}

// Message says it in the recipient's language.
func (m PartnerOfRecordChanged) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner := m.Partner.Name
	switch {
	case !m.Removed:
		l.Subject = w.MailPartnerOfRecordSubjectSet(partner)
	case partner != "":
		l.Subject = w.MailPartnerOfRecordSubjectRemoved(partner)
	default:
		l.Subject = w.MailPartnerOfRecordSubjectCleared()
	}
	l.Preheader = w.MailPartnerOfRecordPreheader(len(m.Changes))
	switch {
	case !m.Removed:
		l.para(w.MailPartnerOfRecordIntroSet(m.Customer, partner))
	case m.Cause == "partner":
		l.para(w.MailPartnerOfRecordIntroPartner(partner, m.Customer))
	case m.Cause == "vendor":
		l.para(w.MailPartnerOfRecordIntroVendor(m.Vendor.Name, partner, m.Customer))
	default:
		l.para(w.MailPartnerOfRecordIntroCleared(m.Customer))
	}
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactChangedAt(), w.Time(at)},
		fact{w.MailFactTerms(), agreed(w, m.Terms)},
	)
	l.title(w.MailTitleSubscriptions())
	rows := make([]fact, len(m.Changes))
	for i, s := range m.Changes {
		now := nameWithID(w, s.Now, s.NowID)
		if s.Before != "" {
			now = w.MailPartnerOfRecordWas(now, nameWithID(w, s.Before, s.BeforeID))
		}
		rows[i] = fact{w.MailLicences(s.Plan, s.Licenses), now}
	}
	l.facts(rows...)
	l.para(w.MailPartnerOfRecordStays())
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	l.receipt(m.Receipt, false)
	if !m.Removed {
		l.items(append([]item{{Text: w.MailPartnerOfRecordSees()}, {Text: w.MailPartnerOfRecordSeesNot()}}, actions(item{w.MailPartnerOfRecordChange(), m.Link})...)...)
		l.title(w.MailTitlePartner())
		l.card(m.Partner)
	}
	l.decidedFooter(m.Decided)
	return l.message("record_changed", m.To, "", "")
}

// PartnerOfRecordNotice is mail 13 to a partner, about its own subscriptions only: it is their partner of record now, or not any more.
type PartnerOfRecordNotice struct {
	To                        Recipient
	Vendor                    Vendor
	Partner                   Partner
	Customer, CustomerCountry string
	Reference                 string
	At                        time.Time
	Removed                   bool
	// Cause is as in PartnerOfRecordChanged.
	Cause   string
	Changes []Changes // of this partner; who came before or after it is not said
	// Administration is set where the same consent replaced its delegated administration.
	Administration bool
}

// Message says it in the recipient's language.
func (m PartnerOfRecordNotice) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	customer, partner := m.Customer, m.Partner.Name
	l.Subject = w.MailPartnerOfRecordNoticeSubjectRemoved(customer)
	l.Preheader = w.MailPartnerOfRecordPreheader(len(m.Changes))
	switch {
	case !m.Removed:
		l.Subject = w.MailPartnerOfRecordNoticeSubjectSet(customer)
		l.para(w.MailPartnerOfRecordNoticeIntroSet(customer, partner))
	case m.Cause == "partner":
		l.para(w.MailPartnerOfRecordNoticeIntroPartner(partner, customer))
	case m.Cause == "vendor":
		l.para(w.MailPartnerOfRecordNoticeIntroVendor(m.Vendor.Name, partner, customer))
	default:
		l.para(w.MailPartnerOfRecordNoticeIntroCustomer(customer, partner))
	}
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactChangedAt(), w.Time(at)},
		fact{w.MailFactCustomer(), customer},
		fact{w.MailFactCountry(), w.Country(m.CustomerCountry)},
	)
	rows := make([]string, len(m.Changes))
	for i, s := range m.Changes {
		rows[i] = w.MailLicences(s.Plan, s.Licenses)
	}
	l.title(w.MailTitleSubscriptions())
	l.list(rows...)
	if m.Administration {
		l.para(w.MailPartnerOfRecordNoticeAdministration(partner))
	}
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(partner))
	return l.message("record_partner", m.To, "", "")
}
