package invited

import (
	"errors"
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/csv"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

// The fields of a form that takes recipients.
const (
	Field     = "recipients"
	FileField = "file"
)

// Typed is what a form brought: the pasted text and the file, either of which may be empty.
type Typed struct {
	Text string
	File []byte
}

// Posted returns what the form brought. Where it stood below a list, a file is another list instead: what was to be mended of the old one goes with it.
func Posted(v *site.Visit, listed bool) Typed {
	typed := Typed{v.R.PostForm.Get(Field), v.Upload(FileField)}
	if listed && len(typed.File) > 0 {
		typed.Text = ""
	}
	return typed
}

// None says that the form brought nothing.
func (t Typed) None() bool { return strings.TrimSpace(t.Text) == "" && len(t.File) == 0 }

// Read returns the rows that were typed or sent, after those that are kept of an earlier reading, or what is wrong with the fields.
func (t Typed) Read(w locale.Words, kept []invitation.Row) ([]invitation.Row, page.Errors) {
	all := slices.Clone(kept)
	var errs page.Errors
	for _, part := range []struct {
		field string
		text  []byte
	}{{Field, []byte(t.Text)}, {FileField, t.File}} {
		rows, wrong := read(w, part.text)
		if part.text != nil && len(part.text) == 0 && part.field == FileField {
			wrong = w.InvitedWrongEmpty()
		}
		if wrong != "" {
			errs = append(errs, page.FieldError{Field: part.field, Text: wrong})
		}
		all = append(all, rows...)
	}
	size, field := 0, Field
	if len(t.File) > 0 {
		field = FileField
	}
	for _, row := range all {
		size += len(row.Mail) + len(row.Language) + len(row.Name)
	}
	switch {
	case errs != nil:
	case len(all) > invitation.MaxBulk:
		errs = page.Errors{{Field: field, Text: w.InvitedWrongRows(len(all))}}
	case size > gateway.MaxBody:
		errs = page.Errors{{Field: field, Text: w.InvitedWrongSize(kilobytes)}}
	}
	return all, errs
}

const kilobytes = gateway.MaxBody >> 10

// The columns of a row, in their order where no heading says another.
const (
	mail = iota
	language
	name
	columns
)

// read returns the rows of one text, or what is wrong with it.
func read(w locale.Words, text []byte) (rows []invitation.Row, wrong string) {
	table, err := csv.Read(text, gateway.MaxBody)
	var why *csv.Problem
	if errors.As(err, &why) {
		return nil, said(w, why)
	}
	places, headed := []int{mail, language, name}, 0
	if len(table) > 0 {
		if found := headings(table[0].Cells); found != nil {
			places, headed, table = found, len(table[0].Cells), table[1:]
		}
	}
	for _, line := range table {
		if headed == 0 && len(line.Cells) == 1 { // the others may have had another separator
			for i, cell := range strings.FieldsFunc(line.Cells[0], func(c rune) bool { return c == ',' || c == ';' }) {
				line.Cells = append(line.Cells[:i], strings.TrimSpace(cell))
			}
		}
		if headed == 0 && slices.ContainsFunc(line.Cells[1:], addressed) || strings.Count(line.Cells[0], "@") > 1 {
			rows = append(rows, addresses(line)...)
			continue
		}
		row := invitation.Row{Line: line.Line}
		for i, cell := range line.Cells {
			if i >= max(headed, columns) && cell != "" {
				return nil, w.InvitedWrongColumns(line.Line, i+1)
			}
			switch slices.Index(places, i) {
			case mail:
				row.Mail = cell
			case language:
				row.Language = locale.Called(cell)
			case name:
				row.Name = cell
			}
		}
		rows = append(rows, row)
	}
	return rows, ""
}

// said says what is wrong with a text that is no table.
func said(w locale.Words, p *csv.Problem) string {
	switch p.Why {
	case csv.Control:
		return w.InvitedWrongControl(p.Line, p.Column)
	case csv.Quotes:
		return w.InvitedWrongQuotes(p.Line, p.Column)
	case csv.Size:
		return w.InvitedWrongSize(kilobytes)
	}
	return w.InvitedWrongEncoding()
}

func addressed(cell string) bool { return strings.Contains(cell, "@") }

// addresses reads a line that holds several of them, as people paste them: a language belongs to the address before it.
func addresses(line csv.Row) (rows []invitation.Row) {
	for _, part := range strings.FieldsFunc(strings.Join(line.Cells, ","), func(c rune) bool { return strings.ContainsRune(",;\n", c) }) {
		part = strings.TrimSpace(part)
		switch last := len(rows) - 1; {
		case part == "":
		case last >= 0 && slices.Contains(catalog.Languages, locale.Called(part)):
			rows[last].Language = locale.Called(part)
		default:
			rows = append(rows, invitation.Row{Line: line.Line, Mail: part})
		}
	}
	return rows
}

// headings returns where the columns stand that the first row names, in any of our languages; nil where it names no address.
func headings(cells []string) []int {
	if slices.ContainsFunc(cells, addressed) {
		return nil
	}
	places := []int{-1, -1, -1}
	for i, cell := range cells {
		said := csv.Heading(cell)
		for _, l := range locale.Languages() {
			w := locale.In(l)
			for column, names := range []string{w.InvitedHeadingEmail(), w.InvitedHeadingLanguage(), w.InvitedHeadingName()} {
				if places[column] < 0 && slices.ContainsFunc(strings.Split(names, "|"), func(name string) bool { return csv.Heading(name) == said }) {
					places[column] = i
				}
			}
		}
	}
	if places[mail] < 0 {
		return nil
	}
	return places
}

// Lines writes recipients as they are typed: one a line, the language and the name after the address.
func Lines(to []invitation.Recipient) string {
	lines := make([]string, len(to))
	for i, one := range to {
		cells := []string{one.Mail, one.Language, one.Name}
		for n, cell := range cells {
			if strings.ContainsAny(cell, "\",;\t\n") {
				cells[n] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
		}
		for len(cells) > 1 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		lines[i] = strings.Join(cells, ", ")
	}
	return strings.Join(lines, "\n")
}
