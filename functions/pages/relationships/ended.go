package relationships

import (
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site/granted"
	"liaison/shared/site/receipted"
	"liaison/shared/subscription"
)

// mostStints is how many earlier times as partner of record a row names, the newest.
const mostStints = 3

// stint is a while in which a partner was partner of record of a subscription.
type stint struct {
	plan         string
	since, until time.Time
}

// stints returns those of a partner that are over, the newest first; as far as the subscriptions remember them.
func stints(subs []named, of partner.ID) []stint {
	var made []stint
	for _, s := range subs {
		for _, past := range s.History {
			if past.Partner == of {
				made = append(made, stint{s.name, past.Since, past.Until})
			}
		}
		if s.Status == subscription.Deleted && s.PartnerOfRecordID() == of {
			made = append(made, stint{s.name, s.PartnerOfRecord.Since, s.EndedAt})
		}
	}
	slices.SortStableFunc(made, func(a, b stint) int { return b.until.Compare(a.until) })
	return made
}

// resold returns when a tie's reseller ended, or else the last that is known of it; zero where it is one, or never was.
func resold(r relationship.Relationship) time.Time {
	switch {
	case r.Reseller:
		return time.Time{}
	case r.ResellerEndedAt.IsZero():
		return r.ResellerSince
	}
	return r.ResellerEndedAt
}

// last returns when the newest of a tie's ends was; zero where nothing has ended.
func last(r relationship.Relationship, subs []named, at time.Time) time.Time {
	end := resold(r)
	if a := r.Administration; a != nil {
		if over, _ := a.Over(at); over.After(end) {
			end = over
		}
	}
	if past := stints(subs, r.Partner); len(past) > 0 && past[0].until.After(end) {
		end = past[0].until
	}
	return end
}

// newest returns those ties of which anything has ended, the newest end first.
func newest(ties []relationship.Relationship, subs []named, at time.Time) []relationship.Relationship {
	ends := make(map[partner.ID]time.Time, len(ties))
	for _, r := range ties {
		ends[r.Partner] = last(r, subs, at)
	}
	ties = slices.DeleteFunc(ties, func(r relationship.Relationship) bool { return ends[r.Partner].IsZero() })
	slices.SortStableFunc(ties, func(a, b relationship.Relationship) int { return ends[b.Partner].Compare(ends[a.Partner]) })
	return ties
}

// ended returns a row for each kind of tie that has ended, the newest end first.
func (c card) ended() ([]page.Item, error) {
	type past struct {
		row page.Item
		at  time.Time
	}
	var found []past
	badge := &page.Badge{Kind: "calm", Text: c.v.Words.PartnersEnded()}
	if a := c.tie.Administration; a != nil {
		if at, why := a.Over(c.v.Op.At); !at.IsZero() {
			row, err := c.administered(*a, at, why)
			if err != nil {
				return nil, err
			}
			found = append(found, past{row, at})
		}
	}
	if over := stints(c.subs, c.tie.Partner); len(over) > 0 {
		row := page.Item{Icon: "hands", Title: c.v.Words.PartnerOfRecordLabel()}
		for _, one := range over[:min(len(over), mostStints)] {
			row.Lines = append(row.Lines, c.v.Words.PartnersEndedAdvised(one.plan, c.time(one.since), c.time(one.until)))
		}
		found = append(found, past{row, over[0].until})
	}
	if at := resold(c.tie); !at.IsZero() {
		row, err := c.sold()
		if err != nil {
			return nil, err
		}
		found = append(found, past{row, at})
	}
	slices.SortStableFunc(found, func(a, b past) int { return b.at.Compare(a.at) })
	rows := make([]page.Item, len(found))
	for i, one := range found {
		rows[i] = one.row
		rows[i].Badge = badge
	}
	return rows, nil
}

// administered is a delegated administration that ended.
func (c card) administered(a relationship.GrantSummary, at time.Time, why relationship.Cause) (made page.Item, err error) {
	w := c.v.Words
	by, err := c.agreed(a.AgreedBy)
	if err != nil {
		return made, err
	}
	cause, err := c.cause(why)
	made = page.Item{Icon: "key", Title: w.DelegatedAdministrationLabel(), Lines: stated(w.PartnersTerm(granted.Rights(w, a.Role), c.time(a.Since), c.time(at)), cause, by)}
	if receipt := consent.ID(a.Redemption); receipt != "" && access.SeesReceipt(c.who.Caller, string(a.AgreedBy)) {
		made.Links = []page.Link{{Text: w.ReceiptNamed(receipt.Reference()), URL: receipted.Path(receipt)}}
	}
	return made, err
}

// sold is a reseller's tie that ended.
func (c card) sold() (page.Item, error) {
	w, r := c.v.Words, c.tie
	made := page.Item{Icon: "store", Title: w.PartnersReseller()}
	if r.ResellerEndedAt.IsZero() {
		made.Lines = []string{w.PartnersSince(c.time(r.ResellerSince))}
		return made, nil
	}
	cause, err := c.cause(r.ResellerEnd)
	made.Lines = stated(w.PartnersEndedTerm(c.time(r.ResellerSince), c.time(r.ResellerEndedAt)), cause)
	if m := r.Removal; m != nil && m.Answer != "" && (m.Status == relationship.Done || m.Status == relationship.Removed) {
		made.Lines = append(made.Lines, w.PartnersAnswer(m.Answer))
	}
	return made, err
}

// cause says who ended a tie, or what did.
func (c card) cause(why relationship.Cause) (string, error) {
	w := c.v.Words
	switch why {
	case relationship.ByCustomer:
		return w.PartnersEndedByCustomer(), nil
	case relationship.ByPartner:
		return w.PartnersEndedByPartner(), nil
	case relationship.ByVendor:
		name, err := vendor(c.v)
		return w.PartnersEndedByVendor(name), err
	case relationship.ByReplacement:
		return w.PartnersEndedReplaced(), nil
	case relationship.NoSubscription:
		return w.PartnersEndedNoSubscription(), nil
	case relationship.InTime:
		return w.PartnersEndedInTime(), nil
	}
	return "", nil
}
