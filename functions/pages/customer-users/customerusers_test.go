package customerusers_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/administration"
	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/offered"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	// admin signs in the asking partner's first user.
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/account/users"
	// company is the name of every customer here.
	company = "Zakład Nowak"
	ewa     = "Ewa Król"
)

// user reads the newest customer's user that a search finds.
func user(s *pagetest.World, of customer.ID, search string) customer.User {
	found, _, err := s.FindCustomerUsers(context.Background(), of, search, func(customer.User) bool { return true }, dynamo.Page{Limit: 1})
	s.Must(err)
	if len(found) == 0 {
		return customer.User{}
	}
	return found[0]
}

// created has the visitor create a user by the form below a path.
func created(v *pagetest.Visitor, below, name, mail string, fields ...string) {
	v.Open(http.StatusOK, below+"/new")
	v.Click(http.StatusOK, v.W.CustomerUsersCreate(), append([]string{"name", name, "email", mail, "language", "pl"}, fields...)...)
	v.Has(v.W.CustomerUsersCreated(name))
}

// asks fails where a page's reasons do not lead to an offer that asks the customer for full administration.
func asks(t *testing.T, v *pagetest.Visitor, of customer.ID) {
	t.Helper()
	links := v.Page.Links(v.W.AdminAskFull())
	if len(links) == 0 || !strings.HasSuffix(links[0], offered.MakingFor(offer.DelegatedAdministration, of)) {
		t.Errorf("%s asks by %v", v.Page.URL, links)
	}
}

// setsPassword has a user set its password, as the user's item says then.
func setsPassword(t *testing.T, s *pagetest.World, u customer.User) {
	t.Helper()
	at := "USER#" + site.ULID(string(u.ID))
	s.Set(t, "CUSTOMER#"+u.Customer.Bare(), at, &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"set_at": &types.AttributeValueMemberS{Value: s.Op().At.Format("2006-01-02T15:04:05.000Z")},
	}}, "password")
	s.Set(t, "CUSTOMER#"+u.Customer.Bare(), at, &types.AttributeValueMemberN{Value: strconv.Itoa(u.Version + 1)}, "version")
}

// there is a time where the customer is.
func there(at time.Time) time.Time { return at.In(calendar.Zone("PL")) }

// above fails where a page of the partner's does not say above all else for whom it acts.
func above(t *testing.T, v *pagetest.Visitor, banner string) {
	t.Helper()
	head, _, _ := strings.Cut(string(v.Page.Body), "<main")
	if !strings.Contains(pagetest.Spaced(head), pagetest.Spaced(banner)) {
		t.Errorf("%s does not say %q:\n%s", v.Page.URL, banner, head)
	}
}

// typed says that the form of a button holds what was typed.
func typed(t *testing.T, v *pagetest.Visitor, button string, fields ...string) {
	t.Helper()
	_, form := v.Page.Form(button)
	for i := 0; i < len(fields); i += 2 {
		if got := strings.Join(form[fields[i]], " "); got != fields[i+1] {
			t.Errorf("%s holds %q, not %q", fields[i], got, fields[i+1])
		}
	}
}

// TestUser follows a user from the form to the restored account, as the customer's global administrator has it.
func TestUser(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w := v.W
		v.Open(http.StatusOK, "/account?lang="+language)
		v.Has(w.CustomerUsersTitle(), w.CustomerUsersAbout())
		v.Open(http.StatusOK, path)
		v.Has("Anna Nowak", w.RoleGlobalAdmin(), w.CustomerUsersNew(), w.SiteListed(1))

		v.Open(http.StatusOK, path+"/new")
		v.Has(w.RoleUserAdminHint(), w.RoleServiceAdminHint(), w.PartnerUsersEmailHint())
		v.See("customer-user-new")
		v.Click(http.StatusUnprocessableEntity, w.CustomerUsersCreate(), "name", ewa, "email", "nowhere", "roles", "user_admin", "office", strings.Repeat("x", 129))
		v.Has(w.PartnerUsersEmailWrong(), w.ContactOffice()+": ")
		typed(t, v.Visitor, w.CustomerUsersCreate(), "name", ewa, "email", "nowhere", "roles", "user_admin", "office", strings.Repeat("x", 129))
		v.See("customer-user-errors")
		v.Choose(http.StatusUnprocessableEntity, w.CustomerUsersCreate(), "roles", "king")
		v.Click(http.StatusOK, w.CustomerUsersCreate(), "name", ewa, "email", "ewa@nowak.example", "language", "pl", "roles", "billing_admin", "office", "2nd floor", "phone", "+48 58 555 01 02")
		v.Has(w.CustomerUsersCreated(ewa), "ewa@nowak.example", w.PartnerUsersInvited(), w.RoleBillingAdmin(), "2nd floor", w.CustomerUsersPasswordNone())
		v.See("customer-user")
		u := user(s, v.ID, "ewa@")
		at := path + "/" + site.ULID(string(u.ID))
		if u.Name != ewa || u.Language != "pl" || !slices.Equal(u.Roles, []customer.Role{customer.BillingAdmin}) || u.Contact.Office != "2nd floor" {
			t.Errorf("%+v", u)
		}
		v.Open(http.StatusOK, path+"/new")
		v.Click(http.StatusConflict, w.CustomerUsersCreate(), "name", "Ewa", "email", "ewa@nowak.example", "language", "pl")
		v.Has(w.PartnerUsersEmailTaken())

		v.Open(http.StatusOK, path+"?search=kr%C3%B3l")
		v.Has(ewa)
		v.Lacks("Anna Nowak<", w.SiteListed(2))
		v.Open(http.StatusOK, path)
		v.See("customer-users")
		v.Open(http.StatusOK, path+"?search=nobody")
		v.Has(w.PartnerUsersNone())
		v.See("customer-users-none")
		v.Open(http.StatusOK, path+"?cursor=x")
		v.Visitor.At(path)

		v.Open(http.StatusOK, at+"/edit")
		typed(t, v.Visitor, w.PartnerUsersSave(), "name", ewa, "roles", "billing_admin", "office", "2nd floor")
		v.See("customer-user-edit")
		v.Choose(http.StatusOK, w.PartnerUsersSave(), "roles", "user_admin", "password_admin")
		v.Has(w.PartnerUsersSaved(), w.RoleUserAdmin()+", "+w.RolePasswordAdmin())
		v.Open(http.StatusOK, at+"/edit")
		v.Choose(http.StatusOK, w.PartnerUsersSave(), "roles")
		v.Has(w.RoleNone())
		if got := user(s, v.ID, "ewa@"); len(got.Roles) != 0 || got.Contact.Office != "2nd floor" {
			t.Errorf("%+v", got)
		}

		// Who never set a password is sent the first link, and has nothing that is reset.
		v.Open(http.StatusOK, v.Page.Links(w.CustomerUsersFirst())[0])
		v.Has(w.CustomerUsersFirstTitle(ewa), w.CustomerUsersResetText("ewa@nowak.example"), w.CustomerUsersFirstNone(ewa))
		v.Lacks(w.CustomerUsersResetUntil())
		v.See("customer-user-first")
		v.Click(http.StatusOK, w.CustomerUsersResetButton())
		v.Has(w.CustomerUsersFirstDone("ewa@nowak.example"))
		v.Open(http.StatusOK, at+"/reset-password")
		setsPassword(t, s, user(s, v.ID, "ewa@"))
		v.Click(http.StatusConflict, w.CustomerUsersResetButton())
		v.Has(w.CustomerUsersChanged(), w.CustomerUsersResetUntil())

		v.Open(http.StatusOK, at+"/reset-password")
		v.Has(w.CustomerUsersResetTitle(ewa), w.CustomerUsersResetText("ewa@nowak.example"), w.CustomerUsersResetUntil())
		v.Lacks(w.CustomerUsersResetNotice(company))
		v.See("customer-user-reset")
		address, form := v.Page.Form(w.CustomerUsersResetButton())
		v.Click(http.StatusOK, w.CustomerUsersResetButton())
		v.Has(w.CustomerUsersResetDone("ewa@nowak.example"))
		page, err := v.Post(t.Context(), address, form) // pressed twice it sends one mail
		s.Must(err)
		v.Look(page, http.StatusConflict, "twice")
		if n := s.CountEvents(customer.PasswordResetStartedEvent{}.Type()); n != 2 {
			t.Errorf("%d resets were started", n)
		}

		v.Open(http.StatusOK, at+"/disable")
		v.Has(w.PartnerUsersDisableTitle(ewa))
		v.See("customer-user-disable")
		address, form = v.Page.Form(w.PartnerUsersDisableName(ewa))
		v.Click(http.StatusOK, w.PartnerUsersDisableName(ewa))
		v.Has(w.PartnerUsersIsDisabled(ewa), w.PartnerUsersDisabled(), w.PartnerUsersEnableName(ewa))
		v.See("customer-user-disabled")
		page, err = v.Post(t.Context(), address, form)
		s.Must(err)
		v.Look(page, http.StatusOK, "twice")
		v.Open(http.StatusOK, path+"?status=disabled")
		v.Has(ewa)
		v.Lacks("Anna Nowak ")
		v.Open(http.StatusOK, at+"/reset-password") // leads back, where it says why
		v.Lacks(w.CustomerUsersResetTitle(ewa))
		v.Open(http.StatusOK, at+"/enable")
		v.Click(http.StatusOK, w.PartnerUsersEnableName(ewa))
		v.Has(w.PartnerUsersIsEnabled(ewa))

		v.Open(http.StatusOK, at+"/delete")
		v.Has(w.CustomerUsersDeleteTitle(ewa), w.CustomerUsersDeleteText(ewa))
		v.See("customer-user-delete")
		v.Click(http.StatusOK, w.CustomerUsersDeleteName(ewa))
		gone := user(s, v.ID, "ewa@")
		v.Has(w.CustomerUsersDeleteDone(ewa, there(gone.PurgeAt)), w.CustomerUsersDeletedUntil(there(gone.PurgeAt)), w.CustomerUsersRestoreName(ewa))
		v.Lacks(w.CustomerUsersEdit())
		v.See("customer-user-deleted")
		v.Open(http.StatusOK, path)
		v.Lacks(ewa)
		v.Open(http.StatusOK, path+"?status=deleted")
		v.Has(ewa)
		v.Open(http.StatusOK, at+"/edit")
		v.Lacks(w.PartnerUsersSave())
		v.Open(http.StatusOK, at+"/restore")
		v.Click(http.StatusOK, w.CustomerUsersRestoreName(ewa))
		v.Has(w.CustomerUsersRestoreDone(ewa))
		if got := user(s, v.ID, "ewa@"); got.Deleted() || got.Disabled {
			t.Errorf("%+v", got)
		}
		v.Open(http.StatusNotFound, at+"/promote")
		v.Open(http.StatusNotFound, path+"/nobody")
	})
}

// TestOwnUser: what the customer cannot be without stays, and the page says why before it is asked for.
func TestOwnUser(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w, at := v.W, path+"/"+site.ULID(string(v.OwnerID))
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.CustomerUsersOwnsBilling(company), w.SettingsBillingOwner())
		v.See("customer-user-owner")
		v.Open(http.StatusOK, at+"/delete")
		v.Lacks(w.CustomerUsersDeleteTitle("Anna Nowak"))
		v.Open(http.StatusOK, at+"/edit")
		v.Choose(http.StatusConflict, w.PartnerUsersSave(), "roles", "user_admin")
		v.Has(w.CustomerUsersLastAdmin(company))
		typed(t, v.Visitor, w.PartnerUsersSave(), "roles", "user_admin")
		v.See("customer-user-last-admin")
		s.SetCustomer("billing_owner", "usr_nobody")
		v.Open(http.StatusOK, at)
		v.Has(w.CustomerUsersLastAdmin(company))
		s.SetCustomer("status", string(customer.ReadOnly))
		v.Open(http.StatusOK, path)
		v.Has(w.CustomerUsersReadOnly(company))
		v.Open(http.StatusOK, at)
		v.Has(w.CustomerUsersReadOnly(company))
		v.See("customer-user-read-only")
	})
}

// TestRoles: each of the customer's people sees what it cannot do, with who can, and a form that asks for it is refused.
func TestRoles(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, boss := c.W, path+"/"+site.ULID(string(c.OwnerID))
		v := c.Colleague("ula@nowak.example", customer.UserAdmin)
		v.Open(http.StatusOK, path+"/new?lang="+language)
		v.Has(w.CustomerUsersRolesLocked(company))
		v.See("customer-user-new-limited")
		v.Click(http.StatusForbidden, w.CustomerUsersCreate(), "name", ewa, "email", "ewa@nowak.example", "language", "pl", "roles", "user_admin")
		typed(t, v, w.CustomerUsersCreate(), "name", ewa, "roles", "")
		v.Click(http.StatusOK, w.CustomerUsersCreate(), "name", ewa, "email", "ewa@nowak.example", "language", "pl")
		v.Open(http.StatusOK, boss)
		v.Has(w.CustomerUsersTargetAdmin() + " " + w.CustomerUsersNeedsGlobal(company))
		v.See("customer-user-admin")
		at := path + "/" + site.ULID(string(user(s, c.ID, "ewa@").ID))

		pass := c.Colleague("pat@nowak.example", customer.PasswordAdmin)
		pass.Open(http.StatusOK, path+"?lang="+language)
		pass.Has(w.CustomerUsersNeedsUserAdmin(company))
		pass.Open(http.StatusOK, path+"/new")
		pass.At(path)
		pass.Lacks(w.CustomerUsersCreate())
		pass.Open(http.StatusOK, at)
		pass.Has(w.CustomerUsersNeedsUserAdmin(company))
		pass.See("customer-user-password-admin")
		pass.Open(http.StatusOK, at+"/reset-password")
		pass.Click(http.StatusOK, w.CustomerUsersResetButton())

		reader := c.Colleague("basia@nowak.example", customer.BillingAdmin)
		reader.Open(http.StatusOK, at+"?lang="+language)
		reader.Has(w.CustomerUsersNeedsPasswordAdmin(company), w.CustomerUsersNeedsUserAdmin(company))
		nobody := c.Colleague("jan@nowak.example")
		nobody.Open(http.StatusForbidden, path+"?lang="+language)
		nobody.Has(w.CustomerRoleAny(company))
	})
}

// TestOvertaken: a form or page that was shown before somebody else changed the user changes nothing.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Company("en")
	created(v.Visitor, path, ewa, "ewa@nowak.example")
	at := path + "/" + site.ULID(string(user(s, v.ID, "ewa@").ID))
	v.Open(http.StatusOK, at+"/edit")
	stale, deletes := v.Tab(), v.Tab()
	stale.Open(http.StatusOK, at+"/edit")
	deletes.Open(http.StatusOK, at+"/delete")
	v.Choose(http.StatusOK, v.W.PartnerUsersSave(), "roles", "user_admin")
	stale.Click(http.StatusConflict, v.W.PartnerUsersSave(), "name", "Other")
	stale.Has(v.W.CustomerUsersChanged())
	typed(t, stale, v.W.PartnerUsersSave(), "name", ewa, "roles", "user_admin")
	deletes.Click(http.StatusConflict, v.W.CustomerUsersDeleteName(ewa))
	deletes.Has(v.W.CustomerUsersChanged())
	if u := user(s, v.ID, "ewa@"); u.Name != ewa || u.Deleted() || !slices.Equal(u.Roles, []customer.Role{customer.UserAdmin}) {
		t.Errorf("%+v", u)
	}
	deletes.Click(http.StatusOK, v.W.CustomerUsersDeleteName(ewa))
}

// administered makes a customer that gave the asking partner an administration, and returns where that administers it.
func administered(s *pagetest.World, role string) string {
	_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: role}
	}), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	return "/partner/admin/" + s.Owner().Customer.Bare()
}

// as gives the partner's first user another access to customers.
func as(s *pagetest.World, access partner.CustomerAccess) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = access
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
}

// TestOnBehalf: a partner with a full grant does what a global administrator does, under a banner that says for whom, with what, until when.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleFull)
		of := s.Owner()
		_, grant, err := s.Relationship(context.Background(), of.Customer, pagetest.Asking)
		s.Must(err)
		v := s.SignedIn(admin, language)
		w := v.W
		banner := w.AdminActing(company, w.DelegatedAdministrationFullName(), there(grant.EndsAt))
		v.Open(http.StatusOK, "/partner/customers?lang="+language)
		if links := v.Page.Links(w.AdminAdminister() + " " + company); len(links) != 1 || !strings.HasSuffix(links[0], at) {
			t.Errorf("the list leads to %v", links)
		}
		v.Open(http.StatusOK, "/partner/customers/"+of.Customer.Bare())
		v.Open(http.StatusOK, v.Page.Links(w.AdminAdminister() + " " + company)[0])
		above(t, v, banner)
		v.Has(w.AdminTitle(), w.AdminUsersAbout(company), w.AdminParts(), w.CustomersActs(), w.CustomersActsNone())
		v.See("admin-overview")
		if links := v.Page.Links(w.AdminLeave()); len(links) != 1 || !strings.HasSuffix(links[0], "/partner/customers/"+of.Customer.Bare()) {
			t.Errorf("the banner leads to %v", links)
		}
		created(v, at+"/users", ewa, "ewa@nowak.example", "roles", "user_admin")
		v.See("admin-user")
		one := at + "/users/" + site.ULID(string(user(s, of.Customer, "ewa@").ID))
		for _, open := range []string{at + "/users", one, one + "/edit", one + "/disable", one + "/delete", one + "/reset-password", at + "/users/new"} {
			v.Open(http.StatusOK, open)
			above(t, v, banner)
		}
		v.Open(http.StatusOK, one+"/reset-password")
		v.Has(w.CustomerUsersResetNotice(company))
		v.See("admin-user-reset")
		v.Click(http.StatusOK, w.CustomerUsersResetButton())
		v.Has(w.CustomerUsersFirstDone("ewa@nowak.example"))
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.ActivityUserReset(ewa), w.CustomersActsAll())
		v.Lacks(w.CustomersActsNone())
		v.See("admin-overview-acts")
		v.Open(http.StatusOK, "/partner/customers/"+of.Customer.Bare()) // who is tied alone reads no names
		v.Has(w.ActivityUserReset(w.ActivityByCustomer(company)))
		owner := s.SignedIn("anna@example.com", language)
		owner.Open(http.StatusOK, "/account/partners/"+string(pagetest.Asking)+"/remove?lang="+language)
		owner.Has(w.ActivityUserReset(ewa))
		v.Open(http.StatusOK, at+"/users/"+site.ULID(string(of.ID)))
		v.Has(w.CustomerUsersOwnsBilling(company))

		as(s, partner.Limited) // what counts is whichever is less
		v.Open(http.StatusOK, at)
		above(t, v, w.AdminActing(company, w.DelegatedAdministrationLimitedName(), there(grant.EndsAt)))
		v.Has(w.AdminLess(pagetest.Baltic))
		v.See("admin-overview-less")
		v.Open(http.StatusOK, at+"/users")
		v.Has(w.CustomersNeedsFull(pagetest.Baltic))
		as(s, partner.NoAccess)
		v.Open(http.StatusForbidden, at)
	})
}

// TestLimited: a limited grant resets the password of who has no role; all else is there, with who can give it.
func TestLimited(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleLimited)
		of := s.Owner()
		boss := s.SignedIn("anna@example.com", "en")
		created(boss, path, ewa, "ewa@nowak.example")
		one := at + "/users/" + site.ULID(string(user(s, of.Customer, "ewa@").ID))
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"/users?lang="+language)
		v.Has(w.CustomersNeedsGrant(), ewa)
		v.See("admin-users-limited")
		v.Open(http.StatusOK, at+"/users/new")
		v.Lacks(w.CustomerUsersCreate())
		v.Open(http.StatusOK, one)
		v.Has(w.CustomersNeedsGrant(), w.CustomerUsersFirst())
		asks(t, v, of.Customer)
		v.See("admin-user-limited")
		for _, act := range []string{"edit", "disable", "delete"} {
			v.Open(http.StatusOK, one+"/"+act)
			v.Has(w.CustomerUsersActs()) // led back
		}
		v.Open(http.StatusOK, one+"/reset-password")
		v.Click(http.StatusOK, w.CustomerUsersResetButton())
		v.Has(w.CustomerUsersFirstDone("ewa@nowak.example"))
		v.Open(http.StatusOK, at+"/users/"+site.ULID(string(of.ID)))
		v.Has(w.CustomerUsersTargetAdmin() + " " + w.CustomersNeedsGrant())
		asks(t, v, of.Customer)
		v.See("admin-user-admin")
		s.PartnerStatus(pagetest.Asking, partner.Suspended)
		v.Open(http.StatusOK, one)
		v.Has(w.OfferWhySuspended("Skylark Cloud"))
		s.PartnerStatus(pagetest.Asking, partner.Active)

		// A page that was opened while more was allowed does nothing any more.
		v.Open(http.StatusOK, one+"/reset-password")
		boss.Open(http.StatusOK, path+"/"+site.ULID(one[strings.LastIndexByte(one, '/')+1:])+"/disable")
		boss.Click(http.StatusOK, boss.W.PartnerUsersDisableName(ewa))
		v.Click(http.StatusConflict, w.CustomerUsersResetButton())
	})
}

// TestNoGrant: a customer that the partner does not administer says so and leads to where that is asked for; another's is as good as none.
func TestNoGrant(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleLimited)
		of := s.Owner().Customer
		v := s.SignedIn(admin, language)
		w := v.W
		_, grant, err := s.Relationship(context.Background(), of, pagetest.Asking)
		s.Must(err)
		_, err = consent.Object(context.Background(), s.Table, of, consent.ID(grant.Redemption), s.Owner().ID, "", s.Op())
		s.Must(err)
		v.Open(http.StatusForbidden, at+"?lang="+language)
		v.Has(w.AdminNoneTitle(company), w.CustomersRenewDisputed("Skylark Cloud"))
		v.Lacks(w.AdminAsk())
		v.Open(http.StatusOK, "/partner/customers/"+of.Bare())
		v.Has(w.AdminAdminister())
		if links := v.Page.Links(w.AdminAdminister() + " " + company); len(links) != 0 {
			t.Errorf("leads to %v", links)
		}
		_, err = relationship.EndGrant(context.Background(), s.Table, of, pagetest.Asking, relationship.ByPartner, "", s.Op())
		s.Must(err)
		for _, open := range []string{at, at + "/users", at + "/users/new"} {
			v.Open(http.StatusForbidden, open)
			v.Has(w.AdminNoneTitle(company), w.AdminNoneText(company), w.AdminAsk())
			v.Lacks("anna@example.com")
		}
		v.See("admin-none")
		v.Open(http.StatusOK, v.Page.Links(w.AdminAsk())[0])
		v.At("/partner/offers/new")
		v.Open(http.StatusOK, "/partner/customers")
		v.Lacks(w.AdminAdminister())
		s.CloseRegion(catalog.FeatureAdministration)
		s.Restart(0)
		v.Open(http.StatusForbidden, at)
		v.Has(w.AdminNoneText(company))
		v.Lacks(w.AdminAsk())
		v.HasClosed(catalog.FeatureAdministration)
		v.See("admin-none-closed")
		s.Unproved(pagetest.Asking)
		v.Open(http.StatusForbidden, at)
		v.Has(w.OfferWhyUnverifiedYours())
		v.Lacks(w.AdminAsk())

		other := s.SignedIn("piotr@"+string(pagetest.Advising)+".example", language)
		for _, open := range []string{at, at + "/users", "/partner/admin/none", "/partner/admin/aaaaaaaaaaaa"} {
			other.Open(http.StatusNotFound, open)
		}
		boss := s.SignedIn("anna@example.com", language)
		boss.Open(http.StatusForbidden, at)
		v.Open(http.StatusForbidden, path)
	})
}

// TestGroupsOfUser: a user's page leads to the groups that it is in, on both sides; the first of very many, and none that was deleted.
func TestGroupsOfUser(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		at := administered(s, offer.RoleFull)
		boss := s.Owner()
		groups := dynamo.Groups{Table: s.Table.Table}
		stands, err := s.Administration(t.Context(), boss.Customer, "")
		s.Must(err)
		by, err := administration.Claim{User: boss}.Over(stands, s.Op().At)
		s.Must(err)
		doing := func() op.Op {
			o := s.Op()
			o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(boss.ID)}
			return o
		}
		joins := func(name string) customer.Group {
			g, err := administration.CreateGroup(t.Context(), groups, by, name, "", doing())
			s.Must(err)
			s.Must(administration.AddMember(t.Context(), groups, by, g, boss, doing()))
			g, err = groups.CustomerGroup(t.Context(), g.ID)
			s.Must(err)
			return g
		}
		both := func(show func(v *pagetest.Visitor, below string)) {
			t.Helper()
			for below, v := range map[string]*pagetest.Visitor{"/account": s.SignedIn(boss.Mail, language), at: s.SignedIn(admin, language)} {
				v.Open(http.StatusOK, below+"/users/"+site.ULID(string(boss.ID))+"?lang="+language)
				show(v, below)
			}
		}
		both(func(v *pagetest.Visitor, below string) {
			v.Has(v.W.GroupsNotIn())
			if links := v.Page.Links(v.W.GroupsAll()); len(links) != 1 || !strings.HasSuffix(links[0], below+"/groups") {
				t.Errorf("all groups are at %v", links)
			}
		})
		gone, stays := joins("Gone"), joins("Sales <b>")
		s.Must(administration.DeleteGroup(t.Context(), groups, by, gone, doing()))
		both(func(v *pagetest.Visitor, below string) {
			v.Lacks("Gone", v.W.GroupsNotIn())
			if links := v.Page.Links("Sales <b>"); len(links) != 1 || !strings.HasSuffix(links[0], below+"/groups/"+site.ULID(string(stays.ID))) {
				t.Errorf("the group is at %v", links)
			}
			v.See("user-groups" + strings.ReplaceAll(below, "/", "-")[:8])
		})
		for i := range site.PageSize {
			joins("Group " + strconv.Itoa(i))
		}
		both(func(v *pagetest.Visitor, _ string) { v.Has(v.W.GroupsMore(site.PageSize)) })
	})
}
