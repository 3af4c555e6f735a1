package journeys

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestListed follows a partner's entry in the marketplace by the pages of both sides: written, sent back, mended, published, found, hidden by either and
// shown again; the company is mailed what the vendor decided.
func TestListed(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	boss, office := address("boss"), address("office")
	var made contract.Partner
	must(t)(program.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
		LegalName: "Lagoon Lighthouse Systems", Country: "PL", City: "Hel", Website: "https://lagoon.example", Phone: "+48 58 555 03 11", Email: office,
		Administrator: contract.Administrator{Name: "Maja Hel", Email: boss},
	}, &made))
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+made.PartnerID+"/verify", nil, nil))
	if err := sample.SetPassword(ctx, sys, boss, passphrase); err != nil {
		t.Fatal(err)
	}
	mailed := func(n int, words ...string) {
		t.Helper()
		mails, err := mailbox.Wait(ctx, office, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if m := mails[n-1]; !strings.Contains(m.Subject+m.Body.Text, word) {
				t.Errorf("mail %d lacks %q:\n%s\n%s", n, word, m.Subject, m.Body.Text)
			}
		}
	}
	v := signIn(ctx, t, boss, passphrase, "/partner")
	staff := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
	own, matter, listing := pages+"/partner/listing", pages+"/vendor/inbox/listing/"+made.PartnerID, pages+"/vendor/listings/"+made.PartnerID

	opened(t, v, own)
	opened(t, v, own+"/edit")
	pressed(t, v, w.ListingSaveAndSubmit(), "headline", "Lagoons and lighthouses", "text", "We look after lagoons.", "services", "migrate", "roles", "advice",
		"countries", "Poland", "languages", "pl", "logo", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#036"/></svg>`)
	opened(t, staff, matter)
	pressed(t, staff, w.VendorDecide(), "decision", "send_back", "reason", "Which lagoons?")
	mailed(1, w.MailListingSentBackSubject(made.LegalName), "Which lagoons?", own)

	opened(t, v, own+"/edit")
	pressed(t, v, w.ListingSaveAndSubmit(), "text", "We look after the lagoon of the Vistula.", "logo_none", "yes")
	opened(t, v, own+"/preview?in=pl")
	opened(t, staff, matter)
	pressed(t, staff, w.VendorDecide(), "decision", "publish")
	mailed(2, w.MailListingPublishedSubject(made.LegalName))
	finds(ctx, t, made.PartnerID, true)

	// Who finds it writes, and is told that it cannot help.
	const asks = "asks-lagoon@visitor.example"
	visitor := client.API{Base: sys.Endpoints.API}
	var notice contract.Terms
	must(t)(visitor.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/privacy", nil, &notice))
	var asked contract.VisitorInquiry
	must(t)(visitor.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/marketplace/visitor-inquiries", contract.VisitorInquiryCreate{
		PartnerIds: []contract.PartnerID{made.PartnerID}, Message: "Our lagoon leaks.", Company: "Litware", Name: "Ewa Lis", Email: asks, Country: "PL", PrivacyVersion: &notice.Version,
	}, &asked))
	mails, err := mailbox.Wait(ctx, asks, 1)
	if err != nil {
		t.Fatal(err)
	}
	stranger := client.NewVisitor("en")
	opened(t, stranger, mails[0].Link(pages+"/find-a-partner/messages/"))
	pressed(t, stranger, w.InquirySend())
	mailed(3, w.MailLeadReceivedSubject("Litware"))
	opened(t, v, pages+"/partner/leads")
	opened(t, v, pages+"/partner/leads/led_"+made.PartnerID+"_"+strings.TrimPrefix(asked.ID, "inq_"))
	pressed(t, v, w.LeadsDecline(), "reason", "We only look after lagoons that hold.")
	settle(t)
	titled(t, asks, w.MailLeadDeclinedSubject(made.LegalName), 1)

	opened(t, v, own+"/hide")
	pressed(t, v, w.ListingHide())
	finds(ctx, t, made.PartnerID, false)
	opened(t, v, own+"/show")
	pressed(t, v, w.ListingShow())
	finds(ctx, t, made.PartnerID, true)

	opened(t, staff, pages+"/vendor/listings?state=published")
	opened(t, staff, listing+"/hide")
	pressed(t, staff, w.ListingVendorHide(), "reason", "The lagoon is another's.")
	mailed(4, w.MailListingHiddenSubject(made.LegalName), "The lagoon is another's.")
	finds(ctx, t, made.PartnerID, false)
	opened(t, staff, listing+"/show")
	pressed(t, staff, w.ListingVendorShow())
	finds(ctx, t, made.PartnerID, true)
}

// finds says what is wrong where everybody, or nobody, is to find a partner by the word that it alone says, once all that follows has happened.
func finds(ctx context.Context, t *testing.T, partner string, found bool) {
	t.Helper()
	if err := sys.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	var page contract.MarketplacePage
	must(t)(client.API{Base: sys.Endpoints.API}.Must(ctx, http.StatusOK, http.MethodGet, "/v1/marketplace/partners?q=lagoon", nil, &page))
	if is := len(page.Data) == 1 && page.Data[0].PartnerID == partner; is != found {
		t.Errorf("found: %v, want %v", is, found)
	}
}
