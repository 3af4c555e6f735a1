package states

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/invitation"
	"liaison/shared/locale"
)

const passphrase = story.Passphrase

// owner makes a customer and returns its owner's address and the link that sets the password.
func (v *Visit) owner() (address, link string) {
	v.T.Helper()
	address = v.Address("owner")
	of := v.Offer(v.T, v.Language, Plain)
	v.Started(v.To(of, address), "yes")
	mails, err := v.Mailbox.Wait(Patience(v.T), address, 2)
	if err != nil {
		v.T.Fatal(err)
	}
	if link = mails[1].Link(v.URL("/set-password/")); link == "" {
		v.T.Fatalf("no link to set a password in %q", mails[1].Subject)
	}
	return address, link
}

// member makes a customer whose owner has set the password.
func (v *Visit) member() (address, link string) {
	v.T.Helper()
	address, link = v.owner()
	someone := client.NewVisitor(v.Language)
	_, err := someone.Get(v.T.Context(), link)
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.PasswordButton(), "password", passphrase)
	}
	if err != nil || someone.Page.Heading() != v.W.PasswordSetTitle() {
		v.T.Fatalf("%q %v", someone.Page.Heading(), err)
	}
	return address, link
}

// password is the Ready of the page that sets a password.
func password(v *Visit) string {
	_, link := v.owner()
	return link
}

// passwordReader is that of what sets none.
func passwordReader(v *Visit) string {
	return once(v, "password", func() string { return password(v) })
}

// signIn signs the user of an address in, past the browser.
func (v *Visit) signIn(address string) *client.Visitor {
	v.T.Helper()
	someone, secret := client.NewVisitor(v.Language), passphrase
	if address == v.System.Identity.OperatorName {
		secret = v.System.Identity.OperatorPassword
	}
	_, err := someone.Get(v.T.Context(), v.URL("/account?lang="+v.Language))
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.SiteSignIn(), "user", address, "password", secret)
	}
	if err != nil || !slices.Contains([]string{"/account", "/partner", "/vendor"}, someone.Page.URL.Path) {
		v.T.Fatalf("signing in leads to %s: %v", someone.Page.URL, err)
	}
	return someone
}

// signedIn is the Show of what somebody sees who has just signed in on the way to a path; what Ready returned is the address, and after a
// space where the path is not the state's own, the link.
func signedIn(path string, act func(v *Visit)) func(*Visit, string) {
	return func(v *Visit, ready string) {
		address, link, linked := strings.Cut(ready, " ")
		if !linked {
			link = v.URL(path)
		}
		v.Plant(v.URL("/"), once(v, "session of "+address, func() []*http.Cookie { return v.signIn(address).Cookies(v.URL("/")) })...)
		v.Open(link)
		if act != nil {
			act(v)
		}
	}
}

// anyMember is the Ready of what needs an account and nothing else.
func anyMember(v *Visit) string {
	address, _ := v.member()
	return address
}

// reader is the Ready of a state that only looks at an account that nothing was done with.
func reader(v *Visit) string { return once(v, "reader", func() string { return anyMember(v) }) }

// askedReader is that of a state that only looks at a request for delegated administration. An address gets few mails, so that all look at one.
func askedReader(v *Visit) string {
	return once(v, "asked", func() string { return reader(v) + " " + v.asked(reader(v)) })
}

// administered is the Ready of a state that changes something about the sample's partner as delegated administrator; administeredReader of one
// that only looks at it.
func administered(role contract.Role) func(*Visit) string {
	return func(v *Visit) string {
		v.T.Helper()
		address, _ := v.member()
		of := v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
			o.Kind, o.Items, o.DelegatedAdministration.Role = contract.OfferKindDelegatedAdministration, nil, role
		})
		if _, err := story.Agree(Patience(v.T), v.System, v.To(of, address).Link, address, invitation.Draft{DelegatedAdministration: "yes"}); err != nil {
			v.T.Fatal(err)
		}
		return address
	}
}

func administeredReader(role contract.Role) func(*Visit) string {
	return func(v *Visit) string {
		return once(v, "administered, "+string(role), func() string { return administered(role)(v) })
	}
}

// asked makes an offer of delegated administration alone and returns its personal link for an address.
func (v *Visit) asked(address string) string {
	of := v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
		o.Kind, o.Items = contract.OfferKindDelegatedAdministration, nil
	})
	return v.To(of, address).Link
}

// memberAsked is the Ready of a request for delegated administration to somebody with an account.
func memberAsked(v *Visit) string {
	address, _ := v.member()
	return address + " " + v.asked(address)
}

// waitingReader is the Ready of a state that only looks at two offers that wait for an answer.
func waitingReader(v *Visit) string {
	return once(v, "waiting", func() string {
		address, _ := v.member()
		v.asked(address)
		v.To(v.purchase(everything), address)
		v.Settle(v.T) // the note that an offer waits is written after its mail
		return address
	})
}

// strangerAsked is a request to somebody of another company than the one that signs in.
func strangerAsked(v *Visit) string {
	other, _ := v.member()
	return reader(v) + " " + v.asked(other)
}

func authorize(v *Visit) {
	v.Choose("delegation", "yes")
	v.Press(v.W.SiteNext())
}

// agree says yes to a request for delegated administration.
func agree(v *Visit) {
	authorize(v)
	v.Choose("agree", "yes")
	v.Press(v.W.RedeemAuthorize("Baltic Bridge IT sp. z o.o."))
}

// askedAgain is the Ready of a request of the partner that administers the account already.
func askedAgain(v *Visit) string {
	address := administeredReader(contract.RoleLimited)(v)
	return address + " " + v.asked(address)
}

// memberOffered is the Ready of an offer to somebody with an account, whose customer tried the sample's plan when it began.
func memberOffered(change func(*contract.OfferCreate)) func(*Visit) string {
	return func(v *Visit) string {
		address, _ := v.member()
		return address + " " + v.To(v.Offer(v.T, v.Language, change), address).Link
	}
}

// partners opens a step about the sample's partner, signed in, and does something there.
func partners(step string, act func(v *Visit)) func(*Visit, string) {
	return func(v *Visit, ready string) {
		signedIn("/account/partners/"+v.Program.PartnerID+"/"+step+"?lang="+v.Language, act)(v, ready)
	}
}

// resoldReader is the Ready of a state that only looks at a reseller.
func resoldReader(v *Visit) string { return once(v, "resold", func() string { return resold(v) }) }

// resold is the Ready of somebody with an account whose reseller is the sample's partner, which was said past the browser.
func resold(v *Visit) string {
	v.T.Helper()
	address, _ := v.member()
	v.resells(address)
	return address
}

// resells makes the sample's partner the reseller of whose user has the address, past the browser.
func (v *Visit) resells(address string) {
	v.T.Helper()
	of := v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
		o.Kind, o.Items, o.DelegatedAdministration = contract.OfferKindReseller, nil, nil
	})
	if _, err := story.Agree(Patience(v.T), v.System, v.To(of, address).Link, address, invitation.Draft{}); err != nil {
		v.T.Fatal(err)
	}
}

// members are the states of people who sign in; they stand first, before anything changes the terms for good.
var members = []State{
	{Name: "password", Says: locale.Words.PasswordRulePhrase, Status: http.StatusOK, Ready: passwordReader, Show: open},
	{Name: "password-short", Says: func(w locale.Words) string { return w.PasswordShort(12) }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: passwordReader, Show: read(func(v *Visit) {
		v.Fill("password", "short")
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-guessed", Says: locale.Words.PasswordCommon, Status: http.StatusUnprocessableEntity, Errors: true, Ready: passwordReader, Show: read(func(v *Visit) {
		v.Fill("password", "123456789012345")
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-set", Says: locale.Words.PasswordSetNext, Status: http.StatusOK, Ready: password, Show: read(func(v *Visit) {
		v.Fill("password", passphrase)
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-used", Says: locale.Words.PasswordSetForgotten, Status: http.StatusGone, Ready: func(v *Visit) string {
		_, link := v.member()
		return link
	}, Show: open},
	{Name: "password-asked", Says: locale.Words.PasswordAskedTitle, Status: http.StatusOK, Ready: func(v *Visit) string {
		_, link := v.member()
		return link
	}, Show: read(func(v *Visit) {
		v.Fill("email", "anna@example.com")
		v.Press(v.W.PasswordAsk())
	})},
	{Name: "password-unknown", Says: locale.Words.PasswordUnknownNext, Status: http.StatusNotFound, Show: at("/set-password/none")},
	{Name: "sign-in-lost", Says: locale.Words.SignInLostTitle, Status: http.StatusForbidden, Show: at("/sign-in/callback?state=none")},
	{Name: "signed-out", Says: locale.Words.SignOutDoneTitle, Status: http.StatusOK, Show: at("/sign-out")},
	{Name: "sign-out", Says: locale.Words.SignOutTitle, Status: http.StatusOK, Ready: reader, Show: signedIn("/sign-out", nil)},
	{Name: "account-products", Says: locale.Words.AccountProducts, Status: http.StatusOK, Ready: reader, Show: signedIn("/account", nil)},
	{Name: "account-dashboard", Says: locale.Words.AccountChangePartner, Status: http.StatusOK, Ready: reader, Show: signedIn("/account?view=dashboard", nil)},
	{Name: "request-sign-in", Says: locale.Words.RedeemMemberTitle, Status: http.StatusConflict, Ready: askedReader, Show: func(v *Visit, ready string) {
		_, link, _ := strings.Cut(ready, " ")
		v.Open(link)
	}},
	{Name: "request", Says: func(w locale.Words) string { return w.DelegatedAdministrationQuestion(asking) }, Status: http.StatusOK, Ready: askedReader, Show: signedIn("", nil)},
	{Name: "request-check", Says: func(w locale.Words) string { return w.RedeemAuthorize(asking) }, Status: http.StatusOK, Ready: askedReader, Show: signedIn("", authorize)},
	{Name: "request-granted", Says: func(w locale.Words) string { return w.ReceiptGrantedTitle(asking) }, Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", agree)},
	{Name: "request-taken-back", Says: func(w locale.Words) string { return w.ReceiptTakenBack(asking) }, Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", func(v *Visit) {
		agree(v)
		v.Press(v.W.ReceiptTakeLink())
		v.Choose("sure", "yes")
		v.Press(v.W.ReceiptTakeButton())
	})},
	{Name: "request-again", Says: func(w locale.Words) string {
		return piece(piece(w.DelegatedAdministrationNow(asking, "…", time.Time{}), "…"), w.Date(time.Time{}))
	}, Status: http.StatusOK, Ready: askedAgain, Show: signedIn("", nil)},
	{Name: "trial-tried", Says: func(w locale.Words) string { return w.RedeemTriedSee(suite(w)) }, Status: http.StatusConflict, Ready: memberOffered(Plain), Show: signedIn("", nil)},
	{Name: "trial-other-country", Says: locale.Words.RedeemCountryTitle, Status: http.StatusForbidden, Ready: memberOffered(func(o *contract.OfferCreate) {
		Plain(o)
		o.Country = "DE"
	}), Show: signedIn("", nil)},
	{Name: "partners", Says: locale.Words.PartnersAllowed, Status: http.StatusOK, Ready: administeredReader(contract.RoleLimited), Show: signedIn("/account/partners", nil)},
	{Name: "partners-remove", Says: locale.Words.RemovalStays, Status: http.StatusOK, Ready: administeredReader(contract.RoleLimited), Show: partners("remove", nil)},
	{Name: "partners-lower", Says: func(w locale.Words) string { return w.PartnersLowerTitle(asking) }, Status: http.StatusOK, Ready: administeredReader(contract.RoleFull), Show: partners("lower", nil)},
	{Name: "partners-lowered", Says: locale.Words.PartnersLowered, Status: http.StatusOK, Ready: administered(contract.RoleFull), Show: partners("lower", func(v *Visit) {
		v.Press(v.W.PartnersLowerButton("Baltic Bridge IT sp. z o.o."))
	})},
	{Name: "partners-extend", Says: func(w locale.Words) string { return w.PartnersExtendOnTitle(asking) }, Status: http.StatusOK, Ready: administeredReader(contract.RoleLimited), Show: partners("extend", nil)},
	{Name: "partners-dispute", Says: func(w locale.Words) string { return w.PartnersDisputeTitle(asking) }, Status: http.StatusOK, Ready: administeredReader(contract.RoleLimited), Show: partners("dispute", nil)},
	{Name: "partners-disputed", Says: locale.Words.PartnersDisputed, Status: http.StatusOK, Ready: administered(contract.RoleLimited), Show: partners("dispute", func(v *Visit) { v.Press(v.W.PartnersDispute()) })},
	{Name: "partners-ended", Says: locale.Words.PartnersEndedByCustomer, Status: http.StatusOK, Ready: administered(contract.RoleLimited), Show: partners("remove", func(v *Visit) {
		v.Press(v.W.PartnersRemoveButton("Baltic Bridge IT sp. z o.o."))
	})},
	{Name: "partners-reseller", Says: locale.Words.PartnersAsk, Status: http.StatusOK, Ready: resoldReader, Show: signedIn("/account/partners", nil)},
	{Name: "partners-ask", Says: func(w locale.Words) string { return w.PartnersAskTitle(asking) }, Status: http.StatusOK, Ready: resoldReader, Show: partners("ask", nil)},
	{Name: "partners-ask-long", Says: func(w locale.Words) string { return w.PartnersReasonLong(500) }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: resoldReader, Show: partners("ask", func(v *Visit) {
		v.Fill("reason", strings.Repeat("x", 501))
		v.Press(v.W.PartnersAsk())
	})},
	{Name: "partners-asked", Says: locale.Words.PartnersAsked, Status: http.StatusOK, Ready: resold, Show: partners("ask", func(v *Visit) { v.Press(v.W.PartnersAsk()) })},
	{Name: "partners-withdraw", Says: func(w locale.Words) string { return w.PartnersWithdrawTitle(asking) }, Status: http.StatusOK, Ready: resold, Show: partners("ask", func(v *Visit) {
		v.Press(v.W.PartnersAsk())
		v.Open(v.URL("/account/partners/" + v.Program.PartnerID + "/withdraw?lang=" + v.Language))
	})},
	{Name: "request-wrong-account", Says: locale.Words.RedeemWrongAccountTitle, Status: http.StatusForbidden, Ready: strangerAsked, Show: signedIn("", nil)},
	{Name: "request-wrong-account-asked", Says: locale.Words.UnavailableAdministratorAskedTitle, Status: http.StatusOK, Ready: strangerAsked, Show: signedIn("", func(v *Visit) {
		v.Press(v.W.UnavailableAdministratorAsk("Baltic Bridge IT sp. z o.o."))
	})},
}
