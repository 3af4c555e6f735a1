package gateway

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/relationship"
)

// Secure sets the headers that every answer of the API carries, errors too (infra/design/trust.md, rule 3).
func Secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// ETag returns the tag of a thing: its version and how it stands now, so that a state that changes by the clock alone changes the tag.
func ETag(version int, status string) string {
	if status == "" {
		return `"` + strconv.Itoa(version) + `"`
	}
	return `"` + strconv.Itoa(version) + "-" + status + `"`
}

// ContentTag returns the tag of an answer that has no version of its own, such as counts: it changes exactly with what it says.
func ContentTag(body any) string {
	raw, err := json.Marshal(body)
	if err != nil {
		return "" // write fails on the same body
	}
	return `"` + hash(string(raw))[:32] + `"`
}

// OK answers 200 with the thing and its tag, or 304 where the caller holds that very one. An empty tag sends none.
func OK(w http.ResponseWriter, r *http.Request, etag string, body any) error {
	if etag != "" {
		w.Header().Set("ETag", etag)
		if Holds(r, etag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	return write(w, http.StatusOK, "application/json", body)
}

// Created answers 201 with the thing that was made, where it is, and its tag.
func Created(w http.ResponseWriter, location, etag string, body any) error {
	if location != "" {
		w.Header().Set("Location", location)
	}
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	return write(w, http.StatusCreated, "application/json", body)
}

// NoContent answers 204.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Holds says whether who reads already has the version of the tag (If-None-Match), so that 304 is the answer.
func Holds(r *http.Request, etag string) bool {
	return r.Method == http.MethodGet && none(r.Header.Get("If-None-Match"), etag)
}

// none says whether If-None-Match forbids an answer with the tag: it names it, weak or strong, or any.
func none(header, etag string) bool {
	return strings.TrimSpace(header) == "*" || slices.ContainsFunc(tags(header), func(one string) bool { return strings.TrimPrefix(one, "W/") == etag })
}

// Some returns nil for a zero value: what is not there is null.
func Some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// IfMatch fails with Unguarded where the request names no version, and with Stale where it names another than the tag's.
func IfMatch(r *http.Request, etag string) error {
	given := r.Header.Get("If-Match")
	switch {
	case given == "":
		return fault.PreconditionRequired.In("If-Match")
	case !slices.Contains(tags(given), etag): // a weak tag is no proof, and "any version" is none
		return fault.PreconditionFailed
	}
	return nil
}

// AsRead returns the request's operation. Where the request names the version that its caller read (If-Match), it is decided on that one: what somebody
// else wrote since is not judged unread. stands reads the version and the tag of the thing as it is now. It fails as stands does, and with Stale.
func AsRead(r *http.Request, stands func() (version int, etag string, err error)) (op.Op, error) {
	o := Op(r)
	if r.Header.Get("If-Match") == "" {
		return o, nil
	}
	version, etag, err := stands()
	if err != nil {
		return o, err
	}
	o.Seen = version
	return o, IfMatch(r, etag)
}

// Creating says whether a PUT must make a new thing (If-None-Match: *). It fails with Unguarded where the request carries neither that nor If-Match.
func Creating(r *http.Request) (bool, error) {
	if r.Header.Get("If-None-Match") == "*" {
		return true, nil
	}
	if r.Header.Get("If-Match") == "" {
		return false, fault.PreconditionRequired.In("If-Match")
	}
	return false, nil
}

func write(w http.ResponseWriter, status int, media string, body any) error {
	raw, err := encoded(body)
	if err != nil {
		return fmt.Errorf("gateway: answer: %w", err)
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, _ = w.Write(raw)
	return nil
}

// encoded returns a body as JSON.
func encoded(body any) ([]byte, error) {
	var raw bytes.Buffer
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false) // a receipt's canonical bytes stay as they are; no browser takes JSON for a page
	err := encoder.Encode(body)
	return raw.Bytes(), err
}

var statuses = map[fault.Kind]int{
	fault.Malformed: 400, fault.Unauthenticated: 401, fault.Denied: 403, fault.Absent: 404, fault.NotAllowed: 405, fault.Conflict: 409,
	fault.Gone: 410, fault.Stale: 412, fault.TooLarge: 413, fault.Media: 415, fault.Invalid: 422, fault.Unguarded: 428, fault.Throttled: 429,
	fault.Failed: 500, fault.Busy: 503,
}

// Status returns the HTTP status of an error: of a fault its kind's, of a passed deadline 503, of anything else 500.
func Status(err error) int {
	if f := fault.As(err); f != nil {
		return statuses[f.Kind]
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem answers an error as problem details (RFC 9457) in the caller's language. What is no fault is 500 and says nothing of its cause.
func problem(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.As(err)
	status := Status(err)
	if f == nil {
		f = fault.Internal.With(nil)
		if status == http.StatusServiceUnavailable {
			f = fault.Timeout.After(time.Second)
		}
	}
	language := locale.Match(r.Header.Get("Accept-Language"))
	title, detail := said(r, f)
	s := of(r)
	body := contract.Problem{
		Type: s.env.APIURL + "/docs/problems/" + f.Code.String(), Title: title, Status: status, Detail: detail, Instance: instance(r),
		Code: f.Code.String(), RequestID: s.requestID,
	}
	for _, field := range f.Fields {
		said, ok := locale.Field(language, field.Code.String(), vars(language, field.Code, field.About))
		if !ok {
			said = detail
		}
		body.Errors = append(body.Errors, contract.ProblemError{Pointer: field.Pointer, Code: field.Code.String(), Detail: said})
	}
	h := w.Header()
	h.Set("Content-Language", string(language))
	h.Add("Vary", "Accept-Language")
	h.Del("ETag")
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	if err := write(w, status, "application/problem+json", body); err != nil {
		Log(r).Error("problem could not be written", "error", err.Error())
	}
}

// said returns the title and detail of a fault in the caller's language.
func said(r *http.Request, f *fault.Fault) (title, detail string) {
	language := locale.Match(r.Header.Get("Accept-Language"))
	title, detail, ok := locale.Problem(language, f.Code.String(), mentioned(r, language, f))
	detail = cmp.Or(instead(language, f.About), detail)
	if !ok {
		title, detail, _ = locale.Problem(language, fault.BadRequest.String(), nil)
		Log(r).Error("a problem without words", "code", f.Code.String())
	}
	return title, detail
}

// mentioned is vars of a fault. What has a page that says more names it in full, where the function knows the pages.
func mentioned(r *http.Request, language locale.Language, f *fault.Fault) map[string]string {
	made := vars(language, f.Code, f.About)
	if about, has := f.About.(interface{ Page() string }); has && of(r).env.PagesURL != "" {
		made["page"] = of(r).env.PagesURL + about.Page()
	}
	return made
}

// Detail returns what is wrong in the caller's language, for an answer about several things.
func Detail(r *http.Request, f *fault.Fault) string {
	_, detail := said(r, f)
	return detail
}

// instance is the path that was asked for, bounded.
func instance(r *http.Request) string {
	path := r.URL.EscapedPath()
	return path[:min(len(path), 512)]
}

// vars returns what a problem's words mention, by the names that they use; a bare text is the first of them.
func vars(language locale.Language, code *fault.Code, about any) map[string]string {
	switch v := about.(type) {
	case nil:
		return nil
	case interface{ Vars() map[string]string }:
		return v.Vars()
	case interface {
		VarsIn(language string) map[string]string
	}:
		return v.VarsIn(string(language))
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return map[string]string{"when": locale.In(language).Time(v)}
	case int:
		return map[string]string{"limit": strconv.Itoa(v)}
	case string:
		if named := code.Mentions(); len(named) > 0 {
			return map[string]string{named[0]: v}
		}
	case fault.Form:
		return map[string]string{"allowed": form(locale.In(language), v)}
	case fault.DaysAhead:
		return map[string]string{"allowed": locale.In(language).FormDaysAhead(v.Least, v.Most)}
	}
	return nil
}

// form says how a value is written.
func form(w locale.Words, of fault.Form) string {
	switch of {
	case fault.Country:
		return w.FormCountry()
	case fault.PartnerID:
		return w.FormPartnerID()
	case fault.PlanID:
		return w.FormPlanID()
	case fault.OfferID, fault.CustomerID:
		return w.FormID(string(of))
	case fault.EventType:
		return w.FormEventType()
	case fault.TermsVersion:
		return w.FormTermsVersion()
	case fault.Phone:
		return w.FormPhone()
	case fault.SixDigits:
		return w.FormSixDigits()
	case fault.Key:
		return w.FormKey()
	case fault.Host:
		return w.FormHost()
	}
	return ""
}

// instead returns the detail of a problem whose code's own does not fit what it is about, empty where it fits: no administrator of a
// company can help who lacks a right of others.
func instead(language locale.Language, about any) string {
	switch about {
	case access.Operators:
		return locale.In(language).ForbiddenOperators()
	case access.Partners:
		return locale.In(language).ForbiddenPartners()
	case access.Customers:
		return locale.In(language).ForbiddenCustomers()
	case access.Parties:
		return locale.In(language).ForbiddenParties()
	case access.Sellers:
		return locale.In(language).ForbiddenSellers()
	case relationship.FullGrant:
		return locale.In(language).ForbiddenFullGrant()
	case administration.AnyGrant:
		return locale.In(language).ForbiddenGrant()
	}
	return ""
}
