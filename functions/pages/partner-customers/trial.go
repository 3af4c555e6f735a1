package partnercustomers

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/subscription"
)

// cancelTrial is what the form's token is for, and what was done, in the address.
const cancelTrial = "cancel-trial"

// trialPath is where a trial is cancelled, below its customer.
func trialPath(id subscription.ID) string {
	return "/subscriptions/" + site.ULID(string(id)) + "/cancel"
}

// trial reads the subscription in the path, for a reader who may cancel it: of a customer of the company, and that it sees. It fails with Forbidden
// where the reader lacks the right or the company the grant, with Conflict where the company works for nobody now.
func (p customersPage) trial(v *site.Visit, who site.Signed) (subscription.Subscription, customer.Customer, error) {
	id := subscription.ID("sub_" + v.R.PathValue("customer") + "_" + v.R.PathValue("subscription"))
	if _, _, ok := id.Customer(); !ok {
		return subscription.Subscription{}, customer.Customer{}, fault.NotFound
	}
	s, owner, grant, err := p.table.SubscriptionFor(v.R.Context(), id)
	switch {
	case err != nil:
	case !relationship.Sees(s, grant, who.Partner.ID, who.CustomerAccess, v.Op.At):
		err = fault.NotFound
	case !access.Has(who.Caller, access.CancelTrials):
		err = access.Check(who.Caller, access.CancelTrials)
	case !grant.Fully(who.Partner.ID, v.Op.At):
		err = fault.Forbidden.With(relationship.FullGrant)
	default:
		err = who.Partner.Working()
	}
	return s, owner, err
}

// askTrial says what the end of a trial means before it ends.
func (p customersPage) askTrial(v *site.Visit, who site.Signed) error {
	s, owner, err := p.trial(v, who)
	if err != nil {
		return err
	}
	ended, err := s.Cancel(v.Op.At)
	if err != nil {
		return v.Redirect(at(owner.ID))
	}
	plans, err := named(v, []subscription.Subscription{s})
	if err != nil {
		return err
	}
	w := v.Words
	frame := v.Frame(w.CustomersCancelTrialTitle(v.PlanName(plans, s.Plan), owner.Name))
	frame.Narrow, frame.Back = true, &page.Link{URL: at(owner.ID), Text: owner.Name}
	return v.Render(why, http.StatusOK, frame, whyBody{
		Action: at(owner.ID) + trialPath(s.ID), Token: site.Token(who.Secret, cancelTrial, string(s.ID)), Button: w.CustomersCancelTrial(), Keep: at(owner.ID), Danger: true,
		Text: []string{w.CustomersCancelTrialNow(owner.Name), w.CancelTrialData(v.In(ended.DataUntil(), owner.Country)), w.CustomersCancelTrialTold(owner.Name)},
	})
}

// endTrial cancels it by the operation of the API. Pressed twice it is the same.
func (p customersPage) endTrial(v *site.Visit, who site.Signed) error {
	s, owner, err := p.trial(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, cancelTrial, string(s.ID)); err != nil {
		return err
	}
	err = relationship.CancelTrial(v.R.Context(), p.table, who.Partner.ID, s.ID, "", v.By(who))
	if err != nil && (!fault.Is(err, fault.SubscriptionNotTrialing) || s.Status != subscription.Cancelled) {
		return err
	}
	return v.Redirect(at(owner.ID) + "?done=" + cancelTrial)
}
