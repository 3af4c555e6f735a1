package journeys

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// person invites a partner's user by the API and sets the password by the mailed link.
func person(t *testing.T, name string, role contract.CompanyRole) sample.Person {
	t.Helper()
	p := sample.Person{Name: "Ewa Zielińska", Email: address(name), Password: passphrase}
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
		Name: p.Name, Email: p.Email, CompanyRole: role, CustomerAccess: contract.CustomerAccessFull,
	}, nil))
	if err := sample.SetPassword(patience(t), sys, p.Email, p.Password); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPartnersPeople signs partners' people in, who are led to their console, makes and ends a machine client there, and disables people: the
// session, the form that is open and the API token of one who was disabled are refused with the next request.
func TestPartnersPeople(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	owner := person(t, "boss", contract.CompanyRoleGlobalAdmin)
	boss := signIn(ctx, t, owner.Email, passphrase, "/account")
	sees(t, boss, nil, http.StatusOK, w.OverviewTitle())
	if at := boss.Page.URL.String(); at != pages+"/partner" {
		t.Fatalf("signing in leads to %s", at)
	}

	// A machine client, by pages: beside a new secret the old one works for a week, unless somebody ends it before.
	works := func(id, secret string) bool {
		t.Helper()
		token, err := sys.Identity.Token(ctx, id, secret)
		if err != nil {
			return false
		}
		answer, err := client.API{Base: sys.Endpoints.API, Token: token, Seen: program.Partner.Seen}.Do(ctx, http.MethodGet, "/v1/me", nil)
		return err == nil && answer.Status == http.StatusOK
	}
	copied := func() (id, secret string) {
		t.Helper()
		parts := strings.Split(string(boss.Page.Body), `data-copy="`) // the partner's ID, the client's, the secret
		if len(parts) != 4 {
			t.Fatalf("%s has %d buttons that copy:\n%s", boss.Page.URL, len(parts)-1, boss.Page.Text())
		}
		id, _, _ = strings.Cut(parts[2], `"`)
		secret, _, _ = strings.Cut(parts[3], `"`)
		return id, secret
	}
	opened(t, boss, pages+"/partner/developers/new")
	pressed(t, boss, w.DevelopersMakeButton(), "name", "Storefront", "own", "none", "customers", "limited")
	id, secret := copied()
	if !works(id, secret) {
		t.Error("the client that the page made does not work")
	}
	at := opened(t, boss, boss.Page.Links(w.DevelopersSecretKept())[0]).URL.String()
	// The issuer tells of each token, so that who ends a secret knows whether a program would miss it.
	lastUsed := func() time.Time {
		t.Helper()
		var all contract.APIClientPage
		must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/api-clients?limit=100", nil, &all))
		for _, c := range all.Data {
			if c.ClientID == id && c.LastUsedAt != nil {
				return *c.LastUsedAt
			}
		}
		return time.Time{}
	}
	// A token is given even where its note took too long; then the next one is noted.
	uses := func(after time.Time) time.Time {
		t.Helper()
		for {
			if used := lastUsed(); used.After(after) {
				return used
			}
			if ctx.Err() != nil || !works(id, secret) {
				t.Fatalf("no use after %v is noted", after)
			}
		}
	}
	used := uses(time.Time{})
	if ago := sys.Now().Sub(used); ago < 0 || ago > time.Hour {
		t.Errorf("last used %v ago", ago)
	}
	if said := opened(t, boss, at).Text(); !strings.Contains(said, w.AgoHour()) {
		t.Errorf("its page does not say when it was last used:\n%s", said)
	}
	renew := func() string {
		t.Helper()
		opened(t, boss, at+"/secret")
		pressed(t, boss, w.DevelopersRenewName("Storefront"))
		same, secret := copied()
		if same != id {
			t.Errorf("with a new secret the client ID is %s, was %s", same, id)
		}
		return secret
	}
	second := renew()
	if !works(id, secret) || !works(id, second) {
		t.Error("after a new secret the old one has stopped, or the new one does not work")
	}
	later(t, sys.Now().AddDate(0, 0, 7).Add(time.Minute))
	if works(id, secret) || !works(id, second) {
		t.Error("a week later the old secret works on, or the new one does not work")
	}
	secret = second
	if next := uses(used); next.Sub(used) < 24*time.Hour {
		t.Errorf("a week later it was last used %v after the first time", next.Sub(used))
	}
	boss = signIn(ctx, t, owner.Email, passphrase, "/account")
	third := renew()
	opened(t, boss, at+"/old-secret")
	pressed(t, boss, w.DevelopersEndName("Storefront"))
	sees(t, boss, nil, http.StatusOK, "Storefront")
	if works(id, second) || !works(id, third) {
		t.Error("the old secret that was ended works on, or the new one does not work")
	}
	opened(t, boss, at+"/delete")
	pressed(t, boss, w.DevelopersDeleteName("Storefront"))
	if works(id, third) {
		t.Error("a client that was deleted works")
	}

	for name, row := range map[string]struct {
		role contract.CompanyRole
		form string // the page of the form that is open
		send string // its button
		what url.Values
	}{
		"a user administrator who invites": {
			contract.CompanyRoleUserAdmin, "/partner/users/new", w.PartnerUsersSend(),
			url.Values{"name": {"Eve"}, "email": {"eve@example.com"}, "language": {"en"}, "own": {"no"}, "support": {"no"}},
		},
		"a global administrator who makes a machine client": {
			contract.CompanyRoleGlobalAdmin, "/partner/developers/new", w.DevelopersMakeButton(),
			url.Values{"name": {"Backdoor"}, "own": {"global_admin"}, "customers": {"full"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := patience(t)
			who := person(t, "colleague", row.role)
			v := signIn(ctx, t, who.Email, who.Password, "/partner")
			sees(t, v, nil, http.StatusOK, w.OverviewTitle())
			tokens, err := sys.Identity.SignIn(ctx, who.Email, who.Password)
			if err != nil {
				t.Fatal(err)
			}
			as := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
			must(t)(as.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partners/me/users", nil, nil))
			opened(t, v, pages+row.form)
			to, form := v.Page.Form(row.send)
			for field, typed := range row.what {
				form[field] = typed
			}

			opened(t, boss, pages+"/partner/users?search="+url.QueryEscape(who.Email))
			at := opened(t, boss, boss.Page.Links(who.Name)[0]).URL.String()
			opened(t, boss, at+"/disable")
			pressed(t, boss, w.PartnerUsersDisableName(who.Name))
			settle(t)
			before := dump(t)
			if page, err := v.Post(ctx, to, form); err != nil || page.Status == http.StatusOK && page.URL.Host == pages[len("http://"):] {
				t.Errorf("the open form: %d on %s %v\n%s", page.Status, page.URL, err, page.Text())
			}
			if page, err := v.Get(ctx, pages+"/partner"); err != nil || page.Heading() == w.OverviewTitle() {
				t.Errorf("the session: %d on %s %v", page.Status, page.URL, err)
			}
			if answer, err := as.Do(ctx, http.MethodGet, "/v1/partners/me/users", nil); err != nil || answer.Status != http.StatusForbidden {
				t.Errorf("the API token: %d %v", answer.Status, err)
			}
			settle(t)
			if dump(t) != before {
				t.Error("what was refused changed the table")
			}
			again := signIn(ctx, t, who.Email, who.Password, "/partner")
			sees(t, again, nil, http.StatusForbidden, w.SignInDisabledTitle())
		})
	}
}
