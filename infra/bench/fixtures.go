package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/sample"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/redemption"
)

// ids is where the benchmark's own operations get their ids.
var ids = id.From(rand.Reader)

// operation returns an operation of an actor at a time.
func operation(kind op.Kind, actor string, at time.Time) op.Op {
	at = at.UTC().Truncate(time.Millisecond)
	return op.Op{ID: ids.ULID(at), RequestID: "bench", Actor: op.Actor{Kind: kind, ID: actor}, At: at, IDs: ids}
}

// link is a public link, and one visitor's personal link to it with every answer given: the last button is left.
type link struct {
	secret     string
	terms      string
	rev        int
	offer      item // as stored
	invitation item
	id         invitation.ID
}

// open makes it in a table that holds the sample program, by the domain's own operations.
func open(ctx context.Context, table *dynamo.Table, all func() ([]item, error), by partner.ID, at time.Time) (*link, error) {
	made, err := offer.Make(ctx, table, offer.Draft{
		Kind: offer.Trial, Partner: by, Access: partner.Full, Country: sample.Country, Language: "en",
		Items: []offer.Item{{Plan: catalog.PlanID(sample.TrialPlan)}}, DelegatedAdministration: &offer.AskedGrant{Role: offer.RoleLimited, Days: 365},
	}, operation(op.Job, "bench", at))
	if err != nil {
		return nil, fmt.Errorf("bench: offer: %w", err)
	}
	if err := invitation.AskForLink(ctx, table, made.ID, "visitor@example.com", "en", operation(op.Visitor, "", at)); err != nil {
		return nil, fmt.Errorf("bench: link: %w", err)
	}
	items, err := all()
	if err != nil {
		return nil, err
	}
	s := &link{secret: ids.Secret()}
	for _, it := range of("invitation", items) {
		if read(it, "offer") == string(made.ID) {
			s.id = invitation.ID(read(it, "id"))
		}
	}
	inv, err := table.Invitation(ctx, s.id, true)
	if err != nil {
		return nil, err
	}
	if _, err := table.AddLink(ctx, inv, s.secret, operation(op.Job, "dispatch", at)); err != nil {
		return nil, err
	}
	head, err := table.TermsHead(ctx, catalog.CustomerTerms)
	if err != nil {
		return nil, err
	}
	s.terms = head.Version
	draft, err := table.SaveDraft(ctx, s.id, invitation.Draft{
		DelegatedAdministration: "yes", Company: "Zakład Nowak", Name: "Anna Nowak", Language: "en", Terms: head.Version,
	}, operation(op.Visitor, string(s.id), at))
	if err != nil {
		return nil, err
	}
	s.rev = draft.Rev
	if items, err = all(); err != nil {
		return nil, err
	}
	for _, it := range items {
		switch {
		case read(it, "id") == string(s.id) && read(it, "class") == "invitation":
			s.invitation = it
		case read(it, "id") == string(made.ID) && read(it, "class") == "offer":
			s.offer = it
		}
	}
	return s, nil
}

// visitors returns n further visitors' invitations to the same link, as stored, with their ids. They share the secret, which no rule forbids.
func (s *link) visitors(n int, at time.Time) ([]item, []invitation.ID) {
	items, made := make([]item, n), make([]invitation.ID, n)
	for i := range n {
		ulid := ids.ULID(at)
		made[i] = invitation.ID("inv_" + ulid)
		items[i] = renamed(s.invitation, s.id.Bare(), ulid)
		card(items[i])["mail"] = text(ulid + "@example.com")
	}
	return items, made
}

// accept presses the last button of an invitation.
func (s *link) accept(ctx context.Context, table *dynamo.Table, of invitation.ID, at time.Time) (consent.Consent, error) {
	by := consent.Visitor{Secret: s.secret, Address: "203.0.113.7", Browser: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Language: "en"}
	return redemption.Accept(ctx, table, of, by, s.rev, s.terms, operation(op.Visitor, string(of), at))
}

// renamed returns a copy of the item in which every text has each old word replaced by its new one; words come in pairs of the same length,
// so that sizes stay as they are.
func renamed(it item, words ...string) item {
	replacer := strings.NewReplacer(words...)
	var change func(types.AttributeValue) types.AttributeValue
	change = func(v types.AttributeValue) types.AttributeValue {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			return text(replacer.Replace(v.Value))
		case *types.AttributeValueMemberM:
			made := maps.Clone(v.Value)
			for name, one := range made {
				made[name] = change(one)
			}
			return &types.AttributeValueMemberM{Value: made}
		}
		return v
	}
	changed := make(item, len(it))
	for name, v := range it {
		changed[name] = change(v)
	}
	return changed
}
