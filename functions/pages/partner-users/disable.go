package partnerusers

import (
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

type sureBody struct {
	Action, Token, Seen, Text, Button, Keep string
}

// ask asks once more before a user is disabled.
func (p usersPage) ask(v *site.Visit, who site.Signed) error {
	u, err := p.named(v, who)
	if err != nil {
		return err
	}
	if u.Disabled {
		return v.Redirect(at(u))
	}
	w := v.Words
	frame := v.Frame(w.PartnerUsersDisableTitle(u.Name))
	frame.Narrow, frame.Back = true, &page.Link{URL: at(u), Text: u.Name}
	return v.Render(sure, http.StatusOK, frame, sureBody{
		Action: at(u) + "/disable", Token: site.Token(who.Secret, "disable", string(u.ID)), Seen: seen(who, u),
		Text: w.PartnerUsersDisableText(), Button: w.PartnerUsersDisableName(u.Name), Keep: at(u),
	})
}

// disable disables or enables the user, as the page showed it. Pressed twice it leads to the same page.
func (p usersPage) disable(v *site.Visit, who site.Signed) error {
	u, err := p.named(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "disable", string(u.ID)); err != nil {
		return err
	}
	disabled, done := v.Form("action") != "enable", "?done=disabled"
	if !disabled {
		done = "?done=enabled"
	}
	if u.Disabled == disabled {
		return v.Redirect(at(u) + done)
	}
	if v.Form("seen") != seen(who, u) {
		return p.overtaken(v, who, u)
	}
	err = p.change(v, who, u, partner.UserChanges{Disabled: &disabled})
	if fault.Is(err, fault.LastAdmin, fault.BeyondOwnRights, fault.TargetIsAdmin, fault.Stale, fault.PreconditionFailed) {
		return p.refused(v, who, u, stored(u), err)
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(u) + done)
}
