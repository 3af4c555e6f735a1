package locale

import "strings"

// form is a plural category of CLDR that English or Polish knows for cardinals.
type form int

const (
	other form = iota
	one
	few
	many
)

// plural returns the form that a whole number takes: 1 licence, 2 licences;
// 1 licencja, 3 licencje, 12 licencji, 22 licencje (CLDR, plurals.xml).
func (w Words) plural(n int) form {
	if n < 0 {
		n = -n
	}
	if n == 1 {
		return one
	}
	if !w.polish() {
		return other
	}
	if ten, hundred := n%10, n%100; ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) {
		return few
	}
	return many
}

// pluralNumber returns the form that a number takes as Number writes it: every fraction is
// "other" (1.5 licences, 1,5 licencji).
func (w Words) pluralNumber(x float64) form {
	whole, part, _ := strings.Cut(decimals(x), ".")
	if part != "" {
		return other
	}
	// The rules look at the last two digits, so a number of any size keeps its form.
	n := 0
	digits := strings.TrimPrefix(whole, "-")
	for _, c := range []byte(digits[max(0, len(digits)-2):]) {
		n = n*10 + int(c-'0')
	}
	if len(digits) > 2 {
		n += 100
	}
	return w.plural(n)
}
