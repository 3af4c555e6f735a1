package client

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Targets returns the addresses of every link and form of the page, without the place on the page that they name.
func (p Page) Targets() []string {
	var found []string
	each(p.root, func(n *html.Node) {
		to, ok := map[string]string{"a": "href", "form": "action"}[n.Data]
		if !ok || n.Data == "a" && !has(n, to) {
			return
		}
		if at, err := p.URL.Parse(attribute(n, to)); err == nil {
			at.Fragment = ""
			found = append(found, at.String())
		}
	})
	return found
}

// Buttons returns the words of the buttons that stand in the page's forms, in their order.
func (p Page) Buttons() []string {
	var found []string
	each(p.root, func(n *html.Node) {
		if n.Data == "button" && text(n) != "" && !slices.Contains(found, text(n)) {
			if form, _, _ := p.button(text(n)); form != nil {
				found = append(found, text(n))
			}
		}
	})
	return found
}

// Scan does what a mail scanner does that tries everything: from some addresses on it opens every link of the same site and presses every
// button as it finds it, also on the pages that this leads to, but none whose words are among those left out. It returns what it pressed.
// It fails where a page can't be read.
func (v *Visitor) Scan(ctx context.Context, addresses []string, left ...string) (pressed []string, err error) {
	site, err := url.Parse(addresses[0])
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for waiting := addresses; len(waiting) > 0; {
		next := waiting[0]
		waiting = waiting[1:]
		if at, err := url.Parse(next); err != nil || at.Host != site.Host || seen[next] {
			continue
		}
		seen[next] = true
		opened, err := v.Get(ctx, next)
		if err != nil {
			return pressed, err
		}
		pages := []Page{opened}
		for len(pages) > 0 {
			page := pages[0]
			pages = pages[1:]
			waiting = append(waiting, page.Targets()...)
			for _, words := range page.Buttons() {
				to, values := page.Form(words)
				name := strings.SplitN(to, "?", 2)[0] + " " + page.URL.RawQuery + " " + words
				if slices.Contains(left, words) || seen[name] {
					continue
				}
				seen[name] = true
				answer, err := v.Post(ctx, to, values)
				if err != nil {
					return pressed, err
				}
				pressed, pages = append(pressed, words), append(pages, answer)
			}
		}
	}
	return pressed, nil
}
