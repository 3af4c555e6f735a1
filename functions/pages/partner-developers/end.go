package partnerdevelopers

import (
	"errors"
	"net/http"
	"strconv"

	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
)

type sureBody struct {
	Action, Token, Text, Used, Button, Keep string
	Shown                                   []page.Hidden
	Danger                                  bool
}

// askRenew asks once more before a client gets a new secret.
func (p clientsPage) askRenew(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	if !c.Works() || c.OldWorks(v.Op.At) {
		return v.Redirect(at(c))
	}
	w, key := v.Words, confirm.NewKey(v)
	return p.ask(v, who, c, w.DevelopersRenewTitle(c.Name), sureBody{
		Action: at(c) + "/secret", Token: site.Token(who.Secret, "secret", string(c.ID), key), Text: w.DevelopersRenewText(partner.OldSecretDays), Button: w.DevelopersRenewName(c.Name),
		Shown: []page.Hidden{{Name: "key", Value: key}},
	})
}

// renew gives a client a new secret and shows it. The same form sent again gives no second one.
func (p clientsPage) renew(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	key := confirm.Key(v.Form("key"))
	if err := v.Posted(who.Secret, "secret", string(c.ID), key); err != nil {
		return err
	}
	o := confirm.OpBy(v, who, "secret", key)
	done, err := p.table.Done(v.R.Context(), o.Once.Key, o.At)
	switch {
	case err != nil:
		return err
	case done != nil:
		return p.reveal(v, c, "")
	}
	renewed, words, err := partner.RotateClient(v.R.Context(), p.table, p.accounts, c.ID, o)
	var before *op.Replay // at the same moment
	switch {
	case errors.As(err, &before):
		return p.reveal(v, c, "")
	case fault.Is(err, fault.ClientNotActive), fault.Is(err, fault.OldSecretWorks):
		return p.overtaken(v, who, c)
	case err != nil:
		return err
	}
	return p.reveal(v, renewed, words)
}

// askEnd asks once more before a client's old secret ends.
func (p clientsPage) askEnd(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	if !c.Works() || !c.OldWorks(v.Op.At) {
		return v.Redirect(at(c))
	}
	w := v.Words
	return p.ask(v, who, c, w.DevelopersEndTitle(c.Name), sureBody{
		Action: at(c) + "/old-secret", Token: site.Token(who.Secret, "old-secret", string(c.ID)), Text: w.DevelopersEndText(), Button: w.DevelopersEndName(c.Name),
		Shown: []page.Hidden{{Name: "version", Value: strconv.Itoa(c.Version)}}, Danger: true,
	})
}

// end ends a client's old secret as the page showed it. Pressed twice it leads to the same page.
func (p clientsPage) end(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "old-secret", string(c.ID)); err != nil {
		return err
	}
	_, err = partner.EndOldSecret(v.R.Context(), p.table, p.accounts, c.ID, seen(v), v.By(who))
	switch {
	case err == nil, fault.Is(err, fault.NoOldSecret):
		return v.Redirect(at(c) + "?done=ended")
	case fault.Is(err, fault.Stale):
		return p.overtaken(v, who, c)
	}
	return err
}

// seen holds a client to the version that the form showed.
func seen(v *site.Visit) func(partner.Client) error {
	return func(now partner.Client) error {
		if v.Form("version") != strconv.Itoa(now.Version) {
			return fault.PreconditionFailed
		}
		return nil
	}
}

// askDelete asks once more before a client is deleted.
func (p clientsPage) askDelete(v *site.Visit, who site.Signed) error {
	c, err := p.named(v, who)
	if err != nil {
		return err
	}
	w := v.Words
	return p.ask(v, who, c, w.DevelopersDeleteTitle(c.Name), sureBody{
		Action: at(c) + "/delete", Token: site.Token(who.Secret, "delete", string(c.ID)), Text: w.DevelopersDeleteText(), Button: w.DevelopersDeleteName(c.Name),
		Shown: []page.Hidden{{Name: "version", Value: strconv.Itoa(c.Version)}}, Danger: true,
	})
}

// ask asks once more, and says when the client was last used: who reads it knows whether a program would miss it.
func (p clientsPage) ask(v *site.Visit, who site.Signed, c partner.Client, title string, b sureBody) error {
	b.Keep, b.Used = at(c), v.Words.DevelopersUnusedText()
	if when, ago := used(v, who, c); when != "" {
		b.Used = v.Words.DevelopersUsedText(when, ago)
	}
	frame := v.Frame(title)
	frame.Narrow, frame.Back = true, &page.Link{URL: at(c), Text: c.Name}
	return v.Render(sure, http.StatusOK, frame, b)
}

// delete deletes a client as the page showed it. Pressed twice it leads to the same list.
func (p clientsPage) delete(v *site.Visit, who site.Signed) error {
	const done = path + "?done=deleted"
	c, err := p.named(v, who)
	if fault.Is(err, fault.NotFound) && site.Made(v.R.PathValue("client")) {
		return v.Redirect(done)
	}
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "delete", string(c.ID)); err != nil {
		return err
	}
	err = partner.DeleteClient(v.R.Context(), p.table, p.accounts, c.ID, seen(v), v.By(who))
	switch {
	case fault.Is(err, fault.NotFound):
		return v.Redirect(done)
	case fault.Is(err, fault.Stale):
		return p.overtaken(v, who, c)
	case err != nil:
		return err
	}
	return v.Redirect(done)
}

// overtaken shows a client as it stands now, because somebody changed it since the page was shown.
func (p clientsPage) overtaken(v *site.Visit, who site.Signed, c partner.Client) error {
	now, err := p.table.Client(v.R.Context(), c.ID)
	if err != nil {
		return err
	}
	return p.render(v, who, now, http.StatusConflict, &page.Notice{Text: v.Words.DevelopersChanged()})
}
