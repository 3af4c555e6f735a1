package relationship

import (
	"crypto/rand"
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// TestEnding is the decision alone: what hangs on the deletion of one subscription of several, and of the last one.
func TestEnding(t *testing.T) {
	at := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	o := op.Op{ID: "op", At: at, IDs: id.From(rand.Reader), Actor: op.Actor{Kind: op.Job, ID: "trials"}}
	owner := customer.ID("cus_000000000001")
	due := subscription.Subscription{
		ID: "sub_000000000001_01hzzzzzzzzzzzzzzzzzzzzzzz", Customer: owner, Status: subscription.Expired, Step: subscription.Delete, StepAt: at, DeleteAfter: at,
		PartnerOfRecord: &subscription.PartnerOfRecord{Partner: "12345674"},
	}
	tie := Relationship{Customer: owner, Partner: "12345674", PartnerOfRecordSubscriptions: 2}
	other := Relationship{Customer: owner, Partner: "87654323"}
	grant := Grant{Customer: owner, Partner: "87654323", Role: "limited", Status: Active, EndsAt: at.AddDate(1, 0, 0)}
	all := func() Ending {
		return Ending{
			Subscription: due, Customer: customer.Customer{ID: owner, Status: customer.Active}, Grant: &grant,
			Ties: map[partner.ID]Relationship{tie.Partner: tie, other.Partner: other},
		}
	}

	before := all()
	before.Others = []subscription.Subscription{{Status: subscription.Deleted}, {Status: subscription.Active}}
	after, happened := before.Delete(o)
	if len(happened) != 1 || after.Customer.Status != customer.Active || after.Grant != nil || len(after.Ties) != 1 || after.Ties["12345674"].PartnerOfRecordSubscriptions != 1 {
		t.Errorf("one of several: %+v %+v", after, happened)
	}

	before = all()
	before.Others = []subscription.Subscription{{Status: subscription.Deleted}}
	after, happened = before.Delete(o)
	if len(happened) != 2 || happened[0].Partner != "12345674" || happened[1].Partner != "87654323" || !event.Is[AdministrationEndedEvent](happened[1].Changes[0]) {
		t.Errorf("the last one, events: %+v", happened)
	}
	if after.Customer.Status != customer.ReadOnly || after.Grant.Cause != NoSubscription || after.Ties["87654323"].Administration.Status != Ended {
		t.Errorf("the last one: %+v", after)
	}

	before = all()
	before.Subscription.DeleteAfter = at.Add(time.Minute)
	if _, happened := before.Delete(o); happened != nil {
		t.Errorf("not due: %+v", happened)
	}
}
