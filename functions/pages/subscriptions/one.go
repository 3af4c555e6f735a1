package subscriptions

import (
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/price"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

type oneBody struct {
	InUse, Unused string
	Share         int // of the licences that are in use, in per cent
	Change        *page.Act
	Partner       partnerBody
	ID            string
	Pay           payBody
	Dates         []page.Moment
	End           *endBody
	Who           string // who may decide where the reader may not
}

// partnerBody is the card of the partner of record.
type partnerBody struct {
	Who     *page.Who // nil where there is none
	Contact []page.Row
	Change  *page.Act
	Earlier []page.Moment
}

// payBody is what is paid, or would be.
type payBody struct {
	Title, Note string
	Price       *page.Price
	Rows        []page.Row
	Act         *page.Act
}

// endBody is the way to end it, with what that means.
type endBody struct {
	Title, Text string
	Act         page.Act
}

// showOne shows a subscription, and the ways on that are open to the reader: first the one that is most likely wanted.
func (p subscriptionsPage) showOne(v *site.Visit, who site.Signed) error {
	s, plan, err := p.asked(v, who)
	if err != nil {
		return err
	}
	names, err := partnername.Read(v, p.table, partnername.OfSubscriptions(s)...)
	if err != nil {
		return err
	}
	w, country, buys := v.Words, who.Customer.Country, access.Has(who.Caller, access.Buy)
	b := oneBody{
		InUse: w.SubscriptionsInUse(s.Licenses.Assigned, s.Licenses.Bought), Unused: w.SubscriptionsUnused(max(0, s.Licenses.Bought-s.Licenses.Assigned)),
		Share: 100 * min(s.Licenses.Assigned, s.Licenses.Bought) / max(1, s.Licenses.Bought),
		ID:    string(s.ID), Pay: pays(v, s, plan, names, country), Dates: dates(v, s, country),
	}
	if b.Partner, err = p.partner(v, s, names, country); err != nil {
		return err
	}
	frame := v.Frame(name(v, plan, s))
	frame.Back = &page.Link{URL: path, Text: w.SubscriptionsTitle()}
	frame.Badge, frame.Lead = subscribed.Badge(v, s, country), subscribed.Lead(v, s, country)
	if buys {
		frame.Act, b.Change = leads(v, s)
		b.Partner.Change, b.Pay.Act, b.End = changes(v, s), rebills(v, s), ends(v, s, country)
	} else {
		b.Who = v.WhoMay(who, access.Buy)
	}
	if said := done(v)[v.R.URL.Query().Get("done")]; said != "" {
		frame.Notice = &page.Notice{Success: true, Text: said}
	}
	return v.Render(one, http.StatusOK, frame, b)
}

// leads returns the act that one most likely came for, and the one that changes the licences where that is another.
func leads(v *site.Visit, s subscription.Subscription) (first, licenses *page.Act) {
	w := v.Words
	if s.StatusAt(v.Op.At) == subscription.Active && s.Price != nil {
		licenses = &page.Act{Text: w.SubscriptionsLicences(), URL: address(s.ID, "licenses")}
	}
	switch {
	case s.Ending && paying(s, v):
		return &page.Act{Text: w.SubscriptionsUndo(), URL: address(s.ID, "undo"), Primary: true}, licenses
	case s.Convertible(v.Op.At) == nil:
		return &page.Act{Text: w.SubscriptionConvert(), URL: "/account/buy/" + string(s.Plan), Primary: true}, nil
	case licenses != nil:
		licenses.Primary = true
	}
	return licenses, nil
}

// changes returns the way to name a partner of record; nil where none can be named.
func changes(v *site.Visit, s subscription.Subscription) *page.Act {
	if s.CanName(v.Op.At) != nil {
		return nil
	}
	act := page.Act{Text: v.Words.FrameChange(), URL: partnerPath + "?s=" + site.ULID(string(s.ID)), About: v.Words.PartnerOfRecordLabel(), Small: true}
	if s.PartnerOfRecordID() == "" {
		act.Text, act.About = v.Words.SubscriptionsAddPartner(), ""
	}
	return &act
}

// rebills returns the way to have the vendor bill; nil where it does.
func rebills(v *site.Visit, s subscription.Subscription) *page.Act {
	if !paying(s, v) || s.BilledBy == subscription.Vendor {
		return nil
	}
	return &page.Act{Text: v.Words.SubscriptionsBilling(), URL: address(s.ID, "billing"), Small: true}
}

// ends returns the way to end it; nil where there is nothing to end.
func ends(v *site.Visit, s subscription.Subscription, country string) *endBody {
	next, err := s.Stop(v.Op.At)
	if err != nil {
		return nil
	}
	w, act := v.Words, page.Act{URL: address(s.ID, "cancel"), Danger: true}
	if next.Ending {
		act.Text = w.SubscriptionsCancel()
		return &endBody{act.Text, w.SubscriptionsEndPaidText(v.In(next.TermEndsAt, country)), act}
	}
	act.Text = w.SubscriptionsEndTrial()
	return &endBody{act.Text, w.SubscriptionsEndTrialText(v.In(next.GraceEndsAt, country)), act}
}

// partner shows who is partner of record and, once that is verified, how it is reached.
func (p subscriptionsPage) partner(v *site.Visit, s subscription.Subscription, names partnername.Names, country string) (partnerBody, error) {
	w := v.Words
	var b partnerBody
	for _, past := range s.History {
		b.Earlier = append(b.Earlier, page.Moment{Title: names.Full(past.Partner), Text: w.SubscriptionsPast(v.In(past.Since, country), v.In(past.Until, country))})
	}
	r := s.PartnerOfRecord
	if r == nil {
		return b, nil
	}
	b.Who = &page.Who{Name: names.Short(r.Partner), Line: w.SubscriptionsSince(v.In(r.Since, country), partnername.ID(r.Partner))}
	found, err := p.table.Partner(v.R.Context(), r.Partner)
	if fault.Is(err, fault.Absent) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	if b.Who.Verified = found.Verified(); b.Who.Verified {
		b.Contact = partnername.Contact(w, found)
	}
	return b, nil
}

// pays says what is paid for a subscription and to whom; of a trial what it costs once it is bought.
func pays(v *site.Visit, s subscription.Subscription, plan catalog.Plan, names partnername.Names, country string) payBody {
	w := v.Words
	if s.Price != nil {
		tag := price.LicensesTag(w, *s.Price, s.Licenses.Bought, s.BillingTerm)
		return payBody{Title: w.SitePrice(), Price: &tag, Rows: []page.Row{
			{Key: w.SiteLicences(), Values: []string{w.Int(s.Licenses.Bought)}},
			{Key: w.OrderTerm(), Values: []string{price.Term(w, s.BillingTerm)}},
			{Key: w.SitePrice(), Values: []string{price.License(w, *s.Price, s.BillingTerm)}},
			{Key: w.OrderBiller(), Values: []string{names.Biller(s.BilledBy)}},
		}}
	}
	b := payBody{Title: w.SubscriptionsIfBuy(), Note: w.SubscriptionsSameData()}
	if s.Convertible(v.Op.At) != nil {
		return b
	}
	for _, term := range plan.Terms() {
		one, sold := plan.PriceIn(country, term)
		if !sold {
			continue
		}
		if b.Price == nil {
			tag := price.LicenseTag(w, one, term)
			b.Price = &tag
		}
		b.Rows = append(b.Rows, page.Row{Key: w.SiteLicenceCount(s.Licenses.Bought), Values: []string{price.Licenses(w, one, s.Licenses.Bought, term)}})
	}
	if b.Price != nil {
		b.Rows = append(b.Rows, page.Row{Key: w.OrderBiller(), Values: []string{v.Vendor().Name}})
	}
	return b
}

// dates are the points of a subscription's time that have passed and that come.
func dates(v *site.Visit, s subscription.Subscription, country string) []page.Moment {
	w, at := v.Words, v.Op.At
	var made []page.Moment
	add := func(t time.Time, text string) {
		if !t.IsZero() {
			made = append(made, page.Moment{Title: w.Date(v.In(t, country)), Text: text})
		}
	}
	status := s.StatusAt(at)
	if s.Trial {
		add(s.CreatedAt, w.SubscriptionsTrialStarted())
	} else {
		add(s.CreatedAt, w.SubscriptionsCreated())
	}
	if len(made) > 0 {
		made[0].Kind = "now"
	}
	switch {
	case status == subscription.Trialing, status == subscription.Expired:
		add(s.TrialEndsAt, w.SubscriptionsTrialEnds())
	case paying(s, v) && s.Ending:
		add(s.TermEndsAt, w.SubscriptionsEnds())
	case paying(s, v):
		add(s.TermEnd(at), w.SubscriptionsRenews())
	case !s.EndedAt.IsZero():
		add(s.EndedAt, w.SubscriptionsEnded())
	default:
		add(s.TermEndsAt, w.SubscriptionsEnded())
	}
	switch {
	case status == subscription.Deleted: // its data is gone
	case s.Overheld(at):
		add(s.DataUntil(), w.SubscriptionsDataHeld())
	default:
		add(s.DataUntil(), w.SubscriptionsDataUntil())
	}
	return made
}
