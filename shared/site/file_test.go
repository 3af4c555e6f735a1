package site_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/site"
)

// TestSendList: a file holds every row of the list, as far as a file may; what is longer says so in its last row, and nothing else does.
func TestSendList(t *testing.T) {
	more := locale.In(locale.English).SiteListGoesOn()
	for name, c := range map[string]struct {
		pages, wide int // how many pages of 100 rows there are, and how many bytes a cell has
		rows        int // how many the file holds
		cut         bool
	}{
		"nothing":            {1, 0, 0, false},
		"one page":           {1, 3, 100, false},
		"as much as it may":  {100, 3, 10_000, false},
		"more than it may":   {101, 3, 10_000, true},
		"more bytes than so": {50, 5_000, 900, true},
	} {
		asked := 0
		body := said(t, func(v *site.Visit) error {
			return v.SendList(site.List{Name: "things", Heads: []string{"What", "Who"}, From: "0", Read: func(of dynamo.Page) ([][]string, string, error) {
				asked++
				at, err := strconv.Atoi(of.Cursor)
				if err != nil || of.Limit != 100 {
					t.Fatalf("%s: asked for %+v", name, of)
				}
				var rows [][]string
				for range min(100, 100*c.wide) {
					rows = append(rows, []string{strings.Repeat("x", c.wide), "=1"})
				}
				next := strconv.Itoa(at + 1)
				if at+1 == c.pages {
					next = ""
				}
				return rows, next, nil
			}})
		}, http.StatusOK)
		lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
		last := len(lines) - 1
		if c.cut != (lines[last] == more+",") || c.cut != strings.Contains(body, more) {
			t.Errorf("%s: its last line is %.80q", name, lines[last])
		}
		if c.cut {
			last--
		}
		if lines[0] != "\ufeffWhat,Who" || last != c.rows || strings.Count(body, ",'=1\n") != c.rows || asked != max(1, c.rows/100) {
			t.Errorf("%s: %d rows after %d reads, not %d; its heads are %q", name, last, asked, c.rows, lines[0])
		}
	}
	failed := said(t, func(v *site.Visit) error {
		return v.SendList(site.List{Heads: []string{"What"}, Read: func(dynamo.Page) ([][]string, string, error) {
			return [][]string{{"a lone row"}}, "", errors.New("broke")
		}})
	}, http.StatusInternalServerError)
	if strings.Contains(failed, "a lone row") {
		t.Errorf("half a file:\n%s", failed)
	}
}
