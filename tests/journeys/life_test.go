package journeys

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestWholeLife walks the story to its end, as the demonstration does: reminders, the end of the trial, grace, the deletion. Beside it stand
// an invitation that nobody answers, an offer that ends, and a delegated administration that runs out. It ends all that the
// tests before it left running; those after it happen half a year later.
func TestWholeLife(t *testing.T) {
	const partnersName = "Baltic Bridge IT sp. z o.o."
	w := locale.In(locale.English)
	s := walk(t)
	var walked []*story.Customer
	for _, of := range []struct{ language, administration string }{{"en", "yes"}, {"pl", "no"}} { // the English offer is the first
		language, administration := of.language, of.administration
		made, err := s.Trial(patience(t), language, address("whole"), administration)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Public(patience(t), language, made.Offer, address("whole-visitor")); err != nil {
			t.Fatal(err)
		}
		if err := s.No(patience(t), language, made.Offer, address("whole-no")); err != nil {
			t.Fatal(err)
		}
		walked = append(walked, made)
	}

	silent := address("silent")
	unanswered, personal := invite(t, walked[0].Offer, silent)
	soon := sys.Now().AddDate(0, 0, 20)
	short := makeOffer(t, func(o *contract.OfferCreate) { o.ExpiresAt = &soon })
	days := 35 // longer than the trial, shorter than its grace
	lent := makeOffer(t, func(o *contract.OfferCreate) {
		o.DelegatedAdministration = &contract.DelegationRequest{Role: contract.RoleLimited, DurationDays: &days}
	})
	lender := address("lender")
	agreed, _ := tried(t, lent.ID, lender, "yes", "Lender Ltd")
	until := atHome(*agreed.DelegatedAdministration.EndsAt)

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if err := s.End(ctx, walked...); err != nil {
		t.Fatal(err)
	}

	if got := invitationAt(t, unanswered.ID); got.Answer != "expired" {
		t.Errorf("the invitation that nobody answered is %s", got.Answer)
	}
	if got := subjects(t, silent); len(got) != 3 || got[1] != w.MailInvitationReminderSubject(partnersName, atHome(unanswered.ExpiresAt)) || got[2] != got[1] {
		t.Errorf("an invitation and two reminders: %q", got)
	}
	dead := client.NewVisitor("en")
	if page, err := dead.Get(t.Context(), personal); err != nil || page.Status != http.StatusGone || page.Heading() != w.UnavailableExpiredTitle() {
		t.Errorf("its link: %d %v\n%s", page.Status, err, page.Text())
	}
	var ended contract.Offer
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/offers/"+short.ID, nil, &ended))
	if ended.Status != "expired" {
		t.Errorf("the offer that ended is %s", ended.Status)
	}
	titled(t, lender, w.MailAdministrationEndingSubject(partnersName, until), 2) // 30 and 7 days before; the last one fell due too late
	titled(t, partnerMail, w.MailAdministrationEndingSubjectPartner("Lender Ltd", until), 2)
	titled(t, lender, w.MailAdministrationEndedSubject(partnersName), 1)
	titled(t, partnerMail, w.MailAdministrationEndedSubjectPartner("Lender Ltd"), 1)
	var tie contract.Relationship
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/relationships/"+relationshipOf(agreed), nil, &tie))
	if a := tie.DelegatedAdministration; a == nil || a.Status != "expired" || slices.Contains(tie.Kinds, contract.RelationshipKind("delegated_administrator")) {
		t.Errorf("the administration that ran out: %+v, %v", a, tie.Kinds)
	}
	if left := overdue(t); left != 0 {
		t.Errorf("%d events are not done", left)
	}
}
