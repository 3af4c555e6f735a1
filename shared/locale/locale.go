// Package locale holds the words Liaison says, in every language it speaks, and how
// numbers, plurals, dates and money are written in them.
//
// The words stand in en.json and pl.json under flat dotted keys. The program in generate
// turns each key into one typed method of Words, so that a missing key or variable does not
// compile, and a function links only the words it says:
//
//	"offer.title": "Trial invitation: {plan}"      func (w Words) OfferTitle(plan string) string
//
// Typed variables are {n:int} and {x:number} (grouped digits), {when:time}, {day:date} and
// {price:money}; everything else is a string, taken as it is. A plural entry is an object of
// forms (en: one, other; pl: one, few, many, other) chosen by its only int or number.
// Keys under "problem." and "field." become the tables behind Problem and Field. A word that a
// page's template says becomes a method of Shown too.
//
// After a change of the files, or of a template's words: go generate ./shared/locale. A test
// holds them together.
package locale

//go:generate go run ./generate

import (
	"slices"
	"strings"
)

// Language is a language that Liaison speaks, as its BCP 47 tag.
type Language string

// The languages there are words for.
const (
	English Language = "en"
	Polish  Language = "pl"
)

// Languages lists the languages there are words for, the default first.
func Languages() []Language { return []Language{English, Polish} }

// Words says things in one language, and what prices are. nil speaks English, of net prices.
//
// It is a pointer, so that each word is linked once: of a value Go makes a second method for the pointer to it. It is given to no template and
// stands in nothing that is: a template may call any method of what it is given, so that all would be linked. Templates say Shown.
type Words = *speech

type speech struct{ inPolish, gross bool }

// speeches are all there are, so that words of one language and kind of price are equal.
var speeches = [...]speech{{}, {gross: true}, {inPolish: true}, {inPolish: true, gross: true}}

func speaking(one speech) Words { return &speeches[slices.Index(speeches[:], one)] }

// In returns the words of a language; of English where there are none for it.
func In(l Language) Words { return speaking(speech{inPolish: l == Polish}) }

// Priced returns the words in the same language where prices are gross, with tax, or else net.
func (w Words) Priced(gross bool) Words { return speaking(speech{w.polish(), gross}) }

func (w Words) polish() bool { return w != nil && w.inPolish }

func (w Words) ofGross() bool { return w != nil && w.gross }

// Language is the language these words are in, never empty.
func (w Words) Language() Language {
	if w.polish() {
		return Polish
	}
	return English
}

// Shown are the words that templates say, and no others, in the language and of the prices of Words: shown_gen.go lists them. nil is as nil Words.
type Shown = *shown

type shown struct{ inPolish, gross bool } // as speech, of which it must not speak: see Words

// Shown gives a template what it says of these words.
func (w Words) Shown() Shown { return &shown{w.polish(), w.ofGross()} }

// WordsOf returns all the words of which a template says some.
func WordsOf(s Shown) Words {
	if s == nil {
		return nil
	}
	return speaking(speech(*s))
}

// Language is the language these words are in, never empty.
func (s Shown) Language() Language { return WordsOf(s).Language() }

// LanguageName returns what a language calls itself, for a language switch.
func LanguageName(l Language) string {
	if l == Polish {
		return "Polski"
	}
	return "English"
}

// Parse returns the language of a BCP 47 tag, whatever its region or script
// ("pl-PL" is Polish), and false where there are no words for it.
func Parse(tag string) (Language, bool) {
	base, _, _ := strings.Cut(strings.TrimSpace(tag), "-")
	switch strings.ToLower(base) {
	case "en":
		return English, true
	case "pl":
		return Polish, true
	}
	return "", false
}

// Called returns the language that a word names, by its tag ("pl", "pl_PL") or as the language calls itself ("polski"), else the word.
func Called(word string) string {
	word = strings.TrimSpace(word)
	for _, l := range Languages() {
		if strings.EqualFold(word, LanguageName(l)) {
			return string(l)
		}
	}
	if l, ok := Parse(strings.ReplaceAll(word, "_", "-")); ok {
		return string(l)
	}
	return word
}

// Match returns the language that an Accept-Language header wants most, and English
// where it names none that we speak.
func Match(acceptLanguage string) Language {
	if l, ok := Preferred(acceptLanguage); ok {
		return l
	}
	return English
}

// maxRanges bounds the work a hostile Accept-Language header can cause.
const maxRanges = 32

// Preferred returns the language that an Accept-Language header wants most (RFC 9110,
// 12.5.4), and false where it names none that we speak. Of equal wishes the first counts.
// A wildcard and a malformed range name nothing.
func Preferred(acceptLanguage string) (Language, bool) {
	var best Language
	bestQ := 0
	for range maxRanges {
		one, rest, more := strings.Cut(acceptLanguage, ",")
		tag, params, _ := strings.Cut(one, ";")
		if l, ok := Parse(tag); ok {
			if q := quality(params); q > bestQ {
				best, bestQ = l, q
			}
		}
		if !more {
			break
		}
		acceptLanguage = rest
	}
	return best, bestQ > 0
}

// quality returns the weight in thousandths: 1000 where none is given, 0 where it is malformed.
func quality(params string) int {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1000
	}
	v, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	if !ok || len(v) == 0 || len(v) > 5 || (v[0] != '0' && v[0] != '1') {
		return 0
	}
	q := int(v[0]-'0') * 1000
	if len(v) > 1 {
		if v[1] != '.' {
			return 0
		}
		unit := 100
		for _, c := range []byte(v[2:]) {
			if c < '0' || c > '9' {
				return 0
			}
			q += int(c-'0') * unit
			unit /= 10
		}
	}
	if q > 1000 {
		return 0
	}
	return q
}
