package dynamo

import (
	"context"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Shown reads what pages show of the catalogue, with the plans that are asked for; eventually consistent, one call.
func (t *Table) Shown(ctx context.Context, plans []catalog.PlanID) (catalog.Shown, error) {
	shown := catalog.Shown{Plans: map[catalog.PlanID]catalog.Plan{}, Terms: map[catalog.Document]catalog.TermsHead{}}
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

// ShownText reads one version of a document in one language, which never changes; NotFound where it was never published.
func (t *Table) ShownText(ctx context.Context, d catalog.Document, version, language string) (catalog.TermsText, error) {
	var text catalog.TermsText
	it, err := t.get(ctx, termsTextKey(d, version, language), false)
	if err != nil {
		return text, err
	}
	if it == nil {
		return text, fault.New(fault.NotFound, "not_found")
	}
	return text, decode(it, &text)
}

// SaveEvent writes an event that changes nothing else: somebody asked for something.
func (t *Table) SaveEvent(ctx context.Context, happened event.Event, o op.Op) error {
	return t.write(ctx, o, eventPart(happened))
}
