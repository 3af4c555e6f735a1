// Package vendorlistings is where the vendor's people see all that partners say in the marketplace, hide it and show it again. What waits for them is
// decided in the inbox.
package vendorlistings

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/reviewed"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	listing.Store
	AllListings(ctx context.Context, page dynamo.Page, keep dynamo.Keep[listing.Listing]) ([]listing.Listing, string, error)
	Entries(ctx context.Context, ids []partner.ID, plan catalog.PlanID, fresh bool) ([]listing.Entry, error)
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
}

//go:embed *.html
var files embed.FS

var one, sure = page.Parse(listed.With(files), "one.html", listed.File), page.Parse(files, "sure.html")

type listingsPage struct{ table Table }

const path = "/vendor/listings"

// Page serves /vendor/listings, and below it each listing with what is asked before it is hidden or shown.
func Page(env boot.Env, table Table) http.Handler {
	p := listingsPage{table}
	may := func(right access.Right, step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, right, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: may(access.PublishListings, p.list)},
		site.Route{Path: path + "/{partner}", Get: may(access.SeeListings, p.show)},
		site.Route{Path: path + "/{partner}/hide", Get: may(access.HideListings, p.askHide), Post: may(access.HideListings, p.hide)},
		site.Route{Path: path + "/{partner}/show", Get: may(access.HideListings, p.askShow), Post: may(access.HideListings, p.unhide)},
	)
}

func at(of partner.ID) string { return path + "/" + string(of) }

func (p listingsPage) list(v *site.Visit, _ site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	wanted := listing.Status(query.Get("state"))
	if !slices.Contains(listing.Statuses, wanted) {
		wanted = ""
	}
	var keep dynamo.Keep[listing.Listing]
	if wanted != "" {
		keep = func(found []listing.Listing) ([]bool, error) {
			kept := make([]bool, len(found))
			for i, l := range found {
				kept[i] = l.Status() == wanted
			}
			return kept, nil
		}
	}
	found, next, err := p.table.AllListings(v.R.Context(), dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")}, keep)
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	ids := make([]partner.ID, len(found))
	for i, l := range found {
		ids[i] = l.Partner
	}
	names, err := p.table.PartnerNames(v.R.Context(), ids)
	if err != nil {
		return err
	}
	l := v.Listing(path, next, page.Hidden{}, page.Hidden{Name: "state", Value: string(wanted)})
	states := page.Select{Name: "state", Label: w.VendorPartnersState(), Value: string(wanted), Options: []page.Option{{Label: w.VendorPartnersAny()}}}
	for _, one := range listing.Statuses {
		states.Options = append(states.Options, page.Option{Value: string(one), Label: listed.Status(w, one)})
	}
	l.Filters = []page.Filter{{Select: &states}}
	l.Empty = page.Empty{Icon: "store", Title: w.ListingNoneListed(), Text: w.ListingNoneListedText()}
	if next != "" {
		l.Empty.Title, l.Empty.Text = w.CatalogNoneNear(), w.CatalogNoneNearText()
	}
	l.Table.Heads = []string{w.VendorPartner(), w.VendorPartnersState(), w.ListingSubmittedOn(), w.ListingPublishedLast()}
	for _, one := range found {
		badges := []page.Badge{listed.State(w, one)}
		if one.HiddenBy != "" && one.Status() != listing.Hidden {
			badges = append(badges, page.Badge{Kind: "warn", Text: w.ListingHidden()})
		}
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: names[one.Partner], URL: at(one.Partner), Lines: []string{one.Partner.Spoken()},
			Cells: []page.Cell{{Badges: badges}, {Text: day(v, one.SubmittedAt)}, {Text: day(v, one.PublishedAt)}},
		})
	}
	return v.RenderListing(v.Frame(w.ListingPlural()), l)
}

func day(v *site.Visit, at time.Time) string {
	if at.IsZero() {
		return v.Words.ListingNever()
	}
	return v.Words.Date(at)
}

type oneBody struct {
	Hidden   *page.Note
	Card     *listed.Card // as customers see it
	Sections []page.Section
	Acts     []page.Act
	Partner  page.Link
}

// named reads the listing in the path with its partner; NotFound where there is none.
func (p listingsPage) named(v *site.Visit) (listing.Entry, error) {
	id := partner.ID(v.R.PathValue("partner"))
	if !id.Valid() {
		return listing.Entry{}, fault.NotFound
	}
	found, err := p.table.Entries(v.R.Context(), []partner.ID{id}, "", true)
	if err == nil && len(found) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return listing.Entry{}, err
	}
	return found[0], nil
}

func (p listingsPage) show(v *site.Visit, _ site.Signed) error {
	e, err := p.named(v)
	if err != nil {
		return err
	}
	w, l, of := v.Words, e.Listing, e.Partner
	review, err := reviewed.Of(v, e)
	if err != nil {
		return err
	}
	b := oneBody{Sections: review.Sections, Partner: page.Link{URL: "/vendor/partners/" + string(of.ID), Text: w.ListingOpenPartner()}}
	if e.Visible() {
		b.Card = review.Published
	}
	switch l.HiddenBy {
	case listing.ByVendor:
		b.Hidden = &page.Note{Kind: "warn", Icon: "alert", Title: w.ListingVendorHiddenTitle(), Text: l.HideReason}
	case listing.ByPartner:
		b.Hidden = &page.Note{Kind: "calm", Title: w.ListingVendorHiddenByPartner(), Text: l.HideReason}
	}
	if l.Review == listing.Waiting {
		b.Acts = append(b.Acts, page.Act{Text: w.ListingToDecide(), URL: site.InboxPath + "/listing/" + string(of.ID), Primary: true})
	}
	if l.Published != nil && l.HiddenBy != listing.ByVendor {
		b.Acts = append(b.Acts, page.Act{Text: w.ListingVendorHide(), URL: at(of.ID) + "/hide", Danger: true})
	}
	if l.HiddenBy != "" {
		b.Acts = append(b.Acts, page.Act{Text: w.ListingVendorShow(), URL: at(of.ID) + "/show"})
	}
	state := listed.State(w, l)
	frame := v.Frame(w.ListingOf(of.LegalName))
	frame.Badge, frame.Back = &state, &page.Link{URL: path, Text: w.ListingPlural()}
	switch v.R.URL.Query().Get("done") {
	case "hidden":
		if l.HiddenBy == listing.ByVendor {
			frame.Notice = &page.Notice{Success: true, Text: w.ListingVendorDoneHidden()}
		}
	case "shown":
		if l.HiddenBy == "" {
			frame.Notice = &page.Notice{Success: true, Text: w.ListingVendorDoneShown()}
		}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

type sureBody struct {
	Action, Token, Text, Button, Keep string
	Danger                            bool
	Reason                            *page.Textarea
}

// maxReason is the most characters of a reason, as the API has it.
const maxReason = listing.MaxReason

func (p listingsPage) askHide(v *site.Visit, who site.Signed) error {
	e, err := p.named(v)
	switch {
	case err != nil:
		return err
	case e.Listing.Published == nil || e.Listing.HiddenBy == listing.ByVendor:
		return v.Redirect(at(e.Partner.ID))
	}
	return p.sureHide(v, who, e.Partner, http.StatusOK, nil)
}

func (p listingsPage) sureHide(v *site.Visit, who site.Signed, of partner.Partner, status int, errs page.Errors) error {
	w := v.Words
	frame := v.Frame(w.ListingVendorHideTitle(of.LegalName))
	frame.Narrow, frame.Errors, frame.Form, frame.Back = true, errs, "act", &page.Link{URL: at(of.ID), Text: w.ListingOf(of.LegalName)}
	return v.Render(sure, status, frame, sureBody{
		Action: at(of.ID) + "/hide", Token: site.Token(who.Secret, "hide", string(of.ID)), Text: w.ListingVendorHideText(), Button: w.ListingVendorHide(), Keep: at(of.ID), Danger: true,
		Reason: &page.Textarea{Name: "reason", Label: w.VendorReason(), Hint: w.VendorPartnersReasonHint(), Value: v.Form("reason"), Error: errs.For("reason")},
	})
}

func (p listingsPage) hide(v *site.Visit, who site.Signed) error {
	e, err := p.named(v)
	if err != nil {
		return err
	}
	of := e.Partner
	if err := v.Posted(who.Secret, "hide", string(of.ID)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.sureHide(v, who, of, http.StatusOK, nil)
	}
	w, wrong := v.Words, ""
	reason, code := textinput.Note(v.Form("reason"), maxReason)
	switch {
	case code == fault.TooLong:
		wrong = w.PartnersReasonLong(maxReason)
	case code != nil && code != fault.Required:
		wrong = w.PartnersReasonWrong()
	case reason == "":
		wrong = w.CustomersReasonMissing()
	}
	if wrong != "" {
		return p.sureHide(v, who, of, http.StatusUnprocessableEntity, page.Errors{{Field: "reason", Text: wrong}})
	}
	return p.act(v, of.ID, "hidden", func(o op.Op) error {
		_, err := listing.Hide(v.R.Context(), p.table, of.ID, listing.ByVendor, reason, o)
		return err
	}, v.By(who))
}

// act does it and leads to the listing. Where it does not fit any more nothing changes, and the listing's page shows how it stands.
func (p listingsPage) act(v *site.Visit, of partner.ID, done string, do func(op.Op) error, o op.Op) error {
	if err := do(o); err != nil && !fault.Is(err, fault.ListingNotPublished) {
		return err
	}
	return v.Redirect(at(of) + "?done=" + done)
}

func (p listingsPage) askShow(v *site.Visit, who site.Signed) error {
	e, err := p.named(v)
	switch {
	case err != nil:
		return err
	case e.Listing.HiddenBy == "":
		return v.Redirect(at(e.Partner.ID))
	}
	w, of := v.Words, e.Partner
	frame := v.Frame(w.ListingVendorShowTitle(of.LegalName))
	frame.Narrow, frame.Back = true, &page.Link{URL: at(of.ID), Text: w.ListingOf(of.LegalName)}
	return v.Render(sure, http.StatusOK, frame, sureBody{
		Action: at(of.ID) + "/show", Token: site.Token(who.Secret, "show", string(of.ID)), Text: w.ListingVendorShowText(), Button: w.ListingVendorShow(), Keep: at(of.ID),
	})
}

func (p listingsPage) unhide(v *site.Visit, who site.Signed) error {
	e, err := p.named(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "show", string(e.Partner.ID)); err != nil {
		return err
	}
	return p.act(v, e.Partner.ID, "shown", func(o op.Op) error {
		_, err := listing.Show(v.R.Context(), p.table, e.Partner.ID, listing.ByVendor, o)
		return err
	}, v.By(who))
}
