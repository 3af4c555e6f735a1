package journeys

import (
	"net/http"
	"strings"
	"testing"

	"liaison/shared/contract"
)

// TestSuspendedPartner: the partner reads who suspended it and why, and that it goes on.
func TestSuspendedPartner(t *testing.T) {
	act := func(what string, body any) {
		t.Helper()
		must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/partners/"+program.PartnerID+"/"+what, body, nil))
		settle(t)
	}
	reads := func(words string) {
		t.Helper()
		mails, err := mailbox.To(t.Context(), partnerMail)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, m := range mails {
			if strings.Contains(m.Body.Text, words) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d mails say %q", n, words)
		}
	}
	why, over := "Three customers complained.", "The complaints were settled."
	act("suspend", contract.PartnerSuspend{Reason: why})
	reads(why)
	act("reinstate", contract.PartnerReinstate{Reason: &over})
	reads(over)
}
