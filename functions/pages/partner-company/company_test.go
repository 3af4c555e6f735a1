package partnercompany_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/company"
	mail  = "hello@" + string(pagetest.Asking) + ".example"
	phone = "+48 58 555 02 00"
)

func company(s *pagetest.World) partner.Partner {
	found, err := s.Partner(context.Background(), pagetest.Asking)
	s.Must(err)
	return found
}

// mailed is the code that the mail of the newest request would bring.
func mailed(s *pagetest.World) string {
	_, kept, err := s.Codes(context.Background(), pagetest.Asking)
	s.Must(err)
	made, _, err := partner.MakeMailCode(context.Background(), s.Table, pagetest.Asking, kept.Mail.Asked[len(kept.Mail.Asked)-1], s.Op())
	s.Must(err)
	return made.Digits
}

// spoken is the code that an operator reads out.
func spoken(s *pagetest.World) string {
	made, err := partner.MakePhoneCode(context.Background(), s.Table, pagetest.Asking, s.Op())
	s.Must(err)
	return made.Digits
}

// other is a code that is not that one.
func other(code string) string {
	return strings.Repeat(string('0'+(code[0]-'0'+1)%10), partner.CodeDigits)
}

// TestVerify proves mail address and phone and confirms the profile.
func TestVerify(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Unproved(pagetest.Asking)
		s.PartnerStatus(pagetest.Asking, partner.AgreementPending)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PartnerCompanySignFirst())
		s.PartnerStatus(pagetest.Asking, partner.Active)
		v.Open(http.StatusOK, path)
		v.Has(pagetest.Baltic, w.PartnerCompanyNoOffers(), w.PartnerCompanyUnseen(), w.OverviewDone(0, 3), w.PartnerCompanyConfirmFirst())
		v.Lacks(w.PartnerCompanyEmailCode(), w.PartnerCompanyPhoneCode())
		v.See("partner-company-unproved")

		v.Click(http.StatusOK, w.PartnerCompanyEmailSend())
		v.Has(w.PartnerCompanyDoneEmailSent(mail), w.PartnerCompanyEmailCode(), w.PartnerCompanyEmailAgain())
		code := mailed(s)
		v.Click(http.StatusUnprocessableEntity, w.PartnerCompanyEmailCheck(), "email_code", "12")
		v.Has(w.PartnerCompanyCodeMissing())
		v.Click(http.StatusUnprocessableEntity, w.PartnerCompanyEmailCheck(), "email_code", other(code))
		if !strings.Contains(string(v.Page.Body), `id="email_code-error"`) {
			t.Errorf("no error beside the field:\n%s", v.Page.Body)
		}
		v.See("partner-company-wrong-code")
		v.Click(http.StatusOK, w.PartnerCompanyEmailCheck(), "email_code", code[:3]+" "+code[3:])
		v.Has(w.PartnerCompanyDoneEmail(), w.OverviewDone(1, 3))

		v.Click(http.StatusOK, w.PartnerCompanyPhoneSend())
		v.Has(w.PartnerCompanyDonePhoneSent(), w.PartnerCompanyPhoneAgain())
		v.See("partner-company-call")
		v.Click(http.StatusOK, w.PartnerCompanyPhoneCheck(), "phone_code", spoken(s))
		v.Has(w.PartnerCompanyDonePhone(), w.OverviewDone(2, 3))
		v.Lacks(w.PartnerCompanyUnseen(), w.PartnerCompanyConfirmFirst())
		v.Click(http.StatusOK, w.PartnerCompanyConfirm())
		v.Has(w.PartnerCompanyDoneVerified(), w.OverviewDone(3, 3), w.PartnerCompanyVerifiedText())
		v.Lacks(w.PartnerCompanyNoOffers(), w.PartnerCompanyConfirm())
		v.See("partner-company")
		if !company(s).Verified() {
			t.Error("is not verified")
		}
	})
}

// TestTooManyCodes: the page says that no more codes go out today.
func TestTooManyCodes(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Unproved(pagetest.Asking)
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path)
	v.Click(http.StatusOK, v.W.PartnerCompanyEmailSend())
	for range partner.CodesPerDay - 1 {
		v.Click(http.StatusOK, v.W.PartnerCompanyEmailAgain())
	}
	v.Click(http.StatusTooManyRequests, v.W.PartnerCompanyEmailAgain())
}

// TestEdit: the form says what a change ends, keeps what was typed, and a new phone has to be proved again.
func TestEdit(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"/edit?lang="+language)
		v.Has(w.PartnerCompanyEndsAll(), w.PartnerCompanyEndsOne(), w.PartnerCompanyEndsOffers())
		v.See("partner-company-edit")
		v.Click(http.StatusUnprocessableEntity, w.PartnerCompanySave(), "legal_name", "", "city", "", "website", "baltic", "phone", "555", "email", "no", "support_hours", strings.Repeat("x", 201))
		v.Has(w.ApplyLegalNameMissing(), w.PartnerCompanyCityWrong(), w.PartnerCompanyWebsiteWrong(), w.PartnerCompanyPhoneWrong(), w.PartnerUsersEmailWrong(), w.PartnerCompanyHoursWrong(200))
		v.See("partner-company-edit-errors")
		v.Open(http.StatusOK, path+"/edit")
		v.Click(http.StatusOK, w.PartnerCompanySave(), "city", "Sopot")
		v.Has(w.PartnerCompanySaved(), "Sopot")
		v.Open(http.StatusOK, path+"/edit")
		v.Click(http.StatusOK, w.PartnerCompanySave(), "phone", "+48 58 555 02 01")
		v.Has(w.PartnerCompanySavedEnded(), w.PartnerCompanyUnseen(), w.PartnerCompanyPhoneSend())
		if now := company(s); now.City != "Sopot" || now.Phone != "+48 58 555 02 01" || now.Verified() || now.Verification.MailAt.IsZero() {
			t.Errorf("%+v", now)
		}
	})
}

// TestOvertaken: a form that was shown before somebody else changed the company changes nothing; a mail that leaves meanwhile overtakes none.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Unproved(pagetest.Asking)
	v, colleague := s.SignedIn(admin, "en"), s.SignedIn(admin, "en")
	colleague.Open(http.StatusOK, path)
	colleague.Click(http.StatusOK, v.W.PartnerCompanyEmailSend())
	v.Open(http.StatusOK, path+"/edit")
	mailed(s)
	v.Click(http.StatusOK, v.W.PartnerCompanySave(), "city", "Sopot")
	v.Open(http.StatusOK, path+"/edit")
	colleague.Open(http.StatusOK, path+"/edit")
	colleague.Click(http.StatusOK, v.W.PartnerCompanySave(), "city", "Gdynia")
	v.Click(http.StatusConflict, v.W.PartnerCompanySave(), "city", "Hel")
	v.Has(v.W.PartnerCompanyChanged())
	if now := company(s); now.City != "Gdynia" {
		t.Errorf("%+v", now)
	}
}

// TestOnlyAdministrators: who is no global administrator sees the company, and changes and verifies nothing.
func TestOnlyAdministrators(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Unproved(pagetest.Asking)
		boss := s.SignedIn(admin, "en")
		boss.Open(http.StatusOK, "/partner/users/new")
		boss.Click(http.StatusOK, boss.W.PartnerUsersSend(), "name", "Ewa", "email", "ewa@baltic.example", "own", "yes", "own_role", "user_admin", "support", "no")
		v := s.SignedIn("ewa@baltic.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PartnerCompanyOnlyAdmin(pagetest.Baltic), phone, mail)
		v.Lacks(w.PartnerCompanyEdit(), w.PartnerCompanyEmailSend(), w.PartnerCompanyConfirm())
		v.Open(http.StatusForbidden, path+"/edit")
		token := site.Token(v.Session(), "company") // as no page gave it
		page, err := v.Post(t.Context(), s.URL+path, url.Values{"form_token": {token}, "action": {"send_email"}})
		if _, codes, _ := s.Codes(context.Background(), pagetest.Asking); err != nil || page.Status != http.StatusForbidden || codes.Version != 0 {
			t.Errorf("%d %v %+v", page.Status, err, codes)
		}
	})
}
