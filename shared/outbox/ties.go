package outbox

import (
	"context"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// partnerOfRecordChanged asks for mail 13 about the event of one partner: to that partner, with its own subscriptions, and to the customer's
// administrators, unless it is part of a decision, which has mails of its own. All changes of one event stand in one mail.
func (d *Outbox) partnerOfRecordChanged(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	var changes []event.Change
	for _, one := range e.Changes {
		if one.Type.Noun() == c.Type.Noun() {
			changes = append(changes, one)
		}
	}
	if holds[consent.AcceptedEvent](e) || changes[0].Subject != c.Subject || changes[0].Type != c.Type {
		return nil, nil
	}
	about := mailing.About{Customer: customer.ID("cus_" + e.Tenant.ID), Partner: partner.ID(e.Partner)}
	for _, one := range changes {
		about.Subscriptions = append(about.Subscriptions, subscription.ID(one.Subject))
	}
	found, err := d.table.Mentioned(ctx, about)
	if err != nil {
		return nil, err
	}
	var plans []catalog.PlanID
	for _, s := range found.Subscriptions {
		plans = append(plans, s.Plan)
	}
	more, err := d.table.Mentioned(ctx, mailing.About{Plans: plans})
	if err != nil {
		return nil, err
	}
	is, removed := event.As[relationship.PartnerOfRecordRemovedEvent](c)
	cause := string(is.Cause)
	listed := func(l locale.Language) []mail.Changes {
		rows := make([]mail.Changes, len(changes))
		for i, one := range changes {
			s := found.Subscriptions[subscription.ID(one.Subject)]
			rows[i] = mail.Changes{Plan: more.Plans[s.Plan].Name.In(string(l)), Licenses: s.Licenses.Bought}
		}
		return rows
	}
	to := toPartner(found.Partner, found.Vendor)
	letters := d.notifyPartner("record_partner", found, mail.PartnerOfRecordNotice{
		To: to, Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Customer: found.Customer.Name, CustomerCountry: found.Customer.Country,
		At: e.At, Removed: removed, Cause: cause, Changes: listed(to.Language), Administration: holds[relationship.AdministrationReplacedEvent](e),
	})
	if !removed || is.RedemptionID != "" {
		return letters, nil
	}
	administrators, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	for _, u := range administrators {
		m := mail.PartnerOfRecordChanged{
			Decided: mail.Decided{
				To: toUser(u, found.Customer, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner),
				Customer: found.Customer.Name, At: e.At, Administrator: true,
			},
			Cause: cause, Removed: true, Reason: is.Reason,
		}
		m.Changes = listed(m.To.Language)
		for i := range m.Changes {
			m.Changes[i].Before, m.Changes[i].BeforeID = found.Partner.LegalName, string(found.Partner.ID)
		}
		letters = append(letters, letter{template: "record_changed", to: u.Mail, about: found, compose: said(m)})
	}
	return letters, err
}

// tieOf reads what a mail about a relationship mentions: both sides of it, and the relationship as it stands.
func (d *Outbox) tieOf(ctx context.Context, c event.Change) (mailing.Mentioned, relationship.Relationship, error) {
	owner, p, err := relationship.Parse(c.Subject)
	if err != nil {
		return mailing.Mentioned{}, relationship.Relationship{}, err
	}
	found, err := d.table.Mentioned(ctx, mailing.About{Customer: owner, Partner: p})
	if err != nil {
		return found, relationship.Relationship{}, err
	}
	tie, _, err := d.table.Relationship(ctx, owner, p)
	return found, tie, err
}

// tiesPage is where a customer sees and ends its relationships.
const tiesPage = "/account/partners"

// partnerCustomersPage is, with a customer's bare id, where a partner sees what it may do for that customer.
const partnerCustomersPage = "/partner/customers/"

// removalAsked asks for mail 21, to the reseller, and says to the customer that it was asked. Either is overtaken where the request is open no
// more.
func (d *Outbox) removalAsked(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, tie, err := d.tieOf(ctx, c)
	if err != nil || tie.Removal == nil || tie.Removal.Status != relationship.Open {
		return nil, err
	}
	asked, reminder := tie.Removal.AskedAt, event.Is[relationship.RemovalRemindedEvent](c)
	letters := d.notifyPartner("removal_asked", found, mail.RemovalAsked{
		To: toPartner(found.Partner, found.Vendor), Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Customer: found.Customer.Name,
		Asked: asked, Days: int(d.env.Now().Sub(asked) / (24 * time.Hour)), Decides: tie.Removal.Decidable(), Reason: tie.Removal.Reason,
		Reminder: reminder, Ends: tie.Removal.EndsAt, ToVendor: tie.Removal.Handover == relationship.ToVendor,
		Link: d.page(partnerCustomersPage + tie.Customer.Bare()),
	})
	if reminder {
		return letters, nil
	}
	from := tie.Removal.Decidable()
	if ends := tie.Removal.EndsAt; !ends.IsZero() {
		from = ends
	}
	toCustomer, err := d.acted(ctx, found, mail.Acted{
		What: mail.RemovalRequested, Reference: c.Subject, At: e.At, From: from, Ends: !tie.Removal.EndsAt.IsZero(), Partner: filled.Card(found.Partner),
		Reason: tie.Removal.Reason, Link: d.page(tiesPage),
	})
	return append(letters, toCustomer...), err
}

// resellerLeft says to a customer that its reseller left the program, and that the vendor decides what becomes of the relationship.
func (d *Outbox) resellerLeft(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	found, tie, err := d.tieOf(ctx, c)
	if err != nil || !tie.Reseller {
		return nil, err
	}
	return d.acted(ctx, found, mail.Acted{What: mail.ResellerLeft, Reference: c.Subject, At: e.At, From: e.At, Partner: filled.Card(found.Partner), Link: d.page(tiesPage)})
}

// removalAnswered asks for mail 26: to the customer's administrators, and to the reseller where it did not answer itself. What the vendor
// decided is one mail, also where the relationship ends with it.
func (d *Outbox) removalAnswered(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	var outcome relationship.RemovalStatus
	var reason string
	var handover relationship.Handover
	switch is := known.Read(c).(type) {
	case relationship.RemovalWithdrawnEvent:
		outcome = relationship.Withdrawn
	case relationship.RemovalDeclinedEvent:
		outcome, reason = relationship.Declined, is.Reason
	case relationship.RemovalDecidedEvent:
		outcome, reason = is.Decision, is.Reason
	case relationship.ResellerEndedEvent:
		if holds[relationship.RemovalDecidedEvent](e) {
			return nil, nil
		}
		outcome, reason, handover = relationship.Done, is.Reason, is.Handover
	}
	found, _, err := d.tieOf(ctx, c)
	if err != nil {
		return nil, err
	}
	administrators, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	if err != nil {
		return nil, err
	}
	m := mail.RemovalAnswered{
		Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Customer: found.Customer.Name, Outcome: string(outcome), At: e.At, Reason: reason,
		Handover: string(handover),
	}
	var letters []letter
	for _, u := range administrators {
		m.To, m.Link = toUser(u, found.Customer, found.Vendor), d.page(tiesPage)
		letters = append(letters, letter{template: "removal_answered", to: u.Mail, about: found, compose: said(m)})
	}
	if outcome == relationship.Declined { // the reseller's own answer
		return letters, nil
	}
	m.To, m.Link, m.ToPartner = toPartner(found.Partner, found.Vendor), "", true
	return append(letters, d.notifyPartner("removal_answered", found, m)...), nil
}

// disputeOf reads what the mails about a disputed consent mention.
func (d *Outbox) disputeOf(ctx context.Context, e event.Event, c event.Change, p partner.ID, reason string) (mailing.Mentioned, mail.Dispute, error) {
	found, err := d.table.Mentioned(ctx, mailing.About{
		Customer: customer.ID("cus_" + e.Tenant.ID), Partner: p, Redemption: consent.ID(c.Subject),
	})
	return found, mail.Dispute{
		Vendor: d.vendor(found.Vendor), Partner: filled.Card(found.Partner), Customer: found.Customer.Name, Reference: consent.ID(c.Subject).Reference(),
		At: e.At, Reason: reason,
	}, err
}

// disputed asks for the mails that a customer disputes a consent: to the partner, to the vendor, and to the customer itself.
func (d *Outbox) disputed(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	is, _ := event.As[consent.DisputedEvent](c)
	found, m, err := d.disputeOf(ctx, e, c, is.PartnerID, is.Reason)
	if err != nil {
		return nil, err
	}
	m.To = toPartner(found.Partner, found.Vendor)
	letters := d.notifyPartner("disputed", found, mail.Disputed{Dispute: m})
	m.To = mail.Recipient{Address: d.env.MailReports, Language: filled.Language(found.Vendor), Country: found.Customer.Country}
	if len(letters) == 0 || letters[0].to != m.To.Address {
		letters = append(letters, letter{template: "disputed", to: m.To.Address, about: found, compose: said(mail.Disputed{Dispute: m, Operator: true, Link: d.page("/vendor/inbox/dispute/" + c.Subject)})})
	}
	toCustomer, err := d.acted(ctx, found, mail.Acted{
		What: mail.ConsentDisputed, Reference: m.Reference, At: e.At, From: e.At, Partner: m.Partner, Rests: holds[relationship.AdministrationSuspendedEvent](e),
		Reason: m.Reason, Link: d.page(tiesPage),
	})
	return append(letters, toCustomer...), err
}

// disputeDecided asks for the mails that the vendor decided about a disputed consent: to the customer's administrators and to the partner.
func (d *Outbox) disputeDecided(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	is, _ := event.As[consent.DisputeDecidedEvent](c)
	found, m, err := d.disputeOf(ctx, e, c, is.PartnerID, is.Reason)
	if err != nil {
		return nil, err
	}
	administrators, err := d.table.AdministratorsOf(ctx, found.Customer.ID)
	if err != nil {
		return nil, err
	}
	decided := mail.DisputeDecided{Dispute: m, Upheld: is.Decision == consent.DisputeUpheld, Resumed: holds[relationship.AdministrationResumedEvent](e)}
	var letters []letter
	for _, u := range administrators {
		decided.To, decided.Link = toUser(u, found.Customer, found.Vendor), d.page(tiesPage)
		letters = append(letters, letter{template: "dispute_decided", to: u.Mail, about: found, compose: said(decided)})
	}
	decided.To, decided.Link, decided.ToPartner = toPartner(found.Partner, found.Vendor), "", true
	return append(letters, d.notifyPartner("dispute_decided", found, decided)...), nil
}
