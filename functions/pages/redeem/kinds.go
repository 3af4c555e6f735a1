package redeem

import (
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/site"
)

// view is what the steps ask and show of the offers of one kind, beside what they do of any. A part that is nil is not there.
type view struct {
	// signIn says why the holder of the link has to sign in first.
	signIn func(w locale.Words, asking, mail string) (title, text string)
	// nothing shows why the member can't say yes to anything; false where it can.
	nothing func(p redeemPage, v *site.Visit, f reading) (bool, error)
	// ask puts the kind's own question on the first page.
	ask func(p redeemPage, v *site.Visit, f reading, a answers, errs page.Errors, b *readBody) error
	// answer takes the answer to it into the draft, and says what is wrong with it.
	answer func(p redeemPage, v *site.Visit, f reading, a answers, d *invitation.Draft) (page.Errors, error)
	// rows show the answer on the check.
	rows func(p redeemPage, v *site.Visit, f reading) ([]page.Row, error)
	// button gives the last button the name of the act, with what is said beside it.
	button func(v *site.Visit, f reading, b *checkBody)
	// refused shows what only this kind is refused for; false where it is refused for something else.
	refused func(p redeemPage, v *site.Visit, f reading, wrong *fault.Fault) (bool, error)
}

var views = map[offer.Kind]view{
	offer.Trial: {
		signIn: known, nothing: redeemPage.triedBefore, ask: redeemPage.askPartnerOfRecord, answer: redeemPage.answerPartnerOfRecord, rows: redeemPage.partnerOfRecordRows,
		button: trialButton,
	},
	offer.Purchase: {
		signIn: known, ask: redeemPage.askPartnerOfRecord, answer: redeemPage.answerPartnerOfRecord, rows: redeemPage.partnerOfRecordRows, button: orderButton,
		refused: redeemPage.refusedOrder,
	},
	offer.DelegatedAdministration: {signIn: member(locale.Words.RedeemMemberText), button: authorizeButton},
	offer.PartnerOfRecord: {
		signIn: member(locale.Words.RedeemMemberAsk), nothing: redeemPage.nothingToPick, ask: redeemPage.askSubscriptions, answer: redeemPage.answerSubscriptions,
		rows: redeemPage.subscriptionRows, button: namingButton, refused: redeemPage.refusedNaming,
	},
	offer.Reseller: {
		signIn: member(locale.Words.RedeemMemberAsk), nothing: redeemPage.resellsAlready, rows: redeemPage.resellerRows,
		button: resellerButton,
	},
}

// known says that an address is a user already, whose account takes the offer.
func known(w locale.Words, _, mail string) (title, text string) {
	return w.RedeemSignInTitle(), w.RedeemSignInText(mail)
}

// member says that only a customer's user can answer.
func member(text func(w locale.Words, asking, mail string) string) func(locale.Words, string, string) (string, string) {
	return func(w locale.Words, asking, mail string) (string, string) {
		return w.RedeemMemberTitle(), text(w, asking, mail)
	}
}
