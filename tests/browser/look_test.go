package browser

import (
	"slices"
	"testing"

	"liaison/shared/brand"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
)

// shown brings a new window to a state, in English.
func shown(t *testing.T, name string) *states.Visit {
	t.Helper()
	i := slices.IndexFunc(states.States, func(s states.State) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no state is called %q", name)
	}
	v := set.Visit(t, "en", set.Browser.Page(t, chrome.Options{Language: "en"}))
	v.Look(chrome.Desktop, false)
	link := ""
	if state := states.States[i]; state.Ready != nil {
		link = state.Ready(v)
	}
	states.States[i].Show(v, link)
	return v
}

// accents are 16 colours from yellow to black, as vendors have them.
var accents = []brand.Accent{
	"#ffff00", "#ffd400", "#ff9900", "#ff5a1f", "#e60012", "#c2185b", "#ff4fd8", "#8e24aa",
	"#4338ca", "#1565c0", "#00b8d4", "#00897b", "#22c55e", "#0f6b3c", "#777777", "#000000",
}

// TestAccents: whatever the vendor's colour, all text and all drawings can be read, on it, in it and beside it, in light and in dark.
func TestAccents(t *testing.T) {
	for _, name := range []string{"read", "check", "account-owned", "subscription-trial", "partners"} {
		t.Run(name, func(t *testing.T) {
			v := shown(t, name)
			for _, accent := range accents {
				v.Accent("/assets/" + accent.SheetName())
				for _, dark := range []bool{false, true} {
					v.Look(chrome.Desktop, dark)
					faint, looked := v.Faint()
					if looked < 20 {
						t.Fatalf("only %d texts were looked at", looked)
					}
					for _, one := range faint {
						t.Errorf("%s, dark %v: %s", accent, dark, one)
					}
				}
			}
		})
	}
}
