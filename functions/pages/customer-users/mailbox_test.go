package customerusers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/tests/fixture/pagetest"
)

// now is an operation at the time by which the pages go.
func now(s *pagetest.World) op.Op {
	o := s.Op()
	o.At = time.Now().UTC()
	return o
}

// requested has the tasks of a user made, as dispatch does.
func requested(s *pagetest.World, u customer.User) {
	ctx := context.Background()
	s.Must(provisioning.RequestMailbox(ctx, s.Table, u.ID, "", now(s)))
	for _, id := range u.Licenses {
		s.Must(provisioning.RequestLicense(ctx, s.Table, u.ID, subscription.ID(id), "", now(s)))
	}
}

// reported claims a task of a user and says how it stands.
func reported(s *pagetest.World, u customer.User, kind provisioning.Kind, said provisioning.Report) {
	ctx := context.Background()
	t, err := provisioning.ClaimTask(ctx, s.Table, provisioning.IDFor(u.ID, kind, ""), now(s))
	s.Must(err)
	said.Lease = t.Lease.ID
	_, err = provisioning.ReportTask(ctx, s.Table, t.ID, said, now(s))
	s.Must(err)
}

// TestLicensesAndMailbox: licences are given and taken by their form, a mailbox is set up by its own; the page says how far it is, and what failed.
func TestLicensesAndMailbox(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w, sub := v.W, v.Subscriptions()[0]
		boss, err := s.CustomerUser(t.Context(), v.OwnerID)
		s.Must(err)
		created(v.Visitor, path, ewa, "ewa@nowak.example")
		at := path + "/" + site.ULID(string(user(s, v.ID, "ewa@").ID))
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.CustomerLicensesLeft(25, 25), w.MailboxNone(), w.MailboxSet())
		if links := v.Page.Links(w.MailboxSet()); len(links) != 0 {
			t.Errorf("without a licence it leads to %v", links)
		}
		v.See("customer-user-licenses")
		stale := v.Tab()
		stale.Open(http.StatusOK, at)
		v.Choose(http.StatusOK, w.CustomerLicensesSave(), "licenses", site.ULID(string(sub.ID)))
		v.Has(w.CustomerLicensesSaved(ewa), w.CustomerLicensesLeft(24, 25))
		stale.Choose(http.StatusConflict, w.CustomerLicensesSave(), "licenses")
		stale.Has(w.CustomerLicensesChanged())
		if u := user(s, v.ID, "ewa@"); !slices.Equal(u.Licenses, []string{string(sub.ID)}) {
			t.Errorf("%+v", u)
		}

		// The mailbox.
		v.Open(http.StatusOK, v.Page.Links(w.MailboxSet())[0])
		v.Has(w.MailboxTitleOf(ewa), w.MailboxConsent("Skylark Cloud", ewa))
		v.See("customer-mailbox-new")
		v.Click(http.StatusUnprocessableEntity, w.MailboxSet(), "quota", "many")
		v.Has(w.MailboxQuotaWrong(customer.MaxQuotaGB), w.MailboxFromMissing())
		typed(t, v.Visitor, w.MailboxSet(), "quota", "many")
		v.Click(http.StatusUnprocessableEntity, w.MailboxSet(), "address", "nowhere", "quota", "5000", "from", "imap", "host", "", "old", "x@")
		v.Has(w.PartnerUsersEmailWrong(), w.MailboxQuotaWrong(customer.MaxQuotaGB), w.MailboxHostMissing())
		v.See("customer-mailbox-errors")
		v.Click(http.StatusUnprocessableEntity, w.MailboxSet(), "address", "ewa@nowak.example", "quota", "", "from", "exchange", "host", "10.0.0.1", "old", "")
		v.Has(w.MailboxHostWrong())
		s.Verified(boss, "example.com")
		v.Click(http.StatusConflict, w.MailboxSet(), "address", boss.Mail, "from", "none", "host", "")
		v.Has(w.MailboxAddressTaken())
		unproved := []string{"address", "ewa@nowak.example", "quota", "50", "from", "imap", "host", "imap.oldhost.example", "old", ""}
		v.Click(http.StatusConflict, w.MailboxSet(), unproved...)
		v.Has(w.MailboxDomainUnverified("nowak.example", company))
		typed(t, v.Visitor, w.MailboxSet(), unproved[:8]...)
		if links := v.Page.Links(w.MailboxDomains(company)); len(links) != 1 || !strings.HasSuffix(links[0], "/account/domains") {
			t.Errorf("the way to the domains: %v", links)
		}
		v.See("customer-mailbox-domain")
		s.Verified(boss, "nowak.example")
		v.Click(http.StatusOK, w.MailboxSet(), "address", "ewa@nowak.example", "quota", "50", "from", "imap", "host", "imap.oldhost.example", "old", "ewa@oldhost.example")
		v.Has(w.MailboxSaved(ewa), w.MailboxGigabytes(50), "ewa@oldhost.example", "IMAP, imap.oldhost.example", w.SetupRequested())
		v.See("customer-mailbox-requested")
		u := user(s, v.ID, "ewa@")
		if m := u.Mailbox; m == nil || m.Address != "ewa@nowak.example" || m.QuotaGB != 50 || m.From == nil || m.From.Host != "imap.oldhost.example" {
			t.Fatalf("%+v", m)
		}
		requested(s, u)
		reported(s, u, provisioning.Mailbox, provisioning.Report{State: provisioning.Running, Percent: 40})
		reported(s, u, provisioning.Migration, provisioning.Report{State: provisioning.Failed, Reason: "Ewa has not agreed yet."})
		v.Open(http.StatusOK, at)
		v.Has(w.SetupRunning(40), w.SetupFailed(), "Ewa has not agreed yet.")
		v.See("customer-mailbox-failed")

		// What is being set up, of all users.
		v.Open(http.StatusOK, path)
		v.Open(http.StatusOK, v.Page.Links(w.SetupTitle())[0])
		v.Has(w.SetupTitle(), ewa, w.ProvisioningMailbox(), w.ProvisioningMigration(), w.ProvisioningLicense(), "Ewa has not agreed yet.")
		v.See("customer-setup")
		v.Open(http.StatusOK, path+"/setup?state=done")
		v.Has(w.SetupNone())
		v.Open(http.StatusOK, path+"/setup?cursor=x")
		v.Visitor.At(path + "/setup")
		address, form := v.Page.Form(w.SetupRetry())
		v.Click(http.StatusOK, w.SetupRetry())
		v.Has(w.SetupRetried())
		v.Lacks("Ewa has not agreed yet.")
		page, err := v.Post(t.Context(), address, form) // pressed twice
		s.Must(err)
		v.Look(page, http.StatusOK, "twice")
		if n := s.CountEvents(provisioning.RetriedEvent{}.Type()); n != 1 {
			t.Errorf("%d times retried", n)
		}
		reported(s, u, provisioning.Migration, provisioning.Report{State: provisioning.Failed, Reason: "Not yet."})
		v.Open(http.StatusOK, at)
		v.Click(http.StatusOK, w.SetupRetry())
		v.Visitor.At(at)
		v.Has(w.SetupRetried())
		reported(s, u, provisioning.Migration, provisioning.Report{State: provisioning.Done})
		v.Open(http.StatusOK, at)
		v.Has(w.SetupDone())

		// Changed, and removed; a form that was shown before changes nothing.
		v.Open(http.StatusOK, at+"/mailbox")
		typed(t, v.Visitor, w.MailboxSave(), "address", "ewa@nowak.example", "quota", "50", "from", "imap", "host", "imap.oldhost.example", "old", "ewa@oldhost.example")
		stale.Open(http.StatusOK, at+"/mailbox")
		v.Click(http.StatusOK, w.MailboxSave(), "address", "e.krol@nowak.example", "quota", "", "from", "none")
		v.Has(w.MailboxSaved(ewa), w.MailboxStandard("Skylark Cloud"), "e.krol@nowak.example")
		v.Lacks(w.MailboxMoved())
		stale.Click(http.StatusConflict, w.MailboxSave(), "quota", "10")
		stale.Has(w.CustomerUsersChanged())
		v.Open(http.StatusOK, at+"/delete")
		v.Has(w.MailboxGoes("e.krol@nowak.example"))
		v.Click(http.StatusOK, w.CustomerUsersDeleteName(ewa))
		requested(s, user(s, v.ID, "ewa@"))
		v.Open(http.StatusOK, at)
		v.Has(w.MailboxRemoval(), w.SetupRequested())
		v.Lacks(w.MailboxChange(), w.CustomerLicensesSave())
		v.See("customer-mailbox-deleted")
		v.Open(http.StatusOK, at+"/mailbox")
		v.Lacks(w.MailboxSave())
		v.Open(http.StatusOK, at+"/restore")
		v.Has(w.MailboxAgain("e.krol@nowak.example"))
		v.Click(http.StatusOK, w.CustomerUsersRestoreName(ewa))
		v.Open(http.StatusOK, at+"/remove-mailbox")
		v.Has(w.MailboxRemoveTitle(ewa), w.MailboxRemoveText("e.krol@nowak.example"))
		v.See("customer-mailbox-remove")
		address, form = v.Page.Form(w.MailboxRemove())
		v.Click(http.StatusOK, w.MailboxRemove())
		v.Has(w.MailboxRemoved(ewa), w.MailboxNone())
		page, err = v.Post(t.Context(), address, form)
		s.Must(err)
		v.Look(page, http.StatusOK, "twice")
	})
}

// TestLicensesLeft: where none is left, and where the subscription does not run, the form says so; another's last one is not given twice.
func TestLicensesLeft(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w, sub := v.W, v.Subscriptions()[0]
		created(v.Visitor, path, ewa, "ewa@nowak.example")
		at := path + "/" + site.ULID(string(user(s, v.ID, "ewa@").ID))
		boss := path + "/" + site.ULID(string(v.OwnerID))
		s.ChangeSubscription(sub, func(sub *subscription.Subscription) { sub.Licenses.Bought = 1 })
		v.Open(http.StatusOK, at+"?lang="+language)
		late := v.Tab()
		late.Open(http.StatusOK, at)
		v.Open(http.StatusOK, boss)
		v.Choose(http.StatusOK, w.CustomerLicensesSave(), "licenses", site.ULID(string(sub.ID)))
		late.Choose(http.StatusConflict, w.CustomerLicensesSave(), "licenses", site.ULID(string(sub.ID)))
		late.Has(w.CustomerLicensesGone(), w.CustomerLicensesNoneLeft(1))
		late.See("customer-user-no-license")
		late.Choose(http.StatusUnprocessableEntity, w.CustomerLicensesSave(), "licenses", "01kaj4t0n5q0s2v4x6z8a1b3c5")
		s.ChangeSubscription(v.Subscriptions()[0], func(sub *subscription.Subscription) { sub.Status = subscription.Suspended })
		v.Open(http.StatusOK, at)
		v.Has(w.CustomerLicensesNothing())
		v.Open(http.StatusOK, boss)
		v.Has(w.CustomerLicensesEnded())
		v.See("customer-user-license-ended")
		v.Choose(http.StatusOK, w.CustomerLicensesSave(), "licenses")
		if u := user(s, v.ID, "anna"); len(u.Licenses) != 0 {
			t.Errorf("%+v", u)
		}
		reader := v.Colleague("basia@nowak.example", customer.PasswordAdmin)
		reader.Open(http.StatusOK, at+"?lang="+language)
		reader.Has(w.CustomerUsersNeedsUserAdmin(company))
		reader.Open(http.StatusOK, at+"/mailbox")
		reader.Lacks(w.MailboxSet() + "\n")
		reader.At(at)
	})
}

// TestSetupOnBehalf: a full grant sets mailboxes up and retries, a limited one sees both with who can give the right.
func TestSetupOnBehalf(t *testing.T) {
	t.Parallel()
	for _, role := range []string{offer.RoleFull, offer.RoleLimited} {
		pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
			at := administered(s, role)
			of := s.Owner()
			boss := s.SignedIn("anna@example.com", "en")
			created(boss, path, ewa, "ewa@nowak.example")
			u := user(s, of.Customer, "ewa@")
			one := at + "/users/" + site.ULID(string(u.ID))
			stands, err := s.Administration(context.Background(), of.Customer, "")
			s.Must(err)
			by, err := administration.Claim{User: of}.Over(stands, s.Op().At)
			s.Must(err)
			o := s.Op()
			o.Actor.Kind, o.Actor.ID = "customer_user", string(of.ID)
			u, err = administration.SetLicenses(context.Background(), s.Table, by, u, []string{string(s.Subscriptions()[0].ID)}, o)
			s.Must(err)
			s.Verified(of, "nowak.example")
			v := s.SignedIn(admin, language)
			w := v.W
			v.Open(http.StatusOK, one+"?lang="+language)
			if role == offer.RoleLimited {
				v.Has(w.CustomersNeedsGrant(), w.MailboxSet())
				asks(t, v, of.Customer)
				v.See("admin-user-mailbox-limited")
				v.Open(http.StatusOK, one+"/mailbox")
				v.At(one)
			} else {
				v.Open(http.StatusOK, v.Page.Links(w.MailboxSet())[0])
				v.Click(http.StatusOK, w.MailboxSet(), "from", "google")
				v.Has(w.MailboxSaved(ewa), "Google")
			}
			o = s.Op()
			o.Actor.Kind, o.Actor.ID = "customer_user", string(of.ID)
			u, err = s.CustomerUser(context.Background(), u.ID)
			s.Must(err)
			if u.Mailbox == nil {
				u, err = administration.SetMailbox(context.Background(), s.Table, by, u, customer.MailboxDraft{}, o)
				s.Must(err)
			}
			requested(s, u)
			reported(s, u, provisioning.Mailbox, provisioning.Report{State: provisioning.Failed, Reason: "No room."})
			v.Open(http.StatusOK, at)
			v.Has(w.SetupAbout("Skylark Cloud"))
			v.Open(http.StatusOK, at+"/users/setup")
			v.Has("No room.", w.SetupRetry())
			v.See("admin-setup-" + role)
			if role == offer.RoleLimited {
				v.Has(w.CustomersNeedsGrant())
				return
			}
			v.Click(http.StatusOK, w.SetupRetry())
			v.Has(w.SetupRetried())
			reported(s, u, provisioning.Mailbox, provisioning.Report{State: provisioning.Failed, Reason: "No room."})
			reported(s, u, provisioning.Migration, provisioning.Report{State: provisioning.Failed, Reason: "Ewa has not agreed yet."})
			v.Open(http.StatusOK, one)
			v.See("admin-mailbox-both-failed")
			for _, what := range []string{w.ProvisioningMailbox(), w.ProvisioningMigration()} { // two buttons, each of which says what
				v.Click(http.StatusOK, w.SetupRetryWhat(what))
				v.At(one)
				v.Has(w.SetupRetried())
				v.Lacks(w.SetupRetryWhat(what))
			}
		})
	}
}

// meanwhile is the table, where something happens between what a page reads of a user first and what it decides on.
type meanwhile struct {
	pagetest.Table
	then func()
}

func (m *meanwhile) CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error) {
	u, err := m.Table.CustomerUser(ctx, id)
	if then := m.then; then != nil {
		m.then = nil
		then()
	}
	return u, err
}

// TestMeanwhile: what changes while a form is being decided on is not decided on by it.
func TestMeanwhile(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Company("en")
	w, sub := v.W, site.ULID(string(v.Subscriptions()[0].ID))
	created(v.Visitor, path, ewa, "ewa@nowak.example")
	at := path + "/" + site.ULID(string(user(s, v.ID, "ewa@").ID))
	s.Verified(user(s, v.ID, "owner@"), "nowak.example")
	table := &meanwhile{Table: s.Table.Table}
	s.Serve(table)
	other := v.Tab()
	give := func(v *pagetest.Visitor, status int, of ...string) {
		v.Open(http.StatusOK, at)
		v.Choose(status, w.CustomerLicensesSave(), "licenses", of...)
	}
	fill := func(v *pagetest.Visitor, status int, step, button string, fields ...string) {
		v.Open(http.StatusOK, at+step)
		v.Click(status, button, fields...)
	}
	during := func(first, then func()) {
		opened := false
		table.then = func() { // the page is opened by its first read, and posted by the next
			table.then = func() { opened = true; then() }
		}
		if first(); !opened {
			t.Error("nothing happened meanwhile")
		}
	}
	during(func() { give(v.Visitor, http.StatusConflict) }, func() { give(other, http.StatusOK, sub) })
	v.Has(w.CustomerLicensesChanged())
	during(func() { fill(v.Visitor, http.StatusConflict, "/mailbox", w.MailboxSet(), "from", "google") }, func() { fill(other, http.StatusOK, "/mailbox", w.MailboxSet(), "from", "none") })
	v.Has(w.CustomerUsersChanged())
	during(func() { fill(v.Visitor, http.StatusConflict, "/remove-mailbox", w.MailboxRemove()) }, func() { fill(other, http.StatusOK, "/mailbox", w.MailboxSave(), "address", "e.krol@nowak.example") })
	v.Has(w.CustomerUsersChanged())
	during(func() { fill(v.Visitor, http.StatusConflict, "/edit", w.PartnerUsersSave(), "name", "Other") }, func() { fill(other, http.StatusOK, "/edit", w.PartnerUsersSave(), "name", "Ewa Lis") })
	v.Has(w.CustomerUsersChanged())
	if u := user(s, v.ID, "ewa@"); u.Name != "Ewa Lis" || len(u.Licenses) != 1 || u.Mailbox == nil || u.Mailbox.From != nil || u.Mailbox.Address != "e.krol@nowak.example" {
		t.Errorf("%+v", u)
	}
}

// TestSetupBeyond: of more tasks than a page reads, none of which is to be shown, the page says that there are more.
func TestSetupBeyond(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Company("en")
	s.Serve(beyond{s.Table.Table})
	v.Open(http.StatusOK, path+"/setup")
	v.Has(v.W.SetupNoneHere(), v.W.SiteOlder())
	v.Lacks(v.W.SetupNone())
}

// beyond is the table of a customer with very many tasks that are done.
type beyond struct{ pagetest.Table }

func (beyond) TasksOf(context.Context, customer.ID, dynamo.Page, dynamo.Keep[provisioning.Task]) ([]provisioning.Task, string, error) {
	return nil, "next", nil
}
