package site

import (
	"net/http"
	"net/url"
	"slices"

	"liaison/shared/page"
)

// PageSize is how many rows a page of a list has.
const PageSize = 25

var listing = page.Parse(files, "listing.html")

// Listing begins a list, the newest first: at a path, with the cursor of its next page (empty on the last one), its tab (zero where it has
// none), and the filters that are set. A page of the list keeps them all, and clearing the filters keeps the tab. The caller adds fields, rows,
// and what stands where there are none.
func (v *Visit) Listing(path, next string, tab page.Hidden, set ...page.Hidden) page.Listing {
	all := append([]page.Hidden{tab}, set...)
	l := page.Listing{Path: path, Pager: v.Pager(path, next, all...)}
	if tab.Value != "" {
		l.Carried = []page.Hidden{tab}
	}
	if kept := Query(path, tab); kept != Query(path, all...) {
		l.Clear = kept
	}
	return l
}

// Pager leads to the newest and to the next page of what a path shows a page at a time, both with these values kept.
func (v *Visit) Pager(path, next string, kept ...page.Hidden) page.Pager {
	pager := page.Pager{First: page.Link{Text: v.Words.SiteNewest()}, More: page.Link{Text: v.Words.SiteOlder()}}
	if v.R.URL.Query().Get("cursor") != "" {
		pager.First.URL = Query(path, kept...)
	}
	if next != "" {
		pager.More.URL = Query(path, append(kept, page.Hidden{Name: "cursor", Value: next})...)
	}
	return pager
}

// RenderListing shows a list on a page of its own, with how many rows there are, and the filters that are set; with
// status 422 where something typed was wrong.
func (v *Visit) RenderListing(frame page.Frame, l page.Listing) error {
	wrong := len(frame.Errors) > 0
	if n := len(l.Table.Rows); n > 0 && !wrong {
		l.Count = v.Words.SiteListed(n)
		if l.Pager.More.URL != "" {
			l.Count = v.Words.SiteListedMore(n)
		}
	}
	if len(l.Table.Rows) == 0 && l.Pager.More.URL == "" { // a file of nothing helps nobody
		l.Pager.File = page.Link{}
	}
	l.Chips = chips(l)
	status := http.StatusOK
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	return v.Render(listing, status, frame, l)
}

// chips are the filters that are set, by what the reader chose or typed.
func chips(l page.Listing) (made []page.Link) {
	set, said := slices.Clone(l.Carried), map[string]string{}
	for _, f := range l.Filters {
		switch {
		case f.Select != nil && f.Select.Value != "":
			set = append(set, page.Hidden{Name: f.Select.Name, Value: f.Select.Value})
			for _, o := range f.Select.Options {
				if o.Value == f.Select.Value {
					said[f.Select.Name] = f.Select.Label + ": " + o.Label
				}
			}
		case f.Input != nil && f.Input.Value != "":
			set = append(set, page.Hidden{Name: f.Input.Name, Value: f.Input.Value})
			said[f.Input.Name] = f.Input.Label + ": " + f.Input.Value
		}
	}
	for i, one := range set {
		if text := said[one.Name]; text != "" {
			made = append(made, page.Link{Text: text, URL: Query(l.Path, slices.Delete(slices.Clone(set), i, i+1)...)})
		}
	}
	return made
}

// Query returns the path with these values as its query, without the empty ones.
func Query(path string, values ...page.Hidden) string {
	query := url.Values{}
	for _, one := range values {
		if one.Value != "" {
			query.Add(one.Name, one.Value)
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
