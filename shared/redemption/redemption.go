// Package redemption is a customer's answer to an offer, yes or no.
package redemption

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/plain"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

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
	Member    *consent.Member // who answers, signed in; nil for a visitor who makes an account
}

// Store is what redemptions need of the table.
type Store interface {
	// Invitation reads the invitation; strongly consistent where fresh.
	Invitation(ctx context.Context, invitation invitation.ID, fresh bool) (invitation.Invitation, error)
	// RedemptionFacts reads what a yes rests on in one strongly consistent read; of a signed-in user (empty: none) with its customer, and
	// with one read more where another partner administers that customer.
	RedemptionFacts(ctx context.Context, inv invitation.Invitation, by customer.UserID) (Facts, error)
	// SaveRedemption writes everything a yes creates, all of it or nothing.
	SaveRedemption(ctx context.Context, r consent.Consent, happened []event.Event, o op.Op) error
	// SaveRefusal writes a No with its record.
	SaveRefusal(ctx context.Context, r consent.Consent, happened event.Event, o op.Op) error
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
	var code *fault.Code
	if d.Company, code = plain.Name(d.Company, MaxCompany); code != nil {
		wrong.Add("company", code, MaxCompany)
	}
	if d.Name, code = plain.Name(d.Name, MaxName); code != nil {
		wrong.Add("name", code, MaxName)
	}
	if d.Language != "en" && d.Language != "pl" {
		wrong.Add("language", fault.InvalidValue)
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
		return fault.Required.In("delegation")
	}
	if of.Kind == offer.PartnerOfRecord && len(d.Picked) == 0 {
		return fault.Required.In("subscriptions")
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
func Accept(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, rev int, terms string, o op.Op) (consent.Consent, error) {
	asked, err := Read(ctx, store, of, by.User)
	if err != nil {
		return consent.Consent{}, err
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
	var found []subscription.Fulfilment
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
func (a Asked) Accept(ctx context.Context, store Store, by consent.Visitor, rev int, terms string, o op.Op) (consent.Consent, error) {
	var record consent.Consent
	again, does := false, a.Does(o.At)
	err := op.Settle(func() error { // of a customer that exists, somebody else may change what the yes changes
		var err error
		if again {
			if a, err = Read(ctx, store, a.Invitation.ID, by.User); err != nil {
				return err
			}
			if a.Does(o.At) != does { // not what was read on the page
				return fault.StaleDraft
			}
		}
		again = true
		record, err = a.accept(ctx, store, by, rev, terms, o)
		return err
	})
	return record, err
}

func (a Asked) accept(ctx context.Context, store Store, by consent.Visitor, rev int, terms string, o op.Op) (consent.Consent, error) {
	inv := a.Invitation
	if err := Holds(inv, by.Secret); err != nil {
		return consent.Consent{}, err
	}
	if err := inv.Open(o.At); err != nil {
		return consent.Consent{}, err
	}
	if inv.Draft.Rev != rev {
		return consent.Consent{}, fault.StaleDraft
	}
	record, err := Decide(inv, a.Facts, by, terms, o)
	if err != nil {
		return consent.Consent{}, meanwhile(ctx, store, inv.ID, err, o)
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
			return fault.InvitationRevoked.With(inv.AnsweredAt)
		}
		return fault.InvitationSuperseded
	}
	return fault.NotFound
}

// Decide makes everything a yes creates from what was read; it writes nothing. It fails as Accept does.
func Decide(inv invitation.Invitation, facts Facts, by consent.Visitor, terms string, o op.Op) (consent.Consent, error) {
	of, draft := facts.Offer, inv.Draft
	if err := of.Usable(o.At, facts.Used); err != nil {
		return consent.Consent{}, err
	}
	if err := of.Allowed(facts.Facts, o.At); err != nil {
		if f := fault.As(err); fault.Is(f, fault.NoTrial, fault.NotSold, fault.UnknownPlan) { // changed since the offer was made
			return consent.Consent{}, fault.PlanWithdrawn.With(f.About)
		}
		return consent.Consent{}, err
	}
	if facts.Member == nil && (facts.Known || !of.Kind.Sells()) {
		return consent.Consent{}, fault.SignInRequired
	}
	if err := Ready(draft, of, facts.Member != nil); err != nil {
		return consent.Consent{}, err
	}
	if terms != facts.Terms.Version || draft.Terms != facts.Terms.Version {
		return consent.Consent{}, fault.TermsOutdated.With(facts.Terms.Version)
	}
	if !of.Kind.Sells() && draft.Delegation == No { // an offer of delegation alone ends on No: that is a refusal, not a yes
		return consent.Consent{}, fault.NothingAccepted.In("delegation")
	}
	advisor, err := facts.advisor(draft, o.At)
	if err != nil {
		return consent.Consent{}, err
	}
	record := consent.Consent{
		Offer: of, Invitation: inv, Accepted: true, Client: by, DecidedAt: o.At,
		Kept: token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1),
	}
	if facts.Member != nil {
		record, err = decide(*facts.Member, record, facts, draft, advisor, o)
	} else {
		record, err = found(record, facts, draft, advisor, o)
	}
	if err != nil {
		return consent.Consent{}, err
	}
	if record.Invitation, err = inv.Accept(string(record.ID), o.At); err != nil {
		return consent.Consent{}, err
	}
	record.Receipt = record.WriteReceipt(facts.Vendor, facts.Partner, facts.Terms, o)
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
func found(record consent.Consent, facts Facts, draft invitation.Draft, advisor partner.ID, o op.Op) (consent.Consent, error) {
	draft, err := CheckAccount(draft)
	if err != nil {
		return record, err
	}
	of, mail := facts.Offer, record.Invitation.Mail
	owner := customer.NewID(o.IDs)
	under := owner.Bare() + "_"
	record.ID = consent.ID("red_" + under + o.NewID())
	record.User = customer.User{
		ID: customer.UserID("usr_" + under + o.NewID()), Customer: owner, Name: draft.Name, Mail: mail, Language: draft.Language,
		Roles: []customer.Role{customer.GlobalAdmin}, CreatedAt: o.At, Version: 1,
	}
	record.Customer = customer.Customer{
		ID: owner, Name: draft.Company, Country: of.Country, Language: draft.Language, Status: customer.Active,
		BillingOwner: record.User.ID, GlobalAdmins: 1, CreatedAt: o.At, Version: 1,
	}
	record.Person = consent.Person{Name: draft.Name, Mail: mail, Salt: o.IDs.Secret()}
	if err := sell(&record, facts, draft, nil, advisor, o); err != nil {
		return record, err
	}
	if yes, replaces := delegates(draft.Delegation); yes && of.Delegation != nil {
		if replaces != "" {
			return record, fault.DelegatedAdministratorExists.With("")
		}
		grant := relationship.NewGrant(owner, of.Partner, of.Delegation.Role, of.Delegation.Days, record.User.ID, string(record.ID), o.At)
		record.Grant = &grant
	}
	record.Ties = consent.Member{Customer: record.Customer}.TiesAfter(record, o)
	return record, nil
}

// Eligible fails with Invalid unknown_partner_id where no partner has the ID typed by a customer, and with partner_not_eligible about
// the reason (suspended, plan, country) where that partner cannot be partner of record.
func (f Facts) Eligible(at time.Time) error {
	return partner.CheckEligible(f.Advisor, f.Advises, f.Offer.Plans(), f.Offer.Country, at)
}

// Refuse records a No: the partner is told, and the invitation never becomes a yes. reason may be empty.
// It fails as Accept does where the link does not open, and with Invalid on the field reason.
func Refuse(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, reason string, o op.Op) (consent.Consent, error) {
	reason, code := plain.Note(reason, MaxReason)
	if code != nil {
		return consent.Consent{}, code.With(MaxReason).In("reason")
	}
	inv, err := open(ctx, store, of, by.Secret, o.At)
	if err != nil {
		return consent.Consent{}, err
	}
	facts, err := store.RedemptionFacts(ctx, inv, "")
	if err != nil {
		return consent.Consent{}, err
	}
	record := consent.Consent{
		ID: consent.ID("red_i" + inv.ID.Bare()), Offer: facts.Offer, Reason: reason, Client: by, DecidedAt: o.At,
		Person: consent.Person{Mail: inv.Mail, Salt: o.IDs.Secret()},
		Kept:   token.Add(nil, token.Receipt, token.Derive(by.Secret, token.Receipt), 1),
	}
	record.Invitation, err = inv.Decline(string(record.ID), o.At)
	if err != nil {
		return consent.Consent{}, err
	}
	record.Receipt = record.WriteReceipt(facts.Vendor, facts.Partner, facts.Terms, o)
	happened := event.New(o, event.Partner(string(inv.Offer.Partner())), event.Of(record.ID, consent.DeclinedEvent{
		OfferID: inv.Offer, InvitationID: inv.ID,
	}))
	return record, store.SaveRefusal(ctx, record, happened, o)
}

// Report says "I do not know this partner": the invitation pauses and the vendor is told. It fails as Refuse does.
func Report(ctx context.Context, store Store, of invitation.ID, by consent.Visitor, o op.Op) error {
	return op.Settle(func() error {
		inv, err := open(ctx, store, of, by.Secret, o.At)
		if err != nil {
			return err
		}
		reported, err := inv.Report(o.At)
		if err != nil {
			return err
		}
		happened := event.New(o, event.Invitation(string(inv.ID)), event.Of(inv.ID, invitation.ReportedEvent{
			OfferID: inv.Offer, Origin: inv.Origin,
		}))
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
