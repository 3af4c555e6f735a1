package dynamo

import (
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// Mailings is the table with what only the mails that go out need, apart for the same reason as Imports.
type Mailings struct{ *Table }

// MailRow reads the row of a mail by event, template and address hash; false where there is none. Strongly consistent.
func (t Mailings) MailRow(ctx context.Context, m mailing.Mail) (mailing.Mail, bool, error) {
	it, err := t.get(ctx, mailKey(m), true)
	if err != nil || it == nil {
		return m, false, err
	}
	return m, true, decode(it, &m)
}

// ClaimMail claims the right to send a mail, with an operation id of its own for each try. It returns the row as it stands
// and whether it is ours now: a mail that was released, or that was claimed more than 5 minutes ago and is still unsent, is taken over.
func (t Mailings) ClaimMail(ctx context.Context, m mailing.Mail, o op.Op) (mailing.Mail, bool, error) {
	m.State, m.ClaimedAt, m.CreatedAt, m.Version = mailing.Claimed, o.At, o.At, 1
	ours, stands, err := t.try(ctx, o, put(mailKey(m), classed("mail", m)).ifAbsent())
	if ours || err != nil {
		return m, ours, err
	}
	var old mailing.Mail
	if err := decode(stands, &old); err != nil {
		return old, false, err
	}
	taken, free := old.Claim(o.At)
	if !free {
		return old, false, nil
	}
	taken.Version++
	ours, _, err = t.try(ctx, o, put(mailKey(m), classed("mail", taken)).ifVersion(old.Version))
	return taken, ours, err
}

// SetMail notes what became of a mail that we claimed, guarded by the claim. It changes nothing where the row went on meanwhile:
// the report of a delivery may come before the answer of the service that took the mail.
func (t Mailings) SetMail(ctx context.Context, m mailing.Mail, state mailing.State, reason, message string, o op.Op) error {
	change := "SET #state = :state, #reason = :reason, #message_id = :message, #counted = :counted, #receipt = :receipt ADD #version :one"
	_, _, err := t.try(ctx, o, update(mailKey(m), change, "state", string(state), "reason", reason, "message", message, "counted", m.Counted, "receipt", m.Receipt, "one", 1).
		when("#state = :claimed AND #version = :seen", "claimed", string(mailing.Claimed), "seen", m.Version))
	return err
}

// HeardOfMail notes what the mail service reports of a mail, and counts it in the day's figures where it counts: once, however often the
// service reports it.
// What went wrong is counted in the same transaction. What was delivered, which is nearly every mail, is counted by a write of its own
// right after, for half the cost: one that is lost in between makes the share of what went wrong look larger, never smaller.
// It returns false where that was noted before, or something later was.
func (t Mailings) HeardOfMail(ctx context.Context, m mailing.Mail, state mailing.State, reason, message string, counts bool, o op.Op) (bool, error) {
	k := mailKey(m)
	row := update(k, "SET #state = :state, #reason = :reason, #message_id = :message ADD #version :one",
		"state", string(state), "reason", reason, "message", message, "one", 1).whenAmong("#state", texts(state.Before()))
	figure, parts := figurePart(o.At, shard(k), state), []part{row}
	if counts && state != mailing.Delivered {
		parts = append(parts, figure)
	}
	heard, before, err := t.try(ctx, o, parts...)
	if heard && before == nil && counts && state == mailing.Delivered {
		err = t.write(ctx, o, figure)
	}
	return heard, err
}

func figurePart(at time.Time, shard string, state mailing.State) part {
	return update(figureKey(at, shard), "SET #class = :class, #ttl = :ttl ADD #version :one, #"+string(state)+" :one",
		"class", "figures", "ttl", int(at.AddDate(0, 0, 5*mailing.FigureDays).Unix()), "one", 1).when("(attribute_not_exists(#PK) OR #class = :class)")
}

// MailFigures sums how the mails of the last seven days fared; one call.
func (t Mailings) MailFigures(ctx context.Context, at time.Time) (mailing.Figures, error) {
	var keys []key
	for day := range mailing.FigureDays {
		for i := range shards {
			keys = append(keys, figureKey(at.AddDate(0, 0, -day), string(rune('0'+i))))
		}
	}
	found, err := t.batch(ctx, true, keys...)
	var sum mailing.Figures
	for _, it := range found {
		sum.Delivered += count(it, string(mailing.Delivered))
		sum.Bounced += count(it, string(mailing.Bounced))
		sum.Complained += count(it, string(mailing.Complained))
	}
	return sum, err
}

// Mentioned reads everything that a mail mentions in one strongly consistent call.
func (t Mailings) Mentioned(ctx context.Context, of mailing.About) (mailing.Mentioned, error) {
	made := mailing.Mentioned{
		Plans: map[catalog.PlanID]catalog.Plan{}, Partners: map[partner.ID]partner.Partner{}, Subscriptions: map[subscription.ID]subscription.Subscription{},
	}
	into := map[key]any{}
	if k, ok := personKey(of.Person); ok {
		into[k] = &made.Person
		switch company := companyOf(string(of.Person)); {
		case partner.ID(company).Valid():
			of.Partner = partner.ID(company)
		case company != "":
			of.Customer = customer.ID(company)
		}
	}
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
	ask(of.Application != "", func() key { return applicationKey(of.Application) }, &made.Application)
	ask(of.Grant && of.Customer != "", func() key { return grantKey(of.Customer) }, &made.Grant)
	ask(of.Grant, availabilityKey, &made.Availability)
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
