package catalog

import (
	"context"
	"maps"
	"slices"
	"strings"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// Kind of a plan: trial where it can be tried.
type Kind string

// The kinds.
const (
	Tried Kind = "trial"
	Paid  Kind = "paid"
)

// Kind returns whether the plan can be tried.
func (p Plan) Kind() Kind {
	if p.Trial != nil {
		return Tried
	}
	return Paid
}

// Wanted are the plans that a list is asked for; what is empty asks for any.
type Wanted struct {
	Kind    Kind
	Country string // where it is sold, whether or not it was withdrawn
	Status  PlanStatus
}

// Has says whether the plan is among them.
func (w Wanted) Has(p Plan) bool {
	return (w.Kind == "" || p.Kind() == w.Kind) && (w.Country == "" || slices.Contains(p.Countries, w.Country)) && (w.Status == "" || p.Status == w.Status)
}

// Equal says whether two plans hold the same, whenever they were written.
func (p Plan) Equal(other Plan) bool {
	return p.ID == other.ID && p.Status == other.Status && maps.Equal(p.Name, other.Name) && maps.Equal(p.Description, other.Description) &&
		slices.EqualFunc(p.Services, other.Services, Service.Equal) && slices.Equal(p.Prices, other.Prices) && p.Trial.equal(other.Trial) &&
		p.Licenses == other.Licenses && slices.Equal(p.Countries, other.Countries)
}

// Equal says whether two services are the same, in all their words.
func (s Service) Equal(other Service) bool {
	return s.ID == other.ID && maps.Equal(s.Name, other.Name) && maps.Equal(s.Description, other.Description)
}

func (t *Trial) equal(other *Trial) bool {
	return t == other || t != nil && other != nil && *t == *other
}

// Terms lists the billing terms that the plan is sold by, each once.
func (p Plan) Terms() []Term {
	var terms []Term
	for _, one := range p.Prices {
		if !slices.Contains(terms, one.Term) {
			terms = append(terms, one.Term)
		}
	}
	return terms
}

// SoldBy says whether the plan is sold by the billing term.
func (p Plan) SoldBy(term Term) bool { return slices.Contains(p.Terms(), term) }

// PriceIn returns what a licence costs for a term in a country: in the country's own currency where the plan has a price in it, else in
// the first one it has; false where the plan is not sold by the term.
func (p Plan) PriceIn(country string, term Term) (Money, bool) {
	var first *Money
	for _, one := range p.Prices {
		if one.Term != term {
			continue
		}
		if one.Price.Currency == currencyOf(country) {
			return one.Price, true
		}
		if first == nil {
			first = &one.Price
		}
	}
	if first == nil {
		return Money{}, false
	}
	return *first, true
}

// currencyOf returns the currency of a country (ISO 4217, list one); the euro where it has no row here.
func currencyOf(country string) string {
	if own, ok := currencies[country]; ok {
		return own
	}
	return "EUR"
}

var currencies = map[string]string{
	"AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CN": "CNY", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "HU": "HUF", "IL": "ILS",
	"IN": "INR", "IS": "ISK", "JP": "JPY", "KR": "KRW", "LI": "CHF", "MX": "MXN", "NO": "NOK", "NZ": "NZD", "PL": "PLN", "RO": "RON",
	"SE": "SEK", "SG": "SGD", "TR": "TRY", "UA": "UAH", "US": "USD", "ZA": "ZAR",
}

// PutPlan checks the plan as it should be and writes it over the one that was read, or as a new one where old is zero.
// It fails with Invalid naming every wrong field, with Stale where the plan came or changed meanwhile.
func PutPlan(ctx context.Context, store Store, old, wanted Plan, o op.Op) (Plan, error) {
	if !wanted.ID.Valid() {
		return Plan{}, fault.NotFound
	}
	made, err := wanted.Clean()
	if err != nil {
		return Plan{}, err
	}
	made.Version, made.CreatedAt, made.ChangedAt = old.Version, old.CreatedAt, o.At
	if old.Version == 0 {
		made.CreatedAt = o.At
	}
	happened := event.New(o, event.Vendor(), event.Of(made.ID, PlanChangedEvent{Status: made.Status}))
	if err := store.SavePlan(ctx, made, happened, o); err != nil {
		return Plan{}, err
	}
	made.Version++
	return made, nil
}

func serviceID(text string) bool {
	return textinput.Word(text, textinput.Small, textinput.Small+textinput.Digits+"_", 1, 60)
}

// Clean returns the plan with its texts cleaned, or Invalid naming every field that is wrong: what PutPlan would write, or why it would not.
func (p Plan) Clean() (Plan, error) {
	var wrong fault.Check
	if p.Status != PlanActive && p.Status != PlanWithdrawn {
		wrong.Add("/status", fault.InvalidValue)
	}
	p.Name = name(p.Name, &wrong, "/name")
	p.Description = description(p.Description, &wrong, "/description")
	p.Services = cleanServices(p.Services, &wrong)
	p.checkPrices(&wrong)
	if p.Trial != nil {
		within(&wrong, "/trial/days", p.Trial.Days, 1, MaxTrialDays)
		within(&wrong, "/trial/licenses", p.Trial.Licenses, 1, MaxLicenses)
	}
	within(&wrong, "/licenses/min", p.Licenses.Min, 1, MaxLicenses)
	within(&wrong, "/licenses/max", p.Licenses.Max, max(1, p.Licenses.Min), MaxLicenses)
	within(&wrong, "/licenses/default", p.Licenses.Default, max(1, p.Licenses.Min), min(MaxLicenses, p.Licenses.Max))
	CheckCountries(&wrong, "/countries", p.Countries, 1)
	return p, wrong.Err()
}

func cleanServices(given []Service, wrong *fault.Check) []Service {
	switch {
	case len(given) == 0:
		wrong.Add("/services", fault.Required)
	case len(given) > MaxServices:
		wrong.Add("/services", fault.TooMany, MaxServices)
		return nil
	}
	seen := map[string]bool{}
	made := make([]Service, len(given))
	for i, s := range given {
		switch {
		case !serviceID(s.ID):
			wrong.Add(at("/services", i, "/id"), fault.InvalidFormat)
		case seen[s.ID]:
			wrong.Add(at("/services", i, "/id"), fault.DuplicateEntry, s.ID)
		}
		seen[s.ID] = true
		made[i] = Service{
			ID: s.ID, Name: name(s.Name, wrong, at("/services", i, "/name")),
			Description: description(s.Description, wrong, at("/services", i, "/description")),
		}
	}
	return made
}

// Check notes what is wrong with an amount at a pointer: its currency (invalid_format), its size (out_of_range).
func (m Money) Check(pointer string, wrong *fault.Check) {
	if len(m.Currency) != 3 || strings.Trim(m.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		wrong.Add(pointer+"/currency", fault.InvalidFormat, "ISO 4217")
	}
	if m.AmountMinor < 0 || m.AmountMinor > MaxAmount {
		wrong.Add(pointer+"/amount_minor", fault.OutOfRange, MaxAmount)
	}
}

func (p Plan) checkPrices(wrong *fault.Check) {
	switch {
	case len(p.Prices) == 0 && p.Trial == nil:
		wrong.Add("/prices", fault.Required)
	case len(p.Prices) > MaxPrices:
		wrong.Add("/prices", fault.TooMany, MaxPrices)
		return
	}
	seen := map[string]bool{}
	for i, one := range p.Prices {
		if one.Term != Month && one.Term != Year {
			wrong.Add(at("/prices", i, "/billing_term"), fault.InvalidValue)
		}
		one.Price.Check(at("/prices", i, "/price"), wrong)
		if key := string(one.Term) + one.Price.Currency; seen[key] {
			wrong.Add(at("/prices", i, ""), fault.DuplicateEntry, one.Price.Currency)
		} else {
			seen[key] = true
		}
	}
}
