// Package redemption is a customer's answer to an offer, yes or no, and the consent it records.
package redemption

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/plain"
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
	return "", "", fault.New(fault.NotFound, "not_found")
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

// Reference is what people read to each other on the phone: the last 8 characters of the id, 7K3M-Q2XF.
func (r ID) Reference() string {
	if len(r) < 8 {
		return string(r)
	}
	short := strings.ToUpper(string(r[len(r)-8:]))
	return short[:4] + "-" + short[4:]
}

// None is the draft's Advisor where the customer wants no partner of record.
const None = "none"

// Facts are what a yes rests on, read strongly consistent in one go right before its transaction.
type Facts struct {
	offer.Facts
	Offer   offer.Offer
	Used    int
	Terms   catalog.TermsHead
	Vendor  catalog.Vendor
	Advisor *partner.Partner        // another partner typed instead, nil where none was or the ID is unknown
	Advises []partner.Authorisation // of that partner for the plans at hand
	Known   bool                    // the address is a user already, of a customer or a partner
	// Addressee is the customer whose user has the address; empty where none has.
	Addressee customer.ID
	Member    *Member // who answers, signed in; nil for a visitor who makes an account
}

// Record is an answer with everything it creates.
type Record struct {
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

// Stored is an answer as the table keeps it.
type Stored struct {
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
func (s Stored) Mailed(secret, unsent string) []token.Kept {
	kept := slices.DeleteFunc(slices.Clone(s.Kept), func(k token.Kept) bool { return k.Hash == unsent })
	added := token.Add(kept, token.Receipt, secret, 1)
	if len(kept) > 0 {
		added[0] = kept[0]
	}
	return added
}

// Store is what redemptions need of the table.
type Store interface {
	// Invitation reads the invitation; strongly consistent where fresh.
	Invitation(ctx context.Context, invitation invitation.ID, fresh bool) (invitation.Invitation, error)
	// RedemptionFacts reads what a yes rests on in one strongly consistent read; of a signed-in user (empty: none) with its customer, and
	// with one read more where another partner administers that customer.
	RedemptionFacts(ctx context.Context, inv invitation.Invitation, by customer.UserID) (Facts, error)
	// SaveRedemption writes everything a yes creates, all of it or nothing.
	SaveRedemption(ctx context.Context, r Record, happened []event.Event, o op.Op) error
	// SaveRefusal writes a No with its record.
	SaveRefusal(ctx context.Context, r Record, happened event.Event, o op.Op) error
	// SaveInvitation writes a changed invitation that was pending.
	SaveInvitation(ctx context.Context, changed invitation.Invitation, happened event.Event, o op.Op) error
}

// Limits of what a visitor types.
const (
	MaxCompany = 120
	MaxName    = 120
	MaxReason  = 500
)

// CheckAccount returns the draft with company, name and language cleaned, or every field of the account step that is wrong.
func CheckAccount(d invitation.Draft) (invitation.Draft, error) {
	var wrong fault.Check
	var code string
	if d.Company, code = plain.Name(d.Company, MaxCompany); code != "" {
		wrong.Add("company", code, MaxCompany)
	}
	if d.Name, code = plain.Name(d.Name, MaxName); code != "" {
		wrong.Add("name", code, MaxName)
	}
	if d.Language != "en" && d.Language != "pl" {
		wrong.Add("language", "invalid_value")
	}
	return d, wrong.Err()
}

// CheckAdvisor says which partner of record a draft names: the offering one, none (empty), or another whose typed ID is right.
// It fails with Invalid on the field partner_id: invalid_format, mistyped_partner_id.
func CheckAdvisor(d invitation.Draft, offering partner.ID) (partner.ID, error) {
	switch d.Advisor {
	case "":
		return offering, nil
	case None:
		return "", nil
	}
	other, err := partner.ParseID(d.Advisor)
	if f := fault.As(err); f != nil {
		return "", f.In("partner_id")
	}
	return other, err
}

// Ready fails where the draft does not yet answer everything the offer asks: Invalid on the field that is missing. A member of a
// customer that exists is asked for no account.
func Ready(d invitation.Draft, of offer.Offer, member bool) error {
	if of.Delegation != nil && !Answered(d) {
		return fault.At("delegation", "required")
	}
	if of.Kind == offer.PartnerOfRecord && len(d.Picked) == 0 {
		return fault.At("subscriptions", "required")
	}
	if member {
		return nil
	}
	_, err := CheckAccount(d)
	return err
}

// Accept is the press of the last button: the holder of the personal link starts the trial. One transaction writes the customer,
// its first user, the subscription, the partner of record, the delegated administration if the answer was Yes, the relationship,
// the consent and the event, and uses up the link. rev is the draft the person saw on the page; terms is the version it showed.
//
// It fails with NotFound where the link was never ours, Gone or Conflict as invitation.Open and offer.Usable do (pressing twice is
// Conflict invitation_answered about the redemption's id), Conflict terms_outdated, stale_draft, sign_in_required, plan_withdrawn,
// partner_not_active, Forbidden not_enrolled, not_authorised_for_plan, feature_unavailable, Invalid partner_not_eligible.
func Accept(ctx context.Context, store Store, of invitation.ID, by Visitor, rev int, terms string, o op.Op) (Record, error) {
	asked, err := Read(ctx, store, of, by.User)
	if err != nil {
		return Record{}, err
	}
	return asked.Accept(ctx, store, by, rev, terms, o)
}

// Asked is an invitation with the facts that its answer rests on, as one strongly consistent read each found them.
type Asked struct {
	Invitation invitation.Invitation
	Facts      Facts
}

// Read reads both. It fails with NotFound where there is no such invitation.
func Read(ctx context.Context, store Store, of invitation.ID, by customer.UserID) (Asked, error) {
	inv, err := store.Invitation(ctx, of, true)
	if err != nil {
		return Asked{}, err
	}
	facts, err := store.RedemptionFacts(ctx, inv, by)
	return Asked{inv, facts}, err
}

// Does says in one line what a yes would do at the time to the subscriptions that the customer has: what the page with the last button
// showed of them, and what has to be true still when it is written.
func (a Asked) Does(at time.Time) string {
	var said []string
	var found []Way
	if a.Facts.Offer.Kind == offer.Purchase {
		var owned []subscription.Subscription
		if a.Facts.Member != nil {
			owned = a.Facts.Member.Subscriptions
		}
		found, _ = Ways(a.Facts.Offer, a.Facts.Plans, owned, a.Invitation.Draft, at) // what is wrong with it is said elsewhere
	}
	for _, way := range found {
		switch {
		case way.Trial != nil:
			said = append(said, "convert:"+string(way.Trial.ID))
		case way.Into != nil:
			said = append(said, "add:"+string(way.Into.ID)+":"+strconv.Itoa(way.Into.Licenses.Bought))
		default:
			said = append(said, "new")
		}
	}
	if a.Facts.Offer.Kind == offer.PartnerOfRecord {
		for _, one := range a.Facts.Nameable(at) {
			if slices.Contains(a.Invitation.Draft.Picked, string(one.Subscription.ID)) {
				said = append(said, "name:"+string(one.Subscription.ID)+":"+string(one.Subscription.Advisor()))
			}
		}
	}
	return strings.Join(said, " ")
}

// Accept is the function Accept on what was read a moment ago, in the same request.
func (a Asked) Accept(ctx context.Context, store Store, by Visitor, rev int, terms string, o op.Op) (Record, error) {
	var record Record
	again, does := false, a.Does(o.At)
	err := op.Settle(func() error { // of a customer that exists, somebody else may change what the yes changes
		var err error
		if again {
			if a, err = Read(ctx, store, a.Invitation.ID, by.User); err != nil {
				return err
			}
			if a.Does(o.At) != does { // not what was read on the page
				return fault.New(fault.Conflict, "stale_draft")
			}
		}
		again = true
		record, err = a.accept(ctx, store, by, rev, terms, o)
		return err
	})
	return record, err
}

func (a Asked) accept(ctx context.Context, store Store, by Visitor, rev int, terms string, o op.Op) (Record, error) {
	inv := a.Invitation
	if err := Holds(inv, by.Secret); err != nil {
		return Record{}, err
	}
	if err := inv.Open(o.At); err != nil {
		return Record{}, err
	}
	if inv.Draft.Rev != rev {
		return Record{}, fault.New(fault.Conflict, "stale_draft")
	}
	record, err := Decide(inv, a.Facts, by, terms, o)
	if err != nil {
		return Record{}, meanwhile(ctx, store, inv.ID, err, o)
	}
	// By now the holder of the link is somebody: who is signed in, or who becomes the first owner.
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(record.User.ID), Link: true}
	return record, store.SaveRedemption(ctx, record, record.Events(o), o)
}

// meanwhile returns why a yes is refused: where the same link was answered between the two reads, the address is known, or the offer
// used up, by that very answer, and what counts is that it was answered.
func meanwhile(ctx context.Context, store Store, of invitation.ID, refused error, o op.Op) error {
	inv, err := store.Invitation(ctx, of, true)
	if err != nil {
		return err
	}
	if answered := inv.Open(o.At); answered != nil {
		return answered
	}
	return refused
}

// Holds fails with NotFound where the secret was never the invitation's, and with Gone invitation_superseded where a newer mail was sent.
func Holds(inv invitation.Invitation, secret string) error {
	switch inv.Link(secret) {
	case token.Live:
		return nil
	case token.Dead:
		if inv.Answer == invitation.Revoked {
			return fault.New(fault.Gone, "invitation_revoked", inv.AnsweredAt)
		}
		return fault.New(fault.Gone, "invitation_superseded")
	}
	return fault.New(fault.NotFound, "not_found")
}

// Decide makes everything a yes creates from what was read; it writes nothing. It fails as Accept does.
func Decide(inv invitation.Invitation, facts Facts, by Visitor, terms string, o op.Op) (Record, error) {
	of, draft := facts.Offer, inv.Draft
	if err := of.Usable(o.At, facts.Used); err != nil {
		return Record{}, err
	}
	if err := of.Allowed(facts.Facts, o.At); err != nil {
		if f := fault.As(err); f != nil && (f.Code == "no_trial" || f.Code == "not_sold" || f.Code == "unknown_plan") { // changed since the offer was made
			return Record{}, fault.New(fault.Conflict, "plan_withdrawn", f.About)
		}
		return Record{}, err
	}
	if facts.Member == nil && (facts.Known || !of.Kind.Sells()) {
		return Record{}, fault.New(fault.Conflict, "sign_in_required")
	}
	if err := Ready(draft, of, facts.Member != nil); err != nil {
		return Record{}, err
	}
	if terms != facts.Terms.Version || draft.Terms != facts.Terms.Version {
		return Record{}, fault.New(fault.Conflict, "terms_outdated", facts.Terms.Version)
	}
	if !of.Kind.Sells() && draft.Delegation == No { // an offer of delegation alone ends on No: that is a refusal, not a yes
		return Record{}, fault.At("delegation", "nothing_accepted")
	}
	advisor, err := facts.advisor(draft, o.At)
	if err != nil {
		return Record{}, err
	}
	record := Record{
		Offer: of, Invitation: inv, Accepted: true, Client: by, DecidedAt: o.At,
		Kept: token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1),
	}
	if facts.Member != nil {
		record, err = facts.Member.decide(record, facts, draft, advisor, o)
	} else {
		record, err = found(record, facts, draft, advisor, o)
	}
	if err != nil {
		return Record{}, err
	}
	if record.Invitation, err = inv.Accept(string(record.ID), o.At); err != nil {
		return Record{}, err
	}
	record.Receipt = record.receipt(facts, o)
	return record, nil
}

// advisor returns who becomes partner of record, empty for nobody. It fails as CheckAdvisor and Eligible do.
func (f Facts) advisor(d invitation.Draft, at time.Time) (partner.ID, error) {
	if !f.Offer.Kind.Sells() {
		return "", nil
	}
	advisor, err := CheckAdvisor(d, f.Offer.Partner)
	if err != nil || advisor == "" || advisor == f.Offer.Partner {
		return advisor, err
	}
	return advisor, f.Eligible(at)
}

// found makes a new customer with its owner, and what it said yes to.
func found(record Record, facts Facts, draft invitation.Draft, advisor partner.ID, o op.Op) (Record, error) {
	draft, err := CheckAccount(draft)
	if err != nil {
		return record, err
	}
	of, mail := facts.Offer, record.Invitation.Mail
	owner := customer.NewID(o.IDs)
	under := owner.Bare() + "_"
	record.ID = ID("red_" + under + o.NewID())
	record.User = customer.User{
		ID: customer.UserID("usr_" + under + o.NewID()), Customer: owner, Name: draft.Name, Mail: mail, Language: draft.Language,
		Roles: []customer.Role{customer.GlobalAdmin}, CreatedAt: o.At, Version: 1,
	}
	record.Customer = customer.Customer{
		ID: owner, Name: draft.Company, Country: of.Country, Language: draft.Language, Status: customer.Active,
		BillingOwner: record.User.ID, GlobalAdmins: 1, CreatedAt: o.At, Version: 1,
	}
	record.Person = Person{Name: draft.Name, Mail: mail, Salt: o.IDs.Secret()}
	if err := record.sell(facts, draft, nil, advisor, o); err != nil {
		return record, err
	}
	if yes, replaces := delegates(draft.Delegation); yes && of.Delegation != nil {
		if replaces != "" {
			return record, fault.New(fault.Conflict, "delegated_administrator_exists", "")
		}
		grant := relationship.NewGrant(owner, of.Partner, of.Delegation.Role, of.Delegation.Days, record.User.ID, string(record.ID), o.At)
		record.Grant = &grant
	}
	record.Ties = Member{Customer: record.Customer}.ties(record, o)
	return record, nil
}

// Eligible fails with Invalid unknown_partner_id where no partner has the ID typed by a customer, and with partner_not_eligible about
// the reason (suspended, plan, country) where that partner cannot be partner of record.
func (f Facts) Eligible(at time.Time) error {
	if f.Advisor == nil {
		return fault.New(fault.Invalid, "unknown_partner_id").In("partner_id")
	}
	for _, plan := range f.Offer.Plans() {
		if reason := f.Advisor.Ineligible(f.Advises, plan, f.Offer.Country, at); reason != "" {
			return fault.New(fault.Invalid, "partner_not_eligible", reason).In("partner_id")
		}
	}
	return nil
}

// Refuse records a No: the partner is told, and the invitation never becomes a yes. reason may be empty.
// It fails as Accept does where the link does not open, and with Invalid on the field reason.
func Refuse(ctx context.Context, store Store, of invitation.ID, by Visitor, reason string, o op.Op) (Record, error) {
	reason, code := plain.Note(reason, MaxReason)
	if code != "" {
		return Record{}, fault.At("reason", code, MaxReason)
	}
	inv, err := open(ctx, store, of, by.Secret, o.At)
	if err != nil {
		return Record{}, err
	}
	facts, err := store.RedemptionFacts(ctx, inv, "")
	if err != nil {
		return Record{}, err
	}
	record := Record{
		ID: ID("red_i" + inv.ID.Bare()), Offer: facts.Offer, Reason: reason, Client: by, DecidedAt: o.At,
		Person: Person{Mail: inv.Mail, Salt: o.IDs.Secret()},
		Kept:   token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1),
	}
	record.Invitation, err = inv.Decline(string(record.ID), o.At)
	if err != nil {
		return Record{}, err
	}
	record.Receipt = record.receipt(facts, o)
	happened := event.New(o, event.Partner(string(inv.Offer.Partner())), event.Of("redemption.declined", string(record.ID),
		"offer_id", string(inv.Offer), "invitation_id", string(inv.ID)))
	return record, store.SaveRefusal(ctx, record, happened, o)
}

// Report says "I do not know this partner": the invitation pauses and the vendor is told. It fails as Refuse does.
func Report(ctx context.Context, store Store, of invitation.ID, by Visitor, o op.Op) error {
	return op.Settle(func() error {
		inv, err := open(ctx, store, of, by.Secret, o.At)
		if err != nil {
			return err
		}
		reported, err := inv.Report(o.At)
		if err != nil {
			return err
		}
		happened := event.New(o, event.Invitation(string(inv.ID)), event.Of("invitation.reported", string(inv.ID),
			"offer_id", string(inv.Offer), "origin", string(inv.Origin)))
		return store.SaveInvitation(ctx, reported, happened, o)
	})
}

func open(ctx context.Context, store Store, of invitation.ID, secret string, at time.Time) (invitation.Invitation, error) {
	inv, err := store.Invitation(ctx, of, true)
	if err != nil {
		return inv, err
	}
	if err := Holds(inv, secret); err != nil {
		return inv, err
	}
	return inv, inv.Open(at)
}
