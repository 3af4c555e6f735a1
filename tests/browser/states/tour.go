package states

import (
	"sync"
	"testing"
	"time"

	"liaison/shared/locale"
	"liaison/tests/browser/chrome"
)

// State is one page in one state.
type State struct {
	Name string
	// Says are words that stand on the page in this state, and not on the page that somebody who did not get there sees: most often the heading, or
	// the error, or the answer that the state is named after.
	Says func(w locale.Words) string
	// Status is what the server answers.
	Status int
	// Errors says that the page begins with an error summary.
	Errors bool
	// Ready prepares what the state needs, past the browser, and returns the address that Show gets; nil prepares nothing.
	Ready func(v *Visit) string
	// Show brings the browser to the state; it is shown beside other languages and states.
	Show func(v *Visit, link string)
	// Later says that time passes between Ready and Show: trials, links, offers and grants made in Ready have ended.
	Later bool
	// Program changes the program between Ready and Show, when no other state is shown, and returns what changes it back.
	Program func(s *World, t testing.TB) (undo func())
}

// Languages are those that every state is shown in.
var Languages = []string{"en", "pl"}

// Passes is how much time passes before states that are shown later.
const Passes = 32 * 24 * time.Hour

// abreast is how many people of one language look at states at the same time: pages mostly wait, for the server or to be painted.
const abreast = 2

// Tour shows every state in every language and lets look see it. The clock is ahead by Passes afterwards.
func (s *World) Tour(t *testing.T, look func(t *testing.T, v *Visit, state State)) {
	tour := &tour{world: s, look: look, windows: map[string][]*chrome.Page{}, links: map[string]string{}}
	for _, language := range Languages {
		for range abreast {
			tour.windows[language] = append(tour.windows[language], s.Browser.Page(t, chrome.Options{Language: language}))
		}
	}
	var together, alone, later []State
	for _, state := range States {
		switch {
		case state.Later:
			later = append(later, state)
			tour.prepare(t, state)
		case state.Program != nil:
			alone = append(alone, state)
		default:
			together = append(together, state)
		}
	}
	tour.show(t, together...)
	for _, state := range alone {
		tour.prepare(t, state)
		undo := state.Program(s, t)
		tour.show(t, state)
		undo()
	}
	if err := s.System.Travel(Patience(t), s.System.Now().Add(Passes)); err != nil {
		t.Fatal(err)
	}
	tour.show(t, later...)
}

type tour struct {
	world   *World
	look    func(t *testing.T, v *Visit, state State)
	windows map[string][]*chrome.Page // by language
	links   map[string]string         // that states prepared, by name and language
}

// prepare does what a state needs before the time passes or the program changes.
func (tour *tour) prepare(t *testing.T, state State) {
	for _, language := range Languages {
		if state.Ready != nil {
			tour.links[state.Name+language] = state.Ready(tour.world.Visit(t, language, nil))
		}
	}
}

// show shows states, in every language at the same time.
func (tour *tour) show(t *testing.T, states ...State) {
	var all sync.WaitGroup
	for _, language := range Languages {
		queue := make(chan State, len(states))
		for _, state := range states {
			queue <- state
		}
		close(queue)
		for _, page := range tour.windows[language] {
			all.Go(func() {
				for state := range queue {
					t.Run(state.Name+"/"+language, func(t *testing.T) { tour.visit(t, state, tour.world.Visit(t, language, page)) })
				}
			})
		}
	}
	all.Wait()
}

func (tour *tour) visit(t *testing.T, state State, v *Visit) {
	v.Look(chrome.Desktop, false)
	v.Forget()
	link, prepared := tour.links[state.Name+v.Language]
	if !prepared && state.Ready != nil {
		link = state.Ready(v)
	}
	state.Show(v, link)
	if s := v.Standing(); !s.Says(state.Says(v.W)) {
		t.Fatalf("%d on %s, and nothing says %q:\n%s", s.Status, s.URL, state.Says(v.W), s.Text)
	}
	tour.look(t, v, state)
}
