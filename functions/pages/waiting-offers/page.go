// Package waitingoffers shows the people of a customer which offers wait for their answer, and opens one without its mailed link.
package waitingoffers

import (
	"embed"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/awaited"
	"liaison/shared/site/links"
	"liaison/shared/token"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	invitation.Waits
	invitation.Entrances
}

//go:embed list.html
var files embed.FS

var list = page.Parse(files, "list.html")

const path = "/account/offers"

type offersPage struct{ table Table }

// Page serves /account/offers: GET lists, POST opens the invitation that the form names and leads to its first step.
func Page(env boot.Env, table Table) http.Handler {
	p := offersPage{table}
	return site.New(env, table, site.Route{Path: path, Get: site.Customers(table, access.Known, p.show), Post: site.Customers(table, access.Known, p.open)})
}

type body struct {
	Offers  []page.Item
	Nothing page.Empty
	More    bool // there may be others
}

func (p offersPage) show(v *site.Visit, who site.Signed) error {
	w := v.Words
	b := body{Nothing: page.Empty{Icon: "mail", Title: w.OffersNone(), Text: w.OffersNoneText()}}
	var err error
	if b.Offers, b.More, err = awaited.Read(v, p.table, who); err != nil {
		return err
	}
	frame := v.Frame(w.OffersTitle())
	frame.Back = &page.Link{URL: "/account", Text: w.FrameAccount()}
	if v.R.URL.Query().Get("ended") != "" {
		frame.Notice = &page.Notice{Text: w.OffersEnded()}
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// open gives who is signed in a secret of their own that opens the invitation, as its mailed link does, and leads there. The secret follows from the
// session's, so that pressing again adds none.
func (p offersPage) open(v *site.Visit, who site.Signed) error {
	given := v.Form(awaited.Field)
	of, err := invitation.Parse(given)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, awaited.OpenStep, given); err != nil {
		return err
	}
	secret := token.Derive(who.Secret+given, token.Answer)
	err = invitation.Enter(v.R.Context(), p.table, of, awaited.Person(who), secret, v.By(who))
	switch {
	case fault.Is(err, fault.NotFound):
		return err
	case fault.Is(err, fault.Gone, fault.Conflict) && !fault.Is(err, fault.Stale):
		return v.Redirect(path + "?ended=1")
	case err != nil:
		return err
	}
	page.SetCookie(v.W, links.InvitationCookie(of), secret, links.KeepLink)
	return v.Redirect("/redeem?i=" + given)
}
