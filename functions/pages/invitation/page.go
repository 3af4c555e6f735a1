// Package invitation is where a personal link leads first: its secret moves from the address into a cookie of this invitation,
// so that it stays out of Referer, history and logs.
package invitation

import (
	"net/http"
	"net/url"

	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	links.AskTable
	links.Answers
	links.Invitations
}

type invitationPage struct{ table Table }

// Page serves /i/{token}: GET leads a living link to /redeem and shows why another one is dead; POST asks the partner for a new link.
func Page(env boot.Env, table Table) http.Handler {
	p := invitationPage{table}
	return site.New(env, table, site.Route{Path: "/i/{token}", Get: p.show, Post: p.ask})
}

func (p invitationPage) read(v *site.Visit) (links.Followed, error) {
	text, secret, ok := token.Split(v.R.PathValue("token"))
	of, err := invitation.Parse(text)
	if !ok || err != nil {
		err = fault.NotFound
	}
	followed := links.Followed{}
	if err == nil {
		followed, err = links.Follow(v, p.table, of, secret, false)
	}
	if fault.Is(err, fault.NotFound) {
		if _, wrong := v.Catalogue(); wrong != nil {
			return followed, wrong
		}
		v.Speak()
	}
	return followed, err
}

func (p invitationPage) show(v *site.Visit) error {
	followed, err := p.read(v)
	if err != nil {
		return links.ShowUnavailable(v, links.Unavailable{Err: err})
	}
	if followed.Err == nil {
		page.SetCookie(v.W, links.InvitationCookie(followed.Invitation.ID), followed.Secret, links.KeepLink)
		query := url.Values{"i": {string(followed.Invitation.ID)}}
		for _, name := range []string{"step", "lang"} {
			if given := v.R.URL.Query().Get(name); given != "" {
				query.Set(name, given)
			}
		}
		return v.Redirect("/redeem?" + query.Encode())
	}
	gone, err := links.Describe(v, p.table, followed)
	if err != nil {
		return err
	}
	if fault.Is(followed.Err, fault.InvitationAnswered) && gone.Receipt != "" {
		return v.Redirect(gone.Receipt)
	}
	return links.ShowUnavailable(v, gone)
}

func (p invitationPage) ask(v *site.Visit) error {
	followed, err := p.read(v)
	if err != nil {
		return links.ShowUnavailable(v, links.Unavailable{Err: err})
	}
	if followed.Err == nil {
		return p.show(v)
	}
	return links.Ask(v, p.table, followed)
}
