// Package offer is the page behind an offer's own link: who offers what, a field for the visitor's address, and the way to an account that is
// there already.
package offer

import (
	"embed"
	"net/http"
	"strings"
	"time"

	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	links.AskTable
	links.Invitations
}

//go:embed offer.html
var files embed.FS

var shown = page.Parse(offered.With(files), "offer.html", offered.File)

type offerPage struct{ table Table }

// Page serves /o/{code}: GET shows the offer; POST mails the visitor a personal link, or makes one at once for a customer's user who is signed in.
func Page(env boot.Env, table Table) http.Handler {
	p := offerPage{table}
	return site.New(env, table, site.Route{Path: "/o/{code}", Get: p.show, Post: p.ask})
}

type body struct {
	offered.Shown
	Sells         bool   // it brings a subscription
	Ask           string // whether delegated administration is asked for, in a sentence
	Email         page.Input
	Token, Action string
	Own           string // who is signed in and goes on with the own account; empty for a visitor
	SignIn        string // where a visitor with an account signs in and comes back from; where somebody is signed in, with another one
	Terms         []page.Link
}

// followed is the offer as it was found, and who reads it.
type followed struct {
	invitation.Facts
	who    site.Signed // a customer's user; zero for visitors, and for people of partners, who answer for nobody
	secret string      // of the form's token: the session's, or the cookie's of this page
}

// cookie keeps the secret that keys the form's token; it says nothing of the visitor.
const cookie = "o"

func (p offerPage) show(v *site.Visit) error {
	of, f, err := p.read(v)
	if err != nil {
		return p.showUnavailable(v, of, f.Facts, err)
	}
	if v.R.URL.Query().Get("sent") != "" {
		return v.Say(http.StatusOK, site.Message{
			Title: v.Words.OfferSentTitle(), Text: []string{v.Words.OfferSentText(f.Partner.LegalName), v.Words.OfferSentSpam(), v.Words.OfferSentAgain()},
			Links: []page.Link{{Text: v.Words.OfferSentBack(), URL: links.OfferPath(of)}},
		})
	}
	if f.secret == "" {
		f.secret = v.Op.IDs.Secret()
	}
	return p.render(v, http.StatusOK, f, "", nil)
}

// read finds the offer of the link and who follows it: one BatchGetItem and the catalogue; of somebody signed in the session and the user too.
func (p offerPage) read(v *site.Visit) (offer.ID, followed, error) {
	var f followed
	of, err := offer.FromCode(v.R.PathValue("code"))
	if err == nil {
		f.Facts, err = p.table.InvitationFacts(v.R.Context(), of, false)
	}
	if err != nil {
		_, wrong := v.Catalogue()
		return of, f, first(wrong, err)
	}
	catalogue, err := v.Catalogue(f.Offer.Plans()...)
	if err != nil {
		return of, f, err
	}
	who, err := v.Signed(p.table)
	if err != nil {
		return of, f, err
	}
	v.Speak(who.Language, f.Offer.Language)
	if f.secret = page.Cookie(v.R, cookie); !id.Made(f.secret, 26) {
		f.secret = ""
	}
	if who.OfCustomer() {
		f.who, f.secret = who, who.Secret
	}
	if err := f.Followable(v.Op); err != nil {
		return of, f, err
	}
	return of, f, links.Closed(f.Offer, catalogue)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// showUnavailable shows why the link leads nowhere. A replaced offer leads to the one that took its place, where that has a public link.
func (p offerPage) showUnavailable(v *site.Visit, of offer.ID, facts invitation.Facts, err error) error {
	if fault.Is(err, fault.NotFound) {
		return links.ShowUnavailable(v, links.Unavailable{Err: err})
	}
	newer, wrong := links.Newer(v, p.table, facts, err)
	if wrong != nil {
		return wrong
	}
	return links.ShowUnavailable(v, links.Unavailable{Err: err, Facts: &facts, Newer: newer})
}

func (p offerPage) render(v *site.Visit, status int, f followed, typed string, errs page.Errors) error {
	w, of := v.Words, f.Offer
	catalogue, err := v.Catalogue(of.Plans()...)
	if err != nil {
		return err
	}
	vendor, path := catalogue.Vendor, links.OfferPath(of.ID)
	b := body{
		Shown: offered.Of(v, of, catalogue, f.Partner, redemption.Orders(of, invitation.Draft{}), of.ExpiresAt).Show(), Sells: of.Kind.Sells(),
		Email: page.Input{
			Name: "email", Label: w.OfferEmail(), Hint: w.OfferEmailHint(), Value: typed, Error: errs.For("email"), Type: "email", Autocomplete: "email", Width: 30,
		},
		Token: site.Token(f.secret, "offer", string(of.ID)), Action: path, SignIn: site.SignInPath(path),
	}
	if !b.Sells {
		b.Email.Hint = w.OfferEmailAccountHint()
	}
	if f.who.In() {
		b.Own, b.Token, b.SignIn = w.OfferOwnText(textinput.ShownMail(f.who.Mail), f.who.Customer.Name), site.Token(f.secret, ownStep, string(of.ID)), b.SignIn+"&as=other"
	} else {
		page.SetCookie(v.W, cookie, f.secret, 0)
	}
	if head, ok := catalogue.Terms["customer"]; ok {
		b.Terms = append(b.Terms, page.Link{Text: w.OfferTerms(vendor.Name, head.Version), URL: "/terms/customer"})
	}
	if t := of.PartnerTerms; t != nil {
		b.Details = append(b.Details, page.Details{Summary: t.Title, Small: f.Partner.LegalName, Text: t.Text})
	}
	if d := of.DelegatedAdministration; d != nil && b.Sells {
		b.Ask = w.OfferAsk(f.Partner.LegalName, granted.Rights(v.Words, d.Role), d.Days)
	}
	frame := v.Frame(b.Title)
	frame.OwnTitle, frame.Errors, frame.Form = true, errs, "ask"
	return v.Render(shown, status, frame, b)
}

// ownStep is the step of somebody who is signed in, in the form token and as the button's value.
const ownStep = "own"

// ask mails the visitor a personal link; the answer is the same whatever the address. Somebody signed in types none and goes on at once.
func (p offerPage) ask(v *site.Visit) error {
	of, f, err := p.read(v)
	if err != nil {
		return p.showUnavailable(v, of, f.Facts, err)
	}
	if v.Form("action") == ownStep {
		return p.own(v, of, f)
	}
	secret := page.Cookie(v.R, cookie) // whoever signed in meanwhile in another tab still may have typed an address here
	if err := v.Posted(secret, "offer", string(of)); err != nil {
		return err
	}
	typed := strings.TrimSpace(v.Form("email"))
	if page.Switched(v.R) {
		return p.render(v, http.StatusOK, f, typed, nil)
	}
	if err := p.count(v, "post_client", gateway.ClientAddress(v.R), v.Env.PostsPerClient); err != nil {
		return err
	}
	if _, code := textinput.Mail(typed); code != nil {
		said := v.Words.OfferEmailWrong()
		switch code {
		case fault.Required:
			said = v.Words.OfferEmailMissing()
		case fault.MailboxNotASCII:
			said = v.Words.OfferEmailLetters()
		}
		return p.render(v, http.StatusUnprocessableEntity, f, typed, page.Errors{{Field: "email", Text: said}})
	}
	if err := p.count(v, "post_address", customer.FoldCaps(typed), v.Env.PostsPerAddress); err != nil {
		return err
	}
	err = invitation.AskForLink(v.R.Context(), p.table, of, typed, string(v.Words.Language()), v.Op)
	if wrong := fault.As(err); wrong != nil && !fault.Is(wrong, fault.Busy) {
		return p.showUnavailable(v, of, f.Facts, err) // it ended between the two reads
	}
	if err != nil {
		return err
	}
	return v.Redirect(links.OfferPath(of) + "?sent=1")
}

// own brings the offer to the account of who is signed in: a personal link to the own address, which this browser gets at once.
func (p offerPage) own(v *site.Visit, of offer.ID, f followed) error {
	if !f.who.In() {
		return v.Redirect(site.SignInPath(links.OfferPath(of))) // signed out meanwhile
	}
	if err := v.Posted(f.secret, ownStep, string(of)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.render(v, http.StatusOK, f, "", nil)
	}
	if err := p.count(v, "post_address", customer.FoldCaps(f.who.Mail), v.Env.PostsPerAddress); err != nil {
		return err
	}
	secret := v.Op.IDs.Secret()
	made, err := invitation.TakeUp(v.R.Context(), p.table, of, invitation.Recipient{Mail: f.who.Mail, Language: string(v.Words.Language())}, secret, v.By(f.who))
	if wrong := fault.As(err); wrong != nil && !fault.Is(wrong, fault.Busy) {
		return p.showUnavailable(v, of, f.Facts, err)
	}
	if err != nil {
		return err
	}
	page.SetCookie(v.W, links.InvitationCookie(made.ID), secret, links.KeepLink)
	return v.Redirect("/redeem?i=" + string(made.ID))
}

// count fails with TooMany where the caller or the address has posted too often in this minute.
func (p offerPage) count(v *site.Visit, what, subject string, limit int) error {
	rate, err := p.table.Count(v.R.Context(), what, subject, limit, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	return gateway.Counted(v.W.Header(), what, rate)
}
