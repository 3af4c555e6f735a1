package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/operator"
	"liaison/tests/fixture"
)

const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"/>`

// TestBrand shows the brand, changes what is named and nothing else, and says what is wrong in the words of its flags. A bootstrap leaves
// the pictures.
func TestBrand(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	file := func(name, content string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	command := []string{"-table", w.Env.Table, "-endpoint", w.Env.DynamoEndpoint}
	operate := func(args ...string) (string, error) {
		var said bytes.Buffer
		err := branding(t.Context(), append(command, args...), &said)
		return said.String(), err
	}
	before, err := w.Table.Vendor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	logo := file("logo.svg", drawn)
	for _, step := range []struct {
		args  []string
		says  string
		lacks string
	}{
		{nil, "name             Northwind\n", "changed"},
		{[]string{"-name", " Skylark  Cloud ", "-accent", "#4338CA", "-help-phone", "+48 22 555 01 00", "-logo", logo, "-icon", logo}, "changed; ", "unchanged"},
		{[]string{"-name", "Skylark Cloud", "-accent", "#4338ca", "-logo", logo}, "unchanged\n", "changed; "},
		{[]string{"-help-phone", "", "-icon", ""}, "changed; ", "/assets/icon-"},
		{[]string{"-icon", ""}, "unchanged\n", "/assets/icon-"},
		{nil, "prices           net\n", "changed"},
		{[]string{"-prices", "gross", "-licenses-charged", "next_term"}, "changed; ", "unchanged"},
		{[]string{"-prices", "", "-licenses-charged", "prorated"}, "prices           net\n", "unchanged"},
		{nil, "logo             /assets/logo-", "changed"},
	} {
		said, err := operate(step.args...)
		if err != nil || !strings.Contains(said, step.says) || strings.Contains(said, step.lacks) {
			t.Errorf("%q: %v\n%s", step.args, err, said)
		}
	}
	after, err := w.Table.Vendor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Table.Picture(t.Context(), after.Logo); err != nil {
		t.Errorf("the logo %s: %v", after.Logo, err)
	}
	wanted := before
	wanted.Name, wanted.Accent, wanted.Logo, wanted.Version = "Skylark Cloud", "#4338ca", after.Logo, before.Version+4
	wanted.Prices, wanted.LicensesCharged = catalog.Net, catalog.Prorated
	if after != wanted {
		t.Errorf("stands %+v,\nwanted %+v", after, wanted)
	}

	for _, one := range []struct{ args, says []string }{
		{[]string{"-name", "", "-help-mail", "help"}, []string{"-name: ", "-help-mail: Enter one address"}},
		{[]string{"-prices", "taxed", "-licenses-charged", "never"}, []string{"-prices: ", "net, gross", "-licenses-charged: ", "prorated, next_term"}},
		{[]string{"-accent", "indigo"}, []string{"-accent: ", "#rrggbb"}},
		{[]string{"-language", "de"}, []string{"-language: ", "en, pl"}},
		{[]string{"-website", "http://x.example"}, []string{"-website: "}},
		{[]string{"-address", strings.Repeat("a", 201)}, []string{"-address: ", "200"}},
		{[]string{"-logo", file("bad.svg", strings.Replace(drawn, "/>", "><script/></svg>", 1)), "-icon", file("x.gif", "GIF89a")}, []string{"-logo: ", "<script>", "\n-icon: "}},
		{[]string{"-logo-dark", "nowhere.svg"}, []string{"-logo-dark: open nowhere.svg"}},
		{[]string{"logo.svg"}, []string{"usage"}},
	} {
		_, err := operate(one.args...)
		for _, want := range one.says {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q: %v", one.args, want, err)
			}
		}
	}
	if still, err := w.Table.Vendor(t.Context()); err != nil || still != after {
		t.Errorf("what is wrong is not written: %+v, %v", still, err)
	}
	held := after
	held.Name = "Northwind Cloud"
	who := operator.Draft{Name: "Olga Operator", Mail: "olga@northwind.example"}
	vendor := held
	vendor.Logo, vendor.Version = "", 0 // a vendor's file knows neither
	if err := bootstrap(t.Context(), w.Table, vendor, who, "https://issuer.example", "olga"); err != nil {
		t.Fatal(err)
	}
	held.Version++
	if now, err := w.Table.Vendor(t.Context()); err != nil || now != held {
		t.Errorf("after a bootstrap stands %+v, %v,\nwanted %+v", now, err, held)
	}
	for _, args := range [][]string{{"brand"}, {"brand", "-table", "none", "-endpoint", w.Env.DynamoEndpoint}} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// TestVendorFile reads the sample's vendor, and names each wrong field of another.
func TestVendorFile(t *testing.T) {
	v, err := readVendor("../local/sample/vendor.json")
	if err != nil || v.Name != "Skylark Cloud" || !v.Sending || v.Prices != catalog.Net || v.LicensesCharged != catalog.Prorated {
		t.Errorf("%+v, %v", v, err)
	}
	wrong := filepath.Join(t.TempDir(), "vendor.json")
	if err := os.WriteFile(wrong, []byte(`{"name": "Skylark", "help_email": "x", "accent": "red"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = readVendor(wrong); err == nil || !strings.Contains(err.Error(), "legal_name: ") || !strings.Contains(err.Error(), "help_email: ") || !strings.Contains(err.Error(), "accent: ") {
		t.Errorf("a vendor without a legal name: %v", err)
	}
}
