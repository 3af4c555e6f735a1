package csv_test

import (
	standard "encoding/csv"
	"slices"
	"strings"
	"testing"

	"liaison/shared/csv"
)

func TestCSV(t *testing.T) {
	rows := [][]string{{"name", "said"}, {"=1+1", "+1"}, {"-1", "@sum"}, {"\tx", "\rx"}, {"", "a=b"}, {`a "word", and`, "two\nlines"}, {"Zażółć", "—"}}
	read, err := standard.NewReader(strings.NewReader(string(csv.CSV(rows)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"name", "said"}, {"'=1+1", "'+1"}, {"'-1", "'@sum"}, {"'\tx", "'\rx"}, {"", "a=b"}, {`a "word", and`, "two\nlines"}, {"Zażółć", "—"}}
	if !slices.EqualFunc(read, want, slices.Equal) {
		t.Errorf("%q\nis not\n%q", read, want)
	}
	for i, row := range read {
		for j, cell := range row {
			if csv.Plain(cell) != rows[i][j] {
				t.Errorf("%q is read as %q", cell, csv.Plain(cell))
			}
		}
	}
	if rows[1][0] != "=1+1" {
		t.Error("the rows that were given are changed")
	}
	if got := csv.CSV(nil); len(got) != 0 {
		t.Errorf("nothing is %q", got)
	}
}

// TestFile: what people open begins with the mark of UTF-8 and separates cells as it is asked to.
func TestFile(t *testing.T) {
	rows := [][]string{{"Kto", "Co"}, {"=1+1", "a;b"}, {"Zażółć", "1,5"}}
	for _, between := range []rune{',', ';'} {
		text, marked := strings.CutPrefix(string(csv.File(rows, between)), "\ufeff")
		read := standard.NewReader(strings.NewReader(text))
		read.Comma = between
		got, err := read.ReadAll()
		if want := [][]string{{"Kto", "Co"}, {"'=1+1", "a;b"}, {"Zażółć", "1,5"}}; err != nil || !marked || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%q: %v %t %q", between, err, marked, got)
		}
	}
}
