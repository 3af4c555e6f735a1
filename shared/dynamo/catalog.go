package dynamo

import (
	"context"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// over writes an item over the version that was read, or where none stands for version 0. The item holds the next version.
func over(k key, it item, seen int) part {
	if seen == 0 {
		return put(k, it).ifAbsent()
	}
	return put(k, it).ifVersion(seen)
}

// born is an item of a class, with its time of birth where the type has none.
func born(class string, v any, at time.Time) item {
	it := classed(class, v)
	if read(it, "created_at") == "" {
		it["created_at"] = text(stamp(at))
	}
	return it
}

// Plan reads a plan, strongly consistent; NotFound where there is none.
func (t *Table) Plan(ctx context.Context, id catalog.PlanID) (catalog.Plan, error) {
	var p catalog.Plan
	if !id.Valid() {
		return p, fault.New(fault.NotFound, "not_found")
	}
	return p, t.one(ctx, planKey(id), &p)
}

// one reads one item into the struct that into points at, strongly consistent; NotFound where there is none.
func (t *Table) one(ctx context.Context, k key, into any) error {
	it, err := t.get(ctx, k, true)
	if err != nil {
		return err
	}
	if it == nil {
		return fault.New(fault.NotFound, "not_found")
	}
	return decode(it, into)
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
	var p catalog.Programs
	it, err := t.get(ctx, programsKey(), true)
	if err != nil {
		return p, err
	}
	return p, decode(it, &p)
}

// SavePrograms implements catalog.Store.
func (t *Table) SavePrograms(ctx context.Context, p catalog.Programs, happened event.Event, o op.Op) error {
	seen := p.Version
	p.Version++
	return t.write(ctx, o, over(programsKey(), born("programs", p, o.At), seen), eventPart(happened))
}

// Availability reads the document of what is available where, strongly consistent; zero where none was written.
func (t *Table) Availability(ctx context.Context) (catalog.Availability, error) {
	var a catalog.Availability
	it, err := t.get(ctx, availabilityKey(), true)
	if err != nil {
		return a, err
	}
	return a, decode(it, &a)
}

// SaveAvailability implements catalog.Store.
func (t *Table) SaveAvailability(ctx context.Context, a catalog.Availability, happened event.Event, o op.Op) error {
	seen := a.Version
	a.Version++
	return t.write(ctx, o, over(availabilityKey(), born("availability", a, o.At), seen), eventPart(happened))
}

// TermsHead implements catalog.Store.
func (t *Table) TermsHead(ctx context.Context, d catalog.Document) (catalog.TermsHead, error) {
	var head catalog.TermsHead
	it, err := t.get(ctx, termsKey(d), true)
	if err != nil {
		return head, err
	}
	return head, decode(it, &head)
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
			return head, nil, fault.New(fault.NotFound, "not_found")
		}
		var text catalog.TermsText
		if err := decode(it, &text); err != nil {
			return head, nil, err
		}
		texts[language] = text
	}
	return head, texts, nil
}

// SaveTerms implements catalog.Store. A head's attribute version is the document's; its row's is row.
func (t *Table) SaveTerms(ctx context.Context, head catalog.TermsHead, texts []catalog.TermsText, happened event.Event, o op.Op) error {
	parts := once(o)
	for _, one := range texts {
		parts = append(parts, put(termsTextKey(one.Document, one.Version, one.Language), born("terms_text", one, o.At)).ifAbsent().
			or(func(item) error { return fault.New(fault.Conflict, "version_exists") }))
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
