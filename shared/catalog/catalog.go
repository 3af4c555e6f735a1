// Package catalog is what the vendor sets: plans, programs, terms, feature availability, its own brand.
package catalog

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// Text is one text in every language of the product, by BCP 47 tag.
type Text map[string]string

// Languages are the languages every text must have.
var Languages = []string{"en", "pl"}

// In returns the text in a language, or in the first language where it has none.
func (t Text) In(language string) string {
	if s, ok := t[language]; ok {
		return s
	}
	return t[Languages[0]]
}

// Money is an amount in the currency's minor unit (cents, grosze).
type Money struct {
	AmountMinor int64
	Currency    string // ISO 4217
}

// PlanID is plan_ and a short word of the vendor's choice.
type PlanID string

const planLetters = textinput.Small + textinput.Digits + "_"

// Valid says whether the id has the shape of a plan's: plan_ and 1 to 40 small letters, digits and underscores.
func (p PlanID) Valid() bool {
	word, cut := strings.CutPrefix(string(p), "plan_")
	return cut && textinput.Word(word, planLetters, planLetters, 1, 40)
}

// Term is how often a paid plan is billed.
type Term string

// The terms.
const (
	Month Term = "month"
	Year  Term = "year"
)

// PlanStatus of a plan.
type PlanStatus string

// The plan's states: a withdrawn plan can no longer be offered or redeemed; what runs goes on.
const (
	PlanActive    PlanStatus = "active"
	PlanWithdrawn PlanStatus = "withdrawn"
)

// Service is one thing a plan holds.
type Service struct {
	ID          string
	Name        Text
	Description Text
}

// Price of one licence for one billing term.
type Price struct {
	Term  Term
	Price Money
}

// Trial is how a plan can be tried: how many licences, for how many days.
type Trial struct {
	Licenses int
	Days     int
}

// Bounds of a paid plan's licence count.
type Bounds struct{ Min, Max, Default int }

// Plan is what is sold.
type Plan struct {
	ID          PlanID
	Status      PlanStatus
	Name        Text
	Description Text
	Services    []Service
	Prices      []Price
	Trial       *Trial // nil where the plan cannot be tried
	Licenses    Bounds
	Countries   []string
	Version     int
	CreatedAt   time.Time
	ChangedAt   time.Time
}

// SoldIn says whether the plan can be had in a country.
func (p Plan) SoldIn(country string) bool {
	return p.Status == PlanActive && slices.Contains(p.Countries, country)
}

// Right is what a program gives its partners.
type Right string

// The rights.
const (
	DelegatedAdministration Right = "delegated_administration"
	Reselling               Right = "reselling"
)

// Rights lists every right, in a fixed order.
var Rights = []Right{DelegatedAdministration, Reselling}

// Program is an enrolment's name and the rights it gives.
type Program struct {
	Name      string // short word, the vendor's choice
	Title     Text
	Rights    []Right
	Version   int
	CreatedAt time.Time
	ChangedAt time.Time
}

// Programs are all of the vendor's programs: one item, so that one read decides a right.
type Programs struct {
	ByName  map[string]Program
	Version int
}

// Gives says whether the program of that name gives the right.
func (p Programs) Gives(name string, right Right) bool {
	return slices.Contains(p.ByName[name].Rights, right)
}

// Feature is something a region may not have.
type Feature string

// The features that writes ask for.
const (
	FeaturePartners       Feature = "partner_features"         // everything of the partner program
	FeatureTrials         Feature = "trial_invitations"        // offers of kind trial
	FeaturePurchases      Feature = "purchase_offers"          // offers of kind purchase
	FeatureAdministration Feature = "delegated_administration" // asking for it
	FeatureReselling      Feature = "reselling"
)

// Features lists every feature.
var Features = []Feature{FeaturePartners, FeatureTrials, FeaturePurchases, FeatureAdministration, FeatureReselling}

// Region is a set of countries with one availability.
type Region struct {
	ID        string
	Name      Text
	Countries []string
}

// Gap says that a feature is not to be had in a region, for one plan or for all.
type Gap struct {
	Feature Feature
	Region  string
	Plan    PlanID // empty for every plan
	Reason  Text
}

// Availability is feature x plan x region as one versioned document. A country in no region has everything.
type Availability struct {
	Regions   []Region
	Gaps      []Gap
	Version   int
	ChangedAt time.Time
}

// RegionOf returns the region a country maps to, empty where it is in none.
func (a Availability) RegionOf(country string) string {
	for _, r := range a.Regions {
		if slices.Contains(r.Countries, country) {
			return r.ID
		}
	}
	return ""
}

// Closing returns the gaps that keep a feature out of a region: its own and, as Check asks for it with every other, those of FeaturePartners.
func (a Availability) Closing(f Feature, region string) []Gap {
	found := a.Of(FeaturePartners, region)
	if f != FeaturePartners {
		found = append(found, a.Of(f, region)...)
	}
	return found
}

// AvailabilityPath is the page on which everybody reads what is available where.
const AvailabilityPath = "/feature-availability"

// Missing is what Check names: which feature, for which plan, in which country and region, and why, in the vendor's words.
type Missing struct {
	Feature Feature
	Plan    PlanID
	Country string
	Region  string
	Reason  Text // nil where the vendor gave none
}

// VarsIn returns what the problem's words mention in a language.
func (m Missing) VarsIn(language string) map[string]string {
	made := map[string]string{"feature": string(m.Feature), "plan": string(m.Plan), "region": m.Region}
	if reason := m.Reason.In(language); reason != "" {
		made["reason"] = reason
	}
	return made
}

// Page is the path of the page that says what is available in the country, at the feature.
func (m Missing) Page() string {
	return AvailabilityPath + "?country=" + url.QueryEscape(m.Country) + "#" + string(m.Feature)
}

// Check fails with Forbidden feature_unavailable, naming feature, plan, country and region, where the document closes a feature in the country.
// FeaturePartners is asked with every other.
func (a Availability) Check(plan PlanID, country string, features ...Feature) error {
	region := a.RegionOf(country)
	if region == "" {
		return nil
	}
	for _, feature := range append([]Feature{FeaturePartners}, features...) {
		for _, g := range a.Gaps {
			if g.Feature == feature && g.Region == region && (g.Plan == "" || g.Plan == plan) {
				return fault.FeatureUnavailable.With(Missing{feature, plan, country, region, g.Reason})
			}
		}
	}
	return nil
}

// Document is a text of the vendor that people agree to.
type Document string

// The documents.
const (
	CustomerTerms    Document = "customer"
	PartnerAgreement Document = "partner"
	PrivacyNotice    Document = "privacy"
)

// Documents lists every document.
var Documents = []Document{CustomerTerms, PartnerAgreement, PrivacyNotice}

// TermsHead is which version of a document counts now.
type TermsHead struct {
	Document    Document
	Version     string
	SHA256      map[string]string // hex, by language
	PublishedAt time.Time
	Row         int // version of the head's own row
}

// TermsText is one version of a document in one language; it never changes.
type TermsText struct {
	Document    Document
	Version     string
	Language    string
	Title       string
	Markdown    string
	HTML        string
	SHA256      string // hex, over the Markdown's bytes
	PublishedAt time.Time
}

// Vendor is who runs the program.
type Vendor struct {
	Name            string // as customers know it: "{Partner} via {Name}"
	LegalName       string
	Address         string
	Website         string
	HelpMail        string
	HelpPhone       string
	HelpHours       string
	DefaultLanguage string
	Accent          string // brand colour, #rrggbb
	Logo            string // the names of its pictures' files, empty where it has none
	LogoDark        string // on dark grounds; else Logo stands there too
	Icon            string
	Prices          Prices
	LicensesCharged LicensesCharged
	Sending         bool // the one switch that stops all sending
	Version         int
}
