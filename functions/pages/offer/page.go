// Package offer is the page behind an offer's own link: who offers what, and a field for the visitor's address.
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
	"liaison/shared/plain"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.AskTable
	site.Invitations
}

//go:embed offer.html
var files embed.FS

var shown = page.Parse(files, "offer.html")

type offerPage struct{ table Table }

// Page serves /o/{code}: GET shows the offer, POST mails the visitor a personal link.
func Page(env boot.Env, table Table) http.Handler {
	p := offerPage{table}
	return site.New(env, table, site.Route{Path: "/o/{code}", Get: p.show, Post: p.ask})
}

type body struct {
	Partner, Vendor string
	Sells           bool // it brings a subscription
	Message         string
	Card, Offered   []page.Row
	Ask             string // whether delegated administration is asked for, in a sentence
	Email           page.Input
	Token, Action   string
	SignIn          page.Details
	Terms           []page.Link
	PartnerTerms    *page.Details
}

// cookie keeps the secret that keys the form's token; it says nothing of the visitor.
const cookie = "o"

func (p offerPage) show(v *site.Visit) error {
	of, facts, err := p.read(v)
	if err != nil {
		return p.bury(v, of, facts, err)
	}
	if v.R.URL.Query().Get("sent") != "" {
		return v.Say(http.StatusOK, site.Message{
			Title: v.Words.OfferSentTitle(), Text: []string{v.Words.OfferSentText(facts.Partner.LegalName), v.Words.OfferSentSpam(), v.Words.OfferSentAgain()},
			Links: []page.Link{{Text: v.Words.OfferSentBack(), URL: site.OfferPath(of)}},
		})
	}
	secret := page.Cookie(v.R, cookie)
	if !id.Made(secret, 26) {
		secret = v.Op.IDs.Secret()
	}
	return p.render(v, http.StatusOK, facts, secret, "", nil)
}

// read finds the offer of the link: one BatchGetItem and the catalogue.
func (p offerPage) read(v *site.Visit) (offer.ID, invitation.Facts, error) {
	of, err := offer.FromCode(v.R.PathValue("code"))
	if err != nil {
		_, wrong := v.Catalogue()
		return of, invitation.Facts{}, first(wrong, err)
	}
	facts, err := p.table.InvitationFacts(v.R.Context(), of, false)
	if err != nil {
		_, wrong := v.Catalogue()
		return of, invitation.Facts{}, first(wrong, err)
	}
	catalogue, err := v.Catalogue(facts.Offer.Plans()...)
	if err != nil {
		return of, facts, err
	}
	v.Speak(facts.Offer.Language)
	if err := facts.Followable(v.Op); err != nil {
		return of, facts, err
	}
	return of, facts, site.Closed(facts.Offer, catalogue)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// bury shows why the link leads nowhere. A replaced offer leads to the one that took its place, where that has a public link.
func (p offerPage) bury(v *site.Visit, of offer.ID, facts invitation.Facts, err error) error {
	if fault.Is(err, "not_found") {
		return v.Bury(site.Dead{Err: err})
	}
	newer, wrong := v.Newer(p.table, facts, err)
	if wrong != nil {
		return wrong
	}
	return v.Bury(site.Dead{Err: err, Facts: &facts, Newer: newer})
}

func (p offerPage) render(v *site.Visit, status int, facts invitation.Facts, secret, typed string, errs page.Errors) error {
	page.SetCookie(v.W, cookie, secret, 0)
	w, of := v.Words, facts.Offer
	catalogue, err := v.Catalogue(of.Plans()...)
	if err != nil {
		return err
	}
	plan, vendor := catalogue.Plans[of.Plan()], catalogue.Vendor
	b := body{
		Partner: facts.Partner.LegalName, Vendor: vendor.Name, Sells: of.Kind.Sells(), Message: of.Message,
		Card: v.PartnerCard(facts.Partner), Offered: v.Offered(of, plan, vendor, of.ExpiresAt),
		Email: page.Input{
			Name: "email", Label: w.OfferEmail(), Hint: w.OfferEmailHint(), Value: typed, Error: errs.For("email"), Type: "email", Autocomplete: "email", Width: 30,
		},
		Token: site.Token(secret, "offer", string(of.ID)), Action: site.OfferPath(of.ID),
		SignIn: page.Details{
			Summary: w.OfferHaveAccount(), Text: w.OfferSignInFirst(),
		},
	}
	if head, ok := catalogue.Terms["customer"]; ok {
		b.Terms = append(b.Terms, page.Link{Text: w.OfferTerms(vendor.Name, head.Version), URL: "/terms/customer"})
	}
	if t := of.PartnerTerms; t != nil {
		b.PartnerTerms = &page.Details{Summary: w.OfferPartnerTerms(facts.Partner.LegalName, t.Title), Text: t.Text}
	}
	if d := of.Delegation; d != nil && of.Kind.Sells() {
		b.Ask = w.OfferAsk(facts.Partner.LegalName, v.Rights(d.Role), d.Days)
	}
	frame := v.Frame(v.OfferTitle(of, plan))
	frame.Errors, frame.Form = errs, "ask"
	return v.Render(shown, status, frame, b)
}

// ask mails the visitor a personal link. The answer is the same whatever the address.
func (p offerPage) ask(v *site.Visit) error {
	of, facts, err := p.read(v)
	if err != nil {
		return p.bury(v, of, facts, err)
	}
	secret := page.Cookie(v.R, cookie)
	if err := v.Posted(secret, "offer", string(of)); err != nil {
		return err
	}
	typed := strings.TrimSpace(v.Form("email"))
	if page.Switched(v.R) {
		return p.render(v, http.StatusOK, facts, secret, typed, nil)
	}
	if err := p.count(v, "post_client", gateway.ClientAddress(v.R), v.Env.PostsPerClient); err != nil {
		return err
	}
	if _, code := plain.Mail(typed); code != "" {
		said := v.Words.OfferEmailWrong()
		if code == "required" {
			said = v.Words.OfferEmailMissing()
		}
		return p.render(v, http.StatusUnprocessableEntity, facts, secret, typed, page.Errors{{Field: "email", Text: said}})
	}
	if err := p.count(v, "post_address", customer.FoldCaps(typed), v.Env.PostsPerAddress); err != nil {
		return err
	}
	err = invitation.AskForLink(v.R.Context(), p.table, of, typed, string(v.Words.Language()), v.Op)
	if f := fault.As(err); f != nil && f.Kind != fault.Unavailable {
		return p.bury(v, of, facts, err) // it ended between the two reads
	}
	if err != nil {
		return err
	}
	return v.Redirect(site.OfferPath(of) + "?sent=1")
}

// count fails with TooMany where the caller or the address has posted too often in this minute.
func (p offerPage) count(v *site.Visit, what, subject string, limit int) error {
	rate, err := p.table.Count(v.R.Context(), what, subject, limit, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	return gateway.Counted(v.W.Header(), what, rate.Limit, rate.Remaining, rate.Window, rate.Reset, rate.Over)
}
