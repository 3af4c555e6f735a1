package outbox

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/subscription"
)

// ask is what one kind of change asks for.
type ask struct {
	// first is a follow-up that the mails may rest on.
	first func(d *Outbox, ctx context.Context, e event.Event, c event.Change) error
	// mails are the letters to send now; none where they are overtaken.
	mails func(d *Outbox, ctx context.Context, e event.Event, c event.Change) ([]letter, error)
	// then is a follow-up that rests on what became of the mails.
	then func(d *Outbox, ctx context.Context, e event.Event, c event.Change, states []mailing.State) error
	// count is the step of the offer's funnel that the change counts as, empty for none.
	count string
}

// asks is the one list of what follows from what: every mail is named here by its number in infra/design/pages.md, "Mail", and one
// that the page does not number by its template and the decision that added it. A change that is not in the list asks for nothing.
var asks map[string]ask

func init() {
	asks = map[string]ask{
		"invitation.created":       {mails: (*Outbox).invited, count: "invited"}, // 1, 2, 3, 5
		"invitation.reminded":      {mails: (*Outbox).reminded},                  // 4
		"invitation.sent":          {count: "sent"},
		"invitation.delivered":     {count: "delivered"},
		"invitation.bounced":       {mails: (*Outbox).undelivered, count: "bounced"},    // 19
		"invitation.complained":    {mails: (*Outbox).undelivered, count: "complained"}, // 19
		"invitation.suppressed":    {mails: (*Outbox).undelivered, count: "suppressed"}, // 19
		"invitation.expired":       {count: "expired"},
		"invitation.revoked":       {mails: (*Outbox).withdrawn, count: "revoked"},                           // withdrawn (decision 7)
		"invitation.reported":      {first: (*Outbox).reports, mails: (*Outbox).reported, count: "reported"}, // 29
		"invitation.renewal_asked": {mails: (*Outbox).renewal},                                               // 28

		"offer.withdrawn": {first: (*Outbox).endInvitations},

		"redemption.accepted": {first: (*Outbox).usedUp, mails: (*Outbox).accepted, count: "accepted"}, // 6, 7, 12, 13
		"redemption.declined": {mails: (*Outbox).declined, count: "declined"},                          // 8

		"customer_user.password_link_asked": {mails: (*Outbox).passwordAsked}, // set_password (decision 10)

		"subscription.trial_will_end":     {mails: (*Outbox).trialEnding},                                     // 9
		"subscription.trial_expired":      {mails: (*Outbox).trialEnded},                                      // 10
		"subscription.deletion_announced": {mails: (*Outbox).deletionNotice, then: (*Outbox).deletionNoticed}, // 11

		"subscription.cancelled":           {mails: (*Outbox).changed}, // acted (decision 25)
		"subscription.cancellation_undone": {mails: (*Outbox).changed}, // acted (decision 25)
		"subscription.licenses_changed":    {mails: (*Outbox).changed}, // acted (decision 25)
		"subscription.suspended":           {mails: (*Outbox).changed}, // acted (decision 25)
		"subscription.reinstated":          {mails: (*Outbox).changed}, // acted (decision 25)
		"subscription.trial_extended":      {mails: (*Outbox).changed}, // acted (decision 25)

		"delegated_administrator.ended":    {mails: (*Outbox).administrationEnded},    // 14
		"delegated_administrator.expired":  {mails: (*Outbox).administrationEnded},    // 14
		"delegated_administrator.lowered":  {mails: (*Outbox).administrationLowered},  // administration_lowered (decision 52)
		"delegated_administrator.replaced": {mails: (*Outbox).administrationEnded},    // 14
		"delegated_administrator.expiring": {mails: (*Outbox).administrationEnding},   // 15
		"delegated_administrator.extended": {mails: (*Outbox).administrationExtended}, // administration_extended (decision 12)

		"partner_of_record.set":     {mails: (*Outbox).recordChanged}, // 13
		"partner_of_record.changed": {mails: (*Outbox).recordChanged}, // 13
		"partner_of_record.removed": {mails: (*Outbox).recordChanged}, // 13

		"reseller.billing_ended":     {mails: (*Outbox).billingEnded},    // 7
		"reseller.removal_requested": {mails: (*Outbox).removalAsked},    // 21, acted (decision 25)
		"reseller.removal_reminded":  {mails: (*Outbox).removalAsked},    // 21
		"reseller.removal_withdrawn": {mails: (*Outbox).removalAnswered}, // 26
		"reseller.removal_declined":  {mails: (*Outbox).removalAnswered}, // 26
		"reseller.removal_decided":   {mails: (*Outbox).removalAnswered}, // 26
		"reseller.ended":             {mails: (*Outbox).removalAnswered}, // 26

		"redemption.disputed":        {mails: (*Outbox).disputed},       // disputed (decision 12), acted (decision 25)
		"redemption.dispute_decided": {mails: (*Outbox).disputeDecided}, // dispute_decided (decision 12)
	}
}

// counted returns what an event adds to offers' funnels. A trial that became paid counts for the offer that it came from, and for the purchase
// offer, if any, that was accepted. Whether an offer's question of delegated administration was answered with a yes, the event says by what
// it grants.
func (d *Outbox) counted(ctx context.Context, e event.Event) (map[offer.ID]offer.Funnel, error) {
	counts := map[offer.ID]offer.Funnel{}
	add := func(of offer.ID, step string) {
		if of == "" {
			return
		}
		funnel := counts[of]
		if funnel.Steps == nil {
			funnel.Steps = map[string]int{}
		}
		funnel.Steps[step]++
		if step == "accepted" || step == "declined" {
			funnel.First, funnel.Last = e.At, e.At
		}
		counts[of] = funnel
	}
	var accepted offer.ID
	var converted []subscription.ID
	for _, c := range e.Changes {
		of, step := offer.ID(c.Data["offer_id"]), asks[c.Type].count
		switch c.Type {
		case "invitation.created":
			if g := c.Data["generation"]; g != "" && g != "1" {
				continue // the same recipient once more
			}
			if c.Data["origin"] == string(invitation.FromVisitor) {
				step = "requested"
			}
		case "redemption.accepted":
			accepted = of
		case "delegated_administrator.granted", "delegated_administrator.extended":
			of, step = accepted, "delegated"
		case "subscription.converted":
			of, step = accepted, "converted"
			converted = append(converted, subscription.ID(c.Subject))
		}
		if step != "" {
			add(of, step)
		}
	}
	if len(converted) == 0 {
		return counts, nil
	}
	found, err := d.table.Mentioned(ctx, mailing.About{Subscriptions: converted})
	for _, s := range found.Subscriptions {
		add(offer.ID(s.TrialOffer), "converted")
	}
	return counts, err
}
