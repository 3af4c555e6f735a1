package dispatch_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/jobs/dispatch"
	"liaison/functions/jobs/mailevents"
	"liaison/functions/jobs/retry"
	"liaison/shared/calendar"
	"liaison/shared/consent"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/outbox"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/ses"
	"liaison/shared/subscription"
	"liaison/shared/suppression"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

// suite is a small program with a mailbox.
type suite struct {
	fixture.World
	box fixture.Mailbox
}

func open(t *testing.T) *suite {
	f := fixture.Streaming(t)
	box := f.Mail(t)
	f.Identity(t)
	return &suite{f.Populate(t), box}
}

// fresh returns an address that no other test uses.
func fresh(name string) string { return name + strings.ToLower(rand.Text()[:10]) + "@example.com" }

func (s *suite) outbox() *outbox.Outbox {
	return outbox.New(s.Env, s.Table, ses.Open(s.Env), directory.OpenPeople(s.Env))
}

func (s *suite) handle(t *testing.T, batch dynamo.Batch) dynamo.BatchAnswer {
	t.Helper()
	answer, err := dispatch.Stream(s.Env, s.outbox())(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// settle dispatches until the stream is quiet.
func (s *suite) settle(t *testing.T) {
	t.Helper()
	for {
		records := s.Streamed(t)
		if len(records) == 0 {
			return
		}
		if answer := s.handle(t, fixture.ToBatch(t, records)); len(answer.Failures) > 0 {
			t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
		}
	}
}

func (s *suite) retry(t *testing.T) schedule.Outcome {
	t.Helper()
	out, err := retry.Job(s.Env, s.Table, s.outbox()).Handler(s.Env, s.Table)(t.Context(), schedule.Tick{Time: s.Env.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *suite) invitation(t *testing.T, id invitation.ID) invitation.Invitation {
	t.Helper()
	inv, err := s.Table.Invitation(t.Context(), id, true)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func (s *suite) count(t *testing.T, address string, want int) []fixture.Mail {
	t.Helper()
	got := s.box.To(t, address)
	if len(got) != want {
		t.Fatalf("%d mails to %s, want %d: %v\n%s", len(got), address, want, subjects(got), s.Log)
	}
	return got
}

func subjects(mails []fixture.Mail) (found []string) {
	for _, m := range mails {
		found = append(found, m.Subject)
	}
	return found
}

// waiting counts the events that are due still.
func (s *suite) waiting(t *testing.T) (n int) {
	t.Helper()
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "event" && strings.HasPrefix(fixture.Text(item, "due_class"), "event#") {
			n++
		}
	}
	return n
}

// changes lists the changes of a kind in all events.
func (s *suite) changes(t *testing.T, kind event.Type) (found []event.Change) {
	t.Helper()
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") != "event" {
			continue
		}
		tenant, ulid := keyTenant(fixture.Text(item, "PK")), strings.TrimPrefix(fixture.Text(item, "SK"), "EVENT#")
		e, err := s.Table.Event(t.Context(), tenant, ulid)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range e.Changes {
			if c.Type == kind {
				found = append(found, c)
			}
		}
	}
	return found
}

func keyTenant(pk string) event.Tenant {
	kind, id, _ := strings.Cut(pk, "#")
	switch kind {
	case "CUSTOMER":
		return event.Customer(id)
	case "PARTNER":
		return event.Partner(id)
	case "INV":
		return event.Invitation(id)
	}
	return event.Vendor()
}

func link(t *testing.T, m fixture.Mail, path string) (id, secret string) {
	t.Helper()
	_, rest, found := strings.Cut(m.Body.Text, "https://pages.example"+path)
	if !found {
		t.Fatalf("no %s in\n%s", path, m.Body.Text)
	}
	id, secret, ok := token.Split(strings.Fields(rest)[0])
	if !ok {
		t.Fatalf("the link %s is none", rest)
	}
	return id, secret
}

// TestEachMailOnce hands the stream's records over twice at once, again, and reversed, with a poison record among them.
func TestEachMailOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, nil)
	addresses := []string{fresh("a"), fresh("b"), fresh("c"), fresh("d")}
	invited := s.Invite(t, made.ID, addresses...)
	records := s.Streamed(t)
	poison := json.RawMessage(`{"eventName":"INSERT","dynamodb":{"SequenceNumber":"7","NewImage":{"class":{"S":"event"},"card":{"M":{"changes":{"S":"what?"}}}}}}`)
	records = append(records[:2:2], append([]json.RawMessage{poison}, records[2:]...)...)
	reversed := slices.Clone(records)
	slices.Reverse(reversed)
	var wait sync.WaitGroup
	for _, batch := range [][]json.RawMessage{records, records, reversed} {
		wait.Go(func() { s.handle(t, fixture.ToBatch(t, batch)) })
	}
	wait.Wait()
	s.handle(t, fixture.ToBatch(t, reversed))
	s.settle(t)
	for i, address := range addresses {
		mail := s.count(t, address, 1)[0]
		inv := s.invitation(t, invited[i].ID)
		if inv.Delivery != invitation.Sent || inv.MessageID == "" || !strings.Contains(mail.MessageID+inv.MessageID, mail.MessageID) {
			t.Errorf("invitation %+v, mail %s", inv, mail.MessageID)
		}
		id, secret := link(t, mail, "/i/")
		if id != string(inv.ID) || inv.Link(secret) != token.Live {
			t.Errorf("the link of %s does not open it", inv.ID)
		}
		stop, stopSecret := link(t, mail, "/unsubscribe/")
		if stop != id || token.Look(inv.Stops, token.Unsubscribe, stopSecret, inv.Generation) != token.Live {
			t.Errorf("the unsubscribe link of %s does not hold", inv.ID)
		}
		if !strings.Contains(mail.From, "via Northwind") && !strings.Contains(mail.From, "przez Northwind") || !strings.Contains(mail.From, s.Env.MailFrom) {
			t.Errorf("From %s", mail.From)
		}
	}
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait still", n)
	}
	funnel, err := s.Table.Funnel(t.Context(), made.ID)
	if err != nil || funnel.Steps["invited"] != 4 || funnel.Steps["sent"] != 4 {
		t.Errorf("funnel %v %v", funnel, err)
	}
	if n := len(s.changes(t, invitation.SentEvent{}.Type())); n != 4 {
		t.Errorf("%d events invitation.sent", n)
	}
	if strings.Contains(s.Log.String(), "@example.com") {
		t.Error("the log holds an address")
	}
}

// TestUsedUpLate: a yes that comes through after the offer's time makes no other end of it: it expired, and its events say nothing else.
func TestUsedUpLate(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, func(d *offer.Draft) { d.MaxRedemptions = 1 })
	inv := s.Invite(t, made.ID, fresh("anna"))[0]
	s.Accept(t, inv.ID, s.Link(t, inv.ID), "")
	s.Travel((offer.DefaultDays + 1) * 24 * time.Hour)
	s.settle(t)
	if n := len(s.changes(t, offer.UsedUpEvent{}.Type())); n != 0 {
		t.Errorf("%d events offer.used_up", n)
	}
	if late, _, err := s.Table.Offer(t.Context(), made.ID); err != nil || late.Status != offer.Active {
		t.Errorf("before its job ran it is stored as %s %v", late.Status, err)
	}
}

// TestStory goes through the mails of one yes, one no, and everything around them.
func TestStory(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, func(d *offer.Draft) {
		d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleLimited, Days: 365}
		d.MaxRedemptions = 1
		d.PartnerTerms = &offer.Terms{Title: "Our terms", Text: "Be nice."}
	})
	anna := fresh("anna")
	inv := s.Invite(t, made.ID, anna)[0]
	s.settle(t)
	_, secret := link(t, s.count(t, anna, 1)[0], "/i/")
	accepted := s.Accept(t, inv.ID, secret, "yes")
	s.settle(t)

	receipt := s.count(t, anna, 2)[1]
	id, opens := link(t, receipt, "/receipts/")
	stored, err := s.Table.Redemption(t.Context(), accepted.ID)
	if err != nil || id != string(accepted.ID) || token.Look(stored.Kept, token.Receipt, opens, 1) != token.Live {
		t.Errorf("the receipt's link does not open it: %v", err)
	}
	if !strings.Contains(receipt.Body.Text, "Terms of pl") || !strings.Contains(receipt.Body.Text, "Our terms") {
		t.Errorf("the receipt's mail names no terms:\n%s", receipt.Body.Text)
	}
	notified := s.count(t, s.Mail, 1)[0]
	if !strings.Contains(notified.Subject, accepted.Customer.Name) || strings.Contains(notified.Body.Text, anna) {
		t.Errorf("mail 7: %s\n%s", notified.Subject, notified.Body.Text)
	}
	if ended, _, err := s.Table.Offer(t.Context(), made.ID); err != nil || ended.Status != offer.UsedUp {
		t.Errorf("the offer's last use went, and it is %s %v", ended.Status, err)
	}
	if n := len(s.changes(t, offer.UsedUpEvent{}.Type())); n != 1 {
		t.Errorf("%d events offer.used_up", n)
	}

	// The grant ends by the customer's will: both sides are told.
	o := s.Op("customer")
	if _, err := relationship.EndGrant(t.Context(), s.Table, accepted.Customer.ID, s.Partner, relationship.ByCustomer, "", o); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	s.count(t, anna, 3)
	s.count(t, s.Mail, 2)

	// A no, and somebody who wants a new link.
	again := s.Offer(t, nil)
	ben := fresh("ben")
	no := s.Invite(t, again.ID, ben)[0]
	s.settle(t)
	_, secret = link(t, s.count(t, ben, 1)[0], "/i/")
	if _, err := redemption.Refuse(t.Context(), s.Table, no.ID, consent.Visitor{Secret: secret}, "Not now", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	declined := s.count(t, s.Mail, 3)[2]
	if !strings.Contains(declined.Body.Text, "Not now") || !strings.Contains(declined.Body.Text, ben) {
		t.Errorf("mail 8:\n%s", declined.Body.Text)
	}
	if err := invitation.AskAgain(t.Context(), s.Table, s.invitation(t, no.ID), "declined", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	s.count(t, s.Mail, 4)
	s.count(t, ben, 1)
	funnel, err := s.Table.Funnel(t.Context(), again.ID)
	if err != nil || funnel.Steps["declined"] != 1 || funnel.Steps["invited"] != 1 {
		t.Errorf("funnel %v %v", funnel, err)
	}

	// A visitor of the public link.
	cleo := fresh("cleo")
	if err := invitation.AskForLink(t.Context(), s.Table, again.ID, cleo, "en", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	link(t, s.count(t, cleo, 1)[0], "/i/")
	if funnel, err = s.Table.Funnel(t.Context(), again.ID); err != nil || funnel.Steps["requested"] != 1 || funnel.Steps["sent"] != 2 {
		t.Errorf("funnel %v %v", funnel, err)
	}
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait still\n%s", n, s.Log)
	}
}

// TestReports lets three recipients, whom the partner wrote to, say that they do not know it; visitors don't count for the pause. One matter waits
// for the vendor from the first report on.
func TestReports(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Env.MailReports = fresh("reports")
	made := s.Offer(t, nil)
	report := func(id invitation.ID) {
		if err := redemption.Report(t.Context(), s.Table, id, consent.Visitor{Secret: s.Link(t, id)}, s.Op("visitor")); err != nil {
			t.Fatal(err)
		}
		s.settle(t)
	}
	visitor := invitation.New(made, invitation.Recipient{Mail: fresh("visitor")}, invitation.FromVisitor, 30, s.Op("visitor"))
	happened := event.New(s.Op("visitor"), event.Invitation(string(visitor.ID)), event.Of(visitor.ID, invitation.CreatedEvent{OfferID: made.ID, Origin: "visitor"}))
	if err := s.Table.SendInvitations(t.Context(), []invitation.Invitation{visitor}, []event.Event{happened}, s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(fresh("one"), "@example.com")
	var ids []invitation.ID
	for _, address := range []string{name + "@example.com", name + "+more@example.com", fresh("two"), fresh("three")} {
		ids = append(ids, s.Invite(t, made.ID, address)[0].ID)
	}
	s.settle(t)
	waits := func(reports int, halted bool) {
		t.Helper()
		found, _, err := s.Table.Matters(t.Context(), s.Env.Now(), dynamo.Page{Limit: 10})
		if err != nil || len(found) != 1 || found[0].Subject != string(made.ID) || found[0].Count != reports || found[0].Halted != halted {
			t.Errorf("%+v %v, want %d reports", found, err, reports)
		}
	}
	report(visitor.ID)
	waits(1, false)
	for i, id := range ids {
		report(id)
		waits([]int{2, 2, 3, 4}[i], i == 3)
		of, _, err := s.Table.Offer(t.Context(), made.ID)
		if want := map[bool]offer.Status{true: offer.Paused, false: offer.Active}[i == 3]; err != nil || of.Status != want {
			t.Errorf("after report %d the offer is %s, want %s", i+1, of.Status, want)
		}
	}
	s.count(t, s.Env.MailReports, 5)
	if n := len(s.changes(t, offer.PausedEvent{}.Type())); n != 1 {
		t.Errorf("%d events offer.paused", n)
	}
	if n := len(s.changes(t, offer.ReportedEvent{}.Type())); n != 3 { // the visitor, and two addresses
		t.Errorf("%d events offer.reported", n)
	}
	sum, err := s.Table.Reports(t.Context(), made.ID)
	if err != nil || sum.Recipients != 3 || sum.Visitors != 1 || sum.Invitation != string(ids[3]) || sum.At.IsZero() {
		t.Errorf("%+v %v", sum, err)
	}
}

// TestReportLate: word of a report that comes once more after the vendor decided opens nothing again.
func TestReportLate(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, nil)
	inv := s.Invite(t, made.ID, fresh("one"))[0]
	s.settle(t)
	if err := redemption.Report(t.Context(), s.Table, inv.ID, consent.Visitor{Secret: s.Link(t, inv.ID)}, s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	batch := fixture.ToBatch(t, s.Streamed(t))
	s.handle(t, batch)
	s.settle(t)
	waiting := func() int {
		t.Helper()
		found, _, err := s.Table.Matters(t.Context(), s.Env.Now(), dynamo.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	if n := waiting(); n != 1 {
		t.Fatalf("%d matters wait", n)
	}
	o := s.Op("operator")
	if _, _, err := offer.Change(t.Context(), s.Table, made.ID, offer.KeptEvent{Reason: "Known well."}, o, func(of offer.Offer, used int) (offer.Offer, error) {
		return of.Keep(used, o.At)
	}); err != nil {
		t.Fatal(err)
	}
	for _, one := range batch.Events() {
		if err := s.outbox().Do(t.Context(), one.Event); err != nil {
			t.Fatal(err)
		}
	}
	s.settle(t)
	if n := waiting(); n != 0 {
		t.Errorf("%d matters wait after the decision", n)
	}
}

// TestSwitch stops all sending; nothing is lost, and no attempt counts.
func TestSwitch(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := fresh("held")
	made := s.Offer(t, nil)
	set := func(on bool) {
		v, err := s.Table.Vendor(t.Context())
		if err == nil {
			v.Sending = on
			err = s.Table.SaveVendor(t.Context(), v, s.Op("operator"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.settle(t)
	set(false)
	s.Invite(t, made.ID, address)
	s.settle(t)
	s.Travel(20 * time.Minute)
	for range 12 {
		if out := s.retry(t); out.Found != 0 {
			t.Errorf("tried while all sending is stopped: %+v", out)
		}
		s.Travel(day)
	}
	s.count(t, address, 0)
	set(true)
	if out := s.retry(t); out.Done != 1 {
		t.Errorf("%+v\n%s", out, s.Log)
	}
	s.count(t, address, 1)
	if n := s.waiting(t); n != 1 { // invitation.sent
		t.Errorf("%d events wait", n)
	}
}

// TestSuppressed writes to somebody who asked not to get such mails.
func TestSuppressed(t *testing.T) {
	t.Parallel()
	s := open(t)
	address, other := fresh("quiet"), fresh("other")
	o := s.Op("visitor")
	if _, err := suppression.Stop(t.Context(), s.Table, dynamo.AddressHash(address), suppression.Unsubscribed, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	made := s.Offer(t, nil)
	invited := s.Invite(t, made.ID, address, other)
	s.settle(t)
	s.count(t, address, 0)
	s.count(t, other, 1)
	if inv := s.invitation(t, invited[0].ID); inv.Delivery != invitation.Suppressed || inv.DeliveryReason != suppression.Unsubscribed {
		t.Errorf("%s %s", inv.Delivery, inv.DeliveryReason)
	}
	s.count(t, s.Mail, 1) // 19
	funnel, err := s.Table.Funnel(t.Context(), made.ID)
	if err != nil || funnel.Steps["suppressed"] != 1 || funnel.Steps["sent"] != 1 {
		t.Errorf("funnel %v %v", funnel, err)
	}
}

// TestCaps writes to one mailbox, spelled in several ways, more often than it may be written to.
func TestCaps(t *testing.T) {
	t.Parallel()
	s := open(t)
	name := strings.TrimSuffix(fresh("many"), "@example.com")
	spelled := []string{name + "@example.com", name + "+a@example.com", strings.ToUpper(name) + "@example.com", name[:3] + "." + name[3:] + "@example.com"}
	var sent, stopped int
	var first invitation.Invitation
	for n, address := range spelled {
		inv := s.Invite(t, s.Offer(t, nil).ID, address)[0]
		if n == 0 {
			first = inv
		}
		s.settle(t)
		switch got := s.invitation(t, inv.ID); got.Delivery {
		case invitation.Sent:
			sent++
		case invitation.Suppressed:
			stopped++
			if got.DeliveryReason != "rate" {
				t.Errorf("reason %s", got.DeliveryReason)
			}
		}
	}
	if sent != 3 || stopped != 1 {
		t.Errorf("%d sent, %d stopped", sent, stopped)
	}
	// A resend that is held back leaves the link of before as it was: its reader would have none.
	if _, err := invitation.SendAgain(t.Context(), s.Table, s.Partner, first.ID, "", 0, s.Env.InvitationsPerDay, s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	secret := ""
	for _, m := range s.count(t, spelled[0], 2) { // it is one mailbox in capitals, too
		if id, of := link(t, m, "/i/"); id == string(first.ID) {
			secret = of
		}
	}
	if got := s.invitation(t, first.ID); got.Delivery != invitation.Suppressed || got.Generation != 2 || got.Link(secret) != token.Live {
		t.Errorf("held back: %s, generation %d, the link of before is %v", got.Delivery, got.Generation, got.Link(secret))
	}
	s.Travel(time.Hour)
	inv := s.Invite(t, s.Offer(t, nil).ID, spelled[0])[0]
	s.settle(t)
	if got := s.invitation(t, inv.ID); got.Delivery != invitation.Sent {
		t.Errorf("an hour later: %s %s", got.Delivery, got.DeliveryReason)
	}
}

// faults stands before the mail emulator and answers for it where a test wants that.
type faults struct {
	mutex sync.Mutex
	// released are the addresses that were taken off the account's suppression list; refuse answers that with an error's name.
	released []string
	refuse   string
	sets     map[string]string      // by template: the configuration set that its mail left under
	answer   func(to string) string // "": as the emulator does; "lost": as it does, but the answer is lost; else an error's name
}

func (s *suite) faults(t *testing.T) *faults {
	f := &faults{sets: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			f.release(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		var sent struct {
			Destination          struct{ ToAddresses []string }
			ConfigurationSetName string
			EmailTags            []struct{ Name, Value string }
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Error(err)
			return
		}
		f.mutex.Lock()
		for _, tag := range sent.EmailTags {
			if tag.Name == "template" {
				f.sets[tag.Value] = sent.ConfigurationSetName
			}
		}
		what := ""
		if f.answer != nil {
			what = f.answer(sent.Destination.ToAddresses[0])
		}
		f.mutex.Unlock()
		status := http.StatusBadRequest
		switch what {
		case "", "lost":
			pass, err := http.NewRequestWithContext(r.Context(), r.Method, s.box.URL+r.URL.Path, bytes.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			pass.Header = r.Header.Clone()
			answer, err := http.DefaultClient.Do(pass)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			if what == "lost" {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.StatusCode)
			_, _ = io.Copy(w, answer.Body)
			return
		case "TooManyRequestsException":
			status = http.StatusTooManyRequests
		case "InternalServiceError":
			status = http.StatusInternalServerError
		}
		w.Header().Set("X-Amzn-ErrorType", what)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"message":"no"}`)
	}))
	t.Cleanup(server.Close)
	s.Env.MailEndpoint = server.URL
	return f
}

// release answers for the account's suppression list, which the emulator does not have.
func (f *faults) release(w http.ResponseWriter, r *http.Request) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if f.refuse != "" {
		w.Header().Set("X-Amzn-ErrorType", f.refuse)
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"no"}`)
		return
	}
	f.released = append(f.released, strings.TrimPrefix(r.URL.Path, "/v2/email/suppression/addresses/"))
	_, _ = io.WriteString(w, "{}")
}

func (f *faults) set(answer func(to string) string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.answer = answer
}

// TestRefused lets SES refuse one address for good: the others are served, the partner is told.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	bad, good := fresh("bad"), fresh("good")
	s.faults(t).set(func(to string) string {
		if to == bad {
			return "MessageRejected"
		}
		return ""
	})
	invited := s.Invite(t, s.Offer(t, nil).ID, bad, good)
	s.settle(t)
	s.count(t, good, 1)
	if inv := s.invitation(t, invited[0].ID); inv.Delivery != invitation.Bounced || inv.DeliveryReason != "refused" {
		t.Errorf("%s %s", inv.Delivery, inv.DeliveryReason)
	}
	s.count(t, s.Mail, 1)
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait", n)
	}
}

// TestTooFast lets SES say that the account sends too much: nothing is reported to the stream, so that no alarm of dead letters rings; the
// event stays due, retry takes it, and the attempts that were too fast don't count.
func TestTooFast(t *testing.T) {
	t.Parallel()
	s := open(t)
	address, other := fresh("late"), fresh("other")
	f := s.faults(t)
	s.settle(t)
	f.set(func(to string) string {
		if to == address {
			return "TooManyRequestsException"
		}
		return ""
	})
	s.Invite(t, s.Offer(t, nil).ID, address, other)
	s.settle(t) // fails where a failure is reported
	s.count(t, other, 1)
	s.count(t, address, 0)
	if n := s.waiting(t); n != 1 {
		t.Fatalf("%d events wait", n)
	}
	for range 12 { // more often than an event may fail
		s.Travel(16 * time.Minute)
		s.retry(t)
	}
	if n := s.waiting(t); n != 1 {
		t.Fatalf("%d events wait after throttled tries\n%s", n, s.Log)
	}
	f.set(nil)
	s.Travel(16 * time.Minute)
	s.retry(t)
	s.settle(t)
	s.count(t, address, 1)
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait", n)
	}
}

// TestNotTaken lets SES fail: the stream is asked to bring the record again, and the mail then leaves once.
func TestNotTaken(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"InternalServiceError", "SendingPausedException", "AccountSuspendedException"} {
		t.Run(what, func(t *testing.T) {
			s := open(t)
			address, other := fresh("late"), fresh("other")
			f := s.faults(t)
			s.settle(t)
			f.set(func(to string) string {
				if to == address {
					return what
				}
				return ""
			})
			s.Invite(t, s.Offer(t, nil).ID, address, other)
			batch := s.Batch(t)
			if answer := s.handle(t, batch); len(answer.Failures) != 1 {
				t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
			}
			s.count(t, other, 1)
			f.set(nil)
			if answer := s.handle(t, batch); len(answer.Failures) != 0 {
				t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
			}
			s.settle(t)
			s.count(t, address, 1)
			s.count(t, other, 1)
			if n := s.waiting(t); n != 0 {
				t.Errorf("%d events wait", n)
			}
		})
	}
}

// TestLostAnswer is the one window that SES leaves: it took the mail, and its answer was lost. Nobody sends the mail again while the claim
// counts; word of the delivery closes the window; without it the mail goes out once more.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{true, false} {
		s := open(t)
		address := fresh("lost")
		f := s.faults(t)
		s.settle(t)
		f.set(func(string) string { return "lost" })
		inv := s.Invite(t, s.Offer(t, nil).ID, address)[0]
		batch := s.Batch(t)
		s.handle(t, batch)
		f.set(nil)
		s.handle(t, batch)
		mail := s.count(t, address, 1)[0]
		if heard {
			s.hear(t, mail.MessageID, address, inv.ID, "trial_invitation", func(e *mailevents.Event) { e.Detail.EventType = "Delivery" })
		}
		s.Travel(16 * time.Minute)
		s.retry(t)
		s.settle(t)
		if heard {
			s.count(t, address, 1)
		} else {
			s.count(t, address, 2)
		}
		if n := s.waiting(t); n != 0 {
			t.Errorf("%d events wait", n)
		}
	}
}

// hear hands an event of SES to mailevents, for the mail of a template that an invitation's first event asked for.
func (s *suite) hear(t *testing.T, message, address string, of invitation.ID, template string, change func(*mailevents.Event)) {
	t.Helper()
	asked := ""
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "mail" && fixture.Text(item, "template") == template && fixture.Text(item, "address") == dynamo.AddressHash(address) &&
			(of == "" || fixture.Text(item, "invitation") == string(of)) {
			asked = fixture.Text(item, "event")
		}
	}
	if asked == "" {
		t.Fatalf("no mail %s to %s", template, address)
	}
	var e mailevents.Event
	e.Detail.Mail.MessageID, e.Detail.Mail.Destination = message, []string{address}
	e.Detail.Mail.Tags = map[string][]string{"event": {asked}, "template": {template}, "address": {dynamo.AddressHash(address)}, "ses:from-domain": {"vendor.example"}}
	change(&e)
	for range 2 { // SES tells at least once
		if err := mailevents.Handler(s.Env, s.Table)(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func bounce(e *mailevents.Event) {
	e.Detail.EventType, e.Detail.Bounce.Type, e.Detail.Bounce.SubType = "Bounce", "Permanent", "General"
}

// TestBounce hears of a bounce, a complaint and a delivery, each twice.
func TestBounce(t *testing.T) {
	t.Parallel()
	s := open(t)
	gone, angry, fine := fresh("gone"), fresh("angry"), fresh("fine")
	made := s.Offer(t, nil)
	invited := s.Invite(t, made.ID, gone, angry, fine)
	s.settle(t)
	s.hear(t, "m1", gone, invited[0].ID, "trial_invitation", bounce)
	s.hear(t, "m2", angry, invited[1].ID, "trial_invitation", func(e *mailevents.Event) { e.Detail.EventType = "Complaint" })
	s.hear(t, "m2", angry, invited[1].ID, "trial_invitation", func(e *mailevents.Event) { e.Detail.EventType = "Delivery" }) // late
	s.hear(t, "m3", fine, invited[2].ID, "trial_invitation", func(e *mailevents.Event) { e.Detail.EventType = "DeliveryDelay" })
	s.hear(t, "m3", fine, invited[2].ID, "trial_invitation", func(e *mailevents.Event) { e.Detail.EventType = "Delivery" })
	s.settle(t)
	for i, want := range []invitation.Delivery{invitation.Bounced, invitation.Complained, invitation.Delivered} {
		if got := s.invitation(t, invited[i].ID).Delivery; got != want {
			t.Errorf("invitation %d is %s, want %s", i, got, want)
		}
	}
	for address, want := range map[string]string{gone: suppression.Bounced, angry: suppression.Complaint, fine: ""} {
		if got, err := s.Table.Suppressed(t.Context(), address); err != nil || got != want {
			t.Errorf("%s is suppressed for %q, want %q", address, got, want)
		}
	}
	s.count(t, s.Mail, 2) // 19 for each
	for _, kind := range []event.Type{invitation.BouncedEvent{}.Type(), invitation.ComplainedEvent{}.Type(), invitation.DeliveredEvent{}.Type()} {
		if n := len(s.changes(t, kind)); n != 1 {
			t.Errorf("%d events %s", n, kind)
		}
	}
	if n := len(s.changes(t, event.AddressSuppressedEvent{}.Type())); n != 2 {
		t.Errorf("%d events address.suppressed", n)
	}
	figures, err := s.Mailings().MailFigures(t.Context(), s.Env.Now())
	if err != nil || figures != (mailing.Figures{Delivered: 1, Bounced: 1, Complained: 1}) {
		t.Errorf("figures %+v %v", figures, err)
	}

	// The next invitation to who bounced or complained is not sent.
	next := s.Invite(t, made.ID, gone)[0]
	s.settle(t)
	if got := s.invitation(t, next.ID); got.Delivery != invitation.Suppressed || got.DeliveryReason != suppression.Bounced {
		t.Errorf("%s %s", got.Delivery, got.DeliveryReason)
	}
	s.count(t, gone, 1)
}

// TestSets sends offers under one configuration set, and receipts and mail about the account under the other.
func TestSets(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Env.ConfigurationSet, s.Env.AccountConfigurationSet = "offers", "account"
	f := s.faults(t)
	s.Invite(t, s.Offer(t, nil).ID, fresh("invited"))
	s.Trial(t, fresh("owner"), "yes")
	s.settle(t)
	for template, want := range map[string]string{"trial_invitation": "offers", "accepted": "account", "accepted_partner": "account"} {
		if got := f.sets[template]; got != want {
			t.Errorf("%s leaves under %q, want %q; all: %v", template, got, want, f.sets)
		}
	}
}

// TestLifted lets mail go again to an address that bounced: it is taken off the mail service's own list before the first mail, once, and
// no mail leaves as long as that fails.
func TestLifted(t *testing.T) {
	t.Parallel()
	s := open(t)
	f := s.faults(t)
	address, clean := fresh("repaired"), fresh("clean")
	of := s.Offer(t, nil).ID
	inv := s.Invite(t, of, address, clean)[0]
	s.settle(t)
	s.hear(t, "m1", address, inv.ID, "trial_invitation", bounce)
	s.Invite(t, of, address)
	s.settle(t)
	s.count(t, address, 1)
	if len(f.released) != 0 {
		t.Errorf("released %v although nothing was lifted", f.released)
	}
	o := s.Op("operator")
	if err := suppression.Lift(t.Context(), s.Table, dynamo.AddressHash(address), event.New(o, event.Vendor(), event.Of(dynamo.AddressHash(address), event.SuppressionLiftedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	f.refuse = "TooManyRequestsException"
	s.Invite(t, of, address, clean)
	s.settle(t)
	s.count(t, address, 1)
	s.count(t, clean, 2)
	f.refuse = ""
	s.Travel(16 * time.Minute)
	s.retry(t)
	s.settle(t)
	s.count(t, address, 2)
	s.Invite(t, of, address)
	s.settle(t)
	s.count(t, address, 3)
	if !slices.Equal(f.released, []string{address}) {
		t.Errorf("released %v", f.released)
	}
}

// TestReleasedElsewhere finds an address that the mail service's list does not hold: the mail leaves all the same.
func TestReleasedElsewhere(t *testing.T) {
	t.Parallel()
	s := open(t)
	f := s.faults(t)
	f.refuse = "NotFoundException"
	address := fresh("elsewhere")
	o := s.Op("mailevents")
	if _, err := suppression.Stop(t.Context(), s.Table, dynamo.AddressHash(address), suppression.Complaint, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	o = s.Op("operator")
	if err := suppression.Lift(t.Context(), s.Table, dynamo.AddressHash(address), event.New(o, event.Vendor(), event.Of("x", event.SuppressionLiftedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	s.Invite(t, s.Offer(t, nil).ID, address)
	s.settle(t)
	s.count(t, address, 1)
}

// TestPausesItself bounces so often that all sending stops.
func TestPausesItself(t *testing.T) {
	t.Parallel()
	s := open(t)
	made := s.Offer(t, nil)
	var addresses []string
	for range 10 {
		addresses = append(addresses, fresh("none"))
	}
	invited := s.Invite(t, made.ID, addresses...)
	s.settle(t)
	for i, address := range addresses {
		if v, err := s.Table.Vendor(t.Context()); err != nil || !v.Sending {
			t.Fatalf("stopped after %d bounces: %v", i, err)
		}
		s.hear(t, "m", address, invited[i].ID, "trial_invitation", bounce)
	}
	if v, err := s.Table.Vendor(t.Context()); err != nil || v.Sending {
		t.Errorf("still sending: %v", err)
	}
	if n := len(s.changes(t, event.SendingStoppedEvent{}.Type())); n != 1 {
		t.Errorf("%d events vendor.sending_stopped", n)
	}
	if !strings.Contains(s.Log.String(), `"SendingStopped":1`) {
		t.Error("no alarm")
	}
}

// TestClaimTakenOver finds a claim of a function that died before it sent anything.
func TestClaimTakenOver(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := fresh("dead")
	inv := s.Invite(t, s.Offer(t, nil).ID, address)[0]
	batch := s.Batch(t)
	for _, one := range batch.Events() {
		if event.Is[invitation.CreatedEvent](one.Event.Changes[0]) {
			row := mailing.Mail{Event: one.Event.ID(), Template: "trial_invitation", Address: dynamo.AddressHash(address), Invitation: inv.ID, Generation: 1}
			if _, ours, err := s.Mailings().ClaimMail(t.Context(), row, s.Op("died")); err != nil || !ours {
				t.Fatal(ours, err)
			}
		}
	}
	s.handle(t, batch)
	s.count(t, address, 0)
	s.Travel(16 * time.Minute)
	s.retry(t)
	s.retry(t)
	s.settle(t)
	s.count(t, address, 1)
}

// TestGivenUp gives up on an event that fails every time, one that can be read and one that can't, and leaves both visible; given back as
// infra/runbooks/dead-events.md says, each is tried again.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	s.Travel(time.Hour)
	s.retry(t)
	o := s.Op("test")
	bad := event.New(o, event.Partner(string(s.Partner)), event.Of("inv_"+o.NewID(), invitation.CreatedEvent{OfferID: "none"}))
	if err := s.Table.SaveEvent(t.Context(), bad, o); err != nil {
		t.Fatal(err)
	}
	unreadable := event.New(o, event.Vendor(), event.Change{Type: "x.y", Subject: "z"})
	o.ID = o.NewID()
	if err := s.Table.SaveEvent(t.Context(), unreadable, o); err != nil {
		t.Fatal(err)
	}
	s.Spoil(t, "VENDOR", "EVENT#"+unreadable.ULID, "card", "changes")
	for tries := 0; tries < 40; tries++ {
		s.Travel(13 * time.Hour)
		s.retry(t)
	}
	dead := 0
	for _, item := range s.Items(t) {
		if strings.HasPrefix(fixture.Text(item, "due_class"), dynamo.FailedEvents+"#") {
			dead++
		}
	}
	if dead != 2 || strings.Count(s.Log.String(), `"DeadEvents":1`) != 2 || strings.Count(s.Log.String(), `"attempts":10`) < 2 {
		t.Errorf("%d dead\n%s", dead, s.Log)
	}
	for _, item := range s.Items(t) {
		was, found := strings.CutPrefix(fixture.Text(item, "due_class"), dynamo.FailedEvents+"#")
		if !found {
			continue
		}
		if _, err := s.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &s.Env.Table, Key: map[string]types.AttributeValue{"PK": item["PK"], "SK": item["SK"]},
			UpdateExpression: aws.String("SET attempts = :z, due_class = :c"), ConditionExpression: aws.String("due_class = :dead"),
			ExpressionAttributeValues: map[string]types.AttributeValue{
				":z": &types.AttributeValueMemberN{Value: "0"}, ":c": &types.AttributeValueMemberS{Value: "event#" + was}, ":dead": item["due_class"],
			},
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.retry(t)
	again := 0
	for _, item := range s.Items(t) {
		if n, ok := item["attempts"].(*types.AttributeValueMemberN); ok && n.Value == "1" && strings.HasPrefix(fixture.Text(item, "due_class"), "event#") {
			again++
		}
	}
	if again != 2 {
		t.Errorf("%d of 2 were tried again", again)
	}
}

// TestTrialMails runs a trial's notices through the outbox: each administrator gets its own, the deletion counts from the accepted mail.
func TestTrialMails(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna, jan := fresh("anna"), fresh("jan")
	accepted := s.Trial(t, anna, "")
	s.Administrator(t, accepted.Customer.ID, jan)
	s.settle(t)
	had := len(s.box.To(t, anna))
	id := accepted.First().ID
	step := func(after time.Duration) subscription.Subscription {
		t.Helper()
		s.Env.Offset = after
		sub, err := s.Table.StoredSubscription(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		next, changes := sub.Advance(s.Env.Now())
		if len(changes) > 0 {
			o := s.Op("trials")
			e := event.New(o, event.Customer(string(sub.Customer)), changes...).SharedWith(string(s.Partner))
			if err := s.Table.SaveSubscription(t.Context(), next, []event.Event{e}, o); err != nil {
				t.Fatal(err)
			}
		}
		s.settle(t)
		if sub, err = s.Table.StoredSubscription(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return sub
	}
	toBuy := "https://pages.example/account/subscriptions/" + string(id)
	step(23*day + time.Hour) // 9
	if mail := s.count(t, anna, had+1)[had]; strings.Contains(mail.Body.Text, toBuy) {
		t.Errorf("leads to buying what is not sold:\n%s", mail.Body.Text)
	}
	s.count(t, jan, 1)
	s.priced(t)
	step(31 * day) // 10
	says(t, s.count(t, anna, had+2)[had+1], toBuy)
	sub := step(70 * day) // 11, late: 7 full days from here
	mail := s.count(t, anna, had+3)[had+2]
	if says(t, mail, "zostaną usunięte"); strings.Contains(mail.Body.Text, toBuy) || strings.Contains(mail.Body.Text, "Kup plan") {
		t.Errorf("leads to buying after the grace:\n%s", mail.Body.Text)
	}
	s.count(t, jan, 3)
	if wait := sub.DeleteAfter.Sub(s.Env.Now()); wait < 7*day || wait > 7*day+3*time.Hour || sub.Step != subscription.Delete {
		t.Errorf("deleted after %v: %+v\n%s", wait, sub, mail.Body.Text)
	}
	if n := len(s.changes(t, subscription.DeletionScheduledEvent{}.Type())); n != 1 {
		t.Errorf("%d events subscription.deletion_scheduled", n)
	}

	// One administrator's mailbox is full; the other got the notice and its program answers by itself: that one knows. When its mail server
	// gives the mail back for good, nobody does: the vendor decides.
	transient := func(e *mailevents.Event) {
		e.Detail.EventType, e.Detail.Bounce.Type, e.Detail.Bounce.SubType = "Bounce", "Transient", "General"
	}
	s.hear(t, "m", jan, "", "deletion_notice", func(e *mailevents.Event) { e.Detail.EventType = "Delivery" })
	s.hear(t, "m", anna, "", "deletion_notice", transient)
	s.hear(t, "m", jan, "", "deletion_notice", transient)
	if sub, _ := s.Table.StoredSubscription(t.Context(), id); sub.Step != subscription.Delete {
		t.Errorf("held although one administrator knows: %+v", sub)
	}
	s.hear(t, "m", jan, "", "deletion_notice", bounce)
	if sub = step(100 * day); sub.Status != subscription.Expired || !sub.Held {
		t.Errorf("deleted although nobody knows: %+v", sub)
	}
	if n := len(s.changes(t, subscription.DeletionHeldEvent{}.Type())); n != 1 {
		t.Errorf("%d events subscription.deletion_held", n)
	}
}

// TestDeletionNoticeInTime: the plan can be bought until the end of the grace, which is before the day of the deletion.
func TestDeletionNoticeInTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	anna := fresh("anna")
	accepted := s.Trial(t, anna, "")
	s.settle(t)
	had := len(s.box.To(t, anna))
	s.Travel(53*day + time.Hour)
	next, changes := accepted.First().Advance(s.Env.Now())
	o := s.Op("trials")
	if err := s.Table.SaveSubscription(t.Context(), next, next.Tell(o, "", changes...), o); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	w, zone := locale.In(locale.Polish), calendar.Zone("PL")
	says(t, s.count(t, anna, had+1)[had], w.MailTrialBuy(next.GraceEndsAt.In(zone)), "https://pages.example/account/subscriptions/"+string(next.ID))
}

// TestNobodyToTell announces a deletion to addresses that SES refuses: nothing is deleted, the vendor decides.
func TestNobodyToTell(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna := fresh("anna")
	accepted := s.Trial(t, anna, "")
	s.settle(t)
	s.faults(t).set(func(to string) string {
		if to == anna {
			return "MessageRejected"
		}
		return ""
	})
	s.Travel(60 * day)
	next, changes := accepted.First().Advance(s.Env.Now())
	o := s.Op("trials")
	if err := s.Table.SaveSubscription(t.Context(), next, next.Tell(o, "", changes...), o); err != nil {
		t.Fatal(err)
	}
	batch := s.Batch(t)
	s.handle(t, batch)
	s.handle(t, batch)
	s.settle(t)
	sub, err := s.Table.StoredSubscription(t.Context(), accepted.First().ID)
	if err != nil || !sub.Held || sub.Step != subscription.NoStep || !sub.DeleteAfter.IsZero() {
		t.Errorf("%+v %v", sub, err)
	}
	if n := len(s.changes(t, subscription.DeletionHeldEvent{}.Type())); n != 1 {
		t.Errorf("%d events subscription.deletion_held", n)
	}

	// The vendor has it announced once more: what comes late of the first notice holds it no more, and the second, which is taken, sets the day.
	s.faults(t).set(nil)
	s.Travel(day)
	if _, err := subscription.DecideDeletion(t.Context(), s.Table, sub.ID, subscription.AnnounceAnew, "The address was mended.", s.Op("operator")); err != nil {
		t.Fatal(err)
	}
	s.hear(t, "m", anna, "", "deletion_notice", bounce)
	s.settle(t)
	if sub, err = s.Table.StoredSubscription(t.Context(), sub.ID); err != nil || sub.Held || sub.DeleteAfter.Sub(s.Env.Now()) < 7*day {
		t.Errorf("%+v %v", sub, err)
	}
}
