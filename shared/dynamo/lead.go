package dynamo

import (
	"context"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Leads is the table with what only inquiries and leads need, apart for the same reason as Imports.
type Leads struct{ *Table }

var leadList = []string{
	"id", "partner", "inquiry", "from", "services", "plan", "may_call", "status", "offer", "answer_by", "answered_at", "late", "expires_at", "ended_at",
}

func inquiryItem(i lead.Inquiry) item {
	it := classed("inquiry", i)
	it["ttl"] = number(int(i.GoesAt().Unix()))
	return it
}

func sentInquiryItem(s lead.SentInquiry) item {
	it := classed("sent_inquiry", s)
	it["ttl"] = number(int(s.GoesAt().Unix()))
	return it
}

func leadItem(l lead.Lead) item {
	it := due(classed("lead", l), "lead", leadKey(l.ID), l.NextAt())
	if at := l.GoesAt(); !at.IsZero() {
		it["ttl"] = number(int(at.Unix()))
	}
	return owned(listAttributes(it, leadList...), string(l.Partner), "lead", l.CreatedAt, string(l.ID))
}

func tallyItem(t lead.Tally) item {
	return due(classed("tally", t), "tally", tallyKey(t.Partner), t.NextAt())
}

// InquiryFacts implements lead.InquiryStore.
func (t Leads) InquiryFacts(ctx context.Context, partners []partner.ID, plan catalog.PlanID) (lead.Facts, error) {
	facts := lead.Facts{Partners: map[partner.ID]partner.Partner{}}
	keys := []key{termsKey(catalog.PrivacyNotice)}
	for _, p := range partners {
		keys = append(keys, partnerKey(p), listingKey(p))
	}
	if plan != "" {
		keys = append(keys, planKey(plan))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return facts, err
	}
	facts.Plan = plan == "" || found[planKey(plan)] != nil
	for _, id := range partners {
		var p partner.Partner
		var l listing.Listing
		if err := decode(found[partnerKey(id)], &p); err != nil {
			return facts, err
		}
		if err := decode(found[listingKey(id)], &l); err != nil {
			return facts, err
		}
		if l.Visible(p) {
			facts.Partners[id] = p
		}
	}
	return facts, decode(found[termsKey(catalog.PrivacyNotice)], &facts.Privacy)
}

// Inquiry implements lead.InquiryStore.
func (t Leads) Inquiry(ctx context.Context, id lead.InquiryID) (lead.Inquiry, error) {
	if _, ok := id.ULID(); !ok {
		return lead.Inquiry{}, fault.NotFound
	}
	return one[lead.Inquiry](ctx, t.Table, inquiryKey(id), true)
}

// CreateInquiry implements lead.InquiryStore.
func (t Leads) CreateInquiry(ctx context.Context, i lead.Inquiry, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), put(inquiryKey(i.ID), inquiryItem(i)).ifAbsent(), eventPart(happened))...)
}

// SendInquiry implements lead.InquiryStore. A customer's user who sends must be there still, as acting asks of the others.
func (t Leads) SendInquiry(ctx context.Context, i lead.Inquiry, leads []lead.Lead, happened []event.Event, o op.Op) error {
	seen := i.Version
	i.Version++
	parts := append(once(o), over(inquiryKey(i.ID), inquiryItem(i), seen), inquiriesPart(i.From.Mail, o))
	for _, l := range leads {
		full := fault.TooManyLeads.With(lead.MaxOpen).In("/partner_ids/" + strconv.Itoa(slices.Index(i.Partners, l.Partner)))
		parts = append(parts, put(leadKey(l.ID), leadItem(l)).ifAbsent(), senderPart(l, 1, o).or(func(item) error { return full }))
	}
	if sent, is := i.Listed(); is {
		parts = append(parts, put(sentInquiryKey(sent), sentInquiryItem(sent)).ifAbsent())
	}
	if i.Customer != "" {
		parts = append(parts, check(customerUserKey(customer.UserID(i.By))).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").
			or(func(item) error { return fault.CallerDisabled }))
	}
	return t.write(ctx, o, append(parts, eventParts(happened)...)...)
}

// senderPart counts the leads of one address that a partner has not ended: one more, or one less.
func senderPart(l lead.Lead, n int, o op.Op) part {
	p := update(senderKey(l), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :n, #version :one",
		"class", "sender", "now", stamp(o.At), "n", n, "one", 1)
	if n < 0 {
		return p.when("#used >= :one")
	}
	return p.when("(attribute_not_exists(#used) OR #used < :most)", "most", lead.MaxOpen)
}

// AddInquiryLink keeps the hash of a link that is about to be mailed to who sent an inquiry.
func (t Leads) AddInquiryLink(ctx context.Context, i lead.Inquiry, secret string, o op.Op) error {
	seen := i.Version
	i = i.Mailed(secret)
	i.Version++
	return t.write(ctx, o, put(inquiryKey(i.ID), inquiryItem(i)).ifVersion(seen))
}

// LeadsOf reads the leads of a sent inquiry by the partners that have one, with these partners' profiles, one call, strongly consistent.
func (t Leads) LeadsOf(ctx context.Context, i lead.Inquiry) (map[partner.ID]lead.Lead, map[partner.ID]partner.Partner, error) {
	leads, partners := map[partner.ID]lead.Lead{}, map[partner.ID]partner.Partner{}
	var keys []key
	for _, p := range i.Partners {
		keys = append(keys, partnerKey(p), leadKey(i.Lead(p)))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range i.Partners {
		var p partner.Partner
		if err := decode(found[partnerKey(id)], &p); err != nil {
			return nil, nil, err
		}
		partners[id] = p
		l, err := maybe[lead.Lead](found[leadKey(i.Lead(id))])
		if err != nil {
			return nil, nil, err
		}
		if l != nil {
			leads[id] = *l
		}
	}
	return leads, partners, nil
}

// SentInquiries lists the inquiries that a company's people sent and that keep lets through, the newest first, each with what became of it, strongly
// consistent. The company is a customer, or else a partner.
func (t Leads) SentInquiries(ctx context.Context, c customer.ID, p partner.ID, page Page, keep Keep[lead.SentInquiry]) ([]lead.Followed, string, error) {
	sent, next, err := sieved(ctx, t.Table, senderPK(c, p), sentInquirySort, true, page, keep)
	if err != nil {
		return nil, "", err
	}
	ids := make([]lead.InquiryID, len(sent))
	for n, one := range sent {
		ids[n] = one.ID
	}
	found, err := t.Inquiries(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	made := make([]lead.Followed, 0, len(ids))
	for _, id := range ids {
		if one, there := found[id]; there { // not where its time was up a moment before that of what leads to it
			made = append(made, one)
		}
	}
	return made, next, nil
}

// Inquiries reads some sent inquiries with what became of each, strongly consistent; what there is not, is absent.
func (t Leads) Inquiries(ctx context.Context, ids []lead.InquiryID) (map[lead.InquiryID]lead.Followed, error) {
	sent, err := things[lead.InquiryID, lead.Inquiry](ctx, t.Table, ids, inquiryKey)
	if err != nil {
		return nil, err
	}
	var leads []lead.ID
	var partners []partner.ID
	for _, i := range sent {
		for _, p := range i.Partners {
			leads, partners = append(leads, i.Lead(p)), append(partners, p)
		}
	}
	of, err := things[lead.ID, lead.Lead](ctx, t.Table, leads, leadKey)
	if err != nil {
		return nil, err
	}
	receivers, err := things[partner.ID, partner.Partner](ctx, t.Table, partners, partnerKey)
	if err != nil {
		return nil, err
	}
	found := make(map[lead.InquiryID]lead.Followed, len(sent))
	for id, i := range sent {
		one := lead.Followed{Inquiry: i, Leads: map[partner.ID]lead.Lead{}, Receivers: receivers}
		for _, p := range i.Partners {
			if l, has := of[i.Lead(p)]; has {
				one.Leads[p] = l
			}
		}
		found[id] = one
	}
	return found, nil
}

// Lead reads one lead, strongly consistent; NotFound where there is none.
func (t Leads) Lead(ctx context.Context, id lead.ID) (lead.Lead, error) {
	if _, _, ok := id.Partner(); !ok {
		return lead.Lead{}, fault.NotFound
	}
	return one[lead.Lead](ctx, t.Table, leadKey(id), true)
}

// PartnersLeads lists a partner's leads that keep lets through, the newest first, as their list shows them; pages of the index, which may lag.
func (t Leads) PartnersLeads(ctx context.Context, p partner.ID, page Page, keep Keep[lead.Lead]) ([]lead.Lead, string, error) {
	return listed(ctx, t.Table, string(p), "lead", page, keep)
}

// LeadFacts implements lead.Store and lead.Linking.
func (t *Table) LeadFacts(ctx context.Context, id lead.ID) (l lead.Lead, counted lead.Tally, err error) {
	p, _, ok := id.Partner()
	if !ok {
		return l, counted, fault.NotFound
	}
	found, err := t.batch(ctx, true, leadKey(id), tallyKey(p))
	if err != nil {
		return l, counted, err
	}
	if found[leadKey(id)] == nil {
		return l, counted, fault.NotFound
	}
	if err := decode(found[leadKey(id)], &l); err != nil {
		return l, counted, err
	}
	return l, counted, decode(found[tallyKey(p)], &counted)
}

// leadParts write a changed lead, its partner's tally where it counts, and that its sender has one less that is open where it ends.
func leadParts(l lead.Lead, counted *lead.Tally, o op.Op) []part {
	seen := l.Version
	l.Version++
	parts := []part{put(leadKey(l.ID), leadItem(l)).ifVersion(seen)}
	if counted != nil {
		parts = append(parts, tallyPart(*counted))
	}
	if !l.Status.Open() {
		parts = append(parts, senderPart(l, -1, o))
	}
	return parts
}

func tallyPart(t lead.Tally) part {
	seen := t.Version
	t.Version++
	return over(tallyKey(t.Partner), tallyItem(t), seen)
}

// SaveLead implements lead.Store.
func (t Leads) SaveLead(ctx context.Context, l lead.Lead, counted *lead.Tally, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(append(once(o), leadParts(l, counted, o)...), eventPart(happened))...)
}

// MakeOfferOf implements lead.OfferStore.
func (t Leads) MakeOfferOf(ctx context.Context, answers lead.Link, made offer.Offer, replaced *offer.Offer, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(append(once(o), t.offerParts(made, replaced, happened, o)...), leadParts(answers.Lead, answers.Counted, o)...)...)
}

// SaveTally implements lead.TallyStore.
func (t Leads) SaveTally(ctx context.Context, counted lead.Tally, happened event.Event, o op.Op) error {
	return t.write(ctx, o, tallyPart(counted), eventPart(happened))
}

// Tally reads how a partner answers its leads, strongly consistent; zero where none was counted yet.
func (t Leads) Tally(ctx context.Context, p partner.ID) (lead.Tally, error) {
	return load[lead.Tally](ctx, t.Table, tallyKey(p))
}
