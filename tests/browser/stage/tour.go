package stage

import (
	"testing"
	"time"

	"liaison/tests/browser/chrome"
)

// State is one page in one state.
type State struct {
	Name string
	// Status is what the server answers.
	Status int
	// Errors says that the page begins with an error summary.
	Errors bool
	// Ready prepares what the state needs, past the browser, and returns the address that Show gets; nil prepares nothing.
	Ready func(v *Visit) string
	// Show brings the browser to the state; languages are shown at the same time.
	Show func(v *Visit, link string)
	// Later says that time passes between Ready and Show: trials, links, offers and grants made in Ready have ended.
	Later bool
	// Program changes the program for all languages while the state is shown, and returns what changes it back.
	Program func(s *Stage, t testing.TB) (undo func())
}

// Languages are those that every state is shown in.
var Languages = []string{"en", "pl"}

// Passes is how much time passes before states that are shown later.
const Passes = 32 * 24 * time.Hour

// Tour shows every state in every language and lets look see it. The clock is ahead by Passes afterwards.
func (s *Stage) Tour(t *testing.T, look func(t *testing.T, v *Visit, state State)) {
	pages := map[string]*chrome.Page{}
	for _, language := range Languages {
		pages[language] = s.Browser.Page(t, chrome.Options{Language: language})
	}
	links := map[string]string{}
	for _, state := range States {
		for _, language := range Languages {
			if state.Later {
				links[state.Name+language] = state.Ready(s.Visit(t, language, pages[language]))
			}
		}
	}
	show := func(state State) {
		t.Run(state.Name, func(t *testing.T) {
			if state.Ready != nil && !state.Later {
				for _, language := range Languages {
					links[state.Name+language] = state.Ready(s.Visit(t, language, pages[language]))
				}
			}
			if state.Program != nil {
				t.Cleanup(state.Program(s, t))
			}
			for _, language := range Languages {
				t.Run(language, func(t *testing.T) {
					t.Parallel()
					v := s.Visit(t, language, pages[language])
					v.Look(chrome.Desktop, false)
					v.Forget()
					state.Show(v, links[state.Name+language])
					look(t, v, state)
				})
			}
		})
	}
	for _, state := range States {
		if !state.Later {
			show(state)
		}
	}
	if err := s.System.Travel(Patience(t), s.System.Now().Add(Passes)); err != nil {
		t.Fatal(err)
	}
	for _, state := range States {
		if state.Later {
			show(state)
		}
	}
}
