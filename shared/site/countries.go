package site

import (
	"slices"
	"strings"

	"liaison/shared/locale"
)

// Countries reads countries as people type them, by code or by name in any language, with commas, semicolons or lines between them. Unknown
// are those that are none.
func Countries(typed string) (codes, unknown []string) {
	for one := range strings.FieldsFuncSeq(typed, func(r rune) bool { return strings.ContainsRune(",;\r\n", r) }) {
		switch code := locale.CountryCode(one); {
		case code != "":
			codes = append(codes, code)
		case strings.TrimSpace(one) != "":
			unknown = append(unknown, strings.TrimSpace(one))
		}
	}
	return codes, unknown
}

// CountryNames writes countries as Countries reads them.
func CountryNames(w locale.Words, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = w.Country(code)
	}
	return strings.Join(names, ", ")
}

// OtherCountries returns those of a list that another has not.
func OtherCountries(codes, others []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return slices.Contains(others, code) })
}
