package partnerusers_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// admin signs in the asking partner's first user, its global administrator.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

const path = "/partner/users"

// user reads the partner's user whose name begins so.
func user(s *pagetest.World, name string) partner.User {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, name, dynamo.Page{Limit: 1})
	s.Must(err)
	if len(found) == 0 {
		return partner.User{}
	}
	return found[0]
}

// invited has the administrator invite a colleague by the form.
func invited(v *pagetest.Visitor, name, mail, own, role, support, held string) {
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusOK, v.W.PartnerUsersSend(), "name", name, "email", mail, "language", "pl", "own", own, "own_role", role, "support", support, "support_role", held)
}

// typed says that the form of a button holds what was typed.
func typed(t *testing.T, v *pagetest.Visitor, button string, fields ...string) {
	t.Helper()
	_, form := v.Page.Form(button)
	for i := 0; i < len(fields); i += 2 {
		if got := form.Get(fields[i]); got != fields[i+1] {
			t.Errorf("%s holds %q, not %q", fields[i], got, fields[i+1])
		}
	}
}

// TestColleague follows a colleague from the invitation to the end of the account.
func TestColleague(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PartnerUsersTitle(), w.PartnerUsersInvite(), "Piotr", w.RoleGlobalAdmin())
		if pane := string(v.Page.Body); !strings.Contains(pane, w.ConsoleID()) || !strings.Contains(pane, `data-copy="12345674"`) {
			t.Errorf("the pane names no partner ID:\n%s", pane)
		}
		v.See("partner-users")
		v.Open(http.StatusOK, path+"/new")
		v.Has(w.PartnerUsersOwnQuestion(), w.PartnerUsersSupportQuestion())
		v.See("partner-user-new")
		v.Click(http.StatusUnprocessableEntity, w.PartnerUsersSend(), "name", "Ewa Król", "email", "nowhere", "support", "yes")
		v.Has(w.PartnerUsersEmailWrong(), w.PartnerUsersOwnMissing(), w.PartnerUsersSupportWhichMissing())
		typed(t, v, w.PartnerUsersSend(), "name", "Ewa Król", "email", "nowhere", "support", "yes")
		v.See("partner-user-errors")
		v.Click(http.StatusOK, w.PartnerUsersSend(), "name", "Ewa Król", "email", "ewa@baltic.example", "own", "no", "support", "yes", "support_role", "limited")
		v.Has(w.PartnerUsersInvitedNotice("Ewa Król"), "ewa@baltic.example", w.PartnerUsersInvited())
		v.See("partner-user")
		ewa := user(s, "ewa")
		if ewa.CompanyRole != partner.NoRole || ewa.CustomerAccess != partner.Limited || ewa.Language != "pl" {
			t.Errorf("%+v", ewa)
		}
		v.Open(http.StatusOK, path+"/new")
		v.Click(http.StatusConflict, w.PartnerUsersSend(), "name", "Ewa", "email", "ewa@baltic.example", "own", "no", "support", "no")
		v.Has(w.PartnerUsersEmailTaken())

		v.Open(http.StatusOK, path+"?search=kr%C3%B3l")
		v.Has("Ewa Król")
		v.Lacks("Piotr<")
		v.Open(http.StatusOK, path+"?search=nobody")
		v.Has(w.PartnerUsersNone())

		ulid := string(ewa.ID)[strings.LastIndexByte(string(ewa.ID), '_')+1:]
		v.Open(http.StatusOK, path+"/"+ulid)
		v.Click(http.StatusOK, w.PartnerUsersSave(), "own", "yes", "own_role", "user_admin", "support_role", "full")
		v.Has(w.PartnerUsersSaved())
		if now := user(s, "ewa"); now.CompanyRole != partner.UserAdmin || now.CustomerAccess != partner.Full {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, path+"/"+ulid+"/disable")
		v.Has(w.PartnerUsersDisableTitle("Ewa Król"))
		v.See("partner-user-disable")
		v.Click(http.StatusOK, w.PartnerUsersDisableName("Ewa Król"))
		v.Has(w.PartnerUsersIsDisabled("Ewa Król"), w.PartnerUsersDisabled())
		if !user(s, "ewa").Disabled {
			t.Error("is not disabled")
		}
		v.Click(http.StatusOK, w.PartnerUsersEnableName("Ewa Król"))
		v.Has(w.PartnerUsersIsEnabled("Ewa Król"))
		if user(s, "ewa").Disabled {
			t.Error("is disabled")
		}
	})
}

// TestLastAdminStays: the page says why the last global administrator keeps the role, and keeps what was typed.
func TestLastAdminStays(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		u := user(s, "piotr")
		ulid := string(u.ID)[strings.LastIndexByte(string(u.ID), '_')+1:]
		v.Open(http.StatusOK, path+"/"+ulid+"?lang="+language)
		v.Click(http.StatusConflict, v.W.PartnerUsersSave(), "name", "Piotr Nowy", "own", "no")
		typed(t, v, v.W.PartnerUsersSave(), "name", "Piotr Nowy", "own", "no")
		v.See("partner-user-last-admin")
		v.Open(http.StatusOK, path+"/"+ulid+"/disable")
		v.Click(http.StatusConflict, v.W.PartnerUsersDisableName("Piotr"))
		if user(s, "piotr").Disabled {
			t.Error("the last administrator is disabled")
		}
	})
}

// TestUserAdministrator: a user administrator sees what it cannot give, with the reason, and a form that asks for it is refused.
func TestUserAdministrator(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		boss := s.SignedIn(admin, "en")
		invited(boss, "Adam Lis", "adam@baltic.example", "yes", "user_admin", "yes", "limited")
		invited(boss, "Jan Kos", "jan@baltic.example", "no", "", "no", "")
		v := s.SignedIn("adam@baltic.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"/new?lang="+language)
		v.Has(w.PartnerUsersNeedsAdmin(), w.PartnerUsersNeedsFull())
		v.See("partner-user-limited")
		for _, more := range [][]string{{"own", "yes", "own_role", "global_admin"}, {"own", "yes", "own_role", "billing_admin"}, {"support", "yes", "support_role", "full"}} {
			v.Open(http.StatusOK, path+"/new")
			v.Click(http.StatusForbidden, w.PartnerUsersSend(), append([]string{"name", "X", "email", "x@baltic.example", "own", "no", "support", "no"}, more...)...)
		}
		if user(s, "x@").ID != "" {
			t.Error("a user with more was made")
		}
		u := user(s, "piotr")
		ulid := string(u.ID)[strings.LastIndexByte(string(u.ID), '_')+1:]
		v.Open(http.StatusOK, path+"/"+ulid)
		v.Has(w.PartnerUsersOnlyAdmin("Baltic Bridge IT sp. z o.o."))
		v.Lacks(w.PartnerUsersSave())
		v.See("partner-user-above")

		nobody := s.SignedIn("jan@baltic.example", language)
		nobody.Open(http.StatusForbidden, path+"?lang="+language)
		nobody.Has(w.ConsoleRoleWho("Baltic Bridge IT sp. z o.o."))
	})
}

// TestOvertaken: a form that was shown before somebody else changed the user changes nothing.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(admin, "en")
	invited(v, "Ewa Król", "ewa@baltic.example", "no", "", "no", "")
	u := user(s, "ewa")
	ulid := string(u.ID)[strings.LastIndexByte(string(u.ID), '_')+1:]
	v.Open(http.StatusOK, path+"/"+ulid)
	other, full := s.SignedIn(admin, "en"), partner.Full
	other.Open(http.StatusOK, path+"/"+ulid)
	other.Click(http.StatusOK, other.W.PartnerUsersSave(), "support", "yes", "support_role", string(full))
	v.Click(http.StatusConflict, v.W.PartnerUsersSave(), "name", "Other")
	v.Has(v.W.PartnerUsersChanged())
	if now := user(s, "ewa"); now.Name != "Ewa Król" || now.CustomerAccess != full {
		t.Errorf("%+v", now)
	}
}

// TestStrangers: who is no partner's finds no console, another partner's user is as good as none, and who is not signed in is asked to.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	theirs, _, err := s.PartnerUsers(context.Background(), pagetest.Advising, "", dynamo.Page{Limit: 1})
	s.Must(err)
	ulid := string(theirs[0].ID)[strings.LastIndexByte(string(theirs[0].ID), '_')+1:]
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusNotFound, path+"/"+ulid)
	v.Open(http.StatusNotFound, path+"/nobody")
	member := s.Member("anna@example.com", "en")
	member.Open(http.StatusForbidden, path)
	member.Has(member.W.ConsoleElsewhereTitle())
	s.PartnerStatus(pagetest.Asking, partner.Closed)
	v.Open(http.StatusForbidden, path)
	v.Has(v.W.ConsoleLeftTitle())
}
