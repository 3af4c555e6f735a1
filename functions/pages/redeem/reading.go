package redeem

import (
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/subscription"
)

// link is the personal link whose secret the browser keeps, and who follows it.
type link struct {
	of     invitation.ID
	secret string
	who    site.Signed // zero where nobody is signed in
}

// reading is what every step shows of an offer and of the answers given so far.
type reading struct {
	links.Followed
	Who     site.Signed
	Member  *consent.Member // who answers for its customer; nil for a visitor
	Plans   map[catalog.PlanID]catalog.Plan
	Preview redemption.Preview // what a yes with these answers would do
	view    view               // of the offer's kind
}

// answerable is a reading with everything that the answer rests on.
type answerable struct {
	reading
	basis redemption.Facts
}

// link reads which link the visitor follows; NotFound where this browser keeps none to such an invitation.
func (p redeemPage) link(v *site.Visit) (link, error) {
	of, err := invitation.Parse(v.R.URL.Query().Get("i"))
	if err != nil {
		return link{}, err
	}
	secret := page.Cookie(v.R, links.InvitationCookie(of))
	if secret == "" {
		return link{}, fault.NotFound
	}
	who, err := v.Signed(p.table)
	return link{of, secret, who}, err
}

// follow reads what the link leads to, for a visitor. What follows the visitor's own POST is read strongly consistent.
func (p redeemPage) follow(v *site.Visit, l link, fresh bool) (reading, error) {
	followed, err := links.Follow(v, p.table, l.of, l.secret, fresh)
	f := reading{Followed: followed, Who: l.who, Plans: followed.Shown.Plans, view: views[followed.Facts.Offer.Kind]}
	return f.with(followed.Invitation.Draft, v.Op.At), err
}

// followToAnswer reads what the answer rests on: for whoever is signed in, of a customer, and for every press of the last button.
func (p redeemPage) followToAnswer(v *site.Visit, l link) (answerable, error) {
	a, err := links.FollowToAnswer(v, p.table, l.of, l.secret, asMember(l.who))
	return answerable{reading{a.Followed, l.who, a.Basis.Member, a.Basis.Grounds.Plans, a.Basis.Preview(v.Op.At), views[a.Facts.Offer.Kind]}, a.Basis}, err
}

// asMember returns who answers for a customer; empty for a visitor, and for people of partners, who answer for nobody.
func asMember(who site.Signed) customer.UserID {
	if !who.OfCustomer() {
		return ""
	}
	return customer.UserID(who.ID)
}

// again reads once more what a step read that changed it, or was overtaken.
func (p redeemPage) again(v *site.Visit, f reading) (reading, error) {
	l := link{f.Invitation.ID, f.Secret, f.Who}
	if !l.who.OfCustomer() {
		return p.follow(v, l, true)
	}
	a, err := p.followToAnswer(v, l)
	return a.reading, err
}

// with returns the reading with other answers, and what a yes with those would do.
func (f reading) with(d invitation.Draft, at time.Time) reading {
	namings := f.Preview.Namings
	f.Invitation.Draft = d
	f.Preview = redemption.PreviewFor(f.Facts.Offer, f.Shown.Vendor, f.Plans, f.owned(), d, at)
	f.Preview.Namings = namings
	return f
}

// owned returns the subscriptions of the customer that answers; none for a visitor, who makes an account.
func (f reading) owned() []subscription.Subscription {
	if f.Member == nil {
		return nil
	}
	return f.Member.Subscriptions
}

// plan returns the plan of an item.
func (f reading) plan(i int) catalog.Plan { return f.Plans[f.Facts.Offer.Items[i].Plan] }

// nothing shows, where the member can't say yes to anything, why: true where it did.
func (p redeemPage) nothing(v *site.Visit, f reading) (bool, error) {
	if f.view.nothing == nil {
		return false, nil
	}
	return f.view.nothing(p, v, f)
}
