package site_test

import (
	"testing"

	"liaison/shared/locale"
	"liaison/shared/site"
)

func TestCount(t *testing.T) {
	english, polish := locale.In(locale.English), locale.In(locale.Polish)
	for _, c := range []struct {
		w     locale.Words
		typed string
		want  int
		ok    bool
	}{
		{english, "7", 7, true},
		{english, " 12 ", 12, true},
		{english, "1,000", 1000, true},
		{english, english.Int(1_234_567), 1_234_567, true},
		{english, "1 000", 1000, true},
		{english, "1\u202f000", 1000, true},
		{polish, polish.Int(12_345), 12_345, true},
		{polish, "12 345", 12_345, true},
		{polish, "1,000", 0, false}, // one, with decimals
		{english, "1,5", 0, false},
		{english, ",000", 0, false},
		{english, "1000,000", 0, false},
		{english, "1.5", 0, false},
		{english, "", 0, false},
		{english, "many", 0, false},
	} {
		if n, ok := site.Count(c.w, c.typed); n != c.want || ok != c.ok {
			t.Errorf("%s %q: %d %t", c.w.Language(), c.typed, n, ok)
		}
	}
}
