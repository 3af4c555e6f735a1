package leads_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tallyjob "liaison/functions/jobs/tallies"

	leadjob "liaison/functions/jobs/leads"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const (
	path = "/v1/leads"
	day  = 24 * time.Hour
)

// desk is a partner that is found, and a customer's user who writes to it.
type desk struct {
	*apitest.World
	t  *testing.T
	of customer.ID
}

func open(t *testing.T) desk {
	t.Helper()
	w := apitest.Open(t)
	w.Published(t, nil)
	of := w.Yes(t, "").Customer.ID
	for _, who := range []string{"anna", "ben", "cleo"} {
		w.User(t, of, who)
	}
	return desk{w, t, of}
}

func (d desk) leads() dynamo.Leads { return dynamo.Leads{Table: d.Table.Table} }

// receives returns a fresh lead of the partner.
func (d desk) receives(from string) contract.Lead {
	d.t.Helper()
	var sent contract.Inquiry
	body := object{"partner_ids": []string{string(d.Partner)}, "message": "We want to move our mail.", "services": []string{"migrate"}, "plan_id": string(d.Plan)}
	d.Call(d.t, from, "POST", "/v1/marketplace/inquiries", body).Want(d.t, 201, "").Into(d.t, &sent)
	got, _ := d.get("led_" + string(d.Partner) + "_" + strings.TrimPrefix(sent.ID, "inq_"))
	return got
}

func (d desk) get(id string) (got contract.Lead, tag string) {
	d.t.Helper()
	a := d.Call(d.t, apitest.Limited, "GET", path+"/"+id, nil).Want(d.t, 200, "")
	a.Into(d.t, &got)
	return got, a.Header.Get("ETag")
}

func (d desk) move(id string, change object) gatewaytest.Answer {
	d.t.Helper()
	_, tag := d.get(id)
	return d.Call(d.t, apitest.Limited, "PATCH", path+"/"+id, change, "If-Match", tag)
}

func (d desk) happened(id string) string {
	d.t.Helper()
	return apitest.Types(d.Changes(d.t, event.Partner(string(d.Partner)), id))
}

func (d desk) tally() lead.Week {
	d.t.Helper()
	tally, err := d.leads().Tally(d.t.Context(), d.Partner)
	if err != nil || tally.Check() != nil {
		d.t.Fatal(err, tally)
	}
	return tally.Sum(d.Env.Now())
}

// TestLife answers a lead, and wins it: its sender reads the answer, and it counts.
func TestLife(t *testing.T) {
	d := open(t)
	made := d.receives("anna")
	if made.Status != "new" || made.Sender.Email != "anna@customer.example" || made.Message == "" || made.Answer != nil || made.Late || *made.PlanID != string(d.Plan) {
		t.Errorf("%+v", made)
	}
	_, tag := d.get(made.ID)
	d.Call(t, apitest.Limited, "GET", path+"/"+made.ID, nil, "If-None-Match", tag).Want(t, 304, "")
	d.Call(t, apitest.Limited, "PATCH", path+"/"+made.ID, object{"status": "won"}).Want(t, 428, "precondition_required")
	d.Call(t, apitest.Limited, "PATCH", path+"/"+made.ID, object{"status": "won"}, "If-Match", `"9-new"`).Want(t, 412, "precondition_failed")
	d.move(made.ID, object{"status": "won"}).Want(t, 409, "lead_not_active")
	d.move(made.ID, object{"status": "active"}).Want(t, 422, "required")
	d.move(made.ID, object{"status": "declined"}).Want(t, 422, "required")
	d.move(made.ID, object{"status": "active", "answer": "Gladly.", "reason": "x"}).Want(t, 422, "not_for_status")

	var answered contract.Lead
	d.move(made.ID, object{"status": "active", "answer": "Gladly."}).Want(t, 200, "").Into(t, &answered)
	if answered.Status != "active" || *answered.Answer != "Gladly." || answered.AnsweredAt == nil || answered.EndedAt != nil || d.tally() != (lead.Week{Counted: 1, Answered: 1}) {
		t.Errorf("%+v %+v", answered, d.tally())
	}
	d.move(made.ID, object{"status": "active", "answer": "And more."}).Want(t, 409, "already_answered")
	var read contract.Inquiry
	d.Call(t, "anna", "GET", "/v1/marketplace/inquiries/"+made.InquiryID, nil).Want(t, 200, "").Into(t, &read)
	if to := read.Recipients[0]; *to.Status != "active" || *to.Answer != "Gladly." || to.Reason != nil {
		t.Errorf("%+v", to)
	}
	var won contract.Lead
	d.move(made.ID, object{"status": "won"}).Want(t, 200, "").Into(t, &won)
	d.move(made.ID, object{"status": "lost"}).Want(t, 409, "lead_closed")
	if won.EndedAt == nil || d.tally().Counted != 1 || d.happened(made.ID) != "lead.created lead.answered lead.won" {
		t.Errorf("%+v %s", won, d.happened(made.ID))
	}

	// A no has a reason, which the sender reads; why one was lost it does not.
	no, lost := d.receives("anna"), d.receives("anna")
	d.move(no.ID, object{"status": "declined", "reason": "We are booked."}).Want(t, 200, "")
	d.move(lost.ID, object{"status": "active", "answer": "Gladly."}).Want(t, 200, "")
	d.move(lost.ID, object{"status": "lost", "reason": "Too dear."}).Want(t, 200, "")
	for id, want := range map[string]string{no.InquiryID: "We are booked.", lost.InquiryID: ""} {
		d.Call(t, "anna", "GET", "/v1/marketplace/inquiries/"+id, nil).Want(t, 200, "").Into(t, &read)
		if got := read.Recipients[0].Reason; (got == nil) != (want == "") || got != nil && *got != want {
			t.Errorf("%v, want %q", got, want)
		}
	}
	for _, id := range []string{"led_x", "led_" + string(d.Partner) + "_01kaj2a7b9d1f3h5k7n9q1s3v5"} {
		d.Call(t, apitest.Full, "GET", path+"/"+id, nil).Want(t, 404, "not_found")
	}
	d.Call(t, apitest.Rival, "GET", path+"/"+made.ID, nil).Want(t, 404, "not_found")
	d.Call(t, apitest.Rival, "PATCH", path+"/"+made.ID, object{"status": "won"}, "If-Match", `"1-new"`).Want(t, 404, "not_found")
	d.Call(t, apitest.NoAccess, "GET", path, nil).Want(t, 403, "forbidden")
	d.Call(t, "anna", "GET", path, nil).Want(t, 403, "forbidden")
	d.Call(t, apitest.Operator, "GET", path, nil).Want(t, 403, "forbidden")
}

// TestListed: a partner lists its leads by their state, the newest first, without what was written.
func TestListed(t *testing.T) {
	d := open(t)
	var ids []string
	for range 3 {
		ids = append([]string{d.receives("anna").ID}, ids...)
	}
	d.move(ids[1], object{"status": "declined", "reason": "No."}).Want(t, 200, "")
	for status, want := range map[string][]string{"": ids, "?status=new": {ids[0], ids[2]}, "?status=declined": {ids[1]}, "?status=won": nil} {
		var found []string
		for _, l := range gatewaytest.Walk[contract.LeadSummary](t, d.API, apitest.Full, path+status, "1") {
			found = append(found, l.ID)
		}
		if strings.Join(found, " ") != strings.Join(want, " ") {
			t.Errorf("%q lists %v, want %v", status, found, want)
		}
	}
	if all := d.Call(t, apitest.Full, "GET", path, nil).Want(t, 200, ""); strings.Contains(string(all.Body), "move our mail") {
		t.Errorf("%s", all.Body)
	}
	if theirs := gatewaytest.Walk[contract.LeadSummary](t, d.API, apitest.Rival, path, "5"); len(theirs) != 0 {
		t.Errorf("%+v", theirs)
	}
	d.Call(t, apitest.Full, "GET", path+"?status=old", nil).Want(t, 400, "invalid_value")
}

// TestAtOnce: answered and declined at once, a lead goes one way and counts once; leads that are answered at once are all counted.
func TestAtOnce(t *testing.T) {
	d := open(t)
	one := d.receives("anna")
	var won, refused int
	var all sync.WaitGroup
	var mutex sync.Mutex
	for n := range 6 {
		all.Go(func() {
			body := object{"status": "active", "answer": "Gladly."}
			if n%2 == 1 {
				body = object{"status": "declined", "reason": "No."}
			}
			got := d.Call(t, apitest.Limited, "PATCH", path+"/"+one.ID, body, "If-Match", `"1-new"`)
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case got.Status == 200:
				won++
			case got.Code() == "precondition_failed":
				refused++
			default:
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
	all.Wait()
	if won != 1 || refused != 5 || d.tally() != (lead.Week{Counted: 1, Answered: 1}) {
		t.Errorf("%d won, %d refused, %+v", won, refused, d.tally())
	}
	var some []contract.Lead
	for _, from := range []string{"ben", "cleo"} {
		for range 2 {
			some = append(some, d.receives(from))
		}
	}
	for _, l := range some {
		all.Go(func() { d.move(l.ID, object{"status": "active", "answer": "Gladly."}).Want(t, 200, "") })
	}
	all.Wait()
	if d.tally().Counted != 5 {
		t.Errorf("%+v", d.tally())
	}
}

// TestOffered: an offer with a lead answers it in the same transaction; its partner's lead alone, while it has not ended.
func TestOffered(t *testing.T) {
	d := open(t)
	made := d.receives("anna")
	var offered contract.Offer
	wish := func(id string) object { return d.Wish(object{"lead_id": id}) }
	d.Call(t, apitest.Full, "POST", "/v1/offers", wish(made.ID), "Idempotency-Key", "k").Want(t, 201, "").Into(t, &offered)
	d.Call(t, apitest.Full, "POST", "/v1/offers", wish(made.ID), "Idempotency-Key", "k").Want(t, 201, "")
	got, _ := d.get(made.ID)
	if *offered.LeadID != made.ID || got.Status != "active" || *got.OfferID != offered.ID || got.Answer != nil || d.tally() != (lead.Week{Counted: 1, Answered: 1}) {
		t.Errorf("%+v %+v", offered, got)
	}
	if got := d.happened(made.ID); got != "lead.created lead.offered" {
		t.Error(got)
	}
	d.Call(t, apitest.Rival, "POST", "/v1/offers", wish(made.ID)).Want(t, 422, "unknown_lead")
	d.Call(t, apitest.Full, "POST", "/v1/offers", wish("led_"+string(d.Partner)+"_01kaj2a7b9d1f3h5k7n9q1s3v5")).Want(t, 422, "unknown_lead")
	d.move(made.ID, object{"status": "lost"}).Want(t, 200, "")
	d.Call(t, apitest.Full, "POST", "/v1/offers", wish(made.ID)).Want(t, 409, "lead_closed")
	d.Call(t, apitest.Full, "POST", "/v1/offers", d.Wish(object{"lead_id": made.ID, "country": "XX"})).Want(t, 403, "not_authorised_for_plan")
}

// TestSuspended: a suspended partner answers nobody, and may still say no.
func TestSuspended(t *testing.T) {
	d := open(t)
	one := d.receives("anna")
	if _, err := partner.Change(t.Context(), d.Table.Table, d.Partner, partner.SuspendedEvent{Reason: "x"}, d.Op("operator"), func(p partner.Partner) (partner.Partner, error) {
		p.Status = partner.Suspended
		return p, nil
	}); err != nil {
		t.Fatal(err)
	}
	d.move(one.ID, object{"status": "active", "answer": "Gladly."}).Want(t, 409, "partner_not_active")
	d.move(one.ID, object{"status": "declined", "reason": "No."}).Want(t, 200, "")
}

// TestClock: the jobs do each step of a lead at its time, the latest reminder alone after a pause, and take off a tally what is too old.
func TestClock(t *testing.T) {
	d := open(t)
	quiet, answered, paused := d.receives("anna"), d.receives("ben"), d.receives("cleo")
	d.move(answered.ID, object{"status": "active", "answer": "Gladly."}).Want(t, 200, "")
	began := d.Env.Now()
	runLeads := func(ahead time.Duration) schedule.Outcome {
		t.Helper()
		env := d.Env
		env.Offset += ahead - time.Since(began)
		out, err := leadjob.Job(d.leads()).Handler(env, d.Table.Table)(t.Context(), schedule.Tick{Time: env.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	tell := func(id, want string) {
		t.Helper()
		if got := d.happened(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if out := runLeads(day); out.Found != 0 {
		t.Errorf("on the first day: %+v", out)
	}
	if out := runLeads(5 * day); out.Done != 2 {
		t.Errorf("on day 5: %+v", out)
	}
	tell(quiet.ID, "lead.created lead.late lead.reminded")
	tell(answered.ID, "lead.created lead.answered")
	if out := runLeads(5 * day); out.Found != 0 {
		t.Errorf("again: %+v", out)
	}
	d.move(paused.ID, object{"status": "active", "answer": "Sorry, here we are."}).Want(t, 200, "")
	runLeads(11 * day)
	runLeads(15 * day)
	tell(quiet.ID, "lead.created lead.late lead.reminded lead.reminded lead.expired")
	tell(paused.ID, "lead.created lead.answered lead.late lead.reminded") // by their times: it is answered by a clock that did not go ahead
	if got, _ := d.get(quiet.ID); got.Status != "expired" || !got.Late {
		t.Errorf("%+v", got)
	}
	stored, err := d.leads().Tally(t.Context(), d.Partner)
	if sum := stored.Sum(began.Add(20 * day)); err != nil || sum != (lead.Week{Counted: 3, Answered: 1}) || stored.Share(began.Add(20*day)) == listing.NoShare {
		t.Errorf("%+v %v", sum, err)
	}
	env := d.Env
	env.Offset += 120 * day
	for range 2 {
		if _, err := tallyjob.Job(d.leads()).Handler(env, d.Table.Table)(t.Context(), schedule.Tick{Time: env.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	stored, err = d.leads().Tally(t.Context(), d.Partner)
	if err != nil || len(stored.Weeks) != 0 || !stored.NextAt().IsZero() {
		t.Errorf("%+v %v", stored, err)
	}
	if got := d.happened(string(d.Partner)); !strings.HasSuffix(got, " lead.share_changed") {
		t.Error(got)
	}
}
