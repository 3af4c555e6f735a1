package csv_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"liaison/shared/csv"
)

// wide writes a text in UTF-16 with its mark, as Excel's "Unicode text" does.
func wide(text string, little bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		if little {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		} else {
			b.Write([]byte{byte(unit >> 8), byte(unit)})
		}
	}
	return b.String()
}

// TestRead reads what spreadsheets save and people paste.
func TestRead(t *testing.T) {
	plain := []csv.Row{{1, []string{"a@x.pl", "pl", "Żółć"}}, {2, []string{"b@x.pl", "", "Nowak, Jan"}}}
	for name, c := range map[string]struct {
		text string
		want []csv.Row
	}{
		"nothing":               {"", nil},
		"white space":           {" \n\t\n", nil},
		"commas":                {"a@x.pl,pl,Żółć\nb@x.pl,,\"Nowak, Jan\"\n", plain},
		"spaces after":          {"a@x.pl, pl, Żółć\nb@x.pl, , \"Nowak, Jan\"", plain},
		"semicolons":            {"a@x.pl;pl;Żółć\nb@x.pl;;Nowak, Jan", plain},
		"tabs":                  {"a@x.pl\tpl\tŻółć\nb@x.pl\t\tNowak, Jan", plain},
		"Windows lines":         {"a@x.pl,pl,Żółć\r\nb@x.pl,,\"Nowak, Jan\"\r\n", plain},
		"old Mac lines":         {"a@x.pl,pl,Żółć\rb@x.pl,,\"Nowak, Jan\"\r", plain},
		"a mark":                {"\ufeffa@x.pl,pl,Żółć\nb@x.pl,,\"Nowak, Jan\"", plain},
		"UTF-16, little":        {wide("a@x.pl\tpl\tŻółć\r\nb@x.pl\t\tNowak, Jan\r\n", true), plain},
		"UTF-16, big":           {wide("a@x.pl\tpl\tŻółć\r\nb@x.pl\t\tNowak, Jan\r\n", false), plain},
		"what Excel says":       {"sep=;\r\na@x.pl;pl;A,B,C\r\n", []csv.Row{{2, []string{"a@x.pl", "pl", "A,B,C"}}}},
		"an empty line":         {"a@x.pl\n\nb@x.pl", []csv.Row{{1, []string{"a@x.pl"}}, {3, []string{"b@x.pl"}}}},
		"only separators":       {"a@x.pl;\n;;\nb@x.pl;", []csv.Row{{1, []string{"a@x.pl", ""}}, {3, []string{"b@x.pl", ""}}}},
		"a line inside a cell":  {"a@x.pl,pl,\"A\nB\"\nb@x.pl", []csv.Row{{1, []string{"a@x.pl", "pl", "A\nB"}}, {3, []string{"b@x.pl"}}}},
		"no separator at first": {"a@x.pl\nb@x.pl;pl", []csv.Row{{1, []string{"a@x.pl"}}, {2, []string{"b@x.pl", "pl"}}}},
		"separators in quotes":  {"\"A,B,C\";a@x.pl", []csv.Row{{1, []string{"A,B,C", "a@x.pl"}}}},
	} {
		if got, err := csv.Read([]byte(c.text), 1000); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v %v, want %v", name, got, err, c.want)
		}
	}
}

// TestUnreadable says of hostile and broken tables what is wrong, and where.
func TestUnreadable(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want csv.Problem
	}{
		"Windows-1250":           {"a@x.pl;\xaf\xf3\xb3\xe6", csv.Problem{Why: csv.Encoding}},
		"half a UTF-16":          {"\xff\xfea\x00\x00\xd8", csv.Problem{Why: csv.Encoding}},
		"half a character":       {"\xef\xbb\xbfa\xc5", csv.Problem{Why: csv.Encoding}},
		"a NUL":                  {"a@x.pl,pl\nb@x.pl,p\x00l", csv.Problem{Why: csv.Control, Line: 2, Column: 2}},
		"UTF-16 without a mark":  {"a\x00@\x00", csv.Problem{Why: csv.Control, Line: 1, Column: 1}},
		"an escape":              {"sep=;\na@x.pl;\x1b[31m", csv.Problem{Why: csv.Control, Line: 2, Column: 2}},
		"a quote without an end": {"a@x.pl,pl\nb@x.pl,\"pl", csv.Problem{Why: csv.Quotes, Line: 2, Column: 2}},
		"a quote inside":         {"a@x.pl,pl,An\"na", csv.Problem{Why: csv.Quotes, Line: 1, Column: 3}},
		"text after a quote":     {"\"a\"b,pl", csv.Problem{Why: csv.Quotes, Line: 1, Column: 1}},
		"too much":               {strings.Repeat("a", 1001), csv.Problem{Why: csv.Size}},
		"too much as UTF-8":      {wide(strings.Repeat("ż", 501), true), csv.Problem{Why: csv.Size}},
	} {
		var got *csv.Problem
		if rows, err := csv.Read([]byte(c.text), 1000); !errors.As(err, &got) || *got != c.want {
			t.Errorf("%s: %v %+v, want %+v", name, rows, got, c.want)
		}
	}
}

// FuzzRead: whatever is given, it ends, and what it returns is text without controls.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a@x.pl,pl,A", "sep=;\n\"a;b\";c", wide("a\tb", true), "\x00", "\"", "\r\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, given []byte) {
		rows, err := csv.Read(given, 1<<16)
		if err != nil {
			var is *csv.Problem
			if !errors.As(err, &is) || is.Line < 0 || is.Column < 0 {
				t.Fatalf("%v", err)
			}
			return
		}
		last := 0
		for _, row := range rows {
			if row.Line <= last || strings.ContainsRune(strings.Join(row.Cells, ""), 0) || strings.Join(row.Cells, "") == "" {
				t.Fatalf("%+v after line %d", row, last)
			}
			last = row.Line
		}
	})
}
