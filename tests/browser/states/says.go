package states

import (
	"strings"

	"liaison/shared/locale"
)

// found is how a page says which partner has the ID of the adviser.
func found(locale.Words) string { return "Vistula Advice S.A., Kraków" }

// suite is the name of the plan that the sample's offers are about.
func suite(w locale.Words) string {
	return map[locale.Language]string{locale.English: "Skylark Suite", locale.Polish: "Pakiet Skylark"}[w.Language()]
}

// customerTerms is the heading of the sample's terms.
func customerTerms(w locale.Words) string {
	return map[locale.Language]string{locale.English: "Terms of service", locale.Polish: "Warunki korzystania z usług"}[w.Language()]
}

// problem is the title of a problem that a page shows.
func problem(code string) func(locale.Words) string {
	return func(w locale.Words) string {
		title, _, _ := locale.Problem(w.Language(), code, nil)
		return title
	}
}

// piece is the longest piece of what words say around what is given to them, for where a test does not know that.
func piece(said, given string) (longest string) {
	for one := range strings.SplitSeq(said, given) {
		if len(one) > len(longest) {
			longest = one
		}
	}
	return longest
}
