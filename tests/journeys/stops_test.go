package journeys

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestWithdrawal: a partner withdraws an offer and has its recipients told; one of them stops such mails by one click of its mail program.
func TestWithdrawal(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, nil)
	mail := address("withdrawn")
	inv, personal := invite(t, offer.ID, mail)
	settle(t) // its delivery is noted
	tell := true
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/offers/"+offer.ID+"/withdraw", contract.OfferWithdraw{TellRecipients: &tell}, nil))
	mails, err := mailbox.Wait(patience(t), mail, 2)
	if err != nil {
		t.Fatal(err)
	}
	settle(t)
	notice := mails[1]
	stop := notice.Link(sys.Endpoints.Pages + "/unsubscribe/")
	if notice.Link(sys.Endpoints.Pages+"/i/") != "" || stop == "" || !strings.Contains(notice.Subject, "has been withdrawn") {
		t.Errorf("%s\n%s", notice.Subject, notice.Body.Text)
	}
	var got contract.Invitation
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+inv.ID, nil, &got))
	if got.Answer != "revoked" {
		t.Errorf("the invitation is %s", got.Answer)
	}
	late := client.NewVisitor("en")
	page, err := late.Get(t.Context(), personal)
	if err != nil || page.Status != http.StatusGone || !strings.Contains(page.Text(), w.UnavailableWithdrawnTitle()) {
		t.Errorf("%d %v\n%s", page.Status, err, page.Text())
	}
	click(t, stop)
	settle(t)
	var sent contract.InvitationsSent
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+makeOffer(t, nil).ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, &sent))
	if sent.Data[0].Delivery != "queued" {
		t.Errorf("delivery is %s before it was tried", sent.Data[0].Delivery)
	}
	settle(t)
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+sent.Data[0].ID, nil, &got))
	if got.Delivery != "suppressed" || got.DeliveryReason == nil || *got.DeliveryReason != "unsubscribed" {
		t.Errorf("delivery is %s %v", got.Delivery, got.DeliveryReason)
	}
	if mails, err = mailbox.To(t.Context(), mail); err != nil || len(mails) != 2 {
		t.Errorf("%d mails to %s %v", len(mails), mail, err)
	}
}

// click does what a mail program does with List-Unsubscribe (RFC 8058): no cookie, no origin, no form token.
func click(t *testing.T, address string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(url.Values{"List-Unsubscribe": {"One-Click"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("one click: %d", answer.StatusCode)
	}
}
