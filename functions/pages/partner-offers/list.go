package partneroffers

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/offered"
)

// tabs are the parts of the list: each has the offers of some states.
var tabs = []struct {
	state  string
	states []offer.Status
	name   func(locale.Words) string
	none   func(locale.Words) string
}{
	{"active", []offer.Status{offer.Active}, locale.Words.PartnerOffersTabActive, locale.Words.PartnerOffersNoneActive},
	{"paused", []offer.Status{offer.Paused}, locale.Words.PartnerOffersTabPaused, locale.Words.PartnerOffersNonePaused},
	{
		"ended",
		[]offer.Status{offer.Withdrawn, offer.Replaced, offer.Expired, offer.UsedUp},
		locale.Words.PartnerOffersTabEnded, locale.Words.PartnerOffersNoneEnded,
	},
}

func (p offersPage) list(v *site.Visit, who site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	tab, kind := tabs[0], offer.Kind(query.Get("kind"))
	for _, one := range tabs {
		if one.state == query.Get("state") {
			tab = one
		}
	}
	if !slices.Contains(offer.Kinds(), kind) {
		kind = ""
	}
	used := map[offer.ID]int{}
	found, next, err := p.table.Offers(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")}, func(found []offer.Offer) ([]bool, error) {
		counted, err := p.table.Uses(v.R.Context(), found)
		kept := make([]bool, len(found))
		for i, o := range found {
			used[o.ID] = counted[o.ID]
			kept[i] = (kind == "" || o.Kind == kind) && slices.Contains(tab.states, o.StatusAt(v.Op.At, used[o.ID]))
		}
		return kept, err
	})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	var plans []catalog.PlanID
	for _, o := range found {
		plans = append(plans, o.Plans()...)
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return err
	}
	kinds := page.Hidden{Name: "kind", Value: string(kind)}
	l := v.Listing(path, next, inTab(tab.state), kinds)
	l.Tabs = &page.Tabs{Label: w.PartnerOffersState()}
	for _, one := range tabs {
		l.Tabs.Links = append(l.Tabs.Links, page.Link{Text: one.name(w), URL: site.Query(path, inTab(one.state), kinds), Current: one.state == tab.state})
	}
	choice := page.Select{Name: "kind", Label: w.PartnerOffersKind(), Value: string(kind), Options: []page.Option{{Label: w.PartnerOffersAllKinds()}}}
	for _, one := range offer.Kinds() {
		choice.Options = append(choice.Options, page.Option{Value: string(one), Label: offered.Kind(w, one)})
	}
	l.Filters = []page.Filter{{Select: &choice}}
	l.Empty = page.Empty{Icon: "send", Title: tab.none(w), Text: w.PartnerOffersNoneText()}
	if next != "" {
		l.Empty.Title, l.Empty.Text = w.PartnerOffersNoneNear(), w.PartnerOffersNoneNearText()
	}
	l.Table.Heads = []string{w.PartnerOffersOffer(), w.PartnerOffersCountry(), w.PartnerOffersLink(), w.PartnerOffersState(), w.PartnerOffersUntil()}
	for _, o := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: offered.Name(v, o, shown), URL: at(o.ID), Lines: []string{o.ID.Reference()},
			Cells: []page.Cell{
				{Text: w.Country(o.Country)},
				{Text: link(w, o)},
				{Badges: []page.Badge{badge(w, o, used[o.ID], v.Op.At)}},
				{Text: w.Date(v.In(o.ExpiresAt, o.Country))},
			},
		})
	}
	frame := v.Frame(w.ConsoleOffers())
	frame.Act = &page.Act{Text: w.OfferNewOffer(), URL: path + "/new", Primary: true, Why: v.CannotOffer(who), ID: "why-new"}
	if len(found) > 0 && tab.state == tabs[0].state {
		frame.Notice = dead(v, who)
	}
	return v.RenderListing(frame, l)
}

// dead says why nobody can accept what the company offers now, and who can mend it; nil where that is not so.
func dead(v *site.Visit, who site.Signed) *page.Notice {
	if of := who.Partner; of.Working() == nil && of.Verified() {
		return nil
	}
	return &page.Notice{Title: v.CannotOffer(who), Text: v.Words.OverviewLinksDead(), Link: v.ToOffer(who)}
}

// inTab keeps a tab of the list; the first needs no word.
func inTab(state string) page.Hidden {
	if state == tabs[0].state {
		return page.Hidden{}
	}
	return page.Hidden{Name: "state", Value: state}
}

// link says who can follow the offer's own link.
func link(w locale.Words, o offer.Offer) string {
	if o.Visibility == offer.Invited {
		return w.PartnerOffersInvited()
	}
	return w.PartnerOffersPublic()
}

// badge is how an offer stands at the time.
func badge(w locale.Words, o offer.Offer, used int, at time.Time) page.Badge {
	switch o.StatusAt(at, used) {
	case offer.Active:
		return page.Badge{Kind: "good", Text: w.PartnerOffersActive()}
	case offer.Paused:
		switch o.PauseReason {
		case offer.PausedByVendor:
			return page.Badge{Kind: "bad", Text: w.PartnerOffersPausedVendor()}
		case offer.PausedByReports:
			return page.Badge{Kind: "bad", Text: w.PartnerOffersPausedReported()}
		}
		return page.Badge{Kind: "warn", Text: w.PartnerOffersPaused()}
	case offer.Withdrawn:
		return page.Badge{Kind: "calm", Text: w.PartnerOffersWithdrawn()}
	case offer.Replaced:
		return page.Badge{Kind: "calm", Text: w.PartnerOffersReplaced()}
	case offer.UsedUp:
		return page.Badge{Kind: "calm", Text: w.PartnerOffersUsedUp()}
	}
	return page.Badge{Kind: "calm", Text: w.PartnerOffersExpired()}
}
