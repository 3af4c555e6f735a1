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

// TestVendorLook: an operator changes the colour and the logo, and every page has them; then all is as it was.
func TestVendorLook(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	var before contract.Brand
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/brand", nil, &before))
	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/brand")
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><path d="M2 26 14 2l12 24z"/></svg>`
	pressed(t, v, w.VendorBrandPreview(), "accent", "#0f6b3c", "logo", logo)
	pressed(t, v, w.VendorBrandSave())
	if !strings.Contains(v.Page.Text(), w.VendorBrandSaved()) {
		t.Errorf("saved:\n%s", v.Page.Text())
	}
	later(t, sys.Now().Add(2*time.Minute))
	var now contract.Brand
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/brand", nil, &now))
	reader := client.NewVisitor("en")
	body := string(opened(t, reader, pages+"/terms/customer").Body)
	if now.Accent != "#0f6b3c" || now.Name != before.Name || !strings.Contains(body, "/assets/brand-0f6b3c.css") || !strings.Contains(body, strings.TrimPrefix(now.Logo.URL, pages)) {
		t.Errorf("%+v\n%s", now, body)
	}
	if served := opened(t, reader, now.Logo.URL); string(served.Body) != logo {
		t.Errorf("the logo is %q", served.Body)
	}
	was := opened(t, reader, before.Logo.URL).Body // it is served for a week
	v = signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/brand")
	pressed(t, v, w.VendorBrandPreview(), "accent", before.Accent, "logo", string(was))
	pressed(t, v, w.VendorBrandSave())
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/brand", nil, &now))
	if now.Accent != before.Accent || now.Logo == nil || *now.Logo != *before.Logo || *now.Icon != *before.Icon {
		t.Errorf("%+v, and was %+v", now, before)
	}
	later(t, sys.Now().Add(2*time.Minute))
}
