package inquiries_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/inquiries"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/lead"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

// Attributes that tests set behind everybody's back.
var (
	hidden = types.AttributeValueMemberS{Value: "vendor"}
	yes    = types.AttributeValueMemberBOOL{Value: true}
)

const (
	path     = "/v1/marketplace/inquiries"
	visitors = "/v1/marketplace/visitor-inquiries"
)

// market is a program with two partners that are found, and a customer with a user.
type market struct {
	*apitest.World
	t  *testing.T
	of customer.ID
}

func open(t *testing.T) market {
	t.Helper()
	w := apitest.Open(t)
	w.Published(t, nil)
	other := w.World
	other.Partner = w.Other
	other.Published(t, nil)
	of := w.Yes(t, "").Customer.ID
	w.User(t, of, "anna")
	w.User(t, of, "colleague", customer.GlobalAdmin)
	return market{w, t, of}
}

// leads is the table as leads need it.
func (m market) leads() dynamo.Leads { return dynamo.Leads{Table: m.Table.Table} }

// written is what somebody writes, with some of it changed.
func (m market) written(change object) object {
	made := object{"partner_ids": []string{string(m.Partner), string(m.Other)}, "message": "We want to move our mail.", "services": []string{"migrate"}}
	for name, value := range change {
		made[name] = value
	}
	return made
}

// visitor is what somebody without an account writes.
func (m market) visitor(address string) object {
	return m.written(object{"company": "Northwind Traders", "name": "Ewa Lis", "email": address, "country": "PL", "language": "pl"})
}

func (m market) send(by string, change object) contract.Inquiry {
	m.t.Helper()
	var made contract.Inquiry
	m.Call(m.t, by, "POST", path, m.written(change)).Want(m.t, 201, "").Into(m.t, &made)
	return made
}

func (m market) ask(address string) contract.VisitorInquiry {
	m.t.Helper()
	var made contract.VisitorInquiry
	m.Call(m.t, "", "POST", visitors, m.visitor(address)).Want(m.t, 201, "").Into(m.t, &made)
	return made
}

// link gives an inquiry one more mailed link, and returns its secret.
func (m market) link(id lead.InquiryID) string {
	m.t.Helper()
	o := m.Op("dispatch")
	i, err := m.leads().Inquiry(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	secret := o.IDs.Secret()
	if err := m.leads().AddInquiryLink(m.t.Context(), i, secret, o.Part("link", secret)); err != nil {
		m.t.Fatal(err)
	}
	return secret
}

func (m market) press(id lead.InquiryID, secret string) error {
	m.t.Helper()
	_, err := lead.Confirm(m.t.Context(), m.leads(), id, secret, m.Op("visitor"))
	return err
}

// has lists the leads of a partner, the newest first.
func (m market) has(p partner.ID) []lead.Lead {
	m.t.Helper()
	found, _, err := m.leads().PartnersLeads(m.t.Context(), p, dynamo.Page{Limit: 100}, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	return found
}

func (m market) happened(of event.Tenant, subject string) string {
	m.t.Helper()
	return apitest.Types(m.Changes(m.t, of, subject))
}

// TestContact: who is signed in sends at once, in the account's name, and reads what became of it, as who of the company may see all of it does.
func TestContact(t *testing.T) {
	m := open(t)
	made := m.send("anna", object{"phone": "+48 58 555 01 99", "company_size": "10-49", "may_call": true, "plan_id": string(m.Plan)})
	if made.Sender.Email != "anna@customer.example" || made.Sender.Country != "PL" || made.Sender.Company == "" || *made.Sender.CompanySize != "10-49" ||
		len(made.Recipients) != 2 || *made.Recipients[0].Status != "new" || made.Recipients[0].AnswerBy == nil || !made.MayCall || made.PrivacyVersion != nil {
		t.Errorf("%+v", made)
	}
	got := m.Call(t, "anna", "GET", path+"/"+made.ID, nil).Want(t, 200, "")
	m.Call(t, "anna", "GET", path+"/"+made.ID, nil, "If-None-Match", got.Header.Get("ETag")).Want(t, 304, "")
	m.Call(t, "colleague", "GET", path+"/"+made.ID, nil).Want(t, 200, "")
	m.User(t, m.of, "nobody")
	m.User(t, m.Yes(t, "").Customer.ID, "neighbour", customer.GlobalAdmin)
	for _, stranger := range []string{"nobody", "neighbour", apitest.Full, apitest.Rival} {
		m.Call(t, stranger, "GET", path+"/"+made.ID, nil).Want(t, 404, "not_found")
	}
	m.Call(t, apitest.Operator, "GET", path+"/"+made.ID, nil).Want(t, 403, "forbidden")
	m.Call(t, apitest.Operator, "POST", path, m.written(nil)).Want(t, 403, "forbidden")
	for _, id := range []string{"inq_x", "inq_01kaj2a7b9d1f3h5k7n9q1s3v5"} {
		m.Call(t, "anna", "GET", path+"/"+id, nil).Want(t, 404, "not_found")
	}

	one := lead.Inquiry{ID: lead.InquiryID(made.ID)}
	for _, p := range []partner.ID{m.Partner, m.Other} {
		if has := m.has(p); len(has) != 1 || has[0].From.Mail != "anna@customer.example" || has[0].Status != lead.New {
			t.Errorf("%s has %+v", p, has)
		}
		if got := m.happened(event.Partner(string(p)), string(one.Lead(p))); got != "lead.created" {
			t.Errorf("%s sees %s", p, got)
		}
	}
	if got := m.happened(event.Customer(string(m.of)), made.ID); got != "inquiry.sent" {
		t.Errorf("the customer sees %s", got)
	}

	// A partner writes to another, never to itself; its machine writes in the company's name.
	m.Call(t, apitest.Full, "POST", path, m.written(nil)).Want(t, 422, "own_partner")
	byMachine := m.send(apitest.NoAccess, object{"partner_ids": []string{string(m.Other)}})
	of, err := m.Table.Partner(t.Context(), m.Partner)
	if err != nil || byMachine.Sender.Email != of.Mail || byMachine.Sender.Company != of.LegalName {
		t.Errorf("%+v %v", byMachine.Sender, err)
	}
	if got := m.happened(event.Partner(string(m.Partner)), byMachine.ID); got != "inquiry.sent" {
		t.Errorf("the partner sees %s", got)
	}

	// A name as long as a partner's may be is no hindrance; an address that was not proved is one, as answers would be mailed to whoever has it.
	long := strings.Repeat("a", partner.MaxLegalName)
	m.Table.Set(t, "PARTNER#"+string(m.Partner), "PROFILE", &types.AttributeValueMemberS{Value: long}, "card", "legal_name")
	if by := m.send(apitest.NoAccess, object{"partner_ids": []string{string(m.Other)}}); by.Sender.Company != long {
		t.Errorf("%+v", by.Sender)
	}
	m.Table.Set(t, "PARTNER#"+string(m.Partner), "PROFILE", &types.AttributeValueMemberM{}, "card", "verification")
	m.Call(t, apitest.NoAccess, "POST", path, m.written(object{"partner_ids": []string{string(m.Other)}})).Want(t, 409, "profile_unverified")
}

// TestList: who may see all of a company's lists what its people sent, anybody else the own; with the answers, the newest first, for as long as it is kept.
func TestList(t *testing.T) {
	m := open(t)
	m.User(t, m.of, "nobody")
	m.User(t, m.Yes(t, "").Customer.ID, "neighbour", customer.GlobalAdmin)
	first, second := m.send("anna", nil), m.send("nobody", nil)
	byMachine := m.send(apitest.NoAccess, object{"partner_ids": []string{string(m.Other)}})
	m.ask("anna@customer.example") // a visitor's is nobody's
	listed := func(api *apitest.World, by string) string {
		t.Helper()
		var ids []string
		for query := "?limit=1"; ; {
			var got contract.InquiryPage
			api.Call(t, by, "GET", path+query, nil).Want(t, 200, "").Into(t, &got)
			for _, one := range got.Data {
				ids = append(ids, one.ID)
			}
			if got.NextCursor == nil {
				return strings.Join(ids, " ")
			}
			query = "?limit=1&cursor=" + *got.NextCursor
		}
	}
	for by, want := range map[string]string{
		"anna": first.ID, "colleague": second.ID + " " + first.ID, "nobody": second.ID, "neighbour": "",
		apitest.Full: byMachine.ID, apitest.NoAccess: byMachine.ID, apitest.Rival: "",
	} {
		if got := listed(m.World, by); got != want {
			t.Errorf("%s lists %q, want %q", by, got, want)
		}
	}
	m.Call(t, apitest.Operator, "GET", path, nil).Want(t, 403, "forbidden")
	of := lead.Inquiry{ID: lead.InquiryID(first.ID)}
	tag := m.Call(t, apitest.Full, "GET", "/v1/leads/"+string(of.Lead(m.Partner)), nil).Want(t, 200, "").Header.Get("ETag")
	m.Call(t, apitest.Full, "PATCH", "/v1/leads/"+string(of.Lead(m.Partner)), object{"status": "active", "answer": "Gladly."}, "If-Match", tag).Want(t, 200, "")
	one := m.Call(t, "anna", "GET", path+"/"+first.ID, nil).Want(t, 200, "").Body
	if all := m.Call(t, "anna", "GET", path, nil).Want(t, 200, "").Body; !strings.Contains(string(all), strings.TrimSpace(string(one))) || !strings.Contains(string(all), "Gladly.") {
		t.Errorf("the list has\n%s\nwhere the inquiry is\n%s", all, one)
	}
	year := m.Later(t, lead.KeptDays*24*time.Hour, inquiries.List(m.leads()), inquiries.Get(m.leads())) // before the table deletes it
	var got contract.InquiryPage
	year.Call(t, "anna", "GET", path, nil).Want(t, 200, "").Into(t, &got)
	if len(got.Data) != 0 {
		t.Errorf("after a year: %+v", got.Data)
	}
	year.Call(t, "anna", "GET", path+"/"+first.ID, nil).Want(t, 404, "not_found")
}

// TestRefused: every wrong field is named, and a partner that nobody finds is not written to.
func TestRefused(t *testing.T) {
	m := open(t)
	got := m.Call(t, "anna", "POST", path, object{"partner_ids": []string{"1"}, "message": " ", "services": []string{"cook"}, "phone": "1 2 3 4 5", "company_size": "many"})
	if got.Want(t, 422, "invalid_format"); strings.Count(string(got.Body), `"pointer"`) != 5 {
		t.Errorf("%s", got.Body)
	}
	nobody := partner.NewID("7654321")
	m.Call(t, "anna", "POST", path, m.written(object{"partner_ids": []string{string(m.Partner), string(nobody)}})).Want(t, 422, "unknown_partner_id")
	m.Call(t, "anna", "POST", path, m.written(object{"plan_id": "plan_none"})).Want(t, 422, "unknown_plan")
	m.Call(t, "anna", "POST", path, m.written(object{"privacy_version": "2020-1"})).Want(t, 409, "terms_outdated")
	m.Call(t, "", "POST", path, m.written(nil)).Want(t, 401, "unauthorized")
	m.hide(m.Other)
	m.Call(t, "anna", "POST", path, m.written(nil)).Want(t, 422, "unknown_partner_id")
	if n := len(m.has(m.Partner)); n != 0 {
		t.Errorf("it has %d leads", n)
	}
}

// hide takes a partner's listing out of the marketplace, behind everybody's back.
func (m market) hide(p partner.ID) {
	m.t.Helper()
	m.Table.Set(m.t, "PARTNER#"+string(p), "LISTING", &hidden, "hidden_by")
}

// TestAgreed: where a privacy notice is in force, the inquiry holds the version that its sender agreed to, and its text's digest in the sender's language.
func TestAgreed(t *testing.T) {
	m := open(t)
	texts := map[string]catalog.TermsText{}
	for _, l := range catalog.Languages {
		texts[l] = catalog.TermsText{Title: "Privacy", Markdown: "We keep little. " + l}
	}
	o := m.Op("operator")
	head, _, err := catalog.PublishTerms(t.Context(), m.Table.Table, catalog.TermsDraft{Document: catalog.PrivacyNotice, Version: "2026-1", Texts: texts},
		func(s string) (string, error) { return s, nil }, o)
	if err != nil {
		t.Fatal(err)
	}
	m.Call(t, "anna", "POST", path, m.written(nil)).Want(t, 422, "required")
	m.Call(t, "", "POST", visitors, m.visitor("ewa@x.example")).Want(t, 422, "required")
	m.Call(t, "anna", "POST", path, m.written(object{"privacy_version": "2025-9"})).Want(t, 409, "terms_outdated")
	made := m.send("anna", object{"privacy_version": "2026-1"})
	stored, err := m.leads().Inquiry(t.Context(), lead.InquiryID(made.ID))
	if err != nil || stored.Terms.SHA256 != head.SHA256[stored.From.Language] || *made.PrivacyVersion != "2026-1" {
		t.Errorf("%+v %v", stored.Terms, err)
	}
}

// TestVisitor: nothing of a visitor's message goes anywhere before the press on the mailed link; pressed again, or at once, it is sent once.
func TestVisitor(t *testing.T) {
	m := open(t)
	made := m.ask("ewa@x.example")
	id := lead.InquiryID(made.ID)
	if made.Status != "unconfirmed" || made.Email != "ewa@x.example" || len(m.has(m.Partner))+len(m.has(m.Other)) != 0 {
		t.Errorf("%+v", made)
	}
	if got := m.happened(event.Vendor(), made.ID); got != "inquiry.created" {
		t.Errorf("the vendor sees %s", got)
	}
	if err := m.press(id, m.Op("x").IDs.Secret()); !fault.Is(err, fault.Absent) {
		t.Errorf("a stranger's secret: %v", err)
	}
	secret := m.link(id)
	var presses sync.WaitGroup
	for range 8 {
		presses.Go(func() {
			if err := m.press(id, secret); err != nil {
				t.Error(err)
			}
		})
	}
	presses.Wait()
	for _, p := range []partner.ID{m.Partner, m.Other} {
		if has := m.has(p); len(has) != 1 || has[0].From.Name != "Ewa Lis" {
			t.Errorf("%s has %+v", p, has)
		}
	}
	if got := m.happened(event.Vendor(), made.ID); got != "inquiry.created inquiry.sent" {
		t.Errorf("the vendor sees %s", got)
	}
	m.Call(t, "anna", "GET", path+"/"+made.ID, nil).Want(t, 404, "not_found")

	// The link ends, and one of a partner that is found no longer leads to the others.
	late := m.ask("late@x.example")
	ends := m.link(lead.InquiryID(late.ID))
	m.hide(m.Other)
	half := m.askSome("half@x.example", string(m.Partner))
	o := m.Op("visitor")
	o.At = late.LinkEndsAt
	if _, err := lead.Confirm(t.Context(), m.leads(), lead.InquiryID(late.ID), ends, o); !fault.Is(err, fault.InquiryLinkExpired) {
		t.Errorf("%v", err)
	}
	if err := m.press(lead.InquiryID(late.ID), ends); err != nil || len(m.has(m.Partner)) != 2 || len(m.has(m.Other)) != 1 {
		t.Errorf("%v, %d, %d", err, len(m.has(m.Partner)), len(m.has(m.Other)))
	}
	m.hide(m.Partner)
	if err := m.press(lead.InquiryID(half.ID), m.link(lead.InquiryID(half.ID))); !fault.Is(err, fault.NoRecipient) {
		t.Errorf("%v", err)
	}
}

// askSome is ask of some partners alone.
func (m market) askSome(address string, partners ...string) contract.VisitorInquiry {
	m.t.Helper()
	body := m.visitor(address)
	body["partner_ids"] = partners
	var made contract.VisitorInquiry
	m.Call(m.t, "", "POST", visitors, body).Want(m.t, 201, "").Into(m.t, &made)
	return made
}

// TestReplayed: the same key gives the same answer and sends nothing twice, also after the link was pressed.
func TestReplayed(t *testing.T) {
	m := open(t)
	var first, again contract.Inquiry
	m.Call(t, "anna", "POST", path, m.written(nil), "Idempotency-Key", "k").Want(t, 201, "").Into(t, &first)
	got := m.Call(t, "anna", "POST", path, m.written(nil), "Idempotency-Key", "k").Want(t, 201, "")
	if got.Into(t, &again); again.ID != first.ID || got.Header.Get("Idempotency-Replayed") != "true" || len(m.has(m.Partner)) != 1 {
		t.Errorf("%+v\n%+v", first, again)
	}
	m.Call(t, "anna", "POST", path, m.written(object{"message": "Another."}), "Idempotency-Key", "k").Want(t, 422, "idempotency_key_reused")
	m.Call(t, "anna", "POST", path, m.written(nil), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")

	var asked, replayed contract.VisitorInquiry
	m.Call(t, "", "POST", visitors, m.visitor("ewa@x.example"), "Idempotency-Key", "v").Want(t, 201, "").Into(t, &asked)
	if err := m.press(lead.InquiryID(asked.ID), m.link(lead.InquiryID(asked.ID))); err != nil {
		t.Fatal(err)
	}
	got = m.Call(t, "", "POST", visitors, m.visitor("ewa@x.example"), "Idempotency-Key", "v").Want(t, 201, "")
	if got.Into(t, &replayed); replayed != asked {
		t.Errorf("%+v\n%+v", asked, replayed)
	}
}

// TestGone: nothing is sent in the name of a user that was disabled since the request began.
func TestGone(t *testing.T) {
	m := open(t)
	user := m.User(t, m.of, "leaver")
	made := lead.Sender{By: string(user), Customer: m.of, From: lead.From{Company: "N", Name: "L", Mail: "leaver@customer.example", Country: "PL"}}
	m.SetUser(t, user, "disabled", &yes)
	o := m.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(user)}
	_, err := lead.Contact(t.Context(), m.leads(), made, lead.Draft{Partners: []partner.ID{m.Partner}, Text: "x"}, o)
	if !fault.Is(err, fault.CallerDisabled) || len(m.has(m.Partner)) != 0 {
		t.Errorf("%v", err)
	}
}

// TestCaps: an address sends so many a day, and has so many open at one partner, however its mailbox is spelled; many at once pass neither.
func TestCaps(t *testing.T) {
	m := open(t)
	send := func(address string, at time.Time, partners ...partner.ID) error {
		o := m.Op("test")
		o.At = at
		o.Actor = op.Actor{Kind: op.PartnerClient, ID: "x"}
		i := lead.Sender{From: lead.From{Company: "N", Name: "E", Mail: address, Country: "PL"}}
		o.Actor = op.Actor{Kind: op.Visitor, ID: "x"}
		_, err := lead.Contact(t.Context(), m.leads(), i, lead.Draft{Partners: partners, Text: "x"}, o)
		return err
	}
	now := m.Env.Now()
	spelled := []string{"ewa@x.example", "e.w.a@x.example", "EWA+1@X.example", "ewa+two@x.example", "ewa@x.example", "ew.a@x.example"}
	errs := make([]error, len(spelled))
	var all sync.WaitGroup
	for n, address := range spelled {
		all.Go(func() { errs[n] = send(address, now, m.Partner) })
	}
	all.Wait()
	refused := 0
	for _, err := range errs {
		if fault.Is(err, fault.TooManyLeads) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != len(spelled)-lead.MaxOpen || len(m.has(m.Partner)) != lead.MaxOpen {
		t.Errorf("%d of %d are refused, and it has %d", refused, len(spelled), len(m.has(m.Partner)))
	}
	if err := send("other@x.example", now, m.Partner); err != nil {
		t.Errorf("another address: %v", err)
	}
	// One that has ended makes room.
	end := func(p partner.ID) {
		t.Helper()
		for _, l := range m.has(p) {
			if l.Status == lead.New {
				o := m.Op("partner")
				o.Actor = op.Actor{Kind: op.Job, ID: "test"}
				if _, err := lead.Decide(t.Context(), m.leads(), partner.Partner{ID: p, Status: partner.Active}, l.ID, lead.Move{Status: lead.Declined, Reason: "No."}, o); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	end(m.Partner)
	sent := lead.MaxOpen
	for ; ; sent++ {
		err := send("ewa@x.example", now, m.Partner)
		if fault.Is(err, fault.DailyInquiryLimit) {
			break
		}
		if fault.Is(err, fault.TooManyLeads) {
			end(m.Partner)
			sent--
			continue
		}
		if err != nil || sent > lead.PerDay {
			t.Fatalf("the %dth: %v", sent, err)
		}
	}
	if sent != lead.PerDay {
		t.Errorf("%d in a day", sent)
	}
	end(m.Partner)
	if err := send("ewa@x.example", now.Truncate(24*time.Hour).Add(24*time.Hour), m.Partner); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

// TestFull: one of two partners has too many messages of an address. Who is signed in learns which, and sends to nobody; a visitor's message, whose partners
// nobody can choose any more, goes to the other one.
func TestFull(t *testing.T) {
	m := open(t)
	for range lead.MaxOpen {
		m.send("anna", object{"partner_ids": []string{string(m.Other)}})
		if one := m.askSome("ewa@x.example", string(m.Other)); m.press(lead.InquiryID(one.ID), m.link(lead.InquiryID(one.ID))) != nil {
			t.Fatal("not sent")
		}
	}
	var said contract.Problem
	m.Call(t, "anna", "POST", path, m.written(nil)).Want(t, 409, "too_many_leads").Into(t, &said)
	if len(said.Errors) != 1 || said.Errors[0].Pointer != "/partner_ids/1" || len(m.has(m.Partner)) != 0 {
		t.Errorf("%+v", said)
	}
	i := m.ask("ewa@x.example")
	secret := m.link(lead.InquiryID(i.ID))
	for range 2 {
		if err := m.press(lead.InquiryID(i.ID), secret); err != nil {
			t.Error(err)
		}
	}
	if len(m.has(m.Partner)) != 1 || len(m.has(m.Other)) != 2*lead.MaxOpen {
		t.Errorf("they have %d and %d", len(m.has(m.Partner)), len(m.has(m.Other)))
	}
	none := m.askSome("ewa@x.example", string(m.Other))
	if err := m.press(lead.InquiryID(none.ID), m.link(lead.InquiryID(none.ID))); !fault.Is(err, fault.TooManyLeads) {
		t.Errorf("%v", err)
	}
}

// TestFarmed: a script that writes to partners in others' names from many clients reaches no partner, gets the same answer for every address, a victim's,
// a user's or anybody's, and one client is stopped within its minute.
func TestFarmed(t *testing.T) {
	m := open(t)
	const client = 30
	shapes := map[string]int{}
	limited := 0
	for n := range client + 5 {
		address := []string{"victim@x.example", "anna@customer.example", fmt.Sprintf("farm%d@x.example", n)}[n%3]
		got := m.Call(t, "", "POST", visitors, m.visitor(address))
		if got.Status == 429 {
			if got.Code() != "rate_limited" || got.Header.Get("Retry-After") == "" {
				t.Errorf("%v %s", got.Header, got.Body)
			}
			limited++
			continue
		}
		var made contract.VisitorInquiry
		got.Want(t, 201, "").Into(t, &made)
		text := string(got.Body)
		for _, own := range []string{made.ID, address, made.CreatedAt.Format("2006-01-02T15:04:05.999Z07:00"), made.LinkEndsAt.Format("2006-01-02T15:04:05.999Z07:00")} {
			text = strings.ReplaceAll(text, own, "")
		}
		shapes[text]++
	}
	if len(shapes) != 1 || limited < 5 {
		t.Errorf("%d kinds of answers, %d were stopped: %v", len(shapes), limited, shapes)
	}
	if n := len(m.has(m.Partner)) + len(m.has(m.Other)); n != 0 {
		t.Errorf("partners have %d leads that nobody confirmed", n)
	}
	for k, it := range m.Items(t) {
		if strings.HasPrefix(k, "PARTNER#") && slices.Contains([]string{"lead", "sender", "tally"}, fixture.Text(it, "class")) {
			t.Errorf("%s stands at a partner", k)
		}
	}
}

// TestPosts: posts in the name of one address are counted by it, too, however it is spelled.
func TestPosts(t *testing.T) {
	table := fixture.NewTable(t)
	env := gatewaytest.Env()
	env.ChecksPerCaller, env.PostsPerAddress = 100, 3
	api := gatewaytest.Open(t, table, env, inquiries.Ask(dynamo.Leads{Table: table.Table}))
	body := object{"partner_ids": []string{"12345674"}, "message": "x", "company": "N", "name": "E", "email": "victim@x.example", "country": "PL"}
	stopped := 0
	for n := range 8 {
		body["email"] = []string{"victim@x.example", "v.ictim@x.example", "victim+1@X.EXAMPLE"}[n%3]
		if got := api.Call(t, "", "POST", visitors, body); got.Status == 429 {
			stopped++
		} else {
			got.Want(t, 422, "unknown_partner_id")
		}
	}
	if stopped < 2 { // the minute may end meanwhile
		t.Errorf("%d were stopped", stopped)
	}
}
