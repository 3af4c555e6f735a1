package subscriptionpartner

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
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
	Rows    []page.Row
	Steps   string
	Nothing string
	Token   string
	Action  string
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

// outcomeRows says of each subscription what was, and what becomes of it.
func (p partnerPage) outcomeRows(v *site.Visit, of []relationship.Naming, to partner.ID) ([]page.Row, error) {
	w := v.Words
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
	rows := make([]page.Row, len(of))
	for i, one := range of {
		s := one.Subscription
		rows[i] = page.Row{Key: v.PlanName(shown.Plans, s.Plan)}
		switch now := names.Full(s.PartnerOfRecordID()); one.Result {
		case relationship.Changed:
			rows[i].Values = []string{w.PartnerOfRecordChanges(now, names.Full(to))}
		case relationship.Unchanged:
			rows[i].Values = []string{w.PartnerOfRecordUnchanged(now)}
		default:
			rows[i].Values = []string{w.PartnerOfRecordFails(now), failed(v, one.Err)}
		}
		rows[i].Values = append(rows[i].Values, string(s.ID))
	}
	return rows, nil
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
	rows, err := p.outcomeRows(v, outcomes, said.named.Partner)
	if err != nil {
		return err
	}
	w, now := v.Words, confirm.Keyed(confirm.NewKey(v))
	b := checkBody{Rows: rows, Action: checkPath + "?" + said.query(who), Shown: now, Token: now.Token(who.Secret, "check", said.query(who)), Button: w.PartnerOfRecordButton(), Danger: said.what == remove}
	if b.Danger {
		b.Button = w.PartnerOfRecordRemoveButton()
	}
	if !slices.ContainsFunc(outcomes, func(o relationship.Naming) bool { return o.Result == relationship.Changed }) {
		b.Nothing = w.PartnerOfRecordNothing()
	}
	if n := len(said.chosen); n > relationship.MostNamed {
		b.Steps = w.PartnerOfRecordSteps(relationship.MostNamed, (n+relationship.MostNamed-1)/relationship.MostNamed)
	}
	frame := v.Frame(w.PartnerOfRecordCheckTitle())
	frame.Back = &page.Link{URL: path + "?" + said.query(who)}
	return v.Render(check, http.StatusOK, frame, b)
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
	Rows     []page.Row
	Receipts []page.Link
	Retry    string // path of the page to try again on, empty where nothing is left to do
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
	changed, failed, open := 0, 0, false
	for i, one := range outcomes {
		switch from, done := was[string(one.Subscription.ID)]; {
		case done:
			outcomes[i].Result, outcomes[i].Subscription.PartnerOfRecord = relationship.Changed, nil
			if from != "" {
				outcomes[i].Subscription.PartnerOfRecord = &subscription.PartnerOfRecord{Partner: partner.ID(from)}
			}
			changed++
		case one.Result == relationship.Changed: // it was not done: to be done again
			outcomes[i].Result, outcomes[i].Err = relationship.Failed, fault.PreconditionFailed.With(nil)
			failed, open = failed+1, true
		case one.Result == relationship.Failed:
			failed++
		}
	}
	if b.Rows, err = p.outcomeRows(v, outcomes, said.named.Partner); err != nil {
		return err
	}
	if open {
		b.Retry = checkPath + "?" + said.query(who)
	}
	for i, one := range outcomes {
		b.Rows[i].Badge = outcomeBadge(v, one.Result)
	}
	frame := v.Frame(w.PartnerOfRecordResultTitle(changed, len(outcomes)))
	frame.Panel = &page.Panel{}
	if failed > 0 {
		frame.Panel.Kind, frame.Panel.Icon = "warn", "alert"
	}
	return v.Render(result, http.StatusOK, frame, b)
}

// outcomeBadge says what became of one subscription.
func outcomeBadge(v *site.Visit, of relationship.Result) *page.Badge {
	switch of {
	case relationship.Changed:
		return &page.Badge{Kind: "good", Icon: "check", Text: v.Words.PartnerOfRecordBadgeChanged()}
	case relationship.Unchanged:
		return &page.Badge{Kind: "calm", Icon: "minus", Text: v.Words.PartnerOfRecordBadgeUnchanged()}
	}
	return &page.Badge{Kind: "bad", Icon: "x", Text: v.Words.PartnerOfRecordBadgeFailed()}
}
