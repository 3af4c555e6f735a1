package journeys

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
)

// TestClosed: a company with a machine client is closed; within the hour nothing is left to be done.
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
	if _, err := program.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+made.PartnerID+"/close", contract.PartnerClose{Reason: "Wound up."}, nil); err != nil {
		t.Fatal(err)
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
