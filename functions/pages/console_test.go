package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/tests/fixture/pagetest"
)

// consoleUser is the asking partner's first user, its global administrator.
const consoleUser = "piotr@" + string(pagetest.Asking) + ".example"

// consoleMachine is the path of a machine client of the asking partner, with an old secret that works on where it is rotated.
func consoleMachine(s *pagetest.World, rotated bool) string {
	made, _, err := partner.MakeClient(context.Background(), s, s.Machines, partner.ClientDraft{Partner: pagetest.Asking, Name: "Shop"}, s.Op())
	s.Must(err)
	if rotated {
		_, _, err = partner.RotateClient(context.Background(), s, s.Machines, made.ID, s.Op())
		s.Must(err)
	}
	return "/partner/developers/" + site.ULID(string(made.ID))
}

// trial is where the partner cancels the newest customer's trial, below the customer.
func trial(s *pagetest.World) string {
	return "/subscriptions/" + site.ULID(string(s.Subscriptions()[0].ID)) + "/cancel"
}

// administered makes a customer on trial that gave the asking partner full delegated administration.
func administered(s *pagetest.World) {
	_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
		pagetest.Plain(d)
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull}
	}), "anna@example.com", "en")
	s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
}

// TestConsoleOpeningWritesNothing opens every page of the partners' console by GET and HEAD: the table is byte-equal, and who is not signed in
// is led to the sign-in (infra/design/trust.md, rule 1).
func TestConsoleOpeningWritesNothing(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	administered(s)
	signed, stranger := s.SignedIn(consoleUser, "en"), s.Visitor("en")
	users, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	one, machine, rotated := site.ULID(string(users[0].ID)), consoleMachine(s, false), consoleMachine(s, true)
	who, admin := "/partner/customers/"+s.Owner().Customer.Bare(), "/partner/admin/"+s.Owner().Customer.Bare()
	anna := admin + "/users/" + site.ULID(string(s.Owner().ID))
	sales := group(signed, admin)
	s.WriteListing(pagetest.Asking, nil)
	made := s.MakeOffer(nil)
	of, read := "/partner/offers/"+string(made.ID), consoleList(s, made.ID, users[0].ID)
	ola, _ := s.Invite(made, "ola@example.com", "en")
	before := s.Dump(t)
	for _, path := range []string{
		"/partner", "/partner/offers", "/partner/offers?state=paused&kind=trial", "/partner/offers?cursor=x", "/partner/offers?format=csv",
		"/partner/agreement", "/partner/agreement?done=signed", "/partner/company", "/partner/company?done=email", "/partner/company/edit",
		"/partner/listing", "/partner/listing?done=saved", "/partner/listing/edit", "/partner/listing/preview?in=pl", "/partner/listing/hide", "/partner/listing/show",
		of, of + "?cursor=x", of + "/withdraw", of + "/revoke/" + ola.ID.Bare(), of + "/revoke/none", of + "/preview", of + "/preview?in=pl", of + "/invite", of + "/invite?list=" + read, of + "/invite?list=none", "/partner/offers/none", "/partner/offers/none/preview",
		"/partner/offers/new", "/partner/offers/new?customer=" + s.Owner().Customer.Bare(), "/partner/offers/new?customer=none",
		"/partner/offers/new/country", "/partner/offers/new/country?kind=delegated_administration&customer=" + s.Owner().Customer.Bare(), "/partner/offers/new/country?kind=purchase&follows=" + strings.TrimPrefix(of, "/partner/offers/"),
		"/partner/offers/new/plan?kind=trial", "/partner/offers/new/check?offer=none", "/partner/offers/new/check?offer=" + strings.TrimPrefix(of, "/partner/offers/ofr_"),
		"/partner/users", "/partner/users?search=p", "/partner/users?cursor=x", "/partner/users/new", "/partner/users/" + one, "/partner/users/" + one + "/disable", "/partner/users/none",
		"/partner/developers", "/partner/developers/new", machine, machine + "/secret", machine + "/delete", rotated, rotated + "/old-secret", "/partner/developers/none",
		"/partner/leads", "/partner/leads?status=won", "/partner/leads?cursor=x", "/partner/leads/none", "/partner/customers", "/partner/customers?kind=reseller", "/partner/customers?cursor=x", "/partner/customers?format=csv", "/partner/relationships?format=csv", "/partner/users?format=csv", who, who + "/lower", who + "/step-down",
		"/partner/relationships", "/partner/relationships?kind=reseller&state=ended&customer=x", "/partner/relationships?cursor=x",
		admin, admin + "/company", admin + "/groups", admin + "/groups?cursor=x", admin + "/groups/new", admin + "/groups/none", sales, sales + "?cursor=x", sales + "?done=added&user=none", sales + "/add", sales + "/add?search=a", sales + "/edit", sales + "/delete", admin + "/support", admin + "/support?state=open", admin + "/support?cursor=x", admin + "/support/new", admin + "/support/none", admin + "/domains", admin + "/domains/new", admin + "/domains/none.example", admin + "/domains/none.example/remove", admin + "/users", admin + "/users?search=a", admin + "/users/new", anna, anna + "/edit", anna + "/reset-password", anna + "/disable", admin + "/users/none", "/partner/admin/none",
		who + trial(s), who + "/subscriptions/none/cancel", "/partner/activity", "/partner/activity?customer=" + s.Owner().Customer.Bare(), "/partner/activity?customer=none",
	} {
		for _, v := range []*pagetest.Visitor{signed, stranger} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
				s.Must(err)
				for _, c := range v.Cookies(s.URL) {
					r.AddCookie(c)
				}
				got, err := http.DefaultTransport.RoundTrip(r)
				s.Must(err)
				got.Body.Close()
				if got.StatusCode >= 500 || v == stranger && got.StatusCode != http.StatusSeeOther {
					t.Errorf("%s %s: %d", method, path, got.StatusCode)
				}
			}
		}
	}
	if s.Dump(t) != before {
		t.Error("opening pages changed the table")
	}
}

// consoleList is a list of one recipient that a partner's user read for an offer.
func consoleList(s *pagetest.World, of offer.ID, by partner.UserID) string {
	list, rows := invitation.NewBulk(of, invitation.Review([]invitation.Row{{Mail: "jan@example.com"}}, nil), by, s.Op())
	s.Must(s.SaveBulk(context.Background(), list, rows, s.Op()))
	return list.ID
}

// TestConsoleForgery sends every form of the console as somebody else would: always 403, and nothing is written (infra/design/trust.md, rule 2).
func TestConsoleForgery(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	administered(s)
	s.WriteListing(pagetest.Asking, nil)
	made := s.MakeOffer(nil)
	ola, _ := s.Invite(made, "ola@example.com", "en")
	v, other := s.SignedIn(consoleUser, "en"), s.SignedIn(consoleUser, "en")
	w := v.W
	sales, filled := group(v, "/partner/admin/"+s.Owner().Customer.Bare()), group(v, "/partner/admin/"+s.Owner().Customer.Bare())
	v.Open(http.StatusOK, filled+"/add")
	v.Click(http.StatusOK, w.GroupsAddOne()+" Anna Nowak")
	users, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	one, machine, rotated := "/partner/users/"+site.ULID(string(users[0].ID)), consoleMachine(s, false), consoleMachine(s, true)
	of, read := "/partner/offers/"+string(made.ID), consoleList(s, made.ID, users[0].ID)
	for _, form := range []struct {
		path, button string
		fields       url.Values
	}{
		{"/partner/agreement", w.PartnerAgreementSign(), url.Values{"name": {"Eve"}, "accept": {"yes"}}},
		{"/partner/company/edit", w.PartnerCompanySave(), url.Values{"city": {"Evetown"}}},
		{"/partner/listing", w.ListingSubmit(), nil},
		{"/partner/listing/edit", w.ListingSave(), url.Values{"headline": {"Eve"}}},
		{"/partner/listing/hide", w.ListingHide(), nil},
		{"/partner/listing/show", w.ListingShow(), nil},
		{"/partner/users/new", w.PartnerUsersSend(), url.Values{"name": {"Eve"}, "email": {"eve@example.com"}, "own": {"no"}, "support": {"no"}}},
		{one, w.PartnerUsersSave(), url.Values{"name": {"Eve"}}},
		{of, w.PartnerOfferPause(), nil},
		{of, w.PartnerOfferResend() + " ola@example.com", nil},
		{of + "/revoke/" + ola.ID.Bare(), w.PartnerOfferRevokeButton(), nil},
		{of + "/withdraw", w.PartnerOfferWithdrawButton(), nil},
		{of + "/invite", w.InvitedCheck(), url.Values{"recipients": {"eve@example.com"}}},
		{of + "/invite?list=" + read, w.OfferNewSend(1), nil},
		{"/partner/offers/new/country?kind=trial", w.SiteNext(), url.Values{"country": {"PL"}}},
		{one + "/disable", w.PartnerUsersDisableName("Piotr"), nil},
		{"/partner/developers/new", w.DevelopersMakeButton(), url.Values{"name": {"Eve"}, "own": {"global_admin"}, "customers": {"full"}}},
		{machine + "/secret", w.DevelopersRenewName("Shop"), nil},
		{rotated + "/old-secret", w.DevelopersEndName("Shop"), nil},
		{machine + "/delete", w.DevelopersDeleteName("Shop"), nil},
		{"/partner/customers", w.CustomersFindButton(), url.Values{"find": {"anna@example.com"}}},
		{"/partner/customers/" + s.Owner().Customer.Bare() + "/step-down", w.CustomersStepDown(), nil},
		{"/partner/customers/" + s.Owner().Customer.Bare() + trial(s), w.CustomersCancelTrial(), nil},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/company", w.SettingsSave(), url.Values{"name": {"Eve"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/support/new", w.SupportSend(), url.Values{"subject": {"Eve"}, "message": {"Eve"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/domains/new", w.DomainsAdd(), url.Values{"name": {"eve.example"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/users/new", w.CustomerUsersCreate(), url.Values{"name": {"Eve"}, "email": {"eve@example.com"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/users/" + site.ULID(string(s.Owner().ID)) + "/edit", w.PartnerUsersSave(), url.Values{"name": {"Eve"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/users/" + site.ULID(string(s.Owner().ID)) + "/reset-password", w.CustomerUsersResetButton(), nil},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/users/" + site.ULID(string(s.Owner().ID)), w.CustomerLicensesSave(), nil},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/users/" + site.ULID(string(s.Owner().ID)) + "/mailbox", w.MailboxSet(), url.Values{"from": {"none"}}},
		{"/partner/admin/" + s.Owner().Customer.Bare() + "/groups/new", w.GroupsCreate(), url.Values{"name": {"Eve"}}},
		{sales + "/edit", w.PartnerUsersSave(), url.Values{"name": {"Eve"}}},
		{sales + "/add", w.GroupsAddOne() + " Anna Nowak", nil},
		{sales + "/delete", w.GroupsDeleteName("Group 1"), nil},
		{filled, w.GroupsRemove() + " Anna Nowak", nil},
		{"/partner/company", w.PartnerCompanyEmailSend(), nil}, // once nothing is proved any more, which no offer survives
	} {
		if form.path == "/partner/company" {
			s.Unproved(pagetest.Asking)
		}
		v.Open(http.StatusOK, form.path)
		address, values := v.Page.Form(form.button)
		for name, value := range form.fields {
			values[name] = value
		}
		other.Open(http.StatusOK, form.path)
		_, theirs := other.Page.Form(form.button)
		before := s.Dump(t)
		for name, forged := range map[string]string{"without a token": "", "of another session": theirs.Get("form_token"), "made up": "AAAA"} {
			sent := url.Values{}
			for k, value := range values {
				sent[k] = value
			}
			sent.Set("form_token", forged)
			page, err := v.Post(t.Context(), address, sent)
			s.Must(err)
			if page.Status != http.StatusForbidden {
				t.Errorf("%s %s: %d", form.path, name, page.Status)
			}
		}
		stranger := s.Visitor("en")
		page, err := stranger.Post(t.Context(), address, values)
		s.Must(err)
		if page.Status == http.StatusOK && page.URL.Path != "/sign-in" {
			t.Errorf("%s signed out: %d on %s", form.path, page.Status, page.URL)
		}
		if s.Dump(t) != before {
			t.Errorf("%s: a forged form changed the table", form.path)
		}
	}
}

// TestConsoleIsThePartnersAccount: who signs in as a partner's user is led from the account to the console.
func TestConsoleIsThePartnersAccount(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.SignedIn(consoleUser, "en")
	v.Open(http.StatusOK, "/account?view=dashboard")
	v.At("/partner")
	v.Has(v.W.OverviewTitle())
}
