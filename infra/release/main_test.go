package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOneVersion holds together what says the version, in this repository.
func TestOneVersion(t *testing.T) {
	version := ""
	for _, name := range sayers() {
		says, err := current(name, read(t, root, name))
		if err != nil {
			t.Fatal(err)
		}
		if version == "" {
			version = says
		}
		if says != version {
			t.Errorf("%s says %s, %s says %s: make release writes all of them", name, says, sayers()[0], version)
		}
	}
	newest := "0.0.0" // before the first release
	if found := released.FindStringSubmatch(read(t, root, changelog)); found != nil {
		newest = found[1]
	}
	if newest != version {
		t.Errorf("%s ends at %s, %s says %s", changelog, newest, sayers()[0], version)
	}
	if text, err := os.ReadFile(filepath.Join(root, kept)); err == nil {
		if last, err := current(contract, string(text)); err != nil || last != version {
			t.Errorf("%s is of %s, %s says %s (%v)", kept, last, sayers()[0], version, err)
		}
	} else if version != "0.0.0" {
		t.Errorf("%s is missing, which make release keeps: %v", kept, err)
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		last, next string
		want       step
	}{
		{"0.0.0", "1.0.0", major},
		{"1.0.0", "1.0.1", patch},
		{"1.0.9", "1.0.10", patch},
		{"1.2.3", "1.3.0", minor},
		{"1.2.3", "2.0.0", major},
	} {
		if got, err := stepped(c.last, c.next); err != nil || got != c.want {
			t.Errorf("%s to %s: %v, %v", c.last, c.next, got, err)
		}
	}
	for _, c := range [][2]string{
		{"1.2.3", "1.2.3"},
		{"1.2.3", "1.2.2"},
		{"1.2.3", "1.2.5"},
		{"1.2.3", "1.3.1"},
		{"1.2.3", "1.4.0"},
		{"1.2.3", "2.0.1"},
		{"1.2.3", "3.0.0"},
		{"1.2.3", "1.3"},
		{"1.2.3", "1.3.0.0"},
		{"1.2.3", "v1.3.0"},
		{"1.2.3", "1.03.0"},
		{"1.2.3", "1.3.0-rc.1"},
		{"1.2.3", "1.-3.0"},
		{"1.2.3", ""},
	} {
		if _, err := stepped(c[0], c[1]); err == nil {
			t.Errorf("%s to %q: taken for a step", c[0], c[1])
		}
	}
}

const document = `openapi: 3.1.0
info:
  title: Liaison
  version: 0.0.0
paths:
  /v1/offers:
    get:
      operationId: OffersList
      responses:
        '200':
          description: Offers.
          content:
            application/json:
              schema: {type: object, required: [name], properties: {name: {type: string}}}
`

// TestRelease makes release after release of a small repository.
func TestRelease(t *testing.T) {
	small := t.TempDir()
	for _, name := range []string{"infra/tools/oasdiff.mod", "infra/tools/oasdiff.sum"} {
		write(t, small, name, read(t, root, name))
	}
	write(t, small, contract, document)
	write(t, small, "template.yaml", "Outputs:\n  Version:\n    Description: Release\n    Value: 0.0.0\n")
	write(t, small, "README.md", "The last release is 0.0.0.\n")
	write(t, small, changelog, "# Changelog\n\nWords.\n\n## Unreleased\n\n### Added\n\n- One.\n")
	write(t, small, "infra/release/main.go", "package main\n")
	day := time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	refused := func(version, why string) {
		t.Helper()
		before := [3]string{read(t, small, changelog), read(t, small, contract), read(t, small, "README.md")}
		if err := release(small, version, day); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("release %s: %v, want %q", version, err, why)
		}
		if after := [3]string{read(t, small, changelog), read(t, small, contract), read(t, small, "README.md")}; after != before {
			t.Errorf("release %s was refused and left %q", version, after)
		}
	}
	made := func(version string) {
		t.Helper()
		if err := release(small, version, day); err != nil {
			t.Fatalf("release %s: %v", version, err)
		}
		for _, name := range sayers() {
			if says, err := current(name, read(t, small, name)); err != nil || says != version {
				t.Errorf("%s says %s, %v", name, says, err)
			}
		}
		if read(t, small, kept) != read(t, small, contract) {
			t.Error("what is kept is not the contract")
		}
	}
	edit := func(name, from, to string) {
		t.Helper()
		old := read(t, small, name)
		if !strings.Contains(old, from) {
			t.Fatalf("%s has no %q", name, from)
		}
		write(t, small, name, strings.Replace(old, from, to, 1))
	}
	news := func(line string) { edit(changelog, "## Unreleased\n", "## Unreleased\n\n### Fixed\n\n- "+line+"\n") }

	refused("0.2.0", "does not follow 0.0.0")
	made("1.0.0")
	if got, want := read(t, small, changelog), "# Changelog\n\nWords.\n\n## Unreleased\n\n## 1.0.0 - 2026-12-01\n\n### Added\n\n- One.\n"; got != want {
		t.Errorf("the changelog is %q, want %q", got, want)
	}
	refused("1.0.1", "nothing new")
	news("Two.")
	made("1.0.1")

	news("Three.")
	edit(contract, "  /v1/offers:\n", "  /v1/plans:\n    get: {operationId: PlansList, responses: {'200': {description: Plans.}}}\n  /v1/offers:\n")
	refused("1.0.2", "takes a minor release: openapi.yaml:7: PlansList, GET /v1/plans: endpoint added")
	made("1.1.0")

	news("Four.")
	edit(contract, "required: [name], properties: {name: {type: string}}", "properties: {}")
	for _, version := range []string{"1.1.1", "1.2.0"} {
		refused(version, "OffersList, GET /v1/offers: removed the required property `name`")
	}
	made("2.0.0")
	if got := released.FindAllStringSubmatch(read(t, small, changelog), -1); len(got) != 4 || got[0][1] != "2.0.0" || got[3][1] != "1.0.0" {
		t.Errorf("the changelog's versions are %q", got)
	}
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
