package redemption

import (
	"slices"
	"time"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

// Decide makes the consent, with everything that it creates, from what was read; it writes nothing. It fails as Accept does.
func Decide(f Facts, by consent.Visitor, terms string, o op.Op) (consent.Consent, error) {
	if err := f.allowed(terms, o.At); err != nil {
		return consent.Consent{}, err
	}
	partnerOfRecord, err := f.partnerOfRecord(o.At)
	if err != nil {
		return consent.Consent{}, err
	}
	who, err := f.decider(o)
	if err != nil {
		return consent.Consent{}, err
	}
	made := who.By(by, o)
	made.Member, made.Terms = f.Member != nil, f.Terms
	made.Kept = token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1)
	made.Answer = &consent.Answer{Offer: f.Offer, Partner: f.Grounds.Partner}
	if err := f.grant(&made, who, partnerOfRecord, o); err != nil {
		return consent.Consent{}, err
	}
	if made.Answer.Invitation, err = f.Invitation.Accept(string(made.ID), o.At); err != nil {
		return consent.Consent{}, err
	}
	return made.Sealed(who, f.Vendor, o), nil
}

// allowed fails where the offer cannot be accepted as it is, or where not everything that it asks was answered.
func (f Facts) allowed(terms string, at time.Time) error {
	if err := f.Offer.Usable(at, f.Used); err != nil {
		return err
	}
	if err := f.Offer.Allowed(f.Grounds, at); err != nil {
		if w := fault.As(err); fault.Is(w, fault.NoTrial, fault.NotSold, fault.UnknownPlan) { // changed since the offer was made
			return fault.PlanWithdrawn.With(w.About)
		}
		return err
	}
	draft := f.Invitation.Draft
	if f.Member == nil && (f.Known || !f.Offer.Kind.Sells()) {
		return fault.SignInRequired
	}
	if err := Ready(draft, f.Offer, f.Member != nil); err != nil {
		return err
	}
	if terms != f.Terms.Version || draft.Terms != f.Terms.Version {
		return fault.TermsOutdated.With(f.Terms.Version)
	}
	if !f.Offer.Kind.Sells() && draft.DelegatedAdministration == No { // an offer of delegation alone that is answered with No is refused, not accepted
		return fault.NothingAccepted.In("delegation")
	}
	return nil
}

// partnerOfRecord returns who becomes partner of record, empty for nobody. It fails as ParsePartnerOfRecord and Eligible do.
func (f Facts) partnerOfRecord(at time.Time) (partner.ID, error) {
	if !f.Offer.Kind.Sells() {
		return "", nil
	}
	partnerOfRecord, err := ParsePartnerOfRecord(f.Invitation.Draft, f.Offer.Partner)
	if err != nil || partnerOfRecord == "" || partnerOfRecord == f.Offer.Partner {
		return partnerOfRecord, err
	}
	return partnerOfRecord, f.Eligible(at)
}

// Eligible fails with Invalid unknown_partner_id where no partner has the ID typed by a customer, and with partner_not_eligible about
// the reason (suspended, plan, country) where that partner cannot be partner of record.
func (f Facts) Eligible(at time.Time) error {
	return f.Other.CheckEligible(f.Offer.Plans(), f.Offer.Country, at)
}

// decider returns who accepts: the member, where it may, or the owner of the customer that is created.
func (f Facts) decider(o op.Op) (consent.Member, error) {
	if f.Member != nil {
		return *f.Member, f.May(*f.Member)
	}
	draft, err := CheckAccount(f.Invitation.Draft)
	if err != nil {
		return consent.Member{}, err
	}
	owner := customer.NewID(o.IDs)
	user := customer.User{
		ID: customer.UserID("usr_" + owner.Bare() + "_" + o.NewID()), Customer: owner, Name: draft.Name, Mail: f.Invitation.Mail,
		Language: draft.Language, Roles: []customer.Role{customer.GlobalAdmin}, CreatedAt: o.At, Version: 1,
	}
	return consent.Member{User: user, Customer: customer.Customer{
		ID: owner, Name: draft.Company, Country: f.Offer.Country, Language: draft.Language, Status: customer.Active,
		BillingOwner: user.ID, GlobalAdmins: 1, CreatedAt: o.At, Version: 1,
	}}, nil
}

// May fails where a member may not answer the offer: Forbidden wrong_account where the invitation went to somebody outside the member's
// company, or to another user of it and the member is no global administrator; Forbidden not_your_role where the role is too small: an
// offer of delegated administration takes a global administrator, every other also a billing one (infra/design/rights.md); Conflict
// customer_read_only; Forbidden other_country about the offer's, which is what the partner's rights, the plans, the prices and the features
// were checked for (decision 13).
func (f Facts) May(m consent.Member) error {
	own := person.FoldLogin(f.Invitation.Mail) == person.FoldLogin(m.User.Mail)
	switch {
	case m.User.Disabled || !own && (f.Addressee != m.Customer.ID || !m.User.Has(customer.GlobalAdmin)):
		return fault.WrongAccount
	case !m.User.Has(customer.GlobalAdmin) && (!f.Offer.Kind.Bills() || !m.User.Has(customer.BillingAdmin)):
		return fault.NotYourRole
	case m.Customer.Status != customer.Active:
		return fault.CustomerReadOnly
	case f.Offer.Country != m.Customer.Country:
		return fault.OtherCountry.With(f.Offer.Country)
	}
	return nil
}

// effects are what accepting does by the kind of the offer, besides the delegated administration that any offer may ask for too.
var effects = map[offer.Kind]func(f Facts, made *consent.Consent, who consent.Member, partnerOfRecord partner.ID, o op.Op) error{
	offer.Trial:                   Facts.try,
	offer.Purchase:                Facts.order,
	offer.DelegatedAdministration: nil, // nothing besides it
	offer.PartnerOfRecord:         Facts.name,
	offer.Reseller:                Facts.resell,
}

// grant makes what the offer asks for, with its delegated administration.
func (f Facts) grant(made *consent.Consent, who consent.Member, partnerOfRecord partner.ID, o op.Op) error {
	if effect := effects[f.Offer.Kind]; effect != nil {
		if err := effect(f, made, who, partnerOfRecord, o); err != nil {
			return err
		}
	}
	return f.giveGrant(made, who, o)
}

// try makes the subscription of a trial. It fails with Conflict trial_already_used where its plan was had before, plan_withdrawn.
func (f Facts) try(made *consent.Consent, _ consent.Member, partnerOfRecord partner.ID, o op.Op) error {
	return f.sell(made, func(i int) (consent.Sold, error) {
		plan := f.Grounds.Plans[f.Offer.Items[i].Plan]
		if slices.Contains(made.Customer.Tried, plan.ID) {
			return consent.Sold{}, fault.TrialAlreadyUsed.With(string(plan.ID))
		}
		sub, err := subscription.StartTrial(made.NewSubscription(o), made.Customer.ID, plan, partnerOfRecord, string(f.Offer.ID), o.At)
		return consent.Sold{Subscription: sub, What: consent.Created}, err
	})
}

// order makes what a purchase orders: new subscriptions, a trial that becomes paid, licences added to one that is owned. It fails with
// Conflict plan_owned (about the plan) where the customer was not asked yet whether to add to its subscription, plan_withdrawn; Invalid on
// the field of the item where the licences are out of the plan's bounds.
func (f Facts) order(made *consent.Consent, who consent.Member, partnerOfRecord partner.ID, o op.Op) error {
	return f.sell(made, func(i int) (consent.Sold, error) {
		plan, choice := f.Grounds.Plans[f.Offer.Items[i].Plan], f.Invitation.Draft.Choice(i)
		ordered := chosen(f.Offer, i, choice)
		var wrong fault.Check
		if ordered.Check(plan, itemField(i), &wrong); wrong.Err() != nil {
			return consent.Sold{}, wrong.Err()
		}
		sold, err := made.Order(plan, ordered, choice.Into, who.Subscriptions, o)
		if sold.What != consent.Resized {
			sold.Licenses.Offered = f.Offer.Items[i].Licenses
		}
		return sold.SetPartnerOfRecord(partnerOfRecord, o.At), inItem(err, i)
	})
}

// sell adds what each item of the offer becomes.
func (f Facts) sell(made *consent.Consent, item func(i int) (consent.Sold, error)) error {
	for i, of := range f.Offer.Items {
		sold, err := item(i)
		if err != nil {
			return err
		}
		made.Sold = append(made.Sold, sold)
		made.Customer = made.Customer.Having(of.Plan)
	}
	return nil
}

// name makes the offering partner the partner of record of the subscriptions that were picked. It fails with Invalid
// on the field subscriptions: required where none is left to change, too_many, unknown_subscription, or with what forbids it.
func (f Facts) name(made *consent.Consent, who consent.Member, _ partner.ID, o op.Op) error {
	picked, to := f.Invitation.Draft.Picked, f.offering()
	if len(picked) > relationship.MostNamed {
		return fault.TooMany.With(relationship.MostNamed).In("subscriptions")
	}
	for _, id := range picked {
		s, err := who.Own(subscription.ID(id))
		if err != nil {
			return fault.UnknownSubscription.With(id).In("subscriptions")
		}
		if s.PartnerOfRecordID() == to.ID {
			continue
		}
		if err := relationship.CheckNaming(s, to, who.Customer.Country, o.At); err != nil {
			return err
		}
		made.Sold = append(made.Sold, consent.Existing(s).SetPartnerOfRecord(to.ID, o.At))
	}
	if len(made.Sold) == 0 {
		return fault.Required.In("subscriptions")
	}
	return nil
}

// offering returns the partner that asks as one that may become partner of record, with its authorisations that were read.
func (f Facts) offering() partner.Candidate {
	made := partner.Candidate{Partner: f.Grounds.Partner}
	for _, a := range f.Grounds.Authorisations {
		made.Authorisations = append(made.Authorisations, a)
	}
	return made
}

// resell makes the offering partner the customer's reseller: Conflict already_reseller.
func (f Facts) resell(made *consent.Consent, who consent.Member, _ partner.ID, _ op.Op) error {
	if who.Ties[f.Offer.Partner].Reseller {
		return fault.AlreadyReseller.With(string(f.Offer.Partner))
	}
	made.Reseller = f.Offer.Partner
	return nil
}

// giveGrant gives the delegated administration that the offer asks for, where the answer was Yes. It fails with Forbidden not_your_role;
// Conflict delegated_administrator_exists about another partner than the answer names.
func (f Facts) giveGrant(made *consent.Consent, who consent.Member, o op.Op) error {
	gives, replaces := givesGrant(f.Invitation.Draft.DelegatedAdministration)
	asked, by := f.Offer.DelegatedAdministration, f.Offer.Partner
	if !gives || asked == nil {
		return nil
	}
	if !who.User.Has(customer.GlobalAdmin) {
		return fault.NotYourRole
	}
	if current := who.Administrator(by, o.At); current != replaces {
		return fault.DelegatedAdministratorExists.With(string(current))
	}
	grant := relationship.NewGrant(who.Customer.ID, by, asked.Role, asked.Days, who.User.ID, string(made.ID), o.At)
	made.Grant = &grant
	if who.Grant == nil {
		return nil
	}
	grant.Version = who.Grant.Version + 1
	made.Extends = who.Grant.Partner == by && who.Grant.StatusAt(o.At) == relationship.Active
	if replaces != "" {
		ended, err := who.Grant.End(relationship.ByReplacement, o.At)
		made.Replaced = &ended
		return err
	}
	if lapsed, err := who.Grant.Expire(o.At); err == nil {
		made.Expired = &lapsed
	}
	return nil
}
