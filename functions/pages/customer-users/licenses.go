package customerusers

import (
	"context"
	"slices"

	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/subscription"
)

// LicenseTable is what showing and giving licences needs of the table.
type LicenseTable interface {
	administration.LicenseStore
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

// licensesBody is the form of a user's licences; Why says what stands in the way of the reader.
type licensesBody struct {
	Action, Token, Seen, Why string
	Ask                      *page.Link // leads to where what is missing is asked for
	Nothing                  bool       // there is no subscription to choose from
	Running                  bool       // the user has a licence of one that runs
	Choice                   page.Checkboxes
}

// offered reads the subscriptions that a user can have a licence of: those that it has one of, and the newest others that run, as many as a user can have.
func (p usersPage) offered(v *site.Visit, u customer.User) ([]subscription.Subscription, map[catalog.PlanID]catalog.Plan, error) {
	held := make([]subscription.ID, len(u.Licenses))
	for i, id := range u.Licenses {
		held[i] = subscription.ID(id)
	}
	has, err := p.table.Subscriptions(v.R.Context(), held...)
	if err != nil {
		return nil, nil, err
	}
	var shown []subscription.Subscription
	for _, id := range held {
		shown = append(shown, has[id])
	}
	more, _, err := p.table.SubscriptionsOf(v.R.Context(), u.Customer, dynamo.Page{Limit: customer.MaxLicenses}, func(found []subscription.Subscription) ([]bool, error) {
		keep := make([]bool, len(found))
		for i, s := range found {
			keep[i] = s.Usable(v.Op.At) == nil && !slices.Contains(held, s.ID)
		}
		return keep, nil
	})
	if err != nil {
		return nil, nil, err
	}
	shown = append(shown, more...)
	plans := make([]catalog.PlanID, 0, len(shown))
	for _, s := range shown {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	known, err := v.Catalogue(plans...)
	return shown, known.Plans, err
}

// licenses is the form of the licences of a user who was not deleted, with those that are chosen.
func (p usersPage) licenses(v *site.Visit, d administered.Directory, u customer.User, chosen []string, wrong string) (*licensesBody, error) {
	if u.Deleted() {
		return nil, nil
	}
	shown, plans, err := p.offered(v, u)
	if err != nil {
		return nil, err
	}
	w := v.Words
	b := &licensesBody{Action: at(d, u) + "/licenses", Seen: seenLicenses(d, u), Why: cannot(v, d, edit, u), Nothing: len(shown) == 0}
	b.Ask = d.Ask(v, b.Why)
	b.Token = site.Token(d.Secret, "licenses", string(u.ID), b.Seen)
	b.Choice = page.Checkboxes{Name: "licenses", Error: wrong}
	for _, s := range shown {
		o := page.Option{Value: site.ULID(string(s.ID)), Label: v.PlanName(plans, s.Plan), Hint: w.CustomerLicensesLeft(s.Licenses.Left(), s.Licenses.Bought)}
		o.Checked = slices.Contains(chosen, string(s.ID))
		has := slices.Contains(u.Licenses, string(s.ID))
		b.Running = b.Running || has && s.Usable(v.Op.At) == nil
		switch err := s.Assignable(v.Op.At); {
		case fault.Is(err, fault.SubscriptionNotAssignable):
			o.Hint = w.CustomerLicensesEnded()
		case err != nil && !has:
			o.Hint, o.Disabled, o.Checked = w.CustomerLicensesNoneLeft(s.Licenses.Bought), true, false
		}
		o.Disabled = o.Disabled || b.Why != ""
		b.Choice.Options = append(b.Choice.Options, o)
	}
	return b, nil
}

// seenLicenses signs what the form of a user's licences shows.
func seenLicenses(d administered.Directory, u customer.User) string {
	return site.Token(d.Secret, append([]string{"licenses", string(u.ID), status(u)}, u.Licenses...)...)
}

// setLicenses gives a user the licences that are chosen, and takes the others that the form showed.
func (p usersPage) setLicenses(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "licenses", string(u.ID), v.Form("seen")); err != nil {
		return err
	}
	chosen := make([]string, len(v.R.PostForm["licenses"]))
	for i, ulid := range v.R.PostForm["licenses"] {
		chosen[i] = "sub_" + u.Customer.Bare() + "_" + ulid
	}
	shown := func(now customer.User) string { return seenLicenses(d, now) }
	if v.Form("seen") != shown(u) {
		return p.overtakenBy(v, d, v.Words.CustomerLicensesChanged())
	}
	_, err = p.decide(v, d, u, shown, func(now customer.User) (customer.User, error) {
		return administration.SetLicenses(v.R.Context(), p.table, d.By, now, chosen, v.By(d.Signed))
	})
	if fault.Is(err, fault.PreconditionFailed) {
		return p.overtakenBy(v, d, v.Words.CustomerLicensesChanged())
	}
	why := d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err)
	switch {
	case fault.Is(err, fault.NoLicenseLeft):
		why = v.Words.CustomerLicensesGone()
	case fault.Is(err, fault.SubscriptionNotAssignable, fault.UnknownSubscription, fault.TooManyItems):
		why = v.Detail(err)
	}
	if why != "" {
		return p.showAs(v, d, u, gateway.Status(err), chosen, why, nil)
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(d, u) + "?done=licenses")
}
