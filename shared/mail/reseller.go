package mail

import "time"

// ResellerAdded is mail 6 and, with ToPartner, mail 7 about a reseller: the customer agreed to it.
type ResellerAdded struct {
	Decided
	ToPartner bool
	// CustomerCountry is in the partner's mail only.
	CustomerCountry string
	// NoticeDays is the notice that was agreed; nil where none was.
	NoticeDays *int
}

// Message says it in the recipient's language.
func (m ResellerAdded) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner, customer := m.Partner.Name, m.Customer
	l.Preheader = w.MailResellerPreheader(m.Reference)
	facts := []fact{{w.MailFactReference(), m.Reference}, {w.MailFactAcceptedAt(), w.Time(at)}}
	if m.ToPartner {
		l.Subject = w.MailResellerSubjectPartner(customer)
		l.para(w.MailResellerIntroPartner(customer, partner))
		l.facts(append(facts, fact{w.MailFactCustomer(), customer}, fact{w.MailFactCountry(), w.Country(m.CustomerCountry)})...)
		l.partnerFooter(m.Partner, w.MailFooterWhyPartner(partner))
		return l.message("reseller_added", m.To, "", "")
	}
	l.Subject = w.MailResellerSubject(partner)
	l.para(w.MailResellerIntro(customer, partner))
	l.facts(append(facts, fact{w.MailFactTerms(), agreed(w, m.Terms)})...)
	l.receipt(m.Receipt, false)
	l.items(append(reseller(w, m.NoticeDays, partner, m.Vendor.Name), actions(item{w.MailResellerAsk(), m.Link})...)...)
	l.title(w.MailTitlePartner())
	l.card(m.Partner)
	l.decidedFooter(m.Decided)
	return l.message("reseller_added", m.To, "", "")
}

// RemovalAsked is mail 21, to the reseller: its customer asks it to end the relationship.
type RemovalAsked struct {
	To       Recipient
	Vendor   Vendor
	Partner  Partner
	Customer string
	Asked    time.Time
	// Days are the full days since it was asked, Decides is from when the vendor can decide.
	Days    int
	Decides time.Time
	// Ends is when the agreed notice is over and the relationship ends by itself; zero where none was agreed.
	Ends time.Time
	// ToVendor says that the vendor bills on then; else what is billed ends with its term.
	ToVendor bool
	// Reason is what the customer wrote; may be empty.
	Reason   string
	Reminder bool
	// Link is where the reseller answers.
	Link string
}

// Message says it in the recipient's language.
func (m RemovalAsked) Message() Message {
	l, asked := begin(m.To, m.Vendor, m.Asked)
	w := words(l)
	customer, vendor, decides := m.Customer, m.Vendor.Name, m.Decides.In(asked.Location())
	l.Preheader = w.MailRemovalPreheader(decides, vendor)
	days, ends := "", m.Ends.In(asked.Location())
	decided := fact{w.MailFactDecidesFrom(vendor), w.Date(decides)}
	if !m.Ends.IsZero() {
		l.Preheader, decided = w.MailRemovalNoticePreheader(ends), fact{w.MailFactEndsAt(), w.Time(ends)}
	}
	if m.Reminder {
		l.Subject, days = w.MailRemovalSubjectReminder(customer), w.Int(m.Days)
		l.para(w.MailRemovalIntroReminder(customer, m.Partner.Name))
	} else {
		l.Subject = w.MailRemovalSubject(customer)
		l.para(w.MailRemovalIntro(customer, m.Partner.Name))
	}
	if m.Link != "" {
		l.link(w.MailRemovalButton(), m.Link, "")
	}
	l.facts(
		fact{w.MailFactCustomer(), customer},
		fact{w.MailFactAskedAt(), w.Time(asked)},
		fact{w.MailFactDaysOpen(), days},
		decided,
	)
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	switch {
	case m.Ends.IsZero():
		l.para(w.MailRemovalEnd())
		l.para(w.MailRemovalWait(vendor, decides))
	case m.ToVendor:
		l.para(w.MailRemovalNotice(ends))
		l.para(w.MailRemovalNoticeVendor(vendor))
	default:
		l.para(w.MailRemovalNotice(ends))
		l.para(w.MailRemovalNoticeTerm())
	}
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	return l.message("removal_asked", m.To, "", "")
}

// RemovalAnswered is mail 26: what became of the request to end a reseller relationship, or that it ended without one.
type RemovalAnswered struct {
	To        Recipient
	Vendor    Vendor
	Partner   Partner
	Customer  string
	ToPartner bool
	// Outcome is "declined", "withdrawn", "removed" or "kept" (both decided by the vendor), or "ended".
	Outcome string
	At      time.Time
	// Handover is where a notice was over what became of what was billed: "vendor" or "term_end"; else empty.
	Handover string
	// Reason is what who answered or decided wrote; may be empty.
	Reason string
	// Link leads to the relationship; empty where there is no such page.
	Link string
}

// Message says it in the recipient's language.
func (m RemovalAnswered) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner, customer, vendor := m.Partner.Name, m.Customer, m.Vendor.Name
	l.Preheader = w.MailRemovalAnsweredPreheaderStays()
	over := m.Outcome == "removed" || m.Outcome == "ended"
	when := w.MailFactDecidedAt()
	switch m.Outcome {
	case "withdrawn":
		when = w.MailFactChangedAt()
	case "ended":
		when = w.MailFactEndedAt()
	}
	switch m.Outcome {
	case "declined":
		l.Subject = w.MailRemovalAnsweredSubjectDeclined(partner)
		l.para(w.MailRemovalAnsweredDeclined(partner, customer))
	case "withdrawn":
		l.Subject = w.MailRemovalAnsweredSubjectWithdrawn()
		l.para(w.MailRemovalAnsweredWithdrawn(customer, partner))
	case "kept":
		if l.Subject = w.MailRemovalAnsweredSubjectKept(partner); m.ToPartner {
			l.Subject = w.MailRemovalAnsweredSubjectKeptPartner(customer)
		}
		l.para(w.MailRemovalAnsweredKept(vendor, partner, customer))
	default:
		if l.Subject = w.MailRemovalAnsweredSubjectEnded(partner); m.ToPartner {
			l.Subject = w.MailRemovalAnsweredSubjectEndedPartner(customer)
		}
		if l.Preheader = w.MailRemovalAnsweredPreheaderEnded(); m.Handover != "" {
			l.Preheader = w.MailRemovalAnsweredPreheaderNotice()
		}
		if m.Outcome == "removed" {
			l.para(w.MailRemovalAnsweredRemoved(vendor, partner, customer))
		} else {
			l.para(w.MailRemovalAnsweredEnded(partner, customer))
		}
	}
	l.facts(
		fact{w.MailFactCustomer(), customer},
		fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)},
		fact{when, w.Time(at)},
	)
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	switch {
	case m.Handover == "vendor":
		l.para(w.MailRemovalAnsweredVendor(vendor))
	case m.Handover != "":
		l.para(w.MailRemovalAnsweredTerm())
	case over:
		l.para(w.MailRemovalAnsweredStays())
	case m.Outcome != "withdrawn":
		l.askVendor(w.MailRemovalAnsweredDisagree(vendor))
	}
	if m.Link != "" {
		l.link(w.MailButtonDetails(), m.Link, "")
	}
	l.sideFooter(m.Partner, customer, m.ToPartner)
	return l.message("removal_answered", m.To, "", "")
}

// sideFooter ends a mail that both sides of a relationship get.
func (l *letter) sideFooter(p Partner, customer string, toPartner bool) {
	why := words(l).MailFooterWhyAdministrator(customer)
	if toPartner {
		why = words(l).MailFooterWhyPartner(p.Name)
	}
	l.partnerFooter(p, why)
}
