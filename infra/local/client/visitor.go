package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Visitor is a person with a browser that runs no script: it follows links, fills forms, presses buttons and keeps cookies.
type Visitor struct {
	http *http.Client
	Page Page // the page in front of the visitor
	// Language is sent as Accept-Language; empty sends none.
	Language string
}

// NewVisitor returns somebody with an empty cookie jar.
func NewVisitor(language string) *Visitor {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &Visitor{http: &http.Client{Jar: localJar{jar}, Timeout: transport.Timeout, Transport: transport.Transport}, Language: language}
}

// localJar gives Secure cookies back to plain localhost, as browsers do.
type localJar struct{ http.CookieJar }

// SetCookies keeps cookies as if they came over TLS.
func (j localJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(tls(u), cookies)
}

// Cookies returns what the browser would send.
func (j localJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(tls(u)) }

func tls(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// Plant puts a cookie into the browser as if the site had set it: what somebody does who fixes a session.
func (v *Visitor) Plant(site, name, value string) {
	if u, err := url.Parse(site); err == nil {
		v.http.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
	}
}

// Cookies returns the names and values that the browser would send to the site.
func (v *Visitor) Cookies(site string) []*http.Cookie {
	u, err := url.Parse(site)
	if err != nil {
		return nil
	}
	return v.http.Jar.Cookies(u)
}

// Page is one page as it is read.
type Page struct {
	Answer
	root *html.Node
}

// Get opens an address and follows redirects.
func (v *Visitor) Get(ctx context.Context, address string) (Page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Page{}, err
	}
	return v.open(r)
}

func (v *Visitor) open(r *http.Request) (Page, error) {
	if v.Language != "" {
		r.Header.Set("Accept-Language", v.Language)
	}
	got, err := send(v.http, r)
	if err != nil {
		return Page{}, err
	}
	root, err := html.Parse(bytes.NewReader(got.Body))
	v.Page = Page{Answer: got, root: root}
	return v.Page, err
}

// Press fills the fields given as names and values into the page's form whose submit button's text contains the words, and presses it.
// Fields that are not named keep what the page put into them. It fails where there is no such button, or no such field in its form.
func (v *Visitor) Press(ctx context.Context, button string, fields ...string) (Page, error) {
	form, name, value := v.Page.button(button)
	if form == nil {
		return v.Page, fmt.Errorf("no button %q on %s:\n%s", button, v.Page.URL, v.Page.Text())
	}
	values := inputs(form)
	for i := 0; i+1 < len(fields); i += 2 {
		if !slices.Contains(names(form), fields[i]) {
			return v.Page, fmt.Errorf("no field %q beside %q on %s", fields[i], button, v.Page.URL)
		}
		values.Set(fields[i], fields[i+1])
	}
	if name != "" {
		values.Set(name, value)
	}
	to, err := v.Page.URL.Parse(attribute(form, "action"))
	if err != nil {
		return v.Page, err
	}
	switch {
	case attribute(form, "enctype") == multipartForm:
		return v.PostParts(ctx, to.String(), values, filesOf(form)...)
	case strings.EqualFold(attribute(form, "method"), "post"):
		return v.Post(ctx, to.String(), values)
	}
	to.RawQuery = values.Encode()
	return v.Get(ctx, to.String())
}

// Post sends a form as a browser does from the page's own origin; headers, given as names and values, replace the browser's.
func (v *Visitor) Post(ctx context.Context, address string, values url.Values, headers ...string) (Page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(values.Encode()))
	if err != nil {
		return Page{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.post(r, headers...)
}

const multipartForm = "multipart/form-data"

// PostParts is Post of a form that says to be sent in parts. What the fields named as files hold is the content of a file, empty where none is
// chosen.
func (v *Visitor) PostParts(ctx context.Context, address string, values url.Values, files ...string) (Page, error) {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			if slices.Contains(files, name) {
				continue
			}
			if err := parts.WriteField(name, value); err != nil {
				return Page{}, err
			}
		}
	}
	for _, name := range files {
		chosen := ""
		if values.Get(name) != "" {
			chosen = name + ".file"
		}
		part, err := parts.CreateFormFile(name, chosen)
		if err == nil {
			_, err = io.WriteString(part, values.Get(name))
		}
		if err != nil {
			return Page{}, err
		}
	}
	if err := parts.Close(); err != nil {
		return Page{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return Page{}, err
	}
	r.Header.Set("Content-Type", parts.FormDataContentType())
	return v.post(r)
}

// filesOf are the names of a form's fields that take a file.
func filesOf(form *html.Node) (found []string) {
	each(form, func(n *html.Node) {
		if n.Data == "input" && attribute(n, "type") == "file" {
			found = append(found, attribute(n, "name"))
		}
	})
	return found
}

// post sends a form from the page's own origin.
func (v *Visitor) post(r *http.Request, headers ...string) (Page, error) {
	r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return v.open(r)
}

// Form returns the address and the values of the form that holds the button, as the page filled it; nil where there is none.
func (p Page) Form(button string) (string, url.Values) {
	form, name, value := p.button(button)
	if form == nil {
		return "", nil
	}
	to, err := p.URL.Parse(attribute(form, "action"))
	if err != nil {
		return "", nil
	}
	values := inputs(form)
	if name != "" {
		values.Set(name, value)
	}
	return to.String(), values
}

// Heading returns the text of the page's h1.
func (p Page) Heading() string {
	if h := find(p.root, func(n *html.Node) bool { return n.Data == "h1" }); h != nil {
		return text(h)
	}
	return ""
}

// Text returns the words of the page's main part, one space between any two.
func (p Page) Text() string {
	if main := find(p.root, func(n *html.Node) bool { return n.Data == "main" }); main != nil {
		return text(main)
	}
	return text(p.root)
}

// Links returns the addresses of the page's links whose text contains the words.
func (p Page) Links(words string) []string {
	var found []string
	each(p.root, func(n *html.Node) {
		if n.Data == "a" && strings.Contains(text(n), words) {
			if to, err := p.URL.Parse(attribute(n, "href")); err == nil {
				found = append(found, to.String())
			}
		}
	})
	return found
}

// Wrong is one line of what a page says is wrong with a form: its words, the field that its link leads to, empty where it is about none, and the
// words that stand beside that field.
type Wrong struct{ Text, Field, Beside string }

// Wrong returns what the page says on top is wrong with its form.
func (p Page) Wrong() []Wrong {
	var found []Wrong
	errors := find(p.root, func(n *html.Node) bool { return n.Data == "div" && attribute(n, "class") == "errors" })
	each(errors, func(n *html.Node) {
		if n.Data != "li" {
			return
		}
		one := Wrong{Text: text(n)}
		if to := find(n, func(n *html.Node) bool { return n.Data == "a" }); to != nil {
			one.Field = strings.TrimPrefix(attribute(to, "href"), "#")
			if beside := find(p.root, func(n *html.Node) bool { return attribute(n, "id") == one.Field+"-error" }); beside != nil {
				one.Beside = text(beside)
			}
		}
		found = append(found, one)
	})
	return found
}

func (p Page) button(words string) (form *html.Node, name, value string) {
	each(p.root, func(n *html.Node) {
		if form != nil || n.Data != "button" || !strings.Contains(text(n), words) {
			return
		}
		for up := n.Parent; up != nil; up = up.Parent {
			if up.Data == "form" {
				form, name, value = up, attribute(n, "name"), attribute(n, "value")
				return
			}
		}
	})
	return form, name, value
}

func inputs(form *html.Node) url.Values {
	values := url.Values{}
	each(form, func(n *html.Node) {
		name := attribute(n, "name")
		switch {
		case name == "":
		case n.Data == "textarea":
			values.Add(name, lines(n))
		case n.Data == "select":
			each(n, func(o *html.Node) {
				if o.Data == "option" && (has(o, "selected") || !values.Has(name)) {
					values.Set(name, attribute(o, "value"))
				}
			})
		case n.Data == "input":
			switch attribute(n, "type") {
			case "radio", "checkbox":
				if has(n, "checked") {
					values.Add(name, attribute(n, "value"))
				}
			case "submit":
			default:
				values.Add(name, attribute(n, "value"))
			}
		}
	})
	return values
}

func names(form *html.Node) []string {
	var found []string
	each(form, func(n *html.Node) {
		if name := attribute(n, "name"); name != "" {
			found = append(found, name)
		}
	})
	return found
}

func each(n *html.Node, visit func(*html.Node)) {
	if n == nil {
		return
	}
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, visit)
	}
}

func find(n *html.Node, is func(*html.Node) bool) (found *html.Node) {
	each(n, func(n *html.Node) {
		if found == nil && is(n) {
			found = n
		}
	})
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// lines is what stands in a text area, line by line.
func lines(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(c.Data)
	}
	return b.String()
}

func text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.Data == "script" || n.Data == "style" {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	words := strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r <= ' ' }), " ") // no-break spaces stay
	return strings.ReplaceAll(words, "sp.\u00a0z\u00a0o.o.", "sp. z o.o.")                            // but those that a page puts into a name
}
