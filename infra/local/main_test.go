package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestPlace gives each of two runs side by side a place of its own, and the first place again, cleared, once it is free.
func TestPlace(t *testing.T) {
	t.Chdir(t.TempDir())
	take := func(endpoints, logs string) place {
		t.Helper()
		p, err := findPlace()
		if err != nil || p.endpoints != filepath.FromSlash(endpoints) || p.logs != filepath.FromSlash(logs) {
			t.Fatalf("got %s and %s: %v", p.endpoints, p.logs, err)
		}
		return p
	}
	first := take("build/local/endpoints.json", "build/local/logs")
	second := take("build/local/endpoints-2.json", "build/local/logs-2")
	defer second.leave()
	said := filepath.Join(first.logs, "OffersCreate.log")
	if err := os.WriteFile(said, []byte("of before"), 0o600); err != nil {
		t.Fatal(err)
	}
	first.leave()
	defer take("build/local/endpoints.json", "build/local/logs").leave()
	if _, err := os.Stat(said); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the log of a run before is still there: %v", err)
	}
}
