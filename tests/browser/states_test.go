package browser

import (
	"slices"
	"strings"
	"testing"

	"liaison/shared/locale"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
	"liaison/tests/fixture"
)

// summary is the error summary, as Focused names it.
const summary = "div.errors"

// TestStates shows every page in every state and language: axe finds nothing, in light and in dark; it fits 320 pixels, and text of
// twice the size; buttons and fields are seen in forced colours; its language and title are right; where something is to be mended, the summary says so and has the focus.
func TestStates(t *testing.T) {
	set.Tour(t, func(t *testing.T, v *states.Visit, state states.State) {
		s := v.Standing()
		if s.Status != state.Status {
			t.Fatalf("%d on %s, not %d:\n%s", s.Status, s.URL, state.Status, s.Text)
		}
		if s.Language != v.Language {
			t.Errorf("the page is in %q", s.Language)
		}
		if s.Heading == "" || strings.Contains(s.Heading, "|") {
			t.Errorf("h1: %q", s.Heading)
		}
		if named := strings.HasPrefix(s.Title, v.W.FrameErrorTitle(s.Heading)); named != state.Errors || !strings.Contains(s.Title, s.Heading) {
			t.Errorf("title %q of %q", s.Title, s.Heading)
		}
		if (len(s.Errors) > 0) != state.Errors {
			t.Errorf("errors: %q", s.Errors)
		}
		if state.Errors && !v.Focused(summary) {
			t.Errorf("the focus is on %q", v.Standing().Focus)
		}
		for _, found := range v.Axe() {
			t.Errorf("axe: %s", found)
		}
		v.Enlarge(200)
		if v.Standing().Scrolls {
			t.Error("with text at 200 % the page has to be scrolled sideways")
		}
		v.Enlarge(100)
		v.Force()
		for _, one := range v.Borderless() {
			t.Errorf("in forced colours nothing shows where it ends: %s", one)
		}
		v.Look(chrome.Narrow, true)
		if v.Standing().Scrolls {
			t.Error("320 pixels are not enough")
		}
		for _, one := range v.Beyond() {
			t.Errorf("with 320 pixels one has to know that this is there: %s", one)
		}
		if v.Language == states.Languages[0] || fixture.All() { // colours and sizes are those of every language
			for _, found := range v.Axe("color-contrast", "target-size", "link-in-text-block") {
				t.Errorf("axe, narrow and dark: %s", found)
			}
		}
	})
}

// TestNames: no two states share a name, and each can be shown and says something.
func TestNames(t *testing.T) {
	var names []string
	for _, state := range states.States {
		if state.Show == nil || state.Later && state.Ready == nil || slices.Contains(names, state.Name) {
			t.Errorf("state %q", state.Name)
		}
		names = append(names, state.Name)
		for _, language := range states.Languages {
			if state.Says == nil || len(state.Says(locale.In(locale.Language(language)))) < 4 {
				t.Errorf("state %q says nothing in %s", state.Name, language)
			}
		}
	}
}
