package customerusers

import (
	"cmp"
	"net/http"
	"slices"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

// answers are what the form holds.
type answers struct {
	name, mail, language string
	roles                []customer.Role
	contact              customer.Contact
}

// stored are the answers as a user has them now.
func stored(u customer.User) answers {
	return answers{u.Name, u.Mail, u.Language, u.Roles, u.Contact}
}

func typed(v *site.Visit) answers {
	a := answers{name: v.Form("name"), mail: v.Form("email"), language: v.Form("language")}
	for _, role := range v.R.PostForm["roles"] {
		a.roles = append(a.roles, customer.Role(role))
	}
	for _, f := range customer.ContactFields {
		*f.Of(&a.contact) = v.Form(f.Name)
	}
	return a
}

type formBody struct {
	Action, Token, Seen, Keep string
	Name                      page.Input
	Mail                      *page.Input // of a new user: it stays
	Language                  page.Radios
	Roles                     page.Checkboxes
	Contact                   []page.Input
	Open                      bool // something stands in the contact, or is wrong with it
	Button                    string
}

// render fills a form: of a user who stands there, or of a new one.
func (p usersPage) render(v *site.Visit, d administered.Directory, u customer.User, status int, a answers, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b := formBody{
		Action: d.Path + "/users/new", Button: w.CustomerUsersCreate(), Keep: d.Path + "/users",
		Name: page.Input{Name: "name", Label: w.PartnerUsersName(), Value: a.name, Error: errs.For("name"), Autocomplete: "off"},
		Language: page.Radios{
			Name: "language", Legend: w.SiteLanguage(), Value: cmp.Or(a.language, d.By.Customer.Language), Error: errs.For("language"), Options: site.LanguageOptions(),
		},
		Roles:   page.Checkboxes{Name: "roles", Legend: w.CustomerUsersRoles(), Hint: w.CustomerUsersRolesHint(), Error: errs.For("roles"), Options: roles(w, d, u, a)},
		Contact: contacts(w, a.contact, errs),
	}
	for _, field := range b.Contact {
		b.Open = b.Open || field.Error != ""
	}
	if b.Roles.Options[0].Disabled {
		b.Roles.Hint = noRoles(w, d)
	}
	frame := v.Frame(w.CustomerUsersNew())
	frame.Back = &page.Link{URL: d.Path + "/users", Text: w.CustomerUsersTitle()}
	if u.ID == "" {
		b.Mail = &page.Input{Name: "email", Label: w.PartnerUsersEmail(), Hint: w.PartnerUsersEmailHint(), Value: a.mail, Error: errs.For("email"), Type: "email", Autocomplete: "off"}
	} else {
		b.Action, b.Button, b.Seen, b.Keep = at(d, u)+"/edit", w.PartnerUsersSave(), seen(d, u), at(d, u)
		frame.Title, frame.Lead, frame.Back = w.CustomerUsersEditTitle(u.Name), textinput.ShownMail(u.Mail), &page.Link{URL: at(d, u), Text: u.Name}
	}
	b.Token = site.Token(d.Secret, "customer-user", string(u.ID), b.Seen)
	frame.Errors, frame.Notice, frame.Form, frame.Narrow = errs, notice, "user", true
	return v.Render(form, status, frame, b)
}

// roles are the roles to choose from; where the reader can give none they are there, and cannot be chosen.
func roles(w locale.Words, d administered.Directory, u customer.User, a answers) []page.Option {
	made := colleague.Roles(w)
	for i, o := range made {
		given := u
		given.Roles = []customer.Role{customer.Role(o.Value)}
		_, err := d.By.Allow(administration.AdministerUsers, u, given)
		made[i].Disabled = fault.Is(err, fault.TargetIsAdmin)
		made[i].Checked = !made[i].Disabled && slices.Contains(a.roles, customer.Role(o.Value))
	}
	return made
}

// noRoles says why the reader gives nobody a role.
func noRoles(w locale.Words, d administered.Directory) string {
	if d.By.OnBehalf() {
		return w.CustomerUsersRolesLockedPartner()
	}
	return w.CustomerUsersRolesLocked(d.By.Customer.Name)
}

// wrong says what is wrong with what was typed, by its field; nil where the error is about something else.
func wrong(v *site.Visit, err error) page.Errors {
	failed := fault.As(err)
	if failed == nil {
		return nil
	}
	errs := site.PersonWrong(v.Words, failed)
	for _, field := range failed.Fields {
		if field.Pointer == "/roles" {
			errs = append(errs, page.FieldError{Field: "roles", Text: v.Beside(field)})
		}
		for _, f := range contacts(v.Words, customer.Contact{}, nil) {
			if field.Pointer == "/contact/"+f.Name {
				errs = append(errs, page.FieldError{Field: f.Name, Text: f.Label + ": " + v.Beside(field)})
			}
		}
	}
	return errs
}

// refused shows the form again with what is wrong, and everything typed.
func (p usersPage) refused(v *site.Visit, d administered.Directory, u customer.User, a answers, err error) error {
	errs := wrong(v, err)
	why := d.Why(v, edit.role, err)
	if fault.Is(err, fault.TargetIsAdmin) && len(u.Roles) == 0 {
		why = noRoles(v.Words, d)
	}
	if why != "" {
		errs = append(errs, page.FieldError{Field: "roles", Text: why})
	}
	if errs == nil {
		return err
	}
	return p.render(v, d, u, gateway.Status(err), a, errs, nil)
}

// mayCreate leads who may create no user to the list, which says why.
func (p usersPage) mayCreate(v *site.Visit, d administered.Directory, step func() error) error {
	if _, err := d.By.Allow(administration.AdministerUsers); err != nil {
		return v.Redirect(d.Path + "/users")
	}
	return step()
}

func (p usersPage) showNew(v *site.Visit, d administered.Directory) error {
	return p.mayCreate(v, d, func() error { return p.render(v, d, customer.User{}, http.StatusOK, answers{}, nil, nil) })
}

// create makes a user, who gets a mail with a link to set a password.
func (p usersPage) create(v *site.Visit, d administered.Directory) error {
	if err := v.Posted(d.Secret, "customer-user", "", ""); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.render(v, d, customer.User{}, http.StatusOK, a, nil, nil)
	}
	draft := customer.UserDraft{Name: a.name, Mail: a.mail, Language: a.language, Roles: a.roles, Contact: a.contact}
	made, err := administration.CreateUser(v.R.Context(), p.table, d.By, draft, v.By(d.Signed))
	if err != nil {
		return p.refused(v, d, customer.User{}, a, err)
	}
	return v.Redirect(at(d, made) + "?done=created")
}

// showEdit shows the form of a user; one that the reader may not change leads to the user's page, which says why.
func (p usersPage) showEdit(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	if u.Deleted() || cannot(v, d, edit, u) != "" {
		return v.Redirect(at(d, u))
	}
	return p.render(v, d, u, http.StatusOK, stored(u), nil, nil)
}

// save changes a user as the form showed it.
func (p usersPage) save(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "customer-user", string(u.ID), v.Form("seen")); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.render(v, d, u, http.StatusOK, a, nil, nil)
	}
	if v.Form("seen") != seen(d, u) {
		return p.overtaken(v, d, u)
	}
	changes := customer.UserChanges{Name: &a.name, Language: &a.language, Roles: &a.roles, Contact: map[string]string{}}
	for _, f := range customer.ContactFields {
		changes.Contact[f.Name] = *f.Of(&a.contact)
	}
	_, err = p.decide(v, d, u, func(now customer.User) string { return seen(d, now) }, func(now customer.User) (customer.User, error) {
		return administration.UpdateUser(v.R.Context(), p.table, d.By, now, changes, v.By(d.Signed))
	})
	if fault.Is(err, fault.PreconditionFailed) {
		return p.overtaken(v, d, u)
	}
	if err != nil {
		return p.refused(v, d, u, a, err)
	}
	return v.Redirect(at(d, u) + "?done=saved")
}

// overtaken shows a user as it stands now, because somebody changed it since the form was shown.
func (p usersPage) overtaken(v *site.Visit, d administered.Directory, u customer.User) error {
	now, err := p.named(v, d)
	if err != nil {
		return err
	}
	if now.Deleted() {
		return v.Redirect(at(d, now))
	}
	return p.render(v, d, now, http.StatusConflict, stored(now), nil, &page.Notice{Text: v.Words.CustomerUsersChanged()})
}
