package mail

import (
	"strings"
	"time"

	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Accepted is mail 6: the trial has started, with the receipt of what was agreed.
type Accepted struct {
	To       Recipient
	Vendor   Vendor
	Partner  Partner
	Customer string
	// Reference is what to quote when asking about it.
	Reference     string
	Plan          string
	Services      []string
	Licenses      int
	At, TrialEnds time.Time
	// PartnerOfRecord and its ID are empty where the customer chose none.
	PartnerOfRecord, PartnerOfRecordID string
	Administration                     Administration
	Terms                              []AgreedTerms
	// Owner is set where the recipient has just become the owner of a new account.
	Owner bool
	// Receipt is the link to the receipt.
	Receipt string
	// Password is the link with which a new owner sets the password, and PasswordUntil its end; empty where there is none.
	Password      string
	PasswordUntil time.Time
}

// Administration is the answer to the question about delegated administration.
type Administration struct {
	// Asked is false where the offer had no such question.
	Asked, Yes bool
	// Role is "full" or "limited".
	Role  string
	Until time.Time
	// Replaced names the partner whose grant this one replaces, in the customer's mail only; empty where it replaces none.
	Replaced string
	// Kept is until when the partner administers by an earlier consent, which the answer "no" leaves as it is, in the customer's mail only; the
	// zero time where it does not.
	Kept time.Time
}

// administration tells the customer what it answered about delegated administration, if it was asked, and that it can be ended by the receipt's
// link.
func (l *letter) administration(a Administration, partner, receipt string, zone *time.Location) {
	if !a.Asked {
		return
	}
	w := words(l)
	l.title(w.MailTitleAdministration())
	if !a.Yes && !a.Kept.IsZero() {
		l.para(w.MailAcceptedAdministrationKept(partner, a.Kept.In(zone)))
		return
	}
	if !a.Yes {
		l.para(w.MailAcceptedAdministrationNo(partner))
		return
	}
	l.para(w.MailAcceptedAdministrationYes(partner, rights(w, a.Role), a.Until.In(zone)))
	if a.Replaced != "" {
		l.para(w.MailAcceptedReplaced(a.Replaced))
	}
	can, cannot := administrationAllows(w, a.Role)
	points := []string{can, cannot}
	if receipt != "" {
		points = append(points, w.MailAcceptedRevoke())
	}
	l.list(points...)
}

// answer says to the partner what was answered; empty where nothing was asked.
func (a Administration) answer(l *letter, zone *time.Location) string {
	w := words(l)
	switch {
	case !a.Asked:
		return ""
	case a.Yes:
		return w.MailFactAdministrationYes(rights(w, a.Role), a.Until.In(zone))
	}
	return w.MailFactAdministrationNo()
}

// AgreedTerms names one document that was agreed to.
type AgreedTerms struct{ Title, Version string }

func agreed(w locale.Words, terms []AgreedTerms) string {
	said := make([]string, len(terms))
	for i, t := range terms {
		said[i] = w.MailTermsVersion(t.Title, t.Version)
	}
	return strings.Join(said, "; ")
}

// Message says it in the recipient's language.
func (m Accepted) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.TrialEnds)
	w := words(l)
	partner, plan := m.Partner.Name, m.Plan
	l.Subject = w.MailAcceptedSubject(plan)
	l.Preheader = w.MailAcceptedPreheader(m.Reference, ends)
	l.para(w.MailAcceptedIntro(plan, m.Customer))
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactAcceptedAt(), w.Time(m.At.In(ends.Location()))},
		fact{w.MailFactPlan(), m.Plan},
		fact{w.MailFactServices(), strings.Join(m.Services, ", ")},
		fact{w.MailFactLicences(), w.Int(m.Licenses)},
		fact{w.MailFactTrialEnds(), w.Time(ends)},
		fact{w.MailFactPartnerOfRecord(), nameWithID(w, m.PartnerOfRecord, m.PartnerOfRecordID)},
		fact{w.MailFactTerms(), agreed(w, m.Terms)},
	)
	a := m.Administration
	if m.Password != "" {
		l.link(w.MailAcceptedPasswordButton(), m.Password, w.MailAcceptedPasswordNote(m.PasswordUntil.In(ends.Location())))
	}
	l.receipt(m.Receipt, a.Yes)
	l.administration(a, partner, m.Receipt, ends.Location())
	l.title(w.MailTitleNext())
	next := []item{{Text: w.MailAcceptedRemind()}, {Text: w.MailAcceptedEnds(ends)}}
	if m.Owner {
		next = append(actions(item{w.MailAcceptedOwner(), m.Vendor.Account}), next...)
	}
	l.items(next...)
	if a.Yes || m.PartnerOfRecordID == m.Partner.ID {
		l.title(w.MailTitlePartner())
		l.card(m.Partner)
	}
	l.partnerFooter(m.Partner, w.MailFooterWhyAccepted(m.To.shown()))
	return l.message("accepted", m.To, "", "")
}

// AcceptedPartner is mail 7: tells the partner that a customer accepted.
type AcceptedPartner struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Customer and CustomerCountry name the customer; its users stay unknown to the partner.
	Customer, CustomerCountry string
	Reference                 string
	Plan                      string
	Licenses                  int
	At, TrialEnds             time.Time
	// PartnerOfRecord is set where this partner became it.
	PartnerOfRecord bool
	Administration  Administration
}

// Message says it in the recipient's language.
func (m AcceptedPartner) Message() Message {
	l, ends := begin(m.To, m.Vendor, m.TrialEnds)
	w := words(l)
	customer, plan := m.Customer, m.Plan
	l.Subject = w.MailAcceptedPartnerSubject(customer)
	l.Preheader = w.MailAcceptedPartnerPreheader(plan)
	l.para(w.MailAcceptedPartnerIntro(customer, m.Partner.Name, plan))
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactAcceptedAt(), w.Time(m.At.In(ends.Location()))},
		fact{w.MailFactCustomer(), m.Customer},
		fact{w.MailFactCountry(), w.Country(m.CustomerCountry)},
		fact{w.MailFactPlan(), m.Plan},
		fact{w.MailFactLicences(), w.Int(m.Licenses)},
		fact{w.MailFactTrialEnds(), w.Time(ends)},
		fact{w.MailFactPartnerOfRecord(), yours(w, m.PartnerOfRecord)},
		fact{w.MailFactAdministration(), m.Administration.answer(l, ends.Location())},
	)
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	return l.message("accepted_partner", m.To, "", "")
}

// nameWithID is a partner as a fact, or that there is none.
func nameWithID(w locale.Words, name, id string) string {
	if name == "" {
		return w.MailFactNone()
	}
	return w.MailPartnerWithID(name, id)
}

// yours says to a partner whether it is the one.
func yours(w locale.Words, is bool) string {
	if is {
		return w.MailFactYourCompany()
	}
	return w.MailFactNotYourCompany()
}

// Declined is mail 8: tells the partner that an invitation was declined.
type Declined struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Address is the one the invitation went to.
	Address string
	Offer   Offer
	At      time.Time
	// Reason is what the person wrote, may be empty.
	Reason string
}

// Message says it in the recipient's language.
func (m Declined) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	l.Subject = w.MailDeclinedSubject(textinput.ShownMail(m.Address))
	l.Preheader = w.MailDeclinedPreheader(m.Offer.what(l))
	l.para(w.MailDeclinedIntro(textinput.ShownMail(m.Address), at))
	l.facts(fact{w.MailFactOffer(), m.Offer.what(l)})
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	l.para(w.MailDeclinedNext())
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	return l.message("declined", m.To, "", "")
}

// Bounced is mail 19: an invitation did not reach its recipient.
type Bounced struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Address is the one that the invitation did not reach.
	Address string
	Offer   Offer
	// Reason is "bounced", "complained", "suppressed" or "rate".
	Reason string
}

// Message says it in the recipient's language.
func (m Bounced) Message() Message {
	l, _ := begin(m.To, m.Vendor, time.Time{})
	w := words(l)
	l.Subject = w.MailBouncedSubject(textinput.ShownMail(m.Address))
	intro := w.MailBouncedIntro(textinput.ShownMail(m.Address))
	if m.Reason == "complained" {
		l.Subject = w.MailBouncedComplainedSubject()
		intro = w.MailBouncedComplainedIntro(textinput.ShownMail(m.Address))
	}
	l.Preheader = bounceReason(w, m.Reason)
	l.para(intro)
	l.facts(fact{w.MailFactRecipient(), textinput.ShownMail(m.Address)}, fact{w.MailFactOffer(), m.Offer.what(l)}, fact{w.MailFactReason(), bounceReason(w, m.Reason)})
	if m.Reason == "bounced" {
		l.para(w.MailBouncedNext())
	}
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	return l.message("bounced", m.To, "", "")
}

func bounceReason(w locale.Words, reason string) string {
	switch reason {
	case "bounced":
		return w.MailBouncedReasonBounced()
	case "complained":
		return w.MailBouncedReasonComplained()
	case "rate":
		return w.MailBouncedReasonRate()
	}
	return w.MailBouncedReasonSuppressed()
}

// NewLinkAsked is mail 28: the holder of a link that no longer counts asks the partner for a new one, or somebody who may not answer a link
// that counts asks the partner to write to an administrator.
type NewLinkAsked struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	// Address is the one that the link went to, where an answer goes.
	Address   string
	Offer     Offer
	Reference string
	// Reason is why the link no longer counts: "expired", "used", "revoked", "superseded", "withdrawn",
	// "declined", "used_up" or "paused"; or why whoever opened it may not answer: "role" or "account".
	// Anything else is not mentioned.
	Reason string
}

// Message says it in the recipient's language.
func (m NewLinkAsked) Message() Message {
	l, _ := begin(m.To, m.Vendor, time.Time{})
	w, what := words(l), m.Offer.what(l)
	intro, next, address := w.MailNewLinkIntro(textinput.ShownMail(m.Address), m.Partner.Name), "", w.MailFactAskedBy()
	l.Subject, l.Preheader = w.MailNewLinkSubject(textinput.ShownMail(m.Address)), w.MailNewLinkPreheader(what)
	if m.Reason == "role" || m.Reason == "account" {
		intro, next, address = w.MailNewLinkAdministratorIntro(m.Partner.Name, textinput.ShownMail(m.Address)), w.MailNewLinkAdministratorNext(textinput.ShownMail(m.Address)), w.MailFactRecipient()
		l.Subject, l.Preheader = w.MailNewLinkAdministratorSubject(textinput.ShownMail(m.Address)), w.MailNewLinkAdministratorPreheader(what)
	}
	l.para(intro)
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactOffer(), what},
		fact{address, textinput.ShownMail(m.Address)},
		fact{w.MailFactReason(), askReason(w, m.Reason)},
	)
	if next != "" {
		l.para(next)
	}
	l.para(w.MailNewLinkNext(textinput.ShownMail(m.Address)))
	l.partnerFooter(m.Partner, w.MailFooterWhyPartner(m.Partner.Name))
	return l.message("new_link_asked", m.To, "", m.Address)
}

func askReason(w locale.Words, reason string) string {
	switch reason {
	case "expired":
		return w.MailNewLinkReasonExpired()
	case "used":
		return w.MailNewLinkReasonUsed()
	case "revoked":
		return w.MailNewLinkReasonRevoked()
	case "superseded":
		return w.MailNewLinkReasonSuperseded()
	case "withdrawn":
		return w.MailNewLinkReasonWithdrawn()
	case "declined":
		return w.MailNewLinkReasonDeclined()
	case "used_up":
		return w.MailNewLinkReasonUsedUp()
	case "paused":
		return w.MailNewLinkReasonPaused()
	case "role":
		return w.MailNewLinkReasonRole()
	case "account":
		return w.MailNewLinkReasonAccount()
	}
	return ""
}

// OfferReported is mail 29: tells the vendor that a recipient does not know the partner.
type OfferReported struct {
	To        Recipient
	Vendor    Vendor
	Partner   Partner
	Reference string
	Offer     Offer
	// Address is the one that the partner had written to.
	Address string
	At      time.Time
	// Reports counts the different addresses that reported this offer so far.
	Reports int
	// OfferPaused is set where these reports paused the whole offer.
	OfferPaused bool
	// Link leads to where the vendor decides about the offer; empty where there is no such page.
	Link string
}

// Message says it in the recipient's language.
func (m OfferReported) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner := m.Partner.Name
	l.Subject = w.MailReportedSubject(m.Reference, partner)
	l.Preheader = w.MailReportedPreheader()
	l.para(w.MailReportedIntro(partner, m.Partner.ID))
	l.facts(
		fact{w.MailFactReference(), m.Reference},
		fact{w.MailFactOffer(), m.Offer.what(l)},
		fact{w.MailFactRecipient(), textinput.ShownMail(m.Address)},
		fact{w.MailFactReportedAt(), w.Time(at)},
		fact{w.MailFactReports(), w.Int(m.Reports)},
	)
	if m.OfferPaused {
		l.para(w.MailReportedPaused())
	} else {
		l.para(w.MailReportedOpen())
	}
	if m.Link != "" {
		l.link(w.MailButtonDetails(), m.Link, "")
	}
	l.title(w.MailFactPartner())
	l.card(m.Partner)
	l.Why = w.MailFooterWhyOperator(m.Vendor.Name)
	return l.message("offer_reported", m.To, "", "")
}
