package site

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/page"
)

// Vars are what a fault's words mention, by the names that they use.
type Vars map[string]string

// Vars returns them as they are.
func (v Vars) Vars() map[string]string { return v }

// Detail says what a fault means and what to do now, for a form that shows it beside its field; empty for an error that is no fault.
func (v *Visit) Detail(err error) string {
	f := fault.As(err)
	if f == nil {
		return ""
	}
	_, detail, _ := locale.Problem(v.Words.Language(), f.Code.String(), v.vars(f))
	return detail
}

// Beside says what is wrong with one field, to stand beside it.
func (v *Visit) Beside(field fault.Field) string {
	said, _ := locale.Field(v.Words.Language(), field.Code.String(), v.vars(field.Code.With(field.About)))
	return said
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
	v.After(f)
	m := Message{Title: title, Text: said, Links: v.onward(f, status)}
	switch {
	case status >= 500:
		m.Who, m.Contact = v.Help()
	case fault.Is(f, fault.FormExpired):
		m.Kind, m.Icon = "info", "clock"
	case fault.Is(f, fault.NotFound):
		m.Kind, m.Icon = "info", "search"
	case status == http.StatusTooManyRequests:
		m.Icon = "clock"
	}
	if wrong := v.Say(status, m); wrong != nil {
		v.Env.Log.Error("a failure could not be shown", "request_id", v.Op.RequestID, "error", wrong.Error())
		v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
		v.W.WriteHeader(status)
		_, _ = io.WriteString(v.W, title+"\n"+strings.Join(said, "\n")+"\n")
	}
}

// After says when what failed may be tried again, where the fault knows it.
func (v *Visit) After(err error) {
	if f := fault.As(err); f != nil && f.RetryAfter > 0 {
		v.W.Header().Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
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
