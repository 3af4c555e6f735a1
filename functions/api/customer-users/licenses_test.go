package customerusers_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/customer-users"
	"liaison/infra/operate/verify"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/subscription"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func (s *story) license(t *testing.T, by, id string, of ...subscription.ID) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, by, "PUT", s.at+"/"+id+"/licenses", object{"subscription_ids": append([]subscription.ID{}, of...)}, "If-Match", s.tag(t, id))
}

// counts checks how many licences of the trial are assigned, and that no user has another count.
func (s *story) counts(t *testing.T, want int) {
	t.Helper()
	stored, err := s.World.Table.StoredSubscription(t.Context(), s.sub)
	if err != nil || stored.Licenses.Assigned != want {
		t.Errorf("%d licences are assigned, want %d: %v", stored.Licenses.Assigned, want, err)
	}
	report, err := verify.Table(t.Context(), s.Table.Table, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		if v.Invariant == "I13" {
			t.Error(v)
		}
	}
}

func (s *story) buy(t *testing.T, licenses int) {
	t.Helper()
	s.SetSubscription(t, s.sub, &types.AttributeValueMemberN{Value: strconv.Itoa(licenses)}, "card", "licenses", "bought")
}

func (s *story) stand(t *testing.T, status subscription.Status) {
	t.Helper()
	s.SetSubscription(t, s.sub, &types.AttributeValueMemberS{Value: string(status)}, "card", "status")
}

// TestLicenses gives a user a licence and takes it; the same once more changes nothing.
func TestLicenses(t *testing.T) {
	s := open(t, offer.RoleFull)
	ewa := s.hire(t, "ewa")
	at := s.at + "/" + ewa.ID + "/licenses"
	wish := object{"subscription_ids": []string{string(s.sub)}}
	s.Call(t, "owner", "PUT", at, wish).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "PUT", at, wish, "If-Match", `"1"`).Want(t, 412, "precondition_failed")
	s.Call(t, "owner", "PUT", at, object{}, "If-Match", s.tag(t, ewa.ID)).Want(t, 422, "required")
	before := s.tag(t, ewa.ID)
	answer := s.license(t, "owner", ewa.ID, s.sub, s.sub).Want(t, 200, "")
	var got contract.CustomerUserLicenses
	answer.Into(t, &got)
	want := contract.CustomerUserLicense{SubscriptionID: string(s.sub), PlanID: string(s.Plan), Status: "trialing", Bought: 25, Assigned: 1, Available: 24}
	if got.UserID != ewa.ID || !slices.Equal(got.Licenses, []contract.CustomerUserLicense{want}) {
		t.Errorf("given: %s", answer.Body)
	}
	now := s.tag(t, ewa.ID)
	if now == before || answer.Header.Get("ETag") != now {
		t.Errorf("the tag was %s, is %s, was answered as %s", before, now, answer.Header.Get("ETag"))
	}
	s.Call(t, "owner", "PUT", at, wish, "If-Match", before).Want(t, 412, "precondition_failed")
	var read contract.CustomerUser
	s.Call(t, "owner", "GET", s.at+"/"+ewa.ID, nil).Want(t, 200, "").Into(t, &read)
	if !slices.Equal(read.Licenses, []string{string(s.sub)}) {
		t.Errorf("the user has %v", read.Licenses)
	}
	events := s.Events(t)
	s.license(t, apitest.Full, ewa.ID, s.sub).Want(t, 200, "")
	if n := s.Events(t) - events; n != 0 {
		t.Errorf("the same set leaves %d events", n)
	}
	s.counts(t, 1)
	s.license(t, apitest.Full, ewa.ID).Want(t, 200, "").Into(t, &got)
	if len(got.Licenses) != 0 {
		t.Errorf("taken: %+v", got)
	}
	s.counts(t, 0)
	changes := s.Changes(t, event.Customer(string(s.of)), ewa.ID)
	given, _ := event.As[customer.LicensesChangedEvent](changes[len(changes)-2])
	taken, _ := event.As[customer.LicensesChangedEvent](changes[len(changes)-1])
	if !slices.Equal(given.Given, []string{string(s.sub)}) || given.Taken != nil || taken.Given != nil || !slices.Equal(taken.Taken, []string{string(s.sub)}) {
		t.Errorf("told: %+v %+v", given, taken)
	}
}

// TestLicensesRefused: no licence is given that there is not, and none of what the customer cannot use; what a user has stays and can be taken.
func TestLicensesRefused(t *testing.T) {
	s := open(t, offer.RoleFull)
	ewa, adam, admin := s.hire(t, "ewa"), s.hire(t, "adam"), s.hire(t, "admin", "service_admin")
	other := enter(t, s.World, "", "owner2")
	for _, of := range []subscription.ID{other.sub, "sub_x", subscription.ID("sub_" + s.of.Bare() + "_01kaj4t0n5q0s2v4x6z8a1b3c5")} {
		got := s.license(t, "owner", ewa.ID, s.sub, of)
		if got.Status != 422 || !strings.Contains(string(got.Body), "/subscription_ids/1") {
			t.Errorf("of %s: %d %s", of, got.Status, got.Body)
		}
	}
	s.license(t, "admin", ewa.ID, s.sub).Want(t, 403, "forbidden")
	s.hire(t, "manager", "user_admin")
	s.license(t, "manager", admin.ID, s.sub).Want(t, 403, "target_is_admin")
	s.license(t, apitest.Limited, ewa.ID, s.sub).Want(t, 403, "forbidden")
	s.license(t, "manager", ewa.ID, s.sub).Want(t, 200, "")

	s.buy(t, 1)
	got := s.license(t, "owner", adam.ID, s.sub).Want(t, 409, "no_license_left")
	if text := string(got.Body); !strings.Contains(text, "Plan: "+string(s.Plan)+", available: 0, bought: 1, assigned: 1.") {
		t.Errorf("it says %s", text)
	}
	s.buy(t, 2)
	for _, status := range []subscription.Status{subscription.Suspended, subscription.Cancelled, subscription.Expired, subscription.Deleted} {
		s.stand(t, status)
		got := s.license(t, "owner", adam.ID, s.sub).Want(t, 409, "subscription_not_assignable")
		if !strings.Contains(string(got.Body), "state: "+string(status)) {
			t.Errorf("it says %s", got.Body)
		}
		s.license(t, "owner", ewa.ID, s.sub).Want(t, 200, "") // it stays
	}
	s.license(t, "owner", ewa.ID).Want(t, 200, "")
	s.stand(t, subscription.Trialing)
	s.Later(t, 30*day, customerusers.SetLicenses(s.Table)).Call(t, "owner", "PUT", s.at+"/"+adam.ID+"/licenses", object{"subscription_ids": []string{string(s.sub)}}, "If-Match", s.tag(t, adam.ID)).
		Want(t, 409, "subscription_not_assignable")
	s.counts(t, 0)
}

// TestLicensesGivenBack: who is deleted has none any more, also once it is restored; who is disabled keeps them.
func TestLicensesGivenBack(t *testing.T) {
	s := open(t, "")
	ewa := s.hire(t, "ewa")
	s.license(t, "owner", ewa.ID, s.sub).Want(t, 200, "")
	s.patch(t, "owner", ewa.ID, object{"disabled": true}).Want(t, 200, "")
	s.counts(t, 1)
	s.remove(t, "owner", ewa.ID).Want(t, 204, "")
	s.counts(t, 0)
	s.license(t, "owner", ewa.ID, s.sub).Want(t, 409, "user_deleted")
	var read contract.CustomerUser
	s.Call(t, "owner", "POST", s.at+"/"+ewa.ID+"/restore", nil).Want(t, 200, "").Into(t, &read)
	if len(read.Licenses) != 0 {
		t.Errorf("restored with %v", read.Licenses)
	}
	if got := s.types(t, ewa.ID); !strings.HasSuffix(got, "customer_user.deleted customer_user.licenses_changed customer_user.restored") {
		t.Errorf("happened: %s", got)
	}
}

// TestLicensesAtOnce: 64 workers give the last 10 licences to 64 users, then all of them give and take; never is one given that there is not.
func TestLicensesAtOnce(t *testing.T) {
	s := open(t, "")
	s.buy(t, 10)
	const workers = 64
	users := make([]string, workers)
	for i := range users {
		users[i] = string(s.Member(t, s.of, fmt.Sprintf("u%d@customer.example", i)))
	}
	var won, lost atomic.Int32
	set := func(id string, of ...subscription.ID) gatewaytest.Answer {
		for {
			if got := s.license(t, "owner", id, of...); got.Status != 503 {
				return got
			}
		}
	}
	var all sync.WaitGroup
	for _, id := range users {
		all.Go(func() {
			switch got := set(id, s.sub); {
			case got.Status == 200:
				won.Add(1)
			case got.Code() == "no_license_left":
				lost.Add(1)
			default:
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
	all.Wait()
	if won.Load() != 10 || lost.Load() != workers-10 {
		t.Errorf("%d have one, %d were refused", won.Load(), lost.Load())
	}
	s.counts(t, 10)
	var has atomic.Int32
	for i, id := range users {
		all.Go(func() {
			for round := range 2 {
				if (i+round)%2 == 0 {
					set(id, s.sub)
				} else {
					set(id)
				}
			}
			var read contract.CustomerUser
			s.Call(t, "owner", "GET", s.at+"/"+id, nil).Into(t, &read)
			has.Add(int32(len(read.Licenses)))
		})
	}
	all.Wait()
	if has.Load() > 10 {
		t.Errorf("%d have one", has.Load())
	}
	s.counts(t, int(has.Load()))
}

// TestLicensesMeanwhile: between the decision and the write the last licence goes, or the subscription stops: nothing is given.
func TestLicensesMeanwhile(t *testing.T) {
	s := open(t, "")
	ewa, adam := s.hire(t, "ewa"), s.hire(t, "adam")
	table := &between{Table: s.Table.Table}
	api := s.Later(t, time.Minute, customerusers.SetLicenses(table))
	give := func() gatewaytest.Answer {
		t.Helper()
		tag := s.tag(t, adam.ID)
		return api.Call(t, "owner", "PUT", s.at+"/"+adam.ID+"/licenses", object{"subscription_ids": []string{string(s.sub)}}, "If-Match", tag)
	}
	s.buy(t, 1)
	table.read = func() { s.license(t, "owner", ewa.ID, s.sub).Want(t, 200, "") }
	give().Want(t, 409, "no_license_left")
	s.buy(t, 2)
	table.read = func() { s.stand(t, subscription.Suspended) }
	give().Want(t, 409, "subscription_not_assignable")
	s.stand(t, subscription.Trialing)
	table.read = func() {
		ended := types.AttributeValueMemberS{Value: time.Now().UTC().AddDate(-9, 0, 0).Format("2006-01-02T15:04:05.000Z")}
		s.SetSubscription(t, s.sub, &ended, "card", "trial_ends_at")
	}
	give().Want(t, 409, "subscription_not_assignable")
	s.counts(t, 1)
}
