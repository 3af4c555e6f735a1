package settings_test

import (
	"net/http"
	"os"
	"testing"

	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/account/settings"

// TestSettings shows an administrator its own data and who administers the company; a disabled person and one without a role are left out.
func TestSettings(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Colleague("ewa@example.com", customer.BillingAdmin, customer.UserAdmin)
		c.Colleague("jan@example.com")
		c.Open(http.StatusOK, path)
		c.See("settings")
		c.Has(locale.LanguageName(w.Language()), w.SettingsWho(), w.SettingsBillingOwner(), w.RoleGlobalAdmin(), "ewa@example.com", w.RoleBillingAdmin()+", "+w.RoleUserAdmin())
		c.Lacks("jan@example.com", w.DelegatedAdministrationLabel())
		if links := c.Page.Links(w.AccountMail()); len(links) != 1 {
			t.Errorf("ways to the mails about offers: %v", links)
		}
		c.SetRoles(c.OwnerID, customer.UserAdmin)
		c.Open(http.StatusOK, path)
		c.Has(w.SettingsBillingOwner())
		c.SetRoles(c.OwnerID)
		reader := s.SignedIn("ewa@example.com", language)
		reader.Open(http.StatusOK, path)
		reader.Has("owner@example.com", w.SettingsBillingOwner(), w.RoleNone())
	})
}

// TestSettingsPartner names the partner that the company made its delegated administrator.
func TestSettingsPartner(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, link := s.Invite(s.MakeOffer(nil), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	v := s.SignedIn("anna@example.com", "en")
	v.Open(http.StatusOK, path)
	v.See("settings-partner")
	v.Has(pagetest.Baltic, v.W.DelegatedAdministrationLabel())
}

// TestSettingsWho: who has no role sees only its own data.
func TestSettingsWho(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	nobody := c.Colleague("jan@example.com")
	nobody.Open(http.StatusOK, path)
	nobody.See("settings-nobody")
	nobody.Has("jan@example.com", c.W.RoleNone())
	nobody.Lacks("owner@example.com", c.W.SettingsWho(), c.W.SettingsBillingOwner())
}
