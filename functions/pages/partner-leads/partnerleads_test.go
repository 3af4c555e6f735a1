package partnerleads_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/leads"
)

func leads(s *pagetest.World) dynamo.Leads { return dynamo.Leads{Table: s.Table.Table} }

// found has the program's partner found in the marketplace.
func found(t *testing.T, s *pagetest.World) {
	t.Helper()
	table := dynamo.Listings{Table: s.Table.Table}
	of, err := table.Partner(t.Context(), pagetest.Asking)
	s.Must(err)
	_, err = listing.Put(t.Context(), table, of, listing.Listing{}, listing.Content{
		Headline: "Moves mail", Text: "We migrate.", Services: []listing.Service{"migrate"}, Countries: []string{"PL"}, Languages: []string{"pl"}, Roles: []listing.Role{"advice"},
	}, nil, s.Op())
	s.Must(err)
	_, err = listing.Ask(t.Context(), table, of, s.Op())
	s.Must(err)
	_, err = listing.LetThrough(t.Context(), table, of.ID, s.Op())
	s.Must(err)
}

// receives is a lead of the partner, from somebody.
func receives(t *testing.T, s *pagetest.World, company, mail string) lead.ID {
	t.Helper()
	notice, err := s.Table.TermsHead(t.Context(), catalog.PrivacyNotice)
	s.Must(err)
	i, err := lead.Contact(t.Context(), leads(s), lead.Sender{From: lead.From{Company: company, Name: "Anna Nowak", Mail: mail, Country: "PL", Language: "pl"}}, lead.Draft{
		Partners: []partner.ID{pagetest.Asking}, Text: "We are 40 people.\n<b>We</b> want to move our mail.", Plan: pagetest.Suite, Services: []listing.Service{"migrate", "support"}, MayCall: true, Privacy: notice.Version,
		From: lead.From{Phone: "+48 58 555 01 99", Size: "10-49"},
	}, s.Op())
	s.Must(err)
	return i.Lead(pagetest.Asking)
}

// TestLeads: a partner reads what came, answers once, says no with a reason, and marks what became of it.
func TestLeads(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		found(t, s)
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, path)
		v.Has(w.LeadsTitle(), w.LeadsNone())
		v.See("partner-leads-none")
		one, no := receives(t, s, "Northwind Traders", "anna@northwind.example"), receives(t, s, "Litware", "ewa@litware.example")
		v.Open(http.StatusOK, path)
		v.Has("Northwind Traders", "Litware", w.LeadsNew(), w.ListingServiceMigrate()+", "+w.ListingServiceSupport())
		v.See("partner-leads")
		v.Open(http.StatusOK, path+"?status=won")
		v.Has(w.LeadsNone())

		v.Open(http.StatusOK, path+"/"+string(one))
		v.Has("<b>We</b> want to move our mail.", "anna@northwind.example", "+48 58 555 01 99", w.LeadsMayCall(), w.LeadsAnswerTitle(), w.LeadsDeclineTitle())
		v.Lacks(w.LeadsWinTitle())
		v.See("partner-lead")
		v.Open(http.StatusOK, v.Page.Links(w.LeadsOfferTrial())[0])
		v.Has(w.Country("PL"))
		v.Open(http.StatusOK, path+"/"+string(one))
		before := v.Page
		v.Click(http.StatusUnprocessableEntity, w.LeadsAnswer())
		v.Has(w.LeadsAnswerMissing())
		v.Click(http.StatusUnprocessableEntity, w.LeadsDecline())
		v.Has(w.LeadsReasonMissing())
		v.See("partner-lead-errors")
		v.Click(http.StatusForbidden, w.LeadsAnswer(), "form_token", "forged", "answer", "x")
		v.Page = before
		v.Click(http.StatusOK, w.LeadsAnswer(), "answer", "We can begin in January.")
		v.Has(w.LeadsActive(), "We can begin in January.", w.LeadsWinTitle(), w.LeadsLoseTitle())
		v.See("partner-lead-answered")
		v.Page = before // shown before it was answered: nothing is sent twice
		v.Click(http.StatusOK, w.LeadsAnswer(), "answer", "Another.")
		v.Lacks("Another.")
		v.Click(http.StatusOK, w.LeadsWin())
		v.Has(w.LeadsWon())
		v.Lacks(w.LeadsLoseTitle())

		v.Open(http.StatusOK, path+"/"+string(no))
		v.Click(http.StatusOK, w.LeadsDecline(), "reason", "We are booked.")
		v.Has(w.LeadsDeclined(), "We are booked.")
		v.Open(http.StatusOK, path)
		v.Has(w.LeadsShare(2, 2), w.LeadsAll()+" 2 "+w.LeadsNew()+" "+w.LeadsActive()+" "+w.LeadsWon()+" 1", w.LeadsDeclined()+" 1")
		v.Open(http.StatusOK, path+"?status=won") // says of all states how many there are
		v.Has(w.LeadsAll()+" 2", w.LeadsWon()+" 1", w.LeadsDeclined()+" 1")
		v.Lacks("Litware")
		v.See("partner-leads-won")

		// What was pressed is its user's doing, whose right the transaction asks for once more.
		for _, kind := range []event.Typed{lead.AnsweredEvent{}, lead.WonEvent{}, lead.DeclinedEvent{}} {
			happened, _, err := s.Table.PartnerEvents(t.Context(), pagetest.Asking, event.Filter{Type: kind.Type()}, dynamo.Page{Limit: 10})
			s.Must(err)
			if len(happened) != 1 || happened[0].Actor.Kind != op.PartnerUser {
				t.Errorf("%s: %+v", kind.Type(), happened)
			}
		}

		late := receives(t, s, "Fourth Coffee", "jan@coffee.example")
		s.Restart(5 * 24 * time.Hour)
		s.At = s.At.Add(5 * 24 * time.Hour)
		v = s.SignedIn(admin, language)
		v.Open(http.StatusOK, path+"/"+string(late))
		v.Has(w.LeadsLate())
		v.See("partner-lead-late")
		s.Restart(15 * 24 * time.Hour)
		s.At = s.At.Add(10 * 24 * time.Hour)
		v = s.SignedIn(admin, language)
		v.Open(http.StatusOK, path+"/"+string(late))
		v.Has(w.LeadsExpired())
		v.Lacks(w.LeadsAnswerTitle())
		for _, other := range []string{"/x", "/led_" + string(pagetest.Advising) + "_01kaj2a7b9d1f3h5k7n9q1s3v5", "/led_" + string(pagetest.Asking) + "_01kaj2a7b9d1f3h5k7n9q1s3v5"} {
			v.Open(http.StatusNotFound, path+other)
		}
	})
}

// TestStranger: who is no partner's sees none of it.
func TestStranger(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	found(t, s)
	id := receives(t, s, "Northwind Traders", "anna@northwind.example")
	v := s.Company("en").Visitor
	for _, at := range []string{path, path + "/" + string(id)} {
		v.Open(http.StatusForbidden, at)
		v.Lacks("Northwind")
	}
}

// TestCounts: the tabs count more leads than a page has; of a list that is longer than what is counted they say nothing.
func TestCounts(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	found(t, s)
	for i := range site.PageSize + 2 {
		receives(t, s, "Northwind Traders", fmt.Sprintf("anna%d@northwind.example", i))
	}
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, path)
	older := v.Page.Links(w.SiteOlder())
	if len(older) != 1 {
		t.Fatalf("%v", older)
	}
	for _, at := range []string{path, path + "?status=new", older[0]} {
		v.Open(http.StatusOK, at)
		v.Has(fmt.Sprintf("%s %d", w.LeadsAll(), site.PageSize+2), fmt.Sprintf("%s %d", w.LeadsNew(), site.PageSize+2))
	}
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	for i := range 200 - site.PageSize { // the index is all that the list reads
		_, err := s.Table.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.Table.Name, Item: map[string]types.AttributeValue{
			"PK": text(fmt.Sprintf("TEST#%d", i)), "SK": text("LEAD"), "owner": text(string(pagetest.Asking) + "#lead"), "owner_at": text(fmt.Sprintf("2026-01-01T00:00:00.000Z#%d", i)),
		}})
		s.Must(err)
	}
	v.Open(http.StatusOK, path)
	v.Lacks(w.LeadsAll()+" 2", fmt.Sprintf("%s %d", w.LeadsNew(), site.PageSize+2))
}

// TestOffer: an offer is made of a lead, filled in with what that says; sent, it has answered the lead, once.
func TestOffer(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	found(t, s)
	id := receives(t, s, "Northwind Traders", "anna@northwind.example")
	v := s.SignedIn(admin, "en")
	w := v.W
	v.Open(http.StatusOK, path+"/"+string(id))
	v.Open(http.StatusOK, v.Page.Links(w.LeadsOfferTrial())[0])
	if _, form := v.Page.Form(w.SiteNext()); form.Get("country") != "PL" {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.Click(http.StatusOK, w.SiteNext(), "plan", string(pagetest.Suite))
	v.Click(http.StatusOK, w.SiteNext(), "access", "no")
	v.Click(http.StatusOK, w.SiteNext())
	if _, form := v.Page.Form(w.SiteNext()); form.Get("recipients") != "anna@northwind.example, pl" {
		t.Errorf("%v", form)
	}
	v.Click(http.StatusOK, w.SiteNext())
	if l, err := leads(s).Lead(t.Context(), id); err != nil || l.Status != lead.New {
		t.Errorf("before it is sent: %+v %v", l, err)
	}
	ready := v.Page
	for range 2 {
		v.Page = ready
		v.Click(http.StatusOK, w.OfferNewSend(1))
	}
	l, err := leads(s).Lead(t.Context(), id)
	s.Must(err)
	of, _, err := s.Table.Offer(t.Context(), l.Offer)
	if err != nil || l.Status != lead.Active || of.Lead != string(id) {
		t.Errorf("%+v %+v %v", l, of, err)
	}
	if tally, err := leads(s).Tally(t.Context(), pagetest.Asking); err != nil || len(tally.Weeks) != 1 || tally.Sum(s.At) != (lead.Week{Counted: 1, Answered: 1}) {
		t.Errorf("%+v %v", tally, err)
	}
	v.Open(http.StatusOK, path+"/"+string(id))
	v.Has(w.LeadsOffered())
	v.Open(http.StatusOK, v.Page.Links(w.LeadsToOffer())[0])
	v.Has("anna@northwind.example")
	v.Open(http.StatusNotFound, "/partner/offers/new/country?kind=trial&lead=led_"+string(pagetest.Advising)+"_01kaj2a7b9d1f3h5k7n9q1s3v5")
}
