package journeys

import (
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestAdministeringByPages: a customer's administrator creates a user by the pages, who sets the password by the mailed link; it renames, gives and takes
// the highest role, disables, deletes and restores. A partner with limited rights has the user set a new password, finds all else with what it takes, and
// nothing any more once the administration ended.
func TestAdministeringByPages(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "administering")
	v, ewa := c.browser, address("ewa")
	opened(t, v, pages+"/account")
	opened(t, v, v.Page.Links(w.CustomerUsersTitle())[0])
	opened(t, v, v.Page.Links(w.CustomerUsersNew())[0])
	pressed(t, v, w.CustomerUsersCreate(), "name", "Ewa Lis", "email", ewa, "language", "en", "office", "Gdańsk")
	if text := v.Page.Text(); !strings.Contains(text, w.CustomerUsersCreated("Ewa Lis")) {
		t.Fatalf("after the form:\n%s", text)
	}
	one := v.Page.URL.Path
	settle(t)
	if err := sample.SetPassword(ctx, sys, ewa, passphrase); err != nil {
		t.Fatal(err)
	}
	signIn(ctx, t, ewa, passphrase, "/account")
	opened(t, v, pages+one+"/edit")
	pressed(t, v, w.PartnerUsersSave(), "name", "Ewa Lis-Nowak", "roles", "global_admin")
	for _, act := range []struct{ name, button string }{
		{"disable", w.PartnerUsersDisableName("Ewa Lis-Nowak")},
		{"enable", w.PartnerUsersEnableName("Ewa Lis-Nowak")},
		{"delete", w.CustomerUsersDeleteName("Ewa Lis-Nowak")},
		{"restore", w.CustomerUsersRestoreName("Ewa Lis-Nowak")},
	} {
		opened(t, v, pages+one+"/"+act.name)
		pressed(t, v, act.button)
		if at := v.Page.URL.RequestURI(); at != one+"?done="+act.name {
			t.Fatalf("%s leads to %s:\n%s", act.name, at, v.Page.Text())
		}
	}
	opened(t, v, pages+one+"/edit")
	to, form := v.Page.Form(w.PartnerUsersSave())
	form.Del("roles")
	if page, err := v.Post(ctx, to, form); err != nil || !strings.Contains(page.Text(), w.RoleNone()) {
		t.Fatalf("taking the role: %v\n%s", err, page.Text())
	}
	opened(t, v, pages+"/account/users?search=lis-n")
	if text := v.Page.Text(); !strings.Contains(text, ewa) || strings.Contains(text, c.Mail) {
		t.Errorf("found:\n%s", text)
	}

	// The partner, before and after a Yes to limited rights.
	customer := strings.TrimPrefix(c.Subscription.CustomerID, "cus_")
	admin := pages + "/partner/admin/" + customer
	staff := signIn(ctx, t, person(t, "staff", contract.CompanyRoleNone).Email, passphrase, "/partner")
	if _, err := staff.Get(ctx, admin); err != nil || staff.Page.Status != http.StatusForbidden || len(staff.Page.Links(w.AdminAsk())) != 1 {
		t.Fatalf("without a grant: %d %v\n%s", staff.Page.Status, err, staff.Page.Text())
	}
	_, link := asks(ctx, t, program.Partner, c.Mail)
	if _, err := v.Get(ctx, link); err != nil {
		t.Fatal(err)
	}
	_, err := v.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = v.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}
	opened(t, staff, pages+"/partner/customers/"+customer)
	opened(t, staff, staff.Page.Links(w.AdminAdminister())[0])
	opened(t, staff, staff.Page.Links(w.CustomerUsersTitle())[0])
	if text := staff.Page.Text(); !strings.Contains(text, w.CustomersNeedsGrant()) || !strings.Contains(text, "Ewa Lis-Nowak") {
		t.Errorf("the users under a limited grant:\n%s", text)
	}
	opened(t, staff, staff.Page.Links("Ewa Lis-Nowak")[0])
	user := staff.Page.URL.Path
	opened(t, staff, staff.Page.Links(w.CustomerUsersReset())[0])
	before := subjects(t, ewa)
	_, err = staff.Press(ctx, w.CustomerUsersResetButton())
	sees(t, staff, err, http.StatusOK, "Ewa Lis-Nowak")
	settle(t)
	if after := subjects(t, ewa); len(after) != len(before)+1 {
		t.Errorf("mails to the user: %q after %q", after, before)
	}
	titled(t, c.Mail, w.MailPasswordResetNoticeSubject("Baltic Bridge IT sp. z o.o."), 1)

	// It asks the vendor for help on the customer's behalf.
	opened(t, staff, admin+"/support/new")
	_, err = staff.Press(ctx, w.SupportSend(), "subject", "Mail", "message", "None since 8:00.")
	sees(t, staff, err, http.StatusOK, "Mail")
	opened(t, v, pages+"/account/support")
	if text := v.Page.Text(); !strings.Contains(text, w.SupportOpen()) {
		t.Errorf("the customer's requests:\n%s", text)
	}

	// The customer sees it, ends the administration, and with it all of that.
	opened(t, v, pages+"/account/activity")
	if text := v.Page.Text(); !strings.Contains(text, w.ActivityUserReset("Ewa Lis-Nowak")) {
		t.Errorf("the activity:\n%s", text)
	}
	opened(t, v, pages+"/account/partners")
	opened(t, v, v.Page.Links(w.PartnersRemove())[0])
	_, err = v.Press(ctx, w.PartnersRemoveButton("Baltic Bridge IT sp. z o.o."))
	sees(t, v, err, http.StatusOK, w.PartnersTitle())
	if _, err := staff.Get(ctx, pages+user); err != nil || staff.Page.Status != http.StatusForbidden || strings.Contains(staff.Page.Text(), "Ewa") {
		t.Errorf("after the administration ended: %d %v\n%s", staff.Page.Status, err, staff.Page.Text())
	}
}
