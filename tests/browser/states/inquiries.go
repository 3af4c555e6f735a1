package states

import (
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

func init() { States = slices.Concat(inquiries, States) }

// asked is the Ready of what the link leads to that a visitor is mailed who writes to partners.
func asked(v *Visit) string {
	address := v.Address("asking")
	var notice contract.Terms
	v.Must(v.T, v.Program.Operator, http.StatusOK, http.MethodGet, "/v1/terms/privacy", nil, &notice)
	v.Must(v.T, v.Program.Operator, http.StatusCreated, http.MethodPost, "/v1/marketplace/visitor-inquiries", contract.VisitorInquiryCreate{
		PartnerIds: []contract.PartnerID{v.Program.PartnerID}, Message: "We want to move our mail.", Company: "Northwind Traders", Name: "Ewa Król", Email: address, Country: "PL",
		Language: ptr(contract.Language(v.Language)), PrivacyVersion: &notice.Version,
	}, nil)
	mails, err := v.Mailbox.Wait(Patience(v.T), address, 1)
	if err != nil {
		v.T.Fatal(err)
	}
	return mails[0].Link(v.URL("/find-a-partner/messages/"))
}

// sent is that of a link that was pressed.
func sent(v *Visit) string {
	link := asked(v)
	someone := client.NewVisitor(v.Language)
	_, err := someone.Get(v.T.Context(), link)
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.InquirySend())
	}
	if err != nil || someone.Page.Heading() != v.W.InquirySentTitle() {
		v.T.Fatalf("%q %v", someone.Page.Heading(), err)
	}
	return link
}

// written sends a visitor's message, and returns the partner's lead of it.
func written(v *Visit) string {
	link := sent(v)
	id, _, _ := strings.Cut(strings.TrimPrefix(link[strings.LastIndexByte(link, '/')+1:], "inq_"), "_")
	return "led_" + v.Program.PartnerID + "_" + id
}

var inquiries = []State{
	{Name: "inquiry-confirm", Says: locale.Words.InquiryConfirmText, Status: http.StatusOK, Ready: asked, Show: open},
	{Name: "inquiry-sent", Says: locale.Words.InquirySentTitle, Status: http.StatusOK, Ready: sent, Show: open},
	{Name: "inquiry-expired", Says: locale.Words.InquiryExpiredText, Status: http.StatusGone, Later: true, Ready: asked, Show: open},
	{Name: "messages-none", Says: locale.Words.MessagesNone, Status: http.StatusOK, Ready: looks(path("/account/messages")), Show: signedIn("", nil)},
}
