package locale

import (
	"strconv"
	"strings"
)

// nbsp keeps a number and what belongs to it on one line.
const nbsp = "\u00a0"

// Int writes a whole number with its digits grouped: 12,345 in English, 12 345 in Polish
// (with a no-break space, and only from five digits on).
func (w Words) Int(n int) string { return w.group(strconv.Itoa(n)) }

// Number writes a number with at most two decimals and its digits grouped: 1.5 in English, 1,5 in Polish.
func (w Words) Number(x float64) string {
	whole, part, _ := strings.Cut(decimals(x), ".")
	if part == "" {
		return w.group(whole)
	}
	return w.group(whole) + w.point() + part
}

// decimals writes x rounded to two decimals, without zeros at the end.
func decimals(x float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 2, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

func (w Words) point() string {
	if w.polish() {
		return ","
	}
	return "."
}

// group puts the separator of thousands into a row of digits, which may begin with a minus.
func (w Words) group(digits string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	separator, least := ",", 4
	if w.polish() {
		separator, least = nbsp, 5
	}
	if len(digits) < least {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Money is an amount in the smallest unit of its currency (cents, grosze, yen).
type Money struct {
	AmountMinor int64
	Currency    string // ISO 4217, for example "PLN"
}

// Money writes an amount as the language does, with no-break spaces:
// 1234,56 zł and 12 345,67 zł in Polish, PLN 1,234.56 and €12,345.67 in English.
func (w Words) Money(m Money) string {
	units := strconv.FormatInt(m.AmountMinor, 10)
	sign := ""
	if rest, ok := strings.CutPrefix(units, "-"); ok {
		sign, units = "-", rest
	}
	part := ""
	if e := exponent(m.Currency); e > 0 {
		if len(units) <= e {
			units = strings.Repeat("0", e+1-len(units)) + units
		}
		part = w.point() + units[len(units)-e:]
		units = units[:len(units)-e]
	}
	amount := w.group(units) + part
	if w.polish() {
		unit := m.Currency
		if unit == "PLN" {
			unit = "zł"
		}
		return sign + amount + nbsp + unit
	}
	switch m.Currency {
	case "EUR":
		return sign + "€" + amount
	case "GBP":
		return sign + "£" + amount
	case "USD":
		return sign + "$" + amount
	}
	return sign + m.Currency + nbsp + amount
}

// Amount writes an amount without its currency and without grouping, as one types it: 1234,56 in Polish, 1234.56 in English.
func (w Words) Amount(m Money) string {
	units, e := strconv.FormatInt(m.AmountMinor, 10), exponent(m.Currency)
	if e == 0 {
		return units
	}
	if len(units) <= e {
		units = strings.Repeat("0", e+1-len(units)) + units
	}
	return units[:len(units)-e] + w.point() + units[len(units)-e:]
}

// ParseAmount reads an amount that is not negative as people type it: with a point or a comma before the decimals, and spaces between thousands.
// False where it is none, or has more decimals than the currency.
func (w Words) ParseAmount(typed, currency string) (Money, bool) {
	typed = strings.Join(strings.Fields(strings.ReplaceAll(typed, nbsp, " ")), "")
	whole, part, _ := strings.Cut(strings.Replace(typed, ",", ".", 1), ".")
	e := exponent(currency)
	if whole == "" || len(whole) > 12 || len(part) > e || strings.Trim(whole+part, "0123456789") != "" {
		return Money{}, false
	}
	amount, err := strconv.ParseInt(whole+part+strings.Repeat("0", e-len(part)), 10, 64)
	return Money{AmountMinor: amount, Currency: currency}, err == nil
}

// exponent returns how many decimals the smallest unit of a currency has (ISO 4217, table A.1).
func exponent(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}
