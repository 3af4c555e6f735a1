package textinput

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Phone returns a phone number with its country's code, as "+48 22 123-45-67", and whether the text is one: +, then 6 to 30 digits, spaces,
// brackets and hyphens, none but a digit from 1 to 9 first. Digits of every script, every kind of space and dash, dots, slashes, 00 for the
// +, and a country's code in brackets are read as what they mean. An extension is refused: a link could not dial it.
func Phone(text string) (clean string, fine bool) {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return digit(r)
		case unicode.Is(unicode.Pd, r), r == '\u2212', r == 'ー': // minus, and the long vowel that stands on the same key
			return '-'
		case unicode.Is(unicode.Zs, r), strings.ContainsRune("./·", r):
			return ' '
		}
		return r
	}, norm.NFKC.String(Bare(text)))
	text = strings.TrimSpace(text)
	if number, cut := strings.CutPrefix(text, "00"); cut {
		text = "+" + number
	} else if number, cut := strings.CutPrefix(text, "(+"); cut {
		text = "+" + strings.Replace(number, ")", " ", 1)
	}
	if number, cut := strings.CutPrefix(text, "+"); cut {
		text = "+" + strings.TrimLeft(number, " -")
	}
	text = strings.Join(strings.Fields(text), " ")
	number, cut := strings.CutPrefix(text, "+")
	return text, cut && Word(number, "123456789", Digits+" ()-", 6, 30)
}

// digit returns the ASCII digit of a decimal digit of any script: Unicode gives each script's ten in a row.
func digit(r rune) rune {
	for _, ten := range unicode.Nd.R16 {
		if r >= rune(ten.Lo) && r <= rune(ten.Hi) {
			return '0' + (r-rune(ten.Lo))%10
		}
	}
	for _, ten := range unicode.Nd.R32 {
		if r >= rune(ten.Lo) && r <= rune(ten.Hi) {
			return '0' + (r-rune(ten.Lo))%10
		}
	}
	return r
}
