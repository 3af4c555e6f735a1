package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// delivery is what became of an invitation's mail, with the reason where there is one.
func delivery(of contract.Invitation) string {
	if of.DeliveryReason == nil {
		return string(of.Delivery)
	}
	return string(of.Delivery) + ": " + *of.DeliveryReason
}

// TestRefusedMail: an invitation comes back, or its recipient complains: the partner is told, and nobody's offer goes to that address again.
// The addresses are those of SES's mailbox simulator.
func TestRefusedMail(t *testing.T) {
	w := locale.In(locale.English)
	for _, c := range []struct {
		name, first, subject, next string
		mails                      int // that were handed to the mail service
	}{
		{"bounce", "bounced: permanent", "", "suppressed: bounced", 1},
		{"suppressionlist", "suppressed: mail_service", "", "suppressed: mail_service", 2},
		{"complaint", "complained: complaint", w.MailBouncedComplainedSubject(), "suppressed: complaint", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			mail := strings.Replace(address(c.name+"+journey"), "example.com", "simulator.amazonses.com", 1)
			if c.subject == "" {
				c.subject = w.MailBouncedSubject(mail)
			}
			inv, personal := invite(t, makeOffer(t, nil).ID, mail)
			settle(t)
			if got := delivery(invitationAt(t, inv.ID)); got != c.first {
				t.Errorf("delivery is %s", got)
			}
			titled(t, partnerMail, c.subject, 1)
			var sent contract.InvitationsSent
			must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+makeOffer(t, nil).ID+"/invitations",
				contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, &sent))
			settle(t)
			if got := delivery(invitationAt(t, sent.Data[0].ID)); got != c.next {
				t.Errorf("the next one's delivery is %s", got)
			}
			if got := subjects(t, mail); len(got) != c.mails {
				t.Errorf("mails: %q", got)
			}
			if page := opened(t, client.NewVisitor("en"), personal); page.URL.Path != "/redeem" { // who got the mail all the same may answer
				t.Errorf("the link leads to %s", page.URL)
			}
		})
	}
}

// reporting posts what SES reports of the mails that a step sends, each changed first.
func reporting(t *testing.T, step func(), change func(e *system.MailEvent)) (all []system.MailEvent) {
	t.Helper()
	sys.HoldMailEvents()
	t.Cleanup(func() { sys.ReleaseMailEvents() })
	step()
	settle(t)
	all = sys.ReleaseMailEvents()
	for i := range all {
		change(&all[i])
		sys.PostMailEvent(all[i])
	}
	settle(t)
	return all
}

// TestRepairedMailbox: an offer to a customer's administrator comes back. Mail about its account still leaves, under a configuration set that
// keeps nobody back. Once the mailbox works again it lifts what stops its offers, and the next one is delivered.
func TestRepairedMailbox(t *testing.T) {
	ctx := patience(t)
	c := customerWithPassword(ctx, t, "repaired")
	authorize(ctx, t, c)
	settle(t)
	offer := makeOffer(t, nil).ID
	invited := func() contract.Invitation {
		t.Helper()
		var sent contract.InvitationsSent
		must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations",
			contract.InvitationSend{Recipients: []contract.Recipient{{Email: c.Mail}}}, &sent))
		return sent.Data[0]
	}
	is := func(inv contract.Invitation, want string) {
		t.Helper()
		settle(t)
		if got := delivery(invitationAt(t, inv.ID)); got != want {
			t.Fatalf("the invitation is %s, want %s", got, want)
		}
	}
	var inv contract.Invitation
	offers := ""
	reporting(t, func() { inv = invited() }, func(e *system.MailEvent) {
		if e.Recipient == c.Mail && e.Tags["template"] == "trial_invitation" {
			e.Kind, e.SubType, offers = system.Bounced, "General", e.Set
		}
	})
	is(inv, "bounced: permanent")
	is(invited(), "suppressed: bounced")

	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	var ties contract.RelationshipPage
	must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, "/v1/relationships", nil, &ties))
	account := 0
	reporting(t, func() {
		must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, "/v1/relationships/"+ties.Data[0].ID+"/end",
			contract.RelationshipEnd{Kind: contract.RelationshipKindDelegatedAdministrator}, nil))
	}, func(e *system.MailEvent) {
		if e.Recipient != c.Mail {
			return
		}
		if account++; e.Kind != system.Delivered || e.Set == offers || e.Set == "" {
			t.Errorf("mail about the account to a mailbox that bounced: %s %s, by the configuration set %s, offers by %s", e.Kind, e.SubType, e.Set, offers)
		}
	})
	if account == 0 {
		t.Error("no mail about the account left")
	}

	var stopped contract.SuppressionPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/suppressions?email="+c.Mail, nil, &stopped))
	if len(stopped.Data) != 1 || stopped.Data[0].Reason != contract.SuppressionReasonBounced {
		t.Fatalf("the operator reads %+v", stopped)
	}
	must(t)(program.Operator.Must(ctx, http.StatusNoContent, http.MethodDelete, "/v1/suppressions/"+stopped.Data[0].AddressHash, nil, nil))
	later(t, sys.Now().Add(2*time.Hour)) // three offer mails an hour reach one address
	is(invited(), "delivered")
}

// TestTooManyMails: the account may send no more just then. Nothing is lost, nothing is a dead letter, and what waits leaves later.
func TestTooManyMails(t *testing.T) {
	offer, dead := makeOffer(t, nil).ID, len(sys.DeadLetters())
	settle(t)
	sys.LimitMails(1)
	t.Cleanup(func() { sys.LimitMails(-1) })
	var to []contract.Recipient
	for range 3 {
		to = append(to, contract.Recipient{Email: address("patient")})
	}
	mails := func() (n int) {
		t.Helper()
		for _, one := range to {
			n += len(subjects(t, one.Email))
		}
		return n
	}
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations", contract.InvitationSend{Recipients: to}, nil))
	settle(t)
	if n := mails(); n != 1 {
		t.Errorf("%d mails left, although the account may send one", n)
	}
	sys.LimitMails(-1)
	later(t, sys.Now().Add(20*time.Minute))
	if n := mails(); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	if now := len(sys.DeadLetters()); now != dead {
		t.Errorf("%d dead letters: %s", now-dead, sys.DeadLetters()[dead:])
	}
}

// TestClosedMailbox: the mail that announces the deletion of a trial's data comes back, and no other administrator got it: nothing is
// deleted, the vendor decides. It has it mailed once more, and that mail comes back, too; then it has the data deleted, a week ahead.
func TestClosedMailbox(t *testing.T) {
	mail := address("closed")
	made, _ := tried(t, makeOffer(t, nil).ID, mail, "no", "Closed Mailbox Ltd")
	sub := subscribed(t, made)
	later(t, sub.TrialEndsAt.Add(time.Hour))
	sys.HoldMailEvents()
	t.Cleanup(func() { sys.ReleaseMailEvents() })
	later(t, sub.TrialEndsAt.AddDate(0, 0, 24))
	held, bounced := sys.ReleaseMailEvents(), 0
	for _, e := range held {
		if e.Recipient == mail && e.Tags["template"] == "deletion_notice" {
			e.Kind, e.SubType = system.Bounced, "General"
			bounced++
		}
		for range 2 { // each word may come twice
			sys.PostMailEvent(e)
		}
	}
	if bounced != 1 {
		t.Fatalf("%d mails announced the deletion, among %d", bounced, len(held))
	}
	settle(t)
	later(t, sub.TrialEndsAt.AddDate(0, 0, 60))
	if now := subscribed(t, made); now.Status != "expired" {
		t.Errorf("nobody was told of the deletion, and the subscription is %s", now.Status)
	}
	holds := func(want int) {
		t.Helper()
		var events contract.EventPage
		must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/events?type=subscription.deletion_held", nil, &events))
		count := 0
		for _, e := range events.Data {
			if e.Subject == sub.ID {
				count++
			}
		}
		if count != want {
			t.Errorf("the vendor has %d events of it, want %d: %+v", count, want, events.Data)
		}
	}
	holds(1)
	w := locale.In(locale.English)
	if !slices.Contains(subjects(t, mail), w.MailTrialEndedSubject("Skylark Suite")) {
		t.Errorf("mails: %q", subjects(t, mail))
	}
	bounced = 0
	reporting(t, func() {
		var announced contract.Subscription
		must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/subscriptions/"+sub.ID+"/decide-deletion",
			contract.SubscriptionDecideDeletion{Decision: contract.DeletionDecidedAnnounce, Reason: "They say that the mailbox works."}, &announced))
		if announced.DeleteAfter != nil {
			t.Errorf("no mail was taken, and it goes on %s", announced.DeleteAfter)
		}
	}, func(e *system.MailEvent) {
		if e.Recipient == mail && e.Tags["template"] == "deletion_notice" {
			e.Kind, e.SubType = system.Bounced, "General"
			bounced++
		}
	})
	if bounced != 1 {
		t.Errorf("it was announced by %d mails", bounced)
	}
	holds(2)
	staff := signIn(patience(t), t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
	if links := staff.Page.Links(w.VendorDeletion("Closed Mailbox Ltd")); len(links) == 0 {
		t.Fatalf("not in the inbox:\n%s", staff.Page.Text())
	}
	opened(t, staff, sys.Endpoints.Pages+"/vendor/inbox/deletion/"+sub.ID)
	if said := staff.Page.Text(); !strings.Contains(said, mail) || !strings.Contains(said, w.VendorSuppressionsBounced()) {
		t.Errorf("it does not say who refused the mail:\n%s", said)
	}
	pressed(t, staff, w.VendorDecide(), "decision", "delete", "reason", "They said on the phone that they need nothing of it.")
	goes := subscribed(t, made).DeleteAfter
	if goes == nil || goes.Before(sys.Now().AddDate(0, 0, 7)) {
		t.Fatalf("it goes on %v", goes)
	}
	later(t, goes.Add(-time.Hour))
	if now := subscribed(t, made); now.Status != "expired" {
		t.Errorf("%s within the week", now.Status)
	}
	later(t, goes.Add(time.Hour))
	if now := subscribed(t, made); now.Status != "deleted" {
		t.Errorf("%s after the day that the vendor set", now.Status)
	}
	holds(2)
}
