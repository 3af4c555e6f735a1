package customerimports_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	// admin signs in the asking partner's first user.
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/account/imports"
	// company is the name of every customer here.
	company = "Zakład Nowak"
)

// administered makes a customer that gave the asking partner a role, and returns where the partner administers it.
func administered(s *pagetest.World, role string) string {
	_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: role}
	}), "owner@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	return "/partner/admin/" + s.Owner().Customer.Bare()
}

// run applies the rows of the customer's newest import as the job does, of them at most so many.
func run(s *pagetest.World, of customer.ID, most int) importing.Import {
	found, _, err := dynamo.ImportsOf(s.Table.Table).Imports(context.Background(), of, s.Op().At, dynamo.Page{Limit: 1})
	s.Must(err)
	r := importing.Runner{
		Store: dynamo.ImportsOf(s.Table.Table), More: func() bool { most--; return most >= 0 },
		Op: func(words ...string) op.Op {
			o := s.Op()
			o.ID = op.Name(words...)
			return o
		},
	}
	if err := r.Run(context.Background(), found[0].ID); err != importing.ErrMore {
		s.Must(err)
	}
	return found[0]
}

const file = "User Name;Display Name;Office phone;Shoe size\newa@nowak.example;Ewa Król;+48 58 555;38\n=1+1;Formula;;\nowner@example.com;Anna Nowak;;\n"

// TestImport follows a file from the form to the rows that failed, as the customer's global administrator has it.
func TestImport(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w := v.W
		v.Open(http.StatusOK, "/account?lang="+language)
		v.Has(w.ImportsTitle(), w.ImportsWayAbout())
		v.Open(http.StatusOK, path)
		v.Has(w.ImportsKind(), w.ImportsUsersHint(), w.ImportsSamples())
		v.See("imports")
		v.Click(http.StatusUnprocessableEntity, w.ImportsRead())
		v.Has(w.ImportsKindMissing(), w.ImportsMissing())
		v.Click(http.StatusUnprocessableEntity, w.ImportsRead(), "kind", "users", "text", "email\nx@nowak.example")
		v.Has("x@nowak.example")
		v.See("imports-wrong")
		v.Choose(http.StatusUnprocessableEntity, w.ImportsRead(), "kind", "kings")

		v.Click(http.StatusOK, w.ImportsRead(), "kind", "users", "text", file)
		v.Has(w.ImportsChecked(3, 1, 1, 1), w.ImportsUnknown("Shoe size"), "ewa@nowak.example", w.ImportsStart(1), w.ImportsMakes(), w.ImportsStands(), w.ImportsFails())
		v.See("import-checked")
		here := v.Page.URL.Path
		if n := s.CountEvents(importing.StartedEvent{}.Type()); n != 0 {
			t.Error("it is started before anybody said so")
		}
		other := v.Colleague("jan@example.com", customer.UserAdmin)
		other.Open(http.StatusNotFound, here)
		address, form := v.Page.Form(w.ImportsStart(1))
		v.Click(http.StatusOK, w.ImportsStart(1))
		v.Has(w.ImportsRunning(), w.ImportsDone(0, 3), w.ImportsSoon())
		v.See("import-running")
		page, err := v.Post(t.Context(), address, form) // pressed twice it starts once
		s.Must(err)
		v.Look(page, http.StatusOK, "twice")
		if n := s.CountEvents(importing.StartedEvent{}.Type()); n != 1 {
			t.Errorf("it is started %d times", n)
		}
		run(s, v.ID, 1)
		v.Open(http.StatusOK, here)
		v.Has(w.ImportsRunning(), w.ImportsDone(1, 3), w.ImportsGoing())
		run(s, v.ID, 10)
		v.Open(http.StatusOK, here)
		v.Has(w.ImportsDonePartly(), w.ImportsDone(3, 3), w.ImportsCounts(1, 1, 1), w.ImportsFailedRows(), w.ImportsMend())
		v.See("import-done")
		failed := v.Open(http.StatusOK, here+"/failed")
		if text := string(failed.Body); !strings.HasPrefix(text, "\ufeff") || !strings.Contains(text, "'=1+1") || !strings.Contains(text, "formula_cell") || strings.Contains(text, "ewa@") {
			t.Errorf("the file of failed rows: %s", text)
		}
		v.Open(http.StatusOK, path)
		v.Has(w.ImportsList(), w.ImportsDonePartly(), w.ImportsCounts(1, 1, 1))
		v.See("imports-list")
		other.Open(http.StatusOK, here)
		for _, kind := range importing.Kinds {
			sample := v.Open(http.StatusOK, path+"/sample/"+string(kind))
			if !strings.HasPrefix(string(sample.Body), "\ufeff") || !strings.Contains(sample.Header.Get("Content-Disposition"), string(kind)+".csv") {
				t.Errorf("%s: %s", kind, sample.Body)
			}
		}
		for _, none := range []string{path + "/none", path + "/sample/none", here + "/none", path + "/01kaj4t0n5q0s2v4x6z8a1b3c5"} {
			v.Open(http.StatusNotFound, none)
		}
	})
}

// TestUnverified: rows of mailboxes at a domain that is not verified lead to where it is verified; others do not.
func TestUnverified(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w, owner := v.W, s.Owner()
		v.Open(http.StatusOK, "/account/users/"+site.ULID(string(owner.ID))+"?lang="+language)
		v.Choose(http.StatusOK, w.CustomerLicensesSave(), "licenses", site.ULID(string(v.Subscriptions()[0].ID)))
		for _, links := range []int{1, 0} {
			v.Open(http.StatusOK, path)
			v.Click(http.StatusOK, w.ImportsRead(), "kind", "mailboxes", "text", "email\n"+owner.Mail)
			found := v.Page.Links(w.MailboxDomains("Zakład Nowak"))
			if len(found) != links || links > 0 && !strings.HasSuffix(found[0], "/account/domains") {
				t.Errorf("%v lead to the domains, want %d", found, links)
			}
			if links > 0 {
				v.Has("example.com")
				v.See("import-unverified")
				s.Verified(owner, "example.com")
			}
		}
	})
}

// TestTooMany: where three are started and not done the next one is not, and its page says why; it can be started once one is done.
func TestTooMany(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w := v.W
		read := func(i int) {
			v.Open(http.StatusOK, path+"?lang="+language)
			v.Click(http.StatusOK, w.ImportsRead(), "kind", "users", "text", fmt.Sprintf("Email;Name\nu%d@nowak.example;Ewa Król\njan;Jan Kos\n", i))
			v.Has("Email: ")
		}
		for i := range importing.MaxRunning {
			read(i)
			v.Click(http.StatusOK, w.ImportsStart(1))
		}
		read(importing.MaxRunning)
		here := v.Page.URL.Path
		v.Click(http.StatusConflict, w.ImportsStart(1))
		_, detail, _ := locale.Problem(w.Language(), fault.TooManyImports.String(), map[string]string{"limit": w.Int(importing.MaxRunning)})
		v.Has(detail, w.ImportsStart(1))
		v.See("import-too-many")
		run(s, v.ID, 10)
		v.Open(http.StatusOK, here)
		v.Click(http.StatusOK, w.ImportsStart(1))
		v.Has(w.ImportsRunning())
	})
}

// TestFile: what spreadsheets save is read from a file, and what is no table says so beside it.
func TestFile(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w := v.W
		send := func(status int, text string) {
			t.Helper()
			v.Open(http.StatusOK, path)
			v.Click(status, w.ImportsRead(), "kind", "users", "file", text)
		}
		send(http.StatusOK, "\xff\xfee\x00m\x00a\x00i\x00l\x00\t\x00n\x00a\x00m\x00e\x00\n\x00x\x00@\x00n\x00.\x00p\x00l\x00\t\x00X\x00")
		v.Has("x@n.pl", w.ImportsStart(1))
		send(http.StatusUnprocessableEntity, "email,name\nx\x00,y")
		send(http.StatusUnprocessableEntity, "email,name\n\xb3,y")
		send(http.StatusUnprocessableEntity, "email,name\n"+strings.Repeat("x,y\n", 1001))
		send(http.StatusOK, "email,name\n"+strings.Repeat("x,y\n", 60))
		v.Has(w.ImportsChecked(60, 0, 0, 60), w.ImportsNothing())
		v.See("import-nothing")
		v.Open(http.StatusOK, v.Page.Links(w.InvitedMoreRows())[0])
		v.Has("27")
	})
}

// TestOnBehalf: a partner with a full grant imports; with a limited one the form is there, with who can give it, and no import is seen.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleFull)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.AdminImportsAbout(company))
		v.Open(http.StatusOK, at+"/imports")
		v.Click(http.StatusOK, w.ImportsRead(), "kind", "users", "text", file)
		v.See("admin-import")
		here := v.Page.URL.Path
		v.Click(http.StatusOK, w.ImportsStart(1))
		run(s, s.Owner().Customer, 10)
		v.Open(http.StatusOK, here)
		v.Has(w.ImportsDonePartly())
	})
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleLimited)
		v := s.SignedIn(admin, language)
		v.Open(http.StatusOK, at+"/imports?lang="+language)
		v.Has(v.W.CustomersNeedsGrant())
		v.Lacks(v.W.ImportsList())
		v.See("admin-imports-limited")
	})
}
