// Package password says how soon a password is guessed, after the idea of zxcvbn: whoever guesses tries what people choose first, word by
// word and pattern by pattern, so a password is worth as many guesses as its cheapest division into such parts costs. It knows nothing of ours.
package password

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Reason says what makes a password one of those that are guessed first.
type Reason string

// The reasons; None where it is not.
const (
	None     Reason = ""
	Personal Reason = "personal_part" // it is built on a name or address of its owner or of who asks for it
	Common   Reason = "common"        // it is built of passwords and words that many choose
	Pattern  Reason = "pattern"       // rows of keys, sequences, repetitions, dates
)

// enough is how many guesses, as a power of ten, a password must be worth: what zxcvbn calls safe against a slow guesser, and far more than
// a sign-in lets anybody try.
const enough = 8

// judged is how much of a password counts: its beginning, which no honest one of that length has from these lists.
const judged = 64

// Guessed returns why a password is guessed first, None where it is not. Known are the names and addresses that whoever guesses knows.
// It takes a few milliseconds.
func Guessed(password string, known ...string) Reason {
	text := []rune(password)
	text = text[:min(len(text), judged)]
	found := matches(text, known)
	parts, guesses := cheapest(text, found)
	if guesses >= enough {
		return None
	}
	longest, why := 0, Pattern
	for _, part := range parts {
		if part.why == Personal {
			return Personal
		}
		if n := part.to - part.from; part.why != None && n > longest {
			longest, why = n, part.why
		}
	}
	return why
}

// match is a part of a password that is guessed as a whole.
type match struct {
	from, to int
	cost     float64 // guesses, as a power of ten
	why      Reason
}

// shortest is how long a word or pattern is at least; anything shorter is tried as single characters.
const shortest = 3

func matches(text []rune, known []string) []match {
	found := append(words(text, known), patterns(text)...)
	return append(found, blocks(text, found)...)
}

// words finds the words of the lists and those that are known of the person: as typed in any case, with signs for letters, or backwards.
func words(text []rune, known []string) (found []match) {
	personal := map[string]bool{}
	longest := longestListed
	for _, name := range known {
		for _, word := range append(strings.FieldsFunc(plainly([]rune(name)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), name) {
			word = plainly([]rune(word))
			if n := len([]rune(word)); n >= shortest {
				personal[word] = true
				longest = max(longest, n)
			}
		}
	}
	type place struct {
		from, to int
		extra    float64
	}
	wanted := map[string][]place{}
	for from := range text {
		for to := from + shortest; to <= min(len(text), from+longest); to++ {
			part := text[from:to]
			lower := strings.ToLower(string(part))
			extra := 0.0
			if lower != string(part) {
				extra = math.Log10(2)
			}
			at := func(word string, more float64) {
				wanted[word] = append(wanted[word], place{from, to, extra + more})
			}
			at(lower, 0)
			if plain := plainly(part); plain != lower {
				at(plain, math.Log10(4))
			}
			at(backwards(lower), math.Log10(2))
		}
	}
	add := func(places []place, rank int, why Reason) {
		for _, p := range places {
			found = append(found, match{p.from, p.to, math.Log10(float64(rank)) + p.extra, why})
		}
	}
	for word := range personal {
		add(wanted[word], 2, Personal)
	}
	listed(func(word []byte, rank int) { add(wanted[string(word)], rank, Common) })
	return found
}

// plainly returns letters in lower case, without the marks of Polish, and with the letters that signs and digits stand for.
func plainly(text []rune) string {
	return folds.Replace(strings.ToLower(string(text)))
}

var folds = strings.NewReplacer(
	"ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z",
	"@", "a", "4", "a", "8", "b", "3", "e", "6", "g", "!", "i", "1", "i", "0", "o", "5", "s", "$", "s", "7", "t", "+", "t", "2", "z",
)

func backwards(text string) string {
	all := []rune(text)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return string(all)
}

// rows are keys as they lie side by side, or in columns as they are often typed.
var rows = []string{
	"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "789456123",
	"147258369", "qwertzuiop",
}

// patterns finds sequences, rows of keys, years and dates.
func patterns(text []rune) (found []match) {
	lower := []rune(strings.ToLower(string(text)))
	for from := range lower {
		for to := from + shortest; to <= len(lower); to++ {
			part := string(lower[from:to])
			reversed := backwards(part)
			n := math.Log10(float64(to - from))
			if step, ok := steady(lower[from:to]); ok {
				cost := n + math.Log10(26)
				if step < 0 {
					cost += math.Log10(2)
				}
				found = append(found, match{from, to, cost, Pattern})
			}
			for _, row := range rows {
				if strings.Contains(row, part) || strings.Contains(row, reversed) {
					found = append(found, match{from, to, n + math.Log10(float64(len(row)*len(rows))), Pattern})
					break
				}
			}
			if cost := dated(part); cost > 0 {
				found = append(found, match{from, to, cost, Pattern})
			}
		}
	}
	return found
}

// steady says whether characters follow each other by the same small step: abc, 97531, aaaa.
func steady(text []rune) (step int, ok bool) {
	step = int(text[1] - text[0])
	if step < -2 || step > 2 {
		return step, false
	}
	for i := 1; i < len(text); i++ {
		if int(text[i]-text[i-1]) != step {
			return step, false
		}
	}
	return step, true
}

// dated returns what a year or a date costs to guess, as a power of ten; 0 where the text is none.
func dated(text string) float64 {
	var digits strings.Builder
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune("./- ", r) && i > 0 && i < len(text)-1:
		default:
			return 0
		}
	}
	switch d := digits.String(); len(d) {
	case 4:
		if d == text && (d[:2] == "19" || d[:2] == "20") {
			return math.Log10(120)
		}
	case 6, 8:
		if day(d[:2]) && month(d[2:4]) || day(d[2:4]) && month(d[:2]) || month(d[len(d)-4:len(d)-2]) && day(d[len(d)-2:]) {
			return math.Log10(365 * 120)
		}
	}
	return 0
}

func day(d string) bool   { return d >= "01" && d <= "31" }
func month(d string) bool { return d >= "01" && d <= "12" }

// blocks finds what stands several times in a row: it costs what it costs once, times how often. Found is what else stands in the text.
func blocks(text []rune, found []match) (repeated []match) {
	for from := range text {
		for size := 2; from+2*size <= len(text) && size <= longestBlock; size++ {
			block, to := string(text[from:from+size]), from+size
			for to+size <= len(text) && string(text[to:to+size]) == block {
				to += size
			}
			if to == from+size || from >= size && string(text[from-size:from]) == block {
				continue // it stands there once, or was found where it begins
			}
			var within []match
			for _, m := range found {
				if m.from >= from && m.to <= from+size {
					within = append(within, match{m.from - from, m.to - from, m.cost, m.why})
				}
			}
			parts, once := cheapest(text[from:from+size], within)
			why := Pattern
			if slices.ContainsFunc(parts, func(m match) bool { return m.why == Personal }) {
				why = Personal
			}
			repeated = append(repeated, match{from, to, once + math.Log10(float64((to-from)/size)), why})
		}
	}
	return repeated
}

// longestBlock is the longest part that is looked for a second time.
const longestBlock = 32

// division is a division of the beginning of a text.
type division struct {
	cost float64 // of its parts together
	last match   // why None: a run of single characters
	ok   bool
}

// cheapest divides a text into matches and runs of single characters, so that it is guessed as soon as it can be; whoever guesses
// does not know the order of the parts.
func cheapest(text []rune, found []match) ([]match, float64) {
	const single = 1.0 // a character that belongs to nothing
	ending := make([][]match, len(text)+1)
	for _, m := range found {
		ending[m.to] = append(ending[m.to], m)
	}
	best := make([][]division, len(text)+1) // best[i][n] divides the first i characters into n parts
	best[0] = []division{{ok: true}}
	for i := 1; i <= len(text); i++ {
		best[i] = make([]division, i+1)
		keep := func(n int, w division) {
			if old := best[i][n]; !old.ok || w.cost < old.cost {
				best[i][n] = w
			}
		}
		for _, m := range ending[i] {
			for n, w := range best[m.from] {
				if w.ok {
					keep(n+1, division{w.cost + m.cost, m, true})
				}
			}
		}
		for n, w := range best[i-1] {
			switch {
			case !w.ok:
			case n > 0 && w.last.why == None:
				keep(n, division{w.cost + single, match{w.last.from, i, 0, None}, true})
			default:
				keep(n+1, division{w.cost + single, match{i - 1, i, 0, None}, true})
			}
		}
	}
	least, parts := math.Inf(1), 0
	for n, w := range best[len(text)] {
		orders, _ := math.Lgamma(float64(n + 1))
		if cost := orders/math.Ln10 + w.cost; w.ok && cost < least {
			least, parts = cost, n
		}
	}
	var chosen []match
	for i, n := len(text), parts; i > 0; n-- {
		last := best[i][n].last
		chosen = append(chosen, last)
		i = last.from
	}
	return chosen, least
}
