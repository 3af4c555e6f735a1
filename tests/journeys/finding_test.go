package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/locale"
)

// TestFindsPartner: who orders finds a partner and comes back to the order with it, and writes to it while signed in; a visitor writes to it by a mailed link.
// What everybody may see knows who is signed in.
func TestFindsPartner(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "finding")
	v := signIn(ctx, t, c.Mail, passphrase, "/account")
	order := pages + "/account/buy/plan_mail"
	opened(t, v, order)
	pressed(t, v, w.MarketplaceHelp(), "licenses", "6", "billing_term", "month")
	profile := pages + "/find-a-partner/" + program.PartnerID
	own := ""
	for _, link := range v.Page.Links("") {
		if strings.Contains(link, "/find-a-partner/"+program.PartnerID+"?") {
			own = link
		}
	}
	if own == "" {
		t.Fatalf("the sample's partner is not found:\n%s", v.Page.Text())
	}
	opened(t, v, own)
	opened(t, v, v.Page.Links(w.MarketplaceChoose())[0])
	pressed(t, v, w.SiteNext())
	if !strings.HasPrefix(v.Page.URL.String(), order+"/check?") || !strings.Contains(v.Page.URL.RawQuery, "partner_id="+program.PartnerID) || !strings.Contains(v.Page.URL.RawQuery, "licenses=6") {
		t.Fatalf("the order goes on at %s:\n%s", v.Page.URL, v.Page.Text())
	}

	for path, status := range map[string]int{"/": http.StatusOK, "/feature-availability": http.StatusOK, "/terms/customer": http.StatusOK, "/nowhere": http.StatusNotFound} {
		page, err := v.Get(ctx, pages+path)
		if err != nil || page.Status != status || len(page.Links(w.FrameSignOut())) == 0 || len(page.Links(w.SiteSignIn())) > 0 {
			t.Errorf("%s answers %d %v to who is signed in:\n%s", path, page.Status, err, page.Text())
		}
	}
	opened(t, v, profile)
	opened(t, v, v.Page.Links(w.MessageWrite())[0])
	pressed(t, v, w.InquirySend(), "text", "We move six people.", "agree", "yes")
	if v.Page.Heading() != w.MessageSentTitle() {
		t.Fatal(v.Page.Text())
	}
	opened(t, v, pages+"/account/messages")
	sent := slices.DeleteFunc(v.Page.Links(""), func(link string) bool { return !strings.Contains(link, "/account/messages/") })
	if len(sent) != 1 {
		t.Fatalf("the account lists %d messages:\n%s", len(sent), v.Page.Text())
	}
	if opened(t, v, sent[0]); !strings.Contains(v.Page.Text(), "We move six people.") {
		t.Errorf("the account's message says something else:\n%s", v.Page.Text())
	}

	visitor, mail := client.NewVisitor("en"), address("asks")
	opened(t, visitor, pages+"/find-a-partner/match?sent=1&country=PL&service=migrate")
	pressed(t, visitor, w.MessageChosen(), "partner", program.PartnerID)
	pressed(t, visitor, w.InquirySend(), "company", "Zakład Nowak", "name", "Anna Nowak", "email", mail, "country", "PL", "text", "We move 25 people.", "agree", "yes")
	if visitor.Page.Heading() != w.OfferSentTitle() {
		t.Fatal(visitor.Page.Text())
	}
	mails, err := mailbox.Wait(ctx, mail, 1)
	if err != nil {
		t.Fatal(err)
	}
	opened(t, visitor, mails[0].Link(pages+"/find-a-partner/messages/"))
	pressed(t, visitor, w.InquirySend())

	for at, says := range map[string]string{"/robots.txt": "Sitemap: " + pages + "/find-a-partner/sitemap.xml", "/find-a-partner/sitemap.xml": "<loc>" + profile + "</loc>"} {
		if got, err := visitor.Get(ctx, pages+at); err != nil || got.Status != http.StatusOK || !strings.Contains(string(got.Body), says) {
			t.Errorf("%s: %d %v\n%s", at, got.Status, err, got.Body)
		}
	}
}
