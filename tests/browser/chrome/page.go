package chrome

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// Screen widths in CSS pixels.
const (
	Desktop = 1280
	Narrow  = 320
)

// patience is how long a page may take: a function may have to be built first.
const patience = 60 * time.Second

// Page is one window of the browser and the person before it.
type Page struct {
	t   testing.TB
	rod *rod.Page
}

// In returns the page as another (sub)test uses it.
func (p *Page) In(t testing.TB) *Page {
	other := *p
	other.t = t
	return &other
}

// Look sets the screen; the page stays as it is. Nothing moves, so that what is measured next is what stands there.
func (p *Page) Look(width int, dark bool) {
	p.t.Helper()
	must(p.t, proto.EmulationSetDeviceMetricsOverride{Width: width, Height: 800, DeviceScaleFactor: 1}.Call(p.rod))
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	must(p.t, proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{still, {Name: "prefers-color-scheme", Value: scheme}}}.Call(p.rod))
}

var still = &proto.EmulationMediaFeature{Name: "prefers-reduced-motion", Value: "reduce"}

// Forget drops all cookies.
func (p *Page) Forget() {
	p.t.Helper()
	must(p.t, proto.NetworkClearBrowserCookies{}.Call(p.rod))
}

// Plant puts cookies into the window as if the site had set them.
func (p *Page) Plant(site string, cookies ...*http.Cookie) {
	p.t.Helper()
	for _, one := range cookies {
		_, err := proto.NetworkSetCookie{Name: one.Name, Value: one.Value, URL: site, Path: "/", Secure: true}.Call(p.rod)
		must(p.t, err)
	}
}

// Open goes to an address.
func (p *Page) Open(address string) {
	p.t.Helper()
	p.leave("opening "+address, func(page *rod.Page) error { return page.Navigate(address) })
}

// leave does what leads to another page and waits until that stands there.
func (p *Page) leave(what string, act func(*rod.Page) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	page := p.rod.Context(ctx)
	wait := page.WaitEvent(&proto.PageLoadEventFired{})
	if err := act(page); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	wait()
	if ctx.Err() != nil {
		p.t.Fatalf("%s leads nowhere: %s", what, p.Standing().Text)
	}
}

// Standing is what stands before the person.
type Standing struct {
	URL, Language, Title, Heading string
	Text                          string // of the main part
	Status                        int
	Errors                        []string // the words of the error summary
	Focus                         string   // what has the focus: its tag, id and class
	Scrolls                       bool     // whether it has to be scrolled sideways
	Values                        map[string]string
	Boxes                         map[string][]string // the values of all checkboxes of a name, in their order
}

// Says tells whether the main part has the words, however they are spaced.
func (s Standing) Says(words string) bool {
	return strings.Contains(strings.Join(strings.Fields(s.Text), " "), strings.Join(strings.Fields(words), " "))
}

const standing = `() => {
	const plain = text => text.replaceAll('sp.\u00a0z\u00a0o.o.', 'sp. z o.o.'), said = e => plain(e.innerText) // as it was before the page tied it
	const f = document.activeElement, d = document.scrollingElement, main = document.querySelector('main') || document.body, values = {}, boxes = {}
	for (const e of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
		if (!/^(radio|checkbox)$/.test(e.type)) values[e.name] = e.value
		else if (e.checked) values[e.name] = e.value
		if (e.type === 'checkbox') (boxes[e.name] ||= []).push(e.value)
	}
	return JSON.stringify({
		URL: location.href, Language: document.documentElement.lang, Title: plain(document.title), Text: said(main),
		Heading: [...document.querySelectorAll('h1')].map(said).join(' | '),
		Status: performance.getEntriesByType('navigation')[0].responseStatus,
		Errors: [...document.querySelectorAll('.errors li')].map(said),
		Focus: f ? f.tagName.toLowerCase() + (f.id ? '#' + f.id : '') + (f.className ? '.' + f.className : '') : '',
		Scrolls: d.scrollWidth > d.clientWidth, Values: values, Boxes: boxes,
	})
}`

// Standing returns what stands there now.
func (p *Page) Standing() Standing {
	p.t.Helper()
	var s Standing
	p.eval(standing, &s)
	return s
}

// Focused says whether the focus comes to the element of a tag, id and class: a page gives it away when it is painted.
func (p *Page) Focused(on string) bool {
	p.t.Helper()
	for range 5 {
		if p.Standing().Focus == on {
			return true
		}
		p.shoot(1, 1) // which waits for what is painted next
	}
	return false
}

// eval runs a function that returns JSON.
func (p *Page) eval(script string, into any, given ...any) {
	p.t.Helper()
	found, err := p.rod.Eval(script, given...)
	must(p.t, err)
	must(p.t, json.Unmarshal([]byte(found.Value.Str()), into))
}

// Set changes the page behind the person's back, as a stale or forged one would be: the value of a hidden field.
func (p *Page) Set(field, value string) {
	p.t.Helper()
	_, err := p.rod.Eval(`(n, v) => { document.getElementsByName(n).forEach(e => { e.value = v }) }`, field, value)
	must(p.t, err)
}

// Post sends an empty form from this page to an address.
func (p *Page) Post(address string) {
	p.t.Helper()
	p.leave("posting to "+address, func(page *rod.Page) error {
		_, err := page.Eval(`a => { const f = document.createElement('form'); f.method = 'post'; f.action = a; document.body.append(f); f.submit() }`, address)
		return err
	})
}

// find returns the middle of a thing on the screen: of kind "act" a button or link by its words, of "field" a text field by its name, of
// "choice" the label of a radio or checkbox by its name and value (empty: its first). What lies under something else or is too small to hit is not found.
const find = `(kind, name, value) => {
	const said = e => e.innerText.replaceAll('sp.\u00a0z\u00a0o.o.', 'sp. z o.o.').trim()
	const of = {
		act: () => [...document.querySelectorAll('button, a')].filter(e => said(e).startsWith(name) && !e.classList.contains('hidden-text'))
			.sort((a, b) => (said(a) === name ? 0 : 1) - (said(b) === name ? 0 : 1))[0],
		field: () => document.querySelector('input[name="' + name + '"]:not([type=hidden]), textarea[name="' + name + '"]'),
		choice: () => { const e = document.querySelector('input[name="' + name + '"]' + (value && '[value="' + value + '"]')); return e && e.labels[0] },
	}[kind]()
	if (!of) return JSON.stringify({Missing: true})
	const fold = of.closest('details:not([open])'), hit = fold && !of.closest('summary') ? fold.querySelector('summary') : of
	hit.scrollIntoView({block: 'center', behavior: 'instant'})
	const r = hit.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y)
	return JSON.stringify({X: x, Y: y, Folded: hit !== of, Covered: !(top && (hit.contains(top) || top.contains(hit)))})
}`

// click presses the left button over a thing; what is folded away is opened first.
func (p *Page) click(page *rod.Page, kind, name, value string) error {
	p.t.Helper()
	var at struct {
		X, Y                     float64
		Missing, Covered, Folded bool
	}
	p.eval(find, &at, kind, name, value)
	if at.Missing || at.Covered {
		s := p.Standing()
		p.t.Fatalf("no %s %q %s to click on %s (covered: %v):\n%s", kind, name, value, s.URL, at.Covered, s.Text)
	}
	if err := page.Mouse.MoveTo(proto.NewPoint(at.X, at.Y)); err != nil {
		return err
	}
	err := page.Mouse.Click(proto.InputMouseButtonLeft, 1)
	if err == nil && at.Folded {
		return p.click(page, kind, name, value)
	}
	return err
}

// Hand is how somebody works a page.
type Hand interface {
	// Press presses the button or follows the link that begins with the words, and waits for the page it leads to.
	Press(words string)
	// Choose chooses a radio or checks a box.
	Choose(name, value string)
	// Fill replaces what stands in a text field.
	Fill(name, text string)
}

// Press clicks the button or link that begins with the words, and waits for the page it leads to.
func (p *Page) Press(words string) {
	p.t.Helper()
	p.leave("pressing "+words, func(page *rod.Page) error { return p.click(page, "act", words, "") })
}

// Choose clicks the label of a radio or checkbox; an empty value is the first of the name.
func (p *Page) Choose(name, value string) {
	p.t.Helper()
	must(p.t, p.click(p.rod, "choice", name, value))
}

// Fill clicks into a field and types.
func (p *Page) Fill(name, text string) {
	p.t.Helper()
	must(p.t, p.click(p.rod, "field", name, ""))
	p.retype(text)
}

// Pick chooses an option of a list by its value.
func (p *Page) Pick(name, value string) {
	p.t.Helper()
	var picked bool
	p.eval(`(n, v) => { const list = document.querySelector('select[name="' + n + '"]'); if (list) list.value = v; return JSON.stringify(!!list && list.value === v) }`, &picked, name, value)
	if !picked {
		p.t.Fatalf("no list %q with %q on %s", name, value, p.Standing().URL)
	}
}

func (p *Page) retype(text string) {
	p.t.Helper()
	_, err := p.rod.Eval(`() => document.activeElement.select()`)
	must(p.t, err)
	must(p.t, p.rod.Keyboard.Type(input.Backspace))
	if text != "" {
		must(p.t, p.rod.InsertText(text))
	}
}

// Keys is a person with a keyboard alone: Tab, Space and Enter.
type Keys struct{ *Page }

// Keyboard returns a hand that never touches the mouse. Wherever the focus goes it must be seen.
func (p *Page) Keyboard() Keys { return Keys{p} }

// Press walks to the button or link by Tab and presses Enter.
func (k Keys) Press(words string) {
	k.t.Helper()
	k.walk(func(f focus) bool { return (f.Tag == "button" || f.Tag == "a") && strings.HasPrefix(f.Text, words) }, words)
	k.leave("Enter on "+words, func(page *rod.Page) error { return page.Keyboard.Type(input.Enter) })
}

// Reach walks to the button or link by Tab, and stays there.
func (k Keys) Reach(words string) {
	k.t.Helper()
	k.walk(func(f focus) bool { return (f.Tag == "button" || f.Tag == "a") && f.Text == words }, words)
}

// Unfold walks to what is folded by Tab and opens it.
func (k Keys) Unfold(words string) {
	k.t.Helper()
	k.walk(func(f focus) bool { return f.Tag == "summary" && strings.HasPrefix(f.Text, words) }, words)
	must(k.t, k.rod.Keyboard.Type(input.Enter))
}

// Choose walks to the radio or checkbox by Tab and presses Space.
func (k Keys) Choose(name, value string) {
	k.t.Helper()
	k.walk(func(f focus) bool { return f.Name == name && f.Value == value }, name+" "+value)
	must(k.t, k.rod.Keyboard.Type(input.Space))
}

// Fill walks to the field by Tab and types.
func (k Keys) Fill(name, text string) {
	k.t.Helper()
	k.walk(func(f focus) bool { return f.Name == name }, name)
	k.retype(text)
}

// Enter presses Enter where the focus is, and waits for the page it leads to.
func (k Keys) Enter() {
	k.t.Helper()
	k.leave("Enter", func(page *rod.Page) error { return page.Keyboard.Type(input.Enter) })
}

// Down presses the arrow key that chooses the next radio of a group.
func (k Keys) Down() {
	k.t.Helper()
	must(k.t, k.rod.Keyboard.Type(input.ArrowDown))
}

type focus struct {
	Tag, Name, Value, Text string
	Seen                   bool
	Hidden                 bool
}

const focused = `() => {
	const e = document.activeElement
	if (!e || e === document.body) return JSON.stringify({Tag: 'body', Seen: true})
	const s = getComputedStyle(e), r = e.getClientRects()[0] || {x: -1, y: -1, width: 0, height: 0}
	const x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y)
	return JSON.stringify({
		Tag: e.tagName.toLowerCase(), Name: e.getAttribute('name') || '', Value: e.getAttribute('value') || '', Text: (e.innerText || '').replaceAll('sp.\u00a0z\u00a0o.o.', 'sp. z o.o.').trim(),
		Seen: e.matches(':focus-visible') && (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'),
		Hidden: r.width < 8 || r.height < 8 || !(top && (e.contains(top) || top.contains(e))),
	})
}`

// walk presses Tab until the focus is where it should be, and fails where the focus can't be seen on the way, or does not get there.
func (k Keys) walk(there func(focus) bool, what string) {
	k.t.Helper()
	var f focus
	k.eval(focused, &f)
	if f.Tag != "main" && f.Tag != "body" && there(f) {
		return
	}
	var way []string
	for range 80 {
		must(k.t, k.rod.Keyboard.Type(input.Tab))
		k.eval(focused, &f)
		way = append(way, strings.TrimSpace(f.Tag+" "+f.Name+" "+f.Text))
		if !f.Seen || f.Hidden {
			k.t.Errorf("on %s the focus can't be seen on %+v", k.Standing().URL, f)
		}
		if there(f) {
			return
		}
	}
	k.t.Fatalf("Tab never comes to %q on %s: %s", what, k.Standing().URL, strings.Join(slices.Compact(way), " > "))
}

// Picture returns the whole page as PNG.
func (p *Page) Picture() []byte {
	p.t.Helper()
	size, err := proto.PageGetLayoutMetrics{}.Call(p.rod)
	must(p.t, err)
	return p.shoot(float64(size.CSSLayoutViewport.ClientWidth), size.CSSContentSize.Height)
}

// shoot returns the page's upper left part as PNG, of a width and height in CSS pixels.
func (p *Page) shoot(width, height float64) []byte {
	p.t.Helper()
	shot, err := proto.PageCaptureScreenshot{
		Format: proto.PageCaptureScreenshotFormatPng, CaptureBeyondViewport: true, Clip: &proto.PageViewport{Width: width, Height: height, Scale: 1},
	}.Call(p.rod)
	must(p.t, err)
	return shot.Data
}

// Show puts a document into the window that comes from no server, for example a mail.
func (p *Page) Show(html string) {
	p.t.Helper()
	must(p.t, p.rod.SetDocumentContent(html))
}
