package outbox

import (
	"context"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
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
var asks map[event.Type]ask

func init() {
	asks = map[event.Type]ask{
		invitation.CreatedEvent{}.Type():      {mails: (*Outbox).invited, then: (*Outbox).waits, count: "invited"}, // 1, 2, 3, 5
		invitation.RemindedEvent{}.Type():     {mails: (*Outbox).reminded},                                         // 4
		invitation.SentEvent{}.Type():         {count: "sent"},
		invitation.DeliveredEvent{}.Type():    {count: "delivered"},
		invitation.BouncedEvent{}.Type():      {mails: (*Outbox).undelivered, count: "bounced"},    // 19
		invitation.ComplainedEvent{}.Type():   {mails: (*Outbox).undelivered, count: "complained"}, // 19
		invitation.SuppressedEvent{}.Type():   {mails: (*Outbox).undelivered, count: "suppressed"}, // 19
		invitation.ExpiredEvent{}.Type():      {count: "expired"},
		invitation.RevokedEvent{}.Type():      {first: (*Outbox).notRenewed, mails: (*Outbox).withdrawn, count: "revoked"}, // withdrawn (decision 7)
		invitation.ReportedEvent{}.Type():     {first: (*Outbox).reports, mails: (*Outbox).reported, count: "reported"},    // 29
		invitation.RenewalAskedEvent{}.Type(): {mails: (*Outbox).renewal},                                                  // 28
		invitation.BulkStartedEvent{}.Type():  {first: (*Outbox).inviteAll},

		offer.WithdrawnEvent{}.Type(): {first: (*Outbox).endInvitations},
		offer.ReplacedEvent{}.Type():  {first: (*Outbox).endInvitations},
		offer.UsedUpEvent{}.Type():    {first: (*Outbox).endInvitations},
		offer.ExpiredEvent{}.Type():   {first: (*Outbox).endInvitations},

		consent.AcceptedEvent{}.Type(): {first: (*Outbox).usedUp, mails: (*Outbox).accepted, count: "accepted"},     // 6, 7, 12, 13
		consent.DeclinedEvent{}.Type(): {first: (*Outbox).notRenewed, mails: (*Outbox).declined, count: "declined"}, // 8

		person.CustomerPasswordLinkAskedEvent{}.Type(): {mails: (*Outbox).passwordAsked}, // set_password (decision 10)
		person.PartnerPasswordLinkAskedEvent{}.Type():  {mails: (*Outbox).passwordAsked}, // set_password (decision 10)
		person.OperatorPasswordLinkAskedEvent{}.Type(): {mails: (*Outbox).passwordAsked}, // set_password (decision 10)

		customer.UserCreatedEvent{}.Type():          {first: (*Outbox).admitCustomerUser, mails: (*Outbox).customerUserInvited}, // 18
		customer.PasswordResetStartedEvent{}.Type(): {mails: (*Outbox).passwordReset},                                           // 16
		customer.LicensesChangedEvent{}.Type():      {first: (*Outbox).license},
		customer.MailboxSetEvent{}.Type():           {first: (*Outbox).mailbox},
		customer.MailboxRemovedEvent{}.Type():       {first: (*Outbox).mailbox},
		customer.UserDeletedEvent{}.Type():          {first: (*Outbox).mailbox},
		customer.UserRestoredEvent{}.Type():         {first: (*Outbox).mailbox},

		customer.DomainVerifiedEvent{}.Type(): {first: (*Outbox).domain},
		customer.DomainLostEvent{}.Type():     {first: (*Outbox).domain},
		customer.DomainRemovedEvent{}.Type():  {first: (*Outbox).domain},

		support.OpenedEvent{}.Type():    {mails: (*Outbox).requestOpened},   // 17
		support.CommentedEvent{}.Type(): {mails: (*Outbox).requestAnswered}, // 17

		lead.InquiryCreatedEvent{}.Type(): {mails: (*Outbox).confirmInquiry},                            // inquiry_confirm (decision 86)
		lead.CreatedEvent{}.Type():        {mails: (*Outbox).leadReceived},                              // 27
		lead.RemindedEvent{}.Type():       {mails: (*Outbox).leadReminded},                              // lead_reminder (decision 86)
		lead.AnsweredEvent{}.Type():       {first: (*Outbox).indexShare, mails: (*Outbox).leadAnswered}, // lead_answered (decision 86)
		lead.DeclinedEvent{}.Type():       {first: (*Outbox).indexShare, mails: (*Outbox).leadDeclined}, // lead_declined (decision 86)
		lead.OfferedEvent{}.Type():        {first: (*Outbox).indexShare},
		lead.LateEvent{}.Type():           {first: (*Outbox).indexShare},
		lead.ShareChangedEvent{}.Type():   {first: (*Outbox).indexShare},
		lead.ExpiredEvent{}.Type():        {mails: (*Outbox).leadExpired}, // lead_expired (decision 86)

		partner.UserInvitedEvent{}.Type(): {first: (*Outbox).admitUser, mails: (*Outbox).userInvited},     // 18, 23
		operator.InvitedEvent{}.Type():    {first: (*Outbox).admitUser, mails: (*Outbox).operatorInvited}, // 18

		partner.AppliedEvent{}.Type():  {mails: (*Outbox).applied},  // 22
		partner.RejectedEvent{}.Type(): {mails: (*Outbox).rejected}, // 24

		partner.EmailCodeAskedEvent{}.Type(): {mails: (*Outbox).emailCode}, // 25
		partner.PhoneCallAskedEvent{}.Type(): {mails: (*Outbox).phoneCall}, // phone_call_asked (decision 60)

		partner.SuspendedEvent{}.Type():      {first: (*Outbox).index, mails: (*Outbox).standing}, // standing (decision 55)
		partner.ReinstatedEvent{}.Type():     {first: (*Outbox).index, mails: (*Outbox).standing}, // standing (decision 55)
		partner.ClosedEvent{}.Type():         {first: (*Outbox).index, mails: (*Outbox).standing}, // standing (decision 55)
		partner.ProfileChangedEvent{}.Type(): {first: (*Outbox).index},

		listing.PublishedEvent{}.Type(): {first: (*Outbox).index, mails: (*Outbox).listingDecided}, // listing_decided (decision 88)
		listing.SentBackEvent{}.Type():  {mails: (*Outbox).listingDecided},                         // listing_decided (decision 88)
		listing.HiddenEvent{}.Type():    {first: (*Outbox).index, mails: (*Outbox).listingDecided}, // listing_decided (decision 88)
		listing.ShownEvent{}.Type():     {first: (*Outbox).index},

		subscription.CreatedEvent{}.Type():   {first: (*Outbox).provision},
		subscription.ConvertedEvent{}.Type(): {first: (*Outbox).provision},
		subscription.DeletedEvent{}.Type():   {first: (*Outbox).provision},

		subscription.TrialWillEndEvent{}.Type():      {mails: (*Outbox).trialEnding},                                     // 9
		subscription.TrialExpiredEvent{}.Type():      {first: (*Outbox).provision, mails: (*Outbox).trialEnded},          // 10
		subscription.DeletionAnnouncedEvent{}.Type(): {mails: (*Outbox).deletionNotice, then: (*Outbox).deletionNoticed}, // 11

		subscription.CancelledEvent{}.Type():          {first: (*Outbox).provision, mails: (*Outbox).changed}, // acted (decision 25)
		subscription.CancellationUndoneEvent{}.Type(): {mails: (*Outbox).changed},                             // acted (decision 25)
		subscription.LicensesChangedEvent{}.Type():    {first: (*Outbox).provision, mails: (*Outbox).changed}, // acted (decision 25)
		subscription.SuspendedEvent{}.Type():          {first: (*Outbox).provision, mails: (*Outbox).changed}, // acted (decision 25)
		subscription.ReinstatedEvent{}.Type():         {first: (*Outbox).provision, mails: (*Outbox).changed}, // acted (decision 25)
		subscription.TrialExtendedEvent{}.Type():      {mails: (*Outbox).changed},                             // acted (decision 25)

		relationship.AdministrationEndedEvent{}.Type():    {mails: (*Outbox).administrationEnded},    // 14
		relationship.AdministrationExpiredEvent{}.Type():  {mails: (*Outbox).administrationEnded},    // 14
		relationship.AdministrationLoweredEvent{}.Type():  {mails: (*Outbox).administrationLowered},  // administration_lowered (decision 52)
		relationship.AdministrationReplacedEvent{}.Type(): {mails: (*Outbox).administrationEnded},    // 14
		relationship.AdministrationExpiringEvent{}.Type(): {mails: (*Outbox).administrationEnding},   // 15
		relationship.AdministrationExtendedEvent{}.Type(): {mails: (*Outbox).administrationExtended}, // administration_extended (decision 12)

		relationship.PartnerOfRecordSetEvent{}.Type():     {mails: (*Outbox).partnerOfRecordChanged}, // 13
		relationship.PartnerOfRecordChangedEvent{}.Type(): {mails: (*Outbox).partnerOfRecordChanged}, // 13
		relationship.PartnerOfRecordRemovedEvent{}.Type(): {mails: (*Outbox).partnerOfRecordChanged}, // 13

		relationship.ResellerBillingEndedEvent{}.Type(): {mails: (*Outbox).billingEnded},    // 7
		relationship.ResellerLeftEvent{}.Type():         {mails: (*Outbox).resellerLeft},    // acted (decision 25)
		relationship.RemovalRequestedEvent{}.Type():     {mails: (*Outbox).removalAsked},    // 21, acted (decision 25)
		relationship.RemovalRemindedEvent{}.Type():      {mails: (*Outbox).removalAsked},    // 21
		relationship.RemovalWithdrawnEvent{}.Type():     {mails: (*Outbox).removalAnswered}, // 26
		relationship.RemovalDeclinedEvent{}.Type():      {mails: (*Outbox).removalAnswered}, // 26
		relationship.RemovalDecidedEvent{}.Type():       {mails: (*Outbox).removalAnswered}, // 26
		relationship.ResellerEndedEvent{}.Type():        {mails: (*Outbox).removalAnswered}, // 26

		consent.DisputedEvent{}.Type():       {mails: (*Outbox).disputed},       // disputed (decision 12), acted (decision 25)
		consent.DisputeDecidedEvent{}.Type(): {mails: (*Outbox).disputeDecided}, // dispute_decided (decision 12)
	}
}

// counted returns what an event adds to offers' funnels. A trial that became paid counts for the offer that it came from, and for the purchase
// offer, if any, that was accepted. Delegated administration counts as agreed to where the event grants it.
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
		what, step := known.Read(c), asks[c.Type].count
		of := event.Value[offer.ID](what)
		switch is := what.(type) {
		case invitation.CreatedEvent:
			if g := is.Generation; g != nil && *g != 1 {
				continue // the same recipient once more
			}
			if is.Origin == invitation.FromVisitor {
				step = "requested"
			}
		case consent.AcceptedEvent:
			accepted = of
		case relationship.AdministrationGrantedEvent, relationship.AdministrationExtendedEvent:
			of, step = accepted, "delegated"
		case subscription.ConvertedEvent:
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
