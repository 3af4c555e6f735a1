package locale_test

import (
	"fmt"

	"liaison/shared/locale"
)

// A word is a method; its plural, its numbers and the order of its parts are the language's own.
func Example() {
	for _, accepted := range []string{"pl-PL, en;q=0.8", "en-GB", "de"} { // there is no German: English
		words := locale.In(locale.Match(accepted))
		fmt.Printf("%q\n", []string{words.SiteDays(1), words.SiteDays(3), words.SiteDays(5), words.Number(1234.5)})
	}
	// Output:
	// ["1\u00a0dzień" "3\u00a0dni" "5\u00a0dni" "1234,5"]
	// ["1\u00a0day" "3\u00a0days" "5\u00a0days" "1,234.5"]
	// ["1\u00a0day" "3\u00a0days" "5\u00a0days" "1,234.5"]
}
