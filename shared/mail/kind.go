package mail

import (
	"strings"
	"time"

	"liaison/shared/locale"
)

// OfferKind is what mails say of the offers of one kind.
type OfferKind struct {
	// Template names the mail that brings such an offer, and First makes it.
	Template string
	First    func(InvitationReminder) Mail

	what  func(w locale.Words, o Offer) string // names an offer on one line
	plans *plansAsked                          // nil where it asks for a role
	role  *roleAsked                           // nil where it brings plans
}

// plansAsked is what is said of plans that are offered.
type plansAsked struct {
	reminder func(w locale.Words, m InvitationReminder, until time.Time) string
	lead     func(l *letter, o Offer)                  // the line below the headline
	figures  func(l *letter, o Offer, until time.Time) // how much, and until when
	hold     func(l *letter, o Offer)                  // what they are
}

// roleAsked is what is said of a role that is asked for.
type roleAsked struct {
	subject func(w locale.Words, partner string) string
	intro   func(w locale.Words, o Offer, partner, vendor string) string
	means   func(l *letter, o Offer) // what it means, and who can give it
}

// The kinds of offer.
var (
	KindTrial = &OfferKind{
		Template: "trial_invitation", First: func(m InvitationReminder) Mail { return TrialInvitation(m) },
		what: func(w locale.Words, o Offer) string { return w.MailWhatTrial(o.Plan) },
		plans: &plansAsked{
			reminder: func(w locale.Words, m InvitationReminder, until time.Time) string {
				return w.MailInvitationReminderIntro(m.Partner.Name, m.Offer.Plan, m.Vendor.Name, until)
			},
			lead:    func(l *letter, o Offer) { l.para(strings.TrimSpace(o.About + " " + l.Words.MailTrialEndsItself())) },
			figures: (*letter).trialFigures, hold: (*letter).trial,
		},
	}
	KindPurchase = &OfferKind{
		Template: "purchase_offer", First: func(m InvitationReminder) Mail { return PurchaseOffer(m) },
		what: func(w locale.Words, o Offer) string { return w.MailWhatPurchase(plans(o.Items)) },
		plans: &plansAsked{
			reminder: func(w locale.Words, m InvitationReminder, until time.Time) string {
				return w.MailInvitationReminderIntroPurchase(m.Partner.Name, m.Vendor.Name, until)
			},
			lead:    func(l *letter, o Offer) { l.para(l.Words.MailPurchaseOfferRenews()) },
			figures: (*letter).purchaseFigures, hold: (*letter).purchase,
		},
	}
	KindAdministration = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatAdministration),
		role: &roleAsked{
			subject: locale.Words.MailRequestSubject,
			intro: func(w locale.Words, o Offer, partner, vendor string) string {
				return w.MailRequestIntro(partner, vendor, rights(w, o.Role), o.RoleDays)
			},
			means: (*letter).administrator,
		},
	}
	KindPartnerOfRecord = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatRecord),
		role: &roleAsked{subject: locale.Words.MailPartnerOfRecordRequestSubject, intro: named(locale.Words.MailPartnerOfRecordRequestIntro), means: (*letter).partnerOfRecord},
	}
	KindReseller = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatReseller),
		role: &roleAsked{subject: locale.Words.MailResellerRequestSubject, intro: named(locale.Words.MailResellerRequestIntro), means: (*letter).reseller},
	}
)

func request(m InvitationReminder) Mail { return Request(m) }

// role names an offer that asks for one.
func role(name func(locale.Words) string) func(locale.Words, Offer) string {
	return func(w locale.Words, _ Offer) string { return name(w) }
}

// named is an introduction that says both names and nothing of the offer.
func named(intro func(w locale.Words, partner, vendor string) string) func(locale.Words, Offer, string, string) string {
	return func(w locale.Words, _ Offer, partner, vendor string) string { return intro(w, partner, vendor) }
}

func (l *letter) trialFigures(o Offer, until time.Time) {
	w := l.Words
	l.figures(
		fact{w.MailFactPrice(), w.MailFactFree()},
		fact{w.MailFactLicences(), w.Int(o.Licenses)},
		fact{w.MailFactAnswerBy(), w.Time(until)},
	)
}

func (l *letter) trial(o Offer) {
	if o.About == "" && len(o.Services) > 0 { // else its lead says it
		l.title(l.Words.MailTitleServices())
		l.list(o.Services...)
	}
}

func (l *letter) purchaseFigures(o Offer, until time.Time) {
	w := l.Words
	l.figures(
		fact{w.MailFactTotal(), sum(w, o.Items)},
		fact{w.MailFactBilledBy(), o.Biller},
		fact{w.MailFactAnswerBy(), w.Time(until)},
	)
}

func (l *letter) purchase(o Offer) {
	l.orders(o.Items, true)
	l.para(l.Words.MailPurchaseOfferConverts())
}

func (l *letter) administrator(o Offer) {
	w := l.Words
	can, cannot := administrationAllows(w, o.Role)
	l.list(can, cannot, w.MailRequestOne())
	l.para(w.MailRequestSignIn())
}

func (l *letter) partnerOfRecord(Offer) {
	w := l.Words
	l.list(w.MailPartnerOfRecordSees(), w.MailPartnerOfRecordSeesNot(), w.MailPartnerOfRecordOne(), w.MailPartnerOfRecordRequestChange())
	l.para(w.MailRequestSignInBilling())
}

func (l *letter) reseller(o Offer) {
	l.items(reseller(l.Words, o.NoticeDays, l.Asker, l.Vendor.Name)...)
	l.para(l.Words.MailRequestSignInBilling())
}
