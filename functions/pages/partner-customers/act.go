package partnercustomers

import (
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// step is one act on a tie: a page of its own asks once more, and says what ends and what stays.
type step struct {
	name   string // in the address
	right  access.Right
	kind   relationship.Kind // the tie that it is about
	text   func(locale.Words) string
	title  func(w locale.Words, customer string) string
	means  func(w locale.Words, customer string) string
	danger bool
	reason bool // the act needs a reason, which the customer reads
	do     func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, reason string, o op.Op) error
	same   *fault.Code // how the act fails where it was done before
	done   string      // the words of what was done, by the name in the address
}

var (
	endGrant = step{
		name: "end-administration", right: access.EndGrant, kind: relationship.DelegatedAdministrator, danger: true,
		text: locale.Words.CustomersEndGrant, title: locale.Words.CustomersEndGrantTitle, means: locale.Words.CustomersEndGrantText,
		do: func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, _ string, o op.Op) error {
			_, err := relationship.EndGrant(v.R.Context(), p.table, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
			return err
		}, same: fault.AlreadyEnded, done: "ended",
	}
	lower = step{
		name: "lower", right: access.EndGrant, kind: relationship.DelegatedAdministrator, danger: true,
		text: locale.Words.CustomersLower, title: locale.Words.CustomersLowerTitle, means: locale.Words.CustomersLowerText,
		do: func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, _ string, o op.Op) error {
			_, err := relationship.LowerGrant(v.R.Context(), p.table, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
			return err
		}, same: fault.AlreadyLimited, done: "lowered",
	}
	stepDown = step{
		name: "step-down", right: access.EndRelationships, kind: relationship.PartnerOfRecord, danger: true,
		text: locale.Words.CustomersStepDown, title: locale.Words.CustomersStepDownTitle, means: locale.Words.CustomersStepDownText,
		do: func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, _ string, o op.Op) error {
			_, err := relationship.StepDown(v.R.Context(), p.table, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
			return err
		}, same: fault.AlreadyEnded, done: "stepped-down",
	}
	endReseller = step{
		name: "end-reselling", right: access.AnswerRemoval, kind: relationship.Reseller, danger: true,
		text: locale.Words.CustomersEndReselling, title: locale.Words.CustomersEndResellingTitle, means: locale.Words.CustomersEndResellingText,
		do: func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, _ string, o op.Op) error {
			_, err := relationship.EndReseller(v.R.Context(), p.table, tie.Customer, tie.Partner, "", o)
			return err
		}, same: fault.AlreadyEnded, done: "reselling-ended",
	}
	decline = step{
		name: "decline", right: access.AnswerRemoval, kind: relationship.Reseller, reason: true,
		text: locale.Words.CustomersDecline, title: locale.Words.CustomersDeclineTitle, means: locale.Words.CustomersDeclineText,
		do: func(p customersPage, v *site.Visit, who site.Signed, tie relationship.Relationship, reason string, o op.Op) error {
			_, err := relationship.DeclineRemoval(v.R.Context(), p.table, tie.Customer, tie.Partner, reason, o)
			return err
		}, same: fault.NoRemovalRequest, done: "declined",
	}
	steps = []step{endGrant, lower, stepDown, endReseller, decline}
)

// doneWords say what was done.
var doneWords = map[string]func(locale.Words) string{
	"ended": locale.Words.CustomersGrantEnded, "lowered": locale.Words.CustomersLowered, "stepped-down": locale.Words.CustomersSteppedDown,
	"reselling-ended": locale.Words.CustomersResellingEnded, "declined": locale.Words.CustomersDeclined,
}

// asked returns the step that the path names and the tie that it is about. It fails with Forbidden where the reader lacks the right.
func (p customersPage) asked(v *site.Visit, who site.Signed) (step, relationship.Relationship, error) {
	i := slices.IndexFunc(steps, func(s step) bool { return s.name == v.R.PathValue("act") })
	if i < 0 {
		return step{}, relationship.Relationship{}, fault.NotFound
	}
	tie, _, err := p.tied(v, who)
	if err == nil {
		err = access.Check(who.Caller, steps[i].right)
	}
	return steps[i], tie, err
}

type whyBody struct {
	Action, Token, Text, Button, Keep string
	Danger                            bool
	Reason                            *page.Textarea
}

func (p customersPage) ask(v *site.Visit, who site.Signed) error {
	one, tie, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if !slices.Contains(tie.Kinds(v.Op.At), one.kind) {
		return v.Redirect(at(tie.Customer))
	}
	return p.put(v, who, one, tie, http.StatusOK, "")
}

func (p customersPage) put(v *site.Visit, who site.Signed, one step, tie relationship.Relationship, status int, wrong string) error {
	w, name := v.Words, tie.CustomerName
	b := whyBody{
		Action: at(tie.Customer) + "/" + one.name, Token: site.Token(who.Secret, one.name, string(tie.Customer)), Text: one.means(w, name),
		Button: one.text(w), Keep: at(tie.Customer), Danger: one.danger,
	}
	frame := v.Frame(one.title(w, name))
	frame.Narrow, frame.Form, frame.Back = true, "why", &page.Link{URL: at(tie.Customer), Text: name}
	if one.reason {
		b.Reason = &page.Textarea{Name: "reason", Label: w.CustomersReason(), Hint: w.CustomersReasonHint(name), Value: v.Form("reason"), Error: wrong}
	}
	if wrong != "" {
		frame.Errors = page.Errors{{Text: wrong}}
		if one.reason {
			frame.Errors[0].Field = "reason"
		}
	}
	return v.Render(why, status, frame, b)
}

// maxReason is the most characters a reason may have.
const maxReason = 500

// act does what the page asked. Pressed twice it is the same.
func (p customersPage) act(v *site.Visit, who site.Signed) error {
	one, tie, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, one.name, string(tie.Customer)); err != nil {
		return err
	}
	reason := ""
	if one.reason {
		clean, code := textinput.Note(v.Form("reason"), maxReason)
		switch {
		case page.Switched(v.R):
			return p.put(v, who, one, tie, http.StatusOK, "")
		case code == fault.TooLong:
			return p.put(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.PartnersReasonLong(maxReason))
		case code != nil && code != fault.Required:
			return p.put(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.PartnersReasonWrong())
		case clean == "":
			return p.put(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.CustomersReasonMissing())
		}
		reason = clean
	} else if page.Switched(v.R) {
		return p.put(v, who, one, tie, http.StatusOK, "")
	}
	err = one.do(p, v, who, tie, reason, v.By(who))
	switch {
	case err == nil || fault.Is(err, one.same):
		return v.Redirect(at(tie.Customer) + "?done=" + one.done)
	case fault.Is(err, fault.ActiveSubscriptions):
		return p.put(v, who, one, tie, http.StatusConflict, v.Detail(err))
	}
	return err
}
