package partnerrelationships_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/partner/relationships"
)

// tied makes a customer that said yes to a trial and, for some days, to full administration.
func tied(s *pagetest.World, mail string, days int) relationship.Relationship {
	of := s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: days}
	})
	_, link := s.Invite(of, mail, "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
	return tie(s)
}

// tie is the newest customer's.
func tie(s *pagetest.World) relationship.Relationship {
	found, _, err := s.Relationship(context.Background(), s.Owner().Customer, pagetest.Asking)
	s.Must(err)
	return found
}

// save changes the newest customer's tie behind the product's back.
func save(s *pagetest.World, change func(*relationship.Relationship)) {
	of, o := tie(s), s.Op()
	change(&of)
	s.Must(s.SaveTie(context.Background(), of, event.New(o, event.Customer(string(of.Customer)), event.Of(relationship.NewID(of.Customer, of.Partner), relationship.ResellerAddedEvent{})), o))
}

// TestRelationships: each tie says what holds, until when, and what waits: what ends soon leads to a request for a new Yes, a request to go to its
// answer. The filters are by kind, state and name, each can be taken away, and the list says how many there are.
func TestRelationships(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w, ctx := v.W, context.Background()
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.CustomersTies(), w.RelationshipsNone(), w.CustomersNoneText())
		v.See("partner-relationships-none")

		of := tied(s, "anna@example.com", 20)
		v.Open(http.StatusOK, path)
		v.Has("Zakład Nowak", w.DelegatedAdministrationLabel(), w.PartnerOfRecordLabel(), w.PartnersEndsIn(20), w.Date(there(of.Administration.EndsAt)), w.SiteListed(1))
		v.Open(http.StatusOK, v.Page.Links(w.CustomersRenew() + " Zakład Nowak")[0])
		v.Has(w.OfferNewTitleAdministration())

		v.Open(http.StatusOK, path)
		v.Lacks(w.RelationshipsRenewalAsked())
		s.CloseRegion(catalog.FeatureAdministration)
		s.Restart(0)
		v.Open(http.StatusOK, path)
		v.HasClosed(catalog.FeatureAdministration)
		if links := v.Page.Links(w.CustomersRenew()); len(links) != 0 {
			t.Errorf("%v", links)
		}
		v.See("partner-relationships-closed")
		s.CloseRegion(catalog.FeatureReselling)
		s.Restart(0)
		sent, _ := s.Invite(s.MakeOffer(func(d *offer.Draft) {
			pagetest.Request(offer.DelegatedAdministration)(d)
			d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 200}
		}), "anna@example.com", language)
		s.Must(s.NoteRenewal(ctx, sent, s.Op()))
		v.Open(http.StatusOK, path)
		v.Has(w.RelationshipsRenewalAsked(), w.CustomersRenewAsked(there(sent.CreatedAt), there(sent.ExpiresAt)))
		v.See("partner-relationships-renewal")
		s.Must(s.ForgetRenewal(ctx, sent, s.Op()))
		v.Open(http.StatusOK, path)
		v.Lacks(w.RelationshipsRenewalAsked())
		s.Must(s.NoteRenewal(ctx, sent, s.Op()))

		save(s, func(r *relationship.Relationship) { r.Reseller, r.ResellerSince = true, s.At })
		_, err := relationship.RequestRemoval(ctx, s.Table, of.Customer, pagetest.Asking, s.Owner().ID, "", s.Op())
		s.Must(err)
		for query, shown := range map[string]bool{
			"": true, "?kind=reseller": true, "?kind=delegated_administrator&state=ending": true, "?state=leaving": true, "?state=active&customer=NOWAK": true,
			"?customer=zak%C5%82ad": true, "?kind=x&state=x": true, "?state=ended": false, "?state=disputed": false, "?customer=Kowalski": false,
		} {
			v.Open(http.StatusOK, path+query)
			if shown {
				v.Has("Zakład Nowak", w.PartnersRequestToday(), w.CustomersRemovalDecides(there(s.At.AddDate(0, 0, 30)), "Skylark Cloud"))
				continue
			}
			v.Lacks("Zakład Nowak")
			v.Has(w.RelationshipsNone(), w.RelationshipsNoneFound())
		}
		v.Open(http.StatusOK, path+"?kind=reseller&state=leaving&customer=Nowak")
		v.See("partner-relationships")
		chip := v.Page.Links(w.RelationshipsState() + ": " + w.RelationshipsLeaving())
		if len(chip) != 1 {
			t.Fatalf("%v\n%s", chip, v.Page.Text())
		}
		v.Open(http.StatusOK, chip[0])
		if got := v.Page.URL.RawQuery; got != "customer=Nowak&kind=reseller" {
			t.Errorf("without the state: %s", got)
		}
		v.Open(http.StatusOK, v.Page.Links(w.RelationshipsAnswer())[0])
		v.Has("Zakład Nowak", w.CustomersDecline())

		_, grant, err := s.Relationship(ctx, of.Customer, pagetest.Asking)
		s.Must(err)
		_, err = consent.Object(ctx, s.Table, of.Customer, consent.ID(grant.Redemption), s.Owner().ID, "", s.Op())
		s.Must(err)
		save(s, func(r *relationship.Relationship) {
			r.Removal.EndsAt, r.Removal.Handover = s.At.AddDate(0, 0, 10), relationship.ToVendor
		})
		v.Open(http.StatusOK, path+"?state=disputed")
		v.Has(w.PartnersDisputedNow(), w.PartnersEndsIn(10), w.CustomersNoticeVendor(), w.Date(there(s.At.AddDate(0, 0, 10))))
		v.Lacks(w.CustomersRenew())
		v.See("partner-relationships-disputed")
	})
}

// there is a time where the partner is.
func there(at time.Time) time.Time { return at.In(calendar.Zone("PL")) }

// TestEnded: what has ended is listed as that, and a company that makes no offers reads why it asks for no new Yes.
func TestEnded(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	of := tied(s, "anna@example.com", 20)
	v := s.SignedIn(admin, "en")
	s.Unproved(pagetest.Asking)
	v.Open(http.StatusOK, path+"?state=ending")
	v.Has(v.W.CustomersRenew(), v.W.OfferWhyUnverifiedYours())
	o := s.Op()
	_, err := relationship.EndGrant(context.Background(), s.Table, of.Customer, pagetest.Asking, relationship.ByPartner, "", o)
	s.Must(err)
	_, err = relationship.StepDown(context.Background(), s.Table, of.Customer, pagetest.Asking, relationship.ByPartner, "", s.Op())
	s.Must(err)
	v.Open(http.StatusOK, path+"?state=ended")
	v.Has("Zakład Nowak", v.W.CustomersEnded())
	v.Lacks(v.W.CustomersRenew())
	v.Open(http.StatusOK, path+"?state=active")
	v.Lacks("Zakład Nowak")
}

// TestPages: a page holds so many ties, keeps the filter, and says that there are more; only people with access to customers see any, and each
// their own company's alone.
func TestPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	tied(s, "anna@example.com", 20)
	save(s, func(r *relationship.Relationship) { r.Reseller = true })
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") != "relationship" {
			continue
		}
		for i := range site.PageSize + 1 {
			id := fmt.Sprintf("00000000%04d", i)
			made, card := maps.Clone(item), maps.Clone(item["card"].(*types.AttributeValueMemberM).Value)
			card["customer"], card["customer_name"] = text("cus_"+id), text(fmt.Sprintf("Customer %02d", i))
			made["PK"], made["card"] = text("CUSTOMER#"+id), &types.AttributeValueMemberM{Value: card}
			made["owner_at"] = text("2020-01-01T00:00:00.000Z#" + id)
			s.Fill(t, []map[string]types.AttributeValue{made})
		}
	}
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, path+"?kind=reseller")
	v.Has(v.W.SiteListedMore(site.PageSize), "Zakład Nowak", "Customer 25")
	v.Lacks("Customer 01")
	v.Open(http.StatusOK, v.Page.Links(v.W.SiteOlder())[0])
	v.Has(v.W.SiteListed(2), "Customer 01")
	v.Lacks("Zakład Nowak")
	v.At(path)
	v.Open(http.StatusOK, path+"?cursor=x")
	v.Has("Zakład Nowak")
	stranger := s.SignedIn("piotr@"+string(pagetest.Unrelated)+".example", "en")
	stranger.Open(http.StatusOK, path)
	stranger.Has(stranger.W.RelationshipsNone())

	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = partner.NoAccess
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
	v.Open(http.StatusForbidden, path)
}
