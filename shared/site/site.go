// Package site is what all pages share besides their looks: one visit's operation and language, the vendor's brand, a catalogue
// at most 60 seconds old, and how failures are shown. A page package brings its routes:
//
//	func Page(env boot.Env, table Table) http.Handler {
//		p := page{table}
//		return site.New(env, table, site.Route{Path: "/o/{code}", Get: p.show, Post: p.ask})
//	}
//
// GET and HEAD lead to Get, which writes nothing. POST leads to Post, and only from our own pages (infra/design/trust.md, rules 1 and 2);
// the form token is the page's own to check.
package site

import (
	"errors"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"liaison/shared/boot"
	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
)

// Table is what every page reads.
type Table interface {
	catalog.Source
}

// Route is one path of a page.
type Route struct {
	Path string // as http.ServeMux takes it, without method
	Get  func(v *Visit) error
	Post func(v *Visit) error // nil where there is nothing to decide
	// TooLarge, where set, answers a form from our own page that holds more than a request may, with what came before the rest.
	TooLarge func(v *Visit) error
	// FromMail, where set, says that a POST comes from a mail program and not from our page: it carries no origin (RFC 8058).
	FromMail func(r *http.Request) bool
}

type site struct {
	env     boot.Env
	catalog *catalog.Cache
}

// New returns a page as net/http runs it. It panics where PAGES_URL is not an absolute URL: no page is served without knowing its own origin.
func New(env boot.Env, table Table, routes ...Route) http.Handler {
	s := &site{env: env, catalog: catalog.NewCache(table)}
	if _, err := page.SameOrigin(env.PagesURL, nil, nil); err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	known := false
	for _, route := range routes {
		known = known || route.Path == "/"
		mux.HandleFunc(route.Path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route.Path, route.answer) })
	}
	if !known {
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, "none", func(*Visit) error { return fault.NotFound })
		})
	}
	return page.Secure(mux)
}

func (route Route) answer(v *Visit) error {
	switch v.R.Method {
	case http.MethodGet, http.MethodHead:
		return route.Get(v)
	case http.MethodPost:
		if route.Post == nil {
			break
		}
		if err := v.readable(); err != nil {
			if fault.Is(err, fault.BodyTooLarge) && route.TooLarge != nil {
				return v.fromOurPage(route.TooLarge)
			}
			return err
		}
		if route.FromMail != nil && route.FromMail(v.R) {
			return route.Post(v)
		}
		err := v.fromOurPage(route.Post)
		if fault.Is(err, fault.FormExpired) {
			return v.again(route.Get, err)
		}
		return err
	}
	allowed := "GET, HEAD"
	if route.Post != nil {
		allowed += ", POST"
	}
	v.W.Header().Set("Allow", allowed)
	return fault.MethodNotAllowed.With(Vars{"allowed": allowed})
}

// Visit is one request to a page.
type Visit struct {
	W     http.ResponseWriter
	R     *http.Request
	Op    op.Op
	Words locale.Words // in the language chosen, or known of so far: see Speak
	Env   boot.Env

	site    *site
	signed  Signed  // who is signed in, once it was asked
	behalf  *Behalf // the customer that the page acts for, nil where it acts for none
	unnoted bool    // an operator asks for what is personal, and no event says so yet
	form    error   // why the posted form could not be read
	files   map[string][]byte
	retyped url.Values // what a form sent whose token was too old: see again
}

// serve runs one request with a request id, a log line, and a written page whatever happens.
func (s *site) serve(w http.ResponseWriter, r *http.Request, route string, answer func(*Visit) error) {
	started, at, ids := time.Now(), s.env.Now(), s.env.IDs()
	out := &recorder{ResponseWriter: w, bodyless: r.Method == http.MethodHead}
	v := &Visit{W: out, R: r, Env: s.env, site: s}
	v.Op = op.Op{ID: ids.ULID(at), RequestID: "req_" + ids.ULID(at), At: at, IDs: ids}
	page.SecurityHeaders(out.Header())
	out.Header().Set("Request-Id", v.Op.RequestID)
	r.Body = http.MaxBytesReader(nil, r.Body, gateway.MaxBody)
	v.files, v.form = readForm(r)
	v.Speak()
	err := guard(func() error {
		if clean := cleanLink(r.URL.Path); clean != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			return v.found(clean)
		}
		return answer(v)
	})
	if err != nil && out.status == 0 {
		v.failed(err)
	}
	line := []any{
		"request_id", v.Op.RequestID, "route", route, "method", r.Method, "status", out.status, "milliseconds", time.Since(started).Milliseconds(),
	}
	if f := fault.As(err); f != nil {
		line = append(line, "code", f.Code.String())
	}
	if out.status >= 500 {
		s.env.Log.Error("page failed", append(line, "error", err.Error())...)
		return
	}
	s.env.Log.Info("page", line...)
}

// guard turns a panic into an error with its stack, which is logged and shown to nobody.
func guard(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("panic\n" + string(debug.Stack()))
			if cause, ok := p.(error); ok {
				err = errors.Join(cause, err)
			}
		}
	}()
	return work()
}

// Speak chooses the language: ?lang or the switch, the cookie, the first of known that is set (invitation, offer), the browser's, the vendor's.
// The words then say of prices what the vendor does.
func (v *Visit) Speak(known ...string) {
	tags := make([]locale.Language, len(known))
	for i, tag := range known {
		tags[i] = locale.Language(tag)
	}
	v.Words = locale.In(page.Language(v.R, locale.Language(v.Vendor().DefaultLanguage), tags...)).Priced(v.Vendor().Prices == catalog.Gross)
}

// ReadIn returns the visit as somebody has it who reads in another language.
func (v *Visit) ReadIn(l locale.Language) *Visit {
	other := *v
	other.Words = locale.In(l).Priced(v.Vendor().Prices == catalog.Gross)
	return &other
}

// PricedBy has the words say of prices what a vendor does that was read now: the one that Speak knows may be a minute old, and what is agreed to
// is said as it counts.
func (v *Visit) PricedBy(vendor catalog.Vendor) {
	v.Words = v.Words.Priced(vendor.Prices == catalog.Gross)
}

// Redirect answers 303 to a path of this site.
func (v *Visit) Redirect(path string) error {
	if v.retyped != nil {
		return fault.FormExpired // the form's page would lead elsewhere: what it says is not this form's
	}
	page.RememberLanguage(v.W, v.R)
	return page.Redirect(v.W, path)
}

// Frame is what is around a page: the vendor's brand, who is signed in, the way to the account's parts and to the other language.
func (v *Visit) Frame(title string) page.Frame {
	vendor := v.Vendor()
	look := page.Brand{
		Name: vendor.Name, SheetURL: asset(brand.Accent(vendor.Accent).SheetName()), HomeURL: "/",
		LogoURL: asset(vendor.Logo), LogoDarkURL: asset(vendor.LogoDark), IconURL: asset(vendor.Icon),
		HelpPhone: vendor.HelpPhone, HelpMail: vendor.HelpMail, HelpHours: v.Words.Hours(vendor.HelpHours),
		Address: vendor.Address, TermsURL: "/terms/customer", PrivacyURL: "/terms/privacy", PartnersURL: "/find-a-partner",
	}
	if look.Name == "" {
		if u, err := url.Parse(v.Env.PagesURL); err == nil {
			look.Name = u.Host
		}
	}
	frame := page.Frame{Words: v.Words.Shown(), Brand: look, Title: title, Languages: page.LanguageLinks(v.R, v.Words.Language())}
	v.address(&frame)
	return frame
}

// asset is the path of a file of ours, empty where there is none.
func asset(file string) string {
	if file == "" {
		return ""
	}
	return "/assets/" + file
}

// Render writes a page.
func (v *Visit) Render(of *page.Template, status int, frame page.Frame, body any) error {
	if v.unnoted && status < 300 {
		return errUnnoted
	}
	page.RememberLanguage(v.W, v.R)
	if v.retyped != nil {
		status, frame.Typed = http.StatusForbidden, v.retyped
		frame.Notice = &page.Notice{Title: v.Words.SiteOldFormTitle(), Text: v.Words.SiteOldFormText()}
	}
	return of.Render(v.W, status, page.Page{Frame: frame, Body: body})
}

// recorder remembers the status, and sends no body to HEAD.
type recorder struct {
	http.ResponseWriter
	status   int
	bodyless bool
}

// WriteHeader writes the status once.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write writes the body, except to HEAD.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.bodyless {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}
