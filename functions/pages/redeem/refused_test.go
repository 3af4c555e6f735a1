package redeem_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	offers "liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
	"liaison/tests/fixture/pagetest"
)

// TestBetween changes the world between reading and pressing: the right page and status, and nothing half done.
func TestBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(s *pagetest.World, of offers.Offer, inv invitations.ID)
		title  func(w locale.Words) string
	}{
		"withdrawn": {410, func(s *pagetest.World, of offers.Offer, _ invitations.ID) { s.Withdraw(of.ID) }, locale.Words.UnavailableWithdrawnTitle},
		"paused":    {410, func(s *pagetest.World, of offers.Offer, _ invitations.ID) { s.Pause(of.ID) }, locale.Words.UnavailablePausedTitle},
		"expired":   {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.Restart(91 * 24 * time.Hour) }, locale.Words.UnavailableExpiredTitle},
		"suspended": {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) {
			s.PartnerStatus(pagetest.Asking, partner.Suspended)
		}, locale.Words.UnavailablePartnerTitle},
		"plan":          {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.WithdrawPlan() }, locale.Words.UnavailablePlanTitle},
		"region":        {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.CloseRegion() }, locale.Words.UnavailableRegionTitle},
		"enrolment":     {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.LeaveProgram() }, locale.Words.UnavailableEnrolmentTitle},
		"authorisation": {410, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.Deauthorise() }, locale.Words.UnavailableCountryTitle},
		"terms":         {409, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.Publish(catalog.CustomerTerms, "2") }, locale.Words.RedeemTermsChangedTitle},
		"address taken": {409, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) { s.SignUp("ANNA@example.com") }, locale.Words.RedeemSignInTitle},
		"used up": {410, func(s *pagetest.World, of offers.Offer, _ invitations.ID) {
			_, l := s.Invite(of, "first@example.com", "en")
			s.AtCheck(l, "en", "no").StartTrial(200)
		}, locale.Words.UnavailableUsedUpTitle},
		"reported": {410, func(s *pagetest.World, _ offers.Offer, inv invitations.ID) {
			s.ChangeInvitation(inv, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Report(s.At) })
		}, locale.Words.UnavailableReportedTitle},
		"other advisor": {422, func(s *pagetest.World, _ offers.Offer, _ invitations.ID) {
			s.PartnerStatus(pagetest.Advising, partner.Suspended)
		}, locale.Words.PartnerOfRecordOtherGone},
		"nothing at all": {200, func(*pagetest.World, offers.Offer, invitations.ID) {}, func(w locale.Words) string { return w.ReceiptTitle(30) }},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(name+"-"+language, func(t *testing.T) {
				s := pagetest.Open(t)
				// A place left over: the offer may be accepted twice where somebody else takes one, so that "used up" comes of the count.
				of := s.MakeOffer(func(d *offers.Draft) {
					if name == "used up" {
						d.MaxRedemptions = 1
					}
				})
				inv, link := s.Invite(of, "anna@example.com", language)
				v := s.Visitor(language)
				v.Open(http.StatusOK, link)
				v.Click(http.StatusOK, v.W.SiteNext(), "advisor", "other", "partner_id", string(pagetest.Advising))
				v.Click(http.StatusOK, v.W.SiteNext(), "delegation", "yes")
				v.Click(http.StatusOK, v.W.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak")
				before := s.Holds(t, "customer")
				c.change(s, of, inv.ID)
				if name == "used up" || name == "address taken" {
					before = 1
				}
				v.StartTrial(c.status)
				v.Has(c.title(v.W))
				v.See("between-" + strings.ReplaceAll(name, " ", "-"))
				if c.status == http.StatusOK {
					return
				}
				if n := s.Holds(t, "customer"); n != before {
					t.Fatalf("%d customers, %d before", n, before)
				}
				stored := s.StoredInvitation(inv.ID)
				if stored.Answer != invitations.Pending || stored.Draft.Company != "Zakład Nowak" {
					t.Errorf("the invitation is %s, the draft %+v", stored.Answer, stored.Draft)
				}
				switch name {
				case "terms":
					v.Has(v.W.TermsVendor("Skylark Cloud", map[string]string{"en": "Terms of service", "pl": "Warunki korzystania z usług"}[language], "2"), v.W.RedeemPartnerTerms("Baltic Bridge IT sp. z o.o.", "Support agreement"))
					v.StartTrial(http.StatusOK)
					v.Has(v.W.ReceiptTitle(30), pagetest.Terms(v.W, "2"))
				case "other advisor":
					v.Open(http.StatusOK, "/redeem?i="+string(inv.ID)+"&from=check")
					v.Click(http.StatusOK, v.W.SiteNext(), "advisor", "none", "partner_id", "")
					v.StartTrial(http.StatusOK)
				case "suspended", "reported", "address taken": // there is nobody to ask, or nothing to ask for
				default:
					v.Click(http.StatusOK, v.W.UnavailableAsk())
					v.Has(v.W.UnavailableAskedTitle())
					if n := s.CountEvents(invitations.RenewalAskedEvent{}.Type()); n != 1 {
						t.Errorf("the partner is asked %d times", n)
					}
				}
			})
		}
	}
}

// TestAskForRights: a partner that lost what its offer needs is asked for a new link where "Next" found out, by visitors and by members; where
// it got it back meanwhile, the offer is shown again.
func TestAskForRights(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*pagetest.World){"enrolment": (*pagetest.World).LeaveProgram, "authorisation": (*pagetest.World).Deauthorise} {
		for _, mail := range []string{"anna@example.com", "new@example.com"} {
			t.Run(name+"-"+mail, func(t *testing.T) {
				s := pagetest.Open(t)
				s.Sells()
				v := s.Member("anna@example.com", "en")
				if mail != "anna@example.com" {
					v = s.Visitor("en")
				}
				_, link := s.Invite(s.Purchase(func(d *offers.Draft) { d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited} }), mail, "en")
				v.Open(http.StatusOK, link)
				held, err := s.Partner(t.Context(), pagetest.Asking)
				s.Must(err)
				lose(s)
				v.Click(http.StatusGone, v.W.SiteNext())
				page := v.Page
				v.Click(http.StatusOK, v.W.UnavailableAsk())
				v.Has(v.W.UnavailableAskedTitle())
				if n := s.CountEvents(invitations.RenewalAskedEvent{}.Type()); n != 1 {
					t.Errorf("the partner is asked %d times", n)
				}
				if name == "enrolment" {
					now, err := s.Partner(t.Context(), pagetest.Asking)
					s.Must(err)
					now.Enrolments = held.Enrolments
					s.Must(s.SavePartner(t.Context(), now, nil, nil, event.New(s.Op(), event.Partner(string(pagetest.Asking)), event.Of(pagetest.Asking, partner.ProgramJoinedEvent{})), s.Op()))
					v.Page = page
					v.Click(http.StatusOK, v.W.UnavailableAsk())
					v.Has(v.W.RedeemAccessNext())
				}
			})
		}
	}
}

// TestKnownAddress: somebody whose address is a user already is told to sign in before anything is typed in vain.
func TestKnownAddress(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.SignUp("anna@example.com")
		inv, link := s.Invite(s.MakeOffer(pagetest.Plain), "Anna@Example.com", language)
		v := s.Visitor(language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusConflict, v.W.SiteNext())
		v.Has(v.W.RedeemSignInTitle())
		v.See("sign-in")
		if to := v.Page.Links(v.W.SiteSignIn()); len(to) == 0 || !strings.HasSuffix(to[len(to)-1], "/sign-in?return="+url.QueryEscape("/redeem?i="+string(inv.ID))) {
			t.Errorf("the way to the sign-in and back: %v", to)
		}
	})
}

// TestStrangersReport: "I do not know this partner" stands wherever the link leads somebody who can't say yes, and works there.
func TestStrangersReport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status   int
		stranger func(s *pagetest.World) *pagetest.Visitor
	}{
		"not signed in": {409, func(s *pagetest.World) *pagetest.Visitor { return s.Visitor("en") }},
		"elsewhere": {409, func(s *pagetest.World) *pagetest.Visitor {
			return s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
		}},
		"wrong account": {403, func(s *pagetest.World) *pagetest.Visitor { return s.Member("ewa@example.com", "en") }},
		"other country": {403, func(s *pagetest.World) *pagetest.Visitor {
			v := s.Member("anna@example.com", "en")
			s.SetCustomer("country", "DE")
			return v
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := pagetest.Open(t)
			s.Sells()
			v := c.stranger(s)
			inv, link := s.Invite(s.MakeOffer(pagetest.Request(offers.Reseller)), "anna@example.com", "en")
			v.Open(c.status, link)
			to := v.Page.Links(v.W.RedeemReportLink())
			if len(to) != 1 {
				t.Fatalf("%d ways to say so", len(to))
			}
			v.Open(http.StatusOK, to[0])
			v.Click(http.StatusOK, v.W.RedeemReportButton(), "sure", "yes")
			v.Has(v.W.RedeemReportedTitle())
			if !s.StoredInvitation(inv.ID).Paused {
				t.Error("not paused")
			}
		})
	}
}

// TestSignedInElsewhere: who is signed in as a partner's user reads so where a customer's user has to answer, and is led to another account.
func TestSignedInElsewhere(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		s.SignUp("anna@example.com")
		_, request := s.Invite(s.MakeOffer(pagetest.Request(offers.Reseller)), "anna@example.com", language)
		_, trial := s.Invite(s.MakeOffer(pagetest.Plain), "anna@example.com", language)
		mail := "piotr@" + string(pagetest.Advising) + ".example"
		v := s.SignedIn(mail, language)
		v.Open(http.StatusConflict, request)
		led := func() {
			t.Helper()
			v.Has(v.W.RedeemElsewhere(mail))
			if to := v.Page.Links(v.W.SiteOtherAccount()); len(to) != 1 || !strings.HasSuffix(to[0], "&as=other") {
				t.Errorf("the way to another account: %v", to)
			}
		}
		led()
		v.See("signed-in-elsewhere")
		v.Open(http.StatusOK, trial)
		v.Click(http.StatusConflict, v.W.SiteNext())
		led()
	})
}

// TestKnownAddressKeeps: what somebody answered before the sign-in stands in the form after it; wrong answers are said first.
func TestKnownAddressKeeps(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		s.SignUp("anna@example.com")
		inv, link := s.Invite(s.Purchase(func(d *offers.Draft) { d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited} }), "anna@example.com", language)
		v := s.Visitor(language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusUnprocessableEntity, v.W.SiteNext(), "advisor", "other", "partner_id", "1234")
		v.Has(v.W.PartnerIDFormat())
		v.Click(http.StatusConflict, v.W.SiteNext(), "partner_id", string(pagetest.Advising))
		v.Has(v.W.RedeemSignInTitle())
		v = s.SignedIn("anna@example.com", language)
		v.Open(http.StatusOK, link)
		_, form := v.Page.Form(v.W.SiteNext())
		if form.Get("advisor") != "other" || form.Get("partner_id") != string(pagetest.Advising) {
			t.Errorf("the answers are lost: %v", form)
		}
		v.Click(http.StatusOK, v.W.SiteNext())
		v.Click(http.StatusOK, v.W.SiteNext(), "delegation", "no")
		v.At("/redeem/account")

		// The answer about administration stands in its step too, whether it was given before the sign-in or after it.
		before := s.Visitor(language)
		before.Open(http.StatusOK, link)
		for answer, by := range map[string]*pagetest.Visitor{"yes": before, "no": v} {
			by.Open(http.StatusOK, "/redeem/access?i="+string(inv.ID)+"&from=check")
			address, form := by.Page.Form(v.W.SiteNext())
			form.Set("delegation", answer)
			_, err := by.Post(t.Context(), address, form)
			s.Must(err)
			again := s.SignedIn("anna@example.com", language)
			again.Open(http.StatusOK, link)
			again.Click(http.StatusOK, v.W.SiteNext())
			again.Open(http.StatusOK, "/redeem/access?i="+string(inv.ID)+"&from=check")
			if _, form := again.Page.Form(v.W.SiteNext()); form.Get("delegation") != answer {
				t.Errorf("the answer about administration is lost: %v", form)
			}
		}
	})
}

// TestAskAdministrator: who is signed in but may not answer asks the partner to write to an administrator; the partner is told once, however
// often it is asked, and with which of the two reasons.
func TestAskAdministrator(t *testing.T) {
	t.Parallel()
	for reason, c := range map[string]struct {
		signed string
		title  func(w locale.Words) string
	}{
		"role":    {"anna@example.com", locale.Words.RedeemRoleTitle},
		"account": {"ewa@example.com", locale.Words.RedeemWrongAccountTitle},
	} {
		for _, language := range []string{"en", "pl"} {
			t.Run(reason+"-"+language, func(t *testing.T) {
				s := pagetest.Open(t)
				v := s.Member(c.signed, language)
				w := v.W
				if reason == "role" {
					s.SetRoles(s.Owner().ID, customer.UserAdmin)
				}
				inv, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
				before := s.CountEvents(event.Type(reason))
				for n := range 2 {
					v.Open(http.StatusForbidden, link)
					v.Has(c.title(w))
					v.See("not-yours-" + reason)
					if n == 0 {
						address, form := v.Page.Form(w.UnavailableAdministratorAsk(pagetest.Baltic))
						form.Set("form_token", "")
						page, err := v.Post(t.Context(), address, form)
						s.Must(err)
						if page.Status != http.StatusForbidden || s.CountEvents(invitations.RenewalAskedEvent{}.Type()) != 0 {
							t.Errorf("asked without the form's token: %d", page.Status)
						}
						v.Open(http.StatusForbidden, link)
					}
					v.Click(http.StatusOK, w.UnavailableAdministratorAsk(pagetest.Baltic))
					v.Has(w.UnavailableAdministratorAskedTitle(), w.UnavailableAdministratorAskedText(pagetest.Baltic))
					v.See("asked-administrator")
				}
				if s.CountEvents(invitations.RenewalAskedEvent{}.Type()) != 1 || s.CountEvents(event.Type(reason)) != before+1 {
					t.Error("the partner is not told once, or not why")
				}
				// The link that dies later can still be asked for.
				s.ChangeInvitation(inv.ID, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Revoke(s.At) })
				v.Open(http.StatusGone, link)
				v.Click(http.StatusOK, w.UnavailableAsk())
				v.Has(w.UnavailableAskedTitle())
				if n := s.CountEvents(invitations.RenewalAskedEvent{}.Type()); n != 2 {
					t.Errorf("%d asks", n)
				}
			})
		}
	}
}

// TestStepByHand: whoever is not signed in and types the name of a step into the address of a request that needs an account is told to sign in.
func TestStepByHand(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	for _, kind := range []offers.Kind{offers.Reseller, offers.PartnerOfRecord} {
		inv, link := s.Invite(s.MakeOffer(pagetest.Request(kind)), "anna@example.com", "en")
		_, err := s.SaveDraft(context.Background(), inv.ID, invitations.Draft{Terms: "1"}, s.Op()) // a member's, who has signed out since
		s.Must(err)
		v := s.Visitor("en")
		v.Open(http.StatusConflict, link)
		for _, path := range []string{"/redeem", "/redeem/access", "/redeem/account", "/redeem/check"} {
			for _, step := range []string{"reported", "no", "report", "other"} {
				if path == "/redeem" && (step == "no" || step == "report") {
					continue // these need no account
				}
				v.Open(http.StatusConflict, path+"?i="+string(inv.ID)+"&step="+step)
				v.Has(v.W.RedeemMemberTitle())
			}
		}
	}
}

// TestOtherCountry: who is at home elsewhere reads of which country the offer is and whom to ask, and its yes is refused.
func TestOtherCountry(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Member("anna@example.com", language)
		_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		s.SetCustomer("country", "DE")
		v.Open(http.StatusForbidden, link)
		v.Has(v.W.RedeemCountryTitle(), v.W.RedeemCountryText(v.W.Country("PL"), "Zakład Nowak", v.W.Country("DE")), v.W.RedeemCountryNext(v.W.Country("DE")), pagetest.Baltic, v.W.RedeemNoButton())
		v.See("other-country")
	})
}

// TestAdministratorSays: whoever may order and not authorise is told at the question that only a global administrator says yes to it, also where
// the role shrank before the last button; a No lets the order through.
func TestAdministratorSays(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w := v.W
		_, link := s.Invite(s.Purchase(func(d *offers.Draft) { d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited} }), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "yes")
		v.Click(http.StatusOK, w.SiteNext())
		v.At("/redeem/check")
		s.SetRoles(s.Owner().ID, customer.BillingAdmin)
		v.Order(http.StatusUnprocessableEntity)
		v.Has(w.DelegatedAdministrationQuestion(pagetest.Baltic), w.DelegatedAdministrationAdministrator())
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.DelegatedAdministrationAdministrator())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "delegation", "yes")
		v.Has(w.FrameErrorSummary(), w.DelegatedAdministrationAdministrator())
		v.See("administrator-says")
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "no")
		v.Click(http.StatusOK, w.SiteNext())
		v.Order(http.StatusOK)
		v.At("/receipts/")
	})
}

// TestAdministersAlready: who asks for what it has is said to have it, with which rights and until when; a No leaves that as it is and says so.
func TestAdministersAlready(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w := v.W
		_, link := s.Invite(s.MakeOffer(func(d *offers.Draft) {
			pagetest.Request(offers.DelegatedAdministration)(d)
			d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleLimited, Days: 90}
		}), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "yes")
		v.Click(http.StatusOK, w.RedeemAuthorize(pagetest.Baltic), "agree", "yes")
		_, grant, err := s.Relationship(t.Context(), s.Owner().Customer, pagetest.Asking)
		s.Must(err)
		ends := grant.EndsAt.In(calendar.Zone("PL"))

		_, link = s.Invite(s.Purchase(func(d *offers.Draft) { d.DelegatedAdministration = &offers.AskedGrant{Role: offers.RoleFull} }), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.DelegatedAdministrationNow(pagetest.Baltic, w.DelegatedAdministrationLimitedName(), ends), w.DelegatedAdministrationQuestion(pagetest.Baltic))
		v.See("administers-already")
		v.Click(http.StatusOK, w.SiteNext(), "delegation", "no")
		v.Click(http.StatusOK, w.SiteNext())
		v.Has(w.DelegatedAdministrationNoKeeps(pagetest.Baltic, ends))
		v.See("administers-already-check")
	})
}

// TestTried: whoever has had the plan of a trial reads so before anything else, and by whom the offer is, and can say no.
func TestTried(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Member("anna@example.com", language)
		_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		v.Open(http.StatusConflict, link)
		plan := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language]
		sub := s.Subscriptions()[0]
		resave := func(change func(*subscription.Subscription)) {
			s.ChangeSubscription(s.Subscriptions()[0], change)
		}
		ends := sub.TrialEndsAt.In(calendar.Zone("PL"))
		leads := func(words, to string) {
			t.Helper()
			if links := v.Page.Links(words); len(links) != 1 || links[0] != s.URL+to {
				t.Errorf("%q leads to %q, not %s", words, links, to)
			}
		}
		v.Has(v.W.RedeemTryingTitle(plan), v.W.RedeemTryingText(plan, "Zakład Nowak", ends), pagetest.Baltic, map[string]string{
			"en": "The trial of Skylark Suite at Zakład Nowak runs", "pl": "U klienta Zakład Nowak okres próbny planu Pakiet Skylark trwa",
		}[language])
		leads(v.W.SubscriptionConvert(), "/account/buy/"+string(sub.Plan))
		leads(v.W.RedeemTriedSee(plan), "/account/subscriptions/"+string(sub.ID))
		v.See("trying")
		resave(func(sub *subscription.Subscription) {
			sub.Status, sub.TrialEndsAt, sub.GraceEndsAt = subscription.Expired, s.At.AddDate(0, 0, -3), s.At.AddDate(0, 0, 27)
		})
		v.Open(http.StatusConflict, link)
		ended := s.Subscriptions()[0]
		v.Has(v.W.RedeemTriedTitle(), v.W.RedeemTriedGrace(plan, "Zakład Nowak", ended.TrialEndsAt.In(calendar.Zone("PL")), ended.GraceEndsAt.In(calendar.Zone("PL"))))
		leads(v.W.SubscriptionConvert(), "/account/buy/"+string(sub.Plan))
		resave(func(sub *subscription.Subscription) { sub.Status, sub.Trial = subscription.Active, false })
		v.Open(http.StatusConflict, link)
		v.Has(v.W.RedeemHasTitle(plan), v.W.RedeemHasText("Zakład Nowak", plan))
		leads(v.W.RedeemTriedSee(plan), "/account/subscriptions/"+string(sub.ID))
		resave(func(sub *subscription.Subscription) { sub.Status = subscription.Deleted })
		v.Open(http.StatusConflict, link)
		v.Has(v.W.RedeemTriedTitle(), v.W.RedeemTriedText("Zakład Nowak", plan))
		v.See("tried")
		v.Open(http.StatusOK, v.Page.Links(v.W.RedeemNoButton())[0])
		v.Click(http.StatusOK, v.W.RedeemNoButton())
		v.Has(v.W.ReceiptNoTitle())
	})
}

// TestReadOnly: whose account can only be read is told why it can't say yes, by whom the offer is, and can say no.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Member("anna@example.com", language)
		_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		s.SetCustomer("status", string(customer.ReadOnly))
		v.Open(http.StatusConflict, link)
		v.Has(v.W.RedeemReadOnlyTitle(), v.W.RedeemReadOnlyText("Zakład Nowak"), v.W.UnavailablePartnerNext("Skylark Cloud"), pagetest.Baltic)
		v.See("read-only")
		v.Open(http.StatusOK, v.Page.Links(v.W.RedeemNoButton())[0])
		v.Click(http.StatusOK, v.W.RedeemNoButton())
		v.Has(v.W.ReceiptNoTitle())
	})
}
