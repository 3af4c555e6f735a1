package catalog_test

import (
	"testing"

	"liaison/shared/catalog"
	"liaison/shared/fault"
)

func TestAvailability(t *testing.T) {
	a := catalog.Availability{
		Regions: []catalog.Region{{ID: "europe", Countries: []string{"PL", "DE"}}, {ID: "sovereign", Countries: []string{"CH"}}},
		Gaps: []catalog.Gap{
			{Feature: catalog.FeaturePartners, Region: "sovereign"},
			{Feature: catalog.FeatureAdministration, Region: "europe", Plan: "plan_a"},
		},
	}
	for _, one := range []struct {
		plan     catalog.PlanID
		country  string
		features []catalog.Feature
		missing  catalog.Feature
	}{
		{"plan_a", "PL", []catalog.Feature{catalog.FeatureTrials}, ""},
		{"plan_a", "PL", []catalog.Feature{catalog.FeatureTrials, catalog.FeatureAdministration}, catalog.FeatureAdministration},
		{"plan_b", "PL", []catalog.Feature{catalog.FeatureAdministration}, ""},
		{"plan_b", "CH", nil, catalog.FeaturePartners}, // the whole of which every feature is a part
		{"plan_b", "US", []catalog.Feature{catalog.FeatureTrials}, ""},
	} {
		err := a.Check(one.plan, one.country, one.features...)
		if one.missing == "" {
			if err != nil {
				t.Errorf("%+v: %v", one, err)
			}
			continue
		}
		f := fault.As(err)
		if !fault.Is(f, fault.FeatureUnavailable) || f.About.(catalog.Missing).Feature != one.missing || f.About.(catalog.Missing).Region != a.RegionOf(one.country) {
			t.Errorf("%+v: %v", one, err)
		}
	}
}

func TestRights(t *testing.T) {
	p := catalog.Programs{ByName: map[string]catalog.Program{
		"both": {Rights: []catalog.Right{catalog.Reselling, catalog.DelegatedAdministration}}, "one": {Rights: []catalog.Right{catalog.Reselling}}, "none": {},
	}}
	for _, one := range []struct {
		names []string
		want  int
	}{{nil, 0}, {[]string{"none", "unknown"}, 0}, {[]string{"one", "none"}, 1}, {[]string{"one", "both"}, 2}} {
		if got := p.Rights(one.names...); len(got) != one.want {
			t.Errorf("%v give %v", one.names, got)
		}
	}
}
