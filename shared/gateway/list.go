package gateway

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"liaison/shared/fault"
)

// Limits of a page (product.md, "Limits").
const (
	defaultPage = 25
	maxPage     = 100
)

// Paging lists the query parameters of every list, for Endpoint.Queries.
var Paging = []string{"limit", "cursor"}

// Page returns how many things a list is asked for, and its cursor. It fails with Malformed out_of_range outside 1..100.
func Page(r *http.Request) (limit int, cursor string, err error) {
	limit = defaultPage
	query := r.URL.Query()
	if query.Has("limit") {
		limit, err = strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > maxPage {
			return 0, "", fault.New(fault.Malformed, "out_of_range", maxPage).In("limit")
		}
	}
	if query.Has("cursor") && query.Get("cursor") == "" {
		return 0, "", fault.New(fault.Malformed, "invalid_cursor").In("cursor")
	}
	return limit, query.Get("cursor"), nil
}

// List answers 200 with one page of a list and, where there is more, the cursor and a Link to the next.
func List[T any](w http.ResponseWriter, r *http.Request, data []T, next string) error {
	if data == nil {
		data = []T{}
	}
	body := struct {
		Data       []T     `json:"data"`
		HasMore    bool    `json:"has_more"`
		NextCursor *string `json:"next_cursor"`
	}{Data: data, HasMore: next != ""}
	if next != "" {
		body.NextCursor = &next
		query := r.URL.Query()
		query.Set("cursor", next)
		link := url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
		w.Header().Set("Link", "<"+of(r).env.APIURL+link.String()+`>; rel="next"`)
	}
	return OK(w, r, "", body)
}

// Counted writes how a counted request stands in its window (IETF draft "RateLimit header fields for HTTP"); where the window is full
// it fails with TooMany rate_limited.
func Counted(h http.Header, policy string, limit, remaining int, window, reset time.Duration, over bool) error {
	seconds := func(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }
	h.Set("RateLimit-Policy", `"`+policy+`";q=`+strconv.Itoa(limit)+";w="+seconds(window))
	h.Set("RateLimit", `"`+policy+`";r=`+strconv.Itoa(remaining)+";t="+seconds(reset))
	if over {
		return fault.New(fault.TooMany, "rate_limited", limit).After(reset)
	}
	return nil
}
