package chrome

import (
	"fmt"
	"strconv"

	"github.com/go-rod/rod/lib/proto"
)

// Accent gives the page the style sheet of another accent, of our own site, and waits until it applies.
func (p *Page) Accent(sheet string) {
	p.t.Helper()
	p.eval(`sheet => new Promise((done, failed) => {
		const link = document.querySelector('link[rel=stylesheet][href*="/assets/brand-"]')
		link.onload = () => requestAnimationFrame(() => done('""'))
		link.onerror = () => failed(new Error('no sheet at ' + sheet))
		link.href = sheet
	})`, new(string), sheet)
}

// Enlarge shows text at a percentage of its size, as a browser's setting does.
func (p *Page) Enlarge(percent int) {
	p.t.Helper()
	p.eval(`size => { document.documentElement.style.fontSize = size; return '""' }`, new(string), strconv.Itoa(percent)+"%")
}

// Force shows the page in the few colours that a person chose (forced-colors), dark.
func (p *Page) Force() {
	p.t.Helper()
	must(p.t, proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{
		still, {Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: "dark"},
	}}.Call(p.rod))
}

// Bottom is how far below the page's top an element ends, in CSS pixels; 0 where there is none, or it is not shown.
func (p *Page) Bottom(selector string) float64 {
	p.t.Helper()
	var bottom float64
	p.eval(`s => { const e = document.querySelector(s); return JSON.stringify(e ? e.getBoundingClientRect().bottom + scrollY : 0) }`, &bottom, selector)
	return bottom
}

// AtEnd scrolls the page to its end, as far as there is any, and says how far that is and whether all of an element is in sight there.
func (p *Page) AtEnd(selector string) (scrolled float64, inSight bool) {
	p.t.Helper()
	var end struct {
		Scrolled float64
		InSight  bool
	}
	p.eval(`s => {
		scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})
		const e = document.querySelector(s), r = e && e.getBoundingClientRect()
		return JSON.stringify({Scrolled: scrollY, InSight: !!r && r.height > 0 && r.top >= 0 && r.bottom <= innerHeight})
	}`, &end, selector)
	return end.Scrolled, end.InSight
}

// Beyond are the links, buttons and fields that the window's sides cut off: who does not scroll, or does not know that one can, misses them. What
// only stands there for who hears the page is left out.
func (p *Page) Beyond() (found []string) {
	p.t.Helper()
	p.eval(`() => JSON.stringify([...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')].filter(e => e.checkVisibility() && !e.closest('.hidden-text, .skip'))
		.filter(e => [...e.getClientRects()].some(r => r.width && (r.left < -1 || r.right > innerWidth + 1))).map(e => e.outerHTML.slice(0, 120)))`, &found)
	return found
}

// Borderless are the buttons and fields of which nothing shows where they end.
func (p *Page) Borderless() (found []string) {
	p.t.Helper()
	p.eval(`() => JSON.stringify([...document.querySelectorAll('main :is(.button, .input, input)')].filter(e => e.checkVisibility() && e.type !== 'hidden' && !/^(radio|checkbox)$/.test(e.type))
		.filter(e => { const s = getComputedStyle(e), ground = getComputedStyle(document.body).backgroundColor; return s.borderTopStyle === 'none' || s.borderTopWidth === '0px' || s.borderTopColor === ground })
		.map(e => e.outerHTML.slice(0, 120)))`, &found)
	return found
}

// Contrast is the ratio of a text, or of a drawing beside one, to what is behind it (WCAG 2.2, 1.4.3 and 1.4.11).
type Contrast struct {
	What          string
	Ratio, Needed float64
}

// String says what is hard to read.
func (c Contrast) String() string { return fmt.Sprintf("%.2f of %.1f: %s", c.Ratio, c.Needed, c.What) }

// Faint returns each text and drawing that is shown with less contrast than it needs, and how many were looked at. Colours are read as they are
// painted, whatever the notation of the style sheet.
func (p *Page) Faint() (faint []Contrast, looked int) {
	p.t.Helper()
	var all []Contrast
	p.eval(contrasts, &all)
	for _, one := range all {
		if one.Ratio < one.Needed {
			faint = append(faint, one)
		}
	}
	return faint, len(all)
}

const contrasts = `() => {
	const ctx = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true})
	const painted = colour => { ctx.clearRect(0, 0, 1, 1); ctx.fillStyle = colour; ctx.fillRect(0, 0, 1, 1); return [...ctx.getImageData(0, 0, 1, 1).data] }
	const over = (top, below) => { const a = top[3] / 255; return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(255) }
	const luminance = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
	const ground = e => {
		const layers = []
		for (; e; e = e.parentElement) { const c = painted(getComputedStyle(e).backgroundColor); layers.push(c); if (c[3] === 255) break }
		return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 255])
	}
	const ratio = (colour, e) => {
		const below = ground(e), [a, b] = [luminance(over(painted(colour), below)), luminance(below)].sort((x, y) => y - x)
		return (a + .05) / (b + .05)
	}
	const found = []
	for (const e of document.querySelectorAll('body *')) {
		if (!e.checkVisibility() || e.closest('.hidden-text, .skip, :disabled, [aria-disabled=true]') || e.getBoundingClientRect().width < 2) continue
		const s = getComputedStyle(e)
		if (e.matches('svg.i')) found.push({What: 'icon in ' + e.parentElement.outerHTML.slice(0, 80), Ratio: ratio(s.stroke, e), Needed: 3})
		else if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
			const size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && s.fontWeight >= 700
			found.push({What: e.tagName.toLowerCase() + '.' + e.className + ' ' + e.innerText.slice(0, 60), Ratio: ratio(s.color, e), Needed: large ? 3 : 4.5})
		}
	}
	return JSON.stringify(found)
}`
