package findapartner_test

import (
	"compress/gzip"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path    = "/find-a-partner"
	vistula = "Vistula Advice S.A."
	distant = "Elsewhere Ltd"
)

// three lets three partners be found: one that answers well, one that nobody wrote to, and one that works in another country alone.
func three(s *pagetest.World) {
	s.Listed(pagetest.Asking, 7, nil)
	s.Listed(pagetest.Advising, listing.NoShare, func(c *listing.Content) {
		c.Headline, c.Text = "Advice for law firms", strings.Repeat("Archives, retention and audits of law firms. ", 20)
		c.Services, c.Expertise, c.Languages = []listing.Service{"advise", "migrate"}, []listing.Industry{"legal"}, []string{"pl", "uk"}
	})
	s.Listed(pagetest.Unrelated, 0, func(c *listing.Content) {
		c.Headline, c.Services, c.Countries, c.Plans, c.Languages = "Training in London", []listing.Service{"train"}, []string{"GB"}, nil, []string{"en"}
		c.Expertise, c.Roles = nil, []listing.Role{"advice"}
	})
}

// names returns the partners on the page in their order.
func names(v *pagetest.Visitor) (found []string) {
	for _, part := range strings.Split(string(v.Page.Body), `<h2><a`)[1:] {
		_, rest, _ := strings.Cut(part, ">")
		name, _, _ := strings.Cut(rest, "<")
		found = append(found, pagetest.Spaced(name))
	}
	return found
}

func same(t *testing.T, v *pagetest.Visitor, want ...string) {
	t.Helper()
	if got := names(v); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%s finds %q, not %q", v.Page.URL, got, want)
	}
}

// TestSearch: everybody finds partners by words and filters, in an order that the page explains; each filter is taken away by a link.
func TestSearch(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, path)
		v.Has(w.MarketplaceNobodyTitle(), w.MarketplaceNobodyText("Skylark Cloud"))
		v.See("find-nobody")
		three(s)
		v.Open(http.StatusOK, path)
		v.See("find")
		v.Has(
			w.MarketplaceTitle(), w.MarketplaceLead("Skylark Cloud"), w.MarketplaceCount(3), "Gdańsk, "+w.Country("PL"), "Mail and files for offices", w.ListingServiceMigrate(),
			w.ListingShare("70", 2), w.ListingShareNone(), w.Tongue("uk"), w.MarketplaceOrderText("Skylark Cloud"), w.ListingOrderDraw(), "Archives, retention",
		)
		if strings.Contains(v.Page.Text(), strings.Repeat("Archives, retention and audits of law firms. ", 6)) {
			t.Error("a card shows a whole text")
		}
		if got := names(v); len(got) != 3 || got[0] != pagetest.Baltic {
			t.Errorf("who answers stands behind who does not: %q", got)
		}
		for query, want := range map[string][]string{
			"q=kancelarie":     nil,
			"q=Lawful%20firms": nil,
			"q=firms":          {vistula},
			"q=VISTULA":        {vistula},
			"service=train":    {pagetest.Baltic, distant},
			"service=advise&service=train&country=PL":   {pagetest.Baltic, vistula},
			"expertise=education":                       {pagetest.Baltic},
			"language=uk":                               {vistula},
			"plan=" + string(pagetest.Suite):            {pagetest.Baltic, vistula},
			"country=GB":                                {distant},
			"role=reselling&country=GB&service=migrate": nil,
		} {
			v.Open(http.StatusOK, path+"?"+query)
			if same(t, v, want...); want == nil {
				v.Has(w.MarketplaceNoneTitle(), w.MarketplaceNoneText())
			} else {
				v.Has(w.MarketplaceCount(len(want)))
			}
		}

		// The form keeps what was asked for, and each of it can be taken away.
		v.Open(http.StatusOK, path)
		v.Click(http.StatusOK, w.MarketplaceSearch(), "q", "mail", "plan", string(pagetest.Suite), "country", "PL", "language", "en", "service", "manage")
		v.Has(w.MarketplaceCount(1), w.ListingServices()+": "+w.ListingServiceManage(), w.SiteCountry()+": "+w.Country("PL"))
		v.See("find-filtered")
		_, form := v.Page.Form(w.MarketplaceSearch())
		if form.Get("q") != "mail" || form.Get("plan") != string(pagetest.Suite) || form.Get("country") != "PL" || form.Get("language") != "en" || form.Get("service") != "manage" {
			t.Errorf("the form holds %v", form)
		}
		for _, chip := range []struct{ text, gone string }{
			{w.ListingServices() + ": " + w.ListingServiceManage(), "service"}, {w.SiteCountry() + ": " + w.Country("PL"), "country"}, {w.SiteLanguage() + ": " + listed.Language(w, "en"), "language"},
		} {
			links := v.Page.Links(chip.text)
			if len(links) == 0 {
				t.Fatalf("no link takes %q away", chip.text)
			}
			to, err := url.Parse(links[0])
			s.Must(err)
			if query := to.Query(); query.Has(chip.gone) || len(query) != 4 {
				t.Errorf("%q leads to %s", chip.text, links[0])
			}
		}
		v.Open(http.StatusOK, path+"?service=train&service=develop&country=PL&language=uk")
		v.See("find-none")
		v.Has(w.MarketplaceWithout(w.SiteLanguage() + ": " + listed.Language(w, "uk")))
		v.Open(http.StatusOK, v.Page.Links(w.MarketplaceWithout(w.SiteLanguage() + ": " + listed.Language(w, "uk")))[0])
		same(t, v, pagetest.Baltic)
		v.Open(http.StatusOK, v.Page.Links(w.MarketplaceClear())[0])
		v.Has(w.MarketplaceCount(3))

		// What is wrong is said, and the rest stays.
		for query, said := range map[string]string{
			"country=pl&q=mail": w.MarketplaceWrong(w.SiteCountry()), "service=none&q=mail": w.MarketplaceWrong(w.ListingServices()),
			"plan=x&q=mail": w.MarketplaceWrong(w.SitePlan()), "language=zz&q=mail": w.MarketplaceWrong(w.SiteLanguage()), "role=x&q=mail": w.MarketplaceWrong(w.ListingRoles()),
			"q=mail" + strings.Repeat("x", 100): w.MarketplaceWordsLong(100),
			"q=mail+a1+b2+c3+d4&service=" + strings.Join([]string{"advise", "set_up", "migrate", "manage", "train", "support", "integrate", "secure"}, "&service="): w.MarketplaceTooMany(12),
		} {
			v.Open(http.StatusUnprocessableEntity, path+"?"+query)
			v.Has(said)
			if _, form := v.Page.Form(w.MarketplaceSearch()); !strings.HasPrefix(form.Get("q"), "mail") {
				t.Errorf("%s: what was typed is lost: %v", query, form)
			}
		}
		v.See("find-wrong")
		v.Open(http.StatusOK, path+"?service=train&cursor=x")
		if v.Page.URL.RawQuery != "service=train" {
			t.Errorf("a cursor that is none leads to %s", v.Page.URL)
		}
	})
}

// TestMany: an address with as many answers as one can hold makes no page that grows with their square.
func TestMany(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	three(s)
	v := s.Visitor("en")
	v.Open(http.StatusOK, path)
	usual := len(v.Page.Body)
	for field, status := range map[string]int{"q": http.StatusOK, "country": http.StatusOK, "service": http.StatusUnprocessableEntity} {
		query := field + "="
		for n := range 600 {
			query += "&" + field + "=" + strconv.Itoa(n)
		}
		v.Open(status, path+"?"+query)
		if len(v.Page.Body) > 2*usual {
			t.Errorf("600 times %s: %d bytes, usually %d", field, len(v.Page.Body), usual)
		}
		v.Open(status, path+"/match?sent=1&country=PL&service=migrate&"+query)
		if len(v.Page.Body) > 2*usual {
			t.Errorf("600 times %s: the match has %d bytes", field, len(v.Page.Body))
		}
	}
}

// TestPages: the pages of a search together show each partner once.
func TestPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	const n = 23
	s.ManyPartners(n)
	for i := range n {
		s.Listed(partner.NewID(strconv.Itoa(9_000_000+i)), listing.NoShare, nil)
	}
	v := s.Visitor("en")
	v.Open(http.StatusOK, path+"?service=train")
	v.Has(v.W.MarketplaceCount(n))
	seen := map[string]bool{}
	for pages := 1; ; pages++ {
		for _, name := range names(v) {
			if seen[name] {
				t.Errorf("%s stands there twice", name)
			}
			seen[name] = true
		}
		next := v.Page.Links(v.W.MarketplaceNext())
		if len(next) == 0 {
			if pages != 2 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		v.Open(http.StatusOK, next[0])
	}
	if len(seen) != n {
		t.Errorf("%d of %d", len(seen), n)
	}
	v.Has(v.W.MarketplaceCount(n))
	v.Open(http.StatusOK, v.Page.Links(v.W.MarketplaceFirst())[0])
	if len(names(v)) != 20 {
		t.Errorf("the first page has %d", len(names(v)))
	}
}

// TestMatch: who says what is needed sees up to three partners, each with why.
func TestMatch(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		three(s)
		v := s.Visitor(language)
		w := v.W
		v.Open(http.StatusOK, path+"/match?country=PL&plan="+string(pagetest.Suite))
		v.See("match")
		v.Has(w.MarketplaceMatchTitle(), w.MarketplaceMatchLead())
		v.Lacks(w.MarketplaceNoneTitle(), w.MarketplaceMatchNeedMissing())
		if _, form := v.Page.Form(w.MarketplaceMatchButton()); form.Get("country") != "PL" || form.Get("plan") != string(pagetest.Suite) {
			t.Errorf("the form holds %v", form)
		}
		v.Click(http.StatusUnprocessableEntity, w.MarketplaceMatchButton(), "country", "")
		v.Has(w.MarketplaceMatchNeedMissing(), w.MarketplaceMatchCountryMissing())
		v.See("match-error")
		v.Open(http.StatusOK, path+"/match?sent=1&country=PL&service=advise&service=migrate&language=pl&plan="+string(pagetest.Suite))
		v.See("match-found")
		same(t, v, vistula, pagetest.Baltic)
		v.Has(
			w.MarketplaceMatched(2), w.MarketplaceWhyAll(), w.MarketplaceWhySome("1", "2"), w.MarketplaceWhySeat(w.Country("PL")), w.MarketplaceWhyLanguage(w.Tongue("pl")),
			w.MarketplaceWhyPlan(pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)), w.ListingShare("70", 2), "+48 58 555 02 00", "hello@12345674.example",
			w.MarketplaceMatchOrderServices(), w.MarketplaceOrderText("Skylark Cloud"),
		)
		v.Open(http.StatusOK, path+"/match?sent=1&country=DE&service=migrate")
		v.Has(w.MarketplaceWhyWorks(w.Country("DE")))
		v.Open(http.StatusOK, path+"/match?sent=1&country=FR&service=develop")
		v.Has(w.MarketplaceNoneTitle())
		v.See("match-none")
		v.Open(http.StatusUnprocessableEntity, path+"/match?sent=1&country=PL&service=none")
		v.Has(w.MarketplaceWrong(w.ListingServices()))
	})
}

// TestProfile: a partner's page says what a customer would ask; one that is hidden, suspended or never was is none.
func TestProfile(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		three(s)
		v := s.Visitor(language)
		w := v.W
		at := path + "/" + string(pagetest.Asking)
		v.Open(http.StatusOK, path)
		v.Open(http.StatusOK, v.Page.Links(pagetest.Baltic)[0])
		v.See("profile")
		v.At(at)
		suite := pagetest.Both("Skylark Suite", "Pakiet Skylark").In(language)
		v.Has(
			pagetest.Baltic, "Gdańsk, "+w.Country("PL"), w.FrameVerified(), "We move mail and files at a weekend.", w.ListingServiceManage(), w.ListingIndustryLegal(), w.ListingRoleAdvice(), suite,
			w.ListingShare("70", 2), "+48 58 555 02 00", "hello@12345674.example", "1234 5674", w.Hours("Mon–Fri 8:00–18:00"), "Cloud Essentials", w.ListingProgram(),
			w.ListingAuthorised(w.Country("PL")), w.Country(pagetest.Elsewhere),
		)
		v.Lacks(w.MarketplaceChoose())
		body := string(v.Page.Body)
		s.Unproved(pagetest.Advising) // its address may be anybody's by now
		v.Open(http.StatusOK, path+"/"+string(pagetest.Advising))
		v.Has(vistula)
		v.Lacks("+48 22", "mailto:", w.FrameVerified())
		for _, want := range []string{
			`itemtype="https://schema.org/Organization"`, `itemprop="name">Baltic`, `content="Gdańsk"`, `href="https://www.baltic.example" rel="nofollow noopener" itemprop="url"`, `itemprop="telephone"`, `href="tel:`, `href="mailto:`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("lacks %s", want)
			}
		}
		missing := func(id string) string {
			t.Helper()
			v.Open(http.StatusNotFound, path+"/"+id)
			v.Has(w.MarketplaceGoneTitle(), w.MarketplaceGoneText())
			return strings.ReplaceAll(string(v.Page.Body), id, "")
		}
		never := missing(string(pagetest.Stranger))
		v.See("profile-gone")
		s.HideListing(pagetest.Asking, listing.ByPartner, "")
		s.PartnerStatus(pagetest.Advising, partner.Suspended)
		for _, id := range []string{string(pagetest.Asking), string(pagetest.Advising), "12345670"} {
			if missing(id) != never {
				t.Errorf("%s is another page than what never was", id)
			}
		}
		v.Open(http.StatusOK, path) // the index has both still
		same(t, v, distant)
		v.Has(w.MarketplaceCount(1))
	})
}

// TestCrumb: a partner's page leads back to what was found, by words, filters and page of the search or by what the match was asked, in an address that
// anybody can be sent; and so does the message to it. No other text of an address is led to.
func TestCrumb(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		three(s)
		v := s.Visitor(language)
		w := v.W
		crumb := func(text string) *url.URL {
			t.Helper()
			_, trail, _ := strings.Cut(string(v.Page.Body), `<nav class="crumb"`)
			trail, _, _ = strings.Cut(trail, "</nav>")
			links := v.Page.Links(text)
			for _, link := range links {
				if to, err := url.Parse(link); err == nil && strings.Contains(html.UnescapeString(trail), `href="`+to.RequestURI()+`"`) {
					return to
				}
			}
			t.Fatalf("%s: %q leads to %q, and the crumb is %s", v.Page.URL, text, links, trail)
			return nil
		}
		for _, asked := range []struct{ at, query, text string }{
			{path, "", w.MarketplaceTitle()},
			{path, "country=PL&q=mail+files", w.MarketplaceTitle()},
			{path, "country=PL&expertise=legal&language=en&plan=" + string(pagetest.Suite) + "&role=advice&service=manage&service=train", w.MarketplaceTitle()},
			{path + "/match", "country=PL&sent=1&service=manage&service=train", w.MarketplaceMatchTitle()},
		} {
			v.Open(http.StatusOK, asked.at+"?"+asked.query)
			found := names(v)
			v.Open(http.StatusOK, v.Page.Links(pagetest.Baltic)[0])
			v.At(path + "/" + string(pagetest.Asking))
			if got, want := v.Page.Header.Get("Link"), "<"+s.URL+path+"/"+string(pagetest.Asking)+`>; rel="canonical"`; got != want {
				t.Errorf("search engines are told %q", got)
			}
			profile := v.Page.URL.RequestURI()
			if asked.query == "" && v.Page.URL.RawQuery != "" {
				t.Errorf("who asked for nothing is led to %s", profile)
			}
			to := crumb(asked.text)
			if to.Path != asked.at || to.RawQuery != asked.query {
				t.Errorf("from %s?%s it leads back to %s", asked.at, asked.query, to)
			}
			v.Open(http.StatusOK, v.Page.Links(w.MessageWrite())[0])
			if to := crumb(asked.text); to.Path != asked.at || to.RawQuery != asked.query {
				t.Errorf("from %s?%s a message leads back to %s", asked.at, asked.query, to)
			}
			// Somebody else, who was sent the address, is led back to the same.
			other := s.Visitor(language)
			other.Open(http.StatusOK, profile)
			v.Page = other.Page
			other.Open(http.StatusOK, crumb(asked.text).String())
			same(t, other, found...)
		}

		for _, evil := range []string{"https://evil.example/", "//evil.example", `/\\evil.example`, "javascript:alert(1)", "/sign-out"} {
			for _, field := range []string{"back", "from", "return", "crumb", "cursor"} {
				for _, at := range []string{path + "/" + string(pagetest.Asking), path + "/contact?partner=" + string(pagetest.Asking)} {
					v.Open(http.StatusOK, at+map[bool]string{true: "&", false: "?"}[strings.Contains(at, "?")]+field+"="+url.QueryEscape(evil)+"&q=mail")
					if to := crumb(w.MarketplaceTitle()); to.Scheme+"://"+to.Host != s.URL || to.Path != path || to.Query().Get("q") != "mail" {
						t.Errorf("%s=%s leads to %s", field, evil, to)
					}
				}
			}
		}
		// What one page of what was found has no more is shown from the first on.
		v.Open(http.StatusOK, path+"/"+string(pagetest.Asking)+"?expertise=education&cursor=x")
		v.Open(http.StatusOK, crumb(w.MarketplaceTitle()).String())
		same(t, v, pagetest.Baltic)
		v.Open(http.StatusNotFound, path+"/"+string(pagetest.Stranger)+"?expertise=education")
		v.Open(http.StatusOK, v.Page.Links(w.MarketplaceTitle())[0])
		same(t, v, pagetest.Baltic)
	})
}

// TestBack: an order leads to the search and, with the partner that was chosen, back to itself; what was typed there is kept, and no other address is
// led to.
func TestBack(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		mail := func(c *listing.Content) { c.Plans = []catalog.PlanID{pagetest.Suite, pagetest.Mail} }
		s.Listed(pagetest.Asking, 7, mail)
		s.Listed(pagetest.Advising, listing.NoShare, mail)
		order := "/account/buy/" + string(pagetest.Mail)
		seek := func() {
			t.Helper()
			c.Open(http.StatusOK, order)
			before := s.Dump(t)
			c.Click(http.StatusOK, w.MarketplaceHelp(), "licenses", "seven", "billing_term", "year", "advisor", "none")
			if s.Dump(t) != before {
				t.Error("the way to the search wrote something")
			}
			c.Visitor.At(path)
			c.Has(w.MarketplaceChoosing(), w.MarketplaceBack())
			same(t, c.Visitor, vistula) // who alone may offer that plan
			if query := c.Page.URL.Query(); query.Get("plan") != string(pagetest.Mail) || query.Get("country") != "PL" {
				t.Errorf("it stands on %s", c.Page.URL)
			}
		}
		kept := func(answer, id string) {
			t.Helper()
			c.Visitor.At(order)
			_, form := c.Page.Form(w.SiteNext())
			if form.Get("licenses") != "seven" || form.Get("billing_term") != "year" || form.Get("advisor") != answer || form.Get("partner_id") != id {
				t.Errorf("the order came back as %v", form)
			}
		}
		seek()
		c.See("find-for-order")
		for _, way := range []func(){
			func() {},
			func() { c.Open(http.StatusOK, c.Page.Links(vistula)[0]) },
			func() { c.Click(http.StatusOK, w.MarketplaceSearch(), "q", "files") },
			func() { c.Open(http.StatusOK, c.Page.Links(w.SiteCountry() + ": " + w.Country("PL"))[0]) },
			func() {
				c.Open(http.StatusOK, c.Page.Links(w.MarketplaceMatch())[0])
				c.Click(http.StatusOK, w.MarketplaceMatchButton(), "service", "train")
			},
		} {
			seek()
			way()
			c.Open(http.StatusOK, c.Page.Links(w.MarketplaceChoose())[0])
			kept("other", string(pagetest.Advising))
		}
		c.Open(http.StatusOK, order)
		seek()
		c.Open(http.StatusOK, c.Page.Links(w.MarketplaceBack())[0])
		kept("none", "")
		seek()
		c.Open(http.StatusOK, c.Page.Links(w.MarketplaceChoose())[0])
		c.Click(http.StatusOK, w.SiteNext(), "licenses", "7")
		c.Visitor.At(order + "/check")
		c.Has(vistula)

		// The partner of record of what there is.
		trial := site.ULID(string(c.Subscriptions()[0].ID))
		c.Open(http.StatusOK, "/account/subscriptions/partner")
		c.Click(http.StatusOK, w.MarketplaceHelp(), "s", trial)
		c.Visitor.At(path)
		if got := c.Page.URL.Query().Get("plan"); got != string(pagetest.Suite) {
			t.Errorf("for the plan %q", got)
		}
		c.Open(http.StatusOK, c.Page.Links(vistula)[0])
		c.See("profile-to-choose")
		c.Open(http.StatusOK, c.Page.Links(w.MarketplaceChoose())[0])
		if _, form := c.Page.Form(w.SiteNext()); form.Get("s") != trial || form.Get("what") != "other" || form.Get("partner_id") != string(pagetest.Advising) {
			t.Errorf("it came back as %v", form)
		}
		c.Click(http.StatusOK, w.SiteNext())
		c.Visitor.At("/account/subscriptions/partner/check")

		for _, back := range []string{"https://evil.example/account/buy/plan_mail", "//evil.example", "/sign-out", "javascript:alert(1)", "/account/buy/plan_mail/../../../sign-out", `/\evil.example/account/buy/plan_mail`} {
			for _, at := range []string{path, path + "/match", path + "/" + string(pagetest.Advising)} {
				c.Open(http.StatusOK, at+"?back="+url.QueryEscape(back))
				c.Lacks(w.MarketplaceChoose(), w.MarketplaceBack())
				_, body, _ := strings.Cut(string(c.Page.Body), "</header>") // whose own way out is a link
				if strings.Contains(strings.ReplaceAll(body, "hreflang", ""), `href="`+back) || strings.Contains(body, `name="back"`) {
					t.Errorf("%s leads to %s", at, back)
				}
			}
		}
	})
}

// TestChooseFirst: who comes from an order is first offered to choose a partner that was found, and then to write to it; everybody else ticks whom to
// write to, and the one button sends that.
func TestChooseFirst(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		three(s)
		v := s.Visitor(language)
		w := v.W
		order := "/account/buy/" + string(pagetest.Mail) + "?licenses=7"
		asked := "?sent=1&country=PL&service=train&service=migrate&plan=" + string(pagetest.Suite)
		buttons := func() (all []string) {
			t.Helper()
			main := string(v.Page.Body)[strings.Index(string(v.Page.Body), "<main"):]
			for _, part := range strings.Split(strings.ReplaceAll(main, `class="buttons"`, ""), `class="button`)[1:] {
				kind, rest, _ := strings.Cut(part, `"`)
				_, text, _ := strings.Cut(rest, ">")
				text, _, _ = strings.Cut(text, "<")
				all = append(all, strings.TrimSpace(kind)+":"+pagetest.Spaced(text))
			}
			return all
		}
		v.Open(http.StatusOK, path+"/match"+asked+"&back="+url.QueryEscape(order))
		v.See("match-for-order")
		same(t, v, pagetest.Baltic, vistula)
		card := []string{"primary:" + w.MarketplaceChoose(), ":" + w.MessageWrite()}
		if got, want := buttons(), slices.Concat([]string{":" + w.MarketplaceMatchButton()}, card, card); !slices.Equal(got, want) {
			t.Errorf("an order's match offers %q, not %q", got, want)
		}
		if body := string(v.Page.Body); strings.Contains(body, `name="partner"`) || len(v.Page.Links(w.MarketplaceBack())) != 1 {
			t.Error("an order's match asks whom to write to, or knows no way back")
		}
		// Who writes to one first is led back to the order all the same.
		v.Open(http.StatusOK, v.Page.Links(w.MessageWrite())[0])
		v.Has(w.MessageTitle(1), pagetest.Baltic)
		if _, form := v.Page.Form(w.InquirySend()); form.Get("plan") != string(pagetest.Suite) || form.Get("country") != "PL" || strings.Join(form["service"], " ") != "migrate train" {
			t.Errorf("the message begins with %v", form)
		}
		v.Click(http.StatusOK, w.InquirySend(), "company", "Hotel", "name", "Anna Nowak", "email", "anna@example.com", "text", "We move.", "agree", "yes")
		v.Has(w.OfferSentTitle())
		if to := v.Page.Links(w.MarketplaceBack()); len(to) != 1 || to[0] != s.URL+order {
			t.Errorf("a message that was sent leads back to the order by %q", to)
		}
		v.Open(http.StatusOK, v.Page.Links(w.MarketplaceMatchTitle())[0])
		if got := buttons(); !slices.Contains(got, card[0]) {
			t.Errorf("and back to %q", got)
		}

		v.Open(http.StatusOK, path+"?country=PL&back="+url.QueryEscape(order))
		if got := buttons(); !slices.Contains(got, card[0]) || slices.Contains(got, ":"+w.MarketplaceChoose()) {
			t.Errorf("an order's search offers %q", got)
		}
		v.Open(http.StatusOK, path+"/match"+asked)
		if got, want := buttons(), []string{":" + w.MarketplaceMatchButton(), "primary:" + w.MessageChosen()}; !slices.Equal(got, want) {
			t.Errorf("a visitor's match offers %q, not %q", got, want)
		}
		v.Open(http.StatusOK, path+"/match")
		if got, want := buttons(), []string{"primary:" + w.MarketplaceMatchButton()}; !slices.Equal(got, want) {
			t.Errorf("a match that was not asked yet offers %q", got)
		}
	})
}

// TestMap: search engines find each published partner's page, and are told where.
func TestMap(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	three(s)
	s.HideListing(pagetest.Unrelated, listing.ByVendor, "No.")
	s.IndexListing(pagetest.Unrelated, 0)
	get := func(at, encoding string) (http.Header, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+at, nil)
		s.Must(err)
		r.Header.Set("Accept-Encoding", encoding)
		got, err := http.DefaultTransport.RoundTrip(r)
		s.Must(err)
		defer got.Body.Close()
		body := io.Reader(got.Body)
		if got.Header.Get("Content-Encoding") == "gzip" {
			body, err = gzip.NewReader(body)
			s.Must(err)
		}
		text, err := io.ReadAll(body)
		s.Must(err)
		if got.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", at, got.StatusCode)
		}
		return got.Header, string(text)
	}
	_, robots := get("/robots.txt", "identity")
	place, found := strings.CutPrefix(robots[strings.Index(robots, "Sitemap: "):], "Sitemap: "+s.URL)
	if !found || strings.Contains(robots, "Disallow: /find-a-partner\n") || !strings.Contains(robots, "Disallow: /i/\n") || !strings.Contains(robots, "Disallow: /find-a-partner?\n") {
		t.Fatal(robots)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"
	for _, at := range []string{path, path + "/" + string(pagetest.Asking), path + "/" + string(pagetest.Advising)} {
		want += "<url><loc>" + s.URL + at + "</loc></url>\n"
	}
	for _, encoding := range []string{"identity", "gzip"} {
		header, got := get(strings.TrimSpace(place), encoding)
		if got != want+"</urlset>\n" || !strings.HasPrefix(header.Get("Content-Type"), "application/xml") || (header.Get("Content-Encoding") == "gzip") != (encoding == "gzip") {
			t.Errorf("%s: %v\n%s", encoding, header, got)
		}
	}
}
