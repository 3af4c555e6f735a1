// Package listings is the HTTP face of partners' entries in the marketplace: write, submit, publish, send back, hide, show.
package listings

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/view"
)

// Table is what these operations need of the table.
type Table interface {
	listing.Store
	AllListings(ctx context.Context, page dynamo.Page, keep dynamo.Keep[listing.Listing]) ([]listing.Listing, string, error)
	Entries(ctx context.Context, ids []partner.ID, plan catalog.PlanID, fresh bool) ([]listing.Entry, error)
}

const path = "/v1/listings/"

// Get serves GET /v1/listings/{partner_id}: a listing, to its partner and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/listings/{partner_id}",
		Requires: access.SeeListings,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			found, err := table.Listing(r.Context(), id)
			if err != nil {
				return err
			}
			return show(w, r, found)
		},
	}
}

// List serves GET /v1/listings: every listing, the newest first, to operators.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/listings",
		Requires: access.PublishListings,
		Queries:  append([]string{"status"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			status, err := gateway.Choice(r, "status", listing.Statuses...)
			if err != nil {
				return err
			}
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			var keep dynamo.Keep[listing.Listing]
			if status != "" {
				keep = func(found []listing.Listing) ([]bool, error) {
					kept := make([]bool, len(found))
					for i, l := range found {
						kept[i] = l.Status() == status
					}
					return kept, nil
				}
			}
			found, next, err := table.AllListings(r.Context(), dynamo.Page{Limit: limit, Cursor: cursor}, keep)
			if err != nil {
				return err
			}
			names, err := names(r.Context(), table, found)
			if err != nil {
				return err
			}
			data := make([]contract.ListingSummary, len(found))
			for i, l := range found {
				data[i] = contract.ListingSummary{
					PartnerID: contract.PartnerID(l.Partner), LegalName: names[l.Partner], Status: contract.ListingStatus(l.Status()),
					HiddenBy: gateway.Some(contract.ListingSide(l.HiddenBy)), SubmittedAt: gateway.Some(l.SubmittedAt), PublishedAt: gateway.Some(l.PublishedAt),
					CreatedAt: l.CreatedAt,
				}
			}
			return gateway.Listed(w, r, data, next)
		},
	}
}

// names reads what the partners of a page are called.
func names(ctx context.Context, table Table, of []listing.Listing) (map[partner.ID]string, error) {
	const most = 30
	names := make(map[partner.ID]string, len(of))
	for from := 0; from < len(of); from += most {
		var ids []partner.ID
		for _, l := range of[from:min(from+most, len(of))] {
			ids = append(ids, l.Partner)
		}
		entries, err := table.Entries(ctx, ids, "", false)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			names[e.Listing.Partner] = e.Partner.LegalName
		}
	}
	return names, nil
}

// Put serves PUT /v1/listings/{partner_id}: a partner writes its listing.
func Put(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/listings/{partner_id}",
		Requires: access.EditListing,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			creating, err := gateway.Creating(r)
			if err != nil {
				return err
			}
			var body contract.ListingPut
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			var old listing.Listing
			if !creating {
				if old, err = table.Listing(r.Context(), id); err != nil {
					return err
				}
				if err := gateway.IfMatch(r, tag(old)); err != nil {
					return err
				}
			}
			wanted, logo, err := typed(r, old, body)
			if err != nil {
				return err
			}
			made, err := listing.Put(r.Context(), table, gateway.Caller(r).Partner, old, wanted, logo, gateway.Op(r))
			if err != nil {
				return err
			}
			if creating {
				return gateway.Created(w, path+string(id), tag(made), shown(r, made))
			}
			return show(w, r, made)
		},
	}
}

// typed reads the body as what the listing is to say, with the logo where it is new.
func typed(r *http.Request, old listing.Listing, body contract.ListingPut) (listing.Content, *brand.Picture, error) {
	c := listing.Content{
		Services: view.Texts[listing.Service](body.Services), Expertise: view.Texts[listing.Industry](body.Expertise), Roles: view.Texts[listing.Role](body.Roles),
		Plans: view.Texts[catalog.PlanID](body.PlanIds), Countries: view.Texts[string](body.Countries), Languages: view.Texts[string](body.Languages),
	}
	if body.Headline != nil {
		c.Headline = *body.Headline
	}
	if body.Text != nil {
		c.Text = *body.Text
	}
	if body.Logo == nil {
		return c, nil, nil
	}
	var wrong fault.Check
	sent := picture.Sent{Kind: string(body.Logo.MediaType), Data: body.Logo.Data, URL: body.Logo.URL}
	file, logo := sent.Keep(brand.Partner, old.Content.Logo, view.Asset(gateway.Env(r).PagesURL, old.Content.Logo), "/logo", &wrong)
	c.Logo = file
	if logo != nil {
		own := listing.Logo(gateway.Caller(r).Partner.ID, *logo)
		c.Logo, logo = own.File, &own
	}
	c.Clean(&wrong)
	return c, logo, wrong.Err()
}

// Submit serves POST /v1/listings/{partner_id}/submit: the partner asks the vendor to publish it.
func Submit(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/listings/{partner_id}/submit", access.EditListing, acts(table),
		func(r *http.Request, id partner.ID, _ gateway.NoBody) (listing.Listing, error) {
			return listing.Ask(r.Context(), table, gateway.Caller(r).Partner, gateway.Op(r))
		})
}

// Publish serves POST /v1/listings/{partner_id}/publish: the public sees it from now on.
func Publish(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/listings/{partner_id}/publish", access.PublishListings, acts(table),
		func(r *http.Request, id partner.ID, _ gateway.NoBody) (listing.Listing, error) {
			o, err := gateway.AsRead(r, version(r, table, id))
			if err != nil {
				return listing.Listing{}, err
			}
			return listing.LetThrough(r.Context(), table, id, o)
		})
}

// SendBack serves POST /v1/listings/{partner_id}/send-back: the partner is to mend it, for a reason.
func SendBack(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/listings/{partner_id}/send-back", access.PublishListings, acts(table),
		func(r *http.Request, id partner.ID, body contract.ListingReason) (listing.Listing, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return listing.Listing{}, err
			}
			o, err := gateway.AsRead(r, version(r, table, id))
			if err != nil {
				return listing.Listing{}, err
			}
			return listing.Return(r.Context(), table, id, reason, o)
		})
}

// version reads which version of a listing stands.
func version(r *http.Request, table Table, id partner.ID) func() (int, string, error) {
	return func() (int, string, error) {
		l, err := table.Listing(r.Context(), id)
		return l.Version, tag(l), err
	}
}

// Hide serves POST /v1/listings/{partner_id}/hide: the public does not see it any more.
func Hide(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/listings/{partner_id}/hide", access.HideListings, acts(table),
		func(r *http.Request, id partner.ID, body contract.ListingHide) (listing.Listing, error) {
			reason, err := gateway.Reason(body.Reason, gateway.Caller(r).Operates())
			if err != nil {
				return listing.Listing{}, err
			}
			return listing.Hide(r.Context(), table, id, side(r), reason, gateway.Op(r))
		})
}

// Show serves POST /v1/listings/{partner_id}/show: the public sees it again.
func Show(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/listings/{partner_id}/show", access.HideListings, acts(table),
		func(r *http.Request, id partner.ID, _ gateway.NoBody) (listing.Listing, error) {
			return listing.Show(r.Context(), table, id, side(r), gateway.Op(r))
		})
}

func side(r *http.Request) listing.Side {
	if gateway.Caller(r).Operates() {
		return listing.ByVendor
	}
	return listing.ByPartner
}

// acts is what the acts on a listing share.
func acts(table Table) gateway.Thing[partner.ID, listing.Listing] {
	return gateway.Thing[partner.ID, listing.Listing]{
		Key: gateway.PartnerOf,
		Replay: func(r *http.Request, result string) (listing.Listing, error) {
			return table.Listing(r.Context(), partner.ID(result))
		},
		Show: show,
	}
}

func tag(l listing.Listing) string { return gateway.ETag(l.Version, string(l.Status())) }

func show(w http.ResponseWriter, r *http.Request, l listing.Listing) error {
	return gateway.OK(w, r, tag(l), shown(r, l))
}

func shown(r *http.Request, l listing.Listing) contract.Listing {
	v := contract.Listing{
		PartnerID: contract.PartnerID(l.Partner), Status: contract.ListingStatus(l.Status()), Content: view.ListingContent(gateway.Env(r).PagesURL, l.Content),
		HiddenBy: gateway.Some(contract.ListingSide(l.HiddenBy)), HideReason: gateway.Some(l.HideReason), Reason: gateway.Some(l.Reason), SubmittedAt: gateway.Some(l.SubmittedAt),
		PublishedAt: gateway.Some(l.PublishedAt), CreatedAt: l.CreatedAt,
	}
	if l.Published != nil {
		published := view.ListingContent(gateway.Env(r).PagesURL, *l.Published)
		v.Published = &published
	}
	return v
}
