package dynamo

import (
	"context"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Vendor reads who runs the program; zero where nothing was set up. Pages and mail may use one up to 60 seconds old.
func (t *Table) Vendor(ctx context.Context) (catalog.Vendor, error) {
	return load[catalog.Vendor](ctx, t, vendorKey())
}

// SaveVendor writes the vendor over the version that was read (0: there was none).
// It fails with Stale where somebody was faster.
func (t *Table) SaveVendor(ctx context.Context, v catalog.Vendor, o op.Op) error {
	seen := v.Version
	v.Version++
	return t.write(ctx, o, over(vendorKey(), born("vendor", v, o.At), seen))
}

// SaveBrand implements catalog.Store. A picture's key is the name of its content: what stands there is the same picture, and one that comes back
// before its end stays.
func (t *Table) SaveBrand(ctx context.Context, v catalog.Vendor, pictures brand.Change, happened event.Event, o op.Op) error {
	seen := v.Version
	v.Version++
	parts := []part{over(vendorKey(), born("vendor", v, o.At), seen), eventPart(happened)}
	return t.write(ctx, o, append(parts, picturesParts(pictures, o)...)...)
}

func picturesParts(pictures brand.Change, o op.Op) []part {
	var parts []part
	for _, p := range pictures.New {
		parts = append(parts, put(pictureKey(p.File), born("picture", p, o.At)).when("(attribute_not_exists(#PK) OR #data = :data)", "data", p.Data))
	}
	for _, file := range pictures.Gone {
		parts = append(parts, update(pictureKey(file), "SET #ttl = :ttl", "ttl", int(pictures.Until.Unix())).when("attribute_exists(#PK)"))
	}
	return parts
}

// Picture reads a picture of the brand, which never changes, by its file's name. NotFound where there is none.
func (t *Table) Picture(ctx context.Context, file string) (brand.Picture, error) {
	return one[brand.Picture](ctx, t, pictureKey(file), false)
}

// StopSending turns the vendor's switch off, with its event. It returns false where it is off already.
func (t *Table) StopSending(ctx context.Context, happened event.Event, o op.Op) (bool, error) {
	stopped, _, err := t.try(ctx, o, update(vendorKey(), "REMOVE #sending SET #stopped_at = :now ADD #version :one", "now", stamp(o.At), "one", 1).
		when("#sending = :on", "on", true), eventPart(happened))
	return stopped, err
}

// Plan reads a plan, strongly consistent; NotFound where there is none.
func (t *Table) Plan(ctx context.Context, id catalog.PlanID) (catalog.Plan, error) {
	if !id.Valid() {
		return catalog.Plan{}, fault.NotFound
	}
	return one[catalog.Plan](ctx, t, planKey(id), true)
}

// Plans lists the plans by their id; one page.
func (t *Table) Plans(ctx context.Context, page Page) ([]catalog.Plan, string, error) {
	return under[catalog.Plan](ctx, t, planKey("").pk, planKey("").sk, false, page)
}

// SavePlan implements catalog.Store.
func (t *Table) SavePlan(ctx context.Context, p catalog.Plan, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	return t.write(ctx, o, over(planKey(p.ID), classed("plan", p), seen), eventPart(happened))
}

// Programs implements catalog.Store.
func (t *Table) Programs(ctx context.Context) (catalog.Programs, error) {
	return load[catalog.Programs](ctx, t, programsKey())
}

// SavePrograms implements catalog.Store.
func (t *Table) SavePrograms(ctx context.Context, p catalog.Programs, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	return t.write(ctx, o, over(programsKey(), born("programs", p, o.At), seen), eventPart(happened))
}

// Availability reads the document of what is available where, strongly consistent; zero where none was written.
func (t *Table) Availability(ctx context.Context) (catalog.Availability, error) {
	return load[catalog.Availability](ctx, t, availabilityKey())
}

// SaveAvailability implements catalog.Store.
func (t *Table) SaveAvailability(ctx context.Context, a catalog.Availability, happened event.Event, o op.Op) error {
	seen := a.Version
	a.Version++
	return t.write(ctx, o, over(availabilityKey(), born("availability", a, o.At), seen), eventPart(happened))
}

// TermsHead implements catalog.Store.
func (t *Table) TermsHead(ctx context.Context, d catalog.Document) (catalog.TermsHead, error) {
	return load[catalog.TermsHead](ctx, t, termsKey(d))
}

// Terms reads one version of a document in every language, strongly consistent, by language, with the head that says which version
// is in force. NotFound where there is no such version.
func (t *Table) Terms(ctx context.Context, d catalog.Document, version string) (catalog.TermsHead, map[string]catalog.TermsText, error) {
	var head catalog.TermsHead
	keys := []key{termsKey(d)}
	for _, language := range catalog.Languages {
		keys = append(keys, termsTextKey(d, version, language))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return head, nil, err
	}
	if err := decode(found[termsKey(d)], &head); err != nil {
		return head, nil, err
	}
	texts := make(map[string]catalog.TermsText, len(catalog.Languages))
	for _, language := range catalog.Languages {
		it, ok := found[termsTextKey(d, version, language)]
		if !ok {
			return head, nil, fault.NotFound
		}
		var text catalog.TermsText
		if err := decode(it, &text); err != nil {
			return head, nil, err
		}
		texts[language] = text
	}
	return head, texts, nil
}

// TermsVersions lists the texts of every version of a document, in every language, in no order that matters; strongly consistent.
func (t *Table) TermsVersions(ctx context.Context, d catalog.Document) ([]catalog.TermsText, error) {
	return everything(ctx, func(page Page) ([]catalog.TermsText, string, error) {
		return under[catalog.TermsText](ctx, t, termsKey(d).pk, termsKey(d).sk+"#", false, page)
	})
}

// SaveTerms implements catalog.Store. A head's attribute version is the document's; its row's is row.
func (t *Table) SaveTerms(ctx context.Context, head catalog.TermsHead, texts []catalog.TermsText, happened event.Event, o op.Op) error {
	parts := once(o)
	for _, one := range texts {
		parts = append(parts, put(termsTextKey(one.Document, one.Version, one.Language), born("terms_text", one, o.At)).ifAbsent().
			or(func(item) error { return fault.VersionExists }))
	}
	seen := head.Row
	head.Row++
	row := put(termsKey(head.Document), born("terms", head, o.At))
	if seen == 0 {
		row = row.ifAbsent()
	} else {
		row = row.when("#row = :row", "row", seen)
	}
	return t.write(ctx, o, append(parts, row, eventPart(happened))...)
}

// CatalogView reads what pages show of the catalogue, with the plans that are asked for; eventually consistent, one call.
func (t *Table) CatalogView(ctx context.Context, plans []catalog.PlanID) (catalog.View, error) {
	shown := catalog.View{Plans: map[catalog.PlanID]catalog.Plan{}, Terms: map[catalog.Document]catalog.TermsHead{}}
	keys := []key{vendorKey(), availabilityKey()}
	for _, d := range catalog.Documents {
		keys = append(keys, termsKey(d))
	}
	for _, p := range plans {
		keys = append(keys, planKey(p))
	}
	found, err := t.batch(ctx, false, keys...)
	if err != nil {
		return shown, err
	}
	if err := decode(found[vendorKey()], &shown.Vendor); err != nil {
		return shown, err
	}
	if err := decode(found[availabilityKey()], &shown.Availability); err != nil {
		return shown, err
	}
	for _, d := range catalog.Documents {
		if it, ok := found[termsKey(d)]; ok {
			var head catalog.TermsHead
			if err := decode(it, &head); err != nil {
				return shown, err
			}
			shown.Terms[d] = head
		}
	}
	for _, p := range plans {
		if it, ok := found[planKey(p)]; ok {
			var plan catalog.Plan
			if err := decode(it, &plan); err != nil {
				return shown, err
			}
			shown.Plans[p] = plan
		}
	}
	return shown, nil
}

// CatalogText reads one version of a document in one language, which never changes; NotFound where it was never published.
func (t *Table) CatalogText(ctx context.Context, d catalog.Document, version, language string) (catalog.TermsText, error) {
	return one[catalog.TermsText](ctx, t, termsTextKey(d, version, language), false)
}

// over writes an item over the version that was read, or where none stands for version 0. The item holds the next version.
func over(k key, it item, seen int) part {
	if seen == 0 {
		return put(k, it).ifAbsent()
	}
	return put(k, it).ifVersion(seen)
}
