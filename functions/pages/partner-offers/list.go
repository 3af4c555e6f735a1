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
	"liaison/shared/sharing"
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
	if v.AsFile() {
		return p.file(v, who, kind, tab.states)
	}
	found, next, err := p.read(v, who, kind, tab.states, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	kinds := page.Hidden{Name: "kind", Value: string(kind)}
	l := v.Listing(path, next, inTab(tab.state), kinds)
	l.Pager.File = v.ToFile(path, inTab(tab.state), kinds)
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
			Title: o.name, URL: at(o.ID), Lines: []string{o.ID.Reference()},
			Cells: []page.Cell{
				{Text: w.Country(o.Country)},
				{Text: link(w, o.Offer)},
				{Badges: []page.Badge{badge(w, o.Offer, o.used, v.Op.At)}},
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

// row is an offer with what it is called and how many yeses it has.
type row struct {
	offer.Offer
	name string
	used int
}

// read reads the company's offers of a kind, where one is chosen, that stand in one of some states.
func (p offersPage) read(v *site.Visit, who site.Signed, kind offer.Kind, states []offer.Status, of dynamo.Page) ([]row, string, error) {
	used := map[offer.ID]int{}
	found, next, err := p.table.Offers(v.R.Context(), who.Partner.ID, of, func(found []offer.Offer) ([]bool, error) {
		counted, err := p.table.Uses(v.R.Context(), found)
		kept := make([]bool, len(found))
		for i, o := range found {
			used[o.ID] = counted[o.ID]
			kept[i] = (kind == "" || o.Kind == kind) && slices.Contains(states, o.StatusAt(v.Op.At, used[o.ID]))
		}
		return kept, err
	})
	if err != nil {
		return nil, "", err
	}
	var plans []catalog.PlanID
	for _, o := range found {
		plans = append(plans, o.Plans()...)
	}
	shown, err := v.Catalogue(plans...)
	rows := make([]row, len(found))
	for i, o := range found {
		rows[i] = row{o, offered.Name(v, o, shown), used[o.ID]}
	}
	return rows, next, err
}

// file answers with all that the list shows.
func (p offersPage) file(v *site.Visit, who site.Signed, kind offer.Kind, states []offer.Status) error {
	w := v.Words
	return v.SendList(site.List{
		Name: "offers",
		Heads: []string{
			w.PartnerOffersOffer(), w.SiteReference(), w.PartnerOffersKind(), w.PartnerOffersCountry(), w.PartnerOffersLink(), w.PartnerOffersState(),
			w.PartnerOfferUses(), w.DevelopersMade(), w.PartnerOffersUntil(), w.PartnerOfferLinkLabel(),
		},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.read(v, who, kind, states, of)
			rows := make([][]string, len(found))
			for i, o := range found {
				used, public := "", ""
				if o.MaxRedemptions > 0 { // only then it is counted
					used = w.PartnerOfferUsesOf(o.used, o.MaxRedemptions)
				}
				if o.Visibility == offer.Public {
					public = sharing.Link(v.Env.PagesURL, o.Offer)
				}
				rows[i] = []string{
					o.name, o.ID.Reference(), offered.Kind(w, o.Kind), w.Country(o.Country), link(w, o.Offer), badge(w, o.Offer, o.used, v.Op.At).Text,
					used, v.Day(o.CreatedAt, o.Country), v.Day(o.ExpiresAt, o.Country), public,
				}
			}
			return rows, next, err
		},
	})
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
