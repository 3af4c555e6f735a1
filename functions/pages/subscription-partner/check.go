package subscriptionpartner

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
	"liaison/shared/subscription"
)

type checkBody struct {
	Rows    []page.Item
	Partner *page.Who // who becomes partner of record; nil where nobody does
	Steps   string
	Then    []page.Moment
	IDs     page.Details
	Nothing *page.Note // nil where something would change
	Token   string
	Action  string
	Back    string
	Shown   confirm.Shown
	Button  string
	Danger  bool
}

// each runs naming for what was chosen, in steps of as many as one act takes (decision 11). trial only says what would be done.
func (p partnerPage) each(v *site.Visit, who site.Signed, said answers, key string, trial bool) ([]relationship.Naming, error) {
	var all []relationship.Naming
	n := 0
	for some := range slices.Chunk(said.ids(who.Customer.ID), relationship.MostNamed) {
		once := p.once(v, who, key, n)
		_, outcomes, err := order.SetPartnerOfRecord(v.R.Context(), p.table, once.By, some, said.named.Partner, trial, once.Op)
		var replay *op.Replay
		if err != nil && !errors.As(err, &replay) { // the same button, pressed twice at once
			return all, err
		}
		all = append(all, outcomes...)
		n++
	}
	return all, nil
}

// once is what one step of a form does.
func (p partnerPage) once(v *site.Visit, who site.Signed, key string, n int) confirm.Once {
	return confirm.OnceBy(v, p.table, who, "partner_of_record", stepKey(key, n), checkPath)
}

// stepKey is the key of one step of a form: each has its own receipt.
func stepKey(key string, n int) string {
	if n == 0 {
		return key
	}
	return key + "." + strconv.Itoa(n)
}

// outcome is what becomes, or became, of one subscription: a row with a badge, and where its id stands.
type outcome struct {
	relationship.Naming
	plan, from, to string // as pages write them
}

// outcomes returns what the page says of each, in the order of the answers.
func (p partnerPage) outcomes(v *site.Visit, of []relationship.Naming, to partner.ID) ([]outcome, error) {
	subs, plans := make([]subscription.Subscription, 0, len(of)), []catalog.PlanID(nil)
	for _, one := range of {
		subs = append(subs, one.Subscription)
		if one.Subscription.Plan != "" && !slices.Contains(plans, one.Subscription.Plan) {
			plans = append(plans, one.Subscription.Plan)
		}
	}
	names, err := partnername.Read(v, p.table, append(partnername.OfSubscriptions(subs...), to)...)
	if err != nil {
		return nil, err
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, err
	}
	made := make([]outcome, len(of))
	for i, one := range of {
		made[i] = outcome{one, v.PlanName(shown.Plans, one.Subscription.Plan), names.Short(one.Subscription.PartnerOfRecordID()), names.Short(to)}
	}
	return made, nil
}

// item returns the row of one, with its badge.
func (o outcome) item(v *site.Visit, badge page.Badge) page.Item {
	w := v.Words
	made := page.Item{Icon: "box", Title: o.plan, Badge: &badge}
	if n := o.Subscription.Licenses.Bought; n > 0 {
		made.Lines = append(made.Lines, w.SiteLicenceCount(n))
	}
	switch o.Result {
	case relationship.Changed:
		return lined(made, w.PartnerOfRecordChanges(o.from, o.to))
	case relationship.Unchanged:
		return lined(made, w.PartnerOfRecordNow(o.from))
	}
	return lined(made, w.PartnerOfRecordNow(o.from), failed(v, o.Err))
}

func lined(of page.Item, lines ...string) page.Item {
	of.Lines = append(of.Lines, lines...)
	return of
}

// ids returns the ids of the subscriptions, to be folded.
func ids(v *site.Visit, of []outcome) page.Details {
	made := page.Details{Summary: v.Words.PartnerOfRecordIds()}
	for _, one := range of {
		made.Rows = append(made.Rows, page.Row{Key: one.plan, Values: []string{string(one.Subscription.ID)}})
	}
	return made
}

// count says of how many a result is.
func count(of []outcome, result relationship.Result) (n int) {
	for _, one := range of {
		if one.Result == result {
			n++
		}
	}
	return n
}

// failed says why a subscription cannot change.
func failed(v *site.Visit, f *fault.Fault) string {
	switch {
	case f == nil:
		return ""
	case fault.Is(f, fault.SubscriptionEnded):
		return v.Words.PartnerOfRecordEnded()
	case fault.Is(f, fault.PreconditionFailed):
		return v.Words.PartnerOfRecordNotDone()
	case fault.Is(f, fault.NotFound):
		return v.Words.PartnerOfRecordNoSuchSubscription()
	}
	return partnerpicker.InAccount(v.Words).Ineligible(f)
}

func (p partnerPage) showCheck(v *site.Visit, who site.Signed) error {
	said := carried(v, who)
	if key := confirm.Key(v.R.URL.Query().Get("done")); key != "" {
		return p.showResult(v, who, said, key)
	}
	if !said.complete() {
		return v.Redirect(path + "?" + said.query(who))
	}
	outcomes, err := p.each(v, who, said, "", true)
	if err != nil {
		return p.refused(v, who, said, err)
	}
	all, err := p.outcomes(v, outcomes, said.named.Partner)
	if err != nil {
		return err
	}
	w, now := v.Words, confirm.Keyed(confirm.NewKey(v))
	b := checkBody{
		IDs: ids(v, all), Action: checkPath + "?" + said.query(who), Back: path + "?" + said.query(who), Shown: now, Token: now.Token(who.Secret, "check", said.query(who)),
		Button: w.PartnerOfRecordRemoveButton(), Danger: true, Then: []page.Moment{
			{Kind: "now", Title: w.PartnerOfRecordThenNow(), Text: w.PartnerOfRecordThenRemoved()}, {Title: w.PartnerOfRecordThenMail(), Text: w.PartnerOfRecordThenMailText()},
		},
	}
	if named := said.named.Partner; named != "" {
		a, err := p.table.OrderFacts(v.R.Context(), customer.UserID(who.ID), nil, named)
		if err != nil {
			return err
		}
		if a.Other != nil {
			name := a.Other.LegalName
			b.Partner, b.Button, b.Danger, b.Then[0].Text = partnername.Who(w, a.Other.Partner), w.PartnerOfRecordRequestButton(name), false, w.PartnerOfRecordThenNamed(name)
		}
	}
	for _, one := range all {
		b.Rows = append(b.Rows, one.item(v, expected(w, one.Result)))
	}
	changed := count(all, relationship.Changed)
	if changed == 0 {
		b.Nothing = &page.Note{Kind: "calm", Text: w.PartnerOfRecordNothing()}
	}
	if n := len(said.chosen); n > relationship.MostNamed {
		b.Steps = w.PartnerOfRecordSteps(relationship.MostNamed, (n+relationship.MostNamed-1)/relationship.MostNamed)
	}
	frame := v.Frame(w.PartnerOfRecordCheckTitle())
	frame.Lead = w.PartnerOfRecordCheckLead(changed, len(all))
	return v.Render(check, http.StatusOK, frame, b)
}

// expected says what is about to become of one subscription.
func expected(w locale.Words, of relationship.Result) page.Badge {
	switch of {
	case relationship.Changed:
		return page.Badge{Kind: "info", Text: w.PartnerOfRecordBadgeChanges()}
	case relationship.Unchanged:
		return page.Badge{Kind: "calm", Icon: "minus", Text: w.PartnerOfRecordBadgeUnchanged()}
	}
	return page.Badge{Kind: "warn", Icon: "x", Text: w.PartnerOfRecordBadgeFails()}
}

// refused shows the form again where the partner is none by now.
func (p partnerPage) refused(v *site.Visit, who site.Signed, said answers, err error) error {
	if fault.Is(err, fault.Invalid) {
		return p.render(v, who, http.StatusUnprocessableEntity, said, page.Errors{{Field: partnerpicker.Field, Text: v.Words.PartnerIDUnknown()}}, "")
	}
	return err
}

// postCheck names the partner and leads to the result of each. Pressed twice it is the same.
func (p partnerPage) postCheck(v *site.Visit, who site.Signed) error {
	said := carried(v, who)
	was, err := confirm.Posted(v, who.Secret, []string{"check", said.query(who)}, "key")
	if err != nil {
		return err
	}
	if _, err := p.each(v, who, said, was.Key(), false); err != nil {
		return p.refused(v, who, said, err)
	}
	return v.Redirect(checkPath + "?" + said.query(who, "done", was.Key()))
}

type resultBody struct {
	Kind, Icon string // of the mark
	Lead       string
	Rows       []page.Item
	Receipts   []page.Link
	Retry      string // path of the page to try again on, empty where nothing is left to do
	IDs        page.Details
}

// showResult says of each subscription what became of it: what the receipts of the form's key say, and for the rest how it stands now.
func (p partnerPage) showResult(v *site.Visit, who site.Signed, said answers, key string) error {
	if !said.complete() {
		return v.Redirect(path)
	}
	w, b := v.Words, resultBody{}
	was := map[string]string{} // the partner before, of each that was changed
	for n := range (len(said.chosen) + relationship.MostNamed - 1) / relationship.MostNamed {
		once := p.once(v, who, key, n)
		made, err := once.Before()
		if err != nil {
			return err
		}
		if made == "" {
			continue
		}
		stored, err := p.table.Redemption(v.R.Context(), consent.ID(made))
		if err != nil {
			return err
		}
		for _, one := range stored.Receipt.PartnerOfRecordChanges {
			was[one.ID] = one.From
		}
		b.Receipts = append(b.Receipts, page.Link{Text: w.ReceiptNamed(stored.ID.Reference()), URL: once.ReceiptOf(made)})
	}
	outcomes, err := p.each(v, who, said, "", true)
	if err != nil {
		return p.refused(v, who, said, err)
	}
	for i, one := range outcomes {
		from, done := was[string(one.Subscription.ID)]
		if done {
			outcomes[i].Result, outcomes[i].Subscription.PartnerOfRecord = relationship.Changed, nil
			if from != "" {
				outcomes[i].Subscription.PartnerOfRecord = &subscription.PartnerOfRecord{Partner: partner.ID(from)}
			}
		} else if one.Result == relationship.Changed { // it was not done: to be done again
			outcomes[i].Result, outcomes[i].Err = relationship.Failed, fault.PreconditionFailed.With(nil)
			b.Retry = checkPath + "?" + said.query(who)
		}
	}
	all, err := p.outcomes(v, outcomes, said.named.Partner)
	if err != nil {
		return err
	}
	for _, one := range all {
		b.Rows = append(b.Rows, said.became(v, who, one))
	}
	changed := count(all, relationship.Changed)
	b.Kind, b.Icon, b.Lead, b.IDs = "good", "check", w.PartnerOfRecordResultNothing(), ids(v, all)
	switch {
	case changed > 0 && said.named.Partner != "":
		b.Lead = w.PartnerOfRecordResultNamed(all[0].to)
	case changed > 0:
		b.Lead = w.PartnerOfRecordResultRemoved()
	}
	if count(all, relationship.Failed) > 0 {
		b.Kind, b.Icon = "warn", "alert"
	}
	frame := v.Frame(w.PartnerOfRecordResultTitle(changed, len(all)))
	frame.OwnTitle, frame.Narrow = true, true
	return v.Render(result, http.StatusOK, frame, b)
}

// became says what became of one subscription, and where another partner can be chosen for it.
func (a answers) became(v *site.Visit, who site.Signed, one outcome) page.Item {
	w := v.Words
	switch one.Result {
	case relationship.Changed:
		return one.item(v, page.Badge{Kind: "good", Icon: "check", Text: w.PartnerOfRecordBadgeChanged()})
	case relationship.Unchanged:
		return one.item(v, page.Badge{Kind: "calm", Icon: "minus", Text: w.PartnerOfRecordBadgeUnchanged()})
	}
	made := one.item(v, page.Badge{Kind: "bad", Icon: "x", Text: w.PartnerOfRecordBadgeFailed()})
	if fault.Is(one.Err, fault.PartnerNotEligible) {
		again := answers{chosen: []string{site.ULID(string(one.Subscription.ID))}}
		made.Links = []page.Link{{Text: w.PartnerOfRecordChooseAnother(), URL: path + "?" + again.query(who)}}
	}
	return made
}
