package journeys

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/provisioner"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestMailboxes: under a full grant a partner makes a user by the pages, gives it a licence and a mailbox into which data is moved. The vendor's systems
// fail at first, which both sides read with the reason; the partner has it tried again, and both see it done. The customer removes it.
func TestMailboxes(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "mailboxes")
	id := c.Subscription.CustomerID
	var made contract.Offer
	must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL", DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, &made))
	if _, err := c.browser.Get(ctx, mailed(ctx, t, program.Partner, made.ID, c.Mail)); err != nil {
		t.Fatal(err)
	}
	_, err := c.browser.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, c.browser, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = c.browser.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}
	settle(t)
	vendor := sample.Provisioner(sys)
	vendor.SignIn = func(context.Context) (client.API, error) { return program.Operator, nil }
	vendor.Takes = func(one contract.ProvisioningTask) bool { return one.CustomerID == id }
	works := func(want int) {
		t.Helper()
		if n, err := vendor.Work(ctx); n != want || err != nil {
			t.Fatalf("%d tasks are ended, want %d: %v", n, want, err)
		}
		settle(t)
	}
	works(1) // the trial

	// The partner, by the pages.
	staff := signIn(ctx, t, person(t, "helper", contract.CompanyRoleNone).Email, passphrase, "/partner")
	admin := pages + "/partner/admin/" + strings.TrimPrefix(id, "cus_")
	mail := address("fail")
	opened(t, staff, admin+"/users/new")
	pressed(t, staff, w.CustomerUsersCreate(), "name", "Ewa Lis", "email", mail, "language", "en")
	theirs := pages + staff.Page.URL.Path
	one := strings.TrimPrefix(staff.Page.URL.Path, "/partner/admin/"+strings.TrimPrefix(id, "cus_"))
	ours := pages + "/account" + one
	pressed(t, staff, w.CustomerLicensesSave(), "licenses", strings.Split(c.Subscription.ID, "_")[2])
	says(t, staff, w.CustomerLicensesSaved("Ewa Lis"), w.CustomerLicensesLeft(24, 25))
	domain := "mail-" + strings.TrimPrefix(id, "cus_") + ".example"
	box := "fail@" + domain
	opened(t, staff, staff.Page.Links(w.MailboxSet())[0])
	wanted := []string{"address", box, "from", "imap", "host", "imap.oldhost.example", "quota", "50"}
	if page, err := staff.Press(ctx, w.MailboxSet(), wanted...); err != nil || page.Status != http.StatusConflict {
		t.Fatalf("%d %v", page.Status, err)
	}
	says(t, staff, w.MailboxDomainUnverified(domain, "Zakład Nowak EN"))
	owns(t, program.Partner, id, domain)
	pressed(t, staff, w.MailboxSet(), wanted...)
	says(t, staff, w.MailboxSaved("Ewa Lis"), w.SetupRequested())
	settle(t)
	works(4) // licence, domain, mailbox, migration
	both := func(words ...string) {
		t.Helper()
		for v, at := range map[*client.Visitor]string{staff: theirs, c.browser: ours} {
			opened(t, v, at)
			says(t, v, words...)
		}
	}
	both(w.SetupFailed(), provisioner.Trouble)
	opened(t, c.browser, pages+"/account/activity") // now: its first page holds the last 25
	says(t, c.browser, w.ActivityTaskFailed(w.ProvisioningMailbox(), provisioner.Trouble))
	opened(t, staff, admin)
	opened(t, staff, staff.Page.Links(w.SetupTitle())[0])
	says(t, staff, provisioner.Trouble, "Ewa Lis")
	for range 2 { // mailbox and migration
		pressed(t, staff, w.SetupRetry())
		says(t, staff, w.SetupRetried())
	}
	settle(t)
	works(2)
	both(w.SetupDone(), w.MailboxGigabytes(50), "imap.oldhost.example")
	opened(t, c.browser, pages+"/account/users/setup")
	says(t, c.browser, w.SetupNone())

	// The API says the same, and no event holds an address.
	users := "/v1/customers/" + id + "/users/"
	user := "usr_" + strings.TrimPrefix(id, "cus_") + "_" + strings.TrimPrefix(one, "/users/")
	var read contract.CustomerUser
	at := must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, users+user, nil, &read))
	if m := read.Mailbox; m == nil || m.Address != box || m.Setup.State != "done" || m.Migration.State != "done" {
		t.Fatalf("%s", at.Body)
	}
	events := must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events?limit=100&customer_id="+id, nil, nil))
	if text := string(events.Body); strings.Contains(text, mail) || strings.Contains(text, box) || strings.Contains(text, "oldhost") || !strings.Contains(text, "customer_user.mailbox_set") {
		t.Errorf("events: %s", text)
	}
	tag := []string{"If-Match", at.Header.Get("ETag")}
	at = must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPut, users+user+"/mailbox", contract.CustomerUserMailboxSet{Address: ptr("lis-" + box)}, nil, tag...))
	must(t)(program.Partner.Must(ctx, http.StatusNoContent, http.MethodDelete, users+user+"/mailbox", nil, nil, "If-Match", at.Header.Get("ETag")))
	settle(t)
	works(2) // removed, stopped

	// Set up again and removed by the customer; who is deleted loses it.
	opened(t, c.browser, ours)
	says(t, c.browser, w.MailboxNone())
	opened(t, c.browser, c.browser.Page.Links(w.MailboxSet())[0])
	pressed(t, c.browser, w.MailboxSet(), "from", "none", "address", "lis-"+box)
	opened(t, c.browser, c.browser.Page.Links(w.MailboxRemove())[0])
	pressed(t, c.browser, w.MailboxRemove())
	says(t, c.browser, w.MailboxRemoved("Ewa Lis"))
	opened(t, c.browser, pages+"/account/activity")
	says(t, c.browser, w.ActivityUserMailboxSet("Ewa Lis"), w.ActivityUserMailboxRemoved("Ewa Lis"), "Baltic Bridge IT sp. z o.o.")
}
