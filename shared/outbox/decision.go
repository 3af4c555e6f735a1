package outbox

import (
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// decision is a consent that accepts, with everything that its mails mention.
type decision struct {
	mailing.Mentioned
	event   event.Event
	receipt consent.Receipt
	answer  mail.Administration
	readers []reader
}

// reader is one person of the customer who gets a mail about the decision.
type reader struct {
	mail.Recipient
	owns bool // gets it as the billing owner, having decided nothing
}

// accepted asks for the mails about a decision, at most one a person: 6, 12 or 13 to the customer, with the receipt's link, and 7 or 13 to the
// partner that shares its event.
func (d *Outbox) accepted(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[consent.AcceptedEvent](c)
	a, err := d.decision(ctx, e, consent.ID(c.Subject), said)
	if err != nil {
		return nil, err
	}
	return acceptedMails[a.receipt.Kind()](d, ctx, a)
}

var acceptedMails = map[offer.Kind]func(d *Outbox, ctx context.Context, a decision) ([]letter, error){
	offer.Trial:                   (*Outbox).started,
	offer.Purchase:                (*Outbox).ordered,
	offer.DelegatedAdministration: (*Outbox).grantedAlone,
	offer.PartnerOfRecord:         (*Outbox).partnerOfRecordSet,
	offer.Reseller:                (*Outbox).resold,
}

// decision reads a decision with what its receipt names.
func (d *Outbox) decision(ctx context.Context, e event.Event, id consent.ID, said consent.AcceptedEvent) (decision, error) {
	a := decision{event: e}
	found, err := d.table.Mentioned(ctx, mailing.About{
		Offer: said.OfferID, Partner: partner.ID(e.Partner), Customer: customer.ID("cus_" + e.Tenant.ID),
		Redemption: id, Invitation: said.InvitationID, Grant: true,
	})
	if err != nil {
		return a, err
	}
	receipt := found.Redemption.Receipt
	more := mailing.About{Known: &found, Partners: some(partner.ID(receipt.PartnerOfRecord))}
	for _, s := range receipt.Subscriptions {
		more.Plans = append(more.Plans, catalog.PlanID(s.Plan))
		if s.BilledBy != subscription.Vendor {
			more.Partners = append(more.Partners, partner.ID(s.BilledBy))
		}
	}
	for _, s := range receipt.PartnerOfRecordChanges {
		more.Plans = append(more.Plans, catalog.PlanID(s.Plan))
		more.Subscriptions = append(more.Subscriptions, subscription.ID(s.ID))
		more.Partners = append(more.Partners, some(partner.ID(s.From), partner.ID(s.To))...)
	}
	if asked := receipt.DelegatedAdministration; asked != nil {
		more.Partners = append(more.Partners, some(partner.ID(asked.Replaced))...)
	}
	if len(receipt.Terms) > 0 {
		terms := receipt.Terms[0]
		more.Terms = catalog.TermsText{Document: catalog.Document(terms.Document), Version: terms.Version, Language: terms.Language}
	}
	named, err := d.table.Mentioned(ctx, more)
	if err != nil {
		return a, err
	}
	found.Plans, found.Partners, found.Subscriptions, found.Terms = named.Plans, named.Partners, named.Subscriptions, named.Terms
	a.Mentioned, a.receipt = found, receipt
	if asked := receipt.DelegatedAdministration; asked != nil {
		a.answer = mail.Administration{Asked: true, Yes: asked.Answer == redemption.Yes, Role: asked.Role, Replaced: found.Partners[partner.ID(asked.Replaced)].LegalName}
		a.answer.Until, _ = time.Parse(time.RFC3339, asked.EndsAt)
		if g := found.Grant; !a.answer.Yes && g.Partner == found.Partner.ID && g.StatusAt(d.env.Now()) == relationship.Active {
			a.answer.Kept = g.EndsAt
		}
	}
	a.readers, err = d.readersOf(ctx, a)
	return a, err
}

// some leaves out what is empty.
func some[T comparable](values ...T) []T {
	var zero T
	return slices.DeleteFunc(values, func(v T) bool { return v == zero })
}

// readersOf returns who decided and, where that is somebody else, the billing owner.
func (d *Outbox) readersOf(ctx context.Context, a decision) ([]reader, error) {
	var readers []reader
	by := customer.UserID(a.receipt.DecidedBy.UserID)
	if to := a.Redemption.Person.Mail; to != "" { // else the person was erased meanwhile
		u, err := d.user(ctx, by)
		if err != nil {
			return nil, err
		}
		readers = append(readers, reader{Recipient: mail.Recipient{
			Address: to, Language: filled.Language(a.Vendor, u.Language, a.Customer.Language, a.Offer.Language), Country: a.Customer.Country,
		}})
	}
	if a.Customer.BillingOwner == "" || a.Customer.BillingOwner == by {
		return readers, nil
	}
	owner, err := d.user(ctx, a.Customer.BillingOwner)
	if err == nil && !owner.Disabled && person.FoldLogin(owner.Mail) != person.FoldLogin(a.Redemption.Person.Mail) {
		readers = append(readers, reader{Recipient: toUser(owner, a.Customer, a.Vendor), owns: true})
	}
	return readers, err
}

// user reads a customer's user; one that is not there counts as disabled.
func (d *Outbox) user(ctx context.Context, id customer.UserID) (customer.User, error) {
	u, err := d.table.CustomerUser(ctx, id)
	if fault.Is(err, fault.Absent) {
		return customer.User{Disabled: true}, nil
	}
	return u, err
}

// letters writes one letter to each reader, which make fills with the link to the receipt.
func (d *Outbox) letters(template string, a decision, make func(r reader, receipt string) mail.Mail) []letter {
	letters := []letter{}
	for _, r := range a.readers {
		letters = append(letters, letter{template: template, to: r.Address, about: a.Mentioned, compose: func(ctx context.Context, row *mailing.Mail) (mail.Mail, error) {
			link, err := d.receipt(ctx, a.Redemption, row)
			return make(r, link), err
		}})
	}
	return letters
}

// subscriptionsPage is where a customer sees its subscriptions and cancels them; below it each has a page of its own.
const subscriptionsPage = "/account/subscriptions"

// ordersPage is where the subscriptions of a decision are cancelled: its own page where there is just one.
func (a decision) ordersPage() string {
	if of := a.receipt.Subscriptions; len(of) == 1 {
		return subscriptionsPage + "/" + of[0].ID
	}
	return subscriptionsPage
}

// terms names what was agreed to.
func (a decision) terms() []mail.AgreedTerms {
	var agreed []mail.AgreedTerms
	for _, terms := range a.receipt.Terms {
		agreed = append(agreed, mail.AgreedTerms{Title: a.Terms.Title, Version: terms.Version})
	}
	if p := a.Offer.PartnerTerms; p != nil && a.receipt.PartnerTerms == p.SHA256 {
		agreed = append(agreed, mail.AgreedTerms{Title: p.Title, Version: p.SHA256[:8]})
	}
	return agreed
}

// decided fills what the mails to a reader have in common.
func (d *Outbox) decided(a decision, r reader, receipt string) mail.Decided {
	return mail.Decided{
		To: r.Recipient, Vendor: d.vendor(a.Vendor), Partner: shown(a.Partner), Customer: a.Customer.Name, Reference: a.Redemption.ID.Reference(),
		At: a.Redemption.CreatedAt, Terms: a.terms(), Receipt: receipt, BillingOwner: r.owns,
	}
}

// shown is the card of a partner, or nothing where there is none.
func shown(p partner.Partner) mail.Partner {
	if p.ID == "" {
		return mail.Partner{}
	}
	return filled.Card(p)
}

// owned returns the link by which a new owner sets the password, and until when it counts; empty for everybody else. It is made with the mail.
func (d *Outbox) owned(ctx context.Context, a decision, r reader) (link string, until time.Time, err error) {
	if !a.newOwner() || r.owns {
		return "", until, nil
	}
	until = d.env.Now().AddDate(0, 0, person.NewPasswordDays)
	link, err = d.password(ctx, person.ID(a.receipt.DecidedBy.UserID), until)
	return link, until, err
}

func (a decision) newOwner() bool { return a.receipt.DecidedBy.Role == "owner" }

// admit makes the account of a new owner, which the mail's link to set a password rests on.
func (d *Outbox) admit(ctx context.Context, a decision) error {
	person := a.Redemption.Person
	if !a.newOwner() || person.Mail == "" {
		return nil
	}
	return d.accounts.CreatePerson(ctx, person.Mail, person.Name)
}

// started asks for mails 6 and 7 of a trial.
func (d *Outbox) started(ctx context.Context, a decision) ([]letter, error) {
	if err := d.admit(ctx, a); err != nil {
		return nil, err
	}
	sold := a.receipt.Subscriptions[0]
	ends, err := time.Parse(time.RFC3339, sold.TrialEndsAt)
	if err != nil {
		return nil, err
	}
	plan, partnerOfRecord := a.Plans[catalog.PlanID(sold.Plan)], a.Partners[partner.ID(a.receipt.PartnerOfRecord)]
	reference := a.Redemption.ID.Reference()
	letters := []letter{}
	for _, r := range a.readers {
		if r.owns { // a trial costs nothing
			continue
		}
		thanks := mail.Accepted{
			To: r.Recipient, Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name,
			Reference: reference, Plan: plan.Name.In(string(r.Language)), Services: filled.Services(plan, r.Language), Licenses: sold.Licenses,
			At: a.Redemption.CreatedAt, TrialEnds: ends, PartnerOfRecord: partnerOfRecord.LegalName, PartnerOfRecordID: string(partnerOfRecord.ID),
			Administration: a.answer, Terms: a.terms(), Owner: a.newOwner(),
		}
		letters = append(letters, letter{template: "accepted", to: r.Address, about: a.Mentioned, compose: func(ctx context.Context, row *mailing.Mail) (mail.Mail, error) {
			var err error
			if thanks.Receipt, err = d.receipt(ctx, a.Redemption, row); err == nil {
				thanks.Password, thanks.PasswordUntil, err = d.owned(ctx, a, r)
			}
			return thanks, err
		}})
	}
	their := toPartner(a.Partner, a.Vendor)
	letters = append(letters, d.notifyPartner("accepted_partner", a.Mentioned, mail.AcceptedPartner{
		To: their, Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name, CustomerCountry: a.Customer.Country,
		Reference: reference, Plan: plan.Name.In(string(their.Language)), Licenses: sold.Licenses, At: a.Redemption.CreatedAt, TrialEnds: ends,
		PartnerOfRecord: partnerOfRecord.ID == a.Partner.ID, Administration: a.answer,
	})...)
	others, err := d.others(ctx, a)
	return append(letters, others...), err
}

// others asks for mail 6 about the delegated administration to every administrator of the customer who gets no other mail about the decision.
func (d *Outbox) others(ctx context.Context, a decision) ([]letter, error) {
	if !a.answer.Yes || a.newOwner() { // a new customer has no other
		return nil, nil
	}
	others, err := d.table.AdministratorsOf(ctx, a.Customer.ID)
	others = slices.DeleteFunc(others, func(u customer.User) bool {
		return slices.ContainsFunc(a.readers, func(r reader) bool {
			return person.FoldLogin(r.Address) == person.FoldLogin(u.Mail) && (!r.owns || !a.Offer.Kind.Tries())
		})
	})
	return d.granted(a, others, 0), err
}

// mostReceipts is how many mails of one decision hold a link to its receipt: a consent keeps the hashes of so many, and one of the page's own.
const mostReceipts = 4

// grant is what the mails about the delegated administration of a decision have in common.
func (d *Outbox) grant(a decision) mail.AdministrationGranted {
	return mail.AdministrationGranted{
		Grant:     mail.Grant{Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name, Role: a.answer.Role, Ends: a.answer.Until},
		Reference: a.Redemption.ID.Reference(), At: a.Redemption.CreatedAt,
	}
}

// grantedAlone asks for mails 6 and 7 about delegated administration alone.
func (d *Outbox) grantedAlone(ctx context.Context, a decision) ([]letter, error) {
	administrators, err := d.table.AdministratorsOf(ctx, a.Customer.ID)
	by := customer.UserID(a.receipt.DecidedBy.UserID)
	slices.SortStableFunc(administrators, func(one, other customer.User) int { // the receipt's page says that it was sent to who decided
		switch by {
		case one.ID:
			return -1
		case other.ID:
			return 1
		}
		return 0
	})
	return append(d.granted(a, administrators, mostReceipts), d.grantedPartner(a)...), err
}

// granted asks for mail 6 about delegated administration alone. The first receipts of them hold a link to the receipt, the others one to where
// the customer ends its relationships.
func (d *Outbox) granted(a decision, to []customer.User, receipts int) []letter {
	letters := []letter{}
	for i, u := range to {
		g := d.grant(a)
		g.To, g.Replaced = toUser(u, a.Customer, a.Vendor), a.answer.Replaced
		letters = append(letters, letter{template: "administration_granted", to: u.Mail, about: a.Mentioned, compose: func(ctx context.Context, row *mailing.Mail) (mail.Mail, error) {
			var err error
			if i < receipts {
				g.Receipt, err = d.receipt(ctx, a.Redemption, row)
			} else {
				g.Link = d.page(tiesPage)
			}
			return g, err
		}})
	}
	return letters
}

// grantedPartner asks for mail 7 about delegated administration alone.
func (d *Outbox) grantedPartner(a decision) []letter {
	g := d.grant(a)
	g.To, g.ToPartner = toPartner(a.Partner, a.Vendor), true
	return d.notifyPartner("administration_granted", a.Mentioned, g)
}

// orders are the subscriptions that a decision created or changed, in a language; without prices for who is not to see them.
func (a decision) orders(l locale.Language, prices bool) []mail.Order {
	orders := make([]mail.Order, len(a.receipt.Subscriptions))
	for i, s := range a.receipt.Subscriptions {
		plan := a.Plans[catalog.PlanID(s.Plan)]
		orders[i] = mail.Order{
			Plan: plan.Name.In(string(l)), Services: filled.Services(plan, l), Change: s.Change, Licenses: s.Licenses, Term: s.Term,
		}
		orders[i].TermEnds, _ = time.Parse(time.RFC3339, s.TermEndsAt)
		if s.Price != nil && prices {
			orders[i].Price = locale.Money{AmountMinor: s.Price.AmountMinor, Currency: s.Price.Currency}
		}
		for _, c := range a.event.Changes {
			if is, ok := event.As[subscription.LicensesChangedEvent](c); ok && c.Subject == s.ID {
				orders[i].Before = is.From
			}
		}
	}
	return orders
}

// ordered asks for mail 12 to the customer, and for mail 7 to the partner that offered or is partner of record.
func (d *Outbox) ordered(ctx context.Context, a decision) ([]letter, error) {
	if err := d.admit(ctx, a); err != nil {
		return nil, err
	}
	partnerOfRecord := a.Partners[partner.ID(a.receipt.PartnerOfRecord)]
	offered, who := a.receipt.AnswersOffer(), biller(a.receipt.Subscriptions[0].BilledBy, a.Mentioned)
	letters := []letter{}
	for _, r := range a.readers {
		m := mail.Ordered{
			Decided: d.decided(a, r, ""), Offered: offered, Orders: a.orders(r.Language, true), Biller: who,
			PartnerOfRecord: partnerOfRecord.LegalName, PartnerOfRecordID: string(partnerOfRecord.ID), Administration: a.answer, Owner: a.newOwner() && !r.owns,
		}
		m.Link = d.page(a.ordersPage())
		letters = append(letters, letter{template: "ordered", to: r.Address, about: a.Mentioned, compose: func(ctx context.Context, row *mailing.Mail) (mail.Mail, error) {
			var err error
			if m.Receipt, err = d.receipt(ctx, a.Redemption, row); err == nil {
				m.Password, m.PasswordUntil, err = d.owned(ctx, a, r)
			}
			return m, err
		}})
	}
	if a.Partner.ID != "" {
		to := toPartner(a.Partner, a.Vendor)
		letters = append(letters, d.notifyPartner("ordered_partner", a.Mentioned, mail.OrderedPartner{
			To: to, Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name, CustomerCountry: a.Customer.Country,
			Reference: a.Redemption.ID.Reference(), At: a.Redemption.CreatedAt, Offered: offered, Orders: a.orders(to.Language, offered), Biller: who,
			PartnerOfRecord: partnerOfRecord.ID == a.Partner.ID, Administration: a.answer,
		})...)
	}
	others, err := d.others(ctx, a)
	return append(letters, others...), err
}

// billingEnded asks for mail 7 to the reseller that no longer bills a subscription. Where it is partner of record too, the decision's own mail 7
// comes first, of the same event, and there is no second one. The mail shows no reference: that is for the partner of record.
func (d *Outbox) billingEnded(ctx context.Context, e event.Event, c event.Change) ([]letter, error) {
	said, _ := event.As[relationship.ResellerBillingEndedEvent](c)
	a, err := d.decision(ctx, e, consent.ID(said.RedemptionID), consent.AcceptedEvent{})
	if err != nil {
		return nil, err
	}
	to := toPartner(a.Partner, a.Vendor)
	return d.notifyPartner("ordered_partner", a.Mentioned, mail.OrderedPartner{
		To: to, Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name, CustomerCountry: a.Customer.Country,
		At: a.Redemption.CreatedAt, BilledBefore: true, Orders: a.orders(to.Language, false), Biller: a.Vendor.Name,
	}), nil
}

// resold asks for mails 6 and 7 of a reseller.
func (d *Outbox) resold(_ context.Context, a decision) ([]letter, error) {
	letters := d.letters("reseller_added", a, func(r reader, receipt string) mail.Mail {
		m := mail.ResellerAdded{Decided: d.decided(a, r, receipt), NoticeDays: a.receipt.NoticeDays}
		m.Link = d.page(tiesPage)
		return m
	})
	to := reader{Recipient: toPartner(a.Partner, a.Vendor)}
	return append(letters, d.notifyPartner("reseller_added", a.Mentioned, mail.ResellerAdded{
		Decided: d.decided(a, to, ""), ToPartner: true, CustomerCountry: a.Customer.Country,
	})...), nil
}

// partnerOfRecordSet asks for mail 13 about a decision that only set or removed the partner of record: one to each reader with all
// subscriptions, one to the new partner of record. The one before has an event of its own.
func (d *Outbox) partnerOfRecordSet(_ context.Context, a decision) ([]letter, error) {
	named := a.Partners[partner.ID(a.receipt.PartnerOfRecord)]
	removed := named.ID == ""
	if removed {
		named = onlyBefore(a)
	}
	letters := d.letters("record_changed", a, func(r reader, receipt string) mail.Mail {
		m := mail.PartnerOfRecordChanged{Decided: d.decided(a, r, receipt), Cause: "customer", Removed: removed, Changes: a.partnerOfRecordChanges(r.Language)}
		m.Partner, m.Link = shown(named), d.page(subscriptionsPage+"/partner")
		return m
	})
	if removed || a.Partner.ID == "" {
		return letters, nil
	}
	to := toPartner(a.Partner, a.Vendor)
	return append(letters, d.notifyPartner("record_partner", a.Mentioned, mail.PartnerOfRecordNotice{
		To: to, Vendor: d.vendor(a.Vendor), Partner: filled.Card(a.Partner), Customer: a.Customer.Name, CustomerCountry: a.Customer.Country,
		Reference: a.Redemption.ID.Reference(), At: a.Redemption.CreatedAt, Changes: a.partnerOfRecordChanges(to.Language),
	})...), nil
}

// onlyBefore is the one partner of record that there was; nothing where there were several.
func onlyBefore(a decision) partner.Partner {
	before := a.receipt.PartnerOfRecordChanges[0].From
	for _, s := range a.receipt.PartnerOfRecordChanges {
		if s.From != before {
			return partner.Partner{}
		}
	}
	return a.Partners[partner.ID(before)]
}

// partnerOfRecordChanges are the subscriptions whose partner of record changed, in a language.
func (a decision) partnerOfRecordChanges(l locale.Language) []mail.Changes {
	changes := make([]mail.Changes, len(a.receipt.PartnerOfRecordChanges))
	for i, s := range a.receipt.PartnerOfRecordChanges {
		now, before := a.Partners[partner.ID(s.To)], a.Partners[partner.ID(s.From)]
		changes[i] = mail.Changes{
			Plan: a.Plans[catalog.PlanID(s.Plan)].Name.In(string(l)), Licenses: a.Subscriptions[subscription.ID(s.ID)].Licenses.Bought,
			Now: now.LegalName, NowID: string(now.ID), Before: before.LegalName, BeforeID: string(before.ID),
		}
	}
	return changes
}
