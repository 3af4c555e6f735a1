package settings_test

import (
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/shared/site"
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
		c.Open(http.StatusOK, path)
		c.Has(w.SettingsOwnerAlone())
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

// TestSettingsDisabled: who is disabled can do nothing, so is not listed, also as billing owner; another may be named in that one's place.
func TestSettingsDisabled(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	c.Colleague("ewa@example.com", customer.BillingAdmin)
	gone := user(t, s, c, "ewa@example.com")
	admin := c.Colleague("admin@example.com", customer.GlobalAdmin)
	admin.Open(http.StatusOK, path)
	admin.Has("ewa@example.com")
	disable(t, s, gone.ID)
	admin.Open(http.StatusOK, path)
	admin.Lacks("ewa@example.com", w.RoleBillingAdmin())
	admin.Open(http.StatusOK, path+"/billing-owner")
	admin.Lacks("ewa@example.com")
	address, form := admin.Page.Form(w.SettingsOwnerTitle())
	form.Set("owner", site.ULID(string(gone.ID)))
	page, err := admin.Post(t.Context(), address, form)
	s.Must(err)
	admin.Look(page, http.StatusUnprocessableEntity, "a disabled person")

	disable(t, s, c.OwnerID)
	admin.Open(http.StatusOK, path)
	admin.Lacks("owner@example.com")
	admin.Open(http.StatusOK, path+"/billing-owner")
	admin.Click(http.StatusOK, w.SettingsOwnerTitle(), "owner", site.ULID(string(user(t, s, c, "admin@example.com").ID)))
	admin.Has(w.SettingsOwnerChanged(), w.SettingsBillingOwner())
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

// TestSettingsCompany: a global administrator changes the company's name and language, and a full administrator on its behalf; others read why they
// may not, and their forms change nothing.
func TestSettingsCompany(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
			pagetest.Plain(d)
			d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull}
		}), "anna@example.com", "en")
		s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
		of := s.Owner().Customer
		named := func(name, language string) {
			t.Helper()
			c, err := s.Customer(t.Context(), of)
			s.Must(err)
			if c.Name != name || c.Language != language {
				t.Errorf("%s %s, want %s %s", c.Name, c.Language, name, language)
			}
		}
		v := s.SignedIn("anna@example.com", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Open(http.StatusOK, v.Page.Links(w.SettingsCompanyEdit())[0])
		v.See("settings-company")
		for name, said := range map[string]string{
			"": w.RedeemCompanyMissing(), strings.Repeat("x", customer.MaxCompany+1): w.RedeemCompanyLong(customer.MaxCompany), "-.-": w.RedeemCompanyNothing(),
		} {
			v.Click(http.StatusUnprocessableEntity, w.SettingsSave(), "name", name)
			v.Has(said)
		}
		v.Click(http.StatusOK, w.SettingsSave(), "name", " Nowak  i Lis ", "language", "pl")
		v.At(path)
		v.See("settings-company-saved")
		v.Has(w.SettingsCompanySaved(), "Nowak i Lis")
		named("Nowak i Lis", "pl")

		behalf := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", language)
		at := "/partner/admin/" + of.Bare()
		behalf.Open(http.StatusOK, at+"?lang="+language)
		behalf.Open(http.StatusOK, behalf.Page.Links(w.FrameChange() + " " + w.CustomersCustomer())[0])
		behalf.See("admin-company")
		behalf.Click(http.StatusOK, w.SettingsSave(), "name", "Lis i Nowak", "language", "en")
		behalf.At(at)
		behalf.Has(w.SettingsCompanySaved(), "Lis i Nowak")
		named("Lis i Nowak", "en")

		// The form is open still when the right goes.
		behalf.Open(http.StatusOK, at+"/company")
		address, form := behalf.Page.Form(w.SettingsSave())
		form.Set("name", "Eve")
		_, err := relationship.LowerGrant(t.Context(), s.Table, of, pagetest.Asking, relationship.ByCustomer, "", s.Op())
		s.Must(err)
		page, err := behalf.Post(t.Context(), address, form)
		s.Must(err)
		behalf.Look(page, http.StatusOK, "a lowered grant")
		named("Lis i Nowak", "en")
		behalf.Open(http.StatusOK, at)
		if links := behalf.Page.Links(w.FrameChange() + " " + w.CustomersCustomer()); len(links) != 0 {
			t.Errorf("a limited grant is led to %v", links)
		}
		s.SetRoles(s.Owner().ID, customer.UserAdmin)
		v.Open(http.StatusOK, path)
		v.Has(w.SettingsCompanyWhy())
		v.Open(http.StatusOK, path+"/company")
		v.At(path)
	})
}

// user returns the user of the company with an address.
func user(t *testing.T, s *pagetest.World, c pagetest.Company, mail string) customer.User {
	t.Helper()
	all, err := s.CustomerUsers(t.Context(), c.ID)
	s.Must(err)
	i := slices.IndexFunc(all, func(u customer.User) bool { return u.Mail == mail })
	if i < 0 {
		t.Fatalf("no user %s", mail)
	}
	return all[i]
}

// disable disables a user, behind the product's back: no operation does yet.
func disable(t *testing.T, s *pagetest.World, of customer.UserID) {
	t.Helper()
	owner, ulid, _ := customer.Under("usr", string(of))
	s.Set(t, "CUSTOMER#"+owner.Bare(), "USER#"+ulid, &types.AttributeValueMemberBOOL{Value: true}, "disabled")
}

// TestSettingsYou: a person changes its own name and language; pages go on in that language, and it is one event that names no person.
func TestSettingsYou(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Colleague("jan@example.com")
		v := s.SignedIn("jan@example.com", language)
		v.Open(http.StatusOK, path)
		v.Open(http.StatusOK, v.Page.Links(w.FrameChange())[0])
		v.See("settings-you")
		v.Has(w.SettingsEdit(), w.SettingsLanguageHint())
		before := s.Dump(t)
		for name, said := range map[string]string{
			"": w.RedeemNameMissing(), strings.Repeat("x", customer.MaxName+1): w.RedeemNameLong(customer.MaxName), "-.-": w.RedeemNameNothing(),
		} {
			v.Click(http.StatusUnprocessableEntity, w.SettingsSave(), "name", name)
			v.Has(said)
		}
		v.See("settings-you-error")
		v.Click(http.StatusUnprocessableEntity, w.SettingsSave(), "name", "Jan", "language", "de")
		v.Has(w.RedeemLanguageMissing())
		v.Open(http.StatusOK, path+"/you")
		v.Click(http.StatusOK, w.SettingsSave()) // nothing differs
		if s.Dump(t) != before {
			t.Error("something was written")
		}
		other := map[string]string{"en": "pl", "pl": "en"}[language]
		v.Open(http.StatusOK, path+"/you")
		v.Click(http.StatusOK, w.SettingsSave(), "name", " Jan  Kowalski ", "language", other)
		v.W = locale.In(locale.Language(other))
		v.At(path)
		v.See("settings-saved")
		v.Has(v.W.SettingsSaved(), "Jan Kowalski", locale.LanguageName(locale.Language(other)))
		v.Open(http.StatusOK, path)
		v.Has(v.W.SettingsTitle())
		who := user(t, s, c, "jan@example.com")
		if who.Name != "Jan Kowalski" || who.Language != other {
			t.Errorf("%+v", who)
		}
		if made := changes(t, s, c); len(made) != 1 || made[0].Type != (customer.UpdatedEvent{}).Type() || made[0].Subject != string(who.ID) || !reflect.DeepEqual(known.Read(made[0]), customer.UpdatedEvent{Fields: []string{"name", "language"}}) {
			t.Errorf("%+v", made)
		}
		c.Open(http.StatusOK, "/account/activity")
		c.Has(w.ActivityUserUpdated("Jan Kowalski"))
	})
}

// changes are those of users and of the customer's billing owner that were made, the newest first.
func changes(t *testing.T, s *pagetest.World, c pagetest.Company) (made []event.Change) {
	t.Helper()
	found, _, err := s.TenantEvents(t.Context(), event.Customer(string(c.ID)), event.Filter{}, dynamo.Page{Limit: 100})
	s.Must(err)
	for _, one := range found {
		if change := one.Changes[one.Number-1]; event.Is[customer.UpdatedEvent](change) || event.Is[customer.ChangedEvent](change) {
			made = append(made, change)
		}
	}
	return made
}

// TestSettingsOwner: the billing owner and global administrators name another billing owner; others read why they may not, and their forms are
// refused.
func TestSettingsOwner(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		billing, jan := c.Colleague("ewa@example.com", customer.BillingAdmin), c.Colleague("jan@example.com")
		ewa, nobody := user(t, s, c, "ewa@example.com"), user(t, s, c, "jan@example.com")
		billing.Open(http.StatusOK, path)
		billing.Has(w.SettingsOwnerWhy())
		jan.Open(http.StatusOK, path)
		jan.Lacks(w.SettingsOwnerTitle(), w.SettingsOwnerWhy(), w.SettingsBillingOwner())
		for _, v := range []*pagetest.Visitor{billing, jan} {
			v.Open(http.StatusForbidden, path+"/billing-owner")
			v.Has(w.SettingsOwnerWhy())
		}
		before := s.Dump(t)
		if err := customer.ChangeBillingOwner(t.Context(), s.Table, c.ID, ewa.ID, ewa.ID, as(s, ewa)); !fault.Is(err, fault.NotYourRole) {
			t.Errorf("a billing administrator: %v", err)
		}
		c.Open(http.StatusOK, path)
		c.Open(http.StatusOK, c.Page.Links(w.SettingsOwnerTitle())[0])
		c.See("settings-owner")
		c.Has(w.SettingsOwnerText(), w.SettingsOwnerNow(), "ewa@example.com", "jan@example.com")
		c.Lacks(w.SettingsOwnerLeave())
		c.Click(http.StatusUnprocessableEntity, w.SettingsOwnerTitle())
		c.Has(w.SettingsOwnerMissing())
		c.See("settings-owner-error")
		c.Click(http.StatusOK, w.SettingsOwnerTitle(), "owner", site.ULID(string(c.OwnerID))) // nothing differs
		c.Visitor.At(path)
		c.Lacks(w.SettingsOwnerChanged())
		c.Open(http.StatusOK, path+"/billing-owner")
		c.Choose(http.StatusUnprocessableEntity, w.SettingsOwnerTitle(), "owner", strings.Repeat("0", 26))
		c.Has(w.SettingsOwnerGone())
		if s.Dump(t) != before {
			t.Error("something was written")
		}
		c.Open(http.StatusOK, path+"/billing-owner")
		c.Click(http.StatusOK, w.SettingsOwnerTitle(), "owner", site.ULID(string(nobody.ID)))
		c.See("settings-owner-changed")
		c.Has(w.SettingsOwnerChanged())
		if made := changes(t, s, c); len(made) != 1 || !reflect.DeepEqual(known.Read(made[0]), customer.ChangedEvent{BillingOwner: nobody.ID}) {
			t.Errorf("%+v", made)
		}
		c.Open(http.StatusOK, "/account/activity")
		c.Has(w.ActivityBillingOwner("Jan"))

		// Who has no role passes on what is its own, once.
		jan.Open(http.StatusOK, path)
		jan.Has(w.SettingsBillingOwner(), w.SettingsOwnerYou())
		jan.Open(http.StatusOK, path+"/billing-owner")
		jan.Has(w.SettingsOwnerLeave())
		address, form := jan.Page.Form(w.SettingsOwnerTitle())
		form.Set("owner", site.ULID(string(ewa.ID)))
		page, err := jan.Post(t.Context(), address, form)
		s.Must(err)
		jan.Look(page, http.StatusOK, "passing on")
		page, err = jan.Post(t.Context(), address, form)
		s.Must(err)
		jan.Look(page, http.StatusForbidden, "passing on again")
		stored, err := s.Customer(t.Context(), c.ID)
		s.Must(err)
		if stored.BillingOwner != ewa.ID {
			t.Errorf("%+v", stored)
		}
	})
}

// as is an operation of a user's.
func as(s *pagetest.World, u customer.User) op.Op {
	o := s.Op()
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(u.ID)}
	return o
}

// TestSettingsOwnerMany: many people are chosen from a list.
func TestSettingsOwnerMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		c.Colleague(name + "@example.com")
	}
	c.Open(http.StatusOK, path+"/billing-owner")
	if !strings.Contains(string(c.Page.Body), `<select class="input mid" id="owner"`) {
		t.Errorf("no list:\n%s", c.Page.Text())
	}
	c.Has(c.W.SettingsOwnerChoose())
	c.Click(http.StatusUnprocessableEntity, c.W.SettingsOwnerTitle())
	c.Has(c.W.SettingsOwnerMissing())
	c.Click(http.StatusOK, c.W.SettingsOwnerTitle(), "owner", site.ULID(string(user(t, s, c, "f@example.com").ID)))
	c.Has(c.W.SettingsOwnerChanged())
}

// TestSettingsReadOnly: the account can only be read, so its billing owner stays.
func TestSettingsReadOnly(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	c.Colleague("jan@example.com")
	jan := user(t, s, c, "jan@example.com")
	c.Open(http.StatusOK, path+"/billing-owner")
	address, form := c.Page.Form(c.W.SettingsOwnerTitle())
	form.Set("owner", site.ULID(string(jan.ID)))
	s.Set(t, "CUSTOMER#"+c.ID.Bare(), "PROFILE", &types.AttributeValueMemberS{Value: string(customer.ReadOnly)}, "status")
	page, err := c.Post(t.Context(), address, form)
	s.Must(err)
	c.Look(page, http.StatusOK, "a stale form")
	c.Page = page
	c.Visitor.At(path)
	c.Has(c.W.SettingsOwnerReadOnly())
	if stored, err := s.Customer(t.Context(), c.ID); err != nil || stored.BillingOwner != c.OwnerID {
		t.Errorf("%+v %v", stored, err)
	}
}

// TestSettingsRace: nothing commits after the right was taken away, for somebody who was disabled meanwhile, nor on behalf of the customer.
func TestSettingsRace(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	c.Colleague("admin@example.com", customer.GlobalAdmin)
	c.Colleague("jan@example.com")
	admin, jan := user(t, s, c, "admin@example.com"), user(t, s, c, "jan@example.com")
	read := func() customer.Customer {
		stored, err := s.Customer(t.Context(), c.ID)
		s.Must(err)
		return stored
	}
	save := func(by customer.User, was customer.UserID) error {
		changed, o := read(), as(s, by)
		changed.BillingOwner = jan.ID
		return s.SaveBillingOwner(t.Context(), changed, was, event.New(o, event.Customer(string(c.ID)), event.Of(c.ID, customer.ChangedEvent{BillingOwner: jan.ID})), o)
	}
	s.SetRoles(admin.ID, customer.BillingAdmin)
	if err := save(admin, c.OwnerID); !fault.Is(err, fault.NotYourRole) {
		t.Errorf("the role was taken: %v", err)
	}
	s.SetRoles(admin.ID, customer.GlobalAdmin)
	changed, partners := read(), as(s, admin)
	partners.Actor.Kind, changed.BillingOwner = op.PartnerUser, jan.ID
	if err := s.SaveBillingOwner(t.Context(), changed, c.OwnerID, event.New(partners, event.Customer(string(c.ID)), event.Of(c.ID, customer.ChangedEvent{BillingOwner: jan.ID})), partners); !fault.Is(err, fault.NotYourRole) {
		t.Errorf("on the customer's behalf: %v", err)
	}
	disable(t, s, jan.ID)
	if err := save(admin, c.OwnerID); !fault.Is(err, fault.InvalidValue) {
		t.Errorf("the new one is disabled: %v", err)
	}
	if err := customer.UpdateOwn(t.Context(), s.Table, jan.ID, customer.Details{Name: "Jan K", Language: "pl"}, as(s, jan)); !fault.Is(err, fault.CallerDisabled) {
		t.Errorf("a disabled person's own name: %v", err)
	}
	stale := read()
	stale.Version--
	stale.BillingOwner = admin.ID
	o := as(s, admin)
	if err := s.SaveBillingOwner(t.Context(), stale, c.OwnerID, event.New(o, event.Customer(string(c.ID)), event.Of(c.ID, customer.ChangedEvent{BillingOwner: admin.ID})), o); !fault.Is(err, fault.Stale) {
		t.Errorf("changed since it was read: %v", err)
	}
	disable(t, s, c.OwnerID)
	owner, err := s.CustomerUser(t.Context(), c.OwnerID)
	s.Must(err)
	jan = admin
	if err := save(owner, c.OwnerID); !fault.Is(err, fault.NotYourRole) {
		t.Errorf("the owner is disabled: %v", err)
	}
	if got := read(); got.BillingOwner != c.OwnerID {
		t.Errorf("%+v", got)
	}
}
