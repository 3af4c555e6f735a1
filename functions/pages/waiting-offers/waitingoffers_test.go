package waitingoffers_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/account/offers"

// until is when an invitation ends, on its customer's calendar.
func until(inv invitation.Invitation) time.Time { return inv.ExpiresAt.In(calendar.Zone("PL")) }

// administration asks for limited rights and nothing else.
func administration(d *offer.Draft) {
	pagetest.Request(offer.DelegatedAdministration)(d)
	d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleLimited, Days: 365}
}

// TestOffers lists what waits for the reader's answer, opens it without the mailed link, and lists it no longer once it is answered; the receipt says
// how it was opened.
func TestOffers(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, path)
		c.See("offers-none")
		c.Has(w.OffersNone(), w.OffersNoneText())
		c.Open(http.StatusOK, "/account")
		c.Lacks(w.OffersAll())

		inv, link := s.Invite(s.MakeOffer(administration), "owner@example.com", language)
		s.Invite(s.Purchase(nil), "owner@example.com", language)
		c.Open(http.StatusOK, "/account")
		c.See("account-offers")
		c.Has(w.OffersCount(2), w.DelegatedAdministrationQuestion(pagetest.Baltic))
		c.Open(http.StatusOK, c.Page.Links(w.OffersAll())[0])
		c.See("offers")
		c.Has(w.DelegatedAdministrationQuestion(pagetest.Baltic), w.OfferTitlePurchase(pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)), w.OffersUntil(until(inv)))
		c.Lacks(w.OffersNone(), w.OffersMore(), w.OffersUntilTo(until(inv), "owner@example.com"))

		of := w.OffersOpen() + " " + w.DelegatedAdministrationQuestion(pagetest.Baltic)
		for range 2 { // pressed twice adds nothing
			c.Open(http.StatusOK, path)
			c.Click(http.StatusOK, of)
			c.Visitor.At("/redeem")
			c.Has(w.DelegatedAdministrationQuestion(pagetest.Baltic))
		}
		if stored := s.StoredInvitation(inv.ID); len(stored.Entrances) != 1 || len(stored.Links) != 1 {
			t.Errorf("%d entrances, %d links", len(stored.Entrances), len(stored.Links))
		}
		s.Visitor(language).Open(http.StatusConflict, link) // the mailed link counts still: it asks to sign in
		c.Click(http.StatusOK, w.SiteNext(), "delegation", "yes")
		c.Click(http.StatusOK, w.RedeemAuthorize(pagetest.Baltic), "agree", "yes")
		c.Visitor.At("/receipts/")
		stored, err := s.Redemption(t.Context(), consent.ID(s.StoredInvitation(inv.ID).Redemption))
		s.Must(err)
		if stored.Receipt.Via.Opened != "account" || stored.Receipt.Via.Link != "personal" || stored.Receipt.DecidedBy.UserID != string(c.OwnerID) {
			t.Errorf("%+v", stored.Receipt)
		}
		c.Open(http.StatusOK, path)
		c.Lacks(w.DelegatedAdministrationQuestion(pagetest.Baltic))
		c.Has(w.OffersOpen())
	})
}

// TestOffersMailed: a receipt of what was answered by the mailed link does not say that it was opened in the account.
func TestOffersMailed(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	inv, link := s.Invite(s.MakeOffer(administration), "owner@example.com", "en")
	c.Open(http.StatusOK, link)
	c.Click(http.StatusOK, c.W.SiteNext(), "delegation", "yes")
	c.Click(http.StatusOK, c.W.RedeemAuthorize(pagetest.Baltic), "agree", "yes")
	stored, err := s.Redemption(t.Context(), consent.ID(s.StoredInvitation(inv.ID).Redemption))
	s.Must(err)
	if stored.Receipt.Via.Opened != "" || strings.Contains(stored.Canonical, "opened") {
		t.Errorf("%+v", stored.Receipt.Via)
	}
}

// TestOffersWho: a global administrator sees and opens what was sent to anybody of the company; others what was sent to themselves; nobody a
// stranger's.
func TestOffersWho(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w, asked := c.W, c.W.DelegatedAdministrationQuestion(pagetest.Baltic)
		billing, nobody := c.Colleague("ewa@example.com", customer.BillingAdmin), c.Colleague("jan@example.com")
		stranger := s.Member("stranger@example.com", "en")
		inv, _ := s.Invite(s.MakeOffer(administration), "Jan@example.com", language)
		c.Open(http.StatusOK, path)
		c.Has(asked, w.OffersUntilTo(until(inv), "Jan@example.com"))
		nobody.Open(http.StatusOK, path)
		nobody.Has(asked, w.OffersUntil(until(inv)))
		nobody.Open(http.StatusOK, "/account")
		nobody.Has(asked)
		for _, other := range []*pagetest.Visitor{billing, stranger} {
			other.Open(http.StatusOK, path)
			other.Lacks(asked, "Jan@example.com")
			other.Has(other.W.OffersNone())
		}
		c.Click(http.StatusOK, w.OffersOpen())
		c.Visitor.At("/redeem")
		c.Has(asked)
		nobody.Open(http.StatusOK, path)
		nobody.Click(http.StatusForbidden, w.OffersOpen()) // it says who may answer
		nobody.Has(w.RedeemRoleTitle())

		// Whoever forges another's form has no token; whoever had one would still be refused.
		s.Invite(s.MakeOffer(administration), "ewa@example.com", language)
		billing.Open(http.StatusOK, path)
		address, form := billing.Page.Form(w.OffersOpen())
		form.Set("i", string(inv.ID))
		before := s.Dump(t)
		page, err := billing.Post(t.Context(), address, form)
		s.Must(err)
		billing.Look(page, http.StatusForbidden, "another's invitation")
		page, err = billing.Post(t.Context(), address, url.Values{"i": {"inv_x"}})
		s.Must(err)
		billing.Look(page, http.StatusNotFound, "no invitation")
		for name, by := range map[string]invitation.Person{
			"a colleague": {Mail: "ewa@example.com", Customer: c.ID}, "a stranger": {Mail: "stranger@example.com", Customer: "cus_000000000000", Administrator: true},
		} {
			if err := invitation.Enter(t.Context(), s.Table, inv.ID, by, s.Op().IDs.Secret(), s.Op()); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if s.Dump(t) != before {
			t.Error("something was written")
		}
	})
}

// TestOffersMoved: an administrator sees what was sent to a colleague only while that address is a user's of the company.
func TestOffersMoved(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	c.Colleague("jan@example.com")
	inv, _ := s.Invite(s.MakeOffer(administration), "jan@example.com", "en")
	c.Open(http.StatusOK, path)
	c.Has("jan@example.com")
	s.Fill(t, []map[string]types.AttributeValue{fixture.LoginItem(customer.UserID("usr_000000000000_"+s.Op().NewID()), "jan@example.com", s.At)})
	c.Open(http.StatusOK, path)
	c.Lacks("jan@example.com")
	if err := invitation.Enter(t.Context(), s.Table, inv.ID, invitation.Person{Mail: "owner@example.com", Customer: c.ID, Administrator: true}, s.Op().IDs.Secret(), s.Op()); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// TestOffersNewUser: what was sent before the address was a user's is found by its address.
func TestOffersNewUser(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	s.Invite(s.Purchase(nil), "anna@example.com", "en")
	v := s.Member("anna@example.com", "en")
	v.Open(http.StatusOK, path)
	v.Has(v.W.OfferTitlePurchase("Skylark Suite"))
}

// TestOffersEnded: what can't be answered is not listed, and a button that stood on the page meanwhile says so.
func TestOffersEnded(t *testing.T) {
	t.Parallel()
	revoke := func(s *pagetest.World, inv invitation.Invitation) {
		s.ChangeInvitation(inv.ID, func(i invitation.Invitation) (invitation.Invitation, error) { return i.Revoke(s.At) })
	}
	for name, end := range map[string]struct {
		do   func(s *pagetest.World, inv invitation.Invitation)
		open bool // the invitation itself says nothing of it: its first step does
	}{
		"revoked": {revoke, false},
		"reported": {func(s *pagetest.World, inv invitation.Invitation) {
			s.ChangeInvitation(inv.ID, func(i invitation.Invitation) (invitation.Invitation, error) { return i.Report(s.At) })
		}, false},
		"expired":   {func(s *pagetest.World, _ invitation.Invitation) { s.Restart(31 * 24 * time.Hour) }, false},
		"withdrawn": {func(s *pagetest.World, inv invitation.Invitation) { s.Withdraw(inv.Offer) }, true},
		"paused":    {func(s *pagetest.World, inv invitation.Invitation) { s.Pause(inv.Offer) }, true},
		"suspended": {func(s *pagetest.World, _ invitation.Invitation) { s.PartnerStatus(pagetest.Asking, partner.Suspended) }, true},
		"no plan":   {func(s *pagetest.World, _ invitation.Invitation) { s.WithdrawPlan(); s.Restart(0) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := pagetest.Open(t)
			c := s.Company("en")
			inv, _ := s.Invite(s.Purchase(nil), "owner@example.com", "en")
			c.Open(http.StatusOK, path)
			address, form := c.Page.Form(c.W.OffersOpen())
			if name == "expired" {
				c.Renew(31 * 24 * time.Hour)
			}
			end.do(s, inv)
			c.Open(http.StatusOK, path)
			c.Has(c.W.OffersNone())
			if name == "expired" {
				return // another session: its form has another token
			}
			page, err := c.Post(t.Context(), address, form)
			s.Must(err)
			if c.Page = page; end.open {
				if page.Status != http.StatusGone || page.URL.Path != "/redeem" {
					t.Errorf("%d on %s:\n%s", page.Status, page.URL, page.Text())
				}
				return
			}
			c.Look(page, http.StatusOK, "pressed late")
			c.Visitor.At(path)
			c.See("offers-ended")
			c.Has(c.W.OffersEnded())
		})
	}
}

// TestEntrance: a way in is kept only on the invitation as it was read, by its version, its newest mail and while nobody answered it.
func TestEntrance(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Sells()
	inv, _ := s.Invite(s.Purchase(nil), "owner@example.com", "en")
	add := func(change func(*invitation.Invitation)) error {
		read := s.StoredInvitation(inv.ID)
		change(&read)
		return s.AddEntrance(t.Context(), read, s.Op().IDs.Secret(), s.Op())
	}
	as := func(*invitation.Invitation) {}
	for name, change := range map[string]func(*invitation.Invitation){
		"changed": func(i *invitation.Invitation) { i.Version-- }, "mailed again": func(i *invitation.Invitation) { i.Generation-- },
	} {
		if err := add(change); !fault.Is(err, fault.Stale) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.Must(add(as))
	s.ChangeInvitation(inv.ID, func(i invitation.Invitation) (invitation.Invitation, error) { return i.Revoke(s.At) })
	if err := add(as); !fault.Is(err, fault.Stale) {
		t.Errorf("answered: %v", err)
	}
	if n := len(s.StoredInvitation(inv.ID).Entrances); n != 1 {
		t.Errorf("%d entrances", n)
	}
}

// TestOffersAmong: what was sent to others of the company hides nobody's own.
func TestOffersAmong(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	jan := c.Colleague("jan@example.com")
	s.Invite(s.MakeOffer(administration), "jan@example.com", "en")
	var more []map[string]types.AttributeValue
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "waiting" && fixture.Text(item, "user") != "" {
			for range 60 {
				one, ulid := maps.Clone(item), s.Op().NewID()
				one["SK"], one["invitation"] = &types.AttributeValueMemberS{Value: "WAITS#" + ulid}, &types.AttributeValueMemberS{Value: "inv_" + ulid}
				one["user"] = &types.AttributeValueMemberS{Value: "usr_" + c.ID.Bare() + "_" + ulid}
				more = append(more, one)
			}
		}
	}
	if len(more) != 60 {
		t.Fatalf("%d notes", len(more))
	}
	s.Fill(t, more)
	jan.Open(http.StatusOK, path)
	jan.Has(jan.W.OffersOpen())
	jan.Lacks(jan.W.OffersMore())
}

// TestOffersMany: of several mailings of one offer the newest is listed, of many offers the newest; the others are said to be there.
func TestOffersMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	of := s.Purchase(nil)
	s.Invite(of, "owner@example.com", "en")
	s.Invite(of, "owner@example.com", "en")
	c.Open(http.StatusOK, path)
	if n := strings.Count(c.Page.Text(), c.W.OffersOpen()); n != 1 {
		t.Errorf("%d rows of one offer", n)
	}
	for range invitation.MostAwaited {
		s.Invite(s.Purchase(nil), "owner@example.com", "en")
	}
	c.Open(http.StatusOK, path)
	c.Has(c.W.OffersMore())
	if n := strings.Count(c.Page.Text(), c.W.OffersOpen()); n != invitation.MostAwaited {
		t.Errorf("%d rows", n)
	}
	c.Open(http.StatusOK, "/account")
	if n := strings.Count(c.Page.Text(), c.W.OffersOpen()); n != 3 {
		t.Errorf("%d rows on the account's first page", n)
	}
}
