package mail

import (
	_ "embed"
	"strings"

	"golang.org/x/net/html"

	"liaison/shared/brand"
)

// font stands in every cell: mail programs do not hand it on from cell to cell.
const font = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;"

// dark is the ground of a letter in dark mail programs, as letter.css has it.
const dark = "#151920"

// fill is the colour of a button, onFill that of its text; ink is the colour of links, inkDark the one on a dark ground.
func (l *letter) fill() brand.Accent { return l.Vendor.Accent.Or() }
func (l *letter) onFill() string     { return l.Vendor.Accent.Text() }
func (l *letter) ink() string        { return l.Vendor.Accent.On("#ffffff") }
func (l *letter) inkDark() string    { return l.Vendor.Accent.On(dark) }

// css says what inline styles cannot: how a letter is on narrow screens and dark ones. inkDark stands in it for that colour.
//
//go:embed letter.css
var css string

// html writes the letter as HTML for mail programs. Where it fails it is empty, which Compose refuses to send.
func (l *letter) html() string {
	return written(group(
		&html.Node{Type: html.DoctypeNode, Data: "html"},
		tag("html", "lang", string(words(l).Language()))(
			tag("head")(
				tag("meta", "charset", "utf-8")(),
				tag("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")(),
				tag("meta", "name", "color-scheme", "content", "light dark")(),
				tag("meta", "name", "supported-color-schemes", "content", "light dark")(),
				tag("meta", "name", "format-detection", "content", "telephone=no, date=no, address=no, email=no")(),
				tag("title")(text(l.Subject)),
				tag("style")(text(strings.Replace(css, "inkDark", l.inkDark(), 1))), // not escaped, as in every style: a colour is checked
			),
			tag("body", "class", "outer", "style", "margin:0;padding:0;background-color:#f6f7f9;-webkit-text-size-adjust:100%;")(
				l.preheader(),
				table("class", "outer", "width", "100%", "bgcolor", "#f6f7f9", "style", "background-color:#f6f7f9;")(
					tag("tr")(
						tag("td", "align", "center", "style", "padding:20px 8px 32px;")(
							// Outlook on Windows knows no max-width.
							outlook(`<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" align="center"><tr><td>`),
							l.sender(),
							l.sheet(),
							l.footer(),
							outlook(`</td></tr></table>`),
						),
					),
				),
			),
		),
	))
}

// preheader is what a list of mails shows beside the subject. Behind it stand spaces, lest the list go on with the letter.
func (l *letter) preheader() *html.Node {
	return tag("div", "style", "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:#f6f7f9;")(
		text(l.Preheader + strings.Repeat("\u00a0\u200c", 40)),
	)
}

// sender is the vendor's name above the letter, behind a square of its colour.
func (l *letter) sender() *html.Node {
	return table("width", "100%", "style", "max-width:600px;")(
		tag("tr")(
			tag("td", "class", "text", "style", "padding:0 8px 14px;"+font+"font-size:16px;line-height:24px;font-weight:bold;color:#141924;text-align:left;")(
				tag("span", "style", "display:inline-block;width:12px;height:12px;line-height:12px;font-size:1px;background-color:"+string(l.fill())+";border-radius:4px;")(text("\u00a0")),
				text("\u00a0 "+l.Vendor.Name),
			),
		),
	)
}

// sheet is the letter itself: who asks, the headline and the blocks.
func (l *letter) sheet() *html.Node {
	return table("class", "inner", "width", "100%", "bgcolor", "#ffffff", "style", "max-width:600px;background-color:#ffffff;border:1px solid #e1e5eb;border-radius:12px;border-collapse:separate;")(
		tag("tr")(
			tag("td", "class", "text pad", "style", "padding:28px 32px 12px;"+font+"font-size:16px;line-height:24px;color:#141924;text-align:left;word-break:break-word;")(
				when(l.Asker != "", tag("p", "class", "soft", "style", "margin:0 0 6px;font-size:15px;line-height:22px;color:#525b69;")(
					tag("strong", "class", "text", "style", "color:#141924;")(text(l.Asker)),
					text(" "),
					tag("span", "class", "good", "style", "color:#0a6a40;font-weight:bold;")(text("("+words(l).FrameVerified()+")")),
					tag("br")(),
					text(l.Asking),
				)),
				tag("h1", "class", "text h1", "style", "margin:0 0 12px;font-size:26px;line-height:32px;font-weight:bold;color:#141924;")(text(l.Headline)),
				each(l.Blocks, l.block),
			),
		),
	)
}

// block draws one piece of the letter.
func (l *letter) block(one block) *html.Node {
	switch {
	case one.Title != "":
		return tag("h2", "style", "margin:28px 0 10px;font-size:18px;line-height:24px;font-weight:bold;")(text(one.Title))
	case one.Para != "":
		return tag("p", "style", "margin:0 0 16px;")(text(one.Para))
	case one.Quote != "":
		return tag("div", "class", "rule", "dir", "auto", "style", "margin:0 0 20px;padding:2px 0 2px 16px;border-left:3px solid #c9ced6;white-space:pre-line;")(text(one.Quote))
	case one.Figures != nil:
		return drawFigures(one.Figures)
	case one.Facts != nil:
		return table("width", "100%", "style", "margin:0 0 16px;")(each(one.Facts, drawFact))
	case one.List != nil:
		return tag("ul", "style", "margin:0 0 16px;padding:0 0 0 20px;")(each(one.List, l.point))
	case one.Box != nil:
		return one.Box.draw()
	case one.Button != nil:
		return group(l.button(one.Button), l.underButton(one.Button))
	}
	return group()
}

// drawFigures draws facts side by side, with a line before each but the first.
func drawFigures(some []fact) *html.Node {
	row, border := tag("tr")(), ""
	for _, one := range some {
		row.AppendChild(tag("td", "class", "figure rule", "valign", "top", "style", "padding:12px 16px;"+border+font)(
			tag("span", "class", "soft", "style", "font-size:13px;line-height:20px;color:#525b69;")(text(one.Key)),
			tag("br")(),
			tag("strong", "class", "text", "style", "font-size:15px;line-height:22px;color:#141924;")(text(one.Value)),
		))
		border = "border-left:1px solid #e1e5eb;"
	}
	return table("class", "box", "width", "100%", "style", "margin:8px 0 24px;border:1px solid #e1e5eb;border-radius:8px;border-collapse:separate;")(row)
}

// drawFact draws a row of a table of facts.
func drawFact(one fact) *html.Node {
	return tag("tr")(
		tag("td", "class", "soft rule key", "valign", "top", "width", "38%", "style", "padding:8px 12px 8px 0;border-bottom:1px solid #e1e5eb;"+font+"font-size:15px;line-height:22px;color:#525b69;text-align:left;")(text(one.Key)),
		tag("td", "class", "text rule value", "valign", "top", "style", "padding:8px 0;border-bottom:1px solid #e1e5eb;"+font+"font-size:15px;line-height:22px;color:#141924;text-align:left;word-break:break-word;")(text(one.Value)),
	)
}

// point draws a point of a list, as a link where it names an action.
func (l *letter) point(one item) *html.Node {
	said := text(one.Text)
	if one.URL != "" {
		said = l.anchor(one.URL, one.link())
	}
	return tag("li", "style", "margin:0 0 6px;")(said)
}

// anchor draws a link in a line.
func (l *letter) anchor(url, said string) *html.Node {
	return tag("a", "class", "link", "href", url, "target", "_blank", "rel", "noopener", "style", "color:"+l.ink()+";")(text(said))
}

// draw draws what stands apart on a ground of its own.
func (b *box) draw() *html.Node {
	return table("class", "box", "width", "100%", "bgcolor", "#f1f3f6", "style", "margin:8px 0 20px;background-color:#f1f3f6;border-radius:8px;border-collapse:separate;")(
		tag("tr")(
			tag("td", "class", "text", "style", "padding:16px 18px 6px;"+font+"font-size:15px;line-height:23px;color:#141924;text-align:left;")(
				tag("h2", "style", "margin:0 0 6px;font-size:15px;line-height:23px;font-weight:bold;")(text(b.Title)),
				each(b.Points, func(point string) *html.Node { return tag("p", "style", "margin:0 0 10px;")(text(point)) }),
			),
		),
	)
}

// button draws a button, filled where it is the letter's first.
func (l *letter) button(b *button) *html.Node {
	cell := tag("td", "class", "act", "align", "center", "bgcolor", string(l.fill()), "style", "background-color:"+string(l.fill())+";border-radius:8px;")
	press := tag("a", "href", b.URL, "target", "_blank", "rel", "noopener", "style", "display:inline-block;padding:14px 26px;"+font+"font-size:16px;line-height:20px;font-weight:bold;color:"+l.onFill()+";text-decoration:none;")
	if b.Second {
		cell = tag("td", "class", "act inner", "align", "center", "style", "border:1px solid #7d8796;border-radius:8px;")
		press = tag("a", "class", "text", "href", b.URL, "target", "_blank", "rel", "noopener", "style", "display:inline-block;padding:13px 25px;"+font+"font-size:16px;line-height:20px;font-weight:bold;color:#141924;text-decoration:none;")
	}
	return table("class", "press", "style", "margin:16px 0 12px;")(tag("tr")(cell(press(text(b.Text)))))
}

// underButton says what to know about a button, and its address to copy.
func (l *letter) underButton(b *button) *html.Node {
	return tag("p", "class", "soft", "style", "margin:0 0 16px;font-size:14px;line-height:21px;color:#525b69;")(
		when(b.Note != "", text(b.Note+" ")),
		text(words(l).MailOrCopy()),
		tag("br")(),
		tag("span", "style", "word-break:break-all;")(text(b.URL)),
	)
}

// footer says why the letter came, what can be done about it, and who the vendor is.
func (l *letter) footer() *html.Node {
	small := tag("p", "style", "margin:0 0 8px;")
	return table("width", "100%", "style", "max-width:600px;")(
		tag("tr")(
			tag("td", "class", "soft", "style", "padding:18px 16px 0;"+font+"font-size:13px;line-height:20px;color:#525b69;text-align:left;word-break:break-word;")(
				small(text(l.Why)),
				when(l.About != "", small(text(l.About))),
				when(l.Report != "", small(l.anchor(l.Report, l.reportText()))),
				when(l.Unsubscribe != "", small(l.anchor(l.Unsubscribe, words(l).MailFooterUnsubscribe()))),
				small(text(l.Vendor.Name+", "+l.Vendor.Address)),
				when(l.help() != "", tag("p", "style", "margin:0;")(text(l.help()))),
			),
		),
	)
}
