package journeys

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/tests/fixture"
)

func TestStory(t *testing.T) {
	for _, c := range []struct{ language, administration string }{{"en", "yes"}, {"en", "no"}, {"pl", "yes"}, {"pl", "no"}} {
		t.Run(c.language+"-"+c.administration, func(t *testing.T) {
			s := walk(t)
			made, err := s.Trial(patience(t), c.language, address("anna"), c.administration)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.No(patience(t), c.language, made.Offer, address("no")); err != nil {
				t.Fatal(err)
			}
			if err := s.Public(patience(t), c.language, made.Offer, address("visitor")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestScanner: what opens every link of every mail, as mail scanners do, changes nothing (infra/design/trust.md, rule 1).
func TestScanner(t *testing.T) {
	s := walk(t)
	made, err := s.Trial(patience(t), "en", address("scanned"), "yes")
	if err != nil {
		t.Fatal(err)
	}
	invite(t, made.Offer, address("open"))
	if err := s.Public(patience(t), "en", made.Offer, address("visitor")); err != nil {
		t.Fatal(err)
	}
	settle(t)
	mails, err := mailbox.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]bool{}
	for _, m := range mails {
		for _, found := range regexp.MustCompile(regexp.QuoteMeta(sys.Endpoints.Pages)+`/[^\s"<>)]*`).FindAllString(m.Body.Text+" "+m.Body.HTML, -1) {
			links[strings.ReplaceAll(found, "&amp;", "&")] = true
		}
	}
	if len(links) < 6 {
		t.Fatalf("only %d links in %d mails", len(links), len(mails))
	}
	before := dump(t)
	all := slices.Collect(maps.Keys(links))
	each(len(all), 4, func(i int) {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for range 3 {
				r, err := http.NewRequestWithContext(t.Context(), method, all[i], nil)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				got.Body.Close()
				if got.StatusCode >= 500 {
					t.Errorf("%s %s: %d", method, all[i], got.StatusCode)
				}
			}
		}
	})
	settle(t)
	if after := dump(t); after != before {
		t.Errorf("opening links changed the table")
	}
	if now, _ := mailbox.All(t.Context()); len(now) != len(mails) {
		t.Errorf("opening links sent %d mails", len(now)-len(mails))
	}
}

// TestOneLink: 64 people press the last button of one personal link at once.
func TestOneLink(t *testing.T) {
	offer := makeOffer(t, nil)
	mail := address("shared")
	inv, personal := invite(t, offer.ID, mail)
	const people = 64
	visitors := make([]*client.Visitor, people)
	visitors[0] = atCheck(t, personal, "yes", "One Company")
	for i := 1; i < people; i++ {
		visitors[i] = client.NewVisitor("en")
		opened(t, visitors[i], personal)
		opened(t, visitors[i], visitors[0].Page.URL.String())
	}
	pages := make([]client.Page, people)
	errs := make([]error, people)
	together(people, func(i int) { pages[i], errs[i] = start(t.Context(), visitors[i]) })
	receipts := map[string]int{}
	for i, page := range pages {
		if errs[i] != nil || page.Status != http.StatusOK {
			t.Fatalf("visitor %d: %d %v\n%s", i, page.Status, errs[i], page.Text())
		}
		receipts[page.URL.Path]++
	}
	if len(receipts) != 1 {
		t.Fatalf("receipts: %v", receipts)
	}
	for path := range receipts {
		if !strings.HasPrefix(path, "/receipts/") {
			t.Fatalf("all lead to %s", path)
		}
	}
	var got contract.Invitation
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/invitations/"+inv.ID, nil, &got))
	if got.Answer != "accepted" {
		t.Fatalf("the invitation is %s", got.Answer)
	}
	if n := count(t, "customer", func(it map[string]types.AttributeValue) bool { return word(it, "name") == "One Company" }); n != 1 {
		t.Fatalf("%d customers", n)
	}
	if n := count(t, "login", nil); n == 0 {
		t.Fatal("no login")
	}
}

// crowd lets n visitors of one public link come as far as the last button.
func crowd(t *testing.T, offer string, n int, company string) []*client.Visitor {
	t.Helper()
	visitors := make([]*client.Visitor, n)
	mails := make([]string, n)
	w := locale.In(locale.English)
	each(n, 8, func(i int) {
		mails[i] = address("crowd")
		v := client.NewVisitor("en")
		opened(t, v, sys.Endpoints.Pages+"/o/"+strings.TrimPrefix(offer, "ofr_"))
		pressed(t, v, w.OfferSend(), "email", mails[i])
	})
	settle(t)
	all, err := mailbox.All(t.Context()) // once: it is large
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]string{}
	for _, m := range all {
		for _, to := range m.Destination.To {
			links[to] = m.Link(sys.Endpoints.Pages + "/i/")
		}
	}
	for _, to := range mails {
		if links[to] == "" {
			t.Fatalf("no link was mailed to %s", to)
		}
	}
	each(n, 8, func(i int) { visitors[i] = atCheck(t, links[mails[i]], "no", fmt.Sprintf("%s %d", company, i)) })
	return visitors
}

// TestPublicLink: a crowd redeems one public link at once; 200 at full length.
func TestPublicLink(t *testing.T) {
	people := fixture.Full(40, 200)
	offer := makeOffer(t, nil)
	visitors := crowd(t, offer.ID, people, "Crowd")
	failed := make([]error, people)
	together(people, func(i int) {
		page, err := insist(t.Context(), visitors[i])
		if err == nil && (page.Status != http.StatusOK || !strings.HasPrefix(page.URL.Path, "/receipts/")) {
			err = fmt.Errorf("%d on %s: %s", page.Status, page.URL, page.Text())
		}
		failed[i] = err
	})
	for i, err := range failed {
		if err != nil {
			t.Errorf("visitor %d: %v", i, err)
		}
	}
	if n := count(t, "customer", func(it map[string]types.AttributeValue) bool { return strings.HasPrefix(word(it, "name"), "Crowd ") }); n != people {
		t.Errorf("%d customers of %d", n, people)
	}
}

// TestMaxRedemptions: of a crowd at once at an offer for fewer, exactly as many as it is for get it, and the others read why not.
func TestMaxRedemptions(t *testing.T) {
	people, most := fixture.Full(24, 80), fixture.Full(15, 50)
	offer := makeOffer(t, func(o *contract.OfferCreate) { o.MaxRedemptions = &most })
	visitors := crowd(t, offer.ID, people, "Lucky")
	statuses := make([]int, people)
	together(people, func(i int) {
		page, err := insist(t.Context(), visitors[i])
		if err != nil {
			t.Error(err)
			return
		}
		statuses[i] = page.Status
	})
	tally := map[int]int{}
	for _, status := range statuses {
		tally[status]++
	}
	if tally[http.StatusOK] != most || tally[http.StatusGone] != people-most {
		t.Errorf("statuses: %v", tally)
	}
	if n := count(t, "customer", func(it map[string]types.AttributeValue) bool { return strings.HasPrefix(word(it, "name"), "Lucky ") }); n != most {
		t.Errorf("%d customers of %d", n, most)
	}
	settle(t)
	var got contract.Offer
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/offers/"+offer.ID, nil, &got))
	if got.Status != "used_up" {
		t.Errorf("the offer is %s", got.Status)
	}
}
