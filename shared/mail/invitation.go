package mail

import (
	"time"

	"liaison/shared/calendar"
	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Offer is what an offer holds.
type Offer struct {
	Kind *OfferKind
	// Plan is the first plan's name, in the recipient's language, as the services are.
	Plan     string
	About    string
	Services []string
	Licenses int
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
	// Items are what a purchase orders, and Biller the name of who bills them.
	Items  []Order
	Biller string
	// NoticeDays is a reseller's notice; nil where it offers none.
	NoticeDays *int
}

// what names an offer on one line.
func (o Offer) what(l *letter) string { return o.Kind.what(l, o) }

// TrialInvitation is mail 1: a partner invites one recipient to try a plan.
type TrialInvitation InvitationReminder

// Message says it in the recipient's language.
func (m TrialInvitation) Message() Message {
	l, until := ask(InvitationReminder(m), locale.Words.MailAsksTrial)
	w := words(l)
	l.Subject = w.MailTrialInvitationSubject(m.Partner.Name, m.Offer.Plan)
	l.Headline = w.MailTrialInvitationTitle(m.Offer.Plan, m.Offer.Days)
	l.Preheader = w.MailTrialInvitationPreheader(m.Offer.Days, until)
	l.offer(InvitationReminder(m), w.MailTrialInvitationButton(), until)
	return l.invite("trial_invitation", InvitationReminder(m), invited(w, m.Partner, m.To))
}

// PurchaseOffer is mail 2: a partner offers one recipient plans at a price.
type PurchaseOffer InvitationReminder

// Message says it in the recipient's language.
func (m PurchaseOffer) Message() Message {
	l, until := ask(InvitationReminder(m), locale.Words.MailAsksPurchase)
	w := words(l)
	l.Subject = w.MailPurchaseOfferSubject(m.Partner.Name, plans(m.Offer.Items))
	l.Headline = w.MailPurchaseOfferTitle(plans(m.Offer.Items))
	l.Preheader = w.MailPurchaseOfferPreheader(total(w, m.Offer.Items), until)
	l.offer(InvitationReminder(m), w.MailTrialInvitationButton(), until)
	return l.invite("purchase_offer", InvitationReminder(m), invited(w, m.Partner, m.To))
}

// Request is mail 3: a partner asks a customer that exists for a role, delegated administrator, partner of record or reseller.
type Request InvitationReminder

// Message says it in the recipient's language.
func (m Request) Message() Message {
	l, until := ask(InvitationReminder(m), locale.Words.MailAsksRole)
	w := words(l)
	l.Preheader = w.MailRequestPreheader(until)
	asked := m.Offer.Kind.role
	l.Subject = asked.subject(l, m.Partner.Name)
	l.para(asked.intro(l, m.Offer, m.Partner.Name, m.Vendor.Name))
	l.link(w.MailRequestButton(), m.Link, w.MailOfferNote())
	l.figures(fact{w.MailFactAnswerBy(), w.Time(until)})
	l.ownMessage(m.Offer)
	asked.means(l, m.Offer)
	return l.invite("partner_request", InvitationReminder(m), invited(w, m.Partner, m.To))
}

// ask begins a mail that asks for a decision: who asks stands before all else.
func ask(m InvitationReminder, what func(locale.Words) string) (*letter, time.Time) {
	l := &letter{shown: locale.In(m.To.Language).Priced(m.Vendor.Gross).Shown(), Vendor: m.Vendor, Asker: m.Partner.Name}
	l.Asking = what(words(l))
	return l, m.Until.In(calendar.Zone(m.To.Country))
}

// reseller says what a reseller may and what not.
func reseller(w locale.Words, noticeDays *int, partner, vendor string) []item {
	removal := w.MailResellerRemoval(vendor)
	switch {
	case noticeDays == nil:
	case *noticeDays == 0:
		removal = w.MailResellerRemovalNow(partner)
	default:
		removal = w.MailResellerRemovalNotice(*noticeDays, partner)
	}
	return []item{{Text: w.MailResellerBuysNothing()}, {Text: w.MailResellerNoAccess()}, {Text: removal}}
}

// InvitationReminder is mail 4: an invitation that nobody answered yet ends soon.
type InvitationReminder struct {
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

// Message says it in the recipient's language, with the date and never a count of days.
func (m InvitationReminder) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := words(l)
	partner, vendor := m.Partner.Name, m.Vendor.Name
	l.Subject = w.MailInvitationReminderSubject(partner, until)
	l.Preheader = w.MailInvitationReminderPreheader(until)
	if plans := m.Offer.Kind.plans; plans != nil {
		l.para(plans.reminder(l, m, until))
	} else {
		l.para(w.MailRequestReminder(until)) // first, as what follows the greeting begins in lower case in Polish
		l.para(m.Offer.Kind.role.intro(l, m.Offer, partner, vendor))
	}
	l.para(w.MailInvitationReminderNothing())
	l.again(m, w.MailTrialInvitationButton(), until)
	return l.invite("invitation_reminder", m, invited(w, m.Partner, m.To))
}

// ContinueHere is mail 5: the personal link for somebody who left an address at a public link.
type ContinueHere InvitationReminder

// Message says it in the recipient's language.
func (m ContinueHere) Message() Message {
	l, until := begin(m.To, m.Vendor, m.Until)
	w := words(l)
	partner := m.Partner.Name
	l.Subject = w.MailContinueHereSubject(partner)
	l.Preheader = w.MailContinueHerePreheader(m.Offer.what(l))
	l.para(w.MailContinueHereIntro(partner, m.Vendor.Name))
	l.para(w.MailContinueHereIgnore())
	l.again(InvitationReminder(m), w.MailContinueHereButton(), until)
	l.About = about(w, m.Partner)
	return l.invite("continue_here", InvitationReminder(m), w.MailFooterWhyAsked(m.To.shown()))
}

// again shows the link, then what is offered or asked for.
func (l *letter) again(m InvitationReminder, button string, until time.Time) {
	role := m.Offer.Kind.role
	if role == nil {
		l.offer(m, button, until)
		return
	}
	l.link(button, m.Link, words(l).MailOfferNote())
	l.ownMessage(m.Offer)
	l.title(m.Offer.what(l))
	role.means(l, m.Offer)
}

// invite ends a mail to an invitation's recipient: whom to ask, the partner's own terms, why it came, how to report it and to get no more.
func (l *letter) invite(name string, m InvitationReminder, why string) Message {
	if p := m.Partner; p.reachable() {
		l.title(words(l).MailTitleQuestions())
		l.para(words(l).MailQuestions(p.ways(l)))
	}
	l.ownTerms(m.Offer, m.Partner)
	l.Why, l.Report, l.Unsubscribe = why, m.Report, m.Unsubscribe
	return l.message(name, m.To, m.Partner.Name, m.ReplyTo)
}

// Withdrawn tells a recipient who has not answered that the offer behind the invitation was withdrawn.
type Withdrawn struct {
	To          Recipient
	Vendor      Vendor
	Partner     Partner
	ReplyTo     string
	Offer       Offer
	Unsubscribe string
}

// Message says it in the recipient's language.
func (m Withdrawn) Message() Message {
	l, _ := begin(m.To, m.Vendor, time.Time{})
	w := words(l)
	partner := m.Partner.Name
	l.Subject = w.MailWithdrawnSubject(partner)
	l.Preheader = w.MailWithdrawnPreheader()
	l.para(w.MailWithdrawnIntro(partner, m.Vendor.Name))
	l.facts(fact{w.MailFactOffer(), m.Offer.what(l)})
	l.para(w.MailWithdrawnNothing())
	if m.Partner.reachable() {
		l.para(w.MailWithdrawnQuestion(partner))
	}
	l.title(w.MailFactPartner())
	l.card(m.Partner)
	l.Why, l.Unsubscribe = invited(w, m.Partner, m.To), m.Unsubscribe
	return l.message("withdrawn", m.To, partner, m.ReplyTo)
}

// begin starts a letter with a greeting, and puts a time into the zone of the recipient's country.
func begin(to Recipient, v Vendor, at time.Time) (*letter, time.Time) {
	l := &letter{shown: locale.In(to.Language).Priced(v.Gross).Shown(), Vendor: v}
	l.para(words(l).MailHello())
	return l, at.In(calendar.Zone(to.Country))
}

// offer says what is offered, how much and until when before the partner's message, and whether delegated administration is asked for: what it means stands on the page
// that asks.
func (l *letter) offer(m InvitationReminder, button string, until time.Time) {
	w, o := words(l), m.Offer
	o.Kind.plans.lead(l, o)
	l.link(button, m.Link, w.MailOfferNote())
	o.Kind.plans.figures(l, o, until)
	l.ownMessage(o)
	o.Kind.plans.hold(l, o)
	var ask string
	switch o.Role {
	case "full":
		ask = w.MailOfferAskFull(o.RoleDays)
	case "limited":
		ask = w.MailOfferAskLimited(o.RoleDays)
	default:
		return
	}
	l.box(w.MailTitleSeparate(), ask, w.MailOfferRevoke())
}

// ownMessage adds what the partner wrote for this offer.
func (l *letter) ownMessage(o Offer) {
	if lines(o.Message) != "" {
		l.title(words(l).MailTitleMessage())
		l.quote(o.Message)
	}
}

// ownTerms adds the partner's own terms in full.
func (l *letter) ownTerms(o Offer, p Partner) {
	if lines(o.Terms) != "" {
		l.title(words(l).MailTitleTerms(p.Name))
		l.quote(o.TermsTitle + "\n\n" + o.Terms)
	}
}

// card shows by what a partner is known.
func (l *letter) card(p Partner) {
	w := words(l)
	l.facts(
		append([]fact{
			{w.MailFactLegalName(), p.Name},
			{w.MailFactPartnerID(), p.ID},
			{w.MailFactCountry(), w.Country(p.Country)},
		}, l.contact(p)...)...,
	)
}

// contact is how to reach a partner.
func (l *letter) contact(p Partner) []fact {
	w := words(l)
	return []fact{
		{w.MailFactWebsite(), p.Website},
		{w.MailFactPhone(), p.Phone},
		{w.MailFactMail(), textinput.ShownMail(p.Mail)},
		{w.MailFactHours(), w.Hours(p.Hours)},
	}
}

func (l *letter) partnerFooter(p Partner, why string) {
	l.Why, l.About = why, about(words(l), p)
}

// about names a partner in the footer.
func about(w locale.Words, p Partner) string {
	return w.MailFooterAbout(p.Name, p.ID, w.Country(p.Country))
}

// invited says why somebody gets a partner's offer, and names the partner.
func invited(w locale.Words, p Partner, to Recipient) string {
	return w.MailFooterWhyInvited(p.Name, p.ID, w.Country(p.Country), to.shown())
}

// rights names a role of delegated administration.
func rights(w locale.Words, role string) string {
	if role == "full" {
		return w.DelegatedAdministrationFullName()
	}
	return w.DelegatedAdministrationLimitedName()
}

// administrationAllows says in plain sentences what a role can and cannot do.
func administrationAllows(w locale.Words, role string) (can, cannot string) {
	if role == "full" {
		return w.DelegatedAdministrationFullCan(), w.DelegatedAdministrationFullCannot()
	}
	return w.DelegatedAdministrationLimitedCan(), w.DelegatedAdministrationLimitedCannot()
}
