package partner

import (
	"regexp"
	"strings"
	"testing"
)

// The shape of a phone number as the contract writes it: the check is plain code, as regular expressions cost each start.
func TestPhone(t *testing.T) {
	shape := regexp.MustCompile(`^\+[1-9][0-9 ()-]{5,29}$`)
	check := func(text string) {
		if got, want := phone(text), shape.MatchString(text); got != want {
			t.Errorf("%q: %v, and not %v", text, got, want)
		}
	}
	for _, start := range []string{"", "+", "++", "+0", "+4", "4", " +4", "+48 22"} {
		for n := range 34 {
			check(start + strings.Repeat("5", n))
		}
		for letter := range 0x180 {
			check(start + string(rune(letter)) + "12345")
			check(start + "12345" + string(rune(letter)))
		}
		for letter := range 0x100 {
			check(start + "12345" + string([]byte{byte(letter)}))
		}
	}
}
