package states

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

func init() { States = slices.Concat(vendor, States) }

// staff is the Ready of a state that the vendor's operator looks at.
func staff(v *Visit) string { return v.System.Identity.OperatorName }

// waits is the Ready of a state about an application that waits for the vendor, at its page.
func waits(v *Visit) string {
	return staff(v) + " " + v.URL("/vendor/inbox/application/"+v.waits())
}

// waits applies for a company, confirms its address and returns the application's id.
func (v *Visit) waits() string {
	v.T.Helper()
	address := v.Address("contact")
	_, number, _ := strings.Cut(strings.TrimSuffix(address, "@example.com"), "-")
	var made contract.PartnerApplication
	v.Must(v.T, v.Program.Operator, http.StatusCreated, http.MethodPost, "/v1/partner-applications", contract.PartnerApplicationCreate{
		LegalName: "Tatra Systems " + number, RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Zakopane", Website: "https://tatra.example",
		Phone: "+48 18 555 01 23", Contact: contract.Administrator{Name: "Jan Góral", Email: address, Language: ptr(contract.Language(v.Language))},
		Why: "We look after the mail and the files of hotels in the mountains.",
	}, &made)
	mails, err := v.Mailbox.Wait(Patience(v.T), address, 1)
	if err != nil {
		v.T.Fatal(err)
	}
	someone := client.NewVisitor(v.Language)
	if _, err = someone.Get(v.T.Context(), mails[0].Link(v.URL("/become-a-partner/confirm/"))); err == nil {
		_, err = someone.Press(v.T.Context(), v.W.ApplyConfirmButton())
	}
	if err != nil || someone.Page.Heading() != v.W.ApplyReceivedTitle() {
		v.T.Fatalf("%q %v", someone.Page.Heading(), err)
	}
	return made.ID
}

// lookedAt is the Ready of a state that only looks at the partner, or at what an act would do to it.
func lookedAt(act string) func(*Visit) string {
	return func(v *Visit) string { return staff(v) + " " + v.URL("/vendor/partners/"+v.Program.PartnerID+act) }
}

// listingOf is that of the listing of the sample's partner.
func listingOf(act string) func(*Visit) string {
	return func(v *Visit) string { return staff(v) + " " + v.URL("/vendor/listings/"+v.Program.PartnerID+act) }
}

// stopped is the Ready of a state that only looks at an address whose owner stopped the mails.
func stopped(path string) func(*Visit) string {
	return func(v *Visit) string {
		address := once(v, "stopped", func() string {
			inv := v.Invited()
			someone := client.NewVisitor(v.Language)
			if _, err := someone.Get(v.T.Context(), inv.Stop); err != nil {
				v.T.Fatal(err)
			}
			if _, err := someone.Press(v.T.Context(), v.W.UnsubscribeStop()); err != nil {
				v.T.Fatal(err)
			}
			return string(inv.Email)
		})
		return staff(v) + " " + v.URL("/vendor/suppressions"+path+address)
	}
}

// inInbox is the Ready of a state about something of a kind that waits for the vendor and that only looks at it: made once, past the browser.
func inInbox(kind string, made func(*Visit)) func(*Visit) string {
	return func(v *Visit) string {
		return once(v, "in the inbox: "+kind, func() string { return newInInbox(kind, made)(v) })
	}
}

// newInInbox is that of a state that decides it.
func newInInbox(kind string, made func(*Visit)) func(*Visit) string {
	return func(v *Visit) string {
		v.T.Helper()
		before := v.inbox(kind)
		made(v)
		for end := Patience(v.T); ; {
			for _, link := range v.inbox(kind) {
				if !slices.Contains(before, link) {
					return staff(v) + " " + link
				}
			}
			select {
			case <-end.Done():
				v.T.Fatalf("no new %s is in the vendor's inbox", kind)
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}

// inbox lists the addresses of all of a kind that waits for the vendor.
func (v *Visit) inbox(kind string) []string {
	v.T.Helper()
	return slices.DeleteFunc(v.signIn(v.System.Identity.OperatorName).Page.Links(""), func(link string) bool {
		return !strings.Contains(link, "/vendor/inbox/"+kind+"/")
	})
}

// disputes lets a customer's administrator dispute what it agreed to.
func disputes(v *Visit) {
	v.T.Helper()
	address := administered(contract.RoleLimited)(v)
	v.by(address, "/account/partners/"+v.Program.PartnerID+"/dispute", v.W.PartnersDispute(), "reason", "Nobody here agreed.")
}

// asksForCall lets a company that is new in the program ask for the call that proves its phone.
func asksForCall(v *Visit) { v.by(newcomer(v), "/partner/company", v.W.PartnerCompanyPhoneSend()) }

// reported is the Ready of a state about an offer that so many people reported, once its page says so.
func reported(times int, says func(locale.Words) string) func(*Visit) string {
	return func(v *Visit) string {
		return once(v, "reported "+strconv.Itoa(times), func() string {
			v.T.Helper()
			of := v.Offer(v.T, v.Language, nil)
			for range times {
				v.past(v.To(of, "").Link, v.W.RedeemReportLink(), v.W.RedeemReportButton(), "sure", "yes")
			}
			address, someone := v.URL("/vendor/inbox/report/"+string(of.ID)), v.signIn(v.System.Identity.OperatorName)
			for end := Patience(v.T); ; {
				page, err := someone.Get(v.T.Context(), address)
				if err != nil {
					v.T.Fatal(err)
				}
				if strings.Contains(page.Text(), says(v.W)) {
					return staff(v) + " " + address
				}
				select {
				case <-end.Done():
					v.T.Fatalf("%s does not say so", address)
				case <-time.After(100 * time.Millisecond):
				}
			}
		})
	}
}

// subscriptionOf is the newest subscription of the customer whose user has an address.
func (v *Visit) subscriptionOf(address string) contract.Subscription {
	v.T.Helper()
	tokens, err := v.System.Identity.SignIn(v.T.Context(), address, passphrase)
	if err != nil {
		v.T.Fatal(err)
	}
	var found contract.SubscriptionPage
	v.Must(v.T, client.API{Base: v.System.Endpoints.API, Token: tokens.Access}, http.StatusOK, http.MethodGet, "/v1/subscriptions", nil, &found)
	return found.Data[0]
}

// askedRemoval is the Ready of a state about a customer's request that its reseller goes, which the vendor can't decide yet.
func askedRemoval(v *Visit) string {
	return once(v, "asked removal", func() string {
		v.T.Helper()
		address := resold(v)
		v.by(address, "/account/partners/"+v.Program.PartnerID+"/ask", v.W.PartnersAsk(), "reason", "We leave.")
		tie := relationship.NewID(customer.ID(v.subscriptionOf(address).CustomerID), partner.ID(v.Program.PartnerID))
		return staff(v) + " " + v.URL("/vendor/inbox/removal/"+string(tie))
	})
}

// resellerLeft is the Ready of a state about a reseller's tie that the vendor decides, as the end of a partner leaves it; the partner itself stays.
func resellerLeft(v *Visit) string {
	return once(v, "reseller left", func() string {
		v.T.Helper()
		address := resold(v)
		v.signIn(address)
		c, o := customer.ID(v.subscriptionOf(address).CustomerID), story.By(v.System, "")
		o.Actor = op.Actor{Kind: op.Job, ID: "partners"}
		if err := relationship.LeaveToVendor(v.T.Context(), dynamo.Over(v.System.Table(), v.System.Endpoints.Table), c, partner.ID(v.Program.PartnerID), o); err != nil {
			v.T.Fatal(err)
		}
		return staff(v) + " " + v.URL("/vendor/inbox/reseller/"+string(relationship.NewID(c, partner.ID(v.Program.PartnerID))))
	})
}

// heldDeletion is the Ready of a state about a deletion that nobody could be notified of. The clock of all states cannot be sent ahead, so
// that this trial alone is brought there.
func heldDeletion(v *Visit) string {
	return once(v, "held deletion", func() string {
		v.T.Helper()
		address, _ := v.member()
		v.signIn(address) // who never did is nobody to the API
		id := subscription.ID(v.subscriptionOf(address).ID)
		if err := story.HoldDeletion(v.T.Context(), v.System, id); err != nil {
			v.T.Fatal(err)
		}
		return staff(v) + " " + v.URL("/vendor/inbox/deletion/"+string(id))
	})
}

// spareRegion is the Ready of a state about a region that no country is in.
func spareRegion(v *Visit) string {
	return once(v, "spare region", func() string {
		v.T.Helper()
		id, someone := "spare-"+v.Language, v.signIn(v.System.Identity.OperatorName)
		_, err := someone.Get(v.T.Context(), v.URL("/vendor/availability/region"))
		for _, press := range [][]string{{v.W.SiteNext(), "id", id, "name_en", "Spare", "name_pl", "Zapasowy"}, {v.W.AvailabilityRegionMake()}} {
			if err == nil {
				_, err = someone.Press(v.T.Context(), press[0], press[1:]...)
			}
		}
		if err != nil || someone.Page.Status != http.StatusOK {
			v.T.Fatalf("%d on %s: %v", someone.Page.Status, someone.Page.URL, err)
		}
		return staff(v) + " " + v.URL("/vendor/availability/region/"+id+"/remove")
	})
}

// by lets the user of an address press a button of a page, past the browser.
func (v *Visit) by(address, path, button string, fields ...string) {
	v.T.Helper()
	someone := v.signIn(address)
	_, err := someone.Get(v.T.Context(), v.URL(path))
	if err == nil {
		_, err = someone.Press(v.T.Context(), button, fields...)
	}
	if err != nil || someone.Page.Status != http.StatusOK {
		v.T.Fatalf("%q leads to %d on %s: %v", button, someone.Page.Status, someone.Page.URL, err)
	}
}

var vendor = []State{
	{Name: "vendor-inbox", Says: locale.Words.VendorGroupWeek, Status: http.StatusOK, Ready: func(v *Visit) string { waits(v); return staff(v) }, Show: signedIn("/vendor", nil)},
	{Name: "vendor-partners", Says: locale.Words.VendorPartnersSearch, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/partners", nil)},
	{Name: "vendor-partners-none", Says: locale.Words.VendorPartnersNone, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/partners?search=nobody", nil)},
	{Name: "vendor-partner", Says: locale.Words.VendorPartnersProgram, Status: http.StatusOK, Ready: lookedAt(""), Show: signedIn("", nil)},
	{Name: "vendor-partner-close", Says: locale.Words.VendorPartnersCloseFinal, Status: http.StatusOK, Ready: lookedAt("/close"), Show: signedIn("", nil)},
	{Name: "vendor-partner-suspend-errors", Says: locale.Words.CustomersReasonMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: lookedAt("/suspend"), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.VendorPartnersSuspendName(asking))
	})},
	{Name: "vendor-partner-plan", Says: locale.Words.VendorPartnersCountries, Status: http.StatusOK, Ready: lookedAt("/plans/" + sample.TrialPlan), Show: signedIn("", nil)},
	{Name: "vendor-partner-program-end", Says: locale.Words.VendorPartnersLeaveGoesOn, Status: http.StatusOK, Ready: lookedAt("/programs/cloud-accelerate/end"), Show: signedIn("", nil)},
	{Name: "vendor-partner-plan-errors", Says: locale.Words.VendorPartnersToWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: lookedAt("/plans/" + sample.TrialPlan), Show: signedIn("", func(v *Visit) {
		v.Set("to", "2020-01-01")
		v.Press(v.W.PartnerUsersSave())
	})},
	{Name: "vendor-terms", Says: locale.Words.VendorTermsCustomer, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/terms", nil)},
	{Name: "vendor-terms-one", Says: locale.Words.VendorTermsVersions, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/terms/customer", nil)},
	{Name: "vendor-terms-errors", Says: locale.Words.VendorTermsNameWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/terms/customer/new", func(v *Visit) {
		v.Press(v.W.VendorTermsPreview())
	})},
	{Name: "vendor-terms-check", Says: locale.Words.VendorTermsMeansCustomer, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/terms/customer/new", func(v *Visit) {
		v.Fill("version", "next")
		v.Press(v.W.VendorTermsPreview())
	})},
	{Name: "vendor-brand", Says: locale.Words.VendorBrandNow, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/brand", nil)},
	{Name: "vendor-brand-errors", Says: locale.Words.VendorBrandAccentWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/brand", func(v *Visit) {
		v.Set("accent", "yellow")
		v.Press(v.W.VendorBrandPreview())
	})},
	{Name: "vendor-brand-check", Says: locale.Words.VendorBrandThen, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/brand", func(v *Visit) {
		v.Set("accent", "#ffd400")
		v.Press(v.W.VendorBrandPreview())
	})},
	{Name: "vendor-suppressions", Says: locale.Words.VendorSuppressionsFind, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/suppressions", nil)},
	{Name: "vendor-suppressions-errors", Says: locale.Words.PartnerUsersEmailWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/suppressions?email=nobody", nil)},
	{Name: "vendor-suppressions-none", Says: locale.Words.VendorSuppressionsNone, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/suppressions?email=nobody@example.com", nil)},
	{Name: "vendor-suppressions-found", Says: locale.Words.VendorSuppressionsUnsubscribed, Status: http.StatusOK, Ready: stopped("?email="), Show: signedIn("", nil)},
	{Name: "vendor-suppressions-lift", Says: locale.Words.VendorSuppressionsFollowsLost, Status: http.StatusOK, Ready: stopped("/lift?email="), Show: signedIn("", nil)},
	{Name: "vendor-plans", Says: locale.Words.PlansNew, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/plans", nil)},
	{Name: "vendor-plans-none", Says: locale.Words.PlansNone, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/plans?country=AQ", nil)},
	{Name: "vendor-plan", Says: locale.Words.PlansAbout, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/plans/"+sample.TrialPlan, nil)},
	{Name: "vendor-plan-form", Says: locale.Words.PlansServiceMore, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/plans/"+sample.TrialPlan+"/edit", nil)},
	{Name: "vendor-plan-errors", Says: locale.Words.PlansIDWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/plans/new", func(v *Visit) {
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-plan-check", Says: locale.Words.PlansThenWithdrawn, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/plans/"+sample.TrialPlan+"/edit", func(v *Visit) {
		v.Choose("status", "withdrawn")
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-programs", Says: locale.Words.ProgramsNew, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/programs", nil)},
	{Name: "vendor-program", Says: locale.Words.ProgramsHolders, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/programs/cloud-accelerate", nil)},
	{Name: "vendor-program-errors", Says: locale.Words.ProgramsIDWrong, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/programs?new=yes", func(v *Visit) {
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-program-check", Says: locale.Words.ProgramsThenNew, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/programs?new=yes", func(v *Visit) {
		v.Fill("id", "newcomers")
		v.Fill("name_en", "Newcomers")
		v.Fill("name_pl", "Początkujący")
		v.Choose("rights", "reselling")
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-availability", Says: locale.Words.AvailabilityRegionNew, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/availability", nil)},
	{Name: "vendor-availability-form", Says: locale.Words.AvailabilityPlansHint, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/availability/partner_features", nil)},
	{Name: "vendor-availability-errors", Says: locale.Words.AvailabilityPlansMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/availability/reselling?region=china", func(v *Visit) {
		v.Choose("china-state", "some")
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-availability-check", Says: locale.Words.AvailabilityStopped, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/availability/trial_invitations?region=europe", func(v *Visit) {
		v.Choose("europe-state", "off")
		v.Fill("europe-reason_en", "Not in these weeks.")
		v.Fill("europe-reason_pl", "Nie w tych tygodniach.")
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-region-errors", Says: locale.Words.AvailabilityCountriesHint, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/availability/region", func(v *Visit) {
		v.Fill("id", "west")
		v.Press(v.W.SiteNext())
	})},
	{Name: "vendor-region-stays", Says: func(w locale.Words) string { return w.AvailabilityRegionHas(w.Country("CN")) }, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/availability/region/china", nil)},
	{Name: "vendor-region-remove", Says: locale.Words.AvailabilityThenRemoved, Status: http.StatusOK, Ready: spareRegion, Show: signedIn("", nil)},
	{Name: "vendor-operators", Says: locale.Words.OperatorsChange, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/operators", nil)},
	{Name: "vendor-operator-errors", Says: locale.Words.PartnerUsersEmailMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: staff, Show: signedIn("/vendor/operators/new", func(v *Visit) {
		v.Fill("name", "Jan Kot")
		v.Press(v.W.PartnerUsersSend())
	})},
	{Name: "vendor-elsewhere", Says: locale.Words.VendorElsewhereTitle, Status: http.StatusForbidden, Ready: reader, Show: signedIn("/vendor", nil)},
	{Name: "vendor-application", Says: locale.Words.VendorRejectHint, Status: http.StatusOK, Ready: waits, Show: signedIn("", nil)},
	{Name: "vendor-application-errors", Says: locale.Words.VendorDecisionMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: waits, Show: signedIn("", func(v *Visit) {
		v.Press(v.W.VendorDecide())
	})},
	{Name: "vendor-dispute", Says: locale.Words.VendorRejectDispute, Status: http.StatusOK, Ready: inInbox("dispute", disputes), Show: signedIn("", nil)},
	{Name: "vendor-inbox-listing", Says: locale.Words.ListingSendBackHint, Status: http.StatusOK, Ready: inInbox("listing", submitsListing), Show: signedIn("", nil)},
	{Name: "vendor-listings", Says: locale.Words.ListingPublishedLast, Status: http.StatusOK, Ready: staff, Show: signedIn("/vendor/listings", nil)},
	{Name: "vendor-listing", Says: locale.Words.ListingVendorHide, Status: http.StatusOK, Ready: listingOf(""), Show: signedIn("", nil)},
	{Name: "vendor-listing-hide", Says: locale.Words.CustomersReasonMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: listingOf("/hide"), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.ListingVendorHide())
	})},
	{Name: "vendor-report", Says: locale.Words.VendorResumeHint, Status: http.StatusOK, Ready: reported(3, locale.Words.VendorResumeHint), Show: signedIn("", nil)},
	{Name: "vendor-report-one", Says: locale.Words.VendorPauseHint, Status: http.StatusOK, Ready: reported(1, locale.Words.VendorPauseHint), Show: signedIn("", nil)},
	{Name: "vendor-removal", Says: locale.Words.VendorBilled, Status: http.StatusOK, Ready: askedRemoval, Show: signedIn("", nil)},
	{Name: "vendor-reseller-left", Says: locale.Words.VendorLeftOn, Status: http.StatusOK, Ready: resellerLeft, Show: signedIn("", nil)},
	{Name: "vendor-deletion", Says: locale.Words.VendorHeldSince, Status: http.StatusOK, Ready: heldDeletion, Show: signedIn("", nil)},
	{Name: "vendor-call", Says: locale.Words.VendorWaitsForCall, Status: http.StatusOK, Ready: inInbox("call", asksForCall), Show: signedIn("", nil)},
	{Name: "vendor-call-code", Says: locale.Words.VendorCodeUntil, Status: http.StatusOK, Ready: newInInbox("call", asksForCall), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.VendorMakeCode())
	})},
	{Name: "vendor-application-approved", Says: locale.Words.VendorDone, Status: http.StatusOK, Ready: waits, Show: signedIn("", func(v *Visit) {
		v.Choose("decision", "approve")
		v.Press(v.W.VendorDecide())
	})},
}
