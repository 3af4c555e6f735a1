package redeem

import (
	"net/http"
	"strings"

	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/links"
	"liaison/shared/token"
)

type refusalBody struct {
	Text   []string
	Reason page.Textarea
	Button string
	Token  string
	Action string
	Back   string
}

func (p redeemPage) showRefusal(v *site.Visit, f reading, status int, typed string, errs page.Errors) error {
	w := v.Words
	frame := v.Frame(w.RedeemNoTitle())
	frame.Errors, frame.Form, frame.Back = errs, "refusal", &page.Link{URL: path(stepRead, f)}
	return v.Render(refusal, status, frame, refusalBody{
		Text:   []string{w.RedeemNoText(f.Facts.Partner.LegalName), w.RedeemNoFinal()},
		Reason: page.Textarea{Name: "reason", Label: w.RedeemNoReason(), Hint: w.RedeemNoReasonHint(f.Facts.Partner.LegalName), Value: typed, Error: errs.For("reason")},
		Button: w.RedeemNoButton(), Token: site.Token(f.Secret, "no", string(f.Invitation.ID)),
		Action: path(stepRead, f, "step", "no"), Back: path(stepRead, f),
	})
}

func (p redeemPage) showReport(v *site.Visit, f reading) error {
	return v.Say(http.StatusOK, reporting(v, f))
}

// reporting asks once more whether the partner is unknown. A scanner that presses every button must not report anybody, so a box is ticked first.
func reporting(v *site.Visit, f reading) site.Message {
	w, name := v.Words, f.Facts.Partner.LegalName
	return site.Message{
		Title: w.RedeemReportTitle(), Text: []string{w.RedeemReportText(name, f.Shown.Vendor.Name), w.RedeemReportNext()}, Back: &page.Link{URL: path(stepRead, f)},
		Button: &site.Button{
			Text: w.RedeemReportButton(), Value: "report", Action: path(stepRead, f, "step", "report"), Token: site.Token(f.Secret, "report", string(f.Invitation.ID)),
			Keep: path(stepRead, f), KeepText: w.RedeemBackToOffer(), Sure: site.Sure(w.RedeemReportSure(name)),
		},
	}
}

// refuse records the No and shows its receipt.
func (p redeemPage) refuse(v *site.Visit, f reading) error {
	if err := v.Posted(f.Secret, "no", string(f.Invitation.ID)); err != nil {
		return err
	}
	typed := v.Form("reason")
	if page.Switched(v.R) {
		return p.showRefusal(v, f, http.StatusOK, typed, nil)
	}
	declined, err := redemption.Refuse(v.R.Context(), p.table, f.Invitation.ID, visitor(v, f), strings.TrimSpace(typed), links.ByHolder(v, f.Invitation.ID))
	switch {
	case err == nil:
		return v.Redirect("/receipts/" + token.Join(string(declined.ID), token.Derive(f.Secret, token.Receipt)))
	case fault.Is(err, fault.Invalid):
		said := v.Words.RedeemNoReasonWrong()
		if fault.Is(err, fault.TooLong) {
			said = v.Words.RedeemNoReasonLong(redemption.MaxReason)
		}
		return p.showRefusal(v, f, http.StatusUnprocessableEntity, typed, page.Errors{{Field: "reason", Text: said}})
	}
	return p.lost(v, f, err)
}

// report pauses the invitation and tells the vendor.
func (p redeemPage) report(v *site.Visit, f reading) error {
	if err := v.Posted(f.Secret, "report", string(f.Invitation.ID)); err != nil {
		return err
	}
	if unsure, err := v.Unsure(reporting(v, f), v.Words.RedeemReportUnsure(f.Facts.Partner.LegalName)); unsure {
		return err
	}
	if err := redemption.Report(v.R.Context(), p.table, f.Invitation.ID, visitor(v, f), links.ByHolder(v, f.Invitation.ID)); err != nil {
		return p.lost(v, f, err)
	}
	return v.Redirect(path(stepRead, f, "step", "reported"))
}

// lost shows what became of the invitation where another press, the partner or the clock was faster.
func (p redeemPage) lost(v *site.Visit, f reading, err error) error {
	if wrong := fault.As(err); wrong == nil || fault.Is(wrong, fault.Busy) {
		return err
	}
	again, readErr := p.again(v, f)
	if readErr != nil {
		return readErr
	}
	if again.Err == nil {
		again.Err = err
	}
	return p.unavailable(v, again)
}
