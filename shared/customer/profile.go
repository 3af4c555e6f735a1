package customer

import (
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// MaxCompany is the most characters of a customer's own name.
const MaxCompany = 120

// Changes is what is changed of a customer's profile; nil stays as it is.
type Changes struct {
	Name     *string
	Language *string // of what is written to the company
}

// Empty says whether nothing is asked for.
func (c Changes) Empty() bool { return c.Name == nil && c.Language == nil }

// Apply returns the customer with the changes, cleaned, and which fields differ. It fails with Invalid naming every wrong field.
func (c Changes) Apply(old Customer) (Customer, []string, error) {
	var wrong fault.Check
	var fields []string
	next := old
	if c.Name != nil {
		var code *fault.Code
		if next.Name, code = textinput.Name(*c.Name, MaxCompany); code != nil {
			wrong.Add("/name", code, MaxCompany)
		}
	}
	if c.Language != nil {
		if next.Language = *c.Language; !slices.Contains(catalog.Languages, next.Language) {
			wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
		}
	}
	if err := wrong.Err(); err != nil {
		return old, nil, err
	}
	if next.Name != old.Name {
		fields = append(fields, "name")
	}
	if next.Language != old.Language {
		fields = append(fields, "language")
	}
	return next, fields, nil
}
