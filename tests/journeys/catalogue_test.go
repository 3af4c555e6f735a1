package journeys

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// TestVendorCatalogue: an operator makes a plan on pages, which a partner can then offer, and takes a right from a program, which the partner then
// lacks until it comes back; and closes a feature in a region, so that an offer that stands can't be made any more, nor accepted, and opens it again.
func TestVendorCatalogue(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	v := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor/plans")

	opened(t, v, v.Page.Links(w.PlansNew())[0])
	pressed(t, v, w.SiteNext(), "id", "plan_notes", "name_en", "Skylark Notes", "name_pl", "Notatki Skylark", "about_en", "Notes for teams.", "about_pl", "Notatki dla zespołów.",
		"service-1-id", "notes", "service-1-name_en", "Notes", "service-1-name_pl", "Notatki", "service-1-about_en", "All of them.", "service-1-about_pl", "Wszystkie.",
		"price-1-currency", "EUR", "price-1-amount", "4,50", "tried", "yes", "trial_days", "30", "trial_licences", "5",
		"least", "1", "most", "50", "usual", "5", "countries", "Estonia", "status", "active")
	pressed(t, v, w.PlansMake())
	says(t, v, w.PlansMade())
	must(t)(program.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+program.PartnerID+"/authorisations/plan_notes",
		contract.PartnerAuthorise{Countries: []string{"EE"}}, nil))
	offerable(t, "plan_notes", "EE")

	change := func(fields ...string) {
		opened(t, v, pages+"/vendor/plans/plan_notes/edit")
		pressed(t, v, w.SiteNext(), fields...)
		pressed(t, v, w.PlansSave())
	}
	change("status", "withdrawn")
	offerable(t, "plan_notes", "EE", "plan_withdrawn")
	change("status", "active")
	offerable(t, "plan_notes", "EE")

	resells := func(status int) {
		t.Helper()
		must(t)(program.Partner.Must(ctx, status, http.MethodPost, "/v1/offers", contract.OfferCreate{Kind: contract.OfferKindReseller, Country: "PL"}, nil))
	}
	rights := func(held ...string) {
		t.Helper()
		opened(t, v, pages+"/vendor/programs")
		opened(t, v, v.Page.Links("Cloud Accelerate")[0])
		says(t, v, "Baltic Bridge IT sp. z o.o.")
		opened(t, v, v.Page.Links(w.FrameChange() + " Cloud Accelerate")[0])
		address, form := v.Page.Form(w.SiteNext())
		form["rights"] = held
		page, err := v.Post(ctx, address, form)
		if err != nil {
			t.Fatal(err)
		}
		v.Page = page
		says(t, v, w.CatalogAffected())
		pressed(t, v, w.ProgramsSave())
	}
	resells(http.StatusCreated)
	rights("delegated_administration")
	resells(http.StatusForbidden)
	rights("delegated_administration", "reselling")
	resells(http.StatusCreated)

	opened(t, v, pages+"/vendor/availability/region")
	pressed(t, v, w.SiteNext(), "id", "baltic", "name_en", "Baltic", "name_pl", "Bałtyk", "countries", "Estonia")
	pressed(t, v, w.AvailabilityRegionMake())
	estonian := func(wish *contract.OfferCreate) {
		wish.Country, wish.Items, wish.DelegatedAdministration = "EE", []contract.OfferItemCreate{{PlanID: "plan_notes"}}, nil
	}
	standing := makeOffer(t, estonian)
	_, personal := invite(t, standing.ID, address("estonian"))
	set := func(state, said string) {
		t.Helper()
		opened(t, v, pages+"/vendor/availability/trial_invitations?region=baltic")
		pressed(t, v, w.SiteNext(), "baltic-state", state, "baltic-reason_en", "Not in summer.", "baltic-reason_pl", "Nie latem.")
		says(t, v, said+" "+w.OffersCount(1))
		pressed(t, v, w.AvailabilitySave())
	}
	set("off", w.AvailabilityStopped())
	says(t, v, w.AvailabilityReasonSaid("Not in summer."))
	wish := sample.TrialOffer("en")
	estonian(&wish)
	customer := client.NewVisitor("en")
	refused := must(t)(program.Partner.Must(ctx, http.StatusForbidden, http.MethodPost, "/v1/offers", wish, nil))
	var problem contract.Problem
	if err := refused.Into(&problem); err != nil {
		t.Fatal(err)
	}
	_, page, named := strings.Cut(problem.Detail, "as a page: ")
	if problem.Code != "feature_unavailable" || !named {
		t.Fatalf("%s", refused.Body)
	}
	later(t, sys.Now().Add(2*time.Minute)) // pages keep the catalogue for a minute
	opened(t, customer, page)
	says(t, customer, w.AvailabilityInCountry(w.Country("EE")), w.AvailabilityReasonSaid("Not in summer."))
	if page, err := customer.Get(ctx, personal); err != nil || page.Status != http.StatusGone {
		t.Errorf("%v: %d\n%s", err, page.Status, page.Text())
	}
	set("on", w.AvailabilityResumed())
	makeOffer(t, estonian)
	later(t, sys.Now().Add(2*time.Minute)) // the customer's page keeps the catalogue for a minute
	opened(t, customer, personal)

	opened(t, v, pages+"/vendor/availability/region/baltic")
	says(t, v, w.AvailabilityRegionHas(w.Country("EE")))
	pressed(t, v, w.SiteNext(), "countries", "")
	pressed(t, v, w.AvailabilityRegionSave())
	opened(t, v, pages+"/vendor/availability/region/baltic/remove")
	pressed(t, v, w.AvailabilityRegionRemove())
	if strings.Contains(v.Page.Text(), "Baltic") {
		t.Error("the region is still there")
	}
}

// offerable fails where the sample's partner may offer a plan in a country and reasons are named, or may not for others.
func offerable(t *testing.T, plan, country string, reasons ...string) {
	t.Helper()
	var seen contract.Plan
	must(t)(program.Partner.Must(t.Context(), http.StatusOK, http.MethodGet, "/v1/plans/"+plan+"?country="+country, nil, &seen))
	if *seen.Offerable != (len(reasons) == 0) || !slices.Equal(*seen.Reasons, reasons) && len(reasons) > 0 {
		t.Errorf("%s in %s: offerable %v, %v, not %v", plan, country, *seen.Offerable, *seen.Reasons, reasons)
	}
}
