package listing

import (
	"slices"
	"strings"
	"unicode"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// Limits of the index and of one search.
const (
	MaxWords   = 60  // of one listing that are found
	MaxAsked   = 5   // words of one search
	MaxChecked = 12  // terms of one search
	MaxTyped   = 100 // characters of the words of one search
)

// Inflected forms of a word begin alike, in Polish as in English: short words are found by their first letters, long ones by some more.
const (
	stem     = 4
	longStem = 6
	longWord = 9 // letters
)

// Term is one thing that a listing is found by: its kind and its value, country:PL.
type Term string

// The kinds of terms, as they begin.
const (
	word      = "word:"
	service   = "service:"
	expertise = "expertise:"
	role      = "role:"
	plan      = "plan:"
	country   = "country:"
	language  = "language:"
)

func terms[T ~string](kind string, values []T) []Term {
	made := make([]Term, len(values))
	for i, v := range values {
		made[i] = Term(kind + string(v))
	}
	return made
}

// Terms returns what a published listing is found by, sorted, each once: what it chose, and the first words of the partner's name, of its place, of the
// headline and of the text.
func Terms(p partner.Partner, c Content) []Term {
	made := terms(word, stems(words(strings.Join([]string{p.LegalName, p.City, c.Headline, c.Text}, " "), MaxWords)))
	made = slices.Concat(made, terms(service, c.Services), terms(expertise, c.Expertise), terms(role, c.Roles), terms(plan, c.Plans),
		terms(country, c.Countries), terms(language, c.Languages))
	slices.Sort(made)
	return slices.Compact(made)
}

// words returns the first words of a text as they are compared, each once: in small letters without accents.
func words(text string, most int) []string {
	var made []string
	for one := range strings.FieldsFuncSeq(textinput.Unaccented(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len([]rune(one)) < 2 || slices.Contains(made, one) {
			continue
		}
		if made = append(made, one); len(made) == most {
			break
		}
	}
	return made
}

func first(word string, letters int) string {
	all := []rune(word)
	return string(all[:min(len(all), letters)])
}

// stems returns by what words are found.
func stems(words []string) []string {
	var made []string
	for _, one := range words {
		made = append(made, first(one, stem))
		if long := first(one, longStem); len([]rune(long)) == longStem {
			made = append(made, long)
		}
	}
	return made
}

// sought returns by what words are looked for, each once.
func sought(words []string) []string {
	var made []string
	for _, one := range words {
		letters := stem
		if len([]rune(one)) >= longWord {
			letters = longStem
		}
		if one = first(one, letters); !slices.Contains(made, one) {
			made = append(made, one)
		}
	}
	return made
}

// Query is what somebody looks for; what is empty is not asked about. A partner must have one of the services, of the expertise and of the roles, and all
// of the rest.
type Query struct {
	Words     string
	Services  []Service
	Expertise []Industry
	Roles     []Role
	Plan      catalog.PlanID
	Country   string
	Language  string
}

// group are terms of which a listing must have one.
type group struct {
	terms   []Term
	counted bool // how many it has counts for its place
}

func (q Query) groups() []group {
	var made []group
	for _, one := range terms(word, sought(words(q.Words, MaxAsked))) {
		made = append(made, group{terms: []Term{one}})
	}
	for _, one := range []group{
		{terms: terms(service, q.Services), counted: true},
		{terms: terms(expertise, q.Expertise)},
		{terms: terms(role, q.Roles)},
		{terms: terms(plan, given(string(q.Plan)))},
		{terms: terms(country, given(q.Country))},
		{terms: terms(language, given(q.Language))},
	} {
		if len(one.terms) > 0 {
			made = append(made, one)
		}
	}
	return made
}

func given(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// Terms returns the terms that answer the query.
func (q Query) Terms() []Term {
	var made []Term
	for _, g := range q.groups() {
		made = append(made, g.terms...)
	}
	return made
}

// Clean returns the query with each entry once. It fails with Malformed naming the first parameter that is wrong: text that is too long, a value that
// nobody can have, more than MaxChecked terms.
func (q Query) Clean() (Query, error) {
	if len([]rune(q.Words)) > MaxTyped {
		return q, fault.TooLong.With(MaxTyped).InParameter("q")
	}
	var err error
	q.Services, err = among("service", q.Services, Services, err)
	q.Expertise, err = among("expertise", q.Expertise, Industries, err)
	q.Roles, err = among("role", q.Roles, Roles, err)
	if _, wrong := among("language", given(q.Language), Languages, err); wrong != nil {
		err = wrong
	}
	switch {
	case err != nil:
		return q, err
	case q.Plan != "" && !q.Plan.Valid():
		return q, fault.InvalidFormat.With(fault.PlanID).InParameter("plan_id")
	case q.Country != "" && !catalog.Country(q.Country):
		return q, fault.InvalidFormat.With(fault.Country).InParameter("country")
	case len(q.Terms()) > MaxChecked:
		return q, fault.TooMany.With(MaxChecked).InParameter("service")
	}
	return q, nil
}

func among[T ~string](parameter string, asked, all []T, err error) ([]T, error) {
	var clean []T
	for _, one := range asked {
		if err == nil && !slices.Contains(all, one) {
			err = fault.InvalidValue.With(fault.OneOf(all...)).InParameter(parameter)
		}
		if !slices.Contains(clean, one) {
			clean = append(clean, one)
		}
	}
	return clean, err
}
