// Package fallback answers what no page owns: 404, and 405 to methods that only a page could know.
package fallback

import (
	"net/http"

	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/site"
)

// Page serves $default: nothing stands at the address.
func Page(env boot.Env, table site.Table) http.Handler {
	return site.New(env, table, site.Route{Path: "/", Get: nothing})
}

// nothing reads the vendor first, so that the page stands in its frame; without it the page stands alone.
func nothing(v *site.Visit) error {
	if _, err := v.Catalogue(); err != nil {
		return err
	}
	v.Speak()
	return fault.NotFound
}
