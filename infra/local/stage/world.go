package stage

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
)

// World is a small program: a vendor, one plan to try, terms in both languages and one partner that may offer the plan in Poland.
type World struct {
	*Fixture
	Partner partner.ID
	Plan    catalog.PlanID
	Mail    string // the partner's own address
}

// Populate fills a fresh table with a small program.
func (f *Fixture) Populate(t testing.TB) World {
	t.Helper()
	w := World{Fixture: f, Partner: partner.NewID(id.From(rand.Reader).Digits(7)), Plan: "plan_suite_trial"}
	w.Mail = "partner" + strings.ToLower(rand.Text()[:8]) + "@example.com"
	o := f.Op("operator")
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	happened := func(subject string, what event.Typed) event.Event {
		return event.New(o, event.Vendor(), event.Of(subject, what))
	}
	must(f.Table.SaveVendor(ctx, catalog.Vendor{
		Name: "Northwind", LegalName: "Northwind Sp. z o.o.", Address: "ul. Prosta 1, 00-001 Warszawa", Website: "https://northwind.example",
		HelpMail: "help@northwind.example", DefaultLanguage: "en", Accent: "#005ea5", Sending: true,
	}, o))
	must(f.Table.SavePlan(ctx, catalog.Plan{
		ID: w.Plan, Status: catalog.PlanActive, Name: catalog.Text{"en": "Suite", "pl": "Pakiet"},
		Description: catalog.Text{"en": "Mail and files.", "pl": "Poczta i pliki."},
		Services:    []catalog.Service{{ID: "mail", Name: catalog.Text{"en": "Mail", "pl": "Poczta"}, Description: catalog.Text{"en": "Mail", "pl": "Poczta"}}},
		Trial:       &catalog.Trial{Licenses: 25, Days: 30}, Licenses: catalog.Bounds{Min: 1, Max: 300, Default: 25}, Countries: []string{"PL"}, CreatedAt: o.At,
	}, happened(string(w.Plan), catalog.PlanChangedEvent{}), o))
	must(f.Table.SavePrograms(ctx, catalog.Programs{ByName: map[string]catalog.Program{
		"essentials": {Name: "essentials", Title: catalog.Text{"en": "Essentials", "pl": "Podstawy"}, Rights: []catalog.Right{catalog.DelegatedAdministration}, Version: 1, CreatedAt: o.At},
	}}, happened("essentials", catalog.ProgramChangedEvent{}), o))
	var texts []catalog.TermsText
	for _, language := range catalog.Languages {
		texts = append(texts, catalog.TermsText{
			Document: catalog.CustomerTerms, Version: "1", Language: language, Title: "Terms of " + language, Markdown: "Terms", HTML: "<p>Terms", SHA256: strings.Repeat("ab", 32), PublishedAt: o.At,
		})
	}
	must(f.Table.SaveTerms(ctx, catalog.TermsHead{
		Document: catalog.CustomerTerms, Version: "1", SHA256: map[string]string{"en": strings.Repeat("ab", 32), "pl": strings.Repeat("ab", 32)}, PublishedAt: o.At,
	}, texts, happened("customer", catalog.TermsPublishedEvent{}), o))
	w.enter(t, o)
	return w
}

// Company returns the world as another partner of the same program sees it.
func (w World) Company(t testing.TB) World {
	t.Helper()
	w.Partner = partner.NewID(id.From(rand.Reader).Digits(7))
	w.Mail = "partner" + strings.ToLower(rand.Text()[:8]) + "@example.com"
	w.enter(t, w.Op("operator"))
	return w
}

// enter makes the world's partner: verified, enrolled, and authorised for the plan.
func (w World) enter(t testing.TB, o op.Op) {
	t.Helper()
	f, ctx := w.Fixture, t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first := partner.User{
		ID: partner.UserID("usr_" + string(w.Partner) + "_" + o.NewID()), Partner: w.Partner, Name: "Ewa", Mail: w.Mail, Language: "en",
		CompanyRole: partner.GlobalAdmin, CustomerAccess: partner.Full, CreatedAt: o.At, Version: 1,
	}
	must(f.Table.CreatePartner(ctx, partner.Partner{
		ID: w.Partner, Status: partner.Active, LegalName: "Fabrikam " + string(w.Partner), Country: "PL", City: "Kraków", Website: "https://fabrikam.example",
		Phone: "+48 12 345 67 89", Mail: w.Mail, SupportHours: "9-17", Language: "en",
		Verification: partner.Verification{MailAt: o.At, PhoneAt: o.At, ConfirmedAt: o.At, By: "test"},
		Enrolments:   []partner.Enrolment{{Program: "essentials", From: o.At.Add(-time.Hour)}}, GlobalAdmins: 1, CreatedAt: o.At, Version: 1,
	}, nil, first, event.New(o, event.Partner(string(w.Partner)), event.Of(w.Partner, partner.ActivatedEvent{})), o))
	must(f.Table.SaveAuthorisation(ctx, partner.Authorisation{
		Partner: w.Partner, Plan: w.Plan, Countries: []string{"PL"}, From: o.At.Add(-time.Hour), CreatedAt: o.At,
	}, event.New(o, event.Partner(string(w.Partner)), event.Of(w.Partner, partner.AuthorisedEvent{})), o))
}

// Op returns a fresh operation at the fixture's time, of an actor whose rights nobody asks for.
func (f *Fixture) Op(actor string) op.Op {
	o := op.Op{Actor: op.Actor{Kind: op.Job, ID: actor}, At: f.Env.Now(), IDs: f.Env.IDs()}
	o.ID, o.RequestID = o.NewID(), "req_"+o.NewID()
	return o
}

// Offer makes a trial offer of the world's partner; change may alter the draft.
func (w World) Offer(t testing.TB, change func(*offer.Draft)) offer.Offer {
	t.Helper()
	draft := offer.Draft{
		Kind: offer.Trial, Partner: w.Partner, Access: partner.Full, Country: "PL", Items: []offer.Item{{Plan: w.Plan}}, Language: "en", Message: "Hello",
	}
	if change != nil {
		change(&draft)
	}
	made, err := offer.Make(t.Context(), w.Table, draft, w.Op("partner"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Invite invites addresses to an offer.
func (w World) Invite(t testing.TB, of offer.ID, addresses ...string) []invitation.Invitation {
	t.Helper()
	var to []invitation.Recipient
	for _, address := range addresses {
		to = append(to, invitation.Recipient{Mail: address, Language: "pl"})
	}
	made, err := invitation.Send(t.Context(), w.Table, of, to, 30, w.Env.InvitationsPerDay, w.Op("partner"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Link makes a secret of an invitation's link, as a mail would hold it.
func (w World) Link(t testing.TB, of invitation.ID) string {
	t.Helper()
	inv, err := w.Table.Invitation(t.Context(), of, true)
	if err != nil {
		t.Fatal(err)
	}
	o := w.Op("test")
	secret := o.IDs.Secret()
	if kept, err := w.Table.AddLink(t.Context(), inv, secret, o); err != nil || !kept {
		t.Fatal(kept, err)
	}
	return secret
}

// Accept says yes to an invitation, with the answer to the question of delegated administration, "yes", "no" or empty.
func (w World) Accept(t testing.TB, of invitation.ID, secret, delegation string) consent.Consent {
	t.Helper()
	inv, err := w.Table.Invitation(t.Context(), of, true)
	if err != nil {
		t.Fatal(err)
	}
	draft := inv.Draft
	draft.Company, draft.Name, draft.Language, draft.Terms, draft.Delegation = "Contoso "+rand.Text()[:6], "Anna", "pl", "1", delegation
	if draft, err = w.Table.SaveDraft(t.Context(), of, draft, w.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	record, err := redemption.Accept(t.Context(), w.Table, of, consent.Visitor{Secret: secret, Address: "192.0.2.1", Browser: "test"}, draft.Rev, "1", w.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// Trial returns the record of a running trial of the world's plan, with the partner of record, and a delegated administration for delegation "yes".
func (w World) Trial(t testing.TB, address, delegation string) consent.Consent {
	t.Helper()
	made := w.Offer(t, func(d *offer.Draft) {
		if delegation != "" {
			d.Delegation = &offer.Delegation{Role: offer.RoleLimited, Days: 365}
		}
	})
	inv := w.Invite(t, made.ID, address)[0]
	return w.Accept(t, inv.ID, w.Link(t, inv.ID), delegation)
}

// Administrator adds one more global administrator to a customer, behind the product's back.
func (w World) Administrator(t testing.TB, c customer.ID, address string) {
	t.Helper()
	w.Member(t, c, address, customer.GlobalAdmin)
}

// Member adds one more user with some roles to a customer, behind the product's back.
func (w World) Member(t testing.TB, c customer.ID, address string, roles ...customer.Role) customer.UserID {
	t.Helper()
	o := w.Op("test")
	ulid := o.NewID()
	if _, err := w.DB.PutItem(t.Context(), putUser(w.Env.Table, c, ulid, address, o.At, roles)); err != nil {
		t.Fatal(err)
	}
	return customer.UserID("usr_" + c.Bare() + "_" + ulid)
}

func putUser(table string, c customer.ID, ulid, address string, at time.Time, roles []customer.Role) *dynamodb.PutItemInput {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	held := make([]types.AttributeValue, len(roles))
	for i, role := range roles {
		held[i] = text(string(role))
	}
	return &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + c.Bare()), "SK": text("USER#" + ulid), "class": text("customer_user"), "version": &types.AttributeValueMemberN{Value: "1"},
		"created_at": text(at.Format("2006-01-02T15:04:05.000Z")), "id": text("usr_" + c.Bare() + "_" + ulid), "customer": text(string(c)),
		"mail": text(address), "name": text("Jan"), "language": text("en"), "roles": &types.AttributeValueMemberL{Value: held},
	}}
}
