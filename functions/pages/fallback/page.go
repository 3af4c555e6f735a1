// Package fallback answers what no page owns: 404, and 405 to methods that only a page could know.
package fallback

import (
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
}

// Page serves $default: nothing stands at the address. The vendor is read first, so that the page stands in its frame; without it the page stands alone.
func Page(env boot.Env, table Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/", Get: site.Everybody(table, func(*site.Visit) error { return fault.NotFound })})
}
