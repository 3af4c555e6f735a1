package receipt

import (
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
)

const takeStep = "take-back"

// confirm asks once more before the delegated administration is taken back.
func (p receiptPage) confirm(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	if !h.running(v.Op.At) {
		return v.Redirect(h.path)
	}
	return v.Say(http.StatusOK, taking(v, h))
}

// taking asks whether the delegated administration of a receipt ends.
func taking(v *site.Visit, h held) site.Message {
	w, name := v.Words, h.Receipt.Partner.LegalName
	return site.Message{
		Title: w.ReceiptTakeTitle(name), Text: []string{w.ReceiptTakeText(name), w.RemovalStays(), w.ReceiptTakeAgain(name)}, Back: &page.Link{URL: h.path},
		Button: &site.Button{
			Text: w.ReceiptTakeButton(), Value: takeStep, Danger: true, Keep: h.path, Token: site.Token(h.secret, takeStep, string(h.ID)), Sure: site.Sure(w.ReceiptTakeSure(name)),
		},
	}
}

// takeBack ends the delegated administration that this receipt records. It only takes power away.
func (p receiptPage) takeBack(v *site.Visit) error {
	h, err := p.open(v)
	if err != nil {
		return p.opened(v, err)
	}
	if err := v.Posted(h.secret, takeStep, string(h.ID)); err != nil {
		return err
	}
	if !h.running(v.Op.At) {
		return v.Redirect(h.path + "?taken=1") // pressed twice, or the other side was faster
	}
	if unsure, err := v.Unsure(taking(v, h), v.Words.ReceiptTakeUnsure()); unsure {
		return err
	}
	o := v.Op
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(h.ID)}
	_, err = relationship.EndGrant(v.R.Context(), p.table, h.owner, h.partner, relationship.ByCustomer, "", o)
	if err != nil && !fault.Is(err, fault.Stale, fault.Conflict) {
		return err
	}
	return v.Redirect(h.path + "?taken=1")
}
