package site

import (
	"liaison/shared/locale"
	"liaison/shared/page"
)

// CountryOptions are all countries to choose from, by name, below what stands first.
func CountryOptions(w locale.Words, first ...page.Option) []page.Option {
	for _, code := range w.Countries() {
		first = append(first, page.Option{Value: code, Label: w.Country(code)})
	}
	return first
}

// LanguageOptions are the languages that Liaison speaks, each by its own name.
func LanguageOptions() (made []page.Option) {
	for _, l := range locale.Languages() {
		made = append(made, page.Option{Value: string(l), Label: locale.LanguageName(l)})
	}
	return made
}
