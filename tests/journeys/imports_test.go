package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/shared/contract"
	"liaison/shared/locale"
)

// applied lets the job apply the imports that were started.
func applied(t *testing.T) {
	t.Helper()
	if err := sys.Tick(patience(t), "ImportsJob", sys.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	settle(t)
}

// TestImports: a customer's administrator reads a file of users, sees what would become of each row, starts it, and mends what failed; each new user is
// mailed once. A partner with full rights gives them licences, groups and mailboxes from files by API, and both sides see it.
func TestImports(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "importing")
	domain := "import-" + strings.TrimPrefix(c.Subscription.CustomerID, "cus_") + ".example"
	v, ewa, jan, ola := c.browser, "ewa@"+domain, "jan@"+domain, "ola@"+domain
	opened(t, v, pages+"/account")
	opened(t, v, v.Page.Links(w.ImportsTitle())[0])
	says := func(words ...string) {
		t.Helper()
		for _, one := range words {
			if text := v.Page.Text(); !strings.Contains(text, one) {
				t.Fatalf("no %q in\n%s", one, text)
			}
		}
	}
	pressed(t, v, w.ImportsRead(), "kind", "users", "file", "User Name;Display Name\n"+ewa+";Ewa Lis\n"+jan+";Jan Kos\n=1+1;Ola Sowa\n")
	says(w.ImportsChecked(3, 2, 0, 1))
	here := v.Page.URL.Path
	pressed(t, v, w.ImportsStart(2))
	says(w.ImportsProgress(), w.ImportsSoon())
	applied(t)
	opened(t, v, pages+here)
	says(w.ImportsDonePartly(), w.ImportsCounts(2, 0, 1))
	for _, mail := range []string{ewa, jan} {
		if got := subjects(t, mail); len(got) != 1 {
			t.Errorf("mails to %s: %q", mail, got)
		}
	}
	failed := string(opened(t, v, pages+here+"/failed").Body)
	opened(t, v, pages+"/account/imports")
	pressed(t, v, w.ImportsRead(), "kind", "users", "text", strings.Replace(strings.TrimPrefix(failed, "\ufeff"), "'=1+1", ola, 1))
	pressed(t, v, w.ImportsStart(1))
	applied(t)
	opened(t, v, pages+"/account/users")
	says(ewa, jan, ola)

	// The partner, once the customer says yes to full rights.
	at := "/v1/customers/" + c.Subscription.CustomerID
	var made contract.Offer
	must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL", DelegatedAdministration: &contract.DelegationRequest{Role: "full", DurationDays: ptr(100)},
	}, &made))
	if _, err := v.Get(ctx, mailed(ctx, t, program.Partner, made.ID, c.Mail)); err != nil {
		t.Fatal(err)
	}
	_, err := v.Press(ctx, w.SiteNext(), "delegation", "yes")
	sees(t, v, err, http.StatusOK, w.RedeemCheckTitle())
	if _, err = v.Press(ctx, w.RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes"); err != nil {
		t.Fatal(err)
	}
	run := func(kind contract.ImportKind, file string) (report contract.ImportReport) {
		t.Helper()
		var check contract.ImportCheck
		must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodPost, at+"/imports", contract.ImportCreate{Kind: kind, Csv: file, DryRun: ptr(true)}, &check))
		var one contract.Import
		must(t)(program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, at+"/imports", contract.ImportCreate{Kind: kind, Csv: file}, &one))
		applied(t)
		must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, at+"/imports/"+one.ID, nil, &report))
		if report.Status != "done" || report.Made != check.Makes || report.Failed != check.Fails || len(report.Errors) != len(check.Errors) {
			t.Errorf("%s: %+v, tried %+v", kind, report, check)
		}
		return report
	}
	if got := run("licenses", "address,plan\n"+ewa+","+c.Subscription.PlanID+"\n"+jan+",plan_none\n"); got.Made != 1 || got.Failed != 1 {
		t.Errorf("licences: %+v", got)
	}
	if got := run("groups", "group,address\nSales,"+ewa+"\nSales,"+jan+"\n"); got.Made != 2 {
		t.Errorf("groups: %+v", got)
	}
	if got := run("mailboxes", "address\n"+ewa+"\n"); got.Failed != 1 || got.Errors[0].Code != "domain_unverified" {
		t.Errorf("mailboxes at a domain that is not verified: %+v", got)
	}
	owns(t, program.Partner, c.Subscription.CustomerID, domain)
	if got := run("mailboxes", "address,source,server\n"+ewa+",imap,imap.old.example\n"+jan+",,\n"); got.Made != 1 || got.Failed != 1 {
		t.Errorf("mailboxes: %+v", got)
	}
	var list contract.ImportPage
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, at+"/imports", nil, &list))
	if len(list.Data) != 6 {
		t.Errorf("%d imports are listed", len(list.Data))
	}
	opened(t, v, pages+"/account/activity")
	says(w.ActivityImportStarted(2), w.ActivityImportFinished(2, 0, 0))
	settle(t)
}
