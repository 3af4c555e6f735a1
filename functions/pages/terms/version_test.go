package terms

import (
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-01": true, "v1.0_b": true, "-": true, strings.Repeat("a", 40): true,
		"": false, strings.Repeat("a", 41): false, "a/b": false, "a b": false, "a\n": false, "ą": false, "a\xff": false,
	} {
		if got := version(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
