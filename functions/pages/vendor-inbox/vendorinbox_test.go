package vendorinbox_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/vendor"

// applies is an application that waits.
func applies(s *pagetest.World, name, mail string) partner.Application {
	ctx := context.Background()
	a, err := partner.Apply(ctx, s, partner.Application{
		LegalName: name, RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Zakopane", Website: "https://tatra.example", Phone: "+48 18 555 01 00",
		Contact: partner.Contact{Name: "Jan Góral", Mail: mail, Language: "pl"}, Programs: []string{"cloud_essentials"}, Why: "We look after hotels.",
	}, s.Op())
	s.Must(err)
	secret := s.Op().IDs.Secret()
	s.Must(s.AddApplicationLink(ctx, a, secret, s.Op()))
	a, err = partner.ConfirmApplication(ctx, s, a.ID, secret, s.Op())
	s.Must(err)
	return a
}

// TestApplications: an operator finds a company that applied, sees what it said, and takes it in; another it turns away with a reason.
func TestApplications(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.VendorNone())
		tatra, odra := applies(s, "Tatra Systems s.r.o.", "jan@tatra.example"), applies(s, "Odra Cloud", "ola@odra.example")
		v.Open(http.StatusOK, path)
		v.Has(w.VendorApplication("Tatra Systems s.r.o."), w.VendorWaiting(2), w.VendorDue(tatra.DueAt()))
		v.See("vendor-inbox")
		v.Open(http.StatusOK, path+"/inbox/application/"+string(tatra.ID))
		v.Has("Jan Góral", "jan@tatra.example", "Cloud Essentials", "We look after hotels.", w.VendorApproveHint("Jan Góral"))
		v.See("vendor-application")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide())
		v.Has(w.VendorDecisionMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "approve")
		v.Has(w.VendorDone(), w.VendorApproved())
		now, err := s.Application(context.Background(), tatra.ID)
		s.Must(err)
		if now.Status != partner.ApplicationApproved || now.Partner == "" {
			t.Errorf("%+v", now)
		}
		v.Open(http.StatusOK, path+"/inbox/application/"+string(odra.ID))
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "reject")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "reject", "reason", "No address of its own")
		v.Has(w.VendorRejected(), "No address of its own")
		if now, err = s.Application(context.Background(), odra.ID); err != nil || now.Status != partner.ApplicationRejected || now.Reason != "No address of its own" {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// TestNameTaken: where a partner's name looks the same the company is not taken in, and the page says why.
func TestNameTaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	first, second := applies(s, "Tatra Systems", "jan@tatra.example"), applies(s, "Tatra Systems", "eve@tatra.example")
	for a, status := range map[partner.ApplicationID]int{first.ID: http.StatusOK} {
		v.Open(http.StatusOK, path+"/inbox/application/"+string(a))
		v.Click(status, v.W.VendorDecide(), "decision", "approve")
	}
	v.Open(http.StatusOK, path+"/inbox/application/"+string(second.ID))
	v.Click(http.StatusConflict, v.W.VendorDecide(), "decision", "approve")
	v.Has(v.W.VendorNameTaken())
}

// TestSomebodyWasFaster: a decision over one that a colleague took meanwhile changes nothing, and the page says so.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	v.Open(http.StatusOK, path+"/inbox/application/"+string(a.ID))
	_, err := partner.RejectApplication(context.Background(), s, a.ID, "A colleague's reason", s.Op())
	s.Must(err)
	v.Click(http.StatusOK, v.W.VendorDecide(), "decision", "approve")
	v.Has(v.W.VendorBefore(), "A colleague's reason")
}

// signsIn says that a page leads to the sign-in.
func signsIn(t *testing.T, v *pagetest.Visitor, link string) {
	t.Helper()
	got, err := v.Get(t.Context(), link)
	if err != nil || got.URL.Path != "/sign-in" {
		t.Errorf("%s leads to %s: %v", link, got.URL, err)
	}
}

// TestOnlyOperators: people of partners and customers, and whoever is not signed in, see nothing of the vendor's console; a disabled operator is
// signed out with the next request.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	s.SignUp("anna@example.com")
	_, colleague := s.Staff("Olga", "olga@skylark.example", "en")
	v, marta := s.Staff("Marta Lis", "marta@skylark.example", "en")
	for _, where := range []string{path, path + "/inbox/application/" + string(a.ID)} {
		for _, mail := range []string{"piotr@" + string(pagetest.Asking) + ".example", "anna@example.com"} {
			other := s.SignedIn(mail, "en")
			other.Open(http.StatusForbidden, where)
			other.Has(other.W.VendorElsewhereTitle())
			other.Lacks("Tatra")
		}
		signsIn(t, s.Visitor("en"), s.URL+where)
		v.Open(http.StatusOK, where)
	}
	v.Open(http.StatusOK, "/account")
	v.At(path)
	_, err := operator.Switch(context.Background(), s, marta.ID, true, s.Op())
	s.Must(err)
	signsIn(t, v, s.URL+path)
	if _, err = operator.Switch(context.Background(), s, colleague.ID, true, s.Op()); err == nil {
		t.Error("the last operator was disabled")
	}
}

// TestReadIsAnEvent: what an operator reads of persons on a page is an event, as it is by the API; opening it writes nothing else.
func TestReadIsAnEvent(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	a := applies(s, "Tatra Systems", "jan@tatra.example")
	for _, where := range []string{path, path + "?kind=application", path + "/inbox/application/" + string(a.ID)} {
		stands := func() map[string]string {
			found := map[string]string{}
			for _, one := range s.Items(t) {
				found[fixture.Text(one, "PK")+" "+fixture.Text(one, "SK")] = fixture.Text(one, "op")
			}
			return found
		}
		before := stands()
		v.Open(http.StatusOK, where)
		added := 0
		for key, op := range stands() {
			if before[key] == op {
				continue
			}
			if added++; !strings.HasPrefix(key, "VENDOR EVENT#") {
				t.Errorf("%s writes %s", where, key)
			}
		}
		if added != 1 {
			t.Errorf("%s: %d events", where, added)
		}
	}
}

// opens finds a thing by its title in the inbox and opens it.
func opens(t *testing.T, v *pagetest.Visitor, title string) {
	t.Helper()
	v.Open(http.StatusOK, path)
	to := v.Page.Links(title)
	if len(to) == 0 {
		t.Fatalf("the inbox has no %q", title)
	}
	v.Open(http.StatusOK, strings.TrimPrefix(to[0], "http://"+v.Page.URL.Host))
}

// named is what a customer is called.
func named(s *pagetest.World, c customer.ID) string {
	names, err := s.CustomerNames(context.Background(), []customer.ID{c})
	s.Must(err)
	return names[c]
}

// gone says that the inbox no longer holds a thing.
func gone(t *testing.T, v *pagetest.Visitor, title string) {
	t.Helper()
	v.Open(http.StatusOK, path)
	if len(v.Page.Links(title)) > 0 {
		t.Errorf("the inbox still holds %q", title)
	}
}

// TestDispute: a customer's objection waits until an operator decides it with a reason, as the API would.
func TestDispute(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		ctx := context.Background()
		c := s.Company("en")
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		given, _, err := s.RedemptionsOf(ctx, c.ID, dynamo.Page{Limit: 1}, nil)
		s.Must(err)
		id := consent.ID(given[0].ID)
		_, err = consent.Object(ctx, s, c.ID, id, c.OwnerID, "We never agreed to this.", s.Op())
		s.Must(err)
		title := w.VendorDispute(named(s, c.ID), pagetest.Baltic)
		v.Open(http.StatusOK, path)
		v.Has(w.VendorSaid("We never agreed to this."), w.VendorGroupWeek())
		opens(t, v, title)
		v.Has(id.Reference(), w.VendorUpholdHint(pagetest.Baltic))
		v.See("vendor-dispute")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "upheld")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "upheld", "reason", "The signature is not theirs")
		v.Has(w.VendorUpheld(), "The signature is not theirs", w.VendorDone())
		now, err := s.Redemption(ctx, id)
		s.Must(err)
		if now.Dispute.Status != consent.DisputeUpheld || now.Dispute.Answer != "The signature is not theirs" {
			t.Errorf("%+v", now.Dispute)
		}
		gone(t, v, title)
	})
}

// resells makes the asking partner a customer's reseller.
func resells(s *pagetest.World, c customer.ID, by customer.UserID) {
	ctx := context.Background()
	tie, _, err := s.Relationship(ctx, c, pagetest.Asking)
	s.Must(err)
	tie.Reseller, tie.ResellerSince, tie.ResellerBy = true, s.At.AddDate(0, -3, 0), by
	s.Must(s.SaveTie(ctx, tie, event.New(s.Op(), event.Customer(string(c)), event.Of(relationship.NewID(c, pagetest.Asking), relationship.ResellerAddedEvent{})), s.Op()))
}

// TestLeft: the tie of a reseller that left the program waits at once, and nobody is said to have asked.
func TestLeft(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		ctx, c := context.Background(), s.Company(language)
		resells(s, c.ID, c.OwnerID)
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		title := w.VendorLeft(named(s, c.ID), pagetest.Baltic)
		gone(t, v, title)
		s.Must(relationship.LeaveToVendor(ctx, s, c.ID, pagetest.Asking, s.Op()))
		opens(t, v, title)
		v.Has(w.VendorGone(), w.VendorLeftOn(), w.VendorSubscriptions(0))
		v.See("vendor-reseller-left")
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "kept", "reason", "It bills on until March.")
		v.Has(w.VendorKept(), "It bills on until March.")
		gone(t, v, title)
	})
}

// TestRemoval: a request that the reseller left open is in the inbox from day 30, and not before.
func TestRemoval(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	ctx := context.Background()
	c := s.Company("en")
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	resells(s, c.ID, c.OwnerID)
	ask := func(days int) {
		o := s.Op()
		o.At = s.At.AddDate(0, 0, -days)
		_, err := relationship.RequestRemoval(ctx, s, c.ID, pagetest.Asking, c.OwnerID, "It does not answer.", o)
		s.Must(err)
	}
	title := w.VendorRemoval(named(s, c.ID), pagetest.Baltic)
	ask(29)
	gone(t, v, title)
	v.Open(http.StatusOK, path+"/inbox/removal/"+string(relationship.NewID(c.ID, pagetest.Asking)))
	v.Lacks(w.VendorDecision())
	_, err := relationship.WithdrawRemoval(ctx, s, c.ID, pagetest.Asking, s.Op())
	s.Must(err)
	ask(31)
	opens(t, v, title)
	v.Has("It does not answer.", w.VendorDay(31), w.VendorSubscriptions(0))
	v.Click(http.StatusOK, w.VendorDecide(), "decision", "removed", "reason", "It has left the market")
	v.Has(w.VendorRemoved(), "It has left the market")
	if tie, _, err := s.Relationship(ctx, c.ID, pagetest.Asking); err != nil || tie.Reseller || tie.Removal.Status != relationship.Removed {
		t.Errorf("%+v, %v", tie, err)
	}
	gone(t, v, title)
}

// TestReport: an offer that reports paused waits; an operator lets it go on, or ends it with a reason.
func TestReport(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w, made := v.W, s.MakeOffer(nil)
	title := w.VendorReport(pagetest.Baltic, made.ID.Reference())
	pause := func() {
		s.ChangeOffer(made.ID, func(of offer.Offer, used int) (offer.Offer, error) {
			return of.Pause(offer.PausedByReports, used, s.At)
		})
	}
	pause()
	opens(t, v, title)
	v.Has(made.ID.Reference(), w.VendorAddresses(0), w.VendorPaused(), w.VendorPausedOn())
	v.Click(http.StatusOK, w.VendorDecide(), "decision", "resume")
	v.Has(w.VendorRunsText(), w.VendorReportDone())
	gone(t, v, title)
	pause()
	opens(t, v, title)
	v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "withdraw")
	v.Click(http.StatusOK, w.VendorDecide(), "decision", "withdraw", "reason", "Nobody knows it")
	v.Has(w.VendorEndedText())
	stands(t, s, made.ID, offer.Withdrawn)
	gone(t, v, title)
}

// stands says how an offer stands.
func stands(t *testing.T, s *pagetest.World, of offer.ID, want offer.Status) {
	t.Helper()
	if now, _, err := s.Table.Offer(context.Background(), of); err != nil || now.Status != want {
		t.Errorf("%+v, %v", now, err)
	}
}

// reported lets the recipient of an invitation say that it does not know the partner, and counts that as dispatch does. A visitor's invitation is
// not there any more.
func reported(t *testing.T, s *pagetest.World, of offer.Offer, mail string, from invitation.Origin) {
	t.Helper()
	o := s.Op()
	by := invitation.Invitation{ID: invitation.ID("inv_" + o.NewID()), Offer: of.ID, Mail: mail, Origin: from}
	if from == invitation.FromPartner {
		by, _ = s.Invite(of, mail, "en")
	}
	sum, err := s.CountReport(context.Background(), by, s.At)
	s.Must(err)
	_, _, err = offer.Change(context.Background(), s.Table, of.ID, offer.ReportedEvent{Reports: sum.All()}, o, func(is offer.Offer, used int) (offer.Offer, error) {
		return is.Report(sum.All(), used, s.At)
	})
	s.Must(err)
}

// TestOneReport: an offer waits from its first report on: who was reported stands there, and of those who did it the last one, by address. The vendor
// keeps it with a reason, pauses it and lets it go on later; with the next report it waits again, and its end ends that.
func TestOneReport(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w, made := v.W, s.MakeOffer(nil)
		title := w.VendorReport(pagetest.Baltic, made.ID.Reference())
		at := path + "/inbox/report/" + string(made.ID)
		v.Open(http.StatusNotFound, at)
		reported(t, s, made, "olaf@reports.example", invitation.FromVisitor)
		v.Open(http.StatusOK, at)
		v.Has(w.VendorReportedLast())
		v.Lacks("reports.example", "inv_")
		reported(t, s, made, "ewa@reports.example", invitation.FromPartner)
		v.Open(http.StatusOK, path)
		v.Has(w.VendorReportCount(2), w.VendorGroupLater())
		v.See("vendor-inbox-report")
		opens(t, v, title)
		v.Has(made.ID.Reference(), w.VendorAddresses(1), w.VendorVisitors(1), w.VendorReportedLast(), "ewa@reports.example", w.VendorKeepOfferHint(), w.VendorPauseHint())
		v.Lacks("olaf@reports.example", "inv_")
		if to := v.Page.Links(pagetest.Baltic); len(to) != 1 || !strings.HasSuffix(to[0], "/vendor/partners/"+string(pagetest.Asking)) {
			t.Errorf("the partner's page: %v", to)
		}
		v.See("vendor-report-one")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "keep")
		v.Has(w.CustomersReasonMissing(), w.VendorReasonUnless())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "keep", "reason", "Known well.")
		v.Has(w.VendorRunsText(), w.VendorReportDone())
		v.See("vendor-report-kept")
		gone(t, v, title)
		stands(t, s, made.ID, offer.Active)
		piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", language)
		piotr.Open(http.StatusOK, "/partner/activity")
		piotr.Has(piotr.W.ActivityOfferReported(), piotr.W.ActivityOfferKept("Known well."))

		reported(t, s, made, "third@reports.example", invitation.FromVisitor)
		opens(t, v, title)
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "pause")
		v.Has(w.VendorPaused(), w.VendorResumeHint(), w.VendorReportDone())
		v.See("vendor-report-paused")
		stands(t, s, made.ID, offer.Paused)
		opens(t, v, title)
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "resume")
		gone(t, v, title)
		stands(t, s, made.ID, offer.Active)

		reported(t, s, made, "fourth@reports.example", invitation.FromVisitor)
		s.ChangeOffer(made.ID, func(of offer.Offer, used int) (offer.Offer, error) {
			return of.Pause(offer.PausedByPartner, used, s.At)
		})
		opens(t, v, title)
		v.Has(w.VendorKeepOfferPausedHint())
		v.Lacks(w.VendorPauseHint(), w.VendorResumeHint())
		s.ChangeOffer(made.ID, func(of offer.Offer, used int) (offer.Offer, error) { return of.Withdraw(used, s.At) })
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "keep", "reason", "Too late.")
		v.Has(w.VendorBefore(), w.VendorEndedText())
		gone(t, v, title)
	})
}

// TestTwoReports: two offers of one partner that were reported are told apart by their titles.
func TestTwoReports(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		first, second := s.MakeOffer(nil), s.MakeOffer(nil)
		for i, of := range []offer.Offer{first, second} {
			reported(t, s, of, "ewa"+strconv.Itoa(i)+"@reports.example", invitation.FromPartner)
		}
		v.Open(http.StatusOK, path+"?lang="+language)
		v.See("vendor-inbox-two-reports")
		for _, of := range []offer.Offer{first, second} {
			title := v.W.VendorReport(pagetest.Baltic, of.ID.Reference())
			for _, to := range v.Page.Links(title) {
				if !strings.HasSuffix(to, string(of.ID)) {
					t.Errorf("%q leads to %s", title, to)
				}
			}
			opens(t, v, title)
			v.Has(title)
			v.Open(http.StatusOK, path)
		}
	})
}

// TestCall: a call that a partner asked for waits; the code is made and shown once, by a press that is an event, and proves the number.
func TestCall(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	ctx := context.Background()
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w, title := v.W, v.W.VendorCall(pagetest.Baltic)
	s.Unproved(pagetest.Asking)
	_, err := partner.AskCode(ctx, s, pagetest.Asking, partner.PhoneChannel, s.Op())
	s.Must(err)
	opens(t, v, title)
	v.Has("+48 58 555 02 00", w.VendorMakeCodeText(partner.CodeMinutes))
	v.Lacks(w.VendorCodeUntil())
	v.Click(http.StatusOK, w.VendorMakeCode())
	v.Has(w.VendorCodeUntil(), w.VendorMakeCodeAgain(), "(CET)")
	shown := regexp.MustCompile(`>(\d{3} \d{3})<`).FindStringSubmatch(string(v.Page.Body))
	if shown == nil {
		t.Fatal("no code is shown")
	}
	gone(t, v, title)
	v.Open(http.StatusOK, path+"/inbox/call/"+string(pagetest.Asking))
	v.Lacks(shown[1])
	o := s.Op()
	o.At = o.At.Add(time.Minute)
	_, err = partner.ProveChannel(ctx, s, pagetest.Asking, partner.PhoneChannel, shown[1], o)
	s.Must(err)
	v.Open(http.StatusOK, path+"/inbox/call/"+string(pagetest.Asking))
	v.Has(w.VendorProved())
	gone(t, v, title)
}

// TestDeletion: a deletion that nobody could be told of waits with who refuses mail; the vendor announces it anew, or has the data deleted.
func TestDeletion(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		ctx, c := context.Background(), s.Company(language)
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		title := w.VendorDeletion(named(s, c.ID))
		sub := c.Hold()
		v.Open(http.StatusOK, path)
		v.Has(w.VendorDeletions(), w.VendorGroupLater(), w.VendorNobodyTold())
		opens(t, v, title)
		v.Has("owner@example.com", w.VendorSuppressionsBounced(), w.VendorHeldSince(), w.VendorAnnounceHint(subscription.AnnounceDays), w.VendorGracePast())
		v.See("vendor-deletion")
		c.Open(http.StatusOK, "/account/subscriptions/"+string(sub.ID))
		c.Has(c.W.SubscriptionsDataHeld())
		c.Lacks(c.W.SubscriptionsDataUntil())
		c.See("subscription-held")
		v.Click(http.StatusUnprocessableEntity, w.VendorDecide(), "decision", "delete")
		v.Has(w.CustomersReasonMissing())
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "announce", "reason", "The address was mended.")
		v.Has(w.VendorAnnounced(), w.VendorDeletionDone())
		v.See("vendor-deletion-announced")
		gone(t, v, title)
		s.Must(subscription.Update(ctx, s, sub.ID, s.Op(), func(is subscription.Subscription) (subscription.Subscription, []event.Event) {
			return is.Unannounced(s.At.Add(time.Minute), s.Op())
		}))
		opens(t, v, title)
		v.Click(http.StatusOK, w.VendorDecide(), "decision", "delete", "reason", "They said so on the phone.")
		now, err := s.StoredSubscription(ctx, sub.ID)
		s.Must(err)
		v.Has(w.VendorGoes(), w.VendorGoesText(now.DeleteAfter.In(calendar.Zone("PL"))))
		v.See("vendor-deletion-goes")
		if wait := now.DeleteAfter.Sub(s.At); wait < 7*24*time.Hour || now.Held {
			t.Errorf("%+v", now)
		}
		gone(t, v, title)
		c.Open(http.StatusOK, "/account/subscriptions/"+string(sub.ID))
		c.Has(c.W.Date(now.DeleteAfter.In(calendar.Zone("PL"))))
		c.Open(http.StatusOK, "/account/activity")
		c.Has(c.W.ActivityDeletionDecided(now.DeleteAfter.In(calendar.Zone("PL")), "They said so on the phone."))
	})
}

// TestDeletionIsOver: what was bought or deleted meanwhile is not decided any more, and what was never held has no page.
func TestDeletionIsOver(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		at := path + "/inbox/deletion/" + string(c.Subscriptions()[0].ID)
		v.Open(http.StatusNotFound, at)
		c.Hold()
		for _, one := range []struct {
			is  subscription.Status
			has string
		}{{subscription.Active, w.VendorStaysText()}, {subscription.Deleted, w.VendorDeletedText()}} {
			c.ChangeSubscription(c.Subscriptions()[0], func(sub *subscription.Subscription) { sub.Status, sub.Held = one.is, false })
			v.Open(http.StatusOK, at)
			v.Has(one.has)
			v.Lacks(w.VendorDecision())
			v.See("vendor-deletion-" + string(one.is))
		}
	})
}
