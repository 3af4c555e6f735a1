package redeem

import (
	"slices"

	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
)

// The steps and their paths.
const (
	stepRead    = "/redeem"
	stepAccess  = "/redeem/access"
	stepAccount = "/redeem/account"
	stepCheck   = "/redeem/check"
)

// step is one page of the way from the link to the last button.
type step struct {
	path string
	name func(w locale.Words, f reading) string
	asks func(f reading) bool // whether this offer asks it of this person
	done func(f reading) bool // whether it is answered
}

// way is all steps there are. The check is never done: its button ends the way.
var way = []step{
	{stepRead, named(locale.Words.RedeemStepOffer), always(true), reading.read},
	{stepAccess, named(locale.Words.RedeemStepAccess), reading.asksApart, reading.answered},
	{stepAccount, accountName, reading.asksAccount, reading.hasAccount},
	{stepCheck, named(locale.Words.RedeemStepCheck), always(true), always(false)},
}

func always(is bool) func(reading) bool { return func(reading) bool { return is } }

func named(name func(locale.Words) string) func(locale.Words, reading) string {
	return func(w locale.Words, _ reading) string { return name(w) }
}

// accountName is that of the licences alone where the account is there already.
func accountName(w locale.Words, f reading) string {
	if f.Member != nil {
		return w.SiteLicences()
	}
	return w.SiteCompany()
}

func (f reading) read() bool {
	d := f.Invitation.Draft
	return d.Terms != "" && (!f.alone() || f.answered()) && (!f.Facts.Offer.Kind.Picks() || f.Preview.Pickable(d.Picked))
}

// alone says whether an offer asks for nothing but to administer, so that its first page is the question and a No to it is a No to the offer.
func (f reading) alone() bool {
	return f.Facts.Offer.DelegatedAdministration != nil && len(f.Facts.Offer.Items) == 0
}

// asksApart says whether delegated administration is asked besides something else.
func (f reading) asksApart() bool { return f.Facts.Offer.DelegatedAdministration != nil && !f.alone() }

// asking is the step with the question of delegated administration.
func (f reading) asking() string {
	if f.alone() {
		return stepRead
	}
	return stepAccess
}

func (f reading) answered() bool { return redemption.Answered(f.Invitation.Draft) }

// asksAccount says whether an account is made, or a purchase leaves the customer anything to choose.
func (f reading) asksAccount() bool {
	if f.Member == nil {
		return true
	}
	for i, item := range f.Preview.Items {
		if b := f.plan(i).Licenses; b.Min < b.Max || len(item.Adds) > 0 {
			return true
		}
	}
	return false
}

func (f reading) hasAccount() bool {
	_, err := redemption.CheckAccount(f.Invitation.Draft)
	return (err == nil || f.Member != nil) && f.Preview.Wrong == nil
}

// steps are what this offer asks of this person, in order.
func (f reading) steps() []step {
	var asked []step
	for _, s := range way {
		if s.asks(f) {
			asked = append(asked, s)
		}
	}
	return asked
}

// unfinished returns the first step that is not answered yet; stepCheck where all are.
func (f reading) unfinished() string {
	all := f.steps()
	return all[slices.IndexFunc(all, func(s step) bool { return !s.done(f) })].path
}

// at returns the place of a step, -1 where it is not asked.
func (f reading) at(path string) int {
	return slices.IndexFunc(f.steps(), func(s step) bool { return s.path == path })
}

// back returns the address of the step before one.
func (f reading) back(here string) string {
	return path(f.steps()[f.at(here)-1].path, f, "from", "again")
}

// after returns the step after one that was answered. Whoever came from the check to change one answer goes back there.
func (f reading) after(v *site.Visit, here string) string {
	if next := f.unfinished(); changing(v) || f.at(next) <= f.at(here) {
		return next
	}
	return f.steps()[f.at(here)+1].path
}

// changing says that the visitor came from the check page to change one answer.
func changing(v *site.Visit) bool { return v.R.URL.Query().Get("from") == "check" }

// posting is where a step's form goes.
func (f reading) posting(v *site.Visit, here string) string {
	if changing(v) {
		return path(here, f, "from", "check")
	}
	return path(here, f)
}

// frame is around a step: its title in its first card, and where it stands on the way.
func (f reading) frame(v *site.Visit, here, title, form string, errs page.Errors, note *page.Notice) page.Frame {
	frame := v.Frame(title)
	frame.OwnTitle, frame.Form, frame.Errors, frame.Notice = true, form, errs, note
	for i, s := range f.steps() {
		one := page.Step{Text: s.name(v.Words, f), Current: s.path == here}
		if i < f.at(here) {
			one.URL = path(s.path, f, "from", "again")
		}
		frame.Steps = append(frame.Steps, one)
	}
	return frame
}

// sum returns what stays in sight beside the steps between: whose offer it is, what it brings and costs, and the answer to the separate question.
func (f reading) sum(v *site.Visit) page.Section {
	w := v.Words
	rows := f.offer(v, f.Invitation.Draft).Sum()
	if f.asksApart() {
		answer := w.RedeemSumOpen()
		switch {
		case f.Invitation.Draft.DelegatedAdministration == redemption.No:
			answer = w.RedeemSumNo()
		case f.answered():
			answer = w.RedeemSumYes()
		}
		rows = slices.Insert(rows, max(0, len(rows)-1), page.Row{Key: w.RedeemStepAccess(), Values: []string{answer}}) // what it costs stands last
	}
	return page.Section{Heading: f.Facts.Partner.LegalName, Rows: rows}
}

// reached lets a step through that is asked and whose steps before are answered; another visit is led to the first that is not.
func reached(here string, show func(v *site.Visit, f reading) error) func(v *site.Visit, f reading) error {
	return func(v *site.Visit, f reading) error {
		next := f.unfinished()
		if f.at(here) >= 0 && f.at(here) <= f.at(next) {
			return show(v, f)
		}
		if said := v.R.URL.Query().Get("notice"); said != "" {
			return v.Redirect(path(next, f, "notice", said, "from", "again"))
		}
		return v.Redirect(path(next, f))
	}
}
