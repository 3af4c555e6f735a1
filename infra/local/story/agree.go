package story

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/system"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/op"
	"liaison/shared/redemption"
	"liaison/shared/subscription"
	"liaison/shared/token"
)

// Agree lets the user of an address say yes to what a personal link offers, past the pages: the answer is the draft's.
func Agree(ctx context.Context, s *system.System, link, address string, draft invitation.Draft) (consent.Consent, error) {
	ident, secret, ok := token.Split(strings.TrimPrefix(link, s.Endpoints.Pages+"/i/"))
	if !ok {
		return consent.Consent{}, fmt.Errorf("no personal link: %s", link)
	}
	by, err := UserOf(ctx, s, address)
	if err != nil {
		return consent.Consent{}, err
	}
	table, inv := dynamo.Over(s.Table(), s.Endpoints.Table), invitation.ID(ident)
	read, err := redemption.Read(ctx, table, inv, by)
	if err != nil {
		return consent.Consent{}, err
	}
	draft.Terms = read.Terms.Version
	kept, err := table.SaveDraft(ctx, inv, draft, By(s, by))
	if err != nil {
		return consent.Consent{}, err
	}
	return redemption.Accept(ctx, table, inv, consent.Visitor{Secret: secret, User: by, Language: "en"}, kept.Rev, draft.Terms, By(s, by))
}

// HoldDeletion brings a trial to where its grace is over and nobody could be told that its data goes, past the clock and the mails.
func HoldDeletion(ctx context.Context, s *system.System, of subscription.ID) error {
	table := dynamo.Over(s.Table(), s.Endpoints.Table)
	for _, step := range []func(subscription.Subscription, op.Op) (subscription.Subscription, []event.Event){
		func(sub subscription.Subscription, o op.Op) (subscription.Subscription, []event.Event) {
			next, changes := sub.Advance(sub.TrialEndsAt.AddDate(0, 0, subscription.GraceDays))
			return next, next.Tell(o, next.PartnerOfRecordID(), changes...)
		},
		func(sub subscription.Subscription, o op.Op) (subscription.Subscription, []event.Event) {
			return sub.Unannounced(o.At, o)
		},
	} {
		o := By(s, "")
		o.Actor = op.Actor{Kind: op.Job, ID: "trials"}
		if err := subscription.Update(ctx, table, of, o, func(sub subscription.Subscription) (subscription.Subscription, []event.Event) { return step(sub, o) }); err != nil {
			return err
		}
	}
	return nil
}

// By returns a fresh operation of a customer's user at the system's time.
func By(s *system.System, by customer.UserID) op.Op {
	ids, at := id.From(rand.Reader), s.Now()
	return op.Op{ID: ids.ULID(at), RequestID: "req_" + ids.ULID(at), Actor: op.Actor{Kind: op.CustomerUser, ID: string(by)}, At: at, IDs: ids}
}

// UserOf returns the customer's user who signs in with an address. It fails where nobody does.
func UserOf(ctx context.Context, s *system.System, address string) (customer.UserID, error) {
	found, err := s.Table().GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.Endpoints.Table, ConsistentRead: aws.Bool(true), Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "LOGIN#" + dynamo.AddressHash(address)}, "SK": &types.AttributeValueMemberS{Value: "LOGIN"},
		},
	})
	if err != nil {
		return "", err
	}
	user, ok := found.Item["user"].(*types.AttributeValueMemberS)
	if !ok {
		return "", fmt.Errorf("no user has the address %s", address)
	}
	return customer.UserID(user.Value), nil
}
