package partneroffers

import (
	"net/http"
	"net/url"
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

// size is how many rows a page of a list has.
const size = 25

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

type listBody struct {
	Tabs        page.Tabs
	State       string
	Kind        page.Select
	Clear       string
	Offers      []row
	Empty       page.Empty
	First, More string
}

type row struct {
	Name, URL, Reference, Country, Link, Until string
	Badge                                      page.Badge
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
	found, next, err := p.table.Offers(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: size, Cursor: query.Get("cursor")}, func(found []offer.Offer) ([]bool, error) {
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
	b := listBody{
		Tabs: page.Tabs{Label: w.PartnerOffersState()}, State: tab.state,
		Kind:  page.Select{Name: "kind", Label: w.PartnerOffersKind(), Value: string(kind), Options: []page.Option{{Label: w.PartnerOffersAllKinds()}}},
		Empty: page.Empty{Icon: "send", Title: tab.none(w), Text: w.PartnerOffersNoneText()},
	}
	for _, one := range tabs {
		b.Tabs.Links = append(b.Tabs.Links, page.Link{Text: one.name(w), URL: listed(one.state, kind, ""), Current: one.state == tab.state})
	}
	for _, one := range offer.Kinds() {
		b.Kind.Options = append(b.Kind.Options, page.Option{Value: string(one), Label: offered.Kind(w, one)})
	}
	if kind != "" {
		b.Clear = listed(tab.state, "", "")
	}
	if query.Get("cursor") != "" {
		b.First = listed(tab.state, kind, "")
	}
	if next != "" {
		b.More = listed(tab.state, kind, next)
		b.Empty.Title, b.Empty.Text = w.PartnerOffersNoneNear(), w.PartnerOffersNoneNearText()
	}
	for _, o := range found {
		b.Offers = append(b.Offers, row{
			Name: offered.Name(v, o, shown), URL: at(o.ID), Reference: o.ID.Reference(), Country: w.Country(o.Country), Link: link(w, o),
			Until: w.Date(v.In(o.ExpiresAt, o.Country)), Badge: badge(w, o, used[o.ID], v.Op.At),
		})
	}
	frame := v.Frame(w.ConsoleOffers())
	frame.Act = &page.Act{Text: w.OfferNewOffer(), URL: path + "/new", Primary: true, Why: v.CannotOffer(who), ID: "why-new"}
	if len(found) > 0 && tab.state == tabs[0].state {
		frame.Notice = dead(v, who)
	}
	return v.Render(list, http.StatusOK, frame, b)
}

// dead says why nobody can accept what the company offers now, and who can mend it; nil where that is not so.
func dead(v *site.Visit, who site.Signed) *page.Notice {
	if of := who.Partner; of.Working() == nil && of.Verified() {
		return nil
	}
	return &page.Notice{Title: v.CannotOffer(who), Text: v.Words.OverviewLinksDead()}
}

// listed is the address of a part of the list.
func listed(state string, kind offer.Kind, cursor string) string {
	values := url.Values{}
	for name, value := range map[string]string{"state": state, "kind": string(kind), "cursor": cursor} {
		if value != "" && value != tabs[0].state {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
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
