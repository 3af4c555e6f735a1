package textinput

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// together are the writing systems that use several scripts in one word, as ISO 15924 calls them, with the scripts that each holds.
var together = [...]struct{ system, scripts string }{
	{"Jpan", "Hani Hira Kana"},
	{"Kore", "Hani Hang"},
	{"Hanb", "Hani Bopo"},
}

// scripts returns the scripts that a letter, mark or number belongs to; empty where it belongs to every one.
func scripts(r rune) string {
	after := sort.Search(len(scriptRuns), func(i int) bool { return scriptRuns[i].from > r })
	if after == 0 {
		return ""
	}
	return scriptSets[scriptRuns[after-1].set]
}

// systems returns the scripts of a letter and the writing systems that these are part of, as a list.
func systems(r rune) []string {
	found := strings.Fields(scripts(r))
	for _, one := range together {
		if slices.ContainsFunc(found, func(script string) bool { return strings.Contains(one.scripts, script) }) {
			found = append(found, one.system)
		}
	}
	return found
}

// inWord says whether a character is part of a word.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || ignorable(r)
}

// mixed says whether letters of several scripts stand in one word of a text: more than the highly restrictive profile of Unicode Technical
// Standard 39 (5.2) allows, which is one script, or Latin with those of Japanese, Korean or Bopomofo. Words may be of different scripts.
func mixed(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !inWord(r) }) {
		if !restricted(word) {
			return true
		}
	}
	return false
}

func restricted(word string) bool {
	var all, others []string // what every letter has in common, and every letter that is not Latin
	first, foreign := true, false
	for _, typed := range word {
		if ignorable(typed) || typed == 'µ' { // the sign of micro stands as a unit before words of any script
			continue
		}
		for _, r := range norm.NFKC.String(string(typed)) {
			of := systems(r)
			if len(of) == 0 {
				continue
			}
			all, first = common(all, of, first), false
			if !slices.Contains(of, "Latn") {
				others, foreign = common(others, of, !foreign), true
			}
		}
	}
	if first || len(all) > 0 {
		return true
	}
	return slices.ContainsFunc(others, func(one string) bool { return one == "Jpan" || one == "Kore" || one == "Hanb" })
}

func common(before, of []string, first bool) []string {
	if first {
		return of
	}
	return slices.DeleteFunc(slices.Clone(before), func(one string) bool { return !slices.Contains(of, one) })
}
