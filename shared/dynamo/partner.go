package dynamo

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// partnersOwner is under whom the partners and the applications are listed.
const partnersOwner = "VENDOR#0"

func partnerItem(p partner.Partner) item {
	it := listAttributes(classed("partner", p), "id", "status", "legal_name", "country", "city", "verification", "trusted")
	due(it, "partner", partnerKey(p.ID), p.StepAt)
	return owned(it, partnersOwner, "partner", p.CreatedAt, string(p.ID))
}

// Partner implements partner.Store.
func (t *Table) Partner(ctx context.Context, id partner.ID) (partner.Partner, error) {
	if !id.Valid() {
		return partner.Partner{}, fault.NotFound
	}
	return one[partner.Partner](ctx, t, partnerKey(id), true)
}

// Partners lists the partners that are wanted, the newest first, as their list shows them; one page of the index, which may lag.
func (t *Table) Partners(ctx context.Context, wanted partner.Wanted, page Page) ([]partner.Partner, string, error) {
	var keep Keep[partner.Partner]
	if wanted != (partner.Wanted{}) {
		keep = func(found []partner.Partner) ([]bool, error) {
			kept := make([]bool, len(found))
			for i, p := range found {
				kept[i] = wanted.Has(p)
			}
			return kept, nil
		}
	}
	return listed(ctx, t, partnersOwner, "partner", page, keep)
}

// PartnersOf reads up to 100 partners by their IDs, one call, strongly consistent. It fails with NotFound where one of them is none.
func (t *Table) PartnersOf(ctx context.Context, ids []partner.ID) (map[partner.ID]partner.Partner, error) {
	found, err := t.partners(ctx, true, ids)
	for _, id := range ids {
		if err == nil && found[id].ID == "" {
			err = fault.NotFound
		}
	}
	return found, err
}

// PartnerNames reads the legal names of up to 100 partners, one call, eventually consistent.
func (t *Table) PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error) {
	found, err := t.partners(ctx, false, ids)
	names := make(map[partner.ID]string, len(found))
	for id, p := range found {
		names[id] = p.LegalName
	}
	return names, err
}

func (t *Table) partners(ctx context.Context, fresh bool, ids []partner.ID) (map[partner.ID]partner.Partner, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = partnerKey(id)
	}
	found, err := t.batch(ctx, fresh, keys...)
	made := make(map[partner.ID]partner.Partner, len(found))
	for _, id := range ids {
		var p partner.Partner
		err = errors.Join(err, decode(found[partnerKey(id)], &p))
		made[id] = p
	}
	return made, err
}

func takeName(skeleton string, p partner.ID, o op.Op) part {
	row := item{"class": text("name"), "version": number(1), "created_at": text(stamp(o.At)), "tenant": text(string(p))}
	return put(nameKey(skeleton), row).ifAbsent().or(func(item) error {
		return fault.NameTaken.In("/legal_name")
	})
}

// CreatePartner implements partner.Store.
func (t *Table) CreatePartner(ctx context.Context, p partner.Partner, names []string, first partner.User, happened event.Event, o op.Op) error {
	parts := partnerParts(p, names, fault.NameTaken.In("/legal_name"), first, fault.AddressTaken.In("/administrator/email"), o)
	return t.write(ctx, o, append(append(once(o), parts...), eventPart(happened))...)
}

// partnerParts write a new partner with its names, or fail with nameTaken, and its first user with the address by which that one signs in, or
// fail with addressTaken.
func partnerParts(p partner.Partner, names []string, nameTaken error, first partner.User, addressTaken error, o op.Op) []part {
	parts := []part{put(partnerKey(p.ID), partnerItem(p)).ifAbsent().or(func(item) error { return fault.PartnerIDTaken })}
	for _, name := range names {
		parts = append(parts, takeName(name, p.ID, o).or(func(item) error { return nameTaken }))
	}
	return append(parts,
		loginPart(first.Mail, string(p.ID), string(first.ID), o).or(func(item) error { return addressTaken }),
		put(partnerUserKey(first.ID), classed("partner_user", first)).ifAbsent())
}

func applicationItem(a partner.Application) item {
	it := listAttributes(classed("application", a), "id", "status", "legal_name", "country", "city")
	if goes := a.GoesAt(); !goes.IsZero() {
		it["ttl"] = number(int(goes.Unix()))
	}
	return owned(it, partnersOwner, "application", a.CreatedAt, string(a.ID))
}

// applicationPart writes an application over the version that was read.
func applicationPart(a partner.Application) part {
	seen := a.Version
	a.Version++
	return put(applicationKey(a.ID), applicationItem(a)).ifVersion(seen)
}

// Application implements partner.ApplicationStore.
func (t *Table) Application(ctx context.Context, id partner.ApplicationID) (partner.Application, error) {
	if _, ok := id.ULID(); !ok {
		return partner.Application{}, fault.NotFound
	}
	return one[partner.Application](ctx, t, applicationKey(id), true)
}

// Applications lists the applications of a state, of any where it is empty, the newest first, as their list shows them; one page of the
// index, which may lag.
func (t *Table) Applications(ctx context.Context, status partner.ApplicationStatus, page Page) ([]partner.Application, string, error) {
	if status == "" {
		return list[partner.Application](ctx, t, partnersOwner, "application", page)
	}
	return listed(ctx, t, partnersOwner, "application", page, func(found []partner.Application) ([]bool, error) {
		keep := make([]bool, len(found))
		for i, a := range found {
			keep[i] = a.Status == status
		}
		return keep, nil
	})
}

// CreateApplication implements partner.ApplicationStore.
func (t *Table) CreateApplication(ctx context.Context, a partner.Application, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), put(applicationKey(a.ID), applicationItem(a)).ifAbsent(), eventPart(happened))...)
}

// SaveApplication implements partner.ApplicationStore.
func (t *Table) SaveApplication(ctx context.Context, a partner.Application, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), applicationPart(a), eventPart(happened))...)
}

// AddApplicationLink keeps the hash of a link that is about to be mailed to who applies.
func (t *Table) AddApplicationLink(ctx context.Context, a partner.Application, secret string, o op.Op) error {
	return t.write(ctx, o, applicationPart(a.Mailed(secret)))
}

// ApproveApplication implements partner.ApplicationStore.
func (t *Table) ApproveApplication(ctx context.Context, a partner.Application, p partner.Partner, names []string, first partner.User, happened []event.Event, o op.Op) error {
	parts := append(append(once(o), applicationPart(a)), partnerParts(p, names, fault.NameTaken, first, fault.AddressTaken, o)...)
	for _, e := range happened {
		parts = append(parts, eventPart(e))
	}
	return t.write(ctx, o, parts...)
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

// SaveClosing notes how far what follows from a partner's end is done, guarded by the version it was decided on.
func (t *Table) SaveClosing(ctx context.Context, p partner.Partner, o op.Op) error {
	seen := p.Version
	p.Version++
	return t.write(ctx, o, put(partnerKey(p.ID), partnerItem(p)).ifVersion(seen))
}

// SaveAgreement implements partner.AgreementStore.
func (t *Table) SaveAgreement(ctx context.Context, p partner.Partner, head catalog.TermsHead, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	inForce := check(termsKey(head.Document)).when("#row = :row", "row", head.Row).or(func(item) error {
		return fault.TermsOutdated
	})
	return t.write(ctx, o, append(once(o), put(partnerKey(p.ID), partnerItem(p)).ifVersion(seen), inForce, eventPart(happened))...)
}

// Codes implements partner.CodeStore.
func (t *Table) Codes(ctx context.Context, id partner.ID) (partner.Partner, partner.Codes, error) {
	var p partner.Partner
	var c partner.Codes
	if !id.Valid() {
		return p, c, fault.NotFound
	}
	found, err := t.batch(ctx, true, partnerKey(id), codesKey(id))
	if err != nil {
		return p, c, err
	}
	if found[partnerKey(id)] == nil {
		return p, c, fault.NotFound
	}
	return p, c, errors.Join(decode(found[partnerKey(id)], &p), decode(found[codesKey(id)], &c))
}

func codesPart(c partner.Codes) part {
	seen := c.Version
	c.Version++
	return over(codesKey(c.Partner), classed("codes", c), seen)
}

// SaveCodes implements partner.CodeStore.
func (t *Table) SaveCodes(ctx context.Context, c partner.Codes, o op.Op, happened ...event.Event) error {
	parts := append([]part{codesPart(c)}, matterParts(c, o)...)
	if len(happened) > 0 { // else the answer is no result to keep
		parts = append(append(once(o), parts...), eventParts(happened)...)
	}
	return t.write(ctx, o, parts...)
}

// SaveProof implements partner.CodeStore.
func (t *Table) SaveProof(ctx context.Context, p partner.Partner, c partner.Codes, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	return t.write(ctx, o, append(append(once(o), put(partnerKey(p.ID), partnerItem(p)).ifVersion(seen), codesPart(c)), append(matterParts(c, o), eventPart(happened))...)...)
}

// AuthorisationFacts implements partner.Store.
func (t *Table) AuthorisationFacts(ctx context.Context, id partner.ID, plan catalog.PlanID) (partner.Partner, partner.Authorisation, error) {
	var p partner.Partner
	var a partner.Authorisation
	if !id.Valid() || !plan.Valid() {
		return p, a, fault.NotFound
	}
	found, err := t.batch(ctx, true, partnerKey(id), planKey(plan), authorisationKey(id, plan))
	if err != nil {
		return p, a, err
	}
	if found[partnerKey(id)] == nil || found[planKey(plan)] == nil {
		return p, a, fault.NotFound
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

// PartnerUser implements partner.UserStore.
func (t *Table) PartnerUser(ctx context.Context, id partner.UserID) (partner.User, error) {
	if _, ok := id.Partner(); !ok {
		return partner.User{}, fault.NotFound
	}
	return one[partner.User](ctx, t, partnerUserKey(id), true)
}

// PartnerUsers lists a partner's users whose name or address begins with a text, the oldest first; one page, strongly consistent.
func (t *Table) PartnerUsers(ctx context.Context, p partner.ID, typed string, page Page) ([]partner.User, string, error) {
	return sieved(ctx, t, partnerKey(p).pk, "USER#", false, page, func(users []partner.User) ([]bool, error) {
		keep := make([]bool, len(users))
		for i, u := range users {
			keep[i] = u.Matches(typed)
		}
		return keep, nil
	})
}

// administratorsPart counts a partner's enabled global administrators: one always stays, also where two take each other's role at once.
func administratorsPart(p partner.ID, more int) part {
	return update(partnerKey(p), "ADD #global_admins :more, #version :one", "more", more, "one", 1).
		when("#global_admins > :fewer", "fewer", max(-more, 0)).or(func(item) error { return fault.LastAdmin })
}

// CreateUser implements partner.UserStore.
func (t *Table) CreateUser(ctx context.Context, u partner.User, happened event.Event, o op.Op) error {
	parts := append(once(o),
		put(partnerUserKey(u.ID), classed("partner_user", u)).ifAbsent(),
		loginPart(u.Mail, string(u.Partner), string(u.ID), o).or(func(item) error { return fault.AddressTaken.In("/email") }))
	if u.CompanyRole == partner.GlobalAdmin {
		parts = append(parts, administratorsPart(u.Partner, 1))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// SavePartnerUser implements partner.UserStore.
func (t *Table) SavePartnerUser(ctx context.Context, u partner.User, administrators int, happened event.Event, o op.Op) error {
	seen := u.Version
	u.Version++
	parts := append(once(o), put(partnerUserKey(u.ID), classed("partner_user", u)).ifVersion(seen))
	if administrators != 0 {
		parts = append(parts, administratorsPart(u.Partner, administrators))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// Client implements partner.ClientStore.
func (t *Table) Client(ctx context.Context, id partner.ClientID) (partner.Client, error) {
	if _, _, ok := id.Partner(); !ok {
		return partner.Client{}, fault.NotFound
	}
	return one[partner.Client](ctx, t, clientKey(id), true)
}

// Clients lists a partner's machine clients, the oldest first; one page, strongly consistent.
func (t *Table) Clients(ctx context.Context, p partner.ID, page Page) ([]partner.Client, string, error) {
	return under[partner.Client](ctx, t, partnerKey(p).pk, "CLIENT#", false, page)
}

// clientRow writes a client over the version and the last use that were read.
func clientRow(c partner.Client) part {
	seen := c.Version
	c.Version++
	row := put(clientKey(c.ID), clientItem(c)).ifVersion(seen)
	if c.LastUsedAt.IsZero() {
		return row.when("attribute_not_exists(#last_used_at)")
	}
	return row.when("#last_used_at = :used", "used", c.LastUsedAt)
}

// writeClient writes a client over the version that was read, and more beside. A use that was noted since it was read is no change of it: that one
// is kept, and the client written over it.
func (t *Table) writeClient(ctx context.Context, c partner.Client, o op.Op, more ...part) error {
	for {
		var now partner.Client
		row := clientRow(c).or(func(old item) error {
			if err := decode(old, &now); err != nil {
				return err
			}
			return stale()
		})
		err := t.write(ctx, o, append([]part{row}, more...)...)
		if now.Version != c.Version || now.LastUsedAt.Equal(c.LastUsedAt) {
			return err
		}
		c.LastUsedAt = now.LastUsedAt
	}
}

// NoteUse notes that the machine client behind a token's issuer and subject is given a token: one write, which changes neither its version nor who
// wrote it last. Nothing is written where a use less than partner.UseStep before is noted, or a later one, or where the subject is another's, as an
// operator's. It fails with Forbidden unknown_caller where it is nobody's.
func (t *Table) NoteUse(ctx context.Context, issuer, subject string, at time.Time) error {
	bound, err := t.get(ctx, subjectKey(issuer, subject), false)
	if err != nil {
		return err
	}
	if bound == nil {
		return fault.UnknownCaller
	}
	id := partner.ClientID(read(bound, "user"))
	if _, _, ok := id.Partner(); !ok {
		return nil
	}
	_, _, err = t.changed(ctx, update(clientKey(id), "SET #last_used_at = :at", "at", at).
		when("attribute_exists(#PK) AND (attribute_not_exists(#last_used_at) OR #last_used_at <= :noted)", "noted", at.Add(-partner.UseStep)))
	return err
}

func clientItem(c partner.Client) item {
	return due(classed("partner_client", c), "client", clientKey(c.ID), c.StepAt())
}

// clientsPart counts a partner's machine clients on an item of its own: one more that is made, or one less whose row goes.
func clientsPart(p partner.ID, n int, o op.Op) part {
	return update(clientsKey(p), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :n, #version :one",
		"class", "clients", "now", stamp(o.At), "n", n, "one", 1).
		when("(attribute_not_exists(#used) OR #used <= :room)", "room", partner.MaxClients-n).
		or(func(item) error { return fault.TooManyClients.With(partner.MaxClients) })
}

// StartClient implements partner.ClientStore.
func (t *Table) StartClient(ctx context.Context, c partner.Client, o op.Op) error {
	row := put(clientKey(c.ID), clientItem(c)).ifAbsent()
	return t.write(ctx, o, append(once(o), row, clientsPart(c.Partner, 1, o))...)
}

// SaveClient implements partner.ClientStore.
func (t *Table) SaveClient(ctx context.Context, c partner.Client, o op.Op) error {
	return t.writeClient(ctx, c, o.Part("save", strconv.Itoa(c.Version), o.NewID()))
}

func bindPart(c partner.Client, o op.Op) part {
	return put(subjectKey(c.Issuer, c.OAuthID), subjectItem(string(c.Partner), string(c.ID), o.At)).ifAbsent().or(exists)
}

func unbindPart(c partner.Client, account string) part {
	return erase(subjectKey(c.Issuer, account)).when("#user = :user", "user", string(c.ID))
}

// FinishClient implements partner.ClientStore.
func (t *Table) FinishClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	return t.writeClient(ctx, c, o.Part("finish", c.OAuthID), bindPart(c, o), eventPart(happened))
}

// ChangeClient implements partner.ClientStore.
func (t *Table) ChangeClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	return t.writeClient(ctx, c, o, append(once(o), eventPart(happened))...)
}

// UnbindClient implements partner.ClientStore.
func (t *Table) UnbindClient(ctx context.Context, c partner.Client, happened event.Event, o op.Op) error {
	parts := []part{eventPart(happened)}
	if c.OAuthID != "" {
		parts = append(parts, unbindPart(c, c.OAuthID))
	}
	return t.writeClient(ctx, c, o, parts...)
}

// ForgetClient implements partner.ClientStore.
func (t *Table) ForgetClient(ctx context.Context, c partner.Client, o op.Op) error {
	row := erase(clientKey(c.ID)).when("#status = :status", "status", string(partner.ClientDeleting))
	forgotten, old, err := t.try(ctx, o.Part("forget"), row, clientsPart(c.Partner, -1, o))
	if err == nil && !forgotten && len(old) > 0 {
		return stale()
	}
	return err
}
