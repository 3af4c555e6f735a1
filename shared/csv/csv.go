// Package csv reads tables that people send, and writes those that they open in a spreadsheet.
package csv

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Media is the type of what CSV returns; its first row names the columns.
const Media = "text/csv; charset=utf-8; header=present"

// CSV returns the rows as RFC 4180 has them, each cell so that no spreadsheet takes it for a formula (infra/design/trust.md, rule 18).
func CSV(rows [][]string) []byte { return written(nil, ',', rows) }

// File returns the rows for a person who opens them in a spreadsheet: with the mark by which it knows UTF-8, and between cells what it expects
// there, the semicolon in a language whose numbers have a comma.
func File(rows [][]string, between rune) []byte { return written([]byte("\ufeff"), between, rows) }

func written(first []byte, between rune, rows [][]string) []byte {
	made := bytes.NewBuffer(first)
	out := csv.NewWriter(made)
	out.Comma = between
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = cell(text)
		}
		_ = out.Write(cells) // into memory
	}
	out.Flush()
	return made.Bytes()
}

// Plain returns a cell as it was before CSV or File wrote it: without the mark that keeps a spreadsheet from computing it.
func Plain(cell string) string {
	if text, marked := strings.CutPrefix(cell, "'"); marked && text != "" && strings.ContainsRune(formulas, rune(text[0])) {
		return text
	}
	return cell
}

// formulas are what a formula begins with.
const formulas = "=+-@\t\r"

func cell(text string) string {
	if text != "" && strings.ContainsRune(formulas, rune(text[0])) {
		return "'" + text
	}
	return text
}
