package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestLookingRound: somebody without any link finds the front page and the terms, sees the vendor's pictures, and reads at a wrong address that nothing is there.
func TestLookingRound(t *testing.T) {
	w := locale.In(locale.English)
	v := client.NewVisitor("en")
	home := opened(t, v, sys.Endpoints.Pages+"/")
	if home.Heading() != w.HomeTitle("Skylark Cloud") {
		t.Errorf("the front page is %q", home.Heading())
	}
	if pl := opened(t, client.NewVisitor("pl"), sys.Endpoints.Pages+"/"); pl.Heading() != locale.In(locale.Polish).HomeTitle("Skylark Cloud") {
		t.Errorf("in Polish the front page is %q", pl.Heading())
	}
	if to := home.Links(w.HomeTerms()); len(to) != 1 || opened(t, v, to[0]).Heading() != "Terms of service" {
		t.Errorf("the ways to the terms, %q, lead to %q", to, v.Page.Heading())
	}
	to := home.Links(w.HomeAgreement())
	if len(to) != 1 {
		t.Fatalf("%d ways to the agreement", len(to))
	}
	publish(t, "partner") // to which nobody agrees on the pages
	settle(t)
	sys.Runtime.EndAll() // a page keeps what it shows of the catalogue for a minute
	var current contract.Terms
	must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/terms/partner", nil, &current))
	terms := opened(t, v, to[0])
	if terms.Heading() != current.Title || !strings.Contains(terms.Text(), w.TermsDigest(current.Sha256)) || strings.Contains(terms.Text(), w.TermsOld()) {
		t.Errorf("the agreement in force:\n%s", terms.Text())
	}
	old := opened(t, v, to[0]+"?version=1")
	if !strings.Contains(string(old.Body), w.TermsOld()) || strings.Contains(old.Text(), current.Sha256) || !slices.Contains(old.Links(w.TermsCurrent()), to[0]) {
		t.Errorf("the agreement as it was:\n%s", old.Text())
	}
	var brand contract.Brand
	must(t)(program.Operator.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/brand", nil, &brand))
	for _, one := range []*contract.BrandPicture{brand.Logo, brand.LogoDark, brand.Icon} {
		if !strings.Contains(string(terms.Body), `"`+strings.TrimPrefix(one.URL, sys.Endpoints.Pages)+`"`) {
			t.Errorf("the page does not show %s", one.URL)
		}
		picture, err := v.Get(t.Context(), one.URL)
		if err != nil || picture.Status != http.StatusOK || picture.Header.Get("Content-Type") != string(one.MediaType) || !strings.HasPrefix(string(picture.Body), "<svg ") {
			t.Errorf("%s: %d %v\n%.80s", one.URL, picture.Status, err, picture.Body)
		}
	}
	nothing, _, _ := locale.Problem(locale.English, "not_found", nil)
	for _, path := range []string{"/nowhere", "/terms/nothing", "/terms/partner?version=99"} {
		page, err := v.Get(t.Context(), sys.Endpoints.Pages+path)
		if err != nil {
			t.Fatal(err)
		}
		if page.Status != http.StatusNotFound || page.Heading() != nothing || path == "/nowhere" && !strings.Contains(string(page.Body), "Skylark Cloud") {
			t.Errorf("%s: %d\n%s", path, page.Status, page.Text())
		}
	}
}

// TestNewLink: the holder of a link that was taken back asks for a new one; the partner is told once, however often the button is pressed,
// and invites again.
func TestNewLink(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, nil)
	mail := address("again")
	inv, personal := invite(t, offer.ID, mail)
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/invitations/"+inv.ID+"/revoke", nil, nil))
	v := client.NewVisitor("en")
	for range 2 {
		page, err := v.Get(t.Context(), personal)
		if err != nil || page.Status != http.StatusGone || page.Heading() != w.UnavailableRevokedTitle() {
			t.Fatalf("the link that was taken back: %d %v\n%s", page.Status, err, page.Text())
		}
		if page = pressed(t, v, w.UnavailableAsk()); page.Heading() != w.UnavailableAskedTitle() {
			t.Errorf("asked:\n%s", page.Text())
		}
		settle(t)
		titled(t, partnerMail, w.MailNewLinkSubject(mail), 1)
	}
	mails, err := mailbox.To(t.Context(), partnerMail)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(mails, func(m client.Mail) bool { return m.Subject == w.MailNewLinkSubject(mail) })
	if at < 0 || !strings.Contains(mails[at].Body.Text, w.MailNewLinkReasonRevoked()) || mails[at].Link(sys.Endpoints.Pages+"/i/") != "" {
		t.Error("the partner's mail lacks the reason, or holds the link")
	}
	must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+offer.ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, nil))
	if page := opened(t, v, link(t, mail, 2)); page.URL.Path != "/redeem" {
		t.Errorf("the new link leads to %s", page.URL)
	}
}

// TestTakeBack: a customer takes the delegated administration back on its receipt; both sides are told, once, and the partner has the power
// no more, while it stays partner of record.
func TestTakeBack(t *testing.T) {
	w := locale.In(locale.English)
	offer := makeOffer(t, func(o *contract.OfferCreate) {
		o.DelegatedAdministration = &contract.DelegationRequest{Role: contract.RoleFull}
	})
	mail := address("regrets")
	made, v := tried(t, offer.ID, mail, "yes", "Regrets Ltd")
	receipt := v.Page
	tie := "/v1/relationships/" + relationshipOf(made)
	administers := func() (contract.Relationship, bool) {
		t.Helper()
		var got contract.Relationship
		must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, tie, nil, &got))
		return got, slices.Contains(got.Kinds, contract.RelationshipKind("delegated_administrator"))
	}
	if _, does := administers(); !does {
		t.Fatal("the partner administers nothing to begin with")
	}
	to := receipt.Links(w.ReceiptTakeLink())
	if len(to) != 1 {
		t.Fatalf("%d ways to take back:\n%s", len(to), receipt.Text())
	}
	asked := opened(t, v, to[0])
	if _, does := administers(); !does || asked.Heading() != w.ReceiptTakeTitle("Baltic Bridge IT sp. z o.o.") {
		t.Fatalf("looking at the question took it back, or it asks another:\n%s", asked.Text())
	}
	for range 2 { // and pressed once more, from another tab
		v.Page = asked
		page := pressed(t, v, w.ReceiptTakeButton(), "sure", "yes")
		if page.URL.Path != receipt.URL.Path || !strings.Contains(page.Text(), w.ReceiptTakenBack("Baltic Bridge IT sp. z o.o.")) ||
			len(page.Links(w.ReceiptTakeLink())) != 0 {
			t.Errorf("%s:\n%s", page.URL, page.Text())
		}
	}
	settle(t)
	titled(t, mail, w.MailAdministrationEndedSubject("Baltic Bridge IT sp. z o.o."), 1)
	titled(t, partnerMail, w.MailAdministrationEndedSubjectPartner("Regrets Ltd"), 1)
	got, does := administers()
	if ended := got.DelegatedAdministration; does || ended == nil || ended.Status != "ended" || ended.EndedCause == nil || *ended.EndedCause != "customer" {
		t.Errorf("the partner sees %v %+v", got.Kinds, ended)
	}
	if !slices.Contains(got.Kinds, contract.RelationshipKind("partner_of_record")) {
		t.Errorf("partner of record: %v", got.Kinds)
	}
	answer, err := program.Partner.Do(t.Context(), http.MethodPost, "/v1/subscriptions/"+made.SubscriptionIds[0]+"/cancel", nil)
	if err != nil || answer.Status != http.StatusForbidden {
		t.Errorf("the partner still acts for the customer: %d %v", answer.Status, err)
	}
	if sub := subscribed(t, made); sub.Status != "trialing" {
		t.Errorf("the trial is %s", sub.Status)
	}
}

// TestStopAndStart: a recipient stops the mails by the page that each of them links, and later starts them again.
func TestStopAndStart(t *testing.T) {
	w := locale.In(locale.English)
	mail := address("stops")
	send := func() contract.Invitation {
		t.Helper()
		var sent contract.InvitationsSent
		must(t)(program.Partner.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/offers/"+makeOffer(t, nil).ID+"/invitations",
			contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, &sent))
		settle(t)
		return invitationAt(t, sent.Data[0].ID)
	}
	send()
	mails, err := mailbox.Wait(patience(t), mail, 1)
	if err != nil {
		t.Fatal(err)
	}
	stop := mails[0].Link(sys.Endpoints.Pages + "/unsubscribe/")
	v := client.NewVisitor("en")
	if page := opened(t, v, stop); page.Heading() != w.UnsubscribeTitle() || !strings.Contains(page.Text(), mail) {
		t.Fatalf("%s\n%s", page.URL, page.Text())
	}
	if page := pressed(t, v, w.UnsubscribeStop()); page.Heading() != w.UnsubscribeStoppedTitle() {
		t.Errorf("stopped:\n%s", page.Text())
	}
	if got := delivery(send()); got != "suppressed: unsubscribed" {
		t.Errorf("delivery to who stopped the mails is %s", got)
	}
	titled(t, partnerMail, w.MailBouncedSubject(mail), 1)
	opened(t, v, stop) // another day, from the same mail
	if page := pressed(t, v, w.UnsubscribeStart()); !strings.Contains(string(page.Body), w.UnsubscribeStarted(mail)) || page.Heading() != w.UnsubscribeTitle() {
		t.Errorf("started again:\n%s", page.Text())
	}
	if got := delivery(send()); got != "delivered" {
		t.Errorf("delivery to who started the mails again is %s", got)
	}
	if got := subjects(t, mail); len(got) != 2 {
		t.Errorf("mails: %q", got)
	}
}
