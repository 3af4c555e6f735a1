package subscriptions

import (
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/subscription"
)

// How a subscription would be cancelled, as the page said it.
const (
	atOnce = "at_once"
	atEnd  = "at_end"
)

// stoppable says how a subscription would be cancelled; empty where there is nothing to cancel.
func stoppable(v *site.Visit, s subscription.Subscription) string {
	switch next, err := s.Stop(v.Op.At); {
	case err != nil:
		return ""
	case next.Ending:
		return atEnd
	}
	return atOnce
}

// askCancel says what ends when, and what becomes of the data, before anything does.
func (p subscriptionsPage) askCancel(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	how := stoppable(v, s)
	if how == "" {
		return v.Redirect(address(s.ID))
	}
	next, err := s.Stop(v.Op.At)
	if err != nil {
		return err
	}
	w, country, called := v.Words, who.Customer.Country, name(v, plan, s)
	m := site.Message{
		Title: w.CancelTitle(called), Back: &page.Link{URL: address(s.ID), Text: called},
		Button: &site.Button{
			Text: w.CancelTrialButton(), Value: how, Danger: true, Keep: address(s.ID), Token: site.Token(who.Secret, "cancel", string(s.ID), how),
		},
	}
	if how == atOnce {
		m.Text = []string{w.CancelTrialNow(), w.CancelTrialData(v.In(next.GraceEndsAt, country)), w.CancelTrialAgain()}
	} else {
		m.Button.Text = w.CancelPaidButton()
		until := v.In(next.TermEndsAt.AddDate(0, 0, subscription.GraceDays), country)
		m.Text = []string{w.CancelPaidEnd(v.In(next.TermEndsAt, country)), w.CancelPaidData(until), w.CancelPaidUndo()}
	}
	if s.PartnerOfRecordID() != "" {
		m.Text = append(m.Text, w.CancelPartner())
	}
	return v.Say(http.StatusOK, m)
}

// cancel does what the page said; where it would be something else by now it asks again. Pressed twice it is the same.
func (p subscriptionsPage) cancel(v *site.Visit, who site.Signed) error {
	s, _, err := p.asked(v, who)
	if err != nil {
		return err
	}
	how := v.Form("action")
	if err := v.Posted(who.Secret, "cancel", string(s.ID), how); err != nil {
		return err
	}
	switch stoppable(v, s) {
	case "":
		return v.Redirect(address(s.ID) + "?done=cancel")
	case how:
	default:
		return v.Redirect(address(s.ID, "cancel"))
	}
	_, err = subscription.Cancel(v.R.Context(), p.table, who.Customer.ID, s.ID, "", v.By(who))
	if err != nil && !fault.Is(err, fault.SubscriptionCancelled) && !fault.Is(err, fault.SubscriptionNotActive) {
		return err
	}
	return v.Redirect(address(s.ID) + "?done=cancel")
}

// askUndo says what goes on before an announced end is taken back.
func (p subscriptionsPage) askUndo(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if _, err := s.Resume(v.Op.At); err != nil {
		return v.Redirect(address(s.ID))
	}
	w, called := v.Words, name(v, plan, s)
	m := site.Message{
		Title: w.UndoTitle(called), Text: []string{w.UndoText(v.In(s.TermEndsAt, who.Customer.Country))}, Back: &page.Link{URL: address(s.ID), Text: called},
		Button: &site.Button{Text: w.UndoButton(), Value: "undo", Token: site.Token(who.Secret, "undo", string(s.ID))},
	}
	if s.Price != nil {
		m.Text = append(m.Text, w.UndoPrice(total(v, s, s.Licenses.Bought)))
	}
	return v.Say(http.StatusOK, m)
}

// undo takes the end back. Pressed twice it is the same.
func (p subscriptionsPage) undo(v *site.Visit, who site.Signed) error {
	s, _, err := p.asked(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "undo", string(s.ID)); err != nil {
		return err
	}
	_, err = subscription.UndoCancel(v.R.Context(), p.table, who.Customer.ID, s.ID, v.By(who))
	if fault.Is(err, fault.SubscriptionNotEnding) {
		return v.Redirect(address(s.ID))
	}
	if err != nil {
		return err
	}
	return v.Redirect(address(s.ID) + "?done=undo")
}
