package partnerusers

import (
	"cmp"
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

// answers are what the form holds: two questions with Yes or No, and which.
type answers struct {
	name, mail, language     string
	own, role, support, held string
}

const (
	yes = "yes"
	no  = "no"
)

func answer(said bool) string {
	if said {
		return yes
	}
	return no
}

// stored are the answers as a user has them now.
func stored(u partner.User) answers {
	return answers{
		name: u.Name, mail: u.Mail, language: u.Language,
		own: answer(u.CompanyRole != partner.NoRole), role: string(u.CompanyRole),
		support: answer(u.CustomerAccess != partner.NoAccess), held: string(u.CustomerAccess),
	}
}

func typed(v *site.Visit) answers {
	return answers{
		name: v.Form("name"), mail: v.Form("email"), language: v.Form("language"), own: v.Form("own"), role: v.Form("own_role"),
		support: v.Form("support"), held: v.Form("support_role"),
	}
}

// settings returns what the two questions give. Its errors are about an answer that is missing.
func (a answers) settings(w locale.Words) (partner.CompanyRole, partner.CustomerAccess, page.Errors) {
	var errs page.Errors
	one := func(name, answer, which, missing, whichMissing string) string {
		switch {
		case answer == no:
			return ""
		case answer != yes:
			errs = append(errs, page.FieldError{Field: name, Text: missing})
		case which == "":
			errs = append(errs, page.FieldError{Field: name + "_role", Text: whichMissing})
		}
		return which
	}
	role := one("own", a.own, a.role, w.PartnerUsersOwnMissing(), w.PartnerUsersOwnWhichMissing())
	held := one("support", a.support, a.held, w.PartnerUsersSupportMissing(), w.PartnerUsersSupportWhichMissing())
	return partner.CompanyRole(role), partner.CustomerAccess(held), errs
}

type formBody struct {
	Action, Token, Seen string
	New                 bool
	Name, Mail          page.Input
	Address             string
	Language            page.Radios
	Own, Role           page.Radios
	Support, Held       page.Radios
	Why                 string // why the reader may change nothing
	Button              string
	Disable             *page.Act
	DisableTitle        string
	DisableText         string
	Enable              *page.Act
}

// render fills a form: of a user who stands there, or of a new one.
func (p usersPage) render(v *site.Visit, who site.Signed, u partner.User, status int, a answers, errs page.Errors, notice *page.Notice) error {
	w, isNew := v.Words, u.ID == ""
	b := formBody{
		New: isNew, Action: path + "/new", Button: w.PartnerUsersSend(), Token: site.Token(who.Secret, "partner-user", string(u.ID)),
		Name: page.Input{Name: "name", Label: w.PartnerUsersName(), Value: a.name, Error: errs.For("name"), Autocomplete: "off"},
		Mail: page.Input{Name: "email", Label: w.PartnerUsersEmail(), Hint: w.PartnerUsersEmailHint(), Value: a.mail, Error: errs.For("email"), Type: "email", Autocomplete: "off"},
		Language: page.Radios{
			Name: "language", Legend: w.SiteLanguage(), Value: cmp.Or(a.language, who.Partner.Language), Error: errs.For("language"), Options: site.LanguageOptions(),
		},
		Own: page.Radios{
			Name: "own", Legend: w.PartnerUsersOwnQuestion(), Hint: w.PartnerUsersOwnHint(who.Partner.LegalName), Value: a.own, Error: errs.For("own"),
			Heading: true, Cards: true, Options: yesNo(w),
		},
		Role: page.Radios{Name: "own_role", Legend: w.PartnerUsersWhich(), Value: a.role, Error: errs.For("own_role"), Options: p.roles(w, who, u)},
		Support: page.Radios{
			Name: "support", Legend: w.PartnerUsersSupportQuestion(), Hint: w.PartnerUsersSupportHint(), Value: a.support, Error: errs.For("support"),
			Heading: true, Cards: true, Options: yesNo(w),
		},
		Held: page.Radios{Name: "support_role", Legend: w.PartnerUsersWhich(), Value: a.held, Error: errs.For("support_role"), Options: p.accesses(w, who, u)},
	}
	frame := v.Frame(w.PartnerUsersInvite())
	if !isNew {
		b.Action, b.Button, b.Address, b.Seen = at(u), w.PartnerUsersSave(), textinput.ShownMail(u.Mail), seen(who, u)
		state := colleague.Standing(w, u.Disabled, u.Password)
		frame.Title, frame.Lead, frame.Badge = u.Name, b.Address, &state
		b.DisableTitle, b.DisableText = w.PartnerUsersDisable(), w.PartnerUsersDisableText()
		b.Disable = &page.Act{Text: w.PartnerUsersDisableName(u.Name), URL: at(u) + "/disable", Danger: true}
		if u.Disabled {
			b.DisableTitle, b.DisableText = w.PartnerUsersEnable(), w.PartnerUsersEnableText()
			b.Disable = &page.Act{Text: w.PartnerUsersEnableName(u.Name), URL: at(u) + "/disable", Form: []page.Hidden{
				{Name: page.TokenField, Value: site.Token(who.Secret, "disable", string(u.ID))},
				{Name: "seen", Value: seen(who, u)},
				{Name: "action", Value: "enable"},
			}}
		}
		if u.CompanyRole == partner.GlobalAdmin && who.CompanyRole != partner.GlobalAdmin {
			b.Why = w.PartnerUsersOnlyAdmin(who.Partner.LegalName)
		}
	}
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, notice, "user", &page.Link{URL: path, Text: w.PartnerUsersTitle()}
	return v.Render(form, status, frame, b)
}

func yesNo(w locale.Words) []page.Option {
	return []page.Option{{Value: no, Label: w.PartnerUsersNo()}, {Value: yes, Label: w.PartnerUsersYes()}}
}

// roles are the roles of a company; one that the reader cannot give is there, and says so. What the user has already may stay.
func (p usersPage) roles(w locale.Words, who site.Signed, u partner.User) []page.Option {
	made := colleague.Companies(w)
	for i, o := range made {
		after := u
		after.CompanyRole = partner.CompanyRole(o.Value)
		if who.Colleague().MayManage(u, after) != nil {
			made[i].Disabled, made[i].Hint = true, w.PartnerUsersNeedsAdmin()
		}
	}
	return made
}

func (p usersPage) accesses(w locale.Words, who site.Signed, u partner.User) []page.Option {
	made := colleague.Accesses(w)
	for i, o := range made {
		after := u
		after.CustomerAccess = partner.CustomerAccess(o.Value)
		if fault.Is(who.Colleague().MayManage(u, after), fault.BeyondOwnRights) {
			made[i].Disabled, made[i].Hint = true, w.PartnerUsersNeedsFull()
		}
	}
	return made
}

func (p usersPage) showNew(v *site.Visit, who site.Signed) error {
	return p.render(v, who, partner.User{}, http.StatusOK, answers{}, nil, nil)
}

// invite makes a user, who gets a mail with a link to set a password.
func (p usersPage) invite(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "partner-user", ""); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.render(v, who, partner.User{}, http.StatusOK, a, nil, nil)
	}
	role, held, errs := a.settings(v.Words)
	draft := partner.UserDraft{Partner: who.Partner.ID, Name: a.name, Mail: a.mail, Language: a.language, CompanyRole: role, CustomerAccess: held}
	if errs != nil {
		return p.render(v, who, partner.User{}, http.StatusUnprocessableEntity, a, append(p.wrong(v, draft), errs...), nil)
	}
	made, err := partner.InviteUser(v.R.Context(), p.table, who.Colleague(), draft, v.By(who))
	if err != nil {
		return p.refused(v, who, partner.User{}, a, err)
	}
	return v.Redirect(at(made) + "?done=invited")
}

// wrong is what is wrong with the details of a draft whose questions are not answered yet, so that all stands on the page at once.
func (p usersPage) wrong(v *site.Visit, draft partner.UserDraft) page.Errors {
	return site.PersonWrong(v.Words, fault.As(draft.Check()))
}

// refused shows the form again with what is wrong, and everything typed.
func (p usersPage) refused(v *site.Visit, who site.Signed, u partner.User, a answers, err error) error {
	w := v.Words
	status := http.StatusUnprocessableEntity
	errs := site.PersonWrong(w, fault.As(err))
	switch {
	case fault.Is(err, fault.LastAdmin):
		status, errs = http.StatusConflict, page.Errors{{Field: "own", Text: v.Detail(err)}}
	case fault.Is(err, fault.BeyondOwnRights, fault.TargetIsAdmin):
		status, errs = http.StatusForbidden, page.Errors{{Field: "own", Text: v.Detail(err)}}
	case fault.Is(err, fault.Stale, fault.PreconditionFailed):
		return p.overtaken(v, who, u)
	case fault.Is(err, fault.AddressTaken):
		status = http.StatusConflict
	case errs == nil:
		return err
	}
	return p.render(v, who, u, status, a, errs, nil)
}

// overtaken shows a user as it stands now, because somebody changed it since the form was shown.
func (p usersPage) overtaken(v *site.Visit, who site.Signed, u partner.User) error {
	now, err := p.table.PartnerUser(v.R.Context(), u.ID)
	if err != nil {
		return err
	}
	return p.render(v, who, now, http.StatusConflict, stored(now), nil, &page.Notice{Text: v.Words.PartnerUsersChanged()})
}

func (p usersPage) show(v *site.Visit, who site.Signed) error {
	u, err := p.named(v, who)
	if err != nil {
		return err
	}
	var notice *page.Notice
	w := v.Words
	switch v.R.URL.Query().Get("done") {
	case "invited":
		notice = &page.Notice{Success: true, Text: w.PartnerUsersInvitedNotice(u.Name)}
	case "saved":
		notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	case "disabled":
		notice = &page.Notice{Success: true, Text: w.PartnerUsersIsDisabled(u.Name)}
	case "enabled":
		notice = &page.Notice{Success: true, Text: w.PartnerUsersIsEnabled(u.Name)}
	}
	return p.render(v, who, u, http.StatusOK, stored(u), nil, notice)
}

// save changes a user as the form showed it.
func (p usersPage) save(v *site.Visit, who site.Signed) error {
	u, err := p.named(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "partner-user", string(u.ID)); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.render(v, who, u, http.StatusOK, a, nil, nil)
	}
	if v.Form("seen") != seen(who, u) {
		return p.overtaken(v, who, u)
	}
	role, held, errs := a.settings(v.Words)
	if errs != nil {
		return p.render(v, who, u, http.StatusUnprocessableEntity, a, errs, nil)
	}
	changes := partner.UserChanges{Name: &a.name, Language: &a.language, CompanyRole: &role, CustomerAccess: &held}
	if err = p.change(v, who, u, changes); err != nil {
		return p.refused(v, who, u, a, err)
	}
	return v.Redirect(at(u) + "?done=saved")
}

// change makes the changes to a user who stands as the form showed it, also where only its password's links changed since it was read.
func (p usersPage) change(v *site.Visit, who site.Signed, u partner.User, changes partner.UserChanges) error {
	return op.RetryStale(func() error {
		now, err := p.table.PartnerUser(v.R.Context(), u.ID)
		if err != nil {
			return err
		}
		if seen(who, now) != seen(who, u) {
			return fault.PreconditionFailed
		}
		_, err = partner.UpdateUser(v.R.Context(), p.table, who.Colleague(), now, changes, v.By(who))
		return err
	})
}
