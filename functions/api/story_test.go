// Package api_test runs what partners and operators do with offers, invitations, redemptions, subscriptions, relationships and events,
// over HTTP and on a real table; every answer is checked against the contract.
package api_test

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/api/events"
	"liaison/functions/api/invitations"
	"liaison/functions/api/offers"
	"liaison/functions/api/partner-of-record-changes"
	"liaison/functions/api/redemptions"
	"liaison/functions/api/relationships"
	"liaison/functions/api/subscriptions"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	operator = gatewaytest.Operator
	full     = "full" // subjects of the world's partner, by their access to customers
	limited  = "limited"
	none     = "none"
	rival    = "rival" // full access at another partner
	day      = 24 * time.Hour
)

type object = map[string]any

// world is a small program with its API.
type world struct {
	fixture.World
	*gatewaytest.API
	other     partner.ID
	endpoints []gateway.Endpoint
}

func open(t *testing.T) *world {
	t.Helper()
	f := fixture.Open(t)
	w := &world{World: f.Populate(t)}
	table := fixture.Table{Table: f.Table, DB: f.DB, Name: f.Env.Table}
	w.endpoints = []gateway.Endpoint{
		offers.Create(table), offers.List(table), offers.Get(table), offers.Pause(table), offers.Resume(table), offers.Withdraw(table), offers.Statistics(table),
		invitations.Send(table), invitations.List(table), invitations.Get(table), invitations.Resend(table), invitations.Revoke(table),
		redemptions.List(table), redemptions.Get(table), redemptions.Receipt(table), redemptions.Dispute(table), redemptions.DecideDispute(table),
		subscriptions.List(table), subscriptions.Get(table), subscriptions.Cancel(table), subscriptions.ExtendTrial(table),
		subscriptions.Create(table), subscriptions.Update(table), subscriptions.UndoCancel(table), subscriptions.Convert(table), subscriptions.Suspend(table),
		subscriptions.Reinstate(table), subscriptions.TransferBilling(table), subscriptions.SetPartnerOfRecord(table), subscriptions.RemovePartnerOfRecord(table),
		partnerofrecordchanges.Create(table),
		relationships.List(table), relationships.Get(table), relationships.End(table),
		relationships.RequestRemoval(table), relationships.WithdrawRemoval(table), relationships.DeclineRemoval(table), relationships.DecideRemoval(table), relationships.AutoExtend(table), relationships.Lower(table),
		events.List(table), events.Get(table),
	}
	env := gatewaytest.Env()
	env.InvitationsPerDay = 500
	w.API = gatewaytest.Open(t, table, env, w.endpoints...)
	w.member(t, w.Partner, full, partner.Full)
	w.member(t, w.Partner, limited, partner.Limited)
	w.member(t, w.Partner, none, partner.NoAccess)
	w.other = w.company(t)
	w.member(t, w.other, rival, partner.Full)
	return w
}

// company takes another partner into the program.
func (w *world) company(t *testing.T) partner.ID {
	t.Helper()
	p, err := w.World.Table.Partner(t.Context(), w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	o := w.Op("operator")
	p.ID, p.LegalName = partner.NewID(o.IDs.Digits(7)), "Rival & Söhne <GmbH>"
	first := partner.User{
		ID: partner.UserID("usr_" + string(p.ID) + "_" + o.NewID()), Partner: p.ID, Name: "Rita", Mail: "rita@" + string(p.ID) + ".example",
		CompanyRole: partner.GlobalAdmin, CustomerAccess: partner.Full, CreatedAt: o.At, Version: 1,
	}
	happened := event.New(o, event.Partner(string(p.ID)), event.Of(p.ID, partner.ActivatedEvent{}))
	if err := w.World.Table.CreatePartner(t.Context(), p, nil, first, happened, o); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// member gives a partner a machine of the access, whose token has the subject.
func (w *world) member(t *testing.T, p partner.ID, subject string, has partner.CustomerAccess) string {
	t.Helper()
	o := w.Op("operator")
	c := partner.Client{
		ID: partner.ClientID("cli_" + string(p) + "_" + o.NewID()), Partner: p, Name: subject, OAuthID: subject, CustomerAccess: has,
		CreatedBy: "usr_v_test", CreatedAt: o.At, Version: 1,
	}
	if err := w.World.Table.StartClient(t.Context(), c, o); err != nil {
		t.Fatal(err)
	}
	gatewaytest.Bind(t, w.API, string(p), string(c.ID), subject)
	return string(c.ID)
}

// trial is the body of a good offer; change overwrites fields.
func (w *world) trial(change ...object) object {
	body := object{"kind": "trial", "country": "PL", "items": []object{{"plan_id": string(w.Plan)}}}
	for _, c := range change {
		for name, v := range c {
			body[name] = v
		}
	}
	return body
}

// make makes an offer by the API.
func (w *world) make(t *testing.T, change ...object) contract.Offer {
	t.Helper()
	var made contract.Offer
	w.Call(t, full, "POST", "/v1/offers", w.trial(change...)).Want(t, 201, "").Into(t, &made)
	return made
}

// send invites addresses by the API.
func (w *world) send(t *testing.T, of string, addresses ...string) []contract.Invitation {
	t.Helper()
	var to []object
	for _, address := range addresses {
		to = append(to, object{"email": address})
	}
	var sent contract.InvitationsSent
	w.Call(t, full, "POST", "/v1/offers/"+of+"/invitations", object{"recipients": to}).Want(t, 201, "").Into(t, &sent)
	return sent.Data
}

// yes makes an offer that asks for a role (empty: for none) and accepts it.
func (w *world) yes(t *testing.T, role string) consent.Consent {
	t.Helper()
	made := w.Offer(t, func(d *offer.Draft) {
		if role != "" {
			d.Delegation = &offer.Delegation{Role: role, Days: 365}
		}
	})
	o := w.Op("test")
	inv := w.Invite(t, made.ID, "anna"+o.IDs.Random(8)+"@customer.example")[0]
	answer := ""
	if role != "" {
		answer = "yes"
	}
	return w.Accept(t, inv.ID, w.Link(t, inv.ID), answer)
}

// no makes an offer and refuses it.
func (w *world) no(t *testing.T, reason string) consent.Consent {
	t.Helper()
	o := w.Op("visitor")
	inv := w.Invite(t, w.Offer(t, nil).ID, "bob"+o.IDs.Random(8)+"@customer.example")[0]
	record, err := redemption.Refuse(t.Context(), w.World.Table, inv.ID, consent.Visitor{Secret: w.Link(t, inv.ID)}, reason, o)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// put writes one more subscription of a customer, behind everybody's back.
func (w *world) put(t *testing.T, s subscription.Subscription) {
	t.Helper()
	for key, item := range w.Items(t) {
		if !strings.HasPrefix(key, "CUSTOMER#"+s.Customer.Bare()+" SUB#") {
			continue
		}
		_, ulid, _ := s.ID.Customer()
		item["SK"] = &types.AttributeValueMemberS{Value: "SUB#" + ulid}
		item["card"].(*types.AttributeValueMemberM).Value["id"] = &types.AttributeValueMemberS{Value: string(s.ID)}
		if _, err := w.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.Table.Name, Item: item}); err != nil {
			t.Fatal(err)
		}
		return
	}
}

// told lists the types of the changes whose subject it is, oldest first.
func (w *world) told(t *testing.T, tenant event.Tenant, subject string) []event.Change {
	t.Helper()
	type turn struct {
		at     time.Time
		id     string
		change event.Change
	}
	var turns []turn
	for key := range w.Items(t) {
		if !strings.Contains(key, " EVENT#") || !strings.HasPrefix(key, map[byte]string{'c': "CUSTOMER#", 'p': "PARTNER#", 'i': "INV#", 'v': "VENDOR"}[tenant.Kind]+tenant.ID+" ") {
			continue
		}
		e, err := w.World.Table.Event(t.Context(), tenant, strings.TrimPrefix(key[strings.Index(key, " ")+1:], "EVENT#"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range e.Changes {
			if c.Subject == subject {
				turns = append(turns, turn{e.At, e.ULID, c})
			}
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.id, b.id)) })
	found := make([]event.Change, len(turns))
	for i, one := range turns {
		found[i] = one.change
	}
	return found
}

// page is one page of any list.
type page[T any] struct {
	Data       []T
	HasMore    bool    `json:"has_more"`
	NextCursor *string `json:"next_cursor"`
}

// walk reads a list to its end by pages of a size and returns all of it.
func walk[T any](t *testing.T, w *world, subject, path string, size string) []T {
	t.Helper()
	var all []T
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	cursor := ""
	for range 50 {
		a := w.Call(t, subject, "GET", path+join+"limit="+size+cursor, nil).Want(t, 200, "")
		var p page[T]
		a.Into(t, &p)
		all = append(all, p.Data...)
		if p.HasMore != (p.NextCursor != nil) || p.HasMore != (a.Header.Get("Link") != "") {
			t.Errorf("has_more %v, next_cursor %v, Link %q", p.HasMore, p.NextCursor, a.Header.Get("Link"))
		}
		if !p.HasMore {
			return all
		}
		if len(p.Data) == 0 {
			t.Errorf("an empty page of %s that says there is more", path)
		}
		given := *p.NextCursor
		for _, from := range []int{0, 3} { // events count in front
			raw, err := base64.RawURLEncoding.DecodeString(given[from:])
			if err == nil && (bytes.Contains(raw, []byte("EVENT")) || bytes.Contains(raw, []byte{0}) && bytes.Contains(raw, []byte("#ofr_"))) {
				t.Errorf("a cursor shows how the table is keyed: %q", raw)
			}
		}
		if at := 40; len(given) > at {
			other := map[bool]string{true: "B", false: "A"}[given[at] == 'A']
			w.Call(t, subject, "GET", path+join+"cursor="+given[:at]+other+given[at+1:], nil).Want(t, 400, "invalid_cursor")
		}
		cursor = "&cursor=" + given
	}
	t.Fatal("the list has no end")
	return nil
}
