// Package plain reads text that strangers typed: bounded, normalised, without characters that
// hide, reorder or break lines where none may break (trust.md, rules 9 and 11).
package plain

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxMail is the longest address taken, in bytes (RFC 5321, 4.5.3.1.3 less the brackets).
const MaxMail = 254

// The letters of Word.
const (
	Small  = "abcdefghijklmnopqrstuvwxyz"
	Large  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	Digits = "0123456789"
)

// Word says whether text is a name made for machines: least to most bytes, at least one, the first of first and the others of others,
// both ASCII. A function and no regular expression, as those are compiled in every start of every function (speed.md, P1).
func Word(text, first, others string, least, most int) bool {
	return text != "" && len(text) >= least && len(text) <= most &&
		strings.IndexByte(first, text[0]) >= 0 && strings.Trim(text[1:], others) == ""
}

// Line returns text as one line: NFC, outer spaces gone, inner runs of spaces made one. code is empty or says what is wrong:
// required, too_long (over most characters), invalid_characters (control, bidirectional, invisible, line breaks, broken UTF-8).
func Line(text string, most int) (clean, code string) {
	return read(text, most, false)
}

// Block returns text of several lines: NFC, CR LF made LF, outer white space gone. code as for Line.
func Block(text string, most int) (clean, code string) {
	return read(strings.ReplaceAll(text, "\r\n", "\n"), most, true)
}

// Note returns text as Block does, but none is fine.
func Note(text string, most int) (clean, code string) {
	if clean, code = Block(text, most); code == "required" {
		code = ""
	}
	return clean, code
}

// Name returns a name of a person or company as Line does, NFKC, and refuses one that mixes scripts
// in which letters look alike (mixed_scripts).
func Name(text string, most int) (clean, code string) {
	clean, code = read(norm.NFKC.String(text), most, false)
	if code == "" && mixed(clean) {
		return clean, "mixed_scripts"
	}
	return clean, code
}

func read(text string, most int, lines bool) (string, string) {
	if !utf8.ValidString(text) {
		return "", "invalid_characters"
	}
	if len(text) > 16*most+64 {
		return "", "too_long"
	}
	text = strings.TrimSpace(norm.NFC.String(text))
	if text == "" {
		return "", "required"
	}
	var b strings.Builder
	count, space := 0, false
	for _, r := range text {
		switch {
		case lines && r == '\n':
		case r == '\t', r == '\u00a0', r == '\u202f', r == '\u3000', unicode.Is(unicode.Zs, r):
			if !lines {
				if space {
					continue
				}
				r = ' '
			}
		case hidden(r):
			return "", "invalid_characters"
		}
		space = r == ' '
		count++
		b.WriteRune(r)
	}
	if count > most {
		return "", "too_long"
	}
	return b.String(), ""
}

// hidden says whether a character shows nothing, reorders its neighbours, or ends a line.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
		unicode.Is(unicode.Co, r) || r == utf8.RuneError || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0000
}

// mixed says whether letters of more than one of the scripts whose letters look alike stand in one text.
func mixed(text string) bool {
	seen := map[*unicode.RangeTable]bool{}
	for _, r := range text {
		for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee} {
			if unicode.Is(script, r) {
				seen[script] = true
			}
		}
	}
	return len(seen) > 1
}

// Mail returns an address as it is mailed to. code is empty or required, too_long, invalid_email.
// Quoted local parts, comments, display names and address literals are refused: no sign-up has honest use for them.
func Mail(text string) (clean, code string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", "required"
	case len(text) > MaxMail:
		return "", "too_long"
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || parsed.Name != "" {
		return "", "invalid_email"
	}
	local, domain, _ := strings.Cut(text, "@")
	labels := strings.Split(domain, ".")
	if len(local) > 64 || strings.ContainsAny(text, "\"()<>[]:;,\\ ") || len(labels) < 2 {
		return "", "invalid_email"
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return "", "invalid_email"
		}
	}
	if strings.IndexFunc(local, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }) >= 0 {
		return "", "invalid_email"
	}
	return local + "@" + strings.ToLower(domain), ""
}
