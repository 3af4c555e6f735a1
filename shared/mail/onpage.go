package mail

import "golang.org/x/net/html"

// OnPage writes the mail's content as HTML in the classes of the pages' style sheet, for a page that shows the mail before it is sent: the
// pages' policy allows no style of a mail's own. Its buttons and links are only drawn.
func (m Message) OnPage() string {
	l := m.letter
	return written(group(
		tag("div", "class", "sheet")(
			when(l.Asker != "", tag("div")(
				tag("p")(tag("strong")(text(l.Asker)), text(" ("+words(l).FrameVerified()+")")),
				tag("p", "class", "muted")(text(l.Asking)),
			)),
			tag("p", "class", "headline")(text(l.Headline)),
			each(l.Blocks, blockOnPage),
		),
		tag("div", "class", "muted stack tight")(
			para(l.Why),
			when(l.About != "", para(l.About)),
			when(l.Report != "", para(l.reportText())),
			when(l.Unsubscribe != "", para(words(l).MailFooterUnsubscribe())),
			para(l.Vendor.Name+", "+l.Vendor.Address),
			when(l.help() != "", para(l.help())),
		),
	))
}

// blockOnPage draws one piece of the letter.
func blockOnPage(one block) *html.Node {
	switch {
	case one.Title != "":
		return tag("p", "class", "strong")(text(one.Title))
	case one.Para != "":
		return para(one.Para)
	case one.Quote != "":
		return tag("blockquote", "class", "quote")(tag("p", "class", "pre")(text(one.Quote)))
	case one.Figures != nil:
		return tag("dl", "class", "facts")(each(one.Figures, pair))
	case one.Facts != nil:
		return tag("dl", "class", "rows")(each(one.Facts, pair))
	case one.List != nil:
		return tag("ul")(each(one.List, func(point item) *html.Node { return tag("li")(text(point.link())) }))
	case one.Box != nil:
		return tag("div", "class", "note calm")(
			tag("div")(tag("p", "class", "strong")(text(one.Box.Title)), each(one.Box.Points, para)),
		)
	case one.Button != nil:
		return group(
			tag("span", "class", "fake")(text(one.Button.Text)),
			when(one.Button.Note != "", tag("p", "class", "muted")(text(one.Button.Note))),
		)
	}
	return group()
}

// para draws a plain paragraph.
func para(said string) *html.Node { return tag("p")(text(said)) }

// pair draws a fact of a list of them.
func pair(one fact) *html.Node {
	return tag("div")(tag("dt")(text(one.Key)), tag("dd")(text(one.Value)))
}
