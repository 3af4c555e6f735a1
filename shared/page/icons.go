package page

import (
	"fmt"
	"html/template"
)

// icons are our own line drawings on a field of 24 by 24, strokes of 2 with round ends (infra/design/pages.md). Each stands beside a word.
var icons = map[string]template.HTML{
	"alert":       `<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5M12 16.2v.1"/>`,
	"arrow-left":  `<path d="M20 12H4M11 5l-7 7 7 7"/>`,
	"arrow-right": `<path d="M4 12h16M13 5l7 7-7 7"/>`,
	"box":         `<path d="M12 3l8.5 4.5v9L12 21l-8.5-4.500v-9zM3.5 7.500L12 12l8.5-4.500M12 12v9"/>`,
	"building":    `<path d="M5 21V4h10v17M15 9h4v12M3 21h18M8.5 8h3M8.5 12h3M8.5 16h3"/>`,
	"card":        `<path d="M3 6h18v12H3zM3 10h18M6.5 14.500h4"/>`,
	"check":       `<path d="M4.5 12.500l5 5 10-11"/>`,
	"chevron":     `<path d="M6 9.500l6 6 6-6"/>`,
	"clock":       `<circle cx="12" cy="12" r="9"/><path d="M12 7v5.500l3.5 2"/>`,
	"copy":        `<path d="M9 9h11v11H9zM15 9V4H4v11h5"/>`,
	"download":    `<path d="M12 4v11M7 10.500l5 5 5-5M4 20h16"/>`,
	"flag":        `<path d="M5 21V4M5 5c5-3 9 3 14 0v9c-5 3-9-3-14 0"/>`,
	"gauge":       `<path d="M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z"/>`,
	"globe":       `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18"/>`,
	"group":       `<circle cx="12" cy="6.500" r="3.500"/><circle cx="6" cy="17" r="3.500"/><circle cx="18" cy="17" r="3.500"/>`,
	"hands":       `<path d="M2.5 7.500l4-2 5 2.5 5-2.5 5 2.500M2.5 15.500l9 4.5 10-4.500M8 13l4-4.5 4 4.5"/>`,
	"help":        `<circle cx="12" cy="12" r="9"/><path d="M9.2 9.500c.2-3.8 6-3.2 5.6.1-.3 1.9-2.8 2-2.8 4.100M12 17.200v.1"/>`,
	"home":        `<path d="M3.5 11.500L12 4l8.5 7.500M6 10v10h12V10"/>`,
	"inbox":       `<path d="M3 13h5l1.500 3h5L16 13h5M3 13l3-8h12l3 8v6H3z"/>`,
	"info":        `<circle cx="12" cy="12" r="9"/><path d="M12 11.500v5M12 7.700v.1"/>`,
	"key":         `<circle cx="7.5" cy="16.5" r="4"/><path d="M10.5 13.500L20 4M16 8l3 3"/>`,
	"lock":        `<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3"/>`,
	"mail":        `<path d="M3 5h18v14H3zM3 7l9 6 9-6"/>`,
	"menu":        `<path d="M4 6h16M4 12h16M4 18h16"/>`,
	"minus":       `<path d="M5 12h14"/>`,
	"people":      `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.4-7.5 12.6-7.5 13 0M15.5 4.800a3.5 3.5 0 0 1 0 6.400M18 14c2 1 3.300 3 3.500 6"/>`,
	"person":      `<circle cx="12" cy="8" r="4"/><path d="M4 20.500c.5-9.5 15.5-9.5 16 0"/>`,
	"phone":       `<path d="M6.500 3.500h3l1.500 4.500-2 1.500c1 2.500 3 4.500 5.500 5.500l1.500-2 4.500 1.500v3c0 1.500-1 2.500-2.500 2.500C10.500 19.500 4.500 13.500 4 6c0-1.500 1-2.500 2.500-2.500z"/>`,
	"receipt":     `<path d="M5 3h14v18l-3.5-2-3.5 2-3.5-2L5 21zM9 8h6M9 12h6"/>`,
	"scales":      `<path d="M12 3v18M7 21h10M4 7h16M4 7l-2 6.500h5zM20 7l-2.5 6.500h5z"/>`,
	"search":      `<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.500L21 21"/>`,
	"send":        `<path d="M21 3L2.500 10l7.500 4 4 7.500zM21 3L10 14"/>`,
	"settings":    `<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`,
	"sign-out":    `<path d="M10 4H4v16h6M15 7.500l5 4.5-5 4.500M20 12H9"/>`,
	"start":       `<path d="M7 4.500l12 7.5-12 7.500z"/>`,
	"store":       `<path d="M4 10v10h16V10M3 9.500L5 4h14l2 5.500zM10 20v-6h4v6"/>`,
	"verified":    `<path d="M12 2.500l7.5 3v6c0 4.8-3 8-7.5 10-4.5-2-7.5-5.2-7.5-10v-6zM8.5 12l2.5 2.5 4.5-5"/>`,
	"x":           `<path d="M6 6l12 12M18 6L6 18"/>`,
}

// icon returns a drawing that says nothing to a screen reader. It fails for a name that has none.
func icon(name string) (template.HTML, error) {
	drawing, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon is called %q", name)
	}
	return `<svg class="i" viewBox="0 0 24 24" aria-hidden="true">` + drawing + `</svg>`, nil
}
