package importing

import (
	"strings"
	"time"

	"liaison/shared/fault"
	"liaison/shared/relationship"
)

// Problem is what is wrong with a row, as it is kept: a fault's code with what its words mention.
type Problem struct {
	Column Column // empty where it is about the whole row
	Code   string
	Text   string
	Number int
	When   time.Time
	Vars   map[string]string
}

// mentions are what a fault's words mention, by name.
type mentions map[string]string

// Vars returns them.
func (m mentions) Vars() map[string]string { return m }

// problem returns a fault's code and what it is about as a problem of a column.
func problem(column Column, code *fault.Code, about any) Problem {
	p := Problem{Column: column, Code: code.String()}
	switch is := about.(type) {
	case string:
		p.Text = is
	case relationship.Lacking:
		p.Text = string(is)
	case int:
		p.Number = is
	case time.Time:
		p.When = is
	case interface{ Vars() map[string]string }:
		p.Vars = is.Vars()
	}
	return p
}

// Fault returns the problem as the fault that it was.
func (p Problem) Fault() *fault.Fault {
	code := fault.Named(p.Code)
	if code == nil {
		code = fault.Internal // of a newer version
	}
	switch {
	case p.Vars != nil:
		return code.With(mentions(p.Vars))
	case !p.When.IsZero():
		return code.With(p.When)
	case p.Number != 0:
		return code.With(p.Number)
	case p.Text != "" && code == fault.Forbidden:
		return code.With(relationship.Lacking(p.Text))
	case p.Text != "":
		return code.With(p.Text)
	}
	return code.With(nil)
}

// named returns the column of a field of what a row asks for.
func named(pointer string) Column {
	switch pointer {
	case "/address": // of a mailbox: the user's own
		return MailColumn
	case "/migrate_from/kind":
		return FromColumn
	case "/migrate_from/host":
		return FromHostColumn
	case "/migrate_from/address":
		return FromAddressColumn
	}
	return Column(strings.TrimPrefix(strings.TrimPrefix(pointer, "/"), "contact/"))
}

// problems returns what a fault says of a row: one for each of its fields, else one of the column that was acted on.
func problems(f *fault.Fault, column Column) []Problem {
	var found []Problem
	for _, field := range f.Fields {
		at := column
		if at == "" {
			at = named(field.Pointer)
		}
		found = append(found, problem(at, field.Code, field.About))
	}
	if found == nil {
		found = []Problem{problem(column, f.Code, f.About)}
	}
	return found
}
