package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

func (s *suite) leads() dynamo.Leads { return dynamo.Leads{Table: s.Table} }

// ask keeps a visitor's message to the world's partner, which is found.
func (s *suite) ask(t *testing.T, mail string) lead.Inquiry {
	t.Helper()
	made, err := lead.Ask(t.Context(), s.leads(), lead.Draft{
		Partners: []partner.ID{s.Partner}, Services: []listing.Service{"migrate", "support"}, Plan: s.Plan, Text: "Secret words of the visitor.",
		From: lead.From{Company: "Litware", Name: "Ewa Lis", Mail: mail, Country: "PL", Language: "en"},
	}, s.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// confirmed is the lead of a visitor's message that was confirmed by the mailed link.
func (s *suite) confirmed(t *testing.T, mail string) lead.ID {
	t.Helper()
	i := s.ask(t, mail)
	s.settle(t)
	mails := s.count(t, mail, 1)
	id, secret := link(t, mails[0], "/find-a-partner/messages/")
	if id != string(i.ID) {
		t.Fatalf("the link is of %s", id)
	}
	if _, err := lead.Confirm(t.Context(), s.leads(), i.ID, secret, s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	return i.Lead(s.Partner)
}

func (s *suite) decide(t *testing.T, id lead.ID, m lead.Move) {
	t.Helper()
	of, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	o := s.Op("partner")
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	if _, err := lead.Decide(t.Context(), s.leads(), of, id, m, o); err != nil {
		t.Fatal(err)
	}
}

// TestLeads: a visitor's message is mailed to nobody before its press; then its partner gets mail 27, and who wrote the answer, the reason of a no, or
// where others are found. Each mail comes once, and each answer moves the partner's place in the marketplace.
func TestLeads(t *testing.T) {
	s := open(t)
	s.Published(t, nil)
	s.settle(t)
	of, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	had := map[string]int{of.Mail: len(s.box.To(t, of.Mail))}
	w := locale.In(locale.English)
	ewa := fresh("ewa")
	i := s.ask(t, ewa)
	s.twice(t)
	got := s.next(t, had, map[string]int{ewa: 1, of.Mail: 0})
	says(t, got[ewa], w.MailInquiryConfirmIntro(of.LegalName, ewa))
	if strings.Contains(got[ewa].Body.Text+got[ewa].Body.HTML, "Secret words") {
		t.Error("anybody can have us mail what they typed")
	}
	_, secret := link(t, got[ewa], "/find-a-partner/messages/")
	if _, err := lead.Confirm(t.Context(), s.leads(), i.ID, secret, s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{ewa: 0, of.Mail: 1})
	says(t, got[of.Mail], "Secret words of the visitor.", "Litware", ewa, w.MailFactNeeds(), w.ListingServiceMigrate()+", "+w.ListingServiceSupport(), "/partner/leads/"+string(i.Lead(s.Partner)))
	if _, facts, err := s.Listings().Postings(t.Context(), nil); err != nil || facts[s.Partner].Share != listing.NoShare {
		t.Errorf("%+v %v", facts, err)
	}
	s.decide(t, i.Lead(s.Partner), lead.Move{Status: lead.Active, Answer: "We can begin in January."})
	s.twice(t)
	got = s.next(t, had, map[string]int{ewa: 1, of.Mail: 0})
	says(t, got[ewa], "We can begin in January.", of.Mail)
	if id, again := link(t, got[ewa], "/find-a-partner/messages/"); id != string(i.ID) || again == secret {
		t.Errorf("the link is of %s", id)
	}
	if _, facts, err := s.Listings().Postings(t.Context(), nil); err != nil || facts[s.Partner].Share == listing.NoShare {
		t.Errorf("the index does not know the answer: %+v %v", facts, err)
	}

	no := fresh("no")
	s.decide(t, s.confirmed(t, no), lead.Move{Status: lead.Declined, Reason: "We are booked."})
	s.settle(t)
	mails := s.count(t, no, 2)
	says(t, mails[1], "We are booked.", "/find-a-partner/match?country=PL&plan="+string(s.Plan)+"&service=migrate")

	// The clock's notices: of two overdue reminders only the last, and none of what ended.
	late := s.confirmed(t, fresh("late"))
	s.settle(t)
	before := len(s.box.To(t, of.Mail))
	o := s.Op("leads")
	o.At = o.At.Add(11 * 24 * time.Hour)
	if err := lead.Tick(t.Context(), s.leads(), late, o); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	if n := len(s.box.To(t, of.Mail)) - before; n != 1 {
		t.Errorf("%d reminders", n)
	}
	o = s.Op("leads")
	o.At = o.At.Add(14*24*time.Hour + time.Minute)
	if err := lead.Tick(t.Context(), s.leads(), late, o); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	l, err := s.leads().Lead(t.Context(), late)
	if err != nil || l.Status != lead.Expired {
		t.Fatal(l.Status, err)
	}
	mails = s.count(t, l.From.Mail, 2)
	says(t, mails[1], of.LegalName, "/find-a-partner/match?")
}

// TestLeadOfClosed: a partner that is closed hears no more of its leads.
func TestLeadOfClosed(t *testing.T) {
	s := open(t)
	s.Published(t, nil)
	id := s.confirmed(t, fresh("left"))
	_, err := partner.Change(t.Context(), s.Table, s.Partner, partner.ClosedEvent{Reason: "Wound up."}, s.Op("operator"), func(p partner.Partner) (partner.Partner, error) {
		return p.Close("Wound up.", s.Env.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	before := len(s.box.To(t, s.Mail))
	s.settle(t)
	o := s.Op("leads")
	o.At = o.At.Add(4 * 24 * time.Hour)
	if err := lead.Tick(t.Context(), s.leads(), id, o); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	if n := len(s.box.To(t, s.Mail)) - before; n != 1 { // that it was closed
		t.Errorf("it was mailed %d times", n)
	}
}

// TestInquiryCaps: an address that strangers type gets no more links than offers.
func TestInquiryCaps(t *testing.T) {
	s := open(t)
	s.Published(t, nil)
	flooded := fresh("flooded")
	for range 5 {
		s.ask(t, flooded)
	}
	s.settle(t)
	s.count(t, flooded, 3)
}

// TestLeadWon: the yes to an offer that was made of a lead makes the lead won, once.
func TestLeadWon(t *testing.T) {
	s := open(t)
	s.Published(t, nil)
	id := s.confirmed(t, fresh("buyer"))
	o := s.Op("partner")
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	made, err := lead.Offer(t.Context(), s.leads(), id, offer.Draft{Kind: offer.Trial, Partner: s.Partner, Country: "PL", Items: []offer.Item{{Plan: s.Plan}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	inv := s.Invite(t, made.ID, fresh("buyer"))[0]
	s.settle(t)
	s.Accept(t, inv.ID, s.Link(t, inv.ID), "")
	s.twice(t)
	l, err := s.leads().Lead(t.Context(), id)
	if err != nil || l.Status != lead.Won || l.Offer != made.ID {
		t.Errorf("%+v %v", l, err)
	}
	if n := len(s.changes(t, lead.WonEvent{}.Type())); n != 1 {
		t.Errorf("it is won %d times", n)
	}
}
