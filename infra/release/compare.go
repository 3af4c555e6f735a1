package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// levels are what this house judges otherwise than oasdiff does by itself.
var levels = map[string]string{
	// Clients are told to pass over values that they do not know, of event types and problem codes too.
	"response-property-enum-value-added": "info",
	// Limits are raised, in what is sent and in what is answered alike.
	"response-property-max-increased":            "info",
	"response-property-max-length-increased":     "info",
	"response-property-max-items-increased":      "info",
	"response-property-max-properties-increased": "info",
	// Who decides by what an answer held is left with a branch that nothing leads to.
	"response-optional-property-removed":   "err",
	"response-property-enum-value-removed": "err",
	"response-non-success-status-removed":  "err",
	"optional-response-header-removed":     "err",
	// What a request leaves out goes on meaning the same.
	"request-parameter-default-value-changed": "err",
	"request-parameter-default-value-removed": "err",
	"request-property-default-value-changed":  "err",
	"request-property-default-value-removed":  "err",
	// The methods of generated clients are called so.
	"api-operation-id-removed": "err",
	// What is deprecated goes on as long as /v1 does.
	"api-removed-with-deprecation":                        "err",
	"api-path-removed-with-deprecation":                   "err",
	"request-parameter-removed-with-deprecation":          "err",
	"request-property-removed-with-deprecation":           "err",
	"response-required-property-removed-with-deprecation": "err",
	// These say nothing of what is sent.
	"api-version-changed": "none",
	"api-tag-added":       "none",
	"api-tag-removed":     "none",
	"api-schema-removed":  "none",
}

// A change is one difference between two contracts, with all the places that it shows in.
type change struct {
	ID          string  `json:"id"`
	Text        string  `json:"text"`
	Level       int     `json:"level"` // 1 adds something, 2 may break a client, 3 does
	Method      string  `json:"operation"`
	OperationID string  `json:"operationId"`
	Path        string  `json:"path"`
	Before      *source `json:"baseSource"`
	After       *source `json:"revisionSource"`
	further     int     // operations and answers that show it too
}

type source struct {
	File         string
	Line, Column int
}

func (c change) breaks() bool { return c.Level > 1 }

// String says where the change stands, the operation that shows it, and what it is.
func (c change) String() string {
	var said strings.Builder
	if at := c.at(); at != nil {
		fmt.Fprintf(&said, "%s:%d: ", filepath.Base(at.File), at.Line)
	}
	if c.OperationID != "" {
		fmt.Fprintf(&said, "%s, %s %s: ", c.OperationID, c.Method, c.Path)
	}
	said.WriteString(strings.TrimSpace(c.Text))
	if c.further > 0 {
		fmt.Fprintf(&said, ", and in %d further places", c.further)
	}
	return said.String()
}

func (c change) at() *source {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// compare returns what differs between two contracts, each once, the breaks first. It fails where one of them cannot be read, and where the
// tool that compares cannot be fetched; root is the repository's folder, which names the tool's version.
func compare(root, before, after string) ([]change, error) {
	judged, err := os.CreateTemp("", "levels")
	if err != nil {
		return nil, err
	}
	defer os.Remove(judged.Name())
	for id, level := range levels {
		fmt.Fprintln(judged, id, level)
	}
	if err := judged.Close(); err != nil {
		return nil, err
	}
	run := exec.Command("go", "tool", "-modfile="+filepath.Join(root, "infra", "tools", "oasdiff.mod"),
		"oasdiff", "changelog", "-f", "json", "--severity-levels", judged.Name(), before, after)
	var said bytes.Buffer
	run.Stderr = &said
	answer, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("oasdiff: %w\n%s", err, said.Bytes())
	}
	var all []change
	if len(bytes.TrimSpace(answer)) > 0 { // it says nothing where nothing differs
		if err := json.Unmarshal(answer, &all); err != nil {
			return nil, fmt.Errorf("oasdiff: %w\n%s", err, answer)
		}
	}
	for i, c := range all {
		// More sorts of things come into an export; who reads one goes by its kind.
		if c.ID == "response-property-any-of-added" && c.OperationID == "CustomersExport" && strings.Contains(c.Text, "`data/items/data`") {
			all[i].Level = 1
		}
	}
	further, err := values(before, after)
	if err != nil {
		return nil, err
	}
	all = append(once(all), further...)
	slices.SortStableFunc(all, func(a, b change) int { return b.Level - a.Level })
	return all, nil
}

// where is what a change's text says of the one answer that shows it: how deep the field lies, and the status.
var where = regexp.MustCompile("[^`]*/|`[0-9]{3}`")

// once leaves one of the changes that a part of the contract which many operations share shows in each of them.
func once(all []change) []change {
	type part struct {
		id, text string
		level    int
		at       source
	}
	var kept []change
	first := map[part]int{}
	for _, c := range all {
		key := part{id: c.ID, text: where.ReplaceAllString(c.Text, ""), level: c.Level}
		if at := c.at(); at != nil {
			key.at = *at
		}
		if i, ok := first[key]; ok {
			kept[i].further++
			continue
		}
		first[key] = len(kept)
		kept = append(kept, c)
	}
	return kept
}

// values finds what oasdiff does not look for in an answer: what a list that may grow, such as that of the types of events, has lost or gained.
func values(before, after string) ([]change, error) {
	var documents [2]struct{ Components map[string]any }
	for i, path := range []string{before, after} {
		text, err := os.ReadFile(path)
		if err == nil {
			err = yaml.Unmarshal(text, &documents[i])
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	var found []change
	say := func(level int, form string, these, others []any, place string) {
		for _, one := range these {
			if !slices.Contains(others, one) {
				found = append(found, change{Level: level, Text: fmt.Sprintf(form, one, place)})
			}
		}
	}
	var look func(place string, was, is any)
	look = func(place string, was, is any) {
		had, _ := was.(map[string]any)
		has, _ := is.(map[string]any)
		for name, value := range had {
			if name != "x-extensible-enum" {
				look(place+"."+name, value, has[name])
				continue
			}
			old, _ := value.([]any)
			now, _ := has[name].([]any)
			say(3, "removed the value `%v` from `%s`", old, now, place)
			say(1, "added the value `%v` to `%s`", now, old, place)
		}
	}
	look("components", documents[0].Components, documents[1].Components)
	slices.SortFunc(found, func(a, b change) int { return strings.Compare(a.Text, b.Text) })
	return found, nil
}

// broken says which changes break a client, and what to do; nil where none does.
func broken(changes []change) error {
	var said strings.Builder
	for _, c := range changes {
		if c.breaks() {
			fmt.Fprintf(&said, "  %s\n", c)
		}
	}
	if said.Len() == 0 {
		return nil
	}
	return errors.New("infra/openapi.yaml breaks clients of the last release:\n" + said.String() +
		"Keep what they have: add the new thing beside it and mark the old one `deprecated: true`. What cannot be kept is a path below /v2 beside\n" +
		"the one below /v1; and what has to go in spite of all goes in the same change as a major release, make release VERSION=X.0.0.")
}
