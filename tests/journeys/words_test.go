package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestVendorWords: an operator publishes the next terms while a customer reads the ones before; the customer is shown the new ones first, and agrees
// to them.
func TestVendorWords(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	mail := address("anna")
	_, personal := invite(t, makeOffer(t, nil).ID, mail)
	anna := atCheck(t, personal, "no", "Reader's Own")

	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/terms")
	opened(t, v, v.Page.Links(w.VendorTermsCustomer())[0])
	opened(t, v, v.Page.Links(w.VendorTermsNew())[0])
	version := "words-" + time.Now().UTC().Format("150405.000")
	pressed(t, v, w.VendorTermsPreview(), "version", version, "text_en", "## New\n\nNow with **tea**.", "text_pl", "## Nowe\n\nTeraz z **herbatą**.")
	if !strings.Contains(string(v.Page.Body), "<strong>herbatą</strong>") {
		t.Errorf("the preview:\n%s", v.Page.Text())
	}
	pressed(t, v, w.VendorTermsPublish(version))
	if !strings.Contains(v.Page.Text(), w.VendorTermsPublished(version)) {
		t.Errorf("published:\n%s", v.Page.Text())
	}

	later(t, sys.Now().Add(2*time.Minute)) // pages keep what they show for a minute
	again, err := start(ctx, anna)
	if err != nil || again.Status != http.StatusConflict || !strings.Contains(again.Text(), "Now with tea") {
		t.Fatalf("%d %v\n%s", again.Status, err, again.Text())
	}
	if done, err := start(ctx, anna); err != nil || done.Status != http.StatusOK || !strings.Contains(done.Text(), version) {
		t.Errorf("%d %v\n%s", done.Status, err, done.Text())
	}
	reader := client.NewVisitor("pl")
	if read := opened(t, reader, pages+"/terms/customer"); !strings.Contains(read.Text(), "Teraz z herbatą") {
		t.Errorf("readers have\n%s", read.Text())
	}
}

// TestSuppressed: somebody stops the mails, then asks the vendor for them; an operator finds the address and lifts what stops them, and the next
// invitation arrives.
func TestSuppressed(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	mail := address("stopped")
	invite(t, makeOffer(t, nil).ID, mail)
	mails, err := mailbox.Wait(ctx, mail, 1)
	if err != nil {
		t.Fatal(err)
	}
	click(t, mails[0].Link(sys.Endpoints.Pages+"/unsubscribe/"))
	settle(t)

	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/suppressions")
	pressed(t, v, w.VendorSuppressionsFind(), "email", mail)
	if text := v.Page.Text(); !strings.Contains(text, w.VendorSuppressionsUnsubscribed()) {
		t.Fatalf("what stops the mails is not said:\n%s", text)
	}
	opened(t, v, v.Page.Links(w.VendorSuppressionsLift())[0])
	pressed(t, v, w.VendorSuppressionsLift())
	if text := v.Page.Text(); !strings.Contains(text, w.VendorSuppressionsLifted(mail)) {
		t.Errorf("is not lifted:\n%s", text)
	}
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+makeOffer(t, nil).ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, nil))
	link(t, mail, 2)
}
