// Package overview is what a partner's people see first: what is left to set up, what ends soon, and the latest answers.
package overview

import (
	"context"
	"slices"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Store is what an overview needs of the table. Its lists come from the index, which may lag.
type Store interface {
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error)
	Invitations(ctx context.Context, o offer.ID, page dynamo.Page, keep dynamo.Keep[invitation.Invitation]) ([]invitation.Invitation, string, error)
	Redemptions(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	SubscriptionsByPartnerOfRecord(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

const (
	// Looked is how many of the newest of everything are looked through at most: an overview costs the same however much a partner has.
	Looked = 100
	// Shown is how many rows each list has at most.
	Shown = 5
	// LookedInto is of how many of the newest active offers the invitations are counted; of each the Looked newest.
	LookedInto = 10
	// TrialDays is how many days ahead the trials are looked at, GrantDays the delegated administrations.
	TrialDays, GrantDays = 14, 30
)

// Steps are the first steps of a company, and which are done.
type Steps struct{ AgreementSigned, ProfileVerified, OfferMade bool }

// StepsOf returns the first steps of a partner that has made an offer, or has not.
func StepsOf(p partner.Partner, offered bool) Steps {
	return Steps{AgreementSigned: p.Status != partner.AgreementPending, ProfileVerified: p.Verified(), OfferMade: offered}
}

// Awaiting is how many people whom the partner wrote to by name can answer now; AtLeast says that there may be more, as not all was looked through.
type Awaiting struct {
	N       int
	AtLeast bool
}

// Overview is how a partner's business stands.
type Overview struct {
	Steps    Steps
	Awaiting Awaiting
	Accepted int  // answers this month, in the time of the partner's country
	Trials   int  // that end within TrialDays
	Grants   int  // that end within GrantDays
	Partial  bool // not all was looked through

	Ending  []subscription.Subscription // of the trials those that end next
	Answers []consent.Receipt           // the latest
	Names   map[customer.ID]string      // of the customers in both lists; an erased one has none
}

// Read returns how a partner's business stands at a time. It fails where the table cannot be read.
func Read(ctx context.Context, store Store, of partner.Partner, at time.Time) (o Overview, err error) {
	window := dynamo.Page{Limit: Looked}
	made, moreOffers, err := store.Offers(ctx, of.ID, window, nil)
	if err != nil {
		return o, err
	}
	if o.Awaiting, err = awaiting(ctx, store, made, at); err != nil {
		return o, err
	}
	o.Awaiting.AtLeast = o.Awaiting.AtLeast || moreOffers != ""
	answers, moreAnswers, err := store.Redemptions(ctx, of.ID, window, nil)
	if err != nil {
		return o, err
	}
	subs, moreSubs, err := store.SubscriptionsByPartnerOfRecord(ctx, of.ID, window, nil)
	if err != nil {
		return o, err
	}
	ties, moreTies, err := store.Relationships(ctx, of.ID, window, nil)
	if err != nil {
		return o, err
	}
	o.Steps, o.Partial = StepsOf(of, len(made) > 0), moreAnswers+moreSubs+moreTies != ""
	o.Accepted = accepted(answers, at.In(calendar.Zone(of.Country)))
	for _, r := range ties {
		if a := r.Administration; a != nil && a.StatusAt(at) == relationship.Active && a.EndsAt.Before(at.AddDate(0, 0, GrantDays)) {
			o.Grants++
		}
	}
	subs = slices.DeleteFunc(subs, func(s subscription.Subscription) bool {
		return s.StatusAt(at) != subscription.Trialing || !s.TrialEndsAt.Before(at.AddDate(0, 0, TrialDays))
	})
	slices.SortStableFunc(subs, func(a, b subscription.Subscription) int { return a.TrialEndsAt.Compare(b.TrialEndsAt) })
	o.Trials, o.Ending, o.Answers = len(subs), subs[:min(Shown, len(subs))], answers[:min(Shown, len(answers))]
	o.Names, err = names(ctx, store, o)
	return o, err
}

// awaiting counts the invitations that wait for an answer, of some offers. The offers' funnels do not tell: an invitation that expired and was
// mailed once more is in them as expired, and one that a visitor asked for as well, who is nobody whom the partner knows.
func awaiting(ctx context.Context, store Store, offers []offer.Offer, at time.Time) (a Awaiting, err error) {
	used, err := store.Uses(ctx, offers)
	if err != nil {
		return a, err
	}
	active := slices.DeleteFunc(slices.Clone(offers), func(o offer.Offer) bool { return o.StatusAt(at, used[o.ID]) != offer.Active })
	a.AtLeast = len(active) > LookedInto
	for _, o := range active[:min(len(active), LookedInto)] {
		found, more, err := store.Invitations(ctx, o.ID, dynamo.Page{Limit: Looked}, nil)
		if err != nil {
			return a, err
		}
		a.AtLeast = a.AtLeast || more != ""
		for _, inv := range found {
			if inv.Open(at) == nil && inv.Delivery != invitation.Bounced && inv.Delivery != invitation.Suppressed { // who got no mail answers none
				a.N++
			}
		}
	}
	return a, nil
}

// accepted counts the yeses since the month began where the time is told.
func accepted(answers []consent.Receipt, here time.Time) (n int) {
	month := time.Date(here.Year(), here.Month(), 1, 0, 0, 0, 0, here.Location())
	for _, r := range answers {
		if decided, err := time.Parse(time.RFC3339, r.DecidedAt); err == nil && r.Answer == "accepted" && !decided.Before(month) {
			n++
		}
	}
	return n
}

// names reads the names of the customers in both lists.
func names(ctx context.Context, store Store, o Overview) (map[customer.ID]string, error) {
	var ids []customer.ID
	for _, s := range o.Ending {
		ids = append(ids, s.Customer)
	}
	for _, r := range o.Answers {
		if r.Customer != "" {
			ids = append(ids, customer.ID(r.Customer))
		}
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return map[customer.ID]string{}, nil
	}
	return store.CustomerNames(ctx, ids)
}
