// Package faults kills functions at every call they make to AWS, before the call, after it with the answer lost and after it, then
// lets the client, the stream or the schedule run them again: the end state must be the one of a run without a crash.
package faults

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/house/granted"
	"liaison/tests/house/intact"
)

var (
	sys     *system.System
	program *sample.Program
	mailbox client.Mailbox
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	var err error
	// One address gets more mails here than a person would in an hour.
	if sys, err = system.Start(ctx, system.Options{Long: !granted.Partly(), Borrow: true, Environment: map[string]string{"MAIL_PER_HOUR": "1000", "MAIL_PER_DAY": "1000"}}); err != nil {
		return 1, err
	}
	defer sys.Close()
	if program, err = sample.Load(ctx, sys); err != nil {
		return 1, err
	}
	mailbox = client.Mailbox{Base: sys.Endpoints.Mailbox}
	return m.Run(), nil
}

// moments are the three ways to die around a call.
var moments = map[string]proxy.Moment{"before": proxy.Before, "lost": proxy.Lost, "after": proxy.After}

// strike kills the function once, at its seq-th call of one invocation, and says whether it struck.
func strike(t *testing.T, function string, seq int, at proxy.Moment) (struck func() bool) {
	t.Helper()
	return trouble(t, function, seq, proxy.Fault{At: at, Kill: true})
}

// trouble does something to the function once, at its seq-th call of one invocation, and says whether it did.
func trouble(t *testing.T, function string, seq int, fault proxy.Fault) (struck func() bool) {
	t.Helper()
	var mutex sync.Mutex
	done := false
	sys.Proxy.SetHook(func(call *proxy.Call) proxy.Fault {
		mutex.Lock()
		defer mutex.Unlock()
		if done || call.Function != function || call.Invocation == "" || call.Seq != seq {
			return proxy.Fault{}
		}
		done = true
		return fault
	})
	t.Cleanup(func() { sys.Proxy.SetHook(nil) })
	return func() bool {
		mutex.Lock()
		defer mutex.Unlock()
		return done
	}
}

// calls returns the most calls that one invocation of the function made since the proxy was reset.
func calls(function string) int {
	most := 0
	for _, call := range sys.Proxy.Calls() {
		if call.Function == function && call.Invocation != "" {
			most = max(most, call.Seq)
		}
	}
	return most
}

// points runs try for every call up to the count and every way to die: all three of each call in the long suite, one of each,
// turn by turn, in the default one. try says whether the function died.
func points(t *testing.T, n int, try func(t *testing.T, seq int, at proxy.Moment) bool) {
	t.Helper()
	if n == 0 {
		t.Fatal("the function made no call")
	}
	all := fixture.All()
	names := []string{"before", "lost", "after"}
	died := 0
	for seq := 1; seq <= n; seq++ {
		for i, name := range names {
			if !all && i != seq%len(names) {
				continue
			}
			t.Run(fmt.Sprintf("call %d %s", seq, name), func(t *testing.T) {
				if try(t, seq, moments[name]) {
					died++
				}
			})
		}
	}
	t.Logf("%d calls, died %d times", n, died)
	if died < n/2 {
		t.Errorf("only %d deaths at %d calls", died, n)
	}
}

func patience(t *testing.T) context.Context {
	verified(t)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// verified holds the whole table against the invariants at the end of the test, once all is quiet: in the long suite of each crash by itself,
// in the default one of all that a function lived through.
func verified(t *testing.T) {
	if strings.Contains(t.Name(), "/") && !fixture.All() {
		return
	}
	if _, asked := asked.LoadOrStore(t.Name(), true); !asked {
		t.Cleanup(func() { intact.Table(t, sys) })
	}
}

var asked sync.Map // names of tests

func settle(t *testing.T) {
	t.Helper()
	if err := sys.Settle(patience(t)); err != nil {
		t.Fatal(err)
	}
}

var serial int

// invited returns a fresh address that was invited to a fresh offer; its mail need not have come yet.
func invited(t *testing.T) (mail string, invitation contract.Invitation) {
	t.Helper()
	return invitedTo(t, sample.TrialOffer("en"))
}

// invitedTo is invited to an offer of one's own.
func invitedTo(t *testing.T, wish contract.OfferCreate) (mail string, invitation contract.Invitation) {
	t.Helper()
	serial++
	mail = fmt.Sprintf("crash-%d@example.com", serial)
	var offer contract.Offer
	if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers", wish, &offer); err != nil {
		t.Fatal(err)
	}
	var sent contract.InvitationsSent
	if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+offer.ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, &sent); err != nil {
		t.Fatal(err)
	}
	return mail, sent.Data[0]
}

// atCheck returns a visitor before the last button, with the company that will be made.
func atCheck(t *testing.T) (v *client.Visitor, mail, company string) {
	t.Helper()
	return atCheckOf(t, sample.TrialOffer("en"))
}

func atCheckOf(t *testing.T, wish contract.OfferCreate) (v *client.Visitor, mail, company string) {
	t.Helper()
	mail, _ = invitedTo(t, wish)
	company = "Crash " + strings.TrimSuffix(mail, "@example.com")
	mails, err := mailbox.Wait(patience(t), mail, 1)
	if err != nil {
		t.Fatal(err)
	}
	settle(t)
	v = client.NewVisitor("en")
	w := locale.In(locale.English)
	if _, err := v.Get(t.Context(), mails[0].Link(sys.Endpoints.Pages+"/i/")); err != nil {
		t.Fatal(err)
	}
	for _, press := range [][]string{
		{w.SiteNext()},
		{w.SiteNext(), "delegation", "yes"},
		{w.SiteNext(), "company", company, "name", "Anna Nowak", "language", "en"},
	} {
		if page, err := v.Press(t.Context(), press[0], press[1:]...); err != nil || page.Status != http.StatusOK {
			t.Fatalf("%q: %d %v\n%s", press[0], page.Status, err, page.Text())
		}
	}
	return v, mail, company
}

func start(ctx context.Context, v *client.Visitor) (client.Page, error) {
	return v.Press(ctx, locale.In(locale.English).RedeemStart(30), "agree", "yes")
}

// held counts what stands in the table for a company: customers by name, and by the customer's partition its other items by class, but for what
// dispatch makes of them some time later.
func held(t *testing.T, company string) map[string]int {
	t.Helper()
	classes := map[string]map[string]int{} // by partition
	var owners []string
	scan(t, func(it item) {
		class, owner := word(it, "class"), word(it, "PK")
		if classes[owner] == nil {
			classes[owner] = map[string]int{}
		}
		if class != "customer" {
			if !follows(it) {
				classes[owner][class]++
			}
		} else if word(it, "name") == company {
			owners = append(owners, owner)
		}
	})
	found := map[string]int{}
	for _, owner := range owners {
		found["customer"]++
		for class, n := range classes[owner] {
			found[class] += n
		}
	}
	return found
}

// follows says whether an item was made from the stream: the task of a subscription, and the event that tells of it.
func follows(it item) bool {
	card, _ := it["card"].(*types.AttributeValueMemberM)
	if card == nil {
		return word(it, "class") == "provisioning_task"
	}
	actor, _ := card.Value["actor"].(*types.AttributeValueMemberM)
	return actor != nil && word(actor.Value, "kind") == string(op.Job)
}

// item is one of the table.
type item = map[string]types.AttributeValue

func scan(t *testing.T, visit func(item)) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(sys.Table(), &dynamodb.ScanInput{TableName: aws.String(sys.Endpoints.Table), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			visit(it)
		}
	}
}

func word(it map[string]types.AttributeValue, name string) string {
	if s, ok := it[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	if card, ok := it["card"].(*types.AttributeValueMemberM); ok { // what lists show stands there alone
		return word(card.Value, name)
	}
	return ""
}

// late counts the events that are still to be dispatched.
func late(t *testing.T) (n int) {
	scan(t, func(it map[string]types.AttributeValue) {
		if word(it, "class") == "event" && word(it, "due") != "" {
			n++
		}
	})
	return n
}

// whole is what one yes with delegated administration leaves on the customer's partition.
var whole = map[string]int{"customer": 1, "customer_user": 1, "subscription": 1, "redemption": 1, "relationship": 1, "grant": 1, "event": 1}

func same(t *testing.T, got, want map[string]int) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("stands %v, not %v", got, want)
	}
}

// TestRedeemDies: the last button's function dies at every call; the visitor presses again.
func TestRedeemDies(t *testing.T) {
	v, _, company := atCheck(t)
	sys.Proxy.Reset()
	if page, err := start(t.Context(), v); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v", page.Status, err)
	}
	n := calls("RedeemPage")
	same(t, held(t, company), whole)
	points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
		v, mail, company := atCheck(t)
		check := v.Page
		struck := strike(t, "RedeemPage", seq, at)
		page, err := start(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if struck() && page.Status < 500 && !strings.Contains(page.URL.Path, "/receipts/") {
			t.Errorf("died and answered %d on %s", page.Status, page.URL)
		}
		sys.Proxy.SetHook(nil)
		v.Page = check
		if page, err = start(t.Context(), v); err != nil || page.Status != http.StatusOK || !strings.Contains(page.URL.Path, "/receipts/") {
			t.Fatalf("pressed again: %d %s %v\n%s", page.Status, page.URL, err, page.Text())
		}
		same(t, held(t, company), whole)
		settle(t)
		if mails, _ := mailbox.To(t.Context(), mail); len(mails) != 2 {
			t.Errorf("%d mails to the customer", len(mails))
		}
		return struck()
	})
}

// grace is longer than a claim of a mail holds and than an event counts as in time: the job retry takes up what died.
const grace = 22 * time.Minute

// recovers lets the job retry take up what died, and once more what a busy machine made late meanwhile, where it did.
func recovers(t *testing.T) {
	t.Helper()
	for tries := 0; tries == 0 || tries == 1 && late(t) > 0; tries++ {
		if err := sys.Travel(patience(t), sys.Now().Add(grace)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDispatchDies: dispatch dies at every call while it mails an invitation; stream and retry run it again.
// The one window that the mail service leaves is a death between its accepting the mail and our noting it: that mail comes twice.
func TestDispatchDies(t *testing.T) {
	settle(t)
	sys.Proxy.Reset()
	mail, _ := invited(t)
	if _, err := mailbox.Wait(patience(t), mail, 1); err != nil {
		t.Fatal(err)
	}
	settle(t)
	n := calls("DispatchJob")
	twice := 0
	points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
		settle(t)
		struck := strike(t, "DispatchJob", seq, at)
		mail, inv := invited(t)
		settle(t)
		sys.Proxy.SetHook(nil)
		recovers(t)
		mails, err := mailbox.To(t.Context(), mail)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(mails) == 2 && struck():
			twice++
		case len(mails) != 1:
			t.Errorf("%d mails", len(mails))
		}
		var got contract.Invitation
		if _, err := program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+inv.ID, nil, &got); err != nil {
			t.Fatal(err)
		}
		if got.Delivery != "delivered" {
			t.Errorf("delivery is %s", got.Delivery)
		}
		if left := late(t); left != 0 {
			t.Errorf("%d events are still to be dispatched", left)
		}
		return struck()
	})
	if twice > 2 {
		t.Errorf("a mail came twice in %d cases; the window between the service's yes and our note allows 2", twice)
	}
}

// TestBulkDies: dispatch dies twice while it invites a list, once before a step and once with its answer lost; stream and retry go on with it. Each
// recipient is invited once and mailed once. (functions/jobs/dispatch does the same with 1,000.)
func TestBulkDies(t *testing.T) {
	settle(t)
	table := dynamo.Over(sys.Table(), sys.Endpoints.Table)
	var made contract.Offer
	if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers", sample.TrialOffer("en"), &made); err != nil {
		t.Fatal(err)
	}
	o := func() op.Op {
		o := op.Op{At: sys.Now().Truncate(time.Millisecond), IDs: id.From(rand.Reader), Actor: op.Actor{Kind: op.Job, ID: "partner"}}
		o.ID, o.RequestID = o.NewID(), "req_"+o.NewID()
		return o
	}
	serial++
	const n = 3*invitation.MaxRecipients + 10
	var read []invitation.Row
	for i := range n {
		read = append(read, invitation.Row{Mail: fmt.Sprintf("list-%d-%d@example.com", serial, i)})
	}
	once := o()
	list, rows := invitation.NewBulk(offer.ID(made.ID), invitation.Review(read, nil), partner.UserID(once.Actor.ID), once)
	if err := table.SaveBulk(t.Context(), list, rows, once); err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	steps, died := 0, 0
	sys.Proxy.SetHook(func(call *proxy.Call) proxy.Fault {
		mutex.Lock()
		defer mutex.Unlock()
		if call.Function != "DispatchJob" || len(call.Actions) < 20 { // what invites: nothing else that it writes is so much
			return proxy.Fault{}
		}
		steps++
		switch steps {
		case 2:
			died++
			return proxy.Fault{At: proxy.Before, Kill: true}
		case 4:
			died++
			return proxy.Fault{At: proxy.Lost, Kill: true}
		}
		return proxy.Fault{}
	})
	t.Cleanup(func() { sys.Proxy.SetHook(nil) })
	if err := invitation.SendBulk(t.Context(), table, list.Offer, list.ID, 0, o()); err != nil {
		t.Fatal(err)
	}
	settle(t)
	recovers(t)
	if died != 2 {
		t.Errorf("it died %d times at %d steps", died, steps)
	}
	if now, err := table.Bulk(t.Context(), list.Offer, list.ID, sys.Now()); err != nil || now.Status != invitation.BulkSent || now.Invited != n {
		t.Errorf("%+v %v", now, err)
	}
	mails, err := mailbox.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, one := range mails {
		for _, to := range one.Destination.To {
			got[to]++
		}
	}
	invited := map[string]int{}
	scan(t, func(it item) {
		if word(it, "class") == "invitation" && word(it, "offer") == made.ID {
			invited[word(it, "mail")]++
		}
	})
	for _, row := range read {
		if invited[row.Mail] != 1 || got[row.Mail] != 1 {
			t.Errorf("%s is invited %d times and has %d mails", row.Mail, invited[row.Mail], got[row.Mail])
		}
	}
	if left := late(t); left != 0 || len(invited) != n {
		t.Errorf("%d invitations, and %d events are still to be dispatched", len(invited), left)
	}
}

// TestTrialsDies: the job that ends trials dies at every call; the next schedule goes on.
func TestTrialsDies(t *testing.T) {
	begin := func(t *testing.T) (company, mail string) {
		v, mail, company := atCheck(t)
		if page, err := start(t.Context(), v); err != nil || page.Status != http.StatusOK {
			t.Fatalf("%d %v", page.Status, err)
		}
		settle(t)
		return company, mail
	}
	ended := func(t *testing.T, company, mail string) {
		t.Helper()
		statuses := map[string]int{}
		owners := map[string]bool{}
		scan(t, func(it map[string]types.AttributeValue) {
			if word(it, "class") == "customer" && word(it, "name") == company {
				owners[word(it, "PK")] = true
			}
		})
		scan(t, func(it map[string]types.AttributeValue) {
			if word(it, "class") == "subscription" && owners[word(it, "PK")] {
				statuses[word(it, "status")]++
			}
		})
		if statuses["expired"] != 1 || len(statuses) != 1 {
			t.Errorf("subscriptions: %v", statuses)
		}
		if mails, _ := mailbox.To(t.Context(), mail); len(mails) != 3 {
			t.Errorf("%d mails to the customer, not invitation, receipt and end", len(mails))
		}
	}
	company, mail := begin(t)
	sys.Proxy.Reset()
	if err := sys.Travel(patience(t), sys.Now().Add(31*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	n := calls("TrialsJob")
	recovers(t)
	ended(t, company, mail)
	points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
		company, mail := begin(t)
		struck := strike(t, "TrialsJob", seq, at)
		if err := sys.Travel(patience(t), sys.Now().Add(31*24*time.Hour)); err != nil && !struck() {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		recovers(t)
		ended(t, company, mail)
		return struck()
	})
}

// TestLedgerDies: the ledger dies at every call; the stream brings the batch again, and each event is sealed.
func TestLedgerDies(t *testing.T) {
	settle(t)
	sys.Proxy.Reset()
	invited(t)
	settle(t)
	n := calls("LedgerJob")
	points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
		settle(t)
		struck := strike(t, "LedgerJob", seq, at)
		invited(t)
		settle(t)
		sys.Proxy.SetHook(nil)
		return struck()
	})
	settle(t)
	chained(t)
}

// chained walks the chain over the events: every seal holds its predecessor's hash, and every event is in one.
func chained(t *testing.T) {
	t.Helper()
	hashes := map[int][2]string{} // number -> hash, hash before
	sealed := map[string]bool{}
	scan(t, func(it map[string]types.AttributeValue) {
		if word(it, "class") != "seal" {
			return
		}
		number, err := strconv.Atoi(it["n"].(*types.AttributeValueMemberN).Value)
		if err != nil {
			t.Fatal(err)
		}
		hashes[number] = [2]string{word(it, "hash"), word(it, "before")}
		for _, one := range it["events"].(*types.AttributeValueMemberL).Value {
			sealed[word(one.(*types.AttributeValueMemberM).Value, "id")] = true
		}
	})
	for n := 2; n <= len(hashes); n++ {
		if hashes[n][1] == "" || hashes[n][1] != hashes[n-1][0] {
			t.Errorf("seal %d does not follow seal %d", n, n-1)
		}
	}
	scan(t, func(it map[string]types.AttributeValue) {
		if word(it, "class") != "event" {
			return
		}
		_, ulid, _ := strings.Cut(word(it, "SK"), "#")
		found := false
		for id := range sealed {
			found = found || strings.HasSuffix(id, "_"+ulid)
		}
		if !found {
			t.Errorf("event %s %s is in no seal", word(it, "PK"), word(it, "SK"))
		}
	})
}
