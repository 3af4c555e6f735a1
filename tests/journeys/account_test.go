package journeys

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/tests/fixture"
)

// TestAccount is a signed-in customer without any offer: it buys with a typed partner ID, converts its trial, changes licences, names a
// partner for two subscriptions, cancels and undoes, and downloads what happened.
func TestAccount(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	if _, err := administers(); err != nil { // the other partner may advise on the suite
		t.Fatal(err)
	}
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+program.Other+"/authorisations/plan_mail",
		contract.PartnerAuthorise{Countries: []string{"PL"}}, nil))
	c := customerWithPassword(ctx, t, "buyer")
	v := c.browser
	pages := sys.Endpoints.Pages
	leads := func(path string, err error) {
		t.Helper()
		if err != nil || v.Page.Status != http.StatusOK || !strings.HasPrefix(v.Page.URL.Path, path) {
			t.Fatalf("%d on %s, not %s: %v\n%s", v.Page.Status, v.Page.URL, path, err, v.Page.Text())
		}
	}
	get := func(path string) {
		t.Helper()
		_, err := v.Get(ctx, pages+path)
		leads(strings.Split(path, "?")[0], err)
	}
	press := func(to, button string, fields ...string) {
		t.Helper()
		_, err := v.Press(ctx, button, fields...)
		leads(to, err)
	}

	get("/account/buy")
	get("/account/buy/plan_mail")
	press("/account/buy/plan_mail", w.PartnerIDCheck(), "licenses", "7", "partner_id", program.PartnerID)
	if !strings.Contains(v.Page.Text(), "Baltic Bridge IT sp. z o.o., Gdańsk") {
		t.Fatalf("whose ID it is:\n%s", v.Page.Text())
	}
	press("/account/buy/plan_mail/check", w.SiteNext())
	press("/receipts/red_", w.BuyPlaceOrder(), "agree", "yes")
	get("/account/buy/plan_suite")
	press("/account/buy/plan_suite/check", w.SiteNext(), "licenses", "12")
	press("/receipts/red_", w.BuyPlaceOrder(), "agree", "yes")

	get("/account/subscriptions")
	mail, suite := v.Page.Links("Skylark Mail"), v.Page.Links("Skylark Suite")
	if len(mail) != 1 || len(suite) != 1 {
		t.Fatalf("%v %v:\n%s", mail, suite, v.Page.Text())
	}
	var sold contract.Subscription
	must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+c.Subscription.ID, nil, &sold))
	if sold.Status != contract.SubscriptionStatusActive || sold.Licenses.Bought != 12 || sold.Trial {
		t.Fatalf("the trial after its conversion: %+v", sold)
	}
	paid := strings.TrimPrefix(mail[0], pages)

	get(paid + "/licenses")
	press(paid+"/licenses", w.SiteNext(), "licenses", "9")
	press(paid, w.LicencesButton())

	get("/account/subscriptions/partner?what=other&s=" + last(mail[0]) + "," + last(suite[0]))
	press("/account/subscriptions/partner/check", w.SiteNext(), "partner_id", program.Other)
	press("/account/subscriptions/partner/check", w.PartnerOfRecordRequestButton("Green Field Advisers Ltd"))
	if said := v.Page.Text(); !strings.Contains(said, w.PartnerOfRecordResultTitle(2, 2)) {
		t.Fatalf("the result:\n%s", said)
	}
	receipt := v.Page.Links("Receipt ")
	if len(receipt) != 1 {
		t.Fatalf("receipts %v", receipt)
	}
	if _, err := v.Get(ctx, receipt[0]); err != nil || v.Page.Status != http.StatusOK {
		t.Fatalf("the receipt: %d %v", v.Page.Status, err)
	}

	get(paid + "/cancel")
	press(paid, w.CancelPaidButton())
	get(paid + "/undo")
	press(paid, w.UndoButton())
	get("/account/agreements")
	if records := v.Page.Links("Receipt "); len(records) == 0 {
		t.Fatalf("no receipt of what was accepted:\n%s", v.Page.Text())
	} else if _, err := v.Get(ctx, records[0]); err != nil || v.Page.Status != http.StatusOK || !strings.Contains(v.Page.Text(), w.ReceiptGranted()) {
		t.Fatalf("the receipt: %d %v", v.Page.Status, err)
	}
	get("/account/receipts")
	if said := v.Page.Text(); !strings.Contains(said, w.ReceiptViaAccount()) || !strings.Contains(said, w.ReceiptActive()) {
		t.Fatalf("receipts:\n%s", said)
	}
	get("/account/settings")
	get("/account/settings/you")
	press("/account/settings", w.SettingsSave(), "name", "Anna Lis")
	get("/account/settings/you")
	press("/account/settings", w.SettingsSave(), "name", "Anna Nowak-Lis") // she is found by the former name no more
	if said := v.Page.Text(); !strings.Contains(said, "Anna Nowak-Lis") || !strings.Contains(said, w.SettingsSaved()) {
		t.Fatalf("settings:\n%s", said)
	}
	get("/account/export")
	press("/account/export/part", w.ExportBegin())
	if files := v.Page.Links(w.ExportDownload(1)); len(files) != 1 {
		t.Fatalf("no file:\n%s", v.Page.Text())
	} else if _, err := v.Get(ctx, files[0]); err != nil || v.Page.Status != http.StatusOK || !strings.Contains(string(v.Page.Body), `"kind":"receipt"`) {
		t.Fatalf("the file: %d %v", v.Page.Status, err)
	}
	get("/account/settings/company")
	press("/account/settings", w.SettingsSave(), "name", "Nowak i Lis")
	if said := v.Page.Text(); !strings.Contains(said, "Nowak i Lis") || !strings.Contains(said, w.SettingsCompanySaved()) {
		t.Fatalf("settings:\n%s", said)
	}
	colleague(ctx, t, c.Subscription.CustomerID)
	get("/account/settings/billing-owner")
	press("/account/settings", w.SettingsOwnerTitle(), "owner", strings.Repeat("0", 26))
	if said := v.Page.Text(); !strings.Contains(said, w.SettingsOwnerChanged()) {
		t.Fatalf("settings:\n%s", said)
	}
	get("/account/activity")
	file := v.Page.Links(w.ActivityDownload())
	if len(file) != 1 {
		t.Fatalf("%v", file)
	}
	if _, err := v.Get(ctx, file[0]); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(v.Page.Body))).ReadAll()
	if err != nil || !strings.HasPrefix(v.Page.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%v %v", err, v.Page.Header)
	}
	said := map[string]int{}
	for _, row := range rows[1:] {
		said[row[5]]++
	}
	for kind, n := range map[string]int{
		"subscription.converted": 1, "subscription.licenses_changed": 1, "partner_of_record.changed": 2, "subscription.cancelled": 1, "subscription.cancellation_undone": 1,
		"customer_user.updated": 2, "customer.changed": 2,
	} {
		if said[kind] != n {
			t.Errorf("%d %s, not %d: %v", said[kind], kind, n, said)
		}
	}
}

// colleague is one more user of a customer, behind the product's back: no operation makes one yet.
func colleague(ctx context.Context, t *testing.T, of string) {
	t.Helper()
	user := customer.UserID("usr_" + customer.ID(of).Bare() + "_" + strings.Repeat("0", 26))
	_, err := sys.Table().PutItem(ctx, &dynamodb.PutItemInput{TableName: &sys.Endpoints.Table, Item: fixture.MemberItem(user, "jan@example.com", sys.Now())})
	if err != nil {
		t.Fatal(err)
	}
}

// last returns the last part of the id at the end of an address.
func last(address string) string { return address[strings.LastIndexByte(address, '_')+1:] }
