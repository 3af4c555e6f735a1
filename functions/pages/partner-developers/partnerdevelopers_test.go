package partnerdevelopers_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/dynamo"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// admin signs in the asking partner's first user, its global administrator.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

const path = "/partner/developers"

func open(t *testing.T) (*pagetest.World, *fixture.Machines) {
	s, m := pagetest.Open(t), &fixture.Machines{}
	s.Machines = m
	s.Restart(0)
	return s, m
}

// once is the n-th secret that the machines' issuer makes.
func once(n int) string { return "a-secret-that-is-shown-once-" + strconv.Itoa(n) }

// account is the first client's at the issuer.
const account = "account-of-secret-1"

// clients are those of the asking partner.
func clients(s *pagetest.World) []partner.Client {
	found, _, err := s.Clients(context.Background(), pagetest.Asking, dynamo.Page{Limit: partner.MaxClients})
	s.Must(err)
	return found
}

// made has the visitor make a client by the form, and returns it and what the form sent.
func made(s *pagetest.World, v *pagetest.Visitor, name string) (partner.Client, string, url.Values) {
	v.Open(http.StatusOK, path+"/new")
	to, form := v.Page.Form(v.W.DevelopersMakeButton())
	form.Set("name", name)
	form.Set("own", "none")
	form.Set("customers", "limited")
	v.Click(http.StatusOK, v.W.DevelopersMakeButton(), "name", name, "own", "none", "customers", "limited")
	all := clients(s)
	return all[len(all)-1], to, form
}

func at(c partner.Client) string { return path + "/" + site.ULID(string(c.ID)) }

// TestLife makes a client, gives it a new secret and deletes it. Each secret is on one page and in nothing that is kept.
func TestLife(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s, m := open(t)
			v := s.SignedIn(admin, language)
			w := v.W
			v.Open(http.StatusOK, path+"?lang="+language)
			v.Has(w.DevelopersTitle(), w.DevelopersNone())
			if !strings.Contains(string(v.Page.Body), w.ConsoleDevelopers()) {
				t.Error("the pane has no way here")
			}
			v.See("developers-none")
			v.Open(http.StatusOK, path+"/new")
			v.See("developer-new")
			v.Click(http.StatusUnprocessableEntity, w.DevelopersMakeButton(), "own", "none")
			v.Has(w.DevelopersNameMissing(), w.DevelopersCustomersMissing())
			v.See("developer-errors")
			if len(clients(s)) != 0 || m.Accounts() != 0 {
				t.Fatal("a client came of wrong answers")
			}
			v.Click(http.StatusOK, w.DevelopersMakeButton(), "name", "Online shop", "own", "billing_admin", "customers", "limited")
			v.Has(w.DevelopersSecretTitle(), w.DevelopersSecretText(), account, once(1))
			if body := string(v.Page.Body); !strings.Contains(body, `data-copy="`+once(1)+`"`) || !strings.Contains(body, `data-copy="`+account+`"`) {
				t.Errorf("no button copies:\n%s", body)
			}
			v.See("developer-secret")
			c := clients(s)[0]
			if c.CompanyRole != partner.BillingAdmin || c.CustomerAccess != partner.Limited || c.Name != "Online shop" || c.Issuer != s.Env.Issuer {
				t.Errorf("%+v", c)
			}
			v.Open(http.StatusOK, path)
			v.Has("Online shop", w.RoleBillingAdmin(), w.CustomerAccessLimited(), w.DevelopersActive())
			v.Lacks("shown-once")
			v.See("developers")
			v.Open(http.StatusOK, at(c))
			v.Has(account, w.DevelopersRenewText(partner.OldSecretDays))
			v.Lacks(w.DevelopersOld())
			v.Lacks("shown-once")
			v.See("developer")

			v.Open(http.StatusOK, at(c)+"/secret")
			v.Has(w.DevelopersRenewTitle("Online shop"), w.DevelopersRenewText(partner.OldSecretDays))
			v.See("developer-renew")
			v.Click(http.StatusOK, w.DevelopersRenewName("Online shop"))
			v.Has(account, once(2))
			if !m.Works(account, once(1)) || !m.Works(account, once(2)) || m.Accounts() != 1 {
				t.Error("the old secret has stopped, the new one does not work, or there is another account")
			}
			until := s.Env.Now().AddDate(0, 0, 7).In(calendar.Zone("PL"))
			v.Open(http.StatusOK, at(c))
			v.Has(w.DevelopersOld(), w.DevelopersOldUntil(w.Time(until)), w.DevelopersOldWorks(), w.DevelopersEndText())
			v.See("developer-overlap")
			if links := v.Page.Links(w.DevelopersRenewName("Online shop")); len(links) != 0 {
				t.Errorf("a third secret is offered: %v", links)
			}
			v.Open(http.StatusOK, at(c)+"/secret")
			v.Has(w.DevelopersOldWorks())
			v.Open(http.StatusOK, at(c)+"/old-secret")
			v.Has(w.DevelopersEndTitle("Online shop"), w.DevelopersEndText())
			v.See("developer-end")
			v.Click(http.StatusOK, w.DevelopersEndName("Online shop"))
			v.Has(w.DevelopersEnded())
			v.Lacks(w.DevelopersEndText(), w.DevelopersOldWorks())
			v.See("developer-ended")
			if m.Works(account, once(1)) || !m.Works(account, once(2)) {
				t.Error("the old secret works on, or the new one does not work")
			}
			v.Open(http.StatusOK, at(c)+"/old-secret")
			v.Lacks(w.DevelopersEndTitle("Online shop"))
			if strings.Contains(s.Dump(t), "shown-once") {
				t.Error("a secret is in the table")
			}
			v.Open(http.StatusOK, at(c)+"/delete")
			v.Has(w.DevelopersDeleteTitle("Online shop"), w.DevelopersDeleteText())
			v.See("developer-delete")
			v.Click(http.StatusOK, w.DevelopersDeleteName("Online shop"))
			v.Has(w.DevelopersDeleted(), w.DevelopersNone())
			if m.Accounts() != 0 || len(clients(s)) != 0 {
				t.Errorf("%d accounts are left", m.Accounts())
			}
			v.Open(http.StatusNotFound, at(c))
		})
	}
}

// TestLastUsed: each page about a client says when it was last given a token, and how long ago that is, or that no use is noted; a use that comes
// while somebody decides makes no page old.
func TestLastUsed(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		t.Run(language, func(t *testing.T) {
			s, _ := open(t)
			v := s.SignedIn(admin, language)
			w := v.W
			v.Open(http.StatusOK, path+"?lang="+language)
			c, _, _ := made(s, v, "Online shop")
			asking := []string{at(c) + "/secret", at(c) + "/delete"}
			for _, below := range []string{path, at(c)} {
				v.Open(http.StatusOK, below)
				v.Has(w.DevelopersLastUsed(), w.DevelopersUnused())
			}
			for _, below := range asking {
				v.Open(http.StatusOK, below)
				v.Has(w.DevelopersUnusedText())
			}
			used := s.Env.Now().Add(-3 * time.Hour)
			s.Must(s.NoteUse(t.Context(), s.Env.Issuer, account, used))
			local := used.In(calendar.Zone("PL"))
			v.Open(http.StatusOK, path)
			v.Has(w.DevelopersLastUsed(), w.Date(local))
			v.Lacks(w.DevelopersUnused())
			v.See("developers-used")
			v.Open(http.StatusOK, at(c))
			v.Has(w.DevelopersLastUsed(), w.Time(local), w.Ago(3*time.Hour))
			v.Lacks(w.DevelopersUnused())
			v.See("developer-used")
			for _, below := range asking {
				v.Open(http.StatusOK, below)
				v.Has(w.DevelopersUsedText(w.Time(local), w.Ago(3*time.Hour)))
			}
			v.See("developer-delete-used")
			s.Must(s.NoteUse(t.Context(), s.Env.Issuer, account, s.Env.Now()))
			v.Click(http.StatusOK, w.DevelopersDeleteName("Online shop"))
			v.Has(w.DevelopersDeleted())
		})
	}
}

// TestPressedAgain sends each form a second time, as a reload does: nothing happens twice, and no secret is shown twice.
func TestPressedAgain(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	v := s.SignedIn(admin, "en")
	again := func(to string, form url.Values, heading, says string) {
		t.Helper()
		page, err := v.Post(t.Context(), to, form)
		s.Must(err)
		if page.Status != http.StatusOK || page.Heading() != heading || !strings.Contains(page.Text(), says) || strings.Contains(string(page.Body), "shown-once") {
			t.Errorf("%s again: %d %q\n%s", to, page.Status, page.Heading(), page.Text())
		}
	}
	c, to, form := made(s, v, "Online shop")
	again(to, form, "Online shop", v.W.DevelopersShownText())
	form.Set("name", "Another name")
	again(to, form, "Online shop", v.W.DevelopersShownText())
	if m.Accounts() != 1 || len(clients(s)) != 1 {
		t.Errorf("%d accounts, %d clients", m.Accounts(), len(clients(s)))
	}
	v.Open(http.StatusOK, at(c)+"/secret")
	to, form = v.Page.Form(v.W.DevelopersRenewName("Online shop"))
	v.Click(http.StatusOK, v.W.DevelopersRenewName("Online shop"))
	again(to, form, "Online shop", v.W.DevelopersShownText())
	if m.Accounts() != 1 || m.Held(account) != 2 {
		t.Errorf("%d accounts, %d secrets", m.Accounts(), m.Held(account))
	}
	v.Open(http.StatusOK, at(c)+"/old-secret")
	to, form = v.Page.Form(v.W.DevelopersEndName("Online shop"))
	v.Click(http.StatusOK, v.W.DevelopersEndName("Online shop"))
	again(to, form, "Online shop", v.W.DevelopersEnded())
	if m.Held(account) != 1 {
		t.Errorf("%d secrets", m.Held(account))
	}
	v.Open(http.StatusOK, at(c)+"/delete")
	to, form = v.Page.Form(v.W.DevelopersDeleteName("Online shop"))
	v.Click(http.StatusOK, v.W.DevelopersDeleteName("Online shop"))
	again(to, form, v.W.DevelopersTitle(), v.W.DevelopersDeleted())
}

// TestOvertaken: a client that got a new secret since the page was shown is not deleted by it.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	v, other := s.SignedIn(admin, "en"), s.SignedIn(admin, "en")
	c, _, _ := made(s, v, "Online shop")
	v.Open(http.StatusOK, at(c)+"/delete")
	other.Open(http.StatusOK, at(c)+"/secret")
	other.Click(http.StatusOK, v.W.DevelopersRenewName("Online shop"))
	v.Click(http.StatusConflict, v.W.DevelopersDeleteName("Online shop"))
	v.Has(v.W.DevelopersChanged())
	if len(clients(s)) != 1 {
		t.Error("it is deleted")
	}
}

// TestAnotherOldSecret: a form that asks to end one old secret ends no later one, and one that asks for a new secret makes no third.
func TestAnotherOldSecret(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	v, other := s.SignedIn(admin, "en"), s.SignedIn(admin, "en")
	c, _, _ := made(s, v, "Online shop")
	v.Open(http.StatusOK, at(c)+"/secret")
	other.Open(http.StatusOK, at(c)+"/secret")
	other.Click(http.StatusOK, v.W.DevelopersRenewName("Online shop"))
	v.Click(http.StatusConflict, v.W.DevelopersRenewName("Online shop"))
	v.Has(v.W.DevelopersChanged(), v.W.DevelopersOldWorks())
	v.Open(http.StatusOK, at(c)+"/old-secret")
	to, form := v.Page.Form(v.W.DevelopersEndName("Online shop"))
	for _, step := range []struct{ at, press string }{{"/old-secret", v.W.DevelopersEndName("Online shop")}, {"/secret", v.W.DevelopersRenewName("Online shop")}} {
		other.Open(http.StatusOK, at(c)+step.at)
		other.Click(http.StatusOK, step.press)
	}
	page, err := v.Post(t.Context(), to, form)
	s.Must(err)
	if page.Status != http.StatusConflict || !strings.Contains(page.Text(), v.W.DevelopersChanged()) || !m.Works(account, once(2)) || !m.Works(account, once(3)) {
		t.Errorf("%d\n%s", page.Status, page.Text())
	}
}

// TestMost: the form says that a partner has as many clients as it may, and keeps what was typed.
func TestMost(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for range partner.MaxClients {
		_, _, err := partner.MakeClient(context.Background(), s, s.Machines, partner.ClientDraft{Partner: pagetest.Asking, Name: "x"}, s.Op())
		s.Must(err)
	}
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusConflict, v.W.DevelopersMakeButton(), "name", "One more", "own", "none", "customers", "none")
	v.Has("50")
	if _, form := v.Page.Form(v.W.DevelopersMakeButton()); form.Get("name") != "One more" {
		t.Errorf("the form holds %v", form)
	}
}

// TestStrangers: only a global administrator has the page, and another partner's client is as good as none.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	boss := s.SignedIn(admin, "en")
	c, _, _ := made(s, boss, "Online shop")
	boss.Open(http.StatusOK, "/partner/users/new")
	boss.Click(http.StatusOK, boss.W.PartnerUsersSend(), "name", "Adam Lis", "email", "adam@baltic.example", "language", "en", "own", "yes", "own_role", "user_admin", "support", "yes", "support_role", "full")
	adam := s.SignedIn("adam@baltic.example", "en")
	for _, below := range []string{path, path + "/new", at(c), at(c) + "/secret", at(c) + "/old-secret", at(c) + "/delete"} {
		adam.Open(http.StatusForbidden, below)
		adam.Has(adam.W.ConsoleRoleWho(pagetest.Baltic))
	}
	adam.Open(http.StatusOK, "/partner")
	if strings.Contains(string(adam.Page.Body), adam.W.ConsoleDevelopers()) {
		t.Error("the pane leads to what is refused")
	}
	rival := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", "en")
	for _, below := range []string{at(c), at(c) + "/secret", at(c) + "/old-secret", at(c) + "/delete", path + "/nothing"} {
		rival.Open(http.StatusNotFound, below)
	}
}
