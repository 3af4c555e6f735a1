// Package consent is what a customer decided: the record of it with everything that it creates or changes, its receipt, and a dispute of it.
package consent

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

// ID is red_<cus12>_<ulid> for a Yes and red_i<invitation's ulid> for a No, which has no customer.
type ID string

// Parse returns where the record stands: under a customer, or (customer empty) under an invitation. NotFound for another shape.
func Parse(text string) (c customer.ID, ulid string, err error) {
	if owner, ulid, ok := customer.Under("red", text); ok {
		return owner, ulid, nil
	}
	if ulid, ok := strings.CutPrefix(text, "red_i"); ok && id.Made(ulid, 26) {
		return "", ulid, nil
	}
	return "", "", fault.NotFound
}

// Reference is what people read to each other on the phone: the last 8 characters of the id, 7K3M-Q2XF.
func (r ID) Reference() string {
	if len(r) < 8 {
		return string(r)
	}
	short := strings.ToUpper(string(r[len(r)-8:]))
	return short[:4] + "-" + short[4:]
}

// Visitor is what is known of the person who decides.
type Visitor struct {
	Secret   string          // of the personal link
	User     customer.UserID // who is signed in; empty for a visitor
	Address  string          // client address, kept 12 months
	Browser  string          // User-Agent, kept 12 months
	Language string          // of the page with the last button, in which the terms were shown
	Page     string          // with the last button of an act without an offer; empty where it came by the API
}

// Consent is one decision with everything that it creates or changes.
type Consent struct {
	ID         ID
	Offer      offer.Offer
	Invitation invitation.Invitation // as answered
	Accepted   bool
	Reason     string // of a No
	Receipt    Receipt
	Person     Person
	Kept       []token.Kept // hashes of the secrets that open the receipt
	Client     Visitor
	Customer   customer.Customer
	User       customer.User
	Sold       []Sold                      // what it creates or changes, in the offer's order
	Ties       []relationship.Relationship // as they stand after it, each with its next version
	Grant      *relationship.Grant
	Member     bool                // the customer was there before
	Replaced   *relationship.Grant // the power that the yes ended, nil where it ended none
	Expired    *relationship.Grant // the power that had run out and that no job has said so of yet, which the yes writes over; else nil
	Extends    bool                // the same partner's power goes on
	DecidedAt  time.Time
}

// Person is who decided, in the form that an erasure removes; the receipt holds only digests salted with Salt.
type Person struct {
	Name string
	Mail string
	Salt string
}

// StoredConsent is a consent as the table keeps it.
type StoredConsent struct {
	ID        ID
	Receipt   Receipt // read from Canonical; not stored beside it
	Canonical string  // the receipt's bytes by RFC 8785, never changed
	SHA256    string  // hex, over Canonical
	Person    Person
	Reason    string // of a No, in the customer's words; empty where none was given
	Kept      []token.Kept
	Dispute   *Dispute // nil where the customer never disputed it
	CreatedAt time.Time
	Version   int
}

// Mailed returns the kept hashes with that of one more secret, and without an unsent one's. The first stays whatever comes: it is the page's
// own, to which a bookmark and the used link lead.
func (s StoredConsent) Mailed(secret, unsent string) []token.Kept {
	kept := slices.DeleteFunc(slices.Clone(s.Kept), func(k token.Kept) bool { return k.Hash == unsent })
	added := token.Add(kept, token.Receipt, secret, 1)
	if len(kept) > 0 {
		added[0] = kept[0]
	}
	return added
}

// Member is the signed-in user who answers for a customer that exists, with what of its customer an answer rests on.
type Member struct {
	Customer customer.Customer
	User     customer.User
	Grant    *relationship.Grant                      // the customer's one; nil where there never was one
	Ties     map[partner.ID]relationship.Relationship // those that the answer may change; where Subscriptions were read, every one
	// Subscriptions are the customer's, the newest first; read where the answer may change them.
	Subscriptions []subscription.Subscription
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

// TiesAfter returns every tie that a yes makes or changes, with its next version.
func (m Member) TiesAfter(r Consent, o op.Op) []relationship.Relationship {
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
