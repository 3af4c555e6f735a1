// Package redeem is where the holder of a personal link answers an offer, in steps of one thing each: the offer, the partner's access, the
// account, the check with the last button; or a No, or "I do not know this partner". What is typed is kept on the invitation.
package redeem

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"liaison/shared/boot"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/links"
	"liaison/shared/site/offered"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	links.AskTable
	links.Answers
	Partner(ctx context.Context, p partner.ID) (partner.Partner, error)
	partnername.Store
	redemption.Store
	invitation.Store
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed *.html
var files embed.FS

var (
	read    = page.Parse(offered.With(files), "read.html", offered.File)
	access  = page.Parse(files, "access.html")
	account = page.Parse(files, "account.html")
	check   = page.Parse(files, "check.html")
	refusal = page.Parse(files, "refusal.html")
)

type redeemPage struct{ table Table }

// Page serves /redeem and its steps: GET shows, POST keeps what was answered or accepts, then redirects.
func Page(env boot.Env, table Table) http.Handler {
	p := redeemPage{table}
	return site.New(
		env, table,
		site.Route{Path: stepRead, Get: p.opened(p.showRead), Post: p.opened(p.postRead)},
		site.Route{Path: stepAccess, Get: p.opened(reached(stepAccess, p.showAccess)), Post: p.opened(reached(stepAccess, p.postAccess))},
		site.Route{Path: stepAccount, Get: p.opened(reached(stepAccount, p.showAccount)), Post: p.opened(reached(stepAccount, p.postAccount))},
		site.Route{Path: stepCheck, Get: p.opened(reached(stepCheck, p.showCheck)), Post: p.answering(p.postCheck)},
	)
}

// opened lets only the holder of a living link through who can answer; a dead link gets its page, a used one its receipt.
func (p redeemPage) opened(step func(v *site.Visit, f reading) error) func(*site.Visit) error {
	return p.linked(func(v *site.Visit, l link) error {
		if l.who.OfCustomer() {
			return p.answer(v, l, func(v *site.Visit, a answerable) error { return step(v, a.reading) })
		}
		asked := v.R.URL.Query()
		opening := v.R.Method != http.MethodPost && v.R.URL.Path == stepRead && asked.Get("from") == "" && asked.Get("step") != "reported"
		f, err := p.follow(v, l, !opening)
		switch {
		case err != nil || f.Err != nil:
			return p.closed(v, f, err)
		case !f.Facts.Offer.Kind.Sells() && !needsNoAccount(v):
			return p.signIn(v, f)
		}
		return step(v, f)
	})
}

// answering is opened for the step that answers.
func (p redeemPage) answering(step func(v *site.Visit, a answerable) error) func(*site.Visit) error {
	return p.linked(func(v *site.Visit, l link) error { return p.answer(v, l, step) })
}

// linked reads the link; this browser may hold none.
func (p redeemPage) linked(step func(v *site.Visit, l link) error) func(*site.Visit) error {
	return func(v *site.Visit) error {
		l, err := p.link(v)
		if err != nil {
			return p.closed(v, reading{}, err)
		}
		return step(v, l)
	}
}

// answer reads what the answer rests on and shows, where the visitor's account cannot give it, which one can.
func (p redeemPage) answer(v *site.Visit, l link, step func(v *site.Visit, a answerable) error) error {
	a, err := p.followToAnswer(v, l)
	switch {
	case err != nil || a.Err != nil:
		return p.closed(v, a.reading, err)
	case needsNoAccount(v):
	case a.Member == nil:
		if !a.Facts.Offer.Kind.Sells() {
			return p.signIn(v, a.reading)
		}
	default:
		if err := a.basis.May(*a.Member); err != nil {
			return p.notYours(v, a.reading, err)
		}
	}
	return step(v, a)
}

// needsNoAccount says whether the step is a No or "I do not know this partner", which need no account: whoever got the mail may say so.
func needsNoAccount(v *site.Visit) bool {
	step := v.R.URL.Query().Get("step")
	return v.R.URL.Path == stepRead && (step == "no" || step == "report")
}

// closed shows why a link does not open: there is none (err), or it is dead.
func (p redeemPage) closed(v *site.Visit, f reading, err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return p.noLink(v)
	case err != nil:
		return err
	}
	return p.unavailable(v, f)
}

// noLink is the same whatever exists: this browser holds no link to such an invitation.
func (p redeemPage) noLink(v *site.Visit) error {
	if _, err := v.Catalogue(); err != nil {
		return err
	}
	v.Speak()
	return v.Say(http.StatusNotFound, site.Message{Title: v.Words.RedeemNoLinkTitle(), Text: []string{v.Words.RedeemNoLinkText(), v.Words.RedeemNoLinkKept()}})
}

// unavailable shows why the link can no longer be answered. Whoever pressed twice is led to the receipt.
func (p redeemPage) unavailable(v *site.Visit, f reading) error {
	if links.AskPressed(v) {
		return links.Ask(v, p.table, f.Followed)
	}
	if fault.Is(f.Err, fault.InvitationPaused) && v.R.URL.Query().Get("step") == "reported" {
		return v.Say(http.StatusOK, site.Message{
			Title: v.Words.RedeemReportedTitle(), Text: []string{v.Words.RedeemReportedText(v.Frame("").Brand.Name), v.Words.RedeemReportedNext()},
		})
	}
	gone, err := links.Describe(v, p.table, f.Followed)
	if err != nil {
		return err
	}
	if fault.Is(f.Err, fault.InvitationAnswered) && gone.Receipt != "" {
		return v.Redirect(gone.Receipt)
	}
	if gone.Button != nil {
		gone.Button.Action = path(stepRead, f)
	}
	return links.ShowUnavailable(v, gone)
}

// path returns the address of a step of this invitation; pairs are more parameters.
func path(step string, f reading, pairs ...string) string {
	query := url.Values{"i": {string(f.Invitation.ID)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return step + "?" + query.Encode()
}

// keep saves the draft unless it says the same as the one kept; rev is the revision that the page showed.
// Where somebody saved another one meanwhile (a second tab) it fails with Stale.
func (p redeemPage) keep(v *site.Visit, f reading, next invitation.Draft, rev int) (invitation.Draft, error) {
	kept := f.Invitation.Draft
	next.Rev = kept.Rev
	if next.Same(kept) {
		return kept, nil
	}
	if rev != kept.Rev {
		return kept, fault.PreconditionFailed
	}
	return p.table.SaveDraft(v.R.Context(), f.Invitation.ID, next, links.ByHolder(v, f.Invitation.ID))
}

// kept leads on after keep, or shows what stood in its way.
func (p redeemPage) kept(v *site.Visit, f reading, err error, next string) error {
	switch {
	case err == nil:
		return v.Redirect(path(next, f))
	case fault.Is(err, fault.Stale):
		// Another tab answered meanwhile: its answers are shown, with a notice; nothing is overwritten unseen.
		return v.Redirect(path(stepCheck, f, "notice", "stale"))
	case fault.Is(err, fault.Conflict, fault.Gone):
		f.Err = err
		return p.unavailable(v, f)
	}
	return err
}

// visitor is what is recorded of the person who decides.
func visitor(v *site.Visit, f reading) consent.Visitor {
	return confirm.Visitor(v, f.Secret, deciding(f), "")
}

// deciding returns the signed-in user who answers, empty for a visitor.
func deciding(f reading) customer.UserID {
	if m := f.Member; m != nil {
		return m.User.ID
	}
	return ""
}

// withoutAccount returns the two answers that whoever got the mail can give, with whatever account or none.
func withoutAccount(v *site.Visit, f reading) []page.Link {
	return []page.Link{
		{Text: v.Words.RedeemNoButton(), URL: path(stepRead, f, "step", "no")},
		{Text: v.Words.RedeemReportLink(), URL: path(stepRead, f, "step", "report")},
	}
}

// signIn leads somebody to the sign-in whose address is a user already, or whose offer needs an account; nothing typed is lost.
func (p redeemPage) signIn(v *site.Visit, f reading) error {
	w := v.Words
	title, text := f.view.signIn(w, f.Facts.Partner.LegalName, textinput.ShownMail(f.Invitation.Mail))
	m := site.Message{
		Title: title, Text: []string{text},
		Links:   append([]page.Link{{Text: w.SiteSignIn(), URL: site.SignInPath(path(stepRead, f))}}, withoutAccount(v, f)...),
		Heading: w.OfferWho(), Rows: partnername.Card(v.Words, f.Facts.Partner),
	}
	if f.Who.In() && !f.Who.OfCustomer() {
		// The sign-in lets whoever is signed in pass at once, back to this page.
		m.Text = append(m.Text, w.RedeemElsewhere(textinput.ShownMail(f.Who.Mail)))
		m.Links[0] = page.Link{Text: w.SiteOtherAccount(), URL: m.Links[0].URL + "&as=other"}
	}
	m.Text = append(m.Text, w.RedeemSignInKept(v.In(f.Invitation.ExpiresAt, f.Facts.Offer.Country)))
	return v.Say(http.StatusConflict, m)
}

// notYours shows both identities where the signed-in person may not answer (403 wrong_account), and what to do about it; it asks the partner
// to write to an administrator where that was pressed. Of an offer for another country no administrator has to be asked for: the partner's card
// says who makes one for the customer's; and a customer that can only be read says yes to nothing.
func (p redeemPage) notYours(v *site.Visit, f reading, err error) error {
	w, m := v.Words, f.Member
	wrong := fault.As(err)
	if wrong == nil || m == nil {
		return err
	}
	said := site.Message{
		Title: w.RedeemWrongAccountTitle(), Text: []string{w.RedeemWrongAccountText(textinput.ShownMail(f.Invitation.Mail), textinput.ShownMail(m.User.Mail), m.Customer.Name)},
		Links:   append([]page.Link{{Text: w.SiteOtherAccount(), URL: site.SignInPath(path(stepRead, f)) + "&as=other"}}, withoutAccount(v, f)...),
		Heading: w.OfferWho(), Rows: partnername.Card(v.Words, f.Facts.Partner),
	}
	switch wrong.Code {
	case fault.NotYourRole:
		said.Title, said.Text = w.RedeemRoleTitle(), []string{w.RedeemRoleText(textinput.ShownMail(m.User.Mail)), w.RedeemRoleNext(m.Customer.Name)}
	case fault.WrongAccount:
	case fault.OtherCountry:
		here, there := w.Country(m.Customer.Country), w.Country(f.Facts.Offer.Country)
		// another account is of no use, a No is
		said.Title, said.Text, said.Links = w.RedeemCountryTitle(), []string{w.RedeemCountryText(there, m.Customer.Name, here), w.RedeemCountryNext(here)}, said.Links[1:]
		return v.Say(http.StatusForbidden, said)
	case fault.CustomerReadOnly:
		// nobody of the customer can say yes, so there is no administrator to ask for
		said.Title, said.Text, said.Links = w.RedeemReadOnlyTitle(), []string{w.RedeemReadOnlyText(m.Customer.Name), w.UnavailablePartnerNext(f.Shown.Vendor.Name)}, said.Links[1:]
		return v.Say(http.StatusConflict, said)
	default:
		return err
	}
	if f.Err = err; links.AskPressed(v) {
		return links.Ask(v, p.table, f.Followed)
	}
	said.Button = links.AskButton(v, f.Followed)
	said.Button.Action = path(stepRead, f)
	return v.Say(http.StatusForbidden, said)
}
