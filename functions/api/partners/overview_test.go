package partners_test

import (
	"slices"
	"testing"
	"time"

	"liaison/functions/api/partners"
	"liaison/shared/contract"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

// TestOverview says what is left to set up, to the partner itself and to operators, whose read is an event; another partner's is none.
func TestOverview(t *testing.T) {
	a := open(t)
	mine, admin := take(t, a, "Contoso")
	_, other := take(t, a, "Fabrikam")
	at := "/v1/partners/" + mine.PartnerID + "/overview"
	var got contract.PartnerOverview
	first := a.Call(t, admin, "GET", "/v1/partners/me/overview", nil).Want(t, 200, "")
	first.Into(t, &got)
	if want := (contract.PartnerSteps{AgreementSigned: true}); got.Steps != want || got.AcceptedThisMonth != 0 || len(got.NextTrials)+len(got.LatestAnswers) != 0 {
		t.Errorf("%+v", got)
	}
	a.Call(t, admin, "GET", at, nil, "If-None-Match", first.Header.Get("ETag")).Want(t, 304, "")
	a.Call(t, operator, "POST", "/v1/partners/"+mine.PartnerID+"/verify", nil).Want(t, 200, "")
	if a.Call(t, operator, "GET", at, nil).Want(t, 200, "").Into(t, &got); !got.Steps.ProfileVerified {
		t.Errorf("verified, and %+v", got.Steps)
	}
	a.Call(t, other, "GET", at, nil).Want(t, 404, "not_found")
	if kinds := events(t, a, mine.PartnerID); !slices.Contains(kinds, "operator.read") {
		t.Errorf("no event of the operator's read: %v", kinds)
	}
}

// TestOverviewNumbers counts who can answer, and a trial that was taken up, and lists it once it ends soon, by the customer's name.
func TestOverviewNumbers(t *testing.T) {
	f := fixture.Open(t)
	w := f.Populate(t)
	owner := w.Trial(t, "anna@customer.example", "yes")
	w.Invite(t, w.Offer(t, nil).ID, "ola@customer.example", "ewa@customer.example")
	a := gatewaytest.Open(t, fixture.Table{Table: f.Table}, f.Env, partners.Overview(f.Table))
	var got contract.PartnerOverview
	a.Call(t, operator, "GET", "/v1/partners/"+string(w.Partner)+"/overview", nil).Want(t, 200, "").Into(t, &got)
	if got.AwaitingAnswer != 2 || got.AwaitingMore || got.AcceptedThisMonth != 1 || got.TrialsEnding != 0 || !got.Steps.OfferMade || len(got.LatestAnswers) != 1 {
		t.Fatalf("%+v", got)
	}
	if one := got.LatestAnswers[0]; one.RedemptionID != string(owner.ID) || one.CustomerName == nil || *one.CustomerName != owner.Customer.Name || one.Kind != "trial" {
		t.Errorf("%+v", one)
	}
	// 20 days on the trial ends soon, and of another month its answer is no longer this month's.
	a.Later(t, 20*24*time.Hour).Call(t, operator, "GET", "/v1/partners/"+string(w.Partner)+"/overview", nil).Want(t, 200, "").Into(t, &got)
	if got.TrialsEnding != 1 || len(got.NextTrials) != 1 || got.NextTrials[0].SubscriptionID != string(owner.First().ID) {
		t.Errorf("20 days on %+v", got)
	}
	a.Later(t, 32*24*time.Hour).Call(t, operator, "GET", "/v1/partners/"+string(w.Partner)+"/overview", nil).Want(t, 200, "").Into(t, &got)
	if got.AwaitingAnswer != 0 || got.AcceptedThisMonth != 0 || got.TrialsEnding != 0 {
		t.Errorf("32 days on %+v", got)
	}
}
