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
	for _, c := range []struct{ name, first, subject, next string }{
		{"bounce", "bounced: permanent", "", "suppressed: bounced"},
		{"suppressionlist", "bounced: permanent", "", "suppressed: bounced"},
		{"complaint", "complained: complaint", w.MailBouncedComplainedSubject(), "suppressed: complaint"},
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
			if got := subjects(t, mail); len(got) != 1 {
				t.Errorf("mails: %q", got)
			}
			if page := opened(t, client.NewVisitor("en"), personal); page.URL.Path != "/redeem" { // who got the mail all the same may answer
				t.Errorf("the link leads to %s", page.URL)
			}
		})
	}
}

// TestClosedMailbox: the mail that announces the deletion of a trial's data comes back, and no other administrator got it: nothing is
// deleted, the vendor decides.
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
	var told contract.EventPage
	must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/events?type=subscription.deletion_held", nil, &told))
	count := 0
	for _, e := range told.Data {
		if e.Subject == sub.ID {
			count++
		}
	}
	if count != 1 {
		t.Errorf("the vendor has %d events of it: %+v", count, told.Data)
	}
	if !slices.Contains(subjects(t, mail), locale.In(locale.English).MailTrialEndedSubject("Skylark Suite")) {
		t.Errorf("mails: %q", subjects(t, mail))
	}
}
