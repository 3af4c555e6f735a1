package partnercustomers

import (
	"context"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/tied"
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
	do     func(ctx context.Context, t Table, tie relationship.Relationship, reason string, o op.Op) (relationship.Relationship, error)
	same   *fault.Code // how the act fails where it was done before, nil where it does not
	done   func(locale.Words) string
}

var (
	endGrant = step{
		name: "end-administration", right: access.EndGrant, kind: relationship.DelegatedAdministrator, danger: true,
		text: locale.Words.CustomersEndGrant, title: locale.Words.CustomersEndGrantTitle, means: locale.Words.CustomersEndGrantText,
		do: func(ctx context.Context, t Table, tie relationship.Relationship, _ string, o op.Op) (relationship.Relationship, error) {
			return relationship.EndGrant(ctx, t, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
		}, same: fault.AlreadyEnded, done: locale.Words.CustomersGrantEnded,
	}
	lower = step{
		name: "lower", right: access.EndGrant, kind: relationship.DelegatedAdministrator, danger: true,
		text: locale.Words.CustomersLower, title: locale.Words.CustomersLowerTitle, means: locale.Words.CustomersLowerText,
		do: func(ctx context.Context, t Table, tie relationship.Relationship, _ string, o op.Op) (relationship.Relationship, error) {
			return relationship.LowerGrant(ctx, t, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
		}, same: fault.AlreadyLimited, done: locale.Words.CustomersLowered,
	}
	extendOn = step{
		name: "extend-on", right: access.AutoExtend, kind: relationship.DelegatedAdministrator,
		text: locale.Words.PartnersExtendOn, title: locale.Words.CustomersExtendOnTitle, means: locale.Words.CustomersExtendOnText,
		do: switches(true), done: locale.Words.PartnersExtendedOn,
	}
	extendOff = step{
		name: "extend-off", right: access.AutoExtend, kind: relationship.DelegatedAdministrator,
		text: locale.Words.PartnersExtendOff, title: locale.Words.CustomersExtendOffTitle, means: locale.Words.CustomersExtendOffText,
		do: switches(false), done: locale.Words.PartnersExtendedOff,
	}
	stepDown = step{
		name: "step-down", right: access.EndRelationships, kind: relationship.PartnerOfRecord, danger: true,
		text: locale.Words.CustomersStepDown, title: locale.Words.CustomersStepDownTitle, means: locale.Words.CustomersStepDownText,
		do: func(ctx context.Context, t Table, tie relationship.Relationship, _ string, o op.Op) (relationship.Relationship, error) {
			return relationship.StepDown(ctx, t, tie.Customer, tie.Partner, relationship.ByPartner, "", o)
		}, same: fault.AlreadyEnded, done: locale.Words.CustomersSteppedDown,
	}
	endReseller = step{
		name: "end-reselling", right: access.EndRelationships, kind: relationship.Reseller, danger: true,
		text: locale.Words.CustomersEndReselling, title: locale.Words.CustomersEndResellingTitle, means: locale.Words.CustomersEndResellingText,
		do: func(ctx context.Context, t Table, tie relationship.Relationship, _ string, o op.Op) (relationship.Relationship, error) {
			return relationship.EndReseller(ctx, t, tie.Customer, tie.Partner, "", o)
		}, same: fault.AlreadyEnded, done: locale.Words.CustomersResellingEnded,
	}
	decline = step{
		name: "decline", right: access.AnswerRemoval, kind: relationship.Reseller, reason: true,
		text: locale.Words.CustomersDecline, title: locale.Words.CustomersDeclineTitle, means: locale.Words.CustomersDeclineText,
		do: func(ctx context.Context, t Table, tie relationship.Relationship, reason string, o op.Op) (relationship.Relationship, error) {
			return relationship.DeclineRemoval(ctx, t, tie.Customer, tie.Partner, reason, o)
		}, same: fault.NoRemovalRequest, done: locale.Words.CustomersDeclined,
	}
	steps = []step{endGrant, lower, extendOn, extendOff, stepDown, endReseller, decline}
)

// switches sets the partner's side of the automatic extension.
func switches(on bool) func(context.Context, Table, relationship.Relationship, string, op.Op) (relationship.Relationship, error) {
	return func(ctx context.Context, t Table, tie relationship.Relationship, _ string, o op.Op) (relationship.Relationship, error) {
		return relationship.SwitchAutoExtend(ctx, t, tie.Customer, tie.Partner, relationship.PartnerSide, on, o)
	}
}

// stepNamed returns the step that an address names; false where it names none.
func stepNamed(name string) (step, bool) {
	i := slices.IndexFunc(steps, func(s step) bool { return s.name == name })
	if i < 0 {
		return step{}, false
	}
	return steps[i], true
}

// asked returns the step that the path names and the tie that it is about. It fails with Forbidden where the reader lacks the right.
func (p customersPage) asked(v *site.Visit, who site.Signed) (step, relationship.Relationship, error) {
	one, ok := stepNamed(v.R.PathValue("act"))
	if !ok {
		return one, relationship.Relationship{}, fault.NotFound
	}
	tie, _, err := p.tied(v, who)
	if err == nil {
		err = access.Check(who.Caller, one.right)
	}
	return one, tie, err
}

type whyBody struct {
	Action, Token, Button, Keep string
	Text                        []string
	Danger                      bool
	Reason                      *page.Textarea
}

func (p customersPage) ask(v *site.Visit, who site.Signed) error {
	one, tie, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if !slices.Contains(tie.Kinds(v.Op.At), one.kind) {
		return v.Redirect(at(tie.Customer))
	}
	return p.sure(v, who, one, tie, http.StatusOK, "")
}

func (p customersPage) sure(v *site.Visit, who site.Signed, one step, tie relationship.Relationship, status int, wrong string) error {
	w, name := v.Words, tie.CustomerName
	b := whyBody{
		Action: at(tie.Customer) + "/" + one.name, Token: site.Token(who.Secret, one.name, string(tie.Customer)), Text: []string{one.means(w, name)},
		Button: one.text(w), Keep: at(tie.Customer), Danger: one.danger,
	}
	if r := tie.Removal; one.name == endReseller.name && r != nil && r.Status == relationship.Open && !r.EndsAt.IsZero() {
		b.Text = []string{w.CustomersEndResellingNotice(), tied.Goes(w, *r)}
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
			return p.sure(v, who, one, tie, http.StatusOK, "")
		case code == fault.TooLong:
			return p.sure(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.PartnersReasonLong(maxReason))
		case code != nil && code != fault.Required:
			return p.sure(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.PartnersReasonWrong())
		case clean == "":
			return p.sure(v, who, one, tie, http.StatusUnprocessableEntity, v.Words.CustomersReasonMissing())
		}
		reason = clean
	} else if page.Switched(v.R) {
		return p.sure(v, who, one, tie, http.StatusOK, "")
	}
	_, err = one.do(v.R.Context(), p.table, tie, reason, v.By(who))
	switch {
	case err == nil || one.same != nil && fault.Is(err, one.same):
		return v.Redirect(at(tie.Customer) + "?done=" + one.name)
	case fault.Is(err, fault.ActiveSubscriptions):
		var plans []catalog.PlanID
		for _, blocks := range fault.As(err).Fields {
			plan, _ := blocks.About.(string)
			plans = append(plans, catalog.PlanID(plan))
		}
		known, wrong := v.Catalogue(plans...)
		if wrong != nil {
			return wrong
		}
		return p.sure(v, who, one, tie, http.StatusConflict, stillBilled(v, tie, err, known.Plans))
	case fault.Is(err, fault.AutoExtendLimitedOnly, fault.AlreadyEnded, fault.EndsByNotice):
		return p.sure(v, who, one, tie, http.StatusConflict, v.Detail(err))
	}
	return err
}
