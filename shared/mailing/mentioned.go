package mailing

import (
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// About names what a mail may mention; what is empty is not read.
type About struct {
	Offer        offer.ID
	Partner      partner.ID
	Customer     customer.ID
	Person       person.ID // with the partner or customer whose user it is
	Subscription subscription.ID
	Redemption   consent.ID
	Invitation   invitation.ID
	Application  partner.ApplicationID
	Grant        bool // of Customer
	Plans        []catalog.PlanID
	Terms        catalog.TermsText // document, version and language of a text whose title is mentioned
	Known        *Mentioned        // its vendor and partner are not read again; nil where nothing is known

	Partners      []partner.ID      // more partners that are named
	Subscriptions []subscription.ID // more subscriptions; with everything else at most 100 items are read
}

// Mentioned is what a mail may mention, as it stands now; zero where it does not exist or was not asked for.
type Mentioned struct {
	Vendor       catalog.Vendor
	Plans        map[catalog.PlanID]catalog.Plan
	Terms        catalog.TermsText
	Offer        offer.Offer
	Used         int
	Partner      partner.Partner
	Customer     customer.Customer
	Person       person.Person
	Subscription subscription.Subscription
	Redemption   consent.StoredConsent
	Invitation   invitation.Invitation
	Application  partner.Application
	Grant        relationship.Grant
	Availability catalog.Availability // with a grant

	Partners      map[partner.ID]partner.Partner
	Subscriptions map[subscription.ID]subscription.Subscription
}
