package faults

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/tests/fixture"
)

// mishap is what AWS does now and then to a call.
type mishap struct {
	name   string
	fault  proxy.Fault
	writes bool // it befalls writes of the table alone
	long   bool // it takes its time: in the long suite only
}

// patience of a function with one call; a longer silence is a time-out.
const silence = 10 * time.Second

var mishaps = []mishap{
	{name: "throttled", fault: proxy.Fault{Error: proxy.Throttled}},
	{name: "5xx", fault: proxy.Fault{Error: proxy.ServerError}},
	{name: "reset before", fault: proxy.Fault{At: proxy.Before}},
	{name: "reset after", fault: proxy.Fault{At: proxy.Lost}},
	{name: "conflict", fault: proxy.Fault{Error: proxy.Conflict}, writes: true},
	{name: "time-out", fault: proxy.Fault{Delay: silence, At: proxy.Before}, long: true},
}

// operations returns what one invocation of the function called, in order, since the proxy was reset.
func operations(function string) (names []string) {
	for _, call := range sys.Proxy.Calls() {
		if call.Function == function && call.Invocation != "" && call.Seq == len(names)+1 {
			names = append(names, call.Operation)
		}
	}
	return names
}

// troubles runs try for every call and every mishap; in the default suite for one of each call, turn by turn.
func troubles(t *testing.T, operations []string, try func(t *testing.T, seq int, one mishap) bool) {
	t.Helper()
	if len(operations) == 0 {
		t.Fatal("the function made no call")
	}
	all, befell := fixture.All(), 0
	for i, operation := range operations {
		writes := slices.Contains([]string{"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"}, operation)
		var possible []mishap
		for _, one := range mishaps {
			if (!one.writes || writes) && (!one.long || all) {
				possible = append(possible, one)
			}
		}
		if !all {
			turn := i % len(possible)
			if writes && i == len(operations)-1 {
				turn = len(possible) - 1
			}
			possible = possible[turn : turn+1]
		}
		for _, one := range possible {
			t.Run(fmt.Sprintf("call %d %s %s", i+1, operation, one.name), func(t *testing.T) {
				if try(t, i+1, one) {
					befell++
				}
			})
		}
	}
	t.Logf("%d calls, %d mishaps", len(operations), befell)
	if befell < len(operations)/2 {
		t.Errorf("only %d mishaps at %d calls", befell, len(operations))
	}
}

// TestRedeemTroubled: whatever befalls the last button's calls, the person hears of success only where everything is written, and can press again.
func TestRedeemTroubled(t *testing.T) {
	v, _, _ := atCheck(t)
	sys.Proxy.Reset()
	if page, err := start(t.Context(), v); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v", page.Status, err)
	}
	troubles(t, operations("RedeemPage"), func(t *testing.T, seq int, one mishap) bool {
		v, mail, company := atCheck(t)
		check := v.Page
		befell := trouble(t, "RedeemPage", seq, one.fault)
		page, err := start(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		if success := strings.Contains(page.URL.Path, "/receipts/"); success {
			same(t, held(t, company), whole)
		} else {
			if page.Status < 500 {
				t.Errorf("%d on %s", page.Status, page.URL)
			}
			v.Page = check
			if page, err = start(t.Context(), v); err != nil || page.Status != http.StatusOK || !strings.Contains(page.URL.Path, "/receipts/") {
				t.Fatalf("pressed again: %d %s %v\n%s", page.Status, page.URL, err, page.Text())
			}
		}
		same(t, held(t, company), whole)
		settle(t)
		if mails, _ := mailbox.To(t.Context(), mail); len(mails) != 2 {
			t.Errorf("%d mails to the customer", len(mails))
		}
		return befell()
	})
}

// TestDispatchTroubled: whatever befalls dispatch's calls, each mail leaves and no event is lost.
func TestDispatchTroubled(t *testing.T) {
	settle(t)
	sys.Proxy.Reset()
	mail, _ := invited(t)
	if _, err := mailbox.Wait(patience(t), mail, 1); err != nil {
		t.Fatal(err)
	}
	settle(t)
	twice := 0
	troubles(t, operations("DispatchJob"), func(t *testing.T, seq int, one mishap) bool {
		settle(t)
		befell := trouble(t, "DispatchJob", seq, one.fault)
		mail, _ := invited(t)
		settle(t)
		sys.Proxy.SetHook(nil)
		recovers(t)
		switch mails, err := mailbox.To(t.Context(), mail); {
		case err != nil:
			t.Fatal(err)
		case len(mails) == 2 && one.fault.At == proxy.Lost: // the one window that the mail service leaves
			twice++
		case len(mails) != 1:
			t.Errorf("%d mails", len(mails))
		}
		if left := late(t); left != 0 {
			t.Errorf("%d events are still to be dispatched", left)
		}
		return befell()
	})
	if twice > 1 {
		t.Errorf("a mail came twice in %d cases", twice)
	}
}

// member returns a signed-in owner of a customer that exists, at whose company nobody administers.
func member(t *testing.T) (v *client.Visitor, mail, company, tie string) {
	t.Helper()
	w := locale.In(locale.English)
	visitor, mail, company := atCheck(t)
	if page, err := start(t.Context(), visitor); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v", page.Status, err)
	}
	mails, err := mailbox.Wait(patience(t), mail, 2)
	if err != nil {
		t.Fatal(err)
	}
	const passphrase = "seven quiet rivers run"
	if _, err := visitor.Get(t.Context(), mails[1].Link(sys.Endpoints.Pages+"/set-password/")); err != nil {
		t.Fatal(err)
	}
	if page, err := visitor.Press(t.Context(), w.PasswordButton(), "password", passphrase); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v\n%s", page.Status, err, page.Text())
	}
	v = client.NewVisitor("en")
	if _, err := v.Get(t.Context(), sys.Endpoints.Pages+"/account"); err != nil {
		t.Fatal(err)
	}
	if page, err := v.Press(t.Context(), "Sign in", "user", mail, "password", passphrase); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v\n%s", page.Status, err, page.Text())
	}
	scan(t, func(it item) {
		if word(it, "class") == "customer" && word(it, "name") == company {
			tie = "rel_" + strings.TrimPrefix(word(it, "PK"), "CUSTOMER#") + "_" + program.PartnerID
		}
	})
	end(t, tie)
	return v, mail, company, tie
}

// end takes the sample's partner's power back.
func end(t *testing.T, tie string) {
	t.Helper()
	if _, err := program.Partner.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/relationships/"+tie+"/end",
		contract.RelationshipEnd{Kind: contract.RelationshipKindDelegatedAdministrator}, nil); err != nil {
		t.Fatal(err)
	}
}

// requested brings a member before the last button of a request of delegated administration.
func requested(t *testing.T, v *client.Visitor, mail string) {
	t.Helper()
	before, err := mailbox.To(t.Context(), mail)
	if err != nil {
		t.Fatal(err)
	}
	days := 100
	var made contract.Offer
	if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers", contract.OfferCreate{
		Kind: contract.OfferKindDelegatedAdministration, Country: "PL",
		DelegatedAdministration: &contract.DelegationRequest{Role: "limited", DurationDays: &days},
	}, &made); err != nil {
		t.Fatal(err)
	}
	english := contract.LanguageEn
	if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+made.ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail, Language: &english}}}, nil); err != nil {
		t.Fatal(err)
	}
	link := ""
	for n := len(before) + 1; link == ""; n++ { // mails about what was done before may come between
		mails, err := mailbox.Wait(patience(t), mail, n)
		if err != nil {
			t.Fatal(err)
		}
		link = mails[n-1].Link(sys.Endpoints.Pages + "/i/")
	}
	settle(t)
	if _, err := v.Get(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Press(t.Context(), locale.In(locale.English).SiteNext()); err != nil {
		t.Fatal(err)
	}
	if page, err := v.Press(t.Context(), locale.In(locale.English).SiteNext(), "delegation", "yes"); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v\n%s", page.Status, err, page.Text())
	}
}

// authorize presses the last button.
func authorize(t *testing.T, v *client.Visitor) client.Page {
	t.Helper()
	page, err := v.Press(t.Context(), locale.In(locale.English).RedeemAuthorize("Baltic Bridge IT sp. z o.o."), "agree", "yes")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// grown fails where a customer's partition did not grow by just so many of each class.
func grown(t *testing.T, company string, before, by map[string]int) {
	t.Helper()
	want := map[string]int{}
	for class, n := range before {
		want[class] = n + by[class]
	}
	same(t, held(t, company), want)
}

// TestMemberDies: the yes of a member of a customer that exists dies at every call, and so does the partner's end of the power; each is done again.
func TestMemberDies(t *testing.T) {
	v, mail, company, tie := member(t)
	requested(t, v, mail)
	sys.Proxy.Reset()
	if page := authorize(t, v); page.Status != http.StatusOK {
		t.Fatalf("%d\n%s", page.Status, page.Text())
	}
	n := calls("RedeemPage")
	sys.Proxy.Reset()
	end(t, tie)
	ends := calls("RelationshipsEnd")
	t.Run("yes", func(t *testing.T) {
		points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
			requested(t, v, mail)
			check, before := v.Page, held(t, company)
			struck := strike(t, "RedeemPage", seq, at)
			page := authorize(t, v)
			if struck() && page.Status < 500 && !strings.Contains(page.URL.Path, "/receipts/") {
				t.Errorf("died and answered %d on %s", page.Status, page.URL)
			}
			sys.Proxy.SetHook(nil)
			v.Page = check
			if page = authorize(t, v); page.Status != http.StatusOK || !strings.Contains(page.URL.Path, "/receipts/") {
				t.Fatalf("pressed again: %d %s\n%s", page.Status, page.URL, page.Text())
			}
			grown(t, company, before, map[string]int{"redemption": 1, "event": 1})
			end(t, tie)
			return struck()
		})
	})
	t.Run("end", func(t *testing.T) {
		points(t, ends, func(t *testing.T, seq int, at proxy.Moment) bool {
			requested(t, v, mail)
			authorize(t, v)
			settle(t)
			before := held(t, company)
			struck := strike(t, "RelationshipsEnd", seq, at)
			body := contract.RelationshipEnd{Kind: contract.RelationshipKindDelegatedAdministrator}
			key := fmt.Sprintf("end-%d-%d", seq, at)
			answer, err := program.Partner.Do(t.Context(), http.MethodPost, "/v1/relationships/"+tie+"/end", body, "Idempotency-Key", key)
			if err == nil && struck() && answer.Status < 500 && answer.Status != http.StatusOK {
				t.Errorf("died and answered %d", answer.Status)
			}
			sys.Proxy.SetHook(nil)
			if _, err := program.Partner.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/relationships/"+tie+"/end", body, nil, "Idempotency-Key", key); err != nil {
				t.Error(err)
			}
			grown(t, company, before, map[string]int{"event": 1})
			return struck()
		})
	})
}

// TestGrantsDies: the job that ends grants dies at every call; the next schedule goes on.
func TestGrantsDies(t *testing.T) {
	wish := sample.TrialOffer("en")
	day := 1
	wish.DelegatedAdministration = &contract.DelegationRequest{Role: "limited", DurationDays: &day}
	begin := func(t *testing.T) (company string) {
		v, _, company := atCheckOf(t, wish)
		if page, err := start(t.Context(), v); err != nil || page.Status != http.StatusOK {
			t.Fatalf("%d %v", page.Status, err)
		}
		settle(t)
		return company
	}
	expired := func(t *testing.T, company string) {
		t.Helper()
		owner, status := "", ""
		scan(t, func(it item) {
			if word(it, "class") == "customer" && word(it, "name") == company {
				owner = word(it, "PK")
			}
		})
		scan(t, func(it item) {
			if word(it, "PK") == owner && word(it, "class") == "grant" {
				status = word(it, "status")
			}
		})
		if status != "expired" {
			t.Errorf("the grant is %s", status)
		}
	}
	company := begin(t)
	sys.Proxy.Reset()
	if err := sys.Travel(patience(t), sys.Now().Add(49*time.Hour)); err != nil {
		t.Fatal(err)
	}
	expired(t, company)
	points(t, calls("GrantsJob"), func(t *testing.T, seq int, at proxy.Moment) bool {
		company := begin(t)
		struck := strike(t, "GrantsJob", seq, at)
		if err := sys.Travel(patience(t), sys.Now().Add(49*time.Hour)); err != nil && !struck() {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		recovers(t)
		expired(t, company)
		return struck()
	})
}

// TestImportsDies: the job that applies imports dies at every call; its next run goes on. Each row is done and counted once, each user mailed once.
func TestImportsDies(t *testing.T) {
	wish := sample.TrialOffer("en")
	days := 100
	wish.DelegatedAdministration = &contract.DelegationRequest{Role: "full", DurationDays: &days}
	v, _, company := atCheckOf(t, wish)
	if page, err := start(t.Context(), v); err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v", page.Status, err)
	}
	settle(t)
	at := ""
	scan(t, func(it item) {
		if word(it, "class") == "customer" && word(it, "name") == company {
			at = "/v1/customers/cus_" + strings.TrimPrefix(word(it, "PK"), "CUSTOMER#") + "/imports"
		}
	})
	begin := func(t *testing.T) (id string, mails []string) {
		t.Helper()
		serial++
		file := "email,name,group\n"
		for i := range 2 {
			mails = append(mails, fmt.Sprintf("imported-%d-%d@example.com", serial, i))
			file += mails[i] + ",Ewa Lis,Everyone\n"
		}
		var made contract.Import
		if _, err := program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, at, contract.ImportCreate{Kind: "users", Csv: file}, &made); err != nil {
			t.Fatal(err)
		}
		return made.ID, mails
	}
	run := func(t *testing.T) error {
		t.Helper()
		return sys.Tick(patience(t), "ImportsJob", sys.Now().Add(time.Second))
	}
	applied := func(t *testing.T, id string, mails []string) {
		t.Helper()
		settle(t)
		var got contract.ImportReport
		if _, err := program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, at+"/"+id, nil, &got); err != nil {
			t.Fatal(err)
		}
		if got.Status != "done" || got.Made != 2 || got.Failed != 0 {
			t.Errorf("%+v", got)
		}
		for _, mail := range mails {
			if found, err := mailbox.To(t.Context(), mail); err != nil || len(found) != 1 {
				t.Errorf("%d mails to %s: %v", len(found), mail, err)
			}
		}
	}
	id, mails := begin(t)
	sys.Proxy.Reset()
	if err := run(t); err != nil {
		t.Fatal(err)
	}
	applied(t, id, mails)
	points(t, calls("ImportsJob"), func(t *testing.T, seq int, moment proxy.Moment) bool {
		id, mails := begin(t)
		struck := strike(t, "ImportsJob", seq, moment)
		if err := run(t); err != nil && !struck() {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		if err := run(t); err != nil {
			t.Fatal(err)
		}
		applied(t, id, mails)
		return struck()
	})
}

// TestInvitationsDies: the job that ends invitations dies at every call; the next schedule goes on.
func TestInvitationsDies(t *testing.T) {
	ended := func(t *testing.T, inv contract.Invitation, mail string) {
		t.Helper()
		var got contract.Invitation
		if _, err := program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+inv.ID, nil, &got); err != nil {
			t.Fatal(err)
		}
		stored := ""
		scan(t, func(it item) {
			if word(it, "PK") == "INV#"+strings.TrimPrefix(inv.ID, "inv_") && word(it, "class") == "invitation" {
				stored = word(it, "answer")
			}
		})
		if got.Answer != "expired" || stored != "expired" {
			t.Errorf("the invitation is %s, stored %s", got.Answer, stored)
		}
		if mails, _ := mailbox.To(t.Context(), mail); len(mails) != 1 {
			t.Errorf("%d mails", len(mails))
		}
	}
	settle(t)
	// What other tests invited ends first: the calls are to be those of one invitation.
	if err := sys.Travel(patience(t), sys.Now().Add(31*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	mail, inv := invited(t)
	settle(t)
	sys.Proxy.Reset()
	if err := sys.Travel(patience(t), sys.Now().Add(31*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	ended(t, inv, mail)
	points(t, calls("InvitationsJob"), func(t *testing.T, seq int, at proxy.Moment) bool {
		mail, inv := invited(t)
		settle(t)
		struck := strike(t, "InvitationsJob", seq, at)
		if err := sys.Travel(patience(t), sys.Now().Add(31*24*time.Hour)); err != nil && !struck() {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		recovers(t)
		ended(t, inv, mail)
		return struck()
	})
}

// TestPartnersDies: the job that does what follows from a partner's end dies at every call; the next schedule goes on.
func TestPartnersDies(t *testing.T) {
	begin := func(t *testing.T) (p string) {
		t.Helper()
		serial++
		mail := fmt.Sprintf("closed-%d@example.com", serial)
		var made contract.Partner
		if _, err := program.Operator.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
			LegalName: fmt.Sprintf("Closed Company %d", serial), Country: "PL", City: "Sopot", Website: "https://partner.example", Phone: "+48 58 555 03 00", Email: mail,
			Administrator: contract.Administrator{Name: "Adam Zaleski", Email: "admin-" + mail},
		}, &made); err != nil {
			t.Fatal(err)
		}
		if _, err := program.Operator.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
			PartnerID: &made.PartnerID, Name: "Machine", CustomerAccess: "full",
		}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/partners/"+made.PartnerID+"/close",
			contract.PartnerClose{Reason: "Wound up."}, nil); err != nil {
			t.Fatal(err)
		}
		return made.PartnerID
	}
	ended := func(t *testing.T, p string) {
		t.Helper()
		scan(t, func(it item) {
			switch {
			case word(it, "PK") != "PARTNER#"+p:
			case word(it, "class") == "partner_client":
				t.Error("a machine client is left")
			case word(it, "class") == "partner" && word(it, "due") != "":
				t.Error("more is due at ", word(it, "due"))
			}
		})
	}
	quarters := func(t *testing.T) {
		t.Helper()
		for range 3 {
			if err := sys.Travel(patience(t), sys.Now().Add(16*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := begin(t)
	sys.Proxy.Reset()
	quarters(t)
	ended(t, p)
	points(t, calls("PartnersJob"), func(t *testing.T, seq int, at proxy.Moment) bool {
		p := begin(t)
		struck := strike(t, "PartnersJob", seq, at)
		if err := sys.Travel(patience(t), sys.Now().Add(16*time.Minute)); err != nil && !struck() {
			t.Fatal(err)
		}
		sys.Proxy.SetHook(nil)
		quarters(t)
		ended(t, p)
		return struck()
	})
}
