package states

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/invitation"
	"liaison/shared/locale"
)

func init() { States = slices.Concat(wizard, States) }

// making is the Show of a step of a new offer: the steps before it are walked.
func making(kind contract.OfferKind, walk ...func(v *Visit)) func(*Visit, string) {
	return signedIn("/partner/offers/new/country?kind="+string(kind), func(v *Visit) {
		for _, one := range walk {
			one(v)
		}
	})
}

func further(v *Visit) { v.Press(v.W.SiteNext()) }

func inPoland(v *Visit) {
	v.Choose("country", "PL")
	further(v)
}

func suitePlan(v *Visit) {
	v.Choose("plan", sample.TrialPlan)
	further(v)
}

func limitedAccess(v *Visit) {
	v.Choose("access", "yes")
	v.Choose("role", "limited")
	further(v)
}

func noAccess(v *Visit) {
	v.Choose("access", "no")
	further(v)
}

func saying(v *Visit) {
	v.Fill("message", map[locale.Language]string{
		locale.English: "As agreed on Tuesday: here is the trial for the whole office.", locale.Polish: "Zgodnie z wtorkową rozmową: oto wersja próbna dla całego biura.",
	}[v.W.Language()])
	v.Fill("terms_title", map[locale.Language]string{locale.English: "Support agreement", locale.Polish: "Umowa wsparcia"}[v.W.Language()])
	v.Fill("terms_text", map[locale.Language]string{
		locale.English: "We answer within one working day.", locale.Polish: "Odpowiadamy w ciągu jednego dnia roboczego.",
	}[v.W.Language()])
	further(v)
}

func withNotice(v *Visit) {
	v.Choose("notice", "yes")
	v.Fill("notice_days", "30")
	further(v)
}

func toTwo(v *Visit) {
	v.Choose("visibility", "invited")
	v.Fill("recipients", "anna@bluebird.example\nzosia@zuraw.example, pl")
	further(v)
}

// toMany is a list too long for one mailing, with a row to mend.
func toMany(v *Visit) {
	v.Choose("visibility", "invited")
	rows := []string{"anna@bluebird.example, pl, Anna Nowak", "nobody"}
	for i := range invitation.MaxRecipients {
		rows = append(rows, fmt.Sprintf("p%d@bluebird.example", i))
	}
	v.Fill("recipients", strings.Join(rows, "\n"))
	further(v)
}

// listing reads a list of more people for an offer.
func listing(rows string) func(v *Visit) {
	return func(v *Visit) {
		v.Fill("recipients", rows)
		v.Press(v.W.InvitedCheck())
	}
}

func toAnyone(v *Visit) {
	v.Choose("visibility", "public")
	further(v)
}

var wizard = []State{
	{Name: "offer-new", Says: locale.Words.OfferNewAboutPartnerOfRecord, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/offers/new", nil)},
	{Name: "offer-new-cannot", Says: locale.Words.OfferNewCannot, Status: http.StatusConflict, Ready: newcomer, Show: signedIn("/partner/offers/new", nil)},
	{Name: "partner-overview-cannot", Says: locale.Words.OfferWhyUnverifiedYours, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner", nil)},
	{Name: "partner-offers-cannot", Says: locale.Words.PartnerOffersNoneText, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner/offers", nil)},
	{Name: "partner-offer-preview", Says: locale.Words.PreviewPage, Status: http.StatusOK, Ready: ofOffer("/preview", nil), Show: signedIn("", nil)},
	{Name: "offer-new-country", Says: locale.Words.OfferNewCountryQuestion, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial)},
	{Name: "offer-new-plan", Says: locale.Words.OfferNewPlanQuestion, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland)},
	{Name: "offer-new-plan-errors", Says: locale.Words.OfferNewPlanMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, further)},
	{Name: "offer-new-access", Says: locale.Words.OfferNewAccessQuestion, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan)},
	{Name: "offer-new-message", Says: locale.Words.OfferNewTermsHint, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess)},
	{Name: "offer-new-recipients", Says: locale.Words.OfferNewWho, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess, saying)},
	{Name: "offer-new-recipients-errors", Says: locale.Words.OfferNewWhoMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess, saying, func(v *Visit) {
		v.Fill("recipients", "anna@bluebird.example\nnobody")
		further(v)
	})},
	{Name: "offer-new-list", Says: locale.Words.InvitedFlawAddress, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess, saying, toMany)},
	{Name: "partner-offer-invite", Says: locale.Words.InvitedCheck, Status: http.StatusOK, Ready: ofOffer("/invite", nil), Show: signedIn("", nil)},
	{Name: "partner-offer-invite-errors", Says: locale.Words.InvitedMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: ofOffer("/invite", nil), Show: signedIn("", listing(""))},
	{Name: "partner-offer-list", Says: locale.Words.InvitedFlawTwice, Status: http.StatusOK, Ready: ofOffer("/invite", nil), Show: signedIn("", listing("jan@bluebird.example, pl, Jan\njan@bluebird.example"))},
	{Name: "partner-offer-sent", Says: locale.Words.InvitedSent, Status: http.StatusOK, Ready: ofOffer("/invite", nil), Show: signedIn("", func(v *Visit) {
		listing("jan@bluebird.example, pl, Jan Nowak")(v)
		v.Press(v.W.OfferNewSend(1))
	})},
	{Name: "offer-new-signed-out", Says: locale.Words.SiteSignedOutText, Status: http.StatusForbidden, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess, func(v *Visit) {
		v.Forget()
		further(v)
	})},
	{Name: "offer-new-check", Says: locale.Words.OfferNewSendNote, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindTrial, inPoland, suitePlan, limitedAccess, saying, toTwo)},
	{Name: "offer-new-licenses", Says: locale.Words.OfferNewBiller, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindPurchase, inPoland, suitePlan)},
	{Name: "offer-new-purchase", Says: locale.Words.OfferNewMakeNote, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindPurchase, inPoland, suitePlan, func(v *Visit) {
		v.Choose("biller", "partner")
		v.Fill("price-1", "45")
		further(v)
	}, noAccess, saying, toAnyone)},
	{Name: "offer-new-administration", Says: locale.Words.OfferNewMakeNote, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindDelegatedAdministration, inPoland, func(v *Visit) {
		v.Choose("role", "full")
		further(v)
	}, saying, toAnyone)},
	{Name: "offer-new-notice", Says: locale.Words.OfferNewNoticeQuestion, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindReseller, inPoland)},
	{Name: "offer-new-reseller", Says: locale.Words.OfferNewMakeNote, Status: http.StatusOK, Ready: manager, Show: making(contract.OfferKindReseller, inPoland, withNotice, saying, toAnyone)},
}
