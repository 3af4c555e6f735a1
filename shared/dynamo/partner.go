package dynamo

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// partnersOwner is under whom the partners are listed.
const partnersOwner = "VENDOR#0"

// nameKey is the uniqueness row of what a legal name looks like.
func nameKey(skeleton string) key { return key{"NAME#" + hash(skeleton), "NAME"} }

func partnerItem(p partner.Partner) item {
	it := carded(classed("partner", p), "id", "status", "legal_name", "country", "city", "verification", "trusted")
	return owned(it, partnersOwner, "partner", p.CreatedAt, string(p.ID))
}

// Partner implements partner.Store.
func (t *Table) Partner(ctx context.Context, id partner.ID) (partner.Partner, error) {
	var p partner.Partner
	if !id.Valid() {
		return p, fault.New(fault.NotFound, "not_found")
	}
	return p, t.one(ctx, partnerKey(id), &p)
}

// Partners lists the partners, the newest first, as their list shows them; one page of the index, which may lag.
func (t *Table) Partners(ctx context.Context, page Page) ([]partner.Partner, string, error) {
	return list[partner.Partner](ctx, t, partnersOwner, "partner", page)
}

func takeName(skeleton string, p partner.ID, o op.Op) part {
	row := item{"class": text("name"), "version": number(1), "created_at": text(stamp(o.At)), "tenant": text(string(p))}
	return put(nameKey(skeleton), row).ifAbsent().or(func(item) error {
		return fault.New(fault.Conflict, "name_taken").In("/legal_name")
	})
}

// CreatePartner implements partner.Store.
func (t *Table) CreatePartner(ctx context.Context, p partner.Partner, names []string, first partner.User, happened event.Event, o op.Op) error {
	member, ok := partnerMember(string(first.ID))
	if !ok {
		return fault.New(fault.Invalid, "invalid_format")
	}
	login := item{
		"class": text("login"), "version": number(1), "created_at": text(stamp(o.At)), "tenant": text(string(p.ID)), "user": text(string(first.ID)),
	}
	parts := append(once(o), put(partnerKey(p.ID), partnerItem(p)).ifAbsent().or(func(item) error {
		return fault.New(fault.Conflict, "partner_id_taken")
	}))
	for _, name := range names {
		parts = append(parts, takeName(name, p.ID, o))
	}
	return t.write(ctx, o, append(parts,
		put(loginKey(first.Mail), login).ifAbsent().or(func(item) error {
			return fault.New(fault.Conflict, "address_taken").In("/administrator/email")
		}),
		put(member, classed("partner_user", first)).ifAbsent(),
		eventPart(happened))...)
}

// SavePartner implements partner.Store.
func (t *Table) SavePartner(ctx context.Context, p partner.Partner, given, taken []string, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	parts := append(once(o), put(partnerKey(p.ID), partnerItem(p)).ifVersion(seen))
	for _, name := range given {
		parts = append(parts, erase(nameKey(name)).when("#tenant = :tenant", "tenant", string(p.ID)))
	}
	for _, name := range taken {
		parts = append(parts, takeName(name, p.ID, o))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// AuthorisationFacts implements partner.Store.
func (t *Table) AuthorisationFacts(ctx context.Context, id partner.ID, plan catalog.PlanID) (partner.Partner, partner.Authorisation, error) {
	var p partner.Partner
	var a partner.Authorisation
	if !id.Valid() || !plan.Valid() {
		return p, a, fault.New(fault.NotFound, "not_found")
	}
	found, err := t.batch(ctx, true, partnerKey(id), planKey(plan), authorisationKey(id, plan))
	if err != nil {
		return p, a, err
	}
	if found[partnerKey(id)] == nil || found[planKey(plan)] == nil {
		return p, a, fault.New(fault.NotFound, "not_found")
	}
	if err := decode(found[partnerKey(id)], &p); err != nil {
		return p, a, err
	}
	return p, a, decode(found[authorisationKey(id, plan)], &a)
}

// SaveAuthorisation implements partner.Store.
func (t *Table) SaveAuthorisation(ctx context.Context, a partner.Authorisation, happened event.Event, o op.Op) error {
	seen := a.Version
	a.Version++
	return t.write(ctx, o, over(authorisationKey(a.Partner, a.Plan), classed("authorisation", a), seen), eventPart(happened))
}

// EndAuthorisation implements partner.Store.
func (t *Table) EndAuthorisation(ctx context.Context, a partner.Authorisation, happened event.Event, o op.Op) error {
	return t.write(ctx, o, erase(authorisationKey(a.Partner, a.Plan)).ifVersion(a.Version), eventPart(happened))
}

// maxAuthorisations is how many of a partner's authorisations are shown.
const maxAuthorisations = 500

// Authorisations lists a partner's authorisations by plan, strongly consistent, at most 500.
func (t *Table) Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error) {
	held, _, err := under[partner.Authorisation](ctx, t, authorisationKey(id, "").pk, authorisationKey(id, "").sk, false, Page{Limit: maxAuthorisations})
	return held, err
}

// EligibilityFacts reads a partner (nil where there is none), its authorisations, and whether there is such a plan (also where none
// is asked about), strongly consistent.
func (t *Table) EligibilityFacts(ctx context.Context, id partner.ID, plan catalog.PlanID) (*partner.Partner, []partner.Authorisation, bool, error) {
	keys := []key{partnerKey(id)}
	if plan != "" {
		keys = append(keys, planKey(plan))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil || found[partnerKey(id)] == nil {
		return nil, nil, false, err
	}
	p := &partner.Partner{}
	if err := decode(found[partnerKey(id)], p); err != nil {
		return nil, nil, false, err
	}
	held, err := t.Authorisations(ctx, id)
	return p, held, plan == "" || found[planKey(plan)] != nil, err
}
