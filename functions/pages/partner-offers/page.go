// Package partneroffers is where a partner's people see what their company proposes to customers.
package partneroffers

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error)
}

//go:embed *.html
var files embed.FS

var list = page.Parse(files, "list.html")

type offersPage struct{ table Table }

const path = "/partner/offers"

// Page serves /partner/offers.
func Page(env boot.Env, table Table) http.Handler {
	p := offersPage{table}
	return site.New(env, table, site.Route{Path: path, Get: site.Partners(table, access.SeeOffers, p.list)})
}
