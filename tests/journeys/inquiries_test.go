package journeys

import (
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestInquiries follows two messages to a partner of the marketplace: a visitor's, which is sent by the press on the mailed link, answered, and read by the
// same link; and a customer's, of which the partner makes an offer.
func TestInquiries(t *testing.T) {
	const partner = "Baltic Bridge IT sp. z o.o."
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "asking")
	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	ask := func(who client.API, status int, method, path string, body, into any, headers ...string) client.Answer {
		t.Helper()
		return must(t)(who.Must(ctx, status, method, path, body, into, headers...))
	}
	var notice contract.Terms
	ask(person, http.StatusOK, http.MethodGet, "/v1/terms/privacy", nil, &notice)
	leadOf := func(inquiry string) string {
		return "/v1/leads/led_" + program.PartnerID + "_" + strings.TrimPrefix(inquiry, "inq_")
	}
	answer := func(inquiry string, change contract.LeadUpdate) (now contract.Lead) {
		t.Helper()
		tag := ask(program.Partner, http.StatusOK, http.MethodGet, leadOf(inquiry), nil, &now).Header.Get("ETag")
		ask(program.Partner, http.StatusOK, http.MethodPatch, leadOf(inquiry), change, &now, "If-Match", tag)
		return now
	}

	// A visitor: nothing leaves before the press.
	const stranger = "stranger-inquiries@visitor.example"
	var asked contract.VisitorInquiry
	ask(client.API{Base: sys.Endpoints.API, Seen: program.Partner.Seen}, http.StatusCreated, http.MethodPost, "/v1/marketplace/visitor-inquiries", contract.VisitorInquiryCreate{
		PartnerIds: []contract.PartnerID{program.PartnerID}, Message: "We want to move our mail.", Services: []contract.ListingService{"migrate"}, Company: "Litware", Name: "Ewa Lis",
		Email: stranger, Country: "PL", Language: ptr(contract.LanguageEn), PrivacyVersion: &notice.Version,
	}, &asked)
	settle(t)
	ask(program.Partner, http.StatusNotFound, http.MethodGet, leadOf(asked.ID), nil, nil)
	mails, err := mailbox.To(ctx, stranger)
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	v := client.NewVisitor("en")
	opened(t, v, mails[0].Link(pages+"/find-a-partner/messages/"))
	pressed(t, v, w.InquirySend())
	if v.Page.Heading() != w.InquirySentTitle() {
		t.Fatalf("%q", v.Page.Heading())
	}
	settle(t)
	if got := answer(asked.ID, contract.LeadUpdate{Status: contract.LeadUpdateStatusActive, Answer: ptr("We can begin in January.")}); got.Status != contract.LeadStatusActive {
		t.Errorf("%+v", got)
	}
	settle(t)
	titled(t, stranger, w.MailLeadAnsweredSubject(partner), 1)
	answer(asked.ID, contract.LeadUpdate{Status: contract.LeadUpdateStatusLost})

	// A customer's user sends at once; the partner's offer is its answer, its yes wins the lead.
	var sent contract.Inquiry
	ask(person, http.StatusCreated, http.MethodPost, "/v1/marketplace/inquiries", contract.InquiryCreate{
		PartnerIds: []contract.PartnerID{program.PartnerID}, Message: "Can you help?", PrivacyVersion: &notice.Version,
	}, &sent)
	var mine contract.InquiryPage
	ask(person, http.StatusOK, http.MethodGet, "/v1/marketplace/inquiries", nil, &mine)
	if len(mine.Data) != 1 || mine.Data[0].ID != sent.ID {
		t.Fatalf("%+v", mine.Data)
	}
	settle(t)
	var all contract.LeadPage
	ask(program.Partner, http.StatusOK, http.MethodGet, "/v1/leads?status=new", nil, &all)
	if len(all.Data) == 0 || all.Data[0].InquiryID != sent.ID || all.Data[0].Sender.Email != c.Mail {
		t.Fatalf("%+v", all.Data)
	}
	var made contract.Offer
	wish := sample.TrialOffer("en")
	wish.LeadID = &all.Data[0].ID
	ask(program.Partner, http.StatusCreated, http.MethodPost, "/v1/offers", wish, &made)
	ask(person, http.StatusOK, http.MethodGet, "/v1/marketplace/inquiries/"+sent.ID, nil, &sent)
	if to := sent.Recipients[0]; *to.Status != contract.LeadStatusActive || to.Answer != nil || to.AnsweredAt == nil {
		t.Errorf("%+v", to)
	}
	settle(t)
}
