package site

import (
	"strconv"
	"strings"

	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Count reads a whole number as people type it and as pages write it: with spaces between thousands, or with what the language groups digits
// by. False where it is none: what groups anything but three digits is no such separator ("1,5" is not 15).
func Count(w locale.Words, typed string) (int, bool) {
	typed = strings.ReplaceAll(textinput.Bare(typed), " ", "")
	if separator := string([]rune(w.Int(1_000_000))[1]); strings.Contains(typed, separator) {
		groups := strings.Split(typed, separator)
		for i, group := range groups {
			if len(group) > 3 || i > 0 && len(group) < 3 || group == "" {
				return 0, false
			}
		}
		typed = strings.Join(groups, "")
	}
	n, err := strconv.Atoi(typed)
	return n, err == nil
}
