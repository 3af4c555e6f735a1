package redemption

import (
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

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
func May(m consent.Member, inv invitation.Invitation, addressee customer.ID, of offer.Offer) error {
	own := customer.FoldLogin(inv.Mail) == customer.FoldLogin(m.User.Mail)
	if m.User.Disabled || !own && (addressee != m.Customer.ID || !m.User.Has(customer.GlobalAdmin)) {
		return fault.WrongAccount
	}
	if !m.User.Has(customer.GlobalAdmin) && (!of.Kind.Bills() || !m.User.Has(customer.BillingAdmin)) {
		return fault.NotYourRole
	}
	if m.Customer.Status != customer.Active {
		return fault.CustomerReadOnly
	}
	if of.Country != m.Customer.Country {
		return fault.OtherCountry.With(of.Country)
	}
	return nil
}

// decide makes everything that a member's yes creates or changes. The draft and the offer were checked.
func decide(m consent.Member, record consent.Consent, facts Facts, draft invitation.Draft, advisor partner.ID, o op.Op) (consent.Consent, error) {
	of, owner := facts.Offer, m.Customer
	if err := May(m, record.Invitation, facts.Addressee, of); err != nil {
		return record, err
	}
	under := owner.ID.Bare() + "_"
	record.ID, record.Customer, record.User, record.Member = consent.ID("red_"+under+o.NewID()), owner, m.User, true
	record.Person = consent.Person{Name: m.User.Name, Mail: m.User.Mail, Salt: o.IDs.Secret()}
	if err := sell(&record, facts, draft, m.Subscriptions, advisor, o); err != nil {
		return record, err
	}
	if of.Kind == offer.PartnerOfRecord {
		if err := name(&record, facts, m.Subscriptions, draft.Picked, o); err != nil {
			return record, err
		}
	}
	if of.Kind == offer.Reseller && m.Ties[of.Partner].Reseller {
		return record, fault.AlreadyReseller.With(string(of.Partner))
	}
	yes, replaces := delegates(draft.Delegation)
	if yes && of.Delegation != nil {
		if !m.User.Has(customer.GlobalAdmin) {
			return record, fault.NotYourRole
		}
		if current := m.Administrator(of.Partner, o); current != replaces {
			return record, fault.DelegatedAdministratorExists.With(string(current))
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
	record.Ties = m.TiesAfter(record, o)
	return record, nil
}
