package states

import (
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/locale"
)

func init() { States = slices.Concat(console, States) }

// colleague is a new user of the sample's partner who has set the password: the address and the user.
func (v *Visit) colleague(role contract.CompanyRole, access contract.CustomerAccess) (string, contract.PartnerUser) {
	v.T.Helper()
	address := v.Address("colleague")
	var made contract.PartnerUser
	v.Must(v.T, v.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
		Name: "Ewa Zielińska", Email: address, Language: ptr(contract.Language(v.Language)), CompanyRole: role, CustomerAccess: access,
	}, &made)
	v.setsPassword(address)
	return address, made
}

// setsPassword follows the first mail to a new user's address.
func (v *Visit) setsPassword(address string) {
	v.T.Helper()
	mails, err := v.Mailbox.Wait(Patience(v.T), address, 1)
	if err != nil {
		v.T.Fatal(err)
	}
	someone := client.NewVisitor(v.Language)
	_, err = someone.Get(v.T.Context(), mails[0].Link(v.URL("/set-password/")))
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.PasswordButton(), "password", passphrase)
	}
	if err != nil || someone.Page.Heading() != v.W.PasswordSetTitle() {
		v.T.Fatalf("%q %v", someone.Page.Heading(), err)
	}
}

// newcomer is the Ready of a state of a company that signed nothing and proved nothing yet, seen by its global administrator.
func newcomer(v *Visit) string {
	address, _ := v.newPartner()
	return address
}

// newPartner makes such a company and returns the address of its administrator, and itself.
func (v *Visit) newPartner() (string, contract.Partner) {
	v.T.Helper()
	address := v.Address("newcomer")
	var made contract.Partner
	name, _, _ := strings.Cut(address, "@")
	v.Must(v.T, v.Program.Operator, http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
		LegalName: "Bursztyn " + name, Country: "PL", City: "Gdynia", Website: "https://bursztyn.example", Phone: "+48 58 555 03 00", Email: address,
		Language: ptr(contract.Language(v.Language)), Administrator: contract.Administrator{Name: "Maria Bursztyn", Email: address, Language: ptr(contract.Language(v.Language))},
	}, &made)
	v.setsPassword(address)
	return address, made
}

// submitsListing has a company whose profile is verified ask for the publication of its listing.
func submitsListing(v *Visit) {
	v.T.Helper()
	address, of := v.newPartner()
	v.Must(v.T, v.Program.Operator, http.StatusOK, http.MethodPost, "/v1/partners/"+string(of.PartnerID)+"/verify", nil, nil)
	v.by(address, "/partner/listing/edit", v.W.ListingSaveAndSubmit(), "headline", "Bursztyn", "text", "We look after harbours.", "services", "migrate", "roles", "advice",
		"countries", "PL", "languages", "pl")
}

// manager is the Ready of a state that a global administrator of the sample's partner looks at.
func manager(v *Visit) string {
	return once(v, "manager", func() string {
		address, _ := v.colleague(contract.CompanyRoleGlobalAdmin, contract.CustomerAccessFull)
		return address
	})
}

// managing is the Ready of a state about another user of the sample's partner, at the path that follows the user's.
func managing(role contract.CompanyRole, after string) func(*Visit) string {
	return func(v *Visit) string {
		var made contract.PartnerUser
		v.Must(v.T, v.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
			Name: "Jan Kos", Email: v.Address("jan"), CompanyRole: role, CustomerAccess: contract.CustomerAccessLimited,
		}, &made)
		return manager(v) + " " + v.URL("/partner/users/"+made.ID[strings.LastIndexByte(made.ID, '_')+1:]+after)
	}
}

// machine is the Ready of a state about a machine client of the sample's partner, at the path that follows the client's.
func machine(after string) func(*Visit) string {
	return func(v *Visit) string { return manager(v) + " " + clientPage(v, newClient(v).ID) + after }
}

// rotatedMachine is that of one whose old secret works on.
func rotatedMachine(after string) func(*Visit) string {
	return func(v *Visit) string {
		id := newClient(v).ID
		v.Must(v.T, v.Program.Partner, http.StatusOK, http.MethodPost, "/v1/api-clients/"+id+"/rotate-secret", nil, nil)
		return manager(v) + " " + clientPage(v, id) + after
	}
}

// usedMachine is that of one whose program has just got a token.
func usedMachine(after string) func(*Visit) string {
	return func(v *Visit) string {
		made := newClient(v)
		if _, err := v.System.Identity.Token(v.T.Context(), made.ClientID, *made.Secret); err != nil {
			v.T.Fatal(err)
		}
		return manager(v) + " " + clientPage(v, made.ID) + after
	}
}

func newClient(v *Visit) contract.APIClient {
	var made contract.APIClient
	v.Must(v.T, v.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		Name: "Online shop", CustomerAccess: contract.CustomerAccessLimited,
	}, &made)
	return made
}

func clientPage(v *Visit, id string) string {
	return v.URL("/partner/developers/" + id[strings.LastIndexByte(id, '_')+1:])
}

// limitedManager is that of one whom a user administrator with limited access looks at.
func limitedManager(v *Visit) string {
	return once(v, "limited manager", func() string {
		address, _ := v.colleague(contract.CompanyRoleUserAdmin, contract.CustomerAccessLimited)
		return address
	})
}

// offering is the Ready of a state about the offers of the sample's partner.
func offering(v *Visit) string {
	v.Offer(v.T, v.Language, nil)
	v.purchase(everything)
	v.request(contract.OfferKindPartnerOfRecord)
	return manager(v)
}

// customerOf is the company of whose user has the address, as the sample's partner sees it, at the path that follows it.
func (v *Visit) customerOf(owner, after string) string {
	v.T.Helper()
	return manager(v) + " " + v.URL("/partner/customers/"+v.companyOf(owner).Bare()+after)
}

// administeredAt is the same company, as the sample's partner administers it.
func (v *Visit) administeredAt(owner, after string) string {
	v.T.Helper()
	return manager(v) + " " + v.URL("/partner/admin/"+v.companyOf(owner).Bare()+after)
}

func (v *Visit) companyOf(user string) customer.ID {
	v.T.Helper()
	id, err := story.UserOf(v.T.Context(), v.System, user)
	if err != nil {
		v.T.Fatal(err)
	}
	of, _, _ := customer.Under("usr", string(id))
	return of
}

// supporting is the Ready of a state about a customer that gave the sample's partner administration, at the path that follows it.
func supporting(role contract.Role, after string) func(*Visit) string {
	return func(v *Visit) string { return v.customerOf(administeredReader(role)(v), after) }
}

// administering is that about what the sample's partner administers of it.
func administering(role contract.Role, after string) func(*Visit) string {
	return func(v *Visit) string { return v.administeredAt(administeredReader(role)(v), after) }
}

// leaving is the Ready of a state about a customer that asked its reseller, the sample's partner, to go, at the path that follows the customer's.
func leaving(after string) func(*Visit) string {
	return func(v *Visit) string {
		owner := once(v, "leaving", func() string {
			address := resold(v)
			someone := v.signIn(address)
			_, err := someone.Get(v.T.Context(), v.URL("/account/partners/"+v.Program.PartnerID+"/ask"))
			if err == nil {
				_, err = someone.Press(v.T.Context(), v.W.PartnersAsk(), "reason", "We leave.")
			}
			if err != nil || someone.Page.URL.Path != "/account/partners" {
				v.T.Fatalf("asking leads to %s: %v", someone.Page.URL, err)
			}
			return address
		})
		return v.customerOf(owner, after)
	}
}

// ofOffer is the Ready of a state about one offer of the sample's partner, with a recipient who answered and one who did not, at the path that
// follows the offer's; act changes how it stands.
func ofOffer(after string, act func(v *Visit, of contract.Offer)) func(*Visit) string {
	return func(v *Visit) string {
		of := v.Offer(v.T, v.Language, nil)
		v.Started(v.To(of, ""), "yes")
		v.To(of, "")
		if act != nil {
			act(v, of)
		}
		return manager(v) + " " + v.URL("/partner/offers/"+of.ID+after)
	}
}

// ofInvitation returns that of the page that asks once more before an invitation that waits for its answer is revoked.
func ofInvitation(v *Visit) string {
	of := v.Offer(v.T, v.Language, nil)
	inv := v.To(of, "")
	return manager(v) + " " + v.URL("/partner/offers/"+of.ID+"/revoke/"+strings.TrimPrefix(inv.ID, "inv_"))
}

// purchaseForFew is that of a purchase of everything that only invited people can open.
func purchaseForFew(v *Visit) string {
	of := v.purchase(func(o *contract.OfferCreate) {
		everything(o)
		o.Visibility = ptr(contract.VisibilityInvited)
	})
	return manager(v) + " " + v.URL("/partner/offers/"+of.ID)
}

var console = []State{
	{Name: "partner-customers", Says: locale.Words.CustomersTies, Status: http.StatusOK, Ready: func(v *Visit) string { administeredReader(contract.RoleLimited)(v); return manager(v) }, Show: signedIn("/partner/customers", nil)},
	{Name: "partner-customers-not-found", Says: locale.Words.CustomersFindNone, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/customers", func(v *Visit) {
		v.Fill("find", "nobody@example.com")
		v.Press(v.W.CustomersFindButton())
	})},
	{Name: "partner-customer", Says: locale.Words.CustomersLimitedAlready, Status: http.StatusOK, Ready: supporting(contract.RoleLimited, ""), Show: signedIn("", nil)},
	{Name: "partner-customer-end", Says: locale.Words.CustomersEndGrant, Status: http.StatusOK, Ready: supporting(contract.RoleLimited, "/end-administration"), Show: signedIn("", nil)},
	{Name: "partner-customer-full", Says: locale.Words.CustomersExtendFull, Status: http.StatusOK, Ready: supporting(contract.RoleFull, ""), Show: signedIn("", nil)},
	{Name: "partner-customer-decline", Says: locale.Words.CustomersReasonMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: leaving("/decline"), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.CustomersDecline())
	})},
	{Name: "partner-customer-removal", Says: locale.Words.PartnersRequestToday, Status: http.StatusOK, Ready: leaving(""), Show: signedIn("", nil)},
	{Name: "partner-customer-cancel", Says: locale.Words.CustomersCancelTrial, Status: http.StatusOK, Ready: supporting(contract.RoleFull, ""), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.CustomersCancelTrial())
	})},
	{Name: "partner-relationships", Says: locale.Words.RelationshipsAnswer, Status: http.StatusOK, Ready: func(v *Visit) string {
		address, _, _ := strings.Cut(leaving("")(v), " ")
		return address
	}, Show: signedIn("/partner/relationships?state=leaving", nil)},
	{Name: "partner-relationships-none", Says: locale.Words.RelationshipsNone, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/relationships?customer=Nobody", nil)},
	{Name: "partner-leads", Says: locale.Words.LeadsAnswerBy, Status: http.StatusOK, Ready: func(v *Visit) string { written(v); return manager(v) }, Show: signedIn("/partner/leads", nil)},
	{Name: "partner-lead", Says: locale.Words.LeadsAnswerTitle, Status: http.StatusOK, Ready: func(v *Visit) string { return manager(v) + " " + v.URL("/partner/leads/"+written(v)) }, Show: signedIn("", nil)},
	{Name: "partner-activity", Says: locale.Words.ActivityDownload, Status: http.StatusOK, Ready: func(v *Visit) string {
		supporting(contract.RoleLimited, "")(v)
		return offering(v)
	}, Show: signedIn("/partner/activity", nil)},
	{Name: "partner-activity-none", Says: locale.Words.ActivityNoneFound, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/activity?since=2999-01-01", nil)},
	{Name: "partner-overview", Says: locale.Words.OverviewAnswersTitle, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner", nil)},
	{Name: "partner-agreement", Says: locale.Words.PartnerAgreementToSign, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/agreement", nil)},
	{Name: "partner-agreement-errors", Says: locale.Words.PartnerAgreementAcceptMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/agreement", func(v *Visit) {
		v.Fill("name", "Ewa Zielińska")
		v.Press(v.W.PartnerAgreementSign())
	})},
	{Name: "partner-agreement-signed", Says: locale.Words.PartnerAgreementDone, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner/agreement", func(v *Visit) {
		v.Fill("name", "Maria Bursztyn")
		v.Choose("accept", "yes")
		v.Press(v.W.PartnerAgreementSign())
	})},
	{Name: "partner-company", Says: locale.Words.PartnerCompanyVerifiedText, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/company", nil)},
	{Name: "partner-company-unproved", Says: locale.Words.PartnerCompanyConfirmFirst, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner/company", nil)},
	{Name: "partner-company-codes", Says: locale.Words.PartnerCompanyDonePhoneSent, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner/company", func(v *Visit) {
		v.Press(v.W.PartnerCompanyEmailSend())
		v.Press(v.W.PartnerCompanyPhoneSend())
	})},
	{Name: "partner-company-wrong-code", Says: locale.Words.PartnerCompanyCodeMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: newcomer, Show: signedIn("/partner/company", func(v *Visit) {
		v.Press(v.W.PartnerCompanyEmailSend())
		v.Fill("email_code", "12")
		v.Press(v.W.PartnerCompanyEmailCheck())
	})},
	{Name: "partner-company-edit", Says: locale.Words.PartnerCompanyEnds, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/company/edit", nil)},
	{Name: "partner-company-edit-errors", Says: locale.Words.PartnerCompanyPhoneWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/company/edit", func(v *Visit) {
		v.Fill("phone", "555")
		v.Press(v.W.PartnerCompanySave())
	})},
	{Name: "partner-listing-first", Says: locale.Words.ListingNoneTitle, Status: http.StatusOK, Ready: newcomer, Show: signedIn("/partner/listing", nil)},
	{Name: "partner-listing", Says: locale.Words.ListingPublished, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/listing", nil)},
	{Name: "partner-listing-edit", Says: locale.Words.ListingIndustriesHint, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/listing/edit", nil)},
	{Name: "partner-listing-edit-errors", Says: func(w locale.Words) string { return w.CatalogCountriesUnknown("Nowhere") }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/listing/edit", func(v *Visit) {
		v.Fill("headline", "")
		v.Fill("countries", "Nowhere")
		v.Press(v.W.ListingSaveAndSubmit())
	})},
	{Name: "partner-listing-preview", Says: locale.Words.ListingPreviewPage, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/listing/preview", nil)},
	{Name: "partner-listing-hide", Says: locale.Words.ListingHideText, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/listing/hide", nil)},
	{Name: "partner-offers", Says: locale.Words.PartnerOffersActive, Status: http.StatusOK, Ready: offering, Show: signedIn("/partner/offers", nil)},
	{Name: "partner-offers-none", Says: locale.Words.PartnerOffersNonePaused, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/offers?state=paused&kind=reseller", nil)},
	{Name: "partner-offer", Says: locale.Words.PartnerOfferPending, Status: http.StatusOK, Ready: ofOffer("", nil), Show: signedIn("", nil)},
	{Name: "partner-offer-invited", Says: locale.Words.PartnerOfferLinkNone, Status: http.StatusOK, Ready: purchaseForFew, Show: signedIn("", nil)},
	{Name: "partner-offer-paused", Says: locale.Words.PartnerOffersPaused, Status: http.StatusOK, Ready: ofOffer("", pause), Show: signedIn("", nil)},
	{Name: "partner-offer-ended", Says: locale.Words.PartnerOffersWithdrawn, Status: http.StatusOK, Ready: ofOffer("", withdraw), Show: signedIn("", nil)},
	{Name: "partner-offer-withdraw", Says: locale.Words.PartnerOfferWithdrawText, Status: http.StatusOK, Ready: ofOffer("/withdraw", nil), Show: signedIn("", nil)},
	{Name: "partner-offer-revoke", Says: locale.Words.PartnerOfferRevokeText, Status: http.StatusOK, Ready: ofInvitation, Show: signedIn("", nil)},
	{Name: "partner-users", Says: locale.Words.PartnerUsersInvite, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/users", nil)},
	{Name: "partner-users-none", Says: locale.Words.PartnerUsersNone, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/users?search=nobody", nil)},
	{Name: "partner-user-new", Says: locale.Words.PartnerUsersEmailHint, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/users/new", nil)},
	{Name: "partner-user-new-limited", Says: locale.Words.PartnerUsersNeedsFull, Status: http.StatusOK, Ready: limitedManager, Show: signedIn("/partner/users/new", nil)},
	{Name: "partner-user-errors", Says: locale.Words.PartnerUsersOwnMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/users/new", func(v *Visit) {
		v.Fill("name", "Ewa Król")
		v.Press(v.W.PartnerUsersSend())
	})},
	{Name: "partner-user", Says: locale.Words.PartnerUsersDisable, Status: http.StatusOK, Ready: managing(contract.CompanyRoleUserAdmin, ""), Show: signedIn("", nil)},
	{Name: "partner-user-disable", Says: locale.Words.PartnerUsersDisableText, Status: http.StatusOK, Ready: managing(contract.CompanyRoleNone, "/disable"), Show: signedIn("", nil)},
	{Name: "admin-overview", Says: locale.Words.AdminParts, Status: http.StatusOK, Ready: administering(contract.RoleFull, ""), Show: signedIn("", nil)},
	{Name: "admin-users", Says: locale.Words.CustomerUsersAll, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/users"), Show: signedIn("", nil)},
	{Name: "admin-users-limited", Says: locale.Words.CustomersNeedsGrant, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/users"), Show: signedIn("", nil)},
	{Name: "admin-user-new", Says: locale.Words.CustomerUsersCreate, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/users/new"), Show: signedIn("", nil)},
	{Name: "admin-user-admin", Says: locale.Words.CustomerUsersTargetAdmin, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/users"), Show: signedIn("", func(v *Visit) {
		v.Press("Anna Nowak")
	})},
	{Name: "admin-user-reset", Says: locale.Words.CustomerUsersResetUntil, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/users"), Show: signedIn("", func(v *Visit) {
		v.Press("Anna Nowak")
		v.Press(v.W.CustomerUsersReset())
	})},
	{Name: "admin-imports", Says: locale.Words.ImportsSamplesText, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/imports"), Show: signedIn("", nil)},
	{Name: "admin-imports-limited", Says: locale.Words.CustomersNeedsGrant, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/imports"), Show: signedIn("", nil)},
	{Name: "admin-groups-none", Says: locale.Words.GroupsNoneText, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/groups"), Show: signedIn("", nil)},
	{Name: "admin-groups-limited", Says: locale.Words.CustomersNeedsGrant, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/groups"), Show: signedIn("", nil)},
	{Name: "admin-group-new", Says: locale.Words.GroupsCreate, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/groups/new"), Show: signedIn("", nil)},
	{Name: "admin-domains", Says: locale.Words.DomainsInitialText, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/domains"), Show: signedIn("", nil)},
	{Name: "admin-domains-limited", Says: locale.Words.CustomersNeedsGrant, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/domains"), Show: signedIn("", nil)},
	{Name: "admin-company", Says: locale.Words.SettingsCompanyHint, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/company"), Show: signedIn("", nil)},
	{Name: "admin-support", Says: locale.Words.SupportNew, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/support"), Show: signedIn("", nil)},
	{Name: "admin-support-request", Says: locale.Words.SupportClose, Status: http.StatusOK, Ready: administering(contract.RoleLimited, "/support/new"), Show: signedIn("", func(v *Visit) {
		v.Fill("subject", "Mail")
		v.Fill("message", "None since 8:00.")
		v.Press(v.W.SupportSend())
	})},
	{Name: "admin-setup", Says: locale.Words.SetupOpen, Status: http.StatusOK, Ready: administering(contract.RoleFull, "/users/setup"), Show: signedIn("", nil)},
	{Name: "admin-none", Says: locale.Words.AdminAsk, Status: http.StatusForbidden, Ready: func(v *Visit) string { return v.administeredAt(reader(v), "") }, Show: signedIn("", nil)},
	{Name: "partner-developers", Says: locale.Words.DevelopersLastSecret, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/developers", nil)},
	{Name: "partner-developer-errors", Says: locale.Words.DevelopersNameMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: manager, Show: signedIn("/partner/developers/new", func(v *Visit) {
		v.Press(v.W.DevelopersMakeButton())
	})},
	{Name: "partner-developer-secret", Says: locale.Words.DevelopersSecretKept, Status: http.StatusOK, Ready: manager, Show: signedIn("/partner/developers/new", func(v *Visit) {
		v.Fill("name", "Online shop")
		v.Choose("own", "none")
		v.Choose("customers", "limited")
		v.Press(v.W.DevelopersMakeButton())
	})},
	{Name: "partner-developer", Says: locale.Words.DevelopersIssuer, Status: http.StatusOK, Ready: machine(""), Show: signedIn("", nil)},
	{Name: "partner-developer-used", Says: locale.Words.AgoHour, Status: http.StatusOK, Ready: usedMachine(""), Show: signedIn("", nil)},
	{Name: "partner-developer-overlap", Says: locale.Words.DevelopersOldWorks, Status: http.StatusOK, Ready: rotatedMachine(""), Show: signedIn("", nil)},
	{Name: "partner-developer-end", Says: func(w locale.Words) string { return w.DevelopersEndTitle("Online shop") }, Status: http.StatusOK, Ready: rotatedMachine("/old-secret"), Show: signedIn("", nil)},
	{Name: "partner-developer-ended", Says: locale.Words.DevelopersEnded, Status: http.StatusOK, Ready: rotatedMachine("/old-secret"), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.DevelopersEndName("Online shop"))
	})},
	{Name: "partner-developer-renew", Says: func(w locale.Words) string { return w.DevelopersRenewTitle("Online shop") }, Status: http.StatusOK, Ready: machine("/secret"), Show: signedIn("", nil)},
	{Name: "partner-developer-delete", Says: locale.Words.DevelopersDeleteText, Status: http.StatusOK, Ready: machine("/delete"), Show: signedIn("", nil)},
	{Name: "partner-elsewhere", Says: locale.Words.ConsoleElsewhereTitle, Status: http.StatusForbidden, Ready: reader, Show: signedIn("/partner", nil)},
}
