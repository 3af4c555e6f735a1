package textinput_test

import (
	"regexp"
	"strings"
	"testing"

	"liaison/shared/textinput"
)

// stored is the shape of a phone number as the contract answers it.
var stored = regexp.MustCompile(`^\+[1-9][0-9 ()-]{5,29}$`)

func TestPhone(t *testing.T) {
	for typed, want := range map[string]string{
		"+48 22 123 45 67":                     "+48 22 123 45 67",
		"+1 (415) 555-0100":                    "+1 (415) 555-0100",
		"+48\u00a022\u202f123\u200945\u300067": "+48 22 123 45 67",
		"\u202a+48 22 123 45 67\u202c\u200b":   "+48 22 123 45 67",
		"+44 20\u20117946\u2013 0018":          "+44 20-7946- 0018",
		"+49 30\u2212901820":                   "+49 30-901820",
		"0048221234567":                        "+48221234567",
		"00 48 22 123 45 67":                   "+48 22 123 45 67",
		"(+351) 21 123 4567":                   "+351 21 123 4567",
		"+ 33 1.23.45.67.89":                   "+33 1 23 45 67 89",
		"+49 (0)30/901820":                     "+49 (0)30 901820",
		"＋８１　３－１２３４－５６７８":                      "+81 3-1234-5678",
		"+81 3ー1234ー5678":                      "+81 3-1234-5678",
		"+٩٦٦ ١١ ٤٦٠ ٠٠٠٠":                     "+966 11 460 0000",
		"+۹۸ ۲۱ ۸۸۸۸ ۰۰۰۰":                     "+98 21 8888 0000",
		"+९१ ११ २३४५ ६७८९":                     "+91 11 2345 6789",
		"+55  11\t2345\n6789":                  "+55 11 2345 6789",
	} {
		if got, fine := textinput.Phone(typed); got != want || !fine {
			t.Errorf("%q: %q %v, and not %q", typed, got, fine, want)
		}
	}
	for _, typed := range []string{
		"", "+", "++48 221234567", "22 123 45 67", "+0 221234567", "000 221234567", "+48", "+48 22 123 45 67 ext. 12", "+48 22 123 45 67 x12", "+48 22 123 45 67;ext=12",
		"call us", "+48 CALL US", "+4\x0048x221234567", "+" + strings.Repeat("1", 31), "48 22 123 45 67", "tel:nobody",
	} {
		if got, fine := textinput.Phone(typed); fine {
			t.Errorf("%q is %q", typed, got)
		}
	}
}

// The check is plain code, as regular expressions cost each start; what it lets through has the contract's shape and is read again as it is.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"+48 22 123 45 67", "00 48 22\u00a0123", "(+351) 21 123 4567", "＋８１ー３", "+1 (415) 555-0100", "+٩٦٦ ١١ ٤٦٠ ٠٠٠٠", "\u202a+4\u200b8 123", "+①②③④⑤⑥⑦", "00+48 1234567"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, fine := textinput.Phone(text)
		if fine != stored.MatchString(clean) {
			t.Fatalf("%q is %q, %v", text, clean, fine)
		}
		if again, still := textinput.Phone(clean); fine && (again != clean || !still) {
			t.Fatalf("%q is %q, and that %q %v", text, clean, again, still)
		}
	})
}
