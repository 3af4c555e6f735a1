package vendoravailability

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/edited"
)

// How a form says that a feature stands in a region.
const (
	on   = "on"
	off  = "off"  // for no plan
	some = "some" // not for the chosen plans
)

// asked are the regions of a feature's form: the one that the address names, else all.
func asked(v *site.Visit, now catalog.Availability) ([]catalog.Region, error) {
	region := v.R.URL.Query().Get("region")
	regions := slices.DeleteFunc(slices.Clone(now.Regions), func(r catalog.Region) bool { return region != "" && r.ID != region })
	if len(regions) == 0 {
		return nil, fault.NotFound
	}
	return regions, nil
}

// names of a region's fields.
func stateField(r catalog.Region) string  { return r.ID + "-state" }
func plansField(r catalog.Region) string  { return r.ID + "-plans" }
func reasonField(r catalog.Region) string { return r.ID + "-reason" }

// answers are how a feature stands in some regions.
func answers(now catalog.Availability, f catalog.Feature, regions []catalog.Region) edited.Answers {
	a := edited.None()
	for _, r := range regions {
		gaps := now.Of(f, r.ID)
		switch closed := slices.IndexFunc(gaps, func(g catalog.Gap) bool { return g.Plan == "" }); {
		case len(gaps) == 0:
			a.Set(stateField(r), on)
		case closed >= 0:
			a.Set(stateField(r), off)
			a.SetText(reasonField(r), gaps[closed].Reason)
		default:
			a.Set(stateField(r), some)
			a.SetText(reasonField(r), gaps[0].Reason)
			for _, g := range gaps {
				a.Add(plansField(r), string(g.Plan))
			}
		}
	}
	return a
}

func (p availabilityPage) form(v *site.Visit, who site.Signed) error {
	f, now, regions, err := p.opened(v)
	if err != nil {
		return err
	}
	a, version := edited.Opened(v, answers(now, f, regions), now.Version)
	return p.render(v, who, f, regions, http.StatusOK, a, version, nil, nil)
}

// opened reads what a feature's form is about.
func (p availabilityPage) opened(v *site.Visit) (catalog.Feature, catalog.Availability, []catalog.Region, error) {
	f, err := wanted(v)
	if err != nil {
		return "", catalog.Availability{}, nil, err
	}
	now, err := p.table.Availability(v.R.Context())
	if err != nil {
		return "", now, nil, err
	}
	regions, err := asked(v, now)
	return f, now, regions, err
}

func token(who site.Signed, about string) string {
	return site.Token(who.Secret, "availability", about)
}

func (p availabilityPage) render(v *site.Visit, who site.Signed, f catalog.Feature, regions []catalog.Region, status int, a edited.Answers, version int, errs page.Errors, notice *page.Notice) error {
	plans, err := p.plans(v)
	if err != nil {
		return err
	}
	w := v.Words
	form := edited.Form{Action: at(f, v.R.URL.Query().Get("region")), Back: path, Token: token(who, string(f)), Version: version}
	for _, r := range regions {
		state, chosen := stateField(r), a.Values[plansField(r)]
		of := page.Checkboxes{Name: plansField(r), Legend: w.AvailabilityPlans(), Hint: w.AvailabilityPlansHint(), Error: errs.For(plansField(r))}
		known := slices.Clone(chosen)
		for id := range plans {
			known = append(known, string(id))
		}
		slices.Sort(known)
		for _, id := range slices.Compact(known) {
			of.Options = append(of.Options, page.Option{Value: id, Label: v.PlanName(plans, catalog.PlanID(id)), Checked: slices.Contains(chosen, id)})
		}
		fields := []edited.Field{{Radios: &page.Radios{
			Name: state, Legend: w.AvailabilityState(), Value: a.Get(state), Error: errs.For(state), Options: []page.Option{
				{Value: on, Label: w.AvailabilityStateOn()}, {Value: off, Label: w.AvailabilityStateOff()}, {Value: some, Label: w.AvailabilityStateSome()},
			},
		}}}
		if len(of.Options) > 0 {
			fields = append(fields, edited.Field{Checkboxes: &of})
		}
		reasons := a.Blocks(w, reasonField(r), w.AvailabilityReason(), errs)
		reasons[0].Textarea.Hint = w.AvailabilityReasonHint()
		form.Cards = append(form.Cards, edited.Card{
			Title: r.Name.In(string(w.Language())), Hint: available.Countries(w, r), Parts: []edited.Part{{Fields: append(fields, reasons...)}},
		})
	}
	name, about := available.Feature(w, f)
	frame := v.Frame(w.AvailabilityEdit(name))
	frame.Lead, frame.Notice, frame.Back = about, notice, &page.Link{URL: path, Text: w.AvailabilityTitle()}
	return edited.Show(v, status, frame, form, errs)
}

// read returns the document as the answers change it: the gaps of a region whose answers are as it stands stay as they are, with each plan's own
// reason. From tells which region each gap at the end comes from.
func read(v *site.Visit, now catalog.Availability, f catalog.Feature, regions []catalog.Region, a edited.Answers) (made catalog.Availability, from map[int]catalog.Region, errs page.Errors) {
	w, stored := v.Words, answers(now, f, regions)
	changed := slices.DeleteFunc(slices.Clone(regions), func(r catalog.Region) bool { return same(stored, a, r) })
	made, from = catalog.Availability{Regions: now.Regions}, map[int]catalog.Region{}
	for _, g := range now.Gaps {
		if g.Feature != f || !slices.ContainsFunc(changed, func(r catalog.Region) bool { return r.ID == g.Region }) {
			made.Gaps = append(made.Gaps, g)
		}
	}
	for _, r := range changed {
		add := func(plan catalog.PlanID) {
			g := catalog.Gap{Feature: f, Region: r.ID, Plan: plan}
			if reason := a.Text(reasonField(r)); strings.TrimSpace(strings.Join(slices.Collect(maps.Values(reason)), "")) != "" {
				g.Reason = reason
			}
			from[len(made.Gaps)] = r
			made.Gaps = append(made.Gaps, g)
		}
		switch a.Get(stateField(r)) {
		case on:
		case off:
			add("")
		case some:
			for _, plan := range a.Values[plansField(r)] {
				add(catalog.PlanID(plan))
			}
			if len(a.Values[plansField(r)]) == 0 {
				errs = append(errs, page.FieldError{Field: stateField(r), Text: w.AvailabilityPlansMissing()})
			}
		default:
			errs = append(errs, page.FieldError{Field: stateField(r), Text: w.AvailabilityStateMissing()})
		}
	}
	return made, from, errs
}

// same says whether two answers mean the same for a region: plans and reason count only where they are asked for.
func same(stored, a edited.Answers, r catalog.Region) bool {
	state := stateField(r)
	if stored.Get(state) != a.Get(state) {
		return false
	}
	chosen := func(of edited.Answers) []string { return slices.Sorted(slices.Values(of.Values[plansField(r)])) }
	clean := func(of edited.Answers) string {
		reason := of.Text(reasonField(r))
		return strings.TrimSpace(reason["en"]) + "\n" + strings.TrimSpace(reason["pl"])
	}
	return a.Get(state) == on || clean(stored) == clean(a) && (a.Get(state) == off || slices.Equal(chosen(stored), chosen(a)))
}

// post goes on from the form to the answers, back to the form, or saves.
func (p availabilityPage) post(v *site.Visit, who site.Signed) error {
	f, now, regions, err := p.opened(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "availability", string(f)); err != nil {
		return err
	}
	a, version := edited.Typed(v)
	if act := edited.Act(v); act == edited.Change || page.Switched(v.R) && !edited.Checking(v) {
		return p.render(v, who, f, regions, http.StatusOK, a, version, nil, nil)
	}
	given, from, errs := read(v, now, f, regions, a)
	made, err := given.Clean()
	errs = append(errs, edited.Wrong(err, func(field fault.Field) (string, string) {
		i, _ := strconv.Atoi(strings.Split(strings.TrimPrefix(field.Pointer, "/gaps/"), "/")[0])
		if r, known := from[i]; known && strings.Contains(field.Pointer, "/reason/") {
			return edited.TextWrong(v, field, reasonField(r), v.Words.AvailabilityReason())
		}
		return stateField(regions[0]), v.Beside(field)
	})...)
	if errs != nil {
		return p.render(v, who, f, regions, http.StatusUnprocessableEntity, a, version, errs, nil)
	}
	overtaken := func(version int) error {
		return p.render(v, who, f, regions, http.StatusConflict, a, version, nil, edited.Overtaken(v.Words, path))
	}
	return p.goOn(v, who, now, made, version, overtaken, func() error { return p.check(v, who, f, regions, now, made, a) })
}

// goOn shows the answers to be checked, or saves the document: where it says so already there is nothing to save, where it is another than the form
// showed overtaken is shown.
func (p availabilityPage) goOn(v *site.Visit, who site.Signed, now, made catalog.Availability, version int, overtaken func(version int) error, check func() error) error {
	saving := edited.Act(v) == edited.Save
	switch {
	case now.Equal(made) && saving: // pressed twice
		return v.Redirect(path + "?done=saved")
	case now.Equal(made):
		return v.Redirect(path + "?done=same")
	case now.Version != version:
		return overtaken(now.Version)
	case !saving:
		return check()
	}
	_, err := catalog.PutAvailability(v.R.Context(), p.table, now, made, v.By(who))
	if fault.Is(err, fault.Stale) { // somebody was faster, since it was read
		if now, err = p.table.Availability(v.R.Context()); err != nil {
			return err
		}
		return overtaken(now.Version)
	}
	if err != nil {
		return err
	}
	return v.Redirect(path + "?done=saved")
}

// check shows what was answered, what of it is new, what follows, and who is affected.
func (p availabilityPage) check(v *site.Visit, who site.Signed, f catalog.Feature, regions []catalog.Region, now, made catalog.Availability, a edited.Answers) error {
	plans, err := p.plans(v)
	if err != nil {
		return err
	}
	counted, err := p.count(v, now, made)
	if err != nil {
		return err
	}
	w := v.Words
	name, _ := available.Feature(w, f)
	section := func(of catalog.Availability) []page.Section {
		var rows []page.Row
		for _, r := range regions {
			state, said := available.State(v, plans, of.Of(f, r.ID))
			rows = append(rows, page.Row{Key: r.Name.In(string(w.Language())), Values: append([]string{state.Text}, said...)})
		}
		return []page.Section{{Heading: name, Rows: rows}}
	}
	s := edited.Sure{
		Action: at(f, v.R.URL.Query().Get("region")), Token: token(who, string(f)), Version: now.Version, Answers: a.Values, Button: w.AvailabilitySave(),
		Follows: []string{w.AvailabilityThenWhen()}, Sections: edited.Compared(w, section(now), section(made)),
	}
	stored := answers(now, f, regions)
	for _, r := range regions {
		if same(stored, a, r) {
			continue
		}
		follows := map[string]func(string) string{on: w.AvailabilityThenOn, off: w.AvailabilityThenOff, some: w.AvailabilityThenSome}
		if state := a.Get(stateField(r)); state != stored.Get(stateField(r)) || state == some {
			s.Follows = append(s.Follows, follows[state](r.Name.In(string(w.Language()))))
		}
	}
	s.Follows = append(s.Follows, w.AvailabilityThenGoesOn())
	for _, r := range regions {
		s.Affected = append(s.Affected, page.Row{Key: r.Name.In(string(w.Language())), Values: []string{available.Countries(w, r)}})
	}
	counted.shown(v, &s, plansLosing(v, plans, now, made))
	return edited.ShowSure(v, v.Frame(w.AvailabilityCheck()), s)
}
