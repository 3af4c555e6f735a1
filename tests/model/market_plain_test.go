package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/offer"
	"liaison/shared/partner"
)

// aWord is a word of a listing, and how people type it who look for it.
type aWord struct {
	stands string
	typed  []string
}

// lexicon are the words of the model's partners; none is like another one.
var lexicon = []aWord{
	{"Migracje", []string{"migracji", "MIGRACJE"}},
	{"Szkolenia", []string{"szkoleniami", "szkoleń"}},
	{"Bezpieczeństwo", []string{"bezpieczenstwa"}},
	{"Backups", []string{"backup"}},
}

// places are where partners have their seats, and how people type that.
var places = []aWord{{"Kraków", []string{"krakow", "Krakowie"}}, {"Łódź", []string{"lodz"}}, {"Wrocław", []string{"WROCLAW"}}}

// aContent is what a listing says.
type aContent struct {
	headline, text string // one word each, or none
	services       string // one behind the other
	expertise      string
	plan           catalog.PlanID
	country        string
	language       string
	role           string
}

func (c aContent) complete() bool {
	return c.headline != "" && c.text != "" && c.services != "" && c.country != "" && c.language != "" && c.role != ""
}

// aListing is a partner's entry in the marketplace.
type aListing struct {
	newest           aContent
	shown            *aContent // what the vendor let through last
	waits            bool      // for the vendor
	hiddenBy         listing.Side
	back, hideReason string // why it was sent back, why it is hidden
}

// through says whether the newest words are what the vendor let through last.
func (l *aListing) through() bool { return l.shown != nil && *l.shown == l.newest }

func (l *aListing) String() string {
	status := listing.Draft
	switch {
	case l.waits:
		status = listing.Submitted
	case l.through() && l.hiddenBy != "":
		status = listing.Hidden
	case l.through():
		status = listing.Published
	}
	shown := "nothing"
	if l.shown != nil {
		shown = fmt.Sprint(*l.shown)
	}
	return fmt.Sprintf("%s %v, shown %s, hidden by %q for %q, back for %q", status, l.newest, shown, l.hiddenBy, l.hideReason, l.back)
}

// entry returns a partner's listing.
func (p *aPartner) entry() *aListing {
	if p.listing == nil {
		refuse("not_found")
	}
	return p.listing
}

// visible says whether the public finds the partner.
func (p *aPartner) visible() bool {
	return p.status == partner.Active && p.listing != nil && p.listing.shown != nil && p.listing.hiddenBy == ""
}

// works refuses a partner that is not active.
func (p *aPartner) works() {
	if p.status != partner.Active {
		refuse("partner_not_active")
	}
}

// vouched refuses a partner that does not work, or whose profile nobody has verified.
func (p *aPartner) vouched() {
	if p.works(); !p.verified {
		refuse("profile_unverified")
	}
}

// write is a partner's word: what is published stays until the vendor lets the change through.
func (p *aPartner) write(c aContent) {
	p.works()
	if c.plan == "plan_nothing" {
		refuse("unknown_plan")
	}
	if p.listing == nil {
		p.listing = &aListing{newest: c}
	}
	l := p.listing
	if l.newest == c {
		return
	}
	if l.newest, l.waits = c, false; l.through() {
		l.back = "" // nothing is left to mend
	}
}

func (p *aPartner) submit() {
	l := p.entry()
	p.vouched()
	switch {
	case l.waits:
		return
	case l.through():
		refuse("listing_published")
	case !l.newest.complete():
		refuse("required")
	}
	l.waits, l.back = true, ""
}

func (p *aPartner) publish() {
	l := p.entry()
	if !l.waits {
		refuse("listing_not_submitted")
	}
	shown := l.newest
	l.waits, l.shown = false, &shown
}

func (p *aPartner) sendBack(reason string) {
	l := p.entry()
	if !l.waits {
		refuse("listing_not_submitted")
	}
	l.waits, l.back = false, reason
}

// hide takes the listing away; the vendor's word stands above the partner's.
func (p *aPartner) hide(by listing.Side, reason string) {
	switch l := p.entry(); {
	case l.shown == nil:
		refuse("listing_not_published")
	case l.hiddenBy != listing.ByVendor && l.hiddenBy != by:
		l.hiddenBy, l.hideReason = by, reason
	}
}

func (p *aPartner) show(by listing.Side) {
	l := p.entry()
	if l.hiddenBy == listing.ByVendor && by == listing.ByPartner {
		refuse("listing_hidden_by_vendor")
	}
	l.hiddenBy, l.hideReason = "", ""
}

// aQuery is what somebody looks for: all of it, but one of the services is enough.
type aQuery struct {
	words     []aWord
	services  []string
	expertise string
	role      string
	plan      catalog.PlanID
	country   string
	language  string
}

// fits says whether a partner is what is looked for, by what it shows.
func (q aQuery) fits(p *aPartner) bool {
	c := p.listing.shown
	says := []string{c.headline, c.text, p.city, p.name}
	for _, w := range q.words {
		if !slices.Contains(says, w.stands) {
			return false
		}
	}
	return (len(q.services) == 0 || q.matched(p) > 0) && (q.expertise == "" || q.expertise == c.expertise) && (q.role == "" || q.role == c.role) &&
		(q.plan == "" || q.plan == c.plan) && (q.country == "" || q.country == c.country) && (q.language == "" || q.language == c.language)
}

// nameable says whether a customer could name the partner for the plan that is asked about, which partners may offer in Poland.
func (q aQuery) nameable(p *aPartner) bool {
	return q.plan == "" || slices.Contains(p.plans, q.plan) && (q.country == "" || q.country == "PL")
}

// matched is how many of the services that are asked for a partner does.
func (q aQuery) matched(p *aPartner) int {
	n := 0
	for _, s := range q.services {
		if slices.Contains(strings.Fields(p.listing.shown.services), s) {
			n++
		}
	}
	return n
}

// near is 2 for a seat in the country that is asked for, 1 for one in its region.
func (q aQuery) near(p *aPartner) int {
	europe := []string{"PL", "DE"}
	switch {
	case q.country != "" && q.country == p.country:
		return 2
	case slices.Contains(europe, q.country) && slices.Contains(europe, p.country):
		return 1
	}
	return 0
}

// place is where a partner stands; who is equal is drawn.
func (q aQuery) place(w *aWorld, p *aPartner, now time.Time, match bool) []int {
	share := p.share(now)
	if share < 0 {
		share = w.median(now)
	}
	if match {
		return []int{-q.matched(p), -share, -q.near(p)}
	}
	return []int{-share, -q.matched(p), -q.near(p)}
}

// median is of the shares of all whom the public finds; of two in the middle the lower one.
func (w *aWorld) median(now time.Time) int {
	var shares []int
	for i := range w.partners {
		if p := &w.partners[i]; p.visible() && p.share(now) >= 0 {
			shares = append(shares, p.share(now))
		}
	}
	if len(shares) == 0 {
		return 0
	}
	slices.Sort(shares)
	return shares[(len(shares)-1)/2]
}

// aCount is a lead that counted.
type aCount struct {
	at     time.Time
	inTime bool
}

// answers says how many leads count, and how many of them were answered in time: of this week (UTC, from Monday) and the 12 before.
func (p *aPartner) answers(now time.Time) (all, inTime int) {
	first := now.UTC().Truncate(24 * time.Hour)
	for first.Weekday() != time.Monday {
		first = first.AddDate(0, 0, -1)
	}
	first = first.AddDate(0, 0, -12*7)
	for _, c := range p.counted {
		if c.at.Before(first) {
			continue
		}
		if all++; c.inTime {
			inTime++
		}
	}
	return all, inTime
}

// share is the least share of messages answered in time, in whole tenths, of which what was seen is no surprise (95 %); -1 where nothing was seen.
func (p *aPartner) share(now time.Time) int {
	all, inTime := p.answers(now)
	if all == 0 {
		return -1
	}
	seen, low, high := float64(inTime)/float64(all), 0.0, float64(inTime)/float64(all)
	for range 60 {
		if middle := (low + high) / 2; seen-middle > 1.96*math.Sqrt(middle*(1-middle)/float64(all)) {
			low = middle
		} else {
			high = middle
		}
	}
	return int(high * 10)
}

// anInquiry is one message to some partners.
type anInquiry struct {
	id     lead.InquiryID
	to     []partner.ID
	plan   catalog.PlanID
	text   string
	by     partner.ID // of whom a user wrote it
	sender string     // whose mailbox, however it is spelled
	made   time.Time
	at     time.Time // when it was sent; zero until then
	secret string    // of a visitor's link
}

func (i *anInquiry) sent() bool { return !i.at.IsZero() }

// aLead is what one partner has of a message.
type aLead struct {
	id       lead.ID
	of       partner.ID
	sender   string
	status   lead.Status
	made     time.Time
	acted    time.Time // when it was answered, or an offer was made of it last
	answerBy time.Time
	late     bool
	counted  bool
	reminded int
	offer    offer.ID
	answer   string
	reason   string
}

// ends is when it ends by itself: as expired where nobody answered, as lost where nobody did more.
func (l *aLead) ends() time.Time {
	if l.acted.IsZero() {
		return l.made.AddDate(0, 0, 14)
	}
	return l.acted.AddDate(0, 0, 180)
}

func (l *aLead) at(now time.Time) lead.Status {
	switch {
	case now.Before(l.ends()):
		return l.status
	case l.status == lead.New:
		return lead.Expired
	case l.status == lead.Active:
		return lead.Lost
	}
	return l.status
}

func (l *aLead) open() bool { return l.status == lead.New || l.status == lead.Active }

func (l *aLead) String() string { return l.until(l.ends()) }

// until says how it stands, with the time at which it ends by itself.
func (l *aLead) until(ends time.Time) string {
	return fmt.Sprintf("%s, answer by %s, late %t, reminded %d, until %s, offer %q, %q %q", l.status, day(l.answerBy), l.late, l.reminded, day(ends), l.offer, l.answer, l.reason)
}

// workingDays is two working days later on a country's calendar; what comes at a weekend counts from the Monday's first moment.
func workingDays(from time.Time, country string) time.Time {
	zone, err := time.LoadLocation(map[string]string{"PL": "Europe/Warsaw", "DE": "Europe/Berlin", "NZ": "Pacific/Auckland"}[country])
	if err != nil {
		panic(err)
	}
	works := func(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }
	local := from.In(zone)
	for !works(local) {
		local = time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, zone)
	}
	for days := 0; days < 2; {
		if local = local.AddDate(0, 0, 1); works(local) {
			days++
		}
	}
	return local.UTC()
}

// proper refuses a message that may not be written.
func (w *aWorld) proper(i *anInquiry) {
	switch {
	case len(i.to) == 0:
		refuse("required")
	case len(i.to) > 3:
		refuse("too_many")
	}
	for n, p := range i.to {
		if slices.Contains(i.to[:n], p) {
			refuse("duplicate_entry")
		}
	}
	if i.text == "" {
		refuse("required")
	}
	for _, p := range i.to {
		if is := w.partner(p); is == nil || !is.visible() {
			refuse("unknown_partner_id")
		}
	}
	switch {
	case i.plan == "plan_nothing":
		refuse("unknown_plan")
	case i.by != "" && slices.Contains(i.to, i.by):
		refuse("own_partner")
	}
}

// send gives each partner that the public finds its lead. An address writes 10 messages a day, and has 3 open leads at one partner: who is signed in
// sends to nobody then, a visitor's message, whose partners nobody can choose any more, goes to the others.
func (w *aWorld) send(i *anInquiry, now time.Time) {
	var to []*aPartner
	for _, p := range i.to {
		if is := w.partner(p); is.visible() {
			to = append(to, is)
		}
	}
	if len(to) == 0 {
		refuse("no_recipient")
	}
	today := 0
	for _, at := range w.sent[i.sender] {
		if at.UTC().Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
			today++
		}
	}
	if today >= 10 {
		refuse("daily_inquiry_limit")
	}
	full := func(p *aPartner) bool {
		open := 0
		for _, l := range w.leads {
			if l.of == p.id && l.sender == i.sender && l.open() {
				open++
			}
		}
		return open >= 3
	}
	signedIn := i.secret == ""
	if free := slices.DeleteFunc(slices.Clone(to), full); len(free) == 0 || signedIn && len(free) < len(to) {
		refuse("too_many_leads")
	} else {
		to = free
	}
	i.at, w.sent[i.sender] = now, append(w.sent[i.sender], now)
	for _, p := range to {
		w.leads = append(w.leads, &aLead{of: p.id, sender: i.sender, status: lead.New, made: now, answerBy: workingDays(now, p.country)})
	}
}

// confirm is a visitor's press on the link that was mailed.
func (w *aWorld) confirm(i *anInquiry, secret string, now time.Time) {
	switch {
	case i.secret == "" || secret != i.secret, i.sent() && !now.Before(i.at.AddDate(0, 0, 365)):
		refuse("not_found")
	case i.sent():
		return
	case !now.Before(i.made.AddDate(0, 0, 7)):
		refuse("inquiry_link_expired")
	}
	w.send(i, now)
}

// counts notes once whether a lead was answered in time.
func (w *aWorld) counts(l *aLead, now time.Time) {
	if late := !now.Before(l.answerBy); !l.counted {
		l.counted, l.late = true, late
		p := w.partner(l.of)
		p.counted = append(p.counted, aCount{now, !late})
	}
}

// decideLead is a partner's word on a lead.
func (w *aWorld) decideLead(l *aLead, m lead.Move, now time.Time) {
	if m.Status == lead.Active {
		w.partner(l.of).works()
	}
	switch is := l.at(now); {
	case m.Status == lead.Active && m.Answer == "", m.Status == lead.Declined && m.Reason == "":
		refuse("required")
	case is != lead.New && is != lead.Active:
		refuse("lead_closed")
	case m.Status == lead.Active && is == lead.Active:
		refuse("already_answered")
	case (m.Status == lead.Won || m.Status == lead.Lost) && is == lead.New:
		refuse("lead_not_active")
	}
	w.counts(l, now)
	if l.status, l.reason = m.Status, m.Reason; m.Status == lead.Active {
		l.answer, l.acted = m.Answer, now
	}
}

// offered answers a lead by an offer.
func (w *aWorld) offered(l *aLead, now time.Time) {
	if is := l.at(now); is != lead.New && is != lead.Active {
		refuse("lead_closed")
	}
	w.counts(l, now)
	l.status, l.acted = lead.Active, now
}

// tick is what the clock does to leads.
func (w *aWorld) tick(now time.Time) {
	for _, l := range w.leads {
		if l.status != lead.New {
			l.status = l.at(now)
			continue
		}
		if !now.Before(l.answerBy) {
			w.counts(l, now)
		}
		switch {
		case !now.Before(l.ends()):
			l.status = lead.Expired
		case !now.Before(l.made.AddDate(0, 0, 10)):
			l.reminded = 2
		case !now.Before(l.made.AddDate(0, 0, 3)):
			l.reminded = 1
		}
	}
}

// market adds what the model knows of the marketplace.
func (w *aWorld) market(all snapshot, now time.Time) {
	for i := range w.partners {
		p := &w.partners[i]
		n, inTime := p.answers(now)
		all[string(p.id)] = stands(p.status, p.verified, n, inTime)
		if p.listing != nil {
			all[string(p.id)+" listing"] = p.listing.String()
		}
	}
	for _, l := range w.leads {
		all[string(l.id)] = l.String()
	}
	for _, i := range w.inquiries {
		all[string(i.id)] = string(lead.Unconfirmed)
		if !i.at.IsZero() {
			all[string(i.id)] = string(lead.Sent)
		}
	}
}
