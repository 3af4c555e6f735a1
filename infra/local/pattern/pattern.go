// Package pattern matches events with EventBridge's event patterns, which
// Lambda's stream filters use as well.
package pattern

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Pattern is a parsed event pattern.
type Pattern struct{ fields map[string]any }

// Parse reads a pattern. It fails on an operator it does not know.
func Parse(text string) (Pattern, error) {
	var fields map[string]any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return Pattern{}, fmt.Errorf("pattern %s: %w", text, err)
	}
	return Pattern{fields}, check(fields)
}

func check(fields map[string]any) error {
	for name, wanted := range fields {
		switch wanted := wanted.(type) {
		case map[string]any:
			if err := check(wanted); err != nil {
				return err
			}
		case []any:
			for _, choice := range wanted {
				operator, ok := choice.(map[string]any)
				if !ok {
					continue
				}
				for key := range operator {
					switch key {
					case "prefix", "suffix", "exists", "anything-but":
					default:
						return fmt.Errorf("operator %s of %s is not known here", key, name)
					}
				}
			}
		default:
			return fmt.Errorf("%s must be a list or a mapping", name)
		}
	}
	return nil
}

// Matches says whether the event has every field the pattern asks for.
func (p Pattern) Matches(event map[string]any) bool { return matches(p.fields, event) }

func matches(fields, event map[string]any) bool {
	for name, wanted := range fields {
		value, there := event[name]
		switch wanted := wanted.(type) {
		case map[string]any:
			inner, _ := value.(map[string]any)
			if !matches(wanted, inner) {
				return false
			}
		case []any:
			if !anyOf(wanted, value, there) {
				return false
			}
		}
	}
	return true
}

func anyOf(choices []any, value any, there bool) bool {
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	for _, choice := range choices {
		if operator, ok := choice.(map[string]any); ok {
			if want, ok := operator["exists"].(bool); ok {
				if want == there {
					return true
				}
				continue
			}
		}
		for _, v := range values {
			if there && fits(choice, v) {
				return true
			}
		}
	}
	return false
}

func fits(choice, value any) bool {
	operator, ok := choice.(map[string]any)
	if !ok {
		return same(choice, value)
	}
	text, _ := value.(string)
	for key, argument := range operator {
		switch key {
		case "prefix":
			return strings.HasPrefix(text, fmt.Sprint(argument))
		case "suffix":
			return strings.HasSuffix(text, fmt.Sprint(argument))
		case "anything-but":
			list, isList := argument.([]any)
			if !isList {
				list = []any{argument}
			}
			for _, not := range list {
				if same(not, value) {
					return false
				}
			}
			return true
		}
	}
	return false
}

func same(a, b any) bool {
	return a == nil && b == nil || a != nil && b != nil && fmt.Sprint(a) == fmt.Sprint(b)
}
