// Package site is what all pages share beside their looks: one visit's operation and language, the vendor's brand, a catalogue
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
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"liaison/shared/boot"
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

// again shows the page of a form whose token was too old, or another session's, once more: with what was typed, a notice, and a token that
// counts. It stays a refusal, with its status. Where the page can't be shown, the refusal is.
func (v *Visit) again(get func(*Visit) error, refused error) error {
	shown := *v
	shown.retyped = v.R.PostForm
	shown.R = v.R.Clone(v.R.Context())
	shown.R.Method, shown.R.PostForm, shown.R.Form = http.MethodGet, nil, v.R.URL.Query()
	if err := get(&shown); err != nil {
		if fault.As(err) == nil {
			return err
		}
		v.Words, v.signed = shown.Words, shown.signed
	}
	return refused
}

// Vars are what a fault's words mention, by the names that they use.
type Vars map[string]string

// Vars returns them as they are.
func (v Vars) Vars() map[string]string { return v }

// Visit is one request to a page.
type Visit struct {
	W     http.ResponseWriter
	R     *http.Request
	Op    op.Op
	Words locale.Words // in the language chosen, or known of so far: see Speak
	Env   boot.Env

	site    *site
	signed  Signed     // who is signed in, once it was asked
	form    error      // why the posted form could not be read
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
	v.form = readForm(r)
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

// readForm reads a form in either encoding that browsers and mail programs send. What has no body is an empty form, whatever it says to be.
func readForm(r *http.Request) error {
	body := bufio.NewReader(r.Body)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		r.Header.Del("Content-Type")
	}
	r.Body = io.NopCloser(body)
	if err := r.ParseForm(); err != nil {
		return err
	}
	// A body is bounded by the same length, so no part of it goes to a file.
	if err := r.ParseMultipartForm(gateway.MaxBody); !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	return nil
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
func (v *Visit) Speak(known ...string) {
	tags := make([]locale.Language, len(known))
	for i, tag := range known {
		tags[i] = locale.Language(tag)
	}
	v.Words = locale.In(page.Language(v.R, locale.Language(v.Vendor().DefaultLanguage), tags...))
}

// readable fails where the posted form could not be read: TooLarge over 256 kB, otherwise Malformed.
func (v *Visit) readable() error {
	var large *http.MaxBytesError
	switch {
	case errors.As(v.form, &large):
		return fault.BodyTooLarge.With(gateway.MaxBody)
	case v.form != nil:
		return fault.BadRequest.Because(v.form)
	}
	return nil
}

// fromOurPage lets a POST through that a browser sent from our own pages; everything else is Forbidden cross_site.
func (v *Visit) fromOurPage(post func(*Visit) error) error {
	err := error(fault.CrossSite)
	refused := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	through := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { err = post(v) })
	checked, wrong := page.SameOrigin(v.Env.PagesURL, refused, through)
	if wrong != nil {
		return wrong
	}
	checked.ServeHTTP(v.W, v.R)
	return err
}

// Form returns a posted value, cut to a length no honest form reaches, so that a rule can say what is too long and
// nothing huge is shown back.
func (v *Visit) Form(name string) string {
	const most = 64 << 10
	given := v.R.PostForm.Get(name)
	return given[:min(len(given), most)]
}

// Token returns the form token of one step, keyed by the secret of the link or cookie.
func Token(secret string, parts ...string) string { return page.FormToken([]byte(secret), parts...) }

// Posted fails with Forbidden form_expired where the form does not carry the token of this step and secret.
func (v *Visit) Posted(secret string, parts ...string) error {
	if !page.CheckFormToken([]byte(secret), v.Form(page.TokenField), parts...) {
		return fault.FormExpired
	}
	return nil
}

// Redirect answers 303 to a path of this site.
func (v *Visit) Redirect(path string) error {
	if v.retyped != nil {
		return fault.FormExpired // the form's page would lead elsewhere: what it says is not this form's
	}
	page.RememberLanguage(v.W, v.R)
	return page.Redirect(v.W, path)
}

// Frame returns what stands around every page: brand, help, language switch.
func (v *Visit) Frame(title string) page.Frame {
	vendor := v.Vendor()
	brand := page.Brand{
		Name: vendor.Name, HomeURL: "/", HelpPhone: vendor.HelpPhone, HelpMail: vendor.HelpMail, HelpHours: vendor.HelpHours,
		Address: vendor.Address, TermsURL: "/terms/customer", PrivacyURL: "/terms/privacy",
	}
	if brand.Name == "" {
		if u, err := url.Parse(v.Env.PagesURL); err == nil {
			brand.Name = u.Host
		}
	}
	return page.Frame{Words: v.Words, Brand: brand, Title: title, Links: v.links(), Languages: page.LanguageLinks(v.R, v.Words.Language())}
}

// Render writes a page.
func (v *Visit) Render(of *page.Template, status int, frame page.Frame, body any) error {
	page.RememberLanguage(v.W, v.R)
	if v.retyped != nil {
		status, frame.Typed = http.StatusForbidden, v.retyped
		frame.Notice = &page.Notice{Title: v.Words.SiteOldFormTitle(), Text: v.Words.SiteOldFormText()}
	}
	return of.Render(v.W, status, page.Page{Frame: frame, Body: body})
}

// failed shows a failure: what it means and what to do now; its cause only to the log.
func (v *Visit) failed(err error) {
	f, status := fault.As(err), gateway.Status(err)
	if f == nil {
		f = fault.Internal.With(nil)
		if status == http.StatusServiceUnavailable {
			f = fault.Timeout.After(time.Second)
		}
	}
	// What failed may be what reads the brand: show the page without waiting for it.
	l := v.Words.Language()
	title, detail, ok := locale.Problem(l, f.Code.String(), v.vars(f))
	if !ok {
		title, detail, _ = locale.Problem(l, fault.Internal.String(), nil)
		v.Env.Log.Error("a fault without words", "request_id", v.Op.RequestID, "code", f.Code.String())
	}
	switch f.Code { // what these say elsewhere is for programs
	case fault.Timeout:
		detail = v.Words.SiteTimeout()
	case fault.MethodNotAllowed:
		title, detail = v.Words.SiteNotThatWayTitle(), v.Words.SiteNotThatWayText()
	case fault.PreconditionFailed:
		_, detail, _ = locale.Problem(l, fault.Unavailable.String(), nil)
	}
	said := []string{detail}
	if status >= 500 {
		said = append(said, v.Words.SiteRequest(v.Op.RequestID))
	}
	if f.RetryAfter > 0 {
		v.W.Header().Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
	}
	if wrong := v.Say(status, Message{Title: title, Text: said, Links: v.onward(f, status)}); wrong != nil {
		v.Env.Log.Error("a failure could not be shown", "request_id", v.Op.RequestID, "error", wrong.Error())
		v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
		v.W.WriteHeader(status)
		_, _ = io.WriteString(v.W, title+"\n"+strings.Join(said, "\n")+"\n")
	}
}

// onward leads on from a failure: back to the page itself where it can be tried again.
func (v *Visit) onward(f *fault.Fault, status int) []page.Link {
	again := fault.Is(f, fault.FormExpired, fault.CrossSite) || status >= 500 || status == http.StatusTooManyRequests || status == http.StatusBadRequest ||
		status == http.StatusRequestEntityTooLarge || status == http.StatusMethodNotAllowed
	if here := v.R.URL.RequestURI(); again && page.PathURL(here) != "" {
		return []page.Link{{Text: v.Words.SiteOpenAgain(), URL: here}}
	}
	return nil
}

func (v *Visit) vars(f *fault.Fault) map[string]string {
	switch about := f.About.(type) {
	case interface{ Vars() map[string]string }:
		return about.Vars()
	case interface {
		VarsIn(language string) map[string]string
	}:
		return about.VarsIn(string(v.Words.Language()))
	case int:
		if f.RetryAfter > 0 {
			return map[string]string{"retry": strconv.Itoa(seconds(f.RetryAfter))}
		}
		return map[string]string{"limit": v.Words.Int(about)}
	}
	return nil
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

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
