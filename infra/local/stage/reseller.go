package stage

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/shared/subscription"
)

// Resells gives the world's plan a price and its program the right to resell.
func (w World) Resells(t testing.TB) {
	t.Helper()
	o, ctx := w.Op("operator"), t.Context()
	plan, err := w.Table.Plan(ctx, w.Plan)
	if err != nil {
		t.Fatal(err)
	}
	plan.Prices = []catalog.Price{{Term: catalog.Month, Price: catalog.Money{AmountMinor: 2490, Currency: "PLN"}}}
	if err := w.Table.SavePlan(ctx, plan, event.New(o, event.Vendor(), event.Of(plan.ID, catalog.PlanChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	programs, err := w.Table.Programs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	resells := programs.ByName["essentials"]
	resells.Rights = []catalog.Right{catalog.DelegatedAdministration, catalog.Reselling}
	programs.ByName["essentials"] = resells
	if err := w.Table.SavePrograms(ctx, programs, event.New(o, event.Vendor(), event.Of("essentials", catalog.ProgramChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
}

// Asked invites the owner that a yes made to an offer, fills in its answer, and returns what the last button needs.
func (w World) Asked(t testing.TB, of offer.ID, who consent.Consent, draft invitation.Draft) (invitation.ID, consent.Visitor, int) {
	t.Helper()
	inv := w.Invite(t, of, who.User.Mail)[0]
	by := consent.Visitor{Secret: w.Link(t, inv.ID), User: who.User.ID, Address: "192.0.2.1", Browser: "test"}
	draft.Terms = "1"
	kept, err := w.Table.SaveDraft(t.Context(), inv.ID, draft, w.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	return inv.ID, by, kept.Rev
}

// Answered lets the owner that a yes made say yes to an offer.
func (w World) Answered(t testing.TB, of offer.ID, who consent.Consent, draft invitation.Draft) consent.Consent {
	t.Helper()
	inv, by, rev := w.Asked(t, of, who, draft)
	record, err := redemption.Accept(t.Context(), w.Table, inv, by, rev, "1", w.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// Resold makes the world's partner the reseller of the customer that a yes made.
func (w World) Resold(t testing.TB, who consent.Consent) consent.Consent {
	t.Helper()
	return w.Answered(t, w.Offer(t, func(d *offer.Draft) { d.Kind, d.Items = offer.Reseller, nil }).ID, who, invitation.Draft{})
}

// Sale makes a purchase offer that the world's partner bills itself.
func (w World) Sale(t testing.TB) offer.Offer {
	t.Helper()
	return w.Offer(t, func(d *offer.Draft) {
		d.Kind, d.BilledBy, d.Items = offer.Purchase, offer.ByPartner, []offer.Item{{Plan: w.Plan, Licenses: 5, Term: catalog.Month}}
	})
}

// Separate is the answer to a sale of a plan that is owned already: a subscription of its own, and nobody as partner of record.
var Separate = invitation.Draft{Advisor: redemption.None, Items: []invitation.Choice{{Into: subscription.Separate}}}

// Login lets a member sign in by its address, behind the product's back.
func (w World) Login(t testing.TB, user customer.UserID, mail string) {
	t.Helper()
	owner, _, _ := customer.Under("usr", string(user))
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	if _, err := w.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.Env.Table, Item: map[string]types.AttributeValue{
		"PK": text("LOGIN#" + dynamo.AddressHash(mail)), "SK": text("LOGIN"), "class": text("login"), "version": &types.AttributeValueMemberN{Value: "1"},
		"created_at": text(w.Env.Now().Format("2006-01-02T15:04:05.000Z")), "tenant": text(string(owner)), "user": text(string(user)),
	}}); err != nil {
		t.Fatal(err)
	}
}
