package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/locale"
)

// TestGroups follows a customer on whose behalf a partner with full administration makes groups, fills them, deletes a user that is in two and one of
// them; a month later nothing of either is left.
func TestGroups(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "grouped")
	at := "/v1/customers/" + c.Subscription.CustomerID
	ask := func(status int, method, path string, body, into any) {
		t.Helper()
		var headers []string
		if method == http.MethodPatch || method == http.MethodDelete && !strings.Contains(path, "/members/") {
			headers = []string{"If-Match", must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, at+path, nil, nil)).Header.Get("ETag")}
		}
		must(t)(program.Partner.Must(ctx, status, method, at+path, body, into, headers...))
	}
	var made contract.Offer
	must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, &made))
	if _, err := c.browser.Get(ctx, mailed(ctx, t, program.Partner, made.ID, c.Mail)); err != nil {
		t.Fatal(err)
	}
	_, err := c.browser.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, c.browser, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = c.browser.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}

	var ewa, jan contract.CustomerUser
	ask(http.StatusCreated, http.MethodPost, "/users", contract.CustomerUserCreate{Name: "Ewa Lis", Email: address("grouped-ewa")}, &ewa)
	ask(http.StatusCreated, http.MethodPost, "/users", contract.CustomerUserCreate{Name: "Jan Kos", Email: address("grouped-jan")}, &jan)
	var sales, support contract.CustomerGroup
	ask(http.StatusCreated, http.MethodPost, "/groups", contract.CustomerGroupCreate{Name: "Sales"}, &sales)
	ask(http.StatusCreated, http.MethodPost, "/groups", contract.CustomerGroupCreate{Name: "Support"}, &support)
	ask(http.StatusOK, http.MethodPatch, "/groups/"+sales.ID, contract.CustomerGroupUpdate{Name: ptr("Sales North")}, nil)
	for _, g := range []string{sales.ID, support.ID} {
		ask(http.StatusNoContent, http.MethodPut, "/groups/"+g+"/members/"+ewa.ID, nil, nil)
		ask(http.StatusNoContent, http.MethodPut, "/groups/"+g+"/members/"+jan.ID, nil, nil)
	}
	ask(http.StatusNoContent, http.MethodDelete, "/groups/"+support.ID+"/members/"+jan.ID, nil, nil)
	members := func(want int) {
		t.Helper()
		var page contract.CustomerGroupMemberPage
		ask(http.StatusOK, http.MethodGet, "/groups/"+support.ID+"/members", nil, &page)
		if len(page.Data) != want {
			t.Errorf("%d members are listed, not %d", len(page.Data), want)
		}
	}
	members(1)
	ask(http.StatusNoContent, http.MethodDelete, "/users/"+ewa.ID, nil, nil)
	ask(http.StatusNoContent, http.MethodDelete, "/groups/"+sales.ID, nil, nil)
	members(0)

	// By the pages the customer's owner does all of it, and the partner's staff on its behalf.
	v := c.browser
	opened(t, v, pages+"/account")
	opened(t, v, v.Page.Links(w.GroupsTitle())[0])
	opened(t, v, v.Page.Links(w.GroupsNew())[0])
	pressed(t, v, w.GroupsCreate(), "name", "Board", "description", "Who decides")
	board := pages + v.Page.URL.Path
	opened(t, v, board+"/add?search=kos")
	pressed(t, v, w.GroupsAddOne()+" Jan Kos")
	opened(t, v, board+"/edit")
	pressed(t, v, w.PartnerUsersSave(), "name", "The board")
	staff := signIn(ctx, t, person(t, "grouped-staff", contract.CompanyRoleNone).Email, passphrase, "/partner")
	opened(t, staff, pages+"/partner/admin/"+strings.TrimPrefix(c.Subscription.CustomerID, "cus_"))
	opened(t, staff, staff.Page.Links(w.GroupsTitle())[0])
	opened(t, staff, staff.Page.Links("The board")[0])
	pressed(t, staff, w.GroupsRemove()+" Jan Kos")
	if text := staff.Page.Text(); !strings.Contains(text, w.GroupsRemoved("Jan Kos")) || !strings.Contains(text, w.GroupsMembersNone()) {
		t.Errorf("the partner's staff sees:\n%s", text)
	}
	opened(t, v, board+"/delete")
	pressed(t, v, w.GroupsDeleteName("The board"))
	if text := v.Page.Text(); !strings.Contains(text, w.GroupsDeleted()) || !strings.Contains(text, "Support") || strings.Contains(text, "The board") {
		t.Errorf("in the end:\n%s", text)
	}
	settle(t)
	opened(t, c.browser, pages+"/account/activity")
	acts := c.browser.Page.Text()
	for _, one := range []string{
		w.ActivityGroupCreated("Sales"), w.ActivityGroupUpdated("Sales North"), w.ActivityMemberAdded("Support", "Jan Kos"),
		w.ActivityMemberRemoved("Support", "Jan Kos"), w.ActivityGroupDeleted("Sales North"),
		w.ActivityGroupCreated("Board"), w.ActivityMemberAdded("Board", "Jan Kos"), w.ActivityMemberRemoved("The board", "Jan Kos"), w.ActivityGroupDeleted("The board"),
	} {
		if !strings.Contains(acts, one) {
			t.Errorf("no %q in\n%s", one, acts)
		}
	}

	later(t, sys.Now().AddDate(0, 0, customer.RestoreDays).Add(time.Hour))
	ask(http.StatusNotFound, http.MethodGet, "/users/"+ewa.ID, nil, nil)
	var list contract.CustomerGroupPage
	ask(http.StatusOK, http.MethodGet, "/groups", nil, &list)
	if len(list.Data) != 1 || list.Data[0].ID != support.ID || list.Data[0].Members != 0 {
		t.Errorf("groups: %+v", list.Data)
	}
}
