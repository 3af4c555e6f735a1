package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/contract"
)

// termsNow is the version of the customer terms that counts; other journeys publish newer ones.
func termsNow(t *testing.T) string {
	t.Helper()
	var head contract.Terms
	must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/terms/customer?language=en", nil, &head))
	return head.Version
}

// TestBuying walks a customer by the API: it buys two subscriptions, changes the licences of one, names a partner of record on both, cancels,
// undoes it and cancels again; time renews the one and ends, announces and deletes the other.
func TestBuying(t *testing.T) {
	ctx := patience(t)
	c := customerWithPassword(ctx, t, "buying")
	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	var plans contract.PlanPage
	must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, "/v1/plans", nil, &plans))
	at := slices.IndexFunc(plans.Data, func(p contract.Plan) bool { return p.ID == "plan_mail" })
	if at < 0 || len(plans.Data[at].Prices) != 1 || plans.Data[at].Prices[0].Price.Currency != "PLN" || plans.Data[at].Offerable != nil {
		t.Fatalf("%+v", plans.Data)
	}
	buy := func() (made contract.Subscription) {
		t.Helper()
		must(t)(person.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/subscriptions", contract.SubscriptionCreate{
			PlanID: "plan_mail", BillingTerm: "month", TermsVersion: termsNow(t), AddTo: ptr("separate"), Price: &plans.Data[at].Prices[0].Price,
		}, &made))
		return made
	}
	stays, goes := buy(), buy()
	path := func(s contract.Subscription) string { return "/v1/subscriptions/" + s.ID }
	must(t)(person.Must(ctx, http.StatusOK, http.MethodPatch, path(stays), contract.SubscriptionUpdate{Licenses: 8}, &stays, "If-Match", `"1-active"`))
	var check contract.PartnerCheck
	must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partner-checks", contract.PartnerCheckCreate{PartnerID: program.PartnerID, PlanID: ptr("plan_mail")}, &check))
	if !check.Eligible || stays.Licenses.Bought != 8 {
		t.Fatalf("%+v %+v", check, stays)
	}
	var changed contract.PartnerOfRecordChange
	must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partner-of-record-changes", contract.PartnerOfRecordChangeCreate{
		SubscriptionIds: []string{stays.ID, goes.ID}, PartnerID: &program.PartnerID,
	}, &changed))
	if len(changed.Data) != 2 || changed.Data[0].Result != "changed" || changed.Data[1].Result != "changed" {
		t.Fatalf("%+v", changed)
	}
	receipt := "/v1/redemptions/" + *changed.RedemptionID + "/receipt"
	mine, theirs := must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, receipt, nil, nil)), must(t)(program.Partner.Must(ctx, http.StatusOK, http.MethodGet, receipt, nil, nil))
	if string(mine.Body) != string(theirs.Body) {
		t.Fatalf("%s\n%s", mine.Body, theirs.Body)
	}
	for _, act := range []string{"/cancel", "/undo-cancel", "/cancel"} {
		must(t)(person.Must(ctx, http.StatusOK, http.MethodPost, path(goes)+act, nil, &goes))
	}
	if goes.Status != "active" || goes.CancelsAt == nil {
		t.Fatalf("%+v", goes)
	}
	ends := *goes.CancelsAt
	for _, step := range []struct {
		at     time.Time
		status contract.SubscriptionStatus
	}{
		{ends.Add(time.Hour), "cancelled"},
		{ends.AddDate(0, 0, 24), "cancelled"}, // announced
		{ends.AddDate(0, 0, 40), "deleted"},
	} {
		later(t, step.at)
		settle(t)
		must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, path(goes), nil, &goes))
		must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, path(stays), nil, &stays))
		if goes.Status != step.status || stays.Status != "active" || !stays.TermEndsAt.After(step.at) {
			t.Fatalf("at %s: %+v\n%+v", step.at, goes, stays)
		}
	}
	var events contract.EventPage
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events?limit=100&customer_id="+stays.CustomerID, nil, &events))
	changes := map[string][]string{}
	for _, e := range slices.Backward(events.Data) {
		if kind, of, found := strings.Cut(e.Type, "."); found && kind == "subscription" {
			changes[e.Subject] = append(changes[e.Subject], of)
		}
	}
	if got := strings.Join(changes[goes.ID], " "); got != "created cancelled cancellation_undone cancelled cancelled deletion_announced deletion_scheduled deleted" {
		t.Errorf("%s", got)
	}
	if got := strings.Join(changes[stays.ID], " "); !strings.HasPrefix(got, "created licenses_changed renewed") {
		t.Errorf("%s", got)
	}
}
