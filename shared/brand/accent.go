// Package brand is the vendor's look: its accent colour and its pictures, checked when they are set, and the names of the files below
// /assets/ that carry them. A file's name says what is in it, so that browsers may keep it for a year.
package brand

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Accent is the vendor's one colour, as #rrggbb in lower case.
type Accent string

// Standard is the accent of a vendor that has set none.
const Standard Accent = "#3346d3"

// ParseAccent reads #rrggbb. It is false for anything else, short forms and names of colours too.
func ParseAccent(text string) (accent Accent, ok bool) {
	hex, marked := strings.CutPrefix(text, "#")
	if _, err := strconv.ParseUint(hex, 16, 32); err != nil || !marked || len(hex) != 6 {
		return "", false
	}
	return Accent(strings.ToLower(text)), true
}

// Or returns the accent, or the standard one where none is set or the stored text is no colour.
func (a Accent) Or() Accent {
	if parsed, ok := ParseAccent(string(a)); ok {
		return parsed
	}
	return Standard
}

// Text is the colour of text on the accent: white where its contrast is at least 4.5 to 1 (WCAG 2.2, 1.4.3), else black. One of the two
// always reaches it.
func (a Accent) Text() string {
	if Contrast(string(a.Or()), "#ffffff") >= 4.5 {
		return "#ffffff"
	}
	return "#000000"
}

// On returns the accent as text on a ground: as it is where its contrast is at least 4.5 to 1, else moved towards black or white until it is.
func (a Accent) On(ground string) string {
	colour, towards := string(a.Or()), 0.0
	if luminance(ground) < 0.18 {
		towards = 255
	}
	r, g, b := parts(colour)
	for step := 0; Contrast(colour, ground) < 4.5 && step < 40; step++ {
		r, g, b = r+(towards-r)*.08, g+(towards-g)*.08, b+(towards-b)*.08
		colour = fmt.Sprintf("#%02x%02x%02x", int(r), int(g), int(b))
	}
	return colour
}

// SheetName is the name of the style sheet that holds the two colours of the accent: brand-rrggbb.css.
func (a Accent) SheetName() string { return "brand-" + string(a.Or()[1:]) + ".css" }

// Sheet returns the style sheet of that name, and false where no sheet is called so.
func Sheet(name string) (css string, ok bool) {
	hex, isBrand := strings.CutPrefix(name, "brand-")
	hex, isSheet := strings.CutSuffix(hex, ".css")
	accent, isColour := ParseAccent("#" + hex)
	if !isBrand || !isSheet || !isColour || name != accent.SheetName() {
		return "", false
	}
	return fmt.Sprintf(":root{--brand:%s;--on-brand:%s}\n", accent, accent.Text()), true
}

// Contrast is the ratio of two colours' luminances, 1 to 21 (WCAG 2.2, "contrast ratio").
func Contrast(a, b string) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + .05) / (dark + .05)
}

// luminance is WCAG's relative luminance, 0 to 1.
func luminance(colour string) float64 {
	linear := func(c float64) float64 {
		if c /= 255; c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	r, g, b := parts(colour)
	return .2126*linear(r) + .7152*linear(g) + .0722*linear(b)
}

func parts(colour string) (r, g, b float64) {
	n, _ := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32) // colours here are ours or parsed
	return float64(n >> 16 & 255), float64(n >> 8 & 255), float64(n & 255)
}
