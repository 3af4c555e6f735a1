package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/token"
)

// linked are the paths that we give out, in mails, on paper or spoken, and which last part each may have.
var linked = map[string]func(last string) bool{
	"become-a-partner/confirm": holdsToken,
	"find-a-partner/messages":  holdsToken,
	"o":                        func(last string) bool { _, err := offer.FromCode(last); return err == nil },
	"i":                        holdsToken,
	"receipts":                 holdsToken,
	"set-password":             holdsToken,
	"unsubscribe":              holdsToken,
}

func holdsToken(last string) bool {
	_, _, ok := token.Split(last)
	return ok
}

// cleanLink returns the path of a link as we gave it out, from what a program or a person made of it: other signs at its end, capital letters,
// the letters that Crockford's base32 leaves out for the digits they look like. It is empty where the path is clean, or no such link at all.
// Whether the link leads anywhere is not checked.
func cleanLink(path string) string {
	first, last, ok := strings.Cut(strings.TrimLeft(path, "/"), "/")
	first = strings.ToLower(first)
	if more, rest, found := strings.Cut(last, "/"); found && linked[first+"/"+strings.ToLower(more)] != nil {
		first, last = first+"/"+strings.ToLower(more), rest
	}
	fits, known := linked[first]
	if !ok || !known {
		return ""
	}
	clean := cleanLast(last)
	if clean = "/" + first + "/" + clean; clean == path || !fits(clean[len(first)+2:]) {
		return ""
	}
	return clean
}

// named are the words in front of the ids that links carry.
var named = []string{"app", "inq", "inv", "red", "usr"}

func cleanLast(text string) string {
	text = strings.TrimLeftFunc(text, foreign)
	if end := strings.IndexFunc(text, func(c rune) bool { return foreign(c) && !gap(c) }); end >= 0 {
		if strings.IndexFunc(text[end:], func(c rune) bool { return !foreign(c) }) >= 0 {
			return "" // a longer path, or more text than the link's
		}
		text = text[:end]
	}
	parts := strings.Split(strings.Map(func(c rune) rune {
		if gap(c) {
			return -1
		}
		return c
	}, text), "_")
	for i, part := range parts {
		parts[i] = id.Clean(part)
		if at := slices.IndexFunc(named, func(word string) bool { return id.Clean(word) == parts[i] }); i == 0 && at >= 0 {
			parts[i] = named[at]
		}
		if rest, ok := strings.CutPrefix(parts[i], "1"); ok && id.Made(rest, 26) {
			parts[i] = "i" + rest // an answer without a customer: red_i and a ULID
		}
	}
	return strings.Join(parts, "_")
}

// foreign says whether a character is none of a link's.
func foreign(c rune) bool {
	return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}

// gap says whether a character stands where a program broke a link apart.
func gap(c rune) bool { return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) }

// found answers 302 to the clean form of the link that was followed.
func (v *Visit) found(path string) error {
	to := url.URL{Path: path, RawQuery: v.R.URL.RawQuery}
	v.W.Header().Set("Location", to.String())
	v.W.WriteHeader(http.StatusFound)
	return nil
}
