package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// Limits of the catalog's texts and lists, in characters and entries.
const (
	MaxName        = 120
	MaxDescription = 2000
	MaxServices    = 20
	MaxPrices      = 20
	MaxCountries   = 250
	MaxRegions     = 50
	MaxGaps        = 1000
	MaxPrograms    = 100
	MaxLicenses    = 100000
	MaxTrialDays   = 365
	MaxAmount      = 1000000000000
	MaxTermsTitle  = 200
	MaxTermsText   = 60000
	MaxTermsHTML   = 250000
)

// clean returns the text in exactly the product's languages, each as read by textinput.Title or textinput.Block.
func (t Text) clean(wrong *fault.Check, pointer string, most int, read func(string, int) (string, *fault.Code)) Text {
	made := make(Text, len(Languages))
	for _, language := range Languages {
		text, code := read(t[language], most)
		if code != nil {
			wrong.Add(pointer+"/"+language, code, most)
		}
		made[language] = text
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(Languages, language) {
			wrong.Add(pointer+"/"+escape(language), fault.UnknownField, language[:min(len(language), 20)])
		}
	}
	return made
}

// escape returns a name as part of a JSON pointer, bounded.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(strings.ToValidUTF8(name[:min(len(name), 100)], ""))
}

func name(t Text, wrong *fault.Check, pointer string) Text {
	return t.clean(wrong, pointer, MaxName, textinput.Title)
}

func description(t Text, wrong *fault.Check, pointer string) Text {
	return t.clean(wrong, pointer, MaxDescription, textinput.Block)
}

// Country says whether the text has the shape of a country's code (ISO 3166-1 alpha-2).
func Country(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// CheckCountries notes what is wrong with a list of countries: none, too many, one that is no code, one that stands there twice.
func CheckCountries(wrong *fault.Check, pointer string, countries []string, least int) {
	switch {
	case len(countries) < least:
		wrong.Add(pointer, fault.Required)
	case len(countries) > MaxCountries:
		wrong.Add(pointer, fault.TooMany, MaxCountries)
		return
	}
	seen := make(map[string]bool, len(countries))
	for i, country := range countries {
		switch {
		case !Country(country):
			wrong.Add(at(pointer, i, ""), fault.InvalidFormat, "ISO 3166-1 alpha-2")
		case seen[country]:
			wrong.Add(at(pointer, i, ""), fault.DuplicateEntry, country)
		}
		seen[country] = true
	}
}

func at(list string, i int, field string) string { return list + "/" + strconv.Itoa(i) + field }

func within(wrong *fault.Check, pointer string, n, least, most int) {
	if n < least || n > most {
		wrong.Add(pointer, fault.OutOfRange, most)
	}
}
