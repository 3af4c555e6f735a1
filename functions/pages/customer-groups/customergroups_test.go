package customergroups_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	// staff signs in the asking partner's first user.
	staff = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/account/groups"
	// company is the name of every customer here.
	company = "Zakład Nowak"
	ewa     = "Ewa Król"
)

// authority is that of a company's owner.
func authority(s *pagetest.World, c pagetest.Company) administration.Authority {
	stands, err := s.Administration(context.Background(), c.ID, "")
	s.Must(err)
	return administration.Authority{Customer: stands.Customer, Roles: []customer.Role{customer.GlobalAdmin}, Self: c.OwnerID}
}

// user creates a company's user behind the visitor's back, a moment after the last one.
func user(s *pagetest.World, c pagetest.Company, name, mail string, roles ...customer.Role) customer.User {
	s.At = s.At.Add(time.Millisecond)
	made, err := administration.CreateUser(context.Background(), s.Table, authority(s, c), customer.UserDraft{Name: name, Mail: mail, Language: "en", Roles: roles}, s.Op())
	s.Must(err)
	return made
}

// colleague is one more of a company's people, signed in.
func colleague(s *pagetest.World, c pagetest.Company, mail, language string, roles ...customer.Role) *pagetest.Visitor {
	user(s, c, "Colleague", mail, roles...)
	return s.SignedIn(mail, language)
}

// groups reads a customer's groups.
func groups(s *pagetest.World, of customer.ID) []customer.Group {
	found, _, err := dynamo.Groups{Table: s.Table.Table}.CustomerGroups(context.Background(), of, dynamo.Page{Limit: 100})
	s.Must(err)
	return found
}

// made has the visitor make a group by the form below a path, and returns where it is.
func made(v *pagetest.Visitor, below, name string) string {
	v.Open(http.StatusOK, below+"/new")
	v.Click(http.StatusOK, v.W.GroupsCreate(), "name", name)
	v.Has(v.W.GroupsCreated(), name)
	return v.Page.URL.Path
}

// joins has the visitor add a user to a group at a path.
func joins(v *pagetest.Visitor, at, search, name string) {
	v.Open(http.StatusOK, at+"/add?search="+url.QueryEscape(search))
	v.Click(http.StatusOK, v.W.GroupsAddOne()+" "+name)
	v.Has(v.W.GroupsAdded(name), v.W.GroupsIn())
}

// stands fails where a visitor is not on the page of a path, but for example below it.
func stands(t *testing.T, v *pagetest.Visitor, at string) {
	t.Helper()
	if v.Page.URL.Path != at {
		t.Errorf("stands on %s, not %s:\n%s", v.Page.URL, at, v.Page.Text())
	}
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

// twice sends the form of a button once more, after it was pressed.
func twice(s *pagetest.World, v *pagetest.Visitor, status int, address string, form url.Values) {
	page, err := v.Post(context.Background(), address, form)
	s.Must(err)
	v.Look(page, status, "twice")
	v.Page = page
}

// TestGroup follows a group from the form to its end, as the customer's global administrator has it.
func TestGroup(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		v, w := c.Visitor, c.W
		user(s, c, ewa, "ewa@nowak.example", customer.BillingAdmin)
		user(s, c, "Jan Kos", "jan@nowak.example")
		v.Open(http.StatusOK, "/account?lang="+language)
		if links := v.Page.Links(w.GroupsTitle()); len(links) != 1 || !strings.HasSuffix(links[0], path) {
			t.Errorf("the account leads to %v", links)
		}
		v.Open(http.StatusOK, path)
		v.Has(w.GroupsNone(), w.GroupsNoneText(), w.GroupsNew())
		v.See("groups-none")

		v.Open(http.StatusOK, path+"/new")
		v.See("group-new")
		address, form := v.Page.Form(w.GroupsCreate())
		v.Click(http.StatusOK, w.GroupsCreate(), "name", " Sales  North ", "description", "Everyone who sells")
		v.Has(w.GroupsCreated(), "Sales North", "Everyone who sells", w.GroupsMembersNone(), w.GroupsMembersNoneText())
		v.See("group-empty")
		at := v.Page.URL.Path
		form.Set("name", "Sales North")
		twice(s, v, http.StatusOK, address, form)
		if stands(t, v, at); len(groups(s, c.ID)) != 1 {
			t.Errorf("pressed twice it makes %d groups", len(groups(s, c.ID)))
		}
		v.Open(http.StatusOK, path)
		v.Has("Sales North", "Everyone who sells", w.SiteListed(1))
		v.See("groups")

		// Its members are found by name and by address.
		v.Open(http.StatusOK, at)
		v.Open(http.StatusOK, v.Page.Links(w.GroupsAdd())[0])
		v.Has(ewa, "Jan Kos", "Anna Nowak", w.GroupsAddTitle("Sales North"), w.SiteListed(3))
		joins(v, at, "kr\u00f3l", ewa)
		v.Lacks("Jan Kos")
		v.See("group-add")
		if q := v.Page.URL.Query().Get("search"); q != "kr\u00f3l" {
			t.Errorf("the search is %q", q)
		}
		v.Open(http.StatusOK, at+"/add?search=jan%40nowak")
		address, form = v.Page.Form(w.GroupsAddOne() + " Jan Kos")
		v.Click(http.StatusOK, w.GroupsAddOne()+" Jan Kos")
		twice(s, v, http.StatusOK, address, form)
		v.Has(w.GroupsAdded("Jan Kos"))
		v.Open(http.StatusOK, at+"/add?search=nobody")
		v.Has(w.PartnerUsersNone())
		v.See("group-add-none")
		v.Open(http.StatusOK, at+"/add?cursor=x")
		stands(t, v, at+"/add")
		v.Open(http.StatusOK, at)
		v.Has(ewa, "ewa@nowak.example", "Jan Kos", w.GroupsSince())
		v.Lacks(w.GroupsMembersNone())
		v.See("group")
		if links := v.Page.Links("Jan Kos"); len(links) != 1 || !strings.Contains(links[0], "/account/users/") {
			t.Errorf("a member leads to %v", links)
		}
		if g := groups(s, c.ID)[0]; g.Members != 2 {
			t.Errorf("%d are counted", g.Members)
		}
		address, form = v.Page.Form(w.GroupsRemove() + " Jan Kos")
		v.Click(http.StatusOK, w.GroupsRemove()+" Jan Kos")
		v.Has(w.GroupsRemoved("Jan Kos"), ewa)
		twice(s, v, http.StatusOK, address, form)
		stands(t, v, at)
		v.Has(w.GroupsRemoved("Jan Kos"))
		v.Open(http.StatusOK, at+"?done=added&user="+form.Get("user")) // what is not so is not said
		v.Lacks(w.GroupsAdded("Jan Kos"))
		v.Open(http.StatusOK, at+"?done=removed&user=nobody")
		v.Open(http.StatusOK, at+"?cursor=x")
		stands(t, v, at)

		v.Open(http.StatusOK, at+"/edit")
		typed(t, v, w.PartnerUsersSave(), "name", "Sales North", "description", "Everyone who sells")
		v.See("group-edit")
		v.Click(http.StatusOK, w.PartnerUsersSave(), "name", "Sales", "description", "")
		v.Has(w.PartnerUsersSaved(), "Sales")
		v.Lacks("Sales North", "Everyone who sells")

		v.Open(http.StatusOK, at+"/delete")
		v.Has(w.GroupsDeleteTitle("Sales"), w.GroupsDeleteText(), w.GroupsDeleteMembers(1))
		v.See("group-delete")
		address, form = v.Page.Form(w.GroupsDeleteName("Sales"))
		v.Click(http.StatusOK, w.GroupsDeleteName("Sales"))
		v.Has(w.GroupsDeleted(), w.GroupsNone())
		twice(s, v, http.StatusOK, address, form)
		stands(t, v, path)
		v.Has(w.GroupsDeleted())
		v.See("group-deleted")
		for _, gone := range []string{at, at + "/edit", at + "/delete", at + "/add", path + "/nothing", path + "/nothing/add"} {
			v.Open(http.StatusNotFound, gone)
		}
	})
}

// TestTyped: what is typed wrong is said beside its field, and stays typed; also where the language is changed.
func TestTyped(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		v, w := c.Visitor, c.W
		at := made(v, path, "Sales")
		other := made(v, path, "Support")
		const hostile = `<script>alert(1)</script>"'=1+1`
		for _, one := range []struct {
			name, description string
			status            int
			says              string
		}{
			{"", "", 422, w.GroupsNameMissing()},
			{"  ", hostile, 422, w.GroupsNameMissing()},
			{strings.Repeat("x", customer.MaxName+1), "", 422, w.GroupsName() + ": "},
			{"Sаles", "", 422, w.GroupsName() + ": "}, // its second letter is Cyrillic
			{"Third", strings.Repeat("y", customer.MaxGroupDescription+1), 422, w.GroupsDescription() + ": "},
			{"  SALES ", "kept", 409, w.GroupsNameTaken()},
		} {
			v.Open(http.StatusOK, path+"/new")
			v.Click(one.status, w.GroupsCreate(), "name", one.name, "description", one.description)
			v.Has(one.says)
			typed(t, v, w.GroupsCreate(), "name", one.name, "description", one.description)
			if one.status == 409 {
				v.See("group-name-taken")
			}
			v.Open(http.StatusOK, other+"/edit")
			v.Click(one.status, w.PartnerUsersSave(), "name", one.name, "description", one.description)
			v.Has(one.says)
			typed(t, v, w.PartnerUsersSave(), "name", one.name, "description", one.description)
		}
		v.See("group-errors")
		if found := groups(s, c.ID); len(found) != 2 || found[1].Name != "Support" || found[1].Description != "" {
			t.Errorf("%+v", found)
		}

		// What looks like code is text.
		v.Open(http.StatusOK, at+"/edit")
		v.Click(http.StatusOK, w.PartnerUsersSave(), "name", hostile, "description", hostile)
		v.Has(hostile)
		v.Open(http.StatusOK, path)
		v.Has(hostile)

		for open, button := range map[string]string{path + "/new": w.GroupsCreate(), other + "/edit": w.PartnerUsersSave()} {
			v.Open(http.StatusOK, open+"?lang="+language)
			address, form := v.Page.Form(button)
			form.Set("name", "Typed")
			form.Set("lang", map[string]string{"en": "pl", "pl": "en"}[language])
			page, err := v.Post(t.Context(), address, form)
			s.Must(err)
			v.Look(page, http.StatusOK, "the switch")
			if !strings.Contains(string(page.Body), `value="Typed"`) {
				t.Errorf("%s loses what was typed", open)
			}
			v.Open(http.StatusOK, open+"?lang="+language)
		}
	})
}

// TestRoles: each of the customer's people sees what it cannot do, with who can, and a form that asks for it is refused.
func TestRoles(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		at := made(c.Visitor, path, "Sales")
		user(s, c, ewa, "ewa@nowak.example", customer.BillingAdmin)
		user(s, c, "Jan Kos", "jan@nowak.example")
		joins(c.Visitor, at, "ewa", ewa)
		joins(c.Visitor, at, "jan", "Jan Kos")

		// A user administrator does all, but to nobody who has a role.
		v := colleague(s, c, "ula@nowak.example", language, customer.UserAdmin)
		admin := w.CustomerUsersTargetAdmin() + " " + w.CustomerUsersNeedsGlobal(company)
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(admin)
		v.See("group-user-admin")
		if _, form := v.Page.Form(w.GroupsRemove() + " " + ewa); form != nil {
			t.Error("who has a role can be removed")
		}
		v.Click(http.StatusOK, w.GroupsRemove()+" Jan Kos")
		v.Open(http.StatusOK, at+"/add")
		v.Has(admin, "Anna Nowak")
		v.See("group-add-user-admin")
		if n := strings.Count(v.Page.Text(), admin); n != 2 { // the owner and the reader
			t.Errorf("the reason stands beside %d users", n)
		}

		// Also with a page that was opened before the user got the role.
		joins(v, at, "jan", "Jan Kos")
		v.Open(http.StatusOK, at)
		jan, _, err := s.FindCustomerUsers(t.Context(), c.ID, "jan@", func(customer.User) bool { return true }, dynamo.Page{Limit: 1})
		s.Must(err)
		s.SetRoles(jan[0].ID, customer.ServiceAdmin)
		v.Click(http.StatusForbidden, w.GroupsRemove()+" Jan Kos")
		v.Has(admin)
		v.See("group-refused")
		v.Open(http.StatusOK, at+"/delete")
		v.Has(w.GroupsDeleteMembers(2))

		// Others read.
		for _, role := range []customer.Role{customer.BillingAdmin, customer.PasswordAdmin, customer.ServiceAdmin} {
			reader := colleague(s, c, string(role)+"@nowak.example", language, role)
			reader.Open(http.StatusOK, path+"?lang="+language)
			reader.Has(w.CustomerUsersNeedsUserAdmin(company), "Sales")
			reader.Open(http.StatusOK, at)
			reader.Has(w.CustomerUsersNeedsUserAdmin(company), ewa, w.GroupsEdit(), w.GroupsRemove()+" "+ewa)
			if n := strings.Count(reader.Page.Text(), w.CustomerUsersNeedsUserAdmin(company)); n != 2 { // above, and beside the acts
				t.Errorf("the reason stands there %d times", n)
			}
			if _, form := reader.Page.Form(w.GroupsRemove() + " " + ewa); form != nil {
				t.Errorf("a %s can remove", role)
			}
			for _, below := range []string{"/add", "/edit", "/delete"} {
				reader.Open(http.StatusOK, at+below)
				stands(t, reader, at)
			}
			reader.Open(http.StatusOK, path+"/new")
			stands(t, reader, path)
		}
		nobody := colleague(s, c, "nobody@nowak.example", language)
		nobody.Open(http.StatusForbidden, path+"?lang="+language)
		nobody.Has(w.CustomerRoleAny(company))

		// Whose role was taken meanwhile saves nothing, and reads why beside what it typed.
		g := groups(s, c.ID)[0]
		for open, button := range map[string]string{path + "/new": w.GroupsCreate(), at + "/edit": w.PartnerUsersSave(), at + "/delete": w.GroupsDeleteName("Sales")} {
			v.Open(http.StatusOK, open)
			s.SetRoles(userID(s, c.ID, "ula@"), customer.BillingAdmin)
			if open == at+"/delete" {
				v.Click(http.StatusForbidden, button)
			} else {
				v.Click(http.StatusForbidden, button, "name", "Typed")
				typed(t, v, button, "name", "Typed")
			}
			v.Has(w.CustomerUsersNeedsUserAdmin(company))
			s.SetRoles(userID(s, c.ID, "ula@"), customer.UserAdmin)
		}
		if found := groups(s, c.ID); len(found) != 1 || found[0] != g {
			t.Errorf("%+v", found)
		}
		s.SetCustomer("status", string(customer.ReadOnly))
		v.Open(http.StatusOK, path)
		v.Has(w.CustomerUsersReadOnly(company))
		v.Open(http.StatusOK, at)
		v.Has(w.CustomerUsersReadOnly(company))
		v.See("group-read-only")
	})
}

// userID finds one user by the beginning of its address.
func userID(s *pagetest.World, of customer.ID, search string) customer.UserID {
	found, _, err := s.FindCustomerUsers(context.Background(), of, search, func(customer.User) bool { return true }, dynamo.Page{Limit: 1})
	s.Must(err)
	return found[0].ID
}

// TestOvertaken: a form that was shown before somebody else changed the group changes nothing, and shows how it stands now.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		v, w := c.Visitor, c.W
		user(s, c, ewa, "ewa@nowak.example")
		at := made(v, path, "Sales")
		stale, deletes, adds := c.Tab(), c.Tab(), c.Tab()
		stale.Open(http.StatusOK, at+"/edit")
		deletes.Open(http.StatusOK, at+"/delete")
		adds.Open(http.StatusOK, at+"/add?search=ewa")
		v.Open(http.StatusOK, at+"/edit")
		v.Click(http.StatusOK, w.PartnerUsersSave(), "name", "Sales North")
		stale.Click(http.StatusConflict, w.PartnerUsersSave(), "name", "Sales South")
		stale.Has(w.GroupsChanged())
		typed(t, stale, w.PartnerUsersSave(), "name", "Sales North")
		stale.See("group-changed")
		deletes.Click(http.StatusConflict, w.GroupsDeleteName("Sales"))
		deletes.Has(w.GroupsChanged(), w.GroupsDeleteTitle("Sales North"))

		// Who comes into it does not keep it from being renamed, but from being deleted by who read another number.
		adds.Click(http.StatusOK, w.GroupsAddOne()+" "+ewa)
		deletes.Click(http.StatusConflict, w.GroupsDeleteName("Sales North"))
		deletes.Has(w.GroupsDeleteMembers(1))
		deletes.See("group-delete-changed")
		stale.Click(http.StatusOK, w.PartnerUsersSave(), "name", "Sales South")
		deletes.Click(http.StatusConflict, w.GroupsDeleteName("Sales North"))
		if g := groups(s, c.ID)[0]; g.Name != "Sales South" || g.Members != 1 {
			t.Errorf("%+v", g)
		}
		v.Open(http.StatusOK, at)
		adds.Open(http.StatusOK, at+"/add")
		deletes.Click(http.StatusOK, w.GroupsDeleteName("Sales South"))
		v.Click(http.StatusNotFound, w.GroupsRemove()+" "+ewa)
		adds.Click(http.StatusNotFound, w.GroupsAddOne()+" Anna Nowak")
	})
}

// TestMany: groups, members and who can be added are turned over page by page, and who is removed leads back to the same page.
func TestMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	v, w, ctx := c.Visitor, c.W, context.Background()
	at := made(v, path, "Everyone")
	all := groups(s, c.ID)[0]
	by := authority(s, c)
	for i := range site.PageSize + 1 {
		u := user(s, c, fmt.Sprintf("User %02d", i), fmt.Sprintf("u%02d@nowak.example", i))
		s.Must(administration.AddMember(ctx, dynamo.Groups{Table: s.Table.Table}, by, all, u, s.Op()))
		_, err := administration.CreateGroup(ctx, dynamo.Groups{Table: s.Table.Table}, by, fmt.Sprintf("Group %02d", i), "", s.Op())
		s.Must(err)
	}
	v.Open(http.StatusOK, path)
	v.Has(w.SiteListedMore(site.PageSize), "Group 00")
	v.Open(http.StatusOK, v.Page.Links(w.PartnerUsersNext())[0])
	v.Has(w.SiteListed(2), "Group 25", "Everyone 26")
	v.Open(http.StatusOK, at+"/add?search=user")
	v.Open(http.StatusOK, v.Page.Links(w.PartnerUsersNext())[0])
	v.Has("User 25", w.GroupsIn())
	v.Lacks("User 24")
	v.Open(http.StatusOK, at)
	v.Has("User 24")
	v.Lacks("User 25", "deleted")
	v.See("group-many")
	v.Open(http.StatusOK, v.Page.Links(w.PartnerUsersNext())[0])
	v.Has("User 25")
	v.Click(http.StatusOK, w.GroupsRemove()+" User 25") // the last of its page
	stands(t, v, at)
	v.Has(w.GroupsRemoved("User 25"), "User 00")
	if v.Page.URL.Query().Get("cursor") != "" || len(v.Page.Links(w.PartnerUsersNext())) != 0 {
		t.Errorf("at %s", v.Page.URL)
	}
	v.Open(http.StatusOK, at+"/add?search=user")
	v.Open(http.StatusOK, v.Page.Links(w.PartnerUsersNext())[0])
	v.Click(http.StatusOK, w.GroupsAddOne()+" User 25")
	v.Has(w.GroupsAdded("User 25"))
	if q := v.Page.URL.Query(); q.Get("cursor") == "" || q.Get("search") != "user" {
		t.Errorf("at %s", v.Page.URL)
	}
	v.Open(http.StatusOK, at)
	v.Click(http.StatusOK, w.GroupsRemove()+" User 07")

	// Who is deleted is counted, and the page says why it is not listed.
	u, err := s.CustomerUser(ctx, userID(s, c.ID, "u03@"))
	s.Must(err)
	v.Open(http.StatusOK, at+"/add?search=u03")
	tab := c.Tab()
	tab.Open(http.StatusOK, at)
	_, err = administration.DeleteUser(ctx, s.Table, by, u, s.Op())
	s.Must(err)
	v.Open(http.StatusOK, at)
	v.Has(w.GroupsHidden(1))
	v.Lacks("User 03", "User 07")
	v.See("group-hidden")
	v.Open(http.StatusOK, at+"/add?search=u03")
	v.Has(w.PartnerUsersNone())
}

// administered makes a customer that gave the asking partner an administration, and returns where that administers its groups.
func administered(s *pagetest.World, role string) string {
	_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: role}
	}), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	return "/partner/admin/" + s.Owner().Customer.Bare() + "/groups"
}

// TestOnBehalf: a partner with a full grant does all of it under the banner; with a limited one it reads, and every act says what it takes.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleFull)
		of := s.Owner().Customer
		v := s.SignedIn(staff, language)
		w := v.W
		v.Open(http.StatusOK, strings.TrimSuffix(at, "/groups")+"?lang="+language)
		v.Has(w.AdminGroupsAbout(company))
		v.Open(http.StatusOK, v.Page.Links(w.GroupsTitle())[0])
		stands(t, v, at)
		v.Has(w.GroupsNone())
		one := made(v, at, "Sales")
		joins(v, one, "anna", "Anna Nowak") // who has a role
		v.See("admin-group-add")
		for _, open := range []string{one, one + "/add", one + "/edit", one + "/delete", at + "/new"} {
			v.Open(http.StatusOK, open)
			if len(v.Page.Links(w.AdminLeave())) != 1 {
				t.Errorf("%s does not say for whom it acts", open)
			}
		}
		v.Open(http.StatusOK, one+"/edit")
		v.Click(http.StatusOK, w.PartnerUsersSave(), "name", "Sales North")
		v.See("admin-group")

		// The customer sees it, by the same pages.
		owner := s.SignedIn("anna@example.com", language)
		owner.Open(http.StatusOK, path)
		owner.Has("Sales North")
		owner.Open(http.StatusOK, "/account/activity?lang="+language)
		owner.Has(w.ActivityMemberAdded("Sales", "Anna Nowak"))

		// Lowered meanwhile, the grant allows nothing of it, and the page says so.
		adds, edits := s.SignedIn(staff, language), s.SignedIn(staff, language)
		edits.Open(http.StatusOK, one+"/edit")
		adds.Open(http.StatusOK, one)
		_, err := relationship.LowerGrant(t.Context(), s.Table, of, pagetest.Asking, relationship.ByCustomer, "", s.Op())
		s.Must(err)
		edits.Click(http.StatusForbidden, w.PartnerUsersSave(), "name", "Sales South")
		edits.Has(w.CustomersNeedsGrant())
		adds.Click(http.StatusForbidden, w.GroupsRemove()+" Anna Nowak")
		adds.Has(w.CustomersNeedsGrant())
		v.Open(http.StatusOK, at)
		v.Has(w.CustomersNeedsGrant(), "Sales North")
		v.See("admin-groups-limited")
		v.Open(http.StatusOK, one)
		v.Has(w.CustomersNeedsGrant(), "Anna Nowak", w.GroupsRemove()+" Anna Nowak", w.GroupsEdit(), w.GroupsDeleteName("Sales North"), w.GroupsAdd())
		v.See("admin-group-limited")
		if _, form := v.Page.Form(w.GroupsRemove() + " Anna Nowak"); form != nil {
			t.Error("a limited grant can remove")
		}
		for _, below := range []string{"/add", "/edit", "/delete"} {
			v.Open(http.StatusOK, one+below)
			stands(t, v, one)
		}
		if g := groups(s, of)[0]; g.Name != "Sales North" || g.Members != 1 {
			t.Errorf("%+v", g)
		}
		s.PartnerStatus(pagetest.Asking, partner.Suspended)
		v.Open(http.StatusOK, one)
		v.Has(w.CustomersNeedsGrant())
		s.PartnerStatus(pagetest.Asking, partner.Active)

		// Another partner's, and without a grant.
		s.SignedIn("piotr@"+string(pagetest.Advising)+".example", language).Open(http.StatusNotFound, one)
		_, err = relationship.EndGrant(t.Context(), s.Table, of, pagetest.Asking, relationship.ByPartner, "", s.Op())
		s.Must(err)
		for _, open := range []string{at, one, one + "/add", at + "/new"} {
			v.Open(http.StatusForbidden, open)
			v.Has(w.AdminNoneTitle(company))
			v.Lacks("Sales")
		}
	})
}

// TestElsewhere: another customer's group and user are none, also in a form that was shown for an own one.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	at := made(c.Visitor, path, "Sales")
	s.SignUp("far@example.com")
	far := s.SignedIn("far@example.com", "en")
	for _, open := range []string{at, at + "/add", at + "/edit", at + "/delete"} {
		far.Open(http.StatusNotFound, open)
	}
	c.Open(http.StatusOK, at+"/add")
	address, form := c.Page.Form(c.W.GroupsAddOne() + " Anna Nowak")
	form.Set("user", strings.Repeat("0", 26)) // its token is another's
	twice(s, c.Visitor, http.StatusForbidden, address, form)
}
