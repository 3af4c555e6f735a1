package confirm_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
)

const origin = "https://pages.example"

var who = site.Signed{Caller: access.Caller{ID: "usr_1"}, Secret: "the session's"}

// till is a page that sells one thing at the price of the day, and what it keeps.
type till struct {
	price catalog.Money
	taxed confirm.Charging
	sold  []catalog.Money
	shown confirm.Shown
	state confirm.State
	token string
	fails []error // what the next deeds fail with
	past  bool    // another press did the deed
	again int     // how often it was read once more what counts
}

func (*till) CatalogView(context.Context, []catalog.PlanID) (catalog.View, error) {
	return catalog.View{}, nil
}

func (*till) CatalogText(context.Context, catalog.Document, string, string) (catalog.TermsText, error) {
	return catalog.TermsText{}, nil
}

// Done tells of the earlier press only once the deed was tried: both began at the same moment.
func (s *till) Done(context.Context, string, time.Time) (*op.Once, error) {
	if !s.past || len(s.fails) > 0 {
		return nil, nil
	}
	return &op.Once{Result: "red_before"}, nil
}

func (s *till) show(v *site.Visit, state confirm.State) error {
	s.state, s.shown = state, confirm.Order(state.Key, "1", s.price, s.taxed)
	s.token = s.shown.Token(who.Secret, "till")
	return v.Say(state.Status, site.Message{Title: "Till"})
}

func (s *till) press(v *site.Visit) error {
	was, err := confirm.Posted(v, who.Secret, []string{"till"}, confirm.Ordering()...)
	if err != nil {
		return err
	}
	once := confirm.OnceBy(v, s, who, "till", was.Key(), "/")
	now := s.price
	return confirm.Press{
		Was: was, Missing: "Tick the box.", Before: once.Receipt,
		Changed: func() *page.Notice { return confirm.Overtaken(v.Words, was, now, s.taxed, "1") },
		Show:    func(state confirm.State) error { return s.show(v, state) },
		Do: func() (string, error) {
			if len(s.fails) > 0 {
				err := s.fails[0]
				s.fails = s.fails[1:]
				return once.Made(consent.Consent{}, err)
			}
			s.sold = append(s.sold, now)
			return once.Made(consent.Consent{ID: "red_made"}, nil)
		},
		Reload: func() error {
			s.again++
			now = s.price
			return nil
		},
	}.Answer(v)
}

// TestPress does what the page showed, once, or nothing.
func TestPress(t *testing.T) {
	dear := catalog.Money{AmountMinor: 4900, Currency: "PLN"}
	for _, c := range []struct {
		name   string
		fields url.Values // beside those of the page
		before func(*till)
		status int
		to     string // the start of where it leads
		sold   int
		notice bool
		agreed bool
		again  int
	}{
		{name: "as shown", status: http.StatusSeeOther, to: "/receipts/red_made_", sold: 1},
		{name: "not ticked", fields: url.Values{"agree": nil}, status: http.StatusUnprocessableEntity},
		{name: "another price", before: func(s *till) { s.price = dear }, status: http.StatusConflict, notice: true},
		{name: "net by now said", before: func(s *till) { s.taxed.Prices = catalog.Net }, status: http.StatusSeeOther, to: "/receipts/red_made_", sold: 1},
		{name: "gross by now", before: func(s *till) { s.taxed.Prices = catalog.Gross }, status: http.StatusConflict, notice: true},
		{name: "added licences are charged later by now", before: func(s *till) { s.taxed.Added = catalog.NextTerm }, status: http.StatusConflict, notice: true},
		{name: "another price, not ticked", fields: url.Values{"agree": nil}, before: func(s *till) { s.price = dear }, status: http.StatusConflict, notice: true},
		{name: "another language", fields: url.Values{"lang": {"pl"}}, status: http.StatusOK, agreed: true},
		{name: "forged price", fields: url.Values{"amount": {"1"}}, status: http.StatusForbidden},
		{name: "forged terms", fields: url.Values{"terms": {"0"}}, status: http.StatusForbidden},
		{name: "forged tax", fields: url.Values{"prices": {"gross"}}, status: http.StatusForbidden},
		{name: "no key", fields: url.Values{"key": nil}, status: http.StatusForbidden},
		{name: "no token", fields: url.Values{page.TokenField: nil}, status: http.StatusForbidden},
		{name: "pressed twice at once", before: func(s *till) { s.past, s.fails = true, []error{fault.SubscriptionNotConvertible} }, status: http.StatusSeeOther, to: "/receipts/red_before_", again: 1},
		{name: "the same operation", before: func(s *till) { s.fails = []error{&op.Replay{Once: op.Once{Result: "red_first"}}} }, status: http.StatusSeeOther, to: "/receipts/red_first_"},
		{name: "refused", before: func(s *till) { s.fails = []error{fault.CustomerReadOnly} }, status: http.StatusConflict, again: 1},
		{name: "busy", before: func(s *till) { s.fails = []error{fault.Unavailable} }, status: http.StatusServiceUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &till{price: catalog.Money{AmountMinor: 1900, Currency: "PLN"}}
			pages := site.New(boot.Env{PagesURL: origin, Log: slog.New(slog.DiscardHandler)}, s, site.Route{
				Path: "/", Get: func(v *site.Visit) error { return s.show(v, confirm.Opened(v)) }, Post: s.press,
			})
			pages.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/", nil))
			form := url.Values{page.TokenField: {s.token}, "agree": {"yes"}}
			for _, field := range s.shown {
				form.Set(field.Name, field.Value)
			}
			for name, values := range c.fields {
				form[name] = values
			}
			s.state = confirm.State{}
			if c.before != nil {
				c.before(s)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", origin)
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, r)
			to := w.Header().Get("Location")
			if w.Code != c.status || !strings.HasPrefix(to, c.to) || c.to == "" && to != "" || len(s.sold) != c.sold || (s.state.Notice != nil) != c.notice || s.state.Agreed != c.agreed || s.again != c.again {
				t.Errorf("%d to %q, sold %v, left %+v", w.Code, to, s.sold, s.state)
			}
		})
	}
}
