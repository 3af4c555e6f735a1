package partner

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed confusables.txt
var confusables string

var lookalikes = sync.OnceValue(func() map[rune]string {
	known := map[rune]string{}
	for line := range strings.Lines(confusables) {
		seen, letters, found := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !found || seen == "#" {
			continue
		}
		for _, r := range letters {
			known[r] = seen
		}
	}
	return known
})

// Skeletons returns what a legal name looks like in small letters and in capitals: two names that share either can be taken
// for each other (trust.md, rule 11; Unicode Technical Standard 39, section 4). Accents, spaces and punctuation don't count,
// nor does case. Nil where nothing is left.
func Skeletons(name string) []string {
	small, capital := skeleton(strings.ToLower(name)), skeleton(strings.ToUpper(name))
	if small == "" || capital == "" {
		return nil
	}
	return []string{"small:" + small, "capital:" + capital}
}

func skeleton(name string) string {
	known := lookalikes()
	text := norm.NFKD.String(name)
	for range 2 { // what a letter is taken for may itself be taken for another: dotless i, i, l
		var b strings.Builder
		for _, r := range text {
			switch seen, ok := known[r]; {
			case ok:
				b.WriteString(seen)
			case unicode.IsLetter(r) || unicode.IsNumber(r):
				b.WriteRune(r)
			}
		}
		text = strings.ToLower(b.String())
	}
	return text
}
