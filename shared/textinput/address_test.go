package textinput_test

import (
	"net/mail"
	"strings"
	"testing"

	"liaison/shared/textinput"
)

func TestMail(t *testing.T) {
	for _, one := range []struct{ typed, stored, shown string }{
		{"anna@example.com", "anna@example.com", "anna@example.com"},
		{"Anna.Nowak+liaison@Example.COM", "Anna.Nowak+liaison@example.com", "Anna.Nowak+liaison@example.com"},
		{"o'brien_{x}~!#$%&*/=?^`|@example.ie", "o'brien_{x}~!#$%&*/=?^`|@example.ie", "o'brien_{x}~!#$%&*/=?^`|@example.ie"},
		{"anna@müller-example.de", "anna@xn--mller-example-wob.de", "anna@müller-example.de"},
		{"anna@MÜLLER-example.de", "anna@xn--mller-example-wob.de", "anna@müller-example.de"},
		{"anna@xn--MLLER-example-wob.de", "anna@xn--mller-example-wob.de", "anna@müller-example.de"},
		{"info@例え.jp", "info@xn--r8jz45g.jp", "info@例え.jp"},
		{"info@例え。jp", "info@xn--r8jz45g.jp", "info@例え.jp"},
		{"info@пример.рф", "info@xn--e1afmkfd.xn--p1ai", "info@пример.рф"},
		{"info@straße.example", "info@xn--strae-oqa.example", "info@straße.example"},
		{"anna@example.com\u200b", "anna@example.com", "anna@example.com"},
		{"\u202aanna@example.com\u202c", "anna@example.com", "anna@example.com"},
		{"\u00a0anna@exam\u00adple.com\ufeff\n", "anna@example.com", "anna@example.com"},
		{"a@ex--ample.com", "a@ex--ample.com", "a@ex--ample.com"},
		{"info@аррӏе.com", "info@xn--80ak6aa92e.com", "info@xn--80ak6aa92e.com"},   // every letter is Cyrillic
		{"info@cоntoso.com", "info@xn--cntoso-wqf.com", "info@xn--cntoso-wqf.com"}, // one is
	} {
		got, code := textinput.Mail(one.typed)
		if got != one.stored || code != nil {
			t.Errorf("%q: %q %s", one.typed, got, code)
		}
		if shown := textinput.ShownMail(got); shown != one.shown {
			t.Errorf("%q is shown as %q", got, shown)
		}
		if textinput.FoldMail(one.typed) != textinput.FoldMail(got) || textinput.FoldMail(one.shown) != textinput.FoldMail(got) {
			t.Errorf("%q, %q and %q are not one address", one.typed, got, one.shown)
		}
	}
	for typed, want := range map[string]string{
		"": "required", " \u200b": "required", "@": "invalid_email", "anna": "invalid_email", "anna@": "invalid_email", "@example.com": "invalid_email", "anna@localhost": "invalid_email",
		"a b@example.com": "invalid_email", "a@b@example.com": "invalid_email", `"a b"@example.com`: "invalid_email", "Anna <anna@example.com>": "invalid_email",
		"anna@[127.0.0.1]": "invalid_email", "anna@example..com": "invalid_email", "anna@example.com.": "invalid_email", "anna@-example.com": "invalid_email",
		"anna@exa_mple.com": "invalid_email", "anna.@example.com": "invalid_email", ".anna@example.com": "invalid_email", "a..b@example.com": "invalid_email",
		"anna@example.com\r\nBcc: x@example.com": "invalid_email", "anna@xn--a.example": "invalid_email", "anna@xn--80ak6aa92e\u202e.com x": "invalid_email",
		"anna@☕.": "invalid_email", strings.Repeat("a", 65) + "@example.com": "invalid_email", "a@" + strings.Repeat("b", 64) + ".com": "invalid_email",
		"a@" + strings.Repeat("b.", 130) + "com": "too_long", strings.Repeat("a", 2000): "too_long",
		"żółw@example.com": "mailbox_not_ascii", "用户@例え.jp": "mailbox_not_ascii", "\u212aate@example.com": "mailbox_not_ascii",
	} {
		if got, code := textinput.Mail(typed); code.String() != want {
			t.Errorf("%q: %q %q, and not %q", typed, got, code, want)
		}
	}
}

func TestFoldMail(t *testing.T) {
	for _, one := range []struct {
		a, b string
		same bool
	}{
		{"Anna@Example.com", "anna@example.com", true},
		{" anna@example.com\u200b", "anna@example.com", true},
		{"anna@MÜLLER.example", "anna@xn--mller-kva.example", true},
		{"\u212aate@example.com", "kate@example.com", false}, // the Kelvin sign
		{"m\u0130ke@example.com", "mike@example.com", false}, // the dotted capital i
		{"anna+x@example.com", "anna@example.com", false},
		{"an.na@example.com", "anna@example.com", false},
	} {
		if (textinput.FoldMail(one.a) == textinput.FoldMail(one.b)) != one.same {
			t.Errorf("%q and %q: %q %q", one.a, one.b, textinput.FoldMail(one.a), textinput.FoldMail(one.b))
		}
	}
}

// What is taken for an address is one for everybody, in ASCII, and stays the same however often it is read, shown and folded.
func FuzzMail(f *testing.F) {
	for _, seed := range []string{"anna@müller-example.de", "anna@example.com\u200b", "info@例え。jp", "o'brien+x@example.ie", `"a b"@example.com`, "a@xn--80ak6aa92e.com", "a@b.c\r\nBcc: d@e.f", "a@\u202eexample.com", "a@ﬁ.com", "a@xn--.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, code := textinput.Mail(text)
		if code != nil {
			return
		}
		if again, code := textinput.Mail(clean); again != clean || code != nil {
			t.Fatalf("%q is %q, and that %q %s", text, clean, again, code)
		}
		shown := textinput.ShownMail(clean)
		if back, code := textinput.Mail(shown); back != clean || code != nil {
			t.Fatalf("%q is shown as %q, which is %q %s", clean, shown, back, code)
		}
		if textinput.FoldMail(clean) != textinput.FoldMail(shown) || textinput.FoldMail(clean) != textinput.FoldMail(text) {
			t.Fatalf("%q and %q are not one address", text, shown)
		}
		parsed, err := mail.ParseAddress(clean)
		if err != nil || parsed.Address != clean || len(clean) > textinput.MaxMail || strings.ContainsFunc(clean, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Fatalf("%q: %q %v", text, clean, err)
		}
	})
}
