package states

import (
	"net/http"

	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

const asking = "Baltic Bridge IT sp. z o.o."

// purchase is a purchase offer of the suite; change may change the wish.
func (v *Visit) purchase(change func(*contract.OfferCreate)) contract.Offer {
	v.T.Helper()
	return v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
		licenses := 12
		o.Kind, o.DelegatedAdministration, o.PartnerTerms, o.Message = contract.OfferKindPurchase, nil, nil, nil
		o.Items = []contract.OfferItemCreate{{PlanID: sample.TrialPlan, Licenses: &licenses}}
		if change != nil {
			change(o)
		}
	})
}

// everything is a purchase of two plans with all that can be asked beside it.
func everything(o *contract.OfferCreate) {
	wish := sample.TrialOffer(string(*o.Language))
	licenses := 750
	o.DelegatedAdministration, o.PartnerTerms, o.Message = wish.DelegatedAdministration, wish.PartnerTerms, wish.Message
	o.Items = append(o.Items, contract.OfferItemCreate{PlanID: "plan_mail", Licenses: &licenses})
}

// byPartner is billed by the partner at its own price.
func byPartner(o *contract.OfferCreate) {
	by := contract.BilledByPartner
	o.BilledBy = &by
	o.Items[0].Price = &contract.Money{AmountMinor: 4550, Currency: "PLN"}
}

func (v *Visit) request(kind contract.OfferKind) contract.Offer {
	v.T.Helper()
	return v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
		Plain(o)
		o.Kind, o.Items = kind, nil
	})
}

// offered is the Ready of an offer's public link.
func offered(of func(v *Visit) contract.Offer) func(*Visit) string {
	return func(v *Visit) string { return v.Public(of(v)) }
}

// bought is the Ready of a personal link to a new customer of a purchase of everything.
func bought(v *Visit) string { return v.To(v.purchase(everything), "").Link }

// toMember is the Ready of a public link for somebody with an account, as signedIn takes it.
func toMember(of func(v *Visit) contract.Offer) func(*Visit) string {
	return func(v *Visit) string {
		address, _ := v.member()
		return address + " " + v.Public(of(v))
	}
}

// own takes the public link to the own account and goes on there.
func own(act func(v *Visit)) func(*Visit, string) {
	return signedIn("", func(v *Visit) {
		v.Press(v.W.OfferOwnButton())
		if act != nil {
			act(v)
		}
	})
}

func plainPurchase(v *Visit) contract.Offer { return v.purchase(nil) }

func resale(v *Visit) contract.Offer { return v.purchase(byPartner) }

// rebilled makes the signed-in member own the suite, billed by the partner, and brings it before the vendor's billing.
func rebilled(v *Visit) {
	converts(v)
	order(v)
	v.Open(v.URL("/account/subscriptions"))
	v.Press(suite(v.W))
	v.Press(v.W.SubscriptionsBilling())
}

// account brings a new customer before the account with its licences; check before the last button.
func buyerAccount(v *Visit) {
	v.Press(v.W.SiteNext())
	v.Choose("delegation", "yes")
	v.Press(v.W.SiteNext())
}

func buyerCheck(v *Visit) {
	buyerAccount(v)
	v.Fill("company", "Zakład Nowak")
	v.Fill("name", "Anna Nowak")
	v.Fill("licences-0", "20")
	v.Press(v.W.SiteNext())
}

func order(v *Visit) {
	v.Choose("agree", "yes")
	v.Press(v.W.RedeemOrder())
}

func converts(v *Visit) {
	v.Press(v.W.SiteNext())
	v.Press(v.W.SiteNext())
}

// owning makes the signed-in member own the suite, then brings it before another purchase of it.
func owning(act func(v *Visit)) func(v *Visit) {
	return func(v *Visit) {
		converts(v)
		order(v)
		v.Open(v.Public(v.purchase(nil)))
		v.Press(v.W.OfferOwnButton())
		v.Press(v.W.SiteNext())
		if act != nil {
			act(v)
		}
	}
}

func namePartnerOfRecord(v *Visit) contract.Offer {
	return v.request(contract.OfferKindPartnerOfRecord)
}

func reseller(v *Visit) contract.Offer { return v.request(contract.OfferKindReseller) }

// withoutPartnerOfRecord makes a subscription of the signed-in member that has no partner of record, then brings it before the request.
func withoutPartnerOfRecord(act func(v *Visit)) func(v *Visit) {
	return func(v *Visit) {
		v.Choose("advisor", "none")
		v.Press(v.W.SiteNext())
		v.Press(v.W.SiteNext())
		order(v)
		v.Open(v.Public(namePartnerOfRecord(v)))
		v.Press(v.W.OfferOwnButton())
		if act != nil {
			act(v)
		}
	}
}

func mailPlan(v *Visit) contract.Offer {
	return v.purchase(func(o *contract.OfferCreate) { o.Items[0].PlanID = "plan_mail" })
}

func pick(v *Visit) {
	v.Choose("subscriptions", "")
	v.Press(v.W.SiteNext())
}

// purchases are the states of offers that sell for money, of requests to become partner of record, and of resellers.
var purchases = []State{
	{Name: "purchase-offer", Says: func(w locale.Words) string { return w.OfferTitlePurchases(2) }, Status: http.StatusOK, Ready: offered(func(v *Visit) contract.Offer { return v.purchase(everything) }), Show: open},
	{Name: "purchase-offer-by-partner", Says: func(w locale.Words) string { return w.SiteBillerPartner(asking, "Skylark Cloud") }, Status: http.StatusOK, Ready: offered(func(v *Visit) contract.Offer { return v.purchase(byPartner) }), Show: open},
	{Name: "purchase-offer-own", Says: locale.Words.OfferOwnButton, Status: http.StatusOK, Ready: func(v *Visit) string { return reader(v) + " " + v.Public(plainPurchase(v)) }, Show: signedIn("", nil)},
	{Name: "purchase-read", Says: func(w locale.Words) string { return w.OfferTitlePurchases(2) }, Status: http.StatusOK, Ready: bought, Show: open},
	{Name: "purchase-account", Says: locale.Words.RedeemOwner, Status: http.StatusOK, Ready: bought, Show: read(buyerAccount)},
	{Name: "purchase-account-wrong", Says: locale.Words.RedeemCompanyMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: bought, Show: read(func(v *Visit) {
		buyerAccount(v)
		v.Fill("licences-0", "301")
		v.Fill("licences-1", "many")
		v.Press(v.W.SiteNext())
	})},
	{Name: "purchase-check", Says: locale.Words.RedeemHappensNew, Status: http.StatusOK, Ready: bought, Show: read(buyerCheck)},
	{Name: "purchase-check-not-agreed", Says: locale.Words.RedeemAgreeMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: bought, Show: read(func(v *Visit) {
		buyerCheck(v)
		v.Press(v.W.RedeemOrder())
	})},
	{Name: "purchase-receipt", Says: locale.Words.ReceiptOrderTitle, Status: http.StatusOK, Ready: bought, Show: read(func(v *Visit) { buyerCheck(v); order(v) })},
	{Name: "purchase-licences", Says: locale.Words.RedeemBecomes, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "purchase-converts", Says: locale.Words.RedeemBecomes, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(converts)},
	{Name: "purchase-converted", Says: locale.Words.ReceiptConvertedTitle, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(func(v *Visit) { converts(v); order(v) })},
	{Name: "billing", Says: locale.Words.BillingStays, Status: http.StatusOK, Ready: toMember(resale), Show: own(rebilled)},
	{Name: "billing-error", Says: locale.Words.BillingAgreeMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: toMember(resale), Show: own(func(v *Visit) {
		rebilled(v)
		v.Press(v.W.BillingButton("Skylark Cloud"))
	})},
	{Name: "purchase-owned", Says: locale.Words.RedeemIntoSeparateHint, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(owning(nil))},
	{Name: "purchase-owned-wrong", Says: func(w locale.Words) string { return w.RedeemIntoMissing(suite(w)) }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: toMember(plainPurchase), Show: own(owning(func(v *Visit) {
		v.Fill("licences-0", "0")
		v.Press(v.W.SiteNext())
	}))},
	{Name: "purchase-adds", Says: func(w locale.Words) string { return piece(w.RedeemHappensAdd(0, 0), "0") }, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(owning(func(v *Visit) {
		v.Choose("into-0", "")
		v.Press(v.W.SiteNext())
	}))},
	{Name: "purchase-added", Says: locale.Words.ReceiptAddedTitle, Status: http.StatusOK, Ready: toMember(plainPurchase), Show: own(owning(func(v *Visit) {
		v.Choose("into-0", "")
		v.Press(v.W.SiteNext())
		order(v)
	}))},

	{Name: "record-offer", Says: func(w locale.Words) string { return w.OfferTitlePartnerOfRecord(asking) }, Status: http.StatusOK, Ready: offered(namePartnerOfRecord), Show: open},
	{Name: "record-sign-in", Says: locale.Words.RedeemMemberTitle, Status: http.StatusConflict, Ready: func(v *Visit) string {
		address, _ := v.member()
		return v.To(namePartnerOfRecord(v), address).Link
	}, Show: open},
	{Name: "record", Says: locale.Words.PartnerOfRecordRequestHint, Status: http.StatusOK, Ready: toMember(mailPlan), Show: own(withoutPartnerOfRecord(nil))},
	{Name: "record-none", Says: locale.Words.PartnerOfRecordRequestMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: toMember(mailPlan), Show: own(withoutPartnerOfRecord(func(v *Visit) { v.Press(v.W.SiteNext()) }))},
	{Name: "record-check", Says: func(w locale.Words) string { return w.PartnerOfRecordRequestButton(asking) }, Status: http.StatusOK, Ready: toMember(mailPlan), Show: own(withoutPartnerOfRecord(pick))},
	{Name: "record-receipt", Says: locale.Words.ReceiptNamedTitle, Status: http.StatusOK, Ready: toMember(mailPlan), Show: own(withoutPartnerOfRecord(func(v *Visit) {
		pick(v)
		v.Choose("agree", "yes")
		v.Press(v.W.PartnerOfRecordRequestButton(asking))
	}))},
	{Name: "record-nothing", Says: locale.Words.PartnerOfRecordRequestNothingTitle, Status: http.StatusOK, Ready: toMember(namePartnerOfRecord), Show: own(nil)},

	{Name: "reseller-offer", Says: func(w locale.Words) string { return w.ResellerQuestion(asking) }, Status: http.StatusOK, Ready: offered(reseller), Show: open},
	{Name: "reseller", Says: func(w locale.Words) string { return w.ResellerQuestion(asking) }, Status: http.StatusOK, Ready: toMember(reseller), Show: own(nil)},
	{Name: "reseller-check", Says: func(w locale.Words) string { return w.ResellerButton(asking) }, Status: http.StatusOK, Ready: toMember(reseller), Show: own(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "reseller-receipt", Says: func(w locale.Words) string { return w.ReceiptResellerTitle(asking) }, Status: http.StatusOK, Ready: toMember(reseller), Show: own(agreed)},
	{Name: "reseller-already", Says: func(w locale.Words) string { return w.ResellerAlreadyTitle(asking) }, Status: http.StatusConflict, Ready: toMember(reseller), Show: own(func(v *Visit) {
		agreed(v)
		v.Open(v.Public(reseller(v)))
		v.Press(v.W.OfferOwnButton())
	})},
}

func agreed(v *Visit) {
	v.Press(v.W.SiteNext())
	v.Choose("agree", "yes")
	v.Press(v.W.ResellerButton(asking))
}
