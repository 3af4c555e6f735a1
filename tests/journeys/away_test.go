package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// refused is what AWS answers to a role that has lost its rights.
var refused = &proxy.Error{Status: http.StatusBadRequest, Code: "AccessDeniedException", Message: "not authorized to perform this operation"}

// overdue counts the events whose work is not done.
func overdue(t *testing.T) int {
	t.Helper()
	return count(t, "event", func(it map[string]types.AttributeValue) bool { return word(it, "due") != "" })
}

// TestDispatchAway: for a day every call of the function that sends the mails is refused. Nothing that happens meanwhile is lost: the job
// retry does all of it, each mail once.
func TestDispatchAway(t *testing.T) {
	w := locale.In(locale.English)
	const partnersName = "Baltic Bridge IT sp. z o.o."
	regular, ending := address("regular"), address("ending")
	reminded, _ := tried(t, makeOffer(t, nil).ID, regular, "no", "Regular Ltd")
	_, holder := tried(t, makeOffer(t, nil).ID, ending, "yes", "Ending Ltd")
	trial := subscribed(t, reminded)
	later(t, trial.TrialEndsAt.AddDate(0, 0, -14).Add(-2*time.Hour)) // the first reminder falls into the day
	waiting, keen, sceptic, fresh := address("told"), address("keen"), address("sceptic"), address("fresh")
	withdrawn := makeOffer(t, nil)
	invite(t, withdrawn.ID, waiting)
	_, yes := invite(t, makeOffer(t, nil).ID, keen)
	_, no := invite(t, makeOffer(t, nil).ID, sceptic)
	settle(t)
	if left := overdue(t); left != 0 {
		t.Fatalf("%d events are not done before the day", left)
	}

	sys.Proxy.SetHook(func(call *proxy.Call) proxy.Fault {
		if call.Function == "DispatchJob" {
			return proxy.Fault{Error: refused}
		}
		return proxy.Fault{}
	})
	t.Cleanup(func() { sys.Proxy.SetHook(nil) })
	before, err := mailbox.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+makeOffer(t, nil).ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: fresh}}}, nil))
	if page, err := start(t.Context(), atCheck(t, yes, "yes", "Keen Ltd")); err != nil || !strings.HasPrefix(page.URL.Path, "/receipts/") {
		t.Fatalf("the last button: %d %v\n%s", page.Status, err, page.Text())
	}
	refuser := client.NewVisitor("en")
	opened(t, refuser, no)
	opened(t, refuser, refuser.Page.Links(w.RedeemDecline())[0])
	pressed(t, refuser, w.RedeemNoButton(), "reason", "Not while the mail is away")
	tell := true
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/offers/"+withdrawn.ID+"/withdraw", contract.OfferWithdraw{TellRecipients: &tell}, nil))
	opened(t, holder, holder.Page.Links(w.ReceiptTakeLink())[0])
	pressed(t, holder, w.ReceiptTakeButton(), "sure", "yes")
	settle(t)
	if now, err := mailbox.All(t.Context()); err != nil || len(now) != len(before) {
		t.Fatalf("%d mails left without the function that sends them: %v", len(now)-len(before), err)
	}

	later(t, sys.Now().Add(24*time.Hour))
	for range 5 { // what follows from what was done late is an event of its own
		if overdue(t) == 0 {
			break
		}
		later(t, sys.Now().Add(20*time.Minute))
	}
	if left := overdue(t); left != 0 {
		t.Errorf("%d events are not done", left)
	}
	invited := slices.IndexFunc(before, func(m client.Mail) bool { return slices.Contains(m.Destination.To, keen) })
	for _, c := range []struct {
		to, subject string
	}{
		{fresh, before[invited].Subject},
		{keen, w.MailAcceptedSubject("Skylark Suite")},
		{partnerMail, w.MailAcceptedPartnerSubject("Keen Ltd")},
		{partnerMail, w.MailDeclinedSubject(sceptic)},
		{waiting, w.MailWithdrawnSubject(partnersName)},
		{regular, w.MailTrialEndingSubject("Skylark Suite", atHome(*trial.TrialEndsAt))},
		{ending, w.MailAdministrationEndedSubject(partnersName)},
		{partnerMail, w.MailAdministrationEndedSubjectPartner("Ending Ltd")},
	} {
		titled(t, c.to, c.subject, 1)
	}
	for to, n := range map[string]int{fresh: 1, keen: 2, sceptic: 1, waiting: 2, regular: 3, ending: 4} {
		if got := subjects(t, to); len(got) != n {
			t.Errorf("mails to %s: %q", to, got)
		}
	}
	if page := opened(t, client.NewVisitor("en"), link(t, fresh, 1)); page.URL.Path != "/redeem" {
		t.Errorf("the link that came late leads to %s", page.URL)
	}

	sys.Proxy.SetHook(nil)
	invite(t, makeOffer(t, nil).ID, address("after")) // the line is not blocked
}
