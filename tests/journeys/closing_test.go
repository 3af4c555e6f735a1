package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestClosed: an operator finds a company with a machine client, and in the end closes it; within the hour nothing is left to be done.
func TestClosed(t *testing.T) {
	ctx := t.Context()
	var made contract.Partner
	if _, err := program.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
		LegalName: "Short Lived Systems", Country: "PL", City: "Sopot", Website: "https://short.example", Phone: "+48 58 555 03 00", Email: "office@short.example",
		Administrator: contract.Administrator{Name: "Adam Zaleski", Email: "adam@short.example"},
	}, &made); err != nil {
		t.Fatal(err)
	}
	if _, err := program.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		PartnerID: &made.PartnerID, Name: "Machine", CustomerAccess: "full",
	}, nil); err != nil {
		t.Fatal(err)
	}
	w := locale.In(locale.English)
	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/partners")
	opened(t, v, sys.Endpoints.Pages+"/vendor/partners?search=short+lived")
	at := opened(t, v, v.Page.Links(made.LegalName)[0]).URL.String()
	for _, step := range []struct {
		act, button string
		fields      []string
	}{
		{"/trust", w.VendorPartnersTrustName(made.LegalName), nil},
		{"/untrust", w.VendorPartnersUntrustName(made.LegalName), nil},
		{"/suspend", w.VendorPartnersSuspendName(made.LegalName), []string{"reason", "Nobody answers."}},
		{"/reinstate", w.VendorPartnersReinstateName(made.LegalName), nil},
		{"/close", w.VendorPartnersCloseName(made.LegalName), []string{"reason", "Wound up."}},
	} {
		opened(t, v, at+step.act)
		pressed(t, v, step.button, step.fields...)
	}
	if !strings.Contains(v.Page.Text(), w.VendorPartnersClosed()) {
		t.Errorf("is not closed:\n%s", v.Page.Text())
	}
	for range 3 {
		later(t, sys.Now().Add(16*time.Minute))
	}
	left := count(t, "partner_client", func(it map[string]types.AttributeValue) bool { return word(it, "PK") == "PARTNER#"+made.PartnerID })
	due := count(t, "partner", func(it map[string]types.AttributeValue) bool {
		return word(it, "PK") == "PARTNER#"+made.PartnerID && word(it, "due") != ""
	})
	if left+due != 0 {
		t.Errorf("%d machine clients are left, %d partners have more due", left, due)
	}
}
