package dynamo

import (
	"context"
	"errors"
	"slices"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/token"
)

var invitationList = []string{
	"id", "offer", "origin", "mail", "language", "name", "delivery", "delivery_reason", "answer", "answered_at", "redemption", "paused",
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
	return t.write(ctx, o, append(once(o), invitingParts(made, happened)...)...)
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
	found, err := t.Standing(ctx, ids)
	if err == nil && len(found) < len(ids) {
		return nil, fault.NotFound
	}
	return found, err
}

// Invite implements invitation.Store.
func (t *Table) Invite(ctx context.Context, made []invitation.Invitation, happened []event.Event, daily int, o op.Op) error {
	parts := append(once(o), dailyPart(made[0].Offer.Partner(), len(made), daily, o)...)
	return t.write(ctx, o, append(parts, invitingParts(made, happened)...)...)
}

// begunItem is kept for some days after the last answer.
func begunItem(b invitation.Begun, at time.Time) item {
	it := classed("begun_offer", b)
	it["ttl"] = number(int(at.AddDate(0, 0, invitation.BegunDays).Unix()))
	return it
}

// Begun implements invitation.BegunStore.
func (t *Table) Begun(ctx context.Context, of offer.ID, at time.Time) (invitation.Begun, error) {
	return kept[invitation.Begun](ctx, t, begunKey(of), at)
}

// kept reads an item that is kept for some time, strongly consistent; NotFound where there is none, or its time is over.
func kept[T any](ctx context.Context, t *Table, k key, at time.Time) (found T, err error) {
	it, err := t.get(ctx, k, true)
	switch {
	case err != nil:
		return found, err
	case it == nil || count(it, "ttl") <= int(at.Unix()):
		return found, fault.NotFound
	}
	return found, decode(it, &found)
}

// SaveBegun implements invitation.BegunStore.
func (t *Table) SaveBegun(ctx context.Context, begun invitation.Begun, o op.Op) error {
	seen := begun.Version
	begun.Version++
	return t.write(ctx, o, over(begunKey(begun.ID), begunItem(begun, o.At), seen))
}

// Finish implements invitation.BegunStore.
func (t *Table) Finish(ctx context.Context, begun invitation.Begun, made offer.Proposal, answers *lead.Link, sent invitation.Outgoing, daily int, o op.Op) error {
	parts := []part{erase(begunKey(begun.ID)).ifVersion(begun.Version).or(func(old item) error {
		if len(old) == 0 {
			return fault.NotFound
		}
		return stale()
	})}
	parts = append(parts, t.offerParts(made.Offer, made.Replaced, made.Happened, o)...)
	if answers != nil {
		parts = append(parts, leadParts(answers.Lead, answers.Counted, o)...)
	}
	if n := sent.Count(); n > 0 {
		parts = append(parts, dailyPart(begun.ID.Partner(), n, daily, o)...)
	}
	if sent.Bulk != nil {
		parts = append(parts, bulkPart(*sent.Bulk))
	}
	return t.write(ctx, o, append(parts, invitingParts(sent.Invited, sent.Happened)...)...)
}

// invitingParts write new invitations and what happened.
func invitingParts(made []invitation.Invitation, happened []event.Event) []part {
	var parts []part
	for _, inv := range made {
		parts = append(parts, put(invitationKey(inv.ID), invitationItem(inv)).ifAbsent())
	}
	for _, e := range happened {
		parts = append(parts, eventPart(e))
	}
	return parts
}

// bulkItem is a list of recipients without its rows.
func bulkItem(b invitation.Bulk) item {
	it := classed("bulk", b)
	it["ttl"] = number(int(b.KeptUntil().Unix()))
	return it
}

// bulkPart replaces a list, guarded by the version it was decided on.
func bulkPart(moved invitation.Bulk) part {
	seen := moved.Version
	moved.Version++
	return put(bulkKey(moved.Offer, moved.ID), bulkItem(moved)).ifVersion(seen)
}

// SaveBulk implements invitation.BulkStore. The rows are written once, so they are kept as if the list were sent on its last day.
func (t *Table) SaveBulk(ctx context.Context, b invitation.Bulk, rows invitation.BulkRows, o op.Op) error {
	it := classed("bulk_rows", rows)
	it["ttl"] = number(int(b.CreatedAt.AddDate(0, 0, invitation.BulkReadDays+invitation.BulkDays).Unix()))
	return t.write(ctx, o, put(bulkKey(b.Offer, b.ID), bulkItem(b)).ifAbsent(), put(bulkRowsKey(b.Offer, b.ID), it).ifAbsent())
}

// Bulk implements invitation.BulkStore.
func (t *Table) Bulk(ctx context.Context, of offer.ID, id string, at time.Time) (invitation.Bulk, error) {
	return kept[invitation.Bulk](ctx, t, bulkKey(of, id), at)
}

// BulkRows implements invitation.BulkStore.
func (t *Table) BulkRows(ctx context.Context, of offer.ID, id string, at time.Time) ([]invitation.Row, error) {
	found, err := kept[invitation.BulkRows](ctx, t, bulkRowsKey(of, id), at)
	return found.Rows, err
}

// Bulks lists an offer's newest lists of recipients, strongly consistent, up to 10.
func (t *Table) Bulks(ctx context.Context, of offer.ID) ([]invitation.Bulk, error) {
	found, _, err := rows[invitation.Bulk](ctx, t, query{owner: bulkKey(of, "").pk, prefix: bulkKey(of, "").sk, newest: true, fresh: true}, Page{Limit: 10}, nil)
	return bare(found), err
}

// MoveBulk implements invitation.BulkStore.
func (t *Table) MoveBulk(ctx context.Context, moved invitation.Bulk, invited []invitation.Invitation, happened []event.Event, count, daily int, o op.Op) error {
	parts := append(once(o), bulkPart(moved))
	switch {
	case count > 0:
		parts = append(parts, dailyPart(moved.Offer.Partner(), count, daily, o)...)
	case count < 0:
		parts = append(parts, givenBackPart(moved.Offer.Partner(), -count, moved.StartedAt))
	}
	return t.write(ctx, o, append(parts, invitingParts(invited, happened)...)...)
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

// SetDelivery notes what became of the mail of one generation of an invitation's link, over the delivery that was read, and returns whether that
// still stood. It changes nothing, and says that it did, where what was read is further along already. Without an event it notes the reason of a
// state that stands.
func (t *Table) SetDelivery(ctx context.Context, inv invitation.Invitation, delivery invitation.Delivery, reason, message string, happened *event.Event, o op.Op) (bool, error) {
	before := delivery.Before()
	if happened == nil {
		before = append(before, delivery)
	}
	if !slices.Contains(before, inv.Delivery) {
		return true, nil
	}
	p := update(invitationKey(inv.ID), "SET #card.#delivery = :delivery, #card.#delivery_reason = :reason ADD #version :one",
		"delivery", string(delivery), "reason", reason, "one", 1).
		when("#generation = :generation AND #card.#delivery = :read", "generation", inv.Generation, "read", string(inv.Delivery))
	if message != "" {
		p.change = "SET #message_id = :message, " + p.change[len("SET "):]
		p = p.with([]any{"message", message})
	}
	parts := []part{p}
	if happened != nil {
		parts = append(parts, eventPart(*happened))
	}
	noted, _, err := t.try(ctx, o, parts...)
	return noted, err
}

// CustomerOf implements invitation.Entrances.
func (t *Table) CustomerOf(ctx context.Context, mail string) (customer.ID, error) {
	c, _, err := t.MemberWith(ctx, mail)
	return c, err
}

// ofCustomer returns who of a customer has the address of a login; empty where nobody of one has.
func ofCustomer(login item) (customer.ID, customer.UserID) {
	if c := customer.ID(read(login, "tenant")); c.Valid() {
		return c, customer.UserID(read(login, "user"))
	}
	return "", ""
}

// AddEntrance implements invitation.Entrances.
func (t *Table) AddEntrance(ctx context.Context, inv invitation.Invitation, secret string, o op.Op) error {
	entrances := token.Add(inv.Entrances, token.Answer, secret, inv.Generation)
	return t.write(ctx, o, update(invitationKey(inv.ID), "SET #entrances = :entrances ADD #version :one", "entrances", entrances, "one", 1).
		when("#card.#answer = :pending AND #generation = :generation", "pending", string(invitation.Pending), "generation", inv.Generation).ifVersion(inv.Version))
}

// NoteWaiting notes an invitation where whoever may answer it looks, until its link ends: one write that is no part of a transaction. A later end
// takes the place of an earlier one.
func (t *Table) NoteWaiting(ctx context.Context, inv invitation.Invitation, o op.Op) error {
	login, err := t.get(ctx, loginKey(inv.Mail), false)
	if err != nil {
		return err
	}
	c, user := ofCustomer(login)
	it := classed("waiting", invitation.Waiting{Invitation: inv.ID, User: user, CreatedAt: inv.CreatedAt, Version: 1})
	ttl := int(inv.ExpiresAt.Unix())
	it["ttl"] = number(ttl)
	_, _, err = t.try(ctx, o, put(waitingKey(c, inv), it).when("(attribute_not_exists(#PK) OR #ttl < :ttl)", "ttl", ttl))
	return err
}

// Waiting implements invitation.Waits; what was noted a moment ago may be missing.
func (t *Table) Waiting(ctx context.Context, by invitation.Person, most int) ([]invitation.Waiting, error) {
	mine := func(found []invitation.Waiting) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, one := range found {
			kept[i] = by.Administrator || one.User == by.ID
		}
		return kept, nil
	}
	company, _, err := rows(ctx, t, query{owner: waitingPlace(by.Customer, ""), prefix: waitingSort, newest: true}, Page{Limit: most}, mine)
	if err != nil {
		return nil, err
	}
	own, _, err := rows[invitation.Waiting](ctx, t, query{owner: waitingPlace("", by.Mail), prefix: waitingSort, newest: true}, Page{Limit: most}, nil)
	return bare(append(company, own...)), err
}

// Standing implements invitation.Waits.
func (t *Table) Standing(ctx context.Context, ids []invitation.ID) ([]invitation.Invitation, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = invitationKey(id)
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return nil, err
	}
	var there []invitation.Invitation
	for _, k := range keys {
		it, ok := found[k]
		if !ok {
			continue
		}
		var inv invitation.Invitation
		if err := decode(it, &inv); err != nil {
			return nil, err
		}
		there = append(there, inv)
	}
	return there, nil
}

// AskedBy implements invitation.Waits: in one call.
func (t *Table) AskedBy(ctx context.Context, invs []invitation.Invitation) ([]invitation.Asked, error) {
	var keys []key
	for _, inv := range invs {
		keys = append(keys, offerKey(inv.Offer), usesKey(inv.Offer), partnerKey(inv.Offer.Partner()), loginKey(inv.Mail))
	}
	found, err := t.batch(ctx, false, keys...)
	if err != nil {
		return nil, err
	}
	made := make([]invitation.Asked, len(invs))
	for i, inv := range invs {
		made[i].Invitation = inv
		made[i].Facts.Used = count(found[usesKey(inv.Offer)], "used")
		made[i].Addressee, _ = ofCustomer(found[loginKey(inv.Mail)])
		err = errors.Join(err, decode(found[offerKey(inv.Offer)], &made[i].Facts.Offer), decode(found[partnerKey(inv.Offer.Partner())], &made[i].Facts.Partner))
	}
	return made, err
}
