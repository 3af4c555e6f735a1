package partner

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"liaison/shared/textinput"
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

// Skeletons returns what a legal name looks like in small letters and in capitals, with and without the signs of a trademark: two names
// that share any can be taken for each other (infra/design/trust.md, rule 11; Unicode Technical Standard 39, section 4). Accents, spaces,
// punctuation, symbols and what can't be seen don't count, nor does case. Nil where nothing is left.
func Skeletons(name string) []string {
	name = strings.Map(dressed, textinput.Bare(name))
	var seen []string
	for _, read := range []string{name, strings.NewReplacer("™", "", "℠", "").Replace(name)} {
		small, capital := skeleton(strings.ToLower(read)), skeleton(strings.ToUpper(read))
		if small != "" && capital != "" && !slices.Contains(seen, "small:"+small) {
			seen = append(seen, "small:"+small, "capital:"+capital)
		}
	}
	return seen
}

// smallCapitals are letters in the alphabet's order, x being one for want of another.
var smallCapitals = [...]rune{
	'ᴀ', 'ʙ', 'ᴄ', 'ᴅ', 'ᴇ', 'ꜰ', 'ɢ', 'ʜ', 'ɪ', 'ᴊ', 'ᴋ', 'ʟ', 'ᴍ', 'ɴ', 'ᴏ', 'ᴘ', 'ꞯ', 'ʀ', 'ꜱ', 'ᴛ', 'ᴜ', 'ᴠ', 'ᴡ', 'x', 'ʏ', 'ᴢ',
}

// dressed returns the letter that a symbol shows in a black circle, a black square or as part of a flag, or that a small capital is; other
// characters as they are.
func dressed(r rune) rune {
	if at := slices.Index(smallCapitals[:], r); at >= 0 {
		return 'a' + rune(at)
	}
	for _, first := range [...]rune{0x1F150, 0x1F170, 0x1F1E6} {
		if r >= first && r < first+26 {
			return 'a' + r - first
		}
	}
	return r
}

// counts says whether a character of a decomposed name tells it from others: letters, digits, and of the marks those that are no accents
// but vowels, or voice a consonant (by their combining class), as the scripts of India, Thailand or Japan have.
func counts(r rune) bool {
	if !unicode.In(r, unicode.Mn, unicode.Mc) {
		return unicode.IsLetter(r) || unicode.IsNumber(r)
	}
	class := norm.NFD.PropertiesString(string(r)).CCC()
	return class == 0 || class == 8 || class == 9 || class >= 84 && class <= 132
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
			case counts(r):
				b.WriteRune(r)
			}
		}
		text = strings.ToLower(b.String())
	}
	return text
}
