package gateway

import (
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Accepts returns which of the offered media types a request wants most (RFC 9110, 12.5.1): by the weight of the range that names it most
// exactly, of equal ones the one whose range stands first. Where it names none of them, or says nothing, that is the first offered.
func Accepts(r *http.Request, offered ...string) string {
	ranges := elements(r.Header.Get("Accept"))
	best, bestWeight, bestPlace := offered[0], 0.0, len(ranges)
	for _, media := range offered {
		weight, place, exact := 0.0, len(ranges), 0
		for i, one := range ranges {
			name, parameters, err := mime.ParseMediaType(one)
			if err != nil {
				continue
			}
			if how := names(name, media); how > exact {
				weight, place, exact = quality(parameters), i, how
			}
		}
		if weight > bestWeight || weight == bestWeight && weight > 0 && place < bestPlace {
			best, bestWeight, bestPlace = media, weight, place
		}
	}
	return best
}

// TakesGzip says whether who asks takes an answer that gzip packed (RFC 9110, 12.5.3).
func TakesGzip(r *http.Request) bool {
	weight, exact := 0.0, 0
	for _, one := range elements(r.Header.Get("Accept-Encoding")) {
		name, parameters, err := mime.ParseMediaType(one)
		how := slices.Index([]string{"*", "gzip"}, name) + 1
		if err == nil && how > exact {
			weight, exact = quality(parameters), how
		}
	}
	return weight > 0
}

// WriteText writes the text of an answer, packed for who takes it so: API Gateway packs nothing.
func WriteText(w http.ResponseWriter, r *http.Request, text string) error {
	w.Header().Add("Vary", "Accept-Encoding")
	if !TakesGzip(r) {
		_, err := io.WriteString(w, text)
		return err
	}
	w.Header().Set("Content-Encoding", "gzip")
	packed := gzip.NewWriter(w)
	if _, err := io.WriteString(packed, text); err != nil {
		return err
	}
	return packed.Close()
}

// names says how exactly a media range names a type: 3 itself, 2 its family, 1 all, 0 not at all.
func names(one, media string) int {
	family, _, _ := strings.Cut(media, "/")
	switch one {
	case media:
		return 3
	case family + "/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// quality returns the weight of a range: 1 where none is given, 0 where it is malformed.
func quality(parameters map[string]string) float64 {
	given, ok := parameters["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(given, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// mostElements bounds the work that a hostile list can cause.
const mostElements = 64

// elements returns a list's elements (RFC 9110, 5.6.1): a comma inside a quoted string parts nothing.
func elements(header string) []string {
	var made []string
	quoted, escaped, from := false, false, 0
	for i := 0; i <= len(header) && len(made) < mostElements; i++ {
		switch {
		case i == len(header) || header[i] == ',' && !quoted:
			if one := strings.Trim(header[from:i], " \t"); one != "" {
				made = append(made, one)
			}
			from = i + 1
		case escaped:
			escaped = false
		case header[i] == '\\':
			escaped = quoted
		case header[i] == '"':
			quoted = !quoted
		}
	}
	return made
}

// tags returns the entity tags of If-Match or If-None-Match (RFC 9110, 8.8.3), weak ones with their W/. A tag may hold commas and
// backslashes, which escape nothing. What follows the first malformed tag is not read.
func tags(header string) []string {
	var made []string
	for len(made) < mostElements {
		header = strings.TrimLeft(header, " \t,")
		weak := strings.HasPrefix(header, "W/")
		opaque := strings.TrimPrefix(header, "W/")
		if !strings.HasPrefix(opaque, `"`) {
			break
		}
		end := strings.IndexByte(opaque[1:], '"')
		if end < 0 {
			break
		}
		tag := opaque[:end+2]
		header = opaque[end+2:]
		if weak {
			tag = "W/" + tag
		}
		made = append(made, tag)
	}
	return made
}
