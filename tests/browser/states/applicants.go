package states

import (
	"net/http"
	"slices"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

func init() { States = slices.Concat(applicants, States) }

// applied is the Ready of what the link leads to that a company's contact is mailed.
func applied(v *Visit) string {
	address := v.Address("applicant")
	v.Must(v.T, v.Program.Operator, http.StatusCreated, http.MethodPost, "/v1/partner-applications", contract.PartnerApplicationCreate{
		LegalName: "Contoso Consulting sp. z o.o.", RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Gdańsk", Website: "https://contoso.example",
		Phone: "+48 58 555 01 23", Contact: contract.Administrator{Name: "Ewa Król", Email: address, Language: ptr(contract.Language(v.Language))}, Why: "We help.",
	}, nil)
	mails, err := v.Mailbox.Wait(Patience(v.T), address, 1)
	if err != nil {
		v.T.Fatal(err)
	}
	return mails[0].Link(v.URL("/become-a-partner/confirm/"))
}

// confirmed is that of a link that was pressed.
func confirmed(v *Visit) string {
	link := applied(v)
	someone := client.NewVisitor(v.Language)
	_, err := someone.Get(v.T.Context(), link)
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.ApplyConfirmButton())
	}
	if err != nil || someone.Page.Heading() != v.W.ApplyReceivedTitle() {
		v.T.Fatalf("%q %v", someone.Page.Heading(), err)
	}
	return link
}

var applicants = []State{
	{Name: "apply", Says: locale.Words.ApplyThenMailText, Status: http.StatusOK, Show: at("/become-a-partner")},
	{Name: "apply-errors", Says: locale.Words.ApplyLegalNameMissing, Status: http.StatusUnprocessableEntity, Errors: true, Show: func(v *Visit, link string) {
		at("/become-a-partner")(v, link)
		v.Fill("email", "nowhere")
		v.Press(v.W.ApplyButton())
	}},
	{Name: "apply-sent", Says: locale.Words.ApplySentText, Status: http.StatusOK, Show: at("/become-a-partner?sent=1")},
	{Name: "apply-confirm", Says: func(w locale.Words) string { return piece(w.ApplyConfirmText("…"), "…") }, Status: http.StatusOK, Ready: applied, Show: open},
	{Name: "apply-received", Says: locale.Words.ApplyReceivedTitle, Status: http.StatusOK, Ready: confirmed, Show: open},
	{Name: "apply-expired", Says: func(w locale.Words) string { return piece(w.ApplyExpiredText(7), "7") }, Status: http.StatusGone, Later: true, Ready: applied, Show: open},
}
