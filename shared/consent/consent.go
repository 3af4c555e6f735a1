// Package consent is what a customer decided, with everything that the decision creates or changes, its receipt, and a dispute of it.
package consent

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/token"
)

// ID is red_<cus12>_<ulid>, or red_i<invitation's ulid> for a declined invitation, which has no customer.
type ID string

// Parse returns where the consent is stored: under a customer, or (customer empty) under an invitation. NotFound for another shape.
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
	Page     string          // with the last button, where there is no offer; empty where the decision came by the API
}

// Consent is one decision with everything that it creates or changes.
type Consent struct {
	ID        ID
	Answer    *Answer // to which offer; nil where the customer acted without one
	Accepted  bool
	Terms     catalog.TermsHead // the vendor's that were agreed to, zero where nothing was
	Receipt   Receipt
	Person    Person
	Kept      []token.Kept // hashes of the secrets that open the receipt
	Client    Visitor
	Customer  customer.Customer
	User      customer.User
	Sold      []Sold                      // what it creates or changes, in the offer's order
	Ties      []relationship.Relationship // as they stand after it, each with its next version
	Grant     *relationship.Grant
	Member    bool                // the customer was there before
	Replaced  *relationship.Grant // the other partner's grant that it ends, nil where it ends none
	Expired   *relationship.Grant // a grant that ran out, that it overwrites before a job has said so; else nil
	Extends   bool                // the same partner's grant goes on
	Reseller  partner.ID          // who becomes the customer's reseller, empty where nobody does
	DecidedAt time.Time
}

// Answer is what a consent answers: an offer, by the personal link that was mailed.
type Answer struct {
	Offer      offer.Offer
	Partner    partner.Partner       // who asked
	Invitation invitation.Invitation // as answered
	Reason     string                // why the offer was declined
}

// By begins the consent of a member: accepted, with nothing yet that it creates or changes.
func (m Member) By(client Visitor, o op.Op) Consent {
	return Consent{
		ID: ID("red_" + m.Customer.ID.Bare() + "_" + o.NewID()), Accepted: true, Client: client, DecidedAt: o.At,
		Customer: m.Customer, User: m.User, Person: Person{Name: m.User.Name, Mail: m.User.Mail, Salt: o.IDs.Secret()},
	}
}

// Sealed returns the consent of a member with what follows from it: the ties of its customer as they stand after it, and the receipt.
func (r Consent) Sealed(m Member, vendor catalog.Vendor, o op.Op) Consent {
	r.Ties = m.tiesAfter(r, o)
	r.Receipt = r.WriteReceipt(vendor)
	return r
}

// OfferID returns the id of the offer that was answered; empty where the customer acted without one.
func (r Consent) OfferID() offer.ID {
	if r.Answer == nil {
		return ""
	}
	return r.Answer.Offer.ID
}

// InvitationID returns the id of the invitation that was answered; empty where the customer acted without an offer.
func (r Consent) InvitationID() invitation.ID {
	if r.Answer == nil {
		return ""
	}
	return r.Answer.Invitation.ID
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
	Reason    string // why the offer was declined, in the customer's words; empty where none was given
	Kept      []token.Kept
	Dispute   *Dispute // nil where the customer never disputed it
	CreatedAt time.Time
	Version   int
}

// Stored returns the consent as the table keeps it when it is new.
func (r Consent) Stored() (StoredConsent, error) {
	canonical, sum, err := r.Receipt.Canonical()
	made := StoredConsent{
		ID: r.ID, Canonical: canonical, SHA256: sum, Person: r.Person, Kept: r.Kept, CreatedAt: r.DecidedAt, Version: 1,
	}
	if r.Answer != nil {
		made.Reason = r.Answer.Reason
	}
	return made, err
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
