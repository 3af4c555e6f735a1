package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/provisioning"
)

// TestDomains follows a customer's domain: a partner with full administration adds it, the customer sets its record, the partner verifies and finds it, the
// vendor's systems set it up; the record goes, the domain is lost, comes back and is removed.
func TestDomains(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "domains")
	of := customer.ID(c.Subscription.CustomerID)
	at, name := "/v1/customers/"+string(of)+"/domains", "journey-"+of.Bare()+".example"
	ask := func(status int, method, path string, body, into any) {
		t.Helper()
		var headers []string
		if method == http.MethodDelete {
			headers = []string{"If-Match", must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, path, nil, nil)).Header.Get("ETag")}
		}
		must(t)(program.Partner.Must(ctx, status, method, path, body, into, headers...))
	}
	find := func(status int) {
		t.Helper()
		ask(status, http.MethodPost, "/v1/customer-searches", contract.CustomerSearch{Domain: ptr(strings.ToUpper(name))}, nil)
	}
	task := func(status string) {
		t.Helper()
		settle(t)
		var found contract.ProvisioningTask
		ask(http.StatusOK, http.MethodGet, "/v1/provisioning-tasks/"+string(provisioning.IDForDomain(of, customer.DomainName(name))), nil, &found)
		if found.Kind != contract.ProvisioningKindDomain || found.Subject != name || found.Details["status"] != status {
			t.Errorf("the vendor's systems are asked for %+v, not %s", found, status)
		}
	}
	var made contract.Offer
	ask(http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, &made)
	if _, err := c.browser.Get(ctx, mailed(ctx, t, program.Partner, made.ID, c.Mail)); err != nil {
		t.Fatal(err)
	}
	_, err := c.browser.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, c.browser, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = c.browser.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}

	var d contract.CustomerDomain
	ask(http.StatusCreated, http.MethodPost, at, contract.CustomerDomainCreate{Name: name}, &d)
	ask(http.StatusConflict, http.MethodPost, at+"/"+name+"/verify", nil, nil)
	find(http.StatusNotFound)
	sys.DNS.Set(d.Record.Name, d.Record.Value)
	ask(http.StatusOK, http.MethodPost, at+"/"+name+"/verify", nil, &d)
	find(http.StatusOK)
	task("active")

	opened(t, c.browser, pages+"/account/activity")
	acts := c.browser.Page.Text()
	for _, one := range []string{w.ActivityDomainAdded(name), w.ActivityDomainVerified(name)} {
		if !strings.Contains(acts, one) {
			t.Errorf("no %q in\n%s", one, acts)
		}
	}

	// The customer has another one by its own pages.
	opened(t, c.browser, pages+"/account/domains/new")
	pressed(t, c.browser, w.DomainsAdd(), "name", "own-"+name)
	var own contract.CustomerDomain
	ask(http.StatusOK, http.MethodGet, at+"/own-"+name, nil, &own)
	sys.DNS.Set(own.Record.Name, own.Record.Value)
	pressed(t, c.browser, w.DomainsCheck())
	opened(t, c.browser, pages+"/account/domains")
	opened(t, c.browser, pages+"/account/domains/own-"+name+"/remove")
	pressed(t, c.browser, w.DomainsRemoveName("own-"+name))

	// The record goes; the job says so, waits, and then takes the domain away.
	sys.DNS.Set(d.Record.Name)
	later(t, sys.Now().AddDate(0, 0, customer.RecheckDays).Add(time.Hour))
	ask(http.StatusOK, http.MethodGet, at+"/"+name, nil, &d)
	if d.Status != contract.CustomerDomainStatusVerified || d.LosesAt == nil {
		t.Errorf("without its record it is %+v", d)
	}
	find(http.StatusOK)
	later(t, sys.Now().AddDate(0, 0, customer.LostDays).Add(time.Hour))
	ask(http.StatusOK, http.MethodGet, at+"/"+name, nil, &d)
	if d.Status != contract.CustomerDomainStatusLost {
		t.Errorf("two weeks without its record it is %s", d.Status)
	}
	find(http.StatusNotFound)
	task("removed")

	sys.DNS.Set(d.Record.Name, d.Record.Value)
	ask(http.StatusOK, http.MethodPost, at+"/"+name+"/verify", nil, nil)
	task("active")
	var list contract.CustomerDomainPage
	if ask(http.StatusOK, http.MethodGet, at, nil, &list); len(list.Data) != 1 || list.Data[0].Name != name {
		t.Errorf("listed: %+v", list.Data)
	}
	ask(http.StatusNoContent, http.MethodDelete, at+"/"+name, nil, nil)
	find(http.StatusNotFound)
	task("removed")
}
