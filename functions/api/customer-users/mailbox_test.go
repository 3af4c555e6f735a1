package customerusers_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liaison/functions/api/customer-users"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

// mailbox sets a user's mailbox.
func (s *story) mailbox(t *testing.T, by, id string, body object) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, by, "PUT", s.at+"/"+id+"/mailbox", body, "If-Match", s.tag(t, id))
}

func (s *story) unmail(t *testing.T, by, id string) gatewaytest.Answer {
	t.Helper()
	return s.Call(t, by, "DELETE", s.at+"/"+id+"/mailbox", nil, "If-Match", s.tag(t, id))
}

// licensed makes a user who has a licence of the trial.
func (s *story) licensed(t *testing.T, name string) contract.CustomerUser {
	t.Helper()
	u := s.hire(t, name)
	s.license(t, "owner", u.ID, s.sub).Want(t, 200, "")
	return u
}

// proves has the customer verify a domain.
func (s *story) proves(t *testing.T, names ...string) {
	t.Helper()
	at := "/v1/customers/" + string(s.of) + "/domains"
	for _, name := range names {
		var d contract.CustomerDomain
		s.Call(t, s.owner, "POST", at, object{"name": name}).Want(t, 201, "").Into(t, &d)
		s.DNS.Set(d.Record.Name, d.Record.Value)
		s.Call(t, s.owner, "POST", at+"/"+name+"/verify", nil).Want(t, 200, "")
	}
}

func (s *story) read(t *testing.T, id string) (read contract.CustomerUser) {
	t.Helper()
	s.Call(t, "owner", "GET", s.at+"/"+id, nil).Want(t, 200, "").Into(t, &read)
	return read
}

// asked has the tasks of a user's mailbox made, as dispatch does.
func (s *story) asked(t *testing.T, id string) {
	t.Helper()
	if err := provisioning.RequestMailbox(t.Context(), s.World.Table, customer.UserID(id), "", s.Op("dispatch")); err != nil {
		t.Fatal(err)
	}
}

// TestMailbox sets one up, follows its tasks, and removes it.
func TestMailbox(t *testing.T) {
	s := open(t, offer.RoleFull)
	s.proves(t, "contoso.example")
	ewa := s.licensed(t, "ewa")
	at := s.at + "/" + ewa.ID + "/mailbox"
	s.Call(t, "owner", "PUT", at, object{}).Want(t, 428, "precondition_required")
	s.Call(t, "owner", "PUT", at, object{}, "If-Match", `"1"`).Want(t, 412, "precondition_failed")
	s.Call(t, "owner", "DELETE", at, nil).Want(t, 428, "precondition_required")
	before, events := s.tag(t, ewa.ID), s.Events(t)
	s.unmail(t, "owner", ewa.ID).Want(t, 204, "") // there is none
	if n := s.Events(t) - events; n != 0 {
		t.Errorf("%d events tell that nothing was removed", n)
	}
	from := object{"kind": "imap", "host": "imap.oldhost.example"}
	var got contract.CustomerUser
	answer := s.mailbox(t, apitest.Full, ewa.ID, object{"quota_gb": 50, "migrate_from": from}).Want(t, 200, "")
	answer.Into(t, &got)
	m := got.Mailbox
	if m == nil || m.Address != "ewa@contoso.example" || *m.QuotaGb != 50 || m.MigrateFrom.Kind != "imap" || *m.MigrateFrom.Host != "imap.oldhost.example" || m.MigrateFrom.Address != m.Address ||
		m.Setup.State != "requested" || m.Migration.State != "requested" {
		t.Fatalf("%s", answer.Body)
	}
	now := s.tag(t, ewa.ID)
	if now == before || answer.Header.Get("ETag") != now {
		t.Errorf("the tag was %s, is %s, was answered as %s", before, now, answer.Header.Get("ETag"))
	}
	s.Call(t, "owner", "PUT", at, object{}, "If-Match", before).Want(t, 412, "precondition_failed")
	events = s.Events(t)
	s.mailbox(t, "owner", ewa.ID, object{"address": "ewa@contoso.example", "quota_gb": 50, "migrate_from": from}).Want(t, 200, "")
	if n := s.Events(t) - events; n != 0 {
		t.Errorf("the same once more leaves %d events", n)
	}

	// The vendor's systems are told the addresses by their claim alone, and both sides see how far they are.
	s.asked(t, ewa.ID)
	claim := func(kind string) contract.ProvisioningTask {
		t.Helper()
		progress := s.read(t, ewa.ID).Mailbox.Setup
		if kind == "migration" {
			progress = s.read(t, ewa.ID).Mailbox.Migration
		}
		listed := s.Call(t, apitest.Operator, "GET", "/v1/provisioning-tasks?state=requested&kind="+kind, nil).Want(t, 200, "")
		if strings.Contains(string(listed.Body), "contoso") || strings.Contains(string(listed.Body), "oldhost") || !strings.Contains(string(listed.Body), progress.TaskID) {
			t.Errorf("the list says %s", listed.Body)
		}
		var task contract.ProvisioningTask
		s.Call(t, apitest.Operator, "POST", "/v1/provisioning-tasks/"+progress.TaskID+"/claim", nil, "Idempotency-Key", fmt.Sprint(kind, s.Events(t))).Want(t, 200, "").Into(t, &task)
		return task
	}
	report := func(task contract.ProvisioningTask, said object) {
		t.Helper()
		said["lease_id"] = *task.Lease.ID
		answer := s.Call(t, apitest.Operator, "POST", "/v1/provisioning-tasks/"+task.ID+"/report", said).Want(t, 200, "")
		if strings.Contains(string(answer.Body), "contoso") {
			t.Errorf("a report is answered with addresses: %s", answer.Body)
		}
	}
	box, move := claim("mailbox"), claim("migration")
	if box.Mailbox == nil || box.Mailbox.Address != "ewa@contoso.example" || box.Details["quota_gb"] != "50" || box.Details["status"] != "active" ||
		move.Mailbox == nil || *move.Mailbox.MigrateFrom.Host != "imap.oldhost.example" || move.Details["from"] != "imap" {
		t.Errorf("claimed %+v, %+v", box, move)
	}
	report(box, object{"state": "done"})
	report(move, object{"state": "running", "percent": 40})
	m = s.read(t, ewa.ID).Mailbox
	if m.Setup.State != "done" || m.Setup.Percent != 100 || m.Migration.State != "running" || m.Migration.Percent != 40 {
		t.Errorf("%+v %+v", m.Setup, m.Migration)
	}
	if got := s.Call(t, "owner", "GET", s.at+"/"+ewa.ID, nil, "If-None-Match", now).Want(t, 200, ""); got.Header.Get("ETag") != now {
		t.Errorf("a percentage is another tag: %s, %s", now, got.Header.Get("ETag"))
	}
	report(move, object{"state": "failed", "reason": "Ewa has not agreed yet."})
	m = s.read(t, ewa.ID).Mailbox
	if m.Migration.State != "failed" || m.Migration.Reason == nil || *m.Migration.Reason != "Ewa has not agreed yet." {
		t.Errorf("%+v", m.Migration)
	}
	s.Call(t, apitest.Full, "POST", "/v1/provisioning-tasks/"+move.ID+"/retry", nil).Want(t, 200, "")
	if m = s.read(t, ewa.ID).Mailbox; m.Migration.State != "requested" {
		t.Errorf("%+v", m.Migration)
	}
	list := s.Call(t, "owner", "GET", s.at, nil).Want(t, 200, "")
	if text := string(list.Body); !strings.Contains(text, `"setup":null`) || strings.Contains(text, `"state"`) {
		t.Errorf("the list says %s", text)
	}

	// Another address is another mailbox to set up; who works at the old one loses it.
	s.mailbox(t, "owner", ewa.ID, object{"address": "e.lis@contoso.example", "quota_gb": 50}).Want(t, 200, "").Into(t, &got)
	if got.Mailbox.Setup.State != "requested" || got.Mailbox.MigrateFrom != nil || got.Mailbox.Migration != nil {
		t.Errorf("%+v", got.Mailbox)
	}
	s.asked(t, ewa.ID)
	events = s.Events(t)
	if box = claim("mailbox"); box.Mailbox.Address != "e.lis@contoso.example" {
		t.Errorf("%+v", box.Mailbox)
	}
	report(box, object{"state": "failed", "reason": "No room."})
	s.Call(t, "owner", "POST", "/v1/provisioning-tasks/"+box.ID+"/retry", nil).Want(t, 200, "")
	claim("mailbox")
	again := s.Call(t, apitest.Operator, "POST", "/v1/provisioning-tasks/"+box.ID+"/claim", nil, "Idempotency-Key", fmt.Sprint("mailbox", events)).Want(t, 200, "")
	if strings.Contains(string(again.Body), "contoso") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("whose lease is over reads %s", again.Body)
	}

	// A deleted user's is to be removed; once it is restored it is asked for again.
	s.remove(t, "owner", ewa.ID).Want(t, 204, "")
	s.mailbox(t, "owner", ewa.ID, object{}).Want(t, 409, "user_deleted")
	s.unmail(t, "owner", ewa.ID).Want(t, 409, "user_deleted")
	s.asked(t, ewa.ID)
	if box = claim("mailbox"); box.Details["status"] != "removed" || box.Mailbox != nil {
		t.Errorf("%+v", box)
	}
	s.Call(t, "owner", "POST", s.at+"/"+ewa.ID+"/restore", nil).Want(t, 200, "")
	s.asked(t, ewa.ID)
	if box = claim("mailbox"); box.Details["status"] != "active" || box.Mailbox == nil {
		t.Errorf("%+v", box)
	}
	s.unmail(t, apitest.Full, ewa.ID).Want(t, 204, "")
	if m := s.read(t, ewa.ID).Mailbox; m != nil {
		t.Errorf("%+v", m)
	}
	changes := s.Changes(t, event.Customer(string(s.of)), ewa.ID)
	for _, c := range changes {
		if set, ok := event.As[customer.MailboxSetEvent](c); ok && strings.Contains(strings.Join(set.Fields, " "), "@") {
			t.Errorf("an event says %v", set)
		}
	}
	if said := apitest.Types(changes); !strings.HasSuffix(said, "customer_user.mailbox_set customer_user.mailbox_set customer_user.deleted customer_user.licenses_changed customer_user.restored customer_user.mailbox_removed") {
		t.Errorf("happened: %s", said)
	}
}

// TestMailboxRefused: no first mailbox without a licence that counts, none at another's address, nothing secret, and none by who may not.
func TestMailboxRefused(t *testing.T) {
	s := open(t, offer.RoleFull)
	s.proves(t, "contoso.example")
	ewa, adam := s.licensed(t, "ewa"), s.hire(t, "adam")
	admin := s.hire(t, "admin", "service_admin")
	s.mailbox(t, "owner", adam.ID, object{}).Want(t, 409, "no_license")
	s.license(t, "owner", adam.ID, s.sub).Want(t, 200, "")
	s.mailbox(t, "owner", adam.ID, object{"migrate_from": object{"kind": "imap", "host": "imap.oldhost.example", "password": "x"}}).Want(t, 422, "unknown_field")
	s.mailbox(t, "owner", adam.ID, object{"migrate_from": object{"kind": "imap"}}).Want(t, 422, "required")
	for _, status := range []subscription.Status{subscription.Suspended, subscription.Cancelled, subscription.Expired} {
		s.stand(t, status)
		s.mailbox(t, "owner", adam.ID, object{}).Want(t, 409, "no_license")
	}
	s.stand(t, subscription.Trialing)
	s.mailbox(t, "owner", ewa.ID, object{}).Want(t, 200, "")
	s.mailbox(t, "owner", adam.ID, object{"address": "EWA@contoso.example"}).Want(t, 409, "address_taken")
	s.mailbox(t, "owner", ewa.ID, object{"address": "Adam@contoso.example"}).Want(t, 409, "address_taken") // he signs in by it, and has no mailbox yet
	s.mailbox(t, "owner", adam.ID, object{}).Want(t, 200, "")
	s.hire(t, "manager", "user_admin")
	s.mailbox(t, "manager", admin.ID, object{}).Want(t, 403, "target_is_admin")
	s.mailbox(t, "admin", adam.ID, object{}).Want(t, 403, "forbidden")
	s.mailbox(t, apitest.Limited, adam.ID, object{}).Want(t, 403, "forbidden")
	s.unmail(t, apitest.Limited, adam.ID).Want(t, 403, "forbidden")

	// The licence goes, and the mailbox stays and is changed; a disabled user keeps it, too.
	s.license(t, "owner", adam.ID).Want(t, 200, "")
	s.patch(t, "owner", adam.ID, object{"disabled": true}).Want(t, 200, "")
	s.mailbox(t, "owner", adam.ID, object{"quota_gb": 10}).Want(t, 200, "")
	s.asked(t, adam.ID)
	s.asked(t, ewa.ID)
	if m := s.read(t, adam.ID).Mailbox; m == nil || m.Setup.State != "requested" {
		t.Errorf("%+v", m)
	}

	// Given back, an address can be another's.
	s.unmail(t, "owner", adam.ID).Want(t, 204, "")
	s.asked(t, adam.ID)
	s.mailbox(t, "owner", ewa.ID, object{"address": "sales@contoso.example"}).Want(t, 200, "")
	s.license(t, "owner", adam.ID, s.sub).Want(t, 200, "")
	s.mailbox(t, "owner", adam.ID, object{"address": "ewa@contoso.example"}).Want(t, 409, "address_taken")
	s.mailbox(t, "owner", adam.ID, object{"address": "info@contoso.example"}).Want(t, 200, "")
	s.mailbox(t, "owner", adam.ID, object{"address": "sales@contoso.example"}).Want(t, 409, "address_taken")
}

// TestMailboxAtOnce: of 16 users who are given one address, one gets it.
func TestMailboxAtOnce(t *testing.T) {
	s := open(t, "")
	s.proves(t, "contoso.example")
	var users []contract.CustomerUser
	for i := range 16 {
		users = append(users, s.licensed(t, "u"+string(rune('a'+i))))
	}
	var won atomic.Int32
	var all sync.WaitGroup
	for _, u := range users {
		all.Go(func() {
			for {
				got := s.mailbox(t, "owner", u.ID, object{"address": "sales@contoso.example"})
				switch {
				case got.Status == 200:
					won.Add(1)
				case got.Status == 503:
					continue
				case got.Code() != "address_taken":
					t.Errorf("%d %s", got.Status, got.Body)
				}
				return
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d have it", won.Load())
	}
}

// TestMailboxMeanwhile: a grant that is lowered after the decision writes nothing.
func TestMailboxMeanwhile(t *testing.T) {
	s := open(t, offer.RoleFull)
	s.proves(t, "contoso.example")
	ewa := s.licensed(t, "ewa")
	table := &between{Table: s.Table.Table}
	api := s.Later(t, time.Minute, customerusers.SetMailbox(table))
	tag := s.tag(t, ewa.ID)
	table.read = func() {
		s.Call(t, "owner", "POST", apitest.Relationship(s.of, s.Partner)+"/lower", nil).Want(t, 200, "")
	}
	api.Call(t, apitest.Full, "PUT", s.at+"/"+ewa.ID+"/mailbox", object{}, "If-Match", tag).Want(t, 403, "forbidden")
	if m := s.read(t, ewa.ID).Mailbox; m != nil {
		t.Errorf("%+v", m)
	}
}

// TestMailboxDomain: a mailbox's address is of a domain that its customer has verified, by then: none that waits, is another's, or lies above or below it.
func TestMailboxDomain(t *testing.T) {
	s := open(t, offer.RoleFull)
	ewa := s.licensed(t, "ewa")
	at := "/v1/customers/" + string(s.of) + "/domains"
	refused := func(name, address string) {
		t.Helper()
		body := object{}
		if address != "" {
			body["address"] = address
		}
		got := s.mailbox(t, "owner", ewa.ID, body).Want(t, 409, "domain_unverified")
		if text := string(got.Body); !strings.Contains(text, name+" is none") || !strings.Contains(text, `"/address"`) {
			t.Errorf("%s: %s", address, text)
		}
	}
	remove := func(name string) {
		t.Helper()
		tag := s.Call(t, "owner", "GET", at+"/"+name, nil).Want(t, 200, "").Header.Get("ETag")
		s.Call(t, "owner", "DELETE", at+"/"+name, nil, "If-Match", tag).Want(t, 204, "")
	}
	initial := string(customer.InitialDomain(s.of, fixture.CustomersDomain))
	s.mailbox(t, "owner", ewa.ID, object{"address": "ewa@" + initial}).Want(t, 200, "") // proved from the first day on
	s.unmail(t, "owner", ewa.ID).Want(t, 204, "")
	refused("000000000000.cloud.example", "ewa@000000000000.cloud.example")
	refused("contoso.example", "")
	s.Call(t, "owner", "POST", at, object{"name": "contoso.example"}).Want(t, 201, "")
	refused("contoso.example", "")
	remove("contoso.example")
	other := enter(t, s.World, "", "stranger")
	other.proves(t, "theirs.example")
	refused("theirs.example", "ewa@theirs.example")
	refused("theirs.example", "ewa@THEIRS.example")
	s.proves(t, "contoso.example", "żółw.example")
	refused("mail.contoso.example", "ewa@mail.contoso.example")
	s.mailbox(t, "owner", ewa.ID, object{"address": "ewa@żółw.example"}).Want(t, 200, "")
	s.mailbox(t, "owner", ewa.ID, object{}).Want(t, 200, "")
	s.proves(t, "mail.fabrikam.example")
	refused("fabrikam.example", "ewa@fabrikam.example")
	refused("ńandu.example", "ewa@ńandu.example")

	// One that stands is changed as before once its domain is gone, and is not moved to another address there.
	remove("contoso.example")
	s.mailbox(t, "owner", ewa.ID, object{"quota_gb": 10, "migrate_from": object{"kind": "google"}}).Want(t, 200, "")
	s.mailbox(t, "owner", ewa.ID, object{"address": "EWA@contoso.example"}).Want(t, 200, "")
	refused("contoso.example", "e.lis@contoso.example")
	s.remove(t, "owner", ewa.ID).Want(t, 204, "")
	s.Call(t, "owner", "POST", s.at+"/"+ewa.ID+"/restore", nil).Want(t, 200, "")
	s.mailbox(t, "owner", ewa.ID, object{"address": "ewa@żółw.example"}).Want(t, 200, "")
	refused("contoso.example", "ewa@contoso.example")
	s.unmail(t, "owner", ewa.ID).Want(t, 204, "")
	s.license(t, "owner", ewa.ID, s.sub).Want(t, 200, "") // deleted, it lost its own
	refused("contoso.example", "")

	// Removed after the decision and before it is written, it is none.
	s.proves(t, "contoso.example")
	table := &between{Table: s.Table.Table, read: func() { remove("contoso.example") }}
	api := s.Later(t, time.Minute, customerusers.SetMailbox(table))
	api.Call(t, apitest.Full, "PUT", s.at+"/"+ewa.ID+"/mailbox", object{}, "If-Match", s.tag(t, ewa.ID)).Want(t, 409, "domain_unverified")
}
