package site

import (
	"net/http"
	"net/url"

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

// RenderListing shows a list on a page of its own.
func (v *Visit) RenderListing(frame page.Frame, l page.Listing) error {
	return v.Render(listing, http.StatusOK, frame, l)
}

// Query returns the path with these values as its query, without the empty ones.
func Query(path string, values ...page.Hidden) string {
	query := url.Values{}
	for _, one := range values {
		if one.Value != "" {
			query.Set(one.Name, one.Value)
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
