// Package id makes and checks identifiers: Crockford base32 in lower case, time-ordered (ULID) or random.
package id

import (
	"crypto/sha256"
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Source makes identifiers from a source of random bytes. It panics where that source fails,
// as nothing that is safe can be made without it.
type Source struct{ random io.Reader }

// From returns the source that reads the random bytes of r, for example crypto/rand.Reader.
func From(r io.Reader) Source { return Source{random: r} }

// ULID returns 26 characters: 48 bits of at in milliseconds and 80 random bits.
func (s Source) ULID(at time.Time) string {
	made, err := ulid.New(ulid.Timestamp(at), s.random)
	if err != nil {
		panic("id: no randomness: " + err.Error())
	}
	return strings.ToLower(made.String())
}

// Beside returns 26 characters in the place in time of a ULID, always the same for the same name: those of what belongs to its bearer.
func Beside(made, name string) string {
	sum := sha256.Sum256([]byte(made + " " + name))
	const stamp = 10
	out := []byte(made[:min(stamp, len(made))])
	for _, b := range sum[:26-stamp] {
		out = append(out, alphabet[b&31])
	}
	return string(out)
}

// Random returns n characters of 5 random bits each.
func (s Source) Random(n int) string {
	raw := make([]byte, n)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		panic("id: no randomness: " + err.Error())
	}
	for i, b := range raw {
		raw[i] = alphabet[b&31]
	}
	return string(raw)
}

// Digits returns n random decimal digits, each as likely as the others.
func (s Source) Digits(n int) string {
	out := make([]byte, 0, n)
	var b [1]byte
	for len(out) < n {
		if _, err := io.ReadFull(s.random, b[:]); err != nil {
			panic("id: no randomness: " + err.Error())
		}
		if b[0] < 250 {
			out = append(out, '0'+b[0]%10)
		}
	}
	return string(out)
}

// Secret returns 26 characters, 130 random bits: what an emailed link holds beside an id.
func (s Source) Secret() string { return s.Random(26) }

// Made says whether text has n characters of the alphabet, as Random(n) or, with 26, ULID makes them.
func Made(text string, n int) bool {
	if len(text) != n {
		return false
	}
	for i := range len(text) {
		if strings.IndexByte(alphabet, text[i]) < 0 {
			return false
		}
	}
	return true
}

// Clean returns what text means in Crockford's base32: small letters, 0 for o, 1 for i and l. Nothing else changes.
func Clean(text string) string {
	return strings.Map(func(c rune) rune {
		switch c {
		case 'O', 'o':
			return '0'
		case 'I', 'i', 'L', 'l':
			return '1'
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, text)
}

// Time returns the moment inside a ULID made here; false where text is none.
func Time(text string) (time.Time, bool) {
	if !Made(text, 26) {
		return time.Time{}, false
	}
	parsed, err := ulid.ParseStrict(strings.ToUpper(text))
	if err != nil {
		return time.Time{}, false
	}
	return ulid.Time(parsed.Time()).UTC(), true
}

// First returns the ULID that sorts before every other of the same millisecond.
func First(at time.Time) string { return From(zeros{}).ULID(at) }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
