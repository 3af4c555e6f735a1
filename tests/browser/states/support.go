package states

import (
	"net/http"
	"slices"
	"strings"

	"liaison/shared/locale"
)

func init() { States = slices.Concat(helped, States) }

// helpless opens a service request in a new account and returns what signedIn takes: who did, and the request's page.
func (v *Visit) helpless() string {
	v.T.Helper()
	address := anyMember(v)
	someone := v.signIn(address)
	_, err := someone.Get(v.T.Context(), v.URL("/account/support/new"))
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.SupportSend(), "subject", "Mail does not arrive", "message", "None since 8:00.\nOthers write to us, and we get nothing.", "severity", "high")
	}
	if err != nil || !strings.Contains(someone.Page.URL.Path, "/support/srq_") {
		v.T.Fatalf("%s %v", someone.Page.URL, err)
	}
	return address + " " + someone.Page.URL.String()
}

// helplessReader is the Ready of a state that only looks at a service request.
func helplessReader(v *Visit) string { return once(v, "helpless", v.helpless) }

// atDesk is the Ready of a state that the vendor's operator looks at: a service request of its own.
func atDesk(v *Visit) string {
	_, at, _ := strings.Cut(v.helpless(), " ")
	return staff(v) + " " + strings.Replace(at, "/account/", "/vendor/", 1)
}

var helped = []State{
	{Name: "support-none", Says: locale.Words.SupportNone, Status: http.StatusOK, Ready: looks(path("/account/support")), Show: signedIn("", nil)},
	{Name: "support-new", Says: locale.Words.SupportMessageHint, Status: http.StatusOK, Ready: looks(path("/account/support/new")), Show: signedIn("", nil)},
	{Name: "support-new-errors", Says: locale.Words.SupportSubjectMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/support/new")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.SupportSend())
	})},
	{Name: "support", Says: locale.Words.SupportLast, Status: http.StatusOK, Ready: helplessReader, Show: signedIn("", func(v *Visit) { v.Open(v.URL("/account/support")) })},
	{Name: "support-one", Says: locale.Words.SupportClose, Status: http.StatusOK, Ready: helplessReader, Show: signedIn("", nil)},
	{Name: "support-one-errors", Says: locale.Words.SupportMessageMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: helplessReader, Show: signedIn("", func(v *Visit) {
		v.Press(v.W.SupportAnswerSend())
	})},
	{Name: "support-closed", Says: locale.Words.SupportIsClosed, Status: http.StatusOK, Ready: (*Visit).helpless, Show: signedIn("", func(v *Visit) { v.Press(v.W.SupportClose()) })},
	{Name: "vendor-support", Says: locale.Words.SupportVendorLead, Status: http.StatusOK, Ready: atDesk, Show: signedIn("", func(v *Visit) { v.Open(v.URL("/vendor/support")) })},
	{Name: "vendor-support-one", Says: locale.Words.SupportResolve, Status: http.StatusOK, Ready: atDesk, Show: signedIn("", nil)},
	{Name: "vendor-support-resolved", Says: locale.Words.SupportIsResolved, Status: http.StatusOK, Ready: atDesk, Show: signedIn("", func(v *Visit) { v.Press(v.W.SupportResolve()) })},
}
