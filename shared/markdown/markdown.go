// Package markdown renders the vendor's legal texts, once, when they are published.
package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var renderer = goldmark.New(goldmark.WithExtensions(extension.Table))

// HTML returns Markdown (CommonMark, and tables) as a fragment of HTML. Raw HTML inside is left out, as are links that run a script.
func HTML(text string) (string, error) {
	var out bytes.Buffer
	if err := renderer.Convert([]byte(text), &out); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	return out.String(), nil
}
