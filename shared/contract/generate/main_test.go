package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"liaison/tests/contract/answers"
)

// TestGenerated: whoever changes infra/openapi.yaml runs go generate ./shared/contract.
func TestGenerated(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		have, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not what infra/openapi.yaml gives now (%v): go generate ./shared/contract", name, err)
		}
	}
}

// TestServed: what is served is a contract too, whole in itself.
func TestServed(t *testing.T) {
	served, err := filepath.Abs(filepath.Join("..", "..", "..", "functions", "api", "service", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := answers.Open(served); err != nil {
		t.Error(err)
	}
}
