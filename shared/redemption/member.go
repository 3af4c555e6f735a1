package redemption

import (
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
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

// The answers to the question of delegated administration, as a draft keeps them. replace is the answer to the separate, named question
// and is followed by the partner that it names, so that a yes never replaces somebody the person did not read of.
const (
	Yes     = "yes"
	No      = "no"
	replace = "replace:"
)

// Replacing returns the answer that replaces one partner as delegated administrator.
func Replacing(current partner.ID) string { return replace + string(current) }

// delegates says whether an answer gives the power, and whom it replaces: empty where nobody.
func delegates(answer string) (yes bool, replaces partner.ID) {
	if len(answer) > len(replace) && answer[:len(replace)] == replace {
		return true, partner.ID(answer[len(replace):])
	}
	return answer == Yes, ""
}

// Answered says whether a draft answers the question of delegated administration.
func Answered(d invitation.Draft) bool {
	yes, _ := delegates(d.Delegation)
	return yes || d.Delegation == No
}

// May fails where the member may not answer the offer: Forbidden wrong_account where the invitation went to somebody outside the member's
// company, or to another user of it and the member is no global administrator; Forbidden not_your_role where the role is too small: an
// offer of delegated administration takes a global administrator, every other also a billing one (infra/design/rights.md, "What the table can't say"); Conflict customer_read_only; Forbidden
// other_country about the offer's, which is what the partner's rights, the plans, the prices and the features were checked for (decision 13).
func (m Member) May(inv invitation.Invitation, addressee customer.ID, of offer.Offer) error {
	own := customer.FoldLogin(inv.Mail) == customer.FoldLogin(m.User.Mail)
	if m.User.Disabled || !own && (addressee != m.Customer.ID || !m.User.Has(customer.GlobalAdmin)) {
		return fault.New(fault.Forbidden, "wrong_account")
	}
	if !m.User.Has(customer.GlobalAdmin) && (!of.Kind.Bills() || !m.User.Has(customer.BillingAdmin)) {
		return fault.New(fault.Forbidden, "not_your_role")
	}
	if m.Customer.Status != customer.Active {
		return fault.New(fault.Conflict, "customer_read_only")
	}
	if of.Country != m.Customer.Country {
		return fault.New(fault.Forbidden, "other_country", of.Country)
	}
	return nil
}

// Administrator returns the partner that administers the member's customer at the operation's time, other than the one that asks; empty
// where none does.
func (m *Member) Administrator(asking partner.ID, o op.Op) partner.ID {
	if m == nil || m.Grant == nil || m.Grant.Partner == asking {
		return ""
	}
	if status := m.Grant.StatusAt(o.At); status == relationship.Active || status == relationship.Suspended {
		return m.Grant.Partner
	}
	return ""
}

// decide makes everything that a member's yes creates or changes. The draft and the offer were checked.
func (m Member) decide(record Record, facts Facts, draft invitation.Draft, advisor partner.ID, o op.Op) (Record, error) {
	of, owner := facts.Offer, m.Customer
	if err := m.May(record.Invitation, facts.Addressee, of); err != nil {
		return record, err
	}
	under := owner.ID.Bare() + "_"
	record.ID, record.Customer, record.User, record.Member = ID("red_"+under+o.NewID()), owner, m.User, true
	record.Person = Person{Name: m.User.Name, Mail: m.User.Mail, Salt: o.IDs.Secret()}
	if err := record.sell(facts, draft, m.Subscriptions, advisor, o); err != nil {
		return record, err
	}
	if of.Kind == offer.PartnerOfRecord {
		if err := record.name(facts, m.Subscriptions, draft.Picked, o); err != nil {
			return record, err
		}
	}
	if of.Kind == offer.Reseller && m.Ties[of.Partner].Reseller {
		return record, fault.New(fault.Conflict, "already_reseller", string(of.Partner))
	}
	yes, replaces := delegates(draft.Delegation)
	if yes && of.Delegation != nil {
		if !m.User.Has(customer.GlobalAdmin) {
			return record, fault.New(fault.Forbidden, "not_your_role")
		}
		if current := m.Administrator(of.Partner, o); current != replaces {
			return record, fault.New(fault.Conflict, "delegated_administrator_exists", string(current))
		}
		grant := relationship.NewGrant(owner.ID, of.Partner, of.Delegation.Role, of.Delegation.Days, m.User.ID, string(record.ID), o.At)
		if m.Grant != nil {
			grant.Version = m.Grant.Version + 1
			if replaces != "" {
				ended, err := m.Grant.End(relationship.ByReplacement, o.At)
				if err != nil {
					return record, err
				}
				record.Replaced = &ended
			} else if lapsed, err := m.Grant.Expire(o.At); err == nil {
				record.Expired = &lapsed
			}
			record.Extends = m.Grant.Partner == of.Partner && m.Grant.StatusAt(o.At) == relationship.Active
		}
		record.Grant = &grant
	}
	record.Ties = m.ties(record, o)
	return record, nil
}

// ties returns every tie that a yes makes or changes, with its next version.
func (m Member) ties(r Record, o op.Op) []relationship.Relationship {
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
		tie(r.Grant.Partner).Administration = r.Grant.Summary()
	}
	for _, sold := range r.Sold {
		if now := sold.Advisor(); now != sold.From {
			if now != "" {
				tie(now).PorSubscriptions++
			}
			if sold.From != "" {
				tie(sold.From).PorSubscriptions--
			}
		}
		// A sale that a partner bills is written over its tie, so that its reseller's tie cannot end at the same moment.
		if biller := partner.ID(sold.BilledBy); sold.What != "" && biller.Valid() && m.Ties[biller].Reseller {
			tie(biller)
		}
	}
	if r.Offer.Kind == offer.Reseller {
		reseller := tie(r.Offer.Partner)
		reseller.Reseller, reseller.ResellerSince, reseller.ResellerBy = true, o.At, r.User.ID
		reseller.Removal, reseller.StepAt = nil, time.Time{}
	}
	if r.Expired != nil && r.Expired.Partner != r.Offer.Partner {
		tie(r.Expired.Partner).Administration = r.Expired.Summary()
	}
	if r.Replaced != nil {
		tie(r.Replaced.Partner).Administration = r.Replaced.Summary()
	}
	return ties
}
