package textinput_test

import (
	"testing"

	"liaison/shared/textinput"
)

func TestWord(t *testing.T) {
	for _, one := range []struct {
		text        string
		least, most int
		want        bool
	}{
		{"ab-1", 2, 4, true},
		{"ab", 2, 4, true},
		{"a", 2, 4, false},
		{"ab-12", 2, 4, false},
		{"1ab", 2, 4, false},
		{"-ab", 2, 4, false},
		{"aB", 2, 4, false},
		{"a b", 2, 4, false},
		{"ab\n", 2, 4, false},
		{"ą", 1, 4, false},
		{"aą", 1, 4, false},
		{"a\xff", 1, 4, false},
		{"a\x00", 1, 4, false},
		{"", 1, 4, false},
		{"", 0, 4, false},
	} {
		if got := textinput.Word(one.text, textinput.Small, textinput.Small+textinput.Digits+"-", one.least, one.most); got != one.want {
			t.Errorf("%q, %d to %d: %v", one.text, one.least, one.most, got)
		}
	}
}
