package stage

import (
	"net/http"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/invitation"
)

const passphrase = story.Passphrase

// owner makes a customer and returns its owner's address and the link that sets the password.
func (v *Visit) owner() (address, link string) {
	v.T.Helper()
	address = v.Address("owner")
	of := v.Offer(v.T, v.Language, Plain)
	v.Started(v.To(of, address))
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

// signIn signs the user of an address in, past the browser.
func (v *Visit) signIn(address string) *client.Visitor {
	v.T.Helper()
	someone := client.NewVisitor(v.Language)
	_, err := someone.Get(v.T.Context(), v.URL("/account?lang="+v.Language))
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.SignInAgain(), "user", address, "password", passphrase)
	}
	if err != nil {
		v.T.Fatal(err)
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
		v.Plant(v.URL("/"), v.signIn(address).Cookies(v.URL("/"))...)
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

// memberAskedForAll is the same for the full role.
func memberAskedForAll(v *Visit) string {
	return memberOffered(func(o *contract.OfferCreate) {
		o.Kind, o.Items, o.DelegatedAdministration.Role = contract.OfferKindDelegatedAdministration, nil, contract.RoleFull
	})(v)
}

// strangerAsked is a request to somebody of another company than the one that signs in.
func strangerAsked(v *Visit) string {
	address, _ := v.member()
	other, _ := v.member()
	return address + " " + v.asked(other)
}

func authorize(v *Visit) {
	v.Choose("delegation", "yes")
	v.Press(v.W.RedeemNext())
}

// agree says yes to a request for delegated administration.
func agree(v *Visit) {
	authorize(v)
	v.Choose("agree", "yes")
	v.Press(v.W.RedeemAuthorize("Baltic Bridge IT sp. z o.o."))
}

// askedAgain is the Ready of a request of the partner that administers the account already.
func askedAgain(v *Visit) string {
	v.T.Helper()
	address, _ := v.member()
	if _, err := story.Agree(Patience(v.T), v.System, v.asked(address), address, invitation.Draft{Delegation: "yes"}); err != nil {
		v.T.Fatal(err)
	}
	return address + " " + v.asked(address)
}

// memberOffered is the Ready of an offer to somebody with an account, whose customer tried the sample's plan when it began.
func memberOffered(change func(*contract.OfferCreate)) func(*Visit) string {
	return func(v *Visit) string {
		address, _ := v.member()
		return address + " " + v.To(v.Offer(v.T, v.Language, change), address).Link
	}
}

// granted says yes to a request for delegated administration, opens a step about it, and does something there.
func granted(step string, act func(v *Visit)) func(*Visit, string) {
	return signedIn("", func(v *Visit) {
		agree(v)
		v.Open(v.URL("/account/partners/" + v.Program.PartnerID + "/" + step + "?lang=" + v.Language))
		if act != nil {
			act(v)
		}
	})
}

// asks opens the page that asks the reseller to go, and does something there.
func asks(act func(v *Visit)) func(*Visit) {
	return func(v *Visit) {
		v.Open(v.URL("/account/partners/" + v.Program.PartnerID + "/ask?lang=" + v.Language))
		if act != nil {
			act(v)
		}
	}
}

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
	{Name: "password", Status: http.StatusOK, Ready: password, Show: open},
	{Name: "password-short", Status: http.StatusUnprocessableEntity, Errors: true, Ready: password, Show: read(func(v *Visit) {
		v.Fill("password", "short")
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-guessed", Status: http.StatusUnprocessableEntity, Errors: true, Ready: password, Show: read(func(v *Visit) {
		v.Fill("password", "123456789012345")
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-set", Status: http.StatusOK, Ready: password, Show: read(func(v *Visit) {
		v.Fill("password", passphrase)
		v.Press(v.W.PasswordButton())
	})},
	{Name: "password-used", Status: http.StatusGone, Ready: func(v *Visit) string {
		_, link := v.member()
		return link
	}, Show: open},
	{Name: "password-asked", Status: http.StatusOK, Ready: func(v *Visit) string {
		_, link := v.member()
		return link
	}, Show: read(func(v *Visit) {
		v.Fill("email", "anna@example.com")
		v.Press(v.W.PasswordAsk())
	})},
	{Name: "password-unknown", Status: http.StatusNotFound, Show: at("/set-password/none")},
	{Name: "sign-in-lost", Status: http.StatusForbidden, Show: at("/sign-in/callback?state=none")},
	{Name: "signed-out", Status: http.StatusOK, Show: at("/sign-out")},
	{Name: "sign-out", Status: http.StatusOK, Ready: anyMember, Show: signedIn("/sign-out", nil)},
	{Name: "account-products", Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account", nil)},
	{Name: "account-dashboard", Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account?view=dashboard", nil)},
	{Name: "request-sign-in", Status: http.StatusConflict, Ready: func(v *Visit) string {
		address, _ := v.member()
		return v.asked(address)
	}, Show: open},
	{Name: "request", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", nil)},
	{Name: "request-check", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", authorize)},
	{Name: "request-granted", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", agree)},
	{Name: "request-taken-back", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", func(v *Visit) {
		agree(v)
		v.Press(v.W.ReceiptTakeLink())
		v.Choose("sure", "yes")
		v.Press(v.W.ReceiptTakeButton())
	})},
	{Name: "request-again", Status: http.StatusOK, Ready: askedAgain, Show: signedIn("", nil)},
	{Name: "trial-tried", Status: http.StatusConflict, Ready: memberOffered(Plain), Show: signedIn("", nil)},
	{Name: "trial-other-country", Status: http.StatusForbidden, Ready: memberOffered(func(o *contract.OfferCreate) {
		Plain(o)
		o.Country = "DE"
	}), Show: signedIn("", nil)},
	{Name: "partners", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", func(v *Visit) {
		agree(v)
		v.Open(v.URL("/account/partners?lang=" + v.Language))
	})},
	{Name: "partners-remove", Status: http.StatusOK, Ready: memberAsked, Show: signedIn("", func(v *Visit) {
		agree(v)
		v.Open(v.URL("/account/partners/" + v.Program.PartnerID + "/remove?lang=" + v.Language))
	})},
	{Name: "partners-lower", Status: http.StatusOK, Ready: memberAskedForAll, Show: granted("lower", nil)},
	{Name: "partners-lowered", Status: http.StatusOK, Ready: memberAskedForAll, Show: granted("lower", func(v *Visit) {
		v.Press(v.W.PartnersLowerButton("Baltic Bridge IT sp. z o.o."))
	})},
	{Name: "partners-extend", Status: http.StatusOK, Ready: memberAsked, Show: granted("extend", nil)},
	{Name: "partners-dispute", Status: http.StatusOK, Ready: memberAsked, Show: granted("dispute", nil)},
	{Name: "partners-disputed", Status: http.StatusOK, Ready: memberAsked, Show: granted("dispute", func(v *Visit) { v.Press(v.W.PartnersDispute()) })},
	{Name: "partners-reseller", Status: http.StatusOK, Ready: resold, Show: signedIn("/account/partners", nil)},
	{Name: "partners-ask", Status: http.StatusOK, Ready: resold, Show: signedIn("/account/partners", asks(nil))},
	{Name: "partners-ask-long", Status: http.StatusUnprocessableEntity, Errors: true, Ready: resold, Show: signedIn("/account/partners", asks(func(v *Visit) {
		v.Fill("reason", strings.Repeat("x", 501))
		v.Press(v.W.PartnersAsk())
	}))},
	{Name: "partners-asked", Status: http.StatusOK, Ready: resold, Show: signedIn("/account/partners", asks(func(v *Visit) { v.Press(v.W.PartnersAsk()) }))},
	{Name: "partners-withdraw", Status: http.StatusOK, Ready: resold, Show: signedIn("/account/partners", asks(func(v *Visit) {
		v.Press(v.W.PartnersAsk())
		v.Open(v.URL("/account/partners/" + v.Program.PartnerID + "/withdraw?lang=" + v.Language))
	}))},
	{Name: "request-wrong-account", Status: http.StatusForbidden, Ready: strangerAsked, Show: signedIn("", nil)},
	{Name: "request-wrong-account-asked", Status: http.StatusOK, Ready: strangerAsked, Show: signedIn("", func(v *Visit) {
		v.Press(v.W.RedeemAdministratorAsk("Baltic Bridge IT sp. z o.o."))
	})},
}
