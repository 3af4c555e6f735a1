package inquiry_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/find-a-partner/messages/"

// found has the program's partner found in the marketplace.
func found(t *testing.T, s *pagetest.World) partner.ID {
	t.Helper()
	table := dynamo.Listings{Table: s.Table.Table}
	stands, err := table.Listing(t.Context(), pagetest.Asking)
	if err == nil && stands.Published != nil {
		return pagetest.Asking
	}
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
	return of.ID
}

func leads(s *pagetest.World) dynamo.Leads { return dynamo.Leads{Table: s.Table.Table} }

// asked is a visitor's message to the program's partner, which is found, and to others, and the link that its sender is mailed.
func asked(t *testing.T, s *pagetest.World, language string, others ...partner.ID) (lead.Inquiry, string) {
	t.Helper()
	notice, err := s.Table.TermsHead(t.Context(), catalog.PrivacyNotice)
	s.Must(err)
	i, err := lead.Ask(t.Context(), leads(s), lead.Draft{
		Plan:     pagetest.Suite,
		Privacy:  notice.Version,
		Partners: append([]partner.ID{found(t, s)}, others...), Services: []listing.Service{"migrate"}, Text: "We are 40 people.\nWe want to move our mail.",
		From: lead.From{Company: "Northwind Traders", Name: "Anna Nowak", Mail: "anna@northwind.example", Country: "PL", Language: language, Phone: "+48 58 555 01 99", Size: "10-49"},
	}, s.Op())
	s.Must(err)
	return i, mailed(t, s, i)
}

func mailed(t *testing.T, s *pagetest.World, i lead.Inquiry) string {
	t.Helper()
	stands, err := leads(s).Inquiry(t.Context(), i.ID)
	s.Must(err)
	o := s.Op()
	secret := o.IDs.Secret()
	s.Must(leads(s).AddInquiryLink(t.Context(), stands, secret, o))
	return path + token.Join(string(i.ID), secret)
}

func decide(t *testing.T, s *pagetest.World, id lead.ID, m lead.Move) {
	t.Helper()
	of, _, _ := id.Partner()
	o := s.Op()
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	_, err := lead.Decide(t.Context(), leads(s), partner.Partner{ID: of, Status: partner.Active}, id, m, o)
	s.Must(err)
}

// TestSend: opening the link sends nothing, its button does, once; then each answer stands there.
func TestSend(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		i, link := asked(t, s, language)
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, link)
		v.Has(w.InquiryConfirmTitle(), w.InquiryConfirmText(), "We want to move our mail.", "anna@northwind.example", "+48 58 555 01 99", w.InquirySend())
		v.See("inquiry-confirm")
		stands := func() lead.InquiryStatus {
			t.Helper()
			stands, err := leads(s).Inquiry(t.Context(), i.ID)
			s.Must(err)
			return stands.Status
		}
		if got := stands(); got != lead.Unconfirmed {
			t.Fatalf("opening the link made it %s", got)
		}
		ready := v.Page
		v.Click(http.StatusForbidden, w.InquirySend(), "form_token", "forged")
		if got := stands(); got != lead.Unconfirmed {
			t.Fatalf("a forged form made it %s", got)
		}
		for range 2 {
			v.Page = ready
			v.Click(http.StatusOK, w.InquirySend())
			v.Has(w.InquirySentTitle(), w.InquiryWaiting(), w.InquiryNeed(), w.ListingServiceMigrate())
			v.Lacks(w.InquirySend())
		}
		v.See("inquiry-sent")
		id := i.Lead(i.Partners[0])
		l, err := leads(s).Lead(t.Context(), id)
		s.Must(err)
		if l.Text != i.Text || stands() != lead.Sent {
			t.Errorf("%+v", l)
		}
		decide(t, s, id, lead.Move{Status: lead.Active, Answer: "We can begin in January.\n<b>Gladly</b>"})
		v.Open(http.StatusOK, link)
		v.Has(w.InquiryAnswered(), "We can begin in January.", "<b>Gladly</b>")
		v.See("inquiry-answered")
		s.Unproved(i.Partners[0]) // its address may be anybody's by now
		v.Open(http.StatusOK, link)
		v.Has("We can begin in January.")
		v.Lacks("hello@"+string(i.Partners[0])+".example", "+48 58 555 02 00")
		v.Open(http.StatusOK, mailed(t, s, i)) // the mail with the answer
		v.Has(w.InquiryAnswered())
		decide(t, s, id, lead.Move{Status: lead.Declined, Reason: "We are booked."})
		v.Open(http.StatusOK, link)
		v.Has(w.InquiryDeclined(), "We are booked.", w.InquiryFind())
		if to := v.Page.Links(w.InquiryFind()); len(to) == 0 || !strings.Contains(to[0], "plan="+string(i.Plan)) { // where the match reads it
			t.Errorf("others are found at %v", to)
		}
		v.See("inquiry-declined")

		other, unanswered := asked(t, s, language)
		v.Open(http.StatusOK, unanswered)
		v.Click(http.StatusOK, w.InquirySend())
		s.Restart(15 * 24 * time.Hour)
		v.Open(http.StatusOK, unanswered)
		v.Has(w.InquiryUnanswered(), w.InquiryExpiredThere(), w.InquiryFind())
		if got, err := leads(s).Lead(t.Context(), other.Lead(other.Partners[0])); err != nil || got.Status != lead.New {
			t.Errorf("the page wrote: %+v %v", got, err)
		}
	})
}

// TestDead: a link that was never ours is none; one that was not pressed in time says so; what can't be sent says why, and nothing is sent.
func TestDead(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		i, link := asked(t, s, language)
		v := s.Visitor(language)
		w := v.W
		for _, wrong := range []string{path + "x", path + token.Join(string(i.ID), s.Op().IDs.Secret()), path + token.Join("inq_01kaj2a7b9d1f3h5k7n9q1s3v5", s.Op().IDs.Secret())} {
			v.Open(http.StatusNotFound, wrong)
			v.Has(w.UnavailableUnknownTitle(), w.InquiryFind())
		}
		v.Open(http.StatusOK, link)
		hidden := types.AttributeValueMemberS{Value: "vendor"}
		s.Table.Set(t, "PARTNER#"+string(i.Partners[0]), "LISTING", &hidden, "hidden_by")
		v.Click(http.StatusConflict, w.InquirySend())
		v.Has(w.InquiryUnsentTitle(), w.InquiryFind())
		v.See("inquiry-unsent")
		s.Restart(7 * 24 * time.Hour)
		v.Open(http.StatusGone, link)
		v.Has(w.InquiryExpiredTitle(), w.InquiryExpiredText())
		if has, _, err := leads(s).PartnersLeads(t.Context(), i.Partners[0], dynamo.Page{Limit: 5}, nil); err != nil || len(has) != 0 {
			t.Errorf("%+v %v", has, err)
		}
	})
}

// TestFull: a message goes to those of its partners that have not too many of its sender; its page says who did not get it.
func TestFull(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Visitor(language)
		w := v.W
		for range lead.MaxOpen {
			_, link := asked(t, s, language)
			v.Open(http.StatusOK, link)
			v.Click(http.StatusOK, w.InquirySend())
		}
		i, link := asked(t, s, language, second(s))
		v.Open(http.StatusOK, link)
		v.Click(http.StatusOK, w.InquirySend())
		v.Has(w.InquirySentTitle(), w.InquiryUnsent(), w.InquiryGone(), w.InquiryWaiting())
		v.See("inquiry-full")
		if _, err := leads(s).Lead(t.Context(), i.Lead(pagetest.Advising)); err != nil {
			t.Error(err)
		}
		_, link = asked(t, s, language)
		v.Open(http.StatusOK, link)
		v.Click(http.StatusConflict, w.InquirySend())
		v.Has(w.InquiryUnsentTitle())
	})
}

// second has one more partner found, beside the program's.
func second(s *pagetest.World) partner.ID {
	s.Listed(pagetest.Advising, 50, nil)
	return pagetest.Advising
}

// TestAccount: a customer's people see what they wrote, who may see all of the company's that too: to whom, by whom, how it stands, and each answer.
func TestAccount(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		one, other := found(t, s), second(s)
		c := s.Company(language)
		colleague := c.Colleague("jan@example.com")
		w := c.W
		c.Open(http.StatusOK, "/account")
		c.Open(http.StatusOK, c.Page.Links(w.MessagesTitle())[0])
		c.Has(w.MessagesNone(), w.MessagesNew())
		c.See("messages-none")
		notice, err := s.Table.TermsHead(t.Context(), catalog.PrivacyNotice)
		s.Must(err)
		write := func(by, name string, to ...partner.ID) lead.Inquiry {
			t.Helper()
			i, err := lead.Contact(t.Context(), leads(s), lead.Sender{By: by, Customer: c.ID, From: lead.From{
				Company: "Zakład Nowak", Name: name, Mail: strings.ToLower(name[:3]) + "@nowak.example", Country: "PL", Language: language,
			}}, lead.Draft{Partners: to, Services: []listing.Service{"migrate"}, Text: name + " wants to move the mail.", Privacy: notice.Version}, s.Op())
			s.Must(err)
			return i
		}
		var jan string
		for _, item := range s.Items(t) {
			if id := fixture.Text(item, "id"); fixture.Text(item, "class") == "customer_user" && id != string(c.OwnerID) {
				jan = id
			}
		}
		first := write(string(c.OwnerID), "Anna Nowak", one, other)
		s.At = s.At.Add(time.Minute)
		theirs := write(jan, "Jan Lis", other)
		names := func(ids ...partner.ID) string {
			t.Helper()
			var names []string
			for _, id := range ids {
				of, err := s.Table.Partner(t.Context(), id)
				s.Must(err)
				names = append(names, of.LegalName)
			}
			return strings.Join(names, ", ")
		}
		at := "/account/messages"
		c.Open(http.StatusOK, at)
		c.Has(w.MessagesLead("Zakład Nowak"), names(one, other), w.MessagesBy("Anna Nowak"), w.MessagesBy("Jan Lis"), w.ListingServiceMigrate(), w.InquiryWaiting())
		c.Lacks(w.MessagesAnswered(names(other)))
		if text := c.Page.Text(); strings.Index(text, "Jan Lis") > strings.Index(text, "Anna Nowak") {
			t.Errorf("not the newest first: %s", text)
		}
		decide(t, s, first.Lead(other), lead.Move{Status: lead.Declined, Reason: "We are booked."})
		c.Open(http.StatusOK, at)
		c.Lacks(w.InquiryDeclined(), w.MessagesAnswered(names(other))) // the first may answer yet
		decide(t, s, first.Lead(one), lead.Move{Status: lead.Active, Answer: "We can begin in January."})
		c.Open(http.StatusOK, at)
		c.Has(w.InquiryAnswered(), w.MessagesAnswered(names(one)), w.InquiryWaiting())
		c.See("messages")
		c.Open(http.StatusOK, c.Page.Links(names(one, other))[0])
		c.Has(w.MessagesOne(), w.InquiryMessage(), "Anna Nowak wants to move the mail.", "We can begin in January.", "We are booked.", w.RedeemName())
		c.See("message")
		c.Open(http.StatusOK, at+"/"+string(theirs.ID))
		c.Has("Jan Lis wants to move the mail.", w.MessagesWritten())
		c.Lacks(w.InquiryMessage(), w.RedeemName())
		c.See("message-colleague")

		colleague.Open(http.StatusOK, at) // without a role: the own only
		colleague.Has(w.MessagesOwnLead(), "Jan Lis")
		colleague.Lacks("Anna Nowak")
		colleague.Open(http.StatusOK, at+"/"+string(theirs.ID))
		colleague.Open(http.StatusNotFound, at+"/"+string(first.ID))
		asks, _ := asked(t, s, language)
		for _, none := range []string{"/x", "/inq_01kaj2a7b9d1f3h5k7n9q1s3v5", "/" + string(asks.ID)} {
			c.Open(http.StatusNotFound, at+none)
		}
		c.Open(http.StatusOK, at+"?cursor=x") // shows the first page
		c.Has("Jan Lis")
		s.SignedIn("piotr@"+string(pagetest.Asking)+".example", language).Open(http.StatusForbidden, at)
	})
}
