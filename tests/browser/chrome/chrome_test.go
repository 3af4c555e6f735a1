package chrome

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhich: pages are shown by the Chromium without windows where there is one, otherwise by the full one; a scanner is always the full one.
func TestWhich(t *testing.T) {
	folder := t.TempDir()
	for _, variable := range []string{"CHROMIUM", "CHROMIUM_SHELL"} {
		t.Setenv(variable, "")
	}
	t.Setenv("PATH", folder)
	there := func(name string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	is := func(when, shell, full string) {
		t.Helper()
		if got, err := Shell(); got != shell || (err == nil) != (shell != "") {
			t.Errorf("%s, pages are shown by %q (%v)", when, got, err)
		}
		if got, err := Full(); got != full || (err == nil) != (full != "") {
			t.Errorf("%s, a scanner is %q (%v)", when, got, err)
		}
	}
	is("without any", "", "")
	full := there("chromium")
	is("with the full one alone", full, full)
	shell := there("chromium-headless-shell")
	is("with both", shell, full)
	other := there("other")
	t.Setenv("CHROMIUM_SHELL", other)
	is("with one named", other, full)
	t.Setenv("CHROMIUM", shell)
	is("with both named", other, shell)
}
