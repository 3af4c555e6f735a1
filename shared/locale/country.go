package locale

import "strings"

// Country returns the name of a country (ISO 3166-1 alpha-2), and the code itself where it has none.
func (w Words) Country(code string) string {
	if len(code) != 2 {
		return code
	}
	_, rest, found := strings.Cut(countryNames, "\n"+code+"\t")
	if !found {
		return code
	}
	english, rest, _ := strings.Cut(rest, "\t")
	if w.lang == Polish {
		polish, _, _ := strings.Cut(rest, "\n")
		return polish
	}
	return english
}
