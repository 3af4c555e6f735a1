package mail

import (
	"strings"
	"time"

	"liaison/shared/locale"
)

// Offer is what a trial invitation offers.
type Offer struct {
	// Plan is the plan's name, in the recipient's language, as the services are.
	Plan     string
	About    string
	Services []string
	Licences int
	// Days is the length of the trial.
	Days int
	// Message is the partner's own, plain text.
	Message string
	// Terms are the partner's own, in full; empty where it has none.
	TermsTitle, Terms string
	// Role is "full" or "limited" where delegated administration is asked for, otherwise empty.
	Role string
	// RoleDays is for how many days it is asked.
	RoleDays int
}

// TrialInvitation is mail 1: a partner invites one recipient to try a plan.
type TrialInvitation struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// ReplyTo is the address of the partner's user who invites.
	ReplyTo string
	Offer   Offer
	// Until is when the link ends.
	Until time.Time
	// Link is the personal link; Report and Unsubscribe are pages of their own.
	Link, Report, Unsubscribe string
}

// Message says it in the recipient's language.
func (m TrialInvitation) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := l.Words
	partner, plan := m.Partner.Name, m.Offer.Plan
	l.Subject = w.MailTrialInvitationSubject(partner, plan)
	l.Preheader = w.MailTrialInvitationPreheader(m.Offer.Days, until)
	l.para(w.MailTrialInvitationIntro(partner, plan, m.Vendor.Name))
	l.offer(m.Offer, m.Partner, until)
	l.link(w.MailTrialInvitationButton(), m.Link, w.MailOfferNote(until))
	l.ownWords(m.Offer, m.Partner)
	l.partnerFooter(m.Partner, w.MailFooterWhyInvited(partner, m.To.Address))
	l.Report, l.Unsubscribe = m.Report, m.Unsubscribe
	return l.message("trial_invitation", m.To, partner, m.ReplyTo)
}

// InvitationReminder is mail 4: an invitation that nobody answered yet ends soon.
type InvitationReminder struct {
	To                        Recipient
	Vendor                    Vendor
	Partner                   Partner
	ReplyTo                   string
	Offer                     Offer
	Until                     time.Time
	Link, Report, Unsubscribe string
}

// Message says it in the recipient's language, with the date and never a count of days.
func (m InvitationReminder) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := l.Words
	partner, plan := m.Partner.Name, m.Offer.Plan
	l.Subject = w.MailInvitationReminderSubject(partner, until)
	l.Preheader = w.MailInvitationReminderPreheader(plan)
	l.para(w.MailInvitationReminderIntro(partner, plan, m.Vendor.Name, until))
	l.para(w.MailInvitationReminderNothing())
	l.link(w.MailTrialInvitationButton(), m.Link, w.MailOfferNote(until))
	l.offer(m.Offer, m.Partner, until)
	l.ownWords(m.Offer, m.Partner)
	l.partnerFooter(m.Partner, w.MailFooterWhyInvited(partner, m.To.Address))
	l.Report, l.Unsubscribe = m.Report, m.Unsubscribe
	return l.message("invitation_reminder", m.To, partner, m.ReplyTo)
}

// ContinueHere is mail 5: the personal link for somebody who left an address at a public link.
type ContinueHere struct {
	To                        Recipient
	Vendor                    Vendor
	Partner                   Partner
	ReplyTo                   string
	Offer                     Offer
	Until                     time.Time
	Link, Report, Unsubscribe string
}

// Message says it in the recipient's language.
func (m ContinueHere) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := l.Words
	partner, plan := m.Partner.Name, m.Offer.Plan
	l.Subject = w.MailContinueHereSubject(partner)
	l.Preheader = w.MailContinueHerePreheader(plan)
	l.para(w.MailContinueHereIntro(partner, plan, m.Vendor.Name))
	l.para(w.MailContinueHereIgnore())
	l.link(w.MailContinueHereButton(), m.Link, w.MailOfferNote(until))
	l.offer(m.Offer, m.Partner, until)
	l.ownWords(m.Offer, m.Partner)
	l.partnerFooter(m.Partner, w.MailFooterWhyAsked(m.To.Address))
	l.Report, l.Unsubscribe = m.Report, m.Unsubscribe
	return l.message("continue_here", m.To, partner, m.ReplyTo)
}

// Withdrawn tells a recipient who has not answered that the offer behind the invitation was withdrawn.
type Withdrawn struct {
	To          Recipient
	Vendor      Vendor
	Partner     Partner
	ReplyTo     string
	Plan        string
	Unsubscribe string
}

// Message says it in the recipient's language.
func (m Withdrawn) Message() Message {
	l, _ := begin(m.To, m.Vendor, time.Time{})
	w := l.Words
	partner := m.Partner.Name
	l.Subject = w.MailWithdrawnSubject(partner)
	l.Preheader = w.MailWithdrawnPreheader()
	l.para(w.MailWithdrawnIntro(partner, m.Plan, m.Vendor.Name))
	l.para(w.MailWithdrawnNothing(partner))
	l.title(w.MailFactPartner())
	l.card(m.Partner)
	l.partnerFooter(m.Partner, w.MailFooterWhyInvited(partner, m.To.Address))
	l.Unsubscribe = m.Unsubscribe
	return l.message("withdrawn", m.To, partner, m.ReplyTo)
}

// begin starts a letter with a greeting, and puts a time into the zone of the recipient's country.
func begin(to Recipient, v Vendor, at time.Time) (*letter, time.Time) {
	l := &letter{Words: locale.In(to.Language), Vendor: v}
	l.para(l.Words.MailHello())
	return l, at.In(locale.Zone(to.Country))
}

// offer says what is offered, who asks and, if it is asked for, what delegated administration would mean.
func (l *letter) offer(o Offer, p Partner, until time.Time) {
	w := l.Words
	l.title(w.MailTitleOffer())
	l.facts(
		fact{w.MailFactPlan(), o.Plan},
		fact{w.MailFactServices(), strings.Join(o.Services, ", ")},
		fact{w.MailFactLength(), w.MailDays(o.Days)},
		fact{w.MailFactLicences(), w.Int(o.Licences)},
		fact{w.MailFactPrice(), w.MailFactFree()},
		fact{w.MailFactAnswerBy(), w.Time(until)},
	)
	if about := o.About; about != "" {
		l.para(about)
	}
	l.title(w.MailTitleWho())
	l.card(p)
	switch o.Role {
	case "full":
		l.title(w.MailTitleAdministration())
		l.para(w.MailOfferAskFull(p.Name, o.RoleDays))
		l.list(w.AdministrationFullCan(), w.AdministrationFullCannot(), w.MailOfferRevoke())
	case "limited":
		l.title(w.MailTitleAdministration())
		l.para(w.MailOfferAskLimited(p.Name, o.RoleDays))
		l.list(w.AdministrationLimitedCan(), w.AdministrationLimitedCannot(), w.MailOfferRevoke())
	}
}

// ownWords adds the partner's message and terms in full.
func (l *letter) ownWords(o Offer, p Partner) {
	w := l.Words
	if lines(o.Message) != "" {
		l.title(w.MailTitleMessage(p.Name))
		l.quote(o.Message)
	}
	if lines(o.Terms) != "" {
		l.title(w.MailTitleTerms(p.Name))
		l.para(w.MailTermsNote(l.Vendor.Name))
		l.quote(o.TermsTitle + "\n\n" + o.Terms)
	}
}

// card shows by what a partner is known.
func (l *letter) card(p Partner) {
	w := l.Words
	l.facts(
		fact{w.MailFactLegalName(), p.Name},
		fact{w.MailFactPartnerID(), p.ID},
		fact{w.MailFactCountry(), w.Country(p.Country)},
		fact{w.MailFactWebsite(), p.Website},
		fact{w.MailFactPhone(), p.Phone},
		fact{w.MailFactMail(), p.Mail},
		fact{w.MailFactHours(), p.Hours},
	)
}

func (l *letter) partnerFooter(p Partner, why string) {
	l.Why = why
	l.About = l.Words.MailFooterAbout(p.Name, p.ID, l.Words.Country(p.Country))
}

// rights names a role of delegated administration.
func rights(w locale.Words, role string) string {
	if role == "full" {
		return w.AdministrationFullName()
	}
	return w.AdministrationLimitedName()
}

// powers says in plain sentences what a role can and cannot do.
func powers(w locale.Words, role string) (can, cannot string) {
	if role == "full" {
		return w.AdministrationFullCan(), w.AdministrationFullCannot()
	}
	return w.AdministrationLimitedCan(), w.AdministrationLimitedCannot()
}
