package activity_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// TestActivity shows who did what, a partner's acts on behalf as that, a type without words by its name, in pages, and the same as CSV.
func TestActivity(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
		o := s.Op()
		o.Actor = op.Actor{Kind: op.PartnerUser, ID: "usr_" + string(pagetest.Asking) + "_x"}
		for _, change := range []event.Change{
			event.Of("sub_x", subscription.CancelledEvent{PlanID: "plan_mail"}), event.Of("red_x", consent.DisputedEvent{}),
			event.Of("red_x", consent.DisputeDecidedEvent{}), event.Of("usr_x", event.UnsubscribedEvent{}), event.Of("usr_x", event.ResubscribedEvent{}),
			{Type: "=SUM(A1)", Subject: "x"},
		} {
			o.ID = o.NewID()
			s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.ID)), change), o))
		}
		c.Open(http.StatusOK, "/account/activity")
		c.See("activity")
		mail := pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language)
		c.Has(w.ActivityOnBehalf("Baltic Bridge IT sp. z o.o."), w.ActivityBought(mail, w.SiteLicenceCount(10)), w.ActivityPartnerOfRecordSet("Vistula Advice S.A.", mail), "=SUM(A1)", w.ActivityByLink("Anna Nowak"),
			w.ActivityDisputed(), w.ActivityDisputeDecided(), w.ActivityUnsubscribed(), w.ActivityResubscribed())
		for _, kind := range []string{"subscription.", "partner_of_record.", "redemption.", "recipient."} {
			if strings.Contains(c.Page.Text(), kind) {
				t.Errorf("a type without words:\n%s", c.Page.Text())
			}
		}
		rows := c.File(w.ActivityDownload())
		if len(rows) < 6 || len(rows[0]) != 7 || !slices.ContainsFunc(rows, func(row []string) bool { return row[5] == "'=SUM(A1)" }) {
			t.Errorf("%q", rows)
		}
		for i := range 30 {
			o.ID = o.NewID()
			o.At = o.At.Add(time.Second)
			s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.ID)), event.Change{Type: "x.y", Subject: fmt.Sprint(i)}), o))
		}
		c.Open(http.StatusOK, "/account/activity")
		c.Open(http.StatusOK, c.Page.Links(w.SiteOlder())[0])
		c.See("activity-older")
		c.Has(w.SiteNewest(), w.ActivityByLink("Anna Nowak"))
	})
}

// TestActivitySetup shows what the vendor's systems do, each kind by its name, and why it failed.
func TestActivitySetup(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, o := c.W, s.Op()
		task := provisioning.NewID(c.ID, o.NewID())
		tell := func(what event.Typed) {
			o.ID = o.NewID()
			s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.ID)), event.Of(task, what)), o))
		}
		names := map[provisioning.Kind]string{
			provisioning.Subscription: w.ProvisioningSubscription(), provisioning.License: w.ProvisioningLicense(), provisioning.Mailbox: w.ProvisioningMailbox(),
			provisioning.Migration: w.ProvisioningMigration(), provisioning.Domain: w.ProvisioningDomain(),
		}
		var want []string
		for _, kind := range provisioning.Kinds {
			tell(provisioning.RequestedEvent{Of: provisioning.Of{Kind: kind, Subject: "x"}})
			want = append(want, w.ActivityTaskRequested(names[kind]))
		}
		of := provisioning.Of{Kind: provisioning.Mailbox, Subject: "x"}
		o.Actor.Kind = op.Operator
		for _, what := range []event.Typed{provisioning.RunningEvent{Of: of}, provisioning.FailedEvent{Of: of, Reason: "No room <b>."}, provisioning.RetriedEvent{Of: of}, provisioning.DoneEvent{Of: of}} {
			tell(what)
		}
		c.Open(http.StatusOK, "/account/activity")
		c.See("activity-setup")
		c.Has(append(want, w.ActivityTaskRunning(names[of.Kind]), w.ActivityTaskFailed(names[of.Kind], "No room <b>."), w.ActivityTaskRetried(names[of.Kind]), w.ActivityTaskDone(names[of.Kind]))...)
		if strings.Contains(c.Page.Text(), "provisioning_task.") {
			t.Errorf("a type without words:\n%s", c.Page.Text())
		}
	})
}

// TestActivityByLink: who answers signed in by the link of a mail is named as who did it, with the way; what the same person does in the
// account is told by the name alone.
func TestActivityByLink(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.Sells()
		v := s.Member("anna@example.com", language)
		w, anna := v.W, s.Owner()
		_, link := s.Invite(s.Purchase(nil), "anna@example.com", language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.SiteNext(), "advisor", "none")
		v.Click(http.StatusOK, w.SiteNext())
		v.Order(http.StatusOK)
		o := s.Op()
		o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(anna.ID)}
		s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(anna.Customer)), event.Of("usr_x", event.UnsubscribedEvent{})), o))

		found, _, err := s.TenantEvents(t.Context(), event.Customer(string(anna.Customer)), event.Filter{Type: subscription.ConvertedEvent{}.Type()}, dynamo.Page{Limit: 9})
		s.Must(err)
		if len(found) != 1 || found[0].Actor != (op.Actor{Kind: op.CustomerUser, ID: string(anna.ID), Link: true}) {
			t.Errorf("%+v", found)
		}
		v.Open(http.StatusOK, "/account/activity?lang="+language)
		v.Has(w.ActivityByLink(anna.Name))
		v.Lacks(w.ActivityByVisitor())
		who := map[string]string{}
		for _, row := range v.File(w.ActivityDownload()) {
			who[row[5]] += row[2] + "|"
		}
		for kind, name := range map[event.Type]string{
			customer.CreatedEvent{}.Type(): w.ActivityByLink(anna.Name), subscription.ConvertedEvent{}.Type(): w.ActivityByLink(anna.Name), relationship.PartnerOfRecordRemovedEvent{}.Type(): w.ActivityByLink(anna.Name),
			event.UnsubscribedEvent{}.Type(): anna.Name,
		} {
			if who[string(kind)] != name+"|" {
				t.Errorf("%s was done by %q, not %q", kind, who[string(kind)], name)
			}
		}
	})
}

// TestActivityFilter: a reader sees one kind of change, those of one partner, or those since a day; the file holds the same; a date that is
// none is said so, and everything stays in sight.
func TestActivityFilter(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
		mail := pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language)
		bought, named := w.ActivityBought(mail, w.SiteLicenceCount(10)), w.ActivityPartnerOfRecordSet("Vistula Advice S.A.", mail)
		for query, want := range map[string]struct {
			status     int
			has, lacks []string
		}{
			"":                                      {http.StatusOK, []string{bought, named}, nil},
			"?kind=partner_of_record":               {http.StatusOK, []string{named, w.ActivityClear()}, []string{bought}},
			"?kind=subscription":                    {http.StatusOK, []string{bought}, []string{named}},
			"?kind=nonsense":                        {http.StatusOK, []string{bought, named}, []string{w.ActivityClear()}},
			"?partner=" + string(pagetest.Stranger): {http.StatusOK, []string{w.ActivityNoneFound()}, []string{bought, named}},
			"?since=2999-01-01":                     {http.StatusOK, []string{w.ActivityNoneFound()}, []string{bought, named}},
			"?since=2020-01-01":                     {http.StatusOK, []string{bought, named}, nil},
			"?since=tomorrow":                       {http.StatusUnprocessableEntity, []string{w.ActivitySinceWrong(), bought, named}, nil},
		} {
			c.Open(want.status, "/account/activity"+query)
			c.Has(want.has...)
			c.Lacks(want.lacks...)
		}
		c.Open(http.StatusOK, "/account/activity?kind=partner_of_record")
		rows := c.File(w.ActivityDownload())
		if len(rows) < 2 || slices.ContainsFunc(rows[1:], func(row []string) bool { return !strings.HasPrefix(row[5], "partner_of_record.") }) {
			t.Errorf("the file does not hold what the page shows: %q", rows)
		}
	})
}

// admin signs in the asking partner's first user, its global administrator.
const admin = "piotr@" + string(pagetest.Asking) + ".example"

// administered makes a customer that gave the asking partner full administration.
func administered(s *pagetest.World, language string) customer.ID {
	_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull}
	}), "anna@example.com", language)
	s.AtCheck(link, language, "yes").StartTrial(http.StatusOK)
	return s.Owner().Customer
}

// TestPartnerActivity: a partner's people read what was done in their company and with its customers, each by name: their own by theirs, the
// customer's by the customer, what was done on its behalf as that; and nothing of others.
func TestPartnerActivity(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		of := administered(s, language)
		v := s.SignedIn(admin, language)
		w, o := v.W, s.Op()
		found, _, err := s.PartnerUsers(t.Context(), pagetest.Asking, "", dynamo.Page{Limit: 1})
		s.Must(err)
		piotr := found[0]
		o.Actor = op.Actor{Kind: op.PartnerUser, ID: string(piotr.ID)}
		sub, _, err := s.SubscriptionsOf(t.Context(), of, dynamo.Page{Limit: 1}, nil)
		s.Must(err)
		for _, happened := range []struct {
			tenant event.Tenant
			shared string
			change event.Change
		}{
			{event.Customer(string(of)), string(pagetest.Asking), event.Of(sub[0].ID, subscription.SuspendedEvent{PlanID: sub[0].Plan})},
			{event.Customer(string(of)), "", event.Of("usr_x", event.UnsubscribedEvent{})},
			{event.Partner(string(pagetest.Asking)), "", event.Of(piotr.ID, partner.UserUpdatedEvent{})},
			{event.Partner(string(pagetest.Asking)), "", event.Of(sub[0].ID, subscription.ChangedEvent{Change: subscription.ReinstatedEvent{}.Type()})},
			{event.Partner(string(pagetest.Stranger)), "", event.Of("x", partner.ClosedEvent{})},
		} {
			o.ID = o.NewID()
			e := event.New(o, happened.tenant, happened.change)
			if happened.shared != "" {
				e = e.SharedWith(happened.shared)
			}
			s.Must(s.SaveEvent(t.Context(), e, o))
		}
		suite := pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)
		v.Open(http.StatusOK, "/partner/activity?lang="+language)
		v.See("partner-activity")
		v.Has(w.ActivityLeadPartner(), w.ActivityOfferCreated(), w.ActivityInvitationCreated(), w.ActivityForCustomer(piotr.Name, "Zakład Nowak"),
			w.ActivitySuspended(suite), w.ActivityUserChanged(piotr.Name), w.ActivityByCustomer("Zakład Nowak"), w.ActivityReinstated(string(sub[0].ID)))
		v.Lacks("Anna Nowak", w.ActivityUnsubscribed(), w.ActivityPartnerClosed())
		for _, kind := range []string{"offer.", "invitation.", "subscription.", "redemption."} {
			if strings.Contains(v.Page.Text(), kind) {
				t.Errorf("a type without words:\n%s", v.Page.Text())
			}
		}
		v.Open(http.StatusOK, v.Page.Links("Zakład Nowak")[0])
		v.Has(w.CustomersEndGrant())
		v.Open(http.StatusOK, "/partner/activity?kind=offer")
		v.Has(w.ActivityOfferCreated())
		v.Lacks(w.ActivitySuspended(suite))
		made := v.Page.Links(w.PartnerOffersOffer())
		file := v.File(w.ActivityDownload())
		if len(made) == 0 || len(file) != 2 || file[1][5] != string(offer.CreatedEvent{}.Type()) || file[0][3] != w.ActivityForCustomers() {
			t.Fatalf("%v %v", made, file)
		}
		v.Open(http.StatusOK, made[len(made)-1])
		v.Has(w.PartnerOfferAnswers())
		v.Open(http.StatusOK, "/partner/activity?since=2999-01-01")
		v.Has(w.ActivityNoneFound())
		v.Open(http.StatusUnprocessableEntity, "/partner/activity?since=tomorrow")
		v.Has(w.ActivitySinceWrong())

		v.Open(http.StatusOK, "/partner/activity?customer="+of.Bare())
		v.Has(w.ActivitySuspended(suite), w.CustomersCustomer())
		v.Lacks(w.ActivityOfferCreated(), w.ActivityUserChanged(piotr.Name))
		_, form := v.Page.Form(w.ActivityShow())
		if form.Get("customer") != of.Bare() {
			t.Errorf("the customer is not kept: %v", form)
		}
		v.Open(http.StatusOK, "/partner/activity?customer=000000000000") // nobody's, or another's
		v.Has(w.ActivityNoneFound())
		v.Lacks(w.CustomersCustomer())

		v.Open(http.StatusForbidden, "/account/activity")
		piotr.CustomerAccess = partner.NoAccess
		o.ID = o.NewID()
		s.Must(s.SavePartnerUser(t.Context(), piotr, 0, event.New(o, event.Partner(string(pagetest.Asking)), event.Of(piotr.ID, partner.UserUpdatedEvent{})), o))
		v.Open(http.StatusForbidden, "/partner/activity")
		v.Lacks(w.ActivityOfferCreated())
	})
}
