package journeys

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"liaison/infra/local/client"
)

// summed returns the SHA-256 of a receipt as a few lines of another language come to it (testdata/receipt.mjs), which know nothing of us.
func summed(t *testing.T, receipt []byte) string {
	t.Helper()
	verify := exec.CommandContext(t.Context(), "node", "testdata/receipt.mjs")
	verify.Stdin = bytes.NewReader(receipt)
	sum, err := verify.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(sum))
}

// TestReceiptElsewhere holds the customer's receipt and the partner's against what another language makes of either, in whatever order
// their fields come; one changed letter is another receipt.
func TestReceiptElsewhere(t *testing.T) {
	c, err := walk(t).Trial(patience(t), "pl", address("receipt"), "yes")
	if err != nil {
		t.Fatal(err)
	}
	mine, err := client.NewVisitor("pl").Get(t.Context(), c.Receipt+"?format=json")
	if err != nil {
		t.Fatal(err)
	}
	var theirs struct {
		Receipt json.RawMessage
		SHA256  string
	}
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/redemptions/"+c.Redemption.ID+"/receipt", nil, &theirs))
	var loose map[string]any
	if err := json.Unmarshal(mine.Body, &loose); err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(loose, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for whose, receipt := range map[string][]byte{"the customer's": mine.Body, "the partner's": theirs.Receipt, "one written anew": indented} {
		if got := summed(t, receipt); got != theirs.SHA256 {
			t.Errorf("%s: %s, want %s", whose, got, theirs.SHA256)
		}
	}
	if got := summed(t, bytes.Replace(mine.Body, []byte(`"answer":"yes"`), []byte(`"answer":"no"`), 1)); got == theirs.SHA256 {
		t.Error("a changed answer verifies")
	}
}
