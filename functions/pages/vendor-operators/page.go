// Package vendoroperators is where the vendor's people see, invite, disable and enable their colleagues.
package vendoroperators

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/operator"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	operator.Store
	Operators(ctx context.Context, page dynamo.Page) ([]operator.Operator, string, error)
}

//go:embed *.html
var files embed.FS

var form, sure = page.Parse(files, "form.html"), page.Parse(files, "sure.html")

type operatorsPage struct{ table Table }

const path = "/vendor/operators"

// Page serves /vendor/operators, below it the form that invites a colleague, and of each the page that asks once more before it is disabled or
// enabled.
func Page(env boot.Env, table Table) http.Handler {
	p := operatorsPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.ManageOperators, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/new", Get: only(p.showNew), Post: only(p.invite)},
		site.Route{Path: path + "/{operator}", Get: only(p.ask), Post: only(p.change)},
	)
}

func (p operatorsPage) list(v *site.Visit, _ site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	found, next, err := p.table.Operators(v.R.Context(), dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{})
	l.Pager.First.Text, l.Pager.More.Text = w.PartnerUsersFirst(), w.PartnerUsersNext()
	l.Table.Heads = []string{w.PartnerUsersName(), w.PartnerUsersStatus(), w.OperatorsChange()}
	for _, u := range found {
		act := page.Act{Text: w.OperatorsDisable(), URL: at(u.ID), About: u.Name, Small: true}
		if u.Disabled {
			act.Text = w.OperatorsEnable()
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: u.Name, Lines: []string{textinput.ShownMail(u.Mail)}, Cells: []page.Cell{{Badges: []page.Badge{colleague.Standing(w, u.Disabled, u.Password)}}, {Act: &act}},
		})
	}
	frame := v.Frame(w.OperatorsTitle())
	frame.Act = &page.Act{Text: w.PartnerUsersInvite(), URL: path + "/new", Primary: true}
	switch query.Get("done") {
	case "invited":
		frame.Notice = &page.Notice{Success: true, Text: w.OperatorsInvitedNotice()}
	case "changed":
		frame.Notice = &page.Notice{Success: true, Text: w.PartnerUsersSaved()}
	}
	return v.RenderListing(frame, l)
}

func at(id operator.ID) string { return path + "/" + site.ULID(string(id)) }

type formBody struct {
	Token      string
	Name, Mail page.Input
	Language   page.Radios
}

func (p operatorsPage) showNew(v *site.Visit, who site.Signed) error {
	return p.render(v, who, http.StatusOK, nil)
}

func (p operatorsPage) render(v *site.Visit, who site.Signed, status int, errs page.Errors) error {
	w := v.Words
	b := formBody{
		Token:    site.Token(who.Secret, "operator", ""),
		Name:     page.Input{Name: "name", Label: w.PartnerUsersName(), Value: v.Form("name"), Error: errs.For("name"), Autocomplete: "off"},
		Mail:     page.Input{Name: "email", Label: w.PartnerUsersEmail(), Hint: w.PartnerUsersEmailHint(), Value: v.Form("email"), Error: errs.For("email"), Type: "email", Autocomplete: "off"},
		Language: page.Radios{Name: "language", Legend: w.SiteLanguage(), Value: v.Form("language"), Error: errs.For("language"), Options: site.LanguageOptions()},
	}
	if b.Language.Value == "" {
		b.Language.Value = string(w.Language())
	}
	frame := v.Frame(w.PartnerUsersInvite())
	frame.Lead, frame.Errors, frame.Form, frame.Back = w.OperatorsMay(), errs, "operator", &page.Link{URL: path, Text: w.OperatorsTitle()}
	return v.Render(form, status, frame, b)
}

// invite makes an operator, who gets a mail with a link to set a password.
func (p operatorsPage) invite(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "operator", ""); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.render(v, who, http.StatusOK, nil)
	}
	_, err := operator.Invite(v.R.Context(), p.table, operator.Draft{Name: v.Form("name"), Mail: v.Form("email"), Language: v.Form("language")}, v.By(who))
	if err == nil {
		return v.Redirect(path + "?done=invited")
	}
	errs := site.PersonWrong(v.Words, fault.As(err))
	switch {
	case fault.Is(err, fault.AddressTaken):
		return p.render(v, who, http.StatusConflict, errs)
	case errs == nil:
		return err
	}
	return p.render(v, who, http.StatusUnprocessableEntity, errs)
}

type sureBody struct {
	Action, Token, Disabled, Text, Button, Keep string
	Danger                                      bool
}

// named reads the operator in the path.
func (p operatorsPage) named(v *site.Visit) (operator.Operator, error) {
	id, ok := operator.Named(v.R.PathValue("operator"))
	if !ok {
		return operator.Operator{}, fault.NotFound
	}
	return p.table.Operator(v.R.Context(), id)
}

// ask asks once more before an operator is disabled, or enabled again.
func (p operatorsPage) ask(v *site.Visit, who site.Signed) error {
	u, err := p.named(v)
	if err != nil {
		return err
	}
	return p.sure(v, who, u, http.StatusOK, nil)
}

func (p operatorsPage) sure(v *site.Visit, who site.Signed, u operator.Operator, status int, errs page.Errors) error {
	w := v.Words
	b := sureBody{
		Action: at(u.ID), Token: site.Token(who.Secret, "switch", string(u.ID)), Disabled: "yes", Text: w.PartnerUsersDisableText(),
		Button: w.PartnerUsersDisableName(u.Name), Keep: path, Danger: true,
	}
	frame := v.Frame(w.PartnerUsersDisableTitle(u.Name))
	if u.Disabled {
		b.Disabled, b.Text, b.Button, b.Danger = "no", w.PartnerUsersEnableText(), w.PartnerUsersEnableName(u.Name), false
		frame.Title = b.Button
	}
	frame.Lead, frame.Narrow, frame.Errors, frame.Back = textinput.ShownMail(u.Mail), true, errs, &page.Link{URL: path, Text: w.OperatorsTitle()}
	return v.Render(sure, status, frame, b)
}

// change disables or enables the operator, as the page said. Pressed twice it leads to the same page.
func (p operatorsPage) change(v *site.Visit, who site.Signed) error {
	u, err := p.named(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "switch", string(u.ID)); err != nil {
		return err
	}
	_, err = operator.Switch(v.R.Context(), p.table, u.ID, v.Form("disabled") != "no", v.By(who))
	if fault.Is(err, fault.LastAdmin) {
		return p.sure(v, who, u, http.StatusConflict, page.Errors{{Text: v.Words.OperatorsLast()}})
	}
	if err != nil {
		return err
	}
	return v.Redirect(path + "?done=changed")
}
