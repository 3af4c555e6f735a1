package csv

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"liaison/shared/textinput"
)

// Heading returns the words of a heading alone, as two that mean the same are compared: without case, accents' forms and signs between words.
func Heading(cell string) string {
	return strings.Join(strings.FieldsFunc(textinput.Fold(cell), func(c rune) bool { return strings.ContainsRune(" -_.:*", c) }), " ")
}

// Row is one row that was read: the line on which it begins, from 1, and its cells without outer white space.
type Row struct {
	Line  int
	Cells []string
}

// Why a table cannot be read.
type Why string

// The reasons.
const (
	Encoding Why = "encoding" // neither UTF-8 nor UTF-16 with its mark
	Control  Why = "control"  // a character that no text has, for example NUL
	Quotes   Why = "quotes"   // a quote that does not end, or stands inside a cell without quotes
	Size     Why = "size"     // more bytes than are taken
)

// Problem is why a table cannot be read, and where: line and column count from 1 and are 0 where it is about all of it.
type Problem struct {
	Why          Why
	Line, Column int
}

// Error says the reason.
func (p *Problem) Error() string { return "csv: " + string(p.Why) }

// Read reads a table as spreadsheets save it and people paste it: in UTF-8, or in UTF-16 with its mark; between cells commas, semicolons or tabs,
// whichever the first line that has one has most of; cells in quotes where they hold such. Rows without any text are left out. It fails with a
// Problem, and takes at most so many bytes of UTF-8.
func Read(given []byte, most int) ([]Row, error) {
	text := decoded(given)
	if !utf8.Valid(text) || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, &Problem{Why: Encoding}
	}
	if len(text) > most {
		return nil, &Problem{Why: Size}
	}
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	text, between, skipped := separator(text)
	if at := bytes.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\v' }); at >= 0 {
		return nil, problem(Control, text[:at], between, skipped)
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.TrimLeadingSpace = between, -1, between != '\t' // else it trims empty cells away
	var rows []Row
	for {
		cells, err := reader.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case errors.As(err, &wrong):
			return nil, problem(Quotes, upTo(text, wrong.Line, wrong.Column), between, skipped)
		case err != nil:
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if strings.Join(cells, "") != "" {
			rows = append(rows, Row{line + skipped, cells})
		}
	}
}

// decoded returns a text as UTF-8 without its mark. What UTF-16 cannot mean becomes U+FFFD. (A library for this would be part of every program that
// only writes tables.)
func decoded(given []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(given, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(given, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(given, []byte("\ufeff"))
	}
	var units []uint16
	for rest := given[2:]; len(rest) > 0; rest = rest[2:] {
		if len(rest) == 1 {
			units = append(units, utf8.RuneError)
			break
		}
		units = append(units, order.Uint16(rest))
	}
	return []byte(string(utf16.Decode(units)))
}

// separator returns what stands between cells, and the text without the line in which Excel says it, if there is one.
func separator(text []byte) (rest []byte, between rune, skipped int) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if said, ok := bytes.CutPrefix(bytes.ToLower(bytes.TrimSpace(first)), []byte("sep=")); ok && len(said) == 1 && bytes.ContainsAny(said, ",;") {
		return rest, rune(said[0]), 1
	}
	quoted := false
	counts := map[rune]int{}
	for _, r := range string(text) {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n' && len(counts) > 0:
			return text, most(counts), 0
		case strings.ContainsRune(separators, r):
			counts[r]++
		}
	}
	return text, most(counts), 0
}

const separators = "\t;,"

func most(counts map[rune]int) rune {
	found := ','
	for _, r := range separators {
		if counts[r] > counts[found] {
			found = r
		}
	}
	return found
}

// upTo returns a text as far as the line and the byte of it, both from 1.
func upTo(text []byte, line, column int) []byte {
	at := 0
	for range line - 1 {
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return text[:min(len(text), at+max(column-1, 0))]
}

// problem says where a text that was read so far ends.
func problem(why Why, before []byte, between rune, skipped int) *Problem {
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	return &Problem{why, bytes.Count(before, []byte("\n")) + 1 + skipped, bytes.Count(last, []byte(string(between))) + 1}
}
