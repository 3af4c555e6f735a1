package site_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
)

// nothing is a catalogue that cannot be read.
type nothing struct{}

func (nothing) CatalogView(context.Context, []catalog.PlanID) (catalog.View, error) {
	return catalog.View{}, errors.New("no catalogue")
}

func (nothing) CatalogText(context.Context, catalog.Document, string, string) (catalog.TermsText, error) {
	return catalog.TermsText{}, errors.New("no catalogue")
}

// TestMessage: what says one thing is one narrow card, whose mark follows from what happened, with exactly one button that stands out.
func TestMessage(t *testing.T) {
	link, button := page.Link{Text: "On", URL: "/on"}, site.Button{Text: "Do", Value: "do", Note: "What it does"}
	danger := button
	danger.Danger = true
	for name, c := range map[string]struct {
		status    int
		said      site.Message
		mark, way string
	}{
		"nothing more":       {200, site.Message{}, "info", `primary large" href="/"`},
		"a link":             {200, site.Message{Links: []page.Link{link, {Text: "Else", URL: "/else"}}}, "info", `primary large" href="/on"`},
		"a question":         {200, site.Message{Button: &button}, "info", `primary" name="action"`},
		"a harm":             {200, site.Message{Button: &danger}, "info", `danger" name="action"`},
		"a better way":       {410, site.Message{First: &link, Button: &button}, "warn", `primary large" href="/on"`},
		"gone":               {410, site.Message{Button: &button}, "warn", `primary" name="action"`},
		"done":               {200, site.Message{Kind: "good", Icon: "check"}, "good", `primary large" href="/"`},
		"something to mend":  {422, site.Message{Button: &button, Errors: page.Errors{{Field: "sure", Text: "Tick it"}}}, "info", `primary" name="action"`},
		"what is beside it ": {200, site.Message{Button: &button, Links: []page.Link{link}}, "info", `class="aside-links"><a href="/on"`},
	} {
		c.said.Title, c.said.Text = "What happened", []string{"In a line."}
		body := said(t, func(v *site.Visit) error { return v.Say(c.status, c.said) }, c.status)
		primary := 1
		if c.said.Button != nil && c.said.Button.Danger {
			primary = 0
		}
		if !strings.Contains(body, `mark `+c.mark+`"`) || !strings.Contains(body, c.way) || strings.Count(body, "primary") != primary || strings.Count(body, "<h1>") != 1 ||
			!strings.Contains(body, `class="page narrow"`) || !strings.Contains(body, `<p class="lead pre">In a line.</p>`) {
			t.Errorf("%s:\n%s", name, body)
		}
		if c.said.Button != nil && !strings.Contains(body, c.said.Button.Note) {
			t.Errorf("%s: what the button does is not said", name)
		}
	}
}

// TestFailureMark: a form that was open for too long and an address with nothing at it are no alarm.
func TestFailureMark(t *testing.T) {
	for mark, err := range map[string]error{"info": fault.NotFound, "warn": errors.New("something broke")} {
		if body := said(t, func(*site.Visit) error { return err }, 0); !strings.Contains(body, `mark `+mark+`"`) {
			t.Errorf("%v:\n%s", err, body)
		}
	}
	if body := said(t, func(*site.Visit) error { return fault.FormExpired }, http.StatusForbidden); !strings.Contains(body, `mark info"`) {
		t.Errorf("an old form:\n%s", body)
	}
}

// said returns the page that a route answers with, and checks its status where one is given.
func said(t *testing.T, get func(*site.Visit) error, status int) string {
	t.Helper()
	env := boot.Env{PagesURL: "https://pages.example", Log: slog.New(slog.DiscardHandler)}
	answer := httptest.NewRecorder()
	site.New(env, nothing{}, site.Route{Path: "/{$}", Get: get}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/?lang=en", nil))
	if status != 0 && answer.Code != status {
		t.Errorf("status %d", answer.Code)
	}
	return answer.Body.String()
}
