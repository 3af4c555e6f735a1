package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

func (m *machine) inbox() dynamo.Leads { return dynamo.Leads{Table: m.Table} }

// stands tells of a partner.
func stands(status partner.Status, verified bool, counted, inTime int) string {
	return fmt.Sprintf("%s, verified %t, %d of %d in time", status, verified, inTime, counted)
}

// marketed gathers what a table holds of the marketplace.
type marketed struct {
	partners []partner.Partner
	tallies  map[partner.ID]lead.Tally
	all      snapshot
}

func (k *marketed) see(w dynamo.Walked) {
	switch is := w.Noun.(type) {
	case partner.Partner:
		k.partners = append(k.partners, is)
	case lead.Tally:
		k.tallies[is.Partner] = is
	case listing.Listing:
		l := aListing{newest: content(is.Content), waits: is.Review == listing.Waiting, hiddenBy: is.HiddenBy, back: is.Reason, hideReason: is.HideReason}
		if is.Published != nil {
			shown := content(*is.Published)
			l.shown = &shown
		}
		text := l.String()
		if status, _, _ := strings.Cut(text, " "); status != string(is.Status()) {
			text = fmt.Sprintf("%s, and is %s", text, is.Status())
		}
		k.all[string(is.Partner)+" listing"] = text
	case lead.Lead:
		l := aLead{status: is.Status, made: is.CreatedAt, answerBy: is.AnswerBy, late: is.Late, reminded: is.Reminded, offer: is.Offer, answer: is.Answer, reason: is.Reason}
		k.all[string(is.ID)] = l.until(is.ExpiresAt)
	}
	if w.Class == "inquiry" {
		k.all[w.Word("id")] = w.Word("status")
	}
}

// tell adds what was gathered to a snapshot.
func (k *marketed) tell(all snapshot, now time.Time) {
	for _, p := range k.partners {
		sum := k.tallies[p.ID].Sum(now)
		all[string(p.ID)] = stands(p.Status, p.Verified(), sum.Counted, sum.Answered)
	}
	for id, what := range k.all {
		all[id] = what
	}
}

func content(c listing.Content) aContent {
	words := func(of []string) string { return strings.Join(of, " ") }
	is := aContent{headline: c.Headline, text: c.Text, country: words(c.Countries), language: words(c.Languages)}
	for _, s := range c.Services {
		is.services = strings.TrimSpace(is.services + " " + string(s))
	}
	for _, e := range c.Expertise {
		is.expertise += string(e)
	}
	for _, r := range c.Roles {
		is.role += string(r)
	}
	for _, p := range c.Plans {
		is.plan += p
	}
	return is
}

// typed is the content as its partner types it.
func (c aContent) typed() listing.Content {
	is := listing.Content{Headline: c.headline, Text: c.text}
	for _, s := range strings.Fields(c.services) {
		is.Services = append(is.Services, listing.Service(s))
	}
	if c.expertise != "" {
		is.Expertise = []listing.Industry{listing.Industry(c.expertise)}
	}
	if c.plan != "" {
		is.Plans = []catalog.PlanID{c.plan}
	}
	if c.country != "" {
		is.Countries = []string{c.country}
	}
	if c.language != "" {
		is.Languages = []string{c.language}
	}
	if c.role != "" {
		is.Roles = []listing.Role{listing.Role(c.role)}
	}
	return is
}

// opens makes the program a marketplace: with regions, and a listing of each partner.
func (m *machine) opens(t *rapid.T) {
	m.heeds = func(e event.Event) bool {
		return slices.ContainsFunc(e.Changes, func(c event.Change) bool {
			noun, _, _ := strings.Cut(string(c.Type), ".")
			return asksFor[c.Type] != "" || slices.Contains([]string{"partner", "listing", "lead"}, noun) || c.Type == consent.AcceptedEvent{}.Type()
		})
	}
	now, err := m.Table.Availability(m.t.Context())
	m.must(err)
	now.Regions = []catalog.Region{{ID: "europe", Name: catalog.Text{"en": "Europe", "pl": "Europa"}, Countries: []string{"PL", "DE"}}}
	o := m.Op("operator")
	m.must(m.Table.SaveAvailability(m.t.Context(), now, event.New(o, event.Vendor(), event.Of("feature-availability", catalog.AvailabilityChangedEvent{})), o))
	for _, p := range m.partners { // its name is its own from now on
		stored, err := m.Table.Partner(m.t.Context(), p.id)
		m.must(err)
		o := m.Op("operator")
		m.must(m.Table.SavePartner(m.t.Context(), stored, nil, partner.Skeletons(stored.LegalName), event.New(o, event.Partner(string(p.id)), event.Of(p.id, partner.ProfileChangedEvent{})), o))
	}
	m.check(t)
	for _, e := range m.happened { // nothing of it is about the marketplace
		m.delivered[e.ID()] = true
	}
	m.finally = m.allFound
	for i := range m.partners {
		m.publishes(t, &m.partners[i])
	}
	m.deal(t)
}

// company draws a partner of the program, mostly one that is fit. Of one that is closed nobody does anything any more.
func (m *machine) company(t *rapid.T, fit func(*aPartner) bool) *aPartner {
	var all []*aPartner
	for i := range m.partners {
		if m.partners[i].status != partner.Closed {
			all = append(all, &m.partners[i])
		}
	}
	return mostly(t, all, "partner", fit)
}

func anyPartner(*aPartner) bool { return true }

func (m *machine) words(t *rapid.T) aContent {
	c := aContent{
		headline: one(t, "headline", lexicon...).stands, text: one(t, "text", lexicon...).stands, services: one(t, "services", "migrate", "advise migrate", "advise train", "train"),
		expertise: one(t, "expertise", "", "health", "retail"), plan: one(t, "plan", "", plans[0].id, plans[1].id), country: one(t, "country", "PL", "DE"),
		language: one(t, "language", "pl", "en"), role: one(t, "role", "advice", "reselling"),
	}
	switch evenly(t, "what is wrong", 20) {
	case 0:
		c.plan = "plan_nothing"
	case 1:
		c.headline = ""
	case 2:
		c.services = ""
	}
	return c
}

// writes has a partner write its listing: from nothing, anew, or as it stood before.
func (m *machine) writes(t *rapid.T) {
	p := m.company(t, (*aPartner).visible)
	c := m.words(t)
	if l := p.listing; l != nil && l.shown != nil && oftenYes(t, "as it was published", 3) {
		c = *l.shown
	} else if l != nil && oftenYes(t, "as it is", 1) {
		c = l.newest
	}
	m.writesOf(t, p, c)
}

func (m *machine) writesOf(t *rapid.T, p *aPartner, c aContent) {
	table, o := m.Listings(), m.as(op.PartnerUser, p.user)
	of, err := table.Partner(m.t.Context(), p.id)
	m.must(err)
	var old listing.Listing
	if p.listing != nil {
		old, err = table.Listing(m.t.Context(), p.id)
		m.must(err)
	}
	want := decide(func() { p.write(c) })
	_, err = listing.Put(m.t.Context(), table, of, old, c.typed(), nil, o)
	m.same(t, fmt.Sprintf("%s writes %v", p.id, c), want, err)
}

func (m *machine) submits(t *rapid.T, p *aPartner) {
	of, err := m.Table.Partner(m.t.Context(), p.id)
	m.must(err)
	want := decide(p.submit)
	_, err = listing.Ask(m.t.Context(), m.Listings(), of, m.as(op.PartnerUser, p.user))
	m.same(t, string(p.id)+" submits", want, err)
}

// reviews is the vendor's decision, sometimes of what it read before the partner changed it.
func (m *machine) reviews(t *rapid.T) {
	p := m.company(t, func(p *aPartner) bool { return p.listing != nil && p.listing.waits })
	o, stale := m.vendor(nil), false
	if p.listing != nil && oftenYes(t, "changed meanwhile", 2) {
		read, err := m.Listings().Listing(m.t.Context(), p.id)
		m.must(err)
		before := p.listing.newest
		m.writesOf(t, p, m.words(t))
		o, stale = m.vendor(nil), p.listing.newest != before
		o.Seen = read.Version
	}
	if oftenYes(t, "sent back", 3) {
		reason := one(t, "reason", "say more", "no prices")
		want := decide(func() {
			if stale {
				refuse("error: precondition_failed")
			}
			p.sendBack(reason)
		})
		_, err := listing.Return(m.t.Context(), m.Listings(), p.id, reason, o)
		m.same(t, string(p.id)+" is sent back", want, err)
		return
	}
	want := decide(func() {
		if stale {
			refuse("error: precondition_failed")
		}
		p.publish()
	})
	_, err := listing.LetThrough(m.t.Context(), m.Listings(), p.id, o)
	m.same(t, string(p.id)+" is published", want, err)
}

// publishes is a listing from its first word to the public.
func (m *machine) publishes(t *rapid.T, p *aPartner) {
	m.writesOf(t, p, m.words(t))
	m.submits(t, p)
	want := decide(p.publish)
	_, err := listing.LetThrough(m.t.Context(), m.Listings(), p.id, m.vendor(nil))
	m.same(t, string(p.id)+" is published", want, err)
}

// hides takes a listing out of the marketplace, or puts it back.
func (m *machine) hides(t *rapid.T) {
	show := oftenYes(t, "shows it", 5)
	p := m.company(t, func(p *aPartner) bool {
		return p.listing != nil && p.listing.shown != nil && show == (p.listing.hiddenBy != "")
	})
	side, o := listing.ByVendor, m.vendor(nil)
	if oftenYes(t, "by the partner", 5) {
		side, o = listing.ByPartner, m.as(op.PartnerUser, p.user)
	}
	if !show {
		m.hide(t, p, side, one(t, "reason", "away", "complaints"))
		return
	}
	want := decide(func() { p.show(side) })
	_, err := listing.Show(m.t.Context(), m.Listings(), p.id, side, o)
	m.same(t, fmt.Sprintf("%s is shown by %s", p.id, side), want, err)
}

func (m *machine) hide(t *rapid.T, p *aPartner, side listing.Side, reason string) {
	o := m.vendor(nil)
	if side == listing.ByPartner {
		o = m.as(op.PartnerUser, p.user)
	}
	want := decide(func() { p.hide(side, reason) })
	_, err := listing.Hide(m.t.Context(), m.Listings(), p.id, side, reason, o)
	m.same(t, fmt.Sprintf("%s is hidden by %s", p.id, side), want, err)
}

// renames changes a partner's profile, which ends its verification where name or country is another; or an operator vouches for it.
func (m *machine) renames(t *rapid.T) {
	p := m.company(t, func(p *aPartner) bool { return !p.verified })
	if !p.verified && oftenYes(t, "vouches", 8) {
		p.verified = true
		_, err := partner.Verify(m.t.Context(), m.Table, p.id, "", m.vendor(nil))
		m.same(t, string(p.id)+" is verified", "", err)
		return
	}
	stored, err := m.Table.Partner(m.t.Context(), p.id)
	m.must(err)
	var c partner.Changes
	switch evenly(t, "what", 3) {
	case 0:
		name := one(t, "name", "Fabrikam", "Zenit", "Orion")
		if name != p.name {
			p.name, p.verified = name, false
		}
		name += " " + string(p.id)
		c.LegalName = &name
	case 1:
		country := one(t, "country", "PL", "DE", "NZ")
		if country != p.country {
			p.country, p.verified = country, false
		}
		c.Country = &country
	default:
		p.city = one(t, "city", places...).stands
		c.City = &p.city
	}
	_, err = partner.Update(m.t.Context(), m.Table, stored, c, m.as(op.PartnerUser, p.user))
	m.same(t, fmt.Sprintf("%s is %s of %s, %s", p.id, p.name, p.city, p.country), "", err)
}

// halts suspends a partner, lets it go on, or closes it for good; two are left.
func (m *machine) halts(t *rapid.T) {
	p := m.company(t, func(p *aPartner) bool { return p.status == partner.Suspended })
	left := 0
	for _, one := range m.partners {
		if one.status != partner.Closed {
			left++
		}
	}
	ctx, o := m.t.Context(), m.vendor(nil)
	if left > 2 && oftenYes(t, "closes", 1) {
		p.status = partner.Closed
		_, err := partner.Close(ctx, m.Table, p.id, "wound up", o)
		m.same(t, string(p.id)+" is closed", "", err)
		return
	}
	if oftenYes(t, "goes on", 6) == (p.status == partner.Suspended) {
		want := decide(func() {
			if p.status != partner.Suspended {
				refuse("partner_not_suspended")
			}
			p.status = partner.Active
		})
		_, err := partner.Reinstate(ctx, m.Table, p.id, "", o)
		m.same(t, string(p.id)+" goes on", want, err)
		return
	}
	want := decide(func() {
		p.works()
		p.status = partner.Suspended
	})
	_, err := partner.Suspend(ctx, m.Table, p.id, "complaints", o)
	m.same(t, string(p.id)+" is suspended", want, err)
}

// mailboxes are visitors', as they spell them: each is one mailbox.
var mailboxes = [][]string{{"anna@buyer.example", "an.na+5@Buyer.example"}, {"piotr@buyer.example", "Piotr@buyer.example"}}

// asks writes a message to up to three partners: as a visitor, who has to press a link, or as somebody who is signed in.
func (m *machine) asks(t *rapid.T) (*anInquiry, lead.Sender) {
	i := &anInquiry{text: one(t, "text", "Please move our mail.", "Please move our mail.", "Please move our mail.", "Please move our mail.", ""), plan: one(t, "plan", "", "", plans[0].id, "plan_nothing")}
	if i.text != "" && i.plan == "plan_nothing" && oftenYes(t, "a plan after all", 7) {
		i.plan = plans[1].id
	}
	all := rapid.Permutation(m.partners).Draw(t, "partners")
	for _, p := range all[:one(t, "how many", 1, 2, 2, 3)] {
		if p.visible() || oftenYes(t, "one that is not found", 2) {
			i.to = append(i.to, p.id)
		}
	}
	switch evenly(t, "to whom else", 20) {
	case 0:
		i.to = append(i.to, "12345674")
	case 1:
		i.to = append(i.to, all[0].id)
	}
	var by lead.Sender
	switch who := one(t, "who", "visitor", "visitor", "partner", "customer"); {
	case who == "customer" && len(m.customers) > 0:
		c := pick(t, m.customers, "customer")
		u := pick(t, c.users, "user")
		by = lead.Sender{By: string(u.id), Customer: c.id, From: lead.From{Mail: u.mail}}
	case who == "partner":
		p := m.company(t, anyPartner)
		by = lead.Sender{By: p.user, Partner: p.id, From: lead.From{Mail: "ewa" + string(p.id) + "@partner.example"}}
	}
	m.writesTo(t, i, by)
	return i, by
}

func (m *machine) writesTo(t *rapid.T, i *anInquiry, by lead.Sender) {
	d := lead.Draft{Partners: i.to, Plan: i.plan, Text: i.text, From: lead.From{Company: "Contoso", Name: "Anna", Country: "PL"}}
	var want string
	var made lead.Inquiry
	var err error
	if i.by = by.Partner; by.By == "" {
		boxes := one(t, "mailbox", mailboxes...)
		for _, same := range mailboxes {
			if same[0] == i.sender { // who wrote before
				boxes = same
			}
		}
		i.sender, d.From.Mail = boxes[0], one(t, "spelled", boxes...)
		o := m.as(op.Visitor, "visitor")
		i.made = o.At
		want = decide(func() { m.proper(i) })
		made, err = lead.Ask(m.t.Context(), m.inbox(), d, o)
	} else {
		kind := op.CustomerUser
		if by.Partner != "" {
			kind = op.PartnerUser
		}
		o := m.as(kind, by.By)
		by.From.Company, by.From.Name, by.From.Country = "Contoso", "Anna", "PL"
		i.sender, i.made = by.From.Mail, o.At
		want = decide(func() {
			m.proper(i)
			m.aWorld.send(i, o.At)
		})
		made, err = lead.Contact(m.t.Context(), m.inbox(), by, d, o)
	}
	if err == nil {
		i.id = made.ID
		m.inquiries = append(m.inquiries, i)
		m.named(i)
	}
	m.same(t, fmt.Sprintf("%s writes %q to %v about %q", i.sender, i.text, i.to, i.plan), want, err)
}

// named gives the leads of a message their ids.
func (m *machine) named(i *anInquiry) {
	for _, l := range m.leads {
		if l.id == "" {
			l.id = lead.Inquiry{ID: i.id}.Lead(l.of)
		}
	}
}

// confirms is the press on a mailed link: mostly of a message that waits for it.
func (m *machine) confirms(t *rapid.T) {
	m.press(t, mostly(t, m.inquiries, "message", func(i *anInquiry) bool { return !i.sent() }))
}

func (m *machine) press(t *rapid.T, i *anInquiry) {
	if !i.sent() && i.secret == "" {
		stored, err := m.inbox().Inquiry(m.t.Context(), i.id)
		m.must(err)
		o := m.Op("dispatch")
		i.secret = o.IDs.Secret()
		m.must(m.inbox().AddInquiryLink(m.t.Context(), stored, i.secret, o))
	}
	secret, o := i.secret, m.as(op.Visitor, string(i.id))
	if secret == "" || oftenYes(t, "another link", 1) {
		secret = o.IDs.Secret()
	}
	want := decide(func() { m.aWorld.confirm(i, secret, o.At) })
	_, err := lead.Confirm(m.t.Context(), m.inbox(), i.id, secret, o)
	m.named(i)
	m.same(t, "press on "+string(i.id), want, err)
}

// asked is a message and, of a visitor's, the press; sometimes its partners are out of the marketplace by then, sometimes it is written
// again and again, until one partner has too many.
func (m *machine) asked(t *rapid.T) {
	i, by := m.asks(t)
	if i.id == "" {
		return
	}
	if !i.sent() {
		for _, p := range i.to {
			if oftenYes(t, "hidden meanwhile", 2) {
				m.hide(t, m.partner(p), listing.ByVendor, "complaints")
			}
		}
		m.press(t, i)
	}
	again := func(to []partner.ID) {
		next := &anInquiry{to: to, text: i.text, sender: i.sender}
		if m.writesTo(t, next, by); next.id != "" && !next.sent() {
			m.press(t, next)
		}
	}
	if n := one(t, "again", 0, 0, 3); n > 0 {
		for range n {
			again(i.to[:1])
		}
		again(i.to) // of whom the first has too many
	}
}

// flood writes to one partner until the day's messages are used up; the partner makes room by saying no.
func (m *machine) flood(t *rapid.T) {
	from, to := m.company(t, anyPartner), m.company(t, (*aPartner).visible)
	if from == to || !to.visible() || oftenYes(t, "another command", 6) { // it takes long
		panic(nothing{})
	}
	m.unseen = true
	defer func() {
		m.unseen = false
		m.check(t)
	}()
	for range 11 {
		n := len(m.leads)
		m.writesTo(t, &anInquiry{text: "Hello", to: []partner.ID{to.id}}, lead.Sender{By: from.user, Partner: from.id, From: lead.From{Mail: "ewa" + string(from.id) + "@partner.example"}})
		for _, l := range m.leads[n:] {
			m.replyTo(t, l, lead.Move{Status: lead.Declined, Reason: "busy"})
		}
	}
}

// leadOf draws a lead of a partner that is not closed, mostly one that is fit.
func (m *machine) leadOf(t *rapid.T, fit func(*aLead) bool) *aLead {
	var all []*aLead
	for _, l := range m.leads {
		if m.partner(l.of).status != partner.Closed {
			all = append(all, l)
		}
	}
	return mostly(t, all, "lead", fit)
}

// replies is a partner's word on a lead: mostly one that is possible.
func (m *machine) replies(t *rapid.T) {
	l := m.leadOf(t, (*aLead).open)
	if !l.open() && oftenYes(t, "another command", 7) {
		panic(nothing{})
	}
	m.replyOf(t, l)
}

func (m *machine) replyOf(t *rapid.T, l *aLead) {
	to := one(t, "to", lead.Active, lead.Declined)
	if l.status == lead.Active {
		to = one(t, "to", lead.Won, lead.Lost, lead.Declined)
	}
	if oftenYes(t, "anything", 2) {
		to = one(t, "to", lead.Active, lead.Won, lead.Lost, lead.Declined)
	}
	move := lead.Move{Status: to}
	if said := !oftenYes(t, "says nothing", 1); said && to == lead.Active {
		move.Answer = "Gladly."
	} else if said && to != lead.Won {
		move.Reason = "no time"
	}
	m.replyTo(t, l, move)
}

func (m *machine) replyTo(t *rapid.T, l *aLead, move lead.Move) {
	by, err := m.Table.Partner(m.t.Context(), l.of)
	m.must(err)
	o := m.as(op.PartnerUser, m.partner(l.of).user)
	want := decide(func() { m.decideLead(l, move, o.At) })
	_, err = lead.Decide(m.t.Context(), m.inbox(), by, l.id, move, o)
	m.same(t, fmt.Sprintf("%s becomes %s", l.id, move.Status), want, err)
}

// proposes answers a lead by an offer, and goes on with it as far as it is drawn: an invitation, a yes.
func (m *machine) proposes(t *rapid.T) {
	l := m.leadOf(t, func(l *aLead) bool { return l.open() && m.partner(l.of).enrolled })
	by := *m.partner(l.of)
	if oftenYes(t, "another's lead", 1) {
		by = *m.company(t, anyPartner)
	}
	of := m.offerTo(t, one(t, "kind", offer.Trial, offer.Trial, offer.Purchase, offer.Reseller), by, l)
	if of == nil || oftenYes(t, "not sent yet", 2) {
		return
	}
	if oftenYes(t, "decided meanwhile", 2) {
		m.replyTo(t, l, lead.Move{Status: one(t, "to", lead.Won, lead.Lost, lead.Declined), Reason: ""})
	}
	if inv := m.invite(t, of); inv != nil {
		m.answer(t, inv)
	}
}

// awaits lets the clock go to just before or after something that it does to a lead; often its partner answers then.
func (m *machine) awaits(t *rapid.T) {
	l := mostly(t, m.leads, "lead", (*aLead).open)
	at := one(t, "until", l.answerBy, l.answerBy, l.made.AddDate(0, 0, 3), l.made.AddDate(0, 0, 10), l.ends(), l.ends())
	by := at.Sub(m.Env.Now()) + one(t, "before or after", -time.Hour, time.Hour, time.Hour)
	m.pass(t, max(time.Hour, by), oftenYes(t, "jobs are down", 3))
	if m.partner(l.of).status != partner.Closed && oftenYes(t, "answers then", 6) {
		m.replyOf(t, l)
	}
}

// comesThrough is what the model makes of a change that comes through the stream: the yes to an offer wins the lead that it was made of.
func (m *machine) comesThrough(c event.Change) {
	said, is := event.As[consent.AcceptedEvent](c)
	if !is || said.OfferID == "" {
		return
	}
	of := first(m.offers, func(of *anOffer) bool { return of.id == said.OfferID })
	if of != nil && of.lead != nil && of.lead.at(m.Env.Now()) == lead.Active {
		of.lead.status = lead.Won
	}
}

// waiting are the events that have not come through yet, of one partner where it is named.
func (m *machine) waiting(of partner.ID) []event.Event {
	return slices.DeleteFunc(slices.Clone(m.happened), func(e event.Event) bool {
		return m.delivered[e.ID()] || of != "" && e.Tenant != event.Partner(string(of))
	})
}

// through has all that happened come through.
func (m *machine) through(t *rapid.T) {
	for some := m.waiting(""); len(some) > 0; some = m.waiting("") {
		m.deliver(t, some)
	}
}

func (m *machine) finds(t *rapid.T) {
	var q aQuery
	if oftenYes(t, "by word", 4) {
		q.words = append(q.words, one(t, "word", append(slices.Clone(lexicon), places...)...))
	}
	if oftenYes(t, "by service", 4) {
		q.services = one(t, "services", []string{"migrate"}, []string{"advise", "train"}, []string{"advise", "migrate", "train"})
	}
	if oftenYes(t, "by plan", 2) {
		q.plan = one(t, "plan", plans[0].id, plans[1].id)
	}
	if oftenYes(t, "by country", 4) {
		q.country = one(t, "country", "PL", "DE")
	}
	switch evenly(t, "by what else", 8) {
	case 0:
		q.expertise = "health"
	case 1:
		q.language = "pl"
	case 2:
		q.role = "advice"
	}
	if oftenYes(t, "all is through", 5) {
		m.through(t)
	}
	m.search(t, q, oftenYes(t, "match", 3), one(t, "a page", 1, 2, 50))
	p := pick(t, m.partners, "whose page")
	if _, err := listing.Find(m.t.Context(), m.Listings(), p.id); (err == nil) != p.visible() {
		t.Fatalf("%s is visible %t, its page %v", p.id, p.visible(), err)
	}
}

// search holds what is found against what is published. What waits to come through may be found late, but nobody is ever found who is not to be seen.
func (m *machine) search(t *rapid.T, q aQuery, match bool, limit int) {
	typed := listing.Query{Plan: q.plan, Country: q.country, Language: q.language}
	for _, w := range q.words {
		typed.Words += one(t, "typed", w.typed...) + " "
	}
	for _, s := range q.services {
		typed.Services = append(typed.Services, listing.Service(s))
	}
	if q.expertise != "" {
		typed.Expertise = []listing.Industry{listing.Industry(q.expertise)}
	}
	if q.role != "" {
		typed.Roles = []listing.Role{listing.Role(q.role)}
	}
	now := m.Env.Now()
	var found []listing.Found
	if match {
		var err error
		found, err = listing.Match(m.t.Context(), m.Listings(), typed, now)
		m.must(err)
	} else {
		for next, more := "", true; more; more = next != "" {
			page, err := listing.Search(m.t.Context(), m.Listings(), typed, limit, next, now)
			m.must(err)
			found, next = append(found, page.Found...), page.Next
		}
	}
	m.did[m.doing]++
	quiet := !m.behind && len(m.waiting("")) == 0
	about := fmt.Sprintf("%+v, match %t", q, match)
	t.Logf("find %s: %d", about, len(found))
	var last []int
	listed := map[partner.ID]bool{}
	for _, f := range found {
		p := m.partner(f.Partner.ID)
		switch {
		case listed[p.id]:
			t.Fatalf("%s: %s is found twice", about, p.id)
		case !p.visible() || !q.nameable(p):
			t.Fatalf("%s: %s is found, and is not to be seen", about, p.id)
		case content(*f.Listing.Published) != *p.listing.shown:
			t.Fatalf("%s: %s shows %v, and %v was let through", about, p.id, *f.Listing.Published, *p.listing.shown)
		case len(m.waiting(p.id)) == 0 && !q.fits(p):
			t.Fatalf("%s: %s is found, and shows %v", about, p.id, *p.listing.shown)
		}
		place := q.place(&m.aWorld, p, now, match)
		if quiet && slices.Compare(last, place) > 0 {
			t.Fatalf("%s: %s stands at %v, behind %v", about, p.id, place, last)
		}
		listed[p.id], last = true, place
	}
	for i := range m.partners {
		p := &m.partners[i]
		if fits := p.visible() && q.fits(p) && q.nameable(p); fits && !listed[p.id] && len(m.waiting(p.id)) == 0 && !(match && len(found) == 3) {
			t.Fatalf("%s: %s is not found", about, p.id)
		}
	}
}

// allFound holds each term alone against what is published once everything has come through.
func (m *machine) allFound(t *rapid.T) {
	m.through(t)
	for _, w := range slices.Concat(lexicon, places) {
		m.search(t, aQuery{words: []aWord{w}}, false, 50)
	}
	for _, q := range []aQuery{
		{},
		{services: []string{"advise"}},
		{services: []string{"migrate"}},
		{services: []string{"train"}},
		{expertise: "health"},
		{expertise: "retail"},
		{role: "advice"},
		{role: "reselling"},
		{plan: plans[0].id},
		{plan: plans[1].id},
		{country: "PL"},
		{country: "DE"},
		{language: "pl"},
		{language: "en"},
	} {
		m.search(t, q, false, 50)
	}
}

// TestMarket is TestModel for the marketplace: what partners say there, what the vendor lets through, who finds them, writes to them, and is answered.
func TestMarket(t *testing.T) {
	run(t, (*machine).opens, func(m *machine) []action {
		return []action{
			{"writes", 3, m.writes},
			{"submits", 2, func(t *rapid.T) {
				m.submits(t, m.company(t, func(p *aPartner) bool { return p.listing != nil && !p.listing.waits && !p.listing.through() }))
			}},
			{"reviews", 3, m.reviews},
			{"publishes", 1, func(t *rapid.T) { m.publishes(t, m.company(t, (*aPartner).visible)) }},
			{"hides", 2, m.hides},
			{"renames", 2, m.renames},
			{"halts", 2, m.halts},
			{"finds", 5, m.finds},
			{"stream", 3, m.stream},
			{"asks", 1, func(t *rapid.T) { m.asks(t) }},
			{"confirms", 1, m.confirms},
			{"asked", 5, m.asked},
			{"flood", 1, m.flood},
			{"replies", 5, m.replies},
			{"proposes", 4, m.proposes},
			{"answer", 1, func(t *rapid.T) { m.answer(t, m.invited(t)) }},
			{"awaits", 3, m.awaits},
			{"travel", 1, m.travel},
		}
	})
}
