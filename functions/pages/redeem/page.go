// Package redeem is where the holder of a personal link answers an offer: the authorization page, the account, the check, the last button;
// or a No, or "I do not know this partner". What is typed is kept on the invitation.
package redeem

import (
	"embed"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.AskTable
	site.Answers
	site.Partners
	redemption.Store
	invitation.Store
}

//go:embed *.html
var files embed.FS

var (
	authorization = page.Parse(files, "authorization.html")
	account       = page.Parse(files, "account.html")
	check         = page.Parse(files, "check.html")
	refusal       = page.Parse(files, "refusal.html")
)

type redeemPage struct{ table Table }

// The steps and their paths.
const (
	stepRead    = "/redeem"
	stepAccount = "/redeem/account"
	stepCheck   = "/redeem/check"
)

// Page serves /redeem, /redeem/account and /redeem/check: GET shows, POST keeps what was answered or does the deed, then redirects.
func Page(env boot.Env, table Table) http.Handler {
	p := redeemPage{table}
	return site.New(
		env, table,
		site.Route{Path: stepRead, Get: p.opened(p.showRead), Post: p.opened(p.postRead)},
		site.Route{Path: stepAccount, Get: p.opened(p.showAccount), Post: p.opened(p.postAccount)},
		site.Route{Path: stepCheck, Get: p.opened(p.showCheck), Post: p.opened(p.postCheck)},
	)
}

// opened lets only the holder of a living link through; a dead one gets its page, a used one its receipt.
func (p redeemPage) opened(step func(v *site.Visit, f site.Personal) error) func(*site.Visit) error {
	return func(v *site.Visit) error {
		followed, err := p.open(v)
		switch {
		case fault.Is(err, "not_found"):
			return p.noLink(v)
		case err != nil:
			return err
		case followed.Err != nil:
			return p.dead(v, followed)
		}
		return step(v, followed)
	}
}

// open follows the link whose secret the cookie holds. What follows the visitor's own POST is read strongly consistent.
func (p redeemPage) open(v *site.Visit) (site.Personal, error) {
	of, err := invitation.Parse(v.R.URL.Query().Get("i"))
	if err != nil {
		return site.Personal{}, err
	}
	secret := page.Cookie(v.R, site.InvitationCookie(of))
	if secret == "" {
		return site.Personal{}, fault.New(fault.NotFound, "not_found")
	}
	if v.R.Method == http.MethodPost && v.R.URL.Path == stepCheck {
		return v.FollowToAnswer(p.table, of, secret)
	}
	opening := v.R.Method != http.MethodPost && v.R.URL.Path == stepRead && v.R.URL.Query().Get("from") == ""
	return v.Follow(p.table, of, secret, !opening)
}

// noLink is the same whatever exists: this browser holds no link to such an invitation.
func (p redeemPage) noLink(v *site.Visit) error {
	if _, err := v.Catalogue(); err != nil {
		return err
	}
	v.Speak()
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.RedeemNoLinkTitle(), Text: []string{v.Words.RedeemNoLinkText(), v.Words.RedeemNoLinkKept()}})
}

// dead shows why the link can no longer be answered. Whoever pressed twice is led to the receipt.
func (p redeemPage) dead(v *site.Visit, f site.Personal) error {
	if v.R.Method == http.MethodPost && v.Form("action") == "ask" {
		return v.Ask(p.table, f)
	}
	if fault.Is(f.Err, "invitation_paused") && v.R.URL.Query().Get("step") == "reported" {
		return v.Say(http.StatusOK, site.Message{
			Title: v.Words.RedeemReportedTitle(), Text: []string{v.Words.RedeemReportedText(v.Frame("").Brand.Name), v.Words.RedeemReportedNext()},
		})
	}
	dead, err := v.Death(p.table, f)
	if err != nil {
		return err
	}
	if fault.Is(f.Err, "invitation_answered") && dead.Receipt != "" {
		return v.Redirect(dead.Receipt)
	}
	if dead.Button != nil {
		dead.Button.Action = path(stepRead, f)
	}
	return v.Bury(dead)
}

// path returns the address of a step of this invitation; pairs are more parameters.
func path(step string, f site.Personal, pairs ...string) string {
	query := url.Values{"i": {string(f.Invitation.ID)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return step + "?" + query.Encode()
}

// changing says that the visitor came from the check page to change one answer.
func changing(v *site.Visit) bool { return v.R.URL.Query().Get("from") == "check" }

// unfinished returns the first step that is not answered yet; stepCheck where all are.
func unfinished(d invitation.Draft, of offer.Offer) string {
	if d.Terms == "" || of.Delegation != nil && d.Delegation == "" {
		return stepRead
	}
	if _, err := redemption.CheckAccount(d); err != nil {
		return stepAccount
	}
	return stepCheck
}

// keep saves the draft unless it says the same as the one kept; rev is the revision that the page showed.
// Where somebody saved another one meanwhile (a second tab) it fails with Stale.
func (p redeemPage) keep(v *site.Visit, f site.Personal, next invitation.Draft, rev int) (invitation.Draft, error) {
	kept := f.Invitation.Draft
	next.Rev = kept.Rev
	if next == kept {
		return kept, nil
	}
	if rev != kept.Rev {
		return kept, fault.New(fault.Stale, "precondition_failed")
	}
	return p.table.SaveDraft(v.R.Context(), f.Invitation.ID, next, v.As(f.Invitation.ID))
}

// kept leads on after keep, or shows what stood in its way.
func (p redeemPage) kept(v *site.Visit, f site.Personal, err error, next string) error {
	switch f2 := fault.As(err); {
	case err == nil:
		return v.Redirect(path(next, f))
	case f2 != nil && f2.Kind == fault.Stale:
		// Another tab answered meanwhile: its answers are shown, with a notice; nothing is overwritten unseen.
		return v.Redirect(path(stepCheck, f, "notice", "stale"))
	case f2 != nil && (f2.Kind == fault.Conflict || f2.Kind == fault.Gone):
		f.Err = err
		return p.dead(v, f)
	}
	return err
}

// visitor is what is recorded of the person who decides.
func visitor(v *site.Visit, f site.Personal) redemption.Visitor {
	return redemption.Visitor{
		Secret: f.Secret, Address: gateway.ClientAddress(v.R), Browser: browser(v.R.UserAgent()), Language: string(v.Words.Language()),
	}
}

// browser returns a User-Agent bounded and printable.
func browser(said string) string {
	const most = 400
	said = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, said)
	return said[:min(len(said), most)]
}

// signIn tells somebody whose address is a user already to sign in; nothing typed is lost.
func (p redeemPage) signIn(v *site.Visit, f site.Personal) error {
	w := v.Words
	return v.Say(http.StatusConflict, site.Message{
		Title: w.RedeemSignInTitle(),
		Text:  []string{w.RedeemSignInText(f.Invitation.Mail), w.RedeemSignInLater(f.Facts.Partner.LegalName), w.RedeemSignInKept(v.In(f.Invitation.ExpiresAt, f.Facts.Offer.Country))},
		Links: []page.Link{{Text: w.RedeemBackToOffer(), URL: path(stepRead, f)}}, Heading: w.DeadContact(), Rows: v.PartnerCard(f.Facts.Partner),
	})
}
