package vendoravailability

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/edited"
)

// region reads the document, and which of its regions the path names: one more than there are for a new one.
func (p availabilityPage) region(v *site.Visit) (now catalog.Availability, i int, err error) {
	if now, err = p.table.Availability(v.R.Context()); err != nil {
		return now, 0, err
	}
	id := v.R.PathValue("region")
	if id == "" {
		return now, len(now.Regions), nil
	}
	i = slices.IndexFunc(now.Regions, func(r catalog.Region) bool { return r.ID == id })
	if i < 0 {
		return now, i, fault.NotFound
	}
	return now, i, nil
}

func (p availabilityPage) regionForm(v *site.Visit, who site.Signed) error {
	now, i, err := p.region(v)
	if err != nil {
		return err
	}
	a, version := edited.Opened(v, regionAnswers(v.Words, now, i), now.Version)
	return p.renderRegion(v, who, now, i, http.StatusOK, a, version, nil, nil)
}

// regionAnswers are a region's form as it stands.
func regionAnswers(w locale.Words, now catalog.Availability, i int) edited.Answers {
	stored := edited.None()
	if i < len(now.Regions) {
		stored.SetText("name", now.Regions[i].Name)
		stored.Set("countries", site.CountryNames(w, now.Regions[i].Countries))
	}
	return stored
}

// regionToken is that of the region in the path.
func regionToken(v *site.Visit, who site.Signed) string {
	return token(who, "region "+v.R.PathValue("region"))
}

func (p availabilityPage) renderRegion(v *site.Visit, who site.Signed, now catalog.Availability, i, status int, a edited.Answers, version int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	var fields []edited.Field
	if i == len(now.Regions) {
		fields = append(fields, edited.Field{Input: &page.Input{
			Name: "id", Label: w.AvailabilityRegionID(), Hint: w.ProgramsIDHint(), Value: a.Get("id"), Error: errs.For("id"), Width: 30, Autocomplete: "off",
		}})
	}
	fields = append(append(fields, a.Lines(w, "name", w.AvailabilityRegionName(), errs)...), edited.Field{Textarea: &page.Textarea{
		Name: "countries", Label: w.AvailabilityCountries(), Hint: w.AvailabilityCountriesHint(), Value: a.Get("countries"), Error: errs.For("countries"),
	}})
	form := edited.Form{
		Action: v.R.URL.Path, Back: path, Token: regionToken(v, who), Version: version,
		Cards: []edited.Card{{Title: w.AvailabilityRegion(), Parts: []edited.Part{{Fields: fields}}}},
	}
	frame := v.Frame(w.AvailabilityRegionNew())
	if i < len(now.Regions) {
		frame.Title = w.AvailabilityRegionEdit(now.Regions[i].Name.In(string(w.Language())))
		frame.Act = &page.Act{Text: w.AvailabilityRegionRemove(), URL: regionPath + "/" + now.Regions[i].ID + "/remove", Why: stays(w, now, i), ID: "why-remove"}
	}
	frame.Notice, frame.Back = notice, &page.Link{URL: path, Text: w.AvailabilityTitle()}
	return edited.Show(v, status, frame, form, errs)
}

// regionPost goes on from the form to the answers, back to the form, or saves.
func (p availabilityPage) regionPost(v *site.Visit, who site.Signed) error {
	now, i, err := p.region(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "availability", "region "+v.R.PathValue("region")); err != nil {
		return err
	}
	a, version := edited.Typed(v)
	if act := edited.Act(v); act == edited.Change || page.Switched(v.R) && !edited.Checking(v) {
		return p.renderRegion(v, who, now, i, http.StatusOK, a, version, nil, nil)
	}
	codes, unknown := site.Countries(a.Get("countries"))
	wanted := catalog.Region{ID: strings.TrimSpace(a.Get("id")), Name: a.Text("name"), Countries: codes}
	given := catalog.Availability{Regions: slices.Clone(now.Regions), Gaps: now.Gaps}
	if again := slices.IndexFunc(now.Regions, wanted.Equal); i == len(now.Regions) && again >= 0 && edited.Act(v) == edited.Save {
		i = again // pressed twice
	}
	if i < len(now.Regions) {
		wanted.ID = now.Regions[i].ID
		given.Regions[i] = wanted
	} else {
		given.Regions = append(given.Regions, wanted)
	}
	made, err := given.Clean()
	errs := edited.Wrong(err, func(f fault.Field) (string, string) { return wrongRegion(v, given, i, f) })
	if len(unknown) > 0 {
		errs = append(errs, page.FieldError{Field: "countries", Text: v.Words.CatalogCountriesUnknown(strings.Join(unknown, ", "))})
	}
	if errs != nil {
		return p.renderRegion(v, who, now, i, http.StatusUnprocessableEntity, a, version, errs, nil)
	}
	overtaken := func(version int) error {
		return p.renderRegion(v, who, now, i, http.StatusConflict, a, version, nil, edited.Overtaken(v.Words, path))
	}
	return p.goOn(v, who, now, made, version, overtaken, func() error { return p.checkRegion(v, who, now, made, i, a) })
}

// wrongRegion returns the field of the form of what is wrong with the document, and what is said beside it. A country that is in two regions may be
// named of the other one.
func wrongRegion(v *site.Visit, given catalog.Availability, i int, f fault.Field) (name, text string) {
	w, parts := v.Words, strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/")
	if len(parts) < 3 {
		return "id", w.AvailabilityRegionMany(catalog.MaxRegions)
	}
	switch {
	case parts[2] == "id" && f.Code == fault.DuplicateEntry:
		return "id", w.AvailabilityRegionIDTaken()
	case parts[2] == "id":
		return "id", w.ProgramsIDWrong()
	case parts[2] == "name":
		return edited.TextWrong(v, f, "name", w.AvailabilityRegionName())
	case len(parts) < 4:
		return "countries", v.Beside(f)
	}
	of, _ := strconv.Atoi(parts[1])
	j, _ := strconv.Atoi(parts[3])
	country := w.Country(given.Regions[of].Countries[j])
	if f.Code == fault.CountryInTwoRegions {
		return "countries", w.AvailabilityRegionTaken(country)
	}
	return "countries", w.CatalogCountriesTwice(country)
}

// checkRegion shows what was answered, what of it is new, what follows, and who is affected.
func (p availabilityPage) checkRegion(v *site.Visit, who site.Signed, now, made catalog.Availability, i int, a edited.Answers) error {
	plans, err := p.plans(v)
	if err != nil {
		return err
	}
	counted, err := p.count(v, now, made)
	if err != nil {
		return err
	}
	w := v.Words
	section := func(r catalog.Region) []page.Section {
		return []page.Section{{Heading: w.AvailabilityRegion(), Rows: []page.Row{
			{Key: w.AvailabilityRegionName(), Values: edited.Both(w, r.Name)}, {Key: w.AvailabilityCountries(), Values: []string{available.Countries(w, r)}},
		}}}
	}
	s := edited.Sure{
		Action: v.R.URL.Path, Token: regionToken(v, who), Version: now.Version, Answers: a.Values, Button: w.AvailabilityRegionMake(),
		Follows: []string{w.AvailabilityThenNew()}, Sections: section(made.Regions[i]),
	}
	if i < len(now.Regions) {
		was, is := now.Regions[i], made.Regions[i]
		s.Button, s.Follows, s.Sections = w.AvailabilityRegionSave(), nil, edited.Compared(w, section(was), section(is))
		if more := site.OtherCountries(is.Countries, was.Countries); len(more) > 0 {
			s.Follows = append(s.Follows, w.AvailabilityThenJoins(site.CountryNames(w, more)))
		}
		if fewer := site.OtherCountries(was.Countries, is.Countries); len(fewer) > 0 {
			s.Follows = append(s.Follows, w.AvailabilityThenLeaves(site.CountryNames(w, fewer)))
		}
		if !maps.Equal(was.Name, is.Name) {
			s.Follows = append(s.Follows, w.AvailabilityThenName())
		}
	}
	s.Follows = append(s.Follows, w.AvailabilityThenWhen(), w.AvailabilityThenGoesOn())
	counted.shown(v, &s, plansLosing(v, plans, now, made))
	frame := v.Frame(w.AvailabilityCheck())
	frame.Lead = made.Regions[i].ID
	return edited.ShowSure(v, frame, s)
}
