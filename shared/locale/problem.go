package locale

import "strings"

// Problem returns what a problem's code means in a language: a short title, and a detail that
// says what to do now. A detail may use vars, for example limit, allowed, name, when: what it says about a
// value that is not given is left out. Times and amounts in vars are written by Words beforehand.
// It returns false for a code without words.
func Problem(l Language, code string, vars map[string]string) (title, detail string, ok bool) {
	title, detail = problemText(l, code)
	if title == "" {
		return "", "", false
	}
	return expand(title, vars), expand(detail, vars), true
}

// Field returns what is wrong with one field, as a sentence to stand beside it: the words kept
// for fields, otherwise the detail of the problem with that code. It returns false for a code without words.
func Field(l Language, code string, vars map[string]string) (detail string, ok bool) {
	detail = fieldText(l, code)
	if detail == "" {
		_, detail = problemText(l, code)
	}
	return expand(detail, vars), detail != ""
}

// expand puts values in the place of {name}. A part in square brackets is left out where one of
// its values is missing, and a full stop after a value that ends in one.
func expand(text string, vars map[string]string) string {
	var b strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "[")
		b.WriteString(fill(before, vars, false))
		if !found {
			break
		}
		part, after, _ := strings.Cut(rest, "]")
		b.WriteString(fill(part, vars, true))
		text = after
	}
	return b.String()
}

// fill puts values in the place of {name}; a missing one makes an optional text empty.
func fill(text string, vars map[string]string, optional bool) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		value := vars[name]
		if value == "" && optional {
			return ""
		}
		b.WriteString(value)
		if strings.HasSuffix(value, ".") {
			after = strings.TrimPrefix(after, ".")
		}
		text = after
	}
}
