package vendoravailability

import (
	"net/http"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/edited"
)

// stays says why a region can't be removed; empty where it can. One with countries can't, so that whom a removal affects is seen where they leave it.
func stays(w locale.Words, now catalog.Availability, i int) string {
	switch {
	case len(now.Regions[i].Countries) > 0:
		return w.AvailabilityRegionHas(site.CountryNames(w, now.Regions[i].Countries))
	case len(now.Regions) == 1:
		return w.AvailabilityRegionLast()
	}
	return ""
}

// without is the document without a region and its gaps.
func without(now catalog.Availability, i int) catalog.Availability {
	id := now.Regions[i].ID
	return catalog.Availability{
		Regions: slices.Delete(slices.Clone(now.Regions), i, i+1),
		Gaps:    slices.DeleteFunc(slices.Clone(now.Gaps), func(g catalog.Gap) bool { return g.Region == id }),
	}
}

// removeCheck shows what goes with a region; where it stays, its form says why.
func (p availabilityPage) removeCheck(v *site.Visit, who site.Signed) error {
	now, i, err := p.region(v)
	if err != nil {
		return err
	}
	if stays(v.Words, now, i) != "" {
		return v.Redirect(regionPath + "/" + now.Regions[i].ID)
	}
	return p.renderRemove(v, who, now, i)
}

func removeToken(v *site.Visit, who site.Signed) string {
	return token(who, "remove "+v.R.PathValue("region"))
}

func (p availabilityPage) renderRemove(v *site.Visit, who site.Signed, now catalog.Availability, i int) error {
	plans, err := p.plans(v)
	if err != nil {
		return err
	}
	w, r := v.Words, now.Regions[i]
	rows := []page.Row{{Key: w.AvailabilityRegionName(), Values: edited.Both(w, r.Name)}, {Key: w.AvailabilityCountries(), Values: []string{available.Countries(w, r)}}}
	for _, f := range catalog.Features {
		if gaps := now.Of(f, r.ID); len(gaps) > 0 {
			name, _ := available.Feature(w, f)
			state, said := available.State(v, plans, gaps)
			rows = append(rows, page.Row{Key: name, Values: append([]string{state.Text}, said...)})
		}
	}
	name := r.Name.In(string(w.Language()))
	frame := v.Frame(w.AvailabilityRegionRemoveCheck(name))
	frame.Back = &page.Link{URL: regionPath + "/" + r.ID, Text: name}
	return edited.ShowSure(v, frame, edited.Sure{
		Action: v.R.URL.Path, Token: removeToken(v, who), Version: now.Version, Button: w.AvailabilityRegionRemove(), Danger: true,
		Follows: []string{w.AvailabilityThenRemoved()}, Sections: []page.Section{{Heading: w.AvailabilityRegion(), Rows: rows}},
	})
}

// removePost removes a region, or goes back to its form. Pressed twice it leads to the same page.
func (p availabilityPage) removePost(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "availability", "remove "+v.R.PathValue("region")); err != nil {
		return err
	}
	now, i, err := p.region(v)
	if fault.Is(err, fault.NotFound) && edited.Act(v) == edited.Save {
		return v.Redirect(path + "?done=saved")
	}
	if err != nil {
		return err
	}
	switch {
	case stays(v.Words, now, i) != "" || edited.Act(v) == edited.Change:
		return v.Redirect(regionPath + "/" + now.Regions[i].ID)
	case page.Switched(v.R):
		return p.renderRemove(v, who, now, i)
	}
	_, version := edited.Typed(v)
	overtaken := func(version int) error {
		return p.renderRegion(v, who, now, i, http.StatusConflict, regionAnswers(v.Words, now, i), version, nil, edited.Overtaken(v.Words, path))
	}
	return p.goOn(v, who, now, without(now, i), version, overtaken, func() error { return p.renderRemove(v, who, now, i) })
}
