package gateway

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/partner"
	"liaison/shared/quota"
)

// Limits of a page (README.md, "Limits").
const (
	// DefaultPage is how many things one page of a list holds where nothing is said.
	DefaultPage = 25
	// MaxPage is how many things one page of a list holds at most.
	MaxPage = 100
)

// Paging lists the query parameters of every list, for Endpoint.Queries.
var Paging = []string{"limit", "cursor"}

// Page returns how many things a list is asked for, and its cursor. It fails with Malformed out_of_range outside 1..100.
func Page(r *http.Request) (limit int, cursor string, err error) {
	limit = DefaultPage
	query := r.URL.Query()
	if query.Has("limit") {
		limit, err = strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > MaxPage {
			return 0, "", fault.OutOfRange.With(fault.Between(1, MaxPage)).InParameter("limit")
		}
	}
	if query.Has("cursor") && query.Get("cursor") == "" {
		return 0, "", fault.InvalidCursor.In("cursor")
	}
	return limit, query.Get("cursor"), nil
}

// Paged answers with the page that the query asks for: what read returns of it, each as view shows it; with columns as Listed does. It fails as
// Page and read do.
func Paged[T, V any](w http.ResponseWriter, r *http.Request, read func(limit int, cursor string) ([]T, string, error), view func(T) V, columns ...string) error {
	limit, cursor, err := Page(r)
	if err != nil {
		return err
	}
	found, next, err := read(limit, cursor)
	if err != nil {
		return err
	}
	views := make([]V, len(found))
	for i, one := range found {
		views[i] = view(one)
	}
	return Listed(w, r, views, next, columns...)
}

// Listed answers 200 with one page of a list and, where there is more, the cursor and a Link to the next. A list that has columns is CSV where the
// request accepts that rather than JSON: the columns are fields of T by their names in JSON, a dot before each one inside another.
func Listed[T any](w http.ResponseWriter, r *http.Request, data []T, next string, columns ...string) error {
	if data == nil {
		data = []T{}
	}
	if len(columns) > 0 {
		w.Header().Add("Vary", "Accept")
		if Accepts(r, "application/json", "text/csv") == "text/csv" {
			return listedCSV(w, r, data, next, columns)
		}
	}
	body := struct {
		Data       []T     `json:"data"`
		HasMore    bool    `json:"has_more"`
		NextCursor *string `json:"next_cursor"`
	}{Data: data, HasMore: next != ""}
	if next != "" {
		body.NextCursor = &next
	}
	Next(w, r, next)
	return OK(w, r, "", body)
}

// Next writes the Link to a list's next page, where there is one.
func Next(w http.ResponseWriter, r *http.Request, next string) {
	if next == "" {
		return
	}
	query := r.URL.Query()
	query.Set("cursor", next)
	link := url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
	w.Header().Set("Link", "<"+of(r).env.APIURL+link.String()+`>; rel="next"`)
}

// Choice returns a query parameter that is one of some words, empty where it is not given. It fails with Malformed invalid_value.
func Choice[T ~string](r *http.Request, name string, words ...T) (T, error) {
	query := r.URL.Query()
	given := T(query.Get(name))
	if query.Has(name) && !slices.Contains(words, given) {
		return "", fault.InvalidValue.With(fault.OneOf(words...)).InParameter(name)
	}
	return given, nil
}

// Whose returns whose list is asked for by partner_id and customer_id. A partner's caller gets its own, of one customer if it names one;
// a customer's gets its own, of one partner if it names one; an operator names the partner or the customer, and both are empty where it does
// not. It fails with Malformed invalid_format and with NotFound where a partner or a customer names another than itself.
func Whose(r *http.Request) (p partner.ID, c customer.ID, err error) {
	query := r.URL.Query()
	p, c = partner.ID(query.Get("partner_id")), customer.ID(query.Get("customer_id"))
	if query.Has("partner_id") && !p.Valid() {
		return "", "", fault.InvalidFormat.With(fault.PartnerID).InParameter("partner_id")
	}
	if query.Has("customer_id") && !c.Valid() {
		return "", "", fault.InvalidFormat.With(fault.CustomerID).InParameter("customer_id")
	}
	switch by := Caller(r); {
	case by.Operates():
		return p, c, nil
	case by.OfCustomer():
		c = cmp.Or(c, by.Customer.ID)
		return p, c, access.Shares(by, "", c)
	default:
		p = cmp.Or(p, by.Partner.ID)
		return p, c, access.Owns(by, p)
	}
}

// Sides are whose a list is: a partner's, a customer's, or what is between the two.
type Sides struct {
	Partner  partner.ID
	Customer customer.ID
}

// List is a list of what both partners and customers have a side in: the caller's own, and an operator names whose. T is a thing as stored, V
// as shown.
type List[T, V any] struct {
	Pattern  string
	Requires access.Right
	Filters  []string // the query parameters that it takes besides partner_id, customer_id, limit and cursor
	What     string   // as the event of an operator's reading names it
	// Filter reads those parameters: what it returns says whether a thing is shown; nil shows each.
	Filter func(r *http.Request, of Sides) (func(T) bool, error)
	// Read returns at most limit things of what keep lets through, nil for all, and the cursor of the next page.
	Read func(r *http.Request, of Sides, limit int, cursor string, keep func([]T) ([]bool, error)) ([]T, string, error)
	// Views returns the things as the caller sees them.
	Views func(r *http.Request, found []T) ([]V, error)
	// Columns are those of the list as CSV, as Listed takes them; a list without any is JSON alone.
	Columns []string
}

// Endpoint returns the endpoint that answers with the list. It fails with Malformed where an operator names neither side.
func (l List[T, V]) Endpoint() Endpoint {
	return Endpoint{
		Pattern:  l.Pattern,
		Requires: l.Requires,
		Queries:  slices.Concat(Paging, []string{"partner_id", "customer_id"}, l.Filters),
		Handle:   l.answer,
	}
}

func (l List[T, V]) answer(w http.ResponseWriter, r *http.Request) error {
	limit, cursor, err := Page(r)
	if err != nil {
		return err
	}
	var of Sides
	if of.Partner, of.Customer, err = Whose(r); err != nil {
		return err
	}
	if of == (Sides{}) {
		return fault.Required.InParameter("partner_id")
	}
	shows, err := l.Filter(r, of)
	if err != nil {
		return err
	}
	found, next, err := l.Read(r, of, limit, cursor, each(shows))
	if err != nil {
		return err
	}
	if err := AuditRead(r, Tenant(of.Partner, of.Customer), l.What); err != nil {
		return err
	}
	views, err := l.Views(r, found)
	if err != nil {
		return err
	}
	return Listed(w, r, views, next, l.Columns...)
}

func each[T any](shows func(T) bool) func([]T) ([]bool, error) {
	if shows == nil {
		return nil
	}
	return func(found []T) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, one := range found {
			kept[i] = shows(one)
		}
		return kept, nil
	}
}

// Counted writes how a counted request stands in its window (IETF draft "RateLimit header fields for HTTP"); where the window is full
// it fails with TooMany rate_limited.
func Counted(h http.Header, policy string, rate quota.Rate) error {
	seconds := func(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }
	h.Set("RateLimit-Policy", `"`+policy+`";q=`+strconv.Itoa(rate.Limit)+";w="+seconds(rate.Window))
	h.Set("RateLimit", `"`+policy+`";r=`+strconv.Itoa(rate.Remaining)+";t="+seconds(rate.Reset))
	if rate.Over {
		return fault.RateLimited.With(rate.Limit).After(rate.Reset)
	}
	return nil
}
