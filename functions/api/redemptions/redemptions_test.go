package redemptions_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gowebpki/jcs"

	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

func TestRedemption(t *testing.T) {
	w := apitest.Open(t)
	accepted := w.Yes(t, offer.RoleLimited)
	at := "/v1/redemptions/" + string(accepted.ID)
	var got contract.Redemption
	a := w.Call(t, apitest.Limited, "GET", at, nil).Want(t, 200, "")
	a.Into(t, &got)
	if got.Answer != "accepted" || *got.CustomerID != string(accepted.Customer.ID) || *got.CustomerName != accepted.Customer.Name || got.SubscriptionIds[0] != string(accepted.First().ID) ||
		got.DelegatedAdministration.Answer != "yes" || got.DelegatedAdministration.EndsAt == nil || *got.PartnerOfRecord != string(w.Partner) ||
		*got.DecidedBy.Name != "Anna" || got.Terms[0].Version != "1" || *got.InvitationID != string(accepted.Answer.Invitation.ID) {
		t.Errorf("%s", a.Body)
	}
	if strings.Contains(string(a.Body), "@") {
		t.Errorf("an address: %s", a.Body)
	}
	w.Call(t, apitest.Limited, "GET", at, nil, "If-None-Match", a.Header.Get("ETag")).Want(t, 304, "")
	w.Call(t, apitest.NoAccess, "GET", at, nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", at, nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Rival, "GET", at+"/receipt", nil).Want(t, 404, "not_found")
	for _, wrong := range []string{"red_1", "red_i1", "red_" + strings.Repeat("0", 12) + "_" + strings.Repeat("0", 26)} {
		w.Call(t, apitest.Full, "GET", "/v1/redemptions/"+wrong, nil).Want(t, 404, "not_found")
	}

	no := w.No(t, "Too dear.\nWe wait.")
	w.Call(t, apitest.Full, "GET", "/v1/redemptions/"+string(no.ID), nil).Want(t, 200, "").Into(t, &got)
	if got.Answer != "declined" || *got.Reason != "Too dear.\nWe wait." || got.CustomerID != nil || got.CustomerName != nil || got.DecidedBy.UserID != nil || len(got.SubscriptionIds) != 0 {
		t.Errorf("%+v", got)
	}

	// What an operator reads is told to whose it is; what the partner reads is its own affair.
	if changes := w.Changes(t, event.Customer(string(accepted.Customer.ID)), string(accepted.ID)); len(changes) != 1 {
		t.Errorf("events %v", changes)
	}
	w.Call(t, apitest.Operator, "GET", at, nil).Want(t, 200, "")
	if changes := w.Changes(t, event.Customer(string(accepted.Customer.ID)), string(accepted.ID)); len(changes) != 2 || changes[1].Type != "operator.read" {
		t.Errorf("events %v", changes)
	}
}

// TestReceipt wants the very bytes that were stored, for both sides, and their hash; also where a name has characters of HTML.
func TestReceipt(t *testing.T) {
	w := apitest.Open(t)
	p, err := w.World.Table.Partner(t.Context(), w.Partner)
	if err != nil {
		t.Fatal(err)
	}
	p.LegalName = "Söhne & <Töchter> \u2028 GmbH"
	o := w.Op("operator")
	if err := w.World.Table.SavePartner(t.Context(), p, nil, nil, event.New(o, event.Partner(string(p.ID)), event.Of(p.ID, partner.ProfileChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	for _, made := range []consent.Consent{w.Yes(t, offer.RoleFull), w.No(t, "")} {
		stored, err := w.World.Table.Redemption(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := "/v1/redemptions/" + string(made.ID) + "/receipt"
		a := w.Call(t, apitest.Full, "GET", at, nil).Want(t, 200, "")
		if !bytes.Contains(a.Body, []byte(`"receipt":`+stored.Canonical+`,`)) {
			t.Errorf("%s\ndoes not hold\n%s", a.Body, stored.Canonical)
		}
		var got struct {
			Receipt json.RawMessage
			SHA256  string
		}
		a.Into(t, &got)
		canonical, err := jcs.Transform(got.Receipt)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(canonical)
		if got.SHA256 != hex.EncodeToString(sum[:]) || got.SHA256 != stored.SHA256 || string(canonical) != stored.Canonical {
			t.Errorf("hash %s of %s", got.SHA256, canonical)
		}
		if a.Header.Get("ETag") != `"`+stored.SHA256+`"` {
			t.Errorf("ETag %s", a.Header.Get("ETag"))
		}
		w.Call(t, apitest.Full, "GET", at, nil, "If-None-Match", a.Header.Get("ETag")).Want(t, 304, "")
		other := w.Call(t, apitest.Operator, "GET", at, nil).Want(t, 200, "")
		if !bytes.Equal(other.Body, a.Body) {
			t.Errorf("an operator sees %s", other.Body)
		}
		if strings.Contains(stored.Canonical, made.Person.Mail) || made.Person.Name != "" && strings.Contains(stored.Canonical, made.Person.Name) {
			t.Errorf("a person stands in %s", stored.Canonical)
		}
		if stored.Receipt.DecidedBy.Digest != consent.Digest(stored.Person.Salt, stored.Person.Mail) {
			t.Error("the digest is of somebody else")
		}
	}
}

func TestRedemptionList(t *testing.T) {
	w := apitest.Open(t)
	first, second, no := w.Yes(t, ""), w.Yes(t, offer.RoleLimited), w.No(t, "")
	count := func(by, query string) int {
		t.Helper()
		return len(gatewaytest.Walk[contract.RedemptionSummary](t, w.API, by, "/v1/redemptions"+query, "1"))
	}
	c := string(first.Customer.ID)
	for query, want := range map[string]int{
		"": 3, "?answer=accepted": 2, "?answer=declined": 1, "?offer_id=" + string(second.Answer.Offer.ID): 1, "?customer_id=" + c: 1,
		"?customer_id=" + c + "&answer=declined": 0, "?partner_id=" + string(w.Partner): 3,
	} {
		if got := count(apitest.Limited, query); got != want {
			t.Errorf("%q lists %d, want %d", query, got, want)
		}
	}
	if got := count(apitest.Rival, ""); got != 0 {
		t.Errorf("another partner sees %d", got)
	}
	if got := count(apitest.Operator, "?customer_id="+c); got != 1 {
		t.Errorf("an operator sees %d of the customer", got)
	}
	if got := count(apitest.Operator, "?partner_id="+string(w.Partner)+"&customer_id="+c); got != 1 {
		t.Errorf("an operator sees %d of both", got)
	}
	var list gatewaytest.Page[contract.RedemptionSummary]
	w.Call(t, apitest.Full, "GET", "/v1/redemptions?offer_id="+string(no.Answer.Offer.ID), nil).Want(t, 200, "").Into(t, &list)
	if len(list.Data) != 1 || list.Data[0].CustomerName != nil || list.Data[0].ID != string(no.ID) {
		t.Errorf("%+v", list)
	}
	w.Call(t, apitest.Operator, "GET", "/v1/redemptions", nil).Want(t, 400, "required")
	w.Call(t, apitest.NoAccess, "GET", "/v1/redemptions", nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Rival, "GET", "/v1/redemptions?partner_id="+string(w.Partner), nil).Want(t, 404, "not_found")
	for query, code := range map[string]string{
		"?answer=maybe": "invalid_value", "?offer_id=x": "invalid_format", "?customer_id=x": "invalid_format", "?x=y": "unknown_parameter", "?answer=accepted&answer=declined": "duplicate_field",
	} {
		w.Call(t, apitest.Full, "GET", "/v1/redemptions"+query, nil).Want(t, 400, code)
	}
}
