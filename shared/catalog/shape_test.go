package catalog

import (
	"regexp"
	"strings"
	"testing"
)

// The shapes of names as the contract writes them: the checks are plain code, as regular expressions cost each start.
func TestShapes(t *testing.T) {
	for _, one := range []struct {
		shape string
		holds func(string) bool
	}{
		{`^plan_[a-z0-9_]{1,40}$`, func(text string) bool { return PlanID(text).Valid() }},
		{`^[a-z][a-z0-9_-]{1,39}$`, regionID},
		{`^[a-z][a-z0-9_-]{1,39}$`, ProgramName},
		{`^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$`, TermsVersion},
		{`^[a-z][a-z0-9_]{0,59}$`, serviceID},
	} {
		shape := regexp.MustCompile(one.shape)
		check := func(text string) {
			if got, want := one.holds(text), shape.MatchString(text); got != want {
				t.Errorf("%s: %q: %v, and not %v", one.shape, text, got, want)
			}
		}
		for _, start := range []string{"", "plan", "plan_", "Plan_", " plan_", "a", "1"} {
			check(start)
			for n := range 64 {
				check(start + strings.Repeat("a", n))
			}
			for letter := range 0x180 {
				check(start + string(rune(letter)))
				check(start + "a" + string(rune(letter)) + "b")
				check(start + "ab" + string(rune(letter)))
			}
			for letter := range 0x100 {
				check(start + "a" + string([]byte{byte(letter)}))
			}
		}
	}
}
