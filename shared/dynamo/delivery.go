package dynamo

import (
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// MailState is how far one mail came:
//
//	claimed -> sent -> delivered | bounced | complained | suppressed (by the mail service);  delivered -> bounced | complained
//	claimed -> released (not accepted: to be tried again) -> claimed
//	claimed -> suppressed | bounced (refused when handed over) | moot
//
// One that is sent and has a reason came back with a passing fault, so far without word that it was delivered.
type MailState string

// The states.
const (
	MailClaimed    MailState = "claimed"
	MailReleased   MailState = "released"
	MailSent       MailState = "sent"
	MailDelivered  MailState = "delivered"
	MailBounced    MailState = "bounced"
	MailComplained MailState = "complained"
	MailSuppressed MailState = "suppressed" // never sent: the address or a cap forbids it
	MailMoot       MailState = "moot"       // never sent: overtaken by what happened meanwhile
)

// Mail is the row of one mail: one event, one template, one address. It holds ids and the address's hash only.
type Mail struct {
	Event        string // id
	Template     string
	Address      string // AddressHash
	State        MailState
	Reason       string
	MessageID    string
	ClaimedAt    time.Time
	Counted      bool   // by the caps
	Receipt      string // hash of the receipt's secret in the mail as it was tried last; where that was not accepted, nobody got it
	Invitation   invitation.ID
	Generation   int
	Subscription subscription.ID
	CreatedAt    time.Time
	Version      int
}

// Taken says whether the recipient's mail server took the mail, as far as was heard: it was accepted to be sent and nothing came back.
func (m Mail) Taken() bool {
	return m.State == MailDelivered || m.State == MailComplained || m.State == MailSent && m.Reason == ""
}

// claimFor is how long a claim counts before somebody else takes the mail over.
const claimFor = 5 * time.Minute

// MailRow reads the row of a mail by event, template and address hash; false where there is none. Strongly consistent.
func (t *Table) MailRow(ctx context.Context, m Mail) (Mail, bool, error) {
	it, err := t.get(ctx, mailKey(m), true)
	if err != nil || it == nil {
		return m, false, err
	}
	return m, true, decode(it, &m)
}

// ClaimMail claims the right to send a mail, with an operation id of its own for each try. It returns the row as it stands
// and whether it is ours now: a mail that was released, or claimed more than 5 minutes ago and never heard of again, is taken over.
func (t *Table) ClaimMail(ctx context.Context, m Mail, o op.Op) (Mail, bool, error) {
	m.State, m.ClaimedAt, m.CreatedAt, m.Version = MailClaimed, o.At, o.At, 1
	ours, stands, err := t.try(ctx, o, put(mailKey(m), classed("mail", m)).ifAbsent())
	if ours || err != nil {
		return m, ours, err
	}
	var old Mail
	if err := decode(stands, &old); err != nil {
		return old, false, err
	}
	if old.State != MailReleased && (old.State != MailClaimed || o.At.Before(old.ClaimedAt.Add(claimFor))) {
		return old, false, nil
	}
	taken := old
	taken.State, taken.ClaimedAt, taken.Version = MailClaimed, o.At, old.Version+1
	ours, _, err = t.try(ctx, o, put(mailKey(m), classed("mail", taken)).ifVersion(old.Version))
	return taken, ours, err
}

// SetMail notes what became of a mail that we claimed, guarded by the claim. It changes nothing where the row went on meanwhile:
// word of a delivery may come before the answer of the service that took the mail.
func (t *Table) SetMail(ctx context.Context, m Mail, state MailState, reason, message string, o op.Op) error {
	change := "SET #state = :state, #reason = :reason, #message_id = :message, #counted = :counted, #receipt = :receipt ADD #version :one"
	_, _, err := t.try(ctx, o, update(mailKey(m), change, "state", string(state), "reason", reason, "message", message, "counted", m.Counted, "receipt", m.Receipt, "one", 1).
		when("#state = :claimed AND #version = :seen", "claimed", string(MailClaimed), "seen", m.Version))
	return err
}

// HeardOfMail notes what the mail service tells of a mail, and counts it in the day's figures where it counts: once, however often the
// service tells it.
// What went wrong is counted in the same transaction. What was delivered, which is nearly every mail, is counted by a write of its own
// right after, for half the cost: one that is lost in between makes the share of what went wrong look larger, never smaller.
// It returns false where that was noted before, or something later was.
func (t *Table) HeardOfMail(ctx context.Context, m Mail, state MailState, reason, message string, counts bool, o op.Op) (bool, error) {
	k := mailKey(m)
	row := update(k, "SET #state = :state, #reason = :reason, #message_id = :message ADD #version :one",
		"state", string(state), "reason", reason, "message", message, "one", 1)
	switch state {
	case MailDelivered, MailSuppressed, MailSent:
		row = row.when("#state IN (:claimed, :released, :sent)")
	case MailBounced:
		row = row.when("#state IN (:claimed, :released, :sent, :delivered)", "delivered", string(MailDelivered))
	default:
		row = row.when("#state IN (:claimed, :released, :sent, :delivered, :bounced)", "delivered", string(MailDelivered), "bounced", string(MailBounced))
	}
	row = row.with([]any{"claimed", string(MailClaimed), "released", string(MailReleased), "sent", string(MailSent)})
	figure, parts := figurePart(o.At, shard(k), state), []part{row}
	if counts && state != MailDelivered {
		parts = append(parts, figure)
	}
	heard, before, err := t.try(ctx, o, parts...)
	if heard && before == nil && counts && state == MailDelivered {
		err = t.write(ctx, o, figure)
	}
	return heard, err
}

// Figures are how the mails of the last days fared, as the mail service told.
type Figures struct{ Delivered, Bounced, Complained int }

// figureDays is the window over which they are counted: today and the days before.
const figureDays = 7

func figurePart(at time.Time, shard string, state MailState) part {
	return update(figureKey(at, shard), "SET #class = :class, #ttl = :ttl ADD #version :one, #"+string(state)+" :one",
		"class", "figures", "ttl", int(at.AddDate(0, 0, 5*figureDays).Unix()), "one", 1).when("(attribute_not_exists(#PK) OR #class = :class)")
}

// MailFigures sums how the mails of the last seven days fared; one call.
func (t *Table) MailFigures(ctx context.Context, at time.Time) (Figures, error) {
	var keys []key
	for day := range figureDays {
		for i := range shards {
			keys = append(keys, figureKey(at.AddDate(0, 0, -day), string(rune('0'+i))))
		}
	}
	found, err := t.batch(ctx, true, keys...)
	var sum Figures
	for _, it := range found {
		sum.Delivered += count(it, string(MailDelivered))
		sum.Bounced += count(it, string(MailBounced))
		sum.Complained += count(it, string(MailComplained))
	}
	return sum, err
}

// About names what a mail may mention; what is empty is not read.
type About struct {
	Offer        offer.ID
	Partner      partner.ID
	Customer     customer.ID
	Subscription subscription.ID
	Redemption   consent.ID
	Invitation   invitation.ID
	Grant        bool // of Customer
	Plans        []catalog.PlanID
	Terms        catalog.TermsText // document, version and language of a text whose title is mentioned
	Known        *Mentioned        // its vendor and partner are not read again; nil where nothing is known

	Partners      []partner.ID      // more partners that are named
	Subscriptions []subscription.ID // more subscriptions; with everything else at most 100 items are read
}

// Mentioned is what a mail may mention, as it stands now; zero where it does not exist or was not asked for.
type Mentioned struct {
	Vendor       catalog.Vendor
	Plans        map[catalog.PlanID]catalog.Plan
	Terms        catalog.TermsText
	Offer        offer.Offer
	Used         int
	Partner      partner.Partner
	Customer     customer.Customer
	Subscription subscription.Subscription
	Redemption   consent.StoredConsent
	Invitation   invitation.Invitation
	Grant        relationship.Grant

	Partners      map[partner.ID]partner.Partner
	Subscriptions map[subscription.ID]subscription.Subscription
}

// Mentioned reads everything that a mail mentions in one strongly consistent call.
func (t *Table) Mentioned(ctx context.Context, of About) (Mentioned, error) {
	made := Mentioned{
		Plans: map[catalog.PlanID]catalog.Plan{}, Partners: map[partner.ID]partner.Partner{}, Subscriptions: map[subscription.ID]subscription.Subscription{},
	}
	into := map[key]any{}
	if known := of.Known; known != nil {
		made.Vendor, made.Partners[known.Partner.ID] = known.Vendor, known.Partner
		of.Partners = slices.DeleteFunc(slices.Clone(of.Partners), func(id partner.ID) bool { return id == known.Partner.ID })
	} else {
		into[vendorKey()] = &made.Vendor
	}
	ask := func(wanted bool, k func() key, target any) {
		if wanted {
			into[k()] = target
		}
	}
	ask(of.Offer != "", func() key { return offerKey(of.Offer) }, &made.Offer)
	ask(of.Partner != "", func() key { return partnerKey(of.Partner) }, &made.Partner)
	ask(of.Customer != "", func() key { return customerKey(of.Customer) }, &made.Customer)
	ask(of.Subscription != "", func() key { return subscriptionKey(of.Subscription) }, &made.Subscription)
	ask(of.Redemption != "", func() key { return redemptionKey(string(of.Redemption)) }, &made.Redemption)
	ask(of.Invitation != "", func() key { return invitationKey(of.Invitation) }, &made.Invitation)
	ask(of.Grant && of.Customer != "", func() key { return grantKey(of.Customer) }, &made.Grant)
	ask(of.Terms.Version != "", func() key { return termsTextKey(of.Terms.Document, of.Terms.Version, of.Terms.Language) }, &made.Terms)
	keys := make([]key, 0, len(into)+1+len(of.Plans))
	for k := range into {
		keys = append(keys, k)
	}
	if of.Offer != "" {
		keys = append(keys, usesKey(of.Offer))
	}
	for _, p := range of.Plans {
		keys = append(keys, planKey(p))
	}
	for _, p := range of.Partners {
		keys = append(keys, partnerKey(p))
	}
	for _, sub := range of.Subscriptions {
		keys = append(keys, subscriptionKey(sub))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return made, err
	}
	for k, target := range into {
		if err := decode(found[k], target); err != nil {
			return made, err
		}
	}
	for _, p := range of.Plans {
		var plan catalog.Plan
		if err := decode(found[planKey(p)], &plan); err != nil {
			return made, err
		}
		made.Plans[p] = plan
	}
	for _, p := range of.Partners {
		var other partner.Partner
		if err := decode(found[partnerKey(p)], &other); err != nil {
			return made, err
		}
		made.Partners[p] = other
	}
	for _, id := range of.Subscriptions {
		var sub subscription.Subscription
		if err := decode(found[subscriptionKey(id)], &sub); err != nil {
			return made, err
		}
		made.Subscriptions[id] = sub
	}
	if of.Offer != "" {
		made.Used = count(found[usesKey(of.Offer)], "used")
	}
	if made.Redemption.Canonical != "" {
		made.Redemption.Receipt, err = consent.ReadReceipt(made.Redemption.Canonical)
	}
	return made, err
}
