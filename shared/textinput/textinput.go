// Package textinput reads text that strangers typed: bounded, normalised, without characters that hide or reorder what stands beside them.
// Text is kept as it was typed and folded only to compare (infra/design/trust.md, rules 9 and 11).
package textinput

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"liaison/shared/fault"
)

// The letters of Word.
const (
	Small  = "abcdefghijklmnopqrstuvwxyz"
	Large  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	Digits = "0123456789"
)

// Word says whether text is a name made for machines: least to most bytes, at least one, the first of first and the others of others,
// both ASCII. It uses no regular expression: those are compiled in every start of every function (infra/design/speed.md, P1).
func Word(text, first, others string, least, most int) bool {
	return text != "" && len(text) >= least && len(text) <= most &&
		strings.IndexByte(first, text[0]) >= 0 && strings.Trim(text[1:], others) == ""
}

// Snake returns the name that a Go field has in the table and in events: legal_name for LegalName, id for ID, sha256 for SHA256.
func Snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 {
			before, after := name[i-1], byte(0)
			if i+1 < len(name) {
				after = name[i+1]
			}
			if before >= 'a' && before <= 'z' || before >= '0' && before <= '9' || after >= 'a' && after <= 'z' {
				b.WriteByte('_')
			}
		}
		if upper {
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Line returns text as one line: as typed (NFC), but that outer spaces and invisible marks are gone and inner runs of spaces, ends of lines
// and controls are one space. code is empty or says what is wrong: required, too_long (over most characters), invalid_characters (broken
// UTF-8, or the sign that stands for what was broken).
func Line(text string, most int) (clean string, code *fault.Code) {
	return read(text, most, false)
}

// Block returns text of several lines: NFC, every end of a line a \n, outer white space and invisible marks gone. code as for Line.
func Block(text string, most int) (clean string, code *fault.Code) {
	return read(text, most, true)
}

// Note returns text as Block does, but none is fine.
func Note(text string, most int) (clean string, code *fault.Code) {
	if clean, code = Block(text, most); code == fault.Required {
		code = nil
	}
	return clean, code
}

// Title returns what something is called, as Line does, and refuses what can't be read aloud: no_letters where no letter or digit is in it.
func Title(text string, most int) (clean string, code *fault.Code) {
	clean, code = Line(text, most)
	if code == nil && strings.IndexFunc(clean, speaks) < 0 {
		return clean, fault.NoLetters
	}
	return clean, code
}

// speaks says whether a character can be all that a name consists of.
func speaks(r rune) bool {
	return unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) || unicode.IsNumber(r)
}

// Name returns a name of a person, company or place as Title does, and refuses what is made to be taken for another: mixed_scripts where
// one word mixes them, invalid_characters where marks are stacked (one twice, or over four: Unicode Technical Standard 39, 5.4), or a
// character has no meaning but a private one.
func Name(text string, most int) (clean string, code *fault.Code) {
	clean, code = Title(text, most)
	switch {
	case code != nil:
	case stacked(clean), strings.ContainsFunc(clean, func(r rune) bool { return unicode.Is(unicode.Co, r) }):
		return "", fault.InvalidCharacters
	case mixed(clean):
		return clean, fault.MixedScripts
	}
	return clean, code
}

// stacked says whether marks stand over each other as no language writes them.
func stacked(text string) bool {
	marks, last := 0, rune(0)
	for _, r := range norm.NFD.String(text) {
		if !unicode.In(r, unicode.Mn, unicode.Me) || ignorable(r) {
			marks, last = 0, 0
			continue
		}
		if marks++; marks > 4 || r == last {
			return true
		}
		last = r
	}
	return false
}

func read(text string, most int, lines bool) (string, *fault.Code) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
		return "", fault.InvalidCharacters
	}
	if len(text) > 16*most+64 {
		return "", fault.TooLong
	}
	text = Shown(text, lines)
	switch {
	case text == "":
		return "", fault.Required
	case utf8.RuneCountInString(text) > most:
		return "", fault.TooLong
	}
	return text, nil
}
