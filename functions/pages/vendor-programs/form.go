package vendorprograms

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/edited"
)

// opened reads the program that the form is of; one of no version is a new one.
func (p programsPage) opened(v *site.Visit) (catalog.Program, error) {
	if v.R.PathValue("program") == "" {
		return catalog.Program{}, nil
	}
	of, _, err := p.named(v)
	return of, err
}

func (p programsPage) form(v *site.Visit, who site.Signed) error {
	of, err := p.opened(v)
	if err != nil {
		return err
	}
	stored := edited.None()
	stored.SetText("name", of.Title)
	for _, right := range of.Rights {
		stored.Add("rights", string(right))
	}
	a, version := edited.Opened(v, stored, of.Version)
	return p.render(v, who, of, http.StatusOK, a, version, nil, nil)
}

func token(who site.Signed, of catalog.Program) string {
	return site.Token(who.Secret, "program", of.Name)
}

// action is where the form of a program posts to.
func action(of catalog.Program) string {
	if of.Version == 0 {
		return fresh
	}
	return at(of.Name) + "/edit"
}

func (p programsPage) render(v *site.Visit, who site.Signed, of catalog.Program, status int, a edited.Answers, version int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	rights := page.Checkboxes{Name: "rights", Legend: w.ProgramsRights(), Hint: w.ProgramsRightsHint(), Error: errs.For("rights")}
	for _, one := range []page.Option{
		{Value: string(catalog.DelegatedAdministration), Label: w.ProgramsAdministration(), Hint: w.ProgramsAdministrationHint()},
		{Value: string(catalog.Reselling), Label: w.ProgramsReselling(), Hint: w.ProgramsResellingHint()},
	} {
		one.Checked = slices.Contains(a.Values["rights"], one.Value)
		rights.Options = append(rights.Options, one)
	}
	var fields []edited.Field
	if of.Version == 0 {
		fields = append(fields, edited.Field{Input: &page.Input{
			Name: "id", Label: w.ProgramsID(), Hint: w.ProgramsIDHint(), Value: a.Get("id"), Error: errs.For("id"), Width: 30, Autocomplete: "off",
		}})
	}
	fields = append(append(fields, a.Lines(w, "name", w.ProgramsName(), errs)...), edited.Field{Checkboxes: &rights})
	f := edited.Form{
		Action: action(of), Back: path, Token: token(who, of), Version: version, Cards: []edited.Card{{Title: w.ProgramsProgram(), Parts: []edited.Part{{Fields: fields}}}},
	}
	frame := v.Frame(w.ProgramsNew())
	frame.Notice, frame.Back = notice, &page.Link{URL: path, Text: w.ProgramsTitle()}
	if of.Version > 0 {
		name := of.Title.In(string(w.Language()))
		frame.Title, f.Back = w.ProgramsEdit(name), at(of.Name)
		frame.Back = &page.Link{URL: f.Back, Text: name}
	}
	return edited.Show(v, status, frame, f, errs)
}

// read returns the program that the answers describe.
func read(of catalog.Program, a edited.Answers) catalog.Program {
	wanted := catalog.Program{Name: of.Name, Title: a.Text("name")}
	if of.Version == 0 {
		wanted.Name = strings.TrimSpace(a.Get("id"))
	}
	for _, one := range a.Values["rights"] {
		wanted.Rights = append(wanted.Rights, catalog.Right(one))
	}
	return wanted
}

// clean returns the program as the operation would write it, or what is wrong with the answers.
func clean(v *site.Visit, wanted catalog.Program) (catalog.Program, page.Errors) {
	made, err := wanted.Clean()
	errs := edited.Wrong(err, func(f fault.Field) (string, string) {
		if strings.HasPrefix(f.Pointer, "/name/") {
			return edited.TextWrong(v, f, "name", v.Words.ProgramsName())
		}
		return "rights", v.Beside(f)
	})
	if !catalog.ProgramName(wanted.Name) {
		errs = append(errs, page.FieldError{Field: "id", Text: v.Words.ProgramsIDWrong()})
	}
	return made, errs
}

// post goes on from the form to the answers, back to the form, or saves.
func (p programsPage) post(v *site.Visit, who site.Signed) error {
	of, err := p.opened(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "program", of.Name); err != nil {
		return err
	}
	a, version := edited.Typed(v)
	if act := edited.Act(v); act == edited.Change || page.Switched(v.R) && !edited.Checking(v) {
		return p.render(v, who, of, http.StatusOK, a, version, nil, nil)
	}
	wanted := read(of, a)
	made, errs := clean(v, wanted)
	if errs != nil {
		return p.render(v, who, of, http.StatusUnprocessableEntity, a, version, errs, nil)
	}
	if stopped, err := p.stopped(v, who, of, made, a, version); stopped || err != nil {
		return err
	}
	if edited.Act(v) != edited.Save {
		return p.check(v, who, of, made, a, version)
	}
	_, err = catalog.PutProgram(v.R.Context(), p.table, wanted, func(now catalog.Program) error {
		if now.Version != version {
			return fault.PreconditionFailed
		}
		return nil
	}, v.By(who))
	switch {
	case fault.Is(err, fault.PreconditionFailed): // somebody was faster, since the programs were read
		_, err = p.stopped(v, who, of, made, a, version)
		return err
	case fault.Is(err, fault.TooMany):
		return p.render(v, who, of, http.StatusConflict, a, version, page.Errors{{Field: "id", Text: v.Words.ProgramsMany(catalog.MaxPrograms)}}, nil)
	case err != nil:
		return err
	case version == 0:
		return v.Redirect(at(made.Name) + "?done=made")
	}
	return v.Redirect(at(made.Name) + "?done=saved")
}

// stopped answers where there is nothing to save, or something else stands there than the form showed; false otherwise.
func (p programsPage) stopped(v *site.Visit, who site.Signed, of, made catalog.Program, a edited.Answers, version int) (bool, error) {
	all, err := p.table.Programs(v.R.Context())
	if err != nil {
		return false, err
	}
	now := all.ByName[made.Name]
	switch {
	case now.Version > 0 && now.Equal(made) && edited.Act(v) == edited.Save: // pressed twice
		return true, v.Redirect(at(made.Name) + "?done=saved")
	case now.Version > 0 && now.Equal(made):
		return true, v.Redirect(at(made.Name) + "?done=same")
	case of.Version == 0 && now.Version > 0:
		return true, p.render(v, who, of, http.StatusConflict, a, version, page.Errors{{Field: "id", Text: v.Words.ProgramsIDTaken()}}, nil)
	case now.Version != version:
		return true, p.render(v, who, now, http.StatusConflict, a, now.Version, nil, edited.Overtaken(v.Words, at(now.Name)))
	}
	return false, nil
}

// check shows what was answered, what of it is new, what follows, and for how many partners.
func (p programsPage) check(v *site.Visit, who site.Signed, of, made catalog.Program, a edited.Answers, version int) error {
	w := v.Words
	s := edited.Sure{
		Action: action(of), Token: token(who, of), Version: version, Answers: a.Values, Button: w.ProgramsMake(), Follows: []string{w.ProgramsThenNew()},
		Sections: []page.Section{{Heading: w.ProgramsProgram(), Rows: rows(w, made)}},
	}
	if version > 0 {
		newest, err := p.newest(v)
		if err != nil {
			return err
		}
		all, err := p.table.Programs(v.R.Context())
		if err != nil {
			return err
		}
		after := catalog.Programs{ByName: maps.Clone(all.ByName)}
		after.ByName[made.Name] = made
		lose, get := newest.turned(all, after, v.Op.At)
		s.Affected = []page.Row{{Key: w.ProgramsHolders(), Values: []string{w.ProgramsPartners(len(newest.in(of.Name, v.Op.At)))}}}
		for _, one := range catalog.Rights {
			switch had, has := slices.Contains(of.Rights, one), slices.Contains(made.Rights, one); {
			case had && !has:
				s.Danger = true
				s.Affected = append(s.Affected, page.Row{Key: w.ProgramsLoses(right(w, one)), Values: []string{w.ProgramsPartners(lose[one])}})
			case has && !had:
				s.Affected = append(s.Affected, page.Row{Key: w.ProgramsGains(right(w, one)), Values: []string{w.ProgramsPartners(get[one])}})
			}
		}
		s.Button, s.Follows, s.About = w.ProgramsSave(), changes(w, of, made), newest.counted(w)
		s.Sections = edited.Compared(w, []page.Section{{Heading: w.ProgramsProgram(), Rows: rows(w, of)}}, s.Sections)
	}
	frame := v.Frame(w.ProgramsCheck())
	frame.Lead = made.Name
	return edited.ShowSure(v, frame, s)
}

// rows are all that a program holds.
func rows(w locale.Words, of catalog.Program) []page.Row {
	return []page.Row{{Key: w.ProgramsName(), Values: edited.Both(w, of.Title)}, {Key: w.ProgramsGives(), Values: gives(w, of)}}
}

// changes says what it means that a program becomes another: rights are asked when an offer is made and when it is answered (offer.Offer.Allowed),
// and never of what runs.
func changes(w locale.Words, was, is catalog.Program) []string {
	said := []string{w.ProgramsThenAtOnce()}
	turned := func(right catalog.Right, off, on string) (taken bool) {
		had, has := slices.Contains(was.Rights, right), slices.Contains(is.Rights, right)
		switch {
		case had && !has:
			said = append(said, off)
		case has && !had:
			said = append(said, on)
		}
		return had && !has
	}
	taken := turned(catalog.DelegatedAdministration, w.ProgramsThenNoAdministration(), w.ProgramsThenAdministration())
	if turned(catalog.Reselling, w.ProgramsThenNoReselling(), w.ProgramsThenReselling()) || taken {
		said = slices.Insert(said, 1, w.ProgramsThenOther())
	}
	if !maps.Equal(was.Title, is.Title) {
		said = append(said, w.ProgramsThenName())
	}
	return said
}
