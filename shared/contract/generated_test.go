package contract_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"liaison/shared/contract"
)

// TestGenerated makes the types again from infra/openapi.yaml and wants the bytes that are here: whoever changes the document
// runs go generate ./shared/contract.
func TestGenerated(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "types_gen.go")
	run := exec.Command("go", "tool", "-modfile=../../infra/tools/go.mod", "oapi-codegen",
		"-config", "oapi-codegen.yaml", "-o", fresh, "../../infra/openapi.yaml")
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	want, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("types_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, have) {
		t.Error("types_gen.go is not what infra/openapi.yaml gives now; run make generate")
	}
}

// TestLean keeps the types free of every library: each function links them.
func TestLean(t *testing.T) {
	said, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if deps := bytes.TrimSpace(said); string(deps) != "liaison/shared/contract" {
		t.Errorf("more than the standard library:\n%s", deps)
	}
}

// TestLinkFirst: an offer that somebody reads in a terminal begins with what they are after, its link.
func TestLinkFirst(t *testing.T) {
	for _, offer := range []any{contract.Offer{URL: "https://x"}, contract.OfferSummary{URL: "https://x"}} {
		said, err := json.Marshal(offer)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(said), `{"url":"https://x",`) {
			t.Errorf("%T begins otherwise: %.60s", offer, said)
		}
	}
}
