package partneroffernew_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// admin signs in the asking partner's first user.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

const path = "/partner/offers/new"

// walk answers the steps of a trial up to the check.
func walk(v *pagetest.Visitor, to string) {
	w := v.W
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	v.At(path + "/plan")
	v.Click(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
	v.At(path + "/access")
	v.Click(http.StatusOK, w.SiteNext(), "access", "yes", "role", offer.RoleLimited, "days", "30")
	v.At(path + "/message")
	v.Click(http.StatusOK, w.SiteNext(), "message", "As agreed on the phone.", "terms_title", "Support", "terms_text", "We answer within a day.")
	v.At(path + "/recipients")
	visibility := string(offer.Invited)
	if to == "" {
		visibility = string(offer.Public)
	}
	v.Click(http.StatusOK, w.SiteNext(), "visibility", visibility, "recipients", to)
	v.At(path + "/check")
}

// offers are what the asking partner has made.
func offers(s *pagetest.World) []offer.Offer {
	found, _, err := s.Offers(context.Background(), pagetest.Asking, dynamo.Page{Limit: 100}, nil)
	s.Must(err)
	return found
}

// at is the last part of the path that the visitor stands on.
func at(v *pagetest.Visitor) string {
	return v.Page.URL.Path[strings.LastIndexByte(v.Page.URL.Path, '/')+1:]
}

// TestTrial walks from the kinds to the offer's page: what was answered makes one offer and one mailing, however often the button is pressed.
func TestTrial(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.OfferNewOffer(), w.OfferedTrial(), w.OfferNewAboutTrial(), w.OfferNewNotEnrolled("Skylark Cloud"))
		v.See("offer-new-kinds")
		walk(v, "anna@example.com, pl\nola@example.com")
		v.Has(w.OfferNewTitleTrial(), w.Country("PL"), "As agreed on the phone.", "anna@example.com", w.SiteDays(30), w.OfferNewSend(2), w.PreviewPage())
		v.See("offer-new-check")
		address, again := v.Page.Form(w.OfferNewSend(2))
		v.Click(http.StatusOK, w.OfferNewSend(2))
		v.At("/partner/offers/ofr_")
		v.Has(w.PartnerOfferDoneSent(), "anna@example.com", "ola@example.com")
		_, err := v.Post(t.Context(), address, again)
		s.Must(err)
		made := offers(s)
		if len(made) != 1 || s.Holds(t, "invitation") != 2 || s.Holds(t, "begun_offer") != 0 {
			t.Fatalf("%d offers, %d invitations", len(made), s.Holds(t, "invitation"))
		}
		of, _, err := s.Offer(context.Background(), made[0].ID)
		s.Must(err)
		if of.Kind != offer.Trial || of.Country != "PL" || of.Plan() != pagetest.Suite || of.DelegatedAdministration.Days != 30 || of.Visibility != offer.Invited ||
			of.PartnerTerms.Title != "Support" || !of.ExpiresAt.After(s.At.AddDate(0, 0, 89)) {
			t.Errorf("%+v", of)
		}
		found, _, err := s.Invitations(context.Background(), of.ID, dynamo.Page{Limit: 10}, nil)
		s.Must(err)
		for _, inv := range found {
			if inv.Mail == "anna@example.com" && inv.Language != "pl" || inv.Answer != invitation.Pending {
				t.Errorf("%+v", inv)
			}
		}
		v.Open(http.StatusOK, path+"/check?offer="+of.ID.Code())
		v.At("/partner/offers/" + string(of.ID))
		if !strings.Contains(string(v.Page.Body), of.ID.Reference()) {
			t.Error("what was made does not lead to its page")
		}
	})
}

// TestPurchase: each plan has its licences within its bounds and its term; who bills is chosen, and who bills states the price; what was typed wrong
// stays.
func TestPurchase(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"/country?kind=purchase&lang="+language)
		v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Has(w.OfferNewPlanMissing())
		v.Choose(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite), string(pagetest.Mail))
		v.Has(w.OrderBounds(10, 300), w.OrderBounds(1, 1000), w.OfferNewBiller(), w.PriceByYear())
		v.See("offer-new-licenses")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "licenses-1", "many", "licenses-2", "5", "price-1", "4,5,6")
		suite, mail := map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language], map[string]string{"en": "Skylark Mail", "pl": "Poczta Skylark"}[language]
		v.Has(w.OfferNewBillerMissing(), w.CatalogField(suite, w.OrderLicencesWrong(10, 300)), w.CatalogField(mail, w.OrderLicencesWrong(1, 1000)), w.CatalogField(mail, w.OfferNewPriceWrong()))
		if body := string(v.Page.Body); !strings.Contains(body, `value="many"`) || !strings.Contains(body, `value="4,5,6"`) {
			t.Error("what was typed is lost")
		}
		v.See("offer-new-licenses-errors")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "biller", offer.ByVendor, "licenses-1", "7", "licenses-2", "12", "price-1", "", "price-2", "45,5")
		v.Has(w.OfferNewPriceVendors("Skylark Cloud"))
		v.Click(http.StatusOK, w.SiteNext(), "biller", offer.ByPartner)
		v.At(path + "/access")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Has(w.OfferNewAccessMissing())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "access", "yes", "days", "731")
		v.Has(w.OfferNewRoleMissing(), w.OfferNewAccessDaysWrong(offer.MaxGrantDays))
		v.Click(http.StatusOK, w.SiteNext(), "access", "no")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "message", strings.Repeat("x", offer.MaxMessage+1), "valid", "366", "terms_title", "Support")
		v.Has(w.CatalogField(w.PartnerOfferMessage(), ""), w.OfferNewValidWrong(offer.MaxDays), w.OfferNewTermsTextMissing())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "message", "", "terms_title", strings.Repeat("x", 201), "terms_text", strings.Repeat("x", offer.MaxTermsText+1))
		v.Has(w.CatalogPart(w.PartnerOfferTerms(), w.OfferNewTermsTitle()), w.CatalogPart(w.PartnerOfferTerms(), w.OfferNewTermsText()))
		v.Click(http.StatusOK, w.SiteNext(), "message", "", "valid", "10", "terms_title", "", "terms_text", "")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "recipients", "anna@example.com; ola@example.com\nnobody\nANNA@example.com", "most", "0")
		v.Has(w.OfferNewWhoMissing(), w.OfferNewRecipientWrong("nobody"), w.OfferNewRecipientTwice("ANNA@example.com"), w.OfferNewMostWrong(offer.MostRedemptions))
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "visibility", string(offer.Invited), "recipients", "", "most", "")
		v.Has(w.OfferNewRecipientsMissing())
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "recipients", "anna@example.com, ola@example.com")
		v.Has(w.OfferNewMostFew(2))
		v.Click(http.StatusOK, w.SiteNext(), "most", "2")
		v.At(path + "/check")
		v.Has(w.SiteLicenceCount(12), w.SiteLicenceCount(7), w.OfferNewMostSaid(2), w.OfferNewUntil(s.At.AddDate(0, 0, 10).In(calendar.Zone("PL"))))
		v.See("offer-new-check-purchase")
		v.Click(http.StatusOK, w.OfferNewSend(2))
		made := offers(s)
		of, _, err := s.Offer(context.Background(), made[0].ID)
		s.Must(err)
		if of.BilledBy != string(pagetest.Asking) || of.Items[1].Licenses != 12 || of.Items[1].Price.AmountMinor != 4550 || of.Items[0].Price.AmountMinor != 19000 ||
			of.MaxRedemptions != 2 || of.DelegatedAdministration != nil || of.PartnerTerms != nil {
			t.Errorf("%+v %+v", of, of.Items[0].Price)
		}
	})
}

// TestRequests: what sells nothing asks for no plan, and delegated administration alone has no Yes or No.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	v := s.SignedIn(admin, "en")
	w := v.W
	for kind, asked := range map[offer.Kind][]string{
		offer.DelegatedAdministration: {"country", "access", "message", "recipients"}, offer.PartnerOfRecord: {"country", "message", "recipients"},
		offer.Reseller: {"country", "notice", "message", "recipients"},
	} {
		v.Open(http.StatusOK, path+"/country?kind="+string(kind))
		for i, step := range asked {
			if at(v) != step {
				t.Fatalf("%s: stands on %s, not %s", kind, v.Page.URL, step)
			}
			v.Has(w.FrameStep(i+1, len(asked)+1))
			switch step {
			case "country":
				v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
			case "access":
				v.Lacks(w.OfferNewAccessQuestion())
				v.Click(http.StatusOK, w.SiteNext(), "role", offer.RoleFull)
			case "notice":
				v.Click(http.StatusUnprocessableEntity, w.SiteNext())
				v.Has(w.OfferNewNoticeMissing())
				v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "notice", "yes", "notice_days", "91")
				v.Has(w.OfferNewNoticeWrong(offer.MaxNoticeDays))
				v.Click(http.StatusOK, w.SiteNext(), "notice_days", "0")
			case "recipients":
				v.Click(http.StatusOK, w.SiteNext(), "visibility", string(offer.Public))
			default:
				v.Click(http.StatusOK, w.SiteNext())
			}
		}
		v.At(path + "/check")
		v.Has(w.OfferNewMakeNote())
		v.Click(http.StatusOK, w.OfferNewMake())
		v.Has(w.PartnerOfferDoneMade())
		if made := offers(s)[0]; made.Kind != kind || made.Visibility != offer.Public || len(made.Items) != 0 {
			t.Errorf("%s: %+v", kind, made)
		}
		s.At = s.At.Add(1)
	}
	reselling, _, err := s.Offers(context.Background(), pagetest.Asking, dynamo.Page{Limit: 10}, func(found []offer.Offer) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, one := range found {
			kept[i] = one.Kind == offer.Reseller
		}
		return kept, nil
	})
	s.Must(err)
	of, _, err := s.Offer(context.Background(), reselling[0].ID)
	s.Must(err)
	if of.NoticePeriod == nil || of.NoticePeriod.Days != 0 {
		t.Errorf("%+v", of)
	}
	if s.Holds(t, "invitation") != 0 {
		t.Error("somebody was invited")
	}
}

// TestReasons: a plan that may not be offered is there, greyed, with its reason, and can't be chosen by force; neither can full administration by
// who has less.
func TestReasons(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	s.Price(pagetest.Far, 900, pagetest.Elsewhere)
	s.Restart(0)
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	v.Has(w.OfferNewWhyNoTrial())
	v.Choose(http.StatusUnprocessableEntity, w.SiteNext(), "plan", string(pagetest.Mail))
	v.Open(http.StatusOK, path+"/country?kind=purchase")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	v.Has(w.OfferNewWhyUnauthorised(w.Country("PL")))
	v.Choose(http.StatusUnprocessableEntity, w.SiteNext(), "plan", string(pagetest.Far))
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "country", "US")
	v.Has(w.OfferNewCountryMissing())
	s.CloseRegion()
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	v.Has(w.OfferNewNoPlan(w.Country("PL"), "Skylark Cloud"))
	v.HasClosed(catalog.FeatureTrials)
	v.Lacks(w.SiteNext())
}

// TestClosed: what is not available in the country is greyed or refused where it is asked, with the vendor's reason and the way to what is available.
func TestClosed(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", language)
		s.AtCheck(link, language, "yes").StartTrial(http.StatusOK)
		v := s.SignedIn(admin, language)
		w := v.W
		walk(v, "ola@example.com")
		open := v.Page

		s.CloseRegion(catalog.FeatureAdministration)
		s.Restart(0)
		v.Open(http.StatusOK, path+"?customer="+s.Owner().Customer.Bare()+"&lang="+language)
		v.HasClosed(catalog.FeatureAdministration)
		if links := v.Page.Links(w.DelegatedAdministrationLabel()); len(links) != 0 {
			t.Errorf("%v", links)
		}
		v.See("offer-new-kinds-closed")
		v.Open(http.StatusOK, path+"/country?kind=delegated_administration")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "country", "PL")
		v.HasClosed(catalog.FeatureAdministration)
		v.See("offer-new-country-closed")
		v.Open(http.StatusOK, path+"/country?kind=trial")
		v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
		v.Click(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
		v.HasClosed(catalog.FeatureAdministration)
		v.See("offer-new-access-closed")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "access", "yes", "role", offer.RoleLimited, "days", "30")
		v.HasClosed(catalog.FeatureAdministration)
		v.Choose(http.StatusOK, w.SiteNext(), "access", "no")
		v.At(path + "/message")
		v.Page = open
		v.Click(http.StatusForbidden, w.OfferNewSend(1))
		v.Has(w.OfferNewNotNow())
		v.HasClosed(catalog.FeatureAdministration)
		v.See("offer-new-check-closed")

		s.CloseRegion(catalog.FeatureReselling)
		v.Open(http.StatusOK, path+"/country?kind=purchase")
		v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
		v.Choose(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
		v.HasClosed(catalog.FeatureReselling)
		v.See("offer-new-licenses-closed")
		v.Click(http.StatusOK, w.SiteNext(), "biller", offer.ByPartner)
		v.At(path + "/access")
		if n := s.Holds(t, "offer"); n != 1 {
			t.Errorf("%d offers", n)
		}
	})
}

// TestLimited: who has limited access asks for limited administration only; where the company is not enrolled nobody asks.
func TestLimited(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	toAccess := func() {
		v.Open(http.StatusOK, path+"/country?kind=trial")
		v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
		v.Click(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
	}
	setAccess(s, partner.Limited)
	toAccess()
	v.Has(w.PartnerUsersNeedsFull())
	v.Choose(http.StatusUnprocessableEntity, w.SiteNext(), "access", "maybe")
	address, form := v.Page.Form(w.SiteNext())
	form.Set("access", "yes")
	form.Set("role", offer.RoleFull)
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), w.OfferNewNeedsFull()) {
		t.Errorf("%d:\n%s", page.Status, page.Text())
	}
	s.LeaveProgram()
	toAccess()
	v.Has(w.OfferNewNotEnrolled("Skylark Cloud"))
	v.Open(http.StatusOK, path)
	v.Has(w.OfferNewNotEnrolled("Skylark Cloud"))
	v.Open(http.StatusOK, path+"/country?kind=delegated_administration")
	v.At(path)
	v.Has(w.OfferNewOffer(), w.OfferNewNotEnrolled("Skylark Cloud"))
}

// setAccess gives the asking partner's first user another access to customers.
func setAccess(s *pagetest.World, held partner.CustomerAccess) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = held
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
}

// TestCannot: a company that may make no offers hears why, on every step, before a customer meets it: a global administrator where to change it, a
// colleague who can.
func TestCannot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change       func(s *pagetest.World)
		says, others func(w locale.Words) string
		leads        func(w locale.Words) string // the link to where a global administrator changes it
	}{
		"unverified": {
			func(s *pagetest.World) { s.Unproved(pagetest.Asking) }, locale.Words.OfferWhyUnverifiedYours,
			func(w locale.Words) string { return w.OfferWhyUnverified(pagetest.Baltic) }, locale.Words.PartnerAgreementNext,
		},
		"suspended": {
			func(s *pagetest.World) { s.PartnerStatus(pagetest.Asking, partner.Suspended) }, func(w locale.Words) string { return w.OfferWhySuspended("Skylark Cloud") },
			func(w locale.Words) string { return w.OfferWhySuspended("Skylark Cloud") }, nil,
		},
		"unsigned": {
			func(s *pagetest.World) { s.PartnerStatus(pagetest.Asking, partner.AgreementPending) }, locale.Words.OfferWhyAgreementYours,
			func(w locale.Words) string { return w.OfferWhyAgreement(pagetest.Baltic) }, locale.Words.PartnerAgreementSign,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := pagetest.Open(t)
			running := s.MakeOffer(nil)
			v := s.SignedIn(admin, "en")
			w := v.W
			v.Open(http.StatusOK, "/partner/users/new")
			v.Click(http.StatusOK, w.PartnerUsersSend(), "name", "Ewa", "email", "ewa@baltic.example", "language", "en", "own", "no", "support", "yes", "support_role", "limited")
			walk(v, "anna@example.com")
			open := v.Page
			c.change(s)
			address, form := open.Form(w.OfferNewSend(1))
			page, err := v.Post(t.Context(), address, form)
			s.Must(err)
			if page.Status != http.StatusConflict || !strings.Contains(pagetest.Spaced(page.Text()), c.says(w)) || len(offers(s)) != 1 {
				t.Errorf("%d:\n%s", page.Status, page.Text())
			}
			ewa := s.SignedIn("ewa@baltic.example", "en")
			leads := func() {
				for _, one := range []*pagetest.Visitor{v, ewa} {
					if c.leads != nil && (len(one.Page.Links(c.leads(w))) > 0) != (one == v) {
						t.Errorf("%s leads a global administrator, and nobody else, to where it is changed:\n%s", one.Page.URL, one.Page.Text())
					}
				}
			}
			v.Open(http.StatusConflict, path)
			ewa.Open(http.StatusConflict, path)
			ewa.Has(c.others(w))
			leads()
			for _, where := range []string{"/partner", "/partner/offers", "/partner/offers/" + string(running.ID)} {
				v.Open(http.StatusOK, where)
				v.Has(c.says(w), w.OverviewLinksDead())
				if strings.Contains(string(v.Page.Body), `href="`+path) {
					t.Errorf("%s leads to what can't be done", where)
				}
				ewa.Open(http.StatusOK, where)
				ewa.Has(c.others(w))
				if where != "/partner" { // whose first steps lead everybody there
					leads()
				}
			}
			v.See("offers-" + name)
		})
	}
	s := pagetest.Open(t)
	setAccess(s, partner.NoAccess)
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, "/partner")
	v.Has(v.W.OfferWhyRight(pagetest.Baltic))
}

// TestKept: what was answered stays: going back, in the other language, in a form that was open for too long, and for a week; another person's is
// nobody's.
func TestKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	walk(v, "anna@example.com")
	check := v.Page.URL.String()
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.OfferNewMessage())[0])
	v.At(path + "/message")
	if body := string(v.Page.Body); !strings.Contains(body, "As agreed on the phone.") || !strings.Contains(body, `value="Support"`) {
		t.Error("an answer is lost")
	}
	address, form := v.Page.Form(w.SiteNext())
	form.Set("message", "Typed and not sent")
	form.Set("lang", "pl")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "Typed and not sent") || !strings.Contains(string(page.Body), `lang="pl"`) {
		t.Errorf("the switch lost what was typed: %d\n%s", page.Status, page.Text())
	}
	form.Del("lang")
	form.Set("form_token", "old")
	if page, err = v.Post(t.Context(), address, form); err != nil || page.Status != http.StatusForbidden || !strings.Contains(string(page.Body), "Typed and not sent") {
		t.Errorf("an old form lost what was typed: %d %v", page.Status, err)
	}
	out := s.SignedIn(admin, "en")
	out.Open(http.StatusOK, address)
	typing, typed := out.Page.Form(w.SiteNext())
	typed.Set("message", "Typed before the session ended")
	s.Must(s.SignOut(context.Background(), out.Session(), s.Op()))
	out.Page, err = out.Post(t.Context(), typing, typed)
	s.Must(err)
	out.Look(out.Page, http.StatusForbidden, "a session that ended")
	out.Has(w.SiteSignedOutTitle())
	out.See("offer-new-signed-out")
	out.Plant(s.URL, "__Host-"+site.SessionCookie, s.SignedIn(admin, "en").Session())
	out.Click(http.StatusForbidden, w.SiteSignedOutGoOn())
	out.Has(w.SiteOldFormTitle())
	if !strings.Contains(string(out.Page.Body), "Typed before the session ended") {
		t.Errorf("an ended session lost what was typed:\n%s", out.Page.Text())
	}
	out.Click(http.StatusOK, w.SiteNext())
	out.At(path + "/check")
	out.Has("Typed before the session ended")
	out.Open(http.StatusOK, address)
	out.Click(http.StatusOK, w.SiteNext(), "message", "As agreed on the phone.")
	v = s.SignedIn(admin, "en") // another session
	v.Open(http.StatusOK, check+"&lang=en")
	v.Has("As agreed on the phone.")
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.OfferNewCountry())[0])
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/check")

	other, o := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en"), s.Op()
	other.Open(http.StatusNotFound, check)
	ewa := partner.User{
		ID: partner.UserID("usr_" + string(pagetest.Asking) + "_" + o.NewID()), Partner: pagetest.Asking, Name: "Ewa", Mail: "ewa@asking.example", CustomerAccess: partner.Full, CreatedAt: s.At, Version: 1,
	}
	s.Must(s.CreateUser(context.Background(), ewa, event.New(o, event.Partner(string(ewa.Partner)), event.Of(ewa.ID, partner.UserUpdatedEvent{})), o))
	s.SignedIn("ewa@asking.example", "en").Open(http.StatusNotFound, check)

	s.Restart((invitation.BegunDays - 1) * 24 * time.Hour)
	s.At = s.At.AddDate(0, 0, invitation.BegunDays-1)
	s.SignedIn(admin, "en").Open(http.StatusOK, check)
	s.Restart((invitation.BegunDays + 1) * 24 * time.Hour)
	s.At = s.At.AddDate(0, 0, 2)
	late := s.SignedIn(admin, "en")
	late.Open(http.StatusNotFound, check)
	late.Has(w.OfferNewLost())
}

// TestSteps: nobody passes a step by, and another country takes back the plan.
func TestSteps(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, path+"/check?kind=trial")
	v.At(path + "/country")
	v.Open(http.StatusOK, path+"/check")
	v.At(path)
	v.Open(http.StatusOK, path+"/country?kind=trial")
	v.Click(http.StatusOK, w.SiteNext(), "country", "PL")
	code := v.Page.URL.Query().Get("offer")
	v.Open(http.StatusOK, path+"/recipients?offer="+code)
	v.At(path + "/plan")
	v.Open(http.StatusOK, path+"/licenses?offer="+code)
	v.At(path + "/plan")
	v.Open(http.StatusOK, path+"/check?offer="+code)
	v.At(path + "/plan")
	v.Open(http.StatusNotFound, path+"/country?offer=none")
	_, held, err := s.AuthorisationFacts(context.Background(), pagetest.Asking, pagetest.Suite)
	s.Must(err)
	held.Countries = append(held.Countries, pagetest.Elsewhere)
	s.Must(s.SaveAuthorisation(context.Background(), held, event.New(s.Op(), event.Partner(string(pagetest.Asking)), event.Of(pagetest.Asking, partner.AuthorisedEvent{})), s.Op()))
	walk(v, "anna@example.com")
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.OfferNewCountry())[0])
	v.Click(http.StatusOK, w.SiteNext(), "country", pagetest.Elsewhere)
	v.At(path + "/plan")
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/check")
	v.Has(w.Country(pagetest.Elsewhere))
}

// TestOvertaken: the button does what was shown, or nothing; what forbids it meanwhile is said, and nothing was made.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Env.InvitationsPerDay = 2
	s.Restart(0)
	v := s.SignedIn(admin, "en")
	w := v.W
	walk(v, "anna@example.com")
	check := v.Page
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.OfferNewMessage())[0])
	v.Click(http.StatusOK, w.SiteNext(), "message", "Something else")
	address, form := check.Form(w.OfferNewSend(1))
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	if !strings.Contains(page.Text(), "Something else") || len(offers(s)) != 0 {
		t.Errorf("what was not shown was made:\n%s", page.Text())
	}
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.PartnerOfferRecipients())[0])
	v.Click(http.StatusOK, w.SiteNext(), "recipients", "a@example.com\nb@example.com\nc@example.com")
	v.Click(http.StatusTooManyRequests, w.OfferNewSend(3))
	v.Has(w.OfferNewNotNow())
	if len(offers(s)) != 0 || s.Holds(t, "invitation") != 0 {
		t.Error("an offer was made without its mailing")
	}
	s.Deauthorise()
	v.Open(http.StatusOK, v.Page.Links(w.FrameChange() + " " + w.PartnerOfferRecipients())[0])
	v.Click(http.StatusOK, w.SiteNext(), "recipients", "a@example.com")
	v.Has(w.OfferNewNotNow(), w.OfferNewWhyUnauthorised(w.Country("PL")))
}

// TestFollow: a purchase offer that follows a trial is filled in with what the trial held, and names it.
func TestFollow(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	trial := s.MakeOffer(nil)
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, "/partner/offers/"+string(trial.ID))
	v.Open(http.StatusOK, v.Page.Links(w.PartnerOfferFollow())[0])
	v.Has(w.OfferNewTitlePurchase())
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/plan")
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/licenses")
	if !strings.Contains(string(v.Page.Body), `value="25"`) {
		t.Error("the trial's licences are not there")
	}
	v.Click(http.StatusOK, w.SiteNext(), "biller", offer.ByVendor)
	v.Click(http.StatusOK, w.SiteNext(), "access", "no")
	v.Click(http.StatusOK, w.SiteNext())
	v.Click(http.StatusOK, w.SiteNext(), "visibility", string(offer.Public))
	v.Click(http.StatusOK, w.OfferNewMake())
	if made := offers(s)[0]; made.Kind != offer.Purchase {
		t.Errorf("%+v", made)
	}
	of, _, err := s.Offer(context.Background(), offers(s)[0].ID)
	s.Must(err)
	if of.Follows != trial.ID || of.Language != trial.Language {
		t.Errorf("%+v", of)
	}
	v.Open(http.StatusNotFound, path+"/country?kind=purchase&follows="+string(of.ID))
	v.Open(http.StatusNotFound, path+"/country?kind=purchase&follows=ofr_"+string(pagetest.Advising)+strings.TrimPrefix(of.ID.Code(), string(pagetest.Asking)))
}

// TestForCustomer: what is known of a customer is filled in: its country and, of who gave a Yes by name, the address; a request for administration
// asks for what runs, as long as it was given for. Who may not ask for it chooses. Another's customer looks like none.
func TestForCustomer(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	given := s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 100}
	})
	_, link := s.Invite(given, "anna@example.com", "pl")
	s.AtCheck(link, "pl", "yes").StartTrial(http.StatusOK)
	of := s.Owner().Customer
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, path+"?customer="+of.Bare())
	v.Has(w.OfferNewForCustomer("Zakład Nowak"))
	v.Open(http.StatusOK, v.Page.Links(w.DelegatedAdministrationLabel())[0])
	_, form := v.Page.Form(w.SiteNext())
	if form.Get("country") != "PL" {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/access")
	_, form = v.Page.Form(w.SiteNext())
	if form.Get("role") != offer.RoleFull || form.Get("days") != "100" {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.Click(http.StatusOK, w.SiteNext())
	_, form = v.Page.Form(w.SiteNext())
	if form.Get("recipients") != "anna@example.com, pl" || form.Get("visibility") != string(offer.Invited) {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.Click(http.StatusOK, w.OfferNewSend(1))
	made, _, err := s.Offer(context.Background(), offers(s)[0].ID)
	s.Must(err)
	if a := made.DelegatedAdministration; made.Kind != offer.DelegatedAdministration || *a != (offer.AskedGrant{Role: offer.RoleFull, Days: 100}) || made.Language != "pl" {
		t.Errorf("%+v", made)
	}
	v.Open(http.StatusOK, path+"/country?kind=trial&customer="+of.Bare())
	v.Click(http.StatusOK, w.SiteNext())
	v.At(path + "/plan")

	users, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := users[0], s.Op()
	u.CustomerAccess = partner.Limited
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
	v.Open(http.StatusOK, path+"/country?kind=delegated_administration&customer="+of.Bare())
	v.Click(http.StatusOK, w.SiteNext())
	_, form = v.Page.Form(w.SiteNext())
	if form.Get("role") != "" || form.Get("days") != "100" {
		t.Errorf("%v", form)
	}

	stranger := s.SignedIn("piotr@"+string(pagetest.Unrelated)+".example", "en")
	for _, wrong := range []string{of.Bare(), "x", "000000000000"} {
		stranger.Open(http.StatusNotFound, path+"?customer="+wrong)
		stranger.Open(http.StatusNotFound, path+"/country?kind=delegated_administration&customer="+wrong)
	}
}

// TestForVisitor: the address of a visitor of the public link is filled in nowhere.
func TestForVisitor(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	w := v.W
	given := s.MakeOffer(nil)
	inv, link := s.Invite(given, "zofia@example.com", "en")
	s.Set(t, "INV#"+inv.ID.Bare(), "INVITATION", &types.AttributeValueMemberS{Value: string(invitation.FromVisitor)}, "card", "origin")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	v.Open(http.StatusOK, path+"/country?kind=delegated_administration&customer="+s.Owner().Customer.Bare())
	for range 3 {
		v.Click(http.StatusOK, w.SiteNext())
	}
	v.At(path + "/recipients")
	v.Lacks("zofia@example.com")
}

// TestPreview: the mail and the page stand there in either language, whatever the reader's.
func TestPreview(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	made := s.MakeOffer(nil)
	v := s.SignedIn(admin, "en")
	for language, plan := range map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"} {
		w := locale.In(locale.Language(language))
		has := []string{
			w.MailTrialInvitationSubject(pagetest.Baltic, plan), w.MailTrialInvitationTitle(plan, 30), w.MailTrialInvitationButton(), w.OfferTitle(plan, 30), w.OfferGives(),
			w.MailTitleTerms(pagetest.Baltic), "Support agreement", v.W.PreviewPage(),
		}
		v.Open(http.StatusOK, "/partner/offers/"+string(made.ID)+"/preview?in="+language)
		v.Has(has...)
		walk(v, "")
		v.Open(http.StatusOK, v.Page.URL.String()+"&in="+language)
		v.Has(w.MailContinueHereSubject(pagetest.Baltic), w.OfferTitle(plan, 30), v.W.OfferNewMake())
	}
}
