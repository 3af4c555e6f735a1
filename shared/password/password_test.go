package password

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/nbutton23/zxcvbn-go/data"
)

// TestGuessed asks of passwords, each long enough, whether they are guessed first, and why.
func TestGuessed(t *testing.T) {
	known := []string{"Anna Nowak-Wójcik", "anna.nowak@zaklad-nowy.example", "Zakład Mechaniczny Nowy sp. z o.o.", "Skylark Cloud"}
	for want, typed := range map[Reason][]string{
		Common: {
			"password1234", "Password1234", "P@ssw0rd1234", "4321drowssap", "iloveyou2024", "Liverpool2024", "sunshine12345", "summer2024!!", "Football2026!", "passwordpassword",
		},
		Pattern: {
			"letmeinletmein", "1qaz2wsx3edc", "aaaaaaaaaaaa", "abcdefghijkl", "zyxwvutsrqpo", "121212121212", "asdfasdfasdf", "13579135791357",
			"12.04.198512.04.1985", "vfrcdexswzaq", "xy9xy9xy9xy9xy9xy9", strings.Repeat("ab", 128),
		},
		Personal: {
			"annanowak1234", "Anna.Nowak.2026", "zakladnowy2026", "Zakład-Nowy-1!", "Skylark2026!", "skylarkcloud1", "SKYLARK-CLOUD", "kralyks12345", "anna.nowak@zaklad-nowy.example",
			"w0jc1k1234567", "annaannaanna", "anna.nowak@zaklad-nowy.example1",
		},
		None: {
			"a long enough phrase", "correct horse battery", "xk3q9vbt2mzp", "zielony rower pod mostem", "Kubek! stoi na 3 nogach", strings.Repeat("łódź na jeziorze ", 15), "9f2c-77ae-41d0",
			"Anna lubi kwaśne jabłka", "dwie żaby grają w szachy",
		},
	} {
		for _, one := range typed {
			if got := Guessed(one, known...); got != want {
				parts, guesses := cheapest([]rune(one), matches([]rune(one), known))
				t.Errorf("%q: %q, want %q (10^%.1f guesses, %d parts)", one, got, want, guesses, len(parts))
			}
		}
	}
	if got := Guessed("Anna Nowak i 2 psy w lesie, o zmroku"); got != None {
		t.Errorf("a name alone makes it %q", got)
	}
	for _, empty := range []string{"", "a", "ab"} {
		if got := Guessed(empty, known...); got != Pattern {
			t.Errorf("%q: %q", empty, got)
		}
	}
}

// TestLists reads every list as JSON and finds the same words in the same order.
func TestLists(t *testing.T) {
	var read []string
	listed(func(word []byte, rank int) {
		if rank == 1 {
			read = append(read, "the next list")
		}
		read = append(read, string(word))
	})
	var want []string
	for _, name := range lists {
		var list struct{ List []string }
		if err := json.Unmarshal(data.MustAsset(name), &list); err != nil || len(list.List) < 1000 {
			t.Fatalf("%s: %d words, %v", name, len(list.List), err)
		}
		want = append(append(want, "the next list"), list.List...)
	}
	if !slices.Equal(read, want) {
		t.Errorf("%d words, want %d", len(read), len(want))
	}
}

// FuzzGuessed holds that no text breaks it, and that what is guessed first still is with its letters in the other case.
func FuzzGuessed(f *testing.F) {
	for _, seed := range []string{"password1234", "łódź na jeziorze", strings.Repeat("a", 256), "\xff\x00🙂🙂🙂"} {
		f.Add(seed, "Anna Nowak")
	}
	f.Fuzz(func(t *testing.T, typed, name string) {
		if len(typed) > 64 || len(name) > 64 { // beyond that nothing is judged
			return
		}
		if Guessed(strings.ToLower(typed), name) == None && Guessed(typed, name) != None {
			t.Errorf("%q is guessed first, %q is not", typed, strings.ToLower(typed))
		}
	})
}

func BenchmarkGuessed(b *testing.B) {
	for name, one := range map[string]string{"phrase": "zielony rower pod mostem", "longest": strings.Repeat("ab", 128), "mixed": strings.Repeat("łódź na jeziorze ", 15)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Guessed(one, "Anna Nowak", "anna.nowak@zaklad.example")
			}
		})
	}
}
