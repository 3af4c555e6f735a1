package mail

import "time"

// ListingDecision is what the vendor did with a partner's entry in the marketplace.
type ListingDecision string

// What it may be.
const (
	ListingPublished ListingDecision = "published"
	ListingSentBack  ListingDecision = "sent_back"
	ListingHidden    ListingDecision = "hidden"
)

// ListingDecided tells a partner that the vendor published its entry in the marketplace, sent it back or hid it.
type ListingDecided struct {
	To      Recipient
	Vendor  Vendor
	Partner Partner
	At      time.Time
	Now     ListingDecision
	// Hidden tells of what is published that it stays hidden.
	Hidden bool
	// Reason is what the vendor wrote; empty for what is published.
	Reason string
	// Link is where the entry stands.
	Link string
}

// Message says it in the recipient's language.
func (m ListingDecided) Message() Message {
	l, at := begin(m.To, m.Vendor, m.At)
	w := words(l)
	partner, vendor := m.Partner.Name, m.Vendor.Name
	l.Subject, l.Preheader = w.MailListingPublishedSubject(partner), w.MailListingPublishedPreheader()
	intro, next := w.MailListingPublished(vendor, partner), w.MailListingPublishedNext()
	button := w.MailListingButton()
	switch {
	case m.Now == ListingSentBack:
		l.Subject, l.Preheader = w.MailListingSentBackSubject(partner), w.MailListingSentBackPreheader()
		intro, next = w.MailListingSentBack(vendor, partner), w.MailListingSentBackNext()
		button = w.MailListingSentBackMend()
	case m.Now == ListingHidden:
		l.Subject, l.Preheader = w.MailListingHiddenSubject(partner), w.MailListingHiddenPreheader()
		intro, next = w.MailListingHidden(vendor, partner), w.MailListingHiddenNext(vendor)
	case m.Hidden:
		l.Preheader, next = w.MailListingPublishedHidden(), w.MailListingPublishedHidden()
	}
	l.para(intro)
	if m.Link != "" {
		l.link(button, m.Link, "")
	}
	l.facts(fact{w.MailFactPartner(), w.MailPartnerWithID(partner, m.Partner.ID)}, fact{w.MailFactChangedAt(), w.Time(at)})
	l.para(next)
	if lines(m.Reason) != "" {
		l.title(w.MailTitleReason())
		l.quote(m.Reason)
	}
	l.askVendor(w.MailListingQuestions(vendor))
	l.partnerFooter(m.Partner, w.MailFooterWhyProgram(partner, vendor))
	return l.message("listing_decided", m.To, "", "")
}
