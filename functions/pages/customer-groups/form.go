package customergroups

import (
	"errors"
	"net/http"
	"strconv"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/confirm"
)

// fresh is the step that makes a group.
const fresh = "group-new"

type formBody struct {
	Action, Keep, Button string
	Hidden               []page.Hidden
	Name, Description    page.Input
}

// fill shows a form with what stands in its fields.
func fill(v *site.Visit, frame page.Frame, status int, b formBody, name, description string, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b.Name = page.Input{Name: "name", Label: w.GroupsName(), Hint: w.GroupsNameHint(), Value: name, Error: errs.For("name"), Autocomplete: "off"}
	b.Description = page.Input{
		Name: "description", Label: w.GroupsDescription(), Hint: w.GroupsDescriptionHint(), Value: description, Error: errs.For("description"), Autocomplete: "off",
	}
	frame.Errors, frame.Notice, frame.Form, frame.Narrow = errs, notice, "group", true
	return v.Render(form, status, frame, b)
}

// wrong says what is wrong with what was typed, or why the reader may not save it; nil where the error is about something else.
func wrong(v *site.Visit, d administered.Directory, err error) (errs page.Errors) {
	if said := because(v, d, err); said != "" {
		return page.Errors{{Text: said}}
	}
	failed := fault.As(err)
	if failed == nil {
		return nil
	}
	w := v.Words
	for _, field := range failed.Fields {
		switch {
		case field.Pointer == "/description":
			errs = append(errs, page.FieldError{Field: "description", Text: w.GroupsDescription() + ": " + v.Beside(field)})
		case field.Code == fault.Required:
			errs = append(errs, page.FieldError{Field: "name", Text: w.GroupsNameMissing()})
		case field.Code == fault.GroupNameTaken:
			errs = append(errs, page.FieldError{Field: "name", Text: w.GroupsNameTaken()})
		case field.Pointer == "/name":
			errs = append(errs, page.FieldError{Field: "name", Text: w.GroupsName() + ": " + v.Beside(field)})
		}
	}
	return errs
}

func (p groupsPage) showNew(v *site.Visit, d administered.Directory) error {
	if why(v, d) != "" {
		return v.Redirect(start(d)) // it says why
	}
	return showNew(v, d, http.StatusOK, confirm.NewKey(v), "", "", nil)
}

func showNew(v *site.Visit, d administered.Directory, status int, key, name, description string, errs page.Errors) error {
	frame := v.Frame(v.Words.GroupsNew())
	frame.Back = &page.Link{URL: start(d), Text: v.Words.GroupsTitle()}
	return fill(v, frame, status, formBody{
		Action: start(d) + "/new", Keep: start(d), Button: v.Words.GroupsCreate(),
		Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(d.Secret, fresh, key)}, {Name: "key", Value: key}},
	}, name, description, errs, nil)
}

// create makes a group, once however often the form is sent, and leads to it.
func (p groupsPage) create(v *site.Visit, d administered.Directory) error {
	key, name, description := confirm.Key(v.Form("key")), v.Form("name"), v.Form("description")
	if err := v.Posted(d.Secret, fresh, key); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return showNew(v, d, http.StatusOK, key, name, description, nil)
	}
	made, err := administration.CreateGroup(v.R.Context(), p.table, d.By, name, description, confirm.OpBy(v, d.Signed, fresh, key))
	var before *op.Replay
	if errors.As(err, &before) {
		made.ID, err = customer.GroupID(before.Once.Result), nil
	}
	if err == nil {
		return v.Redirect(at(d, made) + "?done=created")
	}
	if errs := wrong(v, d, err); errs != nil {
		return showNew(v, d, gateway.Status(err), key, name, description, errs)
	}
	return err
}

// seen signs what a page shows of a group, so that its form decides on nothing else.
func seen(d administered.Directory, g customer.Group) string {
	return site.Token(d.Secret, "seen", string(g.ID), g.Name, g.Description)
}

// counted is that of a page that also says how many are in the group.
func counted(d administered.Directory, g customer.Group) string {
	return site.Token(d.Secret, seen(d, g), strconv.Itoa(g.Members))
}

func (p groupsPage) showEdit(v *site.Visit, d administered.Directory) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	if why(v, d) != "" {
		return v.Redirect(at(d, g)) // it says why
	}
	return showEdit(v, d, g, http.StatusOK, g.Name, g.Description, nil, nil)
}

func showEdit(v *site.Visit, d administered.Directory, g customer.Group, status int, name, description string, errs page.Errors, notice *page.Notice) error {
	frame, shown := v.Frame(v.Words.GroupsEditTitle(g.Name)), seen(d, g)
	frame.Back = &page.Link{URL: at(d, g), Text: g.Name}
	return fill(v, frame, status, formBody{
		Action: at(d, g) + "/edit", Keep: at(d, g), Button: v.Words.PartnerUsersSave(),
		Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(d.Secret, "group-edit", string(g.ID), shown)}, {Name: "seen", Value: shown}},
	}, name, description, errs, notice)
}

// save changes a group as the form showed it.
func (p groupsPage) save(v *site.Visit, d administered.Directory) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "group-edit", string(g.ID), v.Form("seen")); err != nil {
		return err
	}
	name, description := v.Form("name"), v.Form("description")
	if page.Switched(v.R) {
		return showEdit(v, d, g, http.StatusOK, name, description, nil, nil)
	}
	err = p.decide(v, d, &g, seen, func() error {
		_, err := administration.UpdateGroup(v.R.Context(), p.table, d.By, g, customer.GroupChanges{Name: &name, Description: &description}, v.By(d.Signed))
		return err
	})
	if fault.Is(err, fault.PreconditionFailed) {
		return showEdit(v, d, g, http.StatusConflict, g.Name, g.Description, nil, &page.Notice{Text: v.Words.GroupsChanged()})
	}
	if errs := wrong(v, d, err); errs != nil {
		return showEdit(v, d, g, gateway.Status(err), name, description, errs, nil)
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(d, g) + "?done=saved")
}

// decide does something to the group in the path, which it reads into g, as the page showed it. It fails with precondition_failed where it stands
// otherwise by now.
func (p groupsPage) decide(v *site.Visit, d administered.Directory, g *customer.Group, shown func(administered.Directory, customer.Group) string, do func() error) error {
	return op.RetryStale(func() error {
		now, err := p.named(v, d)
		if err != nil {
			return err
		}
		if *g = now; v.Form("seen") != shown(d, now) {
			return fault.PreconditionFailed
		}
		return do()
	})
}

type sureBody struct {
	Action, Token, Seen, Button, Keep string
	Text                              []string
	Danger                            bool
}

// ask asks once more before a group is deleted.
func (p groupsPage) ask(v *site.Visit, d administered.Directory) error {
	g, err := p.named(v, d)
	if err != nil {
		return err
	}
	if why(v, d) != "" {
		return v.Redirect(at(d, g)) // it says why
	}
	return ask(v, d, g, http.StatusOK, nil, nil)
}

func ask(v *site.Visit, d administered.Directory, g customer.Group, status int, errs page.Errors, notice *page.Notice) error {
	w, shown := v.Words, counted(d, g)
	frame := v.Frame(w.GroupsDeleteTitle(g.Name))
	frame.Narrow, frame.Errors, frame.Notice, frame.Back = true, errs, notice, &page.Link{URL: at(d, g), Text: g.Name}
	return v.Render(sure, status, frame, sureBody{
		Action: at(d, g) + "/delete", Token: site.Token(d.Secret, "group-delete", v.R.PathValue("group"), shown), Seen: shown, Keep: at(d, g), Danger: true,
		Text: []string{w.GroupsDeleteText(), w.GroupsDeleteMembers(g.Members)}, Button: w.GroupsDeleteName(g.Name),
	})
}

// erase deletes a group as the page showed it. Pressed twice it leads to the same page.
func (p groupsPage) erase(v *site.Visit, d administered.Directory) error {
	if err := v.Posted(d.Secret, "group-delete", v.R.PathValue("group"), v.Form("seen")); err != nil {
		return err
	}
	var g customer.Group
	err := p.decide(v, d, &g, counted, func() error {
		return administration.DeleteGroup(v.R.Context(), p.table, d.By, g, v.By(d.Signed))
	})
	if fault.Is(err, fault.PreconditionFailed) {
		return ask(v, d, g, http.StatusConflict, nil, &page.Notice{Text: v.Words.GroupsChanged()})
	}
	if said := because(v, d, err); said != "" {
		return ask(v, d, g, gateway.Status(err), page.Errors{{Text: said}}, nil)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return v.Redirect(start(d) + "?done=deleted")
}
