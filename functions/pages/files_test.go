package pages_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/calendar"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture/pagetest"
)

// asking signs in the asking partner's first user, its global administrator; advising that of another partner.
const (
	asking   = "piotr@" + string(pagetest.Asking) + ".example"
	advising = "piotr@" + string(pagetest.Advising) + ".example"
)

// piotr changes the asking partner's first user behind the product's back.
func piotr(s *pagetest.World, change func(*partner.User)) {
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	o := s.Op()
	change(&found[0])
	s.Must(s.SavePartnerUser(context.Background(), found[0], 0, event.New(o, event.Partner(string(pagetest.Asking)), event.Of(found[0].ID, partner.UserUpdatedEvent{})), o))
}

// onDay is how a file writes a time.
func onDay(at time.Time) string { return at.In(calendar.Zone("PL")).Format(time.DateOnly) }

// holds fails where a file has not exactly so many rows below its heads, or none of them has the cells, in their order.
func holds(t *testing.T, rows [][]string, n int, cells ...string) {
	t.Helper()
	if len(rows) != n+1 || len(rows[0]) < len(cells) {
		t.Fatalf("%d rows, not %d: %q", len(rows)-1, n, rows)
	}
	if !slices.ContainsFunc(rows[1:], func(row []string) bool {
		rest := row
		for _, cell := range cells {
			at := slices.IndexFunc(rest, func(one string) bool { return pagetest.Spaced(one) == pagetest.Spaced(cell) })
			if at < 0 {
				return false
			}
			rest = rest[at+1:]
		}
		return true
	}) {
		t.Errorf("no row has %q: %q", cells, rows)
	}
}

// TestPartnerFiles: each list of a partner's is a file with all its rows, more than a page holds, in the reader's language and by the filter that
// is set; another partner finds nothing of it, and who may not see the list gets no file.
func TestPartnerFiles(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		paused := s.MakeOffer(nil)
		s.Invite(paused, "anna@example.com", "pl")
		ola, _ := s.Invite(paused, "ola@example.com", "en")
		s.ChangeInvitation(ola.ID, func(inv invitation.Invitation) (invitation.Invitation, error) { return inv.Decline("red_test", s.At) })
		s.Pause(paused.ID)
		_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
			pagetest.Plain(d)
			d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 200}
		}), "ewa@example.com", language)
		s.AtCheck(link, language, "yes").StartTrial(http.StatusOK)
		of := s.Owner()
		tie, _, err := s.Relationship(t.Context(), of.Customer, pagetest.Asking)
		s.Must(err)
		s.Company(language) // a second customer, without administration
		s.At = s.At.Add(time.Second)
		var newest offer.Offer
		for range 103 { // more than one read, and than one read of their counts
			newest = s.MakeOffer(func(d *offer.Draft) { d.MaxRedemptions = 5 })
		}
		piotr(s, func(u *partner.User) { u.Name = "=1+1" })

		v, other := s.SignedIn(asking, language), s.SignedIn(advising, language)
		w := v.W
		other.Open(http.StatusOK, "/partner/offers?lang="+language)
		other.Lacks(w.SiteDownload())
		suite := pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)

		v.Open(http.StatusOK, "/partner/offers?lang="+language)
		v.See("partner-offers-many")
		rows := v.File(w.SiteDownload())
		if rows[0][0] != w.PartnerOffersOffer() || slices.ContainsFunc(rows, func(row []string) bool { return slices.Contains(row, paused.ID.Reference()) }) {
			t.Errorf("%q", rows)
		}
		holds(t, rows, 105, w.OfferedName(w.OfferedTrial(), suite), newest.ID.Reference(), w.Country("PL"), w.PartnerOffersActive(), w.PartnerOfferUsesOf(0, 5),
			onDay(newest.CreatedAt), onDay(newest.ExpiresAt), s.URL+"/o/"+newest.ID.Code())
		v.Open(http.StatusOK, "/partner/offers?state=paused&kind=trial")
		holds(t, v.File(w.SiteDownload()), 1, paused.ID.Reference(), w.PartnerOffersPaused())
		v.Open(http.StatusOK, "/partner/offers?state=paused&kind=reseller")
		v.Lacks(w.SiteDownload())

		at := "/partner/offers/" + string(paused.ID)
		v.Open(http.StatusOK, at)
		rows = v.File(w.SiteDownload())
		holds(t, rows, 2, "ola@example.com", "English", w.PartnerOfferQueued(), w.OverviewNo(), onDay(s.At))
		holds(t, rows, 2, "anna@example.com", "Polski", w.PartnerOfferPending())
		other.Open(http.StatusNotFound, at+"?format=csv")

		v.Open(http.StatusOK, "/partner/customers")
		v.See("partner-customers")
		rows = v.File(w.SiteDownload())
		holds(t, rows, 2, "Zakład Nowak", w.Country("PL"), w.CustomersUntil(w.DelegatedAdministrationLabel(), tie.Administration.EndsAt)+"; "+w.PartnerOfRecordLabel(), onDay(tie.CreatedAt))
		v.Open(http.StatusOK, "/partner/customers?kind=delegated_administrator")
		holds(t, v.File(w.SiteDownload()), 1)
		v.Open(http.StatusOK, "/partner/customers?kind=reseller")
		v.Lacks(w.SiteDownload())

		v.Open(http.StatusOK, "/partner/relationships")
		v.See("partner-relationships-file")
		holds(t, v.File(w.SiteDownload()), 2, "Zakład Nowak", w.DelegatedAdministrationLabel()+"; "+w.PartnerOfRecordLabel(), onDay(tie.CreatedAt), onDay(tie.Administration.EndsAt))
		v.Open(http.StatusOK, "/partner/relationships?customer=nowak&kind=delegated_administrator&state=active")
		holds(t, v.File(w.SiteDownload()), 1)

		v.Open(http.StatusOK, "/partner/users")
		holds(t, v.File(w.SiteDownload()), 1, "'=1+1", asking, w.RoleGlobalAdmin(), w.CustomerAccessFull())
		v.Open(http.StatusOK, "/partner/users?search=nobody")
		v.Lacks(w.SiteDownload())

		users := "/partner/admin/" + of.Customer.Bare() + "/users"
		v.Open(http.StatusOK, users)
		holds(t, v.File(w.SiteDownload()), 1, of.Name, "ewa@example.com", w.RoleGlobalAdmin())
		other.Open(http.StatusNotFound, users+"?format=csv")

		for _, path := range []string{"/partner/offers", "/partner/customers", "/partner/relationships"} {
			other.Open(http.StatusOK, path+"?format=csv")
			if strings.Count(string(other.Page.Body), "\n") != 1 {
				t.Errorf("another partner's %s:\n%s", path, other.Page.Body)
			}
		}
		piotr(s, func(u *partner.User) { u.CustomerAccess, u.CompanyRole = partner.NoAccess, partner.NoRole })
		for _, path := range []string{"/partner/offers", at, "/partner/customers", "/partner/relationships", "/partner/users", users} {
			v.Open(http.StatusForbidden, path+"?format=csv")
		}
	})
}

// TestCustomerFiles: so are a customer's.
func TestCustomerFiles(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		trial := c.Subscriptions()[0]
		mail := c.Buy(pagetest.Mail, "licenses", "10", "billing_term", "month", "advisor", "other", "partner_id", string(pagetest.Advising))
		suite := pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)
		nobody := c.Colleague("jan@example.com")
		found, _, err := s.FindCustomerUsers(t.Context(), c.ID, "", func(u customer.User) bool { return u.Mail == "jan@example.com" }, dynamo.Page{Limit: 1})
		s.Must(err)
		item := "USER#" + site.ULID(string(found[0].ID))
		s.Set(t, "CUSTOMER#"+c.ID.Bare(), item, &types.AttributeValueMemberS{Value: "@sum"}, "name")
		for _, u := range []string{"a", "b", "c"} {
			c.Colleague(u+"@example.com", customer.UserAdmin)
		}

		c.Open(http.StatusOK, "/account/subscriptions?lang="+language)
		c.See("subscriptions-file")
		rows := c.File(w.SiteDownload())
		holds(t, rows, 2, suite, w.SubscriptionBadgeTrial(30), "25", onDay(trial.CreatedAt), onDay(trial.TrialEndsAt), string(trial.ID))
		holds(t, rows, 2, pagetest.Both("Skylark Mail plan_mail", "Poczta Skylark plan_mail").In(language), w.SubscriptionActive(), "10",
			w.PartnerOfRecordNameAndID("Vistula Advice S.A.", "8765 4323"), onDay(mail.TermEndsAt), string(mail.ID))
		c.Open(http.StatusOK, "/account/partners")
		c.See("partners-file")
		holds(t, c.File(w.SiteDownload()), 2, "Vistula Advice S.A.", "8765 4323", w.Country("PL"), w.PartnerOfRecordLabel())
		c.Open(http.StatusOK, "/account/users")
		c.See("customer-users-file")
		holds(t, c.File(w.SiteDownload()), 5, "'@sum", "jan@example.com", w.RoleNone())
		s.Set(t, "CUSTOMER#"+c.ID.Bare(), item, &types.AttributeValueMemberBOOL{Value: true}, "disabled")
		c.Open(http.StatusOK, "/account/users?status=disabled")
		holds(t, c.File(w.SiteDownload()), 1, "'@sum", w.PartnerUsersDisabled())
		s.Set(t, "CUSTOMER#"+c.ID.Bare(), item, &types.AttributeValueMemberBOOL{Value: false}, "disabled")
		c.Open(http.StatusOK, "/account/receipts")
		c.See("receipts-file")
		rows = c.File(w.SiteDownload())
		holds(t, rows, 2, w.ReceiptTrialOf(suite), pagetest.Baltic, onDay(trial.CreatedAt), w.ReceiptRunning())

		for _, path := range []string{"/account/subscriptions", "/account/partners", "/account/users"} {
			nobody.Open(http.StatusForbidden, path+"?format=csv")
		}
		nobody.Open(http.StatusOK, "/account/receipts?format=csv")
		if strings.Count(string(nobody.Page.Body), "\n") != 1 {
			t.Errorf("who decided nothing reads\n%s", nobody.Page.Body)
		}
	})
}
