package browser

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/locale"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
)

// TestScanner: a browser that runs scripts opens every address of the mails to a customer, to somebody invited, to a visitor and to the partner,
// and stays for ten seconds. Not one byte of the table changes and nothing is mailed (infra/design/trust.md, rule 1). Nor does one that also presses every
// button as it finds it do harm.
func TestScanner(t *testing.T) {
	v := set.Visit(t, "en", nil)
	of := v.Invited().Offer // and thirty more are invited, once for all tests
	earlier, err := set.Mailbox.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	walk := story.Story{System: set.System, Program: set.Program, Tell: func(step string) { t.Log(step) }}
	made, err := walk.Trial(states.Patience(t), "en", set.Address("scanned"), "yes")
	if err != nil {
		t.Fatal(err)
	}
	if err := walk.Public(states.Patience(t), "en", made.Offer, set.Address("visitor")); err != nil {
		t.Fatal(err)
	}
	v.To(of, "")
	set.Settle(t)
	mails, err := set.Mailbox.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(regexp.QuoteMeta(set.System.Endpoints.Pages) + `/[^\s"<>)]*`)
	var links []string
	for _, m := range mails[len(earlier):] {
		for _, link := range pattern.FindAllString(m.Body.Text+" "+m.Body.HTML, -1) {
			if link = strings.ReplaceAll(link, "&amp;", "&"); !slices.Contains(links, link) {
				links = append(links, link)
			}
		}
	}
	if len(links) < 7 {
		t.Fatalf("only %d links: %v", len(links), links)
	}
	before := set.Dump(t)
	whole, err := set.Start(chrome.Full) // as a person has it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { whole.Close() })
	tabs := whole.Tabs(t, links...)
	time.Sleep(10 * time.Second)
	for i, tab := range tabs {
		if s := tab.Standing(); s.Status == 0 || s.Status >= 500 {
			t.Errorf("%s: %d", links[i], s.Status)
		}
	}
	set.Settle(t)
	if set.Dump(t) != before {
		t.Error("opening links changed the table")
	}
	if now, err := set.Mailbox.All(t.Context()); err != nil || len(now) != len(mails) {
		t.Errorf("opening links sent %d mails (%v)", len(now)-len(mails), err)
	}

	// One that presses every button as it finds it, but the No, reports nobody, says yes to nothing and takes no power back.
	pressed, err := client.NewVisitor("en").Scan(states.Patience(t), links, v.W.RedeemNoButton(), locale.In(locale.Polish).RedeemNoButton())
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{v.W.SiteNext(), v.W.RedeemReportButton(), v.W.ReceiptTakeButton()} {
		if !slices.Contains(pressed, words) {
			t.Errorf("%q was not found: %q", words, pressed)
		}
	}
	set.Settle(t)
	after := set.Dump(t)
	for _, event := range []string{"invitation.reported", "redemption.accepted", "delegated_administrator.ended"} {
		if n := strings.Count(after, event) - strings.Count(before, event); n != 0 {
			t.Errorf("pressing everything told %d times %s", n, event)
		}
	}
}
