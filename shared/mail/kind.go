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

	what  func(l *letter, o Offer) string // names an offer on one line
	plans *plansAsked                     // nil where it asks for a role
	role  *roleAsked                      // nil where it brings plans
}

// plansAsked is what is said of plans that are offered.
type plansAsked struct {
	reminder func(l *letter, m InvitationReminder, until time.Time) string
	lead     func(l *letter, o Offer)                  // the line below the headline
	figures  func(l *letter, o Offer, until time.Time) // how much, and until when
	hold     func(l *letter, o Offer)                  // what they are
}

// roleAsked is what is said of a role that is asked for.
type roleAsked struct {
	subject func(l *letter, partner string) string
	intro   func(l *letter, o Offer, partner, vendor string) string
	means   func(l *letter, o Offer) // what it means, and who can give it
}

// The kinds of offer.
var (
	KindTrial = &OfferKind{
		Template: "trial_invitation", First: func(m InvitationReminder) Mail { return TrialInvitation(m) },
		what: func(l *letter, o Offer) string { return words(l).MailWhatTrial(o.Plan) },
		plans: &plansAsked{
			reminder: func(l *letter, m InvitationReminder, until time.Time) string {
				return words(l).MailInvitationReminderIntro(m.Partner.Name, m.Offer.Plan, m.Vendor.Name, until)
			},
			lead:    func(l *letter, o Offer) { l.para(strings.TrimSpace(o.About + " " + words(l).MailTrialEndsItself())) },
			figures: (*letter).trialFigures, hold: (*letter).trial,
		},
	}
	KindPurchase = &OfferKind{
		Template: "purchase_offer", First: func(m InvitationReminder) Mail { return PurchaseOffer(m) },
		what: func(l *letter, o Offer) string { return words(l).MailWhatPurchase(plans(o.Items)) },
		plans: &plansAsked{
			reminder: func(l *letter, m InvitationReminder, until time.Time) string {
				return words(l).MailInvitationReminderIntroPurchase(m.Partner.Name, m.Vendor.Name, until)
			},
			lead:    func(l *letter, o Offer) { l.para(words(l).MailPurchaseOfferRenews()) },
			figures: (*letter).purchaseFigures, hold: (*letter).purchase,
		},
	}
	KindAdministration = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatAdministration),
		role: &roleAsked{
			subject: subject(locale.Words.MailRequestSubject),
			intro: func(l *letter, o Offer, partner, vendor string) string {
				return words(l).MailRequestIntro(partner, vendor, rights(words(l), o.Role), o.RoleDays)
			},
			means: (*letter).administrator,
		},
	}
	KindPartnerOfRecord = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatRecord),
		role: &roleAsked{subject: subject(locale.Words.MailPartnerOfRecordRequestSubject), intro: named(locale.Words.MailPartnerOfRecordRequestIntro), means: (*letter).partnerOfRecord},
	}
	KindReseller = &OfferKind{
		Template: "partner_request", First: request, what: role(locale.Words.MailWhatReseller),
		role: &roleAsked{subject: subject(locale.Words.MailResellerRequestSubject), intro: named(locale.Words.MailResellerRequestIntro), means: (*letter).reseller},
	}
)

func request(m InvitationReminder) Mail { return Request(m) }

// role names an offer that asks for one.
func role(name func(locale.Words) string) func(*letter, Offer) string {
	return func(l *letter, _ Offer) string { return name(words(l)) }
}

// subject is one that names the partner.
func subject(of func(w locale.Words, partner string) string) func(*letter, string) string {
	return func(l *letter, partner string) string { return of(words(l), partner) }
}

// named is an introduction that says both names and nothing of the offer.
func named(intro func(w locale.Words, partner, vendor string) string) func(*letter, Offer, string, string) string {
	return func(l *letter, _ Offer, partner, vendor string) string { return intro(words(l), partner, vendor) }
}

func (l *letter) trialFigures(o Offer, until time.Time) {
	w := words(l)
	l.figures(
		fact{w.MailFactPrice(), w.MailFactFree()},
		fact{w.MailFactLicences(), w.Int(o.Licenses)},
		fact{w.MailFactAnswerBy(), w.Time(until)},
	)
}

func (l *letter) trial(o Offer) {
	if o.About == "" && len(o.Services) > 0 { // else its lead says it
		l.title(words(l).MailTitleServices())
		l.list(o.Services...)
	}
}

func (l *letter) purchaseFigures(o Offer, until time.Time) {
	w := words(l)
	l.figures(
		fact{w.MailFactTotal(), sum(w, o.Items)},
		fact{w.MailFactBilledBy(), o.Biller},
		fact{w.MailFactAnswerBy(), w.Time(until)},
	)
}

func (l *letter) purchase(o Offer) {
	l.orders(o.Items, true)
	l.para(words(l).MailPurchaseOfferConverts())
}

func (l *letter) administrator(o Offer) {
	w := words(l)
	can, cannot := administrationAllows(w, o.Role)
	l.list(can, cannot, w.MailRequestOne())
	l.para(w.MailRequestSignIn())
}

func (l *letter) partnerOfRecord(Offer) {
	w := words(l)
	l.list(w.MailPartnerOfRecordSees(), w.MailPartnerOfRecordSeesNot(), w.MailPartnerOfRecordOne(), w.MailPartnerOfRecordRequestChange())
	l.para(w.MailRequestSignInBilling())
}

func (l *letter) reseller(o Offer) {
	l.items(reseller(words(l), o.NoticeDays, l.Asker, l.Vendor.Name)...)
	l.para(words(l).MailRequestSignInBilling())
}
