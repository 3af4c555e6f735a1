// Package imported is how a file becomes the rows of an import, by what its headings say in any of our languages, and how rows that failed become a file
// again, to mend and to send once more.
package imported

import (
	"errors"
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/csv"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/locale"
)

// headings are the words for each column; the first of each is ours, all of them are read.
var headings = map[importing.Column]func(locale.Words) string{
	importing.MailColumn: locale.Words.ImportedHeadingEmail, importing.NameColumn: locale.Words.ImportedHeadingName,
	"given_name": locale.Words.ImportedHeadingGivenName, "family_name": locale.Words.ImportedHeadingFamilyName,
	"job_title": locale.Words.ImportedHeadingJobTitle, "department": locale.Words.ImportedHeadingDepartment, "office": locale.Words.ImportedHeadingOffice,
	"phone": locale.Words.ImportedHeadingPhone, "mobile_phone": locale.Words.ImportedHeadingMobilePhone, "fax": locale.Words.ImportedHeadingFax,
	"address": locale.Words.ImportedHeadingAddress, "city": locale.Words.ImportedHeadingCity, "state": locale.Words.ImportedHeadingState,
	"postal_code": locale.Words.ImportedHeadingPostalCode, "country": locale.Words.ImportedHeadingCountry,
	importing.LanguageColumn: locale.Words.ImportedHeadingLanguage, importing.LicensesColumn: locale.Words.ImportedHeadingLicenses,
	importing.GroupsColumn: locale.Words.ImportedHeadingGroups, importing.FromColumn: locale.Words.ImportedHeadingMigrateFrom,
	importing.FromHostColumn: locale.Words.ImportedHeadingMigrateFromHost, importing.FromAddressColumn: locale.Words.ImportedHeadingMigrateFromAddress,
}

// ours are the headings of what Failed adds: who sends the file again need not take them out.
var ours = []func(locale.Words) string{locale.Words.ImportedHeadingResult, locale.Words.ImportedHeadingCode, locale.Words.ImportedHeadingAdvice}

// Heading is what a column is called.
func Heading(w locale.Words, column importing.Column) string {
	of := headings[column]
	if of == nil {
		return string(column)
	}
	first, _, _ := strings.Cut(of(w), "|")
	return first
}

// Named is what a column is called in the file that an import was read from; where it is in none, what it is called here.
func Named(w locale.Words, im importing.Import, column importing.Column) string {
	if i := slices.Index(im.Columns, column); i >= 0 && i < len(im.Headings) && im.Headings[i] != "" {
		return im.Headings[i]
	}
	return Heading(w, column)
}

// passedOver is a heading of what Failed adds, as if it were a column.
const passedOver importing.Column = "-"

// meanings are the columns by the headings, in any of our languages, that a file of a kind may have.
func meanings(kind importing.Kind) map[string]importing.Column {
	found := map[string]importing.Column{}
	add := func(column importing.Column, words func(locale.Words) string) {
		for _, l := range locale.Languages() {
			for name := range strings.SplitSeq(words(locale.In(l)), "|") {
				found[csv.Heading(name)] = column
			}
		}
	}
	for _, words := range ours {
		add(passedOver, words)
	}
	if kind != importing.Users {
		add(importing.MailColumn, locale.Words.ImportedHeadingAddress) // the one address that such a file has
	}
	for _, column := range kind.Columns() {
		found[csv.Heading(string(column))] = column
	}
	for _, column := range kind.Columns() {
		add(column, headings[column])
	}
	return found
}

// The most headings without a meaning that are kept to be told, and of each so many characters.
const (
	mostUnknown = 20
	longest     = 80
)

// Place is where in a file something is wrong; both count from 1.
type Place struct{ Row, Column int }

// Vars are what the fault's words mention.
func (p Place) Vars() map[string]string {
	return map[string]string{"row": locale.In(locale.English).Int(p.Row), "column": locale.In(locale.English).Int(p.Column)}
}

// Read returns what a file says, each row with what is wrong with it as far as the file alone shows. It fails with Invalid where the file is no table,
// lacks a heading that it must have, or has no row or more than importing.MaxRows; with TooLarge beyond so many bytes of UTF-8.
func Read(kind importing.Kind, given []byte, most int) (importing.Sheet, error) {
	sheet := importing.Sheet{Kind: kind}
	table, err := csv.Read(given, most)
	if err != nil {
		return sheet, unreadable(err, most)
	}
	if len(table) < 2 || len(table)-1 > importing.MaxRows {
		return sheet, fault.TableRows.With(importing.MaxRows)
	}
	head, rows, means := table[0].Cells, table[1:], meanings(kind)
	places := make([]int, len(head)) // of each cell of a row among the columns; -1 where it says nothing
	for i, heading := range head {
		places[i] = -1
		switch column := means[csv.Heading(csv.Plain(heading))]; {
		case heading == "" || column == passedOver:
		case column != "" && slices.Contains(sheet.Columns, column):
			return sheet, fault.TableHeading.With(cut(heading))
		case column != "":
			places[i] = len(sheet.Columns)
			sheet.Columns, sheet.Headings = append(sheet.Columns, column), append(sheet.Headings, called(csv.Plain(heading)))
		case len(sheet.Unknown) < mostUnknown:
			sheet.Unknown = append(sheet.Unknown, cut(heading))
		}
	}
	if lacks := kind.Lacks(sheet.Columns); lacks != "" {
		return sheet, fault.TableHeading.With(string(lacks))
	}
	for _, row := range rows {
		cells := make([]string, len(sheet.Columns))
		for i, cell := range row.Cells {
			if i >= len(places) {
				if cell != "" {
					return sheet, fault.TableCells.With(Place{row.Line, i + 1})
				}
				continue
			}
			if places[i] >= 0 {
				cells[places[i]] = csv.Plain(cell)
			}
		}
		if i := slices.Index(sheet.Columns, importing.LanguageColumn); i >= 0 {
			cells[i] = locale.Called(cells[i])
		}
		sheet.Rows = append(sheet.Rows, importing.Row{Line: row.Line, Cells: cells})
	}
	sheet.Rows = importing.Review(kind, sheet.Columns, sheet.Rows)
	return sheet, nil
}

// unreadable says why a file is no table.
func unreadable(err error, most int) error {
	var why *csv.Problem
	if !errors.As(err, &why) {
		return err
	}
	switch why.Why {
	case csv.Control:
		return fault.TableControl.With(Place{why.Line, why.Column})
	case csv.Quotes:
		return fault.TableQuotes.With(Place{why.Line, why.Column})
	case csv.Size:
		return fault.BodyTooLarge.With(most)
	}
	return fault.TableEncoding
}

// called is a heading as it is kept; empty where it is too long to be shown, however little of it are words.
func called(heading string) string {
	if cut(heading) != heading {
		return ""
	}
	return heading
}

func cut(heading string) string {
	if r := []rune(heading); len(r) > longest {
		return string(r[:longest])
	}
	return heading
}

// Said are the words for a problem: what it is, and what to do.
type Said func(p importing.Problem) (title, detail string)

// Failed returns the rows of an import that failed as a table: all their cells under the headings of the file, then in a language what is wrong with them.
// Sent again, it asks for what is not done.
func Failed(w locale.Words, im importing.Import, rows []importing.Row, said Said) [][]string {
	head := make([]string, 0, len(im.Columns)+len(ours))
	for _, column := range im.Columns {
		head = append(head, Named(w, im, column))
	}
	for _, words := range ours {
		head = append(head, words(w))
	}
	table := [][]string{head}
	for _, row := range rows {
		var results, codes, advice []string
		for _, p := range row.Problems {
			title, detail := said(p)
			if p.Column != "" {
				title = Named(w, im, p.Column) + ": " + title
			}
			results, codes, advice = append(results, title), append(codes, p.Code), append(advice, detail)
		}
		table = append(table, append(slices.Clone(row.Cells), strings.Join(results, " / "), strings.Join(codes, " / "), strings.Join(advice, " / ")))
	}
	return table
}

// Sample returns a file of a kind with one row, to begin with.
func Sample(w locale.Words, kind importing.Kind) [][]string {
	said := map[importing.Column]string{
		importing.MailColumn: "ewa.krol@example.com", importing.NameColumn: "Ewa Król", "given_name": "Ewa", "family_name": "Król", "job_title": w.ImportedSampleJobTitle(),
		"city": "Gdańsk", "postal_code": "80-001", "country": "PL", importing.LanguageColumn: catalog.Languages[len(catalog.Languages)-1], "phone": "58 555 01 02",
		importing.GroupsColumn: w.ImportedSampleGroup(), importing.FromColumn: "imap", importing.FromHostColumn: "imap.example.org", importing.FromAddressColumn: "ewa@example.org",
	}
	table := make([][]string, 2)
	for _, column := range kind.Columns() {
		table[0], table[1] = append(table[0], Heading(w, column)), append(table[1], said[column])
	}
	if i := slices.Index(kind.Columns(), importing.LicensesColumn); kind == importing.Licenses {
		table[1][i] = w.ImportedSamplePlan()
	}
	return table
}
