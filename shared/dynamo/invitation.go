package dynamo

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/token"
)

var invitationList = []string{
	"id", "offer", "origin", "mail", "language", "delivery", "delivery_reason", "answer", "answered_at", "redemption", "paused",
	"expires_at", "created_by",
}

// invitationItem lists an invitation under its offer, but not one that a visitor of the public link asked for:
// one popular link must not heat one index key.
func invitationItem(inv invitation.Invitation) item {
	it := encode(inv)
	it["class"] = text("invitation")
	due(it, "invitation", invitationKey(inv.ID), inv.StepAt)
	if inv.Origin == invitation.FromPartner {
		owned(it, "OFFER#"+inv.Offer.Code(), "invitation", inv.CreatedAt, inv.ID.Bare())
	}
	return listAttributes(it, invitationList...)
}

// InvitationFacts implements invitation.Store.
func (t *Table) InvitationFacts(ctx context.Context, o offer.ID, fresh bool) (invitation.Facts, error) {
	var facts invitation.Facts
	found, err := t.batch(ctx, fresh, offerKey(o), usesKey(o), partnerKey(o.Partner()))
	if err != nil {
		return facts, err
	}
	it, ok := found[offerKey(o)]
	if !ok {
		return facts, fault.NotFound
	}
	facts.Used = count(found[usesKey(o)], "used")
	if err := decode(it, &facts.Offer); err != nil {
		return facts, err
	}
	return facts, decode(found[partnerKey(o.Partner())], &facts.Partner)
}

// SendInvitations implements invitation.Store.
func (t *Table) SendInvitations(ctx context.Context, made []invitation.Invitation, happened []event.Event, o op.Op) error {
	parts := once(o)
	for i, inv := range made {
		parts = append(parts, put(invitationKey(inv.ID), invitationItem(inv)).ifAbsent(), eventPart(happened[i]))
	}
	return t.write(ctx, o, parts...)
}

// Invitation implements invitation.Store.
func (t *Table) Invitation(ctx context.Context, id invitation.ID, fresh bool) (invitation.Invitation, error) {
	return one[invitation.Invitation](ctx, t, invitationKey(id), fresh)
}

// Invitations lists the invitations that the partner mailed for an offer and keep lets through, newest first; from the index, which may lag.
func (t *Table) Invitations(ctx context.Context, o offer.ID, page Page, keep Keep[invitation.Invitation]) ([]invitation.Invitation, string, error) {
	return listed(ctx, t, "OFFER#"+o.Code(), "invitation", page, keep)
}

// InvitationsByID reads up to 100 invitations, strongly consistent, in the order of their ids; NotFound where one is missing.
func (t *Table) InvitationsByID(ctx context.Context, ids []invitation.ID) ([]invitation.Invitation, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = invitationKey(id)
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return nil, err
	}
	made := make([]invitation.Invitation, len(ids))
	for i, k := range keys {
		it, ok := found[k]
		if !ok {
			return nil, fault.NotFound
		}
		if err := decode(it, &made[i]); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// Invite implements invitation.Store.
func (t *Table) Invite(ctx context.Context, made []invitation.Invitation, happened []event.Event, daily int, o op.Op) error {
	parts := append(once(o), dailyPart(made[0].Offer.Partner(), len(made), daily, o)...)
	for i, inv := range made {
		parts = append(parts, put(invitationKey(inv.ID), invitationItem(inv)).ifAbsent(), eventPart(happened[i]))
	}
	return t.write(ctx, o, parts...)
}

// Reinvite implements invitation.Store.
func (t *Table) Reinvite(ctx context.Context, changed invitation.Invitation, happened event.Event, daily int, o op.Op) error {
	parts := append(once(o), dailyPart(changed.Offer.Partner(), 1, daily, o)...)
	return t.write(ctx, o, append(parts, invitationPart(changed, o), eventPart(happened))...)
}

// answered says what a failed guard on an invitation means: how it stands now.
func answered(o op.Op) func(item) error {
	return func(old item) error {
		var inv invitation.Invitation
		if err := decode(old, &inv); err != nil {
			return err
		}
		if err := inv.Open(o.At); err != nil {
			return err
		}
		return stale()
	}
}

// invitationPart replaces an invitation, guarded by the version it was decided on.
func invitationPart(changed invitation.Invitation, o op.Op) part {
	seen := changed.Version
	changed.Version++
	return put(invitationKey(changed.ID), invitationItem(changed)).ifVersion(seen).or(answered(o))
}

// SaveInvitation implements invitation.Store.
func (t *Table) SaveInvitation(ctx context.Context, changed invitation.Invitation, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), invitationPart(changed, o), eventPart(happened))...)
}

// SaveDraft implements invitation.Store. The draft's revision is raised, so that a page that shows an older one is noticed.
func (t *Table) SaveDraft(ctx context.Context, id invitation.ID, draft invitation.Draft, o op.Op) (invitation.Draft, error) {
	seen := draft.Rev
	draft.Rev++
	err := t.write(ctx, o, update(invitationKey(id), "SET #draft = :draft ADD #version :one", "draft", draft, "one", 1).
		when("#card.#answer = :pending AND (attribute_not_exists(#draft.#rev) OR #draft.#rev <= :rev)", "pending", string(invitation.Pending), "rev", seen).
		or(answered(o)))
	return draft, err
}

// AddLink keeps the hashes of a secret that is about to be mailed, guarded by the generation it is for: false where a newer mail
// is on its way or the invitation is no longer open, so that the secret must not be mailed.
func (t *Table) AddLink(ctx context.Context, inv invitation.Invitation, secret string, o op.Op) (bool, error) {
	links := token.Add(inv.Links, token.Answer, secret, inv.Generation)
	stops := token.Add(inv.Stops, token.Unsubscribe, token.Derive(secret, token.Unsubscribe), inv.Generation)
	added, _, err := t.try(ctx, o, update(invitationKey(inv.ID), "SET #links = :links, #stops = :stops ADD #version :one", "links", links, "stops", stops, "one", 1).
		when("#card.#answer = :pending AND #generation = :generation AND #version = :seen", "pending", string(invitation.Pending), "generation", inv.Generation, "seen", inv.Version))
	return added, err
}

// AddInvitationStop keeps the hash of a secret that is about to be mailed to an invitation's recipient and stops such mails, whatever
// became of the invitation; Stale where it was changed since it was read.
func (t *Table) AddInvitationStop(ctx context.Context, inv invitation.Invitation, secret string, o op.Op) error {
	return t.addStop(ctx, invitationKey(inv.ID), token.Add(inv.Stops, token.Unsubscribe, secret, inv.Generation), inv.Version, o)
}

// answeredPart uses an invitation up: guarded by being open, by the generation of its link and by the draft that was confirmed.
// It touches nothing else, so that a delivery report that comes at the same moment does no harm.
func answeredPart(inv invitation.Invitation, o op.Op) part {
	return update(invitationKey(inv.ID), "SET #card.#answer = :answer, #card.#answered_at = :now, #card.#redemption = :redemption"+
		" REMOVE #step, #step_at, #due, #due_class ADD #version :one",
		"answer", string(inv.Answer), "now", stamp(inv.AnsweredAt), "redemption", inv.Redemption, "one", 1).
		when("#card.#answer = :pending AND #generation = :generation AND attribute_not_exists(#card.#paused)", "pending", string(invitation.Pending), "generation", inv.Generation).
		or(answered(o))
}

// SetDelivery notes what became of the mail of one generation of an invitation's link. It changes nothing
// where a newer mail was asked for or where what is noted is further along already. Without an event it notes the reason of a state that
// stands.
func (t *Table) SetDelivery(ctx context.Context, inv invitation.Invitation, delivery invitation.Delivery, reason, message string, happened *event.Event, o op.Op) error {
	before := delivery.Before()
	if happened == nil {
		before = append(before, delivery)
	}
	p := update(invitationKey(inv.ID), "SET #card.#delivery = :delivery, #card.#delivery_reason = :reason ADD #version :one",
		"delivery", string(delivery), "reason", reason, "one", 1).
		when("#generation = :generation", "generation", inv.Generation).whenAmong("#card.#delivery", texts(before))
	if message != "" {
		p.change = "SET #message_id = :message, " + p.change[len("SET "):]
		p = p.with([]any{"message", message})
	}
	parts := []part{p}
	if happened != nil {
		parts = append(parts, eventPart(*happened))
	}
	_, _, err := t.try(ctx, o, parts...)
	return err
}
