package journeys

import (
	"fmt"
	"strings"
	"testing"

	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestOffering makes a trial invitation by pages alone: who was invited gets the mail that the partner saw before, accepts, and is sent a purchase
// offer that follows the trial.
func TestOffering(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	v := signIn(ctx, t, person(t, "offering", contract.CompanyRoleNone).Email, passphrase, "/partner")
	sees(t, v, nil, 200, w.OverviewTitle())
	anna := address("anna")
	opened(t, v, v.Page.Links(w.OverviewTaskTrial())[0])
	for _, fields := range [][]string{
		{"country", "PL"}, {"plan", sample.TrialPlan}, {"access", "yes", "role", "limited"}, {"message", "As agreed on Tuesday."}, {"visibility", "invited", "recipients", anna},
	} {
		pressed(t, v, w.SiteNext(), fields...)
	}
	before := v.Page.Text()
	pressed(t, v, w.OfferNewSend(1))
	if of := v.Page.URL.String(); !strings.HasPrefix(of, pages+"/partner/offers/ofr_") || !strings.Contains(v.Page.Text(), w.PartnerOfferDoneSent()) {
		t.Fatalf("stands on %s:\n%s", of, v.Page.Text())
	}
	of, _, _ := strings.Cut(v.Page.URL.String(), "?")
	var made contract.Offer
	must(t)(program.Partner.Must(ctx, 200, "GET", "/v1/offers"+strings.TrimPrefix(of, pages+"/partner/offers"), nil, &made))
	opened(t, v, *made.PreviewURL)

	personal := link(t, anna, 1)
	mails, err := mailbox.To(ctx, anna)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{mails[0].Subject, w.MailTrialInvitationTitle("Skylark Suite", 30), "As agreed on Tuesday."} {
		if !strings.Contains(before, said) {
			t.Errorf("the mail says %q, and what the partner saw before does not:\n%s", said, before)
		}
	}
	if !strings.Contains(mails[0].Body.Text, "As agreed on Tuesday.") {
		t.Errorf("the mail:\n%s", mails[0].Body.Text)
	}
	if page, err := start(ctx, atCheck(t, personal, "yes", "Offered by Pages")); err != nil || page.Status != 200 {
		t.Fatalf("%d %v\n%s", page.Status, err, page.Text())
	}
	settle(t)
	opened(t, v, of)
	if !strings.Contains(v.Page.Text(), w.OverviewYes()) {
		t.Errorf("the yes is not there:\n%s", v.Page.Text())
	}

	opened(t, v, v.Page.Links(w.PartnerOfferFollow())[0])
	for _, fields := range [][]string{nil, nil, {"biller", "vendor"}, {"access", "no"}, nil, {"visibility", "invited", "recipients", anna}} {
		pressed(t, v, w.SiteNext(), fields...)
	}
	pressed(t, v, w.OfferNewSend(1))
	settle(t)
	titled(t, anna, w.MailPurchaseOfferSubject("Baltic Bridge IT sp. z o.o.", "Skylark Suite"), 1)
}

// TestOfferingMany: a file of more people than one mailing takes is read, mended by leaving rows out, and sent in the background; the offer's page says
// how far it is, each gets one mail, and a few more are invited to the same offer.
func TestOfferingMany(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	v := signIn(ctx, t, person(t, "offering-many", contract.CompanyRoleNone).Email, passphrase, "/partner")
	opened(t, v, v.Page.Links(w.OverviewTaskTrial())[0])
	for _, fields := range [][]string{{"country", "PL"}, {"plan", sample.TrialPlan}, {"access", "no"}, nil} {
		pressed(t, v, w.SiteNext(), fields...)
	}
	const many = 45
	rows := []string{"E-mail;Name;Language", "nobody;Nobody;en"}
	var to []string
	for i := range many {
		to = append(to, address(fmt.Sprintf("many-%d", i)))
		rows = append(rows, fmt.Sprintf("%s;Person %d;pl", to[i], i))
	}
	pressed(t, v, w.SiteNext(), "visibility", "invited", "file", "\ufeff"+strings.Join(rows, "\r\n"))
	if said := w.InvitedCounts(w.InvitedRead(many+1), many); !strings.Contains(v.Page.Text(), said) {
		t.Fatalf("lacks %q:\n%s", said, v.Page.Text())
	}
	pressed(t, v, w.InvitedGoOn(many))
	pressed(t, v, w.OfferNewSend(many))
	of, _, _ := strings.Cut(v.Page.URL.String(), "?")
	settle(t)
	opened(t, v, of)
	for _, said := range []string{w.InvitedProgress(many, many), w.InvitedSent(), "Person "} {
		if !strings.Contains(v.Page.Text(), said) {
			t.Errorf("lacks %q:\n%s", said, v.Page.Text())
		}
	}
	opened(t, v, v.Page.Links(w.InvitedMore())[0])
	pressed(t, v, w.InvitedCheck(), "recipients", to[0]+"\n"+address("one-more"))
	if !strings.Contains(v.Page.Text(), w.InvitedFlawInvited()) {
		t.Errorf("who was invited is taken for new:\n%s", v.Page.Text())
	}
	pressed(t, v, w.OfferNewSend(1))
	settle(t)
	mails, err := mailbox.All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, one := range mails {
		for _, address := range one.Destination.To {
			got[address]++
		}
	}
	for _, address := range to {
		if got[address] != 1 {
			t.Errorf("%d mails to %s", got[address], address)
		}
	}
}
