package mail

import "time"

// Trial is what the mails about the end of a trial have in common.
type Trial struct {
	To     Recipient
	Vendor Vendor
	// Partner is the subscription's partner of record; the zero value where it has none.
	Partner  Partner
	Customer string
	Plan     string
	Licenses int
	// Ends is when the trial ends or ended, DataUntil until when its data stays.
	Ends, DataUntil time.Time
	// Link leads to where the plan can be bought; empty where there is no such page.
	Link string
}

// TrialEnding is mail 9: the trial ends soon.
type TrialEnding struct {
	Trial
	// Unsubscribe stops these reminders.
	Unsubscribe string
}

// Message says it in the recipient's language, with the date and never a count of days.
func (m TrialEnding) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	until := m.DataUntil.In(ends.Location())
	l.Subject = w.MailTrialEndingSubject(m.Plan, ends)
	l.Preheader = w.MailTrialEndingPreheader()
	l.para(w.MailTrialEndingIntro(m.Plan, m.Customer, ends))
	l.para(w.MailTrialEndingNothing(until))
	l.facts(
		fact{w.MailFactPlan(), m.Plan},
		fact{w.MailFactLicences(), w.Int(m.Licenses)},
		fact{w.MailFactTrialEnds(), w.Time(ends)},
		fact{w.MailFactDataUntil(), w.Date(until)},
	)
	l.howToBuy(m.Trial, until)
	l.Why = w.MailFooterWhyAdministrator(m.Customer)
	l.Unsubscribe = m.Unsubscribe
	return l.message("trial_ending", m.To, "", "")
}

// TrialEnded is mail 10: the trial has ended, and until when its data stays.
type TrialEnded struct{ Trial }

// Message says it in the recipient's language.
func (m TrialEnded) Message() Message {
	l, ended := begin(m.To, m.Vendor, m.Ends)
	w := words(l)
	until := m.DataUntil.In(ended.Location())
	l.Subject = w.MailTrialEndedSubject(m.Plan)
	l.Preheader = w.MailTrialEndedPreheader(until)
	l.para(w.MailTrialEndedIntro(m.Plan, m.Customer, ended))
	l.para(w.MailTrialEndedData(until))
	l.howToBuy(m.Trial, until)
	l.Why = w.MailFooterWhyAdministrator(m.Customer)
	return l.message("trial_ended", m.To, "", "")
}

// DeletionNotice is mail 11: the data of a subscription that ended will be deleted at DataUntil.
type DeletionNotice struct {
	Trial
	// Paid is set where it was no trial that ended, Cancelled where it was cancelled: what was cancelled cannot be bought back.
	Paid, Cancelled bool
	// BuyUntil is until when the plan can be bought with its data, which is before they are deleted; the zero time where that has passed.
	BuyUntil time.Time
}

// Message says it in the recipient's language.
func (m DeletionNotice) Message() Message {
	l, deletes := begin(m.To, m.Vendor, m.DataUntil)
	w := words(l)
	l.Subject = w.MailDeletionNoticeSubject(m.Plan, deletes)
	l.Preheader = w.MailDeletionNoticePreheader()
	if m.Paid {
		l.Subject = w.MailDeletionNoticeSubjectPaid(m.Plan, deletes)
		l.para(w.MailDeletionNoticeIntroPaid(m.Plan, m.Customer, deletes))
	} else {
		l.para(w.MailDeletionNoticeIntro(m.Plan, m.Customer, deletes))
	}
	l.para(w.MailDeletionNoticeNothing())
	switch {
	case m.Cancelled:
		l.para(w.MailDeletionNoticeCancelled())
		l.whoHelps(m.Trial)
	case m.BuyUntil.IsZero():
		l.whoHelps(m.Trial)
	default:
		l.howToBuy(m.Trial, m.BuyUntil.In(deletes.Location()))
	}
	l.Why = w.MailFooterWhyAdministrator(m.Customer)
	return l.message("deletion_notice", m.To, "", "")
}

// howToBuy says by when, from whom and where the plan can be bought.
func (l *letter) howToBuy(t Trial, until time.Time) {
	w := words(l)
	var steps []string
	if t.Link != "" { // a plan that no page sells is sold by no offer either
		steps = append(steps, w.MailTrialBuy(until))
		if t.Partner.reachable() {
			steps = append(steps, w.MailTrialAskPartner(t.Partner.Name))
		}
	}
	l.steps(w.MailTitleGoOn(), t, steps)
	if t.Link != "" {
		l.link(w.MailTrialButton(), t.Link, "")
	}
	l.trialPartner(t)
}

// whoHelps says who can still help with the data.
func (l *letter) whoHelps(t Trial) {
	w := words(l)
	var steps []string
	if t.Partner.reachable() {
		steps = append(steps, w.MailDeletionNoticeAskPartner(t.Partner.Name))
	}
	l.steps(w.MailDeletionNoticeTitle(), t, steps)
	l.trialPartner(t)
}

// steps lists what can be done, the vendor's help as the last, under a title; nothing where there is nothing to do.
func (l *letter) steps(title string, t Trial, steps []string) {
	if ways := l.ways(); ways != "" {
		steps = append(steps, words(l).MailTrialAskVendor(t.Vendor.Name, ways))
	}
	if len(steps) > 0 {
		l.title(title)
		l.list(steps...)
	}
}

func (l *letter) trialPartner(t Trial) {
	w := words(l)
	if t.Partner.Name != "" {
		l.title(w.MailTitlePartner())
		l.card(t.Partner)
		l.About = w.MailFooterAbout(t.Partner.Name, t.Partner.ID, w.Country(t.Partner.Country))
	}
}
