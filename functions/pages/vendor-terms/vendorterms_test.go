package vendorterms_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/markdown"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/terms"
	of   = path + "/customer"
	next = of + "/new"
)

// inForce is which version of the terms for customers counts, and its texts.
func inForce(s *pagetest.World) (catalog.TermsHead, map[string]catalog.TermsText) {
	head, err := s.TermsHead(context.Background(), catalog.CustomerTerms)
	s.Must(err)
	_, texts, err := s.Terms(context.Background(), catalog.CustomerTerms, head.Version)
	s.Must(err)
	return head, texts
}

// publish publishes a version as a colleague does at the same time.
func publish(s *pagetest.World, version, text string) {
	_, _, err := catalog.PublishTerms(context.Background(), s, catalog.TermsDraft{Document: catalog.CustomerTerms, Version: version, Texts: map[string]catalog.TermsText{
		"en": {Title: "Terms", Markdown: text}, "pl": {Title: "Warunki", Markdown: text},
	}}, markdown.HTML, s.Op())
	s.Must(err)
}

const (
	english = "Be kind.\n\n## 1. Trial\n\n- It costs **nothing**. <script>alert(1)</script>"
	polish  = "Bądź uprzejmy.\n\n## 1. Okres próbny\n\n- Jest **bezpłatny**."
)

// TestPublish follows a version from the form over the preview, which shows what customers then read, to the list of versions.
func TestPublish(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.VendorTermsCustomer(), w.PartnerAgreementTitle(), w.VendorTermsPrivacy(), w.VendorTermsSince(), "English, Polski")
		v.Lacks(w.VendorTermsNone())
		v.See("vendor-terms")
		v.Open(http.StatusOK, of)
		v.Has(w.VendorTermsVersion("1"), w.VendorTermsCurrent(), w.VendorTermsVersions())
		v.See("vendor-terms-one")

		v.Open(http.StatusOK, next)
		_, form := v.Page.Form(w.VendorTermsPreview())
		if _, texts := inForce(s); form.Get("text_pl") != texts["pl"].Markdown || form.Get("title_en") != texts["en"].Title || form.Get("version") != "" {
			t.Errorf("the form does not begin with the texts in force: %v", form)
		}
		v.See("vendor-terms-new")
		v.Click(http.StatusUnprocessableEntity, w.VendorTermsPreview(), "version", "2 #", "title_pl", "", "text_en", "", "text_pl", strings.Repeat("x", 60001))
		v.Has(w.VendorTermsNameWrong(), w.VendorTermsTitleMissing("Polski"), w.VendorTermsTextMissing("English"), "Polski: ")
		v.See("vendor-terms-wrong")
		v.Click(http.StatusConflict, w.VendorTermsPreview(), "version", "1", "title_en", "Terms", "title_pl", "Warunki", "text_en", english, "text_pl", polish)
		head, _ := inForce(s)
		v.Has(w.VendorTermsNameTaken("1", head.PublishedAt))
		v.Click(http.StatusOK, w.VendorTermsPreview(), "version", " 2 ")
		v.Has(w.VendorTermsLead(), w.VendorTermsMeansCustomer(), w.VendorTermsMeansFinal(), "1. Okres próbny", "1. Trial")
		if body := string(v.Page.Body); !strings.Contains(body, "<li>It costs <strong>nothing</strong>.") || !strings.Contains(body, `lang="pl"`) {
			t.Error("the preview is not what is rendered")
		}
		v.See("vendor-terms-check")

		v.Click(http.StatusOK, w.VendorTermsChange())
		if _, form = v.Page.Form(w.VendorTermsPreview()); form.Get("text_pl") != polish || form.Get("text_en") != english || form.Get("version") != "2" {
			t.Errorf("what was typed is lost: %v", form)
		}
		v.Click(http.StatusOK, w.VendorTermsPreview())
		address, pressed := v.Page.Form(w.VendorTermsPublish("2"))
		v.Click(http.StatusOK, w.VendorTermsPublish("2"))
		v.Has(w.VendorTermsPublished("2"), w.VendorTermsVersion("1"))
		head, texts := inForce(s)
		if head.Version != "2" || texts["pl"].Markdown != polish || texts["en"].Title != "Terms" {
			t.Errorf("%+v %+v", head, texts)
		}
		if again, err := v.Post(t.Context(), address, pressed); err != nil || again.Status != http.StatusOK || again.URL.Query().Get("done") != "published" {
			t.Errorf("the second press: %d %s %v", again.Status, again.URL, err)
		}
		if n := s.CountEvents(catalog.TermsPublishedEvent{}.Type()); n != 4 { // three by the world
			t.Errorf("%d events", n)
		}

		v.Open(http.StatusOK, of+"?version=1&in=en")
		v.Has("These are the terms, version 1.")
		s.Restart(2 * time.Minute)
		anna := s.Visitor(language)
		anna.Open(http.StatusOK, "/terms/customer")
		shown := map[string]string{"en": "It costs <strong>nothing</strong>.", "pl": "Jest <strong>bezpłatny</strong>."}
		if !strings.Contains(string(anna.Page.Body), shown[language]) {
			t.Errorf("customers read\n%s", anna.Page.Text())
		}
	})
}

// TestWhatItMeans: each document's preview says what publishing it does, and nothing of the others.
func TestWhatItMeans(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	said := map[catalog.Document]string{
		catalog.CustomerTerms: w.VendorTermsMeansAgreed(), catalog.PartnerAgreement: w.VendorTermsMeansPartner(), catalog.PrivacyNotice: w.VendorTermsMeansPrivacy(),
	}
	for document := range said {
		v.Open(http.StatusOK, path+"/"+string(document)+"/new")
		v.Click(http.StatusOK, w.VendorTermsPreview(), "version", "2")
		for other, words := range said {
			if strings.Contains(v.Page.Text(), words) != (other == document) {
				t.Errorf("%s: %q\n%s", document, words, v.Page.Text())
			}
		}
	}
}

// TestSignAgain: partners who signed the version before find that the next one waits for their signature, and go on as before.
func TestSignAgain(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	piotr.Open(http.StatusOK, "/partner/agreement")
	piotr.Click(http.StatusOK, piotr.W.PartnerAgreementSign(), "name", "Piotr", "accept", "yes")
	v.Open(http.StatusOK, path+"/partner/new")
	v.Click(http.StatusOK, v.W.VendorTermsPreview(), "version", "2")
	v.Click(http.StatusOK, v.W.VendorTermsPublish("2"))
	piotr.Open(http.StatusOK, "/partner/agreement")
	piotr.Has(piotr.W.PartnerAgreementNewer("2", "1"))
	s.MakeOffer(nil)
}

// TestTwoPublishAtOnce: who presses second over what a colleague published meanwhile is told, and publishes only by another press.
func TestTwoPublishAtOnce(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		preview := func(version string) {
			v.Open(http.StatusOK, next)
			v.Click(http.StatusOK, w.VendorTermsPreview(), "version", version, "text_en", english, "text_pl", polish)
		}
		preview("2")
		publish(s, "3", "A colleague's")
		v.Click(http.StatusConflict, w.VendorTermsPublish("2"))
		v.Has(w.VendorTermsMeanwhileTitle("3"), w.VendorTermsMeanwhileRead("3"), "A colleague's", "1. Okres próbny")
		v.See("vendor-terms-meanwhile")
		if head, _ := inForce(s); head.Version != "3" {
			t.Fatalf("in force is %s", head.Version)
		}
		v.Click(http.StatusOK, w.VendorTermsPublish("2"))
		if head, texts := inForce(s); head.Version != "2" || texts["en"].Markdown != english {
			t.Errorf("%+v", head)
		}

		preview("4")
		publish(s, "4", "A colleague's")
		v.Click(http.StatusConflict, w.VendorTermsPublish("4"))
		head, texts := inForce(s)
		v.Has(w.VendorTermsMeanwhileTitle("4"), w.VendorTermsNameTaken("4", head.PublishedAt))
		if _, form := v.Page.Form(w.VendorTermsPreview()); form.Get("text_pl") != polish || texts["pl"].Markdown != "A colleague's" {
			t.Errorf("%v, published %+v", form, texts)
		}
	})
}

// TestNothingIsLost: a change of language, a session that ended and a text as long as it may be leave what was typed as it was.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w, long := v.W, strings.Repeat("ą", catalog.MaxTermsText)
	v.Open(http.StatusOK, next)
	typed := []string{"version", "2", "text_en", english, "text_pl", long}
	address, form := v.Page.Form(w.VendorTermsPreview())
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	kept := func(where, button string, want url.Values) {
		t.Helper()
		_, found := v.Page.Form(button)
		for _, field := range []string{"version", "replaces", "title_en", "title_pl", "text_en", "text_pl"} {
			if found.Get(field) != want.Get(field) {
				t.Errorf("%s: %s is %.80q", where, field, found.Get(field))
			}
		}
	}
	send := func(v *pagetest.Visitor, status int, how string, change ...string) {
		t.Helper()
		sent := url.Values{}
		for name, values := range form {
			sent[name] = values
		}
		for i := 0; i < len(change); i += 2 {
			sent.Set(change[i], change[i+1])
		}
		var err error
		v.Page, err = v.PostParts(t.Context(), address, sent)
		s.Must(err)
		v.Look(v.Page, status, how)
	}
	send(v, http.StatusOK, "the switch", "action", "", "lang", "pl")
	v.W = locale.In(locale.Polish)
	kept("the switch", v.W.VendorTermsPreview(), form)

	send(v, http.StatusOK, "the preview")
	kept("the preview", v.W.VendorTermsPublish("2"), form)
	_, form = v.Page.Form(v.W.VendorTermsPublish("2"))
	send(v, http.StatusOK, "the switch of the preview", "lang", "en")
	kept("the switch of the preview", w.VendorTermsPublish("2"), form)
	if head, _ := inForce(s); head.Version != "1" {
		t.Error("a change of language published")
	}

	gone := s.Visitor("en")
	send(gone, http.StatusForbidden, "signed out")
	gone.Has(w.SiteSignedOutTitle())
	if _, held := gone.Page.Form(w.SiteSignedOutGoOn()); held.Get("text_pl") != long {
		t.Error("signed out, what was typed is lost")
	}
	if to := gone.Page.Links(w.SiteSignedOutSignIn()); len(to) != 1 || !strings.HasSuffix(to[0], url.QueryEscape("/vendor")) {
		t.Errorf("the sign-in leads to %v", to)
	}
	v = s.SignedIn("marta@skylark.example", "en")
	send(v, http.StatusForbidden, "another session")
	kept("another session", w.VendorTermsPreview(), form)
	send(v, http.StatusRequestEntityTooLarge, "too large", "text_en", strings.Repeat("x", 256<<10))
}

// TestFirstVersion: a document that was never published says so, and begins with an empty form.
func TestFirstVersion(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	s.Set(t, "CATALOG", "TERMS#privacy", &types.AttributeValueMemberS{}, "version")
	v.Open(http.StatusOK, path)
	v.Has(w.VendorTermsNone())
	v.Open(http.StatusOK, path+"/privacy")
	v.Has(w.VendorTermsNoneText())
	v.See("vendor-terms-none")
	v.Open(http.StatusOK, path+"/privacy/new")
	v.Click(http.StatusOK, w.VendorTermsPreview(), "version", "2026-11", "title_en", "Privacy", "title_pl", "Prywatność", "text_en", english, "text_pl", polish)
	v.Click(http.StatusOK, w.VendorTermsPublish("2026-11"))
	v.Has(w.VendorTermsPublished("2026-11"))
}

// TestOnlyOperators: people of partners see nothing of it, and there is nothing where no document or version is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, of, next} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	for _, where := range []string{path + "/cookies", path + "/cookies/new", of + "?version=9"} {
		v.Open(http.StatusNotFound, where)
	}
}

// TestReplaces: a version that names the one it replaces is not published over another; one that names none follows whichever is in force.
func TestReplaces(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	one := "1"
	draft := catalog.TermsDraft{Document: catalog.CustomerTerms, Version: "2", Replaces: &one, Texts: map[string]catalog.TermsText{
		"en": {Title: "Terms", Markdown: english}, "pl": {Title: "Warunki", Markdown: polish},
	}}
	publish(s, "3", "A colleague's")
	_, _, err := catalog.PublishTerms(context.Background(), s, draft, markdown.HTML, s.Op())
	if !fault.Is(err, fault.TermsOutdated) {
		t.Errorf("%v", err)
	}
	draft.Replaces = nil
	_, _, err = catalog.PublishTerms(context.Background(), s, draft, markdown.HTML, s.Op())
	s.Must(err)
	if n := s.CountEvents(catalog.TermsPublishedEvent{}.Type()); n != 5 {
		t.Errorf("%d events", n)
	}
}
