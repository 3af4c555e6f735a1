package vendorplans_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	path = "/vendor/plans"
	made = catalog.PlanID("plan_notes")
)

func stored(s *pagetest.World, id catalog.PlanID) catalog.Plan {
	found, err := s.Plan(context.Background(), id)
	s.Must(err)
	return found
}

// missing is what stands beside a field that is empty.
func missing(w locale.Words, label string) string {
	said, _ := locale.Field(w.Language(), "required", nil)
	return w.CatalogField(w.CatalogIn(label, "Polski"), said)
}

// licenses is what stands beside one of the three fields of licences.
func licenses(w locale.Words, field string, least int) string {
	return w.CatalogField(w.CatalogPart(w.SiteLicences(), field), w.CatalogNumberWrong(least, catalog.MaxLicenses))
}

// asTyped are the answers of a plan with a price, no trial.
func asTyped() []string {
	return []string{
		"id", string(made), "name_en", "Notes", "name_pl", "Notatki", "about_en", "Notes for teams", "about_pl", "Notatki dla zespołów",
		"service-1-id", "notes", "service-1-name_en", "Notes", "service-1-name_pl", "Notatki", "service-1-about_en", "All notes", "service-1-about_pl", "Wszystkie notatki",
		"price-1-term", "month", "price-1-currency", "pln", "price-1-amount", "1 049,5", "tried", "no",
		"least", "1", "most", "1000", "usual", "5", "countries", "Polska; de\nCzechia", "status", "active",
	}
}

// TestMake makes a plan as people type it: nothing is there before the last press, and a second one leads to the same plan.
func TestMake(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has(w.PlansNew(), string(pagetest.Suite), w.PlansActive())
		v.See("vendor-plans")
		v.Open(http.StatusOK, path+"/new")
		v.See("vendor-plan-new")
		v.Click(http.StatusUnprocessableEntity, w.SiteNext())
		v.Has(missing(w, w.PlansName()), w.CatalogField(w.PlansID(), w.PlansIDWrong()), w.PlansServicesMissing(), w.PlansPricesMissing(), w.PlansTriedMissing(), w.CatalogCountriesMissing(),
			licenses(w, w.PlansLeast(), 1), licenses(w, w.PlansMost(), 1), licenses(w, w.PlansUsual(), 1))
		v.See("vendor-plan-errors")
		v.Click(http.StatusOK, w.SiteNext(), asTyped()...)
		v.Has(w.PlansCheck(), w.PlansThenBought(), w.PlansThenOffered(), "Notatki dla zespołów", "1"+map[string]string{"en": ",049.50", "pl": "049,50"}[language], w.Country("CZ"))
		v.Lacks(w.CatalogNew(), w.CatalogChanged(), w.PlansThenKept())
		v.See("vendor-plan-check")
		if _, err := s.Plan(context.Background(), made); err == nil {
			t.Fatal("the check made it")
		}
		check := v.Page
		v.Click(http.StatusOK, w.FrameChange())
		v.Click(http.StatusOK, w.SiteNext(), "most", "900")
		v.Click(http.StatusOK, w.PlansMake())
		v.At(path + "/" + string(made))
		v.Has(w.PlansMade(), "Notes", "Notatki", w.OrderBounds(1, 900), w.PlansUsualIs(5), w.OfferNewWhyNoTrial())
		v.See("vendor-plan")
		p := stored(s, made)
		want := catalog.Price{Term: catalog.Month, Price: catalog.Money{AmountMinor: 104950, Currency: "PLN"}}
		if p.Status != catalog.PlanActive || len(p.Prices) != 1 || p.Prices[0] != want || p.Trial != nil || strings.Join(p.Countries, " ") != "PL DE CZ" || p.Licenses.Max != 900 {
			t.Errorf("%+v", p)
		}
		v.Page = check // another answer to the same question: the ID is taken by now
		v.Click(http.StatusConflict, w.PlansMake())
		v.Has(w.PlansIDTaken())
		if stored(s, made).Version != p.Version {
			t.Error("it was made twice")
		}
	})
}

// TestTwice: the button that is pressed twice saves once, and both presses lead to the plan.
func TestTwice(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusOK, v.W.SiteNext(), asTyped()...)
	check := v.Page
	for _, said := range []string{v.W.PlansMade(), v.W.PartnerUsersSaved()} {
		v.Page = check
		v.Click(http.StatusOK, v.W.PlansMake())
		v.At(path + "/" + string(made))
		v.Has(said)
	}
	if got := stored(s, made).Version; got != 1 {
		t.Errorf("version %d", got)
	}
	v.Open(http.StatusOK, path+"/"+string(made)+"/edit")
	v.Click(http.StatusOK, v.W.SiteNext())
	v.Has(v.W.CatalogSame())
}

// TestChange changes all that has consequences: each is said before it is saved, and what is new is marked.
func TestChange(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) {
			p.Prices = []catalog.Price{
				{Term: catalog.Month, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}}, {Term: catalog.Year, Price: catalog.Money{AmountMinor: 49000, Currency: "PLN"}},
			}
		})
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w, at := v.W, path+"/"+string(pagetest.Suite)
		edit := func(fields ...string) {
			v.Open(http.StatusOK, at+"/edit?lang="+language)
			v.Click(http.StatusOK, w.SiteNext(), fields...)
		}
		for _, one := range []struct {
			says   string
			fields []string
		}{
			{w.PlansThenPrices(), []string{"price-1-amount", "59"}},
			{w.PlansThenUnsold(w.PriceByYear()), []string{"price-2-amount", ""}},
			{w.PlansThenTrial(), []string{"trial_days", "14"}},
			{w.PlansThenNoTrial(), []string{"tried", "no"}},
			{w.PlansThenLicences(), []string{"most", "200"}},
			{w.PlansThenCountries(w.Country("CZ")), []string{"countries", "PL, DE, CZ"}},
			{w.PlansThenNoCountries(w.Country("DE")), []string{"countries", "PL"}},
			{w.PlansThenWithdrawn(), []string{"status", "withdrawn"}},
			{w.PlansThenWords(), []string{"service-1-about_pl", "100 GB"}},
		} {
			v.Open(http.StatusOK, at+"/edit?lang="+language)
			v.Lacks(one.says)
			edit(one.fields...)
			v.Has(one.says, w.PlansThenKept())
		}
		edit("price-1-amount", "59", "price-2-amount", "", "trial_days", "14", "service-2-id", "", "service-2-name_en", "", "service-2-name_pl", "", "service-2-about_en", "", "service-2-about_pl", "")
		v.Has(w.CatalogChanged(), w.CatalogRemoved(), w.CatalogBefore(w.SiteDays(30)+" · "+w.SiteLicenceCount(25)))
		v.See("vendor-plan-changes")
		v.Click(http.StatusOK, w.PlansSave())
		v.Has(w.PartnerUsersSaved(), w.SiteDays(14))
		p := stored(s, pagetest.Suite)
		if len(p.Prices) != 1 || p.Prices[0].Price.AmountMinor != 5900 || p.Trial.Days != 14 || len(p.Services) != 1 {
			t.Errorf("%+v", p)
		}
		edit("status", "withdrawn")
		v.Click(http.StatusOK, w.PlansSave())
		edit("status", "active", "tried", "yes")
		v.Has(w.PlansThenActive())
	})
}

// TestRows: a form gets as many services and prices as its plan needs, and each that is wrong is named where it stands.
func TestRows(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	v.Open(http.StatusOK, path+"/"+string(pagetest.Suite)+"/edit")
	v.Click(http.StatusOK, w.PlansServiceMore(), "name_en", "Kept")
	v.Click(http.StatusOK, w.PlansPriceMore())
	v.Has(w.PlansService(3))
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "service-3-id", "mail", "price-1-amount", "x", "price-1-currency", "zł",
		"price-2-amount", "5", "price-2-currency", "PLN", "least", "10", "most", "5", "trial_days", "400", "countries", "PL, Atlantis, Germany, PL")
	service := func(n int, field string) string { return w.CatalogPart(w.PlansService(n), field) }
	price := func(n int, field string) string { return w.CatalogPart(w.PlansPrice(n), field) }
	v.Has(w.CatalogField(service(3, w.PlansID()), w.PlansServiceIDTwice()), missing(w, service(3, w.PlansName())), w.CatalogField(price(1, w.PlansCurrency()), w.PlansCurrencyWrong()),
		w.CatalogField(price(1, w.PlansAmount()), w.PlansAmountWrong(locale.Money{AmountMinor: catalog.MaxAmount, Currency: "ZŁ"})), licenses(w, w.PlansMost(), 10),
		w.CatalogField(w.PlansTrialDays(), w.CatalogNumberWrong(1, 365)), w.CatalogCountriesUnknown("Atlantis"), w.CatalogCountriesTwice("Poland"))
	if !strings.Contains(string(v.Page.Body), `value="Kept"`) {
		t.Error("what was typed is gone")
	}
	v.Click(http.StatusUnprocessableEntity, w.SiteNext(), "price-1-amount", "5", "price-1-currency", "PLN", "countries", "", "service-3-id", "Mail")
	v.Has(w.CatalogField(price(2, w.PlansCurrency()), w.PlansPriceTwice()), w.CatalogCountriesMissing(), w.CatalogField(service(3, w.PlansID()), w.PlansServiceIDWrong()))
	if stored(s, pagetest.Suite).Version != 1 {
		t.Error("something was saved")
	}
}

// TestStale: what a colleague saved meanwhile is not written over unseen, and what was typed is kept.
func TestStale(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w, at := v.W, path+"/"+string(pagetest.Suite)
	v.Open(http.StatusOK, at+"/edit")
	v.Click(http.StatusOK, w.SiteNext(), "trial_days", "14")
	s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) { p.Licenses.Default = 7 })
	v.Click(http.StatusConflict, w.PlansSave())
	v.Has(w.CatalogOvertakenTitle())
	v.See("vendor-plan-overtaken")
	if p := stored(s, pagetest.Suite); p.Licenses.Default != 7 || p.Trial.Days != 30 {
		t.Errorf("%+v", p)
	}
	v.Click(http.StatusOK, w.SiteNext())
	v.Has(w.SiteDays(14), w.CatalogBefore(w.OrderBounds(1, 300)+" · "+w.PlansUsualIs(7)))
}

// between changes a plan right before it is saved.
type between struct {
	pagetest.Table
	first func()
}

// SavePlan implements catalog.Store.
func (b between) SavePlan(ctx context.Context, p catalog.Plan, happened event.Event, o op.Op) error {
	b.first()
	return b.Table.SavePlan(ctx, p, happened, o)
}

// TestRace: who is overtaken between the read and the write is told so, too.
func TestRace(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	w := v.W
	s.Serve(between{s.Table.Table, func() { s.ChangePlan(pagetest.Suite, func(p *catalog.Plan) { p.Licenses.Default++ }) }})
	v.Open(http.StatusOK, path+"/"+string(pagetest.Suite)+"/edit")
	v.Click(http.StatusOK, w.SiteNext(), "trial_days", "14")
	v.Click(http.StatusConflict, w.PlansSave())
	v.Has(w.CatalogOvertakenTitle())
}

// TestKept: a form whose session has ended meanwhile, or that changes its language, keeps what was typed, with as many rows as there were.
func TestKept(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path+"/"+string(pagetest.Suite)+"/edit")
	v.Click(http.StatusOK, v.W.PlansServiceMore())
	address, form := v.Page.Form(v.W.SiteNext())
	form.Set("form_token", "old")
	form.Set("service-3-id", "calls")
	page, err := v.Post(t.Context(), address, form)
	s.Must(err)
	v.Page = page
	v.Look(page, http.StatusForbidden, "an old form")
	v.Has(v.W.SiteOldFormTitle(), v.W.PlansService(3))
	if _, again := v.Page.Form(v.W.SiteNext()); again.Get("service-3-id") != "calls" {
		t.Errorf("%v", again)
	}
	v.Open(http.StatusOK, path+"/"+string(pagetest.Suite)+"/edit")
	v.Click(http.StatusOK, v.W.SiteNext(), "trial_days", "14")
	v.Switch(http.StatusOK, v.W.PlansSave(), "pl")
	v.Has(v.W.PlansCheck(), v.W.SiteDays(14))
	v.Click(http.StatusOK, v.W.FrameChange())
	v.Switch(http.StatusOK, v.W.SiteNext(), "en")
	v.Click(http.StatusOK, v.W.SiteNext())
	v.Click(http.StatusOK, v.W.PlansSave())
	if got := stored(s, pagetest.Suite).Trial.Days; got != 14 {
		t.Errorf("%d days", got)
	}
}

// TestFilters: kind, country and state narrow the list, and what is none of them does not.
func TestFilters(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Price(pagetest.Mail, 1900, "PL")
	s.ChangePlan(pagetest.Mail, func(p *catalog.Plan) { p.Status = catalog.PlanWithdrawn })
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	for query, want := range map[string][2]bool{
		"": {true, true}, "?kind=trial": {true, false}, "?kind=paid": {false, true}, "?country=DE": {true, false}, "?country=PL&state=withdrawn": {false, true},
		"?state=active": {true, false}, "?country=FR": {false, false}, "?kind=x&country=y&state=z": {true, true}, "?cursor=x": {true, true},
	} {
		v.Open(http.StatusOK, path+query)
		for i, id := range []catalog.PlanID{pagetest.Suite, pagetest.Mail} {
			if got := strings.Contains(v.Page.Text(), string(id)); got != want[i] {
				t.Errorf("%q: %s is shown: %v", query, id, got)
			}
		}
		if want == [2]bool{} {
			v.Has(v.W.PlansNone())
			v.See("vendor-plans-none")
		}
	}
}

// TestPages: where a page of the table holds none of the wanted, more may follow.
func TestPages(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	for i := range 26 {
		s.Price(catalog.PlanID("plan_a"+string(rune('a'+i))), 100, "PL")
	}
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path+"?kind=trial")
	v.Has(v.W.CatalogNoneNear())
	v.Open(http.StatusOK, v.Page.Links(v.W.PartnerUsersNext())[0])
	v.Has(string(pagetest.Suite))
}

// TestOnlyOperators: people of partners see nothing of it, and there is nothing where no plan is.
func TestOnlyOperators(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, _ := s.Staff("Marta Lis", "marta@skylark.example", "en")
	piotr := s.SignedIn("piotr@"+string(pagetest.Asking)+".example", "en")
	for _, where := range []string{path, path + "/new", path + "/" + string(pagetest.Suite), path + "/" + string(pagetest.Suite) + "/edit"} {
		piotr.Open(http.StatusForbidden, where)
		piotr.Has(piotr.W.VendorElsewhereTitle())
	}
	for _, where := range []string{path + "/none", path + "/plan_none", path + "/plan_none/edit"} {
		v.Open(http.StatusNotFound, where)
	}
}
