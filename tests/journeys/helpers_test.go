package journeys

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/calendar"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

var numbered atomic.Int64

// address returns a mail address no other test uses.
func address(name string) string { return fmt.Sprintf("%s-%d@example.com", name, numbered.Add(1)) }

// owns has a customer verify a domain, by somebody who may.
func owns(t *testing.T, by client.API, customer, domain string) {
	t.Helper()
	var d contract.CustomerDomain
	at := "/v1/customers/" + customer + "/domains"
	must(t)(by.Must(t.Context(), http.StatusCreated, http.MethodPost, at, contract.CustomerDomainCreate{Name: domain}, &d))
	sys.DNS.Set(d.Record.Name, d.Record.Value)
	must(t)(by.Must(t.Context(), http.StatusOK, http.MethodPost, at+"/"+domain+"/verify", nil, nil))
}

func walk(t *testing.T) story.Story {
	verified(t)
	return story.Story{System: sys, Program: program, Tell: func(step string) { t.Log(step) }}
}

// atHome returns a moment as the sample's people read it: mails say it in the zone of their country.
func atHome(at time.Time) time.Time { return at.In(calendar.Zone(sample.Country)) }

// makeOffer returns a new trial offer of the sample's partner; change may change the wish.
func makeOffer(t *testing.T, change func(*contract.OfferCreate)) contract.Offer {
	t.Helper()
	verified(t)
	wish := sample.TrialOffer("en")
	if change != nil {
		change(&wish)
	}
	var made contract.Offer
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers", wish, &made))
	return made
}

func must(t *testing.T) func(client.Answer, error) client.Answer {
	return func(a client.Answer, err error) client.Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// invite mails a personal link and returns the invitation with the link.
func invite(t *testing.T, offer, mail string) (contract.Invitation, string) {
	t.Helper()
	var sent contract.InvitationsSent
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, &sent))
	return sent.Data[0], link(t, mail, 1)
}

// link returns the personal link in the nth mail to an address, once it has come.
func link(t *testing.T, mail string, nth int) string {
	t.Helper()
	mails, err := mailbox.Wait(patience(t), mail, nth)
	if err != nil {
		t.Fatal(err)
	}
	found := mails[nth-1].Link(sys.Endpoints.Pages + "/i/")
	if found == "" {
		t.Fatalf("no personal link in %q:\n%s", mails[nth-1].Subject, mails[nth-1].Body.Text)
	}
	return found
}

// atCheck returns a visitor who followed the link, answered everything and stands before the last button.
func atCheck(t *testing.T, link, administration, company string) *client.Visitor {
	t.Helper()
	v := client.NewVisitor("en")
	w := locale.In(locale.English)
	opened(t, v, link)
	pressed(t, v, w.SiteNext())
	pressed(t, v, w.SiteNext(), "delegation", administration)
	pressed(t, v, w.SiteNext(), "company", company, "name", "Anna Nowak", "language", "en")
	return v
}

func opened(t *testing.T, v *client.Visitor, address string) client.Page {
	t.Helper()
	page, err := v.Get(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if page.Status != http.StatusOK {
		t.Fatalf("%s: %d\n%s", address, page.Status, page.Text())
	}
	return page
}

func pressed(t *testing.T, v *client.Visitor, button string, fields ...string) client.Page {
	t.Helper()
	page, err := v.Press(t.Context(), button, fields...)
	if err != nil {
		t.Fatal(err)
	}
	if page.Status != http.StatusOK {
		t.Fatalf("%q leads to %d on %s:\n%s", button, page.Status, page.URL, page.Text())
	}
	return page
}

// start presses the last button.
func start(ctx context.Context, v *client.Visitor) (client.Page, error) {
	return v.Press(ctx, locale.In(locale.English).RedeemStart(30), "agree", "yes")
}

// insist presses the last button, and again where the gateway was too busy to ask anybody: that harms nothing.
func insist(ctx context.Context, v *client.Visitor) (page client.Page, err error) {
	check := v.Page
	for range 10 {
		v.Page = check
		if page, err = start(ctx, v); err != nil || page.Status != http.StatusServiceUnavailable {
			return page, err
		}
	}
	return page, err
}

// together runs work n times at once and waits for all.
func together(n int, work func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-gate
			work(i)
		})
	}
	close(gate)
	all.Wait()
}

// each runs work for 0..n-1, a few at a time.
func each(n, atOnce int, work func(i int)) {
	var all sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			work(i)
		})
	}
	all.Wait()
}

// dump returns every item of the table as text, sorted: two equal dumps are two equal tables.
func dump(t *testing.T) string {
	t.Helper()
	var lines []string
	for it := range scan(t) {
		raw, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(raw))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func scan(t *testing.T) func(yield func(map[string]types.AttributeValue) bool) {
	return func(yield func(map[string]types.AttributeValue) bool) {
		pages := dynamodb.NewScanPaginator(sys.Table(), &dynamodb.ScanInput{TableName: aws.String(sys.Endpoints.Table), ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page.Items {
				if !yield(it) {
					return
				}
			}
		}
	}
}

// count returns how many items of a class stand for which is says yes.
func count(t *testing.T, class string, is func(map[string]types.AttributeValue) bool) int {
	t.Helper()
	n := 0
	for it := range scan(t) {
		if word(it, "class") == class && (is == nil || is(it)) {
			n++
		}
	}
	return n
}

func word(it map[string]types.AttributeValue, name string) string {
	if s, ok := it[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func settle(t *testing.T) {
	t.Helper()
	if err := sys.Settle(patience(t)); err != nil {
		t.Fatal(err)
	}
}

// later sends the clock forward and lets the jobs run.
func later(t *testing.T, to time.Time) {
	t.Helper()
	if err := sys.Travel(patience(t), to); err != nil {
		t.Fatal(err)
	}
}

// partnerMail is where the sample's partner reads its mail.
const partnerMail = "partner@balticbridge.example"

// subjects returns the subjects of the mails to an address, the oldest first.
func subjects(t *testing.T, to string) []string {
	t.Helper()
	mails, err := mailbox.To(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	found := make([]string, len(mails))
	for i, m := range mails {
		found[i] = m.Subject
	}
	return found
}

// titled fails where not exactly n mails to an address have the subject.
func titled(t *testing.T, to, subject string, n int) {
	t.Helper()
	all, got := subjects(t, to), 0
	for _, one := range all {
		if one == subject {
			got++
		}
	}
	if got != n {
		t.Errorf("%d mails %q to %s, not %d; it got %q", got, subject, to, n, all)
	}
}

// invitationAt returns an invitation as its partner sees it.
func invitationAt(t *testing.T, id string) (got contract.Invitation) {
	t.Helper()
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+id, nil, &got))
	return got
}

// redeemed returns the one yes to an offer as its partner sees it.
func redeemed(t *testing.T, offer string) (got contract.Redemption) {
	t.Helper()
	var list contract.RedemptionPage
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/redemptions?offer_id="+url.QueryEscape(offer), nil, &list))
	if len(list.Data) != 1 {
		t.Fatalf("%d answers to %s", len(list.Data), offer)
	}
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/redemptions/"+list.Data[0].ID, nil, &got))
	return got
}

// subscribed returns the subscription of a yes as its partner sees it.
func subscribed(t *testing.T, of contract.Redemption) (got contract.Subscription) {
	t.Helper()
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/subscriptions/"+of.SubscriptionIds[0], nil, &got))
	return got
}

// tried walks a new customer into a trial of an offer: its yes, and the page of its receipt.
func tried(t *testing.T, offer, mail, administration, company string) (contract.Redemption, *client.Visitor) {
	t.Helper()
	_, personal := invite(t, offer, mail)
	v := atCheck(t, personal, administration, company)
	page, err := start(t.Context(), v)
	if err != nil || !strings.HasPrefix(page.URL.Path, "/receipts/") {
		t.Fatalf("the last button leads to %d on %s: %v\n%s", page.Status, page.URL, err, page.Text())
	}
	settle(t)
	return redeemed(t, offer), v
}

// relationshipOf returns the id of the tie between the customer of a yes and the sample's partner.
func relationshipOf(of contract.Redemption) string {
	return "rel_" + strings.TrimPrefix(*of.CustomerID, "cus_") + "_" + program.PartnerID
}
