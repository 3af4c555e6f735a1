package textinput_test

import (
	"net/netip"
	"strings"
	"testing"

	"liaison/shared/textinput"
)

func TestOwnDomain(t *testing.T) {
	for typed, want := range map[string]string{
		"contoso.example": "contoso.example", " Contoso.EXAMPLE.\u200b": "contoso.example", "żółw.pl": "xn--w-uga1v8h.pl", "a.b.gov.pl": "a.b.gov.pl",
		"例え。jp": "xn--r8jz45g.jp", "contoso.co.uk": "contoso.co.uk", "contoso.unheard": "contoso.unheard", "1.example": "1.example",
	} {
		if got, code := textinput.OwnDomain(typed); got != want || code != nil {
			t.Errorf("%q: %q %v", typed, got, code)
		}
	}
	for typed, want := range map[string]string{
		"": "required", ".": "required", "contoso": "invalid_domain", "example.": "invalid_domain", "a..example": "invalid_domain", "127.0.0.1": "invalid_domain", "1.2.3": "invalid_domain",
		"::1": "invalid_domain", "[::1]": "invalid_domain", "a@b.example": "invalid_domain", "https://contoso.example": "invalid_domain", "*.contoso.example": "invalid_domain",
		"_liaison.contoso.example": "invalid_domain", "-a.example": "invalid_domain", "con toso.example": "invalid_domain", "xn--a.example": "invalid_domain",
		strings.Repeat("a", 64) + ".example": "invalid_domain", strings.Repeat("a.", 130) + "com": "too_long", strings.Repeat("a.", 600): "too_long",
		"co.uk": "public_suffix", "gov.pl": "public_suffix", "com.PL": "public_suffix", "github.io": "public_suffix", "xn--p1ai.xn--p1ai": "",
	} {
		if _, code := textinput.OwnDomain(typed); code.String() != want {
			t.Errorf("%q: %v, not %s", typed, code, want)
		}
	}
}

func TestRegistered(t *testing.T) {
	for host, want := range map[string]string{
		"partners.contoso.co.uk": "contoso.co.uk", "Contoso.example": "contoso.example", "127.0.0.1": "", "::1": "", "localhost": "", "": "",
		"x1.execute-api.eu-central-1.amazonaws.com": "x1.execute-api.eu-central-1.amazonaws.com",
	} {
		if got := textinput.Registered(host); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
}

// What is taken for a domain is one in ASCII and small letters, no address, and stays the same however often it is read and shown.
func FuzzOwnDomain(f *testing.F) {
	for _, seed := range []string{"contoso.example", "Żółw.PL.", "127.0.0.1", "co.uk", "例え。jp", "a\u00ad.example", "xn--80ak6aa92e.com", "..", "a@b.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, code := textinput.OwnDomain(typed)
		if code != nil {
			return
		}
		again, code := textinput.OwnDomain(got)
		shown, wrong := textinput.OwnDomain(textinput.ShownDomain(got))
		if code != nil || wrong != nil || again != got || shown != got {
			t.Errorf("%q: %q, then %q %v, shown %q %v", typed, got, again, code, shown, wrong)
		}
		if _, err := netip.ParseAddr(got); err == nil || len(got) > textinput.MaxDomain || strings.Trim(got, textinput.Small+textinput.Digits+"-.") != "" {
			t.Errorf("%q: %q", typed, got)
		}
	})
}
