package dynamo

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

var offerList = []string{
	"id", "kind", "status", "partner", "country", "items", "language", "delegation", "expires_at", "max_redemptions", "visibility", "billed_by",
	"replaces", "replaced_by", "pause_reason", "ended_at", "created_by",
}

func offerItem(o offer.Offer) item {
	it := encode(o)
	it["class"] = text("offer")
	if o.Status == offer.Active || o.Status == offer.Paused {
		due(it, "offer", offerKey(o.ID), o.ExpiresAt)
	}
	return owned(listAttributes(it, offerList...), string(o.Partner), "offer", o.CreatedAt, o.ID.Code())
}

// OfferFacts implements offer.Store.
func (t *Table) OfferFacts(ctx context.Context, made offer.Offer) (offer.Facts, error) {
	p, plans, replaces, follows := made.Partner, made.Plans(), made.Replaces, made.Follows
	keys := factKeys(p, plans)
	if replaces != "" {
		keys = append(keys, offerKey(replaces), usesKey(replaces))
	}
	if follows != "" {
		keys = append(keys, offerKey(follows))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return offer.Facts{}, err
	}
	facts, err := readFacts(found, p, plans)
	if err != nil {
		return facts, err
	}
	if trial, ok := found[offerKey(follows)]; ok && follows != "" {
		facts.Follows = &offer.Offer{}
		if err := decode(trial, facts.Follows); err != nil {
			return facts, err
		}
	}
	if old, ok := found[offerKey(replaces)]; ok && replaces != "" {
		facts.Replaces = &offer.Offer{}
		facts.ReplacesUsed = count(found[usesKey(replaces)], "used")
		err = decode(old, facts.Replaces)
	}
	return facts, err
}

func factKeys(p partner.ID, plans []catalog.PlanID) []key {
	keys := []key{partnerKey(p), programsKey(), availabilityKey()}
	for _, plan := range plans {
		keys = append(keys, planKey(plan), authorisationKey(p, plan))
	}
	return keys
}

func readFacts(found map[key]item, p partner.ID, plans []catalog.PlanID) (offer.Facts, error) {
	facts := offer.Facts{
		Plans:          make(map[catalog.PlanID]catalog.Plan, len(plans)),
		Authorisations: make(map[catalog.PlanID]partner.Authorisation, len(plans)),
	}
	into := map[key]any{partnerKey(p): &facts.Partner, programsKey(): &facts.Programs, availabilityKey(): &facts.Availability}
	for k, target := range into {
		if err := decode(found[k], target); err != nil {
			return facts, err
		}
	}
	for _, id := range plans {
		if it, ok := found[planKey(id)]; ok {
			var plan catalog.Plan
			if err := decode(it, &plan); err != nil {
				return facts, err
			}
			facts.Plans[id] = plan
		}
		if it, ok := found[authorisationKey(p, id)]; ok {
			var a partner.Authorisation
			if err := decode(it, &a); err != nil {
				return facts, err
			}
			facts.Authorisations[id] = a
		}
	}
	return facts, nil
}

// MakeOffer implements offer.Store.
func (t *Table) MakeOffer(ctx context.Context, made offer.Offer, replaced *offer.Offer, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), t.offerParts(made, replaced, happened, o)...)...)
}

// offerParts write a new offer with its event, and the end of the one that it replaces.
func (t *Table) offerParts(made offer.Offer, replaced *offer.Offer, happened event.Event, o op.Op) []part {
	parts := []part{put(offerKey(made.ID), offerItem(made)).ifAbsent()}
	if made.MaxRedemptions > 0 {
		uses := item{"class": text("uses"), "version": number(1), "created_at": text(stamp(o.At)), "used": number(0), "max": number(made.MaxRedemptions)}
		parts = append(parts, put(usesKey(made.ID), uses).ifAbsent())
	}
	if replaced != nil {
		parts = append(append(parts, t.offerPart(*replaced)), matterParts(*replaced, o)...)
	}
	return append(parts, eventPart(happened))
}

func (t *Table) offerPart(changed offer.Offer) part {
	seen := changed.Version
	changed.Version++
	return put(offerKey(changed.ID), offerItem(changed)).ifVersion(seen)
}

// SaveOffer implements offer.Store.
func (t *Table) SaveOffer(ctx context.Context, changed offer.Offer, happened event.Event, o op.Op) error {
	parts := append(append(once(o), t.offerPart(changed)), matterParts(changed, o)...)
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// Offer implements offer.Store.
func (t *Table) Offer(ctx context.Context, id offer.ID) (offer.Offer, int, error) {
	var found offer.Offer
	got, err := t.batch(ctx, true, offerKey(id), usesKey(id))
	if err != nil {
		return found, 0, err
	}
	it, ok := got[offerKey(id)]
	if !ok {
		return found, 0, fault.NotFound
	}
	return found, count(got[usesKey(id)], "used"), decode(it, &found)
}

// Offers lists a partner's offers that keep lets through, newest first, as their list shows them; from the index, which may lag.
func (t *Table) Offers(ctx context.Context, p partner.ID, page Page, keep Keep[offer.Offer]) ([]offer.Offer, string, error) {
	return listed(ctx, t, string(p), "offer", page, keep)
}

// Uses reads how often each of those offers was accepted that count it, 100 in a call.
func (t *Table) Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error) {
	var keys []key
	for _, o := range offers {
		if o.MaxRedemptions > 0 {
			keys = append(keys, usesKey(o.ID))
		}
	}
	used := map[offer.ID]int{}
	const most = 100 // one call's; a list looks one row ahead
	for some := range slices.Chunk(keys, most) {
		found, err := t.batch(ctx, false, some...)
		if err != nil {
			return used, err
		}
		for _, o := range offers {
			if it, ok := found[usesKey(o.ID)]; ok {
				used[o.ID] = count(it, "used")
			}
		}
	}
	return used, nil
}

// Funnel sums the offer's counters; one call. They lag behind by as long as the stream does. Steps is never nil.
func (t *Table) Funnel(ctx context.Context, o offer.ID) (offer.Funnel, error) {
	sum := offer.Funnel{Steps: map[string]int{}}
	keys := make([]key, shards)
	for i := range keys {
		keys[i] = countKey(string(o), string(rune('0'+i)))
	}
	found, err := t.batch(ctx, false, keys...)
	if err != nil {
		return sum, err
	}
	for _, it := range found {
		for name := range it {
			if n := count(it, name); n > 0 && name != "version" {
				sum.Steps[name] += n
			}
		}
		if read(it, lastAnswer) == "" {
			continue
		}
		first, err := parseStamp(read(it, firstAnswer))
		if err != nil {
			return sum, err
		}
		last, err := parseStamp(read(it, lastAnswer))
		if err != nil {
			return sum, err
		}
		sum = sum.Answered(first, last)
	}
	return sum, nil
}

// What an offer's counter row holds beside numbers: when its first and its last answer was given.
const (
	firstAnswer = "first_answer_at"
	lastAnswer  = "last_answer_at"
)

// countPart adds to an offer's counters. Its guard: the row, if there is one, is this offer's, and the times written lie outside of those that
// it holds. Answers mostly come in order, so without a row seen (nil) this answer counts as the last one; where it is not, the write fails with
// the row. The first time only moves back and the last only forward, so it fails at most twice.
func countPart(o offer.ID, shard string, more offer.Funnel, seen item) part {
	set, guard, at := "", "", stamp(more.Last)
	switch {
	case more.Last.IsZero():
	case read(seen, lastAnswer) <= at:
		set = ", #first_answer_at = if_not_exists(#first_answer_at, :at), #last_answer_at = :at"
		guard = " AND (attribute_not_exists(#last_answer_at) OR #last_answer_at <= :at)"
	case at < read(seen, firstAnswer):
		set, guard = ", #first_answer_at = :at", " AND #first_answer_at > :at"
	}
	p := update(countKey(string(o), shard), "SET #class = :class, #offer = :offer"+set+" ADD #version :one", "class", "count", "offer", string(o), "one", 1).
		when("(attribute_not_exists(#PK) OR #offer = :offer)" + guard)
	if set != "" {
		p = p.with([]any{"at", at})
	}
	for name, n := range more.Steps {
		p.change += ", #" + name + " :" + name
		p = p.with([]any{name, n})
	}
	return p
}

// mostReports bounds each set: far more than what pauses an offer.
const mostReports = 100

// CountReport adds the address of an invitation to those that reported its offer and returns who did so.
func (t *Table) CountReport(ctx context.Context, inv invitation.Invitation, at time.Time) (offer.Reports, error) {
	one, set := hash(customer.FoldCaps(inv.Mail)), "addresses"
	if inv.Origin == invitation.FromVisitor {
		set = "visitors"
	}
	p := update(reportsKey(inv.Offer), "SET #class = :class, #created_at = if_not_exists(#created_at, :now), #invitation = :invitation, #reported_at = :now ADD #"+set+" :one, #version :n",
		"class", "reports", "now", stamp(at), "invitation", string(inv.ID), "n", 1).
		when("(attribute_not_exists(#"+set+") OR (NOT contains(#"+set+", :hash) AND size(#"+set+") < :most))", "hash", one, "most", mostReports)
	p.values[":one"] = &types.AttributeValueMemberSS{Value: []string{one}}
	_, it, err := t.changed(ctx, p)
	if err != nil {
		return offer.Reports{}, err
	}
	return readReports(it)
}

// Reports reads who reported the offer.
func (t *Table) Reports(ctx context.Context, o offer.ID) (offer.Reports, error) {
	it, err := t.get(ctx, reportsKey(o), true)
	if err != nil {
		return offer.Reports{}, err
	}
	return readReports(it)
}

func readReports(it item) (offer.Reports, error) {
	found := offer.Reports{Recipients: members(it, "addresses"), Visitors: members(it, "visitors"), Invitation: read(it, "invitation")}
	at := read(it, "reported_at")
	if at == "" {
		return found, nil // none, or of an older version
	}
	var err error
	found.At, err = parseStamp(at)
	return found, err
}

func members(it item, name string) int {
	if set, ok := it[name].(*types.AttributeValueMemberSS); ok {
		return len(set.Value)
	}
	return 0
}
