package locale

import (
	"slices"
	"strings"
)

// Country returns the name of a country (ISO 3166-1 alpha-2), and the code itself where it has none.
func (w Words) Country(code string) string { return w.named(countryNames, code) }

// Tongue returns the name of a language that people speak (ISO 639-1), as a sentence has it; the code itself where it has none. Languages that there are
// words for are a Language.
func (w Words) Tongue(code string) string { return w.named(tongueNames, code) }

// named finds what a code of two letters is called.
func (w Words) named(names, code string) string {
	if len(code) != 2 {
		return code
	}
	_, rest, found := strings.Cut(names, "\n"+code+"\t")
	if !found {
		return code
	}
	english, rest, _ := strings.Cut(rest, "\t")
	if w.polish() {
		polish, _, _ := strings.Cut(rest, "\n")
		return polish
	}
	return english
}

// Countries lists the codes of all countries, by their names in the order of the language.
func (w Words) Countries() []string {
	var codes []string
	for line := range strings.Lines(strings.TrimPrefix(countryNames, "\n")) {
		if code, _, ok := strings.Cut(line, "\t"); ok {
			codes = append(codes, code)
		}
	}
	return inOrder(codes, w.Country)
}

// Tongues returns codes of languages that people speak by their names in the order of the language.
func (w Words) Tongues(codes []string) []string { return inOrder(slices.Clone(codes), w.Tongue) }

func inOrder(codes []string, name func(string) string) []string {
	slices.SortFunc(codes, func(a, b string) int { return strings.Compare(sorted(name(a)), sorted(name(b))) })
	return codes
}

// CountryCode returns the code of a country that somebody typed: the code, or the name in any of the languages. Empty where there is none.
func CountryCode(typed string) string {
	typed = strings.Join(strings.Fields(typed), " ") // no-break spaces are spaces, too
	for line := range strings.Lines(strings.TrimPrefix(countryNames, "\n")) {
		names := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(strings.ReplaceAll(name, nbsp, " "), typed) }) {
			return names[0]
		}
	}
	return ""
}

// polishOrder puts a Polish letter behind its Latin one and leaves other marks out.
var polishOrder = strings.NewReplacer(
	"ą", "a~", "ć", "c~", "ę", "e~", "ł", "l~", "ń", "n~", "ó", "o~", "ś", "s~", "ź", "z~", "ż", "z~~", "å", "a", "ô", "o", "é", "e", "ã", "a", "í", "i", "ç", "c", "ü", "u",
)

func sorted(name string) string { return polishOrder.Replace(strings.ToLower(name)) }
