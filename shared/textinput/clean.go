package textinput

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
	// mostMarks is how many accents and other marks may stand over each other: more than any language needs, fewer than cover the next line.
	mostMarks = 8
)

// invisible is every character that shows nothing by itself (Unicode's Default_Ignorable_Code_Point), and the three marks of interlinear
// annotations. A test compares it with the Unicode tables of the standard library.
var invisible = [...]struct{ from, to rune }{
	{0xAD, 0xAD},
	{0x34F, 0x34F},
	{0x61C, 0x61C},
	{0x115F, 0x1160},
	{0x17B4, 0x17B5},
	{0x180B, 0x180F},
	{0x200B, 0x200F},
	{0x202A, 0x202E},
	{0x2060, 0x206F},
	{0x3164, 0x3164},
	{0xFE00, 0xFE0F},
	{0xFEFF, 0xFEFF},
	{0xFFA0, 0xFFA0},
	{0xFFF0, 0xFFFB},
	{0x1BCA0, 0x1BCA3},
	{0x1D173, 0x1D17A},
	{0xE0000, 0xE0FFF},
}

// ignorable says whether a character shows nothing by itself.
func ignorable(r rune) bool {
	for _, one := range invisible {
		if r <= one.to {
			return r >= one.from
		}
	}
	return false
}

// Bare returns text without anything that can't be seen: outer white space, invisible marks, controls. It is how numbers, codes and
// addresses are read that came from a paste.
func Bare(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case ignorable(r):
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Z, r):
			return ' '
		}
		return r
	}, text))
}

// Fold returns text as it is compared: compatibility forms made plain (NFKC), small letters, nothing invisible.
func Fold(text string) string {
	return norm.NFKC.String(strings.ToLower(norm.NFKC.String(Bare(text))))
}

// crossed are letters whose stroke or second letter is no mark that can be taken off.
var crossed = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i")

// Unaccented returns text as words are looked for: folded, and without accents.
func Unaccented(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(crossed.Replace(Fold(text))))
}

// Shown returns text as it may be shown: NFC, without marks that hide or reorder what stands beside them. Joiners and variation selectors
// stay where their script or an emoji needs them. Ends of lines of every kind become \n in texts of several lines and a space in others;
// other controls become a space.
func Shown(text string, lines bool) string {
	typed := []rune(norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n")))
	typed = slices.DeleteFunc(typed, func(r rune) bool { return ignorable(r) && !selects(r) && !tag(r) })
	kept := make([]rune, 0, len(typed))
	marks := 0
	for i := 0; i < len(typed); i++ {
		r := typed[i]
		if n := flag(typed[i:]); n > 0 {
			kept = append(kept, typed[i:i+n]...)
			i += n - 1
			continue
		}
		switch {
		case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			r = ' '
			if lines {
				r = '\n'
			}
		case r == '\t' && lines:
		case unicode.IsControl(r), !lines && (unicode.Is(unicode.Zs, r) || r == '\u2800'):
			r = ' '
		case ignorable(r):
			if !needed(kept, r, typed[i+1:]) {
				continue
			}
		}
		if !lines && r == ' ' && (len(kept) == 0 || kept[len(kept)-1] == ' ') {
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) && !ignorable(r) {
			if marks++; marks > mostMarks {
				continue
			}
		} else if !ignorable(r) {
			marks = 0
		}
		kept = append(kept, r)
	}
	return strings.TrimSpace(norm.NFC.String(string(kept)))
}

// selects says whether a character joins or parts its neighbours, or chooses among the shapes of the one before.
func selects(r rune) bool {
	return r == nonJoiner || r == joiner || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF || r >= 0x180B && r <= 0x180F
}

func tag(r rune) bool { return r >= 0xE0020 && r <= 0xE007F }

// flags are the regions whose flag is a black flag with their name in tags after it: all that Unicode recommends.
var flags = [...]string{"gbeng", "gbsct", "gbwls"}

// flag returns how many characters at the start of a text are a flag written in tags, 0 where none.
func flag(text []rune) int {
	const size = 1 + 5 + 1
	if len(text) < size || text[0] != '\U0001F3F4' || text[size-1] != 0xE007F {
		return 0
	}
	var name strings.Builder
	for _, r := range text[1 : size-1] {
		name.WriteRune(r - 0xE0000)
	}
	if slices.Contains(flags[:], name.String()) {
		return size
	}
	return 0
}

// needed says whether a joiner or variation selector changes how its neighbours look, as it does in emoji and in the scripts made for it
// (Unicode Standard Annex 31, 2.3; Unicode Technical Standard 46). Elsewhere it only hides.
func needed(before []rune, r rune, after []rune) bool {
	if len(before) == 0 {
		return false
	}
	last, next := before[len(before)-1], rune(0)
	if len(after) > 0 {
		next = after[0]
	}
	switch {
	case r == 0xFE0E, r == 0xFE0F:
		return pictograph(last) || next == '\u20e3' && strings.ContainsRune("0123456789#*", last)
	case r <= 0xFE02 && r >= 0xFE00, r >= 0xE0100:
		return unicode.Is(unicode.Han, last)
	case r >= 0x180B && r <= 0x180F:
		return unicode.Is(unicode.Mongolian, last) && unicode.IsLetter(last)
	case r != joiner && r != nonJoiner:
		return false
	case virama(last), virama(next):
		return unicode.IsLetter(last) || unicode.IsMark(last)
	case r == joiner && pictograph(next):
		return pictograph(last) || last == 0xFE0F || unicode.Is(unicode.Sk, last)
	}
	return cursive(last) && (r == joiner || cursive(next))
}

// virama says whether a sign takes the vowel from the letter before, so that it may join the next.
func virama(r rune) bool {
	return r > 0 && norm.NFC.PropertiesString(string(r)).CCC() == 9
}

// cursive says whether a letter or its mark belongs to a script whose letters join.
func cursive(r rune) bool {
	if !unicode.IsLetter(r) && !unicode.IsMark(r) {
		return false
	}
	of := scripts(r)
	for _, script := range [...]string{"Arab", "Syrc", "Mong", "Nkoo", "Mand", "Adlm", "Rohg"} {
		if strings.Contains(of, script) {
			return true
		}
	}
	return false
}

// pictograph says whether a character can be an emoji: a symbol, an arrow or shape among the mathematical signs, one of the four that
// count as letter or punctuation, or a place that Unicode keeps for emoji to come.
func pictograph(r rune) bool {
	return unicode.Is(unicode.So, r) || r >= 0x2190 && r <= 0x2BFF && unicode.Is(unicode.Sm, r) || strings.ContainsRune("‼⁉ℹ〰", r) ||
		r >= 0x1F000 && r <= 0x1FAFF && !unicode.Is(unicode.Sk, r)
}
