package catalog

import (
	"context"
	"maps"
	"slices"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// PutAvailability checks the document as it should be and writes it over the one that was read, or as the first where old is zero.
// It fails with Invalid naming every wrong field, for example a country in two regions, and with Stale where it changed meanwhile.
func PutAvailability(ctx context.Context, store Store, old, wanted Availability, o op.Op) (Availability, error) {
	made, err := wanted.Clean()
	if err != nil {
		return Availability{}, err
	}
	made.Version, made.ChangedAt = old.Version, o.At
	happened := event.New(o, event.Vendor(), event.Of("feature-availability", AvailabilityChangedEvent{}))
	if err := store.SaveAvailability(ctx, made, happened, o); err != nil {
		return Availability{}, err
	}
	made.Version++
	return made, nil
}

func regionID(text string) bool {
	return textinput.Word(text, textinput.Small, textinput.Small+textinput.Digits+"_-", 2, 40)
}

// Equal says whether two documents say the same, whenever they were written.
func (a Availability) Equal(other Availability) bool {
	return slices.EqualFunc(a.Regions, other.Regions, Region.Equal) && slices.EqualFunc(a.Gaps, other.Gaps, func(g, o Gap) bool {
		return g.Feature == o.Feature && g.Region == o.Region && g.Plan == o.Plan && maps.Equal(g.Reason, o.Reason)
	})
}

// Equal says whether two regions are the same, in all that they hold.
func (r Region) Equal(other Region) bool {
	return r.ID == other.ID && maps.Equal(r.Name, other.Name) && slices.Equal(r.Countries, other.Countries)
}

// Of returns the gaps of one feature in one region.
func (a Availability) Of(f Feature, region string) (found []Gap) {
	for _, g := range a.Gaps {
		if g.Feature == f && g.Region == region {
			found = append(found, g)
		}
	}
	return found
}

// Clean returns the document with its texts cleaned, or Invalid naming every field that is wrong: what PutAvailability would write, or why not.
func (a Availability) Clean() (Availability, error) {
	var wrong fault.Check
	switch {
	case len(a.Regions) == 0:
		wrong.Add("/regions", fault.Required)
	case len(a.Regions) > MaxRegions:
		wrong.Add("/regions", fault.TooMany, MaxRegions)
	}
	if len(a.Gaps) > MaxGaps {
		wrong.Add("/gaps", fault.TooMany, MaxGaps)
	}
	if err := wrong.Err(); err != nil {
		return a, err
	}
	made := Availability{Regions: slices.Clone(a.Regions), Gaps: slices.Clone(a.Gaps)}
	regions, owner := map[string]bool{}, map[string]int{}
	for i, r := range a.Regions {
		switch {
		case !regionID(r.ID):
			wrong.Add(at("/regions", i, "/id"), fault.InvalidFormat)
		case regions[r.ID]:
			wrong.Add(at("/regions", i, "/id"), fault.DuplicateEntry, r.ID)
		}
		regions[r.ID] = true
		made.Regions[i].Name = name(r.Name, &wrong, at("/regions", i, "/name"))
		CheckCountries(&wrong, at("/regions", i, "/countries"), r.Countries, 0)
		for j, country := range r.Countries {
			if other, taken := owner[country]; taken && other != i {
				wrong.Add(at(at("/regions", i, "/countries"), j, ""), fault.CountryInTwoRegions, country)
			}
			owner[country] = i
		}
	}
	for i, g := range a.Gaps {
		if !slices.Contains(Features, g.Feature) {
			wrong.Add(at("/gaps", i, "/feature"), fault.InvalidValue)
		}
		if !regions[g.Region] {
			wrong.Add(at("/gaps", i, "/region"), fault.UnknownRegion, g.Region[:min(len(g.Region), 40)])
		}
		if g.Plan != "" && !g.Plan.Valid() {
			wrong.Add(at("/gaps", i, "/plan_id"), fault.InvalidFormat)
		}
		if g.Reason != nil {
			made.Gaps[i].Reason = description(g.Reason, &wrong, at("/gaps", i, "/reason"))
		}
	}
	return made, wrong.Err()
}
