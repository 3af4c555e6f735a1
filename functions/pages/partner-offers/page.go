// Package partneroffers is where a partner's people see what their company proposes to customers.
package partneroffers

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/invited"
	"liaison/shared/site/offered"
	"liaison/shared/site/previewed"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	confirm.Memory
	offer.Store
	invitation.Store
	invitation.BulkStore
	invited.Counts
	Bulks(ctx context.Context, of offer.ID) ([]invitation.Bulk, error)
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	Invitations(ctx context.Context, o offer.ID, page dynamo.Page, keep dynamo.Keep[invitation.Invitation]) ([]invitation.Invitation, string, error)
	Funnel(ctx context.Context, o offer.ID) (offer.Funnel, error)
	Uses(ctx context.Context, offers []offer.Offer) (map[offer.ID]int, error)
}

//go:embed *.html
var files embed.FS

var (
	single  = page.Parse(invited.With(files), "offer.html", invited.File)
	more    = page.Parse(invited.With(files), "invite.html", invited.File)
	sure    = page.Parse(files, "sure.html")
	preview = page.Parse(previewed.With(files), "preview.html", previewed.File, offered.File)
)

type offersPage struct{ table Table }

const path = "/partner/offers"

// Page serves /partner/offers, below it each offer with its preview, where more people are invited, and the pages that ask once more before an offer
// is withdrawn or an invitation revoked.
func Page(env boot.Env, table Table) http.Handler {
	p := offersPage{table}
	seen := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.SeeOffers, step)
	}
	changed := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, access.MakeOffers, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: seen(p.list)},
		site.Route{Path: path + "/{offer}", Get: seen(p.show), Post: changed(p.act)},
		site.Route{Path: path + "/{offer}/preview", Get: seen(p.preview)},
		site.Route{Path: path + "/{offer}/withdraw", Get: changed(p.ask)},
		site.Route{Path: path + "/{offer}/" + revoke + "/{invitation}", Get: changed(p.askRevoke)},
		site.Route{Path: path + "/{offer}/" + invite, Get: changed(p.inviteTo(p.showInvite)), Post: site.Keeping(table, changed(p.inviteTo(p.takeInvite)))},
	)
}
