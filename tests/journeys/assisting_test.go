package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestAssisting follows a customer that gives full administration: the partner's machine makes a user, who sets the password by the mailed link and
// signs in; it resets the password, which the customer is notified of, renames, deletes and restores; the customer sees each act and ends the
// administration, and with it all of that.
func TestAssisting(t *testing.T) {
	const partner = "Baltic Bridge IT sp. z o.o."
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "assisted")
	id := c.Subscription.CustomerID
	users := "/v1/customers/" + id + "/users"
	ask := func(status int, method, path string, body, into any, headers ...string) client.Answer {
		t.Helper()
		return must(t)(program.Partner.Must(ctx, status, method, path, body, into, headers...))
	}
	mails := func(to string) int {
		t.Helper()
		settle(t)
		return len(subjects(t, to))
	}
	ewa := contract.CustomerUserCreate{Name: "Ewa Lis", Email: address("ewa"), Language: ptr(contract.LanguageEn)}
	ask(http.StatusForbidden, http.MethodPost, users, ewa, nil)

	// A Yes to full administration.
	var made contract.Offer
	ask(http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, &made)
	if _, err := c.browser.Get(ctx, mailed(ctx, t, program.Partner, made.ID, c.Mail)); err != nil {
		t.Fatal(err)
	}
	_, err := c.browser.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, c.browser, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = c.browser.Press(ctx, w.RedeemAuthorize(partner), "agree", "yes"); err != nil {
		t.Fatal(err)
	}
	var mine contract.Customer
	ask(http.StatusOK, http.MethodGet, "/v1/customers/"+id, nil, &mine)
	if rights := strings.Join(mine.Rights, " "); rights != "read_users administer_users reset_passwords see_provisioning retry_provisioning handle_service_requests edit_customer administer_domains" {
		t.Fatalf("the partner may %s", rights)
	}

	// Found by the whole address of one of its people, and by nothing else.
	var one contract.FoundCustomer
	ask(http.StatusOK, http.MethodPost, "/v1/customer-searches", contract.CustomerSearch{Email: ptr(c.Mail)}, &one)
	if one.Customer.ID != id || one.UserID == nil {
		t.Errorf("found: %+v", one)
	}
	ask(http.StatusNotFound, http.MethodPost, "/v1/customer-searches", contract.CustomerSearch{Email: ptr("x" + c.Mail)}, nil)

	// Renamed by the full administrator, with the tie that its list shows.
	renamed := mine.Name + " Polska"
	ask(http.StatusOK, http.MethodPatch, "/v1/customers/"+id, contract.CustomerUpdate{Name: &renamed}, &mine, "If-Match",
		ask(http.StatusOK, http.MethodGet, "/v1/customers/"+id, nil, nil).Header.Get("ETag"))
	var tie contract.Relationship
	ask(http.StatusOK, http.MethodGet, "/v1/relationships/rel_"+strings.TrimPrefix(id, "cus_")+"_"+program.PartnerID, nil, &tie)
	if tie.Customer.Name != renamed {
		t.Errorf("the tie is with %+v", tie.Customer)
	}

	// A user, who sets a password by the link in mail 18 and signs in.
	var user contract.CustomerUser
	ask(http.StatusCreated, http.MethodPost, users, ewa, &user)
	settle(t)
	if got := subjects(t, ewa.Email); len(got) != 1 || got[0] != w.MailCustomerUserInvitedSubject(mine.Name, "Skylark Cloud") {
		t.Fatalf("mails to a new user: %q", got)
	}
	if err := sample.SetPassword(ctx, sys, ewa.Email, passphrase); err != nil {
		t.Fatal(err)
	}
	signedIn := func(password string) *client.Visitor {
		t.Helper()
		v := signIn(ctx, t, ewa.Email, password, "/account")
		if v.Page.Status != http.StatusOK || v.Page.URL.String() != pages+"/account" {
			t.Fatalf("signing in leads to %d on %s:\n%s", v.Page.Status, v.Page.URL, v.Page.Text())
		}
		return v
	}
	signedIn(passphrase)

	// Mail 16: the link to the user, a notice to the customer.
	before, notices := mails(ewa.Email), mails(c.Mail)
	ask(http.StatusOK, http.MethodPost, users+"/"+user.ID+"/reset-password", nil, nil)
	if n := mails(ewa.Email) - before; n != 1 {
		t.Fatalf("%d mails to the user", n)
	}
	if n := mails(c.Mail) - notices; n != 1 {
		t.Errorf("%d notices", n)
	}
	titled(t, c.Mail, w.MailPasswordResetNoticeSubject(partner), 1)
	signedIn(passphrase) // until another is set
	const other = "thirteen herons over the warm river"
	if err := sample.SetPassword(ctx, sys, ewa.Email, other); err != nil {
		t.Fatal(err)
	}
	v := signedIn(other)

	// Everything else that a directory asks for.
	seen := func() []string {
		t.Helper()
		return []string{"If-Match", ask(http.StatusOK, http.MethodGet, users+"/"+user.ID, nil, nil).Header.Get("ETag")}
	}
	ask(http.StatusOK, http.MethodPatch, users+"/"+user.ID, contract.CustomerUserUpdate{
		Name: ptr("Ewa Lis-Nowak"), Roles: []contract.CustomerRole{contract.CustomerRoleGlobalAdmin},
	}, nil, seen()...)
	var found contract.CustomerUserPage
	ask(http.StatusOK, http.MethodGet, users+"?search=lis-n", nil, &found)
	if len(found.Data) != 1 || found.Data[0].ID != user.ID {
		t.Errorf("found: %+v", found.Data)
	}
	ask(http.StatusOK, http.MethodGet, users+"?search=anna", nil, &found)
	if len(found.Data) != 1 || found.Data[0].Email != c.Mail {
		t.Errorf("the first user is not found: %+v", found.Data)
	}
	// A licence of the trial, which the vendor's systems are asked for; who is deleted gives it back.
	counted := func(want int) {
		t.Helper()
		var sub contract.Subscription
		ask(http.StatusOK, http.MethodGet, "/v1/subscriptions/"+c.Subscription.ID, nil, &sub)
		if sub.Licenses.Assigned != want {
			t.Errorf("%d licences are assigned, want %d", sub.Licenses.Assigned, want)
		}
	}
	ask(http.StatusOK, http.MethodPut, users+"/"+user.ID+"/licenses", contract.CustomerUserLicensesSet{SubscriptionIds: []string{c.Subscription.ID}}, nil, seen()...)
	counted(1)
	settle(t)
	var tasks contract.ProvisioningTaskPage
	ask(http.StatusOK, http.MethodGet, "/v1/provisioning-tasks?customer_id="+id, nil, &tasks)
	if !slices.ContainsFunc(tasks.Data, func(one contract.ProvisioningTask) bool {
		return one.Kind == contract.ProvisioningKindLicense && one.Subject == user.ID && one.Details["status"] == "active"
	}) {
		t.Errorf("nobody is asked for the licence: %+v", tasks.Data)
	}
	ask(http.StatusNoContent, http.MethodDelete, users+"/"+user.ID, nil, nil, seen()...)
	counted(0)
	if _, err := v.Get(ctx, pages+"/account/activity"); err != nil || v.Page.Heading() == w.ActivityTitle() {
		t.Errorf("the session of who was deleted: %d on %s %v", v.Page.Status, v.Page.URL, err)
	}
	gone := signIn(ctx, t, ewa.Email, other, "/account")
	sees(t, gone, nil, http.StatusForbidden, w.SignInDisabledTitle())
	ask(http.StatusOK, http.MethodPost, users+"/"+user.ID+"/restore", nil, nil)
	signedIn(other)
	for _, path := range []string{"/v1/customers?customer_id=" + id, "/v1/customers/" + id} {
		must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, path, nil, nil))
	}
	ask(http.StatusOK, http.MethodGet, "/v1/customers", nil, nil)

	// The customer sees each act and who did it, and takes the administration back.
	opened(t, c.browser, pages+"/account/activity")
	acts := c.browser.Page.Text()
	for _, one := range []string{
		w.ActivityUserCreated("Ewa Lis-Nowak"), w.ActivityUserReset("Ewa Lis-Nowak"), w.ActivityUserRoles("Ewa Lis-Nowak"), w.ActivityUserDeleted("Ewa Lis-Nowak"),
		w.ActivityUserRestored("Ewa Lis-Nowak"), w.ActivityUserLicenses("Ewa Lis-Nowak"), w.ActivityCustomerDescribed(), partner,
	} {
		if !strings.Contains(acts, one) {
			t.Errorf("no %q in\n%s", one, acts)
		}
	}
	opened(t, c.browser, pages+"/account/partners")
	opened(t, c.browser, c.browser.Page.Links(w.PartnersRemove())[0])
	_, err = c.browser.Press(ctx, w.PartnersRemoveButton(partner))
	sees(t, c.browser, err, http.StatusOK, w.PartnersTitle())
	before = mails(ewa.Email)
	ask(http.StatusForbidden, http.MethodPost, users+"/"+user.ID+"/reset-password", nil, nil)
	ask(http.StatusForbidden, http.MethodGet, users, nil, nil)
	if n := mails(ewa.Email) - before; n != 0 {
		t.Errorf("%d mails after the administration ended", n)
	}
}
