package consent

import (
	"slices"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Member is the signed-in user who answers for a customer that exists, with what of its customer an answer rests on.
type Member struct {
	Customer customer.Customer
	User     customer.User
	Grant    *relationship.Grant                      // the customer's one; nil where there never was one
	Ties     map[partner.ID]relationship.Relationship // those that the answer may change; where Subscriptions were read, every one
	// Subscriptions are the customer's, the newest first; read where the answer may change them.
	Subscriptions []subscription.Subscription
}

// Administrator returns the partner that administers the member's customer at a time, other than the one that asks; empty where none does.
func (m Member) Administrator(asking partner.ID, at time.Time) partner.ID {
	if m.Grant == nil || m.Grant.Partner == asking {
		return ""
	}
	if status := m.Grant.StatusAt(at); status == relationship.Active || status == relationship.Suspended {
		return m.Grant.Partner
	}
	return ""
}

// Own returns a subscription of the customer's that was read; NotFound for any other.
func (m Member) Own(of subscription.ID) (subscription.Subscription, error) {
	i := slices.IndexFunc(m.Subscriptions, func(s subscription.Subscription) bool { return s.ID == of })
	if i < 0 {
		return subscription.Subscription{}, fault.NotFound
	}
	return m.Subscriptions[i], nil
}

// tiesAfter returns every tie that the consent makes or changes, with its next version.
func (m Member) tiesAfter(r Consent, o op.Op) []relationship.Relationship {
	var ties []relationship.Relationship
	tie := func(p partner.ID) *relationship.Relationship {
		for i := range ties {
			if ties[i].Partner == p {
				return &ties[i]
			}
		}
		found, there := m.Ties[p]
		if !there {
			found = relationship.Relationship{
				Customer: m.Customer.ID, Partner: p, CustomerName: m.Customer.Name, CustomerCountry: m.Customer.Country, CreatedAt: o.At,
			}
		}
		found.Version++
		ties = append(ties, found)
		return &ties[len(ties)-1]
	}
	if r.Grant != nil {
		of := tie(r.Grant.Partner)
		of.Administration, of.RenewalAsked = r.Grant.Summary(), nil
	}
	for _, sold := range r.Sold {
		if now := sold.PartnerOfRecordID(); now != sold.From {
			if now != "" {
				tie(now).PartnerOfRecordSubscriptions++
			}
			if sold.From != "" {
				tie(sold.From).PartnerOfRecordSubscriptions--
			}
		}
		// A sale that a partner bills is written over its tie, so that its reseller's tie cannot end at the same moment.
		if biller := partner.ID(sold.BilledBy); sold.What != "" && biller.Valid() && m.Ties[biller].Reseller {
			tie(biller)
		}
	}
	if r.Reseller != "" {
		reseller := tie(r.Reseller)
		reseller.Reseller, reseller.ResellerSince, reseller.ResellerBy = true, o.At, r.User.ID
		reseller.NoticePeriod = r.Answer.Offer.NoticePeriod
		reseller.Removal, reseller.StepAt, reseller.ResellerEndedAt, reseller.ResellerEnd = nil, time.Time{}, time.Time{}, ""
	}
	if r.Expired != nil && r.Expired.Partner != r.Grant.Partner {
		tie(r.Expired.Partner).Administration = r.Expired.Summary()
	}
	if r.Replaced != nil {
		tie(r.Replaced.Partner).Administration = r.Replaced.Summary()
	}
	return ties
}
