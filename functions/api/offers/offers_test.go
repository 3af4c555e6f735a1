package offers_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/boombuler/barcode/qr"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/apitest"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const day = 24 * time.Hour

func TestMakeAnOffer(t *testing.T) {
	w := apitest.Open(t)
	a := w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(object{
		"language": "pl", "message": "Dzień dobry\r\nzapraszamy", "partner_terms": object{"title": "Warunki", "text": "Pomagamy <b>zawsze</b>."},
		"delegated_administration": object{"role": "full"}, "max_redemptions": 3,
	}), "Idempotency-Key", "first").Want(t, 201, "")
	var made contract.Offer
	a.Into(t, &made)
	if a.Header.Get("Location") != "/v1/offers/"+made.ID || a.Header.Get("ETag") != `"1-active"` {
		t.Errorf("headers %v", a.Header)
	}
	if made.Items[0].Licenses != 25 || *made.Message != "Dzień dobry\nzapraszamy" || *made.DelegatedAdministration.DurationDays != 365 || *made.MaxRedemptions != 3 {
		t.Errorf("made %+v", made)
	}
	if !strings.Contains(made.Share.Text, made.URL) || !strings.Contains(made.Share.Subject, made.Reference) || !strings.Contains(made.Share.Text, "Dzień dobry") {
		t.Errorf("share %+v", made.Share)
	}
	// The same request again renders the first result again; another payload under the key is refused.
	again := w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(object{
		"language": "pl", "message": "Dzień dobry\r\nzapraszamy", "partner_terms": object{"title": "Warunki", "text": "Pomagamy <b>zawsze</b>."},
		"delegated_administration": object{"role": "full"}, "max_redemptions": 3,
	}), "Idempotency-Key", "first").Want(t, 201, "")
	if string(again.Body) != string(a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", again.Body)
	}
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "first").Want(t, 422, "idempotency_key_reused")
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "-").Want(t, 400, "idempotency_key_missing")

	got := w.Call(t, apitest.Limited, "GET", "/v1/offers/"+made.ID, nil).Want(t, 200, "")
	if string(got.Body) != string(a.Body) {
		t.Errorf("read %s", got.Body)
	}
	w.Call(t, apitest.Operator, "GET", "/v1/offers/"+made.ID, nil).Want(t, 200, "")
	w.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID, nil, "If-None-Match", `"1-active"`).Want(t, 304, "")
	w.Call(t, apitest.NoAccess, "GET", "/v1/offers/"+made.ID, nil).Want(t, 403, "forbidden")
	foreign := w.Call(t, apitest.Rival, "GET", "/v1/offers/"+made.ID, nil).Want(t, 404, "not_found")
	absent := w.Call(t, apitest.Full, "GET", "/v1/offers/ofr_"+string(w.Partner)+"_"+strings.Repeat("0", 26), nil).Want(t, 404, "not_found")
	strange := w.Call(t, apitest.Full, "GET", "/v1/offers/ofr_1", nil).Want(t, 404, "not_found")
	bare := regexp.MustCompile(`"(instance|request_id)":"[^"]*"`)
	for _, one := range [][]byte{absent.Body, strange.Body} {
		if bare.ReplaceAllString(string(one), "") != bare.ReplaceAllString(string(foreign.Body), "") {
			t.Errorf("%s\nis not\n%s", one, foreign.Body)
		}
	}
}

// TestNotice keeps the notice of a reseller's offer, none and 0 days apart.
func TestNotice(t *testing.T) {
	w := apitest.Open(t)
	w.Resells(t)
	for _, days := range []any{nil, 0, 30, 90} {
		wish := w.Wish(object{"kind": "reseller", "notice_days": days})
		delete(wish, "items")
		var made contract.Offer
		w.Call(t, apitest.Full, "POST", "/v1/offers", wish).Want(t, 201, "").Into(t, &made)
		w.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID, nil).Want(t, 200, "").Into(t, &made)
		if n := made.NoticeDays; days == nil != (n == nil) || n != nil && *n != days {
			t.Errorf("%v days are kept as %v", days, n)
		}
	}
}

// TestRefusedOffers names the field of everything that is wrong, and writes nothing.
func TestRefusedOffers(t *testing.T) {
	w := apitest.Open(t)
	before := w.Table.Dump(t)
	month := "month"
	for name, c := range map[string]struct {
		by     string
		change object
		status int
		code   string
		at     string // pointers, joined
	}{
		"a plan with no price":  {apitest.Full, object{"kind": "purchase"}, 422, "not_sold", "/items/0/plan_id"},
		"no kind":               {apitest.Full, object{"kind": "gift"}, 422, "invalid_value", "/kind"},
		"no item":               {apitest.Full, object{"items": []object{}}, 422, "required", "/items"},
		"two trials":            {apitest.Full, object{"items": []object{{"plan_id": "plan_a"}, {"plan_id": "plan_b"}}}, 422, "single_trial_only", "/items"},
		"eleven items":          {apitest.Full, object{"items": slices.Repeat([]object{{"plan_id": "plan_a"}}, 11)}, 422, "too_many_items", "/items"},
		"a plan of wrong shape": {apitest.Full, object{"items": []object{{"plan_id": "suite"}}}, 422, "invalid_format", "/items/0/plan_id"},
		"an unknown plan":       {apitest.Full, object{"items": []object{{"plan_id": "plan_z"}}}, 422, "unknown_plan", "/items/0/plan_id"},
		"licences": {
			apitest.Full,
			object{"items": []object{{"plan_id": string(w.Plan), "licenses": 25, "billing_term": month, "price": object{"amount_minor": 1, "currency": "PLN"}}}},
			422, "not_for_trial", "/items/0/licenses /items/0/billing_term /items/0/price",
		},
		"zero licences":     {apitest.Full, object{"items": []object{{"plan_id": string(w.Plan), "licenses": 0}}}, 422, "invalid_value", "/items/0/licenses"},
		"billed by partner": {apitest.Full, object{"billed_by": "partner"}, 422, "not_for_trial", "/billed_by"},
		"follows":           {apitest.Full, object{"follows": "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"}, 422, "not_for_trial", "/follows"},
		"a trial's notice":  {apitest.Full, object{"notice_days": 0}, 422, "not_for_kind", "/notice_days"},
		"a long notice":     {apitest.Full, object{"kind": "reseller", "items": nil, "notice_days": 91}, 422, "out_of_range", "/notice_days"},
		"a notice before":   {apitest.Full, object{"kind": "reseller", "items": nil, "notice_days": -1}, 422, "out_of_range", "/notice_days"},
		"another country":   {apitest.Full, object{"country": "DE"}, 403, "not_authorised_for_plan", "/items/0/plan_id"},
		"no country":        {apitest.Full, object{"country": "pl"}, 422, "invalid_format", "/country"},
		"language":          {apitest.Full, object{"language": "de"}, 422, "invalid_value", "/language"},
		"empty language":    {apitest.Full, object{"language": ""}, 422, "invalid_value", "/language"},
		"broken letter":     {apitest.Full, object{"message": "a\ufffdb"}, 422, "invalid_characters", "/message"},
		"long message":      {apitest.Full, object{"message": strings.Repeat("ż", 1001)}, 422, "too_long", "/message"},
		"terms": {
			apitest.Full, object{"partner_terms": object{"title": "—", "text": "\u200b"}}, 422, "no_letters", "/partner_terms/title /partner_terms/text",
		},
		"a role":             {apitest.Full, object{"delegated_administration": object{"role": "owner"}}, 422, "invalid_value", "/delegated_administration/role"},
		"days":               {apitest.Full, object{"delegated_administration": object{"role": "full", "duration_days": 731}}, 422, "out_of_range", "/delegated_administration/duration_days"},
		"no days":            {apitest.Full, object{"delegated_administration": object{"role": "full", "duration_days": 0}}, 422, "out_of_range", "/delegated_administration/duration_days"},
		"limited asks full":  {apitest.Limited, object{"delegated_administration": object{"role": "full"}}, 403, "forbidden", "/delegated_administration/role"},
		"past end":           {apitest.Full, object{"expires_at": "2020-01-01T00:00:00Z"}, 422, "out_of_range", "/expires_at"},
		"far end":            {apitest.Full, object{"expires_at": time.Now().AddDate(0, 0, 366).Format(time.RFC3339)}, 422, "out_of_range", "/expires_at"},
		"no yes":             {apitest.Full, object{"max_redemptions": 0}, 422, "out_of_range", "/max_redemptions"},
		"negative yeses":     {apitest.Full, object{"max_redemptions": -1}, 422, "out_of_range", "/max_redemptions"},
		"visibility":         {apitest.Full, object{"visibility": "secret"}, 422, "invalid_value", "/visibility"},
		"replaces a foreign": {apitest.Full, object{"replaces": "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"}, 422, "unknown_offer", "/replaces"},
		"unknown field":      {apitest.Full, object{"colour": "red"}, 422, "unknown_field", "/colour"},
		"no access":          {apitest.NoAccess, nil, 403, "forbidden", ""},
		"an operator":        {apitest.Operator, nil, 403, "forbidden", ""},
		"not authorised":     {apitest.Rival, nil, 403, "not_authorised_for_plan", "/items/0/plan_id"},
	} {
		t.Run(name, func(t *testing.T) {
			var said contract.Problem
			w.Call(t, c.by, "POST", "/v1/offers", w.Wish(c.change)).Want(t, c.status, c.code).Into(t, &said)
			var at []string
			for _, field := range said.Errors {
				at = append(at, field.Pointer)
			}
			if got := strings.Join(at, " "); got != c.at {
				t.Errorf("fields %q, want %q", got, c.at)
			}
		})
	}
	w.Call(t, apitest.Full, "POST", "/v1/offers", `{"kind":"trial","kind":"trial"}`).Want(t, 400, "duplicate_field")
	w.Call(t, apitest.Full, "POST", "/v1/offers", `{`).Want(t, 400, "invalid_json")
	w.Call(t, "", "POST", "/v1/offers", w.Wish()).Want(t, 401, "unauthorized")
	if after := w.Table.Dump(t); after != before {
		t.Error("a refused offer left something behind")
	}
}

// TestOfferFacts refuses what partner, enrolment, profile or region do not allow.
func TestOfferFacts(t *testing.T) {
	w := apitest.Open(t)
	ctx := t.Context()
	partnerIs := func(change func(*partner.Partner)) {
		p, err := w.World.Table.Partner(ctx, w.Partner)
		if err != nil {
			t.Fatal(err)
		}
		change(&p)
		o := w.Op("operator")
		if err := w.World.Table.SavePartner(ctx, p, nil, nil, event.New(o, event.Partner(string(p.ID)), event.Of(p.ID, partner.ProfileChangedEvent{})), o); err != nil {
			t.Fatal(err)
		}
	}
	partnerIs(func(p *partner.Partner) { p.Language = "pl" })
	if made := w.Make(t); made.Language != "pl" {
		t.Errorf("language %s, want the partner's", made.Language)
	}
	var enrolled []partner.Enrolment
	partnerIs(func(p *partner.Partner) { enrolled, p.Enrolments = p.Enrolments, nil })
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(object{"delegated_administration": object{"role": "limited"}})).Want(t, 403, "not_enrolled")
	w.Make(t)
	var proved partner.Verification
	partnerIs(func(p *partner.Partner) {
		proved, p.Verification, p.Enrolments = p.Verification, partner.Verification{}, enrolled
	})
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish()).Want(t, 409, "profile_unverified")
	partnerIs(func(p *partner.Partner) { p.Verification, p.Status = proved, partner.Suspended })
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish()).Want(t, 409, "partner_not_active")
	partnerIs(func(p *partner.Partner) { p.Status = partner.Active })

	now, err := w.World.Table.Availability(ctx)
	if err != nil {
		t.Fatal(err)
	}
	now.Regions = []catalog.Region{{ID: "sovereign", Name: catalog.Text{"en": "S", "pl": "S"}, Countries: []string{"PL"}}}
	now.Gaps = []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "sovereign", Plan: w.Plan, Reason: catalog.Text{"en": "Not yet certified.", "pl": "Jeszcze bez certyfikatu."}}}
	o := w.Op("operator")
	if err := w.World.Table.SaveAvailability(ctx, now, event.New(o, event.Vendor(), event.Of("availability", catalog.AvailabilityChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	for language, said := range map[string][]string{
		"en": {"The vendor's reason: Not yet certified. GET", "The same as a page: "}, "pl": {"Powód podany przez dostawcę: Jeszcze bez certyfikatu. GET", "To samo jako strona: "},
	} {
		a := w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Accept-Language", language).Want(t, 403, "feature_unavailable")
		if !strings.Contains(string(a.Body), said[0]) {
			t.Errorf("the reason is not said: %s", a.Body)
		}
		if page := said[1] + gatewaytest.Env().PagesURL + "/feature-availability?country=PL#trial_invitations\""; !strings.Contains(string(a.Body), page) {
			t.Errorf("the page is not named: %s", a.Body)
		}
	}
}

// TestPreviewURL: an offer names the page that shows what its recipients get, to callers of its partner, and to no operator, who cannot open it.
func TestPreviewURL(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	page := "https://pages.test/partner/offers/" + made.ID + "/preview"
	if made.PreviewURL == nil || *made.PreviewURL != page {
		t.Errorf("made with %v", made.PreviewURL)
	}
	for by, want := range map[string]*string{apitest.Full: &page, apitest.Limited: &page, apitest.Operator: nil} {
		var o contract.Offer
		w.Call(t, by, "GET", "/v1/offers/"+made.ID, nil).Want(t, 200, "").Into(t, &o)
		if !reflect.DeepEqual(o.PreviewURL, want) {
			t.Errorf("%s reads %v", by, o.PreviewURL)
		}
	}
}

// TestQR reads the drawing back: it holds the modules of the link's code and a quiet zone of four around them.
func TestQR(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	if made.Share.QrSVG != nil {
		t.Error("drawn unasked")
	}
	at := "/v1/offers/" + made.ID
	w.Call(t, apitest.Full, "GET", at+"?include=pdf", nil).Want(t, 400, "invalid_value")
	before := w.Table.Dump(t)
	w.Call(t, apitest.Full, "POST", "/v1/offers?include=pdf", w.Wish()).Want(t, 400, "invalid_value")
	if w.Table.Dump(t) != before {
		t.Error("a refused request made an offer")
	}
	var created contract.Offer
	w.Call(t, apitest.Full, "POST", "/v1/offers?include=qr", w.Wish()).Want(t, 201, "").Into(t, &created)
	if created.Share.QrSVG == nil || created.URL == "" {
		t.Errorf("made %+v", created)
	}
	w.Call(t, apitest.Full, "GET", at+"?include=qr", nil).Want(t, 200, "").Into(t, &made)
	var drawn struct {
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(*made.Share.QrSVG), &drawn); err != nil {
		t.Fatal(err)
	}
	if len(*made.Share.QrSVG) > 16<<10 {
		t.Errorf("%d bytes", len(*made.Share.QrSVG))
	}
	code, err := qr.Encode(made.URL, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Bounds().Dx()
	if want := fmt.Sprintf("0 0 %d %d", size+8, size+8); drawn.ViewBox != want {
		t.Errorf("viewBox %s, want %s", drawn.ViewBox, want)
	}
	dark := map[[2]int]bool{}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(drawn.Paths[1].D, -1) {
		x, _ := strconv.Atoi(run[1])
		y, _ := strconv.Atoi(run[2])
		n, _ := strconv.Atoi(run[3])
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	for y := range size + 8 {
		for x := range size + 8 {
			want := false
			if x >= 4 && y >= 4 && x < size+4 && y < size+4 {
				r, _, _, _ := code.At(x-4, y-4).RGBA()
				want = r == 0
			}
			if dark[[2]int{x, y}] != want {
				t.Fatalf("module %d,%d is %v, want %v", x, y, !want, want)
			}
		}
	}
}

func TestOfferLife(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	at := "/v1/offers/" + made.ID
	status := func(a contract.Offer) string { return string(a.Status) }
	do := func(by, action string, body any) contract.Offer {
		t.Helper()
		var o contract.Offer
		w.Call(t, by, "POST", at+"/"+action, body).Want(t, 200, "").Into(t, &o)
		return o
	}
	if o := do(apitest.Full, "pause", nil); status(o) != "paused" || *o.StatusReason != "partner" {
		t.Errorf("paused %+v", o)
	}
	w.Call(t, apitest.Full, "POST", at+"/pause", nil).Want(t, 409, "offer_not_active")
	w.Call(t, apitest.Operator, "POST", at+"/resume", nil).Want(t, 409, "pause_not_yours")
	w.Call(t, apitest.Rival, "POST", at+"/resume", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.NoAccess, "POST", at+"/resume", nil).Want(t, 403, "forbidden")
	if o := do(apitest.Limited, "resume", nil); status(o) != "active" || o.StatusReason != nil {
		t.Errorf("resumed %+v", o)
	}
	w.Call(t, apitest.Full, "POST", at+"/resume", nil).Want(t, 409, "offer_not_paused")
	if o := do(apitest.Operator, "pause", nil); *o.StatusReason != "vendor" {
		t.Errorf("paused by the vendor %+v", o)
	}
	w.Call(t, apitest.Full, "POST", at+"/resume", nil).Want(t, 409, "pause_not_yours")
	if o := do(apitest.Operator, "resume", nil); status(o) != "active" {
		t.Errorf("resumed by the vendor %+v", o)
	}
	do(apitest.Operator, "pause", nil)
	w.Call(t, apitest.Full, "POST", at+"/withdraw", object{"reason": "a\ufffdb"}).Want(t, 422, "invalid_characters")
	a := w.Call(t, apitest.Full, "POST", at+"/withdraw", object{"tell_recipients": true, "reason": "The plan changed."}, "Idempotency-Key", "end").Want(t, 200, "")
	if a.Header.Get("ETag") != `"7-withdrawn"` {
		t.Errorf("ETag %s", a.Header.Get("ETag"))
	}
	again := w.Call(t, apitest.Full, "POST", at+"/withdraw", object{"tell_recipients": true, "reason": "The plan changed."}, "Idempotency-Key", "end").Want(t, 200, "")
	if string(again.Body) != string(a.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed %s", again.Body)
	}
	for _, action := range []string{"pause", "resume", "withdraw"} {
		w.Call(t, apitest.Full, "POST", at+"/"+action, nil).Want(t, 409, map[string]string{"resume": "offer_not_paused"}[action]+map[string]string{"pause": "offer_not_active", "withdraw": "offer_not_active"}[action])
	}
	var kinds []event.Type
	changes := w.Changes(t, event.Partner(string(w.Partner)), made.ID)
	for _, c := range changes {
		kinds = append(kinds, c.Type)
	}
	want := []event.Type{"offer.created", "offer.paused", "offer.resumed", "offer.paused", "offer.resumed", "offer.paused", "offer.withdrawn"}
	slices.Sort(kinds)
	slices.Sort(want)
	if !slices.Equal(kinds, want) {
		t.Errorf("events %v", kinds)
	}
	if last, _ := event.As[offer.WithdrawnEvent](changes[len(changes)-1]); last.Tell != offer.TellRecipients || last.Reason != "The plan changed." {
		t.Errorf("events %v", last)
	}
}

// TestReplace ends the old offer in the transaction that makes the new one.
func TestReplace(t *testing.T) {
	w := apitest.Open(t)
	old := w.Make(t)
	next := w.Make(t, object{"replaces": old.ID})
	var got contract.Offer
	w.Call(t, apitest.Full, "GET", "/v1/offers/"+old.ID, nil).Want(t, 200, "").Into(t, &got)
	if got.Status != "replaced" || *got.ReplacedBy != next.ID || *next.Replaces != old.ID {
		t.Errorf("%+v", got)
	}
	w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(object{"replaces": old.ID})).Want(t, 422, "offer_not_active")
}

// TestOfferClock shows an offer as expired the moment it is, whether or not a job ran.
func TestOfferClock(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t, object{"expires_at": time.Now().AddDate(0, 0, 2).UTC().Format(time.RFC3339)})
	later := w.Later(t, 3*day)
	a := later.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID, nil, "If-None-Match", `"1-active"`).Want(t, 200, "")
	var got contract.Offer
	a.Into(t, &got)
	if got.Status != "expired" || a.Header.Get("ETag") != `"1-expired"` {
		t.Errorf("%s %s", got.Status, a.Header.Get("ETag"))
	}
	later.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/pause", nil).Want(t, 409, "offer_not_active")
	later.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/invitations", object{"recipients": []object{{"email": "anna@example.com"}}}).Want(t, 409, "offer_expired")
	var p gatewaytest.Page[contract.OfferSummary]
	later.Call(t, apitest.Full, "GET", "/v1/offers?status=expired", nil).Want(t, 200, "").Into(t, &p)
	if len(p.Data) != 1 || p.Data[0].Status != "expired" {
		t.Errorf("%+v", p)
	}
}

// TestCappedOffers: a full page of offers that count their yeses is filtered, too, although that looks one offer ahead.
func TestCappedOffers(t *testing.T) {
	w := apitest.Open(t)
	for range 101 {
		w.Offer(t, func(d *offer.Draft) { d.MaxRedemptions = 5 })
	}
	if got := gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Full, "/v1/offers?status=active", "100"); len(got) != 101 {
		t.Errorf("%d offers", len(got))
	}
}

func TestOfferList(t *testing.T) {
	w := apitest.Open(t)
	var ids []string
	for i := range 7 {
		made := w.Make(t)
		ids = append(ids, made.ID)
		if i%3 == 1 {
			w.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/pause", nil).Want(t, 200, "")
		}
		time.Sleep(2 * time.Millisecond) // newest first needs times that differ
	}
	slices.Reverse(ids)
	for _, size := range []string{"1", "3", "7", "100"} {
		var got []string
		for _, o := range gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Full, "/v1/offers", size) {
			got = append(got, o.ID)
		}
		if !slices.Equal(got, ids) {
			t.Errorf("by %s: %v, want %v", size, got, ids)
		}
		got = nil
		for _, o := range gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Full, "/v1/offers?status=paused&kind=trial", size) {
			got = append(got, o.ID)
		}
		if !slices.Equal(got, []string{ids[2], ids[5]}) {
			t.Errorf("paused by %s: %v", size, got)
		}
	}
	if got := gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Full, "/v1/offers?kind=purchase", "1"); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Rival, "/v1/offers", "25"); len(got) != 0 {
		t.Errorf("another's offers: %v", got)
	}
	if got := gatewaytest.Walk[contract.OfferSummary](t, w.API, apitest.Operator, "/v1/offers?partner_id="+string(w.Partner), "2"); len(got) != 7 {
		t.Errorf("an operator sees %d", len(got))
	}
	w.Call(t, apitest.Full, "GET", "/v1/offers?partner_id="+string(w.Partner), nil).Want(t, 200, "")
	w.Call(t, apitest.Rival, "GET", "/v1/offers?partner_id="+string(w.Partner), nil).Want(t, 404, "not_found")
	w.Call(t, apitest.NoAccess, "GET", "/v1/offers", nil).Want(t, 403, "forbidden")
	w.Call(t, apitest.Operator, "GET", "/v1/offers", nil).Want(t, 400, "required")

	var first gatewaytest.Page[contract.OfferSummary]
	w.Call(t, apitest.Full, "GET", "/v1/offers?limit=1", nil).Into(t, &first)
	for path, code := range map[string]string{
		"?limit=0": "out_of_range", "?limit=101": "out_of_range", "?limit=x": "out_of_range", "?colour=red": "unknown_parameter", "?status=dead": "invalid_value",
		"?kind=gift": "invalid_value", "?kind=": "invalid_value", "?partner_id=1": "invalid_format", "?cursor=": "invalid_cursor", "?cursor=x": "invalid_cursor",
		"?cursor=" + strings.Repeat("A", 1000): "invalid_cursor", "?cursor=" + (*first.NextCursor)[:20]: "invalid_cursor",
	} {
		w.Call(t, apitest.Full, "GET", "/v1/offers"+path, nil).Want(t, 400, code)
	}
	// A cursor opens only the list it came from.
	w.Call(t, apitest.Rival, "GET", "/v1/offers?cursor="+*first.NextCursor, nil).Want(t, 400, "invalid_cursor")
	w.Call(t, apitest.Full, "GET", "/v1/redemptions?cursor="+*first.NextCursor, nil).Want(t, 400, "invalid_cursor")
}

func TestStatistics(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	e := event.New(w.Op("job"), event.Partner(string(w.Partner)), event.Of("inv_x", invitation.CreatedEvent{OfferID: offer.ID(made.ID)}))
	happens := func() {
		o := w.Op("job")
		e.ULID = o.NewID()
		if err := w.World.Table.SaveEvent(t.Context(), e, o); err != nil {
			t.Fatal(err)
		}
		for range 2 { // counted once, however often dispatch says it is done
			if err := w.World.Table.EventDone(t.Context(), e, w.World.Env.Now(), map[offer.ID]offer.Funnel{offer.ID(made.ID): {Steps: map[string]int{"invited": 1, "sent": 2}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 3 {
		happens()
	}
	var got contract.OfferStatistics
	a := w.Call(t, apitest.Limited, "GET", "/v1/offers/"+made.ID+"/statistics", nil).Want(t, 200, "")
	a.Into(t, &got)
	tag := a.Header.Get("ETag")
	w.Call(t, apitest.Limited, "GET", "/v1/offers/"+made.ID+"/statistics", nil, "If-None-Match", tag).Want(t, 304, "")
	if got.Invited != 3 || got.Sent != 6 || got.Accepted != 0 || got.OfferID != made.ID {
		t.Errorf("%+v", got)
	}
	happens()
	if a := w.Call(t, apitest.Limited, "GET", "/v1/offers/"+made.ID+"/statistics", nil, "If-None-Match", tag).Want(t, 200, ""); a.Header.Get("ETag") == tag {
		t.Error("the counts changed and not their tag")
	}
	w.Call(t, apitest.Rival, "GET", "/v1/offers/"+made.ID+"/statistics", nil).Want(t, 404, "not_found")
	w.Call(t, apitest.Operator, "GET", "/v1/offers/"+made.ID+"/statistics", nil).Want(t, 200, "")
	if got.DelegatedAdministration != nil || got.FirstAnswerAt != nil || got.LastAnswerAt != nil {
		t.Errorf("nobody asked, nobody answered: %+v", got)
	}
}

// TestStatisticsOfAnswers: of an offer that asks for delegated administration, who accepted without it said no; where it asks for nothing else,
// who declined did.
func TestStatisticsOfAnswers(t *testing.T) {
	w := apitest.Open(t)
	asked := object{"delegated_administration": object{"role": "limited"}}
	answered := w.World.Env.Now().Truncate(time.Millisecond).UTC()
	for kind, no := range map[string]int64{"trial": 3, "delegated_administration": 2} {
		body := w.Wish(asked, object{"kind": kind})
		if kind != "trial" {
			delete(body, "items")
		}
		var made contract.Offer
		w.Call(t, apitest.Full, "POST", "/v1/offers", body).Want(t, 201, "").Into(t, &made)
		o := w.Op("job")
		e := event.New(o, event.Partner(string(w.Partner)), event.Of("red_x", consent.AcceptedEvent{OfferID: offer.ID(made.ID)}))
		if err := w.World.Table.SaveEvent(t.Context(), e, o); err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{"accepted": 7, "delegated": 4, "declined": 2, "converted": 5}
		if err := w.World.Table.EventDone(t.Context(), e, w.World.Env.Now(), map[offer.ID]offer.Funnel{offer.ID(made.ID): {Steps: counts, First: answered, Last: answered}}); err != nil {
			t.Fatal(err)
		}
		var got contract.OfferStatistics
		a := w.Call(t, apitest.Limited, "GET", "/v1/offers/"+made.ID+"/statistics", nil).Want(t, 200, "")
		a.Into(t, &got)
		if answers := got.DelegatedAdministration; answers == nil || answers.Yes != 4 || answers.No != no || got.Conversions != 5 {
			t.Errorf("%s: %+v, answers %+v", kind, got, answers)
		}
		if got.FirstAnswerAt == nil || !got.FirstAnswerAt.Equal(answered) || got.LastAnswerAt == nil || !got.LastAnswerAt.Equal(answered) {
			t.Errorf("%s: answers from %v to %v", kind, got.FirstAnswerAt, got.LastAnswerAt)
		}
	}
}

// TestOneKeyAtOnce sends one request 16 times at the same moment: one offer, one answer.
func TestOneKeyAtOnce(t *testing.T) {
	w := apitest.Open(t)
	bodies := make([]string, 16)
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			bodies[i] = string(w.Call(t, apitest.Full, "POST", "/v1/offers", w.Wish(), "Idempotency-Key", "one").Want(t, 201, "").Body)
		})
	}
	all.Wait()
	for _, body := range bodies {
		if body != bodies[0] {
			t.Errorf("%s\nis not\n%s", body, bodies[0])
		}
	}
	if n := w.Table.Holds(t, "offer"); n != 1 {
		t.Errorf("%d offers", n)
	}
}

// TestPausedAndWithdrawnAtOnce lets rivals decide on one offer: each answer is one that its order explains, none is a stale version.
// TestKeep: an operator says why an offer goes on that somebody reported; then it waits no more.
func TestKeep(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	id := offer.ID(made.ID)
	keep := func(by, reason string) gatewaytest.Answer {
		t.Helper()
		return w.Call(t, by, "POST", "/v1/offers/"+made.ID+"/keep", map[string]any{"reason": reason})
	}
	kept := func() (reasons []string) {
		for _, change := range w.Changes(t, event.Partner(string(w.Partner)), made.ID) {
			if one, ok := event.As[offer.KeptEvent](change); ok {
				reasons = append(reasons, one.Reason)
			}
		}
		return reasons
	}
	keep(apitest.Full, "I say so.").Want(t, 403, "forbidden")
	keep(apitest.Operator, " ").Want(t, 422, "required")
	keep(apitest.Operator, "Nobody reported it.").Want(t, 200, "")
	if said := kept(); said != nil {
		t.Errorf("nothing was reported, and yet kept for %q", said)
	}
	w.Table.Set(t, "PARTNER#"+string(w.Partner), "OFFER#"+id.Code(), &types.AttributeValueMemberBOOL{Value: true}, "reports_wait")
	keep(apitest.Operator, "Asked for by phone.").Want(t, 200, "")
	keep(apitest.Operator, "Once more.").Want(t, 200, "")
	found, _, err := w.World.Table.Offer(t.Context(), id)
	if said := kept(); err != nil || found.ReportsWait || !slices.Equal(said, []string{"Asked for by phone."}) {
		t.Errorf("%v, kept for %q, %v", found.ReportsWait, said, err)
	}
	w.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/withdraw", nil).Want(t, 200, "")
	keep(apitest.Operator, "Too late.").Want(t, 409, "offer_not_active")
}

func TestPausedAndWithdrawnAtOnce(t *testing.T) {
	w := apitest.Open(t)
	made := w.Make(t)
	var all sync.WaitGroup
	for _, action := range slices.Repeat([]string{"pause", "resume", "withdraw"}, 3) {
		all.Go(func() {
			a := w.Call(t, apitest.Full, "POST", "/v1/offers/"+made.ID+"/"+action, nil)
			if a.Status != 200 && a.Status != 409 {
				t.Errorf("%s: %d %s", action, a.Status, a.Body)
			}
		})
	}
	all.Wait()
	var got contract.Offer
	w.Call(t, apitest.Full, "GET", "/v1/offers/"+made.ID, nil).Into(t, &got)
	if got.Status != contract.OfferStatus(offer.Withdrawn) {
		t.Errorf("status %s", got.Status)
	}
}
